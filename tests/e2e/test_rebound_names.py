"""Names that compiled code rebinds: globals that are declared so, attributes of classes; what is read, and what is left after a call."""
import copy
import functools
import math

import numpy as np
import pytest
import through_a_library
from harness import check

import aic

calls = 0
best = None
log = []
name = "a"
settings = {"k": 1}
ratio = 1


def compare(f, names, *args, times=3):
    """The function compiled against itself, call for call: results, exceptions, and what the names are bound to afterwards."""
    before = {n: globals()[n] for n in names if n in globals()}
    seen = []
    for g in (f, aic.jit(f)):
        globals().update(copy.deepcopy(before))
        for n in names:
            if n not in before:
                globals().pop(n, None)
        outcomes = []
        for _ in range(times):
            try:
                value = g(*args)
            except Exception as error:
                value = type(error), str(error)
            outcomes.append((value, [(type(globals().get(n)), repr(globals().get(n))) for n in names]))
        seen.append(outcomes)
        globals().update(before)
    assert seen[0] == seen[1]


def count(n):
    global calls
    for _ in range(n):
        calls += 1
    return calls


def helper():
    global calls
    calls += 10


def through_others(n):
    before = calls
    helper()
    for _ in range(n):
        helper()
    return before, calls


def keep_best(x):
    global best
    if best is None or x > best:
        best = x
    return best


def raised(x):
    global calls
    calls += x
    if calls > 3:
        raise ValueError(calls)
    calls += 100
    return calls


def in_try(x):
    global calls
    try:
        calls += x
        return 10 // (calls - x)
    except ZeroDivisionError:
        calls = -1
        return calls
    finally:
        calls += 5


def of_texts(s):
    global name, log
    name = name + s
    log = log + [name]
    return name, len(log)


def rebound_list():
    global log
    old = log
    log.append("x")
    log = ["new"]
    log.append("y")
    return len(old), len(log)


def first_time(x):
    global never_before
    never_before = x
    return never_before + 1


def not_yet():
    global not_bound
    if len(log) > 100:
        not_bound = 1
    return not_bound


def widened(x):
    global ratio
    ratio = ratio / x
    return ratio


def nested(n):
    def bump(by):
        global calls
        calls += by
        return calls

    return [bump(k) for k in range(n)], calls


def unpacked(a, b):
    global calls, ratio
    calls, ratio = a, b
    for calls in range(3):
        pass
    return calls, ratio


def recursive(n):
    global calls
    calls += 1
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)


def test_globals():
    compare(count, ["calls"], 3)
    compare(count, ["calls"], 0)
    compare(through_others, ["calls"], 2)
    compare(keep_best, ["best"], 5)
    compare(keep_best, ["best"], 2.5)
    compare(raised, ["calls"], 2)
    compare(in_try, ["calls"], 2, times=1)
    compare(in_try, ["calls"], 0)
    compare(of_texts, ["name", "log"], "b")
    compare(rebound_list, ["log"])
    compare(first_time, ["never_before"], 3)
    compare(not_yet, ["not_bound"])
    compare(widened, ["ratio"], 4)
    compare(nested, ["calls"], 4)
    compare(unpacked, ["calls", "ratio"], 7, 2.5)
    compare(recursive, ["calls"], 8)


def test_the_caller_rebinds_too():
    global calls
    f = aic.jit(count)
    calls = 5
    assert f(2) == 7 and calls == 7
    calls = 40
    assert f(1) == 41
    calls = 1.5
    assert f(1) == 2.5 and calls == 2.5
    calls = 0


def only_reads(x):
    return calls + x


def test_a_reader_sees_it():
    global calls
    calls = 0
    read, write = aic.jit(only_reads), aic.jit(count)
    assert read(1) == 1
    write(3)
    assert read(1) == 4
    calls = 0


def test_a_reader_is_compiled_once_more_at_most():
    global calls
    calls = 0
    read, write = aic.jit(only_reads), aic.jit(count)
    write(1)
    assert read(1) == 2
    seconds = read.compile_seconds
    for k in range(5):
        write(1)
        assert read(1) == k + 3
    calls = 100
    assert read(1) == 101 and read.compile_seconds == seconds
    calls = "text"
    with pytest.raises((TypeError, aic.CompileError)):
        read(1)
    calls = 0


axis = 0


def turn(k):
    global axis
    axis = k


def along(a):
    return a.sum(axis=axis)


def test_a_reader_that_needs_a_constant():
    global axis
    a = np.arange(6.0).reshape(2, 3)
    f, g = aic.jit(turn), aic.jit(along)
    for k in (0, 1, 0):
        f(k)
        assert g(a).tolist() == a.sum(axis=k).tolist()
    axis = 0


