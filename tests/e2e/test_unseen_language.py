"""Programs of the kinds that users write and that were refused once: the value of `yield from`, functions in fields, `f(**table)`,
`__getattr__`, patterns of dicts, copies of nested containers, what UnicodeDecodeErrors tell, methods of builtins by their names."""
import copy
from collections import Counter, deque

import pytest
from harness import check

import aic


# ---- the value of `yield from` ----
def totalled(xs):
    total = 0
    for x in xs:
        yield x
        total += x
    return total


def with_total(xs):
    n = yield from totalled(xs)
    yield n * 100


def both_totals(xs):
    return (yield from totalled(xs)) + (yield from totalled(xs[1:]))


def summed(xs):
    total = 0
    total += yield from both_totals(xs)
    yield total


def of_a_list(xs):
    r = yield from list(xs)
    yield r is None


def until_three(n):
    for k in range(n):
        if k == 3:
            return "three"
        yield k


def told(n):
    r = yield from until_three(n)
    yield 0 if r is None else len(r)


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def size_while_walking(self):
        yield self.value
        return 1


def walked():
    def outer(trees):
        n = 0
        for t in trees:
            n += yield from t.size_while_walking()
        yield n

    return list(outer([Tree(1), Tree(2)]))


def reads_generators(xs):
    return list(with_total(xs)), sum(with_total(xs)), [x for x in summed(xs)], list(of_a_list(xs)), list(told(len(xs)))


def test_values_of_yield_from():
    for xs in ([4, 5], [1, 2, 3, 4, 5]):
        check(reads_generators, xs)
    check(walked)


def relay(log):
    r = yield from receiver(log)
    yield r


def receiver(log):
    while True:
        x = yield len(log)
        if x is None:
            return len(log)
        log.append(x)


def sends_through():
    log = []
    g = relay(log)
    next(g)
    g.send(4)
    return log


def test_sending_through_is_refused():
    check(sends_through, allowed="refused")


# ---- functions in fields ----
class Heap:
    def __init__(self, less):
        self.less = less
        self.items = []

    def push(self, x):
        self.items.append(x)

    def pop(self):
        best = 0
        for k in range(len(self.items)):
            if self.less(self.items[k], self.items[best]):
                best = k
        return self.items.pop(best)


def two_orders(values):
    down, up = Heap(lambda a, b: a > b), Heap(lambda a, b: a < b)
    for v in values:
        down.push(v)
        up.push(v)
    return [down.pop() for _ in values], [up.pop() for _ in values]


def up(x):
    return x + 1


def double(x):
    return x * 2


class Button:
    def __init__(self, name, action=None):
        self.name = name
        self.action = action

    def press(self, x):
        if self.action is not None:
            return self.action(x)
        return -1


def buttons(x):
    all = [Button("a", up), Button("b", double), Button("c"), Button("d", abs)]
    return [b.press(x) for b in all], all[1].action is double, all[2].action is None


def switched(x):
    b = Button("a", up)
    seen = [b.press(x)]
    b.action = double
    seen.append(b.press(x))
    b.action = up if x > 3 else double
    seen.append(b.press(x))
    return seen


def one_of_two(x):
    b = Button("a", up if x > 0 else double)
    return b


def test_functions_in_fields():
    for values in ([5, 3, 8, 1], ["b", "a"], []):
        check(two_orders, values)
    check(buttons, 4)
    check(switched, 3)
    check(switched, 5)
    check(one_of_two, 1, allowed="refused")


# ---- f(**table) ----
def shown(kind, a=1, *, sep="-", **extra):
    return kind + sep + str(a) + "".join(f";{k}={v}" for k, v in extra.items())


def closed(x, y=2, *, z):
    return x * 100 + y * 10 + z


def by_table(table):
    return shown("k", **table)


def by_table_and_name(table):
    return shown("k", sep="/", **table)


def by_closed(table):
    return closed(**table)


def forwarded(**options):
    return shown("f", **options)


def by_forwarding(table):
    return forwarded(**table), len(table)


def in_order(n):
    log = []

    def seen(name, value):
        log.append(name)
        return value

    def joined(kind, /, *values, sep="-", **extra):
        return kind + sep + sep.join(str(v) for v in values) + "".join(f";{k}={v}" for k, v in extra.items())

    made = joined(seen("kind", "k"), seen("a", n), *seen("rest", [7]), sep=seen("sep", "/"), **seen("extra", {"z": 1}))
    return made, log


@pytest.mark.parametrize("table", [{}, {"a": "x"}, {"q": "1", "r": "2"}, {"sep": "+", "a": "7", "t": "3"}, {"kind": "k"}])
def test_tables_as_keywords(table):
    check(by_table, table)
    check(by_forwarding, table)
    if "sep" not in table:
        check(by_table_and_name, table)


