"""Random assignments between overlapping views, under aic and under NumPy: `python tests/fuzz/overlap.py [--seeds N] [--first K]`.

A program has one or two parameters of 12 x 12. They are arrays of their own, or views of one array: the same rows shifted,
stepped, backwards, or one the transpose of the other. Its statements assign expressions over slices of them to slices of
them, in place or not, some in a loop. Compared are the result and the whole array below the views. Exit status 1: a
difference.
"""
import argparse
import random
import sys

import numpy as np
from texts import function

SIDE = 12


class Program:
    """The text of one program; the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = self.random.choice([["a"], ["a", "b"]])
        body, temporaries = [], []
        for _ in range(self.random.randint(1, 4)):
            body += self.statements(temporaries)
        loop = self.random.random() < 0.4
        lines = [f"def f({', '.join(self.names)}):"]
        if loop:
            lines.append("    for _ in range(2):")
            body.append("a *= 0.25")
        lines += ["    " * (2 if loop else 1) + line for line in body]
        lines.append("    return " + (" + ".join(f"{t}.sum()" for t in temporaries) if temporaries and not loop else "a[0, 0]"))
        self.text = "\n".join(lines) + "\n"

    def chance(self, p):
        return self.random.random() < p

    def slice(self, count):
        """The text of a slice of so many elements of an axis."""
        step = self.random.choice([1, 1, 1, 1, 2, -1, -1, -2, 3])
        if (count - 1) * abs(step) >= SIDE:
            step = 1 if step > 0 else -1
        reach = (count - 1) * abs(step)
        low = self.random.randint(0, SIDE - 1 - reach)
        high = low + reach
        if step == 1:
            return f"{low - SIDE if low and self.chance(0.3) else low}:{high + 1}"
        return f"{low}:{high + 1}:{step}" if step > 0 else f"{high}:{low - 1 if low else ''}:{step}"

    def view(self, shape, target=False):
        name = self.random.choice(self.names)
        if len(shape) == 2:
            turned = not target and self.chance(0.2)
            rows, columns = reversed(shape) if turned else shape
            return f"{name}[{self.slice(rows)}, {self.slice(columns)}]" + (".T" if turned else "")
        index = self.random.randint(-SIDE, SIDE - 1)
        return f"{name}[{index}, {self.slice(shape[0])}]" if self.chance(0.5) else f"{name}[{self.slice(shape[0])}, {index}]"

    def leaf(self, shape):
        place = f"{self.random.choice(self.names)}[{self.random.randint(0, 11)}, {self.random.randint(0, 11)}]"
        some = [str(self.random.choice([0.5, 2.0, -1.0])), place, f"{self.view((4,))}.max()"]
        if len(shape) == 2:
            some += [self.view(shape[1:]), self.view(shape[:1]) + "[:, None]", f"{self.view(shape)}.sum(axis=0)"]
        else:
            some.append(f"np.cumsum({self.view(shape)})")
        return self.random.choice(some) if self.chance(0.45) else self.view(shape)

    def expression(self, shape, depth):
        if depth == 0 or self.chance(0.25):
            return self.leaf(shape)
        x, y = self.expression(shape, depth - 1), self.expression(shape, depth - 1)
        if self.chance(0.8):
            return f"({x} {self.random.choice('+-*')} {y})"
        return f"np.maximum({x}, {y})" if self.chance(0.5) else f"np.where({self.view(shape)} > 0.0, {x}, {y})"

    def assignment(self, shape, depth):
        # `0.0 +`: a bare copy between vectors of unequal strides follows NumPy's own order of elements, not the rule.
        return f"{self.view(shape, target=True)} = 0.0 + {self.expression(shape, depth)}"

    def statements(self, temporaries):
        shape = self.random.choice([(self.random.randint(1, 6), self.random.randint(1, 6)), (self.random.randint(1, 6),)])
        if self.chance(0.6):
            return [self.assignment(shape, self.random.randint(0, 2))]
        if self.chance(0.5):
            return [f"{self.view(shape, target=True)} {self.random.choice(['+=', '-=', '*='])} {self.expression(shape, self.random.randint(0, 1))}"]
        t = f"t{len(temporaries)}"
        temporaries.append(t)
        made = f"{self.expression(shape, 2)} + np.zeros({shape})" if self.chance(0.5) else self.view(shape)
        return [f"{t} = {made}", self.assignment(shape, 1), f"{self.view(shape, target=True)} = {t} * 0.5 + {self.leaf(shape)}"]

    def function(self, name):
        return function(self.text, name)

    def arguments(self, variant, seed):
        """The array below everything, and the arguments."""
        base = np.random.default_rng(seed).integers(-8, 9, (30, 30)) / 4.0
        a = [base[:12, :12], base[3:27:2, 14:2:-1], base[:12, :12].T][variant]
        return base, (a, [base[12:24, 12:24], base[1:13, 4:16], base[:12, :12]][variant])[:len(self.names)]


def difference(seed, jit):
    """What a program does otherwise under aic, in words; None when nothing."""
    program = Program(seed)
    function = program.function(f"<overlap {seed}>")
    compiled = jit(function)
    for variant in range(3):
        want_base, want_args = program.arguments(variant, seed)
        got_base, got_args = program.arguments(variant, seed)
        want, got = function(*want_args), compiled(*got_args)
        for w, g in ((want, got), (want_base, got_base)):  # sums may be added in another order
            if not np.allclose(w, g, rtol=1e-13, atol=1e-12, equal_nan=True):
                return f"seed {seed}, arguments {variant}: {want!r}, {got!r}\n{program.text}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    import aic
    failures = 0
    for seed in range(options.first, options.first + options.seeds):
        if found := difference(seed, aic.jit(cache=False)):
            failures += 1
            print(found, flush=True)
    print(f"{options.seeds} programs, {failures} differ")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
