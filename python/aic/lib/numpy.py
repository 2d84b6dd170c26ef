"""NumPy's functions, written in the language on `aic.lib.prim`.

What is an elementwise record (np.sin, np.add, np.where …) is not here. Each function takes NumPy's parameters by
NumPy's names; what it cannot do is refused (`prim.refuse`), never done otherwise. A function is found by its name, also as
the array method of that name. Ranks and dtypes are literals: branches on them are pruned, loops over tuples unrolled.
"""
from numpy import float64, int64, uint64
from numpy.exceptions import AxisError

from aic.lib import prim


# ---- helpers (not NumPy names) ----
def _axis(axis, rank):
    """A literal axis counted from the front."""
    if axis < -rank or axis >= rank:
        raise AxisError(f"axis {axis} is out of bounds for array of dimension {rank}")
    return axis + rank if axis < 0 else axis


def _axes(axis, rank):
    """The axes that axis=None, an int or a tuple stands for, rising."""
    if axis is None:
        return prim.static_range(rank)
    if isinstance(axis, tuple):
        chosen = ()
        for k in prim.static_range(rank):
            found = False
            for a in axis:
                if _axis(a, rank) == k:
                    found = True
            if found:
                chosen = chosen + (k,)
        return chosen
    return (_axis(axis, rank),)


def _kept(a, axes):
    """Shape with the reduced axes as ones."""
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        if k in axes:
            shape = shape + (1,)
        else:
            shape = shape + (a.shape[k],)
    return shape


def _reduced(a, kind, axis, keepdims):
    """A reduction of NumPy: axis None, int or tuple; keepdims."""
    axes = _axes(axis, prim.rank(a))
    r = prim.reduce(a, kind, axes)
    if keepdims:
        if prim.is_array(r):
            return prim.reshape(r, _kept(a, axes))
        return prim.full(_kept(a, axes), r, prim.dtype(r))
    return r


def _no_out(out):
    if out is not None:
        prim.refuse("the parameter `out`")


def _count(a, axes):
    """Number of elements that a reduction along the axes combines."""
    n = 1
    for k in axes:
        n = n * a.shape[k]
    return n


def _shape(shape):
    """A shape argument as a tuple."""
    return shape if isinstance(shape, tuple) else (shape,)


def _sum_dtype(a, dtype):
    if dtype is not None:
        return dtype
    if prim.kind(a) == "b" or prim.kind(a) == "i":
        return int64
    if prim.kind(a) == "u":
        return uint64
    return prim.dtype(a)


def _float_dtype(a):
    """The dtype in which means are computed: ints and bools as float64."""
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        return prim.dtype(a)
    return float64


def _all_equal(shape, value, dtype):
    return prim.full(shape, value, dtype)


def _ordered(shape, dtype, order):
    """A new array without contents, in C or Fortran order."""
    if order == "F" and len(shape) > 1:
        turned = ()
        back = ()
        for k in prim.static_range(len(shape)):
            turned = (shape[k],) + turned
            back = (k,) + back
        return prim.transpose(prim.empty(turned, dtype), back)
    if order != "C" and order != "F":
        prim.refuse("this order")
    return prim.empty(shape, dtype)


def _filled(shape, value, dtype, order):
    if order == "C":
        return prim.full(_shape(shape), value, dtype)
    out = _ordered(_shape(shape), dtype, order)
    out[...] = value
    return out


# ---- creation ----
def empty(shape, dtype=float, order="C"):
    return _ordered(_shape(shape), dtype, order)


def zeros(shape, dtype=float, order="C"):
    return _filled(shape, 0, dtype, order)


def ones(shape, dtype=float, order="C"):
    return _filled(shape, 1, dtype, order)


def full(shape, fill_value, dtype=None, order="C"):
    if prim.rank(fill_value) > 0:
        out = _ordered(_shape(shape), prim.dtype(fill_value) if dtype is None else dtype, order)
        out[...] = fill_value
        return out
    return _filled(shape, fill_value, prim.dtype(fill_value) if dtype is None else dtype, order)


def _like(a, dtype, order, shape):
    """A new array of a's dtype, shape and layout unless others are asked for."""
    a = prim.as_array(a)
    as_f = order == "F" or ((order == "K" or order == "A") and prim.fortran(a))
    return _ordered(a.shape if shape is None else _shape(shape), prim.dtype(a) if dtype is None else dtype, "F" if as_f else "C")


