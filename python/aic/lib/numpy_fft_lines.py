"""The transform of one line of numbers, or of a few beside one another: Stockham's self-sorting one (Cochran et al., "What is the fast
Fourier transform?", 1967) by factors 4, 2, 3, 5, 7 and other primes; a large prime by Bluestein's convolution (1970). Computed in double
precision, real and imaginary parts in arrays of their own, so that loops are vectorised."""
from numpy import float64

from aic.lib import prim

_EIGHTH = 0.7853981633974483
_LARGE = 61  # a prime factor above it is not worth its square


# ---- roots of unity ----
def _root(k, n, imaginary):
    """A part of exp(-2 pi i k / n), from an angle of an eighth of the circle at most."""
    x = 8 * k
    below = x > 4 * n
    x = prim.select(below, 8 * n - x, x)
    left = x > 2 * n
    x = prim.select(left, 4 * n - x, x)
    steep = x > n
    angle = prim.cast(prim.select(steep, 2 * n - x, x), float64) * (_EIGHTH / n)
    if imaginary:
        r = prim.select(steep, prim.cos(angle), prim.sin(angle))
        return prim.select(below, r, -r)
    r = prim.select(steep, prim.sin(angle), prim.cos(angle))
    return prim.select(left, -r, r)


def _roots(n):
    """exp(-2 pi i k / n) for k in 0…n-1 as two arrays: products of a few roots beside one another and a few far apart."""
    near = 8
    while near < 64 and near < n or near * near < n:
        near = 2 * near
    count = (n + near - 1) // near
    fine = prim.generate((near,), lambda k: _root(k, n, False), float64)
    fine_i = prim.generate((near,), lambda k: _root(k, n, True), float64)
    coarse = prim.generate((count,), lambda k: _root(k * near, n, False), float64)
    coarse_i = prim.generate((count,), lambda k: _root(k * near, n, True), float64)
    real = prim.empty((count, near), float64)
    imag = prim.empty((count, near), float64)
    for i in range(count):
        for j in range(near):
            real[i, j] = coarse[i] * fine[j] - coarse_i[i] * fine_i[j]
            imag[i, j] = coarse[i] * fine_i[j] + coarse_i[i] * fine[j]
    return prim.reshape(real, (count * near,)), prim.reshape(imag, (count * near,))


# ---- the transform ----
def _split(line, a, b, c):
    """A line of a * b * c numbers as three axes."""
    return prim.reshape(line, (a, b, c), (8 * b * c, 8 * c, 8))


def _every(roots, count, step):
    """So many of the roots, a step apart: none lies past their end."""
    return prim.reshape(roots, (count,), (8 * step,))


def _by_two(xr, xi, yr, yi, cos, sin, m, stride, step):
    cos, sin = _every(cos, m, step), _every(sin, m, step)
    xr, xi = _split(xr, 2, m, stride), _split(xi, 2, m, stride)
    yr, yi = _split(yr, m, 2, stride), _split(yi, m, 2, stride)
    for j in range(m):
        c = cos[j]
        s = sin[j]
        for q in range(stride):
            yr[j, 0, q] = xr[0, j, q] + xr[1, j, q]
            yi[j, 0, q] = xi[0, j, q] + xi[1, j, q]
            r = xr[0, j, q] - xr[1, j, q]
            i = xi[0, j, q] - xi[1, j, q]
            yr[j, 1, q] = r * c - i * s
            yi[j, 1, q] = r * s + i * c


def _four(a, ai, b, bi, c, ci, d, di):
    """The transform of four numbers."""
    er, ei, fr, fi = a + c, ai + ci, b + d, bi + di
    gr, gi, hr, hi = a - c, ai - ci, bi - di, d - b
    return er + fr, ei + fi, gr + hr, gi + hi, er - fr, ei - fi, gr - hr, gi - hi


