"""exp of complex arrays in vector lanes (codegen/cpu/complex_math.cpp) against NumPy: at most 4 ulp in each part, and C99's
special values, in loops of every length around the width of a vector."""
import warnings

import numpy as np
import pytest

import aic


@aic.jit
def exps(z):
    return np.exp(z)


def near(got, want):
    scale = np.spacing(np.maximum(np.abs(want), np.finfo(want.dtype).tiny))
    with np.errstate(all="ignore"):
        close = np.abs(got - want) <= 4 * scale
    same = (got == want) & (np.signbit(got) == np.signbit(want))
    return np.all(close | same | (np.isnan(got) & np.isnan(want)))


def check(z):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = np.exp(z)
    got = exps(z)
    assert got.dtype == want.dtype
    bad = [k for k in range(len(z)) if not (near(got.real[k], want.real[k]) and near(got.imag[k], want.imag[k]))]
    assert not bad, [(z[k], got[k], want[k]) for k in bad[:5]]


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
def test_values(dtype):
    rng = np.random.default_rng(3)
    for low, high, turns in ((-1, 1, 3), (-20, 20, 100), (690, 715, 4), (-760, -690, 4), (80, 95, 9), (-110, -80, 9), (0, 0, 1e6)):
        for n in (1, 2, 7, 8, 9, 33, 1000):
            check((rng.uniform(low, high, n) + 1j * rng.uniform(-turns, turns, n)).astype(dtype))


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
def test_special_values(dtype):
    parts = [0.0, -0.0, 1.0, -1.0, 1e-310, np.pi, 1e300 if dtype is np.complex128 else 1e30, np.inf, -np.inf, np.nan]
    z = np.zeros(len(parts) ** 2, dtype)
    z.real, z.imag = np.repeat(parts, len(parts)), np.tile(parts, len(parts))
    check(z)
