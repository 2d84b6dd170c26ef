"""What ufuncs are told beside their operands: casting=, order=, dtype=, subok=; and results into arrays of another dtype (expressions.py)."""
import pytest

from expressions import check_expressions

RULES = ["no", "equiv", "safe", "same_kind", "unsafe"]
CALLS = """np.add(A,A{}) np.add(I,A{}) np.add(F,A{}) np.add(I,1{}) np.add(I,1.5{}) np.add(F,1.5{}) np.add(True,A{}) np.sqrt(I{}) np.sqrt(A{}) np.sqrt(F{}) np.equal(I,A{})
np.add(F,F,dtype='f8'{}) np.add(A,A,dtype='f4'{}) np.add(A,A,dtype=int{}) np.multiply(I,I,dtype=float{}) np.sqrt(I,dtype='f4'{}) np.floor_divide(A,2,dtype=int{})
np.less(I,A,dtype=bool{}) np.add(C,C,dtype=float{}) np.left_shift(I,U[0]{}) np.divide(I,3{}) np.logical_and(A,B{})""".split()
INTO = """np.add(A,A,out=np.zeros((3,4),int){}) np.add(A,A,out=np.zeros((3,4),'f4'){}) np.add(F,F,out=np.zeros((3,4)){}) np.add(I,I,out=np.zeros((3,4),'i1'){})
np.multiply(C,C,out=np.zeros((3,3)){}) np.sqrt(I,out=np.zeros((3,4),'f4'){}) np.greater(A,1,out=np.zeros((3,4)){})""".split()

PROGRAMS = {f"casting={rule}": [call.format(f",casting='{rule}'") for call in CALLS + INTO] for rule in RULES if rule != "same_kind"}
PROGRAMS["casting=same_kind"] = [call.format(",casting='same_kind'") for call in CALLS + INTO[1:4] + INTO[5:]]  # the others are refused
PROGRAMS["wrong words"] = ["np.add(A,A,casting='foo')", "np.add(A,A,casting=None)", "np.add(A,A,order='Q')", "np.sqrt(A,order='FC')"]
PROGRAMS["order"] = [f"r=np.add({x},{y},order={order!r},subok=True); (r,r.flags.c_contiguous,r.flags.f_contiguous)"
                     for order in ("C", "F", "A", "K", "f", None) for x, y in (("A", "A"), ("A.T", "A.T"), ("A.T", "1"), ("T", "V[:4]"), ("A", "A[0]"))]
PROGRAMS["order"] += ["r=np.exp(A,order='F'); (r.flags.f_contiguous,r)", "np.add(1.5,2,order='F')", "np.negative(V,order='F')"]
OUTS = ["np.zeros(4,'f4')", "np.zeros(4,int)", "np.zeros(4,complex)", "np.zeros(4,'f2')", "np.zeros(4)"]
PROGRAMS["means into arrays"] = [f"o={out}; r=np.{f}({x},axis=0,out=o); (r is o,o)" for out in OUTS for x in ("A", "I", "F")
                                 for f in ("mean", "var", "median", "std", "ptp") if not (f in ("median", "ptp") and "complex" in out)]
PROGRAMS["means into arrays"] += [f"o={out}; r=np.nan{f}({x},axis=0,out=o); (r is o,o)" for out in OUTS[:4] for x in ("H", "I", "F") for f in ("mean", "var", "std")]
PROGRAMS["means into arrays"] += ["o=np.zeros((1,4),'f4'); np.mean(A,axis=0,keepdims=True,out=o); o", "o=np.zeros((),'f4'); np.mean(A,out=o); o",
                                  "o=np.zeros(4,'f4'); np.mean(A,axis=0,where=B,out=o); o", "o=np.zeros(4,'f4'); np.mean(I,axis=0,dtype='f4',out=o); o",
                                  "o=np.zeros(3,'f4'); np.mean(A,axis=0,out=o); o", "np.cumulative_sum(A,axis=0,out=np.zeros((3,4),'f4'))"]
PROGRAMS["what has no default"] = [
    "np.clip(A,2)", "np.clip(A)", "np.clip(A,None,None)", "np.clip(A,2,max=3)", "np.clip(A,2,3,max=3)", "np.clip(A,min=2)", "np.clip(A,a_max=2)", "A.clip(2)", "A.clip()",
    "A.clip(max=1)", "np.clip(I,2,5)", "np.arange(start=4)", "np.arange(stop=4)", "np.arange(start=1,stop=4)", "np.arange(1,stop=4)", "np.arange(4,step=2)", "np.arange()",
    "np.arange(step=2,stop=5)", "np.arange(3,start=1)", "np.arange(2,9,3,float)", "np.arange(2.5,dtype='f4')",
    "np.add.reduce(V[:0],initial=None)", "np.add.reduce(A,initial=None)", "np.sum(V[:0],initial=None)", "np.prod(A[:0],axis=1,initial=None)", "np.multiply.reduce(A[:0],initial=None)",
    "np.logical_and.reduce(V[:0],initial=None)", "np.sum(A,where=A>100,initial=None)", "np.bitwise_or.reduce(J[:0],initial=None)", "np.bitwise_or.reduce(J,initial=None)",
    "np.add.reduce(V[:0])", "np.sum(A,initial=3)", "np.bitwise_or.reduce(J[:0])", "np.maximum.reduce(A,initial=2)", "np.logical_or.reduce(A,initial=0)", "np.max(T[:,:0,:0],axis=1)",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("topic", PROGRAMS)
def test_expressions(topic):
    check_expressions(topic, PROGRAMS[topic])
