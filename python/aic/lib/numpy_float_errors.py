"""Floating-point errors where they raise (`with np.errstate(divide="raise")`): which flags the processor would have set, told from
operands and results.

Errors have the numbers and the order in which NumPy looks at them: 1 division by zero, 2 overflow, 4 underflow, 8 invalid value.
Underflow of `multiply`, `divide`, `square` and `reciprocal` is that of IEEE 754: a result below the least normal number that is not
exact. Of exp, exp2, power, sin, hypot, arctan2, deg2rad and rad2deg it is any result below that number; other functions do not
underflow. With subnormal operands of transcendental functions NumPy's answer is that of the routine
which the processor's kind chose (cos of 1e-40 in single precision "underflows" on some).
"""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import prim


def _float_error(name, raising, scalar, where, r, x, y=None):
    """The first error of those that raise which an element of a ufunc's result has; 0: none has any."""
    if raising & 1 and _somewhere(_divides(name, r, x, y), where):
        return 1
    if raising & 2 and _somewhere(_overflows(name, scalar, r, x, y), where):
        return 2
    if raising & 4 and _somewhere(_underflows(name, r, x, y), where):
        return 4
    if raising & 8 and _somewhere(_is_invalid(name, r, x, y), where):
        return 8
    return 0


def _cast_error(raising, x, r):
    if raising & 2 and prim.kind(r) == "f" and _somewhere(prim.logical_and(prim.isinf(r), prim.isfinite(x)), True):
        return 2
    if raising & 4 and prim.kind(r) == "f" and _somewhere(prim.logical_and(_is_small(r), prim.not_equal(x, prim.cast(r, float64))), True):
        return 4
    if raising & 8 and prim.kind(r) != "f":
        if prim.kind(r) != "i" or prim.itemsize(r) < 4:
            prim.refuse("casting floats to this dtype where floating-point errors raise")
        limit = 9223372036854775808.0 if prim.itemsize(r) == 8 else 2147483648.0
        below = -limit if prim.itemsize(r) == 8 else -limit - 1.0
        wide = prim.cast(x, float64)
        inside = prim.greater_equal(wide, below) if prim.itemsize(r) == 8 else prim.greater(wide, below)
        if _somewhere(prim.logical_not(prim.logical_and(inside, prim.less(wide, limit))), True):
            return 8
    return 0


def _raise_float_error(error, name):
    if error == 1:
        raise FloatingPointError("divide by zero encountered in " + name)
    if error == 2:
        raise FloatingPointError("overflow encountered in " + name)
    if error == 4:
        raise FloatingPointError("underflow encountered in " + name)
    if error == 8:
        raise FloatingPointError("invalid value encountered in " + name)


def _somewhere(mask, where):
    if mask is None:
        return False
    here = mask if where is True else prim.logical_and(mask, where)
    if prim.is_array(here):
        return bool(np.any(here))
    return bool(here)


def _made_nan(r, x, y):
    """Where the result is nan and no operand is."""
    mask = prim.logical_and(prim.isnan(r), prim.logical_not(prim.isnan(x)))
    return mask if y is None else prim.logical_and(mask, prim.logical_not(prim.isnan(y)))


def _made_infinite(r, x, y):
    return prim.logical_and(prim.isinf(r), _are_finite(x, y))


def _are_finite(x, y):
    return prim.isfinite(x) if y is None else prim.logical_and(prim.isfinite(x), prim.isfinite(y))


# ---- division by zero ----
def _divides(name, r, x, y):
    if name == "divide" or (name == "floor_divide" and prim.kind(x) == "f"):
        return prim.logical_and(_made_infinite(r, x, y), prim.equal(y, 0))
    if name == "floor_divide" or name == "remainder" or name == "fmod":
        return prim.equal(y, 0) if prim.kind(x) != "f" else None
    if name == "reciprocal":
        return prim.equal(x, 0) if prim.kind(x) == "f" else None
    if name == "log" or name == "log2" or name == "log10":
        return prim.equal(x, 0)
    if name == "log1p":
        return prim.equal(x, -1)
    if name == "arctanh":
        return prim.equal(prim.fabs(x), 1)
    if name == "power" and prim.kind(x) == "f":
        return prim.logical_and(prim.isinf(r), prim.logical_and(prim.equal(x, 0), prim.less(y, 0)))
    return None


