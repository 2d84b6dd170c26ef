"""numpy.random in the language: the streams of NumPy's Generator over PCG64 and of RandomState, bit for bit.

A generator is an array of its state, so that all who hold it see it advance. PCG64 (O'Neill, "PCG: a family of simple fast
space-efficient statistically good algorithms", 2014; XSL-RR on 128 bits): uint64 of state, increment (high half first),
whether half of a draw is kept, that half. MT19937 is in numpy_random_legacy.py. Methods are functions named
_<class>_<method> that take the state first.
"""
from numpy import bool_, float32, float64, int8, int16, int32, int64, ndindex, uint8, uint16, uint32, uint64

from aic.lib import numpy as np
from aic.lib import numpy_random_tables as tables
from aic.lib import prim

_LOW = uint64(0xFFFFFFFF)
_HALF = uint64(32)


# ---- seeds: numpy.random.SeedSequence (O'Neill's seed_seq_fe, 2015) ----
def _hashed(value, multiplier):
    """One word mixed with the present multiplier; the next multiplier."""
    value = (value ^ multiplier[0]) & _LOW
    multiplier[0] = multiplier[0] * multiplier[1] & _LOW
    value = value * multiplier[0] & _LOW
    return value ^ (value >> uint64(16))


def _mixed(x, y):
    r = (uint64(0xCA01F9DD) * x - uint64(0x4973F715) * y) & _LOW
    return r ^ (r >> uint64(16))


def _pool(seed):
    """Four words of entropy from an int."""
    if seed < 0:
        raise ValueError("expected non-negative integer")
    word = uint64(seed)
    pool = prim.full((4,), 0, uint64)
    pool[0] = word & _LOW
    pool[1] = word >> _HALF
    multiplier = prim.empty((2,), uint64)
    multiplier[0] = uint64(0x43B0D7E5)
    multiplier[1] = uint64(0x931E8875)
    for i in range(4):
        pool[i] = _hashed(pool[i], multiplier)
    for i in range(4):
        for j in range(4):
            if i != j:
                pool[j] = _mixed(pool[j], _hashed(pool[i], multiplier))
    return pool


def _words(pool, n):
    """n words of 64 bits drawn from the pool."""
    multiplier = prim.empty((2,), uint64)
    multiplier[0] = uint64(0x8B51F9DD)
    multiplier[1] = uint64(0x58F38DED)
    out = prim.empty((n,), uint64)
    for i in range(n):
        low = _hashed(pool[2 * i % 4], multiplier)
        out[i] = low | _hashed(pool[(2 * i + 1) % 4], multiplier) << _HALF
    return out


# ---- PCG64 ----
def _high_product(a, b):
    """The upper 64 bits of a product of two uint64."""
    low = (a & _LOW) * (b & _LOW)
    middle = (a >> _HALF) * (b & _LOW) + (low >> _HALF)
    other = (a & _LOW) * (b >> _HALF) + (middle & _LOW)
    return (a >> _HALF) * (b >> _HALF) + (middle >> _HALF) + (other >> _HALF)


def _step(s):
    """state = state * multiplier + increment, modulo 2**128."""
    high = uint64(2549297995355413924)
    low = uint64(4865540595714422341)
    carried = _high_product(s[1], low) + s[0] * low + s[1] * high
    product = s[1] * low
    s[1] = product + s[3]
    s[0] = carried + s[2] + (uint64(1) if s[1] < product else uint64(0))


def _pcg64(seed):
    if prim.kind(seed) != "i" and prim.kind(seed) != "u":
        prim.refuse("a seed that is not an int")
    words = _words(_pool(seed), 4)
    s = prim.full((6,), 0, uint64)
    s[2] = words[2] << uint64(1) | words[3] >> uint64(63)
    s[3] = words[3] << uint64(1) | uint64(1)
    _step(s)
    low = s[1]
    s[1] = low + words[1]
    s[0] = s[0] + words[0] + (uint64(1) if s[1] < low else uint64(0))
    _step(s)
    return s


def _next64(s):
    _step(s)
    x = s[0] ^ s[1]
    turn = s[0] >> uint64(58)
    return x >> turn | x << (uint64(64) - turn & uint64(63))


