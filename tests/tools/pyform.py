"""Runs printed py form on CPython's own objects: the judge of the frontend.

    python tests/tools/pyform.py FILE.py NAME [ARGUMENT...]     lowers with aic-lower, runs, prints the result

What Python says must survive lowering: `function(text, symbol, globals)` gives a callable whose results, exceptions and
effects are compared with those of the original. Every op is done by the Python operator of the same name, so that a
difference is the frontend's fault: names, order of evaluation, joins, loop state, cells.
"""
import builtins
import operator
import re
import subprocess
import sys

TOKEN = re.compile(r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<value>%[\w.]+)|(?P<symbol>@[\w.$<>]+)
    |(?P<number>[-+]?(?:inf|nan|\d[\d.]*(?:e[-+]?\d+)?)(?![\w.]))|(?P<word>[A-Za-z_][\w.]*)|(?P<punct>->|.))""", re.X | re.S)
SPAN = re.compile(r" @[\d:^\[\]-]+$", re.M)


class Reader:
    """Text to {symbol: (parameters, attributes, region)}; an op is (results, name, operands, attributes, regions)."""

    def __init__(self, text):
        text = SPAN.sub("", text)
        self.tokens = [(m.lastgroup, m[m.lastgroup]) for m in TOKEN.finditer(text) if m[m.lastgroup].strip()]
        self.k = 0

    def peek(self, text):
        return self.k < len(self.tokens) and self.tokens[self.k][1] == text

    def eat(self, text):
        found = self.peek(text)
        self.k += found
        return found

    def next(self):
        self.k += 1
        return self.tokens[self.k - 1]

    def module(self):
        functions = {}
        while self.k < len(self.tokens):
            if self.eat("form"):
                self.next()
            assert self.eat("func"), self.tokens[self.k]
            symbol = self.next()[1]
            parameters = self.arguments()
            assert self.eat("->") and self.eat("(") and self.eat("py") and self.eat(")")
            attributes = self.attributes()
            functions[symbol] = parameters, attributes, self.region()[1]
        return functions

    def arguments(self):
        names = []
        assert self.eat("(")
        while not self.eat(")"):
            names.append(self.next()[1])
            assert self.eat(":") and self.eat("py")
            self.eat(",")
        return names

    def attribute(self):
        if self.eat("["):
            items = []
            while not self.eat("]"):
                items.append(self.attribute())
                self.eat(",")
            return items
        kind, text = self.next()
        if kind == "number":
            return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
        return self.unescaped(text) if kind == "string" else text

    @staticmethod
    def unescaped(text):
        return re.sub(r"\\(x..|.)", lambda m: "\n" if m[1] == "n" else chr(int(m[1][1:], 16)) if m[1][0] == "x" else m[1], text[1:-1], flags=re.S)

    def attributes(self):
        found = {}
        begins = self.peek("{") and self.tokens[self.k + 1][0] == "word" and self.tokens[self.k + 2][1] == "="
        if begins:
            self.next()
            while not self.eat("}"):
                key = self.next()[1]
                assert self.eat("=")
                found[key] = self.attribute()
                self.eat(",")
        return found

    def region(self):
        assert self.eat("{"), self.tokens[self.k]
        arguments = []
        if self.peek("("):
            arguments = self.arguments()
            assert self.eat(":")
        ops = []
        while not self.eat("}"):
            ops.append(self.op())
        return arguments, ops

    def values(self):
        names = []
        while self.k < len(self.tokens) and self.tokens[self.k][0] == "value":
            names.append(self.next()[1])
            if not self.eat(","):
                break
        return names

    def op(self):
        results = self.values()
        if results:
            assert self.eat("=")
        name = self.next()[1]
        operands = self.values()
        attributes = self.attributes()
        regions = []
        while self.peek("{"):
            regions.append(self.region())
        if results:
            assert self.eat(":")
            for _ in results:
                assert self.eat("py")
                self.eat(",")
        return results, name, operands, attributes, regions


class Unbound:
    pass


class Cell:
    def __init__(self, value):
        self.value = value


class Exit(Exception):
    def __init__(self, kind, loop, values):
        self.kind, self.loop, self.values = kind, loop, values


BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
          "**": operator.pow, "@": operator.matmul, "<<": operator.lshift, ">>": operator.rshift, "&": operator.and_, "|": operator.or_, "^": operator.xor}
INPLACE = {"+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv, "//": operator.ifloordiv, "%": operator.imod,
           "**": operator.ipow, "@": operator.imatmul, "<<": operator.ilshift, ">>": operator.irshift, "&": operator.iand, "|": operator.ior, "^": operator.ixor}
COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "is": operator.is_,
           "is not": operator.is_not, "in": lambda x, y: x in y, "not in": lambda x, y: x not in y}
UNARY = {"+": operator.pos, "-": operator.neg, "~": operator.invert}


class Machine:
    def __init__(self, functions, names, defaults=()):
        self.functions, self.names = functions, names

    def function(self, symbol, captured=(), defaults=()):
        parameters, attributes, ops = self.functions[symbol]
        params = attributes.get("params", [])
        defaulted = dict(zip(attributes.get("defaulted", []), defaults))
        signature = self.signature(params, attributes, defaulted)

        def call(*args, **kwargs):
            given = signature(*args, **kwargs)
            env = dict(zip(parameters, [*captured, *(given[p] for p in params)]))
            try:
                self.run(ops, env)
            except Exit as e:
                return e.values[0]
            raise AssertionError("a function without return")

        call.__name__ = attributes["name"]
        return call

    @staticmethod
    def signature(params, attributes, defaulted):
        """A native function of the same parameters that returns them by name: CPython binds the arguments."""
        only, keyword = attributes.get("positional_only", 0), attributes.get("keyword_only", 0)
        tail = attributes.get("varargs", 0) + attributes.get("kwargs", 0)
        plain = len(params) - keyword - tail
        parts = []
        for k, p in enumerate(params[:len(params) - tail]):
            if k == only and only:
                parts.append("/")
            if k == plain:
                parts.append("*" + params[plain + keyword] if attributes.get("varargs") else "*")
            parts.append(f"{p}=defaulted[{k}]" if k in defaulted else p)
        if only and plain == only:
            parts.insert(only, "/") if "/" not in parts else None
        if attributes.get("varargs") and not keyword:
            parts.append("*" + params[plain])
        if attributes.get("kwargs"):
            parts.append("**" + params[-1])
        return eval(f"lambda {', '.join(parts)}: locals()", {"defaulted": defaulted})

    def run(self, ops, env):
        """Runs a region; gives the terminator's (name, values), or leaves by Exit."""
        for results, name, operands, attributes, regions in ops:
            x = [env[o] for o in operands]
            if name in ("yield", "condition"):
                return x
            if name in ("continue", "break"):
                raise Exit(name, attributes["loop"], x)
            if name == "return":
                raise Exit(name, None, x)
            got = self.control(name, x, attributes, regions, env) if regions else [getattr(self, "do_" + name.replace("py.", "").replace(".", "_"))(x, attributes, len(results))]
            if name == "py.unpack":
                got = got[0]
            env.update(zip(results, got if results else ()))
        raise AssertionError("a region without an end")

    def control(self, name, x, attributes, regions, env):
        if name == "if":
            assert x[0] is True or x[0] is False
            return self.run(regions[0 if x[0] else 1][1], env)
        state = x[1:] if name == "py.for" else x
        iterator = iter(x[0]) if name == "py.for" else None
        while True:
            if iterator is not None:
                try:
                    element = next(iterator)
                except StopIteration:
                    return state
                given = [element, *state]
            else:
                env.update(zip(regions[0][0], state))
                condition, *state = self.run(regions[0][1], env)
                if not condition:
                    return state
                given = state
            arguments, ops = regions[-1]
            assert len(arguments) == len(given)
            env.update(zip(arguments, given))
            try:
                self.run(ops, env)
                raise AssertionError("a round without an end")
            except Exit as e:
                if e.loop != attributes["label"]:
                    raise
                state = e.values
                if e.kind == "break":
                    return state

    # ---- ops ----
    def do_const(self, x, a, n):
        v, kind = a.get("value"), a["kind"]
        if kind == "bytes":
            return v.encode("latin-1") if isinstance(v, str) else v
        return {"int": lambda: int(v), "float": lambda: float(v), "complex": lambda: complex(0, v), "bool": lambda: bool(v), "str": lambda: v,
                "none": lambda: None, "ellipsis": lambda: Ellipsis}[kind]()

    def do_unbound(self, x, a, n):
        return Unbound

    def do_bound(self, x, a, n):
        if x[0] is Unbound:
            if a.get("free"):
                raise NameError(f"cannot access free variable '{a['name']}' where it is not associated with a value in enclosing scope")
            raise UnboundLocalError(f"cannot access local variable '{a['name']}' where it is not associated with a value")
        return x[0]

    def do_global(self, x, a, n):
        if a["name"] in self.names and not a.get("builtin"):
            return self.names[a["name"]]
        if not hasattr(builtins, a["name"]):
            raise NameError(f"name '{a['name']}' is not defined")
        return getattr(builtins, a["name"])

    def do_attribute(self, x, a, n):
        return getattr(x[0], a["name"])

    def do_set_attribute(self, x, a, n):
        setattr(x[0], a["name"], x[1])

    def do_getitem(self, x, a, n):
        return x[0][x[1]]

    def do_setitem(self, x, a, n):
        x[0][x[1]] = x[2]

    def do_delitem(self, x, a, n):
        del x[0][x[1]]

    def do_slice(self, x, a, n):
        return slice(*x)

    @staticmethod
    def spread(x, starred):
        out = []
        for k, v in enumerate(x):
            out.extend(v) if k in starred else out.append(v)
        return out

    def do_tuple(self, x, a, n):
        return tuple(self.spread(x, a.get("starred", ())))

    def do_list(self, x, a, n):
        return self.spread(x, a.get("starred", ()))

    def do_set(self, x, a, n):
        return set(self.spread(x, a.get("starred", ())))

    def do_dict(self, x, a, n):
        out, k = {}, 0
        while k < len(x):
            if k in a.get("starred", ()):
                out.update({**x[k]})
                k += 1
            else:
                out[x[k]] = x[k + 1]
                k += 2
        return out

    def do_unpack(self, x, a, n):
        star = a["star"]
        names = ", ".join(("*" if k == star else "") + f"v{k}" for k in range(n))
        space = {"x": x[0]}
        exec(f"[{names}] = x", space)
        return [space[f"v{k}"] for k in range(n)]

    def do_unary(self, x, a, n):
        return UNARY[a["op"]](*x)

    def do_binary(self, x, a, n):
        return BINARY[a["op"]](*x)

    def do_inplace(self, x, a, n):
        return INPLACE[a["op"]](*x)

    def do_compare(self, x, a, n):
        return COMPARE[a["op"]](*x)

    def do_truth(self, x, a, n):
        return bool(x[0])

    def do_not(self, x, a, n):
        return not x[0]

    def do_call(self, x, a, n):
        f, *arguments = x
        keywords = a.get("keywords", [])
        count = len(arguments) - len(keywords)
        named = {}
        for k, v in zip(keywords, arguments[count:]):
            named.update({**v} if k == "**" else {k: v})
        return f(*self.spread(arguments[:count], a.get("starred", ())), **named)

    def do_function(self, x, a, n):
        count = a.get("defaults", 0)
        return self.function(a["function"], x[:len(x) - count], x[len(x) - count:])

    def do_raise(self, x, a, n):
        raise x[0]

    def do_format(self, x, a, n):
        parts, conversions, dynamic = a["parts"], a.get("conversions", []), a.get("dynamic", [])
        specs = list(a.get("specs", []))
        for k, v in zip(dynamic, x[len(specs):]):
            specs[k] = v
        out = parts[0]
        for value, conversion, spec, part in zip(x, conversions, specs, parts[1:]):
            out += format({"": lambda v: v, "r": repr, "s": str, "a": ascii}[conversion](value), spec) + part
        return out

    def do_cell(self, x, a, n):
        return Cell(x[0])

    def do_cell_get(self, x, a, n):
        return x[0].value

    def do_cell_set(self, x, a, n):
        x[0].value = x[1]


def function(text, symbol, names, defaults=()):
    """The callable for a symbol of printed py form; `names`: its globals, `defaults`: of its defaulted parameters."""
    return Machine(Reader(text).module(), names).function(symbol, (), defaults)


def lowered(tool, path, name):
    """(py form, None) or (None, diagnostic)."""
    done = subprocess.run([tool, str(path), name], capture_output=True, text=True)
    return (done.stdout, None) if done.returncode == 0 else (None, done.stdout + done.stderr)


if __name__ == "__main__":
    import runpy
    tool, path, name, *arguments = sys.argv[1:]
    text, problem = lowered(tool, path, name)
    print(problem or function(text, "@" + name, runpy.run_path(path))(*map(eval, arguments)))
