"""Arrays that loops carry, rebind and leave by exits: shapes that stay, references that come and go."""
import numpy as np
import pytest

from harness import check

RNG = np.random.default_rng(2)


def product(start, column, value, x):
    y = np.empty(len(x))
    for i in range(len(x)):
        s = 0.0
        for k in range(start[i], start[i + 1]):
            s += value[k] * x[column[k]]
        y[i] = s
    return y


def residuals(start, column, value, b, most):
    """A `while` whose body rebinds an array that its test passes on."""
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    count = 0
    while count < most:
        x += 0.125 * p
        r -= 0.25 * product(start, column, value, p)
        p = r + 0.5 * p
        count += 1
    return x, r, count


def descent(x, y, rate, steps):
    """Returns a number that is a float until the first round makes it a NumPy scalar, beside arrays."""
    w = np.zeros(x.shape[1])
    bias = 0.0
    for t in range(steps):
        error = x[:, 0] * bias - y
        w -= rate * x[0]
        bias -= rate * error[0]
    return w, bias, y


def filled(n):
    """NumPy's functions written in Python are found in the library like those written in C."""
    a = np.full(n, 0.5)
    a[1:] = np.full_like(a[1:], 2)
    return a


PROGRAMS = [
    (filled, 4),
    (residuals, np.array([0, 1, 2, 3]), np.array([2, 0, 1], dtype=np.int32), np.array([2.0, 4.0, 0.5]), RNG.random(3), 5),
    (residuals, np.array([0, 1, 2, 3]), np.array([2, 0, 1], dtype=np.int32), np.array([2.0, 4.0, 0.5]), RNG.random(3), 0),
    (descent, RNG.random((4, 3)), RNG.random(4), 0.5, 3), (descent, RNG.random((4, 3)), RNG.random(4), 0.5, 0),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])


def around(a, shift):
    n = len(a)
    out = np.zeros(n)
    for i in range(n):
        out[i] = a[(i + 1) % n] - 2.0 * a[i] + a[(i - 1) % n] + a[(i + n - 1) % n] * a[(i + shift) % n]
    return out


def strided_walk(a, k, m):
    total, seen = 0.0, 0
    for t in range(m):
        total += a[k * t % len(a)] * (t + 1)
        seen += (t * k) % len(a)
    return total, seen


@pytest.mark.parametrize("n", [1, 2, 3, 7, 64])
def test_indices_that_go_round(n):
    a = np.arange(1.0, n + 1)
    turn, walk = check(around, a, 0), check(strided_walk, a, 0, 0)
    for shift in (1, -1, n, 2 * n + 1, -3 * n - 1):
        check(turn, a, shift)
        for m in (0, 1, 2, 50):
            check(walk, a, shift, m)
    check(walk, a, 2**60 + 1, 3)
    check(walk, a, -(2**61) + 5, 4)
