# aic-lower %s
def joins(c, x):
    if c:
        y = x
        t = 1
    else:
        y = -x
    return y


def one_arm_returns(c, x):
    if c:
        return 1
    else:
        x = 2
    return x


def both_arms_return(c):
    if c:
        return 1
    else:
        return 2
    return 3


def maybe_unbound(c):
    if c:
        y = 1
    return y + y
# =>
# form py
#
# func @joins(%0: py, %1: py) -> (py) {name = "joins", params = ["c", "x"], source = 1} {
#   %2 = py.truth %0 : py @2:7-8
#   %3 = if %2 {
#     %4 = py.const {value = 1, kind = "int"} : py @4:12-13
#     yield %1 @6:8-14
#   } {
#     %5 = py.unary %1 {op = "-"} : py @6:12-14
#     yield %5 @6:8-14
#   } : py @2:4-6:14
#   return %3 @7:4-12
# }
#
# form py
#
# func @one_arm_returns(%0: py, %1: py) -> (py) {name = "one_arm_returns", params = ["c", "x"], source = 1} {
#   %2 = py.truth %0 : py @2:7-8
#   %3 = if %2 {
#     %4 = py.const {value = 1, kind = "int"} : py @3:15-16
#     return %4 @3:8-16
#   } {
#     %5 = py.const {value = 2, kind = "int"} : py @5:12-13
#     yield %5 @5:8-13
#   } : py @2:4-5:13
#   return %3 @6:4-12
# }
#
# form py
#
# func @both_arms_return(%0: py) -> (py) {name = "both_arms_return", params = ["c"], source = 1} {
#   %1 = py.truth %0 : py @2:7-8
#   if %1 {
#     %2 = py.const {value = 1, kind = "int"} : py @3:15-16
#     return %2 @3:8-16
#   } {
#     %3 = py.const {value = 2, kind = "int"} : py @5:15-16
#     return %3 @5:8-16
#   } @2:4-5:16
# }
#
# form py
#
# func @maybe_unbound(%0: py) -> (py) {name = "maybe_unbound", params = ["c"], source = 1} {
#   %1 = py.truth %0 : py @2:7-8
#   %2 = if %1 {
#     %3 = py.const {value = 1, kind = "int"} : py @3:12-13
#     yield %3 @3:8-13
#   } {
#     %4 = py.unbound : py @1:0-4:16
#     yield %4 @3:8-13
#   } : py @2:4-3:13
#   %5 = py.bound %2 {name = "y"} : py @4:11-12
#   %6 = py.binary %5, %5 {op = "+"} : py @4:11-16
#   return %6 @4:4-16
# }
