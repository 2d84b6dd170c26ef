"""fallback="python": a function that does not compile is taken apart; docs/fallback.md tells how.

`split` is called with a function and the refusal of its compile. It makes a Python function that does what the original does:
the refused statement stands in it as it was written, and what stands before and after it became calls of parts, compiled
functions from the names that they read to those that they bind. A part that is refused in its turn is taken apart likewise.
Between parts everything is Python's: containers are converted at each part's border and written back, arrays are shared,
exceptions, `try`, `with` and closures are the interpreter's own.
"""
import ast
import copy
import itertools
import linecache
import types
import warnings
import weakref

from aic import _aic
from aic.errors import FallbackWarning
from aic.flow import BLOCKS, FUNCTIONS, Flow, Mentions, blocks_of, declared, head_of, own_nodes, parameters_of, targets
from aic.interpreted import MARK, Mangler, class_of, first_line, function_of, shown_file, tree_of

_numbers = itertools.count(1)
_RESULT = "__aic_left__"
_SHORT = "too short for a call in each round of an interpreted loop"


class Place:
    """A statement that the interpreter runs: where, its text, why; `refused`: a compile ended there, which is warned of."""

    def __init__(self, file, statement, text, why, refused):
        self.file, self.line, self.end_line = file, statement.lineno, statement.end_lineno
        self.text, self.why, self.refused = text, why, refused
        self.inside = None  # of a call: where what it calls was refused

    def __repr__(self):
        return f"{self.file}:{self.line}: {self.text}"


class Split:
    """What became of a function that was taken apart: the places, the parts that it calls, and functions called from places."""

    def __init__(self):
        self.places, self.parts, self.callees = [], [], []

    def all_places(self):
        seen, work, found = set(), [self], {}
        while work:
            s = work.pop()
            if s is None or id(s) in seen:
                continue
            seen.add(id(s))
            for p in s.places:
                found.setdefault((p.file, p.line, p.end_line, p.text), p)
            work += [split_of(f) for f in (*s.parts, *s.callees)]
        return sorted(found.values(), key=lambda p: (p.file, p.line))


def parts_of(f):
    """The compiled parts of a function that was taken apart, and of these."""
    found, work = [], [f]
    while work:
        s = split_of(work.pop())
        for part in s.parts if s else ():
            found.append(part)
            work.append(part)
    return found


def split_of(f):
    """The Split of a compiled function, or None."""
    return getattr(f._split, "__aic_split__", None)


def split(f, error):
    """The Python function that runs in the place of the compiled function `f`, whose compile ended in `error`."""
    before = split_of(f)
    if before is not None and before.places:
        return f._split
    function = f.py_func
    unit = None
    try:
        unit = Unit(f)
        made = unit.rewritten(error)
    except Whole as why:
        made = whole(f, error, str(why), unit)
    for place in made.__aic_split__.places:
        if place.refused:
            _warn(function, place)
    return made


class Whole(Exception):
    """The function is left to the interpreter as it is."""


