"""Statements over the same arrays run row by row where that is right (passes/kernels/fuse.cpp): what later statements read is
what earlier ones wrote, and not what later ones write."""
import numpy as np
import pytest

import aic


def number(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2.0, shape)


def staggered(h, u, v):
    for _ in range(3):
        u[1:-1, :] -= 0.5 * (h[1:, :] - h[:-1, :])
        v[:, 1:-1] -= 0.5 * (h[:, 1:] - h[:, :-1])
        h -= 0.25 * ((u[1:, :] - u[:-1, :]) + (v[:, 1:] - v[:, :-1]))
    return h.copy()


def behind(a, b, c):
    """The second statement reads two rows that the first one writes later, the third what the second writes earlier."""
    a[:, :] = b * 2.0
    b[:-2] = a[2:] + a[1:-1]
    c[1:] = b[:-1] * 0.5
    return a.sum(axis=1), b[0, 0]


def ahead(a, b):
    """The second statement overwrites rows that the first one still needs."""
    c = a[1:] * 3.0 + a[:-1]
    a[:-1] = b[1:] - 1.0
    b[1:] = c + a[:-1]
    return c


def turned(a, b):
    a[:] = b + 1.0
    b[::-1] = a * 2.0
    a[:] = b[:, ::-1] + a
    return a.T @ b


def normalised(x, gain):
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
    y = centred / spread * gain
    return y, y.sum(axis=0), (x * centred).sum(axis=0)


