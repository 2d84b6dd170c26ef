"""The border of a call: argument kinds, binding, results, exceptions, attributes, threads."""
import gc
import inspect
import threading
import traceback
import weakref

import numpy as np
import pytest

import aic
from harness import check, lines_of


def increment(x):
    return x + 1


def first_and_last(a):
    return a[0], a[-1]


SCALARS = [1, -7, 2.5, True, 1 + 2j, np.float64(1.5), np.float32(1.5), np.int64(3), np.int8(3), np.uint16(9), np.complex64(1j),
           np.complex128(2 - 1j)]


@pytest.mark.parametrize("x", SCALARS, ids=lambda x: f"{type(x).__name__}")
def test_a_scalar_of_each_type_comes_back_with_its_type(x):
    check(increment, x)


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8", "uint64", "float32", "float64", "complex64", "complex128"])
def test_elements_of_each_dtype(dtype):
    check(first_and_last, np.arange(5).astype(dtype))


def test_one_specialisation_serves_every_length():
    f = aic.jit(first_and_last)
    for n in (1, 2, 100):
        check(first_and_last, np.arange(float(n)), compiled=f)
    assert len(f.signatures) == 1


def identity(a):
    return a


def test_a_returned_parameter_is_the_same_object():
    a = np.arange(3.0)
    assert aic.jit(identity)(a) is a


def tail(a):
    return a[1:]


def test_a_view_of_a_parameter_has_it_as_base():
    a = np.arange(3.0)
    b = aic.jit(tail)(a)
    assert b.base is a and np.array_equal(b, [1.0, 2.0])
    b[0] = 9
    assert a[1] == 9


def added(a):
    return a + 1


def test_a_new_array_owns_its_memory():
    r = aic.jit(added)(np.arange(10.0))
    assert r.flags.owndata and r.flags.writeable and r.flags.c_contiguous and r.base is None
    r.resize(20, refcheck=False)
    assert r[9] == 10 and r[19] == 0


def twice(a):
    b = a * 2
    return b, b


def test_one_new_array_returned_twice_is_one_object():
    x, y = aic.jit(twice)(np.arange(4.0))
    assert x is y
    del x
    gc.collect()
    assert y[3] == 6


def defaults(a, b=2, *, c=3.5):
    return a * b + c


def test_defaults_and_keywords():
    f = aic.jit(defaults)
    for args, kwargs in [((1,), {}), ((1, 5), {}), ((1,), {"b": 7}), ((1,), {"c": 1.5}), ((), {"b": 1, "a": 2, "c": 0.0})]:
        check(defaults, *args, compiled=f, **kwargs)


@pytest.mark.parametrize("args, kwargs", [((), {}), ((1, 2, 3), {}), ((1,), {"a": 1}), ((1,), {"d": 1})])
def test_wrong_arguments_are_pythons_type_error(args, kwargs):
    with pytest.raises(TypeError) as want:
        defaults(*args, **kwargs)
    with pytest.raises(TypeError) as got:
        aic.jit(defaults)(*args, **kwargs)
    assert str(got.value) == str(want.value)


class Subclass(np.ndarray):
    pass


@pytest.mark.parametrize("x", [[object()], {1: object()}, memoryview(b"x"), object(), np.zeros(3, ">f8"), np.zeros(3, "longdouble"), np.zeros((1,) * 33),
                               np.array(["a"]), np.zeros(2).view(Subclass)], ids=lambda x: type(x).__name__)
def test_unsupported_arguments_are_refused_with_their_place(x):
    with pytest.raises(aic.CompileError) as e:
        aic.jit(increment)(x)
    assert "`x`" in str(e.value) and e.value.lineno == inspect.getsourcelines(increment)[1]
    assert str(e.value).startswith("error[AIC1006]: ") and str(e.value).count("\n") < 12


def test_an_int_beyond_64_bits_is_an_overflow_error():
    f = aic.jit(increment)
    for x in (2**63, -(2**63) - 1, 10**30):
        with pytest.raises(OverflowError):
            f(x)
    assert f(2**63 - 2) == 2**63 - 1


def item(a, i):
    return a[i]


def test_an_exception_has_the_line_of_the_user():
    f = aic.jit(item)
    check(item, np.arange(3.0), 5, compiled=f)
    with pytest.raises(IndexError) as e:
        f(np.arange(3.0), -4)
    assert lines_of(e.value, __file__)[-1] == ("item", inspect.getsourcelines(item)[1] + 1)


