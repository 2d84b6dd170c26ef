"""Functions as values: in variables and containers, as arguments and results; decorators, functools, imports in functions."""
import functools
import math
import operator
from functools import cmp_to_key, partial, reduce, wraps

import pytest

import aic
from harness import check

PROGRAMS = []


def program(*args):
    def add(f):
        PROGRAMS.append((f, args))
        return f

    return add


def double(x): return 2*x

def inc(x): return x+1

def neg(x): return -x

@program(3,"a")
def variable(x,s):
    f = double
    if s == "b": f = neg
    return f(x)

@program([1,2,3])
def list_of_functions(xs):
    fs = [double, inc, neg]
    return [f(x) for f in fs for x in xs]

@program("+-*/", 7.0, 2.0)
def table(ops, a, b):
    d = {"+": lambda x,y: x+y, "-": lambda x,y: x-y, "*": lambda x,y: x*y, "/": lambda x,y: x/y}
    out=[]
    for c in ops:
        out.append(d[c](a,b))
    return out

@program(5)
def closures_in_list(n):
    adders = []
    for i in range(n):
        adders.append(lambda x, i=i: x+i)
    return [a(10) for a in adders]

@program(5)
def late(n):
    fs = []
    for i in range(n):
        fs.append(lambda: i)
    return [f() for f in fs]

def make(kind, k):
    if kind == "add":
        return lambda x: x+k
    elif kind == "mul":
        def mul(x): return x*k
        return mul
    return neg

@program(["add","mul","neg"], 4)
def returned(kinds, k):
    t=0
    for kd in kinds:
        t = 10*t + make(kd,k)(3)
    return t

@program(["add","mul","neg"], 4)
def returned_in_dict(kinds, k):
    d = {kd: make(kd,k) for kd in kinds}
    return {a: f(5) for a,f in d.items()}

@program(3, True)
def optional(x, flag):
    f = None
    if flag: f = double
    if f is None: return x
    return f(x)

@program(3, False)
def optional2(x, flag):
    f = None
    if flag: f = double
    if f: return f(x)
    return 0

@program(3, False)
def optional3(x, flag):
    f = None
    if flag: f = double
    return f(x)

@program([1.0,4.0,9.0])
def builtins_in_list(xs):
    return [f(x) for f in (math.sqrt, math.floor, abs) for x in xs], [g(xs) for g in [sum, max, min, len]]

@program("Hello")
def methods(s):
    return [m() for m in [s.upper, s.lower, s.title]]

@program(10)
def state(n):
    def even(i): return odd_(i)
    def odd_(i): return i % 2 == 0
    def a(c): return ("b", 1)
    def b(c): return ("a", 10)
    states = {"a": a, "b": b}
    cur="a"; tot=0
    for i in range(n):
        cur, d = states[cur](i)
        tot+=d
    return tot, cur

@program(6)
def swap(n):
    f, g = double, inc
    x=1
    for i in range(n):
        x = f(x)
        f, g = g, f
    return x

def compose(f,g): return lambda x: f(g(x))

@program(3)
def composed(x):
    h = compose(double, inc)
    k = compose(h, neg)
    return h(x), k(x)

@program([3,4])
def pipeline(xs):
    steps=[("d",double),("i",inc),("n",neg)]
    log=[]
    for name, f in steps:
        xs=[f(x) for x in xs]
        log.append(name)
    return xs, log

@program([3,1,2], "desc")
def keyed(xs, mode):
    keys = {"asc": lambda v: v, "desc": lambda v: -v}
    return sorted(xs, key=keys[mode]), max(xs, key=keys[mode])

@program(2)
def eq(n):
    fs=[double,inc]
    return fs[0] is double, fs[1]==double, fs[0] == fs[1]

@program(2)
def names(n):
    return [f.__name__ for f in [double,inc]]

@program(4)
def handlers(n):
    hs = []
    def register(f):
        hs.append(f)
        return f
    @register
    def one(x): return x+1
    @register
    def two(x): return x+2
    return [h(n) for h in hs]

@program(4)
def counter(n):
    def make():
        c = 0
        def step():
            nonlocal c
            c += 1
            return c
        return step
    a, b = make(), make()
    fs=[a,b,a]
    return [f() for f in fs]

def apply_n(f, n, x):
    for _ in range(n): x = f(x)
    return x

@program(2)
def passed(n):
    tot=0
    for f in [double, inc, neg]:
        tot+=apply_n(f, n, 5)
    return tot

@program(2)
def operators(n):
    ops = {"+": operator.add, "-": operator.sub, "*": operator.mul}
    return [ops[c](n, 3) for c in "+-*"]

@program("12 3.5 x")
def conv(s):
    out=[]
    for f, w in zip([int, float, str], s.split()):
        out.append(str(f(w)))
    return out

@program(4.0)
def imp(x):
    import math
    from math import sqrt, floor as fl
    import numpy as np, os.path
    return math.sin(x), sqrt(x), fl(x), np.sqrt(x)

@program(4.0)
def imp_missing(x):
    try:
        import no_such_module_xyz
    except ImportError as e:
        return str(e)
    return ""

@program(3)
def part(x):
    f = partial(pow, 2)
    g = functools.partial(lambda a, b, c=3: a*100+b*10+c, 1, c=5)
    return f(x), g(x), g(x, c=7), list(map(partial(max, 2), [1,2,3]))

@program(["b","aa","c"], True)
def bycmp(ws, rev):
    def cmp(a,b):
        if len(a)!=len(b): return len(a)-len(b)
        return (a>b)-(a<b)
    return sorted(ws, key=cmp_to_key(cmp)), sorted(ws, key=cmp_to_key(cmp), reverse=rev)

@program([(1,"x"),(0,"y"),(1,"a")])
def items(ps):
    return sorted(ps, key=operator.itemgetter(0)), sorted(ps, key=operator.itemgetter(0,1)), [operator.itemgetter(1)(p) for p in ps]

def logged(f):
    @wraps(f)
    def inner(*args):
        r = f(*args)
        return (r, len(args))
    return inner

@logged
def add3(a,b,c): return a+b+c

@program(4)
def decorated(n):
    return add3(n,1,2)

def times(k):
    def deco(f):
        def inner(x):
            for _ in range(k): x = f(x)
            return x
        return inner
    return deco

@program(4)
def decorated2(n):
    @times(3)
    def dbl(x): return 2*x
    return dbl(n)

def apply(f, x): return f(x)

def integrate(f,a,b,n):
    h=(b-a)/n; s=0.0
    for i in range(n): s+=f(a+i*h)
    return s*h


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_program(function, args):
    check(function, *args)


def applied(f, x):
    return f(x)


@pytest.mark.parametrize("f, x", [(double, 3), (lambda x: x * 3, 3), (math.sqrt, 3.0), (abs, -3.0), (int, -3.7), (len, "abc"), ((lambda q: lambda x: x * q)(7), 3)])
def test_function_argument(f, x):
    check(applied, f, x)


def test_one_compile_for_a_lambda_in_a_loop():
    compiled = aic.jit(applied)
    for k in range(20):
        assert compiled(lambda x: x + 1, k) == k + 1
    assert len(compiled.signatures) == 1


def test_what_is_refused():
    with pytest.raises(aic.CompileError, match="cannot be returned|cannot return"):
        aic.jit(lambda n: [double, inc])(1)
    with pytest.raises(aic.CompileError, match="do not settle"):
        aic.jit(composed_without_end)(5)


def composed_without_end(n):
    f = inc
    for i in range(n):
        f = compose(f, double)
    return f(1)
