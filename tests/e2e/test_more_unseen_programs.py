"""Programs of the kinds that users write and that were refused once, or gave wrong answers: bytes of generators over two, columns
below headings, recursion through map, products of matrices that are objects."""
from dataclasses import dataclass

import pytest

from harness import check


# ---- bytes(x ^ k for x, k in zip(…)) ----
def crypted(data, key):
    out = bytearray()
    for i in range(0, len(data), 4):
        ks = key
        out += bytes(a ^ b for a, b in zip(data[i:i+4], ks))
    return bytes(out)
def crypted_bytes(data, key):
    out = b''
    for i in range(0, len(data), 4):
        out += bytes(a ^ b for a, b in zip(data[i:i+4], key))
    return out
def crypted_at_once(data, key): return bytes(a ^ b for a, b in zip(data, key))
def in_rounds(data): 
    r = []
    for i in range(3): r.append(bytes(x ^ i for x in data))
    return r


def test_bytes_of_generators():
    for program in (crypted, crypted_bytes, crypted_at_once):
        check(program, b"abcdefgh", b"xyzw")
    check(in_rounds, b"abc")
    check(lambda data: bytearray(a | b for a, b in zip(data, data[1:])), b"abc")
    check(lambda data: bytes(a + b for a, b in zip(data, data[1:])), b"xyz")  # above 255


# ---- zip(heading, *rows) ----
def widths(rows, headers): return [max(len(str(x)) for x in col) for col in zip(headers, *rows)]
def w1(n): return widths([('apple', 3, 1.5), ('kiwi', 12, 0.25)], ('name', 'qty', 'price'))
def w2(rows, h): return widths(rows, h)
def w3(rows, h): return list(zip(h, *rows))
def w4(rows): return [sum(c) for c in zip(range(3), [4, 5, 6], *rows)]
def w5(rows): return list(zip((1.5, 2.5), *rows))
def w6(rows, h):
    for a, *b in zip(h, *rows): print(a, b)
    return {a: b for a, *b in zip(h, *rows)}


@pytest.mark.parametrize("program, args", [
    (w1, (1,)), (w2, ([["a", "bb"], ["ccc", "d"]], ["x", "yyyy"])), (w3, ([[1, 2], [3, 4]], [5, 6, 7])), (w3, ([[1, 2], [3, 4]], (5.5, 6))),
    (w3, ([], (5.5, 6))), (w4, ([[1, 2, 3], [3, 4, 5]],)), (w5, ([[1, 2], [3, 4]],)), (w6, ([["a", "b"], ["c", "d"]], ["x", "y"])),
    (w3, ([(1, "a"), (3, "b")], (4, "c")))])
def test_headings(program, args):
    check(program, *args)


# ---- recursion through map, before anything is known of the function ----
@dataclass(frozen=True)
class Call:
    fn: str; args: tuple
def build(n):
    return Call('f', tuple(build(i) for i in range(n)))
def show(e): return f'{e.fn}({", ".join(map(show, e.args))})'
def through_(n): return show(build(n))
def show2(e): return f'{e.fn}({", ".join([show2(x) for x in e.args])})'
def through_2(n): return show2(build(n))
def show3(e): return f'{e.fn}({", ".join(show3(x) for x in e.args)})'
def through_3(n): return show3(build(n))
def count(e): return 1 + sum(map(count, e.args))
def through_4(n): return count(build(n)), depth(build(n))
def depth(e): return 1 + max(map(depth, e.args), default=0)


def test_recursion_through_map():
    for program in (through_, through_2, through_3, through_4):
        check(program, 3)


# ---- objects that a method gets and goes on from ----
class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
    def mul(self, o):
        if len(self.rows[0]) != len(o.rows): raise ValueError(f'{self.rows} {o.rows}')
        return Matrix([[x + y for x, y in zip(r, s)] for r, s in zip(self.rows, o.rows)])
    def pow(self, n):
        r, b = self, self
        while n:
            if n & 1: r = r.mul(b)
            b = b.mul(b); n >>= 1
        return r
def powers(rows, p):
    a = Matrix(rows)
    x = a.pow(p).rows
    return  x, a.pow(p).rows


def test_powers_of_an_object():
    for p in (0, 1, 5):
        check(powers, [[2, 1], [1, 3]], p)


# ---- a linked list of nothing ----
class Node:
    def __init__(self, value, next=None): self.value = value; self.next = next
class L:
    def __init__(self, it=()):
        self.head = None
        for x in reversed(list(it)): self.push(x)
    def push(self, x): self.head = Node(x, self.head)
    def __iter__(self):
        n = self.head
        while n: yield n.value; n = n.next
def listed(xs):
    l = L(xs)
    return list(l)
def shown(xs):
    l = L(xs)
    return ' -> '.join(map(repr, l)) or 'empty'


def test_empty_linked_lists():
    for xs in ([], [1], [2, 3]):
        check(listed, xs)
        check(shown, xs)
