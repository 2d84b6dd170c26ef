"""deque, defaultdict, Counter and OrderedDict inside of a function, against CPython."""
import collections
from collections import Counter, OrderedDict, defaultdict, deque

import pytest

from harness import check

PROGRAMS = []


def program(*args):
    def add(f):
        PROGRAMS.append((f, args))
        return f

    return add


@program({0:[1,2],1:[3],2:[3],3:[]}, 0)
def bfs(g, s):
    q = deque([s]); dist = {s:0}
    while q:
        u = q.popleft()
        for v in g[u]:
            if v not in dist:
                dist[v] = dist[u]+1
                q.append(v)
    return dist

@program([5,3,1,2])
def deque_ops(xs):
    d = deque(xs)
    d.appendleft(9); d.append(7); a = d.pop(); b = d.popleft()
    d.rotate(1); d.extend([1,2]); d.extendleft([8,6])
    return a, b, list(d), len(d), d[0], d[-1], 3 in d, sum(d), max(d), d.count(1), d.index(2), sorted(d)

@program(50)
def deque_many(n):
    d = deque()
    t = 0
    for i in range(n):
        d.append(i); d.appendleft(-i)
        if i % 3 == 0: t += d.popleft()*2 + d.pop()
    d.rotate(-4)
    d[1] = 100
    d.reverse()
    return t, list(d), [x for x in d]

@program([1,2,3,4,5,6])
def deque_maxlen(xs):
    d = deque(maxlen=3)
    out = []
    for x in xs:
        d.append(x)
        out.append(sum(d)/len(d))
    return out, list(d)

@program(3)
def deque_empty(n):
    d = deque()
    return d.popleft() if n > 5 else d.pop()

@program([1,2])
def deque_eq(xs):
    return deque(xs) == deque(xs), deque(xs) == deque([1]), repr(deque(xs)), bool(deque()), str(deque(xs, 5))

@program([1,2])
def deque_mutated(xs):
    d = deque(xs)
    for x in d:
        d.append(x)
    return 1

@program("the quick the lazy the dog quick".split())
def counter(ws):
    c = Counter(ws)
    c["zzz"] += 2
    return c["the"], c["nope"], c.most_common(2), sorted(c.items()), len(c), "dog" in c, sum(c.values()), list(c.elements())[:3], dict(c)

@program("abracadabra")
def counter_text(s):
    c = Counter(s)
    best = max(c, key=c.get)
    return best, c.total()

@program("the quick the lazy the dog quick".split())
def dd_list(ws):
    d = defaultdict(list)
    for i, w in enumerate(ws):
        d[w].append(i)
    return dict(d), sorted(d), len(d), "x" in d, d.get("x")

@program("mississippi")
def dd_int(s):
    d = defaultdict(int)
    for c in s: d[c] += 1
    return {k: v for k, v in d.items()}, d["q"], len(d)

@program([("a","x",1),("a","y",2),("b","x",3),("a","x",10)])
def dd_nested(rows):
    d = defaultdict(lambda: defaultdict(int))
    for a,b,n in rows: d[a][b] += n
    return {k: dict(v) for k, v in d.items()}

@program([(1,2),(2,3),(4,5)])
def dd_set(es):
    g = defaultdict(set)
    for a,b in es:
        g[a].add(b); g[b].add(a)
    seen=set(); comps=0
    for s in list(g):
        if s in seen: continue
        comps+=1
        st=[s]
        while st:
            u=st.pop()
            if u in seen: continue
            seen.add(u)
            st.extend(g[u]-seen)
    return comps

@program(4)
def lru(cap):
    c = OrderedDict()
    out=[]
    for k in [1,2,3,1,4,5,2,1]:
        if k in c:
            c.move_to_end(k); out.append(c[k])
        else:
            if len(c) >= cap:
                c.popitem(last=False)
            c[k] = k*k
    return out, list(c.items())

@program(["b", "a", "b"])
def ordered_from_keys(xs):
    d, e = OrderedDict.fromkeys(xs), OrderedDict.fromkeys(xs, 0)
    e.move_to_end("b")
    return d, e, list(d), OrderedDict.fromkeys("aab", 1.5)

@program(4)
def dd_keyerror(n):
    d = defaultdict(None)
    d[1] = 2
    return d[n]

@program(10)
def window(n):
    q = collections.deque()
    out=[]
    for i in range(n):
        x = (i*7)%5
        while q and q[-1][1] <= x: q.pop()
        q.append((i,x))
        if q[0][0] <= i-3: q.popleft()
        out.append(q[0][1])
    return out

@program(4)
def queues(n):
    qs = {"a": deque([1]), "b": deque([2])}
    qs["a"].append(n)
    return list(qs["a"]), len(qs["b"]), [len(q) for q in [deque(), deque([1])]]

@program([3,1,2])
def helper(xs):
    def push(d, x):
        d.append(x)
        return len(d)
    d = deque()
    for x in xs: push(d, x)
    return list(d)


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_program(function, args):
    check(function, *args)
