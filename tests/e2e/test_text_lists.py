"""Lists of strings: joining and sorting them, which the runtime does whole; and sets whose places were used before."""
import random

import pytest
from harness import check


def joined(xs, sep):
    return sep.join(xs), sep.join([x + "!" for x in xs]), sep.join(x for x in xs if x), sep.join(())


def joined_tuple(a, b):
    return ",".join((a, b)), ", ".join([a]), "".join([]), "-".join(a)


@pytest.mark.parametrize("sep", ["", ",", ", ", "é", "€", "😀"])
@pytest.mark.parametrize("xs", [[], ["a"], ["", ""], ["ab", "", "c"], ["é", "x"], ["a", "€uro", "b"], ["x", "😀", "€"]])
def test_join(xs, sep):
    check(joined, xs, sep)


def test_join_of_tuples_and_texts():
    check(joined_tuple, "spam", "eggs")
    check(joined_tuple, "", "é€")


def joined_bytes(xs, sep):
    return sep.join(xs), sep.join(x for x in xs)


def test_join_bytes():
    check(joined_bytes, [b"a", b"", b"\xff"], b", ")


def one_by_one(n):
    words = []
    for i in range(n):
        words.append(str(i * i))
    line = " ".join(words)
    words.append("end")
    return line, "\n".join(words)


def test_join_what_a_loop_made():
    check(one_by_one, 40)
    check(one_by_one, 0)


def ordered(xs):
    backwards = sorted(xs, reverse=True)
    xs.sort()
    return xs, backwards, sorted(xs, key=lambda x: x[::-1]), sorted(set(xs)), min(xs, default="none")


WORDS = ["", "a", "aa", "a\0", "a\0b", "b", "abcdefgh", "abcdefghi", "abcdefgha", "abcdefg", "é", "ée", "éa", "ÿ", "Ā", "€", "€€", "😀", "😀a",
         "z😀", "z€", "\uffff", "\U00010000"]


@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 9, 16, 17, 63, 64, 65, 200, 1000])
def test_sort(n):
    draw = random.Random(n)
    check(ordered, [draw.choice(WORDS) for _ in range(n)])
    check(ordered, ["".join(draw.choice("ab") for _ in range(draw.randrange(12))) for _ in range(n)])
    check(ordered, ["".join(draw.choice("aé€😀") for _ in range(draw.randrange(4))) for _ in range(n)])


def ordered_bytes(xs):
    return sorted(xs), sorted(xs, reverse=True)


def test_sort_bytes():
    check(ordered_bytes, [b"b", b"", b"\xff", b"a\0", b"a", b"abcdefghij", b"abcdefghia"])


def in_turn(steps, modulus):
    """Places that were used, freed and used again: the order in which a set is iterated tells."""
    s, seen = set(), []
    for k in steps:
        x = k % modulus
        if k % 3 == 0:
            s.discard(x)
        elif k % 7 == 0 and s:
            seen.append(s.pop())
        else:
            s.add(x)
        if k % 11 == 0:
            seen.append(sum([i * x for i, x in enumerate(s)]))
    return list(s), seen, s | {1, 2}, s & set(range(10)), s - {3}, s ^ {4, 5}, s.copy(), frozenset(s)


@pytest.mark.parametrize("seed", range(6))
def test_places_of_sets(seed):
    draw = random.Random(seed)
    check(in_turn, [draw.randrange(10000) for _ in range(300)], draw.choice([5, 20, 97, 1000]))


def texts_in_turn(steps, s):
    for k in steps:
        if k % 3 == 0:
            s.discard(str(k % 40))
        else:
            s.add(str(k % 40))
    return sorted(s), len(s)


def changed(s, k):
    s.discard(k)
    s.add(k + 100)
    s.discard(k + 100)
    return len(s), (k + 100) in s


def cleared(s):
    n = len(s)
    s.clear()
    s.add(n)
    s.update(range(n))
    return list(s)


def nothing_else(n):
    s = set()
    for k in range(n):
        s.add(None)
        if k % 2:
            s.discard(None)
    return s, len(s), None in s


def test_sets_in_and_out():
    draw = random.Random(1)
    check(texts_in_turn, [draw.randrange(1000) for _ in range(200)], {"1", "x"})
    used = set(range(40))
    for k in range(0, 40, 3):
        used.discard(k)
    check(changed, set(used), 4)
    check(changed, set(used), 3)
    check(cleared, set(used))
    check(nothing_else, 5)
    check(nothing_else, 6)


def of_two(s, t):
    return s & t, t & s, s - t, t - s, s | t, s ^ t, s.intersection(t, {1, 2, 3}), s.difference(t), s.isdisjoint(t), list(s & t), list(s - t)


@pytest.mark.parametrize("seed", range(4))
def test_sets_of_two(seed):
    draw = random.Random(seed)
    for n, m, top in ((0, 5, 9), (5, 0, 9), (30, 30, 50), (4, 60, 70), (60, 4, 70), (200, 150, 400)):
        check(of_two, {draw.randrange(top) for _ in range(n)} or {-1}, {draw.randrange(top) for _ in range(m)} or {-1})


def of_two_texts(s, t):
    return sorted(s & t), sorted(t - s), sorted(s - t), sorted(s | t), frozenset(s) & t, frozenset(s) - t == s - frozenset(t)


def of_two_kinds(n):
    s, t = set(range(n)), {"a", "b"}
    u = {1.0, 2.0, 3.5}
    return s & t, s - t, s & u, s - u, u & s, len(t - s), {1, 2} & {True}, {(1, 2), (3, 4)} - {(1, 2)}, {(1, 2)} & {(1, 2), (0, 0)}


def test_sets_of_texts_and_of_two_kinds():
    check(of_two_texts, {str(k) for k in range(20)}, {str(k) for k in range(10, 40)})
    check(of_two_kinds, 4)


def pieces(s, sep, most):
    return s.split(), s.split(sep), s.split(sep, most), s.split(None, most), s.split(maxsplit=most), len(s.split(sep)[0])


@pytest.mark.parametrize("sep", [",", ", ", "a", "é", "€", "😀"])
@pytest.mark.parametrize("s", ["", " ", "a", "a,b", ",", ",,a,,", " a  b\tc\n", "a, b, c", "é x\xa0y\x1cz", "€ €,€", "😀 a😀b 😀", "x\u2003y", "aaa"])
def test_split(s, sep):
    for most in (-1, 0, 1, 2, 100):
        check(pieces, s, sep, most)


def split_badly(s):
    return s.split("")


def test_split_at_nothing():
    check(split_badly, "abc")


def words_in(text):
    words = text.split()
    words.append("x")
    return words, [w.split("o") for w in words], dict([kv.split("=") for kv in "a=1;b=2".split(";")])


def test_pieces_go_on():
    check(words_in, "hello wonderful world of words")
