"""Derivatives of arrays whose layout in memory is known at run time only: transposed and sliced arguments, arrays that a loop
carries transposed, looked at through views that are told by strides (flattened rows, diagonals, windows)."""
import numpy as np
import pytest

import aic
from harness import collected

programs, program = collected()
rng = np.random.default_rng(7)


def strided(shape):
    big = rng.normal(size=tuple(2 * n for n in shape))
    return big[tuple(slice(None, None, 2) for _ in shape)]


def layouts(*shape):
    """The same kind of array as it may lie."""
    yield rng.normal(size=shape)
    yield np.asfortranarray(rng.normal(size=shape))
    yield strided(shape)
    yield strided(shape[::-1]).T
    yield rng.normal(size=shape)[::-1, ::-1]
    yield rng.normal(size=shape[::-1])[::-1].T


def slopes(f, a):
    """By central differences: every program here is at most quadratic in `a`, so that these are right but for rounding."""
    out = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        step = np.zeros(a.shape)
        step[index] = 0.5
        out[index] = f(a + step) - f(a - step)
    return out


@program()
def roll_of_a_column(a):
    return np.sum(np.roll(a[:, 0], 1) * a[:, 1])


@program()
def roll_of_a_row(a):
    return np.sum(np.roll(a[1], -1) * np.arange(3.0))


@program()
def flattened(a):
    flat = np.ravel(a)
    return np.sum(flat * flat * np.arange(9.0)) + a.reshape(-1)[4] * a[0, 1]


@program()
def repeated(a):
    return np.sum(np.repeat(a[:, 2], 2) * np.arange(6.0)) + np.sum(np.repeat(a, 2, axis=1)[1] * np.arange(6.0))


@program()
def reshaped(a):
    column = np.reshape(a[:, 0], (3, 1))
    return np.sum(column * a) + np.sum(np.reshape(a[1:], (3, 2))[:, 1] * a[0])


@program()
def diagonals(a):
    return np.sum(np.diagonal(a) * np.arange(3.0)) + np.trace(a) * a[0, 2] + np.sum(np.diag(a, 1)) * a[1, 1]


@program()
def contracted(a):
    return np.einsum("ii->", a) * a[2, 0] + np.sum(np.einsum("ij,kj->ik", a, a)[0]) + np.sum(np.einsum("iji->j", np.stack((a, a), axis=2)[:2]))


@program()
def windows(a):
    seen = np.lib.stride_tricks.sliding_window_view(a[:, 1], 2)
    return np.sum(seen * seen * np.arange(4.0).reshape(2, 2))


@program()
def flattened_views_of_views(a):
    inner = a[1:, ::2].T
    return np.sum(inner.ravel() * np.arange(4.0)) * np.sum(np.roll(inner[0], 1) * np.arange(2.0))


@program(3)
def roll_in_a_transposing_loop(a, n):
    total = np.zeros(3)
    for i in range(n):
        a = a.T
        v = a[i % 3]
        total = 0.6 * total + np.roll(v, 1)
    return np.sum(total * total)


@program(2)
def repeat_in_a_transposing_loop(a, n):
    total = 0.0
    for i in range(n):
        a = a[::-1].T
        total += np.sum(np.repeat(a[:, i], 3) * np.arange(9.0)) + a[0, 1] * np.sum(np.ravel(a[1]) * np.arange(3.0))
    return total


@program(True)
def one_of_two_layouts(a, turned):
    b = a.T if turned else a
    return np.sum(np.ravel(b)[1:4] * b[0])


@program(3)
def not_there_at_first(a, n):
    total = 0.0
    for i in range(n):
        if i > 0:
            total += np.sum(np.roll(v, 1) * np.arange(3.0))
        v = a[i] if i % 2 else a[:, i]
    return total * a[0, 0]


@program()
def of_a_list(a):
    parts = [a, a.T, a[::-1]]
    total = 0.0
    for part in parts:
        total += np.sum(np.roll(part[0], 1) * np.arange(3.0)) * np.sum(np.diagonal(part))
    return total


