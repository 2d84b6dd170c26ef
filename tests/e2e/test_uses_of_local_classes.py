"""Classes that statements inside of compiled functions make, used as programs use them — context managers, iterators, visitors, keys,
values —, and what a class cannot be there, which is refused at its place."""
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

import aic
from harness import check, collected

programs, program = collected()


@program(4)
def matched(n):

    class P:
        __match_args__ = ('x', 'y')

        def __init__(self, x, y):
            self.x, self.y = (x, y)

    class Q:

        def __init__(self, v):
            self.v = v
    out = []
    for o in [P(1, n), P(n, 2), Q(5)]:
        match o:
            case P(1, y):
                out.append(('one', y))
            case P(x=a, y=b):
                out.append(('p', a + b))
            case Q(v=v):
                out.append(('q', v))
    return out


@program(2)
def ctx(n):
    log = []

    class M:

        def __init__(self, k):
            self.k = k

        def __enter__(self):
            log.append(f'in {self.k}')
            return self

        def __exit__(self, t, v, tb):
            log.append(f'out {self.k}')
            return t is ValueError
    with M(n) as m:
        log.append(str(m.k))
        raise ValueError('x')
    return log


@program(2)
def gens(n):

    class T:

        def __init__(self, v, kids=()):
            self.v = v
            self.kids = list(kids)

        def __iter__(self):
            yield (self.v * n)
            for k in self.kids:
                yield from k

        def walk(self):
            for k in range(n):
                yield (k + self.v)
    return (list(T(1, [T(2), T(3, [T(4)])])), sum(T(2).walk()))


@program(2)
def ops(n):

    class V:

        def __init__(self, *xs):
            self.xs = list(xs)

        def __getitem__(self, i):
            return self.xs[i]

        def __contains__(self, v):
            return v in self.xs

        def __call__(self, k):
            return [x * k for x in self.xs]

        def __bool__(self):
            return len(self.xs) > 0

        def __str__(self):
            return 'V' + str(self.xs)

        def __hash__(self):
            return hash(tuple(self.xs))

        def __eq__(self, o):
            return self.xs == o.xs
    v = V(1, n, 3)
    return (v[1], 3 in v, v(2), bool(V()), str(v), f'{v}', {v: 1}.get(V(1, n, 3)), {V(1), V(1), V(2)} == {V(2), V(1)})


@program(4)
def clsm(n):

    class Base:
        label = 'base'
        registry = []

        def __init__(self, v):
            self.v = v

        @classmethod
        def make(cls):
            o = cls(n)
            cls.registry.append(o.label)
            return o

        @property
        def double(self):
            return self.v * 2

        def clone(self):
            return self.__class__(self.v + 1)

        def like(self):
            return type(self)(self.v + 2)

    class Derived(Base):
        label = 'derived'

        @classmethod
        def make(cls):
            o = super().make()
            o.v += 100
            return o

        @property
        def double(self):
            return super().double + 1
    a, b = (Base.make(), Derived.make())
    return (a.double, b.double, Base.registry, Derived.registry is Base.registry, b.clone().label, a.like().v)


@program(3)
def rec(n):

    class N:
        depth = n
    if n == 0:
        return [N.depth]
    return rec(n - 1) + [N.depth]


@program([3, 1, 2])
def keyed(xs):

    class P:

        def __init__(self, a):
            self.a = a

        def key(self):
            return -self.a
    return ([p.a for p in sorted(map(P, xs), key=P.key)], max([P(x) for x in xs], key=lambda p: p.a).a)


@program(['a', 'b', 'a'])
def dd(words):

    class Stat:

        def __init__(self):
            self.n = 0
            self.where = []
    d = defaultdict(Stat)
    for i, w in enumerate(words):
        d[w].n += 1
        d[w].where.append(i)
    return {w: (s.n, s.where) for w, s in d.items()}


@program(3)
def comp_in_class(n):

    class A:
        base = [1, 2, n]
        sq = [b * b for b in base]
        tab = {k: v for k, v in zip('abc', sq)}
    return (A.sq, A.tab)


@program(1)
def state(n):

    class S:
        items = []

        def push(self, x):
            self.items.append(x)
    S().push(n)
    return S.items


@program(1)
def attr_missing(n):

    class A:
        pass
    a = A()
    try:
        return a.x
    except AttributeError as e:
        return str(e)


@program(1)
@program(0)
def cls_missing(n):

    class A:
        pass
    if n:
        A.x = n
    try:
        return A.x
    except AttributeError as e:
        return str(e)


@program(1)
def unbound_cls(n):

    def f():
        return A()
    try:
        f()
    except NameError as e:
        r = str(e)

    class A:
        pass
    return r


@program(5)
def passed(n):

    class A:

        def __init__(self, v):
            self.v = v

    def make(c, k):
        return c(k)

    def total(objs):
        return sum((o.v for o in objs))
    return (total([make(A, n), A(2)]), (A if n else A)(3).v)


