"""The methods of `bytearray`, and as `_names` its operators: a list of bytes, on the list primitives of `aic.lib.prim`, which
read and write ints here. What `bytes` has too is asked of its bytes: `aic.lib.bytes`."""
from aic.lib import prim
from aic.lib.bytes import _whole


def _byte(value):
    """What may be put in."""
    whole = _whole(value)
    if whole < 0 or whole > 255:
        raise ValueError("byte must be in range(0, 256)")
    return whole


def _bytes(self):
    """bytes(self)"""
    return prim.str_of_list(self, 0, len(self), 1)


def _of(s):
    """bytearray(s) of bytes"""
    n = len(s)
    out = prim.bytearray_new(n)
    for i in range(n):
        prim.list_fill(out, i, prim.str_at(s, i))
    return out


def _out(x):
    """What a method of bytes gave, as bytearray's gives it."""
    if isinstance(x, bytes):
        return _of(x)
    if isinstance(x, tuple):
        a, b, c = x
        return _of(a), _of(b), _of(c)
    return x


def split(self, /, sep=None, maxsplit=-1):
    return [_of(part) for part in _bytes(self).split(sep, maxsplit)]


def rsplit(self, /, sep=None, maxsplit=-1):
    return [_of(part) for part in _bytes(self).rsplit(sep, maxsplit)]


def splitlines(self, /, keepends=False):
    return [_of(part) for part in _bytes(self).splitlines(keepends)]


def _contents(x):
    """The bytes of what is put in: a bytes-like object, or what gives ints."""
    if isinstance(x, bytes):
        return x
    if isinstance(x, bytearray):
        return _bytes(x)
    if isinstance(x, str):
        prim.type_error("string argument without an encoding")
    out = prim.bytearray_new(0)
    for value in x:
        append(out, value)
    return _bytes(out)


def _text(self):
    """repr(self)"""
    return "bytearray(" + prim.bytes_repr(_bytes(self)) + ")"


def _made(source=None, encoding=None, errors=None):
    """bytearray(…)"""
    if source is None:
        return prim.bytearray_new(0)
    if prim.is_number(source):
        n = _whole(source)
        if n < 0:
            raise ValueError("negative count")
        out = prim.bytearray_new(n)
        for i in range(n):
            prim.list_fill(out, i, 0)
        return out
    if isinstance(source, str):
        if encoding is None:
            prim.type_error("string argument without an encoding")
        return _of(source.encode(encoding, "strict" if errors is None else errors))
    if isinstance(source, (bytes, bytearray)):
        return _of(_contents(source))
    return _gathered(source)


def _gathered(source):
    """bytearray(…) of an iterable."""
    out = prim.bytearray_new(0)
    for value in source:
        append(out, value)
    return out


def fromhex(string, /):
    return _of(bytes.fromhex(string))


def maketrans(frm, to, /):
    return bytes.maketrans(frm, to)


# ---- operators ----
def _slice(self, start, stop, step):
    """self[start:stop:step]"""
    first, count, by = prim.slice_parts(len(self), start, stop, step)
    return _of(prim.str_of_list(self, first, count, by))


def _concatenated(a, b):
    """a + b"""
    return _of(_contents(a) + _contents(b))


def _repeated(a, times):
    """a * times"""
    return _of(_bytes(a) * times)


def _iadd(self, other):
    """self += other"""
    if not isinstance(other, (bytes, bytearray)):
        prim.type_error("can't concat " + type(other).__name__ + " to bytearray")
    extend(self, other)
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


def _contains(self, x):
    """x in self"""
    return x in _bytes(self)


# ---- growing ----
def append(self, item, /):
    value = _byte(item)
    n = len(self)
    prim.list_resize(self, n + 1)
    prim.list_fill(self, n, value)


def extend(self, values, /):
    if isinstance(values, (bytes, bytearray)):
        more = _contents(values)
        n, m = len(self), len(more)
        prim.list_resize(self, n + m)
        for i in range(m):
            prim.list_fill(self, n + i, prim.str_at(more, i))
    else:
        if isinstance(values, str):
            prim.type_error("expected iterable of integers; got: 'str'")
        more = prim.bytearray_new(0)
        for value in values:
            append(more, value)
        extend(self, more)


def insert(self, index, item, /):
    value = _byte(item)
    n = len(self)
    if index < 0:
        index = max(index + n, 0)
    index = min(index, n)
    append(self, value)
    prim.list_rotate(self, index, n + 1, n - index)


# ---- shrinking ----
def pop(self, index=-1, /):
    n = len(self)
    if n == 0:
        raise IndexError("pop from empty bytearray")
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
        raise IndexError("bytearray index out of range")
    prim.list_rotate(self, index, n, 1)
    prim.list_resize(self, n - 1)


def clear(self, /):
    prim.list_resize(self, 0)


def remove(self, value, /):
    wanted = _byte(value)
    for i in range(len(self)):
        if prim.list_get(self, i) == wanted:
            _delete(self, i)
            return
    raise ValueError("value not found in bytearray")


def copy(self, /):
    return _of(_bytes(self))


def reverse(self, /):
    n = len(self)
    for i in range(n // 2):
        x, y = prim.list_get(self, i), prim.list_get(self, n - 1 - i)
        prim.list_set(self, i, y)
        prim.list_set(self, n - 1 - i, x)


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
    to = first
    for i in range(first, n):
        if (i - first) % by != 0 or (i - first) // by >= count:
            prim.list_set(self, to, prim.list_get(self, i))
            to += 1
    prim.list_resize(self, n - count)


def _assign_slice(self, start, stop, step, values):
    """self[start:stop:step] = values"""
    if isinstance(values, int):
        prim.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
    new = _contents(values)
    n, m = len(self), len(new)
    first, count, by = prim.slice_parts(n, start, stop, step)
    if by != 1:
        if m != count:
            raise ValueError(f"attempt to assign bytes of size {m} to extended slice of size {count}")
        for k in range(m):
            prim.list_set(self, first + k * by, prim.str_at(new, k))
        return
    if count < 0:
        count = 0
    if m < count:
        prim.list_rotate(self, first + m, n, count - m)
        prim.list_resize(self, n - (count - m))
    elif m > count:
        prim.list_resize(self, n + m - count)
        for k in range(m - count):
            prim.list_fill(self, n + k, 0)
        prim.list_rotate(self, first + count, n + m - count, n - first - count)
    for k in range(m):
        prim.list_set(self, first + k, prim.str_at(new, k))
