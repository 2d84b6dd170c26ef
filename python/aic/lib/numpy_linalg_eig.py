"""Orthogonal factors and eigenvalues: Householder's reflections, QL on tridiagonal form for symmetric matrices (Bowdler, Martin, Reinsch,
Wilkinson, 1968), Jacobi's rotations for complex Hermitian ones, and shifted QR on Hessenberg form for others (Francis, "The QR transformation", 1961), in complex numbers: a real matrix's pairs are made conjugate at the end.
Vectors are unique up to a factor of size 1."""
from numpy import complex64, complex128, float32, float64
from numpy.linalg import LinAlgError
from numpy.linalg._linalg import EighResult, EigResult, QRResult

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import prim


# ---- orthogonal factors ----
def _reflect(r, taus, k):
    """R above the diagonal, the reflections below it, with LAPACK's signs."""
    rows = r.shape[0]
    for j in range(k):
        below = 0.0
        for i in range(j + 1, rows):
            below += float(prim.real(linalg._conjugate(r[i, j]) * r[i, j]))
        alpha = r[j, j]
        aside = float(prim.imag(alpha)) if prim.kind(r) == "c" else 0.0
        if below == 0.0 and aside == 0.0:
            continue
        real = float(prim.real(alpha)) if prim.kind(r) == "c" else float(alpha)
        length = prim.sqrt(real * real + aside * aside + below)
        beta = -length if real >= 0.0 else length
        tau = prim.cast((beta - alpha) / beta, prim.dtype(r))
        scale = prim.cast(alpha - beta, prim.dtype(r))
        taus[j] = tau
        for i in range(j + 1, rows):
            r[i, j] = r[i, j] / scale
        r[j, j] = beta
        for c in range(j + 1, r.shape[1]):
            s = r[j, c]
            for i in range(j + 1, rows):
                s += linalg._conjugate(r[i, j]) * r[i, c]
            s = s * linalg._conjugate(tau)
            r[j, c] -= s
            for i in range(j + 1, rows):
                r[i, c] -= s * r[i, j]


def _unreflected(r, taus, columns):
    """The first columns of Q."""
    rows = r.shape[0]
    q = prim.generate((rows, columns), lambda i, j: 1 if i == j else 0, prim.dtype(r))
    k = taus.shape[0]
    for back in range(k):
        j = k - 1 - back
        for c in range(j, columns):
            s = q[j, c]
            for i in range(j + 1, rows):
                s += linalg._conjugate(r[i, j]) * q[i, c]
            s = s * taus[j]
            q[j, c] -= s
            for i in range(j + 1, rows):
                q[i, c] -= s * r[i, j]
    return q


def _factored(a, mode):
    if linalg._is_large(a, 128) and mode != "complete":
        q, r = _factored_by_columns(linalg._by_columns(a), mode)
        return prim.cast(q, linalg._field(a)), prim.cast(r, linalg._field(a))
    r = linalg._copied(a)
    rows = r.shape[0]
    k = rows if rows < r.shape[1] else r.shape[1]
    taus = prim.full((k,), 0, prim.dtype(r))
    _reflect(r, taus, k)
    if mode == "r":
        return prim.empty((0, 0), prim.dtype(r)), np.triu(r[:k])
    whole = mode == "complete" and rows > k
    return _unreflected(r, taus, rows if whole else k), np.triu(r if whole else r[:k])


def _factored_by_columns(m, mode):
    k = min(m.shape[0], m.shape[1])
    taus = prim.empty((k,), prim.dtype(m))
    linalg._checked(prim.lapack("geqrf", m, taus))
    r = np.triu(linalg._by_rows(m)[:k])
    if mode == "r":
        return prim.empty((0, 0), prim.dtype(m)), r
    q = np.ascontiguous_copy(m[:k])
    linalg._checked(prim.lapack("orgqr", q, taus))
    return linalg._by_rows(q), r


