"""`out=`, `dtype=` and `casting=` of dot, matmul, vecdot, matvec, vecmat, outer and einsum: what NumPy asks of the array given for the
result, in which order, and what it says."""
import itertools

import numpy as np
import pytest

import aic
from harness import check

A, B = np.arange(12.0).reshape(3, 4), np.arange(20.0).reshape(4, 5)
S = np.arange(24.0).reshape(2, 3, 4)
V = np.arange(4.0)
RESULTS = [np.zeros(shape, dtype) for shape, dtype in itertools.product([(3, 5), (5, 3), (), (1,), (3,), (2, 3, 5), (1, 3, 5), (2, 2, 3, 5)], ["f8", "f4", "i8", "c16"])]
RESULTS += [np.zeros((5, 3)).T, np.zeros((3, 10))[:, ::2]]
FROZEN = np.zeros((3, 5))
FROZEN.flags.writeable = False


def dot(a, b, out):
    return np.dot(a, b, out=out)


def method(a, b, out):
    return a.dot(b, out)


def matmul(a, b, out):
    return np.matmul(a, b, out=out), np.matmul(a, b, out)


def vecdot(a, b, out):
    return np.vecdot(a, b, out=out)


def matvec(a, b, out):
    return np.matvec(a, b, out=out)


def vecmat(a, b, out):
    return np.vecmat(a, b, out=out)


def summed(a, b, out):
    return np.einsum("ij,jk->ik", a, b, out=out)


COMPILED = {f.__name__: aic.jit(f) for f in (dot, method, matmul, vecdot, matvec, vecmat, summed)}


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "?"])
def test_every_result(name, dtype):
    operands = [(A, B), (V, V), (A, V), (V, B), (S, B), (2.0 * V[1:2], V), (A, A)]
    for (a, b), out in itertools.product(operands, [*RESULTS, FROZEN]):
        x, y = a.astype(dtype), b.astype(dtype)
        if name == "summed" and (a.ndim != 2 or b.ndim != 2):
            continue
        same_shape = (2, 3) if (a.ndim, b.ndim) == (1, 2) and out.ndim == 0 else None  # NumPy's message names other axes there
        if name != "matmul" or same_shape is None:
            check(COMPILED[name].py_func, x, y, out, compiled=COMPILED[name])


@pytest.mark.parametrize("dtype", ["f8", "i8"])
def test_a_number_times_an_array(dtype):
    def of_number(a, out):
        return np.dot(2, a, out=out)

    compiled = aic.jit(of_number)
    x = np.arange(3).astype(dtype)
    for out in (np.zeros(3), np.zeros(3, int), np.zeros(4, x.dtype), np.zeros((2, 3), x.dtype), np.zeros(6, x.dtype)[::2]):
        if np.can_cast(x.dtype, out.dtype, "same_kind"):
            check(of_number, x, out, compiled=compiled)


def test_operands_as_results():
    def squared(a):
        return np.dot(a, a, out=a), np.matmul(a, a, out=a), np.einsum("ij,jk->ki", a, a, out=a)

    check(squared, A[:, :3].copy())


def test_dtypes_and_castings():
    def told(a, b):
        return (np.matmul(a, b, dtype=np.float32), np.matmul(a, b, dtype=np.complex64), np.vecdot(a, a, dtype=np.float32), np.vecdot(a, a, axis=0, keepdims=True),
                np.einsum("ij,jk->ik", a, b, dtype=complex), np.einsum("ij,jk->ik", a, b, dtype=np.float32, casting="same_kind"), np.einsum("ij->ji", a, order="C"),
                np.einsum("ij,jk->ik", a, b, order="F", optimize=True))

    check(told, A, B)


@pytest.mark.parametrize("dtype", [np.int64, np.bool_])
def test_dtypes_that_do_not_cast(dtype):
    def product(a, b):
        return np.matmul(a, b, dtype=dtype)

    def summed(a, b):
        return np.einsum("ij,jk->ik", a, b, dtype=dtype)

    check(product, A, B)
    check(summed, A, B)


def test_tuples_of_results():
    def one(a, b, out):
        return np.matmul(a, b, out=(out,))

    def two(a, b, out):
        return np.matmul(a, b, out=(out, out))

    def none(a, b):
        return np.matmul(a, b, out=3)

    def no_array(a, b):
        return np.dot(a, b, out=3)

    check(one, A, B, np.zeros((3, 5)))
    check(two, A, B, np.zeros((3, 5)))
    check(none, A, B)
    check(no_array, A, B)


@pytest.mark.parametrize("shapes", [((7, 2, 3), (5, 3, 4)), ((6, 7, 2, 3), (5, 3, 4)), ((7, 2, 3), (3, 4))])
def test_stacks_that_do_not_broadcast(shapes):
    def product(a, b):
        return a @ b

    def dots(a, b):
        return np.vecdot(a, b)

    a, b = (np.ones(s) for s in shapes)
    check(product, a, b)
    check(dots, a, b)
    check(dots, a[..., 0], b[..., 0])
