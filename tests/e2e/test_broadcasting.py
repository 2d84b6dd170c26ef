"""Extents that turn out to be 1 when the program runs: every mixture of stretched axes, through chains of operations, views
between them, reductions and stores into the array that is read."""
import itertools

import numpy as np
import pytest
import aic
from harness import check

SHAPES = [(3, 5), (1, 5), (3, 1), (1, 1)]


def filled(shape, start=1.0):
    return np.arange(start, start + np.prod(shape)).reshape(shape) / 8  # sums are exact


def chain(a, b, c):
    return ((a + b) * c - a) / (b + c)


def rows(a, b):
    return (a * b)[:1] + a, (a - b)[:, ::-1] * b, (a + b).T + 1


def sums(a, b, c):
    return (a * b + c).sum(), (a * b + c).sum(axis=0), (a - b * c).max(axis=1), (a * b).mean(axis=0, keepdims=True) - c


def inplace(a, b):
    a += b
    a[1:] = a[:-1] * b[:1] + a[1:]
    return a


def lines(a, b):
    return (a + b) * a - b, np.where(a > b, a, b)


@pytest.mark.parametrize("shapes", list(itertools.product(SHAPES, repeat=3)), ids=str)
def test_chains(shapes):
    a, b, c = (filled(s, k + 1) for k, s in enumerate(shapes))
    check(chain, a, b, c)
    check(sums, a, b, c)


@pytest.mark.parametrize("shapes", list(itertools.product(SHAPES + [(2, 5), (0, 5), (3, 0)], repeat=2)), ids=str)
def test_views_between_and_stores(shapes):
    a, b = (filled(s) for s in shapes)
    check(rows, a, b)
    check(inplace, a, b)


@pytest.mark.parametrize("n, m", [(4, 4), (1, 4), (4, 1), (1, 1), (4, 3), (0, 1), (1, 0)])
def test_lines(n, m):
    check(lines, filled((n,)), filled((m,)))


def one_column_to_another(p, j, k):
    p[:, j] = p[:, k]
    p[k] = p[j]
    p[:, j] += p[:, k] * p[:, j]
    return p


def columns_by_rows(p, k):
    p[:, k] = p.sum(axis=1)
    p[:, :2] = p[:, k : k + 2]
    p[k] = p[:, k]
    return p


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64, np.complex128])
def test_columns(dtype):
    for j, k in itertools.product(range(-2, 2), repeat=2):
        check(one_column_to_another, (9 * filled((5, 5))).astype(dtype), j, k)
        check(columns_by_rows, (9 * filled((5, 5))).astype(dtype), k)
        check(columns_by_rows, np.asfortranarray((9 * filled((5, 5))).astype(dtype)), k)


def pairs(a, b):
    k = np.broadcast(a, b)
    return k.shape, k.size, k.nd, [x - y for x, y in np.broadcast(a, b)]


def visited(a):
    seen = [float(x) for x in np.nditer(a)]
    for x in np.nditer(a, op_flags=["readwrite"]):
        x[...] = x * 2
    return seen, [float(x * y) for x, y in np.nditer([a, a + 1])], [float(x) for x in np.nditer(a, order="F")], [float(x) for x in np.nditer(a, order="C")]


def written(a):
    for x in np.nditer(a):
        x[...] = 1


def arrays(a, b):
    return np.broadcast_arrays(a, b)


def test_broadcast_and_nditer():
    check(pairs, np.arange(3), np.arange(8.0).reshape(2, 4, 1))
    check(pairs, np.arange(3), np.arange(4))
    check(arrays, np.ones((4, 3)), np.ones((3, 3)))
    for a in (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(3.0)):
        check(visited, a)
        check(written, a)
    with pytest.raises(aic.CompileError, match="order='C'"):
        aic.jit(visited)(np.arange(12.0).reshape(3, 4)[:, ::2])
