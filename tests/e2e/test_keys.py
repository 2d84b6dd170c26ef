"""Objects of the user's classes as keys of dicts and elements of sets: by the methods of their classes, by identity, inside of
tuples and frozen sets; in, out and back across the border."""
import heapq
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import pytest

from harness import check, collected

PROGRAMS, program = collected()


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


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_keys(function, args):
    check(function, *args)
