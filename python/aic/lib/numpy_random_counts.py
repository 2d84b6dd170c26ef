"""Further distributions over both generators, draw for draw as NumPy makes them: hypergeometric (Stadlober, "The ratio of uniforms approach for
generating discrete random variates", 1990), logarithmic, Zipf (Devroye, "Non-uniform random variate generation", 1986), Wald (Michael,
Schucany and Haas, 1976), von Mises (Best and Fisher, 1979), multinomial and Dirichlet. A RandomState goes other ways in places: its
streams never change."""
from numpy import int64, uint64

from aic.lib import numpy_random_bits as bits
from aic.lib import numpy_random_distributions as more
from aic.lib import numpy_random_normals as normals
from aic.lib import prim


# ---- counts ----
def logseries(s, p):
    legacy = bits.is_legacy(s)
    r = prim.log(1.0 - p) if legacy else prim.log1p(-p)
    while True:
        v = bits.next_double(s)
        if v >= p:
            return 1
        u = bits.next_double(s)
        q = 1.0 - prim.exp(r * u) if legacy else -prim.expm1(r * u)
        if v <= q * q:
            k = prim.floor(1.0 + prim.log(v) / prim.log(q))
            if k >= 1.0 and v != 0.0:
                return int(k)
        elif v >= q:
            return 1
        else:
            return 2


def zipf(s, a):
    if not bits.is_legacy(s) and a >= 1025.0:  # the chance of 2 is below what a double holds
        return 1
    power = a - 1.0
    b = prim.power(2.0, power)
    least = 0.0 if bits.is_legacy(s) else prim.power(9.223372036854775807e18, -power)
    while True:
        u = bits.next_double(s)
        u = 1.0 - u if bits.is_legacy(s) else u * least + (1.0 - u)
        v = bits.next_double(s)
        x = prim.floor(prim.power(u, -1.0 / power))
        if x >= 9.223372036854775807e18 or x < 1.0:
            continue
        t = prim.power(1.0 + 1.0 / x, power)
        if v * x * (t - 1.0) / (b - 1.0) <= t / b:
            return int(x)


_LOG_SQUARE_ROOT = 0.9189385332046728  # of twice pi


def _log_factorial(k, legacy):
    """Of whole k: from sums of logarithms where NumPy has a table, from Stirling's series where not. A RandomState has its own."""
    if legacy:
        return more._log_gamma(float(k + 1))
    if k <= 125:
        return prim.lgamma(float(k + 1))
    x = float(k)
    return (x + 0.5) * prim.log(x) - x + (_LOG_SQUARE_ROOT + (1.0 / x) * (1.0 / 12.0 - 1.0 / (360.0 * x * x)))


def hypergeometric(s, good, bad, sample):
    if bits.is_legacy(s):
        if sample > 10:
            return _of_ratios(s, good, bad, sample)
        return _one_after_another(s, good, bad, sample) if sample > 0 else 0
    if sample >= 10 and sample <= good + bad - 10:
        return _of_ratios(s, good, bad, sample)
    return _drawn_from_the_urn(s, good, bad, sample)


def _one_after_another(s, good, bad, sample):
    rest = bad + good - sample
    fewer = float(good if good < bad else bad)
    left = fewer
    k = sample
    while left > 0.0:
        left -= prim.floor(bits.next_double(s) + left / (rest + k))
        k -= 1
        if k == 0:
            break
    taken = int(fewer - left)
    return sample - taken if good > bad else taken


def _drawn_from_the_urn(s, good, bad, sample):
    total = good + bad
    complement = sample > total // 2
    draws = total - sample if complement else sample
    left = total
    good_left = good
    while draws > 0 and good_left > 0 and left > good_left:
        left -= 1
        if int(bits.under_mask(s, uint64(left))) < good_left:
            good_left -= 1
        draws -= 1
    if left == good_left:
        good_left -= draws
    return good_left if complement else good - good_left


def _of_ratios(s, good, bad, sample):
    legacy = bits.is_legacy(s)
    total = good + bad
    fewer = good if good < bad else bad
    more_of = bad if good < bad else good
    n = sample if sample < total - sample else total - sample
    p = float(fewer) / total
    q = 1.0 - p if legacy else float(more_of) / total
    a = n * p + 0.5
    spread = float(total - n) * (sample if legacy else n) * p * q / (total - 1)
    c = prim.sqrt(spread + 0.5)
    h = 1.7155277699214135 * c + 0.8989161620588988
    mode = int(prim.floor(float(n + 1) * (fewer + 1) / (total + 2)))
    g = _log_ways(mode, fewer, n, more_of, legacy)
    bound = prim.minimum(float(n if n < fewer else fewer) + 1.0, prim.floor(a + 16.0 * c))
    k = 0
    while True:
        u = bits.next_double(s)
        v = bits.next_double(s)
        x = a + h * (v - 0.5) / u
        if x < 0.0 or x >= bound:
            continue
        k = int(prim.floor(x))
        t = g - _log_ways(k, fewer, n, more_of, legacy)
        if u * (4.0 - u) - 3.0 <= t:
            break
        if u * (u - t) >= 1.0:
            continue
        if 2.0 * prim.log(u) <= t:
            break
    if good > bad:
        k = n - k
    return good - k if n < sample else k


