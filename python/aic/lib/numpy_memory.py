"""The memory behind arrays: the same bytes as another dtype or as `bytes`, whether two arrays share any."""
from numpy import bool_, ndindex, uint8

from aic.lib import numpy as np
from aic.lib import prim


def _method_view(a, dtype=None, type=None):
    if type is not None:
        prim.refuse("views as another class")
    if dtype is None:
        return a[...] if prim.is_array(a) else a
    old = prim.itemsize(a)
    new = prim.itemsize(dtype)
    if old == new:
        return prim.view_bits(a, dtype)
    if prim.rank(a) == 0:
        raise ValueError("Changing the dtype of a 0d array is only supported if the itemsize is unchanged")
    last = prim.rank(a) - 1
    n = a.shape[last]
    if n != 1 and a.size != 0 and a.strides[last] != old:
        raise ValueError("To change to a dtype of a different size, the last axis must be contiguous")
    if new < old:
        return prim.view_bits(a, dtype, n * (old // new))
    if n * old % new != 0:
        raise ValueError("When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array.")
    for k in prim.static_range(last):
        if a.strides[k] % new != 0 and a.shape[k] > 1:
            raise NotImplementedError("aic: rows that begin within an element of the larger dtype")
    return prim.view_bits(a, dtype, n * old // new)


def _method_tobytes(a, order="C"):
    if order is not None and order != "C" and order != "F" and order != "A" and order != "K":
        prim.refuse("this order of tobytes")
    if order == "K":
        prim.refuse("tobytes in the order of memory")
    turned = order == "F" or (order == "A" and prim.fortran(a) and not prim.contiguous(a))
    flat = np._line(np.transpose(a) if turned else a)
    width = prim.itemsize(a)
    out = prim.bytearray_new(flat.shape[0] * width)
    if width == 1:
        each = prim.view_bits(flat, uint8)
    else:
        each = prim.view_bits(flat, uint8, flat.shape[0] * width)
    for i in range(each.shape[0]):
        prim.list_fill(out, i, each[i])
    return prim.str_of_list(out, 0, len(out), 1)


def frombuffer(buffer, dtype=float, count=-1, offset=0, *, like=None):
    """Of bytes, which are copied, as nobody can tell: they never change."""
    if not isinstance(buffer, bytes):
        prim.refuse("frombuffer of other than bytes")
    width = prim.itemsize(prim.dtype_of(dtype))
    if offset < 0 or offset > len(buffer):
        raise ValueError(f"offset must be non-negative and no greater than buffer length ({len(buffer)})")
    room = len(buffer) - offset
    n = count
    if count < 0:
        if room % width != 0:
            raise ValueError("buffer size must be a multiple of element size")
        n = room // width
    elif room < n * width:
        raise ValueError("buffer is smaller than requested size")
    each = prim.empty((n * width,), uint8)
    for i in range(n * width):
        each[i] = prim.str_at(buffer, offset + i)
    if width == 1:
        return prim.broadcast_to(prim.view_bits(each, dtype), (n,))
    return prim.broadcast_to(prim.view_bits(each, dtype, n), (n,))


def _bounds(a):
    """The addresses of the first byte and of the one behind the last."""
    low = prim.address(a)
    high = low + prim.itemsize(a)
    for k in prim.static_range(prim.rank(a)):
        reach = (a.shape[k] - 1) * a.strides[k]
        if reach > 0:
            high += reach
        else:
            low += reach
    return low, high


def may_share_memory(a, b, max_work=None):
    if max_work is not None and max_work != 0:
        return shares_memory(a, b, max_work)
    a = prim.as_array(a)
    b = prim.as_array(b)
    if a.size == 0 or b.size == 0:
        return False
    first = _bounds(a)
    second = _bounds(b)
    return first[0] < second[1] and second[0] < first[1]


def _bytes_of(a, low, high):
    """Which bytes between two addresses the elements take."""
    taken = prim.full((high - low,), False, bool_)
    start = prim.address(a) - low
    for index in ndindex(a.shape):
        at = start
        for k in prim.static_range(prim.rank(a)):
            at += index[k] * a.strides[k]
        for k in prim.static_range(prim.itemsize(a)):
            if 0 <= at + k and at + k < high - low:
                taken[at + k] = True
    return taken


def shares_memory(a, b, max_work=None):
    if max_work is not None and max_work != -1:
        raise NotImplementedError("aic: a bound on the work of finding shared memory: pass -1")
    a = prim.as_array(a)
    b = prim.as_array(b)
    if not may_share_memory(a, b):
        return False
    if np._is_dense(a) and np._is_dense(b):
        return True
    first = _bounds(a)
    second = _bounds(b)
    low = first[0] if first[0] > second[0] else second[0]
    high = first[1] if first[1] < second[1] else second[1]
    return bool(np.any(prim.logical_and(_bytes_of(a, low, high), _bytes_of(b, low, high))))
