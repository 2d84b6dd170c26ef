"""Masks: what is computed from chosen elements is computed under the mask, and nobody can tell."""
import numpy as np
import pytest

import aic
from harness import check, same
from test_derivatives import check as check_gradient

A = np.arange(12.0).reshape(3, 4) - 5
V = np.arange(6.0) - 2
M = np.array([True, False, True, True, False, False])
C = np.arange(60.0).reshape(3, 4, 5) - 30
N = np.array([3.0, np.nan, -1.0, np.inf, 0.0, -0.0])


def squared(a, m):
    a[m] = a[m] * a[m] + 1
    return a


def from_others(a, b, c, m):
    a[m] = b[m] + np.sqrt(np.abs(c[m]))
    b[m] += a[m]
    return a, b


def rows(a, m):
    a[m] = a[m] * 2 - a[0]
    a[m] -= 1
    return a


def rows_filled(a, m):
    a[m] = 7
    return a


def row_for_all(a, m, r):
    a[m] = r
    return a


def sums(a, m):
    x = a[m]
    return x.sum(), (x * x).mean(), np.count_nonzero(m), len(x), x.size, np.any(x > 1), np.all(x > -9)


def extremes(a, m):
    return a[m].max(), a[m].min(), np.abs(a[m]).max()


def by_axis(a, m):
    return a[m].sum(axis=0), a[m].mean(axis=0), a[m].max(axis=0), a[m].sum(axis=1), a[m].sum()


def products(a, m):
    return a[m].prod(), (a[m] + 1)[::2].sum()


# ---- what stands between ----
def mask_changes(a, m):
    x = a[m]
    m[0] = not m[0]
    m[1] = not m[1]
    a[m] = x + 1
    return a


def source_changes(a, m):
    x = a[m]
    a[0] = 50.0
    a[m] = x + 1
    return a, x


def list_changes(a, m):
    x = a[m]
    x[0] = 50.0
    a[m] = x * 2
    return a, x.sum()


def list_changes_in_place(a, m):
    x = a[m]
    y = x
    x += 10
    a[m] = y
    return a, x


def other_mask(a, m):
    a[m] = a[~m]
    return a


def shifted_mask(a):
    a[1:][a[:-1] > 0] = a[:-1][a[:-1] > 0] * 2
    return a


def masks_itself(m):
    m[m] = ~m[m]
    return m


def reversed_into_itself(a, m):
    a[m] = a[::-1][m]
    return a


def listed(a, m):
    x = a[m]
    y = x[::-1]
    a[m] = y
    return a, x


def from_a_list(a, m, v):
    a[m] = v
    return a


def in_a_loop(a, n):
    for k in range(n):
        low = a < k
        a[low] += 2.0
        a[~low] *= 0.5
    return a


def relaxed(d, s):
    for k in range(len(d)):
        through = d[:, k, None] + d[None, k, :]
        better = through < d
        d[better] = through[better]
        s[better] = np.broadcast_to(s[:, k, None], s.shape)[better]
    return d, s


def rank_one_updates(a, n):
    for k in range(n):
        a[:] = a - a[:, k, None] * a[k] * 0.1
        a += a[k] + a[:, k][:, None]
    return a


def updated(a, b, i):
    t = a * b
    t += a
    u = a[i]
    u -= 1
    seen = t[0]
    t *= 2
    return t, u, seen


def nothing_chosen(a):
    x = a[a > 1e9]
    return x.sum(), x.size, x


def no_extreme(a):
    return a[a > 1e9].max()


def along_the_mask(a, m, row):
    a[m] = a[m] + row * 2
    return a


