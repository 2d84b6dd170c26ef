"""Python's `random.Random`, draw for draw: MT19937 seeded by an int. The state is that of `numpy_random_legacy`: the keys,
whether a normal of `gauss` is kept, and which."""
from sys import version_info

from numpy import float64, int32, int64, uint64

from aic.lib import bisect, itertools, math, prim
from aic.lib import numpy_random_legacy as twister
from aic.lib import random_global, random_texts

_SAYS_WHERE = version_info < (3, 12)


def Random(x):
    state = prim.empty((625,), uint64), prim.full((1,), 0, int32), prim.full((1,), 0.0, float64)
    _Random_seed(state, x)
    return prim.instance("random._Random", state)


def _mixed(before, factor):
    return (before ^ before >> uint64(30)) * uint64(factor)


def _words(low):
    """The one or two words of 32 bits of an int, the least first."""
    out = prim.empty((2 if low >> uint64(32) else 1,), uint64)
    out[0] = low & uint64(0xFFFFFFFF)
    if len(out) == 2:
        out[1] = low >> uint64(32)
    return out


def _Random_seed(s, a):
    """init_by_array of the words of |a|; of a float, of its hash; of a text, of its bytes and their SHA-512."""
    keys, ones = s[0], uint64(0xFFFFFFFF)
    if isinstance(a, str):
        given = random_texts.words(a.encode())
    elif isinstance(a, bytes) or isinstance(a, bytearray):
        given = random_texts.words(bytes(a))
    elif isinstance(a, int):
        given = _words(uint64(abs(int(a))))
    elif isinstance(a, float):
        given = _words(prim.cast(int64(hash(a)), uint64))
    else:
        prim.refuse("a seed of random that is no number and no text")
    words = len(given)
    twister.fill(keys, 19650218)
    i, j = 1, 0
    for _ in range(max(624, words)):
        keys[i] = (keys[i] ^ _mixed(keys[i - 1], 1664525)) + given[j] + uint64(j) & ones
        i += 1
        j += 1
        if i == 624:
            keys[0] = keys[623]
            i = 1
        if j == words:
            j = 0
    for _ in range(623):
        keys[i] = (keys[i] ^ _mixed(keys[i - 1], 1566083941)) - uint64(i) & ones
        i += 1
        if i == 624:
            keys[0] = keys[623]
            i = 1
    keys[0] = uint64(0x80000000)
    at = s[3] if len(s) == 4 else keys[624:]
    at[0] = 624
    if s[1] is not None:
        s[1][0] = 0


# ---- ints ----
def _Random_random(s):
    return twister.next_double(s)


def _Random_getrandbits(s, k):
    if k < 0:
        raise ValueError("number of bits must be non-negative")
    if k == 0:
        return 0
    if k <= 32:
        return int(twister.next32(s) >> uint64(32 - k))
    low = twister.next32(s)
    if k > 64:
        raise OverflowError("an int beyond 64 bits")
    return int(low | twister.next32(s) >> uint64(64 - k) << uint64(32))


def _below(s, n):
    """An int of 0…n-1."""
    k = 0
    while k < 63 and n >> k != 0:
        k += 1
    r = _Random_getrandbits(s, k)
    while r >= n:
        r = _Random_getrandbits(s, k)
    return r


def _Random_randrange(s, start, stop=None, step=1):
    for bound in (start, stop, step):
        if bound is not None:
            if not isinstance(bound, int):
                prim.refuse("bounds of randrange that are not ints")
    if stop is None:
        if start > 0:
            return _below(s, int(start))
        raise ValueError("empty range for randrange()")
    width = stop - start
    if step == 1:
        if width > 0:
            return start + _below(s, width)
        if _SAYS_WHERE:
            raise ValueError(f"empty range for randrange() ({start}, {stop}, {width})")
        raise ValueError(f"empty range in randrange({start}, {stop})")
    if step == 0:
        raise ValueError("zero step for randrange()")
    n = (width + step - 1) // step if step > 0 else (width + step + 1) // step
    if n <= 0:
        if _SAYS_WHERE:
            raise ValueError("empty range for randrange()")
        raise ValueError(f"empty range in randrange({start}, {stop}, {step})")
    return start + step * _below(s, n)


def _Random_randint(s, a, b):
    return _Random_randrange(s, a, b + 1)


# ---- sequences ----
def _Random_choice(s, seq):
    if len(seq) == 0:
        raise IndexError("Cannot choose from an empty sequence")
    return seq[_below(s, len(seq))]


def _Random_shuffle(s, x):
    for i in range(len(x) - 1, 0, -1):
        j = _below(s, i + 1)
        x[i], x[j] = x[j], x[i]


