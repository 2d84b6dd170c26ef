"""Programs for the differential tests: each is called with each tuple of arguments under aic and under CPython.

`@program(args, args, …)` records a function. `ulp` is how far floats may be off (0: the same bits); arrays of `sum`,
`mean`, products and the like say 4. test_programs.py holds value, type, dtype, shape, exception and arguments afterwards.
"""
import math

import numpy as np

PROGRAMS = []


def program(*calls, ulp=0):
    def record(function):
        PROGRAMS.append((function, calls or ((),), ulp))
        return function
    return record


def grid(*shape, dtype=float, scale=4):
    """Small exact numbers, the same everywhere."""
    n = math.prod(shape)
    return (((np.arange(n) * 7919 + 13) % 41 - 20) / scale).astype(dtype).reshape(shape)


# ---- scalars ----
@program((1.5,), (2,), (True,), (np.float32(2.5),), (np.int8(127),), (1 + 2j,), (np.uint8(255),))
def plus_one(x):
    return x + 1


@program((7, 2), (-7, 2), (7, -2), (0, 3), (1, 0))
def int_division(a, b):
    return a // b, a % b, a / b


@program((7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (0.0, 3.0), (1.0, 0.0), (-0.0, 5.0), (math.inf, 2.0), (5.0, math.inf), (-5.0, math.inf))
def float_division(a, b):
    return a / b, a // b, a % b


@program((np.float64(1), np.float64(0)), (np.float64(-7.5), np.float64(2)))
def numpy_scalar_division(a, b):
    return a / b, a // b, a % b


@program((np.int32(7), np.int32(0)), (np.int32(-7), np.int32(2)), (np.int32(-2**31), np.int32(-1)))
def numpy_int_division(a, b):
    return a // b, a % b


@program((2, 10), (-3, 3), (0, 0), (10, 19), (2, 63))
def powers(a, n):
    if n < 0:
        return 0
    return a**n if n >= 0 else 0


@program((2**62,), (5,), (-2**62,), (2**63 - 1,))
def squares_twice(n):
    return n + 1, n - 1


@program((3, 5), (-3, 5), (12, 10), (-1, 255), (0, 0))
def bits(a, b):
    return a & b, a | b, a ^ b, ~a, a << (b & 7), a >> (b & 3), -a, +a


@program((5, -1), (5, 2))
def a_shift_by_a_negative_count(a, b):
    return a << b


@program((1, 2.5), (3, 3.0), (2**53 + 1, 9007199254740992.0), (-1, -0.5), (0, math.nan), (2**63 - 1, 9.3e18))
def mixed_comparisons(a, b):
    return a < b, a <= b, a > b, a >= b, a == b, a != b


@program((3,), (0,), (-2,))
def truth(n):
    return bool(n), not n, n and 5, n or 7, (1 if n else 2)


@program((1, 5, 9), (5, 1, 9), (9, 5, 1))
def chains(a, b, c):
    return a < b < c, a <= b > c, a != b != c, 0 < a <= b < 10


@program((2.5,), (3.5,), (-2.5,), (0.49999999999999994,), (1e300,), (math.nan,), (math.inf,))
def rounding(x):
    return round(x), int(x), math.floor(x), math.ceil(x)


@program((2.675, 2), (1234.5678, 1), (-0.5, 0))
def rounding_to_digits_is_refused_or_right(x, n):
    return float(int(x * 10)) / 10, n


@program((3, 4), (-3, 4), (0, 0))
def minimum_and_maximum(a, b):
    return min(a, b), max(a, b), min(a, b, 2), max(1, a, b), abs(a)


@program((1.0, math.nan), (math.nan, 1.0), (0.0, -0.0), (-0.0, 0.0))
def minimum_keeps_cpythons_order(a, b):
    return min(a, b), max(a, b)


@program((1 + 2j, 3 - 1j), (0j, 1j), (2 + 0j, 0j))
def complex_arithmetic(a, b):
    return a + b, a - b, a * b, abs(a), a.real, a.imag, a.conjugate(), a == b


@program((1 + 2j, 3 - 1j), (1j, 0j), ulp=2)
def complex_division(a, b):
    return a / b


@program((0.5,), (-0.5,), (2.0,), (0.0,), (710.0,), (math.inf,), (-1.0,), (math.nan,), (3,), ulp=2)
def maths(x):
    return math.sin(x), math.cos(x), math.atan(x), math.exp(x / 2), math.sqrt(abs(x)), math.fabs(x), math.isnan(x), math.pi * x


@program((-1.0,), (2.0,))
def a_domain_error(x):
    return math.sqrt(x)


@program((0.0,), (1.0,), (-1,))
def another_domain_error(x):
    return math.log(x)


@program((800.0,), (1.0,), ulp=2)
def a_range_error(x):
    return math.exp(x)


@program((17, 5), (-17, 5), (17, -5))
def quotient_and_remainder(a, b):
    q, r = divmod(a, b)
    return q * b + r == a, q, r


@program((48, 18), (7, 0), (0, 0), (-12, 8))
def euclid(a, b):
    while b:
        a, b = b, a % b
    return a


@program((10,), (0,), (1,), (90,), (93,))
def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@program((27,), (1,), (97,))
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


# ---- control flow ----
@program((7,), (15,), (2,), (1,))
def loop_else(n):
    if n < 2:
        return -1
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        return 0
    return d


@program((10,), (0,), (7,))
def while_else(n):
    rounds = 0
    while n > 0:
        n -= 3
        rounds += 1
        if n == 1:
            break
    else:
        rounds += 100
    return n, rounds


@program((5,), (0,))
def continue_and_break(n):
    total = 0
    for i in range(100):
        if i % 3 == 0:
            continue
        if i > n:
            break
        total += i
    return total


@program((0, 10, 3), (10, 0, -3), (0, 0, 1), (5, 1, 1), (1, 5, 0))
def range_steps(start, stop, step):
    total, last = 0, -1
    for i in range(start, stop, step):
        total += i
        last = i
    return total, last


@program((0,), (3,))
def a_name_that_may_be_unbound(n):
    for i in range(n):
        last = i * 2
    return last


@program((True,), (False,))
def a_name_bound_on_one_path(flag):
    if flag:
        value = 10
    return value


@program((3,), (30,))
def nested_loops_with_early_return(n):
    for i in range(n):
        for j in range(i):
            if i * j > 20:
                return i, j
    return -1, -1


@program((4,), (0,))
def int_or_float(n):
    s = 0
    for i in range(n):
        s += i / 2
    return s


@program((5,), (-5,), (0,))
def none_or_int(n):
    best = None
    for i in range(n):
        if best is None or i % 3 > best % 3:
            best = i
    return best


@program((3, 4.5), (0, -1.0))
def tuples(a, b):
    t = (a, b, (a + 1, b * 2))
    (x, y), z = t[2], t[-1][0]
    first, *rest = t[0], t[1], 9
    return t, x, y, z, len(t), first, t[:2], (1,) + (a,), a in (1, 2, 3)


@program((2, 3))
def swapping(a, b):
    a, b = b, a
    a, b = a + b, a - b
    return a, b


def twice(f, x):
    return f(f(x))


def scale(x, factor=2, *, shift=0):
    return x * factor + shift


@program((3,), (2.5,))
def functions_and_closures(x):
    k = x + 1
    def add(y):
        return y + k
    return twice(add, x), twice(lambda v: v * 2, x), scale(x), scale(x, 3), scale(x, shift=1), scale(factor=4, x=x)


@program((10,), (1,), (0,))
def recursion(n):
    def down(k):
        return 1 if k <= 1 else k * down(k - 1)
    return down(n)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


@program((7,), (10,))
def mutual_recursion(n):
    return is_even(n), is_odd(n)


@program((1,), (-1,))
def raising(n):
    if n < 0:
        raise ValueError("negative")
    assert n != 5, "five"
    return n


@program((5,), (4,))
def asserting(n):
    assert n != 5, "five"
    return n


SCALE = 2.5
SIZES = (3, 4)


@program((2,))
def constants_of_the_module(n):
    return n * SCALE + SIZES[0] * SIZES[1]


@program((3,), (-3,))
def walrus(n):
    if (m := n * 2) > 0:
        return m
    return m - 1


# ---- arrays, element by element ----
@program((grid(7),), (grid(0),), (grid(7)[::-1],), (grid(14)[::2],), (grid(5, dtype=np.float32),), (grid(5, dtype=np.int32),))
def sum_by_loop(a):
    s = 0.0
    for i in range(len(a)):
        s += a[i]
    return s


@program((grid(7),), (grid(0),), (grid(3, dtype=np.int64),))
def sum_from_an_int(a):
    s = 0
    for x in a:
        s += x
    return s


@program((grid(5), 2), (grid(5), -1), (grid(5), 5), (grid(5), -6), (grid(0), 0))
def element(a, i):
    return a[i]


@program((grid(3, 4), 1, 2), (grid(3, 4), -1, -4), (grid(3, 4), 3, 0), (grid(3, 4), 0, 4), (np.asfortranarray(grid(3, 4)), 1, 3), (grid(4, 3).T, 2, 1))
def element_of_a_matrix(a, i, j):
    a[i, j] += 1
    return a[i, j], a[i][j], a.shape, a.ndim, a.size, len(a)


@program((grid(4), 2.5), (grid(4, dtype=np.int32), 2.75), (grid(4, dtype=np.uint8), 200), (grid(4, dtype=np.uint8), 300), (grid(4, dtype=bool), 3))
def store(a, x):
    a[1] = x
    return a


@program((grid(6, 5),))
def transposed_copy(a):
    n, m = a.shape
    out = np.empty((m, n))
    for i in range(n):
        for j in range(m):
            out[j, i] = a[i, j]
    return out


@program((grid(6),), (grid(1),), (grid(0),))
def prefix_sums_in_place(a):
    for i in range(1, len(a)):
        a[i] += a[i - 1]


@program((grid(3, 4),))
def rows(a):
    total = 0.0
    for row in a:
        best = row[0]
        for x in row:
            if x > best:
                best = x
        total += best
    return total


@program((grid(5), grid(5)), (grid(5), grid(3)))
def zipped(a, b):
    s = 0.0
    for k, (x, y) in enumerate(zip(a, b)):
        s += k * x * y
    return s


@program((np.array([3, 1, 2]), grid(4)), (np.array([0, -1]), grid(4)), (np.array([7]), grid(4)))
def indirect(index, a):
    s = 0.0
    for k in index:
        s += a[k]
    return s


@program((np.array([1, 2, 3], dtype=np.int8), 100), (np.array([100], dtype=np.int8), 100))
def narrow_integers_wrap(a, n):
    return a[0] + np.int8(n), a * a


# ---- slices and whole arrays ----
@program((grid(6),), (grid(2),), (grid(1),), (grid(12)[::2],))
def views_share_memory(a):
    b = a[1:]
    b[0:1] = 9.0
    c = a[::-1]
    c[0] = 7.0
    return a, b[:2], c


@program((grid(8), 2, 5), (grid(8), -3, 100), (grid(8), 5, 2), (grid(8), -100, -1))
def slice_bounds(a, i, j):
    return a[i:j], a[:j], a[i:], a[j:i:-1], a[::3]


@program((grid(8),), (grid(3),), (grid(2),))
def overlapping_assignment(a):
    a[1:] = a[:-1]
    a[:-1] += a[1:]
    a[::-1] = a * 2
    return a


@program((grid(20), grid(20), 3), (grid(3), grid(3), 1), (grid(2), grid(2), 2))
def jacobi(a, b, steps):
    for _ in range(steps):
        b[1:-1] = 0.25 * (a[:-2] + 2 * a[1:-1] + a[2:])
        a, b = b, a
    return a


@program((grid(6, 7),), (grid(3, 3),), (grid(2, 2),), (np.asfortranarray(grid(5, 5)),))
def seidel_like_stencil(u):
    u[1:-1, 1:-1] = 0.25 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2])
    u[0, :] = u[1, :]
    u[:, -1] = -1.0


