"""What is made from an array that nobody looks at afterwards is written over it (passes/reuse_memory.cpp): against NumPy."""
import numpy as np
import pytest

import aic


def shrinking(n):
    a = np.arange(n) * 1.5
    for _ in range(n - 1):
        a = a[1:] * 0.5 + a[:-1]
    return a[0]


def two_shrinking(n, down):
    price, value = np.linspace(1, 2, n), np.linspace(0, 1, n) ** 2
    for _ in range(n - 1):
        price = price[1:] * down
        value = np.maximum(0.5 * (value[1:] + 0.9 * value[:-1]), 1.2 - price)
    return value[0], price[0]


def crossing(n):
    a, b = np.linspace(1, 2, n), np.linspace(0, 1, n)
    for _ in range(n - 1):
        a, b = b[1:] * 0.5 + a[1:], a[:-1] - b[:-1] * 0.25
    return a[0], b[0]


def shrunk_array(n, m):
    a = np.arange(n) * 1.0
    for _ in range(m):
        a = a[2:] - a[:-2]
    return a


def looking_back(n):
    a = np.arange(n) * 1.0
    for _ in range(n - 1):
        a = a[:-1] * 2 + 1  # starts at 0: reads its own place
    b = np.arange(n) ** 2.0
    for _ in range(3):
        b = np.concatenate((b[:1], b[:-1] + b[1:]))  # reads the place before
    return a, b


def whole(x, n):
    a = x + 1.0
    for _ in range(n):
        a = np.sqrt(a * a + 1)
    return a


def remembered(x, n):
    a, seen = x + 1.0, []
    for _ in range(n):
        seen.append(a)
        a = np.sqrt(a * a + 1)
    return a, seen


def remembered_after(x, n):
    a, seen = x * 2.0, []
    for _ in range(n):
        a = a * a - 1
        seen.append(a)
    return a, seen


def a_view_is_kept(x, n):
    a = x * 1.0
    tail = a[1:]
    for _ in range(n):
        a = a * 0.5
    return a, tail


def the_first_is_kept(x, n):
    first = x * 1.0
    a = first
    for _ in range(n):
        a = a * 0.5
    return a, first


def arguments_stay(x, n):
    for _ in range(n):
        x = x * 0.5
    return x


def swapped(x, n):
    a, b = x * 1.0, x + 1.0
    for _ in range(n):
        a, b = b, a * 0.5
    return a, b


def left_early(x, n):
    a = x * 1.0
    for k in range(n):
        if k == 3:
            break
        if k == 1:
            continue
        a = a * 0.5 + 1
    else:
        return a, -1
    return a, k


def with_another(x, n):
    a = x * 1.0
    for k in range(n):
        if k % 2:
            a = np.zeros(len(x)) + k
        else:
            a = a * 3.0
    return a


def shares(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    q = p * p
    return q / q.sum(), p


def rows(x, n):
    a = x * 1.0
    for _ in range(n):
        a = a * 0.5 + a.T.copy().T
        a -= a.mean()
    return a


def in_an_inner_loop(x, n):
    total = np.zeros(len(x))
    for k in range(n):
        a = x + k
        for _ in range(k):
            a = a * 0.5
        total += a
    return total


def made_again(x, n):
    a = x * 1.0
    out = a
    for k in range(n):
        out = a * k
        a = out + 1
    return out, a


X = np.array([[1.5, -2.0, 3.25], [0.0, 4.0, -1.0], [7.0, 0.5, 2.0]])


@pytest.mark.parametrize("f, args", [(shrinking, (1,)), (shrinking, (2,)), (shrinking, (100,)), (two_shrinking, (1, 0.99)), (two_shrinking, (77, 0.99)),
                                     (crossing, (40,)), (shrunk_array, (40, 0)), (shrunk_array, (40, 5)), (shrunk_array, (9, 5)), (looking_back, (8,))]
                         + [(f, (x, n)) for f in (whole, remembered, remembered_after, a_view_is_kept, the_first_is_kept, arguments_stay, swapped, left_early,
                                                  with_another, in_an_inner_loop, made_again)
                            for x in (X[0].copy(), np.linspace(-1, 1, 37)) for n in (0, 1, 2, 5)]
                         + [(shares, (np.linspace(-1, 1, 19),)), (rows, (X, 3)), (whole, (X, 3))])
def test_as_numpy(f, args):
    before = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    want, got = f(*args), aic.jit(f)(*args)

    def same(x, y):
        if isinstance(x, (tuple, list)):
            assert len(x) == len(y)
            for p, q in zip(x, y):
                same(p, q)
        else:
            np.testing.assert_allclose(y, x, rtol=1e-12, atol=1e-12)
            assert np.shape(x) == np.shape(y)

    same(want, got)
    same(before, list(args))
    if isinstance(got, tuple):  # nothing shares memory that does not in NumPy
        arrays = [(x, y) for x, y in zip(want, got) if isinstance(y, np.ndarray)]
        for k, (x, y) in enumerate(arrays):
            for u, v in arrays[:k]:
                assert np.shares_memory(x, u) == np.shares_memory(y, v)


def test_memory_is_reused(capfd, monkeypatch):
    monkeypatch.setenv("AIC_DUMP", "loop")
    for f, args, births in ((whole, (X[0], 3), 1), (whole, (X, 3), 1), (shrinking, (9,), 1), (remembered, (X[0], 3), 2)):
        aic.jit(f)(*args)
        assert capfd.readouterr().err.count("= empty") == births, f.__name__
