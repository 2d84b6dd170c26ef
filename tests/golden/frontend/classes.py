# aic-lower %s


def captured(x):
    class Point:
        scale = x
        label: str = "p"

        def __init__(self, v):
            self.v = v * x

        @property
        def twin(self):
            return Point(self.v)

    return Point(2).twin.v
# =>
# form py
#
# func @captured(%0: py) -> (py) {name = "captured", params = ["x"], source = 1} {
#   %1 = py.unbound : py @1:0-13:26
#   %2 = py.cell %1 {name = "Point"} : py @1:0-13:26
#   %3 = py.const {value = "p", kind = "str"} : py @4:21-24
#   %4 = py.function %0 {function = @captured.Point.__init__} : py @6:8-7:26
#   %5 = py.global {name = "property"} : py @9:9-17
#   %6 = py.function %2 {function = @captured.Point.twin} : py @10:8-11:32
#   %7 = py.call %5, %6 : py @9:9-17
#   %8 = py.class %0, %3, %4, %7 {name = "Point", qualified = "captured.<locals>.Point", bases = 0, names = ["scale", "label", "__init__", "twin"], annotated = ["label"], annotations = ["str"]} : py @2:4-11:32
#   py.cell.set %2, %8 @2:4-11:32
#   %9 = py.cell.get %2 : py @13:11-16
#   %10 = py.bound %9 {name = "Point"} : py @13:11-16
#   %11 = py.const {value = 2, kind = "int"} : py @13:17-18
#   %12 = py.call %10, %11 : py @13:11-19
#   %13 = py.attribute %12 {name = "twin"} : py @13:11-24
#   %14 = py.attribute %13 {name = "v"} : py @13:11-26
#   return %14 @13:4-26
# }
#
# func @captured.Point.__init__(%0: py, %1: py, %2: py) -> (py) {name = "__init__", qualified = "captured.<locals>.Point.__init__", params = ["self", "v"], captured = 1, source = 2} {
#   %3 = py.binary %2, %0 {op = "*"} : py @7:21-26
#   py.set_attribute %1, %3 {name = "v"} @7:12-18
#   %4 = py.const {kind = "none"} : py @6:8-7:26
#   return %4 @6:8-7:26
# }
#
# func @captured.Point.twin(%0: py, %1: py) -> (py) {name = "twin", qualified = "captured.<locals>.Point.twin", params = ["self"], captured = 1, source = 3} {
#   %2 = py.cell.get %0 : py @11:19-24
#   %3 = py.bound %2 {name = "Point", free = 1} : py @11:19-24
#   %4 = py.attribute %1 {name = "v"} : py @11:25-31
#   %5 = py.call %3, %4 : py @11:19-32
#   return %5 @11:12-32
# }
