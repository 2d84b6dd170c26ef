// What code that was compiled for a state of the world asks before it runs again.
#include <cstring>

#include "python/bindings/world.h"

namespace aic::bindings {

static bool is_same_value(PyObject* a, PyObject* b) {
  if (a == b) return true;
  if (!a || !b || Py_TYPE(a) != Py_TYPE(b)) return false;
  PyTypeObject* t = Py_TYPE(a);
  if (t == &PyFloat_Type) {  // bits: nan is itself, 0.0 is not -0.0
    double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
    return memcmp(&x, &y, sizeof x) == 0;
  }
  if (t != &PyLong_Type && t != &PyUnicode_Type && t != &PyBytes_Type) return false;
  int equal = PyObject_RichCompareBool(a, b, Py_EQ);
  if (equal < 0) PyErr_Clear();
  return equal == 1;
}

PyObject* const* place_of(const Guard& g) {
  PyObject* p = g.place.get();
  switch (g.kind) {
    case Guard::Kind::Item:
    case Guard::Kind::Contents: return nullptr;
    case Guard::Kind::Cell: return &reinterpret_cast<PyCellObject*>(p)->ob_ref;
    case Guard::Kind::Code: return &reinterpret_cast<PyFunctionObject*>(p)->func_code;
    case Guard::Kind::Lookup: return &reinterpret_cast<PyTypeObject*>(p)->tp_mro;
    case Guard::Kind::Doc: return &reinterpret_cast<PyFunctionObject*>(p)->func_doc;
    case Guard::Kind::Qualname: return &reinterpret_cast<PyFunctionObject*>(p)->func_qualname;
    case Guard::Kind::Defaults: return &reinterpret_cast<PyFunctionObject*>(p)->func_defaults;
    case Guard::Kind::KeywordDefaults: return &reinterpret_cast<PyFunctionObject*>(p)->func_kwdefaults;
  }
  return nullptr;
}

// Do two dicts (a list and a tuple) hold the same objects in the same order?
static bool hold_the_same(PyObject* now, PyObject* then) {
  if (PyList_Check(now)) {
    bool same = PyList_GET_SIZE(now) == PyTuple_GET_SIZE(then);
    for (Py_ssize_t k = 0; same && k < PyTuple_GET_SIZE(then); ++k)
      same = is_same_value(PyList_GET_ITEM(now, k), PyTuple_GET_ITEM(then, k));
    return same;
  }
  Py_ssize_t at = 0, other = 0;
  PyObject *key, *value, *old_key, *old_value;
  if (PyDict_GET_SIZE(now) != PyDict_GET_SIZE(then)) return false;
  while (PyDict_Next(now, &at, &key, &value))
    if (!PyDict_Next(then, &other, &old_key, &old_value) || !is_same_value(key, old_key) || !is_same_value(value, old_value))
      return false;
  return true;
}

bool holds(const Guard& g) {
  if (g.kind == Guard::Kind::Contents) return hold_the_same(g.place.get(), g.expected.get());
  if (PyObject* const* place = place_of(g)) return is_same_value(*place, g.expected.get());
  return is_same_value(PyDict_GetItemWithError(g.place.get(), g.name.get()), g.expected.get());
}

}  // namespace aic::bindings