D = np.array([[0, 3, 9, 1], [2, 0, 8, 9], [9, 1, 0, -4], [5, 9, 2, 0]])
PROGRAMS = [
    (squared, V, V > 0), (squared, A, A > 0), (squared, A.T, A.T > 0), (squared, V[::-1], V > 0), (squared, V.astype(np.int32), M), (squared, V, M[:5]),
    (from_others, V, V * 2, V - 9, M), (from_others, A, A * 2, A - 9, A % 2 == 0), (rows, A, np.array([True, False, True])), (rows, C, np.array([True, False, True])),
    (rows, C, C[:, :, 0] > -10), (rows_filled, A, np.array([True, False, True])), (rows_filled, C.T, np.array([True, False, True, True, False])),
    (row_for_all, A, np.array([True, False, True]), np.arange(4.0)), (row_for_all, A, A > 0, np.array([3.0])), (row_for_all, A, A > 0, np.arange(2.0)),
    (sums, V, M), (sums, A, A > 0), (sums, N, M), (sums, V, V > 99),
    (sums, V.astype(np.int8), M), (sums, V > 0, M), (sums, V * 1j, M), (extremes, V, M), (extremes, A.astype(np.int16), A > 0), (extremes, N, M), (extremes, V, V > 99), (by_axis, A, np.array([True, False, True])),
    (by_axis, C, C[:, :, 0] > -10), (by_axis, C, np.array([True, False, True])), (products, V, M), (products, V.astype(np.uint8), M),
    (mask_changes, V, M), (source_changes, V, M), (list_changes, V, M), (list_changes_in_place, V, M), (other_mask, V, M), (other_mask, V, V > 0), (shifted_mask, V), (masks_itself, M),
    (reversed_into_itself, V, M), (listed, V, M), (from_a_list, V, M, np.array([5.0, 6.0, 7.0])), (from_a_list, V, M, np.array([5.0, 6.0])),
    (from_a_list, V, M, np.array([5, 6, 7])), (in_a_loop, A, 5), (relaxed, D, np.tile(np.arange(4), (4, 1))), (relaxed, D * 1.0, np.tile(np.arange(4), (4, 1))), (rank_one_updates, A[:, :3] / 9, 3),
    (updated, V, V + 1, np.array([0, -1, 3])), (nothing_chosen, V), (no_extreme, V), (along_the_mask, A, np.array([True, False, True]), np.arange(4.0)),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])


def under_other(a, b):
    a[b > 0] = b[b > 0] * 2 + a[b > 0]


def under_own(a, b):
    a[a > 0] = b[a > 0] - 1


@pytest.mark.parametrize("program", [under_other, under_own])
@pytest.mark.parametrize("views", [lambda b: (b, b[:]), lambda b: (b[1:], b[:-1]), lambda b: (b[:-1], b[1:]), lambda b: (b, b[::-1])])
def test_arguments_that_overlap(program, views):
    want, got = V.copy(), V.copy()
    program(*views(want)), aic.jit(program)(*views(got))
    assert same(want, got)


# ---- gradients ----
def chosen_sum(a):
    return (a[a > 0] ** 2).sum()


def chosen_update(a, b):
    a[b > 0] = a[b > 0] * b[b > 0]
    a[a < -1] *= 3.0
    return (a * a).sum()


def chosen_rows(a, m):
    a[m] = a[m] * a[0] + 1
    return (a[m].mean(axis=0) ** 2).sum()


def list_of_chosen(a, m):
    x = a[m]
    s = 0.0
    for k in range(len(x)):
        s += x[k] * x[k] * (k + 1)
    a[m] = x[::-1]
    return s + (a ** 3).sum()


def gathered(a, i, j):
    x = a[i, j]
    return (x * x * a[j, i]).sum()


def gathered_rows(a, i):
    return (a[i] ** 2).sum() + a[i, 1].sum()


@pytest.mark.parametrize("program", [
    (chosen_sum, V + 0.3), (chosen_update, V + 0.3, V[::-1] + 0.1), (chosen_rows, A / 3 + 0.1, np.array([True, False, True])),
    (list_of_chosen, V + 0.3, M), (gathered, A / 3, np.array([0, 2, 0, -1]), np.array([1, 1, 0, 2])), (gathered_rows, A / 3, np.array([0, 2, 0, -1])),
], ids=lambda p: p[0].__name__)
def test_gradient(program):
    check_gradient(program[0], *program[1:])


def order_of(a, m):
    order = np.arange(len(a))
    for i in range(len(a)):
        for j in range(i, 0, -1):
            if a[order[j]] < a[order[j - 1]]:
                order[j], order[j - 1] = order[j - 1], order[j]
    return order[m], np.arange(len(a))[m]


def test_numbers_that_were_moved_are_not_computed_anew():
    check(order_of, np.array([3.0, 1.0, 2.0, 0.0, 5.0, 4.0]), M)
