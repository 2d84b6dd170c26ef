"""numpy.linalg: results near NumPy's, the same exceptions."""
import aic
import numpy as np
import pytest

from harness import check

M = np.random.default_rng(5).integers(-8, 9, (5, 5)) + 9.0 * np.eye(5)


def solve(a, b):
    return np.linalg.solve(a, b)


def inverse(a):
    return np.linalg.inv(a)


def determinant(a):
    return np.linalg.det(a)


def factor(a):
    return np.linalg.cholesky(a @ a.T)


def own_error(a):
    raise np.linalg.LinAlgError("of the user")


@pytest.mark.parametrize("program", [(solve, M, M[0]), (solve, M, M[:, 1:3] + 7.0), (solve, M[::-1], M[0]), (solve, M, M[:2]), (solve, M[:2], M),
                                     (solve, M * 0.0, M[0]), (inverse, M), (determinant, M), (determinant, M[:0, :0]), (factor, M),
                                     (own_error, M)], ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:], ulp=5000)


def singular(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    whole_u, _, whole_vt = np.linalg.svd(a)
    return u, s, vt, whole_u, whole_vt, np.linalg.svd(a, compute_uv=False)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 3), (3, 5), (8, 2), (1, 4)])
@pytest.mark.parametrize("rank_deficient", [False, True])
def test_singular_values(shape, rank_deficient):
    a = np.random.default_rng(5).normal(size=shape)
    if rank_deficient:
        a[-1] = a[0]
    u, s, vt, whole_u, whole_vt, alone = aic.jit(singular)(a)
    np.testing.assert_allclose(s, np.linalg.svd(a, compute_uv=False), rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(s, alone)
    np.testing.assert_allclose((u * s) @ vt, a, rtol=1e-13, atol=1e-13)
    for q in (u.T @ u, vt @ vt.T, whole_u @ whole_u.T, whole_vt @ whole_vt.T):
        np.testing.assert_allclose(q, np.eye(len(q)), atol=1e-13)


def solved(a, b):
    x, residuals, rank, s = np.linalg.lstsq(a, b)
    return x, residuals, rank, s, np.linalg.pinv(a), np.linalg.matrix_rank(a)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
def test_least_squares(shape):
    rng = np.random.default_rng(6)
    a = rng.normal(size=shape)
    for b in (rng.normal(size=shape[0]), rng.normal(size=(shape[0], 2))):
        for m in (a, np.vstack((a[:-1], a[:1]))):
            for want, got in zip(solved(m, b), aic.jit(solved)(m, b)):
                assert np.shape(want) == np.shape(got) and np.asarray(want).dtype == np.asarray(got).dtype and type(want) is type(got)
                np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12)


@aic.jit(cache=False)
def symmetric_pairs(a):
    values, vectors = np.linalg.eigh(a)
    return values, vectors, np.linalg.eigvalsh(a)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 40])
def test_symmetric_matrices_of_all_kinds(n):
    r = np.random.default_rng(n)
    a = r.normal(size=(n, n))
    thin = r.normal(size=(n, n // 3 + 1))
    for m in (a + a.T, thin @ thin.T, np.eye(n), np.zeros((n, n)), np.ones((n, n)), np.diag(np.arange(n) * 1.0), 1e-200 * (a + a.T), 1e150 * (a + a.T)):
        values, vectors, alone = symmetric_pairs(m)
        size = np.abs(m).sum() + 1e-300
        np.testing.assert_allclose(values, np.linalg.eigvalsh(m), rtol=0, atol=1e-14 * size)
        np.testing.assert_allclose(alone, values, rtol=0, atol=1e-14 * size)
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(n), rtol=0, atol=1e-12)
        np.testing.assert_allclose(m @ vectors, vectors * values, rtol=0, atol=1e-13 * size)


@aic.jit(cache=False)
def in_even_bins(a, bins):
    return np.histogram(a, bins)


def test_even_bins():
    r = np.random.default_rng(3)
    for a in (r.normal(size=1000), np.arange(101) / 10, np.array([2.0, 2.0]), np.linspace(0.1, 0.7, 61), r.integers(0, 9, 50) * 1.0, np.array([])):
        for bins in (1, 2, 7, 10, 60):
            counts, edges = in_even_bins(a, bins)
            wanted, wanted_edges = np.histogram(a, bins)
            np.testing.assert_array_equal(counts, wanted)
            np.testing.assert_array_equal(edges, wanted_edges)
