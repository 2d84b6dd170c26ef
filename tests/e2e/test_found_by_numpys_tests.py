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
    try:
        return np.unique(x, axis=2)
    except ValueError as error:
        return np.arange(len(str(error)))


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


@program(3, 40)
def ranges_of_small_dtypes(start, n):
    return (np.arange(277, dtype=np.uint8), np.arange(start, 300 * n, n, dtype=np.int8), np.arange(n, -n, -7, dtype=np.uint16), np.arange(2, dtype=bool),
            np.arange(1.5, 8.0, 2.5, dtype=np.int8), np.arange(0, 3, 0.5, dtype=int), np.arange(0.0, 1000.0, 100, dtype=np.uint8), np.arange(0.1, n, 0.1, dtype=np.float32),
            np.arange(0.1, 3, 0.1, dtype=np.float16), np.arange(2047, 2058, dtype=np.float16), np.arange(np.uint8(3), 7), np.arange(True), np.arange(5, dtype="short"))


@program(np.uint8, 3, 0)
@program(np.uint8, 300, 302)
@program(np.uint8, -1, 3)
@program(np.uint8, 255, 257)
@program(np.uint8, 255, 256)
@program(bool, 0, 3)
def ranges_that_do_not_fit(dtype, start, stop):
    return np.arange(start, stop, dtype=dtype)


@program(0.0, float("inf"))
@program(0.0, float("nan"))
def endless_ranges(start, stop):
    return np.arange(start, stop)


@program(np.zeros(2, np.uint8), 300.0)
@program(np.zeros(2, np.uint8), -1.0)
@program(np.zeros(2, np.int32), 3e9)
@program(np.zeros(2, np.uint64), 1e19)
@program(np.zeros(2, np.uint64), -1.0)
@program(np.zeros(2, np.uint8), 44.5)
@program(np.zeros(2, np.uint8), np.float64(300.0))
def floats_as_integers(a, x):
    a[0] = x
    a[:] = x
    a[a == a[0]] = x
    return a


@program(300.0)
@program(-1.0)
@program(float("nan"))
@program(7.9)
@program(np.float32(7.9))
def integers_made_of_floats(x):
    return np.uint8(x), np.int64(x)


@program([300.0, 1.0])
@program([300, 1])
@program([3, 1])
@program([3.5, -1.5])
def lists_of_a_dtype(x):
    return np.array(x, np.uint8)


@program(300)
@program(300.5)
@program(3)
def displays_of_a_dtype(x):
    return np.array([[x, 1], [2, 3]], dtype=np.uint8), np.asarray(x, np.uint8)


@program(np.zeros(2, np.uint8), 300)
@program(np.zeros(2, np.uint8), 300.0)
@program(np.zeros(2, np.uint8), 30)
def lists_assigned(a, x):
    a[:] = [x, 1]
    a[np.array([1, 0])] = (x, x)
    np.put(a, [0], [x])
    np.place(a, a == 1, [x])
    return a, np.insert(a, 1, x)


@program(300.0)
@program(-129.0)
def filled_as_c_does(x):
    a = np.zeros(2, np.int8)
    np.copyto(a, x, casting="unsafe")
    b = a.astype(np.uint8)
    return np.full(2, x, np.int8), np.full_like(a, x), a, np.pad(b, 1, constant_values=x), np.pad(b, 1, constant_values=300)


@program(np.ones(2, np.int8), 300)
@program(np.ones(2, np.int8), 100.5)
def padded_with(a, x):
    return np.pad(a, 1, constant_values=x)


@program(np.zeros(2, int), np.ones(2, np.int8))
@program(np.zeros(2, np.uint8), 300)
@program(np.zeros(2, np.float32), 1e30)
@program(np.zeros(2, np.int8), True)
@program(np.zeros(2), [1, 2])
@program(np.zeros(2, int), np.ones(2))
@program(np.zeros(2, int), 1.5)
@program(np.zeros(2, np.uint8), np.int64(3))
def copied_safely(a, x):
    np.copyto(a, x)
    return a


@program(np.zeros(3, np.int8), np.int64(300))
@program(np.zeros(3, np.int8), np.uint8(200))
@program(np.zeros(3, np.int16), np.float32(-70000))
@program(np.zeros(3, np.int64), np.float64("nan"))
@program(np.zeros(3, np.int64), np.float64(1.9))
@program(np.zeros(3, np.int64), np.uint64(2**63))
@program(np.zeros(3, np.uint8), np.int64(300))
@program(np.zeros(3, np.uint16), np.float64(-1.5))
def scalars_as_integers(a, x):
    a[np.array([0])] = x  # as C converts
    a[1:] = x
    a[0] = x
    return a


def over_another_shape(a, m, n):
    s = 0.0
    for i in np.ndindex(m, n):
        s += a[i]
    for i, j in np.ndindex(m, n):
        a[i, j] = s
    return s


