"""numpy.fft in the language: Stockham's self-sorting transform (Cochran et al., "What is the fast Fourier transform?", 1967)
over the prime factors of the length; a prime p costs p additions for each element. Computed in double precision."""
from numpy import complex64, complex128, float32, float64

from aic.lib import numpy as np
from aic.lib import prim


# ---- the transform ----
def _roots(n, sign):
    """exp(sign * 2 pi i k / n) for k in 0…n-1."""
    step = sign * 6.283185307179586 / n
    return prim.generate((n,), lambda k: complex(prim.cos(step * k), prim.sin(step * k)), complex128)


def _transformed(given, sign):
    """The transform of one line, not normalised; `given` is complex128, contiguous and used up."""
    n = given.shape[0]
    roots = _roots(n, sign)
    x = given
    y = prim.empty((n,), complex128)
    rest = n
    stride = 1
    p = 2
    while rest > 1:
        while rest % p != 0:
            p = p + 1
            if p * p > rest:
                p = rest
        m = rest // p
        turn = n // p
        for j in range(m):
            for q in range(stride):
                for k in range(p):
                    total = x[q + stride * j]
                    for t in range(1, p):
                        total = total + x[q + stride * (j + m * t)] * roots[t * k % p * turn]
                    y[q + stride * (p * j + k)] = total * roots[j * k * stride]
        x, y = y, x
        rest = m
        stride = stride * p
    return x


def _line(x, n):
    """A line as complex128, cut or filled with zeros to n."""
    out = prim.full((n,), 0, complex128)
    used = n if n < x.shape[0] else x.shape[0]
    out[:used] = x[:used]
    return out


def _along(a, n, axis, sign, scale):
    a = prim.as_array(a)
    if prim.rank(a) == 0:
        prim.refuse("the transform of a scalar")
    axis = np._axis(axis, prim.rank(a))
    length = a.shape[axis] if n is None else n
    if length < 1:
        raise ValueError(f"Invalid number of FFT data points ({length}) specified.")
    single = prim.itemsize(a) == 4 and prim.kind(a) == "f" or prim.itemsize(a) == 8 and prim.kind(a) == "c"
    factor = 1.0 / length if scale else 1.0
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        shape = shape + (length if k == axis else a.shape[k],)
    out = prim.empty(shape, complex64 if single else complex128)
    if prim.rank(a) == 1:
        out[...] = prim.cast(prim.multiply(_transformed(_line(a, length), sign), factor), prim.dtype(out))
    elif prim.rank(a) == 2:
        lines = np.moveaxis(a, axis, 1)
        results = np.moveaxis(out, axis, 1)
        for i in range(lines.shape[0]):
            results[i] = prim.cast(prim.multiply(_transformed(_line(lines[i], length), sign), factor), prim.dtype(out))
    else:
        prim.refuse("transforms of arrays of more than two axes")
    return out


# ---- what NumPy calls them ----
def _plain(norm):
    if norm is not None and norm != "backward":
        prim.refuse("another norm of a transform")


def fft(a, n=None, axis=-1, norm=None, out=None):
    _plain(norm)
    np._no_out(out)
    return _along(a, n, axis, -1.0, False)


def ifft(a, n=None, axis=-1, norm=None, out=None):
    _plain(norm)
    np._no_out(out)
    return _along(a, n, axis, 1.0, True)


def rfft(a, n=None, axis=-1, norm=None, out=None):
    _plain(norm)
    np._no_out(out)
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        raise TypeError("ufunc 'rfft_n_even' did not contain a loop with signature matching types <class 'numpy.dtypes.Complex128DType'> -> None")
    axis = np._axis(axis, prim.rank(a))
    whole = _along(a, n, axis, -1.0, False)
    return np.ascontiguous_copy(whole[np._along(prim.rank(a), axis, slice(None, whole.shape[axis] // 2 + 1, None))])


def irfft(a, n=None, axis=-1, norm=None, out=None):
    _plain(norm)
    np._no_out(out)
    a = prim.as_array(a)
    if prim.rank(a) != 1:
        prim.refuse("irfft of several lines")
    length = 2 * (a.shape[0] - 1) if n is None else n
    if length < 1:
        raise ValueError(f"Invalid number of FFT data points ({length}) specified.")
    single = prim.itemsize(a) == 8 and prim.kind(a) == "c"
    half = _line(a, length // 2 + 1)
    whole = prim.full((length,), 0, complex128)
    whole[0] = half[0].real
    for k in range(1, length // 2 + 1):
        if 2 * k == length:
            whole[k] = half[k].real
        else:
            whole[k] = half[k]
            whole[length - k] = prim.conjugate(half[k])
    real = prim.multiply(prim.real(_transformed(whole, 1.0)), 1.0 / length)
    return prim.cast(real, float32 if single else float64)


def fft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    if s is not None or axes != (-2, -1):
        prim.refuse("sizes and axes of fft2")
    return fft(fft(a, None, -1, norm, out), None, -2, norm, out)


def ifft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    if s is not None or axes != (-2, -1):
        prim.refuse("sizes and axes of ifft2")
    return ifft(ifft(a, None, -1, norm, out), None, -2, norm, out)


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
