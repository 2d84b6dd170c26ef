"""`x ** c` with a literal c that is computed without pow: at most 2 ulp, and pow's answers at the edges."""
import numpy as np
import pytest

import aic

EDGES = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 4.0, 5e-324, 1e-310, 1e-308, 1e206, 1e300, 1.7e308, 2.2250738585072014e-308]


@pytest.mark.parametrize("power", [-1.5, -1.0, 0.5, 2.0, 3.0])
def test_constant_powers(power):
    scope = {}
    source = f"def f(x):\n    return x ** {power}\n"
    import linecache
    name = f"<power {power}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), scope)
    r = np.random.default_rng(1)
    x = np.concatenate([np.exp(r.uniform(-690, 690, 50000)), 4 * r.random(20000), EDGES])
    with np.errstate(all="ignore"):
        exact = x.astype(np.longdouble) ** np.longdouble(power)
        want, got = x**power, aic.jit(scope["f"])(x)
        plain = np.isfinite(want) & (want != 0)
        assert np.array_equal(got[~plain], want[~plain], equal_nan=True)
        ulps = np.abs((got[plain].astype(np.longdouble) - exact[plain]) / np.spacing(np.abs(want[plain])))
    assert ulps.max() <= 2
