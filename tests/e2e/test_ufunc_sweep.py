"""A few pairs of dtypes of `./dev fuzz ufunc`: all exact ufuncs, and the methods of some."""
import types

import pytest

from harness import load_fuzz

EXACT = """add subtract multiply floor_divide remainder fmod divmod negative positive absolute fabs sign rint floor ceil trunc copysign nextafter
spacing ldexp frexp modf heaviside maximum minimum fmax fmin equal not_equal less less_equal greater greater_equal logical_and logical_or
logical_xor logical_not bitwise_and bitwise_or bitwise_xor invert left_shift right_shift bitwise_count gcd lcm isnan isinf isfinite signbit
conjugate reciprocal matmul vecdot matvec vecmat""".split()


@pytest.fixture(scope="module")
def ufuncs():
    return load_fuzz("ufuncs")


@pytest.fixture
def sweep(ufuncs):
    options = types.SimpleNamespace(only=EXACT, dtypes=[], forms=["array"], points=0, scalars=1, first=1)
    sweep = ufuncs.Sweep(options)
    yield sweep
    assert not sweep.wrong and not sweep.missing
    assert sweep.counts["same bits"] > 15


@pytest.mark.parametrize("dtype", ["b1", "i1", "u8", "f2", "f8"])
def test_of_one_operand(sweep, dtype):
    sweep.unary(dtype)


@pytest.mark.parametrize("left, right", [("i1", "u8"), ("b1", "f2"), ("u4", "i8"), ("f4", "i2"), ("f8", "f8")])
def test_pairs(sweep, left, right):
    sweep.options.only = [name for name in EXACT if name not in ("multiply", "reciprocal")] if "c" in left + right else EXACT
    sweep.binary(left, right)


@pytest.mark.parametrize("dtype", ["i2", "f4"])
def test_methods(sweep, dtype):
    sweep.options.only = ["subtract", "maximum", "bitwise_or", "logical_xor", "less", "fmin", "spacing", "negative", "reciprocal", "gcd"]
    sweep.methods(dtype)
