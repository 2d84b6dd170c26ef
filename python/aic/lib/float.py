"""The methods of Python's floats; the number is the first argument."""
from aic.lib import math, prim


def is_integer(x):
    return x - x == 0.0 and prim.floor(x) == x


def as_integer_ratio(x):
    if x != x:
        raise ValueError("cannot convert NaN to integer ratio")
    if x - x != 0.0:
        raise OverflowError("cannot convert Infinity to integer ratio")
    m, e = math.frexp(x)
    for _ in range(300):
        if m == prim.floor(m):
            break
        m *= 2.0
        e -= 1
    n, d = int(m), 1
    if e > 0:
        n <<= e
    else:
        d <<= -e
    return n, d


def hex(x):
    if x != x:
        return "nan"
    sign = "-" if math.copysign(1.0, x) < 0.0 else ""
    if x - x != 0.0:
        return sign + "inf"
    if x == 0.0:
        return sign + "0x0.0p+0"
    m, e = math.frexp(prim.fabs(x))
    shift = 1 - max(-1021 - e, 0)
    m = prim.ldexp(m, float(shift))
    e -= shift
    first = int(m)
    out = sign + "0x" + str(first) + "."
    m -= float(first)
    for _ in range(13):
        m *= 16.0
        digit = int(m)
        out += "0123456789abcdef"[digit]
        m -= float(digit)
    return out + "p" + ("-" if e < 0 else "+") + str(abs(e))
