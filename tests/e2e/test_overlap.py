"""Statements whose target and sources share memory, against NumPy: what fusion and storing in place must not break.

Each program gets arrays made anew by a function, so that views stay views of one another; compared are the result and all
arrays afterwards.
"""
import numpy as np
import pytest

import aic
from harness import check, load_fuzz, outcome, same, told

RNG = np.random.default_rng(3)


def base(*shape):
    """A maker of the same numbers again and again."""
    values = RNG.integers(-9, 9, shape) / 4
    return lambda: values.copy()


def check_made(function, make):
    """`make` gives (arguments, arrays to compare afterwards), new ones at each call."""
    compiled = aic.jit(function)
    for _ in range(2):  # the second call: memory is used again
        want_args, want_arrays = make()
        got_args, got_arrays = make()
        want, got = outcome(function, want_args, {}), outcome(compiled, got_args, {})
        assert got[0] == want[0], f"{want} {got}"
        if want[0] == "error":
            assert got[1:3] == want[1:3], f"{want} {got}"
        else:
            assert same(want[1], got[1]), f"NumPy gives {told(want[1])}, aic {told(got[1])}"
        for w, g in zip(want_arrays, got_arrays):
            assert same(w, g), f"afterwards NumPy has {w}, aic {g}"


def one(*shape, order="C", views=None):
    make = base(*shape)

    def made():
        a = np.array(make(), order=order)
        return (views(a) if views else (a,)), (a,)
    return made


# ---- one array, statements that read what they write ----
def shift_right(a):
    a[1:] = a[:-1]


def shift_left(a):
    a[:-1] = a[1:]


def reverse(a):
    a[:] = a[::-1]


def reverse_part(a):
    a[2:7] = a[6:1:-1]


def even_odd(a):
    a[::2], a[1::2] = a[1::2], a[::2]


def add_shifted(a):
    a[1:] += a[:-1]


def add_reversed(a):
    a += a[::-1]


def smooth(a):
    a[1:-1] = (a[:-2] + 2 * a[1:-1] + a[2:]) / 4


def smooth_twice(a):
    for _ in range(3):
        a[1:-1] = (a[:-2] + a[2:]) * 0.5
        a[2:] = a[:-2] - a[2:]


def strided(a):
    a[::3] = a[1::3] + a[2::3]


def spread(a):
    a[:6] = a[0]


def spread_last(a):
    a[:] = a[-1] - a


def sum_of_itself(a):
    a[:] = a - a.sum()


def scaled_by_extreme(a):
    a[1:] = a[1:] / np.max(np.abs(a))
    a /= a[3] + 10.0


def scan_in_place(a):
    a[:] = np.cumsum(a[::-1])


def element_between(a):
    b = a * 2
    a[0] = 100.0
    return b + a


def view_sees_store(a):
    b = a[2:5]
    c = a[2:5].copy()
    a[3] = 7.5
    return b + c


def lazy_view(a):
    s = a[1:] + a[:-1]
    a[:] = 0.0
    return s


def swap_halves(a):
    n = len(a) // 2
    h = a[:n].copy()
    a[:n] = a[n : 2 * n]
    a[n : 2 * n] = h


def twice_read(a):
    b = a + 1.0
    a[1:] = b[:-1]
    a[:-1] = b[1:]
    return b.sum()


def by_index_array(a):
    i = np.arange(4, -1, -1)
    a[:5] = a[i]
    a[i] = a[2:7] * 2
    return a[i]


def gathered_sums(a):
    i = np.arange(4, -1, -1)
    x = a[i]
    a[1:6] = a[i] * 0.5 + a[i + 1]
    return x + a[i]


def by_mask(a):
    a[a > 0] = a[0]
    a[1:][a[:-1] < 0] = -5.0


VECTORS = [shift_right, shift_left, reverse, reverse_part, even_odd, add_shifted, add_reversed, smooth, smooth_twice, strided, spread,
           spread_last, sum_of_itself, scaled_by_extreme, scan_in_place, element_between, view_sees_store, lazy_view, swap_halves,
           twice_read, by_index_array, gathered_sums, by_mask]


@pytest.mark.parametrize("program", VECTORS, ids=lambda p: p.__name__)
@pytest.mark.parametrize("layout", ["plain", "reversed", "strided"])
def test_vector(program, layout):
    views = {"plain": None, "reversed": lambda a: (a[::-1],), "strided": lambda a: (a[::2],)}[layout]
    check_made(program, one(24 if layout == "strided" else 12, views=views))


def transpose_itself(a):
    a[:] = a.T


