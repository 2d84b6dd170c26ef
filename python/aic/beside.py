"""verify=True: each call is run by the interpreter too, on copies, and the two are compared.

First the interpreter, on copies of the arguments (arrays that share memory still do) and with what it prints kept; then what
it did to arrays, lists and dicts of its module and closure is undone, and the compiled function runs on the arguments
themselves. Compared, in this order: the exception, the result, the arguments, those globals, the printed text.
Floating point is compared within what docs/accuracy allows sums and library functions: 2**-36 of the largest magnitude for
float64, 2**-14 for float32. Everything else must be equal, types, dtypes and shapes too.
"""
import contextlib
import copy
import io
import math
import sys
import threading
import types

import numpy as np

from aic import _aic
from aic.errors import CompileError, VerificationError

_inside = threading.local()


def verified(f, args, kwargs):
    """A call of the compiled function `f`; VerificationError names where it first differs from the interpreter."""
    if getattr(_inside, "interpreter", False):
        return f.py_func(*args, **kwargs)
    copies = _copied((args, kwargs))
    world = _reachable(f.py_func)
    before = _copied(world)
    _inside.interpreter = True
    try:
        want = _outcome(f.py_func, *copies)
    finally:
        _inside.interpreter = False
    world_wanted = _copied(world)
    for name, value in world.items():
        _restore(value, before[name])
    got = _outcome(lambda *a, **k: _aic.call_compiled(f, a, k), args, kwargs)
    sys.stdout.write(got[2])
    if isinstance(got[1], CompileError):
        raise got[1]
    difference = _first_difference(want, got, copies, (args, kwargs), world_wanted, world)
    if difference:
        raise VerificationError(f"`{f.__qualname__}` differs from the interpreter: {difference}") from got[1]
    if got[1] is not None:
        raise got[1]
    return got[0]


