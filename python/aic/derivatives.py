"""Derivatives: `grad`, `value_and_grad`, `jvp`, `vjp`, `jacobian`, `hessian`, `hvp`, `check_grad`.

Each makes a small function in the language around `prim.derivative` and compiles it, so that what comes back is an
ordinary compiled function: it can be called, jitted, lowered and differentiated again. A gradient is found in reverse mode
by passes/autodiff, on the IR of the function; nothing is traced. Conventions: API.md of the project, docs/autodiff.md.
"""
import itertools
import linecache
import weakref

import numpy as np

from aic import _aic
from aic.lib import prim
from aic.lib.derivatives import copied, inner

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
    file = f"<aic {name} {next(_numbers)}>"
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
    scope = {"_derivative": prim.derivative, "_f": f, "_inner": inner, "_copied": copied, "np": np, "_rank": prim.rank,
             "__name__": f.__module__, **values, **names}
    exec(compile("".join(lines), file, "exec"), scope)
    made = scope[name]
    # For aic build: types stand at the primal, and are read with its names.
    made.__annotations__ = {p: f.__annotations__[p] for p in parameters if p in getattr(f, "__annotations__", {})}
    made.__aic_primal__ = getattr(f, "__aic_primal__", f)
    weakref.finalize(made, linecache.cache.pop, file, None)
    return made


def _compiled(function):
    return _aic.jit(function, {"fastmath": False, "cache": True})


def _named(prefix, f):
    name = f.__name__ if f.__name__.isidentifier() else "function"
    return f"{prefix}_{name}"


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
    (gradient, anything); order: 2 of a number's function is f'', of an array's the Hessian. A gradient has the structure and
    the types of its argument. Raises aic.NotDifferentiable, when it is called, where there is none.
    """
    _options(allow_int, holomorphic, checkpoint, memory, mode)
    f = _python_function(f)
    argnums = _argnums(f, argnums)
    if order == 1:
        return _compiled(_gradient("gradient", f, argnums, has_aux))
    if order < 1 or has_aux:
        raise NotImplementedError("order must be 1 or more, and 1 with has_aux")
    if isinstance(argnums, tuple):
        raise NotImplementedError("order above 1 is there for one argument")
    if order == 2:
        return hessian(f, argnums)
    return grad(_gradient("gradient", f, argnums, False), argnums, order - 1)


def value_and_grad(f, argnums=0, has_aux=False, *, allow_int=False, holomorphic=False, checkpoint="auto", memory=None, mode="auto"):
    """(f(…), its gradient) in one sweep; with has_aux ((number, anything), gradient). Otherwise as grad."""
    _options(allow_int, holomorphic, checkpoint, memory, mode)
    f = _python_function(f)
    return _compiled(_gradient("value_and_gradient", f, _argnums(f, argnums), has_aux))


def _weighted(f):
    """<f(…), c>, a number: its gradient is the pullback of c."""
    return _made(_named("weighted", f), f, "return _inner(_f({args}), _cotangent)", more=("_cotangent",))


def _pullback(f, argnums):
    return _made(_named("pullback", f), f, f"return _derivative('gradient', {argnums!r}, _weighted, {{args}}, _cotangent)",
                 more=("_cotangent",), _weighted=_weighted(f))


def vjp(f, *primals, has_aux=False):
    """(f(*primals), pullback): pullback(c) is the tuple of gradients of <c, f> with respect to each argument."""
    if has_aux:
        raise NotImplementedError("vjp(has_aux=True) is not there yet")
    f = _python_function(f)
    pulled = _compiled(_pullback(f, tuple(range(len(primals)))))
    primals = tuple(_kept(p) for p in primals)
    out = _compiled(f)(*(_kept(p) for p in primals))

    def pullback(cotangent):
        return pulled(*(_kept(p) for p in primals), cotangent)

    return out, pullback


def _kept(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _zeros(value):
    if isinstance(value, tuple):
        return tuple(_zeros(v) for v in value)
    return np.zeros_like(value) if isinstance(value, np.ndarray) else type(value)(0)


def jvp(f, primals, tangents):
    """(f(*primals), the derivative of f in the direction of the tangents), one tangent for each primal, of its type."""
    f = _python_function(f)
    primals, tangents = tuple(primals), tuple(tangents)
    numbers = tuple(range(len(primals)))
    names = [f"_tangent{k}" for k in numbers]
    # The pullback is linear in its cotangent u, so the derivative of <pullback(u), t> by u is the pushforward of t.
    along = _made(_named("along", f), f, f"return _inner(_derivative('gradient', {numbers!r}, _weighted, {{args}}, _u), ({', '.join(names)},))",
                  more=(*names, "_u"), _weighted=_weighted(f))
    count = len(_parameters(f)[0])
    if count != len(primals):
        raise TypeError(f"jvp of {f.__name__} needs {count} primals, not {len(primals)}")
    pushed = _compiled(_made(_named("jvp", along), along, f"return _derivative('gradient', {2 * count}, _f, {{args}})"))
    out = _compiled(f)(*(_kept(p) for p in primals))
    return out, pushed(*(_kept(p) for p in primals), *tangents, _zeros(out))


def hvp(f, primals, tangents):
    """The Hessian of f at the primals times the tangents: an array for one primal, a tuple for several."""
    f = _python_function(f)
    numbers = tuple(range(len(primals)))
    names = [f"_tangent{k}" for k in numbers]
    along = _made(_named("slope", f), f, f"return _inner(_derivative('gradient', {numbers!r}, _f, {{args}}), ({', '.join(names)},))", more=names)
    wanted = 0 if len(numbers) == 1 else numbers
    product = _compiled(_made(_named("hvp", along), along, f"return _derivative('gradient', {wanted!r}, _f, {{args}})"))
    return product(*(_kept(p) for p in primals), *tangents)


_HESSIAN = """\
if _rank({x}) == 0:
    return _derivative('gradient', {k}, _gradient, {args})
