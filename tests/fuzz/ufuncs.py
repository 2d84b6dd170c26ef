"""Every ufunc of NumPy on every pair of dtypes against NumPy: `./dev fuzz ufunc [--only add …] [--pairs N] [--forms array strided …]`.

The operands are all pairs of a dtype's special values (both zeros, infinities, nan, subnormals, least and greatest integers, counts of
shifts that are negative or too large) and random ones of several ranges; forms are arrays, strided arrays, NumPy's scalars, an array with
a scalar, and Python's numbers, whose dtype is weak. Dtypes must agree, values bit for bit; where an inexact operation differs, its error
from the exact value (exact.py) must be at most 2 ulp, or at most NumPy's own and 1 ulp. What NumPy refuses must be refused. Then, of each
ufunc on each dtype, out=, where=, dtype=, reduce, accumulate, reduceat, outer and at. Exit status 1: a difference, or one missing.
"""
import argparse
import collections
import itertools
import sys
import time
import warnings

import numpy as np
import texts

import aic

DTYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()
WEAK = {"bool": [True, False], "int": [0, 1, 2, -1, -7, 100, 300, -40000, 2**31, 2**62], "float": [0.0, -0.0, 1.5, -2.0, 1e300, float("nan"), float("inf")],
        "complex": [0j, 1 + 2j, -1.5 - 0.5j]}
UFUNCS = sorted({f.__name__: f for f in vars(np).values() if isinstance(f, np.ufunc)}.items())
INEXACT = set("""exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sqrt cbrt hypot arctan2
logaddexp logaddexp2 power float_power deg2rad rad2deg radians degrees absolute square reciprocal multiply divide sign""".split())  # of floats or of complex numbers
PRODUCTS = {"matmul": ((3, 4), (4, 5)), "matvec": ((2, 3, 4), (4,)), "vecmat": ((4,), (4, 3)), "vecdot": ((3, 4), (4,))}


