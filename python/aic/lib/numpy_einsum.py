"""einsum in the language. The subscripts are a literal, so all that is said about letters here is decided while compiling.

Operands are taken from the left to the right, two at a time. Of each the diagonals are taken first, then what only it has and
nobody needs is summed; two are multiplied as stacks of matrices: letters of both that stay, letters of one, letters of both
that are summed.
"""
from aic.lib import numpy as np
from aic.lib import prim


def _parts(subscripts, operands):
    """("ij,jk->ik") to ((("i", "j"), ("j", "k")), ("i", "k")); without an arrow the letters that come once, sorted. An ellipsis stands
    for the digits of the axes that it covers, counted from the last."""
    groups = ()
    letters = ()
    arrow = False
    covered = 0
    dots = 0
    for c in prim.characters(subscripts):
        if c == ".":
            dots = dots + 1
            if dots % 3 == 1:
                letters = letters + (".",)
        elif c == "," or c == "-":
            groups = groups + (letters,)
            letters = ()
            if c == "-":
                arrow = True
        elif c != ">" and c != " ":
            letters = letters + (c,)
    if not arrow:
        groups = groups + (letters,)
    if dots > 0:
        expanded = ()
        for k in prim.static_range(len(groups)):
            count = prim.rank(operands[k]) - len(groups[k]) + 1 if "." in groups[k] else 0
            covered = count if count > covered else covered
            expanded = expanded + (_expanded(groups[k], count),)
        groups = expanded
    if arrow:
        return groups, _expanded(letters, covered)
    output = _expanded((".",), covered)
    for c in prim.characters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"):
        if _times(groups, c) == 1:
            output = output + (c,)
    return groups, output


def _expanded(letters, count):
    """With the digits of so many axes in place of the ellipsis."""
    out = ()
    for c in letters:
        if c == ".":
            for k in prim.static_range(count if count > 0 else 0):
                out = out + (_DIGITS[count - 1 - k],)
        else:
            out = out + (c,)
    return out


_DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def _times(groups, letter):
    n = 0
    for group in groups:
        for c in group:
            if c == letter:
                n = n + 1
    return n


def _place(letters, letter):
    k = 0
    for c in letters:
        if c == letter:
            return k
        k = k + 1
    return -1


def _without(letters, others):
    left = ()
    for c in letters:
        if c not in others:
            left = left + (c,)
    return left


def _shared(letters, others):
    both = ()
    for c in letters:
        if c in others:
            both = both + (c,)
    return both


def _distinct(a, letters):
    """The operand with one axis for each letter, and these letters: views of the diagonals for those that come again."""
    once = ()
    for c in letters:
        if c not in once:
            once = once + (c,)
    if len(once) == len(letters):
        return a, once
    shape = ()
    for c in once:
        shape = shape + (a.shape[_place(letters, c)],)
    k = 0
    for c in letters:
        if a.shape[k] != shape[_place(once, c)]:
            raise ValueError(f"dimensions in single operand for collapsing index '{c}' don't match ({shape[_place(once, c)]} != {a.shape[k]})")
        k = k + 1
    strides = ()
    for c in once:
        step = 0
        k = 0
        for d in letters:
            if c == d:
                step = step + a.strides[k]
            k = k + 1
        strides = strides + (step,)
    return prim.reshape(a, shape, strides), once


def _summed(a, letters, kept):
    """Sums over the letters that are not kept; what is left, with its letters."""
    axes = ()
    for c in letters:
        if c not in kept:
            axes = axes + (_place(letters, c),)
    if len(axes) == 0:
        return a, letters
    return prim.as_array(prim.reduce(a, "add", axes)), _shared(letters, kept)


def _turned(a, letters, wanted):
    order = ()
    same = True
    for k in prim.static_range(len(wanted)):
        at = _place(letters, wanted[k])
        order = order + (at,)
        if at != k:
            same = False
    return a if same else prim.transpose(a, order)


def _extents(a, letters, of):
    shape = ()
    for c in of:
        shape = shape + (a.shape[_place(letters, c)],)
    return shape


def _product_of(shape):
    n = 1
    for extent in shape:
        n = n * extent
    return n


def _contracted(a, x, b, y, kept):
    """Where an extent of a letter is 1 in one operand only, that is stretched."""
    differ = False
    for c in _shared(x, y):
        if a.shape[_place(x, c)] != b.shape[_place(y, c)]:
            differ = True
    letters = _shared(_shared(x, y), kept) + _without(x, y) + _without(y, x)
    if differ:
        return _contracted_same(_stretched_like(a, x, b, y), x, _stretched_like(b, y, a, x), y, kept), letters
    return _contracted_same(a, x, b, y, kept), letters


def _stretched_like(a, x, b, y):
    shape = ()
    for k in prim.static_range(len(x)):
        extent = a.shape[k]
        if x[k] in y:
            extent = prim.broadcast_shapes((extent,), (b.shape[_place(y, x[k])],))[0]
        shape = shape + (extent,)
    return prim.broadcast_to(a, shape)


