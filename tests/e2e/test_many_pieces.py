"""Texts split and replaced in dozens of places, and sets of every size put together: what the runtime does by the dozen, and at the ends of
dozens."""
import pytest

from harness import check

ALPHABETS = ["ab ,", "a,\n\t ", "é, x", "ж, y", "\U0001f600, z"]


def text(alphabet, n):
    """The same each time, of pieces of all lengths up to 60."""
    out, state = [], n + 1
    for k in range(n):
        state = state * 1103515245 + 12345 & 0x7fffffff
        out.append(alphabet[(state >> 16) % len(alphabet)] * (1 + (state >> 8) % (60 if k % 9 == 0 else 3)))
    return "".join(out)


def split(t):
    return t.split(), t.split(","), t.split(", "), t.split(None, 3), t.split(",", 2), t.rsplit(",", 2), len(t.split(" ")), t.split("zz")


def replaced(t):
    return t.replace(",", ""), t.replace(" ", "<>"), t.replace(",", "ж", 70), t.replace("", "-", 65), t.replace(", ", "\U0001f600"), t.replace("a", "é"), t[::-1], t[-2::-3]


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("function", [split, replaced])
def test_texts(function, alphabet):
    for n in (0, 1, 5, 63, 64, 65, 200, 1000):
        check(function, text(alphabet, n))
    check(function, ",".join("x" * k for k in range(130)))
    check(function, "," * 64)


def of_ints(a, b):
    x, y = set(a), set(b)
    z = x | y
    z.discard(3)
    z.update(a)
    return list(x), list(x & y), list(x - y), list(x ^ y), list(x | y), list(y - x), list(z), list(z - y), list(z & x)


def of_texts(a, b):
    x, y = {str(k) for k in a}, {str(k) for k in b}
    return sorted(x & y), sorted(x - y), sorted(x ^ y), sorted(x | y)


def of_pairs(a, b):
    x, y = {(k, k % 3) for k in a}, {(k, k % 3) for k in b}
    return list(x & y), list(x - y), list(x ^ y), list(x | y)


def of_floats_and_ints(a, b):
    x, y = {k * 0.5 for k in a}, set(b)
    return sorted(k for k in x if k in y), sorted(k for k in y if k not in x)


@pytest.mark.parametrize("function", [of_ints, of_texts, of_pairs, of_floats_and_ints])
def test_sets(function):
    for n in (0, 1, 4, 5, 19, 20, 60, 77, 500):
        for step in (1, 8, 128, -3, 2**59 + 1):
            check(function, [k * step % (2**61 - 1) for k in range(n)], [k * step % (2**61 - 1) for k in range(n // 2, n + 7)])
