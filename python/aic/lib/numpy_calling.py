"""Functions of the user over the elements or lines of arrays: vectorize, apply_along_axis, apply_over_axes, frompyfunc's kin."""
from numpy import ndindex

from aic.lib import numpy as np
from aic.lib import prim


def apply_along_axis(func1d, axis, arr, *args):
    """The function of each line; the first result says what all are."""
    a = prim.as_array(arr)
    n = prim.rank(a)
    axis = np._axis(axis, n)
    lines = np.moveaxis(a, axis, n - 1)
    if n == 1:
        return prim.as_array(func1d(lines, *args))
    outer = lines.shape[: n - 1]
    for extent in outer:
        if extent == 0:
            raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    start = ()
    for _ in prim.static_range(n - 1):
        start = start + (0,)
    first = prim.as_array(func1d(lines[start], *args))
    out = prim.empty(outer + first.shape, prim.dtype(first))
    out[start] = first
    count = 0
    for place in ndindex(outer):
        if count > 0:
            out[place] = func1d(lines[place], *args)
        count += 1
    order = ()
    for k in prim.static_range(axis):
        order = order + (k,)
    for k in prim.static_range(prim.rank(first)):
        order = order + (n - 1 + k,)
    for k in prim.static_range(n - 1 - axis):
        order = order + (axis + k,)
    return prim.transpose(out, order)


def apply_over_axes(func, a, axes):
    r = prim.as_array(a)
    n = prim.rank(r)
    for axis in np._several(axes):
        k = np._axis(axis, n)
        s = prim.as_array(func(r, k))
        r = s if prim.rank(s) == n else prim.new_axis(s, k)
    return r


# ---- a function of scalars as one of arrays ----
def vectorize(pyfunc, otypes=None, doc=None, excluded=None, cache=False, signature=None):
    if excluded is not None:
        prim.refuse("the arguments that vectorize leaves out")
    return prim.instance("numpy._vectorize", (pyfunc, otypes, signature))


def _core_axes(signature):
    """("(m,n),(n)->(m)") to ((("m", "n"), ("n",)), (("m",),)): the names of each operand's own axes, of the operands and of the results."""
    groups = ()
    names = ()
    word = ""
    operands = 0
    inside = False
    for c in prim.characters(signature):
        if c == "(":
            inside = True
            names = ()
            word = ""
        elif c == ")" or (c == "," and inside):
            names = names + (word,) if word != "" else names
            word = ""
            if c == ")":
                inside = False
                groups = groups + (names,)
        elif c == "-":
            operands = len(groups)
        elif c != "," and c != ">" and c != " ":
            word = word + c
    return groups[:operands], groups[operands:]


def _check_core_axes(args, cores):
    for i in prim.static_range(len(cores)):
        for k in prim.static_range(len(cores[i])):
            for j in prim.static_range(i + 1):
                for h in prim.static_range(len(cores[j])):
                    if cores[i][k] == cores[j][h] and (j < i or h < k):
                        old = args[j].shape[prim.rank(args[j]) - len(cores[j]) + h]
                        new = args[i].shape[prim.rank(args[i]) - len(cores[i]) + k]
                        if old != new:
                            raise ValueError(f"inconsistent size for core dimension '{cores[i][k]}': {new} vs {old}")


def _first_place(shape):
    """The place that tells what the function gives."""
    if np._length(shape) == 0:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    start = ()
    for _ in prim.static_range(len(shape)):
        start = start + (0,)
    return start


def _by_signature(f, otypes, signature, given):
    """The function of whole axes: once for each place of the others."""
    cores, made = _core_axes(signature)
    if len(given) != len(cores):
        raise TypeError(f"wrong number of positional arguments: expected {len(cores)}, got {len(given)}")
    args = ()
    outer = ()
    for k in prim.static_range(len(cores)):
        a = prim.as_array(given[k])
        if prim.rank(a) < len(cores[k]):
            raise ValueError(f"{prim.rank(a)}-dimensional argument does not have enough dimensions for all core dimensions {cores[k]}")
        args = args + (a,)
        outer = outer + (a.shape[: prim.rank(a) - len(cores[k])],)
    _check_core_axes(args, cores)
    shape = np.broadcast_shapes(*outer)
    wide = ()
    for k in prim.static_range(len(cores)):
        wide = wide + (prim.broadcast_to(args[k], shape + args[k].shape[prim.rank(args[k]) - len(cores[k]) :]),)
    start = _first_place(shape)
    first = f(*_elements(wide, start))
    results = first if len(made) > 1 else (first,)
    if len(results) != len(made):
        raise ValueError(f"wrong number of outputs from pyfunc: expected {len(made)}, got {len(results)}")
    outs = ()
    for k in prim.static_range(len(made)):
        r = prim.as_array(results[k])
        if prim.rank(r) != len(made[k]):
            raise ValueError(f"{prim.rank(r)}-dimensional argument does not have enough dimensions for all core dimensions {made[k]}")
        outs = outs + (prim.empty(shape + r.shape, prim.dtype(r) if otypes is None else otypes[k]),)
        outs[k][start + (...,)] = r
    if len(shape) > 0:
        count = 0
        for place in ndindex(shape):
            if count > 0:
                _place_values(outs, place, f(*_elements(wide, place)), len(made) > 1)
            count += 1
    return outs if len(made) > 1 else outs[0]


def _vectorize___call__(self, *args):
    """Without otypes the first element's results say the dtypes; that element is asked for twice, as in NumPy."""
    f, otypes, signature = self
    if signature is not None:
        return _by_signature(f, otypes, signature, args)
    shape = ()
    for x in args:
        shape = prim.broadcast_shapes(shape, prim.as_array(x).shape)
    wide = ()
    for x in args:
        wide = wide + (prim.broadcast_to(prim.as_array(x), shape),)
    outs = ()
    if otypes is not None:
        for t in otypes:
            outs = outs + (prim.empty(shape, t),)
        several = len(outs) > 1
    else:
        start = _first_place(shape)
        first = f(*_elements(wide, start))
        several = isinstance(first, tuple)
        for value in first if several else (first,):
            if not prim.is_number(value):
                prim.refuse("vectorize of a function that gives other than numbers")
            outs = outs + (prim.empty(shape, prim.dtype(value)),)
    if len(shape) == 0:
        _place_values(outs, (), f(*_elements(wide, ())), several)
    else:
        for place in ndindex(shape):
            _place_values(outs, place, f(*_elements(wide, place)), several)
    return outs if several else outs[0]


def _place_values(outs, place, values, several):
    if several:
        if len(values) != len(outs):
            raise ValueError(f"otypes: {len(outs)} outputs, the function gives {len(values)}")
        for k in prim.static_range(len(outs)):
            outs[k][place + (...,)] = values[k]
    else:
        outs[0][place + (...,)] = values


def _elements(arrays, place):
    values = ()
    for a in arrays:
        values = values + (a[place],)
    return values
