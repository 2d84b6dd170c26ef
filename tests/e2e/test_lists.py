"""Lists against CPython: making, changing, aliasing, what the caller sees, errors, types of elements."""
import bisect
import gc
import heapq
import resource

import numpy as np
import pytest

import aic
from harness import check

INTS = [[], [1], [3, 1, 2], [5, -2, 7, 7, 0, 3], list(range(20))]


# ---- making and growing ----
def squares(n):
    xs = []
    for i in range(n):
        xs.append(i * i)
    return xs


def an_int_then_floats(n):
    xs = []
    s = 0
    for i in range(n):
        xs.append(s)
        s += i / 2
    return xs, xs[0] if xs else None


def table(n, m):
    return [[i * j for j in range(m) if i != j] for i in range(n)]


def never_filled(n):
    xs = []
    for x in xs:
        n += x
    return n, xs, len(xs), xs == [], [] + xs


def of_tuples(n):
    out = [(i, i / 2, [i]) for i in range(n)]
    total = 0.0
    for i, half, inner in out:
        inner.append(i + 1)
        total += half * i + inner[-1]
    return out, total


def grown_elsewhere(n):
    def add(xs, x):
        xs.append(x)
        return xs

    xs = []
    ys = add(xs, n)
    add(ys, n + 1)
    zs = add([], 0.5)
    return xs, ys is xs, zs


def made_elsewhere(n):
    def make():
        return []

    a, b = make(), make()
    a.append(n)
    b.append(n / 2)
    return a, b


def optional(n):
    xs = None
    if n > 2:
        xs = [n]
    if xs is not None:
        xs.append(3)
        return xs, len(xs)
    return xs, 0


def recursion(n):
    if n == 0:
        return []
    xs = recursion(n - 1)
    xs.append(n)
    return xs


@pytest.mark.parametrize("n", [0, 1, 2, 5, 40])
@pytest.mark.parametrize("f", [squares, an_int_then_floats, never_filled, of_tuples, grown_elsewhere, made_elsewhere, optional, recursion],
                         ids=lambda f: f.__name__)
def test_making(f, n):
    check(f, n)


def test_a_table():
    check(table, 4, 3)
    check(table, 0, 3)


# ---- methods and operators ----
def methods(xs, v):
    xs.append(v)
    xs.insert(0, 8)
    xs.insert(-1, 7)
    xs.insert(100, 6)
    xs.insert(-100, 5)
    xs.extend([5, 4])
    xs.extend(range(3))
    xs.extend((1, 2))
    xs += [v]
    xs += xs
    first, last = xs.pop(0), xs.pop()
    n = xs.count(7)
    where = xs.index(7)
    xs.remove(7)
    third = xs.pop(-3)
    xs.reverse()
    ys = xs.copy()
    ys.clear()
    return first, last, n, where, third, ys, v in xs, v not in xs, len(xs), bool(xs), bool(ys)


def operators(a, b):
    c = a + b
    c += a
    d = b * 2
    d *= 2
    return c, d, 3 * a, a * 0, a * -1, a < b, a <= b, a > b, a >= b, a == b, a != b, [a, b] == [a[:], b[:]], max(a, b), a == 3


def slices(xs, i, j):
    return xs[i:j], xs[:i], xs[j:], xs[::-1], xs[::2], xs[i:j:2], xs[j:i:-2], xs[-100:100], xs[:]


def sorted_ways(xs):
    a = sorted(xs)
    b = sorted(xs, reverse=True)
    c = sorted(xs, key=lambda x: -x)
    d = sorted(xs, key=lambda x: x % 3)
    e = sorted(xs, key=lambda x: x % 3, reverse=True)
    ys = xs[:]
    r = ys.sort()
    zs = xs[:]
    zs.sort(key=lambda x: x % 2, reverse=True)
    return a, b, c, d, e, ys, r, zs


def reductions(xs):
    return sum(xs), sum(xs, 10), sum(xs, 0.5), any(xs), all(xs), len(xs), list(reversed(xs)), list(xs), min([*xs, 4]), max([4, *xs])


