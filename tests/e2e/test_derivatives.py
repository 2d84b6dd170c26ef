"""Gradients of plain imperative programs, held to differences of the same program in CPython (extrapolated, to about 1e-8)."""
import math

import numpy as np
import pytest

import aic

RNG = np.random.default_rng(11)


def differences(f, args, k):
    x = np.array(args[k], dtype=float)
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        def at(shift):
            moved = x.copy()
            moved[index] += shift
            return float(f(*(np.copy(moved) if j == k and x.ndim else float(moved) if j == k else np.copy(a) if isinstance(a, np.ndarray) else a
                             for j, a in enumerate(args))))

        h = 1e-3
        rough, fine, finest = ((at(h / d) - at(-h / d)) / (2 * h / d) for d in (1, 2, 4))
        better, best = (4 * fine - rough) / 3, (4 * finest - fine) / 3
        out[index] = (16 * best - better) / 15
    return out


def check(f, *args, argnums=(0,), rtol=1e-8):
    gradients = aic.grad(f, argnums=argnums)(*(np.copy(a) if isinstance(a, np.ndarray) else a for a in args))
    for g, k in zip(gradients, argnums):
        assert type(g) is type(args[k]) and np.shape(g) == np.shape(args[k])
        want = differences(f, args, k)
        assert np.allclose(g, want, rtol=rtol, atol=rtol * max(1.0, float(np.max(np.abs(want), initial=0)))), (g, want)


# ---- numbers ----
def branches(x):
    if x > 1.0:
        y = x * x
    else:
        y = math.sin(x)
    return y * x


def feedback(x, n):
    s = 0.0
    for i in range(n):
        s = s + x * i
        x = x * 0.5 + math.sin(s)
    return s * x


def newton(c):
    x = 1.0
    while abs(x * x - c) > 1e-14:
        x = x - (x * x - c) / (2.0 * x)
    return x


def escape(x, y):
    u = v = 0.0
    for k in range(50):
        u, v = u * u - v * v + x, 2 * u * v + y
        if u * u + v * v > 4.0:
            break
    return math.log(u * u + v * v) + u


def returns_early(x, n):
    for i in range(n):
        x = x * 1.3 + 0.1
        if x > 5.0:
            return x * x * i
    return x


def runge_kutta(x, k, n):
    v = 0.0
    h = 0.05
    for _ in range(n):
        a1 = -k * math.sin(x)
        x2, v2 = x + 0.5 * h * v, v + 0.5 * h * a1
        a2 = -k * math.sin(x2)
        x, v = x + h * v2, v + h * a2
    return x + 0.3 * v


# ---- arrays ----
def total_of_elements(a):
    s = 0.0
    for i in range(len(a)):
        if a[i] > 0.5:
            s += a[i] * a[i]
        else:
            s -= a[i]
    return s


def whole_arrays(a, b):
    return np.sum(np.sin(a * b) + a**2 / (1 + b**2))


def log_sum_exp(a):
    m = np.max(a)
    return m + np.log(np.sum(np.exp(a - m)))


def layer(x, w, b):
    h = np.tanh(x @ w + b)
    return np.mean(h * h)


def two_buffers(a, b, n):
    for _ in range(n):
        b[1:-1] = 0.3 * (a[:-2] + a[1:-1] + a[2:]) + 0.1 * a[1:-1] * a[1:-1]
        a, b = b, a
    s = 0.0
    for i in range(len(a)):
        s += a[i] * a[i]
    return s


def seidel(a, n):
    for _ in range(n):
        for i in range(1, len(a) - 1):
            a[i] = 0.4 * (a[i - 1] + a[i + 1]) + 0.1 * a[i] * a[i]
    return a[2] * a[-2]


def cholesky(a):
    n = a.shape[0]
    for j in range(n):
        for k in range(j):
            for i in range(j, n):
                a[i, j] -= a[i, k] * a[j, k]
        d = math.sqrt(a[j, j])
        for i in range(j, n):
            a[i, j] /= d
    s = 0.0
    for i in range(n):
        s += math.log(a[i, i]) * (i + 1)
    return s


def prefix_product(a):
    for i in range(1, len(a)):
        a[i] = a[i] * a[i - 1]
    return a[-1] + a[1]


def carried_births(a, n):
    for _ in range(n):
        a = a * 0.5 + np.sin(a)
    return np.sum(a * a)


def until_small(a):
    while np.max(np.abs(a)) > 0.5:
        a = a * 0.7
    return np.sum(a**3)


def swapped_until(a, b):
    k = 0
    while True:
        b[:] = 0.6 * a * a
        a, b = b, a
        k += 1
        if np.sum(a) < 0.2 or k > 20:
            break
    return np.sum(a) + b[0]