def _log_ways(k, fewer, n, more_of, legacy):
    return (_log_factorial(k, legacy) + _log_factorial(fewer - k, legacy) + _log_factorial(n - k, legacy) + _log_factorial(more_of - n + k, legacy))


def multinomial_into(s, out, n, pvals):
    """One row of counts."""
    d = pvals.shape[0]
    left = n
    rest = 1.0
    out[...] = 0
    for j in range(d - 1):
        k = more.binomial(s, left, float(pvals[j]) / rest)
        out[j] = k
        left -= k
        if left <= 0:
            break
        rest -= float(pvals[j])
    if left > 0:
        out[d - 1] = left


# ---- numbers ----
def noncentral_chisquare(s, df, nonc):
    if nonc != nonc:
        if not bits.is_legacy(s):
            return nonc
    if nonc == 0.0:
        return more.chisquare(s, df)
    if df > 1.0:
        square = more.chisquare(s, df - 1.0)
        x = normals.normal(s) + prim.sqrt(nonc)
        return square + x * x
    k = more.poisson(s, nonc / 2.0)
    return more.chisquare(s, df + 2 * k)


def noncentral_f(s, dfnum, dfden, nonc):
    above = noncentral_chisquare(s, dfnum, nonc) * dfden
    return above / (more.chisquare(s, dfden) * dfnum)


def wald(s, mean, scale):
    y = normals.normal(s)
    y = mean * y * y
    if bits.is_legacy(s):
        x = mean + mean / (2.0 * scale) * (y - prim.sqrt(4.0 * scale * y + y * y))
    else:
        d = 1.0 + prim.sqrt(1.0 + 4.0 * scale / y)
        x = mean * (1.0 - 2.0 / d)
    u = bits.next_double(s)
    return x if u <= mean / (mean + x) else mean * mean / x


_PI = 3.141592653589793


def vonmises(s, mu, kappa):
    if kappa != kappa:
        return kappa
    if kappa < 1e-8:
        return _PI * (2.0 * bits.next_double(s) - 1.0)
    if kappa < 1e-5:
        r = 1.0 / kappa + kappa
    elif kappa > 1e6 and not bits.is_legacy(s):  # a normal variate, wrapped around
        turned = mu + prim.sqrt(1.0 / kappa) * normals.normal(s)
        if turned < -_PI:
            turned += 2.0 * _PI
        if turned > _PI:
            turned -= 2.0 * _PI
        return turned
    else:
        root = 1.0 + prim.sqrt(1.0 + 4.0 * kappa * kappa)
        rho = (root - prim.sqrt(2.0 * root)) / (2.0 * kappa)
        r = (1.0 + rho * rho) / (2.0 * rho)
    w = 0.0
    while True:
        z = prim.cos(_PI * bits.next_double(s))
        w = (1.0 + r * z) / (r + z)
        y = kappa * (r - w)
        v = bits.next_double(s)
        if y * (2.0 - y) - v >= 0.0 or prim.log(y / v) + 1.0 - y >= 0.0:
            break
    angle = prim.arccos(w)
    if bits.next_double(s) < 0.5:
        angle = -angle
    angle += mu
    size = prim.fmod(prim.fabs(angle) + _PI, 2.0 * _PI) - _PI
    return -size if angle < 0.0 else size


def dirichlet_into(s, out, alpha, small, behind):
    """One row: sticks broken by betas where all of alpha is small, else gammas, normalised. `behind`: the sums of alpha from each place on."""
    d = alpha.shape[0]
    if small and behind[0] == 0.0:
        out[...] = 0.0
    elif small:
        rest = 1.0
        out[...] = 0.0
        for j in range(d - 1):
            share = more.beta(s, float(alpha[j]), float(behind[j + 1]))
            out[j] = rest * share
            rest *= 1.0 - share
            if behind[j + 1] == 0.0:
                break
        out[d - 1] = rest
    else:
        total = 0.0
        for j in range(d):
            x = normals.gamma(s, float(alpha[j]))
            out[j] = x
            total += x
        inverse = 1.0 / total
        for j in range(d):
            out[j] = out[j] * inverse
