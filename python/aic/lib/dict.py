"""Methods of dicts, and as `_names` their operators and constructors, in the language itself. What they stand on is in `prim`:
table_find (the place of a key, or -1), table_insert, table_key, table_value, table_set, table_remove, table_next."""
from aic.lib import prim


# ---- making ----
def _from(values):
    """dict(values)"""
    if prim.is_dict(values):
        return copy(values)
    out = prim.dict_new()
    update(out, values)
    return out


def copy(self):
    out = prim.dict_new()
    if prim.table_same(out, self):
        prim.table_merge(out, self)
    else:
        for k, v in self.items():
            out[k] = v
    return out


def _merged(a, b):
    """a | b"""
    out = copy(a)
    update(out, b)
    return out


def fromkeys(keys, value=None):
    out = prim.dict_new()
    for k in keys:
        out[k] = value
    return out


# ---- keys that are hashed and compared by methods of their classes ----
def _place(self, key, hash):
    """The place of the key; -1: it is not there. The methods run in CPython's order."""
    place = prim.table_probe(self, hash, -1)
    while place >= 0:
        count = len(self)
        if prim.equal_as_keys(prim.table_key(self, place), key):
            if len(self) != count:
                raise RuntimeError("the dict or set changed while its keys were compared")
            return place
        place = prim.table_probe(self, hash, place)
    return -1


def _put(self, key, hash):
    """The place of the key, which is put in if it is not there."""
    place = _place(self, key, hash)
    return place if place >= 0 else prim.table_insert_hashed(self, key, hash)


def _settled_hash(hash):
    """What hash() makes of what `__hash__` returns."""
    return -2 if hash == -1 else int(hash)


# ---- reading ----
def get(self, key, default=None):
    place = prim.table_find(self, key)
    if place < 0:
        return default
    return prim.table_value(self, place)


def _contains_value(self, value):
    """value in self.values()"""
    for v in self.values():
        if v == value:
            return True
    return False


def _contains_item(self, item):
    """item in self.items()"""
    key, value = item
    place = prim.table_find(self, key)
    return place >= 0 and prim.table_value(self, place) == value


def _equal(a, b):
    """a == b"""
    if len(a) != len(b):
        return False
    for k, v in a.items():
        place = prim.table_find(b, k)
        if place < 0:
            return False
        if prim.table_value(b, place) != v:
            return False
    return True


# ---- changing ----
def update(self, *others):
    for other in others:
        if prim.is_dict(other):
            for k, v in other.items():
                self[k] = v
        elif prim.is_mapping(other):
            for k in other.keys():
                self[k] = other[k]
        else:
            for k, v in other:
                self[k] = v


def setdefault(self, key, default=None):
    place = prim.table_find(self, key)
    if place >= 0:
        return prim.table_value(self, place)
    self[key] = default
    return self[key]


def _delete(self, key):
    """del self[key]"""
    place = prim.table_find(self, key)
    if place < 0:
        prim.key_error(key)
    prim.table_remove(self, place)


def pop(self, key, *default):
    place = prim.table_find(self, key)
    if place < 0:
        if len(default) == 0:
            prim.key_error(key)
        else:
            return default[0]
    value = prim.table_value(self, place)
    prim.table_remove(self, place)
    return value


def popitem(self):
    place = prim.table_previous(self, 9223372036854775807)
    if place < 0:
        raise KeyError("popitem(): dictionary is empty")
    return _taken(self, place)


def _taken(self, place):
    item = (prim.table_key(self, place), prim.table_value(self, place))
    prim.table_remove(self, place)
    return item


def clear(self):
    prim.table_clear(self)
