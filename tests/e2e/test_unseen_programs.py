"""Programs of the kinds that users write and that were refused, wrong or without end once: `send` into a generator that yields inside
`try`, `else` of a loop without `break`, `send` through `yield from`, `map` of a generator handed to what reads it in two places, tuples that grow in a list, `is True`
of a union, the module's generator of random seeded."""
import itertools
import random
from collections import deque

import pytest
from harness import check

import aic


# ---- generators that are sent to ----
def kept_log(log):
    while True:
        try:
            log.append((yield len(log)))
        except ValueError:
            log.append(-1)


def sent_and_thrown(n):
    log = [n]
    g = kept_log(log)
    next(g)
    counts = [g.send(3), g.send(4), g.throw(ValueError("x")), g.send(5)]
    g.close()
    return counts, log


def summing(n):
    total = 0
    try:
        while True:
            x = yield total
            total += n if x is None else x
    finally:
        print("closed at", total)


def sent_or_not(n):
    g = summing(n)
    return next(g), g.send(10), next(g), next(g), g.send(-3)


def test_sending_into_try(capsys):
    check(sent_and_thrown, 2)
    check(sent_or_not, 7)
    lines = capsys.readouterr().out.splitlines()  # the interpreter's, the compiled function's and, in the sweep, the library's
    assert len(lines) >= 2 and set(lines) == {"closed at 21"}


def running_total(n):
    total = n
    while True:
        x = yield total
        if x is None:
            break
        total += x
    return total


def totals(n):
    first = yield "start"
    a = yield from running_total(first)
    b = yield from running_total(n)
    yield f"{a} {b}"


def sent_through(n):
    g = totals(n)
    out = [str(next(g)), str(g.send(10))]
    for x in (1, 2, None, 5, 6):
        out.append(str(g.send(x)))
    out.append(g.send(None))
    return out


def three():
    got = []
    while len(got) < 3:
        got.append((yield len(got)))
    return sum(got)


def deeper(n):
    if n == 0:
        return (yield from three())
    again = yield from three()
    yield -again
    return (yield from three()) * n


def sent_deeper(n):
    g = deeper(n)
    out = [next(g)]
    try:
        for k in range(20):
            out.append(g.send(k))
    except StopIteration:
        out.append(99)
    return out


def sent_to_a_list(xs):
    def walk(xs):
        x = yield 1
        yield from xs
        yield x
    g = walk(xs)
    return next(g), g.send(3), next(g)


def test_sending_through_yield_from():
    check(sent_through, 7)
    check(sent_deeper, 0)
    check(sent_deeper, 2)
    check(sent_to_a_list, [5], allowed="refused")


# ---- else of a loop ----
def else_without_break(n, j):
    for k in range(n):
        if n > 0:
            j = k
    else:
        j = n
    return j > n, j


def else_of_while(n, j):
    while n > 0:
        n -= 1
        if True:
            j = n + 7
    else:
        j = n
    return max(j, n)


def test_else_without_break():
    check(else_without_break, 3, 4)
    check(else_without_break, 0, 4)
    check(else_of_while, 3, 4)


# ---- map and filter of generators ----
class Chain:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for k in range(self.n):
            yield k

    def __repr__(self):
        return " -> ".join(map(repr, self))


def squares(n):
    for k in range(n):
        yield k * k


def mapped(n):
    more = ["a"]
    more.extend(map(str, squares(n)))
    return (",".join(map(str, squares(n))), repr(Chain(n)), tuple(map(str, squares(n))), set(map(str, squares(n))), [*map(str, squares(n))], more,
            [*enumerate(x + 1 for x in squares(n))], "".join(filter(None, (str(x) for x in squares(n)))))


def test_maps_of_generators():
    check(mapped, 4)
    check(mapped, 0)


# ---- tuples that hold their like ----
def pairs(n):
    heap = [(1, "a"), (2, "b"), (3, "c")]
    while len(heap) > 1:
        a, b = heap.pop(), heap.pop()
        heap.append((a[0] + b[0], (a[1], b[1])))
    return len(heap)


def test_tuples_without_end():
    with pytest.raises(aic.CompileError, match="a tuple that holds its like, without end"):
        aic.jit(pairs)(3)


def chain_of_names(n):
    names = a = b = c = d = e = f = g = h = i = j = k = l = m = o = p = q = r = s = t = u = v = w = x = y = z = aa = bb = cc = 0
    for _ in range(n):
        names, a, b, c, d, e, f, g, h, i, j, k, l, m = a, b, c, d, e, f, g, h, i, j, k, l, m, o
        o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc = p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc, "end"
    return names, a, bb, cc


def test_loops_that_settle_late():
    check(chain_of_names, 3)
    check(chain_of_names, 40)


# ---- is True ----
def told(v):
    if v is True:
        return "true"
    if v is False:
        return "false"
    if isinstance(v, list):
        return "[" + ",".join(told(x) for x in v) + "]"
    return str(v)


def test_identity_of_bools_in_unions():
    check(told, [True, 1, "x", [False, 0]])


