"""Products: dot, matmul, inner, outer, cross, trace."""
from numpy import float32, multiply

from aic.lib import numpy as np
from aic.lib import prim


def dot(a, b, out=None):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if out is not None and not prim.is_array(out):
        raise TypeError("'out' must be an array")
    n = prim.rank(a)
    m = prim.rank(b)
    if n == 0 or m == 0:
        float_or_complex = prim.kind(prim.result_type(prim.dtype(a), prim.dtype(b))) == "f" or prim.kind(prim.result_type(prim.dtype(a), prim.dtype(b))) == "c"
        if out is None or (float_or_complex and n + m <= 2):
            return _dot_into(out, prim.multiply(a, b))
        multiply(a, b, out=out)
        return out[()] if prim.rank(out) == 0 else out
    last = n - 1
    at = 0 if m == 1 else m - 2
    if a.shape[last] != b.shape[at]:
        raise ValueError(
            f"shapes {np._told_shape(a.shape)} and {np._told_shape(b.shape)} not aligned: {a.shape[last]} (dim {last}) != {b.shape[at]} (dim {at})"
        )
    if n > 2 or m > 2:
        return _dot_into(out, tensordot(a, b, ((last,), (at,))))
    return _dot_into(out, _product(a, b))


def _dot_into(out, r):
    """dot casts nothing, and asks for an array in C's order."""
    if out is None:
        return r
    if not prim.same_dtype(out, r) or prim.rank(out) != prim.rank(r) or not prim.writable(out) or not np._is_contiguous(out):
        raise ValueError("output array is not acceptable (must have the right datatype, number of dimensions, and be a C-Array)")
    if out.shape != np.shape(r):
        raise ValueError("output array has wrong dimensions")
    out[...] = r
    return out[()] if prim.rank(out) == 0 else out


def _method_dot(a, b, out=None):
    return dot(a, b, out)


def tensordot(a, b, axes=2):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if isinstance(axes, (tuple, list)):
        of_a = np._several(axes[0])
        of_b = np._several(axes[1])
    else:
        of_a = ()
        of_b = ()
        for k in prim.static_range(axes):
            of_a = of_a + (prim.rank(a) - axes + k,)
            of_b = of_b + (k,)
    if len(of_a) != len(of_b):
        raise ValueError("shape-mismatch for sum")
    inner_a = ()
    inner_b = ()
    count = 1
    for k in prim.static_range(len(of_a)):
        i = np._axis(of_a[k], prim.rank(a))
        j = np._axis(of_b[k], prim.rank(b))
        if a.shape[i] != b.shape[j]:
            raise ValueError("shape-mismatch for sum")
        inner_a = inner_a + (i,)
        inner_b = inner_b + (j,)
        count = count * a.shape[i]
    kept_a = _other_axes(prim.rank(a), inner_a)
    kept_b = _other_axes(prim.rank(b), inner_b)
    rows = ()
    for k in kept_a:
        rows = rows + (a.shape[k],)
    columns = ()
    for k in kept_b:
        columns = columns + (b.shape[k],)
    left = np.reshape(prim.transpose(a, kept_a + inner_a), (np._length(rows), count))
    right = np.reshape(prim.transpose(b, inner_b + kept_b), (count, np._length(columns)))
    return prim.reshape(_product(left, right), rows + columns)


def _other_axes(rank, axes):
    others = ()
    for k in prim.static_range(rank):
        if k not in axes:
            others = others + (k,)
    return others


def matmul(a, b, /, out=None, *, casting="same_kind", dtype=None):
    a = prim.as_array(a)
    b = prim.as_array(b)
    out = np._only_out(out)
    common = np._loop_dtype("matmul", (a, b), out, dtype, casting)
    signature = "(n?,k),(k,m?)->(n?,m?)"
    np._check_enough("matmul", signature, a, 0, 1)
    np._check_enough("matmul", signature, b, 1, 1)
    n = prim.rank(a)
    m = prim.rank(b)
    as_vectors = out is not None and prim.rank(out) == 0  # what a result cannot have, no operand has
    np._check_core("matmul", signature, a.shape[n - 1], b.shape[m - 1] if m == 1 or as_vectors else b.shape[m - 2])
    if dtype is not None:
        a = np.asarray(a, common)
        b = np.asarray(b, common)
    elif prim.same_dtype(a, "bfloat16") and prim.same_dtype(b, "bfloat16"):  # the first loop that NumPy has for them
        a = prim.cast(a, float32)
        b = prim.cast(b, float32)
    cores = (n if n < 2 else 2, m if m < 2 else 2)
    if n > 2 or m > 2:
        np._check_stacks((a, b), cores, None, _core_extents(a, b, cores))
        r = _stacked_product(a, b)
    else:
        r = _product(a, b)
    return np._result_into("matmul", signature, (a, b), cores, cores[0] + cores[1] - 2, out, r)


