"""Counts of values in bins: bincount, digitize, histograms of one and more dimensions, and the rules that choose bins."""
from numpy import float64, int64

from aic.lib import numpy as np
from aic.lib import prim


def bincount(x, weights=None, minlength=0):
    x = prim.as_array(x)
    if prim.rank(x) != 1:
        raise ValueError("object of too small depth for desired array" if prim.rank(x) == 0 else "object too deep for desired array")
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    top = minlength
    for k in x:
        if k < 0:
            raise ValueError("'list' argument must have no negative elements")
        if k >= top:
            top = int(k) + 1
    if weights is None:
        counts = prim.full((top,), 0, int64)
        for k in x:
            counts[k] += 1
        return counts
    w = prim.as_array(weights)
    if w.shape[0] != x.shape[0]:
        raise ValueError("The weights and list don't have the same length.")
    sums = prim.full((top,), 0.0, float64)
    for i in range(x.shape[0]):
        sums[x[i]] += w[i]
    return sums


def digitize(x, bins, right=False):
    if prim.kind(x if prim.is_number(x) else prim.as_array(x)) == "c":
        raise TypeError("x may not be complex")
    edges = prim.as_array(bins)
    if prim.kind(edges) == "c":
        name = "complex64" if prim.itemsize(edges) == 8 else "complex128"
        raise TypeError(f"Cannot cast array data from dtype('{name}') to dtype('float64') according to the rule 'safe'")
    direction = _direction(np.asarray(edges, float64))
    if direction == 0:
        raise ValueError("bins must be monotonically increasing or decreasing")
    if direction < 0:
        return prim.subtract(edges.shape[0], np.searchsorted(edges[::-1], x, "left" if right else "right"))
    return np.searchsorted(edges, x, "left" if right else "right")


def _direction(edges):
    """1 where they rise, -1 where they fall, 0 where they do neither. NumPy looks at float64, and a nan behind the first falls."""
    n = edges.shape[0]
    at = 1
    while at < n and edges[at] == edges[0]:
        at = at + 1
    if at >= n:
        return 1
    falls = not edges[0] < edges[at]
    for i in range(at, n - 1):
        if edges[i] < edges[i + 1] if falls else edges[i] > edges[i + 1]:
            return 0
    return -1 if falls else 1


# ---- one dimension ----
def _range_of(x):
    return float(np.max(x)) - float(np.min(x))


def _width_by(rule, x):
    """The width of bins that a rule asks for."""
    n = float(x.shape[0])
    if rule == "sqrt":
        return _range_of(x) / prim.sqrt(n)
    if rule == "sturges":
        return _range_of(x) / (prim.log2(n) + 1.0)
    if rule == "rice":
        return _range_of(x) / (2.0 * prim.power(n, 1.0 / 3))
    if rule == "scott":
        return prim.power(24.0 * prim.power(3.141592653589793, 0.5) / n, 1.0 / 3.0) * float(np.std(x))
    if rule == "fd":
        quartiles = np.percentile(x, (75, 25))
        return 2.0 * float(quartiles[0] - quartiles[1]) * prim.power(n, -1.0 / 3.0)
    if rule == "auto":
        by_spread = _width_by("fd", x)
        wide = _width_by("sqrt", x) / 2.0
        return min(by_spread if by_spread > wide else wide, _width_by("sturges", x))
    prim.refuse("this rule for bins")
    return 0.0


def _even_edges(x, low, high, n, given):
    """So many bins of one width, in the dtype of the data and the range if it is one of floats."""
    common = prim.dtype(x)
    if given is not None:
        common = prim.result_type(prim.result_type(x, given[0]), prim.result_type(x, given[1]))
    if prim.kind(common) != "f" or prim.itemsize(common) == 8:
        return np.linspace(low, high, n + 1)
    if given is None:  # NumPy has the ends in this dtype then
        return np.linspace(prim.cast(low, common), prim.cast(high, common), n + 1)
    return np.linspace(low, high, n + 1, dtype=common)


def _limits(x, given):
    if given is not None:
        low = float(given[0])
        high = float(given[1])
        if low > high:
            raise ValueError("max must be larger than min in range parameter.")
        if not (prim.isfinite(low) and prim.isfinite(high)):
            raise ValueError(f"supplied range of [{low}, {high}] is not finite")
    elif np.size(x) == 0:
        low = 0.0
        high = 1.0
    else:
        low = float(np.min(x))
        high = float(np.max(x))
        if not (prim.isfinite(low) and prim.isfinite(high)):
            raise ValueError(f"autodetected range of [{low}, {high}] is not finite")
    if low == high:
        return low - 0.5, high + 0.5
    return low, high


