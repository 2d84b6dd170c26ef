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
    """Copies with their layouts; arrays that are views of one array stay so."""
    memories, out = {}, []
    for x in arguments:
        if type(x) is not np.ndarray or x.dtype.hasobject or not x.size:
            out.append(copy.deepcopy(x))
            continue
        root = x
        while isinstance(root.base, np.ndarray):
            root = root.base
        low, high = np.lib.array_utils.byte_bounds(root)
        if id(root) not in memories:
            memories[id(root)] = bytearray((np.ctypeslib.ctypes.c_char * (high - low)).from_address(low))
        y = np.ndarray(x.shape, x.dtype, memories[id(root)], x.__array_interface__["data"][0] - low, x.strides)
        y.flags.writeable = x.flags.writeable
        out.append(y)
    return tuple(out)
