"""Gradients of whole programs, to 1e-9 of the complex step of the same text in CPython; orders one to four, a Hessian and its
products against what they are on paper."""
import inspect
import math

import numpy as np
import pytest

import aic
from harness import load_fuzz


@pytest.fixture(scope="module")
def step():
    return load_fuzz("gradients")


def newton(c, start):
    x = start
    while abs(x * x * x - c) > 1e-13 * abs(c):
        x = x - (x * x * x - c) / (3 * x * x)
    return x * start


def stencil(a, b, n):
    for _ in range(n):
        b[1:-1] = 0.3 * (a[:-2] + a[1:-1] + a[2:]) + 0.1 * a[1:-1] * a[1:-1]
        a, b = b, a
    return np.sum(a * a)


def seidel(a, n):
    for _ in range(n):
        for i in range(1, a.shape[0] - 1):
            for j in range(1, a.shape[1] - 1):
                a[i, j] = 0.2 * (a[i, j] + a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1] * a[i, j])
    return np.sum(a * a)


def cholesky(a):
    n = a.shape[0]
    for j in range(n):
        for k in range(j):
            for i in range(j, n):
                a[i, j] -= a[i, k] * a[j, k]
        d = math.sqrt(a[j, j])
        for i in range(j, n):
            a[i, j] /= d
    total = 0.0
    for i in range(n):
        total += math.log(a[i, i]) + a[i, 0]
    return total


def prefix_product(a):
    for i in range(1, len(a)):
        a[i] *= a[i - 1]
    return np.sum(a)


def runge_kutta(x, k, n):
    v, h = 0.0, 0.05
    for _ in range(n):
        a1 = -k * math.sin(x)
        x2, v2 = x + 0.5 * h * v, v + 0.5 * h * a1
        a2 = -k * math.sin(x2)
        x3, v3 = x + 0.5 * h * v2, v + 0.5 * h * a2
        a3 = -k * math.sin(x3)
        x4, v4 = x + h * v3, v + h * a3
        a4 = -k * math.sin(x4)
        x, v = x + h / 6 * (v + 2 * v2 + 2 * v3 + v4), v + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
    return x + v


def mandelbrot(cx, cy, n):
    total = 0.0
    for i in range(len(cx)):
        u = v = 0.0
        for _ in range(n):
            u, v = u * u - v * v + cx[i], 2 * u * v + cy[i]
            if u * u + v * v > 4.0:
                break
        total += math.log(1 + u * u + v * v)
    return total


def log_sum_exp(a):
    m = np.max(a)
    return m + np.log(np.sum(np.exp(a - m)))


def weights(t):
    return -0.5 * t + t * t - 0.5 * t**3, 1 - 2.5 * t * t + 1.5 * t**3, 0.5 * t + 2 * t * t - 1.5 * t**3, -0.5 * t * t + 0.5 * t**3


def bicubic(image, xs, ys):
    total = 0.0
    for k in range(len(xs)):
        i, j = int(xs[k]), int(ys[k])
        p, q = weights(xs[k] - i), weights(ys[k] - j)
        value = 0.0
        for m in range(4):
            row = p[0] if m == 0 else p[1] if m == 1 else p[2] if m == 2 else p[3]
            value += row * (q[0] * image[i + m - 1, j - 1] + q[1] * image[i + m - 1, j] + q[2] * image[i + m - 1, j + 1] + q[3] * image[i + m - 1, j + 2])
        total += value * value
    return total


def mixture(alphas, means, spreads, points):
    total = 0.0
    for i in range(points.shape[0]):
        t = np.zeros(len(alphas))
        for k in range(len(alphas)):
            q = 0.0
            for j in range(points.shape[1]):
                z = (points[i, j] - means[k, j]) * math.exp(spreads[k, j])
                q += z * z
            t[k] = alphas[k] - 0.5 * q + np.sum(spreads[k])
        m = np.max(t)
        total += m + np.log(np.sum(np.exp(t - m)))
    return total


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def lstm(w, u, b, xs):
    n = b.shape[0] // 4
    h, c, g = np.zeros(n), np.zeros(n), np.zeros(4 * n)
    total = 0.0
    for t in range(xs.shape[0]):
        for k in range(4 * n):
            s = b[k]
            for j in range(xs.shape[1]):
                s += w[k, j] * xs[t, j]
            for j in range(n):
                s += u[k, j] * h[j]
            g[k] = s
        for k in range(n):
            i, f, o = sigmoid(g[k]), sigmoid(g[n + k]), sigmoid(g[2 * n + k])
            c[k] = f * c[k] + i * math.tanh(g[3 * n + k])
            h[k] = o * math.tanh(c[k])
            total += h[k] * h[k]
    return total


