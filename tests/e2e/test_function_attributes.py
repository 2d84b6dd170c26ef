"""Attributes of functions, what functools.wraps keeps, functools.singledispatch, collections.ChainMap."""
import copy
import functools
from collections import ChainMap, Counter, OrderedDict
from dataclasses import dataclass

import numpy as np
import pytest
from harness import check, collected

import aic

PROGRAMS, program = collected()


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.log.append(function.__name__)
        return function(*args, **kwargs)

    wrapper.log = []
    wrapper.limit = 3
    return wrapper


@logged
def area(w, h=1, *, scale=1):
    """The area of a box."""
    return w * h * scale


def plain(x):
    return x


plain.weights = {"a": 1.5}
plain.table = np.arange(4.0)
plain.name = "p"


@program(2)
@program(2.5)
def wrapped(x):
    before = len(area.log)
    return area(x), area(x, 2, scale=3), area.__name__, area.__doc__, len(area.log) - before, area.limit


@program("a")
@program("b")
def of_several_types(key):
    plain.weights[key] = plain.weights.get(key, 0.0) + 1
    return plain.weights[key], plain.table.sum(), plain.name, plain.__doc__, plain.__qualname__


def counted(x):
    counted.calls += 1
    counted.last = x
    return x * counted.calls


def counts(n):
    return [counted(k) for k in range(n)], counted.calls, counted.last


def not_there(n):
    if n:
        return plain.missing_one
    return 0


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    weights, log = copy.deepcopy(plain.weights), list(area.log)
    want = function(*copy.deepcopy(args))
    after = copy.deepcopy(plain.weights), list(area.log)
    plain.weights, area.log[:] = weights, log
    assert aic.jit(function)(*args) == want
    assert (plain.weights, area.log) == after


def test_assigned():
    seen = []
    for f in (counts, aic.jit(counts)):
        counted.calls, counted.last = 10, None
        seen.append([f(3), f(0), counted.calls, counted.last, f(2), counted.calls])
    assert seen[0] == seen[1]


@aic.jit
def counted_itself(x):
    counted_itself.calls += 1
    return x + counted_itself.calls


def test_of_a_compiled_function():
    counted_itself.calls = 0
    assert [counted_itself(1), counted_itself(1)] == [2, 3] and counted_itself.calls == 2
    counted_itself.calls = 40
    assert counted_itself(1) == 42


def reads(x):
    return x + area.limit


def test_another_value():
    f = aic.jit(reads)
    assert f(1) == 4
    area.limit = 10
    assert f(1) == 11
    area.limit = 3
    area.__doc__, before = "another", area.__doc__
    assert aic.jit(wrapped)(1)[3] == "another"
    area.__doc__ = before


def test_missing():
    with pytest.raises(aic.CompileError, match="plain.missing_one"):
        aic.jit(not_there)(1)


# ---- singledispatch ----
@functools.singledispatch
def show(x, depth=0):
    return "?" * (depth + 1)


@show.register
def _(x: int, depth=0):
    return f"int {x}"


@show.register(str)
def _(x, depth=0):
    return "'" + x + "'"


@show.register(list)
@show.register(tuple)
def _(x, depth=0):
    return "[" + ", ".join([show(e, depth + 1) for e in x]) + "]"


class Shape:
    pass


@dataclass
class Square(Shape):
    side: float


@dataclass
class Circle(Shape):
    radius: float


@show.register
def _(x: Shape, depth=0):
    return "shape"


@show.register
def _(x: Square, depth=0):
    return f"square {x.side}"


@show.register(type(None))
def _(x, depth=0):
    return "nothing"


DISPATCHED, dispatched = collected()


@dispatched(1)
@dispatched(True)
@dispatched("a")
@dispatched(2.5)
@dispatched([1, 2])
@dispatched([1, "x", None, 2.5])
@dispatched([[1, "x"], [2], []])
@dispatched((1, "x", (2, "y")))
@dispatched(Square(1.5))
@dispatched(Circle(1.5))
@dispatched(None)
def shown(x):
    return show(x)


@dispatched(0)
@dispatched(1)
@dispatched(2)
def of_a_union(k):
    x = 1 if k == 0 else "text" if k == 1 else None
    return show(x), show(x, depth=2)


@dispatched(3)
def of_objects(n):
    return [show(s) for s in [Square(1.0), Circle(2.0), Square(3.0)][:n]]


@pytest.mark.parametrize("function, args", DISPATCHED, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(DISPATCHED)])
def test_singledispatch(function, args):
    check(function, *args)


@functools.singledispatch
def kind(x):
    return "something"


def ask(x):
    return kind(x)


def test_registered_later():
    f = aic.jit(ask)
    assert f(1) == "something"
    kind.register(int, lambda x: "a number")
    assert f(1) == "a number" and f(True) == "a number" and f("s") == "something"
    kind.register(bool, lambda x: "a flag")
    assert f(True) == "a flag" and f(1) == "a number"


# ---- ChainMap ----
CHAINED, chained = collected()


@chained({"a": 1}, {"a": 2, "b": 3})
@chained({}, {})
def layers(first, second):
    c = ChainMap(first, second)
    c["c"] = 9
    return (c["c"], c.get("a", -1), c.get("z", -2), len(c), "a" in c, "z" in c, list(c), sorted(c.items()), list(c.keys()),
            sum(c.values()), first, second)


@chained({"a": 1}, {"a": 2, "b": 3}, "a")
@chained({"a": 1}, {"a": 2, "b": 3}, "b")
def removed(first, second, key):
    c = ChainMap(first, second)
    try:
        del c[key]
    except KeyError as error:
        return str(error), first, second
    return c[key], first, second


@chained({"a": 1}, "q")
def missing(first, key):
    return ChainMap(first)[key]


@chained({"a": 1})
def children(first):
    c = ChainMap(first)
    d = c.new_child()
    d["a"] = 5
    d["b"] = 6
    return d["a"], d.parents["a"], len(d.maps), c["a"], dict(d), bool(d), bool(ChainMap())


class Doubled:
    def __init__(self, d):
        self.d = d

    def keys(self):
        return self.d.keys()

    def __getitem__(self, key):
        return self.d[key] * 2


@chained({"a": 1, "b": 2})
def dicts_of_mappings(d):
    made = {"z": 0}
    made.update(Doubled(d))
    made.update(ChainMap({"y": 9}, made))
    made.update(OrderedDict(c=3))
    made.update(Counter("aab"))
    return made, dict(Doubled(d)), dict(ChainMap(d)), dict(Counter("ab")), dict([("p", 1)]), dict(["ab"])


@pytest.mark.parametrize("function, args", CHAINED, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(CHAINED)])
def test_chain_map(function, args):
    check(function, *args)
