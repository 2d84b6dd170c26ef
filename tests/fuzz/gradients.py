"""Gradients of random programs against the complex step in CPython: `./dev fuzz grad [--seeds N] [--first K] [--seed K]`.

The reference runs the same text with complex numbers: comparisons look at real parts, the few functions without a complex
meaning (abs, max, sort, …) are continued from the real line. Every second program is differentiated by aic forward as
well, every eighth twice: forward over reverse against reverse over reverse, and against differences of the gradient.
Exit status 1: a difference, a crash, or less than 90 % of the tables used.
"""
import argparse
import ast
import cmath
import copy
import linecache
import math
import sys
import time
import warnings

import numpy as np
from differentiable import FEATURES, Program
from texts import function

STEP = 1e-30


class RealComparisons(ast.NodeTransformer):
    def visit_Compare(self, node):
        self.generic_visit(node)
        real = lambda e: ast.copy_location(ast.Call(ast.Name("__real", ast.Load()), [e], []), e)
        node.left, node.comparators = real(node.left), [real(c) for c in node.comparators]
        return node


def real(x):
    return x.real if isinstance(x, (complex, np.complexfloating, np.ndarray)) else x


def chosen(condition, x, y):
    return np.where(condition, x, y)[()]


class Mathematics:
    """math and numpy for complex numbers near the real line."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return getattr(cmath if self.module is math else np, name)

    def sqrt(self, x):
        return np.sqrt(np.asarray(x, complex))[()]

    def pow(self, x, y):
        return x**y

    def hypot(self, x, y):
        return np.sqrt(x * x + y * y)

    def maximum(self, x, y):
        return chosen(np.real(x) > np.real(y), x, y)

    def minimum(self, x, y):
        return chosen(np.real(x) < np.real(y), x, y)

    def clip(self, x, low, high):
        return self.minimum(self.maximum(x, low), high)

    def abs(self, x):
        return chosen(np.real(x) < 0, -x, x)

    def max(self, x, axis=None):
        return self.extreme(x, np.argmax(x.real, axis=axis), axis)

    def min(self, x, axis=None):
        return self.extreme(x, np.argmin(x.real, axis=axis), axis)

    def extreme(self, x, place, axis):
        return x.ravel()[place] if axis is None else np.take_along_axis(x, np.expand_dims(place, axis), axis).squeeze(axis)

    def sort(self, x):
        return x[np.argsort(x.real)]

    def zeros(self, shape):
        return np.zeros(shape, complex)

    def ones(self, shape):
        return np.ones(shape, complex)

    def full(self, shape, value):
        return np.full(shape, value, complex)

    @property
    def linalg(self):
        class Norms:
            @staticmethod
            def norm(v):
                return np.sqrt(np.sum(v * v))

        return Norms


def least(x, y):
    return x if real(x) <= real(y) else y


def largest(x, y):
    return y if real(y) > real(x) else x


def loaded(text, name, reference):
    tree = ast.parse(text)
    if reference:
        tree = ast.fix_missing_locations(RealComparisons().visit(tree))
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"__name__": "fuzz", "__real": real}
    if reference:
        space.update(abs=Mathematics(math).abs, max=largest, min=least, int=lambda x: int(real(x)))
    exec(compile(tree, name, "exec"), space)
    if reference:
        space["math"], space["np"] = Mathematics(math), Mathematics(np)
    return space["f"]


def as_complex(value):
    return value.astype(complex) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else complex(value) if isinstance(value, float) else copy.copy(value)


def complex_step(f, args, active):
    """(value, gradients) of f, which runs on complex numbers."""
    gradients, value = [], None
    for k in active:
        x = np.asarray(args[k])
        g = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            moved = [as_complex(a) for a in args]
            if x.shape:
                moved[k][index] += STEP * 1j
            else:
                moved[k] += STEP * 1j
            value = complex(f(*moved))
            g[index] = value.imag / STEP
        gradients.append(g)
    return value.real, gradients


def apart(got, want, rtol):
    got, want = np.asarray(got), np.asarray(want)
    return got.shape != want.shape or not np.allclose(got, want, rtol=rtol, atol=rtol * max(1.0, float(np.max(np.abs(want), initial=0.0))))


def dot(p, q):
    return sum(float(np.sum(np.asarray(u) * np.asarray(v))) for u, v in zip(p, q))


class Checker:
    def __init__(self, aic):
        self.aic = aic
        self.used, self.reasons = set(), {}
        self.agree = self.refused = self.passed_over = self.second = self.reversed_twice = self.forward = 0

    def slopes(self, text, gradient):
        return function(text, f"<slope {id(gradient)}>", "slope", gradient=gradient)

    def gradients(self, function, program, args):
        return self.aic.value_and_grad(function, argnums=program.active)(*copy.deepcopy(args))

    def one(self, seed, deep=True):
        """What is wrong with the derivatives of program `seed`, or None."""
        program = Program(seed)
        args = program.arguments()
        function = loaded(program.text, f"<gradient {seed}>", False)
        reference = loaded(program.text, f"<gradient reference {seed}>", True)
        try:
            with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
                warnings.simplefilter("error")
                function(*copy.deepcopy(args))
                value, want = complex_step(reference, args, program.active)
        except Exception:  # leaves the numbers, runs off an array: nothing to differentiate
            self.passed_over += 1
            return None
        if not np.isfinite(value) or max(float(np.max(np.abs(g), initial=0)) for g in want) > 1e6:
            self.passed_over += 1
            return None
        told = lambda what: f"seed {seed}: {what}\narguments {args!r}\n{program.text[program.text.index('def f('):]}"
        try:
            found = self.compare(function, program, args, value, want, deep)
        except (self.aic.CompileError, NotImplementedError) as e:
            reason = str(e).splitlines()[0]
            if "InternalError" in type(e).__name__:
                return told(f"{type(e).__name__}: {reason}")
            self.refused += 1
            self.reasons.setdefault(reason, []).append(seed)
            return None
        except Exception as e:
            return told(f"{type(e).__name__}: {e}")
        if found:
            return told(found)
        self.used |= program.used
        self.agree += 1
        return None

    def compare(self, function, program, args, value, want, deep):
        got, gradient = self.gradients(function, program, args)
        if apart(got, value, 1e-11):
            return f"the value is {got!r}, not {value!r}"
        for k, (g, w) in enumerate(zip(gradient, want)):
            if apart(g, w, 1e-9):
                return f"gradient {k} is {g!r}, not {w!r}"
        if deep and program.seed % 2 == 0:
            return self.deeper(function, program, args, want)
        return None

    def deeper(self, function, program, args, want):
        r = np.random.default_rng(program.seed + 1)
        tangents = tuple(r.uniform(-1, 1, np.shape(args[k])) if np.shape(args[k]) else float(r.uniform(-1, 1)) for k in program.active)
        fixed = args[len(program.active):]
        given = copy.deepcopy(tangents)
        pushed = self.aic.jvp(function, copy.deepcopy(args), given + tuple(np.zeros_like(a) if isinstance(a, np.ndarray) else 0 for a in fixed))[1]
        if any(not np.array_equal(t, g) for t, g in zip(tangents, given)):
            return f"forward mode wrote to the tangents: {given!r}, not {tangents!r}"
        if apart(pushed, dot(tangents, want), 1e-9):
            return f"forward mode gives {pushed!r}, not {dot(tangents, want)!r}"
        self.forward += 1
        if program.seed % 8:
            return None
        return self.twice(function, program, args, tangents)

    def twice(self, function, program, args, tangents):
        """The gradient's change along the tangents: forward over reverse, reverse over reverse, and differences where these are steady."""
        whole = copy.deepcopy(tangents) + tuple(np.zeros_like(a) if isinstance(a, np.ndarray) else 0 for a in args[len(tangents):])
        names = [f"t{k}" for k in program.active]
        text = f"def slope({program.parameters}, {', '.join(names)}):\n    g = gradient({program.parameters})\n    return " + \
            " + ".join(f"np.sum(g[{k}] * {t})" for k, t in enumerate(names))
        slope = self.slopes(text, self.aic.grad(function, argnums=program.active))
        try:
            again = self.aic.grad(slope, argnums=program.active)(*copy.deepcopy(args), *tangents)
            self.reversed_twice += 1
        except self.aic.NotDifferentiable:
            again = ()
        product = self.aic.hvp(function, copy.deepcopy(args), whole)[: len(tangents)]
        for k, (g, h) in enumerate(zip(product, again)):
            if apart(g, h, 1e-9):
                return f"second derivative {k} along {tangents!r} is {g!r} forward over reverse, {h!r} reverse over reverse"

        def gradient_at(h):
            moved = tuple(a + h * t for a, t in zip(args, tangents)) + args[len(tangents):]
            return self.gradients(function, program, moved)[1]

        slopes = [[(np.asarray(p) - np.asarray(q)) / (2 * h) for p, q in zip(gradient_at(h), gradient_at(-h))] for h in (1e-4, 5e-5)]
        for k, (g, rough, fine) in enumerate(zip(product, *slopes)):
            better = (4 * fine - rough) / 3
            steady = np.max(np.abs(fine - rough), initial=0.0) <= 1e-4 * max(1.0, float(np.max(np.abs(fine), initial=0.0)))
            if steady and apart(g, better, 1e-5):
                return f"second derivative {k} along {tangents!r} is {g!r}, not {better!r}"
        self.second += 1
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--shallow", action="store_true", help="gradients only")
    options = parser.parse_args()
    import aic
    checker = Checker(aic)
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.seeds)
    failures, begin = 0, time.monotonic()
    for seed in seeds:
        found = checker.one(seed, not options.shallow)
        if found:
            failures += 1
            print(found, flush=True)
        if options.seconds and time.monotonic() - begin > options.seconds:
            break
    share = len(checker.used & set(FEATURES)) / len(FEATURES)
    print(f"{checker.agree} programs agree ({checker.forward} forward as well, {checker.second} twice, {checker.reversed_twice} of these reverse over reverse), {checker.refused} refused, "
          f"{failures} differ, {checker.passed_over} passed over; {100 * share:.0f} % of the tables used")
    for reason, where in sorted(checker.reasons.items(), key=lambda r: -len(r[1]))[:16]:
        print(f"  {len(where):5d} {reason} (seed {where[0]})")
    if options.seed is None and len(seeds) >= 300 and share < 0.9:
        sys.exit("unused: " + ", ".join(sorted(set(FEATURES) - checker.used)))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
