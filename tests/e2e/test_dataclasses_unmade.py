"""dataclasses.asdict and astuple: objects in objects, in lists and dicts, beside named tuples and members."""
from dataclasses import asdict, astuple, dataclass, field
from enum import Enum
from typing import NamedTuple, Optional

import pytest

import aic
from harness import check


class Cat(Enum):
    A = 1
    B = 2
class Money(NamedTuple):
    cents: int
    cur: str = 'EUR'
@dataclass
class P: x: int; y: float = 1.5
@dataclass
class Line:
    a: P
    b: P
    tags: list = field(default_factory=list)
    by: dict = field(default_factory=dict)
    m: Money = Money(3)
    c: Cat = Cat.A
    parent: Optional[P] = None
def main(n):
    l = Line(P(n), P(2, 2.5), ['q', 'r'], {'k': P(7)}, c=Cat.B)
    d = asdict(l)
    l.tags.append('z'); l.a.x = 99
    print(d)
    return d, asdict(P(n)), sorted(asdict(P(n)).items())
def tup(n):
    l = Line(P(n), P(2, 2.5), ['q', 'r'], {'k': P(7)}, c=Cat.B)
    return astuple(P(n)), astuple(l)
def many(n): return [asdict(P(i)) for i in range(n)], [astuple(P(i, i / 2)) for i in range(n)]
def bad(n): return asdict(n)


@pytest.mark.parametrize("program", [main, tup, many], ids=lambda f: f.__name__)
def test_dataclasses_unmade(program):
    for n in (0, 4):
        check(program, n)


@dataclass
class Chain:
    v: int
    rest: Optional["Chain"] = None


def of_a_chain(n):
    return len(asdict(Chain(n, Chain(1))))


def test_what_is_no_dataclass_and_what_has_no_end():
    with pytest.raises(aic.CompileError, match="asdict\\(\\) should be called on dataclass instances"):
        aic.jit(bad)(3)
    with pytest.raises(aic.CompileError, match="asdict of an object that leads to its like"):
        aic.jit(of_a_chain)(3)
