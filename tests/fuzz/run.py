"""Random programs under aic and under CPython: `./dev fuzz [--seeds N] [--first K] [--seed K]`.

The reference run checks every int operation against 64 bits (deviation 1 of the language), so that `OverflowError` comes
at the same operation. Exit status 1: a difference, a crash of the compiler, or less than 90 % of the tables used.
"""
import argparse
import ast
import copy
import linecache
import math
import sys
import time

import numpy as np
from programs import FEATURES, Program


class CheckInts(ast.NodeTransformer):
    """Wraps what can leave 64 bits in a check."""

    def wrap(self, node):
        self.generic_visit(node)
        return ast.copy_location(ast.Call(ast.Name("__check", ast.Load()), [node], []), node)

    visit_BinOp = visit_UnaryOp = visit_Call = wrap

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        check = ast.parse(f"{node.target.id} = __check({node.target.id})").body[0]
        return [node, ast.copy_location(check, node)]


def check(value):
    if type(value) is int and not -2**63 <= value < 2**63:
        raise OverflowError("beyond 64 bits")
    return value


def compiled(text, name, transform=None):
    tree = ast.parse(text)
    if transform:
        tree = ast.fix_missing_locations(transform.visit(tree))
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"__check": check, "__name__": "fuzz"}
    exec(compile(tree, name, "exec"), space)
    return space["f"]


def outcome(f, args):
    with np.errstate(all="ignore"):
        try:
            return "value", f(*args)
        except Exception as e:  # any exception is an outcome to compare
            return "raised", e


def close(x, y, exact):
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if x == y:
        return math.copysign(1, x) == math.copysign(1, y) or not exact
    return not exact and abs(x - y) <= 1e-12 * max(abs(x), abs(y), 1e-3)


def same(x, y, exact):
    if type(x) is not type(y):
        return False
    if isinstance(x, tuple):
        return len(x) == len(y) and all(same(p, q, exact) for p, q in zip(x, y))
    if isinstance(x, np.ndarray):
        return x.dtype == y.dtype and x.shape == y.shape and all(close(float(p), float(q), exact) for p, q in zip(x.ravel(), y.ravel()))
    if isinstance(x, float):
        return close(x, y, exact)
    return x == y


def difference(want, got, want_args, got_args, exact):
    """What differs, in words; None when nothing does."""
    if want[0] != got[0]:
        return f"CPython {want[0]} {want[1]!r}, aic {got[0]} {got[1]!r}"
    if want[0] == "raised":
        if type(want[1]) is not type(got[1]):
            return f"CPython raised {want[1]!r}, aic {got[1]!r}"
        if str(want[1]) != str(got[1]) and not isinstance(want[1], OverflowError):
            return f"messages: {want[1]!s} | {got[1]!s}"
    elif not same(want[1], got[1], exact):
        return f"values: {want[1]!r} | {got[1]!r}"
    if not same(tuple(want_args), tuple(got_args), exact):
        return f"arguments afterwards: {want_args!r} | {got_args!r}"
    return None


def one(seed, jit, refusal, counts, transform):
    program = Program(seed)
    counts["used"] |= program.used
    reference = compiled(program.text, f"<fuzz reference {seed}>", CheckInts())
    function = jit(compiled(program.text, f"<fuzz {seed}>", transform))
    # What is within 2 ulp only, or re-associated, spreads: such programs are compared with a tolerance.
    exact = not any(word in program.text for word in ("sin(", "exp(", "hypot(", "sum()", "mean(", "**"))
    for k in range(3):
        args = program.arguments(seed * 3 + k)
        want_args, got_args = copy.deepcopy(args), copy.deepcopy(args)
        want = outcome(reference, want_args)
        got = outcome(function, got_args)
        if got[0] == "raised" and isinstance(got[1], refusal):
            counts["refused"] += 1
            counts["reasons"][str(got[1]).splitlines()[0]] = counts["reasons"].get(str(got[1]).splitlines()[0], 0) + 1
            return None
        found = difference(want, got, want_args, got_args, exact)
        if found:
            return f"seed {seed}, arguments {args!r}\n{found}\n{program.text[program.text.index('def f('):]}"
    counts["run"] += 1
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seconds", type=float, help="stop after so long")
    parser.add_argument("--compiler", choices=["aic", "identity"], default="aic")
    options = parser.parse_args()
    if options.compiler == "aic":
        import aic
        jit, refusal, transform = aic.jit(cache=False), aic.CompileError, None
    else:  # the reference against itself: the programs and the comparison are sound
        jit, refusal, transform = lambda f: f, (), CheckInts()
    counts = {"used": set(), "refused": 0, "run": 0, "reasons": {}}
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.seeds)
    failures, begin = [], time.monotonic()
    for seed in seeds:
        found = one(seed, jit, refusal, counts, transform)
        if found:
            failures.append(found)
            print(found, flush=True)
        if options.seconds and time.monotonic() - begin > options.seconds:
            break
    share = len(counts["used"] & set(FEATURES)) / len(FEATURES)
    print(f"{counts['run']} programs agree, {counts['refused']} refused, {len(failures)} differ; {100 * share:.0f} % of the tables used")
    for reason, n in sorted(counts["reasons"].items(), key=lambda r: -r[1])[:12]:
        print(f"  {n:5d} {reason}")
    if options.seed is None and len(seeds) >= 200 and share < 0.9:
        sys.exit("unused: " + ", ".join(sorted(set(FEATURES) - counts["used"])))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
