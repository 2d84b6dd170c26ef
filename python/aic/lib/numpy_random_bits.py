"""The bit generator of numpy.random.default_rng: PCG64 (O'Neill, "PCG: a family of simple fast space-efficient statistically good
algorithms", 2014; XSL-RR on 128 bits), its seeds, and whole numbers below a bound. The state is what NumPy's own generators have in memory,
for these are arguments too (python/bindings/random.cpp): uint64 of state and increment (low half first); uint32: whether half of a draw is kept,
that half."""
from numpy import float32, uint32, uint64

from aic.lib import numpy_random_legacy as legacy
from aic.lib import prim

_LOW = uint64(0xFFFFFFFF)
_HALF = uint64(32)


# ---- seeds: numpy.random.SeedSequence (O'Neill's seed_seq_fe, 2015) ----
def _hashed(value, multiplier):
    """One word mixed with the present multiplier; the next multiplier."""
    value = (value ^ multiplier[0]) & _LOW
    multiplier[0] = multiplier[0] * multiplier[1] & _LOW
    value = value * multiplier[0] & _LOW
    return value ^ (value >> uint64(16))


def _mixed(x, y):
    r = (uint64(0xCA01F9DD) * x - uint64(0x4973F715) * y) & _LOW
    return r ^ (r >> uint64(16))


def _pool(word, keys):
    """Four words of entropy from an int and from which child of which child it is for."""
    pool = prim.full((4,), 0, uint64)
    pool[0] = word & _LOW
    pool[1] = word >> _HALF
    multiplier = prim.empty((2,), uint64)
    multiplier[0] = uint64(0x43B0D7E5)
    multiplier[1] = uint64(0x931E8875)
    for i in range(4):
        pool[i] = _hashed(pool[i], multiplier)
    for i in range(4):
        for j in range(4):
            if i != j:
                pool[j] = _mixed(pool[j], _hashed(pool[i], multiplier))
    for key in keys:
        for j in range(4):
            pool[j] = _mixed(pool[j], _hashed(key, multiplier))
    return pool


def _words(pool, n):
    """n words of 64 bits drawn from the pool."""
    multiplier = prim.empty((2,), uint64)
    multiplier[0] = uint64(0x8B51F9DD)
    multiplier[1] = uint64(0x58F38DED)
    out = prim.empty((n,), uint64)
    for i in range(n):
        low = _hashed(pool[2 * i % 4], multiplier)
        out[i] = low | _hashed(pool[(2 * i + 1) % 4], multiplier) << _HALF
    return out


# ---- PCG64 ----
def is_legacy(s):
    """Whether the state is that of a RandomState, which keeps a normal variate too."""
    return len(s) == 3


def _high_product(a, b):
    """The upper 64 bits of a product of two uint64."""
    low = (a & _LOW) * (b & _LOW)
    middle = (a >> _HALF) * (b & _LOW) + (low >> _HALF)
    other = (a & _LOW) * (b >> _HALF) + (middle & _LOW)
    return (a >> _HALF) * (b >> _HALF) + (middle >> _HALF) + (other >> _HALF)


def _step(s):
    """state = state * multiplier + increment, modulo 2**128; its halves, low first."""
    words = s[0]
    high = uint64(2549297995355413924)
    low = uint64(4865540595714422341)
    carried = _high_product(words[0], low) + words[1] * low + words[0] * high
    product = words[0] * low
    words[0] = product + words[2]
    words[1] = carried + words[3] + (uint64(1) if words[0] < product else uint64(0))
    return words[0], words[1]


def pcg64(seed):
    if prim.kind(seed) != "i" and prim.kind(seed) != "u":
        prim.refuse("a seed that is not an int")
    if seed < 0:
        raise ValueError("expected non-negative integer")
    return _seeded(uint64(seed), prim.empty((0,), uint64))


def spawned(s):
    """The next child of a generator that was made here: behind its state are the seed, how many children it has, and its own keys."""
    words = s[0]
    if words.shape[0] < 6:
        raise NotImplementedError("spawn of a generator that Python made: its SeedSequence is not known here; pass what it spawns")
    n = words.shape[0] - 6
    keys = prim.empty((n + 1,), uint64)
    keys[:n] = words[6:]
    keys[n] = words[5]
    words[5] = words[5] + uint64(1)
    return _seeded(words[4], keys)


def _seeded(seed, keys):
    seeds = _words(_pool(seed, keys), 4)
    words = prim.full((6 + keys.shape[0],), 0, uint64)
    words[4] = seed
    words[6:] = keys
    s = (words, prim.full((2,), 0, uint32))
    words[3] = seeds[2] << uint64(1) | seeds[3] >> uint64(63)
    words[2] = seeds[3] << uint64(1) | uint64(1)
    _step(s)
    low = words[0]
    words[0] = low + seeds[1]
    words[1] = words[1] + seeds[0] + (uint64(1) if words[0] < low else uint64(0))
    _step(s)
    return s


def next64(s):
    low, high = _step(s)
    x = high ^ low
    turn = high >> uint64(58)
    return x >> turn | x << (uint64(64) - turn & uint64(63))


def next32(s):
    """Half of a draw; the upper half is kept for the next time."""
    kept = s[1]
    if kept[0] != 0:
        kept[0] = uint32(0)
        return uint64(kept[1])
    x = next64(s)
    kept[0] = uint32(1)
    kept[1] = uint32(x >> _HALF)
    return x & _LOW


def next_double(s):
    if is_legacy(s):
        return legacy.next_double(s)
    return float(next64(s) >> uint64(11)) * (1.0 / 9007199254740992.0)


def next_single(s):
    return float32(float(next32(s) >> uint64(8)) * (1.0 / 16777216.0))


# ---- whole numbers below a bound ----
def below(s, span):
    """0…span inclusive, by Lemire's method ("Fast random integer generation in an interval", 2019)."""
    if span == 0:
        return uint64(0)
    if span <= _LOW:
        if span == _LOW:
            return next32(s)
        width = span + uint64(1)
        m = next32(s) * width
        if (m & _LOW) < width:
            least = (_LOW - span) % width
            while (m & _LOW) < least:
                m = next32(s) * width
        return m >> _HALF
    if span == ~uint64(0):
        return next64(s)
    width = span + uint64(1)
    x = next64(s)
    if x * width < width:
        least = (~uint64(0) - span) % width
        while x * width < least:
            x = next64(s)
    return _high_product(x, width)


def under_mask(s, span):
    return legacy.below_masked(s, span, next32, next64)
