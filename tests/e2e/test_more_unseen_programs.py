"""Programs of the kinds that users write and that were refused once, or gave wrong answers: bytes of generators over two, columns
below headings, recursion through map, products of matrices that are objects."""
from dataclasses import dataclass
from math import comb, gcd, isqrt

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


# ---- zip(*words) ----
def lcp(ws):
    for i, cs in enumerate(zip(*ws)):
        if len(set(cs)) > 1: return ws[0][:i]
    return min(ws, key=len) if ws else ''
def cols(ws): return [''.join(c) for c in zip(*ws)], list(zip('xyz', *ws)), list(map(''.join, zip(*ws)))


def test_columns_of_words():
    for ws in (["flower", "flow", "flight"], ["a", "a"], ["x"], []):
        check(lcp, ws)
    check(cols, ["abc", "def"])


# ---- "%(name)s" % {…} ----
def named(n): return '%(a)s-%(b)03d|%(b)x|%(a)-5s|' % {'a': 'x', 'b': n}, '%(k)5.2f%%' % {'k': n / 7}
def record(d): return '%(name)s is %(age)d' % d
def row(d): return '%(x)6.2f %(y)6.2f' % d
def missing(d): return '%(zz)s' % d
def whole(d): return '%s' % d, 'abc' % d


def test_percent_formats_of_dicts():
    check(named, 7)
    check(record, {"name": "bo", "age": 3})
    check(row, {"x": 1.5, "y": 2.25})
    check(missing, {"a": 1})
    check(whole, {"a": 1})


# ---- n ** k, a float where k < 0, where an int is asked for ----
def counted(n): return [i for i in range(2 ** n)]
def odd(n, k): return list(range(1, n ** k, 2))
def common(n, k): return gcd(n ** k, 6)
def roots(n): return isqrt(10 ** n), comb(2 ** n, 2)
def summed(n, k):
    try: return sum(range(n ** k))
    except TypeError as x: return str(x)
def common_or_why(n, k):
    try: return gcd(6, n ** k)
    except TypeError as x: return str(x)
class Fraction:
    def __init__(self, n, d): g = gcd(n, d); self.n, self.d = n // g, d // g
    def __pow__(self, k): return Fraction(self.n**k, self.d**k) if k >= 0 else Fraction(self.d**-k, self.n**-k)
def powers_of_fractions(n, k): return (Fraction(n, 4) ** k).n, (Fraction(n, 4) ** -k).d


def test_powers_where_ints_are_asked_for():
    check(counted, 3)
    check(roots, 3)
    check(powers_of_fractions, 6, 2)
    for k in (3, -1):
        for program in (odd, common, summed, common_or_why):
            check(program, 2, k)
