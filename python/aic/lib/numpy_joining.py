"""Arrays put together: concatenate, stack, insert, delete, roll."""
from numpy import int64, uint8

from aic.lib import numpy as np
from aic.lib import prim


def _check_join(out, dtype, shape):
    """What is asked of the array given for the result."""
    if out is None:
        return
    if dtype is not None:
        raise TypeError("concatenate() only takes `out` or `dtype` as an argument, but both were provided.")
    if not prim.is_array(out):
        raise TypeError("'out' must be an array")
    if prim.rank(out) != len(shape):
        raise ValueError("Output array has wrong dimensionality")
    if out.shape != shape:
        raise ValueError("Output array is the wrong shape")


def _common_dtype(given):
    """What arrays and numbers are promoted to: Python's numbers say their kind alone."""
    common = None
    for x in given:
        if not np._weak(x):
            common = prim.dtype(x) if common is None else prim.result_type(common, prim.dtype(x))
    for x in given:
        if np._weak(x):
            common = prim.dtype(x) if common is None else _with_number(common, x)
    return common


def _with_number(dtype, x):
    """What a dtype and a number of Python's, which says its kind alone, are promoted to."""
    return prim.result_type(prim.cast(0, dtype), 1j if prim.kind(x) == "c" else 1.0 if prim.kind(x) == "f" else 1)


