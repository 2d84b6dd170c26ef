"""What README.md shows is true: its program runs as written, from an empty folder, and does what the comments say."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKS = """
assert len(relax.signatures) == 1, relax.signatures  # "another size: nothing is compiled"
x, y = np.random.rand(50), np.zeros(50)
p, q = x.copy(), y.copy()
relax(x, y, 7), relax.py_func(p, q, 7)
assert (x == p).all() and (y == q).all()
"""


def test_the_program_of_the_readme(tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    (tmp_path / "program.py").write_text(program + CHECKS)
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "AIC_CACHE_DIR": str(tmp_path / "cache")})
    assert done.returncode == 0, done.stderr


def test_the_commands_of_the_readme_exist():
    known = set(re.findall(r"^  ([a-z]+)\) ", (ROOT / "dev").read_text(), re.M))
    told = set(re.findall(r"\./dev ([a-z]+)", (ROOT / "README.md").read_text()))
    assert told and told <= known
