"""The primitives that the library is written on.

The compiler knows each by its name (`aic.prim.<name>`): the compile-time questions and the few operations that make
arrays. The bodies here say the same in NumPy, so that every library function also runs under plain CPython: this is how
`tests/e2e/test_library_in_python.py` holds the library to NumPy without the compiler.

Compile-time questions (the answer is a literal; branches on it are pruned): `rank`, `is_array`, `is_none`, `kind`,
`dtype`, `itemsize`, `static_range`, `static_int`, `contiguous`. A loop over a tuple or over `static_range(n)` is unrolled.
Every elementwise record is here too: `prim.sin(x)`, `prim.add(x, y)`: on Python floats it gives a float, without the
checks that `math.sin` makes; on arrays and NumPy scalars it is the ufunc.
"""
import codecs as _codecs
import dataclasses as _dataclasses
import functools as _functools
import math as _math

import numpy as _np


# ---- compile-time questions ----
def rank(a):
    """Number of axes; 0 for a scalar."""
    return _np.ndim(a)


def is_array(x):
    """Whether x is an ndarray (a NumPy scalar is not)."""
    return isinstance(x, _np.ndarray)


def is_number(x):
    """Whether x is a scalar, of Python or NumPy."""
    return isinstance(x, (bool, int, float, complex, _np.generic))


def is_numpy(x):
    """Whether x is a scalar of NumPy."""
    return isinstance(x, _np.generic)


def is_slice(x):
    """Whether x is a slice."""
    return isinstance(x, slice)


def kind(x):
    """'b', 'i', 'u', 'f' or 'c' of an array, a scalar or a dtype."""
    return _np.dtype(x).kind if isinstance(x, (type, _np.dtype)) else _np.asarray(x).dtype.kind


def dtype(x):
    """The dtype of an array or a scalar: float → float64, int → int64, bool → bool, complex → complex128."""
    return _np.asarray(x).dtype.type


def itemsize(x):
    """Bytes of one element."""
    return _np.dtype(x).itemsize if isinstance(x, (type, _np.dtype)) else _np.asarray(x).dtype.itemsize


def view_bits(x, dtype, extent=None):
    """The bytes of an array or scalar as another dtype; `extent` is the last axis' where sizes differ."""
    return x.view(dtype)


def order_bits(x, dtype):
    """view_bits of what only the order of the elements is wanted of: no derivative is lost on this way."""
    return x.view(dtype)


def address(a):
    """Of a list or dict: which one it is. Where the first element lies."""
    return a.__array_interface__["data"][0]


def static_range(n):
    """(0, 1, …, n-1) for a literal n, as a tuple: loops over it unroll."""
    return tuple(range(n))


def apply(name, *operands, **keywords):
    """The elementwise operation of this name, a literal; with keywords as the ufunc takes them."""
    return getattr(_np, name)(*operands, **keywords)


def static_int(x):
    """x, which must be known at compile time (an axis, say); refused otherwise."""
    return x


def is_static(x):
    """Whether x is an int (or tuple of ints) known at compile time."""
    return isinstance(x, (int, tuple))


def contiguous(a):
    """Whether a's layout class is C."""
    return a.flags.c_contiguous


def fortran(a):
    """Whether a's layout class is Fortran's."""
    return a.flags.f_contiguous and not a.flags.c_contiguous


def float_errors():
    """The floating-point errors that raise here, as numpy_float_errors counts them."""
    kinds = _np.geterr()
    return sum(bit for bit, kind in ((1, "divide"), (2, "over"), (4, "under"), (8, "invalid")) if kinds[kind] == "raise")


def writable(a):
    """Whether a may be written to."""
    return a.flags.writeable


def same_dtype(a, b):
    """Whether two dtypes (or the dtypes of two arrays) are the same."""
    return dtype_of(a) == dtype_of(b)


def dtype_of(x):
    """A dtype as it is; `float`, `int`, `bool`, `complex` as NumPy reads them; else the dtype of an array or scalar."""
    return _np.dtype(x).type if isinstance(x, (type, _np.dtype)) else _np.asarray(x).dtype.type


def result_type(a, b):
    """The dtype that an operator on a and b computes in (NEP 50)."""
    return _np.result_type(a, b).type


def refuse(message):
    """Refuses the program at compile time where inference gets here, at the caller's place."""
    raise NotImplementedError(message)


