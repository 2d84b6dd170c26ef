"""Python's `cmath`, written in the language on `aic.lib.prim`, on finite arguments by CPython's formulas."""
from aic.lib import math, prim

pi = 3.141592653589793
e = 2.718281828459045
tau = 6.283185307179586
inf = float("inf")
nan = float("nan")


def exp(z):
    z = complex(z)
    if not isfinite(z):
        return prim.exp(z)
    if z.real > 708.3964185322641:  # the real factor alone would overflow where the product need not
        scale = prim.exp(z.real - 1.0)
        r = complex(scale * prim.cos(z.imag) * e, scale * prim.sin(z.imag) * e)
    else:
        scale = prim.exp(z.real)
        r = complex(scale * prim.cos(z.imag), scale * prim.sin(z.imag))
    if not isfinite(r):
        raise OverflowError("math range error")
    return r


def phase(z):
    z = complex(z)
    return prim.arctan2(z.imag, z.real)


def polar(z):
    z = complex(z)
    return abs(z), phase(z)


def rect(r, phi):
    return complex(r * prim.cos(phi), r * prim.sin(phi))


def isnan(z):
    z = complex(z)
    return math.isnan(z.real) or math.isnan(z.imag)


def isinf(z):
    z = complex(z)
    return math.isinf(z.real) or math.isinf(z.imag)


def isfinite(z):
    z = complex(z)
    return math.isfinite(z.real) and math.isfinite(z.imag)


def sqrt(z):
    z = complex(z)
    if z.real == 0.0 and z.imag == 0.0:
        return complex(0.0, z.imag)
    if not isfinite(z):
        return prim.sqrt(z)
    a = prim.fabs(z.real)
    b = prim.fabs(z.imag)
    # Scaled so that neither overflow nor underflow spoils the sum (CPython's cmath.sqrt).
    if a < 2.2250738585072014e-308 and b < 2.2250738585072014e-308 and (a > 0.0 or b > 0.0):
        a = a * 9007199254740992.0
        s = prim.sqrt(a + prim.hypot(a, b * 9007199254740992.0)) / 134217728.0
    else:
        a = a / 8.0
        s = 2.0 * prim.sqrt(a + prim.hypot(a, b / 8.0))
    d = b / (2.0 * s)
    if z.real >= 0.0:
        return complex(s, prim.copysign(d, z.imag))
    return complex(d, prim.copysign(s, z.imag))
