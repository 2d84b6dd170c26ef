// The object that `aic.jit` makes: a plain C type with vectorcall. A call that has a specialisation goes from Python's
// argument vector to machine code without a Python object made but the result: keys, one hash, unpack on the stack, call,
// box. Everything else (first calls, keywords, errors) takes the slow way in this file's siblings.
#pragma once
#include <mutex>
#include <set>

#include "python/bindings/library.h"

namespace aic::bindings {

struct Dispatcher {
  PyObject_HEAD vectorcallfunc call;
  PyObject* dict;
  PyObject* weak_references;
  PyObject* function;        // the Python function
  int parameter_count;       // positional, keyword-only, *args, **kwargs
  int positional_count;
  int keyword_only_count;
  bool has_varargs, has_kwargs;
  uint64_t literal_texts;    // str parameters whose values belong to the key, one bit each
  PyObject* names;           // co_varnames
  Specialisation** entries;  // most recently made last
  int entry_count, entry_capacity;
  double compile_seconds;
  CompileOptions* options;
  std::recursive_mutex* compiling;
  std::set<std::vector<Key>>* left;  // argument types left to the interpreter; null: what does not compile is refused
  bool warned;                       // once for each function
  PyObject* split;                   // what the interpreter runs in the function's place; null: the function itself
  LibraryCode* library;      // of a loaded function: where its code is; else null
};

[[nodiscard]] Dispatcher* as_dispatcher(PyObject*);  // null: it is none
[[nodiscard]] PyObject* make_dispatcher_type();      // sets up the type; null: an exception is set
// jit(function, options) → Dispatcher
PyObject* new_dispatcher(PyObject* function, const CompileOptions&, std::unique_ptr<LibraryCode> = nullptr);

// The specialisation for these keys, compiled if need be; a borrowed reference. Null: an exception is set.
// Where inference needs the values of str arguments (a dtype's name, say), they become literals, now and in later calls.
Specialisation* specialise(Dispatcher*, std::span<const Key>, Assumptions, PyObject* const* arguments = nullptr);
void drop(Specialisation*);  // one reference less

// Sets the Python exception of the C++ exception in flight.
void translate_exception();

}  // namespace aic::bindings
