"""Names that hold a Python int on one path and a NumPy int on another, and lists of narrow elements, against CPython."""
import numpy as np
import pytest

from harness import check

DTYPES = [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64]


def gap_scores(a, k):
    left, best, where, seen = -(10**6), 0, 0, []
    for i in range(len(a)):
        left = max(a[i] - 3, left - k)
        value = max(0, a[i] * 2, left)
        if value > best:
            best, where = value, i
        if left:
            seen.append(int(left))
    return int(best), where, seen, left, best, float(left)


def arithmetic(a, k):
    x = k
    for i in range(len(a)):
        if a[i] > x:
            x = a[i]
        x = x - k
        x = 3 * x + 1
    return x


def stored(a, k):
    h, x = np.zeros_like(a), k
    for i in range(len(a)):
        x = max(a[i], x + 1)
        h[i] = x
    return h, x == k, x < a[0], (x > 5) == True, h[x % 2]


def in_a_list(a, first):
    seen, x = [0] * 3, first
    for i in range(len(a)):
        if a[i] > 2:
            x = a[i]
        seen.append(x)
    return seen, x, x in (1, 7)


def with_a_bool(a, k):
    x = True
    for i in range(len(a)):
        if a[i] > 2:
            x = k
        if a[i] == 0:
            x = a[i]
    return x, x + 1, bool(x), x == 1


def as_an_index(a, k):
    table, x = [10, 20, 30, 40, 50, 60, 70, 80, 90], k
    for i in range(len(a)):
        x = max(a[i], x - 1)
    return table[x], a[x % len(a)], table[-x]


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("f", [gap_scores, arithmetic, stored, in_a_list, with_a_bool, as_an_index])
def test_int_or_numpy_int(f, dtype):
    check(f, np.array([1, 5, 3, 2, 4, 0, 7], dtype), 2)


@pytest.mark.filterwarnings("ignore:overflow")
def test_wrapping_and_overflow():
    check(arithmetic, np.array([100, 120, 127] * 3, np.int8), 2)
    check(arithmetic, np.array([100, 120, 127], np.int8), 300)  # 300 fits no int8
    check(arithmetic, np.array([-5] * 80, np.int32), 1)
    check(arithmetic, np.array([-5] * 80, np.int32), 10**6)


def sieve(n):
    prime = [True] * (n + 1)
    prime[0] = prime[1] = False
    for i in range(2, n + 1):
        if prime[i]:
            for j in range(i * i, n + 1, i):
                prime[j] = False
    prime.insert(3, True)
    prime.pop(0)
    prime.reverse()
    part = prime[2:7] + prime[:1]
    part.extend([False])
    return part, sum(prime), prime.count(True), prime, sorted(part)


def changed(flags):
    flags.append(not flags[0])
    flags[1] = flags[0]
    flags.insert(0, True)
    return len(flags), flags


def narrow(n):
    x = [np.int32(3), np.int32(n)]
    y = [np.uint8(k) for k in range(n)]
    z = [np.float32(0.5) * k for k in range(n)]
    y[1] = np.uint8(200)
    z.append(z[1])
    x.append(np.int32(-5))
    y.reverse()
    return x, y, z, [np.int16(-k) for k in range(n)], [np.complex64(1 + 2j)] * 2


@pytest.mark.parametrize("n", [2, 50])
def test_lists_of_narrow_elements(n):
    check(sieve, n)
    check(narrow, n)


@pytest.mark.parametrize("flags", [[True, False, False], [False] * 20])
def test_a_callers_list_of_bools(flags):
    check(changed, flags)


def numpy_flags(xs, i):
    xs[i] = xs[0]
    return xs, xs[-1] + xs[0]


def test_a_callers_list_of_numpy_ints():
    check(numpy_flags, [np.int8(-3), np.int8(5), np.int8(100)], 2)
    check(numpy_flags, [np.float32(0.5), np.float32(5)], 1)
