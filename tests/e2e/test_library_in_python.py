"""The library run by CPython over NumPy primitives must already be NumPy: the compiler is not involved here."""
import cmath
import importlib
import math
import sys
import types
from pathlib import Path

import numpy as np
import pytest

LIB = Path(__file__).resolve().parents[2] / "python" / "aic" / "lib"


def load():
    """The library's modules apart from the installed package, so that neither that nor its extension is needed."""
    package = types.ModuleType("aic.lib")
    package.__path__ = [str(LIB)]
    saved = {n: m for n, m in sys.modules.items() if n == "aic" or n.startswith("aic.")}
    for n in saved:
        del sys.modules[n]
    sys.modules["aic"] = types.ModuleType("aic")
    sys.modules["aic.lib"] = package
    try:
        return {name: importlib.import_module(f"aic.lib.{name}") for name in ("prim", "numpy", "numpy_linalg", "numpy_fft", "math", "cmath")}
    finally:
        for n in [n for n in sys.modules if n == "aic" or n.startswith("aic.")]:
            del sys.modules[n]
        sys.modules.update(saved)


LIBRARY = load()
RNG = np.random.default_rng(7)
A = RNG.integers(-8, 9, (3, 4)).astype(float)
V = RNG.integers(-8, 9, 6).astype(float)
I = RNG.integers(0, 9, (3, 4))
T = RNG.integers(-8, 9, (2, 3, 4)).astype(float)
H = np.where(A > 3, np.nan, A)
CALLS = [
    ("zeros", 3), ("zeros", (2, 3), np.int32), ("ones", (2,)), ("full", (2, 2), 7), ("arange", 5), ("arange", 2, 11, 3), ("arange", 9, 2, -2),
    ("arange", 0.0, 1.0, 0.3), ("arange", 5, 5), ("linspace", 0.0, 1.0, 7), ("linspace", 3, -1, 5, False), ("linspace", 2.0, 2.0, 3),
    ("linspace", 0, 1, 1), ("eye", 3), ("eye", 2, 4, 1), ("tri", 3), ("zeros_like", A), ("ones_like", I), ("full_like", A, 2),
    ("sum", A), ("sum", A, 0), ("sum", A, (0, 1)), ("sum", A, -1, None, None, True), ("prod", I, 1), ("mean", A), ("mean", I, 0), ("max", A), ("min", A, 1),
    ("max", A, 0, None, True), ("argmax", A), ("argmin", A, 0), ("all", A), ("any", A, 1), ("count_nonzero", A), ("var", A), ("std", A, 0, None, None, 1),
    ("cumsum", A), ("cumsum", A, 1), ("cumprod", V), ("diff", V), ("diff", A, 2), ("ptp", V), ("trapezoid", V),
    ("reshape", A, (4, 3)), ("reshape", A, -1), ("reshape", A, (2, -1)), ("ravel", A), ("transpose", A), ("swapaxes", A, 0, 1), ("moveaxis", A, 0, 1),
    ("flip", A), ("flip", V, 0), ("expand_dims", V, 1), ("concatenate", (A, A + 1)), ("concatenate", (A, A), 1), ("stack", (V, V)),
    ("stack", (V, V), 1), ("vstack", (V, V)), ("hstack", (V, V)), ("clip", A, -2, 3), ("round", A / 3, 2), ("round", A / 3), ("dot", V, V),
    ("dot", A, A.T), ("dot", A, A[0]), ("matmul", A[0], A.T), ("outer", V, V), ("inner", V, V), ("vdot", V, V), ("trace", A), ("trace", A, 1),
    ("diag", V), ("diag", A), ("diag", V, -1), ("tril", A), ("triu", A, 1), ("roll", A, 2), ("roll", A, 1, 1), ("roll", V, -2), ("roll", A, (1, -2), (0, 1)), ("roll", A, 1, (1, 0)), ("repeat", V, 3),
    ("take", V, np.array([3, 0, 5])), ("searchsorted", np.sort(V), 0.5), ("searchsorted", np.sort(V), V, "right"),
    ("interp", 1.5, np.arange(6.0), V), ("interp", V, np.arange(6.0), V), ("convolve", V, V[:3]), ("convolve", V, V[:3], "same"),
    ("convolve", V, V[:3], "valid"), ("bincount", I[0]), ("isclose", V, V + 1e-9), ("allclose", V, V), ("array_equal", V, V), ("array_equal", V, A),
    ("where", A > 0, A, 2), ("where", A > 0, A[0], V[:4]), ("where", A), ("where", True, 1, 2.5), ("nonzero", V), ("nonzero", I),
    ("flatnonzero", A), ("unravel_index", 7, (3, 4)), ("unravel_index", np.array([0, 11, 6]), (3, 4)), ("unravel_index", 5, 9),
    ("sort", V), ("sort", A, 0), ("sort", A, None), ("sort", np.tile(V, 9) % 5), ("sort", np.array([2.0, np.nan, -1.0, np.nan, 0.0])),
    ("argsort", I % 4, -1, "stable"), ("argsort", I % 4, 0, "stable"), ("argsort", np.tile(V, 9), -1, "stable"),
    ("pad", A, 2), ("pad", A, (1, 2), "edge"), ("pad", A, ((1, 0), (2, 3)), "reflect"), ("pad", V, 8, "symmetric"), ("pad", V, 7, "wrap"),
    ("pad", V, 14, "reflect"),
    ("nansum", np.array([1.0, np.nan])), ("nan_to_num", np.array([np.nan, np.inf, 1.0])), ("cross", A[0, :3], A[1, :3]), ("append", V, A),
    ("average", A, 0), ("average", A, None, abs(A) + 1), ("average", A, 1, np.arange(4.0)), ("nanmean", H), ("nanmean", H, 0), ("nanstd", H), ("nanvar", H, 1),
    ("nanprod", H), ("nancumsum", H), ("median", V), ("median", A), ("median", A, 0), ("median", A, 1), ("median", I), ("percentile", V, 30), ("percentile", A, np.array([0, 12.5, 100])),
    ("quantile", V, 0.3), ("bincount", I[0], V[:4]), ("bincount", I[0], None, 12), ("digitize", V, np.array([-4.0, 0, 4])), ("digitize", V, np.array([4.0, 0, -4]), True),
    ("unique", I), ("unique", V, False, False, True), ("isin", I, np.array([1, 2])), ("isin", I, np.array([1, 2]), False, True), ("argwhere", A), ("nonzero", A),
    ("histogram", V), ("histogram", V, 4), ("histogram", V, 4, (-3, 3)), ("histogram", V, np.array([-8.0, -1, 2, 9]), None, None, V), ("histogram", np.empty(0), 3),
    ("array", A), ("array", (1, 2.5)), ("array", A, np.float32), ("atleast_1d", 2.0), ("atleast_2d", V), ("squeeze", A[None], 0), ("rollaxis", A, 1), ("column_stack", (V, V)),
    ("dstack", (A, A)), ("dstack", (V, V)), ("meshgrid", V, V[:3]), ("repeat", V, 2), ("repeat", A, 2, 1), ("repeat", A, np.array([1, 0, 2]), 0), ("tile", V, 2), ("tile", A, (2, 3)),
    ("tile", V, (2, 2)), ("array_split", V, 4), ("split", V, 3), ("split", A, (1, 3), 1), ("take", A, np.array([1, 0]), 1), ("take", A, 5), ("diagonal", A), ("diagonal", A, 1),
    ("diagonal", A, -1), ("diff", A, 1, 0), ("diff", V, 1, -1, 0.0), ("diff", A, 1, 1, A[:, :1]), ("ediff1d", V), ("gradient", V), ("gradient", V, 0.5), ("gradient", V, np.cumsum(abs(V) + 1)),
    ("gradient", A), ("gradient", A, 2.0), ("interp", V, np.arange(6.0), V, -1.0, 9.0), ("polyval", V, 1.5), ("polyval", V, A), ("correlate", V, V[:3]), ("correlate", V, V[:3], "full"),
    ("correlate", V, V[:4], "same"), ("correlate", V[:3], V, "same"), ("correlate", V[:2], V, "valid"), ("correlate", V[:3], V, "full"), ("real", A), ("imag", V + 1j), ("fix", A / 3), ("sinc", V / 4),
    ("isneginf", -1 / (abs(V) * 0.0)), ("divmod", I, 4), ("rot90", A), ("rot90", A, -1), ("rot90", A, 2), ("expand_dims", V, (0, 1)), ("flip", A, (0, 1)), ("roll", A, (1, 2), (0, 1)),
    ("matmul", T, T.transpose(0, 2, 1)), ("matmul", T, V[:4]), ("matmul", V[:3], T), ("matmul", T[:1], T.transpose(0, 2, 1)), ("full", (2, 3), V[:3]), ("reshape", A.T, (2, 6)), ("reshape", A[:, ::2], (6,)), ("reshape", A[::2], (2, 2, 2)), ("ravel", A.T), ("zeros", (2, 3), float, "F"), ("zeros_like", A.T),
    ("copy", A, "F"), ("clip", V, None, 2), ("identity", 3), ("isscalar", 2.0), ("iscomplexobj", V), ("nanmax", np.array([1.0, np.nan])), ("nanmin", np.array([np.nan, 2.0])), ("size", A), ("ndim", A), ("shape", A),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda c: c[0])
