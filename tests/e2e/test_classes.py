"""Objects of the user's classes inside compiled code, against CPython: attributes, methods, identity, recursive types."""
import dataclasses
import functools

import pytest

import aic
from harness import check


class Point:
    origin = 0

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy=0):
        return Point(self.x + dx, self.y + dy)

    def move(self, dx):
        self.x += dx
        return self

    def norm(self):
        return self.squared() ** 0.5

    def squared(self):
        return self.x * self.x + self.y * self.y

    @property
    def total(self):
        return self.x + self.y

    @total.setter
    def total(self, value):
        self.x = value - self.y

    @staticmethod
    def of(x):
        return Point(x, x)

    @classmethod
    def diagonal(cls, x):
        return cls(x, x)


def test_attributes_and_methods():
    def f(x, y):
        p = Point(x, y)
        q = p.moved(1).moved(2, dy=3)
        p.move(10).move(1)
        p.y *= 2
        q.total = 100
        return p.x, p.y, q.x, q.y, q.norm(), p.total, Point.of(3).x, Point.diagonal(x).y, p.origin, Point.origin

    check(f, 1, 2)
    check(f, 0.5, 2)


def test_objects_are_references():
    def f(n):
        a = Point(n, 1)
        b = a
        b.x = 7
        points = [a, Point(2, 2), a]
        points[2].y = 9
        d = {"a": a, "b": points[1]}
        d["b"].x = 11
        pair = (a, points)
        pair[0].x += 1
        return a.x, a.y, points[1].x, a is b, a is points[2], a is points[1], points[0] is pair[0], a is not None

    check(f, 3)


def test_a_field_of_several_types():
    def f(n):
        p = Point(n, None)
        before = p.y is None
        p.y = 3
        p.x = "text"
        return before, p.y + 1, p.x

    check(f, 3)


class Late:
    def __init__(self, n):
        if n > 0:
            self.extra = n
        self.n = n

    def set(self):
        self.more = self.n * 2


def test_fields_that_may_be_missing():
    def f(n):
        late = Late(n)
        if n > 5:
            late.set()
        return late.n, late.extra, late.more

    for n in (7, 3, -1):
        check(f, n)


class Node:
    def __init__(self, value, following=None):
        self.value = value
        self.following = following


class Linked:
    def __init__(self):
        self.head = None
        self.size = 0

    def push(self, value):
        self.head = Node(value, self.head)
        self.size += 1

    def append(self, value):
        self.size += 1
        if self.head is None:
            self.head = Node(value)
            return
        at = self.head
        while at.following is not None:
            at = at.following
        at.following = Node(value)

    def pop(self):
        if self.head is None:
            raise IndexError("pop from an empty list")
        node = self.head
        self.head = node.following
        self.size -= 1
        return node.value

    def values(self):
        out = []
        at = self.head
        while at:
            out.append(at.value)
            at = at.following
        return out

    def reverse(self):
        back, at = None, self.head
        while at is not None:
            at.following, back, at = back, at, at.following
        self.head = back


def test_a_linked_list():
    def f(n):
        linked = Linked()
        for i in range(n):
            linked.push(i)
            linked.append(-i)
        first = linked.values()
        linked.reverse()
        return first, linked.values(), linked.pop(), linked.size

    check(f, 5)
    check(f, 0)


def test_an_attribute_of_none():
    def f(n):
        linked = Linked()
        for i in range(n):
            linked.push(i)
        return linked.head.following.value

    for n in (0, 1, 2):
        check(f, n)


class Tree:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        if key < self.key:
            if self.left is None:
                self.left = Tree(key)
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Tree(key)
        else:
            self.right.insert(key)

    def height(self):
        return 1 + max(self.left.height() if self.left else 0, self.right.height() if self.right else 0)

    def keys(self):
        out = self.left.keys() if self.left else []
        out.append(self.key)
        return out + self.right.keys() if self.right else out


def test_a_search_tree():
    def f(keys):
        root = Tree(keys[0])
        for key in keys[1:]:
            root.insert(key)
        return root.keys(), root.height()

    check(f, [5, 2, 8, 1, 9, 3, 5])
    check(f, [1.5])
    check(f, ["m", "c", "x"])


def checksum(tree):
    return 1 if tree is None else checksum(tree.left) + checksum(tree.right) + 1


def full(depth):
    if depth == 0:
        return None
    tree = Tree(depth)
    tree.left, tree.right = full(depth - 1), full(depth - 1)
    return tree


def test_binary_trees():
    def f(depth):
        return checksum(full(depth))

    check(f, 10)


