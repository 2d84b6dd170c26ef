"""What `functools` has, written in the language."""
from aic.lib import prim


def reduce(function, iterable, *initial):
    if len(initial) == 0:
        total = None
        first = True
        for x in iterable:
            if first:
                total = x
                first = False
            else:
                total = function(total, x)
        if first:
            raise TypeError("reduce() of empty iterable with no initial value")
        return total
    total = initial[0]
    for x in iterable:
        total = function(total, x)
    return total


def wraps(wrapped, assigned=None, updated=None):
    return lambda function: function
