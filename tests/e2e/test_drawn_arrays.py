"""Arrays, layouts and index expressions that Hypothesis draws, and shrinks where something differs from NumPy."""

import itertools
import linecache

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, given, settings

import aic

DTYPES = ["bool", "int8", "uint8", "int32", "uint64", "int64", "float32", "float64", "complex128"]
drawn = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def arrays(draw, least=0, most=3, dtypes=DTYPES):
    """An array in some layout: rows first or last, with gaps, turned around, transposed."""
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    shape = draw(hnp.array_shapes(min_dims=least, max_dims=most, min_side=0, max_side=4))
    layout = draw(st.sampled_from(["C", "F", "gaps", "back", "turned"]))
    size = int(np.prod(shape))
    flat = ((np.arange(size) * 7 + draw(st.integers(0, 9))) % 11).astype(dtype)
    a = flat.reshape(shape)
    if layout == "F":
        return np.asfortranarray(a)
    if layout == "turned":
        return np.ascontiguousarray(a.T).T
    if layout == "gaps" and a.ndim:
        wide = np.zeros(tuple(2 * n for n in shape), dtype)
        wide[(slice(None, None, 2),) * a.ndim] = a
        return wide[(slice(None, None, 2),) * a.ndim]
    if layout == "back" and a.ndim:
        return a[::-1].copy()[::-1]
    return a


@st.composite
def indices(draw, shape):
    """What may stand in brackets: ints, slices, None and `...`, a mask, integer arrays among slices."""
    kind = draw(st.sampled_from(["basic", "basic", "mask", "places", "mixed"]))
    if kind == "mask" and shape:
        rank = draw(st.integers(1, len(shape)))
        return draw(hnp.arrays(bool, shape[:rank]))
    if kind in ("places", "mixed") and shape and 0 not in shape:
        rank = draw(st.integers(1, len(shape)))
        common = draw(hnp.array_shapes(min_dims=1, max_dims=2, max_side=3))
        parts = [draw(hnp.arrays(np.int64, common, elements=st.integers(-n, n - 1))) for n in shape[:rank]]
        if kind == "mixed":
            for k in range(rank):
                if draw(st.booleans()):
                    parts[k] = draw(st.slices(shape[k]))
        return tuple(parts)
    return draw(hnp.basic_indices(shape, max_dims=4, allow_newaxis=True, allow_ellipsis=True))


numbered = itertools.count()


def programs(index, statement):
    """The statement with the index written out, its arrays as parameters: the function, and what to pass beside the array."""
    parts, passed = [], []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, np.ndarray):
            parts.append(f"i{len(passed)}")
            passed.append(part)
        elif isinstance(part, slice):
            parts.append(":".join("" if x is None else str(x) for x in (part.start, part.stop, part.step)))
        else:
            parts.append("..." if part is ... else str(part))
    names = "".join(f", i{k}" for k in range(len(passed)))
    written = ", ".join(parts) + ("," if len(parts) == 1 and isinstance(index, tuple) else "") if parts else "()"
    text = f"def program(a, value{names}):\n    {statement.format(written)}\n"
    name = f"<drawn {next(numbered)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    scope = {}
    exec(compile(text, name, "exec"), scope)
    return scope["program"], passed


def outcome(f, *arguments):
    try:
        return f(*arguments)
    except (IndexError, ValueError, TypeError) as error:
        if isinstance(error, aic.CompileError):
            raise
        return type(error)


def assert_same(got, wanted):
    assert type(got) is type(wanted), (got, wanted)
    if isinstance(wanted, (np.ndarray, np.generic)):
        assert got.dtype == wanted.dtype and got.shape == wanted.shape
        np.testing.assert_array_equal(got, wanted)
    else:
        assert got == wanted


@drawn
@given(st.data())
def test_getting(data):
    a = data.draw(arrays(least=1))
    index = data.draw(indices(a.shape))
    program, passed = programs(index, "return a[{}]")
    got, wanted = outcome(aic.jit(program), a, None, *passed), outcome(program, a, None, *passed)
    assert_same(got, wanted)
    if isinstance(wanted, np.ndarray) and wanted.size:
        assert np.shares_memory(got, a) == np.shares_memory(wanted, a)


@drawn
@given(st.data())
def test_putting(data):
    a = data.draw(arrays(least=1))
    index = data.draw(indices(a.shape))
    sign = data.draw(st.sampled_from(["=", "+="] if a.dtype != bool else ["="]))
    program, passed = programs(index, f"a[{{}}] {sign} value")
    part = outcome(lambda: a[index])
    shape = part.shape if isinstance(part, np.ndarray) else ()
    value = data.draw(st.sampled_from(["one", "fits", "last axis"]))
    if value == "one" or not shape:
        value = a.dtype.type(3)
    else:
        value = np.ones(shape if value == "fits" else shape[-1:], a.dtype)
    mine, theirs = a.copy(order="K"), a.copy(order="K")
    got, wanted = outcome(aic.jit(program), mine, value, *passed), outcome(program, theirs, value, *passed)
    assert_same(got, wanted)
    np.testing.assert_array_equal(mine, theirs)


def both(a, b):
    return a + b, a * b, np.maximum(a, b), a == b


def along(axis):
    def program(a):
        return a.sum(axis=axis), a.max(axis=axis, initial=0), np.cumsum(a, axis=axis), a.any(axis=axis)

    return program


def moved(a):
    return a.T, a.ravel(), a.reshape(-1)[::-1], np.flip(a), a.copy()


@drawn
@given(st.data())
def test_broadcasting(data):
    dtype = data.draw(st.sampled_from(["int64", "float64", "int8"]))
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4))
    a, b = (np.arange(int(np.prod(s))).astype(dtype).reshape(s) for s in shapes.input_shapes)
    if data.draw(st.booleans()):
        a = np.asfortranarray(a)
    for got, wanted in zip(aic.jit(both)(a, b), both(a, b), strict=True):
        assert_same(got, wanted)


@drawn
@given(st.data())
def test_reductions(data):
    a = data.draw(arrays(least=1, dtypes=["int64", "float64", "uint8"]))
    axis = data.draw(st.integers(-a.ndim, a.ndim - 1))
    program = along(axis)
    for got, wanted in zip(aic.jit(program)(a), program(a), strict=True):
        assert_same(got, wanted)


@drawn
@given(st.data())
def test_shapes(data):
    a = data.draw(arrays(least=1))
    for got, wanted in zip(aic.jit(moved)(a), moved(a), strict=True):
        assert_same(got, wanted)
