"""Types as signatures and annotations write them: `aic.f64`, `aic.f64[:, ::1]`, `int`, `tuple[int, float]`.

A type's text is the IR's. `f64[:]` alone has any strides; arrays that are passed have C order most of the time, so
`compile(aic.f64[:])` prepares what `f(np.zeros(3))` runs only where the call's layout is the same: write `f64[::1]`.
"""
import types as _types
import typing as _typing

import numpy as _np


class Type:
    """A NumPy scalar type, or an array of it (by indexing with slices)."""

    __slots__ = ("text", "_name")

    def __init__(self, text, name=None):
        self.text = text
        self._name = name

    def __getitem__(self, axes):
        if self._name is None:
            raise TypeError(f"{self.text} is an array type already")
        axes = axes if isinstance(axes, tuple) else (axes,)
        marks = []
        for k, axis in enumerate(axes):
            if not isinstance(axis, slice) or axis.start is not None or axis.stop is not None or axis.step not in (None, 1):
                raise TypeError("an axis of an array type is `:` or `::1`")
            marks.append("::1" if axis.step == 1 else ":")
        ones = [k for k, mark in enumerate(marks) if mark == "::1"]
        if len(marks) > 32 or len(ones) > 1 or (ones and ones[0] not in (0, len(marks) - 1)):
            raise TypeError("an array type has at most 32 axes, and `::1` on its first (Fortran) or last (C) axis")
        return Type(f"{self.text}[{', '.join(marks)}]")

    def __call__(self, value):
        return _SCALARS[self._name](value)

    def __repr__(self):
        return f"aic.{self.text}"

    def __eq__(self, other):
        return isinstance(other, Type) and self.text == other.text

    def __hash__(self):
        return hash(self.text)


_SCALARS = {
    "b1": _np.bool_, "i8": _np.int8, "i16": _np.int16, "i32": _np.int32, "i64": _np.int64, "u8": _np.uint8, "u16": _np.uint16,
    "u32": _np.uint32, "u64": _np.uint64, "bf16": lambda value: __import__("ml_dtypes").bfloat16(value), "f16": _np.float16,
    "f32": _np.float32, "f64": _np.float64, "c64": _np.complex64, "c128": _np.complex128,
}
SCALAR_TYPES = {name: Type(name, name) for name in _SCALARS}
_NAME_OF = {scalar: name for name, scalar in _SCALARS.items()}
_PYTHON = {int: "int", float: "float", bool: "bool", complex: "complex", str: "str", None: "none", type(None): "none"}


def text_of(t):
    """The IR's text of a type as users write it, or None if it is no type."""
    if isinstance(t, Type):
        return t.text
    if t is None or (isinstance(t, type) and not isinstance(t, _types.GenericAlias)):
        is_bfloat16 = t is not None and (t.__module__, t.__name__) == ("ml_dtypes", "bfloat16")
        return "bf16" if is_bfloat16 else _PYTHON.get(t) or _NAME_OF.get(t)
    if _typing.get_origin(t) is tuple:
        parts = [text_of(part) for part in _typing.get_args(t)]
        if None in parts:
            return None
        return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"
    return None


def describe(argument):
    """What `_aic` wants for one argument of lower() or compile(): a type, or a value whose type is meant."""
    text = text_of(argument)
    return ("type", text) if text is not None and argument is not None else ("value", argument)
