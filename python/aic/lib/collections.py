"""`collections`: deque, defaultdict and Counter over the list and the dict. An instance's state is a tuple (`prim.instance`): of a
deque the list, a list with the place of its first element, and maxlen; of the others the dict, of a defaultdict its factory.
Methods that are not here are the dict's."""
import sys

from aic.lib import dict as tables
from aic.lib import prim

_NEW_TEXT = sys.version_info >= (3, 12)  # of an OrderedDict


# ---- deque ----
def deque(iterable=(), maxlen=None):
    if maxlen is not None and maxlen < 0:
        raise ValueError("maxlen must be non-negative")
    items = prim.list_new(0)
    first = [0]
    self = (items, first, maxlen)
    for x in iterable:
        _deque_append(self, x)
    return prim.instance("collections._deque", self)


def _deque___len__(self):
    items, first, maxlen = self
    return len(items) - prim.list_get(first, 0)


def _deque___iter__(self):
    items, first, maxlen = self
    n = _deque___len__(self)
    for k in range(n):
        if _deque___len__(self) != n:
            raise RuntimeError("deque mutated during iteration")
        yield items[prim.list_get(first, 0) + k]


def _deque_append(self, x):
    items, first, maxlen = self
    if maxlen is not None:
        if maxlen == 0:
            return
        if _deque___len__(self) == maxlen:
            _deque_popleft(self)
    items.append(x)


def _deque_appendleft(self, x):
    items, first, maxlen = self
    if maxlen is not None:
        if maxlen == 0:
            return
        if _deque___len__(self) == maxlen:
            items.pop()
    k = prim.list_get(first, 0)
    if k == 0:  # room before the first
        n = len(items)
        k = n + 8
        prim.list_resize(items, n + k)
        for i in range(k):
            prim.list_fill(items, n + i, x)
        prim.list_rotate(items, 0, n + k, n)
    prim.list_set(first, 0, k - 1)
    items[k - 1] = x


def _deque_pop(self):
    items, first, maxlen = self
    if _deque___len__(self) == 0:
        raise IndexError("pop from an empty deque")
    return items.pop()


def _deque_popleft(self):
    items, first, maxlen = self
    k = prim.list_get(first, 0)
    n = len(items)
    if k == n:
        raise IndexError("pop from an empty deque")
    x = items[k]
    k += 1
    if k == n:
        prim.list_resize(items, 0)
        k = 0
    elif k >= 16 and 2 * k >= n:
        prim.list_rotate(items, 0, n, k)
        prim.list_resize(items, n - k)
        k = 0
    prim.list_set(first, 0, k)
    return x


def _deque_extend(self, values):
    for x in list(values):
        _deque_append(self, x)


def _deque_extendleft(self, values):
    for x in list(values):
        _deque_appendleft(self, x)


def _deque_clear(self):
    items, first, maxlen = self
    prim.list_resize(items, 0)
    prim.list_set(first, 0, 0)


def _place(self, index):
    n = _deque___len__(self)
    if index < 0:
        index += n
    if index < 0 or index >= n:
        raise IndexError("deque index out of range")
    return prim.list_get(self[1], 0) + index


def _deque___getitem__(self, index):
    return self[0][_place(self, index)]


def _deque___setitem__(self, index, value):
    self[0][_place(self, index)] = value


def _deque___contains__(self, x):
    for y in _deque___iter__(self):
        if y == x:
            return True
    return False


def _deque_count(self, x):
    n = 0
    for y in _deque___iter__(self):
        if y == x:
            n += 1
    return n


def _deque_index(self, x):
    n = 0
    for y in _deque___iter__(self):
        if y == x:
            return n
        n += 1
    raise ValueError(f"{x!r} is not in deque")


def _deque_remove(self, x):
    items, first, maxlen = self
    for k in range(prim.list_get(first, 0), len(items)):
        if items[k] == x:
            del items[k]
            return
    raise ValueError("deque.remove(x): x not in deque")


def _deque_insert(self, index, x):
    items, first, maxlen = self
    n = _deque___len__(self)
    if maxlen is not None and n == maxlen:
        raise IndexError("deque already at its maximum size")
    if index < 0:
        index = max(index + n, 0)
    items.insert(prim.list_get(first, 0) + min(index, n), x)


