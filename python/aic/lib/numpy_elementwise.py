"""Elementwise functions that are compositions of records, and comparisons of whole arrays."""
from numpy import bool_, complex128, float16, float32, float64, iinfo, int32, int64, positive

from aic.lib import numpy as np
from aic.lib import prim


def clip(a, a_min="<no value>", a_max="<no value>", out=None, *, min="<no value>", max="<no value>"):
    if not np._is_given(a_min) and not np._is_given(a_max):
        return _method_clip(a, min if np._is_given(min) else None, max if np._is_given(max) else None, out)
    if not np._is_given(a_min) or not np._is_given(a_max):
        raise TypeError(f"clip() missing 1 required positional argument: '{'a_max' if np._is_given(a_min) else 'a_min'}'")
    if np._is_given(min) or np._is_given(max):
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    return _method_clip(a, a_min, a_max, out)


def _method_clip(a, min=None, max=None, out=None):
    low = min
    high = max
    r = a if prim.is_array(a) else prim.cast(a, prim.dtype(a)) if prim.is_number(a) else prim.as_array(a)
    out = np._only_out(out)
    if low is None and high is None:
        return positive(r, out=out)
    operands = (r,) if low is None else (r, low)
    operands = operands if high is None else operands + (high,)
    _check_together(operands if out is None else operands + (out,))
    if low is not None:
        r = prim.maximum(r, _no_less(low, r))
    if high is not None:
        r = prim.minimum(r, _no_greater(high, r))
    if out is None:
        return r
    name = "clip" if low is not None and high is not None else "maximum" if high is None else "minimum"
    np._check_casting(name, prim.dtype(r), out, "same_kind")
    return _stored(out, prim.cast(r, prim.dtype(out)))


def _check_together(operands):
    """That shapes broadcast: all at once, which is how NumPy tells of them. The last may be the array for the result."""
    fits = True
    shape = ()
    text = ""
    for x in operands:
        fits = fits and np._stretches(shape, np.shape(x))
        shape = np._stretched_shape(shape, np.shape(x))
    if not fits:
        for x in operands:
            text = f"{text}{np._told_shape(np.shape(x))} "
        raise ValueError(f"operands could not be broadcast together with shapes {text}")


def _stored(out, r):
    """What a ufunc computed, stored in `out`, with which its shape broadcasts."""
    shape = np._stretched_shape(out.shape, np.shape(r))
    if shape != out.shape:
        raise ValueError(f"non-broadcastable output operand with shape {np._told_shape(out.shape)} doesn't match the broadcast shape {np._told_shape(shape)}")
    out[...] = r
    return out


def _is_weak_beside(limit, a):
    """Whether it is an int of Python's beside integers that do not hold all of them: what lies beyond them limits nothing."""
    narrow = prim.kind(a) == "u" or (prim.kind(a) == "i" and prim.itemsize(a) < 8)
    return narrow and prim.is_number(limit) and not prim.is_numpy(limit) and prim.kind(limit) == "i"


def _no_less(low, a):
    if _is_weak_beside(low, a):
        least = iinfo(prim.dtype(a)).min
        return low if low > least else least
    return low


def _no_greater(high, a):
    if _is_weak_beside(high, a) and prim.itemsize(a) < 8:
        most = iinfo(prim.dtype(a)).max
        return high if high < most else most
    return high


def round(a, decimals=0, out=None):
    x = a if prim.is_array(a) else prim.cast(a, prim.dtype(a)) if prim.is_number(a) else prim.as_array(a)
    if prim.kind(x) == "b":
        prim.refuse("round of booleans")
    if prim.kind(x) == "c":
        return _rounded_into(out, prim.add(_rounded(prim.real(x), decimals), prim.multiply(_rounded(prim.imag(x), decimals), prim.cast(1j, prim.dtype(x)))))
    return _rounded_into(out, _rounded(x, decimals))


def _rounded_into(out, r):
    return r if out is None else np._into(out, r)


def _rounded(x, decimals):
    if prim.kind(x) == "i" or prim.kind(x) == "u":
        if decimals >= 0:
            return x[()] if prim.is_array(x) and prim.rank(x) == 0 else prim.copy(x)
        scale = 10.0**-decimals
        return prim.cast(prim.multiply(prim.rint(prim.divide(x, scale)), scale), prim.dtype(x))
    if decimals == 0:
        return prim.rint(x)
    if decimals > 0:
        scale = 10.0**decimals
        return prim.rint(x * scale) / scale
    scale = 10.0**-decimals
    return prim.rint(x / scale) * scale


