"""Polynomials as vectors of coefficients, the highest power first."""
from numpy import complex64, float32, float64

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_linalg_eig as eig
from aic.lib import prim


def polyval(p, x):
    c = prim.as_array(p)
    y = prim.multiply(x, prim.cast(0, prim.dtype(c)))
    for i in range(c.shape[0]):
        y = prim.add(prim.multiply(y, x), c[i])
    return y


def vander(x, N=None, increasing=False):
    a = prim.as_array(x)
    if prim.rank(a) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = a.shape[0] if N is None else N
    dtype = prim.result_type(prim.dtype(a), int)
    out = prim.empty((a.shape[0], n), dtype)
    for i in range(a.shape[0]):
        power = prim.cast(1, dtype)
        for j in range(n):
            out[i, j if increasing else n - 1 - j] = power
            power = power * prim.cast(a[i], dtype)
    return out


def _padded(a, n):
    """With zeros in front up to n coefficients."""
    out = prim.full((n,), 0, prim.dtype(a))
    out[n - a.shape[0] :] = a
    return out


def polyadd(a1, a2):
    a = np.atleast_1d(a1)
    b = np.atleast_1d(a2)
    n = max(a.shape[0], b.shape[0])
    return prim.add(_padded(a, n), _padded(b, n))


def polysub(a1, a2):
    a = np.atleast_1d(a1)
    b = np.atleast_1d(a2)
    n = max(a.shape[0], b.shape[0])
    return prim.subtract(_padded(a, n), _padded(b, n))


def _trimmed(p):
    """Without leading zeros; the zero polynomial has one coefficient."""
    a = np.atleast_1d(p)
    first = 0
    while first < a.shape[0] and a[first] == 0:
        first = first + 1
    if first == a.shape[0]:
        return prim.full((1,), 0, prim.dtype(a))
    return np.ascontiguous_copy(a[first:])


def polymul(a1, a2):
    return np.convolve(_trimmed(a1), _trimmed(a2))


def polyder(p, m=1):
    a = prim.as_array(p)
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    for _ in prim.static_range(m):
        n = a.shape[0] - 1
        a = prim.multiply(a[:-1], np.arange(n, 0, -1))
    return a


def polyint(p, m=1, k=None):
    a = np.atleast_1d(p)
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    for j in prim.static_range(m):
        constant = 0.0 if k is None else float(k) if prim.rank(k) == 0 else float(k[j])
        n = a.shape[0]
        parts = prim.divide(a, np.arange(n, 0, -1))
        longer = prim.full((n + 1,), constant, prim.dtype(parts))
        longer[:n] = parts
        a = longer
    return a


def polydiv(u, v):
    a = np.atleast_1d(u)
    b = np.atleast_1d(v)
    d = prim.cast(b, np._float_dtype(b))
    dtype = prim.result_type(np._float_dtype(a), prim.dtype(d))
    r = prim.cast(a, dtype)
    m = r.shape[0] - 1
    n = d.shape[0] - 1
    scale = 1.0 / d[0]
    q = prim.full((max(m - n + 1, 1),), 0, dtype)
    for k in range(m - n + 1):
        share = scale * r[k]
        q[k] = share
        r[k : k + n + 1] -= share * d
    first = 0
    while first < r.shape[0] - 1 and abs(r[first]) <= 1e-08:
        first = first + 1
    return q, r[first:]


def poly(seq_of_zeros):
    zeros = np.atleast_1d(seq_of_zeros)
    if prim.rank(zeros) == 2:
        return eig._eigvals(zeros, _from_zeros)
    if prim.rank(zeros) != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    return _from_zeros(zeros)


def _from_zeros(zeros):
    if prim.kind(zeros) == "c":
        prim.refuse("the polynomial of complex zeros, whose dtype depends on their values")
    a = prim.full((zeros.shape[0] + 1,), 0, np._float_dtype(zeros) if prim.itemsize(zeros) > 2 else float64)
    a[0] = 1
    for k in range(zeros.shape[0]):
        for j in range(k + 1, 0, -1):
            a[j] -= a[j - 1] * zeros[k]
    return a


def roots(p):
    return _roots_then(p, lambda found: found, float64)


def _roots_then(p, finish, of_zeros):
    """finish(roots): they are real or complex, which the run tells; `of_zeros`: their dtype where all are 0, or there are none."""
    a = np.atleast_1d(p)
    if prim.rank(a) != 1:
        raise ValueError("Input must be a rank-1 array.")
    if prim.kind(a) == "f" and prim.itemsize(a) == 2:
        raise TypeError("array type float16 is unsupported in linalg")
    c = np.asarray(a, prim.result_type(prim.dtype(a), float64))
    single = np._float_dtype(a)
    n = c.shape[0]
    first = 0
    while first < n and c[first] == 0:
        first = first + 1
    last = n
    while last > first and c[last - 1] == 0:
        last = last - 1
    if last - first < 2:
        return finish(prim.full((n - last if last > first else 0,), 0, of_zeros))
    m = last - first - 1
    companion = prim.full((m, m), 0, prim.dtype(c))
    for i in range(m - 1):
        companion[i + 1, i] = 1
    for j in range(m):
        companion[0, j] = -c[first + 1 + j] / c[first]
    return eig._eigvals(companion, lambda found: finish(_with_zeros(found, n - last, single)))