def _core_extents(a, b, cores):
    """Of the product of two matrices, or of vectors."""
    extents = ()
    if cores[0] == 2:
        extents = extents + (a.shape[prim.rank(a) - 2],)
    if cores[1] == 2:
        extents = extents + (b.shape[prim.rank(b) - 1],)
    return extents


def matvec(x1, x2, /, out=None, *, casting="same_kind", dtype=None):
    return _matrix_and_vector("matvec", "(m,n),(n)->(m)", prim.as_array(x1), prim.as_array(x2), (2, 1), out, casting, dtype)


def vecmat(x1, x2, /, out=None, *, casting="same_kind", dtype=None):
    return _matrix_and_vector("vecmat", "(n),(n,m)->(m)", prim.as_array(x1), prim.as_array(x2), (1, 2), out, casting, dtype)


def _matrix_and_vector(name, signature, a, b, cores, out, casting, dtype):
    """A matrix and a column, or a row, which is conjugated, and a matrix; as a product of matrices."""
    out = np._only_out(out)
    common = np._loop_dtype(name, (a, b), out, dtype, casting)
    np._check_enough(name, signature, a, 0, cores[0])
    np._check_enough(name, signature, b, 1, cores[1])
    np._check_enough_out(name, signature, out, 1)
    np._check_core(name, signature, a.shape[prim.rank(a) - 1], b.shape[prim.rank(b) - cores[1]])
    np._check_stacks((a, b), cores, None, _core_extents(a, b, cores))
    x = np.asarray(a, common)
    y = np.asarray(b, common)
    if cores[0] == 1:
        r = matmul(prim.new_axis(prim.conjugate(x) if prim.kind(x) == "c" else x, prim.rank(x) - 1), y)
    else:
        r = matmul(x, prim.new_axis(y, prim.rank(y)))
    r = r[np._along(prim.rank(r), prim.rank(r) - cores[1], 0)]
    return np._result_into(name, signature, (a, b), cores, 1, out, r)


def vecdot(x1, x2, /, out=None, *, casting="same_kind", dtype=None, axis=-1, keepdims=False):
    a = prim.as_array(x1)
    b = prim.as_array(x2)
    out = np._only_out(out)
    common = np._loop_dtype("vecdot", (a, b), out, dtype, casting)
    np._check_enough("vecdot", "(n),(n)->()", a, 0, 1)
    np._check_enough("vecdot", "(n),(n)->()", b, 1, 1)
    if not isinstance(keepdims, bool) or prim.is_numpy(keepdims):
        raise TypeError("'keepdims' must be a boolean")
    a = np.moveaxis(a, axis, -1)
    b = np.moveaxis(b, axis, -1)
    np._check_core("vecdot", "(n),(n)->()", a.shape[prim.rank(a) - 1], b.shape[prim.rank(b) - 1])
    np._check_stacks((a, b), (1, 1), None, ())
    x = np.asarray(a, common)
    y = np.asarray(b, common)
    x = prim.conjugate(x) if prim.kind(x) == "c" else x
    if prim.rank(a) == 1 and prim.rank(b) == 1:
        r = _product(x, y)
    else:
        r = np._reduced(prim.multiply(x, y), "add", -1, False)
    if keepdims:
        if out is not None:
            prim.refuse("the parameter `out` beside `keepdims`")
        n = prim.rank(r) + 1
        r = np.expand_dims(r, n + axis if axis < 0 else axis + n - prim.rank(a))
    return np._result_into("vecdot", "(n),(n)->()", (a, b), (1, 1), 0, out, r)


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
        prim.broadcast_to(np.asarray(x, dtype), stack + x.shape[n - 2 :]),
        prim.broadcast_to(np.asarray(y, dtype), stack + y.shape[m - 2 :]),
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
    return prim.matmul(_by_rows(np.asarray(a, dtype), b), _by_rows(np.asarray(b, dtype), a))


