"""arctan2 in vectors: within 2 ulp of long double, and NumPy's special values; the others are held to long double in tests/unit/codegen."""
import numpy as np
import pytest

import aic


@aic.jit
def angles(y, x):
    return np.arctan2(y, x)


def ulps(got, want):
    rounded = want.astype(got.dtype)
    same = ((got == rounded) & (np.signbit(got) == np.signbit(rounded))) | (np.isnan(got) & np.isnan(rounded))
    unit = np.spacing(np.maximum(np.abs(rounded), np.finfo(got.dtype).tiny)).astype(np.longdouble)
    return np.where(same, 0, np.abs(got.astype(np.longdouble) - want) / unit)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("stretch", [1.0, 1e-3, 1e3, 1e20])
def test_points(dtype, stretch):
    random = np.random.default_rng(2)
    y, x = random.normal(size=(2, 20003)).astype(dtype)
    x *= dtype(stretch)
    assert ulps(angles(y, x), np.arctan2(y.astype(np.longdouble), x.astype(np.longdouble))).max() <= 2


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_special_points(dtype):
    few = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-38, -1e-38, 3e38, -3e38, 1e-320, 1e308, -1e308, 0.5], np.float64)
    with np.errstate(all="ignore"):
        y, x = (np.repeat(part.ravel(), 8).astype(dtype) for part in np.meshgrid(few, few))
        assert ulps(angles(y, x), np.arctan2(y.astype(np.longdouble), x.astype(np.longdouble))).max() <= 2