_n = {x}.size
_rows = np.zeros((_n, _n))
_v = np.zeros({x}.shape)
_flat = _v.reshape(_n)
for _i in range(_n):
    _flat[_i] = 1.0
    _rows[_i] = _derivative('gradient', {k}, _slope, {copies}, _v).reshape(_n)
    _flat[_i] = 0.0
return _rows.reshape({x}.shape + {x}.shape)
"""


def _filled(template, f, k):
    parameters = _parameters(f)[0]
    copies = ", ".join(f"_copied({p})" for p in parameters)
    return template.replace("{copies}", copies).replace("{x}", parameters[k]).replace("{k}", str(k))


def hessian(f, argnums=0, sparse=False):
    """All second derivatives with respect to one argument: of an array an array of shape x.shape * 2, of a float a float."""
    if sparse or isinstance(argnums, (tuple, list)):
        raise NotImplementedError("hessian is there for one argument, dense")
    f = _python_function(f)
    k = _argnums(f, argnums)
    slope = _made(_named("slope", f), f, f"return _inner(_derivative('gradient', {k}, _f, {{args}}), _v)", more=("_v",))
    return _compiled(_made(_named("hessian", f), f, _filled(_HESSIAN, f, k), _gradient=_gradient("gradient", f, k, False), _slope=slope))


_JACOBIAN = """\
_out = np.asarray(_f({copies}))
_m = _out.size
_c = np.zeros(_out.shape)
_flat = _c.reshape(_m)
_n = np.asarray({x}).size
_rows = np.zeros((_m, _n))
for _i in range(_m):
    _flat[_i] = 1.0
    _rows[_i] = np.asarray(_derivative('gradient', {k}, _weighted, {copies}, _c)).reshape(_n)
    _flat[_i] = 0.0
return _rows.reshape(_out.shape + np.asarray({x}).shape)
"""


def jacobian(f, argnums=0, mode="auto", sparse=False):
    """All first derivatives of an array-valued function: of shape out.shape + x.shape; for several argnums a tuple."""
    if sparse or mode not in ("auto", "forward", "reverse"):
        raise NotImplementedError("jacobian is there dense; mode is auto, forward or reverse")
    f = _python_function(f)
    numbers = _argnums(f, argnums)
    parts = [_made(_named("jacobian", f), f, _filled(_JACOBIAN, f, k), _weighted=_weighted(f)) for k in (numbers if isinstance(numbers, tuple) else (numbers,))]
    if not isinstance(numbers, tuple):
        return _compiled(parts[0])
    names = {f"_part{k}": p for k, p in enumerate(parts)}
    return _compiled(_made(_named("jacobians", f), f, f"return ({', '.join(n + '({args})' for n in names)},)", **names))


def jacrev(f, argnums=0):
    """jacobian in reverse mode."""
    return jacobian(f, argnums, "reverse")


def jacfwd(f, argnums=0):
    """jacobian; forward mode is not there yet, and the result is the same."""
    return jacobian(f, argnums, "forward")


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
