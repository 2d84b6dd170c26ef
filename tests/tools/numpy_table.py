"""Writes docs/numpy.md: what of NumPy compiles, from the operator records (ir/ops/*.h) and the library (python/aic/lib/numpy*.py).

`python tests/tools/numpy_table.py` writes it; `test_numpy_table.py` says when it must be written again.
"""
import ast
import functools
import re
import sys
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "python" / "aic" / "lib"
SUBMODULES = {"numpy_linalg": "numpy.linalg", "numpy_fft": "numpy.fft", "numpy_random": "numpy.random", "numpy_polynomial_polynomial": "numpy.polynomial.polynomial",
              "numpy_polynomial_chebyshev": "numpy.polynomial.chebyshev", "numpy_polynomial_legendre": "numpy.polynomial.legendre",
              "numpy_polynomial_hermite": "numpy.polynomial.hermite", "numpy_polynomial_laguerre": "numpy.polynomial.laguerre",
              "numpy_lib_stride_tricks": "numpy.lib.stride_tricks"}
IN_INFERENCE = ("dtype", "finfo", "iinfo", "ndenumerate", "ndindex")  # classes that the compiler itself knows
INDEXED = {"_item_mgrid": "mgrid", "_item_ogrid": "ogrid", "_item_r_": "r_", "_item_c_": "c_", "_item_s_": "s_", "_item_index_exp": "index_exp"}


def records():
    """{name in numpy: what the record says of it}."""
    found = {}
    for path in sorted((ROOT / "ir" / "ops").glob("*.h")):
        for record in re.split(r"\{\.name = ", path.read_text())[1:]:
            python = re.search(r'\.python = "([^"]*)"', record)
            doc = re.search(r'\.doc = "((?:[^"\\]|\\.)*)"', record)
            for word in python[1].split() if python else ():
                if word.startswith("numpy."):
                    found[word[6:]] = doc[1] if doc else ""
    return found


def signature(node):
    """The parameters as they are written, without those that only the compiler passes."""
    arguments = node.args
    arguments.args = [a for a in arguments.args if not a.arg.startswith("_")]
    keep = [k for k, a in enumerate(arguments.kwonlyargs) if not a.arg.startswith("_")]
    arguments.kwonlyargs, arguments.kw_defaults = [arguments.kwonlyargs[k] for k in keep], [arguments.kw_defaults[k] for k in keep]
    return f"{node.name}({ast.unparse(arguments)})"


@functools.cache
def helpers(stem):
    """{name as that file writes it: (function, its file)}, with `module.name` of the files that belong to the same part of NumPy."""
    tree = ast.parse((LIB / f"{stem}.py").read_text())
    found = {n.name: (n, stem) for n in tree.body if isinstance(n, ast.FunctionDef)}
    family = next((s for s in SUBMODULES if stem == s or stem.startswith(s + "_")), "?")
    for n in tree.body:
        if isinstance(n, ast.ImportFrom) and n.module == "aic.lib":
            for alias in n.names:
                if alias.name.startswith(family + "_"):
                    beside = ast.parse((LIB / f"{alias.name}.py").read_text()).body
                    found |= {f"{alias.asname or alias.name}.{f.name}": (f, alias.name) for f in beside if isinstance(f, ast.FunctionDef)}
    return found


def refusals(node, stem, seen=()):
    """What the function refuses, itself or in the helpers of its file and of those that it imports."""
    told = []
    for part in ast.walk(node):
        if not isinstance(part, ast.Call):
            continue
        name = ast.unparse(part.func)
        if name.endswith(".refuse") and isinstance(part.args[0], ast.Constant):
            told.append(part.args[0].value)
        elif name in helpers(stem) and helpers(stem)[name] not in seen:
            told += refusals(*helpers(stem)[name], (*seen, helpers(stem)[name]))
    return list(dict.fromkeys(told))


def functions(path):
    """{name: (signature, refusals)} of the public functions of a file of the library."""
    tree = ast.parse(path.read_text())
    named = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    found = {name: (signature(n), refusals(n, path.stem, ((n, path.stem),))) for name, n in named.items() if not name.startswith("_")}
    for n in tree.body:  # permute_dims = transpose
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Name) and n.value.id in found and isinstance(n.targets[0], ast.Name):
            found[n.targets[0].id] = (found[n.value.id][0].replace(n.value.id + "(", n.targets[0].id + "(", 1), found[n.value.id][1])
    return found


