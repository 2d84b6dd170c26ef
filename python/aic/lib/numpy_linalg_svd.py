"""Singular values and what stands on them: svd, lstsq, pinv, matrix_rank, cond. One-sided Jacobi (Hestenes, 1958; as accurate
as LAPACK's, Demmel and Veselić, 1992): columns are rotated until all are orthogonal. Vectors are unique up to signs."""
from numpy import complex128, float32, float64, int32, int64
from numpy.linalg import LinAlgError
from numpy.linalg._linalg import SVDResult

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import prim


def _orthogonal_columns(w, v, negligible):
    """Rotates the rows of w (columns of the matrix) until they are orthogonal; v takes the same rotations. Rows whose squares
    are negligible have no direction."""
    n = w.shape[0]
    least = 1.2e-16 * max(w.shape[1], 2)  # what a product of so many elements rounds to: below it no rotation tells anything
    for _ in range(60):
        rotated = False
        for p in range(n - 1):
            for q in range(p + 1, n):
                x = w[p]
                y = w[q]
                alpha = _square_of(x)
                beta = _square_of(y)
                gamma = float(np.dot(x, y)) if prim.kind(w) != "c" else _aligned(x, y, v[q])
                if alpha > negligible and beta > negligible and abs(gamma) > least * prim.sqrt(alpha * beta):
                    rotated = True
                    zeta = (beta - alpha) / (2.0 * gamma)
                    t = 1.0 / (abs(zeta) + prim.sqrt(1.0 + zeta * zeta))
                    t = -t if zeta < 0.0 else t
                    c = 1.0 / prim.sqrt(1.0 + t * t)
                    _rotate(x, y, c, c * t)
                    _rotate(v[p], v[q], c, c * t)
        if not rotated:
            return
    raise LinAlgError("SVD did not converge")


def _square_of(x):
    return float(np.dot(x, x)) if prim.kind(x) != "c" else float(prim.real(np.vdot(x, x)))


def _aligned(x, y, v):
    """The product of two complex vectors, made real and positive by a factor of the second."""
    product = np.vdot(x, y)
    size = float(prim.absolute(product))
    if size > 0.0:
        back = prim.conjugate(product) / size
        y *= back
        v *= back
    return size


def _rotate(x, y, c, s):
    for k in range(x.shape[0]):
        a = x[k]
        b = y[k]
        x[k] = c * a - s * b
        y[k] = s * a + c * b


def _complete(rows, known):
    """Rows from `known` on become unit vectors orthogonal to those before (Gram and Schmidt, twice)."""
    m = rows.shape[1]
    start = 0
    for k in range(known, rows.shape[0]):
        size = 0.0
        while size < 0.5 / m:
            row = rows[k]
            row[:] = 0.0
            row[start] = 1.0
            start += 1
            for _ in range(2):
                for j in range(k):
                    row -= np.vdot(rows[j], row) * rows[j]
            size = _square_of(row)
        rows[k] /= prim.sqrt(size)


def _decomposed(a, full):
    """For a matrix with at least as many rows as columns: its left vectors as rows, values falling, right vectors as rows."""
    m = a.shape[0]
    n = a.shape[1]
    field = complex128 if prim.kind(a) == "c" else float64
    w = prim.empty((n, m), field)
    w[...] = np.transpose(a)
    _finite(w)
    v = np.eye(n, dtype=field)
    negligible = 1e-32 * float(np.sum(linalg._squares(w)))
    _orthogonal_columns(w, v, negligible)
    sizes = prim.sqrt(np.sum(linalg._squares(w), 1))
    order = np.argsort(-sizes)
    values = sizes[order]
    left = prim.full((m if full else n, m), 0.0, field)
    known = 0
    for k in range(n):
        if values[k] * values[k] > negligible:
            left[k] = w[order[k]] / values[k]
            known += 1
    _complete(left, known)
    return left, values, linalg._conjugate(v)[order]


def _matrix(a):
    a = prim.as_array(a)
    if prim.rank(a) < 2:
        raise LinAlgError(f"{prim.rank(a)}-dimensional array given. Array must be at least two-dimensional")
    if prim.rank(a) > 2:
        prim.refuse("stacks of matrices")
    linalg._check_dtype(a)
    return a


def _factors(a, full):
    if linalg._is_large(a, 16):
        return _factors_by_columns(linalg._by_columns(a), full)
    return _factors_of_small(a, full)


