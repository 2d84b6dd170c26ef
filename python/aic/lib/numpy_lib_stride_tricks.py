"""numpy.lib.stride_tricks: views whose windows overlap."""
from aic.lib import numpy as np
from aic.lib import prim


def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    """A read-only view; the windows' axes stand behind the array's."""
    if writeable is not False:
        prim.refuse("windows that may be written to")
    a = prim.as_array(x)
    windows = np._shape(window_shape)
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


def broadcast_to(array, shape, subok=False):
    return np.broadcast_to(array, shape)
