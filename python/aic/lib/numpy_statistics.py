"""Order statistics, weighted and nan-skipping means, counts, sets."""
from numpy import float64, int64

from aic.lib import numpy as np
from aic.lib import prim


# ---- means ----
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    a = prim.as_array(a)
    if returned is not False:
        prim.refuse("the weights' sum beside the average")
    if weights is None:
        return np.mean(a, axis, None, None, keepdims)
    w = prim.as_array(weights)
    if prim.rank(w) != prim.rank(a):
        if axis is None:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        if prim.rank(w) != 1:
            prim.refuse("weights of several axes beside a larger array")
        at = np._axis(axis, prim.rank(a))
        if w.shape[0] != a.shape[at]:
            raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
        for _ in prim.static_range(prim.rank(a) - 1 - at):
            w = prim.new_axis(w, prim.rank(w))
    dtype = prim.result_type(prim.result_type(prim.dtype(a), prim.dtype(w)), np._float_dtype(a))
    total = np.sum(np.asarray(prim.broadcast_to(w, a.shape), dtype), axis, None, None, keepdims)
    if np.any(prim.equal(total, 0)):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return prim.divide(np.sum(prim.multiply(np.asarray(a, dtype), w), axis, None, None, keepdims), total)


def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    x = prim.as_array(m)
    if prim.rank(x) > 2:
        raise ValueError("m has more than 2 dimensions")
    lone = prim.rank(x) < 2 and y is None
    rows = np.asarray(np.atleast_2d(x), prim.result_type(prim.dtype(x), float64))
    if not rowvar and prim.rank(x) == 2:
        rows = np.transpose(rows)
    if y is not None:
        more = np.asarray(np.atleast_2d(y), prim.dtype(rows))
        if not rowvar and prim.rank(y) == 2:
            more = np.transpose(more)
        rows = np.concatenate((rows, more), 0)
    if not lone and rows.shape[0] == 1:
        raise NotImplementedError("one variable in two dimensions: pass a vector")
    free = rows.shape[1] - (ddof if ddof is not None else (0 if bias else 1))
    centred = prim.subtract(rows, np.mean(rows, 1, None, None, True))
    across = np.transpose(centred)
    c = prim.multiply(prim.matmul(centred, prim.conjugate(across) if prim.kind(rows) == "c" else across), prim.divide(1, max(free, 0)))
    return prim.reshape(c, ()) if lone else c


def corrcoef(x, y=None, rowvar=True):
    c = cov(x, y, rowvar)
    if prim.kind(c) == "c":
        prim.refuse("correlations of complex numbers")
    if prim.rank(c) == 0:
        return prim.divide(c, c)
    spread = prim.sqrt(np.diagonal_copy(c, 0))
    return np.clip(prim.divide(prim.divide(c, spread[:, None]), spread[None, :]), -1, 1)


def _counted(a, axis, keepdims):
    return np._reduced(prim.cast(prim.logical_not(prim.isnan(a)), int64), "add", axis, keepdims)


def nanmean(a, axis=None, dtype=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    if prim.kind(a) != "f" or dtype is not None:
        return np.mean(a, axis, dtype, None, keepdims)
    found = prim.select(prim.isnan(a), prim.cast(0, prim.dtype(a)), a)
    return prim.divide(np.sum(found, axis, None, None, keepdims), prim.cast(_counted(a, axis, keepdims), prim.dtype(a)))


def nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    if prim.kind(a) != "f" or dtype is not None:
        return np.var(a, axis, dtype, None, ddof, keepdims)
    zero = prim.cast(0, prim.dtype(a))
    d = prim.select(prim.isnan(a), zero, prim.subtract(a, nanmean(a, axis, None, None, True)))
    n = prim.cast(prim.subtract(_counted(a, axis, keepdims), ddof), prim.dtype(a))
    total = np.sum(prim.multiply(d, d), axis, None, None, keepdims)
    return prim.select(prim.greater(n, 0), prim.divide(total, n), prim.cast(float("nan"), prim.dtype(a)))


def nanstd(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    return prim.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims))


