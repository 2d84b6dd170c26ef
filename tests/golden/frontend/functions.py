# aic-lower %s
def parameters(a, /, b: int, c=1, *args, d, e: "f64[:]" = 2, **kwargs) -> float:
    """Says something."""
    return a


def calls(f, x, *args, **kw):
    f(x, *args, 1, y=x, **kw)
    return [*args, x], {**kw, "a": 1}, (x,)


def by_value(x):
    y = x + 1
    return lambda z, k=2: z + y * k


def by_cell():
    n = 0

    def count():
        nonlocal n
        n += 1
        return n

    count()
    return n


def even_and_odd(n):
    def even(k):
        return True if k == 0 else odd(k - 1)

    def odd(k):
        return False if k == 0 else even(k - 1)

    return even(n)


def late(n):
    fs = []
    for i in range(n):
        fs.append(lambda: i)
    return fs


def decorated(d, x):
    @d
    def f(y):
        return x + y

    return f(1)
# =>
# form py
#
# func @parameters(%0: py, %1: py, %2: py, %3: py, %4: py, %5: py, %6: py) -> (py) {name = "parameters", params = ["a", "b", "c", "d", "e", "args", "kwargs"], positional_only = 1, keyword_only = 2, varargs = 1, kwargs = 1, defaulted = [2, 4], annotations = ["", "int", "", "", "\"f64[:]\"", "", ""], returns = "float", source = 1} {
#   return %0 @3:4-12
# }
#
# form py
#
# func @calls(%0: py, %1: py, %2: py, %3: py) -> (py) {name = "calls", params = ["f", "x", "args", "kw"], varargs = 1, kwargs = 1, source = 1} {
#   %4 = py.const {value = 1, kind = "int"} : py @2:16-17
#   %5 = py.call %0, %1, %2, %4, %1, %3 {starred = [1], keywords = ["y", "**"]} : py @2:4-29
#   %6 = py.list %2, %1 {starred = [0]} : py @3:11-21
#   %7 = py.const {value = "a", kind = "str"} : py @3:30-33
#   %8 = py.const {value = 1, kind = "int"} : py @3:35-36
#   %9 = py.dict %3, %7, %8 {starred = [0]} : py @3:23-37
#   %10 = py.tuple %1 : py @3:39-43
#   %11 = py.tuple %6, %9, %10 : py @3:11-43
#   return %11 @3:4-43
# }
#
# form py
#
# func @by_value(%0: py) -> (py) {name = "by_value", params = ["x"], source = 1} {
#   %1 = py.const {value = 1, kind = "int"} : py @2:12-13
#   %2 = py.binary %0, %1 {op = "+"} : py @2:8-13
#   %3 = py.const {value = 2, kind = "int"} : py @3:23-24
#   %4 = py.function %2, %3 {function = @by_value.<lambda>, defaults = 1} : py @3:11-35
#   return %4 @3:4-35
# }
#
# func @by_value.<lambda>(%0: py, %1: py, %2: py) -> (py) {name = "<lambda>", qualified = "by_value.<locals>.<lambda>", params = ["z", "k"], captured = 1, defaulted = [1], source = 2} {
#   %3 = py.binary %0, %2 {op = "*"} : py @3:30-35
#   %4 = py.binary %1, %3 {op = "+"} : py @3:26-35
#   return %4 @3:26-35
# }
#
# form py
#
# func @by_cell() -> (py) {name = "by_cell", source = 1} {
#   %0 = py.unbound : py @1:0-10:12
#   %1 = py.cell %0 {name = "n"} : py @1:0-10:12
#   %2 = py.const {value = 0, kind = "int"} : py @2:8-9
#   py.cell.set %1, %2 @2:4-9
#   %3 = py.function %1 {function = @by_cell.count} : py @9:4-9
#   %4 = py.call %3 : py @9:4-11
#   %5 = py.cell.get %1 : py @10:11-12
#   %6 = py.bound %5 {name = "n"} : py @10:11-12
#   return %6 @10:4-12
# }
#
# func @by_cell.count(%0: py) -> (py) {name = "count", qualified = "by_cell.<locals>.count", captured = 1, source = 2} {
#   %1 = py.cell.get %0 : py @6:8-9
#   %2 = py.bound %1 {name = "n", free = 1} : py @6:8-9
#   %3 = py.const {value = 1, kind = "int"} : py @6:13-14
#   %4 = py.inplace %2, %3 {op = "+"} : py @6:8-14
#   py.cell.set %0, %4 @6:8-14
#   %5 = py.cell.get %0 : py @7:15-16
#   %6 = py.bound %5 {name = "n", free = 1} : py @7:15-16
#   return %6 @7:8-16
# }
#
# form py
#
# func @even_and_odd(%0: py) -> (py) {name = "even_and_odd", params = ["n"], source = 1} {
#   %1 = py.function {function = @even_and_odd.even} : py @8:11-15
#   %2 = py.call %1, %0 : py @8:11-18
#   return %2 @8:4-18
# }
#
# func @even_and_odd.even(%0: py) -> (py) {name = "even", qualified = "even_and_odd.<locals>.even", params = ["k"], source = 2} {
#   %1 = py.const {value = 0, kind = "int"} : py @3:28-29
#   %2 = py.compare %0, %1 {op = "=="} : py @3:23-29
#   %3 = py.truth %2 : py @3:23-29
#   %4 = if %3 {
#     %5 = py.const {value = 1, kind = "bool"} : py @3:15-19
#     yield %5 @3:35-45
#   } {
#     %6 = py.const {value = 1, kind = "int"} : py @3:43-44
#     %7 = py.binary %0, %6 {op = "-"} : py @3:39-44
#     %8 = py.function {function = @even_and_odd.odd} : py @3:35-38
#     %9 = py.call %8, %7 : py @3:35-45
#     yield %9 @3:35-45
#   } : py @3:15-45
#   return %4 @3:8-45
# }
#
# func @even_and_odd.odd(%0: py) -> (py) {name = "odd", qualified = "even_and_odd.<locals>.odd", params = ["k"], source = 3} {
#   %1 = py.const {value = 0, kind = "int"} : py @6:29-30
#   %2 = py.compare %0, %1 {op = "=="} : py @6:24-30
#   %3 = py.truth %2 : py @6:24-30
#   %4 = if %3 {
#     %5 = py.const {value = 0, kind = "bool"} : py @6:15-20
#     yield %5 @6:36-47
#   } {
#     %6 = py.const {value = 1, kind = "int"} : py @6:45-46
#     %7 = py.binary %0, %6 {op = "-"} : py @6:41-46
#     %8 = py.function {function = @even_and_odd.even} : py @6:36-40
#     %9 = py.call %8, %7 : py @6:36-47
#     yield %9 @6:36-47
#   } : py @6:15-47
#   return %4 @6:8-47
# }
#
# form py
#
# func @late(%0: py) -> (py) {name = "late", params = ["n"], source = 1} {
#   %1 = py.unbound : py @1:0-5:13
#   %2 = py.cell %1 {name = "i"} : py @1:0-5:13
#   %3 = py.list : py @2:9-11
#   %4 = py.global {name = "range"} : py @3:13-18
#   %5 = py.call %4, %0 : py @3:13-21
#   py.for %5 {label = 1} {
#     (%6: py):
#     py.cell.set %2, %6 @3:8-9
#     %7 = py.attribute %3 {name = "append"} : py @4:8-17
#     %8 = py.function %2 {function = @late.<lambda>} : py @4:18-27
#     %9 = py.call %7, %8 : py @4:8-28
#     continue {loop = 1} @3:4-4:28
#   } @3:4-4:28
#   return %3 @5:4-13
# }
#
# func @late.<lambda>(%0: py) -> (py) {name = "<lambda>", qualified = "late.<locals>.<lambda>", captured = 1, source = 2} {
#   %1 = py.cell.get %0 : py @4:26-27
#   %2 = py.bound %1 {name = "i", free = 1} : py @4:26-27
#   return %2 @4:26-27
# }
#
# form py
#
# func @decorated(%0: py, %1: py) -> (py) {name = "decorated", params = ["d", "x"], source = 1} {
#   %2 = py.function %1 {function = @decorated.f} : py @3:4-4:20
#   %3 = py.call %0, %2 : py @2:5-6
#   %4 = py.const {value = 1, kind = "int"} : py @6:13-14
#   %5 = py.call %3, %4 : py @6:11-15
#   return %5 @6:4-15
# }
#
# func @decorated.f(%0: py, %1: py) -> (py) {name = "f", qualified = "decorated.<locals>.f", params = ["y"], captured = 1, source = 2} {
#   %2 = py.binary %0, %1 {op = "+"} : py @4:15-20
#   return %2 @4:8-20
# }