def prints_plainly():
    """Whether NumPy's print options are the default ones (asked at run time)."""
    options = _np.get_printoptions()
    plain = {"precision": 8, "threshold": 1000, "edgeitems": 3, "linewidth": 75, "suppress": False, "nanstr": "nan",
             "infstr": "inf", "sign": "-", "formatter": None, "legacy": False, "floatmode": "maxprec", "override_repr": None}
    return all(plain.get(name, value) == value for name, value in options.items())


def characters(text):
    """The characters of a literal of ASCII, as a tuple of literals."""
    return tuple(text)


def instance(class_name, state):
    """An object of a class of the library: its method `m` is the function `<class_name>_m`, which takes the state first."""
    return (class_name, state)


def state(object):
    """What `instance` was given."""
    return object[1]


# ---- shapes ----
def broadcast_shapes(s, t):
    """The extents that two shapes (tuples of ints) broadcast to; ValueError with NumPy's message."""
    return tuple(_np.broadcast_shapes(s, t))


# ---- arrays ----
def as_array(x, dtype=None):
    """An array as it is; a scalar as an array of rank 0; nested tuples as a new array. With a dtype, converted to it, and
    Python's numbers must fit."""
    return _np.asarray(x, dtype)


def empty(shape, dtype):
    """A new array with undefined contents; ValueError for a negative extent."""
    return _np.empty(shape, dtype)


def full(shape, value, dtype):
    """A new array filled with one scalar, converted to dtype."""
    return _np.full(shape, value, dtype)


def generate(shape, function, dtype=None):
    """A new array whose element at (i, j, …) is function(i, j, …), which has no effects."""
    out = None
    values = [function(*index) for index in _np.ndindex(*shape)]
    if dtype is None:
        out = _np.array(values).reshape(shape)
    else:
        out = _np.array(values, dtype).reshape(shape)
    return out


def cast(x, dtype):
    """x converted to dtype as `astype` converts: an array to a new array, a scalar to a NumPy scalar."""
    return x.astype(dtype) if isinstance(x, _np.ndarray) else _np.dtype(dtype).type(x)


def to_float(x):
    """A scalar as a Python float."""
    return float(x)


def copy(a):
    """A new array with the same elements, C order (F where a is F)."""
    return a.copy(order="K") if a.flags.f_contiguous else a.copy()


def reshape(a, shape, strides=None):
    """The same elements under another shape: a view of an array whose layout class is C, a copy of others. With strides
    in bytes: a view with these."""
    if strides is not None:
        return _np.lib.stride_tricks.as_strided(a, shape, strides)
    return a.reshape(shape)


def reshape_dense(a, shape):
    """A view under another shape of an array whose elements lie in C order without gaps."""
    return a.reshape(shape)


def broadcast_to(a, shape):
    """A read-only view stretched to a shape that fits; ValueError with NumPy's message."""
    return _np.broadcast_to(a, shape)


def transpose(a, axes):
    """A view with the axes in another order; axes is a literal tuple."""
    return a.transpose(axes)


def new_axis(a, axis):
    """A view with an axis of extent 1 put in; axis is a literal in 0…rank."""
    return _np.expand_dims(a, axis)


def reduce(a, kind, axes):
    """Combines along the axes (a literal tuple, in rising order) with kind: "add", "multiply", "maximum", "minimum",
    "logical_and", "logical_or". A NumPy scalar when every axis is reduced. Computes in a's dtype."""
    f = getattr(_np, kind)
    return f.reduce(a, axis=tuple(axes), dtype=None if a.dtype == bool else a.dtype)


def argreduce(a, kind, axis):
    """The int64 position of the first "maximum" or "minimum" along a literal axis; nan is the extreme."""
    return (_np.argmax if kind == "maximum" else _np.argmin)(a, axis=axis)


def scan(a, kind, axis):
    """Running "add" or "multiply" along a literal axis, in a's dtype."""
    return getattr(_np, kind).accumulate(a, axis=axis, dtype=a.dtype)


def matmul(a, b):
    """Matrix product of arrays of rank 1 and 2 and one dtype, whose inner extents are equal."""
    return a @ b


def holds_plain(x, depth):
    """Whether what a container holds (with 2: what the containers in it hold) is immutable, as far as its type tells."""
    return False


def holds_its_kind(x):
    """Whether x is, or leads to, a container that may hold its own kind to any depth."""
    return False


# ---- lists ----
def is_list(x):
    """Whether x is a list."""
    return isinstance(x, list)


