"""Small programs as people write them: stencils, reductions over axes, fancy indexing, statistics, linear algebra, lists of arrays. Each
does what NumPy does; values within a relative 1e-12, for sums may be added in another order."""
import copy

import numpy as np
import pytest

import aic
from harness import told

RNG = np.random.default_rng(3)
PROGRAMS = []
M = RNG.normal(size=(6, 7))
N = RNG.normal(size=(7, 6))
Q = RNG.normal(size=(5, 5))
V = RNG.normal(size=12)
I = RNG.integers(0, 10, (6, 7))
S = Q @ Q.T + 5 * np.eye(5)
T = RNG.normal(size=(3, 4, 5))
B = RNG.random((6, 7)) > 0.5
L = RNG.integers(0, 5, 20)


def program(*args):
    """A program of this file, called with these arguments."""
    def added(f):
        PROGRAMS.append((f, args))
        return f
    return added


@program(M)
def normalize_rows(a):
    n = np.linalg.norm(a, axis=1, keepdims=True)
    return a / np.where(n == 0, 1, n)


@program(M)
def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@program(M)
def zscore(a):
    return (a - a.mean(0)) / a.std(0, ddof=1)


@program(M, N)
def pairwise(a, b):
    d = a[:, None, :] - b.T[None, :, :]
    return np.sqrt((d ** 2).sum(-1))


@program(M[:, :3], N[:5, :3])
def cdist_dot(a, b):
    return np.sqrt(np.maximum((a ** 2).sum(1)[:, None] + (b ** 2).sum(1)[None, :] - 2 * a @ b.T, 0))


@program(I)
def mode_rows(a):
    out = np.empty(a.shape[0], dtype=np.int64)
    for i in range(a.shape[0]):
        out[i] = np.bincount(a[i]).argmax()
    return out


@program(L)
def run_lengths(x):
    change = np.flatnonzero(np.diff(x) != 0) + 1
    starts = np.concatenate(([0], change))
    ends = np.concatenate((change, [len(x)]))
    return (x[starts], ends - starts)


@program(V)
def moving_average(x, w=3):
    c = np.cumsum(np.insert(x, 0, 0.0))
    return (c[w:] - c[:-w]) / w


@program(V)
def ema(x):
    y = np.empty_like(x)
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = 0.3 * x[i] + 0.7 * y[i - 1]
    return y


@program(I)
def one_hot(a):
    flat = a.ravel()
    out = np.zeros((flat.size, 10))
    out[np.arange(flat.size), flat] = 1
    return out


@program(M)
def top3(a):
    return (np.argsort(a, axis=1)[:, ::-1][:, :3], np.take_along_axis(a, np.argsort(-a, axis=1)[:, :3], axis=1))


@program(V)
def rank_data(x):
    order = x.argsort()
    r = np.empty(len(x), int)
    r[order] = np.arange(len(x))
    return r


@program(S, V[:5])
def cg(A, b):
    x = np.zeros_like(b)
    r = b - A @ x
    q = r.copy()
    rs = r @ r
    for _ in range(20):
        Aq = A @ q
        al = rs / (q @ Aq)
        x += al * q
        r -= al * Aq
        rn = r @ r
        if np.sqrt(rn) < 1e-10:
            break
        q = r + rn / rs * q
        rs = rn
    return x


@program(Q)
def power_iteration(A):
    v = np.ones(A.shape[0])
    for _ in range(50):
        v = A @ v
        v /= np.linalg.norm(v)
    return v @ A @ v


@program(M)
def jacobi(u):
    for _ in range(5):
        u[1:-1, 1:-1] = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
    return u


@program(B.astype(np.int64))
def life(g):
    n = sum((np.roll(np.roll(g, i, 0), j, 1) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)))
    return ((n == 3) | (g == 1) & (n == 2)).astype(np.int64)


@program(M)
def sobel(a):
    k = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    out = np.zeros_like(a)
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            out[i, j] = np.sum(a[i - 1:i + 2, j - 1:j + 2] * k)
    return out


@program(V)
def kahan(x):
    s = 0.0
    c = 0.0
    for v in x:
        y = v - c
        t = s + y
        c = t - s - y
        s = t
    return s


@program(V)
def horner(x):
    c = [1.0, -2.0, 3.0, 0.5]
    r = np.zeros_like(x)
    for a in c:
        r = r * x + a
    return r


@program(M)
def covariance(x):
    xc = x - x.mean(axis=0)
    return (xc.T @ xc / (x.shape[0] - 1), np.corrcoef(x.T))


@program(M)
def pca(x):
    xc = x - x.mean(0)
    w, v = np.linalg.eigh(xc.T @ xc)
    return w[::-1][:3]


@program(I)
def hist2(a):
    h = np.zeros((10, 10), int)
    for r in a:
        for x, y in zip(r[:-1], r[1:]):
            h[x, y] += 1
    return h


@program(M, B)
def masked_stats(a, m):
    s = a[m]
    return (s.mean(), s.std(), s.min(), s.max(), len(s), np.median(s))


