"""bfloat16 as ml_dtypes has it: every ufunc on every value, promotion, casts, scalars, views and results; what is refused."""
import linecache

import ml_dtypes
import numpy as np
import pytest

import aic
from harness import check

bfloat16 = ml_dtypes.bfloat16
RNG = np.random.default_rng(16)
EVERY = np.arange(65536, dtype=np.uint16).view(bfloat16)
A = (RNG.normal(size=60) * 30).astype(bfloat16)
B = (RNG.normal(size=60) * 3).astype(bfloat16)
EDGES = np.array([0, -0.0, 1, -1, 0.5, 2, -2.5, 3, 7, 100, 1e30, -1e30, 3e38, 1e-38, 1e-40, -1e-40, np.inf, -np.inf, np.nan], bfloat16)
PAIRS = [np.concatenate([grid.ravel(), RNG.integers(0, 65536, 2000).astype(np.uint16).view(bfloat16)]) for grid in np.meshgrid(EDGES, EDGES)]
UFUNCS = sorted({f.__name__: f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nin < 3}.items())
WIDER = {"degrees", "radians", "float_power", "frexp", "modf", "spacing", "matmul", "matvec", "vecmat", "vecdot"}


def bits(value):
    """Told apart by their bits, all nans alike."""
    value = np.asarray(value)
    if value.dtype != bfloat16:
        return value
    with np.errstate(all="ignore"):
        return np.where(np.isnan(value), np.uint16(0x7FC0), value.view(np.uint16))


def alike(got, want):
    if isinstance(want, tuple):
        return len(got) == len(want) and all(map(alike, got, want))
    if isinstance(want, (np.ndarray, np.generic)):
        return type(got) is type(want) and got.dtype == want.dtype and np.array_equal(bits(got), bits(want), equal_nan=bits(want).dtype.kind in "fc")
    return type(got) is type(want) and got == want


def same(f, *args):
    with np.errstate(all="ignore"):
        want = f(*args)
    got = aic.jit(f)(*args)
    assert alike(got, want), (got, want)


def of_text(text):
    name = f"<bfloat16 {text}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np}
    exec(compile(text, name, "exec"), space)
    return space["f"]


@pytest.mark.parametrize("name", [n for n, f in UFUNCS if f.nin == 1 and n not in WIDER])
def test_every_value_under_a_ufunc(name):
    f = of_text(f"def f(x):\n    return np.{name}(x)\n")
    try:
        with np.errstate(all="ignore"):
            getattr(np, name)(EVERY)
    except TypeError:
        with pytest.raises(aic.CompileError):
            aic.jit(f)(EVERY)
        return
    same(f, EVERY)


@pytest.mark.parametrize("name", [n for n, f in UFUNCS if f.nin == 2 and n not in WIDER])
def test_pairs_under_a_ufunc(name):
    f = of_text(f"def f(x, y):\n    return np.{name}(x, y)\n")
    try:
        with np.errstate(all="ignore"):
            getattr(np, name)(*PAIRS)
    except TypeError:
        with pytest.raises(aic.CompileError):
            aic.jit(f)(*PAIRS)
        return
    same(f, *PAIRS)


@pytest.mark.parametrize("dtype", "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split())
def test_promotion_and_casts(dtype):
    def f(a, other):
        return a + other, other * a, a[0] + other[0], a < other, a.astype(other.dtype), other.astype(bfloat16)

    a = np.abs(B[:9])
    other = RNG.integers(0, 2, 9).astype(dtype) if dtype == "?" else (RNG.normal(size=9) * 50).astype(dtype) if dtype[0] in "fc" else RNG.integers(0, 100, 9).astype(dtype)
    same(f, a, other)


def test_casts_round_once_from_single():
    def f(x, y, n):
        return x.astype(bfloat16), y.astype(bfloat16), n.astype(bfloat16)

    x = np.array([1 + 2**-8 + 2**-40, 1 + 2**-8, 1 + 3 * 2**-8, 1e-40, 3.4e38, 1e39, np.nan, -np.nan, -0.0, 2.0**-134, 2.0**-133])
    with np.errstate(all="ignore"):
        singles = x.astype("f4")
    same(f, x, singles, np.array([257 + 2**20, 2**40 + 1, 2**62 + 2**54 + 1, -3]))


def test_numbers_of_python_beside():
    def f(a):
        return a + 1, a * 2.5, a + 1j, a > 0, a**2, a / 3, a + True, a[0] + 1, a[0] * 2.5, a[0] / 0, float(a[0]), int(a[0]), a[0].item(), -a[0], abs(a[0]), bfloat16(0.1) + a[1]

    same(f, A)


def test_places():
    def f(a, b):
        c = a.copy()
        c[1:4] = b[2:5]
        c[0] = 0.1
        c[[5, 6]] = 7
        c += 1.5
        c *= b
        d = np.zeros((2, 3), bfloat16)
        d[1] = a[:3]
        return c, d, a[::2], a[a > 0], a[[0, -1]], a.reshape(6, 10).T, a.view(np.uint16), np.where(a > b, a, b), np.concatenate([a, b]), np.stack([a, b]), np.arange(3).astype(np.uint16).view(bfloat16)

    same(f, A, B)


def test_loops_round_at_each_step():
    def f(a, b):
        s = a[0]
        for i in range(1, len(a)):
            s = s * bfloat16(0.5) + a[i] * b[i] - b[i]
        return s, np.cumsum(a), np.cumprod(b[:9]), np.subtract.accumulate(a)

    same(f, A, B)


def test_reductions():
    def f(a):
        return a.max(), a.min(), a.argmax(), a.argmin(), a.any(), a.all(), np.maximum.reduce(a), a.tolist()

    same(f, A)
    total = aic.jit(lambda a: a.sum())(np.full(1000, 0.1, bfloat16))  # NumPy stops at 32: it rounds at each step
    assert type(total) is bfloat16 and float(total) == 100.0
    mean = aic.jit(lambda a: a.mean())(np.full(1000, 0.1, bfloat16))
    assert type(mean) is bfloat16 and mean == bfloat16(0.1)


def test_products():
    def f(x, y):
        return x @ y, np.matmul(x, y), np.dot(x, y)

    x = RNG.integers(-8, 9, (3, 4)).astype(bfloat16)
    same(f, x, x.T.copy())


def test_what_a_dtype_tells():
    def f(a):
        return a.dtype.name, a.dtype.kind, a.dtype.str, a.dtype.itemsize, a.dtype == bfloat16, a.itemsize, isinstance(a[0], np.generic), isinstance(a[0], np.floating)

    check(f, A)


@pytest.mark.parametrize("text", ["np.sort(x)", "np.clip(x, 0, 1)", "np.where(x > 0, x, 1.5)", "np.degrees(x)", "np.median(x)", "np.linalg.norm(x)", "str(x[0])", "np.finfo(x.dtype).max"])
def test_refused(text):
    with pytest.raises(aic.CompileError, match="bfloat16|bf16"):
        aic.jit(of_text(f"def f(x):\n    return {text}\n"))(A)
