"""Refusals: the user's place, the form of API.md, and what is no refusal."""
import inspect
import re
import textwrap

import numpy as np
import pytest

import aic


def refusal(function, *args):
    with pytest.raises(aic.CompileError) as e:
        aic.jit(function)(*args)
    return e.value


def place_of(error, function, line):
    """The refusal stands at this line of the function (from 1), and its text has the form of API.md."""
    want = inspect.getsourcelines(function)[1] + line - 1
    text = str(error)
    place = re.search(r"^ *--> (.*):(\d+):(\d+)$", text, re.M)
    marked = re.search(r"^ *(\d+) \| .*\n +\| +\^+", text, re.M)
    assert re.match(r"error\[AIC\d{4}\]: \S", text) and text.count("\n") < 12
    assert (place[1], int(place[2])) == (__file__, want) and int(marked[1]) == want
    assert (error.filename, error.lineno, error.col_offset) == (__file__, want, int(place[3]) - 1)
    return text


def misspelt_dtype(n):
    m = n + 1
    return np.zeros(m, dtype="flot64")


def test_what_the_library_refuses_is_told_at_the_users_call():
    text = place_of(refusal(misspelt_dtype, 3), misspelt_dtype, 3)
    assert "flot64" in text and "did you mean 'float64'?" in text and "aic/lib" not in text


def no_axis(a):
    return np.moveaxis(a, 0, a.size)


def test_the_library_function_that_refuses_is_named():
    text = place_of(refusal(no_axis, np.zeros((2, 2))), no_axis, 2)
    assert "in moveaxis" in text and "aic/lib" not in text


def misspelt_method_of_text(text):
    return text.uper()


def method_of_another_language(values, x):
    values.push(x)


def misspelt_attribute_of_a_number(x):
    return x.bit_lenght()


@pytest.mark.parametrize("function, args, meant", [
    (misspelt_method_of_text, ("a",), "upper"), (method_of_another_language, ([1], 2), "append"),
    (misspelt_attribute_of_a_number, (3,), "bit_length")])
def test_what_was_meant_is_suggested(function, args, meant):
    assert f"did you mean `{meant}`?" in place_of(refusal(function, *args), function, 2)


def array_or_text(a, found):
    if found:
        return a
    return "nothing found"


def array_or_none(a, found):
    return a if found else None


def test_a_result_is_no_array_or_text():
    text = place_of(refusal(array_or_text, np.arange(3.0), False), array_or_text, 4)
    assert "f64[:] on one path and str on another" in text
    assert aic.jit(array_or_none)(np.arange(3.0), False) is None


def middle(x):
    return textwrap.dedent(x)


def test_what_an_installed_function_holds_is_told_at_the_users_call():
    text = place_of(refusal(middle, "a"), middle, 2)
    assert "in dedent" in text and "textwrap.py:" in text


def inner(x):
    return [x].sort(key=no_such_name)  # noqa: F821


def outer(x):
    return inner(x)


def test_what_the_users_own_function_holds_is_told_there():
    assert refusal(outer, 1).lineno == inspect.getsourcelines(inner)[1] + 1


def test_an_internal_error_is_no_refusal():
    assert issubclass(aic.InternalError, RuntimeError) and not issubclass(aic.InternalError, aic.CompileError)


def test_a_dtype_is_compared_with_what_names_one():
    def right(x):
        return (x.dtype == np.float64, np.complex128 == x.dtype, x.dtype != np.float32, x.dtype == float, x.dtype == "float64",
                "f4" == x.dtype, x.dtype == int, np.float64 == float, x.dtype.type == np.float64)

    for x in (np.zeros(2), np.zeros(2, np.float32), np.zeros(2, int), np.zeros(2, np.float16)):
        assert aic.jit(right)(x) == right(x)
    with pytest.raises(aic.CompileError, match="comparing a dtype"):
        aic.jit(lambda x: x.dtype == len)(np.zeros(2))
