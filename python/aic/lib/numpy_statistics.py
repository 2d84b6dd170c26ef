"""Means: weighted and nan-skipping ones, covariances; places of what is not 0, partitions."""
from numpy import float64, int64

from aic.lib import numpy as np
from aic.lib import prim


# ---- means ----
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    a = prim.as_array(a)
    if weights is None:
        mean = np.mean(a, axis, None, None, keepdims)
        if not returned:
            return mean
        count = prim.cast(np._count(a, np._axes(axis, prim.rank(a))), prim.dtype(mean))
        return mean, (prim.full(mean.shape, count, prim.dtype(mean)) if prim.is_array(mean) else count)
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
    mean = prim.divide(np.sum(prim.multiply(np.asarray(a, dtype), w), axis, None, None, keepdims), total)
    return (mean, total) if returned else mean


def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    x = prim.as_array(m)
    if prim.rank(x) > 2:
        raise ValueError("m has more than 2 dimensions")
    lone = prim.rank(x) < 2 and y is None
    wide = prim.result_type(prim.dtype(x), float64) if y is None else prim.result_type(prim.result_type(prim.dtype(x), float64), prim.dtype(prim.as_array(y)))
    rows = np.asarray(np.atleast_2d(x), wide)
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
    if prim.rank(c) == 0:
        return prim.divide(c, c)
    spread = prim.sqrt(prim.real(np.diagonal_copy(c, 0)))
    if prim.kind(c) == "c":
        z = prim.divide(prim.divide(c, spread[:, None]), spread[None, :])
        return np._of_parts(np.clip(prim.real(z), -1, 1), np.clip(prim.imag(z), -1, 1))
    return np.clip(prim.divide(prim.divide(c, spread[:, None]), spread[None, :]), -1, 1)


def _counted(a, axis, keepdims):
    return np._reduced(prim.cast(prim.logical_not(prim.isnan(a)), int64), "add", axis, keepdims)


def nanmean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    a = prim.as_array(a)
    if (prim.kind(a) != "f" and prim.kind(a) != "c") or dtype is not None:
        return np.mean(a, axis, dtype, out, keepdims, where=where)
    zero = prim.cast(0, prim.dtype(a))
    present = prim.logical_not(prim.isnan(a))
    if where is not True:
        present = prim.logical_and(present, where)
    n = np._reduced(prim.cast(present, int64), "add", axis, keepdims)
    return np._into(out, _nan_mean(prim.select(present, a, zero), n, axis, keepdims, out), "add", a, np._reduced_axes(axis, prim.rank(a)))


def _nan_mean(x, n, axis, keepdims, out):
    """The sum of what is there by how much it is, in the dtype of `out`."""
    if out is None:
        return np._divided(np._reduced(x, "add", axis, keepdims), n, out)
    if prim.kind(out) != "f" and prim.kind(out) != "c":
        raise TypeError("If a is inexact, then out must be inexact")
    return np._divided(np._total_for(x, axis, prim.result_type(prim.dtype(x), prim.dtype(np._only_out(out))), out, keepdims, True), n, out)


def nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None):
    a = prim.as_array(a)
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    if (prim.kind(a) != "f" and prim.kind(a) != "c") or dtype is not None:
        return np.var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean)
    if where is not True:
        prim.refuse("the parameter `where` of nanvar")
    zero = prim.cast(0, prim.dtype(a))
    centre = nanmean(a, axis, None, None, True) if mean is None else mean
    d = prim.select(prim.isnan(a), zero, prim.subtract(a, centre))
    squares = prim.multiply(prim.real(d), prim.real(d)) + prim.multiply(prim.imag(d), prim.imag(d)) if prim.kind(a) == "c" else prim.multiply(d, d)
    n = prim.subtract(_counted(a, axis, keepdims), ddof)
    r = _nan_mean(squares, n, axis, keepdims, out)
    return np._into(out, prim.select(prim.greater(n, 0), r, prim.cast(float("nan"), prim.dtype(r))), "add", a, np._reduced_axes(axis, prim.rank(a)))


def nanstd(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None):
    r = prim.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction))
    if out is None:
        return r
    np._check_casting("sqrt", prim.dtype(r), np._only_out(out), "same_kind")
    return np._cast_into(out, r)


# ---- places ----
def argwhere(a):
    a = prim.as_array(a)
    return np._fortran_copy(_positions(a)) if prim.rank(a) > 1 else _positions(a)


def _positions(a):
    """The indices of what is not 0, row by row."""
    flat = np.flatnonzero(a)
    out = prim.empty((flat.shape[0], prim.rank(a)), int64)
    if prim.rank(a) == 1:
        out[:, 0] = flat
        return out
    for k in prim.static_range(prim.rank(a)):
        out[:, k] = np._digits(flat, a.shape)[k]
    return out


def nonzero(a):
    """Columns of one array, as in NumPy."""
    a = prim.as_array(a)
    if prim.rank(a) == 0:
        more = " If the context of this error is of the form `arr[nonzero(cond)]`, just use `arr[cond]`." if prim.kind(a) == "b" else ""
        raise ValueError(f"Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.{more}")
    if prim.rank(a) == 1:
        return (np.flatnonzero(a),)
    rows = _positions(a)
    places = ()
    for k in prim.static_range(prim.rank(a)):
        places = places + (rows[:, k],)
    return places


def _in_range(a, kth, axis):
    n = a.shape[np._axis(axis, prim.rank(a))]
    for k in np._line(prim.as_array(kth)):
        if (k < -n or k >= n) and a.size > 0:
            raise ValueError(f"kth(={k + n if k < 0 else k}) out of bounds ({n})")


def partition(a, kth, axis=-1, kind="introselect"):
    """Sorted altogether, which is a partition too."""
    _check_selection(kind)
    x = np._line(prim.as_array(a)) if axis is None else prim.as_array(a)
    at = 0 if axis is None else axis
    _in_range(x, kth, at)
    return np.sort(x, at)


def _check_selection(kind):
    if not isinstance(kind, str):
        prim.type_error("select kind must be str")
    if kind != "introselect":
        raise ValueError(f"select kind must be 'introselect' (got '{kind}')")


def argpartition(a, kth, axis=-1, kind="introselect"):
    _check_selection(kind)
    x = np._line(prim.as_array(a)) if axis is None else prim.as_array(a)
    at = 0 if axis is None else axis
    _in_range(x, kth, at)
    return np.argsort(x, at)


def _method_partition(a, kth, axis=-1, kind="introselect"):
    """The method works in place."""
    _in_range(a, kth, axis)
    if not prim.writable(a):
        raise ValueError("partition array is read-only")
    np._method_sort(a, axis)