def shares(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    e /= e.sum(axis=1, keepdims=True)
    return e, np.log(e).mean(), e.argmax(axis=1)


def kept(x):
    t = x * 2.0
    u = t + 1.0
    w = t * u
    return w + u, t[0].copy(), t


def rows_of_rows(x):
    out = np.zeros_like(x)
    for i in range(x.shape[0]):
        t = x[i] * 2.0
        u = t[:, None] * x[i][None, :]
        v = u + u.T
        out[i] = v.sum(axis=0) + t
    return out


def lines(a, b, n):
    for _ in range(n):
        a += 0.5 * b
        b -= 0.25 * a
        c = a * b
        a[1:] += c[:-1]
        b[:-1] += c[1:]
    return np.dot(a, b), a - b


def written_loops(a, b):
    n, m = a.shape
    for i in range(n):
        for j in range(m):
            a[i, j] += b[i, j]
    b[:] = a * 0.5
    for i in range(1, n):
        for j in range(m):
            b[i, j] += a[i - 1, j]
    return b.sum(axis=0)


def views_of_one(a):
    top, low = a[: a.shape[0] // 2], a[a.shape[0] // 2 :]
    top += 1.0
    low *= 2.0
    a[1:] -= a[:-1]
    return a.sum(axis=0)


def three_axes(a, b):
    a[1:-1, 1:-1, 1:-1] = b[2:, 1:-1, 1:-1] + b[:-2, 1:-1, 1:-1]
    b[1:-1, 1:-1, 1:-1] = a[1:-1, 2:, 1:-1] - a[1:-1, 1:-1, :-2]
    a[:] = a + b
    return a.mean(axis=0), b.max(axis=2)


def sums(a, b):
    c = a * b
    return c.sum(axis=0), (c * a).sum(axis=0), c.sum(axis=1), c


CALLS = [
    (staggered, lambda n, m: (number(n, m), number(n + 1, m), number(n, m + 1))),
    (behind, lambda n, m: (number(n + 2, m), number(n + 2, m), number(n + 2, m))),
    (ahead, lambda n, m: (number(n, m), number(n, m, seed=1))),
    (turned, lambda n, m: (number(n, m), number(n, m, seed=1))),
    (normalised, lambda n, m: (number(n, m), number(m))),
    (shares, lambda n, m: (number(n, m),)),
    (kept, lambda n, m: (number(n, m),)),
    (rows_of_rows, lambda n, m: (number(n, m),)),
    (lines, lambda n, m: (number(n * m), number(n * m, seed=1), 3)),
    (written_loops, lambda n, m: (number(n, m), number(n, m, seed=1))),
    (views_of_one, lambda n, m: (number(2 * n, m),)),
    (three_axes, lambda n, m: (number(n, m, 5), number(n, m, 5, seed=1))),
    (sums, lambda n, m: (number(n, m), number(n, m, seed=1))),
]


@pytest.mark.parametrize(("f", "arguments"), CALLS)
def test_rows(f, arguments):
    g = aic.jit(cache=False)(f)
    for n, m in [(7, 9), (1, 1), (2, 17), (40, 3), (33, 64)]:
        mine, theirs = arguments(n, m), arguments(n, m)
        got, want = g(*mine), f(*theirs)
        for x, y in zip((*got, *mine) if isinstance(got, tuple) else (got, *mine), (*want, *theirs) if isinstance(want, tuple) else (want, *theirs)):
            assert np.shape(x) == np.shape(y)
            np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-11)


def test_arguments_that_overlap():
    g = aic.jit(cache=False)(ahead)
    for shift in (0, 1, 2):
        a, b = number(12, 5), number(12, 5)
        got, want = g(a[: 12 - shift], a[shift:]), ahead(b[: 12 - shift], b[shift:])
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("f", [normalised, sums, lines])
def test_nothing(f):
    arguments = {normalised: (number(0, 4), number(4)), sums: (number(0, 4), number(0, 4)), lines: (number(0), number(0), 2)}[f]
    got, want = aic.jit(cache=False)(f)(*arguments), f(*arguments)
    for x, y in zip(got, want):
        np.testing.assert_array_equal(x, y)


def views_in_rounds(a, b):
    n, m = a.shape
    for i in range(n):
        row = a[i]
        for j in range(m):
            row[j] = b[i, j] * 2.0
    for i in range(n):
        above = a[(i + 1) % n]
        for j in range(m):
            b[i, j] = above[j] + 1.0
    return a + b


def left_in_the_middle(a, b):
    n, m = a.shape
    for i in range(n):
        if a[i, 0] > 1.0:
            continue
        for j in range(m):
            a[i, j] += b[i, j]
    c = a * 2.0
    for i in range(n):
        if c[i, 0] > 2.5:
            continue
        for j in range(m):
            b[i, j] = c[i, j] - 1.0
    return c


def kept_from_round_to_round(a, b):
    t = np.empty(a.shape)
    for k in range(3):
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                a[i, j] += 1.0 if k == 0 else t[i, j]
        for i in range(a.shape[0]):
            for j in range(a.shape[1]):
                t[i, j] = a[i, j] * b[i, j]
    return a


@pytest.mark.parametrize("f", [views_in_rounds, left_in_the_middle, kept_from_round_to_round])
def test_written_loops(f):
    g = aic.jit(cache=False)(f)
    for n, m in [(6, 4), (1, 3), (3, 20)]:
        mine, theirs = [number(n, m), number(n, m, seed=1)], [number(n, m), number(n, m, seed=1)]
        np.testing.assert_array_equal(g(*mine), f(*theirs))
        for x, y in zip(mine, theirs):
            np.testing.assert_array_equal(x, y)


def carried_between(a, b):
    c = a * 2.0
    for k in range(3):
        c = c + b[k % len(b)]
        b += c[0]
    a += 1.0
    d = a * c
    return d + b


def test_arrays_that_loops_carry():
    mine, theirs = [number(6, 4), number(6, 4, seed=1)], [number(6, 4), number(6, 4, seed=1)]
    np.testing.assert_allclose(aic.jit(cache=False)(carried_between)(*mine), carried_between(*theirs), rtol=1e-13)
    for x, y in zip(mine, theirs):
        np.testing.assert_allclose(x, y, rtol=1e-13)
