"""Classes that statements inside of compiled functions make, against CPython. What each test returns is made of numbers and texts: the
objects themselves cannot leave."""
from abc import ABC, abstractmethod
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


@pytest.mark.parametrize("function, args", programs, ids=[f.__name__ for f, _ in programs])
def test_it_does_what_cpython_does(function, args):
    compiled = aic.jit(function)
    for _ in range(2):  # each call makes its classes anew
        check(function, *args)
        assert compiled(*args) == function(*args)
