"""`copy` of numbers, texts, arrays and containers."""
from collections import deque

from aic.lib import prim


def copy(x):
    if isinstance(x, (list, dict, set, bytearray, deque)):
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
    if prim.is_array(x):
        return x.copy("K")
    if isinstance(x, (list, dict, set, bytearray, deque)):
        if prim.holds_plain(x, 1):
            return x.copy()
        if prim.holds_its_kind(x):
            return _own_kind(x)
        return _each([x])[0]
    if _is_plain(x):
        return x
    prim.refuse("copy.deepcopy of " + type(x).__name__)


def _each(containers):
    """A copy of each; of one that is there twice one copy. Then what these hold: all of one level at once."""
    numbers = {}
    copies = []
    places = []
    for x in containers:
        k = prim.address(x)
        if k not in numbers:
            numbers[k] = len(copies)
            copies.append(x.copy())
        places.append(numbers[k])
    if not prim.holds_plain(containers, 2):
        _copy_inside(copies)
    return [copies[k] for k in places]


def _copy_inside(containers):
    inner = []
    for x in containers:
        for part in x.values() if isinstance(x, dict) else x:
            if isinstance(part, (list, dict, set, bytearray)):
                inner.append(part)
            elif not prim.holds_plain(part, 0):
                prim.refuse("copy.deepcopy of containers that hold tuples of containers, deques, arrays or objects")
    made = _each(inner)
    n = 0
    for x in containers:
        for k in x if isinstance(x, dict) else range(len(x)):
            if isinstance(x[k], (list, dict, set, bytearray)):
                x[k] = made[n]
                n += 1


def _own_kind(x):
    """Of a list or dict that holds its own kind: copies of all that it leads to, each made once, in which the parts are then replaced."""
    if not isinstance(x, (list, dict)):
        prim.refuse("copy.deepcopy of a set that leads to containers that hold their own kind")
    numbers = {}
    dicts, lists = [], []
    if isinstance(x, dict):
        top = _copy_of(x, numbers, dicts)
    else:
        top = _copy_of(x, numbers, lists)
    d, n = 0, 0
    while d < len(dicts) or n < len(lists):
        if d < len(dicts):
            _replace_parts(dicts[d], numbers, dicts, lists)
            d += 1
        else:
            _replace_parts(lists[n], numbers, dicts, lists)
            n += 1
    return top


def _copy_of(x, numbers, copies):
    k = prim.address(x)
    if k not in numbers:
        numbers[k] = len(copies)
        copies.append(x.copy())
    return copies[numbers[k]]


def _replace_parts(x, numbers, dicts, lists):
    for k in x if isinstance(x, dict) else range(len(x)):
        part = x[k]
        if isinstance(part, dict):
            x[k] = _copy_of(part, numbers, dicts)
        elif isinstance(part, list):
            x[k] = _copy_of(part, numbers, lists)
        elif not _is_plain(part):
            prim.refuse("copy.deepcopy of containers that hold their own kind and others than lists and dicts")
