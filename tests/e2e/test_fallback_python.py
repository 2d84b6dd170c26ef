"""fallback="python": only the statements that do not compile are run by the interpreter. CPython is the judge: of results, of
arguments after the call, of what is printed and raised, whichever statement it is and wherever it stands."""
import copy
import io
import itertools
import linecache
import sys
import textwrap
import threading
import traceback
import warnings
from contextlib import redirect_stdout

import numpy as np
import pytest

import aic
from aic.fallback import parts_of
from aic.parts import split_of

_numbers = itertools.count()
HEAD = """
import datetime, decimal, fractions, hashlib, io, json, math, operator, re, string, struct, sys
import numpy as np
HELD = []
TOTAL = 0
def odd(x):
    return -x
def plain(x):
    return x * 2 + 1
"""


def module(text):
    """The names of a program whose text linecache knows."""
    text = HEAD + textwrap.dedent(text)
    file = f"<fallback program {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {"__name__": "program"}
    exec(compile(text, file, "exec"), names)
    return names


def outcome(f, arguments):
    arguments = copy.deepcopy(arguments)
    out = io.StringIO()
    with redirect_stdout(out):
        try:
            result = f(*arguments)
        except Exception as error:
            result = type(error).__name__, str(error), repr(error.__context__), repr(error.__cause__)
    return told(result), told(arguments), out.getvalue()


def told(x):
    if isinstance(x, np.ndarray):
        return x.dtype.str, x.shape, told(x.tolist())
    if isinstance(x, (list, tuple)):
        return type(x).__name__, [told(v) for v in x]
    if isinstance(x, dict):
        return "dict", [(told(k), told(v)) for k, v in x.items()]
    return type(x).__name__, repr(x).split(" object at ")[0]


def compare(text, *calls, name="f", state=("HELD", "TOTAL")):
    """Each call twice, in two copies of the program; the compiled function."""
    left, right = module(text), module(text)
    f = aic.jit(fallback="python")(right[name])
    right[name] = f
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments in calls:
            want, got = outcome(left[name], arguments), outcome(f, arguments)
            assert got == want, f"{arguments}\n{text}"
            for s in state:
                assert told(right[s]) == told(left[s]), (s, text)
    return f


def places(f):
    return [p.text for p in split_of(f).all_places()] if f._split is not None else []


# ---- every kind of statement at every place ----
STATEMENTS = {
    "eval": "t = eval('s + 1')",
    "regex": "t = len(re.sub(r'[0-9]', '', str(s) + 'ab'))",
    "json": "t = json.dumps({'s': float(s), 'k': [1, None]})",
    "file": "t = io.StringIO('a\\nb').read().count('\\n')",
    "class": "class C:\n    value = 3\nt = C.value",
    "sorted": "t = sorted([3, 'a', None, 1.5], key=lambda v: str(v))[0]",
    "locals": "t = sorted(locals().items(), key=lambda kv: kv[0])[0][0]",
    "object": "t = datetime.date(2020, 1, 1) + datetime.timedelta(days=1)",
    "decimal": "t = decimal.Decimal(1) / 3",
    "fraction": "t = fractions.Fraction(int(s), 3) + 1",
    "digest": "t = hashlib.sha256(b'x').hexdigest()[:4]",
    "struct": "t = struct.pack('<i', 3)",
    "template": "t = string.Template('$x!').substitute(x=s)",
    "stored": "HELD.append(eval('s'))\nt = len(HELD)",
    "global": "globals()['TOTAL'] = float(s)\nt = 1",
    "printed": "print('now', eval('s'), end='|')\nt = 0",
    "raised": "t = eval('1 // (s > 1e9)')",
    "odd call": "t = operator.methodcaller('upper')(eval('\"x\"'))",
}
PLACES = {
    "top": "{0}",
    "if": "if s >= 0:\n    {0}\nelse:\n    t = 2.5",
    "else": "if s < 0:\n    t = 1\nelse:\n    {0}",
    "for": "for k in range(3):\n    s += k\n    {0}\n    s += 2",
    "for else": "for k in range(n):\n    if k > 5:\n        break\nelse:\n    {0}",
    "while": "w = 0\nwhile w < 3:\n    w += 1\n    {0}\n    if w == 2:\n        continue\n    s += w",
    "nested": "for i in range(2):\n    for j in range(2):\n        s += i * j\n        {0}\n    s += 1",
    "break": "for k in range(9):\n    {0}\n    if k == 1:\n        break",
    "return": "for k in range(9):\n    {0}\n    if k == 1:\n        return s, k, str(t), xs",
    "try": "try:\n    {0}\n    s += 1\nexcept ZeroDivisionError as e:\n    t = 'caught ' + str(e)",
    "finally": "try:\n    {0}\nfinally:\n    s += 100\n    xs.append(7)",
    "with": "with io.StringIO() as out:\n    {0}\n    out.write('x')\n    u = len(out.getvalue())\ns += u",
}
PROGRAM = """
def f(n, a, xs):
    s = 0.0
    t = None
    for i in range(n):
        s += a[i % len(a)] * i
    total = len(xs)
{place}
    for x in xs:
        s += x
    a[0] = s
    xs.append(n)
    return s, str(t), total, xs
"""


