"""fallback="python": only the statements that do not compile are run by the interpreter. CPython is the judge: of results, of
arguments after the call, of what is printed and raised, whichever statement it is and wherever it stands."""
import sys
import textwrap
import warnings

import numpy as np
import pytest
from fallback_harness import compare, module, places

import aic
from aic.fallback import parts_of
from aic.parts import split_of


# ---- every kind of statement at every place ----
STATEMENTS = {
    "eval": "t = eval('s + 1')",
    "regex": "t = len(re.sub(r'[0-9]', '', str(s) + 'ab'))",
    "json": "t = json.dumps({'s': float(s), 'k': [1, None]})",
    "file": "t = io.StringIO('a\\nb').read().count('\\n')",
    "class": "class C(dict):\n    value = 3\nt = C.value",
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
