// See places.h.
#include <map>
#include <string>

#include "python/bindings/places.h"

namespace aic::bindings {

namespace {

struct Place {
  PyObject_HEAD PyObject *owner, *name;  // owned
};
PyTypeObject* place_type() {
  static PyTypeObject* const type = [] {
    static PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(+[](PyObject*) {})}, {0, nullptr}};  // it never dies
    static PyType_Spec spec = {"aic._place", sizeof(Place), 0, Py_TPFLAGS_DEFAULT, slots};
    return reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
  }();
  return type;
}
PyObject* dict_of(const Place* p) {
  return PyDict_Check(p->owner) ? p->owner : reinterpret_cast<PyTypeObject*>(p->owner)->tp_dict;
}
Place* place(PyObject* o) { return reinterpret_cast<Place*>(o); }

}  // namespace

static std::map<std::pair<PyObject*, std::string>, PyObject*>& known_places() {
  static auto& known = *new std::map<std::pair<PyObject*, std::string>, PyObject*>;
  return known;
}

PyObject* place_of_name(PyObject* owner, const std::string& name) {
  PyObject*& found = known_places()[{owner, name}];
  if (found) return found;
  auto* p = PyObject_New(Place, place_type());
  if (!p) throw PythonError{};
  p->owner = Py_NewRef(owner);
  p->name = checked(PyUnicode_InternFromString(name.c_str()));
  return found = reinterpret_cast<PyObject*>(p);
}

bool is_known_place(PyObject* owner, const std::string& name) {
  auto it = known_places().find({owner, name});
  return it != known_places().end() && it->second;
}

bool has_places() { return !known_places().empty(); }

bool is_place(PyObject* o) { return Py_TYPE(o) == place_type(); }

PyObject* bound_at(PyObject* o) {
  const Place* p = place(o);
  return PyCell_Check(p->owner) ? PyCell_GET(p->owner) : PyDict_GetItemWithError(dict_of(p), p->name);
}

bool bind_at(PyObject* o, PyObject* value) {
  Place* p = place(o);
  if (PyCell_Check(p->owner)) return PyCell_Set(p->owner, value) == 0;
  if (!PyDict_Check(p->owner)) return PyObject_SetAttr(p->owner, p->name, value) == 0;
  return (value ? PyDict_SetItem(p->owner, p->name, value) : PyDict_DelItem(p->owner, p->name)) == 0;
}

}  // namespace aic::bindings
