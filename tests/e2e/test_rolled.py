"""Rolled arrays, and arrays put together from two pieces of another, are read where they are used (passes/join_pieces.cpp,
passes/kernels/split_rounds.cpp)."""
import numpy as np
import pytest

import aic


def upwind(q, u):
    for _ in range(3):
        dx = np.where(u > 0.0, q - np.roll(q, 1, axis=1), np.roll(q, -1, axis=1) - q)
        dy = np.where(u < 0.1, q - np.roll(q, 1, axis=0), np.roll(q, -1, axis=0) - q)
        q = q - 0.1 * (u * dx + dy)
    return q


def neighbours(q, u):
    total = np.zeros_like(q)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dx != 0 or dy != 0:
                total += np.roll(np.roll(q, dy, axis=0), dx, axis=1)
    return total, np.roll(q, (1, 2), axis=(0, 1)) - u


def by_any(q, u):
    out = q
    for k in range(-9, 10, 4):
        out = out + np.roll(q, k, axis=1) * np.roll(u, 2 * k, axis=0)
    return out


def written_between(q, u):
    a = np.roll(q, 1, axis=1)
    q[:, 0] = 7.0
    b = np.roll(q, 1, axis=1)
    q += a
    return a + b, a[0].sum(), b


def in_place(q, u):
    q[:] = np.roll(q, 1, axis=0) + np.roll(q, 3, axis=1)
    q -= np.roll(q, -1, axis=1)
    return q.sum(axis=0), np.roll(q, 1, axis=1)[:, 1:3] * 2.0


def joined(q, u):
    first = np.concatenate((q[-1:], q[:-1]))
    last = np.hstack((q[:, 1:], q[:, :1]))
    return first + last, np.concatenate((q[:1], q[:-1])) - u, np.concatenate((q[1:], u[:1]))


def flat(q, u):
    x, y = q.ravel(), u.ravel()
    d = (np.roll(x, -1) - np.roll(x, 1)) * 0.5
    return d + y, np.roll(q, 3), np.roll(x, 1).sum(), np.roll(x > 1.0, 2) & (y > 1.0)


def pieces_looked_at_early(q, u):
    out = np.empty_like(q)
    out[:, 1:] = q[:, :-1]
    early = out[:, 1:].sum()
    out[:, :1] = q[:, -1:]
    return out, early


@pytest.mark.parametrize("f", [upwind, neighbours, by_any, written_between, in_place, joined, flat, pieces_looked_at_early])
def test_rolled(f):
    g = aic.jit(cache=False)(f)
    for n, m in [(6, 9), (1, 1), (3, 40), (40, 3), (2, 2), (17, 33)]:
        if m < 3 and f is in_place:
            continue
        mine = [np.random.default_rng(k).uniform(-1, 2, (n, m)) for k in range(2)]
        theirs = [a.copy() for a in mine]
        got, want = g(*mine), f(*theirs)
        for x, y in zip((*got, *mine) if isinstance(got, tuple) else (got, *mine), (*want, *theirs) if isinstance(want, tuple) else (want, *theirs)):
            assert np.shape(x) == np.shape(y)
            np.testing.assert_allclose(x, y, rtol=1e-13, atol=1e-13)


def test_nothing_to_roll():
    g = aic.jit(cache=False)(upwind)
    for shape in [(0, 4), (4, 0)]:
        assert g(np.zeros(shape), np.zeros(shape)).shape == shape
