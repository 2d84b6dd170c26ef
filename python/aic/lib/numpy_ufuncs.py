"""The methods of ufuncs: np.add.reduce and its kin. Each takes the ufunc's name first."""
from aic.lib import numpy as np
from aic.lib import prim


def _ufunc_reduce(name, array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True):
    a = prim.as_array(array)
    if prim.rank(a) == 0:
        prim.refuse("the reduction of a scalar")
    if dtype is not None and name != "add" and name != "multiply":
        a = np.asarray(a, dtype)
    if name == "add":
        return np.sum(a, axis, dtype, out, keepdims, initial, where)
    if name == "multiply":
        return np.prod(a, axis, dtype, out, keepdims, initial, where)
    if name == "maximum":
        return np.max(a, axis, out, keepdims, initial, where)
    if name == "minimum":
        return np.min(a, axis, out, keepdims, initial, where)
    if initial is not None and (name == "logical_and" or name == "logical_or"):
        prim.refuse("an initial value of a truth")
    if name == "logical_and":
        return np.all(a, axis, out, keepdims, where=where)
    if name == "logical_or":
        return np.any(a, axis, out, keepdims, where=where)
    if where is not True:
        prim.refuse("the parameter `where` of this reduction")
    if initial is not None and name not in _ORDERLESS:
        prim.refuse("an initial value of this reduction")
    r = _folded(name, a, axis, keepdims)
    return np._into(out, r if initial is None else prim.apply(name, prim.cast(initial, prim.dtype(r)), r))


_ORDERLESS = ("bitwise_and", "bitwise_or", "bitwise_xor", "logical_xor", "gcd", "lcm", "fmax", "fmin")


def _folded(name, a, axis, keepdims):
    """Any other ufunc, row after row."""
    axes = np._axes(axis, prim.rank(a))
    if len(axes) != 1:
        prim.refuse("this reduction along several axes")
    if keepdims:
        return prim.reshape(prim.as_array(_folded(name, a, axis, False)), np._kept(a, axes))
    rows = np.moveaxis(a, axes[0], 0)
    n = rows.shape[0]
    if n == 0:
        if name == "bitwise_or" or name == "bitwise_xor" or name == "logical_xor":
            return prim.full(rows.shape[1:], 0, prim.dtype(a))
        if name == "bitwise_and":
            return prim.full(rows.shape[1:], True if prim.kind(a) == "b" else -1, prim.dtype(a))
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if prim.rank(a) == 1:
        r = rows[0]
        for i in range(1, n):
            r = prim.apply(name, r, rows[i])
        return r
    r = prim.copy(rows[0])
    for i in range(1, n):
        r[...] = prim.apply(name, r, rows[i])
    return r


def _ufunc_accumulate(name, array, axis=0, dtype=None, out=None):
    return np._into(out, _accumulates(name, prim.as_array(array), axis, dtype))


def _ufunc_reduceat(name, array, indices, axis=0, dtype=None, out=None):
    """From each index up to the next one; where that is not greater, the element at the index alone."""
    a = prim.as_array(array)
    starts = prim.as_array(indices)
    rows = np.moveaxis(a, axis, 0)
    n = rows.shape[0]
    m = starts.shape[0]
    for k in range(m):
        if starts[k] < 0 or starts[k] >= n:
            raise IndexError(f"index {starts[k]} out-of-bounds in {name}.reduceat [0, {n})")
    if name == "add" or name == "multiply":
        rows = np.asarray(rows, np._sum_dtype(a, dtype))
    elif dtype is not None:
        rows = np.asarray(rows, dtype)
    r = prim.empty((m,) + rows.shape[1:], prim.dtype(prim.apply(name, prim.cast(0, prim.dtype(rows)), prim.cast(0, prim.dtype(rows)))))
    for k in range(m):
        stop = n if k == m - 1 else int(starts[k + 1])
        r[k] = rows[starts[k]]
        for i in range(int(starts[k]) + 1, stop):
            r[k] = prim.apply(name, r[k], rows[i])
    return np._into(out, r if np._axis(axis, prim.rank(a)) == 0 else np.ascontiguous_copy(np.moveaxis(r, 0, axis)))


