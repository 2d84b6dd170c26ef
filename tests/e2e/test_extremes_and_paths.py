"""Where an extreme stands, found block by block; loops whose rounds each combine vectors, in lanes or not."""
import numpy as np
import pytest
from harness import check

random = np.random.default_rng(5)


def whole(a):
    return np.argmax(a), np.argmin(a), np.max(a), np.min(a)


def by_rows(a):
    return np.argmax(a, axis=1), np.argmin(a, axis=1), np.argmax(a, axis=0), np.argmin(a + a, axis=-1)


def picked(a, b):
    scores = a * b + 1.0
    k = np.argmax(scores)
    return k, scores[k], scores[0], scores.max()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8, bool])
@pytest.mark.parametrize("n", [1, 2, 9, 255, 256, 257, 700])
def test_first_extreme(n, dtype):
    for few in (3, 1000):
        a = random.integers(0, few, n).astype(dtype)
        check(whole, a)
        if dtype not in (np.uint8, bool):
            check(by_rows, np.stack([a, a[::-1], random.permutation(a)]))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_special_elements(special, dtype):
    for places in ([0], [3], [299], [260, 280], [5, 290], range(300)):
        a = random.random(300).astype(dtype)
        a[list(places)] = special
        check(whole, a)
        check(by_rows, np.stack([a, a[::-1]]))
    a[4] = np.nan
    check(whole, a)


def test_an_element_of_what_is_not_stored():
    check(picked, random.random(40), random.random(40))
    check(picked, np.array([np.nan, 1.0]), np.array([1.0, 2.0]))
    check(picked, np.array([-0.0, 0.0]), np.array([0.0, 0.0]))


def best_path(start, step, seen, observed):
    steps, states = len(observed), len(start)
    best = np.empty((steps, states))
    back = np.zeros((steps, states), dtype=np.int64)
    best[0] = start
    for t in range(1, steps):
        for s in range(states):
            scores = best[t - 1] + step[:, s]
            k = np.argmax(scores)
            back[t, s] = k
            best[t, s] = scores[k] + seen[s, observed[t]]
    return best, back


@pytest.mark.parametrize("states", [1, 3, 8, 17, 40, 70])
def test_rounds_that_combine_vectors(states):
    check(best_path, random.random(states), random.random((states, states)), random.random((states, 4)), random.integers(-4, 4, 30))


def test_rounds_whose_checks_fail():
    def run(states, rows, columns, symbols):
        check(best_path, random.random(states), random.random((rows, columns)), random.random((states, 4)), symbols)

    some = random.integers(0, 4, 30)
    run(9, 9, 8, some)
    run(9, 1, 9, some)
    run(9, 8, 9, some)
    run(1, 9, 9, some)
    run(0, 0, 0, some)
    run(9, 9, 9, np.where(np.arange(30) == 20, 7, some))


def in_place(table, weights):
    for s in range(table.shape[1]):
        table[1, s] = np.max(table[0] * weights[:, s])
    return table


def feeds_itself(table, weights):
    for s in range(table.shape[1]):
        table[0, s] = np.max(table[0] * weights[:, s])
    return table


def test_rows_that_are_read_and_written():
    for f in (in_place, feeds_itself):
        check(f, random.random((2, 33)), random.random((33, 33)))
        check(f, random.random((2, 1)), random.random((5, 1)))


def extremes_of_zeros(a):
    return (a + 0.0).max(), (0.0 - a).min(), np.abs(a).max(), np.where(a == 0, 0.0, a).max(), (a * 1.0).max(), a.min()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_signs_of_zeros(dtype):
    """All zeros of one sign: what makes the elements must not be folded for the sake of a maximum that takes any zero."""
    for n in (1, 7, 100):
        check(extremes_of_zeros, np.full(n, -0.0, dtype))
        check(extremes_of_zeros, np.zeros(n, dtype))
