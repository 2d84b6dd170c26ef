"""A StopIteration that a called function raises, where a generator lets it through: RuntimeError, as CPython has it."""
import itertools

import pytest
from harness import check

import aic


def first(it):
    return next(it)


def second(it):
    first(it)
    return first(it)


class Numbers:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n

    def take(self):
        return self.__next__()


def pairs(xs):
    it = iter(xs)
    while True:
        yield first(it), second(it)


def told(xs):
    out = []
    try:
        for p in pairs(xs):
            out.append(p)
    except RuntimeError as e:
        return out, str(e), repr(e.__cause__), repr(e.__context__)
    return out


def listed(xs):
    return list(pairs(xs))


def summed(xs):
    it = iter(xs)
    return sum(first(it) for _ in range(5))


def kept(xs):
    g = pairs(xs)
    out = [next(g)]
    try:
        out.append(next(g))
    except RuntimeError:
        out.append((-1, -1))
    return out, list(g)


def test_functions():
    for xs in ([], [1], [1, 2, 3], [1, 2, 3, 4]):
        check(told, xs)
        check(listed, xs)
    check(summed, [1, 2])
    check(summed, [1, 2, 3, 4, 5])
    check(kept, [1, 2, 3])


def of_methods(n, m):
    numbers = Numbers(n)
    for _ in range(m):
        yield numbers.take()


def by_next(n):
    numbers = Numbers(n)
    yield from numbers
    yield next(numbers)


def methods(n, m):
    return list(of_methods(n, m))


def nexts(n):
    return list(by_next(n))


def test_methods():
    check(methods, 3, 3)
    check(methods, 3, 5)
    check(nexts, 2)


def looped(n):  # the loop's own StopIteration ends the loop
    for x in Numbers(n):
        yield x


def loops(n):
    return list(looped(n)), [x for x in looped(n)]


def caught_inside(xs):
    it = iter(xs)
    while True:
        try:
            yield first(it)
        except StopIteration:
            return


def catches(xs):
    return list(caught_inside(xs))


def through_finally(xs, log):
    it = iter(xs)
    while True:
        try:
            x = first(it)
        finally:
            log.append("f")
        yield x


def finally_(xs):
    log = []
    try:
        return list(through_finally(xs, log)), log
    except RuntimeError as e:
        return [], log + [repr(e.__cause__)]


def reraised(xs):
    it = iter(xs)
    try:
        x = next(it)
    except StopIteration:
        raise
    yield x


def raises_again(xs):
    return list(reraised(xs))


def test_try():
    check(loops, 3)
    check(catches, [1, 2])
    check(finally_, [1, 2])
    check(raises_again, [1])
    check(raises_again, [])


def outside(xs):  # what the consuming loop raises is no business of the generator's
    it = iter(xs)
    out = []
    for n in counted(9):
        out.append(first(it) + n)
    return out


def counted(n):
    for k in range(n):
        yield k


def test_the_loop_around():
    check(outside, [1, 2])


def depth(tree, it):
    if not tree:
        return first(it)
    return 1 + sum(depth(t, it) for t in tree)


def recursion(n):
    return depth([[[]], []], iter(list(range(n))))


def test_recursion():
    check(recursion, 5)
    check(recursion, 1)


def of_steps(n):
    return sum(sum(Numbers(k)) for k in range(n)), [list(Numbers(k)) for k in range(n)], max(len(list(Numbers(k))) for k in range(n))


def told_by_next(xs, given):
    it = iter(xs)
    try:
        if given:
            raise StopIteration(given)
        return next(it), next(it)
    except StopIteration as e:
        return e.args, str(e), repr(e)


def in_try(xs):
    it = iter(xs)
    try:
        return sum(first(it) for _ in range(3))
    except RuntimeError as e:
        return str(e), repr(e.__cause__)


def test_expressions():
    check(of_steps, 4)
    check(told_by_next, [1], 0)
    check(told_by_next, [1], 3)
    check(told_by_next, [1, 2], 0)
    check(in_try, [1, 2])
    check(in_try, [1, 2, 3])


def mapped(xs):
    return list(map(second, map(iter, xs)))


def mapped_next(xs):
    out = []
    for x in map(next, [iter(x) for x in xs]):
        out.append(x)
    return out


def filtered(xs):
    return [x for x in filter(lambda x: first(iter(x)), xs)]


def pulled(xs):
    m = map(second, [iter(x) for x in xs])
    return next(m)


def taken(xs):
    return list(itertools.takewhile(lambda x: first(iter(x)), xs))


def largest(xs):
    return max(xs, key=lambda x: second(iter(x)))


def of_methods_that_do_not(n):
    return list(map(lambda k: [x for x in Numbers(k)], range(n))), list(itertools.islice(Numbers(n), 2))


@pytest.mark.parametrize("program", [mapped, mapped_next, filtered, pulled, taken])
def test_what_would_end_an_iterator_is_refused(program):
    with pytest.raises(aic.CompileError, match="StopIteration, which would end the iterator"):
        aic.jit(program)([[1, 2], [3, 4]])


def test_other_calls():
    check(largest, [[1, 5], [0, 7]])
    check(largest, [[1, 5], [0]])
    check(of_methods_that_do_not, 3)


def careful(xs):
    it = iter(xs)
    try:
        return first(it)
    except StopIteration:
        return -1


def again(xs):
    try:
        return first(iter(xs))
    except StopIteration:
        raise


def firsts(xss):
    for xs in xss:
        yield careful(xs)


def firsts_again(xss):
    for xs in xss:
        yield again(xs)


def of_careful(xss):
    return list(map(careful, xss)), list(firsts(xss)), [sum(Numbers(len(x))) for x in xss]


def of_again(xss):
    return list(firsts_again(xss))


def test_what_is_caught_does_not_count():
    check(of_careful, [[1], [], [2]])
    check(of_again, [[1], [2]])
    check(of_again, [[1], []])
