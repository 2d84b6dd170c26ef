"""Methods of lists, and as `_names` their operators and the builtins that take them, in the language itself. What they stand on is in `prim`: list_new, list_get and list_set
(no index is checked there), list_fill (the place is new), list_resize, list_rotate. CPython's order, errors and texts."""
from aic.lib import prim


# ---- making ----
def _from_iterable(values):
    """list(values)"""
    out = prim.list_new(0)
    for x in values:
        out.append(x)
    return out


def copy(self):
    return self[:]


def _concatenate(a, b):
    """a + b"""
    return _both(prim.list_new(len(a) + len(b)), a, b)


def _both(out, a, b):
    """`out`, which is empty, with the elements of both."""
    n, m = len(a), len(b)
    prim.list_resize(out, n + m)
    for i in range(n):
        prim.list_fill(out, i, prim.list_get(a, i))
    for i in range(m):
        prim.list_fill(out, n + i, prim.list_get(b, i))
    return out


def _repeat(a, times):
    """a * times"""
    n = len(a)
    if times <= 0 or n == 0:
        return prim.list_like(a, 0)
    out = prim.list_like(a, n * times)
    prim.list_resize(out, n * times)
    if n == 1:
        x = prim.list_get(a, 0)
        for i in range(times):
            prim.list_fill(out, i, x)
        return out
    for k in range(times):
        for i in range(n):
            prim.list_fill(out, k * n + i, prim.list_get(a, i))
    return out


# ---- tuples whose length is known at run time only ----
def _tuple_from(values):
    """tuple(values)"""
    if prim.is_row(values):
        n = len(values)
        out = prim.tuple_new(n)
        prim.list_resize(out, n)
        for i in range(n):
            prim.list_fill(out, i, prim.list_get(values, i))
        return out
    out = prim.tuple_new(0)
    for x in values:
        prim.list_append(out, x)
    return out


def _concatenate_tuples(a, b):
    """a + b"""
    return _both(prim.tuple_new(len(a) + len(b)), a, b)


def _repeat_tuple(a, times):
    """a * times"""
    n = len(a)
    size = max(times, 0) * n
    out = prim.tuple_new(size)
    prim.list_resize(out, size)
    for i in range(size):
        prim.list_fill(out, i, prim.list_get(a, i % n))
    return out


def _index_of_tuple(self, value, start=0, stop=9223372036854775807):
    k = _find(self, value, start, stop)
    if k < 0:
        raise ValueError("tuple.index(x): x not in tuple")
    return k


# ---- growing ----
def extend(self, values):
    if prim.is_list(values):
        n, m = len(self), len(values)  # `values` may be the list itself
        if m > 0:
            prim.list_resize(self, n + m)
            for i in range(m):
                prim.list_fill(self, n + i, prim.list_get(values, i))
    else:
        for x in values:
            self.append(x)


def _iadd(self, values):
    """self += values"""
    extend(self, values)
    return self


def _imul(self, times):
    """self *= times"""
    n = len(self)
    if times <= 0:
        prim.list_resize(self, 0)
        return self
    prim.list_resize(self, n * times)
    for k in range(1, times):
        for i in range(n):
            prim.list_fill(self, k * n + i, prim.list_get(self, i))
    return self


def insert(self, index, value):
    n = len(self)
    if index < 0:
        index = max(index + n, 0)
    index = min(index, n)
    self.append(value)
    prim.list_rotate(self, index, n + 1, n - index)


# ---- shrinking ----
def pop(self, index=-1):
    n = len(self)
    if n == 0:
        raise IndexError("pop from empty list")
    if index < 0:
        index += n
    if index < 0 or index >= n:
        raise IndexError("pop index out of range")
    x = prim.list_get(self, index)
    if index != n - 1:
        prim.list_rotate(self, index, n, 1)
    prim.list_resize(self, n - 1)
    return x


def _delete(self, index):
    """del self[index]"""
    n = len(self)
    if index < 0:
        index += n
    if index < 0 or index >= n:
        raise IndexError("list assignment index out of range")
    prim.list_rotate(self, index, n, 1)
    prim.list_resize(self, n - 1)


def clear(self):
    prim.list_resize(self, 0)


def remove(self, value):
    for i in range(len(self)):
        if prim.list_get(self, i) == value:
            _delete(self, i)
            return
    raise ValueError("list.remove(x): x not in list")


# ---- slices ----
def _delete_slice(self, start, stop, step):
    """del self[start:stop:step]"""
    n = len(self)
    first, count, by = prim.slice_parts(n, start, stop, step)
    if count <= 0:
        return
    if by < 0:
        first = first + (count - 1) * by
        by = -by
    if by == 1:
        prim.list_rotate(self, first, n, count)
    else:  # what stays moves down past what goes
        to = first
        for i in range(first, n):
            if (i - first) % by != 0 or (i - first) // by >= count:
                prim.list_rotate(self, to, i + 1, i - to)
                to += 1
    prim.list_resize(self, n - count)


