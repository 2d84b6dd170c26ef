"""scipy.special against SciPy: values within a few ulp (relative to the function's condition), dtypes, places where functions have poles or none."""
import numpy as np
import pytest
from scipy import special

import aic
from harness import check

RNG = np.random.default_rng(24)
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, -2.0, -2.5, 10.0, 30.5, -30.5, 170.0, 1e-300, -1e-300, 1e-8, 1e8, np.inf, -np.inf, np.nan])
SPREAD = np.concatenate([RNG.normal(size=200) * 3.0, RNG.uniform(-30.0, 30.0, 200), np.exp(RNG.uniform(-20.0, 5.0, 100))])
PROBABILITIES = np.concatenate([RNG.uniform(0.0, 1.0, 200), [0.0, 1.0, 0.5, 0.3, 0.65, 1e-300, 1.0 - 1e-16, -0.5, 1.5, np.nan]])


def erf(x): return special.erf(x)
def erfc(x): return special.erfc(x)
def ndtr(x): return special.ndtr(x)
def gamma(x): return special.gamma(x)
def gammaln(x): return special.gammaln(x)
def rgamma(x): return special.rgamma(x)
def psi(x): return special.psi(x)
def digamma(x): return special.digamma(x)
def expit(x): return special.expit(x)
def log_expit(x): return special.log_expit(x)
def logit(x): return special.logit(x)
def betaln(x, y): return special.betaln(x, y)
def xlogy(x, y): return special.xlogy(x, y)
def xlog1py(x, y): return special.xlog1py(x, y)
def beta(x, y): return special.beta(x, y)
def gammasgn(x): return special.gammasgn(x)
def erfinv(x): return special.erfinv(x)
def erfcinv(x): return special.erfcinv(x)
def ndtri(x): return special.ndtri(x)
def entr(x): return special.entr(x)
def log1p(x): return special.log1p(x)
def expm1(x): return special.expm1(x)
def cbrt(x): return special.cbrt(x)
def exp10(x): return special.exp10(x)
def rel_entr(x, y): return special.rel_entr(x, y)
def kl_div(x, y): return special.kl_div(x, y)
def huber(x, y): return special.huber(x, y)
def logsumexp(x): return special.logsumexp(x)
def logsumexp_axis(x): return special.logsumexp(x, axis=1)
def logsumexp_kept(x): return special.logsumexp(x, axis=0, keepdims=True)
def logsumexp_weighted(x, b): return special.logsumexp(x, b=b)
def softmax(x): return special.softmax(x, axis=1)
def softmax_all(x): return special.softmax(x)
def log_softmax(x): return special.log_softmax(x, axis=-1)


def near(got, want, relative, absolute=0.0):
    assert type(got) is type(want), f"{type(got)}, SciPy {type(want)}"
    got, want = np.asarray(got), np.asarray(want)
    assert got.dtype == want.dtype and got.shape == want.shape
    odd = ~np.isfinite(want)
    assert np.array_equal(got[odd], want[odd], equal_nan=True), (got[odd], want[odd])
    off = np.abs(got[~odd] - want[~odd]) / (np.abs(want[~odd]) * relative + absolute + np.finfo(want.dtype).tiny)
    assert not (off > 1).any(), (off.max(), got[~odd][off.argmax()], want[~odd][off.argmax()])


# Near the zeros of lgamma and digamma what is small is the rounding of what it is computed from: an absolute bound.
ONE = [(erf, 1e-15, 0), (erfc, 2e-13, 0), (ndtr, 2e-13, 0), (gamma, 1e-13, 0), (gammaln, 2e-14, 1e-15), (rgamma, 1e-13, 0), (psi, 1e-13, 2e-15),
       (digamma, 1e-13, 2e-15), (expit, 1e-15, 0), (log_expit, 1e-15, 0), (gammasgn, 0, 0),
       (log1p, 1e-15, 0), (expm1, 1e-15, 0), (cbrt, 1e-15, 0), (exp10, 1e-15, 0)]


@pytest.mark.parametrize("function, relative, absolute", ONE, ids=lambda v: getattr(v, "__name__", ""))
def test_of_one(function, relative, absolute):
    compiled = aic.jit(function)
    for x in (SPREAD, EDGES, EDGES.reshape(3, 7).T, np.float64(2.25), 1.5, -0.75, SPREAD[:0], np.arange(1, 9), True):
        near(compiled(x), function(x), relative, absolute)
    x = SPREAD.astype(np.float32)
    near(compiled(x), function(x), 1e-6, 1e-6)


def test_logit():
    near(aic.jit(logit)(PROBABILITIES), special.logit(PROBABILITIES), 2e-15)
    near(aic.jit(logit)(0.25), special.logit(0.25), 2e-15)


@pytest.mark.parametrize("function", [xlogy, xlog1py])
def test_products_with_logarithms(function):
    compiled = aic.jit(function)
    x = np.array([0.0, 0.0, 0.0, -0.0, 1.0, 2.5, np.nan, 0.0, -3.0])
    y = np.array([0.0, np.inf, np.nan, -2.0, 0.0, 7.0, 1.0, 5.0, 0.25])
    near(compiled(x, y), function(x, y), 4e-16)
    near(compiled(2.0, y), function(2.0, y), 4e-16)
    near(compiled(x[:, None], y), function(x[:, None], y), 4e-16)
    near(compiled(0, 0.0), function(0, 0.0), 0)


