"""What `functools` has, written in the language."""
from aic.lib import prim


def reduce(function, iterable, *initial):
    if len(initial) == 0:
        if prim.is_row(iterable):
            if len(iterable) == 0:
                raise TypeError("reduce() of empty iterable with no initial value")
            total = iterable[0]
            for k in range(1, len(iterable)):
                total = function(total, iterable[k])
            return total
        rest = iter(iterable)
        for total in rest:
            break
        else:
            raise TypeError("reduce() of empty iterable with no initial value")
        for x in rest:
            total = function(total, x)
        return total
    total = initial[0]
    for x in iterable:
        total = function(total, x)
    return total


def wraps(wrapped, assigned=None, updated=None):
    return lambda function: function
