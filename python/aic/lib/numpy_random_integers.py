"""Whole numbers between bounds: Generator.integers in all of its dtypes, RandomState.randint."""
from numpy import bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64

from aic.lib import numpy as np
from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_filling as filling
from aic.lib import numpy_random_legacy as legacy
from aic.lib import prim


def _drawn_between(s, first, last, size, below):
    """As int64; both ends are drawn."""
    start = prim.cast(int64(first), uint64)
    span = prim.cast(int64(last), uint64) - start
    return filling.drawn(s, size, lambda s: int64(start + below(s, span)), int64)


def _drawn_between_arrays(s, low, high, size, dtype, closed, below):
    """The ends are arrays, or one of them is."""
    if size is not None and np._length(size) == 0:
        return prim.empty(np._shape(size), dtype)
    if not prim.same_dtype(dtype, int64):
        prim.refuse("draws between arrays of another dtype than int64")
    first = filling.as_ints(0 if high is None else low)
    end = filling.as_ints(low if high is None else high)
    last = end if closed else prim.subtract(end, 1)
    if prim.rank(low) == 0 and high is None or np.any(prim.greater(first, last)):
        if not np.any(first):
            raise ValueError("high < 0" if closed else "high <= 0")
        raise ValueError("low > high" if closed else "low >= high")
    return filling.with_parameters(s, lambda s, a, b: _between(s, a, b, below), int64, size, first, last)


def _between(s, first, last, below):
    start = prim.cast(int64(first), uint64)
    return int64(start + below(s, prim.cast(int64(last), uint64) - start))


def _Generator_integers(s, low, high=None, size=None, dtype=int64, endpoint=False):
    if prim.rank(low) > 0 or (high is not None and prim.rank(high) > 0):
        return _drawn_between_arrays(s, low, high, size, dtype, endpoint, bits.below)
    if size is not None and np._length(size) == 0:
        return prim.empty(np._shape(size), dtype)
    first = 0 if high is None else int(low)
    last = (int(low) if high is None else int(high)) - (0 if endpoint else 1)
    if first > last:
        raise ValueError("low > high" if endpoint else "high <= 0" if high is None else "low >= high")
    if not prim.same_dtype(dtype, int64):
        return _small_integers(s, first, last, size, dtype, bits.next32, False)
    r = _drawn_between(s, first, last, size, bits.below)
    return int(r) if size is None and dtype is int else r


def _RandomState_randint(s, low, high=None, size=None, dtype=int):
    if prim.rank(low) > 0 or (high is not None and prim.rank(high) > 0):
        return _drawn_between_arrays(s, low, high, size, dtype, False, legacy.below)
    if size is not None and np._length(size) == 0:
        return prim.empty(np._shape(size), dtype)
    first = 0 if high is None else int(low)
    last = (int(low) if high is None else int(high)) - 1
    if first > last:
        raise ValueError("high <= 0" if high is None else "low >= high")
    if not prim.same_dtype(dtype, int64):
        return _small_integers(s, first, last, size, dtype, legacy.next32, True)
    r = _drawn_between(s, first, last, size, legacy.below)
    return int(r) if size is None else r


# ---- small ones ----
_RANGES = ((bool_, 0, 1, 1), (int8, -128, 127, 8), (uint8, 0, 255, 8), (int16, -32768, 32767, 16), (uint16, 0, 65535, 16),
           (int32, -2147483648, 2147483647, 32), (uint32, 0, 4294967295, 32))


def _small_integers(s, first, last, size, dtype, next32, masked):
    wide = 0
    for known, low, high, width in _RANGES:
        if prim.same_dtype(known, dtype):
            wide = width
            if first < low:
                raise ValueError(f"low is out of bounds for {prim.dtype_of(dtype).__name__}")
            if last > high:
                raise ValueError(f"high is out of bounds for {prim.dtype_of(dtype).__name__}")
    if wide == 0:
        prim.refuse("draws of this dtype")
    out = prim.empty(np._shape(1 if size is None else size), dtype)
    flat = prim.reshape(out, (out.size,))
    if wide == 32:
        span = uint64(last - first)
        for i in range(flat.shape[0]):
            flat[i] = first + int(legacy.below(s, span) if masked else bits.below(s, span))
    else:
        _buffered(s, first, last - first, flat, wide, next32, masked)
    if size is None:
        return bool(out[0]) if dtype is bool else out[0]
    return out


def _buffered(s, low, span, out, wide, next32, masked):
    """0…span inclusive, several from one draw of 32 bits; what is left of the last is forgotten."""
    top = (1 << wide) - 1
    held = uint64(0)
    left = 0
    mask = 1
    while mask < span:
        mask = 2 * mask + 1
    for i in range(out.shape[0]):
        if span == 0:
            out[i] = low
            continue
        width = uint64(span + 1)
        least = uint64((top - span) % (span + 1)) if span < top else uint64(0)
        while True:
            if left == 0:
                held = next32(s)
                left = 32 // wide
            else:
                held = held >> uint64(wide)
            left -= 1
            x = held & uint64(top)
            if wide == 1 or span == top:
                out[i] = low + int(x)
                break
            if masked:
                x = x & uint64(mask)
                if x <= uint64(span):
                    out[i] = low + int(x)
                    break
                continue
            m = x * width
            if m & uint64(top) >= least:
                out[i] = low + int(m >> uint64(wide))
                break
