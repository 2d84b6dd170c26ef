"""numpy.linalg of large matrices, which is LAPACK's (runtime/lapack.h): the routines that NumPy calls, with the same signs."""
import numpy as np
import pytest

import aic

DTYPES = (np.float64, np.float32, np.complex128, np.complex64)


def matrix(rows, columns, dtype, seed=0):
    rng = np.random.default_rng(seed + rows * 1000 + columns)
    a = rng.standard_normal((rows, columns))
    return (a + 1j * rng.standard_normal(a.shape) if np.dtype(dtype).kind == "c" else a).astype(dtype)


def hermitian(n, dtype):
    a = matrix(n, n, dtype)
    return a + a.conj().T


def positive(n, dtype):
    a = matrix(n, n, dtype)
    return (a @ a.conj().T + n * np.eye(n)).astype(dtype)


def near(ours, numpys):
    if isinstance(numpys, tuple):
        return len(ours) == len(numpys) and all(near(x, y) for x, y in zip(ours, numpys))
    ours, numpys = np.asarray(ours), np.asarray(numpys)
    tolerance = 2e-3 if numpys.dtype in (np.float32, np.complex64) else 1e-9
    return ours.dtype == numpys.dtype and ours.shape == numpys.shape and np.allclose(ours, numpys, rtol=tolerance, atol=tolerance)


def same(f, *args):
    ours, numpys = aic.jit(f)(*args), f(*args)
    assert near(ours, numpys), (f, [getattr(a, "shape", a) for a in args])
    return ours, numpys


def solve(a, b):
    return np.linalg.solve(a, b)


def inverse(a):
    return np.linalg.inv(a)


def determinants(a):
    sign, size = np.linalg.slogdet(a)
    return np.linalg.det(a / np.abs(a).max() / 4), sign, size


def cholesky(a):
    return np.linalg.cholesky(a), np.linalg.cholesky(a, upper=True)


def orthogonal(a):
    q, r = np.linalg.qr(a)
    return q, r, np.linalg.qr(a, mode="r")


def symmetric(a):
    values, vectors = np.linalg.eigh(a)
    return values, vectors, np.linalg.eigvalsh(a)


def upper(a):
    values, vectors = np.linalg.eigh(a, UPLO="U")
    return values, vectors, np.linalg.eigvalsh(a, "U")


def general(a):
    values, vectors = np.linalg.eig(a)
    return values, vectors, np.linalg.eigvals(a)


def singular(a):
    u, s, vh = np.linalg.svd(a)
    return u, s, vh, np.linalg.svd(a, compute_uv=False)


def thin(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return u, s, vh


def least(a, b):
    x, rest, rank, values = np.linalg.lstsq(a, b, rcond=None)
    return x, rest, rank, values, np.linalg.pinv(a), np.linalg.matrix_rank(a)


@pytest.mark.parametrize("dtype", DTYPES)
def test_square_matrices(dtype):
    for n in (40, 66, 130):
        a = matrix(n, n, dtype)
        well = a + n * np.eye(n, dtype=dtype)
        same(solve, well, matrix(n, 3, dtype, 1))
        same(solve, well, matrix(n, 1, dtype, 1)[:, 0])
        same(inverse, well)
        same(determinants, a)
        same(cholesky, positive(n, dtype))
        same(symmetric, hermitian(n, dtype))
        same(upper, hermitian(n, dtype))
        same(general, a)


@pytest.mark.parametrize("dtype", DTYPES)
def test_matrices_of_all_shapes(dtype):
    for shape in ((20, 20), (40, 17), (17, 40), (150, 130), (130, 150)):
        a = matrix(*shape, dtype)
        same(singular, a)
        same(thin, a)
        same(orthogonal, a)
        if np.dtype(dtype).kind == "f":
            same(least, a, matrix(shape[0], 2, dtype, 5))


def test_what_lapack_computes_is_numpys_to_the_bit():
    for f, a in ((singular, matrix(60, 50, np.float64)), (symmetric, hermitian(60, np.float64)), (general, matrix(60, 60, np.complex128))):
        for x, y in zip(aic.jit(f)(a), f(a)):
            assert np.array_equal(x, y), f
            assert x.flags.c_contiguous


def test_eigenvalues_that_are_all_real():
    a = np.triu(matrix(40, 40, np.float64)) + np.diag(np.arange(40) * 3.0)
    values, vectors, alone = same(general, a)[0]
    assert values.dtype == np.float64 and vectors.dtype == np.float64 and alone.dtype == np.float64


def test_ints_views_and_stacks():
    a = np.random.default_rng(3).integers(-9, 9, (40, 40))
    same(singular, a)
    same(inverse, a)
    same(symmetric, a + a.T)
    wide = matrix(80, 80, np.float64)
    same(singular, wide[::2, ::-2])
    same(inverse, wide.T)
    same(symmetric, np.asfortranarray(hermitian(40, np.float64)))
    stack = np.stack([hermitian(36, np.float64), 2 * hermitian(36, np.float64)])
    same(symmetric, stack)
    same(inverse, np.stack([matrix(70, 70, np.float64), np.eye(70)]))


def test_arguments_stay_as_they_are():
    for f, a in ((inverse, positive(70, np.float64)), (cholesky, positive(70, np.float64)), (symmetric, hermitian(70, np.float64)),
                 (singular, matrix(70, 60, np.float64)), (general, matrix(70, 70, np.float64)), (orthogonal, matrix(140, 130, np.float64))):
        before = a.copy()
        aic.jit(f)(a)
        assert np.array_equal(a, before)


def test_errors():
    for f, a in ((inverse, np.zeros((80, 80))), (inverse, np.ones((80, 80), np.complex64)), (cholesky, -np.eye(80)),
                 (singular, np.full((40, 40), np.nan)), (general, np.full((40, 40), np.inf))):
        with pytest.raises(np.linalg.LinAlgError) as numpys:
            f(a)
        with pytest.raises(np.linalg.LinAlgError, match=str(numpys.value)):
            aic.jit(f)(a)
    zero = aic.jit(lambda a: (np.linalg.det(a), np.linalg.slogdet(a)))(np.zeros((80, 80)))
    assert zero[0] == 0.0 and zero[1] == (0.0, -np.inf)


def test_gradients_of_large_systems():
    def loss(a, b):
        return np.sum(np.linalg.solve(a, b) ** 2)

    a, b = matrix(66, 66, np.float64) + 66 * np.eye(66), matrix(66, 1, np.float64)[:, 0]
    slope = aic.jit(aic.grad(loss))(a, b)
    x = np.linalg.solve(a, b)
    assert np.allclose(slope, -np.outer(np.linalg.solve(a.T, 2 * x), x), rtol=1e-8, atol=1e-14)
