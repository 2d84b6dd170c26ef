"""What is certainly wrong raises where a handler may catch it, with CPython's class and text; elsewhere it is refused."""
import pytest

import aic
from harness import check


def added(x, y):
    try:
        return x + y
    except TypeError as e:
        return str(e)


def added_in_place(x, y):
    try:
        x += y
        return x
    except TypeError as e:
        return str(e)


def ordered(x, y):
    try:
        return x < y
    except TypeError as e:
        return str(e)


def times(x, y):
    try:
        return x * y
    except (ValueError, TypeError) as e:
        return str(e)


def powers(x, y):
    try:
        return x ** y
    except TypeError as e:
        return str(e)


def minus(x, y):
    try:
        return x - y
    except Exception as e:
        return str(e)


@pytest.mark.parametrize("f", [added, added_in_place, ordered, times, minus, powers])
@pytest.mark.parametrize("x, y", [(None, 1), (1, None), ("a", 1), (1, "a"), (1 + 2j, 3j), ([1], 2), ((1,), 2.5), (1.5, "x"), ({1: 2}, 1),
                                  ({1}, 2), (b"a", 1), ("a", b"a"), (b"a", "a"), ("a", "b"), (bytearray(b"a"), 2.5), (None, None)])
def test_operators(f, x, y):
    check(f, x, y)


def indexed(x, i):
    try:
        return x[i]
    except TypeError as e:
        return str(e)


@pytest.mark.parametrize("x, i", [([1], 1.5), ([1], "a"), ((1, 2), None), ("abc", 1.0), (b"abc", "x"), (bytearray(b"ab"), 0.5), (5, 0), (None, 0)])
def test_indices(x, i):
    check(indexed, x, i)


def unhashable(d):
    try:
        d[[1, 2]] = 1
    except TypeError as e:
        return str(e), d
    return d


def unary(x):
    try:
        return -x
    except TypeError as e:
        return str(e)


def called(x):
    try:
        return x()
    except TypeError as e:
        return str(e)


def measured(x):
    try:
        return len(x)
    except TypeError as e:
        return str(e)


def looped(x):
    out = []
    try:
        for y in x:
            out.append(1)
    except TypeError as e:
        return str(e), out
    return "", out


def unpacked(x):
    try:
        a, b = x
    except (TypeError, ValueError) as e:
        return str(e)
    return "fits"


def attribute(x):
    try:
        return x.shape_of_it
    except AttributeError as e:
        return str(e)


def number(x):
    try:
        return int(x)
    except TypeError as e:
        return str(e)


@pytest.mark.parametrize("f, values", [(unary, ["a", [1], None]), (called, [1, "a", None]), (measured, [5, None, 2.5]),
                                       (looped, [5, None]), (unpacked, [(1, 2, 3), (1,), 5, None, (1, 2)]),
                                       (attribute, [1, None, 2.5, "a", [1]]), (number, [None, [1], 1j])])
def test_other_operations(f, values):
    for x in values:
        check(f, x)


def test_keys():
    check(unhashable, {(1,): 2})


def effects_stay(values):
    done = []
    try:
        values.append(1)
        done.append("before")
        values[0] = "a" + 1
        done.append("after")
    except TypeError:
        done.append("handler")
    finally:
        done.append("finally")
    return done


def inner(x):
    return x + 1


def through_a_call(x):
    try:
        return inner(x)
    except TypeError as e:
        return str(e)


def rounds():
    x = None
    told = []
    for _ in range(3):
        try:
            x = x + 1
        except TypeError as e:
            told.append(str(e))
            x = 5
    return x, told


def other_handler(x):
    try:
        try:
            return x + "a"
        except ValueError:
            return "inner"
    except TypeError as e:
        return "outer " + str(e)


def both_arms(flag):
    x = None if flag else "text"
    try:
        return x - 1
    except TypeError as e:
        return str(e)


def bare(x):
    try:
        return x + None
    except:
        return "bare"


def test_where_it_stands():
    check(effects_stay, [3])
    check(through_a_call, None)
    check(through_a_call, 3)
    check(rounds)
    check(other_handler, 1)
    check(both_arms, True)
    check(both_arms, False)
    check(bare, 1)


def uncaught(x):
    try:
        return x + None
    except ValueError:
        return 1


def only_finally(x):
    try:
        return x + None
    finally:
        x = 2


def in_handler(x):
    try:
        return 1 // x
    except ZeroDivisionError:
        return x + None


@pytest.mark.parametrize("f", [uncaught, only_finally, in_handler])
def test_not_caught_is_refused(f):
    with pytest.raises(aic.CompileError):
        aic.jit(f)(1)
