"""Methods of numpy.random.Generator that draw numbers: functions named _Generator_<method> that take the state first."""
from numpy import float32, float64, int64, uint32

from aic.lib import numpy as np
from aic.lib import numpy_linalg as linalg
from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_counts as counts
from aic.lib import numpy_random_distributions as more
from aic.lib import numpy_random_filling as filling
from aic.lib import numpy_random_normals as normals
from aic.lib import numpy_random_singles as singles
from aic.lib import prim

_MOST = 9.223372006484771e18  # a mean of Poisson variates: ten deviations more are an int64


def _of_dtype(s, size, dtype, out, draw, single, name):
    """Draws of float64 or float32, new or into `out`."""
    if not prim.same_dtype(dtype, float32) and not prim.same_dtype(dtype, float64):
        raise TypeError(f"Unsupported dtype dtype('{prim.dtype_of(dtype).__name__}') for {name}")
    if out is not None:
        if prim.same_dtype(out, dtype):
            return filling.drawn_into(s, out, size, single if prim.same_dtype(dtype, float32) else draw)
        raise TypeError(f"Supplied output array has the wrong type. Expected {prim.dtype_of(dtype).__name__}, got {prim.dtype_of(out).__name__}")
    if prim.same_dtype(dtype, float64):
        return filling.drawn(s, size, draw)
    r = filling.drawn(s, size, single, float32)
    return float(r) if size is None else r


def _Generator_random(s, size=None, dtype=float64, out=None):
    return _of_dtype(s, size, dtype, out, bits.next_double, bits.next_single, "random")


def _Generator_uniform(s, low=0.0, high=1.0, size=None):
    if prim.rank(low) > 0 or prim.rank(high) > 0:
        start = filling.as_floats(low)
        reach = prim.subtract(filling.as_floats(high), start)
        if not np.all(prim.isfinite(reach)):
            raise OverflowError("Range exceeds valid bounds")
        if not bits.is_legacy(s) and np.any(prim.less(reach, 0.0)):
            raise ValueError("high - low < 0")
        return filling.with_parameters(s, lambda s, a, w: a + w * bits.next_double(s), float64, size, start, reach)
    first = float(low)
    width = float(high) - first
    if width - width != 0.0:
        raise OverflowError("high - low range exceeds valid bounds")
    if width < 0.0:
        raise ValueError("high - low < 0")
    return filling.drawn(s, size, lambda s: first + width * bits.next_double(s))


def _Generator_standard_normal(s, size=None, dtype=float64, out=None):
    return _of_dtype(s, size, dtype, out, normals.normal, singles.normal, "standard_normal")


def _Generator_normal(s, loc=0.0, scale=1.0, size=None):
    if prim.rank(loc) > 0 or prim.rank(scale) > 0:
        filling.checked(scale, filling.not_negative, "scale < 0")
        return filling.with_parameters(s, lambda s, centre, wide: centre + wide * normals.normal(s), float64, size, filling.as_floats(loc), filling.as_floats(scale))
    centre = float(loc)
    wide = filling.scale_of(scale)
    return filling.drawn(s, size, lambda s: centre + wide * normals.normal(s))


def _Generator_lognormal(s, mean=0.0, sigma=1.0, size=None):
    filling.checked(sigma, filling.not_negative, "sigma < 0")
    return filling.with_parameters(s, lambda s, centre, wide: prim.exp(centre + wide * normals.normal(s)), float64, size,
                                   filling.as_floats(mean), filling.as_floats(sigma))


def _Generator_standard_exponential(s, size=None, dtype=float64, method="zig", out=None):
    if method == "inv":
        return _of_dtype(s, size, dtype, out, lambda s: -prim.log1p(-bits.next_double(s)), singles.inverted_exponential, "standard_exponential")
    return _of_dtype(s, size, dtype, out, normals.exponential, singles.exponential, "standard_exponential")


def _Generator_exponential(s, scale=1.0, size=None):
    if prim.rank(scale) > 0:
        filling.checked(scale, filling.not_negative, "scale < 0")
        return filling.with_parameters(s, lambda s, wide: wide * normals.exponential(s), float64, size, filling.as_floats(scale))
    wide = filling.scale_of(scale)
    return filling.drawn(s, size, lambda s: wide * normals.exponential(s))


