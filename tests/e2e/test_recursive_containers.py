"""Containers that hold their like without end: tries, trees of lists, what parsers read; inside of compiled functions and as
results."""
import copy
import heapq
import sys

import pytest

import aic
from harness import check, collected

programs, program = collected()


@program('a (b (c d) e) ((f))')
def depth(text):

    def read(i):
        out = []
        while i < len(text) and text[i] != ')':
            if text[i] == '(':
                sub, i = read(i + 1)
                out.append(sub)
            elif text[i] == ' ':
                i += 1
            else:
                j = i
                while j < len(text) and text[j] not in '() ':
                    j += 1
                out.append(text[i:j])
                i = j
        return (out, i + 1)
    tree = read(0)[0]

    def deep(t):
        if isinstance(t, list):
            return 1 + max([deep(x) for x in t], default=0)
        return 0

    def flat(t):
        return [t] if isinstance(t, str) else [y for x in t for y in flat(x)]
    return (deep(tree), flat(tree), len(tree))


@program('(+ 1 (* 2 3) (+ 4))')
def evaluate(text):
    tokens = text.replace('(', ' ( ').replace(')', ' ) ').split()

    def read(k):
        if tokens[k] == '(':
            out = []
            k += 1
            while tokens[k] != ')':
                x, k = read(k)
                out.append(x)
            return (out, k + 1)
        try:
            return (int(tokens[k]), k + 1)
        except ValueError:
            return (tokens[k], k + 1)

    def ev(e):
        if isinstance(e, int):
            return e
        if isinstance(e, str):
            raise NameError(e)
        op, *args = e
        vals = [ev(a) for a in args]
        if op == '+':
            return sum(vals)
        r = 1
        for v in vals:
            r *= v
        return r
    tree = read(0)[0]
    return (ev(tree), tree)


@program(20)
def deepen(n):
    x = [1]
    for _ in range(n):
        x = [x, 2]
    k = 0
    while True:
        k += 1
        y = x[0]
        if isinstance(y, int):
            break
        x = y
    return k


@program(5)
def back(n):
    x = []
    for k in range(n):
        x = [k, x]
    return x


@program(4)
def eq(n):

    def make(k):
        return [make(k - 1), k] if k else []
    a, b, c = (make(n), make(n), make(n + 1))
    return (a == b, a == c, a != c, str(a))


@program(['a/b/c', 'a/d', 'e'])
def paths(ps):
    tree = {}
    for p in ps:
        node = tree
        for part in p.split('/'):
            if part not in node:
                node[part] = {}
            node = node[part]

    def show(node, depth):
        out = []
        for name in sorted(node):
            out.append('  ' * depth + name)
            out += show(node[name], depth + 1)
        return out
    return show(tree, 0)


@program(['a/b/c', 'a/d', 'e'])
def paths_out(ps):
    tree = {}
    for p in ps:
        node = tree
        for part in p.split('/'):
            node = node.setdefault(part, {})
    return tree


@program('{"a": [1, 2.5, {"b": null}], "c": true, "d": {"e": [[], "x"]}}')
def json_like(text):
    pos = 0

    def ws():
        nonlocal pos
        while pos < len(text) and text[pos] in ' ,:':
            pos += 1

    def value():
        nonlocal pos
        ws()
        c = text[pos]
        if c == '{':
            pos += 1
            out = {}
            ws()
            while text[pos] != '}':
                k = string()
                out[k] = value()
                ws()
            pos += 1
            return out
        if c == '[':
            pos += 1
            out = []
            ws()
            while text[pos] != ']':
                out.append(value())
                ws()
            pos += 1
            return out
        if c == '"':
            return string()
        if text.startswith('true', pos):
            pos += 4
            return True
        if text.startswith('null', pos):
            pos += 4
            return None
        j = pos
        while j < len(text) and text[j] in '-.0123456789':
            j += 1
        s = text[pos:j]
        pos = j
        return float(s) if '.' in s else int(s)

    def string():
        nonlocal pos
        ws()
        j = text.index('"', pos + 1)
        s = text[pos + 1:j]
        pos = j + 1
        return s
    return value()


