"""Forward mode: against reverse mode on the programs of test_derivatives.py, and on what only it follows."""
import math

import numpy as np
import pytest
from test_derivatives import CASES

import aic

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0].__name__)
def test_forward_against_reverse(case):
    f, *args = case
    fresh = lambda: [np.copy(a) if isinstance(a, np.ndarray) else a for a in args]
    active = [k for k, a in enumerate(args) if isinstance(a, float) or isinstance(a, np.ndarray) and a.dtype.kind == "f"]
    tangents = [RNG.uniform(-1, 1, np.shape(a))[()] if k in active else np.zeros_like(a) if isinstance(a, np.ndarray) else 0 for k, a in enumerate(args)]
    value, gradient = aic.value_and_grad(f, argnums=tuple(active))(*fresh())
    out, pushed = aic.jvp(f, fresh(), tangents)
    want = sum(float(np.sum(g * tangents[k])) for g, k in zip(gradient, active))
    assert out == value and math.isclose(pushed, want, rel_tol=1e-11, abs_tol=1e-11)


def power_sum(x, n):
    return 1.0 if n == 0 else x * power_sum(x, n - 1) + math.cos(n * x)


def listed(x):
    squares = [v * v for v in x]
    squares.append(squares[0] * squares[-1])
    first, *rest = sorted(squares)
    return sum(rest) * first + sum(a * b for a, b in zip(squares, x))


def history(x, n):
    states = [x]
    for _ in range(n):
        states.append(np.sin(states[-1]) + 0.5 * states[0])
    return states[-1] * states[1]


def paired(x):
    pair = (x[0], x)
    for i in range(3):
        pair = (pair[0] * 0.5 + pair[1][i], pair[1] * 0.9) if pair[0] > 0 else (pair[0] * x[i], pair[1])
    return pair[0] + np.sum(pair[1])


def counted(x):
    total = 0.0

    def add(y):
        nonlocal total
        total += y * x[0]

    for v in x:
        add(v)
    return total


def two_rows_with_two_names(m, n):
    a = m[0]
    for i in range(n):
        a = m[i]
    m[:, 1] = a * a
    return np.sum(m * m) + np.sum(a)


@pytest.mark.parametrize("f, args", [
    (power_sum, (0.9, 6)), (listed, (RNG.random(4),)), (history, (RNG.random(3), 3)), (paired, (RNG.random(4),)), (counted, (RNG.random(3),)),
    (two_rows_with_two_names, (RNG.random((3, 3)), 2)), (lambda x: (x, 2.0, x * x), (1.5,)), (lambda x: np.array([x, x * x]), (1.5,)),
    (lambda m: np.sort(m.ravel())[::2], (RNG.random((2, 3)),)), (lambda x: np.cumprod(x) * np.max(x), (RNG.random(4),)),
])
def test_against_differences(f, args):
    fresh = lambda h: [a + h * t if isinstance(a, (float, np.ndarray)) else a for a, t in zip(args, tangents)]
    tangents = [RNG.uniform(-1, 1, np.shape(a))[()] if isinstance(a, (float, np.ndarray)) else 0 for a in args]
    out, pushed = aic.jvp(f, fresh(0.0), tangents)
    numbers = lambda value: np.concatenate([np.ravel(v) for v in value]) if isinstance(value, tuple) else np.ravel(value)
    h = 1e-5
    rough = (numbers(f(*fresh(h))) - numbers(f(*fresh(-h)))) / (2 * h)
    some = numbers(tuple(0.0 if p is None else p for p in pushed) if isinstance(pushed, tuple) else pushed)
    assert np.allclose(some, rough, rtol=1e-7, atol=1e-8)


def test_the_write_through_two_names_is_refused_backwards():
    with pytest.raises(aic.NotDifferentiable, match="another name"):
        aic.grad(two_rows_with_two_names)(RNG.random((3, 3)), 2)


def test_tangents_of_complex_numbers():
    z, v = np.array([1 + 2j, 0.5j]), np.array([0.5 - 1j, 2.0 + 0j])
    out, pushed = aic.jvp(lambda z: z**3 / (2 + z), (z,), (v,))
    assert np.allclose(pushed, (3 * z**2 * (2 + z) - z**3) / (2 + z) ** 2 * v, rtol=1e-14)
    out, pushed = aic.jvp(lambda z: np.abs(z), (z,), (v,))
    assert np.allclose(pushed, (z.conj() * v).real / np.abs(z), rtol=1e-14)
    out, pushed = aic.jvp(lambda x: np.exp(1j * x) * x, (z.imag.copy(),), (v.imag.copy(),))
    assert np.allclose(pushed, (1j * z.imag + 1) * np.exp(1j * z.imag) * v.imag, rtol=1e-14)


