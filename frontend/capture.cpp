// A function object → its text → its tree. No `inspect`: the code object knows file and line, linecache the lines (also of
// notebook cells, doctests and exec'd texts that were given to it), and only the function's own block is parsed: 0.2 ms
// for 20 lines, whatever the file's length. Where that fails the whole file is, once; such trees are kept, a few at a time.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <algorithm>
#include <deque>

#include "frontend/agree.h"
#include "frontend/block.h"
#include "frontend/frontend.h"
#include "frontend/lower_unit.h"
#include "frontend/parse.h"

namespace aic::frontend {

namespace {

struct Release {
  void operator()(PyObject* o) const { Py_XDECREF(o); }
};
using Object = std::unique_ptr<PyObject, Release>;

std::string text_of(PyObject* s) {
  const char* p = s && PyUnicode_Check(s) ? PyUnicode_AsUTF8(s) : nullptr;
  PyErr_Clear();
  return p ? p : "";
}
std::string text_attribute(PyObject* o, const char* name) {
  Object v(PyObject_GetAttrString(o, name));
  PyErr_Clear();
  return text_of(v.get());
}
std::vector<std::string> names_attribute(PyObject* o, const char* name) {
  Object v(PyObject_GetAttrString(o, name));
  std::vector<std::string> out;
  PyErr_Clear();
  for (Py_ssize_t k = 0; v && PyTuple_Check(v.get()) && k < PyTuple_GET_SIZE(v.get()); ++k)
    out.push_back(text_of(PyTuple_GET_ITEM(v.get(), k)));
  return out;
}

// What the code object says.
struct Code {
  PyObject* object = nullptr;
  PyObject* globals = nullptr;
  std::string file, name, qualified;
  int first_line = 0;
  std::vector<std::string> free, parameters;

