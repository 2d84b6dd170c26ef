"""Programs with enumerations and named tuples: state machines, lexers, walks, graphs; wherever such values are kept and asked."""
import functools
from collections import defaultdict, deque, namedtuple
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum, auto
from typing import NamedTuple, Optional

import numpy as np
import pytest

import aic
from harness import check


class Tok(Enum):
    NUM = auto()
    PLUS = auto()
    MUL = auto()
    LP = auto()
    RP = auto()
    END = auto()


class Token(NamedTuple):
    kind: Tok
    value: float
    pos: int


class Light(Enum):
    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"

    @property
    def following(self):
        return NEXT[self]


class Dir(IntEnum):
    N = 0
    E = 1
    S = 2
    W = 3

    def turn(self, k=1):
        return Dir((self + k) % 4)


class Level(IntEnum):
    A = 5

    def __str__(self):
        return "level " + self.name


class Ordered(Enum):
    X = 1
    Y = 2

    def __lt__(self, other):
        if self.__class__ is other.__class__:
            return self.value < other.value
        return NotImplemented


class Plain(str, Enum):
    P = "pp"


class Own(StrEnum):
    A = "aa"


class Point(NamedTuple):
    x: int
    y: int


class ByName(NamedTuple):
    key: int
    name: str

    def __lt__(self, other):
        return self.name < other.name


Edge = namedtuple("Edge", "u v weight")

CHARS = {"+": Tok.PLUS, "*": Tok.MUL, "(": Tok.LP, ")": Tok.RP}
NEXT = {Light.RED: Light.GREEN, Light.GREEN: Light.YELLOW, Light.YELLOW: Light.RED}
SECONDS = {Light.RED: 30, Light.GREEN: 25, Light.YELLOW: 5}
START, ORIGIN, BOTH = Light.GREEN, Point(9, 8), (Tok.NUM, (Tok.MUL, 3))
DX = (0, 1, 0, -1)
DY = [1, 0, -1, 0]


@dataclass
class Car:
    light: Light = Light.RED
    at: Point = Point(0, 0)


class Settings:
    mode = Tok.MUL
    where = Point(7, 8)

    def get(self):
        return self.mode, self.where


class Lexer:
    def __init__(self, text):
        self.text, self.i = text, 0

    def next(self):
        while self.i < len(self.text) and self.text[self.i] == " ":
            self.i += 1
        if self.i >= len(self.text):
            return Token(Tok.END, 0.0, self.i)
        c = self.text[self.i]
        start = self.i
        if c in CHARS:
            self.i += 1
            return Token(CHARS[c], 0.0, start)
        while self.i < len(self.text) and self.text[self.i].isdigit():
            self.i += 1
        if self.i == start:
            raise ValueError(f"bad character {c!r} at {start}")
        return Token(Tok.NUM, float(self.text[start:self.i]), start)


def tokens(text):
    lexer, out = Lexer(text), []
    while True:
        t = lexer.next()
        out.append(t)
        if t.kind is Tok.END:
            return out, [t.kind.name for t in out if t.kind in {Tok.PLUS, Tok.MUL}]


def lights(n):
    light, seconds, seen = START, 0, []
    for _ in range(n):
        seconds += SECONDS[light]
        seen.append(light)
        light = light.following
    return seconds, seen, light, ORIGIN.x, BOTH, BOTH[1][0].name


def defaults(light=Light.RED, at=Point(1, 2), pair=(1, 2.5)):
    return light, at, pair, Car(), Car(Light.GREEN).at.x, Settings().get(), Settings.where.y


def maybe(light: Optional[Light]):
    red = Light.RED
    return light is red, red is light, light == red, light != red, light is None, light in (red,), light in {red, Light.GREEN}


def found(names):
    def find(name):
        for light in Light:
            if light.value == name:
                return light
        return None

    all_found = [find(n) for n in names]
    return all_found, [f is None for f in all_found], [f.value if f is not None else "" for f in all_found]


def walk(commands):
    d = Dir.N
    x = y = 0
    seen = {(0, 0)}
    for c in commands:
        if c == "R":
            d = d.turn()
        elif c == "L":
            d = d.turn(-1)
        else:
            x += DX[d]
            y += DY[d]
            seen.add((x, y))
    return x, y, d, len(seen), d.name


def as_indices(a, values, d):
    a[d, 0] = 5.0
    a[d] += 1.0
    values[d] += 7
    return a[d, 1], a[1, d], a[d], a[d:, d], values, values[:d], np.zeros(d), np.zeros((d, 2))


def as_keys(ds):
    counts, lists = defaultdict(int), {}
    for d in ds:
        counts[d] += 1
        lists.setdefault(d, []).append(d.value)
    return dict(counts), counts[Dir.N], lists, {d: i for i, d in enumerate(ds)}, [k.name for k in counts]


def as_numbers(ds):
    return sorted(ds), max(ds), min(ds), sum(ds), [int(d) for d in ds], [d + 0.5 for d in ds], divmod(ds[0], 2), max(ds[0], Dir.E)