def _next32(s):
    """Half of a draw; the upper half is kept for the next time."""
    if s[4] != 0:
        s[4] = uint64(0)
        return s[5]
    x = _next64(s)
    s[4] = uint64(1)
    s[5] = x >> _HALF
    return x & _LOW


def _next_double(s):
    if isinstance(s, tuple):  # a RandomState's
        return legacy.next_double(s)
    return float(_next64(s) >> uint64(11)) * (1.0 / 9007199254740992.0)


def _below(s, span):
    """0…span inclusive, by Lemire's method ("Fast random integer generation in an interval", 2019)."""
    if span == 0:
        return uint64(0)
    if span <= _LOW:
        if span == _LOW:
            return _next32(s)
        width = span + uint64(1)
        m = _next32(s) * width
        if (m & _LOW) < width:
            least = (_LOW - span) % width
            while (m & _LOW) < least:
                m = _next32(s) * width
        return m >> _HALF
    if span == ~uint64(0):
        return _next64(s)
    width = span + uint64(1)
    x = _next64(s)
    if x * width < width:
        least = (~uint64(0) - span) % width
        while x * width < least:
            x = _next64(s)
    return _high_product(x, width)


def _below_masked(s, span, next32, next64):
    """0…span inclusive: draws under the smallest mask of ones that covers span, until one is."""
    if span == 0:
        return uint64(0)
    mask = span
    for shift in (1, 2, 4, 8, 16, 32):
        mask = mask | mask >> uint64(shift)
    if span <= _LOW:
        x = next32(s) & mask
        while x > span:
            x = next32(s) & mask
        return x
    x = next64(s) & mask
    while x > span:
        x = next64(s) & mask
    return x


def _under_mask(s, span):
    return _below_masked(s, span, _next32, _next64)


# ---- distributions ----
def _normal(s):
    """The ziggurat of 256 layers (Marsaglia and Tsang, 2000)."""
    while True:
        r = _next64(s)
        layer = int(r & uint64(0xFF))
        negative = r >> uint64(8) & uint64(1)
        inside = r >> uint64(9) & uint64(0xFFFFFFFFFFFFF)
        x = float(inside) * float(tables.NORMAL_WIDTH[layer])
        if negative != 0:
            x = -x
        if inside < tables.NORMAL_INSIDE[layer]:
            return x
        if layer == 0:
            while True:
                u = -0.27366123732975827203338247596 * prim.log1p(-_next_double(s))
                v = -prim.log1p(-_next_double(s))
                if v + v > u * u:
                    if inside >> uint64(8) & uint64(1) != 0:
                        return -(3.6541528853610087963519472518 + u)
                    return 3.6541528853610087963519472518 + u
        else:
            low = float(tables.NORMAL_HEIGHT[layer])
            if (float(tables.NORMAL_HEIGHT[layer - 1]) - low) * _next_double(s) + low < prim.exp(-0.5 * x * x):
                return x


def _exponential(s):
    while True:
        r = _next64(s) >> uint64(3)
        layer = int(r & uint64(0xFF))
        inside = r >> uint64(8)
        x = float(inside) * float(tables.EXPONENTIAL_WIDTH[layer])
        if inside < tables.EXPONENTIAL_INSIDE[layer]:
            return x
        if layer == 0:
            return 7.69711747013104972 - prim.log1p(-_next_double(s))
        low = float(tables.EXPONENTIAL_HEIGHT[layer])
        if (float(tables.EXPONENTIAL_HEIGHT[layer - 1]) - low) * _next_double(s) + low < prim.exp(-x):
            return x


