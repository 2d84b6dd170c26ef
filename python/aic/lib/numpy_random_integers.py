"""Whole numbers between bounds: Generator.integers in all of its dtypes, RandomState.randint.

Both ends, which are drawn, are uint64 here: the bits of an int64, whose differences are those of the numbers.
"""
from numpy import bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64

from aic.lib import numpy as np
from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_filling as filling
from aic.lib import numpy_random_legacy as legacy
from aic.lib import prim

_SIGN = uint64(0x8000000000000000)
_RANGES = ((bool_, 0, 1, 1), (int8, -128, 127, 8), (uint8, 0, 255, 8), (int16, -32768, 32767, 16), (uint16, 0, 65535, 16),
           (int32, -2147483648, 2147483647, 32), (uint32, 0, 4294967295, 32))


def _Generator_integers(s, low, high=None, size=None, dtype=int64, endpoint=False):
    return _integers(s, low, high, size, dtype, endpoint, bits.below, bits.next32, False)


def _RandomState_randint(s, low, high=None, size=None, dtype=int):
    return _integers(s, low, high, size, dtype, False, legacy.below, legacy.next32, True)


def _integers(s, low, high, size, dtype, closed, below, next32, masked):
    if size is not None and np._length(size) == 0:
        return prim.empty(np._shape(size), dtype)
    first, last = _ends(_bound(0 if high is None else low), _bound(low if high is None else high), dtype, closed)
    width = _width(dtype)
    held = prim.full((2,), 0, uint64)
    if width < 32:
        r = filling.with_parameters(s, lambda s, a, b: _with(dtype, a, _buffered(s, held, _apart(a, b), width, next32, masked)), dtype, size, _bits(first), _bits(last))
    else:
        r = filling.with_parameters(s, lambda s, a, b: _with(dtype, a, below(s, _apart(a, b))), dtype, size, _bits(first), _bits(last))
    if prim.rank(r) == 0 and size is None:
        if dtype is int:
            return int(r)
        if dtype is bool:
            return bool(r)
    return r


def _bits(words):
    """As int64, for parameters are Python's ints; an array of rank 0 is a number."""
    return int(prim.cast(words, int64)) if prim.rank(words) == 0 else prim.cast(words, int64)


def _apart(a, b):
    return prim.cast(int64(b), uint64) - prim.cast(int64(a), uint64)


def _with(dtype, a, draw):
    return prim.cast(prim.cast(int64(a), uint64) + draw, dtype)


# ---- bounds ----
def _bound(x):
    """A number, or an array."""
    if prim.rank(x) > 0:
        return prim.as_array(x)
    if prim.kind(x) == "u":
        return uint64(x)
    return int64(int(x))


def _width(dtype):
    """Bits of a number that is drawn."""
    for known, low, high, width in _RANGES:
        if prim.same_dtype(known, dtype):
            return width
    if not prim.same_dtype(dtype, int64) and not prim.same_dtype(dtype, uint64):
        prim.refuse("draws of this dtype")
    return 64


def _ends(low, high, dtype, closed):
    signed = not prim.same_dtype(dtype, uint64)
    name = prim.dtype_of(dtype).__name__
    nothing = not np.any(low)
    if signed:
        if prim.kind(low) == "f" and np.any(prim.less(low, -9223372036854775808.0)):
            raise ValueError(f"low is out of bounds for {name}")
        if prim.kind(high) != "u":
            if np.any(prim.less(high, -9223372036854775808.0)) or not closed and np.any(prim.equal(high, -9223372036854775808.0)):
                raise ValueError(_told_bounds(nothing, closed))
        last = _signed(high, f"high is out of bounds for {name}", 0 if closed else 1)
        first = _signed(low, f"low is out of bounds for {name}" if prim.rank(low) > 0 else _told_bounds(nothing, closed), 0)
        for known, least, most, width in _RANGES:
            if prim.same_dtype(known, dtype):
                if np.any(prim.less(prim.cast(first, int64), least)):
                    raise ValueError(f"low is out of bounds for {name}")
                if np.any(prim.greater(prim.cast(last, int64), most)):
                    raise ValueError(f"high is out of bounds for {name}")
        if np.any(prim.greater(prim.cast(first, int64), prim.cast(last, int64))):
            raise ValueError(_told_bounds(nothing, closed))
        return first, last
    if prim.kind(low) != "u" and np.any(prim.less(low, 0)):
        raise ValueError(f"low is out of bounds for {name}")
    if not closed and np.any(prim.less_equal(high, 0)) or prim.kind(high) != "u" and np.any(prim.less(high, 0)):
        raise ValueError(_told_bounds(nothing, closed))
    last = _unsigned(high, f"high is out of bounds for {name}", 0 if closed else 1)
    first = _unsigned(low, f"low is out of bounds for {name}", 0)
    if np.any(prim.greater(first, last)):
        raise ValueError(_told_bounds(nothing, closed))
    return first, last


def _told_bounds(nothing, closed):
    if nothing:
        return "high < 0" if closed else "high <= 0"
    return "low > high" if closed else "low >= high"


def _signed(x, message, less):
    """A bound less 0 or 1 as the bits of an int64."""
    if prim.kind(x) == "u":
        words = prim.cast(x, uint64)
        if np.any(prim.greater(words, _SIGN - uint64(1 - less))):
            raise ValueError(message)
    elif prim.kind(x) == "f":
        if np.any(prim.greater(x, 9223372036854775808.0) if less == 1 else prim.greater_equal(x, 9223372036854775808.0)):
            raise ValueError(message)
        words = prim.select(prim.greater_equal(x, 9223372036854775808.0), _SIGN, prim.cast(prim.cast(x, int64), uint64))
    else:
        words = prim.cast(prim.cast(x, int64), uint64)
    return prim.subtract(words, uint64(less))


def _unsigned(x, message, less):
    """A bound that is not negative, less 0 or 1."""
    if prim.kind(x) == "f":
        if np.any(prim.greater(x, 18446744073709551616.0) if less == 1 else prim.greater_equal(x, 18446744073709551616.0)):
            raise ValueError(message)
        words = prim.select(prim.greater_equal(x, 18446744073709551616.0), uint64(0), prim.cast(x, uint64))
    else:
        words = prim.cast(x, uint64)
    return prim.subtract(words, uint64(less))


# ---- small ones ----
def _buffered(s, held, span, wide, next32, masked):
    """0…span inclusive, several from one draw of 32 bits: `held` has what is left of it, and how often."""
    if span == 0:
        return uint64(0)
    top = uint64((1 << wide) - 1)
    mask = span
    for k in (1, 2, 4, 8) if masked else ():
        mask = mask | mask >> uint64(k)
    while True:
        if held[1] == 0:
            held[0] = next32(s)
            held[1] = uint64(32 // wide)
        else:
            held[0] = held[0] >> uint64(wide)
        held[1] = held[1] - uint64(1)
        x = held[0] & top
        if wide == 1 or span == top:
            return x
        if masked:
            if x & mask <= span:
                return x & mask
        else:
            m = x * (span + uint64(1))
            if m & top >= (top - span) % (span + uint64(1)):
                return m >> uint64(wide)