# ---- overflow ----
def _overflows(name, scalar, r, x, y):
    if prim.kind(x) != "f":
        return _int_overflows(name, scalar, r, x, y)
    if name == "divide" or name == "floor_divide":
        return prim.logical_and(_made_infinite(r, x, y), prim.not_equal(y, 0))
    if name == "reciprocal":
        return prim.logical_and(_made_infinite(r, x, y), prim.not_equal(x, 0))
    if name == "power":
        return prim.logical_and(_made_infinite(r, x, y), prim.not_equal(x, 0))
    if name in ("add", "subtract", "multiply", "square", "exp", "exp2", "expm1", "sinh", "cosh", "hypot", "rad2deg", "deg2rad"):
        return _made_infinite(r, x, y)
    if name in ("log", "log2", "log10", "log1p", "arctanh", "sqrt", "cbrt", "sin", "cos", "tan", "tanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh",
                "arccosh", "remainder", "fmod"):
        return None
    prim.refuse("this ufunc where floating-point errors raise")


def _int_overflows(name, scalar, r, x, y):
    """Arithmetic of NumPy's scalars tells when integers wrap; arrays tell it of the least one divided by -1 alone."""
    if prim.kind(x) == "i" and name == "floor_divide":
        return prim.logical_and(prim.equal(y, -1), prim.logical_and(prim.equal(r, x), prim.less(x, 0)))
    if not scalar or prim.kind(x) == "b":
        return None
    if name == "add":
        if prim.kind(x) == "u":
            return prim.less(r, x)
        return prim.less(prim.bitwise_and(prim.bitwise_xor(x, r), prim.bitwise_xor(y, r)), 0)
    if name == "subtract":
        if prim.kind(x) == "u":
            return prim.less(x, y)
        return prim.less(prim.bitwise_and(prim.bitwise_xor(x, y), prim.bitwise_xor(x, r)), 0)
    if name == "multiply":
        wrapped = prim.not_equal(prim.floor_divide(r, prim.select(prim.equal(x, 0), 1, x)), y)
        if prim.kind(x) == "i":
            turned = prim.logical_and(prim.equal(x, -1), prim.logical_and(prim.equal(r, y), prim.less(y, 0)))
            wrapped = prim.logical_or(wrapped, turned)
        return prim.logical_and(prim.not_equal(x, 0), wrapped)
    if name == "negative" or name == "absolute":
        if prim.kind(x) == "u":
            return prim.not_equal(x, 0) if name == "negative" else None
        return prim.logical_and(prim.equal(r, x), prim.less(x, 0))
    if name == "power":
        prim.refuse("powers of NumPy's integers where floating-point errors raise")
    return None


# ---- underflow ----
def _underflows(name, r, x, y):
    if prim.kind(r) != "f" or prim.kind(x) != "f":
        return None
    if name == "multiply":
        return prim.logical_and(_small_of(r, x, y), _is_inexact_product(r, x, y))
    if name == "square":
        return prim.logical_and(_small_of(r, x, None), _is_inexact_product(r, x, x))
    if name == "divide":
        return prim.logical_and(_small_of(r, x, y), _is_inexact_quotient(r, x, y))
    if name == "reciprocal":
        return prim.logical_and(_small_of(r, x, None), _is_inexact_quotient(r, prim.cast(1, prim.dtype(x)), x))
    if name == "exp" or name == "exp2":
        return prim.logical_and(_is_small(r), prim.isfinite(x))
    if name == "sin" or name == "deg2rad" or name == "rad2deg":
        return prim.logical_and(_is_small(r), _small_of(r, x, None))
    if name == "power":
        return prim.logical_and(_is_small(r), prim.logical_and(_are_finite(x, y), prim.not_equal(x, 0)))
    if name == "hypot" or name == "arctan2":
        return prim.logical_and(_is_small(r), _small_of(r, x, y))
    if name == "floor_divide":
        prim.refuse("floor_divide where underflow raises")
    return None


def _is_small(r):
    """Below the least normal number."""
    return prim.less(prim.fabs(r), prim.cast(2.2250738585072014e-308 if prim.itemsize(r) == 8 else 1.1754943508222875e-38, prim.dtype(r)))


