"""numpy.linalg in the language: direct methods by elimination, norms and powers. Matrices of floats and complex numbers; a stack of
matrices is done one by one. Large ones are LAPACK's, where the process has one (runtime/lapack.h): what is written here is faster for
small ones, has derivatives, and is what libraries do on machines without it."""
from numpy import complex128, float64
from numpy.linalg import LinAlgError
from numpy.linalg._linalg import SlogdetResult

from aic.lib import numpy as np
from aic.lib import prim


# ---- one by one ----
def _field(a):
    """The dtype that a matrix is computed in."""
    return prim.dtype(a) if prim.kind(a) == "f" or prim.kind(a) == "c" else float64


def _square(a):
    a = _square_of_any(a)
    _check_dtype(a)
    return a


def _square_of_any(a):
    a = prim.as_array(a)
    if prim.rank(a) < 2:
        raise LinAlgError(f"{prim.rank(a)}-dimensional array given. Array must be at least two-dimensional")
    if a.shape[prim.rank(a) - 2] != a.shape[prim.rank(a) - 1]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return a


def _check_dtype(a):
    """LAPACK has no half precision."""
    if prim.kind(a) == "f" and prim.itemsize(a) == 2:
        raise TypeError(f"array type {prim.dtype(a).__name__} is unsupported in linalg")


def _flat(a):
    """A stack with one axis before the matrix's."""
    n = prim.rank(a)
    return np.reshape(a, (np._length(a.shape[: n - 2]), a.shape[n - 2], a.shape[n - 1]))


def _one_by_one(f, a, tail, dtype):
    """f of each matrix of a stack; what it gives has the shape `tail`."""
    parts = _flat(a)
    out = prim.empty((parts.shape[0],) + tail, dtype)
    for i in range(parts.shape[0]):
        out[i] = f(parts[i])
    return prim.reshape(out, a.shape[: prim.rank(a) - 2] + tail)


def _copied(a):
    m = prim.empty(a.shape, _field(a))
    m[...] = a
    return m


def _in_double(a):
    m = prim.empty(a.shape, _double(a))
    m[...] = a
    return m


def _conjugate(x):
    return prim.conjugate(x) if prim.kind(x) == "c" else x


def _size(x):
    """By which pivots are chosen: LAPACK's."""
    return prim.fabs(prim.real(x)) + prim.fabs(prim.imag(x)) if prim.kind(x) == "c" else abs(x)


# ---- LAPACK ----
def _is_large(a, least, complex_least=None):
    """Is a matrix of so many rows and columns better left to LAPACK? Complex ones are from a quarter as many on, if no more is known."""
    if prim.kind(a) == "c":
        least = least // 4 if complex_least is None else complex_least
    return prim.has_lapack() and min(a.shape[0], a.shape[1]) >= least


def _double(a):
    """What NumPy computes in, whatever a's precision."""
    return complex128 if prim.kind(a) == "c" else float64


def _by_columns(a):
    """As LAPACK takes matrices: a C-ordered copy of the transpose, in double precision."""
    m = prim.empty((a.shape[1], a.shape[0]), _double(a))
    m[...] = np.transpose(a)
    return m


def _by_rows(m):
    return np.ascontiguous_copy(np.transpose(m))


def _checked(info):
    """What a routine says of the matrix: 0, or where it failed."""
    if info == -1001:  # rt::lapack_no_memory
        raise MemoryError()
    if info < 0:
        raise LinAlgError("LAPACK does not take this matrix")
    return info


# ---- elimination ----
def _eliminate(m, order):
    """LU factors of m in its place, rows exchanged as `order` says; the sign of the exchanges, 0 where m is singular."""
    n = m.shape[0]
    sign = 1.0
    singular = False
    for i in range(n):
        order[i] = i
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            if _size(m[i, k]) > _size(m[best, k]):
                best = i
        if m[best, k] == 0.0:
            singular = True
            continue
        if best != k:
            sign = -sign
            row = order[k]
            order[k] = order[best]
            order[best] = row
            for j in range(n):
                x = m[k, j]
                m[k, j] = m[best, j]
                m[best, j] = x
        for i in range(k + 1, n):
            factor = m[i, k] / m[k, k]
            m[i, k] = factor
            for j in range(k + 1, n):
                m[i, j] -= factor * m[k, j]
    return 0.0 if singular else sign


