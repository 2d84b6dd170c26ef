"""Reductions and scans: sums, extremes, means, truth, and those that skip nan."""
from numpy import float16, float32, int64

from aic.lib import numpy as np
from aic.lib import prim


# ---- what the parameters ask for ----
def _masked(a, where, neutral):
    """What `where` passes over is replaced by what changes nothing."""
    return a if where is True else prim.select(where, a, prim.cast(neutral, prim.dtype(a)))


def _into(out, r, name="", a=None, axes=()):
    """The result in the array given for it, if one is. What NumPy says of its shape tells the operation and its operand."""
    if out is None:
        return r
    out = np._only_out(out)
    if prim.rank(out) != prim.rank(r):
        operation = f"operation {name}" if name != "" else "operation"
        raise ValueError(f"output parameter for reduction {operation} has the wrong number of dimensions: Found {prim.rank(out)} but expected {prim.rank(r)}")
    if not prim.same_dtype(out, r):
        prim.refuse("the parameter `out` with another dtype than the result has")
    for back in prim.static_range(prim.rank(out)):
        k = prim.rank(out) - 1 - back
        if out.shape[k] == 1 and r.shape[k] != 1:
            raise ValueError(f"output operand requires a reduction along dimension {k}, but the reduction is not enabled. "
                             "The dimension size of 1 does not match the expected output shape.")
    if out.shape != np.shape(r):
        if a is None or prim.rank(a) == prim.rank(r):
            raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {np._told_shape(out.shape)} and {np._told_shape(r.shape)}")
        raise ValueError("operands could not be broadcast together with remapped shapes [original->remapped]: "
                         f"{np._told_shape(out.shape)}->{np._told_shape(_spread(out.shape, axes, prim.rank(a)))} {np._told_shape(a.shape)} ")
    out[...] = r
    return out


def _spread(shape, axes, rank):
    """The extents of a result at the places of the operand's axes; -1 at those that were reduced."""
    wide = ()
    at = 0
    for k in prim.static_range(rank):
        if k in axes:
            wide = wide + (-1,)
        else:
            wide = wide + (shape[at] if at < len(shape) else -1,)
            at = at + 1
    return wide


def _cast_for(out, r):
    """In the dtype of `out`."""
    if prim.kind(r) == "c" and prim.kind(out) != "c":
        return prim.cast(prim.real(r), prim.dtype(out))
    return prim.cast(r, prim.dtype(out))


def _cast_into(out, r, name="", a=None, axes=()):
    """As _into, for what NumPy casts."""
    if out is None:
        return r
    out = np._only_out(out)
    return _into(out, r if prim.same_dtype(out, r) else _cast_for(out, r), name, a, axes)


def _beside(out, a):
    """In the dtype that a reduction of `a` into `out` computes in: the one to which both are promoted."""
    return np.asarray(a, prim.result_type(prim.dtype(np._only_out(out)), prim.dtype(a)))


def _summed_as(a, dtype, out):
    """In the dtype of the sum or product."""
    if dtype is None and out is not None:
        return _beside(out, a)
    return np.asarray(a, np._sum_dtype(a, dtype))


def _total(a, kind, axis, dtype, out, keepdims, initial, where):
    a = prim.as_array(a)
    neutral = 0 if kind == "add" else 1
    if initial is None:
        _check_identity(kind, a, np._reduced_axes(axis, prim.rank(a)), where)
    x = _masked(_summed_as(a, dtype, out), where, neutral)
    r = np._reduced(x, kind, axis, keepdims)
    np._check_total(kind, x, r, axis, keepdims)
    if initial is not None and np._is_given(initial):
        start = prim.cast(initial, prim.dtype(r))
        if kind == "add" and prim.kind(r) == "f" and prim.rank(start) == 0:
            if start == 0 and prim.signbit(start):  # of zeros below zero alone the sum is one
                below = prim.logical_and(prim.equal(x, 0), prim.signbit(x))
                r = prim.select(np._reduced(below, "logical_and", axis, keepdims), start, r)
        if kind == "add" and prim.kind(r) == "c" and prim.rank(start) == 0:  # each part as of floats
            parts = ()
            for part in (prim.real, prim.imag):
                parts = parts + (_total(part(x), kind, axis, None, None, keepdims, part(start), True),)
            return _cast_into(out, np._complex_of_parts(r, *parts), kind, a, np._reduced_axes(axis, prim.rank(a)))
        r = prim.apply(kind, start, r)
    return _cast_into(out, r, kind, a, np._reduced_axes(axis, prim.rank(a)))