def rows(a):
    s = 0.0
    for i in range(a.shape[0]):
        row = a[i]
        row[0] *= row[1]
        s += np.sum(row) * row[-1]
    return s


def gather(a, index):
    s = 0.0
    for i in range(len(index)):
        s += a[index[i]] * a[index[i]] * (i + 1)
    return s


def scans(a):
    return np.max(a) * 2.0 + np.prod(a) + np.cumsum(a * a)[2]


def skips(a):
    s = 0.0
    for i in range(len(a)):
        for j in range(i + 1):
            if a[j] < 0.3:
                continue
            if a[i] * a[j] > 2.0:
                break
            s += a[i] * a[j]
    return s


def shifted_onto_itself(a):
    a[1:] = a[:-1] * a[1:]
    return np.sum(a * a)


def leapfrog(q, p, dt):
    q, p = q.copy(), p.copy()
    q += dt * p
    p -= 0.3 * np.sin(q)
    q += dt * p
    p -= dt * np.sin(q)
    return np.sum(p**2) - q[0] * q[1]


def diagonals(a):
    return a.trace() * a[0, 1] + np.sum(np.diag(a) ** 2)


CASES = [
    (branches, 0.7), (branches, 1.7), (feedback, 0.8, 6), (newton, 2.0), (runge_kutta, 1.0, 2.0, 30), (escape, 0.3, 0.4), (escape, 0.9, 0.8),
    (returns_early, 0.9, 20), (returns_early, 0.9, 3), (total_of_elements, np.array([0.1, 0.7, 0.9, 0.3, 0.45])), (whole_arrays, RNG.random(5), RNG.random(5)),
    (log_sum_exp, RNG.random(6)), (layer, RNG.random((3, 4)), RNG.random((4, 2)), RNG.random(2)), (two_buffers, RNG.random(7), RNG.random(7), 3),
    (two_buffers, RNG.random(7), RNG.random(7), 4), (seidel, RNG.random(6), 3), (cholesky, np.eye(4) * 4 + RNG.random((4, 4))),
    (prefix_product, RNG.random(5) + 0.5), (carried_births, RNG.random(4), 3), (until_small, RNG.random(4) + 1), (swapped_until, RNG.random(4) + 0.2, RNG.random(4)),
    (rows, RNG.random((3, 4))), (gather, RNG.random(5), np.array([0, 3, 3, 1, 4, 3])), (scans, RNG.random(4) + 0.5), (skips, RNG.random(6)),
    (shifted_onto_itself, RNG.random(5)), (diagonals, RNG.random((3, 3))), (leapfrog, RNG.random(3), RNG.random(3), 0.1),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0].__name__)
def test_gradient(case):
    f, *args = case
    check(f, *args, argnums=tuple(k for k, a in enumerate(args) if isinstance(a, float) or isinstance(a, np.ndarray) and a.dtype.kind == "f"))


def test_a_bare_argument_gives_a_bare_gradient():
    assert aic.grad(lambda x: x * x)(3.0) == 6.0
    value, gradient = aic.value_and_grad(lambda x: x * x * x)(2.0)
    assert value == 8.0 and gradient == 12.0


def test_tuples_have_gradients_of_their_structure():
    a, (b, c) = aic.grad(lambda t: t[0] * t[1][0] + t[1][1])((2.0, (3.0, 4.0)))
    assert (a, b, c) == (3.0, 2.0, 1.0)


def test_aux_comes_along():
    gradient, aux = aic.grad(lambda x: (x * x, 7), has_aux=True)(3.0)
    assert gradient == 6.0 and aux == 7


def test_derivatives_of_derivatives():
    def f(x):
        y = 1.0
        for _ in range(4):
            y = y * x
        return y

    assert aic.grad(f, order=2)(2.0) == 48.0
    assert aic.grad(f, order=3)(2.0) == 48.0
    assert aic.grad(aic.grad(f))(2.0) == 48.0


def test_a_gradient_is_a_compiled_function():
    g = aic.grad(lambda x: x * x)

    @aic.jit
    def steps(x, n):
        for _ in range(n):
            x = x - 0.1 * g(x)
        return x

    assert math.isclose(steps(1.0, 3), 0.512)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def test_hessian_and_products():
    x, v = RNG.random(5), RNG.random(5)
    h = aic.hessian(rosenbrock)(x)
    g = aic.grad(rosenbrock)
    want = np.array([(g(x + e) - g(x - e)) / 2e-6 for e in np.eye(5) * 1e-6])
    assert np.allclose(h, want, rtol=1e-6, atol=1e-4) and np.allclose(h, h.T, rtol=1e-13)
    assert np.allclose(aic.hvp(rosenbrock, (x,), (v,)), h @ v, rtol=1e-12)


