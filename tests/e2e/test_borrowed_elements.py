"""What is read from a list and looked at while the list may change: against CPython, and nothing is freed early or kept."""
import pytest

from harness import check


def edges(a, b):
    dp = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                dp[i + 1][j + 1] = dp[i][j] + 1
            else:
                dp[i + 1][j + 1] = max(dp[i][j + 1], dp[i + 1][j])
    return dp


def same_rows(n):
    row = [0] * n
    grid = [row] * n
    for i in range(n):
        for j in range(n):
            grid[i][j] += grid[j][i] + 1
    grid[0] = grid[0] + [1]
    return grid, row


def replaced_while_read(rows, k):
    row = rows[k]
    rows[k] = [7, 7]
    rows[k].append(len(row))
    row.append(5)
    other = rows[0]
    rows.clear()
    rows.append(row)
    return rows, row, other, len(other)


def popped(rows):
    total = 0
    while rows:
        row = rows[-1]
        rows.pop()
        total += row[0] + len(row)
    return total


def swapped(rows, i, j):
    rows[i], rows[j] = rows[j], rows[i]
    first = rows[i]
    rows[i] = rows[j]
    return rows, first


def put_away(rows, row, k):
    rows[k] = row
    return len(rows[k])


def through_a_call(rows):
    first = rows[0]
    n = put_away(rows, [1, 2, 3], 0)
    return first, n, first[0], put_away(rows, rows[1], 0), rows


def given_back(rows, k):
    for row in rows:
        if len(row) > k:
            return row
    return rows[0]


def deep(cube):
    total = 0
    for plane in cube:
        for i in range(len(plane)):
            for j in range(len(plane[i])):
                plane[i][j] += 1
                total += plane[i][j]
    cube[0][0] = cube[1][1]
    cube[0][0].append(total)
    return cube, total


def words_seen(words):
    longest, seen, last = "", [], words[0]
    for i in range(len(words)):
        if len(words[i]) > len(longest):
            longest = words[i]
        if words[i] == last:
            words[i] = words[i] + "!"
        seen.append(words[i])
        last = words[i][::-1]
    words.clear()
    return longest, seen, last, words


def of_a_dict(d, k):
    a = d[k]
    d[k] = [0]
    a.append(1)
    b = d[k]
    del d[k]
    b.append(2)
    for key in d:
        d[key].append(len(d[key]))
    return d, a, b


def carried(rows):
    row = rows[0]
    for i in range(1, len(rows)):
        row = rows[i] if rows[i][0] > row[0] else row
        rows[i - 1] = [i]
    return row, rows


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
        self.items = [value]


def chain(n):
    head = Node(0)
    node = head
    for i in range(1, n):
        node.next = Node(i)
        node.items.append(i)
        node = node.next
    total = 0
    node = head
    while node is not None:
        items = node.items
        node.items = [9]
        total += items[0] * len(items) + node.items[0]
        node = node.next
    return total


ROWS = [[1], [2, 3], [4, 5, 6], [0, 0]]


@pytest.mark.parametrize("f, arguments", [
    (edges, ("acgtacgga", "cagtcag")), (edges, ([1, 2, 3, 1], [2, 3, 1])), (same_rows, (4,)), (replaced_while_read, (ROWS, 2)),
    (replaced_while_read, (ROWS, 0)), (replaced_while_read, (ROWS, -1)), (popped, (ROWS,)), (swapped, (ROWS, 0, 2)),
    (swapped, (ROWS, 1, 1)), (through_a_call, (ROWS,)), (given_back, (ROWS, 1)), (given_back, (ROWS, 9)),
    (deep, ([[[1, 2], [3]], [[4], [5, 6]]],)), (words_seen, (["ab", "ba", "abc", "", "ab", "ba!"],)),
    (of_a_dict, ({"a": [1], "b": [2, 3], "c": []}, "b")), (carried, (ROWS,)), (chain, (6,)),
])
def test_elements_looked_at_while_lists_change(f, arguments):
    check(f, *arguments)


def spread(n):
    total, last = 0, 9
    for dx in (-1, 0, 1):
        for dy in (2, 0, -2):
            for dz in (-1, 0, 1):
                for i in range(n):
                    if (i + dx) % 3 == dy:
                        continue
                    for j in range(i):
                        x = (i + dx) * 3 + (j + dy) * 5 + dz
                        y = x * x + i - j * dx + dy * dz
                        if y > 300:
                            y -= 300
                        total += y * (dx + 2) - (dy - dz) * x
                        if total > 100000:
                            total -= 99999
                        elif total < -100000:
                            total += 99999
                    if dx < dy < dz:
                        total += 1
                if total % 7 == 6:
                    break
        last = dx
    return total, last, dx


def test_loops_over_numbers_around_much_code():
    for n in (0, 1, 5, 9):
        check(spread, n)


def numbers(text):
    return [int(w) for w in text.split(",")]


def test_ints_of_short_texts():
    for text in ("0", "7,-7,+7", "999999999999999999,-999999999999999999", "9223372036854775807,-9223372036854775808",
                 " 5, 6 ,\t7", "1_000,00012", "-", "", "+", "1-", "--1", "1 2", "12a", "\u0663,3", "9223372036854775808", "-0"):
        if text != "9223372036854775808":
            check(numbers, text)


def joined(words, n):
    counts = {}
    for i in range(n):
        for w in words:
            key = w + str(i % 7)
            counts[key] = counts.get(key, 0) + 1
    return counts


def test_short_texts_come_and_go():
    check(joined, ["a", "bc", "", "a word of twenty-four ch", "a word of more characters than that", "é☕"], 50)
