"""Recursive generators, and iterators that are used by parts."""
import itertools
import sys
from collections import Counter, deque

from harness import check


# ---- generators that hold their like ----
class Tree:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right

    def down(self):
        yield self.key
        for child in (self.left, self.right):
            if child is not None:
                for k in child.down():
                    yield k + 100


def insert(tree, key):
    if tree is None:
        return Tree(key)
    if key < tree.key:
        tree.left = insert(tree.left, key)
    else:
        tree.right = insert(tree.right, key)
    return tree


def in_order(keys):
    tree = Tree(keys[0])
    for k in keys[1:]:
        insert(tree, k)
    it = iter(tree)
    first = next(it)
    return list(tree), first, next(it, -1), sum(tree), [k for k in tree.down()]


def permutations_of(items):
    if not items:
        yield []
        return
    for i in range(len(items)):
        for rest in permutations_of(items[:i] + items[i + 1:]):
            yield [items[i]] + rest


def hanoi(n, a, b, c):
    if n > 0:
        yield from hanoi(n - 1, a, c, b)
        yield a, c
        yield from hanoi(n - 1, b, a, c)


def swapping(a, k):
    if k == len(a):
        yield a
    else:
        for i in range(k, len(a)):
            a[k], a[i] = a[i], a[k]
            yield from swapping(a, k + 1)
            a[k], a[i] = a[i], a[k]


def subsets(xs, i=0):
    if i == len(xs):
        yield ()
    else:
        for rest in subsets(xs, i + 1):
            yield rest
            yield (xs[i],) + rest


def even(n):
    if n > 0:
        yield n
        yield from odd(n - 1)


def odd(n):
    if n > 0:
        yield -n
        yield from even(n - 1)


def flattened(rows):
    def walk(i):
        if i < len(rows):
            for x in rows[i]:
                yield x
            yield from walk(i + 1)
    return list(walk(0))


def recursive(items):
    return list(permutations_of(items)), sum(1 for p in permutations_of(items))


def first_of_many(items):
    for p in permutations_of(items):
        if p and p[0] == items[-1]:
            return p
    return None


def moves(n):
    out = []
    for a, b in hanoi(n, "A", "B", "C"):
        out.append(a + b)
    return out, len(list(hanoi(n, "x", "y", "z")))


def in_place(a):
    out = []
    for p in swapping(a, 0):
        out.append(p[:])
    return out, a


def test_recursive_generators():
    check(in_order, [5, 2, 8, 1, 9, 3])
    check(in_order, [1])
    for items in ([1, 2, 3], [], ["a", "b"]):
        check(recursive, items)
    check(first_of_many, [1, 2, 3, 4])
    check(moves, 4)
    check(in_place, [1, 2, 3])
    check(lambda xs: sorted(subsets(xs)), [1, 2, 3])
    check(lambda n: (list(even(n)), list(odd(n))), 5)
    check(flattened, [[1, 2], [], [3]])


# ---- send ----
def averager():
    total = 0.0
    n = 0
    average = None
    while True:
        x = yield average
        total += x
        n += 1
        average = total / n


def averages(xs):
    g = averager()
    next(g)
    return [g.send(x) for x in xs]


def echo():
    said = []
    while len(said) < 3:
        x = yield len(said)
        said.append(x)


def echoes(xs):
    g = echo()
    out = [next(g)]
    try:
        for x in xs:
            out.append(g.send(x))
    except StopIteration:
        out.append(-1)
    return out


def test_send():
    check(averages, [1.0, 2.0, 6.0])
    check(echoes, ["a", "b"])
    check(echoes, ["a", "b", "c", "d"])


# ---- iterators ----
def until(xs):
    left = list(xs)
    return list(iter(left.pop, 3)), left


def strict(a, b, c):
    out = []
    for row in zip(a, b, c, strict=True):
        out.append(row)
    return out, list(zip(a, b, strict=False))


def longest(a, b):
    return list(itertools.zip_longest(a, b)), list(itertools.zip_longest(a, b, fillvalue=0)), list(itertools.zip_longest(a))


def teed(xs):
    a, b = itertools.tee(xs)
    next(b, None)
    pairs = list(zip(a, b))
    c, d = itertools.tee(map(abs, xs))
    return pairs, list(c), sum(d)


def chained(rows):
    return list(itertools.chain.from_iterable(rows)), sum(itertools.chain.from_iterable(rows)), list(itertools.chain(*rows))


