# aic-lower %s
def swap(a, i, j):
    a[i], a[j] = a[j], a[i]


def unpacking(p):
    a, (b, *c) = p
    [d] = c
    return a, b, d


def several(p):
    x = y = p.z = 1
    z: int
    w: float = 2.5
    return x, y, w


def augmented(a, f, p):
    a[f()] += 1
    p.x *= 2
    a @= p
    return a


def removed(a, x):
    del a[0], x
    return x
# =>
# form py
#
# func @swap(%0: py, %1: py, %2: py) -> (py) {name = "swap", params = ["a", "i", "j"], source = 1} {
#   %3 = py.getitem %0, %2 : py @2:17-21
#   %4 = py.getitem %0, %1 : py @2:23-27
#   py.setitem %0, %1, %3 @2:4-8
#   py.setitem %0, %2, %4 @2:10-14
#   %5 = py.const {kind = "none"} : py @1:0-2:27
#   return %5 @1:0-2:27
# }
#
# form py
#
# func @unpacking(%0: py) -> (py) {name = "unpacking", params = ["p"], source = 1} {
#   %1, %2 = py.unpack %0 {star = -1} : py, py @2:4-14
#   %3, %4 = py.unpack %2 {star = 1} : py, py @2:7-14
#   %5 = py.unpack %4 {star = -1} : py @3:4-7
#   %6 = py.tuple %1, %3, %5 : py @4:11-18
#   return %6 @4:4-18
# }
#
# form py
#
# func @several(%0: py) -> (py) {name = "several", params = ["p"], source = 1} {
#   %1 = py.const {value = 1, kind = "int"} : py @2:18-19
#   py.set_attribute %0, %1 {name = "z"} @2:12-15
#   %2 = py.const {value = 2.5, kind = "float"} : py @4:15-18
#   %3 = py.tuple %1, %1, %2 : py @5:11-18
#   return %3 @5:4-18
# }
#
# form py
#
# func @augmented(%0: py, %1: py, %2: py) -> (py) {name = "augmented", params = ["a", "f", "p"], source = 1} {
#   %3 = py.call %1 : py @2:6-9
#   %4 = py.getitem %0, %3 : py @2:4-10
#   %5 = py.const {value = 1, kind = "int"} : py @2:14-15
#   %6 = py.inplace %4, %5 {op = "+"} : py @2:4-15
#   py.setitem %0, %3, %6 @2:4-15
#   %7 = py.attribute %2 {name = "x"} : py @3:4-7
#   %8 = py.const {value = 2, kind = "int"} : py @3:11-12
#   %9 = py.inplace %7, %8 {op = "*"} : py @3:4-12
#   py.set_attribute %2, %9 {name = "x"} @3:4-12
#   %10 = py.inplace %0, %2 {op = "@"} : py @4:4-10
#   return %10 @5:4-12
# }
#
# form py
#
# func @removed(%0: py, %1: py) -> (py) {name = "removed", params = ["a", "x"], source = 1} {
#   %2 = py.const {value = 0, kind = "int"} : py @2:10-11
#   py.delitem %0, %2 @2:8-12
#   %3 = py.unbound : py @1:0-3:12
#   %4 = py.bound %3 {name = "x"} : py @3:11-12
#   return %4 @3:4-12
# }
