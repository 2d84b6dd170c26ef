"""`aic.extern`: functions of C libraries, by their declaration. CPython calls them through ctypes; compiled code cannot yet,
and is refused where it names one."""
import ctypes
import re

_TYPES = {"double": ctypes.c_double, "float": ctypes.c_float, "int": ctypes.c_int, "long": ctypes.c_long, "int32_t": ctypes.c_int32,
          "int64_t": ctypes.c_int64, "size_t": ctypes.c_size_t, "bool": ctypes.c_bool}


def _type(text):
    name = re.sub(r"\b(const|\w+$)\b" if len(text.split()) > 1 else r"\bconst\b", "", text).strip() or text
    if name not in _TYPES:
        raise ValueError(f"aic.extern: {text!r} is not a type it knows; it has {', '.join(_TYPES)}")
    return _TYPES[name]


def extern(declaration, lib=None):
    """The C function of a declaration like "double j0(double)", from a shared library or, without one, from the process."""
    found = re.fullmatch(r"\s*(\w+)\s+(\w+)\s*\(([^()]*)\)\s*;?\s*", declaration)
    if not found:
        raise ValueError(f"aic.extern wants a declaration like 'double j0(double)', not {declaration!r}")
    result, name, parameters = found.groups()
    function = getattr(ctypes.CDLL(lib), name)
    function.restype = None if result == "void" else _type(result)
    function.argtypes = [_type(p) for p in parameters.split(",") if p.strip() not in ("", "void")]
    return function
