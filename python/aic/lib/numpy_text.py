"""Text of NumPy's arrays and scalars under NumPy's default print options: array2string's widths, exponents, line breaks and
summaries (numpy/_core/arrayprint.py), written anew over the text of floats."""
import numpy as _np

from aic.lib import prim

# NumPy 2.4: float32 goes over to exponents earlier, and a summary tells its shape.
_EARLY_EXPONENTS = "e" in str(_np.array([2e7, 1e7], _np.float32))
_EXPONENTS32 = 1e6 if "e" in str(_np.float32(1e15)) else 1e16
_EXPONENTS16 = 1e3 if "e" in str(_np.float16(2048)) else 1e16
_SUMMARY_TELLS_SHAPE = "shape" in repr(_np.zeros(1001))
_INF = float("inf")


# ---- scalars ----
def _of_narrow(x):
    """str of a float32 or float16: the fewest digits that make it again."""
    dtype = prim.dtype(x)
    exponents = _EXPONENTS32 if prim.itemsize(x) == 4 else _EXPONENTS16
    y = float(x)
    if y - y != 0.0:
        return repr(y)
    for digits in range(9):
        s = format(y, "." + str(digits) + "e")
        if prim.cast(prim.str_to_float(s), dtype) != x:
            # Above a power of two floats lie wider apart than below it: the next number away from 0 may do.
            power = 10.0 ** (prim.str_to_int(s.partition("e")[2], 10) - digits)
            s = format(prim.str_to_float(s) + (power if y > 0.0 else -power), "." + str(digits) + "e")
        if prim.cast(prim.str_to_float(s), dtype) == x:
            return s if abs(y) >= exponents or 0.0 < abs(y) < 0.0001 else repr(prim.str_to_float(s))
    return repr(y)


def _of_uint64(x):
    tens = x // _np.uint64(10)
    return (str(int(tens)) if tens != _np.uint64(0) else "") + str(int(x - tens * _np.uint64(10)))


def _shortest(x):
    """repr of the float that has the fewest digits that make x again."""
    if prim.itemsize(x) < 8:
        return _of_narrow(x)
    return repr(float(x))


def _digits(s):
    """How many significant digits a float's repr has, without zeros at either end."""
    mantissa = s.partition("e")[0].replace("-", "").replace(".", "").strip("0")
    return max(len(mantissa), 1)


def _positional(x):
    """At most 8 places; at least the point."""
    s = _shortest(x)
    places = len(s.partition(".")[2])
    if places > 8:
        s = format(float(x), ".8f")
    return s.rstrip("0")


def _scientific(x, places):
    return format(float(x), "." + str(places) + "e")


# ---- how the numbers of an array are written ----
def _float_words(values):
    cutoff = 1e8
    if prim.itemsize(values[0]) == 4 and _EARLY_EXPONENTS:
        cutoff = 1e6
    most, least = 0.0, _INF
    finite = 0
    infinite, negative_infinite = False, False
    for v in values:
        x = float(v)
        if x - x != 0.0:
            infinite = True
            if x == -_INF:
                negative_infinite = True
            continue
        finite += 1
        if x != 0.0:
            most = max(most, abs(x))
            least = min(least, abs(x))
    exponents = False
    if most > 0.0:
        exponents = most >= cutoff or least < 0.0001
        if not exponents:
            if prim.itemsize(values[0]) == 4:
                exponents = bool(prim.cast(most, _np.float32) / prim.cast(least, _np.float32) > prim.cast(1000.0, _np.float32))
            else:
                exponents = most / least > 1000.0
    left, right, places = 0, 0, 0
    if finite > 0 and exponents:
        exponent = 0
        for v in values:
            x = float(v)
            if x - x == 0.0:
                n = min(_digits(_shortest(v)) - 1, 8)
                s = _scientific(v, n)
                mantissa, _, power = s.partition("e")
                places = max(places, len(mantissa.partition(".")[2].rstrip("0")))
                left = max(left, len(mantissa.partition(".")[0]))
                exponent = max(exponent, len(power) - 1)
        right = exponent + 2 + places
        words = []
        if infinite:
            left = max(left, max(2 - right, 2 + negative_infinite - right))
        for v in values:
            x = float(v)
            if x - x != 0.0:
                words.append(repr(x).rjust(left + right + 1))
            else:
                s = _scientific(v, places)
                mantissa, _, power = s.partition("e")
                if places == 0:
                    mantissa += "."
                words.append((mantissa + "e" + power[0] + power[1:].rjust(exponent, "0")).rjust(left + right + 1))
        return words
    for v in values:
        x = float(v)
        if x - x == 0.0:
            whole, _, rest = _positional(v).partition(".")
            left = max(left, len(whole))
            right = max(right, len(rest))
    if infinite:
        left = max(left, max(2 - right, 2 + negative_infinite - right))
    words = []
    for v in values:
        x = float(v)
        if x - x != 0.0:
            words.append(repr(x).rjust(left + right + 1))
        else:
            whole, _, rest = _positional(v).partition(".")
            words.append(whole.rjust(left) + "." + rest.ljust(right))
    return words


