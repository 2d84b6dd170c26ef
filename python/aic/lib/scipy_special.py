"""scipy.special, for programs that import it: the error function, gamma and what comes of its logarithm, logistic functions, and sums of
exponentials. SciPy itself is not needed to compile. float32 gives float32, computed in float64; all else gives float64."""
from numpy import float32, float64

from aic.lib import math
from aic.lib import numpy as np
from aic.lib import prim


def _wide(x):
    """In float64: arrays stay arrays, numbers become scalars of NumPy."""
    if prim.kind(x) == "c":
        prim.refuse("scipy.special of complex numbers")
    return prim.cast(x, float64)


def _given(r, out, *x):
    """In SciPy's dtype, and into the array given for it."""
    for one in x:
        if prim.is_number(one) and not prim.is_numpy(one):
            continue
        if not prim.same_dtype(one, float32):
            return r if out is None else np._into(out, r)
    for one in x:
        if prim.is_array(one) or prim.is_numpy(one):
            return prim.cast(r, float32) if out is None else np._into(out, prim.cast(r, float32))
    return r if out is None else np._into(out, r)


def erf(x, out=None):
    return _given(prim.erf(_wide(x)), out, x)


def erfc(x, out=None):
    return _given(prim.erfc(_wide(x)), out, x)


def ndtr(x, out=None):
    return _given(prim.multiply(0.5, prim.erfc(prim.multiply(_wide(x), -0.7071067811865476))), out, x)


# ---- gamma ----
def gamma(x, out=None):
    return _given(prim.gamma(_wide(x)), out, x)


def gammaln(x, out=None):
    y = _wide(x)
    return _given(prim.select(prim.equal(y, -math.inf), y, prim.lgamma(y)), out, x)


def rgamma(x, out=None):
    y = _wide(x)
    pole = prim.logical_and(prim.less_equal(y, 0.0), prim.equal(y, prim.floor(y)))
    return _given(prim.select(pole, 0.0, prim.divide(1.0, prim.gamma(y))), out, x)


def _zeta(s, q):
    """Hurwitz' zeta function by Euler and Maclaurin, in Python at import."""
    n = 20
    total = sum((q + k) ** -s for k in range(n))
    a = q + n
    total += a ** (1.0 - s) / (s - 1.0) + 0.5 * a**-s
    term = s * a ** (-s - 1.0)
    bernoulli = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)
    for k, b in enumerate(bernoulli):
        total += b * term
        term *= (s + 2 * k + 1) * (s + 2 * k + 2) / (a * a)
    return total


# digamma around its zero and around the first negative one, by its Taylor series there.
_ZERO = 1.4616321449683623
_AT_ZERO = -9.2412655217294275e-17
_LEFT_ZERO = -0.504083008264455409
_AT_LEFT_ZERO = 7.2897639029768949e-17
_TERMS = 30
_SERIES = tuple(_zeta(n + 2.0, _ZERO) for n in range(_TERMS))
_LEFT_SERIES = tuple((_LEFT_ZERO**-(n + 2) + _zeta(n + 2.0, _LEFT_ZERO + 1.0)) for n in range(2 * _TERMS))


def _near_zero(x, root, value, terms):
    z = x - root
    power = -1.0
    total = value
    for k in prim.static_range(len(terms)):
        power = power * -z
        total = total + power * terms[k]
    return total


def _psi(x):
    if prim.fabs(x - _ZERO) < 0.3:
        return _near_zero(x, _ZERO, _AT_ZERO, _SERIES)
    if prim.fabs(x - _LEFT_ZERO) < 0.3:
        return _near_zero(x, _LEFT_ZERO, _AT_LEFT_ZERO, _LEFT_SERIES)
    if x == 0.0:
        return prim.copysign(math.inf, -x)
    if x - x != 0.0:
        return math.nan if x < 0.0 else x
    right = 0.0
    if x < 0.0:
        rest = x - prim.rint(x)
        if rest == 0.0:
            return math.nan
        right = -3.141592653589793 / prim.tan(3.141592653589793 * rest)
        x = 1.0 - x
    below = 0.0
    while x < 10.0:
        below = below + 1.0 / x
        x = x + 1.0
    s = 1.0 / (x * x)
    tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))))))
    return prim.log(x) - 0.5 / x - tail - below + right


def _each(f, y):
    if not prim.is_array(y):
        return float64(f(float(y)))
    return prim.generate(y.shape, lambda *at: float64(f(float(y[at]))), float64)


def psi(x, out=None):
    return _given(_each(_psi, _wide(x)), out, x)


digamma = psi


