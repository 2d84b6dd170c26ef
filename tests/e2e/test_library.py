"""`aic build` and `aic.load`: what a library gives is what the jitted function gives; what cannot be built says why."""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest

import aic
from harness import lines_of, outcome, same, told

HERE = Path(__file__).parent
SCRIPT = HERE / "library_functions.py"


def run_aic(*arguments, cwd=None, **environment):
    """The command, in a process of its own."""
    return subprocess.run([sys.executable, "-m", "aic", *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
                          env=os.environ | environment)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    done = run_aic("build", SCRIPT, "-o", folder / "libfunctions.so", "--json")
    assert done.returncode == 0, done.stderr
    loaded = aic.load(folder / "libfunctions.so")
    return loaded


@pytest.fixture(scope="module")
def jitted():
    import library_functions
    return library_functions


def compare(jit, loaded, *arguments, **named):
    copies = [[a.copy(order="K") if isinstance(a, np.ndarray) and a.flags.owndata else a for a in arguments] for _ in range(2)]
    want, got = outcome(jit, copies[0], named), outcome(loaded, copies[1], named)
    assert want[0] == got[0], f"jit: {want}, library: {got}"
    if want[0] == "error":
        assert want[1:3] == got[1:3]
        assert lines_of(want[3], str(SCRIPT)) == lines_of(got[3], str(SCRIPT)) != []
    else:
        assert same(want[1], got[1]), f"jit: {told(want[1])}, library: {told(got[1])}"
    assert same(copies[0], copies[1])
    return got


GRID = np.linspace(0.0, 1.0, 35).reshape(5, 7) ** 2
CALLS = [
    ("add_one", 2.5), ("quotient", 7, -2), ("quotient", 7, 0), ("quotient", -(2**63), -1), ("quotient", 2**62, 3),
    ("stencil", GRID), ("stencil", GRID[::2, ::-1]), ("stencil", np.asfortranarray(GRID)), ("stencil", GRID[:0]), ("stencil", GRID[:1]),
    ("shift", np.ones(6), np.arange(6.0)), ("shift", np.ones(0), np.ones(0)), ("shift", np.ones(6), np.ones(2)),
    ("pick", np.arange(5, dtype=np.int32), -1), ("pick", np.arange(5, dtype=np.int32), 5), ("pick", np.arange(5, dtype=np.int32), -6),
    ("statistics", np.array([3, -1, 2], dtype=np.float32)), ("statistics", np.ones(0, dtype=np.float32)),
    ("halves", np.arange(7.0)), ("halves", np.arange(14.0)[::2]), ("itself", GRID), ("twice", np.arange(4)), ("transposed", GRID),
    ("numbers", True, np.int8(-3), np.uint16(65535), np.float32(0.1), np.complex64(1 - 2j), 3 + 4j, (5, 6.5)),
    ("many_complex", 1j, 2 + 1j, 3j, 4.0, 5j, 6 + 2j), ("strict", 1.5), ("strict", -1.5), ("strict", 100.0), ("depth", 500),
    ("look_up", 1, 2), ("look_up", -1, 0), ("look_up", 2, 0), ("nothing",), ("with_default", 2.0), ("with_default", 2.0, 5),
    ("eleven", np.arange(2048.0).reshape((2,) * 11), 1), ("eleven", np.ones((2,) * 11), 2), ("exp", 1.25), ("total", np.arange(5.0)), ("total", np.ones(0)), ("slope", np.arange(5.0)), ("slope", np.arange(10.0)[::3]),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_library_gives_what_jit_gives(library, jitted, call):
    compare(getattr(jitted, call[0]), library[call[0]], *call[1:])


def test_overlapping_arguments_and_large_numbers_find_their_variants(library, jitted):
    a, b = np.arange(8.0), np.arange(8.0)
    jitted.shift(a[:-1], a[1:])
    library.shift(b[:-1], b[1:])
    assert same(a, b)
    assert library.depth(3) == 3 and library.quotient(2**40, 1) == 2**40
    with pytest.raises(OverflowError):
        library.quotient(2**63, 1)


def test_identity_and_memory_of_results(library):
    a = GRID.copy()
    assert library.itself(a) is a
    head, tail = library.halves(np.arange(6.0))
    assert head.base is not None and same(tail, np.array([5.0, 4.0, 3.0]))
    one, two = library.twice(np.arange(3))
    assert one is two


def test_keywords_defaults_and_conversions(library, jitted):
    assert library.with_default(1.0, scale=2.0) == 6.0 and library.with_default(n=2, x=1.0) == 1.0
    assert same(library.add_one(2), 3.0) and same(library.add_one(np.float32(0.5)), 1.5)
    assert same(library.quotient(np.int64(9), np.uint8(2)), 4) and same(library.total(np.arange(3.0)[::-1]), np.float64(5.0))
    for bad in (("add_one", "x"), ("add_one", 2**60 + 1), ("add_one", 1j), ("add_one", None), ("quotient", 1.0, 2), ("quotient", True, 2),
                ("stencil", np.ones(3)), ("stencil", np.ones((2, 2), np.float32)), ("stencil", [[1.0]]), ("pick", np.arange(6, dtype=np.int32)[::2], 0),
                ("transposed", np.asfortranarray(GRID)), ("numbers", 1, 1, 1, 1.0, 1j, 1j, (1, 1.0)), ("strict", True)):
        with pytest.raises(TypeError, match=re.escape(bad[0] + "() takes")):
            library[bad[0]](*bad[1:])
    for wrong in ((), (1.0, 2.0)):
        with pytest.raises(TypeError, match="add_one"):
            library.add_one(*wrong)


def test_read_only_arrays(library):
    a = np.arange(4.0)
    a.flags.writeable = False
    assert library.total(a) == 14.0
    with pytest.raises(TypeError, match="read-only"):
        library.shift(a, np.ones(4))


def test_loaded_functions_tell_of_themselves(library):
    assert set(library) >= {"stencil", "slope", "exp"} and "without_annotation" not in library
    assert dir(library) == sorted(library)
    assert library.add_one.__doc__.startswith("Adds one.") and library.add_one.__name__ == "add_one"
    assert isinstance(library.add_one, aic.Function) and repr(library).startswith("<aic library")
    with pytest.raises(AttributeError, match="has no function 'no'"):
        library.no
    with pytest.raises(TypeError, match="has no source"):
        library.add_one.lower(1.0).text()
    library.add_one.compile(float)
    with pytest.raises(TypeError, match="other types"):
        library.add_one.compile(complex)
    assert library.add_one.signatures


def test_loaded_functions_are_not_compiled_into_others(library):
    f = library.add_one

    @aic.jit
    def caller(x):
        return f(x)

    for again in (caller, aic.jit(f)):
        with pytest.raises(aic.CompileError):
            again(1.0)


def test_a_trace_goes_through_the_scripts_lines(library):
    with pytest.raises(ValueError, match="x is -1.5") as caught:
        library.strict(-1.5)
    text = "".join(traceback.format_exception(caught.value))
    assert "library_functions.py" in text and 'raise ValueError(f"x is {x}")' in text


def test_output_goes_through_python(library, capsys):
    library.said(7)
    assert capsys.readouterr().out == "word 7\n"


def needed(path):
    out = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"NEEDED.*\[(.*)\]", out))


