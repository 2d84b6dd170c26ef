"""Members of enumerations and named tuples: in and out as the same classes, and all that is asked of them in between."""
from collections import namedtuple
from enum import Enum, IntEnum, auto
from typing import NamedTuple

import numpy as np
import pytest

import aic
from harness import check


class Colour(Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"
    CRIMSON = "r"

    def letter(self):
        return self.value.upper()

    @property
    def is_red(self):
        return self is Colour.RED


class State(Enum):
    IDLE = auto()
    RUNNING = auto()
    STOPPED = auto()


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Planet(Enum):
    EARTH = (5.97, 6.4)
    MARS = (0.64, 3.4)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    def density(self):
        return self.mass / self.radius


def names_and_values(c):
    return c.name, c.value, c is Colour.RED, c == Colour.BLUE, c != "b", Colour("g"), Colour["BLUE"], {c: 1}[c]


def methods(c):
    return c.letter(), c.is_red, Colour.CRIMSON is Colour.RED, bool(c)


def from_value(s):
    return Colour(s)


def from_name(s):
    return Colour[s].value


TRANSITIONS = {(State.IDLE, "start"): State.RUNNING}


def machine(events):
    state = State.IDLE
    path = [state]
    table = {(State.IDLE, "start"): State.RUNNING, (State.RUNNING, "pause"): State.IDLE, (State.RUNNING, "stop"): State.STOPPED}
    for event in events:
        following = table.get((state, event))
        if following is None:
            return "stuck", state, path
        state = following
        path.append(state)
    return "done", state, path


def counts(level):
    return level + 1, level < 5, level == Level.HIGH, sorted([Level.HIGH, level]), [0, 1, 2][level % 3], f"{level:d}", -level


def walk():
    return [(c.name, c.value) for c in Colour], len(Colour), list(Level), Colour.GREEN in Colour


def texts(c, level):
    return str(c), repr(c), f"{c}", f"{level}", str(level), repr(level), str([c]), f"{c:>12}"


def planets(names):
    return [Planet[n].density() for n in names], Planet.MARS.mass, [p.radius for p in Planet]


def counted(states):
    seen = {}
    for s in states:
        seen[s] = seen.get(s, 0) + 1
    return seen


def chosen(flag):
    c = Colour.RED if flag else Colour.BLUE
    best = None
    if flag:
        best = c
    match c:
        case Colour.RED:
            word = "stop"
        case Colour.GREEN | Colour.BLUE:
            word = "go"
    return c, best, word, isinstance(c, Colour), isinstance(c, tuple), type(c) is Colour


class Point(NamedTuple):
    x: float
    y: float = 0.0

    def norm(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


Reading = namedtuple("Reading", "sensor value")


def fields(p):
    x, y = p
    return p.x, p[1], x + y, len(p), p[-1], p[0:1], p == (p.x, p.y), p.norm(), p


def made(x):
    return Point(x), Point(x, 2.0), Point(y=x, x=1.0), Point(x)._replace(y=9.0), Point._fields, Point(x)._asdict()


def operators(p, q):
    return p + q, p < q, p == q, p != q, (p + q) + q, max(p, q), repr(p), str(p), f"{p}"


def filtered(readings, limit):
    return [r for r in readings if r.value > limit], {r.sensor: r for r in readings}, sorted(readings)


def cannot_change(p):
    try:
        p.x = 3.0
    except AttributeError as e:
        return str(e)


def with_array(n):
    pair = Reading("a", np.arange(float(n)))
    pair.value[0] = 5.0
    return pair, pair.value.sum()


def isinstance_of(p):
    return isinstance(p, tuple), isinstance(p, Point), type(p) is Point, isinstance(p, Reading)


def patterns(p):
    match p:
        case Point(x=0.0, y=y):
            return "on the axis", y
        case Point(x, y) if x == y:
            return "diagonal", x
        case (x, y):
            return "somewhere", x + y


CALLS = [
    (names_and_values, [(Colour.RED,), (Colour.BLUE,)]), (methods, [(Colour.RED,), (Colour.GREEN,)]),
    (from_value, [("g",), ("r",), ("x",)]), (from_name, [("RED",), ("CRIMSON",), ("X",)]),
    (machine, [(["start", "pause", "start", "stop"],), (["stop"],), ([],)]),
    (counts, [(Level.LOW,), (Level.HIGH,)]), (walk, [()]), (texts, [(Colour.GREEN, Level.LOW)]),
    (planets, [(["EARTH", "MARS"],)]), (counted, [([State.IDLE, State.RUNNING, State.IDLE],)]), (chosen, [(True,), (False,)]),
    (fields, [(Point(3.0, 4.0),)]), (made, [(1.5,)]), (operators, [(Point(1.0, 2.0), Point(1.0, 3.0))]),
    (filtered, [([Reading("a", 1), Reading("b", 5)], 2), ([Reading("b", 3), Reading("a", 4)], 0)]),
    (cannot_change, [(Point(1.0),)]), (with_array, [(3,)]), (isinstance_of, [(Point(1.0),)]),
    (patterns, [(Point(0.0, 2.0),), (Point(2.0, 2.0),), (Point(1.0, 2.0),)]),
]


@pytest.mark.parametrize("function, calls", CALLS, ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, calls):
    compiled = aic.jit(function)
    for args in calls:
        check(function, *args, compiled=compiled)


def test_the_same_classes_come_out():
    assert aic.jit(from_value)("g") is Colour.GREEN
    assert type(aic.jit(made)(1.0)[0]) is Point
    assert aic.jit(chosen)(True)[0] is Colour.RED


def misspelt():
    return Colour.GREN


def test_refusals():
    with pytest.raises(aic.TypeInferenceError, match="GREEN"):
        aic.jit(misspelt)()