R = np.random.default_rng(4)
POSITIVE = (lambda a: a @ a.T + 6 * np.eye(6))(R.random((6, 6)))
PROGRAMS = [
    (newton, 7.0, 1.3), (stencil, R.random(9), R.random(9), 5), (seidel, R.random((5, 6)), 3), (cholesky, POSITIVE), (prefix_product, R.uniform(0.5, 1.5, 8)),
    (runge_kutta, 1.0, 2.0, 30), (mandelbrot, R.uniform(-2, 1, 12), R.uniform(-1, 1, 12), 20), (log_sum_exp, R.uniform(-9, 9, 20)),
    (bicubic, R.random((9, 8)), R.uniform(1, 6.5, 5), R.uniform(1, 5.5, 5)), (mixture, R.random(3), R.random((3, 2)), 0.1 * R.random((3, 2)), R.random((5, 2))),
    (lstm, R.normal(0, 0.5, (8, 3)), R.normal(0, 0.5, (8, 2)), R.normal(0, 0.5, 8), R.random((4, 3))),
]


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda c: c[0].__name__)
def test_gradients_of_programs(case, step):
    f, *args = case
    active = tuple(k for k, a in enumerate(args) if isinstance(a, (float, np.ndarray)))
    text = "import math\nimport numpy as np\n" + "".join(map(inspect.getsource, (weights, sigmoid, f))) + f"f = {f.__name__}\n"
    value, want = step.complex_step(step.loaded(text, f"<program {f.__name__}>", True), args, active)
    fresh = lambda: [np.copy(a) if isinstance(a, np.ndarray) else a for a in args]
    got, gradients = aic.value_and_grad(f, argnums=active)(*fresh())
    assert math.isclose(got, value, rel_tol=1e-12)
    for g, w in zip(gradients, want):
        assert np.max(np.abs(g - w)) <= 1e-9 * max(1.0, np.max(np.abs(w))), (g, w)


def root(c):
    x = 1.0
    while abs(x * x - c) > 1e-14 * c:
        x = 0.5 * (x + c / x)
    for _ in range(3):  # derivatives of order k are right k rounds after the value is
        x = 0.5 * (x + c / x)
    return x


def powers(x, n):
    total, term = 0.0, 1.0
    for k in range(1, n):
        term = term * x / k
        total += term
    return total


def sine(x):
    term, total, k = x, 0.0, 1
    while abs(term) > 1e-30:
        total += term
        term *= -x * x / ((k + 1) * (k + 2))
        k += 2
    return total


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_orders_through_loops(order):
    c, falling = 3.7, math.prod(0.5 - k for k in range(order))
    assert math.isclose(aic.grad(root, order=order)(c), falling * c ** (0.5 - order), rel_tol=1e-9)
    assert math.isclose(aic.grad(powers, order=order)(0.8, 40), math.exp(0.8), rel_tol=1e-12)
    assert math.isclose(aic.grad(sine, order=order)(1.1), math.sin(1.1 + order * math.pi / 2), rel_tol=1e-9)


def rosenbrock(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def hessian(x):
    h = np.diag(np.full(len(x), 200.0)) - np.diag(400 * x[:-1], 1) - np.diag(400 * x[:-1], -1)
    h[0, 0] = 0
    h[np.arange(len(x) - 1), np.arange(len(x) - 1)] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    return h


def test_hessians_and_their_products():
    x, v = R.uniform(-1, 1, 100), R.uniform(-1, 1, 1000)
    assert np.allclose(aic.hessian(rosenbrock)(x), hessian(x), rtol=1e-12)
    assert np.allclose(aic.grad(rosenbrock, order=2)(x), hessian(x), rtol=1e-12)
    y = R.uniform(-1, 1, 1000)
    assert np.allclose(aic.hvp(rosenbrock, (y,), (v,)), hessian(y) @ v, rtol=1e-11, atol=1e-9)


def stencil_of(u, k):
    out = np.zeros_like(u)
    out[1:-1] = u[:-2] - 2 * k * u[1:-1] ** 2 + u[2:]
    return out


def test_sparse_jacobians_and_hessians():
    u, v = R.uniform(0.5, 1, 40), R.uniform(-1, 1, 40)
    j = aic.jacobian(stencil_of, sparse=True)(u, 1.5)
    dense = aic.jacobian(stencil_of)(u, 1.5)
    assert j.shape == (40, 40) and j.nnz == 3 * 38 and np.array_equal(j.toarray(), dense) and np.allclose(j @ v, dense @ v)
    assert j.indptr[0] == j.indptr[1] == 0 and list(j.indices[:6]) == [0, 1, 2, 1, 2, 3]
    h = aic.hessian(rosenbrock, sparse=True)(u)
    assert h.nnz == 3 * 40 - 2 and np.allclose(h.toarray(), hessian(u), rtol=1e-12)
    assert aic.jacobian(lambda x: np.array([1.0, 2.0]), sparse=True)(u).nnz == 0
    with pytest.raises(NotImplementedError, match="one argument"):
        aic.jacobian(stencil_of, argnums=(0, 1), sparse=True)


def test_a_pullback_of_a_function_with_something_beside():
    out, pullback, aux = aic.vjp(lambda x, k: (x * x * k, (np.sum(x), k)), np.array([1.0, 2.0]), 3.0, has_aux=True)
    assert np.array_equal(out, [3.0, 12.0]) and aux == (3.0, 3.0)
    by_x, by_k = pullback(np.array([1.0, -1.0]))
    assert np.array_equal(by_x, [6.0, -12.0]) and by_k == -3.0


def test_order_two_of_several_arguments_is_the_hessian():
    f = lambda x, y: np.sum(x * x) * y * y
    (xx, xy), (yx, yy) = aic.grad(f, argnums=(0, 1), order=2)(np.array([1.0, 2.0]), 3.0)
    assert np.array_equal(xx, 18 * np.eye(2)) and np.array_equal(xy, [12.0, 24.0]) and np.array_equal(yx, xy) and yy == 10.0


def test_of_sorted_numbers():
    """Few are merged, thousands sorted by their places."""
    def ranked(x, w):
        y = x.copy()
        y.sort()
        return np.sum(np.sort(x) * w) + np.sum(y * y * w)

    for n in (1, 30, 3000):
        x = np.random.default_rng(n).normal(size=n)
        w = np.arange(1.0, n + 1.0)
        want = np.empty(n)
        order = np.argsort(x)
        want[order] = w + 2 * x[order] * w
        np.testing.assert_allclose(aic.grad(ranked)(x, w), want, rtol=1e-13)
