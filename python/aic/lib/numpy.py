"""NumPy's functions, written in the language on `aic.lib.prim`.

What is an elementwise record (np.sin, np.add, np.where …) is not here. Each function takes NumPy's parameters by
NumPy's names; what it cannot do is refused (`prim.refuse`), never done otherwise. A function is found by its name, also as
the array method of that name. Ranks and dtypes are literals: branches on them are pruned, loops over tuples unrolled.

The functions stand in numpy_*.py by topic; this module has what they share and all of their names (`np.sum` in one topic
is another's), so that adding a function is one function in one file.
"""
from numpy import bool_, float64, int64, uint64
from numpy.exceptions import AxisError

from aic.lib import prim


def _axis(axis, rank):
    """A literal axis counted from the front."""
    if axis < -rank or axis >= rank:
        if prim.is_static(axis):
            prim.axis_error(axis, rank)
        raise AxisError(f"axis {axis} is out of bounds for array of dimension {rank}")
    return axis + rank if axis < 0 else axis


def _axes(axis, rank):
    """The axes that axis=None, an int or a tuple stands for, rising."""
    if axis is None:
        return prim.static_range(rank)
    if isinstance(axis, tuple):
        chosen = ()
        for k in prim.static_range(rank):
            times = 0
            for a in axis:
                if _axis(a, rank) == k:
                    times = times + 1
            if times > 1:
                raise ValueError("duplicate value in 'axis'")
            if times == 1:
                chosen = chosen + (k,)
        return chosen
    return (_axis(axis, rank),)


def _reduced_axes(axis, rank):
    """As _axes; a scalar may be reduced along axis 0 or -1."""
    if rank == 0 and (axis == 0 or axis == -1):
        return ()
    return _axes(axis, rank)


def _given_axes(axis, rank):
    """In the order given: the first is that of rows."""
    axes = ()
    for k in _several(axis):
        axes = axes + (_axis(k, rank),)
    return axes


def _kept(a, axes):
    """Shape with the reduced axes as ones."""
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        if k in axes:
            shape = shape + (1,)
        else:
            shape = shape + (a.shape[k],)
    return shape


def _reduced(a, kind, axis, keepdims):
    """A reduction of NumPy: axis None, int or tuple; keepdims."""
    axes = _reduced_axes(axis, prim.rank(a))
    _check_kept(keepdims)
    if prim.fortran(a) and len(axes) < prim.rank(a):  # the result lies in Fortran's order, too
        r = prim.reduce(_reversed(a), kind, _mirrored_axes(axes, prim.rank(a)))
        return _reversed(prim.reshape(r, _kept(_reversed(a), _mirrored_axes(axes, prim.rank(a)))) if keepdims else r)
    r = prim.reduce(a, kind, axes)
    if keepdims:
        if prim.is_array(r):
            return prim.reshape(r, _kept(a, axes))
        return prim.full(_kept(a, axes), r, prim.dtype(r))
    return r


def _check_kept(keepdims):
    if isinstance(keepdims, str):
        raise TypeError("'str' object cannot be interpreted as an integer")
    if keepdims is None:
        raise TypeError("'NoneType' object cannot be interpreted as an integer")
    if prim.kind(keepdims) == "f":
        raise TypeError("integer argument expected, got float")
    if prim.kind(keepdims) == "b" and prim.is_numpy(keepdims):
        raise TypeError("'numpy.bool' object cannot be interpreted as an integer")


def _reversed(a):
    """The axes in the other order: C's order is Fortran's then, and the reverse."""
    order = ()
    for k in prim.static_range(prim.rank(a)):
        order = (k,) + order
    return prim.transpose(a, order)


def _mirrored_axes(axes, rank):
    """What the axes are called in _reversed(a)."""
    there = ()
    for k in axes:
        there = (rank - 1 - k,) + there
    return there


def _is_given(x):
    """Of a parameter whose default is NumPy's word for none, where None says something else."""
    return not isinstance(x, str)


def _no_out(out):
    if out is not None:
        prim.refuse("the parameter `out`")


def _count(a, axes):
    """Number of elements that a reduction along the axes combines."""
    n = 1
    for k in axes:
        n = n * a.shape[k]
    return n


def _several(x):
    """What one or several axes, counts or places are given as, as a tuple."""
    return x if isinstance(x, tuple) else (x,)


def _shape(shape):
    """A shape argument as a tuple; True is no extent."""
    if isinstance(shape, tuple):
        for extent in shape:
            if isinstance(extent, (bool, bool_)):
                raise TypeError("an integer is required")
        return shape
    if isinstance(shape, (bool, bool_)):
        raise TypeError(f"expected a sequence of integers or a single integer, got '{shape}'")
    return (shape,)


def _length(shape):
    """Number of elements of a shape argument."""
    n = 1
    for extent in _shape(shape):
        n = n * extent
    return n


def _sum_dtype(a, dtype):
    if dtype is not None:
        return dtype
    if prim.kind(a) == "b" or prim.kind(a) == "i":
        return int64
    if prim.kind(a) == "u":
        return uint64
    return prim.dtype(a)


def _float_dtype(a):
    """The dtype in which means are computed: ints and bools as float64."""
    if prim.kind(a) == "f" or prim.kind(a) == "c":
        return prim.dtype(a)
    return float64


def _is_dense(a):
    """Whether the elements lie in C order without gaps."""
    dense = True
    step = prim.itemsize(a)
    for i in prim.static_range(prim.rank(a)):
        k = prim.rank(a) - 1 - i
        if a.shape[k] != 1 and a.strides[k] != step:
            dense = False
        step = step * a.shape[k]
    return dense


def _is_contiguous(a):
    """a.flags.c_contiguous: an array without elements is contiguous."""
    return a.size == 0 or _is_dense(a)


def _told_shape(shape):
    """A shape in NumPy's messages: (2,3) or (2,); what is unknown is left out in front."""
    text = "("
    first = True
    for extent in shape:
        if prim.is_static(extent) and extent < 0:
            text = text if first else f"{text},newaxis"
        elif first:
            text = f"({extent}"
            first = False
        else:
            text = f"{text},{extent}"
    if len(shape) == 1 and not first:
        return f"{text},)"
    return f"{text})"


def _tuple_of_arrays(arrays):
    parts = ()
    for a in arrays:
        parts = parts + (prim.as_array(a),)
    return parts


def _others(a, axes):
    """Number of elements of the result of a reduction."""
    n = 1
    for k in prim.static_range(prim.rank(a)):
        if k not in axes:
            n = n * a.shape[k]
    return n


def _along(rank, axis, part):
    """An index that takes `part` of one axis and all of the others."""
    index = ()
    for k in prim.static_range(rank):
        index = index + (part if k == axis else slice(None, None, None),)
    return index


# The topics. Imported last: they name this module.
from aic.lib import (  # noqa: E402
    numpy_axes, numpy_calling, numpy_choosing, numpy_copies, numpy_creation, numpy_dtypes, numpy_einsum, numpy_elementwise, numpy_float_errors, numpy_gufuncs, numpy_histograms, numpy_indices, numpy_joining,
    numpy_memory, numpy_order, numpy_padding, numpy_polynomials, numpy_products, numpy_quantiles, numpy_reductions, numpy_sets, numpy_shapes, numpy_signal, numpy_statistics,
    numpy_ufuncs, numpy_windows)

for _topic in [module for name, module in globals().items() if name.startswith("numpy_")]:
    globals().update({name: f for name, f in vars(_topic).items() if getattr(f, "__module__", None) == _topic.__name__})