def test_numpy(call):
    name, *args = call
    wanted = getattr(np, name)(*args)
    results = getattr(LIBRARY["numpy"], name)(*args)
    several = isinstance(wanted, (tuple, list))
    for want, got in zip(wanted, results, strict=True) if several else ((wanted, results),):
        same(want, got)


def same(want, got):
    assert np.shape(got) == np.shape(want)
    assert np.asarray(got).dtype == np.asarray(want).dtype
    np.testing.assert_allclose(got, want, rtol=1e-15, atol=0)


SQUARE = RNG.integers(-8, 9, (4, 4)) + 9.0 * np.eye(4)
LINALG = [("solve", SQUARE, SQUARE[0]), ("solve", SQUARE, A.T), ("solve", np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([1, 2])), ("inv", SQUARE),
          ("det", SQUARE), ("det", I[:, :3]), ("cholesky", SQUARE @ SQUARE.T), ("norm", A), ("norm", V, 1), ("norm", V, np.inf), ("norm", V, -np.inf), ("norm", V, 3), ("norm", V, 0), ("norm", V, 2.5),
          ("norm", A, None, 0), ("norm", A, 1, 1, True), ("norm", I), ("norm", V + 2j), ("matrix_power", SQUARE, 5), ("matrix_power", SQUARE, 0), ("matrix_power", SQUARE, -2),
          ("qr", SQUARE), ("qr", A), ("qr", A.T), ("eigvalsh", SQUARE + SQUARE.T)]
