"""Distributions of numpy.random.Generator beyond the basic ones, draw for draw as NumPy makes them: rejection by Hörmann ("The transformed
rejection method for generating Poisson random variables", 1993) and Kachitvichyanukul and Schmeiser ("Binomial random variate
generation", 1988), inversion, and what follows from gammas, normals and exponentials."""
from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_normals as normals
from aic.lib import prim

_STIRLING = (8.333333333333333e-02, -2.777777777777778e-03, 7.936507936507937e-04, -5.952380952380952e-04, 8.417508417508418e-04,
             -1.917526917526918e-03, 6.410256410256410e-03, -2.955065359477124e-02, 1.796443723688307e-01, -1.39243221690590e+00)


def _log_gamma(x):
    if x == 1.0 or x == 2.0:
        return 0.0
    n = int(7.0 - x) if x < 7.0 else 0
    y = x + n
    square = (1.0 / y) * (1.0 / y)
    total = _STIRLING[9]
    for k in (8, 7, 6, 5, 4, 3, 2, 1, 0):
        total = total * square + _STIRLING[k]
    r = total / y + 0.5 * 1.8378770664093453e+00 + (y - 0.5) * prim.log(y) - y
    for _ in range(n):
        r -= prim.log(y - 1.0)
        y -= 1.0
    return r


# ---- counts ----
def poisson(s, lam):
    if lam >= 10.0:
        return _poisson_rejected(s, lam)
    if lam == 0.0:
        return 0
    least = prim.exp(-lam)
    product = 1.0
    count = 0
    while True:
        product *= bits.next_double(s)
        if product <= least:
            return count
        count += 1


def _poisson_rejected(s, lam):
    root = prim.sqrt(lam)
    log_lam = prim.log(lam)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u = bits.next_double(s) - 0.5
        v = bits.next_double(s)
        us = 0.5 - prim.fabs(u)
        k = int(prim.floor((2.0 * a / us + b) * u + lam + 0.43))
        if us >= 0.07 and v <= quick:
            return k
        if k < 0 or (us < 0.013 and v > us):
            continue
        if prim.log(v) + prim.log(inverse) - prim.log(a / (us * us) + b) <= -lam + k * log_lam - _log_gamma(float(k + 1)):
            return k


def binomial(s, n, p):
    if n == 0 or p == 0.0:
        return 0
    if p <= 0.5:
        return _binomial_inverted(s, n, p) if p * n <= 30.0 else _binomial_rejected(s, n, p)
    q = 1.0 - p
    return n - _binomial_inverted(s, n, q) if q * n <= 30.0 else _binomial_rejected(s, n, p)


def _binomial_inverted(s, n, p):
    q = 1.0 - p
    first = prim.exp(n * prim.log1p(-p))
    mean = n * p
    bound = prim.minimum(float(n), mean + 10.0 * prim.sqrt(mean * q + 1.0))
    most = int(bound)
    count = 0
    chance = first
    u = bits.next_double(s)
    while u > chance:
        count += 1
        if count > most:
            count = 0
            chance = first
            u = bits.next_double(s)
        else:
            u -= chance
            chance = (n - count + 1) * p * chance / (count * q)
    return count


def _tail(x):
    y = x * x
    return (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / y) / y) / y) / y) / x / 166320.0


def _binomial_rejected(s, n, p):
    r = p if p <= 1.0 - p else 1.0 - p
    q = 1.0 - r
    mode = n * r + r
    m = int(prim.floor(mode))
    p1 = prim.floor(2.195 * prim.sqrt(n * r * q) - 4.6 * q) + 0.5
    middle = m + 0.5
    left = middle - p1
    right = middle + p1
    c = 0.134 + 20.5 / (15.3 + m)
    a = (mode - left) / (mode - left * r)
    falls_left = a * (1.0 + a / 2.0)
    a = (right - mode) / (right * q)
    falls_right = a * (1.0 + a / 2.0)
    p2 = p1 * (1.0 + 2.0 * c)
    p3 = p2 + c / falls_left
    p4 = p3 + c / falls_right
    spread = n * r * q
    while True:
        u = bits.next_double(s) * p4
        v = bits.next_double(s)
        if u <= p1:
            y = int(prim.floor(middle - p1 * v + u))
            break
        if u <= p2:
            x = left + (u - p1) / c
            v = v * c + 1.0 - prim.fabs(m - x + 0.5) / p1
            if v > 1.0:
                continue
            y = int(prim.floor(x))
        elif u <= p3:
            if v == 0.0:
                continue
            y = int(prim.floor(left + prim.log(v) / falls_left))
            if y < 0:
                continue
            v = v * (u - p2) * falls_left
        else:
            if v == 0.0:
                continue
            y = int(prim.floor(right - prim.log(v) / falls_right))
            if y > n:
                continue
            v = v * (u - p3) * falls_right
        k = y - m if y > m else m - y
        if k <= 20 or k >= spread / 2.0 - 1:
            ratio = r / q
            a = ratio * (n + 1)
            f = 1.0
            for i in range(m + 1, y + 1):
                f *= a / i - ratio
            for i in range(y + 1, m + 1):
                f /= a / i - ratio
            if v > f:
                continue
            break
        rho = (k / spread) * ((k * (k / 3.0 + 0.625) + 0.16666666666666666) / spread + 0.5)
        t = -float(k * k) / (2 * spread)
        size = prim.log(v)
        if size < t - rho:
            break
        if size > t + rho:
            continue
        x1 = float(y + 1)
        f1 = float(m + 1)
        z = float(n + 1 - m)
        w = float(n - y + 1)
        limit = (middle * prim.log(f1 / x1) + (n - m + 0.5) * prim.log(z / w) + (y - m) * prim.log(w * r / (x1 * q))
                 + _tail(f1) + _tail(z) + _tail(x1) + _tail(w))
        if size > limit:
            continue
        break
    return n - y if p > 0.5 else y