def whole(f, error, why, unit=None):
    function = f.py_func
    made = types.FunctionType(function.__code__.replace(co_filename=shown_file(function.__code__.co_filename)), function.__globals__,
                              function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    s = made.__aic_split__ = Split()
    if unit is not None and unit.is_part:
        s.places += [unit.place(statement, str(error), True) for statement in unit.body]
    else:
        line = ast.Pass(lineno=function.__code__.co_firstlineno, end_lineno=function.__code__.co_firstlineno)
        s.places.append(Place(shown_file(function.__code__.co_filename), line, f"all of `{function.__name__}`" + (f" ({why})" if why else ""), str(error), True))
    return made


def _warn(function, place):
    warnings.warn_explicit(f"`{place.text}` is left to the interpreter:\n{place.why}", FallbackWarning, place.file, place.line,
                           registry=function.__globals__.setdefault("__warningregistry__", {}))


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


class Unit:
    """One function to take apart: the program's, or a part made here."""

    def __init__(self, f):
        self.f, self.function = f, f.py_func
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
        self.refused = self.blamed(error)
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
                out += self.taken_apart(s, is_tail and s is statements[-1], in_loop, self.refused.get(s))
                waiting = []
            else:
                waiting.append(s)
        return out + self.run(waiting, is_tail, in_loop)

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
        for (owner, field), (_, _) in zip(list(blocks_of(s)), inner):
            statements = self.block(getattr(owner, field), is_tail and not loop and not isinstance(s, (ast.Try, ast.With)), in_loop or (loop and field == "body"))
            parts[(id(owner), field)] = statements
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
                here = (node.lineno, unit.characters(node.lineno, node.col_offset), node.end_lineno, unit.characters(node.end_lineno, node.end_col_offset))
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
            out += self.taken_apart(s, is_tail and k == len(statements), in_loop, None) if why != _SHORT else [s]
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

    def part(self, statements, is_tail, in_loop):
        """Statements that call a part made of these; or a text that says why there is none."""
        m = Mentions(*statements)
        nodes = list(own_nodes(statements))
        if any(isinstance(n, (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)) for n in nodes):
            return "it yields"
        if in_loop and not any(isinstance(n, (ast.For, ast.While, ast.Call, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)) for n in nodes):
            return _SHORT
        if (m.stores | m.rebound) & self.nonlocals:
            return "it rebinds a name of the function around this one"
        if m.introspects:
            return "it looks at the names of the function"
        if self.is_inner_text(statements):
            return "it shares a line with something else"
        inside = {n for s in statements for n in ast.walk(s)}
        elsewhere = Mentions(*self.others(inside))
        mine = m.all & self.locals
        private = mine - elsewhere.all - self.parameters
        bound = self.flow.bound.get(statements[0], set())
        exits = self.exits(statements)
        after = set() if is_tail else set(self.flow.after[statements[-1]])
        for s in exits:
            after |= self.flow.target.get(s, set())
        outs = sorted(m.stores & self.locals & after)
        read = Flow.before(statements, set()) & self.locals
        maybe = sorted(read - bound)
        # Not all that has a value comes in: what is not read later may have stayed in an earlier part.
        ins = sorted(Flow.before(statements, set(outs)) & self.locals & bound | set(maybe))
        crossing = {*ins, *outs}
        for name in sorted(mine & self.captured - (private - crossing)):
            if name in self.stored or name in elsewhere.rebound | m.rebound:
                return f"`{name}` is captured by a function"
        for name in sorted(self.made & crossing):
            return f"`{name}` is a function or class made here"
        if m.deletes & self.locals & crossing or m.deletes & self.locals - private:
            return "it deletes a name"
        if any(isinstance(n, ast.ExceptHandler) and n.name and (n.name in crossing or n.name not in private) for n in nodes):
            return "it deletes a name"
        if self.introspects and (maybe or (exits and not is_tail)):
            return "its names may be looked at"
        end = Flow.bound_after(statements, bound | set(maybe))
        for name in outs:
            if end is not None and name not in end:
                return f"`{name}` may have no value after it"
        return self.call(statements, ins, outs, maybe, exits, is_tail, in_loop, m)

    def others(self, inside):
        """The function's own nodes that are not in these statements, as far as they mention names."""
        work = list(self.node.body)
        while work:
            s = work.pop()
            if s in inside:
                continue
            if any(t in inside for owner, field in blocks_of(s) for t in self.statements(getattr(owner, field))):
                work += head_of(s) + [t for owner, field in blocks_of(s) for t in getattr(owner, field)]
                yield from (ast.copy_location(ast.Expr(ast.Name(h.name, ast.Load())), h) for h in getattr(s, "handlers", ()) if h.name)
            else:
                yield s

    def exits(self, statements):
        """`return`, and the `break` and `continue` of loops around these."""
        found, work = [], [(s, False) for s in statements]
        while work:
            s, loop = work.pop()
            if isinstance(s, ast.Return) or (isinstance(s, (ast.Break, ast.Continue)) and not loop):
                found.append(s)
            for owner, field in blocks_of(s):
                inner = loop or (isinstance(s, (ast.For, ast.While)) and field == "body")
                work += [(t, inner) for t in getattr(owner, field)]
        return found

    def is_inner_text(self, statements):
        first, last = statements[0], statements[-1]
        line = first_line(first) if hasattr(first, "decorator_list") else first.lineno
        before = self.lines[line - 1].encode()[:first.col_offset]
        after = self.lines[last.end_lineno - 1].encode()[last.end_col_offset:].strip()
        return bool(before.strip()) or not before or (bool(after) and not after.startswith(b"#")) or line < 2

    def call(self, statements, ins, outs, maybe, exits, is_tail, in_loop, m):
        first, last = statements[0].lineno, statements[-1].end_lineno
        if hasattr(statements[0], "decorator_list"):
            first = first_line(statements[0])
        coded = bool(exits) and not is_tail
        if coded:
            for s in exits:
                if not isinstance(s, ast.Return) and not set(outs) <= Flow.bound_at(statements, set(ins), s):
                    return "a name may have no value where it is left"
        wanted_globals = sorted((m.all | m.rebound) & self.globals - declared(statements, ast.Global))
        if wanted_globals and first < 3:
            return "there is no room before it"
        function = self.part_function(statements, first, last, ins, outs, exits if coded else [], wanted_globals, is_tail)
        function._aic_in_loop = in_loop
        part = _aic.jit(function, {**self.options, "cache": False, "in_loop": in_loop})
        part._options = self.options
        part._split = types.FunctionType(function.__code__.replace(co_filename=self.shown), function.__globals__, function.__name__, None, function.__closure__)
        part._split.__aic_split__ = Split()
        self.split.parts.append(part)
        where = statements[0]
        called = ast.Call(self.constant(part), [ast.Name(n, ast.Load()) for n in ins], [])
        if is_tail:
            new = [ast.Return(called)]
        elif coded:
            part_of = lambda k: ast.Subscript(ast.Name(_RESULT, ast.Load()), ast.Constant(k), ast.Load())  # noqa: E731
            new = [ast.Assign([ast.Name(_RESULT, ast.Store())], called),
                   ast.If(_is(part_of(0), 1), [ast.Return(part_of(1))], [])]
            new += [ast.Assign([ast.Name(n, ast.Store())], part_of(k + 1)) for k, n in enumerate(outs)]
            if any(isinstance(s, ast.Break) for s in exits):
                new.append(ast.If(_is(part_of(0), 2), [ast.Break()], []))
            if any(isinstance(s, ast.Continue) for s in exits):
                new.append(ast.If(_is(part_of(0), 3), [ast.Continue()], []))
        elif not outs:
            new = [ast.Expr(called)]
        else:
            names = [ast.Name(n, ast.Store()) for n in outs]
            new = [ast.Assign([names[0] if len(names) == 1 else ast.Tuple(names, ast.Store())], called)]
        for s in new:
            for n in ast.walk(s):
                n.lineno, n.col_offset, n.end_lineno, n.end_col_offset = where.lineno, where.col_offset, where.lineno, where.col_offset + 1
        if not maybe:
            return new
        # A name that may have no value: then the statements raise in Python, where they read it.
        says = lambda value: ast.Assign([ast.Name(_RESULT, ast.Store())], ast.Constant(value))  # noqa: E731
        handler = ast.ExceptHandler(ast.Name("NameError", ast.Load()), None, [says(False)])
        test = ast.Try([ast.Expr(ast.Name(n, ast.Load())) for n in maybe], [handler], [says(True)], [])
        choice = ast.Name(_RESULT, ast.Load())
        for n in (*ast.walk(test), choice):
            n.lineno, n.col_offset, n.end_lineno, n.end_col_offset = where.lineno, where.col_offset, where.lineno, where.col_offset + 1
        return [test, ast.copy_location(ast.If(choice, new, [copy.deepcopy(s) for s in statements]), where)]

    def part_function(self, statements, first, last, ins, outs, exits, wanted_globals, is_tail):
        """A function of the names `ins` whose text is these statements, on the lines where they stand."""
        lines = ["\n"] * (first - 1) + [line if line.endswith("\n") else line + "\n" for line in self.lines[first - 1:last]]
        for s in exits:
            self.edit_exit(lines, s, outs)
        indent = self.lines[first - 1].encode()[:statements[0].col_offset].decode()
        header = first - 1
        if wanted_globals:
            lines[first - 2] = f"{indent}global {', '.join(wanted_globals)}\n"
            header -= 1
        name = self.code.co_name
        lines[header - 1] = f"def {name}({', '.join(ins)}):\n"
        ends = ", ".join(outs)
        if exits:
            lines.append(f"{indent}return 0, {ends}\n" if outs else f"{indent}return 0,\n")
        elif outs and not is_tail:
            lines.append(f"{indent}return {ends}\n")
        file = f"{self.shown}{MARK}{next(_numbers)}>"
        text = "".join(lines)
        linecache.cache[file] = (len(text), None, lines, file)
        node = Mangler(class_of(self.function)).copied(ast.parse(text).body[0])
        function = function_of(node, self.function, file)
        function._aic_returns = bool(exits) or (bool(outs) and not is_tail)
        weakref.finalize(function, linecache.cache.pop, file, None)
        return function

    def edit_exit(self, lines, s, outs):
        """`return x` becomes `return 1, (x)`; `break` and `continue` say so and hand on the names."""
        if isinstance(s, ast.Return):
            value = s.value
            if value is None:
                _insert(lines, s.end_lineno, s.end_col_offset, " 1, None")
            else:
                _insert(lines, s.end_lineno, s.end_col_offset, ")")
                _insert(lines, s.lineno, s.col_offset + len("return"), " 1, (")
            return
        code = 2 if isinstance(s, ast.Break) else 3
        word = "break" if code == 2 else "continue"
        line = lines[s.lineno - 1].encode()
        lines[s.lineno - 1] = (line[:s.col_offset] + f"return {code}, {', '.join(outs)}".encode() + line[s.col_offset + len(word):]).decode()

    def constant(self, value):
        mark = f"{MARK}constant {len(self.constants)}>"
        self.constants[mark] = value
        return ast.Constant(mark)

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


def _is(value, number):
    return ast.Compare(value, [ast.Eq()], [ast.Constant(number)])


def _insert(lines, line, column, text):
    data = lines[line - 1].encode()
    lines[line - 1] = (data[:column] + text.encode() + data[column:]).decode()
