"""Random typed Python programs. `Program(seed)` has `.text` (the source of `f`), `.arguments(k)` and `.used`.

A program is grown statement by statement over an environment of typed names, so that it nearly always means something;
it may raise, overflow, divide by zero or run off an array, which is compared too. FEATURES lists everything that can
occur: statements, operators, functions. A run that uses less than nine tenths of it tests less than it seems to.
"""
import random

import numpy as np

INT_OPERATORS = ["+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"]
FLOAT_OPERATORS = ["+", "-", "*", "/", "//", "%"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]
INT_FUNCTIONS = ["abs({})", "min({}, {})", "max({}, {})", "int({})", "-{}", "~{}", "+{}", "len(a)", "len(k)", "a.shape[0]", "round({:f})", "int({:b})"]
FLOAT_FUNCTIONS = ["abs({})", "min({}, {})", "max({}, {})", "float({:i})", "-{}", "math.sqrt(abs({}))", "math.floor({}) * 1.0", "math.fabs({})",
                   "math.copysign({}, {})", "{:i} / {:i}", "float({:b})", "{} ** 2", "math.sin({})", "math.exp(-abs({}))", "math.hypot({}, {})"]
ARRAY_OPERATORS = ["+", "-", "*"]
ARRAY_FUNCTIONS = ["np.sqrt(np.abs({}))", "np.maximum({}, {})", "np.minimum({}, {})", "-{}", "np.where({} > 0.5, {}, {})", "{} * {:f}", "{:f} - {}",
                   "{}[::-1]", "{}.copy()", "np.zeros_like({})", "np.floor({})", "np.clip({}, -1.0, 2.0)", "{} / 4.0", "np.full(len(a), {:f})"]
ARRAY_TO_FLOAT = ["float({}.sum())", "float({}.max() + 0.0)", "float(np.min({}) + 0.0)", "float(np.mean({}))", "float({}[{:i} % len(a)])", "float({}[-1])"]
STATEMENTS = ["assign", "augmented", "if", "if else", "elif", "while", "for range", "for step", "for array", "for enumerate", "for zip", "for tuple", "for else", "while else",
              "break", "continue", "return", "unpack", "swap", "item", "item int", "slice", "slice augmented", "array augmented", "call", "lambda", "closure", "recursion",
              "assert", "raise", "pass", "conditional", "and or", "not", "chain", "walrus", "tuple item", "nested tuple", "is None", "default", "keyword", "bool"]
FEATURES = STATEMENTS + INT_OPERATORS + ["float " + o for o in FLOAT_OPERATORS] + COMPARISONS + INT_FUNCTIONS + FLOAT_FUNCTIONS + \
    ["array " + o for o in ARRAY_OPERATORS] + ARRAY_FUNCTIONS + ARRAY_TO_FLOAT

HELPERS = '''
def helper(p, q=3, r=None):
    if r is None:
        return p * 2 - q
    return p - q + r

def gcd(p, q):
    if q == 0:
        return p
    return gcd(q, p % q)

def scaled(v, factor=0.5):
    return v * factor
'''


