"""Derivatives: `grad`, `value_and_grad`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`, `check_grad`; `stop_gradient`,
`custom_jvp`, `custom_vjp`, `checkpoint`. Compiled code that names them gets lib/aic.py.

Each makes a small function in the language around `prim.derivative` and compiles it, so that what comes back is an
ordinary compiled function: it can be called, jitted, lowered and differentiated again. Gradients are found in reverse mode,
pushforwards in forward mode by passes/autodiff, on the IR of the function; nothing is traced. Conventions: API.md of the project, docs/autodiff.md.
"""
import itertools
import linecache
import weakref

import numpy as np

from aic import _aic
from aic.lib import prim
from aic.lib.aic import copied, flattened, handed, inner, shape, size, zero_tangent

_numbers = itertools.count(1)


def _python_function(f):
    f = getattr(f, "py_func", f)
    if not hasattr(f, "__code__"):
        raise TypeError(f"aic differentiates Python functions, not {type(f).__name__} objects")
    return f


def _parameters(f):
    """Names of the parameters and, for the last ones, their defaults."""
    code = f.__code__
    if code.co_flags & 0x0C or code.co_kwonlyargcount:
        raise NotImplementedError(f"{f.__name__} has *args, **kwargs or keyword-only parameters: derivatives of such are not there yet")
    return code.co_varnames[: code.co_argcount], f.__defaults__ or ()


def _made(name, f, body, more=(), **names):
    """A compiled function with the parameters of `f` and `more`; `body` is its text, in which `{args}` are f's arguments."""
    parameters, defaults = _parameters(f)
    clash = {"_derivative", "_f"} & set(parameters)
    if clash:
        raise ValueError(f"the parameter {clash.pop()!r} of {f.__name__} has a name that aic needs")
    values = {f"_default{k}": v for k, v in enumerate(defaults)}
    plain = len(parameters) - len(defaults)
    texts = list(parameters[:plain]) + [f"{p}=_default{k}" if not more else p for k, p in enumerate(parameters[plain:])] + list(more)
    lines = [f"def {name}({', '.join(texts)}):\n"]
    lines += [f"    {line}\n" for line in body.replace("{args}", ", ".join(parameters)).splitlines()]
    made = _from_text(name, lines, f, {"_derivative": prim.derivative, "_custom": prim.custom, "_handed": handed, "_f": f, "_inner": inner,
                                       "_copied": copied, "np": np, "_rank": prim.rank, **values, **names})
    # For aic build: types stand at the primal, and are read with its names.
    made.__annotations__ = {p: f.__annotations__[p] for p in parameters if p in getattr(f, "__annotations__", {})}
    made.__aic_primal__ = getattr(f, "__aic_primal__", f)
    return made


def _from_text(name, lines, f, scope):
    """The function of this name in a text; it belongs to the module of f."""
    file = f"<aic {name} {next(_numbers)}>"
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
    scope["__name__"] = f.__module__
    exec(compile("".join(lines), file, "exec"), scope)
    made = scope[name]
    weakref.finalize(made, linecache.cache.pop, file, None)
    return made


def _compiled(function):
    return _aic.jit(function, {"fastmath": False, "cache": True})


def _once(f, wish, make):
    """make(), compiled: the first time. What was made of f is kept with f and collected with it, so that derivatives may be asked
    for in a loop. (functools.wraps copies a function's attributes: what it copied is another function's.)"""
    owner, made = f.__dict__.get("_aic_made", (None, None))
    if owner is not f:
        made = {}
        f._aic_made = (f, made)
    if wish not in made:
        made[wish] = _compiled(make())
    return made[wish]


def _plain(f):
    return f.__name__ if f.__name__.isidentifier() else "function"


def _named(prefix, f):
    return f"{prefix}_{_plain(f)}"