def over_another_array(a, b):
    for i, x in np.ndenumerate(b):
        a[i] += x
    return a


def test_places_of_another_shape():
    """np.ndindex gives places within its own shape, not within every array: each was taken for one in range."""
    for m, n in ((3, 3), (2, 3), (3, 4), (4, 3), (30, 3)):
        check(over_another_shape, np.ones((3, 3)), m, n)
        check(over_another_array, np.ones((3, 3)), np.ones((m, n)))


@program(np.ones((3, 4, 1)), np.arange(10).reshape(1, 2, 5) % 4, 20)
@program(np.arange(6.0).reshape(2, 3), np.array([[0], [1]]), np.array([[2.0], [1.0]]))
@program(np.ones((3, 4)), np.zeros((2, 2), int), 1.0)
@program(np.ones((3, 4)), np.full((3, 1), 4), 1.0)
def put_along(a, i, v):
    np.put_along_axis(a, i, v, axis=1)
    return a


@program(np.arange(6.0).reshape(2, 3), np.ones(3), np.ones(1))
@program(np.arange(6.0).reshape(2, 3), np.ones((2, 1)), np.ones(3))
@program(np.arange(6.0).reshape(2, 3), np.ones((2, 3)), np.ones(3))
def products_of_vectors(a, v, w):
    return np.vecdot(a, v), np.matvec(a, w), np.vecmat(np.ones(1), a)


@program(np.array([-0.0, -0.0]), -0.0)
@program(np.array([-0.0, 0.0]), -0.0)
@program(np.zeros((0, 2), np.float32), -0.0)
@program(np.zeros((2, 0)), -0.0)
def sums_from_zero_below(a, x):
    return np.sum(a, initial=x), np.sum(a, axis=0, initial=x)


@program(3)
@program(np.float32(2))
@program(np.array(2))
def sums_of_scalars(x):
    return np.sum(x, axis=0), np.max(x, axis=-1), np.all(x, axis=0), np.prod(x, axis=0)


@program(3)
def sums_of_scalars_along_another_axis(x):
    try:
        return np.sum(x, axis=1)
    except ValueError as error:
        return float(len(str(error)))


@program(np.zeros((0, 0)))
@program(np.zeros((0, 3)))
def extremes_of_nothing(a):
    return np.max(a, axis=1)


@program(np.zeros((0, 0)))
@program(np.zeros((0, 3)))
def places_of_extremes_of_nothing(a):
    return np.argmin(a, axis=1)


@program(np.array([0, 0]))
def folds_of_a_dtype(a):
    return np.equal.reduce(a, dtype=bool)


@program(np.arange(5, dtype=np.uint8), -5, 1)
@program(np.arange(5, dtype=np.int8), -500, 3)
@program(np.arange(5, dtype=np.int8), 200, 300)
@program(np.arange(5), 1, 2**62)
@program(np.uint8(7), -1, 300)
@program(np.uint64(7), -1, 300)
def clipped_by_any_int(a, low, high):
    return np.clip(a, low, high), np.clip(a, None, high), np.clip(a, min=low)


@program(np.array([1, 0], np.uint8), 300)
@program(np.uint8(0), -1)
@program(np.array([1.5, 0]), 0)
def truth_beside_any_int(a, n):
    return np.logical_and(a, n), np.logical_or(n, a), np.logical_xor(a, n)


@program(np.arange(3, dtype=np.int8), np.int16(2))
def powers_of_two(a, n):
    return np.ldexp(1, a), np.ldexp(1, n), np.ldexp(a, 2), np.ldexp(3, 2), np.ldexp(a, a)


@program(np.array([0, 1]), np.array([1, 2], np.uint8), np.float32(3))
def chosen_beside_weak_numbers(i, a, x):
    return np.choose(i, (1000, a)), np.choose(i, [a, -1]), np.choose(0, (1.0, x)), np.choose(i, (a, 2.5))


@program(np.int8(3))
@program(np.float64(3))
@program(np.array([3]))
@program(3)
def castable(x):
    return np.can_cast(x, np.int16), np.can_cast(x, "float32", "same_kind")


@program(np.zeros((1, 2, 3)))
def rolled_axes(a):
    return np.rollaxis(a, 0, 3).shape, np.rollaxis(a, 2, -3).shape


@program(np.zeros((1, 2, 3)))
def rolled_too_far(a):
    return np.rollaxis(a, 0, 4)


@program(np.zeros((1, 2, 3)))
def rolled_before_the_first(a):
    return np.rollaxis(a, 0, -5)


@program((4,))
@program((2, 2))
def turned(shape):
    return np.rot90(np.zeros(shape), axes=(0, 2))


