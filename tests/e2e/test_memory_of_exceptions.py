"""What attempts that end in an exception owned is gone when the exception is caught, within one call, too."""
import dataclasses

import numpy as np
import pytest
from harness import growth

import aic


@dataclasses.dataclass
class Node:
    name: str
    items: list[int]


class Bad(Exception):
    def __init__(self, why, values):
        self.why = why
        self.values = values


def attempt(i):
    words = [str(i + k) for k in range(10)]
    n = Node(words[1], [i, i + 1])
    d = {w: [i] for w in words}
    a = np.ones(50) * i
    if i % 7 == 0:
        raise KeyError(words[0])
    if i % 7 == 1:
        raise ValueError(f"bad {i}")
    if i % 7 == 2:
        raise Bad(words[2], [i, i])
    if i % 7 == 3:
        return d[str(-i)][0]
    if i % 7 == 4:
        return int(a[i])
    if i % 7 == 5:
        return int("x" + words[0])
    return len(n.name) + n.items[0] % 3


@aic.jit
def kinds(n):
    t = 0
    for i in range(n):
        try:
            t += attempt(i)
        except KeyError as e:
            t += len(str(e))
        except Bad as e:
            t += len(e.why) + e.values[0] % 5
        except (ValueError, IndexError) as e:
            t += len(e.args[0]) % 3
    return t


@aic.jit
def nested(n):
    t = 0
    for i in range(n):
        try:
            try:
                words = [str(i)] * 5
                if i % 2:
                    raise KeyError(words[1])
                t += attempt(i)
            except KeyError as e:
                if i % 3:
                    raise ValueError("from " + str(e)) from e
                t += 1
            finally:
                t += 2
        except ValueError as e:
            t += len(str(e.__cause__)) if e.__cause__ is not None else 7
        except (Bad, IndexError):
            t += 3
    return t


@aic.jit
def again(n):
    t = 0
    last = ""
    for i in range(n):
        try:
            try:
                raise ValueError("x" * (i % 5) + str(i))
            except ValueError as e:
                last = str(e)
                raise
        except ValueError as e2:
            t += len(str(e2))
    return t, last


@aic.jit
def kept(n):
    t = 0
    e = None
    for i in range(n):
        try:
            raise ValueError(str(i))
        except ValueError as caught:
            e = caught
        t += len(str(e))
    return t


def gen(n):
    for i in range(n):
        try:
            words = [str(i)] * 3
            if i % 2:
                raise ValueError(words[0])
            yield len(words[0])
        except ValueError as e:
            yield -len(str(e))


@aic.jit
def generators(n):
    t = 0
    for x in gen(n):
        t += x
    it = gen(n)
    try:
        while True:
            t += next(it)
    except StopIteration:
        pass
    return t


@aic.jit
def recursion(n):
    def down(k):
        words = [str(k)] * 3
        if k == 0:
            raise ValueError(words[0] + "!")
        return down(k - 1) + len(words)
    t = 0
    for i in range(n):
        try:
            t += down(i % 10)
        except ValueError as e:
            t += len(str(e))
    return t


FUNCTIONS = [kinds, nested, again, kept, generators, recursion]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_what_was_raised_is_right(function):
    assert function(500) == function.py_func(500)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_attempts_leave_nothing(function):
    assert growth(function, 2_000, 60_000) < 1 << 20