def betaln(a, b, out=None):
    x = _wide(a)
    y = _wide(b)
    return _given(prim.subtract(prim.add(prim.lgamma(x), prim.lgamma(y)), prim.lgamma(prim.add(x, y))), out, a, b)


def beta(a, b, out=None):
    """By the gamma functions where these are finite."""
    x = _wide(a)
    y = _wide(b)
    small = prim.divide(prim.gamma(x), prim.gamma(prim.add(x, y)))
    large = prim.exp(prim.subtract(prim.add(prim.lgamma(x), prim.lgamma(y)), prim.lgamma(prim.add(x, y))))
    plain = prim.logical_and(prim.greater(prim.minimum(x, y), 0.0), prim.greater(prim.add(x, y), 170.0))
    return _given(prim.select(plain, large, prim.multiply(small, prim.gamma(y))), out, a, b)


def gammasgn(x, out=None):
    y = _wide(x)
    low = prim.floor(y)
    pole = prim.logical_and(prim.less(y, 0.0), prim.equal(y, low))
    odd = prim.equal(prim.remainder(low, 2.0), 1.0)
    sign = prim.select(prim.logical_and(prim.less(y, 0.0), odd), -1.0, 1.0)
    sign = prim.select(prim.equal(y, 0.0), prim.copysign(1.0, y), sign)
    none = prim.logical_or(pole, prim.logical_or(prim.isnan(y), prim.equal(y, -math.inf)))
    return _given(prim.select(none, float("nan"), sign), out, x)


# ---- inverses of the error function ----
def _erfc_inverse(y):
    """For 0 < y <= 1, by Newton's steps on the logarithm of erfc."""
    w = -math.log(y)
    z = 0.8862269254527580 * (1.0 - y) if y > 0.1 else math.sqrt(w - 0.5 * math.log(3.141592653589793 * w))
    for _ in range(60):
        step = math.log(math.erfc(z) / y) * _slope(z)
        z += step
        if abs(step) <= 1e-9 * abs(z):
            break
    # A last step of Newton's without the logarithm, whose error the result would have.
    return z + (math.erfc(z) / y - 1.0) * _slope(z)


def _slope(z):
    """-erfc(z) / erfc'(z)."""
    if z > 8.0:
        return 0.5 / z * (1.0 - 0.5 / (z * z))
    return math.erfc(z) * 0.8862269254527580 * math.exp(z * z)


def _erf_inverse(x):
    """For |x| < 0.5, by Halley's steps."""
    z = 0.8862269254527580 * x
    for _ in range(8):
        e = (math.erf(z) - x) * 0.8862269254527580 * math.exp(z * z)
        z -= e / (1.0 + z * e)
    return z


def _erfinv(x):
    if x != x or abs(x) > 1.0:
        return float("nan")
    if abs(x) == 1.0:
        return math.copysign(math.inf, x)
    if abs(x) < 0.5:
        return _erf_inverse(x) if x != 0.0 else x
    return math.copysign(_erfc_inverse(1.0 - abs(x)), x)


def _erfcinv(y):
    if y != y or y < 0.0 or y > 2.0:
        return float("nan")
    if y == 0.0 or y == 2.0:
        return math.inf if y == 0.0 else -math.inf
    if 0.5 < y < 1.5:
        return _erf_inverse(1.0 - y)
    return _erfc_inverse(y) if y < 1.0 else -_erfc_inverse(2.0 - y)


def erfinv(y, out=None):
    return _given(_each(_erfinv, _wide(y)), out, y)


def erfcinv(y, out=None):
    return _given(_each(_erfcinv, _wide(y)), out, y)


def ndtri(y, out=None):
    return _given(prim.multiply(-1.4142135623730951, _each(_erfcinv, prim.multiply(2.0, _wide(y)))), out, y)


# ---- elementary functions under SciPy's names ----
def log1p(x, out=None):
    return _given(prim.log1p(_wide(x)), out, x)


def expm1(x, out=None):
    return _given(prim.expm1(_wide(x)), out, x)


def cbrt(x, out=None):
    return _given(prim.cbrt(_wide(x)), out, x)


def exp2(x, out=None):
    return _given(prim.exp2(_wide(x)), out, x)


def exp10(x, out=None):
    return _given(prim.power(10.0, _wide(x)), out, x)


# ---- logarithms and logistic functions ----
def entr(x, out=None):
    y = _wide(x)
    inside = prim.select(prim.greater(y, 0.0), y, 1.0)
    r = prim.select(prim.greater(y, 0.0), prim.multiply(prim.negative(y), prim.log(inside)), prim.select(prim.equal(y, 0.0), 0.0, -math.inf))
    return _given(prim.select(prim.isnan(y), y, r), out, x)


