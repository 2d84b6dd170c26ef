"""Generators that yield inside `try` and `with`: what is done when they end, are closed, or are thrown into."""
import pytest
from harness import check, collected, growth

import aic

PROGRAMS, program = collected()


def guarded(log, n):
    log.append("open")
    try:
        for k in range(n):
            yield k
        log.append("through")
    finally:
        log.append("close")


@program(3)
def to_the_end(n):
    log = []
    for x in guarded(log, n):
        log.append(str(x))
    log.append("after")
    return log


@program(3)
def left_by_break(n):
    log = []
    for x in guarded(log, n):
        log.append(str(x))
        if x == 1:
            break
    log.append("after")
    return log


@program(3)
def by_a_comprehension(n):
    log = []
    return [x * x for x in guarded(log, n)], sum(guarded(log, n)), list(guarded(log, n)), log


@program(3)
def closed_by_hand(n):
    log = []
    g = guarded(log, n)
    first = next(g)
    g.close()
    g.close()
    return first, next(g, -1), log


@program(3)
def closed_before_it_began(n):
    log = []
    g = guarded(log, n)
    g.close()
    return next(g, -1), log


@program(3)
def read_twice(n):
    log = []
    g = guarded(log, n)
    a = next(g)
    rest = list(g)
    return a, rest, log


@program(5)
def returned_from_the_loop(n):
    log = []

    def inner():
        for x in guarded(log, n):
            if x == 2:
                return x * 10
        return -1

    return inner(), log


@program(5)
def raised_in_the_loop(n):
    log = []

    def inner():
        for x in guarded(log, n):
            if x == 2:
                raise ValueError(str(x))

    try:
        inner()
    except ValueError as error:
        log.append(str(error))
    return sorted(log)


@program(5)
def never_closed(n):
    log = []

    def inner():
        g = guarded(log, n)
        return next(g) + next(g)

    return inner(), log


@program(2)
@program(0)
def two_at_once(n):
    log = []

    def inner():
        a, b = guarded(log, n + 1), guarded(log, n + 2)
        return next(a) + next(b) + next(b)

    return inner(), log


def tolerant(values):
    for v in values:
        try:
            yield 10 // v
        except ZeroDivisionError:
            continue


@program([1, 2, 5])
@program([])
def what_the_generator_raises_is_its_own(values):
    return [x for x in tolerant(values)]


def catches_its_own(values):
    total = 0
    for v in values:
        try:
            if v < 0:
                raise ValueError(v)
            total += v
            yield total
        except ValueError as error:
            total -= 100
        else:
            total += 1000
        finally:
            total += 10
    yield total


@program([1, -2, 3])
@program([-1])
@program([])
def with_all_clauses(values):
    return list(catches_its_own(values))


