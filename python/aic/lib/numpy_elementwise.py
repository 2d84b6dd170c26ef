"""Elementwise functions that are compositions of records, and comparisons of whole arrays."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import prim


def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None):
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    r = a if prim.is_array(a) else prim.cast(a, prim.dtype(a))
    if low is None and high is None:
        r = prim.copy(r)
    if low is not None:
        r = prim.maximum(r, low)
    if high is not None:
        r = prim.minimum(r, high)
    if out is None:
        return r
    if not prim.writable(out):
        raise ValueError("output array is read-only")
    out[...] = r
    return out


def round(a, decimals=0, out=None):
    np._no_out(out)
    x = a if prim.is_array(a) else prim.cast(a, prim.dtype(a))
    if prim.kind(x) == "b":
        prim.refuse("round of booleans")
    if prim.kind(x) == "i" or prim.kind(x) == "u":
        if decimals >= 0:
            return prim.copy(x)
        prim.refuse("round of integers to tens")
    if prim.kind(x) == "c":
        prim.refuse("round of complex numbers")
    if decimals == 0:
        return prim.rint(x)
    if decimals > 0:
        scale = 10.0**decimals
        return prim.rint(x * scale) / scale
    scale = 10.0**-decimals
    return prim.rint(x / scale) * scale


around = round


def where(condition, x=None, y=None):
    if x is None and y is None:
        return np.nonzero(condition)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    return prim.as_array(prim.select(condition, x, y))


def nan_to_num(x, nan=0.0):
    big = 1.7976931348623157e308
    y = prim.select(prim.isnan(x), nan, x)
    return prim.minimum(prim.maximum(y, -big), big)


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    near = prim.less_equal(prim.absolute(prim.subtract(a, b)), atol + rtol * prim.absolute(b))
    both_finite = prim.logical_and(prim.isfinite(a), prim.isfinite(b))
    result = prim.logical_or(prim.logical_and(near, both_finite), prim.equal(a, b))
    if equal_nan:
        return prim.logical_or(result, prim.logical_and(prim.isnan(a), prim.isnan(b)))
    return result


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2):
    if prim.rank(a1) != prim.rank(a2):
        return False
    for k in prim.static_range(prim.rank(a1)):
        if a1.shape[k] != a2.shape[k]:
            return False
    return bool(np.all(prim.equal(a1, a2)))


def angle(z, deg=False):
    if prim.kind(z) == "f" or prim.kind(z) == "c":
        r = prim.angle(z)
    else:
        r = prim.arctan2(0, z)
    if deg:
        r *= 180.0 / 3.141592653589793
    return r


def _method_conj(a):
    return prim.conjugate(a) if prim.kind(a) == "c" else a


_method_conjugate = _method_conj


def real(val):
    return val.real


def imag(val):
    return val.imag


def fix(x):
    return prim.trunc(x)


def sinc(x):
    y = prim.multiply(float64(3.141592653589793), prim.select(prim.equal(x, 0), 1.0e-20, x))
    return prim.divide(prim.sin(y), y)


def isneginf(x):
    return prim.logical_and(prim.isinf(x), prim.signbit(x))


def isposinf(x):
    return prim.logical_and(prim.isinf(x), prim.logical_not(prim.signbit(x)))


def iscomplexobj(x):
    return prim.kind(x) == "c"


def isreal(x):
    return prim.equal(x.imag, 0)


def iscomplex(x):
    return prim.not_equal(x.imag, 0)


def isrealobj(x):
    return prim.kind(x) != "c"


def isscalar(element):
    return not prim.is_array(element) and not isinstance(element, tuple) and element is not None


def divmod(x1, x2):
    return prim.floor_divide(x1, x2), prim.remainder(x1, x2)


def array_equiv(a1, a2):
    return bool(np.all(prim.equal(a1, a2)))
