"""Reductions and scans: sums, extremes, means, truth, and those that skip nan."""
from numpy import int64

from aic.lib import numpy as np
from aic.lib import prim


def sum(a, axis=None, dtype=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    return np._reduced(np.asarray(a, np._sum_dtype(a, dtype)), "add", axis, keepdims)


def prod(a, axis=None, dtype=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    return np._reduced(np.asarray(a, np._sum_dtype(a, dtype)), "multiply", axis, keepdims)


def max(a, axis=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    if np._count(a, np._axes(axis, prim.rank(a))) == 0 and np._others(a, np._axes(axis, prim.rank(a))) != 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return np._reduced(a, "maximum", axis, keepdims)


def min(a, axis=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    if np._count(a, np._axes(axis, prim.rank(a))) == 0 and np._others(a, np._axes(axis, prim.rank(a))) != 0:
        raise ValueError("zero-size array to reduction operation minimum which has no identity")
    return np._reduced(a, "minimum", axis, keepdims)


amax = max


amin = min


def ptp(a, axis=None):
    return prim.subtract(max(a, axis), min(a, axis))


def mean(a, axis=None, dtype=None, out=None, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    compute = np._float_dtype(a) if dtype is None else dtype
    total = np._reduced(np.asarray(a, compute), "add", axis, keepdims)
    return prim.divide(total, prim.cast(np._count(a, np._axes(axis, prim.rank(a))), prim.dtype(total)))


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    np._no_out(out)
    a = prim.as_array(a)
    x = np.asarray(a, np._float_dtype(a) if dtype is None else dtype)
    d = x - mean(x, axis, keepdims=True)
    if prim.kind(x) == "c":
        total = np._reduced(prim.real(d) * prim.real(d) + prim.imag(d) * prim.imag(d), "add", axis, keepdims)
    else:
        total = np._reduced(d * d, "add", axis, keepdims)
    n = np._count(a, np._axes(axis, prim.rank(a))) - ddof
    return prim.divide(total, prim.cast(n if n > 0 else 0, prim.dtype(total)))


def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    np._no_out(out)
    return prim.sqrt(var(a, axis, dtype, None, ddof, keepdims))


def all(a, axis=None, out=None, keepdims=False):
    np._no_out(out)
    return np._reduced(prim.not_equal(prim.as_array(a), 0), "logical_and", axis, keepdims)


def any(a, axis=None, out=None, keepdims=False):
    np._no_out(out)
    return np._reduced(prim.not_equal(prim.as_array(a), 0), "logical_or", axis, keepdims)


def count_nonzero(a, axis=None, keepdims=False):
    return np._reduced(prim.cast(prim.not_equal(prim.as_array(a), 0), int64), "add", axis, keepdims)


def argmax(a, axis=None, out=None):
    np._no_out(out)
    return _argreduce(prim.as_array(a), "maximum", axis, "attempt to get argmax of an empty sequence")


def argmin(a, axis=None, out=None):
    np._no_out(out)
    return _argreduce(prim.as_array(a), "minimum", axis, "attempt to get argmin of an empty sequence")


def _argreduce(a, kind, axis, message):
    if axis is None:
        flat = prim.reshape(np.ascontiguousarray(a), (np.size(a),))
        if np.size(a) == 0:
            raise ValueError(message)
        return prim.argreduce(flat, kind, 0)
    axis = np._axis(axis, prim.rank(a))
    if a.shape[axis] == 0 and np._others(a, (axis,)) != 0:
        raise ValueError(message)
    return prim.argreduce(a, kind, axis)


def nansum(a, axis=None):
    a = prim.as_array(a)
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        return sum(prim.select(prim.isnan(a), prim.cast(0, prim.dtype(a)), a), axis)
    return sum(a, axis)


def nanmax(a, axis=None):
    return _nan_extreme(prim.as_array(a), "maximum", axis, -float("inf"), "fmax")


def nanmin(a, axis=None):
    return _nan_extreme(prim.as_array(a), "minimum", axis, float("inf"), "fmin")


def _nan_extreme(a, kind, axis, neutral, name):
    axes = np._axes(axis, prim.rank(a))
    if np._count(a, axes) == 0 and np._others(a, axes) != 0:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if prim.kind(a) != "f":
        return np._reduced(a, kind, axis, False)
    missing = prim.isnan(a)
    found = np._reduced(prim.select(missing, prim.cast(neutral, prim.dtype(a)), a), kind, axis, False)
    return prim.select(np._reduced(missing, "logical_and", axis, False), prim.cast(float("nan"), prim.dtype(a)), found)


def cumsum(a, axis=None, dtype=None, out=None):
    return _accumulated(a, "add", axis, dtype, out)


def cumprod(a, axis=None, dtype=None, out=None):
    return _accumulated(a, "multiply", axis, dtype, out)


def _accumulated(a, kind, axis, dtype, out):
    np._no_out(out)
    a = prim.as_array(a)
    x = np.asarray(a, np._sum_dtype(a, dtype))
    if axis is None:
        return prim.scan(prim.reshape(np.ascontiguousarray(x), (np.size(x),)), kind, 0)
    return prim.scan(x, kind, np._axis(axis, prim.rank(a)))
