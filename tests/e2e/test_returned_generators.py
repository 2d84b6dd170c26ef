"""Generators that are returned to Python: iterators there, lazy, against CPython's own."""
import collections.abc
import copy
import gc
import itertools
import pickle
import traceback

import numpy as np
import pytest

import aic

SCALE = 3


def count(n):
    i = 0
    while i < n:
        yield i * i
        i += 1


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def words(text):
    for number, word in enumerate(text.split()):
        yield number, word, word.upper()
    return text[::-1]


def nested(n):
    def inner(k):
        while k < n:
            yield k
            k += 1
    return inner(2)


def expression(n):
    return (x * 2.5 for x in range(n) if x % 3)


def captured(n):
    squares = [x * x for x in range(n)]
    return (x + 1 for x in squares)


def kept_in_a_name(n):
    g = count(n)
    next(g)
    return g


def none_or_some(n):
    if n < 3:
        return None
    return count(n)


def one_of_two(n):
    if n % 2:
        return count(n)
    return words("a b c")


def several(n):
    seen = []

    def first():
        for i in range(n):
            seen.append(i)
            yield len(seen)

    def second():
        for i in range(n):
            yield sum(seen) + i

    return first(), n, second()


def batches(n, size):
    batch = []
    for i in range(n):
        batch.append(i)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def permutations(text):
    items = list(text)

    def from_place(k):
        if k == len(items):
            yield items[:]
        for i in range(k, len(items)):
            items[k], items[i] = items[i], items[k]
            yield from from_place(k + 1)
            items[k], items[i] = items[i], items[k]

    return from_place(0)


def dicts(n):
    for i in range(n):
        made = {"name": f"row {i}", "values": [i, i + 1]}
        made["values"].append(-i)
        yield made


def sets(n):
    for i in range(n):
        yield {j % (i + 1) for j in range(n)}, frozenset([i, 2 * i]), (str(i),) * i


def nothing():
    return
    yield 1


def none_always(n):
    for _ in range(n):
        yield


def tokens(text):
    i = 0
    while i < len(text):
        c = text[i]
        if c.isdigit():
            j = i
            while j < len(text) and text[j].isdigit():
                j += 1
            yield "number", int(text[i:j])
            i = j
        elif c in "+-*/()":
            yield "op", c
            i += 1
        elif c == " ":
            i += 1
        else:
            raise ValueError(f"unexpected {c!r} at {i}")


def depth_first(n):
    children = {i: [j for j in (2 * i, 2 * i + 1) if j < n] for i in range(1, n)}
    stack = [1]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children[node]))


def tree(n):
    if n > 0:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 2)


def scaled(n):
    for i in range(n):
        yield i * SCALE


def divided(n):
    for i in range(n, -n, -1):
        yield 10 // i


def mixed(n):
    for i in range(n):
        yield i if i % 2 else i / 2


def shared_random(seed, n):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        yield rng.integers(0, 100)


PROGRAMS = [
    (count, (6,)), (count, (0,)), (words, ("the quick brown fox",)), (nested, (6,)), (expression, (9,)), (captured, (5,)),
    (kept_in_a_name, (5,)), (none_or_some, (2,)), (none_or_some, (5,)), (one_of_two, (4,)), (one_of_two, (5,)),
    (batches, (10, 3)), (batches, (0, 3)), (permutations, ("abc",)), (dicts, (3,)), (sets, (4,)), (nothing, ()),
    (none_always, (3,)), (tokens, ("12+(3 * 45)",)), (tokens, ("1 $ 2",)), (depth_first, (12,)), (tree, (5,)), (scaled, (4,)),
    (divided, (2,)), (mixed, (5,)), (shared_random, (7, 4)),
]


def drained(made):
    """All that it gives, and how it ends."""
    if made is None:
        return None
    out = []
    try:
        while True:
            out.append(next(made))
    except BaseException as e:  # noqa: BLE001
        out.append((type(e).__name__, str(e), getattr(e, "value", None)))
    out.append(next(made, "ended"))
    return out


@pytest.mark.parametrize("function, arguments", PROGRAMS, ids=lambda x: getattr(x, "__name__", repr(x)))
def test_gives_what_cpython_gives(function, arguments):
    wanted = drained(function(*arguments))
    compiled = aic.jit(function)
    for _ in range(2):
        got = drained(compiled(*arguments))
        assert repr(got) == repr(wanted)
        assert [type(x) for x in got or ()] == [type(x) for x in wanted or ()]


def test_is_an_iterator():
    g = aic.jit(count)(5)
    assert iter(g) is g
    assert isinstance(g, collections.abc.Generator)
    assert type(g).__name__ == "generator" and g.__name__ == "count" and repr(g).startswith("<generator object count at 0x")
    assert list(itertools.islice(aic.jit(fibonacci)(), 10)) == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]
    assert sum(aic.jit(expression)(9)) == sum(expression(9))
    assert dict(zip("abc", aic.jit(count)(3))) == {"a": 0, "b": 1, "c": 4}
    a, *rest = aic.jit(count)(4)
    assert (a, rest) == (0, [1, 4, 9])
    for refused in (copy.copy, pickle.dumps, len, lambda g: type(g)(), lambda g: g + 1):
        said = []
        for made in (g, count(5)):
            with pytest.raises(TypeError) as caught:
                refused(made)
            said.append(str(caught.value))
        assert said[0] == said[1]