def methods(stem, owner):
    """The methods of a class of the library: functions `_<owner>_<method>`, in the file or those beside it."""
    found = set()
    for path in LIB.glob(f"{stem}*.py"):
        found |= {m[1] for m in re.finditer(rf"^(?:def )?_{owner}_([a-z]\w*)(?:\(| = )", path.read_text(), re.M)}
        for names in re.findall(rf'^for _name in \(([^)]*)\):\n    globals\(\)\["_{owner}_" \+ _name\]', path.read_text(), re.M):
            found |= set(re.findall(r'"(\w+)"', names))
    return sorted(found)


def library():
    """{module of NumPy: {name: (signature, refusals)}}."""
    modules = {"numpy": {}} | {m: {} for m in SUBMODULES.values()}
    for path in sorted(LIB.glob("numpy*.py")):
        if path.stem.startswith("numpy_random_"):
            continue
        part = next((m for stem, m in SUBMODULES.items() if path.stem == stem or path.stem.startswith(stem + "_")), "numpy")
        modules[part] |= functions(path)
    modules["numpy"] |= {name: (name + "[…]", []) for name in INDEXED.values()}
    return modules


def namespace():
    """The callables of numpy that are not classes."""
    return sorted(n for n in dir(numpy) if not n.startswith("_") and callable(getattr(numpy, n)) and not isinstance(getattr(numpy, n), type))


def row(entry):
    text, refused = entry
    return f"- `{text}`" + (f" — refused: {'; '.join(refused)}" if refused else "")


def page():
    operators, modules = records(), library()
    public = namespace()
    aliases = {n for n in public if getattr(getattr(numpy, n), "__name__", n) in operators or getattr(getattr(numpy, n), "__name__", n) in modules["numpy"]}
    compiled = [n for n in public if n in operators or n in modules["numpy"] or n in aliases]
    missing = [n for n in public if n not in compiled]
    version = ".".join(numpy.__version__.split(".")[:2])
    lines = ["# What of NumPy compiles", "",
             "Written by `tests/tools/numpy_table.py` from the operator records and the library; do not edit.", "",
             f"**{len(compiled)} of the {len(public)} functions of the namespace of NumPy {version} compile.** Parameters that are not listed, and what stands after",
             "*refused*, are compile errors, never done otherwise. Ufuncs take `out=`, `where=`, `dtype=` and have `reduce`, `accumulate`, `outer`, `at`, `reduceat`.", "",
             "bfloat16 is that of `ml_dtypes`: ufuncs with every value's bits, casts, indexing, views, reductions (summed in float32) and products; other",
             "functions refuse it. Results of operands that lie in neither C's nor Fortran's order lie in C's, where NumPy keeps the order of the",
             "operands' axes; so do those of indexing by arrays behind a slice (`a[:, i]`): `strides` and what asks for the order 'K' may tell.", "",
             "Under `with np.errstate(divide=\"raise\", over=…, under=…, invalid=…)`, or in a function that it decorates, ufuncs of float32, float64 and integers, operators, casts, `sum`,",
             "`prod` and `mean` raise NumPy's FloatingPointError, in functions called there too; other functions that compute with floats are",
             "refused there. Whether a transcendental function of a subnormal number underflows is its routine's choice in NumPy, and the result's size here.",
             "`x.base` answers `is` and `is not` for arrays made in the function and for the caller's; `x.shape = …` works on an array that only this name holds.", "",
             "## Operators", "", ", ".join(f"`{n}`" for n in sorted(operators) if "." not in n), ""]
    for module, found in modules.items():
        lines += [f"## {module}", ""]
        lines += [row(found[name]) for name in sorted(found)] + [""]
    lines += ["## Methods of generators", "",
              "`Generator`: " + ", ".join(f"`{m}`" for m in methods("numpy_random", "Generator")), "",
              "`RandomState`: " + ", ".join(f"`{m}`" for m in methods("numpy_random", "RandomState")), "",
              "## Classes that the compiler knows", "", ", ".join(f"`{n}`" for n in IN_INFERENCE) + ", and the dtypes.", "",
              "## Not compiled", "", ", ".join(f"`{n}`" for n in missing), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    (ROOT / "docs" / "numpy.md").write_text(page())
    print(re.search(r"\*\*(.*?)\*\*", page())[1], file=sys.stderr)
