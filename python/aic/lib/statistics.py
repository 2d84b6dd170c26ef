"""statistics: means and deviations as CPython computes them, exactly and rounded once.

Sums and sums of squares are whole numbers of `_BITS` bits a digit, the unit of which is so small that every float is one of
them. What is not here is compiled from CPython's own text.
"""
import statistics as _of_python
from math import inf
from statistics import StatisticsError
from sys import version_info

from aic.lib import prim
from aic.lib.math import exp, frexp, fsum, isnan, ldexp, log, sqrt

_BITS = 30
_DIGIT = (1 << _BITS) - 1
_ONE = 36  # the digit of an exact sum that counts ones; a square's has number 2 * _ONE
_LOWEST = -1074  # 2**_LOWEST is the smallest float

_WITH_ZEROS = version_info >= (3, 13)  # geometric_mean gives 0.0 for data with zeros
_SUMS_PRODUCTS = version_info >= (3, 12)

try:
    _of_python.stdev([inf, 0.0])
except (AttributeError, ValueError) as _error:
    _NO_ROOT, _NO_ROOT_IS_VALUE_ERROR = str(_error), isinstance(_error, ValueError)


# ---- whole numbers: lists of digits, the lowest first ----
def _add(digits, value, place):
    """digits += value * 2**place, carries left where they are: a digit has room for 2**31 of them."""
    k, shift = divmod(place, _BITS)
    for part in (value & _DIGIT, value >> _BITS & _DIGIT, value >> 2 * _BITS):
        moved = part << shift
        digits[k] += moved & _DIGIT
        digits[k + 1] += moved >> _BITS
        k += 1


def _settled(digits):
    """(is it negative, its digits below 2**_BITS without zeros at the top)."""
    out = digits[:]
    negative = False
    for sign in (1, -1):
        carry = 0
        for k in range(len(digits)):
            carry += sign * digits[k]
            out[k] = carry & _DIGIT
            carry >>= _BITS
        negative = sign < 0
        if carry == 0:
            break
    while out and out[-1] == 0:
        out.pop()
    return negative, out


def _length(a):
    return 0 if not a else (len(a) - 1) * _BITS + a[-1].bit_length()


def _shifted(a, bits):
    """a * 2**bits."""
    zeros, shift = divmod(bits, _BITS)
    out = [0] * zeros
    carry = 0
    for digit in a:
        carry |= digit << shift
        out.append(carry & _DIGIT)
        carry >>= _BITS
    if carry:
        out.append(carry)
    return out


def _product(a, b):
    out = [0] * (len(a) + len(b))
    for i in range(len(a)):
        carry = 0
        for j in range(len(b)):
            carry += out[i + j] + a[i] * b[j]
            out[i + j] = carry & _DIGIT
            carry >>= _BITS
        out[i + len(b)] = carry
    while out and out[-1] == 0:
        out.pop()
    return out


def _reaches(a, b):
    """a >= b."""
    if len(a) != len(b):
        return len(a) > len(b)
    for k in range(len(a) - 1, -1, -1):
        if a[k] != b[k]:
            return a[k] > b[k]
    return True


def _difference(a, b):
    """a - b, which is not negative."""
    out = a[:]
    borrow = 0
    for k in range(len(out)):
        borrow += out[k] - (b[k] if k < len(b) else 0)
        out[k] = borrow & _DIGIT
        borrow >>= _BITS
    while out and out[-1] == 0:
        out.pop()
    return out


def _digits_of(n):
    """Of an int that is not negative."""
    out = []
    while n:
        out.append(n & _DIGIT)
        n >>= _BITS
    return out


def _whole_quotient(a, n):
    """(a // n, a % n == 0) for an int of at most 31 bits."""
    out = a[:]
    rest = 0
    for k in range(len(a) - 1, -1, -1):
        rest = rest << _BITS | a[k]
        out[k] = rest // n
        rest %= n
    return out, rest == 0


# ---- and the floats nearest to them ----
def _rounded(q, more, exponent):
    """The float nearest to q * 2**exponent, or to a little more; of that little q has two bits too many."""
    drop = max(q.bit_length() - 53, _LOWEST - exponent, 0)
    if drop > 62:
        return 0.0
    rest = q & (1 << drop) - 1
    q >>= drop
    half = (1 << drop) >> 1
    if rest > half or rest == half and half and (more or q & 1):
        q += 1
    if q.bit_length() + exponent + drop > 1024:
        raise OverflowError("integer division result too large for a float")
    return ldexp(float(q), exponent + drop)


def _quotient(a, b, exponent):
    """The float nearest to a / b * 2**exponent, by long division."""
    if not a:
        return 0.0
    down = _length(a) - _length(b) - 56
    a, b = _shifted(a, max(-down, 0)), _shifted(b, max(down, 0))
    b = _shifted(b, 57)
    q = 0
    for _ in range(58):
        q += q
        if _reaches(a, b):
            a = _difference(a, b)
            q += 1
        a = _shifted(a, 1)
    return _rounded(q, len(a) > 0, exponent + down)


