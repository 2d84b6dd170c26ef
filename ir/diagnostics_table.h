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
