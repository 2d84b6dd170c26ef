"""Sorting, searching, and places in arrays."""
from numpy import complex64, complex128, int64

from aic.lib import numpy as np
from aic.lib import numpy_radix as radix
from aic.lib import prim


def _less(x, y):
    """The order of sorting: nan is greater than all numbers."""
    if prim.kind(x) == "c":
        return _less_complex(x, y)
    return x < y or (y != y and x == x)


def _less_complex(x, y):
    """By the real parts, then the imaginary ones; numbers with nan come last."""
    if x.real < y.real:
        return x.imag == x.imag or y.imag != y.imag
    if x.real > y.real:
        return y.imag != y.imag and x.imag == x.imag
    if x.real == y.real or (x.real != x.real and y.real != y.real):
        return x.imag < y.imag or (y.imag != y.imag and x.imag == x.imag)
    return y.real != y.real


_RUN = 16  # elements sorted by insertion


def _few(a):
    """Up to so many numbers are sorted by comparisons: a pass over the digits costs as much as 50 of them for each byte."""
    return 50 * prim.itemsize(a)


def _merge_sort(keys, order):
    """Sorts places by their keys, equal ones as they came."""
    n = order.shape[0]
    if prim.kind(keys) != "c" and n > _few(keys):
        order[:] = radix.sorted_places(radix.keys_of(keys[order] + 0 if prim.kind(keys) == "f" else keys[order]), prim.copy(order))
        return
    for low in range(0, n, _RUN):
        high = low + _RUN if low + _RUN < n else n
        for i in range(low + 1, high):
            place = order[i]
            x = keys[place]
            j = i
            while j > low and _less(x, keys[order[j - 1]]):
                order[j] = order[j - 1]
                j -= 1
            order[j] = place
    source = order
    target = prim.empty(order.shape, prim.dtype(order))
    width = _RUN
    swapped = False
    while width < n:
        for low in range(0, n, 2 * width):
            middle = low + width if low + width < n else n
            high = middle + width if middle + width < n else n
            i = low
            j = middle
            for k in range(low, high):
                if i < middle and (j >= high or not _less(keys[source[j]], keys[source[i]])):
                    target[k] = source[i]
                    i += 1
                else:
                    target[k] = source[j]
                    j += 1
        source, target = target, source
        swapped = not swapped
        width *= 2
    if swapped:
        order[:] = source


def _kept_sort(a):
    """Sorts a vector in its place."""
    n = a.shape[0]
    if prim.kind(a) in "biu" and n > _few(a):
        a[:] = radix.values_of(radix.sorted_keys(radix.keys_of(a)), a)
        return
    if prim.kind(a) == "f" and n > 4 * _few(a):  # by their places: bits of floats have no derivative
        a[:] = a[radix.sorted_places(radix.keys_of(a + 0), np.arange(n))]
        return
    for low in range(0, n, _RUN):
        high = low + _RUN if low + _RUN < n else n
        for i in range(low + 1, high):
            x = a[i]
            j = i
            while j > low and _less(x, a[j - 1]):
                a[j] = a[j - 1]
                j -= 1
            a[j] = x
    if n <= _RUN:
        return
    source = prim.copy(a)
    target = prim.empty(source.shape, prim.dtype(a))
    width = _RUN
    while width < n:
        for low in range(0, n, 2 * width):
            middle = low + width if low + width < n else n
            high = middle + width if middle + width < n else n
            i = low
            j = middle
            for k in range(low, high):
                if i < middle and (j >= high or not _less(source[j], source[i])):
                    target[k] = source[i]
                    i += 1
                else:
                    target[k] = source[j]
                    j += 1
        source, target = target, source
        width *= 2
    a[:] = source


def _sortable(a):
    if prim.rank(a) == 0:
        prim.refuse("sorting an array of rank 0")


def _sort_last(a):
    if prim.rank(a) == 1:
        _kept_sort(a)
    else:
        for part in a:
            _sort_last(part)


def _argsort_last(a, places):
    if prim.rank(a) == 1:
        order = np.arange(a.shape[0])
        _merge_sort(a, order)
        places[:] = order
    else:
        for i in range(a.shape[0]):
            _argsort_last(a[i], places[i])


def sort(a, axis=-1, kind=None):
    a = prim.as_array(a)
    _sortable(a)
    r = prim.copy(np._line(a) if axis is None else a)
    _sort_last(r if axis is None else np.moveaxis(r, axis, -1))
    return r


def _method_sort(a, axis=-1, kind=None):
    """The method sorts in place."""
    _sortable(a)
    if not prim.writable(a):
        raise ValueError("sort array is read-only")
    _sort_last(np.moveaxis(a, axis, -1))


_TOGETHER = 32  # elements of which mostly none is among the least so far