def walks(xs, ys):
    out = []
    for i, x in enumerate(xs):
        out.append(i * x)
    for i, x in enumerate(xs, 5):
        out.append(i - x)
    for x, y in zip(xs, ys):
        out.append(x * y)
    for x, y in zip(xs, range(3)):
        out.append(x + y)
    for x in reversed(xs):
        out.append(x)
    for x in map(lambda v: v + 1, xs):
        out.append(x)
    for x in filter(lambda v: v > 2, ys):
        out.append(x)
    return out, list(zip(xs, ys)), list(map(lambda a, b: a - b, xs, ys)), list(filter(None, xs)), list(enumerate(ys))


@pytest.mark.parametrize("xs", INTS, ids=len)
def test_methods(xs):
    check(methods, xs, 2)
    check(methods, xs, 7)


@pytest.mark.parametrize("a", INTS, ids=len)
def test_operators(a):
    f = check(operators, a, [3, 1])
    check(operators, a, a[:], compiled=f)
    check(operators, [x / 2 for x in a], [0.5, 2.0])


@pytest.mark.parametrize("xs", INTS, ids=len)
def test_slices(xs):
    f = aic.jit(slices)
    for i in (-7, -1, 0, 1, 3, 9):
        for j in (-4, 0, 2, 6):
            check(slices, xs, i, j, compiled=f)


@pytest.mark.parametrize("xs", INTS + [[(i * 7919) % 101 for i in range(100)]], ids=len)
def test_sorting_and_reductions(xs):
    check(sorted_ways, xs)
    check(reductions, xs)
    check(walks, xs, xs[::-1])
    check(walks, xs, [4, 5, 1])


def assigned(xs, values, i, j, k):
    xs[i:j:k] = values
    return xs


def deleted(xs, i, j, k):
    del xs[i:j:k]
    return xs


@pytest.mark.parametrize("k", [1, 2, -1, -3])
def test_slice_assignment_and_deletion(k):
    f, g = aic.jit(assigned), aic.jit(deleted)
    for i in (-8, -2, 0, 1, 4):
        for j in (-3, 0, 3, 7):
            check(deleted, [0, 1, 2, 3, 4, 5, 6], i, j, k, compiled=g)
            for n in (0, 1, 2, 5):
                check(assigned, [0, 1, 2, 3, 4, 5, 6], list(range(90, 90 + n)), i, j, k, compiled=f)


# ---- aliasing ----
def two_names(xs):
    ys = xs
    zs = xs[:]
    ys.append(4)
    zs.append(5)
    ys[0] += 1
    return xs, ys, zs, xs is ys, xs is zs


def rows(n, m):
    wrong = [[0] * m] * n
    right = [[0] * m for _ in range(n)]
    for grid in (wrong, right):
        if grid and m:
            grid[0][0] = 1
    return wrong, right


def shallow(table):
    copy = list(table)
    copy.append([9])
    copy[0].append(0)
    return table, copy, table[0] is copy[0]


def same_twice(a, b):
    a.append(1)
    b.append(2)
    return a, b, a is b


def mutated_while_iterated(xs):
    for x in xs:
        if x > 2 and len(xs) < 12:
            xs.append(x - 2)
        if x == 4:
            xs.pop(0)
    return xs


def shortened_while_iterated(xs):
    seen = []
    for i, x in enumerate(xs):
        seen.append((i, x))
        xs.pop()
    for x in reversed(xs):
        seen.append((0, x))
        xs.clear()
    return seen


def test_aliasing():
    check(two_names, [1])
    check(rows, 3, 2)
    check(rows, 0, 2)
    check(shallow, [[1, 2], [3]])
    for xs in INTS:
        check(mutated_while_iterated, xs)
        check(shortened_while_iterated, xs)


def test_one_object_passed_twice_stays_one():
    xs = [0]
    got = aic.jit(same_twice)(xs, xs)
    assert got[0] is xs and got[1] is xs and got[2] is True and xs == [0, 1, 2]