def _options(allow_int, holomorphic, checkpoint, memory, mode):
    for name, given, default in (("allow_int", allow_int, False), ("holomorphic", holomorphic, False), ("memory", memory, None)):
        if given != default:
            raise NotImplementedError(f"{name}={given!r} is not there yet")
    if checkpoint not in ("auto", "none") or mode not in ("auto", "reverse", "forward"):
        raise NotImplementedError(f"checkpoint={checkpoint!r}, mode={mode!r} is not there yet")


def _argnums(f, argnums):
    count = len(_parameters(f)[0])
    single = not isinstance(argnums, (tuple, list))
    numbers = tuple(int(k) + (count if k < 0 else 0) for k in ((argnums,) if single else argnums))
    for k in numbers:
        if not 0 <= k < count:
            raise ValueError(f"argnums: {f.__name__} has {count} parameters, there is no number {k}")
    return numbers[0] if single else numbers


def _gradient(what, f, argnums, has_aux):
    name = _named("grad" if what == "gradient" else "value_and_grad", f)
    return _made(name, f, f"return _derivative({what + '_aux' * has_aux!r}, {argnums!r}, _f, {{args}})")


def grad(f, argnums=0, order=1, has_aux=False, *, allow_int=False, holomorphic=False, checkpoint="auto", memory=None, mode="auto"):
    """The gradient of a function that returns one real number, as a compiled function of the same arguments.

    argnums: which arguments, a number or a tuple of numbers; has_aux: f returns (number, anything), and so the result is
    (gradient, anything); order: 2 of a number's function is f'', of an array's the Hessian, of several arguments its blocks. A gradient has the structure and
    the types of its argument. Raises aic.NotDifferentiable, when it is called, where there is none.
    """
    _options(allow_int, holomorphic, checkpoint, memory, mode)
    f = _python_function(f)
    argnums = _argnums(f, argnums)
    if order == 1:
        return _once(f, ("grad", argnums, has_aux), lambda: _gradient("gradient", f, argnums, has_aux))
    if order < 1 or has_aux:
        raise NotImplementedError("order must be 1 or more, and 1 with has_aux")
    if isinstance(argnums, tuple):
        if order == 2:
            return hessian(f, argnums)
        raise NotImplementedError("order above 2 is there for one argument")
    return _compiled(_higher(f, argnums, order))


# One more order: the derivatives below it, pushed forward along each unit vector. Derivatives are symmetric: any order of axes.
_HIGHER = """\
if _rank({x}) == 0:
    return _derivative('pushforward', ({k},), _below, {args}, (1.0,))[1]
_n = {x}.size
_rows = np.zeros((_n, _n ** {below}))
_v = np.zeros({x}.shape)
_flat = _v.reshape(_n)
for _i in range(_n):
    _flat[_i] = 1.0
    _rows[_i] = _derivative('pushforward', ({k},), _below, {copies}, (_v,))[1].reshape(_n ** {below})
    _flat[_i] = 0.0
return _rows.reshape({x}.shape * {order})
"""


def _higher(f, k, order):
    if order == 1:
        return _gradient("gradient", f, k, False)
    below = _higher(f, k, order - 1)
    text = _filled(_HIGHER, f, k).replace("{below}", str(order - 1)).replace("{order}", str(order))
    return _made(_named(f"order{order}", f), f, text, _below=below)


def value_and_grad(f, argnums=0, has_aux=False, *, allow_int=False, holomorphic=False, checkpoint="auto", memory=None, mode="auto"):
    """(f(…), its gradient) in one sweep; with has_aux ((number, anything), gradient). Otherwise as grad."""
    _options(allow_int, holomorphic, checkpoint, memory, mode)
    f = _python_function(f)
    argnums = _argnums(f, argnums)
    return _once(f, ("value_and_grad", argnums, has_aux), lambda: _gradient("value_and_gradient", f, argnums, has_aux))


def _weighted(f):
    """<f(…), c>, a number: its gradient is the pullback of c."""
    return _made(_named("weighted", f), f, "return _inner(_f({args}), _cotangent)", more=("_cotangent",))


