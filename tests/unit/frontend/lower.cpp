// Laws of the py form that golden files show only by example.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "frontend/frontend.h"
#include "ir/ops/table.h"

using namespace aic;
using ir::operator""_op;

namespace {

std::string form(const std::string& text) {
  ir::Module m;
  static_cast<void>(frontend::lower_source(text, "f", "t.py", m));
  return ir::print(m);
}

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (size_t k = text.find(part); k != std::string::npos; k = text.find(part, k + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("what the frontend prints reads back") {
  std::string text =
      "def f(a, *b, k=1, **c):\n"
      "    def g(x):\n        nonlocal a\n        a = [y for y in x if y]\n        return g(a)\n"
      "    while (n := a[0]) and not n < 1 < k:\n        a[0], (k, *b) = c\n        if n: continue\n        break\n    else:\n "
      "       del n\n"
      "    return f'{a!r:{k}}' or g\n";
  std::string printed = form(text);
  CHECK(ir::print(*ir::parse(printed)) == printed);
}

TEST_CASE("a temporary of a round is not carried around the loop") {
  std::string text =
      form("def f(a):\n    s = 0\n    for x in a:\n        t = x\n        u = t\n        s += u\n    return s\n");
  CHECK(count(text, "py.unbound") == 0);
  CHECK(count(text, "py.bound") == 0);
}

TEST_CASE("code after an exit is dropped") {
  std::string text = form("def f(a):\n    return a\n    a.g()\n");
  CHECK(count(text, "py.call") == 0);
  CHECK(count(text, "return") == 1);
}

TEST_CASE("a direct call needs no cell, a kept function does") {
  CHECK(count(form("def f(n):\n    for i in range(n):\n        def g(): return i\n        g()\n"), "py.cell") == 0);
  CHECK(count(form("def f(n):\n    for i in range(n):\n        g = lambda: i\n        g()\n"), "py.cell") == 0);
  CHECK(count(form("def f(n):\n    gs = []\n    for i in range(n):\n        def g(): return i\n        gs.append(g)\n    "
                   "return gs\n"),
              "py.cell ") == 1);
  CHECK(count(form("def f(x):\n    y = x\n    return lambda: y\n"), "py.cell") == 0);
  CHECK(count(form("def f(x):\n    g = lambda: x\n    h = g\n    x = 2\n    return h\n"), "py.cell ") == 1);
  // Made where it is returned, after the last rebinding.
  CHECK(count(form("def f(x):\n    g = lambda: x\n    x = 2\n    return g\n"), "py.cell") == 0);
}

TEST_CASE("a mention of a name in a comprehension does not bind the function's") {
  std::string text = form("def f(x, xs):\n    [x for x in xs]\n    return x\n");
  CHECK(count(text, "return %0") == 1);
}

TEST_CASE("a deeply nested program is lowered or refused, never a crash") {
  std::string deep = "def f(x):\n    return ";
  for (int k = 0; k < 80; ++k) deep += "(x + ";
  deep += "x";
  for (int k = 0; k < 80; ++k) deep += ")";
  CHECK(count(form(deep + "\n"), "py.binary") == 80);
  std::string chain = "def f(x):\n    return x";
  for (int k = 0; k < 20000; ++k) chain += " + x";
  std::string said;
  try {
    said = std::to_string(count(form(chain + "\n"), "py.binary"));
  } catch (const ir::Diagnosed& d) {
    said = d.diagnostic.message;  // as CPython says it
  }
  CHECK((said == "20000" || said.find("recursion") != std::string::npos));
}

TEST_CASE("lowering is linear in the length of a function") {
  std::string text = "def f(a):\n    s = 0\n";
  for (int k = 0; k < 4000; ++k) text += "    s = s + a[" + std::to_string(k) + "]\n";
  CHECK(count(form(text), "py.getitem") == 4000);
}
