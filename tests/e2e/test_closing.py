"""Generators that yield inside `try` and `with`: what is done when they end, are closed, or are thrown into; contextlib."""
import contextlib
import resource

import pytest
from harness import check, collected

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


# ---- contextlib ----
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
def returned(n):
    return guarded([], n)


def in_a_list(n):
    gs = [guarded([], n) for _ in range(2)]
    return [next(g) for g in gs]


def by_one_that_is_kept(n):
    def outer():
        yield from guarded([], n)

    g = outer()
    return next(g)


@pytest.mark.parametrize("f", [returned, in_a_list, by_one_that_is_kept])
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
    f(20_000)
    before = resident()
    f(100_000)
    assert resident() - before < 4 << 20
    assert f(7) == many(7)


def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()
