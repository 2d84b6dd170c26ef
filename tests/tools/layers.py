"""Do the include arrows point to the ground floor? Run by CTest and `./dev lint`; prints file:line for each that does not.

    python tests/tools/layers.py [ROOT]

The table below is the one of docs/architecture.md: what a room's sources may include besides their own room. Three
arrows are finer than a room: CPython's headers, pybind11's, isl's. A dependency that is not in the table is asked for in
a review, not found in a profile a year later.
"""
import re
import sys
from pathlib import Path

# room -> the rooms whose headers it may include. `runtime` is below everything and above nothing; its public C headers
# (the tables that compiled code is given) are read by codegen and python, its loader only by python.
ARROWS = {
    "ir": set(),
    "frontend": {"ir"},
    "typeinfer": {"ir"},
    "passes": {"ir"},
    "codegen": {"ir", "runtime"},
    "runtime": set(),
    "python": {"ir", "frontend", "typeinfer", "passes", "runtime", "codegen"},
    "tests": {"ir", "frontend", "typeinfer", "passes", "runtime", "codegen", "python"},
}

# header (a regular expression over the whole name) -> the folders whose sources may include it, and the reason.
OUTSIDE = (
    (r"llvm(-c)?/.*", ("codegen",), "only codegen/ knows LLVM"),
    (r"Python\.h|(cpython|internal)/.*|structmember\.h|frameobject\.h", ("frontend", "python", "tests"),
     "CPython's API is for frontend/ and python/"),
    (r"numpy/.*", ("python",), "NumPy's API is for python/"),
    (r"pybind11/.*", ("python/bindings",), "pybind11 is for python/bindings only"),
    (r"isl/.*", ("passes/kernels/dependence",), "isl is for passes/kernels/dependence only"),
    (r"nlohmann/.*", ("ir", "python", "tests"), "json is read and written by ir/"),
    (r"catch2/.*", ("tests",), "Catch2 is for tests/"),
)

# What may be seen of a room from outside, where that is less than all of its headers: codegen's C interface.
DOORS = {"codegen": r"codegen/codegen\.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def is_under(path, folder):
    return path == folder or path.startswith(folder + "/")


def complaint(source, header, quoted):
    """Why `source` (relative to the root) may not include `header`, or None."""
    for pattern, folders, reason in OUTSIDE:
        if re.fullmatch(pattern, header):
            return None if any(is_under(source, folder) for folder in folders) else reason
    room, target = source.split("/")[0], header.split("/")[0]
    if target not in ARROWS:
        return "write the path from the root of the repository" if quoted else None
    if target == room:
        return None
    if target not in ARROWS[room]:
        return f"{room}/ may not include {target}/"
    if target in DOORS and not re.fullmatch(DOORS[target], header):
        return f"{target}/ is entered by its C interface only"
    return None


def complaints(root):
    for room in ARROWS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix not in (".h", ".cpp", ".c", ".inc") or not path.is_file():
                continue
            source = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                if match := INCLUDE.match(line):
                    if why := complaint(source, match[2], match[1] == '"'):
                        yield f"{source}:{number}: {match[2]}: {why}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    found = list(complaints(root))
    print("\n".join(found) or "layers: every include arrow points down")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
