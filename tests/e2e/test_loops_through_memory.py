"""Indices from memory, values stored that the next round reads, and int keys whose hashes meet, against CPython."""
import numpy as np
import pytest

from harness import check


def from_the_end(a, p, k):
    total = 0
    while k < 8:
        total += a[p[k]]
        a[p[-k]] = a[p[k - 1]] + 1
        k += 1
    return total, a


@pytest.mark.parametrize("at", [7, -8, 8, -9, 10**18, -(10**18)])
def test_indices_from_memory(at):
    p = np.array([0, -1, 3, -8, 7, 2, -3, at])
    check(from_the_end, np.arange(8), p, 1)
    check(from_the_end, list(range(8)), p.tolist(), 1)


def recurrence(a, b):
    for i in range(1, len(a)):
        a[i] = a[i - 1] * 0.5 + b[i]
    return a


def test_a_value_stored_is_read_in_the_next_round():
    check(recurrence, np.arange(20.0), np.arange(20.0))
    whole = np.arange(40.0)
    check(lambda whole: recurrence(whole[1:30], whole[:29]), whole)
    check(lambda whole: recurrence(whole[:29], whole[1:30]), whole)
    check(lambda whole: recurrence(whole[::2], whole[1::2]), whole)


def paths_of_a_dict(keys):
    sizes = {}
    for k in keys:
        if k not in sizes:
            sizes[k] = [len(sizes), 0]
        sizes[k][1] += 1
    return sizes, sizes.get(2**61 - 1), sizes.get(-1), sizes.get(True)


def test_keys_whose_hashes_meet():
    big = 2**61 - 1
    check(paths_of_a_dict, [0, big, 2 * big, -1, -2, -big, 1, big + 1, 7, 0, -1, -2, 2 * big, 8, 16, 24, 8])
    check(lambda s, k: (k in s, len(s), sorted(s)), {0, big, -1, -2, big + 1}, -2)
