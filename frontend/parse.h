// Text → syntax tree, through CPython's own parser: the grammar is always that of the running Python.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/ast.h"

namespace aic::frontend {

struct SyntaxProblem {
  std::string message;
  int line = 0, column = 0;  // columns from 0
};

struct Parsed {
  std::unique_ptr<Tree> tree;  // null: see problem
  SyntaxProblem problem;
};

// A whole text. Names of the form __x are mangled as in `class_name` ("" : not in a class); classes in the text mangle
// what stands in them.
[[nodiscard]] Parsed parse_text(std::string_view text, std::string_view file, std::string_view class_name = {});
// The block lines[first, first + count), which may be indented: positions are those of the whole file.
[[nodiscard]] Parsed parse_block(const std::vector<std::string>& lines, size_t first, size_t count, std::string_view file,
                                 std::string_view class_name);
// Lines with their ends taken off.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

}  // namespace aic::frontend
