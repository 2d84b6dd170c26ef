"""From annotations to the types of a library function's parameters."""
import inspect

from aic import _aic
from aic.types import text_of


class Unannotated(Exception):
    """Some parameter has no annotation: the function is compiled when it is called, and is not part of a library."""


def _annotations(function):
    """By name, evaluated; a derivative's are those of what it was made from, so they are read where that stands."""
    home = getattr(function, "__aic_primal__", function)
    scope, found = getattr(home, "__globals__", {}), {}
    for name, value in (getattr(function, "__annotations__", None) or {}).items():
        if isinstance(value, str):
            try:
                value = eval(value, scope)
            except Exception as error:
                _aic.refuse(function, "bad-annotation", [name, f"{value!r} ({type(error).__name__}: {error})"])
        found[name] = value
    return found


def of(function):
    """[(name, type's text)] of the parameters of a Python function. Raises Unannotated, or a located BuildError."""
    annotations = _annotations(function)
    rows, missing = [], []
    for name, parameter in inspect.signature(function, follow_wrapped=False).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise Unannotated(f"`{'*' if parameter.kind is parameter.VAR_POSITIONAL else '**'}{name}` has no type in C")
        if name not in annotations:
            missing.append(name)
            continue
        text = text_of(annotations[name])
        if text is None:
            _aic.refuse(function, "bad-annotation", [name, told(annotations[name])])
        rows.append((name, text))
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        raise Unannotated(f"{names} {'has' if len(missing) == 1 else 'have'} no annotation")
    return rows


def told(annotation):
    return annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__origin__") else repr(annotation)
