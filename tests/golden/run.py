"""Golden files: text in, expected text below it, in one file. Run by CTest; by hand:

    AIC_BUILD_DIR=build python tests/golden/run.py [FILE...]       compare
    AIC_BLESS=1 AIC_BUILD_DIR=build python tests/golden/run.py     rewrite what is expected; the review reads the diff

A file's first line is its command, as a comment: `; aic-opt --passes=cse %s` for IR, `# aic-lower %s` for Python; %s is
the file, the tools are those of the build. Below the last line `; =>` (or `# =>`) stands what the command prints, each
line as a comment, so that the tool can read the whole file. Lines `; run f(3, [1.0])` are calls that the interpreter
runs on the input and on what the passes made of it; the results stand below too, and differing ones never pass. A command whose tool is not built is skipped, and counted.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("AIC_BUILD_DIR", HERE.parent.parent / "build")).resolve()


def expected_of(lines, sign):
    """(lines of the input, lines expected)"""
    arrow = f"{sign} =>"
    if arrow not in lines:
        return lines, []
    at = len(lines) - 1 - lines[::-1].index(arrow)
    return lines[:at], [line[len(sign) + 1:] for line in lines[at + 1:]]


def calls(tool, path, lines, words, sign):
    """What `; run f(…)` lines give on the interpreter, before the passes and after them: the two must be equal."""
    words = [path.name if w == "%s" else w for w in words]
    results = []
    for line in lines:
        if not line.startswith(f"{sign} run "):
            continue
        call = line[len(sign) + 5:]
        before, after = (
            subprocess.run([str(tool), *chosen, f"--run={call}"], cwd=path.parent, capture_output=True, text=True)
            for chosen in ([w for w in words if not w.startswith("--passes")], words))
        results.append(f"{call} = {(before.stdout + before.stderr).strip()}")
        if (before.stdout, before.stderr) != (after.stdout, after.stderr):
            results.append(f"WRONG after the passes: {(after.stdout + after.stderr).strip()}")
    return results


def run(path):
    """'same', 'skipped' or the difference."""
    lines = path.read_text().splitlines()
    command = re.match(r"([;#]) (.+)", lines[0])
    if not command:
        return f"{path}: the first line is not a command\n"
    sign, words = command[1], shlex.split(command[2])
    tool = BUILD / words[0]
    if not tool.exists():
        return "skipped"
    done = subprocess.run([str(tool), *(path.name if w == "%s" else w for w in words[1:])], cwd=path.parent, capture_output=True, text=True)
    got = (done.stdout + done.stderr).rstrip().splitlines() + calls(tool, path, lines, words[1:], sign)
    text, expected = expected_of(lines, sign)
    if got == expected:
        return "same"
    if os.environ.get("AIC_BLESS"):
        path.write_text("\n".join([*text, f"{sign} =>", *(f"{sign} {line}".rstrip() for line in got)]) + "\n")
        return "same"
    return "\n".join(difflib.unified_diff(expected, got, f"{path} (expected)", f"{path} (printed)", lineterm="")) + "\n"


def main(arguments):
    files = [Path(a).resolve() for a in arguments] or sorted(p for p in HERE.glob("*/*") if p.is_file() and p.suffix in (".py", ".ir"))
    results = {path: run(path) for path in files}
    for result in results.values():
        if result not in ("same", "skipped"):
            print(result)
    skipped = sum(r == "skipped" for r in results.values())
    failed = sum(r not in ("same", "skipped") for r in results.values())
    print(f"golden: {len(files) - skipped - failed} same, {failed} differ, {skipped} skipped because their tool is not built")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
