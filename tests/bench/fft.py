"""Error and speed of numpy.fft's functions beside NumPy's: `.venv/bin/python tests/bench/fft.py` prints the table of docs/accuracy.md.

The error is the root mean square against NumPy's transform in long double, relative to the result's. Times are medians of processor time,
of calls of both in turn."""
import linecache
import statistics
import time

import numpy as np

import aic

CLASSES = [("powers of two", (64, 1024, 65536)), ("2·3·5·7 mixed", (60, 1000, 2520, 44100)), ("7·11·13 and the like", (343, 1001, 30030)),
           ("primes", (97, 1009, 10007))]
PLANES = [("64 × 64", (64, 64)), ("256 × 256", (256, 256)), ("1000 × 1000", (1000, 1000))]


def transform(name):
    text = f"def f(a):\n    return np.fft.{name}(a)\n"
    file = f"<{name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope = {"np": np}
    exec(compile(text, file, "exec"), scope)
    return scope["f"]


def sample(name, shape, single):
    rng = np.random.default_rng(0)
    if name.startswith(("irfft", "hfft")):
        shape = shape[:-1] + (shape[-1] // 2 + 1,)
    a = rng.normal(size=shape)
    if not name.startswith(("rfft", "ihfft")):
        a = a + 1j * rng.normal(size=shape)
    return a.astype("f4" if a.dtype.kind == "f" else "c8") if single else a


def clock(f, a, rounds):
    start = time.process_time_ns()
    for _ in range(rounds):
        f(a)
    return (time.process_time_ns() - start) / rounds


def speed(plain, compiled, a):
    """How many times NumPy's time the compiled one needs."""
    rounds = max(1, int(4e6 / max(clock(plain, a, 2), 1000)))
    pairs = [(clock(plain, a, rounds), clock(compiled, a, rounds)) for _ in range(9)]
    return statistics.median(y for _, y in pairs) / statistics.median(x for x, _ in pairs)


def error(got, exact):
    return float(np.sqrt(np.sum(np.abs(got - exact) ** 2) / np.sum(np.abs(exact) ** 2)))


def row(name, single, shapes):
    plain = transform(name)
    compiled = aic.jit(plain)
    errors, theirs, speeds = [], [], []
    for shape in shapes:
        a = sample(name, shape, single)
        wide = a.astype(np.clongdouble if a.dtype.kind == "c" else np.longdouble)
        exact = plain(wide)
        errors.append(error(compiled(a), exact))
        theirs.append(error(plain(a), exact))
        speeds.append(speed(plain, compiled, a))
    return f"{max(errors):.1e} | {max(theirs):.1e} | " + ", ".join(f"{s:.2f}" for s in speeds)


def main():
    print("| function | dtype | lengths | error | NumPy's error | time, NumPy's = 1 |\n|---|---|---|---|---|---|")
    for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
        for single in (False, True):
            for label, lengths in CLASSES:
                cells = row(name, single, [(n,) for n in lengths])
                print(f"| {name} | {'float32' if single else 'float64'} | {label}: {', '.join(map(str, lengths))} | {cells} |", flush=True)
    for name in ("fft2", "rfft2", "irfft2"):
        for single in (False, True):
            cells = row(name, single, [shape for _, shape in PLANES])
            print(f"| {name} | {'float32' if single else 'float64'} | {', '.join(label for label, _ in PLANES)} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