FFT = [("fft", V), ("fft", V + 1j * V[::-1]), ("ifft", V), ("fft", np.arange(7.0)), ("fft", np.arange(30.0)), ("fft", V, 4), ("fft", V, 8), ("fft", A), ("fft", A, None, 0), ("rfft", V), ("rfft", V[:5]),
       ("irfft", V + 1j), ("irfft", V + 1j, 7), ("fft2", A), ("ifft2", A), ("fftfreq", 8, 0.5), ("fftfreq", 7), ("rfftfreq", 7), ("fftshift", V), ("ifftshift", V[:5]), ("fftshift", A)]


@pytest.mark.parametrize("module, call", [("linalg", c) for c in LINALG] + [("fft", c) for c in FFT], ids=lambda c: c[0])
def test_modules(module, call):
    name, *args = call
    wanted, results = getattr(getattr(np, module), name)(*args), getattr(LIBRARY["numpy_" + module], name)(*args)
    for want, got in zip(wanted, results, strict=True) if isinstance(wanted, tuple) else ((wanted, results),):
        assert np.shape(got) == np.shape(want) and np.asarray(got).dtype == np.asarray(want).dtype
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13)


def test_eigenvectors():
    a = SQUARE + SQUARE.T
    values, vectors = LIBRARY["numpy_linalg"].eigh(a)
    np.testing.assert_allclose(values, np.linalg.eigh(a)[0], rtol=1e-13)
    np.testing.assert_allclose(vectors @ np.diag(values) @ vectors.T, a, atol=1e-13)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(4), atol=1e-14)