def _root(a, b, exponent):
    """The float nearest to the square root of a / b * 2**exponent, digit by digit; the exponent is even."""
    if not a:
        return 0.0
    down = (_length(a) - _length(b) - 110) // 2
    a, b = _shifted(a, max(-2 * down, 0)), _shifted(b, max(2 * down, 0))
    root = 0
    for k in range(56, -1, -1):
        tried = _digits_of(root | 1 << k)
        if _reaches(a, _product(_product(tried, tried), b)):
            root |= 1 << k
    found = _digits_of(root)
    return _rounded(root, not _reaches(_product(_product(found, found), b), a), exponent // 2 + down)


# ---- exact sums ----
def _holds_float(values):
    for x in values:
        if type(x) is float:
            return True
    return False


def _parts(x):
    """(m, place, odd): x = m * 2**place * 2**(-_ONE * _BITS), or odd, an infinity or nan."""
    if isinstance(x, int):
        return int(x), _ONE * _BITS, 0.0
    if type(x) is float:
        if x - x != 0.0:
            return 0, 0, x
        m, e = frexp(x)
        m, place = int(ldexp(m, 53)), e - 53 + _ONE * _BITS
        if place < 0:  # a float has no bits below the unit
            m, place = m >> -place, 0
        return m, place, 0.0
    prim.refuse("statistics of what is not int and not float")


def _added(values):
    """(digits, the sum of infinities and nans): the exact sum."""
    digits = [0] * 76
    odd = 0.0
    for x in values:
        m, place, special = _parts(x)
        odd += special
        _add(digits, m, place)
    return digits, odd


def _squares_added(values):
    digits = [0] * 152
    for x in values:
        m, place, _ = _parts(x)
        parts = (m & _DIGIT, m >> _BITS & _DIGIT, m >> 2 * _BITS)
        for i in range(3):
            for j in range(3):
                _add(digits, parts[i] * parts[j], 2 * place + (i + j) * _BITS)
    return digits


def _signed(negative, x):
    return -x if negative else x


def _int_or_float(negative, digits, unit, first, second):
    """digits / (first * second): an int where there is no rest. The digit of number `unit` counts ones."""
    q, even = _whole_quotient(digits[unit:], first)
    q, too = _whole_quotient(q, second)
    if even and too:
        out = 0
        for k in range(len(q) - 1, -1, -1):
            out = (out << _BITS) + _signed(negative, q[k])
        return out
    return _signed(negative, _quotient(digits, _product(_digits_of(first), _digits_of(second)), -unit * _BITS))


def mean(data):
    values = _enough(data, 1, "mean")
    n = len(values)
    digits, odd = _added(values)
    negative, digits = _settled(digits)
    if type(values[0]) is float or _holds_float(values):
        if odd != 0.0:
            return odd / n
        return _signed(negative, _quotient(digits, _digits_of(n), -_ONE * _BITS))
    return _int_or_float(negative, digits, _ONE, n, 1)


def _squared_deviations(values):
    """The sum of the squares of the deviations from the mean, times their number: digits of squares."""
    squares = _settled(_squares_added(values))[1]
    total = _settled(_added(values)[0])[1]
    return _difference(_product(squares, _digits_of(len(values))), _product(total, total))


def _deviations_from(values, center):
    """The squares of the deviations from a given center, rounded as Python rounds them."""
    return [(x - center) * (x - center) for x in values]


def _spread(values, center, freedom):
    n = len(values)
    if center is not None:
        around = _deviations_from(values, center)
        sums, odd = _added(around)
        negative, digits = _settled(sums)
        if type(around[0]) is float or _holds_float(around):
            if odd != 0.0:
                return odd / freedom
            return _quotient(digits, _digits_of(freedom), -_ONE * _BITS)
        return _int_or_float(negative, digits, _ONE, freedom, 1)
    digits = _squared_deviations(values)
    if type(values[0]) is float or _holds_float(values):
        odd = _added(values)[1]
        if odd != 0.0:
            return odd / freedom
        return _quotient(digits, _product(_digits_of(n), _digits_of(freedom)), -2 * _ONE * _BITS)
    return _int_or_float(False, digits, 2 * _ONE, n, freedom)


def _root_of_spread(values, center, freedom):
    if center is None:
        digits, odd, unit, count = _squared_deviations(values), _added(values)[1], 2 * _ONE, len(values)
    else:
        sums, odd = _added(_deviations_from(values, center))
        digits, unit, count = _settled(sums)[1], _ONE, 1
    if odd != 0.0:
        if _NO_ROOT_IS_VALUE_ERROR:
            raise ValueError(_NO_ROOT)
        raise AttributeError(_NO_ROOT)
    return _root(digits, _product(_digits_of(count), _digits_of(freedom)), -unit * _BITS)


def _enough(data, least, name):
    values = list(data)
    if len(values) < least:
        raise StatisticsError(name + (" requires at least one data point" if least == 1 else " requires at least two data points"))
    return values


def variance(data, xbar=None):
    values = _enough(data, 2, "variance")
    return _spread(values, xbar, len(values) - 1)


def pvariance(data, mu=None):
    values = _enough(data, 1, "pvariance")
    return _spread(values, mu, len(values))


def stdev(data, xbar=None):
    values = _enough(data, 2, "stdev")
    return _root_of_spread(values, xbar, len(values) - 1)


def pstdev(data, mu=None):
    values = _enough(data, 1, "pstdev")
    return _root_of_spread(values, mu, len(values))


def _mean_stdev(data):
    values = _enough(data, 2, "stdev")
    sums, odd = _added(values)
    if odd != 0.0:
        return odd, odd / odd
    negative, digits = _settled(sums)
    return (_signed(negative, _quotient(digits, _digits_of(len(values)), -_ONE * _BITS)),
            _root_of_spread(values, None, len(values) - 1))


def fmean(data, weights=None):
    values = list(data)
    n = len(values)
    if weights is None:
        total = fsum(values)
        if not n:
            raise StatisticsError("fmean requires at least one data point")
        return total / n
    if _SUMS_PRODUCTS:
        prim.refuse("fmean with weights")
    shares = list(weights)
    products = fsum([x * w for x, w in zip(values, shares)])
    if n != len(shares):
        raise StatisticsError("data and weights must be the same length")
    total = fsum(shares)
    if not total:
        raise StatisticsError("sum of weights must be non-zero")
    return products / total


def geometric_mean(data):
    values = list(data)
    n = len(values)
    if not _WITH_ZEROS:
        try:
            return exp(fmean([log(x) for x in values]))
        except ValueError:
            raise StatisticsError("geometric mean requires a non-empty dataset containing positive numbers") from None
    logarithms = []
    for x in values:
        if x > 0.0 or isnan(x):
            logarithms.append(log(x))
        elif x < 0.0:
            raise StatisticsError("No negative inputs allowed", x)
    total = fsum(logarithms)
    if n == 0:
        raise StatisticsError("Must have a non-empty dataset")
    if isnan(total):
        return total
    if len(logarithms) < n:
        return total - total if total == inf else 0.0
    return exp(total / n)


def _not_negative(x):
    if x < 0:
        raise StatisticsError("harmonic mean does not support negative values")
    return x


def harmonic_mean(data, weights=None):
    values = _enough(data, 1, "harmonic_mean")
    n = len(values)
    if weights is None:
        if n == 1:
            return _not_negative(values[0])
        above = _digits_of(n)
        above_place, unbounded = 0, 0.0
        reciprocals = []
        for x in values:
            if _not_negative(x) == 0:
                return 0
            reciprocals.append(1 / x)
    else:
        shares = list(weights)
        if len(shares) != n:
            raise StatisticsError("Number of weights does not match data size")
        sums, unbounded = _added([_not_negative(w) for w in shares])
        above = _settled(sums)[1]
        above_place = _ONE * _BITS
        reciprocals = []
        for w, x in zip(shares, values):
            _not_negative(x)
            if not w:
                continue
            if x == 0:
                return 0
            reciprocals.append(w / x)
    sums, odd = _added(reciprocals)
    below = _settled(sums)[1]
    if odd == 0.0 and not below:
        raise StatisticsError("Weighted sum must be positive")
    if odd != 0.0 or unbounded != 0.0:
        top = unbounded if unbounded != 0.0 else _quotient(above, [1], -above_place)
        return top / (odd if odd != 0.0 else _quotient(below, [1], -_ONE * _BITS))
    return _quotient(above, below, _ONE * _BITS - above_place)


# Each: numerator and denominator, the highest power first.
_MIDDLE = ((2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
            1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080),
           (5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867, 5394.1960214247511077,
            687.18700749205790830, 42.313330701600911252, 1.0))
_SIDES = ((7.7454501427834140764e-4, 0.0227238449892691845833, 0.241780725177450611770, 1.27045825245236838258, 3.64784832476320460504,
           5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734),
          (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.148103976427480074590, 0.689767334985100004550,
           1.67638483018380384940, 2.05319162663775882187, 1.0))
_TAILS = ((2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 0.0265321895265761230930,
           0.296560571828504891230, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720),
          (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
           0.0148753612908506148525, 0.136929880922735805310, 0.599832206555887937690, 1.0))


def _polynomial(coefficients, r):
    total = 0.0
    for c in coefficients:
        total = total * r + c
    return total


def _normal_dist_inv_cdf(p, mu, sigma):
    """Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution."""
    if p <= 0.0 or p >= 1.0 or sigma <= 0.0:
        raise ValueError("math domain error")  # CPython's function in C does; NormalDist asks before
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return mu + _polynomial(_MIDDLE[0], r) * q / _polynomial(_MIDDLE[1], r) * sigma
    r = sqrt(-log(p if q <= 0.0 else 1.0 - p))
    side = _polynomial(_SIDES[0], r - 1.6) / _polynomial(_SIDES[1], r - 1.6)
    if r > 5.0:
        side = _polynomial(_TAILS[0], r - 5.0) / _polynomial(_TAILS[1], r - 5.0)
    return mu + (-side if q < 0.0 else side) * sigma