def qr(a, mode="reduced"):
    a = prim.as_array(a)
    if mode != "reduced" and mode != "complete" and mode != "r":
        prim.refuse("this mode of qr")
    if prim.rank(a) < 2:
        raise LinAlgError(f"{prim.rank(a)}-dimensional array given. Array must be at least two-dimensional")
    linalg._check_dtype(a)
    if prim.rank(a) == 2:
        q, r = _factored(a, mode)
        return r if mode == "r" else QRResult(q, r)
    n = prim.rank(a)
    rows = a.shape[n - 2]
    columns = a.shape[n - 1]
    k = rows if rows < columns or mode == "complete" else columns
    left = linalg._one_by_one(lambda m: _factored(m, mode)[0], a, (rows, k), linalg._field(a)) if mode != "r" else a
    right = linalg._one_by_one(lambda m: _factored(m, mode)[1], a, (k if mode != "r" else min(rows, columns), columns), linalg._field(a))
    return right if mode == "r" else QRResult(left, right)


# ---- Hermitian matrices ----
def _eigen(a):
    """Of the lower triangle's matrix: eigenvalues, and eigenvectors as columns, in no order."""
    if prim.kind(a) == "c":
        return _rotated(a)
    n = a.shape[0]
    largest = 0.0
    for i in range(n):
        for j in range(i + 1):
            largest = max(largest, abs(float(a[i, j])))
    # Products of two elements are far from the ends of the range.
    factor = 2.0**600 if 0.0 < largest < 2.0**-300 else (2.0**-600 if largest > 2.0**300 else 1.0)
    v = prim.generate((n, n), lambda i, j: factor * (float(a[j, i]) if j >= i else float(a[i, j])), float64)
    d = prim.full((n,), 0.0, float64)
    e = prim.full((n,), 0.0, float64)
    if n > 0:
        _tridiagonal(v, d, e)
        _unwound(v, d)
        _diagonal(v, d, e)
    return d / factor, np.ascontiguous_copy(np.transpose(v))


def _tridiagonal(v, d, e):
    """Reflections make the symmetric v tridiagonal: the row beside the diagonal is e, the reflections stay in v's rows."""
    n = d.shape[0]
    for j in range(n):
        d[j] = v[j, n - 1]
    for back in range(n - 1):
        i = n - 1 - back
        scale = 0.0
        for k in range(i):
            scale += abs(d[k])
        if scale == 0.0:
            e[i] = d[i - 1]
            for j in range(i):
                d[j] = v[j, i - 1]
                v[j, i] = 0.0
                v[i, j] = 0.0
            d[i] = 0.0
            continue
        h = 0.0
        for k in range(i):
            d[k] /= scale
            h += d[k] * d[k]
        f = d[i - 1]
        g = -prim.sqrt(h) if f > 0.0 else prim.sqrt(h)
        e[i] = scale * g
        h -= f * g
        d[i - 1] = f - g
        for j in range(i):
            e[j] = 0.0
        for j in range(i):
            f = d[j]
            v[i, j] = f
            g = e[j] + v[j, j] * f + np.dot(v[j, j + 1 : i], d[j + 1 : i])
            for k in range(j + 1, i):
                e[k] += v[j, k] * f
            e[j] = g
        f = 0.0
        for j in range(i):
            e[j] /= h
            f += e[j] * d[j]
        half = f / (h + h)
        for j in range(i):
            e[j] -= half * d[j]
        for j in range(i):
            f = d[j]
            g = e[j]
            for k in range(j, i):
                v[j, k] -= f * e[k] + g * d[k]
            d[j] = v[j, i - 1]
            v[j, i] = 0.0
        d[i] = h


def _unwound(v, d):
    """The product of the reflections in place of them; d becomes the diagonal."""
    n = d.shape[0]
    for i in range(n - 1):
        v[i, n - 1] = v[i, i]
        v[i, i] = 1.0
        h = d[i + 1]
        if h != 0.0:
            for k in range(i + 1):
                d[k] = v[i + 1, k] / h
            for j in range(i + 1):
                g = np.dot(v[i + 1, : i + 1], v[j, : i + 1])
                for k in range(i + 1):
                    v[j, k] -= g * d[k]
        for k in range(i + 1):
            v[i + 1, k] = 0.0
    for j in range(n):
        d[j] = v[j, n - 1]
        v[j, n - 1] = 0.0
    v[n - 1, n - 1] = 1.0