def _contracted_same(a, x, b, y, kept):
    """Two operands with letters x and y to one with the letters `kept`, in the order: stacked, of a, of b."""
    stacked = _shared(_shared(x, y), kept)
    inner = _without(_shared(x, y), kept)
    left = _without(x, y)
    right = _without(y, x)
    stack = _extents(a, x, stacked)
    rows = _extents(a, x, left)
    columns = _extents(b, y, right)
    middle = _product_of(_extents(a, x, inner))
    p = np.reshape(_turned(a, x, stacked + left + inner), (_product_of(stack), _product_of(rows), middle))
    q = np.reshape(_turned(b, y, stacked + inner + right), (_product_of(stack), middle, _product_of(columns)))
    if len(stacked) == 0:
        product = np.matmul(p[0], q[0])
    else:
        product = np.matmul(p, q)
    return np.reshape(product, stack + rows + columns)


def _needed(groups, after, output):
    """Letters of the output and of the operands that are still to come."""
    letters = output
    for k in prim.static_range(len(groups)):
        if k > after:
            letters = letters + groups[k]
    return letters


def _letters_of(places):
    """A list of whole numbers, or ..., as letters: those of Python's order of characters."""
    letters = ()
    for k in places:
        letters = letters + ("." if k is ... else _ALL[k],)
    return letters


_ALL = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z")


def _subscripts(letters):
    text = ""
    for c in letters:
        text = text + ("..." if c == "." else c)
    return text


