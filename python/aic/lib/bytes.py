"""The methods of `bytes`, and as `_names` their operators, on the string primitives of `aic.lib.prim`: bytes are strings
whose characters are all below 256. The object is the first argument."""
from aic.lib import prim


def _wrong(x):
    prim.type_error("a bytes-like object is required, not '" + type(x).__name__ + "'")


def _whole(x):
    """x as a Python int, where it is an integer."""
    if isinstance(x, int):
        return int(x)
    if prim.is_number(x) and prim.kind(x) in "iu":
        return int(x)
    prim.type_error("'" + type(x).__name__ + "' object cannot be interpreted as an integer")


def _byte(value):
    """bytes([value])"""
    if value < 0 or value > 255:
        raise ValueError("byte must be in range(0, 256)")
    return prim.one_byte(value)


def _like(x):
    """bytes(x) of a bytes-like object"""
    if isinstance(x, bytes):
        return x
    if isinstance(x, bytearray):
        return prim.str_of_list(x, 0, len(x), 1)
    _wrong(x)


def _concatenated(a, b):
    """a + b"""
    return _like(a) + _like(b)


def _piece(x):
    """What is searched for: bytes, or one byte as an int."""
    if isinstance(x, int) or (prim.is_number(x) and prim.kind(x) in "iu"):
        return _byte(int(x))
    if isinstance(x, (bytes, bytearray)):
        return _like(x)
    prim.type_error("argument should be integer or bytes-like object, not '" + type(x).__name__ + "'")


# ---- making ----
def _made(source=None, encoding=None, errors=None):
    """bytes(…)"""
    if source is None:
        return b""
    if isinstance(source, str):
        if encoding is None:
            prim.type_error("string argument without an encoding")
        return source.encode(encoding, "strict" if errors is None else errors)
    if isinstance(source, (bytes, bytearray)):
        return _like(source)
    if prim.is_number(source):
        count = _whole(source)
        if count < 0:
            raise ValueError("negative count")
        return b"\0" * count
    return _gathered(source)


def _gathered(source):
    """bytes(…) of an iterable."""
    out = prim.bytearray_new(0)
    n = 0
    for x in source:
        value = _whole(x)
        if value < 0 or value > 255:
            raise ValueError("bytes must be in range(0, 256)")
        prim.list_resize(out, n + 1)
        prim.list_fill(out, n, value)
        n += 1
    return _like(out)


def _digit(c):
    if 48 <= c <= 57:
        return c - 48
    if 97 <= c <= 102:
        return c - 87
    if 65 <= c <= 70:
        return c - 55
    return -1


def fromhex(string, /):
    out = b""
    i = 0
    n = len(string)
    while i < n:
        c = prim.str_at(string, i)
        if c == 32 or 9 <= c <= 13:
            i += 1
            continue
        high = _digit(c)
        if high < 0:
            raise ValueError(f"non-hexadecimal number found in fromhex() arg at position {i}")
        low = _digit(prim.str_at(string, i + 1)) if i + 1 < n else -1
        if low < 0:
            raise ValueError(f"non-hexadecimal number found in fromhex() arg at position {i + 1}")
        out += prim.one_byte(16 * high + low)
        i += 2
    return out


# ---- searching ----
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


def _contains(s, x):
    """x in s"""
    if prim.is_number(x):
        return prim.str_find(s, _byte(_whole(x)), 0, len(s)) >= 0
    return prim.str_find(s, _like(x), 0, len(s)) >= 0


def find(s, sub, start=None, end=None, /):
    return prim.str_find(s, _piece(sub), _start(s, start), _stop(s, end))


def rfind(s, sub, start=None, end=None, /):
    return prim.str_rfind(s, _piece(sub), _start(s, start), _stop(s, end))


def index(s, sub, start=None, end=None, /):
    at = find(s, sub, start, end)
    if at < 0:
        raise ValueError("subsection not found")
    return at


