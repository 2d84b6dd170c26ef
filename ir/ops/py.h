// The py form: what Python says, untyped. Every value has type `py`. The frontend makes these; inference consumes them.
// Control flow is the core's: `if`, `while`, `yield`, `condition`, `continue`, `break`, `return`.
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

inline constexpr OpRecord py_records[] = {
  {.name = "py.const", .operands = "", .doc = "A literal: {value}, with {kind} one of int, float, complex (imaginary part), bool, str, bytes, none, ellipsis.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.unbound", .operands = "", .doc = "What a name holds before it is bound.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.bound", .operands = "x", .doc = "Reads the local {name}, which may be unbound here.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise},
  {.name = "py.global", .operands = "", .doc = "The module's or builtin name {name}.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.free", .operands = "", .doc = "The variable {name} of an enclosing Python function that is not compiled with this one.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.attribute", .operands = "x", .doc = "x.{name}", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.set_attribute", .operands = "x, value", .doc = "x.{name} = value", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect, .results = 0},
  {.name = "py.getitem", .operands = "x, index", .doc = "x[index]", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.setitem", .operands = "x, index, value", .doc = "x[index] = value", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect, .results = 0},
  {.name = "py.delitem", .operands = "x, index", .doc = "del x[index]", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect, .results = 0},
  {.name = "py.slice", .operands = "start, stop, step", .doc = "A slice object; absent parts are None.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.tuple", .operands = "element...", .doc = "A tuple display; {starred} lists the positions of starred elements.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.list", .operands = "element...", .doc = "A list display.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.set", .operands = "element...", .doc = "A set display.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.dict", .operands = "key_or_value...", .doc = "A dict display: key, value, key, value.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.unpack", .operands = "x", .doc = "As many values as there are results; {star} is the starred target's position or -1.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect, .results = -1},
  {.name = "py.unary", .operands = "x", .doc = "{op} is one of + - ~.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.binary", .operands = "x, y", .doc = "{op} is one of + - * / // % ** @ << >> & | ^.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.inplace", .operands = "x, y", .doc = "Augmented assignment: the value to bind, x itself where x is changed in place.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.compare", .operands = "x, y", .doc = "{op} is one of == != < <= > >= is, is not, in, not in; chains are desugared.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.truth", .operands = "x", .doc = "bool(x), as conditions ask it.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.not", .operands = "x", .doc = "not x", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.call", .operands = "f, argument...", .doc = "Positional, then keyword arguments named by {keywords}; {starred} lists the positions of starred ones.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.function", .operands = "captured...", .doc = "A nested function or lambda: {function} is its symbol, its first parameters are the captured values; then defaults, {defaults} many.", .tier = Tier::Py, .forms = InPy},
  {.name = "py.class", .operands = "part...", .doc = "A class statement, {name}: its {bases} bases, then what its body bound, called {names}. {annotated} names, in order, are annotated with {annotations}.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.for", .operands = "iterable, init...", .doc = "Iterates; the region's arguments are the element and the state.", .tier = Tier::Py, .forms = InPy, .traits = Control | Loop | MayRaise | Effect, .results = -1, .regions = 1},
  {.name = "py.try", .operands = "manager...", .doc = "Runs its first region, in which what a `with` entered is in force; an exception that leaves it, but not one that a return, break or continue in it takes along, goes to the second, whose argument it is. Results are what the region that ends yields.", .tier = Tier::Py, .forms = InPy, .traits = Control | MayRaise | Effect, .results = -1, .regions = 2},
  {.name = "py.yield", .operands = "value", .doc = "Hands a value to the consumer of the generator; gives what was sent.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.interpret", .operands = "value...", .doc = "Runs the block {block} of Python with these values; {names} says what they are called, {types} what the results are.", .forms = InPy, .traits = MayRaise | Effect, .results = -1},
  {.name = "py.raise", .operands = "exception...", .doc = "Raises an exception instance or class; a second operand is its cause.", .tier = Tier::Py, .forms = InPy, .traits = Terminator | Exit | MayRaise | Effect, .results = 0},
  {.name = "py.format", .operands = "part...", .doc = "An f-string: {parts} has a text for every piece, conversions and format specs in {conversions} and {specs}.", .tier = Tier::Py, .forms = InPy, .traits = MayRaise | Effect},
  {.name = "py.cell", .operands = "x", .doc = "A rebindable name {name}, captured by `nonlocal` or set inside `try`.", .tier = Tier::Py, .forms = InPy, .traits = Effect},
  {.name = "py.cell.get", .operands = "c", .doc = "Reads the name; with {maybe} it may be unbound.", .tier = Tier::Py, .forms = InPy, .traits = Reads},
  {.name = "py.cell.set", .operands = "c, x", .doc = "Rebinds the name.", .tier = Tier::Py, .forms = InPy, .traits = Writes, .results = 0},
};

}  // namespace aic::ir