@program(M)
def clip_scale(a):
    lo, hi = np.percentile(a, [5, 95])
    return np.clip((a - lo) / (hi - lo), 0, 1)


@program(V)
def find_peaks(x):
    return np.where((x[1:-1] > x[:-2]) & (x[1:-1] > x[2:]))[0] + 1


@program(V)
def trapz_simpson(y):
    n = len(y) - 1 if len(y) % 2 == 0 else len(y)
    return (np.trapezoid(y), (y[0] + 4 * y[1:n - 1:2].sum() + 2 * y[2:n - 2:2].sum() + y[n - 1]) / 3)


@program(L, V)
def group_sum(k, v):
    out = np.zeros(5)
    np.add.at(out, k[:12], v)
    return (out, np.bincount(k[:12], weights=v, minlength=5))


@program(L)
def sieve(l):
    s = np.ones(100, bool)
    s[:2] = False
    for i in range(2, 10):
        if s[i]:
            s[i * i::i] = False
    return np.nonzero(s)[0]


@program(Q)
def lu(a):
    a = a.copy()
    n = len(a)
    for k in range(n - 1):
        a[k + 1:, k] /= a[k, k]
        a[k + 1:, k + 1:] -= np.outer(a[k + 1:, k], a[k, k + 1:])
    return (np.tril(a, -1) + np.eye(n), np.triu(a))


@program(S)
def chol(a):
    n = a.shape[0]
    l = np.zeros_like(a)
    for j in range(n):
        l[j, j] = np.sqrt(a[j, j] - np.dot(l[j, :j], l[j, :j]))
        for i in range(j + 1, n):
            l[i, j] = (a[i, j] - np.dot(l[i, :j], l[j, :j])) / l[j, j]
    return l


@program(Q)
def gram_schmidt(a):
    q = np.zeros_like(a)
    for i in range(a.shape[1]):
        v = a[:, i].copy()
        for j in range(i):
            v -= q[:, j] @ a[:, i] * q[:, j]
        q[:, i] = v / np.linalg.norm(v)
    return q


@program(T)
def einsums(t):
    return (np.einsum('ijk->ik', t), np.einsum('ijk,ljk->il', t, t), np.einsum('ijk,ijk->', t, t))


@program(T)
def swaps(t):
    return (t.transpose(2, 0, 1).copy(), t.swapaxes(0, 2).reshape(5, -1), t.reshape(-1, 5).T)


@program(M)
def blocks(a):
    return (a.reshape(3, 2, 7).sum(axis=1), a[:, :6].reshape(3, 2, 3, 2).mean(axis=(1, 3)))


@program(I)
def lookups(a):
    t = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
    return (t[a], t[a].sum(axis=1))


@program(V)
def autocorr(x):
    x = x - x.mean()
    c = np.correlate(x, x, 'full')[len(x) - 1:]
    return c / c[0]


@program(V)
def spectrum(x):
    f = np.fft.rfft(x * np.hanning(len(x)))
    return (np.abs(f) ** 2, np.fft.rfftfreq(len(x), 0.1), np.angle(f))


@program(V)
def fft_filter(x):
    f = np.fft.fft(x)
    f[3:-3] = 0
    return np.fft.ifft(f).real


@program(M)
def meshes(a):
    y, x = np.mgrid[:a.shape[0], :a.shape[1]]
    return ((a * x).sum() / a.sum(), (a * y).sum() / a.sum())


@program(V)
def interp_table(x):
    xs = np.linspace(-3, 3, 13)
    return (np.interp(x, xs, np.sin(xs)), np.searchsorted(xs, x), np.digitize(x, xs))


@program(M)
def argmins(a):
    i, j = np.unravel_index(np.argmin(a), a.shape)
    return (i, j, a[i, j])


@program(V)
def bisect_roots(c):

    def f(x):
        return x ** 3 - x - 2
    lo, hi = (1.0, 2.0)
    while hi - lo > 1e-12:
        m = 0.5 * (lo + hi)
        if f(lo) * f(m) <= 0:
            hi = m
        else:
            lo = m
    return lo


@program(V, np.array([0.5, 0.2, 0.3]))
def conv_same(x, k):
    return (np.convolve(x, k, mode='same'), np.convolve(x, k, mode='valid'))


@program(M)
def logsumexp(a):
    m = np.max(a, axis=1)
    return m + np.log(np.sum(np.exp(a - m[:, None]), axis=1))


@program(M)
def relu_layers(x):
    w = np.ones((7, 4)) * 0.1
    b = np.zeros(4)
    h = np.maximum(0, x @ w + b)
    return (h, (h > 0).mean())


@program(I)
def unique_counts(a):
    v, c = np.unique(a, return_counts=True)
    return (v[np.argmax(c)], c.max(), dict(zip(v.tolist(), c.tolist())))


@program(M)
def list_rows(a):
    rows = []
    for i in range(a.shape[0]):
        if a[i].sum() > 0:
            rows.append(a[i] * 2)
    return np.array(rows)


