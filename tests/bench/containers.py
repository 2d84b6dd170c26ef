"""Operations of lists, dicts, sets, tuples and texts, and small programs of them, beside CPython: how many times as fast each is.

    ./dev bench containers [text in the name ...]

A row is what is made before the loop, and what each of its rounds does; both sides run the same function, whose result must be the same.
CPU time, the best of several rounds in turn; a figure under 1 is a defect.
"""
import linecache
import sys
import time

import aic

ROWS = {
    "list append": ("out = []", "out.append(i)", "len(out)"),
    "list append and pop": ("out = [0]", "out.append(i); out.pop()", "len(out)"),
    "list get": ("xs = list(range(1000)); s = 0", "s += xs[i % 1000]", "s"),
    "list set": ("xs = [0] * 1000", "xs[i % 1000] = i", "xs[7]"),
    "list iterate": ("xs = list(range(100)); s = 0", "for x in xs: s += x", "s"),
    "list of lists": ("xs = [[i, i + 1] for i in range(100)]; s = 0", "s += xs[i % 100][1]", "s"),
    "list in": ("xs = list(range(50)); s = 0", "s += (i % 60) in xs", "s"),
    "list index": ("xs = list(range(50)); s = 0", "s += xs.index(i % 50)", "s"),
    "list slice": ("xs = list(range(50)); s = 0", "s += len(xs[5:45])", "s"),
    "list slice step": ("xs = list(range(50)); s = 0", "s += xs[::2][3]", "s"),
    "list concat": ("xs = [1, 2, 3]; s = 0", "s += len(xs + [i])", "s"),
    "list insert front": ("xs = list(range(50)); s = 0", "xs.insert(0, i); s += xs.pop()", "s"),
    "list sort": ("xs = [(i * 7919) % 1000 for i in range(200)]; s = 0", "s += sorted(xs)[i % 200]", "s"),
    "list sort texts": ("xs = [str((i * 7919) % 1000) for i in range(200)]; s = 0", "s += len(sorted(xs)[i % 200])", "s"),
    "list sort by key": ("xs = [(i * 7919) % 1000 for i in range(200)]; s = 0", "s += sorted(xs, key=lambda x: -x)[i % 200]", "s"),
    "list reverse": ("xs = list(range(50))", "xs.reverse()", "xs[0]"),
    "list copy": ("xs = list(range(50)); s = 0", "s += len(xs.copy())", "s"),
    "list equal": ("xs = list(range(50)); ys = list(range(50)); s = 0", "s += xs == ys", "s"),
    "list comprehension": ("s = 0", "s += len([j * 2 for j in range(50)])", "s"),
    "list filter": ("s = 0", "s += len([j for j in range(50) if j % 3 == 0])", "s"),
    "list sum": ("xs = list(range(50)); s = 0", "s += sum(xs)", "s"),
    "list max": ("xs = list(range(50)); s = 0", "s += max(xs)", "s"),
    "list of texts": ("xs = []", "xs.append('ab'); xs[-1] = 'cd'", "len(xs)"),
    "list extend": ("xs = []", "xs.extend([i, i])", "len(xs)"),
    "list repeat": ("s = 0", "s += len([0] * 100)", "s"),
    "list enumerate": ("xs = list(range(50)); s = 0", "for k, x in enumerate(xs): s += k * x", "s"),
    "list zip": ("xs = list(range(50)); ys = list(range(50)); s = 0", "for x, y in zip(xs, ys): s += x * y", "s"),
    "tuple make and unpack": ("a, b = 0, 1", "a, b = b, i", "a"),
    "tuples in a list": ("xs = [(0, 0)]", "xs[0] = (i, i + 1)", "xs[0][1]"),
    "dict set": ("d = {}", "d[i % 1000] = i", "len(d)"),
    "dict grow": ("d = {}", "d[i] = i", "len(d)"),
    "dict get": ("d = {k: k for k in range(1000)}; s = 0", "s += d[i % 1000]", "s"),
    "dict get default": ("d = {k: k for k in range(500)}; s = 0", "s += d.get(i % 1000, 1)", "s"),
    "dict in": ("d = {k: k for k in range(500)}; s = 0", "s += (i % 1000) in d", "s"),
    "dict count": ("d = {}", "d[i % 100] = d.get(i % 100, 0) + 1", "d[5]"),
    "dict of texts": ("names = [str(k) for k in range(100)]; d = {}", "d[names[i % 100]] = i", "len(d)"),
    "dict get by text": ("names = [str(k) for k in range(100)]; d = {n: 1 for n in names}; s = 0", "s += d[names[i % 100]]", "s"),
    "dict by tuple": ("d = {}", "d[(i % 30, i % 7)] = i", "len(d)"),
    "dict by float": ("d = {}", "d[(i % 100) * 0.5] = i", "len(d)"),
    "dict items": ("d = {k: k for k in range(50)}; s = 0", "for k, v in d.items(): s += k * v", "s"),
    "dict keys": ("d = {k: k for k in range(50)}; s = 0", "for k in d: s += k", "s"),
    "dict pop": ("d = {0: 1}; s = 0", "d[i + 1] = i; s += d.pop(i)", "s"),
    "dict setdefault append": ("d = {}", "d.setdefault(i % 50, []).append(i)", "len(d[3])"),
    "dict comprehension": ("s = 0", "s += len({k: k + i for k in range(30)})", "s"),
    "dict copy": ("d = {k: k for k in range(50)}; s = 0", "s += len(d.copy())", "s"),
    "set add": ("t = set()", "t.add(i % 1000)", "len(t)"),
    "set grow": ("t = set()", "t.add(i)", "len(t)"),
    "set in": ("t = set(range(500)); s = 0", "s += (i % 1000) in t", "s"),
    "set union": ("t = set(range(30)); u = set(range(20, 50)); s = 0", "s += len(t | u)", "s"),
    "set intersection": ("t = set(range(30)); u = set(range(20, 50)); s = 0", "s += len(t & u)", "s"),
    "set difference": ("t = set(range(30)); u = set(range(20, 50)); s = 0", "s += len(t - u)", "s"),
    "set of texts": ("names = [str(k) for k in range(100)]; t = set()", "t.add(names[i % 100])", "len(t)"),
    "set of tuples": ("t = set()", "t.add((i % 40, i % 9))", "len(t)"),
    "set from list": ("xs = [k % 20 for k in range(50)]; s = 0", "s += len(set(xs))", "s"),
    "text concat": ("s = 0", "s += len('ab' + 'cd' * (i % 3))", "s"),
    "text grow": ("t = ''", "t += 'x'", "len(t)"),
    "text join": ("xs = [str(k) for k in range(50)]; s = 0", "s += len(','.join(xs))", "s"),
    "text split": ("t = ' '.join([str(k) for k in range(50)]); s = 0", "s += len(t.split())", "s"),
    "text split at": ("t = ','.join([str(k) for k in range(50)]); s = 0", "s += len(t.split(','))", "s"),
    "text iterate": ("t = 'hello world' * 5; s = 0", "for c in t: s += c == 'o'", "s"),
    "text codes": ("t = 'hello world' * 5; s = 0", "for c in t: s += ord(c)", "s"),
    "text index": ("t = 'hello world' * 5; s = 0", "s += t[i % 55] == 'l'", "s"),
    "text slice": ("t = 'hello world' * 5; s = 0", "s += len(t[3:40])", "s"),
    "text find": ("t = 'hello world' * 5 + 'xyz'; s = 0", "s += t.find('xyz')", "s"),
    "text count": ("t = 'hello world' * 5; s = 0", "s += t.count('o')", "s"),
    "text replace": ("t = 'hello world' * 5; s = 0", "s += len(t.replace('o', '00'))", "s"),
    "text in": ("t = 'hello world' * 5 + 'xyz'; s = 0", "s += 'xyz' in t", "s"),
    "text equal": ("a = 'hello' * 9; b = 'hello' * 9; s = 0", "s += a == b", "s"),
    "text upper": ("t = 'hello world' * 5; s = 0", "s += len(t.upper())", "s"),
    "text strip": ("t = '   hello   '; s = 0", "s += len(t.strip())", "s"),
    "text startswith": ("t = 'hello world'; s = 0", "s += t.startswith('hello')", "s"),
    "text isdigit": ("t = '1234567'; s = 0", "s += t.isdigit()", "s"),
    "text reversed": ("t = 'hello world' * 5; s = 0", "s += len(t[::-1])", "s"),
    "text of int": ("s = 0", "s += len(str(i))", "s"),
    "text of float": ("s = 0", "s += len(str(i * 0.37))", "s"),
    "int of text": ("names = [str(k) for k in range(100)]; s = 0", "s += int(names[i % 100])", "s"),
    "float of text": ("names = [str(k * 0.37) for k in range(100)]; s = 0.0", "s += float(names[i % 100])", "s"),
    "f-string": ("s = 0", "s += len(f'{i}: {i + 1:5d}|')", "s"),
    "f-string of float": ("s = 0", "s += len(f'{i * 0.5:.3f}')", "s"),
    "chr and ord": ("s = 0", "s += ord(chr(97 + i % 26))", "s"),
    "deque": ("q = deque([1, 2, 3])", "q.append(i); q.popleft()", "len(q)"),
    "heap": ("h = [5, 6, 7]", "heapq.heappush(h, (i * 7919) % 1000); heapq.heappop(h)", "len(h)"),
    "counter": ("c = Counter()", "c[i % 50] += 1", "c[3]"),
    "defaultdict": ("d = defaultdict(list)", "d[i % 50].append(i)", "len(d[3])"),
    "bisect": ("xs = list(range(0, 1000, 3)); s = 0", "s += bisect.bisect_left(xs, i % 1000)", "s"),
    "call": ("s = 0", "s = step(s, i)", "s"),
    "call a closure": ("k = 3; f = lambda x: x + k; s = 0", "s = f(s) % 1000", "s"),
    "method and fields": ("p = Point(1, 2); s = 0", "p.move(1, i); s += p.x", "s + p.y"),
    "new objects": ("s = 0", "s += Point(i, 2).x", "s"),
    "objects in a list": ("ps = [Point(k, k) for k in range(50)]; s = 0", "for p in ps: s += p.x", "s"),
    "generator": ("s = 0", "for x in count(50): s += x", "s"),
    "caught exception": ("s = 0\n    d = {1: 2}", "try:\n            s += d[i % 3]\n        except KeyError:\n            s += 1", "s"),
    "int arithmetic": ("s = 0", "s = (s * 31 + i) % 1000003", "s"),
    "float arithmetic": ("s = 0.0", "s = s * 0.5 + i", "s"),
    "divmod": ("s = 0", "q, r = divmod(i, 7); s += q + r", "s"),
}
HEAD = """\
import bisect, heapq
from collections import Counter, defaultdict, deque
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def move(self, dx, dy):
        self.x += dx
        self.y += dy
def step(s, i):
    return (s + i) & 1023
def count(n):
    for k in range(n):
        yield k
"""


