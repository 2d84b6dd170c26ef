# aic-lower %s
def sums(a):
    s = 0.0
    for x in a:
        t = x * x
        s += t
    return s


def search(a, n):
    for i in range(n):
        if a[i] < 0:
            break
        if a[i] == 0:
            continue
        a[i] += 1
    else:
        return -1
    return i


def endless(x):
    while True:
        y = x - 1
        if y < 0:
            break
        x = y
    return y


def no_way_out(x):
    while True:
        x -= 1
        if x < 0:
            return x


def walrus(a):
    while (x := a[0]) > 0:
        a[0] = x - 1
    return x
# =>
# form py
#
# func @sums(%0: py) -> (py) {name = "sums", params = ["a"], source = 1} {
#   %1 = py.const {value = 0.0, kind = "float"} : py @2:8-11
#   %2 = py.for %0, %1 {label = 1} {
#     (%3: py, %4: py):
#     %5 = py.binary %3, %3 {op = "*"} : py @4:12-17
#     %6 = py.inplace %4, %5 {op = "+"} : py @5:8-14
#     continue %6 {loop = 1} @3:4-5:14
#   } : py @3:4-5:14
#   return %2 @6:4-12
# }
#
# form py
#
# func @search(%0: py, %1: py) -> (py) {name = "search", params = ["a", "n"], source = 1} {
#   %2 = py.global {name = "range"} : py @2:13-18
#   %3 = py.call %2, %1 : py @2:13-21
#   %4 = py.unbound : py @1:0-10:12
#   %5 = py.const {value = 1, kind = "bool"} : py @2:4-9:17
#   %6, %7 = py.for %3, %4, %5 {label = 1} {
#     (%8: py, %9: py, %10: py):
#     %11 = py.getitem %0, %8 : py @3:11-15
#     %12 = py.const {value = 0, kind = "int"} : py @3:18-19
#     %13 = py.compare %11, %12 {op = "<"} : py @3:11-19
#     %14 = py.truth %13 : py @3:11-19
#     if %14 {
#       %15 = py.const {value = 0, kind = "bool"} : py @4:12-17
#       break %8, %15 {loop = 1} @4:12-17
#     } {
#       yield @4:12-17
#     } @3:8-4:17
#     %16 = py.getitem %0, %8 : py @5:11-15
#     %17 = py.const {value = 0, kind = "int"} : py @5:19-20
#     %18 = py.compare %16, %17 {op = "=="} : py @5:11-20
#     %19 = py.truth %18 : py @5:11-20
#     if %19 {
#       %20 = py.const {value = 1, kind = "bool"} : py @6:12-20
#       continue %8, %20 {loop = 1} @6:12-20
#     } {
#       yield @6:12-20
#     } @5:8-6:20
#     %21 = py.getitem %0, %8 : py @7:8-12
#     %22 = py.const {value = 1, kind = "int"} : py @7:16-17
#     %23 = py.inplace %21, %22 {op = "+"} : py @7:8-17
#     py.setitem %0, %8, %23 @7:8-17
#     %24 = py.const {value = 1, kind = "bool"} : py @2:4-9:17
#     continue %8, %24 {loop = 1} @2:4-9:17
#   } : py, py @2:4-9:17
#   if %7 {
#     %25 = py.const {value = -1, kind = "int"} : py @9:15-17
#     return %25 @9:8-17
#   } {
#     yield @9:8-17
#   } @2:4-9:17
#   %26 = py.bound %6 {name = "i"} : py @10:11-12
#   return %26 @10:4-12
# }
#
# form py
#
# func @endless(%0: py) -> (py) {name = "endless", params = ["x"], source = 1} {
#   %1, %2 = while %0 {label = 1} {
#     (%3: py):
#     %4 = py.const {value = 1, kind = "bool"} : py @2:10-14
#     %5 = py.unbound : py @1:0-7:12
#     condition %4, %5, %3 @2:10-14
#   } {
#     (%6: py, %7: py):
#     %8 = py.const {value = 1, kind = "int"} : py @3:16-17
#     %9 = py.binary %7, %8 {op = "-"} : py @3:12-17
#     %10 = py.const {value = 0, kind = "int"} : py @4:15-16
#     %11 = py.compare %9, %10 {op = "<"} : py @4:11-16
#     %12 = py.truth %11 : py @4:11-16
#     if %12 {
#       break %9, %7 {loop = 1} @5:12-17
#     } {
#       yield @5:12-17
#     } @4:8-5:17
#     continue %9 {loop = 1} @2:4-6:13
#   } : py, py @2:4-6:13
#   return %1 @7:4-12
# }
#
# form py
#
# func @no_way_out(%0: py) -> (py) {name = "no_way_out", params = ["x"], source = 1} {
#   %1 = while %0 {label = 1} {
#     (%2: py):
#     %3 = py.const {value = 1, kind = "bool"} : py @2:10-14
#     condition %3, %2 @2:10-14
#   } {
#     (%4: py):
#     %5 = py.const {value = 1, kind = "int"} : py @3:13-14
#     %6 = py.inplace %4, %5 {op = "-"} : py @3:8-14
#     %7 = py.const {value = 0, kind = "int"} : py @4:15-16
#     %8 = py.compare %6, %7 {op = "<"} : py @4:11-16
#     %9 = py.truth %8 : py @4:11-16
#     if %9 {
#       return %6 @5:12-20
#     } {
#       yield @5:12-20
#     } @4:8-5:20
#     continue %6 {loop = 1} @2:4-5:20
#   } : py @2:4-5:20
# }
#
# form py
#
# func @walrus(%0: py) -> (py) {name = "walrus", params = ["a"], source = 1} {
#   %1 = while {label = 1} {
#     %2 = py.const {value = 0, kind = "int"} : py @2:18-19
#     %3 = py.getitem %0, %2 : py @2:16-20
#     %4 = py.const {value = 0, kind = "int"} : py @2:24-25
#     %5 = py.compare %3, %4 {op = ">"} : py @2:10-25
#     %6 = py.truth %5 : py @2:10-25
#     condition %6, %3 @2:10-25
#   } {
#     (%7: py):
#     %8 = py.const {value = 1, kind = "int"} : py @3:19-20
#     %9 = py.binary %7, %8 {op = "-"} : py @3:15-20
#     %10 = py.const {value = 0, kind = "int"} : py @3:10-11
#     py.setitem %0, %10, %9 @3:8-12
#     continue {loop = 1} @2:4-3:20
#   } : py @2:4-3:20
#   return %1 @4:4-12
# }
