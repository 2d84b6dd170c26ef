// The extension `_aic`: what Python calls rarely goes through pybind11 here; calls of compiled functions do not (call.cpp).
#define AIC_IMPORT_ARRAY
#include "python/bindings/module.h"

#include "ir/diagnostics_table.h"
#include "ir/ops/table.h"
#include "python/bindings/call.h"
#include "python/bindings/explain.h"
#include "python/bindings/generator.h"
#include "python/bindings/suspended.h"

namespace py = pybind11;

namespace aic::bindings {
namespace {

Ref text(const std::string& s) { return Ref(checked(PyUnicode_DecodeUTF8(s.data(), Py_ssize_t(s.size()), "replace"))); }

void set_attribute(PyObject* o, const char* name, const Ref& value) {
  if (!value || PyObject_SetAttrString(o, name, value.get()) < 0) throw PythonError{};
}
Ref number(int n) { return Ref(PyLong_FromLong(n)); }

void raise_diagnostic(const ir::Diagnostic& d) {
  Ref cls = imported("aic.errors", std::string(d.info->exception).c_str());
  Ref error(checked(PyObject_CallFunctionObjArgs(cls.get(), text(d.text()).get(), nullptr)));
  char code[16];
  snprintf(code, sizeof code, "AIC%04d", d.info->code);
  set_attribute(error.get(), "code", text(code));
  set_attribute(error.get(), "filename", text(d.file));
  set_attribute(error.get(), "lineno", number(d.line()));
  set_attribute(error.get(), "col_offset", number(d.position.column));
  set_attribute(error.get(), "end_lineno", number(d.first_line + d.position.end_line - 1));
  set_attribute(error.get(), "end_col_offset", number(d.position.end_column));
  set_attribute(error.get(), "message", text(d.message));
  set_attribute(error.get(), "help", text(d.help));
  Ref notes(checked(PyList_New(0)));
  for (const auto& [position, note] : d.notes) {
    Ref line = text((position.line > 0 ? "line " + std::to_string(d.first_line + position.line - 1) + ": " : "") + note);
    if (PyList_Append(notes.get(), line.get()) < 0) throw PythonError{};
  }
  set_attribute(error.get(), "notes", notes);
  Ref callers(checked(PyList_New(0)));
  for (const ir::Diagnostic::Caller& c : d.callers) {
    Ref row(checked(Py_BuildValue("(siiii)", c.file.c_str(), c.position.line, c.position.column, c.position.end_line,
                                  c.position.end_column)));
    if (PyList_Append(callers.get(), row.get()) < 0) throw PythonError{};
  }
  set_attribute(error.get(), "_callers", callers);
  Ref arguments(checked(PyList_New(0)));
  for (const std::string& a : d.arguments)
    if (PyList_Append(arguments.get(), text(a).get()) < 0) throw PythonError{};
  set_attribute(error.get(), "_arguments", arguments);
  PyErr_SetObject(cls.get(), error.get());
}

}  // namespace

Dispatcher& dispatcher(const py::handle& h) {
  Dispatcher* d = as_dispatcher(h.ptr());
  if (!d) throw py::type_error("not a compiled function");
  return *d;
}

namespace {

// Keys from types (dtype code, rank, layout, …) that aic/types.py describes, or from values.
Key key_of_description(const py::handle& h) {
  if (py::isinstance<py::tuple>(h)) {
    auto t = py::cast<py::tuple>(h);
    auto kind = py::cast<std::string>(t[0]);
    if (kind == "value") {
      Key k = key_of(py::object(t[1]).ptr());
      if (!k) throw py::type_error("aic has no type for " + why_unsupported(py::object(t[1]).ptr()));
      return k;
    }
    if (kind == "default") return make_key(KeyKind::Default);
    if (kind == "type") {
      std::string whole = py::cast<std::string>(t[1]);
      std::string_view rest = whole;
      return key_of_type(ir::parse_type(rest));
    }
  }
  throw py::type_error("not the description of a type");
}

}  // namespace

std::vector<Key> keys_of(const py::sequence& descriptions) {
  std::vector<Key> keys;
  for (const py::handle& h : descriptions) keys.push_back(key_of_description(h));
  return keys;
}

namespace {

// The values among descriptions; null for types.
std::vector<PyObject*> values_of(const py::sequence& descriptions) {
  std::vector<PyObject*> values;
  for (const py::handle& h : descriptions) {
    auto t = py::cast<py::tuple>(h);
    values.push_back(py::cast<std::string>(t[0]) == "value" ? py::object(t[1]).ptr() : nullptr);
  }
  return values;
}

py::object jit(const py::object& function, const py::dict& options) {
  if (!PyFunction_Check(function.ptr())) throw py::type_error("aic.jit compiles Python functions");
  CompileOptions o;
  o.fastmath = options.contains("fastmath") && py::cast<bool>(options["fastmath"]);
  if (options.contains("cache")) o.cache = py::cast<bool>(options["cache"]);
  o.leaves_to_python = options.contains("fallback") && py::cast<std::string>(options["fallback"]) == "warn";
  o.splits = options.contains("fallback") && py::cast<std::string>(options["fallback"]) == "python";
  o.leaves_to_python |= o.splits;
  o.in_loop = options.contains("in_loop") && py::cast<bool>(options["in_loop"]);
  o.verify = options.contains("verify") && py::cast<bool>(options["verify"]);
  o.passes.fastmath = o.fastmath;
  if (const char* skip = getenv("AIC_SKIP")) o.passes.skip = skip;
  if (const char* bisect = getenv("AIC_OPT_BISECT")) o.passes.bisect = strtoll(bisect, nullptr, 10);
  if (const char* verify = getenv("AIC_VERIFY")) o.passes.verify = *verify && *verify != '0';
  o.debug = getenv("AIC_GDB") != nullptr;
  return guarded([&] { return py::reinterpret_steal<py::object>(new_dispatcher(function.ptr(), o)); });
}

py::object lowered(const py::object& f, const py::sequence& types, const std::string& form) {
  Dispatcher& d = dispatcher(f);
  if (d.library) throw py::type_error("a function of a library has no source to show forms of");
  std::vector<Key> keys = keys_of(types);
  Guesses likely = guesses_at(values_of(types).data(), keys.size());
  return guarded([&] { return py::object(py::str(lowered_text({d.function, keys, {}, *d.options, likely}, form))); });
}

// A call of the compiled function alone, also where its own calls are verified.
py::object call_compiled(const py::object& f, const py::tuple& arguments, const py::dict& keywords) {
  Dispatcher& d = dispatcher(f);
  std::vector<PyObject*> all;
  for (const py::handle& a : arguments) all.push_back(a.ptr());
  py::tuple names(keywords.size());
  size_t k = 0;
  for (const auto& [name, value] : keywords) {
    names[k++] = name;
    all.push_back(value.ptr());
  }
  auto call = d.options->leaves_to_python ? call_or_leave : call_dispatcher;
  PyObject* result = call(f.ptr(), all.data(), arguments.size(), k ? names.ptr() : nullptr);
  if (!result) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}

// The signatures compiled, then those left to the interpreter, each with its notes or the reason.
py::list explanations(const py::object& f) {
  Dispatcher& d = dispatcher(f);
  std::vector<std::pair<std::vector<Key>, Assumptions>> wanted;
  for (int i = 0; i < d.entry_count; ++i) wanted.emplace_back(d.entries[i]->keys, d.entries[i]->assumed);
  if (d.left)
    for (const std::vector<Key>& keys : *d.left) wanted.emplace_back(keys, Assumptions{});
  py::list out;
  for (const auto& [keys, assumed] : wanted) {
    py::dict row;
    row["signature"] = signature_text(keys);
    row["overlap"] = !assumed.disjoint;
    row["large"] = !assumed.small;
    py::list notes;
    try {
      for (const Note& n : explained({d.function, keys, assumed, *d.options, {}}))
        notes.append(py::make_tuple(n.file, n.line, n.kind, n.text));
    } catch (const ir::Diagnosed& e) {
      row["refused"] = e.diagnostic.text();
    }
    row["notes"] = notes;
    out.append(row);
  }
  return out;
}

void compile_now(const py::object& f, const py::sequence& types) {
  std::vector<Key> keys = keys_of(types);
  if (const LibraryCode* l = dispatcher(f).library; l && !serves(*l, keys))
    throw py::type_error("a function of a library cannot be compiled for other types");
  if (!specialise(&dispatcher(f), keys, {}, values_of(types).data())) throw py::error_already_set();
}

// The tables of operators and diagnostics: the tests and docs walk these.
py::list diagnostics() {
  py::list rows;
  for (const ir::DiagnosticInfo& info : ir::diagnostic_table) {
    py::dict row;
    row["name"] = std::string(info.name);
    row["code"] = info.code;
    row["exception"] = std::string(info.exception);
    row["message"] = std::string(info.message);
    row["why"] = std::string(info.why);
    row["help"] = std::string(info.help);
    row["example"] = std::string(info.example);
    rows.append(row);
  }
  return rows;
}

py::list operators() {
  py::list rows;
  for (size_t k = 0; k < ir::record_count; ++k) {
    const ir::OpRecord& r = ir::record(ir::OpCode(k));
    static const char* const tiers[] = {"core", "py", "elementwise", "structural", "runtime"};
    py::dict row;
    row["name"] = std::string(r.name);
    row["tier"] = tiers[int(r.tier)];
    row["doc"] = std::string(r.doc);
    row["python"] = std::string(r.python);
    row["operands"] = std::string(r.operands);
    row["ulp"] = r.ulp, row["low"] = r.low, row["high"] = r.high;
    rows.append(row);
  }
  return rows;
}

}  // namespace

void translate_exception() {
  try {
    throw;
  } catch (const PythonError&) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_SystemError, "aic: an exception without a cause");
  } catch (const py::error_already_set& e) {
    py::error_already_set copy(e);
    copy.restore();
  } catch (const ir::Diagnosed& e) {
    try {
      raise_diagnostic(e.diagnostic);
    } catch (const PythonError&) {
      AIC_CHECK(PyErr_Occurred(), "a Python error without an exception");
    }
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& e) {
    PyObject* cls = PyExc_SystemError;
    Ref own;
    try {
      own = imported("aic.errors", "InternalError");
      cls = own.get();
    } catch (const PythonError&) {
      PyErr_Clear();
    }
    PyErr_SetString(cls, e.what());
  }
}

}  // namespace aic::bindings

PYBIND11_MODULE(_aic, m) {
  using namespace aic::bindings;
  if (PyArray_ImportNumPyAPI() < 0) throw py::error_already_set();
  py::object type = py::reinterpret_steal<py::object>(make_dispatcher_type());
  if (!type) throw py::error_already_set();
  m.attr("Function") = type;
  py::object generator = py::reinterpret_steal<py::object>(make_generator_type());
  if (!generator) throw py::error_already_set();
  m.attr("generator") = generator;
  m.attr("__version__") = AIC_VERSION;
  m.def("jit", &jit);
  m.def("lowered", &lowered);
  m.def("compile", &compile_now);
  m.def("explanations", [](const py::object& f) { return guarded([&] { return py::object(explanations(f)); }); });
  m.def("call_compiled", &call_compiled);
  m.def("converts_containers", [](const py::object& f) {
    Dispatcher& d = dispatcher(f);
    return std::any_of(d.entries, d.entries + d.entry_count, [](const Specialisation* s) { return s->has_lists; });
  });
  define_library_functions(m);
  m.def("operators", &operators);
  m.def("diagnostics", &diagnostics);
  m.def("generator_is_open", &generator_is_open);
}
