"""fallback="python": a function that does not compile is taken apart; docs/fallback.md tells how.

`split` is called with a function and the refusal of its compile. It makes a Python function that does what the original does:
the refused statement stands in it as it was written, and what stands before and after it became calls of parts, compiled
functions from the names that they read to those that they bind. A part that is refused in its turn is taken apart likewise.
Between parts everything is Python's: containers are converted at each part's border and written back, arrays are shared,
exceptions, `try`, `with` and closures are the interpreter's own.
"""
import ast
import copy
import linecache
import types
import warnings
import weakref

from aic import _aic
from aic.errors import FallbackWarning
from aic.flow import BLOCKS, FUNCTIONS, Flow, Mentions, blocks_of, declared, first_line, head_of, own_nodes, parameters_of, targets
from aic.interpreted import Mangler, class_of, function_of, shown_file, tree_of
from aic.parts import SHORT, PartMaker, Place, Split, split_of


def parts_of(f):
    """The compiled parts of a function that was taken apart, and of these."""
    found, work = [], [f]
    while work:
        s = split_of(work.pop())
        for part in s.parts if s else ():
            found.append(part)
            work.append(part)
    return found


def split(f, error):
    """The Python function that runs in the place of the compiled function `f`, whose compile ended in `error`."""
    before = split_of(f)
    if before is not None and before.places:
        return f._split
    marked = getattr(f, "_marked", None)
    function = marked.original if marked else f.py_func
    unit = None
    try:
        unit = Unit(f, function)
        made = unit.rewritten(error)
    except Whole as why:
        made = whole(f, function, error, str(why), unit)
    for place in made.__aic_split__.places:
        if place.refused and not (marked and (place.line, place.column) in marked.places):
            _warn(function, place)
    return made


class Whole(Exception):
    """The function is left to the interpreter as it is."""


