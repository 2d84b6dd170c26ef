"""`with` over contextlib's managers inside of generators: consumed in compiled code, and returned to Python."""
import contextlib

import pytest

import aic
from harness import check, collected

PROGRAMS, program = collected()


@contextlib.contextmanager
def tagged(log, n):
    log.append(n)
    try:
        yield n * 2
    finally:
        log.append(-n)


@contextlib.contextmanager
def without_try(log, n):
    log.append(n)
    yield n * 2
    log.append(-n)


@contextlib.contextmanager
def catching(log, n):
    try:
        yield n
    except ValueError as e:
        log.append(len(str(e)))


def steps(log, n):
    with tagged(log, n) as x:
        for i in range(3):
            yield x + i


def two_managers(log, n):
    with without_try(log, n) as x, without_try(log, x) as y:
        for i in range(y - x):
            yield x + i


def caught(log, n):
    with catching(log, n) as x:
        yield x
        raise ValueError("inner")
    yield 99


def quiet():
    with contextlib.suppress(KeyError):
        yield 1
        yield {1: 2}[1]
        yield {1: 2}[3]
    yield 7


def nothing(n):
    with contextlib.nullcontext(n) as x:
        yield x
        yield x + 1


@program()
def to_the_end():
    log = []
    return (list(steps(log, 4)), list(two_managers(log, 2)), list(caught(log, 3)), sum(quiet()), sum(nothing(4)), log)


@program(10)
@program(100)
def left_early(most):
    log, total = [], 0
    for v in steps(log, 5):
        total += v
        if total > most:
            break
    log.append(100)
    return total, log


@program()
def closed_and_thrown_into():
    log = []
    g, h, k = steps(log, 4), caught(log, 3), steps(log, 6)
    told = [next(g), next(g), next(h), next(k)]
    g.close()
    told.append(h.throw(ValueError("four")))
    try:
        k.throw(KeyError("k"))
    except KeyError as e:
        told.append(len(str(e)))
    return told, log


@program(0)
@program(1)
def one_of_two_managers(k):
    log = []
    one = tagged(log, 3) if k else without_try(log, 4)
    with one as v:
        log.append(v)
    for each in [tagged(log, 5), tagged(log, 6)]:
        with each as v:
            log.append(v)
    return log


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)


def returned(n):
    return printing(n)


@contextlib.contextmanager
def told(n):
    print("enter", n)
    try:
        yield n
    finally:
        print("exit", n)


def printing(n):
    with told(n) as x:
        yield x
        yield x + 1


def test_returned_to_python(capfd):
    seen = []
    for make in (returned, aic.jit(returned)):
        print(list(make(3)))
        g = make(4)
        next(g)
        g.close()
        h = make(5)
        next(h)
        del h
        seen.append(capfd.readouterr().out)
    assert seen[0] == seen[1]