@program(np.ones((2, 2)), (1, 2, 3, 4))
@program(np.ones((2, 2)), ((1,), (2,)))
@program(np.ones((2, 2)), ((1, 2), (3, 4), (5, 6)))
@program(np.ones(3), ((1, 2), (3, 4)))
def padded(a, width):
    return np.pad(a, width)


@program(np.array([True, False, True]))
def shares_of_bools(a):
    return np.quantile(a, 0.5, method="lower"), np.median(a)


@program(np.array([True, False, True]))
def shares_between_bools(a):
    return np.quantile(a, 0.5)


@program(np.array([5, 2, 1, 3, 4]), np.array([1, 2, 3, 4]))
def sorted_by_too_few(a, order):
    return np.searchsorted(a, 0, sorter=order)


@program(np.zeros(0), 0)
@program(np.zeros((0, 2)), 5)
@program(np.zeros(2), 5)
def partitions(a, k):
    return np.partition(a, k), np.argpartition(a, k).size


@program(np.arange(3), "f")
def modes_of_products(a, mode):
    return np.convolve(a, a, mode="v")


@program(np.array([True, False, True, False]), np.arange(5))
def written_over_what_is_read(m, a):
    np.putmask(m[1:4], [True, True, True], m[:3])
    np.putmask(m[1:4], m[:3], [True, False, True])
    np.put(a, [1, 2, 3], a[:3])
    return m, a


@program(np.float32(0), np.float32(1))
@program(0, np.float32(1))
@program(np.float16(0.1), np.float16(3))
@program(np.zeros(2, np.float32), 1.0)
@program(np.int8(3), np.float32(7))
@program(np.int8(3), 7)
def spaced_in_the_dtype_of_the_ends(a, b):
    return np.linspace(a, b, 7), np.linspace(a, b, 7, endpoint=False), np.linspace(a, b, 7, dtype=np.float64), np.linspace(a, b, 3, dtype=int)


X = np.sin(np.arange(50.0) ** 2)


@program(X)
@program(X.astype(np.float32))
@program(X.astype(np.float16))
@program(np.arange(7, dtype=np.int8))
@program(np.array([True, False, True]))
def bins_of_the_datas_dtype(x):
    return np.histogram(x), np.histogram(x, bins=5, range=(-1, 1)), np.histogram_bin_edges(x, "sqrt"), np.histogram2d(x, x, 4)


@program(np.arange(7.0), np.arange(8.0))
@program(np.arange(7.0), np.arange(6.0))
@program(np.arange(7.0), np.arange(7.0))
def weighed(x, w):
    return np.histogram(x, bins=5, weights=w)


@program(np.arange(7.0), np.ones((2, 2)))
@program(np.arange(7.0), np.array([0.0, 3.0, 9.0]))
def binned(x, bins):
    return np.histogram(x, bins=bins)


@program(np.array([1.0, np.nextafter(1, 2)]))
def too_many_bins(x):
    return np.histogram(x)


@program(np.arange(7.0), [[1, 2, 3], [1, 2, 3]])
@program(np.arange(7.0), [[1, 2, 3, 5], [1, 2, 3, 7]])
def bins_of_two(x, bins):
    return np.histogram2d(x, x, bins)


@program(0.0, 1.0, float("inf"))
@program(0, -1, float("inf"))
@program(0.0, 1.0, 1e308)
@program(0.0, 0.0, 1.0)
def ranges_of_long_steps(start, stop, step):
    return np.arange(start, stop, step)


@program(np.array([1, 0]))
def sorted_along_an_axis_that_is_none(a):
    try:
        return np.lexsort((a,), axis=2)
    except ValueError as error:
        return np.arange(len(str(error)))


@program(np.arange(3), "edge")
@program(np.arange(3), "constant")
def padded_by(a, mode):
    return np.pad(a, 1, "wrap", constant_values=0)


@program(np.arange(5, dtype=np.float32), np.float64(50.0))
@program(np.arange(5, dtype=np.float32), 50.0)
@program(np.arange(5, dtype=np.float32), np.float32(50.0))
def shares_in_the_dtype_of_both(a, q):
    return np.percentile(a, q), np.percentile(a, q, method="hazen"), np.quantile(a, q / 100)


@pytest.mark.parametrize("function", [lambda x: np.put(x, [0, 2], 5), lambda x: np.putmask(x, [True, False, True], 5), lambda x: np.place(x, [True, False, True], [5])])
def test_lists_are_not_written_into(function):
    with pytest.raises(TypeError, match="ndarray"):
        aic.jit(function)([1, 2, 3])


@pytest.mark.parametrize("function, args", programs)
def test_as_numpy(function, args):
    check(function, *args, ulp=4)


def a_complex_spiral():
    return np.geomspace(-1, 1, num=3, dtype=complex)


def an_unknown_keyword(a):
    return np.add(a, a, outx=None)


@pytest.mark.parametrize("function, args", [(a_complex_spiral, ()), (an_unknown_keyword, (np.ones(2),))])
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
