"""Generator expressions: lazy, their first source evaluated where they stand, everything else when an element is asked for."""
import collections
import functools
import heapq
import itertools

import numpy as np
import pytest

from harness import check


def used_up(xs):
    m = (x * 2 for x in xs)
    return list(m), list(m)


def next_and_rest(xs):
    m = (x * 2 for x in xs)
    return next(m), sum(m)


def late_names(xs):
    k = 3
    h = (x + k for x in xs)
    k = 5
    return list(h)


def in_a_loop(xs):
    out = []
    for y in (x * x for x in xs if x > 1):
        out.append(y)
    return out


def gen_total(g):
    s = 0
    for x in g:
        s += x
    return s


def handed_over(xs):
    return gen_total(x + 1 for x in xs), gen_total(y for x in xs for y in (x, -2 * x) if y)


def within_iterators(xs):
    return list(enumerate(x * x for x in xs)), list(zip((x for x in xs), (2 * x for x in xs)))


def of_a_generator(xs):
    g = (x for x in xs)
    h = (y * y for y in g)
    return next(h), list(h)


def reduced(xs):
    return functools.reduce(lambda p, q: p * q, (x + 1 for x in xs)), max((x for x in xs), key=lambda z: -z), next(x for x in xs if x > 1), next((x for x in xs if x > 10), None)


def rows(xs):
    rows = [[x, x + 1] for x in xs]
    g = (sum(v for v in row) for row in rows)
    return list(g)


def in_comprehensions(xs):
    return [list(y for y in range(x)) for x in xs], [next(y for y in range(x, 9)) for x in xs]


def read_at_once(xs):
    return collections.deque(x for x in xs)[0], sorted((x for x in xs), reverse=True), " ".join(str(x) for x in xs), set(x for x in xs)


def endless_source(xs):
    it = (x for x in range(100))
    return [x for x, _ in zip(it, xs)], next(it)


def conditions(xs):
    first = True
    tot = 0
    evens = (x for x in xs if x % 2 == 0)
    for x in evens:
        tot += x
    return tot, all(x > 0 for x in xs), any(x > 2 for x in xs)


def unpacked(xs):
    a, *bb = (x for x in xs)
    return a, bb


def spread(xs):
    return 3 in (x for x in xs), [*(x for x in xs)], {x: 1 for x in (y for y in xs)}


def of_a_closure(xs):
    def inner(n):
        return (n * x for x in xs)
    return list(inner(2)), sum(inner(3))


def in_lambdas(xs):
    f = lambda q: sum((x * q for x in xs))
    g = lambda q: (x * q for x in xs)
    return f(2), list(g(3))


def either(xs):
    yy = (x for x in xs) if len(xs) > 2 else (2 * x for x in xs)
    return list(yy)


def mapped(xs):
    return list(map(str, (x for x in xs))), list(filter(lambda z: z > 1, (x for x in xs))), list(reversed(list(x for x in xs)))


def extremes(xs):
    return heapq.nsmallest(2, (x for x in xs)), heapq.nlargest(2, (-x for x in xs)), min((abs(x), x) for x in xs), sum((x for x in xs), 10)


def pairs(xs):
    total = sum(x * y for x in xs for y in xs if x != y)
    pairs = ((x, y) for x in xs for y in xs if x < y)
    return total, [a * b for a, b in pairs], str(max(len(str(x)) for x in xs))


def yielded_from(xs):
    def pr():
        yield from (x * 2 for x in xs)
        yield from (x * 3 for x in range(len(xs)))
    return list(pr())


def counted(xs):
    return dict((x, x * x) for x in xs), [k for k in collections.Counter(x % 2 for x in xs)], list(itertools.accumulate(x for x in xs))


def stops_early(xs):
    seen = []

    def look(x):
        seen.append(x)
        return x

    g = (look(x) for x in xs)
    first = next(g)
    return first, list(seen), sum(g), seen


def empty(xs):
    g = (x for x in xs if x > 100)
    return next(g, -1), list(g), functools.reduce(lambda a, b: a + b, (x for x in xs), 0)


def over_an_array(n):
    a = np.arange(float(n))
    g = (x * x for x in a if x > 1)
    return list(g), sum(v for v in a), max((v for v in a), default=-1.0)


PROGRAMS = [used_up, next_and_rest, late_names, in_a_loop, handed_over, within_iterators, of_a_generator, reduced,
            rows, in_comprehensions, read_at_once, endless_source, conditions, unpacked, spread, of_a_closure,
            in_lambdas, either, mapped, extremes, pairs, yielded_from, counted, stops_early,
            empty]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_programs(program):
    for xs in ([1, 2, 3], [4, 3, 2, 1]):
        check(program, xs)


def test_edges():
    for xs in ([], [1]):
        check(empty, xs)
        check(used_up, xs)
    for n in (0, 4):
        check(over_an_array, n)
