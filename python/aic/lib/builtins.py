"""Builtins written in the language: on arrays, where they are loops over the first axis, and those that inference does not know by itself."""
from aic.lib import prim


def sum(iterable, start=0):
    total = start
    for x in iterable:
        total = total + x
    return total


def _round_float(x, digits):
    """round(x, digits): the nearest decimal, ties to even, exactly; then the nearest float."""
    if x - x != 0.0 or digits > 323:
        return x
    if digits < -308:
        return 0.0 * x
    if digits >= 0:
        return prim.str_to_float(format(x, "." + str(digits) + "f"))
    text = format(abs(x), ".0f")
    if len(text) < 19:
        whole = int(abs(x))
        unit = 10 ** min(-digits, 18)
        if -digits > 18:
            return 0.0 * x
        rest = whole % unit
        down = whole - rest
        half = unit // 2
        up = rest > half or (rest == half and (abs(x) > float(whole) or down // unit % 2 == 1))
        rounded = float(down + unit) if up else float(down)
        return -rounded if x < 0.0 else rounded
    kept = len(text) + digits
    if kept < 0:
        return 0.0 * x
    head = text[:kept] if kept > 0 else "0"
    tail = text[kept:]
    middle = "5" + "0" * (len(tail) - 1)
    up = tail > middle or (tail == middle and ord(head[-1]) % 2 == 1)
    rounded = prim.str_to_float(head + "e" + str(-digits))
    if up:
        rounded = prim.str_to_float(_incremented(head) + "e" + str(-digits))
    if rounded - rounded != 0.0:
        raise OverflowError("rounded value too large to represent")
    return -rounded if x < 0.0 else rounded


def _incremented(digits):
    """The decimal number of a text, plus one, as a text."""
    tail = ""
    for k in range(len(digits) - 1, -1, -1):
        if digits[k] != "9":
            return digits[:k] + chr(ord(digits[k]) + 1) + tail
        tail += "0"
    return "1" + tail


def _round_int(n, digits):
    """round(n, digits) of an int."""
    if digits >= 0:
        return n
    if digits < -19:
        return 0
    if digits == -19:  # 10**19 has no int: what is above half of it rounds up, and does not fit
        if n > 5000000000000000000 or n < -5000000000000000000:
            raise OverflowError("result of round does not fit in 64 bits")
        return 0
    unit = 10 ** -digits
    rest = n % unit
    down = n - rest
    half = unit // 2
    if rest > half or (rest == half and down // unit % 2 != 0):
        return down + unit
    return down


def _product_modulo(a, b, m):
    """a * b % m for 0 ≤ a, b < m, without leaving 64 bits."""
    if m <= 3037000499:
        return a * b % m
    out = 0
    while b > 0:
        if b & 1:
            out = out - (m - a) if out >= m - a else out + a
        a = a - (m - a) if a >= m - a else a + a
        b >>= 1
    return out


def _inverse_modulo(a, m):
    """The x in 0…m-1 with a * x % m == 1 % m."""
    r, s = m, a % m
    x, y = 0, 1
    while s != 0:
        q = r // s
        r, s = s, r - q * s
        x, y = y, x - q * y
    if r != 1:
        raise ValueError("base is not invertible for the given modulus")
    return x % m


def _pow_modulo(base, exponent, modulus):
    """pow(base, exponent, modulus)"""
    if modulus == 0:
        raise ValueError("pow() 3rd argument cannot be 0")
    m = abs(modulus)
    b = base % m
    e = exponent
    if e < 0:
        b = _inverse_modulo(b, m)
        e = -e
    out = 1 % m
    while e > 0:
        if e & 1:
            out = _product_modulo(out, b, m)
        b = _product_modulo(b, b, m)
        e >>= 1
    return out - m if modulus < 0 and out != 0 else out


# ---- what @dataclass writes, of objects that lead to their like ----
def _text_of_fields(x):
    return prim.text_of_fields(x)


def _hash_of_fields(x):
    return prim.hash_of_fields(x)


def _compare_fields(op, x, y):
    return prim.compare_of_fields(op, x, y)


# ---- f(**table) ----
def _listed(names):
    if len(names) < 3:
        return " and ".join([f"'{name}'" for name in names])
    return ", ".join([f"'{name}'" for name in names[:-1]]) + f", and '{names[-1]}'"


def _check_missing(callee, table, required, kind):
    missing = [name for name in required if name not in table]
    if missing:
        many = "" if len(missing) == 1 else "s"
        raise TypeError(f"{callee} missing {len(missing)} required {kind} argument{many}: {_listed(missing)}")


def _check_keywords(callee, table, taken, open_names, required, required_by_name, takes_more):
    for key in table:
        if key in taken:
            raise TypeError(f"{callee} got multiple values for argument '{key}'")
        if not takes_more and key not in open_names:
            raise TypeError(f"{callee} got an unexpected keyword argument '{key}'")
    _check_missing(callee, table, required, "positional")
    _check_missing(callee, table, required_by_name, "keyword-only")


def _keyword(table, key):
    return prim.table_value(table, prim.table_find(table, key))


def _rest_of_keywords(made, table, names):
    for key, x in table.items():
        if key not in names:
            made[key] = x


# ---- ranges and slices ----
def _length(start, stop, step):
    return max(0, -((start - stop) // step))


def _slice_indices(start, stop, step, length):
    """slice(start, stop, step).indices(length)"""
    if length < 0:
        raise ValueError("length should not be negative")
    by = 1 if step is None else step
    if by == 0:
        raise ValueError("slice step cannot be zero")
    low, high = (0, length) if by > 0 else (-1, length - 1)
    if start is None:
        first = low if by > 0 else high
    else:
        first = start + length if start < 0 else start
        first = min(max(first, low), high)
    if stop is None:
        last = high if by > 0 else low
    else:
        last = stop + length if stop < 0 else stop
        last = min(max(last, low), high)
    return first, last, by


def _range_contains(start, stop, step, x):
    if step > 0:
        return start <= x and x < stop and (x - start) % step == 0
    return stop < x and x <= start and (x - start) % step == 0


def _range_count(start, stop, step, x):
    return 1 if _range_contains(start, stop, step, x) else 0


def _range_index(start, stop, step, x):
    if not _range_contains(start, stop, step, x):
        raise ValueError(f"{x} is not in range")
    return (x - start) // step


def _range_equal(a, b):
    n, m = _length(*a), _length(*b)
    if n != m or n == 0:
        return n == m
    return a[0] == b[0] and (n == 1 or a[2] == b[2])


def _sliced_range(r, s):
    start, stop, step = r
    first, last, by = _slice_indices(s[0], s[1], s[2], _length(start, stop, step))
    return range(start + first * step, start + last * step, step * by)


def _iter_until(function, sentinel):
    """iter(function, sentinel)"""
    while True:
        x = function()
        if x == sentinel:
            return
        yield x
