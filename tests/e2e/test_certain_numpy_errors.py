"""What NumPy certainly refuses for the dtypes and ranks at hand raises NumPy's exception where a handler may catch it."""
import linecache

import numpy as np
import pytest

import aic
from harness import check

SOURCE = """
def f(a, i, m, z):
    try:
        {}
    except Exception as e:
        return type(e).__name__, str(e)
    return "", ""
"""
OPERATIONS = [
    "a[1.0]",
    "a['x']",
    "a[a]",
    "a[0, 0]",
    "a[0.5:2]",
    "a[[1.0]]",
    "a[None, 1.0]",
    "a[..., ...]",
    "a[0][0]",
    "a[0, 0] = 1.0",
    "a[2.0] = 1.0",
    "a[0] = 1j",
    "a[:] = 1j",
    "i[0] = 1j",
    "a @ 2.0",
    "2.0 @ a",
    "a @ None",
    "i += 1.5",
    "i /= 2",
    "a += 1j",
    "i += a",
    "i //= 2.0",
    "i **= 0.5",
    "i -= a[0]",
    "m += 1",
    "m -= True",
    "m *= 2.0",
    "m |= i",
    "i &= 1.0",
    "a & 1",
    "a << 1",
    "~a",
    "-m",
    "-m[0]",
    "m - m",
    "m[0] - m[1]",
    "np.subtract(m, m)",
    "np.negative(m)",
    "a % 1j",
    "z % 2",
    "z // 2",
    "z << 1",
    "np.add(a, a, out=i)",
    "np.sin(a, out=i)",
    "np.bitwise_and(a, i)",
    "np.floor(z)",
    "np.cbrt(z)",
    "np.arctan2(z, 1)",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_raised_where_it_is_caught(operation):
    name, text = f"<certain {operation}>", SOURCE.format(operation)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    scope = {"np": np}
    exec(compile(text, name, "exec"), scope)
    check(scope["f"], np.arange(3.0), np.arange(3), np.array([True, False]), np.ones(2) * 1j)


def passed_on(i):
    try:
        i += 1.5
    except ValueError:
        return 0
    except TypeError:
        raise


def test_passed_on_it_is_numpys_own():
    check(passed_on, np.arange(3))


def halved(i):
    i /= 2
    return i


def test_elsewhere_it_is_refused():
    with pytest.raises(aic.TypeInferenceError, match="AIC2104"):
        aic.jit(halved)(np.arange(3))