SCALE = 2.0


def scaled(x):
    return x * SCALE


def test_rebinding_a_global_is_seen_by_the_next_call():
    global SCALE
    f = aic.jit(scaled)
    try:
        assert f(1.5) == 3.0
        SCALE = 4.0
        assert f(1.5) == 6.0
        SCALE = 10
        assert f(1.5) == 15.0 and f(3) == 30 and type(f(3)) is int
    finally:
        SCALE = 2.0


def helper(x):
    return x + 1


def caller(x):
    return helper(x) * 2


def test_redefining_a_called_function_is_seen_by_the_next_call():
    global helper
    original = helper
    f = aic.jit(caller)
    try:
        assert f(1) == 4
        helper = lambda x: x + 100  # noqa: E731
        assert f(1) == 202
    finally:
        helper = original
    assert f(1) == 4


def test_attributes_are_the_functions():
    f = aic.jit(defaults)
    f.note = 5
    assert f.__name__ == "defaults" and f.py_func is defaults and f.__wrapped__ is defaults and f.note == 5
    assert f.__module__ == __name__ and inspect.signature(f) == inspect.signature(defaults)


def test_a_method_gets_its_object():
    class Thing:
        @aic.jit
        def f(self, x):
            self.x = x
            return x + 1

    thing = Thing()
    assert thing.f.__func__ is Thing.__dict__["f"] and thing.f(1) == 2 and thing.x == 1


def test_a_compiled_function_is_freed_with_its_module():
    space = {"aic": aic}
    f = aic.jit(increment)
    space["f"] = f
    f(1)
    gone = weakref.ref(f)
    del f, space
    gc.collect()
    assert gone() is None


def long_sum(n):
    s = 0
    for i in range(n):
        s += i % 7
    return s


def test_threads_compile_once_and_run_side_by_side():
    f = aic.jit(long_sum)
    results = []
    threads = [threading.Thread(target=lambda: results.append(f(100000))) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == [long_sum(100000)] * 8 and f.signatures == ["int"]


def shift(a, b):
    a[1:] = b[:-1]


def test_overlapping_arguments():
    base = np.arange(10.0)
    want = base.copy()
    shift(want, want)
    f = aic.jit(shift)
    f(np.arange(10.0), np.arange(10.0))
    f(base, base)
    assert np.array_equal(base, want)
    base, want = np.arange(10.0), np.arange(10.0)
    shift(want[:-1], want[1:])
    f(base[:-1], base[1:])
    assert np.array_equal(base, want)


def test_lowered_forms_have_text():
    low = aic.jit(increment).lower(1.0)
    assert "add" in low.text("tensor") and "form py" in low.text("py") and "define" in low.text("llvm") and low.text("asm")
    assert aic.jit(increment).lower(aic.f64[:]).text("loop")
    with pytest.raises(NotImplementedError):
        low.text("ptx")


def test_eager_compiles():
    f = aic.jit(signatures=[(float,), (aic.f64[::1],)])(increment)
    assert f.signatures == ["float", "f64[::1]"] and f.compile_seconds > 0


def test_what_is_not_there_yet_says_so():
    for call in (lambda: aic.prange(3), lambda: aic.jit(target="cuda")(increment),
                 lambda: aic.jit(increment).profile()):
        with pytest.raises(NotImplementedError):
            call()
    with pytest.raises(TypeError):
        aic.jit(no_such_option=1)


def plus(a, b):
    return a + b


def test_large_ints_get_code_of_their_own():
    f = aic.jit(plus)
    for a, b in [(1, 2), (2**31, 1), (2**62, 2**62), (2**63 - 1, 0), (-(2**63), 0), (5, 6)]:
        if -(2**63) <= a + b < 2**63:
            assert f(a, b) == a + b
        else:
            with pytest.raises(OverflowError):
                f(a, b)


def sorted_by_quotient(values):
    return sorted(values, key=lambda v: 10 // v)


def through_a_nested_function(x):
    def inner(y):
        return 1 // y
    return inner(x) + 1


@pytest.mark.parametrize("function, argument", [(sorted_by_quotient, [2, 0]), (through_a_nested_function, 0)])
def test_a_traceback_names_lambdas_and_nested_functions(function, argument):
    def frames(f):
        with pytest.raises(ZeroDivisionError) as e:
            f(argument)
        return [(frame.name, frame.lineno) for frame in traceback.extract_tb(e.value.__traceback__)][1:]
    assert frames(aic.jit(function)) == frames(function)
