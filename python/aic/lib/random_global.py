"""The generator behind random.random, random.randint and their kin: Python's own state, in its place in memory, so that draws here and
in Python go on from one another. It stands behind the object's head: the position, then Twister's keys. The second number of `gauss` is the
object's attribute `gauss_next`: for the two functions that know it, the object's attributes are the globals."""
import ctypes
import random
import types

import numpy as np

_OWNER = getattr(random, "_inst", None)
_HEAD = object.__basicsize__


def _is_known():
    if type(_OWNER) is not random.Random or type(_OWNER).__basicsize__ < _HEAD + 4 * 625:
        return False
    for seed in (1, 2):
        probe = random.Random(seed)
        probe.random()
        position, *keys = (ctypes.c_uint32 * 625).from_address(id(probe) + _HEAD)
        if (*keys, position) != probe.getstate()[1]:
            return False
    return True


KNOWN = _is_known()
_LIVE = np.ctypeslib.as_array((ctypes.c_uint32 * 625).from_address(id(_OWNER) + _HEAD)) if KNOWN else np.zeros(625, np.uint32)
POSITION, KEYS = _LIVE[:1], _LIVE[1:]


def _keep(value):
    global gauss_next
    gauss_next = value


def _kept():
    return gauss_next  # noqa: F821


keep, kept = (types.FunctionType(f.__code__, vars(_OWNER) if KNOWN else {"gauss_next": None}, f.__name__) for f in (_keep, _kept))
