"""`string`: capwords; the constants are Python's."""


def capwords(s, sep=None):
    words = [x.capitalize() for x in s.split(sep)]
    return (" " if sep is None else sep).join(words)
