"""Sets: the distinct elements, rows or columns of an array, and what two arrays have in common. Over sorting, as in NumPy."""
from numpy import int64, uint64
from numpy.lib._arraysetops_impl import UniqueAllResult, UniqueCountsResult, UniqueInverseResult

from aic.lib import numpy as np
from aic.lib import prim


def _is_nan(x):
    return bool(x != x)


def _starts(x, equal_nan):
    """Where a new value begins in sorted elements; all nan are one if equal_nan."""
    first = prim.empty(x.shape, bool)
    for i in range(x.shape[0]):
        first[i] = i == 0 or (x[i] != x[i - 1] and not (equal_nan and _is_nan(x[i]) and _is_nan(x[i - 1])))
    return first


def _gaps(first):
    """How many elements each value has."""
    starts = np.flatnonzero(first)
    m = starts.shape[0]
    counts = prim.empty((m,), int64)
    for i in range(m):
        counts[i] = (first.shape[0] if i == m - 1 else int(starts[i + 1])) - int(starts[i])
    return counts


def _numbered(first, order):
    """The number of each element's value."""
    out = prim.empty(order.shape, int64)
    at = -1
    for i in range(order.shape[0]):
        if first[i]:
            at = at + 1
        out[order[i]] = at
    return out


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True):
    a = prim.as_array(ar)
    if axis is not None and prim.kind(axis) != "i" and prim.kind(axis) != "b":
        raise TypeError("integer argument expected, got float")
    if axis is not None and prim.rank(a) > 1:
        return _unique_rows(a, return_index, return_inverse, return_counts, np._axis(axis, prim.rank(a)))
    if axis is not None:
        np._axis(axis, prim.rank(a))
    flat = np._line(a)
    if not return_index and not return_inverse:
        x = np.sort(flat)
        first = _starts(x, equal_nan)
        return (x[first], _gaps(first)) if return_counts else x[first]
    order = np.argsort(flat)
    x = flat[order]
    first = _starts(x, equal_nan)
    return _told(x[first], order, first, return_index, return_inverse, return_counts, a.shape)


def unique_all(x):
    return UniqueAllResult(*unique(x, True, True, True, equal_nan=False))


def unique_counts(x):
    return UniqueCountsResult(*unique(x, return_counts=True, equal_nan=False))


def unique_inverse(x):
    return UniqueInverseResult(*unique(x, return_inverse=True, equal_nan=False))


def _told(values, order, first, return_index, return_inverse, return_counts, shape):
    told = (values,)
    if return_index:
        told = told + (order[first],)
    if return_inverse:
        told = told + (prim.reshape(_numbered(first, order), shape),)
    if return_counts:
        told = told + (_gaps(first),)
    return told


def _unique_rows(a, return_index, return_inverse, return_counts, axis):
    """Rows in lexicographic order."""
    rows = np.moveaxis(a, axis, 0)
    lines = np.reshape(rows, (rows.shape[0], np._length(rows.shape[1:])))
    order = np.arange(lines.shape[0])
    for back in range(lines.shape[1]):
        np._merge_sort(np.ascontiguous_copy(lines[:, lines.shape[1] - 1 - back]), order)
    first = prim.empty(order.shape, bool)
    for i in range(order.shape[0]):
        new = i == 0
        for j in range(lines.shape[1]):
            if i > 0 and lines[order[i], j] != lines[order[i - 1], j]:
                new = True
        first[i] = new
    chosen = order[first]
    values = np.moveaxis(prim.reshape(np.ascontiguousarray(lines[chosen]), (chosen.shape[0],) + rows.shape[1:]), 0, axis)
    if not return_index and not return_inverse and not return_counts:
        return values
    return _told(values, order, first, return_index, return_inverse, return_counts, (order.shape[0],))



# ---- members ----
def isin(element, test_elements, assume_unique=False, invert=False, *, kind=None):
    x = prim.as_array(element)
    if kind is not None and kind != "sort" and kind != "table":
        raise ValueError(f"Invalid kind: '{kind}'. Please use None, 'sort' or 'table'.")
    tests = np._line(prim.as_array(test_elements))
    if kind == "table":
        _check_table(x, tests)
    common = prim.result_type(prim.dtype(x), prim.dtype(tests))
    known = np.sort(np.asarray(tests, common))
    flat = np.asarray(np._line(x), common)
    found = prim.empty(flat.shape, bool)
    n = known.shape[0]
    for i in range(flat.shape[0]):
        k = np._searchsorted(known, flat[i], "left")
        found[i] = (k < n and known[k if k < n else 0] == flat[i]) != invert
    return prim.reshape(found, x.shape)


def _check_table(x, tests):
    """Where NumPy has no table: the result would be the same."""
    if prim.kind(x) not in ("b", "i", "u") or prim.kind(tests) not in ("b", "i", "u"):
        raise ValueError("The 'table' method is only supported for boolean or integer arrays. Please select 'sort' or None for kind.")
    if tests.shape[0] > 0 and prim.kind(tests) == "i":
        reach = prim.subtract(prim.cast(np.max(tests), uint64), prim.cast(np.min(tests), uint64))
        if reach > uint64(9223372036854775807 // 2 ** (64 - 8 * prim.itemsize(tests))):
            raise RuntimeError("You have specified kind='table', but the range of values in `ar2` or `ar1` exceed the maximum integer of the "
                               "datatype. Please set `kind` to None or 'sort'.")


# ---- of two ----
def union1d(ar1, ar2):
    return unique(np.concatenate((ar1, ar2), None))


def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    a = prim.as_array(ar1)
    b = prim.as_array(ar2)
    if return_indices:
        return _intersected(np._line(a), np._line(b), assume_unique)
    x = np._line(a) if assume_unique else unique(a)
    y = np._line(b) if assume_unique else unique(b)
    both = np.sort(np.concatenate((x, y)))
    return both[:-1][prim.equal(both[1:], both[:-1])]


def _intersected(a, b, assume_unique):
    """Also the places of the common elements in both."""
    if assume_unique:
        first = np.arange(a.shape[0])
        second = np.arange(b.shape[0])
    else:
        first = unique(a, True)[1]
        second = unique(b, True)[1]
    both = np.concatenate((a[first], b[second]))
    order = np.argsort(both)
    x = both[order]
    twice = prim.equal(x[1:], x[:-1])
    return x[:-1][twice], first[order[:-1][twice]], second[order[1:][twice] - first.shape[0]]


def setxor1d(ar1, ar2, assume_unique=False):
    a = prim.as_array(ar1)
    b = prim.as_array(ar2)
    x = np.sort(np.concatenate((a if assume_unique else unique(a), b if assume_unique else unique(b)), None))
    alone = prim.empty(x.shape, bool)
    for i in range(x.shape[0]):
        alone[i] = (i == 0 or x[i] != x[i - 1]) and (i == x.shape[0] - 1 or x[i] != x[i + 1])
    return x[alone]


def setdiff1d(ar1, ar2, assume_unique=False):
    x = np._line(prim.as_array(ar1)) if assume_unique else unique(ar1)
    y = prim.as_array(ar2) if assume_unique else unique(ar2)
    return x[isin(x, y, True, True)]