def _diagonal(v, d, e):
    """QL with implicit shifts: e goes to zero, d to the eigenvalues, v's rows to the eigenvectors."""
    n = d.shape[0]
    for i in range(1, n):
        e[i - 1] = e[i]
    e[n - 1] = 0.0
    moved = 0.0
    largest = 0.0
    for at in range(n):
        largest = max(largest, abs(d[at]) + abs(e[at]))
        m = at
        while m < n - 1 and abs(e[m]) > 2.0**-52 * largest:
            m += 1
        for _ in range(200 if m > at else 0):
            moved += _shifted(d, e, at)
            _chase(v, d, e, at, m)
            if not abs(e[at]) > 2.0**-52 * largest:
                break
        d[at] += moved
        e[at] = 0.0


def _shifted(d, e, at):
    """Takes the eigenvalue of the corner that is nearer off the diagonal; how much that was."""
    g = d[at]
    p = (d[at + 1] - g) / (2.0 * e[at])
    r = prim.hypot(p, 1.0)
    r = -r if p < 0.0 else r
    d[at] = e[at] / (p + r)
    d[at + 1] = e[at] * (p + r)
    h = g - d[at]
    for i in range(at + 2, d.shape[0]):
        d[i] -= h
    return h


def _chase(v, d, e, at, m):
    after = d[at + 1]
    p = d[m]
    c = 1.0
    c2 = c
    c3 = c
    beside = e[at + 1]
    s = 0.0
    s2 = 0.0
    for back in range(m - at):
        i = m - 1 - back
        c3 = c2
        c2 = c
        s2 = s
        g = c * e[i]
        h = c * p
        r = prim.hypot(p, e[i])
        e[i + 1] = s * r
        s = e[i] / r
        c = p / r
        p = c * d[i] - s * g
        d[i + 1] = h + s * (c * g + s * d[i])
        for k in range(v.shape[1]):
            x = v[i, k]
            y = v[i + 1, k]
            v[i + 1, k] = s * x + c * y
            v[i, k] = c * x - s * y
    p = -s * s2 * c3 * beside * e[at] / after
    e[at] = s * p
    d[at] = c * p


def _rotated(a):
    """Jacobi's method on the lower triangle's matrix: eigenvalues, and eigenvectors as columns, in no order."""
    n = a.shape[0]
    field = complex128
    m = prim.generate((n, n), lambda i, j: prim.cast(a[i, j], field) if i >= j else prim.cast(linalg._conjugate(a[j, i]), field), field)
    v = prim.generate((n, n), lambda i, j: 1.0 if i == j else 0.0, field)
    for i in range(n):
        m[i, i] = prim.real(m[i, i])
    for _ in range(60):
        off = 0.0
        whole = 0.0
        for i in range(n):
            whole += float(prim.real(m[i, i])) * float(prim.real(m[i, i]))
            for j in range(i):
                off += float(prim.real(linalg._conjugate(m[i, j]) * m[i, j]))
        if off <= 1e-36 * whole:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                size = float(prim.absolute(m[p, q]))
                if size != 0.0:
                    _turn(m, v, p, q, size)
    return prim.real(np.ascontiguous_copy(np.diagonal(m))), v


def _turn(m, v, p, q, size):
    """Makes m[p, q] zero: its phase goes into column q, then a rotation."""
    n = m.shape[0]
    turned = linalg._conjugate(m[p, q]) / size
    theta = (float(prim.real(m[q, q])) - float(prim.real(m[p, p]))) / (2.0 * size)
    t = 1.0 / (abs(theta) + prim.sqrt(theta * theta + 1.0))
    t = -t if theta < 0.0 else t
    c = 1.0 / prim.sqrt(t * t + 1.0)
    s = t * c
    for k in range(n):
        x = m[k, p]
        y = m[k, q] * turned
        m[k, p] = c * x - s * y
        m[k, q] = s * x + c * y
    back = linalg._conjugate(turned)
    for k in range(n):
        x = m[p, k]
        y = m[q, k] * back
        m[p, k] = c * x - s * y
        m[q, k] = s * x + c * y
        x = v[k, p]
        y = v[k, q] * turned
        v[k, p] = c * x - s * y
        v[k, q] = s * x + c * y


def _lower(a, UPLO):
    """Its lower triangle is what counts."""
    return a if UPLO == "L" else linalg._conjugate(np.transpose(a))