def columns_shift(a):
    a[:, 1:] = a[:, :-1]


def rows_shift(a):
    a[1:] = a[:-1]


def rows_shift_by_two(a):
    a[2:] = a[:-2] + a[1:-1]


def diagonal_shift(a):
    a[1:, 1:] = a[:-1, :-1]


def anti_diagonal_shift(a):
    a[1:, :-1] = a[:-1, 1:]


def stencil(a):
    a[1:-1, 1:-1] = 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])


def stencil_down(a):
    a[:-1] = a[1:] - a[:-1]


def wrap_rows(a):
    a[0] = a[-2]
    a[-1] = a[1]
    a[:, 0] = a[:, -2]
    a[:, -1] = a[:, 1]


def row_minus_first(a):
    a -= a[0]


def column_minus_last(a):
    a -= a[:, -1:]


def rows_over_their_sums(a):
    a /= a.sum(axis=1)[:, None]


def columns_over_their_sums(a):
    a /= a.sum(axis=0)


def sums_into_a_row(a):
    a[0] = a.sum(axis=0)
    a[:, 1] = a.sum(axis=1)


def product_into_itself(a):
    a[:] = a @ a


def product_into_a_row(a):
    a[1] = a @ a[1]
    a[:, 2] = a[2] @ a


def rows_as_views(a):
    for i in range(1, len(a)):
        row, before = a[i], a[i - 1]
        row[1:] = row[:-1] + before[1:]
        row *= 0.5


def iterated_rows(a):
    for row in a:
        row[:] = a[0] + row
    return row


def rebound_rows(a):
    for row in a:
        row = row + 1
    return row


def swapped_rows(a):
    t = a[0].copy()
    a[0] = a[2]
    a[2] = t
    a[[1, 3]] = a[[3, 1]]


def elimination(a):
    n = len(a)
    for k in range(n):
        a[k, k] += 20.0
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k:] -= a[i, k] / a[k, k] * a[k, k:]


def broadcast_row_into_all(a):
    a[:] = a[1]
    a[:] += a[:, 0]


def outer_of_itself(a):
    a[:] = a[0][:, None] * a[:, 0]


MATRICES = [transpose_itself, columns_shift, rows_shift, rows_shift_by_two, diagonal_shift, anti_diagonal_shift, stencil,
            stencil_down, wrap_rows, row_minus_first, column_minus_last, rows_over_their_sums, columns_over_their_sums, sums_into_a_row,
            product_into_itself, product_into_a_row, rows_as_views, iterated_rows, rebound_rows, swapped_rows, elimination,
            broadcast_row_into_all, outer_of_itself]


@pytest.mark.parametrize("program", MATRICES, ids=lambda p: p.__name__)
@pytest.mark.parametrize("layout", ["C", "F", "part"])
def test_matrix(program, layout):
    if layout == "part":
        make = one(9, 14, views=lambda a: (a[1:7, ::-2][:, :6],))
    else:
        make = one(6, 6, order=layout)
    check_made(program, make)


# ---- several arrays that are views of one ----
def add_into(a, b):
    a += b
    b *= 2.0


def copy_over(a, b):
    a[:] = b
    return a.sum() + b.sum()


def mixed_loop(a, b):
    for i in range(1, len(a)):
        a[i] = b[i] + a[i - 1] * 0.5
        b[i - 1] = a[i] - 1.0


def stencil_pair(a, b):
    for _ in range(3):
        a[1:-1] = (b[:-2] + b[2:]) / 2
        b[1:-1] = (a[:-2] + a[2:]) / 2


def swap_in_loop(a, b):
    for _ in range(3):
        a, b = b, a
        a[1:] = b[:-1] + 1.0
    return a


def row_sums_into(a, b):
    s = a.sum() + a
    b[:] = s * 2
    return s


def where_into(a, b):
    for i in range(len(a)):
        if a[i] > 0.0:
            b[i] = a[len(a) - 1 - i]


PAIRS = [add_into, copy_over, mixed_loop, stencil_pair, swap_in_loop, row_sums_into, where_into]
OVERLAPS = {
    "same": lambda a: (a, a), "shifted": lambda a: (a[1:], a[:-1]), "shifted back": lambda a: (a[:-1], a[1:]),
    "reversed": lambda a: (a, a[::-1]), "interleaved": lambda a: (a[::2], a[1::2]), "halves": lambda a: (a[:8], a[8:]),
    "one in the other": lambda a: (a[:8], a[4:12]), "rows": lambda a: (a.reshape(4, 4)[1], a.reshape(4, 4)[:, 2]),
}


