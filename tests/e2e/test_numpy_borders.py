"""Slices as arguments, dtypes as values, NumPy's own named tuples, bytes of arrays, arrays of iterators."""
import numpy as np
import pytest

from harness import check

MATRIX = np.arange(12.0).reshape(3, 4)


def cut(a, part):
    return a[part], part


def written(a, part):
    a[part] += 1
    return a


@pytest.mark.parametrize("part", [slice(1, 3), slice(None, None, -1), slice(2), slice(-2, None), (slice(0, 2), slice(None, 3)), (slice(1, None), 2)])
def test_slices(part):
    check(cut, MATRIX, part)
    check(written, MATRIX.copy(), part)


def of_each(a, parts):
    return [float(a[p].sum()) for p in parts], {"x": a[parts[0]]}


def test_slices_in_lists_and_of_lists():
    check(of_each, MATRIX, [slice(0, 1), slice(1, 3)])
    check(cut, [1, 2, 3, 4], slice(1, None))
    check(cut, "abcde", slice(None, None, 2))


MIDDLE = slice(1, 3)


def of_the_module(a):
    return a[MIDDLE], a[MIDDLE, MIDDLE]


def test_a_slice_of_the_module():
    check(of_the_module, MATRIX)


def questions(a):
    d = a.dtype
    return d == np.float64, d == "f8", d in (np.int64, np.float64), str(d), repr(d), f"{d}", d.name, d.kind, d.char, d.num, d.itemsize


def made_dtypes(n):
    return (np.zeros(n, np.dtype(np.int16)), np.dtype("f4").itemsize, np.dtype("<i8").name, np.zeros(n, "<u2"), np.zeros(n, "d"), np.zeros(n, "|b1"),
            np.zeros(n, "=c8"), np.zeros(n, "?"))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8, np.complex64, np.bool_])
def test_dtypes(dtype):
    check(questions, np.zeros(2, dtype))


def test_dtypes_from_texts():
    check(made_dtypes, 2)


def printed(a):
    print(a.dtype, a.shape, a)


def test_a_dtype_is_printed(capfd):
    check(printed, np.arange(3))


def named_results(a):
    q = np.linalg.qr(a)
    s = np.linalg.svd(a)
    h = np.linalg.eigh(a @ a.T)
    return type(q) is tuple, q.R.shape, s.S, h.eigenvalues, len(s), (q, s, h)


def in_parts(a):
    w, v = np.linalg.eigh(a @ a.T)
    sign, size = np.linalg.slogdet(a @ a.T + np.eye(3))
    return w.shape, v.shape, sign, np.linalg.slogdet(a @ a.T + np.eye(3)).sign


def test_named_tuples_of_linalg():
    check(in_parts, MATRIX)
    import aic
    mine = aic.jit(named_results)(MATRIX)
    theirs = named_results(MATRIX)
    assert mine[:2] == theirs[:2]
    for a, b in zip(mine[-1], theirs[-1]):
        assert type(a) is type(b)
        assert all(x.shape == y.shape for x, y in zip(a, b))


def counted(a):
    c = np.unique_counts(a)
    return c.values, c.counts, np.unique_inverse(a), np.unique_all(a)


def test_named_tuples_of_sets():
    check(counted, np.array([3.0, 1.0, np.nan, 3.0, np.nan]))
    check(counted, np.array([[3, 1], [1, 1]]))


def as_bytes(a):
    return a.tobytes(), a.T.tobytes(), a.T.tobytes("F"), a.T.tobytes("A"), a[:, ::2].tobytes(order="C"), a[:0].tobytes()


@pytest.mark.parametrize("dtype", [np.float64, np.int8, np.bool_, np.complex64])
def test_tobytes(dtype):
    check(as_bytes, MATRIX.astype(dtype))


def from_bytes(b, offset):
    a = np.frombuffer(b, np.uint8, offset=offset)
    return a, a.flags.writeable, np.frombuffer(b, np.int16, 1, offset), np.frombuffer(b, "<u4")


@pytest.mark.parametrize("b, offset", [(b"abcdefgh", 0), (b"abcdefgh", 3), (b"abcdefgh", 9), (b"abcdefgh", -1), (b"abc", 0), (b"", 0), (b"abcdefgh", 7)])
def test_frombuffer(b, offset):
    check(from_bytes, b, offset)


def of_iterators(n):
    rest = iter(range(10))
    first = np.fromiter(rest, int, 3)
    return first, next(rest), np.fromiter((i * 0.5 for i in range(n)), float, count=n), np.fromiter((ord(c) for c in "abc"), np.uint8)


def as_floats(values, count):
    return np.fromiter(values, np.float64, count)


def as_small_ints(values, count):
    return np.fromiter(values, np.uint8, count)


def of_a_dict(d):
    return np.fromiter(d.values(), dtype=float, count=len(d)), np.fromiter(d, int)


def test_fromiter():
    check(of_iterators, 4)
    check(of_a_dict, {1: 2.0, 3: 4.0})
    for values in ([1, 2, 3], (1, 2), [1, 300], [], [1.5, 2.5], np.arange(3)):
        for count in (-1, 0, 2, 9):
            check(as_floats, values, count)
            check(as_small_ints, values, count)


def drawn_bytes(seed, n):
    rng = np.random.default_rng(seed)
    return rng.bytes(n), rng.random(), rng.integers(0, 9, dtype=np.int32)


@pytest.mark.parametrize("n", [0, 1, 4, 5, 8, -1])
def test_bytes_of_a_generator(n):
    check(drawn_bytes, 3, n)


def extremes(a):
    return max(a, key=lambda x: -x), min(a, key=abs), max(a[a > 90], default=0.5), max(a, key=lambda x: x % 3, default=1)


def row_of_the_greatest_norm(m):
    return max(m, key=lambda row: float(row @ row)), min(m, key=np.sum).sum()


def test_extremes_of_arrays_by_a_key():
    check(extremes, np.array([3, -7, 5, 2]))
    check(extremes, np.array([1.5, -2.5]))
    check(row_of_the_greatest_norm, np.array([[1.0, 2.0], [-5.0, 0.0], [3.0, 3.0]]))