def _by_four(xr, xi, yr, yi, cos, sin, m, stride, step):
    c1, c2, c3 = _every(cos, m, step), _every(cos, m, 2 * step), _every(cos, m, 3 * step)
    s1, s2, s3 = _every(sin, m, step), _every(sin, m, 2 * step), _every(sin, m, 3 * step)
    xr, xi = _split(xr, 4, m, stride), _split(xi, 4, m, stride)
    yr, yi = _split(yr, m, 4, stride), _split(yi, m, 4, stride)
    for j in range(m):
        a, b, c = c1[j], c2[j], c3[j]
        d, e, f = s1[j], s2[j], s3[j]
        for q in range(stride):
            r0, i0, r1, i1, r2, i2, r3, i3 = _four(xr[0, j, q], xi[0, j, q], xr[1, j, q], xi[1, j, q],
                                                   xr[2, j, q], xi[2, j, q], xr[3, j, q], xi[3, j, q])
            yr[j, 0, q] = r0
            yi[j, 0, q] = i0
            yr[j, 1, q] = r1 * a - i1 * d
            yi[j, 1, q] = r1 * d + i1 * a
            yr[j, 2, q] = r2 * b - i2 * e
            yi[j, 2, q] = r2 * e + i2 * b
            yr[j, 3, q] = r3 * c - i3 * f
            yi[j, 3, q] = r3 * f + i3 * c


def _first_by_four(xr, xi, yr, yi, cos, sin, m, step):
    """The same where lines are of one number: along the other axis."""
    c1, c2, c3 = _every(cos, m, step), _every(cos, m, 2 * step), _every(cos, m, 3 * step)
    s1, s2, s3 = _every(sin, m, step), _every(sin, m, 2 * step), _every(sin, m, 3 * step)
    xr, xi = _split(xr, 1, 4, m), _split(xi, 1, 4, m)
    yr, yi = _split(yr, 1, m, 4), _split(yi, 1, m, 4)
    for j in range(m):
        r0, i0, r1, i1, r2, i2, r3, i3 = _four(xr[0, 0, j], xi[0, 0, j], xr[0, 1, j], xi[0, 1, j],
                                               xr[0, 2, j], xi[0, 2, j], xr[0, 3, j], xi[0, 3, j])
        yr[0, j, 0] = r0
        yi[0, j, 0] = i0
        yr[0, j, 1] = r1 * c1[j] - i1 * s1[j]
        yi[0, j, 1] = r1 * s1[j] + i1 * c1[j]
        yr[0, j, 2] = r2 * c2[j] - i2 * s2[j]
        yi[0, j, 2] = r2 * s2[j] + i2 * c2[j]
        yr[0, j, 3] = r3 * c3[j] - i3 * s3[j]
        yi[0, j, 3] = r3 * s3[j] + i3 * c3[j]


def _by_three(xr, xi, yr, yi, cos, sin, m, stride, step):
    c1, c2, s1, s2 = _every(cos, m, step), _every(cos, m, 2 * step), _every(sin, m, step), _every(sin, m, 2 * step)
    xr, xi = _split(xr, 3, m, stride), _split(xi, 3, m, stride)
    yr, yi = _split(yr, m, 3, stride), _split(yi, m, 3, stride)
    for j in range(m):
        a, b, c, d = c1[j], s1[j], c2[j], s2[j]
        for q in range(stride):
            t = xr[1, j, q] + xr[2, j, q]
            ti = xi[1, j, q] + xi[2, j, q]
            u = (xi[1, j, q] - xi[2, j, q]) * 0.8660254037844386
            ui = (xr[2, j, q] - xr[1, j, q]) * 0.8660254037844386
            g = xr[0, j, q] - 0.5 * t
            gi = xi[0, j, q] - 0.5 * ti
            yr[j, 0, q] = xr[0, j, q] + t
            yi[j, 0, q] = xi[0, j, q] + ti
            yr[j, 1, q] = (g + u) * a - (gi + ui) * b
            yi[j, 1, q] = (g + u) * b + (gi + ui) * a
            yr[j, 2, q] = (g - u) * c - (gi - ui) * d
            yi[j, 2, q] = (g - u) * d + (gi - ui) * c


