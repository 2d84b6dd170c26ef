"""Floating-point errors that raise: `with np.errstate(divide="raise")`, held to NumPy."""
import numpy as np
import pytest

import aic
from harness import check

INF, NAN = float("inf"), float("nan")
TINY, HUGE = 5e-324, 1.7976931348623157e308


def divided(a, b):
    with np.errstate(divide="raise"):
        return a / b


def all_of_these(a, b):
    told = []
    for op in (np.add, np.subtract, np.multiply, np.divide, np.remainder, np.power):
        try:
            with np.errstate(all="raise"):
                told.append(str(float(op(a, b).sum())))
        except FloatingPointError as e:
            told.append(str(e))
    return told


def one_kind(a, b):
    told = []
    try:
        with np.errstate(divide="raise"):
            a / b
    except FloatingPointError as e:
        told.append(str(e))
    try:
        with np.errstate(over="raise"):
            a * b
    except FloatingPointError as e:
        told.append(str(e))
    try:
        with np.errstate(under="raise"):
            a * b
    except FloatingPointError as e:
        told.append(str(e))
    try:
        with np.errstate(invalid="raise"):
            a - b
    except FloatingPointError as e:
        told.append(str(e))
    return told


PAIRS = [([1.0, 2.0], [2.0, 4.0]), ([1.0, 2.0], [0.0, 1.0]), ([0.0, 2.0], [0.0, 1.0]), ([INF, 1.0], [INF, 1.0]), ([HUGE, 1.0], [HUGE, 2.0]),
         ([1e-200, 1.0], [1e-200, 1.0]), ([TINY, 3.0], [2.0, 3.0]), ([2.2250738585072014e-308, 1.0], [0.5, 1.0]), ([NAN, 1.0], [0.0, 3.0]),
         ([3e-308, 1.0], [0.3, 2.0]), ([0.0, -1.0], [-1.0, 0.5]), ([-HUGE, INF], [HUGE, 0.0])]


@pytest.mark.parametrize("x, y", PAIRS, ids=range(len(PAIRS)))
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_arithmetic(x, y, dtype):
    with np.errstate(all="ignore"):
        a, b = np.array(x).astype(dtype), np.array(y).astype(dtype)
    check(divided, a, b)
    check(one_kind, a, b)
    if dtype == "f8" or np.isfinite(a).all():
        check(all_of_these, a, b, compiled=aic.jit(all_of_these))


def functions(x):
    told = []
    for f in (np.log, np.sqrt, np.exp, np.log1p, np.arcsin, np.arctanh, np.arccosh, np.sin, np.cosh, np.expm1, np.reciprocal, np.square, np.exp2, np.floor, np.abs,
              np.isnan, np.tanh, np.log2, np.log10):
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise"):
                f(x)
                told.append("")
        except FloatingPointError as e:
            told.append(str(e))
    return told


@pytest.mark.parametrize("x", [0.0, 1.0, -1.0, 2.0, -2.5, 1e3, -1e3, 1e300, INF, -INF, NAN, 0.25])
def test_functions(x):
    check(functions, np.array([0.5, x, 0.5]))
    check(functions, np.array([0.5, x, 0.5], "f4") if abs(x) < 1e30 else np.array([0.5]))


def scalars(a, i, j):
    with np.errstate(all="raise"):
        return a[i] / a[j], a[i] * a[j], a[i] - 1, -a[i], a[i] ** 2


def whole_scalars(a, i, j):
    with np.errstate(all="raise"):
        return a[i] + a[j], a[i] - a[j], a[i] * a[j], a[i] // a[j], a[i] % a[j], -a[i], abs(a[j])


