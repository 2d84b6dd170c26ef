"""The methods of `str`, on the string primitives of `aic.lib.prim`. The object is the first argument."""
from aic.lib import prim
from aic.lib.bytes import _encoded


def _start(s, start):
    n = len(s)
    if start is None:
        return 0
    if start < 0:
        return max(start + n, 0)
    return start


def _stop(s, end):
    n = len(s)
    if end is None:
        return n
    if end < 0:
        return max(end + n, 0)
    return min(end, n)


# ---- searching ----
def find(s, sub, start=None, end=None, /):
    return prim.str_find(s, sub, _start(s, start), _stop(s, end))


def rfind(s, sub, start=None, end=None, /):
    return prim.str_rfind(s, sub, _start(s, start), _stop(s, end))


def index(s, sub, start=None, end=None, /):
    at = find(s, sub, start, end)
    if at < 0:
        raise ValueError("substring not found")
    return at


def rindex(s, sub, start=None, end=None, /):
    at = rfind(s, sub, start, end)
    if at < 0:
        raise ValueError("substring not found")
    return at


def count(s, sub, start=None, end=None, /):
    return prim.str_count(s, sub, _start(s, start), _stop(s, end))


def _stands_at(s, piece, at, stop):
    n = len(piece)
    return at <= stop - n and prim.str_find(s, piece, at, at + n) == at


def startswith(s, prefix, start=None, end=None, /):
    first, stop = _start(s, start), _stop(s, end)
    if isinstance(prefix, tuple):
        found = False
        for p in prefix:
            found = found or _stands_at(s, p, first, stop)
        return found
    return _stands_at(s, prefix, first, stop)


def endswith(s, suffix, start=None, end=None, /):
    first, stop = _start(s, start), _stop(s, end)
    if isinstance(suffix, tuple):
        found = False
        for p in suffix:
            found = found or (stop - len(p) >= first and _stands_at(s, p, stop - len(p), stop))
        return found
    return stop - len(suffix) >= first and _stands_at(s, suffix, stop - len(suffix), stop)


# ---- parts ----
def removeprefix(s, prefix, /):
    return s[len(prefix):] if startswith(s, prefix) else s


def removesuffix(s, suffix, /):
    return s[:len(s) - len(suffix)] if suffix and endswith(s, suffix) else s


def strip(s, chars=None, /):
    return prim.str_strip_space(s, 3) if chars is None else prim.str_strip(s, chars, 3)


def lstrip(s, chars=None, /):
    return prim.str_strip_space(s, 1) if chars is None else prim.str_strip(s, chars, 1)


def rstrip(s, chars=None, /):
    return prim.str_strip_space(s, 2) if chars is None else prim.str_strip(s, chars, 2)


def partition(s, sep, /):
    if not sep:
        raise ValueError("empty separator")
    at = prim.str_find(s, sep, 0, len(s))
    if at < 0:
        return s, "", ""
    return s[:at], sep, s[at + len(sep):]


def rpartition(s, sep, /):
    if not sep:
        raise ValueError("empty separator")
    at = prim.str_rfind(s, sep, 0, len(s))
    if at < 0:
        return "", "", s
    return s[:at], sep, s[at + len(sep):]


def _no_texts():
    """[], of texts"""
    out = prim.list_new(12)
    out.append("")
    prim.list_resize(out, 0)
    return out


def split(s, sep=None, maxsplit=-1):
    if sep is not None and not sep:
        raise ValueError("empty separator")
    out = _no_texts()
    if not prim.str_split(out, s, "" if sep is None else sep, maxsplit):
        raise MemoryError()
    return out


def _each_of_split(s, sep=None):
    """What a loop over s.split(sep) asks for: the pieces come by the dozen and are gone when the next ones come."""
    if sep is not None and not sep:
        raise ValueError("empty separator")
    some = _no_texts()
    at = 0
    while at >= 0:
        at = prim.str_some_pieces(some, s, "" if sep is None else sep, 0, at)
        if at == -2:
            raise MemoryError()
        for piece in some:
            yield piece
        prim.list_resize(some, 0)


def rsplit(s, sep=None, maxsplit=-1):
    if maxsplit < 0:
        return split(s, sep)
    out = []
    if sep is None:
        stop = len(prim.str_strip_space(s, 2))
        while stop > 0:
            if len(out) >= maxsplit:
                out.append(s[:stop])
                break
            start = stop
            while start > 0 and not prim.str_is(s[start - 1], 3):
                start -= 1
            out.append(s[start:stop])
            stop = len(prim.str_strip_space(s[:start], 2))
        out.reverse()
        return out
    if not sep:
        raise ValueError("empty separator")
    stop = len(s)
    while len(out) < maxsplit:
        at = prim.str_rfind(s, sep, 0, stop)
        if at < 0:
            break
        out.append(s[at + len(sep):stop])
        stop = at
    out.append(s[:stop])
    out.reverse()
    return out


def splitlines(s, keepends=False):
    out = _no_texts()
    at = 0
    while at >= 0:
        at = _some_lines(out, s, keepends, at)
    return out


def _some_lines(out, s, keepends, at):
    at = prim.str_some_pieces(out, s, "", 2 if keepends else 1, at)
    if at == -2:
        raise MemoryError()
    return at


def _each_of_splitlines(s, keepends=False):
    some = _no_texts()
    at = 0
    while at >= 0:
        at = _some_lines(some, s, keepends, at)
        for line in some:
            yield line
        prim.list_resize(some, 0)