def _pullback(f, argnums):
    return _made(_named("pullback", f), f, f"return _derivative('gradient', {argnums!r}, _weighted, {{args}}, _cotangent)",
                 more=("_cotangent",), _weighted=_weighted(f))


def vjp(f, *primals, has_aux=False):
    """(f(*primals), pullback): pullback(c) is the tuple of gradients of <c, f> with respect to each argument.

    has_aux: f returns (what is differentiated, anything else), and so the result is (the first, pullback, that else).
    """
    f = _python_function(f)

    def make():
        differentiated = _made(_named("first", f), f, "return _f({args})[0]") if has_aux else f
        return _pullback(differentiated, tuple(range(len(primals))))

    pulled = _once(f, ("vjp", len(primals), has_aux), make)
    primals = tuple(_kept(p) for p in primals)
    out = _once(f, "itself", lambda: f)(*(_kept(p) for p in primals))

    def pullback(cotangent):
        return pulled(*(_kept(p) for p in primals), cotangent)

    return (out[0], pullback, out[1]) if has_aux else (out, pullback)


def _kept(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _pushforward(f, numbers, name="jvp"):
    """f's parameters, then a tangent for each of these: (f(…), its tangent)."""
    tangents = [f"_tangent{k}" for k in numbers]
    return _made(_named(name, f), f, f"return _derivative('pushforward', {numbers!r}, _f, {{args}}, ({', '.join(tangents)},))", more=tangents)


def _moving(primals):
    """The numbers of the primals that have tangents: not of integers and texts."""
    def moves(p):
        if isinstance(p, (np.ndarray, np.generic)):
            return p.dtype.kind not in "biu"
        return not isinstance(p, (bool, int, str, type(None)))

    return tuple([k for k, p in enumerate(primals) if moves(p)])


def jvp(f, primals, tangents):
    """(f(*primals), the derivative of f in the direction of the tangents), one tangent for each primal, of its type."""
    f = _python_function(f)
    primals, tangents = tuple(primals), tuple(tangents)
    if len(tangents) != len(primals):
        raise TypeError(f"jvp needs as many tangents as primals, not {len(tangents)} and {len(primals)}")
    numbers = _moving(primals)
    pushed = _once(f, ("jvp", numbers), lambda: _pushforward(f, numbers))
    return pushed(*(_kept(p) for p in primals), *(tangents[k] for k in numbers))


def hvp(f, primals, tangents):
    """The Hessian of f at the primals times the tangents, forward over reverse: an array for one primal, a tuple for several."""
    f = _python_function(f)
    primals, tangents = tuple(primals), tuple(tangents)
    numbers = _moving(primals)

    def make():
        names = [f"_tangent{k}" for k in numbers]
        text = f"return _derivative('pushforward', {numbers!r}, _below, {{args}}, ({', '.join(names)},))[1]"
        return _made(_named("hvp", f), f, text, more=names, _below=_gradient("gradient", f, numbers, False))

    product = _once(f, ("hvp", numbers), make)
    moved = product(*[_kept(p) for p in primals], *[tangents[k] for k in numbers])
    if len(numbers) == len(primals):
        return moved[0] if len(primals) == 1 else tuple(moved)
    found = dict(zip(numbers, moved))
    whole = tuple(found.get(k, np.zeros_like(p) if isinstance(p, np.ndarray) else 0) for k, p in enumerate(primals))
    return whole[0] if len(primals) == 1 else whole


def _filled(template, f, k):
    parameters = _parameters(f)[0]
    copies = ", ".join(f"_copied({p})" for p in parameters)
    return template.replace("{copies}", copies).replace("{x}", parameters[k]).replace("{k}", str(k))


def hessian(f, argnums=0, sparse=False):
    """All second derivatives: of an array an array of shape x.shape * 2, of a float a float; for several arguments a tuple of
    rows, whose entry [i][j] has the shape of argument i followed by that of argument j; sparse: as jacobian's."""
    f = _python_function(f)
    numbers = _argnums(f, argnums)
    if sparse:
        if isinstance(numbers, tuple):
            raise NotImplementedError("hessian(sparse=True) is there for one argument")
        return _sparse(_gradient("gradient", f, numbers, False), numbers)
    if not isinstance(numbers, tuple):
        return _compiled(_higher(f, numbers, 2))
    columns = {f"_column{j}": _hessian_column(f, numbers, j) for j in range(len(numbers))}
    # A symmetric matrix: what belongs to column j and row i is the row's entry j, transposed; columns are made, rows wanted.
    rows = ", ".join("(" + " ".join(f"_c{j}[{i}]," for j in range(len(numbers))) + ")" for i in range(len(numbers)))
    text = "".join(f"_c{j} = {name}({{args}})\n" for j, name in enumerate(columns)) + f"return ({rows},)"
    return _compiled(_made(_named("hessian", f), f, text, **columns))


def _hessian_column(f, numbers, j):
    """The gradients by all of `numbers` pushed forward along the unit vectors of number j; their axes follow."""
    names = _parameters(f)[0]
    parts = [names[k] for k in numbers]
    x, below = parts[j], _gradient("gradient", f, numbers, False)
    push = f"_derivative('pushforward', ({numbers[j]},), _below, {', '.join(f'_copied({p})' for p in names)}, (%s,))[1]"
    lines = [f"if _rank({x}) == 0:", f"    return {push % '1.0'}", f"_v = np.zeros({x}.shape)", f"_n = {x}.size", "_flat = _v.reshape(_n)"]
    lines += [f"_r{i} = np.zeros((_size({p}), _n))" for i, p in enumerate(parts)]
    lines += ["for _i in range(_n):", "    _flat[_i] = 1.0", f"    _g = {push % '_v'}", "    _flat[_i] = 0.0"]
    lines += [f"    _r{i}[:, _i] = _flattened(_g[{i}])" for i in range(len(parts))]
    lines += ["return (" + " ".join(f"_r{i}.reshape(_shape({p}) + {x}.shape)," for i, p in enumerate(parts)) + ")"]
    return _made(_named(f"hessian{j}", f), f, "\n".join(lines), _below=below, _size=size, _flattened=flattened, _shape=shape)


_BY_ROWS = """\
_out = np.asarray(_f({copies}))
_m = _out.size
_c = np.zeros(_out.shape)
_flat = _c.reshape(_m)
_n = _size({x})
_rows = np.zeros((_m, _n))
for _i in range(_m):
    _flat[_i] = 1.0
    _rows[_i] = _flattened(_derivative('gradient', {k}, _weighted, {copies}, _c))
    _flat[_i] = 0.0
return _rows.reshape(_out.shape + _shape({x}))
"""
_BY_COLUMNS = """\
if _rank({x}) == 0:
    return np.asarray(_derivative('pushforward', ({k},), _f, {copies}, (1.0,))[1])
_v = np.zeros({x}.shape)
_n = {x}.size
_flat = _v.reshape(_n)
_out = np.asarray(_f({copies}))
_columns = np.zeros((_out.size, _n))
for _i in range(_n):
    _flat[_i] = 1.0
    _columns[:, _i] = _flattened(_derivative('pushforward', ({k},), _f, {copies}, (_v,))[1])
    _flat[_i] = 0.0
return _columns.reshape(_out.shape + {x}.shape)
"""
# Forward mode needs no tape: where the sides are about equal it is the better one.
_BY_EITHER = """\
if _rank({x}) == 0:
    return _columns({args})
if 2 * _size({x}) <= 3 * _size(_f({copies})):
    return _columns({args})
return _rows({args})
"""


def _jacobian(f, k, mode):
    names = {"_size": size, "_flattened": flattened, "_shape": shape}
    rows = _made(_named("jacrev", f), f, _filled(_BY_ROWS, f, k), _weighted=_weighted(f), **names)
    if mode == "reverse":
        return rows
    columns = _made(_named("jacfwd", f), f, _filled(_BY_COLUMNS, f, k), **names)
    if mode == "forward":
        return columns
    return _made(_named("jacobian", f), f, _filled(_BY_EITHER, f, k), _rows=rows, _columns=columns, **names)


# What is not zero, column by column: a sweep and one column's room at a time.
_TRIPLES = """\
_v = np.zeros(_shape({x}))
_n = _size({x})
_flat = _v.reshape(_n)
_rows, _columns, _values = [], [], []
_m = 0
for _j in range(_n):
    _flat[_j] = 1.0
    _t = _flattened(_derivative('pushforward', ({k},), _f, {copies}, (_v,))[1])
    _flat[_j] = 0.0
    _m = len(_t)
    for _i in range(_m):
        if _t[_i] != 0.0:
            _rows.append(_i)
            _columns.append(_j)
            _values.append(_t[_i])
_count = len(_values)
_data, _at = np.zeros(_count), np.zeros((2, _count), np.int64)
for _i in range(_count):
    _data[_i], _at[0, _i], _at[1, _i] = _values[_i], _rows[_i], _columns[_i]
return _data, _at, _m, _n
"""


class SparseJacobian:
    """The derivatives that are not zero, in rows (CSR): `data`, their columns `indices`, and where each row begins, `indptr`.

    Row i belongs to number i of the result, column j to number j of the argument, both in C order: `shape` is their counts.
    """

    def __init__(self, rows, columns, values, shape):
        order = np.argsort(rows, kind="stable")
        self.data, self.indices, self.shape = values[order], columns[order], shape
        self.indptr = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=shape[0])))).astype(np.int64)

    @property
    def nnz(self):
        return len(self.data)

    def toarray(self):
        out = np.zeros(self.shape)
        out[np.repeat(np.arange(self.shape[0]), np.diff(self.indptr)), self.indices] = self.data
        return out

    def __matmul__(self, vector):
        rows = np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))
        return np.bincount(rows, self.data * np.asarray(vector)[self.indices], minlength=self.shape[0])

    def __repr__(self):
        return f"<SparseJacobian {self.shape[0]} x {self.shape[1]}, {self.nnz} stored>"


