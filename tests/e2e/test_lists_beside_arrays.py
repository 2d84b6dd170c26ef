"""Lists and tuples where an array is expected, flags, and Python's builtins on arrays."""
import numpy as np
import pytest

from harness import check


def operators(a, values):
    return a + values, values * a, a == values, a < (1, 2, 3), a @ values, np.maximum(a, values), (3, 2, 1) - a


def test_beside_an_array_a_list_is_one():
    check(operators, np.arange(3.0), [1.0, 5.0, 2.0])
    check(operators, np.arange(3), [1, 5, 2])


def stored(a, values):
    a[:3] = values
    a[4:] = (8, 9)
    return a


def gathered(a, index):
    return a[index], a[[1, 1]], a[index, None]


def test_lists_as_sources_and_indices():
    check(stored, np.arange(6.0), [1.5, 2.5, 3.5])
    check(stored, np.arange(6.0), [1.5, 2.5])
    check(gathered, np.arange(6.0), [5, 0, -1])
    check(gathered, np.arange(6.0), [5, 6])


def repeated(n):
    k = np.int64(n)
    return [0] * k, k * "ab", "c" * k


def test_sequences_repeat_by_numpys_ints():
    for n in (3, 0, -1):
        check(repeated, n)


def flags(a):
    return a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable


def flags_of_parts(a):
    return a[1:].flags.c_contiguous, a[:, 1:].flags.c_contiguous, a.T.flags.f_contiguous, a[:, :0].flags.c_contiguous, a[:1, 1:].flags.f_contiguous


def test_flags():
    a = np.arange(12.0).reshape(3, 4)
    frozen = a.copy()
    frozen.flags.writeable = False
    for x in (a, a.T, a[::2], np.asfortranarray(a), a[:, :1], a[:1], np.zeros((0, 3)), np.arange(3)[::-1], frozen):
        check(flags, x)
    check(flags_of_parts, a)
    check(flags_of_parts, np.asfortranarray(a))


def builtins(a):
    return sum(a), min(a), max(a), len(a), any(a > 0), all(a > 0)


@pytest.mark.parametrize("a", [np.array([2.0, -1.0, 3.0]), np.array([4, 2]), np.array([1.5]), np.array([], dtype=float), np.array([1, 2], dtype=np.uint8)])
def test_builtins_on_arrays(a):
    check(builtins, a)


def real(z, x):
    return np.isreal(z), np.iscomplex(z), np.isreal(x)


def test_isreal():
    check(real, np.array([1 + 0j, 1j]), np.arange(2.0))


def crossed(a, b):
    return np.cross(a, b)


def test_cross_products():
    rng = np.random.default_rng(1)
    for a, b in (((3,), (3,)), ((4, 3), (3,)), ((4, 3), (4, 3)), ((2, 1, 3), (4, 3))):
        check(crossed, rng.integers(-5, 6, a).astype(float), rng.integers(-5, 6, b).astype(float))
    check(crossed, np.arange(4.0), np.arange(3.0))


def densities(a, w):
    return np.histogram(a, bins=4, density=True), np.histogram(a, bins=np.array([0.0, 1.0, 3.0]), weights=w, density=True)[0]


def test_densities_of_histograms():
    check(densities, np.array([0.5, 1.5, 2.5, 2.75]), np.array([1.0, 2.0, 0.5, 1.0]))
