"""The methods of Python's ints; the number is the first argument."""
from aic.lib import prim


def bit_length(n):
    if n > 0:
        n = -n  # every int has its negative number, but not the other way round
    bits = 0
    while n != 0:
        n = -(n // -2)
        bits += 1
    return bits


def bit_count(n):
    count = 0
    rest = n if n >= 0 else -(n + 1)  # the same bits, but for the one that was subtracted
    while rest != 0:
        count += rest & 1
        rest >>= 1
    if n >= 0:
        return count
    # |n| = rest + 1: adding one clears the lowest run of ones and sets the zero above it.
    rest = -(n + 1)
    while rest & 1 != 0:
        count -= 1
        rest >>= 1
    return count + 1


def is_integer(n):
    return True


def as_integer_ratio(n):
    return n, 1


def to_bytes(n, length=1, byteorder="big", *, signed=False):
    if byteorder != "big" and byteorder != "little":
        raise ValueError("byteorder must be either 'little' or 'big'")
    if length < 0:
        raise ValueError("length argument must be non-negative")
    if n < 0 and not signed:
        raise OverflowError("can't convert negative int to unsigned")
    out = b""
    rest = n
    for _ in range(length):
        byte = prim.one_byte(rest & 255)
        out = out + byte if byteorder == "little" else byte + out
        rest >>= 8
    top = out[-1 if byteorder == "little" else 0] >= 128 if length > 0 else False
    if rest != (-1 if n < 0 else 0) or (signed and top != (n < 0)):
        raise OverflowError("int too big to convert")
    return out


def from_bytes(bytes, byteorder="big", *, signed=False):
    if byteorder != "big" and byteorder != "little":
        raise ValueError("byteorder must be either 'little' or 'big'")
    n = len(bytes)
    value = 0
    for k in range(n):
        byte = bytes[k] if byteorder == "big" else bytes[n - 1 - k]
        if k == 0 and signed and byte >= 128:
            byte -= 256
        value = value * 256 + byte
    return value