def geometric(s, p):
    if p >= 0.333333333333333333333333:
        count = 1
        chance = p
        total = p
        u = bits.next_double(s)
        while u > total:
            chance *= 1.0 - p
            total += chance
            count += 1
        return count
    if bits.is_legacy(s):
        return int(prim.ceil(prim.log(1.0 - bits.next_double(s)) / prim.log(1.0 - p)))
    return int(prim.ceil(-normals.exponential(s) / prim.log1p(-p)))


def negative_binomial(s, n, p):
    return poisson(s, (1.0 - p) / p * normals.gamma(s, n))


# ---- numbers ----
def beta(s, a, b):
    if a <= 1.0 and b <= 1.0:
        while True:
            u = bits.next_double(s)
            v = bits.next_double(s)
            x = prim.power(u, prim.divide(1.0, a))  # of dirichlet's, a or b may be 0
            y = prim.power(v, prim.divide(1.0, b))
            if x + y <= 1.0 and u + v > 0.0:
                if x + y > 0.0:
                    return x / (x + y)
                x = prim.divide(prim.log(u), a)
                y = prim.divide(prim.log(v), b)
                most = x if x > y else y
                x -= most
                y -= most
                return prim.exp(x - prim.log(prim.exp(x) + prim.exp(y)))
    x = normals.gamma(s, a)
    y = normals.gamma(s, b)
    return x / (x + y)


def chisquare(s, df):
    return 2.0 * normals.gamma(s, df / 2.0)


def fisher(s, dfnum, dfden):
    above = chisquare(s, dfnum) * dfden
    return above / (chisquare(s, dfden) * dfnum)


def standard_t(s, df):
    above = normals.normal(s)
    below = normals.gamma(s, df / 2.0)
    return prim.sqrt(df / 2.0) * above / prim.sqrt(below)


def standard_cauchy(s):
    above = normals.normal(s)
    return above / normals.normal(s)


def laplace(s, loc, scale):
    while True:
        u = bits.next_double(s)
        if u >= 0.5:
            return loc - scale * prim.log(2.0 - u - u)
        if u > 0.0:
            return loc + scale * prim.log(u + u)


def gumbel(s, loc, scale):
    while True:
        u = 1.0 - bits.next_double(s)
        if u < 1.0:
            return loc - scale * prim.log(-prim.log(u))


def logistic(s, loc, scale):
    while True:
        u = bits.next_double(s)
        if u > 0.0:
            return loc + scale * prim.log(u / (1.0 - u))


def triangular(s, left, mode, right):
    base = right - left
    lower = mode - left
    u = bits.next_double(s)
    if u <= lower / base:
        return left + prim.sqrt(u * (lower * base))
    return right - prim.sqrt((1.0 - u) * ((right - mode) * base))


def weibull(s, a):
    return 0.0 if a == 0.0 else prim.power(normals.exponential(s), 1.0 / a)


def pareto(s, a):
    x = normals.exponential(s) / a
    return prim.exp(x) - 1.0 if bits.is_legacy(s) else prim.expm1(x)


def power(s, a):
    x = -normals.exponential(s)
    return prim.power(1.0 - prim.exp(x) if bits.is_legacy(s) else -prim.expm1(x), 1.0 / a)


def rayleigh(s, mode):
    if bits.is_legacy(s):
        return mode * prim.sqrt(-2.0 * prim.log1p(-bits.next_double(s)))
    return mode * prim.sqrt(2.0 * normals.exponential(s))