def _gamma(s, shape):
    """Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; below 1 Ahrens and Dieter's, 1974."""
    if shape == 1.0:
        return _exponential(s)
    if shape == 0.0:
        return 0.0
    if shape < 1.0:
        while True:
            u = _next_double(s)
            v = _exponential(s)
            if u <= 1.0 - shape:
                x = prim.power(u, 1.0 / shape)
                if x <= v:
                    return x
            else:
                y = -prim.log((1.0 - u) / shape)
                x = prim.power(1.0 - shape + shape * y, 1.0 / shape)
                if x <= v + y:
                    return x
    b = shape - 1.0 / 3.0
    c = 1.0 / prim.sqrt(9.0 * b)
    while True:
        x = _normal(s)
        v = 1.0 + c * x
        while v <= 0.0:
            x = _normal(s)
            v = 1.0 + c * x
        v = v * v * v
        u = _next_double(s)
        if u < 1.0 - 0.0331 * (x * x) * (x * x):
            return b * v
        if prim.log(u) < 0.5 * x * x + b * (1.0 - v + prim.log(v)):
            return b * v


def _drawn(s, size, draw):
    """One draw, or an array of them."""
    if size is None:
        return draw(s)
    out = prim.empty(np._shape(size), float64)
    flat = prim.reshape(out, (out.size,))
    for i in range(flat.shape[0]):
        flat[i] = draw(s)
    return out


# ---- numpy.random.Generator ----
def default_rng(seed):
    return prim.instance("numpy.random._Generator", _pcg64(seed))


def PCG64(seed):
    return prim.instance("numpy.random._PCG64", _pcg64(seed))


def Generator(bit_generator):
    return prim.instance("numpy.random._Generator", prim.state(bit_generator))


def _next_single(s):
    return float32(float(_next32(s) >> uint64(8)) * (1.0 / 16777216.0))


def _float64_only(dtype):
    if not prim.same_dtype(dtype, float64):
        prim.refuse("draws of another dtype than float64")


def _drawn_into(s, out, size, draw):
    """Draws into the array given."""
    if size is not None:
        if np._length(size) != out.size:
            raise ValueError("size must match out.shape when used together")
    if not prim.contiguous(out) or not prim.same_dtype(out, float64):
        prim.refuse("an `out` of another dtype than float64 or in another order than C's")
    if not prim.writable(out):
        raise ValueError("output array is read-only")
    flat = prim.reshape(out, (out.size,))
    for i in range(flat.shape[0]):
        flat[i] = draw(s)
    return out


def _Generator_random(s, size=None, dtype=float64, out=None):
    if out is not None:
        _float64_only(dtype)
        return _drawn_into(s, out, size, _next_double)
    if prim.same_dtype(dtype, float32):
        if size is None:
            return float(_next_single(s))
        r = prim.empty(np._shape(size), float32)
        flat = prim.reshape(r, (r.size,))
        for i in range(flat.shape[0]):
            flat[i] = _next_single(s)
        return r
    _float64_only(dtype)
    return _drawn(s, size, _next_double)


def _Generator_uniform(s, low=0.0, high=1.0, size=None):
    if prim.rank(low) > 0 or prim.rank(high) > 0:
        return _with_parameters(s, lambda s, a, b: a + (b - a) * _next_double(s), float64, size, _as_floats(low), _as_floats(high))
    first = float(low)
    width = float(high) - first
    if width - width != 0.0:
        raise OverflowError("high - low range exceeds valid bounds")
    if width < 0.0:
        raise ValueError("high < low")
    return _drawn(s, size, lambda s: first + width * _next_double(s))


def _Generator_standard_normal(s, size=None, dtype=float64, out=None):
    _float64_only(dtype)
    if out is not None:
        return _drawn_into(s, out, size, _normal)
    return _drawn(s, size, _normal)


def _scale(scale):
    scale = float(scale)
    if scale < 0.0 or scale == 0.0 and prim.copysign(1.0, scale) < 0.0:
        raise ValueError("scale < 0")
    return scale


def _Generator_normal(s, loc=0.0, scale=1.0, size=None):
    if prim.rank(loc) > 0 or prim.rank(scale) > 0:
        _checked(scale, _not_negative, "scale < 0")
        return _with_parameters(s, lambda s, centre, wide: centre + wide * _normal(s), float64, size, _as_floats(loc), _as_floats(scale))
    centre = float(loc)
    wide = _scale(scale)
    return _drawn(s, size, lambda s: centre + wide * _normal(s))


def _Generator_lognormal(s, mean=0.0, sigma=1.0, size=None):
    centre = float(mean)
    wide = float(sigma)
    if wide < 0.0:
        raise ValueError("sigma < 0")
    return _drawn(s, size, lambda s: prim.exp(centre + wide * _normal(s)))


