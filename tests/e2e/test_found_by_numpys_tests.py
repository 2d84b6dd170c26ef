"""What `./dev fuzz numpytests` found: functions of NumPy that gave other results on arguments that its own tests give them."""
import numpy as np
import pytest

import aic
from harness import check, collected

programs, program = collected()
A = np.arange(12.0).reshape(3, 4) ** 2


@program(A, np.array([1.0, 2, 4]), np.array([0, 2, 5, 6]))
@program(A, np.array([1.0, 2, 3]), np.array([6, 4, 2, 0], np.uint8))  # distances of unsigned numbers, and equal ones
def gradients(a, x, y):
    return np.gradient(a, y, x, axis=(1, 0)), np.gradient(a, axis=(1, 0)), np.gradient(a, x, y), np.gradient(a, 2.0), np.gradient(a[0], y, edge_order=2)


@program(A, np.arange(3.0))
@program(A[0], np.arange(3.0))
@program(A[0], np.array([0, 100, 127, 0], np.int8))
def gradient_of_one_spacing(a, x):
    return np.gradient(a, x)


@program(np.arange(-2, 4).astype(np.float16))
@program(np.arange(-2, 4).astype(np.float32))
@program(np.arange(-2, 4).astype(np.complex64))
@program(np.arange(-2, 4))
def sincs(x):
    return np.sinc(x), np.sinc(x[1]), np.sinc(0.5), np.sinc(0)


@program(np.linspace(-1, 4, 9), np.arange(3.0), np.array([1j, 2, 3 - 1j]))
def complex_between_points(x, xp, fp):
    return np.interp(x, xp, fp), np.interp(x[0], xp, fp), np.interp(x, xp, fp, left=1j, right=2), np.interp(0.5, xp, fp)


@program(np.arange(4.0), np.array([1j, 2, 3 - 1j, 0]))
def complex_covariances(x, y):
    return np.cov(x, y), np.corrcoef(x, y), np.cov(y)


@program(np.arange(5), np.array([2]), np.array([1, 2, 3]))
def several_values_at_one_place(a, b, v):
    return np.insert(a, [1], v), np.insert(a, b, v, axis=0), np.insert(a, [-1], 5)


@program(np.ones((3, 2)), np.array([2]), np.array([1.0, 2, 3]))
@program(np.ones((3, 2)), np.array([2]), np.array([[1.0], [2], [3]]))
def columns_at_one_place(a, b, v):
    return np.insert(a, [1], v, axis=1), np.insert(a, b, v, axis=1)


@program(np.arange(3), np.array([4]))
@program(np.arange(3), np.array([1.0, 2]))
def bad_places(a, b):
    return np.insert(a, b, [1, 2])


@program(np.arange(5))
def deleting_a_truth(a):
    return np.delete(a, True)


@program(np.arange(5))
def deleting_floats(a):
    return np.delete(a, [1.0, 2.0])


@program(np.array([0, 0, 1, 2, 0]))
def trimmed(a):
    return np.trim_zeros(a), np.trim_zeros(a, "F"), np.trim_zeros(a, "")


@program(np.array([-1.0, 2, 3]))
def pieces(x):
    return np.piecewise(x, np.array([1, 0, 1]), [1]), np.piecewise(x, [x > 1, x < 0], [lambda v: v * 2, -1, 7]), np.piecewise(x, [True, False, True], [5, 6])


@program(np.array(2))
@program(np.array([2, 1]))
def counts(x):
    return np.bincount(x)


@program(np.ones((2, 2, 2)))
def turned(a):
    return np.rot90(a, axes=(0, 1, 2))


@program(np.array(0.0), np.array(1))
def stretched_scalars(x, y):
    return np.broadcast_arrays(x), np.broadcast_arrays(x, y)


@program(np.arange(4))
@program(np.ones((4, 2)))
def split_in_rows(a):
    return np.vsplit(a, 2)


