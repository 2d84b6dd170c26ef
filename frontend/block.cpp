// Finding a block by indentation. The scanner knows only what can hide the end of a logical line: brackets, strings,
// comments and a backslash at the end of a line.
#include "frontend/block.h"

#include <string_view>

namespace aic::frontend {

namespace {

bool is_blank(const std::string& line) {
  size_t n = line.find_first_not_of(" \t\f\r\n");
  return n == std::string::npos || line[n] == '#';
}

class Scanner {
 public:
  // Reads one line; is the logical line open after it?
  bool reads_on(std::string_view s) {
    bool continued = false;
    for (size_t k = 0; k < s.size(); ++k) {
      if (!quote_.empty()) {
        k = in_string(s, k);
        continue;
      }
      char c = s[k];
      if (c == '#') break;
      if (c == '"' || c == '\'') {
        quote_ = s.substr(k, 3) == std::string(3, c) ? std::string(3, c) : std::string(1, c);
        k += quote_.size() - 1;
      } else if (c == '(' || c == '[' || c == '{') {
        ++depth_;
      } else if (c == ')' || c == ']' || c == '}') {
        --depth_;
      } else if (c == '\\') {
        continued = s.find_first_not_of("\r\n", k + 1) == std::string_view::npos;
      }
    }
    if (quote_.size() == 1 && !string_continued_) quote_.clear();  // an error that the parser will report
    return continued || depth_ > 0 || !quote_.empty();
  }

 private:
  size_t in_string(std::string_view s, size_t k) {
    string_continued_ = false;
    if (s[k] == '\\') {
      string_continued_ = s.find_first_not_of("\r\n", k + 1) == std::string_view::npos;
      return k + 1;
    }
    if (s.substr(k, quote_.size()) == quote_) {
      k += quote_.size() - 1;
      quote_.clear();
    }
    return k;
  }
  std::string quote_;
  int depth_ = 0;
  bool string_continued_ = false;
};

bool begins_with_word(std::string_view line, std::string_view word) {
  return line.starts_with(word) && line.size() > word.size() &&
         (line[word.size()] == ' ' || line[word.size()] == '\t' || line[word.size()] == '\\');
}

}  // namespace

size_t indentation(const std::string& line) {
  size_t n = line.find_first_not_of(" \t\f");
  return n == std::string::npos ? line.size() : n;
}

size_t block_length(const std::vector<std::string>& lines, size_t first) {
  size_t base = indentation(lines[first]);
  size_t k = first;
  auto logical_line = [&] {
    Scanner scanner;
    while (k < lines.size() && scanner.reads_on(lines[k++])) {
    }
  };
  while (k < lines.size() && (is_blank(lines[k]) || lines[k][indentation(lines[k])] == '@'))
    is_blank(lines[k]) ? void(++k) : logical_line();
  if (k >= lines.size()) return lines.size() - first;
  std::string_view header = std::string_view(lines[k]).substr(indentation(lines[k]));
  bool is_def = begins_with_word(header, "def") || begins_with_word(header, "async") || begins_with_word(header, "class");
  logical_line();
  size_t end = k;
  if (!is_def) return end - first;
  while (k < lines.size()) {
    if (is_blank(lines[k])) {
      ++k;
      continue;
    }
    if (indentation(lines[k]) <= base) break;
    logical_line();
    end = k;
  }
  return end - first;
}

}  // namespace aic::frontend
