"""Every elementwise record of the operator table, on every dtype, against NumPy: dtypes exactly, values bit for bit or within
the record's ulp. One compiled function for a record and a dtype takes it on contiguous arrays (the vector loop and its
tail), strided ones, NumPy scalars and an array with a scalar.

What NumPy refuses, or computes in longdouble, must be refused. The quick tier takes one dtype of each kind, the
long one all of them, and Python scalars and mixed dtypes.
"""
import cmath
import itertools
import linecache
import math
import warnings

import numpy as np
import pytest

import aic
from aic import _aic
from harness import outcome, same, told

RECORDS = {row["name"]: row for row in _aic.operators() if row["tier"] == "elementwise"}
DTYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()
QUICK = "b1 i4 i8 u8 f2 f4 f8 c16".split()
SYMBOLS = "+ - * / // % ** == != < <= > >= & | ^ << >>".split()
# Records without a NumPy name of their own, as one writes them.
SPELLINGS = {"real": "x.real", "imag": "x.imag", "angle": "np.angle(x)", "select": "np.where(x > y, x, y)"}
# These are Python's: on its scalars below.
PYTHON = {"int_divide": "x / y", "complex": "complex(x, y)", "ldexp": "math.ldexp(x, 3)", "erf": "math.erf(x)", "erfc": "math.erfc(x)",
          "gamma": "math.gamma(x)", "lgamma": "math.lgamma(x)"}


def spelling(row):
    """One expression for each name of the record: `np.add(x, y)`, `x + y`."""
    arguments = ("x", "y")[:row["operands"].count(",") + 1]
    if row["name"] in SPELLINGS:
        return [SPELLINGS[row["name"]]]
    found = []
    for name in row["python"].split():
        if name.startswith("numpy."):
            found.append(f"np.{name[6:]}({', '.join(arguments)})")
        elif name.startswith("unary"):
            found.append(f"{name[5:]}x")
        else:
            found.append(f"x {name} y")
    return found


def function(text, name):
    """f(x, y) of this text, with a source that aic finds."""
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    names = {"np": np, "math": math}
    exec(compile(text, filename, "exec"), names)
    return names["f"]


def returning(expressions):
    return "def f(x, y):\n    return (" + ", ".join(expressions) + ",)\n"


EDGES = {"f": [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 3.0, 7.0, -128.0, 1e-30, 65536.5, -3e9, np.inf, -np.inf, np.nan],
         "c": [complex(a, b) for a in (0.0, 1.0, -1.5, 10.0) for b in (0.0, 0.5, -1.0, 3.0)],
         "b": [False, True]}


def edges(dtype):
    if dtype.kind in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        return np.array(sorted({low, low + 1, max(low, -7), max(low, -2), max(low, -1), 0, 1, 2, 3, 7, 8, 31, 64, 100, high - 1, high}), dtype)
    with np.errstate(all="ignore"):
        return np.array(EDGES[dtype.kind]).astype(dtype)


def operands(row, dtype, rng):
    """All pairs of edge values, then random ones of the range where the record is tame."""
    e = edges(dtype)
    x, y = (np.array(side, dtype) for side in zip(*itertools.product(e, e)))
    low, high = (max(float(bound), 0.0) if dtype.kind == "u" else float(bound) for bound in (row["low"], row["high"]))
    random = [rng.uniform(low, high, 67) + (1j * rng.uniform(-2, 2, 67) if dtype.kind == "c" else 0) for _ in range(2)]
    x, y = np.append(x, random[0].astype(dtype)), np.append(y, random[1].astype(dtype))
    if row["name"] == "power" and dtype.kind == "i":
        y = np.where(y < 0, 3, y).astype(dtype)  # NumPy raises for negative ones
    return x, y


