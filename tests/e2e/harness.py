"""`check(f, *args)`: a compiled function must do what CPython and NumPy do with the plain one.

Compared: the value with its exact type (elements of tuples too), dtype, shape, contents bit for bit (or within `ulp`), the
exception's class and message, and what became of the arguments. Each run gets its own deep copy of the arguments, except
that arrays that are views of one another stay so. `allowed="refused"` accepts a CompileError instead; nothing else does.
"""
import copy
import enum
import gc
import importlib.util
import math
import os
import resource
import sys
from pathlib import Path

import numpy as np

import aic

ROOT = Path(__file__).resolve().parents[2]


def load_source(path):
    """The module of a file that stands in no package; it may import the files beside it."""
    path = Path(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


def load_fuzz(name):
    """A file of tests/fuzz."""
    return load_source(ROOT / "tests" / "fuzz" / f"{name}.py")


def collected():
    """A list of functions, each with the arguments of a call, and the decorator that adds to it: `@program(3)`."""
    programs = []

    def program(*args):
        def keep(function):
            programs.append((function, args))
            return function
        return keep
    return programs, program


def outcome(function, args, kwargs):
    """("value", v) or ("error", class, message), with NumPy's floating-point warnings off as in compiled code."""
    try:
        with np.errstate(all="ignore"):
            return "value", function(*args, **kwargs)
    except Exception as error:
        return "error", type(error), str(error), error


def same_float(a, b, ulp):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b:
        return math.copysign(1.0, a) == math.copysign(1.0, b)
    return ulp > 0 and math.isfinite(a) and math.isfinite(b) and abs(a - b) <= ulp * math.ulp(max(abs(a), abs(b)))


def same_array(a, b, ulp):
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind not in "fc":
        return np.array_equal(a, b)
    if a.dtype.kind == "c":
        return same_array(a.real, b.real, ulp) and same_array(a.imag, b.imag, ulp)
    both_nan = np.isnan(a) & np.isnan(b)
    with np.errstate(all="ignore"):
        equal = (a == b) & (np.signbit(a) == np.signbit(b))
        near = np.abs(a - b) <= ulp * np.spacing(np.maximum(np.abs(a), np.abs(b))) if ulp else np.zeros(a.shape, bool)
    return bool(np.all(both_nan | equal | near))


def fields_of(x):
    """What an object of a user's class holds, in order of names; None for anything else."""
    if type(x).__module__ in ("builtins", "numpy") or isinstance(x, (type, BaseException, enum.Enum)):
        return None
    slots = [s for c in type(x).__mro__ for s in getattr(c, "__slots__", ()) if hasattr(x, s)]
    return sorted({**getattr(x, "__dict__", {}), **{s: getattr(x, s) for s in slots}}.items())


def same_objects(a, b, ulp, met=[]):
    """Whatever refers to itself is compared once."""
    if any(x is a and y is b for x, y in met):
        return True
    met.append((a, b))
    try:
        x, y = fields_of(a), fields_of(b)
        return len(x) == len(y) and all(j == k and same(v, w, ulp) for (j, v), (k, w) in zip(x, y))
    finally:
        met.pop()


def same_exception(a, b, ulp=0):
    """In class, arguments and attributes, and in what it was raised from and during."""
    if a is None or b is None or type(a) is not type(b):
        return a is b
    if type(a).__module__.startswith("numpy"):  # what AxisError holds beside its text is not there
        return True
    return (same(a.args, b.args, ulp) and same(sorted(vars(a).items()), sorted(vars(b).items()), ulp)
            and a.__suppress_context__ == b.__suppress_context__ and same_exception(a.__cause__, b.__cause__, ulp)
            and same_exception(a.__context__, b.__context__, ulp))


def same(a, b, ulp=0):
    """Equal in type, dtype, shape and contents."""
    if type(a) is not type(b):
        return False
    if isinstance(a, BaseException):
        return same_exception(a, b, ulp)
    if not isinstance(a, tuple) and fields_of(a) is not None:
        return same_objects(a, b, ulp)
    if isinstance(a, np.ndarray) or isinstance(a, np.generic):
        return same_array(np.asarray(a), np.asarray(b), ulp)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(same(x, y, ulp) for x, y in zip(a, b))
    if isinstance(a, dict):  # in order, as they are iterated
        return len(a) == len(b) and all(same(x, y, ulp) for x, y in zip(a.items(), b.items()))
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and all(same(x, y, ulp) for x, y in zip(a, b))
    if isinstance(a, float):
        return same_float(a, b, ulp)
    if isinstance(a, complex):
        return same_float(a.real, b.real, ulp) and same_float(a.imag, b.imag, ulp)
    return a == b


def told(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return f"{np.array_repr(np.asarray(value)) if value.size < 20 else '…'} ({type(value).__name__} {value.dtype} {value.shape})"
    return f"{value!r} ({type(value).__name__})"


def check(function, *args, ulp=0, compiled=None, **kwargs):
    """Runs both and compares; returns the compiled function, so that a test can call it again."""
    compiled = compiled or (function if isinstance(function, aic.Function) else aic.jit(function))
    plain = compiled.py_func
    want_args, got_args = copy.deepcopy((args, kwargs)), copy.deepcopy((args, kwargs))
    want = outcome(plain, *want_args)
    got = outcome(compiled, *got_args)
    if got[0] == "error" and (want[0] == "value" or isinstance(got[3], aic.CompileError)):
        raise AssertionError(f"CPython gives {told(want[1])}, aic raises {got[1].__name__}: {got[2]}") from got[3]
    if want[0] == "error":
        assert got[0] == "error", f"CPython raises {want[1].__name__}({want[2]!r}), aic gives {told(got[1])}"
        assert got[1:3] == want[1:3], f"CPython raises {want[1].__name__}({want[2]!r}), aic {got[1].__name__}({got[2]!r})"
        assert same_exception(want[3], got[3], ulp), f"not the same in arguments, attributes, cause or context: {got[3]!r}"
    else:
        assert same(want[1], got[1], ulp), f"CPython gives {told(want[1])}, aic {told(got[1])}"
    assert same(want_args[0], got_args[0], ulp), f"arguments after the call: CPython {want_args[0]!r}, aic {got_args[0]!r}"
    if os.environ.get("AIC_CHECK_LIBRARY"):  # test_library_sweep.py
        from through_a_library import check_library
        check_library(compiled, args, kwargs)
    return compiled


def lines_of(error, filename):
    """The lines of `filename` that the traceback of an exception goes through, outermost first."""
    lines, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == filename:
            lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
        trace = trace.tb_next
    return lines


def resident():
    """Bytes of memory that this process holds."""
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()


def growth(work, first, then):
    """By how many bytes the process has grown after work(then), which work(first) has warmed up."""
    work(first)
    gc.collect()
    before = resident()
    work(then)
    gc.collect()
    return resident() - before
