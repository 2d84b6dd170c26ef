"""How results lie in memory: flags and strides are NumPy's for arrays in C's and in Fortran's order, and `order=` is heeded. Of arguments
that are neither (every other column, say), results lie in C's order here."""
import numpy as np
import pytest

import aic
from harness import check

C = np.arange(12.0).reshape(3, 4)
F = np.asfortranarray(C)
F3 = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))
V = np.arange(4.0)


def lying(x):
    """Strides of axes longer than 1, and flags."""
    if isinstance(x, (tuple, list)):
        return [lying(y) for y in x]
    return [s for s, n in zip(x.strides, x.shape) if n > 1], x.flags.c_contiguous, x.flags.f_contiguous


def of_new_arrays(a):
    return (np.copy(a), a.copy(), a.copy("K"), a.copy("A"), a.copy("f"), np.array(a), np.array(a, order="C"), np.array(a, order="F"), np.zeros_like(a), np.empty_like(a),
            np.ones_like(a, order="C"), np.full_like(a, 2.0, order="F"), np.full_like(a, 2.0, order="A"), np.zeros_like(a, np.float32))


def of_dtypes(a):
    return (a.astype(np.float32), a.astype(np.float32, order="C"), a.astype(np.float32, order="F"), np.array(a, dtype=np.int64), np.array(a, dtype=np.int64, order="C"),
            np.array(a, dtype=np.int64, order="F"), np.asarray(a, dtype=complex, order="F"), np.asarray(a, order="C"), np.asarray(a, order="F"))


def of_ufuncs(a):
    return -a, a + 1, a * a, np.sin(a) > 0, np.where(a > 1, a, 0), np.clip(a, 1, 5), a + V, 3 * V - a, a - a.mean(0, keepdims=True), np.maximum(a, a.max(1, keepdims=True))


def of_reductions(a):
    return np.sum(a, 0, keepdims=True), np.max(a, 1, keepdims=True), np.mean(a, -1, keepdims=True), np.cumsum(a, 0), np.cumprod(a, -1), np.maximum.accumulate(a, 1), np.hypot.accumulate(a, 0)


def of_one_axis_less(a):
    return np.sum(a, 0), np.sum(a, 1), a.max(-1), np.any(a, 1), np.var(a, 0)


def of_joins(a):
    return np.concatenate((a, a)), np.concatenate((a, a), 1), np.append(a, a, axis=0), np.insert(a, 1, 5.0, axis=0), np.delete(a, 0, axis=1), np.pad(a, 1), np.pad(a, 2, "reflect")


def of_signals(a):
    return np.fft.fft(a), np.fft.rfft(a, axis=0), np.gradient(a), np.sort(a, 0), np.round(a), np.argwhere(a), np.nan_to_num(a)


@pytest.mark.parametrize("f", [of_new_arrays, of_dtypes, of_ufuncs, of_reductions, of_one_axis_less, of_joins, of_signals])
def test_as_numpy_lays_them_out(f):
    compiled = aic.jit(f)
    for a in (C, F, F3) if f is not of_one_axis_less else (C, F3):
        got, want = compiled(a), f(a)
        assert lying(got) == lying(want)
        for x, y in zip(got, want) if f is not of_new_arrays else ():  # empty_like holds anything
            assert type(x) is type(y) and np.allclose(x, y)


def views(a):
    return np.asfortranarray(a), np.ascontiguousarray(a), np.asarray(a, order="C"), np.asarray(a, order="F"), np.array(a, copy=None)


@pytest.mark.parametrize("a", [C, F, V, V[::2], C[:, :4], C[:, :2], F[:2], C[:1], F[:, :1], np.array(3.0), C[:0]])
def test_copies_only_where_they_are_needed(a):
    compiled = aic.jit(views)
    for got, want in zip(compiled(a), views(a)):
        assert got.shape == want.shape and np.array_equal(got, want)
        assert np.shares_memory(got, a) == np.shares_memory(want, a)
        assert (got.flags.c_contiguous, got.flags.f_contiguous) == (want.flags.c_contiguous, want.flags.f_contiguous)


def strictly(a):
    return np.array(a, copy=False)


def strictly_in_c(a):
    return np.array(a, copy=False, order="C")


def strictly_in_f(a):
    return np.asarray(a, copy=False, order="F")


def strictly_narrow(a):
    return np.array(a, copy=False, dtype=np.float32)


def strictly_a_line(a):
    return np.reshape(a, -1, copy=False)


def in_the_order_of_memory(a):
    return np.reshape(a, -1, order="K")


def in_no_order(a):
    return np.zeros((2, 3), order="K")


def in_no_known_order(a):
    return np.copy(a, order="X")


@pytest.mark.parametrize("f", [strictly, strictly_in_c, strictly_in_f, strictly_narrow, strictly_a_line, in_the_order_of_memory, in_no_order, in_no_known_order])
def test_what_cannot_be_done(f):
    compiled = aic.jit(f)
    for a in (C, F, C[:, ::2], V):
        check(f, a, compiled=compiled)


def of_rank_0(a):
    return a.astype(np.float32), np.array(a, dtype=int), np.asarray(a, order="C"), np.asfortranarray(a), np.kron(a, a), np.flip(a), a.astype(float)


def test_rank_0_stays():
    check(of_rank_0, np.array(3.0))
