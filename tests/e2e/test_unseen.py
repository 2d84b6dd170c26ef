"""Programs of the kinds that other people's test suites are made of: what they were refused for, or got wrong."""
import random
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field

import numpy as np
import pytest

import aic
from harness import check


# ---- deques, counters and generators of random numbers in fields ----
class Station:
    def __init__(self, seed, most=None):
        self.waiting = deque()
        self.last = deque(maxlen=3)
        self.rng = random.Random(seed)
        self.served = defaultdict(list)
        self.seen = Counter()
        self.order = OrderedDict()
        self.line = None

    def arrive(self, name):
        self.waiting.append((name, self.rng.randrange(10)))
        self.last.append(name)
        self.seen[name] += 1
        self.order[name] = len(self.order)

    def serve(self):
        name, work = self.waiting.popleft()
        self.served[name].append(work)
        if self.line is None:
            self.line = deque([work])
        else:
            self.line.appendleft(work)
        return work


def run_station(n):
    s = Station(7)
    total = 0
    for k in range(n):
        s.arrive("abc"[k % 3])
        if k % 2:
            total += s.serve()
    left = [name for name, work in s.waiting]
    return (total, left, list(s.last), dict(s.served), s.seen.most_common(2), list(s.order), list(s.line), len(s.waiting),
            s.seen["zz"], s.rng.random())


def test_instances_of_library_classes_in_fields():
    check(run_station, 11)


@dataclass
class Bag:
    items: deque = field(default_factory=deque)
    counts: dict = field(default_factory=dict)

    def put(self, x):
        self.items.append(x)
        self.counts[x] = self.counts.get(x, 0) + 1
        return self


def bags(n):
    all_bags = [Bag() for _ in range(3)]
    for k in range(n):
        all_bags[k % 3].put(k * k % 5)
    while all_bags[0].items:
        all_bags[1].put(all_bags[0].items.pop())
    return [(len(b.items), b.counts) for b in all_bags]


def test_a_deque_by_default_factory():
    check(bags, 10)


class Rooms:
    def __init__(self, a, b):
        self.here = a if b else b
        self.queue = a

    def move(self, other):
        self.queue, other.queue = other.queue, self.queue


def shared_deques():
    d, e = deque([1, 2]), deque([3])
    x, y = Rooms(d, True), Rooms(e, False)
    x.move(y)
    x.queue.append(4)
    d.append(5)
    return list(x.queue), list(y.queue), len(d), x.queue is e, 5 in y.queue


def test_deques_in_fields_are_shared():
    check(shared_deques)


def gives_station(n):
    return Station(n)


def takes_rooms(r):
    r.queue = deque([1])
    return 1


def test_what_python_sees_of_fields():
    with pytest.raises(aic.CompileError, match="which Python sees after the call"):  # a random.Random
        aic.jit(gives_station)(3)
    check(takes_rooms, Rooms([1], True))
    check(takes_rooms, Rooms(deque([2]), True))


# ---- containers of classes ----
class Light:
    NEXT = {"red": "green", "green": "yellow", "yellow": "red"}
    TIMES = [30, 25, 5]
    PAIRS = [(0, "a"), (1, "b")]
    log = []

    def __init__(self):
        self.state = "red"
        self.number = 0

    def tick(self):
        self.state = self.NEXT[self.state]
        self.number = (self.number + 1) % len(Light.TIMES)
        self.log.append(self.TIMES[self.number])

    def name(self, k):
        for i, s in self.PAIRS:
            if i == k:
                return s
        return "?"


def lights(n):
    a, b = Light(), Light()
    before = len(Light.log)
    for _ in range(n):
        a.tick()
    b.tick()
    return a.state, b.state, a.name(1), a.name(7), Light.log[before:], sum(Light.TIMES)


def test_containers_of_a_class():
    check(lights, 4)


def test_containers_of_a_class_are_read_anew():
    f = check(lights, 2)
    times = Light.TIMES
    try:
        Light.TIMES = [1, 2]
        check(lights, 2, compiled=f)
        Light.TIMES.append(7)
        check(lights, 3, compiled=f)
    finally:
        Light.TIMES = times


# ---- recursion ----
class Leaf:
    def __init__(self, weight, letter=None, left=None, right=None):
        self.weight, self.letter, self.left, self.right = weight, letter, left, right


def codes_of(words):
    codes = {}

    def walk(node, prefix):
        if node.letter is not None:
            codes[node.letter] = prefix or "0"
        else:
            walk(node.left, prefix + "0")
            walk(node.right, prefix + "1")

    tree = Leaf(1, words[0])
    for w in words[1:]:
        tree = Leaf(2, None, tree, Leaf(1, w))
    walk(tree, "")
    return codes


def test_a_recursion_that_makes_texts_longer():
    check(codes_of, ["a", "b", "c", "d", "e"])