def _deque_reverse(self):
    items, first, maxlen = self
    low, high = prim.list_get(first, 0), len(items) - 1
    while low < high:
        items[low], items[high] = items[high], items[low]
        low += 1
        high -= 1


def _deque_rotate(self, n=1):
    items, first, maxlen = self
    length = _deque___len__(self)
    if length > 1:
        low = prim.list_get(first, 0)
        prim.list_rotate(items, low, len(items), (length - n) % length)


def _deque_copy(self):
    items, first, maxlen = self
    made = deque((), maxlen)
    prim.state(made)[0].extend(items[prim.list_get(first, 0):])
    return made


def _deque___eq__(self, other):
    return _deque__list(self) == _deque__list(other)


def _deque___lt__(self, other):
    return _deque__list(self) < _deque__list(other)


def _deque___le__(self, other):
    return _deque__list(self) <= _deque__list(other)


def _deque___add__(self, other):
    made = deque(_deque__list(self), self[2])
    _deque_extend(prim.state(made), _deque__list(other))
    return made


def _deque___iadd__(self, values):
    _deque_extend(self, values)


def _deque___mul__(self, n):
    return deque(_deque__list(self) * n, self[2])


def _deque___imul__(self, n):
    values = _deque__list(self) * n
    _deque_clear(self)
    _deque_extend(self, values)


def _deque___delitem__(self, index):
    del self[0][_place(self, index)]


def _deque___repr__(self):
    items, first, maxlen = self
    shown = repr(items[prim.list_get(first, 0):])
    return f"deque({shown})" if maxlen is None else f"deque({shown}, maxlen={maxlen})"


# ---- defaultdict ----
def defaultdict(default_factory=None, values=None, **named):
    made = dict() if values is None else dict(values)
    made.update(named)
    return prim.instance("collections._defaultdict", (made, default_factory))


def _defaultdict___getitem__(self, key):
    values, factory = self
    place = prim.table_find(values, key)
    if place >= 0:
        return prim.table_value(values, place)
    if factory is None:
        prim.key_error(key)
    made = factory()
    values[key] = made
    return made


def _defaultdict_copy(self):
    values, factory = self
    return prim.instance("collections._defaultdict", (values.copy(), factory))


def _defaultdict___or__(self, other):
    made = self[0].copy()
    made.update(other)
    return prim.instance("collections._defaultdict", (made, self[1]))


def _defaultdict___ior__(self, other):
    self[0].update(other)


def _defaultdict___repr__(self):
    return f"defaultdict({self[1]!r}, {self[0]!r})"


# ---- Counter ----
def Counter(values=None, **named):
    self = (dict(),)
    if values is not None:
        _Counter_update(self, values)
    for key, n in named.items():
        self[0][key] = n
    return prim.instance("collections._Counter", self)


def _Counter___getitem__(self, key):
    place = prim.table_find(self[0], key)
    return prim.table_value(self[0], place) if place >= 0 else 0


def _Counter_update(self, values=(), **named):
    counts = self[0]
    for key, n in named.items():
        counts[key] = _Counter___getitem__(self, key) + n
    if prim.is_dict(values):
        for key, n in values.items():
            counts[key] = _Counter___getitem__(self, key) + n
    else:
        for key in values:
            counts[key] = _Counter___getitem__(self, key) + 1


def _Counter_subtract(self, values=(), **named):
    counts = self[0]
    for key, n in named.items():
        counts[key] = _Counter___getitem__(self, key) - n
    if prim.is_dict(values):
        for key, n in values.items():
            counts[key] = _Counter___getitem__(self, key) - n
    else:
        for key in values:
            counts[key] = _Counter___getitem__(self, key) - 1


def _Counter_most_common(self, n=None):
    pairs = sorted(self[0].items(), key=lambda pair: pair[1], reverse=True)
    return pairs if n is None else pairs[:max(n, 0)]


def _Counter_elements(self):
    for key, n in self[0].items():
        for k in range(n):
            yield key


def _Counter_total(self):
    return sum(self[0].values())