def test_is_lazy(capsys):
    @aic.jit
    def told(n):
        print("begins")
        for i in range(n):
            print("makes", i)
            yield i
        print("ends")

    g = told(2)
    assert capsys.readouterr().out == ""
    assert next(g) == 0
    assert capsys.readouterr().out == "begins\nmakes 0\n"
    assert list(g) == [1]
    assert capsys.readouterr().out == "makes 1\nends\n"


def test_sees_arrays_as_they_are():
    def elements(a, by):
        for i in range(len(a)):
            yield a[i] * by

    def run(f):
        a = np.arange(6.0)
        g = f(a, 2)
        out = [next(g), next(g)]
        a[3:] = 100
        out += [next(g), next(g)]
        a -= 1
        return out + list(g)

    assert run(aic.jit(elements)) == run(elements)


def test_arrays_are_shared_as_in_cpython():
    def states(a, n):
        work = np.zeros(3)
        for i in range(n):
            work += i
            a[0] = i
            yield work
            yield a
            yield work[1:]
            yield np.full(2, i)

    def run(f):
        a = np.zeros(2)
        g = f(a, 3)
        first = next(g)
        assert next(g) is a
        view = next(g)
        fresh = next(g)
        assert next(g) is first
        first[1] = 50
        out = [view.tolist(), a.tolist(), fresh.tolist()]
        next(g), next(g), next(g)
        out.append(next(g).tolist())
        return out, first.tolist(), [x.tolist() for x in g]

    assert run(aic.jit(states)) == run(states)


def test_memory_of_arrays_outlives_the_generator():
    @aic.jit
    def rows(n):
        whole = np.arange(n * 4.0).reshape(n, 4)
        for i in range(n):
            yield whole[i]

    got = list(rows(5))
    gc.collect()
    junk = [np.full(20, -1.0) for _ in range(100)]
    assert np.array_equal(np.array(got), np.arange(20.0).reshape(5, 4)) and len(junk) == 100


def test_errors_tell_the_users_line():
    g = aic.jit(divided)(2)
    assert [next(g), next(g)] == [5, 10]
    with pytest.raises(ZeroDivisionError) as caught:
        next(g)
    frames = traceback.extract_tb(caught.tb)
    assert [f.name for f in frames][1:] == ["divided"]
    assert frames[-1].line == "yield 10 // i"
    assert next(g, None) is None


def test_stop_iteration_inside_is_a_runtime_error():
    @aic.jit
    def careless(n):
        inner = iter(range(n))
        while True:
            yield next(inner)

    g = careless(2)
    assert [next(g), next(g)] == [0, 1]
    with pytest.raises(RuntimeError, match="generator raised StopIteration"):
        next(g)
    assert list(g) == []


def average():
    total = 0.0
    n = 0
    mean = None
    while True:
        x = yield mean
        total += x
        n += 1
        mean = total / n


def machine():
    state = "start"
    got = []
    while True:
        event = yield state
        if event is None:
            continue
        if event == "stop":
            return len(got)
        got.append(event)
        state = f"{state[0]}{len(got)}"


def echo():
    while True:
        x = yield
        print("got", x, type(x).__name__)


def forwarding():
    first = yield "first"
    second = yield first
    return second


def delegating():
    x = yield from forwarding()
    yield x
    y = yield from forwarding()
    yield y


def ignores(n):
    for i in range(n):
        yield i


@pytest.mark.parametrize("function, sent", [
    (average, [None, 10, 20.5, 3]), (average, [None, 1, None]), (machine, [None, "a", "b", None, "stop"]),
    (delegating, [None, 1, 2.5, "x", "y", None]), (average, [5]), (echo, [None, 1, 2.5, "text", None]),
])
def test_send(function, sent, capsys):
    def run(f):
        g = f()
        out = []
        for x in sent:
            try:
                out.append(g.send(x))
            except BaseException as e:  # noqa: BLE001
                out.append((type(e).__name__, str(e), getattr(e, "value", None)))
        return out, capsys.readouterr().out

    assert run(aic.jit(function)) == run(function)


def test_what_is_sent_may_be_refused():
    g = aic.jit(average)()
    next(g)
    with pytest.raises(TypeError, match="may be None, an int, a float or a str, not list"):
        g.send([1])
    assert g.send(4) == 4.0
    g = aic.jit(ignores)(3)
    assert [next(g), g.send([1]), g.send({})] == [0, 1, 2]


def guarded(n, told):
    try:
        for i in range(n):
            yield i
    finally:
        told[0] += 1


def swallowing(n):
    for i in range(n):
        try:
            yield i
        except GeneratorExit:
            print("leaves", i)
            raise


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("stays")