def _words(values):
    """The numbers of an array, each as wide as the widest."""
    if prim.kind(values[0]) == "f":
        return _float_words(values)
    if prim.kind(values[0]) == "b":
        return [" True" if v else "False" for v in values]
    texts = [str(v) for v in values]
    width = 0
    for s in texts:
        width = max(width, len(s))
    return [s.rjust(width) for s in texts]


# ---- arrays ----
def _listed(values):
    return [x for x in values]


def _row(words, first, n, stride_over, indent, width, separator):
    """One row: words first … of n numbers, of which `stride_over` in the middle are left out."""
    shown = n - stride_over if stride_over > 0 else n
    limit = width - max(len(separator.rstrip()), 1)
    out, line = "", indent
    for k in range(shown):
        if stride_over > 0 and k == 3:
            if len(line) + 3 > limit and len(line) > len(indent):
                out += line.rstrip() + "\n"
                line = indent
            line += "..." + separator
        word = words[first + k]
        if len(line) + len(word) > limit and len(line) > len(indent):
            out += line.rstrip() + "\n"
            line = indent
        line += word
        if k + 1 < shown:
            line += separator
    out += line
    return "[" + out[len(indent):] + "]"


def _left_out(n, summarised):
    return n - 6 if summarised and n > 6 else 0


def _block(words, first, shape, indent, width, separator, summarised):
    """The numbers below one index, and how many words they took."""
    n = shape[0]
    gone = _left_out(n, summarised)
    inner = indent + " "
    if len(shape) == 1:
        return _row(words, first, n, gone, inner, width, separator), first + n - gone
    breaks = separator.rstrip() + "\n" * (len(shape) - 1)
    out = ""
    shown = n - gone
    for k in range(shown):
        if gone > 0 and k == 3:
            out += inner + "..." + breaks
        text, first = _block(words, first, shape[1:], inner, width - 1, separator, summarised)
        out += inner + text
        if k + 1 < shown:
            out += breaks
    return "[" + out[len(inner):] + "]", first


def _corners(a):
    """What a summary shows: the first and last three along each axis."""
    for k in prim.static_range(prim.rank(a)):
        if a.shape[k] > 6:
            a = _np.concatenate((_np.take(a, _np.arange(3), axis=k), _np.take(a, _np.arange(a.shape[k] - 3, a.shape[k]), axis=k)), axis=k)
    return a


def _array2string(a, separator, prefix, width):
    if prim.kind(a) == "c":
        prim.refuse("text of complex arrays")
    if not prim.prints_plainly():
        raise NotImplementedError("compiled code writes arrays under NumPy's default print options only")
    if a.size == 0:
        return "[]"
    summarised = a.size > 1000
    if summarised:
        words = _words(_listed(_corners(a).ravel()))
    else:
        words = _words(_listed(a.ravel()))
    return _block(words, 0, a.shape, prefix, width, separator, summarised)[0]


def _str(a):
    return _array2string(a, " ", "", 75)


def _repr(a):
    text = "array(" + _array2string(a, ", ", "      ", 74)
    extras = ""
    if (a.size == 0 and not (prim.rank(a) == 1)) or (_SUMMARY_TELLS_SHAPE and a.size > 1000):
        extras = "shape=" + repr(a.shape)
    if a.size == 0 or not (prim.same_dtype(a, _np.float64) or prim.same_dtype(a, _np.int64) or prim.same_dtype(a, _np.bool_)):
        extras += (", " if extras else "") + "dtype=" + a.dtype.name
    if not extras:
        return text + ")"
    text += ","
    extras += ")"
    if len(text) - (text.rfind("\n") + 1) + len(extras) + 1 > 75:
        return text + "\n      " + extras
    return text + " " + extras
