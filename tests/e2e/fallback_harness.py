"""Programs run twice, as they stand and with fallback="python"; CPython is the judge."""
import copy
import io
import itertools
import linecache
import textwrap
import warnings
from contextlib import redirect_stdout

import numpy as np

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


def blocks(f):
    """The parts in which statements are blocks of Python."""
    return [p for p in parts_of(f) if p._marked and p.signatures]