def _Generator_standard_exponential(s, size=None, dtype=float64, method="zig", out=None):
    np._no_out(out)
    _float64_only(dtype)
    if method != "zig":
        prim.refuse("this method of drawing exponentials")
    return _drawn(s, size, _exponential)


def _Generator_exponential(s, scale=1.0, size=None):
    if prim.rank(scale) > 0:
        _checked(scale, _not_negative, "scale < 0")
        return _with_parameters(s, lambda s, wide: wide * _exponential(s), float64, size, _as_floats(scale))
    wide = _scale(scale)
    return _drawn(s, size, lambda s: wide * _exponential(s))


def _Generator_standard_gamma(s, shape, size=None, dtype=float64, out=None):
    np._no_out(out)
    _float64_only(dtype)
    k = float(shape)
    if k < 0.0:
        raise ValueError("shape < 0")
    return _drawn(s, size, lambda s: _gamma(s, k))


def _Generator_gamma(s, shape, scale=1.0, size=None):
    k = float(shape)
    if k < 0.0:
        raise ValueError("shape < 0")
    wide = _scale(scale)
    return _drawn(s, size, lambda s: wide * _gamma(s, k))


def _Generator_integers(s, low, high=None, size=None, dtype=int64, endpoint=False):
    first = 0 if high is None else int(low)
    last = (int(low) if high is None else int(high)) - (0 if endpoint else 1)
    if first > last:
        raise ValueError("low > high" if endpoint else "high <= 0" if high is None else "low >= high")
    if not prim.same_dtype(dtype, int64):
        return _small_integers(s, first, last, size, dtype)
    start = prim.cast(int64(first), uint64)
    span = prim.cast(int64(last), uint64) - start
    if size is None:
        one = int64(start + _below(s, span))
        return int(one) if dtype is int else one
    out = prim.empty(np._shape(size), int64)
    flat = prim.reshape(out, (out.size,))
    for i in range(flat.shape[0]):
        flat[i] = int64(start + _below(s, span))
    return out


_LIMITS = ((bool_, 0, 1, 1), (int8, -128, 127, 8), (uint8, 0, 255, 8), (int16, -32768, 32767, 16), (uint16, 0, 65535, 16),
           (int32, -2147483648, 2147483647, 32), (uint32, 0, 4294967295, 32))


def _small_integers(s, first, last, size, dtype):
    bits = 0
    for known, low, high, width in _LIMITS:
        if prim.same_dtype(known, dtype):
            bits = width
            if first < low:
                raise ValueError(f"low is out of bounds for {prim.dtype_of(dtype).__name__}")
            if last > high:
                raise ValueError(f"high is out of bounds for {prim.dtype_of(dtype).__name__}")
    if bits == 0:
        prim.refuse("draws of this dtype")
    out = prim.empty(np._shape(1 if size is None else size), dtype)
    flat = prim.reshape(out, (out.size,))
    if bits == 32:
        span = uint64(last - first)
        for i in range(flat.shape[0]):
            flat[i] = first + int(_below(s, span))
    else:
        more.buffered(s, first, last - first, flat, bits)
    if size is None:
        return bool(out[0]) if dtype is bool else out[0]
    return out


# ---- numbers from parameters: each a number, or arrays of them ----
def _with_parameters(s, draw, dtype, size, *parameters):
    """One draw for each of the parameters, which broadcast; or as many as `size` says."""
    several = False
    for x in parameters:
        if prim.rank(x) > 0:
            several = True
    if not several:
        if size is None:
            return draw(s, *parameters)
        out = prim.empty(np._shape(size), dtype)
        flat = prim.reshape(out, (out.size,))
        for i in range(flat.shape[0]):
            flat[i] = draw(s, *parameters)
        return out
    shape = ()
    for x in parameters:
        shape = prim.broadcast_shapes(shape, prim.as_array(x).shape)
    if size is not None:
        if len(np._shape(size)) != len(shape):
            prim.refuse("a size of more axes than the parameters have")
        for k in prim.static_range(len(shape)):
            if np._shape(size)[k] != shape[k] and shape[k] != 1:
                raise ValueError(f"Output size {np._told_shape(np._shape(size))} is not compatible with broadcast dimensions of inputs {np._told_shape(shape)}.")
        shape = np._shape(size)
    wide = ()
    for x in parameters:
        wide = wide + (prim.broadcast_to(prim.as_array(x), shape),)
    out = prim.empty(shape, dtype)
    for place in ndindex(shape):
        values = ()
        for x in wide:
            values = values + (x[place].item(),)
        out[place] = draw(s, *values)
    return out


