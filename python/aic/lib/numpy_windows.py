"""Windows of signal processing, and the modified Bessel function that Kaiser's is made of."""
from numpy import float64

from aic.lib import numpy as np
from aic.lib import prim

_PI = 3.141592653589793


def _places(M):
    """1-M, 3-M, …, M-1, as floats; one point is a window of 1."""
    if prim.kind(M) != "i":
        prim.refuse("a window of other than a whole number of points")
    count = int(M)
    return prim.generate((count if count > 0 else 0,), lambda i: float(1 - count + 2 * i), float64)


def bartlett(M):
    m = float(M)
    if m <= 1.0:
        return _one(m)
    n = _places(M)
    return prim.select(prim.less_equal(n, 0.0), 1.0 + n / (m - 1.0), 1.0 - n / (m - 1.0))


def _one(m):
    return prim.full((1 if m >= 1.0 else 0,), 1.0, float64)


def blackman(M):
    m = float(M)
    if m <= 1.0:
        return _one(m)
    n = _places(M)
    return 0.42 + 0.5 * prim.cos(_PI * n / (m - 1.0)) + 0.08 * prim.cos(2.0 * _PI * n / (m - 1.0))


def hamming(M):
    m = float(M)
    if m <= 1.0:
        return _one(m)
    return 0.54 + 0.46 * prim.cos(_PI * _places(M) / (m - 1.0))


def hanning(M):
    m = float(M)
    if m <= 1.0:
        return _one(m)
    return 0.5 + 0.5 * prim.cos(_PI * _places(M) / (m - 1.0))


def kaiser(M, beta):
    if M == 1:
        return _one(1.0)
    n = prim.generate((M if M > 0 else 0,), lambda i: float(i), float64)
    alpha = (M - 1) / 2.0
    r = (n - alpha) / alpha
    return i0(beta * prim.sqrt(1.0 - r * r)) / i0(float(beta))


# Chebyshev coefficients of exp(-x) I0(x) in [0, 8] and of exp(-x) sqrt(x) I0(x) beyond (Clenshaw, "Chebyshev series for mathematical functions", 1962).
_NEAR = (
    -4.41534164647933937950e-18, 3.33079451882223809783e-17, -2.43127984654795469359e-16, 1.71539128555513303061e-15,
    -1.16853328779934516808e-14, 7.67618549860493561688e-14, -4.85644678311192946090e-13, 2.95505266312963983461e-12,
    -1.72682629144155570723e-11, 9.67580903537323691224e-11, -5.18979560163526290666e-10, 2.65982372468238665035e-9,
    -1.30002500998624804212e-8, 6.04699502254191894932e-8, -2.67079385394061173391e-7, 1.11738753912010371815e-6,
    -4.41673835845875056359e-6, 1.64484480707288970893e-5, -5.75419501008210370398e-5, 1.88502885095841655729e-4,
    -5.76375574538582365885e-4, 1.63947561694133579842e-3, -4.32430999505057594430e-3, 1.05464603945949983183e-2,
    -2.37374148058994688156e-2, 4.93052842396707084878e-2, -9.49010970480476444210e-2, 1.71620901522208775349e-1,
    -3.04682672343198398683e-1, 6.76795274409476084995e-1)
_FAR = (
    -7.23318048787475395456e-18, -4.83050448594418207126e-18, 4.46562142029675999901e-17, 3.46122286769746109310e-17,
    -2.82762398051658348494e-16, -3.42548561967721913462e-16, 1.77256013305652638360e-15, 3.81168066935262242075e-15,
    -9.55484669882830764870e-15, -4.15056934728722208663e-14, 1.54008621752140982691e-14, 3.85277838274214270114e-13,
    7.18012445138366623367e-13, -1.79417853150680611778e-12, -1.32158118404477131188e-11, -3.14991652796324136454e-11,
    1.18891471078464383424e-11, 4.94060238822496958910e-10, 3.39623202570838634515e-9, 2.26666899049817806459e-8,
    2.04891858946906374183e-7, 2.89137052083475648297e-6, 6.88975834691682398426e-5, 3.36911647825569408990e-3,
    8.04490411014108831608e-1)


def _series(x, coefficients):
    b0 = coefficients[0]
    b1 = 0.0
    b2 = 0.0
    for c in coefficients[1:]:
        b2 = b1
        b1 = b0
        b0 = x * b1 - b2 + c
    return 0.5 * (b0 - b2)


def _bessel(x):
    y = x if x >= 0.0 else -x
    if y <= 8.0:
        return prim.exp(y) * _series(y / 2.0 - 2.0, _NEAR)
    return prim.exp(y) * _series(32.0 / y - 2.0, _FAR) / prim.sqrt(y)


def i0(x):
    if prim.kind(x) == "c":
        raise TypeError("i0 not supported for complex values")
    a = np.asarray(x)
    dtype = prim.dtype(a) if prim.kind(a) == "f" else float64
    if prim.rank(a) == 0:
        return prim.as_array(prim.cast(_bessel(float(a[()])), dtype))
    return prim.generate(a.shape, lambda *i: _bessel(float(a[i])), dtype)
