"""The disk cache: found again by another process, never wrong, never able to fail a program."""
import os
import resource
import shutil
import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
import sys, numpy as np, aic
SCALE = {scale}
def helper(x):
    return x {operator} SCALE
@aic.jit
def f(x):
    return helper(x)
print(f(3.0), aic._aic.generator_is_open())
"""


def run(folder, environment=None, scale=2.0, operator="*", before="", program=PROGRAM):
    path = folder / "program.py"
    path.write_text(before + program.format(scale=scale, operator=operator))
    variables = {**os.environ, "AIC_CACHE_DIR": str(folder / "cache"), **(environment or {})}
    variables = {k: v for k, v in variables.items() if v is not None}
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    value, is_open = done.stdout.split()
    return float(value), is_open == "True"


def entries(folder):
    return sorted((folder / "cache").glob("*.aic"))


def test_a_second_process_opens_no_code_generator(tmp_path):
    assert run(tmp_path) == (6.0, True)
    assert run(tmp_path) == (6.0, False)
    assert run(tmp_path, before="# moved\n\n\n") == (6.0, False)


def test_what_the_function_reads_is_compared(tmp_path):
    assert run(tmp_path) == (6.0, True)
    assert run(tmp_path, scale=5.0) == (15.0, True)
    assert run(tmp_path, operator="+", scale=5.0) == (8.0, True)
    assert run(tmp_path, operator="+", scale=5.0) == (8.0, False)


@pytest.mark.parametrize("damage", [
    lambda path, data: path.write_bytes(b""),
    lambda path, data: path.write_bytes(data[: len(data) // 2]),
    lambda path, data: path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:]),
    lambda path, data: path.write_bytes(b"\xff" * len(data)),
    lambda path, data: path.chmod(0o666),
    lambda path, data: (path.unlink(), path.mkdir()),
], ids=["empty", "truncated", "one bit", "garbage", "writable by all", "a folder"])
def test_a_bad_entry_is_compiled_again(tmp_path, damage):
    assert run(tmp_path) == (6.0, True)
    (path,) = entries(tmp_path)
    damage(path, path.read_bytes())
    assert run(tmp_path) == (6.0, True)


def test_no_folder_no_home_no_failure(tmp_path):
    assert run(tmp_path, {"AIC_CACHE_DIR": "/proc/no/such/folder"}) == (6.0, True)
    assert run(tmp_path, {"AIC_CACHE_DIR": "/dev/full"}) == (6.0, True)
    assert run(tmp_path, {"AIC_CACHE_DIR": None, "XDG_CACHE_HOME": None, "HOME": None}) == (6.0, True)


def test_the_line_of_an_exception_follows_the_source(tmp_path):
    program = textwrap.dedent("""
        import sys, traceback, aic
        @aic.jit
        def f(a, b):
            return a // b
        try:
            f(1, 0)
        except ZeroDivisionError as e:
            print(traceback.extract_tb(e.__traceback__)[-1].lineno, aic._aic.generator_is_open())
        """)
    assert run(tmp_path, program=program) == (5, True)
    assert run(tmp_path, program=program, before="# one\n# two\n") == (7, False)


def test_many_processes_start_on_one_empty_cache(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM.format(scale=2.0, operator="*"))
    environment = {**os.environ, "AIC_CACHE_DIR": str(tmp_path / "cache")}
    processes = [subprocess.Popen([sys.executable, str(tmp_path / "program.py")], stdout=subprocess.PIPE, env=environment, text=True)
                 for _ in range(16)]
    assert all(p.communicate()[0].startswith("6.0 ") and p.returncode == 0 for p in processes)
    assert len(entries(tmp_path)) == 1 and len(list((tmp_path / "cache").iterdir())) == 1
    assert run(tmp_path) == (6.0, False)


LOGGED = textwrap.dedent("""
    import logging, sys
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s %(levelname)s %(message)s")
    import aic
    @aic.jit
    def f(x):
        return x + 1
    @aic.jit
    def g(x):
        return x + 2
    assert f(1) == 2 and g(1) == 3
    """)


def logged(folder, limit=None, **environment):
    (folder / "logged.py").write_text(LOGGED)
    before = None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    done = subprocess.run([sys.executable, "-B", folder / "logged.py"], capture_output=True, text=True, preexec_fn=before,
                          env={**os.environ, "AIC_CACHE_DIR": str(folder / "cache"), **environment})
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.splitlines()


def test_a_full_disk_is_one_line_in_the_log(tmp_path):
    (line,) = logged(tmp_path, limit=100)
    assert line.startswith("aic DEBUG the disk cache: cannot write ")
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_cannot_be_a_folder_is_one_line_in_the_log(tmp_path):
    (line,) = logged(tmp_path, AIC_CACHE_DIR="/dev/full")
    assert "/dev/full" in line
    assert logged(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["folder", "entry"])
def test_what_another_user_owns_is_not_used(tmp_path, what):
    assert run(tmp_path) == (6.0, True)
    (path,) = entries(tmp_path)
    os.chown(path if what == "entry" else path.parent, 12345, 12345)
    if what == "entry":
        assert run(tmp_path) == (6.0, True)
    else:
        assert run(tmp_path, scale=7.0) == (21.0, True)
        assert entries(tmp_path) == [path]


def test_another_build_of_aic_compiles_again(tmp_path):
    import aic

    package = tmp_path / "other" / "aic"
    package.mkdir(parents=True)
    for entry in os.scandir(os.path.dirname(aic.__file__)):
        if entry.name.startswith("_aic."):
            shutil.copy(entry.path, package / entry.name)  # another time of change
        else:
            (package / entry.name).symlink_to(entry.path)
    assert run(tmp_path) == (6.0, True)
    assert run(tmp_path, {"PYTHONPATH": str(package.parent)}) == (6.0, True)
    assert run(tmp_path, {"PYTHONPATH": str(package.parent)}) == (6.0, False)
    assert run(tmp_path) == (6.0, False)


@pytest.mark.long
def test_64_processes_start_on_one_empty_cache(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM.format(scale=2.0, operator="*"))
    environment = {**os.environ, "AIC_CACHE_DIR": str(tmp_path / "cache")}
    processes = [subprocess.Popen([sys.executable, str(tmp_path / "program.py")], stdout=subprocess.PIPE, env=environment, text=True)
                 for _ in range(64)]
    assert all(p.communicate()[0].startswith("6.0 ") and p.returncode == 0 for p in processes)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert run(tmp_path) == (6.0, False)


TABLES = """
import numpy as np, aic
@aic.jit
def f(seed):
    return np.random.default_rng(seed).standard_normal(3)[2]
print(f(1), aic._aic.generator_is_open())
"""


def test_what_reads_a_table_of_the_library_is_found_again(tmp_path):
    first = run(tmp_path, program=TABLES)
    assert first[1] and run(tmp_path, program=TABLES) == (first[0], False)


ARRAYS = """
import numpy as np, aic
A = np.arange(3.0)
@aic.jit
def f(x):
    return A[2] + x
print(f(1.0), aic._aic.generator_is_open())
"""


def test_what_reads_a_users_array_is_not_kept(tmp_path):
    for _ in range(2):
        assert run(tmp_path, program=ARRAYS) == (3.0, True)
