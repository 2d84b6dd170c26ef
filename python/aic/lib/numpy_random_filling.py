"""One draw or an array of them; parameters of distributions: numbers or arrays, and what they must be."""
from numpy import float64, int64, ndindex

from aic.lib import numpy as np
from aic.lib import prim


def drawn(s, size, draw, dtype=float64):
    """One draw, or an array of them."""
    if size is None:
        return draw(s)
    return _drawn_each(s, prim.empty(np._shape(size), dtype), draw)


def _drawn_each(s, out, draw):
    flat = prim.reshape(out, (out.size,))
    for i in range(flat.shape[0]):
        flat[i] = draw(s)
    return out


def drawn_over(s, shape, draw):
    """rand(d0, d1, …): one draw where no extents are given."""
    return drawn(s, None if len(shape) == 0 else shape, draw)


def drawn_into(s, out, size, draw):
    """Draws into the array given."""
    if size is not None:
        if np._shape(size) != out.shape:
            raise ValueError("size must match out.shape when used together")
    if not prim.contiguous(out):
        prim.refuse("an `out` in another order than C's")
    if not prim.writable(out):
        raise ValueError("output array is read-only")
    return _drawn_each(s, out, draw)


# ---- parameters: each a number, or arrays of them ----
def with_parameters(s, draw, dtype, size, *parameters):
    """One draw for each of the parameters, which broadcast; or as many as `size` says."""
    several = False
    for x in parameters:
        if prim.rank(x) > 0:
            several = True
    if not several:
        return drawn(s, size, lambda s: draw(s, *parameters), dtype)
    shape = ()
    for x in parameters:
        shape = prim.broadcast_shapes(shape, prim.as_array(x).shape)
    if size is not None:
        _check_size(np._shape(size), parameters, shape)
        shape = np._shape(size)
    wide = ()
    for x in parameters:
        wide = wide + (prim.broadcast_to(prim.as_array(x), shape),)
    out = prim.empty(shape, dtype)
    for place in ndindex(shape):
        values = ()
        for x in wide:
            values = values + (x[place].item(),)
        out[place] = draw(s, *values)
    return out


def _check_size(size, parameters, shape):
    """That the parameters broadcast to `size`."""
    which = 1
    for x in parameters:
        if not np._stretches(size, np.shape(x)):
            raise ValueError(f"shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape {size} and arg {which} with shape {np.shape(x)}.")
        which = which + 1
    wide = np._stretched_shape(size, shape)
    if wide != size:
        raise ValueError(f"Output size {size} is not compatible with broadcast dimensions of inputs {wide}.")


def checked(x, good, message):
    """ValueError unless all of x pass."""
    if prim.rank(x) == 0:
        if not good(x):
            raise ValueError(message)
    else:
        for value in np._line(prim.as_array(x)):
            if not good(value.item()):
                raise ValueError(message)


def as_floats(x):
    """A parameter as Python's float, or an array of float64."""
    return float(x) if prim.rank(x) == 0 else np.asarray(x, float64)


def as_ints(x):
    return int(x) if prim.rank(x) == 0 else np.asarray(x, int64)


def scale_of(scale):
    scale = float(scale)
    if scale < 0.0 or scale == 0.0 and prim.copysign(1.0, scale) < 0.0:
        raise ValueError("scale < 0")
    return scale


def positive(x):
    return not (x <= 0.0)  # nan passes, as in NumPy


def not_negative(x):
    """Nor zero below zero."""
    return not (x < 0.0 or (x == 0.0 and prim.copysign(1.0, float(x)) < 0.0))


def share(x):
    return x >= 0.0 and x <= 1.0
