"""The same elements under other axes: shapes, reshaping, transposing, flipping. Views wherever NumPy gives views."""
from numpy import ndindex

from aic.lib import numpy as np
from aic.lib import prim


def shape(a):
    return prim.as_array(a).shape


def ndim(a):
    return prim.rank(a)


def size(a, axis=None):
    shape = prim.as_array(a).shape
    n = 1
    if axis is None:
        for extent in shape:
            n = n * extent
    else:
        for k in np._axes(axis, len(shape)):
            n = n * shape[k]
    return n


def _backwards(shape):
    back = ()
    for extent in shape:
        back = (extent,) + back
    return back


def _order(a, order):
    """"C" or "F" for what an order says of this array."""
    letter = np._letter(order, "C")
    if letter == "C" or letter == "F":
        return letter
    if letter == "K" and prim.rank(a) > 1 and not prim.fortran(a) and not prim.contiguous(a):
        prim.refuse("the order 'K' of an array that is neither in C's nor in Fortran's order")
    return "F" if prim.fortran(a) else "C"


def reshape(a, *newshape, shape=None, order="C", copy=None):
    a = prim.as_array(a)
    if shape is not None:
        wanted = np._shape(shape)
    elif len(newshape) == 2 and isinstance(newshape[1], str):
        return reshape(a, newshape[0], order=newshape[1], copy=copy)
    elif len(newshape) == 0:
        raise TypeError("reshape() missing 1 required positional argument: 'shape'")
    else:
        wanted = np._shape(newshape[0] if len(newshape) == 1 else newshape)
    if np._letter(order, "C") == "K":
        raise ValueError("order 'K' is not permitted for reshaping")
    if _order(a, order) == "F":
        r = transpose(_reshape(transpose(a), _backwards(wanted), wanted, copy))
    else:
        r = _reshape(a, wanted, wanted, copy)
    return prim.copy(r) if copy is True else r


def _reshape(a, newshape, told, copy):
    known = 1
    unknown = 0
    for extent in newshape:
        if extent < 0:
            unknown = unknown + 1
        else:
            known = known * extent
    total = size(a)
    if unknown > 1:
        raise ValueError("can only specify one unknown dimension")
    missing = 1
    if unknown == 1:
        if known == 0 or total % known != 0:
            raise ValueError(f"cannot reshape array of size {total} into shape {np._told_shape(told)}")
        missing = total // known
    elif known != total:
        raise ValueError(f"cannot reshape array of size {total} into shape {np._told_shape(told)}")
    final = ()
    for extent in newshape:
        final = final + (missing if extent < 0 else extent,)
    if prim.contiguous(a):
        return prim.reshape(a, final)
    return _reshape_strided(a, final, copy)


def _with_shape(a, shape):
    """The array whose `shape` was assigned: never a copy."""
    wanted = np._shape(shape)
    return _reshape(a, wanted, wanted, "Incompatible shape for in-place modification. Use `.reshape()` to make a copy with the desired shape.")


