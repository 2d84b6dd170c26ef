// Every diagnostic of the frontend's blocks (10xx to 124x) that has an example gives itself at its mark.
// Those from 1250 on need types: tests/e2e/test_diagnostics.py.
#include <catch2/catch.hpp>

#include <sstream>

#include "frontend/frontend.h"
#include "ir/diagnostics_table.h"

using namespace aic;

namespace {

struct Example {
  std::string text;
  ir::Position mark;
};

// A line of `#`, blanks and carets marks characters of the line above it.
Example read_example(std::string_view text) {
  Example e;
  std::istringstream in{std::string(text)};
  int line_number = 0;
  for (std::string line; std::getline(in, line);) {
    bool is_mark = line.find('^') != std::string::npos && line.find_first_not_of("# ^") == std::string::npos;
    if (is_mark) {
      int begin = int(line.find('^')), end = int(line.rfind('^')) + 1;
      e.mark = {line_number, begin, line_number, end};
    } else {
      e.text += line + "\n";
      ++line_number;
    }
  }
  return e;
}

}  // namespace

TEST_CASE("each example of a frontend diagnostic is refused with it, at its mark") {
  int checked = 0;
  for (const ir::DiagnosticInfo& info : ir::diagnostic_table) {
    if (info.code >= 1250 || info.example.empty()) continue;
    INFO(info.name);
    Example e = read_example(info.example);
    REQUIRE(e.mark.line > 0);
    ++checked;
    ir::Module m;
    try {
      static_cast<void>(frontend::lower_source(e.text, "f", "example.py", m));
      FAIL_CHECK("accepted");
    } catch (const ir::Diagnosed& d) {
      const ir::Position& p = d.diagnostic.position;
      CHECK(d.diagnostic.info->name == info.name);
      CHECK(d.diagnostic.line() == e.mark.line);
      CHECK(p.column == e.mark.column);
      // A construct of several lines is marked to the end of its first.
      const std::string& line = d.diagnostic.lines[size_t(p.line) - 1];
      CHECK((p.end_line == p.line ? p.end_column : int(line.size())) == e.mark.end_column);
    }
  }
  CHECK(checked >= 13);
}