@program((grid(4), grid(4)), (grid(4), grid(1)), (grid(1), grid(4)), (grid(4), grid(3)), (grid(3, 4), grid(4)), (grid(3, 1), grid(4)), (grid(3, 4), grid(3)))
def broadcasting(a, b):
    return a + b * 2


@program((grid(3, 4), grid(4)), (grid(3, 4), grid(3, 1)), (grid(4), grid(3, 4)))
def in_place_broadcasting(a, b):
    a += b
    a *= 2
    return a


@program((grid(5, dtype=np.float32), 2.5))
def in_place_casting(a, x):
    a += x
    return a


@program((grid(5, dtype=np.float32), grid(5, dtype=np.float64)), (grid(5, dtype=np.int32), grid(5, dtype=np.uint8)), (grid(5, dtype=bool), grid(5, dtype=np.int8)))
def promotion(a, b):
    return a + b, a * 2, b * 2.5, a == b, a > 0


@program((grid(5),), (grid(2, 3),), (grid(0),), (np.array(2.0),))
def elementwise(a):
    return -a, abs(a), a**2, a * a - 1, np.sqrt(np.abs(a)), np.where(a > 0, a, 0.0), np.floor(a), np.minimum(a, 1), np.sign(a), a > 0, ~(a > 0)


@program((grid(5),), (grid(2, 3),), ulp=4)
def transcendental(a):
    return np.exp(a), np.sin(a), np.tanh(a), np.log(np.abs(a) + 1), np.arctan2(a, 2.0)


