"""Every program of the end-to-end tests again through a library built for the types of its call, of its first ones where there are many: the jitted
function's bits."""
import collections
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def sweep(tmp_path, tests):
    """The tests with harness.check extended; how often what happened."""
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "not long", "-p", "through_a_library", "-n", "2", *tests], cwd=HERE.parents[1],
                          env=os.environ | {"AIC_CHECK_LIBRARY": str(tmp_path), "PYTHONPATH": str(HERE)}, capture_output=True, text=True)
    counts = collections.Counter()
    for path in tmp_path.iterdir():
        for line in path.read_text().splitlines():
            count, what = line.split(" ", 1)
            counts[what] += int(count)
    return done, counts


def test_some_programs(tmp_path):
    done, counts = sweep(tmp_path, ["tests/e2e/test_arrays_in_loops.py"])
    assert done.returncode == 0, done.stdout[-5000:]
    assert counts["same"] >= 5, counts


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_all_programs(tmp_path):
    files = sorted(str(p.relative_to(HERE.parents[1])) for p in HERE.glob("test_*.py") if " check(" in p.read_text() and "library" not in p.name)
    done, counts = sweep(tmp_path, files)
    assert done.returncode == 0, done.stdout[-20000:]
    assert counts["same"] > 1000, counts