def _Random_sample(s, population, k, *, counts=None):
    n = len(population)
    if counts is not None:
        before = list(itertools.accumulate(counts))
        if len(before) != n:
            raise ValueError("The number of counts does not match the population")
        total = before.pop()
        if total <= 0:
            raise ValueError("Total of counts must be greater than zero")
        return [population[bisect.bisect(before, at)] for at in _Random_sample(s, range(total), k)]
    if k < 0 or k > n:
        raise ValueError("Sample larger than population or is negative")
    result = []
    room = 21
    if k > 5:
        power = 1
        while power < 3 * k:
            power *= 4
        room += power
    if n <= room:
        pool = [x for x in population]
        for i in range(k):
            j = _below(s, n - i)
            result.append(pool[j])
            pool[j] = pool[n - i - 1]
        return result
    selected = set()
    for _ in range(k):
        j = _below(s, n)
        while j in selected:
            j = _below(s, n)
        selected.add(j)
        result.append(population[j])
    return result


def _Random_choices(s, population, weights=None, *, cum_weights=None, k=1):
    n = len(population)
    if weights is None and cum_weights is None:
        return [population[int(prim.floor(twister.next_double(s) * float(n)))] for _ in range(k)]
    if cum_weights is None:
        sums = []
        for w in weights:
            sums.append(w if len(sums) == 0 else sums[-1] + w)
    else:
        if weights is not None:
            raise TypeError("Cannot specify both weights and cumulative weights")
        sums = [w for w in cum_weights]
    if len(sums) != n:
        raise ValueError("The number of weights does not match the population")
    total = sums[-1] + 0.0
    if total <= 0.0:
        raise ValueError("Total of weights must be greater than zero")
    if total - total != 0.0:
        raise ValueError("Total of weights must be finite")
    out = []
    for _ in range(k):
        x = twister.next_double(s) * total
        low, high = 0, n - 1
        while low < high:
            middle = (low + high) // 2
            if x < sums[middle]:
                high = middle
            else:
                low = middle + 1
        out.append(population[low])
    return out


# ---- floats ----
def _Random_uniform(s, a, b):
    return a + (b - a) * twister.next_double(s)


def _Random_triangular(s, low=0.0, high=1.0, mode=None):
    u = twister.next_double(s)
    if high == low:
        return low
    c = 0.5 if mode is None else (mode - low) / (high - low)
    if u > c:
        u = 1.0 - u
        c = 1.0 - c
        low, high = high, low
    return low + (high - low) * prim.sqrt(u * c)


def _Random_normalvariate(s, mu=0.0, sigma=1.0):
    while True:
        u1 = twister.next_double(s)
        u2 = 1.0 - twister.next_double(s)
        z = 1.7155277699214135 * (u1 - 0.5) / u2
        if z * z / 4.0 <= -math.log(u2):
            return mu + z * sigma


def _Random_gauss(s, mu=0.0, sigma=1.0):
    if s[1][0] != 0:
        s[1][0] = 0
        return mu + float(s[2][0]) * sigma
    turn = twister.next_double(s) * math.tau
    radius = math.sqrt(-2.0 * math.log(1.0 - twister.next_double(s)))
    s[1][0] = 1
    s[2][0] = math.sin(turn) * radius
    return mu + math.cos(turn) * radius * sigma


def _Random_lognormvariate(s, mu, sigma):
    return math.exp(_Random_normalvariate(s, mu, sigma))


def _Random_expovariate(s, lambd):
    return -math.log(1.0 - twister.next_double(s)) / lambd


def _Random_paretovariate(s, alpha):
    return (1.0 - twister.next_double(s)) ** (-1.0 / alpha)


def _Random_weibullvariate(s, alpha, beta):
    return alpha * (-math.log(1.0 - twister.next_double(s))) ** (1.0 / beta)


def _Random_vonmisesvariate(s, mu, kappa):
    """Fisher's algorithm (Statistical Analysis of Circular Data, 1993)."""
    if kappa <= 1e-6:
        return math.tau * twister.next_double(s)
    half = 0.5 / kappa
    r = half + math.sqrt(1.0 + half * half)
    while True:
        z = math.cos(math.pi * twister.next_double(s))
        d = z / (r + z)
        u = twister.next_double(s)
        if u < 1.0 - d * d or u <= (1.0 - d) * math.exp(d):
            break
    q = 1.0 / r
    f = (q + z) / (1.0 + q * z)
    if twister.next_double(s) > 0.5:
        return (mu + math.acos(f)) % math.tau
    return (mu - math.acos(f)) % math.tau


