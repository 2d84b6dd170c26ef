"""aic.grad and its family where compiled code names them: each makes an inner function around `prim.derivative`.

`aic/derivatives.py` has the same for the interpreter, with the checks of options; what both are written with is here, too.
"""
import numpy as np

from aic.lib import prim


# ---- what derivatives are written with ----
def inner(a, b):
    """The sum of products of all numbers in two equal structures of numbers, arrays and tuples; whole numbers count for nothing."""
    total = 0.0
    if isinstance(a, tuple):
        for x, y in zip(a, b):
            total = total + inner(x, y)
        return total
    if prim.is_array(a):
        return np.sum(a * b)
    return a * b


def copied(x):
    """A copy of an array; anything else as it is."""
    if prim.is_array(x):
        return x.copy()
    return x


def size(x):
    """How many numbers x has: 1 of a number."""
    if prim.is_array(x):
        return x.size
    return 1


def shape(x):
    if prim.is_array(x):
        return x.shape
    return ()


def flattened(x):
    """The numbers of an array or of a number, in C order."""
    if prim.is_array(x):
        return x.reshape(x.size)
    return np.full(1, x)


def handed(arguments, out, residual):
    """The result of a function with a rule of its own: derivatives end here and go on as the rule says."""
    if isinstance(out, tuple):
        return tuple(copied(x) for x in out)
    return copied(out)


def zero_tangent(x):
    """Zeros like x; of whole numbers floats, which nobody looks at."""
    if isinstance(x, tuple):
        return tuple(zero_tangent(v) for v in x)
    if prim.is_array(x):
        if prim.kind(x) == "f" or prim.kind(x) == "c":
            return np.zeros_like(x)
        return np.zeros(x.shape)
    if isinstance(x, (int, float, complex, np.number)):
        return x * 0.0
    return 0.0


# ---- aic.… ----
def grad(f, argnums=0, order=1, has_aux=False):
    def gradient(*args):
        if order == 1:
            return prim.derivative("gradient_aux" if has_aux else "gradient", argnums, f, *args)
        return prim.derivative("pushforward", (argnums,), grad(f, argnums, order - 1), *args, (1.0,))[1]

    return gradient


def value_and_grad(f, argnums=0, has_aux=False):
    def both(*args):
        return prim.derivative("value_and_gradient_aux" if has_aux else "value_and_gradient", argnums, f, *args)

    return both


def jvp(f, primals, tangents):
    return prim.derivative("pushforward", prim.static_range(len(primals)), f, *primals, tangents)


def vjp(f, *primals):
    def weighted(*args):
        return inner(f(*args[:-1]), args[-1])

    def pullback(cotangent):
        return prim.derivative("any_gradient", prim.static_range(len(primals)), weighted, *primals, cotangent)

    return f(*primals), pullback


def hvp(f, primals, tangents):
    numbers = prim.static_range(len(primals))
    if len(primals) == 1:
        return prim.derivative("pushforward", numbers, grad(f, 0), *primals, tangents)[1]
    return prim.derivative("pushforward", numbers, grad(f, numbers), *primals, tangents)[1]


def stop_gradient(x):
    return prim.custom(handed, None, None, (), x, ())


def checkpoint(f):
    def weighted(*args):
        return inner(f(*args[:-1]), args[-1])

    def backward(arguments, cotangent):
        return prim.derivative("any_gradient", prim.static_range(len(arguments)), weighted, *arguments, cotangent)

    def push(primals, tangents):
        return prim.derivative("pushforward", prim.static_range(len(primals)), f, *primals, tangents)

    def kept(*args):
        return prim.custom(handed, backward, push, args, f(*args), args)

    return kept
