"""numpy.linalg in the language: direct methods by elimination. Matrices of float32 and float64, one at a time."""
from numpy import float64
from numpy.linalg import LinAlgError

from aic.lib import numpy as np
from aic.lib import prim


def _working(a):
    """A copy of a square matrix to eliminate in, in C order."""
    if prim.rank(a) != 2:
        prim.refuse("stacks of matrices")
    if a.shape[0] != a.shape[1]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return _copied(a)


def _copied(a):
    if prim.kind(a) == "c":
        prim.refuse("complex matrices")
    m = prim.empty(a.shape, prim.dtype(a) if prim.kind(a) == "f" else float64)
    m[...] = a
    return m


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
            if abs(m[i, k]) > abs(m[best, k]):
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


def solve(a, b):
    a = prim.as_array(a)
    b = prim.as_array(b)
    m = _working(a)
    if prim.kind(b) == "c" or prim.rank(b) == 0 or prim.rank(b) > 2:
        prim.refuse("such a right-hand side")
    if b.shape[0] != a.shape[0]:
        signature = "(m,m),(m)->(m)" if prim.rank(b) == 1 else "(m,m),(m,n)->(m,n)"
        raise ValueError(f"solve{'1' if prim.rank(b) == 1 else ''}: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
                         f"signature {signature} (size {b.shape[0]} is different from {a.shape[0]})")
    order = prim.empty((m.shape[0],), int)
    if _eliminate(m, order) == 0.0:
        raise LinAlgError("Singular matrix")
    dtype = prim.result_type(prim.dtype(m), prim.dtype(b) if prim.kind(b) == "f" else float64)
    columns = prim.new_axis(b, 1) if prim.rank(b) == 1 else b
    x = _permuted(columns, order, dtype)
    _substitute(m, x)
    return prim.reshape(x, b.shape)


def inv(a):
    a = prim.as_array(a)
    m = _working(a)
    order = prim.empty((m.shape[0],), int)
    if _eliminate(m, order) == 0.0:
        raise LinAlgError("Singular matrix")
    unit = prim.generate(m.shape, lambda i, j: 1 if i == j else 0, prim.dtype(m))
    x = _permuted(unit, order, prim.dtype(m))
    _substitute(m, x)
    return x


def det(a):
    m = _working(prim.as_array(a))
    order = prim.empty((m.shape[0],), int)
    product = prim.cast(_eliminate(m, order), prim.dtype(m))
    for k in range(m.shape[0]):
        product = product * m[k, k]
    return product


def cholesky(a):
    m = _working(prim.as_array(a))
    n = m.shape[0]
    for i in range(n):
        for j in range(i + 1):
            s = m[i, j]
            for k in range(j):
                s -= m[i, k] * m[j, k]
            if i == j:
                if not s > 0.0:
                    raise LinAlgError("Matrix is not positive definite")
                m[i, i] = prim.sqrt(s)
            else:
                m[i, j] = s / m[j, j]
        for j in range(i + 1, n):
            m[i, j] = 0.0
    return m


# ---- norms and powers ----
def norm(x, ord=None, axis=None, keepdims=False):
    a = prim.as_array(x)
    if prim.kind(a) != "f" and prim.kind(a) != "c":
        a = np.asarray(a, float64)
    if ord is None:
        squares = prim.real(prim.multiply(prim.conjugate(a), a)) if prim.kind(a) == "c" else prim.multiply(a, a)
        return prim.sqrt(np.sum(squares, axis, None, None, keepdims))
    if (axis is None and prim.rank(a) != 1) or isinstance(axis, tuple):
        prim.refuse("norms of matrices by an order")
    size = prim.absolute(a)
    at = 0 if axis is None else axis
    if isinstance(ord, int):
        if ord == 0:
            return np.sum(prim.cast(prim.not_equal(a, 0), prim.dtype(size)), at, None, None, keepdims)
        if ord == 1:
            return np.sum(size, at, None, None, keepdims)
        if ord == 2:
            return prim.sqrt(np.sum(prim.multiply(size, size), at, None, None, keepdims))
    elif ord == float("inf"):
        return np.max(size, at, None, keepdims)
    elif ord == -float("inf"):
        return np.min(size, at, None, keepdims)
    return prim.power(np.sum(prim.power(size, ord), at, None, None, keepdims), 1.0 / ord)


def matrix_power(a, n):
    a = prim.as_array(a)
    if prim.rank(a) != 2:
        prim.refuse("powers of stacks of matrices")
    if a.shape[0] != a.shape[1]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    if n < 0 and prim.kind(a) != "f":
        prim.refuse("powers of other than float matrices by an exponent that may be negative")
    result = prim.generate(a.shape, lambda i, j: 1 if i == j else 0, prim.dtype(a))
    square = inv(a) if n < 0 else np.ascontiguous_copy(a)
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


