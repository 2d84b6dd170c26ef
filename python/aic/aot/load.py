"""`aic.load`: the functions of a built library as functions of Python.

They are `aic.Function`s like those of `aic.jit`, with the same way of calling, the same exceptions and tracebacks through the
script's lines; only what an argument of another type does is different: there is no compiler, so it is a TypeError. Numbers
are converted to the annotated type where nothing is lost.
"""
import ast
import ctypes
import json
import os

import numpy as np

from aic import _aic
from aic.errors import BuildError
from aic.types import _SCALARS as SCALARS

_ORDER = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}
_PYTHON = {"int": int, "float": float, "complex": complex, "bool": bool}


def text_of_default(value):
    """A default as the manifest holds it; None: it holds only what is a literal, and callers must give the others."""
    value = value.item() if isinstance(value, np.generic) else value
    try:
        text = repr(value)
        return text if repr(ast.literal_eval(text)) == text else None
    except (ValueError, SyntaxError):
        return None


class Library:
    """A built library: `library.f(…)` calls a function, `dir(library)` and iterating tell their names."""

    def __init__(self, path):
        path = os.path.realpath(path)
        handle = ctypes.CDLL(path)
        try:
            text = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(handle, "aic_manifest")))
            manifest = json.loads(text)
        except ValueError:
            raise BuildError(f"{path} was not built by aic: it has no manifest") from None
        if manifest.get("manifest") != 1:
            raise BuildError(f"{path} was built by aic {manifest.get('aic')}, which this version cannot load")
        if not _aic.processor_has(manifest["needs"]):
            raise BuildError(f"{path} was compiled for a processor with {manifest['needs']}, and this one lacks some of that")
        self._path, self._handle, self._manifest = path, handle, manifest
        self._functions = {row["name"]: _function(handle, path, row) for row in manifest["functions"]}
        self.__dict__.update(self._functions)

    def __iter__(self):
        return iter(self._functions)

    def __getitem__(self, name):
        return self._functions[name]

    def __getattr__(self, name):
        raise AttributeError(f"{os.path.basename(self._path)} has no function {name!r}; it has {', '.join(self._functions)}")

    def __dir__(self):
        return sorted(self._functions)

    def __repr__(self):
        return f"<aic library {self._path!r}: {', '.join(self._functions)}>"


def load(path):
    """The functions of a library that `aic build` wrote: `aic.load("libscript.so").f(…)`."""
    return Library(os.fspath(path))


def _function(handle, path, row):
    name, rows = row["name"], row["parameters"]
    texts, scope = [], {"__name__": os.path.basename(path)}
    for k, p in enumerate(rows):
        if k == len(rows) - row["keyword_only"] and row["keyword_only"]:
            texts.append("*")
        if "default" in p:
            scope[f"_default{k}"] = ast.literal_eval(p["default"])
        texts.append(p["name"] + (f"=_default{k}" if "default" in p else ""))
        if k + 1 == row["positional_only"]:
            texts.append("/")
    why = f"{name} is a function of {path}: it has no source"
    code = compile(f"def {name}({', '.join(texts)}):\n    raise NotImplementedError({why!r})\n", path, "exec")
    exec(code, scope)
    stub = scope[name]
    stub.__doc__ = row["doc"]
    stub.__qualname__ = name
    stub.__aic_types__ = [(p["type"], bool(writes)) for p, writes in zip(rows, row["writes"])]
    address = ctypes.addressof(ctypes.c_char.in_dll(handle, f"aic_function_{row['symbol']}"))
    loaded = _aic.load_function(stub, address, row["variants"], row["writes"], row["hidden"])
    loaded.library = path
    return loaded


def converted(stub, arguments):
    """The arguments of a call in the types that the library takes; called where they are not in them already."""
    names = stub.__code__.co_varnames
    try:
        return tuple(_converted(value, *row) for value, row in zip(arguments, stub.__aic_types__))
    except _Mismatch:
        pass
    for name, value, (text, writes) in zip(names, arguments, stub.__aic_types__):
        try:
            _converted(value, text, writes)
        except _Mismatch as why:
            raise TypeError(f"{stub.__name__}() takes {text} as `{name}`, not {why}") from None


class _Mismatch(Exception):
    pass


def _told(value):
    if isinstance(value, np.ndarray):
        kind = "a read-only array" if not value.flags.writeable else "an array"
        order = "C order" if value.flags.c_contiguous else "Fortran order" if value.flags.f_contiguous else "strides"
        return f"{kind} of {value.dtype}, rank {value.ndim} and {order}"
    return f"a {type(value).__name__}" if value is not None else "None"


def _parts(text):
    """The element types of `(int, (float, f64[:, :]))`."""
    depth, start, out = 0, 1, []
    for k, c in enumerate(text):
        depth += c in "([" and 1 or c in ")]" and -1 or 0
        if (c == "," and depth == 1) or (c == ")" and depth == 0):
            out.append(text[start:k].strip())
            start = k + 1
    return [part for part in out if part]


def _converted(value, text, writes):
    if text.startswith("("):
        parts = _parts(text)
        if type(value) is not tuple or len(value) != len(parts):
            raise _Mismatch(_told(value) if type(value) is not tuple else f"a tuple of {len(value)}")
        return tuple(_converted(v, part, writes) for v, part in zip(value, parts))
    if "[" in text or text == "none":
        return _array(value, text, writes)
    cls = _PYTHON.get(text) or SCALARS[text]
    if type(value) is cls:
        return value
    kind = np.asarray(value).dtype.kind if isinstance(value, (bool, int, float, complex, np.generic)) else "?"
    if kind == "O" and type(value) is int:
        kind = "i"  # more than 64 bits
    wanted = np.dtype(cls).kind
    # Upwards only: bool by itself, then whole, real, complex.
    if kind not in "biufc" or (kind == "b") != (wanted == "b") or _ORDER[kind] > _ORDER[wanted]:
        raise _Mismatch(_told(value))
    try:
        with np.errstate(all="raise"):
            out = cls(value)
    except (TypeError, ValueError, OverflowError, FloatingPointError):
        raise _Mismatch(_told(value)) from None
    weak = text in ("f32", "c64") and type(value) in (int, float, complex)  # Python's numbers take NumPy's precision
    if out != value and out == out and not weak:
        raise _Mismatch(f"{value!r}")
    return out


def _array(value, text, writes):
    """An array as it is; whether it fits is asked of the library's table, so only the plain reasons are found here."""
    if text == "none" and value is None:
        return value
    if type(value) is not np.ndarray or text == "none":
        raise _Mismatch(_told(value))
    name, axes = text.rstrip("!").split("[", 1)
    axes = [a.strip() for a in axes.rstrip("]").split(",") if a.strip()]
    size = value.dtype.itemsize
    fits = (value.dtype == SCALARS[name] and value.dtype.isnative and value.flags.aligned and value.ndim == len(axes)
            and (not value.flags.writeable if text.endswith("!") else value.flags.writeable or not writes)
            and (value.flags.c_contiguous if axes and axes[-1] == "::1" else True)
            and (value.flags.f_contiguous if axes and axes[0] == "::1" and len(axes) > 1 else True)
            and (":1" not in axes or value.ndim == 0 or value.strides[-1] == size or value.flags.c_contiguous))
    if not fits:
        raise _Mismatch(_told(value))
    return value
