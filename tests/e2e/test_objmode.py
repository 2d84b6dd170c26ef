"""`with aic.objmode:` — lines of a compiled function that Python runs. CPython, for which the block is an ordinary one, is the judge."""
import gc
import json
import re
import threading
import traceback
import weakref

import numpy as np
import pytest

import aic

KEPT = []
LIMIT = 3


def outcome(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error), str(error)


def same(f, *args):
    """The result, what was printed is compared by capsys where it matters."""
    compiled = aic.jit(f)
    want, got = outcome(f, *args), outcome(compiled, *args)
    assert repr(got) == repr(want)
    assert len(compiled.signatures) == 1
    return compiled


def says(n, x):
    total = 0.0
    for i in range(n):
        total += i * x
        if i % 2:
            with aic.objmode:
                print(json.dumps({"i": i, "total": total}), end=" ")
    return total


def test_a_block_in_a_loop_is_called_from_compiled_code(capsys):
    f = same(says, 6, 0.5)
    out = capsys.readouterr().out
    assert out[:len(out) // 2] == out[len(out) // 2:] and out.count("total") == 6
    assert "interpret" in f.lower(6, 0.5).text("loop")


def finds(text):
    with aic.objmode:
        found: int = len(re.findall(r"\w+", text))
        first: str = re.split(r"\s", text)[0]
        pair: tuple[int, float] = (found, found / 2)
        small: bool = found < LIMIT
    return found * 2, first + "!", pair[0] + pair[1], not small


def test_results_are_of_their_annotations():
    same(finds, "one two three four")


def doubled(x):
    with aic.objmode:
        y: float = eval("x * 2")
    return y


def test_a_result_of_another_type_raises_type_error():
    f = aic.jit(doubled)
    assert f(1.5) == 3.0
    with pytest.raises(TypeError, match=r"`y` is annotated `float` in an aic.objmode block, and is `int`"):
        f(2)


def in_and_out(a):
    b = a * 2
    with aic.objmode:
        KEPT.append(b)
        b[0] = 100.0
        a[1] = -1.0
        c: aic.f64[::1] = np.frombuffer(b.tobytes()).copy()
        view: aic.f64[:] = b[::2]
    c[2] = 7.0
    view[1] = 50.0
    b[3] = 8.0
    return a, b, c, view


def test_arrays_are_the_same_memory_on_both_sides():
    KEPT.clear()
    a, again = np.arange(6.0), np.arange(6.0)
    want, got = in_and_out(a), aic.jit(in_and_out)(again)
    for x, y in zip(want, got):
        assert np.array_equal(x, y) and x.dtype == y.dtype
    assert got[0] is again and got[1] is KEPT[1]
    got[3][0] = 3.0
    assert got[1][0] == 3.0


def writes_after(n):
    b = np.zeros(n)
    with aic.objmode:
        KEPT.append(b)
    for i in range(n):
        b[i] = i
    with aic.objmode:
        KEPT.append(b)
    return b.sum()


def test_an_array_handed_out_twice_is_one_object_and_sees_later_writes():
    KEPT.clear()
    assert aic.jit(writes_after)(4) == 6.0
    assert KEPT[0] is KEPT[1] and KEPT[0].tolist() == [0.0, 1.0, 2.0, 3.0]


def drops(n):
    s = 0.0
    for i in range(n):
        b = np.full(1000, float(i))
        with aic.objmode:
            KEPT[:] = [weakref.ref(b)]
            c: aic.f64[:] = b + 1
        s += c[0] + b[1]
    return s


def test_arrays_die_when_neither_side_has_them():
    assert aic.jit(drops)(20) == drops(20)
    gc.collect()
    assert KEPT[0]() is None


def drops_by_exception(n):
    b = np.full(n, 1.0)
    with aic.objmode:
        KEPT[:] = [weakref.ref(b)]
    return 1 // (n - n)


def test_an_exception_in_compiled_code_lets_go_of_what_was_handed_out():
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            aic.jit(drops_by_exception)(5)
    gc.collect()
    assert KEPT[0]() is None


class Odd(Exception):
    pass


ODD = Odd("as it was")


def raises(x):
    y = x + 1
    with aic.objmode:
        if y > 2:
            raise ODD
    return y


def test_an_exception_is_the_same_object_with_the_lines_of_the_program():
    f = aic.jit(raises)
    assert f(1) == 2
    with pytest.raises(Odd) as caught:
        f(2)
    assert caught.value is ODD
    frames = [(s.name, s.line) for s in traceback.extract_tb(caught.value.__traceback__)]
    assert frames[-2:] == [("raises", "with aic.objmode:"), ("raises", "raise ODD")]


def calls_raises(x):
    return raises(x) + 1


def test_a_block_in_a_called_function():
    f = same(calls_raises, 1)
    assert outcome(f, 5) == (Odd, "as it was")


def recursive(n):
    with aic.objmode:
        below: int = COMPILED(n - 1) if n else 0
    return below + n


COMPILED = aic.jit(recursive)


def test_a_block_may_call_the_compiled_function_itself():
    assert COMPILED(6) == 21


def globals_too(x):
    global LIMIT
    y = x * 2
    with aic.objmode:
        LIMIT = y
    return y


def test_a_block_binds_names_of_the_module():
    global LIMIT
    try:
        assert aic.jit(globals_too)(4) == 8 and LIMIT == 8
    finally:
        LIMIT = 3


def reads_limit(x):
    a = x + LIMIT
    with aic.objmode:
        globals()["LIMIT"] = 10
    return a + LIMIT


def test_what_compiled_code_took_as_it_was_is_not_bound_anew_unseen():
    global LIMIT
    try:
        with pytest.raises(RuntimeError, match="bound a name anew"):
            aic.jit(reads_limit)(1)
    finally:
        LIMIT = 3


def closure(k):
    def f(x):
        with aic.objmode:
            y: int = eval("k * 10", {"k": k})
        return y + x
    return f


def test_names_of_an_enclosing_function():
    assert [aic.jit(closure(k))(1) for k in (1, 2)] == [11, 21]


class Private:
    __hidden = 5

    def method(self, x):
        __y = x
        with aic.objmode:
            __z: int = Private.__hidden + __y
        return __z


def test_private_names():
    assert aic.jit(Private.__dict__["method"])(1.5 and None, 2) == 7


def waits(flag, x):
    with aic.objmode:
        THREADS[flag].wait(10)
        THREADS[1 - flag].set()
    return x + 1


THREADS = [threading.Event(), threading.Event()]


def test_blocks_let_other_threads_run():
    f, got = aic.jit(waits), []
    f.compile(int, int)
    first = threading.Thread(target=lambda: got.append(f(0, 1)))
    first.start()
    THREADS[0].set()
    assert f(1, 2) == 3
    first.join(10)
    assert got == [2]


def unions(n):
    x = None if n > 2 else n
    with aic.objmode:
        t: str = repr((x, "ü", b"y", True, 1j, range(n)))
    return t


@pytest.mark.parametrize("n", [1, 5])
def test_values_of_every_kind(n):
    f = aic.jit(unions)
    assert f(n) == unions(n)


def test_outside_of_compiled_code_it_does_nothing():
    with aic.objmode:
        x = 1
    assert x == 1 and repr(aic.objmode) == "aic.objmode"


# ---- refused ----
def returns_inside(x):
    with aic.objmode:
        return x


def breaks_out(x):
    for i in range(3):
        with aic.objmode:
            if x:
                break
    return i


def untyped(x):
    with aic.objmode:
        y = x
    return y


def some_ways(x):
    if x > 5:
        z = 1.0
    with aic.objmode:
        if x > 2:
            z: float = 2.0
    return z if x > 2 else x


def list_inside(x):
    values = [x]
    with aic.objmode:
        values.append(2)
    return values


def caught_here(x):
    try:
        with aic.objmode:
            eval("1 / x")
    except ZeroDivisionError:
        return 0.0
    return x


def caught_further_out(x):
    try:
        return raises(int(x))
    except Odd:
        return 0


def deletes(x):
    with aic.objmode:
        del x
    return 1


@pytest.mark.parametrize("f, code", [(returns_inside, 1114), (breaks_out, 1114), (untyped, 1115), (some_ways, 1114), (list_inside, 2410),
                                     (caught_here, 2411), (caught_further_out, 2411), (deletes, 1114)])
def test_refused(f, code):
    with pytest.raises(aic.CompileError) as caught:
        aic.jit(f)(1.0)
    assert caught.value.code == f"AIC{code}", caught.value


def test_no_derivative_and_no_library(tmp_path):
    def f(x):
        with aic.objmode:
            y: float = x * 2
        return y * x

    with pytest.raises(aic.NotDifferentiable):
        aic.grad(f)(1.5)
    script = tmp_path / "script.py"
    script.write_text("import aic\n@aic.jit\ndef f(x: float):\n    with aic.objmode:\n        print(x)\n    return x\n")
    from aic.aot.build import Failed, build
    with pytest.raises((Failed, aic.BuildError)) as caught:
        build(str(script), str(tmp_path / "lib.so"))
    assert "objmode" in str(getattr(caught.value, "errors", [caught.value])[0])


def cached(x):
    with aic.objmode:
        KEPT.append(x)
    return x


def test_code_with_blocks_is_not_kept_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("AIC_CACHE_DIR", str(tmp_path / "cache"))
    KEPT.clear()
    assert aic.jit(cached)(2) == 2 and aic.jit(cached)(3) == 3 and KEPT == [2, 3]
    assert not list((tmp_path / "cache").glob("*.aic")) if (tmp_path / "cache").exists() else True


def counts(n):
    for i in range(n):
        with aic.objmode:
            twice: int = eval("i * 2")
        yield twice


def sums(n):
    s = 0
    for x in counts(n):
        s += x
    it = counts(n)
    return s, next(it) + next(it)


def test_a_block_in_a_generator():
    same(sums, 5)


def test_explain_tells_of_blocks():
    f = aic.jit(doubled)
    f(1.5)
    (row,) = f.explain().signatures
    assert [(kind, text) for _, kind, text in row["notes"] if kind == "interpreted"] == [("interpreted", "interpreted: an aic.objmode block")]
