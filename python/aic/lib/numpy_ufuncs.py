"""The methods of ufuncs: np.add.reduce and its kin. Each takes the ufunc's name first."""
from aic.lib import numpy as np
from aic.lib import prim


def _ufunc_reduce(name, array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True):
    np._no_out(out)
    if where is not True:
        prim.refuse("the parameter `where` of a reduction")
    a = prim.as_array(array)
    if prim.rank(a) == 0:
        prim.refuse("the reduction of a scalar")
    if dtype is not None and name != "add" and name != "multiply":
        a = np.asarray(a, dtype)
    if initial is not None and (name == "maximum" or name == "minimum"):
        prim.refuse("an initial value of an extreme")
    if name == "add":
        r = np.sum(a, axis, dtype, None, keepdims)
    elif name == "multiply":
        r = np.prod(a, axis, dtype, None, keepdims)
    elif name == "maximum":
        r = np.max(a, axis, None, keepdims)
    elif name == "minimum":
        r = np.min(a, axis, None, keepdims)
    elif name == "logical_and":
        r = np.all(a, axis, None, keepdims)
    elif name == "logical_or":
        r = np.any(a, axis, None, keepdims)
    else:
        r = _folded(name, a, axis, keepdims)
    if initial is None:
        return r
    return prim.apply(name, r, prim.cast(initial, prim.dtype(r)))


def _folded(name, a, axis, keepdims):
    """Any other ufunc, row after row."""
    axes = np._axes(axis, prim.rank(a))
    if len(axes) != 1:
        prim.refuse("this reduction along several axes")
    if keepdims:
        prim.refuse("keepdims of this reduction")
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
    np._no_out(out)
    a = prim.as_array(array)
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


def _picked(places, i):
    index = ()
    for p in places:
        index = index + (p[i],)
    return index
