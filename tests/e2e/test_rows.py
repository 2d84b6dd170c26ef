"""Loops that pass over whole arrays again and again: row by row where that is the same."""
import numpy as np
import pytest

import aic
from harness import check, same

A = np.arange(42.0).reshape(6, 7) % 11 - 3
C = np.arange(120.0).reshape(4, 5, 6) % 13


def blurred(a, w):
    r = len(w)
    out = np.zeros((a.shape[0] - r + 1, a.shape[1]))
    for k in range(r):
        out += w[k] * a[k : k + out.shape[0]]
    wide = np.zeros((a.shape[0], a.shape[1] - r + 1))
    for k in range(r):
        wide += w[k] * a[:, k : k + wide.shape[1]]
    return out, wide


def polynomial(a, c):
    out = np.zeros_like(a)
    for k in range(len(c)):
        out[:] = out * a + c[k]
    return out


def feedback(a, n):
    for k in range(n):
        a[:] = a * 0.5 + 1
    return a


def rows_above(a, n):
    for k in range(n):
        a[1:] += a[:-1] * 0.5
    for k in range(n):
        a[:] = a + a[k]
    return a


def columns(a, n):
    for k in range(n):
        a[:, k] = a[:, k + 1] * 2
    for k in range(n):
        a += a[:, k, None]
    return a


def reversed_rows(a, n):
    for k in range(n):
        a += a[::-1] * (k + 1)
    return a


def weights_are_written(a, n):
    for k in range(n):
        a[:] = a * a[0, 0]
    w = a[0]
    for k in range(n):
        a += w[k]
    return a


def three_axes(c, n):
    s = np.zeros_like(c)
    for k in range(n):
        s += c * k
    t = np.zeros(c.shape[1:])
    for k in range(len(c)):
        t += c[k]
    return s, t, s.T


def fortran(a, w):
    out = np.zeros(a.T.shape).T
    for k in range(len(w)):
        out += w[k] * a
    return out


def two_arrays(a, b, n):
    for k in range(n):
        a[1:] = b[:-1] * 0.5 + k
    return a, b


def until(a, n, limit):
    for k in range(n):
        a[:] = a + 1
        if a[0, 0] > limit:
            break
    return a


def of_rows(a, n):
    for k in range(n, 0, -2):
        a[k % 3] += k
        a += 1
    return a


PROGRAMS = [
    (blurred, A, np.array([0.25, 0.5, 0.25])), (blurred, A[::-1, ::-1], np.array([0.25])), (blurred, A, np.ones(6)), (polynomial, A, np.arange(4.0)), (polynomial, A, np.zeros(0)),
    (polynomial, A[:0], np.arange(4.0)), (feedback, A, 3), (feedback, A.T, 3), (feedback, A[:, ::2], 3), (rows_above, A, 3), (columns, A, 4), (reversed_rows, A, 3),
    (weights_are_written, A / 3, 4), (three_axes, C, 3), (three_axes, C[:, ::-1], 3), (fortran, A.T, np.arange(3.0)), (two_arrays, A, A + 1, 3), (until, A, 9, 2.0), (of_rows, A, 6),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])


@pytest.mark.parametrize("views", [lambda b: (b, b), lambda b: (b[1:], b[:-1]), lambda b: (b[:-1], b[1:]), lambda b: (b, b[::-1])])
def test_one_array_under_two_names(views):
    want, got = A.copy(), A.copy()
    two_arrays(*views(want), 3), aic.jit(two_arrays)(*views(got), 3)
    assert same(want, got)