def rel_entr(x, y, out=None):
    return _given(_relative_entropy(_wide(x), _wide(y)), out, x, y)


def kl_div(x, y, out=None):
    a = _wide(x)
    b = _wide(y)
    return _given(prim.add(_relative_entropy(a, b), prim.subtract(b, a)), out, x, y)


def _relative_entropy(a, b):
    both = prim.logical_and(prim.greater(a, 0.0), prim.greater(b, 0.0))
    share = prim.select(both, prim.divide(a, prim.select(both, b, 1.0)), 1.0)
    r = prim.select(both, prim.multiply(a, prim.log(share)), prim.select(prim.logical_and(prim.equal(a, 0.0), prim.greater_equal(b, 0.0)), 0.0, math.inf))
    return prim.select(prim.logical_or(prim.isnan(a), prim.isnan(b)), float("nan"), r)


def huber(delta, r, out=None):
    d = _wide(delta)
    x = prim.fabs(_wide(r))
    near = prim.multiply(0.5, prim.multiply(x, x))
    far = prim.multiply(d, prim.subtract(x, prim.multiply(0.5, d)))
    return _given(prim.select(prim.less(d, 0.0), math.inf, prim.select(prim.less_equal(x, d), near, far)), out, delta, r)


def expit(x, out=None):
    y = _wide(x)
    e = prim.exp(prim.negative(prim.fabs(y)))
    whole = prim.add(1.0, e)
    return _given(prim.select(prim.less(y, 0.0), prim.divide(e, whole), prim.divide(1.0, whole)), out, x)


def logit(x, out=None):
    y = _wide(x)
    s = prim.multiply(2.0, prim.subtract(y, 0.5))
    middle = prim.logical_and(prim.greater_equal(y, 0.3), prim.less_equal(y, 0.65))
    near = prim.select(middle, s, 0.0)
    return _given(prim.select(middle, prim.subtract(prim.log1p(near), prim.log1p(prim.negative(near))), prim.log(prim.divide(y, prim.subtract(1.0, y)))), out, x)


def log_expit(x, out=None):
    y = _wide(x)
    e = prim.log1p(prim.exp(prim.negative(prim.fabs(y))))
    return _given(prim.subtract(prim.minimum(y, 0.0), e), out, x)


def xlogy(x, y, out=None):
    a = _wide(x)
    b = _wide(y)
    none = prim.logical_and(prim.equal(a, 0.0), prim.logical_not(prim.isnan(b)))
    return _given(prim.select(none, 0.0, prim.multiply(a, prim.log(prim.select(none, 1.0, b)))), out, x, y)


def xlog1py(x, y, out=None):
    a = _wide(x)
    b = _wide(y)
    none = prim.logical_and(prim.equal(a, 0.0), prim.logical_not(prim.isnan(b)))
    return _given(prim.select(none, 0.0, prim.multiply(a, prim.log1p(prim.select(none, 0.0, b)))), out, x, y)


# ---- sums of exponentials ----
def _inexact(a):
    a = prim.as_array(a)
    return np.asarray(a, np._float_dtype(a))


def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    if return_sign:
        prim.refuse("the sign of a sum of exponentials")
    x = _inexact(a)
    if b is not None:
        b = np.asarray(b, prim.dtype(x))
        x = prim.select(prim.equal(b, 0), -math.inf, x)
    top = np.max(x, axis, None, True)
    top = prim.select(prim.isfinite(top), top, prim.cast(0, prim.dtype(x)))
    e = prim.exp(prim.subtract(x, top))
    if b is not None:
        e = prim.multiply(b, e)
    total = prim.log(np.sum(e, axis, None, None, keepdims))
    return prim.add(total, top if keepdims else np.squeeze(top, axis) if axis is not None else np.max(top))


def softmax(x, axis=None):
    y = _inexact(x)
    e = prim.exp(prim.subtract(y, np.max(y, axis, None, True)))
    return prim.divide(e, np.sum(e, axis, None, None, True))


def log_softmax(x, axis=None):
    y = _inexact(x)
    y = prim.subtract(y, np.max(y, axis, None, True))
    return prim.subtract(y, prim.log(np.sum(prim.exp(y), axis, None, None, True)))


