"""Arrays put together: concatenate, stack, pad, roll."""
from aic.lib import numpy as np
from aic.lib import prim


def concatenate(arrays, axis=0, dtype=None):
    if len(arrays) == 0:
        raise ValueError("need at least one array to concatenate")
    parts = ()
    for a in np._tuple_of_arrays(arrays):
        parts = parts + (a if axis is not None else np.ravel(a),)
    first = parts[0]
    n = prim.rank(first)
    if n == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = 0 if axis is None else np._axis(axis, n)
    total = 0
    common = prim.dtype(first)
    which = 0
    for a in parts:
        if prim.rank(a) != n:
            raise ValueError(
                f"all the input arrays must have same number of dimensions, but the array at index 0 has {n} dimension(s) "
                f"and the array at index {which} has {prim.rank(a)} dimension(s)"
            )
        for k in prim.static_range(n):
            if k != axis and a.shape[k] != first.shape[k]:
                raise ValueError(
                    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension "
                    f"{k}, the array at index 0 has size {first.shape[k]} and the array at index {which} has size {a.shape[k]}"
                )
        total = total + a.shape[axis]
        common = prim.result_type(common, prim.dtype(a))
        which = which + 1
    shape = ()
    for k in prim.static_range(n):
        shape = shape + (total if k == axis else first.shape[k],)
    out = prim.empty(shape, common if dtype is None else dtype)
    at = 0
    for a in parts:
        out[np._along(n, axis, slice(at, at + a.shape[axis], None))] = a
        at = at + a.shape[axis]
    return out


concat = concatenate


def stack(arrays, axis=0):
    given = np._tuple_of_arrays(arrays)
    if len(given) == 0:
        raise ValueError("need at least one array to stack")
    n = prim.rank(given[0])
    axis = np._axis(axis, n + 1)
    parts = ()
    for a in given:
        if prim.rank(a) != n:
            raise ValueError("all input arrays must have the same shape")
        for k in prim.static_range(n):
            if a.shape[k] != given[0].shape[k]:
                raise ValueError("all input arrays must have the same shape")
        parts = parts + (prim.new_axis(a, axis),)
    return concatenate(parts, axis)


def vstack(tup):
    parts = ()
    for a in np._tuple_of_arrays(tup):
        parts = parts + (np.atleast_2d(a),)
    return concatenate(parts, 0)


def hstack(tup):
    parts = ()
    for a in np._tuple_of_arrays(tup):
        parts = parts + (np.atleast_1d(a),)
    return concatenate(parts, 0 if prim.rank(parts[0]) == 1 else 1)


def append(arr, values):
    return concatenate((np.ravel(arr), np.ravel(values)))


def _one_place(obj, n, end, axis):
    """The place that an int names, among n elements and up to `end`."""
    if prim.rank(obj) != 0:
        prim.refuse("several places at once")
    k = int(obj)
    if k < -n or k > end:
        raise IndexError(f"index {k} is out of bounds for axis {axis} with size {n}")
    return k + n if k < 0 else k


def insert(arr, obj, values, axis=None):
    a = prim.as_array(arr)
    new = np.asarray(values, prim.dtype(a))
    if axis is None:
        a = np.ravel(a)
        new = np.ravel(new)
    elif prim.rank(a) == 1:
        new = np.ravel(new)
    else:
        prim.refuse("insertion along an axis of several")
    k = _one_place(obj, a.shape[0], a.shape[0], 0)
    return concatenate((a[:k], new, a[k:]))


def delete(arr, obj, axis=None):
    a = prim.as_array(arr)
    at = 0
    if axis is None:
        a = np.ravel(a)
    else:
        at = np._axis(axis, prim.rank(a))
    k = _one_place(obj, a.shape[at], a.shape[at] - 1, at)
    before = a[np._along(prim.rank(a), at, slice(None, k, None))]
    return concatenate((before, a[np._along(prim.rank(a), at, slice(k + 1, None, None))]), at)


def _pad_width(width, axis, rank):
    """Elements before and after an axis, from what np.pad takes."""
    if prim.rank(width) == 0:
        before = width
        after = width
    elif prim.rank(width) == 1:
        before = width[0]
        after = width[len(width) - 1]
    else:
        before = width[axis if len(width) > 1 else 0][0]
        after = width[axis if len(width) > 1 else 0][len(width[0]) - 1]
    if before < 0 or after < 0:
        raise ValueError("index can't contain negative values")
    return before, after


def _mirrored(k, n, mode):
    """The place within n elements that stands for place k outside."""
    if mode == "edge":
        return 0 if k < 0 else n - 1
    if mode == "wrap":
        return k % n
    if mode == "reflect":
        if n == 1:
            return 0
        m = k % (2 * n - 2)
        return m if m < n else 2 * n - 2 - m
    m = k % (2 * n)
    return m if m < n else 2 * n - 1 - m


def pad(array, pad_width, mode="constant", *, constant_values=0):
    a = prim.as_array(array)
    if mode != "constant" and mode != "edge" and mode != "wrap" and mode != "reflect" and mode != "symmetric":
        prim.refuse("this mode of padding")
    rank = prim.rank(a)
    shape = ()
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k, rank)
        shape = shape + (before + a.shape[k] + after,)
    out = prim.full(shape, constant_values, prim.dtype(a)) if mode == "constant" else prim.empty(shape, prim.dtype(a))
    middle = out
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k, rank)
        middle = np.swapaxes(np.swapaxes(middle, 0, k)[before : before + a.shape[k]], 0, k)
    middle[...] = a
    if mode != "constant":
        for k in prim.static_range(rank):
            before, after = _pad_width(pad_width, k, rank)
            n = a.shape[k]
            if n == 0 and before + after > 0:
                raise ValueError(f"can't extend empty axis {k} using modes other than 'constant' or 'empty'")
            rows = np.swapaxes(out, 0, k)
            for i in range(before):
                rows[i] = rows[before + _mirrored(i - before, n, mode)]
            for i in range(after):
                rows[before + n + i] = rows[before + _mirrored(n + i, n, mode)]
    return out


def roll(a, shift, axis=None):
    a = prim.as_array(a)
    if axis is None:
        return prim.reshape(_rolled(np.ravel(a), shift, 0), a.shape)
    if isinstance(axis, tuple):
        r = a
        for k in prim.static_range(len(axis)):
            r = _rolled(r, shift[k] if isinstance(shift, tuple) else shift, axis[k])
        return r
    return _rolled(a, shift, axis)


def _rolled(a, shift, axis):
    axis = np._axis(axis, prim.rank(a))
    n = a.shape[axis]
    s = shift % n if n > 0 else 0
    out = prim.empty(a.shape, prim.dtype(a))
    out[np._along(prim.rank(a), axis, slice(s, None, None))] = a[np._along(prim.rank(a), axis, slice(None, n - s, None))]
    out[np._along(prim.rank(a), axis, slice(None, s, None))] = a[np._along(prim.rank(a), axis, slice(n - s, None, None))]
    return out
