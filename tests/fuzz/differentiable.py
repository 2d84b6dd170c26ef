"""Random differentiable Python programs. `Program(seed)` has `.text` (the source of `f` and its helpers), `.arguments()`,
`.active` (the positions of the arguments that have gradients) and `.used`.

Imperative on purpose: stores in place through views, swapped buffers, arrays chosen by data, loops left in the middle,
recursion, lists. Values stay moderate (every step contracts), so that differences mean something; where a program leaves
the real numbers it raises in the reference and is passed over.
"""
import random

import numpy as np

SCALAR = ["{} + 0.5 * {}", "0.7 * {} - {}", "{} * {} * 0.5", "{} / (1.5 + {} * {})", "math.sin({})", "math.exp(-{} * {})", "math.tanh({} + {})", "-{}", "{} ** 2 * 0.3",
          "math.sqrt(1.0 + {} * {})", "math.log(2.0 + {} * {})", "abs({})", "max({}, {})", "min({}, 0.8)", "math.cos({} * {})", "np.arctan({})", "({} if {:c} else {})",
          "math.hypot({}, 1.0)", "half({}, {})", "power_sum({}, 3)", "0.25 * {} * {:i}", "np.sinh(0.3 * {})", "math.pow(1.2 + abs({}), 0.5)", "np.log1p({} * {})",
          "(lambda u: 0.6 * u * {})({})"]
REDUCED = ["np.sum({:a})", "np.sum({:a} * {:a})", "np.mean({:a})", "np.max({:a})", "np.min({:a})", "{:a}[{:k}]", "{:a}[-1]", "np.dot({:a}, {:a})", "{:a} @ {:a} * 0.2",
           "np.prod(0.9 + 0.1 * {:a})", "np.sum({:m})", "np.sum({:m} @ {:a})", "{:m}[{:k}, {:k}]", "np.linalg.norm({:a})", "np.sum(np.outer({:a}, {:a})) * 0.1",
           "np.trace({:m})", "np.sum({:a}[{:a} > 0.2])", "0.3 * np.sum({:a}[k])", "weighted({:a}, {})"]
ARRAY = ["{:a} + 0.5 * {:a}", "{:a} * {}", "np.sin({:a} * {})", "np.tanh({:a})", "{:a} / (1.5 + {:a} ** 2)", "0.4 * {:a} * {:a}", "{:a}[::-1]", "{:a}.copy()",
         "np.exp(-{:a} * {:a})", "np.where({:a} > {}, {:a}, 0.5 * {:a})", "np.maximum({:a}, {:a})", "np.minimum({:a}, 0.6)", "np.cumsum({:a}) * 0.3", "np.sqrt(1.0 + {:a} ** 2)",
         "0.4 * {:m} @ {:a}", "{:m}[{:k}]", "{:m}[:, {:k}]", "np.abs({:a})", "np.concatenate(({:a}[2:], {:a}[:2]))", "{:a}[k]", "{:a} - np.mean({:a})", "np.clip({:a}, -0.7, 0.7)",
         "np.full(n, {})", "np.zeros(n)", "np.sort({:a})", "np.roll({:a}, 1)", "np.array([0.3 * u * u for u in {:a}])", "({:a} if {:c} else {:a})", "np.sum({:m}, axis=0) * 0.4",
         "np.diag({:m}) * 0.8", "np.max({:m}, axis=1)", "damped({:a}, {})", "np.zeros_like({:a})", "np.ones(n) * {}"]
MATRIX = ["{:m} * 0.7", "{:m}.T", "np.outer({:a}, {:a}) * 0.4", "{:m} + {:a}", "{:m} @ {:m} * 0.3", "{:m}.copy()", "np.tanh({:m})", "{:m}[::-1]", "{:m} * {:a}[:, None]",
          "np.where({:m} > {}, {:m}, {:a})", "np.cumsum({:m}, axis=1) * 0.3"]
STATEMENTS = ["scalar", "scalar", "reduced", "array", "array", "view", "matrix", "item", "item augmented", "slice", "slice augmented", "onto itself", "row", "column", "column augmented", "whole",
              "swap", "swap numbers", "for", "for elements", "seidel", "while", "if", "break", "continue", "return", "tuple", "list", "closure", "chosen", "masked", "matrix item", "rebound",
              "for tuple", "while true", "gathered", "list of arrays"]