@pytest.mark.parametrize("dtype", ["i8", "i4", "i1", "u8", "u1"])
def test_scalars(dtype):
    for x in (np.array([1.5, 0.0, 1e200, INF, 1e-200]), np.array([1.5, 0.0], "f4")):
        for i in range(len(x)):
            for j in range(len(x)):
                check(scalars, x, i, j)
    info = np.iinfo(dtype)
    x = np.array([1, 2, 0, info.max, info.min, info.max // 2 + 1], dtype)
    for i in range(len(x)):
        for j in range(len(x)):
            check(whole_scalars, x, i, j)


def whole_numbers(a, b):
    with np.errstate(divide="raise", over="raise"):
        return a // b, a + b, a * b, a % b


def whole_remainders(a, b):
    with np.errstate(divide="raise"):
        return a % b


def test_whole_numbers():
    for b in ([1, 2], [0, 1], [1, -1]):
        check(whole_numbers, np.array([5, np.iinfo("i8").min]), np.array(b))
        check(whole_remainders, np.array([5, np.iinfo("i8").min]), np.array(b))


def nested(a, b):
    with np.errstate(divide="raise", invalid="raise"):
        with np.errstate(divide="ignore"):
            c = a / b
        x = c.copy()
        with np.errstate(all="ignore", over="raise"):
            d = np.sqrt(a - 2) + np.log(b)
    return c, x, d, a / b


def called_below(a, b):
    def ratio(x, y):
        return half(x) / y

    def half(x):
        return x / 2

    plain = ratio(a, b)
    try:
        with np.errstate(divide="raise"):
            return plain, ratio(a, b)
    except FloatingPointError as e:
        return plain, str(e)


def a_manager_with_a_name(a, b, careful):
    quiet = np.errstate(divide="raise" if True else "ignore")
    with quiet:
        try:
            r = a / b
        except FloatingPointError:
            r = np.zeros_like(a)
    return r


def in_a_loop(a, b):
    good = []
    for x, y in zip(a, b):
        try:
            with np.errstate(divide="raise", invalid="raise"):
                good.append(x / y)
        except FloatingPointError as e:
            if "invalid" in str(e):
                break
            good.append(np.float64(-1))
    return good


def by_python(b):
    told = []
    for k in range(4):
        try:
            with np.errstate(all="raise"):
                if k == 0:
                    told.append(sum(1 / x for x in b))
                elif k == 1:
                    told.append(list(map(lambda x: 1 / x, b)))
                elif k == 2:
                    told.append([round(float(x) / 3, 2) for x in b])
                else:
                    told.append(max(b, key=lambda x: x * x))
        except FloatingPointError as e:
            told.append(str(e))
    return told


def test_where_it_holds():
    check(by_python, np.array([1.0, 0.0, 3.0]))
    check(by_python, np.array([1.0, 2.0, 1e-200]))
    a, b = np.array([1.0, 2.0, 0.0]), np.array([2.0, 0.0, 0.0])
    check(nested, a, b)
    check(called_below, a, b)
    check(called_below, a, b + 1)
    check(a_manager_with_a_name, a, b, True)
    check(in_a_loop, a, b)


def into(a, b, out):
    with np.errstate(divide="raise"):
        np.divide(a, b, out=out)


def in_place(a, b):
    with np.errstate(divide="raise"):
        a /= b


def where_asked(a, b):
    with np.errstate(all="raise"):
        return np.divide(a, b, out=np.full_like(a, -1), where=b != 0)


def test_what_was_computed_is_written():
    for b in ([2.0, 0.0, 4.0], [2.0, 8.0, 4.0]):
        check(into, np.ones(3), np.array(b), np.zeros(3))
        check(in_place, np.ones(3), np.array(b))
        check(where_asked, np.ones(3), np.array(b))


def sums(a):
    told = []
    for k in range(4):
        try:
            with np.errstate(all="raise"):
                if k == 0:
                    told.append(str(a.sum()))
                elif k == 1:
                    told.append(str(np.sum(a, axis=0)[0]))
                elif k == 2:
                    told.append(str(np.mean(a)))
                else:
                    told.append(str(np.prod(a)))
        except FloatingPointError as e:
            told.append(str(e))
    return told


def test_sums():
    for x in ([[1.0, 2.0], [3.0, 4.0]], [[HUGE, HUGE], [HUGE, 1.0]], [[INF, -INF], [1.0, 1.0]], [[NAN, 1.0], [1.0, INF]], [[INF, 1.0], [-INF, 1.0]],
              [[1e-200, 1e-200], [1.0, 1.0]], [[0.0, INF], [1.0, 1.0]]):
        check(sums, np.array(x), ulp=4)


def cast(a):
    told = []
    for k in range(3):
        try:
            with np.errstate(all="raise"):
                if k == 0:
                    a.astype(np.float32)
                elif k == 1:
                    a.astype(np.int64)
                else:
                    a.astype(np.int32)
            told.append("")
        except FloatingPointError as e:
            told.append(str(e))
    return told


def test_casts():
    for x in (1.0, 1e300, NAN, INF, 1e-300, 3e9, -2147483648.9, 9.3e18):
        check(cast, np.array([0.5, x]))


def without_arithmetic(a):
    with np.errstate(all="raise"):
        return np.sort(a), np.unique(a), a.max(), np.where(a > 0, a, 0.0), a.reshape(2, -1), np.concatenate([a, a]), np.isfinite(a).all(), np.zeros(3), a[::-1].copy(), np.clip(a, 0, 1)


def test_what_has_no_errors():
    check(without_arithmetic, np.array([1.0, -INF, 2.0, 0.5]))


@pytest.mark.parametrize("body", ["np.linalg.norm(a)", "a @ a", "np.interp(a, a, a)", "(a * 1j) / a", "a.astype(np.float16) / 2", "np.logaddexp(a, a)", "np.var(a)"])
def test_what_is_not_looked_at_is_refused(body):
    import linecache
    text = f"def f(a):\n    with np.errstate(all='raise'):\n        return {body}\n"
    linecache.cache["<raising>"] = (len(text), None, text.splitlines(True), "<raising>")
    scope = {"np": np}
    exec(compile(text, "<raising>", "exec"), scope)
    with pytest.raises(aic.CompileError) as e:
        aic.jit(scope["f"])(np.ones(3))
    assert "floating-point errors raise" in str(e.value) and e.value.lineno == 3 if hasattr(e.value, "lineno") else True


def printing(a):
    with np.errstate(divide="print"):
        return a / a


def yielding(a):
    with np.errstate(divide="raise"):
        for x in a:
            yield 1 / x


def consumes(a):
    return [x for x in yielding(a)]


def test_other_ways_are_refused():
    for f in (printing, consumes):
        with pytest.raises(aic.CompileError):
            aic.jit(f)(np.ones(3))


@np.errstate(divide="raise", over=None)
def loudly_divided(a, b=1.0, *, by=1.0):
    return a / b / by


@np.errstate(divide="ignore")
@np.errstate(divide="raise")
def quiet_around_loud(a):
    return 1.0 / a


def calls_decorated(a, b):
    return loudly_divided(a, b=b) + 1.0


def decorates(a, b):
    loud = np.errstate(divide="raise")

    @loud
    def divided(x, y=1.0):
        return y / x

    r = divided(a + 10.0)
    with np.errstate(divide="ignore"):
        r = r + 1.0 / b
    return r + divided(a, y=2.0)


def test_around_functions():
    zeros, some = np.array([0.0, 1.0]), np.array([2.0, 4.0])
    for a in (zeros, some):
        check(quiet_around_loud, a)
        for b in (zeros, some):
            check(loudly_divided, a, b)
            check(loudly_divided, a, b, by=2.0)
            check(calls_decorated, a, b)
            check(decorates, a, b)
    assert aic.jit(loudly_divided).__name__ == "loudly_divided"
