"""Writes docs/errors.md, the manual of aic's diagnostics, from ir/diagnostics_table.h.

`python tests/tools/error_manual.py` writes it; `test_error_manual.py` says when it must be written again.
"""
import re
from pathlib import Path

from aic import _aic

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "errors.md"
BLOCKS = {10: "Finding the source", 11: "Syntax", 12: "Names", 20: "Calls", 21: "Operators", 22: "Names and attributes",
          23: "Control flow", 24: "Arrays and containers", 30: "Derivatives", 40: "Building"}
HEAD = """# Errors

<!-- Written by tests/tools/error_manual.py from ir/diagnostics_table.h; do not edit. -->

What aic refuses, and why, by code. A refusal comes before the function runs; each tells the place, the reason and what to write
instead. `aic.SyntaxNotSupported`, `aic.TypeInferenceError` and `aic.NotDifferentiable` are kinds of `aic.CompileError`. In the
messages here {0}, {1}, … stand for what the program holds at that place; in the examples carets mark the characters that
the error points at.
"""


def rows():
    """The table in order of code."""
    return sorted(_aic.diagnostics(), key=lambda row: row["code"])


def shown(row):
    why = re.sub(r" ?No example: .*$", "", row["why"])
    out = [f"### AIC{row['code']}: {row['message']}", "", f"`aic.{row['exception']}`. {why}", "", f"*Instead:* {row['help']}.", ""]
    if row["example"]:
        out += ["```python", row["example"].rstrip("\n"), "```", ""]
    return "\n".join(out)


def manual():
    parts, block = [HEAD], None
    for row in rows():
        if row["code"] // 100 != block:
            block = row["code"] // 100
            parts.append(f"## {BLOCKS[block]} (AIC{block}xx)\n")
        parts.append(shown(row))
    return "\n".join(parts)


if __name__ == "__main__":
    MANUAL.write_text(manual())
