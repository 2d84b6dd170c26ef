"""`x.base`, as far as `is` asks for it, and assigning to `x.shape`."""
import numpy as np
import pytest

import aic
from harness import check


def bases_of_what_is_made(n):
    a = np.zeros((n, 2))
    v = a[1:]
    w = v.T[0]
    b = a + 1
    c = a.copy()
    return (a.base is None, v.base is a, w.base is a, w.base is v, b.base is None, c.base is None, c.base is a, v.base is not None, v.base is b, a.base is a,
            np.arange(6).base is None, a.reshape(-1).base is a)


def bases_of_arguments(a):
    v = a[1:]
    return v.base is a, a.base is None, v.base is None, v[1:].base is a, v[1:].base is v, a.base is not None, v.T.base is a


def test_bases():
    check(bases_of_what_is_made, 3)
    a = np.zeros(8)
    f = aic.jit(bases_of_arguments)
    for x in (a, a[2:], np.zeros((4, 2)), np.arange(8).reshape(4, 2), np.arange(8).reshape(4, 2).copy()):
        assert f(x) == bases_of_arguments(x)


def base_of_one_of_two(a, n):
    return (a if n else a[1:]).base is None


def base_beside_another(a, b):
    return a[1:].base is b


def base_as_a_value(a):
    return a[1:].base


def base_in_a_call(a):
    return base_beside_another(a, a)


@pytest.mark.parametrize("f, args", [(base_of_one_of_two, (np.ones(3), 1)), (base_beside_another, (np.ones(3), np.ones(3))), (base_as_a_value, (np.ones(3),))],
                         ids=lambda v: getattr(v, "__name__", ""))
def test_what_is_not_known_is_refused(f, args):
    with pytest.raises(aic.CompileError, match="base"):
        aic.jit(f)(*args)


def shapes_assigned(a):
    b = a.copy()
    b.shape = 6
    b[0] = 1
    first = b.sum()
    b.shape = (3, 2)
    c = b
    c[2, 1] = 7
    d = np.arange(12)
    d.shape = 2, -1
    e = a[1:]
    e.shape = (3, 1)
    e[0, 0] = 9
    return b, c, first, d, e.shape, b.ndim, len(b)


def in_rounds(n):
    total = 0
    for k in range(1, n):
        a = np.arange(2 * k)
        a.shape = (2, k)
        total += a[1, 0]
    return total


def shape_that_does_not_fit(a):
    b = a.copy()
    b.shape = (4, 2)
    return b


def two_unknown(a):
    b = a.copy()
    b.shape = (-1, -1)
    return b


def shape_that_needs_a_copy(a):
    b = a[:, ::2]
    b.shape = 4
    return b


def shape_without_a_copy(a):
    b = a[:, ::2]
    b.shape = (2, 1, 2)
    return b


def captured(a):
    b = a.copy()

    def size():
        return b.ndim

    b.shape = 6
    return size()


def test_shapes():
    check(shapes_assigned, np.arange(6.0).reshape(2, 3))
    check(in_rounds, 5)
    check(shape_that_does_not_fit, np.ones((2, 3)))
    check(two_unknown, np.ones((2, 3)))
    check(shape_that_needs_a_copy, np.ones((2, 4)))
    check(captured, np.ones((2, 3)))
    check(shape_without_a_copy, np.arange(8.0).reshape(2, 4))


def of_an_argument(a):
    a.shape = 6


def in_a_list(a):
    b = a.copy()
    all_of_them = [b]
    b.shape = 6
    return all_of_them


def in_a_tuple(a):
    b = a.copy()
    pair = (b, 1)
    b.shape = 6
    return pair


def in_one_arm(a, n):
    b = a.copy()
    if n:
        b.shape = 6
    return b.sum()


def under_another_name(a):
    b = a.copy()
    c = np.asarray(b)
    b.shape = 6
    return c.shape


@pytest.mark.parametrize("f, args", [(of_an_argument, ()), (in_a_list, ()), (in_a_tuple, ()), (in_one_arm, (1,)), (under_another_name, ())],
                         ids=lambda v: getattr(v, "__name__", ""))
def test_what_others_see_is_refused(f, args):
    with pytest.raises(aic.CompileError, match="shape"):
        aic.jit(f)(np.ones((2, 3)), *args)
