"""Runs a script to find the compiled functions that it defines, and tells what went wrong in it in the script's own lines."""
import contextlib
import importlib.util
import os
import sys
import traceback

import aic


class ScriptError(Exception):
    """The script cannot be used; the text is for the user, whole."""


def _told(error, path):
    """The traceback as CPython shows it, from the script's first frame on."""
    trace = error.__traceback__
    while trace and os.path.realpath(trace.tb_frame.f_code.co_filename) != path:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()


def run(path):
    """The module of a script, executed with a `__name__` that is not "__main__". What it prints goes to stderr."""
    path = os.path.realpath(path)
    if not os.path.isfile(path):
        raise ScriptError(f"there is no script {path}" if not os.path.isdir(path) else f"{path} is a folder, not a script")
    spec = importlib.util.spec_from_file_location("aic_script", path, loader=importlib.machinery.SourceFileLoader("aic_script", path))
    module = importlib.util.module_from_spec(spec)
    sys.modules["aic_script"] = module
    arguments, sys.argv = sys.argv, [path]
    sys.path.insert(0, os.path.dirname(path))
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with contextlib.redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except SystemExit as error:
        raise ScriptError(f"{path} ends the process when it is imported (exit code {error.code}): put what runs the program under "
                          "`if __name__ == \"__main__\":`") from None
    except Exception as error:
        raise ScriptError(f"{path} raises when it is imported:\n{_told(error, path)}") from None
    finally:
        sys.argv, sys.dont_write_bytecode = arguments, keep
    return module


def functions(module, entries=()):
    """{name: aic.Function}: those that the module defines (derivatives of its functions, too), or those named."""
    if aic.config.disabled:
        raise ScriptError("AIC_DISABLE is set, so that aic.jit compiles nothing: there is nothing to build")
    if entries:
        out = {}
        for name in entries:
            value = getattr(module, name, None)
            if not isinstance(value, aic.Function):
                raise ScriptError(f"{module.__file__} has no compiled function `{name}`"
                                  + (": decorate it with @aic.jit" if callable(value) else ""))
            out[name] = value
        return out
    names = {}
    for name, value in vars(module).items():
        if isinstance(value, aic.Function) and value.__module__ == module.__name__:
            names.setdefault(id(value), []).append(name)
    chosen = {id(value): value.__name__ if value.__name__ in names[id(value)] else names[id(value)][0]
              for value in vars(module).values() if id(value) in names}
    return {name: getattr(module, name) for name in chosen.values()}