def rindex(s, sub, start=None, end=None, /):
    at = rfind(s, sub, start, end)
    if at < 0:
        raise ValueError("subsection not found")
    return at


def count(s, sub, start=None, end=None, /):
    return prim.str_count(s, _piece(sub), _start(s, start), _stop(s, end))


def _stands_at(s, piece, at, stop):
    n = len(piece)
    return at <= stop - n and prim.str_find(s, piece, at, at + n) == at


def startswith(s, prefix, start=None, end=None, /):
    first, stop = _start(s, start), _stop(s, end)
    if isinstance(prefix, tuple):
        found = False
        for p in prefix:
            found = found or _stands_at(s, _like(p), first, stop)
        return found
    if not isinstance(prefix, (bytes, bytearray)):
        prim.type_error("startswith first arg must be bytes or a tuple of bytes, not " + type(prefix).__name__)
    return _stands_at(s, _like(prefix), first, stop)


def endswith(s, suffix, start=None, end=None, /):
    first, stop = _start(s, start), _stop(s, end)
    if isinstance(suffix, tuple):
        found = False
        for p in suffix:
            q = _like(p)
            found = found or (stop - len(q) >= first and _stands_at(s, q, stop - len(q), stop))
        return found
    if not isinstance(suffix, (bytes, bytearray)):
        prim.type_error("endswith first arg must be bytes or a tuple of bytes, not " + type(suffix).__name__)
    piece = _like(suffix)
    return stop - len(piece) >= first and _stands_at(s, piece, stop - len(piece), stop)


# ---- parts ----
def removeprefix(s, prefix, /):
    piece = _like(prefix)
    return s[len(piece):] if startswith(s, piece) else s


def removesuffix(s, suffix, /):
    piece = _like(suffix)
    return s[:len(s) - len(piece)] if piece and endswith(s, piece) else s


def _strip(s, chars, sides):
    return prim.str_strip(s, b" \t\n\r\x0b\f" if chars is None else _like(chars), sides)


def strip(s, chars=None, /):
    return _strip(s, chars, 3)


def lstrip(s, chars=None, /):
    return _strip(s, chars, 1)


def rstrip(s, chars=None, /):
    return _strip(s, chars, 2)


def partition(s, sep, /):
    piece = _like(sep)
    if not piece:
        raise ValueError("empty separator")
    at = prim.str_find(s, piece, 0, len(s))
    if at < 0:
        return s, b"", b""
    return s[:at], piece, s[at + len(piece):]


def rpartition(s, sep, /):
    piece = _like(sep)
    if not piece:
        raise ValueError("empty separator")
    at = prim.str_rfind(s, piece, 0, len(s))
    if at < 0:
        return b"", b"", s
    return s[:at], piece, s[at + len(piece):]


def _is_space(c):
    return c == 32 or 9 <= c <= 13


def _skip(s, at, space):
    """The first place from `at` on whose byte is not white space (space), or is."""
    while at < len(s) and _is_space(prim.str_at(s, at)) == space:
        at += 1
    return at


def split(s, sep=None, maxsplit=-1):
    out = []
    if sep is None:
        at = _skip(s, 0, True)
        while at < len(s):
            if maxsplit >= 0 and len(out) >= maxsplit:
                out.append(s[at:])
                break
            end = _skip(s, at, False)
            out.append(s[at:end])
            at = _skip(s, end, True)
        return out
    piece = _like(sep)
    if not piece:
        raise ValueError("empty separator")
    at = 0
    while maxsplit < 0 or len(out) < maxsplit:
        end = prim.str_find(s, piece, at, len(s))
        if end < 0:
            break
        out.append(s[at:end])
        at = end + len(piece)
    out.append(s[at:])
    return out


