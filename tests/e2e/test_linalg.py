"""numpy.linalg: results near NumPy's, the same exceptions."""
import numpy as np
import pytest

from harness import check

M = np.random.default_rng(5).integers(-8, 9, (5, 5)) + 9.0 * np.eye(5)


def solve(a, b):
    return np.linalg.solve(a, b)


def inverse(a):
    return np.linalg.inv(a)


def determinant(a):
    return np.linalg.det(a)


def factor(a):
    return np.linalg.cholesky(a @ a.T)


def own_error(a):
    raise np.linalg.LinAlgError("of the user")


@pytest.mark.parametrize("program", [(solve, M, M[0]), (solve, M, M[:, 1:3] + 7.0), (solve, M[::-1], M[0]), (solve, M, M[:2]), (solve, M[:2], M),
                                     (solve, M * 0.0, M[0]), (inverse, M), (determinant, M), (determinant, M[:0, :0]), (factor, M),
                                     (own_error, M)], ids=lambda p: p[0].__name__)
def test_program(program):
    check(program[0], *program[1:], ulp=5000)