def empty_like(prototype, dtype=None, order="K", subok=True, shape=None):
    return _like(prototype, dtype, order, shape)


def zeros_like(a, dtype=None, order="K", subok=True, shape=None):
    return full_like(a, 0, dtype, order, subok, shape)


def ones_like(a, dtype=None, order="K", subok=True, shape=None):
    return full_like(a, 1, dtype, order, subok, shape)


def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None):
    a = prim.as_array(a)
    if prim.rank(fill_value) == 0 and not prim.fortran(a) and (order == "K" or order == "C" or order == "A"):
        return prim.full(a.shape if shape is None else _shape(shape), fill_value, prim.dtype(a) if dtype is None else dtype)
    out = _like(a, dtype, order, shape)
    out[...] = fill_value
    return out


def arange(start, stop=None, step=None, dtype=None):
    if stop is None:
        return _arange(0, start, 1 if step is None else step, dtype)
    return _arange(start, stop, 1 if step is None else step, dtype)


def _arange(start, stop, step, dtype):
    if prim.kind(start) == "i" and prim.kind(stop) == "i" and prim.kind(step) == "i":
        if step == 0:
            raise ZeroDivisionError("division by zero")
        n = -((start - stop) // step)
        n = n if n > 0 else 0
        return prim.generate((n,), lambda i: start + i * step, int64 if dtype is None else dtype)
    # As NumPy does: the count by rounding up, the elements by start + i * delta, delta taken between the first two.
    n = prim.ceil((stop - start) / step)
    count = int(n) if n > 0 else 0
    first = float(start)
    delta = float(start + step) - first
    return prim.generate((count,), lambda i: first + i * delta, float64 if dtype is None else dtype)


def linspace(start, stop, num=50, endpoint=True, dtype=None):
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    parts = num - 1 if endpoint else num
    first = float(start)
    last = float(stop)
    width = last - first
    out = float64 if dtype is None else dtype
    if parts > 0:
        step = width / parts
        if step == 0.0:
            return prim.generate((num,), lambda i: (i / parts) * width + first, out)
        if endpoint:
            return prim.generate((num,), lambda i: last if i == parts else i * step + first, out)
        return prim.generate((num,), lambda i: i * step + first, out)
    return prim.generate((num,), lambda i: i * width + first, out)


def eye(N, M=None, k=0, dtype=float):
    columns = N if M is None else M
    return prim.generate((N, columns), lambda i, j: 1 if j - i == k else 0, dtype)


def identity(n, dtype=float):
    return eye(n, dtype=dtype)


def tri(N, M=None, k=0, dtype=float):
    columns = N if M is None else M
    return prim.generate((N, columns), lambda i, j: 1 if j - i <= k else 0, dtype)


def copy(a, order="K", subok=False):
    return _method_copy(prim.as_array(a), order)


def asarray(a, dtype=None, order=None):
    if order is not None and order != "K":
        prim.refuse("an order asked of asarray")
    a = prim.as_array(a)
    if dtype is None or prim.same_dtype(a, dtype):
        return a
    return prim.cast(a, dtype)


def ascontiguousarray(a):
    a = prim.as_array(a)
    if prim.contiguous(a):
        return a
    return prim.generate(a.shape, lambda *i: a[i])


def astype(a, dtype, copy=True):
    if copy is not True and prim.same_dtype(a, dtype):
        return a
    return prim.cast(a, dtype)


def fill(a, value):
    a[...] = value


# ---- shapes ----
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
        return _reshape(prim.as_array(a), _shape(newshape[0]))
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
            raise ValueError(f"cannot reshape array of size {total} into shape {_told_shape(newshape)}")
        missing = total // known
    elif known != total:
        raise ValueError(f"cannot reshape array of size {total} into shape {_told_shape(newshape)}")
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
        return prim.reshape(ascontiguous_copy(a), final)
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


def _is_dense(a):
    """Whether the elements lie in C order without gaps."""
    dense = True
    step = prim.itemsize(a)
    for i in prim.static_range(prim.rank(a)):
        k = prim.rank(a) - 1 - i
        if a.shape[k] != 1 and a.strides[k] != step:
            dense = False
        step = step * a.shape[k]
    return dense


def _told_shape(shape):
    """A shape in NumPy's messages: (2,3) or (2,); what is unknown is left out in front."""
    text = "("
    first = True
    for extent in shape:
        if prim.is_static(extent) and extent < 0:
            text = text if first else f"{text},newaxis"
        elif first:
            text = f"({extent}"
            first = False
        else:
            text = f"{text},{extent}"
    if len(shape) == 1:
        return f"{text},)"
    return f"{text})"


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
    if _is_dense(a):
        return prim.reshape_dense(a, (size(a),))
    return prim.reshape(ascontiguous_copy(a), (size(a),))


def flatten(a):
    return prim.reshape(ascontiguous_copy(a), (size(a),))


def ascontiguous_copy(a):
    return prim.generate(a.shape, lambda *i: a[i])


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
    for k in _shape(axes):
        order = order + (_axis(k, prim.rank(a)),)
    return prim.transpose(a, order)


permute_dims = transpose


def swapaxes(a, axis1, axis2):
    i = _axis(axis1, prim.rank(a))
    j = _axis(axis2, prim.rank(a))
    order = ()
    for k in prim.static_range(prim.rank(a)):
        order = order + (j if k == i else i if k == j else k,)
    return prim.transpose(a, order)


def moveaxis(a, source, destination):
    n = prim.rank(a)
    s = _axis(source, n)
    d = _axis(destination, n)
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
        for k in _axes(axis, prim.rank(a) + len(axis)):
            r = prim.new_axis(r, k)
        return r
    return prim.new_axis(r, _axis(axis, prim.rank(a) + 1))


def broadcast_to(array, shape):
    return prim.broadcast_to(prim.as_array(array), _shape(shape))


def flip(m, axis=None):
    r = m
    for k in _axes(axis, prim.rank(m)):
        r = r[_along(prim.rank(m), k, slice(None, None, -1))]
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


# ---- joining ----
def concatenate(arrays, axis=0, dtype=None):
    if len(arrays) == 0:
        raise ValueError("need at least one array to concatenate")
    parts = ()
    for a in _tuple_of_arrays(arrays):
        parts = parts + (a if axis is not None else ravel(a),)
    first = parts[0]
    n = prim.rank(first)
    if n == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = 0 if axis is None else _axis(axis, n)
    total = 0
    common = prim.dtype(first)
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
        common = prim.result_type(common, prim.dtype(a))
        which = which + 1
    shape = ()
    for k in prim.static_range(n):
        shape = shape + (total if k == axis else first.shape[k],)
    out = prim.empty(shape, common if dtype is None else dtype)
    at = 0
    for a in parts:
        out[_along(n, axis, slice(at, at + a.shape[axis], None))] = a
        at = at + a.shape[axis]
    return out


concat = concatenate


def _tuple_of_arrays(arrays):
    parts = ()
    for a in arrays:
        parts = parts + (prim.as_array(a),)
    return parts


def stack(arrays, axis=0):
    given = _tuple_of_arrays(arrays)
    if len(given) == 0:
        raise ValueError("need at least one array to stack")
    n = prim.rank(given[0])
    axis = _axis(axis, n + 1)
    parts = ()
    for a in given:
        if prim.rank(a) != n:
            raise ValueError("all input arrays must have the same shape")
        for k in prim.static_range(n):
            if a.shape[k] != given[0].shape[k]:
                raise ValueError("all input arrays must have the same shape")
        parts = parts + (prim.new_axis(a, axis),)
    return concatenate(parts, axis)


def vstack(tup):
    parts = ()
    for a in _tuple_of_arrays(tup):
        parts = parts + (atleast_2d(a),)
    return concatenate(parts, 0)


def hstack(tup):
    parts = ()
    for a in _tuple_of_arrays(tup):
        parts = parts + (atleast_1d(a),)
    return concatenate(parts, 0 if prim.rank(parts[0]) == 1 else 1)


def append(arr, values):
    return concatenate((ravel(arr), ravel(values)))


# ---- reductions ----
def sum(a, axis=None, dtype=None, out=None, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    return _reduced(asarray(a, _sum_dtype(a, dtype)), "add", axis, keepdims)


def prod(a, axis=None, dtype=None, out=None, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    return _reduced(asarray(a, _sum_dtype(a, dtype)), "multiply", axis, keepdims)


def max(a, axis=None, out=None, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    if _count(a, _axes(axis, prim.rank(a))) == 0 and _others(a, _axes(axis, prim.rank(a))) != 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    return _reduced(a, "maximum", axis, keepdims)


def min(a, axis=None, out=None, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    if _count(a, _axes(axis, prim.rank(a))) == 0 and _others(a, _axes(axis, prim.rank(a))) != 0:
        raise ValueError("zero-size array to reduction operation minimum which has no identity")
    return _reduced(a, "minimum", axis, keepdims)


def _others(a, axes):
    """Number of elements of the result of a reduction."""
    n = 1
    for k in prim.static_range(prim.rank(a)):
        if k not in axes:
            n = n * a.shape[k]
    return n


amax = max
amin = min


def ptp(a, axis=None):
    return prim.subtract(max(a, axis), min(a, axis))


def mean(a, axis=None, dtype=None, out=None, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    compute = _float_dtype(a) if dtype is None else dtype
    total = _reduced(asarray(a, compute), "add", axis, keepdims)
    return prim.divide(total, prim.cast(_count(a, _axes(axis, prim.rank(a))), prim.dtype(total)))


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    _no_out(out)
    a = prim.as_array(a)
    x = asarray(a, _float_dtype(a) if dtype is None else dtype)
    d = x - mean(x, axis, keepdims=True)
    if prim.kind(x) == "c":
        total = _reduced(prim.real(d) * prim.real(d) + prim.imag(d) * prim.imag(d), "add", axis, keepdims)
    else:
        total = _reduced(d * d, "add", axis, keepdims)
    n = _count(a, _axes(axis, prim.rank(a))) - ddof
    return prim.divide(total, prim.cast(n if n > 0 else 0, prim.dtype(total)))


def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    _no_out(out)
    return prim.sqrt(var(a, axis, dtype, None, ddof, keepdims))


def all(a, axis=None, out=None, keepdims=False):
    _no_out(out)
    return _reduced(prim.not_equal(prim.as_array(a), 0), "logical_and", axis, keepdims)


def any(a, axis=None, out=None, keepdims=False):
    _no_out(out)
    return _reduced(prim.not_equal(prim.as_array(a), 0), "logical_or", axis, keepdims)


def count_nonzero(a, axis=None, keepdims=False):
    return _reduced(prim.cast(prim.not_equal(prim.as_array(a), 0), int64), "add", axis, keepdims)


def argmax(a, axis=None, out=None):
    _no_out(out)
    return _argreduce(prim.as_array(a), "maximum", axis, "attempt to get argmax of an empty sequence")


def argmin(a, axis=None, out=None):
    _no_out(out)
    return _argreduce(prim.as_array(a), "minimum", axis, "attempt to get argmin of an empty sequence")


def _argreduce(a, kind, axis, message):
    if axis is None:
        flat = prim.reshape(ascontiguousarray(a), (size(a),))
        if size(a) == 0:
            raise ValueError(message)
        return prim.argreduce(flat, kind, 0)
    axis = _axis(axis, prim.rank(a))
    if a.shape[axis] == 0 and _others(a, (axis,)) != 0:
        raise ValueError(message)
    return prim.argreduce(a, kind, axis)


def nansum(a, axis=None):
    a = prim.as_array(a)
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        return sum(prim.select(prim.isnan(a), prim.cast(0, prim.dtype(a)), a), axis)
    return sum(a, axis)


def nanmax(a, axis=None):
    return _nan_extreme(prim.as_array(a), "maximum", axis, -float("inf"), "fmax")


def nanmin(a, axis=None):
    return _nan_extreme(prim.as_array(a), "minimum", axis, float("inf"), "fmin")


def _nan_extreme(a, kind, axis, neutral, name):
    axes = _axes(axis, prim.rank(a))
    if _count(a, axes) == 0 and _others(a, axes) != 0:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if prim.kind(a) != "f":
        return _reduced(a, kind, axis, False)
    missing = prim.isnan(a)
    found = _reduced(prim.select(missing, prim.cast(neutral, prim.dtype(a)), a), kind, axis, False)
    return prim.select(_reduced(missing, "logical_and", axis, False), prim.cast(float("nan"), prim.dtype(a)), found)


# ---- scans and differences ----
def cumsum(a, axis=None, dtype=None, out=None):
    _no_out(out)
    a = prim.as_array(a)
    x = asarray(a, _sum_dtype(a, dtype))
    if axis is None:
        return prim.scan(prim.reshape(ascontiguousarray(x), (size(x),)), "add", 0)
    return prim.scan(x, "add", _axis(axis, prim.rank(a)))


def cumprod(a, axis=None, dtype=None, out=None):
    _no_out(out)
    a = prim.as_array(a)
    x = asarray(a, _sum_dtype(a, dtype))
    if axis is None:
        return prim.scan(prim.reshape(ascontiguousarray(x), (size(x),)), "multiply", 0)
    return prim.scan(x, "multiply", _axis(axis, prim.rank(a)))


def _diff(a, axis):
    later = ()
    earlier = ()
    for k in prim.static_range(prim.rank(a)):
        later = later + (slice(1, None, None) if k == axis else slice(None, None, None),)
        earlier = earlier + (slice(None, -1, None) if k == axis else slice(None, None, None),)
    if prim.kind(a) == "b":
        return prim.not_equal(a[later], a[earlier])
    return prim.subtract(a[later], a[earlier])


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = prim.as_array(y)
    axis = _axis(axis, prim.rank(y))
    later = _along(prim.rank(y), axis, slice(1, None, None))
    earlier = _along(prim.rank(y), axis, slice(None, -1, None))
    if x is None:
        return sum(dx * (y[later] + y[earlier]) / 2.0, axis)
    x = prim.as_array(x)
    if prim.rank(x) != 1:
        return sum((x[later] - x[earlier]) * (y[later] + y[earlier]) / 2.0, axis)
    d = x[1:] - x[:-1]
    for _ in prim.static_range(prim.rank(y) - 1 - axis):
        d = prim.new_axis(d, prim.rank(d))
    return sum(d * (y[later] + y[earlier]) / 2.0, axis)


def _along(rank, axis, part):
    """An index that takes `part` of one axis and all of the others."""
    index = ()
    for k in prim.static_range(rank):
        index = index + (part if k == axis else slice(None, None, None),)
    return index


# ---- elementwise compositions ----
def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None):
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    r = a if prim.is_array(a) else prim.cast(a, prim.dtype(a))
    if low is None and high is None:
        r = prim.copy(r)
    if low is not None:
        r = prim.maximum(r, low)
    if high is not None:
        r = prim.minimum(r, high)
    if out is None:
        return r
    if not prim.writable(out):
        raise ValueError("output array is read-only")
    out[...] = r
    return out


def round(a, decimals=0, out=None):
    _no_out(out)
    x = a if prim.is_array(a) else prim.cast(a, prim.dtype(a))
    if prim.kind(x) == "b":
        prim.refuse("round of booleans")
    if prim.kind(x) == "i" or prim.kind(x) == "u":
        if decimals >= 0:
            return prim.copy(x)
        prim.refuse("round of integers to tens")
    if prim.kind(x) == "c":
        prim.refuse("round of complex numbers")
    if decimals == 0:
        return prim.rint(x)
    if decimals > 0:
        scale = 10.0**decimals
        return prim.rint(x * scale) / scale
    scale = 10.0**-decimals
    return prim.rint(x / scale) * scale


around = round


def where(condition, x=None, y=None):
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    return prim.as_array(prim.select(condition, x, y))


def nan_to_num(x, nan=0.0):
    big = 1.7976931348623157e308
    y = prim.select(prim.isnan(x), nan, x)
    return prim.minimum(prim.maximum(y, -big), big)


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    near = prim.less_equal(prim.absolute(prim.subtract(a, b)), atol + rtol * prim.absolute(b))
    both_finite = prim.logical_and(prim.isfinite(a), prim.isfinite(b))
    result = prim.logical_or(prim.logical_and(near, both_finite), prim.equal(a, b))
    if equal_nan:
        return prim.logical_or(result, prim.logical_and(prim.isnan(a), prim.isnan(b)))
    return result


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2):
    if prim.rank(a1) != prim.rank(a2):
        return False
    for k in prim.static_range(prim.rank(a1)):
        if a1.shape[k] != a2.shape[k]:
            return False
    return bool(all(prim.equal(a1, a2)))


# ---- products ----
def dot(a, b, out=None):
    _no_out(out)
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    if prim.rank(a) > 2 or prim.rank(b) > 2:
        prim.refuse("products of arrays of more than two axes")
    last = prim.rank(a) - 1
    if a.shape[last] != b.shape[0]:
        raise ValueError(
            f"shapes {_told_shape(a.shape)} and {_told_shape(b.shape)} not aligned: {a.shape[last]} (dim {last}) != {b.shape[0]} (dim 0)"
        )
    return _product(a, b)


def matmul(a, b):
    a = prim.as_array(a)
    b = prim.as_array(b)
    gufunc = "with gufunc signature (n?,k),(k,m?)->(n?,m?)"
    for which in prim.static_range(2):
        if prim.rank((a, b)[which]) == 0:
            raise ValueError(
                f"matmul: Input operand {which} does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)"
            )
    inner = b.shape[0] if prim.rank(b) == 1 else b.shape[prim.rank(b) - 2]
    if a.shape[prim.rank(a) - 1] != inner:
        raise ValueError(
            f"matmul: Input operand 1 has a mismatch in its core dimension 0, {gufunc} (size {inner} is different from {a.shape[prim.rank(a) - 1]})"
        )
    if prim.rank(a) > 2 or prim.rank(b) > 2:
        return _stacked_product(a, b)
    return _product(a, b)


def _stacked_product(a, b):
    """Products of stacks of matrices, which broadcast; a vector is a matrix of one row or column for a while."""
    x = prim.new_axis(a, 0) if prim.rank(a) == 1 else a
    y = prim.new_axis(b, 1) if prim.rank(b) == 1 else b
    n = prim.rank(x)
    m = prim.rank(y)
    stack = prim.broadcast_shapes(x.shape[: n - 2], y.shape[: m - 2])
    dtype = prim.result_type(prim.dtype(a), prim.dtype(b))
    out = prim.empty(stack + (x.shape[n - 2], y.shape[m - 1]), dtype)
    _fill_products(
        out,
        prim.broadcast_to(asarray(x, dtype), stack + x.shape[n - 2 :]),
        prim.broadcast_to(asarray(y, dtype), stack + y.shape[m - 2 :]),
    )
    if prim.rank(a) == 1:
        return prim.reshape(out, stack + (y.shape[m - 1],))
    if prim.rank(b) == 1:
        return prim.reshape(out, stack + (x.shape[n - 2],))
    return out


def _fill_products(out, x, y):
    if prim.rank(out) == 2:
        out[...] = prim.matmul(x, y)
    else:
        for i in range(out.shape[0]):
            _fill_products(out[i], x[i], y[i])


def _product(a, b):
    dtype = prim.result_type(prim.dtype(a), prim.dtype(b))
    return prim.matmul(asarray(a, dtype), asarray(b, dtype))


def vdot(a, b):
    if prim.kind(a) == "c":
        return dot(prim.conjugate(ravel(a)), ravel(b))
    return dot(ravel(a), ravel(b))


def inner(a, b):
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    if prim.rank(b) == 2:
        return dot(a, transpose(b))
    return dot(a, b)


def outer(a, b):
    x = ravel(a)
    y = ravel(b)
    return prim.multiply(x[:, None], y[None, :])


def trace(a, offset=0):
    return sum(diagonal_copy(a, offset))


def diagonal_copy(a, offset):
    rows = a.shape[0]
    columns = a.shape[1]
    top = -offset if offset < 0 else 0
    left = offset if offset > 0 else 0
    n = rows - top if rows - top < columns - left else columns - left
    return prim.generate((n if n > 0 else 0,), lambda i: a[top + i, left + i])


def diag(v, k=0):
    if prim.rank(v) == 1:
        n = v.shape[0] + (k if k > 0 else -k)
        out = prim.full((n, n), 0, prim.dtype(v))
        top = -k if k < 0 else 0
        left = k if k > 0 else 0
        for i in range(v.shape[0]):
            out[top + i, left + i] = v[i]
        return out
    return diagonal_copy(v, k)


def tril(m, k=0):
    return prim.generate(m.shape, lambda i, j: m[i, j] if j - i <= k else prim.cast(0, prim.dtype(m)))


def triu(m, k=0):
    return prim.generate(m.shape, lambda i, j: m[i, j] if j - i >= k else prim.cast(0, prim.dtype(m)))


def cross(a, b):
    out = prim.empty((3,), prim.result_type(prim.dtype(a), prim.dtype(b)))
    if a.shape[0] != 3 or b.shape[0] != 3:
        raise ValueError("incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    out[0] = a[1] * b[2] - a[2] * b[1]
    out[1] = a[2] * b[0] - a[0] * b[2]
    out[2] = a[0] * b[1] - a[1] * b[0]
    return out


# ---- order ----
def _less(x, y):
    """The order of sorting: nan is greater than all numbers."""
    return x < y or (y != y and x == x)


_RUN = 16  # elements sorted by insertion


def _merge_sort(keys, order):
    """Sorts places by their keys, equal ones as they came."""
    n = order.shape[0]
    for low in range(0, n, _RUN):
        high = low + _RUN if low + _RUN < n else n
        for i in range(low + 1, high):
            place = order[i]
            j = i
            while j > low and _less(keys[place], keys[order[j - 1]]):
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
    if prim.kind(a) == "c":
        prim.refuse("sorting complex numbers")
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
        order = arange(a.shape[0])
        _merge_sort(a, order)
        places[:] = order
    else:
        for i in range(a.shape[0]):
            _argsort_last(a[i], places[i])


def sort(a, axis=-1, kind=None):
    a = prim.as_array(a)
    _sortable(a)
    r = prim.copy(ravel(a) if axis is None else a)
    _sort_last(r if axis is None else moveaxis(r, axis, -1))
    return r


def _method_sort(a, axis=-1, kind=None):
    """The method sorts in place."""
    _sortable(a)
    _sort_last(moveaxis(a, axis, -1))


def argsort(a, axis=-1, kind=None):
    """Equal elements stay as they came, whatever the kind."""
    a = prim.as_array(a)
    _sortable(a)
    if axis is None:
        return argsort(ravel(a))
    places = prim.empty(a.shape, int64)
    _argsort_last(moveaxis(a, axis, -1), moveaxis(places, axis, -1))
    return places


def _pad_width(width, axis, rank):
    """Elements before and after an axis, from what np.pad takes."""
    if prim.rank(width) == 0:
        before = width
        after = width
    elif prim.rank(width) == 1:
        before = width[0]
        after = width[len(width) - 1]
    else:
        before = width[axis if len(width) > 1 else 0][0]
        after = width[axis if len(width) > 1 else 0][len(width[0]) - 1]
    if before < 0 or after < 0:
        raise ValueError("index can't contain negative values")
    return before, after


def _mirrored(k, n, mode):
    """The place within n elements that stands for place k outside."""
    if mode == "edge":
        return 0 if k < 0 else n - 1
    if mode == "wrap":
        return k % n
    if mode == "reflect":
        if n == 1:
            return 0
        m = k % (2 * n - 2)
        return m if m < n else 2 * n - 2 - m
    m = k % (2 * n)
    return m if m < n else 2 * n - 1 - m


def pad(array, pad_width, mode="constant", *, constant_values=0):
    a = prim.as_array(array)
    if mode != "constant" and mode != "edge" and mode != "wrap" and mode != "reflect" and mode != "symmetric":
        prim.refuse("this mode of padding")
    rank = prim.rank(a)
    shape = ()
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k, rank)
        shape = shape + (before + a.shape[k] + after,)
    out = prim.full(shape, constant_values, prim.dtype(a)) if mode == "constant" else prim.empty(shape, prim.dtype(a))
    middle = out
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k, rank)
        middle = swapaxes(swapaxes(middle, 0, k)[before : before + a.shape[k]], 0, k)
    middle[...] = a
    if mode != "constant":
        for k in prim.static_range(rank):
            before, after = _pad_width(pad_width, k, rank)
            n = a.shape[k]
            if n == 0 and before + after > 0:
                raise ValueError(f"can't extend empty axis {k} using modes other than 'constant' or 'empty'")
            rows = swapaxes(out, 0, k)
            for i in range(before):
                rows[i] = rows[before + _mirrored(i - before, n, mode)]
            for i in range(after):
                rows[before + n + i] = rows[before + _mirrored(n + i, n, mode)]
    return out


# ---- rearranging ----
def roll(a, shift, axis=None):
    a = prim.as_array(a)
    if axis is None:
        return prim.reshape(_rolled(ravel(a), shift, 0), a.shape)
    if isinstance(axis, tuple):
        r = a
        for k in prim.static_range(len(axis)):
            r = _rolled(r, shift[k] if isinstance(shift, tuple) else shift, axis[k])
        return r
    return _rolled(a, shift, axis)


def _rolled(a, shift, axis):
    axis = _axis(axis, prim.rank(a))
    n = a.shape[axis]
    s = shift % n if n > 0 else 0
    out = prim.empty(a.shape, prim.dtype(a))
    out[_along(prim.rank(a), axis, slice(s, None, None))] = a[_along(prim.rank(a), axis, slice(None, n - s, None))]
    out[_along(prim.rank(a), axis, slice(None, s, None))] = a[_along(prim.rank(a), axis, slice(n - s, None, None))]
    return out


def flatnonzero(a):
    flat = ravel(prim.as_array(a))
    return arange(size(flat))[prim.not_equal(flat, 0)]


def unravel_index(indices, shape, order="C"):
    if order != "C":
        prim.refuse("another order than C")
    shape = _shape(shape)
    n = 1
    for extent in shape:
        n = n * extent
    flat = prim.as_array(indices)
    if prim.kind(flat) != "i" and prim.kind(flat) != "u":
        raise TypeError("only int indices permitted")
    for i in ravel(flat):
        if i < 0 or i >= n:
            raise ValueError(f"index {i} is out of bounds for array with size {n}")
    return _digits(prim.cast(indices, int64), shape)


def _digits(flat, shape):
    """Places in an array of this shape from places in it raveled, axis by axis."""
    places = ()
    for k in prim.static_range(len(shape)):
        inner = 1
        for extent in shape[k + 1 :]:
            inner = inner * extent
        places = places + (prim.remainder(prim.floor_divide(flat, inner), shape[k]),)
    return places


def searchsorted(a, v, side="left"):
    if prim.is_array(v):
        keys = prim.reshape(ascontiguousarray(v), (size(v),))
        out = prim.empty((size(v),), int64)
        for i in range(size(v)):
            out[i] = _searchsorted(a, keys[i], side)
        return prim.reshape(out, v.shape)
    return prim.cast(_searchsorted(a, v, side), int64)


def _searchsorted(a, key, side):
    low = 0
    high = a.shape[0]
    while low < high:
        middle = (low + high) // 2
        if a[middle] < key if side == "left" else a[middle] <= key:
            low = middle + 1
        else:
            high = middle
    return low


def convolve(a, v, mode="full"):
    n = a.shape[0]
    m = v.shape[0]
    if n == 0:
        raise ValueError("a cannot be empty")
    if m == 0:
        raise ValueError("v cannot be empty")
    full_result = prim.full((n + m - 1,), 0, prim.result_type(prim.dtype(a), prim.dtype(v)))
    for k in range(m):
        full_result[k : k + n] += v[k] * a
    if mode == "full":
        return full_result
    small = n if n < m else m
    large = n if n > m else m
    if mode == "same":
        start = (small - 1) // 2
        return full_result[start : start + large]
    return full_result[small - 1 : large]


def fill_diagonal(a, val):
    n = a.shape[0] if a.shape[0] < a.shape[1] else a.shape[1]
    for i in range(n):
        a[i, i] = val


def angle(z, deg=False):
    if prim.kind(z) == "f" or prim.kind(z) == "c":
        r = prim.angle(z)
    else:
        r = prim.arctan2(0, z)
    if deg:
        r *= 180.0 / 3.141592653589793
    return r


def _method_conj(a):
    return prim.conjugate(a) if prim.kind(a) == "c" else a


_method_conjugate = _method_conj


def real(val):
    return val.real


def imag(val):
    return val.imag


def fix(x):
    return prim.trunc(x)


def sinc(x):
    y = prim.multiply(float64(3.141592653589793), prim.select(prim.equal(x, 0), 1.0e-20, x))
    return prim.divide(prim.sin(y), y)


def isneginf(x):
    return prim.logical_and(prim.isinf(x), prim.signbit(x))


def isposinf(x):
    return prim.logical_and(prim.isinf(x), prim.logical_not(prim.signbit(x)))


def iscomplexobj(x):
    return prim.kind(x) == "c"


def isrealobj(x):
    return prim.kind(x) != "c"


def isscalar(element):
    return not prim.is_array(element) and not isinstance(element, tuple) and element is not None


def divmod(x1, x2):
    return prim.floor_divide(x1, x2), prim.remainder(x1, x2)


def array_equiv(a1, a2):
    return bool(all(prim.equal(a1, a2)))


# The rest of NumPy's names, by subject.
from aic.lib.numpy_shapes import (  # noqa: E402
    _fortran_copy, _method_copy, _method_flatten, _method_item, _method_tolist, array, array_split, asanyarray, atleast_1d, atleast_2d, column_stack, copyto,
    diagonal, dstack, hsplit, meshgrid, place, put, repeat, rollaxis, split, squeeze, take, tile, vsplit)
from aic.lib.numpy_signal import (  # noqa: E402
    correlate, diff, ediff1d, gradient, interp, polyval)
from aic.lib.numpy_statistics import (  # noqa: E402
    argwhere, average, bincount, digitize, histogram, isin, median, nancumsum, nanmean, nanprod, nanstd, nanvar, nonzero, partition,
    percentile, quantile, unique)
from aic.lib.numpy_ufuncs import _ufunc_accumulate, _ufunc_at, _ufunc_outer, _ufunc_reduce  # noqa: E402
