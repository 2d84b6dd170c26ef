"""A few dozen of the random differentiable programs of tests/fuzz; `./dev fuzz grad` runs more."""
import pytest

import aic
from harness import load_fuzz


@pytest.fixture(scope="module")
def checker():
    return load_fuzz("gradients").Checker(aic)


@pytest.mark.parametrize("first", range(0, 24, 8))
def test_random_programs(checker, first):
    before = checker.agree
    for seed in range(first, first + 8):
        assert checker.one(seed, deep=seed % 8 == 0) is None
    assert checker.agree > before