def texts(light, level, plain, own):
    return (f"{light.name:>8}|{light!r:<20}|{light}", "%s and %r" % (light, light), "%s" % light, str(level), f"{level}",
            f"{level:4d}", repr(level), str(plain), f"{plain}", repr(plain), plain + "x", plain == "pp", str(own), f"{own:>4}",
            own.upper())


def orders(a, b):
    return a < b, a > b, sorted([b, a]), a == b, a != b


def grouped(ts):
    groups = defaultdict(list)
    for t in ts:
        groups[t.kind].append(t.value)
    return dict(groups), sorted(ts, key=lambda t: (t.kind.value, -t.value)), [t._replace(pos=0) for t in ts]


def shortest(start, goal):
    todo, seen = deque([(start, 0)]), {start}
    while todo:
        p, steps = todo.popleft()
        if p == goal:
            return steps
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            n = Point(p.x + dx, p.y + dy)
            if n not in seen and 0 <= n.x < 5 and 0 <= n.y < 5:
                seen.add(n)
                todo.append((n, steps + 1))
    return -1


def spanning(edges, n):
    parent = list(range(n))

    def root(x):
        while parent[x] != x:
            x = parent[x]
        return x

    used = []
    for e in sorted(edges, key=lambda e: e.weight):
        a, b = root(e.u), root(e.v)
        if a != b:
            parent[a] = b
            used.append(e)
    return used, sum(e.weight for e in used)


@functools.cache
def paths(p):
    return 1 if p.x == 0 or p.y == 0 else paths(Point(p.x - 1, p.y)) + paths(Point(p.x, p.y - 1))


def counted_paths(n):
    return paths(Point(n, n))


def as_tuples(p, ps):
    q = p
    q += (5,)
    a, *rest = p
    return (q, p + (1,), p * 2, p[0:1], p[::-1], list(p), tuple(p), (*p, 3), a, rest, type(tuple(p)) is tuple, p == (p.x, p.y),
            (p, q) == (p, q), {p: 1}, (1, 2) in {p: 1}, set(ps) == set(ps), Point(*ps[0]), [Point._make((a, b)) for a, b in ps],
            np.array(ps), list(zip(*ps)), dict(p._asdict()), type(p) is Point, type(p).__name__)


def patterns(p):
    match p:
        case Point(0, 0):
            return "origin", 0
        case Point(x=0, y=y):
            return "axis", y
        case Point(a, b) if a == b:
            return "diagonal", a
        case (x, y):
            return "any", x * y


def counting_by_value(n):
    t, steps = Tok.NUM, 0
    while t is not Tok.END:
        steps += n
        t = Tok(t.value + 1)
    try:
        Tok(99)
    except ValueError as e:
        return steps, t, str(e)


TOKENS = [Token(Tok.NUM, 1.0, 0), Token(Tok.MUL, 2.0, 1), Token(Tok.NUM, 3.5, 2)]
CALLS = [
    (tokens, [("1 + 20*(3)",), ("2 $",)]), (lights, [(7,)]), (defaults, [(), (Light.GREEN,), (Light.RED, Point(3, 4), (5, 1.5))]),
    (maybe, [(None,), (Light.RED,), (Light.YELLOW,)]), (found, [(["red", "x"],)]), (walk, [("FFRFFLFLLF",)]),
    (as_indices, [(np.arange(6.0).reshape(2, 3), [1, 2, 3], Dir.E)]), (as_keys, [([Dir.N, Dir.E, Dir.N],)]),
    (as_numbers, [([Dir.W, Dir.N],)]), (texts, [(Light.RED, Level.A, Plain.P, Own.A)]), (orders, [(Ordered.X, Ordered.Y)]),
    (orders, [(ByName(1, "b"), ByName(2, "a"))]), (grouped, [(TOKENS,)]), (shortest, [(Point(0, 0), Point(3, 4))]),
    (spanning, [([Edge(0, 1, 4), Edge(1, 2, 1), Edge(0, 2, 2)], 3)]), (counted_paths, [(5,)]),
    (as_tuples, [(Point(1, 2), [Point(3, 1), Point(1, 2)])]),
    (patterns, [(Point(0, 0),), (Point(0, 4),), (Point(3, 3),), (Point(2, 3),)]), (counting_by_value, [(1,)]),
]


@pytest.mark.parametrize("function, calls", CALLS, ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, calls):
    compiled = aic.jit(function)
    for args in calls:
        check(function, *args, compiled=compiled)
        check(function, *args, compiled=compiled)


def as_a_sequence(light):
    return [x for x in light]


def as_an_index(light, values):
    return values[light]


def added(light):
    return light + 1


def mixed_keys(d):
    return {0: "a", 1: "b"}[d]


@pytest.mark.parametrize("function, args", [(as_a_sequence, (Light.RED,)), (as_an_index, (Light.RED, [1])),
                                            (as_an_index, (Light.RED, np.arange(3.0))), (added, (Light.RED,)),
                                            (mixed_keys, (Dir.E,))])
def test_a_member_is_no_tuple(function, args):
    with pytest.raises(aic.CompileError):
        aic.jit(function)(*args)
