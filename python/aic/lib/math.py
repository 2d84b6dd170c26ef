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


def hypot(*coordinates):
    n = len(coordinates)
    if n == 0:
        return 0.0
    if n == 1:
        return prim.fabs(float(coordinates[0]))
    if n == 2:
        return prim.hypot(float(coordinates[0]), float(coordinates[1]))
    return _norm([float(x) for x in coordinates])


def _square(x):
    """(high, low): x * x exactly, by Veltkamp's split; x is at most 1."""
    t = x * 134217729.0  # 2**27 + 1
    high = t - (t - x)
    low = x - high
    square = x * x
    return square, (high * high - square + 2.0 * high * low) + low * low


def _norm(values):
    """The root of the sum of squares, scaled by a power of two, summed with what each addition loses and corrected once by
    what its square is away (Borges, An Improved Algorithm for hypot(a,b), 2019): rounded right almost always, as CPython's."""
    most = 0.0
    has_nan = False
    for v in values:
        x = prim.fabs(v)
        if x != x:
            has_nan = True
        elif x > most:
            most = x
    if most == inf:
        return inf
    if has_nan:
        return nan
    if most == 0.0:
        return 0.0
    exponent = frexp(most)[1]
    total, lost = 0.0, 0.0
    for v in values:
        square, rest = _square(prim.ldexp(v, float(-exponent)))
        sum = total + square
        lost += ((total - sum) + square if total >= square else (square - sum) + total) + rest
        total = sum
    root = prim.sqrt(total + lost)
    square, rest = _square(root)
    root += (total - square - rest + lost) / (2.0 * root)
    return prim.ldexp(root, float(exponent))


def dist(p, q):
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    return _norm([float(a) - float(b) for a, b in zip(p, q)])


def nextafter(x, y):
    return prim.nextafter(float(x), float(y))


def ulp(x):
    x = prim.fabs(float(x))
    if x - x != 0.0:
        return x
    above = prim.nextafter(x, inf)
    return x - prim.nextafter(x, 0.0) if above == inf else above - x


