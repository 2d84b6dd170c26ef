"""Every call that test_library_in_python.py holds to NumPy without the compiler, compiled: arrays are arguments, the rest
stands as literals in a function of one line."""
import linecache

import numpy as np
import pytest

import aic
from test_library_in_python import CALLS, ERRORS, FFT, LINALG

# What is not compiled yet: each is refused with a diagnostic, and this list is checked to be true.
REFUSED = set()


def written(x, arrays):
    """x as it stands in the program's text."""
    if isinstance(x, np.ndarray):
        arrays.append(x)
        return f"a{len(arrays) - 1}"
    if isinstance(x, tuple):
        return "(" + "".join(written(p, arrays) + ", " for p in x) + ")"
    if isinstance(x, type):
        return f"np.{x.__name__}" if issubclass(x, np.generic) else x.__name__
    if isinstance(x, (float, np.floating)) and not np.isfinite(x):
        return "np.nan" if np.isnan(x) else "np.inf" if x > 0 else "-np.inf"
    return repr(x)


def program(module, call):
    name, *args = call
    arrays = []
    inner = ", ".join(written(x, arrays) for x in args)
    parameters = ", ".join(f"a{k}" for k in range(len(arrays)))
    text = f"def f({parameters}):\n    return np.{module}{name}({inner})\n"
    file = f"<library {module}{name} {abs(hash(text))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope = {"np": np}
    exec(compile(text, file, "exec"), scope)
    return scope["f"], arrays


def hold(want, got, path="result"):
    assert type(got) is type(want), f"{path}: {type(want).__name__} expected, {type(got).__name__} came"
    if isinstance(want, (tuple, list)):
        assert len(got) == len(want)
        for w, g in zip(want, got):
            hold(w, g, path + "[…]")
        return
    assert np.shape(got) == np.shape(want) and np.asarray(got).dtype == np.asarray(want).dtype, path
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13, err_msg=path)


ALL = [("", c) for c in CALLS] + [("linalg.", c) for c in LINALG] + [("fft.", c) for c in FFT]


@pytest.mark.parametrize("module, call", ALL, ids=[m + c[0] for m, c in ALL])
def test_call(module, call):
    f, arrays = program(module, call)
    with np.errstate(all="ignore"):
        want = f(*arrays)
    try:
        got = aic.jit(f)(*arrays)
    except aic.CompileError:
        assert module + call[0] in REFUSED
        return
    hold(want, got)


@pytest.mark.parametrize("call", ERRORS, ids=lambda c: c[0])
def test_error(call):
    f, arrays = program("", call)
    with pytest.raises(Exception) as want:
        f(*arrays)
    with pytest.raises(want.type) as got:
        aic.jit(f)(*arrays)
    assert str(got.value) == str(want.value)