@pytest.mark.parametrize("function", [erfinv, erfcinv, ndtri])
def test_inverses(function):
    x = np.concatenate([PROBABILITIES, 2 * PROBABILITIES - 1, 1 + PROBABILITIES, 10.0 ** -np.arange(305.0), [0.9999999999999999, -0.0]])
    near(aic.jit(function)(x), function(x), 4e-15, 1e-15)
    near(aic.jit(function)(x[:200].astype(np.float32)), function(x[:200].astype(np.float32)), 1e-6, 1e-6)


@pytest.mark.parametrize("function", [rel_entr, kl_div, huber])
def test_entropies(function):
    x, y = (side.ravel() for side in np.meshgrid([0.0, -1.0, 0.5, 2.0, np.nan, 30.0], [0.0, -1.0, 0.5, 2.0, np.nan, 3.0]))
    near(aic.jit(function)(x, y), function(x, y), 2e-15, 1e-15)
    near(aic.jit(function)(2.0, y), function(2.0, y), 2e-15, 1e-15)


def test_entr():
    for x in (np.abs(SPREAD), EDGES, 0.25):
        near(aic.jit(entr)(x), entr(x), 1e-15)


def test_beta():
    x, y = RNG.uniform(0.1, 200.0, (2, 100))
    near(aic.jit(beta)(x, y), special.beta(x, y), 2e-12, 0)
    near(aic.jit(beta)(x / 40, y / 40), special.beta(x / 40, y / 40), 1e-13, 0)


def test_betaln():
    x, y = RNG.uniform(0.1, 20.0, (2, 100))
    near(aic.jit(betaln)(x, y), special.betaln(x, y), 1e-13, 2e-14)


@pytest.mark.parametrize("function", [logsumexp, logsumexp_axis, logsumexp_kept, softmax, softmax_all, log_softmax])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_sums_of_exponentials(function, dtype):
    compiled = aic.jit(function)
    x = (RNG.normal(size=(5, 9)) * 20).astype(dtype)
    bound = 4e-6 if dtype is np.float32 else 2e-14
    near(compiled(x), function(x), bound, bound)
    if dtype is np.float64:
        near(compiled(x * 1e4), function(x * 1e4), bound, bound)


def test_sums_of_infinite_exponents():
    for x in ([[-np.inf, -np.inf]], [[np.inf, 1.0]], [[-np.inf, 0.0]], [[np.nan, 0.0]]):
        near(aic.jit(logsumexp)(np.array(x)), special.logsumexp(np.array(x)), 0)


def test_weighted_sum():
    x = RNG.normal(size=40) * 300
    b = RNG.uniform(0.0, 3.0, 40)
    b[::7] = 0.0
    near(aic.jit(logsumexp_weighted)(x, b), special.logsumexp(x, b=b), 1e-14)


def test_out():
    def into(x, out):
        special.expit(x, out=out)
        return out
    x = np.array([0.0, 750.0, -750.0])
    check(into, x, np.empty(3), ulp=1)


def test_log_density():
    """A log-likelihood as users write it."""
    from scipy.special import gammaln as lg
    from scipy.special import xlogy as xl

    def negative_binomial(k, r, p):
        return np.sum(lg(k + r) - lg(k + 1) - lg(r) + xl(r, p) + xl(k, 1 - p))

    k = np.arange(12.0)
    near(aic.jit(negative_binomial)(k, 3.5, 0.3), negative_binomial(k, 3.5, 0.3), 1e-13)


def test_gradients():
    for function, derivative in ((special.gammaln, special.psi), (special.expit, lambda x: special.expit(x) * special.expit(-x)),
                                 (special.erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x))):
        def loss(x):
            return np.sum(function(x))
        x = RNG.uniform(0.2, 4.0, 30)
        near(aic.grad(loss)(x), derivative(x), 1e-12, 1e-15)


def test_refusals():
    def sign(x):
        return special.logsumexp(x, return_sign=True)
    with pytest.raises(aic.CompileError, match="the sign of a sum of exponentials"):
        aic.jit(sign)(np.ones(3))
    with pytest.raises(aic.CompileError, match="complex numbers"):
        aic.jit(erf)(np.ones(3) + 1j)


# ---- counts and incomplete gamma functions ----
def counts(n, k):
    return (special.comb(n, k), special.comb(10, 3), special.comb(10, 3, exact=True), special.binom(n, 2.5), special.binom(5, 2), special.factorial(n),
            special.factorial(5), special.factorial(6, exact=True), special.perm(6, 2), special.perm(6, 2, exact=True), special.comb(5, 2, repetition=True),
            special.comb(30, 15), special.comb(100, 50), special.binom(60, 30), special.comb(3, 5), special.factorial(-1), special.binom(-2, 1))


def incomplete(a, x):
    return special.gammainc(a, x), special.gammaincc(a, x), special.gammainc(2.0, 1.0), special.softplus(x - 5)


def test_counts():
    f = aic.jit(counts)
    for n, k in ((np.arange(8.0), np.arange(8)[::-1]), (np.arange(8), 2), (np.array([20.0, 60, 170]), np.array([10.0, 30, 5]))):
        for x, y in zip(f(n, k), counts(n, k)):
            assert type(x) is type(y) and np.allclose(x, y, rtol=1e-12, atol=0, equal_nan=True), (x, y)


def test_incomplete_gamma_functions():
    f = aic.jit(incomplete)
    a, x = np.meshgrid([0.0, 0.1, 0.5, 1, 2, 5, 10, 50, 300, np.inf, np.nan, -1], [0.0, 0.1, 1, 3, 5, 12, 40, 320, np.inf, np.nan])
    for got, want in zip(f(a, x), incomplete(a, x)):
        assert type(got) is type(want) and np.allclose(got, want, rtol=1e-11, atol=1e-290, equal_nan=True), np.abs(got - want).max()
