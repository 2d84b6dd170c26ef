"""A few dozen of the random differentiable programs of tests/fuzz; `./dev fuzz grad` runs more."""
import importlib.util
import sys
from pathlib import Path

import pytest

import aic

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"


@pytest.fixture(scope="module")
def checker():
    sys.path.insert(0, str(FUZZ))
    spec = importlib.util.spec_from_file_location("fuzz_gradients", FUZZ / "gradients.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(FUZZ))
    return module.Checker(aic)


@pytest.mark.parametrize("first", range(0, 24, 8))
def test_random_programs(checker, first):
    before = checker.agree
    for seed in range(first, first + 8):
        assert checker.one(seed, deep=seed % 8 == 0) is None
    assert checker.agree > before
