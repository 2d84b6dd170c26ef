"""Methods of sets and frozensets, and as `_names` their operators, in the language itself. The order in which a set is iterated
depends on how it came about, so each of these does what CPython's setobject.c does, in its order."""
from aic.lib import prim


# ---- making ----
def _from(values, frozen):
    """set(values), frozenset(values)"""
    out = prim.set_new(frozen)
    if prim.is_set(values):
        _fill(out, values)
    else:
        _add_all(out, values)
    return out


def _fill(empty, other):
    """What another set holds, for one that holds nothing: it lies there as it does in the other, and nothing is compared."""
    if prim.table_same(empty, other, True):
        prim.table_merge(empty, other)
    else:
        _merge(empty, other)


def _add_all(self, values):
    if prim.is_set(values):
        _merge(self, values)
    elif prim.is_dict(values):
        prim.table_reserve(self, values)
        for x in values:
            prim.table_insert(self, x)
    else:
        for x in values:
            prim.table_insert(self, x)


def _merge(self, other):
    if prim.table_same(self, other):
        prim.table_merge(self, other)
    else:
        prim.table_reserve(self, other)
        for x in other:
            prim.table_insert(self, x)


def copy(self):
    if prim.is_frozen(self):
        return self
    return _copied(self)


def _copied(self):
    out = prim.set_new(prim.is_frozen(self))
    _fill(out, self)
    return out


# ---- changing ----
def add(self, value):
    prim.table_insert(self, value)


def discard(self, value):
    place = prim.table_find(self, value)
    if place >= 0:
        prim.table_remove(self, place)


def remove(self, value):
    place = prim.table_find(self, value)
    if place < 0:
        prim.key_error(value)
    prim.table_remove(self, place)


def pop(self):
    place = prim.table_first_to_go(self)
    if place < 0:
        raise KeyError("pop from an empty set")
    value = prim.table_key(self, place)
    prim.table_remove(self, place)
    return value


def clear(self):
    prim.table_clear(self)


def update(self, *others):
    for other in others:
        _add_all(self, other)


# ---- operators ----
def _union(a, b):
    out = _copied(a)
    if a is not b:
        _merge(out, b)
    return out


def _union_update(a, b):
    if a is not b:
        _merge(a, b)
    return a


def union(self, *others):
    out = _copied(self)
    for other in others:
        if other is not self:
            _add_all(out, other)
    return out


def _intersection(a, b):
    out = prim.set_new(prim.is_frozen(a))
    if a is b:
        _merge(out, a)
    elif prim.table_alike(a, b) and prim.table_same(out, a):
        if len(b) > len(a):
            prim.table_select(out, a, b, 1)
        else:
            prim.table_select(out, b, a, 1)
    elif len(b) > len(a):
        for x in a:
            if prim.table_find(b, x) >= 0:
                prim.table_insert(out, x)
    else:
        for x in b:
            if prim.table_find(a, x) >= 0:
                prim.table_insert(out, x)
    return out


def _intersect(self, other):
    if prim.is_set(other):
        return _intersection(self, other)
    out = prim.set_new(prim.is_frozen(self))
    for x in other:
        if prim.table_find(self, x) >= 0:
            prim.table_insert(out, x)
    return out


def intersection(self, *others):
    out = _copied(self)
    for other in others:
        out = _intersect(out, other)
    return out


def _intersection_update(a, b):
    _become(a, _intersection(a, b))
    return a


def _become(self, other):
    """Takes another set's elements, as they lie there."""
    if prim.table_same(self, other):
        prim.table_swap(self, other)
    else:
        prim.table_clear(self)
        _merge(self, other)


def intersection_update(self, *others):
    for other in others:
        _become(self, _intersect(self, other))


def _remove_all(self, other):
    for x in other:
        discard(self, x)
    prim.table_reserve(self, self)


def _difference(a, b):
    if len(a) // 4 > len(b):
        out = _copied(a)
        _remove_all(out, b)
        return out
    out = prim.set_new(prim.is_frozen(a))
    if prim.is_set(b) and prim.table_alike(a, b) and prim.table_same(out, a):
        prim.table_select(out, a, b, 0)
        return out
    for x in a:
        if prim.table_find(b, x) < 0:
            prim.table_insert(out, x)
    return out


def _subtracted(self, other):
    if prim.is_set(other) or prim.is_dict(other):
        return _difference(self, other)
    out = _copied(self)
    _remove_all(out, other)
    return out


def difference(self, *others):
    out = _copied(self)
    for other in others:
        out = _subtracted(out, other)
    return out


def _difference_update(a, b):
    if a is b:
        prim.table_clear(a)
    else:
        _remove_all(a, b)
    return a


def difference_update(self, *others):
    for other in others:
        if prim.is_set(other):
            _difference_update(self, other)
        else:
            _remove_all(self, other)


def _toggle(self, other):
    for x in other:
        place = prim.table_find(self, x)
        if place >= 0:
            prim.table_remove(self, place)
        else:
            prim.table_insert(self, x)


def symmetric_difference(self, other):
    out = _from(other, prim.is_frozen(self))
    _toggle(out, self)
    return out


def _exclusive(a, b):
    return symmetric_difference(a, b)


def _exclusive_update(a, b):
    if a is b:
        prim.table_clear(a)
    else:
        _toggle(a, b)
    return a


def symmetric_difference_update(self, other):
    _exclusive_update(self, _from(other, False))


# ---- comparing ----
def _equal(a, b):
    return len(a) == len(b) and issubset(a, b)


def _less(a, b):
    return len(a) < len(b) and issubset(a, b)


def issubset(self, other):
    if not prim.is_set(other):
        return issubset(self, _from(other, False))
    if len(self) > len(other):
        return False
    for x in self:
        if prim.table_find(other, x) < 0:
            return False
    return True


def issuperset(self, other):
    for x in other:
        if prim.table_find(self, x) < 0:
            return False
    return True


def isdisjoint(self, other):
    if prim.is_set(other) and len(other) > len(self):
        for x in self:
            if prim.table_find(other, x) >= 0:
                return False
        return True
    for x in other:
        if prim.table_find(self, x) >= 0:
            return False
    return True
