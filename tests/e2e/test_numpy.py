"""NumPy as programs use it, against NumPy: functions of the library, indexing, views, and what goes wrong."""
import numpy as np
import pytest

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


MATRIX = np.arange(12.0).reshape(3, 4)
PROGRAMS = [
    (column_sums, MATRIX),
    (by_mask, np.arange(5), np.array([True, False, True, True])),
    (set_by_mask, np.arange(4.0), np.array([True, False, True, True]), np.arange(2.0)),
    (add_in_place, np.arange(3.0), np.ones((2, 3))),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_as_numpy(program):
    check(*program)
