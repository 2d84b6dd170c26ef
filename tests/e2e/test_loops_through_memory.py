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


def three_back(a, b, start, c):
    for i in range(start, len(a)):
        a[i] = c * a[i - 1] - 0.25 * a[i - 2] + a[i - 3] + b[i]
    return a


def substituted_back(a, b):
    for i in range(len(b) - 2, -1, -1):
        b[i] -= a[i] * b[i + 1]
    return b


def rows_of_a_table(a, b, opening):
    h = np.zeros((len(a) + 1, len(b) + 1), dtype=np.int32)
    best = 0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            h[i, j] = max(0, h[i, j - 1] - opening, h[i - 1, j] - opening, h[i - 1, j - 1] + (5 if a[i - 1] == b[j - 1] else -4))
            best = max(best, h[i, j])
    return best, h


def left_in_the_middle(a, limit):
    seen = 0.0
    for i in range(1, len(a)):
        a[i] += a[i - 1]
        if a[i] > limit:
            break
        seen += a[i - 1]
    return a, seen


def only_some_rounds(a, skip):
    for i in range(1, len(a)):
        if i % skip == 0:
            continue
        a[i] = a[i - 1] + 1.0
    return a


def of_two_names(a, b):
    for i in range(1, len(a)):
        a[i] = a[i - 1] + 1.0
        b[i] = a[i] * 2.0 + b[i - 1]
    return a, b


def in_a_list(n):
    a = [1] * n
    for i in range(2, n):
        a[i] = a[i - 1] + a[i - 2]
    return a


def mixed_up(a, k):
    for i in range(1, 8):
        a[i] = a[i - 1] + 1
        a[k] = 7
    return a


def test_what_the_rounds_before_stored():
    a, b = np.linspace(0.0, 1.0, 30), np.linspace(1.0, 3.0, 30)
    for start in (3, 2, 1, 0, -2, 29, 30, 31):
        check(three_back, a, b, start, 0.5)
    check(substituted_back, a, b)
    check(substituted_back, a[:1], b[:1])
    check(substituted_back, a[:0], b[:0])
    x, y = np.arange(23) * 7 % 4, np.arange(31) * 5 % 4
    for n in (0, 1, 2, 23):
        check(rows_of_a_table, x[:n], y, 3)
        check(rows_of_a_table, y, x[:n], 3)
    check(left_in_the_middle, a, 2.0)
    for skip in (1, 2, 5):
        check(only_some_rounds, a, skip)
    check(of_two_names, a, b)
    check(lambda a: of_two_names(a, a), a)
    check(lambda a: of_two_names(a[1:], a[:-1]), a)
    for n in (0, 1, 2, 3, 40, 90):
        check(in_a_list, n)
    for k in (0, 3, -1, 7):
        check(mixed_up, np.arange(8), k)
        check(mixed_up, list(range(8)), k)
