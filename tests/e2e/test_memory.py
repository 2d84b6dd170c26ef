"""No array is lost: memory stays flat over many calls whose temporaries come and go on every path out of a function."""
import numpy as np
import pytest
from harness import growth

import aic


@aic.jit
def temporaries(a):
    b = a * 2.0
    c = b[::-1] + a
    b[1:] = c[:-1]
    return (b @ c) + np.sum(c * b)


@aic.jit
def buffers_in_turn(a):
    b = np.zeros_like(a)
    for _ in range(3):
        b[1:-1] = a[:-2] + a[2:]
        a, b = b, a
    return a


@aic.jit
def a_new_one_each_round(a):
    r = a
    for k in range(4):
        r = r * 0.5 + a
        if r[0] > 1e9:
            break
    return r[1:]


@aic.jit
def left_early(a):
    for k in range(5):
        b = a + k
        c = b * b
        if c[0] > 3.0:
            return c
        if k == 7:
            break
    return a


@aic.jit
def raised(a):
    b = a + 1.0
    c = b * b
    if c[0] > 0.0:
        raise ValueError("late")
    return c


@aic.jit
def in_tuples(a):
    p = (a + 1.0, a * 2.0)
    q = (p, p[0] - a)
    return q[0][1], q[1], p


@aic.jit
def one_or_none(a):
    best = None
    for k in range(3):
        c = a * k
        if best is None or c[0] > best[0]:
            best = c
    return best


@aic.jit
def inner(a, n):
    if n == 0:
        return a
    return inner(a + 1.0, n - 1) * 0.5


@aic.jit
def recursive(a):
    return inner(a, 4)


@aic.jit
def while_with_arrays(a):
    x = a.copy()
    n = 0
    while x.sum() > 1.0 and n < 20:
        x = x * 0.5
        n += 1
    return x, n


@aic.jit
def unused(a):
    b = a * 3.0
    c = b + 1.0
    b = c
    return a[0]


FUNCTIONS = [temporaries, buffers_in_turn, a_new_one_each_round, left_early, raised, in_tuples, one_or_none, recursive,
             while_with_arrays, unused]


def calls(function, a, n):
    for _ in range(n):
        try:
            function(a)
        except ValueError:
            pass


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_memory_stays_flat(function):
    a = np.linspace(0.5, 2.0, 1000)
    # 8 kB each: one array lost a call is 24 MB
    assert growth(lambda times: calls(function, a, times), 300, 3000) < 2 << 20
    assert np.array_equal(a, np.linspace(0.5, 2.0, 1000)) or function is buffers_in_turn


# ---- a million of them ----
@aic.jit
def raises_of_its_own(d, k):
    values = [k, k + 1]
    if k % 3 == 0:
        return d[k]
    if k % 3 == 1:
        return values[k]
    raise ValueError(f"bad {k}")


@aic.jit
def catches(n):
    d = {1: 2}
    caught = 0
    for k in range(n):
        try:
            if k % 3 == 0:
                d[k + 10]
            elif k % 3 == 1:
                [k][k + 5]
            else:
                raise ValueError("bad")
        except (KeyError, IndexError, ValueError):
            caught += 1
    return caught


@aic.jit
def uses_containers(values, table, seen):
    values.append(len(table))
    table[len(seen)] = values[0]
    seen.add(len(values))
    if len(values) > 8:
        values.clear()
        table.clear()
        seen.clear()
    return [x * 2 for x in values], {k: str(v) for k, v in table.items()}


def calls_that_raise(n):
    d = {1: 2}
    for k in range(n):
        try:
            raises_of_its_own(d, k + 2)
        except (KeyError, IndexError, ValueError):
            pass


def calls_with_containers(n):
    values, table, seen = [1], {1: 2}, {3}
    for _ in range(n):
        uses_containers(values, table, seen)


@pytest.mark.long
@pytest.mark.parametrize("work", [calls_that_raise, catches, calls_with_containers], ids=lambda f: getattr(f, "__name__", "catches"))
def test_a_million_leave_nothing(work):
    assert growth(work, 20_000, 1_000_000) < 1 << 20
