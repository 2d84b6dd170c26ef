"""numpy.polynomial.laguerre: series of Laguerre polynomials, the lowest first, and Gauss's quadrature."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_polynomial_polynomial as powers
from aic.lib import prim


def lagval(x, c, tensor=True):
    a = powers._coefficients(c)
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    down = prim.subtract(1, x)
    if n == 1:
        return prim.add(a[0], prim.multiply(down, 0))
    if n == 2:
        return prim.add(a[0], prim.multiply(a[1], down))
    before = prim.subtract(a[n - 3], prim.divide(prim.multiply(a[n - 1], n - 2), n - 1))
    high = prim.add(a[n - 2], prim.divide(prim.multiply(a[n - 1], prim.subtract(2 * n - 3, x)), n - 1))
    if n == 3:
        return prim.add(before, prim.multiply(high, down))
    low = prim.subtract(a[n - 4], prim.divide(prim.multiply(high, n - 3), n - 2))
    high = prim.add(before, prim.divide(prim.multiply(high, prim.subtract(2 * n - 5, x)), n - 2))
    for i in range(5, n + 1):
        degree = n + 2 - i
        kept = low
        low = prim.subtract(a[n - i], prim.divide(prim.multiply(high, degree - 1), degree))
        high = prim.add(kept, prim.divide(prim.multiply(high, prim.subtract(2 * degree - 1, x)), degree))
    return prim.add(low, prim.multiply(high, down))


def _with_slope(x, n):
    """The n-th polynomial, its derivative, and the polynomial before it."""
    before = prim.full(x.shape, 1.0, float64)
    value = 1.0 - x
    for k in range(2, n + 1):
        value, before = ((2 * k - 1 - x) * value - (k - 1) * before) / k, value
    return value, n * (value - before) / x, before


def laggauss(deg):
    """Nodes and weights: eigenvalues of the companion matrix (Golub and Welsch, 1969) and a step of Newton's."""
    n = int(deg)
    if n <= 0:
        raise ValueError("deg must be a positive integer")
    companion = prim.full((n, n), 0.0, float64)
    for k in range(n):
        companion[k, k] = 2.0 * k + 1.0
    for k in range(n - 1):
        companion[k, k + 1] = -(k + 1.0)
        companion[k + 1, k] = -(k + 1.0)
    x = linalg.eigvalsh(companion)
    value, slope, _ = _with_slope(x, n)
    x = x - value / slope
    _, slope, before = _with_slope(x, n)
    before = before / np.max(prim.absolute(before))
    slope = slope / np.max(prim.absolute(slope))
    w = 1.0 / (before * slope)
    return x, w / np.sum(w)