def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial="<no value>", where=True):
    return _total(a, "add", axis, dtype, out, keepdims, initial, where)


def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial="<no value>", where=True):
    return _total(a, "multiply", axis, dtype, out, keepdims, initial, where)


def _check_identity(kind, a, axes, where):
    """What starts from no value has none of nothing."""
    if where is not True:
        raise ValueError(f"reduction operation '{kind}' does not have an identity, so to use a where mask one has to specify 'initial'")
    if np._count(a, axes) == 0:
        raise ValueError(f"zero-size array to reduction operation {kind} which has no identity")


def _extreme(a, kind, axis, out, keepdims, initial, where):
    a = prim.as_array(a) if out is None else _beside(out, prim.as_array(a))
    axes = np._reduced_axes(axis, prim.rank(a))
    if initial is None:
        _check_identity(kind, a, axes, where)
        return _cast_into(out, np._reduced(a, kind, axis, keepdims), kind, a, axes)
    start = prim.cast(initial, prim.dtype(a))
    if np._count(a, axes) == 0:
        padded = prim.full(np._kept(a, axes), start, prim.dtype(a))
        return _cast_into(out, np._reduced(padded, kind, axis, keepdims), kind, a, axes)
    return _cast_into(out, prim.apply(kind, np._reduced(_masked(a, where, start), kind, axis, keepdims), start), kind, a, axes)


def max(a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return _extreme(a, "maximum", axis, out, keepdims, initial, where)


def min(a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return _extreme(a, "minimum", axis, out, keepdims, initial, where)


amax = max


amin = min


def ptp(a, axis=None, out=None, keepdims=False):
    top = max(a, axis, out, keepdims)  # in the dtype of `out`
    r = prim.subtract(top, min(a, axis, None, keepdims))
    if out is None:
        return r
    np._check_casting("subtract", prim.dtype(r), np._only_out(out), "same_kind")
    return _cast_into(out, r)


# ---- means ----
def _share(a, axis, keepdims, where):
    """How many elements each result combines; an array where `where` says which."""
    if where is True:
        return np._count(a, np._axes(axis, prim.rank(a)))
    return count_nonzero(prim.broadcast_to(prim.as_array(where), a.shape), axis, keepdims=keepdims)


def _total_for(x, axis, dtype, out, keepdims, where):
    """The sum for a mean, in the dtype of `out` where that is another."""
    compute = np._float_dtype(x) if dtype is None else dtype
    if dtype is None and prim.same_dtype(x, float16):
        compute = float32
    elif dtype is None and out is not None and prim.same_dtype(x, compute):
        compute = prim.result_type(compute, prim.dtype(np._only_out(out)))
    given = _masked(np.asarray(x, compute), where, 0)
    total = np._reduced(given, "add", axis, keepdims)
    np._check_total("add", given, total, axis, keepdims)
    return total if out is None else _cast_for(np._only_out(out), total)


def _divided(total, n, out):
    """A sum by how many it is of; in `out` it is cast once more."""
    if out is None:
        return prim.divide(total, prim.cast(n, prim.dtype(total)))
    return _cast_for(np._only_out(out), prim.divide(total, prim.cast(n, int64)))


def mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    a = prim.as_array(a)
    r = _divided(_total_for(a, axis, dtype, out, keepdims, where), _share(a, axis, keepdims, where), out)
    if out is None and dtype is None and prim.same_dtype(a, float16):
        return prim.cast(r, float16)
    return _into(out, r, "add", a, np._reduced_axes(axis, prim.rank(a)))


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None):
    a = prim.as_array(a)
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    x = np.asarray(a, np._float_dtype(a) if dtype is None else dtype)
    d = prim.subtract(x, np.mean(x, axis, None, None, True, where=where) if mean is None else mean)
    squares = prim.real(d) * prim.real(d) + prim.imag(d) * prim.imag(d) if prim.kind(x) == "c" else d * d
    n = prim.maximum(prim.subtract(_share(a, axis, keepdims, where), ddof), 0)
    if out is None:
        return _divided(np._reduced(_masked(squares, where, 0), "add", axis, keepdims), n, out)
    total = _total_for(squares, axis, prim.dtype(squares) if dtype is None and prim.kind(a) != "f" and prim.kind(a) != "c" else dtype, out, keepdims, where)
    return _into(out, _divided(total, n, out), "add", a, np._reduced_axes(axis, prim.rank(a)))


def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None, correction=None):
    r = prim.sqrt(var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction))
    if out is None:
        return r
    np._check_casting("sqrt", prim.dtype(r), np._only_out(out), "same_kind")
    return _cast_into(out, r)


