"""`while True` without a break: left by return or raise only, so nothing follows it."""
import numpy as np
import pytest

from harness import check


def first_square_above(n):
    i = 0
    while True:
        if i * i > n:
            return i
        i += 1


def square_root(x):
    guess = x
    while True:
        better = (guess + x / guess) / 2
        if abs(better - guess) < 1e-12:
            return better
        guess = better


def halved_until_small(a):
    steps = 0
    while True:
        b = a * 0.5
        steps += 1
        if np.abs(b - a).max() < 1e-3:
            return b, steps
        a = b


def nested(n):
    total = 0
    for k in range(n):
        total += first_square_above(k)
        while True:
            if total > 10:
                return total, k
            break
    return total, n


def raised(n):
    while True:
        n -= 1
        if n < 0:
            raise ValueError("below zero")


PROGRAMS = [(first_square_above, 50), (square_root, 2.0), (halved_until_small, np.ones(5)), (nested, 10), (nested, 3), (raised, 4)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p[0].__name__)
def test_endless(program):
    check(program[0], *program[1:])
