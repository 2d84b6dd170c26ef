"""What derivatives are written with, in the language (see aic/derivatives.py)."""
import numpy as np

from aic.lib import prim


def inner(a, b):
    """The sum of products of all numbers in two equal structures of numbers, arrays and tuples; whole numbers count for nothing."""
    total = 0.0
    if isinstance(a, tuple):
        for x, y in zip(a, b):
            total = total + inner(x, y)
        return total
    if prim.is_array(a):
        return np.sum(a * b)
    return a * b


def copied(x):
    """A copy of an array; anything else as it is."""
    if prim.is_array(x):
        return x.copy()
    return x


def size(x):
    """How many numbers x has: 1 of a number."""
    if prim.is_array(x):
        return x.size
    return 1


def shape(x):
    if prim.is_array(x):
        return x.shape
    return ()


def flattened(x):
    """The numbers of an array or of a number, in C order."""
    if prim.is_array(x):
        return x.reshape(x.size)
    return np.full(1, x)
