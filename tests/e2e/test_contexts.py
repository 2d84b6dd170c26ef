"""`with`: managers written in the language, what they see and swallow, and every way of leaving the block."""
import contextlib

import numpy as np
import pytest

import aic
from harness import check


class Tracked:
    def __init__(self, log, name, swallow=False):
        self.log, self.name, self.swallow = log, name, swallow

    def __enter__(self):
        self.log.append("enter " + self.name)
        return self

    def __exit__(self, kind, error, traceback):
        self.log.append(f"exit {self.name} {kind.__name__ if kind else '-'}")
        return self.swallow


class Quiet:
    def __enter__(self):
        return 7

    def __exit__(self, *details):
        return False


class OnlyKeys:
    def __init__(self):
        self.seen = ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            return False
        self.seen = str(error)
        return issubclass(kind, KeyError)


def sees_the_error(x):
    log = []
    try:
        with Tracked(log, "a") as a:
            log.append(a.name)
            log.append(4 // x)
    except ZeroDivisionError:
        log.append("caught")
    return log


def swallows(x):
    log = []
    with Tracked(log, "outer", swallow=True), Tracked(log, "inner"):
        log.append(4 // x)
        log.append("through")
    return log


def by_return_break_and_continue(n):
    log = []

    def early():
        with Tracked(log, "early"):
            return n

    for i in range(n):
        with Tracked(log, str(i)):
            if i == 1:
                continue
            if i == 3:
                break
    return early(), log


def gives_a_value(n):
    with Quiet() as seven:
        if n > 0:
            return seven * n
    return -1


def names_after_the_block(x):
    value = "before"
    log = []
    with Tracked(log, "m", True):
        value = "inside"
        10 // x
        value = "after"
    return value, log


def asks_the_class(d, key):
    manager = OnlyKeys()
    result = None
    with manager:
        result = 10 // d[key]
    return result, manager.seen


def suppressed(d, keys):
    found = []
    for key in keys:
        with contextlib.suppress(KeyError, ZeroDivisionError):
            found.append(10 // d[key])
    return found


def floats_without_warnings(a):
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1.0 / a


def nested_in_a_loop(n):
    log = []
    for i in range(n):
        with Tracked(log, "a", True):
            with Tracked(log, "b"):
                if i % 2:
                    raise ValueError(str(i))
            log.append("round")
    return log


@pytest.mark.parametrize("function, calls", [
    (sees_the_error, [(2,), (0,)]), (swallows, [(2,), (0,)]), (by_return_break_and_continue, [(5,), (0,), (2,)]),
    (gives_a_value, [(3,), (0,)]), (names_after_the_block, [(1,), (0,)]),
    (asks_the_class, [({"a": 2}, "a"), ({"a": 2}, "b"), ({"a": 0}, "a")]),
    (suppressed, [({"a": 2, "b": 0}, ["a", "b", "c", "a"])]), (nested_in_a_loop, [(4,)]),
], ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, calls):
    compiled = aic.jit(function)
    for args in calls:
        check(function, *args, compiled=compiled)


def test_errstate_is_silence():
    with np.errstate(all="ignore"):
        check(floats_without_warnings, np.array([1.0, 0.0, -2.0]))


def no_manager(n):
    with n:
        return 1


def test_a_number_is_no_manager():
    with pytest.raises(aic.TypeInferenceError, match="'int' object does not support the context manager protocol"):
        aic.jit(no_manager)(3)
