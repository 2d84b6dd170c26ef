"""where, nonzero and their kin, sorting, padding: what is chosen and where it stands."""
import numpy as np
import pytest

from harness import check

A = np.arange(12.0).reshape(3, 4) - 5
V = np.array([0.0, 1, 0, 2])
W = np.random.default_rng(4).integers(-8, 9, 40) / 4


def chosen(a, b):
    return np.where(a > 0, a, b)


def chosen_scalar(c):
    return np.where(c, 1, 2.5)


def chosen_strong(a):
    return np.where(a > 0, np.float32(1), 0), np.where(a > 0, 255, 0).astype(np.uint8)


def where_alone(a):
    return np.where(a), a.nonzero(), np.nonzero(a > 1)


def flat(a):
    return np.flatnonzero(a > 0)


def places(a, i):
    return np.unravel_index(i, a.shape)


def the_greatest(a):
    return a[np.unravel_index(a.argmax(), a.shape)]


def sorted_copy(a):
    return np.sort(a), np.sort(a, axis=0), np.sort(a, axis=None)


def sorted_in_place(a):
    a.sort()
    a[1:].sort(axis=0)
    return a


def order(a):
    return np.argsort(a, kind="stable"), a.argsort(axis=0, kind="stable")


def padded(a):
    return np.pad(a, 2, mode="edge"), np.pad(a, (1, 2), constant_values=7), np.pad(a, (2, 0), mode="reflect")


def padded_by(a, width):
    return np.pad(a, width)


PROGRAMS = [
    (chosen, A, 2.0), (chosen, A, V), (chosen, A, 2), (chosen_scalar, True), (chosen_scalar, V > 0), (chosen_strong, A), (where_alone, A),
    (where_alone, V), (where_alone, np.zeros((2, 0, 3))), (flat, A), (places, A, 7), (places, A, 12), (places, A, -1),
    (places, A, np.array([1, 2, 11])), (places, A, np.array([1, 12, 2])), (places, A, np.array([[1, 2], [3, 4]])), (the_greatest, A),
    (sorted_copy, W), (sorted_copy, W.reshape(8, 5)), (sorted_copy, W > 0), (sorted_copy, W[:0]), (sorted_in_place, W),
    (sorted_in_place, W.reshape(8, 5)), (sorted_in_place, W.reshape(8, 5).T), (sorted_in_place, np.array([2.0, np.nan, -1, np.nan])),
    (order, W), (order, W.reshape(5, 8)), (padded, V), (padded, A), (padded_by, V, 3), (padded_by, V, -1),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])
