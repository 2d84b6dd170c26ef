"""Dicts and lists of functions and classes in the module: operators by their signs, classes by their names, steps to do."""
import math
import operator

import pytest

import aic
from harness import check

OPS = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': operator.mul, '/': operator.truediv, 'max': max}
PREC = {'+': (1, operator.add), '*': (2, operator.mul), '-': (1, operator.sub)}
def calc(a, op, b): return OPS[op](a, b)
def rpn(text):
    st = []
    for t in text.split():
        if t in OPS:
            b = st.pop(); a = st.pop(); st.append(float(OPS[t](a, b)))
        else: st.append(float(t))
    return st
def prec(xs, op):
    p, f = PREC[op]
    return p, f(xs[0], xs[1]), [k for k, (q, _) in PREC.items() if q == 1], sorted(PREC)
class Shape:
    def __init__(self, s): self.s = s
    def area(self): return 0.0
class Sq(Shape):
    def area(self): return self.s * self.s
class Ci(Shape):
    def area(self): return math.pi * self.s ** 2
KINDS = {'sq': Sq, 'ci': Ci}
def areas(specs):
    out = []
    for k, s in specs:
        cls = KINDS.get(k)
        if cls is None: raise KeyError(f'no {k}')
        out.append(cls(s))
    return [o.area() for o in out], [type(o).__name__ for o in out]
def inc(x): return x + 1
def dbl(x): return x * 2
STEPS = [inc, dbl, inc]
def pipe(x):
    for f in STEPS: x = f(x)
    return x, len(STEPS), STEPS[1](5)
class Calc:
    TABLE = {'add': inc, 'dbl': dbl}
    def __init__(self): self.x = 0
    def run(self, names):
        for n in names: self.x = self.TABLE[n](self.x)
        return self.x
    def cmd(self, n): return Calc.TABLE.get(n, inc)(self.x)
def calcs(names):
    c = Calc()
    return c.run(names), c.cmd('dbl'), c.cmd('zz')
TYPES = {'a': int, 'b': str, 'c': float}
def chk(**kw):
    for k, t in TYPES.items():
        if not isinstance(kw[k], t): return k
    return 'ok'
def types_of(n): return chk(a=n, b='x', c=2.5), chk(a='x', b='x', c=1.0)
def conv(s, k): return TYPES[k](s)
def ev(t):
    if isinstance(t, int): return t
    op, l, r = t
    return OPS[op](ev(l), ev(r))
def evs(n): return ev(('+', ('*', 2, n), ('-', 7, ('+', 1, n))))
def alias(n):
    o = OPS
    return o['+'](n, 1), 'zz' in o, len(o), list(o)
HANDLERS = {0: lambda s: s.append('zero'), 1: lambda s: s.append('one')}
def handle(ns):
    s = []
    for n in ns: HANDLERS[n % 2](s)
    return s
UNITS = [('km', 1000, float), ('m', 1, int)]
def units(x): return [f(x) * k for _, k, f in UNITS], [n for n, _, _ in UNITS]


@pytest.mark.parametrize("program, args", [
    (calc, (1, "+", 2)), (calc, (1, "*", 2)), (calc, (1.5, "/", 2)), (calc, (1, "?", 2)), (rpn, ("1 2 + 3 * 4 -",)), (prec, ([3, 4], "*")),
    (areas, ([("sq", 2.0), ("ci", 1.0)],)), (areas, ([("sq", 2.0), ("x", 1.0)],)), (pipe, (3,)), (calcs, (["add", "dbl", "add"],)),
    (calcs, (["add", "q"],)), (types_of, (3,)), (conv, ("12", "a")), (evs, (5,)), (alias, (5,)), (handle, ([1, 2, 3],)), (units, (3,))],
    ids=lambda x: getattr(x, "__name__", ""))
def test_functions_in_the_module(program, args):
    check(program, *args)


CHANGING = {"f": inc}
CHANGING_STEPS = [inc, dbl]


def changing(x):
    for f in CHANGING_STEPS:
        x = f(x)
    return CHANGING["f"](x), sorted(CHANGING)


def test_what_the_module_changes_is_seen():
    compiled = aic.jit(changing)
    assert compiled(3) == changing(3) == (9, ["f"])
    CHANGING["f"] = dbl
    assert compiled(3) == changing(3) == (16, ["f"])
    CHANGING["a"] = inc
    assert compiled(3) == changing(3) == (16, ["a", "f"])
    CHANGING_STEPS.append(inc)
    assert compiled(3) == changing(3) == (18, ["a", "f"])
    CHANGING_STEPS[0] = dbl
    assert compiled(3) == changing(3) == (26, ["a", "f"])
    del CHANGING["a"], CHANGING_STEPS[1:]
    assert compiled(3) == changing(3) == (12, ["f"])


TEXTS = {"up": str.upper, "low": str.lower, "strip": str.strip, "title": str.title, "len": len}


def through(names, s):
    for n in names:
        s = TEXTS[n](s)
    return s


def test_methods_of_builtin_classes():
    check(through, ["strip", "title"], " ab c ")
    check(through, ["up", "low", "strip"], " ab c ")
    check(through, ["none"], "")


REGISTRY = {"inc": inc}


def mutates(n):
    REGISTRY["dbl"] = dbl
    return REGISTRY["dbl"](n)


def hands_over(n):
    return looks(REGISTRY, n)


def looks(table, n):
    return table["inc"](n)


@pytest.mark.parametrize("program", [mutates, hands_over])
def test_what_may_change_such_a_dict_is_refused(program):
    with pytest.raises(aic.CompileError, match="a dict of functions in the module, where it is more than read"):
        aic.jit(program)(3)
    assert list(REGISTRY) == ["inc"]
