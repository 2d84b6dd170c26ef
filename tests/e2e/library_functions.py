"""Functions of every kind that a library can hold; the tests of building, loading and calling from C share them."""
import aic
import numpy as np

TABLE = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])


@aic.jit
def add_one(x: float):
    """Adds one.

    More of the docstring."""
    return x + 1


@aic.jit
def quotient(a: int, b: int):
    return a // b


@aic.jit
def stencil(a: aic.f64[:, :]):
    out = np.zeros_like(a)
    out[1:-1, 1:-1] = 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])
    return out


@aic.jit
def shift(a: aic.f64[:], b: aic.f64[:]):
    for i in range(len(a) - 1):
        a[i + 1] = a[i] + b[i]


@aic.jit
def pick(a: aic.i32[::1], k: int):
    return a[k]


@aic.jit
def statistics(a: aic.f32[:]):
    return a.min(), (a.max(), a.sum()), len(a)


@aic.jit
def halves(a: aic.f64[:]):
    n = len(a) // 2
    return a[:n], a[n:][::-1]


@aic.jit
def itself(a: aic.f64[:, :]):
    return a


@aic.jit
def twice(a: aic.i64[:]):
    b = a * 2
    return b, b


@aic.jit
def transposed(a: aic.f64[:, ::1]):
    return (a + 1.0).T


@aic.jit
def numbers(p: bool, a: aic.i8, b: aic.u16, c: aic.f32, d: aic.c64, e: complex, f: tuple[int, float]):
    return not p, a, b, c, d, e, f


@aic.jit
def many_complex(a: complex, b: complex, c: complex, d: float, e: complex, f: complex):
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f


@aic.jit
def eleven(a: aic.f64[:, :, :, :, :, :, :, :, :, :, :], k: int):
    return a[k] + 1.0, a.shape[10]


@aic.jit
def strict(x: float):
    if x < 0:
        raise ValueError(f"x is {x}")
    assert x < 100, "too large"
    return x


@aic.jit
def depth(n: int):
    return 0 if n == 0 else 1 + depth(n - 1)


@aic.jit
def look_up(i: int, j: int):
    return TABLE[i, j]


@aic.jit
def said(word: int):
    print("word", word)


@aic.jit
def nothing():
    pass


@aic.jit
def with_default(x: float, n: int = 3, *, scale: float = 0.5):
    return x * n * scale


@aic.jit
def exp(x: float):
    return float(np.exp(x))


@aic.jit
def without_annotation(x):
    return x


@aic.jit
def total(a: aic.f64[:]):
    s = 0.0
    for x in a:
        s += x * x
    return s


slope = aic.grad(total)