def _by_five(xr, xi, yr, yi, cos, sin, m, stride, step):
    c1, c2, c3, c4 = _every(cos, m, step), _every(cos, m, 2 * step), _every(cos, m, 3 * step), _every(cos, m, 4 * step)
    s1, s2, s3, s4 = _every(sin, m, step), _every(sin, m, 2 * step), _every(sin, m, 3 * step), _every(sin, m, 4 * step)
    xr, xi = _split(xr, 5, m, stride), _split(xi, 5, m, stride)
    yr, yi = _split(yr, m, 5, stride), _split(yi, m, 5, stride)
    for j in range(m):
        a, b, c, d = c1[j], c2[j], c3[j], c4[j]
        e, f, g, h = s1[j], s2[j], s3[j], s4[j]
        for q in range(stride):
            r, i = xr[0, j, q], xi[0, j, q]
            t, ti, u, ui = xr[1, j, q] + xr[4, j, q], xi[1, j, q] + xi[4, j, q], xr[2, j, q] + xr[3, j, q], xi[2, j, q] + xi[3, j, q]
            v, vi, w, wi = xr[4, j, q] - xr[1, j, q], xi[1, j, q] - xi[4, j, q], xr[3, j, q] - xr[2, j, q], xi[2, j, q] - xi[3, j, q]
            yr[j, 0, q] = r + t + u
            yi[j, 0, q] = i + ti + ui
            k = r + t * 0.30901699437494745 - u * 0.8090169943749475
            ki = i + ti * 0.30901699437494745 - ui * 0.8090169943749475
            n = vi * 0.9510565162951535 + wi * 0.5877852522924731
            ni = v * 0.9510565162951535 + w * 0.5877852522924731
            yr[j, 1, q] = (k + n) * a - (ki + ni) * e
            yi[j, 1, q] = (k + n) * e + (ki + ni) * a
            yr[j, 4, q] = (k - n) * d - (ki - ni) * h
            yi[j, 4, q] = (k - n) * h + (ki - ni) * d
            k = r - t * 0.8090169943749475 + u * 0.30901699437494745
            ki = i - ti * 0.8090169943749475 + ui * 0.30901699437494745
            n = vi * 0.5877852522924731 - wi * 0.9510565162951535
            ni = v * 0.5877852522924731 - w * 0.9510565162951535
            yr[j, 2, q] = (k + n) * b - (ki + ni) * f
            yi[j, 2, q] = (k + n) * f + (ki + ni) * b
            yr[j, 3, q] = (k - n) * c - (ki - ni) * g
            yi[j, 3, q] = (k - n) * g + (ki - ni) * c


