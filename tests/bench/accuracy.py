"""The table of docs/accuracy.md: how far the vector routines are from the truth, and their time beside NumPy's.

    .venv/bin/python tests/bench/accuracy.py [elements]

ulp: the largest error over random points of the range, in units in the last place of the result, against NumPy's functions of
80-bit long double. speed: times as fast as NumPy, over a million elements, CPU time, the best of several rounds.
"""
import sys
import time

import numpy as np

import aic

FUNCTIONS = {"exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "power": np.power}
RANGES = {"exp": (-700, 700), "log": (1e-300, 1e300), "sin": (-1e4, 1e4), "cos": (-1e4, 1e4), "tanh": (-5, 5), "power": (0.1, 10)}
SINGLE = {"exp": (-80, 80), "log": (1e-30, 1e30)}


def compiled(name):
    scope = {"np": np}
    arguments = "x, y" if name == "power" else "x"
    source = f"def {name}({arguments}):\n    return np.{name}({arguments})\n"
    import linecache
    linecache.cache[f"<{name}>"] = (len(source), None, source.splitlines(True), f"<{name}>")
    exec(compile(source, f"<{name}>", "exec"), scope)
    return aic.jit(cache=False)(scope[name])


def points(name, dtype, count, rng):
    low, high = SINGLE.get(name, RANGES[name]) if dtype == np.float32 else RANGES[name]
    x = rng.uniform(low, high, count).astype(dtype)
    return (x, rng.uniform(-5, 5, count).astype(dtype)) if name == "power" else (x,)


def error(got, exact, dtype):
    rounded = exact.astype(dtype)
    unit = np.spacing(np.maximum(np.abs(rounded), np.finfo(dtype).tiny)).astype(np.longdouble)
    return float(np.max(np.abs(got.astype(np.longdouble) - exact) / unit))


def best(function, arguments):
    times = []
    for _ in range(9):
        start = time.process_time()
        function(*arguments)
        times.append(time.process_time() - start)
    return min(times)


def main():
    count, rng = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, np.random.default_rng(2)
    print("| function | dtype | range | ulp | NumPy's ulp | times as fast as NumPy |\n|---|---|---|---|---|---|")
    for name, plain in FUNCTIONS.items():
        fast = compiled(name)
        for dtype in (np.float64, np.float32):
            arguments = points(name, dtype, count, rng)
            exact = plain(*(a.astype(np.longdouble) for a in arguments))
            low, high = SINGLE.get(name, RANGES[name]) if dtype == np.float32 else RANGES[name]
            print(f"| {name} | {dtype.__name__} | {low:g} … {high:g} | {error(fast(*arguments), exact, dtype):.2f} | "
                  f"{error(plain(*arguments), exact, dtype):.2f} | {best(plain, arguments) / best(fast, arguments):.2f} |")


if __name__ == "__main__":
    main()
