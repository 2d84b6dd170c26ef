"""`@np.errstate(over="raise")` around a function: what NumPy makes of it, in a text that says to the compiler what it does."""
import functools
import types
import weakref

import numpy as np

_MADE = next(c for c in np.errstate.__call__.__code__.co_consts if isinstance(c, types.CodeType))
_stand_ins = weakref.WeakKeyDictionary()


def stand_in(function):
    """For a function that np.errstate made one of the same behaviour, and the same one each time; others as they are."""
    if getattr(function, "__code__", None) is not _MADE:
        return function
    if function not in _stand_ins:
        held = dict(zip(_MADE.co_freevars, (cell.cell_contents for cell in function.__closure__)))
        state = held["self"]
        if state._call is not np._core._ufunc_config._Unspecified:
            return function
        _stand_ins[function] = _around(held["func"], state._all, state._divide, state._over, state._under, state._invalid)
    return _stand_ins[function]


def _around(function, all, divide, over, under, invalid):
    @functools.wraps(function)
    def within(*args, **kwargs):
        with np.errstate(all=all, divide=divide, over=over, under=under, invalid=invalid):
            return function(*args, **kwargs)

    return within
