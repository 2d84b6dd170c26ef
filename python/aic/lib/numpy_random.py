"""numpy.random in the language: the streams of NumPy's Generator over PCG64 and of RandomState, bit for bit.

A generator is a tuple of arrays, its state, so that all who hold it see it advance; its methods are functions named _<class>_<method> that take the
state first. This module has what is found by name: classes, their methods (RandomState's of numbers are here, the others in
numpy_random_generator.py, _integers.py and _orders.py) and the functions of np.random. Below these: numpy_random_bits.py (PCG64 and seeds),
_legacy.py (MT19937), _normals.py and _distributions.py (one draw of each distribution), _filling.py (as many draws as are asked for).
"""
from numpy import random as theirs

from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_filling as filling
from aic.lib import numpy_random_generator as generator
from aic.lib import numpy_random_global as shared
from aic.lib import numpy_random_integers as integers
from aic.lib import numpy_random_legacy as legacy
from aic.lib import numpy_random_orders as orders
from aic.lib import prim

for _part in (generator, integers, orders):
    globals().update({name: f for name, f in vars(_part).items() if name.startswith(("_Generator_", "_RandomState_"))})


# ---- classes ----
def default_rng(seed):
    if isinstance(seed, theirs.Generator):
        return seed
    if isinstance(seed, theirs.PCG64):
        return Generator(seed)
    return prim.instance("numpy.random._Generator", bits.pcg64(seed))


def PCG64(seed):
    return prim.instance("numpy.random._PCG64", bits.pcg64(seed))


def Generator(bit_generator):
    return prim.instance("numpy.random._Generator", prim.state(bit_generator))


def RandomState(seed):
    return prim.instance("numpy.random._RandomState", legacy.seeded(seed))


def _Generator_spawn(s, n_children):
    """As many as is known at compile time: lists of generators are not made at run time."""
    children = ()
    for _ in prim.static_range(prim.static_int(n_children)):
        children = children + (prim.instance("numpy.random._Generator", bits.spawned(s)),)
    return prim.display(children)


# ---- methods of RandomState ----
def _RandomState_rand(s, *args):
    return filling.drawn_over(s, args, legacy.next_double)


def _RandomState_randn(s, *args):
    return filling.drawn_over(s, args, legacy.normal)


def _RandomState_random_sample(s, size=None):
    return filling.drawn(s, size, legacy.next_double)


_RandomState_random = _RandomState_random_sample


def _RandomState_standard_normal(s, size=None):
    return filling.drawn(s, size, legacy.normal)


def _RandomState_uniform(s, low=0.0, high=1.0, size=None):
    if prim.rank(low) > 0 or prim.rank(high) > 0:
        return generator._Generator_uniform(s, low, high, size)
    first = float(low)
    width = float(high) - first
    if width - width != 0.0:
        raise OverflowError("Range exceeds valid bounds")
    return filling.drawn(s, size, lambda s: first + width * legacy.next_double(s))


def _RandomState_normal(s, loc=0.0, scale=1.0, size=None):
    if prim.rank(loc) > 0 or prim.rank(scale) > 0:
        return generator._Generator_normal(s, loc, scale, size)
    centre = float(loc)
    wide = filling.scale_of(scale)
    return filling.drawn(s, size, lambda s: centre + wide * legacy.normal(s))


def _RandomState_seed(s, seed=None):
    if seed is None:
        prim.refuse("a seed from the system")
    legacy.reseed(s[0], seed)
    s[1][0] = 0
    s[2][0] = 0.0


def _exponential_legacy(s):
    return -prim.log(1.0 - legacy.next_double(s))


def _RandomState_standard_exponential(s, size=None):
    return filling.drawn(s, size, _exponential_legacy)


def _RandomState_exponential(s, scale=1.0, size=None):
    if prim.rank(scale) > 0:
        return generator._Generator_exponential(s, scale, size)
    wide = filling.scale_of(scale)
    return filling.drawn(s, size, lambda s: wide * _exponential_legacy(s))


# The draws under these ask whose state it is.
for _name in (
    "beta", "binomial", "chisquare", "dirichlet", "f", "gamma", "geometric", "gumbel", "hypergeometric", "laplace", "logistic", "lognormal", "logseries", "multinomial",
    "noncentral_chisquare", "noncentral_f", "pareto", "poisson", "power", "rayleigh", "standard_cauchy", "standard_t", "triangular", "vonmises", "wald", "weibull", "zipf"):
    globals()["_RandomState_" + _name] = getattr(generator, "_Generator_" + _name)


def _RandomState_standard_gamma(s, shape, size=None):
    return generator._Generator_standard_gamma(s, shape, size)


def _RandomState_negative_binomial(s, n, p, size=None):
    filling.checked(n, filling.positive, "n <= 0")
    filling.checked(p, filling.share, "p < 0, p > 1 or p is NaN" if prim.rank(p) == 0 else "p < 0, p > 1 or p contains NaNs")
    filling.checked(p, lambda x: x != 0.0, "p <= 0, p > 1 or p contains NaNs")
    return generator._Generator_negative_binomial(s, n, p, size)