@program((grid(4, 5),), (grid(5, 4).T,), (grid(1, 1),), ulp=4)
def reductions(a):
    return a.sum(), a.sum(axis=0), np.mean(a, axis=1), a.max(), a.min(axis=1), np.prod(a, axis=0), a.argmax(), a.argmin(axis=1), np.any(a > 1), np.all(a > -9, axis=0)


@program((grid(0),), (grid(3),))
def reductions_of_nothing(a):
    return a.sum(), a.max()


@program((abs(grid(1001, scale=3)),), (grid(5),), ulp=4)
def long_sums(a):
    return np.sum(a), a.mean(), np.sum(a * a)


@program((grid(7),), (grid(3, 4),))
def spread(a):
    return np.cumsum(a), np.diff(a), a.copy(), a.astype(np.float32), a.astype(np.int64)


@program((5,), (0,), (1,))
def creation(n):
    return np.zeros(n), np.ones((n, 2)), np.full(n, 7), np.arange(n), np.arange(1.0, n), np.linspace(0.0, 1.0, n), np.eye(n), np.empty((n, 0))


@program((grid(3, 4),), (grid(4, 3),), ulp=4)
def products(a):
    return a @ a.T, np.dot(a[0], a[0]), a @ np.ones(a.shape[1]), np.outer(a[0], a[:, 0])


