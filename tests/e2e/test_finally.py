"""`finally`: by which ways it is entered and left, what it raises and with what context, functions and generators in it."""
import pytest
from harness import check, collected

PROGRAMS, program = collected()


@program(0)
@program(1)
def raises_while_one_is_on_its_way(x):
    try:
        try:
            raise KeyError("a")
        finally:
            1 // x
    except (KeyError, ZeroDivisionError) as e:
        return repr(e), repr(e.__context__), e.__cause__ is None


@program(0)
def leaves_with_a_context(x):
    try:
        raise KeyError("a")
    finally:
        1 // x


@program(0)
@program(1)
def no_context_of_its_own(x):
    try:
        try:
            pass
        finally:
            1 // x
    except ZeroDivisionError as e:
        return repr(e.__context__)
    return "none"


@program(0)
def three_deep(x):
    try:
        try:
            try:
                raise KeyError("a")
            finally:
                raise ValueError("b")
        finally:
            1 // x
    except ZeroDivisionError as e:
        return repr(e), repr(e.__context__), repr(e.__context__.__context__)


@program(0)
def from_a_function(x):
    def inverse():
        return 1 // x

    try:
        try:
            raise KeyError("a")
        finally:
            inverse()
    except ZeroDivisionError as e:
        return repr(e.__context__)


@program(0)
@program(1)
@program(2)
def handled_inside(x):
    log = []
    try:
        try:
            if x == 0:
                raise KeyError("a")
            if x == 1:
                return log
        finally:
            try:
                raise ValueError("b")
            except ValueError as e:
                log.append(repr(e.__context__))
            log.append("done")
    except KeyError as e:
        log.append(repr(e.__context__))
    return log


@program(0)
@program(1)
@program(2)
@program(3)
def every_way(k):
    log = []
    for i in range(4):
        try:
            if k == 0:
                raise KeyError(i)
            if k == 1:
                break
            if k == 2:
                continue
            if i == 2:
                return log, "returned"
        except KeyError as e:
            log.append(str(e))
        finally:
            log.append(f"f{i}")
        log.append("after")
    return log, "end"


@program(0)
@program(1)
def return_swallows(x):
    try:
        return 1 // x
    finally:
        if x == 0:
            return -1


@program(3)
@program(0)
def break_swallows(n):
    log = []
    for i in range(n + 2):
        try:
            log.append(10 // (n - i))
        finally:
            log.append(i)
            if i > n - 1:
                break
    try:
        raise ValueError("after")
    except ValueError as e:
        return log, e.__context__ is None


@program(3)
def continue_swallows(n):
    log = []
    for i in range(n):
        try:
            raise KeyError(i)
        finally:
            log.append(i)
            continue
    return log


@program(2)
def always_raises(n):
    log = []
    try:
        for i in range(n):
            try:
                raise ValueError(str(i))
            finally:
                log.append(i)
    except ValueError as e:
        return log, str(e)


@program(2)
@program(0)
def always_leaves(n):
    while True:
        try:
            if n:
                return "yes"
            raise KeyError("no")
        finally:
            n += 1


@program(3)
def with_functions_in_it(n):
    total = 0
    try:
        if n > 2:
            raise KeyError("k")
    except KeyError:
        total += 100
    finally:
        total += sum([j * n for j in range(n)])
        total += (lambda v: v + total)(1)

        def add(v):
            return v + n

        total += add(5)
    return total


@program(3)
@program(0)
def names_bound_before_and_in(n):
    a = b = 0
    try:
        try:
            a = 1
            b = 10 // n
            a = 2
        finally:
            c = (a, b)
            b = 50
    except ZeroDivisionError:
        return a, b, c, "caught"
    return a, b, c


@program(2)
@program(0)
def finally_in_finally(n):
    log = []
    try:
        try:
            log.append(1 // n)
        finally:
            try:
                log.append(2 // n)
            finally:
                log.append(3)
    except ZeroDivisionError as e:
        log.append(4 if e.__context__ is None else 5)
    return log


@program(0)
@program(1)
def cleaned_up_by_a_generator(x):
    log = []

    def items():
        try:
            yield 1
            yield 2
        finally:
            try:
                log.append(6 // x)
            finally:
                log.append(0)

    try:
        for i in items():
            if i == 1 and x:
                break
    except ZeroDivisionError as e:
        return log, e.__context__ is None
    return log


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)