@pytest.mark.parametrize("program", PAIRS, ids=lambda p: p.__name__)
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_pair(program, overlap):
    if program is copy_over and overlap == "rows":
        return  # a plain copy between vectors of unequal strides: NumPy's own order shows in what it gives
    check_made(program, one(16, views=OVERLAPS[overlap]))


def test_a_generated_array_into_what_it_reads():
    def repeated(a):
        a[2:8] = np.repeat(a[:3], 2)

    check_made(repeated, one(12))


# ---- references that loops and branches carry ----
def ping_pong(a, n):
    b = np.zeros_like(a)
    for _ in range(n):
        b[1:-1] = a[:-2] + a[2:]
        a, b = b, a
    return a, b


def chosen(a, n):
    b = a if n > 2 else a.copy()
    b[0] = 50.0
    return a + b


def three_in_turn(a, n):
    b, c = a * 2, a * 3
    for _ in range(n):
        a, b, c = b, c, a
        a += b
    return a - c


def last_wins(a, n):
    best = a
    for k in range(n):
        candidate = best * 0.5 + k
        if candidate.sum() > best.sum():
            best = candidate
    best[0] = -1.0
    return best


def grown(a, n):
    r = a
    for _ in range(n):
        r = r + a
    a[0] = 9.0
    return r


def kept_row(a, n):
    m = np.zeros((4, len(a)))
    for k in range(n):
        row = m[k % 4]
        row += a
        m[0] = row
    return m, row


CARRIED = [ping_pong, chosen, three_in_turn, last_wins, grown, kept_row]


@pytest.mark.parametrize("program", CARRIED, ids=lambda p: p.__name__)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_carried(program, n):
    make = base(7)

    def made():
        a = make()
        return (a, n), (a,)
    check_made(program, made)


# ---- what is stretched is the target's own view ----
def row_of_one(a, v):
    t = a[None, :4]
    t += v
    return a


def row_of_places(a, v, k):
    a[k, None, :4] += v[::-1]
    return a


def seen_through_another(a, v):
    row = a[None, :]
    t = row[:, ::1]
    t[...] = row * v
    return a


def turned(a, v):
    row = a[None, :]
    row[:, ::-1] += row * v
    return a


@pytest.mark.parametrize("length", [1, 3])
def test_stretched_targets(length):
    v = np.arange(5, 5 + length)
    for program in (row_of_one, seen_through_another, turned):
        check(program, np.arange(3), v)
        check(program, np.arange(6)[::-2], v)
    for k in (0, -1):
        check(row_of_places, np.arange(6).reshape(2, 3), v, k)


# ---- indices that are views of what is written ----
def stored_by_a_view(x, v, n):
    i = x.view(np.int32)
    x[i[:n]] = v
    return x


def counted_by_a_view(x, v, n):
    np.add.at(x, x.view(np.int32)[::2], v[:n])
    np.add.at(x, x.view(np.uint64) & np.uint64(7), x.view(np.int32)[1::2])
    return x


def floats_over_their_places(x, v, n):
    y = x.view(np.float64)
    np.add.at(y, x, 5e-324)
    return x


def halves_by_their_wholes(x, v, n):
    y = x.view(np.int32).reshape(n, 2)
    y[x] += 1
    return x


def put_by_a_view(x, v, n):
    np.put(x, x.view(np.int32)[::2], v)
    return x


def stored_by_another(x, i, v):
    x[i[: x.size]] = v
    np.add.at(x, i[: x.size] & 7, 3)


@pytest.mark.parametrize("order", [[3, 2, 1, 0, 7, 6, 5, 4], [1, 2, 3, 4, 5, 6, 7, 0], [7, 7, 0, 0, 1, 1, 2, 2]])
def test_indices_of_other_dtypes(order):
    for program in (stored_by_a_view, counted_by_a_view, floats_over_their_places, halves_by_their_wholes, put_by_a_view):
        check(program, np.array(order), np.arange(8) * 2 % 8, 8)
    compiled = aic.jit(stored_by_another)
    for dtype in (np.int32, np.uint64, np.int64, np.uint8):
        x, y = np.array(order), np.array(order)
        stored_by_another(x, x.view(dtype), np.arange(8))
        compiled(y, y.view(dtype), np.arange(8))
        assert x.tolist() == y.tolist()


# ---- random programs ----
def test_random_programs():
    fuzz = load_fuzz("overlap")
    for seed in range(12):
        assert fuzz.difference(seed, aic.jit) is None
