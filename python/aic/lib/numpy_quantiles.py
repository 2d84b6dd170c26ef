"""Medians, quantiles and percentiles by all of NumPy's methods (Hyndman and Fan, "Sample quantiles in statistical packages", 1996),
along any axes; the versions that pass over nan."""
from numpy import float64, int64

from aic.lib import numpy as np
from aic.lib import prim


def _lines(a, axis):
    """The axes asked for as one in front, the others behind."""
    if axis is None:
        return np._line(a)
    axes = np._axes(axis, prim.rank(a))
    if len(axes) == 1:
        return np.moveaxis(a, axes[0], 0)
    order = axes
    rest = ()
    for k in prim.static_range(prim.rank(a)):
        if k not in axes:
            order = order + (k,)
            rest = rest + (a.shape[k],)
    return np.reshape(prim.transpose(a, order), (np._count(a, axes),) + rest)


def _kept_result(r, a, axis, keepdims, front, out):
    """With the axes taken together as ones, behind those that `front` tells of."""
    if keepdims:
        r = prim.reshape(prim.as_array(r), front + np._kept(a, np._axes(axis, prim.rank(a))))
    return np._into(out, r, "add", a, () if keepdims else np._axes(axis, prim.rank(a)))


# ---- medians ----
def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    a = prim.as_array(a)
    x = np.sort(_lines(a, axis), 0)
    n = x.shape[0]
    if n == 0:
        d = np._float_dtype(a) if out is None else prim.dtype(np._only_out(out))
        if prim.kind(d) != "f" and prim.kind(d) != "c":
            raise NotImplementedError("the median of nothing into an array of ints")
        return _kept_result(prim.cast(float("nan"), d) if prim.rank(x) == 1 else prim.full(x.shape[1:], float("nan"), d), a, axis, keepdims, (), out)
    pair = x[(n - 1) // 2 : n // 2 + 1]
    if out is None:
        middle = np.mean(np.asarray(pair, np._float_dtype(a)), 0)
    else:
        middle = np._divided(np._total_for(pair, 0, None, out, False, True), pair.shape[0], out)
    if prim.kind(a) == "f":
        last = x[n - 1]
        missing = prim.cast(last, prim.dtype(middle)) if prim.kind(middle) == "f" or prim.kind(middle) == "c" else middle
        return _kept_result(prim.select(prim.isnan(last), missing, middle), a, axis, keepdims, (), out)
    return _kept_result(middle, a, axis, keepdims, (), out)


# ---- places between the elements ----
_WHOLE = ("averaged_inverted_cdf", "interpolated_inverted_cdf", "weibull")  # whole places of a whole q

_STEPS = ("inverted_cdf", "closest_observation", "lower", "higher", "nearest")


def _rank_of(n, q, method):
    """The place among n sorted elements, which may lie between two."""
    if method == "linear":
        return (n - 1) * q
    if method == "lower":
        return prim.floor((n - 1) * q)
    if method == "higher":
        return prim.ceil((n - 1) * q)
    if method == "nearest":
        return prim.rint((n - 1) * q)
    if method == "midpoint":
        return 0.5 * (prim.floor((n - 1) * q) + prim.ceil((n - 1) * q))
    if method == "averaged_inverted_cdf":
        return n * q - 1
    if method == "inverted_cdf":
        at = n * q - 1
        low = prim.floor(at)
        return prim.maximum(low if at == low else low + 1.0, 0.0)
    if method == "closest_observation":
        at = n * q - 1 - 0.5
        low = prim.floor(at)
        return prim.maximum(low if at == low and low % 2.0 == 1.0 else low + 1.0, 0.0)
    if method == "interpolated_inverted_cdf":
        return n * q + (0.0 + q * (1 - 0.0 - 1.0)) - 1
    if method == "hazen":
        return n * q + (0.5 + q * (1 - 0.5 - 0.5)) - 1
    if method == "weibull":
        return n * q + (0.0 + q * (1 - 0.0 - 0.0)) - 1
    if method == "median_unbiased":
        return n * q + (1 / 3.0 + q * (1 - 1 / 3.0 - 1 / 3.0)) - 1
    if method == "normal_unbiased":
        return n * q + (3 / 8.0 + q * (1 - 3 / 8.0 - 3 / 8.0)) - 1
    raise ValueError(f"'{method}' is not a valid method. Use one of: dict_keys(['inverted_cdf', 'averaged_inverted_cdf', 'closest_observation', "
                     "'interpolated_inverted_cdf', 'hazen', 'weibull', 'linear', 'median_unbiased', 'normal_unbiased', 'lower', 'higher', "
                     "'midpoint', 'nearest'])")


def _between(x, q, method, taken, single):
    """The quantile of sorted lines: an element where one is `taken`; else the share between two neighbours, whose difference is of
    their own dtype, is added from the nearer side in the dtype `single`."""
    n = x.shape[0]
    if n == 0:
        raise IndexError("index -1 is out of bounds for axis 0 with size 0")
    at = _rank_of(n, q, method)
    if taken:
        r = x[prim.minimum(int(at), n - 1)]
    else:
        low = prim.floor(at)
        below = n - 1 if at >= n - 1 else 0 if at < 0 else int(low)
        above = n - 1 if at >= n - 1 else 0 if at < 0 else int(low) + 1
        share = at - (low if at < n - 1 and at >= 0 else -1.0 if at >= n - 1 else 0.0)
        if method == "midpoint":
            share = 0.0 if at % 1 == 0 else 0.5
        if method == "averaged_inverted_cdf":
            share = 0.5 if share == 0 else 1.0
        d = prim.cast(prim.subtract(x[above], x[below]), single)
        if share >= 0.5:
            r = prim.subtract(prim.cast(x[above], single), prim.multiply(d, prim.cast(1 - share, single)))
        else:
            r = prim.add(prim.cast(x[below], single), prim.multiply(d, prim.cast(share, single)))
    if prim.kind(x) == "f":
        return prim.select(prim.isnan(x[n - 1]), prim.cast(x[n - 1], prim.dtype(r)), r)
    return r


def _between_found(x, q, method, taken, single):
    """The same of each line's elements that are numbers."""
    if prim.rank(x) == 1:
        n = x.shape[0]
        while n > 0 and x[n - 1] != x[n - 1]:
            n = n - 1
        if n == 0:
            return prim.cast(float("nan"), prim.dtype(x) if taken else single)
        return _between(x[:n], q, method, taken, single)
    lines = np.reshape(x, (x.shape[0], -1)) if prim.rank(x) > 2 else x
    out = prim.empty((lines.shape[1],), prim.dtype(x) if taken else single)
    for j in range(lines.shape[1]):
        out[j] = _between_found(lines[:, j], q, method, taken, single)
    return prim.reshape(out, x.shape[1:])


# ---- quantiles ----
def _weak(q):
    """Whether q is a number of Python's, which does not widen the result."""
    return prim.is_number(q) and not prim.is_numpy(q) and prim.kind(q) != "b"


def _quantiles(a, q, weak, message, axis, out, method, keepdims, weights, found):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        raise TypeError("a must be an array of real numbers")
    whole = prim.kind(q) == "i" or prim.kind(q) == "u" or prim.kind(q) == "b"
    taken = method in _STEPS or (whole and method == "linear")  # all places are whole then
    if prim.kind(a) == "b" and not taken:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")
    if weights is not None:
        return _weighted(a, q, weak, message, axis, out, method, keepdims, weights, found)
    if weak:
        single = np._float_dtype(a)
    elif whole and method in _WHOLE:
        single = prim.result_type(prim.dtype(a), int64)
    else:
        single = prim.result_type(prim.dtype(a), np._float_dtype(prim.as_array(q)))
    x = np.sort(_lines(a, axis), 0)
    if x.shape[0] == 0 and prim.kind(a) != "f":
        raise IndexError("index 0 is out of bounds for axis 0 with size 0")
    each = _between_found if found and prim.kind(a) == "f" else _between
    if prim.rank(q) == 0:
        one = q[()] if prim.is_array(q) else q
        one = prim.cast(one, prim.dtype(one)) if prim.kind(q) == "f" and not weak else float(one)  # places are found in its precision
        if not (one >= 0.0 and one <= 1.0):
            raise ValueError(message)
        return _quantile_into(each(x, one, method, taken, single), a, axis, keepdims, (), out, taken)
    given = prim.as_array(q)
    wanted = np._line(given)
    for one in wanted:
        if not (one >= 0.0 and one <= 1.0):
            raise ValueError(message)
    if found and np._length(a.shape) == 0:  # the rank of the result would depend on it: NumPy gives one nan for all
        raise NotImplementedError("several quantiles of nothing that pass over nan")
    rows = prim.empty(wanted.shape + x.shape[1:], prim.dtype(x) if taken else single)
    for i in range(wanted.shape[0]):
        rows[i] = each(x, wanted[i] if prim.kind(wanted) == "f" else float(wanted[i]), method, taken, single)
    return _quantile_into(prim.reshape(rows, given.shape + x.shape[1:]), a, axis, keepdims, given.shape, out, taken)


def _weighted(a, q, weak, message, axis, out, method, keepdims, weights, found):
    """Of elements that count as much as their weights: the first up to which there is the share q of all weight."""
    w = prim.as_array(weights)
    if method != "inverted_cdf":
        raise ValueError(f"Only method 'inverted_cdf' supports weights. Got: {method}.")
    if found:
        prim.refuse("weighted quantiles that pass over nan")
    each = prim.rank(w) == prim.rank(a)
    if w.shape != a.shape and axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    if not each and (prim.rank(w) != 1 or isinstance(axis, tuple)):
        prim.refuse("weights of several axes beside a larger array")
    if w.shape != (a.shape if each else (a.shape[np._axis(axis, prim.rank(a))],)):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    if np.any(prim.less(w, 0)):
        raise ValueError("Weights must be non-negative.")
    x = _lines(a, axis)
    n = x.shape[0]
    if n == 0:
        raise IndexError("index -1 is out of bounds for axis 0 with size 0")
    lines = np.reshape(x, (n, -1)) if prim.rank(x) > 1 else prim.new_axis(x, 1)
    own = np.reshape(_lines(w, axis), (n, -1)) if each and prim.rank(x) > 1 else prim.new_axis(np._line(w), 1)
    given = prim.as_array(q)
    if prim.kind(given) != "f":
        given = np.asarray(given, float64)
    wanted = np._line(given)
    for one in wanted:
        if not (one >= 0.0 and one <= 1.0):
            raise ValueError(message)
    rows = prim.empty((wanted.shape[0], lines.shape[1]), prim.dtype(a))
    for j in range(lines.shape[1]):
        _weighted_line(rows[:, j], lines[:, j], own[:, j if own.shape[1] > 1 else 0], wanted, weak)
    r = prim.reshape(rows, given.shape + x.shape[1:])
    if prim.rank(r) == 0 and prim.kind(a) == "f" and out is None and not keepdims:  # NumPy gives nan as a scalar, numbers as arrays
        if prim.isnan(rows[0, 0]):
            return rows[0, 0]
    return _quantile_into(r, a, axis, keepdims, given.shape, out, True)


def _weighted_line(found, x, w, q, weak):
    n = x.shape[0]
    order = np.argsort(x, kind="stable")
    last = x[order[n - 1]]
    share = np.cumsum(np.asarray(w[order], float64))
    share = prim.divide(share, share[n - 1])
    if prim.isnan(share[n - 1]):
        raise ValueError("Weights included NaN, inf or were all zero.")
    parts = np.asarray(share, prim.dtype(q))
    if parts[0] == 0:
        parts = prim.select(prim.equal(parts, 0), prim.cast(-1, prim.dtype(parts)), parts)
    for i in range(q.shape[0]):
        at = np.searchsorted(parts, q[i], "left")
        found[i] = last if last != last else x[order[prim.minimum(at, n - 1)]]


def _quantile_into(r, a, axis, keepdims, front, out, taken):
    """As NumPy's take stores elements, or its add a result."""
    r = _kept_result(r, a, axis, keepdims, front, None)
    if out is None:
        return r
    out = np._only_out(out)
    if taken:
        return np._taken_into(out, prim.as_array(r))
    np._check_casting("add", prim.dtype(r), out, "same_kind")
    return np._stored(out, prim.cast(r, prim.dtype(out)))


_PERCENT = "Percentiles must be in the range [0, 100]"
_SHARE = "Quantiles must be in the range [0, 1]"


def _hundredth(q):
    return prim.divide(q if prim.rank(q) == 0 and not prim.is_array(q) else prim.as_array(q), 100)


def percentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return _quantiles(a, _hundredth(q), _weak(q), _PERCENT, axis, out, method, keepdims, weights, False)


def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return _quantiles(a, q, _weak(q), _SHARE, axis, out, method, keepdims, weights, False)


def nanpercentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return _quantiles(a, _hundredth(q), _weak(q), _PERCENT, axis, out, method, keepdims, weights, True)


def nanquantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return _quantiles(a, q, _weak(q), _SHARE, axis, out, method, keepdims, weights, True)


def nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        prim.refuse("nanmedian of complex numbers")
    if prim.kind(a) != "f":
        return median(a, axis, out, overwrite_input, keepdims)
    r = _kept_result(_middle_found(np.sort(_lines(a, axis), 0)), a, axis, keepdims, (), None)
    if out is None:
        return r
    out[...] = prim.cast(r, prim.dtype(out))
    return out


def _middle_found(x):
    if prim.rank(x) == 1:
        n = x.shape[0]
        while n > 0 and x[n - 1] != x[n - 1]:
            n = n - 1
        if n == 0:
            return prim.cast(float("nan"), prim.dtype(x))
        return np.mean(x[(n - 1) // 2 : n // 2 + 1])
    lines = np.reshape(x, (x.shape[0], -1)) if prim.rank(x) > 2 else x
    out = prim.empty((lines.shape[1],), prim.dtype(x))
    for j in range(lines.shape[1]):
        out[j] = _middle_found(lines[:, j])
    return prim.reshape(out, x.shape[1:])
