"""aic: a static compiler for Python and NumPy.

    import aic

    @aic.jit
    def total(a):
        s = 0.0
        for x in a:
            s += x
        return s

A decorated function is compiled when it is called with new argument types; what cannot be compiled is refused with an
`aic.CompileError` that shows the place. See README.md for what is promised.
"""
import os as _os

import numpy as _np  # noqa: F401  (the extension needs it)

from aic import _aic
from aic.errors import (
    BuildError, CompileError, FallbackWarning, InternalError, NotDifferentiable, SyntaxNotSupported, TypeInferenceError, VerificationError)
from aic.interpreted import objmode
from aic.types import SCALAR_TYPES as _SCALAR_TYPES

__version__ = _aic.__version__
Function = _aic.Function

globals().update(_SCALAR_TYPES)

# Options of jit: default, and whether values other than the default exist yet.
_OPTIONS = {
    "target": "cpu", "parallel": True, "fastmath": False, "fallback": "error", "cache": True, "verify": False,
    "deterministic": None, "schedule": None, "signatures": None, "fp_warnings": False,
}
_HARMLESS = {
    "target": ("auto",), "parallel": (False,), "cache": (False,), "fastmath": (True,), "deterministic": (True, False),
    "fallback": ("warn", "python"), "verify": (True,),
}


def _checked(options):
    for name, value in options.items():
        if name not in _OPTIONS:
            raise TypeError(f"aic.jit has no option {name!r}; it has {', '.join(_OPTIONS)}")
        if name != "signatures" and value != _OPTIONS[name] and value not in _HARMLESS.get(name, ()):
            raise NotImplementedError(f"aic.jit({name}={value!r}) is not there yet")
    return {
        "fastmath": bool(options.get("fastmath", False)), "cache": bool(options.get("cache", True)),
        "fallback": options.get("fallback", "error"), "verify": bool(options.get("verify", False)),
    }


def jit(function=None, **options):
    """Compiles a Python function: `@aic.jit` or `@aic.jit(fastmath=True, signatures=[...])`.

    Returns an `aic.Function`: call it as the original. `fallback="warn"` leaves calls that do not compile to the interpreter,
    with one `aic.FallbackWarning` that says why; `fallback="python"` the statements that do not compile, with one for each
    (docs/fallback.md). `verify=True` runs the interpreter beside each call and raises
    `aic.VerificationError` at the first difference. Options that do not exist yet raise NotImplementedError.
    """
    known = _checked(options)
    if function is None:
        return lambda f: jit(f, **options)
    if _os.environ.get("AIC_DISABLE", "0") not in ("", "0"):
        return function
    if isinstance(function, Function):
        function = function.py_func
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(jit(function.__func__, **options))
    if not hasattr(function, "__code__"):
        raise TypeError(f"aic.jit compiles Python functions, not {type(function).__name__} objects")
    if function.__code__.co_qualname == "errstate.__call__.<locals>.inner":
        from aic.error_states import stand_in
        function = stand_in(function)
    compiled = _aic.jit(function, known)
    if known["fallback"] == "python":
        compiled._options = known
    for signature in options.get("signatures") or ():
        try:
            compiled.compile(*(signature if isinstance(signature, (tuple, list)) else (signature,)))
        except CompileError:
            if known["fallback"] == "error":
                raise
    return compiled


class _Config:
    """The options of the process, read from the environment when they are used."""

    @property
    def cache_dir(self):
        return _os.environ.get("AIC_CACHE_DIR") or _os.path.join(
            _os.environ.get("XDG_CACHE_HOME") or _os.path.expanduser("~/.cache"), "aic")

    @property
    def disabled(self):
        return _os.environ.get("AIC_DISABLE", "0") not in ("", "0")

    def __repr__(self):
        return f"<aic.config cache_dir={self.cache_dir!r} disabled={self.disabled}>"


config = _Config()

_DERIVATIVES = ("grad", "value_and_grad", "jvp", "vjp", "jacobian", "jacrev", "jacfwd", "hessian", "hvp", "check_grad",
                "stop_gradient", "custom_jvp", "custom_vjp", "checkpoint")


def __getattr__(name):
    # Derivatives and loading are imported when they are asked for, so that `import aic` stays short.
    if name in _DERIVATIVES:
        from aic import derivatives
        return getattr(derivatives, name)
    if name == "extern":
        from aic.foreign import extern
        return extern
    if name == "load":
        from aic.aot.load import load
        return load
    raise AttributeError(f"module 'aic' has no attribute {name!r}")


_MISSING = {
    "linearize": "derivatives", "jet": "derivatives", "implicit": "derivatives", "fixed_point": "derivatives",
    "graph": "the graph interface", "prange": "parallel loops", "overload": "library functions of users",
    "tune": "tuning", "array": "device arrays",
}


def _missing(name):
    def function(*args, **kwargs):
        raise NotImplementedError(f"aic.{name} is not there yet ({_MISSING[name]})")

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Not there yet: {_MISSING[name]}."
    return function


for _name in _MISSING:
    globals()[_name] = _missing(_name)
del _name
