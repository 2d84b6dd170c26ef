"""`casting=` of astype, copyto, concatenate and its kin: what it lets pass, and NumPy's words for what it does not. Errors of shapes tell of
scalars, too."""
import itertools

import numpy as np
import pytest

import aic
from harness import check

RULES = ("no", "equiv", "safe", "same_kind", "unsafe", "any")
DTYPES = (np.bool_, np.int32, np.int64, np.uint8, np.float32, np.float64, np.complex128)
F, I = np.array([1.0, 2.0]), np.array([1, 2])


@pytest.mark.parametrize("rule", RULES)
def test_astype(rule):
    for a, dtype in itertools.product((F, I, np.array(2.0), np.float64(2)), DTYPES):
        def converted(a):
            return a.astype(dtype, casting=rule)

        check(converted, a)


@pytest.mark.parametrize("rule", RULES)
def test_joins(rule):
    for dtype in (np.float32, np.int64, np.complex64):
        def joined(a, b):
            return np.concatenate((a, b), dtype=dtype, casting=rule)

        def stacked(a, b):
            return np.stack((a, b), dtype=dtype, casting=rule), np.hstack((a, b), dtype=dtype, casting=rule), np.vstack((a, b), dtype=dtype, casting=rule)

        for a, b in ((F, F), (F, I), (I, I)):
            check(joined, a, b)
            check(stacked, a, b)


def into(a, out):
    return np.concatenate((a, a), out=out)


def stacked_into(a, out):
    return np.stack((a, a), out=out)


def into_a_dtype(a, out):
    return np.concatenate((a, a), out=out, dtype=np.float64)


def test_joins_into_arrays():
    frozen = np.zeros(4)
    frozen.flags.writeable = False
    for f in (into, stacked_into, into_a_dtype):
        compiled = aic.jit(f)
        for out in (np.zeros(4), np.zeros(4, np.float32), np.zeros(4, int), np.zeros(3), np.zeros((2, 2)), np.zeros((2, 3)), frozen):
            check(f, F, out, compiled=compiled)


@pytest.mark.parametrize("rule", RULES)
def test_copyto(rule):
    def copied(dst, src):
        np.copyto(dst, src, casting=rule)

    compiled = aic.jit(copied)
    for dst, src in itertools.product((np.zeros(2), np.zeros(2, np.float32), np.zeros(2, int), np.zeros(2, complex)), (F, I, 2.5, 3, np.float64(2.5), np.float32(1), True, np.ones(3))):
        if isinstance(src, float) and dst.dtype.kind == "i":  # NumPy asks the value
            continue
        check(copied, dst, src, compiled=compiled)


def copied_where(dst, src, mask):
    np.copyto(dst, src, where=mask)


def test_copyto_where():
    for mask in (np.array([True, False]), np.ones(3, bool), np.ones(2, int), np.array(True), np.ones((2, 2), bool), np.ones(1, bool)):
        check(copied_where, np.zeros(2), F, mask)


def added(a, out):
    return np.add(a, 2, out=out)


def chosen(a, b):
    return np.where(a > 1, 2, b)


def clipped(a, b):
    return np.clip(a, b, 2), np.clip(a, None, b)


def clipped_into(a, out):
    return np.clip(a, 0, 1, out=out), a.clip(0, None, out)


def masked(a, mask):
    return np.add(a, 1, out=a, where=mask)


def test_shapes_are_told_of_all_operands():
    for b in (np.zeros(4), np.zeros((2, 2)), np.zeros(2), np.zeros((3, 1))):
        check(added, F, b)
        check(chosen, F, b)
        check(clipped, F, b)
        check(clipped_into, F, b)
        if b.shape == (4,):
            check(masked, F, b > 0)


def test_clip_into_another_dtype():
    for out in (np.zeros(2, np.float32), np.zeros(2, int), np.zeros(2, bool)):
        check(clipped_into, F, out)


@pytest.mark.parametrize("method", ["linear", "averaged_inverted_cdf", "interpolated_inverted_cdf", "weibull", "hazen", "midpoint", "nearest", "inverted_cdf"])
def test_quantiles_at_whole_places(method):
    def quantiles(a, q):
        return np.quantile(a, q, method=method)

    compiled = aic.jit(quantiles)
    a = np.arange(6)
    for x, q in itertools.product((a, a * 1.0, a.astype(np.float32), np.array([1.0, np.nan])), (0, 1, [0, 1], np.array([0, 1]), np.int64(1), 0.5, [0.5], np.float32(0.3), np.array([True]))):
        check(quantiles, x, q, compiled=compiled)


def half_into(a, out):
    return np.percentile(a, 50, out=out)


def lower_into(a, out):
    return np.percentile(a, [50, 20], method="lower", out=out)


def test_quantiles_into_arrays():
    for out in (np.zeros(()), np.zeros(1), np.zeros(2), np.zeros((), np.float32), np.zeros((), int), np.zeros(2, int), np.zeros((3, 2)), np.zeros((2, 1))):
        check(half_into, F, out)
        check(lower_into, F, out)


def shares(a):
    return np.quantile(a, [0.3, 0.6]), np.quantile(a, 0.3), np.percentile(a, np.array([30.0])), np.quantile(a, np.float32(0.3)), np.nanquantile(a, [0.2, 0.3])


def test_differences_between_quantiles_are_of_the_arrays_dtype():
    compiled = aic.jit(shares)
    for dtype in ("i1", "u1", "i8", "u8", "f2", "f4", "f8"):
        check(shares, np.array([100, 0], dtype), compiled=compiled)
        check(shares, np.array([0.1, -0.7, 0.31, 0.73, 1.1]).astype(dtype), compiled=compiled)
    check(shares, np.array([-128, 127], np.int8), compiled=compiled)  # which wraps in NumPy, too
    check(shares, np.array([2**62, -(2**63)]), compiled=compiled)


def chosen_beside_ints(x):
    return np.where(x > 3, x, -1), np.where(x > 3, 300, x), np.where(x > 3, 1, 2), np.where(x[0] > 2, x[0], -1), np.where(x > 3, 2.5, x), np.where(x > 3, x, True)


def near_ints(x, y):
    return np.isclose(x, y, atol=2), np.allclose(x, y), np.isclose(x[0], y[0], atol=2), np.isclose(x, 2), np.isclose(3, x), np.isclose(x, 2.5), np.isclose(1, 1)


def of_numbers(x):
    return (np.angle(3), np.angle(1j), np.angle(-2.5, deg=True), np.iscomplex(1j), np.iscomplex(2), np.squeeze(x[0]), np.transpose(x[0]), np.divmod(3, 2),
            np.divmod(2.5, 2), np.divmod(True, 2), np.take([5, 6], [True, False]), np.take([5, 6], True), np.float_power((1j, 2), 2), np.iscomplex(x))


@pytest.mark.parametrize("dtype", ["u1", "i1", "i8", "f4", "?"])
def test_small_ints_and_numbers_of_python(dtype):
    x, y = np.array([1, 0, 5, 120]).astype(dtype), np.array([2, 127, 5, 121]).astype(dtype)
    check(chosen_beside_ints, x)
    check(near_ints, x, y)
    check(near_ints, y[::-1], x)
    check(of_numbers, x, ulp=1)
