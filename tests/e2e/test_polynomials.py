"""np.poly1d, numpy.polynomial.Polynomial and the roots of their kin: instances that live inside of a compiled function."""
import numpy as np
from numpy.polynomial import Polynomial
import pytest

import aic
from harness import outcome

RNG = np.random.default_rng(3)
X = np.linspace(0, 3, 9)
Y = X**2 + RNG.normal(size=9)


def near(f, *args, tolerance=1e-9):
    want, got = outcome(f, args, {}), outcome(aic.jit(f), args, {})
    assert want[0] == got[0] == "value", (want, got)
    assert len(want[1]) == len(got[1])
    for x, y in zip(want[1], got[1]):
        assert type(x) is type(y), (x, y)
        if isinstance(x, np.ndarray):
            assert x.dtype == y.dtype and x.shape == y.shape
        assert np.allclose(x, y, rtol=tolerance, atol=tolerance), (x, y)


def fitted(x, y):
    p = np.poly1d(np.polyfit(x, y, 2))
    q = p.deriv()
    r = p.integ()
    return (p(x), p(0.5), q(x), r(2.0), p.coeffs, p.c, p.order, p.o, p[0], p[2], p[7], len(p), (p * q).c, (p + q).c, (p - q).c, (p - 1).c, (2 * p).c,
            (1 + p).c, (1 - p).c, (-p).c, (p / 2).c, (p**2).c)


def whole(a, b):
    p, q = np.poly1d(a), np.poly1d(b)
    d, m = p / q
    return (p(3), p(a), np.sort(p.roots), np.sort(p.r), q.c, q.order, (p * q).c, d.c, m.c, np.poly1d([1, 2, 3])(2), np.poly1d([1.0, 2], True).c, (p + [1, 2]).c,
            p.deriv(2).c, p(2.5), np.poly1d([0]).c, p[1])


def test_poly1d():
    near(fitted, X, Y)
    near(fitted, X.astype(np.float32), Y.astype(np.float32), tolerance=1e-4)
    near(whole, np.array([1, -3, 2]), np.array([0, 0, 1, 5]))
    near(whole, np.array([1.0, -3, 2]), np.array([2.0, 5, 0]))


def least_squares(x, y):
    f = Polynomial.fit(x, y, 2)
    g = f.convert()
    d = g.deriv()
    i = g.integ()
    return (f(x), f.coef, f.domain, f.window, g.coef, d(x), i(1.5), f.deriv()(x), f.integ()(x), g.degree(), len(g), (g + d).coef, (g * d).coef, (g - 1).coef,
            (2 * g).coef, (g / 2).coef, (g**2).coef, (-g).coef)


def made(c):
    f, h = Polynomial(c), np.polynomial.Polynomial([6.0, -5, 1])
    return (f(2), f(np.arange(3)), h.roots(), h(2.5), f.coef, f.deriv().coef, f.integ(2).coef, (f * h).coef, Polynomial([1, 2], domain=[0, 1])(0.25),
            f.mapparms(), np.polynomial.polynomial.polyroots([6.0, -5, 1]))


def other_domain(c):
    return (Polynomial(c) + Polynomial(c, domain=[0, 2])).coef


def test_polynomial():
    near(least_squares, X, Y)
    near(least_squares, X[::-1], Y[::-1])
    near(made, np.array([1, 2, 3]))
    with pytest.raises(TypeError, match="Domains differ"):
        aic.jit(other_domain)(np.array([1.0, 2]))