# ---- orthogonal factors ----
def qr(a, mode="reduced"):
    """By Householder's reflections, with LAPACK's signs."""
    a = prim.as_array(a)
    if mode != "reduced" or prim.rank(a) != 2:
        prim.refuse("qr in another mode, or of stacks")
    r = _copied(a)
    rows = r.shape[0]
    columns = r.shape[1]
    k = rows if rows < columns else columns
    taus = prim.full((k,), 0, prim.dtype(r))
    for j in range(k):
        below = 0.0
        for i in range(j + 1, rows):
            below += float(r[i, j]) * float(r[i, j])
        if below == 0.0:
            continue
        alpha = float(r[j, j])
        length = prim.sqrt(alpha * alpha + below)
        beta = -length if alpha >= 0.0 else length
        taus[j] = (beta - alpha) / beta
        for i in range(j + 1, rows):
            r[i, j] = r[i, j] / (alpha - beta)
        r[j, j] = beta
        for c in range(j + 1, columns):
            s = r[j, c]
            for i in range(j + 1, rows):
                s += r[i, j] * r[i, c]
            s = s * taus[j]
            r[j, c] -= s
            for i in range(j + 1, rows):
                r[i, c] -= s * r[i, j]
    q = prim.generate((rows, k), lambda i, j: 1 if i == j else 0, prim.dtype(r))
    for back in range(k):
        j = k - 1 - back
        for c in range(j, k):
            s = q[j, c]
            for i in range(j + 1, rows):
                s += r[i, j] * q[i, c]
            s = s * taus[j]
            q[j, c] -= s
            for i in range(j + 1, rows):
                q[i, c] -= s * r[i, j]
    return q, np.triu(r[:k])


# ---- eigenvalues of symmetric matrices ----
def _rotated(a):
    """Jacobi's method on the lower triangle's symmetric matrix: eigenvalues, and eigenvectors as columns, in no order."""
    n = a.shape[0]
    m = prim.generate((n, n), lambda i, j: float(a[i, j]) if i >= j else float(a[j, i]), float64)
    v = prim.generate((n, n), lambda i, j: 1.0 if i == j else 0.0, float64)
    for _ in range(60):
        off = 0.0
        whole = 0.0
        for i in range(n):
            whole += float(m[i, i] * m[i, i])
            for j in range(i):
                off += float(m[i, j] * m[i, j])
        if off <= 1e-36 * whole:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if m[p, q] != 0.0:
                    theta = (m[q, q] - m[p, p]) / (2.0 * m[p, q])
                    t = 1.0 / (abs(theta) + prim.sqrt(theta * theta + 1.0))
                    t = -t if theta < 0.0 else t
                    c = 1.0 / prim.sqrt(t * t + 1.0)
                    s = t * c
                    for k in range(n):
                        x = m[k, p]
                        y = m[k, q]
                        m[k, p] = c * x - s * y
                        m[k, q] = s * x + c * y
                    for k in range(n):
                        x = m[p, k]
                        y = m[q, k]
                        m[p, k] = c * x - s * y
                        m[q, k] = s * x + c * y
                        x = v[k, p]
                        y = v[k, q]
                        v[k, p] = c * x - s * y
                        v[k, q] = s * x + c * y
    return np.ascontiguous_copy(np.diagonal(m)), v


def _symmetric(a, UPLO):
    a = prim.as_array(a)
    if prim.rank(a) != 2 or prim.kind(a) == "c":
        prim.refuse("eigenvalues of stacks or of complex matrices")
    if a.shape[0] != a.shape[1]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return a if UPLO == "L" else np.transpose(a)


def eigh(a, UPLO="L"):
    """Eigenvectors are unique up to their signs, which need not be LAPACK's."""
    m = _symmetric(a, UPLO)
    values, vectors = _rotated(m)
    order = np.argsort(values)
    dtype = prim.dtype(m) if prim.kind(m) == "f" else float64
    return prim.cast(values[order], dtype), prim.cast(vectors[:, order], dtype)


def eigvalsh(a, UPLO="L"):
    m = _symmetric(a, UPLO)
    values, vectors = _rotated(m)
    return prim.cast(np.sort(values), prim.dtype(m) if prim.kind(m) == "f" else float64)


from aic.lib.numpy_linalg_svd import cond, lstsq, matrix_rank, pinv, svd, svdvals  # noqa: E402, F401
