// The text of diagnostics is an interface (API.md): its form, its length and where the carets stand.
#include <catch2/catch.hpp>

#include <algorithm>

#include "ir/diagnostics.h"
#include "ir/diagnostics_table.h"

using namespace aic::ir;

namespace {

Diagnostic on_line(std::string line, int begin, int end) {
  Diagnostic d;
  d.info = &diagnostic_info("no-source");
  d.message = "cannot add `str` and `f64[:]`";
  d.help = "convert one side, e.g. `str(row)`";
  d.label = "`name` is str (from line 8), `row` is f64[:]";
  d.file = "filters.py";
  d.first_line = 11;
  d.lines = {"    for row in rows:", std::move(line)};
  d.position = {2, begin, 2, end};
  return d;
}

std::string marks_of(const std::string& text) {
  size_t at = text.find("12 | "), line = text.find('\n', at) + 1;
  return text.substr(line, text.find('\n', line) - line);
}

}  // namespace

TEST_CASE("a diagnostic has the form of API.md") {
  CHECK(on_line("        total = name + row", 16, 26).text() ==
        "error[AIC1001]: cannot add `str` and `f64[:]`\n"
        "  --> filters.py:12:17\n"
        "   |\n"
        "11 |     for row in rows:\n"
        "12 |         total = name + row\n"
        "   |                 ^^^^^^^^^^ `name` is str (from line 8), `row` is f64[:]\n"
        "   = help: convert one side, e.g. `str(row)`");
}

TEST_CASE("a diagnostic never has more than 12 lines") {
  Diagnostic d = on_line("    x", 4, 5);
  for (int k = 0; k < 40; ++k) d.notes.push_back({Position{1, 0, 1, 1}, "a note\nof two lines"});
  std::string text = d.text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 11);
  CHECK(text.find("= note: line 11: a note of two lines") != std::string::npos);
  CHECK(text.find("= help: ") != std::string::npos);
}

TEST_CASE("carets stand under wide characters, combining marks and tabs") {
  Diagnostic d = on_line("\tx = '日本' + é", 5, 9);
  d.label.clear();
  CHECK(marks_of(d.text()) == "   | \t    ^^^^^^");
  d = on_line("e\xcc\x81 = y", 5, 6);
  d.label.clear();
  CHECK(marks_of(d.text()) == "   |     ^");
}

TEST_CASE("a mark that runs over its line ends with the line") {
  Diagnostic d = on_line("    f(a,", 4, 3);
  d.position.end_line = 5;
  d.label.clear();
  CHECK(marks_of(d.text()) == "   |     ^^^^");
}

TEST_CASE("a long line is cut around its mark") {
  Diagnostic d = on_line(std::string(5000, 'a') + "bcd" + std::string(5000, 'a'), 5000, 5003);
  d.label.clear();
  std::string text = d.text();
  size_t line = text.find("12 | "), marks = text.find('\n', line) + 1;
  CHECK(text.size() < 1000);
  // The ellipsis is three bytes and one column.
  CHECK(text.find("bcd", line) - line - 2 == text.find("^^^", marks) - marks);
}

TEST_CASE("arguments are filled into message and help") {
  Module m;
  Diagnostic d = diagnose(m, {}, "source-changed", {"f", "a.py", "3"});
  CHECK(d.message == "the source of `f` is not at a.py:3 any more");
  CHECK(d.text().find("-->") == std::string::npos);
  CHECK_THROWS_AS(diagnose(m, {}, "source-changed", {"f"}), InternalError);
  CHECK_THROWS_AS(diagnostic_info("no such name"), InternalError);
}

TEST_CASE("the closest name is found, and none for a stranger") {
  std::vector<std::string> known{"total", "values", "v"};
  CHECK(closest("totl", known) == "total");
  CHECK(closest("toatl", known) == "total");
  CHECK(closest("valeus", known) == "values");
  CHECK(closest("banana", known).empty());
  CHECK(closest("total", known).empty());
}
