"""Texts of every length around those that are looked at in one piece, split and as keys, against CPython."""
import random
from collections import Counter

import pytest

import aic

ALPHABETS = {
    "latin": " ab\t\n\r,\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\xe9",
    "mostly words": "abcdefghij klmnop\nq,",
    "wide": " a\t\n\r,\x85\u2028\u3000\u4e2d",
}


def texts(alphabet, seed):
    draw = random.Random(seed)
    lengths = list(range(0, 70)) + [127, 128, 129, 191, 192, 193, 200]
    return ["".join(draw.choices(ALPHABETS[alphabet], k=n)) for n in lengths] + [" " * 64, "a" * 64, "a" * 65, "\r" * 64 + "\n", "a" * 63 + "\r\n"]


def pieces(t, most):
    return (t.split(), t.split(","), t.split(",", most), t.split(None, most), t.split("a,"), t.splitlines(), t.splitlines(True),
            t.splitlines(keepends=False), t.rsplit(), t.rsplit(",", most))


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_texts_are_split_as_in_cpython(alphabet):
    compiled = aic.jit(pieces)
    for k, text in enumerate(texts(alphabet, 7)):
        assert compiled(text, k % 4) == pieces(text, k % 4), repr(text)


def test_no_pieces_are_a_list_of_texts():
    def f(t):
        words = t.split()
        lines = t.splitlines()
        words.append("x")
        return words, lines, len(lines)

    assert aic.jit(f)("") == f("")


def counts(words, asked):
    seen = {}
    for w in words:
        seen[w] = seen.get(w, 0) + 1
    found = [seen.get(w, -1) for w in asked]
    for w in asked:
        if w in seen:
            del seen[w]
    return seen, found, [(k, seen[k]) for k in seen], set(words) - set(asked), "" in seen


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_texts_as_keys(alphabet):
    draw = random.Random(3)
    words = ["".join(draw.choices(ALPHABETS[alphabet], k=draw.choice(range(0, 50)))) for _ in range(400)]
    words += [w[:-1] for w in words] + [w + "\x00" for w in words[:40]] + words[:200]
    asked = draw.sample(words, 100) + ["nowhere", "\x00", ""]
    assert aic.jit(counts)(words, asked) == counts(words, asked)


def keys_of_several_types(d, t):
    found = [k in d for k in (1, "1", 1.0, None, t, (t,))]
    mixed = {1: "int", "1": "text", None: "none"}
    own = {"1": 5, t: 6}
    key = 1 if len(t) > 3 else t
    return found, [mixed.get(k) for k in ("1", t, 1, True)], key in own, own.get(key, -1), key in mixed


@pytest.mark.parametrize("text", ["1", "long text", ""])
def test_keys_of_several_types(text):
    d = {"1": 1, "long text": 2}
    assert aic.jit(keys_of_several_types)(d, text) == keys_of_several_types(d, text)


def insertions_that_start_from_a_search(xs):
    d, best, e = {}, 0, {}
    for x in xs:
        if x in d:
            d[x] += 1
        else:
            d[x] = 1
        best = max(best, d[x])
        e[x % 3] = e.get(x % 3, 0) + len(e)
        if x % 5 == 0:
            count = d.get(x, 0)
            d.clear()
            d[x] = count
        if x % 7 == 0 and x in d:
            kept = d[x]
            del d[x]
            d[x] = kept
    return d, best, e


def test_insertions_that_start_from_a_search():
    xs = [random.Random(k).randrange(40) for k in range(300)]
    assert aic.jit(insertions_that_start_from_a_search)(xs) == insertions_that_start_from_a_search(xs)


def two_names_of_one_dict(d, other, x):
    before = d.get(x, 0)
    other.pop(x, None)
    other[x + 1] = 5
    d[x] = before + 1
    return list(d.items()), list(other.items())


def test_two_names_of_one_dict():
    for same in (True, False):
        for function in (two_names_of_one_dict, aic.jit(two_names_of_one_dict)):
            d = {1: 10, 2: 20}
            results = function(d, d if same else {1: 7}, 1), d
            expected = results if function is two_names_of_one_dict else expected
        assert results == expected


