"""Texts as seeds of `random`: the words of the int that their bytes are with the SHA-512 of these behind them (FIPS 180-4)."""
import numpy
from numpy import uint64

from aic.lib import prim

_START = numpy.array((
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
), uint64)
_ROUNDS = numpy.array((
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
), uint64)


def _rotated(x, n):
    return x >> uint64(n) | x << uint64(64 - n)


def _block(h, w):
    """Mixes the 16 words that w begins with into h."""
    for t in range(16, 80):
        x, y = w[t - 15], w[t - 2]
        w[t] = (w[t - 16] + (_rotated(x, 1) ^ _rotated(x, 8) ^ x >> uint64(7)) + w[t - 7] +
                (_rotated(y, 19) ^ _rotated(y, 61) ^ y >> uint64(6)))
    a, b, c, d, e, f, g, k = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    for t in range(80):
        first = (k + (_rotated(e, 14) ^ _rotated(e, 18) ^ _rotated(e, 41)) + (e & f ^ ~e & g) + _ROUNDS[t] + w[t])
        second = (_rotated(a, 28) ^ _rotated(a, 34) ^ _rotated(a, 39)) + (a & b ^ a & c ^ b & c)
        k, g, f, e, d, c, b, a = g, f, e, d + first, c, b, a, first + second
    h[0] += a
    h[1] += b
    h[2] += c
    h[3] += d
    h[4] += e
    h[5] += f
    h[6] += g
    h[7] += k


def _sha512(data):
    """Its eight words. data: bytes."""
    h, w = prim.empty((8,), uint64), prim.empty((80,), uint64)
    for t in range(8):
        h[t] = _START[t]
    n = len(data)
    for start in range(0, n + 17, 128):
        for t in range(16):
            word = uint64(0)
            for k in range(start + 8 * t, start + 8 * t + 8):
                byte = data[k] if k < n else 128 if k == n else 0
                word = word << uint64(8) | uint64(byte)
            w[t] = word
        if start + 128 >= n + 17:
            w[15] = uint64(8 * n)
        _block(h, w)
    return h


def words(data):
    """The words of 32 bits, the least first, of int.from_bytes(data + sha512(data).digest())."""
    h, n = _sha512(data), len(data)
    count = 16 + (n + 3) // 4
    out = prim.empty((count,), uint64)
    for k in range(16):
        both = h[7 - k // 2]
        out[k] = both & uint64(0xFFFFFFFF) if k % 2 == 0 else both >> uint64(32)
    for k in range(16, count):
        word = uint64(0)
        for at in range(n - 4 * (k - 15), n - 4 * (k - 16)):
            word = word << uint64(8) | uint64(data[at] if at >= 0 else 0)
        out[k] = word
    while count > 1 and out[count - 1] == uint64(0):
        count -= 1
    return out[:count]
