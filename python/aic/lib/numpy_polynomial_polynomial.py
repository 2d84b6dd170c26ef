"""numpy.polynomial.polynomial: coefficients from the lowest power up."""
from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_linalg_svd as svd
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


def polytrim(c, tol=0):
    if tol < 0:
        raise ValueError("tol must be non-negative")
    a = _cut(_coefficients(c))
    n = a.shape[0]
    while n > 0 and not prim.absolute(a[n - 1]) > tol:
        n = n - 1
    return np.ascontiguous_copy(a[:n]) if n > 0 else a[:1] * 0


# ---- series of any polynomials: their modules' functions but for the recurrence ----
def _differentiated(step, c, m, scl):
    """`step` makes of the coefficients of a series, which it may write into, those of its derivative."""
    if m < 0:
        raise ValueError("The order of derivation must be non-negative")
    a = prim.copy(_coefficients(c))
    n = a.shape[0]
    if m >= n:
        return a[:1] * 0 if m > 0 else a
    for _ in range(m):
        n = n - 1
        a *= scl
        a = np.ascontiguous_copy(step(a, n))
    return a


def _integrated(step, value, c, m, k, lbnd, scl):
    """`step` makes of the coefficients of a series those of an integral; the constants are its values at `lbnd`."""
    if m < 0:
        raise ValueError("The order of integration must be non-negative")
    constants = np._line(_coefficients(k))
    if constants.shape[0] > m:
        raise ValueError("Too many integration constants")
    if prim.rank(lbnd) > 0:
        raise ValueError("lbnd must be a scalar.")
    if prim.rank(scl) > 0:
        raise ValueError("scl must be a scalar.")
    a = prim.copy(_coefficients(c))
    for i in range(m):
        n = a.shape[0]
        constant = constants[i] if i < constants.shape[0] else prim.cast(0, prim.dtype(constants))
        a *= scl
        if n == 1 and a[0] == 0:
            a[0] += constant
        else:
            a = np.ascontiguous_copy(step(a, n))
            a[0] += constant - value(lbnd, a)
    return a


def _vandermonde(column, x, deg):
    """The values of the polynomials up to a degree at points of any shape, behind its axes; `column` computes the next one of two."""
    if deg < 0:
        raise ValueError("deg must be non-negative")
    a = np.atleast_1d(x)
    v = prim.add(np._line(a), 0.0)
    out = prim.empty((v.shape[0], deg + 1), prim.dtype(v))
    out[:, 0] = v * 0 + 1
    if deg > 0:
        out[:, 1] = v
        for k in range(2, deg + 1):
            column(out, v, k)
    return out if prim.rank(a) == 1 else prim.reshape(out, a.shape + (deg + 1,))


def _fitted(vandermonde, x, y, deg, rcond, full, w):
    if full is not False or prim.rank(deg) > 0:
        prim.refuse("residuals of a fit, or chosen degrees")
    x = prim.add(prim.as_array(x), 0.0)
    y = prim.add(prim.as_array(y), 0.0)
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if prim.rank(x) != 1:
        raise TypeError("expected 1D vector for x")
    if x.shape[0] == 0:
        raise TypeError("expected non-empty vector for x")
    if prim.rank(y) < 1 or prim.rank(y) > 2:
        raise TypeError("expected 1D or 2D array for y")
    if x.shape[0] != y.shape[0]:
        raise TypeError("expected x and y to have same length")
    rows = vandermonde(x, deg)
    right = y
    if w is not None:
        each = prim.add(prim.as_array(w), 0.0)
        if prim.rank(each) != 1:
            raise TypeError("expected 1D vector for w")
        if x.shape[0] != each.shape[0]:
            raise TypeError("expected x and w to have same length")
        rows = prim.multiply(rows, each[:, None])
        right = prim.multiply(y, each if prim.rank(y) == 1 else each[:, None])
    ratio = x.shape[0] * svd._epsilon(x) if rcond is None else rcond
    sizes = prim.sqrt(np.sum(linalg._squares(rows), 0))
    sizes = prim.select(prim.equal(sizes, 0), prim.cast(1, prim.dtype(sizes)), sizes)
    c = svd.lstsq(prim.divide(rows, sizes), right, ratio)[0]
    return prim.divide(c, sizes if prim.rank(y) == 1 else sizes[:, None])


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
    if m < 0:
        raise ValueError("The order of derivation must be non-negative")
    a = _coefficients(c)
    for _ in prim.static_range(m):
        n = a.shape[0]
        if n == 1:
            a = a[:1] * 0
        else:
            a = np.ascontiguous_copy(a[1:] * np.arange(1, n))
    return a


def polyint(c, m=1):
    if m < 0:
        raise ValueError("The order of integration must be non-negative")
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
    if deg < 0:
        raise ValueError("deg must be non-negative")
    a = prim.as_array(x)
    v = old.vander(np.asarray(np._line(a), np._float_dtype(a)), deg + 1, True)
    return v if prim.rank(a) < 2 else np.ascontiguous_copy(prim.reshape(v, a.shape + (deg + 1,)))


def polyfit(x, y, deg, rcond=None, full=False, w=None):
    if full is not False or prim.rank(deg) > 0:
        prim.refuse("residuals of polyfit, or chosen powers")
    if w is not None:
        if prim.rank(w) != 1:
            raise TypeError("expected 1D vector for w")
        if len(w) != len(x):
            raise TypeError("expected x and w to have same length")
    dtype = prim.result_type(np._float_dtype(prim.as_array(x)), np._float_dtype(prim.as_array(y)))
    if prim.itemsize(dtype) == 2 and w is None:
        raise TypeError("array type float16 is unsupported in linalg")
    r = np.ascontiguous_copy(old.polyfit(x, y, deg, rcond, False, w)[::-1])
    return prim.cast(r, dtype) if prim.kind(dtype) == "f" and prim.itemsize(dtype) == 4 and w is None else r


