"""Objects of the user's classes as keys of dicts and elements of sets: by the methods of their classes, by identity, inside of
tuples and frozen sets; in, out and back across the border."""
import heapq
import resource
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import pytest

import aic
from harness import check

PROGRAMS = []


def program(*args):
    def keep(function):
        PROGRAMS.append((function, args))
        return function
    return keep


@dataclass(frozen=True)
class Pt:
    x: int
    y: int

    def step(self, dx, dy):
        return Pt(self.x + dx, self.y + dy)


@program(3)
def fd(n):
    d = {Pt(1, 2): "a", Pt(2, 1): "b"}
    s = {Pt(i % 2, 0) for i in range(n)}
    return (d[Pt(1, 2)], Pt(2, 1) in d, len(s), hash(Pt(1, 2)) == hash((1, 2)), hash(Pt(1, -1)), d)


@program(6)
def bfs(n):
    start = Pt(0, 0)
    goal = Pt(n - 1, n - 1)
    seen = {start}
    q = deque([(start, 0)])
    parent = {start: None}
    while q:
        c, d = q.popleft()
        if c == goal:
            break
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            m = c.step(dx, dy)
            if 0 <= m.x < n and 0 <= m.y < n and (m not in seen) and ((m.x * 7 + m.y * 3) % 5 != 1):
                seen.add(m)
                parent[m] = c
                q.append((m, d + 1))
    path = []
    cur = c
    while cur is not None:
        path.append(cur)
        cur = parent[cur]
    return (d, path, len(seen), [(a.x, a.y) for a in seen], seen)


