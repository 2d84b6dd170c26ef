"""What @dataclass writes, of objects that lead to objects of their class: repr, ==, order and hash of lists and trees."""
from dataclasses import dataclass, field
from typing import Optional

import pytest

from harness import check


@dataclass
class Node:
    v: int
    next: Optional['Node'] = None
@dataclass(frozen=True, order=True)
class T:
    k: int
    kids: tuple = ()
@dataclass
class Tree:
    k: int
    kids: list = field(default_factory=list)
class E: pass
@dataclass(frozen=True)
class Num(E): v: float
@dataclass(frozen=True)
class Bin(E): op: str; l: E; r: E
def chain(n):
    h = None
    for i in range(n): h = Node(i, h)
    return repr(h)
def chaineq(n):
    h = None; g = None
    for i in range(n): h = Node(i, h); g = Node(i, g)
    return h == g, h != g, g == Node(3)
def grow(n): return Tree(n, [grow(i) for i in range(n)])
def tree(n):
    return repr(grow(n)), grow(n) == grow(n), grow(n) == grow(n+1)
def gt(n): return T(n, tuple(gt(i) for i in range(n)))
def ex(n): return Num(1.5) if n == 0 else Bin('+', ex(n-1), Num(2.0)) if n % 2 else Bin('*', Num(float(n)), ex(n-1))
def exs(n): return repr(ex(n))
def exeq(n): return ex(n) == ex(n), ex(n) == ex(n+1), ex(n) != Num(1.5)
def exh(n): 
    d = {ex(n): 1, ex(1): 2}
    return len(d), d[ex(n)], ex(n) in d


@pytest.mark.parametrize("program", [chain, chaineq, tree, exs, exeq, exh], ids=lambda f: f.__name__)
def test_recursive_dataclasses(program):
    for n in (0, 1, 3):
        check(program, n)


def ordered(n):
    return str(gt(n)), gt(n) == gt(n), gt(n) < gt(n + 1), sorted([gt(n + 1), gt(n)])[0].k


def test_trees_in_tuples():
    for n in (1, 3):
        check(ordered, n)
