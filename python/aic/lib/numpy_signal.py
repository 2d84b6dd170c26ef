"""Differences, interpolation, correlation."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import prim


# ---- differences ----
def _diff(a, axis):
    later = ()
    earlier = ()
    for k in prim.static_range(prim.rank(a)):
        later = later + (slice(1, None, None) if k == axis else slice(None, None, None),)
        earlier = earlier + (slice(None, -1, None) if k == axis else slice(None, None, None),)
    if prim.kind(a) == "b":
        return prim.not_equal(a[later], a[earlier])
    return prim.subtract(a[later], a[earlier])


def diff(a, n=1, axis=-1, prepend=None, append=None):
    if n == 0:
        if isinstance(a, tuple):
            prim.refuse("differences of order 0 of a tuple or list written here, which NumPy gives back")
        return a
    r = prim.as_array(a)
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n}")
    if prim.rank(r) == 0:
        raise ValueError("diff requires input that is at least one dimensional")
    at = np._axis(axis, prim.rank(r))
    if prepend is not None:
        r = np.concatenate((_end(prepend, r, at), r), at)
    if append is not None:
        r = np.concatenate((r, _end(append, r, at)), at)
    for _ in prim.static_range(n):
        r = _diff(r, at)
    return r


def _end(x, r, axis):
    """What is put before or behind; a scalar fills one layer."""
    x = prim.as_array(x)
    if prim.rank(x) > 0:
        return x
    shape = ()
    for k in prim.static_range(prim.rank(r)):
        shape = shape + (1 if k == axis else r.shape[k],)
    return prim.broadcast_to(x, shape)


def _check_differences(a):
    if prim.kind(a) == "b":
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.")


def ediff1d(ary, to_end=None, to_begin=None):
    a = np._line(prim.as_array(ary))
    _check_differences(a)
    d = _diff(a, 0)
    if to_begin is not None and not np.can_cast(prim.dtype(prim.as_array(to_begin)), prim.dtype(a), "same_kind"):
        raise TypeError("dtype of `to_begin` must be compatible with input `ary` under the `same_kind` rule.")
    if to_end is not None and not np.can_cast(prim.dtype(prim.as_array(to_end)), prim.dtype(a), "same_kind"):
        raise TypeError("dtype of `to_end` must be compatible with input `ary` under the `same_kind` rule.")
    if to_begin is not None:
        d = np.concatenate((np.asarray(np._line(prim.as_array(to_begin)), prim.dtype(d)), d))
    if to_end is not None:
        d = np.concatenate((d, np.asarray(np._line(prim.as_array(to_end)), prim.dtype(d))))
    return d


def gradient(f, *varargs, axis=None, edge_order=1):
    f = prim.as_array(f)
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    _check_differences(f)
    if prim.kind(f) != "f" and prim.kind(f) != "c":
        f = np.asarray(f, float64)
    axes = prim.static_range(prim.rank(f)) if axis is None else np._given_axes(axis, prim.rank(f))
    alike = len(varargs) == 1 and prim.rank(varargs[0]) == 0
    if len(varargs) > 0 and not alike and len(varargs) != len(axes):
        raise TypeError("invalid number of arguments")
    parts = ()
    for k in prim.static_range(len(axes)):
        spacing = 1.0 if len(varargs) == 0 else varargs[0] if alike else varargs[k]
        if prim.rank(spacing) > 1:
            raise ValueError("distances must be either scalars or 1d")
        parts = parts + (_gradient(f, spacing, axes[k], edge_order),)
    return parts[0] if len(axes) == 1 else parts


def _gradient(f, spacing, axis, edge_order):
    rows = np.moveaxis(f, axis, 0)
    n = rows.shape[0]
    if prim.rank(spacing) == 1 and len(spacing) != n:
        raise ValueError("when 1d, distances must match the length of the corresponding dimension")
    if n < edge_order + 1:
        raise ValueError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.")
    whole = np.empty_like(f)
    out = np.moveaxis(whole, axis, 0)
    if prim.rank(spacing) == 0:
        out[1:-1] = (rows[2:] - rows[:-2]) / (2.0 * spacing)
        if edge_order == 2:
            out[0] = -1.5 / spacing * rows[0] + 2.0 / spacing * rows[1] + -0.5 / spacing * rows[2]
            out[-1] = 0.5 / spacing * rows[-3] + -2.0 / spacing * rows[-2] + 1.5 / spacing * rows[-1]
            return whole
        out[0] = (rows[1] - rows[0]) / spacing
        out[-1] = (rows[-1] - rows[-2]) / spacing
        return whole
    x = prim.as_array(spacing)
    d = _diff(np.asarray(x, float64) if prim.kind(x) == "i" or prim.kind(x) == "u" else x, 0)
    if prim.reduce(prim.equal(d, d[0]), "logical_and", (0,)):
        return _gradient(f, d[0], axis, edge_order)
    for i in range(1, n - 1):
        before = d[i - 1]
        after = d[i]
        a = -after / (before * (before + after))
        b = (after - before) / (before * after)
        c = before / (after * (before + after))
        out[i] = a * rows[i - 1] + b * rows[i] + c * rows[i + 1]
    if edge_order == 2:
        u = d[0]
        w = d[1]
        out[0] = -(2.0 * u + w) / (u * (u + w)) * rows[0] + (u + w) / (u * w) * rows[1] + -u / (w * (u + w)) * rows[2]
        u = d[n - 3]
        w = d[n - 2]
        out[-1] = w / (u * (u + w)) * rows[-3] + -(w + u) / (u * w) * rows[-2] + (2.0 * w + u) / (w * (u + w)) * rows[-1]
        return whole
    out[0] = (rows[1] - rows[0]) / d[0]
    out[-1] = (rows[-1] - rows[-2]) / d[n - 2]
    return whole


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = prim.as_array(y)
    axis = np._axis(axis, prim.rank(y))
    later = np._along(prim.rank(y), axis, slice(1, None, None))
    earlier = np._along(prim.rank(y), axis, slice(None, -1, None))
    if x is None:
        return np.sum(dx * (y[later] + y[earlier]) / 2.0, axis)
    x = prim.as_array(x)
    if prim.rank(x) != 1:
        return np.sum(_differences(x[later], x[earlier]) * (y[later] + y[earlier]) / 2.0, axis)
    d = _differences(x[1:], x[:-1])
    for _ in prim.static_range(prim.rank(y) - 1 - axis):
        d = prim.new_axis(d, prim.rank(d))
    return np.sum(d * (y[later] + y[earlier]) / 2.0, axis)


def _differences(later, earlier):
    """Of booleans: whether they differ, as np.diff has it."""
    return prim.not_equal(later, earlier) if prim.kind(later) == "b" else later - earlier


# ---- between points ----
def interp(x, xp, fp, left=None, right=None, period=None):
    if prim.kind(prim.as_array(fp)) == "c":  # part by part
        z = prim.as_array(fp)
        real = interp(x, xp, prim.real(z), None if left is None else prim.real(left), None if right is None else prim.real(right), period)
        imag = interp(x, xp, prim.imag(z), None if left is None else prim.imag(left), None if right is None else prim.imag(right), period)
        return np._of_parts(real, imag)
    if period is not None:
        return _interp_around(prim.as_array(x), np.asarray(xp, float64), np.asarray(fp, float64), abs(float(period)))
    xs = np.asarray(xp, float64)
    fs = np.asarray(fp, float64)
    n = xs.shape[0]
    if n == 0:
        raise ValueError("array of sample points is empty")
    if n != fs.shape[0]:
        raise ValueError("fp and xp are not of the same length.")
    before = float(fs[0]) if left is None else float(left)
    after = float(fs[n - 1]) if right is None else float(right)
    if prim.rank(x) == 0:
        return prim.cast(_interp(float(x), xs, fs, before, after), float64)
    given = prim.as_array(x)
    flat = np._line(given)
    out = prim.empty((np.size(flat),), float64)
    for i in range(np.size(flat)):
        out[i] = _interp(float(flat[i]), xs, fs, before, after)
    return prim.reshape(out, given.shape)


def _interp_around(x, xp, fp, period):
    """With a period: one point more on each side."""
    if period == 0.0:
        raise ValueError("period must be a non-zero value")
    if xp.shape[0] != fp.shape[0]:
        raise ValueError("fp and xp are not of the same length.")
    places = prim.remainder(xp, period)
    order = np.argsort(places)
    places = places[order]
    values = fp[order]
    n = places.shape[0]
    longer = np.concatenate((places[n - 1 :] - period, places, places[:1] + period))
    heights = np.concatenate((values[n - 1 :], values, values[:1]))
    r = interp(prim.remainder(np.asarray(x, float64), period), longer, heights)
    return r if prim.rank(x) > 0 else r[()]


def _interp(x, xp, fp, before, after):
    n = xp.shape[0]
    if x != x:
        return x
    if x > xp[n - 1]:
        return after
    if x < xp[0]:
        return before
    k = np._searchsorted(xp, x, "right") - 1
    if k >= n - 1:
        return float(fp[n - 1])
    if xp[k] == x:
        return float(fp[k])
    slope = (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k])
    y = slope * (x - xp[k]) + fp[k]
    if y != y:  # an infinite slope: from the other side, then the common value
        y = slope * (x - xp[k + 1]) + fp[k + 1]
        if y != y and fp[k] == fp[k + 1]:
            y = fp[k]
    return float(y)


# ---- correlation ----
def _mode_of(mode):
    """The name of a mode, for which NumPy takes a number, too."""
    if mode is None:
        raise TypeError("convolve/correlate mode not understood")
    for number, name in ((0, "valid"), (1, "same"), (2, "full")):
        if mode == number or mode == name:
            return name
    raise ValueError("Use one of 'valid', 'same', or 'full' for convolve/correlate mode")


def correlate(a, v, mode="valid"):
    a = prim.as_array(a)
    v = prim.as_array(v)
    if prim.rank(a) != 1 or prim.rank(v) != 1:
        raise ValueError("object too deep for desired array" if prim.rank(a) > 1 or prim.rank(v) > 1 else "object of too small depth for desired array")
    if a.shape[0] == 0:
        raise ValueError("first array argument cannot be empty")
    if v.shape[0] == 0:
        raise ValueError("second array argument cannot be empty")
    mode = _mode_of(mode)
    w = prim.conjugate(v) if prim.kind(v) == "c" else v
    whole = np.convolve(a, w[::-1], "full")
    if mode == "full":
        return whole
    n = a.shape[0]
    m = v.shape[0]
    small = n if n < m else m
    large = n if n > m else m
    if mode == "same":
        start = small // 2 if n < m else small - 1 - small // 2
        return prim.copy(whole[start : start + large])
    return prim.copy(whole[small - 1 : large])


def convolve(a, v, mode="full"):
    a = np.atleast_1d(a)
    v = np.atleast_1d(v)
    if prim.rank(a) > 1 or prim.rank(v) > 1:
        raise ValueError("object too deep for desired array")
    n = a.shape[0]
    m = v.shape[0]
    if n == 0:
        raise ValueError("a cannot be empty")
    if m == 0:
        raise ValueError("v cannot be empty")
    mode = _mode_of(mode)
    full_result = prim.full((n + m - 1,), 0, prim.result_type(prim.dtype(a), prim.dtype(v)))
    for k in range(m):
        full_result[k : k + n] += v[k] * a
    if mode == "full":
        return full_result
    small = n if n < m else m
    large = n if n > m else m
    if mode == "same":
        start = (small - 1) // 2
        return full_result[start : start + large]
    return full_result[small - 1 : large]


def trim_zeros(filt, trim="fb", axis=None):
    if isinstance(filt, tuple):
        prim.refuse("trim_zeros of a sequence that is no array")
    if prim.is_list(filt) and prim.rank(filt) > 1:
        prim.refuse("trim_zeros of nested lists, of which NumPy makes an array or a list")
    if not prim.is_list(filt) and prim.rank(filt) != 1:
        prim.refuse("trim_zeros of other than a vector")
    a = filt
    if trim.lower() not in ("fb", "bf", "f", "b"):
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    if axis == ():
        return a
    first = 0
    last = len(a)
    for side in prim.characters(trim):
        if side == "f" or side == "F":
            while first < last and a[first] == 0:
                first = first + 1
        else:
            while last > first and a[last - 1] == 0:
                last = last - 1
    return a[first:last]