# ---- deleted ----
def taken_away():
    global calls
    before = calls
    del calls
    return before


def twice_taken():
    global calls
    del calls
    del calls


def read_after():
    global calls
    del calls
    return calls


def bound_again(x):
    global calls
    del calls
    try:
        calls
    except NameError as error:
        calls = x
        return str(error)
    return "there"


def now_and_then(x):
    global calls
    if x:
        del calls
        calls = 5
    else:
        calls += 1
    return calls


def test_del():
    for f in (taken_away, twice_taken, read_after):
        compare(f, ["calls"])
    compare(bound_again, ["calls"], 7)
    compare(now_and_then, ["calls"], True)
    compare(now_and_then, ["calls"], False)


# ---- bound by other statements ----
def by_loops(xs):
    global calls, ratio
    for calls in xs:
        if calls > 2:
            break
    total = sum([(ratio := x) for x in xs])
    return total, calls, ratio


def by_with(x):
    global name

    with Entered(x) as name:
        pass
    return name


class Entered:
    def __init__(self, x):
        self.x = x

    def __enter__(self):
        return str(self.x)

    def __exit__(self, kind, error, traceback):
        pass


def by_star(xs):
    global calls, log
    calls, *log = xs
    return len(log)


def swapped():
    global calls, ratio
    calls, ratio = ratio, calls
    return calls


def asked(x):
    global best
    while (best := x) < 5:
        x += 1
    return best


def numbers(n):
    global calls
    for k in range(n):
        calls += 1
        yield calls


def by_a_generator(n):
    return [x + calls for x in numbers(n)]


def by_a_kept_generator(n):
    global calls
    g = numbers(n)
    first = next(g)
    calls = 100
    return first, next(g), calls


def by_a_method(n):
    class_ = Adder(n)
    return class_.add() + class_.add(), calls


class Adder:
    def __init__(self, by):
        self.by = by

    def add(self):
        global calls
        calls += self.by
        return calls


def by_sorting(xs):
    return sorted(xs, key=counted), calls


def counted(x):
    global calls
    calls += 1
    return -x


def test_other_statements():
    compare(by_loops, ["calls", "ratio"], [1, 2, 3, 4])
    compare(by_with, ["name"], 3)
    compare(by_star, ["calls", "log"], [1, 2, 3])
    compare(swapped, ["calls", "ratio"])
    compare(asked, ["best"], 2)
    compare(by_a_generator, ["calls"], 3)
    compare(by_a_kept_generator, ["calls"], 3)
    compare(by_a_method, ["calls"], 3)
    compare(by_sorting, ["calls"], [3, 1, 2])


# ---- of another module ----
def of_a_module(x):
    through_a_library.settings_seen += x
    through_a_library.latest = str(x)
    return through_a_library.settings_seen, through_a_library.latest


def not_in_a_module():
    return through_a_library.latest


def test_of_a_module():
    seen = []
    for f, g in ((of_a_module, not_in_a_module), (aic.jit(of_a_module), aic.jit(not_in_a_module))):
        through_a_library.settings_seen = 1
        vars(through_a_library).pop("latest", None)
        seen.append([f(2), f(3), g(), f(4), g(), through_a_library.settings_seen, through_a_library.latest])
        del through_a_library.latest
        with pytest.raises(AttributeError) as raised:
            g()
        seen[-1].append(str(raised.value))
    assert seen[0] == seen[1]
    del through_a_library.settings_seen


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


def with_arrays(a):
    global best
    best = a * 2
    return best.sum()


def test_arrays():
    global best
    f = aic.jit(with_arrays)
    assert f(np.arange(3.0)) == 6.0 and list(best) == [0, 2, 4]
    assert f(np.arange(2.0)) == 2.0 and list(best) == [0, 2]
    best = None


def a_function():
    global calls

    def calls():
        return 1

    return calls()


def a_lambda():
    global best
    best = lambda x: x
    return 1


class Plain:
    hook = None


def a_hook():
    Plain.hook = lambda x: x
    return 1


def a_method():
    Ticket.reset = 1
    return 1


def an_import():
    global calls
    import math as calls
    return calls.pi


def of_a_builtin():
    global input
    input = 3
    return input


def of_a_library():
    math.tau = 3.0
    return math.tau


@functools.cache
def remembered(x):
    global calls
    calls += 1
    return x


def through_a_cache():
    return remembered(3) + remembered(3)


@pytest.mark.parametrize("f", [a_function, a_lambda, a_hook, a_method, an_import, of_a_builtin, of_a_library, through_a_cache])
def test_refused(f):
    with pytest.raises(aic.CompileError, match=r"--> .*test_rebound_names.py:\d+:\d+"):
        aic.jit(f)()
    assert calls == 0 and Plain.hook is None and "input" not in globals() and math.tau > 6


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
