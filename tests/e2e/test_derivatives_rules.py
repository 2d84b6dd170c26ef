"""Rules of one's own, and derivatives that compiled code takes itself."""
import math

import numpy as np
import pytest

import aic

X = np.array([0.4, -1.2, 2.0])


@aic.custom_jvp
def log1pexp(x):
    return np.log1p(np.exp(x))


@log1pexp.defjvp
def log1pexp_jvp(primals, tangents):
    (x,), (dx,) = primals, tangents
    return log1pexp(x), dx / (1 + np.exp(-x))


@aic.custom_vjp
def clipped(x, limit):
    return x


clipped.defvjp(lambda x, limit: (x, limit), lambda limit, cotangent: (np.clip(cotangent, -limit, limit), 0.0))


@aic.custom_vjp
def rounded(x):
    return np.round(x)


rounded.defvjp(lambda x: (np.round(x), None), lambda _, cotangent: (cotangent,))


def test_a_forward_rule_serves_both_modes():
    x = np.array([-2.0, 0.0, 50.0, 800.0])
    assert np.allclose(aic.grad(lambda x: np.sum(log1pexp(x)))(x), 1 / (1 + np.exp(-x)), rtol=1e-14)
    out, pushed = aic.jvp(lambda x: log1pexp(x) * 2.0, (X,), (np.ones(3),))
    assert np.allclose(out, 2 * np.log1p(np.exp(X))) and np.allclose(pushed, 2 / (1 + np.exp(-X)))
    assert math.isclose(aic.grad(lambda x: log1pexp(x), order=2)(0.3), math.exp(-0.3) / (1 + math.exp(-0.3)) ** 2, rel_tol=1e-12)


def test_backward_rules():
    assert np.allclose(aic.grad(lambda x: np.sum(clipped(x, 2.0) ** 3))(X), np.clip(3 * X**2, -2, 2))
    assert np.allclose(aic.grad(lambda x, w: np.sum(rounded(w * x) ** 2))(X, 2.5), 2 * 2.5 * np.round(2.5 * X))
    with pytest.raises(aic.NotDifferentiable, match="custom_vjp"):
        aic.jvp(lambda x: np.sum(rounded(x)), (X,), (X,))


def test_rules_do_not_change_values():
    assert aic.jit(lambda x: np.sum(rounded(x)))(X) == np.sum(np.round(X))
    assert rounded(X)[2] == 2.0 and clipped(1.5, 1.0) == 1.5


def test_a_function_without_its_rule_is_refused():
    bare = aic.custom_jvp(lambda x: x * 2.0)
    with pytest.raises(aic.NotDifferentiable, match="defjvp"):
        aic.grad(lambda x: bare(x) * x)(2.0)


def test_what_is_stopped_is_constant():
    assert np.allclose(aic.grad(lambda x: np.sum(x * aic.stop_gradient(x) ** 2))(X), X**2)
    held = lambda x: math.sin(x) * aic.stop_gradient(x * x)
    assert math.isclose(aic.grad(held, order=2)(0.8), -math.sin(0.8) * 0.64, rel_tol=1e-14)

    def written_later(x):
        kept = aic.stop_gradient(x)
        x[0] = 3.0 * x[0]
        return np.sum(kept * x)

    assert np.allclose(aic.grad(written_later)(X.copy()), [3 * X[0], X[1], X[2]])


def block(y, w):
    for _ in range(4):
        y = np.tanh(w @ y) + 0.1 * y
    return y


def test_checkpoints_give_the_same_gradient():
    w = np.random.default_rng(3).uniform(-1, 1, (3, 3))

    def plain(w, x):
        for _ in range(3):
            x = block(x, w)
        return np.sum(x**2)

    def kept(w, x):
        step = aic.checkpoint(block)
        for _ in range(3):
            x = step(x, w)
        return np.sum(x**2)

    for p, q in zip(aic.grad(plain, argnums=(0, 1))(w, X), aic.grad(kept, argnums=(0, 1))(w, X)):
        assert np.allclose(p, q, rtol=1e-13)


def newton(a):
    def f(x):
        return x * x - a
    x = a
    for _ in range(20):
        step = f(x) / aic.grad(f)(x)
        x -= step
        if abs(step) < 1e-14:
            break
    return x


def test_derivatives_within_compiled_code():
    assert math.isclose(aic.jit(newton)(3.0), math.sqrt(3)) and math.isclose(aic.grad(newton)(3.0), 0.5 / math.sqrt(3), rel_tol=1e-9)

    @aic.jit
    def crossed(x, y):
        f = lambda x, y: x**2 * y**3
        return aic.grad(aic.grad(f, argnums=1), argnums=0)(x, y), aic.grad(f, order=2)(x, y), aic.jvp(f, (x, y), (1.0, 0.0))[1], aic.vjp(f, x, y)[1](2.0)[1]

    assert np.allclose(crossed(2.0, 3.0), (6 * 2 * 9, 2 * 27, 4 * 27, 2 * 4 * 3 * 9))


def test_a_tangent_of_another_kind_is_refused():
    with pytest.raises(aic.NotDifferentiable, match="tangent"):
        aic.jvp(lambda x: np.sum(x), (X,), (1.0,))


def test_foreign_functions_in_python():
    j0 = aic.extern("double j0(double)", lib="libm.so.6")
    assert math.isclose(j0(0.5), 0.9384698072408129)
    with pytest.raises(ValueError, match="declaration"):
        aic.extern("j0")
    with pytest.raises(aic.CompileError, match="j0"):
        aic.grad(lambda x: j0(x) * x)(2.5)