def _in_order(a, UPLO):
    if linalg._is_large(a, 32, 3):
        m = linalg._by_columns(a)
        values = prim.empty((a.shape[0],), float64)
        if linalg._checked(prim.lapack("syevd", m, values) if UPLO == "L" else prim.lapack("syevd_upper", m, values)) > 0:
            raise LinAlgError("Eigenvalues did not converge")
        return values, linalg._by_rows(m)
    values, vectors = _eigen(_lower(a, UPLO))
    order = np.argsort(values)
    return values[order], vectors[:, order]


def _values_in_order(a, UPLO):
    if not linalg._is_large(a, 16, 3):
        return np.sort(_eigen(_lower(a, UPLO))[0])
    m = linalg._by_columns(a)
    values = prim.empty((a.shape[0],), float64)
    if linalg._checked(prim.lapack("syevd_values", m, values) if UPLO == "L" else prim.lapack("syevd_values_upper", m, values)) > 0:
        raise LinAlgError("Eigenvalues did not converge")
    return values


def _real_dtype(a):
    return float32 if prim.kind(a) == "f" and prim.itemsize(a) == 4 or prim.kind(a) == "c" and prim.itemsize(a) == 8 else float64


def _triangle(UPLO):
    """In capitals."""
    if UPLO == "L" or UPLO == "l":
        return "L"
    if UPLO != "U" and UPLO != "u":
        raise ValueError("UPLO argument must be 'L' or 'U'")
    return "U"


def eigh(a, UPLO="L"):
    a = linalg._square(a)
    UPLO = _triangle(UPLO)
    if prim.rank(a) == 2:
        values, vectors = _in_order(a, UPLO)
        return EighResult(prim.cast(values, _real_dtype(a)), prim.cast(vectors, linalg._field(a)))
    n = a.shape[prim.rank(a) - 1]
    return EighResult(linalg._one_by_one(lambda m: _in_order(m, UPLO)[0], a, (n,), _real_dtype(a)),
                      linalg._one_by_one(lambda m: _in_order(m, UPLO)[1], a, (n, n), linalg._field(a)))


def eigvalsh(a, UPLO="L"):
    a = linalg._square(a)
    UPLO = _triangle(UPLO)
    if prim.rank(a) == 2:
        return prim.cast(_values_in_order(a, UPLO), _real_dtype(a))
    return linalg._one_by_one(lambda m: _values_in_order(m, UPLO), a, (a.shape[prim.rank(a) - 1],), _real_dtype(a))


# ---- other matrices ----
def _hessenberg(h, v):
    """Similar to h and zero below the subdiagonal; v is multiplied by the transformations."""
    n = h.shape[0]
    x = prim.empty((n,), complex128)
    for j in range(n - 2):
        below = 0.0
        for i in range(j + 1, n):
            x[i] = h[i, j]
            below += float(prim.real(prim.conjugate(x[i]) * x[i]))
        first = float(prim.absolute(x[j + 1]))
        if below - first * first == 0.0 and below == first * first:
            continue
        length = prim.sqrt(below)
        phase = x[j + 1] / first if first > 0.0 else x[j + 1] * 0.0 + 1.0
        x[j + 1] += phase * length
        size = 0.0
        for i in range(j + 1, n):
            size += float(prim.real(prim.conjugate(x[i]) * x[i]))
        for c in range(n):  # from the left
            s = h[j + 1, c] * 0.0
            for i in range(j + 1, n):
                s += prim.conjugate(x[i]) * h[i, c]
            s = s * (2.0 / size)
            for i in range(j + 1, n):
                h[i, c] -= s * x[i]
        for r in range(n):  # from the right, on v too
            s = h[r, j + 1] * 0.0
            t = s
            for i in range(j + 1, n):
                s += h[r, i] * x[i]
                t += v[r, i] * x[i]
            s = s * (2.0 / size)
            t = t * (2.0 / size)
            for i in range(j + 1, n):
                h[r, i] -= s * prim.conjugate(x[i])
                v[r, i] -= t * prim.conjugate(x[i])
        for i in range(j + 2, n):
            h[i, j] = 0.0