def rsplit(s, sep=None, maxsplit=-1):
    if maxsplit < 0:
        return split(s, sep)
    out = []
    if sep is None:
        stop = len(rstrip(s))
        while stop > 0:
            if len(out) >= maxsplit:
                out.append(s[:stop])
                break
            start = stop
            while start > 0 and not _is_space(prim.str_at(s, start - 1)):
                start -= 1
            out.append(s[start:stop])
            stop = len(rstrip(s[:start]))
        out.reverse()
        return out
    piece = _like(sep)
    if not piece:
        raise ValueError("empty separator")
    stop = len(s)
    while len(out) < maxsplit:
        at = prim.str_rfind(s, piece, 0, stop)
        if at < 0:
            break
        out.append(s[at + len(piece):stop])
        stop = at
    out.append(s[:stop])
    out.reverse()
    return out


def splitlines(s, keepends=False):
    out = []
    at = 0
    n = len(s)
    while at < n:
        end = at
        while end < n and prim.str_at(s, end) != 10 and prim.str_at(s, end) != 13:
            end += 1
        after = end
        if end < n:
            after = end + 2 if prim.str_at(s, end) == 13 and end + 1 < n and prim.str_at(s, end + 1) == 10 else end + 1
        out.append(s[at:after] if keepends else s[at:end])
        at = after
    return out


# ---- putting together ----
def join(s, iterable, /):
    out = b""
    first = True
    for x in iterable:
        if not isinstance(x, (bytes, bytearray)):
            prim.type_error("sequence item 0: expected a bytes-like object, " + type(x).__name__ + " found")
        piece = _like(x)
        out = piece if first else out + s + piece
        first = False
    return out


def replace(s, old, new, count=-1, /):
    return prim.str_replace(s, _like(old), _like(new), count)


def _fill(fillchar):
    piece = _like(fillchar)
    if len(piece) != 1:
        raise TypeError("The fill character must be a byte string of length 1")
    return piece


def ljust(s, width, fillchar=b" ", /):
    return s + _fill(fillchar) * (width - len(s)) if width > len(s) else s


def rjust(s, width, fillchar=b" ", /):
    return _fill(fillchar) * (width - len(s)) + s if width > len(s) else s


def center(s, width, fillchar=b" ", /):
    missing = width - len(s)
    if missing <= 0:
        return s
    left = missing // 2 + (missing & width & 1)
    piece = _fill(fillchar)
    return piece * left + s + piece * (missing - left)


def zfill(s, width, /):
    missing = width - len(s)
    if missing <= 0:
        return s
    if s and (s[0] == 43 or s[0] == 45):
        return s[:1] + b"0" * missing + s[1:]
    return b"0" * missing + s


def expandtabs(s, tabsize=8):
    out = b""
    column = 0
    for c in s:
        if c == 9:
            missing = tabsize - column % tabsize if tabsize > 0 else 0
            out += b" " * missing
            column += missing
        else:
            out += prim.one_byte(c)
            column = 0 if c == 10 or c == 13 else column + 1
    return out


def translate(s, table, /, delete=b""):
    drop = _like(delete)
    if table is not None:
        new = _like(table)
        if len(new) != 256:
            raise ValueError("translation table must be 256 characters long")
    out = b""
    for c in s:
        if not drop or prim.str_find(drop, prim.one_byte(c), 0, len(drop)) < 0:
            if table is None:
                out += prim.one_byte(c)
            else:
                out += prim.one_byte(prim.str_at(new, c))
    return out


def maketrans(frm, to, /):
    a, b = _like(frm), _like(to)
    if len(a) != len(b):
        raise ValueError("maketrans arguments must have same length")
    out = b""
    for c in range(256):
        at = prim.str_rfind(a, prim.one_byte(c), 0, len(a))
        out += prim.one_byte(c) if at < 0 else prim.one_byte(prim.str_at(b, at))
    return out


# ---- case: the numbers are rt::TextChange, and 16 for ASCII only ----
def upper(s, /):
    return prim.str_changed(s, 16)


def lower(s, /):
    return prim.str_changed(s, 17)


def title(s, /):
    return prim.str_changed(s, 18)


def capitalize(s, /):
    return prim.str_changed(s, 19)


def swapcase(s, /):
    return prim.str_changed(s, 20)


