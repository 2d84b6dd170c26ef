"""Taking functions apart, without the compiler: random functions in which some statement is said to be refused, with parts that CPython
runs. The function made must do what the function does: result, exception and its context, arguments, names that locals() tells."""
import builtins
import linecache
import random

import pytest

import aic
from aic import fallback, parts

NAMES = "abcde"
HEAD = """
import contextlib
def g(x):
    return x * 2 - 1
def even(x):
    if x % 2:
        raise ValueError(x)
    return x
@contextlib.contextmanager
def m(out):
    out.append('in')
    try:
        yield
    except ValueError:
        out.append('swallowed')
    finally:
        out.append('out')
"""


class Part:
    """In the place of a compiled function."""

    def __init__(self, function, options=None):
        self.py_func, self._split, self._options, self._marked, self._places = function, None, options, None, []

    def __call__(self, *arguments):
        return self.py_func(*arguments)


class Refusal(Exception):
    code, message, filename, lineno, col_offset, end_lineno, _callers, _arguments = "AIC9999", "no", None, 0, 0, 0, (), ()

    def __init__(self, file, line, text):
        super().__init__("no")
        self.filename, self.lineno, self.col_offset = file, line, len(text) - len(text.lstrip())


class Programs:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def expression(self, depth=0):
        r = self.r
        kind = r.randrange(7 if depth < 2 else 3)
        if kind == 0:
            return str(r.randrange(-3, 6))
        if kind < 3:
            return r.choice(NAMES)
        if kind == 3:
            return f"({self.expression(depth + 1)} {r.choice('+-*')} {self.expression(depth + 1)})"
        if kind == 4:
            return f"len({r.choice(['xs', '[a, 1]', 'str(b)'])})"
        return f"sum([{self.expression(depth + 1)} for q in xs])" if kind == 5 else f"{r.choice(['g', 'even'])}({self.expression(depth + 1)})"

    def block(self, indent, depth, loop, count=None):
        return [line for _ in range(count or self.r.randrange(1, 4)) for line in self.statement(indent, depth, loop)]

    def simple(self, p, loop):
        r, v = self.r, self.r.choice(NAMES)
        return r.choice([
            f"{p}{v} = {self.expression()}", f"{p}{v} = {self.expression()}", f"{p}{v} += {self.expression()}",
            f"{p}xs.append({self.expression()})", f"{p}out.append({v})", f"{p}return {self.expression()}",
            f"{p}{'break' if loop else 'pass'}", f"{p}{'continue' if loop else 'pass'}",
            f"{p}if {self.expression()} > {r.choice([40, 3, 0])}: raise ValueError({v})",
            f"{p}{v}, {r.choice(NAMES)} = {self.expression()}, {self.expression()}", f"{p}assert {self.expression()} != 7, {v}",
            f"{p}{v} = (lambda z: z + {r.choice(NAMES)})({self.expression()})", f"{p}del {v}" if r.random() < .3 else f"{p}out.append(1)",
            f"{p}out.append(sorted(locals()))" if r.random() < .2 else f"{p}out.append({self.expression()})"])

    def statement(self, indent, depth, loop):
        r, p = self.r, "    " * indent
        inside = lambda loop=loop, count=None: self.block(indent + 1, depth + 1, loop, count)  # noqa: E731
        kind = r.choice(["simple"] * 5 + ["if", "for", "for", "while", "try", "try", "with", "def"]) if depth < 3 else "simple"
        if kind == "simple":
            return [self.simple(p, loop)]
        if kind == "if":
            return [f"{p}if {self.expression()} > {self.expression()}:", *inside(), *([f"{p}else:", *inside()] if r.random() < .5 else [])]
        if kind == "for":
            return [f"{p}for {r.choice(NAMES + 'i')} in range({r.randrange(4)}):", *inside(True), *([f"{p}else:", *inside()] if r.random() < .3 else [])]
        if kind == "while":
            w = f"w{r.randrange(1000)}"
            return [f"{p}{w} = 0", f"{p}while {w} < 3:", f"{p}    {w} += 1", *inside(True)]
        if kind == "try":
            return [f"{p}try:", *inside(), f"{p}except (ValueError, NameError, AssertionError) as {r.choice(['err', 'a'])}:", *inside(),
                    *([f"{p}else:", *inside()] if r.random() < .4 else []), *([f"{p}finally:", *inside(False, 1)] if r.random() < .4 else [])]
        if kind == "with":
            return [f"{p}with m(out):", *inside()]
        return [f"{p}def h(z):", f"{p}    return z + {r.choice(NAMES)}", f"{p}{r.choice(NAMES)} = h({self.expression()})"]


def outcome(f, arguments):
    xs, out = [1, 2], []
    try:
        result = f(*arguments, xs, out)
    except Exception as error:
        result = type(error).__name__, str(error), type(error.__context__).__name__
    return repr((result, xs, out))


@pytest.fixture(autouse=True)
def without_the_compiler(monkeypatch):
    class Compiler:
        jit = Part
        Function = Part
    monkeypatch.setattr(fallback, "_aic", Compiler)
    monkeypatch.setattr(parts, "_aic", Compiler)
    monkeypatch.setattr(fallback, "_warn", lambda *arguments: None)
    monkeypatch.setattr(builtins, "__aic_objmode__", aic.objmode, raising=False)


@pytest.mark.parametrize("seed", range(40))
def test_taken_apart_it_does_the_same(seed):
    programs = Programs(seed)
    text = HEAD + "def f(a, b, xs, out):\n" + "\n".join(programs.block(1, 0, False, programs.r.randrange(2, 6))) + "\n    return a, b\n"
    file = f"<taken apart {seed}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names = {}
    exec(compile(text, file, "exec"), names)
    f, lines = names["f"], text.splitlines()
    wanted = list(range(f.__code__.co_firstlineno + 1, len(lines) + 1))
    programs.r.shuffle(wanted)
    for line in wanted[:6]:
        refusal = Refusal(file if programs.r.random() < .8 else None, line, lines[line - 1])
        made = fallback.split(Part(f), refusal)
        for part in list(made.__aic_split__.parts):  # and its parts again
            code = part.py_func.__code__
            inside = [k for _, _, k in code.co_lines() if k and code.co_firstlineno < k <= len(lines)]
            if inside and programs.r.random() < .5:
                at = programs.r.choice(inside)
                part.py_func = fallback.split(part, Refusal(file, at, lines[at - 1]))
        for arguments in ((1, 2), (0, -1), (5, 3)):
            assert outcome(made, arguments) == outcome(f, arguments), f"line {line}, {arguments}\n{text}"
