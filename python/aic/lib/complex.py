"""Text of complex numbers, in and out."""
from aic.lib import math, prim


def _of_text(s):
    """complex(s)"""
    body = s.strip()
    if len(body) >= 2 and body[0] == "(" and body[-1] == ")":
        body = body[1:-1].strip()
    if body and (body[-1] == "j" or body[-1] == "J"):
        # The imaginary part begins at the last sign that is no exponent's.
        split = 0
        for i in range(len(body) - 2, 0, -1):
            if (body[i] == "+" or body[i] == "-") and not (body[i - 1] == "e" or body[i - 1] == "E"):
                split = i
                break
        left, right = body[:split], body[split:-1]
        if right == "" or right == "+" or right == "-":
            right += "1"
        if prim.str_is_float(right) and right == right.strip() and (left == "" or prim.str_is_float(left) and left == left.strip()):
            return complex(prim.str_to_float(left) if left else 0.0, prim.str_to_float(right))
    elif prim.str_is_float(body):
        return complex(prim.str_to_float(body), 0.0)
    raise ValueError("complex() arg is a malformed string")


def _formatted(z, spec):
    """format(z, spec): [[fill]align][sign][#][0][width][grouping][.precision][type]"""
    fill, align, at = " ", ">", 0
    if len(spec) >= 2 and spec[1] in "<>=^":
        fill, align, at = spec[0], spec[1], 2
    elif len(spec) >= 1 and spec[0] in "<>=^":
        align, at = spec[0], 1
    sign = ""
    if at < len(spec) and spec[at] in "+- ":
        sign = spec[at]
        at += 1
    middle = ""
    if at < len(spec) and spec[at] == "#":
        middle = "#"
        at += 1
    if at < len(spec) and spec[at] == "0":
        raise ValueError("Zero padding is not allowed in complex format specifier")
    width = 0
    while at < len(spec) and "0" <= spec[at] <= "9":
        width = 10 * width + ord(spec[at]) - 48
        at += 1
    rest = spec[at:]
    if align == "=":
        raise ValueError("'=' alignment flag is not allowed in complex format specifier")
    kind = rest[-1] if rest else ""
    if kind == "" or kind == "," or kind == "_" or "0" <= kind <= "9":
        if rest or middle or sign:
            raise NotImplementedError("a format of complex numbers without a type: write `g` or `f`")
        text = str(z)
    else:
        if not kind in "eEfFgG" or not prim.str_spec_fits(middle + rest, 1):
            raise ValueError("Unknown format code '" + kind + "' for object of type 'complex'")
        text = format(z.real, sign + middle + rest) + format(z.imag, "+" + middle + rest) + "j"
    missing = width - len(text)
    if missing <= 0:
        return text
    left = 0 if align == "<" else missing if align == ">" else missing // 2
    return fill * left + text + fill * (missing - left)
