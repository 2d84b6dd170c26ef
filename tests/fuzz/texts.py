"""A function made from its text, so that the compiler finds its source; what a call of it does with all warnings off; copies of
its arguments."""
import copy
import linecache
import warnings

import numpy as np


def function(text, name, called="f", **names):
    """The function `called` that the text defines; `name` stands for the file."""
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np, "__name__": "fuzz"} | names
    exec(compile(text, name, "exec"), space)
    return space[called]


def outcome(f, args, kwargs={}):
    """("value", v) or ("error", exception)."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return "value", f(*args, **kwargs)
    except Exception as error:
        return "error", error


def copied(arguments):
    """Copies with their layouts; arrays whose memories overlap, by whatever way they came to it, do so again."""
    spans, out = [], []  # [low, high, copy of what lies between]: apart from each other
    plain = [type(x) is np.ndarray and not x.dtype.hasobject and x.size > 0 for x in arguments]
    for x, is_plain in zip(arguments, plain):
        if is_plain:
            low, high = np.lib.array_utils.byte_bounds(x)
            met = [s for s in spans if s[0] < high and low < s[1]]
            spans = [s for s in spans if s not in met] + [[min([low] + [s[0] for s in met]), max([high] + [s[1] for s in met]), None]]
    for s in spans:
        s[2] = bytearray((np.ctypeslib.ctypes.c_char * (s[1] - s[0])).from_address(s[0]))
    for x, is_plain in zip(arguments, plain):
        if not is_plain:
            out.append(type(x)(copied(x)) if type(x) in (tuple, list) else copy.deepcopy(x))
            continue
        at = x.__array_interface__["data"][0]
        low, memory = next((s[0], s[2]) for s in spans if s[0] <= at < s[1])
        y = np.ndarray(x.shape, x.dtype, memory, at - low, x.strides)
        y.flags.writeable = x.flags.writeable
        out.append(y)
    return tuple(out)
