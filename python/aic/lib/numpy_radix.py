"""Sorting numbers by the digits of their bits, the last one first (Knuth, The Art of Computer Programming 3, 5.2.5). Bits of floats are
turned so that they are ordered as the numbers are, nan behind all; digits that all elements share cost nothing."""
from numpy import int64, uint8, uint16, uint32, uint64

from aic.lib import prim

_UNSIGNED = (uint8, uint16, uint32, uint64)


def _unsigned(a):
    for d in _UNSIGNED:
        if prim.itemsize(d) == prim.itemsize(a):
            return d


def keys_of(a):
    """Unsigned integers in the order of the elements."""
    d = _unsigned(a)
    bits = prim.order_bits(a, d)
    if prim.kind(a) == "b" or prim.kind(a) == "u":
        return prim.copy(bits)
    top = prim.left_shift(d(1), d(8 * prim.itemsize(a) - 1))
    if prim.kind(a) == "i":
        return prim.bitwise_xor(bits, top)
    turned = prim.bitwise_xor(bits, prim.bitwise_or(prim.negative(prim.right_shift(bits, d(8 * prim.itemsize(a) - 1))), top))
    return prim.select(prim.isnan(a), prim.invert(d(0)), turned)


def values_of(keys, like):
    """The elements that such keys stand for."""
    d = prim.dtype(keys)
    if prim.kind(like) == "b" or prim.kind(like) == "u":
        return prim.view_bits(keys, prim.dtype(like))
    top = prim.left_shift(d(1), d(8 * prim.itemsize(like) - 1))
    if prim.kind(like) == "i":
        return prim.view_bits(prim.bitwise_xor(keys, top), prim.dtype(like))
    turn = prim.bitwise_or(prim.subtract(prim.right_shift(keys, d(8 * prim.itemsize(like) - 1)), d(1)), top)
    return prim.view_bits(prim.bitwise_xor(keys, turn), prim.dtype(like))


def _varying(keys):
    """The bits in which elements differ."""
    return uint64(prim.reduce(prim.bitwise_xor(keys, keys[0]), "bitwise_or", (0,)))


def _digit(key, shift, mask):
    return prim.cast(prim.bitwise_and(prim.right_shift(prim.cast(key, uint64), shift), mask), int64)


def _begin(counts, keys, shift, mask):
    """Where the elements of each digit begin."""
    counts[:] = 0
    for i in range(keys.shape[0]):
        counts[_digit(keys[i], shift, mask)] += 1
    total = int64(0)
    for d in range(counts.shape[0]):
        here = counts[d]
        counts[d] = total
        total = total + here


def _digit_bits(n):
    return 8 if n < 20000 else 11


def sorted_keys(keys):
    """The keys in order; their own memory is written to."""
    return _sorted(keys, None)[0]


def sorted_places(keys, order):
    """Sorts the places of the elements, equal ones as they came."""
    return _sorted(keys, order)[1]


def _sorted(keys, order):
    width = _digit_bits(keys.shape[0])
    counts = prim.empty((1 << width,), int64)
    mask = uint64((1 << width) - 1)
    varying = _varying(keys)
    source = keys
    target = prim.empty(keys.shape, prim.dtype(keys))
    places = order
    moved = None if order is None else prim.empty(order.shape, int64)
    for at in range(0, 8 * prim.itemsize(keys), width):
        shift = uint64(at)
        if varying >> shift & mask != 0:
            _begin(counts, source, shift, mask)
            for i in range(source.shape[0]):
                x = source[i]
                d = _digit(x, shift, mask)
                place = counts[d]
                target[place] = x
                if order is not None:
                    moved[place] = places[i]
                counts[d] = place + 1
            source, target = target, source
            places, moved = moved, places
    return source, places