# ---- np.random.seed and its kin: the one RandomState that all of Python shares ----
def _shared():
    if not shared.KNOWN:
        prim.refuse("np.random's own generator, which is not where it is looked for")
    return shared.KEYS, shared.HAS, shared.KEPT


def seed(seed=None):
    _RandomState_seed(_shared(), seed)


def rand(*args):
    return filling.drawn_over(_shared(), args, legacy.next_double)


def randn(*args):
    return filling.drawn_over(_shared(), args, legacy.normal)


def random_sample(size=None):
    return filling.drawn(_shared(), size, legacy.next_double)


random = random_sample


ranf = random_sample


sample = random_sample


def randint(low, high=None, size=None, dtype=int):
    return integers._RandomState_randint(_shared(), low, high, size, dtype)


def uniform(low=0.0, high=1.0, size=None):
    return _RandomState_uniform(_shared(), low, high, size)


def normal(loc=0.0, scale=1.0, size=None):
    return _RandomState_normal(_shared(), loc, scale, size)


def standard_normal(size=None):
    return filling.drawn(_shared(), size, legacy.normal)


def exponential(scale=1.0, size=None):
    return _RandomState_exponential(_shared(), scale, size)


def standard_exponential(size=None):
    return _RandomState_standard_exponential(_shared(), size)


def lognormal(mean=0.0, sigma=1.0, size=None):
    return _RandomState_lognormal(_shared(), mean, sigma, size)


def poisson(lam=1.0, size=None):
    return generator._Generator_poisson(_shared(), lam, size)


def binomial(n, p, size=None):
    return generator._Generator_binomial(_shared(), n, p, size)


def laplace(loc=0.0, scale=1.0, size=None):
    return generator._Generator_laplace(_shared(), loc, scale, size)


def gumbel(loc=0.0, scale=1.0, size=None):
    return generator._Generator_gumbel(_shared(), loc, scale, size)


def logistic(loc=0.0, scale=1.0, size=None):
    return generator._Generator_logistic(_shared(), loc, scale, size)


def triangular(left, mode, right, size=None):
    return generator._Generator_triangular(_shared(), left, mode, right, size)


def shuffle(x):
    orders._RandomState_shuffle(_shared(), x)


def permutation(x):
    return orders._RandomState_permutation(_shared(), x)


def choice(a, size=None, replace=True, p=None):
    return orders._RandomState_choice(_shared(), a, size, replace, p)


def beta(a, b, size=None):
    return generator._Generator_beta(_shared(), a, b, size)


def chisquare(df, size=None):
    return generator._Generator_chisquare(_shared(), df, size)


def dirichlet(alpha, size=None):
    return generator._Generator_dirichlet(_shared(), alpha, size)


def f(dfnum, dfden, size=None):
    return generator._Generator_f(_shared(), dfnum, dfden, size)


def geometric(p, size=None):
    return generator._Generator_geometric(_shared(), p, size)


def hypergeometric(ngood, nbad, nsample, size=None):
    return generator._Generator_hypergeometric(_shared(), ngood, nbad, nsample, size)


def logseries(p, size=None):
    return generator._Generator_logseries(_shared(), p, size)


def multinomial(n, pvals, size=None):
    return generator._Generator_multinomial(_shared(), n, pvals, size)


def noncentral_chisquare(df, nonc, size=None):
    return generator._Generator_noncentral_chisquare(_shared(), df, nonc, size)


def noncentral_f(dfnum, dfden, nonc, size=None):
    return generator._Generator_noncentral_f(_shared(), dfnum, dfden, nonc, size)


def pareto(a, size=None):
    return generator._Generator_pareto(_shared(), a, size)


def power(a, size=None):
    return generator._Generator_power(_shared(), a, size)


def standard_cauchy(size=None):
    return generator._Generator_standard_cauchy(_shared(), size)


def standard_t(df, size=None):
    return generator._Generator_standard_t(_shared(), df, size)


def vonmises(mu, kappa, size=None):
    return generator._Generator_vonmises(_shared(), mu, kappa, size)


def wald(mean, scale, size=None):
    return generator._Generator_wald(_shared(), mean, scale, size)


def weibull(a, size=None):
    return generator._Generator_weibull(_shared(), a, size)


def zipf(a, size=None):
    return generator._Generator_zipf(_shared(), a, size)


def gamma(shape, scale=1.0, size=None):
    return generator._Generator_gamma(_shared(), shape, scale, size)


def standard_gamma(shape, size=None):
    return generator._Generator_standard_gamma(_shared(), shape, size)


def rayleigh(scale=1.0, size=None):
    return generator._Generator_rayleigh(_shared(), scale, size)


def negative_binomial(n, p, size=None):
    return _RandomState_negative_binomial(_shared(), n, p, size)
