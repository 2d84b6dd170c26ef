"""What a sweep of 200 expressions over all dtypes and layouts found different from NumPy."""
import numpy as np
import pytest

import aic
from harness import check

BOOLS = np.array([True, False, True, True])
SMALL = np.array([4, 1, 3, 250], np.uint8)
COMPLEX = np.array([1 + 2j, np.nan, 3 - 1j, 2j])
DTYPES = ["?", "i1", "u1", "i4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]


def unwrapped(a):
    return np.unwrap(a)


def without_nan(a):
    return np.nansum(a), np.nanmean(a), np.nanvar(a), np.nanstd(a, ddof=1)


def rounded(a):
    return np.round(a), a.round(), np.nan_to_num(a)


def bessel(a):
    return np.i0(a)


def transformed(a):
    return np.fft.fft(a), np.fft.rfft(a), np.fft.ifft(a), np.fft.irfft(a)


def squared(a):
    return a**2, a**3, np.power(a, 2), a**1


def differences(a):
    return np.ediff1d(a)


def slopes(a):
    return np.gradient(a)


def bins(a):
    return np.digitize(a, [1, 2])


def diagonal(a):
    return np.diag(a)


def quantile(a):
    return np.quantile(a, 0.3)


def extreme(a):
    return np.nanmax(a)


def taken(a):
    return np.take(a, [0])


def chosen(a):
    return np.compress([True, False], a)


def places(a):
    return np.nonzero(a)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype(dtype):
    a = np.array([1, 0, 3, 2]).astype(dtype)
    for f in (unwrapped, without_nan, differences, slopes, bins, rounded):
        if f is not rounded or dtype != "?":
            check(f, a, ulp=8)
    if a.dtype.kind != "c":
        check(bessel, a, ulp=8)
    for f in (rounded, diagonal, unwrapped, places):
        if f is not rounded or dtype != "?":
            check(f, a[:1].reshape(()))
    for f in (quantile, taken, chosen, bins) if a.dtype.kind != "c" else (taken, chosen):
        if not (f is quantile and dtype == "?"):
            check(f, a[:0])


def test_transforms_of_half_precision():
    compiled = aic.jit(transformed)
    a = np.array([1.0, 2.5, -3.0, 0.5], np.float16)
    for got, want in zip(compiled(a), transformed(a)):
        assert got.dtype == want.dtype and np.allclose(got, want, rtol=1e-3, atol=1e-3)


def test_squares_of_bools():
    check(squared, BOOLS)
    check(squared, np.array(True))


def test_numbers_that_wrap():
    check(unwrapped, SMALL, ulp=4)


def test_complex_nans():
    check(without_nan, COMPLEX, ulp=8)
    with pytest.raises(aic.CompileError):
        aic.jit(extreme)(COMPLEX)


def test_extremes_of_nothing():
    check(extreme, np.zeros(0, np.uint64))
    check(extreme, np.zeros(0))
