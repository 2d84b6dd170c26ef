"""Deques, Counters, defaultdicts, OrderedDicts and ranges as arguments, in globals, in fields, and as results; what they hold."""
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field

import pytest
from harness import check

import aic


def changed(d, x):
    d.append(x)
    d.appendleft(x)
    d.rotate(1)
    return len(d), d


def drained(d):
    total = 0
    while d:
        total += d.popleft()
        if d:
            total -= d.pop()
    return total


def refilled(d):
    d.clear()
    d.extend([7, 8])
    return d[0]


def window(xs, n):
    last = deque(maxlen=n)
    means = []
    for x in xs:
        last.append(x)
        means.append(sum(last) / len(last))
    return means, last


def the_same(d, e):
    d.append(1)
    return d is e, len(e), d, e


def raised(d):
    d.append(1)
    d.append(d[0])
    raise ValueError(len(d))


def of_texts(d):
    d.append("x" + d.popleft())
    return d


def of_lists(d, row):
    d.append(row)
    row.append(9)
    d[0].append(8)
    return d


def taken(d):
    first = d.popleft()
    return first, d.pop()


def of_deques(ds):
    ds[0].append(5)
    ds.append(deque([1]))
    return ds


def in_a_dict(n):
    queues = {}
    for k in range(n):
        queues.setdefault(k % 3, deque()).append(k)
    return queues


@pytest.mark.parametrize("d", [deque([1, 2, 3]), deque([1]), deque([1, 2], maxlen=3), deque([1, 2, 3], maxlen=3)])
def test_deques(d):
    check(changed, d, 5)
    check(drained, d)
    check(refilled, d)
    check(raised, d)
    check(taken, d)
    check(the_same, d, d)
    check(the_same, d, deque([4]))


def test_deques_of_other_things():
    check(taken, deque())
    check(taken, deque([1]))
    check(changed, deque(), 1.5)
    check(drained, deque())
    check(window, [1.0, 2.0, 4.0, 8.0], 3)
    check(of_texts, deque(["a", "b"]))
    row = [1]
    check(of_lists, deque([[0], row]), row)
    check(of_deques, [deque([1]), deque()])
    check(in_a_dict, 7)
    check(drained, deque(range(100)))


# ---- kinds of dict ----
def counted(text):
    return Counter(text)


def recounted(c, text):
    c.update(text)
    c["z"] += 2
    del c["a"]
    return c.most_common(2), c["never"], len(c)


def grouped(words):
    groups = defaultdict(list)
    for w in words:
        groups[len(w)].append(w)
    return groups


def grouped_into(groups, words):
    for w in words:
        groups[w[0]].append(w)
    return len(groups), groups


def graph(edges):
    near = defaultdict(set)
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    return near, {k: len(v) for k, v in near.items()}


def reordered(d, key):
    d.move_to_end(key)
    d["new"] = 1
    return list(d), d


def newest(d):
    d.popitem(last=False)
    return d


def looked_up(d):
    d["gone"]
    return len(d)


def two_of_one(c, d):
    c["a"] += 1
    return c is d, d["a"], [c, d]


def arguments(c, d, o, q):
    c["x"] += 1
    d["x"] += 1.5
    o["x"] = 1
    q.append(1)
    return sum(c.values()), sum(d.values()), list(o.items()), sum(q)


def nested(words):
    table = defaultdict(Counter)
    for w in words:
        table[len(w)].update(w)
    return {k: dict(v) for k, v in table.items()}


def counters_in_a_list(texts):
    return [Counter(t) for t in texts], {t: Counter(t) for t in texts}


def or_nothing(text):
    return Counter(text) if text else None


def test_kinds_of_dict():
    check(counted, "mississippi")
    check(counted, "")
    check(recounted, Counter("abca"), "xyz")
    check(recounted, Counter(), "aa")
    check(grouped, ["a", "bb", "cc"])
    check(grouped, [])
    check(grouped_into, defaultdict(list, a=["ant"]), ["bee", "asp"])
    check(graph, [(1, 2), (2, 3)])
    check(reordered, OrderedDict([("a", 1), ("b", 2)]), "a")
    check(newest, OrderedDict([("a", 1), ("b", 2)]))
    check(newest, OrderedDict())
    check(looked_up, defaultdict(int))
    check(looked_up, defaultdict(None, here=1))
    c = Counter("ab")
    check(two_of_one, c, c)
    check(two_of_one, c, Counter())
    check(arguments, Counter("xy"), defaultdict(float), OrderedDict(y=2), deque([3]))
    check(counters_in_a_list, ["ab", "ba", ""])
    check(or_nothing, "ab")


def test_an_ordered_dict_keeps_its_order():
    d = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
    d.move_to_end("a")
    assert aic.jit(lambda d: list(d.items()))(d) == [("b", 2), ("c", 3), ("a", 1)]
    aic.jit(reordered)(d, "b")
    assert list(d) == ["c", "a", "b", "new"] and d.popitem() == ("new", 1)