def _Counter_copy(self):
    return prim.instance("collections._Counter", (self[0].copy(),))


def _Counter___delitem__(self, key):
    if key in self[0]:
        del self[0][key]


def _combined(self, other, count):
    """The counter of count(n, m) for every key, n and m its counts in either, where that is positive."""
    made = (dict(),)
    for key, n in self[0].items():
        more = count(n, _Counter___getitem__(other, key))
        if more > 0:
            made[0][key] = more
    for key, m in other[0].items():
        if key not in self[0]:
            more = count(0, m)
            if more > 0:
                made[0][key] = more
    return prim.instance("collections._Counter", made)


def _Counter___add__(self, other):
    return _combined(self, other, lambda n, m: n + m)


def _Counter___sub__(self, other):
    return _combined(self, other, lambda n, m: n - m)


def _Counter___or__(self, other):
    return _combined(self, other, max)


def _Counter___and__(self, other):
    return _combined(self, other, min)


def _Counter___pos__(self):
    return _combined(self, (dict(),), lambda n, m: n)


def _Counter___neg__(self):
    return _combined((dict(),), self, lambda n, m: -m)


def _keep_positive(self):
    for key in [key for key, n in self[0].items() if not n > 0]:
        del self[0][key]


def _Counter___iadd__(self, other):
    for key, n in list(other[0].items()):
        self[0][key] = _Counter___getitem__(self, key) + n
    _keep_positive(self)


def _Counter___isub__(self, other):
    for key, n in list(other[0].items()):
        self[0][key] = _Counter___getitem__(self, key) - n
    _keep_positive(self)


def _Counter___ior__(self, other):
    for key, n in list(other[0].items()):
        if n > _Counter___getitem__(self, key):
            self[0][key] = n
    _keep_positive(self)


def _Counter___iand__(self, other):
    for key, n in list(self[0].items()):
        m = _Counter___getitem__(other, key)
        if m < n:
            self[0][key] = m
    _keep_positive(self)


def _Counter___eq__(self, other):
    return _Counter___le__(self, other) and _Counter___le__(other, self)


def _Counter___le__(self, other):
    for key, n in self[0].items():
        if not n <= _Counter___getitem__(other, key):
            return False
    for key, n in other[0].items():
        if not _Counter___getitem__(self, key) <= n:
            return False
    return True


def _Counter___lt__(self, other):
    return _Counter___le__(self, other) and not _Counter___eq__(self, other)


def _Counter___repr__(self):
    if not self[0]:
        return "Counter()"
    return "Counter({" + ", ".join([f"{key!r}: {n!r}" for key, n in _Counter_most_common(self)]) + "})"


def _deque__list(self):
    return self[0][prim.list_get(self[1], 0):]


# ---- OrderedDict ----
def OrderedDict(values=None, **named):
    made = dict() if values is None else dict(values)
    made.update(named)
    return prim.instance("collections._OrderedDict", (made,))


def _class_OrderedDict_fromkeys(iterable, value=None):
    return prim.instance("collections._OrderedDict", (tables.fromkeys(iterable, value),))


def _OrderedDict_move_to_end(self, key, last=True):
    values = self[0]
    x = values.pop(key)
    if last:
        values[key] = x
    else:
        others = list(values.items())
        values.clear()
        values[key] = x
        for k, y in others:
            values[k] = y


def _OrderedDict_popitem(self, last=True):
    values = self[0]
    if len(values) == 0:
        raise KeyError("dictionary is empty")
    if last:
        return values.popitem()
    return tables._taken(values, prim.table_next(values, 0))


def _OrderedDict_copy(self):
    return prim.instance("collections._OrderedDict", (self[0].copy(),))


def _OrderedDict___eq__(self, other):
    return list(self[0].items()) == list(other[0].items())


def _OrderedDict___or__(self, other):
    made = self[0].copy()
    made.update(other)
    return prim.instance("collections._OrderedDict", (made,))


def _OrderedDict___ior__(self, other):
    self[0].update(other)


def _OrderedDict___repr__(self):
    if not self[0]:
        return "OrderedDict()"
    shown = repr(self[0]) if _NEW_TEXT else repr(list(self[0].items()))
    return f"OrderedDict({shown})"