def _by_seven(xr, xi, yr, yi, cos, sin, m, stride, step):
    c1, c2, c3 = _every(cos, m, step), _every(cos, m, 2 * step), _every(cos, m, 3 * step)
    c4, c5, c6 = _every(cos, m, 4 * step), _every(cos, m, 5 * step), _every(cos, m, 6 * step)
    s1, s2, s3 = _every(sin, m, step), _every(sin, m, 2 * step), _every(sin, m, 3 * step)
    s4, s5, s6 = _every(sin, m, 4 * step), _every(sin, m, 5 * step), _every(sin, m, 6 * step)
    xr, xi = _split(xr, 7, m, stride), _split(xi, 7, m, stride)
    yr, yi = _split(yr, m, 7, stride), _split(yi, m, 7, stride)
    for j in range(m):
        w1, w2, w3, w4, w5, w6 = c1[j], c2[j], c3[j], c4[j], c5[j], c6[j]
        v1, v2, v3, v4, v5, v6 = s1[j], s2[j], s3[j], s4[j], s5[j], s6[j]
        for q in range(stride):
            r, i = xr[0, j, q], xi[0, j, q]
            a, ai, d, di = xr[1, j, q] + xr[6, j, q], xi[1, j, q] + xi[6, j, q], xr[1, j, q] - xr[6, j, q], xi[1, j, q] - xi[6, j, q]
            b, bi, e, ei = xr[2, j, q] + xr[5, j, q], xi[2, j, q] + xi[5, j, q], xr[2, j, q] - xr[5, j, q], xi[2, j, q] - xi[5, j, q]
            c, ci, f, fi = xr[3, j, q] + xr[4, j, q], xi[3, j, q] + xi[4, j, q], xr[3, j, q] - xr[4, j, q], xi[3, j, q] - xi[4, j, q]
            yr[j, 0, q] = r + a + b + c
            yi[j, 0, q] = i + ai + bi + ci
            t = r + a * 0.6234898018587336 - b * 0.2225209339563144 - c * 0.9009688679024191
            ti = i + ai * 0.6234898018587336 - bi * 0.2225209339563144 - ci * 0.9009688679024191
            u = di * 0.7818314824680298 + ei * 0.9749279121818236 + fi * 0.4338837391175581
            ui = d * 0.7818314824680298 + e * 0.9749279121818236 + f * 0.4338837391175581
            yr[j, 1, q] = (t + u) * w1 - (ti - ui) * v1
            yi[j, 1, q] = (t + u) * v1 + (ti - ui) * w1
            yr[j, 6, q] = (t - u) * w6 - (ti + ui) * v6
            yi[j, 6, q] = (t - u) * v6 + (ti + ui) * w6
            t = r - a * 0.2225209339563144 - b * 0.9009688679024191 + c * 0.6234898018587336
            ti = i - ai * 0.2225209339563144 - bi * 0.9009688679024191 + ci * 0.6234898018587336
            u = di * 0.9749279121818236 - ei * 0.4338837391175581 - fi * 0.7818314824680298
            ui = d * 0.9749279121818236 - e * 0.4338837391175581 - f * 0.7818314824680298
            yr[j, 2, q] = (t + u) * w2 - (ti - ui) * v2
            yi[j, 2, q] = (t + u) * v2 + (ti - ui) * w2
            yr[j, 5, q] = (t - u) * w5 - (ti + ui) * v5
            yi[j, 5, q] = (t - u) * v5 + (ti + ui) * w5
            t = r - a * 0.9009688679024191 + b * 0.6234898018587336 - c * 0.2225209339563144
            ti = i - ai * 0.9009688679024191 + bi * 0.6234898018587336 - ci * 0.2225209339563144
            u = di * 0.4338837391175581 - ei * 0.7818314824680298 + fi * 0.9749279121818236
            ui = d * 0.4338837391175581 - e * 0.7818314824680298 + f * 0.9749279121818236
            yr[j, 3, q] = (t + u) * w3 - (ti - ui) * v3
            yi[j, 3, q] = (t + u) * v3 + (ti - ui) * w3
            yr[j, 4, q] = (t - u) * w4 - (ti + ui) * v4
            yi[j, 4, q] = (t - u) * v4 + (ti + ui) * w4


def _by_odd(xr, xi, yr, yi, cos, sin, m, stride, p, step):
    """By any other odd factor: sums and differences of the numbers that lie opposite one another, times the matrix of its roots."""
    half = p // 2
    own, own_i = _every(cos, p, m * step), _every(sin, p, m * step)
    c = prim.generate((half, half), lambda t, k: own[(t + 1) * (k + 1) % p], float64)
    s = prim.generate((half, half), lambda t, k: own_i[(t + 1) * (k + 1) % p], float64)
    a = prim.empty((half,), float64)
    b = prim.empty((half,), float64)
    d = prim.empty((half,), float64)
    e = prim.empty((half,), float64)
    xr, xi = _split(xr, p, m, stride), _split(xi, p, m, stride)
    yr, yi = _split(yr, m, p, stride), _split(yi, m, p, stride)
    for j in range(m):
        up, up_i = _every(cos, p, j * step), _every(sin, p, j * step)
        for q in range(stride):
            first = xr[0, j, q]
            first_i = xi[0, j, q]
            total = first
            total_i = first_i
            for k in range(half):
                a[k] = first
                b[k] = first_i
                d[k] = 0.0
                e[k] = 0.0
            for t in range(half):
                u = xr[t + 1, j, q] + xr[p - 1 - t, j, q]
                u_i = xi[t + 1, j, q] + xi[p - 1 - t, j, q]
                v = xr[t + 1, j, q] - xr[p - 1 - t, j, q]
                v_i = xi[t + 1, j, q] - xi[p - 1 - t, j, q]
                total = total + u
                total_i = total_i + u_i
                for k in range(half):
                    a[k] += u * c[t, k]
                    b[k] += u_i * c[t, k]
                    d[k] += v_i * s[t, k]
                    e[k] += v * s[t, k]
            yr[j, 0, q] = total
            yi[j, 0, q] = total_i
            for k in range(half):
                r = a[k] - d[k]
                i = b[k] + e[k]
                yr[j, k + 1, q] = r * up[k + 1] - i * up_i[k + 1]
                yi[j, k + 1, q] = r * up_i[k + 1] + i * up[k + 1]
                r = a[k] + d[k]
                i = b[k] - e[k]
                yr[j, p - 1 - k, q] = r * up[p - 1 - k] - i * up_i[p - 1 - k]
                yi[j, p - 1 - k, q] = r * up_i[p - 1 - k] + i * up[p - 1 - k]