# ---- random ----
def seeded(seed):
    random.seed(seed)
    first = random.random(), random.gauss(0.0, 1.0)
    random.seed(seed + 1)
    return first, random.gauss(1.0, 2.0), random.gauss(), random.gauss(), random.betavariate(2.0, 3.0), random.randbytes(5), random.randint(1, 6)


def own(seed):
    r = random.Random(seed)
    return ([r.gammavariate(0.5, 2.0) for _ in range(20)], [r.gammavariate(7.5, 2.0) for _ in range(20)], r.gammavariate(1.0, 2.0),
            [r.vonmisesvariate(2.0, 4.0) for _ in range(20)], r.vonmisesvariate(0.0, 0.0), [r.betavariate(0.5, 3.5) for _ in range(20)],
            r.randbytes(0), r.randbytes(13), r.sample(["a", "b", "c"], 4, counts=[2, 1, 3]))


@pytest.mark.parametrize("seed", [0, 5, -7, 2.5, -0.125, 2**40])
def test_seeds(seed):
    check(seeded, seed)
    check(own, seed, ulp=4)


def test_gauss_goes_on_in_python():
    draws = aic.jit(lambda n: [random.gauss(0.0, 1.0) for _ in range(n)])
    random.seed(3)
    want = [random.gauss(0.0, 1.0) for _ in range(8)], random.random()
    random.seed(3)
    got = draws(3) + [random.gauss(0.0, 1.0)] + draws(2) + draws(1) + [random.gauss(0.0, 1.0)], random.random()
    assert got == want


# ---- itertools ----
def of_nothing():
    return list(itertools.product()), list(itertools.product(repeat=2)), list(itertools.repeat("a", times=2))


def test_few_arguments():
    check(of_nothing)


# ---- attributes of what is built in ----
def attributes(n, xs):
    it, pairs = iter(xs), zip(xs, xs)
    step = it.__next__
    return (deque(xs, maxlen=2).maxlen, deque(xs).maxlen, n.numerator, n.denominator, (n > 2).numerator, step(), it.__next__(), list(it), pairs.__next__(),
            list(iter(iter([1, 2, 0, 3]).__next__, 0)))


def past_the_end(xs):
    it = iter(xs)
    try:
        while True:
            it.__next__()
    except StopIteration as e:
        return repr(e)


def test_attributes_of_builtins():
    check(attributes, 3, [1, 2, 3])
    check(past_the_end, [1, 2])


# ---- leaving a loop from `finally` ----
def continued(i):
    log = []
    for k in range(3):
        try:
            try:
                if k == i:
                    return k, log
                if i == 5 and k == 1:
                    raise KeyError(k)
            finally:
                log.append(k)
                if i == 1 and k == 0:
                    continue
        except KeyError as e:
            log.append(-k)
            break
        finally:
            log.append(10 + k)
    else:
        return 9, log
    return 7, log


def test_continue_in_finally():
    for i in (0, 1, 2, 5, 8):
        check(continued, i)


# ---- StopIteration in a generator ----
def one_by_one(xs, n):
    it = iter(xs)
    while True:
        yield next(it) + n


def stopping(n):
    yield 1
    if n > 2:
        raise StopIteration("x")
    yield 2


def run_out(xs):
    out = []
    try:
        for x in one_by_one(xs, 3):
            out.append(x)
    except RuntimeError as e:
        return out, str(e), repr(e.__cause__)
    return out


def stopped(n):
    g = stopping(n)
    out = [next(g)]
    try:
        out.append(next(g))
    except RuntimeError as e:
        out.append(len(repr(e.__cause__)))
    return out, list(g)


def test_stop_iteration_in_generators():
    check(run_out, [1, 2])
    check(stopped, 1)
    check(stopped, 3)
    check(lambda n: list(stopping(n)), 3)
    check(lambda xs: list(one_by_one(xs, 1)), [1])


# ---- calls that do not fit, where TypeError is caught ----
class Point:
    def __init__(self, x, y):
        self.x = x


def misfits():
    def f(a, b=2, *, c):
        return a + b + c

    out = []
    try:
        f(1)
    except TypeError as e:
        out.append(str(e))
    try:
        f(1, 2, 3, c=4)
    except TypeError as e:
        out.append(str(e))
    try:
        f(1, c=2, d=3)
    except TypeError as e:
        out.append(str(e))
    try:
        f(1, a=2, c=3)
    except TypeError as e:
        out.append(str(e))
    try:
        out.append(str(Point(1).x))
    except TypeError as e:
        out.append(str(e))
    return out


def test_misfits():
    check(misfits)


def next_in_expressions(n, how):
    it = iter(range(n))
    other = iter(range(3))
    if how == 0:
        return list(next(it) for _ in range(3))
    if how == 1:
        return [any(next(it) > 5 for _ in range(3))]
    if how == 2:
        return [next(it) for _ in range(3)]
    return list(k for k in [next(it), next(it)] if next(other) >= 0)


@pytest.mark.parametrize("how", range(4))
def test_next_in_generator_expressions(how):
    for n in (1, 2, 3, 4):
        check(next_in_expressions, n, how)
