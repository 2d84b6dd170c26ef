"""numpy.linalg in the language: direct methods by elimination. Matrices of float32 and float64, one at a time."""
from aic.lib import prim
from numpy import float64
from numpy.linalg import LinAlgError


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