# ---- putting together ----
def join(s, iterable, /):
    if prim.is_list(iterable):
        return _join_list(s, iterable)
    if isinstance(iterable, tuple):
        return _join_one_by_one(s, iterable)
    return _join_list(s, [piece for piece in iterable])


def _join_list(s, texts):
    return prim.str_join(texts, s) if prim.holds_texts(texts) else _join_one_by_one(s, texts)


def _join_one_by_one(s, iterable):
    out = ""
    first = True
    for piece in iterable:
        out = piece if first else out + s + piece
        first = False
    return out


def replace(s, old, new, count=-1, /):
    return prim.str_replace(s, old, new, count)


def _fill(fillchar):
    if len(fillchar) != 1:
        raise TypeError("The fill character must be exactly one character long")
    return fillchar


def ljust(s, width, fillchar=" ", /):
    return s + _fill(fillchar) * (width - len(s)) if width > len(s) else s


def rjust(s, width, fillchar=" ", /):
    return _fill(fillchar) * (width - len(s)) + s if width > len(s) else s


def center(s, width, fillchar=" ", /):
    missing = width - len(s)
    if missing <= 0:
        return s
    left = missing // 2 + (missing & width & 1)
    return _fill(fillchar) * left + s + fillchar * (missing - left)


def zfill(s, width, /):
    missing = width - len(s)
    if missing <= 0:
        return s
    if s and (s[0] == "+" or s[0] == "-"):
        return s[0] + "0" * missing + s[1:]
    return "0" * missing + s


def encode(s, encoding="utf-8", errors="strict"):
    return _encoded(s, encoding, errors)


def maketrans(x, y=None, z=None, /):
    if y is None:
        if not isinstance(x, dict):
            prim.type_error("if you give only one argument to maketrans it must be a dict")
        table = {}
        for key, value in x.items():
            if isinstance(key, str):
                if len(key) != 1:
                    raise ValueError("string keys in translate table must be of length 1")
                table[prim.str_at(key, 0)] = value
            else:
                table[key] = value
        return table
    if len(x) != len(y):
        raise ValueError("the first two maketrans arguments must have equal length")
    if z is None:
        return {ord(a): ord(b) for a, b in zip(x, y)}
    return _with_deletions(x, y, z)


def _with_deletions(x, y, z):
    table = {}
    for a, b in zip(x, y):
        table[ord(a)] = ord(b)
    for c in z:
        table[ord(c)] = None
    return table


def translate(s, table, /):
    if not isinstance(table, dict):
        prim.refuse("str.translate by what is no dict")
    out = ""
    for c in s:
        code = prim.str_at(c, 0)
        if code in table:
            value = table[code]
            if value is None:
                continue
            if isinstance(value, str):
                out += value
            else:
                out += chr(value)
        else:
            out += c
    return out


def expandtabs(s, tabsize=8):
    out = ""
    column = 0
    for c in s:
        if c == "\t":
            missing = tabsize - column % tabsize if tabsize > 0 else 0
            out += " " * missing
            column += missing
        else:
            out += c
            column = 0 if c == "\n" or c == "\r" else column + 1
    return out


# ---- case: the numbers are rt::TextChange ----
def upper(s, /):
    return prim.str_changed(s, 0)


def lower(s, /):
    return prim.str_changed(s, 1)


def title(s, /):
    return prim.str_changed(s, 2)


def capitalize(s, /):
    return prim.str_changed(s, 3)


def swapcase(s, /):
    return prim.str_changed(s, 4)


def casefold(s, /):
    return prim.str_changed(s, 5)


# ---- what it consists of: the numbers are rt::TextProperty ----
def isalpha(s, /):
    return prim.str_is(s, 0)


def isdigit(s, /):
    return prim.str_is(s, 1)


def isalnum(s, /):
    return prim.str_is(s, 2)


def isspace(s, /):
    return prim.str_is(s, 3)


def isupper(s, /):
    return prim.str_is(s, 4)


def islower(s, /):
    return prim.str_is(s, 5)


def istitle(s, /):
    return prim.str_is(s, 6)


def isidentifier(s, /):
    return prim.str_is(s, 7)


def isnumeric(s, /):
    return prim.str_is(s, 8)


def isdecimal(s, /):
    return prim.str_is(s, 9)


def isascii(s, /):
    return prim.str_is(s, 10)


def isprintable(s, /):
    return prim.str_is(s, 11)


def _of_dict(values):
    """repr of a dict."""
    out = "{"
    first = True
    for k, v in values.items():
        out += repr(k) + ": " + repr(v) if first else ", " + repr(k) + ": " + repr(v)
        first = False
    return out + "}"


def _listed(values):
    """The elements' repr."""
    out = ""
    first = True
    for x in values:
        out += repr(x) if first else ", " + repr(x)
        first = False
    return out


def _of_set(values):
    """repr of a set."""
    if len(values) == 0:
        return "frozenset()" if prim.is_frozen(values) else "set()"
    out = "{" + _listed(values) + "}"
    return "frozenset(" + out + ")" if prim.is_frozen(values) else out


def _of_list(values):
    """repr of a list."""
    return "[" + _listed(values) + "]"


def _of_tuple(values):
    """repr of a tuple whose length is known at run time only."""
    return "(" + _listed(values) + (",)" if len(values) == 1 else ")")


def _joined(values, separator):
    """What print(*values) writes."""
    return separator.join([str(x) for x in values])