ERRORS = [("max", np.empty(0)), ("argmin", np.empty(0)), ("linspace", 0, 1, -1), ("convolve", np.empty(0), V), ("bincount", np.array([-1]))]


@pytest.mark.parametrize("call", ERRORS, ids=lambda c: c[0])
def test_numpy_errors(call):
    name, *args = call
    with pytest.raises(Exception) as want:
        getattr(np, name)(*args)
    with pytest.raises(want.type) as got:
        getattr(LIBRARY["numpy"], name)(*args)
    assert str(got.value) == str(want.value)


POINTS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -7.25, 1e300, -1e300, math.inf, -math.inf, math.nan, 710.0, 5, True]


def outcome(f, *args):
    try:
        r = f(*args)
        return type(r), repr(r)
    except Exception as e:  # the class and the text are what is compared
        return type(e), str(e)


UNARY = ["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "exp2", "expm1", "log", "log2",
         "log10", "log1p", "sqrt", "cbrt", "fabs", "floor", "ceil", "trunc", "isnan", "isinf", "isfinite", "degrees", "radians", "erf", "erfc", "gamma", "lgamma"]


@pytest.mark.parametrize("name", [n for n in UNARY if hasattr(math, n)])
def test_math(name):
    for x in POINTS:
        want, got = outcome(getattr(math, name), x), outcome(getattr(LIBRARY["math"], name), x)
        if want[0] is float and got[0] in (float, np.float64):  # NumPy's primitives may differ from libm by a few ulp
            np.testing.assert_allclose(float(eval(got[1], {"np": np, "nan": math.nan, "inf": math.inf})),
                                       float(want[1]), rtol=1e-15, err_msg=f"{name}({x})")
        elif issubclass(want[0], Exception):
            assert got[0] is want[0], (name, x)
        else:
            assert got == want, (name, x)


@pytest.mark.parametrize("name", ["atan2", "pow", "fmod", "copysign"])
def test_math_of_two(name):
    points = [0.0, -0.0, 1.5, -2.5, 3.0, -3.0, math.inf, -math.inf, math.nan]
    for x in points:
        for y in points:
            want, got = outcome(getattr(math, name), x, y), outcome(getattr(LIBRARY["math"], name), x, y)
            if issubclass(want[0], Exception):
                assert got == want, (name, x, y)
            else:
                np.testing.assert_allclose(float(eval(got[1], {"np": np, "nan": math.nan, "inf": math.inf})), float(want[1]), rtol=1e-15)


def test_integers():
    m = LIBRARY["math"]
    for n in (0, 1, 2, 15, 16, 17, 10**12, 2**52 + 1):
        assert m.isqrt(n) == math.isqrt(n)
    for n in range(8):
        assert m.factorial(n) == math.factorial(n)
        for k in range(9):
            assert m.comb(n, k) == math.comb(n, k)
            assert m.gcd(n - 4, k) == math.gcd(n - 4, k)
            assert m.lcm(n - 4, k) == math.lcm(n - 4, k)


def test_cmath():
    m = LIBRARY["cmath"]
    for z in (0j, 1 + 0j, -1 + 0j, 3 - 4j, -2.5 + 1e-300j, 1e-310 + 1e-310j, 1j, 700 + 3j):
        for name in ("exp", "sqrt", "phase"):
            np.testing.assert_allclose(complex(getattr(m, name)(z)), complex(getattr(cmath, name)(z)), rtol=1e-15)


def test_no_function_of_numpy_stands_in_two_topics():
    """aic.lib.numpy has the names of all of its topics, helpers too: one of the same name would take the other's place."""
    import ast
    owner = {}
    for path in [LIB / "numpy.py", *sorted(LIB.glob("numpy_*.py"))]:
        if path.stem.startswith(("numpy_linalg", "numpy_fft", "numpy_random", "numpy_polynomial_", "numpy_lib_", "numpy_text")):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                assert owner.setdefault(node.name, path.name) == path.name, node.name
