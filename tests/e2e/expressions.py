"""Expressions over small arrays, each compiled and held to NumPy: exact types, dtypes, shapes; values within a few ulp,
what solves equations within a relative 1e-11."""
import linecache
import re

import numpy as np

import aic
from harness import same, told

RNG = np.random.default_rng(7)
ARRAYS = {
    "A": RNG.integers(-8, 9, (3, 4)).astype(float), "V": RNG.integers(-8, 9, 6).astype(float), "I": RNG.integers(0, 9, (3, 4)), "J": RNG.integers(0, 9, 7),
    "T": RNG.integers(-8, 9, (2, 3, 4)).astype(float), "B": RNG.integers(0, 2, (3, 4)).astype(bool), "Z": RNG.normal(size=5) + 1j * RNG.normal(size=5),
    "S": RNG.normal(size=(4, 4)), "R": RNG.normal(size=9), "F": RNG.normal(size=(3, 4)).astype("f4"), "K": np.array([3, 1, 2]),
    "U": np.array([3, 200, 7], np.uint8), "C": RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3)), "SS": RNG.normal(size=(2, 3, 3)),
    "W": RNG.random(6), "O": np.ones((1, 3, 1)), "N3": np.array([[1, 2, 3], [4, 5, 6], [7, 8, 10.0]]),
}
ARRAYS["H"] = np.where(ARRAYS["A"] > 3, np.nan, ARRAYS["A"])


def near(a, b):
    """Equal in types and shapes, the values within a relative 1e-11."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, (np.ndarray, np.generic)) and a.dtype.kind in "fc":
        return a.dtype == b.dtype and a.shape == b.shape and np.allclose(a, b, 1e-11, 1e-13, equal_nan=True)
    return same(a, b)


def compiled(text, number):
    """A function of the arrays that the text names; what comes before a semicolon are statements."""
    names = [name for name in ARRAYS if re.search(rf"\b{name}\b", text)]
    *statements, value = [part.strip() for part in text.split(";")]
    source = f"def f({', '.join(names)}):\n" + "".join(f"    {s}\n" for s in statements) + f"    return {value}\n"
    path = f"<numpy {number}>"
    linecache.cache[path] = (len(source), None, source.splitlines(True), path)
    space = {"np": np}
    exec(compile(source, path, "exec"), space)
    return space["f"], names


def outcome(f, names):
    try:
        with np.errstate(all="ignore"):
            return "value", f(*[ARRAYS[name].copy() for name in names])
    except aic.CompileError:
        raise
    except Exception as error:
        return "error", type(error), str(error)


def check_expressions(topic, texts):
    """Compiles and compares each; statements stand before the expression, divided by semicolons."""
    wrong = []
    for number, text in enumerate(texts):
        f, names = compiled(text, f"{topic} {number}")
        want = outcome(f, names)
        try:
            got = outcome(aic.jit(f), names)
        except aic.CompileError as error:
            wrong.append(f"{text}: refused: {error}")
            continue
        ulp = 0 if topic == "random" else 8
        solves = topic in ("linalg", "polynomials", "fft") or "linalg" in text
        if want[0] == "error":
            agrees = got == want
        else:
            agrees = got[0] == "value" and (same(got[1], want[1], ulp) or (solves and near(got[1], want[1])))
        if not agrees:
            wrong.append(f"{text}: {told(got[1])} instead of {told(want[1])}")
    assert not wrong, "\n".join(wrong)
