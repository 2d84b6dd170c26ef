"""Small programs as users write them, against CPython."""
import math

import numpy as np
import pytest

from harness import check

RNG = np.random.default_rng(1)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def total(a):
    s = 0.0
    for x in a:
        s += x
    return s


def weak_total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


def find(a, x):
    for i in range(len(a)):
        if a[i] == x:
            return i
    else:
        return -1


def matrix_product(a, b):
    n, m = a.shape
    p = b.shape[1]
    out = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            s = 0.0
            for k in range(m):
                s += a[i, k] * b[k, j]
            out[i, j] = s
    return out


def jacobi(a, b, steps):
    for t in range(steps):
        b[1:-1] = 0.33333 * (a[:-2] + a[1:-1] + a[2:])
        a[1:-1] = 0.33333 * (b[:-2] + b[1:-1] + b[2:])


def biquad(x, b0, b1, b2, a1, a2):
    y = np.empty_like(x)
    x1 = x2 = y1 = y2 = 0.0
    for n in range(len(x)):
        v = b0 * x[n] + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1, y2, y1 = x1, x[n], y1, v
        y[n] = v
    return y


def distance(p, q):
    return math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)


def maybe(x):
    if x > 0:
        return x
    return None


def mixed(x):
    if x > 0:
        return 1
    return 0.5


def divide(a, b):
    return a / b, a // b, a % b


def guarded(x):
    if x < 0:
        raise ValueError("negative")
    return math.sqrt(x)


def normalised(a):
    return (a + a.mean()) / a.std()  # a difference would magnify the last bit of the mean


PROGRAMS = [
    (gcd, 48, 36), (gcd, -48, 36), (fibonacci, 15), (collatz, 27), (total, RNG.random(100)), (total, np.zeros(0)),
    (weak_total, RNG.random(50)), (weak_total, np.zeros(0)), (weak_total, np.arange(5)), (find, np.arange(9), 4),
    (find, np.arange(9), 40), (matrix_product, RNG.random((4, 5)), RNG.random((5, 3))), (jacobi, RNG.random(30), RNG.random(30), 5),
    (biquad, RNG.random(40), 0.2, 0.3, 0.2, -0.5, 0.1), (distance, (0.0, 1.0), (3, 5.0)), (maybe, 3), (maybe, -3), (mixed, 1),
    (mixed, -1), (divide, 7, -2), (divide, 7.5, -2), (divide, 1, 0), (divide, 1.0, 0.0), (guarded, 4.0), (guarded, -1.0),
    (divide, np.float64(1), np.float64(0)),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:])


def test_reductions_are_close():
    check(normalised, RNG.random(1000), ulp=64)