def _sparse(f, k):
    names = {"_size": size, "_flattened": flattened, "_shape": shape}
    triples = _compiled(_made(_named("sparse", f), f, _filled(_TRIPLES, f, k), **names))

    def sparse_jacobian(*args):
        data, (rows, columns), m, n = triples(*args)
        return SparseJacobian(rows, columns, data, (m, n))

    return sparse_jacobian


def jacobian(f, argnums=0, mode="auto", sparse=False):
    """All first derivatives of an array-valued function: of shape out.shape + x.shape; for several argnums a tuple.

    mode: "forward" (a sweep for each number of x), "reverse" (a sweep for each number of the result) or "auto"; sparse: the
    derivatives by one array that are not zero at the point, as a SparseJacobian. That is a Python function; it sweeps forward.
    """
    if mode not in ("auto", "forward", "reverse"):
        raise ValueError(f"mode is 'auto', 'forward' or 'reverse', not {mode!r}")
    f = _python_function(f)
    numbers = _argnums(f, argnums)
    if sparse:
        if isinstance(numbers, tuple) or mode == "reverse":
            raise NotImplementedError("jacobian(sparse=True) is there for one argument, in forward mode")
        return _sparse(f, numbers)
    if not isinstance(numbers, tuple):
        return _compiled(_jacobian(f, numbers, mode))
    names = {f"_part{k}": _jacobian(f, k, mode) for k in numbers}
    return _compiled(_made(_named("jacobians", f), f, f"return ({', '.join(n + '({args})' for n in names)},)", **names))