@program('[1, [2, [3, 4]], [], [[5]]]')
def json_use(text):
    pos = 0

    def value():
        nonlocal pos
        while text[pos] in ' ,':
            pos += 1
        if text[pos] == '[':
            pos += 1
            out = []
            while text[pos] != ']':
                out.append(value())
                while text[pos] in ' ,':
                    pos += 1
            pos += 1
            return out
        j = pos
        while text[j].isdigit():
            j += 1
        n = int(text[pos:j])
        pos = j
        return n

    def total(v):
        if isinstance(v, int):
            return v
        return sum((total(x) for x in v))

    def deepest(v):
        return 0 if not isinstance(v, list) else 1 + max(map(deepest, v), default=0)

    def mapped(v, f):
        return f(v) if isinstance(v, int) else [mapped(x, f) for x in v]

    def rev(v):
        return v if isinstance(v, int) else [rev(x) for x in reversed(v)]
    v = value()
    w = mapped(v, lambda x: x * 2)
    w.append(v)
    w.insert(0, 7)
    return (total(v), deepest(v), w, rev(v), len(w), w[0], w[-1] is v, v in w, w.index(v), repr(w), f'{v}', w.count(7))


@program(3)
def alias(n):
    tree = {}
    node = tree
    for k in range(n):
        node = node.setdefault(str(k), {})
    a = tree['0']
    a['x'] = {}
    b = tree['0']
    return ('x' in tree['0'], a is b, len(b), sorted(a), tree, list(tree), [k for k, v in b.items() if v])


@program(5)
def cycle(n):
    a = [1]
    a.append(a)
    b = a[1]
    k = 0
    while k < n:
        b = b[1]
        k += 1
    return (b is a, len(b))


@program(4)
def parents(n):
    root = {}
    node = root
    for k in range(n):
        child = {'parent': node}
        node['child'] = child
        node = child
    k = 0
    while 'parent' in node:
        node = node['parent']
        k += 1
    return (k, node is root)


@program({'a': 5, 'b': 2, 'c': 1, 'd': 1})
def huffman(freq):
    items = [[f, s] for s, f in freq.items()]
    items.sort()
    heap = [(f, i, s) for i, (s, f) in enumerate(sorted(freq.items()))]
    heapq.heapify(heap)
    n = len(heap)
    while len(heap) > 1:
        a = heapq.heappop(heap)
        b = heapq.heappop(heap)
        heapq.heappush(heap, (a[0] + b[0], n, [a[2], b[2]]))
        n += 1
    codes = {}

    def walk(t, c):
        if isinstance(t, str):
            codes[t] = c
        else:
            walk(t[0], c + '0')
            walk(t[1], c + '1')
    walk(heap[0][2], '')
    return codes


@program(4)
def ops(n):

    def build(d):
        return [d, build(d - 1), [build(d - 2)]] if d > 1 else d
    t = build(n)
    u = t[:]
    u.extend(t)
    u += [3]
    u[0] = [9]
    del u[1]
    x = u.pop()
    y = u.pop()
    w = sorted([q for q in u if isinstance(q, int)])
    a, *rest = t
    z = t + [1, [2]]
    return (u, x, y, w, a, rest, z, t * 2, [1] in u, any((isinstance(q, list) for q in t)), max(w), bool(t[1]), t != z, t == copy.copy(t))


@program([('root', 'a'), ('root', 'b'), ('a', 'c'), ('c', 'd')])
def grouped(pairs):
    kids = {}
    for a, b in pairs:
        kids.setdefault(a, []).append(b)

    def sub(a):
        return {b: sub(b) for b in kids.get(a, [])}
    t = sub('root')

    def count(d):
        return sum((1 + count(v) for v in d.values()))
    return (t, count(t), list(t.keys()), t.get('nope'), t.get('a'), {**t} == t, t.pop('a', None) is None)


@program('a(b(cd)e)(f)')
def stack_parse(text):
    stack = [[]]
    for c in text:
        if c == '(':
            stack.append([])
        elif c == ')':
            top = stack.pop()
            stack[-1].append(top)
        else:
            stack[-1].append(c)
    return stack[0]


