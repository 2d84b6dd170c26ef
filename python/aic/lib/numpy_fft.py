"""numpy.fft in the language: Stockham's self-sorting transform (Cochran et al., "What is the fast Fourier transform?", 1967) by factors 4,
2, 3, 5, 7 and other primes; a large prime by Bluestein's convolution (1970). Real transforms of even length are complex ones of half of
it. Computed in double precision."""
from numpy import complex64, complex128, float16, float32, float64

from aic.lib import numpy as np
from aic.lib import prim

_TWO_PI = 6.283185307179586
_LARGE = 61  # a prime factor above it is not worth its square


# ---- the transform ----
def _roots(n, sign):
    """exp(sign * 2 pi i k / n) for k in 0…n-1; angles are at most pi, which keeps them exact."""
    def root(k):
        angle = sign * _TWO_PI * float(k if 2 * k <= n else k - n) / n
        return complex(prim.cos(angle), prim.sin(angle))

    return prim.generate((n,), root, complex128)


def _by_two(x, y, roots, m, stride):
    for j in range(m):
        w = roots[j * stride]
        for q in range(stride):
            a = x[q + stride * j]
            b = x[q + stride * (j + m)]
            y[q + stride * (2 * j)] = a + b
            y[q + stride * (2 * j + 1)] = (a - b) * w


def _by_four(x, y, roots, m, stride, sign):
    quarter = complex(0.0, sign)
    for j in range(m):
        w1 = roots[j * stride]
        w2 = roots[2 * j * stride]
        w3 = roots[3 * j * stride]
        for q in range(stride):
            a = x[q + stride * j]
            b = x[q + stride * (j + m)]
            c = x[q + stride * (j + 2 * m)]
            d = x[q + stride * (j + 3 * m)]
            even = a + c
            odd = b + d
            high = a - c
            turned = (b - d) * quarter
            y[q + stride * (4 * j)] = even + odd
            y[q + stride * (4 * j + 1)] = (high + turned) * w1
            y[q + stride * (4 * j + 2)] = (even - odd) * w2
            y[q + stride * (4 * j + 3)] = (high - turned) * w3


def _by_three(x, y, roots, m, stride, sign):
    side = complex(0.0, sign * 0.8660254037844386)
    for j in range(m):
        w1 = roots[j * stride]
        w2 = roots[2 * j * stride]
        for q in range(stride):
            a = x[q + stride * j]
            b = x[q + stride * (j + m)]
            c = x[q + stride * (j + 2 * m)]
            both = b + c
            middle = a - both * 0.5
            turned = (b - c) * side
            y[q + stride * (3 * j)] = a + both
            y[q + stride * (3 * j + 1)] = (middle + turned) * w1
            y[q + stride * (3 * j + 2)] = (middle - turned) * w2


def _by_five(x, y, roots, m, stride, sign):
    c1 = 0.30901699437494745
    c2 = -0.8090169943749475
    s1 = complex(0.0, sign * 0.9510565162951535)
    s2 = complex(0.0, sign * 0.5877852522924731)
    for j in range(m):
        w1 = roots[j * stride]
        w2 = roots[2 * j * stride]
        w3 = roots[3 * j * stride]
        w4 = roots[4 * j * stride]
        for q in range(stride):
            a = x[q + stride * j]
            b = x[q + stride * (j + m)]
            c = x[q + stride * (j + 2 * m)]
            d = x[q + stride * (j + 3 * m)]
            e = x[q + stride * (j + 4 * m)]
            outer = b + e
            inner = c + d
            first = a + outer * c1 + inner * c2
            second = a + outer * c2 + inner * c1
            u = (b - e) * s1 + (c - d) * s2
            v = (b - e) * s2 - (c - d) * s1
            y[q + stride * (5 * j)] = a + outer + inner
            y[q + stride * (5 * j + 1)] = (first + u) * w1
            y[q + stride * (5 * j + 2)] = (second + v) * w2
            y[q + stride * (5 * j + 3)] = (second - v) * w3
            y[q + stride * (5 * j + 4)] = (first - u) * w4


