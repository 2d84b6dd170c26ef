"""Sets of members of enumerations: their order is that of CPython's hashes, of the name or of the value."""
from enum import Enum, IntEnum
from typing import NamedTuple

from harness import check


class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    GREY = 4
    PINK = 5


class Level(IntEnum):
    LOW = 10
    HIGH = 2


class Word(str, Enum):
    YES = "yes"
    NO = "no"


class Place(NamedTuple):
    x: int
    facing: Colour


WARM = frozenset({Colour.RED, Colour.PINK})


def made(ns):
    seen = set()
    for n in ns:
        seen.add(Colour(n))
    return seen, list(seen), len(seen), Colour.RED in seen, [c.name for c in {Colour.BLUE, Colour.RED, Colour.GREEN}]


def given(s, c):
    s.add(c)
    s.discard(Colour.GREEN)
    return c in s, sorted(x.value for x in s), [x for x in s]


def combined(a, b):
    return a | b, a & b, a - b, a ^ b, a <= b, a == b, a.isdisjoint(b), sorted(c.name for c in a.union(b, WARM))


def of_numbers_and_texts():
    levels = {Level.LOW, Level.HIGH, Level.LOW}
    words = {Word.NO, Word.YES}
    return levels, list(levels), max(levels), words, list(words), Word.YES in words


def walked(steps):
    facing, x, seen = Colour.RED, 0, set()
    turns = {Colour.RED: Colour.GREEN, Colour.GREEN: Colour.BLUE, Colour.BLUE: Colour.RED}
    for s in steps:
        if (x, facing) in seen:
            return x, facing, len(seen)
        seen.add((x, facing))
        x += s
        facing = turns[facing]
    return x, facing, seen


def of_named_tuples(n):
    seen = {Place(k % 3, Colour(k % 2 + 1)) for k in range(n)}
    return len(seen), Place(0, Colour.RED) in seen, seen


def warm(cs):
    return [c in WARM for c in cs], len(WARM), WARM | set(cs)


def emptied(s):
    out = []
    while s:
        out.append(s.pop())
    return out


def maybe(ns):
    return {Colour(n) if n else None for n in ns}


def removed(s, c):
    s.remove(c)
    return s


def test_made_in_compiled_code():
    for ns in ([], [1], [3, 1, 3, 2], [5, 4, 3, 2, 1]):
        check(made, ns)
    check(of_numbers_and_texts)
    check(of_named_tuples, 9)
    check(maybe, [1, 0, 2])


def test_at_the_border():
    check(given, {Colour.RED, Colour.GREEN, Colour.BLUE}, Colour.PINK)
    check(given, {Colour.GREEN}, Colour.GREEN)
    check(emptied, set(Colour))
    check(removed, {Colour.RED}, Colour.RED)
    check(removed, {Colour.RED}, Colour.BLUE)


def test_operations():
    sets = [{Colour.RED, Colour.BLUE}, {Colour.BLUE}, set(Colour), frozenset({Colour.GREY})]
    for a in sets:
        for b in sets:
            check(combined, a, b)
    check(warm, [Colour.RED, Colour.GREEN])


class Hashed:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n * 8

    def __eq__(self, other):
        return self.n == other.n


def copies(ns):
    s = set()
    for n in ns:
        s.add(Hashed(n))
    for n in ns[::2]:
        s.remove(Hashed(n))
    for n in ns[::3]:
        s.add(Hashed(n + 1))
    return [x.n for x in s], [x.n for x in s.copy()], [x.n for x in set(s)], [x.n for x in s | set()], [x.n for x in s ^ set()], [x.n for x in s - set()]


def of_two_kinds(a, b):
    return a | b, list(a | b), a & b, list(a & b), a - b, a ^ b, list(a ^ b), a.union(b), list(a.union(b)), a.symmetric_difference(b)


def test_copies_lie_as_what_they_are_copies_of():
    for n in (3, 5, 9, 20, 40):
        check(copies, list(range(n)))
        check(copies, list(range(n, 0, -1)))
    check(copies, [5, 1, 9, 3, 17, 33])


def test_the_first_operand_says_of_which_kind():
    many = set(range(0, 200, 40)) | {8, 16}
    check(of_two_kinds, many, many)
    for a in ({1, 2}, frozenset({2, 3}), set()):
        for b in ({1, 2}, frozenset({3}), frozenset()):
            check(of_two_kinds, a, b)


def test_in_keys():
    check(walked, [1, -1, 0, 2, -2, 0])
    check(walked, [1, 2])
