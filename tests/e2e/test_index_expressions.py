"""Index expressions: bools, 0-d arrays, what writing through arrays and masks says of shapes; some of tests/fuzz/indexing.py."""
import numpy as np
import pytest

import aic
from harness import check, load_fuzz

A = np.arange(12.0).reshape(3, 4)
V = np.arange(4.0)
MASK = np.array([True, False, True])


def under_bools(a, flag):
    return a[flag], a[True], a[False], a[np.bool_(True)], a[flag][0:0]


def written_under_bools(a, flag, v):
    a[flag] = v
    a[False] = 100
    a[flag] += 1
    return a


def a_copy(a, i):
    b = a[i]
    b[0] = 100
    return a, b


def of_new_arrays(a):
    b = a[np.array(1)]
    b[0] = 100
    c = a[1, np.array(0)]
    return a, b, c, a[..., np.array(2)], a[1:, np.array(2)]


def written(a, i, v):
    a[i] = v
    return a


def written_both(a, i, j, v):
    a[i, j] = v
    return a


def written_rest(a, i, v):
    a[i, 1:] = v
    return a


def behind_new_axes(a, i):
    return a[None, :, i], a[:, None, i]


def iterated(a):
    for x in a:
        return x


def totalled(a):
    s = 0.0
    for x in a:
        s += x
    return s


def held_apart(t, i, m):
    return t[:, i, ..., 0], t[i, ..., 0], t[:, i, ..., i], t[..., i, 0], t[m, ..., 1, 1], t[:, 0, ..., i]


def written_apart(t, i, v):
    t[:, i, ..., 0] = v
    return t


def among_none(a, m, k):
    a[m, k] = 5
    return a, a[m, k]


def behind_dots(a, i, v):
    a[..., i] = v
    return a


def seen_behind_dots(a, m):
    return a[..., m], a[m, ...]


def numbers_and_arrays(a, i, j):
    a[i, j, -1] = 2
    return a


def the_first_of(a):
    a[..., 0] = np.ones((1, 1))
    return a


ONE = np.array(1)
CUBE = np.arange(24).reshape(4, 3, 2)
PROGRAMS = [
    (under_bools, A, True), (under_bools, V, False), (under_bools, np.array(3.0), True), (written_under_bools, A, True, 5.0), (written_under_bools, A, False, 5.0),
    (written_under_bools, A, True, V), (written_under_bools, A, True, V[:3]), (written_under_bools, A, False, V[:3]), (a_copy, A, ONE), (a_copy, A, 1), (a_copy, A[::2], ONE),
    (a_copy, A, np.array(7)), (of_new_arrays, A), (written, A, ONE, V), (written, V, ONE, 2.0),
    (written, A, np.array([0, 1]), V[:3]), (written, V, np.array([0, 1]), V[:3]), (written, A, MASK, V[:3]), (written, A, np.zeros(3, bool), V[:3]),
    (written, V[:3], MASK, V[:3]), (written_both, A, MASK, np.array([0, 1]), V[:3]), (written_both, A, MASK, 0, V[:3]), (written_both, A, 0, np.array([0, 1, 0]), V[:2]),
    (written_rest, A, np.array([0, 1]), V[:2]), (written_rest, A, MASK, V[:2]), (written, A, np.zeros((3, 4), bool), V[:2]), (written, A, np.array([0, 2]), V),
    (held_apart, CUBE, np.array([0, 1]), np.array([True, False, False, True])), (written_apart, CUBE, np.array([0, 1]), np.arange(8).reshape(2, 4)),
    (written_apart, CUBE, np.array([0, 1]), np.arange(8).reshape(4, 2)), (among_none, A, np.zeros(3, bool), 1), (among_none, A, np.zeros(3, bool), 7),
    (behind_new_axes, A, np.array([0, 3])), (behind_new_axes, A, np.array([0, 4])), (behind_new_axes, A, np.array([-5])), (iterated, np.array(1.0)), (totalled, np.array(1.0)),
    # which of two errors it is, and nothing is written before it
    (written_both, np.zeros((3, 0)), np.array([[-1, -1], [3, 0]]), np.array([0, 0]), 2.0), (written_both, A[:, :3], np.array([[-3, 1, 0], [2, 2, 3]]), MASK | True, 43.0),
    (numbers_and_arrays, CUBE[:1, :1, :0], np.array([False]), np.array([-1, -1, 0])), (behind_dots, V, np.zeros(4, bool), V[:3]),
    (seen_behind_dots, A[:0], np.zeros((0, 0), bool)), (seen_behind_dots, A, A > 5), (seen_behind_dots, V, V > 1), (seen_behind_dots, A, np.zeros((3, 3), bool)),
    (behind_dots, A[:0], np.zeros((0, 0), bool), 2.0), (behind_dots, V, V > 1, V[:2]), (behind_dots, V, V > 1, 7.0),
    # leading axes of extent 1 are dropped
    (written, V, slice(1, 3), V[:2].reshape(1, 1, 2)), (written, V, slice(1, 3), A[:2, :2]), (written, V, slice(1, 3), A[None, :2, :2]), (written, V, slice(1, 3), V[None, :3]),
    (written, V, np.array([0, 2]), V[None, :2]), (written, V, np.array([0, 2]), A[None, :2, :2]), (written, V, np.zeros(0, int), np.zeros((5, 0))),
    (written, A, np.array([0, 2]), A[None, :2]), (the_first_of, V),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_programs(program):
    check(*program)


def test_random_expressions():
    checker = load_fuzz("indexing").Checker(aic)
    found = [f for f in (checker.one(seed, 3) for seed in range(60)) if f]
    assert not found, found[0]
    assert checker.raised > 10 and checker.refused < 20 and checker.runs > 120