@program(np.array(1))
@program(np.arange(4))
def split_in_columns(a):
    return np.hsplit(a, 2)


@program(np.arange(4))
@program(np.arange(4.0))
def differences_and_a_float(a):
    return np.ediff1d(a, to_end=2.5)


@program(np.arange(4))
@program(np.ones((3, 3)))
def diagonals(a):
    np.fill_diagonal(a, 5)
    return a


@program(2.5)
def types_of_scalars(x):
    return np.fix(3.14), np.isposinf(float("inf")), np.isneginf(x), np.fix(x), np.fix([1.5, -2.5])


@program(np.array([np.nan, np.inf, -np.inf, 1], np.float16))
@program(np.array([np.nan, np.inf, -np.inf, 1]))
def finite_numbers(x):
    return np.nan_to_num(x), np.nan_to_num(x, nan=np.inf, posinf=9), np.nan_to_num(x, neginf=np.inf, posinf=3.0)


@program(np.arange(4))
def a_kind_that_is_none(x):
    return np.isin(x, [1, 2], kind="quicksort")


@program(np.arange(4))
def an_axis_that_is_none(x):
    return np.unique(x, axis=2)


@program(np.arange(4, dtype=np.uint8))
def orders_of_bits(x):
    return np.unpackbits(x, bitorder="l"), np.packbits(np.unpackbits(x), bitorder="little"), np.unpackbits(x, bitorder="big"), np.unpackbits(x, bitorder="r")


@program(np.zeros((2, 2)))
@program(np.zeros((0, 0)))
@program(np.array([[1.0, np.nan], [2, 3]]))
def conditions(x):
    return np.linalg.cond(x)


@program(1)
def places_that_are_floats(x):
    return np.ravel_multi_index((0.1, 0.0), (2, 2))


@pytest.mark.parametrize("function, args", programs)
def test_as_numpy(function, args):
    check(function, *args, ulp=4)


def a_safe_casting(a):
    return np.hstack((a, a), dtype=np.int64, casting="safe")


def a_complex_spiral():
    return np.geomspace(-1, 1, num=3, dtype=complex)


@pytest.mark.parametrize("function, args", [(a_safe_casting, (np.ones(2),)), (a_complex_spiral, ())])
def test_refused(function, args):
    with pytest.raises(aic.CompileError):
        aic.jit(function)(*args)


def blocks(xs):
    return np.block(xs)


def blocks_of_lists(a, b):
    rows = [[a, b], [b, a]]
    row = [a, a]
    return np.block(rows), np.block([row, row]), np.block([[a, b], row])


def test_blocks_of_lists():
    """A list that is an argument is no array: its parts stand side by side."""
    line, square = np.arange(3.0), np.eye(2)
    check(blocks, [line, 2 * line])
    check(blocks, [square, square])
    check(blocks, [[square, 2 * square], [square, square]])
    check(blocks, [])
    check(blocks_of_lists, square, 3 * square)


def close(a, b):
    return np.isclose(a, b), ~np.isclose(a, 2 * b), np.isclose(a, b, equal_nan=True), np.allclose(a, b)


def test_isclose_of_two_floats():
    """Gives NumPy's bool, whose ~ is not that of Python's."""
    check(close, 1.0, 1.0 + 1e-9)
    check(close, np.nan, np.nan)
    check(close, np.float32(1), 2)
    check(close, np.array(3.0), np.array(3.0))
    check(close, np.ones(2), 1.0)


def alike(a, b):
    return np.array_equiv(a, b), np.array_equiv(b, a)


def test_array_equiv_of_other_shapes():
    a = np.arange(6.0).reshape(2, 3)
    for b in (a, a[0], np.zeros((3, 2)), np.zeros(2), np.arange(3.0), np.zeros((2, 1)), np.zeros((1, 1, 1)), np.zeros((0, 3)), 1.0):
        check(alike, a, b)
    check(alike, np.ones((2, 3)), np.ones((1, 3)))
