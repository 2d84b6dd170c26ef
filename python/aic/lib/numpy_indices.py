"""Grids and places: meshgrid, indices, mgrid, ogrid, ix_, the triangles and diagonals, and numbers of places in a shape."""
from numpy import float64, int64

from aic.lib import numpy as np
from aic.lib import prim


def _under_bool(a, flag):
    """What a bool as index shows of an array: a view with a new first axis."""
    return a[None][: int(flag)]


# ---- grids ----
def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    if indexing != "xy" and indexing != "ij":
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    n = len(xi)
    shape = ()
    for k in prim.static_range(n):
        shape = shape + (np.size(xi[_swapped(k, indexing, n)]),)
    out = ()
    for k in prim.static_range(n):
        a = np._line(prim.as_array(xi[k]))
        axis = _swapped(k, indexing, n)
        for j in prim.static_range(n):
            if j != axis:
                a = prim.new_axis(a, j)
        if not sparse:
            a = prim.broadcast_to(a, shape)
        elif n > 1 and not prim.same_dtype(a, prim.dtype(a)):
            prim.refuse("such a grid")
        out = out + (np.ascontiguous_copy(a) if copy else a,)
    return out


def _swapped(k, indexing, n):
    """The first two axes change places in "xy" order."""
    return 1 - k if indexing == "xy" and n > 1 and k < 2 else k


def _along_one(line, k, n):
    """A vector along axis k of n."""
    shape = ()
    for j in prim.static_range(n):
        shape = shape + (line.shape[0] if j == k else 1,)
    return prim.reshape(line, shape)


def _dense(lines):
    """Lines along their axes as one array of the whole grid."""
    n = len(lines)
    shape = ()
    common = prim.dtype(lines[0])
    for line in lines:
        shape = shape + (line.shape[0],)
        common = prim.result_type(common, prim.dtype(line))
    out = prim.empty((n,) + shape, common)
    for k in prim.static_range(n):
        out[k] = _along_one(lines[k], k, n)
    return out


def indices(dimensions, dtype=int, sparse=False):
    lines = ()
    for extent in np._shape(dimensions):
        lines = lines + (np.arange(0, extent, 1, dtype),)
    if not sparse:
        return np.empty((0,), dtype) if len(lines) == 0 else _dense(lines)
    parts = ()
    for k in prim.static_range(len(lines)):
        parts = parts + (_along_one(lines[k], k, len(lines)),)
    return parts


def fromfunction(function, shape, *, dtype=float):
    """Calls the function once, with the grids of indices."""
    places = indices(shape, dtype)
    grids = ()
    for k in prim.static_range(len(shape)):
        grids = grids + (places[k],)
    return function(*grids)


def _points(part, common):
    """What one slice of mgrid or ogrid stands for; a complex step is a number of points."""
    start = 0 if part.start is None else part.start
    if part.step is not None:
        if prim.kind(part.step) == "c":
            n = int(abs(part.step))
            step = (part.stop - start) / float(n - 1) if n != 1 else 1.0
            return prim.generate((n,), lambda i: i * step + start, float64)
    step = 1 if part.step is None else part.step
    n = int(prim.ceil((part.stop - start) / float(step)))
    return prim.generate((n if n > 0 else 0,), lambda i: i * step + start, common)


def _grid_lines(parts):
    common = int64
    for part in parts:
        for bound in (part.start, part.stop, part.step):
            if bound is not None:
                common = prim.result_type(common, float64) if prim.kind(bound) == "c" or prim.kind(bound) == "f" else common
    lines = ()
    for part in parts:
        lines = lines + (np.asarray(_points(part, common), common),)
    return lines


def _item_mgrid(parts):
    lines = _grid_lines(parts)
    return lines[0] if len(lines) == 1 else _dense(lines)


def _item_ogrid(parts):
    lines = _grid_lines(parts)
    if len(lines) == 1:
        return lines[0]
    out = ()
    for k in prim.static_range(len(lines)):
        out = out + (_along_one(lines[k], k, len(lines)),)
    return out


def _item_s_(parts):
    return parts[0] if len(parts) == 1 else parts


def _item_index_exp(parts):
    return parts


def _places_of(x):
    """As an array; of what is none and has no elements: of places."""
    if isinstance(x, range):
        return np.arange(x.start, x.stop, x.step)
    if isinstance(x, tuple) and len(x) == 0:
        return prim.empty((0,), int64)
    if not prim.is_list(x):
        return prim.as_array(x)
    if len(x) == 0:
        return prim.empty((0,), int64)
    if prim.kind(prim.list_get(x, 0)) == "f":
        prim.refuse("ix_ of a list of floats, which are places if there are none")
    if prim.kind(prim.list_get(x, 0)) == "b":
        return np.flatnonzero(prim.as_array(x))
    return prim.as_array(x)