def _small_of(r, x, y):
    """As _is_small or that number itself, to which a result may have been rounded, of finite operands that are not zero."""
    least = prim.cast(2.2250738585072014e-308 if prim.itemsize(r) == 8 else 1.1754943508222875e-38, prim.dtype(r))
    mask = prim.logical_and(prim.less_equal(prim.fabs(r), least), prim.logical_and(_are_finite(x, y), prim.not_equal(x, 0)))
    if y is None:
        return mask
    return prim.logical_and(mask, prim.not_equal(y, 0))


def _is_inexact_product(r, x, y):
    """Was a bit lost because the result is small? What is exact in the mantissas' product may not be in the result."""
    m, e = np.frexp(x)
    n, f = np.frexp(y)
    product, rest = _exact_product(m, n)
    return _is_lost(r, product, rest, prim.add(e, f))


def _is_inexact_quotient(r, x, y):
    m, e = np.frexp(x)
    n, f = np.frexp(y)
    quotient = prim.divide(m, n)
    product, rest = _exact_product(quotient, n)
    lost = prim.logical_or(prim.not_equal(product, m), prim.not_equal(rest, 0))
    return _is_lost(r, quotient, prim.cast(lost, prim.dtype(r)), prim.subtract(e, f))


def _is_lost(r, mantissa, rest, exponent):
    """Of mantissa · 2**exponent, rounded to the bits of a normal number, and what it lacks, as the result."""
    m, e = np.frexp(mantissa)
    n, f = np.frexp(r)
    e = prim.add(e, exponent)
    exact = prim.logical_and(prim.equal(rest, 0), prim.logical_and(prim.equal(m, n), prim.equal(e, f)))
    return prim.logical_and(prim.less(e, -1021 if prim.itemsize(r) == 8 else -125), prim.logical_not(exact))


def _exact_product(x, y):
    """The product rounded, and what that lacks (Dekker)."""
    split = prim.cast(134217729.0 if prim.itemsize(x) == 8 else 4097.0, prim.dtype(x))
    p = prim.multiply(x, y)
    a = _upper_half(x, split)
    b = _upper_half(y, split)
    c = prim.subtract(x, a)
    d = prim.subtract(y, b)
    rest = prim.subtract(prim.multiply(a, b), p)
    rest = prim.add(rest, prim.multiply(a, d))
    rest = prim.add(rest, prim.multiply(c, b))
    return p, prim.add(rest, prim.multiply(c, d))


def _upper_half(x, split):
    far = prim.multiply(x, split)
    return prim.subtract(far, prim.subtract(far, x))


# ---- invalid values ----
def _is_invalid(name, r, x, y):
    if prim.kind(x) != "f" or prim.kind(r) != "f":
        return None
    if name == "floor_divide":
        return prim.logical_or(_made_nan(r, x, y), prim.logical_and(_made_infinite(r, x, y), prim.not_equal(y, 0)))
    return _made_nan(r, x, y)


# ---- reductions ----
def _check_total(kind, a, r, axis, keepdims):
    """Of sums and products, which the library makes by itself."""
    raising = prim.float_errors()
    if raising == 0 or prim.kind(r) != "f":
        return
    if prim.itemsize(r) < 4:
        prim.refuse("sums and products of float16 where floating-point errors raise")
    has_nan = np._reduced(prim.isnan(a), "logical_or", axis, keepdims)
    has_infinity = np._reduced(prim.isinf(a), "logical_or", axis, keepdims)
    finite = prim.logical_not(prim.logical_or(has_nan, has_infinity))
    lost = prim.logical_and(finite, prim.logical_not(prim.isfinite(r)))
    if raising & 2 and _somewhere(lost, True):
        raise FloatingPointError("overflow encountered in reduce")
    if raising & 4 and kind == "multiply":
        has_zero = np._reduced(prim.equal(a, 0), "logical_or", axis, keepdims)
        if _somewhere(prim.logical_and(finite, prim.logical_and(_is_small(r), prim.logical_not(has_zero))), True):
            raise FloatingPointError("underflow encountered in reduce")
    if raising & 8 and _somewhere(prim.logical_and(prim.isnan(r), prim.logical_not(has_nan)), True):
        raise FloatingPointError("invalid value encountered in reduce")


def errstate___call__(state, function):
    """`@np.errstate(over="raise")` around a function that is made in compiled code."""

    def within(*args, **kwargs):
        with state:
            return function(*args, **kwargs)

    return within
