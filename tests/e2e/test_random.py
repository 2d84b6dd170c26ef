"""numpy.random: the same streams, bit for bit."""
import numpy as np
import pytest

import aic
from harness import check

SEEDS = [0, 1, 12345, 2**32 - 1, 2**32, 2**40 + 7, 2**63 - 1]


def uniforms(seed, n):
    rng = np.random.default_rng(seed)
    return rng.random(), rng.random(n), rng.uniform(-1.0, 3.0, (2, n)), rng.uniform(), rng.random((n, 2, 1)), rng.random(0)


@pytest.mark.parametrize("seed", SEEDS)
def test_uniforms(seed):
    check(uniforms, seed, 5)


def normals(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    return x[:5], x.min(), x.max(), rng.normal(2.0, 0.5), rng.normal(size=(2, 2)), rng.standard_exponential(n), rng.exponential(2.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_normals_and_exponentials_with_their_tails(seed):
    check(normals, seed, 20_000)


def gammas(seed, shape):
    rng = np.random.default_rng(seed)
    return rng.standard_gamma(shape, 50), rng.gamma(shape, 2.0), rng.lognormal(0.5, 0.25, 3)


@pytest.mark.parametrize("shape", [0.0, 0.3, 1.0, 2.5, 40.0])
def test_gammas(shape):
    for seed in SEEDS:
        check(gammas, seed, shape, ulp=1)  # pow, log and exp are ours


def integers(seed, low, high):
    rng = np.random.default_rng(seed)
    return rng.integers(low, high, 20), rng.integers(low, high), rng.integers(high, size=(2, 2)), rng.integers(low, high, endpoint=True), rng.random()


@pytest.mark.parametrize("low, high", [(0, 1), (-5, 5), (0, 1000), (0, 3 * 2**30), (0, 2**32 - 1), (0, 2**32), (1, 2**32 + 1), (-3, 2**62), (-2**63, 2**63 - 1)])
def test_integers_of_every_span(low, high):
    for seed in SEEDS:
        check(integers, seed, low, high)


def wrong(seed, low, high):
    return np.random.default_rng(seed).integers(low, high)


@pytest.mark.parametrize("args", [(1, 5, 5), (1, 6, 5), (-1, 0, 5)])
def test_what_numpy_raises(args):
    check(wrong, *args)


def shuffled(seed, a, m):
    rng = np.random.default_rng(seed)
    rng.shuffle(a)
    rng.shuffle(m)
    return rng.permutation(9), rng.permutation(a), rng.permutation(m), a, m


def chosen(seed, a, n, k):
    rng = np.random.default_rng(seed)
    p = np.array([0.2, 0.5, 0.3])
    return (rng.choice(a), rng.choice(a, 4), rng.choice(n, k, replace=False), rng.choice(3, 5, p=p), rng.choice(a, (2, 2), replace=False),
            rng.choice(n))


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_shuffles_and_choices(seed):
    check(shuffled, seed, np.arange(10), np.arange(12.0).reshape(4, 3))
    check(chosen, seed, np.arange(6.0), 10, 3)
    check(chosen, seed, np.arange(6.0), 20_000, 15)
    check(chosen, seed, np.arange(6.0), 20_000, 900)


def too_many(seed):
    return np.random.default_rng(seed).choice(3, 4, replace=False)


def test_too_large_a_sample():
    check(too_many, 1)


def legacy(seed, a, m):
    rs = np.random.RandomState(seed)
    first = rs.rand(4), rs.rand(), rs.randn(5), rs.rand(2, 2), rs.normal(1.0, 2.0, 3), rs.uniform(-1, 1), rs.random_sample(700)[-1]
    rs.shuffle(a)
    rs.shuffle(m)
    return first, rs.randint(0, 10, 6), rs.randint(5), rs.randint(-3, 2**40, 5), rs.permutation(6), rs.choice(5, 4), rs.choice(a, 3, replace=False), rs.randn()


@pytest.mark.parametrize("seed", [0, 1, 4357, 2**32 - 1])
def test_the_legacy_streams(seed):
    check(legacy, seed, np.arange(8), np.arange(6).reshape(3, 2))


def legacy_seed(seed):
    return np.random.RandomState(seed).rand()


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_legacy_seeds_out_of_range(seed):
    check(legacy_seed, seed)


def shared(seed, n):
    def noisy(rng, x):
        return x + rng.normal(0.0, 0.1)

    a = np.random.Generator(np.random.PCG64(seed))
    b = a if n > 3 else np.random.default_rng(seed + 1)
    total = 0.0
    for k in range(n):
        total += noisy(b, float(k))
        if a.random() < 0.25:
            break
    return total, a.random(), b.random()


@pytest.mark.parametrize("n", [3, 10])
def test_a_generator_advances_for_all_who_hold_it(n):
    check(shared, 5, n)


def misspelt(seed):
    return np.random.default_rng(seed).standard_norml(3)


def test_a_misspelt_method_is_told():
    with pytest.raises(aic.CompileError, match="did you mean `standard_normal`"):
        aic.jit(misspelt)(1)


# ---- the generator that all of Python shares ----
def seeded_here(seed):
    np.random.seed(seed)
    return np.random.rand(3), np.random.normal(size=3), np.random.randint(5, size=4), np.random.random(), np.random.randn(2, 2)


def drawn_on():
    return (np.random.rand(), np.random.randn(), np.random.permutation(5), np.random.choice(5, 3), np.random.exponential(2.0, 2),
            np.random.poisson(3.0, 4), np.random.binomial(5, 0.5, 3), np.random.uniform(-1, 1, 3))


def shuffled_here(a):
    np.random.shuffle(a)
    return a


def test_the_shared_generator_goes_on_from_compiled_code_to_python_and_back():
    first, on, shuffle = aic.jit(seeded_here), aic.jit(drawn_on), aic.jit(shuffled_here)

    def run(first, on, shuffle):
        return first(17), on(), np.random.randn(), on(), shuffle(np.arange(5)), np.random.random(2), np.random.randn()

    kept = np.random.get_state()
    try:
        want, got = run(seeded_here, drawn_on, shuffled_here), run(first, on, shuffle)
        assert repr(want) == repr(got)
    finally:
        np.random.set_state(kept)


def singles(seed, n):
    rng = np.random.default_rng(seed)
    f4 = np.float32
    return (rng.standard_normal(n, dtype=f4), rng.standard_exponential(n, dtype=f4), rng.random(5, dtype=f4), rng.standard_gamma(2.5, 50, dtype=f4), rng.standard_gamma(0.5, 50, dtype=f4),
            rng.standard_gamma(1.0, 5, dtype=f4), rng.standard_normal(dtype=f4), rng.random(dtype=f4), rng.standard_exponential(5, method="inv"), rng.random())


@pytest.mark.parametrize("seed", SEEDS)
def test_single_precision(seed):
    check(singles, seed, 20_000)


def filled(seed, a, b):
    rng = np.random.default_rng(seed)
    rng.standard_normal(out=a)
    rng.random(out=b, dtype=np.float32)
    return a, b, rng.standard_exponential(out=a), rng.standard_normal(4, np.float32, b)


def filled_wrongly(seed, a):
    return np.random.default_rng(seed).random(out=a, dtype=np.float32)


@pytest.mark.parametrize("program", [(filled, 3, np.zeros((2, 3)), np.zeros(4, "f4")), (filled_wrongly, 3, np.zeros(3))], ids=lambda p: p[0].__name__)
def test_into_arrays(program):
    check(*program)
