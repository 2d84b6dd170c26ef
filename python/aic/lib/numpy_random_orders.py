"""Orders and choices: shuffle, permutation and choice of Generator and RandomState."""
from numpy import float64, int64, uint64

from aic.lib import numpy as np
from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_filling as filling
from aic.lib import numpy_random_integers as integers
from aic.lib import numpy_random_legacy as legacy
from aic.lib import prim


# ---- orders ----
def _shuffled(s, x, below):
    """Fisher and Yates, from the end."""
    if prim.is_list(x):
        for i in range(len(x) - 1, 0, -1):
            j = int(below(s, uint64(i)))
            x[i], x[j] = x[j], x[i]
        return
    for k in range(x.shape[0] - 1 if np.size(x) > 0 else 0):
        i = x.shape[0] - 1 - k
        j = int(below(s, uint64(i)))
        if prim.rank(x) == 1:
            kept = x[j]
            x[j] = x[i]
            x[i] = kept
        elif i != j:
            row = prim.copy(x[j])
            x[j] = x[i]
            x[i] = row


def _permuted(s, x, below):
    if prim.rank(x) == 0:
        order = np.arange(int(x))
        _shuffled(s, order, below)
        return order
    if prim.rank(x) == 1:
        line = prim.copy(prim.as_array(x))
        _shuffled(s, line, below)
        return line
    order = np.arange(x.shape[0])
    _shuffled(s, order, below)
    return x[order]


def _check_shuffled(x):
    if isinstance(x, tuple):
        prim.type_error("'tuple' object does not support item assignment")
    if prim.is_array(x) and not prim.writable(x):
        raise ValueError("array is read-only")


def _Generator_shuffle(s, x, axis=0):
    if prim.is_list(x):
        if axis != 0:
            raise NotImplementedError("Axis argument is only supported on ndarray objects")
        _shuffled(s, x, bits.under_mask)
        return
    _check_shuffled(x)
    np._axis(axis, prim.rank(x))
    _shuffled(s, x if prim.rank(x) == 1 else np.swapaxes(x, 0, axis), bits.under_mask)


def _Generator_permutation(s, x, axis=0):
    if prim.rank(x) == 1:
        np._axis(axis, 1)
    if prim.rank(x) > 1 and axis != 0:
        at = np._axis(axis, prim.rank(x))
        return x[np._along(prim.rank(x), at, _permuted(s, x.shape[at], bits.under_mask))]
    return _permuted(s, x, bits.under_mask)


def _Generator_permuted(s, x, *, axis=None, out=None):
    """Each line along the axis by itself."""
    a = prim.as_array(x)
    r = np.ascontiguous_copy(a) if prim.rank(a) > 0 else a
    if prim.rank(a) == 0:
        if axis is None:
            return r
        np._axis(axis, 0)
    if axis is None:
        line = prim.reshape(r, (r.size,))
        _shuffled(s, line, bits.under_mask)
    else:
        last = prim.rank(a) - 1
        _each_shuffled(s, np.moveaxis(r, axis, last))
    if out is None:
        return r
    if not prim.is_array(out):
        raise TypeError("out must be a numpy array")
    if prim.rank(out) != prim.rank(a) or not prim.same_dtype(out, a):
        prim.refuse("`out` of permuted of another rank or dtype")
    if out.shape != a.shape:
        raise ValueError("out must have the same shape as x")
    out[...] = r
    return out


def _each_shuffled(s, lines):
    if prim.rank(lines) == 1:
        _shuffled(s, lines, bits.under_mask)
    else:
        for i in range(lines.shape[0]):
            _each_shuffled(s, lines[i])


def _RandomState_shuffle(s, x):
    _check_shuffled(x)
    _shuffled(s, x, legacy.below)


def _RandomState_permutation(s, x):
    return _permuted(s, x, legacy.below)


# ---- choices ----
def _floyd(s, n, size, shuffled):
    """`size` different ones of 0…n-1 (Floyd, in Bentley's "Programming pearls", 1987), then shuffled. A table with open
    addresses holds those taken."""
    chosen = prim.empty((size,), int64)
    slots = 1
    while slots <= int(1.2 * size):
        slots = 2 * slots
    taken = prim.full((slots,), -1, int64)
    for j in range(n - size, n):
        one = int(bits.below(s, uint64(j)))
        for value in (one, j):
            at = value & (slots - 1)
            while taken[at] != -1 and taken[at] != value:
                at = at + 1 & (slots - 1)
            if taken[at] == -1:
                taken[at] = value
                chosen[j - n + size] = value
                break
    if shuffled:
        _shuffled(s, chosen, bits.below)
    return chosen


def _tail(s, n, size):
    """The same for many: the end of a shuffle that stops early."""
    order = np.arange(n)
    last = n - size if n - size > 1 else 1
    for k in range(n - last):
        i = n - 1 - k
        j = int(bits.below(s, uint64(i)))
        kept = order[j]
        order[j] = order[i]
        order[i] = kept
    return prim.copy(order[n - size :])


