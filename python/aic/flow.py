"""What the statements of a Python function do with its names: which they mention, which may be read later, which have a value.

`Flow.target` has what is live where a `break` or `continue` leads, `Flow.raised` what is where an exception of a statement goes.

For fallback.py, which makes functions of parts of one. Names are those of the function's own scope; what functions, lambdas and
generator expressions in it capture is told apart, since these may look at a name, or rebind it, at any later time.
"""
import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# What looks at all names of the function that calls it; of a text that is known, at those in it.
INTROSPECTION = {"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe", "stack"}


class Mentions(ast.NodeVisitor):
    """The names that statements load, store and delete, and those that scopes in them capture."""

    def __init__(self, *nodes):
        self.loads, self.stores, self.deletes, self.captured, self.rebound = set(), set(), set(), set(), set()
        self.introspects = False
        for node in nodes:
            self.visit(node)

    @property
    def all(self):
        return self.loads | self.stores | self.deletes | self.captured

    def visit_Name(self, node):
        kind = {ast.Load: self.loads, ast.Store: self.stores, ast.Del: self.deletes}[type(node.ctx)]
        kind.add(node.id)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self.loads.add(node.target.id)

    def visit_AnnAssign(self, node):
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node):
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in INTROSPECTION:
            return
        text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        try:
            self.loads |= Mentions(ast.parse(text.strip())).all if name in ("eval", "exec") else None
        except (SyntaxError, AttributeError, TypeError):
            self.introspects = True

    def _scope(self, node, own):
        free, rebound = free_names(node, own)
        self.captured |= free
        self.rebound |= rebound

    def visit_FunctionDef(self, node):
        self.stores.add(node.name)
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        self._scope(node.body, parameters_of(node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        for outside in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        self._scope([node.body], parameters_of(node))

    def visit_ClassDef(self, node):
        self.stores.add(node.name)
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        self._scope(node.body, set())

    def _comprehension(self, node):
        self.visit(node.generators[0].iter)
        inner = Mentions()
        for field in ("elt", "key", "value"):
            if hasattr(node, field):
                inner.visit(getattr(node, field))
        for k, generator in enumerate(node.generators):
            inner.visit(generator.target)
            if k:
                inner.visit(generator.iter)
            for test in generator.ifs:
                inner.visit(test)
        own = Mentions(*(g.target for g in node.generators)).stores
        self.stores |= inner.stores - own  # by `:=`
        self.captured |= inner.captured - own
        self.rebound |= inner.rebound - own
        self.introspects |= inner.introspects
        (self.captured if isinstance(node, ast.GeneratorExp) else self.loads).update(inner.loads - own)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_alias(self, node):
        self.stores.add(node.asname or node.name.split(".")[0])

    def visit_ExceptHandler(self, node):
        self.generic_visit(node)
        if node.name:
            self.stores.add(node.name)

    def visit_MatchAs(self, node):
        self.generic_visit(node)
        if node.name:
            self.stores.add(node.name)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node):
        self.generic_visit(node)
        if node.rest:
            self.stores.add(node.rest)


def first_line(node):
    """Of a function or class, with its decorators."""
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def parameters_of(node):
    a = node.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    return {p.arg for p in every}


def declared(statements, kind):
    """Names under `global` or `nonlocal` in the scope of these statements."""
    return {name for s in own_nodes(statements) if isinstance(s, kind) for name in s.names}


def own_nodes(statements):
    """The nodes of a scope; of functions, lambdas and classes in it only themselves."""
    work = list(statements)
    while work:
        node = work.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            work.extend(ast.iter_child_nodes(node))


def free_names(statements, own):
    """Names that a scope takes from those around it, and those of them that it rebinds."""
    m = Mentions(*statements)
    outside = declared(statements, ast.Global)
    rebound = declared(statements, ast.Nonlocal)
    local = (m.stores | m.deletes | own) - outside - rebound
    return (m.loads | m.captured | rebound) - local - outside, rebound | (m.rebound - local)


BLOCKS = ("body", "orelse", "finalbody")


def blocks_of(statement):
    """The lists of statements in a compound statement, with the fields that hold them."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return
    for field in BLOCKS:
        if getattr(statement, field, None) and isinstance(getattr(statement, field), list):
            yield statement, field
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part, "body"


def head_of(statement):
    """The parts of a compound statement that are not in its blocks."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return [statement]
    inside = [s for owner, field in blocks_of(statement) for s in getattr(owner, field)]
    if not inside:
        return [statement]
    out = []
    for name, value in ast.iter_fields(statement):
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.ExceptHandler):
                out += [part.type] if part.type else []
            elif isinstance(part, ast.match_case):
                out += [part.pattern, *([part.guard] if part.guard else [])]
            elif isinstance(part, ast.AST) and part not in inside:
                out.append(part)
    return out