def _checked(x, good, message):
    """ValueError unless all of x pass."""
    if prim.rank(x) == 0:
        if not good(x):
            raise ValueError(message)
    else:
        for value in np.ravel(prim.as_array(x)):
            if not good(value.item()):
                raise ValueError(message)


def _as_floats(x):
    """A parameter as Python's float, or an array of float64."""
    return float(x) if prim.rank(x) == 0 else np.asarray(x, float64)


def _as_ints(x):
    return int(x) if prim.rank(x) == 0 else np.asarray(x, int64)


def _positive(x):
    return not (x <= 0.0)  # nan passes, as in NumPy


def _not_negative(x):
    return not (x < 0.0)


def _share(x):
    return x >= 0.0 and x <= 1.0


def _Generator_poisson(s, lam=1.0, size=None):
    _checked(lam, lambda x: not (x > 9.223372006484771e18), "lam value too large")
    _checked(lam, lambda x: x >= 0.0, "lam < 0 or lam is NaN" if prim.rank(lam) == 0 else "lam < 0 or lam contains NaNs")
    return _with_parameters(s, more.poisson, int64, size, _as_floats(lam))


def _Generator_binomial(s, n, p, size=None):
    _checked(n, lambda x: x >= 0, "n < 0")
    _checked(p, _share, "p < 0, p > 1 or p is NaN" if prim.rank(p) == 0 else "p < 0, p > 1 or p contains NaNs")
    return _with_parameters(s, more.binomial, int64, size, _as_ints(n), _as_floats(p))


def _Generator_geometric(s, p, size=None):
    _checked(p, lambda x: x > 0.0 and x <= 1.0, "p <= 0, p > 1 or p contains NaNs")
    return _with_parameters(s, more.geometric, int64, size, _as_floats(p))


def _Generator_negative_binomial(s, n, p, size=None):
    _checked(n, _positive, "n <= 0")
    _checked(n, lambda x: x == x, "n must not be NaN")
    _checked(p, lambda x: x > 0.0 and x <= 1.0, "p <= 0, p > 1 or p contains NaNs")
    return _with_parameters(s, more.negative_binomial, int64, size, _as_floats(n), _as_floats(p))


def _Generator_beta(s, a, b, size=None):
    _checked(a, _positive, "a <= 0")
    _checked(b, _positive, "b <= 0")
    return _with_parameters(s, more.beta, float64, size, _as_floats(a), _as_floats(b))


def _Generator_chisquare(s, df, size=None):
    _checked(df, _positive, "df <= 0")
    return _with_parameters(s, more.chisquare, float64, size, _as_floats(df))


def _Generator_f(s, dfnum, dfden, size=None):
    _checked(dfnum, _positive, "dfnum <= 0")
    _checked(dfden, _positive, "dfden <= 0")
    return _with_parameters(s, more.fisher, float64, size, _as_floats(dfnum), _as_floats(dfden))


def _Generator_standard_t(s, df, size=None):
    _checked(df, _positive, "df <= 0")
    return _with_parameters(s, more.standard_t, float64, size, _as_floats(df))


def _Generator_standard_cauchy(s, size=None):
    return _drawn(s, size, more.standard_cauchy)


def _Generator_laplace(s, loc=0.0, scale=1.0, size=None):
    _checked(scale, _not_negative, "scale < 0")
    return _with_parameters(s, more.laplace, float64, size, _as_floats(loc), _as_floats(scale))


def _Generator_gumbel(s, loc=0.0, scale=1.0, size=None):
    _checked(scale, _not_negative, "scale < 0")
    return _with_parameters(s, more.gumbel, float64, size, _as_floats(loc), _as_floats(scale))