def test_the_caller_sees_changes_in_the_same_objects():
    def change(table, fail):
        table[0].append(5)
        table.append([7])
        table[1], table[2] = table[2], table[1]
        if fail:
            table[9] = [1]
        return table[0]

    for fail in (False, True):
        inner = [[1.5, 2.5], [3.5], [4.5]]
        table = inner[:]
        first = inner[0]
        kept = first[0]
        f = aic.jit(lambda t, fail: change(t, fail))
        for xs in inner:
            xs[:] = [float(x) for x in xs]
        if fail:
            with pytest.raises(IndexError, match="list assignment index out of range"):
                f(table, fail)
        else:
            assert f(table, fail) is first
        assert table[0] is first and table[1] is inner[2] and table[2] is inner[1] and len(table) == 4
        assert first[:2] == [1.5, 2.5] and first[2] == 5 and type(first[2]) is int
        assert kept == 1.5


def test_what_is_not_changed_stays_the_same_object():
    class_of_big = [10**15 + k for k in range(4)]
    before = list(class_of_big)

    def f(xs):
        xs[1] = 3
        xs.append(4)

    aic.jit(f)(class_of_big)
    assert class_of_big[0] is before[0] and class_of_big[2] is before[2] and class_of_big == [before[0], 3, before[2], before[3], 4]


# ---- elements ----
def arrays(a, n):
    xs = [a]
    for i in range(n):
        xs.append(xs[-1] + i)
    xs[0][0] = 9.0
    return xs, len(xs), xs[0] is a


def mixed(xs):
    return [x * 2 for x in xs], sum(xs), xs[-1], [x for x in xs if x > 1]


def booleans_and_none(n):
    xs = [None, True, n]
    return xs, xs[0] is None, [x is None for x in xs]


def test_elements():
    check(arrays, np.arange(3.0), 3)
    check(mixed, [1, 2.5, 3])
    check(mixed, [0.5])
    check(mixed, [True, 2])
    check(booleans_and_none, 4)
    check(lambda xs: (xs[0] / 2, xs), [np.float32(1.5), np.float32(2.5)])
    check(lambda xs: xs[::-1], ["a", "bc", "d"])
    check(lambda xs: [a * b for a, b in xs], [(1, 2.5), (3, 4.5)])
    check(lambda xs: [a for a, *rest in xs], [[1, 2], [3]])


def test_arrays_in_a_list_argument_are_the_callers():
    a, b = np.zeros(3), np.ones(3)

    def f(xs):
        xs[0][1] = 5.0
        xs.reverse()
        return xs[0]

    xs = [a, b]
    assert aic.jit(f)(xs) is b and xs[0] is b and xs[1] is a and a[1] == 5


# ---- generator expressions that are read at once ----
def read_at_once(xs):
    return sum(x * x for x in xs), max((x for x in xs), default=0), sorted(x % 3 for x in xs if x), list(-x for x in xs)


def searched(xs, ys):
    return (any(x == y for x in xs for y in ys), all(x != y for x in xs if x > 1 for y in ys if y), any(x > 100 for x in xs),
            any(x > 1 for x in xs if x in [y + 1 for y in ys if all(z >= y for z in ys)]))


def stops_early(n):
    log = []

    def look(v):
        log.append(v)
        return v > 2

    return any(look(v) for v in range(n)), log, all(n % d for d in range(2, n))


def test_generator_expressions():
    for xs in INTS:
        check(read_at_once, xs)
        for ys in INTS:
            check(searched, xs, ys)
    for n in range(8):
        check(stops_early, n)


# ---- rows and columns, arrays, heapq, bisect ----
def columns(rows):
    total = 0
    for column in zip(*rows):
        total += len(column) * max(column)
    return [list(c) for c in zip(*rows)], [sum(c) for c in zip(*rows)], list(map(list, zip(*rows))), total


def pairs(rows):
    total = 0
    for a, b in zip(*rows):
        total += a * b
    return total


