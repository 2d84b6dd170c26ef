"""NumPy's own tests as a judge: `./dev fuzz numpytests [FILE …] [-k TEXT] [--list]`.

The test modules of the installed NumPy run where they are, by pytest, with the functions that they call (np.f, np.linalg.f, np.fft.f,
those of np.polynomial's modules and what they import by name) replaced by compiled wrappers: `def f(a0): return np.f(a0, axis=1)`, one
for each form of a call. Generators are replaced by ones of PCG64 whose methods are compiled: what tests of fixed numbers say then is not
counted. What the
compiler refuses falls back to NumPy's own function and is counted. Each result is compared with NumPy's on copies of the arguments: type,
dtype, shape, values (floats to a part in 10^12, or 10^4 of float16 and 10^5 of float32), exceptions by class, and arguments afterwards.
What NumPy leaves open is not compared: the order of equal elements, of those apart from `kth` and of eigenvalues, what `where=` passes
over and np.pad of mode "empty" does not fill; what is only rounding (the least singular values of a singular matrix) is compared as such.
A test that fails is run again without the wrappers: where it passes then, the difference is ours to explain; unless it passes, too, with
the wrappers and the warnings and FloatingPointErrors of NumPy's own function. (That compiled code gives none is known, and counted
apart.) Exit status 1: a difference.
"""
import argparse
import collections
import copy
import functools
import pathlib
import sys
import time
import types

import numpy as np
import pytest
from texts import copied, function, outcome

import aic

FILES = """_core/tests/test_umath.py _core/tests/test_ufunc.py _core/tests/test_numeric.py _core/tests/test_multiarray.py
_core/tests/test_shape_base.py _core/tests/test_einsum.py _core/tests/test_function_base.py _core/tests/test_item_selection.py
_core/tests/test_half.py _core/tests/test_scalarmath.py _core/tests/test_regression.py _core/tests/test_umath_complex.py
_core/tests/test_indexing.py _core/tests/test_nep50_promotions.py _core/tests/test_mem_overlap.py _core/tests/test_scalar_methods.py
lib/tests/test_function_base.py lib/tests/test_arraypad.py lib/tests/test_arraysetops.py lib/tests/test_histograms.py
lib/tests/test_index_tricks.py lib/tests/test_nanfunctions.py lib/tests/test_packbits.py lib/tests/test_polynomial.py
lib/tests/test_shape_base.py lib/tests/test_stride_tricks.py lib/tests/test_twodim_base.py lib/tests/test_type_check.py
lib/tests/test_ufunclike.py lib/tests/test_array_utils.py linalg/tests/test_linalg.py fft/tests/test_pocketfft.py fft/tests/test_helper.py
polynomial/tests/test_polynomial.py polynomial/tests/test_chebyshev.py polynomial/tests/test_legendre.py
random/tests/test_generator_mt19937.py""".split()
# Not functions of arrays, or what every test builds its arguments with.
LEFT_OUT = set("""array asarray zeros ones empty dtype errstate seterr geterr seterrcall geterrcall printoptions set_printoptions get_printoptions
array2string array_repr array_str info show_config show_runtime test get_include load save savez savez_compressed loadtxt savetxt genfromtxt
fromfile memmap frompyfunc vectorize nditer nested_iters busday_offset busday_count is_busday datetime_as_string datetime_data setbufsize
getbufsize asmatrix bmat empty_like format_float_positional format_float_scientific from_dlpack fromregex get_printoptions""".split())
SECONDS_OF_A_TEST = 4.0
POLYNOMIALS = [np.polynomial.polynomial, np.polynomial.chebyshev, np.polynomial.legendre]


class Counts:
    def __init__(self):
        self.compiled, self.refused, self.differ, self.reasons = collections.Counter(), collections.Counter(), {}, collections.Counter()
        self.failing, self.silent, self.tests, self.touched, self.plain_failures = [], 0, 0, 0, 0


