"""Functions compiled for arrays whose shapes fit together take that for granted (passes/assume_shapes.cpp): calls with other
shapes get code of their own, and answers and errors are NumPy's."""
import numpy as np
import pytest

import aic
from harness import same


def number(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def staggered(h, u, v, steps):
    for _ in range(steps):
        u[1:-1, :] -= 0.5 * (h[1:, :] - h[:-1, :])
        v[:, 1:-1] -= 0.5 * (h[:, 1:] - h[:, :-1])
        h -= 0.25 * ((u[1:, :] - u[:-1, :]) + (v[:, 1:] - v[:, :-1]))
    return h.copy()


def weighted(x, gain, offset):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred * gain + offset, (centred * offset).sum(axis=0)


def carried(q, u, steps):
    for _ in range(steps):
        q = q - 0.1 * u * q
    return q, q.shape


def is_same_length(a, b):
    return (a.shape[0] == b.shape[0], len(a) != len(b), a.sum() + b.sum())


def itself(a, b):
    a += b
    return a


CALLS = [
    (staggered, [(number(6, 7), number(7, 7), number(6, 8), 3), (number(5, 5), number(6, 5), number(5, 6), 2), (number(1, 1), number(2, 1), number(1, 2), 1)]),
    (weighted, [(number(4, 5), number(5), number(5)), (number(3, 2), number(2), number(2)), (number(4, 5), number(1), number(5)), (number(4, 1), number(5), number(1))]),
    (weighted, [(number(4, 5), number(1), number(5)), (number(4, 5), number(5), number(5))]),
    (carried, [(number(4, 4), number(4, 4), 3), (number(4, 1), number(4, 6), 2), (number(4, 3), number(1, 3), 0)]),
    (is_same_length, [(number(4), number(4)), (number(4), number(5)), (number(2), number(2))]),
    (is_same_length, [(number(4), number(5)), (number(4), number(4)), (number(1), number(3))]),
    (itself, [(number(4, 4), number(4, 4)), (number(4, 3), number(3)[None]), (number(4, 5).T, number(5, 4))]),
    (itself, [(number(8, 8)[::2, ::2], number(4, 4)), (number(8, 6)[::2, ::2], number(1, 3)), (number(2, 2)[::2], number(1, 1))]),
]


@pytest.mark.parametrize(("f", "calls"), CALLS)
def test_later_shapes(f, calls):
    g = aic.jit(cache=False)(f)
    for arguments in calls + calls:
        mine, theirs = [a.copy() if hasattr(a, "copy") else a for a in arguments], [a.copy() if hasattr(a, "copy") else a for a in arguments]
        got, want = g(*mine), f(*theirs)
        for x, y in zip(got if isinstance(got, tuple) else (got,), want if isinstance(want, tuple) else (want,)):
            assert np.shape(x) == np.shape(y) and np.allclose(x, y, rtol=1e-12, atol=1e-12)
        for a, b in zip(mine, theirs):
            assert np.allclose(a, b, rtol=1e-12, atol=1e-12)


def test_shapes_that_do_not_fit_are_numpys_errors():
    g = aic.jit(cache=False)(itself)
    assert same(g(number(4, 3), number(4, 3)), itself(number(4, 3), number(4, 3)))
    with pytest.raises(ValueError, match="could not be broadcast together"):
        g(number(4, 3), number(4, 2))
    with pytest.raises(ValueError, match="non-broadcastable output operand"):
        g(number(1, 3), number(4, 3))
    assert same(g(number(2, 3), number(2, 3)), itself(number(2, 3), number(2, 3)))


def test_at_most_one_more_compilation():
    g = aic.jit(cache=False)(weighted)
    for k in (5, 6, 1, 7, 1):
        g(number(4, k), number(5 if k == 1 else k), number(k))
    assert len(aic.signatures(g) if hasattr(aic, "signatures") else g.signatures) <= 2


def test_the_disk_cache_knows_what_calls_are_tested_for(tmp_path, monkeypatch):
    monkeypatch.setenv("AIC_CACHE_DIR", str(tmp_path))
    for shapes in [((4, 3), (4, 3)), ((4, 3), (1, 3)), ((5, 2), (5, 2))]:
        g = aic.jit(itself)
        for a, b in [shapes, ((4, 3), (1, 3)), ((3, 3), (3, 3))]:
            assert same(g(number(*a), number(*b)), itself(number(*a), number(*b)))
