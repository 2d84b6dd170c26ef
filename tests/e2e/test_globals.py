"""Containers and objects of the module: their present contents are used, changes are written back, rebinding is seen."""
import copy

from harness import check

import aic

STEPS = [1, 2, 3]
PRICES = {"apple": 0.5, "fig": 2.0}
ROWS = [[1, 2], [3]]
SEEN = set()
PAIR = ([1], {"a": 1})
EMPTY = []
MEMO = {}
LENGTHS = {(1, 2): "x"}


class Account:
    def __init__(self, total):
        self.total = total

    def add(self, n):
        self.total += n
        return self.total


ACCOUNT = Account(5)


def same(f, *calls):
    """Calls in turn, compiled and plain, each on its own copy of the module's containers."""
    names = ["STEPS", "PRICES", "ROWS", "SEEN", "PAIR", "EMPTY", "MEMO", "LENGTHS", "ACCOUNT"]
    before = {n: copy.deepcopy(globals()[n]) for n in names}

    def run(function):
        globals().update(copy.deepcopy(before))
        out = []
        for change, args in calls:
            exec(change, globals())
            try:
                out.append(function(*args))
            except Exception as error:
                out.append((type(error), str(error)))
            shown = {n: globals()[n] for n in names}
            shown["ACCOUNT"] = vars(ACCOUNT)
            out.append(copy.deepcopy(shown))
        return out

    plain = run(f)
    compiled = run(aic.jit(f))
    globals().update(before)
    assert repr(plain) == repr(compiled)
    assert plain == compiled


def total(x):
    for s in STEPS:
        x += s
    return x, len(STEPS)


def price(name):
    return PRICES.get(name, -1.0), name in PRICES, len(PRICES)


def price_or_error(name):
    return PRICES[name]


def append(x):
    STEPS.append(x)
    return len(STEPS)


def fill(n):
    for i in range(n):
        EMPTY.append(i)
    return EMPTY[-1]


def remember(n):
    if n < 2:
        return n
    if n not in MEMO:
        MEMO[n] = remember(n - 1) + remember(n - 2)
    return MEMO[n]


def nested(i, x):
    ROWS[i].append(x)
    return [sum(r) for r in ROWS]


def helper(x):
    SEEN.add(x)
    return len(SEEN)


def through_a_helper(x):
    return helper(x) + helper(x + 1)


def in_a_tuple(x):
    PAIR[0].append(x)
    PAIR[1]["b"] = x
    return PAIR[0][0], PAIR[1]["a"]


def in_try(i):
    try:
        return STEPS[i]
    except IndexError:
        STEPS.append(i)
        return -1


def of_an_object(n):
    return ACCOUNT.add(n), ACCOUNT.total


def aliased(xs):
    xs.append(1)
    return xs is STEPS, len(STEPS)


def tuple_keys(a, b):
    return LENGTHS[a, b]


def with_default(x, seen=[]):
    seen.append(x)
    return list(seen)


def calls_with_default(x):
    return with_default(x), with_default(x * 10), with_default(0, [5])


def raises_after_change(x):
    STEPS.append(x)
    raise ValueError("no")


def test_lists_and_dicts():
    same(total, ("", (1,)), ("STEPS.append(4)", (1,)), ("STEPS = [7]", (1,)), ("STEPS[0] = 2.5", (1,)), ("STEPS = ()", (1,)))
    same(price, ("", ("apple",)), ("PRICES['apple'] = 0.6", ("apple",)), ("PRICES.clear()", ("fig",)), ("PRICES['fig'] = 3", ("fig",)))
    same(price_or_error, ("", ("fig",)), ("", ("pear",)), ("PRICES['pear'] = 1.0", ("pear",)))
    same(append, ("", (4,)), ("", (5,)), ("STEPS.clear()", (6,)), ("", (7,)))
    same(fill, ("", (3,)), ("", (2,)), ("EMPTY = []", (1,)))
    same(remember, ("", (20,)), ("", (21,)), ("MEMO[5] = 100", (6,)))
    same(nested, ("", (0, 5)), ("ROWS.append([])", (2, 1)), ("", (5, 1)))
    same(through_a_helper, ("", (1,)), ("", (2,)))
    same(in_a_tuple, ("", (3,)), ("", (4,)))
    same(in_try, ("", (1,)), ("", (9,)), ("", (3,)))
    same(of_an_object, ("", (1,)), ("ACCOUNT.total = 2", (1,)), ("ACCOUNT = Account(0)", (1,)))
    same(tuple_keys, ("", (1, 2)), ("LENGTHS[3, 4] = 'y'", (3, 4)), ("", (5, 5)))
    same(raises_after_change, ("", (1,)), ("", (2,)))


def test_the_same_list_as_argument():
    def run(f):
        STEPS[:] = [1, 2, 3]
        return f(STEPS), f([0]), list(STEPS)
    assert run(aliased) == run(aic.jit(aliased))
    STEPS[:] = [1, 2, 3]


def test_defaults_are_shared():
    with_default.__defaults__[0].clear()
    plain = [calls_with_default(1), calls_with_default(2)]
    with_default.__defaults__[0].clear()
    f = aic.jit(calls_with_default)
    assert [f(1), f(2)] == plain
    with_default.__defaults__[0].clear()
    g = aic.jit(with_default)
    assert [g(1), g(2), g(3, [])] == [[1], [1, 2], [3]]
    with_default.__defaults__[0].clear()


def test_in_a_closure():
    def make():
        seen = []

        def note(x):
            seen.append(x)
            return len(seen)
        return note, seen
    note, seen = make()
    f = aic.jit(note)
    assert [f(3), f(4)] == [1, 2] and seen == [3, 4]
    check(lambda: len(LENGTHS))
