"""Loops that append: room is made before the loop, and the length is known from the round. What raises, what leaves early, what has a second
name, references, several lists at once."""
import pytest

from harness import check


def both_ways(n):
    out = []
    for i in range(n):
        if i % 3 == 0:
            out.append(i)
        else:
            out.append(-i)
    return out


def rows(n):
    table = []
    for i in range(n):
        row = [i]
        for j in range(1, n):
            row.append(row[j - 1] + i * j)
        table.append(row)
    return table


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        current = [i]
        for j, y in enumerate(b, start=1):
            if x == y:
                current.append(previous[j - 1])
            else:
                current.append(1 + min(previous[j - 1], previous[j], current[j - 1]))
        previous = current
    return previous[-1]


def raises_midway(xs):
    out = [0.0]
    try:
        for x in xs:
            out.append(1.0 / x)
            out.append(x)
    except ZeroDivisionError:
        out.append(-1.0)
    return out, len(out)


def into_the_argument(out, n):
    for i in range(2, n):
        out.append(i / (7 - i))


def two_names(a, b, n):
    lengths = []
    for i in range(n):
        a.append(i)
        lengths.append(len(b))
    return lengths


def leaves_early(n):
    out = []
    for i in range(n):
        out.append(i)
        if i * i > n:
            break
    return out


def returns_early(n):
    out = []
    for i in range(n):
        out.append(i)
        if i == 5:
            return out
    return out + [-1]


def texts(n):
    out = []
    for i in range(n):
        out.append(str(i))
        out.append("x" * (i % 3))
    return out, "".join(out)


def texts_until(words, limit):
    out = []
    try:
        for w in words:
            out.append(w.upper())
            if len(w) > limit:
                raise ValueError(w)
    except ValueError as e:
        out.append("long: " + str(e))
    return out


def many_kinds(n):
    a, b, c = [], [], []
    for i in range(n):
        a.append(i > 2)
        b.append((i, i * 0.5))
        c.append([i] * i)
    return a, b, c


def asks_on_the_way(n):
    out, told = [], []
    for i in range(n):
        told.append(len(out))
        out.append(i)
        out.append(out[-1] + len(out))
        told.append(len(out))
    return out, told


def raises_long_before_memory_is_short(n):
    out = []
    for i in range(n):
        out.append(1 / (5 - i))
    return out


def two_lists_that_may_raise(n):
    out, more = [], [0.5]
    for i in range(3, n):
        out.append(7 // i)
        more.append(1 / i)
        more.append(more[-2] + out[-1])
    return len(out), len(more), out[-1], more[-1], sum(more)


def grows_beyond_what_was_reserved(n):
    out = [0]
    for i in range(n):
        out.append(7 // (i + 1))
    return len(out), sum(out), out[-1]


def an_arm_raises(xs):
    out = []
    for x in xs:
        if x < 0:
            out.append(0)
            raise ValueError(f"{x} after {len(out)}")
        out.append(x)
    return out


def keeps_and_skips(n):
    out = []
    for i in range(n):
        if i % 4 == 1:
            continue
        out.append(i)
    return out


def through_a_call(n):
    def push(out, x):
        out.append(x)
        out.append(x)
    out = []
    for i in range(n):
        push(out, i)
    return out


def a_second_name(n):
    out = []
    held = [out]
    for i in range(n):
        out.append(i)
        held[0].append(-i)
    return out, len(held[0])


def pops_behind(n):
    out = [1, 2, 3]
    for i in range(n):
        out.append(i)
        out.append(i)
        out.pop()
    return out


def cells(n):
    grid = [[i * j for j in range(n)] for i in range(n)]
    return [sum(row) for row in grid], [[row[k] for row in grid] for k in range(n)]


class Bag:
    def __init__(self):
        self.items = []


def of_fields(n):
    bag = Bag()
    for i in range(n):
        bag.items.append(i)
    return bag.items


XS = [4.0, 2.0, 0.5, 0.0, 8.0]
CALLS = [(both_ways, (0,)), (both_ways, (10,)), (both_ways, (-3,)), (rows, (0,)), (rows, (1,)), (rows, (9,)), (distance, ("kitten", "sitting")),
         (distance, ("", "abc")), (distance, ("abc", "")), (raises_midway, (XS,)), (raises_midway, (XS[:2],)), (into_the_argument, ([1.0], 6)),
         (into_the_argument, ([1.0], 12)), (two_names, ([1], [2, 3], 4)), (leaves_early, (50,)), (returns_early, (3,)), (returns_early, (30,)),
         (texts, (40,)), (texts_until, (["a", "bcd", "efghi", "j"], 3)), (texts_until, (["a", "bcd"], 3)), (many_kinds, (5,)), (asks_on_the_way, (6,)),
         (raises_long_before_memory_is_short, (10**14,)), (raises_long_before_memory_is_short, (4,)), (grows_beyond_what_was_reserved, (200_000,)), (two_lists_that_may_raise, (150_000,)),
         (two_lists_that_may_raise, (4,)), (an_arm_raises, ([1, 2, -7, 3],)), (an_arm_raises, ([1, 2],)), (keeps_and_skips, (12,)), (through_a_call, (5,)), (a_second_name, (4,)),
         (pops_behind, (6,)), (cells, (7,)), (of_fields, (5,))]


@pytest.mark.parametrize("function, args", CALLS, ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, args):
    check(function, *args)


def test_one_list_under_two_names():
    a = [1]
    check(two_names, a, a, 4)
