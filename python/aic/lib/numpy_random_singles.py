"""Draws in single precision. The tables of the ziggurats are those of double precision, rounded, but for four numbers that NumPy rounded
from more digits than a double has."""
import numpy
from numpy import float32, uint64

from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_tables as tables
from aic.lib import prim


def _rounded(table, scale, moved):
    """As float32; what of `moved` gives the steps of a last bit at its places."""
    narrow = (table * scale).astype(float32)
    places = numpy.array(list(moved), int)
    narrow.view(numpy.int32)[places] += numpy.array(list(moved.values()), numpy.int32)
    return narrow


def _whole(table, digits):
    return ((table + uint64(1 << digits - 1)) >> uint64(digits)).astype(uint64)


_NORMAL_WIDTH = _rounded(tables.NORMAL_WIDTH, 2.0**29, {})
_NORMAL_HEIGHT = _rounded(tables.NORMAL_HEIGHT, 1.0, {})
_NORMAL_INSIDE = _whole(tables.NORMAL_INSIDE, 29)
_EXPONENTIAL_WIDTH = _rounded(tables.EXPONENTIAL_WIDTH, 2.0**30, {226: 1})
_EXPONENTIAL_HEIGHT = _rounded(tables.EXPONENTIAL_HEIGHT, 1.0, {128: -1, 154: 1, 171: -1})
_EXPONENTIAL_INSIDE = _whole(tables.EXPONENTIAL_INSIDE, 30)


def normal(s):
    while True:
        r = bits.next32(s)
        layer = int(r & uint64(0xFF))
        inside = r >> uint64(9)
        x = float32(inside) * _NORMAL_WIDTH[layer]
        if r >> uint64(8) & uint64(1) != 0:
            x = -x
        if inside < _NORMAL_INSIDE[layer]:
            return x
        if layer == 0:
            while True:
                u = -float32(0.27366123732975827203338247596) * prim.log1p(-bits.next_single(s))
                v = -prim.log1p(-bits.next_single(s))
                if v + v > u * u:
                    far = float32(3.6541528853610087963519472518) + u
                    return -far if inside >> uint64(8) & uint64(1) != 0 else far
        else:
            low = _NORMAL_HEIGHT[layer]
            wide = float(x)
            if float((_NORMAL_HEIGHT[layer - 1] - low) * bits.next_single(s) + low) < prim.exp(-0.5 * wide * wide):
                return x


def exponential(s):
    while True:
        r = bits.next32(s) >> uint64(1)
        layer = int(r & uint64(0xFF))
        inside = r >> uint64(8)
        x = float32(inside) * _EXPONENTIAL_WIDTH[layer]
        if inside < _EXPONENTIAL_INSIDE[layer]:
            return x
        if layer == 0:
            return float32(7.69711747013104972) - prim.log1p(-bits.next_single(s))
        low = _EXPONENTIAL_HEIGHT[layer]
        if (_EXPONENTIAL_HEIGHT[layer - 1] - low) * bits.next_single(s) + low < prim.exp(-x):
            return x


def inverted_exponential(s):
    return -prim.log1p(-bits.next_single(s))


def gamma(s, shape):
    """numpy_random_normals.gamma in single precision throughout."""
    one = float32(1)
    if shape == one:
        return exponential(s)
    if shape == 0:
        return float32(0)
    if shape < one:
        while True:
            u = bits.next_single(s)
            v = exponential(s)
            inverse = one / (shape + float32(0) * u)  # no constant, whose power would be products: other bits than powf's
            if u <= one - shape:
                x = prim.power(u, inverse)
                if x <= v:
                    return x
            else:
                y = -prim.log((one - u) / shape)
                x = prim.power(one - shape + shape * y, inverse)
                if x <= v + y:
                    return x
    b = shape - one / float32(3)
    c = one / prim.sqrt(float32(9) * b)
    while True:
        x = normal(s)
        v = one + c * x
        while v <= 0:
            x = normal(s)
            v = one + c * x
        v = v * v * v
        u = bits.next_single(s)
        if u < one - float32(0.0331) * (x * x) * (x * x):
            return b * v
        if prim.log(u) < float32(0.5) * x * x + b * (one - v + prim.log(v)):
            return b * v
