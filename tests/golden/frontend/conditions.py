# aic-lower %s
def value(a, b, c):
    return a and b or c


def condition(a, b, c):
    if a and not (b or c):
        return 1
    return 2


def chain(a, b, c):
    return a < b() <= c


def conditional(a, b):
    return a if b is not None else -1
# =>
# form py
#
# func @value(%0: py, %1: py, %2: py) -> (py) {name = "value", params = ["a", "b", "c"], source = 1} {
#   %3 = py.truth %0 : py @2:11-12
#   %4 = if %3 {
#     yield %1 @2:11-18
#   } {
#     yield %0 @2:11-18
#   } : py @2:11-18
#   %5 = py.truth %4 : py @2:11-18
#   %6 = if %5 {
#     yield %4 @2:11-23
#   } {
#     yield %2 @2:11-23
#   } : py @2:11-23
#   return %6 @2:4-23
# }
#
# form py
#
# func @condition(%0: py, %1: py, %2: py) -> (py) {name = "condition", params = ["a", "b", "c"], source = 1} {
#   %3 = py.truth %0 : py @2:7-8
#   %4 = if %3 {
#     %5 = py.truth %1 : py @2:18-19
#     %6 = if %5 {
#       %7 = py.const {value = 1, kind = "bool"} : py @2:18-24
#       yield %7 @2:23-24
#     } {
#       %8 = py.truth %2 : py @2:23-24
#       yield %8 @2:23-24
#     } : py @2:18-24
#     %9 = py.not %6 : py @2:13-25
#     yield %9 @2:7-25
#   } {
#     %10 = py.const {value = 0, kind = "bool"} : py @2:7-25
#     yield %10 @2:7-25
#   } : py @2:7-25
#   if %4 {
#     %11 = py.const {value = 1, kind = "int"} : py @3:15-16
#     return %11 @3:8-16
#   } {
#     yield @3:8-16
#   } @2:4-3:16
#   %12 = py.const {value = 2, kind = "int"} : py @4:11-12
#   return %12 @4:4-12
# }
#
# form py
#
# func @chain(%0: py, %1: py, %2: py) -> (py) {name = "chain", params = ["a", "b", "c"], source = 1} {
#   %3 = py.call %1 : py @2:15-18
#   %4 = py.compare %0, %3 {op = "<"} : py @2:11-23
#   %5 = py.truth %4 : py @2:11-23
#   %6 = if %5 {
#     %7 = py.compare %3, %2 {op = "<="} : py @2:11-23
#     yield %7 @2:11-23
#   } {
#     yield %4 @2:11-23
#   } : py @2:11-23
#   return %6 @2:4-23
# }
#
# form py
#
# func @conditional(%0: py, %1: py) -> (py) {name = "conditional", params = ["a", "b"], source = 1} {
#   %2 = py.const {kind = "none"} : py @2:25-29
#   %3 = py.compare %1, %2 {op = "is not"} : py @2:16-29
#   %4 = py.truth %3 : py @2:16-29
#   %5 = if %4 {
#     yield %0 @2:35-37
#   } {
#     %6 = py.const {value = -1, kind = "int"} : py @2:35-37
#     yield %6 @2:35-37
#   } : py @2:11-37
#   return %5 @2:4-37
# }