def _substitute(m, x):
    """Solves for the columns of x, given LU factors."""
    n = m.shape[0]
    for i in range(n):
        for k in range(i):
            factor = m[i, k]
            for j in range(x.shape[1]):
                x[i, j] -= factor * x[k, j]
    for back in range(n):
        i = n - 1 - back
        for k in range(i + 1, n):
            factor = m[i, k]
            for j in range(x.shape[1]):
                x[i, j] -= factor * x[k, j]
        pivot = m[i, i]
        for j in range(x.shape[1]):
            x[i, j] /= pivot


def _permuted(b, order, dtype):
    x = prim.empty((b.shape[0], b.shape[1]), dtype)
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            x[i, j] = b[order[i], j]
    return x


def _factored(m, order):
    """As _eliminate, but for the order of rows in `order`: they are LAPACK's exchanges where it is large."""
    if not _is_large(m, 64):
        return _eliminate(m, order)
    if _checked(prim.lapack("getrf", m, order)) > 0:
        return 0.0
    sign = 1.0
    for k in range(m.shape[0]):
        if order[k] != k + 1:
            sign = -sign
    return sign


def _solved(a, columns, dtype):
    order = prim.empty((a.shape[0],), int)
    if _is_large(a, 64):
        x = prim.empty((columns.shape[1], columns.shape[0]), _double(a))
        x[...] = np.transpose(columns)
        if _checked(prim.lapack("gesv", _by_columns(a), order, x)) > 0:
            raise LinAlgError("Singular matrix")
        return prim.cast(_by_rows(x), dtype)
    m = _copied(a)
    if _eliminate(m, order) == 0.0:
        raise LinAlgError("Singular matrix")
    x = _permuted(columns, order, dtype)
    _substitute(m, x)
    return x


def solve(a, b):
    a = _square(a)
    b = prim.as_array(b)
    if prim.rank(b) == 0:
        raise ValueError("solve: Input operand 1 does not have enough dimensions (has 0, gufunc core with signature (m,m),(m,n)->(m,n) requires 2)")
    last = prim.rank(a) - 1
    rows = b.shape[0] if prim.rank(b) == 1 else b.shape[prim.rank(b) - 2]
    if rows != a.shape[last]:
        signature = "(m,m),(m)->(m)" if prim.rank(b) == 1 else "(m,m),(m,n)->(m,n)"
        raise ValueError(f"solve{'1' if prim.rank(b) == 1 else ''}: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
                         f"signature {signature} (size {rows} is different from {a.shape[last]})")
    _check_dtype(b)
    dtype = prim.result_type(_field(a), _field(b))
    columns = prim.new_axis(b, 1) if prim.rank(b) == 1 else b
    if prim.rank(a) == 2 and prim.rank(columns) == 2:
        return prim.reshape(_solved(np.asarray(a, dtype), columns, dtype), b.shape)
    stack = prim.broadcast_shapes(a.shape[: last - 1], columns.shape[: prim.rank(columns) - 2])
    tail = columns.shape[prim.rank(columns) - 2 :]
    left = _flat(prim.broadcast_to(np.asarray(a, dtype), stack + a.shape[last - 1 :]))
    right = _flat(prim.broadcast_to(columns, stack + tail))
    out = prim.empty(right.shape, dtype)
    for i in range(left.shape[0]):
        out[i] = _solved(left[i], right[i], dtype)
    return prim.reshape(out, stack + tail if prim.rank(b) > 1 else stack + b.shape)


def _inverse(a):
    unit = prim.generate(a.shape, lambda i, j: 1 if i == j else 0, _field(a))
    return _solved(a, unit, _field(a))


