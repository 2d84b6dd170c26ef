"""x ** y of arrays in vector lanes (codegen/cpu/vector_math.cpp) against long double: at most 2 ulp, and C99's special values."""
import numpy as np
import pytest

import aic


@aic.jit
def power(x, y):
    return np.power(x, y)


RANGES = ((0.1, 10, 5), (0.99, 1.01, 3e4), (1e-30, 1e30, 1), (0, 3, 1), (-3, 3, 3), (1 - 1e-7, 1 + 1e-7, 1e9), (1, 1e4, 90))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_values(dtype):
    rng = np.random.default_rng(5)
    for low, high, most in RANGES:
        x, y = rng.uniform(low, high, 20001).astype(dtype), rng.uniform(-most, most, 20001).astype(dtype)
        with np.errstate(all="ignore"):
            exact, got = np.power(x.astype(np.longdouble), y.astype(np.longdouble)), power(x, y)
            want = exact.astype(dtype)
            error = np.abs(got - exact) / np.spacing(np.maximum(np.abs(want), np.finfo(dtype).tiny))
        assert np.all((got == want) | (np.isnan(got) & np.isnan(want)) | (error <= 2)), (low, high, most)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_special_values(dtype):
    parts = np.array([0.0, -0.0, 1, -1, 2, -2, 0.5, 3, -3, np.inf, -np.inf, np.nan, 1e-310, 5e-324, 1e308, -1e308, 1e-40, 1 / 3], dtype)
    x, y = np.repeat(parts, len(parts)), np.tile(parts, len(parts))
    with np.errstate(all="ignore"):
        want = np.power(x, y)
    got = power(x, y)
    same = (got == want) & (np.signbit(got) == np.signbit(want))
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= 2 * np.spacing(np.abs(want))
    assert np.all(same | near | (np.isnan(got) & np.isnan(want)))
