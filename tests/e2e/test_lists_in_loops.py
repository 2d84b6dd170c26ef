"""Loops that look into lists and texts while these, or others that may be the same, grow and shrink."""
from harness import check
from test_appending import distance


def other_grows(xs, ys, n):
    total = 0
    for i in range(n):
        total += xs[i % 3]
        ys.append(total)
    return total, len(xs)


def test_the_same_list_twice():
    check(other_grows, [1, 2, 3], [4], 100)
    xs = [1, 2, 3]
    check(other_grows, xs, xs, 100)


def inner_reads(rows, n):
    total = 0
    for i in range(n):
        for row in rows:
            for k in range(len(row)):
                total += row[k]
        rows[i % len(rows)].append(i)
    return total, rows


def test_rows_that_grow_between():
    check(inner_reads, [[1], [2, 3], []], 40)
    row = [1, 2]
    check(inner_reads, [row, row], 40)


def swapped(a, b, n):
    for i in range(n):
        for k in range(len(a)):
            b[k] = a[k] + i
        a, b = b, a
        if i % 3 == 2:
            b = [0] * len(a)
    return a, b


def test_lists_that_change_places():
    check(swapped, [1, 2, 3], [0, 0, 0], 10)


def maybe(xs, n):
    found = None
    total = 0
    for i in range(n):
        if found is not None:
            for k in range(2):
                total += found[k]
        if i == 3:
            found = xs
    return total


def bound_late(n, text):
    total = 0
    for i in range(n):
        if i > 4:
            for k in range(3):
                total += values[k] + ord(word[k])
        else:
            values = [i, i + 1, i + 2]
            word = text[i:]
    return total


def test_lists_that_may_be_none_or_unbound():
    check(maybe, [5, 6], 9)
    check(maybe, [5, 6], 0)
    check(bound_late, 9, "abcdefgh")
    check(bound_late, 0, "")


class Node:
    def __init__(self, value):
        self.value = value
        self.items = [value]


def objects(nodes, n):
    first = nodes[0]
    total = 0
    for i in range(n):
        for k in range(len(nodes)):
            nodes[k].value += first.value + k
        first.items.append(i)
        total += len(first.items) + first.items[i]
        if i == 5:
            nodes.append(first)
    return total, [node.value for node in nodes], first.items


def built(n):
    return objects([Node(1), Node(2)], n)


def test_objects():
    check(built, 12)
    check(built, 0)


def test_both_arms_append():
    for a, b in (("kitten", "sitting"), ("", "abc"), ("abc", ""), ("größe", "grüße"), ("日本語", "日本"), ("aé", "é日")):
        check(distance, a, b)


def either(xs, limit):
    low, high, last = [], [], 0
    for x in xs:
        if x < limit:
            low.append(x)
            last = x
        else:
            high.append(x)
            last = -x
        low.append(last)
    return low, high, last


def popped(xs, n):
    total = 0
    for i in range(n):
        if i % 2:
            xs.append(i)
        else:
            total += xs.pop()
        total += xs[0]
    return total, xs


def test_arms_with_lists_of_their_own():
    check(either, [3, 9, 1, 12], 5)
    check(either, [], 5)
    check(popped, [1, 2, 3], 9)
    check(popped, [1], 3)


def characters(text, n):
    count = 0
    for i in range(n):
        for k in range(len(text)):
            if text[k] == "a":
                count += 1
        text += "ab"
    return count, text


def test_text_that_grows():
    check(characters, "xa", 5)
    check(characters, "日a", 5)
    check(characters, "", 3)