def arrangements(xs, r):
    return (list(itertools.combinations(xs, r)), list(itertools.permutations(xs, r)), list(itertools.permutations(xs)),
            list(itertools.combinations_with_replacement(xs, r)), list(itertools.product(xs, repeat=r)), list(itertools.product([0, 1], repeat=2)))


def counters(a, b):
    x, y = Counter(a), Counter(b)
    return dict(x + y), dict(x - y), dict(x | y), dict(x & y), (x + y).most_common(1)


def ranges(a, b, c):
    r = range(a, b, c)
    s = r[1:]
    return (len(r), list(r[1:3]), list(r[::-1]), a in r, b in r, a + 1 in r, r == range(a, b, c), r == range(a, b + 1, c), r[-1],
            r.index(a), r.count(b), list(s), r.start, r.stop, r.step, list(reversed(r)), bool(r), s)


def slices(xs, a, b):
    s = slice(a, b)
    return xs[s], s.indices(len(xs)), s.start, slice(None, None, -1).indices(5), slice(3, -10, -2).indices(7), xs[slice(b)]


def used_twice(xs):
    m = map(str, xs)
    z = zip(xs, xs)
    e = enumerate(xs)
    first = list(m), list(z), list(e)
    return first, list(m), list(z), list(e)


def deques(xs):
    d = deque(xs)
    return [x for x in d], list(enumerate(d)), [a + b for a, b in zip(d, xs)], sum(d), max(d), sorted(d), list(map(str, d)), tuple(d)


def late_name(flag):
    def read():
        return later
    if flag:
        later = 1
    return read()


def never_bound():
    def read():
        return later
    if False:
        later = 1
    return read()


def of_the_machine():
    return sys.maxsize, sys.float_info.epsilon, sys.float_info.max, sys.float_info.dig


def test_iterators():
    for xs in ([1, 2, 3, 4], [3], [2]):
        check(until, xs)
    for rows in (([1], [2], [3]), ([1], [2, 3], [3, 4]), ([1, 2], [3], [4, 5]), ([1, 2], [3, 4], [5]), ([], [], [])):
        check(strict, *rows)
    check(longest, [1, 2, 3], [4])
    check(longest, [1], [4, 5])
    check(teed, [1, 2, 3])
    check(teed, [])
    check(chained, [[1, 2], [], [3]])
    for r in (0, 1, 2, 3, 4):
        check(arrangements, [1, 2, 3], r)
    check(arrangements, [1], -1)
    check(counters, "abcab", "abb")
    for r in ((0, 10, 3), (10, 0, -3), (0, 1, 1), (5, 6, 7)):
        check(ranges, *r)
    check(slices, [1, 2, 3, 4], 1, -1)
    check(slices, [1, 2], None, 5)
    check(used_twice, [1, 2])
    check(deques, [3, 1, 2])
    for flag in (True, False):
        check(late_name, flag)
    check(never_bound)
    check(of_the_machine)


# ---- what is read twice is used up ----
def read_twice(kind, xs):
    m = (map(float, xs) if kind == 0 else map(abs, xs)) if kind < 2 else map(float, xs[1:])
    n = m
    return list(m), list(n)


def pairs_of_one(xs):
    m = map(float, xs)
    it = iter(xs)
    return list(zip(m, m)), list(zip(it, it))


def left_by_break(xs):
    z = zip(xs, xs)
    s = 0
    for p, q in z:
        s += p
        if s > 2:
            break
    for p, q in z:
        s += 100 * q
    return s


def in_a_loop(xs):
    f = filter(lambda x: x > 1, xs)
    t = []
    for k in range(3):
        for x in f:
            t.append((k, x))
    return t


def drained(m):
    return list(m)


def by_a_call(xs):
    m = reversed(xs)
    return drained(m), drained(m)


def in_a_tuple(xs):
    t = (map(float, xs), 1)
    return list(t[0]), list(t[0])


def in_a_closure(xs):
    m = enumerate(xs, 5)

    def inner():
        return dict(m)
    return inner(), inner()


def partly_read(xs):
    m = enumerate(xs)
    i, x = next(m)
    z = zip(xs, xs)
    return i, x, next(m, (9, 9)), list(m), next(m, (9, 9)), (1, 1) in z, list(z)


def stopped_early(xs):
    m = map(float, xs)
    return any(v > 1 for v in m), list(m), list(itertools.takewhile(lambda v: v < 2, map(float, xs)))


def taken_ahead(xs):
    m = map(float, xs)
    out = []
    for x in m:
        out.append(x)
        if x < 2:
            out.append(next(m, -1.0) * 10)
    return out