def _outcome(function, args, kwargs):
    """(result, exception, printed text)"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.errstate(all="ignore"):
        try:
            return function(*args, **kwargs), None, out.getvalue()
        except Exception as error:
            return None, error, out.getvalue()


# ---- copies ----
def _copied(x):
    """A deep copy in which arrays that share memory still do."""
    memo, bases = {}, {}
    for array in _arrays_in(x, set()):
        memo[id(array)] = _copied_array(array, bases)
    return copy.deepcopy(x, memo)


def _arrays_in(x, seen):
    if id(x) in seen:
        return
    seen.add(id(x))
    if isinstance(x, np.ndarray):
        yield x
    elif isinstance(x, (tuple, list, set, frozenset)):
        for part in x:
            yield from _arrays_in(part, seen)
    elif isinstance(x, dict):
        for part in x.values():
            yield from _arrays_in(part, seen)
    elif hasattr(x, "__dict__") and not isinstance(x, (type, types.ModuleType, types.FunctionType)):
        yield from _arrays_in(vars(x), seen)


def _copied_array(array, bases):
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    if base.dtype.hasobject or not (base.flags.c_contiguous or base.flags.f_contiguous):
        return array.copy()
    if id(base) not in bases:
        bases[id(base)] = base.copy(order="A")
    whole = bases[id(base)].reshape(-1, order="A")
    offset = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    out = np.ndarray(array.shape, array.dtype, whole, offset, array.strides)
    out.flags.writeable = array.flags.writeable
    return out


def _reachable(function):
    """Arrays and containers that the function, or one that it calls by name, finds in its module or closure."""
    found, seen, work = {}, set(), [function]
    while work:
        f = work.pop()
        f = getattr(f, "py_func", f)
        if not isinstance(f, types.FunctionType) or f in seen:
            continue
        seen.add(f)
        cells = dict(zip(f.__code__.co_freevars, f.__closure__ or ()))
        names = {n: f.__globals__[n] for n in f.__code__.co_names if n in f.__globals__}
        names.update({n: c.cell_contents for n, c in cells.items() if c is not None and _is_filled(c)})
        for name, value in names.items():
            if isinstance(value, (np.ndarray, list, dict, set)):
                found[name] = value
            else:
                work.append(value)
    return found


def _is_filled(cell):
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _restore(value, saved):
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            value[...] = saved
    elif isinstance(value, list):
        value[:] = saved
    else:
        value.clear()
        value.update(saved)


# ---- comparing ----
def _first_difference(want, got, want_arguments, got_arguments, world_wanted, world):
    if (want[1] is None) != (got[1] is None):
        told = [f"raises {type(o[1]).__name__}: {o[1]}" if o[1] is not None else f"gives {_told(o[0])}" for o in (got, want)]
        return f"it {told[0]}, the interpreter {told[1]}"
    if want[1] is not None and (type(want[1]) is not type(got[1]) or str(want[1]) != str(got[1])):
        return f"it raises {type(got[1]).__name__}: {got[1]}, the interpreter {type(want[1]).__name__}: {want[1]}"
    found = _difference(want[0], got[0], "the result")
    for k, (w, g) in enumerate(zip(want_arguments[0], got_arguments[0])):
        found = found or _difference(w, g, f"argument {k + 1} after the call")
    for name in got_arguments[1]:
        found = found or _difference(want_arguments[1][name], got_arguments[1][name], f"argument `{name}` after the call")
    for name in world:
        found = found or _difference(world_wanted[name], world[name], f"`{name}` after the call")
    if not found and want[2] != got[2]:
        found = f"it prints {got[2]!r:.200}, the interpreter {want[2]!r:.200}"
    return found


def _told(x):
    if isinstance(x, np.ndarray):
        return f"an array of {x.dtype}, shape {x.shape}"
    return f"{x!r:.80} ({type(x).__name__})"


def _difference(want, got, where):
    """Where and how two values differ; empty: not."""
    if isinstance(got, _aic.generator) and isinstance(want, types.GeneratorType):
        return ""  # neither has begun
    if type(want) is not type(got):
        return f"{where} is {_told(got)}, the interpreter's {_told(want)}"
    if isinstance(want, np.ndarray):
        if want.dtype != got.dtype or want.shape != got.shape:
            return f"{where} is {_told(got)}, the interpreter's {_told(want)}"
        return _difference_of_arrays(want, got, where)
    if isinstance(want, np.generic):
        return _difference_of_arrays(np.asarray(want), np.asarray(got), where) if want.dtype == got.dtype else f"{where} has another dtype"
    if isinstance(want, (float, complex)):
        return _difference_of_arrays(np.asarray(want), np.asarray(got), where)
    if isinstance(want, (tuple, list)):
        if len(want) != len(got):
            return f"{where} has {len(got)} elements, the interpreter's {len(want)}"
        return next(filter(None, (_difference(w, g, f"{where}[{k}]") for k, (w, g) in enumerate(zip(want, got)))), "")
    if isinstance(want, dict):
        if list(want) != list(got):
            return f"{where} has the keys {list(got)!r:.80}, the interpreter's {list(want)!r:.80}"
        return next(filter(None, (_difference(want[k], got[k], f"{where}[{k!r}]") for k in want)), "")
    if hasattr(want, "__dict__") and type(want).__eq__ is object.__eq__:
        return _difference(vars(want), vars(got), where)
    return "" if want == got else f"{where} is {_told(got)}, the interpreter's {_told(want)}"


def _difference_of_arrays(want, got, where):
    if want.dtype.kind in "fc":
        same = (want == got) | (np.isnan(want) & np.isnan(got))
        finite = np.isfinite(want)
        largest = float(np.max(np.abs(want[finite]))) if finite.any() else 0.0
        allowed = largest * (2.0**-14 if want.dtype.itemsize // (1 + (want.dtype.kind == "c")) == 4 else 2.0**-36)
        with np.errstate(all="ignore"):
            same |= np.abs(want - got) <= max(allowed, math.ulp(0.0))
        same &= np.where(want == 0, np.signbit(want.real) == np.signbit(got.real), True)
    else:
        same = want == got
    if same.all():
        return ""
    at = tuple(int(k) for k in np.argwhere(~np.asarray(same))[0])
    place = where + (f"[{', '.join(map(str, at))}]" if at else "")
    return f"{place} is {got[at]!r}, the interpreter's {want[at]!r}"
