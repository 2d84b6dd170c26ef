"""Whole numbers between bounds of any dtype, up to 2**64, and what is drawn from lists."""
import numpy as np
import pytest

from harness import check

DTYPES = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, bool]


@pytest.mark.parametrize("dtype", DTYPES)
def test_between_arrays(dtype):
    top = 2 if dtype is bool else 120

    def drawn(high, closed):
        r, old = np.random.default_rng(1), np.random.RandomState(2)
        return (r.integers(0, high, dtype=dtype), r.integers(0, high, size=(7, 3), dtype=dtype, endpoint=closed), r.integers(0, top, size=9, dtype=dtype),
                r.integers(1, dtype=dtype), old.randint(0, high, size=(4, 3), dtype=dtype), old.randint(0, high, dtype=dtype), r.random(), old.randint(9))

    check(drawn, np.array([1, 2, top]), False)
    check(drawn, np.array([1, 1, top - 1]), True)
    check(drawn, np.array([1, 0, top]), False)
    check(drawn, np.array([1, -1, top]), True)
    check(drawn, np.array([1, 2, 300]), False)
    check(drawn, np.array([1.5, 2.0, float(top)]), False)


def wide(k):
    r = np.random.default_rng(1)
    return (r.integers(0, 2**63), r.integers(0, 2**63, size=3), r.integers([0, 1], [2**63, 2**63]), r.integers([0, 1], [2**63, 2**63 - 1]),
            r.integers(-2**62, [2**63]), r.integers([0, 1], [2**63, 2**63], dtype=np.uint64), r.integers(k, 2**64 - 1, dtype=np.uint64, endpoint=True, size=4),
            r.integers(0, np.iinfo(np.uint64).max, dtype=np.uint64, endpoint=True), r.integers(np.iinfo(np.int64).min, np.iinfo(np.int64).max, endpoint=True, size=4))


def between(low, high, closed):
    return np.random.default_rng(1).integers(low, high, endpoint=closed)


def unsigned(low, high, closed):
    return np.random.default_rng(1).integers(low, high, dtype=np.uint64, endpoint=closed)


def test_up_to_the_widest():
    check(wide, np.uint64(2**63 + 5))
    least = -2**63
    for closed in (False, True):
        for low, high in ((0, np.uint64(2**63)), (0, np.uint64(2**63 + 1)), (np.uint64(2**63), 0), (0, 0), (3, 3), (4, 3), (0, -1), (least, least), (5.7, 9.2), (True, 7),
                          (0, np.array([2**63 + 2], np.uint64)), (0, np.array([2.5, 2.0**63])), (np.array([2.5, 2.0**63]), 9), (np.array([least]), least), (-5, 0), (np.array([-5]), 0),
                          (np.array([5]), 0), (0, np.array([2.0**64])), (np.array([-2.0**64]), 3), (np.array(3), np.array(7))):
            check(between, low, high, closed)
            check(unsigned, low, high, closed)


def shuffled(x):
    r, old = np.random.default_rng(1), np.random.RandomState(1)
    r.shuffle(x)
    first = list(x)
    old.shuffle(x)
    r.shuffle(x, axis=0)
    return first, x, r.random()


@pytest.mark.parametrize("x", [[1, 2, 3, 4, 5, 6], [1, 2.5, 3, 4, 5], ["a", "b", "c", "d"], [[1], [2, 3], [4, 5], [0, 1, 2]], [(1, "a"), (2, "b"), (3, "c")], [7]])
def test_lists_are_shuffled_where_they_are(x):
    check(shuffled, x)


def shuffled_along(x):
    np.random.default_rng(1).shuffle(x, axis=1)


def shuffled_by_numpys_own(n):
    np.random.seed(3)
    x = list(range(n))
    np.random.shuffle(x)
    return x


def test_shuffling_lists_further():
    check(shuffled_along, [[1, 2], [3, 4]])
    check(shuffled_by_numpys_own, 10)


def of_nothing(n):
    r = np.random.default_rng(n)
    return r.dirichlet([0.0]), r.dirichlet([0, 0, 0], size=2), r.dirichlet([0, 0.01, 0], size=3), r.random()


def failures(n, p):
    return np.random.default_rng(1).negative_binomial(n, p)


def test_more_of_generators():
    check(of_nothing, 1)
    for n, p in ((2**62, 0.1), (2**62, 0.99), (5, 1e-300), (5, 0.3)):
        check(failures, n, p)
    check(failures, np.array([5.0, 2.0**62]), 0.1)
    check(failures, 5, np.array([0.1, 0.5]))
