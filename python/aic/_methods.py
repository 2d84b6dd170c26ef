"""The methods of compiled functions that are called rarely; the C type forwards to them by name."""
import inspect

from aic import _aic
from aic.errors import CompileError  # noqa: F401  (the C side raises it)
from aic.types import describe

FORMS = ("py", "tensor", "optimized", "loop", "llvm", "asm")


def _descriptions(f, args, kwargs):
    """One description for each parameter, as a call with these arguments or types would bind them."""
    bound = inspect.signature(f.py_func, follow_wrapped=False).bind(*args, **kwargs)
    out = []
    for name, parameter in inspect.signature(f.py_func, follow_wrapped=False).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            out.append(("value", bound.arguments.get(name, {})))
        elif parameter.kind is parameter.VAR_POSITIONAL:
            out.append(("value", bound.arguments.get(name, ())))
        elif name in bound.arguments:
            out.append(describe(bound.arguments[name]))
        else:
            out.append(("default",))
    return out


class Lowered:
    """The forms of a function for one signature. `text(form)`: py, tensor, optimized, loop, llvm or asm."""

    def __init__(self, function, descriptions):
        self._function = function
        self._descriptions = descriptions

    def text(self, form="tensor"):
        if form == "ptx":
            raise NotImplementedError("aic has no GPU code generator yet: `ptx` has no text")
        if form not in FORMS:
            raise ValueError(f"unknown form {form!r}; one of {', '.join(FORMS)}")
        return _aic.lowered(self._function, self._descriptions, form)

    def __repr__(self):
        return f"<aic.Lowered {self._function.__name__}>"


def lower(f, *args, **kwargs):
    return Lowered(f, _descriptions(f, args, kwargs))


def compile(f, *types, **keywords):
    _aic.compile(f, _descriptions(f, types, keywords))


def explain(f):
    from aic.explaining import Explanation
    return Explanation(f)


def profile(f, *args):
    raise NotImplementedError("profile() is not there yet")


def schedule(f, *args, **kwargs):
    raise NotImplementedError("schedule() is not there yet")
