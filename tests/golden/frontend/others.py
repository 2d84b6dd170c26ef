# aic-lower %s
def strings(x, w):
    return f"{x!r:>{w}} = {x:.3f}{{}}" + "a\nb" + f""


def constants():
    return 1, -2, 1.5, -0.0, 2j, True, None, ..., "é", b"\x00\xff", -9223372036854775808


def slices(a, i):
    return a[1:], a[::2, i], a[...]


def raises(x):
    assert x > 0, "positive"
    if x > 9:
        raise ValueError(f"{x}") from None
    raise ZeroDivisionError


def names():
    return math.pi, __debug__
# =>
# form py
#
# func @strings(%0: py, %1: py) -> (py) {name = "strings", params = ["x", "w"], source = 1} {
#   %2 = py.format %1 {parts = [">", ""], conversions = [""], specs = [""]} : py @2:11-38
#   %3 = py.format %0, %0, %2 {parts = ["", " = ", "{}"], conversions = ["r", ""], specs = ["", ".3f"], dynamic = [0]} : py @2:11-38
#   %4 = py.const {value = "a\nb", kind = "str"} : py @2:41-47
#   %5 = py.binary %3, %4 {op = "+"} : py @2:11-47
#   %6 = py.format {parts = [""]} : py @2:50-53
#   %7 = py.binary %5, %6 {op = "+"} : py @2:11-53
#   return %7 @2:4-53
# }
#
# form py
#
# func @constants() -> (py) {name = "constants", source = 1} {
#   %0 = py.const {value = 1, kind = "int"} : py @2:11-12
#   %1 = py.const {value = -2, kind = "int"} : py @2:14-16
#   %2 = py.const {value = 1.5, kind = "float"} : py @2:18-21
#   %3 = py.const {value = -0.0, kind = "float"} : py @2:23-27
#   %4 = py.const {value = 2.0, kind = "complex"} : py @2:29-31
#   %5 = py.const {value = 1, kind = "bool"} : py @2:33-37
#   %6 = py.const {kind = "none"} : py @2:39-43
#   %7 = py.const {kind = "ellipsis"} : py @2:45-48
#   %8 = py.const {value = "é", kind = "str"} : py @2:50-53
#   %9 = py.const {value = "\x00ÿ", kind = "bytes"} : py @2:55-66
#   %10 = py.const {value = -9223372036854775808, kind = "int"} : py @2:68-88
#   %11 = py.tuple %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10 : py @2:11-88
#   return %11 @2:4-88
# }
#
# form py
#
# func @slices(%0: py, %1: py) -> (py) {name = "slices", params = ["a", "i"], source = 1} {
#   %2 = py.const {value = 1, kind = "int"} : py @2:13-14
#   %3 = py.const {kind = "none"} : py @2:13-15
#   %4 = py.const {kind = "none"} : py @2:13-15
#   %5 = py.slice %2, %3, %4 : py @2:13-15
#   %6 = py.getitem %0, %5 : py @2:11-16
#   %7 = py.const {kind = "none"} : py @2:20-23
#   %8 = py.const {kind = "none"} : py @2:20-23
#   %9 = py.const {value = 2, kind = "int"} : py @2:22-23
#   %10 = py.slice %7, %8, %9 : py @2:20-23
#   %11 = py.tuple %10, %1 : py @2:20-26
#   %12 = py.getitem %0, %11 : py @2:18-27
#   %13 = py.const {kind = "ellipsis"} : py @2:31-34
#   %14 = py.getitem %0, %13 : py @2:29-35
#   %15 = py.tuple %6, %12, %14 : py @2:11-35
#   return %15 @2:4-35
# }
#
# form py
#
# func @raises(%0: py) -> (py) {name = "raises", params = ["x"], source = 1} {
#   %1 = py.const {value = 0, kind = "int"} : py @2:15-16
#   %2 = py.compare %0, %1 {op = ">"} : py @2:11-16
#   %3 = py.truth %2 : py @2:11-16
#   if %3 {
#     yield @2:4-28
#   } {
#     %4 = py.global {name = "AssertionError", builtin = 1} : py @2:4-28
#     %5 = py.const {value = "positive", kind = "str"} : py @2:18-28
#     %6 = py.call %4, %5 : py @2:4-28
#     py.raise %6 @2:4-28
#   } @2:4-28
#   %7 = py.const {value = 9, kind = "int"} : py @3:11-12
#   %8 = py.compare %0, %7 {op = ">"} : py @3:7-12
#   %9 = py.truth %8 : py @3:7-12
#   if %9 {
#     %10 = py.global {name = "ValueError"} : py @4:14-24
#     %11 = py.format %0 {parts = ["", ""], conversions = [""], specs = [""]} : py @4:25-31
#     %12 = py.call %10, %11 : py @4:14-32
#     %13 = py.const {kind = "none"} : py @4:38-42
#     py.raise %12, %13 @4:8-42
#   } {
#     yield @4:8-42
#   } @3:4-4:42
#   %14 = py.global {name = "ZeroDivisionError"} : py @5:10-27
#   py.raise %14 @5:4-27
# }
#
# form py
#
# func @names() -> (py) {name = "names", source = 1} {
#   %0 = py.global {name = "math"} : py @2:11-15
#   %1 = py.attribute %0 {name = "pi"} : py @2:11-18
#   %2 = py.const {value = 1, kind = "bool"} : py @2:20-29
#   %3 = py.tuple %1, %2 : py @2:11-29
#   return %3 @2:4-29
# }
