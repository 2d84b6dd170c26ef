"""Questions about dtypes, most of them answered at compile time, and about memory."""
from numpy import (
    bool_, complexfloating, float32, float64, floating, generic, inexact, integer, number, signedinteger, unsignedinteger)

from aic.lib import numpy as np
from aic.lib import prim

def _strong(x):
    """The dtype of an array, scalar of NumPy or dtype; a number of Python's as it is."""
    if prim.is_number(x) or prim.is_array(x):
        return x
    return prim.dtype_of(x)


def result_type(*arrays_and_dtypes):
    if len(arrays_and_dtypes) == 0:
        raise ValueError("at least one array or dtype is required")
    common = _strong(arrays_and_dtypes[0])
    for x in arrays_and_dtypes[1:]:
        common = prim.result_type(common, _strong(x))
    return prim.dtype_of(common)


def promote_types(type1, type2):
    return prim.result_type(prim.dtype_of(type1), prim.dtype_of(type2))


_KINDS = ("b", "u", "i", "f", "c")


def _level(d):
    level = 0
    for k in prim.static_range(5):
        if prim.kind(d) == _KINDS[k]:
            level = k
    return level


def _is_rule(casting):
    return casting in ("no", "equiv", "safe", "same_kind", "unsafe")


def _check_cast(a, dtype, casting):
    """That an array may be converted under a rule."""
    if not can_cast(prim.dtype(a), dtype, casting):
        what = "array data" if prim.rank(a) > 0 else "scalar"
        raise TypeError(f"Cannot cast {what} from dtype('{prim.dtype(a).__name__}') to dtype('{prim.dtype_of(dtype).__name__}') according to the rule '{casting}'")


def can_cast(from_, to, casting="safe"):
    if prim.is_number(from_) and not prim.is_numpy(from_):
        raise TypeError("can_cast() does not support Python ints, floats, and complex because the result used to depend on the value.\n"
                        "This change was part of adopting NEP 50, we may explicitly allow them again in the future.")
    a = prim.dtype_of(from_)
    b = prim.dtype_of(to)
    if not _is_rule(casting):
        raise ValueError(f"casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got '{casting}')")
    if casting == "unsafe":
        return True
    if casting == "no" or casting == "equiv":
        return prim.same_dtype(a, b)
    safe = prim.same_dtype(prim.result_type(a, b), b)
    if casting == "safe":
        return safe
    return safe or _level(a) <= _level(b)


def common_type(*arrays):
    common = float32
    for a in arrays:
        if prim.kind(a) != "f" and prim.kind(a) != "c":
            common = prim.result_type(common, float64)
        else:
            common = prim.result_type(common, prim.dtype(a))
    return common


def min_scalar_type(a):
    if prim.is_array(a) and prim.rank(a) > 0:
        return prim.dtype(a)
    prim.refuse("the least dtype of a number, which depends on its value")
    return prim.dtype(a)


_NAMES = ("bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric")
_HELD = ("b", "i", "u", "iu", "f", "c", "iufc")


_CLASSES = ((generic, "buifc"), (number, "uifc"), (integer, "ui"), (signedinteger, "i"), (unsignedinteger, "u"), (inexact, "fc"),
            (floating, "f"), (complexfloating, "c"), (bool_, "b"))


def issubdtype(arg1, arg2):
    for wanted, letters in _CLASSES:
        if arg2 is wanted:
            for letter in prim.characters(letters):
                if prim.kind(arg1) == letter:
                    return True
            return False
    return prim.same_dtype(arg1, arg2)


def isdtype(dtype, kind):
    kinds = kind if isinstance(kind, tuple) else (kind,)
    found = False
    for wanted in kinds:
        if isinstance(wanted, str):
            known = False
            for k in prim.static_range(len(_NAMES)):
                if _NAMES[k] == wanted:
                    known = True
                    for letter in prim.characters(_HELD[k]):
                        if prim.kind(dtype) == letter:
                            found = True
            if not known:
                raise ValueError(f"kind argument is a string, but '{wanted}' is not a known kind name.")
        elif prim.same_dtype(dtype, wanted):
            found = True
    return found


def iterable(y):
    return not prim.is_number(y) and prim.rank(y) > 0


def isfortran(a):
    """Whether the elements lie in Fortran's order and not in C's."""
    return prim.rank(a) > 1 and not np._is_contiguous(a) and np._is_contiguous(np.transpose(a))


def require(a, dtype=None, requirements=None):
    if requirements is not None:
        prim.refuse("requirements of an array")
    return np.asanyarray(a, dtype)


def asarray_chkfinite(a, dtype=None, order=None):
    r = np.asarray(a, dtype, order)
    if prim.kind(r) == "f" or prim.kind(r) == "c":
        if not np.all(prim.isfinite(r)):
            raise ValueError("array must not contain infs or NaNs")
    return r


def real_if_close(a, tol=100):
    a = prim.as_array(a)
    if prim.kind(a) == "c":
        prim.refuse("real_if_close of complex numbers, whose dtype depends on their values")
    return a
