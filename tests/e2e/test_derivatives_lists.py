"""Lists of arrays, backwards and forward: appended, taken out, put in between, turned, under two names. Arrays that are written
while a list holds them are refused."""
import numpy as np
import pytest

import aic

R = np.random.default_rng(8)


def history(x, n):
    states = [x]
    for _ in range(n):
        states.append(np.sin(states[-1]) + 0.5 * states[0])
    return np.sum(states[-1] * states[1])


def layers(x, a, b, c):
    weights = [a, b]
    weights.append(c)
    h = x
    for w in weights:
        h = np.tanh(w @ h)
    return np.sum(h * h)


def in_and_out(x, n):
    s = [x * 1.0, x * x]
    total = 0.0
    for _ in range(n):
        if len(s) < 3:
            s.append(s[-1] * s[0] * 0.5)
        else:
            total += np.sum(s.pop() * s[0])
            s.insert(0, s[1] + x)
            s.pop()
    s[0] = s[1] * 2.0
    first, *rest = s
    return total + np.sum(first * rest[-1])


def made_at_once(x):
    rows = [x * k for k in range(1, 4)]
    return sum([np.sum(r * r) for r in rows]) + np.sum(rows[1])


def turned(x):
    rows = [x, x * x, np.cos(x)]
    rows.reverse()
    rows[0], rows[1] = rows[1], rows[0]
    return np.sum(rows[0] * rows[1] * rows[2] * rows[0])


def never_looked_at(x, n):
    out, total = [], 0.0
    for k in range(n):
        out.append(x * (k + 1.0))
    for r in out[:2]:
        total += np.sum(r * r)
    return total


def two_names(x, n):
    p = [x, x * 2.0]
    q = p
    q.append(p[0] * p[1])
    p[0] = q[2] * x
    return np.sum(q[0] * p[2])


def of_different_lengths(x, n):
    parts = []
    while len(parts) < n:
        parts.append(x[: len(parts)] * x[-1])
    return sum([np.sum(p * p) for p in parts])


X = R.uniform(0.2, 1, 3)
CASES = [(history, X, 4), (layers, X, R.random((3, 3)), R.random((3, 3)), R.random((2, 3))), (in_and_out, X, 9), (made_at_once, X), (turned, X),
         (never_looked_at, X, 5), (never_looked_at, X, 0), (two_names, X, 0), (of_different_lengths, X, 4)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0].__name__)
def test_lists_of_arrays(case):
    f, *args = case
    active = tuple(k for k, a in enumerate(args) if isinstance(a, np.ndarray))
    aic.check_grad(f, args, argnums=active)
    tangents = [R.uniform(-1, 1, a.shape) if k in active else 0 for k, a in enumerate(args)]
    gradient = aic.grad(f, argnums=active)(*args)
    assert np.isclose(aic.jvp(f, args, tangents)[1], sum(np.sum(g * tangents[k]) for g, k in zip(gradient, active)), rtol=1e-12)


@pytest.mark.parametrize("f", [history, in_and_out])
def test_second_derivatives(f):
    t = R.uniform(-1, 1, 3)
    slope = aic.grad(lambda x: f(x, 3))
    want = (slope(X + 1e-6 * t) - slope(X - 1e-6 * t)) / 2e-6
    assert np.allclose(aic.hvp(lambda x: f(x, 3), (X,), (t,)), want, rtol=1e-7, atol=1e-8)


def written(x):
    rows = [x, x * x]
    rows[1][0] = 3.0
    return np.sum(rows[0] * rows[1])


def test_arrays_that_are_written_are_refused_backwards():
    with pytest.raises(aic.NotDifferentiable, match="written to in place"):
        aic.grad(written)(X)
    assert np.isclose(aic.jvp(written, (X,), (np.ones(3),))[1], 3.0 + np.sum(3 * X[1:] ** 2))