class Program:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.used = set()
        self.lines = []
        self.depth = 1
        self.loops = []
        self.budget = self.random.randint(4, 14)
        self.fresh = 0
        self.names = {"int": ["i", "j"], "float": ["x", "y"], "bool": [], "array": ["a", "b"], "ints": ["k"], "tuple": []}
        self.protected = {"a", "b", "k"}
        self.block(top=True)
        self.line(f"return {self.result()}")
        self.text = "import math\nimport numpy as np\n" + HELPERS + "\ndef f(i, j, x, y, a, b, k):\n" + "\n".join(self.lines) + "\n"

    # ---- arguments ----
    def arguments(self, k):
        r = random.Random(1000003 * k + 17)
        big = [0, 1, -1, 2, 7, -8, 100, 2**31, -2**31, 2**62, -2**63, 2**63 - 1]
        small = [0, 1, 2, 3, -1, 5, 11, -4]
        number = lambda: r.choice(small if r.random() < 0.8 else big)
        real = lambda: r.choice([0.0, -0.0, 1.0, 0.5, -2.25, 3.75, 1e10, -1e-3]) if r.random() < 0.9 else r.choice([float("inf"), float("nan"), 1e308])
        n = r.choice([1, 2, 3, 8, 17])
        values = lambda: np.array([r.randint(-16, 16) / 4 for _ in range(n)])
        a, b, ints = values(), values(), np.array([r.randint(-9, 9) for _ in range(n)])
        if r.random() < 0.2:
            b = np.repeat(b, 2)[::2]
        if r.random() < 0.1:
            a = a[::-1]
        return number(), number(), real(), real(), a, b, ints

    # ---- helpers ----
    def use(self, feature):
        self.used.add(feature)
        return feature

    def pick(self, choices):
        return self.use(self.random.choice(choices))

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    def name(self, kind):
        self.fresh += 1
        return f"{kind[0]}{self.fresh}"

    def fill(self, template, kind, depth):
        """Replaces {} by an expression of the kind, {:i} {:f} {:b} by one of that kind."""
        out = ""
        while "{" in template:
            head, _, rest = template.partition("{")
            spec, _, template = rest.partition("}")
            out += head + self.expression({"": kind, ":i": "int", ":f": "float", ":b": "bool"}[spec], depth)
        return out + template

    # ---- expressions ----
    def expression(self, kind, depth=2):
        if depth <= 0 or self.random.random() < 0.25:
            return self.atom(kind)
        return getattr(self, "make_" + kind)(depth - 1)

    def atom(self, kind):
        names = self.names[kind]
        if names and self.random.random() < 0.7 or kind in ("array", "ints"):
            return self.random.choice(names)
        return {"int": lambda: str(self.random.choice([0, 1, 2, 3, 5, 10])), "float": lambda: self.random.choice(["0.5", "2.0", "1.25", "3.0", "1e3"]),
                "bool": lambda: self.random.choice(["True", "False"]),
                "tuple": lambda: f"({self.atom('int')}, {self.atom('float')})"}[kind]()

    def make_int(self, depth):
        way = self.random.random()
        if way < 0.5:
            op = self.pick(INT_OPERATORS)
            right = self.expression("int", depth)
            if op in ("<<", ">>"):
                right = f"({right} & 7)"
            return f"({self.expression('int', depth)} {op} {right})"
        if way < 0.7:
            return "(" + self.fill(self.pick(INT_FUNCTIONS), "int", depth) + ")"
        if way < 0.76:
            self.use("conditional")
            return f"({self.expression('int', depth)} if {self.expression('bool', depth)} else {self.expression('int', depth)})"
        if way < 0.82:
            self.use("call")
            extra = self.random.choice(["", f", {self.atom('int')}", self.use("keyword") and f", r={self.atom('int')}"])
            if not extra:
                self.use("default")
            return f"helper({self.expression('int', depth)}{extra})"
        if way < 0.86:
            self.use("recursion")
            return f"gcd({self.atom('int')}, {self.atom('int')} % 50)"
        if way < 0.9 and self.names["tuple"]:
            self.use("tuple item")
            return f"{self.random.choice(self.names['tuple'])}[0]"
        if way < 0.94:
            self.use("and or")
            return f"({self.expression('int', depth)} {self.random.choice(['and', 'or'])} {self.expression('int', depth)})"
        return f"int(k[{self.expression('int', depth)} % len(k)])"

    def make_float(self, depth):
        way = self.random.random()
        if way < 0.45:
            op = self.random.choice(FLOAT_OPERATORS)
            self.use("float " + op)
            return f"({self.expression('float', depth)} {op} {self.expression(self.random.choice(['float', 'float', 'int']), depth)})"
        if way < 0.75:
            return "(" + self.fill(self.pick(FLOAT_FUNCTIONS), "float", depth) + ")"
        if way < 0.9:
            return self.fill(self.pick(ARRAY_TO_FLOAT), "array", min(depth, 1))
        if way < 0.95 and self.names["tuple"]:
            self.use("tuple item")
            return f"{self.random.choice(self.names['tuple'])}[1]"
        self.use("conditional")
        return f"({self.expression('float', depth)} if {self.expression('bool', depth)} else {self.expression('float', depth)})"

    def make_bool(self, depth):
        way = self.random.random()
        kind = self.random.choice(["int", "float"])
        if way < 0.55:
            return f"({self.expression(kind, depth)} {self.pick(COMPARISONS)} {self.expression(kind, depth)})"
        if way < 0.7:
            self.use("chain")
            return f"({self.expression(kind, depth)} <= {self.expression(kind, depth)} < {self.expression(kind, depth)})"
        if way < 0.85:
            self.use("and or")
            return f"({self.expression('bool', depth)} {self.random.choice(['and', 'or'])} {self.expression('bool', depth)})"
        if way < 0.93:
            self.use("not")
            return f"(not {self.expression('bool', depth)})"
        self.use("bool")
        return f"bool({self.expression(kind, depth)})"

    def make_array(self, depth):
        if self.random.random() < 0.45:
            op = self.random.choice(ARRAY_OPERATORS)
            self.use("array " + op)
            return f"({self.expression('array', depth)} {op} {self.expression('array', depth)})"
        return "(" + self.fill(self.pick(ARRAY_FUNCTIONS), "array", depth) + ")"

    def make_tuple(self, depth):
        self.use("nested tuple")
        return f"({self.expression('int', depth)}, {self.expression('float', depth)})"

    def make_ints(self, depth):
        return "k"

    def result(self):
        parts = [self.expression(k) for k in ("int", "float")] + ["a"]
        parts += [n for kind in ("bool", "tuple", "array") for n in self.names[kind][-1:]]
        return "(" + ", ".join(parts) + ")"

    # ---- statements ----
    def block(self, top=False):
        saved = {k: list(v) for k, v in self.names.items()}
        count = self.random.randint(3, 6) if top else self.random.randint(1, 3)
        ended = False
        for _ in range(count):
            if self.budget <= 0 and not top:
                break
            ended = self.statement(top)
            if ended:
                break
        if not top:
            if not ended:
                self.use("pass")
                self.line("pass")
            self.names = saved  # what a block binds may be unbound after it

    def nested(self, header, loop=False):
        self.line(header)
        self.depth += 1
        self.loops.append(loop) if loop else None
        self.block()
        self.loops.pop() if loop else None
        self.depth -= 1

    def statement(self, top):
        self.budget -= 1
        choices = list(STATEMENTS)
        kind = self.random.choice(choices)
        if kind in ("break", "continue") and not self.loops or kind == "return" and top:
            kind = "assign"
        method = getattr(self, "do_" + kind.replace(" ", "_"), None)
        if method is None:  # expressions bring these
            kind, method = "assign", self.do_assign
        self.use(kind)
        return method() or False

    def do_assign(self):
        kind = self.random.choice(["int", "float", "bool", "array", "tuple", "int", "float"])
        reusable = [n for n in self.names[kind] if n not in self.protected and n[0] != "c"]
        text = self.expression(kind, 3)
        name = self.random.choice(reusable) if reusable and self.random.random() < 0.5 else self.name(kind)
        self.line(f"{name} = {text}")
        if name not in self.names[kind]:
            self.names[kind].append(name)

    def do_augmented(self):
        kind = self.random.choice(["int", "float"])
        op = self.pick(INT_OPERATORS[:4]) if kind == "int" else self.random.choice(["+", "-", "*"])
        names = [n for n in self.names[kind] if n[0] != "c"]
        self.line(f"{self.random.choice(names)} {op}= {self.expression(kind)}")

    def do_if(self):
        self.nested(f"if {self.expression('bool')}:")

    def do_if_else(self):
        self.do_if()
        self.nested("else:")

    def do_elif(self):
        self.do_if()
        self.nested(f"elif {self.expression('bool')}:")
        self.nested("else:")

    def counter(self):
        self.fresh += 1
        return f"c{self.fresh}"

    def do_while(self):
        c = self.counter()
        self.line(f"{c} = 0")
        self.line(f"while {c} < {self.random.randint(1, 5)} and {self.expression('bool', 1)}:")
        self.depth += 1
        self.line(f"{c} += 1")
        self.names["int"].append(c)
        self.loops.append(True)
        self.block()
        self.loops.pop()
        self.names["int"].remove(c)
        self.depth -= 1

    def do_while_else(self):
        self.do_while()
        self.nested("else:")

    def loop(self, header, kind, *names):
        kinds = kind if isinstance(kind, list) else [kind]
        for k, n in zip(kinds, names):
            self.names[k].append(n)
        self.nested(header, loop=True)
        for k, n in zip(kinds, names):
            if n in self.names[k]:
                self.names[k].remove(n)

    def do_for_range(self):
        c = self.counter()
        self.loop(f"for {c} in range({self.random.choice(['4', 'len(a)', self.atom('int') + ' % 5'])}):", "int", c)

    def do_for_step(self):
        c = self.counter()
        self.loop(f"for {c} in range({self.random.choice(['9, 0, -2', '1, 10, 3', 'len(a) - 1, -1, -1'])}):", "int", c)

    def do_for_array(self):
        self.fresh += 1
        c = f"c{self.fresh}"
        self.line(f"for {c}v in a:")
        self.depth += 1
        self.line(f"{c} = float({c}v)")
        self.names["float"].append(c)
        self.loops.append(True)
        self.block()
        self.loops.pop()
        self.names["float"].remove(c)
        self.depth -= 1

    def do_for_enumerate(self):
        c, v = self.counter(), self.counter()
        self.loop(f"for {c}, {v} in enumerate(b):", "int", c)

    def do_for_zip(self):
        c, v = self.counter(), self.counter()
        self.loop(f"for {c}, {v} in zip(range({self.random.randint(1, 6)}), a):", "int", c)

    def do_for_tuple(self):
        c = self.counter()
        self.loop(f"for {c} in ({self.atom('int')}, {self.atom('int')}, 4):", "int", c)

    def do_for_else(self):
        self.do_for_range()
        self.nested("else:")

    def do_break(self):
        self.line(f"if {self.expression('bool')}:")
        self.line("    break")

    def do_continue(self):
        self.line(f"if {self.expression('bool')}:")
        self.line("    continue")

    def do_return(self):
        self.line(f"if {self.expression('bool')}:")
        self.line(f"    return {self.expression('int')}, {self.expression('float')}, b")

    def do_unpack(self):
        i, x = self.name("int"), self.name("float")
        self.line(f"{i}, {x} = {self.expression('tuple')}")
        self.names["int"].append(i)
        self.names["float"].append(x)

    def do_swap(self):
        p, q = self.random.choice([("i", "j"), ("x", "y"), ("a", "b")])
        self.line(f"{p}, {q} = {q}, {p}")

    def do_item(self):
        self.line(f"{self.random.choice('ab')}[{self.random.choice([self.expression('int') + ' % len(a)', '0', '-1', self.atom('int')])}] = {self.expression('float')}")

    def do_item_int(self):
        self.line(f"k[{self.expression('int')} % len(k)] {self.random.choice(['=', '+=', '-='])} {self.random.randint(0, 9)}")

    def do_slice(self):
        target, source = self.random.choice([("a[1:]", "b[:-1]"), ("a[1:]", "a[:-1]"), ("a[:-1]", "a[1:] + b[1:]"), ("b[::2]", "a[::2] * 0.5"), ("a[:]", "b"),
                                             ("b[::-1]", "a"), ("a[...]", "1.5"), ("a[:3]", "b[:3] - a[:3]")])
        self.line(f"{target} = {source}")

    def do_slice_augmented(self):
        self.line(self.random.choice(["a[1:] += a[:-1]", "b[:2] *= 2.0", "a[::2] -= b[::2]", "a[::-1] += b"]))

    def do_array_augmented(self):
        self.line(f"{self.random.choice('ab')} {self.random.choice(['+', '-', '*'])}= {self.expression(self.random.choice(['array', 'float']))}")

    def do_lambda(self):
        g = self.name("g")
        self.line(f"{g} = lambda p, q=2: p * q - {self.atom('int')}")
        name = self.name("int")
        self.line(f"{name} = {g}({self.atom('int')}) + {g}(1, {self.atom('int')})")
        self.names["int"].append(name)

    def do_closure(self):
        g = self.name("g")
        self.line(f"def {g}(p):")
        self.line(f"    return scaled(p) + {self.atom('float')}")
        name = self.name("float")
        self.line(f"{name} = {g}({self.atom('float')})")
        self.names["float"].append(name)

    def do_assert(self):
        self.line(f"assert {self.expression('bool')} or {self.expression('bool')}, \"asserted\"")

    def do_raise(self):
        self.line(f"if {self.expression('bool')} and {self.expression('bool')}:")
        self.line(f"    raise {self.random.choice(['ValueError', 'RuntimeError', 'ArithmeticError'])}(\"raised\")")

    def do_pass(self):
        self.line("pass")

    def do_walrus(self):
        name = self.name("int")
        self.line(f"if ({name} := {self.expression('int')}) > 2:")
        self.line("    pass")
        self.names["int"].append(name)

    def do_is_None(self):
        name = self.name("n")
        value = self.name("int")
        self.line(f"{name} = None if {self.expression('bool')} else {self.atom('int')}")
        self.line(f"{value} = 7 if {name} is None else {name} + 1")
        self.names["int"].append(value)
