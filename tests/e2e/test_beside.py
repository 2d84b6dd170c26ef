"""Options that bring the interpreter in: fallback="warn" leaves calls to it, verify=True compares with it."""
import warnings

import numpy as np
import pytest

import aic
from aic import _aic, beside


def refused_for_ints(x):
    if isinstance(x, int):
        return eval("x + 1")
    return x + 1


def test_what_does_not_compile_is_left_to_the_interpreter_with_one_warning():
    f = aic.jit(fallback="warn")(refused_for_ints)
    with pytest.warns(aic.FallbackWarning, match=r"`refused_for_ints` is left to the interpreter:\nerror\[AIC\d+\]") as seen:
        assert f(1) == 2
    assert len(seen) == 1 and seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(2) == 3 and f(1.5) == 2.5 and f(x=4) == 5
    assert f.signatures == ["float"]


def total(values, more=0):
    s = more
    for v in values:
        s += v
    return s


def test_arguments_that_compiled_code_cannot_take_are_left_too():
    f = aic.jit(fallback="warn")(total)
    with pytest.warns(aic.FallbackWarning):
        assert f([1, 2], 2**70) == 2**70 + 3
    assert f(iter([1, 2])) == 3 and f([1.5]) == 1.5
    with pytest.raises(TypeError, match=r"total\(\) missing 1 required positional argument: 'values'"):
        f()


def divided(x, y):
    return x // y


def overflows(x):
    return x * x


def test_what_fails_while_it_runs_is_no_refusal():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ZeroDivisionError):
            aic.jit(fallback="warn")(divided)(1, 0)
        with pytest.raises(OverflowError):
            aic.jit(fallback="warn")(overflows)(2**40)


def test_a_warning_made_an_error_ends_the_call():
    f = aic.jit(fallback="warn")(refused_for_ints)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(aic.FallbackWarning):
            f(1)


def test_the_default_refuses():
    with pytest.raises(aic.CompileError):
        aic.jit(refused_for_ints)(1)


COUNTS = np.zeros(3)
SEEN = []


def counted(a, b):
    COUNTS[1] += 1
    a[0] = b[-1] + 1
    print("counted", a[0])
    return a, b.sum(), (len(b), "x")


def test_verified_calls_do_what_compiled_ones_do(capsys):
    f = aic.jit(verify=True)(counted)
    base = np.arange(5.0)
    result = f(base[1:], base[:2])
    assert result[0].base is base and base[1] == 2.0 and COUNTS[1] == 1  # once, not twice
    assert capsys.readouterr().out == "counted 2.0\n"
    with pytest.raises(IndexError, match="index 0 is out of bounds"):
        f(base[:0], base)
    assert f(base, b=base)[2] == (5, "x")


def recursive(n):
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)


def test_recursion_is_verified_once(monkeypatch):
    f = aic.jit(verify=True)(recursive)
    monkeypatch.setitem(globals(), "recursive", f)
    assert f(18) == 2584


@pytest.mark.parametrize("wrong, told", [
    (lambda a: (a + [[0, 0], [1e-3, 0]], 1), r"the result\[0\]\[1, 0\] is np.float64\(2.001\), the interpreter's np.float64\(2.0\)"),
    (lambda a: (a + 1e-13, 1), None),
    (lambda a: (a, 1.0), r"the result\[1\] is 1.0 \(float\), the interpreter's 1 \(int\)"),
    (lambda a: (a.astype("f4"), 1), r"the result\[0\] is an array of float32, shape \(2, 2\), the interpreter's an array of float64"),
    (lambda a: a.fill(7) or (a, 1), r"the result\[0\]\[0, 0\] is np.float64\(7.0\)"),
    (lambda a: print("?") or (a, 1), r"it prints '\?\\n', the interpreter ''"),
    (lambda a: 1 // 0, r"it raises ZeroDivisionError: .*, the interpreter gives "),
])
def test_the_first_difference_is_named(wrong, told, monkeypatch):
    """The compiled side is replaced by a function that does something else."""
    def right(a):
        return a, 1
    f = aic.jit(verify=True)(right)
    monkeypatch.setattr(_aic, "call_compiled", lambda f, args, kwargs: wrong(*args, **kwargs))
    a = np.arange(4.0).reshape(2, 2)
    if told is None:
        f(a)
    else:
        with pytest.raises(aic.VerificationError, match=r"`.*right` differs from the interpreter: " + told):
            f(a)


def test_verified_calls_refuse_as_others():
    with pytest.raises(aic.CompileError):
        aic.jit(verify=True)(refused_for_ints)(1)
    with pytest.warns(aic.FallbackWarning):
        assert aic.jit(verify=True, fallback="warn")(refused_for_ints)(1) == 2


def test_copies_share_memory_as_the_originals_do():
    base = np.arange(12.0).reshape(3, 4)
    x, y = beside._copied(((base[1:], base.T), {"z": [base[0]]}))
    x[0][0, 0] = 99
    assert x[1][0, 1] == 99 and base[1, 0] == 4 and np.shares_memory(y["z"][0], x[1])