def _checked_weights(p, n):
    if prim.rank(p) != 1:
        raise ValueError("p must be 1-dimensional")
    weights = np.asarray(p, float64)
    if weights.shape[0] != n:
        raise ValueError("a and p must have same size")
    if np.any(prim.isnan(weights)):
        raise ValueError("Probabilities contain NaN")
    if np.any(weights < 0):
        raise ValueError("Probabilities are not non-negative")
    if prim.fabs(float(np.sum(weights)) - 1.0) > 1.4901161193847656e-08:
        raise ValueError("Probabilities do not sum to 1. See Notes section of docstring for more information.")
    return weights


def _by_weight(p, n, u):
    """Places in the cumulated weights."""
    cumulated = np.cumsum(_checked_weights(p, n))
    return np.searchsorted(cumulated / cumulated[n - 1], u, "right")


def _by_weight_once(s, p, n, count, draw):
    """Different places in the weights: whoever has come has no weight from then on."""
    weights = _checked_weights(p, n)
    if count > n:
        raise ValueError("Cannot take a larger sample than population when 'replace=False'" if bits.is_legacy(s) else "Cannot take a larger sample than population when replace is False")
    if int(np.count_nonzero(weights > 0)) < count:
        raise ValueError("Fewer non-zero entries in p than size")
    weights = prim.copy(weights)
    found = prim.full((count,), 0, int64)
    taken = prim.full((n,), False, bool)
    have = 0
    while have < count:
        u = filling.drawn(s, (count - have,), draw)
        for i in range(have):
            weights[found[i]] = 0.0
        cumulated = np.cumsum(weights)
        for place in np.searchsorted(cumulated / cumulated[n - 1], u, "right"):
            if not taken[place]:
                taken[place] = True
                found[have] = place
                have += 1
    return found


def _population(a):
    return np.asarray(a) if prim.rank(a) > 0 else a


def _check_population(a):
    if prim.rank(a) == 0 and prim.kind(a) == "f":
        name = f"numpy.float{8 * prim.itemsize(a)}" if prim.is_numpy(a) else "float"
        raise ValueError(f"a must be a sequence or an integer, not <class '{name}'>")


def _picked(a, places, axis, size):
    """An array of what was chosen, of rank 0 where size is ()."""
    if prim.rank(a) > 0:
        r = np.take(a, places, axis) if axis != 0 else a[places]
    elif prim.rank(places) > 0:
        return places
    else:
        r = int(places)
    return r if size is None else prim.as_array(r)


def _Generator_choice(s, a, size=None, replace=True, p=None, axis=0, shuffle=True):
    _check_population(a)
    a = _population(a)
    at = np._axis(axis, prim.rank(a)) if prim.rank(a) > 0 else 0
    n = a.shape[at] if prim.rank(a) > 0 else int(a)
    if n <= 0 and (size is None or np._length(size) > 0):
        raise ValueError("a must be a positive integer unless no samples are taken" if prim.rank(a) == 0 else "a cannot be empty unless no samples are taken")
    count = 1 if size is None else np._length(size)
    if p is not None:
        if replace is True:
            return _picked(a, _by_weight(p, n, filling.drawn(s, size, bits.next_double)), at, size)
        places = _by_weight_once(s, p, n, count, bits.next_double)
        return _picked(a, places[0] if size is None else prim.reshape(places, np._shape(size)), at, size)
    if replace is True:
        return _picked(a, integers._Generator_integers(s, 0, n, size), at, size)
    if size is None:
        return _picked(a, integers._Generator_integers(s, 0, n), at, size)
    if count > n:
        raise ValueError("Cannot take a larger sample than population when replace is False")
    places = _tail(s, n, count) if n > 10000 and count > n // (50 if shuffle else 20) else _floyd(s, n, count, shuffle)
    return _picked(a, prim.reshape(places, np._shape(size)), at, size)


def _RandomState_choice(s, a, size=None, replace=True, p=None):
    if prim.rank(a) == 0 and prim.kind(a) == "f":
        raise ValueError("a must be 1-dimensional or an integer")
    a = _population(a)
    n = a.shape[0] if prim.rank(a) > 0 else int(a)
    if n <= 0 and (size is None or np._length(size) > 0):
        raise ValueError("a must be greater than 0 unless no samples are taken" if prim.rank(a) == 0 else "'a' cannot be empty unless no samples are taken")
    count = 1 if size is None else np._length(size)
    if p is not None:
        if replace is True:
            return _picked(a, _by_weight(p, n, filling.drawn(s, size, legacy.next_double)), 0, size)
        places = _by_weight_once(s, p, n, count, legacy.next_double)
        return _picked(a, places[0] if size is None else prim.reshape(places, np._shape(size)), 0, size)
    if replace is True:
        return _picked(a, integers._RandomState_randint(s, 0, n, size), 0, size)
    if size is None:
        return _picked(a, _RandomState_permutation(s, n)[0], 0, size)
    if count > n:
        raise ValueError("Cannot take a larger sample than population when 'replace=False'")
    return _picked(a, prim.reshape(prim.copy(_RandomState_permutation(s, n)[:count]), np._shape(size)), 0, size)
