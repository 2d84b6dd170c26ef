"""The command `aic` but for `build` (test_library.py): check, cache, doctor, help."""
import json
import os
import subprocess
import sys

import pytest


def run_aic(*arguments, cwd=None, **environment):
    return subprocess.run([sys.executable, "-m", "aic", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, env=os.environ | environment)


@pytest.mark.parametrize("command", [[], ["build"], ["check"], ["cache"], ["cache", "list"], ["cache", "clear"], ["cache", "verify"], ["doctor"]])
def test_help_teaches(command):
    done = run_aic(*command, "--help")
    assert done.returncode == 0 and done.stdout.startswith("Usage: python -m aic") and len(done.stdout) > 150 and done.stderr == ""


def test_version():
    import aic
    assert run_aic("--version").stdout == f"aic {aic.__version__}\n"


SCRIPT = """\
import aic

@aic.jit
def good(a: aic.f64[:], n: int):
    return a.sum() * n

@aic.jit
def untyped(a, n):
    return a[n]

@aic.jit
def wrong(n: int):
    return n + "a"

@aic.jit
def unsupported(n):
    from . import os
    return n
"""


def test_check_tells_of_each_function_and_writes_nothing(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = run_aic("check", "script.py", cwd=tmp_path)
    assert done.returncode == 1
    lines = {line.split("(")[0].split()[0]: line for line in done.stdout.splitlines()}
    assert lines["good"].startswith("good(a: f64[:], n: int) -> f64") and lines["good"].endswith("compiles")
    assert lines["untyped"].endswith("needs types: `a`, `n` have no annotation")
    assert "refused" in lines["wrong"] and "refused" in lines["unsupported"]
    assert "script.py:13:" in done.stderr and "script.py:17:" in done.stderr and "Traceback" not in done.stderr
    rows = json.loads(run_aic("check", "script.py", "--json", cwd=tmp_path).stdout)
    assert [row["status"] for row in rows["functions"]] == ["compiles", "needs types", "refused", "refused"]
    assert [error["lineno"] for error in rows["errors"]] == [13, 17]
    assert os.listdir(tmp_path) == ["script.py"]


def test_check_of_scripts_without_fault(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.split("@aic.jit\ndef wrong")[0])
    assert run_aic("check", "script.py", cwd=tmp_path).returncode == 0
    (tmp_path / "empty.py").write_text("x = 1\n")
    done = run_aic("check", "empty.py", cwd=tmp_path)
    assert done.returncode == 0 and "defines no function" in done.stdout
    assert "there is no script" in run_aic("check", "none.py", cwd=tmp_path).stderr
    assert "is a folder" in run_aic("check", ".", cwd=tmp_path).stderr


def test_cache(tmp_path):
    folder = tmp_path / "cache"
    (tmp_path / "script.py").write_text("import aic\n\n@aic.jit\ndef f(x):\n    return x\n\nf(1)\nf(1.0)\n")
    told = {"AIC_CACHE_DIR": str(folder)}
    assert json.loads(run_aic("cache", "list", "--json", **told).stdout)["entries"] == []
    subprocess.run([sys.executable, tmp_path / "script.py"], env=os.environ | told, check=True)
    listed = json.loads(run_aic("cache", "list", "--json", **told).stdout)
    assert len(listed["entries"]) == 2 and listed["bytes"] > 0 and listed["folder"] == str(folder)
    assert run_aic("cache", "list", **told).stdout.splitlines()[-1].startswith("2 entries, ")
    done = run_aic("cache", "verify", **told)
    assert done.returncode == 0 and done.stdout.startswith("2 entries are whole")

    one = folder / listed["entries"][0]["name"]
    contents = bytearray(one.read_bytes())
    contents[-1] ^= 1
    one.write_bytes(contents)
    done = run_aic("cache", "verify", "--json", **told)
    assert done.returncode == 1 and json.loads(done.stdout)["damaged"] == [one.name]
    contents[0] ^= 1
    one.write_bytes(contents)
    done = run_aic("cache", "verify", **told)
    assert done.returncode == 0 and "1 are of another version" in done.stdout

    (folder / "note.txt").write_text("not ours")
    assert json.loads(run_aic("cache", "clear", "--json", **told).stdout)["deleted"] == 2
    assert os.listdir(folder) == ["note.txt"]


def test_doctor(tmp_path):
    done = run_aic("doctor", AIC_CACHE_DIR=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ld" in done.stdout and "self-test: build and load" in done.stdout
    report = json.loads(run_aic("doctor", "--json", AIC_CACHE_DIR=str(tmp_path / "cache"), AIC_LINKER="no-such-linker").stdout)["report"]
    rows = {row["what"]: row for row in report}
    assert rows["self-test: compile"]["good"] and not rows["linker"]["good"] and "no-such-linker" in rows["linker"]["found"]


def test_doctor_names_what_is_missing(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_aic("doctor", AIC_CACHE_DIR=str(tmp_path / "file" / "cache"))
    assert done.returncode == 3 and "MISSING cache" in done.stdout
