"""Arrays of five axes and more: arguments, results, views, loops and reductions."""
import numpy as np
import pytest
from harness import check


def sums(a):
    return a.sum(axis=(1, 3)), a.max(axis=-1), a.mean(), a.argmax(axis=2)


def views(a):
    b = a[1:, ..., ::2]
    b += 1
    return b, a.transpose(4, 0, 1, 3, 2), a[:, 0], a[..., None], a.reshape(a.shape[0], -1), a.T


def blocks(a):
    n, h, w = a.shape
    return a.reshape(n, h // 2, 2, w // 2, 2, 1).transpose(0, 1, 3, 5, 2, 4).reshape(n, h // 2, w // 2, 1, 4)


def loops(a, k):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[4]):
            total += a[i, 0, k, 1, j]
            a[i, k, 0, 0, j] = total
    for part in a:
        total += part[0, 0, 1, k]
    return total, a * a[:1, :, :, :, :1]


def filled(shape, dtype=np.float64):
    return (np.arange(np.prod(shape)) % 97).reshape(shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.int16, np.complex64])
def test_five_axes(dtype):
    a = filled((2, 3, 2, 4, 3), dtype)
    for x in (a, np.asfortranarray(a), a[:, ::-1]):
        check(views, x)
        if dtype != np.complex64:
            check(sums, x)


def test_loops():
    check(loops, filled((2, 3, 2, 4, 3)), 1)
    check(loops, filled((2, 3, 2, 4, 3)), 5)


def test_many():
    check(blocks, filled((3, 4, 6)))
    check(lambda a: a + a.sum(axis=6), filled((2,) * 6 + (1,)))
    check(lambda a: (a * 2).swapaxes(0, 11), filled((2,) * 12))
