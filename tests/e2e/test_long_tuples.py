"""Tuples whose length is known at run time only, and what is spread over calls."""
import itertools
from collections import namedtuple
from dataclasses import dataclass, field

import pytest

import aic
from harness import check

LISTS = ([3, 1, 2], [], [5])


def made_from(xs):
    t = tuple(xs)
    return t, len(t), t == tuple(sorted(xs)), bool(t), tuple(x * 0.5 for x in xs), tuple(map(str, xs)), tuple({x: 1 for x in xs})


def grown_in_a_loop(xs):
    t = ()
    for x in xs:
        t = t + (x,)
        t += (x * 2,)
    return t


def parts(xs):
    t = tuple(xs)
    return t[1:], t[::-1], t[-1], t[0], t.count(1), 2 in t, t + t, t * 2, 3 * t, t + (9,), (9,) + t, [*t], (0, *t, 7), tuple(t)


def compared(xs, ys):
    a, b = tuple(xs), tuple(ys)
    return a < b, a == b, a != b, a >= b, a == (1, 2), a < (3, 0.5), (2,) > a, a == [1], max(a, b), sorted([b, a])


def keys(rows):
    seen = {}
    for row in rows:
        k = tuple(row)
        seen[k] = seen.get(k, 0) + 1
    again = {tuple(r) for r in rows}
    return seen, len(again), (1, 2) in seen, seen.get((), -1), hash(tuple(rows[0])) == hash((1, 2)), frozenset([tuple(rows[0])])


def keys_of_text(words):
    groups = {}
    for w in words:
        groups.setdefault(tuple(sorted(w)), []).append(w)
    return groups


def mixed_with_known(xs, flag):
    t = tuple(xs) if flag else (1, 2)
    u = (4, 5) if flag else tuple(xs)
    return t, u, t + u, {t: 1, u: 2}


def of_lists(n):
    t = tuple([] for _ in range(n))
    for i in range(n):
        t[i % 2 * (n - 1)].append(i)
    return t


def printed(xs):
    t = tuple(xs)
    print(t, tuple(str(x) for x in xs), [t], {"k": t})
    return str(t), repr(t), f"{t}"


def unpacked(xs):
    a, b, *c = tuple(xs)
    (d, e), f = tuple(xs[:2]), 1
    return a, b, c, d, e


def iterated(xs):
    t = tuple(xs)
    return [x + 1 for x in t], list(enumerate(t)), list(zip(t, t[1:])), sum(t), list(reversed(t)), sorted(t), t.index(xs[-1])


def powerset(xs):
    out = [()]
    for x in xs:
        out += [t + (x,) for t in out]
    return out


def returned_by_functions(xs):
    def tail(t):
        return t[1:]

    def pair(t):
        return t, t
    return tail(tuple(xs)), pair(tail(tuple(xs))), tail((1, 2, 3))


def kinds(xs):
    t = tuple(xs)
    return isinstance(t, tuple), isinstance(t, list), type(t) is tuple, t is t


@pytest.mark.parametrize("f", [made_from, grown_in_a_loop, parts, printed, unpacked, iterated, powerset, returned_by_functions, kinds])
@pytest.mark.parametrize("xs", LISTS)
def test_of_a_list(f, xs):
    check(f, xs)


def test_more():
    for a, b in itertools.product(([1, 2], [], [1, 2, 3], [0]), repeat=2):
        check(compared, a, b)
    check(keys, [[1, 2], [2], [1, 2], []])
    check(keys_of_text, ["eat", "tea", "tan", "ate", "nat", ""])
    for flag in (True, False):
        check(mixed_with_known, [1, 2, 3], flag)
    check(of_lists, 4)


def of_tuples(rows):
    return [len(r) for r in rows], [sum(r) for r in rows], rows[0], max(rows), rows


def long_argument(t, k):
    return t[k], len(t), sum(t), t[-2:], t.count(3), t


def test_at_the_border():
    check(of_tuples, [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (), (5, 6, 7, 8, 9)])
    check(long_argument, tuple(range(100)), 7)
    check(long_argument, tuple(range(40)), 39)
    check(long_argument, (1, 2, 3), 1)
    check(lambda d: {k[1:]: v for k, v in d.items()}, {(1,): 1, (1, 2): 2, (1, 2, 3): 3, (): 0, (4,) * 5: 5, (4,) * 6: 6})


# ---- spreading ----
def fixed(a, b, c=10):
    return a, b, c


def rest(a, *others):
    return a, others, len(others)


def rest_only(*others, sep="-"):
    return sep.join([str(x) for x in others]), sum(others), others


def keyword(a, b, *, k=1):
    return a + b * k


def spread_fixed(xs):
    return fixed(*xs)


def spread_rest(xs):
    return rest(*xs), rest(0, *xs), rest(0, *xs, 1), rest(*xs, *xs), rest_only(*xs), rest_only(*xs, sep="/")


def spread_keyword(xs):
    return keyword(*xs), keyword(*xs, k=3)


def spread_named(xs):
    return fixed(*xs, c=4)


def spread_over_a_lambda(xs):
    f = lambda *v: v  # noqa: E731
    return f(*xs), f(*tuple(xs)), f(*(x for x in xs)), f(*range(len(xs))), f(*{x: 1 for x in xs})


