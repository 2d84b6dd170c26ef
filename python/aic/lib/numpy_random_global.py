"""The generator behind np.random.seed, np.random.rand and their kin: NumPy's own state, in its place in memory, so that draws here and in
Python go on from one another. Twister's keys stand where the bit generator says; the normal that is kept for the next time stands
in the RandomState object, at a place that is found by looking for a number that was put there."""
import ctypes

import numpy as np


def _kept_place():
    """Where a RandomState keeps its second normal, and 8 bytes before it whether there is one; None where that is not found."""
    probe = np.random.RandomState(0)
    size = type(probe).__basicsize__
    for flag, marker in ((1, 1234.5678901), (0, 0.0), (1, -9.87654321e-5)):
        state = list(probe.get_state())
        state[3], state[4] = flag, marker
        probe.set_state(tuple(state))
        memory = bytes((ctypes.c_char * size).from_address(id(probe)))
        if flag:
            at = memory.find(np.float64(marker).tobytes())
            if at < 8 or memory.count(np.float64(marker).tobytes()) != 1:
                return None
        if memory[at - 8 : at - 4] != np.int32(flag).tobytes():
            return None
    return at


def _live(address, ctype, count):
    return np.ctypeslib.as_array((ctype * count).from_address(address))


_OWNER = np.random.mtrand._rand
_BITS = _OWNER._bit_generator  # kept: its memory is read and written here
_AT = _kept_place() if type(_BITS).__name__ == "MT19937" else None

KNOWN = _AT is not None
KEYS = _live(_BITS.ctypes.state_address, ctypes.c_uint32, 625) if KNOWN else np.zeros(625, np.uint32)
HAS = _live(id(_OWNER) + _AT - 8, ctypes.c_int32, 1) if KNOWN else np.zeros(1, np.int32)
KEPT = _live(id(_OWNER) + _AT, ctypes.c_double, 1) if KNOWN else np.zeros(1)
