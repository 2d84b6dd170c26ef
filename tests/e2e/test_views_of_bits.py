"""view(dtype): the same bytes as another dtype, of arrays and scalars; whether arrays share memory."""
import numpy as np
import pytest

import aic
from harness import check

F = np.array([1.5, -2.25, np.inf, np.nan, 0.0, -0.0, 1e-310, 3.0])
M = np.arange(24.0).reshape(4, 6)
Z = np.arange(8.0) * (1 + 2j)


def same_size(a):
    return a.view(np.int64), a.view("u8"), a.view(np.uint64) >> np.uint64(63)


def smaller(a):
    return a.view(np.int32), a.view(np.uint8), a.view(np.float32).shape, a.view(np.float16).shape


def larger(a):
    return a.view(np.complex128)


def written(a):
    bits = a.view(np.int64)
    bits ^= np.int64(-9223372036854775807 - 1)
    bits[0] = 0
    return a, bits


def parts(z):
    pairs = z.view(np.float64)
    pairs[1::2] *= -1
    return z, pairs.reshape(-1, 2)


def scalars(x):
    return x.view(np.int64), np.float64(x).view(np.uint64), np.float32(1.5).view(np.int32), np.int64(5).view(np.float64)


def half(x):
    return np.float16(x).view(np.uint16), np.uint16(0x3C00).view(np.float16)


def quick_inverse_root(x):
    y = np.float32(x)
    i = y.view(np.int32)
    i = np.int32(0x5F3759DF) - (i >> np.int32(1))
    g = i.view(np.float32)
    return g * (np.float32(1.5) - np.float32(0.5) * y * g * g)


def in_a_loop(a):
    s = np.uint64(0)
    for i in range(a.shape[0]):
        s ^= a[i].view(np.uint64)
    return s


def of_a_new_array(n):
    a = np.zeros(n)
    b = a.view(np.int64)
    b[:] = np.arange(n)
    a[0] = 1.0
    return a, b


def alone(a):
    b = a.view()
    b[0] = 7
    return a, b


def shared(a, b):
    return (np.shares_memory(a, b), np.may_share_memory(a, b), np.shares_memory(a, a[::2]), np.shares_memory(a[::2], a[1::2]),
            np.may_share_memory(a[::2], a[1::2]), np.shares_memory(a, a.copy()), np.may_share_memory(a, a + 0))


BIG = np.arange(40.0)
PROGRAMS = [
    (same_size, F), (same_size, F[::2]), (same_size, M), (same_size, M.T), (same_size, M[::2, 1:]), (smaller, F), (smaller, M), (smaller, F[::2]), (smaller, M.T),
    (larger, F), (larger, M), (larger, M[:, :4]), (larger, M[:, :5]), (larger, F[:7]), (larger, F[::2]), (larger, M[:, :1]), (written, F.copy()), (written, F.copy()[::2]),
    (parts, Z.copy()), (parts, Z.copy()[:3]), (scalars, np.float64(-0.1)), (half, 0.1), (quick_inverse_root, 4.0), (in_a_loop, F), (of_a_new_array, 5), (alone, F.copy()),
    (shared, BIG, BIG[3:]), (shared, BIG[:10], BIG[10:]), (shared, BIG, np.zeros(3)), (shared, BIG[::3], BIG[1::3]), (shared, np.zeros(0), BIG),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_programs(program):
    check(*program)


def test_no_derivative_through_bits():
    def through(x):
        return (x.view(np.int64) >> 1).view(np.float64).sum()

    with pytest.raises(aic.CompileError, match="bits of a number"):
        aic.grad(through)(np.ones(3))
