"""Programs with objects as keys: errors, caches, graphs, what must not be hashed, memory. The classes are test_keys.py's."""
import resource
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import pytest

import aic
from harness import check, collected
from test_keys import Node, Pt, Vec

PROGRAMS, program = collected()


class Bad:

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        raise ValueError("no " + str(self.n))

    def __eq__(self, o):
        return True


@program(3)
def badh(n):
    try:
        return {Bad(n): 1}
    except ValueError as e:
        return str(e)


class BadEq:

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, o):
        raise ValueError("eq")


@program(3)
def badeq(n):
    s = set()
    s.add(BadEq(1))
    try:
        s.add(BadEq(2))
    except ValueError as e:
        return (str(e), len(s))


@program(3)
def kerr(n):
    d = {Vec(1, 1): 1}
    return d[Vec(n, n)]


class Acc:

    def __init__(self, i):
        self.i = i

    def __hash__(self):
        return hash(self.i)

    def __eq__(self, o):
        return self.i == o.i


@program(3)
def nested(n):
    d = {}
    for i in range(n):
        for j in range(2):
            d.setdefault(Acc(i), {}).setdefault(Acc(j), []).append(i + j)
    inner = OrderedDict()
    inner[Acc(1)] = "a"
    inner[Acc(2)] = "b"
    inner.move_to_end(Acc(1))
    return ({k.i: {a.i: v for a, v in e.items()} for k, e in d.items()}, [a.i for a in inner], d)


@program(3)
def fsobj(n):
    s = frozenset((Vec(i, 0) for i in range(n)))
    return (Vec(1, 0) in s, len(s), s)


@program(4)
def ids(n):
    fs = frozenset([Node("a")])
    d = {}
    e = [(Node(str(i)), i) for i in range(n)]
    for k, i in e:
        d[k, i] = i
    return ([d[k, i] for k, i in e], (e[0][0], 1) in d, len(fs), {fs: 1}[fs])


class N:

    def __init__(self, name):
        self.name = name
        self.nb = {}
        self.seen = set()

    def link(self, o, w):
        self.nb[o] = w
        o.nb[self] = w
        self.seen.add(o)


def cyc(a, b, n):
    prev = a
    for i in range(n):
        m = N("x" + str(i))
        m.link(prev, i)
        prev = m
    prev.link(b, n)
    return (sum((w for w in a.nb.values())), prev, len(b.seen), b in prev.seen)


@program(4)
def setops(n):
    ns = [Node(str(i)) for i in range(n)]
    a = set(ns[:3])
    b = set(ns[1:])
    c = a & b
    d = a | b
    e = a - b
    f = a ^ b
    a2 = set(a)
    a2 -= b
    b2 = b.copy()
    b2.update(a)
    fs = frozenset(c)
    m = a.pop()
    return (len(c), len(d), len(e), len(f), len(a2), len(b2), fs == c, c < d, c.isdisjoint(e),
            len(a), m in ns, sorted((x.name for x in f)), ns[0] in e, c.issubset(b))


@program(4)
def dops(n):
    vs = [Vec(i % 3, i) for i in range(n)]
    d = {v: i for i, v in enumerate(vs)}
    best = max(d, key=d.get)
    low = min(d.items(), key=lambda t: t[1])
    s = sorted(d.items(), key=lambda t: -t[1])
    e = {k: v * 2 for k, v in d.items() if v}
    d |= e
    k2 = set(d.keys()) & {Vec(0, 0), Vec(1, 1)}
    return (best, low, s, e, d, Vec(0, 0) in d.keys(), (Vec(1, 1), 2) in d.items(), len(k2),
            d == {Vec(i % 3, i): i * 2 for i in range(n)}, list(reversed(d)), d.popitem(), d.setdefault(Vec(9, 9), 5),
            dict.fromkeys([Vec(1, 1), Vec(1, 1)], 0), d.copy())


@program(4)
def mixed(n):
    d = {}
    for i in range(n):
        if i % 3 == 0:
            d["s" + str(i)] = i
        elif i % 3 == 1:
            d[Vec(i, i)] = i
        else:
            d[i] = i
    return (d, Vec(1, 1) in d, "s0" in d, 2 in d, d.get(Vec(5, 5), -1), d.get(2.0))


def tupkeys(d, ns, n):
    d[ns[1], n] = 5
    d[ns[0], 1] += 1
    return ((ns[0], 1) in d, len(d), {k[0].name for k in d})


a, b = (Node("a"), Node("b"))
PROGRAMS.append((tupkeys, ({(a, 1): 3, (b, 2): 4}, [a, b], 9)))


class HH(Node):
    pass


class OnlyEq:

    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return self.x == o.x


@program(3)
def onlyeq(n):
    try:
        return {OnlyEq(n)}
    except TypeError as e:
        return str(e)


class Base:

    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return type(self) == type(o) and self.x == o.x

    def __hash__(self):
        return hash((self.x, "k"))


class Der(Base):

    def __init__(self, x, y):
        super().__init__(x)
        self.y = y

    def __eq__(self, o):
        return super().__eq__(o) and self.y == o.y

    def __hash__(self):
        return super().__hash__() ^ hash(self.y)


