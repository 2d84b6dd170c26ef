# aic-lower %s
def wide(x):
    y = "日本" + (yield from x)
    return y


class Point:
    def __private(self):
        return self.__x

    def scaled(self):
        global count
        def count():
            return 1
# =>
# error[AIC1105]: the value of `yield from` is known only where a call follows it: another generator may have ended before
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
# error[AIC1201]: the global variable `count` cannot be bound by this statement
#   --> refused.py:12:9
#    |
# 11 |     def scaled(self):
# 12 |         global count
#    |         ^^^^^^^^^^^^
#    = help: use another name here, or do this outside of compiled code