def test_a_factory_stays():
    d = aic.jit(grouped)(["a"])
    assert d.default_factory is list and d[5] == []
    e = defaultdict(lambda: 0)
    with pytest.raises(aic.TypeInferenceError, match="made by a function"):
        aic.jit(looked_up)(e)


# ---- fields and globals ----
@dataclass
class Market:
    orders: deque = field(default_factory=deque)
    names: Counter = field(default_factory=Counter)
    of: dict = field(default_factory=lambda: defaultdict(list))

    def place(self, name, n):
        self.orders.append((name, n))
        self.names[name] += n
        self.of[name].append(n)
        if len(self.orders) > 2:
            return self.orders.popleft()
        return None


def trade(market, name, n):
    return market.place(name, n), market.place(name, n + 1), len(market.orders), market


def opened():
    market = Market()
    market.place("a", 1)
    return market


def test_fields():
    check(trade, Market(), "a", 1)
    check(trade, Market(deque([("b", 3)]), Counter(b=3), defaultdict(list, b=[3])), "a", 1)
    check(opened)


QUEUE = deque([1])
SEEN = Counter()
BY_NAME = defaultdict(list)


def work(name):
    QUEUE.append(QUEUE[0] + 1)
    QUEUE.popleft()
    SEEN[name] += 1
    BY_NAME[name].append(QUEUE[0])
    return QUEUE[0], SEEN[name]


def test_globals():
    f = aic.jit(work)
    for k in range(3):
        assert f("a") == (k + 2, k + 1)
    assert QUEUE == deque([4]) and SEEN == Counter(a=3) and BY_NAME == {"a": [2, 3, 4]}
    QUEUE.appendleft(9)
    assert f("b") == (4, 1) and QUEUE == deque([4, 10])


# ---- ranges and slices ----
def sums(r, k):
    return sum(r), len(r), k in r, list(r[1:]), r.start, r.stop, r.step, bool(r), r


def picked(xs, r):
    return [xs[i] for i in r], r == range(2), f"{r}"


def of_a_slice(s):
    return s, s == slice(1, None), s == slice(1, None, None), s != slice(2), repr(s), f"{s}", str([s.start])


def sliced(xs, a, b, step):
    part = slice(a, b, step)
    return xs[part], part == slice(a, b, step), part != slice(0), part == (a, b, step), repr(part)


def test_ranges_and_slices():
    for r in (range(5), range(2, 9, 3), range(9, 0, -2), range(0)):
        check(sums, r, 5)
        check(picked, "abcdefghijk", r)
    check(of_a_slice, slice(1, None))
    check(of_a_slice, slice(None, 3, -1))
    check(sliced, [1, 2, 3, 4], 1, None, 2)
    check(sliced, [1, 2, 3, 4], 0, 3, 1)
    with pytest.raises(OverflowError):
        aic.jit(len)(range(2**70)) if False else aic.jit(sums)(range(2**70), 1)


# ---- operators ----
def arithmetic(a, b):
    x, y = Counter(a), Counter(b)
    return (dict(x + y), dict(x - y), dict(x & y), dict(x | y), x == y, x != y, x <= y, x < y, x >= y, x > y, dict(+x), dict(-x),
            sorted(x.elements()), repr(x), str(Counter()), x == {"a": 2})


def in_place(a, b):
    x = Counter(a)
    same = x
    x += Counter(b)
    first = dict(same)
    x -= Counter("a")
    second = dict(same)
    x |= Counter("aab")
    third = dict(same)
    x &= Counter("ab")
    x["zero"] = 0
    return first, second, third, dict(same), x is same, +x == x


def of_sequences(xs):
    d = deque(xs)
    same = d
    d += [1, 2]
    d *= 2
    del d[0]
    return d, same is d, d + deque([3]), deque([1]) * 3, d == deque(xs), deque([1, 2]) < deque([1, 3]), d == xs, repr(d), d != d


def of_dicts(pairs):
    o, p = OrderedDict(pairs), OrderedDict(reversed(pairs))
    d = defaultdict(int, pairs)
    o |= {"z": 1}
    return o == p, o == dict(pairs), d == dict(pairs), repr(d), o | p, d | {"y": 2}, repr(p), p == p.copy()


def test_operators():
    for a, b in (("aab", "abc"), ("", "a"), ("aab", "aab"), ("a", "ab"), ("", "")):
        check(arithmetic, a, b)
        check(in_place, a, b)
    check(of_sequences, [4, 5])
    check(of_dicts, [("a", 1), ("b", 2)])


# ---- containers in tuples that are arguments ----
def into_a_tuple(xs, t):
    t[1].append(xs)
    xs.append(5)
    return t


def both(t):
    names, numbers = t
    names.append("x")
    numbers[0].update({"k": [1]})
    return t


def test_tuples_of_containers():
    check(into_a_tuple, [1], (3, []))
    check(both, (["a"], [{}]))
    check(both, ([], [{"a": [1]}, {}]))