def _Generator_standard_gamma(s, shape, size=None, dtype=float64, out=None):
    filling.checked(shape, filling.not_negative, "shape < 0")
    if prim.rank(shape) > 0:
        if out is not None or not prim.same_dtype(dtype, float64):
            prim.refuse("gammas of several shapes in single precision, or into an array")
        return filling.with_parameters(s, normals.gamma, float64, size, filling.as_floats(shape))
    k = float(shape)
    return _of_dtype(s, size, dtype, out, lambda s: normals.gamma(s, k), lambda s: singles.gamma(s, float32(k)), "standard_gamma")


def _Generator_gamma(s, shape, scale=1.0, size=None):
    filling.checked(shape, filling.not_negative, "shape < 0")
    filling.checked(scale, filling.not_negative, "scale < 0")
    return filling.with_parameters(s, lambda s, k, wide: wide * normals.gamma(s, k), float64, size, filling.as_floats(shape), filling.as_floats(scale))


def _Generator_poisson(s, lam=1.0, size=None):
    filling.checked(lam, lambda x: not (x > _MOST), "lam value too large")
    filling.checked(lam, lambda x: x >= 0.0, "lam < 0 or lam is NaN" if prim.rank(lam) == 0 else "lam < 0 or lam contains NaNs")
    return filling.with_parameters(s, more.poisson, int64, size, filling.as_floats(lam))


def _Generator_binomial(s, n, p, size=None):
    filling.checked(n, lambda x: x >= 0, "n < 0")
    filling.checked(p, filling.share, "p < 0, p > 1 or p is NaN" if prim.rank(p) == 0 else "p < 0, p > 1 or p contains NaNs")
    return filling.with_parameters(s, more.binomial, int64, size, filling.as_ints(n), filling.as_floats(p))


def _Generator_geometric(s, p, size=None):
    filling.checked(p, lambda x: x > 0.0 and x <= 1.0, "p <= 0, p > 1 or p contains NaNs")
    return filling.with_parameters(s, more.geometric, int64, size, filling.as_floats(p))


def _Generator_negative_binomial(s, n, p, size=None):
    filling.checked(n, filling.positive, "n <= 0")
    filling.checked(n, lambda x: x == x, "n must not be NaN")
    filling.checked(p, lambda x: x > 0.0 and x <= 1.0, "p <= 0, p > 1 or p contains NaNs")
    if not bits.is_legacy(s):
        much = prim.divide(prim.multiply(prim.subtract(1.0, p), prim.add(n, prim.multiply(10.0, prim.sqrt(n)))), p)
        filling.checked(much, lambda x: not (x > _MOST), "n too large or p too small, see Generator.negative_binomial Notes")
    return filling.with_parameters(s, more.negative_binomial, int64, size, filling.as_floats(n), filling.as_floats(p))


def _Generator_beta(s, a, b, size=None):
    filling.checked(a, filling.positive, "a <= 0")
    filling.checked(b, filling.positive, "b <= 0")
    return filling.with_parameters(s, more.beta, float64, size, filling.as_floats(a), filling.as_floats(b))


def _Generator_chisquare(s, df, size=None):
    filling.checked(df, filling.positive, "df <= 0")
    return filling.with_parameters(s, more.chisquare, float64, size, filling.as_floats(df))


def _Generator_f(s, dfnum, dfden, size=None):
    filling.checked(dfnum, filling.positive, "dfnum <= 0")
    filling.checked(dfden, filling.positive, "dfden <= 0")
    return filling.with_parameters(s, more.fisher, float64, size, filling.as_floats(dfnum), filling.as_floats(dfden))


def _Generator_standard_t(s, df, size=None):
    filling.checked(df, filling.positive, "df <= 0")
    return filling.with_parameters(s, more.standard_t, float64, size, filling.as_floats(df))


def _Generator_standard_cauchy(s, size=None):
    return filling.drawn(s, size, more.standard_cauchy)