def _triangular(h, v):
    """Brings h, in Hessenberg form, to Schur's form by steps of QR with Wilkinson's shift."""
    n = h.shape[0]
    cosines = prim.empty((n,), float64)
    sines = prim.empty((n,), complex128)
    high = n - 1
    tries = 0
    while high > 0:
        low = high
        while low > 0:
            near = float(prim.absolute(h[low, low])) + float(prim.absolute(h[low - 1, low - 1]))
            if float(prim.absolute(h[low, low - 1])) <= 2.220446049250313e-16 * (near if near > 0.0 else 1e-300):
                h[low, low - 1] = 0.0
                break
            low -= 1
        if low == high:
            high -= 1
            tries = 0
            continue
        tries += 1
        if tries > 300:
            raise LinAlgError("Eigenvalues did not converge")
        shift = _shift(h, high) if tries % 10 != 0 else h[high, high] + prim.absolute(h[high, high - 1])
        for k in range(low, high + 1):
            h[k, k] -= shift
        for k in range(low, high):  # R by rotations
            a = h[k, k]
            b = h[k + 1, k]
            first = float(prim.absolute(a))
            length = prim.hypot(first, float(prim.absolute(b)))
            if length == 0.0:
                cosines[k] = 1.0
                sines[k] = 0.0
                continue
            c = first / length
            phase = a / first if first > 0.0 else a * 0.0 + 1.0
            s = phase * prim.conjugate(b) / length
            cosines[k] = c
            sines[k] = s
            for j in range(k, n):
                x = h[k, j]
                y = h[k + 1, j]
                h[k, j] = c * x + s * y
                h[k + 1, j] = c * y - prim.conjugate(s) * x
        for k in range(low, high):  # times Q
            c = float(cosines[k])
            s = sines[k]
            for i in range(min(k + 2, high + 1)):
                x = h[i, k]
                y = h[i, k + 1]
                h[i, k] = c * x + prim.conjugate(s) * y
                h[i, k + 1] = c * y - s * x
            for i in range(v.shape[0]):
                x = v[i, k]
                y = v[i, k + 1]
                v[i, k] = c * x + prim.conjugate(s) * y
                v[i, k + 1] = c * y - s * x
        for k in range(low, high + 1):
            h[k, k] += shift


def _shift(h, k):
    """The eigenvalue of the last two rows and columns that is nearer to the corner."""
    a = h[k - 1, k - 1]
    d = h[k, k]
    half = (a - d) / 2.0
    product = h[k - 1, k] * h[k, k - 1]
    root = prim.sqrt(half * half + product)
    if float(prim.real(half) * prim.real(root) + prim.imag(half) * prim.imag(root)) < 0.0:
        root = -root
    bottom = half + root
    return d - product / bottom if float(prim.absolute(bottom)) > 0.0 else d


def _schur(a):
    n = a.shape[0]
    h = prim.empty((n, n), complex128)
    h[...] = a
    if not np.all(prim.isfinite(h)):
        raise LinAlgError("Array must not contain infs or NaNs")
    v = prim.generate((n, n), lambda i, j: 1.0 if i == j else 0.0, complex128)
    _hessenberg(h, v)
    _triangular(h, v)
    return h, v


def _vectors(h, v):
    """Eigenvectors of length 1 as columns, the largest element real as LAPACK has them."""
    n = h.shape[0]
    out = prim.empty((n, n), complex128)
    y = prim.empty((n,), complex128)
    scale = float(np.max(prim.absolute(h))) * 2.220446049250313e-16 if n > 0 else 0.0
    for k in range(n):
        y[k] = 1.0
        for back in range(k):
            i = k - 1 - back
            s = h[i, k] * 1.0
            for j in range(i + 1, k):
                s += h[i, j] * y[j]
            apart = h[k, k] - h[i, i]
            if float(prim.absolute(apart)) <= scale:
                apart = apart * 0.0 + (scale if scale > 0.0 else 1.0)
            y[i] = s / apart
        size = 0.0
        for r in range(n):
            s = v[r, k] * y[k]
            for j in range(k):
                s += v[r, j] * y[j]
            out[r, k] = s
            size += float(prim.real(prim.conjugate(s) * s))
        length = prim.sqrt(size)
        best = 0
        for r in range(n):
            if float(prim.absolute(out[r, k])) > float(prim.absolute(out[best, k])):
                best = r
        phase = prim.conjugate(out[best, k]) / prim.absolute(out[best, k])
        for r in range(n):
            out[r, k] = out[r, k] * phase / length
    return out