def _first_places(a, count):
    """Places of the least elements, in order; equal ones as they came."""
    places = prim.empty((count,), int64)
    least = prim.empty((count,), prim.dtype(a))
    held = 0
    n = a.shape[0]
    for low in range(0, n, _TOGETHER):
        high = low + _TOGETHER if low + _TOGETHER < n else n
        if held == count and prim.reduce(a[low:high], "minimum", (0,)) >= least[count - 1]:
            continue
        for i in range(low, high):
            x = a[i]
            if held < count:
                j = held
                held += 1
            elif _less(x, least[count - 1]):
                j = count - 1
            else:
                continue
            while j > 0 and _less(x, least[j - 1]):
                least[j] = least[j - 1]
                places[j] = places[j - 1]
                j -= 1
            least[j] = x
            places[j] = i
    return places


def argsort(a, axis=-1, kind=None, *, _first=None):
    """Equal elements stay as they came, whatever the kind."""
    a = prim.as_array(a)
    _sortable(a)
    if axis is None:
        return argsort(np._line(a))
    if _first is not None and prim.rank(a) == 1:
        if 0 < _first and _first <= 64 and _first * 16 <= a.shape[0]:
            return _first_places(a, _first)
    places = prim.empty(a.shape, int64)
    _argsort_last(np.moveaxis(a, axis, -1), np.moveaxis(places, axis, -1))
    return places


def flatnonzero(a):
    flat = np._line(prim.as_array(a))
    return np.arange(np.size(flat))[flat if prim.kind(flat) == "b" else prim.not_equal(flat, 0)]


def lexsort(keys, axis=-1):
    """By the last key, then the one before it, and so on: stable sorts from the first to the last."""
    np._axis(axis, 1)
    if prim.is_array(keys):
        if prim.rank(keys) != 2:
            prim.refuse("lexsort of other than rows")
        order = np.arange(keys.shape[1])
        for k in range(keys.shape[0]):
            _merge_sort(keys[k], order)
        return order
    order = np.arange(prim.as_array(keys[0]).shape[0])
    for key in keys:
        line = prim.as_array(key)
        if prim.rank(line) != 1:
            prim.refuse("lexsort of other than vectors")
        if line.shape[0] != order.shape[0]:
            raise ValueError("all keys need to be the same shape")
        _merge_sort(line, order)
    return order


def sort_complex(a):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        return sort(a)
    small = prim.kind(a) != "f" and prim.itemsize(a) < 4 or prim.kind(a) == "f" and prim.itemsize(a) == 4
    return prim.cast(sort(a), complex64 if small else complex128)


def searchsorted(a, v, side="left", sorter=None):
    a = prim.as_array(a)
    if sorter is not None:
        places = prim.as_array(sorter)
        if np.size(places) != np.size(a):
            raise ValueError("sorter.size must equal a.size")
        for place in places:
            if place < 0 or place >= np.size(a):
                raise ValueError("Sorter index out of range.")
        a = a[places]
    if side != "left" and side != "right":
        raise ValueError(f"search side must be 'left' or 'right' (got '{side}')")
    if prim.rank(v) > 0:
        v = prim.as_array(v)
        keys = prim.reshape(np.ascontiguousarray(v), (np.size(v),))
        out = prim.empty((np.size(v),), int64)
        for i in range(np.size(v)):
            out[i] = _searchsorted(a, keys[i], side)
        return prim.reshape(out, v.shape)
    return prim.cast(_searchsorted(a, v, side), int64)


def _searchsorted(a, key, side):
    low = 0
    high = a.shape[0]
    while low < high:
        middle = (low + high) // 2
        if _less(a[middle], key) if side == "left" else not _less(key, a[middle]):
            low = middle + 1
        else:
            high = middle
    return low


def take_along_axis(arr, indices, axis=-1):
    a = prim.as_array(arr)
    places = prim.as_array(indices)
    if axis is None:
        a = np._line(a)
        if prim.rank(places) != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
    if prim.rank(a) != prim.rank(places):
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    at = 0 if axis is None else np._axis(axis, prim.rank(a))
    others = ()
    for k in prim.static_range(prim.rank(a)):
        others = others + (prim.broadcast_shapes((a.shape[k],), (places.shape[k],))[0] if k != at else 1,)
    wide = ()
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        wide = wide + (a.shape[k] if k == at else others[k],)
        shape = shape + (places.shape[k] if k == at else others[k],)
    a = prim.broadcast_to(a, wide)
    places = prim.broadcast_to(places, shape)

    def element(*i):
        index = ()
        for k in prim.static_range(prim.rank(a)):
            index = index + (places[i] if k == at else i[k],)
        return a[index]

    return prim.generate(shape, element)
