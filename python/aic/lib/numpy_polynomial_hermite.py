"""numpy.polynomial.hermite: series of the physicists' Hermite polynomials, the lowest first, and Gauss's quadrature."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_polynomial_polynomial as powers
from aic.lib import prim

_PI = 3.141592653589793


def hermval(x, c, tensor=True):
    a = powers._coefficients(c)
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    twice = prim.multiply(x, 2)
    if n == 1:
        return prim.add(a[0], prim.multiply(twice, 0))
    if n == 2:
        return prim.add(a[0], prim.multiply(a[1], twice))
    before = prim.subtract(a[n - 3], prim.multiply(a[n - 1], 2 * (n - 2)))
    high = prim.add(a[n - 2], prim.multiply(a[n - 1], twice))
    if n == 3:
        return prim.add(before, prim.multiply(high, twice))
    low = prim.subtract(a[n - 4], prim.multiply(high, 2 * (n - 3)))
    high = prim.add(before, prim.multiply(high, twice))
    for i in range(5, n + 1):
        kept = low
        low = prim.subtract(a[n - i], prim.multiply(high, 2 * (n + 1 - i)))
        high = prim.add(kept, prim.multiply(high, twice))
    return prim.add(low, prim.multiply(high, twice))


def _normed(x, n):
    """The n-th polynomial, scaled so that the squares integrate to 1."""
    before = prim.full(x.shape, 0.0, float64)
    value = prim.full(x.shape, 1.0 / prim.sqrt(prim.sqrt(_PI)), float64)
    degree = float(n)
    if n == 0:
        return value
    for _ in range(n - 1):
        value, before = before + value * x * prim.sqrt(2.0 / degree), -value * prim.sqrt((degree - 1.0) / degree)
        degree = degree - 1.0
    return before + value * x * prim.sqrt(2.0)


def hermgauss(deg):
    """Nodes and weights: eigenvalues of the companion matrix (Golub and Welsch, 1969) and a step of Newton's."""
    n = int(deg)
    if n <= 0:
        raise ValueError("deg must be a positive integer")
    companion = prim.full((n, n), 0.0, float64)
    for k in range(n - 1):
        companion[k, k + 1] = prim.sqrt(0.5 * (k + 1))
        companion[k + 1, k] = companion[k, k + 1]
    x = linalg.eigvalsh(companion)
    x = x - _normed(x, n) / (_normed(x, n - 1) * prim.sqrt(2.0 * n))
    before = _normed(x, n - 1)
    before = before / np.max(prim.absolute(before))
    w = 1.0 / (before * before)
    w = (w + np.flip(w)) / 2.0
    return (x - np.flip(x)) / 2.0, w * (prim.sqrt(_PI) / np.sum(w))
