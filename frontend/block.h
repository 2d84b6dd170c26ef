// Finds a function's own lines in its file, so that capturing it costs what the function costs, not what the file does.
#pragma once
#include <string>
#include <vector>

namespace aic::frontend {

// The number of lines, from lines[first] on, that the statement there takes: decorators, header and indented body of a
// def; for anything else one logical line. It may be wrong on the rare text that only a tokenizer splits rightly (nested
// quotes of f-strings); the caller parses what it gets and reads the whole file if that fails.
[[nodiscard]] size_t block_length(const std::vector<std::string>& lines, size_t first);
// Width of a line's leading blanks in characters.
[[nodiscard]] size_t indentation(const std::string& line);

}  // namespace aic::frontend