def function_of(name, setup, body, result):
    place = f"<{name}>"
    source = f"{HEAD}def run(n):\n    {setup}\n    for i in range(n):\n        {body}\n    return {result}\n"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    scope = {"__name__": "containers"}
    exec(compile(source, place, "exec"), scope)
    return scope["run"]


def seconds(function, n):
    start = time.process_time()
    function(n)
    return time.process_time() - start


def ratio(plain):
    compiled = aic.jit(cache=False)(plain)
    assert compiled(100) == plain(100)
    n = 200
    while seconds(plain, n) < 0.01:
        n *= 2
    pairs = [(seconds(plain, n), seconds(compiled, n)) for _ in range(5)]
    return min(p for p, _ in pairs) / max(min(c for _, c in pairs), 1e-7)


def main():
    wanted = sys.argv[1:]
    found = {}
    for name, row in ROWS.items():
        if wanted and not any(w in name for w in wanted):
            continue
        try:
            found[name] = ratio(function_of(name, *row))
        except aic.CompileError as error:
            print(f"refused: {name}: {str(error).splitlines()[0]}")
    for name in sorted(found, key=found.get):
        print(f"{found[name]:9.2f} {name}")
    slower = [name for name, r in found.items() if r < 1]
    print(f"{len(found)} operations, {len(slower)} slower than CPython" + (": " + ", ".join(slower) if slower else ""))


main()
