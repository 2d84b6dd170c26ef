"""f.explain(): what became of each line, as text and as HTML."""
import html.parser

import numpy as np
import pytest

import aic


def blurred(a, b, index, n):
    out = np.zeros(len(a))
    c = a * 2.0 + b
    out[1:-1] = c[:-2] + c[2:]
    s = 0.0
    for i in range(n):
        s += out[index[i]] * c[i]
    return out, s, np.sqrt(c).sum()


def notes_of(f, *args):
    """{line of the function's text: texts}"""
    f(*args)
    explanation = f.explain()
    (row,) = explanation.signatures
    found = {}
    for line, kind, text in row["notes"]:
        found.setdefault(explanation.lines[line - explanation.first_line].strip(), []).append((kind, text))
    return found, explanation


def test_each_line_says_what_became_of_it():
    a = np.arange(10.0)
    found, explanation = notes_of(aic.jit(blurred), a, a, np.arange(10), 10)
    assert ("allocated", "a new f64[:]") in found["out = np.zeros(len(a))"]
    whole = dict(found["c = a * 2.0 + b"])
    assert whole["fused"] == "one loop over 1 axis: multiply, add" and whole["allocated"].startswith("a temporary f64[:]")
    assert whole["vectorised"].endswith("f64") and whole["checked"] == "checked while it runs: shapes"
    assert found["for i in range(n):"] == [
        ("loop", "two versions: one without checks where a test before the loop allows it, one as written")]
    assert found["s += out[index[i]] * c[i]"] == [("checked", "checked while it runs: indices")]
    assert any(text.startswith("a reduction in blocks: sqrt, add") for _, text in found["return out, s, np.sqrt(c).sum()"])
    assert "return out" not in found
    text = str(explanation)
    assert text.startswith("blurred(f64[::1], f64[::1], i64[::1], int)\n") and "aic/lib" not in text
    assert "    c = a * 2.0 + b\n      |     # one loop over 1 axis: multiply, add\n" in text


def joined(words, n):
    if n <= 0:
        return words
    return joined(words + "!", n - 1)


def test_calls_and_the_runtime_are_told():
    found, _ = notes_of(aic.jit(joined), "a", 3)
    kinds = dict(found["return joined(words + \"!\", n - 1)"])
    assert kinds["call"] == "a call of `joined`, not inlined" or "done by the runtime" in kinds["call"]


def refused(x):
    return eval("x")


def test_what_is_left_to_the_interpreter_is_told_with_the_reason():
    f = aic.jit(fallback="warn")(refused)
    with pytest.warns(aic.FallbackWarning):
        f(1)
    (row,) = f.explain().signatures
    assert row["signature"] == "int" and row["refused"].startswith("error[AIC") and "eval" in str(f.explain())


def test_nothing_compiled_is_told():
    assert "nothing is compiled yet" in str(aic.jit(blurred).explain())


def compared(a, b):
    return a < b & (b > 1)


def test_the_page_is_well_formed_and_escaped():
    a = np.arange(4)
    _, explanation = notes_of(aic.jit(compared), a, a)
    page = explanation._repr_html_()

    class Balance(html.parser.HTMLParser):
        open, text = [], ""

        def handle_starttag(self, tag, attrs):
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, data):
            self.text += data

    parser = Balance()
    parser.feed(page)
    assert parser.open == [] and "return a < b & (b > 1)" in parser.text and "a < b & (" not in page


def highest_allowed(scores, banned):
    scores = scores * np.float32(0.5)
    scores[banned] = -np.inf
    return scores.max(axis=-1)


def lowest_allowed(scores, allowed):
    kept = np.where(allowed, scores, np.inf)
    return np.min(kept, axis=-1)


@pytest.mark.parametrize("f", [highest_allowed, lowest_allowed])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_under_a_mask_are_vectorised(f, dtype):
    scores = np.random.default_rng(3).normal(size=(40, 300)).astype(dtype)
    mask = scores > 0.3
    mask[7] = True
    mask[8] = False
    scores[9, 5] = np.nan
    compiled = aic.jit(f)
    assert np.array_equal(compiled(scores.copy(), mask), f(scores.copy(), mask), equal_nan=True)
    found, _ = notes_of(compiled, scores.copy(), mask)
    line = next(line for line in found if "axis=-1" in line)
    assert any(kind == "vectorised" for kind, _ in found[line]), found[line]
