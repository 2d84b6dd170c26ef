"""Distributions and orders of Generator, RandomState and np.random beyond the basic ones: the same numbers as NumPy's, with single draws, sizes
and parameters that broadcast, and the generator where NumPy leaves it."""
import linecache

import numpy as np
import pytest

import aic
from harness import check

DRAWS = """logseries(.3) logseries(.95) zipf(1.5) zipf(4.) wald(1.,2.) wald(.1,5.) vonmises(.5,2.) vonmises(3.,1e-6) vonmises(3.,1e-9) vonmises(3.,1e7)
noncentral_chisquare(3.,2.) noncentral_chisquare(.5,2.) noncentral_chisquare(.5,0.) noncentral_f(3.,2.,1.) hypergeometric(10,20,5) hypergeometric(100,200,50)
hypergeometric(1000,20,500) hypergeometric(5,3,8) hypergeometric(300,500,400) multinomial(20,[.2,.3,.5]) multinomial(500,[.2,.3,.5]) dirichlet([.2,3.,.5])
dirichlet([.02,.03,.05]) geometric(.1) geometric(.5) beta(2.,3.) beta(.5,.3) chisquare(3.) f(3.,4.) gamma(3.,2.) gamma(.3,2.) standard_gamma(.7) pareto(2.) power(2.)
rayleigh(2.) weibull(2.) standard_t(3.) standard_cauchy() negative_binomial(3,.4) negative_binomial(2.5,.04) triangular(0.,1.,3.) lognormal(0.,1.)""".split()
BROADCAST = """lognormal([0.,1.],2.) normal([1.,20.],2.) uniform([0.,1.],2.) exponential([1.,2.]) gamma([1.,2.],[1.,3.]) standard_gamma([1.,2.]) triangular([0.,1.],1.5,3.)
poisson([1.,20.]) hypergeometric([10,20],[20,3],[5,6]) zipf([2.,3.]) vonmises([0.,1.],[1.,2.])""".split()
WRONG = """multinomial(3,[.5,.6,.5]) multinomial(3,[-.5,.6]) multinomial(-3,[.5,.6]) hypergeometric(1,2,5) hypergeometric(-1,2,0) hypergeometric(1,2,0) hypergeometric(10**9,2,5)
hypergeometric([10**9],2,5) logseries(1.) zipf(1.) wald(0.,1.) wald(1.,0.) vonmises(0.,-1.) dirichlet([0.,1.]) dirichlet([-1.,1.]) negative_binomial(1,1.5) standard_gamma(-1.) gamma(-1.)
gamma(1.,-1.) noncentral_f(1.,1.,-1.) normal([1.,2.],1.,size=3) normal([1.,2.],1.,size=(2,1)) poisson([1.,2.],size=(3,1)) triangular([0.,2.],1.,3.)
choice(5,4,replace=False,p=[.5,.5,0,0,0]) choice(5,6,replace=False,p=[.1,.2,.3,.2,.2])""".split()
ORDERS = """choice(5,3,replace=False,p=[.1,.2,.3,.2,.2]) choice(5,5,replace=False,p=[.1,.2,.3,.2,.2]) choice(5,(2,2),replace=False,p=[.1,.2,.3,.2,.2])
choice(5,replace=False,p=[.1,.2,.3,.2,.2])""".split()
ORDERS_OF_GENERATORS = """zipf(2000.) choice(a,2,axis=1) choice(a,2,replace=False,axis=1) choice(a,(2,2),axis=1) choice(a,2,axis=-1,shuffle=False,replace=False)
choice(20000,500,replace=False,shuffle=False) choice(20000,2500,replace=False,shuffle=False) choice(30,10,replace=False,shuffle=False) permuted(a) permuted(a,axis=0)
permuted(a,axis=1) permuted(a[0]) permuted(a,axis=1,out=a) permutation(a,axis=1) multivariate_normal([0.,1.],[[2.,.5],[.5,1.]],method='cholesky')
multivariate_normal([0.,1.],[[2.,.5],[.5,1.]],size=(3,2),method='cholesky')""".split()
MAKERS = ["np.random.default_rng(7)", "np.random.RandomState(7)"]
A = np.arange(12.0).reshape(3, 4)


def same_as_numpy(text, *args):
    name = f"<draw {text}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np}
    exec(compile(text, name, "exec"), space)
    check(aic.jit(space["f"]), *args, ulp=16)


def with_size(draw, size):
    return f"{draw[:-1]}{'' if draw.endswith('()') else ', '}size={size})"


CALLS = ([f"g.{draw}, g.{with_size(draw, '(2, 3)')}, g.{draw}, g.random()" for draw in DRAWS]
         + [f"g.{draw}, g.{with_size(draw, '(3, 2)')}, g.{with_size(draw, '(2, 3, 2)')}, g.random()" for draw in BROADCAST]
         + [f"g.{draw}" for draw in WRONG] + [f"g.{draw}, g.random()" for draw in ORDERS])


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("calls", CALLS)
def test_draws(calls, maker):
    same_as_numpy(f"def f():\n    g = {maker}\n    return {calls}\n")


@pytest.mark.parametrize("draw", ORDERS_OF_GENERATORS)
def test_orders_of_generators(draw):
    same_as_numpy(f"def f(a):\n    g = {MAKERS[0]}\n    return g.{draw}, g.random()\n", A)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shuffles(axis):
    same_as_numpy(f"def f(a):\n    g = {MAKERS[0]}\n    g.shuffle(a, axis={axis})\n    return g.random()\n", A)


@pytest.mark.parametrize("draw", ["beta(2.,3.)", "zipf(2.)", "multinomial(5,[.5,.5])", "hypergeometric(5,6,7)", "negative_binomial(3,.5)", "standard_gamma(2.)", "vonmises(0.,1.)"])
def test_the_generator_that_all_share(draw):
    same_as_numpy(f"def f():\n    np.random.seed(3)\n    return np.random.{draw}, np.random.{with_size(draw, 4)}, np.random.rand()\n")


def by_singular_vectors():
    return np.random.default_rng(7).multivariate_normal([0.0, 1.0], [[2.0, 0.5], [0.5, 1.0]])


def test_singular_vectors_have_signs_of_their_own():
    with pytest.raises(aic.CompileError, match="cholesky"):
        aic.jit(by_singular_vectors)()
