"""Context managers of contextlib: contextmanager, closing, nullcontext, suppress, alone and with generators that yield inside `try`."""
import contextlib

import pytest
from harness import check, collected

PROGRAMS, program = collected()


@contextlib.contextmanager
def tagged(log, name):
    log.append("<" + name + ">")
    try:
        yield len(log)
    finally:
        log.append("</" + name + ">")


@program(1)
@program(0)
def tags(x):
    log = []
    try:
        with tagged(log, "a") as depth:
            with tagged(log, "b"):
                log.append(str(depth) + str(1 // x))
    except ZeroDivisionError as error:
        log.append(str(error))
    return log


@program(3)
def left_by_return(n):
    log = []

    def inner():
        for k in range(n):
            with tagged(log, str(k)):
                if k == 1:
                    return k
        return -1

    return inner(), log


@contextlib.contextmanager
def without_try(log):
    log.append("in")
    yield
    log.append("out")


@program(1)
@program(0)
def no_try(x):
    log = []
    try:
        with without_try(log):
            log.append(str(1 // x))
    except ZeroDivisionError:
        log.append("error")
    return log


@contextlib.contextmanager
def swallowing(log):
    try:
        yield
    except (KeyError, IndexError) as error:
        log.append("swallowed " + str(error))


@program([1], 0)
@program([1], 5)
def swallowed(xs, k):
    log = []
    with swallowing(log):
        log.append(str(xs[k]))
    log.append("after")
    return log


@contextlib.contextmanager
def translating():
    try:
        yield "t"
    except KeyError as error:
        raise ValueError("translated") from error


@program({"a": 1}, "a")
@program({"a": 1}, "b")
def translated(d, key):
    try:
        with translating() as t:
            return t + str(d[key])
    except ValueError as error:
        return str(error), repr(error.__cause__)


@program({"a": 1}, "b")
def leaves_translated(d, key):
    with translating():
        return d[key]


@contextlib.contextmanager
def never():
    if len("a") > 3:
        yield


@contextlib.contextmanager
def twice():
    yield 1
    yield 2


@contextlib.contextmanager
def stubborn():
    try:
        yield 1
    except ValueError:
        pass
    yield 2


@program()
def never_yields():
    with never():
        return 1


@program()
def yields_twice():
    with twice() as x:
        pass
    return x


@program()
def goes_on_after_an_error():
    with stubborn():
        raise ValueError("v")


@program(4)
def made_here(n):
    @contextlib.contextmanager
    def level(k):
        nonlocal n
        n += k
        try:
            yield n
        finally:
            n -= k

    with level(1) as a, level(2) as b:
        c = n
    return a, b, c, n


@contextlib.contextmanager
def changed(settings, **new):
    before = settings.copy()
    settings.update(new)
    try:
        yield settings
    finally:
        settings.clear()
        settings.update(before)


@program({"a": 1})
def settings_for_a_while(settings):
    with changed(settings, a=2, b=3) as s:
        inside = sorted(s.items())
    return inside, settings


@program(True)
@program(False)
def null_and_closing(flag):
    log = []
    with contextlib.nullcontext(3) as three, contextlib.nullcontext():
        log.append(str(three))
    with contextlib.closing(Door(log)) as door:
        door.log.append("use")
        if flag:
            return log
    return log, len(log)


class Door:
    def __init__(self, log):
        self.log = log

    def close(self):
        self.log.append("closed")


# ---- all together ----
@contextlib.contextmanager
def marked(log, i):
    log.append(i)
    try:
        yield i * 10
    finally:
        log.append(-i)


def nums(log, n):
    try:
        for i in range(n):
            try:
                yield i
            finally:
                log.append(i)
    finally:
        log.append(-1)


@program(3)
def zipped(n):
    log = []
    out = [(x, y) for x, y in zip(nums(log, n), nums(log, n + 2))]
    return out, sorted(log)


@program(3)
def enumerated(n):
    log = []
    out = [(k, x) for k, x in enumerate(nums(log, n)) if x != 1]
    return out, log


@program(4)
def summed_and_asked(n):
    log = []
    return (sum((x * 2 for x in nums(log, n))), any((x > 1 for x in nums(log, n))), len(log) > 0)


class Counted:
    def __init__(s):
        s.log = []
        s.k = 0

    def items(s, n):
        try:
            while s.k < n:
                s.k += 1
                yield s.k
        except GeneratorExit:
            s.log.append("exit")
            raise
        finally:
            s.log.append("fin")


@program(3)
def of_a_method(n):
    t = Counted()
    for x in t.items(n):
        if x == 2:
            break
    return (t.log, t.k, list(t.items(5)), t.log)


def never_ends():
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass
        yield 2


@program()
def ignores_the_exit():

    def f():
        g = never_ends()
        next(g)
        try:
            g.close()
        except RuntimeError as e:
            return str(e)
    return f()


def stateful(n):
    total = 0

    def bump(k):
        nonlocal total
        total += k
        return total
    for i in range(n):
        try:
            bump(i)
            yield total
        finally:
            bump(10)
    yield total


@program(3)
def with_nonlocal(n):
    return (list(stateful(n)), [x for x in stateful(1)])


def fails(n):
    try:
        yield 1
        yield (10 // n)
    except ZeroDivisionError as e:
        x = str(e)
    else:
        x = "ok"
    yield len(x)


@program(0)
@program(5)
def yields_after_its_try(n):
    return list(fails(n))


def raising(n):
    try:
        yield 1
        raise ValueError("inside")
    finally:
        n.append(2)


@program([1])
def raises_itself(n):
    try:
        for x in raising(n):
            n.append(x)
    except ValueError as e:
        return (str(e), n)


@program([1])
def raises_out_of_all(n):
    for x in raising(n):
        n.append(x)


def fin_return(log):
    try:
        yield 1
        yield 2
    finally:
        log.append("r")
        return


@program()
def returns_in_finally():
    log = []
    g = fin_return(log)
    next(g)
    g.close()
    return (list(fin_return(log)), log, next(g, None))


@program([3, 1, 2])
def what_yield_gives(xs):
    log = []

    def g():
        for x in xs:
            try:
                y = (yield x)
            finally:
                log.append(x)
    return ([v for v in g()], log)


@program(5)
def in_nested_loops(n):
    log = []
    out = []
    for i in nums(log, n):
        for j in nums(log, i):
            if j == 1:
                break
            out.append((i, j))
        else:
            continue
        if i == 3:
            break
    return out, log


@program(3)
def of_two_names(n):
    log = []

    def run():
        g = nums(log, n)
        h = g
        return (next(g), next(h))
    r = run()
    return (r, log)


@program(3)
def unpacked_and_read_by_builtins(n):
    log = []
    a, *b = nums(log, n)
    x = max(nums(log, n), default=0)
    y = min(nums(log, n))
    return (a, b, x, y, len(log), 1 in nums(log, n), tuple(nums(log, 2)), set(nums(log, 2)), "".join((str(q) for q in nums(log, 3))))


@program(3)
def managers_inside_managers(n):
    try:
        with marked([], 1) as v:
            with marked([], 2):
                raise KeyError(n)
    except KeyError as e:
        return (repr(e), e.__context__ is None, e.__cause__ is None)


@program(0)
def leaves_by_managers(n):
    with marked([], 1):
        return 1 // n


@program(3)
def managers_in_recursion(n):
    log = []

    def f(k):
        with marked(log, k) as v:
            if k == 0:
                return [v]
            return f(k - 1) + [v]
    return (f(n), log)


@contextlib.contextmanager
def retry(log):
    try:
        yield log
    except ValueError as e:
        log.append(str(e))
    else:
        log.append("fine")


@program(4)
def manager_with_else(n):
    log = []
    for i in range(n):
        with retry(log) as l:
            if i % 2:
                raise ValueError(str(i))
            if i == 2:
                continue
            l.append(i * 1.0 if False else str(i))
    return log


@contextlib.contextmanager
def two(a, b=2, *, c=3):
    yield (a, b, c)


@program(1)
def managers_with_all_arguments(x):
    with two(x) as p1, two(x, c=9) as p2, two(*[x, 5]) as p3:
        return (p1, p2)


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)