def _rows_by_odd(xr, xi, yr, yi, cos, sin, m, stride, p, step):
    """The same where lines are long enough to go along them."""
    half = p // 2
    own, own_i = _every(cos, p, m * step), _every(sin, p, m * step)
    u = prim.empty((half, stride), float64)
    u_i = prim.empty((half, stride), float64)
    v = prim.empty((half, stride), float64)
    v_i = prim.empty((half, stride), float64)
    r = prim.empty((4, stride), float64)
    xr, xi = _split(xr, p, m, stride), _split(xi, p, m, stride)
    yr, yi = _split(yr, m, p, stride), _split(yi, m, p, stride)
    for j in range(m):
        up, up_i = _every(cos, p, j * step), _every(sin, p, j * step)
        yr[j, 0] = xr[0, j]
        yi[j, 0] = xi[0, j]
        for t in range(half):
            for q in range(stride):
                u[t, q] = xr[t + 1, j, q] + xr[p - 1 - t, j, q]
                u_i[t, q] = xi[t + 1, j, q] + xi[p - 1 - t, j, q]
                v[t, q] = xr[t + 1, j, q] - xr[p - 1 - t, j, q]
                v_i[t, q] = xi[t + 1, j, q] - xi[p - 1 - t, j, q]
                yr[j, 0, q] += u[t, q]
                yi[j, 0, q] += u_i[t, q]
        for k in range(half):
            for q in range(stride):
                r[0, q] = xr[0, j, q]
                r[1, q] = xi[0, j, q]
                r[2, q] = 0.0
                r[3, q] = 0.0
            for t in range(half):
                c = own[(t + 1) * (k + 1) % p]
                s = own_i[(t + 1) * (k + 1) % p]
                for q in range(stride):
                    r[0, q] += u[t, q] * c
                    r[1, q] += u_i[t, q] * c
                    r[2, q] += v_i[t, q] * s
                    r[3, q] += v[t, q] * s
            c, s = up[k + 1], up_i[k + 1]
            d, e = up[p - 1 - k], up_i[p - 1 - k]
            for q in range(stride):
                a = r[0, q] - r[2, q]
                b = r[1, q] + r[3, q]
                yr[j, k + 1, q] = a * c - b * s
                yi[j, k + 1, q] = a * s + b * c
                a = r[0, q] + r[2, q]
                b = r[1, q] - r[3, q]
                yr[j, p - 1 - k, q] = a * d - b * e
                yi[j, p - 1 - k, q] = a * e + b * d


def _factor(rest):
    """The next factor to take out."""
    if rest % 4 == 0:
        return 4
    p = 2
    while rest % p != 0:
        p = p + 1
        if p * p > rest:
            p = rest
    return p