def _text_of(given):
    """einsum(a, [0, 1], b, [1, 2], [0, 2]): the subscripts as a text, and the operands."""
    text = ""
    operands = ()
    for k in prim.static_range(len(given) // 2):
        text = text + ("," if k > 0 else "") + _subscripts(_letters_of(given[2 * k + 1]))
        operands = operands + (given[2 * k],)
    if len(given) % 2 == 1:
        text = text + "->" + _subscripts(_letters_of(given[len(given) - 1]))
    return text, operands


def einsum(subscripts, *operands, out=None, dtype=None, order="K", casting="safe", optimize=False):
    """`optimize` says nothing here: two operands are always multiplied as matrices, more of them from the left to the right."""
    letter = np._letter(order, "K")
    if not np._is_rule(casting):
        raise ValueError(f"casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got '{casting}')")
    if not isinstance(subscripts, str):
        subscripts, operands = _text_of((subscripts,) + operands)
    groups, output = _parts(subscripts, operands)
    if out is not None:
        if not prim.is_array(out):
            raise TypeError("keyword parameter out must be an array for einsum")
    if len(groups) != len(operands):
        raise ValueError(
            "more operands provided to einstein sum function than specified in the subscripts string"
            if len(operands) > len(groups)
            else "fewer operands provided to einstein sum function than specified in the subscripts string"
        )
    for k in prim.static_range(len(groups)):
        if prim.rank(operands[k]) < len(groups[k]):
            raise ValueError(
                f"einstein sum subscripts string contains too many subscripts for operand {k}"
            )
        if prim.rank(operands[k]) > len(groups[k]):
            raise ValueError(
                "operand has more dimensions than subscripts given in einstein sum, but no '...' ellipsis provided to broadcast the extra dimensions."
            )
    if dtype is not None:
        dtype = prim.dtype_of(dtype)
    if len(operands) == 1 and out is None and _sums_nothing(groups[0], output):  # a view, whatever dtype was asked for
        a, letters = _distinct(prim.as_array(operands[0]), groups[0])
        return _turned(a, letters, output) if len(output) > 0 else a[()]
    if out is not None and prim.rank(out) != len(output):
        raise ValueError(f"out parameter does not have the correct number of dimensions, has {prim.rank(out)} but should have {len(output)}")
    if out is not None:
        _check_out(np._tuple_of_arrays(operands), groups, out, output)
    _check_extents(np._tuple_of_arrays(operands), groups, output, optimize is not False)
    arrays = _in_dtype(operands, out, dtype, casting)
    a, letters = _distinct(arrays[0], groups[0])
    a, letters = _summed(a, letters, _needed(groups, 0, output))
    for k in prim.static_range(len(groups)):
        if k > 0:
            b, others = _distinct(arrays[k], groups[k])
            b, others = _summed(b, others, _needed(groups, k, output) + letters)
            a, letters = _contracted(a, letters, b, others, _needed(groups, k, output))
    r = _turned(a, letters, output)
    if out is not None:
        out[...] = prim.cast(r, prim.dtype(out))
        return out
    if len(output) == 0:
        if optimize is False or len(groups) == 1 or not _hang_together(arrays, groups, False):
            return r[()]
        if not _hang_together(arrays, groups, True):
            raise NotImplementedError("aic: NumPy gives a scalar here, and an array of rank 0 where the extents are not all 1: write optimize=False")
        return r
    return _laid_out(r, arrays, letter)


def _hang_together(arrays, groups, asked):
    """Whether letters lead from each operand to all of the others; `asked`: letters with extents other than 1, which is known at run time.
    NumPy's plan then multiplies matrices last, which leaves an array, of rank 0 here."""
    reached = (True,)
    for k in prim.static_range(len(groups) - 1):
        reached = reached + (False,)
    for _ in prim.static_range(len(groups) - 1):
        further = ()
        for k in prim.static_range(len(groups)):
            near = reached[k]
            for j in prim.static_range(len(groups)):
                near = near or (reached[j] and _share_a_letter(arrays[k], groups[k], arrays[j], groups[j], asked))
            further = further + (near,)
        reached = further
    all_reached = True
    for there in reached:
        all_reached = all_reached and there
    return all_reached


def _share_a_letter(a, x, b, y, asked):
    shared = False
    for c in _shared(x, y):
        shared = shared or not asked or (a.shape[_place(x, c)] != 1 and b.shape[_place(y, c)] != 1)
    return shared


def _check_extents(arrays, groups, output, planned):
    """That a letter has one extent, or 1; NumPy says otherwise in two ways, that of its plan for the best order first."""
    for k in prim.static_range(len(groups)):
        for i in prim.static_range(len(groups[k])):
            extent = arrays[k].shape[i]
            for j in prim.static_range(k):
                if groups[k][i] in groups[j]:
                    other = arrays[j].shape[_place(groups[j], groups[k][i])]
                    if extent != other and extent != 1 and other != 1:
                        if planned:
                            raise ValueError(f"Size of label '{groups[k][i]}' for operand {k} ({other}) does not match previous terms ({extent}).")
                        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {_told_operands(arrays, groups, output)}")


def _sums_nothing(letters, output):
    kept = True
    for c in letters:
        if c not in output:
            kept = False
    return kept


def _in_dtype(operands, out, dtype, casting):
    """The operands in the dtype computed in, which casts to that of `out`."""
    common = prim.dtype(operands[0]) if dtype is None else prim.dtype_of(dtype)
    if dtype is None:
        for x in operands if out is None else operands + (out,):
            common = prim.result_type(common, prim.dtype(x))
    arrays = ()
    for x in operands:
        a = prim.as_array(x)
        if not np.can_cast(prim.dtype(a), common, casting):
            raise TypeError(f"Iterator operand {len(arrays)} dtype could not be cast from dtype('{prim.dtype(a).__name__}') to "
                            f"dtype('{common.__name__}') according to the rule '{casting}'")
        arrays = arrays + (a if dtype is None and out is None else np.asarray(a, common),)
    if out is not None:
        if not np.can_cast(common, prim.dtype(out), casting):
            raise TypeError(f"Iterator requested dtype could not be cast from dtype('{common.__name__}') to dtype('{prim.dtype(out).__name__}'), "
                            f"the operand {len(arrays)} dtype, according to the rule '{casting}'")
    return arrays


def _check_out(arrays, groups, out, output):
    """That the array given for the result may be written to and has its extents."""
    if not prim.writable(out):
        raise ValueError("operand array with iterator write flag set is read-only")
    for back in prim.static_range(len(output)):
        j = len(output) - 1 - back
        extent = 1
        for k in prim.static_range(len(groups)):
            for i in prim.static_range(len(groups[k])):
                if groups[k][i] == output[j] and arrays[k].shape[i] != 1:
                    extent = arrays[k].shape[i]
        if out.shape[j] != extent:
            if out.shape[j] == 1:
                raise ValueError(f"output operand requires a reduction along dimension {j}, but the reduction is not enabled. "
                                 "The dimension size of 1 does not match the expected output shape.")
            raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: {_told_letters(arrays, groups, out, output)}")


def _told_letters(arrays, groups, out, output):
    order = output
    for group in groups:
        order = order + _without(group, order)
    return f"{_told_operands(arrays, groups, output)}{np._told_shape(out.shape)}->{np._told_shape(_extents_or_new(out, output, order))} "


def _told_operands(arrays, groups, output):
    """The axes in the order of the result's letters, then of those that are summed."""
    order = output
    for group in groups:
        order = order + _without(group, order)
    text = ""
    for k in prim.static_range(len(groups)):
        a, letters = _distinct(arrays[k], groups[k])
        text = f"{text}{np._told_shape(arrays[k].shape)}->{np._told_shape(_extents_or_new(a, letters, order))} "
    return text


def _extents_or_new(a, letters, order):
    shape = ()
    for c in order:
        shape = shape + (a.shape[_place(letters, c)] if c in letters else -1,)
    return shape


def _laid_out(r, arrays, letter):
    """In the order asked for."""
    if letter == "K":
        return r
    turned = letter != "C"
    for a in arrays:
        turned = turned and (letter == "F" or prim.fortran(a))
    return np.asfortranarray(r) if turned else np.ascontiguousarray(r)