# ---- what they consist of: the numbers are rt::TextProperty, and 16 for ASCII only ----
def isalpha(s, /):
    return prim.str_is(s, 16)


def isdigit(s, /):
    return prim.str_is(s, 17)


def isalnum(s, /):
    return prim.str_is(s, 18)


def isspace(s, /):
    for c in s:
        if not _is_space(c):
            return False
    return len(s) > 0


def isupper(s, /):
    return prim.str_is(s, 20)


def islower(s, /):
    return prim.str_is(s, 21)


def istitle(s, /):
    return prim.str_is(s, 22)


def isascii(s, /):
    return prim.str_is(s, 10)


# ---- text ----
def hex(s, sep=None, bytes_per_sep=1):
    if sep is not None:
        piece = prim.latin_text(sep) if isinstance(sep, bytes) else sep
        if len(piece) != 1:
            raise ValueError("sep must be length 1.")
    out = ""
    n = len(s)
    group = bytes_per_sep if bytes_per_sep >= 0 else -bytes_per_sep
    for i in range(n):
        if sep is not None:
            if i > 0 and group > 0 and (n - i if bytes_per_sep > 0 else i) % group == 0:
                out += piece
        c = prim.str_at(s, i)
        out += "0123456789abcdef"[c >> 4] + "0123456789abcdef"[c & 15]
    return out


def decode(s, encoding="utf-8", errors="strict"):
    codec = prim.codec(encoding)
    policy = prim.error_policy(errors)
    if codec == 2:
        return prim.latin_text(s)
    wrong = prim.str_wrong_code(s, 0, 2 * codec)  # rt::Codec: UTF-8 bytes or ASCII
    if wrong < 0:
        return prim.utf8_text(s)
    if policy == 0:
        at, n, what = wrong // 64, wrong // 8 % 8, wrong % 8
        if codec == 1:
            raise UnicodeDecodeError("ascii", s, at, at + 1, "ordinal not in range(128)")
        if what == 0:
            raise UnicodeDecodeError("utf-8", s, at, at + n, "invalid start byte")
        if what == 1:
            raise UnicodeDecodeError("utf-8", s, at, at + n, "invalid continuation byte")
        raise UnicodeDecodeError("utf-8", s, at, at + n, "unexpected end of data")
    out = ""
    done = 0
    while wrong >= 0:
        out += prim.utf8_text(s[done:wrong // 64])
        if policy == 2:
            out += "\ufffd"
        done = wrong // 64 + wrong // 8 % 8
        wrong = prim.str_wrong_code(s, done, 2 * codec)
    return out + prim.utf8_text(s[done:])


def _encoded(s, encoding, errors):
    """str.encode"""
    codec = prim.codec(encoding)
    policy = prim.error_policy(errors)
    wrong = prim.str_wrong_code(s, 0, codec + 1)  # rt::Codec: UTF-8 text, ASCII or Latin-1
    if wrong < 0:
        return prim.latin_bytes(s) if codec == 2 else prim.utf8_bytes(s)
    if policy == 0:
        at = wrong // 64
        end = at + 1
        while end < len(s) and prim.str_wrong_code(s, end, codec + 1) // 64 == end:
            end += 1
        if codec == 0:
            raise UnicodeEncodeError("utf-8", s, at, end, "surrogates not allowed")
        if codec == 1:
            raise UnicodeEncodeError("ascii", s, at, end, "ordinal not in range(128)")
        raise UnicodeEncodeError("latin-1", s, at, end, "ordinal not in range(256)")
    out = b""
    done = 0
    while wrong >= 0:
        part = s[done:wrong // 64]
        out += prim.latin_bytes(part) if codec == 2 else prim.utf8_bytes(part)
        if policy == 2:
            out += b"?"
        done = wrong // 64 + 1
        wrong = prim.str_wrong_code(s, done, codec + 1)
    part = s[done:]
    return out + (prim.latin_bytes(part) if codec == 2 else prim.utf8_bytes(part))
