"""Alternatives that bind names: `case Point(0, v) | Point(v, 0)`."""
from dataclasses import dataclass

import pytest

from harness import check


@dataclass
class Point: x: int; y: int
class Circle:
    __match_args__ = ('r',)
    def __init__(self, r): self.r = r
def axis(x, y):
    match Point(x, y):
        case Point(0, 0): return 'origin'
        case Point(x=0, y=v) | Point(x=v, y=0): return f'axis {v}'
        case Point(a, b) if a == b: return f'diag {a}'
    return 'other'
def words(line):
    match line.split():
        case ['go', d] | ['walk', 'to', d] | [d, '!'] if d != 'home': return 'to ' + d
        case ['get', x] | ['pick', 'up', x] | ['pick', x, 'up']: return 'take ' + x
        case _: return 'what'
def pair(t):
    match t:
        case (0, n) | (n, 0): return n
        case (n, 1 | 2 as m): return n * m
    return -1
def shapes(k, n):
    s = Circle(n) if k else Point(n, n)
    match s:
        case Circle(v) | Point(v, _): return v


@pytest.mark.parametrize("program, args", [
    *((axis, xy) for xy in ((0, 0), (0, 5), (7, 0), (2, 2), (2, 3))),
    *((words, (line,)) for line in ("go north", "walk to town", "home !", "pick up axe", "pick axe up", "get x", "")),
    *((pair, (t,)) for t in ((0, 4), (4, 0), (3, 2), (3, 5))), (shapes, (0, 3)), (shapes, (1, 4))])
def test_alternatives_that_bind(program, args):
    check(program, *args)
