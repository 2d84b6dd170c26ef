"""The py form means what the program means: lowered by aic-lower, run on CPython's own objects, compared with CPython."""
import copy
import os
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tools"))
import pyform  # noqa: E402
from harness import load_source  # noqa: E402

PROGRAMS = Path(__file__).with_name("frontend_programs.py")
TOOL = Path(os.environ.get("AIC_BUILD_DIR", ROOT / "build")) / "aic-lower"


def programs():
    return load_source(PROGRAMS)


def outcome(f, arguments):
    try:
        return "value", f(*copy.deepcopy(arguments))
    except Exception as error:
        return type(error).__name__, str(error)


@pytest.mark.skipif(not TOOL.exists(), reason="aic-lower is not built: this Python has no library to embed")
@pytest.mark.parametrize("name", programs().CALLS)
def test_the_py_form_does_what_the_function_does(name):
    module = programs()
    text, problem = pyform.lowered(TOOL, PROGRAMS, name)
    assert problem is None, problem
    symbol = "@" + re.search(r"func @([\w.$<>]+)", text)[1]
    original = getattr(module, name)
    defaults = [*(original.__defaults__ or ()), *(original.__kwdefaults__ or {}).values()]
    lowered = pyform.function(text, symbol, vars(module), defaults)
    for arguments in module.CALLS[name]:
        assert outcome(lowered, arguments) == outcome(original, arguments), arguments


def test_the_programs_are_all_called():
    module = programs()
    functions = {n for n, f in vars(module).items() if callable(f) and getattr(f, "__module__", "") == "frontend_programs"}
    assert functions - {"say"} == set(module.CALLS)