FEATURES = sorted(set(STATEMENTS)) + SCALAR + REDUCED + ARRAY + MATRIX

HELPERS = '''
def half(u, v):
    if u > v:
        return 0.5 * u * v
    return u - 0.5 * v

def power_sum(u, depth):
    if depth == 0:
        return 0.5 * u
    return 0.4 * u * power_sum(u, depth - 1) + math.sin(depth * u)

def weighted(v, w):
    s = 0.0
    for i in range(len(v)):
        if v[i] > 2.0:
            return s * w
        s += 0.3 * v[i] * w
    return s

def damped(v, w):
    v = v.copy()
    for i in range(1, len(v)):
        v[i] = 0.5 * v[i - 1] + 0.4 * v[i] * w
    return v
'''


class Program:
    parameters = "x, y, a, b, m, n, k"
    active = (0, 1, 2, 3, 4)

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.used = set()
        self.lines = []
        self.depth = 1
        self.fresh = 0
        self.in_loop = []
        self.budget = self.random.randint(3, 10)
        self.names = {"s": ["x", "y"], "a": ["a", "b"], "m": ["m"], "i": ["n"], "k": ["0", "1", "n - 1", "k[2]"]}
        while self.budget > 0:
            self.statement()
        parts = [f"0.7 * {name}" for name in self.names["s"][-3:]] + [f"np.sum({name} * w)" for name in self.names["a"][-4:]]
        parts += [f"0.2 * np.sum({name} * {name})" for name in self.names["m"][-2:]]
        self.lines.insert(0, "    w = np.arange(1.0, n + 1.0) * 0.3")
        self.line("return " + " + ".join(parts))
        self.text = f"import math\nimport numpy as np\n{HELPERS}\ndef f({self.parameters}):\n" + "\n".join(self.lines) + "\n"

    def arguments(self):
        r = np.random.default_rng(self.seed)
        n = int(r.integers(3, 6))
        draw = lambda *shape: r.uniform(-1.2, 1.2, shape)
        return float(draw()), float(draw()), draw(n), draw(n), draw(n, n), n, r.integers(0, n, 4)

    # ---- text ----
    def line(self, text):
        self.lines.append("    " * self.depth + text)

    def new(self, kind):
        self.fresh += 1
        return f"{kind}{self.fresh}"

    def pick(self, table):
        choice = self.random.choice(table)
        self.used.add(choice)
        return choice

    def name(self, kind):
        names = self.names[kind]
        return self.random.choice(names[-5:]) if self.random.random() < 0.8 else self.random.choice(names)

    def fill(self, template, depth):
        out = ""
        while "{" in template:
            head, _, rest = template.partition("{")
            spec, _, template = rest.partition("}")
            out += head + self.part(spec, depth)
        return out + template

    def part(self, spec, depth):
        if spec in (":k", ":i"):
            return self.name(spec[1])
        if spec == ":c":
            return f"{self.number(0)} > {self.random.choice(['0.1', '-0.2', self.number(0)])}"
        if spec in (":a", ":m"):
            kind = spec[1]
            if depth <= 0 or self.random.random() < 0.7:
                return self.name(kind)
            return "(" + self.fill(self.pick(ARRAY if kind == "a" else MATRIX), depth - 1) + ")"
        return self.number(depth)

    def number(self, depth):
        if depth <= 0 or self.random.random() < 0.4:
            return self.name("s") if self.random.random() < 0.85 else self.random.choice(["0.5", "1.25", "-0.3"])
        return "(" + self.fill(self.pick(SCALAR if self.random.random() < 0.7 else REDUCED), depth - 1) + ")"

    def array(self):
        return self.part(":a", 2) if self.random.random() < 0.4 else self.fill(self.pick(ARRAY), 1)

    # ---- statements ----
    def statement(self):
        self.budget -= 1
        kind = self.random.choice(STATEMENTS)
        if kind in ("break", "continue") and not self.in_loop or kind == "return" and self.depth == 1:
            return
        if kind in ("for", "for elements", "while", "if", "seidel", "while true", "for tuple") and self.depth > 3:
            return
        if getattr(self, "make_" + kind.replace(" ", "_"))() is not False:
            self.used.add(kind)

    def body(self, most=3):
        """A block; names bound in it are not seen after it."""
        keep = {kind: list(names) for kind, names in self.names.items()}
        self.depth += 1
        before = len(self.lines)
        for _ in range(self.random.randint(1, most)):
            self.statement()
        if len(self.lines) == before:
            self.line(f"{self.name('s')} += 0.1")
        self.depth -= 1
        self.names = keep

    def assign(self, kind, value):
        if self.depth > 1 and self.random.random() < 0.6 and len(self.names[kind]) > 0:
            target = self.name(kind)
        else:
            target = self.new("sam"["sam".index(kind)] if kind != "a" else "v")
        self.line(f"{target} = {value}")
        if target not in self.names[kind]:
            self.names[kind].append(target)

    def make_scalar(self):
        self.assign("s", self.fill(self.pick(SCALAR), 2))

    def make_reduced(self):
        self.assign("s", "0.5 * " + self.fill(self.pick(REDUCED), 1))

    def make_array(self):
        self.assign("a", self.array())

    def make_rebound(self):
        target = self.name("a")
        self.line(f"{target} = 0.6 * {target} + {self.fill(self.pick(ARRAY), 1)}")

    def make_view(self):
        self.assign("a", self.random.choice(["{}[::-1]", "{}[:]"]).format(self.name("a")) if self.random.random() < 0.5 else f"{self.name('m')}[{self.name('k')}]")

    def make_matrix(self):
        self.assign("m", self.fill(self.pick(MATRIX), 1))

    def make_item(self):
        self.line(f"{self.name('a')}[{self.name('k')}] = {self.number(2)}")

    def make_item_augmented(self):
        self.line(f"{self.name('a')}[{self.name('k')}] {self.random.choice(['+=', '-=', '*='])} {self.number(2)}")

    def make_matrix_item(self):
        self.line(f"{self.name('m')}[{self.name('k')}, {self.name('k')}] {self.random.choice(['=', '+='])} {self.number(1)}")

    def make_slice(self):
        self.line(f"{self.name('a')}[1:] = 0.8 * {self.name('a')}[:-1] + {self.number(1)} * {self.name('a')}[1:]")

    def make_slice_augmented(self):
        self.line(f"{self.name('a')}[:-1] {self.random.choice(['+=', '*='])} 0.5 * {self.name('a')}[{self.random.choice(['1:', ':-1', '-1:0:-1'])}]")

    def make_onto_itself(self):
        v = self.name("a")
        self.line(f"{v}[1:] = 0.6 * {v}[:-1] + 0.3 * {v}[1:] * {v}[:-1]")

    # NumPy copies a row onto a column of the same matrix in an order of its own: never a bare view on the right.
    def make_row(self):
        self.line(f"{self.name('m')}[{self.name('k')}] {self.random.choice(['=', '*=', '+='])} 1.0 * {self.part(':a', 1)}")

    def make_column(self):
        self.line(f"{self.name('m')}[:, {self.name('k')}] = 1.0 * {self.part(':a', 1)}")

    def make_column_augmented(self):
        self.line(f"{self.name('m')}[:, {self.name('k')}] *= {self.number(1)}")

    def make_whole(self):
        self.line(f"{self.name('a')}[:] = {self.array() if self.random.random() < 0.7 else self.number(1)}")

    def make_masked(self):
        v = self.name("a")
        self.line(f"{v}[{v} > 0.5] = {self.number(1)}" if self.random.random() < 0.5 else f"{v}[{v} > 0.5] *= 0.5")

    def make_gathered(self):
        self.line(f"{self.name('a')}[k[:2]] = {self.number(1)} * {self.name('a')}[k[2:4]]")

    def make_swap(self):
        p, q = self.name("a"), self.name("a")
        self.line(f"{p}, {q} = {q}, {p}")
        return p != q

    def make_swap_numbers(self):
        p, q = self.name("s"), self.name("s")
        self.line(f"{p}, {q} = {q}, {p}")

    def make_tuple(self):
        t = self.new("t")
        self.line(f"{t} = ({self.number(1)}, {self.name('a')}, {self.number(1)})")
        if self.random.random() < 0.5:
            self.line(f"if {self.part(':c', 0)}:")
            self.line(f"    {t} = ({t}[2], {self.name('a')}, {t}[0])")
        self.assign("s", f"{t}[0] - 0.5 * {t}[2]")
        self.assign("a", f"{t}[1]")

    def make_list(self):
        t = self.new("l")
        self.line(f"{t} = [{self.number(1)}, {self.number(1)}]")
        self.line(f"for q in range(n):")
        self.line(f"    {t}.append(0.5 * {t}[-1] + {self.name('a')}[q])")
        if self.random.random() < 0.5:
            self.line(f"{t}[1] = {t}[0] * {t}.pop()")
        self.assign("s", f"0.3 * sum({t}) + {t}[2]")

    def make_list_of_arrays(self):
        t = self.new("l")
        self.line(f"{t} = [1.0 * {self.name('a')}, {self.number(1)} * {self.name('a')}]")
        self.line(f"for q in range({self.random.choice(['2', 'n', '0'])}):")
        self.line(f"    {t}.append(0.5 * {t}[-1] * {t}[0] + {self.number(0)})")
        if self.random.random() < 0.5:
            self.line(f"    {t}[0] = 0.4 * {t}.pop() + {t}[1]")
        if self.random.random() < 0.3:
            self.line(f"{t}.reverse()")
        self.assign("a", f"0.3 * {t}[-1] + {t}[1] * {t}[0]")

    def make_closure(self):
        g = self.new("g")
        self.line(f"def {g}(u):")
        self.line(f"    return 0.5 * u * {self.name('s')} + {self.name('a')}[0]")
        self.assign("s", f"{g}({self.number(1)})")

    def make_chosen(self):
        v = self.new("v")
        self.line(f"{v} = {self.name('a')} if {self.part(':c', 0)} else {self.name('a')}")
        self.line(f"{v}[{self.name('k')}] *= {self.number(1)}")
        self.names["a"].append(v)

    def make_for(self):
        i = self.new("i")
        self.line(f"for {i} in range({self.random.choice(['3', 'n', 'n - 1', '1, n', 'n - 1, -1, -1', '0', '0, n, 2'])}):")
        self.loop(i)

    def loop(self, index=None):
        keep = list(self.names["i"]), list(self.names["k"])
        if index:
            self.names["i"].append(index)
            self.names["k"] += [f"{index} % n"] * 3
        self.in_loop.append(True)
        self.body(4)
        self.in_loop.pop()
        self.names["i"], self.names["k"] = keep

    def make_for_elements(self):
        u = self.new("u")
        self.line(f"for {u} in {self.name('a')}:")
        self.names["s"].append(u)
        self.loop()
        self.names["s"].remove(u)

    def make_for_tuple(self):
        u, v = self.new("u"), self.new("u")
        self.line(f"for {u}, {v} in zip({self.name('a')}, {self.name('a')}):")
        self.names["s"] += [u, v]
        self.loop()
        self.names["s"].remove(u)
        self.names["s"].remove(v)

    def make_seidel(self):
        i, v = self.new("i"), self.name("a")
        self.line(f"for {i} in range(1, n - 1):")
        self.line(f"    {v}[{i}] = 0.4 * ({v}[{i} - 1] + {v}[{i} + 1]) + 0.2 * {v}[{i}] * {self.name('s')}")

    def make_while(self):
        c = self.new("c")
        self.line(f"{c} = 0")
        self.line(f"while {c} < 4 and {self.random.choice([self.part(':c', 0), 'np.sum(' + self.name('a') + ') < 2.0', 'True'])}:")
        self.depth += 1
        self.line(f"{c} += 1")
        self.depth -= 1
        self.loop(c)

    def make_while_true(self):
        c = self.new("c")
        self.line(f"{c} = 0")
        self.line("while True:")
        self.depth += 1
        self.line(f"{c} += 1")
        self.line(f"if {c} > 3 or {self.part(':c', 0)}:")
        self.line("    break")
        self.depth -= 1
        self.loop(c)

    def make_if(self):
        self.line(f"if {self.part(':c', 1)}:")
        self.body()
        if self.random.random() < 0.6:
            self.line("else:")
            self.body()

    def make_break(self):
        self.line(f"if {self.part(':c', 0)}:")
        self.line("    break")

    def make_continue(self):
        self.line(f"if {self.part(':c', 0)}:")
        self.line("    continue")

    def make_return(self):
        self.line(f"if {self.part(':c', 0)}:")
        self.line(f"    return {self.number(2)} + np.sum({self.name('a')})")
