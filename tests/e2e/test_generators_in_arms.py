"""Generators that the library reads in one of several arms are written in place of its loop: they need no state."""
import re
from collections import Counter, OrderedDict, defaultdict

import pytest

import aic


def counted(a):
    return Counter(x % 3 for x in a)


def counted_pairs(a):
    return Counter((x, y) for x in a for y in (1, 2, 3) if x > y)


def ordered(a):
    return OrderedDict((x, x * 2) for x in a)


def with_default(a):
    d = defaultdict(int, ((x, 1) for x in a))
    d[100] += 1
    return dict(d)


def counted_again(a):
    c = Counter(x for x in a)
    c.update(x + 1 for x in a)
    c.subtract(x for x in a)
    return c


@pytest.mark.parametrize("f", [counted, counted_pairs, ordered, with_default, counted_again])
def test_in_place(f, capfd, monkeypatch):
    monkeypatch.setenv("AIC_DUMP", "loop")
    got = aic.jit(f)([3, 1, 4, 1, 5, 9, 2, 6])
    dumped = capfd.readouterr().err
    assert repr(got) == repr(f([3, 1, 4, 1, 5, 9, 2, 6]))
    assert re.search(r"func @", dumped) and not re.search(r"func @\S*genexpr", dumped)


def raising(a):
    def values():
        for x in a:
            if x > 4:
                raise ValueError(f"{x} is large")
            yield x
    try:
        return Counter(values())
    except ValueError as e:
        return str(e)


def test_an_exception_passes_through():
    for a in ([1, 2, 2], [1, 5, 2]):
        assert aic.jit(raising)(a) == raising(a)
