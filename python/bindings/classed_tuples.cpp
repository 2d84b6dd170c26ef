// Members of enumerations and named tuples across the border: see objects.h.
#include "python/bindings/objects.h"
#include "python/bindings/world.h"

namespace aic::bindings {

namespace {
PyTypeObject* enum_type() {
  static auto* const t = reinterpret_cast<PyTypeObject*>(imported("enum", "EnumType").release());
  return t;
}
PyTypeObject* flag_type() {
  static auto* const t = reinterpret_cast<PyTypeObject*>(imported("enum", "Flag").release());
  return t;
}
}  // namespace

// Flags are others: a combination of them is no member.
bool is_enumeration(PyObject* cls) {
  return PyType_Check(cls) && Py_TYPE(cls) == enum_type() &&
         !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(cls), flag_type());
}
bool is_member(PyObject* o) {
  return Py_TYPE(Py_TYPE(o)) == enum_type() && is_enumeration(reinterpret_cast<PyObject*>(Py_TYPE(o)));
}

bool is_named_tuple_class(PyObject* cls) {
  if (!PyType_Check(cls)) return false;
  auto* t = reinterpret_cast<PyTypeObject*>(cls);
  if (t == &PyTuple_Type || !PyType_IsSubtype(t, &PyTuple_Type) || !(t->tp_flags & Py_TPFLAGS_HEAPTYPE) ||
      Py_TYPE(cls) != &PyType_Type)
    return false;
  for (; t != &PyTuple_Type; t = t->tp_base) {
    PyObject* fields = t->tp_dict ? PyDict_GetItemString(t->tp_dict, "_fields") : nullptr;
    if (fields && t->tp_base == &PyTuple_Type) return PyTuple_Check(fields);
  }
  return false;
}
// One with attributes of its own, which a subclass without __slots__ allows, is more than its fields.
bool is_named_tuple(PyObject* o) {
  if (!PyTuple_Check(o) || PyTuple_CheckExact(o) || !is_named_tuple_class(reinterpret_cast<PyObject*>(Py_TYPE(o))))
    return false;
  PyObject** own = _PyObject_GetDictPtr(o);
  return !own || !*own || PyDict_GET_SIZE(*own) == 0;
}

std::vector<Ref> members_of(PyTypeObject* enumeration) {
  std::vector<Ref> members;
  Ref iterator(PyObject_GetIter(reinterpret_cast<PyObject*>(enumeration)));
  while (iterator) {
    Ref next(PyIter_Next(iterator.get()));
    if (!next) break;
    members.push_back(std::move(next));
  }
  PyErr_Clear();
  return members;
}

int64_t number_of_member(const std::vector<Ref>& members, PyObject* o) {
  for (size_t k = 0; k < members.size(); ++k)
    if (members[k].get() == o) return int64_t(k);
  return -1;
}

const std::string& flavour_of(PyTypeObject* t) {
  static auto& known = *new std::map<PyTypeObject*, std::string>;  // the classes are kept by what remembers their records
  auto [it, fresh] = known.try_emplace(t);
  if (!fresh) return it->second;
  ir::ClassEntity c = LiveWorld::class_entity(reinterpret_cast<PyObject*>(t));
  std::string name;
  for (char letter : c.name) name += isalnum(uint8_t(letter)) || letter == '_' ? letter : '_';
  name += ".0";
  if (is_enumeration(reinterpret_cast<PyObject*>(t))) name += ".e";  // how inference knows them
  ir::Record r{name, c, ir::Type::tuple({}), {}};
  return it->second = remember_records({r}).at(r.name);
}

}  // namespace aic::bindings
