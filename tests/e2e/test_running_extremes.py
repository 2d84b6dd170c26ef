"""Greatest and least elements by loops, whose results are the number they began with or one of NumPy's."""
import numpy as np
import pytest
from harness import check


def greatest(a):
    best = 0
    for x in a:
        best = max(best, x)
    return best


def least_below(a):
    best = 3
    for i in range(len(a)):
        if a[i] < best:
            best = a[i]
    return best


def greatest_or_equal(a):
    best = 0
    for x in a:
        if x >= best:
            best = x
    return best


def place_of_greatest(a):
    best, at, found = 0, -1, False
    for i in range(len(a)):
        if a[i] > best:
            best, at, found = a[i], i, True
    return best, at, found


def until(a):
    best, found = 0, False
    for x in a:
        if x > best:
            best, found = x, True
        if x == 5:
            break
    return best, found


def there_and_back(a):
    best, changed = 0, False
    for x in a:
        if x != best:
            best, changed = x, True
    return best, changed


def best_sum(a):
    current = best = 0
    for x in a:
        current = max(0, current + x)
        best = max(best, current)
    return best, current


def best_sale(a):
    low, gain = 10**9, 0
    for x in a:
        low = min(low, x)
        gain = max(gain, x - low)
    return low, gain


def of_matrix(a):
    best, moved = 1, False
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] > best:
                best, moved = a[i, j], True
    return best, moved


def two_arms(a, b):
    total = 0
    for i in range(len(a)):
        if b[i] > 0:
            total = a[i]
        else:
            total = 7
    return total


def while_loop(a):
    best, i = 0, 0
    while i < len(a):
        best = a[i] if a[i] > best else best
        i += 1
    return best


DATA = [[], [0], [-4, -2], [1, 7, 3, 7], [5, 9], [9, 5, 11], [2, 0, 0], [3, -1, 2, 2]]


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8", "uint8", "float64", "bool"])
@pytest.mark.parametrize("program", [greatest, least_below, greatest_or_equal, place_of_greatest, until, there_and_back, while_loop], ids=lambda f: f.__name__)
def test_one_dimension(program, dtype):
    for data in DATA:
        if dtype in ("uint8", "bool"):
            data = [abs(x) for x in data]
        check(program, np.array(data, dtype))


@pytest.mark.parametrize("dtype", ["int64", "int32", "int16"])
def test_sums_and_differences(dtype):
    for data in DATA:
        check(best_sum, np.array(data, dtype))
        check(best_sale, np.array(data, dtype))
        check(two_arms, np.array(data, dtype), np.array(data[::-1], dtype))


@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_two_dimensions(dtype):
    for data in ([[1, 0]], [[-1, 2], [3, 1]], [[3, 1], [2, 9], [9, 9]], np.zeros((0, 3)), np.zeros((3, 0))):
        check(of_matrix, np.array(data).astype(dtype))


def test_nan():
    for data in ([np.nan, 1.0], [1.0, np.nan], [np.nan], [-np.inf, np.inf]):
        check(greatest, np.array(data))
        check(place_of_greatest, np.array(data))
        check(there_and_back, np.array(data))
