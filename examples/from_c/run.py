"""The functions of edges.py in a C program, on a real photograph: builds the library and the program, runs it, compares.

    python examples/from_c/run.py [picture]

Builds with CMake where it is there, else with the C compiler alone. What the C program computes must be, bit for bit, what the
functions compiled in this process give.
"""
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(folder):
    """The program; in `folder`, with its library."""
    aic = [sys.executable, "-m", "aic"]
    if shutil.which("cmake") and (shutil.which("ninja") or shutil.which("make")):
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        run("cmake", "-S", HERE, "-B", folder, *generator, "-DCMAKE_BUILD_TYPE=Release", f"-DAIC={';'.join(aic)}")
        run("cmake", "--build", folder)
        return "CMake"
    compiler = next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None) or sys.exit("there is no C compiler here")
    run(*aic, "build", HERE / "edges.py", "-o", folder / "libedges.so")
    run(compiler, "-std=c11", "-O2", "-I", folder, HERE / "main.c", "-o", folder / "main", "-L", folder, "-ledges", f"-Wl,-rpath,{folder}")
    return compiler


def main():
    import edges
    from photograph import grey, sample_picture
    from skimage import io

    pixels = (grey(io.imread(sys.argv[1] if len(sys.argv) > 1 else sample_picture())) * 255.0).astype(np.uint8)
    with tempfile.TemporaryDirectory(prefix="aic-from-c-") as name:
        folder = Path(name)
        start = time.perf_counter()
        tool = build(folder)
        seconds = time.perf_counter() - start
        (folder / "in.pgm").write_bytes(b"P5 %d %d 255\n" % pixels.shape[::-1] + pixels.tobytes())
        print(run(folder / "main", folder / "in.pgm", folder / "out.pgm", folder / "steep.f64"), end="")
        steep = np.fromfile(folder / "steep.f64").reshape(pixels.shape)
        marks = np.frombuffer((folder / "out.pgm").read_bytes()[-pixels.size:], dtype=np.uint8).reshape(pixels.shape)
        size = (folder / "libedges.so").stat().st_size

    want = edges.steepness(pixels / 255.0)
    want_marks = np.zeros_like(pixels)
    edges.mark_edges(want, 0.03, want_marks)
    if not np.array_equal(steep.view(np.int64), want.view(np.int64)) or not np.array_equal(marks, want_marks):
        sys.exit("the C program's results differ from the jitted functions'")
    print(f"the same bits as the jitted functions; libedges.so has {size / 1024:.0f} KB; built with {tool} in {seconds:.1f} s")


if __name__ == "__main__":
    main()