def concatenate(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    if prim.is_list(arrays) or prim.is_array(arrays):
        return _joined_run(arrays, axis, out, dtype, lambda a: a, casting)
    if len(arrays) == 0:
        raise ValueError("need at least one array to concatenate")
    into = out
    parts = ()
    given = ()
    for a in arrays:
        given = given + (a if prim.is_number(a) else prim.as_array(a),)
        parts = parts + (prim.as_array(a) if axis is not None else np._line(prim.as_array(a)),)
    first = parts[0]
    n = prim.rank(first)
    if n == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = 0 if axis is None else np._axis(axis, n)
    total = 0
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
        which = which + 1
    shape = ()
    for k in prim.static_range(n):
        shape = shape + (total if k == axis else first.shape[k],)
    turned = True
    for a in parts:
        turned = turned and prim.fortran(a)
    _check_join(into, dtype, shape)
    wanted = prim.dtype(into) if into is not None else _common_dtype(given) if dtype is None else prim.dtype_of(dtype)
    for a in given:
        if not np._weak(a) or not prim.same_dtype(_with_number(wanted, a), wanted):
            np._check_cast(a, wanted, casting)
    if into is not None:
        if not prim.writable(into):
            raise ValueError("assignment destination is read-only")
    out = np._ordered(shape, wanted, "F" if turned else "C") if into is None else into
    at = 0
    for a in parts:  # one after another, as NumPy has it, also where `into` lies over what is still to be read
        out[np._along(n, axis, slice(at, at + a.shape[axis], None))] = prim.cast(a, wanted)
        at = at + a.shape[axis]
    return out


concat = concatenate


def _joined_run(arrays, axis, out, dtype, prepared, casting="same_kind"):
    """As many arrays as a list, or the first axis of an array, has."""
    n = len(arrays)
    if n == 0:
        raise ValueError("need at least one array to concatenate")
    first = prim.as_array(prepared(arrays[0]))
    if axis is None:
        return _joined_run(arrays, 0, out, dtype, lambda a: np._line(prepared(a)), casting)
    rank = prim.rank(first)
    if rank == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = np._axis(axis, rank)
    total = 0
    for i in range(n):
        a = prim.as_array(prepared(arrays[i]))
        for k in prim.static_range(rank):
            if k != axis and a.shape[k] != first.shape[k]:
                raise ValueError(
                    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension "
                    f"{k}, the array at index 0 has size {first.shape[k]} and the array at index {i} has size {a.shape[k]}"
                )
        total = total + a.shape[axis]
    shape = ()
    for k in prim.static_range(rank):
        shape = shape + (total if k == axis else first.shape[k],)
    _check_join(out, dtype, shape)
    wanted = prim.dtype(out) if out is not None else prim.dtype(first) if dtype is None else prim.dtype_of(dtype)
    np._check_cast(first, wanted, casting)
    if out is not None:
        if not prim.writable(out):
            raise ValueError("assignment destination is read-only")
    r = np._ordered(shape, wanted, "F" if prim.fortran(first) else "C") if out is None else out
    at = 0
    for i in range(n):
        a = prim.as_array(prepared(arrays[i]))
        r[np._along(rank, axis, slice(at, at + a.shape[axis], None))] = prim.cast(a, wanted)
        at = at + a.shape[axis]
    return r


def stack(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    if prim.is_list(arrays) or prim.is_array(arrays):
        return _stacked_run(arrays, axis, out, dtype, casting)
    given = np._tuple_of_arrays(arrays)
    if len(given) == 0:
        raise ValueError("need at least one array to stack")
    n = prim.rank(given[0])
    axis = np._axis(axis, n + 1)
    parts = ()
    for a in given:
        if a.shape != given[0].shape:
            raise ValueError("all input arrays must have the same shape")
        parts = parts + (prim.new_axis(a, axis),)
    return concatenate(parts, axis, out, dtype=dtype, casting=casting)


def _stacked_run(arrays, axis, out, dtype, casting):
    if len(arrays) == 0:
        raise ValueError("need at least one array to stack")
    first = prim.as_array(arrays[0])
    axis = np._axis(axis, prim.rank(first) + 1)
    for i in range(len(arrays)):
        if prim.as_array(arrays[i]).shape != first.shape:
            raise ValueError("all input arrays must have the same shape")
    return _joined_run(arrays, axis, out, dtype, lambda a: prim.new_axis(a, axis), casting)


def vstack(tup, *, dtype=None, casting="same_kind"):
    if prim.is_list(tup) or prim.is_array(tup):
        return _joined_run(tup, 0, None, dtype, lambda a: np.atleast_2d(a), casting)
    parts = ()
    for a in np._tuple_of_arrays(tup):
        parts = parts + (np.atleast_2d(a),)
    return concatenate(parts, 0, dtype=dtype, casting=casting)


def hstack(tup, *, dtype=None, casting="same_kind"):
    if prim.is_list(tup) or prim.is_array(tup):
        flat = prim.rank(tup) <= 2
        return _joined_run(tup, 0 if flat else 1, None, dtype, lambda a: np.atleast_1d(a), casting)
    parts = ()
    for a in np._tuple_of_arrays(tup):
        parts = parts + (np.atleast_1d(a),)
    if len(parts) == 0:
        raise ValueError("need at least one array to concatenate")
    return concatenate(parts, 0 if prim.rank(parts[0]) == 1 else 1, dtype=dtype, casting=casting)


def append(arr, values, axis=None):
    if axis is None:
        return concatenate((np._line(arr), np._line(values)))
    return concatenate((arr, values), axis)


def row_stack(tup):
    return vstack(tup)


def _levels(x):
    """How deep lists are nested, by the first of each."""
    if prim.is_list(x):
        if len(x) == 0:
            raise ValueError("List at arrays cannot be empty")
        return 1 + _levels(prim.list_get(x, 0))
    if isinstance(x, (list, tuple)):
        for first in x:
            return 1 + _levels(first)
    return 0


def _deepest(x):
    """The largest number of axes among the arrays of nested lists."""
    most = 0
    if prim.is_list(x):
        most = _deepest(prim.list_get(x, 0))  # none is empty, and all are of one type
    elif isinstance(x, (list, tuple)):
        for part in x:
            n = _deepest(part)
            most = n if n > most else most
    else:
        most = prim.rank(x)
    return most


def _joined(x, levels, rank, axis):
    if levels == 0:
        a = prim.as_array(x)
        for _ in prim.static_range(rank - prim.rank(a)):
            a = prim.new_axis(a, 0)
        return a
    if prim.is_list(x):
        return concatenate([_joined(part, levels - 1, rank, axis + 1) for part in x], axis)
    parts = ()
    for part in x:
        parts = parts + (_joined(part, levels - 1, rank, axis + 1),)
    return concatenate(parts, axis)


def block(arrays):
    levels = _levels(arrays)
    deepest = _deepest(arrays)
    rank = levels if levels > deepest else deepest
    r = _joined(arrays, levels, rank, rank - levels)
    return prim.copy(r) if levels == 0 else r


# ---- elements put in and left out ----
def _one_place(obj, n, end, axis):
    """The place that an int names, among n elements and up to `end`."""
    k = int(obj)
    if k < -n or k > end:
        raise IndexError(f"index {k} is out of bounds for axis {axis} with size {n}")
    return k + n if k < 0 else k


def _laid_out_as(r, a):
    """In Fortran's order where the array `a` is."""
    return np.asfortranarray(r) if prim.fortran(a) else r


def _is_no_place(obj):
    """Of an empty list, which unlike an empty array is one of ints."""
    if prim.is_list(obj) or isinstance(obj, tuple):
        return len(obj) == 0
    return False


def insert(arr, obj, values, axis=None):
    a = prim.as_array(arr)
    if prim.is_list(obj) and prim.kind(obj) == "b":
        raise AttributeError("'list' object has no attribute 'ndim'")
    if isinstance(obj, tuple) and len(obj) > 0 and prim.kind(obj) == "b":
        prim.refuse("insert at a list or tuple of booleans, for which NumPy raises AttributeError")
    if _is_no_place(obj):
        r = _inserted(a, prim.empty((0,), int64), values, axis)
    else:
        r = _inserted(a, prim.as_array(obj) if prim.is_list(obj) else obj, values, axis)
    return r if axis is None else _laid_out_as(r, a)


def _inserted(a, obj, values, axis):
    if axis is None:
        a = np._line(a)
        at = 0
    else:
        at = np._axis(axis, prim.rank(a))
    n = a.shape[at]
    new = np.asarray(values, prim.dtype(a))
    rank = prim.rank(a)
    if prim.is_slice(obj):
        obj = np.arange(n)[obj]
    if prim.rank(obj) == 0:
        k = _one_place(obj, n, n, at)
        # The values have the axis only if there are as many axes; else they fill one layer.
        for _ in prim.static_range(rank - prim.rank(new) if rank > prim.rank(new) else 0):
            new = prim.new_axis(new, 0)
        if axis is not None and prim.rank(values) > 0:
            new = np.moveaxis(new, 0, at)
        shape = ()
        for j in prim.static_range(rank):
            shape = shape + (new.shape[j] if j == at else a.shape[j],)
        before = a[np._along(rank, at, slice(None, k, None))]
        return concatenate((before, prim.broadcast_to(new, shape), a[np._along(rank, at, slice(k, None, None))]), at)
    places = np._line(prim.as_array(obj))
    if prim.kind(places) == "b":
        places = np.flatnonzero(places)
    m = places.shape[0]
    if m == 1:
        if prim.kind(places) == "f" or prim.kind(places) == "c":
            raise TypeError("slice indices must be integers or None or have an __index__ method")
        k = int(places[0])
        if k < -n or k > n:
            raise IndexError(f"index [{k}] is out of bounds for axis {at} with size {n}")
        k = k + n if k < 0 else k
        layers = new
        for _ in prim.static_range(rank - prim.rank(new) if rank > prim.rank(new) else 0):
            layers = prim.new_axis(layers, 0)
        thick = ()
        for j in prim.static_range(rank):
            thick = thick + (layers.shape[j] if j == at else a.shape[j],)
        before = a[np._along(rank, at, slice(None, k, None))]
        return concatenate((before, prim.broadcast_to(layers, thick), a[np._along(rank, at, slice(k, None, None))]), at)
    _check_places(places)
    shape = ()
    for j in prim.static_range(rank):
        shape = shape + (m if j == at else a.shape[j],)
    told = new.shape
    for _ in prim.static_range(rank - prim.rank(new) if rank > prim.rank(new) else 0):
        new = prim.new_axis(new, 0)
    for j in prim.static_range(rank):
        if new.shape[prim.rank(new) - rank + j] != shape[j] and new.shape[prim.rank(new) - rank + j] != 1:
            raise ValueError(f"shape mismatch: value array of shape {np._told_shape(told)} could not be broadcast to indexing result of shape {np._told_shape(shape)}")
    new = prim.broadcast_to(new, shape)
    from_front = prim.empty((m,), int)
    for i in range(m):
        k = int(places[i])
        from_front[i] = k + n if k < 0 else k
    order = np.argsort(from_front, kind="stable")
    taken = prim.full((n + m,), -1, int)
    for i in range(m):  # each is told where it comes to lie among all; what lies before the front counts from the end then
        k = from_front[order[i]] + i
        if k < -n - m or k >= n + m:
            raise IndexError(f"index {k} is out of bounds for axis 0 with size {n + m}")
        k = k + n + m if k < 0 else k
        if taken[k] >= 0:
            raise ValueError("shape mismatch: two of the places of np.insert are one")
        taken[k] = order[i]
    wide = ()
    for j in prim.static_range(rank):
        wide = wide + (n + m if j == at else a.shape[j],)
    out = prim.empty(wide, prim.dtype(a))
    old = 0
    for i in range(n + m):
        if taken[i] >= 0:
            out[np._along(rank, at, i)] = new[np._along(rank, at, taken[i])]
        else:
            out[np._along(rank, at, i)] = a[np._along(rank, at, old)]
            old = old + 1
    return out


def _check_places(places):
    if prim.kind(places) == "f" or prim.kind(places) == "c":
        raise IndexError("arrays used as indices must be of integer (or boolean) type")


def delete(arr, obj, axis=None):
    a = prim.as_array(arr)
    if _is_no_place(obj):
        r = _deleted(a, prim.empty((0,), int64), axis)
    else:
        r = _deleted(a, prim.as_array(obj) if prim.is_list(obj) else obj, axis)
    return r if axis is None else _laid_out_as(r, a)


def _deleted(a, obj, axis):
    at = 0
    if axis is None:
        a = np._line(a)
    else:
        at = np._axis(axis, prim.rank(a))
    n = a.shape[at]
    if not prim.is_slice(obj):
        if prim.rank(obj) == 0 and prim.kind(obj) == "b":
            raise ValueError(f"boolean array argument obj to delete must be one dimensional and match the axis length of {n}")
        if prim.rank(obj) == 0:
            k = _one_place(obj, n, n - 1, at)
            before = a[np._along(prim.rank(a), at, slice(None, k, None))]
            return concatenate((before, a[np._along(prim.rank(a), at, slice(k + 1, None, None))]), at)
    kept = prim.full((n,), True, bool)
    if prim.is_slice(obj):
        kept[obj] = False
    else:
        places = np._line(prim.as_array(obj))
        _check_places(places)
        if prim.kind(places) == "b":
            if places.shape[0] != n:
                raise ValueError(f"boolean array argument obj to delete must be one dimensional and match the axis length of {n}")
            for i in range(n):
                kept[i] = not places[i]
        elif prim.kind(places) == "i" or prim.kind(places) == "u":
            for k in places:
                kept[_one_place(k, n, n - 1, at)] = False
    return np.take(a, np.flatnonzero(kept), at)


def roll(a, shift, axis=None):
    a = prim.as_array(a)
    if axis is None:
        return prim.reshape(roll(np._line(a), shift, 0), a.shape)
    axes = np._several(axis)
    if not isinstance(shift, tuple) and prim.rank(shift) == 1:  # as many as is known at run time
        m = shift.shape[0]
        if m != len(axes) and m != 1 and len(axes) != 1:
            raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape ({m},) and arg 1 with shape ({len(axes)},).")
        if len(axes) == 1:
            return _rolled(a, int(np.sum(shift)), axes[0])
        for k in prim.static_range(len(axes)):
            a = _rolled(a, int(shift[k if m > 1 else 0]), axes[k])
        return a
    shifts = np._several(shift)
    if len(shifts) != len(axes) and len(shifts) != 1 and len(axes) != 1:
        raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape ({len(shifts)},) and arg 1 with shape ({len(axes)},).")
    for k in prim.static_range(len(axes) if len(axes) > 1 else len(shifts)):
        a = _rolled(a, shifts[k] if len(shifts) > 1 else shifts[0], axes[k] if len(axes) > 1 else axes[0])
    return a


def _rolled(a, shift, axis):
    axis = np._axis(axis, prim.rank(a))
    n = a.shape[axis]
    s = shift % n if n > 0 else 0
    out = prim.empty(a.shape, prim.dtype(a))
    out[np._along(prim.rank(a), axis, slice(s, None, None))] = a[np._along(prim.rank(a), axis, slice(None, n - s, None))]
    out[np._along(prim.rank(a), axis, slice(None, s, None))] = a[np._along(prim.rank(a), axis, slice(n - s, None, None))]
    return out


# ---- bits ----
def packbits(a, axis=None, bitorder="big"):
    a = prim.as_array(a)
    if bitorder[0] != "b" and bitorder[0] != "l":
        raise ValueError("'order' must begin with 'l' or 'b'")
    if axis is None:
        a = np._line(a)
        at = 0
    else:
        at = np._axis(axis, prim.rank(a))
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        raise TypeError("Expected an input array of integer or boolean data type")
    rows = np.moveaxis(a, at, 0)
    n = rows.shape[0]
    out = prim.full(((n + 7) // 8,) + rows.shape[1:], 0, uint8)
    for i in range(n):
        bit = uint8(1 << (7 - i % 8 if bitorder[0] == "b" else i % 8))
        out[i // 8] |= prim.select(prim.not_equal(rows[i], 0), bit, uint8(0))
    return out if at == 0 else np.ascontiguous_copy(np.moveaxis(out, 0, at))


def unpackbits(a, axis=None, count=None, bitorder="big"):
    a = prim.as_array(a)
    if not prim.same_dtype(a, uint8):
        raise TypeError("Expected an input array of unsigned byte data type")
    if bitorder[0] != "b" and bitorder[0] != "l":
        raise ValueError("'order' must begin with 'l' or 'b'")
    if axis is None:
        a = np._line(a)
        at = 0
    else:
        at = np._axis(axis, prim.rank(a))
    rows = np.moveaxis(a, at, 0)
    n = 8 * rows.shape[0]
    wanted = n if count is None else count if count >= 0 else n + count
    if wanted < 0:
        raise ValueError("-count larger than number of elements")
    out = prim.full((wanted,) + rows.shape[1:], 0, uint8)
    for i in range(wanted if wanted < n else n):
        shift = uint8(7 - i % 8 if bitorder[0] == "b" else i % 8)
        out[i] = prim.bitwise_and(prim.right_shift(rows[i // 8], shift), uint8(1))
    return out if at == 0 else np.ascontiguous_copy(np.moveaxis(out, 0, at))