def inv(a):
    a = _square(a)
    if prim.rank(a) == 2:
        return _inverse(a)
    return _one_by_one(_inverse, a, a.shape[prim.rank(a) - 2 :], _field(a))


def _determinant(a):
    m = _in_double(a)
    order = prim.empty((m.shape[0],), int)
    product = prim.cast(_factored(m, order), prim.dtype(m))
    for k in range(m.shape[0]):
        product = product * m[k, k]
    return prim.cast(product, _field(a))


def det(a):
    a = _square(a)
    return _determinant(a) if prim.rank(a) == 2 else _one_by_one(_determinant, a, (), _field(a))


def _sign_and_logarithm(a):
    m = _in_double(a)
    order = prim.empty((m.shape[0],), int)
    sign = prim.cast(_factored(m, order), prim.dtype(m))
    total = 0.0
    for k in range(m.shape[0]):
        size = prim.absolute(m[k, k])
        if sign == 0 or size == 0.0:
            total = -float("inf")
            break
        sign = sign * (m[k, k] / size)
        total += float(prim.log(size))
    return prim.cast(sign, _field(a)), prim.cast(total, prim.dtype(prim.absolute(prim.cast(0, _field(a)))))


def slogdet(a):
    a = _square(a)
    if prim.rank(a) == 2:
        sign, size = _sign_and_logarithm(a)
        return SlogdetResult(sign, size)
    return SlogdetResult(_one_by_one(lambda m: _sign_and_logarithm(m)[0], a, (), _field(a)),
                         _one_by_one(lambda m: _sign_and_logarithm(m)[1], a, (), prim.dtype(prim.absolute(prim.cast(0, _field(a))))))


def _root(a):
    """Cholesky's factor below the diagonal."""
    m = _copied(a)
    n = m.shape[0]
    if _is_large(m, 48):
        large = _in_double(a)
        if _checked(prim.lapack("potrf", large)) > 0:
            raise LinAlgError("Matrix is not positive definite")
        for i in range(n):
            large[i, i + 1 :] = 0.0
        return prim.cast(large, prim.dtype(m))
    for i in range(n):
        for j in range(i + 1):
            s = m[i, j]
            for k in range(j):
                s -= m[i, k] * _conjugate(m[j, k])
            if i == j:
                size = prim.real(s) if prim.kind(m) == "c" else s
                if not size > 0.0:
                    raise LinAlgError("Matrix is not positive definite")
                m[i, i] = prim.sqrt(size)
            else:
                m[i, j] = s / m[j, j]
        for j in range(i + 1, n):
            m[i, j] = 0.0
    return m


def cholesky(a, /, *, upper=False):
    a = _square(a)
    if upper:
        return np.matrix_transpose(_conjugate(cholesky(np.matrix_transpose(_conjugate(a)))))
    return _root(a) if prim.rank(a) == 2 else _one_by_one(_root, a, a.shape[prim.rank(a) - 2 :], _field(a))


# ---- norms and powers ----
def _length_of(squares):
    """The square root of a sum of squares. Squares of numbers below 1e-162 are 0: the derivative there is 0, as that of 0 is."""
    return prim.select(prim.equal(squares, 0), squares, prim.sqrt(squares))


def _norm_of(x, ord, axis, keepdims):
    """Along one axis."""
    size = prim.absolute(x)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if isinstance(ord, int):
        if ord == 0:
            return np.sum(prim.cast(prim.not_equal(x, 0), prim.dtype(size)), axis, None, None, keepdims)
        if ord == 1:
            return np.sum(size, axis, None, None, keepdims)
        if ord == 2:
            return _length_of(np.sum(prim.multiply(size, size), axis, None, None, keepdims))
    elif ord == float("inf"):
        return np.max(size, axis, None, keepdims, 0)
    elif ord == -float("inf"):
        return np.min(size, axis, None, keepdims)
    return prim.power(np.sum(prim.power(size, ord), axis, None, None, keepdims), 1.0 / ord)