def _sizes(a):
    """Singular values alone."""
    if not linalg._is_large(a, 16):
        return _factors_of_small(a, False)[1]
    m = _finite(linalg._by_columns(a))
    values = prim.empty((min(m.shape[0], m.shape[1]),), float64)
    if linalg._checked(prim.lapack("gesdd_values", m, values)) > 0:
        raise LinAlgError("SVD did not converge")
    return values


def _finite(m):
    if not np.all(prim.isfinite(m)):
        raise LinAlgError("SVD did not converge")
    return m


def _factors_of_small(a, full):
    if a.shape[0] >= a.shape[1]:
        left, values, right = _decomposed(a, full)
        return np.transpose(left), values, right
    right, values, left = _decomposed(np.transpose(a), full)
    return np.transpose(left), values, right


def _factors_by_columns(m, full):
    """By LAPACK."""
    _finite(m)
    columns = m.shape[0]
    rows = m.shape[1]
    k = min(rows, columns)
    values = prim.empty((k,), float64)
    u = prim.empty((rows if full else k, rows), prim.dtype(m))
    vh = prim.empty((columns, columns if full else k), prim.dtype(m))
    if linalg._checked(prim.lapack("gesdd", m, values, u, vh) if full else prim.lapack("gesdd_thin", m, values, u, vh)) > 0:
        raise LinAlgError("SVD did not converge")
    return np.transpose(u), values, linalg._by_rows(vh)


def _result_dtype(a):
    return prim.dtype(a) if prim.kind(a) == "f" or prim.kind(a) == "c" else float64


def _size_dtype(a):
    """The dtype of singular values."""
    return prim.dtype(prim.absolute(prim.cast(0, _result_dtype(a))))


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    a = prim.as_array(a)
    n = prim.rank(a)
    if n > 2:
        linalg._check_dtype(a)
        rows = a.shape[n - 2]
        columns = a.shape[n - 1]
        k = rows if rows < columns else columns
        values = linalg._one_by_one(_sizes, a, (k,), _size_dtype(a))
        if not compute_uv:
            return values
        u = linalg._one_by_one(lambda m: _factors(m, full_matrices)[0], a, (rows, rows if full_matrices else k), _result_dtype(a))
        vh = linalg._one_by_one(lambda m: _factors(m, full_matrices)[2], a, (columns if full_matrices else k, columns), _result_dtype(a))
        return SVDResult(u, values, vh)
    a = _matrix(a)
    if not compute_uv:
        return prim.cast(_sizes(a), _size_dtype(a))
    u, values, vh = _factors(a, full_matrices)
    return SVDResult(prim.cast(np.ascontiguousarray(u), _result_dtype(a)), prim.cast(values, _size_dtype(a)), prim.cast(vh, _result_dtype(a)))


def svdvals(x):
    return svd(x, False, False)


def _cutoff(values, ratio):
    return float(values[0]) * ratio if values.shape[0] > 0 else 0.0


def _epsilon(a):
    return 1.1920928955078125e-07 if prim.same_dtype(_size_dtype(a), float32) else 2.220446049250313e-16


def lstsq(a, b, rcond=None):
    a = _matrix(a)
    b = prim.as_array(b)
    m = a.shape[0]
    n = a.shape[1]
    if prim.rank(b) != 1 and prim.rank(b) != 2:
        raise LinAlgError(f"{prim.rank(b)}-dimensional array given. Array must be two-dimensional")
    if b.shape[0] != m:
        raise LinAlgError("Incompatible dimensions")
    dtype = prim.result_type(_result_dtype(a), _result_dtype(b))
    sizes = prim.dtype(prim.absolute(prim.cast(0, dtype)))
    wide = complex128 if prim.kind(a) == "c" or prim.kind(b) == "c" else float64
    ratio = _epsilon(prim.cast(0, dtype)) * (m if m > n else n) if rcond is None else float(rcond)
    u, values, vh = _factors(np.asarray(a, wide), False)
    least = _cutoff(values, ratio)
    rank = 0
    for s in values:
        if s > least:
            rank += 1
    right = prim.cast(b, wide) if prim.rank(b) == 2 else prim.cast(b, wide)[:, None]
    y = prim.matmul(np.ascontiguousarray(linalg._conjugate(np.transpose(u[:, :rank]))), np.ascontiguousarray(right)) / values[:rank, None]
    x = prim.matmul(np.ascontiguousarray(linalg._conjugate(np.transpose(vh[:rank]))), y)
    squares = np.sum(linalg._squares(right - prim.matmul(prim.cast(a, wide), x)), 0)
    residuals = prim.cast(squares if rank == n and m > n else squares[:0], sizes)
    solution = prim.cast(x, dtype)
    if prim.rank(b) == 1:
        return prim.copy(solution[:, 0]), residuals, prim.cast(rank, int32), prim.cast(values, sizes)
    return solution, residuals, prim.cast(rank, int32), prim.cast(values, sizes)


