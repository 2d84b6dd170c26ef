"""Derivatives where partial derivatives are infinite: a cotangent of zero contributes zero, a norm at 0 has gradient 0, and
no guard changes a further derivative."""
import math

import numpy as np
import pytest

import aic

INF = float("inf")


@pytest.mark.parametrize("f, x, want", [
    (lambda x: np.linalg.norm(x), np.zeros(3), np.zeros(3)),
    (lambda x: np.linalg.norm(x), np.array([1e-170, -1e-200, 0.0]), np.zeros(3)),  # their squares are 0
    (lambda x: np.linalg.norm(np.outer(x, x), "fro") + np.sum(np.linalg.norm(np.outer(x, x), 2, axis=0)), np.full(3, 1e-90), np.zeros(3)),
    (lambda x: np.sqrt(np.sum(x * x)), np.zeros(3), np.zeros(3)),
    (lambda x: np.sqrt(np.sum(x**2)), np.zeros(3), np.zeros(3)),
    (lambda x: np.sqrt(1.0 - np.cos(x[0])) + x[1], np.zeros(2), np.array([0.0, 1.0])),
    (lambda x: np.sum(np.where(x > 0, x * np.log(x), 0.0)), np.array([0.0, 1.0]), np.array([0.0, 1.0])),
    (lambda x: np.sum(np.where(x == 0, 1.0, np.sin(x) / x)), np.array([0.0, math.pi]), np.array([0.0, -1 / math.pi])),
    (lambda x: np.sum(np.where(x < 100, np.exp(x), x)), np.array([0.0, 1000.0]), np.array([1.0, 1.0])),
    (lambda x: np.sum(np.where(x > 0, np.power(x, 0.5), -x)), np.array([0.0, 4.0]), np.array([-1.0, 0.25])),
    (lambda x: (1.0 / x)[1], np.array([0.0, 2.0]), np.array([0.0, -0.25])),
    (lambda x: np.sum(np.where(np.isnan(x), 0.0, x * x)), np.array([math.nan, 3.0]), np.array([0.0, 6.0])),
    (lambda x: np.sum(np.sqrt(x)), np.array([0.0, 4.0]), np.array([INF, 0.25])),
    (lambda x: np.sum(np.sqrt(x * x)) * math.nan, np.array([0.0]), np.array([math.nan])),
    (lambda x: np.sum(np.sqrt(x * np.array([math.nan, 1.0]))), np.array([0.0, 1.0]), np.array([math.nan, 0.5])),
])
def test_gradients_at_singular_places(f, x, want):
    with np.errstate(all="ignore"):
        got = aic.grad(f)(x)
    assert np.array_equal(np.nan_to_num(got, nan=1e99), np.nan_to_num(want, nan=1e99)) or np.allclose(got, want, rtol=1e-14), got


def test_a_norm_of_numbers_at_zero():
    assert aic.grad(lambda x, y: math.sqrt(x * x + y * y), argnums=(0, 1))(0.0, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize("f, x, want", [
    (lambda x: (math.sqrt(x) - 1.0) ** 2, 1.0, 0.5),  # the cotangent of the root is 0 there, its derivative is not
    (lambda x: (math.sqrt(x) - 2.0) ** 2, 4.0, 0.125),
    (lambda x: math.hypot(x, 2.0), 0.0, 0.5),
    (lambda x: (1.0 / x - 0.5) ** 2, 2.0, 0.125),
    (lambda x: (math.log(x)) ** 2, 1.0, 2.0),
    (lambda x: (x - 1.0) * x**1.5 * (x - 1.0), 1.0, 2.0),
    (lambda x: np.cbrt(x - 1.0) * (x - 9.0), 9.0, 1.0 / 6),
])
def test_second_derivatives_where_first_ones_are_zero(f, x, want):
    assert math.isclose(aic.grad(f, order=2)(x), want, rel_tol=1e-13)


def through_a_dict(x):
    d = {1: x, 2: 2.0}
    d[3] = x * x
    total = 0.0
    for k in d:
        total += d[k] * k
    return total


def through_a_set(x):
    total = 0.0
    for k in {1.0, x}:
        total += x * k
    return total


def through_a_handler(x):
    try:
        y = x * x / (x - 1.0)
    except ZeroDivisionError:
        y = 0.0
    return y


@pytest.mark.parametrize("f", [through_a_dict, through_a_set, through_a_handler])
def test_dicts_sets_and_handlers_are_refused_both_ways(f):
    with pytest.raises(aic.NotDifferentiable):
        aic.grad(f)(3.0)
    with pytest.raises(aic.NotDifferentiable):
        aic.jvp(f, (3.0,), (1.0,))


def through_bits(x):
    y = np.full(1, x * 2.0)
    return float(y.view(np.int64)[0])


def through_a_function_that_is_not_there(x):
    y = x * 2.0
    return np.sum(np.busday_count(y, y)) * x


def an_integer_at_times(x):
    if x > 1:
        return x * x
    return int(x)


@pytest.mark.parametrize("f, error, line", [
    (through_bits, aic.NotDifferentiable, 2), (through_a_function_that_is_not_there, aic.CompileError, 2)])
def test_unsupported_calls_are_refused_at_their_place(f, error, line):
    for taken in (lambda: aic.grad(f)(1.5), lambda: aic.jvp(f, (1.5,), (1.0,)), lambda: aic.grad(f, order=2)(1.5)):
        with pytest.raises(error) as e:
            taken()
        assert e.value.lineno == f.__code__.co_firstlineno + line and e.value.filename == __file__


def test_ways_through_int_have_derivative_zero():
    assert aic.grad(lambda x: float(int(x)) * 3.0)(2.5) == 0.0
    assert aic.grad(lambda x: x * int(x))(2.5) == 2.0 and aic.grad(lambda x: x * (x // 1.0))(2.5) == 2.0
    assert np.array_equal(aic.grad(lambda x: np.sum(x * x.astype(np.int64)))(np.array([1.5, -2.5])), [1.0, -2.0])
    assert aic.grad(lambda v: v[int(v[0])] * v[1])(np.array([2.2, 3.0, 5.0])).tolist() == [0.0, 5.0, 3.0]
    assert aic.jvp(lambda x: x * int(x), (2.5,), (1.0,)) == (5.0, 2.0)


def test_an_integer_at_times_is_no_number_to_differentiate():
    try:
        assert aic.grad(an_integer_at_times)(3.0) == 6.0
    except aic.NotDifferentiable as e:
        assert "int" in str(e)
