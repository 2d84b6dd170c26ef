"""Names that nested functions rebind, and generator expressions, against CPython."""
import pytest

from harness import check


def counted(n):
    count = 0

    def step(by):
        nonlocal count
        count += by
        return count

    for k in range(n):
        step(k)
    return count, step(1)


def shared(n):
    total = 0.5

    def add(x):
        nonlocal total
        total = total + x

    def double():
        nonlocal total
        total *= 2

    for k in range(n):
        add(k)
        double()
    return total


def make_counter(start):
    n = start

    def count():
        nonlocal n
        n += 1
        return n

    return count


def two_counters(start):
    a, b = make_counter(start), make_counter(10 * start)
    a()
    a()
    b()
    return a(), b()


def grown(n):
    text = ""

    def add(piece):
        nonlocal text
        text += piece

    for k in range(n):
        add(str(k))
    return text


def rebound_after_capture(n):
    def show():
        return limit

    limit = n
    first = show()
    limit = n + 1
    return first, show()


def sums(n):
    return sum(k * k for k in range(n)), sum((k for k in range(n)), 10), sum(0.5 for k in range(n) if k % 2)


def questions(n):
    return (any(k > 3 for k in range(n)), all(k < 3 for k in range(n)), any(i * j == 12 for i in range(n) for j in range(i)),
            all(k % 2 == 0 for k in range(n) if k > 2), any(k for k in ()), all(k for k in ()))


def stops_early(n):
    return any(10 // (3 - k) > 9 for k in range(n))


def extremes(n):
    return max(k % 7 for k in range(n)), min(k * k - 3 * k for k in range(n))


def texts(n):
    return ", ".join(str(k) for k in range(n)), "".join(c.upper() for c in "abc" if c != "b")


def with_a_walrus(n):
    found = -1
    yes = any((found := k) > 4 for k in range(n))
    return yes, found


def bits(n):
    return n.bit_length(), n.bit_count(), (-n).bit_length(), (n - 1).bit_count()


PROGRAMS = [(counted, 5), (shared, 4), (two_counters, 3), (grown, 12), (rebound_after_capture, 3),
            (sums, 0), (sums, 10), (questions, 0), (questions, 3), (questions, 8), (stops_early, 3), (stops_early, 6), (extremes, 9), (extremes, 0),
            (texts, 4), (texts, 0), (with_a_walrus, 9), (with_a_walrus, 2), (bits, 0), (bits, 37), (bits, -5), (bits, 2**62)]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p[0].__name__}-{p[1]}")
def test_program(program):
    check(program[0], *program[1:])
