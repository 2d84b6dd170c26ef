// Running a little Python around a test: texts that linecache knows, and their functions.
#pragma once
#include <Python.h>

#include <catch2/catch.hpp>

#include <memory>
#include <string>

#include "frontend/frontend.h"

namespace aic::frontend::test {

struct Release {
  void operator()(PyObject* o) const { Py_XDECREF(o); }
};
using Object = std::unique_ptr<PyObject, Release>;

// A module's globals after running `text` under a file name that linecache knows (as notebooks and doctests do).
class Program {
 public:
  explicit Program(const std::string& text, bool known = true) {
    static int count = 0;
    file_ = "<test " + std::to_string(++count) + ">";
    globals_.reset(PyDict_New());
    PyDict_SetItemString(globals_.get(), "__builtins__", PyEval_GetBuiltins());
    set("text", text);
    set("file", file_);
    if (known) run("import linecache\nlinecache.cache[file] = (len(text), None, text.splitlines(True), file)\n");
    run("exec(compile(text, file, 'exec'), globals())\n");
  }
  // The value of an expression in the module.
  [[nodiscard]] Object operator()(const std::string& expression) const {
    Object o(PyRun_String(expression.c_str(), Py_eval_input, globals_.get(), globals_.get()));
    if (!o) PyErr_Print();
    REQUIRE(o);
    return o;
  }
  void run(const std::string& statements) const {
    Object done(PyRun_String(statements.c_str(), Py_file_input, globals_.get(), globals_.get()));
    if (!done) PyErr_Print();
    REQUIRE(done);
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  void set(const char* name, const std::string& value) const {
    Object o(PyUnicode_FromStringAndSize(value.data(), Py_ssize_t(value.size())));
    PyDict_SetItemString(globals_.get(), name, o.get());
  }
  Object globals_;
  std::string file_;
};

// The py form of an expression's function.
inline std::string py_form(const Program& p, const std::string& expression) {
  ir::Module m;
  static_cast<void>(capture(p(expression).get(), m));
  return ir::print(m);
}

// What is said when it is refused.
inline ir::Diagnostic refusal(const Program& p, const std::string& expression) {
  ir::Module m;
  try {
    static_cast<void>(capture(p(expression).get(), m));
  } catch (const ir::Diagnosed& d) {
    return d.diagnostic;
  }
  FAIL("not refused: " << expression);
  return {};
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace aic::frontend::test