@program(M)
def stack_list(a):
    parts = [a[i] * i for i in range(4)]
    return (np.stack(parts), np.concatenate(parts), np.vstack(parts))


@program(M)
def concat_list(a):
    parts = []
    for i in range(3):
        parts.append(a[i, :i + 1])
    return np.concatenate(parts)


@program(V)
def comprehension_array(x):
    return (np.array([v * v for v in x if v > 0]), np.array([[i * j for j in range(3)] for i in range(4)]))


@program(V)
def enumerate_where(x):
    out = np.full(len(x), np.nan)
    for i, v in enumerate(x):
        if v > 0:
            out[i] = np.log(v)
    return (np.nanmean(out), np.isnan(out).sum())


@program(M)
def inplace_ops(a):
    a *= 2
    a[a > 1] = 1
    a[:, 0] += a[:, 1]
    a[::2] -= 1
    a /= a.max()
    return a


@program(Q)
def solve_det(a):
    return (np.linalg.solve(a, np.ones(5)), np.linalg.det(a), np.linalg.inv(a) @ a, np.trace(a), np.linalg.matrix_rank(a))


@program(M)
def lstsq(a):
    y = a @ np.arange(7.0)
    x, res, rk, sv = np.linalg.lstsq(a.T @ a + np.eye(7), np.arange(7.0), rcond=None)
    return (x, rk)


@program(V)
def string_of(x):
    return f'{x.mean():.6f} {len(x)}'


@program(M)
def nested_tuple(a):
    (m, n), t = (a.shape, a.T)
    return (m, n, t.shape)


@program(V)
def cumulative(x):
    return (np.cumsum(x), np.cumprod(x), np.maximum.accumulate(x), np.minimum.accumulate(x[::-1])[::-1], np.diff(x, n=2))


@program(V)
def drawdown(x):
    c = np.cumprod(1 + x * 0.01)
    peak = np.maximum.accumulate(c)
    return ((peak - c) / peak).max()


@program(B)
def bools(b):
    return (b.any(axis=0), b.all(1), ~b, b ^ True, b.sum(), np.logical_xor(b, b[::-1]), np.count_nonzero(b, axis=1))


@program(I)
def ints(a):
    return (a // 3, a % 3, a ** 2, -a, a >> 1, a & 3, a | 8, np.gcd(a, 6), np.bitwise_xor.reduce(a, axis=0))


@program(M)
def rounding(a):
    return (np.round(a, 2), np.floor(a), np.ceil(a), np.trunc(a), np.sign(a), np.fix(a), np.rint(a))


@program(M)
def newaxis(a):
    return (a[np.newaxis], a[:, None].shape, a[..., 0], a[1, ...])


@program(M)
def padded(a):
    b = np.pad(a, 1, mode='edge')
    return b[:-2, 1:-1] + b[2:, 1:-1] - 2 * a


@program(V)
def mandel(x):
    z = np.zeros(12, complex)
    c = x + 1j * x[::-1]
    n = np.zeros(12, int)
    for _ in range(10):
        m = np.abs(z) < 2
        z[m] = z[m] ** 2 + c[m]
        n += m
    return n


@program(M)
def quickselect(a):
    return (np.partition(a.ravel(), 5)[5], np.sort(a, axis=None)[:4])


@program(V)
def floyd(x):
    n = 5
    d = np.abs(np.subtract.outer(x[:n], x[:n]))
    d[d > 1] = np.inf
    for k in range(n):
        d = np.minimum(d, d[:, k, None] + d[None, k, :])
    return d


@program(V)
def haar(x):
    y = x[:8].copy()
    n = 8
    while n > 1:
        h = n // 2
        s = (y[0:n:2] + y[1:n:2]) / np.sqrt(2)
        d = (y[0:n:2] - y[1:n:2]) / np.sqrt(2)
        y[:h] = s
        y[h:n] = d
        n = h
    return y


@program(V)
def verlet(x):
    pos = x[:6].reshape(3, 2).copy()
    vel = np.zeros_like(pos)
    for _ in range(10):
        d = pos[:, None] - pos[None]
        r = np.sqrt((d ** 2).sum(-1) + 0.01)
        f = -(d / r[..., None] ** 3).sum(1)
        vel += 0.01 * f
        pos += 0.01 * vel
    return (pos, 0.5 * (vel ** 2).sum())

def near(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, (np.ndarray, np.generic)):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return np.allclose(a, b, 1e-12, 1e-13, equal_nan=True) if a.dtype.kind in "fc" else np.array_equal(a, b)
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b), 1e-3) if isinstance(a, float) else a == b


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=lambda k: PROGRAMS[k][0].__name__)
def test_program(number):
    f, args = PROGRAMS[number]
    want_args, got_args = copy.deepcopy(args), copy.deepcopy(args)
    want = f(*want_args)
    got = aic.jit(f)(*got_args)
    assert near(got, want), f"{told(got)} instead of {told(want)}"
    assert all(map(near, got_args, want_args))
