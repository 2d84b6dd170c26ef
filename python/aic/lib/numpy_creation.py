"""New arrays: filled, counted, alike others, copied, by diagonals."""
from numpy import complex128, float32, float64, int64

from aic.lib import numpy as np
from aic.lib import prim


def _ordered(shape, dtype, order):
    """A new array without contents, in C or Fortran order."""
    if order == "F" and len(shape) > 1:
        turned = ()
        back = ()
        for k in prim.static_range(len(shape)):
            turned = (shape[k],) + turned
            back = (k,) + back
        return prim.transpose(prim.empty(turned, dtype), back)
    return prim.empty(shape, dtype)


def _filled(shape, value, dtype, order):
    if np._letter_of_new(order) == "C":
        return prim.full(np._shape(shape), value, dtype)
    out = _ordered(np._shape(shape), dtype, "F")
    out[...] = value
    return out


def empty(shape, dtype=float, order="C"):
    return _ordered(np._shape(shape), dtype, np._letter_of_new(order))


def ndarray(shape, dtype=float, buffer=None, offset=0, strides=None, order=None):
    if buffer is not None or strides is not None or order is not None:
        prim.refuse("np.ndarray of memory that is there, or with strides")
    return empty(shape, dtype)


def zeros(shape, dtype=float, order="C"):
    return _filled(shape, 0, dtype, order)


def ones(shape, dtype=float, order="C"):
    return _filled(shape, 1, dtype, order)


def _unsafely(x):
    """A Python float as NumPy's, whose conversion to an integer is C's: np.full and its kin do not ask whether it fits."""
    return prim.cast(x, float64) if prim.is_number(x) and not prim.is_numpy(x) and prim.kind(x) == "f" else x


def full(shape, fill_value, dtype=None, order="C"):
    fill_value = _unsafely(fill_value)
    if prim.rank(fill_value) > 0:
        out = _ordered(np._shape(shape), prim.dtype(fill_value) if dtype is None else dtype, np._letter_of_new(order))
        out[...] = fill_value
        return out
    return _filled(shape, fill_value, prim.dtype(fill_value) if dtype is None else dtype, order)


def _like(a, dtype, order, shape):
    """A new array of a's dtype, shape and layout unless others are asked for."""
    a = prim.as_array(a)
    letter = np._letter(order, "K")
    as_f = letter == "F" or (letter != "C" and prim.fortran(a))
    return _ordered(a.shape if shape is None else np._shape(shape), prim.dtype(a) if dtype is None else dtype, "F" if as_f else "C")


def empty_like(prototype, dtype=None, order="K", subok=True, shape=None):
    return _like(prototype, dtype, order, shape)


def zeros_like(a, dtype=None, order="K", subok=True, shape=None):
    return full_like(a, 0, dtype, order, subok, shape)


def ones_like(a, dtype=None, order="K", subok=True, shape=None):
    return full_like(a, 1, dtype, order, subok, shape)


def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None):
    a = prim.as_array(a)
    fill_value = _unsafely(fill_value)
    if prim.rank(fill_value) == 0 and (np._letter(order, "K") == "C" or (np._letter(order, "K") != "F" and not prim.fortran(a))):
        return prim.full(a.shape if shape is None else np._shape(shape), fill_value, prim.dtype(a) if dtype is None else dtype)
    out = _like(a, dtype, order, shape)
    out[...] = fill_value
    return out


def arange(*bounds, start=None, stop=None, step=None, dtype=None):
    """Of one bound that is not named it is the end."""
    if len(bounds) > 0 and start is not None:
        raise TypeError("argument for arange() given by name ('start') and position (position 0)")
    if len(bounds) > 1 and stop is not None:
        raise TypeError("argument for arange() given by name ('stop') and position (position 1)")
    if len(bounds) > 2 and step is not None:
        raise TypeError("argument for arange() given by name ('step') and position (position 2)")
    if len(bounds) > 3 and dtype is not None:
        raise TypeError("argument for arange() given by name ('dtype') and position (position 3)")
    if len(bounds) > 4:
        raise TypeError(f"arange() takes from 0 to 4 positional arguments but {len(bounds)} were given")
    first = bounds[0] if len(bounds) > 0 else start
    last = bounds[1] if len(bounds) > 1 else stop
    by = bounds[2] if len(bounds) > 2 else step
    wanted = bounds[3] if len(bounds) > 3 else dtype
    if last is None and len(bounds) == 0:
        raise TypeError("arange() requires stop to be specified.")
    if last is None:
        return _arange(0, first, 1 if by is None else by, wanted)
    return _arange(0 if first is None else first, last, 1 if by is None else by, wanted)


