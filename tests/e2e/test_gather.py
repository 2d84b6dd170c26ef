"""Reading through index arrays and masks: joined with what is around it, and raising where NumPy does."""
import numpy as np
import pytest

import aic
from harness import check, same

A = np.arange(12.0).reshape(3, 4) - 5
V = np.arange(6.0)
I = np.array([0, -1, 3])
C = np.arange(60).reshape(3, 4, 5)
NONE = np.array([], dtype=int)


def one(a, i):
    return a[i]


def two(a, i, j):
    return a[i, j]


def beside_slices(a, i):
    return a[:, i], a[1, i], a[i, 1]


def apart(a, i, j):
    return a[i, :, j], a[:, i, j], a[i, 1:3]


def between_stores(a, i):
    x = a[i]
    a[0] = 50.0
    return x + a[i]


def interpolated(a, i, f):
    return a[i] * (1 - f) + a[i + 1] * f


def squared_where(a, m):
    a[m] = a[m] * a[m] + 1
    return a


def reduced(a, i):
    return a[i].sum(), a[i].max()


def written_each_round(a, i):
    s = 0.0
    for k in range(3):
        b = a[i]
        a[i] = b * 2
        s += b[k]
    return s


PROGRAMS = [
    (one, V, I), (one, V, I.astype(np.int8)), (one, V, np.array([2], dtype=np.uint64)), (one, V, np.array([6])), (one, V, np.array([1, -7, 9])),
    (one, V, np.array([[0, 1], [2, 3]])), (one, A, I[:2]), (one, A, np.array([0, 3])), (one, V, NONE), (one, V[:0], NONE), (one, V[:0], I),
    (one, V, V > 2), (one, V, V > 9), (one, A, A > 0), (one, A, A[:, 0] > -2), (two, A, I[:2], I[1:]), (two, A, np.array([[0], [2]]), I),
    (two, A, np.array([0, 1]), np.array([4, 0])), (two, A, np.array([0, 1]), I), (two, A, np.array([[9]]), np.zeros((1, 0), int)),
    (two, A, 1, I), (two, A, 3, I), (two, A, -4, NONE), (beside_slices, A, np.array([2, -1, 0])), (apart, C, np.array([0, -1]), np.array([1, 3])),
    (between_stores, V, I), (interpolated, V, np.array([0, 2, 4]), np.array([0.5, 0.25, 0.125])), (squared_where, V, V > 2), (reduced, V, I),
    (written_each_round, V, I),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])


def test_indices_that_are_overwritten():
    def through_itself(a, i):
        i[:] = a[i]
        return i

    start = np.array([3, 1, 0, 2])
    want, got = start.copy(), start.copy()
    assert same(through_itself(want, want), aic.jit(through_itself)(got, got)) and same(want, got)
