"""np.pad in all modes, layouts and dtypes; what stands in `out=` of reductions."""
import itertools

import numpy as np
import pytest

import aic
from harness import check

A = np.arange(12.0).reshape(3, 4) ** 2
MODES = ("constant", "edge", "wrap", "reflect", "symmetric", "linear_ramp", "maximum", "mean", "median", "minimum")


@pytest.mark.parametrize("mode", MODES)
def test_modes(mode):
    def by_one(a):
        return np.pad(a, 2, mode), np.pad(a, (1, 2), mode)

    def by_each(a):
        return np.pad(a, ((1, 0), (2, 3)), mode)

    for a in (A, np.asfortranarray(A), A.astype(int), A.astype(np.uint8), A[0], A.astype(np.float32), A[:, :1]):
        check(by_one, a, ulp=4)
        if a.ndim == 2:
            check(by_each, a, ulp=4)


def constants(a):
    return np.pad(a, 2, constant_values=3), np.pad(a, 2, constant_values=(3, 4)), np.pad(a, 2, constant_values=((1, 2), (3, 4)))


def ramps(a):
    return np.pad(a, 2, "linear_ramp", end_values=(3, -4)), np.pad(a, 2, "linear_ramp", end_values=((3, -4), (7, 1)))


def lengths(a):
    return np.pad(a, 2, "mean", stat_length=2), np.pad(a, 2, "maximum", stat_length=(1, 2)), np.pad(a, 2, "median", stat_length=((1, 2), (3, 2)))


@pytest.mark.parametrize("f", [constants, ramps, lengths])
def test_parameters(f):
    check(f, A)
    check(f, A.astype(int))


def no_length(a):
    return np.pad(a, 2, "maximum", stat_length=0)


def negative_length(a):
    return np.pad(a, 2, "mean", stat_length=(3, -1))


def an_empty_axis(a):
    return np.pad(a[:0], ((0, 0), (1, 1)), "maximum"), np.pad(a[:0], ((0, 0), (1, 1)), "edge")


def not_asked(a):
    return np.pad(a, 2, "edge", stat_length=2)


def too_many(a):
    return np.pad(a, (1, 2, 3))


def negative(a):
    return np.pad(a, -1)


@pytest.mark.parametrize("f", [no_length, negative_length, an_empty_axis, not_asked, too_many, negative])
def test_errors(f):
    check(f, A)


def numbers(a):
    return np.nan_to_num(a), np.nan_to_num(a, nan=3.0, posinf=7.0), np.nan_to_num(a, copy=False) is a, a


def test_numbers_in_place_and_complex():
    check(numbers, np.array([1, np.nan, np.inf, -np.inf]))
    check(numbers, np.array([1, np.nan, complex(np.inf, -np.inf)]))
    check(numbers, np.arange(3))


def unstacked(a):
    x, y, z = np.unstack(a)
    return np.unstack(a, axis=1), x + y * z, len(np.unstack(a))


def test_unstack():
    check(unstacked, A)


REDUCTIONS = ("sum", "prod", "max", "min", "mean", "std", "var", "all", "any", "ptp", "nanmean", "nanmax", "nanvar", "nanmedian")


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_into_arrays(name):
    f = getattr(np, name)

    def whole(a, out):
        return f(a, out=out)

    def columns(a, out):
        return f(a, axis=0, out=out)

    shapes = [np.zeros(()), np.zeros(4), np.zeros(3), np.zeros(1), np.zeros((1, 4)), np.zeros((3, 4))]
    for g in (whole, columns):
        compiled = aic.jit(g)
        for out in shapes:
            check(g, A, out, compiled=compiled, ulp=8) if name != "nanmedian" or out.ndim <= 1 and g is whole else None


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "all", "any", "cumsum", "cumprod"])
def test_reductions_into_other_dtypes(name):
    f = getattr(np, name)

    def columns(a, out):
        return f(a, axis=0, out=out)

    like = A if name.startswith("cum") else A[0]
    for dtype, a in itertools.product((np.int64, np.int32, np.float32, np.bool_, complex), (A / 8, A.astype(int))):
        check(columns, a, np.zeros(like.shape, dtype))


def places(a, out):
    return np.argmax(a, axis=0, out=out)


def test_places_into_arrays():
    for out in (np.zeros(4, int), np.zeros(4, np.int32), np.zeros(3, int), np.zeros((1, 4), int), np.zeros((), int)):
        check(places, A, out)
