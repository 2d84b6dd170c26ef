"""`is` between arrays of the caller's that came in several ways: in lists, dicts and tuples, and as arguments."""
import numpy as np
import pytest

import aic


def in_containers(xs, table, b, c):
    return [x is b for x in xs], table[0] is b, table[0] is c, b is c, [x is c for x in xs]


def counted(xs, b):
    n = 0
    for x in xs:
        if x is b:
            n += 1
    return n, xs[0] is xs[-1]


def made_here(n):
    b = np.ones(n)
    xs = [b, b, b.copy()]
    return xs[0] is xs[1], xs[0] is b, xs[2] is b, xs[1] is xs[2]


A = np.arange(6.0)
VIEW, HALF = A[:], A[::2]
CALLS = [
    (in_containers, ([A, VIEW, HALF], {0: A}, A, VIEW)),
    (in_containers, ([A, VIEW, HALF], {0: VIEW}, VIEW, VIEW)),
    (in_containers, ([HALF, HALF], {0: HALF}, HALF, A)),
    (counted, ([A, A * 1, A], A)),
    (counted, ([VIEW, A], A)),
    (made_here, (3,)),
]


@pytest.mark.parametrize("function, arguments", CALLS, ids=lambda x: getattr(x, "__name__", ""))
def test_is(function, arguments):
    assert aic.jit(function)(*arguments) == function(*arguments)