def _Random_gammavariate(s, alpha, beta):
    """By Cheng (1977) above 1, by Kennedy and Gentle's GS below."""
    if alpha <= 0.0 or beta <= 0.0:
        raise ValueError("gammavariate: alpha and beta must be > 0.0")
    if alpha > 1.0:
        root = math.sqrt(2.0 * alpha - 1.0)
        shift = alpha - 1.3862943611198906
        while True:
            u = twister.next_double(s)
            if not 1e-7 < u < 0.9999999:
                continue
            other = 1.0 - twister.next_double(s)
            v = math.log(u / (1.0 - u)) / root
            x = alpha * math.exp(v)
            z = u * u * other
            r = shift + (alpha + root) * v - x
            if r + 2.504077396776274 - 4.5 * z >= 0.0 or r >= math.log(z):
                return x * beta
    if alpha == 1.0:
        return -math.log(1.0 - twister.next_double(s)) * beta
    while True:
        u = twister.next_double(s)
        b = (math.e + alpha) / math.e
        p = b * u
        x = p ** (1.0 / alpha) if p <= 1.0 else -math.log((b - p) / alpha)
        u = twister.next_double(s)
        if p > 1.0:
            if u <= x ** (alpha - 1.0):
                return x * beta
        elif u <= math.exp(-x):
            return x * beta


def _Random_betavariate(s, alpha, beta):
    y = _Random_gammavariate(s, alpha, 1.0)
    if y != 0.0:
        return y / (y + _Random_gammavariate(s, beta, 1.0))
    return 0.0


def _Random_randbytes(s, n):
    if n < 0:
        raise ValueError("number of bits must be non-negative")
    out = bytearray(n)
    for k in range(0, n, 4):
        word = twister.next32(s)
        if n - k < 4:
            word >>= uint64(8 * (4 - n + k))
        for j in range(k, min(n, k + 4)):
            out[j] = int(word & uint64(255))
            word >>= uint64(8)
    return bytes(out)


# ---- random.random and its kin: the one Random that all of Python shares ----
def _shared():
    if not random_global.KNOWN:
        prim.refuse("the generator of the module random, which is not where it is looked for; make a random.Random(seed)")
    return random_global.KEYS, None, None, random_global.POSITION


def seed(a=None, version=2):
    if isinstance(a, str) and version != 2:
        prim.refuse("version of random.seed, with a text")
    _Random_seed(_shared(), a)
    random_global.keep(None)


def gauss(mu=0.0, sigma=1.0):
    z = random_global.kept()
    random_global.keep(None)
    if z is None:
        turn = random() * math.tau
        radius = math.sqrt(-2.0 * math.log(1.0 - random()))
        z = math.cos(turn) * radius
        random_global.keep(math.sin(turn) * radius)
    return mu + z * sigma


def random():
    return _Random_random(_shared())


def getrandbits(k):
    return _Random_getrandbits(_shared(), k)


def randrange(start, stop=None, step=1):
    return _Random_randrange(_shared(), start, stop, step)


def randint(a, b):
    return _Random_randint(_shared(), a, b)


def choice(seq):
    return _Random_choice(_shared(), seq)


def shuffle(x):
    _Random_shuffle(_shared(), x)


def sample(population, k, *, counts=None):
    return _Random_sample(_shared(), population, k, counts=counts)


def choices(population, weights=None, *, cum_weights=None, k=1):
    return _Random_choices(_shared(), population, weights, cum_weights=cum_weights, k=k)


def uniform(a, b):
    return _Random_uniform(_shared(), a, b)


def triangular(low=0.0, high=1.0, mode=None):
    return _Random_triangular(_shared(), low, high, mode)


def normalvariate(mu=0.0, sigma=1.0):
    return _Random_normalvariate(_shared(), mu, sigma)


def lognormvariate(mu, sigma):
    return _Random_lognormvariate(_shared(), mu, sigma)


def expovariate(lambd):
    return _Random_expovariate(_shared(), lambd)


def paretovariate(alpha):
    return _Random_paretovariate(_shared(), alpha)


def weibullvariate(alpha, beta):
    return _Random_weibullvariate(_shared(), alpha, beta)


def gammavariate(alpha, beta):
    return _Random_gammavariate(_shared(), alpha, beta)


def betavariate(alpha, beta):
    return _Random_betavariate(_shared(), alpha, beta)


def vonmisesvariate(mu, kappa):
    return _Random_vonmisesvariate(_shared(), mu, kappa)


def randbytes(n):
    return _Random_randbytes(_shared(), n)