def _assign_slice(self, start, stop, step, values):
    """self[start:stop:step] = values"""
    if prim.is_list(values):
        new = values[:]
    else:
        new = _from_iterable(values)
    n, m = len(self), len(new)
    first, count, by = prim.slice_parts(n, start, stop, step)
    if by != 1:
        if m != count:
            raise ValueError(f"attempt to assign sequence of size {m} to extended slice of size {count}")
        for k in range(m):
            prim.list_set(self, first + k * by, prim.list_get(new, k))
        return
    both = min(count, m)
    for k in range(both):
        prim.list_set(self, first + k, prim.list_get(new, k))
    if count > m:
        prim.list_rotate(self, first + m, n, count - m)
        prim.list_resize(self, n - (count - m))
    elif m > count:
        more = m - count
        prim.list_resize(self, n + more)
        for k in range(more):
            prim.list_fill(self, n + k, prim.list_get(new, count + k))
        prim.list_rotate(self, first + count, n + more, n - first - count)


# ---- searching ----
def _contains_by_iterating(values, x):
    """`in` of what has no `__contains__`."""
    for y in values:
        if y == x:
            return True
    return False


def _contains(self, value):
    """value in self"""
    for x in self:
        if x == value:
            return True
    return False


def count(self, value):
    n = 0
    for x in self:
        if x == value:
            n += 1
    return n


def _find(self, value, start, stop):
    n = len(self)
    if start < 0:
        start = max(start + n, 0)
    if stop < 0:
        stop += n
    for i in range(start, min(stop, n)):
        if prim.list_get(self, i) == value:
            return i
    return -1


def index(self, value, start=0, stop=9223372036854775807):
    k = _find(self, value, start, stop)
    if k < 0:
        raise ValueError(f"{value} is not in list")
    return k


# ---- comparing ----
def _equal(a, b):
    """a == b"""
    n = len(a)
    if n != len(b):
        return False
    for i in range(n):
        if not prim.list_get(a, i) == prim.list_get(b, i):
            return False
    return True


def _less(a, b):
    """a < b"""
    n, m = len(a), len(b)
    for i in range(min(n, m)):
        x, y = prim.list_get(a, i), prim.list_get(b, i)
        if not x == y:
            return x < y
    return n < m


def _less_equal(a, b):
    """a <= b"""
    n, m = len(a), len(b)
    for i in range(min(n, m)):
        x, y = prim.list_get(a, i), prim.list_get(b, i)
        if not x == y:
            return x <= y
    return n <= m


