"""Strings against CPython: literals, arguments, results, methods, numbers as text."""
import linecache
import math
import random

import pytest

import aic
from harness import check

TEXTS = ["", "a", "Hello, World", "  two  words \t\n", "naïve café ☕ 𝄞", "ÀÉÎ straße", "a,b,,c", "xxabcxx", "123", "Title Case", "½", "it's", '"both\'', "one\ntwo\r\nthree\n"]


def parts(s):
    return s[:3], s[-3:], s[::-1], s[1:-1], s[::2], s[-2::-3], s[5:2], s[100:], len(s)


def character(s, i):
    return s[i]


def searched(s, piece):
    return s.find(piece), s.rfind(piece), s.count(piece), piece in s, s.find(piece, 2), s.find(piece, 0, 3), s.find(piece, -2)


def cases(s):
    return s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold()


def properties(s):
    return (s.isalpha(), s.isdigit(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(),
            s.isidentifier(), s.isnumeric(), s.isdecimal(), s.isascii(), s.isprintable())


def stripped(s):
    return s.strip(), s.lstrip(), s.rstrip(), s.strip("x,a"), s.lstrip("ax"), s.rstrip("cé☕ 𝄞")


def replaced(s):
    return s.replace("a", "☕"), s.replace("", "-"), s.replace("x", "", 1), s.replace("☕", "t"), s.replace("é", "ee")


def padded(s):
    return s.rjust(9), s.ljust(9, "."), s.center(12, "*"), s.center(15), s.zfill(8), s * 2, 3 * s, s * -1


def cut(s):
    return s.partition(","), s.rpartition(","), s.startswith("xx"), s.endswith(("c", "x")), s.removeprefix("xx"), s.removesuffix("xx")


def quoted(s):
    return repr(s), f"{s!r:>12}|{s:*^20}|{s:.2}", ascii(s)


def compared(a, b):
    return a < b, a == b, a > b, a != b, max(a, b), min(a, b)


def built(n):
    s = ""
    for i in range(n):
        s += chr(97 + i % 26)
    t = s + "☕"
    u = s + "!"
    return len(s), s[:30], s.count("e"), t[-2:], u[-2:], s


def caesar(text, shift):
    out = ""
    for ch in text:
        if ch.isalpha() and ch.isascii():
            base = ord("A") if ch.isupper() else ord("a")
            out += chr((ord(ch) - base + shift) % 26 + base)
        else:
            out += ch
    return out


def chosen(text, default):
    return text or default, "set" if text else "not set"


def kept(s):
    return s


def split(s):
    return s.split(), s.split(" "), s.split(None, 1), s.rsplit(None, 1), s.rsplit(), s.split(","), s.split(",", 1), s.rsplit(",", 1), s.split("xx")


def lines(s):
    return s.splitlines(), s.splitlines(True), s.split("\n")


def in_lists(s):
    letters = [c for c in s]
    letters.sort()
    return letters, sorted(s), "-".join(s), "".join(reversed(letters)), str(letters), f"{s.split()}"


@pytest.mark.parametrize("f", [split, lines, in_lists, parts, cases, properties, stripped, replaced, padded, cut, quoted], ids=lambda f: f.__name__)
def test_of_one(f):
    compiled = None
    for s in TEXTS:
        compiled = check(f, s, compiled=compiled)


def test_of_two():
    compiled = {}
    for a in TEXTS:
        for b in ("", "an", "a", "☕", "xx", "z", "ÀÉ"):
            for f in (searched, compared):
                compiled[f] = check(f, a, b, compiled=compiled.get(f))


@pytest.mark.parametrize("call", [("abc", 0), ("abc", -3), ("abc", 3), ("", 0), ("☕é", 1)], ids=str)
def test_index(call):
    check(character, *call)


def joined(pieces, glue):
    return glue.join(pieces), glue.join(p * 2 for p in pieces), "".join(reversed(pieces)), pieces


def changed(words):
    words[0] = words[0].upper()
    words.append("new" + str(len(words)))
    return words[1:]


def test_lists_of_strings():
    check(joined, ["a", "b", "☕"], "-")
    check(joined, [], ",")
    check(changed, ["a", "b"])
    check(changed, ["only"])


def test_others():
    check(built, 1000)
    check(built, 0)
    check(caesar, "Hello, Wörld!", 3)
    check(chosen, "", "fallback")
    check(chosen, "given", "fallback")
    text = "same " * 3
    assert check(kept, text).py_func and check(kept, text)(text) is text


def number(x):
    return str(x), repr(x), f"{x}", f"{x!r}"


@pytest.mark.parametrize("x", [0, -5, 2**63 - 1, -2**63, True, 0.0, -0.0, 0.1, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308,
                               float("nan"), float("-inf"), 2.0**-44, 9007199254740993.0, 1 / 3, 100.0, 1.5e300, 1j, 1 + 2j, -0.0 + 1.5j, complex("nan+infj"),
                               None, (1, "a", 2.5), (3,), ()], ids=repr)
def test_text_of_numbers(x):
    check(number, x)


def test_powers_of_two():
    compiled = None
    for e in range(-1074, 1024, 7):
        compiled = check(number, 2.0**e, compiled=compiled)


FLOAT_SPECS = [".2f", "10.3f", "<10.1f", "e", ".3e", "g", ".3g", "+.1f", "08.2f", ",.2f", ".0f", "%", "_.1f", ".3", "10", "#.0f", "#g", "=+12.2f", "*^14.1e", "z.1f", "015,.2f", " .1f"]
INT_SPECS = ["d", "5", "<5", "^7", "+d", " d", "05", "x", "X", "#x", "o", "b", "#010b", ",", "_", "_x", "012,", "e", ".1f", "%", "*>+8d"]


@pytest.mark.parametrize("spec", FLOAT_SPECS)
def test_float_specs(spec):
    compiled = compiled_from(f"def f(x):\n    return f'{{x:{spec}}}'")
    for x in (3.14159, -2.0, 1e10, 0.0, 1234567.891, -0.004, float("nan"), float("inf"), 0.5, 2.5, 999999.5, 1e21, 0.00001234, 1e300):
        check(compiled, x)


@pytest.mark.parametrize("spec", INT_SPECS)
def test_int_specs(spec):
    compiled = compiled_from(f"def f(x):\n    return f'{{x:{spec}}}'")
    for x in (42, -42, 0, 1234567, -2**63):
        check(compiled, x)


def compiled_from(source):
    name = f"<{source}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    scope = {}
    exec(compile(source, name, "exec"), scope)
    return aic.jit(scope["f"])


def dynamic(x, width, digits):
    return f"{x:{width}.{digits}f}|{x:>{width}}"


def percent(n, x, s):
    return "%d %5d %-5d| %05d %x %o" % (n, n, n, n, abs(n), abs(n)), "%f %.2f %e %g %s %r %5s|%-5s| %%" % (x, x, x, x, s, s, s, s), "%s" % n


def fields(n, s):
    return "{} {}".format(n, s), "{1}-{0}-{1}".format(n, s), "{a:>4}{b!r}".format(a=n, b=s), format(n, "04d"), format(2.0)


def parsed(s, base):
    return int(s, base)


def real(s):
    return float(s)


def starred(w, p, n, x, s):
    return "%*d|%-*d|%0*d|%+*d|%*s|%.*f|%*.*f|%8.*e|%-*s|" % (w, n, w, n, w, n, w, n, w, s, p, x, w, p, x, p, x, w, s)


def too_few_stars(n):
    return "%*d" % (n,)


def no_star(x):
    return "%*d" % (x, 1)


def test_formatting():
    check(dynamic, 7, 10, 3)
    check(dynamic, 2.5, 12, 1)
    check(percent, 7, 2.5, "z")
    check(percent, -1, 1e20, "")
    for w in (6, -6, 0, 1):
        check(starred, w, 2, 42, 3.14159, "ab")
        check(starred, w, -2, -7, 2.5, "")
    check(too_few_stars, 3)
    check(no_star, 2.5)
    check(fields, 3, "x")


@pytest.mark.parametrize("text", ["12", " -7 ", "0x1f", "z", "", "1_000", "1__0", "_1", "077", "٣٤", "1 2", "+5", "-0b11"], ids=repr)
def test_int_of_text(text):
    for base in (10, 16, 0, 36):
        check(parsed, text, base)


def test_int_of_long_text():
    check(parsed, "9223372036854775807", 10)
    check(parsed, "-9223372036854775808", 10)
    with pytest.raises(OverflowError):
        aic.jit(parsed)("9223372036854775808", 10)


@pytest.mark.parametrize("text", ["1.5", " -7e3 ", "inf", "-Infinity", "nan", "x", "", ".5", "5.", ".", "1e", "1_0.5", "0x1p3", "1e400", "٣.٤"], ids=repr)
def test_float_of_text(text):
    check(real, text)


def root(s):
    return math.sqrt(s)


def test_math_takes_no_text():
    with pytest.raises(aic.CompileError, match="str"):
        aic.jit(root)("2")


def kinds(x):
    y = x if x > 0 else 0.5
    return type(x).__name__, type(y).__name__, type(x) is int, type(y) == float


def test_type():
    check(kinds, 3)
    check(kinds, -3)
    check(kinds, 2.5)


def shown(n, x):
    print(n, x, "text", True, None, 1 + 2j)
    print()
    print(n, end="")
    print("", x, sep=":")
    print("a", "b", "☕", sep=", ", end=";\n")


def test_print(capsys):
    shown(2, 0.5)
    want = capsys.readouterr().out
    aic.jit(shown)(2, 0.5)
    assert capsys.readouterr().out == want


def places_of(text, other, one):
    same, equal, code = 0, [], 0
    for i, x in enumerate(text):
        for y in other:
            if x == y:
                same += 1
        if x == one or x == "é" or "ab" == x:
            equal.append(i)
        code += ord(x)
    return same, equal, code


@pytest.mark.parametrize("text", ["", "abcab", "naïve é", "ĀāπΠ", "a𝄞b𝄞", "\u00e9\U0001d11e"])
def test_characters_that_are_compared_as_numbers(text):
    compiled = check(places_of, text, "", "")
    for other in ("", "ba", "é𝄞π"):
        for one in ("", "a", "é", "𝄞", "ab"):
            check(compiled, text, other, one)


# ---- digits ----
def digits_of(xs):
    return [repr(x) for x in xs], [f"{x:.3f} {x:.0f} {x:.12f} {x:.18f}" for x in xs]


def read(texts):
    return [float(t) for t in texts]


def floats_near_every_edge():
    rng = random.Random(2)
    out = [0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0, 0.1, 0.3, 2 / 3, 1e22, 1e23, 0.5, 1.5, 2.5, 0.0005]
    for k in range(-30, 70):
        out += [math.ldexp(1.0, k), math.nextafter(math.ldexp(1.0, k), 0.0), math.nextafter(math.ldexp(1.0, k), math.inf)]
    for k in range(-8, 24):
        out += [10.0**k, math.nextafter(10.0**k, 0.0), math.nextafter(10.0**k, math.inf), (rng.randrange(10**6) + 0.5) * 10.0**-abs(k)]
    for _ in range(3000):
        out += [rng.uniform(-1, 1) * 10.0 ** rng.randrange(-7, 20), rng.randrange(10**9) / 10 ** rng.randrange(12), rng.randrange(10**6) * 0.37]
    return out


def test_digits_of_floats():
    xs = floats_near_every_edge()
    check(digits_of, xs)
    texts = [repr(x) for x in xs] + [f"{x:.17g}" for x in xs] + [f"{x:.6f}" for x in xs]
    check(read, texts + ["9007199254740993", "0.00000000000000000000000001", "123456789012345678901234567890", "+1.5", ".5", "5.", "1_000.25", "-0"])


def digits_of_ints(xs):
    return [str(x) for x in xs], [f"{x:,}|{x:08d}" for x in xs]


def test_digits_of_ints():
    check(digits_of_ints, [0, 7, -7, 10, 99, 100, 2**31, -(2**31), 10**18, 2**63 - 1, -(2**63)])


def test_cases_of_ascii():
    def cases(t):
        return t.upper(), t.lower(), t.swapcase(), t.title(), t.capitalize(), t.upper().lower()
    check(cases, "".join(map(chr, range(128))))
    check(cases, "")


class Person:
    def __init__(self, name, ages):
        self.name, self.ages = name, ages


def fields_of_a_format(n, name):
    p = Person(name, [n, n + 1])
    d = {"x": 2.5, "y z": 3.0, "3": 4.0}
    pair = (n, "q")
    return ("{0:>{1}}|{0:<{w}}|{0:{fill}^{w}.{p}}".format(name, 7, w=9, fill="*", p=2), "{p.name!r:>8} {p.ages[1]:03d} {0[1]}{0[0]}".format(pair, p=p),
            "{d[x]:.{digits}f} {d[y z]} {d[3]}".format(d=d, digits=3) if n > 100 else "{d[x]:.{digits}f} {d[y z]}".format(d=d, digits=3),
            "{{}} {{{}}} {:{}}".format(n, n, 5), "{x:8.2f}/{y z}".format_map(d), "{!s:>5}{!r:>5}".format(name, name), "{:,}|{:_}".format(n * 1000, n * 1000))


def test_fields_of_format_strings():
    check(fields_of_a_format, 3, "abc")
    check(lambda n, name: "{:>{}}".format(name, n), 12, "é")


@pytest.mark.parametrize("f", [
    lambda n: "{} {2}".format(n, n, n), lambda n: "{1} {}".format(n, n), lambda n: "{} {}".format(n), lambda n: "{a}".format(b=n),
    lambda n: "{".format(n), lambda n: "}".format(n), lambda n: "{0".format(n), lambda n: "{0!x}".format(n), lambda n: "{0!rq}".format(n),
    lambda n: "{0.}".format((n,)), lambda n: "{0[]}".format((n,)), lambda n: "{0[0]x}".format((n,)), lambda n: "{0[5]}".format([n]),
    lambda n: "{:{:{}}}".format(n, n, n), lambda n: "{}".format_map({"a": n}), lambda n: "{b}".format_map({"a": n}),
])
def test_wrong_format_strings(f):
    check(f, 4)
