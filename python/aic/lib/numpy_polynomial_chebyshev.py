"""numpy.polynomial.chebyshev: series of Chebyshev polynomials, the lowest first, by Clenshaw's recurrence."""
from aic.lib import numpy as np
from aic.lib import prim


def chebval(x, c, tensor=True):
    a = np.atleast_1d(c)
    a = np.asarray(a, np._float_dtype(a))
    if prim.rank(a) != 1:
        prim.refuse("several series at once")
    n = a.shape[0]
    zero = prim.multiply(x, prim.cast(0, prim.dtype(a)))
    if n == 1:
        return prim.add(a[0], zero)
    twice = prim.multiply(2, x)
    low = prim.add(a[n - 2], zero)
    high = prim.add(a[n - 1], zero)
    for i in range(3, n + 1):
        kept = low
        low = prim.subtract(a[n - i], high)
        high = prim.add(kept, prim.multiply(high, twice))
    return prim.add(low, prim.multiply(high, x))


def chebvander(x, deg):
    a = prim.as_array(x)
    v = np.asarray(a, np._float_dtype(a))
    if prim.rank(v) != 1:
        prim.refuse("points of several axes")
    out = prim.empty((v.shape[0], deg + 1), prim.dtype(v))
    out[:, 0] = 1
    if deg > 0:
        out[:, 1] = v
        for k in range(2, deg + 1):
            out[:, k] = out[:, k - 1] * (2 * v) - out[:, k - 2]
    return out