# ---- order ----
def reverse(self):
    n = len(self)
    for i in range(n // 2):
        x, y = prim.list_get(self, i), prim.list_get(self, n - 1 - i)
        prim.list_set(self, i, y)
        prim.list_set(self, n - 1 - i, x)


def _merge_sort(values, keys, backwards):
    """Stable, in place: runs of 8 by insertion, then merged pairwise. `keys` may be `values`. With `backwards` the order
    is descending, equal elements staying in place."""
    n = len(keys)
    keyed = values is not keys
    for start in range(0, n, 8):
        for i in range(start + 1, min(start + 8, n)):
            k, v = prim.list_get(keys, i), prim.list_get(values, i)
            j = i
            while j > start:
                other = prim.list_get(keys, j - 1)
                if backwards:
                    if not other < k:
                        break
                elif not k < other:
                    break
                prim.list_set(keys, j, other)
                if keyed:
                    prim.list_set(values, j, prim.list_get(values, j - 1))
                j -= 1
            prim.list_set(keys, j, k)
            if keyed:
                prim.list_set(values, j, v)
    if n <= 8:
        return
    key_room, value_room = keys[:], values[:]
    width = 8
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j = low, middle
            for at in range(low, high):
                left = i < middle
                if left and j < high:
                    x, y = prim.list_get(keys, i), prim.list_get(keys, j)
                    if backwards:
                        left = not x < y
                    else:
                        left = not y < x
                if left:
                    prim.list_set(key_room, at, prim.list_get(keys, i))
                    if keyed:
                        prim.list_set(value_room, at, prim.list_get(values, i))
                    i += 1
                else:
                    prim.list_set(key_room, at, prim.list_get(keys, j))
                    if keyed:
                        prim.list_set(value_room, at, prim.list_get(values, j))
                    j += 1
        for at in range(n):
            prim.list_set(keys, at, prim.list_get(key_room, at))
            if keyed:
                prim.list_set(values, at, prim.list_get(value_room, at))
        width *= 2


def _merge_sort_by(values, compare, backwards):
    """Stable, by what a function of two elements says: functools.cmp_to_key."""
    n = len(values)
    room = values[:]
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j = low, middle
            for at in range(low, high):
                left = i < middle
                if left and j < high:
                    x, y = prim.list_get(values, i), prim.list_get(values, j)
                    if backwards:
                        left = not compare(x, y) < 0
                    else:
                        left = not compare(y, x) < 0
                if left:
                    prim.list_set(room, at, prim.list_get(values, i))
                    i += 1
                else:
                    prim.list_set(room, at, prim.list_get(values, j))
                    j += 1
        for at in range(n):
            prim.list_set(values, at, prim.list_get(room, at))
        width *= 2


def _sort_texts(self, backwards):
    """Backwards equal ones keep their order too: turned round before as well."""
    if backwards:
        reverse(self)
    if not prim.str_sort(self):
        raise MemoryError()
    if backwards:
        reverse(self)


def sort(self, *, key=None, reverse=False):
    if key is None and prim.holds_texts(self):
        _sort_texts(self, reverse)
    elif key is None:
        _merge_sort(self, self, reverse)
    elif prim.is_comparison(key):
        _merge_sort_by(self, prim.comparison(key), reverse)
    else:
        _merge_sort(self, [key(x) for x in self], reverse)


def _sorted(values, *, key=None, reverse=False):
    out = _from_iterable(values)
    sort(out, key=key, reverse=reverse)
    return out


# ---- builtins over what can be iterated ----
def _sum(values, start=0):
    for x in values:
        start = start + x
    return start


def _any(values):
    for x in values:
        if x:
            return True
    return False


def _all(values):
    for x in values:
        if not x:
            return False
    return True


def _max(values):
    found = False
    for x in values:
        if not found:
            best = x
            found = True
        elif x > best:
            best = x
    if not found:
        raise ValueError("max() arg is an empty sequence")
    return best


def _min(values):
    found = False
    for x in values:
        if not found:
            best = x
            found = True
        elif x < best:
            best = x
    if not found:
        raise ValueError("min() arg is an empty sequence")
    return best


def _max_or(values, default):
    found = False
    for x in values:
        if not found:
            best = x
            found = True
        elif x > best:
            best = x
    return best if found else default


def _min_or(values, default):
    found = False
    for x in values:
        if not found:
            best = x
            found = True
        elif x < best:
            best = x
    return best if found else default


def _max_by(values, key):
    found = False
    for x in values:
        k = key(x)
        if not found:
            best, most = x, k
            found = True
        elif k > most:
            best, most = x, k
    if not found:
        raise ValueError("max() arg is an empty sequence")
    return best


def _min_by(values, key):
    found = False
    for x in values:
        k = key(x)
        if not found:
            best, least = x, k
            found = True
        elif k < least:
            best, least = x, k
    if not found:
        raise ValueError("min() arg is an empty sequence")
    return best


def _max_by_or(values, key, default):
    found = False
    for x in values:
        k = key(x)
        if not found:
            best, most = x, k
            found = True
        elif k > most:
            best, most = x, k
    return best if found else default


def _min_by_or(values, key, default):
    found = False
    for x in values:
        k = key(x)
        if not found:
            best, least = x, k
            found = True
        elif k < least:
            best, least = x, k
    return best if found else default


# ---- lists of lists, and arrays ----
def _shortest(rows):
    """How many elements the shortest of the rows has; 0 when there is none."""
    n = len(rows)
    if n == 0:
        return 0
    least = len(prim.list_get(rows, 0))
    for k in range(1, n):
        least = min(least, len(prim.list_get(rows, k)))
    return least


def _column(rows, index):
    """The elements of all rows at one index, as a tuple."""
    out = prim.tuple_new(len(rows))
    for row in rows:
        prim.list_append(out, row[index])
    return out


def _letters(texts):
    """Each text as a list of its characters."""
    return [list(text) for text in texts]


def _as_array(values, dtype):
    """np.array(values) of numbers"""
    n = len(values)
    out = prim.empty((n,), dtype)
    for i in range(n):
        out[i] = prim.list_get(values, i)
    return out


def _by_next(iterator):
    """What an iterator written as a class gives."""
    while True:
        try:
            value = iterator.__next__()
        except StopIteration:
            return
        yield value


def _next_or(iterator, default):
    """next(iterator, default) of an iterator written as a class"""
    try:
        return iterator.__next__()
    except StopIteration:
        return default


def _reversed_by_index(sequence):
    """reversed(sequence) of an object that has `__len__` and `__getitem__`, but no `__reversed__`"""
    for index in range(len(sequence) - 1, -1, -1):
        yield sequence[index]


def _by_index(sequence):
    """The elements of an object that has `__getitem__` and no `__iter__`."""
    index = 0
    while True:
        try:
            value = sequence[index]
        except IndexError:
            return
        yield value
        index += 1
