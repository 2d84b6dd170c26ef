"""np.pad in all of its modes. Axes follow one another: what an axis is padded with sees what was put before and behind the earlier ones."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import prim

_TAKING = ("constant", "edge", "wrap", "reflect", "symmetric", "empty")
_COMPUTING = ("linear_ramp", "maximum", "mean", "median", "minimum")


def _pair(values, axis):
    """What stands before and behind an axis, of what np.pad takes: one value, a pair, or pairs."""
    if prim.rank(values) == 0:
        return values, values
    if prim.rank(values) == 1:
        return values[0], values[len(values) - 1]
    row = values[axis if len(values) > 1 else 0]
    return row[0], row[len(row) - 1]


def _pad_width(width, axis):
    before, after = _pair(width, axis)
    if before < 0 or after < 0:
        raise ValueError("index can't contain negative values")
    return before, after


def _check_pairs(values, rank):
    """That they broadcast to a pair for each axis."""
    if prim.rank(values) == 1 and len(values) > 2:
        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: ({len(values)},)  and requested shape ({rank},2)")
    if prim.rank(values) == 2 and ((len(values) != 1 and len(values) != rank) or len(values[0]) > 2):
        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: ({len(values)},{len(values[0])})  and requested shape ({rank},2)")


def _mirrored(k, n, mode):
    """The place within n elements that stands for place k outside."""
    if mode == "edge":
        return 0 if k < 0 else n - 1
    if mode == "wrap":
        return k % n
    if mode == "reflect":
        if n == 1:
            return 0
        m = k % (2 * n - 2)
        return m if m < n else 2 * n - 2 - m
    m = k % (2 * n)
    return m if m < n else 2 * n - 1 - m


def _constant(value, a):
    """As NumPy stores it: in signed integers it must fit."""
    if prim.kind(a) == "i":
        return prim.cast(float(value) if prim.kind(value) == "f" else value, prim.dtype(a))
    return prim.cast(value, prim.dtype(value))


def _check_given(mode, name, given, known):
    if given and not known:
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {{'{name}'}}")


def pad(array, pad_width, mode="constant", *, constant_values="<no value>", end_values="<no value>", stat_length="<no value>", reflect_type="<no value>"):
    a = prim.as_array(array)
    if not isinstance(mode, str):
        prim.refuse("padding by a function")
    if mode not in _TAKING and mode not in _COMPUTING:
        raise ValueError(f"mode '{mode}' is not supported")
    _check_given(mode, "constant_values", np._is_given(constant_values), mode == "constant")
    _check_given(mode, "end_values", np._is_given(end_values), mode == "linear_ramp")
    _check_given(mode, "stat_length", np._is_given(stat_length), mode in _COMPUTING and mode != "linear_ramp")
    _check_given(mode, "reflect_type", reflect_type != "<no value>", mode == "reflect" or mode == "symmetric")
    odd = reflect_type is not None and reflect_type == "odd"
    values = constant_values if np._is_given(constant_values) else 0
    end_values = end_values if np._is_given(end_values) else 0
    stat_length = stat_length if np._is_given(stat_length) else None
    plain = mode == "constant" and prim.rank(values) == 0
    rank = prim.rank(a)
    _check_pairs(pad_width, rank)
    shape = ()
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k)
        shape = shape + (before + a.shape[k] + after,)
    order = "F" if prim.fortran(a) else "C"
    out = np._filled(shape, _constant(values, a), prim.dtype(a), order) if plain else np._ordered(shape, prim.dtype(a), order)
    middle = out
    for k in prim.static_range(rank):
        before, after = _pad_width(pad_width, k)
        middle = np.swapaxes(np.swapaxes(middle, 0, k)[before : before + a.shape[k]], 0, k)
    middle[...] = a
    if mode != "empty" and not plain:
        _check_pairs(values, rank)
        for k in prim.static_range(rank):
            before, after = _pad_width(pad_width, k)
            _fill_axis(np.swapaxes(out, 0, k), a, k, before, after, mode, values, end_values, stat_length, odd)
    return out


def _fill_axis(rows, a, axis, before, after, mode, values, end_values, stat_length, odd):
    """What stands before and behind the rows that are there."""
    n = a.shape[axis]
    if a.size == 0 and mode != "constant" and (n > 0 or before + after == 0):
        return
    if mode == "constant":
        first, last = _pair(values, axis)
        rows[:before] = _constant(first, a)
        rows[before + n :] = _constant(last, a)
        return
    if n == 0 and before + after > 0:
        raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
    if mode == "linear_ramp":
        if before + after > 0:
            first, last = _pair(end_values, axis)
            _fill_ramp(rows[:before], first, prim.copy(rows[before : before + 1]))
            _fill_ramp(rows[before + n :][::-1], last, prim.copy(rows[before + n - 1 : before + n]))
    elif mode in _COMPUTING:
        first, last = (n, n) if stat_length is None else _pad_width(stat_length, axis)
        _fill_statistics(rows, before, n, after, mode, prim.minimum(first, n), prim.minimum(last, n))
    elif odd and n > 1:
        _fill_odd(rows, before, after, n, mode == "symmetric")
    else:
        for i in range(before):
            rows[i] = rows[before + _mirrored(i - before, n, mode)]
        for i in range(after):
            rows[before + n + i] = rows[before + _mirrored(n + i, n, mode)]


def _fill_odd(rows, before, after, n, with_edge):
    """Turned about the edges: as many rows at a time as there are, in whole periods, until all are filled."""
    left = before
    right = after
    total = rows.shape[0]
    twice = prim.cast(2, prim.dtype(rows))
    while left > 0 or right > 0:
        length = total - right - left
        length = length // n * n if with_edge else (length - 1) // (n - 1) * (n - 1)
        first = left + (0 if with_edge else 1)
        if left > 0:
            edge = prim.copy(rows[left : left + 1])
            m = prim.minimum(length, left)
            for i in range(m):
                rows[left - 1 - i] = prim.subtract(prim.multiply(twice, edge[0]), rows[first + i])
            left = left - m
        if right > 0:
            end = total - right
            edge = prim.copy(rows[end - 1 : end])
            m = prim.minimum(length, right)
            start = end - 1 if with_edge else end - 2
            for i in range(m):
                rows[end + i] = prim.subtract(prim.multiply(twice, edge[0]), rows[start - i])
            right = right - m


def _fill_ramp(places, end, edge):
    """From the end to the edge, which is not reached, as np.linspace goes."""
    m = places.shape[0]
    start = prim.cast(end, float64)
    for i in range(m):
        step = prim.divide(prim.subtract(prim.cast(edge[0], float64), start), float(m))
        y = prim.add(prim.multiply(step, float(i)), start)
        places[i] = prim.cast(prim.floor(y) if prim.kind(places) == "i" or prim.kind(places) == "u" else y, prim.dtype(places))


def _fill_statistics(rows, before, n, after, mode, first, last):
    if (first == 0 or last == 0) and (mode == "maximum" or mode == "minimum"):
        raise ValueError("stat_length of 0 yields no value for padding")
    inside = prim.copy(rows[before : before + n])
    head = _statistic(inside[:first], mode)
    tail = _statistic(inside[n - last :], mode)
    for i in range(before):
        rows[i] = head
    for i in range(after):
        rows[before + n + i] = tail


def _statistic(lines, mode):
    if mode == "maximum":
        return np.max(lines, 0)
    if mode == "minimum":
        return np.min(lines, 0)
    r = np.mean(lines, 0) if mode == "mean" else np.median(lines, 0)
    return prim.cast(prim.rint(r) if prim.kind(lines) == "i" or prim.kind(lines) == "u" else r, prim.dtype(lines))