@pytest.mark.parametrize("table", [{"x": 1, "z": 3}, {"x": 1, "y": 5, "z": 3}, {"x": 1}, {"z": 1}, {"x": 1, "z": 2, "w": 3}, {"w": 1}])
def test_tables_that_may_not_fit(table):
    check(by_closed, table)


def test_order_of_arguments():
    check(in_order, 2)


# ---- __getattr__ ----
class Loud:
    def __init__(self, log):
        self.log = log

    def __getattr__(self, name):
        self.log.append(name)
        return len(name)


def computed(log):
    loud = Loud(log)
    return loud.volume + loud.log.count("volume"), log


class Engine:
    def __init__(self):
        self.power = 3

    def times(self, k):
        return self.power * k


class Car:
    def __init__(self, engine):
        self._engine = engine

    def __getattr__(self, name):
        return getattr(self._engine, name)


def delegated(k):
    car = Car(Engine())
    return car.power, car.times(k), car._engine.power


class Partial:
    def __getattr__(self, name):
        if name == "x":
            return 5
        raise AttributeError(name)


def partly():
    p = Partial()
    try:
        return p.x, p.y
    except AttributeError as error:
        return str(error)


def asked():
    return hasattr(Partial(), "x")


def test_computed_attributes():
    check(computed, [])
    check(computed, ["volume"])
    check(delegated, 4)
    check(partly)
    check(asked, allowed="refused")


# ---- patterns of dicts ----
def event(e):
    match e:
        case {"type": "key", "code": code, **rest}:
            return code.upper(), len(rest)
        case {"type": "move", "to": [x, y]}:
            return x - y
    return None


def test_patterns_of_dicts():
    for e in ({"type": "key", "code": "a"}, {"type": "move", "to": [3, 1]}, {"type": "other"}):
        check(event, e)


# ---- deep copies ----
def copies(rows):
    shallow, deep = copy.copy(rows), copy.deepcopy(rows)
    rows[0].append(9)
    return shallow, deep, shallow[0] is rows[0], deep[0] is rows[0]


def shared(row):
    rows = [row, [5], row]
    deep = copy.deepcopy(rows)
    deep[0].append(7)
    return deep, deep[0] is deep[2], rows


def of_all_kinds(d):
    deep = copy.deepcopy(d)
    d["a"][0]["k"].append(1)
    return deep, d


def mixed(xs):
    deep = copy.deepcopy(xs)
    xs.append(3)
    return deep


def of_sets():
    groups = {"a": {1, 2}, "b": set()}
    deep = copy.deepcopy(groups)
    groups["a"].add(3)
    return deep, copy.deepcopy(deque([1, 2])), copy.copy(Counter("ab")), copy.deepcopy([[[1], []], []])


def test_deep_copies():
    check(copies, [[1, 2], [3]])
    check(shared, [1])
    check(of_all_kinds, {"a": [{"k": [0]}], "b": []})
    check(mixed, [1, [2], None], allowed="refused")
    check(of_sets)


# ---- UnicodeDecodeError ----
def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start, error.end, error.reason, error.encoding, error.object, data.decode("utf-8", "replace")


def decoded_or_not(data, n):
    try:
        return str(10 // n) + data.decode("ascii")
    except (ZeroDivisionError, UnicodeDecodeError) as error:
        if n == 0:
            return str(error)
        return error.start


def test_unicode_errors():
    for data in (b"\xff\xfe", b"ok", b"a\xc3", b"ab\xe2\x28"):
        check(decoded, data)
    for n in (0, 1):
        check(decoded_or_not, b"x\xff", n)
        check(decoded_or_not, b"x", n)


# ---- methods by their names ----
def written_out(xs, d, s):
    return (xs.__repr__(), xs.__str__(), xs.__len__(), xs.__contains__(1), xs.__getitem__(0), xs.__eq__(xs), s.__len__(), s.__add__("x"),
            (1).__add__(2), (2.5).__mul__(2.0), d.__len__(), d.__contains__("k"), s.__repr__(), (1, 2).__len__(), (3).__eq__(3),
            s.__lt__("zz"), [x.__str__() for x in xs], sorted(d, key=d.__getitem__), xs.__mul__(2))


def test_written_out():
    check(written_out, [1, 2], {"k": 2, "j": 1}, "ab")


def test_refusals_tell_what():
    with pytest.raises(aic.CompileError, match="function in `less` of Heap"):
        aic.jit(lambda: Heap(up))()
