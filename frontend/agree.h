// Whether a function's text is what its running code was made from: a file may be edited after its import, and the lines
// found at the code's place would then compile to something that CPython does not run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

struct _object;

namespace aic::frontend {

struct Excerpt {
  const std::vector<std::string>& lines;  // of the file
  size_t first, count;                    // the block that holds the function
  std::string_view file;
  const std::vector<std::string>& free;   // names of the function's closure
  std::string_view class_name;            // the class that the function stands in, or ""
  const std::vector<std::string>& imports;
};

// Names that the imports at the beginning of a line bind: CPython compiles `name.f()` by them.
[[nodiscard]] std::vector<std::string> imported_names(const std::vector<std::string>& lines);

// Compiles the excerpt with CPython, in surroundings that give its names the same scopes, and compares instructions,
// constants and names with those of `code`, nested functions too. Takes about as long as parsing the excerpt; the whole
// file is compiled when the excerpt disagrees, and has the last word.
[[nodiscard]] bool agrees(_object* code, const Excerpt&);

}  // namespace aic::frontend
