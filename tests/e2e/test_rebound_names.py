"""Attributes of classes that compiled code assigns: what is read, and what is left after a call. A global that was deleted."""
import pytest
from harness import check

import aic


# ---- classes ----
class Ticket:
    issued = 0
    kinds = {}
    last = None

    def __init__(self, kind):
        Ticket.issued += 1
        self.number = Ticket.issued
        Ticket.kinds[kind] = Ticket.kinds.get(kind, 0) + 1
        type(self).last = kind

    @classmethod
    def reset(cls):
        cls.issued = 0

    @classmethod
    def next(cls):
        cls.issued += 1
        return cls.issued

    @property
    def share(self):
        return self.number / self.issued


class Special(Ticket):
    def __init__(self, kind):
        super().__init__(kind)
        self.__class__.level = 3


def make(n):
    made = [Ticket("a" if k % 2 else "b") for k in range(n)]
    return [t.number for t in made], Ticket.issued, made[0].issued, made[-1].share, Ticket.last


def start_again(n):
    Ticket.reset()
    return Ticket.next() + Ticket.next() * n


def shadowed():
    t = Ticket("c")
    t.issued = 100
    u = Ticket("c")
    return t.issued, u.issued, Ticket.issued


def inherited():
    before = Special.issued
    s = Special("s")
    Special.issued = 50
    Ticket.issued += 1
    return before, Special.issued, Ticket.issued, s.issued, s.level, Ticket.last, Special.last


def compare_classes(f, *args):
    seen = []
    for g in (f, aic.jit(f)):
        Ticket.issued, Ticket.kinds, Ticket.last = 0, {}, None
        for n in ("issued", "level", "last"):
            if n in vars(Special):
                delattr(Special, n)
        outcomes = []
        for _ in range(3):
            outcomes.append((g(*args), Ticket.issued, dict(Ticket.kinds), Ticket.last, vars(Special).get("issued"), vars(Special).get("level"),
                             vars(Special).get("last")))
        seen.append(outcomes)
    assert seen[0] == seen[1]


def test_classes():
    compare_classes(make, 3)
    compare_classes(start_again, 3)
    compare_classes(shadowed)
    compare_classes(inherited)


class Plain:
    hook = None


def a_lambda():
    Plain.hook = lambda x: x
    return 1


def a_method():
    Ticket.reset = 1
    return 1


@pytest.mark.parametrize("f", [a_lambda, a_method])
def test_refused(f):
    with pytest.raises(aic.CompileError):
        aic.jit(f)()


# ---- a global that was deleted ----
LIMIT = 10


def limited(x):
    return min(x, LIMIT)


def test_deleted():
    global LIMIT
    f = aic.jit(limited)
    assert f(12) == 10
    del LIMIT
    with pytest.raises(NameError, match="name 'LIMIT' is not defined"):
        f(12)
    LIMIT = 20
    assert f(22) == 20


def misspelt(x):
    return x + LIMITT


def test_never_there():
    check(limited, 5)
    with pytest.raises(aic.CompileError, match="LIMITT"):
        aic.jit(misspelt)(1)
