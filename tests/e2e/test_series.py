"""Series of Chebyshev, Legendre, Hermite and Laguerre polynomials (numpy.polynomial): values to the bit, quadratures and fits near them."""
import numpy as np
import pytest

import aic
from harness import check

C, L = np.polynomial.chebyshev, np.polynomial.legendre
POINTS = [0.3, np.float64(0.5), np.array([0.1, -0.7, 2.0]), np.array([[0.2, 0.4], [1.0, -np.inf]]), np.arange(3), np.array([0.5, 0.25], np.float32)]


def coefficients(dtype):
    rng = np.random.default_rng(4)
    return [(rng.normal(size=n) * 5).astype(dtype) for n in (1, 2, 3, 4, 5, 8)]


def values(x, c):
    p = np.polynomial
    return p.chebyshev.chebval(x, c), p.legendre.legval(x, c), p.hermite.hermval(x, c), p.laguerre.lagval(x, c)


@pytest.mark.parametrize("dtype", [float, int, complex, np.float32])
def test_values(dtype):
    compiled = aic.jit(values)
    for c in coefficients(dtype):
        for x in POINTS:
            check(values, x, c, compiled=compiled)


def of_one(c, m):
    return C.chebder(c, m), C.chebint(c, m), C.chebtrim(c, 2.0), C.chebmulx(c), L.legder(c, m, 2), L.legint(c, m), L.legtrim(c), L.legmulx(c)


def with_constants(c, k):
    return C.chebint(c, 2, k=k, lbnd=-1, scl=2), L.legint(c, 2, k=k, lbnd=-1, scl=2), C.chebint(c, 1, 3), L.legint(c, 2, [1, 2])


def of_two(a, b):
    return C.chebadd(a, b), C.chebsub(a, b), C.chebmul(a, b), L.legadd(a, b), L.legsub(a, b), L.legmul(a, b)


@pytest.mark.parametrize("dtype", [float, int, complex])
def test_arithmetic(dtype):
    one, constants, two = aic.jit(of_one), aic.jit(with_constants), aic.jit(of_two)
    for a in coefficients(dtype):
        for m in (0, 1, 2, 9, -1):
            check(of_one, a, m, compiled=one, ulp=4)
        check(with_constants, a, np.array([1.0, 2.0]), compiled=constants, ulp=4)
        check(with_constants, a, np.array([1.0, 2.0, 3.0]), compiled=constants)
        for b in coefficients(dtype)[::2]:
            got, want = two(a, b), of_two(a, b)
            for x, y in zip(got, want):
                assert x.dtype == y.dtype and x.shape == y.shape
                np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)


def fitted(x, y, d, w):
    return C.chebfit(x, y, d), L.legfit(x, y, d, w=w), C.chebvander(x, d), L.legvander(x[:4].reshape(2, 2), d)


def test_fits():
    rng = np.random.default_rng(2)
    compiled = aic.jit(fitted)
    x = rng.normal(size=30)
    for y in (rng.normal(size=30), rng.normal(size=(30, 2))):
        for d in (0, 1, 4):
            for got, want in zip(compiled(x, y, d, abs(x)), fitted(x, y, d, abs(x))):
                assert got.dtype == want.dtype and got.shape == want.shape
                np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)
        check(fitted, x, y, -1, abs(x), compiled=compiled)
        check(fitted, x[:-1], y, 2, abs(x), compiled=compiled)


def quadratures(n):
    p = np.polynomial
    return *p.chebyshev.chebgauss(n), *p.legendre.leggauss(n), *p.hermite.hermgauss(n), *p.laguerre.laggauss(n), C.chebpts1(n), C.chebpts2(n + 1)


def test_quadratures():
    compiled = aic.jit(quadratures)
    for n in (1, 2, 3, 7, 12):
        for got, want in zip(compiled(n), quadratures(n)):
            np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
    check(quadratures, 0, compiled=compiled)
