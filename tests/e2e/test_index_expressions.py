"""Index expressions: bools, 0-d arrays, what writing through arrays and masks says of shapes; some of tests/fuzz/indexing.py."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

import aic
from harness import check

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
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_programs(program):
    check(*program)


def test_random_expressions():
    spec = importlib.util.spec_from_file_location("fuzz_indexing", Path(__file__).resolve().parents[1] / "fuzz" / "indexing.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    checker = module.Checker(aic)
    found = [f for f in (checker.one(seed, 3) for seed in range(60)) if f]
    assert not found, found[0]
    assert checker.raised > 10 and checker.refused < 20 and checker.runs > 120
