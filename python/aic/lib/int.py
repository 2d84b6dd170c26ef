"""The methods of Python's ints; the number is the first argument."""


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
