// See places.h.
#include <map>
#include <string>

#include "python/bindings/places.h"

namespace aic::bindings {

namespace {

struct Place {
  PyObject_HEAD  // both are owned
      PyTypeObject* owner;
  PyObject* name;
};
PyTypeObject* place_type() {
  static PyTypeObject* const type = [] {
    static PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(+[](PyObject*) {})}, {0, nullptr}};  // it never dies
    static PyType_Spec spec = {"aic._place", sizeof(Place), 0, Py_TPFLAGS_DEFAULT, slots};
    return reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
  }();
  return type;
}
Place* place(PyObject* o) { return reinterpret_cast<Place*>(o); }

}  // namespace

PyObject* place_of_name(PyTypeObject* owner, const std::string& name) {
  static auto& known = *new std::map<std::pair<PyTypeObject*, std::string>, PyObject*>;
  PyObject*& found = known[{owner, name}];
  if (found) return found;
  auto* p = PyObject_New(Place, place_type());
  if (!p) throw PythonError{};
  Py_INCREF(owner);
  p->owner = owner;
  p->name = checked(PyUnicode_InternFromString(name.c_str()));
  return found = reinterpret_cast<PyObject*>(p);
}

bool is_place(PyObject* o) { return Py_TYPE(o) == place_type(); }

PyObject* bound_at(PyObject* o) { return PyDict_GetItemWithError(place(o)->owner->tp_dict, place(o)->name); }

bool bind_at(PyObject* o, PyObject* value) {
  return PyObject_SetAttr(reinterpret_cast<PyObject*>(place(o)->owner), place(o)->name, value) == 0;
}

}  // namespace aic::bindings