def program(statement, place):
    inner = next(line for line in PLACES[place].split("\n") if "{0}" in line)
    indent = " " * (len(inner) - len(inner.lstrip()))
    text = PLACES[place].replace("{0}", statement.replace("\n", "\n" + indent))
    return PROGRAM.format(place=textwrap.indent(text, "    "))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_everywhere(statement, place):
    f = compare(program(STATEMENTS[statement], place), (4, np.arange(3.0), [1, 2]), (0, np.array([2.0]), []), (7, np.arange(4.0), [0.5]))
    assert statement == "sorted" or split_of(f) is not None
    if place == "top" and statement in ("eval", "regex", "json"):
        assert places(f) == [STATEMENTS[statement]]
        assert sum(bool(p.signatures) for p in parts_of(f)) == 2


def test_in_a_called_function():
    f = compare("""
    def g(x, n):
        s = 0
        for i in range(n):
            s += i * x
        t = eval("s * 2")
        for i in range(n):
            t += i
        return t

    def f(x, n):
        a = 0
        for i in range(n):
            a += i
        b = g(x, n) + g(x, 2)
        return a * b
    """, (3, 5), (2, 0))
    assert places(f) == ['t = eval("s * 2")', "b = g(x, n) + g(x, 2)"]
    (g,) = split_of(f).callees or [c for p in parts_of(f) for c in split_of(p).callees]
    assert len(parts_of(g)) == 2 and all(p.signatures for p in parts_of(g))


def test_a_method_and_a_library_function_and_a_recursion():
    compare("""
    class Account:
        def __init__(self, start):
            self.value = start
        def add(self, x):
            self.value += x
            self.last = eval("x * 3")
            for i in range(4):
                self.value += i
            return self.value

    def f(x):
        account = Account(x)
        total = 0
        for i in range(3):
            total += account.add(i)
        return total, account.value, account.last
    """, (1,), (2.5,))
    compare("""
    def f(n):
        if n == 0:
            return eval("0")
        s = 0
        for i in range(n):
            s += i
        return s + f(n - 1)
    """, (5,))


