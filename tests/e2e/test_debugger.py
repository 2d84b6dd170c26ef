"""`AIC_GDB=1`: gdb stops in a compiled function and shows the user's Python line."""
import os
import shutil
import subprocess
import sys

import pytest

PROGRAM = """import aic, os, signal, threading
def step(i, n):
    return (i * 5 + n) % 1000003
@aic.jit
def waiting(n):
    i = 0
    while i >= 0:
        i = step(i, n)
    return i
waiting.compile(int)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGTRAP)).start()
waiting(1)
"""


@pytest.mark.skipif(not shutil.which("gdb"), reason="gdb is not here")
def test_gdb_shows_the_python_line(tmp_path):
    path = tmp_path / "stopped.py"
    path.write_text(PROGRAM)
    command = ["gdb", "-batch", "-nx", "-ex", "run", "-ex", "bt 1", "-ex", "info source", "--args", sys.executable, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "AIC_GDB": "1"})
    frame = next(line for line in done.stdout.splitlines() if line.startswith("#0"))
    assert "waiting" in frame and frame.endswith(("stopped.py:7", "stopped.py:8")), done.stdout
    assert f"Located in {path}" in done.stdout


def test_perf_finds_compiled_functions_by_name(tmp_path):
    path = tmp_path / "named.py"
    path.write_text("import aic, os\n@aic.jit\ndef named_in_perf(n):\n    return n + 1\nnamed_in_perf(1)\nprint(os.getpid())\n")
    run = lambda perf: subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=True,
                                      env={**os.environ, "AIC_PERF": perf})
    table = f"/tmp/perf-{int(run('1').stdout)}.map"
    try:
        with open(table) as file:
            address, size, name = file.readline().split()
        assert int(address, 16) > 4096 and 0 < int(size, 16) < 4096 and name == "aic::named_in_perf.0"
    finally:
        os.unlink(table)
    assert not os.path.exists(f"/tmp/perf-{int(run('0').stdout)}.map")