def _by_rows(a, other):
    """A matrix whose columns lie in memory is written anew before a product of matrices, which runs along rows."""
    if prim.rank(a) == 2 and prim.rank(other) == 2 and prim.fortran(a):
        return np.ascontiguous_copy(a)
    return a


def vdot(a, b):
    if prim.kind(a) == "c":
        return dot(prim.conjugate(np._line(a)), np._line(b))
    return dot(np._line(a), np._line(b))


def inner(a, b):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    last = (prim.rank(a) - 1, prim.rank(b) - 1)
    if a.shape[last[0]] != b.shape[last[1]]:
        raise ValueError(f"shapes {np._told_shape(a.shape)} and {np._told_shape(b.shape)} not aligned: "
                         f"{a.shape[last[0]]} (dim {last[0]}) != {b.shape[last[1]]} (dim {last[1]})")
    if prim.rank(a) == 1 and prim.rank(b) == 1:
        return _product(a, b)
    return tensordot(a, b, ((last[0],), (last[1],)))


def outer(a, b, out=None):
    x = np._line(a)
    y = np._line(b)
    if out is None:
        return prim.multiply(x[:, None], y[None, :])
    return multiply(x[:, None], y[None, :], out=out)


def trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    a = prim.as_array(a)
    if prim.rank(a) == 2:
        return np.sum(np.diagonal_copy(a, offset), None, dtype, out)
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1, dtype, out)


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Of vectors of 3 elements along one axis, one of which may have 2; the other axes broadcast."""
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        raise ValueError("At least one array has zero dimension")
    if axis is not None:
        axisa = axis
        axisb = axis
        axisc = axis
    a = np.moveaxis(a, axisa, -1)
    b = np.moveaxis(b, axisb, -1)
    for extent in (a.shape[prim.rank(a) - 1], b.shape[prim.rank(b) - 1]):
        if extent != 2 and extent != 3:
            raise ValueError("incompatible dimensions for cross product\n(dimension must be 2 or 3)")
    flat_a = a.shape[prim.rank(a) - 1] == 2
    flat_b = b.shape[prim.rank(b) - 1] == 2
    if flat_a and flat_b:  # the rank of the result would depend on it; deprecated in NumPy 2
        raise NotImplementedError("np.cross of two vectors of 2 elements: write a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]")
    x = _component(a, 1) * _component(b, 0 if flat_b else 2)  # what is not there is not computed with: it may be nan
    y = _component(a, 0 if flat_a else 2) * _component(b, 0)
    z = _component(a, 0) * _component(b, 1) - _component(a, 1) * _component(b, 0)
    if flat_a:
        y = prim.negative(_component(a, 0) * _component(b, 2))
    elif flat_b:
        x = prim.negative(_component(a, 2) * _component(b, 1))
    else:
        x = x - _component(a, 2) * _component(b, 1)
        y = y - _component(a, 0) * _component(b, 2)
    if not prim.is_array(x):
        out = prim.empty((3,), prim.dtype(x))
        out[0] = x
        out[1] = y
        out[2] = z
        return out
    return np.stack((x, y, z), axisc)


def _component(a, k):
    return a[np._along(prim.rank(a), prim.rank(a) - 1, k)]


def kron(a, b):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    for _ in prim.static_range(prim.rank(b) - prim.rank(a) if prim.rank(b) > prim.rank(a) else 0):
        a = prim.new_axis(a, 0)
    for _ in prim.static_range(prim.rank(a) - prim.rank(b) if prim.rank(a) > prim.rank(b) else 0):
        b = prim.new_axis(b, 0)
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        shape = shape + (a.shape[k] * b.shape[k],)

    def element(*i):
        large = ()
        small = ()
        for k in prim.static_range(prim.rank(a)):
            large = large + (i[k] // b.shape[k],)
            small = small + (i[k] % b.shape[k],)
        return prim.multiply(a[large], b[small])

    return prim.generate(shape, element)