class Graph:
    def __init__(self):
        self.edges = {}
        self.names = []

    def add(self, a, b):
        self.edges.setdefault(a, []).append(b)
        self.edges.setdefault(b, []).append(a)
        if a not in self.names:
            self.names.append(a)

    def reach(self, start):
        seen, stack = set(), [start]
        while stack:
            at = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            stack.extend(self.edges[at])
        return sorted(seen)


def test_containers_in_fields():
    def f(pairs):
        g = Graph()
        for a, b in pairs:
            g.add(a, b)
        return g.reach(pairs[0][0]), g.edges, g.names

    check(f, [(1, 2), (2, 3), (5, 6)])
    check(f, [("a", "b")])


class Cell:
    def __init__(self):
        self.children = {}
        self.count = 0


def test_objects_in_their_own_containers():
    def f(words):
        root = Cell()
        for word in words:
            node = root
            for ch in word:
                if ch not in node.children:
                    node.children[ch] = Cell()
                node = node.children[ch]
            node.count += 1
        stack, total = [("", root)], []
        while stack:
            text, node = stack.pop()
            if node.count:
                total.append((text, node.count))
            for ch in node.children:
                stack.append((text + ch, node.children[ch]))
        return sorted(total)

    check(f, ["tea", "ten", "to", "tea"])
    check(f, [])


class Shape:
    sides = 0

    def __init__(self, name):
        self.name = name

    def area(self):
        raise NotImplementedError(self.name)

    def describe(self):
        return f"{self.name} with {self.sides} sides, area {self.area():.2f}"


class Square(Shape):
    sides = 4

    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side**2


class Disc(Shape):
    def __init__(self, radius):
        Shape.__init__(self, "disc")
        self.radius = radius

    def area(self):
        return 3.0 * self.radius**2

    def describe(self):
        return "round " + super().describe()


def test_inheritance():
    def f(size):
        shapes = [Square(size), Disc(size), Square(size + 1)]
        total = 0.0
        for s in shapes:
            total += s.area()
        squares = [s.side for s in shapes if isinstance(s, Square)]
        return [s.describe() for s in shapes], total, squares, isinstance(shapes[1], Shape), shapes[1].sides, type(shapes[0]) is Square

    check(f, 2.0)
    check(f, 3)


def test_a_method_left_to_subclasses():
    check(lambda name: Shape(name).describe(), "blob")


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        if isinstance(k, Vector):
            return self.x * k.x + self.y * k.y
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return (self.x, self.y) < (other.x, other.y)

    def __bool__(self):
        return self.x != 0 or self.y != 0

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __getitem__(self, i):
        return self.x if i == 0 else self.y

    def __setitem__(self, i, value):
        if i == 0:
            self.x = value
        else:
            self.y = value

    def __len__(self):
        return 2

    def __contains__(self, value):
        return value == self.x or value == self.y

    def __iter__(self):
        yield self.x
        yield self.y

    def __call__(self, t):
        return self.x + t * self.y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"

    def __format__(self, spec):
        return f"<{self.x:{spec}}|{self.y:{spec}}>"


def test_operators():
    def f(x, y):
        v, w = Vector(x, y), Vector(1, 1)
        alias = v
        texts = [repr(v + w * 2), repr(3 * v), str(-v), f"{v}", f"{v!r:>20}", f"{v:5.1f}"]
        v += w
        v[1] = 5
        ordered = sorted([v, w, Vector(0, 9)])
        return (texts, alias.x, v * w, abs(v), bool(v), v == alias, v == Vector(x, y), v != w, v == 3, v[0], len(v), 5 in v,
                list(v), v(2), not Vector(0, 0), [repr(o) for o in ordered], max(v, w).x, sum([v, w], Vector(0, 0)).x,
                w in [v, Vector(1, 1)], [v, w].index(w))

    check(f, 3.0, 4.0)
    check(f, 3.5, -4.0)


class Countdown:
    def __init__(self, start):
        self.at = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.at <= 0:
            raise StopIteration
        self.at -= 1
        return self.at + 1


class Digits:
    def __init__(self, text):
        self.text = text

    def __len__(self):
        return len(self.text)

    def __getitem__(self, i):
        return int(self.text[i])


def test_iterators_written_as_classes():
    def f(n):
        total = 0
        for x in Countdown(n):
            total = total * 10 + x
        return total, list(Countdown(n)), [d * 2 for d in Digits("907")]

    check(f, 3)
    check(f, 0)


class Counter:
    def __init__(self, step=1):
        self.step = step
        self.seen = []

    def tick(self, *, times=1):
        for _ in range(times):
            self.seen.append(self.step)
        return len(self.seen)


def apply(action, n):
    return action(times=n)


def test_bound_methods_are_values():
    def f(n):
        c = Counter(step=2)
        tick = c.tick
        tick()
        return apply(c.tick, n), c.seen

    check(f, 3)


