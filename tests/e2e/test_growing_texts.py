"""Texts that grow at their end, in place where nobody else sees them, and characters as numbers: against CPython."""
import pytest

import aic


def same(f, *arguments):
    assert repr(aic.jit(f)(*arguments)) == repr(f(*arguments))


def kept_before(words):
    out, seen = "", []
    for w in words:
        seen.append(out)  # what was there before stays as it was
        out += w
        if len(out) > 40:
            out = out[:7] + w
    return out, seen


def in_arms(text):
    out = last = ""
    for c in text:
        before = out
        if c == " ":
            out += "_"
        elif c.isupper():
            out = out + c.lower()
        else:
            last = out
            out += c
        if before == last:
            out += "!"
    return out, last


def doubled(s, n):
    for _ in range(n):
        s += s
    return s


def as_keys(words):
    found, s = {}, ""
    for w in words:
        s += w
        found[s] = len(s)
        if s in found:
            s += "."
    return found, s


def of_wider(words):
    s = ""
    for w in words:
        s = s + w
        s += "é"
    return s, s.upper()


def from_a_parameter(s, n):
    t = s
    for k in range(n):
        t += str(k)
    return s, t


class Writer:
    def __init__(self):
        self.text = ""
        self.lines = []

    def write(self, piece):
        self.text += piece
        if len(self.text) > 10:
            self.lines.append(self.text)
            self.text = ""


def fields(words):
    w = Writer()
    for piece in words:
        w.write(piece)
    return w.text, w.lines


def in_lists(words):
    parts = ["", ""]
    for k, w in enumerate(words):
        whole = parts[k % 2]
        whole += w
        parts[k % 2] = whole
        whole += "?"
    return parts


def raising(words):
    s = ""
    try:
        for w in words:
            s += w
            if len(s) > 12:
                s += "!"
                raise ValueError(s)
    except ValueError as e:
        return s, str(e)
    return s, ""


def nested(words):
    out = ""
    for w in words:
        if w:
            if w[0] == "a":
                out += w
            elif len(w) > 3:
                return out, "long"
            else:
                if len(out) > 5:
                    break
                out += "-"
        else:
            continue
    return out, "end"


WORDS = ["a", "bc", "def", "", "ghij", "ab", "abc", "x" * 30, "q", "zz" * 20]


@pytest.mark.parametrize("f", [kept_before, as_keys, of_wider, fields, in_lists, raising, nested])
def test_texts_that_grow(f):
    for words in (WORDS, WORDS[:3], [], ["é", "ж", "a", "😀"], ["abc"] * 30):
        same(f, words)


def test_arms_and_parameters():
    for text in ("", "Ab c", "Hello World of Texts " * 5, "ÀÉ x", "жЖ é"):
        same(in_arms, text)
        same(from_a_parameter, text, 12)
    for n in range(6):
        same(doubled, "ab", n)
        same(doubled, "é€", n)


def classes_of(text):
    out = []
    for c in text:
        out.append((c.isdigit(), c.isalpha(), c.isalnum(), c.isspace(), c.isupper(), c.islower(), c.istitle(), c.isidentifier(),
                    c.isnumeric(), c.isdecimal(), c.isascii(), c.isprintable(), len(c)))
    return out


def ordered(text):
    small = 0
    for k in range(len(text)):
        c = text[k]
        small += "a" <= c <= "z"
        small += 10 * (c < text[0]) + 100 * (c >= text[-1]) + 1000 * ("é" > c) + 10000 * ("ab" < c) + 100000 * (c != "")
    return small


def sought(text):
    out = []
    for c in text:
        out.append((c in "+-*/", "+-*/".find(c), c in "aba", "aba".find(c), c in "é€", c in "", c not in "0123456789", "abc".index(c) if c in "abc" else -1))
    return out


def test_characters_as_numbers():
    every = "".join(map(chr, range(256))) + "ǅ²Ⅷ٣ж€漢😀"
    same(classes_of, every)
    for text in (every, "abc", "zé", "+-a/b*c9"):
        same(ordered, text)
        same(sought, text)


def equal_to_constants(words):
    return [(w == "", w == "a", w == "if", w == "for", w == "while", "continue" == w, w == "exactly sixteen!", w == "é", w != "else", w == "seventeen letters",
             w in ("if", "else", "a")) for w in words]


def test_texts_against_constants():
    words = ["", "a", "b", "if", "fi", "for", "while", "whale", "continue", "continua", "exactly sixteen!", "exactly sixteen?", "é", "e", "else",
             "ж", "жж", "i€", "seventeen letters", "\0", "a\0"]
    same(equal_to_constants, words)


def sorted_letters(words):
    return ["".join(sorted(w)) for w in words], [sorted(w, reverse=True) for w in words]


def test_sorted_letters():
    same(sorted_letters, ["", "b", "banana", "zyxwv" * 20, "éa€b", "aé" * 30, "Hello, World"])


def numbers_of(words):
    out = []
    for w in words:
        try:
            out.append((int(w), float(w), int(w, 16)))
        except ValueError:
            try:
                out.append(float(w))
            except ValueError as e:
                out.append(str(e))
    return out


def test_numbers_of_texts():
    same(numbers_of, ["12", "-7", "12", "1_000", "0x1f", "1.5", "1.5", "nan", "x", "", " 12 ", "12.", "99999999999999", "1e3", "010", "+5", "5" * 15])