def _Generator_laplace(s, loc=0.0, scale=1.0, size=None):
    filling.checked(scale, filling.not_negative, "scale < 0")
    return filling.with_parameters(s, more.laplace, float64, size, filling.as_floats(loc), filling.as_floats(scale))


def _Generator_gumbel(s, loc=0.0, scale=1.0, size=None):
    filling.checked(scale, filling.not_negative, "scale < 0")
    return filling.with_parameters(s, more.gumbel, float64, size, filling.as_floats(loc), filling.as_floats(scale))


def _Generator_logistic(s, loc=0.0, scale=1.0, size=None):
    filling.checked(scale, filling.not_negative, "scale < 0")
    return filling.with_parameters(s, more.logistic, float64, size, filling.as_floats(loc), filling.as_floats(scale))


def _Generator_triangular(s, left, mode, right, size=None):
    a = filling.as_floats(left)
    b = filling.as_floats(mode)
    c = filling.as_floats(right)
    if np.any(prim.greater(a, b)):
        raise ValueError("left > mode")
    if np.any(prim.greater(b, c)):
        raise ValueError("mode > right")
    if np.any(prim.equal(a, c)):
        raise ValueError("left == right")
    return filling.with_parameters(s, more.triangular, float64, size, a, b, c)


def _Generator_weibull(s, a, size=None):
    filling.checked(a, filling.not_negative, "a < 0")
    return filling.with_parameters(s, more.weibull, float64, size, filling.as_floats(a))


def _Generator_pareto(s, a, size=None):
    filling.checked(a, filling.positive, "a <= 0")
    return filling.with_parameters(s, more.pareto, float64, size, filling.as_floats(a))


def _Generator_power(s, a, size=None):
    filling.checked(a, filling.positive, "a <= 0")
    return filling.with_parameters(s, more.power, float64, size, filling.as_floats(a))


def _Generator_rayleigh(s, scale=1.0, size=None):
    filling.checked(scale, filling.not_negative, "scale < 0")
    return filling.with_parameters(s, more.rayleigh, float64, size, filling.as_floats(scale))


