"""Functions compiled for thin arrays have a version for their short last axes (passes/version_extents.cpp): right for every
shape that comes later, without compiling again, and with the arrays of the caller as they are."""
import numpy as np
import pytest

import aic
from harness import same


def forces(x, m):
    d = x[None, :, :] - x[:, None, :]
    w = ((d**2).sum(axis=2) + 0.01) ** -1.5
    return (d * (m[None, :] * w)[:, :, None]).sum(axis=1)


def move(x, v, dt):
    x += dt * v
    v *= 0.5
    return x


def centre(x):
    total = np.zeros(x.shape[1])
    for i in range(len(x)):
        for k in range(x.shape[1]):
            total[k] += x[i, k]
    return total / len(x), x.mean(axis=0), (x - x.mean(axis=0)).max(axis=1)


def near(got, want):
    """Sums over other axes than the last may be added in another order."""
    if isinstance(want, tuple):
        return len(got) == len(want) and all(near(g, w) for g, w in zip(got, want))
    return got.shape == want.shape and np.allclose(got, want, rtol=1e-12, atol=1e-12)


def points(n, k, seed=0):
    return np.random.default_rng(seed).standard_normal((n, k))


SHAPES = ((40, 3), (40, 4), (7, 2), (1, 3), (3, 3), (5, 1), (2, 40), (33, 3))


@pytest.mark.parametrize("first", SHAPES[:2])
def test_any_shape_is_right_after_any_first_one(first):
    f, g, h = aic.jit(cache=False)(forces), aic.jit(cache=False)(centre), aic.jit(cache=False)(move)
    for shape in (first, *SHAPES):
        x = points(*shape)
        assert near(f(x, x[:, 0].copy()), forces(x, x[:, 0].copy()))
        assert near(g(x), centre(x))
        mine, theirs = [points(*shape), points(*shape, seed=1)], [points(*shape), points(*shape, seed=1)]
        assert h(*mine, 0.1) is mine[0]
        move(*theirs, 0.1)
        assert same(mine, theirs)
    assert len(f.signatures) == len(g.signatures) == len(h.signatures) == 1


def test_shapes_that_do_not_fit_are_refused_as_by_numpy():
    f = aic.jit(cache=False)(move)
    f(points(40, 3), points(40, 3), 0.1)
    for other in ((40, 2), (39, 3), (2, 40, 3)):
        with pytest.raises(ValueError) as mine:
            f(points(40, 3), np.zeros(other), 0.1)
        with pytest.raises(ValueError) as theirs:
            move(points(40, 3), np.zeros(other), 0.1)
        assert str(mine.value) == str(theirs.value)
