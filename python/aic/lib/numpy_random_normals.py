"""Normal, exponential and gamma variates over PCG64, from which other distributions follow."""
from numpy import uint64

from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_legacy as legacy
from aic.lib import numpy_random_tables as tables
from aic.lib import prim


def normal(s):
    """The ziggurat of 256 layers (Marsaglia and Tsang, 2000); a RandomState has its own way."""
    if bits.is_legacy(s):
        return legacy.normal(s)
    while True:
        r = bits.next64(s)
        layer = int(r & uint64(0xFF))
        negative = r >> uint64(8) & uint64(1)
        inside = r >> uint64(9) & uint64(0xFFFFFFFFFFFFF)
        x = float(inside) * float(tables.NORMAL_WIDTH[layer])
        if negative != 0:
            x = -x
        if inside < tables.NORMAL_INSIDE[layer]:
            return x
        if layer == 0:
            while True:
                u = -0.27366123732975827203338247596 * prim.log1p(-bits.next_double(s))
                v = -prim.log1p(-bits.next_double(s))
                if v + v > u * u:
                    if inside >> uint64(8) & uint64(1) != 0:
                        return -(3.6541528853610087963519472518 + u)
                    return 3.6541528853610087963519472518 + u
        else:
            low = float(tables.NORMAL_HEIGHT[layer])
            if (float(tables.NORMAL_HEIGHT[layer - 1]) - low) * bits.next_double(s) + low < prim.exp(-0.5 * x * x):
                return x


def exponential(s):
    if bits.is_legacy(s):
        return -prim.log(1.0 - legacy.next_double(s))
    while True:
        r = bits.next64(s) >> uint64(3)
        layer = int(r & uint64(0xFF))
        inside = r >> uint64(8)
        x = float(inside) * float(tables.EXPONENTIAL_WIDTH[layer])
        if inside < tables.EXPONENTIAL_INSIDE[layer]:
            return x
        if layer == 0:
            return 7.69711747013104972 - prim.log1p(-bits.next_double(s))
        low = float(tables.EXPONENTIAL_HEIGHT[layer])
        if (float(tables.EXPONENTIAL_HEIGHT[layer - 1]) - low) * bits.next_double(s) + low < prim.exp(-x):
            return x


def gamma(s, shape):
    """Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; below 1 Ahrens and Dieter's, 1974."""
    if shape == 1.0:
        return exponential(s)
    if shape == 0.0:
        return 0.0
    if shape < 1.0:
        while True:
            u = bits.next_double(s)
            v = exponential(s)
            if u <= 1.0 - shape:
                x = prim.power(u, 1.0 / shape)
                if x <= v:
                    return x
            else:
                y = -prim.log((1.0 - u) / shape)
                x = prim.power(1.0 - shape + shape * y, 1.0 / shape)
                if x <= v + y:
                    return x
    b = shape - 1.0 / 3.0
    c = 1.0 / prim.sqrt(9.0 * b)
    while True:
        x = normal(s)
        v = 1.0 + c * x
        while v <= 0.0:
            x = normal(s)
            v = 1.0 + c * x
        v = v * v * v
        u = bits.next_double(s)
        if u < 1.0 - 0.0331 * (x * x) * (x * x):
            return b * v
        if prim.log(u) < 0.5 * x * x + b * (1.0 - v + prim.log(v)):
            return b * v
