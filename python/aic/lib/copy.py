"""`copy` of numbers, texts, arrays and containers."""
from aic.lib import prim


def copy(x):
    if isinstance(x, (list, dict, set, bytearray)):
        return x.copy()
    if prim.is_array(x):
        return x.copy("K")
    if x is None or isinstance(x, (str, bytes, tuple, frozenset, range)) or prim.is_number(x):
        return x
    prim.refuse("copy.copy of " + type(x).__name__)


def _is_plain(x):
    """Is it immutable, with all that it holds?"""
    if isinstance(x, tuple):
        for part in x:
            if not _is_plain(part):
                return False
        return True
    return x is None or isinstance(x, (str, bytes, frozenset, range)) or prim.is_number(x)


def deepcopy(x):
    if isinstance(x, tuple):
        return x if _is_plain(x) else _parts(x)
    return _deep(x)


def _parts(x):
    """Of a tuple with at most one part that may change: parts that are one object would stay one."""
    changing = 0
    for part in x:
        if not _is_plain(part):
            changing += 1
    if changing > 1:
        prim.refuse("copy.deepcopy of a tuple that holds several containers")
    return _copied_parts(x)


def _copied_parts(x):
    if len(x) == 0:
        return ()
    return (deepcopy(x[0]),) + _copied_parts(x[1:])


def _deep(x):
    if isinstance(x, (list, dict)):
        for part in x if isinstance(x, list) else x.values():
            if not _is_plain(part):
                prim.refuse("copy.deepcopy of containers in containers")
        return x.copy()
    if isinstance(x, (set, bytearray)):
        return x.copy()
    if prim.is_array(x):
        return x.copy("K")
    if _is_plain(x):
        return x
    prim.refuse("copy.deepcopy of " + type(x).__name__)