class Vec:

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, o):
        return isinstance(o, Vec) and self.x == o.x and (self.y == o.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"Vec({self.x}, {self.y})"


@program([(1, 2), (2, 3), (1, 2)])
def vec(ps):
    c = Counter((Vec(a, b) for a, b in ps))
    d = defaultdict(list)
    for i, (a, b) in enumerate(ps):
        d[Vec(a, b)].append(i)
    s = set((Vec(a, b) for a, b in ps))
    t = s | {Vec(9, 9)}
    u = s & {Vec(1, 2)}
    v = t - s
    w = s ^ t
    e = {}
    e[Vec(0, 0), 1] = "q"
    e[Vec(0, 0), 1] += "r"
    try:
        d2 = e[Vec(3, 3), 1]
    except KeyError as er:
        m = str(er)
    return ([x for x in s], c.most_common(1), list(d.items()), len(t), [z.x for z in u], len(v),
            len(w), e, m, Vec(1, 2) in d, d.pop(Vec(2, 3)), len(d), s == set([Vec(2, 3), Vec(1, 2)]),
            dict(c))


class Node:

    def __init__(self, name):
        self.name = name
        self.next = []


@program(5)
def ident(n):
    ns = [Node(str(i)) for i in range(n)]
    for i in range(n):
        ns[i].next = [ns[i * 2 % n], ns[(i + 3) % n]]
    dist = {ns[0]: 0}
    q = [ns[0]]
    for a in q:
        for b in a.next:
            if b not in dist:
                dist[b] = dist[a] + 1
                q.append(b)
    seen = set()
    for a in ns:
        seen.add(a)
        seen.add(a)
    return ({k.name: v for k, v in dist.items()}, len(seen), dist[ns[2]], sorted((a.name for a in seen)),
            ns[0] == ns[1], hash(ns[0]) == hash(ns[0]), list(dist))


def arg_dict(d, k):
    d[k] += 1
    return (k, [x for x in d], d[k])


def arg_dict2(d, k):
    d[Pt(5, k.x)] = 3
    d[k] = 7
    del d[Pt(0, 0)]
    return d


PROGRAMS.append((arg_dict2, ({Pt(0, 0): 1, Pt(1, 2): 2}, Pt(1, 2))))
PROGRAMS.append((arg_dict, ({Pt(0, 0): 1, Pt(1, 2): 2}, Pt(1, 2))))


def arg_set(s, k):
    s.add(Pt(k.x, 9))
    s.discard(k)
    return (len(s), k in s)


PROGRAMS.append((arg_set, ({Pt(0, 0), Pt(1, 2)}, Pt(1, 2))))


def arg_vecs(s, xs):
    n = 0
    for x in xs:
        if x in s:
            n += 1
        else:
            s.add(x)
    return n


PROGRAMS.append((arg_vecs, ({Vec(0, 0), Vec(1, 2)}, [Vec(1, 2), Vec(3, 4), Vec(3, 4)])))


def arg_nodes(ns):
    d = {}
    for n in ns:
        d[n] = d.get(n, 0) + len(n.next)
    return (d, {n for n in ns if n.next})


a, b = (Node("a"), Node("b"))
a.next = [b]
PROGRAMS.append((arg_nodes, ([a, b, a],)))


def arg_nd(d, ns):
    return [d[n] for n in ns if n in d]


PROGRAMS.append((arg_nd, ({a: 1, b: 2}, [a, b, a])))


class Graph:

    def __init__(self):
        self.adj = {}

    def add(self, u, v, w):
        self.adj.setdefault(u, {})[v] = w
        self.adj.setdefault(v, {})[u] = w


@program(6)
def graph(n):
    g = Graph()
    ns = [Node(f"n{i}") for i in range(n)]
    for i in range(n):
        g.add(ns[i], ns[(i * 3 + 1) % n], i + 1)
        g.add(ns[i], ns[(i + 2) % n], 2 * i + 1)
    dist = {k: float("inf") for k in g.adj}
    dist[ns[0]] = 0
    heap = [(0, 0, ns[0])]
    tick = 1
    done = set()
    while heap:
        d, _, u = heapq.heappop(heap)
        if u in done:
            continue
        done.add(u)
        for v, w in g.adj[u].items():
            if d + w < dist[v]:
                dist[v] = d + w
                heapq.heappush(heap, (d + w, tick, v))
                tick += 1
    return (g, [(k.name, v) for k, v in dist.items()])


class P(NamedTuple):
    x: int
    y: int


@program(4)
def named(n):
    d = {P(i, i * i): i for i in range(n)}
    s = {P(i % 2, 0) for i in range(n)}
    return (d[P(1, 1)], (2, 4) in d, list(s), d, s, hash(P(1, 2)) == hash((1, 2)))


@dataclass
class Mut:
    x: int


@program(1)
def unh(n):
    try:
        return {Mut(n): 1}
    except TypeError as e:
        return str(e)


@program(1)
def unh2(n):
    s = set()
    try:
        s.add(Mut(n))
    except TypeError as e:
        return str(e)


@program(1)
def unh3(n):
    try:
        return hash(Mut(n))
    except TypeError as e:
        return str(e)


@program(1)
def unh4(n):
    try:
        return {[n]: 1}
    except TypeError as e:
        return str(e)


@dataclass(eq=True, frozen=True, order=True)
class Card:
    rank: int
    suit: str = field(compare=False, default="x")


@program(3)
def card(n):
    d = {Card(i % 2, "a"): i for i in range(n)}
    return (d, sorted(d), max(d), Card(1, "z") in d)


@dataclass(unsafe_hash=True)
class UH:
    a: int
    b: list = field(hash=False, compare=False, default_factory=list)


@program(3)
def uh(n):
    d = {UH(i % 2): i for i in range(n)}
    for k in d:
        k.b.append(n)
    return d


class Col(Enum):
    R = 1
    G = 2


@program(1)
def mix(n):
    d = {(Col.R, Pt(1, 2)): 1, (Col.G, Pt(1, 2)): 2}
    return (d[Col.G, Pt(n, 2)], d)


@lru_cache(maxsize=None)
def fibp(p):
    if p.x < 2:
        return p.x
    return fibp(Pt(p.x - 1, 0)) + fibp(Pt(p.x - 2, 0))


@program(20)
def cached(n):
    return fibp(Pt(n, 0))


class Key:

    def __init__(self, k):
        self.k = k
        self.calls = 0

    def __eq__(self, o):
        self.calls += 1
        return self.k == o.k

    def __hash__(self):
        return self.k % 3


@program(10)
def coll(n):
    ks = [Key(i % 7) for i in range(n)]
    d = {}
    for k in ks:
        d[k] = d.get(k, 0) + 1
    s = set(ks)
    return ([(k.k, v) for k, v in d.items()], [k.k for k in s], [k.calls for k in ks])


@program(300)
def many(n):
    d = {}
    for i in range(n):
        d[Vec(i % 50, i % 7)] = i
    for i in range(0, n, 3):
        d.pop(Vec(i % 50, i % 7), None)
    for i in range(n // 2):
        d[Vec(i % 40, i % 9)] = -i
    s = set(d)
    return (list(d.items()), len(s), [x.x for x in s])


class Shape:

    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return isinstance(o, Shape) and self.n == o.n

    def __hash__(self):
        return hash(self.n)


class Sq(Shape):
    pass


class Ci(Shape):
    pass


@program(4)
def shapes(n):
    d = {}
    for i in range(n):
        s = Sq(i // 2) if i % 2 else Ci(i // 2)
        d[s] = d.get(s, 0) + 1
    return ([(type(k).__name__, v) for k, v in d.items()], Sq(0) in d)


@program(4)
def optkey(n):
    best = {}
    for i in range(n):
        k = Pt(i, 0) if i % 2 else None
        best[k] = i
    return (best, best[None], None in best)


@program(["ab", "ba", "c", ""])
def frz(ws):
    d = {}
    for w in ws:
        d.setdefault(frozenset(w), []).append(w)
    s = {frozenset([1, 2]), frozenset([2, 1]), frozenset([3])}
    return (len(d), list(d.values()), len(s), frozenset("ab") in d, d, s, hash(frozenset([1, 2, 3])),
            frozenset() in d, {frozenset([1]): frozenset([(1, 2)])})


def frz_in(d, s):
    d[frozenset([7, 8])] = 1
    s.add(frozenset(["x"]))
    return ([sorted(k) for k in d], frozenset([2, 1]) in d, len(s), (frozenset([1]), 2) in {(frozenset([1]), 2): 3})


PROGRAMS.append((frz_in, ({frozenset([1, 2]): 5}, {frozenset("ab"), frozenset()})))


@program(3)
def objattr(n):
    class_ = Vec
    memo = {}

    def f(v):
        if v in memo:
            return memo[v]
        r = 1 if v.x <= 0 or v.y <= 0 else f(Vec(v.x - 1, v.y)) + f(Vec(v.x, v.y - 1))
        memo[v] = r
        return r
    return (f(Vec(n, n)), len(memo))


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
def test_keys(function, args):
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