def ix_(*args):
    out = ()
    for k in prim.static_range(len(args)):
        line = _places_of(args[k])
        if prim.rank(line) != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if prim.kind(line) == "b":
            line = np.flatnonzero(line)
        out = out + (_along_one(line, k, len(args)),)
    return out


# ---- arrays joined by indexing ----
def _pieces(parts):
    """Slices as ranges, numbers as arrays of one element."""
    out = ()
    for part in parts:
        if prim.is_slice(part):
            out = out + (_points(part, _slice_dtype(part)),)
        elif prim.rank(part) == 0:
            out = out + (prim.new_axis(prim.as_array(part), 0),)
        else:
            out = out + (prim.as_array(part),)
    return out


def _slice_dtype(part):
    for bound in (part.start, part.stop, part.step):
        if bound is not None:
            if prim.kind(bound) != "i":
                return float64
    return int64


def _item_r_(parts):
    if isinstance(parts[0], str):
        prim.refuse("an instruction in np.r_")
    return np.concatenate(_in_one_dtype(parts, _pieces(parts)), 0)


def _in_one_dtype(parts, pieces):
    """Numbers of Python's must fit what the others are promoted to."""
    given = ()
    k = 0
    for piece in pieces:
        given = given + (parts[k] if prim.is_number(parts[k]) else piece,)
        k = k + 1
    common = np._common_dtype(given)
    out = ()
    k = 0
    for piece in pieces:
        out = out + (prim.new_axis(prim.as_array(parts[k], common), 0) if np._weak(given[k]) else prim.cast(piece, common),)
        k = k + 1
    return out


def _item_c_(parts):
    columns = ()
    for piece in _in_one_dtype(parts, _pieces(parts)):
        columns = columns + (prim.new_axis(piece, 1) if prim.rank(piece) == 1 else piece,)
    return np.concatenate(columns, prim.rank(columns[0]) - 1)


# ---- triangles and diagonals ----
def tri(N, M=None, k=0, dtype=float):
    columns = N if M is None else M
    return prim.generate((N, columns), lambda i, j: 1 if j - i <= k else 0, dtype)


def _zero(m):
    return prim.cast(0, prim.dtype(m))


def tril(m, k=0):
    m = prim.as_array(m)
    if prim.rank(m) == 1:
        return prim.generate((m.shape[0], m.shape[0]), lambda i, j: m[j] if j - i <= k else _zero(m))
    last = prim.rank(m)
    return prim.generate(m.shape, lambda *i: m[i] if i[last - 1] - i[last - 2] <= k else _zero(m))


def triu(m, k=0):
    m = prim.as_array(m)
    if prim.rank(m) == 1:
        return prim.generate((m.shape[0], m.shape[0]), lambda i, j: m[j] if j - i >= k else _zero(m))
    last = prim.rank(m)
    return prim.generate(m.shape, lambda *i: m[i] if i[last - 1] - i[last - 2] >= k else _zero(m))


def _chosen_places(mask):
    """As nonzero, but arrays of their own."""
    rows, columns = np.nonzero(mask)
    return np.ascontiguous_copy(rows), np.ascontiguous_copy(columns)


def tril_indices(n, k=0, m=None):
    return _chosen_places(tri(n, m, k, bool))


def triu_indices(n, k=0, m=None):
    return _chosen_places(prim.logical_not(tri(n, m, k - 1, bool)))


def _of_matrix(arr):
    if prim.rank(arr) != 2:
        raise ValueError("input array must be 2-d")
    return arr.shape


def tril_indices_from(arr, k=0):
    shape = _of_matrix(arr)
    return tril_indices(shape[0], k, shape[1])


def triu_indices_from(arr, k=0):
    shape = _of_matrix(arr)
    return triu_indices(shape[0], k, shape[1])


def mask_indices(n, mask_func, k=0):
    return np.nonzero(prim.not_equal(mask_func(np.ones((n, n), int), k), 0))


def diag_indices(n, ndim=2):
    line = np.arange(n)
    out = ()
    for _ in prim.static_range(ndim):
        out = out + (line,)
    return out


def diag_indices_from(arr):
    if prim.rank(arr) < 2:
        raise ValueError("input array must be at least 2-d")
    for k in prim.static_range(prim.rank(arr)):
        if arr.shape[k] != arr.shape[0]:
            raise ValueError("All dimensions of input must be of equal length")
    return diag_indices(arr.shape[0], prim.rank(arr))