# ---- counts ----
def _binomial(n, k):
    """As SciPy computes it: whole k by the product, else by the beta function."""
    if n < 0.0 and n == prim.floor(n):
        return float("nan")
    whole = prim.floor(k)
    if k == whole and (abs(n) > 1e-8 or n == 0.0):
        if n == prim.floor(n) and whole > n / 2.0 and n > 0.0:
            whole = n - whole
        if 0.0 <= whole < 20.0:
            over = 1.0
            under = 1.0
            i = 1.0
            while i <= whole:
                over *= i + n - whole
                under *= i
                if abs(over) > 1e50:
                    over /= under
                    under = 1.0
                i += 1.0
            return over / under
    if k > 0.0 and n >= k and n == prim.floor(n) and k == prim.floor(k):
        return prim.exp(math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0))
    return 1.0 / ((n + 1.0) * float(beta(1.0 + n - k, 1.0 + k)))


def _each_pair(f, x, y):
    if not prim.is_array(x) and not prim.is_array(y):
        return float64(f(float(x), float(y)))
    shape = prim.broadcast_shapes(prim.as_array(x).shape, prim.as_array(y).shape)
    a = prim.broadcast_to(prim.as_array(x), shape)
    b = prim.broadcast_to(prim.as_array(y), shape)
    return prim.generate(shape, lambda *at: float64(f(float(a[at]), float(b[at]))), float64)


def binom(x, y, out=None):
    return _given(_each_pair(_binomial, _wide(x), _wide(y)), out, x, y)


def _chosen(n, k):
    return _binomial(n, k) if 0.0 <= k <= n else 0.0


def comb(N, k, *, exact=False, repetition=False):
    if exact:
        if not prim.is_number(N) or not prim.is_number(k):
            prim.refuse("exact counts of arrays")
        n = int(N) + int(k) - 1 if repetition else int(N)
        return math.comb(n, int(k)) if 0 <= k <= n else 0
    if repetition:
        return comb(prim.subtract(prim.add(N, k), 1), k)
    return _each_pair(_chosen, _wide(N), _wide(k))


def _arranged(n, k):
    if not 0.0 <= k <= n:
        return 0.0
    r = 1.0
    i = 0.0
    while i < k:
        r *= n - i
        i += 1.0
    return r


def perm(N, k, exact=False):
    if exact:
        if not prim.is_number(N) or not prim.is_number(k):
            prim.refuse("exact counts of arrays")
        return math.perm(int(N), int(k)) if 0 <= k <= N else 0
    return _each_pair(_arranged, _wide(N), _wide(k))


def _factorial(n):
    return math.nan if n != n else 0.0 if n < 0.0 else prim.gamma(n + 1.0)


def factorial(n, exact=False):
    if exact:
        if not prim.is_number(n):
            prim.refuse("exact factorials of arrays")
        return 0 if n < 0 else math.factorial(int(n))
    return _given(_each(_factorial, _wide(n)), None, n)


# ---- incomplete gamma functions ----
def _gamma_part(a, x, upper):
    """The regularised lower or upper one: a series below x = a + 1, Lentz's continued fraction above (Press et al., Numerical Recipes)."""
    if a != a or x != x or a < 0.0 or x < 0.0:
        return math.nan
    if a == 0.0:
        return (0.0 if x > 0.0 else math.nan) if upper else (1.0 if x > 0.0 else math.nan)
    if x == 0.0:
        return 1.0 if upper else 0.0
    if x == math.inf:
        return (0.0 if upper else 1.0) if a < math.inf else math.nan
    if a == math.inf:
        return 1.0 if upper else 0.0
    scale = prim.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1.0:
        term = 1.0 / a
        total = term
        n = a
        while abs(term) > abs(total) * 1e-17:
            n += 1.0
            term *= x / n
            total += term
        return 1.0 - total * scale if upper else total * scale
    b = x + 1.0 - a
    c = 1e300
    d = 1.0 / b
    h = d
    for i in range(1, 100000):
        w = -i * (i - a)
        b += 2.0
        d = w * d + b
        d = 1.0 / (d if abs(d) > 1e-300 else 1e-300)
        c = b + w / c
        c = c if abs(c) > 1e-300 else 1e-300
        h *= d * c
        if abs(d * c - 1.0) < 1e-16:
            break
    return h * scale if upper else 1.0 - h * scale


def gammainc(a, x, out=None):
    return _given(_each_pair(lambda p, q: _gamma_part(p, q, False), _wide(a), _wide(x)), out, a, x)


def gammaincc(a, x, out=None):
    return _given(_each_pair(lambda p, q: _gamma_part(p, q, True), _wide(a), _wide(x)), out, a, x)


def softplus(x, out=None):
    y = _wide(x)
    return _given(prim.add(prim.maximum(y, 0.0), prim.log1p(prim.exp(prim.negative(prim.fabs(y))))), out, x)