@program(3)
def inh(n):
    d = {}
    for i in range(n):
        d[Der(i, str(i))] = i
        d[Der(i, str(i))] += 1
    return (d, Der(0, "0") in d, hash(Der(1, "a")) == hash(Der(1, "a")), len({Base(i % 2) for i in range(5)}))


@program(3)
def rm(n):
    s = {Vec(i, i) for i in range(6)}
    for i in range(0, 6, 2):
        s.remove(Vec(i, i))
    try:
        s.remove(Vec(0, 0))
    except KeyError as e:
        r = repr(e)
        q = e.args[0].x
    t = [x for x in s]
    del_d = {Vec(1, 2): 1}
    try:
        del del_d[Vec(2, 1)]
    except KeyError as e:
        u = str(e)
    return (s, t, r, q, u)


@program(3)
def samehost(n):
    v = Vec(n, n)
    d = {}
    try:
        d[v]
    except KeyError as e:
        m = str(e)
    v.x = 100
    return (v, m, [v])


@dataclass(frozen=True)
class Edge:
    a: Pt
    b: Pt
    w: float = 1.0


@program(4)
def edges(n):
    es = {Edge(Pt(i, 0), Pt(0, i), i / 2) for i in range(n)}
    d = {e: e.a for e in es}
    return ([e.w for e in es], d[Edge(Pt(1, 0), Pt(0, 1), 0.5)], Edge(Pt(9, 9), Pt(1, 1)) in d, es)


@dataclass(frozen=True)
class Tag:
    names: tuple
    opt: object = None


@program(4)
def tags(n):
    d = {}
    for i in range(n):
        d[Tag(("a", str(i % 2)))] = i
    return (d, len(d))


class Money:

    def __init__(self, c):
        self.c = c

    def __hash__(self):
        return -1

    def __eq__(self, o):
        return NotImplemented if not isinstance(o, Money) else self.c == o.c


@program(3)
def ni(n):
    d = {Money(1): "a", Money(2): "b"}
    return (hash(Money(1)), d[Money(2)], Money(3) in d, "x" in d)


def gen_nodes(root):
    seen = set()
    stack = [root]
    while stack:
        x = stack.pop()
        if x in seen:
            continue
        seen.add(x)
        yield x.name
        stack.extend(x.next)


@program(3)
def dfsgen(n):
    ns = [Node(str(i)) for i in range(n)]
    for i in range(n):
        ns[i].next = [ns[(i + 1) % n], ns[0]]
    return list(gen_nodes(ns[0]))


class UF:

    def __init__(self):
        self.p = {}

    def find(self, x):
        self.p.setdefault(x, x)
        if self.p[x] is not x:
            self.p[x] = self.find(self.p[x])
        return self.p[x]

    def union(self, a, b):
        self.p[self.find(a)] = self.find(b)


@program(5)
def uf(n):
    u = UF()
    ns = [Node(str(i)) for i in range(n)]
    for i in range(0, n - 1, 2):
        u.union(ns[i], ns[i + 1])
    return (len({u.find(x) for x in ns}), u.find(ns[0]) is u.find(ns[1]))


def topo(g):
    indeg = {k: 0 for k in g}
    for k in g:
        for m in g[k]:
            indeg[m] += 1
    q = [k for k in g if indeg[k] == 0]
    out = []
    while q:
        k = q.pop(0)
        out.append(k)
        for m in g[k]:
            indeg[m] -= 1
            if indeg[m] == 0:
                q.append(m)
    return out


a, b, c = (Node("a"), Node("b"), Node("c"))
PROGRAMS.append((topo, ({a: [b, c], b: [c], c: []},)))


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_programs(function, args):
    check(function, *args)


def test_neighbours_by_identity():
    x, y = N("a"), N("b")
    x.link(y, 7)
    assert aic.jit(cyc)(x, y, 3)[0] == 7 and len(x.nb) == 2 and len(y.nb) == 2
    last = next(n for n in y.nb if n is not x)
    assert last.nb[y] == 3 and y in last.seen and {n.name for n in x.nb} == {"b", "x0"}


@aic.jit
def lists_as_keys(n):
    return {[n]: 1}


def test_what_is_not_hashable():
    with pytest.raises(aic.CompileError, match="unhashable type: 'list'"):
        lists_as_keys(1)


class Pair(NamedTuple):
    x: int
    y: int

    def __hash__(self):
        return 7


@aic.jit
def pairs(n):
    return {Pair(n, 1): 2}


def test_a_named_tuple_with_its_own_hash_is_refused():
    with pytest.raises(aic.CompileError, match="Pair"):
        pairs(1)


@aic.jit
def many_times(nodes, n):
    total = 0
    for _ in range(n):
        d = {Vec(i, i): i for i in range(5)}
        s = {x for x in nodes}
        s.discard(nodes[0])
        d.pop(Vec(2, 2))
        total += len(d) + len(s) + d[Vec(1, 1)]
    return total


def test_memory_does_not_grow():
    nodes = [Node("a"), Node("b")]
    many_times(nodes, 1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert many_times(nodes, 100000) == 600000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20000
