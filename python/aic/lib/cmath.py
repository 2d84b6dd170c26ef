"""Python's `cmath`, written in the language on `aic.lib.prim`, on finite arguments by CPython's formulas."""
from aic.lib import math, prim

pi = 3.141592653589793
e = 2.718281828459045
tau = 6.283185307179586
inf = float("inf")
nan = float("nan")
infj = complex(0.0, float("inf"))
nanj = complex(0.0, float("nan"))


def exp(z):
    z = complex(z)
    if not isfinite(z):
        if math.isinf(z.imag) and (math.isfinite(z.real) or z.real == inf):
            raise ValueError("math domain error")
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


def log(z, base=None):
    r = _log(complex(z))
    if base is None:
        return r
    b = _log(complex(base))
    if b == 0.0:
        raise ValueError("math domain error")
    return r / b


def _log(z):
    if z == 0.0:
        raise ValueError("math domain error")
    return prim.log(z)


def log10(z):
    r = _log(complex(z))
    return complex(r.real / 2.302585092994045684, r.imag / 2.302585092994045684)


def _finite(z, r):
    """A result that is too large for a finite argument is an error."""
    if isfinite(z) and not isfinite(r):
        raise OverflowError("math range error")
    return r


def sinh(z):
    z = complex(z)
    if math.isinf(z.imag) and not math.isnan(z.real):
        raise ValueError("math domain error")
    return _finite(z, prim.sinh(z))


def cosh(z):
    z = complex(z)
    if math.isinf(z.imag) and not math.isnan(z.real):
        raise ValueError("math domain error")
    return _finite(z, prim.cosh(z))


def tanh(z):
    z = complex(z)
    if math.isinf(z.imag) and math.isfinite(z.real):
        raise ValueError("math domain error")
    return prim.tanh(z)


def sin(z):
    z = complex(z)
    if math.isinf(z.real) and not math.isnan(z.imag):
        raise ValueError("math domain error")
    return _finite(z, prim.sin(z))


def cos(z):
    z = complex(z)
    if math.isinf(z.real) and not math.isnan(z.imag):
        raise ValueError("math domain error")
    return _finite(z, prim.cos(z))


def tan(z):
    z = complex(z)
    if math.isinf(z.real) and math.isfinite(z.imag):
        raise ValueError("math domain error")
    return prim.tan(z)


def asin(z):
    return prim.arcsin(complex(z))


def acos(z):
    return prim.arccos(complex(z))


def atan(z):
    z = complex(z)
    if z.real == 0.0 and prim.fabs(z.imag) == 1.0:
        raise ValueError("math domain error")
    return prim.arctan(z)


def asinh(z):
    return prim.arcsinh(complex(z))


def acosh(z):
    return prim.arccosh(complex(z))


def atanh(z):
    z = complex(z)
    if z.imag == 0.0 and prim.fabs(z.real) == 1.0:
        raise ValueError("math domain error")
    return prim.arctanh(z)


def isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0):
    a, b = complex(a), complex(b)
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if isinf(a) or isinf(b):
        return False
    difference = abs(a - b)
    return difference <= rel_tol * abs(b) or difference <= rel_tol * abs(a) or difference <= abs_tol
