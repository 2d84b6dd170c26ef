"""The examples that need nothing but what the tests need: each checks its own results and says so."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_a_c_program_on_a_photograph():
    done = subprocess.run([sys.executable, EXAMPLES / "from_c" / "run.py"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bits as the jitted functions" in done.stdout and "the pictures differ in size" in done.stdout
