"""Each example of the table of diagnostics gives this diagnostic, at its mark, and a text that is short and keeps to the user's code."""
import linecache

import pytest

import aic
from aic import _aic

WITH_EXAMPLES = [row for row in _aic.diagnostics() if row["example"]]


def read(example):
    """The program, and the place marked in it: line from 1, first column, last column. A line of `#` and carets marks the line above."""
    lines, mark = [], None
    for line in example.splitlines():
        if "^" in line and not line.strip("# ^"):
            mark = len(lines), line.index("^"), line.rindex("^") + 1
        else:
            lines.append(line)
    return "\n".join(lines) + "\n", mark


def first_function(text, filename):
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    names = {}
    exec(compile(text, filename, "exec", dont_inherit=True), names)
    return names["f"]


@pytest.mark.parametrize("row", WITH_EXAMPLES, ids=lambda row: row["name"])
def test_example(row):
    text, mark = read(row["example"])
    f = first_function(text, f"<example of {row['name']}>")
    with pytest.raises(aic.CompileError) as caught:
        aic.jit(f)(*[1.0] * f.__code__.co_argcount)
    error = caught.value
    assert type(error).__name__ == row["exception"]
    assert error.code == f"AIC{row['code']}"
    end = error.end_col_offset if error.end_lineno == error.lineno else len(text.splitlines()[error.lineno - 1])
    assert (error.lineno, error.col_offset, end) == mark
    assert len(str(error).splitlines()) <= 12
    assert ".cpp" not in str(error)


def test_a_diagnostic_without_an_example_says_why():
    for row in _aic.diagnostics():
        assert row["example"] or "No example:" in row["why"], row["name"]
