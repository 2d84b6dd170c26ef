"""Dicts and sets against CPython: order, errors, aliasing, what the caller sees, keys of several types."""
import random

import pytest

import aic
from harness import check


# ---- dicts ----
def counted(words):
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return counts


def grouped(pairs):
    groups = {}
    for k, v in pairs:
        groups.setdefault(k, []).append(v)
    return groups, list(groups), len(groups)


def looked_up(d, k):
    return d[k]


def changed(d):
    d["new"] = 1
    del d["a"]
    d["a"] = 5
    d["b"] += 10
    return d.pop("c", -1), d.pop("zz", -2), "a" in d, "c" in d, len(d)


def popped(d):
    out = []
    while d:
        out.append(d.popitem())
    return out


def pop_missing(d):
    return d.pop("none")


def views(d):
    return list(d), list(d.keys()), list(d.values()), list(d.items()), sum(d.values()), max(d), sorted(d.items())


def comprehended(n):
    squares = {i: i * i for i in range(n) if i % 3}
    return squares, {v: k for k, v in squares.items()}, {str(k): k / 2 for k in squares}


def merged(a, b):
    c = a | b
    a |= b
    a.update(z=3)
    return c, a, a == c, a != b, {**b, "x": 0}, dict(a), dict(b, y=1), dict([("p", 1), ("q", 2)])


def mixed_keys(x):
    d = {1: "int"}
    d[x] = "other"
    return d, 1.0 in d, True in d, d.get(2.0, "none")


def of_tuples(n):
    grid = {(i, j): i * j for i in range(n) for j in range(n)}
    return grid, grid[(1, 2)] if n > 2 else None, (0, 5) in grid


def of_dicts(names):
    tree = {}
    for n in names:
        if n[0] not in tree:
            tree[n[0]] = {}
        inner = tree[n[0]]
        if len(n) not in inner:
            inner[len(n)] = []
        inner[len(n)].append(n)
    return tree


def changing_while_iterating(d):
    for k in d:
        d[k + "x"] = 1
    return d


def values_changed_while_iterating(d):
    for k in d:
        d[k] *= 2
    return d


def aliased(d, e):
    d["q"] = 1
    return len(e), d is e


def memo(n):
    known = {}

    def fib(k):
        if k < 2:
            return k
        if k not in known:
            known[k] = fib(k - 1) + fib(k - 2)
        return known[k]

    return fib(n), len(known)


def many(n, seed):
    d = {}
    for i in range(n):
        k = (i * 7919 + seed) % 1009
        if i % 3 == 2 and k in d:
            del d[k]
        else:
            d[k] = i
    return d


def shown(d):
    return str(d), repr({}), f"{d}", str({1, 2, 3}), repr(set()), repr(frozenset([1]))


def enumerated(d):
    return [(i, k) for i, k in enumerate(d)], list(zip(d, d.values())), [k for k in reversed(d)]


def cleared(d):
    d.clear()
    return d, bool(d), d.get("a")


def copied(d):
    e = d.copy()
    e["a"] = [9]
    e["b"].append(1)
    return e, d


def nan_or_zero(d):
    return d[0.0], d.get(-0.0), 0 in d, False in d


# ---- sets ----
def gathered(xs):
    seen = set()
    for x in xs:
        seen.add(x)
    return seen, len(seen), list(seen), 3 in seen


def set_algebra(a, b):
    return a | b, a & b, a - b, a ^ b, a <= b, a < b, a >= b, a == b, a != b, a.isdisjoint(b), a.union(b, [1, 99])


def updated(a, b):
    a |= b
    a.add(17)
    a.discard(3)
    a ^= {1, 2, 40}
    a -= {5}
    a &= set(range(50))
    return sorted(a), a


def set_popped(s):
    out = []
    while s:
        out.append(s.pop())
        if len(out) < 4:
            s.add(100 + len(out))
    return out, s


def removed(s, x):
    s.remove(x)
    return s


def churned(n, seed):
    s = set()
    for i in range(n):
        k = (i * 48271 + seed) % 257 - 100
        if i % 4 == 3:
            s.discard(k)
        else:
            s.add(k)
    return s, list(s)


def of_floats(xs):
    return {x / 4 for x in xs}, {(x, x / 2) for x in xs}, frozenset(xs)


def set_changed_while_iterating(s):
    for x in s:
        s.add(x + 1000)
    return s


def keys_as_sets(d, e):
    return d.keys() & e.keys(), d.keys() | {"z"}, d.keys() == e.keys(), set(d)


def frozen_keys(xs):
    return hash((1, 2.5, True)), hash(-1), hash(2.0**70), hash(0.1), hash(()), len(frozenset(xs))


