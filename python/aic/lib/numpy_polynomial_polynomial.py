"""numpy.polynomial.polynomial: coefficients from the lowest power up."""
from aic.lib import numpy as np
from aic.lib import numpy_polynomials as old
from aic.lib import prim


def _coefficients(c):
    """As floats."""
    a = np.atleast_1d(c)
    return np.asarray(a, np._float_dtype(a))


def _cut(c):
    """Without zeros at the end; one coefficient stays."""
    n = c.shape[0]
    while n > 1 and c[n - 1] == 0:
        n = n - 1
    return np.ascontiguous_copy(c[:n])


def _added(c1, c2, sign):
    a = _cut(_coefficients(c1))
    b = _cut(_coefficients(c2))
    n = max(a.shape[0], b.shape[0])
    out = prim.full((n,), 0, prim.result_type(prim.dtype(a), prim.dtype(b)))
    out[: a.shape[0]] = a
    out[: b.shape[0]] += sign * b
    return _cut(out)


def polyadd(c1, c2):
    return _added(c1, c2, 1)


def polysub(c1, c2):
    return _added(c1, c2, -1)


def polymul(c1, c2):
    return _cut(np.convolve(_cut(_coefficients(c1)), _cut(_coefficients(c2))))


def polyval(x, c, tensor=True):
    a = _coefficients(c)
    if prim.rank(a) != 1:
        prim.refuse("several polynomials at once")
    n = a.shape[0]
    y = prim.add(a[n - 1], prim.multiply(x, 0))
    for i in range(2, n + 1):
        y = prim.add(a[n - i], prim.multiply(y, x))
    return y


def polyder(c, m=1):
    a = _coefficients(c)
    for _ in prim.static_range(m):
        n = a.shape[0]
        if n == 1:
            a = a[:1] * 0
        else:
            a = np.ascontiguous_copy(a[1:] * np.arange(1, n))
    return a


def polyint(c, m=1):
    a = _coefficients(c)
    for _ in prim.static_range(m):
        n = a.shape[0]
        out = prim.full((n + 1,), 0, prim.dtype(a))
        out[1:] = a / np.arange(1, n + 1)
        if n == 1 and a[0] == 0:
            out = out[:1] * 0
        a = out
    return a


def polyvander(x, deg):
    a = prim.as_array(x)
    return old.vander(np.asarray(a, np._float_dtype(a)), deg + 1, True)


def polyfit(x, y, deg, rcond=None, full=False, w=None):
    if full is not False or prim.rank(deg) > 0:
        prim.refuse("residuals of polyfit, or chosen powers")
    return np.ascontiguous_copy(old.polyfit(x, y, deg, rcond, False, w)[::-1])


def polyroots(c):
    a = _cut(_coefficients(c))
    return np.sort(old.roots(a[::-1]))
