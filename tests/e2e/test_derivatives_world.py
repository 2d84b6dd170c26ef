"""Derivatives of functions that read arrays of their module or of a function around them, and of pieces put together where
a choice or a loop hands on a view of what it made."""
import numpy as np
import pytest

import aic

WEIGHTS = np.array([0.5, -1.0, 2.0])
POINTS = np.array([[1.0, 2.0, 3.0], [0.5, -0.25, 4.0]])


def error(w):
    return np.sum((POINTS @ w - WEIGHTS[:2]) ** 2)


WANT = lambda w: 2 * POINTS.T @ (POINTS @ w - WEIGHTS[:2])


def test_arrays_of_the_module():
    w, t = np.array([1.0, 0.5, -0.5]), np.array([1.0, 2.0, -1.0])
    assert np.allclose(aic.grad(error)(w), WANT(w), rtol=1e-13)
    assert np.allclose(aic.jvp(error, (w,), (t,))[1], WANT(w) @ t, rtol=1e-13)
    assert np.allclose(aic.hvp(error, (w,), (t,)), 2 * POINTS.T @ (POINTS @ t), rtol=1e-13)
    assert np.allclose(aic.hessian(error)(w), 2 * POINTS.T @ POINTS, rtol=1e-13)
    assert np.allclose(aic.jacobian(lambda w: POINTS @ (w * WEIGHTS))(w), POINTS * WEIGHTS, rtol=1e-13)


@aic.jit
def slope_here():
    return aic.grad(error)(WEIGHTS)


@aic.jit
def fitted(rounds):
    w = np.zeros(3)
    for _ in range(rounds):
        w -= 0.01 * aic.value_and_grad(error)(w)[1]
    return w


def test_compiled_code_differentiates_with_them():
    assert np.allclose(slope_here(), WANT(WEIGHTS), rtol=1e-13)
    w = np.zeros(3)
    for _ in range(20):
        w -= 0.01 * WANT(w)
    assert np.allclose(fitted(20), w, rtol=1e-12)


def test_captured_arrays_and_derivatives_in_derivatives():
    x, v = np.array([0.1, 0.2, 0.3]), np.array([1.1, 1.2, 1.3])

    def curve(x):
        return aic.jvp(lambda y: np.sum(y**3), (x,), (v,))[1]

    assert np.allclose(aic.grad(curve)(x), 6 * x * v, rtol=1e-13)
    assert np.allclose(aic.grad(lambda y: aic.jvp(curve, (y,), (v,))[1])(x), 6 * v * v, rtol=1e-13)


def test_a_rule_that_reads_them_is_refused():
    @aic.custom_vjp
    def f(x):
        return x * 2.0

    f.defvjp(lambda x: (x * 2.0, x), lambda x, g: (g * WEIGHTS[0],))
    with pytest.raises(aic.NotDifferentiable, match="hand that over"):
        aic.grad(lambda x: f(x))(1.0)


def joined(a, b):
    c = np.concatenate([a, b[None, :] * a[:1]], axis=0)
    d = np.stack([c.T.ravel(), np.repeat(b, 3)], axis=1).reshape(3, 6)
    return np.sum(d[:, ::2] ** 2 * d[:, 1::2]) + np.outer(b, b)[0, 1:].sum()


def handed_on(a, b):
    rows = a[:1]
    for k in range(3):
        made = np.vstack((rows * b[k], a))
        rows = made[1:]
        if b[k] > 0.5:
            rows = (made * made)[: k + 1]
    return np.sum(rows * rows)


def reversed_in_a_while(a, b):
    v, k = b * 1.0, 0
    while k < 3:
        v = (v * a[0, k])[::-1]
        k += 1
    return np.sum(v * v)


@pytest.mark.parametrize("f", [joined, handed_on, reversed_in_a_while])
def test_views_that_are_handed_on(f):
    aic.check_grad(f, (np.array([[1.0, 2.0, -1.0], [0.3, 0.7, 0.4]]), np.array([0.2, 0.9, -0.6])), argnums=(0, 1))


def test_pushed_through_views_of_choices():
    def f(m, b):
        rows = np.where(m > 0.3, m, b)[::-1]
        return np.sum(rows * rows * m)

    args = np.arange(9.0).reshape(3, 3) * 0.1, np.array([0.5, -1.0, 2.0])
    g = aic.grad(f, argnums=(0, 1))(*args)
    assert np.isclose(aic.jvp(f, args, args)[1], np.sum(g[0] * args[0]) + np.sum(g[1] * args[1]), rtol=1e-13)
