"""Speed, compile time and call overhead, side by side with the peers in one run: a table on stdout, JSON with --json FILE.

    ./dev bench [calls compile start kernels] [--json FILE] [--seconds S] [--peers PYTHON]

calls     ns per call, the empty loop subtracted
compile   CPU ms from source to callable: a trivial function (first in a process, then warm); the median and worst of the acceptance
          kernels that compile
start     what importing aic costs beyond NumPy; a start that finds its compiled result on disk; 64 processes on one empty cache
kernels   ../shared/accept/run.py kernels --bench, where it is: times as fast as C

All figures but calls are CPU time (the machines are shared). Each part runs in processes of its own, several times; the median counts, and
for calls the minimum. Numba is measured beside, in the same run, with the Python that has it: `./dev bench` makes .venv-peers, since Numba
wants a NumPy of its own choice.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

CALLS = """
import gc, json, sys, time
import numpy as np
jit = __import__(sys.argv[1]).{jit}

@jit
def scalar(x): return x + 1.0
@jit
def total(a):
    s = 0.0
    for i in range(len(a)): s += a[i]
    return s
@jit
def plus(a): return a + 1.0
@jit
def many(a, b, c, d, e, f, x, y): return a[0] + b[0] + c[0] + d[0] + e[0] + f[0] + x + y

a = np.arange(10.0)
def best(f, args, loops=20000, rounds=40):
    f(*args)
    times, r = [], range(loops)
    if len(args) == 1:
        x, = args
        for _ in range(rounds):
            t = time.perf_counter()
            for _ in r: f(x)
            times.append(time.perf_counter() - t)
    else:
        p, q, s, t_, u, v, w, z = args
        for _ in range(rounds):
            t = time.perf_counter()
            for _ in r: f(p, q, s, t_, u, v, w, z)
            times.append(time.perf_counter() - t)
    empty = []
    for _ in range(rounds):
        t = time.perf_counter()
        for _ in r: pass
        empty.append(time.perf_counter() - t)
    return (min(times) - min(empty)) / loops * 1e9
gc.disable()
print(json.dumps({{"f(1.0)": best(scalar, (1.5,)), "array to scalar": best(total, (a,)), "array to new array": best(plus, (a,)),
                  "six arrays, two scalars": best(many, (a,) * 6 + (1.0, 2.0))}}))
"""

COMPILE = """
import json, sys, time
import numpy as np
jit = __import__(sys.argv[1]).{jit}
def timed(f, *args):
    t = time.thread_time()
    f(*args)
    return 1e3 * (time.thread_time() - t)
def first(x): return x + 1.0
def second(x): return x * 2.0 - 1.0
def third(x, y): return x - y
one = timed(jit(first), 1.0)
later = sorted([timed(jit(second), 1.0), timed(jit(third), 1.0, 2.0), timed(jit(lambda x: x / 3.0), 1.0)])
print(json.dumps({{"trivial, first in a process": one, "trivial, warm": later[1]}}))
"""

# Without a cache. A compile is a first call less a second one, where the compiler cannot compile alone.
COMPILE_KERNELS = """
import importlib, json, os, sys, time
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/cases/kernels"]
jit = __import__(sys.argv[1]).{jit}
if sys.argv[1] == "aic": jit = jit(cache=False)
def spent(f, *args):
    t = time.thread_time()
    f(*args)
    return 1e3 * (time.thread_time() - t)
jit(lambda x: x + 1)(1)
times = {{}}
for name in sys.argv[3:]:
    module = importlib.import_module(name)
    f = jit(module.kernel)
    try:
        if sys.argv[1] == "aic":
            times[name] = spent(f.compile, *module.inputs("test"))
        else:
            times[name] = max(0.0, spent(f, *module.inputs("test")) - spent(f, *module.inputs("test")))
    except Exception as error:
        print(name, type(error).__name__, file=sys.stderr)