def loops_over_pieces(t, sep):
    words, fields, rows, first = [], [], [], ""
    for w in t.split():
        words.append(w)
        if len(words) == 100:
            break
    else:
        words.append("all")
    for field in t.split(sep):
        fields.append(field)
        t = ""
    for row in (sep.join(words) + "\n").splitlines(True):
        try:
            rows.append(int(row))
        except ValueError:
            rows.append(len(row))
            continue
        first = first or row
    kept = [w for w in sep.join(words).split()]
    for w in sep.join(words).split(sep=sep):
        for c in w.split(","):
            if c == "a":
                return words, fields, rows, first, kept, c
    return words, fields, rows, first, kept, ""


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_loops_over_pieces(alphabet):
    compiled = aic.jit(loops_over_pieces)
    draw = random.Random(5)
    for k in (0, 1, 7, 64, 300, 3000):
        t = "".join(draw.choices(ALPHABETS[alphabet], k=k))
        for sep in (",", "a ", "\t"):
            assert compiled(t, sep) == loops_over_pieces(t, sep), repr(t)


def test_an_empty_separator_of_a_loop():
    def f(t, sep):
        n = 0
        for w in t.split(sep):
            n += len(w)
        return n

    assert aic.jit(f)("a,b", ",") == 2
    with pytest.raises(ValueError, match="empty separator"):
        aic.jit(f)("a,b", "")


def each_word(t):
    for line in t.splitlines():
        for w in line.split():
            yield w.lower()


def test_generators_that_loop_over_pieces():
    def consumed(t):
        return [w for w in each_word(t)], sum(len(w) for w in each_word(t))

    def kept(t):
        g = each_word(t)
        return next(g), next(g), [w for w in g]

    t = "One two\nthree  Four\n\n five" * 40
    assert aic.jit(consumed)(t) == consumed(t)
    assert aic.jit(kept)(t) == kept(t)


def pairs(points, asked):
    seen = {}
    for p in points:
        seen[p] = seen.get(p, 0) + 1
    long = {(x, y, x ^ y): x for x, y in points}
    one = {(x,): y for x, y in points}
    found = [p in seen for p in asked]
    mixed = [(1.0, 2.0) in seen, (1.5, 2.0) in seen, (True, 2) in seen, (1, "2") in seen, (1 + 0j, 2) in seen, (1, 2, 3) in seen,
             (float("nan"), 2) in seen, (1e300, 2) in seen, seen.get((1, 2.0), -1), tuple([1, 2]) in seen, (0.0, -0.0) in seen]
    for p in asked:
        seen.pop(p, None)
    return seen, long, one, found, mixed, set(points) - set(asked)


def test_pairs_as_keys():
    draw = random.Random(2)
    points = [(draw.randrange(-20, 20), draw.randrange(-20, 20)) for _ in range(300)] + [(1, 2), (-1, -2), (2**62, -2**63), (0, 0)]
    asked = draw.sample(points, 50) + [(99, 99)]
    assert aic.jit(pairs)(points, asked) == pairs(points, asked)


def readers_of_pieces(t):
    places = {}
    for k, line in enumerate(t.splitlines()):
        for n, w in enumerate(line.split(), 1):
            places.setdefault(w, []).append((k, n))
    return places, Counter(t.split()).most_common(3), set(t.split()), len(t.split()), Counter(t.lower().split(",")), set(map(len, t.split()))


def test_readers_of_pieces():
    for alphabet in ALPHABETS.values():
        t = "".join(random.Random(8).choices(alphabet, k=1000))
        assert aic.jit(readers_of_pieces)(t) == readers_of_pieces(t)


def shrinking(t, step):
    some, at = [t, t], 0
    while at >= 0:
        at -= step
        for p in some:
            yield p
        some.pop()


def test_returns_out_of_loops_over_generators():
    def f(t, sep):
        for w in shrinking(t, 1):
            for c in shrinking(w, 1):
                if c == sep:
                    return w, c
        return "", sep

    for sep in ("a", ","):
        assert aic.jit(f)("a", sep) == f("a", sep)