def extremes(xs):
    return max(1, *xs), min(*xs)


def heaps(xs, n):
    heap = []
    for v in xs:
        heapq.heappush(heap, v)
    other = xs[:]
    heapq.heapify(other)
    a = heapq.heappushpop(other, 4)
    b = heapq.heapreplace(other, 10)
    return [heapq.heappop(heap) for _ in range(len(heap))], heapq.nlargest(n, xs), heapq.nsmallest(n, xs), other, a, b


def places(xs, x):
    left, right = bisect.bisect_left(xs, x), bisect.bisect(xs, x)
    bisect.insort(xs, x)
    return left, right, xs, bisect.bisect([60, 70, 80], x, 1)


def as_arrays(xs):
    return np.array(xs), np.sum(xs), np.array(xs) * 2, np.asarray(xs, dtype=float)


def test_rows_and_columns():
    for rows in ([[1, 2], [3, 4]], [], [[1, 2], [3]], [[]], [[1, 2, 3]] * 3):
        check(columns, rows)
    check(pairs, [[1, 2], [3, 4]])
    check(pairs, [[1, 2], [3, 4], [5, 6]])


def test_the_tuples_of_columns():
    for f in (lambda rows: list(zip(*rows)), lambda rows: [c == (1, 2) for c in zip(*rows)], lambda rows: [isinstance(c, tuple) for c in zip(*rows)]):
        check(f, [[1], [2]])


@pytest.mark.parametrize("xs", INTS, ids=len)
def test_modules_over_lists(xs):
    check(extremes, xs)
    check(heaps, xs, 2)
    check(as_arrays, xs)
    for x in (-3, 2, 7):
        check(places, sorted(xs), x)


# ---- errors ----
@pytest.mark.parametrize("program, arguments", [
    (lambda xs, i: xs[i], ([1, 2], 2)), (lambda xs, i: xs[i], ([1, 2], -3)), (lambda xs, i: xs[i], ([], 0)),
    (lambda xs: xs.pop(), ([],)), (lambda xs: xs.pop(3), ([1],)), (lambda xs: xs.index(3), ([1],)),
    (lambda xs: xs.remove(3), ([1],)), (lambda xs: max(xs), ([],)), (lambda xs: min(xs), ([],)),
])
def test_errors(program, arguments):
    check(program, *arguments)


def unpacked(xs):
    a, b, c = xs
    return c, b, a


def starred(xs):
    a, *b, c = xs
    *d, e = xs
    f, *g = xs
    return a, b, c, d, e, f, g


def deleted_one(xs, i):
    del xs[i]
    return xs


def stored(xs, i):
    xs[i] = 9
    return xs


@pytest.mark.parametrize("xs", INTS, ids=len)
def test_unpacking_and_single_places(xs):
    check(unpacked, xs)
    check(starred, xs)
    for i in (-3, -1, 0, 2, 9):
        check(deleted_one, xs, i)
        check(stored, xs, i)


def test_an_argument_that_cannot_be_taken():
    loop = []
    loop.append(loop)
    for x in (loop, [object()], [1, "a", 2.0, None, True, 1j]):
        with pytest.raises(aic.CompileError, match="list"):
            aic.jit(lambda xs: len(xs))(x)


# ---- memory ----
def churn(n):
    total = 0
    for i in range(n):
        rows = [[float(j) for j in range(i % 9)] for _ in range(5)]
        rows.append([1.0] * 400)
        rows[0] = rows[-1]
        rows.pop(1)
        total += len(rows) + len(rows[0])
    return total


def leaving(n):
    rows = []
    for i in range(n):
        rows.append([i] * 300)
        if len(rows) == 50:
            rows[77] = rows[0]
    return rows


def test_no_leak():
    f, g = aic.jit(churn), aic.jit(leaving)
    f(10), g(3)

    def run():
        f(3000)
        for _ in range(50):
            with pytest.raises(IndexError):
                g(60)
            g(40)

    run()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10):
        run()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 3000
