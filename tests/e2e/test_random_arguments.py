"""NumPy's generators as arguments, globals, captured variables and fields: the same draws, and Python's object advances by them."""
import numpy as np
import pytest

import aic


MODULES = np.random.default_rng(7)


def state_of(r):
    return repr(r.bit_generator.state if isinstance(r, np.random.Generator) else r.get_state(legacy=False))


def check_draws(f, make, *args):
    mine, theirs, compiled = make(), make(), aic.jit(f)
    for _ in range(3):  # draws here and there go on from one another
        outcomes = []
        for call, r in ((compiled, mine), (f, theirs)):
            try:
                outcomes.append(repr(call(r, *args)))
            except (ValueError, IndexError) as e:
                outcomes.append(repr(e))
        assert outcomes[0] == outcomes[1]
        assert state_of(mine) == state_of(theirs)
        assert mine.normal() == theirs.normal()
        assert mine.random() == theirs.random()


def generator():
    return np.random.default_rng(7)


def legacy():
    r = np.random.RandomState(7)
    r.normal()  # one of a pair is kept
    return r


def draws(rng, n):
    return rng.normal(size=n), rng.integers(0, 10, size=3), rng.random(), rng.choice(5, 2, replace=False), rng.permutation(4)


def halves(rng, n):
    return rng.integers(0, 100, dtype=np.int32, size=n), rng.random(dtype=np.float32)


def walk(rng, n):
    s = 0.0
    for _ in range(n):
        s += rng.normal() if rng.random() < 0.5 else -rng.exponential()
    return s


def raises(rng, n):
    x = rng.random()
    if n > 3:
        raise ValueError(f"{n}")
    return x


def shuffled(rng, n):
    a = np.arange(n)
    rng.shuffle(a)
    return a, np.random.default_rng(rng).random()


@pytest.mark.parametrize("f, n", [(draws, 5), (halves, 5), (halves, 4), (walk, 1000), (raises, 2), (raises, 5), (shuffled, 9)])
def test_generators(f, n):
    check_draws(f, generator, n)


def old_draws(r, n):
    return r.randn(n), r.rand(), r.normal(size=3), r.randint(0, 10), r.uniform(size=(2, 2)), r.permutation(4)


@pytest.mark.parametrize("f, n", [(old_draws, 4), (old_draws, 5), (raises, 2), (raises, 9)])
def test_random_states(f, n):
    check_draws(f, legacy, n)


def of_two(a, b):
    return a.random(), b.random(), a.random()


def test_one_generator_twice_is_one():
    compiled = aic.jit(of_two)
    mine, theirs = generator(), generator()
    for _ in range(2):
        assert compiled(mine, mine) == of_two(theirs, theirs)
        assert compiled(mine, generator()) == of_two(theirs, generator())


def two_over_one(bits):
    return np.random.Generator(bits), np.random.Generator(bits)


def test_two_generators_over_one_stream():
    assert aic.jit(of_two)(*two_over_one(np.random.PCG64(3))) == of_two(*two_over_one(np.random.PCG64(3)))


def given_or_made(n, rng=None):
    if rng is None:
        rng = np.random.default_rng(0)
    if isinstance(rng, np.random.Generator):
        return rng.random(n)
    return np.zeros(n)


def test_a_generator_may_be_left_out():
    compiled = aic.jit(given_or_made)
    assert (compiled(3) == given_or_made(3)).all()
    assert (compiled(3, generator()) == given_or_made(3, generator())).all()


SHARED = np.random.default_rng(3)


def of_the_module(n):
    return SHARED.random(n)


def test_a_global():
    global SHARED
    compiled, beside = aic.jit(of_the_module), np.random.default_rng(3)
    for _ in range(2):
        assert (compiled(4) == beside.random(4)).all()
        assert SHARED.random() == beside.random()
    SHARED = np.random.default_rng(4)
    assert (compiled(4) == np.random.default_rng(4).random(4)).all()


def capturing(seed):
    rng = np.random.default_rng(seed)

    def draw(n):
        return rng.normal(size=n)

    return draw


def test_captured():
    for seed in (1, 2):
        compiled, plain = aic.jit(capturing(seed)), capturing(seed)
        for n in (3, 2):
            assert (compiled(n) == plain(n)).all()


class Walker:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.at = 0.0

    def step(self):
        self.at += self.rng.normal()


def run(w, n):
    for _ in range(n):
        w.step()
    return w.at


def made_and_run(seed, n):
    w = Walker(seed)
    run(w, n)
    return w


def restarted(w, seed):
    w.rng = np.random.default_rng(seed)
    return w.rng.random()


def test_a_field():
    mine, theirs = Walker(1), Walker(1)
    assert aic.jit(run)(mine, 10) == run(theirs, 10)
    assert state_of(mine.rng) == state_of(theirs.rng)
    mine, theirs = aic.jit(made_and_run)(5, 4), made_and_run(5, 4)
    assert mine.at == theirs.at and state_of(mine.rng) == state_of(theirs.rng)
    assert aic.jit(restarted)(mine, 8) == restarted(theirs, 8)
    assert state_of(mine.rng) == state_of(theirs.rng)


def handed_back(r, n):
    return r, r.random(n)


def made_twice(seed):
    r = np.random.default_rng(seed)
    s = np.random.RandomState(seed)
    r.random(), s.normal()
    return r, s, r


def test_results():
    r = generator()
    assert aic.jit(handed_back)(r, 2)[0] is r
    for _ in range(3):  # memory is used again
        mine, theirs = aic.jit(made_twice)(5), made_twice(5)
        assert mine[0] is mine[2]
        assert [state_of(x) for x in mine] == [state_of(x) for x in theirs]


def kinds_of(r):
    return isinstance(r, np.random.Generator), isinstance(r, np.random.RandomState), isinstance(r, (int, object)), isinstance(r, float)


def test_isinstance():
    for r in (generator(), legacy()):
        assert aic.jit(kinds_of)(r) == kinds_of(r)


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM])
def test_other_bit_generators_are_refused(bits):
    with pytest.raises(aic.TypeInferenceError, match=rf"`numpy.random._generator.Generator` over numpy.random.*{bits.__name__}"):
        aic.jit(draws)(np.random.Generator(bits(1)), 3)


def of_module(n):
    total = 0.0
    while n > 0:
        total += MODULES.random()
        n -= 1
    return total


def called_twice(n):
    return of_module(n), of_module(2)


def called_guarded(n):
    try:
        return of_module(n) / (n - 3)
    except ZeroDivisionError:
        return MODULES.random()


@pytest.mark.parametrize("f", [called_twice, called_guarded])
def test_of_the_module_in_functions_that_are_called(f):
    global MODULES
    outcomes = []
    for call in (aic.jit(f), f):
        MODULES = generator()
        outcomes.append([call(3), call(4), MODULES.random()])
    assert outcomes[0] == outcomes[1]


def drawing(seed, n):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        yield rng.integers(0, 100)


def asked(seed):
    g = drawing(seed, 3)
    rngs = [np.random.default_rng(seed + k) for k in range(3)]
    return next(g), [r.random() for r in rngs], next(g), rngs[0].random()


def test_in_generators_that_are_kept_and_in_lists():
    assert aic.jit(asked)(3) == asked(3)
