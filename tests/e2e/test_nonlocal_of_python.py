"""`nonlocal` in closures that Python made: what compiled code assigns is bound in the closure's cell when the call ends."""
import functools

import pytest
from harness import outcome

import aic


def counter(start=0):
    n = start

    def increase(by=1):
        nonlocal n
        n += by
        return n

    def look():
        return n

    def forget():
        nonlocal n
        del n

    return increase, look, forget


def both(make):
    return make(), tuple(aic.jit(f) for f in make())


def test_a_counter():
    (increase, look, _), (compiled, compiled_look, _) = both(counter)
    for by in (1, 5, -2):
        assert compiled(by) == increase(by)
    assert compiled_look() == look() == 4


def test_python_sees_it_and_may_change_it():
    increase, look, _ = counter(3)
    compiled = aic.jit(increase)
    compiled()
    assert look() == 4
    increase(10)
    assert compiled() == 15
    assert aic.jit(look)() == 15


def test_each_closure_has_its_own():
    a, b = counter(1), counter(10)
    assert (aic.jit(a[0])(), aic.jit(b[0])(), aic.jit(a[0])()) == (2, 11, 3)
    assert (a[1](), b[1]()) == (3, 11)


def test_deleted():
    increase, look, forget = counter()
    aic.jit(forget)()
    with pytest.raises(NameError):
        look()
    with pytest.raises(NameError, match="cannot access free variable 'n'"):
        aic.jit(increase)()


def counted(f):
    calls = 0
    log = []

    @functools.wraps(f)
    def inner(*args, **named):
        nonlocal calls
        calls += 1
        log.append(calls)
        return f(*args, **named), calls

    inner.look = lambda: (calls, list(log))
    return inner


@counted
def add(a, b=1):
    return a + b


def calls(n):
    return [add(k) for k in range(n)], add(n, b=5)


def test_a_decorator():
    assert aic.jit(calls)(3) == ([(1, 1), (2, 2), (3, 3)], (8, 4))
    assert add.look() == (4, [1, 2, 3, 4])
    assert aic.jit(calls)(1) == ([(1, 5)], (6, 6))
    assert add(1) == (2, 7)


def made_best():
    best, name = None, ""

    def offer(x, who):
        nonlocal best, name
        if best is None or x > best:
            best, name = x, who
        if x < 0:
            raise ValueError(f"{who}: {x}")
        return best, name

    return offer


def test_other_types_and_exceptions():
    plain, compiled = made_best(), aic.jit(made_best())
    for x, who in ((2.5, "a"), (1.0, "b"), (-1.0, "c"), (7.0, "d")):
        assert outcome(compiled, (x, who), {})[:3] == outcome(plain, (x, who), {})[:3]


def nested_functions():
    total = 0

    def run(xs):
        def put(x):
            nonlocal total
            total += x

        for x in xs:
            put(x)
        return total

    return run


def test_in_a_nested_function():
    plain, compiled = nested_functions(), aic.jit(nested_functions())
    for xs in ([1, 2], [], [3]):
        assert compiled(xs) == plain(xs)
