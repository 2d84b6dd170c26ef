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


def either(a, b, first):
    return a if first else b


@pytest.mark.parametrize("first", [True, False])
def test_what_is_one_of_two_layouts_comes_out_as_itself(first):
    a, b = np.ones((3, 4)), np.ones((4, 3)).T
    assert aic.jit(either)(a, b, first) is (a if first else b)


def is_one(a, b, first):
    c = a if first else b
    return c is a, c is b


@pytest.mark.parametrize("first", [True, False])
def test_what_is_one_of_two_layouts_is_that_one(first):
    a, b = np.ones((3, 4)), np.ones((4, 3)).T
    assert aic.jit(is_one)(a, b, first) == (first, not first)


def in_a_list(a):
    xs = [a, a[:]]
    return xs[0] is xs[1]


def in_a_tuple(a, k):
    xs = (a, a.view())
    return xs[k] is xs[0]


def in_a_dict(a):
    d = {"a": a, "b": a.reshape(a.shape)}
    return d["a"] is d["b"]


def through_a_call(a):
    def same(x, y):
        return x is y
    return same(a, a.T.T)


def kept_in_a_loop(a):
    last, n = a, 0
    for _ in range(3):
        n += last is a
        last = a[...]
    return n


def rows(a):
    all = [row for row in a]
    return [row is a[0] for row in all]


def in_a_field(a):
    class Box:
        def __init__(self, x):
            self.x = x
    return Box(a).x is Box(a[:]).x


@pytest.mark.parametrize("function", [in_a_list, in_a_tuple, in_a_dict, through_a_call, kept_in_a_loop, rows, in_a_field])
def test_a_view_of_all_of_an_array_is_no_array_of_its_own_name(function):
    """Right, or refused at its place."""
    arguments = [np.ones((2, 2))] + ([1] if function is in_a_tuple else [])
    try:
        got = aic.jit(function)(*arguments)
    except aic.CompileError as refused:
        assert "whether two arrays are one" in str(refused) and "test_array_identity.py" in str(refused)
    else:
        assert got == function(*arguments)