def chunks(xs):
    it = iter(xs)
    rows = []
    while True:
        row = list(itertools.islice(it, 2))
        if not row:
            break
        rows.append(row)
    return rows


def lost_by_zip(xs):
    it, other = iter(xs), iter(xs)
    return list(zip(it, [10])), list(it), list(zip([10], other)), list(other)


def test_used_up():
    for kind in (0, 1, 2):
        check(read_twice, kind, [1, 2, 3])
    for program in (pairs_of_one, left_by_break, in_a_loop, by_a_call, in_a_tuple, in_a_closure, partly_read, stopped_early,
                    taken_ahead, chunks, lost_by_zip):
        for xs in ([1, 2, 3], [1, 2, 3, 4], [2]):
            check(program, xs)


# ---- of several, one was chosen: nothing is asked of the others ----
def lengths_by_choice(n, flag):
    def first():
        return len(p)

    def second():
        return len(q)
    p, q = [1] * n, "ab" * n
    f = first if flag else second
    s = 0
    for i in range(n):
        s += f()
    return s


def repeated(f, n):
    s = 0
    for i in range(n):
        s += f()
    return s


def length_of_list(xs):
    def f():
        return len(xs)
    return f


def length_of_text(t):
    def f():
        return len(t)
    return f


def lengths_by_call(n, flag):
    return repeated(length_of_list([1] * n) if flag else length_of_text("ab" * n), n)


def length_unless_unbound(n, flag):
    if flag:
        xs = [1, 2] * n
    s = 0
    for i in range(n):
        s += len(xs)
    return s


def test_absent():
    for program in (lengths_by_choice, lengths_by_call, length_unless_unbound):
        for n in (0, 3):
            for flag in (True, False):
                check(program, n, flag)


# ---- iterators and sequences written as classes ----
class CountUp:
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


def counted_beside_one_another(n):
    c = CountUp(n)
    a = next(c)
    first, *others = CountUp(4)
    return ([x + y for x, y in zip(CountUp(n), CountUp(n + 2))], a, [x for x in c], next(c, -1), list(enumerate(CountUp(2), 1)),
            max(CountUp(n)), tuple(CountUp(3)), 3 in CountUp(5), first, others, dict(zip("abc", CountUp(3))),
            list(map(lambda x: x * 2, CountUp(3))), list(filter(lambda x: x % 2, CountUp(5))), sorted(CountUp(4), reverse=True),
            list(zip(CountUp(2), CountUp(2), strict=True)), [i * x for i, x in enumerate(CountUp(3))])


class Deck:
    def __init__(self, cards):
        self.cards = cards

    def __len__(self):
        return len(self.cards)

    def __getitem__(self, index):
        return self.cards[index]


def dealt(cards):
    d = Deck(cards)
    return (list(d), 2 in d, list(reversed(d)), sorted(d), max(d), sum(d), list(enumerate(d)), list(zip(d, d)), len(d), d[1:],
            [x for x in reversed(d)], list(map(str, d)), [*d, 7])


def test_iterators_of_classes():
    check(counted_beside_one_another, 4)
    check(dealt, [3, 1, 2])
    check(dealt, [9])


# ---- keywords from a dict whose keys are known; whose function a message is about ----
def priced(a, b=2, *, c=3):
    return a * 100 + b * 10 + c


class Needs:
    def __init__(self, a, b):
        self.a = a


def keywords_and_messages(xs):
    d = {"b": 5, "c": xs[0]}
    told = []
    try:
        Needs(*xs)
    except TypeError as e:
        told.append(str(e))

    def inner(x, y):
        return x

    try:
        inner(*xs)
    except TypeError as e:
        told.append(str(e))
    return priced(1, **d), priced(2, **d), d["b"], priced(**{"a": 4, "c": 7}), priced(**dict(a=1, b=xs[0])), told


def test_keywords_from_dicts_and_names_in_messages():
    check(keywords_and_messages, [1])


# ---- one iterator, so many times ----
def in_groups(xs):
    it = iter(xs)
    head = next(it, None)
    return head, list(zip(*[it] * 2)), list(zip(*[iter(xs)] * 3)), [a * b for a, b in zip(*[iter(xs)] * 2)]


def test_groups():
    for xs in ([1, 2, 3, 4, 5, 6, 7], [1], []):
        check(in_groups, xs)
    check(in_groups, [1.5, 2.5, 3.5])