def _Generator_logistic(s, loc=0.0, scale=1.0, size=None):
    _checked(scale, _not_negative, "scale < 0")
    return _with_parameters(s, more.logistic, float64, size, _as_floats(loc), _as_floats(scale))


def _Generator_triangular(s, left, mode, right, size=None):
    if prim.rank(left) > 0 or prim.rank(mode) > 0 or prim.rank(right) > 0:
        prim.refuse("triangles from arrays")
    if left > mode:
        raise ValueError("left > mode")
    if mode > right:
        raise ValueError("mode > right")
    if left == right:
        raise ValueError("left == right")
    return _with_parameters(s, more.triangular, float64, size, float(left), float(mode), float(right))


def _Generator_weibull(s, a, size=None):
    _checked(a, _not_negative, "a < 0")
    return _with_parameters(s, more.weibull, float64, size, _as_floats(a))


def _Generator_pareto(s, a, size=None):
    _checked(a, _positive, "a <= 0")
    return _with_parameters(s, more.pareto, float64, size, _as_floats(a))


def _Generator_power(s, a, size=None):
    _checked(a, _positive, "a <= 0")
    return _with_parameters(s, more.power, float64, size, _as_floats(a))


def _Generator_rayleigh(s, scale=1.0, size=None):
    _checked(scale, _not_negative, "scale < 0")
    return _with_parameters(s, more.rayleigh, float64, size, _as_floats(scale))


# ---- orders ----
def _shuffled(s, x, below):
    """Fisher and Yates, from the end."""
    for k in range(x.shape[0] - 1):
        i = x.shape[0] - 1 - k
        j = int(below(s, uint64(i)))
        if prim.rank(x) == 1:
            kept = x[j]
            x[j] = x[i]
            x[i] = kept
        elif i != j:
            row = prim.copy(x[j])
            x[j] = x[i]
            x[i] = row


def _permuted(s, x, below):
    if prim.rank(x) == 0:
        order = np.arange(int(x))
        _shuffled(s, order, below)
        return order
    if prim.rank(x) == 1:
        line = prim.copy(prim.as_array(x))
        _shuffled(s, line, below)
        return line
    order = np.arange(x.shape[0])
    _shuffled(s, order, below)
    return x[order]


def _Generator_shuffle(s, x, axis=0):
    if axis != 0:
        prim.refuse("shuffling along another axis than the first")
    _shuffled(s, x, _under_mask)


def _Generator_permutation(s, x, axis=0):
    if axis != 0:
        prim.refuse("a permutation along another axis than the first")
    return _permuted(s, x, _under_mask)


# ---- choices ----
def _floyd(s, n, size):
    """`size` different ones of 0…n-1 (Floyd, in Bentley's "Programming pearls", 1987), then shuffled. A table with open
    addresses holds those taken."""
    chosen = prim.empty((size,), int64)
    slots = 1
    while slots <= int(1.2 * size):
        slots = 2 * slots
    taken = prim.full((slots,), -1, int64)
    for j in range(n - size, n):
        one = int(_below(s, uint64(j)))
        for value in (one, j):
            at = value & (slots - 1)
            while taken[at] != -1 and taken[at] != value:
                at = at + 1 & (slots - 1)
            if taken[at] == -1:
                taken[at] = value
                chosen[j - n + size] = value
                break
    _shuffled(s, chosen, _below)
    return chosen


def _tail(s, n, size):
    """The same for many: the end of a shuffle that stops early."""
    order = np.arange(n)
    last = n - size if n - size > 1 else 1
    for k in range(n - last):
        i = n - 1 - k
        j = int(_below(s, uint64(i)))
        kept = order[j]
        order[j] = order[i]
        order[i] = kept
    return prim.copy(order[n - size :])


