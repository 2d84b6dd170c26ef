"""Arrays of a few elements, which compiled code keeps in registers or on its stack: however they are written, viewed, raised from, nested in
loops and recursions, and given away in the end."""
import numpy as np
import pytest

from harness import check


def rotated(p, angle, n):
    for _ in range(n):
        c, s = np.cos(angle), np.sin(angle)
        m = np.array([[c, -s], [s, c]])
        p = np.array([m[0, 0] * p[0] + m[0, 1] * p[1], m[1, 0] * p[0] + m[1, 1] * p[1]])
    return p


def crossed(a, b):
    total = np.zeros(3)
    for i in range(len(a)):
        c = np.empty(3)
        c[0] = a[i, 1] * b[i, 2] - a[i, 2] * b[i, 1]
        c[1] = a[i, 2] * b[i, 0] - a[i, 0] * b[i, 2]
        c[2] = a[i, 0] * b[i, 1] - a[i, 1] * b[i, 0]
        total += c
    return total


def counted(xs):
    out = []
    for x in xs:
        bins = np.zeros(4, dtype=np.int64)
        for k in range(x):
            bins[k % 4] += k
        out.append(int(bins.max()) * 100 + int(bins[x % 4]))
    return out


def transposed(n):
    s = 0
    for k in range(n):
        m = np.zeros((2, 3), dtype=np.int32)
        m[1, 2], m[0, 1] = k, 7
        t = m.T
        row = t[2]
        s += int(row[1]) + int(t[1, 0]) + int(t.reshape(6)[5])
    return s


def indexed(k):
    a = np.array([1.5, 2.5, 3.5])
    a[k] = 9.0
    return a[k - 1], a.sum()


def caught(n):
    s = 0.0
    for k in range(n):
        a = np.zeros(2)
        try:
            a[k % 4] = k
            s += a[k % 4]
        except IndexError as e:
            s += len(str(e))
    return s


def recursive(n):
    a = np.array([n, n + 1])
    if n == 0:
        return int(a[1])
    return recursive(n - 1) + int(a[0]) * 2


def given_away(n):
    kept = []
    for k in range(n):
        a = np.zeros(2)
        a[0] = k
        b = np.zeros(2)
        b[1] = k
        kept.append(a)
        if k % 2:
            kept[-1] = b + a
    return kept


def carried(n):
    a, b = np.zeros(2), np.ones(2)
    for k in range(n):
        a, b = b, np.array([a[0] + k, b[1] * 0.5])
    return a, b


def as_complex(z):
    a = np.zeros(2, dtype=np.complex128)
    a[0], a[1] = z, z.conjugate()
    a.real[1] += 1
    return a[0] * a[1], a.imag[0]


def many(x):
    s = 0.0
    for k in range(40):
        a = np.zeros(30)
        b = np.zeros(31)
        a[k % 30], b[k % 31] = x, k
        s += a[3] + b[5]
    return s


CALLS = [(rotated, (np.array([1.0, 2.0]), 0.1, 7)), (rotated, (np.array([1.0, 2.0]), 0.1, 0)), (crossed, (np.arange(12.0).reshape(4, 3), np.arange(12.0)[::-1].reshape(4, 3))),
         (counted, ([0, 1, 5, 30],)), (transposed, (6,)), *((indexed, (k,)) for k in (0, 2, -1, 3, -4)), (caught, (11,)), (recursive, (50,)), (given_away, (5,)), (carried, (9,)),
         (as_complex, (1.5 + 2j,)), (many, (1.25,))]


@pytest.mark.parametrize("function, arguments", CALLS)
def test_as_cpython(function, arguments):
    check(function, *arguments, ulp=2)
