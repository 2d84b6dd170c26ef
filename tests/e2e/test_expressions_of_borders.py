"""Expressions at the borders of what NumPy takes: True among extents, what `keepdims` may be, Python's numbers joined to arrays,
read-only memory, lists where arrays are written into (expressions.py)."""
import numpy as np
import pytest

import aic
from expressions import check_expressions
from harness import check

PROGRAMS = {
    "extents": [
        "np.reshape(V,(True,-1))",
        "np.reshape(V,(-1,True))",
        "V.reshape(True,-1)",
        "V.reshape((np.True_,-1))",
        "np.zeros(True)",
        "np.zeros((True,2))",
        "np.full((2,False),1)",
        "np.broadcast_to(V,(True,6))",
        "np.resize(V,[True,6])",
        "np.tile(V,(True,2))",
        "np.roll(A,True,axis=0)",
        "np.moveaxis(A,True,0)",
        "np.random.default_rng(1).random((True,2))",
    ],
    "axes that are kept": [
        "np.vecdot(V,V,keepdims=True)",
        "np.vecdot(V,V,keepdims=1)",
        "np.vecdot(V,V,keepdims='true')",
        "np.vecdot(V,V,keepdims=np.True_)",
        "np.sum(A,keepdims='true')",
        "np.sum(A,axis=1,keepdims=1)",
        "np.mean(A,keepdims=None)",
        "np.mean(A,keepdims=np.True_)",
        "np.max(A,keepdims=1.0)",
        "np.count_nonzero(A,keepdims=None)",
        "np.median(A,axis=1,keepdims=1)",
    ],
    "numbers among arrays": [
        "np.concatenate([np.float32(1),1.0],axis=None)",
        "np.concatenate((F,1.0),axis=None)",
        "np.concatenate((F,[1.0]),axis=None)",
        "np.concatenate((F,1,2j),axis=None)",
        "np.concatenate((U,1000),axis=None)",
        "np.concatenate((U,-1,True),axis=None)",
        "np.concatenate((U,1.5),axis=None)",
        "np.concatenate((True,2),axis=None)",
        "np.concatenate((1,2.5),axis=None)",
        "np.concatenate((1.5,1),axis=None,casting='no',dtype=np.float32)",
        "np.concatenate((1.5,1),axis=None,dtype=np.int8)",
        "np.concatenate((1.5,1),axis=None,casting='unsafe',dtype=np.int8)",
        "np.hstack((F[0],1.0))",
        "np.append(F,1.0)",
        "np.r_[F[0],1,2.0]",
        "np.r_[U,3]",
        "np.r_[U,300]",
        "np.r_[U,-1]",
        "np.r_[U,1.5]",
        "np.r_[U,1:3]",
        "np.r_[U,True]",
        "np.r_[True,2]",
        "np.r_[np.float32(2),1]",
        "np.c_[F[0],[1,2,3,4]]",
        "np.c_[F[0,:1],1.0]",
    ],
    "einsum of one operand": [
        "np.einsum('->',2.0)",
        "np.einsum('->',np.array(2))",
        "np.einsum('->',2.0,dtype='f4')",
        "np.einsum('i->i',V,dtype='f4')",
        "np.einsum('i->',V,dtype='f4')",
    ],
    "places of nothing": [
        "np.ix_(range(0),[1])",
        "np.ix_([],[1])",
        "A[np.ix_([],[1,2])]",
        "x=[k for k in range(3) if k>5]; np.ix_(x,[1])",
        "x=[k for k in range(3) if k>1]; A[np.ix_(x,range(1,4,2))]",
        "x=[k>1 for k in range(3)]; A[np.ix_(x,K)]",
    ],
    "read-only memory": [
        "b=np.frombuffer(b'abcdefgh',np.uint16); b[0]=1; b",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b[1:][0]=1; b",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b.reshape(2,2)[...]=1; b",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b.view(np.uint8)[0]=1; b",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b+=1; b",
        "b=np.frombuffer(b'abcdefgh',np.uint16); np.add(b,b,out=b)",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b.sort()",
        "b=np.frombuffer(b'abcdefgh',np.uint16); b.fill(3)",
        "b=np.frombuffer(b'abcdefgh',np.uint16); np.copyto(b,3)",
        "b=np.frombuffer(b'abcdefgh',np.uint16); np.random.default_rng(1).shuffle(b)",
        "b=np.frombuffer(b'abcdefgh',np.uint16); c=b.copy(); c[0]=1; c,b,b.flags.writeable",
    ],
    "series of Legendre": [
        "np.polynomial.legendre.legval(V,np.array([1,2.0,3,4,5]))",
        "np.polynomial.legendre.legval(np.array([1.0,np.inf]),np.array([1,2.0]))",
        "np.polynomial.legendre.legval(0.3,np.array([1,2.0,3]))",
        "np.polynomial.legendre.legval(F,np.array([1,2.0,3,4],'f4'))",
    ],
}


@pytest.mark.parametrize("topic", PROGRAMS)
def test_expressions(topic):
    check_expressions(topic, PROGRAMS[topic])


def test_dtypes_that_are_none_are_refused():
    def bad(x):
        return np.einsum("->", x, dtype="bad")

    def bad_view(x):
        return np.einsum("i->i", x, dtype="bad")

    for f, x in ((bad, 2.0), (bad_view, np.arange(3.0))):
        with pytest.raises(aic.CompileError, match="'bad' is not a dtype"):
            aic.jit(f)(x)


def test_the_base_of_a_buffer_is_not_told():
    def base(x):
        return np.frombuffer(x, np.uint8).base is x

    with pytest.raises(aic.CompileError, match="`base`"):
        aic.jit(base)(b"ab")


def test_lists_are_no_out():
    def total(x):
        return np.cumsum(x, out=x)

    def drawn(x):
        return np.random.default_rng(1).random(out=x)

    for f in (total, drawn):
        with pytest.raises(aic.CompileError, match="`out`"):
            aic.jit(f)([1.0, 2.0])

    def copied(x):
        np.copyto(x, 5)

    with pytest.raises(TypeError, match="must be a numpy.ndarray"):
        aic.jit(copied)([1, 2])

    def filled(x):
        np.fill_diagonal(x, 5)

    with pytest.raises(aic.CompileError, match="fill_diagonal of a list"):
        aic.jit(filled)([[1, 2], [3, 4]])


def test_lists_of_numbers_of_both_kinds_are_not_joined():
    def joined(x):
        return np.concatenate(x, axis=None)

    def chosen(x):
        return np.choose(1, x)

    for f in (joined, chosen):
        with pytest.raises(aic.CompileError, match="joining list"):
            aic.jit(f)([np.float32(1), 1.0])
    check(chosen, [3, 4])


def legendre(x, c):
    return np.polynomial.legendre.legval(x, c)


def test_series_of_legendre_to_the_bit():
    r = np.random.default_rng(3)
    for n in range(1, 9):
        check(legendre, r.normal(size=20), r.normal(size=n))
