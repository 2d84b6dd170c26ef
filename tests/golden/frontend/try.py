# aic-lower %s
def handlers(x, log):
    k = 0
    try:
        k = 1
        y = 1 / x
    except (ZeroDivisionError, TypeError) as error:
        y = k
    else:
        log.append(y)
    return y


def cleaned(xs, log):
    for x in xs:
        try:
            if x == 0:
                break
            return 1 / x
        finally:
            log.append(x)
    return 0
# =>
# form py
#
# func @handlers(%0: py, %1: py) -> (py) {name = "handlers", params = ["x", "log"], source = 1} {
#   %2 = py.const {value = 0, kind = "int"} : py @2:8-9
#   %3 = py.cell %2 {name = "k"} : py @3:4-9:21
#   %4, %5 = py.try {
#     %6 = py.const {value = 1, kind = "int"} : py @4:12-13
#     py.cell.set %3, %6 @4:8-13
#     %7 = py.const {value = 1, kind = "int"} : py @5:12-13
#     %8 = py.binary %7, %0 {op = "/"} : py @5:12-17
#     %9 = py.const {value = 1, kind = "bool"} : py @3:4-9:21
#     yield %9, %8 @3:4-9:21
#   } {
#     (%10: py):
#     %11 = py.cell.get %3 : py @3:4-9:21
#     %12 = py.global {name = "ZeroDivisionError"} : py @6:12-29
#     %13 = py.global {name = "TypeError"} : py @6:31-40
#     %14 = py.tuple %12, %13 : py @6:11-41
#     %15 = py.global {name = "isinstance", builtin = 1} : py @6:11-41
#     %16 = py.call %15, %10, %14 : py @6:11-41
#     %17 = py.truth %16 : py @6:11-41
#     %18 = if %17 {
#       yield %11 @3:4-9:21
#     } {
#       py.raise %10 {again = 1} @3:4-9:21
#     } : py @6:4-7:13
#     %19 = py.const {value = 0, kind = "bool"} : py @3:4-9:21
#     yield %19, %18 @3:4-9:21
#   } : py, py @3:4-9:21
#   if %4 {
#     %20 = py.attribute %1 {name = "append"} : py @9:8-18
#     %21 = py.call %20, %5 : py @9:8-21
#     yield @9:8-21
#   } {
#     yield @9:8-21
#   } @3:4-9:21
#   return %5 @10:4-12
# }
#
# form py
#
# func @cleaned(%0: py, %1: py) -> (py) {name = "cleaned", params = ["xs", "log"], source = 1} {
#   py.for %0 {label = 1} {
#     (%2: py):
#     %3, %4, %5 = while {label = 2} {
#       %6 = py.const {value = 1, kind = "bool"} : py @3:8-8:25
#       %7 = py.unbound : py @3:8-8:25
#       %8 = py.unbound : py @3:8-8:25
#       %9 = py.unbound : py @3:8-8:25
#       condition %6, %7, %8, %9 @3:8-8:25
#     } {
#       (%10: py, %11: py, %12: py):
#       py.try {
#         %13 = py.const {value = 0, kind = "int"} : py @4:20-21
#         %14 = py.compare %2, %13 {op = "=="} : py @4:15-21
#         %15 = py.truth %14 : py @4:15-21
#         if %15 {
#           %16 = py.const {value = 2, kind = "int"} : py @5:16-21
#           %17 = py.unbound : py @5:16-21
#           %18 = py.unbound : py @5:16-21
#           break %16, %17, %18 {loop = 2} @5:16-21
#         } {
#           yield @5:16-21
#         } @4:12-5:21
#         %19 = py.const {value = 1, kind = "int"} : py @6:19-20
#         %20 = py.binary %19, %2 {op = "/"} : py @6:19-24
#         %21 = py.const {value = 3, kind = "int"} : py @6:12-24
#         %22 = py.unbound : py @6:12-24
#         break %21, %20, %22 {loop = 2} @6:12-24
#       } {
#         (%23: py):
#         %24 = py.attribute %1 {name = "append"} : py @8:12-22
#         %25 = py.call %24, %2 : py @8:12-25
#         py.raise %23 {again = 1} @3:8-8:25
#       } @3:8-8:25
#     } : py, py, py @3:8-8:25
#     %26 = py.attribute %1 {name = "append"} : py @8:12-22
#     %27 = py.call %26, %2 : py @8:12-25
#     %28 = py.const {value = 2, kind = "int"} : py @3:8-8:25
#     %29 = py.compare %3, %28 {op = "=="} : py @3:8-8:25
#     %30 = py.truth %29 : py @3:8-8:25
#     if %30 {
#       break {loop = 1} @3:8-8:25
#     } {
#       %31 = py.bound %4 {name = ""} : py @3:8-8:25
#       return %31 @3:8-8:25
#     } @3:8-8:25
#   } @2:4-8:25
#   %32 = py.const {value = 0, kind = "int"} : py @9:11-12
#   return %32 @9:4-12
# }