  // The class that a method's private names are mangled with: the part before the last dot, unless that is a function.
  [[nodiscard]] std::string class_name() const {
    size_t dot = qualified.rfind('.');
    if (dot == std::string::npos) return {};
    std::string outer = qualified.substr(0, dot);
    if (outer.ends_with("<locals>")) return {};
    size_t before = outer.rfind('.');
    return before == std::string::npos ? outer : outer.substr(before + 1);
  }
};

[[noreturn]] void refuse(std::string_view diagnostic, const std::vector<std::string>& arguments) {
  ir::Module unknown;
  throw ir::Diagnosed(ir::diagnose(unknown, {}, diagnostic, arguments));
}

Code code_of(PyObject* function) {
  if (PyMethod_Check(function)) function = PyMethod_GET_FUNCTION(function);
  if (!PyFunction_Check(function)) refuse("not-a-function", {Py_TYPE(function)->tp_name});
  auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
  Code c;
  c.object = reinterpret_cast<PyObject*>(code);
  c.globals = PyFunction_GET_GLOBALS(function);
  c.file = text_of(code->co_filename);
  if (c.file.starts_with("<frozen "))  // modules that Python has inside it; it knows where their files are
    if (std::string file = text_of(PyDict_GetItemString(c.globals, "__file__")); !file.empty()) c.file = file;
  c.name = text_of(code->co_name);
  c.qualified = text_attribute(function, "__qualname__");
  if (c.qualified.empty()) c.qualified = c.name;
  c.first_line = code->co_firstlineno;
  c.free = names_attribute(c.object, "co_freevars");
  c.parameters = names_attribute(c.object, "co_varnames");
  size_t count = size_t(code->co_argcount + code->co_kwonlyargcount) + ((code->co_flags & CO_VARARGS) != 0) +
                 ((code->co_flags & CO_VARKEYWORDS) != 0);
  c.parameters.resize(std::min(count, c.parameters.size()));
  return c;
}

// ---- lines, and trees of whole files ----

struct File {
  Object list;  // linecache's own list: another one after the file changed
  std::vector<std::string> lines, imports;
  std::unique_ptr<Tree> tree;  // once a lambda needed it
};

// linecache.getlines(file, globals) after linecache.checkcache(file), as Python lists of lines.
Object cached_lines(const Code& code) {
  static PyObject* linecache = nullptr;
  if (!linecache) linecache = PyImport_ImportModule("linecache");
  Object checked(linecache ? PyObject_CallMethod(linecache, "checkcache", "s", code.file.c_str()) : nullptr);
  Object lines(linecache ? PyObject_CallMethod(linecache, "getlines", "sO", code.file.c_str(), code.globals) : nullptr);
  PyErr_Clear();
  if (lines && !PyList_Check(lines.get())) lines.reset();
  return lines;
}

// Shared: another thread may push a file out of the cache while Python code runs below us.
std::shared_ptr<File> find_file(const Code& code) {
  static auto* files = new std::deque<std::shared_ptr<File>>;  // never destroyed: the interpreter may be gone by then
  Object list = cached_lines(code);
  if (!list || PyList_GET_SIZE(list.get()) == 0) return nullptr;
  for (const std::shared_ptr<File>& f : *files)
    if (f->list.get() == list.get() && f->lines.size() == size_t(PyList_GET_SIZE(list.get()))) return f;
  std::vector<std::string> lines;
  for (Py_ssize_t k = 0; k < PyList_GET_SIZE(list.get()); ++k) {
    std::string line = text_of(PyList_GET_ITEM(list.get(), k));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  std::vector<std::string> imports = imported_names(lines);
  if (files->size() >= 32) files->pop_front();
  return files->emplace_back(std::make_shared<File>(File{std::move(list), std::move(lines), std::move(imports), nullptr}));
}

// ---- finding the node ----

struct Found {
  std::unique_ptr<Tree> own;  // null: the tree belongs to the file
  const Node* function = nullptr;
  size_t first = 0, count = 0;  // the lines that were parsed; none: the whole file
};

bool has_parameters(const Node& function, const Code& code) {
  const Node& a = function.at(Field::args);
  std::vector<std::string> names;
  for (Field f : {Field::posonlyargs, Field::args, Field::kwonlyargs, Field::vararg, Field::kwarg})
    for (const Node* p : a.list(f)) names.push_back(p->text);
  return names == code.parameters;
}

int first_line_of(const Node& function) {
  int line = function.position.line;
  for (const Node* d : function.list(Field::decorator_list)) line = std::min(line, d->position.line);
  return line;
}

// Functions in a tree that may be the code's: a def by name, a lambda by its line, both by their parameters.
void collect(const Node& n, const Code& code, std::vector<const Node*>& out) {
  bool lambda = code.name == "<lambda>";
  bool is_kind = lambda ? n.is(Kind::Lambda) : n.is(Kind::FunctionDef) || n.is(Kind::AsyncFunctionDef);
  if (is_kind && first_line_of(n) == code.first_line && (lambda || n.text.ends_with(code.name)) && has_parameters(n, code))
    out.push_back(&n);
  if (n.has_position && (n.position.end_line < code.first_line)) return;
  for (const Slot& s : n.slots)
    for (const Node* c : s.nodes)
      if (c) collect(*c, code, out);
}

int characters(const std::string& line, int bytes) {
  return int(std::count_if(line.begin(), line.begin() + std::min<long>(bytes, long(line.size())),
                           [](char c) { return (uint8_t(c) & 0xc0) != 0x80; }));
}

// The span of the code's instructions; line 0 when Python was told to forget columns.
ir::Position extent_of(const Code& code, const std::vector<std::string>& lines) {
  ir::Position hull;
  Object positions(PyObject_CallMethod(code.object, "co_positions", nullptr));
  Object iterator(positions ? PyObject_GetIter(positions.get()) : nullptr);
  while (iterator) {
    Object item(PyIter_Next(iterator.get()));
    if (!item) break;
    int v[4] = {0, 0, -1, -1};
    for (int k = 0; k < 4; ++k)
      if (PyObject* o = PyTuple_GET_ITEM(item.get(), k); PyLong_Check(o)) v[k] = int(PyLong_AsLong(o));
    if (v[2] < 0 || v[3] <= 0 || v[0] <= 0 || size_t(v[1]) > lines.size()) continue;  // RESUME stands at column 0
    int begin = characters(lines[size_t(v[0]) - 1], v[2]), end = characters(lines[size_t(v[1]) - 1], v[3]);
    if (!hull.line || std::pair(v[0], begin) < std::pair(hull.line, hull.column)) hull.line = v[0], hull.column = begin;
    if (std::pair(v[1], end) > std::pair(hull.end_line, hull.end_column)) hull.end_line = v[1], hull.end_column = end;
  }
  PyErr_Clear();
  return hull;
}

bool contains(const ir::Position& outer, const ir::Position& inner) {
  return std::pair(outer.line, outer.column) <= std::pair(inner.line, inner.column) &&
         std::pair(outer.end_line, outer.end_column) >= std::pair(inner.end_line, inner.end_column);
}

// Of several lambdas on a line, the one whose body is the smallest around the code's instructions.
const Node* the_one(const std::vector<const Node*>& candidates, const Code& code, const std::vector<std::string>& lines) {
  if (candidates.empty()) return nullptr;
  if (candidates.size() == 1) return candidates[0];
  ir::Position extent = extent_of(code, lines);
  const Node* best = nullptr;
  for (const Node* c : candidates) {
    const ir::Position& body = c->at(Field::body).position;
    if (extent.line && contains(body, extent) && (!best || contains(best->at(Field::body).position, body))) best = c;
  }
  if (!best) refuse("ambiguous-lambda", {std::to_string(code.first_line)});
  return best;
}

Found find_function(File& file, const Code& code) {
  Found found;
  if (code.first_line < 1 || size_t(code.first_line) > file.lines.size())
    refuse("source-changed", {code.name, code.file, std::to_string(code.first_line)});
  // A lambda's statement may begin on an earlier line.
  size_t first = size_t(code.first_line) - 1, earliest = code.name == "<lambda>" ? first - std::min<size_t>(first, 30) : first;
  std::vector<const Node*> candidates;
  for (size_t begin = first + 1; begin-- > earliest;) {
    size_t length = block_length(file.lines, begin);
    if (begin + length <= first) continue;
    Parsed block = parse_block(file.lines, begin, length, code.file, code.class_name());
    if (block.tree) collect(*block.tree->root, code, candidates);
    if (candidates.empty()) continue;
    found.function = the_one(candidates, code, file.lines);
    found.own = std::move(block.tree);
    found.first = begin, found.count = length;
    return found;
  }
  if (!file.tree) {
    std::string text;
    for (const std::string& l : file.lines) text += l + "\n";
    file.tree = parse_text(text, code.file).tree;
  }
  if (file.tree) collect(*file.tree->root, code, candidates);
  found.function = the_one(candidates, code, file.lines);
  if (!found.function) refuse("source-changed", {code.name, code.file, std::to_string(code.first_line)});
  return found;
}

ir::Source source_of(const Node& function, const std::vector<std::string>& lines, std::string file, std::string qualified) {
  ir::Source s;
  s.file = std::move(file);
  s.function = std::move(qualified);
  s.first_line = first_line_of(function);
  size_t end = std::min(lines.size(), size_t(function.position.end_line));
  s.lines.assign(lines.begin() + s.first_line - 1, lines.begin() + long(end));
  return s;
}

// ---- whole texts ----

// The last text parsed: the library is lowered function by function.
const Tree& tree_of(std::string_view text, std::string_view file) {
  static std::string* last_text = new std::string;
  static std::unique_ptr<Tree>* last_tree = new std::unique_ptr<Tree>;
  if (*last_tree && *last_text == text) return **last_tree;
  Parsed parsed = parse_text(text, file);
  if (!parsed.tree) {
    ir::Module m;
    std::vector<std::string> lines = split_lines(text);
    const SyntaxProblem& p = parsed.problem;
    m.sources.push_back({std::string(file), "", 1, std::move(lines), {ir::Position{p.line, p.column, p.line, p.column + 1}}});
    throw ir::Diagnosed(ir::diagnose(m, m.intern_span({1, 0, {}}), "syntax-error", {p.message}));
  }
  *last_text = text;
  *last_tree = std::move(parsed.tree);
  return **last_tree;
}

void collect_names(const Node& scope, const std::string& prefix, std::vector<std::pair<std::string, const Node*>>& out) {
  for (const Node* n : scope.list(Field::body)) {
    if (n->is(Kind::FunctionDef) || n->is(Kind::AsyncFunctionDef)) out.emplace_back(prefix + n->text, n);
    if (n->is(Kind::ClassDef)) collect_names(*n, prefix + n->text + ".", out);
  }
}

struct Capture {
  Object object;  // the code object
  Code code;
  std::shared_ptr<File> file;
  Found found;
};

bool is_below(const Node& n, Kind kind) {
  if (n.is(kind)) return true;
  for (const Slot& s : n.slots)
    for (const Node* c : s.nodes)
      if (c && is_below(*c, kind)) return true;
  return false;
}

// pytest rewrites the asserts of test modules: there the code is not that of the text, and does the same.
bool has_rewritten_asserts(const Node& function, PyObject* globals) {
  return PyDict_GetItemString(globals, "@pytest_ar") && is_below(function, Kind::Assert);
}

// The hash of a function is asked for before its form, so the last one found is kept.
std::shared_ptr<const Capture> locate(PyObject* function) {
  static auto* last = new std::shared_ptr<const Capture>;
  Code code = code_of(function);
  std::shared_ptr<File> file = find_file(code);
  if (!file) refuse("no-source", {code.name});
  if (*last && (*last)->object.get() == code.object && (*last)->file == file && (*last)->code.qualified == code.qualified)
    return *last;
  Found found = find_function(*file, code);
  if (!agrees(code.object, {file->lines, found.first, found.count, code.file, code.free, code.class_name(), file->imports}) &&
      !has_rewritten_asserts(*found.function, code.globals))
    refuse("source-changed", {code.name, code.file, std::to_string(code.first_line)});
  Object object(Py_NewRef(code.object));
  return *last = std::make_shared<const Capture>(std::move(object), std::move(code), std::move(file), std::move(found));
}

// Texts that aic/fallback.py makes of parts of functions: their lines are those of the program's file.
std::string shown_file(const std::string& file) { return file.substr(0, file.find(" <aic:")); }

// aic/interpreted.py makes blocks of functions.
class PythonInterpreter final : public Interpreter {
 public:
  explicit PythonInterpreter(PyObject* function)
      : function_(PyMethod_Check(function) ? PyMethod_GET_FUNCTION(function) : function) {}

  [[nodiscard]] bool is_objmode(const Node& manager) const override {
    bool dotted = manager.is(Kind::Attribute);
    if (dotted ? manager.text != "objmode" : manager.text == made_objmode) return !dotted;
    Object found = named(dotted ? manager.at(Field::value).text : manager.text);
    if (!found || (dotted && !PyModule_Check(found.get()))) return false;
    PyObject* modules = PyImport_GetModuleDict();  // borrowed
    PyObject* ours = PyDict_GetItemString(modules, "aic.interpreted");
    Object objmode(ours ? PyObject_GetAttrString(ours, "objmode") : nullptr);
    if (dotted) found.reset(PyObject_GetAttrString(found.get(), "objmode"));
    PyErr_Clear();
    return objmode && found.get() == objmode.get();
  }

  [[nodiscard]] Block block(const Node& with, const std::vector<std::string>& names,
                            const std::vector<std::string>& results) const override {
    Object module(PyImport_ImportModule("aic.interpreted")), given = texts(names), wanted = texts(results);
    Object made(module ? PyObject_CallMethod(module.get(), "block", "OiiOO", function_, with.position.line,
                                             with.position.column, given.get(), wanted.get())
                       : nullptr);
    if (!made) {
      PyObject *type, *value, *trace;
      PyErr_Fetch(&type, &value, &trace);
      Object kept_type(type), kept(value), kept_trace(trace), told(value ? PyObject_Str(value) : nullptr);
      throw ir::InternalError("an aic.objmode block: " + text_of(told.get()));
    }
    Block b;
    b.function = int64_t(reinterpret_cast<intptr_t>(PyTuple_GET_ITEM(made.get(), 0)));
    PyObject* types = PyTuple_GET_ITEM(made.get(), 1);
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(types); ++k) b.types.push_back(text_of(PyList_GET_ITEM(types, k)));
    return b;
  }

 private:
  static Object texts(const std::vector<std::string>& all) {
    Object list(PyList_New(0));
    for (const std::string& s : all) {
      Object text(PyUnicode_FromStringAndSize(s.data(), Py_ssize_t(s.size())));
      if (list && text) PyList_Append(list.get(), text.get());
    }
    return list;
  }
  // A variable of the function's closure, or a name of its module.
  [[nodiscard]] Object named(const std::string& name) const {
    auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function_));
    std::vector<std::string> free = names_attribute(reinterpret_cast<PyObject*>(code), "co_freevars");
    PyObject* closure = PyFunction_GET_CLOSURE(function_);
    for (size_t k = 0; closure && k < free.size(); ++k)
      if (free[k] == name) return Object(Py_XNewRef(PyCell_GET(PyTuple_GET_ITEM(closure, Py_ssize_t(k)))));
    return Object(Py_XNewRef(PyDict_GetItemString(PyFunction_GET_GLOBALS(function_), name.c_str())));
  }
  PyObject* function_;
};