def _is_whole(x):
    """Whether np.arange counts with it as an int; uint64 beside int64 is a float."""
    return prim.kind(x) == "i" or prim.kind(x) == "b" or (prim.kind(x) == "u" and prim.itemsize(x) < 8)


def _arange(start, stop, step, dtype):
    if _is_whole(start) and _is_whole(stop) and _is_whole(step):
        return _counting(int(start), int(stop), int(step), int64 if dtype is None else prim.dtype_of(dtype))
    if prim.kind(start) == "c" or prim.kind(stop) == "c" or prim.kind(step) == "c":
        return _complex_arange(start, stop, step, dtype)
    share = (stop - start) / step
    n = prim.ceil(share)
    if n != n:
        raise ValueError("arange: cannot compute length")
    if share == 0.0 and stop != start and not prim.signbit(share):
        n = prim.ceil(1.0)  # less than a step, however long that is
    if n > 9.2e18:
        raise ValueError("Maximum allowed size exceeded")
    count = int(n) if n > 0 else 0
    first = float(start)
    second = float(start + step)
    if dtype is None or prim.same_dtype(dtype, float64):
        delta = second - first if count > 1 else 0.0
        return prim.generate((count,), lambda i: first + i * delta, float64)
    return _from_two(count, first, second, prim.dtype_of(dtype))


def _complex_arange(start, stop, step, dtype):
    """As long as both parts of how many steps there are allow."""
    for x in (start, stop, step):
        if prim.kind(x) == "c" and prim.itemsize(x) != 16:
            prim.refuse("arange of complex64")
    if dtype is not None and not prim.same_dtype(dtype, complex128):
        prim.refuse("arange of complex numbers in another dtype than complex128")
    first = complex(start)
    second = first + complex(step)
    share = (complex(stop) - first) / complex(step)
    if share != share:
        raise ValueError("arange: cannot compute length")
    n = prim.ceil(min(share.real, share.imag))
    if n > 9.2e18:
        raise ValueError("Maximum allowed size exceeded")
    delta = second - first
    return prim.generate((int(n) if n > 0 else 0,), lambda i: complex(first.real + i * delta.real, first.imag + i * delta.imag), complex128)