@program(3)
def flat_iter(n):
    xs = [1, [2, [3, [4, n]]], 5]
    out, stack = ([], [iter(xs)])
    return xs


@program(1)
def update(n):
    conf = {'a': {'b': {'c': {}}}, 'd': {}}

    def merge(x, y):
        for k, v in y.items():
            if k in x:
                merge(x[k], v)
            else:
                x[k] = v
        return x
    extra = {}
    e = extra
    for k in 'abz':
        e = e.setdefault(k, {})
    return merge(conf, extra)


@program([1, 5, 9, 14], 0, 16)
def quadtree(xs, lo, hi):
    if len(xs) <= 1:
        return xs[0] if xs else None
    mid = (lo + hi) // 2
    return [quadtree([x for x in xs if x < mid], lo, mid), quadtree([x for x in xs if x >= mid], mid, hi)]


@program(3)
def two_kinds(n):
    a = {}
    node = a
    for k in range(n):
        node = node.setdefault(k, {})
    b = {}
    node2 = b
    for k in range(n):
        node2 = node2.setdefault('k' * k, {})
    return (a, b, a == b)


@program(3)
def typed(n):

    def make(k):
        return [make(k - 1), 'x', k] if k else None
    t = make(n)
    out = []
    todo = [t]
    while todo:
        x = todo.pop()
        if type(x) is list:
            out.append('L')
            todo.extend(x)
        elif x is None:
            out.append('N')
        elif isinstance(x, str):
            out.append(x)
        else:
            out.append(str(x + 1))
    return out


@program('')
def diff(text):

    def d(e):
        if isinstance(e, int):
            return 0
        if isinstance(e, str):
            return 1 if e == 'x' else 0
        op, a, b = e
        if op == '+':
            return ['+', d(a), d(b)]
        return ['+', ['*', d(a), b], ['*', a, d(b)]]

    def simp(e):
        if not isinstance(e, list):
            return e
        op, a, b = (e[0], simp(e[1]), simp(e[2]))
        if op == '+':
            if a == 0:
                return b
            if b == 0:
                return a
            if isinstance(a, int) and isinstance(b, int):
                return a + b
        if op == '*':
            if a == 0 or b == 0:
                return 0
            if a == 1:
                return b
            if b == 1:
                return a
        return [op, a, b]

    def show(e):
        if isinstance(e, list):
            return '(' + show(e[1]) + e[0] + show(e[2]) + ')'
        return str(e)
    e = ['+', ['*', 'x', 'x'], ['*', 3, 'x']]
    return (show(simp(d(e))), simp(d(e)))


@program([1, 2, 3])
def linked(xs):
    head = None
    for x in xs:
        head = [x, head]
    out = []
    while head is not None:
        out.append(head[0])
        head = head[1]
    prev, cur = (None, None)
    return out


@program([3, 1, 2])
def dict_tree(xs):

    def insert(t, v):
        if not t:
            return {'v': v, 'l': {}, 'r': {}}
        if v < t['v']:
            t['l'] = insert(t['l'], v)
        else:
            t['r'] = insert(t['r'], v)
        return t
    t = {}
    for x in xs:
        t = insert(t, x)
    return t


@program(['tea', 'ten', 'to'])
def compress(words):
    root = {}
    for w in words:
        cur = root
        for c in w:
            cur = cur.setdefault(c, {})
        cur['end'] = {}

    def count(n):
        return sum((1 if k == 'end' else count(v) for k, v in n.items()))

    def longest(n):
        return max((1 + longest(v) for k, v in n.items() if k != 'end'), default=0)

    def remove(n, w):
        if not w:
            del n['end']
            return not n
        if remove(n[w[0]], w[1:]):
            del n[w[0]]
        return not n
    before = count(root)
    remove(root, words[0])
    return (before, count(root), longest(root), list(root), root)