// Of a text without a function: `aic` means aic, and no annotation is looked up.
class NoInterpreter final : public Interpreter {
 public:
  [[nodiscard]] bool is_objmode(const Node& manager) const override {
    return manager.is(Kind::Attribute) && manager.text == "objmode" && manager.at(Field::value).text == "aic";
  }
  [[nodiscard]] Block block(const Node&, const std::vector<std::string>&,
                            const std::vector<std::string>& results) const override {
    return {0, std::vector<std::string>(results.size(), "?")};
  }
};

}  // namespace

Captured capture(PyObject* function, ir::Module& module) {
  std::shared_ptr<const Capture> c = locate(function);
  const Node& node = *c->found.function;
  return lower_function(node, source_of(node, c->file->lines, shown_file(c->code.file), c->code.qualified), c->code.free,
                        module, PythonInterpreter(function));
}

Hash hash_of(PyObject* function) {
  std::shared_ptr<const Capture> c = locate(function);
  return hash_function(*c->found.function, c->code.free);
}

Captured lower_source(std::string_view text, std::string_view name, std::string_view file, ir::Module& module) {
  std::vector<std::pair<std::string, const Node*>> functions;
  collect_names(*tree_of(text, file).root, "", functions);
  const Node* found = nullptr;
  for (auto& [n, node] : functions)
    if (n == name) found = node;  // a later def of the same name replaces an earlier one
  if (!found) throw ir::Error("no function `" + std::string(name) + "` in " + std::string(file));
  return lower_function(*found, source_of(*found, split_lines(text), std::string(file), std::string(name)), {}, module,
                        NoInterpreter());
}

std::vector<std::string> function_names(std::string_view text, std::string_view file) {
  std::vector<std::pair<std::string, const Node*>> functions;
  collect_names(*tree_of(text, file).root, "", functions);
  std::vector<std::string> names;
  for (auto& [n, _] : functions)
    if (std::find(names.begin(), names.end(), n) == names.end()) names.push_back(n);
  return names;
}

}  // namespace aic::frontend
