"""Statements over whole arrays that become one pass: loops of few rounds, temporaries that two results need, reshapes that
are only looked into. What they compute, and what they must leave alone."""
import numpy as np
import pytest
from harness import check


def rounds(a, b):
    x, y = a, b
    for _ in range(6):
        x, y = (x * x + y) % 7, (x - y) * 3
    return x, y


def rounds_of_one_name(a, b):
    for k in range(4):
        a = np.where(a > k, a - b, a + k)
    return a


def rounds_that_swap(a, b):
    for _ in range(3):
        a, b = b, a
        a = a + b
    return a, b


def slices_in_rounds(a, b):
    n = len(a) - 2
    out = np.zeros(n, dtype=a.dtype)
    for k in range(3):
        out += a[k : k + n] * b[k]
    return out


def neighbours(a, b):
    out = np.zeros_like(a)
    for k in (-1, 0, 1):
        out[1:-1] += a[1 + k : len(a) - 1 + k]
    for k in range(2):
        out[k::2] -= b[k::2]
    return out


def in_place(a, b):
    for k in range(3):
        a[1:] = a[:-1] + b[1:]
    for k in range(4):
        b += a
        a -= b
    return a[k], b[0]


def overwritten(a, b):
    t = a * 2
    u = t + b
    for _ in range(2):
        t[1:] = u[:-1]
        u = t - u
    return t, u


def escapes(a, b):
    kept = []
    for _ in range(3):
        a = a + b
        kept.append(a)
    kept[0][:] = 1
    return kept, a


def raising(a, b):
    out = np.zeros_like(a)
    for k in range(3):
        out[k:] += a[: len(a) - k]
        if k == 2:
            raise ValueError(out.sum())
    return out


def raising_shapes(a, b):
    for k in range(3):
        a[:] = a + b[k:]
    return a


def words(n):
    x = np.arange(n, dtype=np.uint64)
    y = np.zeros(n, dtype=np.uint64)
    for k in range(5):
        p = x * np.uint64(0xD2511F53)
        x, y = (p >> np.uint64(32)) ^ y ^ np.uint64(k), p & np.uint64(0xFFFFFFFF)
    return np.stack((x, y), axis=1).ravel(), np.ones(n) * np.arange(n)


@pytest.mark.parametrize("f", [rounds, rounds_of_one_name, rounds_that_swap, slices_in_rounds, neighbours, in_place, overwritten, escapes, raising, raising_shapes])
@pytest.mark.parametrize("n", [3, 4, 37])
def test_rounds(f, n):
    a, b = np.arange(n) * 5 % 11, np.arange(n) * 3 % 7
    check(f, a, b)
    check(f, a * 0.5, b * 0.25)
    check(f, a[::-1], a[::-1])
    check(f, (a * 0.5)[::2], (b * 0.25)[::2])


@pytest.mark.parametrize("n", [0, 1, 5, 1000, -1, -7])
def test_counts(n):
    check(words, n)


