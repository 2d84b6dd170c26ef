"""The methods of ufuncs: np.add.reduce and its kin. Each takes the ufunc's name first."""
from numpy import int64

from aic.lib import numpy as np
from aic.lib import prim


_COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_LOGICAL = ("logical_and", "logical_or", "logical_xor")
_ORDERLESS = ("bitwise_and", "bitwise_or", "bitwise_xor", "logical_xor", "gcd", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2")


def _working(name, a, dtype, out):
    """The array in the dtype that the methods of this ufunc compute in: one whose loop gives what it takes."""
    if name == "ldexp":
        return _working_for_ldexp(a, dtype)
    if name in _LOGICAL:
        return a if prim.kind(a) == "b" else prim.not_equal(a, 0)
    if name in _COMPARISONS:
        if dtype is not None and prim.same_dtype(dtype, bool):
            return np.asarray(a, dtype)
        if prim.kind(a) != "b":
            raise TypeError("No loop matching the specified signature and casting was found for ufunc " + name)
        return a
    if dtype is not None:
        return np.asarray(a, dtype)
    if out is not None:
        return np._beside(out, a)
    if name == "add" or name == "multiply":
        return np.asarray(a, np._sum_dtype(a, None))
    one = prim.cast(1, prim.dtype(a))
    return np.asarray(a, prim.dtype(prim.apply(name, one, one)))


def _working_for_ldexp(a, dtype):
    """Reductions alone: the first operand and the result are floats, the second is an int."""
    if prim.kind(a) == "f" or prim.kind(a) == "c" or (prim.kind(a) == "u" and prim.itemsize(a) == 8):
        raise TypeError("ufunc 'ldexp' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")
    if prim.itemsize(a) == 2 or (prim.kind(a) == "i" and prim.itemsize(a) == 4):
        prim.refuse("reductions by ldexp of this dtype, where NumPy 2.4's result depends on how the array lies in memory")
    return np.asarray(a, prim.dtype(np.ldexp(prim.cast(1, prim.dtype(a)), 1)) if dtype is None else dtype)


def _refuse_ldexp(name, method, array):
    if name == "ldexp":
        a = _working_for_ldexp(prim.as_array(array), None)
        float_name = prim.dtype(a).__name__
        int_name = "int64" if prim.itemsize(a) == 8 else "int32"
        raise TypeError(f"the resolved dtypes are not compatible with ldexp.{method}. Resolved (dtype('{float_name}'), dtype('{int_name}'), dtype('{float_name}'))")


def _identity(name, a):
    """What changes nothing, or None."""
    if name == "bitwise_and":
        return prim.invert(prim.cast(0, prim.dtype(a)))
    if name == "logaddexp" or name == "logaddexp2":
        return prim.cast(-float("inf"), prim.dtype(a))
    if name == "logical_xor" or name == "bitwise_or" or name == "bitwise_xor" or name == "gcd" or name == "hypot":
        return prim.cast(0, prim.dtype(a))
    return None


def _ufunc_reduce(name, array, axis=0, dtype=None, out=None, keepdims=False, initial="<no value>", where=True):
    a = prim.as_array(array)
    if prim.rank(a) == 0:
        prim.refuse("the reduction of a scalar")
    if name == "add":
        return np.sum(a, axis, dtype, out, keepdims, initial, where)
    if name == "multiply":
        return np.prod(a, axis, dtype, out, keepdims, initial, where)
    if name == "maximum" or name == "minimum":
        if dtype is not None:
            a = np.asarray(a, dtype)
        start = initial if np._is_given(initial) else None
        return np.max(a, axis, out, keepdims, start, where) if name == "maximum" else np.min(a, axis, out, keepdims, start, where)
    if name == "logical_and" or name == "logical_or":
        if initial is None:
            np._check_identity(name, a, np._axes(axis, prim.rank(a)), where)
        r = np.all(a, axis, None, keepdims, where=where) if name == "logical_and" else np.any(a, axis, None, keepdims, where=where)
        return np._cast_into(out, prim.apply(name, r, prim.not_equal(initial, 0)) if initial is not None and np._is_given(initial) else r)
    return np._cast_into(out, _folded(name, _working(name, a, dtype, out), axis, keepdims, initial, where))


def _folded(name, a, axis, keepdims, initial, where):
    """Any other ufunc, row after row."""
    axes = np._axes(axis, prim.rank(a))
    if len(axes) > 1 and name not in _ORDERLESS:
        raise ValueError(f"reduction operation '{name}' is not reorderable, so at most one axis may be specified")
    if len(axes) == 0:
        prim.refuse("a reduction along no axis")
    start = _identity(name, a) if not np._is_given(initial) else None if initial is None else prim.not_equal(initial, 0) if prim.kind(a) == "b" else prim.cast(initial, prim.dtype(a))
    if where is not True and start is None:
        raise ValueError(f"reduction operation '{name}' does not have an identity, so to use a where mask one has to specify 'initial'")
    rows = _merged(a, axes)
    n = rows.shape[0]
    if start is None and n == 0:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if start is not None:
        r = prim.full(rows.shape[1:], start, prim.dtype(a)) if prim.rank(rows) > 1 else start
        first = 0
    else:
        r = prim.copy(rows[0]) if prim.rank(rows) > 1 else rows[0]
        first = 1
    wanted = prim.as_array(True) if where is True else _merged(prim.broadcast_to(prim.as_array(where), a.shape), axes)
    for i in range(first, n):
        x = np.ldexp(r, prim.cast(rows[i], int64)) if name == "ldexp" else prim.apply(name, r, rows[i])
        if where is not True:
            x = prim.select(wanted[i], x, r)
        if prim.rank(rows) > 1:
            r[...] = x
        else:
            r = x
    return prim.reshape(prim.as_array(r), np._kept(a, axes)) if keepdims else r


def _merged(a, axes):
    """The axes as one, in front."""
    order = axes
    for k in prim.static_range(prim.rank(a)):
        if k not in axes:
            order = order + (k,)
    rows = prim.transpose(a, order)
    if len(axes) == 1:
        return rows
    n = 1
    for k in axes:
        n *= a.shape[k]
    return prim.reshape(rows, (n,) + rows.shape[len(axes) :])


def _ufunc_accumulate(name, array, axis=0, dtype=None, out=None):
    _refuse_ldexp(name, "accumulate", array)
    a = prim.as_array(array)
    return np._cast_into(out, _accumulates(name, _working(name, a, dtype, out), axis))


def _ufunc_reduceat(name, array, indices, axis=0, dtype=None, out=None):
    """From each index up to the next one; where that is not greater, the element at the index alone."""
    _refuse_ldexp(name, "reduceat", array)
    a = prim.as_array(array)
    starts = prim.as_array(indices)
    rows = np.moveaxis(_working(name, a, dtype, out), axis, 0)
    n = rows.shape[0]
    m = starts.shape[0]
    for k in range(m):
        if starts[k] < 0 or starts[k] >= n:
            raise IndexError(f"index {starts[k]} out-of-bounds in {name}.reduceat [0, {n})")
    r = prim.empty((m,) + rows.shape[1:], prim.dtype(rows))
    for k in range(m):
        stop = n if k == m - 1 else int(starts[k + 1])
        r[k] = rows[starts[k]]
        for i in range(int(starts[k]) + 1, stop):
            r[k] = prim.apply(name, r[k], rows[i])
    return np._cast_into(out, r if np._axis(axis, prim.rank(a)) == 0 else np.ascontiguous_copy(np.moveaxis(r, 0, axis)))


def _accumulates(name, a, axis):
    if name == "add":
        return np.cumsum(a, axis, prim.dtype(a))
    if name == "multiply":
        return np.cumprod(a, axis, prim.dtype(a))
    if name == "maximum" or name == "minimum":
        return np._scanned(a, name, np._axis(axis, prim.rank(a)))
    r = prim.copy(a)
    rows = np.moveaxis(r, axis, 0)
    for i in range(1, rows.shape[0]):
        rows[i] = prim.apply(name, rows[i - 1], rows[i])
    return r


def _ufunc_outer(name, A, B, *, out=None, where=True, dtype=None):
    a = prim.as_array(A)
    b = prim.as_array(B)
    for _ in prim.static_range(prim.rank(b)):
        a = prim.new_axis(a, prim.rank(a))
    if out is None and where is True and dtype is None:
        return prim.apply(name, a, b)
    return prim.apply(name, a, b, out=out, where=where, dtype=dtype)


def _ufunc_at(name, a, indices, b=None):
    """Unbuffered: an index that comes twice is applied twice. All indices are checked before the first write; neither they nor the
    operand lie in the array, which the caller sees to (Frame::ufunc_method). The operand counts as an array, also a number of Python's,
    and results are cast to the array's dtype whatever they are."""
    places = indices if isinstance(indices, tuple) else (indices,)
    b = None if b is None else prim.as_array(b)
    if not _are_lists(places):
        _at_chosen(name, a, indices, b)
    elif len(places) == prim.rank(a):
        _at_elements(name, a, places, b)
    elif len(places) == 1 and prim.rank(places[0]) == 1:
        _at_rows(name, a, prim.as_array(places[0]), b)
    else:
        _at_chosen(name, a, indices, b)


def _clear_of(x, a):
    """x, or a copy where it lies in the memory of `a`."""
    if not prim.is_array(x):
        return x
    return prim.copy(x) if np.may_share_memory(x, a) else x


def _applied(name, a, at, *operand):
    r = prim.apply(name, a[at], *operand)
    return prim.cast(r, prim.dtype(a))


def _operands_at(b, shape):
    if prim.rank(b) > len(shape):
        raise ValueError("array is not broadcastable to correct shape")
    for k in prim.static_range(prim.rank(b)):
        if b.shape[k] != 1 and b.shape[k] != shape[len(shape) - prim.rank(b) + k]:
            raise ValueError("array is not broadcastable to correct shape")
    return prim.broadcast_to(b, shape)


def _are_lists(places):
    """Whether each index is a number or a list of numbers."""
    simple = True
    for p in places:
        if p is None or p is ... or isinstance(p, slice):
            simple = False
        elif prim.rank(p) > 1 or prim.kind(p) == "b":
            simple = False
    return simple


def _at_chosen(name, a, indices, b):
    """Any other index: what it takes of the elements' own numbers tells where they are."""
    chosen = prim.as_array(np.reshape(np.arange(np._length(a.shape)), a.shape)[indices])
    places = np._line(chosen)
    if b is None:
        for k in places:
            at = _place_of(a.shape, k)
            a[at] = _applied(name, a, at)
    else:
        operands = np._line(_operands_at(b, chosen.shape))
        for i in range(places.shape[0]):
            at = _place_of(a.shape, places[i])
            a[at] = _applied(name, a, at, operands[i])


def _place_of(shape, number):
    """The indices of an element from its number in C's order."""
    index = ()
    rest = int(number)
    for back in prim.static_range(len(shape)):
        extent = shape[len(shape) - 1 - back]
        index = (rest % extent,) + index
        rest = rest // extent
    return index


def _at_elements(name, a, places, b):
    shape = ()
    for p in places:
        shape = prim.broadcast_shapes(shape, prim.as_array(p).shape)
    if len(shape) == 0:
        a[places] = _applied(name, a, places) if b is None else _applied(name, a, places, _operands_at(b, ())[()])
    else:
        spread = ()
        for p in places:
            spread = spread + (prim.broadcast_to(prim.as_array(p), shape),)
        if not _all_inside(a, spread):
            for i in range(shape[0]):
                a[_picked(spread, i)]
        if b is None:
            for i in range(shape[0]):
                a[_picked(spread, i)] = _applied(name, a, _picked(spread, i))
        else:
            operands = _operands_at(b, shape)
            for i in range(shape[0]):
                a[_picked(spread, i)] = _applied(name, a, _picked(spread, i), operands[i])


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
    for k in places:
        if k < -a.shape[0] or k >= a.shape[0]:
            raise IndexError(f"index {k} is out of bounds for axis 0 with size {a.shape[0]}")
    if b is None:
        for k in places:
            a[k] = _applied(name, a, k)
    else:
        operands = _operands_at(b, (places.shape[0],) + a.shape[1:])
        for i in range(places.shape[0]):
            a[places[i]] = _applied(name, a, places[i], operands[i])


def _picked(places, i):
    index = ()
    for p in places:
        index = index + (p[i],)
    return index