def nanprod(a, axis=None):
    a = prim.as_array(a)
    if prim.kind(a) == "f":
        return np.prod(prim.select(prim.isnan(a), prim.cast(1, prim.dtype(a)), a), axis)
    return np.prod(a, axis)


def nancumsum(a, axis=None):
    a = prim.as_array(a)
    if prim.kind(a) == "f":
        return np.cumsum(prim.select(prim.isnan(a), prim.cast(0, prim.dtype(a)), a), axis)
    return np.cumsum(a, axis)


# ---- order statistics ----
def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    x = np.sort(np.ravel(a) if axis is None else np.moveaxis(a, np._axis(axis, prim.rank(a)), 0), 0)
    n = x.shape[0]
    if n == 0:
        if prim.rank(x) == 1:
            return prim.cast(float("nan"), np._float_dtype(a))
        return prim.full(x.shape[1:], float("nan"), np._float_dtype(a))
    if keepdims:
        prim.refuse("keepdims of median")
    both = np.asarray(x[(n - 1) // 2 : n // 2 + 1], np._float_dtype(a))
    middle = np.mean(both, 0)
    if prim.kind(a) == "f":
        return prim.select(prim.isnan(x[n - 1]), x[n - 1], middle)
    return middle


def percentile(a, q, axis=None, *, method="linear", keepdims=False):
    return _quantile(a, prim.divide(q, 100.0), "Percentiles must be in the range [0, 100]", axis, method, keepdims)


def quantile(a, q, axis=None, *, method="linear", keepdims=False):
    return _quantile(a, q, "Quantiles must be in the range [0, 1]", axis, method, keepdims)


def _quantile(a, q, message, axis, method, keepdims):
    """Linear interpolation between the two nearest, from the nearer side, as NumPy has it."""
    if method != "linear" or axis is not None or keepdims:
        prim.refuse("quantiles along an axis, or by another method than linear")
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        raise TypeError("a must be an array of real numbers")
    x = np.sort(np.asarray(np.ravel(a), np._float_dtype(a)))
    if prim.rank(q) == 0:
        return _one_quantile(x, float(q), message)
    wanted = np.ravel(prim.as_array(q))
    out = prim.empty(wanted.shape, prim.dtype(x))
    for i in range(wanted.shape[0]):
        out[i] = _one_quantile(x, float(wanted[i]), message)
    return prim.reshape(out, prim.as_array(q).shape)


def _one_quantile(x, q, message):
    n = x.shape[0]
    if not (q >= 0.0 and q <= 1.0):
        raise ValueError(message)
    if n == 0:
        raise IndexError("index -1 is out of bounds for axis 0 with size 0")
    if prim.isnan(x[n - 1]):
        return x[n - 1]
    at = q * (n - 1)
    below = int(prim.floor(at))
    above = below + 1 if below + 1 < n else n - 1
    t = prim.cast(at - below, prim.dtype(x))
    low = x[below]
    high = x[above]
    d = high - low
    return high - d * (1 - t) if t >= 0.5 else low + d * t


# ---- counts ----
def bincount(x, weights=None, minlength=0):
    top = minlength
    for k in x:
        if k < 0:
            raise ValueError("'list' argument must have no negative elements")
        if k >= top:
            top = int(k) + 1
    if weights is None:
        counts = prim.full((top,), 0, int64)
        for k in x:
            counts[k] += 1
        return counts
    w = prim.as_array(weights)
    if w.shape[0] != x.shape[0]:
        raise ValueError("The weights and list don't have the same length.")
    sums = prim.full((top,), 0.0, float64)
    for i in range(x.shape[0]):
        sums[x[i]] += w[i]
    return sums


def digitize(x, bins, right=False):
    edges = prim.as_array(bins)
    n = edges.shape[0]
    if n > 1 and edges[0] > edges[n - 1]:
        for i in range(n - 1):
            if edges[i] < edges[i + 1]:
                raise ValueError("bins must be monotonically increasing or decreasing")
        return prim.subtract(n, np.searchsorted(edges[::-1], x, "left" if right else "right"))
    for i in range(n - 1):
        if edges[i] > edges[i + 1]:
            raise ValueError("bins must be monotonically increasing or decreasing")
    return np.searchsorted(edges, x, "left" if right else "right")


# ---- sets ----
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True):
    if return_index or return_inverse or axis is not None or not equal_nan:
        prim.refuse("these parameters of unique")
    x = np.sort(np.ravel(prim.as_array(ar)))
    n = x.shape[0]
    first = prim.empty((n,), bool)
    for i in range(n):
        first[i] = i == 0 or (x[i] != x[i - 1] and not (_is_nan(x[i]) and _is_nan(x[i - 1])))
    values = x[first]
    if not return_counts:
        return values
    starts = np.flatnonzero(first)
    m = starts.shape[0]
    counts = prim.empty((m,), int64)
    for i in range(m):
        counts[i] = (n if i == m - 1 else int(starts[i + 1])) - int(starts[i])
    return values, counts


def _is_nan(x):
    return bool(x != x)


def isin(element, test_elements, assume_unique=False, invert=False):
    x = prim.as_array(element)
    known = np.sort(np.ravel(prim.as_array(test_elements)))
    flat = np.ravel(x)
    found = prim.empty(flat.shape, bool)
    n = known.shape[0]
    for i in range(flat.shape[0]):
        k = np._searchsorted(known, flat[i], "left")
        found[i] = (k < n and known[k if k < n else 0] == flat[i]) != invert
    return prim.reshape(found, x.shape)


def argwhere(a):
    return _positions(prim.as_array(a))


def _positions(a):
    """The indices of what is not 0, row by row."""
    flat = np.flatnonzero(a)
    out = prim.empty((flat.shape[0], prim.rank(a)), int64)
    for k in prim.static_range(prim.rank(a)):
        out[:, k] = np._digits(flat, a.shape)[k]
    return out


def nonzero(a):
    """Columns of one array, as in NumPy."""
    a = prim.as_array(a)
    if prim.rank(a) == 0:
        raise ValueError("Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.")
    rows = _positions(a)
    places = ()
    for k in prim.static_range(prim.rank(a)):
        places = places + (rows[:, k],)
    return places


def partition(a, kth, axis=-1):
    """Sorted altogether, which is a partition too."""
    return np.sort(a, axis)


def argpartition(a, kth, axis=-1):
    return np.argsort(a, axis)


def histogram(a, bins=10, range=None, density=None, weights=None):
    x = np.ravel(prim.as_array(a))
    if prim.rank(bins) == 0:
        if bins < 1:
            raise ValueError("`bins` must be positive, when an integer")
        low, high = _limits(x, range)
        edges = np.linspace(low, high, bins + 1)
    else:
        edges = np.asarray(bins)
    counts = _tallied(x, edges, weights)
    if density is None or density is False:
        return counts, edges
    return counts / (edges[1:] - edges[:-1]) / np.sum(counts), edges


def _limits(x, given):
    if given is not None:
        low = float(given[0])
        high = float(given[1])
        if low > high:
            raise ValueError("max must be larger than min in range parameter.")
    elif np.size(x) == 0:
        low = 0.0
        high = 1.0
    else:
        low = float(np.min(x))
        high = float(np.max(x))
    if low == high:
        return low - 0.5, high + 0.5
    return low, high


def _tallied(x, edges, weights):
    n = edges.shape[0] - 1
    dtype = int64 if weights is None else prim.dtype(prim.as_array(weights))
    counts = prim.full((n,), 0, dtype)
    w = x if weights is None else np.ravel(prim.as_array(weights))
    for i in np.arange(x.shape[0]):
        k = np._searchsorted(edges, x[i], "right") - 1
        if k == n and x[i] == edges[n]:
            k = n - 1
        if k >= 0 and k < n:
            if weights is None:
                counts[k] += 1
            else:
                counts[k] += w[i]
    return counts