def pooled(a):
    n, h, w, c = a.shape
    flat = a.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 5, 2, 4).reshape(n, h // 2, w // 2, c, 4)
    return flat.max(axis=-1), flat.argmax(axis=-1), flat.sum(axis=-1)


def patches(a):
    h, w = a.shape
    tiles = a.reshape(h // 4, 4, w // 4, 4).swapaxes(1, 2).reshape(h // 4, w // 4, 16)
    return (tiles * tiles).sum(axis=2), tiles[..., 3] - tiles[..., 12]


def patches_back(a):
    h, w = a.shape
    tiles = a.reshape(h // 2, 2, w // 2, 2).swapaxes(1, 2).reshape(h // 2, w // 2, 4)
    return 2 * tiles.reshape(h // 2, w // 2, 2, 2) + 1


def written_after(a):
    h, w = a.shape
    t = a.reshape(h, w // 2, 2).transpose(1, 0, 2)
    r = t.reshape(w // 2, h, 2, 1)
    s = r.sum(axis=2)
    a[0] = 5
    return s, r.sum(axis=3)


def written_through(a):
    h, w = a.shape
    r = a.reshape(h // 2, 2, w // 2, 2).transpose(0, 2, 1, 3).reshape(h // 2, w // 2, 4)
    r[0, 0] = 7
    return a, r


def left(a):
    h, w = a.shape
    return a.reshape(h // 2, 2, w // 2, 2).transpose(0, 2, 1, 3).reshape(h // 2, w // 2, 4)


@pytest.mark.parametrize("shape", [(2, 4, 6, 3), (1, 2, 2, 1), (0, 4, 4, 2), (2, 0, 4, 2), (3, 2, 8, 17), (2, 3, 4, 1)])
def test_pooling(shape):
    a = (np.arange(np.prod(shape)) * 37 % 101).reshape(shape)
    for x in (a, a.astype(np.float32), np.asfortranarray(a), a[:, ::-1]):
        check(pooled, x)


@pytest.mark.parametrize("f", [patches, patches_back, written_after, written_through, left])
@pytest.mark.parametrize("shape", [(4, 8), (8, 4), (12, 16), (4, 0), (0, 4), (3, 5)])
def test_tiles(f, shape):
    a = (np.arange(np.prod(shape)) * 37 % 101).reshape(shape) * 0.5
    for x in (a, np.asfortranarray(a), a[::-1]):
        check(f, x)


def gram(x, y):
    return x.T @ x, x @ x.T, x.T @ y, (x - 1).T @ (x - 1), np.dot(x.T, x)


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (3, 5), (9, 16), (40, 21), (0, 4), (4, 0), (300, 37)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.complex128, bool])
def test_matrix_times_its_transpose(shape, dtype):
    a = (np.arange(np.prod(shape)) * 37 % 11 % 5).reshape(shape).astype(dtype)
    for x in (a, np.asfortranarray(a), a[::-1]):
        check(gram, x, x.copy())


def loaded_in_rounds(x, k):
    t = 2 * x + 1
    u = x[k]
    total = 0.0
    for i in range(len(x)):
        total += t[i] * u[i]
    return total


def loaded_and_written(x, k):
    t = x[k]
    u = x + 1
    for i in range(len(x)):
        x[i] += t[i] + u[i]
    return x


def loaded_after(x, k):
    t = x * 3
    x[0] = 100
    s = 0.0
    for i in range(len(x)):
        s += t[i]
        if s > 30:
            break
    return s


def loaded_backwards(x, k):
    t = x[k] - x
    m = (x * 2).reshape(-1, 2) if len(x) % 2 == 0 else np.ones((2, 2))
    s = 0.0
    for i in range(len(x)):
        s = s * 0.5 + t[len(x) - 1 - i]
    for i in range(m.shape[0]):
        for j in range(m.shape[1]):
            s = s * 0.5 + m[i, j]
    return s


def loaded_in_parts(x, k):
    p, t = np.zeros(4), x * x
    for i in range(1, len(x)):
        p[i % 4] += t[i] - t[i - 1]
    return p, t


def scattered(x, k):
    out = np.zeros(len(x))
    np.add.at(out, k, x[k[::-1]])
    np.subtract.at(out, k, 0.5)
    return out


@pytest.mark.parametrize(
    "f", [loaded_in_rounds, loaded_and_written, loaded_after, loaded_backwards, loaded_in_parts, scattered]
)
@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_loads_in_rounds(f, n):
    x, k = np.arange(n) * 7 % 5 - 1.5, np.arange(n) * 3 % n
    check(f, x, k)
    check(f, x[::-1], k - n)
    k[n // 2] = n
    check(f, x, k)
    check(f, x, k.astype(np.uint32))


def parts_of_complex(z, c):
    alive = np.ones(z.shape, dtype=bool)
    counts = np.zeros(z.shape, dtype=np.int64)
    for _ in range(3):
        z[alive] = z[alive] * z[alive] + c
        alive &= z.real * z.real + z.imag * z.imag <= 4.0
        counts[alive] += 1
        if not alive.any():
            break
    return counts


def parts_written(z, c):
    w = z + c
    w.real[:] = w.imag * 2
    w.imag[:] = w.real + 1
    v = w * w
    v.imag[...] = 0
    return w, v, v.real + w.imag


@pytest.mark.parametrize("f", [parts_of_complex, parts_written])
def test_parts(f):
    x, y = np.arange(-6, 7) / 4, np.arange(-4, 5) / 4  # exact: complex products are rounded in more than one way
    check(f, x[None, :] + 1j * y[:, None], -0.75 + 0.125j)
    check(f, x + 0.5j, 0.25j)
    check(f, (x[None, :] + 1j * y[:, None])[::2, ::3], -0.75 + 0.125j)
