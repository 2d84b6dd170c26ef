# aic-lower %s
def wide(x):
    y = "日本" + (yield from x)
    return y


class Point:
    def __private(self):
        return self.__x

    def scaled(self):
        global count
        count = 1
# =>
# error[AIC1105]: `yield` is supported only where a loop consumes the generator, and `yield from` only as a statement
#  --> refused.py:3:17
#   |
# 2 | def wide(x):
# 3 |     y = "日本" + (yield from x)
#   |                   ^^^^^^^^^^^^
#   = help: write a loop that yields each value, or put the values in a list
#
# form py
#
# func @_Point__private(%0: py) -> (py) {name = "_Point__private", params = ["self"], source = 1} {
#   %1 = py.attribute %0 {name = "_Point__x"} : py @2:15-23
#   return %1 @2:8-23
# }
#
# error[AIC1201]: the global variable `count` cannot be assigned in compiled code yet
#   --> refused.py:12:9
#    |
# 11 |     def scaled(self):
# 12 |         global count
#    |         ^^^^^^^^^^^^
#    = help: return the new value of `count`, and assign it in the caller
