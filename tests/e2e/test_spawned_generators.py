"""Generators that a generator spawns, and views told by their strides."""
import numpy as np
import pytest

import aic
from harness import check


def a_child(seed):
    rng = np.random.default_rng(seed)
    child = rng.spawn(1)[0]
    return child.random(3), rng.random(), rng.spawn(1)[0].integers(0, 10**6), child.spawn(2)[1].normal()


def children(seed):
    rng = np.random.default_rng(seed)
    drawn = []
    for child in rng.spawn(3):
        drawn.append(child.normal())
        for grandchild in child.spawn(2):
            drawn.append(grandchild.random())
    return drawn, len(rng.spawn(2)), rng.random()


@pytest.mark.parametrize("seed", [0, 25, 12345678901, 2**62])
def test_children_draw_what_numpys_draw(seed):
    check(a_child, seed)
    check(children, seed)


def given(rng):
    return rng.spawn(1)[0].random()


def all_of_them(seed):
    return np.random.default_rng(seed).spawn(2)


def as_many_as(seed, n):
    return [child.random() for child in np.random.default_rng(seed).spawn(n)]


def test_what_is_not_spawned():
    """Neither a child of a generator that Python made, nor a list of generators."""
    with pytest.raises(NotImplementedError, match="SeedSequence"):
        aic.jit(given)(np.random.default_rng(3))
    for function, args in ((all_of_them, (3,)), (as_many_as, (3, 2))):
        with pytest.raises(aic.CompileError):
            aic.jit(function)(*args)


def windows(a, n):
    s = a.strides[0]
    w = np.lib.stride_tricks.as_strided(a, (a.shape[0] - n + 1, n), (s, s), writeable=False)
    return w.sum(axis=1), w, w.flags.writeable


def turned(a):
    return np.lib.stride_tricks.as_strided(a, a.shape[::-1], a.strides[::-1], writeable=False) + 1


def backwards(a):
    return np.lib.stride_tricks.as_strided(a[::-1], a.shape, (-a.strides[0],), writeable=False).copy()


def repeated(x, n):
    return np.lib.stride_tricks.as_strided(x, (n, x.shape[0]), (0, x.strides[0]), writeable=False) * 2


def of_too_few(a):
    return np.lib.stride_tricks.as_strided(a, (2, 2), (8,), writeable=False)


def written(a):
    return np.lib.stride_tricks.as_strided(a, (2, 2), (8, 8))


def beyond(a):
    return np.lib.stride_tricks.as_strided(a, (a.shape[0] + 1,), a.strides, writeable=False)


def test_views_by_strides():
    a = np.arange(12.0)
    for x in (a, a[::2], a[::-1]):
        check(windows, x, 3)
    check(turned, a.reshape(3, 4))
    check(repeated, a, 3)
    check(of_too_few, a)
    check(backwards, a)
    with pytest.raises(aic.CompileError, match="writeable=False"):
        aic.jit(written)(a)
    with pytest.raises(NotImplementedError, match="memory"):
        aic.jit(beyond)(a)
