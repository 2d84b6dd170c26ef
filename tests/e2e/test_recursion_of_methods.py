"""Functions and methods that call one another in cycles that end late."""
from harness import check


class Num:
    def __init__(self, v):
        self.v = v

    def eval(self, x):
        return self.v

    def diff(self, x):
        return Num(0)

    def simplify(self):
        return self

    def __str__(self):
        return str(self.v)


class Var:
    def __init__(self, name):
        self.name = name

    def eval(self, x):
        return x

    def diff(self, x):
        return Num(1)

    def simplify(self):
        return self

    def __str__(self):
        return self.name


class BinOp:
    op = "?"

    def __init__(self, l, r):
        self.l, self.r = l, r

    def simplify(self):
        l, r = self.l.simplify(), self.r.simplify()
        if isinstance(l, Num) and isinstance(r, Num):
            return Num(type(self)(l, r).eval(0))
        return type(self)(l, r)

    def __str__(self):
        return f"({self.l} {self.op} {self.r})"


class Add(BinOp):
    op = "+"

    def eval(self, x):
        return self.l.eval(x) + self.r.eval(x)

    def diff(self, x):
        return Add(diff(self.l, x), diff(self.r, x))

    def simplify(self):
        s = super().simplify()
        if isinstance(s, Add):
            if isinstance(s.l, Num) and s.l.v == 0:
                return s.r
            if isinstance(s.r, Num) and s.r.v == 0:
                return s.l
        return s


class Mul(BinOp):
    op = "*"

    def eval(self, x):
        return self.l.eval(x) * self.r.eval(x)

    def diff(self, x):
        return Add(Mul(diff(self.l, x), self.r), Mul(self.l, diff(self.r, x)))

    def simplify(self):
        s = super().simplify()
        if isinstance(s, Mul):
            for a, b in ((s.l, s.r), (s.r, s.l)):
                if isinstance(a, Num):
                    if a.v == 0:
                        return Num(0)
                    if a.v == 1:
                        return b
        return s


def diff(e, x):
    if isinstance(e, Num):
        return Num(0)
    if isinstance(e, Var):
        return Num(1 if e.name == x else 0)
    return e.diff(x)


def derived(a):
    e = Add(Mul(Num(a), Mul(Var("x"), Var("x"))), Add(Mul(Num(3), Var("x")), Num(0)))
    d = diff(e, "x").simplify()
    return str(e), str(d), e.eval(3), d.eval(3), str(e.simplify())


def test_derivatives_of_trees():
    check(derived, 2)
    check(derived, 0)


def even(n, trace):
    trace.append(n)
    return n == 0 or odd(n - 1, trace)


def odd(n, trace):
    return n != 0 and third(n, trace)


def third(n, trace):
    return even(n - 1, trace) if n % 3 else odd(n, trace) if n > 100 else even(n - 1, trace)


def round_and_round(n):
    trace = []
    return even(n, trace), trace


def test_functions_in_a_cycle():
    check(round_and_round, 9)
    check(round_and_round, 10)