def _paired(values, a):
    """The eigenvalues of a real matrix: those that are near the real line are on it, the others in conjugate pairs. True if all are real."""
    n = values.shape[0]
    scale = float(np.max(prim.absolute(values))) if n > 0 else 0.0
    alone = True
    done = prim.full((n,), False, bool)
    for k in range(n):
        if done[k]:
            continue
        best = -1
        if float(prim.fabs(prim.imag(values[k]))) > 0.0:
            apart = float(prim.fabs(prim.imag(values[k])))
            for j in range(k + 1, n):
                distance = float(prim.absolute(values[j] - prim.conjugate(values[k])))
                if not done[j] and distance < apart and float(prim.imag(values[j])) * float(prim.imag(values[k])) < 0.0:
                    best = j
                    apart = distance
            if apart > 1e-6 * scale:
                best = -1
        if best < 0:
            values[k] = prim.real(values[k])
        else:
            alone = False
            done[best] = True
            values[best] = prim.conjugate(values[k])
        done[k] = True
    return alone


def _wide_dtype(a):
    return complex64 if prim.same_dtype(_real_dtype(a), float32) else complex128


def _values_by_columns(m, v):
    """By LAPACK, which puts vectors into v's rows if there is room for them."""
    if not np.all(prim.isfinite(m)):
        raise LinAlgError("Array must not contain infs or NaNs")
    values = prim.empty((m.shape[0],), complex128)
    if linalg._checked(prim.lapack("geev", m, values, v) if v.shape[0] > 0 else prim.lapack("geev_values", m, values)) > 0:
        raise LinAlgError("Eigenvalues did not converge")
    return values


def _vectors_of_pairs(values, v):
    """A real matrix's vectors as columns: those of a pair of conjugate values have a row for the real and one for the imaginary part."""
    n = values.shape[0]
    out = prim.empty((n, n), complex128)
    k = 0
    while k < n:
        paired = float(prim.imag(values[k])) != 0.0 and k + 1 < n
        for i in range(n):
            re = float(v[k, i])
            im = float(v[k + 1, i]) if paired else 0.0
            out[i, k] = complex(re, im)
            if paired:
                out[i, k + 1] = complex(re, -im)
        k += 2 if paired else 1
    return out


def _values(a):
    if linalg._is_large(a, 8):
        m = linalg._by_columns(a)
        return _values_by_columns(m, prim.empty((0, 0), prim.dtype(m)))
    h, v = _schur(a)
    return np.ascontiguous_copy(np.diagonal(h))


def eigvals(a):
    """Real where all are, of a real matrix; else complex: the dtype depends on the values."""
    return _eigvals(a, lambda values: values)


def _eigvals(a, finished):
    """What `finished` makes of the eigenvalues."""
    a = linalg._square(a)
    if prim.rank(a) != 2:
        prim.refuse("eigenvalues of a stack of matrices that need not be Hermitian")
    values = _values(a)
    if prim.kind(a) == "c":
        return finished(prim.cast(values, linalg._field(a)))
    if _paired(values, a):
        return finished(prim.cast(prim.real(values), _real_dtype(a)))
    return finished(prim.cast(values, _wide_dtype(a)))


def _system(a):
    """Eigenvalues, and vectors as columns, as complex128."""
    if linalg._is_large(a, 8):
        m = linalg._by_columns(a)
        v = prim.empty(m.shape, prim.dtype(m))
        values = _values_by_columns(m, v)
        return values, linalg._by_rows(v) if prim.kind(m) == "c" else _vectors_of_pairs(values, v)
    h, v = _schur(a)
    return np.ascontiguous_copy(np.diagonal(h)), _vectors(h, v)


def eig(a):
    a = linalg._square(a)
    if prim.rank(a) != 2:
        prim.refuse("eigenvalues of a stack of matrices that need not be Hermitian")
    values, vectors = _system(a)
    if prim.kind(a) == "c":
        return EigResult(prim.cast(values, linalg._field(a)), prim.cast(vectors, linalg._field(a)))
    if _paired(values, a):
        return EigResult(prim.cast(prim.real(values), _real_dtype(a)), prim.cast(prim.real(vectors), _real_dtype(a)))
    return EigResult(prim.cast(values, _wide_dtype(a)), prim.cast(vectors, _wide_dtype(a)))
