"""Functions that captured something, in fields of objects and in the containers there: observers, callbacks, handlers by event,
what is to be done later."""
import functools
import heapq
from dataclasses import dataclass, field
from typing import Callable

import pytest

import aic
from harness import check


# ---- observers ----
class Subject:
    def __init__(self): self.obs = []
    def on(self, fn): self.obs.append(fn); return fn
    def fire(self, x):
        for f in self.obs: f(x)
def main(n):
    s = Subject(); seen = []
    def a(x): seen.append(x)
    def b(x): print('b', x)
    s.on(a); s.on(b)
    s.fire(n)
    return seen
def one(n):
    s = Subject(); seen = []
    s.on(seen.append)
    s.fire(n)
    return seen
def lam(n):
    s = Subject(); seen = []
    s.on(lambda x: seen.append(x)); s.on(lambda x: seen.append(x*2))
    s.fire(n)
    return seen
def deco(n):
    s = Subject(); seen = []
    @s.on
    def a(x): seen.append(x)
    s.fire(n)
    return seen
class W:
    def __init__(self, name): self.name = name; self.got = []
    def update(self, x): self.got.append((self.name, x))
def bound(n):
    s = Subject(); a = W('a'); b = W('b')
    s.on(a.update); s.on(b.update); s.fire(n); s.fire(n+1)
    return a.got, b.got
def plain(n):
    seen = []; obs = []
    def a(x): seen.append(x)
    def b(x): print('b', x)
    obs.append(a); obs.append(b)
    for f in obs: f(n)
    return seen
class Bus:
    def __init__(self): self.h = {}
    def sub(self, ev, fn): self.h.setdefault(ev, []).append(fn)
    def pub(self, ev, *args):
        for f in self.h.get(ev, []): f(*args)
def bus(n):
    b = Bus(); log = []
    b.sub('x', lambda v: log.append(('x', v)))
    b.sub('y', lambda v: log.append(('y', v)))
    b.sub('x', lambda v: log.append(('x2', v*n)))
    b.pub('x', 3); b.pub('y', 4); b.pub('z', 5)
    return log
class Button:
    def __init__(self, cb): self.cb = cb; self.n = 0
    def click(self): self.n += 1; return self.cb(self.n)
def button(n):
    log = []
    a = Button(lambda k: log.append(k)); b = Button(lambda k: log.append(-k))
    a.click(); b.click(); a.click()
    return log


# ---- callbacks ----
class Sim:
    def __init__(self): self.q = []; self.now = 0; self.seq = 0; self.log = []
    def at(self, dt, fn):
        self.seq += 1
        heapq.heappush(self.q, (self.now + dt, self.seq, fn))
    def run(self):
        while self.q:
            t, _, fn = heapq.heappop(self.q)
            self.now = t; fn()
def sim(n):
    s = Sim()
    def tick():
        s.log.append(('tick', s.now))
        if s.now < n: s.at(2, tick)
    def once(): s.log.append(('once', s.now))
    s.at(1, tick); s.at(3, once)
    s.run()
    return s.log
def counter(n):
    count = 0
    def bump(x):
        nonlocal count
        count += x
    b = B(); b.on(bump); b.on(lambda x: bump(-1))
    for i in range(n): b.fire(i)
    return count
class B:
    def __init__(self): self.cbs = []
    def on(self, f): self.cbs.append(f)
    def off(self, i): del self.cbs[i]
    def fire(self, x):
        for c in self.cbs: c(x)
class Opt:
    def __init__(self): self.cb = None; self.out = []
    def set(self, cb): self.cb = cb
    def go(self, x):
        if self.cb is not None: self.out.append(self.cb(x))
        if self.cb: return 1
        return 0
def opt(n):
    a = Opt(); r = [a.go(1)]
    a.set(lambda x: x + n); r.append(a.go(2))
    k = n * 2
    a.set(lambda x: x * k); r.append(a.go(3))
    a.set(None); r.append(a.go(4))
    return r, a.out
class Mw:
    def __init__(self): self.stack = []
    def use(self, f): self.stack.append(f); return self
    def run(self, x):
        for f in reversed(self.stack): x = f(x)
        return x
def mw(n):
    return Mw().use(lambda s: s + '!').use(str.upper).use(lambda s: f'{s}{n}').run('abc')
@dataclass
class Rule:
    name: str
    test: Callable
    weight: float = 1.0
    hits: list = field(default_factory=list)
def rules_of(n):
    rs = [Rule('even', lambda x: x % 2 == 0), Rule('big', lambda x: x > n, 2.0), Rule('seven', functools.partial(mod, k=7))]
    for i in range(20):
        for r in rs:
            if r.test(i): r.hits.append(i)
    return {r.name: (sum(r.hits) * r.weight) for r in rs}
def mod(x, k): return x % k == 0
class Cell:
    def __init__(self, v): self.v = v; self.subs = []
    def set(self, v):
        self.v = v
        for s in self.subs: s()
class Sum:
    def __init__(self, cells):
        self.cells = cells; self.v = 0
        for c in cells: c.subs.append(self.update)
        self.update()
    def update(self): self.v = sum(c.v for c in self.cells)
def reactive(n):
    cs = [Cell(i) for i in range(n)]; s = Sum(cs); out = [s.v]
    for c in cs: c.set(c.v * 10); out.append(s.v)
    return out
