// Every diagnostic, once. Codes: 10xx capture, 11xx syntax (frontend), 12xx names, 2xxx types (typeinfer: 20xx calls,
// 21xx operators, 22xx names and attributes, 23xx control flow, 24xx arrays), 3xxx derivatives, 4xxx loops and kernels,
// 5xxx building. Add a row in its block, in order of code; consteval checks below refuse an incomplete or doubled row.
//
// `message` and `help` may use {0}…{9}: the arguments of ir::diagnose. `example` is Python text whose first function gives
// this diagnostic; a line `# ^^^` (only `#`, blanks and carets) marks the characters of the line above it. The tests
// compile each example and expect exactly this. No example: it cannot arise from source text alone (say why in `why`).
#pragma once
#include <iterator>

#include "ir/diagnostics.h"

namespace aic::ir {

inline constexpr DiagnosticInfo diagnostic_table[] = {
  // ---- 10xx: finding the source ----
  {.name = "no-source", .code = 1001, .exception = "CompileError",
   .message = "the source of `{0}` is not available",
   .why = "aic compiles source text, which Python's linecache must know; functions made by exec without it, or whose file is gone, have none. No example: it depends on where the function came from.",
   .help = "define the function in a file or a notebook cell, or give its text to linecache before compiling it",
   .example = ""},
  {.name = "source-changed", .code = 1002, .exception = "CompileError",
   .message = "the source of `{0}` is not at {1}:{2} any more",
   .why = "The file was edited after Python loaded it, so its text is not that of the running function. No example: it depends on the file.",
   .help = "reload the module or restart Python, so that the code and its file agree again",
   .example = ""},
  {.name = "ambiguous-lambda", .code = 1003, .exception = "CompileError",
   .message = "two equal lambdas stand on line {0}, and their variables cannot be told apart",
   .why = "The running code of a lambda carries its line; several on one line are told apart by their columns and code. No example: it depends on the running Python.",
   .help = "put each lambda on a line of its own, or use `def`",
   .example = ""},
  {.name = "not-a-function", .code = 1004, .exception = "CompileError",
   .message = "a `{0}` is not a Python function",
   .why = "Only functions written in Python have source text to compile. No example: it depends on the object.",
   .help = "decorate a function made by `def` or `lambda`",
   .example = ""},
  {.name = "unsupported-argument", .code = 1006, .exception = "TypeInferenceError",
   .message = "the argument `{0}` is {1}, which compiled code cannot take",
   .why = "Arguments are converted when a compiled function is called; what has no type in aic is refused. No example: it depends on the call.",
   .help = "pass numbers, None, strings, tuples of these, or NumPy arrays of bool, integer, float or complex elements of rank 0 to 4",
   .example = ""},
  {.name = "syntax-error", .code = 1005, .exception = "SyntaxNotSupported",
   .message = "{0}",
   .why = "The text given to the compiler is not Python; the words are those of Python's own parser. No example: Python refuses such a text before aic sees it.",
   .help = "correct the text; `python -m py_compile FILE` says the same",
   .example = ""},

  // ---- 11xx: syntax ----
  {.name = "unsupported-syntax", .code = 1100, .exception = "SyntaxNotSupported",
   .message = "`{0}` is not supported",
   .why = "A construct of Python's grammar that the language of aic leaves out, or one of a newer Python. No example: what is known to be missing has a code of its own.",
   .help = "write it with the statements that docs/language.md lists, or leave this function to Python",
   .example = ""},
  {.name = "try", .code = 1101, .exception = "SyntaxNotSupported",
   .message = "`try` is not supported yet",
   .why = "Handlers and `finally` need exceptions inside compiled code; for now an exception always leaves the function.",
   .help = "test for the condition before the operation, or catch the exception in the caller",
   .example = "def f(x):\n    try:\n#   ^^^^\n        return 1 / x\n    except ZeroDivisionError:\n        return 0.0\n"},
  {.name = "except-star", .code = 1102, .exception = "SyntaxNotSupported",
   .message = "`except*` is not supported",
   .why = "Exception groups are made by concurrent tasks, which compiled code does not have.",
   .help = "handle the group in the Python code that calls this function",
   .example = "def f(x):\n    try:\n#   ^^^^\n        return x\n    except* ValueError:\n        pass\n"},
  {.name = "with", .code = 1103, .exception = "SyntaxNotSupported",
   .message = "`with` is not supported yet",
   .why = "Context managers need exceptions inside compiled code.",
   .help = "enter the context in the caller, and do the computation in this function",
   .example = "def f(x):\n    with x:\n#   ^^^^^^^\n        return 1\n"},
  {.name = "match", .code = 1104, .exception = "SyntaxNotSupported",
   .message = "`match` is not supported yet",
   .why = "Patterns become chains of tests in a later version.",
   .help = "write `if`/`elif` with the tests that the cases make",
   .example = "def f(x):\n    match x:\n#   ^^^^^^^^\n        case 1:\n            return 2\n    return 3\n"},
  {.name = "yield", .code = 1105, .exception = "SyntaxNotSupported",
   .message = "`yield` is not supported yet: the function is a generator",
   .why = "A generator keeps its frame between calls; compiled functions run to their end.",
   .help = "put the values in an array or a list and return it, or call a function for each value",
   .example = "def f(n):\n    for i in range(n):\n        yield i\n#       ^^^^^^^\n"},
  {.name = "async", .code = 1106, .exception = "SyntaxNotSupported",
   .message = "`{0}` is not supported: compiled code has no event loop",
   .why = "Coroutines hand control to an event loop in the middle of a function.",
   .help = "make the computation an ordinary function, and call it from the async one",
   .example = "def f(n):\n    async def later():\n#   ^^^^^^^^^^^^^^^^^^\n        return n\n    return n\n"},
  {.name = "class", .code = 1107, .exception = "SyntaxNotSupported",
   .message = "a class cannot be defined inside a compiled function: `{0}`",
   .why = "Each call would make another class; types must be known when the function is compiled.",
   .help = "define the class at the top of the module",
   .example = "def f(n):\n    class Point:\n#   ^^^^^^^^^^^^\n        x = 1\n    return n\n"},
  {.name = "metaclass", .code = 1108, .exception = "SyntaxNotSupported",
   .message = "a class with a metaclass or class arguments cannot be defined inside a compiled function: `{0}`",
   .why = "A metaclass runs code of its own while the class is made; types must be known when the function is compiled.",
   .help = "define the class at the top of the module, without a metaclass",
   .example = "def f(n):\n    class Point(metaclass=type):\n#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n        x = 1\n    return n\n"},
  {.name = "import", .code = 1109, .exception = "SyntaxNotSupported",
   .message = "`import` inside a compiled function is not supported yet",
   .why = "An import runs the module's code; the names a function uses are looked up when it is compiled.",
   .help = "import at the top of the module",
   .example = "def f(x):\n    import math\n#   ^^^^^^^^^^^\n    return math.sin(x)\n"},
  {.name = "generator-expression", .code = 1110, .exception = "SyntaxNotSupported",
   .message = "generator expressions are not supported yet",
   .why = "A generator runs piece by piece, whenever its consumer asks for a value.",
   .help = "write a loop, or a list comprehension in brackets: `[... for ... in ...]`",
   .example = "def f(xs):\n    return sum(x * x for x in xs)\n#             ^^^^^^^^^^^^^^^^^^^\n"},
  {.name = "bare-raise", .code = 1111, .exception = "SyntaxNotSupported",
   .message = "`raise` without an exception is not supported outside of a handler",
   .why = "It raises the exception being handled again; without handlers there is none.",
   .help = "name the exception: `raise ValueError(\"...\")`",
   .example = "def f(x):\n    if x < 0:\n        raise\n#       ^^^^^\n    return x\n"},
  {.name = "del-attribute", .code = 1112, .exception = "SyntaxNotSupported",
   .message = "an attribute cannot be deleted",
   .why = "Compiled objects have all of their fields all the time.",
   .help = "set the attribute to None, and test for None",
   .example = "def f(p):\n    del p.x\n#       ^^^\n    return p\n"},
  {.name = "big-integer", .code = 1113, .exception = "SyntaxNotSupported",
   .message = "this integer does not fit in 64 bits",
   .why = "Compiled code holds Python's int in 64 bits (LANGUAGE, deviation 1).",
   .help = "use a float (`1e30`), or leave this function to Python",
   .example = "def f(x):\n    return x + 123456789012345678901234567890\n#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"},

  // ---- 12xx: names ----
  {.name = "global-assignment", .code = 1201, .exception = "SyntaxNotSupported",
   .message = "the global variable `{0}` cannot be assigned in compiled code yet",
   .why = "Globals are constants that compiled code was made for; rebinding one would have to reach Python and all other code that read it.",
   .help = "return the new value of `{0}`, and assign it in the caller",
   .example = "def f(n):\n    global total\n#   ^^^^^^^^^^^^\n    total = n\n    return n\n"},
  {.name = "nonlocal-outside", .code = 1202, .exception = "SyntaxNotSupported",
   .message = "`{0}` belongs to an enclosing function that is not compiled with this one, and cannot be assigned here",
   .why = "Values of enclosing Python functions are read when the compiled function is called; they are not written back. No example: it takes a function inside another.",
   .help = "return the new value of `{0}`, or compile the enclosing function",
   .example = ""},
  {.name = "captured-unbound", .code = 1203, .exception = "SyntaxNotSupported",
   .message = "`{0}` may have no value yet where this function captures it",
   .why = "A nested function is given the values of the variables it uses; one that is bound on some paths only cannot be handed over.",
   .help = "assign `{0}` on every path before this line",
   .example = "def f(x):\n    if x > 0:\n        scale = 2.0\n    return map(lambda y: y * scale, x)\n#              ^^^^^^^^^^^^^^^^^^^\n"},
  {.name = "used-before-definition", .code = 1204, .exception = "SyntaxNotSupported",
   .message = "a function that calls `{0}` is used before `{0}` is defined",
   .why = "Python would raise NameError if the call is reached; compiled code does not look functions up while it runs.",
   .help = "move the definition of `{0}` before the first use of the functions that call it",
   .example = "def f(x):\n    def g():\n        return h()\n    y = g()\n    def h():\n#   ^^^^^^^^\n        return x\n    return y + h()\n"},
};

consteval bool diagnostics_are_complete() {
  for (size_t k = 0; k < std::size(diagnostic_table); ++k) {
    const DiagnosticInfo& d = diagnostic_table[k];
    if (d.name.empty() || d.exception.empty() || d.message.empty() || d.why.empty() || d.help.empty()) return false;
    if (d.code < 1000 || d.code > 9999) return false;
    for (size_t j = 0; j < k; ++j)
      if (diagnostic_table[j].code == d.code || diagnostic_table[j].name == d.name) return false;
  }
  return true;
}
static_assert(diagnostics_are_complete(), "a diagnostic lacks a part, or a name or code stands twice");

}  // namespace aic::ir