def numpy_says(f, x, y):
    """The result, or None where NumPy refuses or answers in a dtype that aic does not have."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            results = f(x, y)
        except TypeError:
            return None
    return None if any(np.asarray(r).dtype.char in "gG" for r in results) else results


def accept(f, want, x, y, ulp):
    """aic gives what NumPy gives, or refuses where it must."""
    compiled = aic.jit(f)
    if want is None:
        with pytest.raises(aic.CompileError):
            compiled(x, y)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = compiled(x, y)
    for k, (g, w) in enumerate(zip(got, want, strict=True)):
        if not near(w, g, ulp):
            raise AssertionError(f"result {k}: {difference(x, y, g, w, ulp)}")


def near(want, got, ulp):
    """`same`, complex numbers within ulp of their modulus: NumPy's vectorised product of parts is contracted on some processors."""
    if isinstance(want, complex) and type(want) is type(got):
        want, got = np.asarray(want), np.asarray(got)
    if isinstance(want, (np.ndarray, np.generic)) and type(want) is type(got) and want.dtype == got.dtype and want.shape == got.shape and want.dtype.kind == "c":
        with np.errstate(all="ignore"):
            close = np.abs(want - got) <= ulp * np.spacing(np.abs(want))
        return bool(np.all(close | (want == got) | (np.isnan(want) & np.isnan(got))))
    return same(want, got, ulp)


def difference(x, y, got, want, ulp):
    if type(got) is not type(want) or not isinstance(want, np.ndarray) or got.dtype != want.dtype or got.shape != want.shape or got.ndim == 0:
        return f"aic {told(got)}, NumPy {told(want)}, of {told(x)} and {told(y)}"
    x, y = np.broadcast_to(x, want.shape), np.broadcast_to(y, want.shape)
    wrong = [k for k in np.ndindex(want.shape) if not near(want[k], got[k], ulp)]
    return f"{len(wrong)} of {want.size} differ, such as " + "; ".join(f"of {x[k]!r}, {y[k]!r}: aic {got[k]!r}, NumPy {want[k]!r}" for k in wrong[:6])


def of_dtype(name):
    """Only what is in the quick tier goes without the mark."""
    return pytest.param(name, marks=[] if name in QUICK else pytest.mark.long)


TOLD = [name for name, row in RECORDS.items() if row["python"] or name in SPELLINGS]


@pytest.mark.parametrize("dtype", map(of_dtype, DTYPES))
@pytest.mark.parametrize("name", TOLD)
def test_arrays_and_scalars(name, dtype):
    row, dtype = RECORDS[name], np.dtype(dtype)
    x, y = operands(row, dtype, np.random.default_rng(3))
    ulp = min(2 * row["ulp"], 1 if dtype == np.float16 else 1000) + (8 if dtype.kind == "c" else 0)
    if name == "power" and dtype == np.complex64:
        ulp = 64  # in double here, in single in NumPy
    text = returning(spelling(row))
    f = function(text, f"{name} of {dtype}")
    want = numpy_says(f, x, y)
    accept(f, want, x, y, ulp)
    if want is None:
        return
    strided = function(text.replace("return", "x, y = x[::3], y[::-1]\n    return"), f"{name} of strided {dtype}")
    wide = np.repeat(x, 3)
    accept(strided, numpy_says(strided, wide, y), wide, y, ulp)
    scalars = function(text, f"{name} of a {dtype}")
    for k in range(0, len(x), 23):
        accept(scalars, numpy_says(scalars, x[k], y[k]), x[k], y[k], ulp)


VALUES = {"bool": [False, True], "int": [0, 1, -1, 2, 3, -7, 62, 2**31, -(2**63), 2**63 - 1, 2**53 + 1],
          "float": [0.0, -0.0, 1.0, -2.5, 0.5, 7.0, 1e300, -1e-300, math.inf, -math.inf, math.nan], "complex": [0j, 1 + 2j, -1.5 - 0.5j, 3 + 0j]}


def python_says(f, x, y):
    """("value", v), ("error", class, message), or None: an int beyond 64 bits, which is OverflowError in aic, or a TypeError."""
    got = outcome(f, (x, y), {})
    if got[0] == "error":
        return None if got[1] is TypeError else got[:3]
    return ("error", OverflowError, None) if type(got[1]) is int and not -(2**63) <= got[1] < 2**63 else got