def _by_weight(p, n, u):
    """Places in the cumulated weights."""
    if prim.rank(p) != 1:
        raise ValueError("p must be 1-dimensional")
    weights = np.asarray(p, float64)
    if weights.shape[0] != n:
        raise ValueError("a and p must have same size")
    if np.any(prim.isnan(weights)):
        raise ValueError("Probabilities contain NaN")
    if np.any(weights < 0):
        raise ValueError("Probabilities are not non-negative")
    if prim.fabs(float(np.sum(weights)) - 1.0) > 1.4901161193847656e-08:
        raise ValueError("Probabilities do not sum to 1. See Notes section of docstring for more information.")
    cumulated = np.cumsum(weights)
    return np.searchsorted(cumulated / cumulated[n - 1], u, "right")


def _picked(a, places):
    if prim.rank(a) > 0:
        return a[places]
    return places if prim.rank(places) > 0 else int(places)


def _Generator_choice(s, a, size=None, replace=True, p=None, axis=0, shuffle=True):
    if axis != 0 or shuffle is not True:
        prim.refuse("choices along another axis, or not shuffled")
    n = a.shape[0] if prim.rank(a) > 0 else int(a)
    if n <= 0 and (size is None or np._length(size) > 0):
        raise ValueError("a must be a positive integer unless no samples are taken" if prim.rank(a) == 0 else "a cannot be empty unless no samples are taken")
    if p is not None:
        if replace is not True:
            prim.refuse("weighted choices without replacement")
        return _picked(a, _by_weight(p, n, _Generator_random(s, size)))
    if replace is True:
        return _picked(a, _Generator_integers(s, 0, n, size))
    if size is None:
        return _picked(a, _Generator_integers(s, 0, n))
    count = np._length(size)
    if count > n:
        raise ValueError("Cannot take a larger sample than population when replace is False")
    places = _tail(s, n, count) if n > 10000 and count > n // 50 else _floyd(s, n, count)
    return _picked(a, prim.reshape(places, np._shape(size)))


def _RandomState_choice(s, a, size=None, replace=True, p=None):
    n = a.shape[0] if prim.rank(a) > 0 else int(a)
    if n <= 0 and (size is None or np._length(size) > 0):
        raise ValueError("a must be greater than 0 unless no samples are taken" if prim.rank(a) == 0 else "'a' cannot be empty unless no samples are taken")
    if p is not None:
        if replace is not True:
            prim.refuse("weighted choices without replacement")
        return _picked(a, _by_weight(p, n, _RandomState_random_sample(s, size)))
    if replace is True:
        return _picked(a, legacy.integers(s, 0, n, size, int64))
    if size is None:
        return _picked(a, _RandomState_permutation(s, n)[0])
    count = np._length(size)
    if count > n:
        raise ValueError("Cannot take a larger sample than population when 'replace=False'")
    return _picked(a, prim.reshape(prim.copy(_RandomState_permutation(s, n)[:count]), np._shape(size)))


# ---- numpy.random.RandomState ----
def RandomState(seed):
    return prim.instance("numpy.random._RandomState", legacy.seeded(seed))


def _RandomState_rand(s, *args):
    return legacy.drawn_over(s, args, legacy.next_double)


def _RandomState_randn(s, *args):
    return legacy.drawn_over(s, args, legacy.normal)


def _RandomState_random_sample(s, size=None):
    return _drawn(s, size, legacy.next_double)


_RandomState_random = _RandomState_random_sample


def _RandomState_standard_normal(s, size=None):
    return _drawn(s, size, legacy.normal)


def _RandomState_uniform(s, low=0.0, high=1.0, size=None):
    first = float(low)
    width = float(high) - first
    if width - width != 0.0:
        raise OverflowError("Range exceeds valid bounds")
    return _drawn(s, size, lambda s: first + width * legacy.next_double(s))


def _RandomState_normal(s, loc=0.0, scale=1.0, size=None):
    centre = float(loc)
    wide = _scale(scale)
    return _drawn(s, size, lambda s: centre + wide * legacy.normal(s))


def _RandomState_randint(s, low, high=None, size=None, dtype=int):
    return legacy.integers(s, low, high, size, dtype)


def _RandomState_shuffle(s, x):
    _shuffled(s, x, legacy.below)


def _RandomState_permutation(s, x):
    return _permuted(s, x, legacy.below)


def _RandomState_seed(s, seed=None):
    if seed is None:
        prim.refuse("a seed from the system")
    legacy.reseed(s[0], seed)
    s[1][0] = 0
    s[2][0] = 0.0