print(json.dumps(times))
"""

IMPORT = """
import json, resource, time
import numpy
before, t = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
import aic
print(json.dumps({"import aic beyond NumPy, ms": 1e3 * (time.process_time() - t),
                  "MB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024}))
"""

WARM = """
import json, sys, time
import numpy as np
import aic
@aic.jit
def smooth(a, b):
    b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
    return b.sum()
a, b = np.arange(100.0), np.zeros(100)
t = time.process_time()
smooth(a, b)
spent = 1e3 * (time.process_time() - t)
opened = any("libaic_cg" in line for line in open("/proc/self/maps"))
print(json.dumps({"ms": spent, "code generator opened": opened, "result": smooth(a, b)}))
"""


def run(code, *args, rounds=5, env=None, python=sys.executable):
    """The answers of a script run several times, in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "part.py"
        script.write_text(code)
        answers = []
        for _ in range(rounds):
            done = subprocess.run([python, str(script), *args], env={**os.environ, **(env or {})}, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"a part of the benchmark failed:\n{done.stderr}")
            answers.append(json.loads(done.stdout))
        return answers


def compilers(peers):
    """(module, its decorator, the Python that has it)"""
    yield "aic", "jit", sys.executable
    if peers and subprocess.run([peers, "-c", "import numba"], capture_output=True).returncode == 0:
        yield "numba", "njit", peers


def table(code, rounds, choose, peers, empty_cache=False):
    rows = {}
    for name, jit, python in compilers(peers):
        with tempfile.TemporaryDirectory() as cache:
            env = {"AIC_CACHE_DIR": cache} if empty_cache else {}
            answers = []
            for k in range(rounds):
                answers += run(code.format(jit=jit), name, rounds=1, env={k_: f"{v}/{k}" for k_, v in env.items()}, python=python)
        for key in answers[0]:
            rows.setdefault(key, {})[name] = choose(a[key] for a in answers)
    return rows


def acceptance():
    """The folder of the acceptance programs, where it is."""
    return next((p / "accept" for p in (ROOT.parent / "shared", ROOT.parent.parent / "shared") if (p / "accept" / "run.py").exists()), None)


def compile_kernels(peers):
    accept = acceptance()
    if accept is None:
        return {}
    names = sorted(p.stem for p in (accept / "cases" / "kernels").glob("*.py"))
    rows = {}
    for name, jit, python in compilers(peers):
        answers = run(COMPILE_KERNELS.format(jit=jit), name, str(accept), *names, rounds=1 if name != "aic" else 3, python=python)
        times = {k: min(a[k] for a in answers) for k in answers[0]}
        names = [n for n in names if n in times]  # the peers do what aic does
        rows.setdefault(f"kernels, median of {len(times)}" if name == "aic" else "kernels, median", {})[name] = statistics.median(times.values())
        rows.setdefault("kernels, the slowest", {})[name] = max(times.values())
        rows.setdefault("kernels", {})[name] = times
    return rows


def start():
    imported = run(IMPORT, rounds=9)
    result = {key: {"aic": statistics.median(a[key] for a in imported)} for key in imported[0]}
    with tempfile.TemporaryDirectory() as cache:
        cold = run(WARM, rounds=1, env={"AIC_CACHE_DIR": cache})[0]
        warm = run(WARM, rounds=9, env={"AIC_CACHE_DIR": cache})
        assert all(w["result"] == cold["result"] for w in warm)
        result["start with an empty cache, ms"] = {"aic": cold["ms"]}
        result["warm start, ms"] = {"aic": statistics.median(w["ms"] for w in warm)}
        result["warm starts that opened LLVM"] = {"aic": sum(w["code generator opened"] for w in warm)}
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "part.py"
        script.write_text(WARM)
        env = {**os.environ, "AIC_CACHE_DIR": cache}
        together = [subprocess.Popen([sys.executable, str(script)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(64)]
        texts = [p.communicate()[0] for p in together]
        right = sum(p.returncode == 0 and json.loads(t)["result"] == cold["result"] for p, t in zip(together, texts))
        after = run(WARM, rounds=1, env={"AIC_CACHE_DIR": cache})[0]
        result["of 64 processes on one empty cache, right"] = {"aic": right}
        result["and the cache they left opens LLVM"] = {"aic": int(after["code generator opened"])}
    return result


def kernels(seconds):
    accept = acceptance()
    if accept is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kernels.json"
        subprocess.run([sys.executable, str(accept / "run.py"), "kernels", "--bench", "--seconds", str(seconds), "--json", str(out)])
        return json.loads(out.read_text()) if out.exists() else {}


def show(title, rows):
    print(f"\n{title}")
    for key, figures in rows.items():
        if any(isinstance(value, dict) for value in figures.values()):
            continue  # in the JSON only
        print(f"  {key:44s}" + "".join(f"{name:>8s} {value:9.2f}" for name, value in figures.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["calls", "compile", "start", "kernels"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--peers", default=str(ROOT / ".venv-peers" / "bin" / "python"), help="a Python that has Numba")
    options = parser.parse_args()
    options.peers = options.peers if Path(options.peers).exists() else None
    figures = {}
    if "calls" in options.parts:
        figures["calls"] = table(CALLS, 5, min, options.peers)
        show("calls, ns", figures["calls"])
    if "compile" in options.parts:
        figures["compile"] = table(COMPILE, 5, statistics.median, options.peers, empty_cache=True) | compile_kernels(options.peers)
        show("compile, CPU ms", figures["compile"])
    if "start" in options.parts:
        figures["start"] = start()
        show("start", figures["start"])
    if "kernels" in options.parts:
        figures["kernels"] = kernels(options.seconds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