around = round


def where(condition, x="<no value>", y="<no value>", /):
    if x is None or y is None:
        prim.refuse("where of None, which NumPy makes an array of objects of")
    if not np._is_given(x) and not np._is_given(y):
        return np.nonzero(condition)
    if not np._is_given(x) or not np._is_given(y):
        raise ValueError("either both or neither of x and y should be given")
    return prim.as_array(prim.select(condition, _beside_ints(x, y), _beside_ints(y, x)))


def _beside_ints(x, other):
    """An int of Python's beside ints of another dtype is cast to that, whatever it is: so np.where has it, ufuncs do not."""
    if prim.is_number(x) and not prim.is_numpy(x) and prim.kind(x) == "i" and (prim.is_array(other) or prim.is_numpy(other)):
        if prim.kind(other) == "i" or prim.kind(other) == "u":
            return prim.cast(prim.cast(x, int64), prim.dtype(other))
    return x


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    a = x if prim.is_array(x) else prim.cast(x, prim.dtype(x)) if prim.is_number(x) else prim.as_array(x)
    if prim.kind(a) == "c":
        r = _complex_of_parts(a, _finite(prim.real(a), nan, posinf, neginf), _finite(prim.imag(a), nan, posinf, neginf))
    else:
        r = _finite(a, nan, posinf, neginf) if prim.kind(a) == "f" else a[()] if prim.is_array(a) and prim.rank(a) == 0 else prim.copy(a)
    if copy is True or not prim.is_array(x):
        return r
    x[...] = r
    return x


def _finite(a, nan, posinf, neginf):
    big = 1.7976931348623157e308 if prim.itemsize(a) == 8 else 3.4028234663852886e38 if prim.itemsize(a) == 4 else 65504.0
    y = prim.select(prim.isnan(a), nan, a)
    y = prim.select(prim.equal(a, float("inf")), big if posinf is None else posinf, y)
    return prim.select(prim.equal(a, -float("inf")), -big if neginf is None else neginf, y)


def _complex_of_parts(like, real, imag):
    """Without the product by 1j, which makes nans of infinities."""
    if prim.rank(like) == 0:
        return prim.cast(complex(float(real), float(imag)), prim.dtype(like))
    z = np.empty_like(like)
    z.real = real
    z.imag = imag
    return z


def _placed(r, out, where):
    """What a ufunc computed, in the array given for it and where it is wanted."""
    if out is None:
        return r
    if isinstance(out, tuple):
        return _placed(r, out[0], where)
    return positive(r, out=out, where=where)


def float_power(x1, x2, out=None, *, where=True, dtype=None):
    x1 = _numbers(x1)
    x2 = _numbers(x2)
    common = prim.result_type(x1, x2) if dtype is None else prim.dtype(prim.cast(0, dtype))
    wide = complex128 if prim.kind(common) == "c" else float64
    if dtype is not None and not prim.same_dtype(prim.cast(0, dtype), prim.cast(0, wide)):
        raise TypeError("No loop matching the specified signature and casting was found for ufunc float_power")
    if prim.kind(prim.result_type(x1, x2)) == "c" and prim.kind(common) != "c":
        prim.refuse("a float_power of complex numbers as floats")
    return _placed(prim.power(prim.cast(x1, wide), prim.cast(x2, wide)), out, where)


def _as_float(x):
    """Floats as they are, bools and integers as the smallest float that holds them."""
    if prim.kind(x) == "f" or prim.kind(x) == "c":
        return prim.cast(x, prim.dtype(x))
    return prim.cast(x, float16 if prim.itemsize(x) == 1 else float32 if prim.itemsize(x) == 2 else float64)


def modf(x, out=(None, None)):
    a = _as_float(x)
    if prim.kind(x) == "c":
        raise TypeError("ufunc 'modf' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")
    whole = prim.trunc(a)
    rest = prim.select(prim.isinf(a), prim.cast(0, prim.dtype(a)), prim.subtract(a, whole))
    return _two_into(prim.copysign(rest, a), whole, out)


def _two_into(first, second, out):
    if out[0] is not None:
        first = np._into(out[0], first)
    if out[1] is not None:
        second = np._into(out[1], second)
    return first, second