class Menu:
    def __init__(self):
        self.cmds = {'inc': self.inc, 'dec': self.dec, 'show': lambda: f'v={self.v}'}
        self.v = 0
    def inc(self): self.v += 1; return 'ok'
    def dec(self): self.v -= 1; return 'ok'
    def do(self, c):
        if c not in self.cmds: return 'unknown'
        return self.cmds[c]()
def menu(cs):
    m = Menu()
    return [m.do(c) for c in cs], m.v
class Undo:
    def __init__(self): self.v = 0; self.stack = []
    def add(self, k):
        old = self.v
        self.v += k
        self.stack.append(lambda: self.restore(old))
    def restore(self, v): self.v = v
    def undo(self):
        if not self.stack: raise IndexError('nothing')
        self.stack.pop()()
def undo(ks, n):
    u = Undo()
    for k in ks: u.add(k)
    for _ in range(n): u.undo()
    return u.v
class Sorter:
    def __init__(self, key): self.key = key
    def __call__(self, xs): return sorted(xs, key=self.key)
def sorter(xs): return Sorter(lambda x: -x)(xs), Sorter(abs)(xs), Sorter(key=lambda x, m=3: x % m)(xs)
class Emitter:
    def __init__(self): self.handlers = {}
    def on(self, ev):
        def deco(f):
            self.handlers.setdefault(ev, []).append(f)
            return f
        return deco
    def emit(self, ev, *a, **k): return [h(*a, **k) for h in self.handlers.get(ev, [])]
def emitter(n):
    e = Emitter()
    @e.on('add')
    def f(x, y=1): return x + y
    @e.on('add')
    def g(x, y=2): return x * y
    @e.on('neg')
    def h(x, y=0): return -x
    return e.emit('add', n), e.emit('add', n, y=5), e.emit('neg', n), e.emit('zz', 1)
class Lazy:
    def __init__(self, thunk): self.thunk = thunk; self.done = False; self.value = None
    def get(self):
        if not self.done: self.value = self.thunk(); self.done = True
        return self.value
def lazy(n):
    calls = []
    def make(i): return Lazy(lambda: calls.append(i) or i * i)
    ls = [make(i) for i in range(n)]
    return [l.get() for l in ls], [l.get() for l in ls], calls


# ---- defaults, partial ----
def partials(n):
    fs = [lambda x: x > n, functools.partial(mod, k=7)]
    return [f(14) for f in fs]
def partials_of(n):
    fs = [lambda x: x > n, functools.partial(mod, k=n)]
    return [f(14) for f in fs]
def keys_in_a_list(xs):
    fs = [lambda x: -x, abs, lambda x, m=3: x % m]
    return [sorted(xs, key=f) for f in fs]
class S:
    def __init__(self, key): self.key = key
    def __call__(self, xs): return sorted(xs, key=self.key)
    def run(self, xs): return [self.key(x) for x in xs]
def keys_in_fields(xs): return S(lambda x: -x)(xs), S(lambda x, m=3: x % m)(xs)
def builtins_in_fields(xs): return S(lambda x: -x)(xs), S(abs)(xs)
def rounds_of_fields(xs): return S(lambda x: -x).run(xs), S(lambda x, m=3: x % m).run(xs)
def a_default(xs): return S(lambda x, m=3: x % m).run(xs)
def a_default_as_key(xs): return S(lambda x, m=3: x % m)(xs)
def a_partial(n):
    r = S(functools.partial(mod, k=n)).run([7, 14, 3])
    return r


@pytest.mark.parametrize("program, args", [
    *((f, (3,)) for f in (main, one, lam, deco, bound, plain, bus, button)), (sim, (7,)), (counter, (4,)), (opt, (5,)), (mw, (3,)),
    (rules_of, (15,)), (reactive, (3,)), (menu, (["inc", "inc", "show", "zz", "dec"],)), (undo, ([1, 2, 3], 2)), (undo, ([1], 2)),
    (sorter, ([3, -1, 2, -5],)), (emitter, (4,)), (lazy, (4,)), (partials, (3,)), (partials_of, (3,)), (a_partial, (7,)),
    *((f, ([3, -1, 2, -5],)) for f in (keys_in_a_list, keys_in_fields, builtins_in_fields, rounds_of_fields, a_default, a_default_as_key))],
    ids=lambda x: getattr(x, "__name__", ""))
def test_functions_in_fields(program, args):
    check(program, *args)


def is_seen(n):
    b = B()
    xs = [1]
    b.on(lambda x: xs.append(x))
    b.fire(n)
    return b


def test_python_may_not_see_them():
    with pytest.raises(aic.CompileError, match="the function in `cbs` of B, which Python sees after the call"):
        aic.jit(is_seen)(2)


def same_time(n):
    todo = []
    for k in range(n):
        heapq.heappush(todo, (1, lambda: k))
    return len(todo)


def others_at_the_same_time(n):
    todo = []
    for k in range(n):
        heapq.heappush(todo, (k % 2, lambda k=k: k))
    return len(todo)


def test_heaps_do_not_order_by_functions():
    for n in (1, 2, 3, 5):
        check(others_at_the_same_time, n)
    with pytest.raises(NotImplementedError, match="which are one is not known"):
        aic.jit(same_time)(2)
