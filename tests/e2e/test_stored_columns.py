"""Arrays whose columns a nest goes through are stored column by column in it (passes/kernels/store_columns.cpp): against NumPy."""
import math

import numpy as np
import pytest

import aic


def orthogonal(a):
    q, n = a.copy(), a.shape[1]
    r = np.zeros((n, n))
    for k in range(n):
        r[k, k] = np.sqrt(np.dot(q[:, k], q[:, k]))
        q[:, k] /= r[k, k]
        for j in range(k + 1, n):
            r[k, j] = np.dot(q[:, k], q[:, j])
            q[:, j] -= r[k, j] * q[:, k]
    return q, r


def orthogonal_in_place(a):
    m, n = a.shape
    q = np.zeros_like(a)
    for k in range(n):
        norm = np.sqrt(np.sum(a[:, k] ** 2))
        q[:, k] = a[:, k] / norm
        for j in range(k + 1, n):
            a[:, j] -= q[:, k] * np.dot(q[:, k], a[:, j])
    return q


def rotated(a, sweeps):
    m, n = a.shape
    done = 0
    while done < sweeps:
        done += 1
        for p in range(n - 1):
            for q in range(p + 1, n):
                x, y = a[:, p].copy(), a[:, q].copy()
                gamma = np.sum(x * y)
                if abs(gamma) < 1e-12:
                    continue
                t = math.atan2(gamma, 1.0 + p)
                c, s = math.cos(t), math.sin(t)
                a[:, p] = c * x - s * y
                a[:, q] = s * x + c * y
    return done


def halves(a, n):
    """Parts of columns, from below and from above, and rows beside them."""
    a[0] *= 2.0
    for k in range(a.shape[1] - 1, -1, -1):
        for j in range(a.shape[1]):
            if j != k:
                a[n:, j] += 0.25 * a[n:, k]
                a[:n, j] -= 0.125 * a[:n, k]
    a[0] -= 1.0
    return a[0].sum()


def every_other(a):
    for k in range(a.shape[1]):
        for j in range(k):
            a[::2, j] += 0.25 * a[1::2, k].sum()
    return a


def sweeps_of(steps, n):
    """Along columns in one direction and along rows in the other, of two arrays."""
    u, v, p, q = np.ones((n, n)), np.ones((n, n)), np.zeros((n, n)), np.zeros((n, n))
    for _ in range(steps):
        v[0, 1:n - 1] = 1.0
        p[1:n - 1, 0] = 0.0
        q[1:n - 1, 0] = v[0, 1:n - 1]
        for j in range(1, n - 1):
            p[1:n - 1, j] = 0.5 / (0.3 * p[1:n - 1, j - 1] + 2.0)
            q[1:n - 1, j] = (u[j, 0:n - 2] + 0.1 * u[j, 2:n] + 0.3 * q[1:n - 1, j - 1]) / (0.3 * p[1:n - 1, j - 1] + 2.0)
        v[n - 1, 1:n - 1] = 1.0
        for j in range(n - 2, 0, -1):
            v[j, 1:n - 1] = p[1:n - 1, j] * v[j + 1, 1:n - 1] + q[1:n - 1, j]
        u[1:n - 1, 1:n - 1] = 0.5 * v[1:n - 1, 1:n - 1]
    return u, v, p, q


def raising(a, limit):
    for k in range(a.shape[1]):
        for j in range(a.shape[1]):
            a[:, j] += 0.5 * a[:, k]
            if a[0, j] > limit:
                raise ValueError("too large")
            math.sqrt(limit + 1.0 - a[0, j])
    return a


def dividing(a, b):
    for k in range(a.shape[1]):
        for j in range(a.shape[1]):
            a[:, j] += b[k, j] / float(b[j, k])
            a[:, k] *= 1.0 / float(b[k, k])
    return a


def left_early(a, limit):
    for k in range(a.shape[1]):
        for j in range(a.shape[1]):
            a[:, j] += 0.5 * a[:, k]
            if a[0, j] > limit:
                return k, j
    return -1, -1


def caught(a, limit):
    try:
        raising(a, limit)
    except ValueError:
        a[:, 0] = -1.0
    return a.sum()


def beside(a, b):
    """What is written through one name is read through the other, if they are one."""
    for k in range(a.shape[1]):
        for j in range(k + 1, a.shape[1]):
            a[:, j] -= 0.5 * b[:, k]
            b[:, k] += 0.25 * a[:, j]
    return a


def in_a_list(a):
    rows = [a]
    for k in range(a.shape[1]):
        for j in range(a.shape[1]):
            a[:, j] += 0.5 * a[:, k]
            rows[0][0, 0] = 1.0
    return a


