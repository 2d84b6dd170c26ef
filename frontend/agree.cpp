// The surroundings are lines before an indented excerpt: `def _(names of the closure):`, and `class C:` for a method.
// Lines are told by their distance from the excerpt's first. See agree.h.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>

#include "frontend/agree.h"
#include "frontend/block.h"

namespace aic::frontend {
namespace {

struct Release {
  void operator()(PyObject* o) const { Py_XDECREF(o); }
};
using Object = std::unique_ptr<PyObject, Release>;

PyCodeObject* as_code(PyObject* o) { return reinterpret_cast<PyCodeObject*>(o); }

bool same_attribute(PyObject* a, PyObject* b, const char* name) {
  Object x(PyObject_GetAttrString(a, name)), y(PyObject_GetAttrString(b, name));
  bool same = x && y && PyObject_RichCompareBool(x.get(), y.get(), Py_EQ) == 1;
  PyErr_Clear();
  return same;
}

bool same_code(PyObject* a, PyObject* b);
bool same_bits(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }

// Equal in type too, floats bit for bit: 1, 1.0 and True are three constants.
bool same_constant(PyObject* a, PyObject* b) {
  if (a == b) return true;
  if (Py_TYPE(a) != Py_TYPE(b)) return false;
  if (PyCode_Check(a)) return same_code(a, b);
  if (PyTuple_Check(a)) {
    if (PyTuple_GET_SIZE(a) != PyTuple_GET_SIZE(b)) return false;
    for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(a); ++k)
      if (!same_constant(PyTuple_GET_ITEM(a, k), PyTuple_GET_ITEM(b, k))) return false;
    return true;
  }
  if (PyFloat_Check(a)) return same_bits(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b));
  if (PyComplex_Check(a)) {
    Py_complex x = PyComplex_AsCComplex(a), y = PyComplex_AsCComplex(b);
    return same_bits(x.real, y.real) && same_bits(x.imag, y.imag);
  }
  bool same = PyObject_RichCompareBool(a, b, Py_EQ) == 1;
  PyErr_Clear();
  return same;
}

bool same_code(PyObject* a, PyObject* b) {
  for (const char* name : {"co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars"})
    if (!same_attribute(a, b, name)) return false;
  return as_code(a)->co_argcount == as_code(b)->co_argcount && as_code(a)->co_kwonlyargcount == as_code(b)->co_kwonlyargcount &&
         same_constant(as_code(a)->co_consts, as_code(b)->co_consts);
}

// A code object of this name and line that is equal, anywhere below `whole`.
bool holds_equal(PyObject* whole, PyObject* code, int line) {
  PyObject* constants = as_code(whole)->co_consts;
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(constants); ++k) {
    PyObject* c = PyTuple_GET_ITEM(constants, k);
    if (!PyCode_Check(c)) continue;
    bool may_be =
        as_code(c)->co_firstlineno == line && PyObject_RichCompareBool(as_code(c)->co_name, as_code(code)->co_name, Py_EQ) == 1;
    if ((may_be && same_code(c, code)) || holds_equal(c, code, line)) return true;
  }
  return false;
}

std::string surroundings(const Excerpt& e) {
  std::string text;
  for (const std::string& name : e.imports) text += "import " + name + "\n";
  if (indentation(e.lines[e.first]) == 0) return text;
  text += "def _(";
  for (const std::string& name : e.free) text += name + ",";
  text += "):\n";
  if (!e.class_name.empty()) text += " class " + std::string(e.class_name) + ":\n";
  return text;
}

bool agrees_within(PyObject* code, const Excerpt& e, const std::string& before) {
  std::string text = before;
  for (size_t k = e.first; k < e.first + e.count; ++k) text += e.lines[k] + "\n";
  int moved = int(std::count(before.begin(), before.end(), '\n')) - int(e.first);
  PyCompilerFlags flags{(as_code(code)->co_flags & PyCF_MASK) | PyCF_IGNORE_COOKIE | PyCF_SOURCE_IS_UTF8, PY_MINOR_VERSION};
  Object whole(Py_CompileStringExFlags(text.c_str(), std::string(e.file).c_str(), Py_file_input, &flags, -1));
  PyErr_Clear();
  return whole && PyCode_Check(whole.get()) && holds_equal(whole.get(), code, as_code(code)->co_firstlineno + moved);
}

}  // namespace

std::vector<std::string> imported_names(const std::vector<std::string>& lines) {
  std::vector<std::string> names;
  for (size_t k = 0; k < lines.size(); ++k) {
    bool plain = lines[k].starts_with("import ");
    size_t at = plain ? 0 : lines[k].starts_with("from ") ? lines[k].find(" import ") : std::string::npos;
    if (at == std::string::npos) continue;
    std::string list = lines[k].substr(at + 7);
    while (list.find('(') != std::string::npos && list.find(')') == std::string::npos && k + 1 < lines.size())
      list += "," + lines[++k];
    list = list.substr(0, list.find_first_of("#;"));
    for (char& c : list)
      if (c == '(' || c == ')') c = ' ';
    for (size_t begin = 0; begin <= list.size();) {
      size_t end = std::min(list.find(',', begin), list.size());
      std::string one = list.substr(begin, end - begin);
      begin = end + 1;
      if (size_t as = one.find(" as "); as != std::string::npos) one.erase(0, as + 4);
      one.erase(0, std::min(one.find_first_not_of(' '), one.size()));
      one.erase(std::min(one.find_first_of(" .\t"), one.size()));
      bool is_name = !one.empty() && !isdigit(one[0]);
      for (char c : one) is_name &= isalnum(uint8_t(c)) || c == '_' || uint8_t(c) >= 0x80;
      if (is_name) names.push_back(one);
    }
  }
  return names;
}

bool agrees(PyObject* code, const Excerpt& e) {
  if (e.count > 0 && agrees_within(code, e, surroundings(e))) return true;
  return agrees_within(code, {e.lines, 0, e.lines.size(), e.file, e.free, e.class_name, e.imports}, "");
}

}  // namespace aic::frontend