def _edges(x, bins, range, weights=None):
    if isinstance(bins, str):
        if weights is not None:
            raise TypeError("Automated estimation of the number of bins is not supported for weighted data")
        low, high = _limits(x, range)
        inside = x[prim.logical_and(prim.greater_equal(x, low), prim.less_equal(x, high))]
        if inside.shape[0] == 0:
            return _even_edges(x, low, high, 1, range)
        width = _width_by(bins, inside)
        if width > 0.0 and prim.kind(x) != "f" and width < 1.0:
            width = 1.0
        return _even_edges(x, low, high, int(prim.ceil((high - low) / width)) if width > 0.0 else 1, range)
    if prim.rank(bins) == 0:
        if bins < 1:
            raise ValueError("`bins` must be positive, when an integer")
        low, high = _limits(x, range)
        edges = _even_edges(x, low, high, bins, range)
        if np.any(prim.greater_equal(edges[:-1], edges[1:])):
            raise ValueError(f"Too many bins for data range. Cannot create {bins} finite-sized bins.")
        return edges
    given = prim.as_array(bins)
    if prim.rank(given) != 1:
        raise ValueError("`bins` must be 1d, when an array")
    for i in np.arange(given.shape[0] - 1):
        if given[i] > given[i + 1]:
            raise ValueError("`bins` must increase monotonically, when an array")
    return given


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    return _edges(np._line(prim.as_array(a)), bins, range, weights)


def histogram(a, bins=10, range=None, density=None, weights=None):
    x = np._line(prim.as_array(a))
    if weights is not None:
        if prim.as_array(weights).shape != prim.as_array(a).shape:
            raise ValueError("weights should have the same shape as a.")
    edges = _edges(x, bins, range, weights)
    counts = _tallied(x, edges, weights, isinstance(bins, str) or (not isinstance(bins, (tuple, list)) and prim.rank(bins) == 0))
    if density is None or density is False:
        return counts, edges
    return counts / (edges[1:] - edges[:-1]) / np.sum(counts), edges


def _tallied(x, edges, weights, even):
    """How many, or what weights, are in each bin; `even`: all bins are of one width."""
    n = edges.shape[0] - 1
    scale = n / float(edges[n] - edges[0]) if even else 0.0
    dtype = int64 if weights is None else prim.dtype(prim.as_array(weights))
    counts = prim.full((n,), 0, dtype)
    w = x if weights is None else np._line(prim.as_array(weights))
    for i in np.arange(x.shape[0]):
        k = _bin_near(edges, x[i], scale) if even else _bin_of(edges, x[i])
        if k >= 0 and k < n:
            if weights is None:
                counts[k] += 1
            else:
                counts[k] += w[i]
    return counts


def _bin_of(edges, x):
    """The bin of a value; the last one has its right edge too."""
    n = edges.shape[0] - 1
    k = np._searchsorted(edges, x, "right") - 1
    return n - 1 if k == n and x == edges[n] else k


def _bin_near(edges, x, scale):
    """The bin of a value, looked for from where it should be; -1 outside."""
    n = edges.shape[0] - 1
    if not (x >= edges[0] and x <= edges[n]):
        return -1
    at = (x - edges[0]) * scale
    k = int(at) if at < n else n - 1
    while k > 0 and x < edges[k]:
        k -= 1
    while k < n - 1 and x >= edges[k + 1]:
        k += 1
    return k


# ---- more dimensions ----
def histogramdd(sample, bins=10, range=None, density=None, weights=None):
    columns = ()
    if isinstance(sample, tuple):
        for line in sample:
            columns = columns + (np._line(prim.as_array(line)),)
    else:
        prim.refuse("a sample that is one array: its number of columns must be known; pass a tuple of columns")
    if isinstance(bins, (tuple, list)):
        if len(bins) != len(columns):
            raise ValueError("The dimension of bins must be equal to the dimension of the sample x.")
    counts, edges = _histogram_of(columns, _apart(bins), range, density, weights)
    return counts, list(edges)


def _apart(bins):
    """A list of what each dimension asks for as a tuple."""
    if not isinstance(bins, (tuple, list)):
        return bins
    parts = ()
    for each in bins:
        parts = parts + (each,)
    return parts


def _histogram_of(columns, bins, range, density, weights):
    n = len(columns)
    edges = ()
    shape = ()
    for k in prim.static_range(n):
        each = _edges(columns[k], bins[k] if isinstance(bins, tuple) else bins, None if range is None else range[k])
        edges = edges + (each,)
        shape = shape + (each.shape[0] - 1,)
    counts = prim.full(shape, 0.0, float64)
    for i in np.arange(columns[0].shape[0]):
        place = ()
        inside = True
        for k in prim.static_range(n):
            at = _bin_of(edges[k], columns[k][i])
            if at < 0 or at >= shape[k]:
                inside = False
                at = 0
            place = place + (at,)
        if inside:
            counts[place] += 1.0 if weights is None else weights[i]
    if density is not None and density is not False:
        total = np.sum(counts)
        for k in prim.static_range(n):
            width = edges[k][1:] - edges[k][:-1]
            for _ in prim.static_range(n - 1 - k):
                width = prim.new_axis(width, prim.rank(width))
            counts = counts / width
        counts = counts / total
    return counts, edges


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    x = np._line(prim.as_array(x))
    y = np._line(prim.as_array(y))
    if x.shape[0] != y.shape[0]:
        raise ValueError("x and y must have the same length.")
    both = _apart(bins)
    if isinstance(both, tuple) and len(both) != 2:
        both = prim.as_array(both)
    if not isinstance(both, tuple) and prim.rank(both) == 2:
        if both.shape[0] != 2:
            raise ValueError("`bins` must be 1d, when an array")
        both = (both[0], both[1])
    counts, edges = _histogram_of((x, y), both, range, density, weights)
    return counts, edges[0], edges[1]
