"""math.gamma, lgamma, erf, erfc: CPython's bits, at and around every place where their algorithms change."""
import math

import numpy as np
import pytest

import aic
from harness import outcome, same

EDGES = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 5.53, 23.0, 23.5, 24.0, 140.5, 170.5, 171.0, 171.7, 172.0, 200.0, 200.5, 201.5, 1e5,
         1e-20, 9e-21, 1e-300, 5e-324, 1.7e305, 4e306, 1e308, math.inf]


def gamma(x):
    return math.gamma(x)


def lgamma(x):
    return math.lgamma(x)


def erf(x):
    return math.erf(x)


def erfc(x):
    return math.erfc(x)


@pytest.mark.parametrize("function", [gamma, lgamma, erf, erfc])
def test_special_functions_have_the_bits_of_cpython(function):
    compiled, rng = aic.jit(function), np.random.default_rng(3)
    points = EDGES + [math.nan] + list(rng.uniform(0, 175, 400)) + list(rng.uniform(0, 3, 200)) + list(rng.normal(size=50) * 1e-4)
    for x in points:
        for signed in (float(x), -float(x)):
            want, got = outcome(function, (signed,), {}), outcome(compiled, (signed,), {})
            assert want[0] == got[0] and (same(want[1], got[1]) if want[0] == "value" else want[1:3] == got[1:3]), (signed, want, got)


@pytest.mark.parametrize("function", [gamma, lgamma])
def test_their_derivatives(function):
    """Also at whole numbers, whose branch alone would give 0."""
    taken = aic.grad(function)
    for x in (0.3, 1.0, 1.5, 2.0, 4.25, 30.0, -0.5, -2.3, 100.7):
        h = 1e-5 * max(1.0, abs(x))
        near = (8 * (function(x + h) - function(x - h)) - (function(x + 2 * h) - function(x - 2 * h))) / (12 * h)
        assert taken(x) == pytest.approx(near, rel=1e-7), x


def remainders(y, n):
    t = 0.0
    for k in range(n):
        t += k
    zero = y * 0
    return (zero % 1.0, zero // 1.0, math.fmod(zero, 1.0), divmod(zero, 2.0), np.sin(y) % 1.0, min(max(y, -1.0), 1.0) % 2.0,
            (y * 0 + t) % 3.0)


# What LLVM knows to be zero or nan was taken for zero.
@pytest.mark.parametrize("y", [math.nan, 1.0, -2.5])
def test_remainders_of_nan(y):
    for n in (0, 3):
        want, got = outcome(remainders, (y, n), {}), outcome(aic.jit(remainders), (y, n), {})
        assert same(want[1], got[1]), (want, got)
