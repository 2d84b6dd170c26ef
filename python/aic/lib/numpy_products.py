"""Products: dot, matmul, inner, outer, cross, trace."""
from aic.lib import numpy as np
from aic.lib import prim


def dot(a, b, out=None):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return _product_into(out, prim.multiply(a, b))
    last = prim.rank(a) - 1
    at = 0 if prim.rank(b) == 1 else prim.rank(b) - 2
    if a.shape[last] != b.shape[at]:
        raise ValueError(
            f"shapes {np._told_shape(a.shape)} and {np._told_shape(b.shape)} not aligned: {a.shape[last]} (dim {last}) != {b.shape[at]} (dim {at})"
        )
    if prim.rank(a) > 2 or prim.rank(b) > 2:
        return _product_into(out, tensordot(a, b, ((last,), (at,))))
    return _product_into(out, _product(a, b))


def _product_into(out, r):
    return r if out is None else np._into(out, r)


def _method_dot(a, b, out=None):
    return dot(a, b, out)


def tensordot(a, b, axes=2):
    a = prim.as_array(a)
    b = prim.as_array(b)
    if isinstance(axes, (tuple, list)):
        of_a = np._shape(axes[0])
        of_b = np._shape(axes[1])
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


def matmul(a, b, /, out=None):
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
        return _product_into(out, _stacked_product(a, b))
    return _product_into(out, _product(a, b))


def _check_core(name, signature, n, m):
    if n != m:
        raise ValueError(f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature} (size {m} is different from {n})")


def matvec(x1, x2):
    a = prim.as_array(x1)
    v = prim.as_array(x2)
    _check_core("matvec", "(m,n),(n)->(m)", a.shape[prim.rank(a) - 1], v.shape[prim.rank(v) - 1])
    r = matmul(a, prim.new_axis(v, prim.rank(v)))
    return r[np._along(prim.rank(r), prim.rank(r) - 1, 0)]


def vecmat(x1, x2):
    v = prim.as_array(x1)
    w = prim.conjugate(v) if prim.kind(v) == "c" else v
    m = prim.as_array(x2)
    _check_core("vecmat", "(n),(n,m)->(m)", v.shape[prim.rank(v) - 1], m.shape[prim.rank(m) - 2])
    r = matmul(prim.new_axis(w, prim.rank(w) - 1), m)
    return r[np._along(prim.rank(r), prim.rank(r) - 2, 0)]


def vecdot(x1, x2, axis=-1):
    a = prim.as_array(x1)
    b = prim.as_array(x2)
    a = np.moveaxis(prim.conjugate(a) if prim.kind(a) == "c" else a, axis, -1)
    b = np.moveaxis(b, axis, -1)
    _check_core("vecdot", "(n),(n)->()", a.shape[prim.rank(a) - 1], b.shape[prim.rank(b) - 1])
    if prim.rank(a) == 1 and prim.rank(b) == 1:
        return _product(a, b)
    return np._reduced(prim.multiply(a, b), "add", -1, False)


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
        return dot(prim.conjugate(np.ravel(a)), np.ravel(b))
    return dot(np.ravel(a), np.ravel(b))


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
    x = np.ravel(a)
    y = np.ravel(b)
    return _product_into(out, prim.multiply(x[:, None], y[None, :]))


def trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    a = prim.as_array(a)
    if prim.rank(a) == 2:
        return np.sum(np.diagonal_copy(a, offset), None, dtype, out)
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1, dtype, out)


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Of vectors of 3 elements along one axis; the other axes broadcast."""
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
        if extent == 2:  # the rank of the result would depend on it; deprecated in NumPy 2
            raise NotImplementedError("np.cross of vectors of 2 elements")
    x = _component(a, 1) * _component(b, 2) - _component(a, 2) * _component(b, 1)
    y = _component(a, 2) * _component(b, 0) - _component(a, 0) * _component(b, 2)
    z = _component(a, 0) * _component(b, 1) - _component(a, 1) * _component(b, 0)
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
