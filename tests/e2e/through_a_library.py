"""One call of a compiled function again through a library that is built for the types of its arguments.

The results must be the jitted function's, bit by bit, as must exceptions, their lines, and what became of the arguments.
"""
import collections
import copy
import inspect
import itertools
import os
import tempfile

import numpy as np

import aic
from aic import _aic
from aic.aot import build, elf, link
from harness import lines_of, outcome, same, told

# What happened to each program, by reason: test_library_sweep.py reads it.
COUNTS = collections.Counter()
_numbers = itertools.count()
_calls = collections.Counter()  # of each program
ENOUGH = 8
_NOT_IN_C = {"AIC4001", "AIC4002", "AIC4004"}


def built(function, types, names):
    """The function of a fresh library, loaded."""
    rows = [("program", function, list(zip(names, types)))]
    made = build.compiled(rows, f"sweep{next(_numbers)}")
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        manifest = elf.data_object({"aic_manifest": build.manifest("sweep", "sweep.py", made, "").encode() + b"\0"})
        for k, contents in enumerate([*made[0]["built"]["outputs"], manifest]):
            objects.append(os.path.join(folder, f"{k}.o"))
            with open(objects[-1], "wb") as file:
                file.write(contents)
        library = os.path.join(folder, f"lib{os.getpid()}.{next(_numbers)}.so")
        link.link(objects, ["program", "aic_function_program", "aic_call", "aic_manifest"], library, os.path.basename(library), folder)
        return aic.load(library).program


def copied(arguments):
    """A copy of each argument; NumPy's copies of read-only arrays can be written to."""
    out = copy.deepcopy(dict(arguments))
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and not value.flags.writeable:
            out[name].flags.writeable = False
    return out


def check_library(compiled, args, kwargs):
    signature = inspect.signature(compiled.py_func, follow_wrapped=False)
    kinds = {p.kind for p in signature.parameters.values()}
    if {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} & kinds:
        return COUNTS.update(["*args"])
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        return COUNTS.update(["cannot be called"])
    bound.apply_defaults()
    types = [_aic.type_of(value) for value in bound.arguments.values()]
    if None in types:
        return COUNTS.update(["no type"])
    _calls[compiled.py_func.__code__] += 1
    if _calls[compiled.py_func.__code__] > ENOUGH:
        return COUNTS.update(["called often enough"])
    try:
        loaded = built(compiled, types, list(bound.arguments))
    except build.Failed as failed:
        codes = {error.code for error in failed.errors}
        # What needs the value of a text is not compiled for the type alone.
        if codes <= _NOT_IN_C or "str" in " ".join(types):
            return COUNTS.update(["not in a library"])
        raise
    values = [copied(bound.arguments) for _ in range(2)]
    only = {name for name, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY}
    want, got = (outcome(f, [v for k, v in given.items() if k not in only], {k: given[k] for k in only}) for f, given in zip((compiled, loaded), values))
    assert want[0] == got[0], f"jit: {want}, library: {got}"
    if want[0] == "error":
        file = compiled.py_func.__code__.co_filename
        assert want[1:3] == got[1:3] and lines_of(want[3], file) == lines_of(got[3], file), f"jit: {want}, library: {got}"
    else:
        assert same(want[1], got[1]), f"jit: {told(want[1])}, library: {told(got[1])}"
    assert same(list(values[0].values()), list(values[1].values())), f"arguments after the call: jit {values[0]!r}, library {values[1]!r}"
    COUNTS.update(["same"])


def pytest_sessionfinish(session):
    """As a plugin: the counts go to a file of this process."""
    if os.environ.get("AIC_CHECK_LIBRARY", "").startswith("/"):
        with open(f"{os.environ['AIC_CHECK_LIBRARY']}/{os.getpid()}", "w") as file:
            for what, count in COUNTS.items():
                file.write(f"{count} {what}\n")