def test_one_stencil_is_small_and_needs_libc_and_libm_only(tmp_path, library):
    assert needed(library._path) <= {"libc.so.6", "libm.so.6"}
    done = run_aic("build", SCRIPT, "--entry", "stencil", "-o", tmp_path / "libs.so", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["bytes"] <= 100_000
    assert needed(tmp_path / "libs.so") == {"libc.so.6"}
    symbols = subprocess.run(["readelf", "--dyn-syms", "-W", tmp_path / "libs.so"], capture_output=True, text=True, check=True).stdout
    defined = {line.split()[7] for line in symbols.splitlines() if re.match(r" *\d+:", line) and " UND " not in line and len(line.split()) > 7}
    assert defined == {"stencil", "aic_function_stencil", "aic_call", "aic_manifest"}
    assert "text_" not in symbols and sorted(os.listdir(tmp_path)) == ["libs.h", "libs.so"]


def test_a_process_can_open_many_libraries(tmp_path, library):
    for k in range(150):
        path = tmp_path / f"lib{k}.so"
        shutil.copy(library._path, path)
        assert aic.load(path).add_one(1.0) == 2.0


@pytest.mark.parametrize("linker", ["ld.lld", "cc", "ld", "ziglang"])
def test_every_linker_makes_the_same_library(tmp_path, jitted, linker):
    if not (importlib.util.find_spec(linker) if linker == "ziglang" else shutil.which(linker)):
        pytest.skip(f"no {linker}")
    command = f"{sys.executable} -m ziglang ld.lld" if linker == "ziglang" else linker
    done = run_aic("build", SCRIPT, "-o", tmp_path / "libl.so", "--json", AIC_LINKER=command)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["linker"] == linker
    assert needed(tmp_path / "libl.so") <= {"libc.so.6", "libm.so.6"}
    assert same(aic.load(tmp_path / "libl.so").stencil(GRID), jitted.stencil(GRID))


def test_a_plain_processor_gives_the_same_elementwise_bits(tmp_path, jitted):
    done = run_aic("build", SCRIPT, "-o", tmp_path / "libp.so", "--mcpu", "x86-64")
    assert done.returncode == 0, done.stderr
    assert same(aic.load(tmp_path / "libp.so").stencil(GRID), jitted.stencil(GRID))


def test_everything_that_can_be_emitted(tmp_path):
    done = run_aic("build", SCRIPT, "--entry", "add_one", "-o", "libe.so", "--emit", "so,header,obj,llvm,asm,manifest", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["libe.add_one.0.o", "libe.h", "libe.json", "libe.ll", "libe.manifest.o", "libe.s", "libe.so"]
    assert "define i32 @add_one" in (tmp_path / "libe.ll").read_text()
    manifest = json.loads((tmp_path / "libe.json").read_text())
    assert manifest["functions"][0]["parameters"] == [{"name": "x", "type": "float"}]


# ---- what cannot be built ----

def refused(tmp_path, text, *options, code=1):
    path = tmp_path / "script.py"
    path.write_text(text)
    (tmp_path / "libscript.so").write_text("old")
    done = run_aic("build", path, "-o", tmp_path / "libscript.so", *options)
    assert done.returncode == code, done.stdout + done.stderr
    assert "aic/" not in done.stderr.replace("import aic", "") or "site-packages" in done.stderr, done.stderr
    assert (tmp_path / "libscript.so").read_text() == "old" and not [p for p in os.listdir(tmp_path) if p not in ("script.py", "libscript.so")]
    return done.stderr


HEAD = "import aic\nimport numpy as np\n\n"


@pytest.mark.parametrize("name, text, words", [
    ("no annotation", HEAD + "@aic.jit\ndef f(x):\n    return x\n", ["nothing to build", "`f`: `x` has no annotation"]),
    ("nothing jitted", "def f(x):\n    return x\n", ["no function in it is decorated with @aic.jit"]),
    ("raises on import", HEAD + "values = {}\nvalues['a']\n", ["raises when it is imported", 'script.py", line 5, in <module>', "KeyError: 'a'"]),
    ("syntax", "def f(:\n", ["SyntaxError", "script.py"]),
    ("exits", "import sys\nsys.exit(3)\n", ["ends the process when it is imported (exit code 3)", "__main__"]),
    ("annotation of no type", HEAD + "@aic.jit\ndef f(x: list):\n    return x\n", ["AIC4003", "script.py:5", "the annotation of `x`", "list"]),
    ("annotation that fails", "from __future__ import annotations\n" + HEAD + "@aic.jit\ndef f(x: nowhere):\n    return x\n", ["AIC4003", "nowhere", "NameError"]),
    ("text parameter", HEAD + "@aic.jit\ndef f(x: str):\n    return len(x)\n", ["AIC4001", "script.py:5", "the parameter `x` of `f` is str"]),
    ("list result", HEAD + "@aic.jit\ndef f(n: int):\n    return [n]\n", ["AIC4001", "the result of `f` is list<int>"]),
    ("maybe none", HEAD + "@aic.jit\ndef f(n: int):\n    if n:\n        return n\n", ["AIC4001", "the result of `f`"]),
    ("types that do not fit", HEAD + "@aic.jit\ndef f(n: int):\n    return n + 'a'\n", ["error[AIC2", "script.py:6"]),
    ("unsupported syntax", HEAD + "@aic.jit\ndef f(n: int):\n    from . import os\n    return n\n", ["error[AIC1", "script.py:6"]),
    ("writes a global array", HEAD + "T = np.ones(3)\n@aic.jit\ndef f(n: int):\n    T[n] = 1.0\n", ["AIC4002", "script.py:7", "`f` may write"]),
    ("own exception", HEAD + "class E(ValueError):\n    pass\n@aic.jit\ndef f(n: int):\n    if n:\n        raise E(n)\n    return n\n", ["AIC4004", "script.py:9", "raised here, `E`, is an object of Python's"]),
    ("assigned global", HEAD + "n = 0\n@aic.jit\ndef f(k: int):\n    global n\n    n += k\n    return n\n", ["AIC4004", "script.py:8", "a name of the module or of a class"]),
    ("list of the module", HEAD + "T = [1, 2]\n@aic.jit\ndef f(n: int):\n    T.append(n)\n    return len(T)\n", ["AIC4004", "script.py:7", "a list, dict or object of the module"]),
    ("not differentiable", HEAD + "@aic.jit\ndef f(x: int):\n    return x * 1.0\ng = aic.grad(f)\n", ["AIC3002"]),
])
def test_refusals(tmp_path, name, text, words):
    told = refused(tmp_path, text)
    for word in words:
        assert word in told, told


def test_all_errors_are_told_at_once(tmp_path):
    told = refused(tmp_path, HEAD + "@aic.jit\ndef f(n: int):\n    return [n]\n\n@aic.jit\ndef g(n: int):\n    return n + 'a'\n")
    assert told.count("error[") == 2


def test_entries(tmp_path):
    text = HEAD + "@aic.jit\ndef f(x):\n    return x\n\ndef g(x: int):\n    return x\n"
    assert "`f` cannot be built: `x` has no annotation" in refused(tmp_path, text, "--entry", "f")
    assert "has no compiled function `g`: decorate it" in refused(tmp_path, text, "--entry", "g")
    assert "has no compiled function `h`" in refused(tmp_path, text, "--entry", "h")


def test_outside_is_missing(tmp_path):
    assert "AIC_LINKER names 'no-such-linker'" in run_aic("build", SCRIPT, "-o", tmp_path / "l.so", AIC_LINKER="no-such-linker").stderr
    done = run_aic("build", SCRIPT, "-o", tmp_path / "l.so", AIC_LINKER="false")
    assert done.returncode == 3 and "the linker" in done.stderr and os.listdir(tmp_path) == []
    done = run_aic("build", SCRIPT, "-o", tmp_path / "none" / "l.so")
    assert done.returncode == 3 and "cannot write" in done.stderr and "No such file" in done.stderr
    (tmp_path / "folder.so").mkdir()
    done = run_aic("build", SCRIPT, "-o", tmp_path / "folder.so")
    assert done.returncode == 3 and "it is a folder" in done.stderr and os.listdir(tmp_path) == ["folder.so"]
    assert "AIC_DISABLE is set" in run_aic("build", SCRIPT, "-o", tmp_path / "l.so", AIC_DISABLE="1").stderr


def test_wrong_command_lines(tmp_path):
    for arguments in (["build"], ["build", SCRIPT, "--emit", "so,nonsense"], ["build", SCRIPT, "--mcpu", "z80"], ["nonsense"],
                      ["build", SCRIPT, "--emit", "wheel"], ["build", SCRIPT, "--target", "cuda"]):
        done = run_aic(*arguments, cwd=tmp_path)
        assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr, done.stderr
    assert os.listdir(tmp_path) == []


def test_errors_as_json(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(HEAD + "@aic.jit\ndef f(n: int):\n    return n + 'a'\n")
    done = run_aic("build", path, "--json", cwd=tmp_path)
    row = json.loads(done.stdout)["errors"][0]
    assert done.returncode == 1 and row["lineno"] == 6 and row["filename"] == str(path) and row["code"].startswith("AIC2") and done.stderr == ""


def test_a_file_that_is_no_library(tmp_path):
    path = tmp_path / "libx.so"
    path.write_bytes(b"\x7fELF nonsense")
    with pytest.raises(OSError):
        aic.load(path)
    with pytest.raises(OSError):
        aic.load(tmp_path / "none.so")
    import ctypes.util
    with pytest.raises(aic.BuildError, match="no manifest"):
        aic.load(next(p for p in map(str, Path("/").glob("usr/lib/*/libm.so.6"))))