counts = Counts()
state = types.SimpleNamespace(active=False, until=0.0, inside=False, used=[], warns=False)


def literal(x):
    """The text of an argument that the compiled function has in it, or None."""
    if x is None or x is Ellipsis or type(x) in (bool, int, str):
        return repr(x)
    if type(x) is tuple and all(literal(p) is not None for p in x):
        return "(" + "".join(literal(p) + ", " for p in x) + ")"
    if type(x) is slice:
        return f"slice({x.start!r}, {x.stop!r}, {x.step!r})" if all(literal(p) for p in (x.start, x.stop, x.step)) else None
    if isinstance(x, type) and (issubclass(x, np.generic) or x in (bool, int, float, complex)):
        return f"np.{x.__name__}" if issubclass(x, np.generic) else x.__name__
    if isinstance(x, np.dtype) and x.isnative and x.kind in "biufc":
        return f"np.dtype({x.str!r})"
    return None


@functools.cache
def compiled(text):
    return aic.jit(function(text, f"<numpytest {text}>"))


def same(a, b):
    """As told above."""
    if isinstance(a, (tuple, list)) and type(a) is type(b):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, np.generic) and isinstance(b, np.generic) and a.dtype == b.dtype:  # of np.longlong too
        a, b = np.asarray(a), np.asarray(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.dtype.kind not in "fc":
            return bool(np.array_equal(a, b))
        size = a.dtype.itemsize // (2 if a.dtype.kind == "c" else 1)
        near = {2: 1e-3, 4: 1e-5}.get(size, 1e-12)
        with np.errstate(all="ignore"):
            top = float(np.max(np.abs(a), initial=0, where=np.isfinite(a)))
            return bool(np.allclose(a, b, rtol=near, atol=near * top * 10, equal_nan=True))
    if isinstance(a, (float, complex)):
        return a == b or a != a and b != b or abs(a - b) <= 1e-12 * abs(a)
    try:
        return bool(a == b)
    except Exception:
        return True


def is_open(name, args, kwargs, want, got):
    """Whether two results are of those that NumPy's documentation leaves open."""
    if isinstance(getattr(np, name, None), np.ufunc) and kwargs.get("where", True) is not True and kwargs.get("out") is None:
        return True
    if name == "pad":
        if args[2:3] != ("empty",) and kwargs.get("mode") != "empty":
            return False
        a, before = np.asarray(args[0]), np.broadcast_to(args[1], (np.ndim(args[0]), 2))[:, 0]
        inner = tuple(slice(b, b + n) for b, n in zip(before, a.shape))
        return type(want) is type(got) and want.shape == got.shape and same(want[inner], got[inner])
    if name in ("linalg.eigvals", "roots"):
        return want.dtype == got.dtype and want.shape == got.shape and all(map(same_in_any_order, lines(want), lines(got)))
    if name in ("linalg.norm", "linalg.svdvals", "linalg.cond"):
        top = float(np.max(np.abs(args[0]), initial=0))
        return name == "linalg.norm" and kwargs.get("ord", (args[1:2] or (None,))[0]) == -2 and bool(np.allclose(want, got, 1e-12, 1e-14 * top * np.size(args[0])))
    if name == "linalg.lstsq":  # residuals and least singular values; the solution too where there are many
        rank, values = want[2], want[3]
        single = rank == min(np.shape(args[0])) and values.size > 0 and values[-1] > 1e-10 * values[0]
        return all(np.allclose(x, y, 1e-8, 1e-10) for x, y in list(zip(want, got))[0 if single else 2 :])
    if name == "partition":
        axis = kwargs.get("axis", args[2] if len(args) > 2 else -1)
        return same(np.sort(want, -1 if axis is None else axis), np.sort(got, -1 if axis is None else axis))
    if name in ("argsort", "argpartition") and kwargs.get("kind") not in ("stable", "mergesort", "heapsort"):
        axis = kwargs.get("axis", -1)
        a = np.ravel(args[0]) if axis is None else np.asarray(args[0])
        order = (lambda places: np.take_along_axis(a, places, axis or 0)) if name == "argsort" else (lambda places: np.sort(places, axis or 0))
        return same(order(want), order(got))
    return False


def lines(a):
    return np.reshape(a, (-1, np.shape(a)[-1])) if np.size(a) else []


def same_in_any_order(a, b):
    left, near = list(b), 1e-4 if a.dtype.itemsize <= (8 if a.dtype.kind == "c" else 4) else 1e-9
    for x in a:
        k = min(range(len(left)), key=lambda k: abs(left[k] - x))
        if not abs(left.pop(k) - x) <= near * max(abs(a)):
            return False
    return True


class Wrapper:
    """np.f, compiled. It looks like the function: what is asked of it besides a call is the function's."""

    def __init__(self, name, function):
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_function", function)

    @property
    def __class__(self):
        return type(self._function)

    def __getattr__(self, name):
        value = getattr(self._function, name)
        if isinstance(self._function, np.ufunc) and name in ("reduce", "accumulate", "outer", "at", "reduceat"):
            return Wrapper(f"{self._name}.{name}", value)
        return value

    def __eq__(self, other):
        return self._function == (other._function if type(other) is Wrapper else other)

    def __hash__(self):
        return hash(self._function)

    def __reduce__(self):
        return self._function.__reduce__()

    def __call__(self, *args, **kwargs):
        if any(hasattr(type(x), "__array_function__") and not isinstance(x, (np.ndarray, np.generic)) for x in [*args, *kwargs.values()]):
            return self._function(*args, **kwargs)
        if not state.active or state.inside or time.monotonic() > state.until:
            return self._function(*args, **kwargs)
        state.inside = True
        try:
            return self.judged(args, kwargs)
        finally:
            state.inside = False

    def judged(self, args, kwargs):
        parts, values = [], []
        for key, x in [(None, x) for x in args] + list(kwargs.items()):
            text = literal(x)
            if type(x) is int and key is None and not parts:
                text = None
            if text is None:
                text = f"a{len(values)}"
                values.append(x)
            parts.append(text if key is None else f"{key}={text}")
        stream = self.__dict__.get("_stream")
        if stream is not None:
            return self.drawn(stream, parts, values, args, kwargs)
        text = f"def f({', '.join(f'a{k}' for k in range(len(values)))}):\n    return np.{self._name}({', '.join(parts)})\n"
        try:
            saved = [*args, *kwargs.values()]
            saved = saved if self._name in ("may_share_memory", "shares_memory") else copied(saved)
            saved = saved[: len(args)], dict(zip(kwargs, saved[len(args) :]))
            f = compiled(text)
        except Exception:
            return self._function(*args, **kwargs)
        got = outcome(f, values, {})
        refused = got[0] == "error" and (isinstance(got[1], aic.CompileError) or "64 bits" in str(got[1]) or "aic" in str(got[1]))
        if refused and type(got[1]).__name__ != "InternalError":
            counts.refused[self._name] += 1
            counts.reasons[f"{self._name}: {str(got[1]).splitlines()[0]}"] += 1
            return self._function(*args, **kwargs)
        if state.warns:  # may raise what np.errstate and warnings.simplefilter ask for
            self._function(*saved[0], **saved[1])
            if got[0] == "error":
                raise got[1]
            return got[1]
        counts.compiled[self._name] += 1
        state.used.append(self._name)
        if self._name in ("linalg.eig", "linalg.eigh", "linalg.svd", "linalg.qr"):  # vectors have any sign: the tests know
            if got[0] == "error":
                raise got[1]
            return got[1]
        want = outcome(self._function, *saved)
        ours = [x for x in [*args, *kwargs.values()] if isinstance(x, np.ndarray) and not kwargs.get("overwrite_input")]
        theirs = [x for x in [*saved[0], *saved[1].values()] if isinstance(x, np.ndarray) and not kwargs.get("overwrite_input")]
        if got[0] == want[0] == "value" and is_open(self._name, args, kwargs, want[1], got[1]):
            return got[1]
        if want[0] != got[0] or (want[0] == "value" and not same(want[1], got[1])) or (want[0] == "error" and type(want[1]) is not type(got[1])) or not all(map(same, theirs, ours)):
            told = f"{text.splitlines()[1].strip()[7:]} with {values!r}: NumPy {want[1]!r}, aic {got[1]!r}"
            counts.differ.setdefault(self._name, []).append(told[:700].replace("\n", " "))
        if got[0] == "error":
            raise got[1]
        return got[1]


    def drawn(self, stream, parts, values, args, kwargs):
        """A call of a method of a generator, which goes on from where it stands."""
        name = self._name.split(".")[-1]
        other = copy.deepcopy(stream)
        saved = copied([*args, *kwargs.values()])
        saved = saved[: len(args)], dict(zip(kwargs, saved[len(args) :]))
        text = f"def f({', '.join(['g'] + [f'a{k}' for k in range(len(values))])}):\n    return g.{name}({', '.join(parts)})\n"
        try:
            f = compiled(text)
        except Exception:
            return self._function(*args, **kwargs)
        got = outcome(f, [stream, *values], {})
        if got[0] == "error" and isinstance(got[1], aic.CompileError) and type(got[1]).__name__ != "InternalError":
            counts.refused[self._name] += 1
            counts.reasons[f"{self._name}: {str(got[1]).splitlines()[0]}"] += 1
            return self._function(*args, **kwargs)
        counts.compiled[self._name] += 1
        state.used.append(self._name)
        want = outcome(getattr(other, name), *saved)
        alike = got[0] == want[0] and (same(want[1], got[1]) if got[0] == "value" else type(want[1]) is type(got[1]))
        if not alike or got[0] == "value" and other.bit_generator.state != stream.bit_generator.state:
            told = f"{text.splitlines()[1].strip()[7:]} with {values!r}: NumPy {want[1]!r}, aic {got[1]!r}"
            counts.differ.setdefault(self._name, []).append(told[:700].replace("\n", " "))
        if got[0] == "error":
            raise got[1]
        return got[1]


class Stream:
    """A Generator of PCG64 whose methods are compiled; it stands where a test makes one of MT19937."""

    def __init__(self, bits=None):
        self._own = np.random.Generator(np.random.PCG64(7))

    def __getattr__(self, name):
        method = getattr(self._own, name)
        if not callable(method) or name.startswith("_") or name == "spawn":
            return method
        wrapper = Wrapper(f"random.Generator.{name}", method)
        object.__setattr__(wrapper, "_stream", self._own)
        return wrapper


class Module(types.ModuleType):
    """numpy, or a part of it, with wrappers for functions."""

    def __init__(self, module, prefix=""):
        super().__init__(module.__name__)
        self.__dict__.update(vars(module))
        for name, thing in vars(module).items():
            if wrapped(thing, prefix + name):
                self.__dict__[name] = Wrapper(prefix + name, thing)
        if not prefix:
            self.linalg, self.fft = Module(np.linalg, "linalg."), Module(np.fft, "fft.")

    def __getattr__(self, name):
        return getattr(np, name)


def wrapped(thing, name):
    if name.split(".")[-1] in LEFT_OUT or name.split(".")[-1].startswith("_"):
        return False
    return isinstance(thing, np.ufunc) or isinstance(thing, (types.FunctionType, types.BuiltinFunctionType)) or type(thing).__name__ == "_ArrayFunctionDispatcher"


def asks_for_warnings(run):
    """Whether a test passes with compiled code once NumPy's own function may warn beside it."""
    state.active, state.warns, state.until = True, True, time.monotonic() + SECONDS_OF_A_TEST
    try:
        run()
    except (Exception, pytest.fail.Exception, pytest.skip.Exception):
        return False
    finally:
        state.active = state.warns = False
    return True


class Plugin:
    def __init__(self, seconds):
        self.seconds, self.begin = seconds, time.monotonic()
        self.module = Module(np)
        self.modules = {np: self.module, np.linalg: self.module.linalg, np.fft: self.module.fft}
        self.modules |= {m: Module(m, f"polynomial.{m.__name__.split('.')[-1]}.") for m in POLYNOMIALS}
        self.by_function = {id(w._function): w for m in self.modules.values() for w in vars(m).values() if type(w) is Wrapper}

    def pytest_collection_finish(self, session):
        for module in {item.module for item in session.items}:
            for name, thing in list(vars(module).items()):
                if isinstance(thing, types.ModuleType) and thing in self.modules:
                    setattr(module, name, self.modules[thing])
                elif thing is np.random.Generator:
                    setattr(module, name, Stream)
                elif isinstance(thing, np.random.Generator):
                    setattr(module, name, Stream())
                elif id(thing) in self.by_function:
                    setattr(module, name, self.by_function[id(thing)])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item):
        if self.seconds and time.monotonic() - self.begin > self.seconds:
            item.runtest = lambda: None
            return
        counts.tests += 1
        state.active, state.until, state.used = True, time.monotonic() + SECONDS_OF_A_TEST, []
        run = item.runtest
        try:
            run()
        except pytest.xfail.Exception:  # one of pytest.fail's
            raise
        except (Exception, pytest.fail.Exception) as error:
            failure = error
        else:
            failure = None
        finally:
            state.active = False
        counts.touched += bool(state.used)
        if failure is not None:
            told = f"{type(failure).__name__}: {str(failure)[:200]}".replace("\n", " ")
            try:
                run()
            except (Exception, pytest.fail.Exception, pytest.skip.Exception):
                counts.plain_failures += 1
            else:
                if any(name.startswith("random.") for name in state.used) or asks_for_warnings(run):
                    counts.silent += 1
                else:
                    counts.failing.append(f"{item.nodeid}: {told} [{', '.join(sorted(set(state.used)))[:120]}]")
        item.runtest = lambda: None  # done


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("-k", default="", help="tests whose names match, as pytest has it")
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--examples", type=int, default=3, help="how many of each function's differences are printed")
    parser.add_argument("--list", action="store_true", help="tell each function's calls, and why some were refused")
    options = parser.parse_args()
    root = pathlib.Path(np.__file__).parent
    begin = time.monotonic()
    arguments = [str(root / f) for f in options.files] + ["-q", "-p", "no:cacheprovider", "--timeout", "120", "-W", "ignore", "--no-header", "--tb=no", "-c", "/dev/null", "--rootdir", str(root)]
    pytest.main(arguments + (["-k", options.k] if options.k else []), plugins=[Plugin(options.seconds)])
    for name, examples in sorted(counts.differ.items()):
        print(f"DIFFERENT {name}, {len(examples)} times:")
        for told in examples[: options.examples]:
            print(f"    {told}")
    for told in counts.failing:
        print(f"FAILS WITH THE WRAPPERS {told}")
    if options.list:
        for name in sorted(set(counts.compiled) | set(counts.refused)):
            print(f"  {name}: {counts.compiled[name]} compiled, {counts.refused[name]} refused")
        for reason, n in counts.reasons.most_common(150):
            print(f"  {n} × {reason[:200]}")
    called = set(counts.compiled) | set(counts.refused)
    print(f"{counts.tests} tests, {counts.touched} through compiled code; {len(called)} functions called, {len(set(counts.compiled))} compiled: "
          f"{sum(counts.compiled.values())} calls, {sum(counts.refused.values())} refused; {sum(map(len, counts.differ.values()))} results differ; "
          f"{len(counts.failing)} tests fail only with the wrappers, {counts.silent} more ask for a warning; {time.monotonic() - begin:.0f} s")
    return 1 if counts.differ or counts.failing else 0


if __name__ == "__main__":
    sys.exit(main())
