"""The methods of Python's floats; the number is the first argument."""
from aic.lib import prim


def is_integer(x):
    return x - x == 0.0 and prim.floor(x) == x
