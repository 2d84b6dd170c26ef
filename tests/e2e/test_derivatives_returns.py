"""Derivatives of functions that return early: from arms both of which may go on, from loops after them, and from loops in
arms, with much code behind."""
import math

import numpy as np
import pytest

import aic


def numbers(x, y):
    if x > 0:
        x = x * y
        if y > x:
            return math.cos(y * x)
        z = x + y
    else:
        y = y * x
        if y < -3:
            return y * x * x
        z = y - x
    z = math.sin(z) + x
    z = math.sin(z) + y
    z = math.sin(z) + y * x
    return z


def arrays(x, y):
    if x > 0:
        x = x * y
        if y > x:
            return math.cos(y * x)
        z = x + y
    else:
        y = y * x
        if y < -3:
            return y * x * x
        z = y - x
        if z > 2:
            raise ValueError("no")
    a = np.array([x, y, z])
    for i in range(2):
        a[i] = a[i] * a[i + 1]
        if a[i] > 100:
            return a[i] * x
    if z > 1:
        if x > 3:
            return a[0] * x
        elif y > 3:
            z = z * x
        a[0] *= z
    else:
        if z < 0.3:
            return a[2] * a[1]
        a[1] *= z
    return a[0] * a[1] + x


def chosen(x, y):
    a, b = np.array([x, y]), np.array([y, x * x])
    if x > y:
        if x > 2:
            return a[0] * b[1]
        a, b = b, a
    else:
        while a[0] < 1:
            a[0] += y * y + 0.1
            if b[0] < -2:
                return a[0] * b[0]
        b[:] = a * b
    a[0] *= b[1]
    a[1] += b[0] * a[0]
    b[0] = a[1] * x
    return np.sum(a * b)


@pytest.mark.parametrize("f", [numbers, arrays, chosen])
def test_early_returns(f):
    r = np.random.default_rng(1)
    gradient = aic.value_and_grad(f, argnums=(0, 1))
    for _ in range(60):
        x, y = (float(v) for v in r.uniform(-4, 4, 2))
        try:
            want = f(x, y)
        except ValueError:
            with pytest.raises(ValueError, match="no"):
                gradient(x, y)
            continue
        value, slopes = gradient(x, y)
        steps = lambda h: ((f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h))
        assert math.isclose(value, want, rel_tol=1e-12) and np.allclose(slopes, steps(1e-6), rtol=1e-5, atol=1e-5), (x, y)
        assert np.isclose(aic.jvp(f, (x, y), (1.0, -0.5))[1], slopes[0] - 0.5 * slopes[1], rtol=1e-11)


def test_second_derivatives_of_early_returns():
    slope = aic.grad(numbers)
    for x in (-1.7, -0.4, 0.3, 1.9):
        assert math.isclose(aic.grad(numbers, order=2)(x, 0.9), (slope(x + 1e-6, 0.9) - slope(x - 1e-6, 0.9)) / 2e-6, rel_tol=1e-6)


def rebound_in_the_other_arm(x, y, m):
    r = m * 0.3
    if x > 0.1:
        y = y * x
        if x > y:
            return y * m[0]
    else:
        r = r + y
    z = x * y
    z = z + y * math.sin(z)
    z = z + y * math.sin(z)
    z = z + y * math.sin(z)
    return 0.7 * x * z + 0.2 * np.sum(r * r)


def first_large(v):
    for i in range(len(v)):
        if v[i] > 0.5:
            return v * v[i]
    return v * 2.0


def arrays_from_loops(x, y, m):
    u = first_large(m)
    u[0] *= 3.0 * x
    return np.sum(u * m) * y


def squared_or_not(v, k):
    if k > 1:
        if v[0] > 3.0:
            return v * v[1]
        k = k + 1
    else:
        if v[1] > 3.0:
            return v * v[0]
    u = v * v
    u = u + np.sin(u)
    u = u + np.sin(u) * k
    u = u + np.sin(u) * k
    return u


def arrays_from_arms(x, y, m):
    u, v = squared_or_not(m, 2), squared_or_not(m * x, 1)
    u[0] *= v[1] * y
    return np.sum(u * v)


@pytest.mark.parametrize("f", [rebound_in_the_other_arm, arrays_from_loops, arrays_from_arms])
def test_arrays_and_early_returns(f):
    gradient = aic.value_and_grad(f, argnums=(0, 1, 2))
    for x, y, m in [(0.7, 0.4, [1.0, 2.0, 3.0]), (0.7, 1.4, [0.1, 0.2, 0.3]), (0.05, 0.3, [0.1, 0.7, 0.3]), (1.2, 0.6, [5.0, 0.7, 0.3]), (0.4, 0.3, [0.3, 5.0, 0.1])]:
        m = np.array(m)
        aic.check_grad(f, (x, y, m), argnums=(0, 1, 2))
        slopes = gradient(x, y, m)[1]
        want = slopes[0] - slopes[1] + np.sum(slopes[2] * m)
        assert np.isclose(aic.jvp(f, (x, y, m), (1.0, -1.0, m))[1], want, rtol=1e-11)


def bound_where_nobody_looks(x, y, m):
    for v in m:
        if x > y:
            if y > 2.0:
                break
        else:
            seen = [v * x, y]
            seen.append(seen[0] * seen[1])
            m[0] = 0.5 * seen[-1]
        if v > x:
            break
        m[1:] *= 0.5 * m[:-1]
    return np.sum(m) * y


def test_names_that_only_some_ways_bind():
    for x, y in [(0.1, 0.7), (0.9, 0.7), (3.0, 2.5)]:
        aic.check_grad(bound_where_nobody_looks, (x, y, np.array([0.05, 0.6, 0.4])), argnums=(0, 1, 2))
