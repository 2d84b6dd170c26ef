"""Where one part of an expression is looked at only, that part is computed; nobody can tell."""
import numpy as np
import pytest

from harness import check
from test_derivatives import check as check_gradient

A = np.arange(12.0).reshape(3, 4) - 5
V = np.arange(6.0) - 2
I = np.array([3, 0, 2, 0, 0, 1])
BIG = (np.arange(400) * 37 % 101).astype(float)


def row(a, i):
    return np.arctan2(a * 2 + 1, a)[i]


def column(a, i):
    return np.exp(a)[:, i], (a + 1)[i]


def row_beside_whole(a):
    g = a[:, 1:] - a[:, :-1]
    h = np.sqrt(np.abs(g))
    return h.sum(), h.max(), np.arctan2(g, g + 1)[0]


def row_stretched(a):
    e = np.exp(a)
    return e[0] * a, e[1][None, :] - e


def stretched(a):
    v = np.exp(a[0])
    w = a + 1
    return v[None, :] * a, (v[:, None] + v[None, :]).sum(), w[0] + w


def divided_by_zero(a, i):
    return (a // i)[1:], (a % i)[0:3][0], (a << i)[2:]


def written_between(a):
    b = a * 2
    a[0] = 100.0
    c = b[0]
    a[1] = 50.0
    return c, a


def part_is_written(a):
    b = (a * 2)[1]
    b += a[1]
    b[0] = 7
    a[1] = 0
    return a, b


def one_element_each_round(a, n):
    s = 0.0
    for k in range(n):
        s += np.sqrt(a * a)[k % 3].sum() + (a + k)[0, 1]
    d = a * 3
    for k in range(n):
        s += d[k % 3, 0]
    return s


def two_rows(a):
    b = a * 2
    x, y = b[0], b[:2]
    x[1] = 9
    return x, y


def out_of_range(a, i):
    return (a + 1)[i]


def first_places(a, k):
    return np.argsort(a, kind="stable")[:k], np.argsort(a, kind="stable")[:5], a[np.argsort(-a, kind="stable")[:k]]


def first_of_few(a, i):
    k = np.sum(i > 0) - 1
    return np.argsort(a, kind="stable")[:k], np.argsort(a, kind="stable")[: len(i)], np.argsort(a, kind="stable")[:-1][:1]


def first_and_all(a):
    order = np.argsort(a, kind="stable")
    return order[:3], order


PROGRAMS = [
    (row, A, 1), (row, A, -1), (row, A, 3), (row, A[:, ::2], 0), (row, A.T, 2), (row, V[:, None], 2), (column, A, 0), (row_beside_whole, A), (row_stretched, A), (stretched, A),
    (divided_by_zero, I[::-1] * 7, I), (written_between, A), (part_is_written, A), (one_element_each_round, A, 5), (two_rows, A), (out_of_range, A, 3), (out_of_range, A, -4),
    (out_of_range, A[:0], 0), (first_places, BIG, 7), (first_places, BIG, 0), (first_places, BIG, -390), (first_places, BIG, 500), (first_places, BIG.astype(np.int16), np.int64(25)),
    (first_places, np.where(BIG % 5 == 0, np.nan, BIG), 20), (first_places, np.full(400, np.nan), 20), (first_places, np.zeros(400), 20), (first_places, -np.sort(-BIG), 3),
    (first_of_few, BIG, I), (first_and_all, BIG),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:], ulp=2)


def part_of_squares(a):
    b = np.sin(a) * a
    return (b * b)[1].sum() + np.exp(a)[0, 1] + b.sum()


def test_gradient():
    check_gradient(part_of_squares, A / 5)
