"""iter(), next(), iterators and generators that are kept; **kwargs: against CPython."""

import pytest

from harness import check

PROGRAMS = []


def program(*args):
    def add(f):
        PROGRAMS.append((f, args))
        return f

    return add


@program([1,2,3])
def iter_next(xs):
    it = iter(xs)
    a = next(it); b = next(it)
    rest = list(it)
    return a, b, rest, next(it, -1)

@program([1,2,3])
def iter_exhausts(xs):
    it = iter(xs)
    s = 0
    while True:
        try:
            s += next(it)
        except StopIteration:
            break
    return s

@program([])
def iter_empty(xs):
    it = iter(xs)
    return next(it, 7)

@program([1])
def iter_raises(xs):
    it = iter(xs)
    next(it)
    return next(it)

@program(list(range(10)))
def shared(xs):
    it = iter(xs)
    out = []
    for x in it:
        if x == 3: break
        out.append(x)
    rest = [y for y in it]
    return out, rest

@program("abcdef")
def chunks(s):
    it = iter(s)
    return [a + b for a, b in zip(it, it)]

@program("abcdef")
def textit(s):
    it = iter(s)
    first = next(it)
    return first, "".join(it)

@program({"a":1,"b":2})
def dictit(d):
    it = iter(d)
    k = next(it)
    i2 = iter(d.items())
    return k, next(i2), list(it), [v for k, v in i2]

@program(5)
def rangeit(n):
    it = iter(range(n))
    out = []
    for i in it:
        out.append((i, next(it, None)))
    return out

@program([3,1,2])
def enum_it(xs):
    it = iter(xs)
    next(it)
    return [(i,x) for i,x in enumerate(it, 10)]

@program([3,1,2,8])
def mapit(xs):
    m = map(lambda x: x*2, iter(xs))
    f = filter(lambda x: x > 2, iter(xs))
    return next(m), next(m), list(m), next(f), list(f)

@program([3,1,2,8])
def containsit(xs):
    it = iter(xs)
    return 1 in it, next(it), 5 in it, next(it, None)

def countdown(n):
    while n > 0:
        yield n
        n -= 1

@program(4)
def gen_kept(n):
    g = countdown(n)
    a = next(g)
    b = next(g)
    return a, b, list(g), next(g, None)

@program(4)
def gen_two(n):
    g, h = countdown(n), countdown(2*n)
    out=[]
    for x in g:
        out.append((x, next(h)))
    return out

def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a+b

@program(10)
def gen_fib(n):
    g = fib()
    return [next(g) for _ in range(n)]

def squares(xs):
    for i, x in enumerate(xs):
        if x % 2 == 0:
            yield x*x
        else:
            yield -x
            if i > 2:
                yield 1000+i

@program([1,2,3,4,5,6])
def gen_if(xs):
    g = squares(xs)
    first = next(g)
    out=[first]
    for y in g: out.append(y)
    return out

def nested(n,m):
    for i in range(n):
        for j in range(m):
            if j > i: break
            yield (i,j)
        yield (i,-1)
    yield (99,99)

@program(3,3)
def gen_nested(n,m):
    g = nested(n,m)
    out=[]
    while True:
        x = next(g, None)
        if x is None: break
        out.append(x)
    return out

@program([[1,2],[3],[4,5,6]])
def roundrobin(xss):
    its = [iter(xs) for xs in xss]
    out=[]
    while its:
        alive=[]
        for it in its:
            x = next(it, None)
            if x is not None:
                out.append(x)
                alive.append(it)
        its = alive
    return out

def pairs(xs):
    it = iter(xs)
    for x in it:
        y = next(it, 0)
        yield x, y

@program([1,2,3,4,5])
def gen_with_iter(xs):
    return list(pairs(xs))

@program([1,2,3,4,5])
def gen_with_iter2(xs):
    g = pairs(xs)
    return next(g), next(g)

def take(n, it):
    for _ in range(n):
        yield next(it)

@program(5)
def taken(n):
    f = fib()
    return list(take(n, f)), list(take(n, f))

def chained(a, b):
    yield from a
    yield from b

@program([1,2],[3,4])
def gen_chained(a,b):
    g = chained(a,b)
    x = next(g)
    return x, list(g)

def tokens(s):
    i = 0
    while i < len(s):
        if s[i].isspace():
            i += 1
            continue
        if s[i].isdigit():
            j = i
            while j < len(s) and s[j].isdigit(): j += 1
            yield ("num", int(s[i:j]))
            i = j
        else:
            yield ("op", s[i])
            i += 1
    yield ("end", None)

@program("12 + (3*45)-6")
def parser(s):
    toks = tokens(s)
    cur = next(toks)
    out = []
    while cur[0] != "end":
        out.append(str(cur[1]))
        cur = next(toks)
    return " ".join(out)

def failing(xs):
    for x in xs:
        yield 10 // x

@program([5,2,0,1])
def gen_fails(xs):
    g = failing(xs)
    out = [next(g), next(g)]
    try:
        out.append(next(g))
    except ZeroDivisionError as e:
        out.append(-1)
    return out, next(g, 777)

@program([1,2,3])
def unpack_it(xs):
    it = iter(xs)
    a, b, c = it
    return a,b,c

@program([1,2,3])
def unpack_short(xs):
    a, b = iter(xs)
    return a,b

@program(3)
def unpack_gen(n):
    a, b, c = countdown(n)
    first, *rest = countdown(n)
    return a,b,c,first,rest

def lines():
    yield "a"
    yield "b"

@program(1)
def zipgen(n):
    return list(zip(lines(), [1,2,3])), list(zip([1,2,3], lines())), dict(zip(lines(), countdown(2)))

def kw(a, *args, b=2, **kwargs):
    return a + b + len(args), sorted(kwargs.items())

@program(1)
def kwargs1(n):
    return kw(n), kw(n, 5, 6, b=3, x=7, y=8)

def outer(*args, **kwargs):
    return kw(*args, **kwargs)

@program(1)
def kwargs2(n):
    return outer(n, 2, b=5, z=1), outer(n)

def timed(f):
    def inner(*args, **kwargs):
        return f(*args, **kwargs)
    return inner

@timed
def addk(a, b=1, c=2): return a*100+b*10+c

@program(1)
def kwargs3(n):
    return addk(n), addk(n, c=5), addk(n, 2, c=3)

def powers(base):
    x = 1
    def step():
        nonlocal x
        x *= base
        return x
    while x < 100:
        yield step()

@program(3)
def gen_closure(b):
    g = powers(b)
    return next(g), list(g)

@program(3)
def gen_inner(n):
    def evens():
        k = 0
        while True:
            yield k
            k += 2
    e = evens()
    for _ in range(n): next(e)
    return next(e)

def walk(xs):
    for x in reversed(xs):
        yield x
    for k, v in {"a":1,"b":2}.items():
        yield v
    for a, b in zip(xs, xs[1:]):
        yield a*b

@program([1,2,3])
def gen_walk(xs):
    g = walk(xs)
    return next(g), list(g)


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_program(function, args):
    check(function, *args)
