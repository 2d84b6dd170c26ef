"""numpy.polynomial.chebyshev: series of Chebyshev polynomials, the lowest first, by Clenshaw's recurrence."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import numpy_polynomial_polynomial as powers
from aic.lib import prim

_PI = 3.141592653589793


def chebadd(c1, c2):
    return powers.polyadd(c1, c2)


def chebsub(c1, c2):
    return powers.polysub(c1, c2)


def chebtrim(c, tol=0):
    return powers.polytrim(c, tol)


def _as_powers(c):
    """Of z and 1 / z, whose sums of equal powers the polynomials are."""
    n = c.shape[0]
    z = prim.full((2 * n - 1,), 0, prim.dtype(c))
    z[n - 1 :] = c / 2
    return z + z[::-1]


def chebmul(c1, c2):
    z = np.convolve(_as_powers(powers._cut(powers._coefficients(c1))), _as_powers(powers._cut(powers._coefficients(c2))))
    r = prim.copy(z[z.shape[0] // 2 :])
    r[1:] *= 2
    return powers._cut(r)


def chebmulx(c):
    a = powers._cut(powers._coefficients(c))
    n = a.shape[0]
    if n == 1 and a[0] == 0:
        return a
    r = prim.full((n + 1,), 0, prim.dtype(a))
    r[1] = a[0]
    if n > 1:
        half = a[1:] / 2
        r[2:] = half
        r[: n - 1] += half
    return r


def chebval(x, c, tensor=True):
    a = powers._coefficients(c)
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    if n == 1:
        return prim.add(a[0], prim.multiply(x, 0))
    if n == 2:
        return prim.add(a[0], prim.multiply(a[1], x))
    twice = prim.multiply(2, x)
    before = prim.subtract(a[n - 3], a[n - 1])
    high = prim.add(a[n - 2], prim.multiply(a[n - 1], twice))
    if n == 3:
        return prim.add(before, prim.multiply(high, x))
    low = prim.subtract(a[n - 4], high)
    high = prim.add(before, prim.multiply(high, twice))
    for i in range(5, n + 1):
        kept = low
        low = prim.subtract(a[n - i], high)
        high = prim.add(kept, prim.multiply(high, twice))
    return prim.add(low, prim.multiply(high, x))


def chebder(c, m=1, scl=1):
    def step(a, n):
        der = prim.empty((n,), prim.dtype(a))
        for i in range(2, n):
            j = n + 2 - i
            der[j - 1] = (2 * j) * a[j]
            a[j - 2] += (j * a[j]) / (j - 2)
        if n > 1:
            der[1] = 4 * a[2]
        der[0] = a[1]
        return der

    return powers._differentiated(step, c, m, scl)


def chebint(c, m=1, k=(), lbnd=0, scl=1):
    def step(a, n):
        out = prim.full((n + 1,), 0, prim.dtype(a))
        out[0] = a[0] * 0
        out[1] = a[0]
        if n > 1:
            out[2] = a[1] / 4
        for j in range(2, n):
            out[j + 1] = a[j] / (2 * (j + 1))
            out[j - 1] -= a[j] / (2 * (j - 1))
        return out

    return powers._integrated(step, chebval, c, m, k, lbnd, scl)


def chebvander(x, deg):
    def column(out, v, k):
        out[:, k] = out[:, k - 1] * (2 * v) - out[:, k - 2]

    return powers._vandermonde(column, x, deg)


def chebfit(x, y, deg, rcond=None, full=False, w=None):
    return powers._fitted(chebvander, x, y, deg, rcond, full, w)


def chebpts1(npts):
    n = int(npts)
    if n != npts:
        raise ValueError("npts must be integer")
    if n < 1:
        raise ValueError("npts must be >= 1")
    return prim.sin(prim.multiply(0.5 * _PI / n, np.arange(-n + 1, n + 1, 2)))


def chebpts2(npts):
    n = int(npts)
    if n != npts:
        raise ValueError("npts must be integer")
    if n < 2:
        raise ValueError("npts must be >= 2")
    return prim.cos(np.linspace(-_PI, 0, n))


def chebgauss(deg):
    n = int(deg)
    if n <= 0:
        raise ValueError("deg must be a positive integer")
    return prim.cos(prim.divide(prim.multiply(_PI, np.arange(1, 2 * n, 2)), 2.0 * n)), prim.full((n,), 1.0 * (_PI / n), float64)