def polyroots(c):
    a = _cut(_coefficients(c))
    return old._roots_then(a[::-1], np.sort, prim.dtype(a))


# ---- Polynomial: an instance whose state is its coefficients, the domain and the window that it is mapped to ----
def Polynomial(coef, domain=None, window=None, symbol="x"):
    if symbol != "x":
        prim.refuse("the name of a polynomial's variable")
    return _made(_coefficients(coef), _interval(domain), _interval(window))


def _made(coef, domain, window):
    return prim.instance("numpy.polynomial.polynomial._Polynomial", (np.ascontiguous_copy(coef), domain, window))


def _interval(given):
    if given is None:
        return np.asarray([-1.0, 1.0])
    return np.ascontiguous_copy(_coefficients(given))


def _mapping(old, new):
    """The line that takes one interval to another: its offset and its slope."""
    length = old[1] - old[0]
    return (old[1] * new[0] - old[0] * new[1]) / length, (new[1] - new[0]) / length


def _mapped(x, old, new):
    offset, slope = _mapping(old, new)
    return prim.add(offset, prim.multiply(slope, x if prim.is_number(x) else prim.as_array(x)))


def _Polynomial___call__(self, arg):
    coef, domain, window = self
    return polyval(_mapped(arg, domain, window), coef)


def _class_Polynomial_fit(x, y, deg, domain=None, rcond=None, full=False, w=None, window=None):
    if full is not False:
        prim.refuse("the residuals of a fit")
    x = _coefficients(x)
    if domain is None:
        low = np.min(x)
        high = np.max(x)
        span = np.asarray([low - 1, high + 1] if low == high else [low, high])
    else:
        span = _interval(domain)
    onto = _interval(window)
    return _made(polyfit(_mapped(x, span, onto), y, deg, rcond, False, w), span, onto)


def _Polynomial_get_coef(self):
    return self[0]


def _Polynomial_get_domain(self):
    return self[1]


def _Polynomial_get_window(self):
    return self[2]


def _Polynomial_degree(self):
    return self[0].shape[0] - 1


def _Polynomial___len__(self):
    return self[0].shape[0]


def _Polynomial_copy(self):
    return _made(self[0], self[1], self[2])


def _Polynomial_mapparms(self):
    return _mapping(self[1], self[2])


def _Polynomial_convert(self, domain=None, kind=None, window=None):
    if kind is not None:
        prim.refuse("series of other kinds")
    coef, old, own = self
    to = _interval(domain)
    onto = _interval(window)
    offset, slope = _mapping(onto, to)
    first, by = _mapping(old, own)
    line = np.asarray([first + by * offset, by * slope])
    r = coef[coef.shape[0] - 1 :]
    for i in range(2, coef.shape[0] + 1):
        r = np.ascontiguous_copy(polymul(r, line))
        r[0] += coef[coef.shape[0] - i]
    return _made(r, to, onto)


def _Polynomial_deriv(self, m=1):
    coef, domain, window = self
    _, slope = _mapping(domain, window)
    for _ in prim.static_range(m):
        coef = np.ascontiguous_copy(polyder(coef) * slope)
    return _made(coef, domain, window)


def _Polynomial_integ(self, m=1, k=None, lbnd=None):
    if k is not None or lbnd is not None:
        prim.refuse("constants and bounds of an integral")
    coef, domain, window = self
    _, slope = _mapping(domain, window)
    for _ in prim.static_range(m):
        coef = polyint(coef * (1.0 / slope))
    return _made(coef, domain, window)


def _Polynomial_roots(self):
    offset, slope = _mapping(self[2], self[1])
    return old._roots_then(_cut(self[0])[::-1], lambda r: offset + slope * np.sort(r), prim.dtype(self[0]))


def _like(self, other):
    """The coefficients of the other operand."""
    if isinstance(other, tuple) and len(other) == 3 and prim.is_array(other[0]):
        if np.any(self[1] != other[1]):
            raise TypeError("Domains differ")
        if np.any(self[2] != other[2]):
            raise TypeError("Windows differ")
        return other[0]
    return _coefficients(other)


def _Polynomial___neg__(self):
    return _made(prim.negative(self[0]), self[1], self[2])


def _Polynomial___add__(self, other):
    return _made(polyadd(self[0], _like(self, other)), self[1], self[2])


_Polynomial___radd__ = _Polynomial___add__


def _Polynomial___sub__(self, other):
    return _made(polysub(self[0], _like(self, other)), self[1], self[2])


def _Polynomial___rsub__(self, other):
    return _made(polysub(_like(self, other), self[0]), self[1], self[2])


def _Polynomial___mul__(self, other):
    return _made(polymul(self[0], _like(self, other)), self[1], self[2])


_Polynomial___rmul__ = _Polynomial___mul__


def _Polynomial___truediv__(self, other):
    if not prim.is_number(other):
        raise TypeError("unsupported types for true division")
    return _made(prim.divide(self[0], other), self[1], self[2])


def _Polynomial___pow__(self, power):
    r = np.asarray([1.0], prim.dtype(self[0]))
    for _ in range(power):
        r = polymul(r, self[0])
    return _made(r, self[1], self[2])
