"""NumPy as programs use it, against NumPy: functions of the library, indexing, views, and what goes wrong."""
import numpy as np
import pytest

import aic
from harness import check

RNG = np.random.default_rng(7)


def column_sums(a):
    return np.sum(a, axis=0), a.mean(axis=1), a.max(axis=-1)


def by_mask(a, m):
    return a[m]


def set_by_mask(a, m, v):
    a[m] = v
    return a


def add_in_place(a, b):
    a += b


def whole_views(a):
    return a[:], a[...], a.T, a, a[()]


def view_is_not_it(a):
    b = a
    c = a[:]
    return b, c, c is a, b is a


def broadcast_is_read_only(v):
    b = np.broadcast_to(v, (2, 3))
    return b, b.sum()


def last_row(a):
    for row in a:
        row = row + 1
    return row


def mismatched_index_arrays(a, i, j):
    return a[i, j]


def squares_of_ints(a):
    return a**2, a**2.0, a**0.5, np.power(a, 2)


def product_in_place(a, b):
    a @= b
    return a


def into(a, b, out):
    r = np.add(a, b, out=out)
    np.multiply(r, 2, out)
    return np.sqrt(a, out=out, where=a > 1) is out


def ratio(a, b):
    out = np.full_like(a, -1.0)
    return np.divide(a, b, out=out, where=b != 0)


def in_a_dtype(a):
    return np.add(a, 1, dtype=np.float32), np.sqrt(a, dtype=np.float32)


def parts_are_set(z, x):
    z.real = x
    z.imag[1:] = 7
    return z


def shape_again(a, n, m):
    return a.reshape(n, m), a.reshape(-1, m)


def product(a, b):
    return a @ b


def dot(a, b):
    return np.dot(a, b)


def joined(a, b):
    return np.concatenate((a, b))


def axis_of_sum(a):
    return a.sum(axis=2)


def scalar_functions(x, n):
    return np.round(x, 1), np.floor(x), np.count_nonzero(n), np.round(n)


def nan_extremes(a):
    return np.nanmax(a), np.nanmin(a, axis=0), np.nanmax(a, axis=1)


def areas(y, x):
    return np.trapezoid(y), np.trapezoid(y, x, axis=1), np.trapezoid(y, axis=0)


def truth_of(a):
    return 1 if a else 2


def membership(a, x):
    return x in a, x not in a, (a + x) in a


def kinds(a, x):
    return type(a[0]) is np.float64, type(x) is float, type(a.sum()) is type(x), type(a) is np.ndarray


def flat_places(a, i):
    a.flat[i] = 7.0
    total = 0.0
    for x in a.flat:
        total += x
    return a.T.flat[i], total


def counted(a):
    b = np.zeros(a.shape)
    for i, j in np.ndindex(a.shape):
        b[i, j] = i + 10 * j
    for index, x in np.ndenumerate(a):
        b[index] += x
    return b


def limits(a):
    return np.finfo(a.dtype).eps, np.finfo(np.float32).max, np.iinfo(np.int8).min, np.iinfo(np.int64).max


def arrays_of_lists(n, x):
    rows = [[i * x, x] for i in range(n)]
    return np.array(rows), np.array([x, n]), np.array([i for i in range(n)]), np.asarray((x, 1)).sum(), np.array([[1, 2], [n, 4]], np.float32)


def ragged(n):
    rows = [[1.0] * (i + 1) for i in range(n)]
    return np.array(rows).shape


def rows_of_arrays(a, b):
    return np.array([a, b]), np.stack([a, b], 1), np.concatenate([a, b, a])


def reshaped_views(a):
    b = a[::2].reshape(2, -1)
    b[0, 0] = 99.0
    c = a.T.reshape(-1)
    c[1] = 77.0
    d = a[:, ::2].reshape(3, 1, 2)
    d[0, 0, 1] = 55.0
    e = a[::-1, ::-1].reshape(2, 6)
    e[1, 5] = 33.0
    return a, b, c, d, e, a[::-1].ravel()


def lists_of(a):
    return a.tolist(), a[0].tolist(), a[0, 0].item(), a.item(3), np.split(a, 3), np.array_split(a, 2, axis=1)


def fortran(n):
    a = np.zeros((n, 2), order="F")
    a[0] = 1
    return a, np.zeros_like(a), a.copy(order="C"), np.ones((2, n)).copy("F")