def jacrev(f, argnums=0):
    """jacobian in reverse mode."""
    return jacobian(f, argnums, "reverse")


def jacfwd(f, argnums=0):
    """jacobian in forward mode."""
    return jacobian(f, argnums, "forward")


# ---- rules of one's own ----
def stop_gradient(x):
    """x, which derivatives take for a constant."""
    return x


def custom_jvp(f):
    """A function with a derivative of its own: `f.defjvp(rule)`, where rule(primals, tangents) gives (f(*primals), its tangent).

    The rule must be linear in the tangents: gradients are made of it, too.
    """
    f = _python_function(f)
    names = _parameters(f)[0]
    call = f"_custom(_handed, _backward, _push, ({{args}},), _f({{args}}), ({{args}},))"
    made = _made(_plain(f), f, "return " + call, _backward=None, _push=None)

    def defjvp(rule):
        tangents = [f"_tangent{k}" for k in range(len(names))]
        weighted = _made(_named("weighted", f), f, f"return _inner(_push(({{args}},), ({', '.join(tangents)},))[1], _cotangent)",
                         more=(*tangents, "_cotangent"), _push=rule)
        lines = ["def backward(_primals, _cotangent):\n", f"    {', '.join(names)}, = _primals\n",
                 f"    return _derivative('any_gradient', {tuple(range(len(names), 2 * len(names)))!r}, _weighted, {', '.join(names)}, "
                 + ", ".join(f"_zero({p})" for p in names) + ", _cotangent)\n"]
        made.__globals__.update(_push=rule, _backward=_from_text("backward", lines, f, {"_derivative": prim.derivative, "_weighted": weighted, "_zero": zero_tangent}))
        return rule

    made.defjvp = defjvp
    return made