def frexp(x):
    """Mantissas in 0.5…1 and exponents, exactly."""
    a = _as_float(x)
    if prim.itemsize(a) == 2:
        m, e = frexp(prim.cast(a, float32))
        return prim.cast(m, float16), e
    huge = 1024.0 if prim.itemsize(a) == 8 else 256.0
    scale = prim.cast(18014398509481984.0, prim.dtype(a))  # 2**54, for what is too small to have all bits
    tiny = prim.less(prim.fabs(a), prim.cast(1e-30, prim.dtype(a)))
    y = prim.select(tiny, prim.multiply(a, scale), a)
    plain = prim.logical_and(prim.isfinite(a), prim.not_equal(a, 0))
    size = prim.select(plain, prim.fabs(y), prim.cast(1, prim.dtype(a)))
    e = prim.add(prim.floor(prim.log2(size)), 1.0)
    e = prim.minimum(e, prim.cast(huge, prim.dtype(a)))
    m = prim.cast(prim.ldexp(size, prim.cast(prim.negative(e), int32)), prim.dtype(a))
    low = prim.less(m, 0.5)
    high = prim.greater_equal(m, 1.0)
    e = prim.add(e, prim.subtract(prim.cast(high, prim.dtype(a)), prim.cast(low, prim.dtype(a))))
    m = prim.select(low, prim.multiply(m, 2), prim.select(high, prim.multiply(m, 0.5), m))
    e = prim.select(tiny, prim.subtract(e, 54), e)
    return (prim.select(plain, prim.copysign(m, a), a), prim.cast(prim.select(plain, e, prim.cast(0, prim.dtype(a))), int32))


def ldexp(x1, x2, out=None, *, where=True, dtype=None):
    if dtype is None and prim.is_number(x1) and not prim.is_numpy(x1) and prim.kind(x1) == "i" and (prim.is_numpy(x2) or prim.is_array(x2)):
        # An int of Python goes into the first loop that takes the other.
        x1 = prim.cast(x1, float64) if prim.kind(x2) == "b" else prim.cast(prim.cast(x1, float64), float16)
    if prim.is_number(x2) and not prim.is_numpy(x2) and prim.kind(x2) == "i" and prim.kind(x1) != "b" and (prim.is_numpy(x1) or prim.is_array(x1)):
        x2 = prim.add(prim.cast(0, int32), x2)
    a = _as_float(x1) if dtype is None else _as_float(prim.cast(x1, dtype))
    if prim.kind(x2) == "f" or prim.kind(x2) == "c" or (prim.kind(x2) == "u" and prim.itemsize(x2) == 8):
        raise TypeError("ufunc 'ldexp' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")
    return _placed(prim.cast(prim.ldexp(a, x2), prim.dtype(a)), out, where)


def spacing(x, out=None, *, where=True, dtype=None):
    """To the next number away from zero, of its sign; of float16 to the next greater one."""
    a = _as_float(x) if dtype is None else _as_float(prim.cast(x, dtype))
    far = prim.cast(float("inf"), prim.dtype(a))
    if prim.itemsize(a) > 2:
        far = prim.select(prim.less(a, 0), prim.negative(far), far)
    r = prim.select(prim.isinf(a), prim.cast(float("nan"), prim.dtype(a)), prim.subtract(prim.nextafter(a, far), a))
    return _placed(r, out, where)


def unwrap(p, discont=None, axis=-1, *, period=6.283185307179586):
    a = prim.as_array(p)
    if prim.rank(a) == 0:
        raise ValueError("diff requires input that is at least one dimensional")
    if prim.kind(a) == "c":
        raise TypeError("ufunc 'remainder' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''")
    if prim.kind(a) != "f" or prim.kind(period) != "f":
        a = np.asarray(a, float64)
        if prim.kind(period) == "i" and prim.kind(p) != "f":
            prim.refuse("unwrap of integers by a whole period")
    axis = np._axis(axis, prim.rank(a))
    d = np.asarray(np._diff(prim.as_array(p), axis), prim.dtype(a))  # of integers in their own dtype, where it may wrap
    high = period / 2
    far = high if discont is None else discont
    turned = prim.subtract(prim.remainder(prim.add(d, high), period), high)
    turned = prim.select(prim.logical_and(prim.equal(turned, -high), prim.greater(d, 0)), high, turned)
    steps = prim.select(prim.less(prim.absolute(d), far), 0.0, prim.subtract(turned, d))
    out = prim.copy(a)
    later = np._along(prim.rank(a), axis, slice(1, None, None))
    out[later] = prim.add(a[later], np.cumsum(steps, axis))
    return out


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    if prim.kind(b) != "f" and prim.kind(b) != "c":  # a difference of ints could wrap, one of bools is none
        b = float(b) if prim.is_number(b) and not prim.is_numpy(b) else prim.cast(_numbers(b), float64)
    near = prim.less_equal(prim.absolute(prim.subtract(a, b)), atol + rtol * prim.absolute(b))
    both_finite = prim.logical_and(prim.isfinite(a), prim.isfinite(b))
    result = prim.logical_or(prim.logical_and(near, both_finite), prim.equal(a, b))
    if equal_nan:
        result = prim.logical_or(result, prim.logical_and(prim.isnan(a), prim.isnan(b)))
    return result if prim.rank(result) > 0 else bool_(result)  # of two floats too


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    a1 = prim.as_array(a1)
    a2 = prim.as_array(a2)
    if a1.shape != a2.shape:
        return False
    if equal_nan:
        return bool(np.all(prim.logical_or(prim.equal(a1, a2), prim.logical_and(prim.not_equal(a1, a1), prim.not_equal(a2, a2)))))
    return bool(np.all(prim.equal(a1, a2)))


