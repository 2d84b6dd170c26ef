"""The match statement against CPython: literals, captures, guards, sequences, alternatives, classes of builtins."""
from dataclasses import dataclass

import pytest

from harness import check


def literals(status):
    match status:
        case 200:
            return "ok"
        case 301 | 302 | 307:
            return "moved"
        case -1:
            return "none"
        case _:
            return "other"


def guards(n):
    match n:
        case 0:
            return "zero"
        case x if x < 0:
            return f"minus {-x}"
        case x if x > 100:
            return "large"
        case x:
            return str(x)


def points(point):
    match point:
        case (0, 0):
            return "origin"
        case (0, y):
            return f"on the y axis at {y}"
        case (x, 0):
            return f"on the x axis at {x}"
        case (x, y) if x == y:
            return "on the diagonal"
        case (x, y):
            return f"somewhere, sum {x + y}"


def words(line):
    match line.split():
        case []:
            return "nothing said"
        case ["look"]:
            return "a dark room"
        case ["go", ("north" | "south") as direction]:
            return "walking " + direction
        case ["take", first, *rest]:
            return f"taking {first} with {len(rest)} more words"
        case [verb, *_]:
            return f"cannot {verb}"


def rest(values):
    match values:
        case [first, *middle, last]:
            return first, len(middle), last
        case [only]:
            return only, 0, only
        case _:
            return 0, 0, 0


def classes(value):
    match value:
        case bool():
            return "bool"
        case int(n):
            return f"int {n + 1}"
        case float(x):
            return f"float {x * 2}"
        case str(s):
            return "str " + s.upper()
        case None:
            return "none"
        case (int(a), b):
            return f"pair {a} {b}"
    return "else"


def in_a_loop(n):
    total = 0
    for k in range(n):
        match k % 4:
            case 0:
                continue
            case 1:
                total += k
            case 2 if k > 10:
                break
            case other:
                total += 100 * other
    return total, k


def nothing_fits(n):
    seen = "before"
    match n:
        case 1:
            seen = "one"
        case (2, 3):
            seen = "pair"
    return seen


@dataclass
class Circle:
    radius: float


@dataclass
class Rectangle:
    width: float
    height: float


@dataclass
class Square(Rectangle):
    colour: str = "red"


class Loose:
    __match_args__ = ("a",)

    def __init__(self, a, more):
        self.a = a
        if more:
            self.b = a + 1


def shapes(shape):
    match shape:
        case Circle(radius=r):
            return 3.0 * r * r
        case Square(w, _, colour="red"):
            return -w
        case Rectangle(width=w, height=h) if w == h:
            return w ** 2
        case Rectangle(w, h):
            return w * h


def missing_attributes(a, more):
    match Loose(a, more):
        case Loose(b=b):
            return "b", b
        case Loose(0):
            return "zero", 0
        case Loose(x):
            return "a", x


def requests(request):
    match request:
        case {"op": "add", "x": x, "y": y}:
            return x + y
        case {"op": "neg", "x": x}:
            return -x
        case {"op": op}:
            return f"bad {op}"
        case {}:
            return "no operation"


def the_rest(node):
    match node:
        case {"kind": "leaf", "value": value, **rest}:
            return value, rest
        case {"kind": kind, **rest}:
            return kind, rest
    return "other"


PROGRAMS = [(literals, 200), (literals, 302), (literals, -1), (literals, 7), (guards, 0), (guards, -5), (guards, 1000), (guards, 5),
            (points, (0, 0)), (points, (0, 7)), (points, (7, 0)), (points, (3, 3)), (points, (3, 4)), (points, (1, 2, 3)),
            (words, "go north"), (words, "go up"), (words, "look"), (words, "take lamp and rope"), (words, "drop"), (words, ""),
            (rest, [1, 2, 3, 4]), (rest, [1, 2]), (rest, [1]), (classes, 3), (classes, 2.5), (classes, "text"), (classes, None),
            (classes, True), (classes, (1, 2.0)), (classes, 1j), (in_a_loop, 9), (in_a_loop, 20), (nothing_fits, 1), (nothing_fits, 2),
            (shapes, Circle(2.0)), (shapes, Rectangle(3.0, 4.0)), (shapes, Rectangle(2.0, 2.0)), (shapes, Square(2.0, 2.0)),
            (shapes, Square(2.0, 3.0, "blue")), (missing_attributes, 0, True), (missing_attributes, 0, False),
            (missing_attributes, 3, False), (requests, {"op": "add", "x": 2, "y": 3}), (requests, {"op": "neg", "x": 2}),
            (requests, {}), (requests, {"op": "neg"}), (requests, {"op": "neg", "x": "2"}), (the_rest, {"kind": "leaf", "value": 1, "extra": 2}),
            (the_rest, {"kind": "leaf"}), (the_rest, {"x": 1})]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p[0].__name__}-{p[1]}")
def test_match(program):
    check(program[0], *program[1:])
