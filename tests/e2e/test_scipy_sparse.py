"""Arguments that are scipy.sparse's CSR matrices and arrays: their fields, products with dense arrays, errors; what is refused."""
import numpy as np
import pytest
import scipy.sparse

import aic
from harness import same

RNG = np.random.default_rng(3)
MATRIX = scipy.sparse.random(8, 6, 0.4, format="csr", random_state=1)
KINDS = [MATRIX, scipy.sparse.csr_array(MATRIX), MATRIX.astype(np.float32), scipy.sparse.csr_matrix(np.arange(48).reshape(8, 6) % 5), scipy.sparse.csr_array((8, 6))]
OPERANDS = [np.arange(6.0), RNG.normal(size=(6, 3)), np.arange(6, dtype=np.int32), RNG.normal(size=(6, 1)).astype(np.float32), RNG.normal(size=12)[::2],
            np.asfortranarray(RNG.normal(size=(6, 4))), RNG.normal(size=6) + 1j]


def held(f, m, *args):
    def outcome(g, m):
        try:
            return g(m, *args)
        except ValueError as error:
            return str(error)

    mine, theirs = m.copy(), m.copy()
    want, got = outcome(f, theirs), outcome(aic.jit(f), mine)
    assert same(got, want), (got, want)
    assert same(mine.data, theirs.data)


@pytest.mark.parametrize("m", KINDS, ids=lambda m: f"{type(m).__name__} {m.dtype}")
def test_products(m):
    for x in OPERANDS:
        held(lambda m, x: m @ x, m, x)
        held(lambda m, x: m.dot(x), m, x)
    held(lambda m, x: x @ m, m, np.arange(8.0))
    held(lambda m, x: x @ m, m, RNG.normal(size=(3, 8)))
    held(lambda m: m.toarray(), m)


def test_star_of_a_matrix_is_the_product():
    held(lambda m, x: m * x, MATRIX, np.arange(6.0))


@pytest.mark.parametrize("x", [np.ones(5), np.ones((2, 2)), np.ones((2, 1)), np.ones((6, 2, 2))])
def test_extents_that_do_not_match(x):
    held(lambda m, x: m @ x, MATRIX, x)


def fields(m, x):
    y = np.zeros(m.shape[0])
    for i in range(m.shape[0]):
        for k in range(m.indptr[i], m.indptr[i + 1]):
            y[i] += m.data[k] * x[m.indices[k]]
    m.data *= 2
    return y, m.nnz, m.shape, m.data.sum(), m.indices.max(), m @ x


def test_fields():
    held(fields, MATRIX, np.arange(6.0))


def power_iteration(m, n):
    v = np.ones(m.shape[1])
    for _ in range(n):
        v = m @ v
        v /= np.linalg.norm(v)
    return v, v @ (m @ v)


def test_power_iteration():
    square = scipy.sparse.csr_array((MATRIX.T @ MATRIX).tocsr())
    want, got = power_iteration(square, 20), aic.jit(power_iteration)(square, 20)
    assert np.allclose(got[0], want[0], 1e-13) and np.isclose(got[1], want[1], 1e-13)


@pytest.mark.parametrize("f", [lambda m, x: m @ x, lambda m, x: m.toarray()])
def test_other_formats_are_refused(f):
    with pytest.raises(aic.CompileError):
        aic.jit(f)(MATRIX.tocsc(), np.arange(6.0))


def test_what_is_not_there_is_refused():
    for f in (lambda m: m * 2, lambda m: m.T, lambda m: m + m):
        with pytest.raises(aic.CompileError):
            aic.jit(f)(scipy.sparse.csr_array(MATRIX))


# ---- transposes, elements, sums ----
def transposed(m, x, y):
    t = m.T
    return t @ x, m.transpose() @ x, y @ t, t.dot(x), t @ np.outer(x, y[:2]), np.outer(x[:3], y) @ t, t.toarray(), t.shape, t.T @ y


def transposed_too_long(m):
    return m.T @ np.ones(m.shape[0] + 1)


def one_element(m, i, j):
    return m[i, j], m[-1, -2]


def diagonals(m):
    return m.diagonal(), m.diagonal(2), m.diagonal(-3), m.diagonal(-9)


def total(m):
    return m.sum(), m.mean()


def sums(m):
    return m.sum(axis=0), m.sum(axis=1), m.sum(axis=-1)


def one_row(m):
    return m[0]


@pytest.mark.parametrize("m", KINDS, ids=lambda m: f"{type(m).__name__} {m.dtype}")
def test_transposes_elements_and_sums(m):
    held(transposed, m, np.arange(8.0), np.arange(6.0))
    held(transposed_too_long, m)
    held(one_element, m, 3, 2)
    held(diagonals, m)
    assert same(aic.jit(total)(m), total(m), 4)
    if isinstance(m, scipy.sparse.sparray):
        for dtype in (m.dtype, np.int32, np.float32):
            assert all(same(x, y, 4) for x, y in zip(aic.jit(sums)(m.astype(dtype)), sums(m.astype(dtype))))


def test_elements_outside_and_rows():
    for i, j in ((9, 0), (0, 6), (-9, 0)):
        for f in (one_element, aic.jit(one_element)):
            with pytest.raises(IndexError, match="out of range"):
                f(MATRIX, i, j)
    with pytest.raises(aic.CompileError, match="indptr"):
        aic.jit(one_row)(MATRIX)
    with pytest.raises(aic.CompileError, match="csr_array"):
        aic.jit(sums)(MATRIX)


def extremes(m):
    return m.max(), m.min(), m.max(explicit=True), m.min(explicit=True)


def test_extremes():
    dense = np.array([[0.0, 2.0, -1.0], [4.0, 0.0, 0.0]])
    for kind in (scipy.sparse.csr_array, scipy.sparse.csr_matrix):
        for a in (dense, dense + 5, -dense - 7, np.where(dense > 0, dense, 0), dense.astype(np.int32), np.where(dense == 4, np.nan, dense)):
            m = kind(a)
            assert all(same(x, y, 0) for x, y in zip(aic.jit(extremes)(m), extremes(m)))
    empty = scipy.sparse.csr_array((2, 3))
    assert aic.jit(extremes)(empty) == extremes(empty)
    with pytest.raises(ValueError, match="zero-size array to reduction operation"):
        aic.jit(extremes)(scipy.sparse.csr_array((0, 3)))
    twice = scipy.sparse.csr_array((np.ones(2), np.array([1, 1]), np.array([0, 2])), shape=(1, 3))
    with pytest.raises(NotImplementedError, match="sum_duplicates"):
        aic.jit(extremes)(twice)