def paths_of(n, path=("", 0)):
    if n == 0:
        return [path]
    return paths_of(n - 1, (path[0] + "l", n)) + paths_of(n - 1, (path[0] + "r", n))


def test_texts_in_tuples_that_a_recursion_hands_on():
    check(paths_of, 5)


class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        if key < self.key:
            if self.left:
                self.left.insert(key)
            else:
                self.left = Node(key)
        elif self.right:
            self.right.insert(key)
        else:
            self.right = Node(key)

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


def inorder(node):
    if node is not None:
        yield from inorder(node.left)
        yield node.key
        yield from inorder(node.right)


def preorder(node, depth=0):
    if not node:
        return
    yield depth, node.key
    for child in (node.left, node.right):
        for x in preorder(child, depth + 1):
            yield x


def tree_of(keys):
    root = Node(keys[0])
    for k in keys[1:]:
        root.insert(k)
    return root


def orders(keys):
    t = tree_of(keys)
    return list(inorder(t)), [x for x in preorder(t)], sum(inorder(t.left)), max(inorder(t)), sorted(preorder(t))


def test_generators_that_walk_trees():
    check(orders, [5, 2, 8, 1, 3, 9, 7])


def own_iterator(keys):
    t = tree_of(keys)
    return [k for k in t], 3 in t, 4 in t, 4 not in t, sum(t)


def test_a_tree_that_iterates_over_itself():
    check(own_iterator, [5, 2, 8, 1, 3])


# ---- an error in the body of a loop over a generator with a loop of its own ----
def countdown(n):
    while n:
        yield n
        n = n - 1


def found_by_identity(n):
    for y in countdown(n):
        if y is n or y == 3:
            return True
    return False


def test_what_is_refused_in_a_round_is_refused():
    with pytest.raises(aic.CompileError):
        aic.jit(found_by_identity)(7)


# ---- small things ----
def longest(a, b, c):
    return max(a, b, c, key=len), min(a, b, key=len), max(3, -7, key=abs), min(2.5, -1, key=lambda x: x * x)


def test_extremes_of_several_by_key():
    check(longest, "ab", "cde", "f")


def stage(y, r, k):
    z = np.zeros((r ** k, r))
    return np.reshape(y, (r ** k, r)) + z, np.full(r ** k, 1.5).sum()


def test_powers_are_extents():
    check(stage, np.arange(27.0), 3, 2)
    check(lambda r, k: np.zeros((r ** k, 1)), 2, -1)


def parts(x, keys):
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    cuts = np.flatnonzero(np.diff(sorted_keys)) + 1
    return [p.sum() for p in np.split(x[order], cuts)], len(np.array_split(x, cuts))


def test_splitting_at_an_array():
    check(parts, np.arange(8.0), np.array([1, 0, 2, 1, 0, 2, 2, 1]))


def memory(n):
    a = np.ndarray((n, 2), dtype=np.int32)
    b = np.ndarray(n)
    a[:] = 3
    b[:] = 1
    return a, b, isinstance(a, np.ndarray)


def test_ndarray_is_a_constructor():
    check(memory, 3)


def choices(n):
    rng = np.random.default_rng(3)
    old = np.random.RandomState(4)
    return rng.choice([-1, 1], size=n), rng.choice((2.5, 3.5)), old.choice([7, 8, 9], n)


def test_choices_from_a_list():
    check(choices, 9)


# ---- defaults of the function that Python calls ----
def with_tuple(n, path=(1, 0), box=("a", 2.5), scale=2):
    return path, box, n * scale, path[0] + n, box[1] * n


def test_tuples_as_defaults():
    f = check(with_tuple, 3)
    check(with_tuple, 3, (2, 5), compiled=f)
    check(with_tuple, 3, box=("b", 0.5), compiled=f)
    check(with_tuple, 3, scale=7, compiled=f)


def test_defaults_that_change():
    def g(n, path=(1, 0)):
        return path[0] * n, path

    f = check(g, 4)
    g.__defaults__ = ((5, 0),)
    check(g, 4, compiled=f)


# ---- getattr with a default ----
class Animal:
    legs = 4

    def __init__(self, name, wild):
        self.name = name
        if wild:
            self.range = 2.5

    def shout(self):
        return self.name.upper()


class Fish(Animal):
    legs = 0
    depth = 7


def attributes(wild):
    a, f = Animal("cat", wild), Fish("eel", not wild)
    both = [getattr(x, "legs", -1) for x in [a, f]]
    deep = [getattr(x, "depth", -1) for x in [a, f]]
    return (getattr(a, "name", "?"), getattr(a, "range", 0.0), getattr(f, "range", 0.0), getattr(a, "age", 3), both, deep,
            getattr(f, "shout", None)(), getattr(a, "wings", None) is None)


def test_getattr_with_a_default():
    check(attributes, True)
    check(attributes, False)
