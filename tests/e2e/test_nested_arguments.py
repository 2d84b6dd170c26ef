"""Containers of Python's that hold their like: nested lists, trees of dicts, as arguments; and values of which only one arm can be gone over."""
from harness import check


def summed(x):
    total = 0
    for e in x:
        if isinstance(e, list):
            total += summed(e)
        else:
            total += e
    return total


def flat(x):
    for e in x:
        if isinstance(e, list):
            yield from flat(e)
        else:
            yield e


def flattened(x):
    return list(flat(x))


def shown(x):
    return "[" + ", ".join(shown(e) if isinstance(e, list) else repr(e) for e in x) + "]"


def doubled(x):  # in place
    for k, e in enumerate(x):
        if isinstance(e, list):
            doubled(e)
        else:
            x[k] = e * 2
    x.reverse()


def added(node):
    return node["value"] + sum(added(k) for k in node["children"])


def depth(node):
    return 1 + max([depth(k) for k in node["children"]], default=0)


def grown(node):
    node["value"] += 1
    for k in node["children"]:
        grown(k)


NESTED = [[], [1], [1, [2, []]], [[], [1]], [[1], [], [2, [3]]], [1, [2, [3, [4, [5]]]]], [1, [2.5, ["a"]]], [[[[]]], 1]]
LEAF = {"value": 4, "children": []}
TREES = [LEAF, {"value": 1, "children": [LEAF]}, {"value": 1, "children": [{"value": 2, "children": []}, {"value": 3, "children": [{"value": 4, "children": []}]}]}]


def test_nested_lists():
    for x in NESTED:
        check(shown, x)
        check(flattened, x)
        if x != NESTED[6]:
            check(summed, x)
        check(doubled, x)


def test_trees_of_dicts():
    for tree in TREES:
        check(added, tree)
        check(depth, tree)
        check(grown, tree)


def over(d, key):
    return [x for x in d[key]], list(map(str, d[key])), sum(d[key]), [(k, x) for k, x in enumerate(d[key])], list(zip(d[key], d[key])), sorted(d[key])


def over_maybe(xs, there):
    x = xs if there else None
    return list(map(str, x)), list(filter(None, x))


def test_the_arm_that_can_be_gone_over():
    record = {"xs": [3, 1, 2], "n": 5, "x": 1.5, "none": None}
    for key in record:
        check(over, record, key)
    check(over_maybe, [1, 0], True)
    check(over_maybe, [1, 0], False)


def chosen(words):
    table = {"inc": lambda x: x + 1, "neg": lambda x: -x}
    out = []
    for word, *rest in words:
        f = table.get(word)
        out.append(f(*rest) if f else None)
    return out


def extremes(which):
    try:
        return max([]) if which else min(())
    except ValueError as e:
        return str(e)


def test_spreading_and_empty_extremes():
    check(chosen, [("inc", 1), ("zero", 2), ("neg", 3)])
    check(extremes, True)
    check(extremes, False)