@program((grid(3, 4), grid(3, 4)))
def mismatched_product(a, b):
    return a @ b


@program((grid(2, 6),))
def shapes(a):
    return a.T, a.reshape(3, 4), a.reshape(-1), a.ravel(), a[:, None], a[..., 0], np.concatenate((a, a)), np.stack((a[0], a[1])), np.transpose(a)


@program((grid(2, 6),), (grid(5, 5),))
def impossible_reshape(a):
    return a.reshape(4, 3)


@program((grid(3),))
def the_same_array_comes_back(a):
    return a, a[:]


@program((grid(5), grid(6)))
def mismatched_shapes(a, b):
    return a + b


@program((grid(6), grid(5)))
def mismatched_assignment(a, b):
    a[1:] = b
    a[2:] = b


@program((np.array([1 + 2j, 3 - 1j]),), ulp=4)
def complex_arrays(a):
    return a * a, a.real, a.imag, np.abs(a), np.conj(a), a.sum()


@program((grid(10),))
def temporaries_in_a_loop(a):
    total = 0.0
    for k in range(50):
        b = a * k
        c = b + a
        total += c[3]
        a = c - b
    return a, total


@program((grid(3, 3, 3),), (grid(2, 1, 4),))
def three_axes(a):
    return a[1:], a[:, 0], a[..., -1], a.sum(axis=1), a.transpose(2, 0, 1), a[0, :, 0]