def _mixed(given, given_i, cos, sin, spread, lanes):
    """The transform of so many lines of complex numbers, whose k-th numbers lie beside one another, not normalised, in new arrays. The
    roots are those of their length times `spread`."""
    xr = prim.copy(given)
    xi = prim.copy(given_i)
    yr = prim.empty(xr.shape, float64)
    yi = prim.empty(xr.shape, float64)
    rest = xr.shape[0] // lanes
    step = spread
    stride = lanes
    while rest > 1:
        p = _factor(rest)
        m = rest // p
        if p == 4 and stride == 1:
            _first_by_four(xr, xi, yr, yi, cos, sin, m, step)
        elif p == 4:
            _by_four(xr, xi, yr, yi, cos, sin, m, stride, step)
        elif p == 2:
            _by_two(xr, xi, yr, yi, cos, sin, m, stride, step)
        elif p == 3:
            _by_three(xr, xi, yr, yi, cos, sin, m, stride, step)
        elif p == 5:
            _by_five(xr, xi, yr, yi, cos, sin, m, stride, step)
        elif p == 7:
            _by_seven(xr, xi, yr, yi, cos, sin, m, stride, step)
        elif stride >= 16:
            _rows_by_odd(xr, xi, yr, yi, cos, sin, m, stride, p, step)
        else:
            _by_odd(xr, xi, yr, yi, cos, sin, m, stride, p, step)
        xr, yr = yr, xr
        xi, yi = yi, xi
        rest = m
        stride = stride * p
        step = step * p
    return xr, xi


def _largest_factor(n):
    rest = n
    p = 2
    largest = 1
    while p * p <= rest:
        while rest % p == 0:
            rest = rest // p
            largest = p
        p = p + 1
    return rest if rest > largest else largest


def _wide(n):
    """The least length that holds a convolution of n numbers: a power of two, or three, five or nine times one."""
    best = 0
    for part in (1, 3, 5, 9):
        length = part
        while length < 2 * n - 1:
            length = 2 * length
        best = length if best == 0 or length < best else best
    return best


# ---- what the lines of one length share ----
def _plan(n, cos, sin, spread):
    """The roots that lines of n are transformed with, and for a large prime factor the chirp of Bluestein's convolution and the transform of
    what it is convolved with."""
    none = prim.empty((0,), float64)
    if n <= _LARGE or _largest_factor(n) <= _LARGE:
        return cos, sin, spread, none, none, none, none
    wide = _wide(n)
    far, far_i = _roots(wide)
    turn, turn_i = _roots(2 * n)
    chirp = prim.empty((n,), float64)
    chirp_i = prim.empty((n,), float64)
    b = prim.full((wide,), 0, float64)
    b_i = prim.full((wide,), 0, float64)
    at = 0
    for k in range(n):
        chirp[k] = turn[at]
        chirp_i[k] = turn_i[at]
        at = (at + 2 * k + 1) % (2 * n)
    for k in range(n):
        b[-k] = chirp[k] / wide
        b_i[-k] = -chirp_i[k] / wide
    b[:n] = chirp / wide
    b_i[:n] = prim.negative(chirp_i) / wide
    b, b_i = _mixed(b, b_i, far, far_i, 1, 1)
    return far, far_i, 1, chirp, chirp_i, b, b_i


def _rooted_plan(n):
    """The plan for lines of n complex numbers."""
    cos, sin = _roots(1 if n > _LARGE and _largest_factor(n) > _LARGE else n)
    return _plan(n, cos, sin, 1)


def _transformed(z, z_i, plan):
    """The transform of one line by its plan."""
    cos, sin, spread, chirp, chirp_i, b, b_i = plan
    if b.shape[0] == 0:
        return _mixed(z, z_i, cos, sin, spread, 1)
    n = z.shape[0]
    wide = b.shape[0]
    a = prim.full((wide,), 0, float64)
    a_i = prim.full((wide,), 0, float64)
    for k in range(n):
        a[k] = z[k] * chirp[k] - z_i[k] * chirp_i[k]
        a_i[k] = z[k] * chirp_i[k] + z_i[k] * chirp[k]
    f, f_i = _mixed(a, a_i, cos, sin, 1, 1)
    for k in range(wide):
        a[k] = f[k] * b[k] - f_i[k] * b_i[k]
        a_i[k] = f[k] * b_i[k] + f_i[k] * b[k]
    f_i, f = _mixed(a_i, a, cos, sin, 1, 1)
    r = prim.empty((n,), float64)
    r_i = prim.empty((n,), float64)
    for k in range(n):
        r[k] = f[k] * chirp[k] - f_i[k] * chirp_i[k]
        r_i[k] = f[k] * chirp_i[k] + f_i[k] * chirp[k]
    return r, r_i
