// Calls with the interpreter beside them. fallback="warn": a call that does not compile, or whose arguments compiled code
// cannot take, is the interpreter's as a whole; one warning for each function says why. fallback="python": aic/fallback.py
// makes a function in its place that calls compiled parts. verify=True: both run, and aic/beside.py compares them.
#include "python/bindings/call.h"

namespace aic::bindings {
namespace {

// The exception in flight becomes a warning, the first time, or takes the function apart. False, with an exception set: it is
// no refusal (Ctrl-C, no memory), or warnings are errors.
bool leave(Dispatcher* d) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  Ref refused = imported("aic.errors", "CompileError"), internal = imported("aic.errors", "InternalError");
  if (!PyErr_GivenExceptionMatches(type, refused.get()) && !PyErr_GivenExceptionMatches(type, internal.get()) &&
      !PyErr_GivenExceptionMatches(type, PyExc_OverflowError)) {  // an int beyond 64 bits
    PyErr_Restore(type, value, trace);
    return false;
  }
  Ref kept_type(type), kept(value), kept_trace(trace);
  if (d->options->splits && !PyErr_GivenExceptionMatches(type, PyExc_OverflowError)) {
    Ref split = imported("aic.fallback", "split");
    PyObject* made = PyObject_CallFunctionObjArgs(split.get(), reinterpret_cast<PyObject*>(d), value, nullptr);
    if (!made) return false;
    d->warned = true;
    Ref before(std::exchange(d->split, made));
    return true;
  }
  if (d->warned) return true;
  Ref category = imported("aic.errors", "FallbackWarning");
  Ref name(checked(PyObject_GetAttrString(d->function, "__qualname__"))), why(checked(PyObject_Str(value)));
  Ref text(checked(PyUnicode_FromFormat("`%U` is left to the interpreter:\n%U", name.get(), why.get())));
  Ref issue = imported("warnings", "warn");
  d->warned = true;
  return Ref(PyObject_CallFunctionObjArgs(issue.get(), text.get(), category.get(), nullptr)).get() != nullptr;
}

}  // namespace

PyObject* call_or_leave(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keyword_names) {
  has_not_started = false;
  PyObject* result = call_dispatcher(self, arguments, count_and_flag, keyword_names);
  if (result || !has_not_started) return result;
  auto* d = reinterpret_cast<Dispatcher*>(self);
  try {
    if (PyErr_Occurred() && !leave(d)) return nullptr;
  } catch (const PythonError&) {
    return nullptr;
  }
  Ref run = Ref::borrowed(d->split ? d->split : d->function);
  return PyObject_Vectorcall(run.get(), arguments, count_and_flag, keyword_names);
}

PyObject* call_verified(PyObject* self, PyObject* const* arguments, size_t count_and_flag, PyObject* keyword_names) {
  try {
    Ref verified = imported("aic.beside", "verified");
    Py_ssize_t given = PyVectorcall_NARGS(count_and_flag);
    Ref positional(checked(PyTuple_New(given))), named(checked(PyDict_New()));
    for (Py_ssize_t i = 0; i < given; ++i) PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(arguments[i]));
    for (Py_ssize_t k = 0; keyword_names && k < PyTuple_GET_SIZE(keyword_names); ++k)
      if (PyDict_SetItem(named.get(), PyTuple_GET_ITEM(keyword_names, k), arguments[given + k]) < 0) return nullptr;
    return PyObject_CallFunctionObjArgs(verified.get(), self, positional.get(), named.get(), nullptr);
  } catch (const PythonError&) {
    return nullptr;
  }
}

}  // namespace aic::bindings
