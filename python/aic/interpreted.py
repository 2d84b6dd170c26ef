"""`with aic.objmode:` — lines of a compiled function that Python runs (docs/fallback.md).

The frontend asks for the block as a function: of the names it mentions, which returns those it binds. CPython compiles it from
the block's own nodes, so that its lines are the program's and what it finds in the module and in closures is the function's.
"""
import ast
import copy
import linecache
import types
import warnings

from aic.flow import first_line
from aic.types import text_of

MARK = " <aic:"  # in the file names of texts made of a program's (fallback.py)
OBJMODE = "__aic_objmode__"  # the manager of blocks that fallback.py makes
_FUTURE = 0x1000000  # from __future__ import annotations


class ObjMode:
    """`with aic.objmode:` marks lines that Python runs inside of a compiled function. Outside of one it does nothing."""

    def __enter__(self):
        return None

    def __exit__(self, *exception):
        return False

    def __repr__(self):
        return "aic.objmode"


objmode = ObjMode()
_kept = []  # compiled code holds their addresses


def shown_file(file):
    """Where the text of a file of ours comes from: what tracebacks and diagnostics say."""
    return file.split(MARK)[0]


def tree_of(file, scope=None):
    """The syntax tree of a file as linecache knows it."""
    linecache.checkcache(file)
    lines = linecache.getlines(file, scope)
    kept = _trees.get(file)
    if kept is None or kept[0] is not lines:
        if len(_trees) >= 32:
            _trees.clear()
        kept = _trees[file] = (lines, ast.parse("".join(lines), file))
    return kept[1]


_trees = {}


def function_of(node, like, file, constants=None):
    """The function of a `def`, with the globals and the closure of `like`; constants are put in where texts name them."""
    free = like.__code__.co_freevars
    name, node = node.name, copy.copy(node)
    node.name = "__aic_made__"  # the function may call one of its own name
    cells = ast.arguments(posonlyargs=[], args=[ast.arg(c) for c in free], kwonlyargs=[], kw_defaults=[], defaults=[])
    outer = ast.FunctionDef(name="outer", args=cells, body=[node], decorator_list=[], returns=None, type_params=[])
    for n in (outer, *ast.walk(cells)):
        n.lineno, n.end_lineno, n.col_offset, n.end_col_offset = node.lineno, node.lineno, 0, 0
    module = ast.fix_missing_locations(ast.Module([outer], []))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code = compile(module, file, "exec", flags=like.__code__.co_flags & _FUTURE, dont_inherit=True)
    for made in ("outer", node.name):
        code = next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == made)
    code = code.replace(co_name=name, co_qualname=like.__code__.co_qualname,
                        co_consts=tuple(constants.get(c, c) if constants and type(c) is str else c for c in code.co_consts))
    by_name = dict(zip(free, like.__closure__ or ()))
    made = types.FunctionType(code, like.__globals__, name, None, tuple(by_name[n] for n in code.co_freevars))
    made.__qualname__, made.__module__ = like.__qualname__, like.__module__
    return made


def block(function, line, column, names, results):
    """(the function, the IR's types of the results or "")"""
    code = function.__code__
    for node in ast.walk(tree_of(code.co_filename, function.__globals__)):
        if isinstance(node, ast.With) and node.lineno == line and _characters(function, line, node.col_offset) == column:
            break
    else:
        raise LookupError(f"no `with` at {code.co_filename}:{line}:{column}")
    mangle = Mangler(class_of(function))
    body = [mangle.copied(s) for s in node.body]
    annotations = {}
    for n in ast.walk(ast.Module(body=body, type_ignores=[])):
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name):
            annotations[n.target.id] = n.annotation
    found = [_type_of(function, annotations.get(name)) for name in results]
    last = ast.Return(ast.Tuple([ast.Name(n, ast.Load()) for n in results], ast.Load()))
    first = [ast.Global(outside)] if (outside := declared_globals(function, node)) else []
    parameters = ast.arguments(posonlyargs=[], args=[ast.arg(p) for p in names], kwonlyargs=[], kw_defaults=[], defaults=[])
    inner = ast.FunctionDef(name=code.co_name, args=parameters, body=[*first, *body, last], decorator_list=[], returns=None, type_params=[])
    for n in (inner, *first, *ast.walk(parameters)):
        n.lineno, n.end_lineno, n.col_offset, n.end_col_offset = line, line, 0, 0
    for n in ast.walk(last):
        n.lineno, n.end_lineno, n.col_offset, n.end_col_offset = node.end_lineno, node.end_lineno, 0, 0
    made = function_of(inner, function, shown_file(code.co_filename))
    _kept.append(made)
    return made, found


def declared_globals(function, within):
    """Names that the function declares global, as far as the block mentions them."""
    tree = tree_of(function.__code__.co_filename, function.__globals__)
    first = function.__code__.co_firstlineno
    declared = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and first_line(node) == first and node.name == function.__code__.co_name:
            declared = {name for n in ast.walk(node) if isinstance(n, ast.Global) for name in n.names}
    own = {name for n in ast.walk(within) if isinstance(n, ast.Global) for name in n.names}
    return sorted({n.id for n in ast.walk(within) if isinstance(n, ast.Name)} & declared - own)


def _characters(function, line, column):
    text = linecache.getlines(function.__code__.co_filename, function.__globals__)[line - 1]
    return len(text.encode()[:column].decode())


def _type_of(function, annotation):
    if annotation is None:
        return ""
    scope = {**function.__globals__, **{n: c.cell_contents for n, c in zip(function.__code__.co_freevars, function.__closure__ or ()) if _filled(c)}}
    try:
        value = eval(compile(ast.fix_missing_locations(ast.Expression(annotation)), "<annotation>", "eval"), scope)
        if isinstance(value, str):
            value = eval(value, scope)
    except Exception:
        return ""
    return text_of(value) or ""


def _filled(cell):
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


# ---- private names ----
def class_of(function):
    """The class in whose text the function stands, as far as its qualified name tells; for names like `__x`."""
    parts = function.__qualname__.split(".")
    return parts[-2] if len(parts) > 1 and parts[-2] != "<locals>" else None


class Mangler(ast.NodeTransformer):
    """Copies nodes; private names become those of the class."""

    def __init__(self, of):
        self.prefix = "_" + of.lstrip("_") if of and of.strip("_") else None

    def copied(self, node):
        node = copy.deepcopy(node)
        return self.visit(node) if self.prefix else node

    def _mangled(self, name):
        return self.prefix + name if name and name.startswith("__") and not name.endswith("__") and "." not in name else name

    def generic_visit(self, node):
        for field in ("id", "attr", "arg", "name", "asname", "rest"):
            if isinstance(getattr(node, field, None), str) and not (field == "arg" and isinstance(node, ast.keyword)):
                setattr(node, field, self._mangled(getattr(node, field)))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [self._mangled(n) for n in node.names]
        return super().generic_visit(node)
