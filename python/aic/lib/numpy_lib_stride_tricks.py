"""numpy.lib.stride_tricks: views whose windows overlap."""
from aic.lib import numpy as np
from aic.lib import prim


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """A read-only view; the windows' axes stand behind the array's."""
    if writeable is not False:
        prim.refuse("windows that may be written to")
    a = prim.as_array(x)
    windows = np._several(window_shape)
    axes = np._axes(axis, prim.rank(a)) if axis is None else np._given_axes(axis, prim.rank(a))
    if len(windows) != len(axes):
        raise ValueError("Must provide matching length window_shape and axis; got "
                         f"{len(windows)} window_shape elements and {len(axes)} axes.")
    for extent in windows:
        if extent < 0:
            raise ValueError("`window_shape` cannot contain negative values")
    shape = ()
    for k in prim.static_range(prim.rank(a)):
        n = a.shape[k]
        for j in prim.static_range(len(axes)):
            if axes[j] == k:
                if n < windows[j]:
                    raise ValueError("window shape cannot be larger than input array shape")
                n = n - windows[j] + 1
        shape = shape + (n,)
    strides = a.strides
    for j in prim.static_range(len(axes)):
        shape = shape + (windows[j],)
        strides = strides + (a.strides[axes[j]],)
    return prim.broadcast_to(prim.reshape(a, shape, strides), shape)


def as_strided(x, shape=None, strides=None, subok=False, writeable=True):
    """A read-only view, of the array's own memory: elements that lie on one another are only read."""
    if writeable is not False:
        prim.refuse("as_strided of an array that may be written to: pass writeable=False")
    a = prim.as_array(x)
    wide = a.shape if shape is None else np._shape(shape)
    steps = a.strides if strides is None else np._several(strides)
    if len(wide) != len(steps):
        raise ValueError("mismatch in length of strides and shape")
    low = 0
    high = prim.itemsize(a)
    empty = False
    for k in prim.static_range(len(wide)):
        if wide[k] < 0:
            raise ValueError("negative dimensions are not allowed")
        empty = empty or wide[k] == 0
        if wide[k] > 1 and steps[k] % prim.itemsize(a) != 0:
            raise NotImplementedError("aic: as_strided by other than whole elements")
        reach = (wide[k] - 1) * steps[k]
        if reach > 0:
            high += reach
        else:
            low += reach
    first, last = np._bounds(a)
    at = prim.address(a)
    if not empty and (at + low < first or at + high > last or a.size == 0):
        raise NotImplementedError("aic: as_strided beyond the array's own memory")
    return prim.broadcast_to(prim.reshape(a, wide, steps), wide)


def broadcast_to(array, shape, subok=False):
    return np.broadcast_to(array, shape)