def holds_texts(x):
    """Whether x is a list of which inference knows that it holds strings, or bytes, and nothing else."""
    return isinstance(x, list) and all(isinstance(text, str) for text in x)


def is_comparison(key):
    """Whether a key function is one that functools.cmp_to_key made."""
    return type(key) is type(_functools.cmp_to_key(len))


def comparison(key):
    """What functools.cmp_to_key was given."""
    return lambda x, y: -1 if key(x) < key(y) else int(key(y) < key(x))


def display(parts):
    """The list that a tuple makes; of what no list holds at run time, it may be indexed by literals and looped over."""
    return list(parts)


def list_new(capacity):
    """A new empty list with room for so many elements; what it may hold follows from what is put in."""
    return []


def list_like(a, capacity):
    """A new empty list that may hold what `a` holds."""
    return []


def is_row(a):
    """Is it a list, or a tuple whose length is known at run time only?"""
    return isinstance(a, (list, tuple))


def tuple_new(capacity):
    """A new tuple whose length is known at run time only, as a list that list_append and list_fill may fill."""
    return []


def list_append(a, x):
    a.append(x)


def list_get(a, i):
    """a[i], i in 0…len(a)-1."""
    return a[i]


def list_set(a, i, x):
    """a[i] = x, i in 0…len(a)-1."""
    a[i] = x


def list_fill(a, i, x):
    """a[i] = x where list_resize has just made the place i."""
    a[i] = x


def list_resize(a, n):
    """Drops elements from the end, or makes places that list_fill must fill before anything else looks."""
    del a[n:]
    a.extend([None] * (n - len(a)))


def list_rotate(a, start, stop, by):
    """Turns the elements in start…stop-1 left by so many places."""
    a[start:stop] = a[start + by:stop] + a[start:start + by]


# ---- dicts and sets: a place is an entry's index ----
def is_dict(x):
    """Whether x is a dict."""
    return isinstance(x, dict)


def is_mapping(x):
    """Whether x has a method `keys` and is no plain dict: a Counter, an object of a class of the user's."""
    return hasattr(x, "keys") and not isinstance(x, dict)


def is_set(x):
    """Whether x is a set or frozenset."""
    return isinstance(x, (set, frozenset))


def is_frozen(x):
    """Whether x is a frozenset."""
    return isinstance(x, frozenset)


def dict_new():
    """A new empty dict; what it may hold follows from what is put in."""
    return {}


def set_new(frozen):
    """A new empty set, or frozenset (which is filled before anybody sees it)."""
    return frozenset() if frozen else set()


def table_alike(a, b):
    """Whether the keys of two sets are of one type, as inference has it, without methods of their own for this."""
    return {type(x) for x in a} == {type(x) for x in b}


def table_select(t, source, other, held):
    """Puts in those elements of a set that are in another set (held is 1) or are not (0); all three are table_same."""
    for x in source:
        if (x in other) == bool(held):
            t.add(x)


def table_count(t):
    """How many entries there are."""
    return len(t)


def table_find(t, key):
    """The place of the key, or -1."""
    return list(t).index(key) if key in t else -1


def table_insert(t, key):
    """The place of the key, which is put in if it is not there; a dict's value is to be stored then."""
    if key not in t:
        t.add(key) if isinstance(t, set) else t.__setitem__(key, None)
    return table_find(t, key)


def table_probe(t, hash_, after):
    """The place of the next entry with that hash behind the place `after`, or -1; -1: the first. Any place does here."""
    return after + 1 if after + 1 < len(t) else -1


def table_insert_hashed(t, key, hash_):
    """The place of the key, which is put in: it is not there."""
    return table_insert(t, key)


def equal_as_keys(a, b):
    """Is it the same key, or an equal one?"""
    return a is b or a == b


def table_key(t, place):
    """The key at a place."""
    return list(t)[place]


def table_value(t, place):
    """The value at a place of a dict."""
    return t[list(t)[place]]


def table_set(t, place, value):
    """Stores the value at a place of a dict."""
    t[list(t)[place]] = value


def table_remove(t, place):
    """Drops the entry at a place."""
    key = list(t)[place]
    t.remove(key) if isinstance(t, set) else t.__delitem__(key)


def table_clear(t):
    """Drops all entries."""
    t.clear()


def table_next(t, place):
    """The first place from this one on that holds an entry, or -1."""
    return place if place < len(t) else -1


def table_previous(t, place):
    """The last place up to this one that holds an entry, or -1."""
    return min(place, len(t) - 1)


