"""Arrays as they are or as copies, of another dtype or in another order of memory: array, asarray, copy, astype and their kin."""
from aic.lib import numpy as np
from aic.lib import prim


def _letter(order, default):
    """What an argument `order` says, in capitals."""
    if order is None:
        return default
    for capital, small in (("C", "c"), ("F", "f"), ("A", "a"), ("K", "k")):
        if order == capital or order == small:
            return capital
    raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got '{order}')")


def _letter_of_new(order):
    """The same of arrays that are made of a shape."""
    letter = _letter(order, "C")
    if letter != "C" and letter != "F":
        raise ValueError("only 'C' or 'F' order is permitted")
    return letter


# ---- copies ----
def ascontiguous_copy(a):
    return prim.generate(a.shape, lambda *i: a[i])


def _fortran_copy(a):
    out = np._ordered(a.shape, prim.dtype(a), "F")
    out[...] = a
    return out


def _copied(a, letter):
    """A new array: in the order asked for; "K" and "A" keep the array's."""
    if letter == "F":
        return _fortran_copy(a)
    if letter == "C":
        return ascontiguous_copy(a)
    return prim.copy(a)


def _method_copy(a, order="C"):
    return _copied(prim.as_array(a), _letter(order, "C"))


def copy(a, order="K", subok=False):
    return _copied(prim.as_array(a), _letter(order, "K"))


def _converted(a, dtype, letter):
    """A new array of the dtype; a scalar as one of NumPy."""
    if not prim.is_array(a):
        return prim.cast(a, dtype)
    if prim.rank(a) == 0:
        return prim.as_array(prim.cast(a, dtype))
    if letter == "F" and not prim.fortran(a):
        return _fortran_copy(prim.cast(a, dtype))
    if letter == "C" and prim.fortran(a):
        return ascontiguous_copy(prim.cast(a, dtype))
    return prim.cast(a, dtype)


# ---- arrays as they are where they will do ----
def _is_in_order(a, letter):
    """Whether the elements lie in that order; asked at run time where the type does not say."""
    if letter == "C":
        return prim.contiguous(a) or np._is_contiguous(a)
    if letter == "F":
        return prim.fortran(a) or np._is_contiguous(np._reversed(a))
    return True


def _in_order(a, letter):
    """The array, or a copy in the order asked for."""
    if letter == "F":
        return _in_fortran_order(a)
    if letter == "C" and not prim.contiguous(a) and prim.rank(a) > 0:
        if prim.writable(a):
            if np._is_dense(a):
                return prim.reshape_dense(a, a.shape)
        return ascontiguous_copy(a)
    return a


def _in_fortran_order(a):
    if prim.fortran(a) or prim.rank(a) == 0 or (prim.rank(a) == 1 and prim.contiguous(a)):
        return a
    if prim.rank(a) == 1:
        return _in_order(a, "C")
    if prim.writable(a):
        turned = np._reversed(a)
        if np._is_dense(turned):
            return np._reversed(prim.reshape_dense(turned, turned.shape))
    return _fortran_copy(a)


_NO_COPY = ("Unable to avoid copy while creating an array as requested.\n"
            "If using `np.array(obj, copy=False)` replace it with `np.asarray(obj)` to allow a copy when needed (no behavior change in NumPy 1.x).\n"
            "For more details, see https://numpy.org/devdocs/numpy_2_0_migration_guide.html#adapting-to-changes-in-the-copy-keyword.")


def asarray(a, dtype=None, order=None, *, copy=None):
    letter = _letter(order, "K")
    if not prim.is_array(a):
        if copy is False:
            raise ValueError(_NO_COPY)
        return _in_order(prim.as_array(a) if dtype is None else prim.as_array(a, dtype), letter)
    if dtype is not None and not prim.same_dtype(a, dtype):
        if copy is False:
            raise ValueError(_NO_COPY)
        return _converted(a, dtype, letter)
    if copy is True:
        return _copied(a, letter)
    if copy is False:
        if not _is_in_order(a, letter):
            raise ValueError(_NO_COPY)
        return a
    return _in_order(a, letter)


def asanyarray(a, dtype=None, order=None, *, copy=None):
    return asarray(a, dtype, order, copy=copy)


def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0):
    r = asarray(object, dtype, order, copy=copy)
    for _ in prim.static_range(ndmin - prim.rank(r) if ndmin > prim.rank(r) else 0):
        r = prim.new_axis(r, 0)
    return r


def asfortranarray(a, dtype=None):
    return np.atleast_1d(asarray(a, dtype, "F"))


def ascontiguousarray(a, dtype=None):
    return np.atleast_1d(asarray(a, dtype, "C"))


def astype(x, dtype, /, *, copy=True, device=None):
    if device is not None and device != "cpu":
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device}')
    if prim.is_list(x):
        raise TypeError("Input should be a NumPy array or scalar. It is a <class 'list'> instead.")
    if not prim.is_array(x) and not prim.is_numpy(x):
        prim.refuse("np.astype of other than arrays and scalars of NumPy, which is an error")
    return _method_astype(x, dtype, copy=copy)


def _method_astype(a, dtype, order="K", casting="unsafe", subok=True, copy=True):
    letter = _letter(order, "K")
    if casting == "same_value":
        prim.refuse("the rule of casting that asks the values")
    if not np._is_rule(casting):
        raise ValueError(f"casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe', 'same_value' (got '{casting}')")
    np._check_cast(a, dtype, casting)
    if prim.same_dtype(a, dtype):
        if not prim.is_array(a):
            return a
        return _copied(a, letter) if copy else _in_order(a, letter)
    return _converted(a, dtype, letter)
