"""numpy.polynomial.legendre: series of Legendre polynomials, the lowest first, by Clenshaw's recurrence, and Gauss's quadrature."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_polynomial_polynomial as powers
from aic.lib import prim


def legadd(c1, c2):
    return powers.polyadd(c1, c2)


def legsub(c1, c2):
    return powers.polysub(c1, c2)


def legtrim(c, tol=0):
    return powers.polytrim(c, tol)


def legmulx(c):
    a = powers._cut(powers._coefficients(c))
    n = a.shape[0]
    if n == 1 and a[0] == 0:
        return a
    r = prim.full((n + 1,), 0, prim.dtype(a))
    r[1] = a[0]
    for i in range(1, n):
        r[i + 1] = (a[i] * (i + 1)) / (2 * i + 1)
        r[i - 1] += (a[i] * i) / (2 * i + 1)
    return r


def legmul(c1, c2):
    """By Clenshaw's recurrence over the shorter one."""
    a = powers._cut(powers._coefficients(c1))
    b = powers._cut(powers._coefficients(c2))
    if a.shape[0] > b.shape[0]:
        return _product(b, a)
    return _product(a, b)


def _product(c, xs):
    n = c.shape[0]
    low = c[0] * xs
    high = prim.full((1,), 0, prim.dtype(low))
    if n == 1 and prim.itemsize(low) < (16 if prim.kind(low) == "c" else 8):
        raise NotImplementedError("the product of a series of single precision and one of degree 0, which NumPy gives in double precision")
    if n > 1:
        low = c[n - 2] * xs
        high = np.ascontiguous_copy(c[n - 1] * xs)
    degree = n
    for i in range(3, n + 1):
        kept = low
        degree = degree - 1
        low = legsub(c[n - i] * xs, (high * (degree - 1)) / degree)
        high = legadd(kept, (legmulx(high) * (2 * degree - 1)) / degree)
    return legadd(low, legmulx(high))


def legval(x, c, tensor=True):
    a = powers._coefficients(c)
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    if n == 1:
        return prim.add(a[0], prim.multiply(x, 0))
    if n == 2:
        return prim.add(a[0], prim.multiply(a[1], x))
    before = prim.subtract(a[n - 3], prim.multiply(a[n - 1], (n - 2) / (n - 1)))
    high = prim.add(a[n - 2], prim.multiply(prim.multiply(a[n - 1], x), (2 * n - 3) / (n - 1)))
    if n == 3:
        return prim.add(before, prim.multiply(high, x))
    low = prim.subtract(a[n - 4], prim.multiply(high, (n - 3) / (n - 2)))
    high = prim.add(before, prim.multiply(prim.multiply(high, x), (2 * n - 5) / (n - 2)))
    for i in range(5, n + 1):
        degree = n + 2 - i
        kept = low
        low = prim.subtract(a[n - i], prim.multiply(high, (degree - 1) / degree))
        high = prim.add(kept, prim.multiply(prim.multiply(high, x), (2 * degree - 1) / degree))
    return prim.add(low, prim.multiply(high, x))


def legder(c, m=1, scl=1):
    def step(a, n):
        der = prim.empty((n,), prim.dtype(a))
        for i in range(2, n):
            j = n + 2 - i
            der[j - 1] = (2 * j - 1) * a[j]
            a[j - 2] += a[j]
        if n > 1:
            der[1] = 3 * a[2]
        der[0] = a[1]
        return der

    return powers._differentiated(step, c, m, scl)


def legint(c, m=1, k=(), lbnd=0, scl=1):
    def step(a, n):
        out = prim.full((n + 1,), 0, prim.dtype(a))
        out[0] = a[0] * 0
        out[1] = a[0]
        if n > 1:
            out[2] = a[1] / 3
        for j in range(2, n):
            t = a[j] / (2 * j + 1)
            out[j + 1] = t
            out[j - 1] -= t
        return out

    return powers._integrated(step, legval, c, m, k, lbnd, scl)


def legvander(x, deg):
    def column(out, v, k):
        out[:, k] = (out[:, k - 1] * v * (2 * k - 1) - out[:, k - 2] * (k - 1)) / k

    return powers._vandermonde(column, x, deg)


def legfit(x, y, deg, rcond=None, full=False, w=None):
    return powers._fitted(legvander, x, y, deg, rcond, full, w)


def _with_slope(x, n):
    """The n-th polynomial and its derivative at points inside of -1…1, and the polynomial before it."""
    before = prim.full(x.shape, 1.0, float64)
    value = x
    for k in range(2, n + 1):
        value, before = (value * x * (2 * k - 1) - before * (k - 1)) / k, value
    slope = (before - x * value) * n / (1.0 - x * x)
    return value, slope, before


def leggauss(deg):
    """Nodes and weights: eigenvalues of the companion matrix (Golub and Welsch, 1969) and a step of Newton's."""
    n = int(deg)
    if n <= 0:
        raise ValueError("deg must be a positive integer")
    companion = prim.full((n, n), 0.0, float64)
    for k in range(n - 1):
        beside = (k + 1) / (((2 * k + 1) * (2 * k + 3)) ** 0.5)
        companion[k, k + 1] = beside
        companion[k + 1, k] = beside
    x = linalg.eigvalsh(companion)
    if n > 1:
        value, slope, _ = _with_slope(x, n)
        x = x - value / slope
    else:
        slope = prim.full((1,), 1.0, float64)
    before = prim.full((n,), 1.0, float64)
    if n > 1:
        _, slope, before = _with_slope(x, n)
    before = before / np.max(prim.absolute(before))
    slope = slope / np.max(prim.absolute(slope))
    w = 1.0 / (before * slope)
    w = (w + np.flip(w)) / 2.0
    x = (x - np.flip(x)) / 2.0
    return x, w * (2.0 / np.sum(w))
