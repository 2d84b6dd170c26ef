"""Text of d.keys(), d.values(), d.items(), and what is said where one is returned."""
from collections import Counter, OrderedDict, defaultdict

import pytest

import aic
from harness import check


def texts(n):
    d, o, c = {"a": 1, "b": [n]}, OrderedDict(a=1), Counter("abca")
    by = defaultdict(int)
    by[n] += 2
    told = [str(d.keys()), repr(d.values()), f"{d.items()}", str(o.keys()), str(o.values()), repr(o.items())]
    return told + [str(c.keys()), str(c.items()), str(by.values()), str({}.keys()), str(OrderedDict().items())]


def of_ordered(n):
    o = OrderedDict(a=1, b=n)
    keys = o.keys()
    o["c"] = 3
    return list(keys), len(o.items()), "b" in o.keys(), sum(o.values()), keys & {"a"}, [k for k, _ in o.items()], sorted(keys)


def test_texts():
    check(texts, 3)


def test_views_of_an_ordered_dict():
    check(of_ordered, 2)


@pytest.mark.parametrize("view", ["keys", "values", "items"])
def test_a_view_is_not_returned(view):
    def returned(n):
        d = {n: 1}
        return d.keys() if view == "keys" else d.values() if view == "values" else d.items()

    with pytest.raises(aic.CompileError, match=rf"return `list\(d\.{view}\(\)\)`"):
        aic.jit(returned)(1)