class Outer:
    def __init__(self, n):
        self.inner = Point(n, n)
        self.all = [self.inner, Point(0, 0)]

    def bump(self):
        self.inner.move(1)
        return sum(p.x for p in self.all)


def test_objects_in_objects():
    def f(n):
        o = Outer(n)
        o.bump()
        o.inner = Point(100, 1)
        return o.bump(), o.inner.x, o.all[0].x

    check(f, 4)


def test_exceptions_keep_what_was_written():
    def f(n):
        p = Point(1, 2)
        try:
            p.x = 10
            p.y = 1 // n
            p.x = 20
        except ZeroDivisionError:
            p.y = -1
        return p.x, p.y

    check(f, 0)
    check(f, 1)


class Empty:
    pass


def test_attributes_set_from_outside():
    def f(n):
        e = Empty()
        e.n = n
        for i in range(3):
            e.last = i
        return e.n, e.last

    check(f, 2)


class Base:
    def who(self):
        return "base"

    def greet(self):
        return "I am " + self.who()


class Left(Base):
    def who(self):
        return "left of " + super().who()


class Right(Base):
    def who(self):
        return "right of " + super().who()


class Both(Left, Right):
    pass


def test_a_diamond():
    def f(which):
        thing = Both() if which else Right()
        return thing.greet(), isinstance(thing, Left), type(thing).__name__

    check(f, 0)
    check(f, 1)


@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = [int(p) for p in text.split(".")]

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts


def test_total_ordering():
    def f(a, b):
        x, y = Version(a), Version(b)
        return x < y, x >= y, x > y, x <= y, x == y, max(x, y).parts

    check(f, "1.10.0", "1.9.3")
    check(f, "2.0", "2.0")


class Fancy:
    def __getattribute__(self, name):
        return name


class Meta(type):
    pass


class Made(metaclass=Meta):
    pass


class Dying:
    def __del__(self):
        pass


@pytest.mark.parametrize("cls, word", [(Fancy, "__getattribute__"), (Made, "metaclass"), (Dying, "__del__")])
def test_refused(cls, word):
    @aic.jit
    def f():
        return cls() is None

    with pytest.raises(aic.CompileError, match=word):
        f()


def test_a_method_that_is_replaced():
    class Local:
        def __init__(self, n):
            self.n = n

        def get(self):
            return self.n

    @aic.jit
    def f(n):
        return Local(n).get()

    assert f(2) == 2
    Local.get = lambda self: self.n + 10
    assert f(2) == 12


class Queue:
    def __init__(self, before):
        self.items = []
        self.before = before

    def push(self, item):
        items = self.items
        items.append(item)
        i = len(items) - 1
        while i and self.before(items[i], items[i - 1]):
            items[i], items[i - 1] = items[i - 1], items[i]
            i -= 1


def a_function_in_a_field(values):
    q = Queue(lambda a, b: a > b)
    for v in values:
        q.push(v)
    return q.items


def two_functions_in_a_field(values):
    up, down = Queue(lambda a, b: a < b), Queue(lambda a, b: a > b)
    for v in values:
        up.push(v)
        down.push(v)
    return up.items, down.items


def test_a_field_that_is_a_function():
    check(a_function_in_a_field, [3, 5, 1])
    check(two_functions_in_a_field, [3, 5, 1])


@dataclasses.dataclass(frozen=True)
class Frozen:
    rank: int
    suit: str = "hearts"
    code: int = 0

    def __post_init__(self):
        object.__setattr__(self, "code", self.rank * 2)


def a_frozen_object(rank):
    card = Frozen(rank)
    try:
        card.rank = 5
    except AttributeError as error:
        return type(error).__name__, str(error), dataclasses.replace(card, rank=5) == Frozen(5), card.code


class Place:
    def __init__(self, k):
        self.k = k

    def __index__(self):
        return self.k


def objects_as_indices(values, k):
    place = Place(k)
    return values[place], values[place:], values[:place], list(range(place)), "abcd"[place]


def test_frozen_objects_and_indices():
    check(a_frozen_object, 3)
    for k in range(3):
        check(objects_as_indices, [1, 2, 3], k)


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        self.balance -= amount

    def bonus():
        return 1


def misspelt(amount):
    Account(amount).wthdraw(amount)


def without_self(amount):
    return Account(amount).bonus()


def test_what_a_wrong_call_of_a_method_says():
    with pytest.raises(aic.TypeInferenceError, match="did you mean `withdraw`"):
        aic.jit(misspelt)(1)
    with pytest.raises(aic.TypeInferenceError, match=r"def bonus\(self\)"):
        aic.jit(without_self)(1)
