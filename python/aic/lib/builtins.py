"""Python's builtins on arrays, where they are loops over the first axis."""


def sum(iterable, start=0):
    total = start
    for x in iterable:
        total = total + x
    return total