# ---- truth ----
def all(a, axis=None, out=None, keepdims=False, *, where=True):
    x = prim.not_equal(prim.as_array(a), 0)
    return _cast_into(out, np._reduced(_masked(x, where, True), "logical_and", axis, keepdims), "logical_and", x, np._reduced_axes(axis, prim.rank(x)))


def any(a, axis=None, out=None, keepdims=False, *, where=True):
    x = prim.not_equal(prim.as_array(a), 0)
    return _cast_into(out, np._reduced(_masked(x, where, False), "logical_or", axis, keepdims), "logical_or", x, np._reduced_axes(axis, prim.rank(x)))


def count_nonzero(a, axis=None, *, keepdims=False):
    return np._reduced(prim.cast(prim.not_equal(prim.as_array(a), 0), int64), "add", axis, False if axis is None and keepdims is None else keepdims)


# ---- places of extremes ----
def argmax(a, axis=None, out=None, *, keepdims=False):
    return _argreduce(prim.as_array(a), "maximum", axis, out, keepdims, "attempt to get argmax of an empty sequence")


def argmin(a, axis=None, out=None, *, keepdims=False):
    return _argreduce(prim.as_array(a), "minimum", axis, out, keepdims, "attempt to get argmin of an empty sequence")


def _argreduce(a, kind, axis, out, keepdims, message):
    if axis is None:
        flat = a if prim.rank(a) == 1 else prim.reshape(np.ascontiguousarray(a), (np.size(a),))
        if np.size(a) == 0:
            raise ValueError(message)
        r = prim.argreduce(flat, kind, 0)
    else:
        axis = np._axis(axis, prim.rank(a))
        if a.shape[axis] == 0:
            raise ValueError(message)
        r = prim.argreduce(a, kind, axis)
    if keepdims:
        r = prim.reshape(prim.as_array(r), np._kept(a, np._axes(axis, prim.rank(a))))
    if out is None:
        return r
    what = "output array does not match result of np.argmax." if kind == "maximum" else "output array does not match result of np.argmin."
    if not prim.is_array(out):
        prim.refuse("the parameter `out` that is no array")
    if out.shape != np.shape(r):
        raise ValueError(what)
    np._check_cast(out, int64, "safe")
    if not prim.writable(out):
        raise ValueError("output array is read-only")
    out[...] = prim.cast(r, prim.dtype(out))
    return out


# ---- passing over nan ----
def _without_nan(a, neutral):
    a = prim.as_array(a)
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        return prim.select(prim.isnan(a), prim.cast(neutral, prim.dtype(a)), a)
    return a


def nansum(a, axis=None, dtype=None, out=None, keepdims=False, initial="<no value>", where=True):
    return sum(_without_nan(a, 0), axis, dtype, out, keepdims, initial, where)


def nanprod(a, axis=None, dtype=None, out=None, keepdims=False, initial="<no value>", where=True):
    return prod(_without_nan(a, 1), axis, dtype, out, keepdims, initial, where)


def nancumsum(a, axis=None, dtype=None, out=None):
    return cumsum(_without_nan(a, 0), axis, dtype, out)


def nancumprod(a, axis=None, dtype=None, out=None):
    return cumprod(_without_nan(a, 1), axis, dtype, out)