def whole(f, function, error, why, unit=None):
    made = types.FunctionType(function.__code__.replace(co_filename=shown_file(function.__code__.co_filename)), function.__globals__,
                              function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    s = made.__aic_split__ = Split()
    if unit is not None and unit.is_part:
        s.places += [unit.place(statement, str(error), True) for statement in unit.body]
    else:
        line = ast.Pass(lineno=function.__code__.co_firstlineno, end_lineno=function.__code__.co_firstlineno)
        text = f"all of `{function.__name__}`" + (f" ({why})" if why else "")
        s.places.append(Place(shown_file(function.__code__.co_filename), line, text, str(error), True))
    return made


def _warn(function, place):
    warnings.warn_explicit(f"`{place.text}` is left to the interpreter:\n{place.why}", FallbackWarning, place.file, place.line,
                           registry=function.__globals__.setdefault("__warningregistry__", {}))


# What an aic.objmode block is refused for: then its loop is the interpreter's.
_OF_BLOCKS = {f"AIC{row['code']}" for row in _aic.diagnostics() if row["name"].startswith("objmode")}


# ---- functions called from interpreted statements ----
_callees = weakref.WeakKeyDictionary()


def callee(place, unit, called):
    """What is called in an interpreted statement because something in it was refused: that function, taken apart itself."""
    plain = called.__func__ if isinstance(called, types.MethodType) else called
    file, first, last = place.inside
    code = getattr(plain, "__code__", None)
    lines = [line for _, _, line in code.co_lines() if line] if type(plain) is types.FunctionType else []
    if not lines or code.co_filename != file or code.co_firstlineno > last or max(lines) < first:
        if type(called) is not _aic.Function and not place.refused:  # what is refused lies deeper
            place.refused = True
            _warn(unit.function, place)
        return called
    made = _callees.get(plain)
    if made is None:
        made = _callees[plain] = _aic.jit(plain, dict(unit.options))
        made._options = unit.options
    if made not in unit.split.callees:
        unit.split.callees.append(made)
    return types.MethodType(made, called.__self__) if isinstance(called, types.MethodType) else made


class Unit(PartMaker):
    """One function to take apart: the program's, or a part made here."""

    def __init__(self, f, function):
        self.f, self.function = f, function
        self.marked = getattr(f, "_marked", None)
        code = self.code = self.function.__code__
        self.file, self.shown = code.co_filename, shown_file(code.co_filename)
        self.is_part = self.file != self.shown
        self.options = getattr(f, "_options", None) or {"fallback": "python"}
        self.in_loop = getattr(self.function, "_aic_in_loop", False)
        if code.co_name == "<lambda>":
            raise Whole("a lambda")
        if code.co_flags & 0x280:
            raise Whole("`async`")
        try:
            tree = tree_of(self.file, self.function.__globals__)
        except (SyntaxError, OSError):
            raise Whole("its text is not to be found") from None
        found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and first_line(n) == code.co_firstlineno and n.name == code.co_name]
        if len(found) != 1:
            raise Whole("its text is not to be found")
        self.lines = linecache.getlines(self.file, self.function.__globals__)
        self.node = Mangler(class_of(self.function)).copied(found[0])
        self.body = self.node.body[:-1] if self.is_part and getattr(self.function, "_aic_returns", False) else self.node.body
        self.names()

    def names(self):
        everything = self.node.body
        self.globals = declared(everything, ast.Global)
        self.nonlocals = declared(everything, ast.Nonlocal)
        m = Mentions(*everything)
        self.parameters = parameters_of(self.node)
        self.locals = (m.stores | m.deletes | self.parameters) - self.globals - self.nonlocals
        self.captured = m.captured & self.locals
        self.introspects = m.introspects
        self.flow = Flow(everything, self.parameters, self.locals if self.introspects else ())
        self.stored = m.stores | m.deletes
        # What nested functions and classes are called, but those functions that are the same each time.
        self.made = set()
        for n in own_nodes(everything):
            if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = Mentions(n)
                fixed = isinstance(n, ast.FunctionDef) and not inner.captured & self.locals and not n.args.defaults and not n.args.kw_defaults
                if not fixed or n.decorator_list:
                    self.made.add(n.name)
            elif isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda):
                self.made |= targets(n)

    def place(self, statement, why, refused):
        text = self.lines[statement.lineno - 1].strip() if statement.lineno <= len(self.lines) else ""
        return Place(self.shown, statement, text, why, refused)

    # ---- whose fault it is ----
    def innermost(self, line, column, block=None):
        """The innermost statement of the function's own that stands there; a compound one where it is its head."""
        for s in self.body if block is None else block:
            inside = (s.lineno, self.characters(s.lineno, s.col_offset)) <= (line, column) and \
                (line, column) < (s.end_lineno, self.characters(s.end_lineno, s.end_col_offset))
            if inside or (isinstance(s, (*FUNCTIONS, ast.ClassDef)) and first_line(s) <= line <= s.end_lineno):
                for owner, field in blocks_of(s):
                    found = self.innermost(line, column, getattr(owner, field))
                    if found is not None:
                        return found
                return s
        return None

    def characters(self, line, column):
        return len(self.lines[line - 1].encode()[:column].decode()) if line <= len(self.lines) else column

    def blamed(self, error):
        """{statement: (why, the call in it that was refused inside the function called)}"""
        said = f"error[{error.code}]: {error.message}" if error.code == "AIC1006" else str(error)
        if error.code == "AIC1006":
            name = error._arguments[0]
            found = {}
            for s in self.statements(self.body):
                if name in Mentions(*head_of(s)).all:
                    found[s] = (said, None)
            if name in self.parameters and found:
                return found
        if error.filename == self.shown and error.lineno:
            s = self.innermost(error.lineno, error.col_offset)
            if s is not None:
                return {s: (said, None)}
        for file, line, column, end_line, end_column in getattr(error, "_callers", None) or ():
            s = self.innermost(line, column) if file == self.shown else None
            if s is not None:
                return {s: (said, (line, column, end_line, end_column))}
        return {}

    def statements(self, block):
        for s in block:
            yield s
            for owner, field in blocks_of(s):
                yield from self.statements(getattr(owner, field))

    # ---- the function that is made ----
    def rewritten(self, error):
        if not hasattr(error, "code"):
            raise Whole("")
        self.split = Split()
        self.error = error
        self.constants = {}
        self.refused = self.blamed(error) if error.code not in _OF_BLOCKS else {}
        self.keeps_loops = bool(self.refused) or not self.marked
        if self.marked:  # a part with blocks of Python that was refused: these, and the one to blame now
            self.error = self.marked.error
            why = self.blamed(self.error)
            self.refused |= {s: (str(self.error), None) for s in self.statements(self.body) if (s.lineno, s.col_offset) in self.marked.places} | why
        body = self.body
        if not self.refused:
            if len(body) == 1 and not list(blocks_of(body[0])):
                raise Whole("")
            new = self.halves(body)
        else:
            new = self.block(body, len(body) == len(self.node.body), self.in_loop)
        made = self.compiled(new + self.node.body[len(body):])
        made.__aic_split__ = self.split
        return made

    def halves(self, body):
        """Nobody is to blame: the two halves, or what a compound statement consists of, are compiled by themselves."""
        is_tail = len(body) == len(self.node.body)
        if len(body) > 1:
            middle = len(body) // 2
            return self.run(body[:middle], False, self.in_loop) + self.run(body[middle:], is_tail, self.in_loop)
        return self.taken_apart(body[0], is_tail, self.in_loop, (str(self.error), None))

    def block(self, statements, is_tail, in_loop):
        out, waiting = [], []
        for s in statements:
            if self.concerned(s):
                out += self.run(waiting, False, in_loop)
                last = is_tail and s is statements[-1]
                out += self.kept_loop(s, last, in_loop) or self.taken_apart(s, last, in_loop, self.refused.get(s))
                waiting = []
            else:
                waiting.append(s)
        return out + self.run(waiting, is_tail, in_loop)

    def kept_loop(self, s, is_tail, in_loop):
        """A loop in which only statements are refused that bind nothing: a part in which these are blocks of Python."""
        if not isinstance(s, (ast.For, ast.While)) or not self.keeps_loops or s in self.refused:
            return None
        marked = [t for t in self.statements([s]) if t in self.refused]
        if self.marked and {(t.lineno, t.col_offset) for t in marked} <= set(self.marked.places):
            return None  # that was refused
        guarded = [n for n in own_nodes([s]) if isinstance(n, (ast.Try, ast.With, ast.TryStar))]
        if guarded or len(marked) > 8:
            return None
        for t in marked:
            m = Mentions(t)
            simple = isinstance(t, (ast.Expr, ast.Assert)) and self.refused[t][1] is None and not self.is_inner_text([t])
            if not simple or m.stores or m.rebound or m.introspects or (m.captured & self.locals):
                return None
        made = self.part([s], is_tail, in_loop, marked)
        if isinstance(made, str):
            return None
        self.split.places += [self.place(t, self.refused[t][0], True) for t in marked]
        return made

    def concerned(self, s):
        return s in self.refused or any(self.concerned(t) for owner, field in blocks_of(s) for t in getattr(owner, field))

    @staticmethod
    def is_plain(s):
        """Nothing to compile: it only binds a name to a constant, to another name or to a function."""
        if isinstance(s, (ast.Return, ast.Assign, ast.AnnAssign, ast.Expr)):
            parts = getattr(s, "targets", None) or [getattr(s, "target", None)]
            return isinstance(s.value, (ast.Constant, ast.Name, type(None))) and all(isinstance(t, (ast.Name, type(None))) for t in parts)
        return isinstance(s, (ast.Pass, ast.Break, ast.Continue, ast.FunctionDef))

    @staticmethod
    def is_apart(s):
        """What stays with the interpreter without being told: it binds names of Python's."""
        return isinstance(s, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.AsyncFunctionDef))

    def taken_apart(self, s, is_tail, in_loop, why):
        """An interpreted statement; what stands in its blocks is compiled by itself."""
        inner = list(blocks_of(s))
        if why is not None:
            self.split.places.append(self.place(s, why[0], True))
        new = self.wrapped(s, why[1]) if why is not None and why[1] else s
        if not inner:
            return [new]
        new = copy.copy(new) if new is s else new
        loop = isinstance(s, (ast.For, ast.While))
        parts = {}
        for owner, field in inner:
            last = is_tail and not isinstance(s, (ast.For, ast.While, ast.Try, ast.With))
            parts[(id(owner), field)] = self.block(getattr(owner, field), last, in_loop or (loop and field == "body"))
        for field in BLOCKS:
            if (id(s), field) in parts:
                setattr(new, field, parts[(id(s), field)])
        for field in ("handlers", "cases"):
            if getattr(s, field, None):
                pieces = []
                for old, now in zip(getattr(s, field), getattr(new, field)):
                    piece = copy.copy(now)
                    piece.body = parts[(id(old), "body")]
                    pieces.append(piece)
                setattr(new, field, pieces)
        return [new]

    def wrapped(self, s, at):
        """The statement with the call at `at` going to the called function's own parts."""
        error = self.error
        place = self.split.places[-1]
        place.inside = error.filename, error.lineno, error.end_lineno or error.lineno
        place.refused, place.why = False, f"it calls what is taken apart at {error.filename}:{error.lineno}"
        constant = self.constant(lambda called: callee(place, self, called))
        unit = self

        class Wrap(ast.NodeTransformer):
            def visit_Call(self, node):
                here = (node.lineno, unit.characters(node.lineno, node.col_offset),
                        node.end_lineno, unit.characters(node.end_lineno, node.end_col_offset))
                self.generic_visit(node)
                if here == at:
                    node.func = ast.copy_location(ast.Call(constant, [node.func], []), node.func)
                return node

        inside = {id(t) for owner, field in blocks_of(s) for t in getattr(owner, field)}
        if not inside:
            return Wrap().visit(copy.deepcopy(s))
        new = copy.copy(s)
        for name, value in ast.iter_fields(s):
            if isinstance(value, ast.AST):
                setattr(new, name, Wrap().visit(copy.deepcopy(value)))
            elif isinstance(value, list) and name == "items":
                setattr(new, name, [Wrap().visit(copy.deepcopy(v)) for v in value])
        return new

    # ---- parts ----
    def run(self, statements, is_tail, in_loop):
        """Statements that nothing is known against: as few parts as their names allow."""
        out, k = [], 0
        while k < len(statements):
            made, count, why = self.longest(statements[k:], is_tail, in_loop)
            if count:
                out += made
                k += count
                continue
            s = statements[k]
            k += 1
            if not why or self.is_plain(s):
                out.append(s)
                continue
            out += self.taken_apart(s, is_tail and k == len(statements), in_loop, None) if why != SHORT else [s]
            self.split.places.append(self.place(s, why, False))
        return out

    def longest(self, statements, is_tail, in_loop):
        """A part of as many of the first statements as there can be: what calls it, how many, or 0 and why not."""
        n = len(statements)
        end = next((k for k, s in enumerate(statements) if self.is_apart(s)), n)
        why = ""
        while end:
            last = is_tail and end == n
            count = end
            while count and not last and self.is_plain(statements[count - 1]):
                count -= 1
            if all(map(self.is_plain, statements[:count])):
                break
            made = self.part(statements[:count], last, in_loop)
            if not isinstance(made, str):
                return made, count, ""
            why = made
            end //= 2
        return [], 0, why

    def compiled(self, body):
        node = copy.copy(self.node)
        node.body = body
        node.decorator_list = []
        node.returns = None
        # Names stay the function's own, and captured ones captured, where only parts mention them.
        keep = [ast.Assign([ast.Name(n, ast.Store())], ast.Constant(None)) for n in sorted(self.locals - self.parameters)]
        keep += [ast.Expr(ast.Name(n, ast.Load())) for n in self.code.co_freevars if self.introspects]
        if keep:
            node.body = [*body, ast.copy_location(ast.If(ast.Constant(False), keep, []), body[-1])]
        arguments = copy.deepcopy(node.args)
        for p in ast.walk(arguments):
            if isinstance(p, ast.arg):
                p.annotation = None
        arguments.defaults = [ast.copy_location(ast.Constant(None), self.node) for _ in arguments.defaults]
        arguments.kw_defaults = [d and ast.copy_location(ast.Constant(None), self.node) for d in arguments.kw_defaults]
        node.args = arguments
        made = function_of(node, self.function, self.shown, self.constants)
        made.__defaults__, made.__kwdefaults__ = self.function.__defaults__, self.function.__kwdefaults__
        made.__dict__.update({k: v for k, v in self.function.__dict__.items() if k.startswith("_aic")})
        return made