def table_first_to_go(s):
    """The place of what pop() of a set takes, or -1."""
    return 0 if s else -1


def table_reserve(t, other):
    """Makes room as CPython does before it adds the entries of another table; with t itself, forgets removed ones."""


def table_same(t, other, empty=False):
    """Lets t hold what other holds; whether both hold the same types then, which need no methods to be compared (`empty`: t is)."""
    return True


def table_merge(t, other):
    """Adds the elements of a set of the same type, as CPython does; an empty dict gets those of another dict."""
    t.update(other)


def table_swap(t, other):
    """Exchanges the elements of two sets of the same type."""
    ours, theirs = set(t), set(other)
    t.clear(), other.clear()
    t.update(theirs), other.update(ours)


def key_error(key):
    """Raises KeyError(key)."""
    raise KeyError(key)


def str_to_int(text, base):
    """int(text, base) of a text that is a number."""
    return int(text, base)


def str_to_float(text):
    """float(text) of a text that is a number."""
    return float(text)


def slice_parts(n, start, stop, step):
    """First index, count and step of what start:stop:step names among n elements."""
    r = range(n)[start:stop:step]
    return (r.start, len(r), r.step)


def select(condition, x, y):
    """The elementwise record behind np.where."""
    return _np.where(condition, x, y)


def ldexp(x, exponent):
    """C's ldexp of floats."""
    return float(_np.ldexp(x, int(exponent)))


def __getattr__(name):
    return getattr(_math if name in ("erf", "erfc", "gamma", "lgamma") else _np, name)


# ---- derivatives ----
def custom(handed, backward, push, arguments, out, residual):
    """out, a function's result, whose derivatives by the arguments backward(residual, cotangent) and push(arguments, tangents) give."""
    return out


def derivative(what, argnums, f, *args):
    """The gradient of f at args ("gradient"), or (f(*args), gradient) ("value_and_gradient"); with "_aux" f gives (number, anything).

    By central differences here; the compiler differentiates the code (passes/autodiff).
    """
    single = not isinstance(argnums, tuple)
    aux = what.endswith("_aux")

    def number(*a):
        out = f(*a)
        return out[0] if aux else out

    gradients = []
    for k in (argnums,) if single else argnums:
        x = _np.array(args[k], dtype=float)
        g = _np.zeros_like(x)
        for index in _np.ndindex(x.shape):
            h = 1e-6 * max(1.0, abs(x[index]))
            values = []
            for shift in (h, -h):
                moved = x.copy()
                moved[index] += shift
                values.append(number(*(args[:k] + ((moved if x.ndim else float(moved)),) + args[k + 1:])))
            g[index] = (values[0] - values[1]) / (2 * h)
        gradients.append(g if g.ndim else float(g))
    gradient = gradients[0] if single else tuple(gradients)
    if what.startswith("value_and_"):
        return f(*args), gradient
    return (gradient, f(*args)[1]) if aux else gradient


# ---- strings: the ops of ir/ops/text.h ----
_CHANGES = ("upper", "lower", "title", "capitalize", "swapcase", "casefold", "__repr__")
_PROPERTIES = ("isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower", "istitle", "isidentifier", "isnumeric",
               "isdecimal", "isascii", "isprintable")


def str_find(s, piece, start, stop):
    """Where piece begins first between start and stop, or -1."""
    return s.find(piece, start, stop)


def str_rfind(s, piece, start, stop):
    """Where piece begins last between start and stop, or -1."""
    return s.rfind(piece, start, stop)


def str_count(s, piece, start, stop):
    """How often piece stands between start and stop without overlap."""
    return s.count(piece, start, stop)


def str_replace(s, old, by, count):
    """s with the first count pieces old replaced, all if count is negative."""
    return s.replace(old, by, count)


def str_strip(s, characters, sides):
    """s without these characters at its start (sides & 1) and end (sides & 2)."""
    s = s.lstrip(characters) if sides & 1 else s
    return s.rstrip(characters) if sides & 2 else s


def str_strip_space(s, sides):
    """s without white space at its start (sides & 1) and end (sides & 2)."""
    return str_strip(s, None, sides)


def str_skip_space(s, start, space):
    """The first place from start on whose character is not white space (space), or is."""
    while start < len(s) and s[start].isspace() == space:
        start += 1
    return start


def str_changed(s, how):
    """s in upper case, quoted, …."""
    return getattr(s, _CHANGES[how])()


