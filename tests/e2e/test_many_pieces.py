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


def queue_of_a_dict(n):
    from collections import OrderedDict
    d = OrderedDict()
    seen = 0
    for k in range(n):
        d[k] = k * 2
        if k % 3 == 0 and k > 5:
            seen += d.popitem(last=False)[1]
        if k % 7 == 0:
            d.move_to_end(next(iter(d)))
        if k % 50 == 49:
            d.popitem()
    first = next(iter(d))
    while len(d) > 3:
        seen += d.popitem(last=False)[0]
    rest = list(d.items())
    d.clear()
    d[5] = 1
    return seen, first, rest, next(iter(d)), d.popitem(last=False), len(d)


def oldest_of_a_plain_dict(n):
    d = {k: str(k) for k in range(n)}
    out = []
    while d:
        k = next(iter(d))
        out.append(d.pop(k))
        if k % 5 == 0 and k < n:
            d[k + n] = "again"
    d[1] = "x"
    return "".join(out), list(d)


@pytest.mark.parametrize("n", [1, 8, 60, 3000])
def test_the_oldest_entry_first(n):
    check(queue_of_a_dict, max(n, 8))
    check(oldest_of_a_plain_dict, n)


def iterators_of_tables(d, s):
    i, j, k, e = iter(d), iter(d.items()), iter(d.values()), iter(s)
    out = [(next(i), next(j), next(k))]
    for x in i:
        out.append((x, next(j, (0, "none")), next(k)))
    some = next(e)
    left = list(e)
    return out, next(i, -1), next(j, (5, "z")), some, left, next(iter(d.keys())), next(iter(d.items())), next(iter(s)), list(zip(d, iter(s)))


def changed_meanwhile(d):
    i = iter(d)
    first = next(i)
    d[first] = "other"
    second = next(i)
    d[77] = "new"
    return first, second, next(i)


def changed_set(s):
    i = iter(s)
    x = next(i)
    s.discard(x)
    return next(i)


def of_nothing(d):
    e = {}
    for k in d:
        e[k] = next(iter(d.values()))
    return e, next(iter({}), "none"), next(iter(set(e)), -1)


@pytest.mark.parametrize("function, arguments", [(iterators_of_tables, ({1: "a", 2: "b", 9: "c"}, {3, 40, 17})), (changed_meanwhile, ({1: "a", 2: "b", 3: "c"},)), (changed_set, ({5, 6, 7},)),
                                                 (of_nothing, ({1: "a", 2: "b"},))])
def test_iterators_that_are_kept(function, arguments):
    check(function, *arguments)
