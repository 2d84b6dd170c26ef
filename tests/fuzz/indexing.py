"""Random index expressions against NumPy, reading, writing and adding in place: `./dev fuzz index [--seeds N] [--first K] [--seed K]`.

A seed is an expression of ints, slices, None, Ellipsis, masks and index arrays, as literals and as arguments, some out of range, on
arrays of all layouts, and is run on several sets of arguments. Values, dtypes, shapes, what is left in the arguments, whether the result
shows the argument's memory, and exceptions with their messages must agree. What the compiler refuses is counted: where NumPy raises
whatever the values are, it may. Exit status 1: a difference.
"""
import argparse
import sys
import time
import warnings

import numpy as np
from texts import copied, function, outcome

DTYPES = ("f8", "f8", "i8", "i4", "f4", "c16", "b1", "u1")


class Seed:
    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.rank = int(self.random.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4]))
        self.dtype = str(self.random.choice(DTYPES))
        self.layout = int(self.random.integers(6))
        self.kind = str(self.random.choice(["get", "get", "get", "set", "set", "add"]))
        self.makers = []  # of the arguments after the array: functions of its shape
        self.broken = self.chance(8)  # places may be out of range, shapes may differ
        self.items = self.expression()
        text = ", ".join(self.items) + ("," if len(self.items) == 1 and self.chance(20) else "") if self.items else "()"
        self.text = self.program(text)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def pick(self, *choices):
        return choices[int(self.random.integers(len(choices)))]

    def argument(self, maker):
        self.makers.append(maker)
        return f"x{len(self.makers) - 1}"

    # ---- expressions ----
    def expression(self):
        items, axis, dots = [], 0, False
        advanced_shape = (self.pick((3,), (2,), (1,), (2, 3), (0,), ()))
        arrays = self.chance(35)
        while axis < self.rank and not (items and self.chance(15)):
            k = int(self.random.integers(100))
            if k < 8:
                items.append(self.pick("None", "np.newaxis"))
                continue
            if k < 16 and not dots:
                items.append("...")
                dots = True
                axis = max(axis, self.rank - int(self.random.integers(0, self.rank - axis + 1)))
                continue
            if arrays and k < 45:
                items.append(self.places(axis, advanced_shape, dots))
            elif arrays and k < 60 and self.rank - axis >= 1:
                ranks = int(self.random.integers(1, min(3, self.rank - axis + 1)))
                items.append(self.mask(axis, ranks, dots))
                axis += ranks
                continue
            elif k < 65:
                items.append(self.place(axis, dots))
            else:
                items.append(self.slice())
            axis += 1
        return items

    def axis_of(self, axis, dots):
        """The extent of the axis that an item meets; behind an Ellipsis it is not known here: the smallest."""
        return (lambda shape: min(shape)) if dots else (lambda shape: shape[axis])

    def place(self, axis, dots):
        extent = self.axis_of(axis, dots)
        if self.chance(40):
            return str(self.pick(0, 0, 1, -1, -1, 2, -2))
        random, broken = self.random, self.broken

        def made(shape):
            n = extent(shape)
            low, high = (-n - 1, n + 1) if broken else (-n, n)
            value = int(random.integers(low, max(high, low + 1)))
            return np.int32(value) if broken and value % 3 == 0 else value

        return self.argument(made)

    def slice(self):
        def bound():
            k = int(self.random.integers(100))
            if k < 40:
                return ""
            if k < 75:
                return str(int(self.random.integers(-5, 6)))
            random = self.random
            return self.argument(lambda shape: int(random.integers(-6, 7)))

        step = self.pick("", "", "", ":1", ":2", ":-1", ":-2", ":3")
        if self.chance(8):
            random = self.random
            step = ":" + self.argument(lambda shape: int(random.choice([-3, -2, -1, 1, 2, 3])))
        return f"{bound()}:{bound()}{step}"

    def places(self, axis, shape, dots):
        extent, random, broken = self.axis_of(axis, dots), self.random, self.broken
        if self.chance(15) and len(shape) == 1 and shape != (0,):
            return "[" + ", ".join(str(self.pick(0, -1, 1, 0)) for _ in range(shape[0])) + "]"
        ours = shape if self.chance(70) else self.pick((1,), shape[-1:], ())
        dtype = self.pick(np.int64, np.int64, np.int32, np.uint8)
        strided = self.chance(20)

        def made(of):
            n = extent(of)
            low = 0 if dtype is np.uint8 else -n
            high = n + 1 if broken else n
            values = np.array(random.integers(low, max(high, low + 1), ours)).astype(dtype)
            if n == 0 and not broken:
                values = values[:0] if values.ndim else values
            return np.repeat(values, 2, axis=0)[::2] if strided and values.ndim else values

        return self.argument(made)

    def mask(self, axis, ranks, dots):
        random, broken = self.random, self.broken
        share = self.pick(0, 30, 50, 100)

        def made(shape):
            extents = tuple(min(shape) for _ in range(ranks)) if dots else shape[axis : axis + ranks]
            if broken:
                extents = tuple(n + int(random.integers(0, 2)) for n in extents)
            return random.random(extents) * 100 < share

        return self.argument(made)

    # ---- programs ----
    def program(self, index):
        names = "".join(f", x{k}" for k in range(len(self.makers)))
        if self.kind == "get":
            return f"def f(a, v{names}):\n    return a[{index}]\n"
        value = self.pick("v", "v", "v", "2", "a", f"a[{index}]", "v[::-1]" if self.value_rank() else "v")
        if self.kind == "set":
            return f"def f(a, v{names}):\n    a[{index}] = {value}\n    return a\n"
        return f"def f(a, v{names}):\n    a[{index}] {self.pick('+=', '*=')} {value}\n    return a\n"

    def value_rank(self):
        if not hasattr(self, "ranks"):
            self.ranks = int(self.random.choice([0, 0, 1, 1, 2]))
        return self.ranks

    # ---- arguments ----
    def arguments(self):
        shape = tuple(int(n) for n in self.random.choice([0, 1, 2, 3, 3, 4, 5], self.rank))
        a = self.laid_out(self.filled(shape))
        others = [made(shape) for made in self.makers]
        value = np.array(self.filled(()))
        if self.value_rank():
            rank = self.value_rank()
            value = self.filled(tuple(int(n) for n in self.random.choice([1, 1, 2, 3], rank)))
        fitting = None
        if self.chance(70):  # of the shape that is asked for
            names = {"np": np, "a": a} | {f"x{k}": x for k, x in enumerate(others)}
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    fitting = np.asarray(eval(f"a[{', '.join(self.items) + ',' if self.items else '()'}]", names))
            except Exception:
                fitting = None
        if fitting is not None and fitting.ndim >= self.value_rank():
            wanted = fitting.shape[fitting.ndim - self.value_rank() :]
            value = self.filled(wanted)
        return (a, value if self.value_rank() else value[()], *others)

    def filled(self, shape):
        if self.dtype == "b1":
            return np.array(self.random.random(shape) < 0.5)
        return np.array(self.random.integers(0, 50, shape)).astype(self.dtype)

    def laid_out(self, a):
        if self.layout == 1:
            return np.asfortranarray(a)
        if self.layout == 2 and a.ndim:
            return np.repeat(a, 2, axis=-1)[..., ::2]
        if self.layout == 3 and a.ndim:
            return a[::-1].copy()[::-1]
        if self.layout == 4 and a.ndim > 1:
            return a.transpose((*range(1, a.ndim), 0)).copy().transpose((a.ndim - 1, *range(a.ndim - 1)))
        if self.layout == 5 and a.ndim:
            wide = np.zeros(tuple(n + 2 for n in a.shape), a.dtype)
            wide[tuple(slice(1, -1) for _ in a.shape)] = a
            return wide[tuple(slice(1, -1) for _ in a.shape)]
        return a


