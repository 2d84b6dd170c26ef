"""Elements chosen and written by conditions, numbers and places: select, choose, piecewise, compress, take, put and their kin."""
from numpy import int64

from aic.lib import numpy as np
from aic.lib import prim


# ---- by conditions ----
def select(condlist, choicelist, default=0):
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    conditions = _told_apart(condlist)
    choices = _told_apart(choicelist)
    common = prim.dtype(default) if prim.is_array(default) else default
    for choice in choices:
        common = prim.result_type(common, choice)
    r = prim.cast(default, common)
    for back in prim.static_range(len(conditions)):
        k = len(conditions) - 1 - back
        if prim.kind(conditions[k]) != "b":
            raise TypeError(f"invalid entry {k} in condlist: should be boolean ndarray")
        r = prim.select(conditions[k], choices[k], r)
    return prim.as_array(r)


def _told_apart(given):
    """A list or tuple, whose length is known, as a tuple."""
    parts = ()
    for x in given:
        parts = parts + (x,)
    return parts


def piecewise(x, condlist, funclist, *args):
    a = prim.as_array(x)
    conditions = condlist if isinstance(condlist, (list, tuple)) else (condlist,)
    if prim.rank(a) > 0 and prim.rank(conditions) == 1:  # one condition, of scalars
        conditions = (prim.as_array(condlist),)
    n = len(conditions)
    m = len(funclist)
    if m != n and m != n + 1:
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    out = prim.full(a.shape, 0, prim.dtype(a))
    chosen = prim.full(a.shape, False, bool)
    k = 0
    for condition in conditions:
        chosen = prim.logical_or(chosen, condition)
    if m == n + 1:
        _piece(out, a, prim.logical_not(chosen), funclist[m - 1], args)
    for condition in conditions:
        _piece(out, a, prim.not_equal(prim.as_array(condition), 0), funclist[k], args)
        k = k + 1
    return out


def _piece(out, a, condition, f, args):
    if prim.is_number(f):
        out[condition] = f
    else:
        part = a[condition]
        if part.size > 0:
            out[condition] = f(part, *args)


def _is_weak(x):
    return prim.is_number(x) and not prim.is_numpy(x)


def choose(a, choices, out=None, mode="raise"):
    places = prim.as_array(a)
    np._check_cast(places, int64, "safe")
    if prim.is_array(choices):
        r = _chosen(places, choices, mode)
        return np._into(out, r if prim.rank(r) > 0 else prim.as_array(r)[()])
    rows = _told_apart(choices)
    n = len(rows)
    shape = places.shape
    common = None
    for row in rows:
        shape = prim.broadcast_shapes(shape, prim.as_array(row).shape)
        if not _is_weak(row):
            d = prim.dtype(prim.as_array(row))
            common = d if common is None else prim.result_type(common, d)
    for row in rows:
        if _is_weak(row):
            common = prim.dtype(row) if common is None else prim.result_type(common, row)
    wide = prim.broadcast_to(places, shape)
    if mode == "raise":
        if np.any(prim.logical_or(prim.less(places, 0), prim.greater_equal(places, n))):
            raise ValueError("invalid entry in choice array")
    elif mode == "wrap":
        wide = prim.remainder(wide, n)
    else:
        wide = prim.minimum(prim.maximum(wide, 0), n - 1)
    r = prim.cast(prim.broadcast_to(prim.as_array(rows[n - 1]), shape), common)
    for back in prim.static_range(n - 1):
        k = n - 2 - back
        r = prim.select(prim.equal(wide, k), prim.cast(prim.as_array(rows[k]), common), r)
    return np._into(out, r if prim.rank(r) > 0 else prim.as_array(r)[()])


def _chosen(places, rows, mode):
    """From the rows of one array, however many there are."""
    n = rows.shape[0]
    if mode == "raise":
        if np.any(prim.logical_or(prim.less(places, 0), prim.greater_equal(places, n))):
            raise ValueError("invalid entry in choice array")
    at = places if mode == "raise" else prim.remainder(places, n) if mode == "wrap" else prim.minimum(prim.maximum(places, 0), n - 1)
    shape = prim.broadcast_shapes(places.shape, rows.shape[1:])
    wide = prim.broadcast_to(at, shape)
    table = prim.broadcast_to(_with_axes(rows, len(shape)), (n,) + shape)
    return prim.generate(shape, lambda *i: table[(wide[i],) + i], prim.dtype(rows))


def _with_axes(rows, rank):
    for _ in prim.static_range(rank + 1 - prim.rank(rows)):
        rows = prim.new_axis(rows, 1)
    return rows


def compress(condition, a, axis=None, out=None):
    mask = prim.as_array(condition)
    a = prim.as_array(a)
    if prim.rank(mask) != 1:
        raise ValueError("condition must be a 1-d array")
    x = np._line(a) if axis is None else a
    at = 0 if axis is None else np._axis(axis, prim.rank(a))
    return np.take(x, np.flatnonzero(mask), at, out)


def _method_compress(a, condition, axis=None, out=None):
    return compress(condition, a, axis, out)


def extract(condition, arr):
    return np.take(np._line(prim.as_array(arr)), np.flatnonzero(condition))


def _method_choose(a, choices, out=None, mode="raise"):
    return choose(a, choices, out, mode)


# ---- at places ----
def _wrapped(indices, n, mode):
    places = prim.as_array(indices)
    if mode == "wrap":
        return prim.remainder(places, n)
    if mode == "clip":
        return prim.minimum(prim.maximum(places, 0), n - 1)
    if mode != "raise":
        raise ValueError("clipmode must be one of 'clip', 'raise', or 'wrap'")
    return places if prim.rank(indices) > 0 else indices


