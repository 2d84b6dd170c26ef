"""numpy.polynomial.legendre: series of Legendre polynomials, the lowest first, by Clenshaw's recurrence, and Gauss's quadrature."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import prim


def legval(x, c, tensor=True):
    a = np.atleast_1d(c)
    a = np.asarray(a, np._float_dtype(a))
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    if n == 1:
        return prim.add(a[0], prim.multiply(x, prim.cast(0, prim.dtype(a))))
    if n == 2:
        return prim.add(a[0], prim.multiply(a[1], x))
    low = prim.subtract(a[n - 3], prim.multiply(a[n - 1], (n - 2) / (n - 1)))
    high = prim.add(a[n - 2], prim.multiply(prim.multiply(a[n - 1], x), (2 * n - 3) / (n - 1)))
    for i in range(4, n + 1):
        degree = n + 2 - i
        kept = low
        low = prim.subtract(a[n - i], prim.multiply(high, (degree - 1) / degree))
        high = prim.add(kept, prim.multiply(prim.multiply(high, x), (2 * degree - 1) / degree))
    return prim.add(low, prim.multiply(high, x))


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
