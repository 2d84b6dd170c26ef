"""A fresh clone sets itself up with an empty environment: no HOME, no locale, no PATH but the system's, no terminal.

Long: makes a .venv and builds everything (from ccache where there is one).
"""
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EMPTY = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
pytestmark = [pytest.mark.long, pytest.mark.timeout(2400)]


def dev(clone, *arguments, environment=EMPTY):
    return subprocess.run(["./dev", *arguments], cwd=clone, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The files as they stand here, committed or not, without what git ignores."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("clone") / "a path with spaces"
    files = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, files.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def test_a_fresh_clone_passes_its_tests_with_an_empty_environment(clone):
    # The layer check stands for all of pytest: the whole quick tier would only repeat what runs beside this test.
    result = dev(clone, "test", "tests/tools/test_layers.py")
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    assert "100% tests passed" in result.stdout and " passed in " in result.stdout


def test_nothing_missing_takes_a_second(clone):
    assert dev(clone, "build").returncode == 0
    start = time.monotonic()
    assert dev(clone, "build").returncode == 0
    assert time.monotonic() - start < 5  # a second on a quiet machine


def test_a_shim_that_does_not_work_is_passed_over(clone, tmp_path):
    for name in ("python3", "python"):
        shim = tmp_path / name
        shim.write_text("#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 127\n")
        shim.chmod(0o755)
    shutil.rmtree(clone / ".venv", ignore_errors=True)
    result = dev(clone, "build", environment={"PATH": f"{tmp_path}:{EMPTY['PATH']}"})
    assert result.returncode == 0, result.stderr[-4000:]
