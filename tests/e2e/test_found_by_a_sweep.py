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


# ---- transforms ----
def both_ways(a):
    return np.fft.fft(a), np.fft.ifft(a), np.fft.fft(a, 12), np.fft.ifft(a[:3], 7)


def real_both_ways(a):
    s = np.fft.rfft(a)
    return s, np.fft.irfft(s, len(a)), np.fft.ihfft(a), np.fft.hfft(s)


def of_planes(a):
    return np.fft.fft(a, axis=0), np.fft.ifft(a, axis=1), np.fft.fft2(a), np.fft.ifftn(a, (5, 9), axes=(0, 1)), np.fft.rfft2(a.real), np.fft.irfft2(a)


def same_within(got, wanted, tolerance):
    for x, y in zip(got, wanted):
        assert x.dtype == y.dtype and x.shape == y.shape
        assert np.abs(x - y).max() <= tolerance * np.abs(y).max()


@pytest.mark.parametrize("single", [False, True])
def test_transforms_of_every_kind_of_length(single):
    """Powers of two and their neighbours, small and large primes, products of these."""
    rng = np.random.default_rng(3)
    compiled, of_reals = aic.jit(both_ways), aic.jit(real_both_ways)
    for n in [*range(1, 40), 49, 61, 64, 67, 77, 97, 120, 134, 143, 243, 343, 512, 625, 1001, 1009, 2 * 251]:
        x = rng.normal(size=n)
        z = x + 1j * rng.normal(size=n)
        a, r = (z.astype(np.complex64), x.astype(np.float32)) if single else (z, x)
        tolerance = 2e-6 if single else 3e-15
        same_within(compiled(a), both_ways(a), tolerance)
        if n > 1:
            same_within(of_reals(r), real_both_ways(r), tolerance)


@pytest.mark.parametrize("shape", [(3, 4), (8, 16), (9, 17), (30, 7), (67, 5), (2, 134)])
def test_transforms_of_several_lines(shape):
    z = np.random.default_rng(4).normal(size=shape + (2,)) @ [1, 1j]
    compiled = aic.jit(of_planes)
    for a in (z, np.asfortranarray(z), z[::-1, ::-1], z.astype(np.complex64)):
        same_within(compiled(a), of_planes(a), 2e-6 if a.dtype == np.complex64 else 3e-15)


def test_a_constant_has_one_frequency():
    """Roots of unity that cancel exactly leave nothing behind."""
    for n in (8, 64, 1024):
        assert np.abs(aic.jit(both_ways)(np.ones(n))[0][1:]).max() == 0


def between_tuples(n):
    return np.linspace((1, 2.5), (2, 4), n), np.linspace((1 + 2j, 3), (2, 4), n), np.linspace(0, (1, 2j), n, endpoint=False)


def between_complex(a, b, n):
    return np.linspace(a, b, n), np.linspace(a, 2, n, endpoint=False), np.linspace(1, b, n, dtype=np.complex64)


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_linspace_of_complex_numbers(n):
    check(between_tuples, n)
    check(between_complex, 1 + 2j, -3j, n)


def dotted(a, k):
    a[Ellipsis, k] += 1
    return a[Ellipsis, 0], a[k, Ellipsis], Ellipsis is ...


def test_ellipsis_by_name():
    check(dotted, np.arange(6.0).reshape(2, 3), 1)
