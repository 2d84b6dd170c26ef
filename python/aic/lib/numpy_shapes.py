"""Arrays from arrays: reshaping, splitting, repeating, taking and putting."""
from numpy import int64
from numpy.exceptions import AxisError

from aic.lib import numpy as np
from aic.lib import prim


# ---- other shapes of the same elements ----
def rollaxis(a, axis, start=0):
    n = prim.rank(a)
    axis = np._axis(axis, n)
    start = start + n if start < 0 else start
    if start < 0 or start > n:
        raise AxisError(f"'start' arg requires {-n} <= start < {n + 1}, but {start} was passed in")
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


def column_stack(tup):
    if prim.is_list(tup) or prim.is_array(tup):
        return np._joined_run(tup, 1, None, None, lambda a: prim.new_axis(a, 1) if prim.rank(a) == 1 else a)
    parts = ()
    for a in tup:
        a = prim.as_array(a)
        parts = parts + (prim.new_axis(a, 1) if prim.rank(a) == 1 else a,)
    return np.concatenate(parts, 1)


def dstack(tup):
    if prim.is_list(tup) or prim.is_array(tup):
        return np._joined_run(tup, 2, None, None, lambda a: np.atleast_3d(a))
    parts = ()
    for a in tup:
        a = prim.as_array(a)
        a = prim.new_axis(a, 0) if prim.rank(a) == 1 else a
        parts = parts + (prim.new_axis(a, 2) if prim.rank(a) == 2 else a,)
    return np.concatenate(parts, 2)


# ---- repeated ----
def repeat(a, repeats, axis=None):
    a = prim.as_array(a)
    if axis is None:
        a = np._line(a)
        axis = 0
    axis = np._axis(axis, prim.rank(a))
    rows = np.moveaxis(a, axis, 0)
    n = rows.shape[0]
    if prim.rank(repeats) == 0:
        if repeats < 0:
            raise ValueError("repeats may not contain negative values.")
        out = prim.empty((n * repeats,) + rows.shape[1:], prim.dtype(a))
        for i in range(n):
            for j in range(repeats):
                out[i * repeats + j] = rows[i]
        return np.moveaxis(out, 0, axis) if axis == 0 else np.ascontiguous_copy(np.moveaxis(out, 0, axis))
    counts = prim.as_array(repeats)
    if counts.shape[0] != n and counts.shape[0] != 1:
        raise ValueError(f"operands could not be broadcast together with shape ({n},) ({counts.shape[0]},)")
    counts = prim.broadcast_to(counts, (n,))
    total = 0
    for i in range(n):
        if counts[i] < 0:
            raise ValueError("repeats may not contain negative values.")
        total = total + int(counts[i])
    out = prim.empty((total,) + rows.shape[1:], prim.dtype(a))
    at = 0
    for i in range(n):
        for j in range(int(counts[i])):
            out[at] = rows[i]
            at = at + 1
    return out if axis == 0 else np.ascontiguous_copy(np.moveaxis(out, 0, axis))


def tile(A, reps):
    a = prim.as_array(A)
    counts = np._several(reps)
    for _ in prim.static_range(len(counts) - prim.rank(a) if len(counts) > prim.rank(a) else 0):
        a = prim.new_axis(a, 0)
    for _ in prim.static_range(prim.rank(a) - len(counts) if prim.rank(a) > len(counts) else 0):
        counts = (1,) + counts
    wide = a
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        wide = prim.new_axis(wide, 2 * k)
        shape = shape + (counts[k], a.shape[k])
    final = ()
    for k in prim.static_range(prim.rank(a)):
        final = final + (counts[k] * a.shape[k],)
    return prim.reshape(np.ascontiguous_copy(prim.broadcast_to(wide, shape)), final)


def resize(a, new_shape):
    """Repeated as often as it takes."""
    flat = np._line(prim.as_array(a))
    shape = np._shape(new_shape)
    n = flat.shape[0]
    out = prim.full(shape, 0, prim.dtype(flat))
    for extent in shape:
        if extent < 0:
            raise ValueError("all elements of `new_shape` must be non-negative")
    if n > 0:
        line = prim.reshape(out, (np._length(shape),))
        for i in range(line.shape[0]):
            line[i] = flat[i % n]
    return out


def _method_resize(a, *new_shape, refcheck=True):
    prim.refuse("resize in place")


# ---- split ----
def split(ary, indices_or_sections, axis=0):
    if prim.rank(indices_or_sections) == 0 and prim.as_array(ary).shape[axis] % indices_or_sections != 0:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def array_split(ary, indices_or_sections, axis=0):
    if isinstance(ary, (tuple, list)) and axis != 0:
        prim.refuse("splitting a list along another axis than the first, which NumPy does by the list's length")
    a = prim.as_array(ary)
    rank = prim.rank(a)
    axis = np._axis(axis, rank)
    n = a.shape[axis]
    parts = ()
    if prim.rank(indices_or_sections) == 1:
        if prim.is_array(indices_or_sections):
            return _parts_at(a, indices_or_sections, axis)
        start = 0
        for stop in indices_or_sections:
            parts = parts + (a[np._along(rank, axis, slice(start, stop, None))],)
            start = stop
        return list(parts + (a[np._along(rank, axis, slice(start, None, None))],))
    if indices_or_sections <= 0:
        raise ValueError("number sections must be larger than 0.")
    if not prim.is_static(indices_or_sections):
        return [_section(a, k, indices_or_sections, axis) for k in range(indices_or_sections)]
    for k in prim.static_range(indices_or_sections):
        parts = parts + (_section(a, k, indices_or_sections, axis),)
    return list(parts)