def _accumulates(name, a, axis, dtype):
    if name == "add":
        return np.cumsum(a, axis, dtype)
    if name == "multiply":
        return np.cumprod(a, axis, dtype)
    if dtype is not None:
        a = np.asarray(a, dtype)
    if name == "maximum" or name == "minimum":
        return prim.scan(a, name, np._axis(axis, prim.rank(a)))
    r = np.ascontiguous_copy(a)
    rows = np.moveaxis(r, axis, 0)
    for i in range(1, rows.shape[0]):
        rows[i] = prim.apply(name, rows[i - 1], rows[i])
    return r


def _ufunc_outer(name, A, B):
    a = prim.as_array(A)
    b = prim.as_array(B)
    for _ in prim.static_range(prim.rank(b)):
        a = prim.new_axis(a, prim.rank(a))
    return prim.apply(name, a, b)


def _ufunc_at(name, a, indices, b=None):
    """Unbuffered: an index that comes twice is applied twice. All indices are checked before the first write."""
    places = indices if isinstance(indices, tuple) else (indices,)
    if len(places) < prim.rank(a) and len(places) == 1:
        _at_rows(name, a, prim.as_array(places[0]), b)
        return
    if len(places) != prim.rank(a):
        prim.refuse("ufunc.at with fewer indices than axes")
    for p in places:
        if prim.rank(p) > 1 or prim.kind(p) == "b":
            prim.refuse("ufunc.at with masks, or with index arrays of several axes")
    if b is not None and not prim.same_dtype(a, prim.apply(name, prim.cast(0, prim.dtype(a)), b if prim.rank(b) == 0 else prim.cast(0, prim.dtype(b)))):
        prim.refuse("ufunc.at with operands of another dtype")
    shape = ()
    for p in places:
        shape = prim.broadcast_shapes(shape, prim.as_array(p).shape)
    if len(shape) == 0:
        a[places] = prim.apply(name, a[places]) if b is None else prim.apply(name, a[places], b)
    else:
        spread = ()
        for p in places:
            spread = spread + (prim.broadcast_to(prim.as_array(p), shape),)
        if not _all_inside(a, spread):
            for i in range(shape[0]):
                a[_picked(spread, i)]
        if b is None:
            for i in range(shape[0]):
                a[_picked(spread, i)] = prim.apply(name, a[_picked(spread, i)])
        else:
            if prim.rank(b) == 1 and prim.as_array(b).shape[0] != 1 and prim.as_array(b).shape[0] != shape[0]:
                raise ValueError("array is not broadcastable to correct shape")
            operands = prim.broadcast_to(prim.as_array(b), shape)
            for i in range(shape[0]):
                a[_picked(spread, i)] = prim.apply(name, a[_picked(spread, i)], operands[i])


def _all_inside(a, places):
    """Whether no index can fail: asked of whole arrays, which is quick. Unsigned ones are left to those who name the culprit."""
    inside = True
    for k in prim.static_range(len(places)):
        p = places[k]
        if prim.kind(p) == "u":
            return False
        n = a.shape[k]
        inside = inside and prim.reduce((p >= -n) & (p < n), "logical_and", (0,))
    return inside


def _at_rows(name, a, places, b):
    if prim.rank(places) != 1 or prim.kind(places) == "b":
        prim.refuse("ufunc.at of rows with such an index")
    for k in places:
        if k < -a.shape[0] or k >= a.shape[0]:
            raise IndexError(f"index {k} is out of bounds for axis 0 with size {a.shape[0]}")
    if b is None:
        for k in places:
            a[k] = prim.apply(name, a[k])
    else:
        if not prim.same_dtype(a, prim.apply(name, prim.cast(0, prim.dtype(a)), b if prim.rank(b) == 0 else prim.cast(0, prim.dtype(b)))):
            prim.refuse("ufunc.at with operands of another dtype")
        operands = prim.broadcast_to(prim.as_array(b), (places.shape[0],) + a.shape[1:])
        for i in range(places.shape[0]):
            a[places[i]] = prim.apply(name, a[places[i]], operands[i])


def _picked(places, i):
    index = ()
    for p in places:
        index = index + (p[i],)
    return index
