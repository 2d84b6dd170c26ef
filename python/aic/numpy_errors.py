"""Exceptions of NumPy's that are not made of their text alone."""
import re

import numpy as np
from numpy._core import _exceptions

_CASTING = re.compile(r"Cannot cast ufunc '(\w+)' (output|input)(?: (\d+))? from dtype\('(\w+)'\) to dtype\('(\w+)'\) with casting rule '(\w+)'")


def ufunc_type_error(text):
    """What a ufunc raises whose operands or result do not cast as they should, made of NumPy's message."""
    name, way, which, given, wanted, casting = _CASTING.match(text).groups()
    ufunc = getattr(np._core.umath, name)  # np.clip is none
    made = _exceptions._UFuncInputCastingError if way == "input" else _exceptions._UFuncOutputCastingError
    place = int(which or 0) + (0 if way == "input" else ufunc.nin)
    return made(ufunc, casting, np.dtype(given), np.dtype(wanted), place)