def _reshape_strided(a, final, copy):
    """A view where strides can say it, else a copy, as NumPy does. Where a new axis reaches over two old ones, these must
    follow one another in memory as one axis would. (Extents and spans of what is in memory fit: nothing is checked.)"""
    old = a.strides
    n = prim.rank(a)
    fits = True
    inner = 1
    span = 0
    for i in prim.static_range(n):
        k = n - 1 - i
        if a.shape[k] != 1:
            apart = inner > 1 and old[k] != span
            reach = 1
            for j in prim.static_range(len(final)):
                m = final[len(final) - 1 - j]
                if apart and reach < inner and inner < prim.multiply(reach, m):
                    fits = False
                reach = prim.multiply(reach, m)
            span = prim.multiply(a.shape[k], old[k])
        inner = prim.multiply(inner, a.shape[k])
    if not fits or inner == 0:
        if isinstance(copy, str):
            raise AttributeError(copy)
        if copy is False and inner != 0:
            raise ValueError("Unable to avoid creating a copy while reshaping.")
        return prim.reshape(np.ascontiguous_copy(a), final)
    strides = ()
    reach = 1
    for j in prim.static_range(len(final)):
        step = 0
        inner = 1
        for i in prim.static_range(n):
            k = n - 1 - i
            step = prim.add(step, prim.multiply(reach // inner % a.shape[k], old[k]))
            inner = prim.multiply(inner, a.shape[k])
        strides = (step,) + strides
        reach = prim.multiply(reach, final[len(final) - 1 - j])
    return prim.reshape(a, final, strides)


def ravel(a, order="C"):
    a = prim.as_array(a)
    if _order(a, order) == "F":
        return ravel(transpose(a))
    if prim.contiguous(a):
        return prim.reshape(a, (size(a),))
    if not prim.writable(a):
        prim.refuse("ravel of a read-only array that is not contiguous")
    if np._is_dense(a):
        return prim.reshape_dense(a, (size(a),))
    return prim.reshape(np.ascontiguous_copy(a), (size(a),))


def _line(a):
    """The elements in C's order, to be read: a view or a copy."""
    a = prim.as_array(a)
    return ravel(a) if prim.contiguous(a) or prim.writable(a) else flatten(a)


def flatten(a):
    return prim.reshape(np.ascontiguous_copy(a), (size(a),))


def _method_flatten(a, order="C"):
    return flatten(transpose(a)) if _order(a, order) == "F" else flatten(a)


def transpose(a, *given, axes=None):
    """Also the method, which takes axes one by one."""
    if len(given) == 0 and axes is None and prim.is_number(a) and prim.is_numpy(a):
        return a
    a = prim.as_array(a)
    if len(given) == 1:
        axes = given[0]
    elif len(given) > 1:
        axes = given
    if axes is None:
        order = ()
        for k in prim.static_range(prim.rank(a)):
            order = (k,) + order
        return prim.transpose(a, order)
    order = ()
    for k in np._several(axes):
        order = order + (np._axis(k, prim.rank(a)),)
    return prim.transpose(a, order)


permute_dims = transpose


def swapaxes(a, axis1, axis2):
    a = prim.as_array(a)
    i = np._axis(axis1, prim.rank(a))
    j = np._axis(axis2, prim.rank(a))
    order = ()
    for k in prim.static_range(prim.rank(a)):
        order = order + (j if k == i else i if k == j else k,)
    return prim.transpose(a, order)


def moveaxis(a, source, destination):
    a = prim.as_array(a)
    n = prim.rank(a)
    from_ = np._several(source)
    to = np._several(destination)
    if len(from_) != len(to):
        raise ValueError("`source` and `destination` arguments must have the same number of elements")
    moved = ()
    for k in from_:
        moved = moved + (np._axis(k, n),)
    others = ()
    for k in prim.static_range(n):
        if k not in moved:
            others = others + (k,)
    order = ()
    used = 0
    for k in prim.static_range(n):
        at = -1
        for j in prim.static_range(len(to)):
            if np._axis(to[j], n) == k:
                at = j
        if at >= 0:
            order = order + (moved[at],)
        else:
            order = order + (others[used],)
            used = used + 1
    return prim.transpose(a, order)


def expand_dims(a, axis):
    r = prim.as_array(a)
    if isinstance(axis, tuple):
        for k in np._axes(axis, prim.rank(a) + len(axis)):
            r = prim.new_axis(r, k)
        return r
    return prim.new_axis(r, np._axis(axis, prim.rank(a) + 1))


def broadcast_to(array, shape):
    a = prim.as_array(array)
    wanted = np._shape(shape)
    for extent in wanted:
        if extent < 0:
            raise ValueError("all elements of broadcast shape must be non-negative")
    if prim.rank(a) > len(wanted):
        raise ValueError("cannot broadcast a non-scalar to a scalar array" if len(wanted) == 0 else "input operand has more dimensions than allowed by the axis remapping")
    for k in prim.static_range(prim.rank(a)):
        if a.shape[k] != 1 and a.shape[k] != wanted[len(wanted) - prim.rank(a) + k]:
            raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {np._told_shape(a.shape)}  and requested shape {np._told_shape(wanted)}")
    return prim.broadcast_to(a, wanted)


def flip(m, axis=None):
    r = prim.as_array(m)
    if prim.rank(m) == 0 and axis is None:
        return r[()]
    for k in np._axes(axis, prim.rank(m)):
        r = r[np._along(prim.rank(m), k, slice(None, None, -1))]
    return r


def rot90(m, k=1, axes=(0, 1)):
    m = prim.as_array(m)
    if len(axes) != 2:
        raise ValueError("len(axes) must be 2.")
    n = prim.rank(m)
    if axes[0] == axes[1] or axes[0] - axes[1] == n or axes[1] - axes[0] == n:
        raise ValueError("Axes must be different.")
    if axes[0] >= n or axes[0] < -n or axes[1] >= n or axes[1] < -n:
        raise ValueError(f"Axes=({axes[0]}, {axes[1]}) out of range for array of ndim={n}.")
    first = np._axis(axes[0], n)
    second = np._axis(axes[1], n)
    k = k % 4
    if k == 0:
        return m[...]
    if k == 2:
        return flip(m, (first, second))
    return swapaxes(flip(m, second), first, second) if k == 1 else flip(swapaxes(m, first, second), second)


def flipud(m):
    return prim.as_array(m)[::-1]


def fliplr(m):
    return prim.as_array(m)[:, ::-1]


def matrix_transpose(x):
    x = prim.as_array(x)
    if prim.rank(x) < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {prim.rank(x)}")
    return swapaxes(x, -1, -2)


def broadcast_shapes(*args):
    shapes = ()
    for shape in args:
        shapes = shapes + (np._shape(shape),)
    return _common_shape(shapes)


def _common_shape(shapes):
    """What the shapes stretch to; the first axis, and on it the first operand, that does not fit is told of."""
    r = ()
    rank = 0
    for shape in shapes:
        rank = len(shape) if len(shape) > rank else rank
    for i in prim.static_range(rank):
        for j in prim.static_range(len(shapes)):
            for h in prim.static_range(j):
                k, m = i + len(shapes[j]) - rank, i + len(shapes[h]) - rank
                if k >= 0 and m >= 0:
                    if shapes[j][k] != 1 and shapes[h][m] != 1 and shapes[j][k] != shapes[h][m]:
                        raise ValueError("shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between "
                                         f"arg {h} with shape {shapes[h]} and arg {j} with shape {shapes[j]}.")
    for shape in shapes:
        r = prim.broadcast_shapes(r, shape)
    return r


def broadcast_arrays(*args, subok=False):
    shapes = ()
    for a in args:
        shapes = shapes + (prim.as_array(a).shape,)
    shape = _common_shape(shapes)
    out = ()
    for a in args:
        out = out + (_stretched(prim.as_array(a), shape),)
    return out


def _stretched(a, shape):
    """As broadcast_to, but as writable as the array."""
    if len(shape) == 0:
        return a
    missing = len(shape) - prim.rank(a)
    strides = ()
    for k in prim.static_range(len(shape)):
        if k < missing:
            strides = strides + (0,)
        else:
            strides = strides + (a.strides[k - missing] if a.shape[k - missing] == shape[k] else 0,)
    return prim.reshape(a, shape, strides)


def atleast_1d(*arys):
    if len(arys) == 1:
        a = prim.as_array(arys[0])
        return prim.new_axis(a, 0) if prim.rank(a) == 0 else a
    out = ()
    for a in arys:
        out = out + (atleast_1d(a),)
    return out


def atleast_2d(*arys):
    if len(arys) == 1:
        a = prim.as_array(arys[0])
        if prim.rank(a) == 0:
            return prim.new_axis(prim.new_axis(a, 0), 0)
        return prim.new_axis(a, 0) if prim.rank(a) == 1 else a
    out = ()
    for a in arys:
        out = out + (atleast_2d(a),)
    return out


def atleast_3d(*arys):
    if len(arys) == 1:
        a = prim.as_array(arys[0])
        if prim.rank(a) < 2:
            a = prim.new_axis(atleast_1d(a), 0)
        return prim.new_axis(a, 2) if prim.rank(a) == 2 else a
    out = ()
    for a in arys:
        out = out + (atleast_3d(a),)
    return out


def squeeze(a, axis=None):
    """Without an axis the rank of the result depends on the extents: a way for each pattern of ones."""
    if axis is None and prim.is_number(a) and prim.is_numpy(a):
        return a
    a = prim.as_array(a)
    if axis is None:
        if prim.rank(a) > 4:
            prim.refuse("squeeze of more than four axes without an axis")
        return _squeezed(a, prim.rank(a) - 1)
    axes = np._axes(axis, prim.rank(a))
    index = ()
    for k in prim.static_range(prim.rank(a)):
        if k in axes:
            if a.shape[k] != 1:
                raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
            index = index + (0,)
        else:
            index = index + (slice(None, None, None),)
    return a[index + (...,)]


def _squeezed(a, k):
    """Without those of the axes up to k that are 1."""
    if k < 0:
        return a
    if a.shape[k] == 1:
        return _squeezed(a[np._along(prim.rank(a), k, 0) + (...,)], k - 1)
    return _squeezed(a, k - 1)


# ---- broadcast: an instance whose state is the stretched operands ----
def broadcast(*args):
    return prim.instance("numpy._broadcast", broadcast_arrays(*args))


def _broadcast_get_shape(self):
    return self[0].shape


def _broadcast_get_size(self):
    return np._length(self[0].shape)


def _broadcast_get_nd(self):
    return prim.rank(self[0])


_broadcast_get_ndim = _broadcast_get_nd


def _broadcast___iter__(self):
    for place in ndindex(self[0].shape):
        elements = ()
        for a in self:
            elements = elements + (a[place],)
        yield elements


def nditer(op, flags=None, op_flags=None, *, order="K"):
    """Elements as arrays of no axes, in the order in which they lie in memory."""
    if flags is not None:
        prim.refuse("flags of nditer: write `for place, x in np.ndenumerate(a)` for places")
    several = isinstance(op, tuple)
    writes = False
    for flag in op_flags if op_flags is not None else ():
        if isinstance(flag, tuple):
            prim.refuse("flags of each operand of nditer")
        writes = writes or flag == "readwrite" or flag == "writeonly"
    arrays = broadcast_arrays(*op) if several else (prim.as_array(op),)
    turned = order == "F"
    if order == "K":
        lies = True
        stands = True
        for a in op if several else (op,):
            lies = lies and (not prim.is_array(a) or prim.rank(a) == 0 or prim.contiguous(a))
            stands = stands and prim.is_array(a) and prim.rank(a) > 1 and prim.fortran(a)
        if not lies and not stands:
            prim.refuse("nditer in the order of memory of arrays that do not lie in one piece: pass order='C'")
        turned = stands and not lies
    return prim.instance("numpy._nditer", (arrays, several, writes, turned))


def _nditer___iter__(self):
    arrays, several, writes, turned = self
    if turned:
        arrays = _all_turned(arrays)
    if prim.rank(arrays[0]) == 0:
        yield _visited(arrays, (), several, writes)
    else:
        for place in ndindex(arrays[0].shape):
            yield _visited(arrays, place, several, writes)


def _all_turned(arrays):
    turned = ()
    for a in arrays:
        turned = turned + (np.transpose(a),)
    return turned


def _visited(arrays, place, several, writes):
    pieces = ()
    for a in arrays:
        piece = a[place + (...,)]
        pieces = pieces + (piece if writes else prim.broadcast_to(piece, ()),)
    return pieces if several else pieces[0]