GRID = RNG.integers(-8, 9, (3, 4)).astype(float)
HOLES = np.where(GRID > 4, np.nan, GRID)
HOLES[1] = np.nan
READ_ONLY = np.arange(3.0)
READ_ONLY.flags.writeable = False
def while_over_an_array(a):
    i, s = 0, 0.0
    while i < len(a):
        if a[i] < 0:
            i += 1
            continue
        s += a[i]
        i += 1
    return s, i


MATRIX = np.arange(12.0).reshape(3, 4)
PROGRAMS = [
    (while_over_an_array, np.array([1.0, -2.0, 3.5])),
    (column_sums, MATRIX),
    (by_mask, np.arange(5), np.array([True, False, True, True])),
    (set_by_mask, np.arange(4.0), np.array([True, False, True, True]), np.arange(2.0)),
    (add_in_place, np.arange(3.0), np.ones((2, 3))),
    (add_in_place, np.arange(3.0), np.ones(4)),
    (add_in_place, READ_ONLY, 1.0),
    (whole_views, np.arange(3.0)),
    (whole_views, MATRIX),
    (view_is_not_it, np.arange(3.0)),
    (broadcast_is_read_only, np.arange(3.0)),
    (last_row, MATRIX),
    (mismatched_index_arrays, MATRIX, np.array([0, 1]), np.array([0, 1, 2])),
    (squares_of_ints, np.array([1, 2, 3], np.int32)),
    (squares_of_ints, np.array([1.5, 2], np.float32)),
    (product_in_place, np.arange(4.0).reshape(2, 2), np.arange(4.0).reshape(2, 2) + 1),
    (into, np.arange(3.0), np.ones(3), np.zeros(3)),
    (into, np.arange(3.0), 1.0, np.zeros((2, 3))),
    (into, np.arange(3.0), np.ones(2), np.zeros(4)),
    (ratio, np.arange(3.0), np.array([0.0, 1.0, 2.0])),
    (in_a_dtype, np.arange(3.0, dtype=np.float32)),
    (parts_are_set, np.array([1 + 2j, 3 + 4j]), np.array([5.0, 6.0])),
    (shape_again, MATRIX, 4, 3),
    (shape_again, MATRIX, 5, 3),
    (product, MATRIX, MATRIX),
    (product, MATRIX, np.arange(4.0)),
    (dot, np.arange(3.0), np.arange(4.0)),
    (joined, MATRIX, np.ones((2, 3))),
    (joined, MATRIX, np.ones((2, 4), np.int32)),
    (scalar_functions, 2.55, np.arange(3)),
    (nan_extremes, HOLES),
    (truth_of, np.array([0.0])),
    (truth_of, np.array([[2]])),
    (truth_of, np.arange(2)),
    (truth_of, np.arange(0)),
    (membership, np.arange(4), 3),
    (membership, MATRIX, 0.5),
    (kinds, np.arange(3.0), 2.5),
    (flat_places, MATRIX, 5),
    (flat_places, MATRIX, -1),
    (flat_places, MATRIX, 12),
    (counted, MATRIX),
    (limits, np.arange(3.0)),
    (arrays_of_lists, 3, 1.5),
    (ragged, 2),
    (rows_of_arrays, np.arange(3.0), np.arange(3)),
    (reshaped_views, np.arange(12.0).reshape(3, 4)[:, ::1]),
    (lists_of, np.arange(12.0).reshape(3, 4)),
    (fortran, 3),
    (areas, GRID, np.array([0.0, 1.0, 3.0, 4.0])),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_as_numpy(program):
    check(*program, ulp=2)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_identity_and_memory(program):
    """Results are arguments where NumPy returns arguments, share memory where NumPy's do, and are writable where they are."""
    function, args = program[0], program[1:]
    facts = []
    for f in (function, aic.jit(function)):
        own = [x.copy() if isinstance(x, np.ndarray) and x.flags.writeable else x for x in args]
        try:
            result = f(*own)
        except Exception:
            result = ()
        results = [r for r in (result if isinstance(result, tuple) else (result,)) if isinstance(r, np.ndarray)]
        facts.append([(r.flags.writeable, [(r is x, np.shares_memory(r, x)) for x in own + results if isinstance(x, np.ndarray)]) for r in results])
    assert facts[0] == facts[1]


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(aic.CompileError, match="axis 2 is out of bounds for array of dimension 2"):
        aic.jit(axis_of_sum)(MATRIX)