@pytest.mark.parametrize("f, more", programs, ids=[f.__name__ for f, _ in programs])
def test_gradients_however_the_array_lies(f, more):
    gradient = aic.grad(f)
    for a in layouts(3, 3):
        want = slopes(lambda x: f(x, *more), a)
        assert np.allclose(gradient(a, *more), want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("f, more", programs, ids=[f.__name__ for f, _ in programs])
def test_tangents_however_the_arrays_lie(f, more):
    of_the_array = lambda x: f(x, *more)  # noqa: E731
    for a, t in zip(layouts(3, 3), reversed(list(layouts(3, 3)))):
        value, slope = aic.jvp(of_the_array, (a,), (t,))
        assert np.isclose(value, f(a, *more), rtol=1e-12)
        assert np.isclose(slope, np.sum(slopes(of_the_array, a) * t), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("f, more", programs, ids=[f.__name__ for f, _ in programs])
def test_products_with_the_hessian_however_the_arrays_lie(f, more):
    of_the_array = lambda x: f(x, *more)  # noqa: E731
    for a, t in zip(layouts(3, 3), reversed(list(layouts(3, 3)))):
        want = (slopes(of_the_array, a + t) - slopes(of_the_array, a - t)) / 2
        assert np.allclose(aic.hvp(of_the_array, (a,), (t,)), want, rtol=1e-10, atol=1e-10)


def written_through_a_view(a):
    column = np.reshape(a[:, 0], (3, 1))
    column[1, 0] = column[0, 0] * 2
    return np.sum(a * a)


def test_a_view_by_strides_of_a_written_array():
    for a in layouts(3, 3):
        want = slopes(lambda x: written_through_a_view(x.copy()), a)
        try:
            got = aic.grad(written_through_a_view)(a.copy(order="K"))
        except aic.NotDifferentiable as error:
            assert "known at run time only" in str(error)
            continue
        assert np.allclose(got, want, rtol=1e-12)


def test_a_written_array_of_unknown_layout_is_refused():
    with pytest.raises(aic.NotDifferentiable, match="how the array lies in memory"):
        aic.grad(written_through_a_view)(strided((3, 3)))


def test_a_tangent_has_the_shape_of_its_argument():
    def f(a):
        return np.sum(a * a)
    for tangent in (np.ones((2, 3)), np.ones((3, 4)), np.ones((4, 3))):
        with pytest.raises(ValueError, match="a tangent has . elements along axis ., its argument 3"):
            aic.jvp(f, (np.ones((3, 3)),), (tangent,))
        with pytest.raises(ValueError, match="a tangent has"):
            aic.hvp(f, (np.ones((3, 3)),), (tangent,))
    for tangent in (np.ones(3), 1.0, np.full((3, 3), 1j)):
        with pytest.raises(aic.NotDifferentiable, match="along this tangent"):
            aic.jvp(f, (np.ones((3, 3)),), (tangent,))


def test_a_tangent_of_another_dtype():
    def f(a):
        return np.sum(a * a)
    for dtype in (np.float32, np.int64, np.bool_):
        assert aic.jvp(f, (np.arange(4.0),), (np.array([1, 0, 1, 1], dtype),)) == (14.0, 10.0)
    assert aic.jvp(lambda z: np.sum(z * z), (np.array([1j, 2.0]),), (np.ones(2),)) == (3.0, 4.0 + 2.0j)


def choice_of_a_row_and_another(m):
    b, c = np.ones(3), np.zeros(3)
    for i in range(3):
        s = np.trace(m)
        v = b if i != 1 else c
        v[0] += 0.25 * s
        b = m[0]
    return np.sum(m * m) + np.sum(c)


def choice_that_no_other_name_shows(m):
    b, c = m[0] * 2.0, np.zeros(3)
    total = 0.0
    for i in range(3):
        v = b if i != 1 else c
        v[0] += m[1, 1]
        total += v[0]
        b = m[i] * m[i]
    return total + np.sum(c) + np.sum(b)


@pytest.mark.parametrize("f", [choice_of_a_row_and_another, choice_that_no_other_name_shows])
def test_a_write_through_a_choice_among_what_a_loop_carries(f):
    for a in layouts(3, 3):
        try:
            got = aic.grad(f)(a.copy())
        except aic.NotDifferentiable as error:
            assert f is choice_of_a_row_and_another and "another name" in str(error)
            continue
        step = 1e-6
        want = np.array([[(f(a + e) - f(a - e)) / (2 * step) for e in step * np.eye(9).reshape(9, 3, 3)]]).reshape(3, 3)
        assert np.allclose(got, want, rtol=1e-6, atol=1e-7)