@program([3, 1, 0])
def an_error_in_the_loop_does_not_go_in(values):
    log = []

    def careful():
        for v in values:
            try:
                yield v
            except ZeroDivisionError:
                log.append("caught inside")

    try:
        for v in careful():
            log.append(str(6 // v))
    except ZeroDivisionError:
        log.append("caught outside")
    return log


def nested(log):
    try:
        log.append("a")
        try:
            yield 1
            log.append("b")
            yield 2
        finally:
            log.append("inner")
        yield 3
    finally:
        log.append("outer")


@program(0)
@program(1)
@program(2)
@program(3)
@program(4)
def in_two_tries(rounds):
    log = []
    got = []
    g = nested(log)
    for _ in range(rounds):
        got.append(next(g, -1))
    g.close()
    return got, log


def counting(log):
    n = 0
    while True:
        try:
            n += 1
            if n > 3:
                return
            yield n
        except KeyError as error:
            log.append("key " + str(error))
        finally:
            log.append(f"round {n}")


@program(1)
@program(4)
@program(9)
def in_a_loop(rounds):
    log = []
    g = counting(log)
    got = [next(g, -1) for _ in range(rounds)]
    g.close()
    return got, log


@program()
def thrown_into():
    log = []
    g = counting(log)
    got = [next(g)]
    got.append(g.throw(KeyError("k")))
    try:
        g.throw(ValueError("v"))
    except ValueError as error:
        log.append(str(error))
    return got, log, next(g, -1)


def plain(n):
    for k in range(n):
        yield k


@program()
def thrown_into_one_without_try():
    g = plain(3)
    got = [next(g)]
    try:
        g.throw(ValueError("v"))
    except ValueError as error:
        got.append(len(str(error)))
    return got, next(g, -1)


@program()
def thrown_before_it_began():
    g = counting([])
    try:
        g.throw(ValueError("v"))
    except ValueError as error:
        return str(error), next(g, -1)


class Resource:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def __enter__(self):
        self.log.append("enter " + self.name)
        return self

    def __exit__(self, kind, error, traceback):
        self.log.append("exit " + self.name + (" " + kind.__name__ if kind is not None else ""))


def lines(log, n):
    with Resource(log, "file") as r:
        for k in range(n):
            yield f"{r.name} {k}"


@program(3)
def inside_with(n):
    log = []
    for line in lines(log, n):
        log.append(line)
        if line.endswith("1"):
            break
    return log


# ---- yields under `except` ----
def tried(values, log):
    for v in values:
        try:
            yield 10 // v
        except ZeroDivisionError as error:
            log.append(str(error))
            yield -1
            log.append("again " + str(error))
        else:
            log.append("fine")


@program([1, 0, 5, 0])
@program([0])
@program([])
def yields_under_except(values):
    log = []
    g = tried(values, log)
    first = next(g, None)
    return first, list(g), log


def handles(n):
    try:
        1 // n
    except ZeroDivisionError as error:
        yield 1
        try:
            raise KeyError("k")
        except KeyError as inner:
            yield len(str(inner.__context__))
        yield len(str(error))
        raise ValueError("v")
    yield 7


@program(0)
@program(1)
def handles_again_what_it_handled(n):
    g = handles(n)
    got = [next(g)]
    try:
        for x in g:
            got.append(x)
    except ValueError as error:
        return got, repr(error.__context__)
    return got, "none"


@program(0)
def leaves_with_what_it_handled(n):
    g = handles(n)
    got = [next(g), next(g), next(g)]
    return got, next(g)


def raises_again(n):
    try:
        1 // n
    except ZeroDivisionError:
        yield 1
        raise
    finally:
        yield 2


@program(0)
@program(2)
def a_bare_raise_after_a_yield(n):
    g = raises_again(n)
    got = []
    try:
        while True:
            got.append(next(g))
    except ZeroDivisionError as error:
        return got, repr(error), error.__context__ is None
    except StopIteration:
        return got, "end"


def retried(log, tries):
    for k in range(tries):
        try:
            if k < 2:
                raise ValueError(str(k))
            yield "done"
            return
        except ValueError as error:
            log.append(str(error))
            yield "retry"
            continue


@program(1)
@program(5)
def retries(n):
    log = []
    g = retried(log, n)
    return [next(g, "no") for _ in range(4)], log


@program(0)
def outside_nothing_is_handled(n):
    g = handles(n)
    next(g)
    try:
        raise IndexError("i")
    except IndexError as error:
        return repr(error.__context__), next(g)


def left_in_except(log):
    try:
        try:
            raise ValueError("a")
        except ValueError:
            yield 1
            log.append("not here")
    finally:
        log.append("finally")


@program()
def closed_in_except():
    log = []
    for x in left_in_except(log):
        break
    g = left_in_except(log)
    next(g)
    g.close()
    return log


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)


# ---- refused ----
def returned_with_others(n):
    g = guarded([], n)
    return g, n


def in_a_list(n):
    gs = [guarded([], n) for _ in range(2)]
    return [next(g) for g in gs]


def by_one_that_is_kept(n):
    def outer():
        yield from guarded([], n)

    g = outer()
    return next(g)


@pytest.mark.parametrize("f", [returned_with_others, in_a_list, by_one_that_is_kept])
def test_refused(f):
    with pytest.raises(aic.CompileError, match=r"--> .*test_closing.py:\d+:\d+"):
        aic.jit(f)(2)


def many(n):
    total = 0
    for k in range(n):
        for x in guarded([], 3):
            total += x * k
    return total


def test_memory_of_what_was_closed():
    f = aic.jit(many)
    assert growth(f, 20_000, 100_000) < 4 << 20
    assert f(7) == many(7)
