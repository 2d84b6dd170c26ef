"""The wheel stands on its own: built from the sources, installed where no LLVM and no compiler is known, it compiles and runs.

Long: a Release build of everything, about two minutes on two cores without ccache.
"""
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("codegen", "typeinfer", "frontend", "python/bindings")
pytestmark = [pytest.mark.long, pytest.mark.timeout(2400),
              pytest.mark.skipif(not all(list((ROOT / room).glob("*.cpp")) for room in ROOMS), reason="a room of the wheel has no sources yet")]

# All that the two shared libraries may ask the system for: libc and its parts, and the C++ runtime that NumPy loads too.
SYSTEM = re.compile(r"lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so\.\d+|ld-linux-x86-64\.so\.2")

PROGRAM = """
import aic, sys, numpy as np

@aic.jit
def add_one(x):
    return x + 1

assert add_one(41) == 42
assert (add_one(np.arange(3.0)) == np.array([1.0, 2.0, 3.0])).all()
mapped = open("/proc/self/maps").read()
assert "libLLVM" not in mapped, "LLVM's shared library was loaded"
assert "libaic_cg.so" in mapped, "nothing was compiled"
print(aic.__file__)
"""


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, ROOT)
    (built,) = folder.glob("aic-*.whl")
    return built


def test_a_wheel_needs_nothing_but_the_system(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    libraries = list(tmp_path.rglob("*.so*"))
    assert len(libraries) >= 2
    for library in libraries:
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", library))
        assert [name for name in needed if not SYSTEM.fullmatch(name)] == [], library.name


def test_a_code_generator_exports_its_c_interface_only(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    (library,) = tmp_path.rglob("libaic_cg.so")
    names = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
    assert names and all(name.startswith("aic_cg_") for name in names)


def test_a_wheel_works_in_a_clean_environment(wheel, tmp_path):
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", wheel)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    # No PATH: neither a compiler nor llvm-config can be found.
    bare = {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
    where = run(python, "-I", program, env=bare, cwd=tmp_path)
    assert str(tmp_path / "clean") in where


def test_b_the_command_is_installed_and_builds(wheel, tmp_path):
    venv.create(tmp_path / "clean", with_pip=True)
    folder = tmp_path / "clean" / "bin"
    run(folder / "python", "-m", "pip", "install", "-q", wheel)
    assert run(folder / "aic", "--version").startswith("aic ")
    script = tmp_path / "script.py"
    script.write_text("import aic\n\n@aic.jit\ndef f(x: float):\n    return x + 1\n")
    run(folder / "aic", "build", script, "-o", tmp_path / "libscript.so")
    assert run(folder / "python", "-c", f"import aic; print(aic.load({str(tmp_path / 'libscript.so')!r}).f(1.0))") == "2.0\n"