def _parts_at(a, places, axis):
    rank = prim.rank(a)
    parts = []
    start = 0
    for k in range(places.shape[0]):
        stop = int(places[k])
        parts.append(a[np._along(rank, axis, slice(start, stop, None))])
        start = stop
    parts.append(a[np._along(rank, axis, slice(start, None, None))])
    return parts


def _section(a, k, sections, axis):
    """Part k of so many, of which the first are longer by one where they cannot be equal."""
    each = a.shape[axis] // sections
    more = a.shape[axis] % sections
    start = k * each + (k if k < more else more)
    stop = (k + 1) * each + (k + 1 if k + 1 < more else more)
    return a[np._along(prim.rank(a), axis, slice(start, stop, None))]


def hsplit(ary, indices_or_sections):
    if prim.rank(ary) == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(ary, indices_or_sections, 0 if prim.rank(ary) == 1 else 1)


def dsplit(ary, indices_or_sections):
    if prim.rank(ary) < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


def vsplit(ary, indices_or_sections):
    if prim.rank(ary) < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


def _method_tolist(a):
    if prim.rank(a) == 0:
        return a.item()
    if prim.rank(a) == 1:
        return [x.item() for x in a]
    return [_method_tolist(row) for row in a]


def unstack(x, /, *, axis=0):
    a = prim.as_array(x)
    if prim.rank(a) == 0:
        raise ValueError("Input array must be at least 1-d.")
    return tuple(np.moveaxis(a, axis, 0))


# ---- views and elements ----
def diagonal(a, offset=0, axis1=0, axis2=1):
    """A read-only view."""
    n = prim.rank(a)
    if n < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    rows = np._axis(axis1, n)
    columns = np._axis(axis2, n)
    if rows == columns:
        raise ValueError("axis1 and axis2 cannot be the same")
    order = ()
    for k in prim.static_range(n):
        if k != rows and k != columns:
            order = order + (k,)
    m = prim.transpose(a, order + (rows, columns))
    top = -offset if offset < 0 else 0
    left = offset if offset > 0 else 0
    m = m[..., top:, left:]
    count = m.shape[n - 2] if m.shape[n - 2] < m.shape[n - 1] else m.shape[n - 1]
    shape = m.shape[: n - 2] + (count,)
    return prim.broadcast_to(prim.reshape(m, shape, m.strides[: n - 2] + (m.strides[n - 2] + m.strides[n - 1],)), shape)


def _flat_slice(a, part):
    """a.flat[start:stop:step], a copy."""
    return prim.copy(np._line(a)[part])


def _set_flat_slice(a, part, value):
    """a.flat[start:stop:step] = value: repeated as often as it takes."""
    places = np.arange(np.size(a))[part]
    values = np._line(prim.as_array(value))
    m = np.size(values)
    if m > 0:
        for i in range(places.shape[0]):
            a.flat[places[i]] = values[i % m]


def _set_flat(a, value):
    _set_flat_slice(a, slice(None, None, None), value)


def _flat_places(places):
    """An array of indices, which count through all elements."""
    p = prim.as_array(places)
    if prim.kind(p) != "i" and prim.kind(p) != "u":
        prim.refuse("such an index of a flat array")
    return p


def _flat_place(k, n):
    if k < -n or k >= n:
        raise IndexError(f"index {k} is out of bounds for size {n}")
    return k


def _flat_items(a, places):
    """a.flat[[1, 3]], a copy."""
    p = _flat_places(places)
    for k in np._line(p):
        _flat_place(k, np.size(a))
    return np._line(a)[p]


def _set_flat_items(a, places, value):
    """One after the other: those before one that is out of bounds are set."""
    p = np._line(_flat_places(places))
    values = np._line(prim.as_array(value))
    m = np.size(values)
    if m > 0:
        for i in range(p.shape[0]):
            a.flat[_flat_place(p[i], np.size(a))] = values[i % m]


def _method_is_integer(x):
    if prim.is_array(x):
        prim.refuse("is_integer of an array")
    return prim.kind(x) != "f" or bool(prim.logical_and(prim.isfinite(x), prim.equal(x, prim.floor(x))))


def _method_item(a, *args):
    places = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
    if len(places) == 0:
        if np.size(a) != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return a.flat[0].item()
    if len(places) == 1:
        n = np.size(a)
        if places[0] < -n or places[0] >= n:
            raise IndexError(f"index {places[0]} is out of bounds for size {n}")
        return a.flat[places[0]].item()
    return a[places].item()