def _by_prime(x, y, roots, m, stride, p, turn):
    for j in range(m):
        for q in range(stride):
            for k in range(p):
                total = x[q + stride * j]
                for t in range(1, p):
                    total = total + x[q + stride * (j + m * t)] * roots[t * k % p * turn]
                y[q + stride * (p * j + k)] = total * roots[j * k * stride]


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


def _mixed(given, sign, roots):
    n = given.shape[0]
    x = given
    y = prim.empty((n,), complex128)
    rest = n
    stride = 1
    while rest > 1:
        p = _factor(rest)
        m = rest // p
        if p == 4:
            _by_four(x, y, roots, m, stride, sign)
        elif p == 2:
            _by_two(x, y, roots, m, stride)
        elif p == 3:
            _by_three(x, y, roots, m, stride, sign)
        elif p == 5:
            _by_five(x, y, roots, m, stride, sign)
        else:
            _by_prime(x, y, roots, m, stride, p, n // p)
        x, y = y, x
        rest = m
        stride = stride * p
    return x


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


def _bluestein(given, sign):
    """A convolution with a chirp, of a length that is a power of two."""
    n = given.shape[0]
    wide = 1
    while wide < 2 * n - 1:
        wide = 2 * wide
    chirp = prim.empty((n,), complex128)
    k = 0
    for i in range(n):
        angle = sign * _TWO_PI * 0.5 * float(k if k <= n else k - 2 * n) / n
        chirp[i] = complex(prim.cos(angle), prim.sin(angle))
        k = (k + 2 * i + 1) % (2 * n)
    a = prim.full((wide,), 0, complex128)
    b = prim.full((wide,), 0, complex128)
    for i in range(n):
        a[i] = given[i] * chirp[i]
        b[i] = prim.conjugate(chirp[i])
        if i > 0:
            b[wide - i] = prim.conjugate(chirp[i])
    roots = _roots(wide, -1.0)
    line = a
    first = a
    for step in range(3):  # both, and what is conjugate to the inverse of their product: one place in the code for all
        line = _mixed(prim.copy(line), -1.0, roots)
        if step == 0:
            first = line
            line = b
        elif step == 1:
            line = prim.conjugate(prim.multiply(first, line))
    whole = line
    return prim.generate((n,), lambda i: prim.conjugate(whole[i]) * chirp[i] / float(wide), complex128)


def _transformed(given, sign, roots):
    """The transform of one line, not normalised; `given` is complex128, contiguous and used up."""
    if roots.shape[0] == 0:
        return _bluestein(given, sign)
    return _mixed(given, sign, roots)


def _plan(n, sign):
    """The roots of a length, none if it has a large prime factor."""
    return _roots(0 if n > _LARGE and _largest_factor(n) > _LARGE else n, sign)


# ---- lines ----
def _line(x, n):
    """A line as complex128, cut or filled with zeros to n."""
    out = prim.full((n,), 0, complex128)
    used = n if n < x.shape[0] else x.shape[0]
    out[:used] = x[:used]
    return out


def _is_single(a):
    return prim.itemsize(a) <= 4 and prim.kind(a) == "f" or prim.itemsize(a) == 8 and prim.kind(a) == "c"


def _scale(norm, forward, n):
    """By what a result is multiplied."""
    if norm is None or norm == "backward":
        return 1.0 if forward else 1.0 / n
    if norm == "ortho":
        return 1.0 / prim.sqrt(float(n))
    if norm == "forward":
        return 1.0 / n if forward else 1.0
    raise ValueError(f'Invalid norm value {norm}; should be "backward","ortho" or "forward".')


def _length(a, n, axis):
    if prim.rank(a) == 0:
        prim.refuse("the transform of a scalar")
    length = a.shape[axis] if n is None else n
    if length < 1:
        raise ValueError(f"Invalid number of FFT data points ({length}) specified.")
    return length


def _result(a, n, axis, dtype):
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        shape = shape + (n if k == axis else a.shape[k],)
    return np._ordered(shape, dtype, "F" if prim.fortran(a) else "C")


def _each_line(a, out, axis, f):
    """f of each line along the axis into the same line of `out`."""
    last = prim.rank(a) - 1
    if prim.rank(a) == 1:
        out[...] = prim.cast(f(a), prim.dtype(out))
    else:
        _each_of(np.moveaxis(a, axis, last), np.moveaxis(out, axis, last), f)


def _each_of(lines, results, f):
    if prim.rank(lines) == 1:
        results[...] = prim.cast(f(lines), prim.dtype(results))
    else:
        for i in range(lines.shape[0]):
            _each_of(lines[i], results[i], f)


def _complex_lines(a, n, axis, sign, scale):
    out = _result(a, n, axis, complex64 if _is_single(a) else complex128)
    roots = _plan(n, sign)
    _each_line(a, out, axis, lambda line: prim.multiply(_transformed(_line(line, n), sign, roots), scale))
    return out


# ---- complex transforms ----
def fft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    return np._into(out, _complex_lines(a, length, axis, -1.0, _scale(norm, True, length)))


def ifft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    return np._into(out, _complex_lines(a, length, axis, 1.0, _scale(norm, False, length)))


# ---- real transforms ----
def _half_spectrum(x, n, roots):
    """n // 2 + 1 numbers of the transform of n real ones."""
    h = n // 2
    out = prim.empty((h + 1,), complex128)
    used = n if n < x.shape[0] else x.shape[0]
    odd = n % 2 == 1
    z = prim.full((n if odd else h,), 0, complex128)
    if odd:
        z[:used] = x[:used]
    else:
        for i in range(used // 2):
            z[i] = complex(float(x[2 * i]), float(x[2 * i + 1]))
        if used % 2 == 1:
            z[used // 2] = complex(float(x[used - 1]), 0.0)
    t = _transformed(z, -1.0, roots)
    if odd:
        out[...] = t[: h + 1]
        return out
    for k in range(h + 1):
        a = t[k % h]
        b = prim.conjugate(t[(h - k) % h])
        angle = -_TWO_PI * float(k) / n
        turned = (a - b) * complex(prim.cos(angle), prim.sin(angle))
        out[k] = complex(0.5 * (a.real + b.real + turned.imag), 0.5 * (a.imag + b.imag - turned.real))
    return out


def rfft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        raise TypeError("ufunc 'rfft_n_even' did not contain a loop with signature matching types <class 'numpy.dtypes.Complex128DType'> -> None")
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    scale = _scale(norm, True, length)
    result = _result(a, length // 2 + 1, axis, complex64 if _is_single(a) else complex128)
    roots = _plan(length if length % 2 == 1 else length // 2, -1.0)
    _each_line(a, result, axis, lambda line: prim.multiply(_half_spectrum(line, length, roots), scale))
    return np._into(out, result)


def _real_line(x, n, roots):
    """n real numbers from half of their spectrum."""
    h = n // 2
    half = _line(x, h + 1)
    out = prim.empty((n,), float64)
    odd = n % 2 == 1
    z = prim.full((n if odd else h,), 0, complex128)
    half[0] = half[0].real
    if odd:
        z[0] = half[0]
        for k in range(1, h + 1):
            z[k] = half[k]
            z[n - k] = prim.conjugate(half[k])
    else:
        half[h] = half[h].real
        for k in range(h):
            a = half[k]
            b = prim.conjugate(half[h - k])
            angle = _TWO_PI * float(k) / n
            turned = (a - b) * complex(prim.cos(angle), prim.sin(angle))
            z[k] = complex(a.real + b.real - turned.imag, a.imag + b.imag + turned.real)
    t = _transformed(z, 1.0, roots)
    if odd:
        out[...] = prim.real(t)
        return out
    for i in range(h):
        out[2 * i] = t[i].real
        out[2 * i + 1] = t[i].imag
    return out


def irfft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, 2 * (a.shape[axis] - 1) if n is None else n, axis)
    scale = _scale(norm, False, length)
    result = _result(a, length, axis, float16 if prim.kind(a) == "f" and prim.itemsize(a) == 2 else float32 if _is_single(a) else float64)
    roots = _plan(length if length % 2 == 1 else length // 2, 1.0)
    _each_line(a, result, axis, lambda line: prim.multiply(_real_line(line, length, roots), scale))
    return np._into(out, result)


def _swapped_norm(norm):
    return "forward" if norm is None or norm == "backward" else "backward" if norm == "forward" else norm


def hfft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    length = 2 * (a.shape[axis] - 1) if n is None else n
    return irfft(prim.conjugate(a) if prim.kind(a) == "c" else a, length, axis, _swapped_norm(norm), out)


def ihfft(a, n=None, axis=-1, norm=None, out=None):
    return np._into(out, prim.conjugate(rfft(a, n, axis, _swapped_norm(norm))))


# ---- several axes ----
def _sizes(a, s, axes):
    """The axes to transform and what is asked of their lengths (-1: as they are)."""
    if axes is None:
        count = prim.rank(a) if s is None else len(s)
        chosen = ()
        for k in prim.static_range(count):
            chosen = chosen + (prim.rank(a) - count + k,)
    else:
        chosen = ()
        for k in np._shape(axes):
            chosen = chosen + (np._axis(k, prim.rank(a)),)
    if s is not None:
        if len(s) != len(chosen):
            raise ValueError("Shape and axes have different lengths.")
    return chosen


def _size(a, s, j, axis):
    if s is None:
        return a.shape[axis]
    return a.shape[axis] if s[j] == -1 else s[j]


def fftn(a, s=None, axes=None, norm=None, out=None):
    r = prim.as_array(a)
    chosen = _sizes(r, s, axes)
    for back in prim.static_range(len(chosen)):
        j = len(chosen) - 1 - back
        r = fft(r, _size(r, s, j, chosen[j]), chosen[j], norm)
    return np._into(out, r)


def ifftn(a, s=None, axes=None, norm=None, out=None):
    r = prim.as_array(a)
    chosen = _sizes(r, s, axes)
    for back in prim.static_range(len(chosen)):
        j = len(chosen) - 1 - back
        r = ifft(r, _size(r, s, j, chosen[j]), chosen[j], norm)
    return np._into(out, r)


def rfftn(a, s=None, axes=None, norm=None, out=None):
    r = prim.as_array(a)
    chosen = _sizes(r, s, axes)
    last = len(chosen) - 1
    r = rfft(r, _size(r, s, last, chosen[last]), chosen[last], norm)
    for back in prim.static_range(last):
        j = last - 1 - back
        r = fft(r, _size(r, s, j, chosen[j]), chosen[j], norm)
    return np._into(out, r)


def irfftn(a, s=None, axes=None, norm=None, out=None):
    r = prim.as_array(a)
    chosen = _sizes(r, s, axes)
    last = len(chosen) - 1
    length = 2 * (r.shape[chosen[last]] - 1)
    if s is not None:
        length = length if s[last] == -1 else s[last]
    for j in prim.static_range(last):
        r = ifft(r, _size(r, s, j, chosen[j]), chosen[j], norm)
    return irfft(r, length, chosen[last], norm, out)


def fft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    return fftn(a, s, axes, norm, out)


def ifft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    return ifftn(a, s, axes, norm, out)


def rfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    return rfftn(a, s, axes, norm, out)


def irfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    return irfftn(a, s, axes, norm, out)


# ---- frequencies ----
def fftfreq(n, d=1.0):
    half = (n - 1) // 2 + 1
    scale = 1.0 / (n * d)
    return prim.generate((n,), lambda i: prim.select(i < half, i, i - n) * scale, float64)


def rfftfreq(n, d=1.0):
    scale = 1.0 / (n * d)
    return prim.generate((n // 2 + 1,), lambda i: i * scale, float64)


def fftshift(x, axes=None):
    return _shifted(prim.as_array(x), axes, 1)


def ifftshift(x, axes=None):
    return _shifted(prim.as_array(x), axes, -1)


def _shifted(x, axes, sign):
    r = x
    for k in np._axes(axes, prim.rank(x)):
        n = x.shape[k] // 2
        r = np.roll(r, n if sign == 1 else -n, k)
    return r
