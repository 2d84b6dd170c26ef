"""The functions of the module random that share one generator: draws in compiled code and in Python go on from one another."""
import random
from random import choice, random as draw

import pytest

import aic
from harness import check


def all_kinds(n):
    out = []
    for k in range(n):
        out.append((random.random(), draw(), random.uniform(1, 2.5), random.randint(1, 6), random.randrange(10), random.randrange(3, 30, 4), random.getrandbits(20),
                    random.triangular(0.0, 2.0, 0.5), random.normalvariate(1.0, 2.0), random.lognormvariate(0.0, 0.5), random.expovariate(2.0), random.paretovariate(3.0),
                    random.weibullvariate(1.0, 1.5)))
    return out


def of_lists(n):
    xs = list(range(n))
    random.shuffle(xs)
    return xs, choice(xs), random.choice("abc"), random.sample(xs, 3), random.choices(xs, k=4), random.choices([1, 2, 3], [1.0, 2.0, 5.0], k=5)


def pi(n):
    inside = 0
    for _ in range(n):
        x, y = random.random(), random.random()
        if x * x + y * y < 1.0:
            inside += 1
    return 4.0 * inside / n


@pytest.mark.parametrize("function, argument", [(all_kinds, 3), (all_kinds, 200), (of_lists, 10), (pi, 2000)])
def test_the_same_stream(function, argument):
    compiled = aic.jit(function)
    random.seed(argument)
    want = [random.random(), function(argument), random.random(), function(argument)], random.getstate()
    random.seed(argument)
    assert ([random.random(), compiled(argument), random.random(), compiled(argument)], random.getstate()) == want


def test_errors():
    def empty():
        return random.choice([1][1:])

    def no_range(a):
        return random.randint(a, 0)

    check(empty)
    check(no_range, 3)


@pytest.mark.parametrize("seed", ["", "a text", "żółw", "x" * 111, "x" * 112, "y" * 300, b"abc", b"\0\0\0\0", bytes(range(256)) * 12])
def test_seeds_that_are_texts(seed):
    def seeds(s):
        random.seed(s)
        own = random.Random(s)
        return random.random(), own.random(), own.randint(1, 10**9)

    check(seeds, seed)


def test_what_python_must_do():
    def seeds():
        random.seed((1, 2))

    with pytest.raises(aic.CompileError, match="no number and no text"):
        aic.jit(seeds)()


def test_a_generator_of_ones_own_under_the_name():
    own = random.Random(5)

    def drawn():
        return own.random()

    with pytest.raises(aic.CompileError):
        aic.jit(drawn)()