def _Generator_bytes(s, length):
    words = prim.empty(((length - 1) // 4 + 1 if length > 0 else 1 - (1 - length) // 4,), uint32)
    for i in range(words.shape[0]):
        words[i] = uint32(bits.next32(s))
    return words.tobytes()[:length]


def _Generator_logseries(s, p, size=None):
    filling.checked(p, lambda x: x >= 0.0 and x < 1.0, "p < 0, p >= 1 or p is NaN" if prim.rank(p) == 0 else "p < 0, p >= 1 or p contains NaNs")
    return filling.with_parameters(s, counts.logseries, int64, size, filling.as_floats(p))


def _Generator_zipf(s, a, size=None):
    filling.checked(a, lambda x: x > 1.0, "a <= 1 or a is NaN" if prim.rank(a) == 0 else "a <= 1 or a contains NaNs")
    return filling.with_parameters(s, counts.zipf, int64, size, filling.as_floats(a))


def _Generator_hypergeometric(s, ngood, nbad, nsample, size=None):
    good = filling.as_ints(ngood)
    bad = filling.as_ints(nbad)
    drawn = filling.as_ints(nsample)
    if not bits.is_legacy(s):
        if np.any(prim.greater_equal(good, 1000000000)) or np.any(prim.greater_equal(bad, 1000000000)):
            raise ValueError("both ngood and nbad must be less than 1000000000")
    if np.any(prim.less(prim.add(good, bad), drawn)):
        raise ValueError("ngood + nbad < nsample")
    filling.checked(ngood, lambda x: x >= 0, "ngood < 0")
    filling.checked(nbad, lambda x: x >= 0, "nbad < 0")
    if bits.is_legacy(s):
        filling.checked(nsample, lambda x: x >= 1, "nsample < 1 or nsample is NaN" if prim.rank(nsample) == 0 else "nsample < 1 or nsample contains NaNs")
    filling.checked(nsample, lambda x: x >= 0, "nsample < 0")
    return filling.with_parameters(s, counts.hypergeometric, int64, size, good, bad, drawn)


def _Generator_wald(s, mean, scale, size=None):
    filling.checked(mean, filling.positive, "mean <= 0")
    filling.checked(scale, filling.positive, "scale <= 0")
    return filling.with_parameters(s, counts.wald, float64, size, filling.as_floats(mean), filling.as_floats(scale))


def _Generator_vonmises(s, mu, kappa, size=None):
    filling.checked(kappa, filling.not_negative, "kappa < 0")
    return filling.with_parameters(s, counts.vonmises, float64, size, filling.as_floats(mu), filling.as_floats(kappa))


def _Generator_noncentral_chisquare(s, df, nonc, size=None):
    filling.checked(df, filling.positive, "df <= 0")
    filling.checked(nonc, filling.not_negative, "nonc < 0")
    return filling.with_parameters(s, counts.noncentral_chisquare, float64, size, filling.as_floats(df), filling.as_floats(nonc))


def _Generator_noncentral_f(s, dfnum, dfden, nonc, size=None):
    filling.checked(dfnum, filling.positive, "dfnum <= 0")
    filling.checked(dfden, filling.positive, "dfden <= 0")
    filling.checked(nonc, filling.not_negative, "nonc < 0")
    return filling.with_parameters(s, counts.noncentral_f, float64, size, filling.as_floats(dfnum), filling.as_floats(dfden), filling.as_floats(nonc))


def _Generator_multinomial(s, n, pvals, size=None):
    p = np.asarray(pvals, float64)
    if prim.rank(p) != 1 or prim.rank(n) > 0:
        prim.refuse("multinomials of several numbers or of several lists of chances")
    if n < 0:
        raise ValueError("n < 0")
    if p.shape[0] == 0:
        raise ValueError("pvals must have at least 1 dimension and the last dimension of pvals must be greater than 0.")
    for x in p:
        if not (x >= 0.0 and x <= 1.0):
            raise ValueError("pvals < 0, pvals > 1 or pvals contains NaNs")
    if float(np.sum(p[:-1])) > 1.0 + 1e-12:
        raise ValueError("sum(pvals[:-1]) > 1.0")
    shape = () if size is None else np._shape(size)
    out = prim.empty(shape + p.shape, int64)
    rows = prim.reshape(out, (np._length(shape), p.shape[0]))
    for i in range(rows.shape[0]):
        counts.multinomial_into(s, rows[i], int(n), p)
    return out


def _Generator_dirichlet(s, alpha, size=None):
    a = np.asarray(alpha, float64)
    if prim.rank(a) != 1:
        prim.refuse("Dirichlet variates of other than a list of numbers")
    legacy = bits.is_legacy(s)
    for x in a:
        if (x <= 0.0 if legacy else x < 0.0):
            raise ValueError("alpha <= 0" if legacy else "alpha < 0")
    d = a.shape[0]
    small = False if legacy or d == 0 else float(np.max(a)) < 0.1
    behind = np.cumsum(a[::-1])[::-1]
    shape = () if size is None else np._shape(size)
    out = prim.empty(shape + (d,), float64)
    rows = prim.reshape(out, (np._length(shape), d))
    for i in range(rows.shape[0]):
        counts.dirichlet_into(s, rows[i], a, small, behind)
    return out


def _Generator_multivariate_normal(s, mean, cov, size=None, check_valid="warn", tol=1e-8, *, method="svd"):
    if method != "cholesky":
        prim.refuse("multivariate_normal by singular vectors or eigenvectors, whose signs are LAPACK's: pass method='cholesky'")
    m = np.asarray(mean, float64)
    c = np.asarray(cov, float64)
    if prim.rank(m) != 1:
        raise ValueError("mean must be 1 dimensional")
    if prim.rank(c) != 2:
        raise ValueError("cov must be 2 dimensional and square")
    if c.shape[0] != c.shape[1]:
        raise ValueError("cov must be 2 dimensional and square")
    d = m.shape[0]
    if d != c.shape[0]:
        raise ValueError("mean and cov must have same length")
    shape = () if size is None else np._shape(size)
    rows = _Generator_standard_normal(s, (np._length(shape), d))
    return prim.reshape(np.dot(rows, linalg.cholesky(c).T) + m, shape + (d,))