def same(x, y):
    if type(x) is not type(y) or np.asarray(x).dtype != np.asarray(y).dtype or np.shape(x) != np.shape(y):
        return False
    return bool(np.array_equal(x, y))


class Checker:
    def __init__(self, aic):
        self.aic, self.refused, self.raised, self.runs, self.reasons = aic, 0, 0, 0, {}

    def one(self, number, several):
        seed = Seed(number)
        f = function(seed.text, f"<index {number}>")
        compiled = self.aic.jit(f)
        for _ in range(several):
            arguments = seed.arguments()
            want_arguments, got_arguments = copied(arguments), copied(arguments)
            want, got = outcome(f, want_arguments), outcome(compiled, got_arguments)
            self.runs += 1
            told = f"seed {number}: {seed.text}  with {arguments!r}\n"
            if got[0] == "error" and isinstance(got[1], self.aic.InternalError if hasattr(self.aic, "InternalError") else ()):
                return told + f"  internal error: {got[1]}"
            if got[0] == "error" and isinstance(got[1], self.aic.CompileError):
                self.refused += 1
                reason = str(got[1]).splitlines()[0]
                key = reason if want[0] == "value" else f"(NumPy raises) {reason}"
                self.reasons.setdefault(key, number)
                return None
            if want[0] == "error":
                self.raised += 1
                if got[0] != "error" or type(got[1]) is not type(want[1]) or str(got[1]) != str(want[1]):
                    return told + f"  NumPy raises {want[1]!r}, aic {'raises ' + repr(got[1]) if got[0] == 'error' else 'gives ' + repr(got[1])}"
            elif got[0] == "error":
                return told + f"  NumPy gives {want[1]!r}, aic raises {got[1]!r}"
            elif not same(want[1], got[1]):
                return told + f"  NumPy gives {want[1]!r}, aic {got[1]!r}"
            elif seed.kind == "get" and isinstance(want[1], np.ndarray) and want[1].size and np.shares_memory(want[1], want_arguments[0]) != np.shares_memory(got[1], got_arguments[0]):
                return told + "  one is a view, the other a copy"
            for k, (x, y) in enumerate(zip(want_arguments, got_arguments)):
                if not same(x, y):
                    return told + f"  argument {k} is left as {x!r}, by aic as {y!r}"
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--several", type=int, default=4, help="sets of arguments for each")
    parser.add_argument("--reasons", action="store_true", help="tell what was refused")
    options = parser.parse_args()
    import aic
    checker = Checker(aic)
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.seeds)
    failures, begin, done = 0, time.monotonic(), 0
    for number in seeds:
        found = checker.one(number, options.several)
        done += 1
        if found:
            failures += 1
            print(found, flush=True)
        if options.seconds and time.monotonic() - begin > options.seconds:
            break
    if options.reasons:
        for reason, number in sorted(checker.reasons.items()):
            print(f"  {reason} [{number}]")
    print(f"{done} expressions, {checker.runs} runs, {checker.raised} raised as NumPy does, {checker.refused} refused, {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
