"""Loops whose rounds run in the lanes of vectors (codegen/lanes.cpp): bit for bit what CPython gives, at lengths around the
width of a vector, with inner bounds that move with the lanes, and where rounds depend on one another."""
import copy

import numpy as np
import pytest

import aic

LENGTHS = (0, 1, 7, 8, 9, 31, 33, 40, 77)


def fir(signal, taps):
    out = np.zeros(len(signal))
    for n in range(len(signal)):
        s = 0.0
        for k in range(min(len(taps), n + 1)):
            s += taps[k] * signal[n - k]
        out[n] = s
    return out


def product(a, b):
    out = np.empty((a.shape[0], b.shape[1]), dtype=a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            s = a.dtype.type(0)
            for k in range(a.shape[1]):
                s += a[i, k] * b[k, j]
            out[i, j] = s
    return out


def window(x, r):
    n = len(x)
    out = np.zeros(n)
    for i in range(n):
        s = 0.0
        w = 0.0
        for j in range(max(0, i - r), min(n, i + r + 1)):
            s += x[j] * (j - i)
            w += max(x[j], 0.5)
        out[i] = s / (w + 1.0)
    return out


def triangle(a, x):
    n = len(x)
    y = np.zeros(n)
    for j in range(n):
        s = 0.0
        for i in range(j):
            s += a[i, j] * x[i]
        y[j] = s
    return y


def orthogonal(q):
    m, n = q.shape
    for k in range(n):
        for j in range(k + 1, n):
            s = 0.0
            for i in range(m):
                s += q[i, k] * q[i, j]
            for i in range(m):
                q[i, j] = 0.5 * (q[i, j] - 0.1 * s * q[i, k])
    return q


def neighbours(q):
    m, n = q.shape
    for j in range(1, n):
        s = 0.0
        for i in range(m):
            s += q[i, j - 1] * q[i, j]
        for i in range(m):
            q[i, j] = s
    return q


def tallies(x, t):
    n = x.shape[1]
    above = np.zeros(n, dtype=np.int64)
    f = np.zeros(n)
    for j in range(n):
        k = 0
        s = 0.0
        for i in range(x.shape[0] - 1, -1, -1):
            if x[i, j] > t:
                k += 1
            s = s * 0.5 + abs(x[i, j]) if x[i, j] < 0 else s - x[i, j]
        above[j] = k
        f[j] = s
    return above, f


def arguments(n):
    r = np.random.default_rng(n)
    yield from ((fir, r.random(n), r.random(t)) for t in (0, 1, 3, 40))
    yield from ((window, r.random(n), k) for k in (0, 3, 20))
    yield triangle, r.random((n, n)), r.random(n)
    yield orthogonal, r.random((7, n))
    yield neighbours, r.random((3, n))
    yield from ((tallies, r.standard_normal((m, n)), 0.2) for m in (0, 6))
    for dtype in (np.float32, np.float64, np.int32, np.int8):
        yield product, (r.random((5, 6)) * 50).astype(dtype), (r.random((6, n)) * 50).astype(dtype)
    yield product, r.random((4, 6)), r.random((n, 6)).T
    yield product, r.random((4, 6)), r.random((6, 2 * n))[:, ::2]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("n", LENGTHS)
def test_lanes_give_what_rounds_give(n):
    for function, *given in arguments(n):
        want, got = function(*copy.deepcopy(given)), aic.jit(function)(*copy.deepcopy(given))
        for x, y in zip(want if isinstance(want, tuple) else (want,), got if isinstance(got, tuple) else (got,)):
            assert x.dtype == y.dtype
            assert np.array_equal(x, y, equal_nan=True), (function.__name__, n)


@pytest.mark.parametrize("shape", [(0, 3, 4), (1, 1, 1), (3, 0, 4), (4, 5, 6), (5, 300, 33), (17, 257, 40), (9, 3, 8)])
def test_matrix_products_in_tiles(shape):
    n, k, m = shape
    multiply = aic.jit(lambda a, b: a @ b)
    r = np.random.default_rng(k)
    for dtype in (np.float64, np.float32, np.int32):
        a, b = (r.random((n, k)) * 9).astype(dtype), (r.random((k, m)) * 9).astype(dtype)
        for x, y in ((a, b), (np.asfortranarray(a), b), (a, np.asfortranarray(b)), (np.repeat(a, 2, axis=1)[:, ::2], b)):
            got, want = multiply(x, y), x.astype(np.longdouble) @ y.astype(np.longdouble)
            assert got.dtype == dtype and got.shape == want.shape
            bound = (abs(x.astype(float)) @ abs(y.astype(float))) * 16 * (np.finfo(dtype).eps if dtype != np.int32 else 0)
            assert (abs(got - want) <= bound).all()
