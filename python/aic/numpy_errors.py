"""Exceptions of NumPy's that are not made of their text alone."""
import re

import numpy as np
from numpy._core import _exceptions

_CASTING = re.compile(r"Cannot cast ufunc '(\w+)' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)")


def output_casting(text):
    """What an operator in place raises that would change the kind of its target."""
    name, given, wanted = _CASTING.match(text).groups()
    return _exceptions._UFuncOutputCastingError(getattr(np, name), "same_kind", np.dtype(given), np.dtype(wanted), 0)