def _counting(start, stop, step, dtype):
    if step == 0:
        raise ZeroDivisionError("division by zero")
    plain = prim.is_static(start) and prim.is_static(step) and start == 0 and step == 1
    n = prim.maximum(stop if plain else -((start - stop) // step), 0)
    if plain and prim.same_dtype(dtype, int64):
        return prim.generate((n,), lambda i: i, int64)
    if prim.same_dtype(dtype, int64) or prim.same_dtype(dtype, float64):
        return prim.generate((n,), lambda i: start + i * step, dtype)
    return _from_two(n, start, start + step, dtype)


def _from_two(n, first, second, dtype):
    """As NumPy fills a range: the first two elements are converted, which must fit; the others go on from there in their dtype."""
    if prim.kind(dtype) == "b" and n > 2:
        raise TypeError("arange() is only supported for booleans when the result has at most length 2.")
    ends = prim.full((2,), 0, dtype)
    if n > 0:
        ends[0] = first
    if n > 1:
        ends[1] = second
    start = ends[0]
    if prim.kind(dtype) == "b":
        other = ends[1]
        return prim.generate((n,), lambda i: other if i == 1 else start, dtype)
    if prim.kind(dtype) == "f":  # float16 by way of float32
        low = float32(start)
        wide = float32(ends[1]) - low if n > 1 else float32(0)
        r = prim.generate((n,), lambda i: prim.cast(low + float32(i) * wide, dtype), dtype)
        r[1:2] = ends[1]
        return r
    delta = ends[1] - start
    return prim.generate((n,), lambda i: start + prim.cast(int64(i), dtype) * delta, dtype)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    parts = num - 1 if endpoint else num
    if prim.rank(start) > 0 or prim.rank(stop) > 0 or prim.kind(start) == "c" or prim.kind(stop) == "c":
        if retstep:
            prim.refuse("the step of linspace between arrays or complex numbers")
        wide = _dtype_between(_element_or_array(start), _element_or_array(stop))
        return _lines_between(prim.as_array(start), prim.as_array(stop), wide, num, parts, endpoint, dtype, axis)
    wide = _dtype_between(start, stop)
    first = float(start) if prim.same_dtype(wide, float64) else prim.cast(start, wide)
    last = float(stop) if prim.same_dtype(wide, float64) else prim.cast(stop, wide)
    if retstep:
        y = linspace(start, stop, num, endpoint, False, dtype)
        if parts <= 0:
            return y, float("nan")
        return y, prim.cast((last - first) / parts, wide)
    out = wide if dtype is None else dtype
    whole = prim.kind(out) == "i" or prim.kind(out) == "u"
    y = _spaced(num, parts, first, last, endpoint)
    return prim.cast(prim.floor(y) if whole else y, out)


def _dtype_between(start, stop):
    """The dtype that linspace computes in: that of the ends if it is one of floats or complex numbers."""
    common = prim.result_type(start, stop)
    return common if prim.kind(common) == "f" or prim.kind(common) == "c" else float64


def _element_or_array(x):
    """A number of Python's stays one: its dtype is weak."""
    return x if prim.rank(x) == 0 else prim.as_array(x)


def _lines_between(start, stop, wide, num, parts, endpoint, dtype, axis):
    """linspace between arrays: a new axis for the samples."""
    first = np.asarray(start, wide)
    width = prim.subtract(np.asarray(stop, wide), first)
    shape = prim.broadcast_shapes(start.shape, stop.shape)
    ends = prim.broadcast_to(np.asarray(stop, wide), shape)
    first = prim.broadcast_to(first, shape)
    step = prim.divide(width, parts if parts > 0 else 1)
    y = prim.empty((num,) + shape, wide)
    for i in range(num):
        y[i] = ends if endpoint and i == parts and parts > 0 else prim.add(prim.multiply(step, float(i)), first)
    out = wide if dtype is None else dtype
    r = prim.cast(prim.floor(y) if prim.kind(out) == "i" or prim.kind(out) == "u" else y, out)
    return r if axis == 0 else np.moveaxis(r, 0, axis)


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None):
    y = linspace(start, stop, num, endpoint)
    r = prim.power(float(base), y)
    return r if dtype is None else prim.cast(r, dtype)


def geomspace(start, stop, num=50, endpoint=True, dtype=None):
    if prim.kind(start) == "c" or prim.kind(stop) == "c" or prim.rank(start) > 0 or prim.rank(stop) > 0:
        prim.refuse("geomspace between complex numbers or arrays")
    if dtype is not None and prim.kind(prim.cast(0, dtype)) == "c":
        prim.refuse("geomspace of complex numbers")
    first = float(start)
    last = float(stop)
    if first == 0.0 or last == 0.0:
        raise ValueError("Geometric sequence cannot include zero")
    sign = -1.0 if first < 0.0 else 1.0
    r = logspace(prim.log10(first * sign), prim.log10(last * sign), num, endpoint)
    if num > 0:
        r[0] = first * sign
        if num > 1 and endpoint:
            r[num - 1] = last * sign
    r = r * sign
    return r if dtype is None else prim.cast(r, dtype)


def _spaced(num, parts, first, last, endpoint):
    width = last - first
    if parts > 0:
        step = width / parts
        if step == 0.0:
            return prim.generate((num,), lambda i: (i / parts) * width + first)
        if endpoint:
            return prim.generate((num,), lambda i: last if i == parts else i * step + first)
        return prim.generate((num,), lambda i: i * step + first)
    return prim.generate((num,), lambda i: i * width + first)


def eye(N, M=None, k=0, dtype=float):
    columns = N if M is None else M
    return prim.generate((N, columns), lambda i, j: 1 if j - i == k else 0, dtype)


def identity(n, dtype=float):
    return eye(n, dtype=dtype)


def fromiter(iter, dtype, count=-1, *, like=None):
    """Elements are stored one by one: each must fit the dtype. No more of them than asked for are taken."""
    values = prim.list_new(0)
    if count != 0:
        for x in iter:
            prim.list_append(values, x)
            if len(values) == count:
                break
    out = prim.empty((len(values),), dtype)
    for i in range(len(values)):
        out[i] = values[i]
    if len(values) < count:
        raise ValueError(f"iterator too short: Expected {count} but iterator had only {len(values)} items.")
    return out


def fill(a, value):
    a[...] = value


def diagonal_copy(a, offset):
    rows = a.shape[0]
    columns = a.shape[1]
    top = -offset if offset < 0 else 0
    left = offset if offset > 0 else 0
    n = rows - top if rows - top < columns - left else columns - left
    return prim.generate((n if n > 0 else 0,), lambda i: a[top + i, left + i])


def diag(v, k=0):
    v = prim.as_array(v)
    if prim.rank(v) != 1 and prim.rank(v) != 2:
        raise ValueError("Input must be 1- or 2-d.")
    if prim.rank(v) == 1:
        n = v.shape[0] + (k if k > 0 else -k)
        out = prim.full((n, n), 0, prim.dtype(v))
        top = -k if k < 0 else 0
        left = k if k > 0 else 0
        for i in range(v.shape[0]):
            out[top + i, left + i] = v[i]
        return out
    return np.diagonal(v, k)
