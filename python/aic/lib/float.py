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


# ---- float.fromhex ----
def _hex_digit(c):
    if c in "0123456789":
        return ord(c) - 48
    if c in "abcdefABCDEF":
        return (ord(c) | 32) - 87
    return -1


def _hex_exponent(s, at):
    """What follows the digits: nothing, or `p` and a whole number. Beyond a billion it stays that."""
    if at == len(s):
        return 0
    if s[at] not in "pP":
        raise ValueError(_NO_HEX)
    at += 1
    negative = at < len(s) and s[at] == "-"
    if at < len(s) and s[at] in "+-":
        at += 1
    if at == len(s):
        raise ValueError(_NO_HEX)
    e = 0
    for c in s[at:]:
        if c not in "0123456789":
            raise ValueError(_NO_HEX)
        e = min(e * 10 + ord(c) - 48, 1000000000)
    return -e if negative else e


_NO_HEX = "invalid hexadecimal floating-point string"
_TOO_LARGE = "hexadecimal value too large to represent as a float"


def fromhex(string):
    s = string.strip(" \t\n\r\v\f")
    sign = -1.0 if s[:1] == "-" else 1.0
    if s[:1] == "-" or s[:1] == "+":
        s = s[1:]
    word = s.lower()
    if word == "inf" or word == "infinity":
        return sign * math.inf
    if word == "nan":
        return math.copysign(math.nan, sign)
    if word[:2] == "0x":
        s = s[2:]
    # The first 15 digits that count, the exponent of the last of these, and whether others are not 0.
    m, e, at, digits = 0, 0, 0, 0
    more, point = False, False
    while at < len(s):
        c = s[at]
        if c == "." and not point:
            point = True
        else:
            d = _hex_digit(c)
            if d < 0:
                break
            digits += 1
            if m < 1 << 56:
                m = m << 4 | d
                e -= 4 if point else 0
            else:
                more = more or d != 0
                e += 0 if point else 4
        at += 1
    if digits == 0:
        raise ValueError(_NO_HEX)
    e += _hex_exponent(s, at)
    if m == 0:
        return sign * 0.0
    return sign * _rounded(m, e, more)


def _rounded(m, e, more):
    """The float next to m * 2**e, and a little if there is more; halves go to even. m has at most 60 bits."""
    bits = m.bit_length()
    drop = max(bits - 53, -1074 - e)
    if drop > 0:
        if drop > bits + 1:
            return 0.0
        rest, half = m & (1 << drop) - 1, 1 << drop - 1
        m >>= drop
        e += drop
        if rest > half or rest == half and (more or m & 1 == 1):
            m += 1
    if m != 0 and e + m.bit_length() > 1024:
        raise OverflowError(_TOO_LARGE)
    return math.ldexp(float(m), e)