def str_is(s, what):
    """Whether s is alphabetic, …."""
    return getattr(s, _PROPERTIES[what])()


# ---- bytes ----
def type_error(message):
    """What CPython raises TypeError for: refused where inference gets here, unless a handler may catch it."""
    raise TypeError(message)


def axis_error(axis, rank):
    """An axis that is not there: refused as type_error is."""
    raise _np.exceptions.AxisError(axis, rank)


def str_at(s, i):
    """The code point of character i, or byte i."""
    return s[i] if isinstance(s, bytes) else ord(s[i])


def str_is_float(text):
    """Whether float(text) is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def str_spec_fits(spec, kind):
    """Whether a format specification is one for ints (0), floats (1) or strings (2)."""
    try:
        format((1, 1.0, "")[kind], spec)
    except ValueError:
        return False
    return True


def one_byte(i):
    """bytes((i,)), i in range."""
    return bytes((i,))


def bytearray_new(n):
    """So many bytes, to be filled."""
    return bytearray(n)


def str_of_list(a, start, count, step):
    """The bytes that a slice of a bytearray names."""
    return bytes(a[start + k * step] for k in range(count))


def str_join(texts, s):
    """s.join(texts), of a list that holds_texts."""
    return s.join(texts)


def str_split(texts, s, separator, most):
    """Puts the pieces of s at the end of texts; an empty separator: between white space. False where memory is short."""
    texts.extend(s.split(separator or None, most))
    return True


def str_some_pieces(texts, s, separator, how, start):
    """Puts some of the pieces of s from start on at the end of texts: how is 0, where separator or, if it is empty, white space
    is, 1, lines, or 2, lines with their ends. Where the next one is looked for; -1: there is none; -2: memory is short."""
    rest = s[start:]
    texts.extend(rest.split(separator or None) if how == 0 else rest.splitlines(how == 2))
    return -1


def str_sort(texts):
    """texts.sort(), of a list that holds_texts; False where memory is short."""
    texts.sort()
    return True


def without_dataclasses(x, as_dict):
    """What stands for x in the dict or tuple that a dataclass is made into."""
    return _dataclasses._asdict_inner(x, dict) if as_dict else _dataclasses._astuple_inner(x, tuple)


def text_of_fields(x):
    """repr(x), as @dataclass writes it."""
    return type(x).__repr__(x)


def hash_of_fields(x):
    """hash(x), as @dataclass writes it."""
    return hash(x)


def compare_of_fields(op, x, y):
    """x op y, as @dataclass writes it."""
    names = {"<": "__lt__", "<=": "__le__", "==": "__eq__", "!=": "__ne__", ">": "__gt__", ">=": "__ge__"}
    return getattr(type(x), names[op])(x, y)


def bytes_repr(s):
    """b'…'"""
    return repr(s)


def latin_text(s):
    """Bytes as characters."""
    return s.decode("latin-1")


def latin_bytes(s):
    """Characters below 256 as bytes."""
    return s.encode("latin-1")


def utf8_text(s):
    """Good UTF-8 as characters."""
    return s.decode()


def utf8_bytes(s):
    """Characters without surrogates as UTF-8."""
    return s.encode()


def codec(encoding):
    """0 UTF-8, 1 ASCII, 2 Latin-1: a literal."""
    return ("utf-8", "ascii", "iso8859-1").index(_codecs.lookup(encoding).name)


def error_policy(errors):
    """0 strict, 1 ignore, 2 replace: a literal."""
    return ("strict", "ignore", "replace").index(errors)


def str_wrong_code(s, start, codec):
    """8 * (8 * place + how many bytes) + what is wrong, of the first place from start on that a codec refuses; -1: none."""
    names = ("utf-8", "utf-8", "ascii", "latin-1")
    try:
        if isinstance(s, bytes):
            s[start:].decode(names[codec])
        else:
            s[start:].encode(names[codec])
    except UnicodeError as error:
        reasons = ("invalid start byte", "invalid continuation byte", "unexpected end of data")
        what = reasons.index(error.reason) if error.reason in reasons else 3
        return 8 * (8 * (start + error.start) + (error.end - error.start if what < 3 else 1)) + what
    return -1


def has_lapack():
    """Whether compiled code finds LAPACK where it runs; what is differentiated does not ask."""
    return False


def lapack(routine, *arrays):
    """Runs a routine of rt::LapackRoutine (runtime/abi.h), a literal, on C-ordered arrays. Its info; negative: memory is short."""
    raise NotImplementedError