def _matrix_norm(a, ord, rows, columns, keepdims):
    """Of matrices whose rows and columns lie along these axes."""
    n = prim.rank(a)
    if rows == columns:
        raise ValueError("Duplicate axes given.")
    spectral = False
    if isinstance(ord, str):
        if ord == "fro":
            r = _length_of(np.sum(_squares(a), (rows, columns)))
        elif ord == "nuc":
            spectral = True
        else:
            raise ValueError("Invalid norm order for matrices.")
    elif ord == 2 or ord == -2:
        spectral = True
    elif ord == 1 or ord == -1:
        sums = np.sum(prim.absolute(a), rows)
        at = columns - 1 if columns > rows else columns
        r = np.max(sums, at, None, False, 0) if ord == 1 else np.min(sums, at)
    elif ord == float("inf") or ord == -float("inf"):
        sums = np.sum(prim.absolute(a), columns)
        at = rows - 1 if rows > columns else rows
        r = np.max(sums, at, None, False, 0) if ord == float("inf") else np.min(sums, at)
    else:
        raise ValueError("Invalid norm order for matrices.")
    if spectral:
        values = svdvals(np.moveaxis(a, (rows, columns), (n - 2, n - 1)))
        r = np.sum(values, n - 2) if isinstance(ord, str) else np.max(values, n - 2, None, False, 0) if ord == 2 else np.min(values, n - 2)
    return prim.reshape(prim.as_array(r), np._kept(a, (rows, columns))) if keepdims else r


def _squares(a):
    return prim.real(prim.multiply(prim.conjugate(a), a)) if prim.kind(a) == "c" else prim.multiply(a, a)


def norm(x, ord=None, axis=None, keepdims=False):
    a = prim.as_array(x)
    if prim.kind(a) != "f" and prim.kind(a) != "c":
        a = np.asarray(a, float64)
    if ord is None:
        if axis is not None and len(np._given_axes(axis, prim.rank(a))) > 2:
            raise ValueError("Improper number of dimensions to norm.")
        return _length_of(np.sum(_squares(a), axis, None, None, keepdims))
    axes = np._axes(axis, prim.rank(a)) if axis is None else np._given_axes(axis, prim.rank(a))
    if len(axes) == 1:
        return _norm_of(a, ord, axes[0], keepdims)
    if len(axes) == 2:
        return _matrix_norm(a, ord, axes[0], axes[1], keepdims)
    raise ValueError("Improper number of dimensions to norm.")


def vector_norm(x, *, axis=None, keepdims=False, ord=2):
    a = prim.as_array(x)
    a = np.asarray(a, _field(a))
    if axis is None:
        r = _norm_of(np._line(a), ord, 0, False)
        return prim.reshape(prim.as_array(r), np._kept(a, np._axes(None, prim.rank(a)))) if keepdims else r
    return norm(a, ord, axis, keepdims)


def matrix_norm(x, *, keepdims=False, ord="fro"):
    a = prim.as_array(x)
    a = np.asarray(a, _field(a))
    return _matrix_norm(a, ord, prim.rank(a) - 2, prim.rank(a) - 1, keepdims)


def _powered(a, n):
    result = prim.generate(a.shape, lambda i, j: 1 if i == j else 0, prim.dtype(a))
    square = _inverse(a) if n < 0 else np.ascontiguous_copy(a)
    left = -n if n < 0 else n
    first = True
    while left > 0:
        if left % 2 == 1:
            result = np.ascontiguous_copy(square) if first else prim.matmul(result, square)
            first = False
        left = left // 2
        if left > 0:
            square = prim.matmul(square, square)
    return result


def matrix_power(a, n):
    a = _square_of_any(a)
    if isinstance(n, float) or prim.rank(n) > 0:
        raise TypeError("exponent must be an integer")
    if prim.kind(n) != "i" and prim.kind(n) != "u":
        raise TypeError("exponent must be an integer")
    if n < 0:
        _check_dtype(a)
    if n < 0 and prim.kind(a) != "f" and prim.kind(a) != "c":
        prim.refuse("powers of other than float matrices by an exponent that may be negative")
    if n == 1:
        return a
    if prim.rank(a) == 2:
        return _powered(a, n)
    return _one_by_one(lambda m: _powered(m, n), a, a.shape[prim.rank(a) - 2 :], prim.dtype(a))


