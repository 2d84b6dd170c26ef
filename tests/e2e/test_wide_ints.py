"""Python ints from 2**63 to 2**64 - 1 as constants: the multipliers and masks of hashes, beside np.uint64 and floats."""
import numpy as np
import pytest

import aic
from harness import check, collected

programs, program = collected()
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


@program(np.uint64(7))
def splitmix(x):
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@program(np.arange(5, dtype=np.uint64))
def an_array_beside_a_literal(a):
    return a * 0x9E3779B97F4A7C15, a ^ 0xFFFFFFFFFFFFFFFF, 0x8000000000000000 - a, a | (1 << 63), a < 0xFFFFFFFFFFFFFFFF


@program(np.arange(5, dtype=np.uint64))
def globals_that_are_wide(a):
    return a * GOLDEN, a & MASK, np.uint64(GOLDEN) >> np.uint64(3), (MASK, GOLDEN)[1] - a


@program(3, -1)
def masks_of_ints(x, y):
    return x & 0xFFFFFFFFFFFFFFFF, x & MASK, (y & 0xFFFFFFFF) & MASK, x == MASK, y != MASK, y < MASK, MASK < x, MASK >= y


@program(-1)
def a_negative_int_masked(x):
    try:
        return x & 0x7FFFFFFFFFFFFFFF, (x & 0x8000000000000000) + 1
    except OverflowError:
        return None


@program(0.5, np.float32(2), 1j)
def beside_floats(x, f, z):
    return x * 0x8000000000000001, f + 0xFFFFFFFFFFFFFFFF, np.array([x, 2.0]) * 0xFFFFFFFFFFFFFFFF, z * 0x8000000000000000


@program()
def arrays_of_wide_ints():
    a = np.array([0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
    b = np.full(2, 0x8000000000000000, dtype=np.uint64)
    b[1] = 0xFFFFFFFFFFFFFFFE
    return a, b, np.array([0x8000000000000000, 0x8000000000000001]), np.where(a > b, a, 0xFFFFFFFFFFFFFFFF)


@program()
def expressions_of_literals():
    return (1 << 64) >> 60, (2**64 - 1) % 1 if False else 5, np.uint64((1 << 64) - 1), np.uint64(2**64 - 59), (1 << 63) - 1, -(1 << 62) * 2


@program(np.array([1.5, -2.5, 0.0]))
def the_sign_bit(a):
    a.view(np.uint64)[::2] ^= np.uint64(1 << 63)
    return a


@program(np.arange(4, dtype=np.uint64))
def fnv(a):
    h = np.uint64(0xCBF29CE484222325)
    for x in a:
        h = (h ^ x) * np.uint64(0x100000001B3)
    return h


@pytest.mark.parametrize("function, args", programs, ids=lambda p: getattr(p, "__name__", ""))
def test_as_in_python(function, args):
    if function is a_negative_int_masked:  # deviation 1: Python's result is 2**63 + 1
        assert aic.jit(function)(*args) is None
        return
    check(function, *args)


def a_wide_int(x):
    return 0xFFFFFFFFFFFFFFFF


def a_wide_sum(x):
    return x + 0xFFFFFFFFFFFFFFFF


def beside_int64(x):
    return np.int64(x) + 0xFFFFFFFFFFFFFFFF


def wider(x):
    return x + 0x10000000000000000


@pytest.mark.parametrize("function", [a_wide_int, a_wide_sum, beside_int64, wider])
def test_elsewhere_it_is_refused(function):
    with pytest.raises(aic.CompileError):
        aic.jit(function)(3)
