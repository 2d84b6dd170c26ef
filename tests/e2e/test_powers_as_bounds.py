"""`n ** k` of ints is an int or, where k is negative, a float: as a bound, a count and an argument of NumPy's."""
import numpy as np
import pytest

import aic


def slices(a, n, k):
    return a[: n ** k].copy(), a[n ** k:].copy(), a[:: n ** k].copy()


def slices_of_others(n, k):
    return "abcdefghijkl"[: n ** k], list(range(12))[n ** k:], b"abcdefghijkl"[:: n ** k]


def stores(a, n, k):
    a[: n ** k] = 7
    a[-1: -1 - n ** k: -1] += 1
    return a


def grids(n, k):
    x, y = np.mgrid[0: n ** k, 0: n ** (3 - k)]
    return x * 10 + y, np.mgrid[: n ** k], np.ogrid[0: n ** k: 2]


def arguments(n, k):
    return np.arange(0, n ** k), np.arange(0, 20, n ** k), np.repeat(np.arange(2), n ** k), np.linspace(0, n ** k, 3)


def draws(n, k):
    return np.random.default_rng(3).integers(0, n ** k, 5), np.random.default_rng(3).integers(n ** k, size=2)


def butterflies(x, stages):
    for s in range(stages):
        half = 2 ** s
        for start in range(0, len(x), 2 * half):
            low, high = x[start: start + half].copy(), x[start + half: start + 2 ** (s + 1)].copy()
            x[start: start + half] = low + high
            x[start + half: start + 2 * half] = low - high
    return x


@pytest.mark.parametrize("f, args", [(slices, (np.arange(12.0), 2, 3)), (stores, (np.arange(12), 2, 2)), (grids, (2, 1)), (grids, (3, 2)),
                                     (arguments, (2, 3)), (draws, (2, 4)), (butterflies, (np.arange(16.0), 4))])
def test_ints(f, args):
    want = f(*[a.copy() if isinstance(a, np.ndarray) else a for a in args])
    got = aic.jit(f)(*args)
    for x, y in zip(np.atleast_1d(want) if isinstance(want, np.ndarray) else want, got):
        np.testing.assert_array_equal(x, y)
        assert np.asarray(x).dtype == np.asarray(y).dtype


def test_floats_are_no_bounds():
    for f, args in ((slices, (np.arange(12.0), 2, -1)), (stores, (np.arange(12), 2, -1)), (slices_of_others, (2, -1))):
        with pytest.raises(TypeError, match="slice indices must be integers or None or have an __index__ method"):
            f(*args)
        with pytest.raises(TypeError, match="slice indices must be integers or None or have an __index__ method"):
            aic.jit(f)(*args)
    assert repr(aic.jit(slices_of_others)(2, 2)) == repr(slices_of_others(2, 2))


def test_floats_of_which_a_dtype_would_depend():
    for f in (grids, arguments, lambda n, k: np.arange(0, n ** k)):
        with pytest.raises(NotImplementedError, match="an int to a negative power is a float"):
            aic.jit(f)(2, -1)