def multi_dot(arrays, *, out=None):
    """Products from the left, or from the side that costs less where there are three."""
    parts = np._tuple_of_arrays(arrays)
    n = len(parts)
    if n < 2:
        raise ValueError("Expecting at least two arrays.")
    if n == 2:
        return np.dot(parts[0], parts[1], out)
    for k in prim.static_range(n):
        rank = prim.rank(parts[k])
        if rank != 2 and (rank != 1 or (k > 0 and k < n - 1)):
            raise LinAlgError(f"{rank}-dimensional array given. Array must be two-dimensional")
    if n == 3:
        a = np.atleast_2d(parts[0])
        b = parts[1]
        c = parts[2] if prim.rank(parts[2]) == 2 else prim.new_axis(parts[2], 1)
        left = a.shape[0] * a.shape[1] * b.shape[1] + a.shape[0] * b.shape[1] * c.shape[1]
        right = a.shape[1] * b.shape[1] * c.shape[1] + a.shape[0] * a.shape[1] * c.shape[1]
        if left < right:
            return np.dot(np.dot(parts[0], b), parts[2], out)
        return np.dot(parts[0], np.dot(b, parts[2]), out)
    r = parts[n - 1]
    for back in prim.static_range(n - 1):
        r = np.dot(parts[n - 2 - back], r, out if back == n - 2 else None)
    return r


# ---- numpy's own by another name ----
def matmul(x1, x2):
    return np.matmul(x1, x2)


def outer(x1, x2):
    return np.outer(x1, x2)


def tensorsolve(a, b, axes=None):
    """x of tensordot(a, x) = b, by a matrix."""
    a = prim.as_array(a)
    b = prim.as_array(b)
    n = prim.rank(a)
    if axes is not None:
        order = ()
        for k in prim.static_range(n):
            if k not in axes:
                order = order + (k,)
        a = prim.transpose(a, order + axes)
    kept = a.shape[prim.rank(b) :]
    count = 1
    for extent in kept:
        count *= extent
    if np.size(a) != count * count:
        raise LinAlgError("Input arrays must satisfy the requirement             prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])")
    return np.reshape(solve(np.reshape(a, (count, count)), np.reshape(b, (-1,))), kept)


def tensorinv(a, ind=2):
    a = prim.as_array(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    inner = a.shape[ind:]
    count = 1
    for extent in inner:
        count *= extent
    return np.reshape(inv(np.reshape(a, (count, -1))), inner + a.shape[:ind])


def cross(x1, x2, axis=-1):
    x1 = prim.as_array(x1)
    x2 = prim.as_array(x2)
    m = x1.shape[np._axis(axis, prim.rank(x1))]
    n = x2.shape[np._axis(axis, prim.rank(x2))]
    if m != 3 or n != 3:
        raise ValueError(f"Both input arrays must be (arrays of) 3-dimensional vectors, but they are {m} and {n} dimensional instead.")
    return np.cross(x1, x2, axis=axis)


def trace(x, offset=0, dtype=None):
    return np.trace(x, offset, -2, -1, dtype)


def diagonal(x, offset=0):
    return np.diagonal(x, offset, -2, -1)


def tensordot(x1, x2, axes=2):
    return np.tensordot(x1, x2, axes)


def vecdot(x1, x2, axis=-1):
    return np.vecdot(x1, x2, axis=axis)


def matrix_transpose(x):
    return np.matrix_transpose(x)


from aic.lib.numpy_linalg_eig import eig, eigh, eigvals, eigvalsh, qr  # noqa: E402, F401
from aic.lib.numpy_linalg_svd import cond, lstsq, matrix_rank, pinv, svd, svdvals  # noqa: E402, F401