D = {"a": 1, "b": 2, "c": 3}
CASES = [
    (counted, ("a b a c b a".split(),)), (counted, ([],)), (counted, ([3, 1, 3],)),
    (grouped, ([(1, "x"), (2, "y"), (1, "z")],)),
    (looked_up, (D, "b")), (looked_up, (D, "zz")), (looked_up, ({1: 2.5}, 7)), (looked_up, ({(1, 2): 3}, (2, 1))),
    (changed, (D,)), (changed, ({"b": 1},)), (popped, (D,)), (pop_missing, (D,)), (views, (D,)),
    (comprehended, (8,)), (merged, ({"a": 1, "x": 2}, {"x": 5, "y": 6})), (mixed_keys, (1.0,)), (mixed_keys, (2.5,)),
    (mixed_keys, (True,)), (of_tuples, (3,)), (of_dicts, (["ab", "a", "bcd", "bc", "ac"],)),
    (changing_while_iterating, (D,)), (values_changed_while_iterating, (D,)), (memo, (30,)), (many, (500, 3)), (many, (5000, 1)),
    (shown, (D,)), (enumerated, (D,)), (cleared, (D,)), (copied, ({"a": [1], "b": [2]},)), (nan_or_zero, ({0: 5},)),
    (gathered, ([5, 3, 5, 1, 9, 3],)), (gathered, (["x", "y", "x"],)),
    (set_algebra, ({1, 2, 3, 4}, {3, 4, 5})), (set_algebra, (set(range(40)), {3, 77})), (set_algebra, ({1}, {1})),
    (updated, ({1, 3, 5, 7}, {2, 4, 60})), (set_popped, ({5, 1, 99, 34, 17},)), (removed, ({1, 2}, 2)), (removed, ({1, 2}, 3)),
    (churned, (50, 1)), (churned, (400, 7)), (churned, (3000, 9)), (of_floats, ([1, 5, 9, 13, -3],)),
    (set_changed_while_iterating, ({1, 2},)), (keys_as_sets, (D, {"a": 0, "q": 1})), (frozen_keys, ([1, 2, 2],)),
]


@pytest.mark.parametrize("function, args", CASES, ids=lambda x: getattr(x, "__name__", None))
def test_as_in_cpython(function, args):
    check(function, *args)


def test_one_dict_passed_twice_stays_one():
    d = {"a": 1}
    assert aic.jit(aliased)(d, d) == (2, True)
    assert d == {"a": 1, "q": 1}


def test_sets_keep_their_order_over_calls():
    @aic.jit
    def step(s, add, drop):
        for x in add:
            s.add(x)
        for x in drop:
            s.discard(x)

    draw = random.Random(4)
    ours, theirs = set(), set()
    for _ in range(60):
        add, drop = [draw.randrange(300) for _ in range(9)], [draw.randrange(300) for _ in range(6)]
        step(ours, add, drop)
        step.py_func(theirs, add, drop)
        assert list(ours) == list(theirs)
    assert [ours.pop() for _ in range(len(ours))] == [theirs.pop() for _ in range(len(theirs))]


def test_keys_that_cannot_be_hashed_are_refused():
    @aic.jit
    def f(n):
        return {[n]: 1}

    with pytest.raises(aic.CompileError, match="AIC2105"):
        f(1)


def test_the_caller_sees_changes_made_before_an_error():
    def f(d, k):
        d["x"] = 1
        return d[k]

    check(f, {"a": 2}, "missing")


def copies_of_dicts(names):
    d = {n: [n, n + "!"] for n in names}
    e = d.copy()
    e["new"] = ["x"]
    d.pop("b")
    g = d.copy()
    g["a"].append("more")
    h, m = dict(d), d | {"q": ["z"]}
    empty = {}
    filled = empty.copy()
    filled["a"] = 1
    e.clear()
    return d, e, g, h, m, empty, filled, list(g), len(g)


def copies_in_a_loop(n):
    d = {k: k * 0.5 for k in range(n)}
    total = 0.0
    for k in range(n):
        e = d.copy()
        e[k] = 1.0
        del e[(k + 1) % n]
        f = e.copy()
        f[-1] = 7.0
        total += sum(f.values()) + len(f)
    return total, d


def copies_of_tuples(n):
    d = {(i, str(i)): (i, [i]) for i in range(n)}
    c = d.copy()
    c[(0, "0")][1].append(5)
    return d, c


def test_copies_of_dicts():
    check(copies_of_dicts, ["a", "b", "c", "dd"])
    check(copies_in_a_loop, 40)
    check(copies_of_tuples, 20)