def targets(statement):
    """Names that a statement binds whenever it ends without an exception (of a loop: its target, in each round)."""
    parts = []
    if isinstance(statement, ast.Assign):
        parts = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.For, ast.AsyncFor)) or (isinstance(statement, ast.AnnAssign) and statement.value):
        parts = [statement.target]
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {a.asname or a.name.split(".")[0] for a in statement.names}
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        parts = [item.optional_vars for item in statement.items if item.optional_vars]
    found = set()
    for part in parts:
        found |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


class Flow:
    """Of a function's body: by statement, the names that may be read after it and those that surely have a value before it."""

    def __init__(self, body, parameters, always=frozenset()):
        self.after, self.bound, self.target, self.raised = {}, {}, {}, {}
        self._always = set(always)  # live everywhere
        self._raised = [set()]
        self._live(body, set(), set(), set())
        self._bind(body, set(parameters), [])

    # ---- liveness ----
    def _live(self, block, after, at_break, at_continue):
        live = after | self._raised[-1] | self._always
        for s in reversed(block):
            self.after[s] = self.after.get(s, set()) | live
            self.raised[s] = self.raised.get(s, set()) | self._raised[-1]
            live = self._before(s, live, at_break, at_continue) | self._raised[-1] | self._always
        return live

    def _uses(self, *nodes):
        m = Mentions(*nodes)
        return m.loads | m.captured | m.deletes

    def _before(self, s, after, at_break, at_continue):
        if isinstance(s, ast.If):
            return self._live(s.body, after, at_break, at_continue) | self._live(s.orelse, after, at_break, at_continue) | self._uses(s.test)
        if isinstance(s, (ast.For, ast.AsyncFor, ast.While)):
            fell = self._live(s.orelse, after, at_break, at_continue)
            head = fell
            for _ in range(3):
                inside = self._live(s.body, head, after, head)
                head = fell | ((inside - targets(s)) | self._uses(s.target) if not isinstance(s, ast.While) else inside | self._uses(s.test))
            return head | (self._uses(s.iter) if not isinstance(s, ast.While) else set())
        if isinstance(s, (ast.Try, ast.TryStar)):
            last = self._uses(*s.finalbody)
            out = self._live(s.finalbody, after | last, at_break, at_continue) if s.finalbody else after
            self._raised.append(self._raised[-1] | last)
            handled = set()
            for h in s.handlers:
                handled |= self._live(h.body, out, at_break, at_continue) - {h.name} | (self._uses(h.type) if h.type else set())
            otherwise = self._live(s.orelse, out, at_break, at_continue)
            self._raised.append(self._raised[-1] | handled)
            inside = self._live(s.body, otherwise, at_break, at_continue)
            self._raised.pop()
            self._raised.pop()
            return inside | handled | last
        if isinstance(s, (ast.With, ast.AsyncWith)):
            self._raised.append(self._raised[-1] | after)  # what it raises may end there
            inside = self._live(s.body, after, at_break, at_continue)
            self._raised.pop()
            return inside | self._uses(*s.items)
        if isinstance(s, ast.Match):
            found = after | self._uses(s.subject)
            for case in s.cases:
                found |= self._live(case.body, after, at_break, at_continue) | self._uses(case.pattern, *([case.guard] if case.guard else []))
            return found
        if isinstance(s, (ast.Return, ast.Raise)):
            return self._uses(s)
        if isinstance(s, (ast.Break, ast.Continue)):
            live = at_break if isinstance(s, ast.Break) else at_continue
            self.target[s] = self.target.get(s, set()) | live
            return live
        return (after - (set() if isinstance(s, ast.AugAssign) else targets(s))) | self._uses(s)

    # ---- what has a value ----
    def _bind(self, block, bound, breaks):
        """The names bound at the block's end; None: it has none."""
        for s in block:
            if bound is None:
                self.bound.setdefault(s, set())
                for owner, field in blocks_of(s):
                    self._bind(getattr(owner, field), None, [])
                continue
            self.bound[s] = bound & self.bound.get(s, bound)
            bound = self._bind_statement(s, bound, breaks)
        return bound

    def _bind_statement(self, s, bound, breaks):
        if isinstance(s, ast.If):
            return _both(self._bind(s.body, bound, breaks), self._bind(s.orelse, bound, breaks))
        if isinstance(s, (ast.For, ast.AsyncFor, ast.While)):
            left = []
            deleted = _deleted(s)
            start = bound - deleted
            self._bind(s.body, start | targets(s), left)
            endless = isinstance(s, ast.While) and isinstance(s.test, ast.Constant) and s.test.value
            end = None if endless else self._bind(s.orelse, start, breaks)
            for at in left:
                end = _both(end, at - deleted)
            return end
        if isinstance(s, (ast.Try, ast.TryStar)):
            end = self._bind(s.body, bound, breaks)
            if end is not None:
                end = self._bind(s.orelse, end, breaks)
            start = bound - _deleted(*s.body)
            for h in s.handlers:
                after = self._bind(h.body, start | ({h.name} if h.name else set()), breaks)
                end = _both(end, after - {h.name} if after is not None else None)
            if not s.finalbody:
                return end
            least = bound - _deleted(s)
            final = self._bind(s.finalbody, least, breaks)
            return None if final is None or end is None else end | (final - least)
        if isinstance(s, (ast.With, ast.AsyncWith)):
            inside = self._bind(s.body, bound | targets(s), breaks)
            least = (bound - _deleted(*s.body)) | targets(s)
            return least if inside is None else least & inside | (least & targets(s))
        if isinstance(s, ast.Match):
            end = None
            for case in s.cases:
                end = _both(end, self._bind(case.body, bound | Mentions(case.pattern).stores, breaks))
            irrefutable = any(isinstance(c.pattern, ast.MatchAs) and c.pattern.pattern is None and c.guard is None for c in s.cases)
            return end if irrefutable else _both(end, bound)
        if isinstance(s, ast.Break):
            breaks.append(bound)
            return None
        if isinstance(s, (ast.Return, ast.Raise, ast.Continue)):
            return None
        return (bound | targets(s)) - _deleted(s)

    @staticmethod
    def before(statements, after):
        """The names live before these, when those are live behind them and wherever they are left to."""
        return Flow(statements, ())._live(statements, set(after), set(after), set(after))

    @staticmethod
    def bound_after(statements, bound):
        """Which names have a value behind these; None: nothing comes behind."""
        flow = Flow.__new__(Flow)
        flow.bound = {}
        return flow._bind(statements, set(bound), [])

    @staticmethod
    def bound_at(statements, bound, at):
        flow = Flow.__new__(Flow)
        flow.bound = {}
        flow._bind(statements, set(bound), [])
        return flow.bound.get(at, set())


def _both(a, b):
    return b if a is None else a if b is None else a & b


def _deleted(*nodes):
    m = Mentions(*nodes)
    handlers = {h.name for n in nodes for h in ast.walk(n) if isinstance(h, ast.ExceptHandler) and h.name}
    return m.deletes | handlers
