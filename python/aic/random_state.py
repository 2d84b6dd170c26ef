"""Where NumPy's generators keep their state in memory (python/bindings/random.cpp reads and writes it there): 0 where that is not
found out."""
import ctypes

import numpy as np

from aic.lib import numpy_random_global


def _pcg64_is_known():
    """Whether the state is 128 bits of state and of increment, low first, behind a pointer that a flag and half of a draw follow."""
    bits = np.random.PCG64(20250611)
    np.random.Generator(bits).integers(0, 10, dtype=np.uint32)  # one half of a draw is kept
    told = bits.state
    address = bits.ctypes.state_address
    words = ctypes.c_uint64.from_address(address).value
    words = [ctypes.c_uint64.from_address(words + 8 * k).value for k in range(4)]
    halves = [ctypes.c_uint32.from_address(address + 8 + 4 * k).value for k in range(2)]
    return (
        words[0] | words[1] << 64 == told["state"]["state"]
        and words[2] | words[3] << 64 == told["state"]["inc"]
        and halves == [told["has_uint32"], told["uinteger"]] == [1, told["uinteger"]]
    )


def new(kind):
    """A generator whose state is about to be written."""
    return np.random.RandomState(0) if kind.endswith("RandomState") else np.random.Generator(np.random.PCG64(0))


PCG64 = int(_pcg64_is_known())
RANDOM_STATE = (numpy_random_global._AT or 0) if numpy_random_global.KNOWN else 0