def frexp(x):
    x = float(x)
    if x == 0.0 or x - x != 0.0:
        return x, 0
    exponent = 0
    m = x
    if prim.fabs(m) < 2.2250738585072014e-308:
        m *= 18014398509481984.0  # 2**54
        exponent = -54
    near = int(prim.floor(prim.log2(prim.fabs(m))))
    # In two steps: 2**-1024 is no normal number.
    m = prim.ldexp(prim.ldexp(m, float(-(near // 2))), float(near // 2 - near))
    exponent += near
    while prim.fabs(m) >= 1.0:
        m *= 0.5
        exponent += 1
    while prim.fabs(m) < 0.5:
        m *= 2.0
        exponent -= 1
    return m, exponent


def modf(x):
    x = float(x)
    if x != x:
        return x, x
    if x - x != 0.0:
        return prim.copysign(0.0, x), x
    whole = prim.trunc(x)
    return prim.copysign(x - whole, x), whole


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


# gamma and lgamma as CPython has them, so that the bits agree: Lanczos' sum as a quotient of polynomials of degree 12 (Pugh's
# choice of g, the coefficients that Boost publishes as lanczos13m53), and the reflection formula for negative x.
_G = 6.024680040776729583740234375
_G_LESS_HALF = 5.524680040776729583740234375
_LOG_PI = 1.144729885849400174143427351353058711647
_LANCZOS = (
    (23531376880.410759688572007674451636754734846804940, 0.0),
    (42919803642.649098768957899047001988850926355848959, 39916800.0),
    (35711959237.355668049440185451547166705960488635843, 120543840.0),
    (17921034426.037209699919755754458931112671403265390, 150917976.0),
    (6039542586.3520280050642916443072979210699388420708, 105258076.0),
    (1439720407.3117216736632230727949123939715485786372, 45995730.0),
    (248874557.86205415651146038641322942321632125127801, 13339535.0),
    (31426415.585400194380614231628318205362874684987640, 2637558.0),
    (2876370.6289353724412254090516208496135991145378768, 357423.0),
    (186056.26539522349504029498971604569928220784236328, 32670.0),
    (8071.6720023658162106380029022722506138218516325024, 1925.0),
    (210.82427775157934587250973392071336271166969580291, 66.0),
    (2.5066282746310002701649081771338373386264310793408, 1.0),
)


def _lanczos_sum(x):
    above = 0.0
    below = 0.0
    if x < 5.0:
        for i in prim.static_range(13):
            above = above * x + _LANCZOS[12 - i][0]
            below = below * x + _LANCZOS[12 - i][1]
    else:  # in powers of 1/x, which do not overflow
        for i in prim.static_range(13):
            above = above / x + _LANCZOS[i][0]
            below = below / x + _LANCZOS[i][1]
    return above / below


def _sin_of_pi_times(x):
    """For x >= 0, exact at the multiples of a half."""
    y = prim.fmod(x, 2.0)
    if y < 0.25 or y >= 1.75:
        return prim.sin(pi * (y if y < 0.25 else y - 2.0))
    if y < 0.75:
        return prim.cos(pi * (y - 0.5))
    if y < 1.25:
        return prim.sin(pi * (1.0 - y))
    return -prim.cos(pi * (y - 1.5))


def _without_derivatives(arguments, out, residual):
    return out


def _only_derivatives(x):
    """0, whose derivatives are those of x."""
    return x - prim.custom(_without_derivatives, None, None, (), x, ())


def gamma(x):
    x = float(x)
    if x - x != 0.0:
        if x < 0.0:
            raise ValueError("math domain error")
        return x
    if x == prim.floor(x):
        if x <= 0.0:
            raise ValueError("math domain error")
        if x <= 23.0:  # the factorials that a float64 holds exactly
            r = 1.0
            for i in range(2, int(x)):
                r = r * i
            return r + _only_derivatives(prim.gamma(x))  # of a branch of constants the derivative would be 0
    size = prim.fabs(x)
    if size < 1e-20:
        return _finite_or_range(x, 1.0 / x)
    if size > 200.0:
        if x > 0.0:
            raise OverflowError("math range error")
        return 0.0 / -_sin_of_pi_times(size)
    y = size + _G_LESS_HALF
    # y's rounding error, whose effect on the power is taken back to first order
    error = y - size - _G_LESS_HALF if size > _G_LESS_HALF else y - _G_LESS_HALF - size
    error = error * _G / y
    if x < 0.0:
        r = -pi / _sin_of_pi_times(size) / size * prim.exp(y) / _lanczos_sum(size)
        r = r - error * r
        if size < 140.0:
            r = r / prim.power(y, size - 0.5)
        else:
            root = prim.power(y, size / 2.0 - 0.25)
            r = r / root / root
    else:
        r = _lanczos_sum(size) / prim.exp(y)
        r = r + error * r
        if size < 140.0:
            r = r * prim.power(y, size - 0.5)
        else:
            root = prim.power(y, size / 2.0 - 0.25)
            r = r * root * root
    return _finite_or_range(x, r)


def lgamma(x):
    x = float(x)
    if x - x != 0.0:
        return x if x != x else inf
    if x == prim.floor(x) and x <= 2.0:
        if x <= 0.0:
            raise ValueError("math domain error")
        return _only_derivatives(prim.lgamma(x))
    size = prim.fabs(x)
    if size < 1e-20:
        return -prim.log(size)
    r = prim.log(_lanczos_sum(size)) - _G
    r = r + (size - 0.5) * (prim.log(size + _G - 0.5) - 1.0)
    if x < 0.0:
        r = _LOG_PI - prim.log(prim.fabs(_sin_of_pi_times(size))) - prim.log(size) - r
    return _finite_or_range(x, r)


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


def _whole(n):
    """n as an int, where it is an integer."""
    if isinstance(n, int):
        return int(n)
    if prim.is_number(n) and prim.kind(n) in "iu":
        return int(n)
    prim.type_error("'" + type(n).__name__ + "' object cannot be interpreted as an integer")


def gcd(*integers):
    r = 0
    for n in integers:
        r = _gcd(r, _whole(n))
    return r


def _gcd(a, b):
    if a < 0:
        a = -a
    if b < 0:
        b = -b
    while b != 0:
        a, b = b, a % b
    return a


def lcm(*integers):
    r = 1
    for n in integers:
        r = _lcm(r, _whole(n))
    return r


def _lcm(a, b):
    if a == 0 or b == 0:
        return 0
    r = a // _gcd(a, b) * b
    return -r if r < 0 else r


def isqrt(n):
    n = _whole(n)
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    r = int(prim.sqrt(float(n)))
    while r * r > n:
        r = r - 1
    while n - r * r > 2 * r:
        r = r + 1
    return r


def factorial(n):
    n = _whole(n)
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    r = 1
    for i in range(2, n + 1):
        r = r * i
    return r


def comb(n, k):
    n, k = _whole(n), _whole(k)
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
        # Divided first: the product may be beyond 64 bits where the quotient is not.
        common = _gcd(r, i + 1)
        r = r // common * ((n - i) // ((i + 1) // common))
    return r


def perm(n, k=None):
    if k is None:
        return factorial(n)
    n, k = _whole(n), _whole(k)
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


def remainder(x, y):
    x, y = float(x), float(y)
    if x != x or y != y:
        return x + y
    if x - x != 0.0 or y == 0.0:
        raise ValueError("math domain error")
    if y - y != 0.0:
        return x
    a, b = abs(x), abs(y)
    m = prim.fmod(a, b)
    c = b - m
    if m < c:
        r = m
    elif m > c:
        r = -c
    else:  # halfway: to the even multiple
        r = m - 2.0 * prim.fmod(0.5 * (a - m), b)
    return copysign(1.0, x) * r


def prod(values, start=1):
    total = start
    for x in values:
        total = total * x
    return total


def fsum(values):
    """The exact sum, rounded once: partial sums that do not overlap, after Shewchuk."""
    partials = []
    special, infinite = 0.0, 0.0
    for given in values:
        x = float(given)
        kept = 0
        for j in range(len(partials)):
            y = partials[j]
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                partials[kept] = low
                kept += 1
            x = high
        del partials[kept:]
        if x != 0.0:
            if x - x != 0.0:
                if float(given) - float(given) == 0.0:
                    raise OverflowError("intermediate overflow in fsum")
                if given - given != 0.0 and given == given:
                    infinite += given
                special += given
                partials.clear()
            else:
                partials.append(x)
    if special != 0.0:
        if infinite != infinite:
            raise ValueError("-inf + inf in fsum")
        return special
    n = len(partials)
    if n == 0:
        return 0.0
    n -= 1
    high = partials[n]
    low = 0.0
    while n > 0:
        x = high
        n -= 1
        y = partials[n]
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    # Half way between two floats, the rest decides.
    if n > 0 and ((low < 0.0 and partials[n - 1] < 0.0) or (low > 0.0 and partials[n - 1] > 0.0)):
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return high
