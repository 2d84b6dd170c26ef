"""Lists as indices, insertion and deletion, elements along an axis, Kronecker products, covariances."""
import numpy as np
import pytest
from harness import check

A = np.arange(24.0).reshape(4, 6) / 8
RANDOM = np.random.RandomState(5)


def rows_by_list(a, k):
    a = a.copy()
    a[[0, k]] = a[[k, 0]]
    a[:, [1, 3]] += 10.0
    rows = [k, 0, -1]
    rows.append(1)
    return a, a[rows], a[rows, [0, 1, 2, 3]], a[[True, False, True, k > 0]]


def inserted(a, k):
    return np.insert(a, k, 0.5), np.insert(a[0], k, a[1]), np.insert(a[:, 0], -1, 7, axis=0)


def deleted(a, k):
    return np.delete(a, k), np.delete(a, k, axis=1), np.delete(a, -1, 0)


def along(a):
    order = np.argsort(-a, axis=1)
    return np.take_along_axis(a, order, 1), np.take_along_axis(a, order[:, :1], axis=1), np.take_along_axis(a, order[:1] % 4, 0)


def along_flat(a, i):
    return np.take_along_axis(a, i, None)


def krons(a, b):
    return np.kron(a, b), np.kron(a[0], b[0]), np.kron(a, b[0]), np.kron(np.eye(2), a[:2, :2])


def covariances(a):
    return np.cov(a), np.cov(a, rowvar=False), np.cov(a[0], a[1]), np.cov(a[0]), np.cov(a, bias=True), np.cov(a, ddof=0)


def correlations(a):
    return np.corrcoef(a), np.corrcoef(a[0], a[1]), np.corrcoef(a[0])


def sorted_places(a):
    return np.searchsorted(a, [0.25, 2.0]), np.searchsorted([1, 2, 3], 2.5), np.searchsorted(a, (0.1, 9.0), side="right")


@pytest.mark.parametrize("k", [0, 1, 3, -1])
def test_places(k):
    check(rows_by_list, A, k)
    check(inserted, A, k)
    check(deleted, A, k)


def test_places_out_of_range():
    check(rows_by_list, A, 4)
    check(inserted, A, 99)
    check(deleted, A, -25)


def test_along_an_axis():
    check(along, RANDOM.rand(4, 6))
    check(along_flat, A, np.array([3, -1, 0]))
    check(along_flat, A, np.array([24]))


def test_products_and_covariances():
    check(krons, A[:2, :3], A[1:, 2:4])
    check(krons, A[:2, :3].astype(np.int32), A[1:, 2:4])
    check(covariances, RANDOM.rand(3, 8), ulp=64)
    check(correlations, RANDOM.rand(3, 8), ulp=64)
    check(sorted_places, np.sort(A[:, 0]))


def spaced(start, stop, n):
    return np.linspace(start, stop, n, dtype=int), np.linspace(-start - 0.5, -stop, n, dtype=np.int32), np.linspace(start, stop, n)


def twice(a):
    return a.sum(axis=(0, 0))


def twice_from_both_ends(a):
    return np.max(a, axis=(1, -1))


def test_floors_and_repeated_axes():
    check(spaced, 0, 5, 8)
    check(spaced, 2.5, -7.5, 6)
    check(spaced, 3, 3, 1)
    check(twice, A)
    check(twice_from_both_ends, A)


def diagonals_by_einsum(a, b):
    view = np.einsum("ii->i", a)
    view[:] = 1.0
    np.einsum("ij->ji", b)[0] = 7.0
    return a, b, np.einsum("ii", a), np.einsum("iji->j", a[:, None] * a)


def test_einsum_of_one_operand_is_a_view():
    check(diagonals_by_einsum, A[:3, :3].copy(), A)
