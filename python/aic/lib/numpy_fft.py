"""numpy.fft in the language, on numpy_fft_lines' transforms of lines. Real transforms of even length are complex ones of half of it; an
inverse transform is the forward one with real and imaginary parts exchanged. docs/accuracy.md holds errors and speed beside NumPy's."""
from numpy import complex64, complex128, float16, float32, float64

from aic.lib import numpy as np
from aic.lib import prim
from aic.lib.numpy_fft_lines import _mixed, _plan, _rooted_plan, _roots, _split, _transformed

_LANES = 8  # so many lines are transformed beside one another


# ---- lines ----
def _line(x, n):
    """The parts of a line, cut or filled with zeros to n."""
    z = prim.full((n,), 0, float64)
    z_i = prim.full((n,), 0, float64)
    used = n if n < x.shape[0] else x.shape[0]
    z[:used] = prim.cast(prim.real(x[:used]), float64)
    if prim.kind(x) == "c":
        z_i[:used] = prim.cast(prim.imag(x[:used]), float64)
    return z, z_i


def _beside(lines, n):
    """The parts of a few lines, cut or filled with zeros to n, their k-th numbers beside one another."""
    lanes = lines.shape[0]
    z = prim.full((n * lanes,), 0, float64)
    z_i = prim.full((n * lanes,), 0, float64)
    used = n if n < lines.shape[1] else lines.shape[1]
    rows = prim.transpose(lines, (1, 0))[:used]
    prim.reshape(z, (n, lanes), (8 * lanes, 8))[:used] = prim.cast(prim.real(rows), float64)
    if prim.kind(lines) == "c":
        prim.reshape(z_i, (n, lanes), (8 * lanes, 8))[:used] = prim.cast(prim.imag(rows), float64)
    return z, z_i


def _store_beside(targets, r, r_i, scale):
    lanes, n = targets.shape
    r, r_i = _split(r, 1, n, lanes), _split(r_i, 1, n, lanes)
    for k in range(n):
        for j in range(lanes):
            targets[j, k] = prim.cast(complex(r[0, k, j] * scale, r_i[0, k, j] * scale), prim.dtype(targets))


def _store(target, r, r_i, scale):
    for k in range(target.shape[0]):
        target[k] = prim.cast(complex(r[k] * scale, r_i[k] * scale), prim.dtype(target))


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


def _each_of(lines, results, f, rank):
    if prim.rank(lines) == rank:
        f(lines, results)
    else:
        for i in range(lines.shape[0]):
            _each_of(lines[i], results[i], f, rank)


def _complex_lines(a, n, axis, inverse, scale):
    out = _result(a, n, axis, complex64 if _is_single(a) else complex128)
    plan = _rooted_plan(n)

    def one(line, target):
        z, z_i = _line(line, n)
        if inverse:
            r_i, r = _transformed(z_i, z, plan)
        else:
            r, r_i = _transformed(z, z_i, plan)
        _store(target, r, r_i, scale)

    def several(lines, targets):
        cos, sin, spread, chirp, chirp_i, b, b_i = plan
        for first in range(0, lines.shape[0], _LANES):
            part = lines[first : first + _LANES]
            target = targets[first : first + _LANES]
            z, z_i = _beside(part, n)
            if inverse:
                r_i, r = _mixed(z_i, z, cos, sin, spread, part.shape[0])
            else:
                r, r_i = _mixed(z, z_i, cos, sin, spread, part.shape[0])
            _store_beside(target, r, r_i, scale)

    if prim.rank(a) == 1:
        one(a, out)
    else:
        lines = np.moveaxis(a, axis, prim.rank(a) - 1)
        targets = np.moveaxis(out, axis, prim.rank(a) - 1)
        _each_of(lines, targets, one, 1) if plan[5].shape[0] > 0 else _each_of(lines, targets, several, 2)
    return out


# ---- complex transforms ----
def fft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    return np._into(out, _complex_lines(a, length, axis, False, _scale(norm, True, length)))


def ifft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    return np._into(out, _complex_lines(a, length, axis, True, _scale(norm, False, length)))


