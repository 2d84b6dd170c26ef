"""Every program of differential_programs.py under aic against CPython. A refusal fails: these are what aic must compile."""
import copy
import math

import numpy as np
import pytest

import aic
from differential_programs import PROGRAMS


def outcome(function, args):
    with np.errstate(all="ignore"):
        try:
            return function(*args)
        except Exception as e:  # what is raised is compared
            return e


def distance(x, y):
    """In units in the last place of the larger."""
    if math.isnan(x) or math.isnan(y):
        return 0 if math.isnan(x) and math.isnan(y) else math.inf
    if x == y:
        return 0 if math.copysign(1, x) == math.copysign(1, y) else math.inf
    if math.isinf(x) or math.isinf(y):
        return math.inf
    return abs(x - y) / np.spacing(max(abs(x), abs(y)))


def parts(x):
    """The floats that a number is made of."""
    return (x.real, x.imag) if isinstance(x, (complex, np.complexfloating)) else (x,)


def hold(want, got, ulp, path="result"):
    assert type(got) is type(want), f"{path}: {type(want)} expected, {type(got)} came ({got!r})"
    if isinstance(want, tuple):
        assert len(got) == len(want), path
        for k, (w, g) in enumerate(zip(want, got)):
            hold(w, g, ulp, f"{path}[{k}]")
    elif isinstance(want, BaseException):
        assert str(got) == str(want), path
    elif isinstance(want, np.ndarray):
        assert (got.dtype, got.shape) == (want.dtype, want.shape), path
        if want.dtype.kind in "fc":
            # The distance of array elements is counted in the precision of their dtype, from the largest magnitude of sums.
            for w, g in zip(want.ravel().tolist(), got.ravel().tolist()):
                near(w, g, ulp * (2**29 if want.dtype.itemsize in (4,) or want.dtype == np.complex64 else 1), path)
        else:
            assert np.array_equal(got, want), f"{path}: {want!r} expected, {got!r} came"
    elif isinstance(want, (float, complex, np.floating, np.complexfloating)):
        near(want, got, ulp * (2**29 if isinstance(want, (np.float32, np.complex64)) else 1), path)
    else:
        assert got == want, f"{path}: {want!r} expected, {got!r} came"


def near(want, got, ulp, path):
    scale = max(abs(p) for p in parts(want)) if isinstance(want, (complex, np.complexfloating)) else None
    for w, g in zip(parts(want), parts(got)):
        if distance(float(w), float(g)) <= ulp:
            continue
        if scale is not None and ulp and abs(w - g) <= ulp * np.spacing(scale):
            continue
        raise AssertionError(f"{path}: {want!r} expected, {got!r} came")


def overflowed(result):
    """Whether an int beyond 64 bits came out: aic raises OverflowError there (deviation 1)."""
    if isinstance(result, tuple):
        return any(map(overflowed, result))
    return type(result) is int and not -2**63 <= result < 2**63


CASES = [pytest.param(f, args, ulp, id=f"{f.__name__}-{k}") for f, calls, ulp in PROGRAMS for k, args in enumerate(calls)]


@pytest.mark.parametrize("function, args, ulp", CASES)
def test_program(function, args, ulp):
    args = args if isinstance(args, tuple) else (args,)
    want_args, got_args = copy.deepcopy(args), copy.deepcopy(args)
    want = outcome(function, want_args)
    got = outcome(aic.jit(function), got_args)
    assert not isinstance(got, aic.CompileError), str(got)
    if overflowed(want):
        assert isinstance(got, OverflowError)
        return
    hold(want, got, ulp)
    hold(want_args, got_args, ulp, "arguments afterwards")
    for w, g in zip(want if isinstance(want, tuple) else (want,), got if isinstance(got, tuple) else (got,)):
        for a, b in zip(want_args, got_args):
            if isinstance(w, np.ndarray) and isinstance(a, np.ndarray):
                assert np.shares_memory(w, a) == np.shares_memory(g, b), "memory shared with an argument"
                assert (w is a) == (g is b), "identity with an argument"
