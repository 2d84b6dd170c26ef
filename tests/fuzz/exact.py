"""The exact value of an inexact ufunc, and how far a computed one is from it: mpmath, with enough bits for the sine of 1e308.

Errors are in units in the last place of the result's dtype, of complex results relative to the modulus."""
import mpmath
import numpy as np

mp = mpmath.mp
mp.prec = 1300


def logaddexp(x, y):
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def logaddexp2(x, y):
    return max(x, y) + mp.log1p(mp.power(2, -abs(x - y))) / mp.log(2)


def power(x, y):
    return mp.mpf(1) if y == 0 else mp.power(x, y)


EXACTLY = {
    "exp": mp.exp, "exp2": lambda x: mp.power(2, x), "expm1": mp.expm1, "log": mp.log, "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10), "log1p": mp.log1p, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "arcsin": mp.asin,
    "arccos": mp.acos, "arctan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "arcsinh": mp.asinh, "arccosh": mp.acosh,
    "arctanh": mp.atanh, "sqrt": mp.sqrt, "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "hypot": mp.hypot,
    "arctan2": lambda y, x: mp.atan2(y, x), "logaddexp": logaddexp, "logaddexp2": logaddexp2, "power": power, "float_power": power,
    "deg2rad": lambda x: x * mp.pi / 180, "rad2deg": lambda x: x * 180 / mp.pi, "radians": lambda x: x * mp.pi / 180,
    "degrees": lambda x: x * 180 / mp.pi, "absolute": abs, "square": lambda x: x * x, "reciprocal": lambda x: 1 / x,
    "multiply": lambda x, y: x * y, "divide": lambda x, y: x / y, "sign": lambda x: x / abs(x),
}


def number(x):
    """The value of a NumPy scalar, exactly."""
    if x.dtype.kind == "c":
        return mp.mpc(mp.mpf(float(x.real)), mp.mpf(float(x.imag)))
    return mp.mpf(int(x)) if x.dtype.kind in "iub" else mp.mpf(float(x))


def unit(size, dtype):
    """The unit in the last place of a number of this size."""
    info = np.finfo(dtype)
    least = mp.mpf(float(info.smallest_normal))
    exponent = mp.frexp(max(size, least))[1] - 1
    return mp.ldexp(1, int(exponent) - info.nmant)


def error(name, operands, value):
    """In ulp; None: not to be said."""
    if not all(np.isfinite(x) for x in operands):
        return None
    try:
        exact = EXACTLY[name](*(number(x) for x in operands))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if not mpmath.isfinite(exact) or isinstance(exact, mpmath.mpc) and value.dtype.kind != "c":
        return None
    ulp = unit(abs(exact), value.dtype)
    top = mp.mpf(float(np.finfo(value.dtype).max))
    if not np.isfinite(value):  # an overflow is right where the exact value, or a part of it, overflows
        beyond = max(abs(mp.re(exact)), abs(mp.im(exact))) > top - 2 * ulp
        return mp.mpf(0) if beyond and not (np.isnan(value) and value.dtype.kind != "c") else mp.inf
    return abs(number(value) - exact) / ulp


def distances(name, operands, got, want, apart, most):
    """(error of got, error of want, place) of the places `apart` where they differ most, at most `most` of them."""
    if len(apart) > most:
        with np.errstate(all="ignore"):
            wide = np.abs((got[apart].astype(np.clongdouble) - want[apart].astype(np.clongdouble)) / np.abs(want[apart]).astype(np.longdouble))
        wide[~np.isfinite(wide)] = np.inf
        apart = apart[np.argsort(-wide)[:most]]
    found = []
    for k in apart:
        at = [x[k] for x in operands]
        found.append((error(name, at, got[k]), error(name, at, want[k]), k))
    return found