@program(3)
def rose(n):
    t = ['r', []]
    level = [t]
    for k in range(n):
        nxt = []
        for node in level:
            for j in range(2):
                child = [f'{k}{j}', []]
                node[1].append(child)
                nxt.append(child)
        level = nxt

    def size(t):
        return 1 + sum((size(c) for c in t[1]))
    return (size(t), t)


@program(3)
def swap(n):

    def make(k):
        return [k, make(k - 1)] if k > 0 else [0]
    a, b = (make(n), make(n + 1))
    a[0], b[0] = (b[0], a[0])
    a, b = (b, a)
    a.reverse()
    b.clear()
    c = [x for x in a]
    c.sort(key=lambda x: 0 if isinstance(x, int) else 1)
    return (a, b, c, [*a, *b], len(a + c))


@pytest.mark.parametrize("function, args", programs, ids=[f.__name__ for f, _ in programs])
def test_it_does_what_cpython_does(function, args):
    check(function, *args)


def depth_of_nested_lists(n):
    x = []
    for _ in range(n):
        x = [x]
    k = 0
    while x:
        x = x[0]
        k += 1
    return k


def test_deep_ones_are_released_without_recursion():
    assert aic.jit(depth_of_nested_lists)(1_000_000) == 1_000_000


def nested_lists(n):
    x = []
    for _ in range(n):
        x = [x]
    return x


def nested_dicts(n):
    d = {}
    for _ in range(n):
        d = {"a": d, "b": {}}
    return d


@pytest.mark.parametrize("function, key", [(nested_lists, 0), (nested_dicts, "a")])
def test_deep_ones_come_out_whole(function, key):
    at, depth = aic.jit(function)(100_000), 0
    while at:
        at, depth = at[key], depth + 1
    assert depth == 100_000


def equal_ones(n):
    a, b = [], []
    for _ in range(n):
        a, b = [a], [b]
    return a == b


def text_of_one(n):
    a = []
    for _ in range(n):
        a = [a]
    return len(repr(a))


@pytest.mark.parametrize("function", [equal_ones, text_of_one])
def test_what_recurses_in_cpython_raises_where_it_is_too_deep(function):
    check(function, 50)
    with pytest.raises(RecursionError):
        function(10 * sys.getrecursionlimit())
    with pytest.raises(RecursionError):
        aic.jit(function)(1_000_000)


def test_a_list_that_holds_itself_comes_out_as_itself():
    def f(n):
        a = [n]
        a.append(a)
        return a

    got = aic.jit(f)(3)
    assert got[0] == 3 and got[1] is got and len(got) == 2


def test_what_may_be_a_list_of_lists_as_a_key():
    def f(text):
        stack = [[]]
        for c in text:
            if c == "(":
                stack.append([])
            elif c == ")":
                top = stack.pop()
                stack[-1].append(top)
            else:
                stack[-1].append(c)
        return {stack[0][0]: 1}

    check(f, "a(b)")
    check(f, "(b)")  # TypeError


def parsed(text):
    stack = [{}]
    for c in text:
        if c == "(":
            stack.append({})
        elif c == ")":
            inner = stack.pop()
            stack[-1][str(len(stack[-1]))] = inner
        else:
            stack[-1][c] = 1
    return stack[0]


def deep_of_dicts(text):
    before = parsed(text)
    shared = {"x": 2}
    before["s"] = shared
    before["t"] = shared
    before["me"] = before
    after = copy.deepcopy(before)
    shared["x"] = 3
    return after["s"] is after["t"], after["s"] is shared, after["me"] is after, len(after), list(after), after["s"], before["s"]


def deep_of_lists(n):
    x = [n]
    for k in range(n):
        x = [x, k, x]
    y = copy.deepcopy(x)
    x.append(5)
    return y, x, y[0] is y[2] if n > 0 else None


def test_deep_copies():
    check(deep_of_lists, 3)
    check(deep_of_lists, 0)
    check(deep_of_dicts, "a(b(c)d)(e)")


def test_arguments_are_refused():
    xs = [1]
    for _ in range(40):
        xs = [xs, 1]
    with pytest.raises((aic.CompileError, TypeError)):
        aic.jit(lambda xs: len(xs))(xs)