def angle(z, deg=False):
    if prim.kind(z) == "f" or prim.kind(z) == "c":
        r = prim.angle(z)
    else:
        r = prim.arctan2(0, z)
    if deg:
        r *= 180.0 / 3.141592653589793
    return _of_numpy(r)


def _of_numpy(r):
    """What is of numbers of Python's as a scalar of NumPy."""
    return prim.cast(r, prim.dtype(prim.as_array(r))) if prim.is_number(r) and not prim.is_numpy(r) else r


def _method_conj(a):
    return prim.conjugate(a) if prim.kind(a) == "c" else a


_method_conjugate = _method_conj


def _numbers(x):
    """A list as an array; what has parts as it is."""
    return x if prim.is_array(x) or prim.is_number(x) else prim.as_array(x)


def real(val):
    return _numbers(val).real


def imag(val):
    return _numbers(val).imag


def fix(x):
    return prim.trunc(_of_numpy(x))


def _of_numpy(x):
    """A Python number as NumPy's."""
    return x if prim.is_array(x) else prim.cast(x, prim.dtype(x)) if prim.is_number(x) else prim.as_array(x)


def _of_parts(real, imag):
    """A complex number or array: without the product by 1j, which makes nans of infinities."""
    if prim.rank(real) == 0:
        return prim.cast(complex(float(real), float(imag)), complex128)
    z = prim.empty(real.shape, complex128)
    z.real = real
    z.imag = imag
    return z


def sinc(x):
    a = _of_numpy(x)
    y = prim.multiply(3.141592653589793, a)
    size = prim.itemsize(y)
    least = 1.0e-20 if prim.kind(y) == "c" else 0.0009765625 if size == 2 else 1.1920928955078125e-07 if size == 4 else 2.220446049250313e-16
    y = prim.select(prim.equal(y, 0), prim.cast(least, prim.dtype(y)), y)
    return prim.divide(prim.sin(y), y)


def isneginf(x):
    a = _of_numpy(x)
    return prim.logical_and(prim.isinf(a), prim.signbit(a))


def isposinf(x):
    a = _of_numpy(x)
    return prim.logical_and(prim.isinf(a), prim.logical_not(prim.signbit(a)))


def iscomplexobj(x):
    return prim.kind(x) == "c"


def isreal(x):
    return prim.equal(_numbers(x).imag, 0)


def iscomplex(x):
    return bool_(_numbers(x).imag != 0) if prim.rank(x) == 0 else prim.not_equal(_numbers(x).imag, 0)


def isrealobj(x):
    return prim.kind(x) != "c"


def isscalar(element):
    return not prim.is_array(element) and not isinstance(element, tuple) and element is not None


def divmod(x1, x2, out=(None, None)):
    if prim.is_number(x1) and prim.is_number(x2) and not prim.is_numpy(x1) and not prim.is_numpy(x2):
        x1 = prim.cast(x1, prim.dtype(prim.as_array(prim.add(x1, x2))))
    return _two_into(prim.floor_divide(x1, x2), prim.remainder(x1, x2), out)


def array_equiv(a1, a2):
    a1 = prim.as_array(a1)
    a2 = prim.as_array(a2)
    n, m = prim.rank(a1), prim.rank(a2)
    for k in prim.static_range(n if n < m else m):
        p, q = a1.shape[n - 1 - k], a2.shape[m - 1 - k]
        if p != q and p != 1 and q != 1:
            return False
    return bool(np.all(prim.equal(a1, a2)))