def _RandomState_ranf(s, size=None):
    return _drawn(s, size, legacy.next_double)


def _exponential_legacy(s):
    return -prim.log(1.0 - legacy.next_double(s))


def _RandomState_standard_exponential(s, size=None):
    return _drawn(s, size, _exponential_legacy)


def _RandomState_exponential(s, scale=1.0, size=None):
    wide = _scale(scale)
    return _drawn(s, size, lambda s: wide * _exponential_legacy(s))


def _RandomState_lognormal(s, mean=0.0, sigma=1.0, size=None):
    centre = float(mean)
    wide = float(sigma)
    if wide < 0.0:
        raise ValueError("sigma < 0")
    return _drawn(s, size, lambda s: prim.exp(centre + wide * legacy.normal(s)))


def _RandomState_poisson(s, lam=1.0, size=None):
    return _Generator_poisson(s, lam, size)


def _RandomState_binomial(s, n, p, size=None):
    return _Generator_binomial(s, n, p, size)


def _RandomState_laplace(s, loc=0.0, scale=1.0, size=None):
    return _Generator_laplace(s, loc, scale, size)


def _RandomState_gumbel(s, loc=0.0, scale=1.0, size=None):
    return _Generator_gumbel(s, loc, scale, size)


def _RandomState_logistic(s, loc=0.0, scale=1.0, size=None):
    return _Generator_logistic(s, loc, scale, size)


def _RandomState_triangular(s, left, mode, right, size=None):
    return _Generator_triangular(s, left, mode, right, size)


# ---- np.random.seed and its kin: the one RandomState that all of Python shares ----
def _shared():
    if not shared.KNOWN:
        prim.refuse("np.random's own generator, which is not where it is looked for")
    return shared.KEYS, shared.HAS, shared.KEPT


def seed(seed=None):
    _RandomState_seed(_shared(), seed)


def rand(*args):
    return legacy.drawn_over(_shared(), args, legacy.next_double)


def randn(*args):
    return legacy.drawn_over(_shared(), args, legacy.normal)


def random_sample(size=None):
    return _drawn(_shared(), size, legacy.next_double)


random = random_sample


ranf = random_sample


sample = random_sample


def randint(low, high=None, size=None, dtype=int):
    return legacy.integers(_shared(), low, high, size, dtype)


def uniform(low=0.0, high=1.0, size=None):
    return _RandomState_uniform(_shared(), low, high, size)


def normal(loc=0.0, scale=1.0, size=None):
    return _RandomState_normal(_shared(), loc, scale, size)


def standard_normal(size=None):
    return _drawn(_shared(), size, legacy.normal)


def exponential(scale=1.0, size=None):
    return _RandomState_exponential(_shared(), scale, size)


def standard_exponential(size=None):
    return _RandomState_standard_exponential(_shared(), size)


def lognormal(mean=0.0, sigma=1.0, size=None):
    return _RandomState_lognormal(_shared(), mean, sigma, size)


def poisson(lam=1.0, size=None):
    return _Generator_poisson(_shared(), lam, size)


def binomial(n, p, size=None):
    return _Generator_binomial(_shared(), n, p, size)


def laplace(loc=0.0, scale=1.0, size=None):
    return _Generator_laplace(_shared(), loc, scale, size)


def gumbel(loc=0.0, scale=1.0, size=None):
    return _Generator_gumbel(_shared(), loc, scale, size)


def logistic(loc=0.0, scale=1.0, size=None):
    return _Generator_logistic(_shared(), loc, scale, size)


def triangular(left, mode, right, size=None):
    return _Generator_triangular(_shared(), left, mode, right, size)


def shuffle(x):
    _shuffled(_shared(), x, legacy.below)


def permutation(x):
    return _permuted(_shared(), x, legacy.below)


def choice(a, size=None, replace=True, p=None):
    return _RandomState_choice(_shared(), a, size, replace, p)


from aic.lib import numpy_random_legacy as legacy  # noqa: E402  (it names this module)
from aic.lib import numpy_random_global as shared  # noqa: E402
from aic.lib import numpy_random_distributions as more  # noqa: E402