@pytest.mark.parametrize("symbol", SYMBOLS + list(PYTHON.values()))
def test_python_scalars(symbol):
    """Operators on Python's own scalars, with Python's exceptions; ints beyond 64 bits are OverflowError."""
    expression = symbol if "x" in symbol else f"x {symbol} y"
    kinds = [kind for kind in VALUES if not (symbol.startswith("complex") and kind == "complex")]
    for left, right in itertools.product(kinds, kinds) if "y" in expression else [(kind, kind) for kind in kinds]:
        f = function(f"def f(x, y):\n    return {expression}\n", f"{expression} of {left}, {right}")
        compiled = aic.jit(f)
        for x, y in itertools.product(VALUES[left], VALUES[right]):
            if symbol in ("<<", ">>", "**") and {left, right} <= {"int", "bool"} and abs(y) > 100:
                continue  # CPython would take all memory
            if symbol == "**" and "complex" in (left, right) and not (cmath.isfinite(x) and cmath.isfinite(y)):
                continue  # CPython reads the errno that sin(inf) left behind
            want, got = python_says(f, x, y), outcome(compiled, (x, y), {})
            where = f"{x!r} {symbol} {y!r}: CPython {want}, aic {got[1:3]}"
            # (-1.0) ** 0.5, complex in Python, is refused at run time.
            if want is None or got[1] is ValueError and "is complex" in got[2] and (type(want[1]) is complex or "complex" in want[2]):
                assert got[0] == "error" and issubclass(got[1], (TypeError, ValueError, aic.CompileError)), where
            elif want[0] == "value":
                assert got[0] == "value" and near_scalars(want[1], got[1], 20 if "math" in symbol else 2 if symbol == "**" else 0), where
            else:
                assert got[1] is want[1] and (want[2] is None or got[2] == want[2]), where


def near_scalars(want, got, ulp):
    if type(want) is complex is type(got) and ulp:
        return abs(want - got) <= 2048 * math.ulp(abs(want))  # the angle may be a thousand radians
    if type(want) is float is type(got) and ulp == 20 and abs(want - got) <= 2**-50:  # lgamma where it passes through 0
        return True
    return same(want, got, ulp)


@pytest.mark.long
@pytest.mark.parametrize("name", ["add", "divide", "power", "floor_divide", "less", "equal", "maximum", "left_shift", "bitwise_and", "arctan2"])
def test_mixed_dtypes(name):
    """Promotion: each pair of dtypes, arrays with arrays and with weak Python scalars."""
    row, rng = RECORDS[name], np.random.default_rng(4)
    for left, right in itertools.product(DTYPES, DTYPES):
        x, y = (rng.integers(0, 2 if d == "b1" else 10, 20).astype(d) for d in (left, right))
        f = function(returning(spelling(row)), f"{name} of {left}, {right}")
        accept(f, numpy_says(f, x, y), x, y, 2 * row["ulp"] + 4)
    for dtype, weak in itertools.product(DTYPES, (True, 3, 2.5, 1 + 2j)):
        x = rng.integers(0, 2 if dtype == "b1" else 10, 20).astype(dtype)
        for sides in ((x, weak), (weak, x), (x[3], weak), (weak, x[3])):
            f = function(returning(spelling(row)), f"{name} of {dtype}, {weak}")
            accept(f, numpy_says(f, *sides), *sides, 2 * row["ulp"] + 4)


@pytest.mark.parametrize("dtype", map(of_dtype, DTYPES))
def test_casts(dtype):
    """astype to each dtype: wrapping ints, truncated floats (in range: C leaves the others open), bools of anything."""
    x = edges(np.dtype(dtype))
    names = [np.dtype(d).name for d in DTYPES if x.dtype.kind != "c" or d[0] == "c"]  # a ComplexWarning in NumPy
    for name in names:
        to = np.dtype(name)
        some = x[np.isfinite(x) & (np.abs(x.real) < 100) & (x.real > -1 if to.kind == "u" else True)] if x.dtype.kind in "fc" and to.kind in "iu" else x
        f = function(f"def f(x, y):\n    return x.astype(np.{name}), np.{name}(y)\n", f"{dtype} as {name}")
        accept(f, numpy_says(f, some, some[1]), some, some[1], 0)


def test_every_record_is_told_here():
    assert set(RECORDS) == {*TOLD, *PYTHON, "cast"}
