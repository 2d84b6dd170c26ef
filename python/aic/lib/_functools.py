"""Where CPython keeps what `functools` takes from C."""
from aic.lib.functools import reduce
