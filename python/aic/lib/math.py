"""Python's `math`, written in the language on `aic.lib.prim`, with CPython's errors.

Arguments are converted to float as CPython does. A result that is nan for an argument that is not is a domain error; an
infinite result for a finite argument is a range error.
"""
from aic.lib import prim

pi = 3.141592653589793
e = 2.718281828459045
tau = 6.283185307179586
inf = float("inf")
nan = float("nan")


def _finite_or_domain(x, r):
    """For functions that cannot overflow: nan out of something else is a domain error."""
    if r != r and x == x:
        raise ValueError("math domain error")
    return r


def _finite_or_range(x, r):
    """For functions that can overflow."""
    if r - r != 0.0 and x - x == 0.0:
        if r != r:
            raise ValueError("math domain error")
        raise OverflowError("math range error")
    return r


def sin(x):
    x = float(x)
    return _finite_or_domain(x, prim.sin(x))


def cos(x):
    x = float(x)
    return _finite_or_domain(x, prim.cos(x))


def tan(x):
    x = float(x)
    return _finite_or_domain(x, prim.tan(x))


def asin(x):
    x = float(x)
    return _finite_or_domain(x, prim.arcsin(x))


def acos(x):
    x = float(x)
    return _finite_or_domain(x, prim.arccos(x))


def atan(x):
    return prim.arctan(float(x))


def atan2(y, x):
    return prim.arctan2(float(y), float(x))


def sinh(x):
    x = float(x)
    return _finite_or_range(x, prim.sinh(x))


def cosh(x):
    x = float(x)
    return _finite_or_range(x, prim.cosh(x))


def tanh(x):
    return prim.tanh(float(x))


def asinh(x):
    return prim.arcsinh(float(x))


def acosh(x):
    x = float(x)
    return _finite_or_domain(x, prim.arccosh(x))


def atanh(x):
    x = float(x)
    if x == 1.0 or x == -1.0:
        raise ValueError("math domain error")
    return _finite_or_domain(x, prim.arctanh(x))


def exp(x):
    x = float(x)
    return _finite_or_range(x, prim.exp(x))


def exp2(x):
    x = float(x)
    return _finite_or_range(x, prim.exp2(x))


def expm1(x):
    x = float(x)
    return _finite_or_range(x, prim.expm1(x))


def log(x, base=None):
    if base is None:
        return _log(x)
    return _log(x) / _log(base)


def _log(x):
    x = float(x)
    if x <= 0.0:
        raise ValueError("math domain error")
    return prim.log(x)


def log2(x):
    x = float(x)
    if x <= 0.0:
        raise ValueError("math domain error")
    return prim.log2(x)


def log10(x):
    x = float(x)
    if x <= 0.0:
        raise ValueError("math domain error")
    return prim.log10(x)


def log1p(x):
    x = float(x)
    if x <= -1.0:
        raise ValueError("math domain error")
    return prim.log1p(x)


def sqrt(x):
    x = float(x)
    if x < 0.0:
        raise ValueError("math domain error")
    return prim.sqrt(x)


def cbrt(x):
    return prim.cbrt(float(x))


def pow(x, y):
    x = float(x)
    y = float(y)
    r = prim.power(x, y)
    if r - r != 0.0 and x - x == 0.0 and y - y == 0.0:
        if r != r or x == 0.0:
            raise ValueError("math domain error")
        raise OverflowError("math range error")
    return r


def hypot(x, y):
    x = float(x)
    y = float(y)
    return prim.hypot(x, y)


def fabs(x):
    return prim.fabs(float(x))


def copysign(x, y):
    return prim.copysign(float(x), float(y))


def fmod(x, y):
    x = float(x)
    y = float(y)
    if y == 0.0 and x == x or x - x != 0.0 and x == x and y == y:
        raise ValueError("math domain error")
    return prim.fmod(x, y)


def floor(x):
    if isinstance(x, int):
        return int(x)
    return int(prim.floor(float(x)))


def ceil(x):
    if isinstance(x, int):
        return int(x)
    return int(prim.ceil(float(x)))


def trunc(x):
    return int(x)


def isnan(x):
    x = float(x)
    return x != x


def isinf(x):
    x = float(x)
    return x - x != 0.0 and x == x


def isfinite(x):
    x = float(x)
    return x - x == 0.0


def degrees(x):
    return float(x) * (180.0 / pi)


def radians(x):
    return float(x) * (pi / 180.0)


def erf(x):
    return prim.erf(float(x))


def erfc(x):
    return prim.erfc(float(x))


def gamma(x):
    x = float(x)
    if x <= 0.0 and x == prim.floor(x):
        raise ValueError("math domain error")
    return _finite_or_range(x, prim.gamma(x))


def lgamma(x):
    x = float(x)
    if x <= 0.0 and x == prim.floor(x) and x - x == 0.0:
        raise ValueError("math domain error")
    return _finite_or_range(x, prim.lgamma(x))


def ldexp(x, i):
    if prim.kind(i) == "f" or prim.kind(i) == "c":
        prim.refuse("the second argument of ldexp must be an int")
    x = float(x)
    return _finite_or_range(x, prim.ldexp(x, float(i)))


def isclose(a, b, rel_tol=1e-09, abs_tol=0.0):
    a = float(a)
    b = float(b)
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if isinf(a) or isinf(b):
        return False
    difference = fabs(b - a)
    return difference <= fabs(rel_tol * b) or difference <= fabs(rel_tol * a) or difference <= abs_tol


def gcd(a, b):
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    while b != 0:
        a, b = b, a % b
    return a


def lcm(a, b):
    if a == 0 or b == 0:
        return 0
    r = a // gcd(a, b) * b
    return -r if r < 0 else r


def isqrt(n):
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    r = int(prim.sqrt(float(n)))
    while r * r > n:
        r = r - 1
    while n - r * r > 2 * r:
        r = r + 1
    return r


def factorial(n):
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    r = 1
    for i in range(2, n + 1):
        r = r * i
    return r


def comb(n, k):
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    if k > n - k:
        k = n - k
    r = 1
    for i in range(k):
        r = r * (n - i) // (i + 1)
    return r


def perm(n, k):
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    r = 1
    for i in range(k):
        r = r * (n - i)
    return r
