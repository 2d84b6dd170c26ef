// The core: control flow, constants, tuples, unions, memory, and the checks. What typed programs are made of before and
// after whole-array operations are gone. `docs/ir.md` explains each op's operands, attributes and regions at length.
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

inline constexpr OpRecord core_records[] = {
  // ---- control; in every form ----
  {.name = "if", .operands = "condition", .doc = "Runs its first region if the condition holds, else its second; results come from the arms that yield.",
   .forms = InAll, .traits = Control, .results = -1, .regions = 2},
  {.name = "while", .operands = "init...", .doc = "First region ends in `condition c, state…`; while c holds the second runs with that state; results are the state that failed or broke.",
   .forms = InAll, .traits = Control | Loop, .results = -1, .regions = 2},
  {.name = "for", .operands = "start, stop, step, init...", .doc = "Counts an int as range(start, stop, step) does; the region's arguments are the index and the state.",
   .forms = InTyped, .traits = Control | Loop, .results = -1, .regions = 1},
  {.name = "yield", .operands = "value...", .doc = "Ends an arm or a body, giving its values.", .forms = InAll, .traits = Terminator, .results = 0},
  {.name = "condition", .operands = "condition, state...", .doc = "Ends the first region of a while.", .forms = InAll, .traits = Terminator, .results = 0},
  {.name = "continue", .operands = "state...", .doc = "Goes to the next round of the loop named by {loop}; the end of a loop's body is one.", .forms = InAll, .traits = Terminator | Exit, .results = 0},
  {.name = "break", .operands = "state...", .doc = "Leaves the loop named by {loop} with this state.", .forms = InAll, .traits = Terminator | Exit, .results = 0},
  {.name = "return", .operands = "value...", .doc = "Leaves the function.", .forms = InAll, .traits = Terminator | Exit, .results = 0},
  {.name = "raise", .operands = "value...", .doc = "Leaves with the exception class {exception} and the message {message}, where {0} stands for a value; with {args} the values are the exception's; an object of a class of the user's is the exception itself, with {bases}.", .forms = InTyped, .traits = Terminator | Exit | MayRaise, .results = 0},
  {.name = "unreachable", .operands = "", .doc = "Ends a region whose end is never reached.", .forms = InTyped, .traits = Terminator | Exit, .results = 0},
  {.name = "call", .operands = "argument...", .doc = "Calls the function {callee}; {quiet} when it cannot raise and {pure} when it has no effects either. With {caught} its exceptions end here: the first result is 0, or the raise site.", .forms = InTyped, .traits = MayRaise | Reads | Effect, .results = -1},
  {.name = "interpret", .operands = "value...", .doc = "Hands the values to the block {block} of Python, which the host runs; its results have the types that it promised.", .forms = InTyped, .traits = MayRaise | Reads | Effect, .results = -1},
  {.name = "poll", .operands = "", .doc = "Lets the host see a pending Ctrl-C.", .forms = InLoop, .traits = MayRaise | Effect, .results = 0},

  // ---- constants, tuples, unions, names ----
  {.name = "const", .operands = "", .doc = "The constant {value}; a complex one has {imaginary} too, None has none.", .forms = InTyped, .traits = Cheap},
  {.name = "bits", .operands = "x", .doc = "The bytes of a number as a number of another dtype of the same size.", .forms = InTyped, .traits = Cheap},
  {.name = "undefined", .operands = "", .doc = "A value nobody looks at: the payload of a union arm not taken, a name not yet bound.", .forms = InTyped, .traits = Cheap},
  {.name = "tuple", .operands = "element...", .doc = "Makes a tuple; also range and slice values from their parts.", .forms = InTyped, .traits = Cheap},
  {.name = "tuple.get", .operands = "t", .doc = "Element {index} of a tuple, range or slice.", .forms = InTyped, .traits = Cheap},
  {.name = "union.make", .operands = "x", .doc = "A union holding x as arm {arm}.", .forms = InTyped, .traits = Cheap},
  {.name = "union.tag", .operands = "u", .doc = "The number of the arm that u holds, as an int.", .forms = InTyped, .traits = Cheap},
  {.name = "union.get", .operands = "u", .doc = "The payload of arm {arm}, which u must hold.", .forms = InTyped, .traits = Cheap},
  {.name = "union.number", .operands = "u", .doc = "What a union of ints holds, as an int.", .forms = InTyped, .traits = Cheap},
  {.name = "union.of", .operands = "tag, n", .doc = "A union of ints that holds the int n as arm number tag; the arm's type can hold it.", .forms = InTyped, .traits = Cheap},
  {.name = "cell.new", .operands = "x", .doc = "A rebindable name holding x.", .forms = InTyped, .traits = Effect},
  {.name = "cell.get", .operands = "c", .doc = "What the name holds.", .forms = InTyped, .traits = Reads},
  {.name = "cell.set", .operands = "c, x", .doc = "Rebinds the name.", .forms = InTyped, .traits = Writes, .results = 0},
  {.name = "same", .operands = "a, b", .doc = "Whether two arrays, or two lists, are the same object (`is`).", .forms = InTyped},

  // ---- memory ----
  {.name = "extent", .operands = "a", .doc = "The extent of axis {axis}, an int ≥ 0.", .forms = InTyped, .traits = Cheap},
  {.name = "stride", .operands = "a", .doc = "The stride of axis {axis} in bytes, an int.", .forms = InTyped, .traits = Cheap},
  {.name = "address", .operands = "a", .doc = "Where the first element lies, as an int: for questions about memory that arrays share. Of a list: which one it is.", .forms = InTyped, .traits = Reads},
  {.name = "owns", .operands = "a", .doc = "Whether a parameter of the entry has its memory itself: it is no view of another array of the host's.", .forms = InTyped, .traits = Reads},
  {.name = "lapack.is_there", .operands = "", .doc = "Whether the process has a LAPACK.", .forms = InTyped, .traits = Cheap},
  {.name = "lapack", .operands = "a, array...", .doc = "Runs a LAPACK {routine}, one of AIC_LAPACK_ROUTINES (runtime/abi.h), on C-ordered arrays, each of which it may write to. Its info, an int.", .forms = InTyped, .traits = Reads | Writes | Effect},
  {.name = "load", .operands = "a, index...", .doc = "One element; the indices are in range (checked or assumed).", .forms = InTyped, .traits = Reads},
  {.name = "store", .operands = "a, x, index...", .doc = "Stores one element; the indices are in range.", .forms = InTyped, .traits = Writes, .results = 0},
  {.name = "empty", .operands = "extent...", .doc = "A new array with undefined contents.", .forms = InTyped, .traits = Birth | MayRaise},
  {.name = "retain", .operands = "a", .doc = "One more reference to the array's memory.", .forms = InLoop, .traits = Effect, .results = 0},
  {.name = "release", .operands = "a", .doc = "One reference less; the last one frees the memory.", .forms = InLoop, .traits = Effect, .results = 0},
  {.name = "unwind", .operands = "a...", .doc = "What the frame owns where the next op raises, which gives it back on the way out.", .forms = InLoop, .traits = Effect, .results = 0},
  {.name = "view", .operands = "a, part...", .doc = "Basic indexing by {spec}, one letter an axis: `:` whole, `i` index (1 operand, in range), `s` slice (start, count, step), `n` new axis.", .forms = InTyped, .traits = View | Cheap},
  {.name = "view.transpose", .operands = "a", .doc = "Axes in the order {axes}.", .forms = InTyped, .traits = View | Cheap},
  {.name = "view.broadcast", .operands = "a, extent...", .doc = "Stretches axes of extent 1, and new leading ones, to these extents, which fit (check.broadcast).", .forms = InTyped, .traits = View | Cheap},
  {.name = "view.reshape", .operands = "a, extent...", .doc = "The same elements of a C-ordered array under other extents, whose product fits.", .forms = InTyped, .traits = View | Cheap},
  {.name = "view.real", .operands = "a", .doc = "The real parts ({part} = 0) or imaginary parts ({part} = 1) of a complex array.", .forms = InTyped, .traits = View | Cheap},
  {.name = "view.bits", .operands = "a, extent...", .doc = "The same bytes as elements of another dtype; where sizes differ, the last axis, which is contiguous, has this extent. {order}: asked for their order only, of which no derivative is taken.", .forms = InTyped, .traits = View | Cheap},

  // ---- lists ----
  {.name = "list.new", .operands = "capacity", .doc = "A new empty list with room for so many elements (≥ 0). With {layout}, a tuple type: an object, a list of one element of that type, all of whose slots are zero.", .forms = InTyped, .traits = Birth | MayRaise},
  {.name = "list.length", .operands = "l", .doc = "How many elements the list has now.", .forms = InTyped, .traits = Reads},
  {.name = "list.load", .operands = "l, i", .doc = "The element at an index in range, or its {part}, with a reference of its own. {layout} tells an object's fields.", .forms = InTyped, .traits = Reads},
  {.name = "list.store", .operands = "l, x, i", .doc = "Puts x, or a {part}, at an index in range; with {fresh} the place is new and holds nothing yet.", .forms = InTyped, .traits = Writes, .results = 0},
  {.name = "list.resize", .operands = "l, n", .doc = "Makes the length n ≥ 0: drops elements from the end, or makes places that must be stored before anything else looks.", .forms = InTyped, .traits = Writes | MayRaise, .results = 0,
   .exception = "MemoryError", .message = ""},
  {.name = "list.rotate", .operands = "l, from, to, by", .doc = "Turns the elements in from…to-1 left by so many places (0 ≤ by ≤ to - from); what is inserted or taken out goes through the end of the list, so that references need no counting.", .forms = InTyped, .traits = Writes, .results = 0},
  // ---- tables: dicts and sets, lists of entries with an index (docs/tables.md); a place is an entry's index ----
  {.name = "table.find", .operands = "t, key", .doc = "The place of the entry with that key, or -1.", .forms = InTyped, .traits = Reads},
  {.name = "table.insert", .operands = "t, key", .doc = "The place of the entry with that key: of a new one whose value is not stored yet, if there was none. {absent}: there is none.", .forms = InTyped, .traits = Writes | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "table.probe", .operands = "t, hash, after", .doc = "Where an entry with that hash is, -1 if there is none: the first one, in the order of probing, behind the place `after`; -1: the first.", .forms = InTyped, .traits = Reads},
  {.name = "table.insert_hashed", .operands = "t, key, hash", .doc = "As table.insert, of a key that is known not to be there and whose hash is given.", .forms = InTyped, .traits = Writes | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "table.remove", .operands = "t, i", .doc = "Drops the entry at a place.", .forms = InTyped, .traits = Writes, .results = 0},
  {.name = "table.clear", .operands = "t", .doc = "Drops all entries.", .forms = InTyped, .traits = Writes, .results = 0},
  {.name = "table.count", .operands = "t", .doc = "How many entries there are.", .forms = InTyped, .traits = Reads},
  {.name = "table.next", .operands = "t, i", .doc = "The first place ≥ i that holds an entry, or -1.", .forms = InTyped, .traits = Reads},
  {.name = "table.previous", .operands = "t, i", .doc = "The last place ≤ i that holds an entry, or -1.", .forms = InTyped, .traits = Reads},
  {.name = "table.first_to_go", .operands = "t", .doc = "The place of the entry that pop() of a set takes, or -1.", .forms = InTyped, .traits = Writes},
  {.name = "table.reserve", .operands = "t, other", .doc = "Makes room as CPython does before it adds the entries of another table; with t itself, forgets removed entries if they are many.", .forms = InTyped, .traits = Writes | MayRaise, .results = 0,
   .exception = "MemoryError", .message = ""},
  {.name = "table.merge", .operands = "t, other", .doc = "Adds the entries of a set of the same type, as CPython does.", .forms = InTyped, .traits = Writes | MayRaise, .results = 0,
   .exception = "MemoryError", .message = ""},
  {.name = "table.select", .operands = "t, from, other", .doc = "Adds those entries of a set that another has ({held} = 1) or has not; all of one type.", .forms = InTyped, .traits = Writes | MayRaise, .results = 0,
   .exception = "MemoryError", .message = ""},
  {.name = "table.swap", .operands = "t, other", .doc = "Exchanges the entries of two tables of the same type.", .forms = InTyped, .traits = Writes | Effect, .results = 0},
  {.name = "hash", .operands = "x", .doc = "hash(x) of a number, a str, None, an object by its identity, or a tuple or frozen set of these; with {hashed} ints are hashes themselves.", .forms = InTyped, .traits = Reads},

  // ---- exceptions that are caught (docs/exceptions.md): a saved one is a list of ints, the error record as it lies ----
  {.name = "error.save", .operands = "", .doc = "The exception that a call {caught} just ended.", .forms = InTyped, .traits = Effect | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "error.raise", .operands = "e", .doc = "Leaves with a saved exception.", .forms = InTyped, .traits = Terminator | Exit | MayRaise | Effect, .results = 0},
  {.name = "error.matches", .operands = "e", .doc = "Whether a saved exception is an instance of one of {classes} (`=C`: of just this one), and one raised with arguments of {types}, the first of them value {at}.", .forms = InTyped, .traits = Reads},
  {.name = "error.text", .operands = "e", .doc = "What str(e) (0), type(e).__name__ (1) or repr(e) (2) gives, as {what} says.", .forms = InTyped, .traits = Effect | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "error.make", .operands = "value...", .doc = "An exception of the class {exception} as if it had been raised here and caught: {args} as for raise; with {none} None.", .forms = InTyped, .traits = Effect | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "error.value", .operands = "e", .doc = "The value that stands at {slot} in a saved exception, of a class that has it.", .forms = InTyped, .traits = Reads},
  {.name = "error.cause", .operands = "e", .doc = "What is raised next has this saved exception (or None) as its cause.", .forms = InTyped, .traits = Effect | Reads, .results = 0},
  {.name = "error.link", .operands = "e", .doc = "The cause (0) or context (1) of a saved exception, as {which} says, or None.", .forms = InTyped, .traits = Effect | MayRaise,
   .exception = "MemoryError", .message = ""},
  {.name = "error.done", .operands = "e", .doc = "The handler of a saved exception has ended.", .forms = InTyped, .traits = Effect | Reads, .results = 0},
  // ---- derivatives: gone after passes::optimize ----
  {.name = "derive", .operands = "argument...", .doc = "Calls {callee} for its results and for the gradient of its first {outputs} results, which have one floating number among them, with respect to the arguments {wrt}: a tuple of all. With {mode} \"forward\" the last arguments are tangents of {wrt}, and tangents of all floating results come after the results.", .forms = InTensor, .traits = MayRaise | Reads | Effect},

  // ---- tapes (passes/autodiff only): one stack of frames per activation ----
  {.name = "tape.push", .operands = "value...", .doc = "Puts a frame of numbers and array contents on the tape.", .forms = InTensor, .traits = Effect | Reads, .results = 0},
  {.name = "tape.pop", .operands = "", .doc = "Takes the last frame off the tape; its arrays are new ones.", .forms = InTensor, .traits = Effect, .results = -1},

  // ---- kernels (loop form) ----
  {.name = "kernel", .operands = "extent...", .doc = "A nest of parallel loops over the extents; the region's arguments are the indices; {schedule} is data.", .forms = InLoop, .traits = Control | Effect, .results = 0, .regions = 1},

  // ---- checks: each returns what it checked ----
  {.name = "check.index", .operands = "i, n", .doc = "A valid index from i, which may count from the end; {message} where it is not an array's.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "IndexError", .message = "index {0} is out of bounds for axis {axis} with size {1}"},
  {.name = "assume.index", .operands = "i, n", .doc = "An index proved to be in 0…n-1; stays in its region.", .forms = InTyped, .traits = Cheap},
  {.name = "check.overflow", .operands = "x...", .doc = "The exact result of the elementwise op named by {op} on ints.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "OverflowError", .message = "result of {op} does not fit in 64 bits"},
  {.name = "check.zero", .operands = "d", .doc = "A divisor that is not zero; {message} is the text.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "ZeroDivisionError", .message = "{message}"},
  {.name = "check.convert", .operands = "x", .doc = "A float converted to an int that holds it; nan raises ValueError.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "OverflowError", .message = "cannot convert float infinity to integer"},
  {.name = "check.fits", .operands = "x", .doc = "An int that fits the result's dtype.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "OverflowError", .message = "Python integer {0} out of bounds for {dtype}"},
  {.name = "check.true", .operands = "condition, value...", .doc = "Raises {exception} with {message} unless the condition holds.", .forms = InTyped, .traits = Check | MayRaise, .results = 0,
   .exception = "{exception}", .message = "{message}"},
  {.name = "check.broadcast", .operands = "extent...", .doc = "The extents that operands of {ranks} broadcast to.", .forms = InTyped, .traits = Check | MayRaise, .results = -1,
   .exception = "ValueError", .message = "operands could not be broadcast together with shapes {shapes} "},
  {.name = "check.assignable", .operands = "extent...", .doc = "Checks that a source of {ranks}[0] broadcasts into a target of {ranks}[1].", .forms = InTyped, .traits = Check | MayRaise, .results = 0,
   .exception = "ValueError", .message = "could not broadcast input array from shape {shape0} into shape {shape1}"},
  {.name = "check.bound", .operands = "bound, x", .doc = "The value of a name that must have one.", .forms = InTyped, .traits = Check | MayRaise,
   .exception = "UnboundLocalError", .message = "cannot access local variable '{name}' where it is not associated with a value"},
  {.name = "check.depth", .operands = "", .doc = "Room left on the stack for one more call.", .forms = InTyped, .traits = Check | MayRaise | Effect, .results = 0,
   .exception = "RecursionError", .message = "maximum recursion depth exceeded"},
};

}  // namespace aic::ir