def pinv(a, rcond=None, hermitian=False, *, rtol=None):
    a = prim.as_array(a)
    ratio = 1e-15 if rcond is None else float(rcond)
    if rtol is not None:
        if rcond is not None:
            raise ValueError("`rtol` and `rcond` can't be both set.")
        ratio = float(rtol)
    if prim.rank(a) > 2:
        n = prim.rank(a)
        return linalg._one_by_one(lambda m: _turned_back(m, ratio), a, (a.shape[n - 1], a.shape[n - 2]), _result_dtype(a))
    return prim.cast(_turned_back(_matrix(a), ratio), _result_dtype(a))


def _turned_back(a, ratio):
    u, values, vh = _factors(a, False)
    least = _cutoff(values, ratio)
    turned = prim.select(values > least, 1.0 / prim.select(values > least, values, 1.0), 0.0)
    wide = prim.cast(turned, prim.dtype(u))
    right = np.ascontiguousarray(linalg._conjugate(np.transpose(vh))) * wide
    return prim.matmul(right, np.ascontiguousarray(linalg._conjugate(np.transpose(u))))


def matrix_rank(A, tol=None, hermitian=False, *, rtol=None):
    if tol is not None and rtol is not None:
        raise ValueError("`tol` and `rtol` can't be both set.")
    a = prim.as_array(A)
    if prim.rank(a) < 2:
        return 1 if np.any(prim.not_equal(a, 0)) else 0
    if prim.rank(a) > 2:
        return _ranks(a, tol, rtol)
    a = _matrix(a)
    m = a.shape[0]
    n = a.shape[1]
    values = _factors(a, False)[1]
    least = _cutoff(values, _epsilon(a) * (m if m > n else n) if rtol is None else float(rtol))
    if tol is not None:
        least = float(tol)
    return prim.cast(np.count_nonzero(values > least), int64)


def _ranks(a, tol, rtol):
    """Of a stack of matrices."""
    values = svdvals(a)
    k = prim.rank(a)
    m = a.shape[k - 2]
    n = a.shape[k - 1]
    if tol is None:
        ratio = _epsilon(a) * (m if m > n else n) if rtol is None else float(rtol)
        return np.count_nonzero(values > prim.multiply(np.max(values, -1, None, True, 0), prim.cast(ratio, prim.dtype(values))), -1)
    return np.count_nonzero(values > float(tol), -1)


def _conditions(a, p):
    """Of a stack of matrices, by their singular values."""
    values = svdvals(a)
    last = prim.rank(values) - 1
    n = values.shape[last]
    if values.size == 0:
        raise LinAlgError("cond is not defined on empty arrays")
    first = values[np._along(last + 1, last, 0)]
    least = values[np._along(last + 1, last, n - 1)]
    r = prim.divide(least, first) if p == -2 else prim.divide(first, least)
    of_nans = np.any(prim.isnan(a), (prim.rank(a) - 2, prim.rank(a) - 1))
    return prim.select(prim.logical_and(prim.isnan(r), prim.logical_not(of_nans)), prim.cast(float("inf"), prim.dtype(r)), r)


def cond(x, p=None):
    if prim.rank(x) > 2 and (p is None or (not isinstance(p, str) and (p == 2 or p == -2))):
        return _conditions(prim.as_array(x), p)
    a = _matrix(x)
    if isinstance(p, str) or (p is not None and p != 2 and p != -2):
        m = linalg._copied(linalg._square(a))
        if linalg._eliminate(m, prim.empty((m.shape[0],), int)) == 0.0:  # LAPACK leaves nans
            if p == "nuc":
                raise LinAlgError("SVD did not converge")
            nans = prim.cast(float("nan"), prim.dtype(linalg.norm(a, p)))
            return nans if np.any(prim.isnan(a)) else prim.cast(float("inf"), prim.dtype(nans))
        return prim.multiply(linalg.norm(a, p), linalg.norm(linalg.inv(a), p))
    if a.shape[0] == 0 or a.shape[1] == 0:
        raise LinAlgError("cond is not defined on empty arrays")
    values = svd(a, False, False)
    r = values[values.shape[0] - 1] / values[0] if p == -2 else values[0] / values[values.shape[0] - 1]
    if r != r and not np.any(prim.isnan(a)):  # 0 / 0
        r = prim.cast(float("inf"), prim.dtype(r))
    return r
