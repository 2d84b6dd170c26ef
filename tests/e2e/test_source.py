"""The text that is compiled is the text that CPython runs: edited files, `python -O`, every place a function can stand."""
import linecache
import math
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import aic
from harness import load_source

TEXT = """
def f(x):
    y = x + 1
    return y * {number}

def g(x):
    return {function}(x) + x.real

def make(n):
    k = n + 1
    class C:
        def m(x):
            return x + n - k
    return lambda x: x * n + k, C.m

def h(x):
    def inner(y):
        return y * {inner}
    return inner(x)
"""


def load(path, **values):
    path.write_text(TEXT.format(**{"number": 2, "function": "abs", "inner": 3} | values))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    module = load_source(path)
    sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize("name, change", [("f", {"number": 3}), ("f", {"number": 2.0}), ("f", {"number": True}),
                                          ("g", {"function": "int"}), ("h", {"inner": 4})])
def test_a_file_edited_after_its_import_is_refused(tmp_path, name, change):
    module = load(tmp_path / "edited.py")
    f = getattr(module, name)
    path = tmp_path / "edited.py"
    path.write_text(TEXT.format(**{"number": 2, "function": "abs", "inner": 3} | change))
    with pytest.raises(aic.CompileError, match="AIC1002") as e:
        aic.jit(f)(2)
    assert "restart" in str(e.value)


def test_an_edit_elsewhere_is_none(tmp_path):
    module = load(tmp_path / "edited.py")
    path = tmp_path / "edited.py"
    path.write_text(path.read_text().replace("y * 2", "y*2  # twice").replace("y * 3", "y * 4"))
    assert aic.jit(module.f)(2) == 6 and aic.jit(module.g)(2) == 4


def test_closures_and_methods_are_found(tmp_path):
    line, method = load(tmp_path / "edited.py").make(5)
    assert aic.jit(line)(2) == 16 and aic.jit(method)(2) == 1


class Inner:
    def doubled(x):
        return x * 2

    pair = (lambda x: x + 1), (lambda x: math.floor(x) + 2)


def with_defaults(n):
    async def unused():
        return await (lambda y: y)(n)

    def f(x, *, k=n):
        """Doc."""
        return np.add(x, k) - n

    return f


def test_where_a_function_can_stand():
    assert aic.jit(Inner.doubled)(2) == 4
    assert [aic.jit(f)(2) for f in Inner.pair] == [3, 4]
    assert aic.jit(with_defaults(4))(2) == 2
    assert aic.jit(lambda x: (x,
                              x + 1)[1])(1) == 2


def test_code_given_to_linecache_only():
    text = "import math\ndef f(x):\n    return math.sqrt(x)\n"
    space = {}
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    exec(compile(text, "<cell 1>", "exec"), space)
    assert aic.jit(space["f"])(4.0) == 2.0


OPTIMISED = textwrap.dedent("""
    import aic
    @aic.jit
    def f(x):
        assert x > 0, "positive"
        if __debug__:
            return x
        return -x
    def told(x):
        try:
            return f(x)
        except AssertionError as e:
            return str(e)
    print(told(1), told(-1), f.py_func(1), aic._aic.generator_is_open())
    """)


def test_python_o_drops_asserts_and_debug(tmp_path):
    (tmp_path / "p.py").write_text(OPTIMISED)
    environment = {**os.environ, "AIC_CACHE_DIR": str(tmp_path / "cache")}
    for flags, want in [([], "1 positive 1 True"), (["-O"], "-1 1 -1 True"), (["-OO"], "-1 1 -1 False"), ([], "1 positive 1 False")]:
        done = subprocess.run([sys.executable, *flags, tmp_path / "p.py"], capture_output=True, text=True, env=environment)
        assert done.stdout.strip() == want, done.stderr


def test_modules_that_python_has_inside_it():
    import genericpath
    assert genericpath._splitext.__code__.co_filename.startswith("<frozen")
    split = aic.jit(genericpath._splitext)
    for path in ("a/b.c", "a.b/c", ".profile", "x.tar.gz", ""):
        assert split(path, "/", None, ".") == genericpath._splitext(path, "/", None, ".")
