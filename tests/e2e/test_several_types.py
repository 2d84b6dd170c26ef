"""Values of several types: going over them, keys that some of them cannot be, slices whose bounds may be None."""
import pytest

from harness import check, collected

PROGRAMS, program = collected()


@program("a")
@program("z")
def neighbours(n):
    sets, dicts = {"a": {"x", "y"}}, {"a": {"x": 1, "y": 2}}
    out = []
    for m in sorted(sets.get(n, ())):
        out.append(m)
    for m in sets.get(n, ()):
        out.append(str(len(m)))
    for k, m in enumerate(dicts.get(n, ())):
        out.append(m * (k + 1))
    out.extend(dicts.get(n, ()))
    out += list(map(str.upper, sorted(sets.get(n, []))))
    out += [a + b for a, b in zip(dicts.get(n, ()), "cd")]
    return out, len(dicts.get(n, ())), "x" in sets.get(n, ()), max(dicts.get(n, ()), default=None), tuple(dicts.get(n, ()))


@program()
def sorted_topologically():
    graph = {"shirt": {"tie", "belt"}, "tie": {"jacket"}, "pants": {"shoes", "belt"}, "belt": {"jacket"}}
    seen, order = set(), []

    def visit(n):
        if n not in seen:
            seen.add(n)
            for m in sorted(graph.get(n, ())):
                visit(m)
            order.append(n)

    for n in sorted(graph):
        visit(n)
    return order[::-1]


@program("a")
@program("z")
def changed_while_gone_over(n):
    d = {"a": {"x": 1, "y": 2}}
    mine = d.get(n, ())
    try:
        for k in mine:
            d["a"][k + "!"] = 0
    except RuntimeError as e:
        return str(e)
    return "unchanged"


@program("a")
@program("z")
def asked_step_by_step(n):
    d = {"a": {"x": 1, "y": 2}}
    it = iter(d.get(n, ("only",)))
    return next(it), list(it)


@program()
def empty_lists_among_others():
    rows = [{"name": "ann", "tags": ["a", "b"]}, {"name": "bob", "tags": []}]
    out = {}
    for r in rows:
        for t in r["tags"] or ["none"]:
            out.setdefault(t, []).append(r["name"])
        for t in r["tags"]:
            out[t].append(t)
    return out


@program(0)
@program(1)
@program(2)
def keys(k):
    v = [1, "x", [2]][k]
    told = []
    try:
        d = {"x": 5}
        told.append(v in d)
        told.append(d.get(v))
        d[v] = 7
        told.append(len(d) + len({v, "x"}))
        told.append(hash(v) == hash("x"))
        told.append(d[v])
    except TypeError as e:
        told.append(str(e))
    return told


@program(0)
@program(1)
def keys_of_parsed_text(k):
    def value(depth):
        return {value(depth - 1): 2} if depth else "end" if k == 0 else {"a": 1}

    try:
        return len(value(1))
    except TypeError as e:
        return str(e)


@program(0)
@program(1)
@program(2)
def bounds(k):
    m = [None, 2, -1][k]
    s, xs, b = "abcdef", [1, 2, 3, 4], bytes(range(5))
    ys = list(xs)
    ys[:m] = [9]
    return s[:m], s[m:], xs[m:], xs[:m], b[m::-1], s[::m], s[m:][1:m], (1, 2, 3)[:1], ys


@program()
def bounds_that_are_none():
    def best(b, depth):
        if depth == 0:
            return len(b), None
        score, _ = best(b[1:], depth - 1)
        return score, depth

    b = "abcdef"
    for depth in (2, 0, 1):
        _, m = best(b, depth)
        b = b[:m] + "-"
    return b


@pytest.mark.parametrize("function, args", PROGRAMS, ids=[f"{f.__name__}{k}" for k, (f, _) in enumerate(PROGRAMS)])
def test_as_cpython(function, args):
    check(function, *args)
