# aic-lower %s
def squares(xs):
    return [x * x for x in xs if x]


def nested(n):
    return {i: {j for j in range(i)} for i in range(n)}


def outer_name(x, xs):
    ys = [x for x in xs]
    return x, ys


def walrus(xs):
    last = 0
    ys = [last := x for x in xs]
    return last, ys
# =>
# form py
#
# func @squares(%0: py) -> (py) {name = "squares", params = ["xs"], source = 1} {
#   %1 = py.list : py @2:11-35
#   py.for %0 {label = 1} {
#     (%2: py):
#     %3 = py.truth %2 : py @2:33-34
#     if %3 {
#       %4 = py.binary %2, %2 {op = "*"} : py @2:12-17
#       %5 = py.attribute %1 {name = "append"} : py @2:11-35
#       %6 = py.call %5, %4 : py @2:11-35
#       yield @2:11-35
#     } {
#       yield @2:11-35
#     } @2:33-34
#     continue {loop = 1} @2:11-35
#   } @2:11-35
#   return %1 @2:4-35
# }
#
# form py
#
# func @nested(%0: py) -> (py) {name = "nested", params = ["n"], source = 1} {
#   %1 = py.dict : py @2:11-55
#   %2 = py.global {name = "range"} : py @2:46-51
#   %3 = py.call %2, %0 : py @2:46-54
#   py.for %3 {label = 1} {
#     (%4: py):
#     %5 = py.set : py @2:15-36
#     %6 = py.global {name = "range"} : py @2:27-32
#     %7 = py.call %6, %4 : py @2:27-35
#     py.for %7 {label = 2} {
#       (%8: py):
#       %9 = py.attribute %5 {name = "add"} : py @2:15-36
#       %10 = py.call %9, %8 : py @2:15-36
#       continue {loop = 2} @2:15-36
#     } @2:15-36
#     py.setitem %1, %4, %5 @2:11-55
#     continue {loop = 1} @2:11-55
#   } @2:11-55
#   return %1 @2:4-55
# }
#
# form py
#
# func @outer_name(%0: py, %1: py) -> (py) {name = "outer_name", params = ["x", "xs"], source = 1} {
#   %2 = py.list : py @2:9-24
#   py.for %1 {label = 1} {
#     (%3: py):
#     %4 = py.attribute %2 {name = "append"} : py @2:9-24
#     %5 = py.call %4, %3 : py @2:9-24
#     continue {loop = 1} @2:9-24
#   } @2:9-24
#   %6 = py.tuple %0, %2 : py @3:11-16
#   return %6 @3:4-16
# }
#
# form py
#
# func @walrus(%0: py) -> (py) {name = "walrus", params = ["xs"], source = 1} {
#   %1 = py.const {value = 0, kind = "int"} : py @2:11-12
#   %2 = py.list : py @3:9-32
#   %3 = py.for %0, %1 {label = 1} {
#     (%4: py, %5: py):
#     %6 = py.attribute %2 {name = "append"} : py @3:9-32
#     %7 = py.call %6, %4 : py @3:9-32
#     continue %4 {loop = 1} @3:9-32
#   } : py @3:9-32
#   %8 = py.tuple %3, %2 : py @4:11-19
#   return %8 @4:4-19
# }