@program(1)
def visitor(n):

    class Num:

        def __init__(self, v):
            self.v = v

        def accept(self, vis):
            return vis.num(self)

    class Add:

        def __init__(self, a, b):
            self.a, self.b = (a, b)

        def accept(self, vis):
            return vis.add(self)

    class Eval:

        def num(self, x):
            return x.v

        def add(self, x):
            return x.a.accept(self) + x.b.accept(self)

    class Show:

        def num(self, x):
            return str(x.v)

        def add(self, x):
            return '(' + x.a.accept(self) + '+' + x.b.accept(self) + ')'
    t = Add(Num(n), Add(Num(2), Num(3)))
    return (t.accept(Eval()), t.accept(Show()))


@program(20)
def lru(n):

    class F:

        def __init__(self):
            self.memo = {}

        def fib(self, k):
            if k < 2:
                return k
            if k not in self.memo:
                self.memo[k] = self.fib(k - 1) + self.fib(k - 2)
            return self.memo[k]
    return F().fib(n)


@program(4)
def closure_in_method(n):

    class A:

        def __init__(self, k):
            self.k = k

        def adder(self):

            def add(x):
                return x + self.k + n
            return add
    return (A(2).adder()(3), [A(i).adder()(0) for i in range(3)])


@program(3)
def dataclass_inherit(n):

    @dataclass
    class A:
        x: int
        y: float = 1.5

    @dataclass(eq=False)
    class B(A):
        z: list = field(default_factory=lambda: [n])

        def __post_init__(self):
            self.s = self.x + len(self.z)
    b = B(1)
    b.z.append(5)
    return (b.x, b.y, b.z, b.s, B(1).z, B(2, 3.0, [1]).s, A(1) == A(1), b == B(1))


@program(3)
def iterc(n):

    class Count:

        def __init__(self, n):
            self.i, self.n = (0, n)

        def __iter__(self):
            return self

        def __next__(self):
            if self.i >= self.n:
                raise StopIteration
            self.i += 1
            return self.i
    return (list(Count(n)), sum(Count(3)), [a for a in Count(2)])


@program(3)
def classes_as_values(n):
    class A:
        pass

    class B(A):
        pass

    return bool(A), A == A, A is B, A != B, {A: 1, B: n}.get(B), [c is A for c in [A, B, A]], len({A, B, A})


@pytest.mark.parametrize("function, args", programs, ids=[f.__name__ for f, _ in programs])
def test_it_does_what_cpython_does(function, args):
    compiled = aic.jit(function)
    for _ in range(2):  # each call makes its classes anew
        check(function, *args)
        assert compiled(*args) == function(*args)


@dataclass
class Top:
    @dataclass
    class Inner:
        a: int


def test_the_text_of_a_dataclass_has_its_qualified_name():
    check(lambda n: repr(Top.Inner(n)), 1)


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    @abstractmethod
    def name(self): ...


def test_an_abstract_class_makes_no_object():
    def f():
        try:
            return Shape()
        except TypeError as e:
            return str(e)

    check(f)


def derives_from_a_builtin(n):
    class Number(float):
        pass

    return n


def is_an_exception(n):
    class Problem(Exception):
        pass

    return n


def has_new(n):
    class Single:
        def __new__(cls):
            return 1

    return n


def has_a_metaclass(n):
    class Made(metaclass=type):
        pass

    return n


def leaves(n):
    class P:
        def __init__(self):
            self.n = n

    return [P()]


def leaves_as_a_class(n):
    class P:
        pass

    return P


def in_an_exception(n):
    @dataclass(frozen=True)
    class Key:
        a: int

    return {Key(1): 2}[Key(n)]


def bound_on_some_paths(n):
    class A:
        if n:
            x = 1

    return A.x


def reads_before_binding(n):
    class A:
        n = n

    return A.n


def instances_of_one_of_many(n):
    def make():
        class A:
            pass

        return A

    A, B = make(), make()
    return isinstance(A(), B)


REFUSED = [
    (derives_from_a_builtin, "cannot derive from `float`: `Number`"),
    (is_an_exception, "cannot derive from `Exception`: `Problem`"),
    (has_new, "cannot have `__new__`: `Single`"),
    (has_a_metaclass, "metaclass"),
    (leaves, "cannot leave it"),
    (leaves_as_a_class, "cannot leave it"),
    (in_an_exception, "an exception that may be raised would hold an object: `Key`"),
    (bound_on_some_paths, "bound on some paths only"),
    (reads_before_binding, "reading `n` in a class's body"),
    (instances_of_one_of_many, "a class whose statement may run more than once"),
]


@pytest.mark.parametrize("function, message", REFUSED, ids=lambda x: getattr(x, "__name__", ""))
def test_what_a_class_cannot_be_is_refused_at_its_place(function, message):
    with pytest.raises(aic.CompileError) as told:
        aic.jit(function)(3)
    assert message in str(told.value) and "test_uses_of_local_classes.py:" in str(told.value)