# ---- real transforms ----
def _half_spectrum(x, target, n, cos, sin, plan, scale):
    """n // 2 + 1 numbers of the transform of n real ones."""
    h = n // 2
    if n % 2 == 1:
        z, z_i = _line(x, n)
        r, r_i = _transformed(z, z_i, plan)
        _store(target, r, r_i, scale)
        return
    used = n if n < x.shape[0] else x.shape[0]
    z = prim.full((h,), 0, float64)
    z_i = prim.full((h,), 0, float64)
    z[: (used + 1) // 2] = prim.cast(x[:used:2], float64)
    z_i[: used // 2] = prim.cast(x[1:used:2], float64)
    r, r_i = _transformed(z, z_i, plan)
    target[0] = prim.cast(complex((r[0] + r_i[0]) * scale, 0.0), prim.dtype(target))
    target[h] = prim.cast(complex((r[0] - r_i[0]) * scale, 0.0), prim.dtype(target))
    by = 0.5 * scale
    for k in range(1, h):
        d = r[k] - r[h - k]
        d_i = r_i[k] + r_i[h - k]
        turned = d * cos[k] - d_i * sin[k]
        turned_i = d * sin[k] + d_i * cos[k]
        target[k] = prim.cast(complex((r[k] + r[h - k] + turned_i) * by, (r_i[k] - r_i[h - k] - turned) * by), prim.dtype(target))


def _real_plan(n):
    """The roots of n, and the plan for the complex lines that real ones of n are transformed by."""
    cos, sin = _roots(n)
    return cos, sin, _plan(n, cos, sin, 1) if n % 2 == 1 else _plan(n // 2, cos, sin, 2)


def _half_spectra(lines, targets, n, cos, sin, plan, scale):
    """The same of a few lines, of even length, beside one another."""
    lanes = lines.shape[0]
    h = n // 2
    used = n if n < lines.shape[1] else lines.shape[1]
    z = prim.full((h * lanes,), 0, float64)
    z_i = prim.full((h * lanes,), 0, float64)
    rows = prim.transpose(lines, (1, 0))
    prim.reshape(z, (h, lanes), (8 * lanes, 8))[: (used + 1) // 2] = prim.cast(rows[:used:2], float64)
    prim.reshape(z_i, (h, lanes), (8 * lanes, 8))[: used // 2] = prim.cast(rows[1:used:2], float64)
    r, r_i = _mixed(z, z_i, plan[0], plan[1], plan[2], lanes)
    r, r_i = _split(r, 1, h, lanes), _split(r_i, 1, h, lanes)
    for j in range(lanes):
        targets[j, 0] = prim.cast(complex((r[0, 0, j] + r_i[0, 0, j]) * scale, 0.0), prim.dtype(targets))
        targets[j, h] = prim.cast(complex((r[0, 0, j] - r_i[0, 0, j]) * scale, 0.0), prim.dtype(targets))
    by = 0.5 * scale
    for k in range(1, h):
        c = cos[k]
        s = sin[k]
        for j in range(lanes):
            d = r[0, k, j] - r[0, h - k, j]
            d_i = r_i[0, k, j] + r_i[0, h - k, j]
            turned = d * c - d_i * s
            turned_i = d * s + d_i * c
            targets[j, k] = prim.cast(complex((r[0, k, j] + r[0, h - k, j] + turned_i) * by, (r_i[0, k, j] - r_i[0, h - k, j] - turned) * by), prim.dtype(targets))


def _few_lines(a, out, axis, n, plan, one, several):
    """`several` of a few lines along the axis and of those of `out`, where such a transform is by factors; else `one` of each."""
    if prim.rank(a) == 1:
        one(a, out)
        return
    lines = np.moveaxis(a, axis, prim.rank(a) - 1)
    targets = np.moveaxis(out, axis, prim.rank(a) - 1)

    def parts(rows, places):
        for first in range(0, rows.shape[0], _LANES):
            several(rows[first : first + _LANES], places[first : first + _LANES])

    if n % 2 == 1 or plan[5].shape[0] > 0:
        _each_of(lines, targets, one, 1)
    else:
        _each_of(lines, targets, parts, 2)


def rfft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        raise TypeError("ufunc 'rfft_n_even' did not contain a loop with signature matching types <class 'numpy.dtypes.Complex128DType'> -> None")
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, n, axis)
    scale = _scale(norm, True, length)
    result = _result(a, length // 2 + 1, axis, complex64 if _is_single(a) else complex128)
    cos, sin, plan = _real_plan(length)
    _few_lines(a, result, axis, length, plan, lambda line, target: _half_spectrum(line, target, length, cos, sin, plan, scale),
               lambda lines, targets: _half_spectra(lines, targets, length, cos, sin, plan, scale))
    return np._into(out, result)


def _real_line(x, target, n, cos, sin, plan, scale):
    """n real numbers from half of their spectrum."""
    h = n // 2
    half, half_i = _line(x, h + 1)
    half_i[0] = 0.0
    if n % 2 == 1:
        z = prim.empty((n,), float64)
        z_i = prim.empty((n,), float64)
        z[0] = half[0]
        z_i[0] = 0.0
        for k in range(1, h + 1):
            z[k] = half[k]
            z[n - k] = half[k]
            z_i[k] = half_i[k]
            z_i[n - k] = -half_i[k]
        r_i, r = _transformed(z_i, z, plan)
        target[...] = prim.cast(prim.multiply(r, scale), prim.dtype(target))
        return
    half_i[h] = 0.0
    z = prim.empty((h,), float64)
    z_i = prim.empty((h,), float64)
    for k in range(h):
        d = half[k] - half[h - k]
        d_i = half_i[k] + half_i[h - k]
        turned = d * cos[k] + d_i * sin[k]
        turned_i = d_i * cos[k] - d * sin[k]
        z[k] = half[k] + half[h - k] - turned_i
        z_i[k] = half_i[k] - half_i[h - k] + turned
    r_i, r = _transformed(z_i, z, plan)
    target[::2] = prim.cast(prim.multiply(r, scale), prim.dtype(target))
    target[1::2] = prim.cast(prim.multiply(r_i, scale), prim.dtype(target))


def _real_lines(lines, targets, n, cos, sin, plan, scale):
    """The same of a few lines, of even length, beside one another."""
    lanes = lines.shape[0]
    h = n // 2
    half, half_i = _beside(lines, h + 1)
    half, half_i = _split(half, 1, h + 1, lanes), _split(half_i, 1, h + 1, lanes)
    z = prim.empty((h * lanes,), float64)
    z_i = prim.empty((h * lanes,), float64)
    x, x_i = _split(z, 1, h, lanes), _split(z_i, 1, h, lanes)
    for j in range(lanes):
        half_i[0, 0, j] = 0.0
        half_i[0, h, j] = 0.0
    for k in range(h):
        c = cos[k]
        s = sin[k]
        for j in range(lanes):
            d = half[0, k, j] - half[0, h - k, j]
            d_i = half_i[0, k, j] + half_i[0, h - k, j]
            x[0, k, j] = half[0, k, j] + half[0, h - k, j] - (d_i * c - d * s)
            x_i[0, k, j] = half_i[0, k, j] - half_i[0, h - k, j] + (d * c + d_i * s)
    r_i, r = _mixed(z_i, z, plan[0], plan[1], plan[2], lanes)
    r, r_i = _split(r, 1, h, lanes), _split(r_i, 1, h, lanes)
    for k in range(h):
        for j in range(lanes):
            targets[j, 2 * k] = prim.cast(r[0, k, j] * scale, prim.dtype(targets))
            targets[j, 2 * k + 1] = prim.cast(r_i[0, k, j] * scale, prim.dtype(targets))


def irfft(a, n=None, axis=-1, norm=None, out=None):
    a = prim.as_array(a)
    axis = np._axis(axis, prim.rank(a))
    length = _length(a, 2 * (a.shape[axis] - 1) if n is None else n, axis)
    scale = _scale(norm, False, length)
    result = _result(a, length, axis, float16 if prim.kind(a) == "f" and prim.itemsize(a) == 2 else float32 if _is_single(a) else float64)
    cos, sin, plan = _real_plan(length)
    _few_lines(a, result, axis, length, plan, lambda line, target: _real_line(line, target, length, cos, sin, plan, scale),
               lambda lines, targets: _real_lines(lines, targets, length, cos, sin, plan, scale))
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
        for k in np._several(axes):
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
