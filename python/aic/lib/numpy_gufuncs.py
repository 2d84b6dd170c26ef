"""Generalised ufuncs (matmul, vecdot, matvec, vecmat): what they ask of the shapes of their operands and of the array given for the
result. A core is the number of axes that belong to the operation itself; the others, in front, are a stack, which broadcasts."""
from numpy._core._exceptions import UFuncTypeError

from aic.lib import numpy as np
from aic.lib import prim


def _check_enough(name, signature, x, which, core):
    if prim.rank(x) < core:
        raise ValueError(
            f"{name}: Input operand {which} does not have enough dimensions (has {prim.rank(x)}, gufunc core with signature {signature} requires {core})"
        )


def _check_enough_out(name, signature, out, core):
    if out is not None:
        if prim.rank(out) < core:
            raise ValueError(
                f"{name}: Output operand 0 does not have enough dimensions (has {prim.rank(out)}, gufunc core with signature {signature} requires {core})")


def _check_core(name, signature, n, m):
    if n != m:
        raise ValueError(f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature} (size {m} is different from {n})")


def _remapped(x, core, stack, kept):
    """A shape as NumPy's iterator has it: that of the stack, -1 where there is none; of the result all axes are kept."""
    text = ()
    own = prim.rank(x) - core
    for k in prim.static_range(stack):
        at = k - stack + own
        text = text + (x.shape[at] if at >= 0 else -1,)
    for k in prim.static_range(core if kept else 0):
        text = text + (x.shape[own + k],)
    return text


def _told_stacks(operands, cores, out, results, extents):
    """The message for stacks that do not broadcast."""
    stack = 0
    for k in prim.static_range(len(operands)):
        stack = prim.rank(operands[k]) - cores[k] if prim.rank(operands[k]) - cores[k] > stack else stack
    if out is not None:
        stack = prim.rank(out) - results if prim.rank(out) - results > stack else stack
    hidden = ()
    for _ in prim.static_range(results):
        hidden = hidden + (-1,)
    text = "operands could not be broadcast together with remapped shapes [original->remapped]: "
    for k in prim.static_range(len(operands)):
        text = f"{text}{np._told_shape(operands[k].shape)}->{np._told_shape(_remapped(operands[k], cores[k], stack, False) + hidden)} "
    if out is not None:
        text = f"{text}{np._told_shape(out.shape)}->{np._told_shape(_remapped(out, results, stack, True))} "
    wanted = "("
    for k in prim.static_range(len(extents)):
        wanted = f"{wanted}{extents[k]}" if k == 0 else f"{wanted},{extents[k]}"
    return f"{text} and requested shape {wanted})"


def _check_stacks(operands, cores, out, extents):
    """That the stacks of the operands and of the result broadcast; extents: the core of the result."""
    fits = True
    shape = ()
    for k in prim.static_range(len(operands)):
        own = operands[k].shape[: prim.rank(operands[k]) - cores[k]]
        fits = fits and _stretches(shape, own)
        shape = _stretched_shape(shape, own)
    if out is not None:
        fits = fits and _stretches(shape, out.shape[: prim.rank(out) - len(extents)])
    if not fits:
        raise ValueError(_told_stacks(operands, cores, out, len(extents), extents))


def _stretches(s, t):
    fits = True
    for k in prim.static_range(len(s) if len(s) < len(t) else len(t)):
        p, q = s[len(s) - 1 - k], t[len(t) - 1 - k]
        if p != q and p != 1 and q != 1:
            fits = False
    return fits


def _stretched_shape(s, t):
    """What two shapes broadcast to if they do."""
    longer = s if len(s) > len(t) else t
    shape = ()
    for k in prim.static_range(len(longer)):
        p = s[len(s) - 1 - k] if k < len(s) else 1
        q = t[len(t) - 1 - k] if k < len(t) else 1
        shape = (q if p == 1 else p,) + shape
    return shape


def _only_out(out):
    """The array that `out` names, which may be a tuple of one."""
    if isinstance(out, tuple):
        if len(out) != 1:
            raise ValueError("The 'out' tuple must have exactly one entry per ufunc output")
        return _only_out(out[0])
    if out is not None:
        if not prim.is_array(out):
            raise TypeError("return arrays must be of ArrayType")
        if not prim.writable(out):
            raise ValueError("output array is read-only")
    return out


def _told_casting(what, from_, to, casting):
    return f"Cannot cast {what} from dtype('{prim.dtype_of(from_).__name__}') to dtype('{prim.dtype_of(to).__name__}') with casting rule '{casting}'"


def _loop_dtype(name, operands, out, dtype, casting):
    """The dtype computed in, to and from which the operands and the result must cast."""
    common = prim.dtype(operands[0])
    for x in operands:
        common = prim.result_type(common, prim.dtype(x))
    if dtype is not None:
        common = prim.dtype_of(dtype)
    which = 0
    for x in operands:
        if not np.can_cast(prim.dtype(x), common, casting):
            raise UFuncTypeError(_told_casting(f"ufunc '{name}' input {which}", prim.dtype(x), common, casting))
        which = which + 1
    if out is not None:
        _check_casting(name, common, out, casting)
    return common


def _check_casting(name, dtype, out, casting):
    """That a ufunc's result casts to the array given for it."""
    if not np.can_cast(dtype, prim.dtype(out), casting):
        raise UFuncTypeError(_told_casting(f"ufunc '{name}' output", dtype, prim.dtype(out), casting))


def _result_into(name, signature, operands, cores, core, out, r):
    """The result r, whose last `core` axes are the operation's, in the array given for it."""
    if out is None:
        return r
    n = prim.rank(r)
    m = prim.rank(out)
    if m == 1 and core == 2 and out.shape[0] != r.shape[n - 1]:
        raise ValueError(f"matmul: Output operand 0 has a mismatch in its core dimension 0, with gufunc signature {signature} "
                         f"(size {out.shape[0]} is different from {r.shape[n - 1]})")
    for k in prim.static_range(core if m >= core else 0):
        if out.shape[m - core + k] != r.shape[n - core + k]:
            raise ValueError(
                f"{name}: Output operand 0 has a mismatch in its core dimension {k}, with gufunc signature {signature} "
                f"(size {out.shape[m - core + k]} is different from {r.shape[n - core + k]})")
    _check_stacks(operands, cores, out, r.shape[n - core :])
    ones = m >= core
    for k in prim.static_range(n - m if n > m else 0):
        if r.shape[k] != 1:
            ones = False
    if not ones:
        raise ValueError("output operand requires a reduction along dimension -1, but the reduction is not enabled. "
                         "The dimension size of 1 does not match the expected output shape.")
    for k in prim.static_range(m - core if m >= core else 0):
        at = k - m + n
        if at >= 0 and out.shape[k] == 1 and r.shape[at] != 1:
            raise ValueError(
                f"non-broadcastable output operand with shape {np._told_shape(out.shape)} [remapped to {np._told_shape(np._backwards(out.shape))}] "
                f"doesn't match the broadcast shape {np._told_shape(r.shape)}")
    out[...] = prim.cast(prim.reshape(r, r.shape[n - m :]) if n > m and m >= core else r, prim.dtype(out))
    return out
