"""numpy.random.RandomState in the language: MT19937 (Matsumoto and Nishimura, 1998), normals by the polar method, which come
in pairs. The state: 624 keys and the position in them; whether a normal is kept; which."""
from numpy import float64, int32, uint32, uint64

from aic.lib import prim


def seeded(seed):
    keys = prim.empty((625,), uint32)
    reseed(keys, seed)
    return keys, prim.full((1,), 0, int32), prim.full((1,), 0.0, float64)


def reseed(keys, seed):
    if prim.kind(seed) != "i" and prim.kind(seed) != "u":
        prim.refuse("a seed that is not an int")
    if seed < 0 or seed > 4294967295:
        raise ValueError("Seed must be between 0 and 2**32 - 1")
    fill(keys, seed)
    keys[624] = 624


def fill(keys, seed):
    word = uint64(seed)
    for i in range(624):
        keys[i] = prim.cast(word, prim.dtype(keys))
        word = uint64(1812433253) * (word ^ (word >> uint64(30))) + uint64(i + 1) & uint64(0xFFFFFFFF)


def _twisted(upper, lower, other):
    y = uint64(upper) & uint64(0x80000000) | uint64(lower) & uint64(0x7FFFFFFF)
    return uint64(other) ^ y >> uint64(1) ^ (uint64(0x9908B0DF) if y & uint64(1) != 0 else uint64(0))


def _renew(keys):
    for k in range(624):
        keys[k] = prim.cast(_twisted(keys[k], keys[(k + 1) % 624], keys[(k + 397) % 624]), prim.dtype(keys))


def next32(s):
    keys = s[0]
    at = s[3] if len(s) == 4 else keys[624:]  # the position stands by itself in the generator behind random.random and its kin
    if at[0] == 624:
        _renew(keys)
        at[0] = 0
    y = uint64(keys[int(at[0])])
    at[0] += prim.cast(1, prim.dtype(keys))
    y ^= y >> uint64(11)
    y ^= y << uint64(7) & uint64(0x9D2C5680)
    y ^= y << uint64(15) & uint64(0xEFC60000)
    return y ^ y >> uint64(18)


def next64(s):
    high = next32(s)
    return high << uint64(32) | next32(s)


def next_double(s):
    high = float(next32(s) >> uint64(5))
    return (high * 67108864.0 + float(next32(s) >> uint64(6))) / 9007199254740992.0


def below_masked(s, span, next32, next64):
    """0…span inclusive: draws under the smallest mask of ones that covers span, until one is."""
    if span == 0:
        return uint64(0)
    mask = span
    for shift in (1, 2, 4, 8, 16, 32):
        mask = mask | mask >> uint64(shift)
    if span <= uint64(0xFFFFFFFF):
        x = next32(s) & mask
        while x > span:
            x = next32(s) & mask
        return x
    x = next64(s) & mask
    while x > span:
        x = next64(s) & mask
    return x


def below(s, span):
    """0…span inclusive."""
    return below_masked(s, span, next32, next64)


def normal(s):
    has = s[1]
    kept = s[2]
    if has[0] != 0:
        has[0] = 0
        one = float(kept[0])
        kept[0] = 0.0
        return one
    x = 2.0 * next_double(s) - 1.0
    y = 2.0 * next_double(s) - 1.0
    r = x * x + y * y
    while r >= 1.0 or r == 0.0:
        x = 2.0 * next_double(s) - 1.0
        y = 2.0 * next_double(s) - 1.0
        r = x * x + y * y
    f = prim.sqrt(-2.0 * prim.log(r) / r)
    has[0] = 1
    kept[0] = f * x
    return f * y
