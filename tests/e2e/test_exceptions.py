"""try, except, else, finally, raise: against CPython, with every way of leaving a guarded body."""
import pytest

import aic
from harness import check


def every_clause(a, b):
    log = []
    try:
        log.append("try")
        result = a // b
    except ZeroDivisionError:
        log.append("except")
        result = None
    else:
        log.append("else")
    finally:
        log.append("finally")
    return result, log


def first_that_fits(xs, i):
    try:
        return 10 // xs[i]
    except IndexError:
        return "index"
    except ArithmeticError:
        return "arithmetic"


def with_its_name_and_text(text):
    try:
        return int(text)
    except (KeyError, ValueError) as error:
        return type(error).__name__, str(error), f"{error!r}"


def passed_on(xs, i):
    try:
        return xs[i]
    except ZeroDivisionError:
        return -1


def partly_done(xs):
    total, bad = 0, []
    for i, x in enumerate(xs):
        try:
            total += 12 // x
            last = i
        except ZeroDivisionError:
            bad.append(i)
    return total, bad, last


def unbound_after_an_exception(x):
    try:
        y = 10 // x
        z = y + 1
    except ZeroDivisionError:
        z = 0
    return y, z


def value_at_the_raise(xs):
    k = -1
    try:
        for k in range(10):
            xs[k] += 1
    except IndexError:
        return k
    return "no error"


def again(x):
    log = []
    try:
        try:
            return 10 / x
        except ZeroDivisionError:
            log.append("noted")
            raise
    except ZeroDivisionError as error:
        return log, str(error)


def another_from_a_handler(x):
    try:
        try:
            return 10 // x
        except ZeroDivisionError as error:
            raise ValueError(f"bad: {error}") from error
    except ValueError as error:
        return str(error)


def leaves_by_a_handler(text):
    try:
        return float(text)
    except ValueError:
        raise RuntimeError("no number") from None


def finally_after_return(early):
    log = []

    def work():
        try:
            if early:
                return "early"
            log.append("late")
        finally:
            log.append("cleaned")
        return "end"

    return work(), log


def return_in_finally(x):
    for i in range(3):
        try:
            if i == 1:
                return 1 // x
        finally:
            if x == 0:
                return f"swallowed in round {i}"
    return "unreached"


def loops_through_finally(n):
    log = []
    for i in range(n):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            log.append(i)
        finally:
            log.append(-i)
    else:
        log.append(100)
    return log


def nested(which):
    log = []
    try:
        try:
            if which == 0:
                raise KeyError("k")
            if which == 1:
                raise IndexError("i")
            if which == 2:
                raise TypeError("t")
        except KeyError:
            log.append("inner")
            raise ValueError("from handler")
        finally:
            log.append("inner finally")
    except (IndexError, ValueError) as error:
        log.append(f"outer {error}")
    return log


def retried(failures):
    attempts = 0
    while True:
        try:
            attempts += 1
            if attempts <= failures:
                raise ConnectionError("try again")
            return attempts
        except ConnectionError:
            if attempts >= 3:
                return -1


def skipped_or_done(n):
    done = []
    for i in range(abs(n)):
        try:
            if i % 3 == 0:
                raise ValueError("three")
            root = n - 2 * i
        except ValueError:
            done.append(-1)
            continue
        else:
            done.append(root)
        finally:
            done.append(i)
    return done


def through_calls(n):
    def deeper(k):
        if k == 0:
            raise OverflowError("bottom")
        return deeper(k - 1) + 1

    try:
        return deeper(n)
    except ArithmeticError as error:
        return -n, str(error)


def of_arguments(a, b):
    try:
        if a > 0:
            raise LookupError("text", a)
        raise KeyError(b)
    except KeyError as error:
        return "key", str(error), repr(error)
    except LookupError as error:
        return "lookup", str(error)


def a_handler_of_everything(x):
    try:
        return 1 // x
    except:  # noqa: E722
        return "all"


def no_number(x):
    try:
        return int(x)
    except ValueError:
        return "nan"
    except OverflowError:
        return "infinite"


def arrays_filled_until(a, limit):
    try:
        for i in range(100):
            a[i] = i * limit
    except IndexError:
        a[0] = -1.0
    return a.sum()


def the_name_is_gone(x):
    error = 7
    try:
        return 10 // x
    except ZeroDivisionError as error:  # noqa: F841
        pass
    return error


def forgotten_on_break(n):
    for e in range(n):
        try:
            [0][e]
        except IndexError as e:  # noqa: F841
            break
    return e


def strings_alive(words):
    out = []
    for w in words:
        try:
            text = w + "!" + w
            out.append(int(w))
        except ValueError:
            out.append(len(text))
    return out


def raises_in_else(x):
    try:
        y = x + 1
    except ZeroDivisionError:
        return "caught"
    else:
        return 10 // (y - 1)


CASES = [
    (every_clause, (10, 2)), (every_clause, (1, 0)), (every_clause, (7, -2)),
    (first_that_fits, ([1, 2], 1)), (first_that_fits, ([1, 2], 5)), (first_that_fits, ([0], 0)),
    (with_its_name_and_text, ("12",)), (with_its_name_and_text, ("zwölf",)),
    (passed_on, ([1], 0)), (passed_on, ([1], 3)),
    (partly_done, ([1, 0, 5, 0],)), (partly_done, ([0],)),
    (unbound_after_an_exception, (3,)), (unbound_after_an_exception, (0,)),
    (value_at_the_raise, ([1, 2, 3],)), (value_at_the_raise, ([0] * 12,)),
    (again, (5,)), (again, (0,)), (another_from_a_handler, (5,)), (another_from_a_handler, (0,)),
    (leaves_by_a_handler, ("1.5",)), (leaves_by_a_handler, ("x",)),
    (finally_after_return, (True,)), (finally_after_return, (False,)),
    (return_in_finally, (1,)), (return_in_finally, (0,)),
    (loops_through_finally, (0,)), (loops_through_finally, (2,)), (loops_through_finally, (5,)),
    (nested, (0,)), (nested, (1,)), (nested, (2,)), (nested, (3,)),
    (retried, (1,)), (retried, (7,)), (skipped_or_done, (7,)),
    (through_calls, (5,)), (of_arguments, (1, 2)), (of_arguments, (0, 2)), (of_arguments, (0, "k")),
    (a_handler_of_everything, (0,)), (a_handler_of_everything, (1,)),
    (no_number, (float("nan"),)), (no_number, (float("inf"),)), (no_number, (2.5,)),
    (the_name_is_gone, (0,)), (the_name_is_gone, (3,)),
    (strings_alive, (["1", "x", "22", "yy"],)), (raises_in_else, (1,)), (raises_in_else, (0,)),
]


@pytest.mark.parametrize("function, args", CASES, ids=lambda x: getattr(x, "__name__", None))
def test_as_in_cpython(function, args):
    check(function, *args)


def test_arrays_changed_before_the_exception_stay_changed():
    import numpy as np

    check(arrays_filled_until, np.zeros(5), 2.0)


def test_memory_stays_flat_over_caught_exceptions():
    import resource

    @aic.jit
    def f(n):
        bad = 0
        for i in range(n):
            try:
                bad += int("x" if i % 2 else "1")
            except ValueError:
                bad += 100
        return bad

    f(10)
    for _ in range(20):
        f(2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        f(2000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_class_that_is_no_exception_is_refused():
    @aic.jit
    def f(x):
        try:
            return 1 // x
        except int:
            return 0

    with pytest.raises(aic.CompileError, match="AIC2204"):
        f(0)
