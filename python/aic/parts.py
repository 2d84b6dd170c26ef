"""Making parts: compiled functions of statements of a program's function (fallback.py, docs/fallback.md).

A part is a text of its own, in a file that only linecache knows, whose lines are those of the program: `def` stands on the line before
the first statement, a `return` of the names that are read later behind the last one. So refusals, tracebacks and explain() need no
table from one to the other.
"""
import ast
import copy
import itertools
import linecache
import types
import weakref

from aic import _aic
from aic.flow import Flow, Mentions, blocks_of, declared, first_line, head_of, own_nodes, targets
from aic.interpreted import MARK, OBJMODE, Mangler, class_of, function_of

SHORT = "too short for a call in each round of an interpreted loop"
_ROUND = "it would convert a list, dict, set or object in each round of an interpreted loop"
_RESULT = "__aic_left__"
_WORK = (ast.For, ast.While, ast.Call, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_numbers = itertools.count(1)


class Place:
    """A statement that the interpreter runs: where, its text, why; `refused`: a compile ended there, which is warned of."""

    def __init__(self, file, statement, text, why, refused):
        self.file, self.line, self.end_line = file, statement.lineno, statement.end_lineno
        self.column = getattr(statement, "col_offset", 0)
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
            in_rounds = [p for f in s.parts if f._places and _aic.converts_containers(f) for p in f._places]
            for p in (*s.places, *in_rounds):
                found.setdefault((p.file, p.line, p.end_line, p.text), p)
            work += [split_of(f) for f in (*s.parts, *s.callees)]
        return sorted(found.values(), key=lambda p: (p.file, p.line))


def split_of(f):
    """The Split of a compiled function, or None."""
    return getattr(f._split, "__aic_split__", None)


class Marked:
    """Of a part in which statements are blocks of Python (aic.objmode): the same without these, where they stand, why."""

    def __init__(self, original, places, error):
        self.original, self.places, self.error = original, places, error


class PartMaker:
    """What a Unit has to make parts with."""

    def part(self, statements, is_tail, in_loop, marked=()):
        """Statements that call a part made of these; or a text that says why there is none. `marked`: among them, blocks of Python."""
        m = Mentions(*statements)
        nodes = list(own_nodes(statements))
        if any(isinstance(n, (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)) for n in nodes):
            return "it yields"
        if in_loop and not any(isinstance(n, _WORK) for n in nodes):
            return SHORT
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
        for name in sorted(m.stores & self.locals & self.flow.raised[statements[0]]):
            if not _binds_last(statements, name):
                return f"`{name}` may be read where an exception of it is handled"
        end = Flow.bound_after(statements, bound | set(maybe))
        for name in outs:
            if end is not None and name not in end:
                return f"`{name}` may have no value after it"
        return self.call(statements, ins, outs, maybe, exits, is_tail, in_loop, m, marked)

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

    def call(self, statements, ins, outs, maybe, exits, is_tail, in_loop, m, marked):
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
        made = lambda marks: self.part_function(statements, first, last, ins, outs, exits if coded else [], wanted_globals, is_tail, in_loop, marks)  # noqa: E731
        function = original = made(())
        if marked:
            function = made(marked)
        part = _aic.jit(function, {**self.options, "cache": False, "in_loop": in_loop})
        part._options = self.options
        part._split = types.FunctionType(original.__code__.replace(co_filename=self.shown), original.__globals__, original.__name__, None,
                                         original.__closure__)
        part._marked = Marked(original, [(s.lineno, s.col_offset) for s in marked], self.error) if marked else None
        part._split.__aic_split__ = Split()
        part._places = [self.place(s, _ROUND, False) for s in statements] if in_loop else []
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

    def part_function(self, statements, first, last, ins, outs, exits, wanted_globals, is_tail, in_loop, marked):
        """A function of the names `ins` whose text is these statements, on the lines where they stand."""
        lines = ["\n"] * (first - 1) + [line if line.endswith("\n") else line + "\n" for line in self.lines[first - 1:last]]
        for s in sorted((*exits, *marked), key=lambda s: (s.lineno, s.col_offset), reverse=True):
            if s in marked:
                _insert(lines, s.lineno, s.col_offset, f"with {OBJMODE}: ")
            else:
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
        function._aic_in_loop = in_loop
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


def _binds_last(statements, name):
    """Is the name bound by the last of these alone, when nothing can raise any more?"""
    last = statements[-1]
    simple = isinstance(last, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and all(
        isinstance(t, ast.Name) for t in getattr(last, "targets", None) or [last.target]) and len(getattr(last, "targets", "1")) == 1
    return simple and name in targets(last) and name not in Mentions(*statements[:-1], last.value).stores


def _is(value, number):
    return ast.Compare(value, [ast.Eq()], [ast.Constant(number)])


def _insert(lines, line, column, text):
    data = lines[line - 1].encode()
    lines[line - 1] = (data[:column] + text.encode() + data[column:]).decode()
