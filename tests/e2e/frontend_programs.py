"""Programs for test_frontend.py: order of evaluation, scopes, joins and loops. Each function is called with CALLS[name]."""

LOG = []


def say(x):
    LOG.append(x)
    return x


def order(a, b):
    LOG.clear()
    d = {}
    d[say("k")] = say("v")
    say(d)["x"], y = say(1), say(2)
    z = [say(3) < say(2) < say(1), say(0) or say(5), say(1) and say(6), say(7) if say(0) else say(8)]
    d[say("x")] += say(10)
    f = max(say(1), *[say(2)], key=say(lambda v: -v))
    return z, y, f, a is b, [v for v in LOG if not callable(v)]


def for_else(xs, stop):
    seen = []
    for x in xs:
        if x == stop:
            break
        if x % 2:
            continue
        seen.append(x)
    else:
        seen.append("end")
    return seen, x


def while_else(n):
    while n > 0:
        n -= 1
        for k in range(n):
            if k == 3:
                break
        else:
            continue
        if n == 5:
            break
    else:
        return "end", n
    return n, k


def unbound(flag):
    if flag:
        y = 1
    return y


def deleted(flag):
    x = 1
    for _ in range(2):
        if flag:
            del x
    return x


def walrus(xs):
    total = 0
    while (n := len(xs)) > 0 and (last := xs.pop()) is not None:
        total += n * last
    ys = [m := y + 1 for y in range(4) if (k := y) > 1]
    return total, n, last, ys, m, k


def unpacking(p):
    (a, b), *c, d = p
    [e, *_] = c
    a, b = b, a
    i, xs = 0, [1, 2, 3]
    i, xs[i] = 2, 9
    return a, b, c, d, e, xs


def closures(n):
    def make(k):
        def add(x, y=k * 2):
            nonlocal k
            k += 1
            return x + y + k
        return add

    fs = [make(i) for i in range(n)]
    gs = [lambda: i for i in range(n)]
    hs = [lambda i=i: i for i in range(n)]
    return [f(1) for f in fs], [f(1, 2) for f in fs], [g() for g in gs], [h() for h in hs]


def late(n):
    def show():
        return n, m

    m = 1
    first = show()
    n, m = n + 1, m + 1
    return first, show()


def recursion(n):
    memo = {}

    def fib(k):
        if k in memo:
            return memo[k]
        memo[k] = k if k < 2 else fib(k - 1) + fib(k - 2)
        return memo[k]

    def even(k):
        return k == 0 or odd(k - 1)

    def odd(k):
        return k != 0 and even(k - 1)

    power = lambda b, e: 1 if e == 0 else b * power(b, e - 1)
    return fib(n), even(n), list(map(odd, range(4))), power(2, n)


def before_it_is_there():
    def use():
        return later

    use()
    later = 1
    return later


def comprehensions(n):
    x = "outer"
    a = [x * y for x in range(n) if x % 2 for y in range(x) if y]
    b = {x: {y for y in range(x)} for x in range(n)}
    c = [[x + y for y in range(2)] for x in range(2)]
    return a, b, c, x


def strings(x, w):
    return f"{x!r:>{w}}|{x:{w}.{w - 3}f}|{{}}|{'in' 'ner'}", "é\n\x00", b"\xff\x00", 2j, -0.0


def asserting(x):
    assert x, f"not {x}"
    assert x > 1
    return x


def raising(x):
    if x == 0:
        raise KeyError
    elif x == 1:
        raise ValueError("one") from KeyError("cause")
    return x


def spread(*args, k=1, **kw):
    def g(a, b=2, *c, d, **e):
        return a, b, c, d, e

    return g(*args, d=k, **kw), [*args, 0, *args], {**kw, "z": 1}, {*args}, (*args,)


def joined(a, b, c):
    if a:
        x = 1
        if b:
            y = 2
            if c:
                return x, y
            x = 3
        else:
            y = 4
    elif b:
        x, y = 5, 6
    else:
        x = y = 7
    for x in range(x):
        if c and x == 2:
            y += 1
            continue
        y -= x
    return x, y


CALLS = {
    "order": [(1, 2)],
    "for_else": [([2, 3, 4], 9), ([2, 3, 4], 4), ([], 1)],
    "while_else": [(3,), (9,), (0,)],
    "unbound": [(True,), (False,)],
    "deleted": [(False,), (True,)],
    "walrus": [([1, 2, 3],), ([],)],
    "unpacking": [(((1, 2), 3, 4, 5),), (((1, 2), 3),), (((1, 2, 3), 3),)],
    "closures": [(3,)],
    "late": [(4,)],
    "recursion": [(6,), (7,)],
    "before_it_is_there": [()],
    "comprehensions": [(5,)],
    "strings": [(1.5, 9)],
    "asserting": [(0,), (1,), (2,)],
    "raising": [(0,), (1,), (2,)],
    "spread": [(1, 2, 3), (1,)],
    "joined": [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)],
}