def test_pullback_pushforward_and_jacobian():
    def f(x, w):
        return np.tanh(w @ x)

    x, w, c = RNG.random(3), RNG.random((2, 3)), RNG.random(2)
    out, pullback = aic.vjp(f, x, w)
    dx, dw = pullback(c)
    slope = 1 - np.tanh(w @ x) ** 2
    assert np.allclose(out, np.tanh(w @ x)) and np.allclose(dx, w.T @ (c * slope)) and np.allclose(dw, np.outer(c * slope, x))
    tx, tw = RNG.random(3), RNG.random((2, 3))
    out, pushed = aic.jvp(f, (x, w), (tx, tw))
    assert np.allclose(pushed, slope * (tw @ x + w @ tx))
    assert np.isclose(pushed @ c, dx @ tx + np.sum(dw * tw), rtol=1e-13)
    assert np.allclose(aic.jacobian(f)(x, w), slope[:, None] * w)


def test_check_grad():
    aic.check_grad(newton, (2.0,))
    aic.check_grad(seidel, (RNG.random(5), 2))


@pytest.mark.parametrize("f, args, text", [
    (lambda x, n: x**n, (2.0, 3), "`n`"),
    (lambda x: int(x), (2.5,), "int"),
    (lambda x: x * 2.0, (np.ones(3),), "jacobian"),
])
def test_refusals(f, args, text):
    with pytest.raises(aic.NotDifferentiable, match=text):
        aic.grad(f, argnums=len(args) - 1)(*args)


def test_gradients_come_in_the_order_asked():
    x = RNG.random(3)
    value, (by_scale, by_x) = aic.value_and_grad(lambda x, scale: scale * np.sum(x**4), argnums=(1, 0))(x, 2.0)
    assert np.isclose(by_scale, np.sum(x**4)) and np.allclose(by_x, 8 * x**3) and np.isclose(value, 2 * np.sum(x**4))


def through_a_list(x):
    parts = []
    for i in range(3):
        parts.append(x * i)
    return parts[1] * parts[2]


def through_an_inner_function(x):
    total = 0.0

    def add(y):
        nonlocal total
        total += y * x

    add(x)
    add(2.0)
    return total


def through_text(x):
    return float(f"{x:.3f}") * x


def test_what_gets_out_of_sight_is_refused():
    with pytest.raises(aic.NotDifferentiable):
        aic.grad(through_text)(1.5)


def test_lists_and_rebound_names():
    assert math.isclose(aic.grad(through_a_list)(1.5), 6.0) and math.isclose(aic.grad(through_an_inner_function)(1.5), 5.0)


def sorted_squares(x):
    squares = [v * v for v in x]
    squares.append(squares[0] * squares[-1])
    squares.insert(1, squares.pop(0) * 2.0)
    first, *rest = sorted(squares)
    return sum(rest) * first + sum(a * b for a, b in zip(squares, x))


def stacked(x, n):
    seen = []
    for i in range(n):
        seen.append(x[i % len(x)] * (i + 1))
        if len(seen) > 3:
            x[0] += seen.pop() * seen[1]
    return sum(seen) + x[0] * x[1]


def recursive(x, n):
    return 1.0 if n == 0 else x * recursive(x, n - 1) + math.cos(n * x)


def simpson(a, b, whole, depth):
    m = 0.5 * (a + b)
    g = lambda t: math.exp(-t) * math.sin(3 * t * t)
    left = (m - a) / 6 * (g(a) + 4 * g(0.5 * (a + m)) + g(m))
    right = (b - m) / 6 * (g(m) + 4 * g(0.5 * (m + b)) + g(b))
    if depth == 0 or abs(left + right - whole) < 1e-4:
        return left + right
    return simpson(a, m, left, depth - 1) + simpson(m, b, right, depth - 1)


def descended(x, i):
    if i >= len(x):
        return 1.0
    return x[i] * descended(x, i + 1) + np.sum(x[i:] ** 2)


def pairs(x):
    pair = (x[0], x)
    for i in range(3):
        pair = (pair[0] * 0.5 + pair[1][i], pair[1]) if pair[0] > 0 else (pair[0] * x[i], pair[1])
    return pair[0] + np.sum(pair[1])


@pytest.mark.parametrize("f, args", [
    (sorted_squares, (RNG.random(4) + 0.2,)), (stacked, (RNG.random(3), 7)), (recursive, (0.9, 6)), (simpson, (0.0, 1.7, 0.0, 6)), (descended, (RNG.random(4), 0)),
    (pairs, (RNG.random(4),)),
])
def test_lists_tuples_and_recursion(f, args):
    check(f, *args, argnums=(0,), rtol=1e-7)
