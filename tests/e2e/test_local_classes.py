"""Classes that statements inside of compiled functions make, against CPython. What each test returns is made of numbers and texts: the
objects themselves cannot leave."""
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pytest

import aic
from harness import check, collected


class Outer:
    scale = 3

    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v * self.scale


programs, program = collected()


@program(4)
def counted(n):

    class Counter:
        made = 0

        def __init__(self):
            Counter.made += 1
            self.number = Counter.made
    last = 0
    for _ in range(n):
        last = Counter().number
    return (last, Counter.made)


@program(2, 3.0)
def shapes(a, b):

    class Shape:

        def __init__(self, name):
            self.name = name

        def area(self):
            return 0.0

        def __repr__(self):
            return f'{self.name}({self.area()})'

    class Square(Shape):

        def __init__(self, side):
            super().__init__('square')
            self.side = side

        def area(self):
            return self.side * self.side

    class Disc(Shape):

        def __init__(self, r):
            super().__init__('disc')
            self.r = r

        def area(self):
            return 3 * self.r * self.r
    all = [Square(a), Disc(b), Square(b)]
    return ([repr(s) for s in all], sum((s.area() for s in all)), [isinstance(s, Disc) for s in all], isinstance(all[0], Shape))


@program(2)
def made_by(k):

    def make(step):

        class Stepper:
            total = 0

            def go(self):
                Stepper.total += step
                return self.total
        return Stepper
    A, B = (make(k), make(10 * k))
    a, b = (A(), B())
    a.go()
    a.go()
    b.go()
    return (A.total, B.total, a.total, type(a) is A, type(a) is B, type(a) is type(b))


@program(1, 2)
def points(x, y):

    @dataclass
    class Point:
        x: int
        y: int = 7
        tags: list = field(default_factory=list)

        def moved(self, dx):
            return Point(self.x + dx, self.y)
    p = Point(x)
    q = Point(x, y)
    p.tags.append(3)
    return (repr(p), p == q, p == Point(x, 7, [3]), repr(q.moved(2)), q.tags)


@program(10.0)
def props(n):

    class Temp:
        unit = 'C'

        def __init__(self, c):
            self._c = c

        @property
        def f(self):
            return self._c * 9 / 5 + 32

        @f.setter
        def f(self, v):
            self._c = (v - 32) * 5 / 9

        @staticmethod
        def zero():
            return 0

        @classmethod
        def of(cls, c):
            return cls(c)

        @classmethod
        def name(cls):
            return cls.__name__ + cls.unit
    t = Temp.of(n)
    t.f = t.f + 18
    return (t.f, t._c, Temp.zero(), t.zero(), Temp.name(), t.name(), type(t).__name__)


@program(4)
def nonloc(n):
    seen = []
    total = 0

    class Acc:

        def add(self, x):
            nonlocal total
            total += x
            seen.append(x)
            return self
    Acc().add(n).add(2)
    total += 1
    Acc().add(total)
    return (total, seen)


@program(3)
def helper_used(n):

    def twice(v):
        return v * 2

    class Box:

        def __init__(self, v):
            self.v = twice(v)

        def __add__(self, o):
            return Box(self.v + o.v)

        def __eq__(self, o):
            return self.v == o.v

        def __len__(self):
            return self.v

        def __iter__(self):
            return iter(range(self.v))
    b = Box(n) + Box(1)
    return (b.v, b == Box(n), len(b), list(b), [k for k in b])


@program('dog')
@program('cat')
def choose(kind):

    class Dog:

        def say(self):
            return 'woof'

    class Cat:

        def say(self):
            return 'meow'
    kinds = {'dog': Dog, 'cat': Cat}
    return kinds[kind]().say()


@program([1, 2, 3])
def linked(xs):

    class Node:

        def __init__(self, v, nxt=None):
            self.v, self.nxt = (v, nxt)
    head = None
    for x in xs:
        head = Node(x, head)
    out = []
    while head:
        out.append(head.v)
        head = head.nxt
    return out


@program(3)
def abstract(n):

    class Base(ABC):

        @abstractmethod
        def f(self):
            ...

        def g(self):
            return self.f() + 1

    class One(Base):

        def f(self):
            return n
    try:
        Base()
        r = 'made'
    except TypeError as e:
        r = str(e)
    return (One().g(), r)


@program(3)
@program(1)
def body(n):

    class K:
        a = 1
        b = a + n
        if n > 2:
            c = [i * n for i in range(b)]
        else:
            c = [n]
        table = {}

        def put(self, k):
            self.table[k] = self.b
            return self
    K().put('x')
    K().put('y')
    return (K.a, K.b, K.c, K.table, K().c)


@program(3)
def in_loop(n):
    out = []
    for i in range(n):

        class P:
            k = i

            def get(self, j=i):
                return j + i + self.k
        out.append(P().get())
    return out


@program(1)
def mro(n):

    class A:

        def who(self):
            return 'A'

    class B(A):

        def who(self):
            return 'B' + super().who()

    class C(A):

        def who(self):
            return 'C' + super().who()

    class D(B, C):

        def who(self):
            return 'D' + super().who()
    return (D().who(), issubclass(D, A), issubclass(B, C))


@program(4)
def of_global(n):

    class Inner(Outer):
        scale = n

        def get(self):
            return super().get() + 1
    return (Inner(5).get(), Inner.scale, isinstance(Inner(1), Outer), Outer(2).get())


@program(3)
def sub(n):

    class Sub:
        count = 0

    class Other(Sub):
        pass
    Other.count = n
    Sub.count += 1
    o, s = (Other(), Sub())
    o.count += 5
    return (o.count, s.count, Other.count, Sub.count, Other().count)


@program([3, 1, 2])
def key_sorted(xs):

    class Rev:

        def __init__(self, v):
            self.v = v

        def __lt__(self, o):
            return self.v > o.v
    return [r.v for r in sorted([Rev(x) for x in xs])]


@program(4)
def arr(n):

    class W:

        def __init__(self, a):
            self.a = a

        def dot(self):
            return float((self.a * w).sum())
    w = np.arange(float(n))
    return W(np.ones(n)).dot()


@program(2)
def frozen(n):

    @dataclass(frozen=True, order=True)
    class P:
        a: int
        b: float = 0.5
    d = {P(1): 'x', P(n, 2.0): 'y'}
    return (d.get(P(1)), sorted([P(3), P(n), P(2, 1.0)])[0].a, P(1) < P(2), hash(P(1)) == hash(P(1)))


@program(3)
def nested(n):

    class A:

        class B:
            k = n

            def get(self):
                return self.k

        def make(self):
            return A.B()
    return (A().make().get(), A.B.k)


@program(3)
def lam(n):

    class A:
        f = lambda self, x: x + n
        g = staticmethod(lambda x: x * n)
    return (A().f(1), A.g(2))


@program(3)
@program(-3)
def cond(n):
    if n > 0:

        class A:

            def f(self):
                return n
    else:

        class A:

            def f(self):
                return -n
    return A().f()


@program(3)
@program(0)
def intry(n):
    try:

        class A:

            def f(self):
                return 10 // n
        return A().f()
    except ZeroDivisionError:
        return -1


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
    assert message in str(told.value) and "test_local_classes.py:" in str(told.value)
