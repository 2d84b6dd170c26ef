"""The same elements under other axes: shapes, reshaping, transposing, flipping. Views wherever NumPy gives views."""
from aic.lib import numpy as np
from aic.lib import prim


def shape(a):
    return prim.as_array(a).shape


def ndim(a):
    return prim.rank(a)


def size(a):
    n = 1
    for extent in prim.as_array(a).shape:
        n = n * extent
    return n


def reshape(a, *newshape):
    if len(newshape) == 1:
        return _reshape(prim.as_array(a), np._shape(newshape[0]))
    return _reshape(prim.as_array(a), newshape)


def _reshape(a, newshape):
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
            raise ValueError(f"cannot reshape array of size {total} into shape {np._told_shape(newshape)}")
        missing = total // known
    elif known != total:
        raise ValueError(f"cannot reshape array of size {total} into shape {np._told_shape(newshape)}")
    final = ()
    for extent in newshape:
        final = final + (missing if extent < 0 else extent,)
    if prim.contiguous(a):
        return prim.reshape(a, final)
    return _reshape_strided(a, final)


def _reshape_strided(a, final):
    """A view where strides can say it, else a copy, as NumPy does. Where a new axis reaches over two old ones, these must
    follow one another in memory as one axis would."""
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
                if apart and reach < inner and inner < reach * m:
                    fits = False
                reach = reach * m
            span = a.shape[k] * old[k]
        inner = inner * a.shape[k]
    if not fits or inner == 0:
        return prim.reshape(np.ascontiguous_copy(a), final)
    strides = ()
    reach = 1
    for j in prim.static_range(len(final)):
        step = 0
        inner = 1
        for i in prim.static_range(n):
            k = n - 1 - i
            step = step + reach // inner % a.shape[k] * old[k]
            inner = inner * a.shape[k]
        strides = (step,) + strides
        reach = reach * final[len(final) - 1 - j]
    return prim.reshape(a, final, strides)


def ravel(a, order="C"):
    a = prim.as_array(a)
    if order == "F":
        return ravel(transpose(a))
    if order != "C":
        prim.refuse("this order")
    if prim.contiguous(a):
        return prim.reshape(a, (size(a),))
    if not prim.writable(a):
        prim.refuse("ravel of a read-only array that is not contiguous")
    if np._is_dense(a):
        return prim.reshape_dense(a, (size(a),))
    return prim.reshape(np.ascontiguous_copy(a), (size(a),))


def flatten(a):
    return prim.reshape(np.ascontiguous_copy(a), (size(a),))


def transpose(a, *given, axes=None):
    """Also the method, which takes axes one by one."""
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
    for k in np._shape(axes):
        order = order + (np._axis(k, prim.rank(a)),)
    return prim.transpose(a, order)


permute_dims = transpose


def swapaxes(a, axis1, axis2):
    i = np._axis(axis1, prim.rank(a))
    j = np._axis(axis2, prim.rank(a))
    order = ()
    for k in prim.static_range(prim.rank(a)):
        order = order + (j if k == i else i if k == j else k,)
    return prim.transpose(a, order)


def moveaxis(a, source, destination):
    n = prim.rank(a)
    s = np._axis(source, n)
    d = np._axis(destination, n)
    others = ()
    for k in prim.static_range(n):
        if k != s:
            others = others + (k,)
    order = ()
    for k in prim.static_range(n):
        if k == d:
            order = order + (s,)
        elif k < d:
            order = order + (others[k],)
        else:
            order = order + (others[k - 1],)
    return prim.transpose(a, order)


def expand_dims(a, axis):
    r = prim.as_array(a)
    if isinstance(axis, tuple):
        for k in np._axes(axis, prim.rank(a) + len(axis)):
            r = prim.new_axis(r, k)
        return r
    return prim.new_axis(r, np._axis(axis, prim.rank(a) + 1))


def broadcast_to(array, shape):
    return prim.broadcast_to(prim.as_array(array), np._shape(shape))


def flip(m, axis=None):
    r = m
    for k in np._axes(axis, prim.rank(m)):
        r = r[np._along(prim.rank(m), k, slice(None, None, -1))]
    return r


def rot90(m, k=1, axes=(0, 1)):
    if axes != (0, 1):
        prim.refuse("a rotation in other axes")
    k = prim.static_int(k) % 4
    if k == 0:
        return m[...]
    if k == 2:
        return flip(m, (0, 1))
    return swapaxes(flip(m, 1), 0, 1) if k == 1 else flip(swapaxes(m, 0, 1), 1)


def flipud(m):
    return m[::-1]


def fliplr(m):
    return m[:, ::-1]
