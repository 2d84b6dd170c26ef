"""`aic doctor`: a report of the environment, one row for each thing: what, found, good, and whether aic needs it."""
import os
import platform
import shutil
import sys
import tempfile

import numpy as np

import aic
from aic import _aic


def examine():
    rows = []

    def row(what, look, needed=True):
        try:
            found, good = look(), True
        except Exception as error:
            found, good = str(error) or type(error).__name__, False
        rows.append({"what": what, "found": found, "good": good, "needed": needed})

    row("aic", lambda: f"{aic.__version__} in {os.path.dirname(_aic.__file__)}")
    row("Python", lambda: f"{platform.python_version()} ({sys.executable})")
    row("NumPy", lambda: np.__version__)
    row("code generator", lambda: _aic.generator_version().split(" ", 4)[:4] and " ".join(_aic.generator_version().split(" ")[:4]))
    row("processor", lambda: _aic.generator_version().split(" ")[4] + ": " + _vectors(_aic.generator_version()))
    row("cache", _cache)
    row("linker", _linker, needed=False)
    row("C library", _c_library, needed=False)
    row("CUDA", _cuda, needed=False)
    row("self-test: compile", _compile)
    row("self-test: build and load", _build, needed=False)
    return rows


def _vectors(version):
    features = version.split(" ", 4)[-1]
    return ", ".join(name for name in ("avx512f", "avx2", "fma", "sse4.2") if f"+{name}" in features) or "no vectors"


def _cache():
    folder = aic.config.cache_dir
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise OSError(f"{folder} cannot be written: every process compiles anew")
    files = [e for e in os.scandir(folder) if e.name.endswith(".aic")]
    return f"{len(files)} entries, {sum(e.stat().st_size for e in files) / 1024:.0f} KB in {folder}"


def _linker():
    from aic.aot import link
    found = link.find()
    return f"{found.name}: {found!r}"


def _c_library():
    from aic.aot import link
    return ", ".join(link.system_libraries())


def _cuda():
    found = shutil.which("nvidia-smi")
    if not found:
        raise FileNotFoundError("no NVIDIA driver; aic compiles for the CPU")
    return found


_PROGRAM = '''\
import aic
import numpy as np


@aic.jit
def smooth(a: aic.f64[:], n: int):
    for _ in range(n):
        a[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
    return a.sum()
'''


def _written(folder):
    path = os.path.join(folder, "doctor.py")
    with open(path, "w") as file:
        file.write(_PROGRAM)
    return path


def _run(function, plain):
    a, b = np.arange(20.0) ** 2, np.arange(20.0) ** 2
    got, want = function(a, 5), plain(b, 5)
    if got != want or not np.array_equal(a, b):
        raise AssertionError(f"the compiled function gives {got}, CPython {want}")


def _compile():
    from aic.aot import script
    with tempfile.TemporaryDirectory() as folder:
        smooth = script.run(_written(folder)).smooth
        _run(smooth, smooth.py_func)
    return f"a stencil in {1e3 * smooth.compile_seconds:.0f} ms, equal to CPython's result"


def _build():
    from aic.aot import build, script
    with tempfile.TemporaryDirectory() as folder:
        path, library = _written(folder), os.path.join(folder, "libdoctor.so")
        done = build.build(path, library)
        _run(aic.load(library).smooth, script.run(path).smooth.py_func)
    return f"a library of {done['bytes'] / 1024:.0f} KB in {1e3 * sum(done['seconds'].values()):.0f} ms, with {done['linker']}"