# ---- operands ----
def special(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind in "iu":
        low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
        some = {low, low + 1, -64, -9, -7, -2, -1, 0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 64, 100, high // 2, high - 1, high}
        return np.array(sorted(k for k in some if low <= k <= high), dtype)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        some = [0.0, 1.0, 0.5, 1.5, 2.0, 2.5, 3.0, 7.0, 100.0, np.pi, info.max, info.smallest_normal, info.smallest_subnormal, info.eps, np.inf]
        some = np.array(some).astype(dtype)
        return np.concatenate([some, -some, [np.nan]]).astype(dtype)
    part = np.array([0.0, -0.0, 1.0, -1.0, 2.5, -0.5, 1e-10, 1e10, np.inf, -np.inf, np.nan]).astype(dtype.char.lower() if dtype == "c16" else "f4")
    real, imag = (side.ravel() for side in np.meshgrid(part, part))
    z = np.empty(len(real), dtype)
    z.real, z.imag = real, imag
    return z


def random(dtype, n, rng):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(n) < 0.5
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        wide = rng.integers(info.min, info.max, n, dtype=dtype, endpoint=True)
        small = rng.integers(max(info.min, -20), 21, n).astype(dtype)
        return np.where(rng.random(n) < 0.5, wide, small)
    if dtype.kind == "f":
        top = min(float(np.finfo(dtype).maxexp), 300.0) * 0.9
        wide = np.exp2(rng.uniform(-top, top, n)) * rng.choice([-1, 1], n)
        near = rng.choice([1.0, 3.0, 20.0, 700.0], n) * rng.uniform(-1, 1, n)
        return np.where(rng.random(n) < 0.3, wide, near).astype(dtype)
    z = np.empty(n, dtype)
    z.real, z.imag = (rng.choice([1e-3, 1.0, 3.0, 30.0], n) * rng.uniform(-1, 1, n) for _ in range(2))
    return z


def pairs_of(left, right, rng):
    """All pairs of special values (of complex dtypes some), then random ones; an odd number of them."""
    a, b = special(left), special(right)
    x, y = (side.ravel() for side in np.meshgrid(a, b))
    if len(x) > 1200:
        kept = rng.choice(len(x), 1200, replace=False)
        x, y = x[kept], y[kept]
    n = 201 - len(x) % 2
    return np.concatenate([x, random(left, n, rng)]), np.concatenate([y, random(right, n, rng)])


def product_operands(name, left, right, rng):
    def filled(shape, dtype):
        if dtype == "b1":
            return rng.random(shape) < 0.5
        return rng.integers(0 if dtype[0] == "u" else -4, 5, shape).astype(dtype) * (1 + (1j if dtype[0] == "c" else 0)) // 1 if dtype[0] != "c" else (
            rng.integers(-4, 5, shape) + 1j * rng.integers(-4, 5, shape)).astype(dtype)

    shapes = PRODUCTS[name]
    return filled(shapes[0], left).astype(left), filled(shapes[1], right).astype(right)


# ---- comparing ----
def alike(a, b):
    """The same bits, all nans alike: element by element."""
    if a.dtype.kind == "c":
        return alike(a.real, b.real) & alike(a.imag, b.imag)
    if a.dtype.kind != "f":
        return a == b
    with np.errstate(all="ignore"):
        return (a == b) & (np.signbit(a) == np.signbit(b)) | np.isnan(a) & np.isnan(b)


# ---- programs ----
counter = itertools.count()


def function(body, arguments):
    name = f"<ufunc {next(counter)}>"
    text = f"def f({arguments}):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    return texts.function(text, name)


def outcome(f, arguments):
    return texts.outcome(f, arguments)[1]


def flat(value):
    return [x for part in value for x in flat(part)] if isinstance(value, (tuple, list)) else [value]


def copied(arguments):
    return tuple(x.copy() if isinstance(x, np.ndarray) else x for x in arguments)


def loop_operands(ufunc, arguments, results):
    """What the loop of NumPy computes on: the operands, cast."""
    arguments = arguments[: ufunc.nin]
    given = [x.dtype if isinstance(x, (np.ndarray, np.generic)) else np.dtype(bool) if type(x) is bool else type(x) for x in arguments]
    try:
        dtypes = ufunc.resolve_dtypes((*given, *[None] * ufunc.nout))
    except (TypeError, ValueError):
        return None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [np.broadcast_to(np.asarray(x).astype(d), results.shape).ravel() for x, d in zip(arguments, dtypes)]


class Sweep:
    def __init__(self, options):
        self.options, self.rng = options, np.random.default_rng(options.first)
        self.counts, self.missing, self.wrong = collections.Counter(), {}, []
        self.worst, self.eps = {}, 0.0

    def differs(self, label, told):
        self.counts["DIFFERENT"] += 1
        self.wrong.append(label)
        print(f"DIFFERENT {label}: {told}", flush=True)

    def misses(self, label, error):
        self.counts["missing"] += 1
        self.missing.setdefault(str(error).splitlines()[0], []).append(label)

    # ---- one comparison ----
    def compare(self, label, ufunc, arguments, got, want, loose=0):
        """One result of an operation, an array or a scalar."""
        if isinstance(got, Exception):
            return self.differs(label, f"NumPy gives a value, aic raises {got!r}")
        if type(got) is not type(want) or np.asarray(got).dtype != np.asarray(want).dtype or np.shape(got) != np.shape(want):
            return self.differs(label, f"NumPy {np.asarray(want).dtype}{np.shape(want)} {type(want).__name__}, aic {np.asarray(got).dtype}{np.shape(got)} {type(got).__name__}")
        g, w = np.asarray(got).ravel(), np.asarray(want).ravel()
        apart = ~alike(g, w)
        if ufunc.__name__ in ("fmax", "fmin"):  # which of two zeros comes out differs among NumPy's loops
            apart &= (g != 0) | (w != 0)
        if not apart.any():
            self.counts["same bits"] += 1
            return None
        inexact = w.dtype.kind in "fc" and (ufunc.__name__ in INEXACT or loose)
        if loose and inexact:
            with np.errstate(all="ignore"):
                near = np.abs(g - w) <= loose * max(np.finfo(w.dtype).eps, self.eps) * np.maximum(np.abs(w), np.finfo(w.dtype).smallest_normal)
            if np.all(near | ~apart):
                self.counts["<= 2 ulp"] += 1
                return None
        operands = loop_operands(ufunc, arguments, np.asarray(want)) if inexact and not loose else None
        if operands is None or ufunc.__name__ not in INEXACT:
            k = np.flatnonzero(apart)
            return self.differs(label, f"{len(k)} of {len(g)}: " + "; ".join(self.at(arguments, want, j, g, w) for j in k[:5]))
        bad = []
        from exact import distances
        for ours, theirs, k in distances(ufunc.__name__, operands, g, w, np.flatnonzero(apart), self.options.points):
            if ours is None:
                bad.append((k, ""))
            elif ours > 2 and not (theirs is not None and ours <= theirs + 1):
                bad.append((k, f" ({float(ours):.3g} ulp, NumPy {float(theirs):.3g})"))
            elif ours > self.worst.get((ufunc.__name__, w.dtype.name), 0):
                self.worst[ufunc.__name__, w.dtype.name] = ours
        bad = [(k, told) for k, told in bad if not self.alone(ufunc, operands, k, g)]
        if bad:
            return self.differs(label, f"{len(bad)} of {len(g)}: " + "; ".join(self.at(arguments, want, k, g, w) + told for k, told in bad[:5]))
        self.counts["<= 2 ulp"] += 1
        return None

    @staticmethod
    def alone(ufunc, operands, k, g):
        """Whether NumPy gives this for the element alone: its vector loops multiply complex numbers with fused operations."""
        with np.errstate(all="ignore"):
            return bool(alike(g[k : k + 1], np.asarray(ufunc(*(x[k] for x in operands))).reshape(1).astype(g.dtype))[0])

    @staticmethod
    def at(arguments, want, k, g, w):
        def one(x):
            try:
                return repr(np.broadcast_to(np.asarray(x), np.shape(want)).ravel()[k].item())
            except ValueError:
                return "…"
        return f"({', '.join(one(x) for x in arguments)}): aic {g[k].item()!r}, NumPy {w[k].item()!r}"

    # ---- many operations in one function ----
    def run(self, tag, operations, arguments, parameters, loose=0, operands=None):
        """`operations`: (name, ufunc, expression). What NumPy refuses alone, what it computes in one function."""
        accepted = []
        for name, ufunc, expression in operations:
            label = f"{name}({tag})" if tag else name
            plain = function(f"return {expression}", parameters)
            want = outcome(plain, copied(arguments))
            self.counts["checked"] += 1
            if isinstance(want, Exception):
                self.refuses(label, plain, want, arguments)
            elif any(np.asarray(x).dtype.char in "gGOmM" for x in flat(want)):
                self.refuses(label, plain, TypeError("of long doubles"), arguments)
            else:
                accepted.append((label, ufunc, expression, want))
        self.together(accepted, arguments, parameters, loose, operands)

    def refuses(self, label, plain, want, arguments):
        got = outcome(aic.jit(plain), copied(arguments))
        if isinstance(got, aic.CompileError) and type(got).__name__ != "InternalError" or type(got) is type(want) and str(got) == str(want):
            self.counts["refused as by NumPy"] += 1
        elif isinstance(got, Exception) and isinstance(want, type(got)):  # TypeError for its class UFuncTypeError
            self.counts["refused as by NumPy"] += 1
            self.counts["(with another message)"] += 1
        else:
            self.differs(label, f"NumPy raises {want!r}, aic {'raises' if isinstance(got, Exception) else 'gives'} {got!r}"[:500])

    def together(self, accepted, arguments, parameters, loose, operands):
        if not accepted:
            return
        body = "return (" + ", ".join(expression for _, _, expression, _ in accepted) + ",)"
        given = copied(arguments)
        got = outcome(aic.jit(function(body, parameters)), given)
        if isinstance(got, Exception):
            if len(accepted) == 1:
                label, _, _, _ = accepted[0]
                if isinstance(got, aic.CompileError) and type(got).__name__ != "InternalError":
                    self.misses(label, got)
                else:
                    self.differs(label, f"NumPy gives a value, aic raises {got!r}")
                return
            half = len(accepted) // 2
            self.together(accepted[:half], arguments, parameters, loose, operands)
            self.together(accepted[half:], arguments, parameters, loose, operands)
            return
        for (label, ufunc, _, want), ours in zip(accepted, got, strict=True):
            ours, want = flat(ours), flat(want)
            if len(ours) != len(want):
                self.differs(label, f"{len(ours)} results, NumPy {len(want)}")
                continue
            before = self.counts["DIFFERENT"]
            for g, w in zip(ours, want):
                if self.counts["DIFFERENT"] == before:
                    self.compare(label, ufunc, operands or arguments, g, w, loose)

    # ---- what is swept ----
    def chosen(self, nin):
        only = self.options.only
        return [(n, f) for n, f in UFUNCS if f.nin == nin and n not in PRODUCTS and n != "isnat" and (not only or n in only)]

    def unary(self, dtype):
        x = np.concatenate([special(dtype), random(dtype, 301, self.rng)])
        operations = [(n, f, f"np.{n}(x)") for n, f in self.chosen(1)]
        for form in self.options.forms:
            if form == "array":
                self.run(dtype, operations, (x,), "x")
            elif form == "strided":
                self.run(f"strided {dtype}", [(n, f, f"np.{n}(x[::2])") for n, f in self.chosen(1)], (np.repeat(x, 2),), "x", operands=(x,))
            elif form == "scalar":
                for k in self.rng.choice(len(x), self.options.scalars, replace=False):
                    self.run(f"scalar {dtype}", operations, (x[k],), "x")

    def binary(self, left, right):
        x, y = pairs_of(left, right, self.rng)
        tag = f"{left}, {right}"
        operations = [(n, f, f"np.{n}(x, y)") for n, f in self.chosen(2) if n != "power"]
        powers = [(n, f, f"np.{n}(x, y)") for n, f in self.chosen(2) if n == "power"]
        allowed = np.result_type(x, y).kind not in "iub"
        whole = np.ones(len(y), bool) if allowed or y.dtype.kind == "b" else y >= 0
        for form in self.options.forms:
            if form == "array":
                self.run(tag, operations, (x, y), "x, y")
                self.run(tag, powers, (x[whole], y[whole]), "x, y")
                if not whole.all():
                    self.run(f"{tag} < 0", powers, (x, y), "x, y")
            elif form == "strided":
                strided = lambda old: [(n, f, e.replace("x, y", "x[::2], y[::-1]")) for n, f, e in old]  # noqa: E731
                self.run(f"strided {tag}", strided(operations), (np.repeat(x, 2), y[::-1].copy()), "x, y", operands=(x, y))
                self.run(f"strided {tag}", strided(powers), (np.repeat(x[whole], 2), y[whole][::-1].copy()), "x, y", operands=(x[whole], y[whole]))
            elif form == "scalar":
                for k in self.rng.choice(np.flatnonzero(whole), self.options.scalars, replace=False):
                    self.run(f"scalars {tag}", operations + powers, (x[k], y[k]), "x, y")
            elif form == "mixed":
                k = self.rng.choice(np.flatnonzero(whole))
                self.run(f"array {left}, scalar {right}", operations + powers, (x, y[k]), "x, y")
                self.run(f"scalar {left}, array {right}", operations + powers, (x[k], y[whole]), "x, y")
        if "array" in self.options.forms:
            for name in PRODUCTS:
                if not self.options.only or name in self.options.only:
                    self.run(tag, [(name, getattr(np, name), f"np.{name}(x, y)")], product_operands(name, left, right, self.rng), "x, y", 8)

    def weak(self, dtype, kind):
        x = np.concatenate([special(dtype), random(dtype, 51, self.rng)])
        for value in WEAK[kind]:
            for tag, arguments in ((f"{dtype}, {value!r}", (x, value)), (f"{value!r}, {dtype}", (value, x)), (f"scalar {dtype}, {value!r}", (x[len(x) // 2], value))):
                operations = [(n, f, f"np.{n}(x, y)") for n, f in self.chosen(2)]
                self.run(tag, operations, arguments, "x, y")

    def methods(self, dtype):
        """out=, where=, dtype= and the methods, on this dtype with itself."""
        rng = self.rng
        x, y = (random(dtype, 60, rng).reshape(5, 12) for _ in range(2))
        if x.dtype.kind in "iu":
            y = np.abs(y) % 9 if dtype[0] == "i" else y % 9
            y = y.astype(dtype)
        m = rng.random((5, 12)) < 0.6
        index = np.array([0, 3, 3, 1, -1])
        for name, ufunc in self.chosen(1):
            try:
                result = ufunc.resolve_dtypes((x.dtype, *[None] * ufunc.nout))[1:]
            except TypeError:
                continue
            if any(d.char in "gGOmM" for d in result):
                continue
            self.eps = np.finfo(result[0]).eps if result[0].kind in "fc" else 0.0
            given = (x, m, rng.integers(0, 2, (5, 12)).astype(result[0]), index)
            outs = "o" if ufunc.nout == 1 else None
            if outs:
                wide = np.zeros((5, 12), "c16" if result[0].kind == "c" else "f8" if result[0].kind != "b" else "i4")
                self.run(f"out, {dtype}", [(name, ufunc, f"(np.{name}(x, out=o), o)")], given, "x, m, o, i")
                self.run(f"where and out, {dtype}", [(name, ufunc, f"(np.{name}(x, out=o, where=m), o)")], given, "x, m, o, i")
                cancels = name == "log1p" and wide.dtype.kind == "c"  # NumPy's: it is judged by the exact value only
                if not cancels:
                    self.run(f"wide out, {dtype}", [(name, ufunc, f"(np.{name}(x, out=o), o)")], (x, m, wide, index), "x, m, o, i", 6)
                if result[0] == x.dtype and not cancels:
                    self.method(name, ufunc, f"at, {dtype}", "o", "np.{0}.at(o, i)", (x, m, x[0].copy(), index))
                if x.dtype.kind in "iuf" and result[0].kind == "f":
                    self.run(f"dtype, {dtype}", [(name, ufunc, f"np.{name}(x, dtype=np.float64)")], given, "x, m, o, i", 6)
        for name, ufunc in self.chosen(2):
            try:
                result = ufunc.resolve_dtypes((x.dtype, x.dtype, *[None] * ufunc.nout))[2:]
            except TypeError:
                continue
            if ufunc.nout == 2 or result[0].char in "gGOmM":
                continue
            self.eps = np.finfo(result[0]).eps if result[0].kind in "fc" else 0.0
            o = rng.integers(0, 2, (5, 12)).astype(result[0])
            wide = np.zeros((5, 12), "c16" if result[0].kind == "c" else "f8" if result[0].kind != "b" else "i4")
            given = (x, y, m, o, index)
            parameters = "x, y, m, o, i"
            loose = 6 if name in INEXACT else 0
            each = [("out", f"(np.{name}(x, y, out=o), o)", given), ("where and out", f"(np.{name}(x, y, out=o, where=m), o)", given),
                    ("wide out", f"(np.{name}(x, y, out=o), o)", (x, y, m, wide, index)), ("dtype", f"np.{name}(x, y, dtype=np.float64)", given),
                    ("outer", f"np.{name}.outer(x[0], y)", given)]
            for what, expression, arguments in each:
                if what == "outer" and not (name == "power" and x.dtype.kind in "iu"):
                    self.run(f"{what}, {dtype}", [(name, ufunc, expression)], arguments, parameters, operands=(x[0][:, None, None], y))
                elif what != "outer":
                    self.run(f"{what}, {dtype}", [(name, ufunc, expression)], arguments, parameters, 0 if "out" in what and "wide" not in what else loose)
            source = given
            if name in ("power", "float_power"):  # tame: a power of a power of … is no measure
                tame = (np.abs(y.astype("c16")) % 3 + 0.5).astype(dtype) if x.dtype.kind in "fc" else y % 3 if x.dtype.kind != "b" else y
                source = (tame, y, m, o, index)
            elif name in ("add", "subtract", "multiply", "divide") and x.dtype.kind == "f":
                source = ((np.abs(x.astype("f8")) % 3 + 1).astype(dtype), y, m, o, index)
            if name == "arctan2" or name in ("power", "float_power") and x.dtype.kind in "fc":
                continue  # what is an ulp off in one round may be anything after the next; int16 NumPy 2.4 reduces otherwise than by hand
            if name == "ldexp" and dtype in ("i2", "u2", "i4"):
                continue  # np.ldexp.reduce of four ones gives 2 in C's order and 8 in Fortran's
            for what, expression in (("reduce", "reduce(x)"), ("reduce of axis 1", "reduce(x, axis=1)"), ("reduce, kept", "reduce(x, axis=-1, keepdims=True)"),
                                     ("reduce of all", "reduce(x, axis=None)"), ("reduce of a row", "reduce(x[1])"), ("accumulate", "accumulate(x, axis=1)"), ("accumulate", "accumulate(x)"),
                                     ("reduceat", "reduceat(x, [0, 2, 1, 4], axis=0)"), ("reduce with initial", "reduce(x, axis=0, initial=x[2, 1])"),
                                     ("reduce where", "reduce(x, axis=0, initial=x[2, 1], where=m)")):
                self.run(f"{what}, {dtype}", [(name, ufunc, f"np.{name}.{expression}")], source, parameters, 200 if name in ("add", "subtract", "multiply", "divide") or name in INEXACT else 0)
            if result[0] == x.dtype:
                self.method(name, ufunc, f"at, {dtype}", "o", "np.{0}.at(o, i, y[0, :5])", (x, y, m, x[0].copy(), index), parameters)
                self.method(name, ufunc, f"at of rows, {dtype}", "o", "np.{0}.at(o, i, y[0])", (x, y, m, x.copy(), index), parameters)

    def method(self, name, ufunc, tag, result, text, arguments, parameters="x, m, o, i"):
        """A statement that changes `o`."""
        plain = function(text.format(name) + f"\nreturn {result}", parameters)
        label = f"{name}({tag})"
        want = outcome(plain, copied(arguments))
        self.counts["checked"] += 1
        if isinstance(want, Exception):
            return self.refuses(label, plain, want, arguments)
        got = outcome(aic.jit(plain), copied(arguments))
        if isinstance(got, aic.CompileError) and type(got).__name__ != "InternalError":
            return self.misses(label, got)
        return self.compare(label, ufunc, arguments, got, want, 6 if want.dtype.kind in "fc" and name in INEXACT else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="these ufuncs")
    parser.add_argument("--dtypes", nargs="*", default=DTYPES)
    parser.add_argument("--pairs", type=int, help="so many pairs of dtypes, drawn")
    parser.add_argument("--forms", nargs="*", default=["array", "strided", "scalar", "mixed"])
    parser.add_argument("--parts", nargs="*", default=["unary", "binary", "weak", "methods"])
    parser.add_argument("--points", type=int, default=40, help="of each result that are compared with the exact value")
    parser.add_argument("--scalars", type=int, default=2, help="pairs of scalars for each pair of dtypes")
    parser.add_argument("--first", type=int, default=0, help="the seed")
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    sweep, begin = Sweep(options), time.monotonic()
    pairs = list(itertools.product(options.dtypes, options.dtypes))
    if options.pairs:
        pairs = [pairs[k] for k in sweep.rng.choice(len(pairs), options.pairs, replace=False)]
    work = [(sweep.unary, d) for d in options.dtypes if "unary" in options.parts]
    work += [(sweep.binary, *p) for p in pairs if "binary" in options.parts]
    work += [(sweep.weak, d, k) for d in options.dtypes for k in WEAK if "weak" in options.parts]
    work += [(sweep.methods, d) for d in options.dtypes if "methods" in options.parts]
    done = 0
    for step, *arguments in work:
        step(*arguments)
        done += 1
        if options.seconds and time.monotonic() - begin > options.seconds:
            break
    for reason, labels in sorted(sweep.missing.items()):
        print(f"missing: {reason}: {len(labels)}: {', '.join(labels[:8])}")
    if sweep.worst:
        print("worst, in ulp: " + ", ".join(f"{n} {d} {float(e):.2f}" for (n, d), e in sorted(sweep.worst.items()) if e > 1))
    print(f"{done} of {len(work)} parts, {time.monotonic() - begin:.0f} s: " + ", ".join(f"{n} {k}" for k, n in sweep.counts.items()))
    return 1 if sweep.counts["DIFFERENT"] or sweep.counts["missing"] else 0


if __name__ == "__main__":
    sys.exit(main())
