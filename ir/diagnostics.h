// Diagnostics: what we say to users. One entry each in ir/diagnostics_table.h; the tests compile each entry's example and
// expect this diagnostic at its mark, and docs/errors.md is printed from the table.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ir/module.h"

namespace aic::ir {

enum class Severity : uint8_t { Error, Note };

struct DiagnosticInfo {
  std::string_view name;       // "unsupported-statement": how code names it
  int code = 0;                // 1102 → AIC1102
  std::string_view exception;  // aic.CompileError or a subclass: "SyntaxNotSupported", "TypeInferenceError", …
  std::string_view message;    // "`{0}` statements are not supported"
  std::string_view why;        // for the manual
  std::string_view help;       // what to write instead; may use {0}…
  std::string_view example;    // a function; `#^` under the mark on the line after it
};

// A diagnostic with its place; thrown as Diagnosed.
struct Diagnostic {
  const DiagnosticInfo* info = nullptr;
  std::string message, help;   // filled in
  std::vector<std::string> arguments;  // what they were filled with
  std::string label;           // beside the caret: where the types came from
  std::vector<std::pair<Position, std::string>> notes;
  struct Caller {
    std::string file;
    Position position;  // lines of the file
  };
  std::vector<Caller> callers;  // the calls of the user's functions that led here, innermost first
  std::string file, function;
  int first_line = 1;          // of the source text in its file
  std::vector<std::string> lines;
  Position position;

  [[nodiscard]] std::string text() const;  // the form API.md shows, at most 12 lines
  [[nodiscard]] int line() const { return first_line + position.line - 1; }
  void place(const Module&, SpanId);  // where it is told
};

struct Diagnosed : std::runtime_error {
  explicit Diagnosed(Diagnostic d) : std::runtime_error(d.text()), diagnostic(std::move(d)) {}
  Diagnostic diagnostic;
};

[[nodiscard]] const DiagnosticInfo& diagnostic_info(std::string_view name);  // an unknown name is an internal error
// Makes a diagnostic at a span; {0}, {1}… in message and help are replaced by `arguments`.
[[nodiscard]] Diagnostic diagnose(const Module&, SpanId, std::string_view name, const std::vector<std::string>& arguments,
                                  std::string label = {});
// The closest of `known` to a misspelt name, or "".
[[nodiscard]] std::string closest(std::string_view name, const std::vector<std::string>& known);

}  // namespace aic::ir