def diagflat(v, k=0):
    return np.diag(np._line(prim.as_array(v)), k)


def fill_diagonal(a, val, wrap=False):
    if not prim.is_array(a):
        prim.refuse("fill_diagonal of a list or tuple, for which NumPy raises AttributeError")
    if prim.rank(a) < 2:
        raise ValueError("array must be at least 2-d")
    if prim.rank(val) > 0 or (wrap and prim.rank(a) == 2):
        _fill_places(a, prim.as_array(val), wrap)
        return
    n = a.shape[0]
    if prim.rank(a) == 2:
        n = n if n < a.shape[1] else a.shape[1]
    else:
        for extent in a.shape:
            if extent != n:
                raise ValueError("All dimensions of input must be of equal length")
    for i in range(n):
        index = ()
        for _ in prim.static_range(prim.rank(a)):
            index = index + (i,)
        a[index] = val


def _fill_places(a, val, wrap):
    """Every so many elements, which of a tall matrix goes on below the square at its top."""
    end = np.size(a)
    step = 1
    if prim.rank(a) == 2:
        step = a.shape[1] + 1
        if not wrap:
            end = end if end < a.shape[1] * a.shape[1] else a.shape[1] * a.shape[1]
    else:
        count = 1
        for extent in a.shape:
            if extent != a.shape[0]:
                raise ValueError("All dimensions of input must be of equal length")
        for k in prim.static_range(prim.rank(a) - 1):
            count = count * a.shape[k]
            step = step + count
    a.flat[:end:step] = val


# ---- numbers of places ----
def unravel_index(indices, shape, order="C"):
    shape = np._shape(shape)
    n = np._length(shape)
    flat = prim.as_array(indices)
    if len(shape) == 0 and prim.rank(flat) > 0:
        raise ValueError("multiple indices are not supported for 0d arrays")
    if prim.kind(flat) != "i" and prim.kind(flat) != "u":
        raise TypeError("only int indices permitted")
    for i in np._line(flat):
        if i < 0 or i >= n:
            raise ValueError(f"index {i} is out of bounds for array with size {n}")
    given = prim.cast(indices if prim.rank(indices) == 0 else flat, int64)
    if order == "C":
        return _digits(given, shape)
    turned = ()
    for extent in shape:
        turned = (extent,) + turned
    out = ()
    for place in _digits(given, turned):
        out = (place,) + out
    return out


def _digits(flat, shape):
    """Places in an array of this shape from places in it raveled, axis by axis."""
    places = ()
    for k in prim.static_range(len(shape)):
        inner = 1
        for extent in shape[k + 1 :]:
            inner = inner * extent
        places = places + (prim.remainder(prim.floor_divide(flat, inner), shape[k]),)
    return places


def _check_places_in(dims, order):
    """That the places of an array of these extents can be counted."""
    total = 1
    for j in prim.static_range(len(dims)):
        extent = dims[len(dims) - 1 - j if order == "C" else j]
        if extent > 0 and total > 9223372036854775807 // extent:
            raise ValueError("invalid dims: array size defined by dims is larger than the maximum possible size.")
        total = total * extent


def ravel_multi_index(multi_index, dims, mode="raise", order="C"):
    dims = np._shape(dims)
    n = len(dims)
    given = ()
    for k in prim.static_range(n):
        place = multi_index[k]
        if prim.kind(place) == "f" or prim.kind(place) == "c":
            raise TypeError("only int indices permitted")
        given = given + (prim.cast(place if prim.rank(place) == 0 else prim.as_array(place), int64),)
    modes = ()
    for k in prim.static_range(n):
        modes = modes + (mode[k] if isinstance(mode, tuple) else mode,)
    _check_places_in(dims, order)
    for place in given:
        if np.size(place) > 0 and np._length(dims) == 0:
            raise ValueError("cannot unravel if shape has zero entries (is empty).")
    flat = prim.cast(0, int64)
    for j in prim.static_range(n):
        k = j if order == "C" else n - 1 - j
        place = given[k]
        if modes[k] == "wrap":
            place = prim.remainder(place, dims[k])
        elif modes[k] == "clip":
            place = prim.minimum(prim.maximum(place, 0), dims[k] - 1)
        elif np.any(prim.logical_or(prim.less(place, 0), prim.greater_equal(place, dims[k]))):
            raise ValueError("invalid entry in coordinates array")
        flat = prim.add(prim.multiply(flat, dims[k]), place)
    return flat