def custom_vjp(f):
    """A function with a gradient of its own: `f.defvjp(forward, backward)`, where forward(*args) gives (f(*args), residual) and
    backward(residual, cotangent) a tuple with one cotangent for each argument."""
    f = _python_function(f)
    made = _made(_plain(f), f, "_out, _residual = _forward({args})\nreturn _custom(_handed, _backward, None, ({args},), _out, _residual)",
                 _forward=None, _backward=None)

    def defvjp(forward, backward):
        made.__globals__.update(_forward=forward, _backward=backward)

    made.defvjp = defvjp
    return made


def checkpoint(f):
    """f, of which a gradient keeps the arguments only: it is computed again on the way back."""
    f = _python_function(f)
    names = _parameters(f)[0]
    tangents = tuple(range(len(names)))
    made = _made(_named("checkpoint", f), f, "return _custom(_handed, _backward, _push, ({args},), _f({args}), ({args},))")
    unpack = f"    {', '.join(names)}, = _primals\n"
    values = {"_derivative": prim.derivative, "_weighted": _weighted(f), "_f": f}
    back = ["def backward(_primals, _cotangent):\n", unpack,
            f"    return _derivative('any_gradient', {tangents!r}, _weighted, {', '.join(names)}, _cotangent)\n"]
    push = ["def push(_primals, _tangents):\n", unpack, f"    return _derivative('pushforward', {tangents!r}, _f, {', '.join(names)}, _tangents)\n"]
    made.__globals__.update(_backward=_from_text("backward", back, f, values), _push=_from_text("push", push, f, values))
    return made


def check_grad(f, args, argnums=0, *, rtol=1e-6, step=1e-6):
    """Compares grad(f) with central differences of f in CPython; raises AssertionError with the worst place, or returns None."""
    f = _python_function(f)
    numbers = _argnums(f, argnums)
    got = grad(f, numbers if isinstance(numbers, tuple) else (numbers,))(*(_kept(a) for a in args))
    for g, k in zip(got, numbers if isinstance(numbers, tuple) else (numbers,)):
        x = np.array(args[k], dtype=np.float64)
        for index in np.ndindex(x.shape):
            h = step * max(1.0, abs(float(x[index])))

            def at(shift):
                moved = x.copy()
                moved[index] += shift
                return float(f(*(_kept(moved if x.ndim else float(moved)) if j == k else _kept(a) for j, a in enumerate(args))))

            want, have = (at(h) - at(-h)) / (2 * h), float(np.asarray(g)[index])
            assert abs(have - want) <= rtol * max(1.0, abs(want)) + 1e-7, f"argument {k} at {index}: the gradient is {have}, differences give {want}"
