"""Generators consumed by loops, and itertools, against CPython."""
import functools
import itertools
import math

import pytest

import aic
from harness import check


def upto(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(n):
    for i in range(n):
        if i % 5 == 4:
            continue
        if i > 17:
            return
        yield i * i


def flattened(rows):
    for row in rows:
        yield -1
        yield from row


def shifted(source, by):
    for x in source:
        yield x + by


def summed(n):
    total = 0
    for x in squares(n):
        total += x
    return total


def left_early(n, limit):
    seen = []
    for x in upto(n):
        if x % 2:
            continue
        if x > limit:
            break
        seen.append(x)
    else:
        seen.append(-1)
    return seen


def returned_early(n, wanted):
    for x in squares(n):
        if x == wanted:
            return x, "found"
    return -1, "missing"


def pipeline(n):
    return [x for x in shifted(shifted(upto(n), 10), 0.5)], sum(shifted(squares(n), 1)), list(squares(n)), max(squares(n), default=0)


def several_yields(rows):
    return list(flattened(rows)), {x for x in flattened(rows)}


def nested_loops(n):
    out = []
    for a in upto(n):
        for b in squares(a + 1):
            if b > 9:
                break
            out.append((a, b))
    return out


def first_bound_inside(n):
    for x in upto(n):
        last = x
    return last


def numbered(n):
    return [(i, x) for i, x in enumerate(squares(n), 3)], [x for x in map(abs, shifted(upto(n), -2))]


def primes(limit):
    def sieve():
        known = []
        k = 2
        while True:
            if all(k % p for p in known):
                known.append(k)
                yield k
            k += 1

    out = []
    for p in sieve():
        if p > limit:
            break
        out.append(p)
    return out


def an_error_inside(xs):
    def halves():
        for x in xs:
            yield 12 // x

    total = []
    try:
        for h in halves():
            total.append(h)
    except ZeroDivisionError:
        total.append(-99)
    return total


def words(text):
    word = ""
    for c in text:
        if c == " ":
            if word:
                yield word
            word = ""
        else:
            word += c
    if word:
        yield word


def counted_words(text):
    counts = {}
    for w in words(text):
        counts[w] = counts.get(w, 0) + 1
    return counts


def consumed_twice(n):
    g = upto(n)
    return list(g), list(g)


def streams(xs, n):
    return (
        list(itertools.accumulate(xs)), list(itertools.accumulate(xs, max)), list(itertools.accumulate(xs, initial=100)),
        list(itertools.islice(itertools.count(5, 3), n)), list(itertools.islice(xs, 1, None, 2)), list(itertools.chain(xs, [7], xs)),
        list(itertools.takewhile(lambda x: x < 4, xs)), list(itertools.dropwhile(lambda x: x < 4, xs)),
        list(itertools.pairwise(xs)), list(itertools.compress(xs, [1, 0, 1, 1])), list(itertools.filterfalse(lambda x: x % 2, xs)),
    )


def arrangements(xs):
    return (
        list(itertools.product(xs, "ab")), list(itertools.product(xs, repeat=2)), list(itertools.combinations(xs, 2)),
        list(itertools.permutations(xs, 2)), list(itertools.combinations_with_replacement(xs, 2)),
        [(k, list(g)) for k, g in itertools.groupby(xs, lambda x: x // 3)],
    )


def folded(xs):
    return functools.reduce(lambda a, b: a * 3 + b, xs, 1), functools.reduce(lambda a, b: max(a, b), xs)


def sums(xs):
    return math.fsum(xs), math.prod(xs), math.prod([1, 2, 3], start=4)


def rounded(x):
    return round(x, 2), round(x, 0), round(x, -1), round(x, 5), round(-x, 1), round(x, 16)


def rounded_int(n):
    return round(n, 1), round(n, -1), round(n, -2), round(n, -17)


def powers(a, b, m):
    return pow(a, b, m)


CASES = [
    (summed, (30,)), (summed, (0,)), (left_early, (20, 9)), (left_early, (5, 9)), (returned_early, (20, 36)), (returned_early, (20, 7)),
    (pipeline, (6,)), (pipeline, (0,)), (several_yields, ([[1, 2], [], [3]],)), (nested_loops, (4,)), (first_bound_inside, (3,)),
    (first_bound_inside, (0,)), (numbered, (7,)), (primes, (30,)), (an_error_inside, ([1, 2, 0, 3],)), (an_error_inside, ([5],)),
    (counted_words, ("a bc  a d",)), (streams, ([3, 1, 4, 1, 5, 9, 2, 6], 4)), (streams, ([1], 0)), (arrangements, ([1, 2, 5],)),
    (arrangements, ([4],)), (folded, ([1, 2, 3],)), (sums, ([0.1] * 10,)), (sums, ([1e100, 1.0, -1e100],)), (sums, ([],)),
    (rounded, (2.675,)), (rounded, (0.5,)), (rounded, (1234567.891,)), (rounded, (15.0,)), (rounded, (25.0,)), (rounded, (1e22,)),
    (rounded, (float("inf"),)), (rounded, (5e-324,)), (rounded_int, (15,)), (rounded_int, (-25,)), (rounded_int, (12345,)),
    (powers, (3, 200, 1000)), (powers, (7, -1, 40)), (powers, (2, 10, -7)), (powers, (2, 10, 0)), (powers, (6, -1, 9)),
    (powers, (123456789012345678, 98765432109876543, 9007199254740993)),
]


@pytest.mark.parametrize("function, args", CASES, ids=lambda x: getattr(x, "__name__", None))
def test_as_in_cpython(function, args):
    check(function, *args)


def test_a_generator_that_two_consume_is_kept():
    check(consumed_twice, 3)