class Section:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, error, trace):
        print("leave", self.name, kind is None)


def in_with(n):
    with Section("a"):
        for i in range(n):
            yield i


def returned_guarded(n, told):
    return guarded(n, told)


def test_close():
    def run(f):
        told = np.zeros(1)
        out = []
        g = f(3, told)
        g.close()
        out.append(told[0])
        g = f(3, told)
        out.append(next(g))
        g.close()
        out += [told[0], next(g, "ended")]
        g = f(3, told)
        next(g)
        del g
        gc.collect()
        out.append(told[0])
        out += [*f(2, told), told[0]]
        return out

    for f in (guarded, returned_guarded):
        assert run(aic.jit(f)) == run(f)


def test_close_runs_handlers(capsys):
    def run(f):
        g = f(4)
        out = [next(g), next(g)]
        g.close()
        out.append(capsys.readouterr().out)
        g = f(4)
        next(g)
        del g
        gc.collect()
        return out, capsys.readouterr().out, list(f(2)), capsys.readouterr().out

    for f in (swallowing, in_with):
        assert run(aic.jit(f)) == run(f)
    g = aic.jit(stubborn)()
    next(g)
    with pytest.raises(RuntimeError, match="generator ignored GeneratorExit"):
        g.close()
    assert next(g, None) is None


def test_throw():
    g = aic.jit(count)(5)
    assert next(g) == 0
    with pytest.raises(KeyError, match="gone"):
        g.throw(KeyError("gone"))
    assert list(g) == []
    g = aic.jit(count)(5)
    with pytest.raises(ValueError):
        g.throw(ValueError)
    with pytest.raises(TypeError):
        g.throw(5)

class Node:
    def __init__(self, value):
        self.value = value
        self.next = None

    def __iter__(self):
        node = self
        while node is not None:
            yield node.value
            node = node.next


def of_list(xs):
    return (x + 1 for x in xs)


def of_object(node):
    for x in node:
        yield x


def of_part(rows):
    row = rows[0]
    return (x for x in row)


def hidden_away(rows):
    held = [[1, 2], [3]]
    held.append(pick(rows, 1))

    def over():
        for row in held:
            yield sum(row)
    return over()


def pick(rows, k):
    return rows[k]


@pytest.mark.parametrize("function, argument", [
    (of_list, [1, 2]), (of_list, {1, 2}), (of_list, {1: 2}), (of_object, Node(3)), (of_part, [[1], [2]]),
    (hidden_away, [[1], [2]]), (ignores, [1]),
])
def test_containers_of_the_callers_are_refused(function, argument):
    if function is ignores:
        function = lambda xs: (y for y in [xs])  # noqa: E731
    with pytest.raises(aic.CompileError, match="may not go on using|not supported") as caught:
        aic.jit(function)(argument)
    assert caught.value.code == "AIC2010" or "not supported" in str(caught.value)


def test_copies_of_them_are_not():
    def doubled(xs):
        mine = [2 * x for x in xs]
        n = len(xs)
        names = [str(x) for x in xs]
        return (mine[i] + len(names[i]) for i in range(n))

    def texts(xs):
        last = xs[-1]
        return (c for c in last)

    xs = [1, 22, 333]
    g = aic.jit(doubled)(xs)
    xs.clear()
    gc.collect()
    assert list(g) == [3, 46, 669]
    xs = ["ab", "c" * 5, "".join(["x", "yz"])]
    g = aic.jit(texts)(xs)
    xs.clear()
    gc.collect()
    ["".join(["q", "rs"]) for _ in range(100)]
    assert list(g) == ["x", "y", "z"]


def test_what_is_yielded_may_not_be_used_again():
    @aic.jit
    def growing(n):
        row = []
        for i in range(n):
            row.append(i)
            yield row

    with pytest.raises(aic.CompileError, match="what it yields here") as caught:
        growing(3)
    assert caught.value.code == "AIC2010" and caught.value.lineno == growing.py_func.__code__.co_firstlineno + 5

    @aic.jit
    def elements(n):
        rows = [[i] for i in range(n)]
        for row in rows:
            yield row

    with pytest.raises(aic.CompileError, match="that it yielded"):
        list(elements(3))

    @aic.jit
    def copies(n):
        row = []
        for i in range(n):
            row.append(i)
            yield list(row)

    assert list(copies(3)) == [[0], [0, 1], [0, 1, 2]]


def test_names_that_are_bound_anew():
    global SCALE
    g = aic.jit(scaled)(4)
    assert [next(g), next(g)] == [0, 3]
    SCALE = 4
    try:
        with pytest.raises(RuntimeError, match="bound anew"):
            next(g)
        assert list(aic.jit(scaled)(3)) == [0, 4, 8]
    finally:
        SCALE = 3


def expression_of(a):
    return (x + 1 for x in a)


def test_arrays_that_change_their_shape():
    a = np.arange(6)
    g = aic.jit(expression_of)(a)
    next(g)
    a.shape = (2, 3)
    with pytest.raises(RuntimeError, match="another shape"):
        next(g)
