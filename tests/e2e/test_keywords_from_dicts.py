"""`**d` where only the run knows what is in d: constructors of dataclasses, named tuples and plain classes, and `str.format`."""
from dataclasses import dataclass, field
from typing import NamedTuple

from harness import check


@dataclass
class Item:
    name: str
    count: int = 1
    tags: list = field(default_factory=list)

    def told(self):
        return f"{self.name} x {self.count} {self.tags}"


@dataclass(kw_only=True)
class Setting:
    key: str
    value: str = "none"


class Pair(NamedTuple):
    a: int
    b: int = 7


class Plain:
    def __init__(self, a, *, b=2, **rest):
        self.a, self.b, self.rest = a, b, rest


def items(rows):
    return [Item(**r).told() for r in rows], len(rows)


def one(d):
    return Item(**d)


def setting(d):
    return Setting(**d)


def pair(d):
    return Pair(**d), Pair(**d).b


def named_too(d):
    return Pair(a=1, **d), Pair(3, **d)


def plain(d):
    p = Plain(**d)
    return p.a, p.b, p.rest


def formatted(d):
    return "{name} is {age:>4}|{name!r}".format(**d)


def formatted_too(d, n):
    return "{0} {n:03d} {x}".format(n, n=n, **d)


def test_dataclasses():
    check(items, [{"name": "a"}, {"name": "b"}])
    check(one, {"name": "a", "count": 3})
    for d in ({"name": "a"}, {"count": 1}, {"name": 1, "size": 2}):
        check(one, d)
    for d in ({"key": "k"}, {"key": "k", "value": "v"}, {"value": "v"}, {"key": "k", "other": "v"}):
        check(setting, d)


def test_named_tuples():
    for d in ({"a": 1}, {"a": 1, "b": 2}, {"b": 2}, {"a": 1, "c": 3}):
        check(pair, d)
        check(named_too, d)


def test_plain_classes():
    for d in ({"a": 1}, {"a": 1, "b": 5}, {"a": 1, "c": 2, "d": 3}, {"b": 1}):
        check(plain, d)


def test_format():
    for d in ({"name": "Bo", "age": "7"}, {"name": "Bo", "age": 7}, {"name": "Bo"}, {"name": "Bo", "age": "7", "more": "x"}):
        check(formatted, d)
    for d in ({"x": 1}, {"x": 1, "n": 2}, {"y": 1}):
        check(formatted_too, d, 5)
