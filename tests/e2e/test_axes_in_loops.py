"""`for axis in range(a.ndim)`: what is an axis is known in each round."""
import numpy as np
import pytest

import aic
from harness import check, collected

PROGRAMS, program = collected()
A = np.arange(12.0).reshape(3, 4) ** 1.5
T = np.arange(24.0).reshape(2, 3, 4) ** 1.5


@program(A)
@program(T)
def laplacian(a):
    total = -2 * a.ndim * a
    for axis in range(a.ndim):
        for s in (-1, 1):
            total += np.roll(a, s, axis)
    return total


@program(A)
def sums(a):
    s = 0.0
    for ax in range(2):
        s += a.sum(axis=ax).max() + a.mean(ax)[0]
    return s


@program(A)
@program(T)
def gradients(a):
    return [np.gradient(a, axis=k) for k in range(a.ndim)], sum(np.diff(a, axis=k).sum() for k in range(a.ndim))


@program(T)
def backwards(a):
    for axis in range(a.ndim - 1, -1, -1):
        a = np.cumsum(a, axis=axis)
        if axis == 1:
            continue
        a = np.flip(a, axis=-1 - axis)
    return a


@program(A)
def the_first_that_is_long(a):
    for axis in range(a.ndim):
        if a.shape[axis] > 3:
            break
    else:
        axis = -1
    return axis, np.sort(a, axis=0)


@program(T)
def several_at_once(a):
    return [np.sum(a, axis=(k, (k + 1) % 3)) for k in range(3)], [np.linalg.norm(a, axis=k) for k in range(3)], [np.fft.fft(a, axis=k) for k in range(3)]


@pytest.mark.parametrize("function, args", PROGRAMS)
def test_programs(function, args):
    check(aic.jit(function), *args, ulp=16)