def grown(columns, rows):
    """Made anew in each round of the outer loop, and written again and again in one that is not."""
    total, kept = 0.0, np.zeros((rows, columns))
    for r in range(3):
        a = np.zeros((rows, columns))
        for k in range(columns):
            for j in range(columns):
                a[:, j] += a[:, k] + j + r
                kept[:, k] += a[:, j]
        total += a[rows - 1, columns - 1]
    return total, kept


def matrix(m, n, dtype=np.float64):
    rng = np.random.default_rng(m * 100 + n)
    a = rng.integers(-8, 9, (m, n)) / 32 + np.eye(m, n) * 8
    return a.astype(dtype)


def outcome(f, args):
    try:
        result = f(*args)
    except (ValueError, ZeroDivisionError, IndexError) as e:
        result = (type(e), str(e))
    return result, args


def same(a, b):
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, np.ndarray):
        near = 1e-3  # of what came from float32
        return a.dtype == b.dtype and (a.size == 0 or a.strides == b.strides) and np.allclose(a, b, rtol=near, atol=near, equal_nan=True)
    return a == b or (isinstance(a, (float, np.floating)) and math.isclose(a, b, rel_tol=1e-3))


SHAPES = [(0, 0), (3, 0), (0, 3), (1, 1), (2, 5), (16, 3), (17, 17), (40, 9)]
PROGRAMS = [
    (orthogonal, ()), (orthogonal_in_place, ()), (rotated, (2,)), (halves, (1,)), (every_other, ()),
    (raising, (30.0,)), (raising, (1e9,)), (left_early, (30.0,)), (left_early, (1e9,)), (caught, (30.0,)),
]


@pytest.mark.parametrize("f, more", PROGRAMS, ids=lambda x: getattr(x, "__name__", None))
@pytest.mark.filterwarnings("ignore")
def test_arrays_of_the_caller(f, more):
    compiled = aic.jit(f)
    for shape in SHAPES:
        if 0 in shape and f in (caught, halves) or shape[0] < shape[1] and f in (orthogonal, orthogonal_in_place):
            continue
        for dtype in (np.float64, np.float32):
            expected, ours = outcome(f, [matrix(*shape, dtype), *more]), outcome(compiled, [matrix(*shape, dtype), *more])
            assert same(expected, ours), (shape, dtype, expected, ours)


def test_other_layouts_and_overlaps():
    for f in (orthogonal_in_place, every_other):
        compiled = aic.jit(f)
        for view in (lambda x: x.T, lambda x: x[:, ::2], lambda x: x[:, 1:], lambda x: np.asfortranarray(x)):
            assert same(outcome(f, [view(matrix(8, 8))]), outcome(compiled, [view(matrix(8, 8))]))
    compiled = aic.jit(beside)
    for pair in (lambda x, y: (x, y), lambda x, y: (x, x), lambda x, y: (x[:, 1:], x[:, :-1]), lambda x, y: (x[:4], x[4:])):
        x, y = matrix(8, 8), matrix(8, 8)[::-1].copy()
        u, v = x.copy(), y.copy()
        assert same(beside(*pair(x, y)), compiled(*pair(u, v)))
        assert np.allclose(x, u) and np.allclose(y, v)


def test_division_leaves_what_was_written():
    compiled = aic.jit(dividing)
    for k in range(4):
        b = matrix(4, 4) + 20
        b[2, k] = 0.0
        assert same(outcome(dividing, [matrix(6, 4), b]), outcome(compiled, [matrix(6, 4), b.copy()]))


def test_arrays_of_the_nest_and_of_lists():
    for f, args in ((sweeps_of, (3, 9)), (sweeps_of, (2, 3)), (sweeps_of, (0, 4)), (grown, (5, 7)), (grown, (1, 1))):
        assert same(f(*args), aic.jit(f)(*args))
    assert same(in_a_list(matrix(5, 5)), aic.jit(in_a_list)(matrix(5, 5)))


def transposed(f, *args):
    """How many arrays are written across, column by column."""
    text = aic.jit(f).lower(*args).text("loop")
    return sum(" = empty " in line and "f64[:, ::1]" in line for line in text.splitlines())


def test_when():
    a = matrix(8, 5)
    assert transposed(rotated, a, 2) == 1
    assert transposed(orthogonal, a) == 3  # q, r, and q by columns
    assert transposed(raising, a, 1.0) == 1
    assert transposed(left_early, a, 1.0) == 0  # leaves the nest
    assert transposed(in_a_list, a) == 0

    def once(a):
        for k in range(a.shape[1]):
            a[:, k] *= 2.0
        return a

    assert transposed(once, a) == 0

    def few(a, columns):
        for k in range(columns):
            for j in range(columns):
                a[:, k] += a[:, j]
        return a

    assert transposed(few, a, 2) == 0  # who knows whether it comes to all of them