def _with_zeros(found, count, single):
    """In single precision if the coefficients were."""
    narrow = prim.itemsize(single) == (8 if prim.kind(single) == "c" else 4)
    dtype = prim.dtype(found) if not narrow else complex64 if prim.kind(found) == "c" else float32
    out = prim.full((found.shape[0] + count,), 0, dtype)
    out[: found.shape[0]] = found
    return out


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """Least squares on columns scaled to length 1; the covariance by their inverse product."""
    xs = np.asarray(x, prim.result_type(prim.dtype(prim.as_array(x)), float64))
    ys = np.asarray(y, prim.result_type(prim.dtype(prim.as_array(y)), float64))
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if prim.rank(xs) != 1:
        raise TypeError("expected 1D vector for x")
    if xs.shape[0] == 0:
        raise TypeError("expected non-empty vector for x")
    if prim.rank(ys) < 1 or prim.rank(ys) > 2:
        raise TypeError("expected 1D or 2D array for y")
    if xs.shape[0] != ys.shape[0]:
        raise TypeError("expected x and y to have same length")
    left = vander(xs, deg + 1)
    if w is not None:
        weights = np.asarray(w, float64)
        if prim.rank(weights) != 1:
            raise TypeError("expected a 1-d array for weights")
        if weights.shape[0] != ys.shape[0]:
            raise TypeError("expected w and y to have the same length")
        left = left * weights[:, None]
        ys = ys * (weights[:, None] if prim.rank(ys) == 2 else weights)
    scale = prim.sqrt(np.sum(left * left, 0))
    left = left / scale
    least = float64(xs.shape[0] * 2.220446049250313e-16) if rcond is None else rcond
    c, rest, rank, values = linalg.lstsq(left, ys, least)
    c = c / (scale[:, None] if prim.rank(c) == 2 else scale)
    if full is not False:
        return c, rest, rank, values, least
    if cov is False:
        return c
    wide = linalg.inv(np.dot(left.T, left)) / np.outer(scale, scale)
    if isinstance(cov, str) and cov == "unscaled":
        return c, wide if prim.rank(ys) == 1 else wide[:, :, None]
    if xs.shape[0] <= deg + 1:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    factor = rest / (xs.shape[0] - (deg + 1))
    return c, (wide if prim.rank(ys) == 1 else wide[:, :, None]) * factor


# ---- poly1d: an instance whose state is its coefficients, without leading zeros ----
def poly1d(c_or_r, r=False, variable=None):
    if variable is not None:
        prim.refuse("the name of a polynomial's variable")
    return _polynomial(poly(c_or_r) if r else c_or_r)


def _polynomial(c):
    a = np.atleast_1d(c)
    if prim.rank(a) > 1:
        raise ValueError("Polynomial must be 1d only.")
    first = 0
    while first < a.shape[0] - 1 and a[first] == 0:
        first = first + 1
    if a.shape[0] == 0:
        return prim.instance("numpy._poly1d", (prim.full((1,), 0, prim.dtype(a)),))
    return prim.instance("numpy._poly1d", (np.ascontiguous_copy(a[first:]),))


def _other_coefficients(other):
    return other[0] if isinstance(other, tuple) and len(other) == 1 and prim.is_array(other[0]) else prim.as_array(other)


def _poly1d___call__(self, val):
    return polyval(self[0], val)


def _poly1d_get_coeffs(self):
    return self[0]


_poly1d_get_c = _poly1d_get_coef = _poly1d_get_coefficients = _poly1d_get_coeffs


def _poly1d_get_order(self):
    return self[0].shape[0] - 1


_poly1d_get_o = _poly1d___len__ = _poly1d_get_order


def _poly1d_get_roots(self):
    return roots(self[0])


_poly1d_get_r = _poly1d_get_roots


def _poly1d_deriv(self, m=1):
    return _polynomial(polyder(self[0], m))


def _poly1d_integ(self, m=1, k=0):
    if k != 0:
        prim.refuse("constants of an integral")
    return _polynomial(polyint(self[0], m))


def _poly1d___getitem__(self, val):
    place = self[0].shape[0] - 1 - val
    if val < 0 or place < 0:
        return prim.cast(0, prim.dtype(self[0]))
    return self[0][place]


def _poly1d___neg__(self):
    return _polynomial(prim.negative(self[0]))


def _poly1d___add__(self, other):
    return _polynomial(polyadd(self[0], _other_coefficients(other)))


_poly1d___radd__ = _poly1d___add__


def _poly1d___sub__(self, other):
    return _polynomial(polysub(self[0], _other_coefficients(other)))


def _poly1d___rsub__(self, other):
    return _polynomial(polysub(_other_coefficients(other), self[0]))


def _poly1d___mul__(self, other):
    if prim.is_number(other):
        return _polynomial(prim.multiply(self[0], other))
    return _polynomial(polymul(self[0], _other_coefficients(other)))


_poly1d___rmul__ = _poly1d___mul__


def _poly1d___truediv__(self, other):
    if prim.is_number(other):
        return _polynomial(prim.divide(self[0], other))
    q, r = polydiv(self[0], _other_coefficients(other))
    return _polynomial(q), _polynomial(r)


def _poly1d___pow__(self, val):
    if val != int(val) or val < 0:
        raise ValueError("Power to non-negative integers only.")
    r = np.asarray([1], prim.dtype(self[0]))
    for _ in range(val):
        r = np.ascontiguous_copy(polymul(self[0], r))
    return _polynomial(r)
