// Finding the text of a function object, wherever it comes from.
#include "tests/unit/frontend/python.h"

using namespace aic;
using namespace aic::frontend;
using namespace aic::frontend::test;

TEST_CASE("a function is found in its file, decorators and comments around it") {
  Program p(
      "def twice(f):\n    return f\n\n"
      "@twice\n@(\n  twice\n)\n# a remark\ndef f(x):\n# odd place\n    '''text\nat the left'''\n\n    return (x +\n1)\n\ndef "
      "g(): pass\n");
  ir::Module m;
  Captured c = capture(p("f").get(), m);
  CHECK(c.parameters == std::vector<std::string>{"x"});
  const ir::Source& s = m.sources[c.function->source];
  CHECK(s.first_line == 4);
  CHECK(s.file == p.file());
  CHECK(s.lines.back() == "1)");
  CHECK(has(ir::print(m), "py.binary"));
}

TEST_CASE("nested functions, methods and bound methods are found") {
  Program p(
      "class C:\n    def m(self, __x):\n        return self.__y + __x\n"
      "    @staticmethod\n    def s(a): return a\n"
      "def outer(k):\n    if k:\n        def inner(x):\n            return x + k\n    return inner\n");
  CHECK(has(py_form(p, "C.m"), "name = \"_C__y\""));
  CHECK(has(py_form(p, "C().m"), "params = [\"self\", \"_C__x\"]"));
  CHECK(has(py_form(p, "C.s"), "params = [\"a\"]"));
  CHECK(has(py_form(p, "outer(1)"), "py.free {name = \"k\"}"));
  CHECK(has(py_form(p, "outer"), "captured = 1"));
}

TEST_CASE("lambdas on one line are told apart") {
  Program p(
      "fs = [lambda x: x + 1, lambda x: x + 2, lambda x, y: 'é' + x + y, lambda x: x * x]\n"
      "g = (\n    lambda a: (\n      a - 1))\n"
      "h = lambda x: lambda y: x - y\n"
      "d = {'k': lambda: 7}\n");
  CHECK(has(py_form(p, "fs[0]"), "value = 1"));
  CHECK(has(py_form(p, "fs[1]"), "value = 2"));
  CHECK(has(py_form(p, "fs[2]"), "params = [\"x\", \"y\"]"));
  CHECK(has(py_form(p, "fs[3]"), "op = \"*\""));
  CHECK(has(py_form(p, "g"), "op = \"-\""));
  CHECK(has(py_form(p, "h"), "py.function"));
  CHECK(has(py_form(p, "h(1)"), "py.free {name = \"x\"}"));
  CHECK(has(py_form(p, "d['k']"), "value = 7"));
}

TEST_CASE("columns count characters, not bytes") {
  Program p("def f(x):\n    é = '日本' + x.bad; del é.y\n    return é\n");
  ir::Diagnostic d = refusal(p, "f");
  CHECK(d.position.line == 2);
  CHECK(d.position.column == 26);
  CHECK(d.position.end_column == 29);
}

TEST_CASE("text that is not there is refused, not guessed") {
  Program unknown("def f(x):\n    return x\n", false);
  CHECK(refusal(unknown, "f").info->name == "no-source");
  CHECK(refusal(unknown, "len").info->name == "not-a-function");

  Program changed("def f(x):\n    return x\n");
  changed.run("linecache.cache[file] = (9, None, ['x = 1\\n'] * 9, file)\n");
  CHECK(refusal(changed, "f").info->name == "source-changed");
  changed.run("linecache.cache[file] = (9, None, ['def f(y):\\n', '    return y\\n'], file)\n");
  CHECK(refusal(changed, "f").info->name == "source-changed");
}

TEST_CASE("the hash follows the program, not its place or comments") {
  Program p(
      "def a(x):\n    return x + 1\n"
      "class K:\n\n        def a(x):  # remark\n            return (x +\n               1)\n"
      "def other(x):\n    return x + 2\n"
      "def floating(x):\n    return x + 1.0\n"
      "def outer(x):\n    def a(y):\n        return x\n    return a\n"
      "b = a\n"
      "def a(y):\n    return x\n");
  CHECK(hash_of(p("b").get()) == hash_of(p("K.a").get()));
  CHECK_FALSE(hash_of(p("b").get()) == hash_of(p("other").get()));
  CHECK_FALSE(hash_of(p("other").get()) == hash_of(p("floating").get()));
  // The same text, but x is the enclosing function's here and a global there.
  CHECK_FALSE(hash_of(p("outer(1)").get()) == hash_of(p("a").get()));
  CHECK(hash_of(p("b").get()).text().size() == 32);
}

TEST_CASE("a program's text gives its functions by name") {
  std::string text = "def f(x): return x\nclass C:\n    def g(self, *, k=1): return k\ndef f(y): return y\n";
  CHECK(function_names(text, "t.py") == std::vector<std::string>{"f", "C.g"});
  ir::Module m;
  Captured c = lower_source(text, "C.g", "t.py", m);
  CHECK(c.keyword_only == 1);
  CHECK(c.defaulted == std::vector<int>{1});
  CHECK(lower_source(text, "f", "t.py", m).parameters == std::vector<std::string>{"y"});
  CHECK_THROWS_AS(lower_source(text, "h", "t.py", m), ir::Error);
  CHECK_THROWS_AS(lower_source("def f(:\n", "f", "t.py", m), ir::Diagnosed);
}
