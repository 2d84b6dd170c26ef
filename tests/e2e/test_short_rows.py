"""Rows that fill no vector: what is left over of them goes through the vector routines under a mask."""

import numpy as np
import pytest

import aic

ONE = [np.exp, np.log, np.sin, np.cos, np.tanh, np.arctan, np.arcsin, np.exp2, np.log2, np.log10, np.expm1, np.log1p]
TWO = [np.power, np.arctan2, np.hypot]


def ulps(got, exact):
    """How far `got` is from `exact` (long double), in units of the last place of got's type."""
    assert np.array_equal(np.isnan(got), np.isnan(exact))
    rounded = exact.astype(got.dtype)
    same = (got == rounded) | np.isnan(got)
    with np.errstate(invalid="ignore"):
        return np.where(same, 0, np.abs(got - exact) / np.spacing(np.abs(rounded), dtype=got.dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("function", ONE, ids=lambda f: f.__name__)
def test_each_length_of_rows(function, dtype):
    @aic.jit
    def rows(x, shift):
        return function(x - shift[:, None])

    random = np.random.default_rng(5)
    for length in [*range(1, 36), 95, 96, 97, 130]:
        x = random.random((7, length)).astype(dtype)
        x[3, -1] = [np.nan, np.inf, -np.inf, 0.0, -2.0][length % 5]
        with np.errstate(all="ignore"):
            exact = function(x.astype(np.longdouble))
        assert ulps(rows(x, np.zeros(7, dtype)), exact).max() <= 2, length


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("function", TWO, ids=lambda f: f.__name__)
def test_functions_of_two(function, dtype):
    @aic.jit
    def rows(x, y):
        return function(x[:, ::1] * dtype(1), y[:, None])

    random = np.random.default_rng(6)
    for length in [*range(1, 20), 97]:
        x, y = random.random((5, length)).astype(dtype), random.random(5).astype(dtype)
        x[2, -1] = [np.nan, np.inf, -np.inf, 0.0, -2.0][length % 5]
        with np.errstate(all="ignore"):
            exact = function(x.astype(np.longdouble), y.astype(np.longdouble)[:, None])
        assert ulps(rows(x, y), exact).max() <= 2, length


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_sums(x):
    top = x.max(axis=1)
    return top + np.log(np.exp(x - top[:, None]).sum(axis=1))


def entropies(p):
    return -np.where(p > 0, p * np.log(p), 0.0).sum(axis=-1)


def chosen(x):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                total += np.log(x[i, j])
            else:
                x[i, j] = np.exp(x[i, j])
    return total


def every_other(x):
    return np.sin(x[:, ::2]).sum(axis=1), np.cos(x[:, ::-1])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("program", [softmax, log_sums, entropies, chosen, every_other])
def test_programs_of_short_rows(program, dtype):
    compiled = aic.jit(program)
    random = np.random.default_rng(7)
    for length in [1, 2, 3, 5, 6, 7, 9, 15, 17, 31, 33, 70, 100]:
        x = random.normal(size=(9, length)).astype(dtype)
        if program is entropies:
            x = np.maximum(x, 0)
        mine, theirs = x.copy(), x.copy()
        with np.errstate(all="ignore"):
            wanted = program(theirs)
        got = compiled(mine)
        tolerance = dict(rtol=1e-13, atol=1e-13) if dtype is np.float64 else dict(rtol=2e-5, atol=1e-5)
        for g, w in zip(got if isinstance(got, tuple) else (got,), wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
            np.testing.assert_allclose(g, w, **tolerance)
        np.testing.assert_allclose(mine, theirs, **tolerance)
