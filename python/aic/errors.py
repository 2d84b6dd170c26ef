"""The errors that aic raises of its own. Everything else is Python's and NumPy's."""


class CompileError(Exception):
    """A function that aic does not compile; the text shows the place.

    Attributes: code ("AIC2104"), filename, lineno (from 1), col_offset (characters, from 0), end_lineno, end_col_offset,
    notes (texts), help (what to write instead).
    """

    code = filename = message = None
    lineno = end_lineno = col_offset = end_col_offset = None
    notes = ()
    help = ""


class SyntaxNotSupported(CompileError):
    """A construct of Python that aic does not have."""


class TypeInferenceError(CompileError):
    """Types that do not fit together, or cannot be found."""


class NotDifferentiable(CompileError):
    """A derivative that does not exist."""


class BuildError(CompileError):
    """A library that cannot be built."""


class InternalError(RuntimeError):
    """Our fault, and no refusal of the program: please report it, with the function and its arguments."""


class VerificationError(AssertionError):
    """A compiled call (verify=True) did something else than the interpreter; the text names the first difference."""


class FallbackWarning(RuntimeWarning):
    """What fallback="warn" or fallback="python" leaves to the interpreter; the text says why."""