@pytest.mark.parametrize("f", [spread_fixed, spread_rest, spread_keyword, spread_named, spread_over_a_lambda])
@pytest.mark.parametrize("xs", [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]])
def test_spread(f, xs):
    check(f, xs)


def recursion_over_the_rest(*values):
    if not values:
        return []
    head, *tail = values
    return recursion_over_the_rest(*tail) + [head] * len(values)


def building(xs, done=()):
    if not xs:
        return done
    return building(xs[1:], done + (xs[0],))


def printing(xs):
    print(*xs)
    print(0, *xs, sep=", ")
    print(*xs, 9, sep="", end="!\n")
    print(*[x * 2 for x in xs], sep="\n")


def extremes(xs):
    return max(0, *xs), min(7, 8, *xs), max(1, *xs, key=lambda x: -x)


def extreme_of_one(xs):
    return max(*xs)


def columns(rows):
    a, b = zip(*rows)
    return a, b


def columns_in_a_loop(rows):
    return [sum(c) for c in zip(*rows)], list(zip(*rows)), [list(c) for c in zip(*rows)]


def test_spread_over_builtins():
    check(lambda xs: recursion_over_the_rest(*xs), [1, 2, 3])
    check(lambda xs: building(xs), [1, 2, 3, 4, 5])
    for xs in LISTS:
        check(printing, xs)
        check(extremes, xs)
    for xs in ([1, 2], [1], []):
        check(extreme_of_one, xs)
    for rows in ([(1, "a"), (2, "b")], [(1, "a")], []):
        check(columns, rows)
    check(columns_in_a_loop, [[1, 2], [3, 4], [5, 6]])
    check(columns_in_a_loop, [(1, 2), (3, 4)])


# ---- unpacking one of several ----
def nested_targets(nested):
    (a, b), [c, (d, e)] = nested
    return e, d, c, b, a


def either(flag, xs):
    pair = (1, "a") if flag else [2, 3]
    a, b = pair
    return a, b


def of_several_lengths(rows):
    out = []
    for row in rows:
        a, *b = row
        out.append((a, b))
    return out


def test_unpacking_of_unions():
    check(nested_targets, ((1, 2), [3, (4, 5)]))
    check(nested_targets, ((1, 2), [(3, 4), (4, 5)]))
    check(nested_targets, ((1, 2), [3, None]))
    check(either, True, [1])
    check(either, False, [1])
    check(of_several_lengths, [(1, 2), (1, 2, 3), (4,)])


# ---- keys of narrow elements ----
def flags(xs):
    seen = {}
    for x in xs:
        k = tuple([y > x for y in xs])
        seen[k] = seen.get(k, 0) + 1
    return seen, tuple([True, False]) in seen


def test_tuples_of_bools_are_keys():
    check(flags, [1, 2, 2])
    check(flags, [3, 1])


# ---- spread over what makes objects ----
Triple = namedtuple("Triple", "x y z")
Single = namedtuple("Single", "x")
Defaulted = namedtuple("Defaulted", "x y", defaults=(7,))


@dataclass
class Pair:
    x: float
    y: float = 3.0


def spread_over_tuples(xs):
    t = Triple(*xs)
    return t, t.x + t.z


def spread_over_one(xs):
    return Single(*xs).x


def spread_over_defaults(xs):
    return Defaulted(*xs), Defaulted(5, *xs[1:])


def spread_beside_a_keyword(xs):
    return Defaulted(*xs, y=4)


def spread_over_a_dataclass(xs):
    p = Pair(*xs)
    return p.x, p.y


def test_spread_over_classes():
    for xs in ([1.0, 2.0, 3.0], [1.5], [1.0, 2.0], [1.0, 2.0, 3.0, 4.0]):
        for program in (spread_over_tuples, spread_over_one, spread_over_defaults, spread_beside_a_keyword):
            check(program, xs)
    for xs in ([1.5], [1.0, 2.0], [1.0, 2.0, 3.0, 4.0]):
        check(spread_over_a_dataclass, xs)


@dataclass
class Seen:
    x: float
    seen: list = field(default_factory=list)


def test_spread_over_a_factory_is_refused():
    with pytest.raises(aic.CompileError, match="which has a default_factory"):
        aic.jit(lambda xs: Seen(*xs).x)([1.0])


class Vector:
    """A field that holds a tuple as long as its arguments in one place, of any length in others."""

    def __init__(self, *parts):
        self.parts = parts

    def __add__(self, other):
        return Vector(*[a + b for a, b in zip(self.parts, other.parts)])

    def __rmul__(self, k):
        return Vector(*[k * a for a in self.parts])

    def __eq__(self, other):
        return self.parts == other.parts

    def __repr__(self):
        return f"Vector{self.parts}"

    def __iter__(self):
        return iter(self.parts)

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, i):
        return self.parts[i]


def vectors(xs):
    v = Vector(1, 2, 3) + 2 * Vector(1, 0, 1)
    w = Vector(*xs)
    return repr(v), repr(w), len(v), len(w), v[1], list(w), v == Vector(3, 2, 5), v + w == v, sum(v), Vector() + w == Vector()


def test_fields_of_any_length():
    for xs in LISTS:
        check(vectors, xs)
