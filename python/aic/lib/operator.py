"""`operator`: the operators as functions."""
import builtins

from aic.lib import prim


def add(a, b):
    return a + b


def sub(a, b):
    return a - b


def mul(a, b):
    return a * b


def truediv(a, b):
    return a / b


def floordiv(a, b):
    return a // b


def mod(a, b):
    return a % b


def pow(a, b):
    return a**b


def matmul(a, b):
    return a @ b


def neg(a):
    return -a


def pos(a):
    return +a


def abs(a):
    return builtins.abs(a)


def invert(a):
    return ~a


def inv(a):
    return ~a


def lshift(a, b):
    return a << b


def rshift(a, b):
    return a >> b


def and_(a, b):
    return a & b


def or_(a, b):
    return a | b


def xor(a, b):
    return a ^ b


def not_(a):
    return not a


def truth(a):
    return bool(a)


def eq(a, b):
    return a == b


def ne(a, b):
    return a != b


def lt(a, b):
    return a < b


def le(a, b):
    return a <= b


def gt(a, b):
    return a > b


def ge(a, b):
    return a >= b


def is_(a, b):
    return a is b


def is_not(a, b):
    return a is not b


def contains(a, b):
    return b in a


def concat(a, b):
    return a + b


def getitem(a, b):
    return a[b]


def setitem(a, b, c):
    a[b] = c


def delitem(a, b):
    del a[b]


def countOf(a, b):
    n = 0
    for x in a:
        if x == b:
            n += 1
    return n


def indexOf(a, b):
    n = 0
    for x in a:
        if x == b:
            return n
        n += 1
    raise ValueError("sequence.index(x): x not in sequence")


def itemgetter(*items):
    if len(items) == 1:
        item = items[0]
        return lambda a: a[item]
    return lambda a: _items(a, items)


def _items(a, items):
    if len(items) == 0:
        return ()
    return (a[items[0]],) + _items(a, items[1:])


def index(a):
    if isinstance(a, int):
        return int(a)
    if prim.is_number(a) and prim.kind(a) in "iu":
        return int(a)
    prim.type_error("'" + type(a).__name__ + "' object cannot be interpreted as an integer")


def length_hint(obj, default=0):
    return len(obj)


def call(obj, /, *args, **kwargs):
    return obj(*args, **kwargs)


def attrgetter(*attrs):
    if len(attrs) == 1:
        attr = attrs[0]
        return lambda a: getattr(a, attr)
    return lambda a: _attributes(a, attrs)


def _attributes(a, attrs):
    if len(attrs) == 0:
        return ()
    return (getattr(a, attrs[0]),) + _attributes(a, attrs[1:])


def methodcaller(name, /, *args):
    return lambda a: getattr(a, name)(*args)


def iadd(a, b):
    a += b
    return a


def isub(a, b):
    a -= b
    return a


def imul(a, b):
    a *= b
    return a


def itruediv(a, b):
    a /= b
    return a


def ifloordiv(a, b):
    a //= b
    return a


def imod(a, b):
    a %= b
    return a


def ipow(a, b):
    a **= b
    return a


def imatmul(a, b):
    a @= b
    return a


def iand(a, b):
    a &= b
    return a


def ior(a, b):
    a |= b
    return a


def ixor(a, b):
    a ^= b
    return a


def ilshift(a, b):
    a <<= b
    return a


def irshift(a, b):
    a >>= b
    return a


def iconcat(a, b):
    a += b
    return a