def take(a, indices, axis=None, out=None, mode="raise"):
    a = prim.as_array(a)
    if prim.kind(indices) == "b":
        indices = prim.cast(indices if prim.is_number(indices) else prim.as_array(indices), int)
    if a.size == 0 and mode == "raise":
        _check_taken(a, indices, axis)
    if axis is None:
        return _taken_into(out, np._line(a)[_wrapped(indices, np.size(a), mode)])
    at = np._axis(axis, prim.rank(a))
    r = a[np._along(prim.rank(a), at, _wrapped(indices, a.shape[at], mode))]
    return _taken_into(out, prim.copy(r) if out is None and prim.is_array(r) and prim.rank(indices) == 0 else r)


def _check_taken(a, indices, axis):
    """Of an axis without elements none can be taken."""
    n = np.size(a) if axis is None else a.shape[np._axis(axis, prim.rank(a))]
    if n == 0 and np.size(prim.as_array(indices)) > 0:
        raise IndexError("cannot do a non-empty take from an empty axes.")


def _taken_into(out, r):
    if out is None:
        return r
    if not prim.is_array(out):
        raise TypeError("return arrays must be of ArrayType")
    if out.shape != np.shape(r):
        raise ValueError("output array does not match result of ndarray.take")
    out[...] = prim.cast(r, prim.dtype(out))
    return out


def _values_for(a, values):
    """Values that go into an array, in its dtype and apart from its memory."""
    if not prim.is_array(a):
        raise TypeError("argument 1 must be numpy.ndarray")
    if not prim.is_array(values):
        return np._line(prim.as_array(values, prim.dtype(a)))
    r = prim.cast(np._line(values), prim.dtype(a))
    return prim.copy(r) if prim.same_dtype(values, a) else r


def put(a, ind, v, mode="raise"):
    places = np._clear_of(np._line(prim.as_array(_wrapped(ind, np.size(a), mode))), a)
    values = _values_for(a, v)
    n = np.size(a)
    if np.size(values) > 0:
        if n == 0 and np.size(places) > 0:
            raise IndexError("cannot replace elements of an empty array")
        for i in range(np.size(places)):
            k = places[i]
            if k < -n or k >= n:
                raise IndexError(f"index {k} is out of bounds for axis 0 with size {n}")
            a.flat[k] = values[i % np.size(values)]


def place(arr, mask, vals):
    values = _values_for(arr, vals)
    if np.size(arr) != np.size(mask):
        raise ValueError("place: mask and data must be the same size")
    chosen = prim.copy(np._line(prim.as_array(mask)))  # it may lie where is written
    at = 0
    for i in range(np.size(arr)):
        if chosen[i]:
            if np.size(values) == 0:
                raise ValueError("Cannot insert from an empty array!")
            arr.flat[i] = values[at % np.size(values)]
            at = at + 1


def putmask(a, /, mask, values):
    """Like place, but a value's place goes on with the array's."""
    given = _values_for(a, values)
    if np.size(a) != np.size(mask):
        raise ValueError("putmask: mask and data must be the same size")
    chosen = prim.copy(np._line(prim.as_array(mask)))  # it may lie where is written
    m = np.size(given)
    if m > 0:
        for i in range(np.size(a)):
            if chosen[i]:
                a.flat[i] = given[i % m]


def copyto(dst, src, casting="same_kind", where=True):
    if not prim.is_array(dst):
        raise TypeError("copyto() argument 1 must be a numpy.ndarray")
    np.can_cast(prim.dtype(dst), prim.dtype(dst), casting)  # a rule that NumPy knows
    # A number of Python's goes into any dtype of its kind or a higher one; an int must fit.
    whole = prim.kind(src) == "i" and prim.kind(dst) != "b"
    weak = prim.is_number(src) and not prim.is_numpy(src) and (
        whole or (prim.kind(src) == "f" and prim.kind(dst) in ("f", "c")) or (prim.kind(src) == "c" and prim.kind(dst) == "c"))
    if weak and casting == "equiv" and not prim.same_dtype(src, dst):
        name = "int" if whole else "float" if prim.kind(src) == "f" else "complex"
        raise TypeError(f"cannot cast Python {name} to {prim.dtype(dst).__name__} under the casting rule 'equiv'")
    if not weak:
        np._check_cast(src if prim.is_number(src) else prim.as_array(src), prim.dtype(dst), casting)
    if not (weak and whole):
        src = np._unsafely(src) if prim.is_number(src) else prim.as_array(src)
    if where is True:
        dst[...] = src
        return
    if prim.kind(where) != "b":
        np._check_cast(where, bool, "safe")
    mask = prim.as_array(where)
    if not np._stretches(dst.shape, mask.shape) or np._stretched_shape(dst.shape, mask.shape) != dst.shape:
        raise ValueError(f"could not broadcast where mask from shape {np._told_shape(mask.shape)} into shape {np._told_shape(dst.shape)}")
    dst[...] = prim.select(mask, prim.cast(src, prim.dtype(dst)), dst)


def put_along_axis(arr, indices, values, axis):
    """Along one axis; the other axes of indices and values broadcast."""
    places = prim.as_array(indices)
    if axis is None:
        prim.refuse("put_along_axis without an axis")
    if not prim.is_array(arr):
        prim.refuse("put_along_axis of a list or tuple, for which NumPy raises AttributeError")
    rank = prim.rank(arr)
    if prim.rank(places) != rank:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    at = np._axis(axis, rank)
    index = ()
    for k in prim.static_range(rank):
        own = np.arange(arr.shape[k])
        for _ in prim.static_range(k):
            own = prim.new_axis(own, 0)
        for _ in prim.static_range(rank - k - 1):
            own = prim.new_axis(own, prim.rank(own))
        index = index + (places if k == at else own,)
    arr[index] = values
