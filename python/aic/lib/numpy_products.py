"""Products: dot, matmul, inner, outer, cross, trace."""
from aic.lib import numpy as np
from aic.lib import prim


def dot(a, b, out=None):
    np._no_out(out)
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    if prim.rank(a) > 2 or prim.rank(b) > 2:
        prim.refuse("products of arrays of more than two axes")
    last = prim.rank(a) - 1
    if a.shape[last] != b.shape[0]:
        raise ValueError(
            f"shapes {np._told_shape(a.shape)} and {np._told_shape(b.shape)} not aligned: {a.shape[last]} (dim {last}) != {b.shape[0]} (dim 0)"
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
    return prim.matmul(np.asarray(a, dtype), np.asarray(b, dtype))


def vdot(a, b):
    if prim.kind(a) == "c":
        return dot(prim.conjugate(np.ravel(a)), np.ravel(b))
    return dot(np.ravel(a), np.ravel(b))


def inner(a, b):
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        return prim.multiply(a, b)
    if prim.rank(b) == 2:
        return dot(a, np.transpose(b))
    return dot(a, b)


def outer(a, b):
    x = np.ravel(a)
    y = np.ravel(b)
    return prim.multiply(x[:, None], y[None, :])


def trace(a, offset=0):
    return np.sum(np.diagonal_copy(a, offset))


def cross(a, b):
    """Of vectors of 3 elements along the last axis; the other axes broadcast."""
    a = prim.as_array(a)
    b = prim.as_array(b)
    if prim.rank(a) == 0 or prim.rank(b) == 0:
        raise ValueError("At least one array has zero dimension")
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
    return np.stack((x, y, z), prim.rank(x))


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