def test_tangents_are_left_alone():
    x, v = RNG.random(4), RNG.random(4)
    kept = x.copy(), v.copy()

    def doubled(x):
        x *= 2.0
        return np.sum(x * x)

    aic.jvp(doubled, (x,), (v,))
    assert np.array_equal(x, kept[0]) and np.array_equal(v, kept[1])


def root(a):
    x = a
    while abs(x * x - a) > 1e-15 * a:
        x = 0.5 * (x + a / x)
    for _ in range(5):
        x = 0.5 * (x + a / x)
    return x


def test_orders_one_to_four_through_a_while():
    for order, want in enumerate([0.5 * 2.0**-0.5, -0.25 * 2.0**-1.5, 0.375 * 2.0**-2.5, -0.9375 * 2.0**-3.5], start=1):
        assert math.isclose(aic.grad(root, order=order)(2.0), want, rel_tol=1e-9)


def test_orders_of_arrays():
    f = lambda x: x[0] ** 3 * x[1] + x[1] ** 3
    x = np.array([0.5, -1.5])
    assert np.allclose(aic.grad(f, order=3)(x), [[[6 * x[1], 6 * x[0]], [6 * x[0], 0]], [[6 * x[0], 0], [0, 6.0]]], rtol=1e-13)
    assert aic.grad(f, order=4)(x)[0, 0, 0, 1] == 6.0


def test_a_hessian_in_blocks():
    (xx, xt), (tx, tt) = aic.hessian(lambda x, t: np.sum(np.exp(-t * x**2)) + t**3 * x[0], argnums=(0, 1))(np.array([0.3, 0.8]), 0.7)
    x, t = np.array([0.3, 0.8]), 0.7
    e = np.exp(-t * x**2)
    assert np.allclose(xx, np.diag((4 * t**2 * x**2 - 2 * t) * e)) and np.allclose(xt, (2 * t * x**3 - 2 * x) * e + np.array([3 * t**2, 0]))
    assert np.allclose(tx, xt) and np.isclose(tt, np.sum(x**4 * e) + 6 * t * x[0])


def test_both_modes_of_a_jacobian():
    def f(u, s):
        du = np.zeros_like(u)
        for i in range(1, len(u) - 1):
            du[i] = s * u[i - 1] - 2 * u[i] * u[i + 1]
        return du

    u = RNG.random(6)
    forward, reverse, either = (aic.jacobian(f, mode=m)(u, 0.5) for m in ("forward", "reverse", "auto"))
    assert np.allclose(forward, reverse, rtol=1e-14) and np.array_equal(either, forward)
    assert aic.jacfwd(f, argnums=1)(u, 0.5).shape == aic.jacrev(f, argnums=1)(u, 0.5).shape == (6,)


# ---- what is written to after an operation that hands its operand's tangent on, or that has none ----
def shifted_and_written(x):
    y = x + 1.0
    y[0] = 5.0
    return np.sum(x * y)


def shifted_before_writing(x):
    y = x - 1.0
    x[0] = 5.0
    return np.sum(x * y)


def same_and_written(x):
    y = +x
    y[0] = 5.0 * x[1]
    return np.sum(x * y)


def chosen_and_written(x):
    y = np.where(np.array([True, True, True]), x, x)
    y[1] = 5.0
    x[0] = 5.0
    return np.sum(x * y)


def constant_until_written(x):
    y = np.ones(3) * 1.25
    y[:] = x[0]
    y[y > 0.5] *= 0.5
    z = np.floor(np.maximum(np.ones(3), y))
    z[0] = x[1]
    return np.sum(y * z)


def a_product_until_written(x):
    w = np.ones((3, 3)) @ np.ones((3, 3))
    w[0] = x
    return np.sum(w * w)


def whole_numbers_until_written(x):
    y = np.array([1, 2, 3]).astype(float)
    y[1] = x[0]
    return np.sum(y * y)


def extremes_until_written(x):
    y = np.max(np.ones((3, 3)), axis=0)
    y[1] = x[0]
    q = np.sort(np.ones(3))
    q[1] = x[0]
    return np.sum(y * y * q)


@pytest.mark.parametrize("f", [shifted_and_written, shifted_before_writing, same_and_written, chosen_and_written, constant_until_written, a_product_until_written,
                               whole_numbers_until_written, extremes_until_written])
def test_tangents_are_arrays_of_their_own(f):
    x, t = np.array([0.7, 1.4, 2.1]), np.array([0.3, -0.2, 0.9])
    given = t.copy()
    pushed = aic.jvp(f, (x.copy(),), (given,))[1]
    want = (f(x + 1e-6 * t) - f(x - 1e-6 * t)) / 2e-6
    assert math.isclose(pushed, want, rel_tol=1e-7) and np.array_equal(given, t)
    assert math.isclose(aic.grad(f)(x.copy()) @ t, want, rel_tol=1e-7)