def nanmax(a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return _nan_extreme(prim.as_array(a), "maximum", axis, out, keepdims, initial, where, -float("inf"), "fmax")


def nanmin(a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return _nan_extreme(prim.as_array(a), "minimum", axis, out, keepdims, initial, where, float("inf"), "fmin")


def _nan_extreme(a, kind, axis, out, keepdims, initial, where, neutral, name):
    if prim.kind(a) == "c":
        prim.refuse("extremes of complex numbers that pass over nan")
    if prim.kind(a) != "f":
        axes = np._reduced_axes(axis, prim.rank(a))
        if initial is None and where is True and np._count(a, axes) == 0 and np._others(a, axes) != 0:
            raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
        return _extreme(a, kind, axis, out, keepdims, initial, where)
    missing = prim.isnan(a)
    if initial is not None or where is not True:
        return _extreme(prim.select(missing, prim.cast(neutral, prim.dtype(a)), a), kind, axis, out, keepdims, initial, where)
    axes = np._axes(axis, prim.rank(a))
    if np._count(a, axes) == 0 and np._others(a, axes) != 0:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    found = np._reduced(prim.select(missing, prim.cast(neutral, prim.dtype(a)), a), kind, axis, keepdims)
    return _cast_into(out, prim.select(np._reduced(missing, "logical_and", axis, keepdims), prim.cast(float("nan"), prim.dtype(a)), found), name, a, axes)


def nanargmax(a, axis=None, out=None, *, keepdims=False):
    return _nan_place(prim.as_array(a), "maximum", axis, out, keepdims, -float("inf"))


def nanargmin(a, axis=None, out=None, *, keepdims=False):
    return _nan_place(prim.as_array(a), "minimum", axis, out, keepdims, float("inf"))


def _nan_place(a, kind, axis, out, keepdims, neutral):
    message = "attempt to get argmax of an empty sequence" if kind == "maximum" else "attempt to get argmin of an empty sequence"
    if prim.kind(a) == "c":
        prim.refuse("extremes of complex numbers that pass over nan")
    if prim.kind(a) != "f":
        return _argreduce(a, kind, axis, out, keepdims, message)
    missing = prim.isnan(a)
    if any(np._reduced(missing, "logical_and", axis, False)):
        raise ValueError("All-NaN slice encountered")
    return _argreduce(prim.select(missing, prim.cast(neutral, prim.dtype(a)), a), kind, axis, out, keepdims, message)


# ---- scans ----
def cumsum(a, axis=None, dtype=None, out=None):
    return _accumulated(a, "add", axis, dtype, out)


def cumprod(a, axis=None, dtype=None, out=None):
    return _accumulated(a, "multiply", axis, dtype, out)


def _accumulated(a, kind, axis, dtype, out):
    a = prim.as_array(a)
    x = _summed_as(a, dtype, out)
    if axis is None:
        r = prim.scan(x if prim.rank(x) == 1 else prim.reshape(np.ascontiguousarray(x), (np.size(x),)), kind, 0)
    else:
        r = _scanned(x, kind, np._axis(axis, prim.rank(a)))
    if out is not None:
        if out.shape != r.shape:
            raise ValueError("provided out is the wrong size for the accumulation.")
    return _cast_into(out, r)


def _scanned(a, kind, axis):
    """In the order of the memory."""
    if prim.fortran(a):
        return np._reversed(prim.scan(np._reversed(a), kind, prim.rank(a) - 1 - axis))
    return prim.scan(a, kind, axis)


def cumulative_sum(x, *, axis=None, dtype=None, out=None, include_initial=False):
    return _cumulated(prim.as_array(x), "add", axis, dtype, out, include_initial, 0)


def cumulative_prod(x, *, axis=None, dtype=None, out=None, include_initial=False):
    return _cumulated(prim.as_array(x), "multiply", axis, dtype, out, include_initial, 1)


def _cumulated(a, kind, axis, dtype, out, include_initial, first):
    if axis is None and prim.rank(a) != 1:
        raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
    at = 0 if axis is None else np._axis(axis, prim.rank(a))
    if not include_initial:
        return _accumulated(a, kind, at, dtype, out)
    r = _accumulated(a, kind, at, dtype, None)
    if include_initial:
        start = prim.full(np._kept(a, (at,)), first, prim.dtype(r))
        r = np.concatenate((start, r), at)
    return _into(out, r)