# ---- one warning for each place, and what explain() says ----
def test_one_warning_for_each_place():
    names = module("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
        t = eval("s + 1")
        for i in range(n):
            s += i
        u = eval("s + 2")
        return s, t, u
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for n in (3, 5, 5):
            assert f(n) == names["f"](n)
        assert f(2.0 and 4) == names["f"](4)
    assert [(str(w.message).split("\n")[0], w.category, w.lineno) for w in seen] == [
        ('`t = eval("s + 1")` is left to the interpreter:', aic.FallbackWarning, 15),
        ('`u = eval("s + 2")` is left to the interpreter:', aic.FallbackWarning, 18)]
    assert all("AIC2004" in str(w.message) for w in seen)
    e = f.explain()
    assert [(p.line, p.why.split("]")[0]) for p in e.interpreted] == [(15, "error[AIC2004"), (18, "error[AIC2004")]
    (row,) = e.signatures
    assert [note[0] for note in row["notes"] if note[1] == "interpreted"] == [15, 18]
    assert {p.py_func.__code__.co_firstlineno + 1 for p in parts_of(f) if p.signatures} == {12, 16, 19}
    assert "interpreted: error[AIC2004]" in str(e) and "interpreted" in e._repr_html_()


def test_strict_code_never_runs_in_the_interpreter():
    names = module("""
    def f(n):
        HELD.append(1)
        return eval("n")
    """)
    with pytest.raises(aic.CompileError):
        aic.jit(names["f"])(3)
    assert names["HELD"] == []


def test_what_compiles_is_not_taken_apart():
    names = module("""
    def f(n):
        return n + 1
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(2) == 3 and f._split is None and f.signatures == ["int"]


def test_the_compiled_rest_is_compiled():
    f = compare("""
    def f(n):
        s = 0.0
        for i in range(n):
            s += i * 0.5
        HELD.append(eval("s"))
        k = 0
        while k < n:
            k += 1
            s -= k
        return s
    """, (10,))
    assert places(f) == ['HELD.append(eval("s"))']
    first, second = parts_of(f)
    assert "for" in first.lower(10).text("loop") and second.signatures
    assert f(10_000_000) == f.py_func.__globals__["HELD"][-1] - 10_000_000 * 10_000_001 / 2


# ---- what must not be there twice ----
def test_lists_that_are_kept_elsewhere():
    compare("""
    def f(xs):
        ys = [1, 2]
        HELD[:] = eval("[xs, ys]")
        for i in range(3):
            xs.append(i)
            ys.append(i * 2)
        HELD[0].append(99)
        eval("HELD[1].append(98)")
        total = 0
        for x in xs:
            total += x
        return xs, ys, total, HELD[0] is xs, HELD[1] is ys
    """, ([5],))


def test_objects_dicts_and_sets_that_are_kept_elsewhere():
    compare("""
    class P:
        def __init__(self, x):
            self.x = x

    def f(d):
        p = P(1)
        s = {1, 2}
        HELD[:] = eval("[d, p, s]")
        for i in range(3):
            d[i] = i * i
            p.x += i
            s.add(i)
        eval("d.update(a=1)")
        HELD[1].x += 10
        return d, p.x, sorted(s), HELD[1] is p, len(HELD[0])
    """, ({},))


def test_arrays_and_their_views():
    compare("""
    def f(a):
        v = a[1:]
        b = a * 2
        HELD[:] = eval("[v, b]")
        v[0] = 10.0
        HELD[0][1] = 20.0
        for i in range(len(b)):
            b[i] += a[i]
        eval("b").fill(3.0)
        b[0] = a[1]
        w = b[::-1]
        eval("w")[0] = 7.0
        out = a.sum() + b.sum()
        return a, v, b, out
    """, (np.arange(4.0),))
    compare("""
    def f(n):
        a = np.arange(float(n))
        s = a.sum()
        eval("a").resize(n * 2, refcheck=False)
        return s, a.shape, a.sum(), a
    """, (3,))


def test_names_of_the_module_that_the_interpreted_statement_binds():
    compare("""
    def f(n):
        global TOTAL
        a = TOTAL + n
        exec("TOTAL = 100", globals())
        b = TOTAL + n
        for i in range(n):
            TOTAL += i
        c = eval("TOTAL")
        return a, b, c, TOTAL
    """, (3,), (4,))


def test_deleted_names():
    compare("""
    def f(n):
        x = n * 2
        t = eval("x")
        if n > 2:
            del x
        y = t + 1
        for i in range(n):
            y += i
        return y + x
    """, (1,), (3,))


def test_closures_and_nonlocal():
    compare("""
    def f(n):
        count = 0
        def step(k):
            nonlocal count
            count += k
            return count
        t = eval("n + 1")
        for i in range(n):
            step(i)
        u = eval("t * 2")
        count += u
        later = [lambda: count]
        for i in range(n):
            count += i
        return count, t, u, later[0]()
    """, (4,))
    names = module("""
    def make(k):
        total = k
        def f(n):
            nonlocal total
            s = 0
            for i in range(n):
                s += i + total
            total = eval("s")
            for i in range(n):
                s += total
            return s, total
        return f
    """)
    left, right = names["make"](2), aic.jit(fallback="python")(names["make"](2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [left(3), left(2)] == [right(3), right(2)]


def test_generators():
    names = module("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
        yield s
        t = eval("s + 1")
        for i in range(n):
            s += i
            yield s
        got = yield t
        return got
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert list(f(4)) == list(names["f"](4))


def test_leaving_blocks_in_every_way():
    text = """
    def f(n, xs):
        log = []
        for i in range(n):
            try:
                for x in xs:
                    if x == i:
                        continue
                    if x > 5:
                        break
                    log.append(x * i)
                    t = eval("x + i")
                    if t == 6:
                        return "left", log
                    if t == 5:
                        raise KeyError(t)
                else:
                    log.append(-1)
            except KeyError as e:
                log.append(len(e.args))
                if n == 4:
                    raise ValueError("again") from e
            finally:
                log.append(100)
                if n == 5:
                    break
        return log
    """
    compare(text, *[(n, xs) for n in range(6) for xs in ([], [1, 2], [4, 2, 9], [3, 2, 1], [7])])


def test_exceptions_of_compiled_parts_meet_interpreted_handlers():
    compare("""
    def f(xs, k):
        try:
            t = eval("k + 1")
            s = 0
            for i in range(t):
                s += 10 // (k - i)
            return s, xs[t]
        except ZeroDivisionError:
            return "zero"
        except IndexError as e:
            return "index", str(e)
        finally:
            xs.append(k)
    """, ([1, 2], 1), ([1], 0), ([1, 2, 3], -1), ([], -5))


def test_what_handlers_read_is_what_was_bound_when_the_exception_came():
    compare("""
    def f(k, xs):
        a, b = 1, 2
        try:
            a = 5
            for i in range(4):
                b += 10 // (k - i)
            xs.append(eval("a + b"))
            a = xs[k] * 2
            b = 7
        except ZeroDivisionError:
            return "zero", a, b
        except IndexError:
            pass
        finally:
            xs.append(a)
        return a, b
    """, (1, []), (5, [1]), (4, [1, 2, 3]), (-1, [4]), (9, [0] * 20))


def test_the_exception_is_the_same_object_with_the_lines_of_the_program():
    names = module("""
    class Own(Exception):
        pass
    ERROR = Own("x")
    def f(n):
        s = 0
        for i in range(n):
            s += i
        t = eval("s")
        for i in range(n):
            t += 6 // (i - 2)
        if t > -100:
            eval("raise_it")(t)
        return t
    def raise_it(t):
        raise ERROR
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(names["Own"]) as caught:
            f(1)
        assert caught.value is names["ERROR"]
        with pytest.raises(ZeroDivisionError) as caught:
            f(5)
    lines = [(s.filename == names["f"].__code__.co_filename, s.name, s.line) for s in traceback.extract_tb(caught.value.__traceback__)]
    assert lines[-1] == (True, "f", "t += 6 // (i - 2)")


def test_names_without_a_value():
    text = """
    def f(n):
        for i in range(n):
            last = i * 2
        t = eval("n")
        s = 0
        for k in range(3):
            s += k + t
        return s + last + i
    """
    compare(text, (2,), (0,))


def test_what_looks_at_names():
    compare("""
    def f(n):
        a = n + 1
        for i in range(n):
            a += i
        names = sorted(locals())
        b = a * 2
        for j in range(n):
            b += j
        return names, sorted(vars()), b, eval("a + b")
    """, (3,), (0,))


def test_arguments_that_compiled_code_cannot_take():
    names = module("""
    def f(source, n):
        s = 0
        for i in range(n):
            s += i
        line = source.readline()
        for i in range(n):
            s += len(line)
        return s, line
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert f(io.StringIO("abc\n"), 4) == (22, "abc\n")
        assert f(io.StringIO("abcd\n"), 2) == (11, "abcd\n")
    assert [str(w.message).split("\n")[0] for w in seen] == ["`line = source.readline()` is left to the interpreter:"]
    assert [p.signatures for p in parts_of(f)] == [["int"], ["str, int, int"]] or all(p.signatures for p in parts_of(f))


def test_defaults_keywords_and_methods():
    names = module("""
    class A:
        k = 3
        def method(self, x, *rest, scale=2, **more):
            s = 0
            for i in range(x):
                s += i * scale
            t = eval("self.k")
            for r in rest:
                s += r
            return s + t + len(more)
    """)
    plain, f = names["A"].method, aic.jit(fallback="python")(names["A"].method)
    a = names["A"]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments, keywords in (((3,), {}), ((3, 1, 2), {"scale": 5}), ((2,), {"z": 1})):
            assert f(a, *arguments, **keywords) == plain(a, *arguments, **keywords)
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            f(a)


def test_threads():
    names = module("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
        t = eval("s")
        for i in range(n):
            s += t
        return s
    """)
    f, got = aic.jit(fallback="python")(names["f"]), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=lambda k=k: got.append((k, f(k)))) for k in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert sorted(got) == [(k, names["f"](k)) for k in range(8)]


def test_text_that_shares_lines():
    compare("""
    def f(n):
        s = 0; t = eval("n")
        for i in range(n): s += i
        if n > 2: u = eval("s"); s += 1
        else: u = 0
        return s, t, u
    """, (3,), (1,))
    compare("""
    def f(n): return eval("n + 1")
    """, (3,))


def test_what_cannot_be_taken_apart_is_left_whole():
    names = module("f = lambda n: eval('n + 1')\nasync def g(n):\n    return eval('n')\n")
    f = aic.jit(fallback="python")(names["f"])
    with pytest.warns(aic.FallbackWarning, match="a lambda"):
        assert f(2) == 3
    g = aic.jit(fallback="python")(names["g"])
    with pytest.warns(aic.FallbackWarning):
        coroutine = g(2)
    with pytest.raises(StopIteration):
        coroutine.send(None)


def test_containers_are_not_converted_in_each_round_of_an_interpreted_loop():
    f = compare("""
    def f(xs, n):
        s = 0
        for i in range(n):
            t = eval("i")
            for k in range(2):
                s += xs[(i + k) % len(xs)]
        return s, t
    """, (list(range(100)), 5))
    assert all(not p.signatures or p._split for p in parts_of(f))


def test_warnings_that_are_errors_leave_the_call():
    names = module("""
    def f(n):
        return eval("n")
    """)
    f = aic.jit(fallback="python")(names["f"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(aic.FallbackWarning):
            f(1)


def test_check_lists_the_places(tmp_path):
    import subprocess
    script = tmp_path / "script.py"
    script.write_text("import aic\n@aic.jit(fallback='python')\ndef f(n: int):\n    s = 0\n    for i in range(n):\n        s += i\n    return eval('s')\n")
    done = subprocess.run([sys.executable, "-m", "aic", "check", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "in parts" in done.stdout and "7: return eval('s')" in done.stdout


# ---- loops that stay compiled around a statement that binds nothing ----
def blocks(f):
    return [p for p in parts_of(f) if p._marked and p.signatures]


def test_a_loop_stays_compiled_around_a_statement_that_binds_nothing():
    f = compare("""
    def f(n, x):
        s = 0.0
        for i in range(n):
            s += i * x
            if i % 1000 == 0:
                HELD.append(eval("s + i"))
        return s
    """, (10, 0.5), (5000, 2.0), (3, 2))
    assert places(f) == ['HELD.append(eval("s + i"))']
    (loop,) = blocks(f)
    assert "interpret" in loop.lower(3, 0.0, 0.5).text("loop")
    assert f(10_000_000, 1.0) == 49999995000000.0


def test_two_such_statements_and_ways_out_of_the_loop():
    f = compare("""
    def f(n):
        s = 0
        for i in range(n):
            s += i
            if i == 3:
                HELD.append(eval("i"))
            for k in range(3):
                if k == 1:
                    HELD.append(eval("s * 2 + k"))
                    continue
                s += k
            if s > 40:
                return s, "early"
            if s == 37:
                break
        else:
            s += 1000
        return s
    """, (3,), (5,), (7,), (30,))
    assert blocks(f) and places(f) == ['HELD.append(eval("i"))', 'HELD.append(eval("s * 2 + k"))']


def test_an_exception_of_such_a_statement():
    f = compare("""
    def f(n, xs):
        s = 0
        try:
            for i in range(n):
                s += i
                if i > 2:
                    eval("xs_of()")[i]
            return s
        except IndexError as e:
            return s, str(e), type(e).__name__
        finally:
            xs.append(s)

    def xs_of():
        return [1, 2, 3, 4, 5]
    """, (3, []), (5, [1]), (9, [2]))
    assert split_of(f) is not None


@pytest.mark.parametrize("setting, loop", [
    ("xs", "s += xs[i % len(xs)]\n        eval('HELD[0].append(i)')"),
    ("a", "s += a[0]\n        eval('a').__setitem__(0, float(i))"),
    ("n", "s += LIMIT\n        eval('globals().update(LIMIT=i)')"),
    ("n", "s += TABLE[0]\n        eval('TABLE').__setitem__(0, i)"),
    ("n", "s += cube(i)\n        eval('globals().update(POWER=2)')"),
])
def test_what_such_a_statement_may_reach(setting, loop):
    f = compare(f"""
    LIMIT = 5
    POWER = 3
    TABLE = [7]
    def cube(x):
        return x ** POWER
    def f(n, xs, a):
        HELD[:] = [xs]
        s = 0
        for i in range(n):
            {loop.replace("        ", "            ")}
        return s, xs, a
    """, (4, [1, 2], np.arange(2.0)), state=("TOTAL",))
    assert not blocks(f)


def test_a_loop_in_a_closure_whose_variable_the_statement_rebinds():
    names = module("""
    def make():
        k = 1
        def bump():
            nonlocal k
            k += 1
        def f(n):
            s = 0
            for i in range(n):
                s += k
                print(eval("bump_of()"), end="")
            return s
        globals()["bump_of"] = bump
        return f
    """)
    left, right = names["make"](), None
    want = outcome(left, (4,))
    right = aic.jit(fallback="python")(names["make"]())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert outcome(right, (4,)) == want
