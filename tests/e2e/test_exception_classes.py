"""Exceptions as values: classes of the user's own, arguments, causes and contexts, several classes in one variable."""
import pytest

import aic
from harness import check


class OutOfStock(Exception):
    def __init__(self, item, missing):
        super().__init__(f"{missing} more {item} needed")
        self.item = item
        self.missing = missing


class Recalled(OutOfStock):
    pass


class Plain(ValueError):
    pass


class Coded(LookupError):
    code = 7

    def __init__(self, what):
        self.what = what

    def __str__(self):
        return f"<{self.what}:{self.code}>"


def take(stock, item, n):
    if n > stock.get(item, 0):
        raise OutOfStock(item, n - stock.get(item, 0))
    if item == "toaster":
        raise Recalled(item, 0)
    stock[item] -= n
    return stock[item]


def with_fields(stock, item, n):
    try:
        return take(stock, item, n)
    except Recalled:
        return "recalled"
    except OutOfStock as error:
        return error.item, error.missing, str(error), error.args


def leaves(stock, items):
    return [take(stock, item, 1) for item in items]


def by_a_builtin_base(n):
    try:
        if n == 0:
            raise Plain("a", 1)
        if n == 1:
            raise Plain
        if n == 2:
            raise ValueError("b", 2.5)
        return int("x")
    except ValueError as e:
        return type(e).__name__, str(e), repr(e), len(e.args), isinstance(e, Plain), type(e) is Plain, type(e) is ValueError


def own_text(n):
    try:
        if n:
            raise Coded(n)
        raise KeyError("k")
    except LookupError as e:
        return str(e), f"{e}", type(e).__name__


def again_and_again(n):
    log = []
    try:
        try:
            raise OutOfStock("pen", n)
        except OutOfStock as e:
            log.append(e.missing)
            e.missing += 1
            raise
    except Exception as e:
        log.append(str(e))
        if isinstance(e, OutOfStock):
            log.append(e.missing)
    return log


def with_a_cause(text):
    def parse(s):
        try:
            return int(s)
        except ValueError as error:
            raise RuntimeError("bad configuration") from error

    try:
        return parse(text)
    except RuntimeError as error:
        return str(error), type(error.__cause__).__name__, str(error.__cause__)


def from_none(n):
    try:
        try:
            1 // n
        except ZeroDivisionError:
            raise Plain("p") from None
    except Plain as e:
        return e.__cause__ is None, type(e.__context__).__name__


def while_handling(values):
    try:
        try:
            return values[5]
        except IndexError:
            return values[0] // values[1]
    except ZeroDivisionError as error:
        return type(error.__context__).__name__, error.__cause__ is None


def handled_before(n):
    try:
        1 // n
    except ZeroDivisionError:
        pass
    try:
        [][n]
    except IndexError as e:
        return e.__context__ is None


def one_of_several(which):
    try:
        raise [OSError, MemoryError, StopIteration][which]("text", 5)
    except (MemoryError, StopIteration) as error:
        return isinstance(error, RuntimeError), error.args, isinstance(error, Exception)


def last_error(texts):
    last = None
    for t in texts:
        try:
            int(t)
        except ValueError as e:
            last = e
    if last is None:
        return "none"
    return str(last)


def made_before(n):
    error = Plain("late", n)
    if n > 1:
        raise error
    return error.args


def leaves_with_cause(n):
    try:
        return 1 // n
    except ZeroDivisionError as e:
        raise OutOfStock("x", 3) from e


def leaves_with_context(d):
    try:
        return d["a"]
    except KeyError:
        return d["b"]


def key_errors(d, keys):
    out = []
    for k in keys:
        try:
            out.append(d["k" + str(k)])
        except KeyError as e:
            out.append(len(e.args))
            out.append(e.args[0] == "k" + str(k))
    return len(out), str(out)


CALLS = [
    (with_fields, [({"pen": 5}, "pen", 3), ({"pen": 5}, "pen", 8), ({}, "ink", 1), ({"toaster": 1}, "toaster", 1)]),
    (leaves, [({"pen": 1}, ["pen", "pen"]), ({"pen": 2}, ["pen"])]),
    (by_a_builtin_base, [(0,), (1,), (2,), (3,)]),
    (own_text, [(0,), (3,)]), (again_and_again, [(2,)]), (with_a_cause, [("12",), ("twelve",)]),
    (from_none, [(0,)]), (while_handling, [([1, 0],)]), (handled_before, [(0,)]),
    (one_of_several, [(1,), (2,), (0,)]), (last_error, [(["1", "x", "y"],), (["1"],)]),
    (made_before, [(1,), (2,)]), (leaves_with_cause, [(0,), (1,)]), (leaves_with_context, [({"c": 1},), ({"a": 1, "b": 2},)]),
    (key_errors, [({"k1": 1}, [1, 2, 3])]),
]


@pytest.mark.parametrize("function, calls", CALLS, ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, calls):
    compiled = aic.jit(function)
    for args in calls:
        check(function, *args, compiled=compiled)


def raised(function, *args):
    try:
        function(*args)
    except Exception as e:
        return e
    return None


@pytest.mark.parametrize("function, args", [(leaves_with_cause, (0,)), (leaves_with_context, ({"c": 1},)),
                                            (leaves, ({}, ["pen"])), (made_before, (5,))])
def test_what_leaves_is_the_same(function, args):
    want, got = raised(function, *args), raised(aic.jit(function), *args)
    for _ in range(3):
        assert type(got) is type(want) and (want is None or got.args == want.args)
        if want is None:
            break
        assert vars(got) == vars(want) and got.__suppress_context__ == want.__suppress_context__
        assert (got.__cause__ is None) == (want.__cause__ is None)
        want, got = want.__context__, got.__context__
