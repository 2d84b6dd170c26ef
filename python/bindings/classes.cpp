// The user's classes, as the world sees them: what stands in a class's dictionary, and why a class cannot be compiled. Every
// look-up is a guard, as for globals: a method that is replaced makes the next call use the new one.
#include "python/bindings/dispatcher.h"
#include "python/bindings/world.h"

namespace aic::bindings {
using ir::ClassDescription;
using ir::ClassEntity;
using ir::ClassMember;
using ir::Entity;

namespace {

PyTypeObject* type_of(const ClassEntity& c) { return reinterpret_cast<PyTypeObject*>(static_cast<uintptr_t>(c.key)); }
PyObject* object_of(const ClassEntity& c) { return reinterpret_cast<PyObject*>(static_cast<uintptr_t>(c.key)); }

PyObject* imported_once(const char* module, const char* name) {
  return imported(module, name).release();  // kept for ever: Python keeps them too
}

bool is_absent(PyObject* o) {
  static PyObject* const missing = imported_once("dataclasses", "MISSING");
  return !o || o == missing;
}

std::string text(PyObject* s) {
  const char* p = s && PyUnicode_Check(s) ? PyUnicode_AsUTF8(s) : nullptr;
  if (!p) PyErr_Clear();
  return p ? p : "";
}
bool is_true(PyObject* o, const char* name) {
  Ref a(o ? PyObject_GetAttrString(o, name) : nullptr);
  bool yes = a && PyObject_IsTrue(a.get()) == 1;
  PyErr_Clear();
  return yes;
}
Ref attribute_of(PyObject* o, const char* name) {
  Ref a(PyObject_GetAttrString(o, name));
  if (!a) PyErr_Clear();
  return a;
}

// Written by @dataclass, or by collections.namedtuple.
bool is_generated(PyObject* o) {
  if (!PyFunction_Check(o)) return false;
  Ref wrapped = attribute_of(o, "__wrapped__");  // dataclasses wrap __repr__ against recursion
  PyObject* f = wrapped && PyFunction_Check(wrapped.get()) ? wrapped.get() : o;
  std::string file = text(reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(f))->co_filename);
  return file == "<string>" || file.starts_with("<dataclass");
}

// Bases that bring nothing to run.
bool is_transparent(PyTypeObject* t) {
  static PyObject* const names[] = {imported_once("typing", "Generic"), imported_once("typing", "Protocol"),
                                    imported_once("abc", "ABC")};
  if (t == &PyBaseObject_Type) return true;
  for (PyObject* n : names)
    if (reinterpret_cast<PyObject*>(t) == n) return true;
  return false;
}

bool is_plain_metaclass(PyTypeObject* meta) {
  static PyObject* const abc = imported_once("abc", "ABCMeta");
  return meta == &PyType_Type || reinterpret_cast<PyObject*>(meta) == abc ||
         text(attribute_of(reinterpret_cast<PyObject*>(meta), "__module__").get()) == "typing";
}

constexpr const char* refused_names[] = {"__getattr__", "__getattribute__", "__setattr__", "__delattr__",
                                         "__del__",     "__new__",          "__get__",     "__set__"};

}  // namespace

// A class written in Python (CPython gives all of them one destructor), of no kind that means something else to the compiler.
bool is_users_class(PyObject* o) {
  static auto* const plain = reinterpret_cast<PyTypeObject*>(imported_once("abc", "ABC"));
  if (!PyType_Check(o)) return false;
  auto* t = reinterpret_cast<PyTypeObject*>(o);
  return (t->tp_flags & Py_TPFLAGS_HEAPTYPE) && t->tp_dealloc == plain->tp_dealloc && t->tp_dict &&
         !PyType_IsSubtype(t, reinterpret_cast<PyTypeObject*>(PyExc_BaseException));
}

ClassEntity LiveWorld::class_entity(PyObject* o) {
  return {uint64_t(reinterpret_cast<uintptr_t>(o)), text(attribute_of(o, "__name__").get())};
}

static std::string why_not(PyTypeObject* t, const ClassDescription& d) {
  if (!is_plain_metaclass(Py_TYPE(t))) return std::string("a class with the metaclass `") + Py_TYPE(t)->tp_name + "`";
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
    auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(t->tp_mro, k));
    if (is_transparent(base)) continue;
    if (!(base->tp_flags & Py_TPFLAGS_HEAPTYPE) || !base->tp_dict) return std::string("a subclass of `") + base->tp_name + "`";
    for (const char* name : refused_names) {
      PyObject* found = PyDict_GetItemString(base->tp_dict, name);
      bool frozen = d.frozen && found && is_generated(found);
      if (found && !frozen) return std::string("a class with `") + name + "`";
    }
  }
  return "";
}

void LiveWorld::describe_dataclass(PyTypeObject* t, ClassDescription& d) {
  auto* o = reinterpret_cast<PyObject*>(t);
  Ref fields = attribute_of(o, "__dataclass_fields__"), parameters = attribute_of(o, "__dataclass_params__");
  if (!fields || !PyDict_Check(fields.get()) || !parameters) return;
  d.is_dataclass = true;
  d.frozen = is_true(parameters.get(), "frozen");
  d.compares = is_true(parameters.get(), "eq");
  d.ordered = is_true(parameters.get(), "order");
  PyObject *name, *field;
  for (Py_ssize_t at = 0; PyDict_Next(fields.get(), &at, &name, &field);) {
    Ref kind = attribute_of(field, "_field_type");
    if (kind && text(attribute_of(kind.get(), "name").get()) != "_FIELD") continue;
    ir::ClassField f;
    f.name = text(name);
    Ref otherwise = attribute_of(field, "default"), factory = attribute_of(field, "default_factory");
    f.otherwise = is_absent(otherwise.get()) ? Entity(ir::Missing{}) : entity_of(otherwise.get(), f.name);
    f.factory = is_absent(factory.get()) ? Entity(ir::Missing{}) : entity_of(factory.get(), "default_factory");
    f.in_init = is_true(field, "init");
    f.in_repr = is_true(field, "repr");
    f.in_compare = is_true(field, "compare");
    f.keyword_only = is_true(field, "kw_only");
    d.fields.push_back(std::move(f));
  }
}

const ClassDescription* LiveWorld::description(const ClassEntity& c) {
  auto it = classes_.find(c.key);
  if (it != classes_.end()) return &it->second;
  is_cachable_ = false;
  PyTypeObject* t = type_of(c);
  guards_.push_back({Guard::Kind::Lookup, Ref::borrowed(object_of(c)), {}, Ref::borrowed(t->tp_mro)});
  ClassDescription& d = classes_[c.key];
  describe_dataclass(t, d);
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
    PyObject* base = PyTuple_GET_ITEM(t->tp_mro, k);
    if (!is_transparent(reinterpret_cast<PyTypeObject*>(base))) d.lookup.push_back(class_entity(base));
  }
  d.why_not = why_not(t, d);
  Ref abstract = attribute_of(object_of(c), "__abstractmethods__");
  if (abstract && PyAnySet_Check(abstract.get())) {
    Ref sorted(PySequence_List(abstract.get()));
    if (sorted && PyList_Sort(sorted.get()) == 0)
      for (Py_ssize_t k = 0; k < PyList_GET_SIZE(sorted.get()); ++k)
        d.abstract.push_back(text(PyList_GET_ITEM(sorted.get(), k)));
    PyErr_Clear();
  }
  return &d;
}

ClassMember LiveWorld::class_member(const ClassEntity& c, const std::string& name) {
  static PyObject* const cached_property = imported_once("functools", "cached_property");
  ClassMember m;
  Ref key(checked(PyUnicode_FromStringAndSize(name.data(), Py_ssize_t(name.size()))));
  PyObject* o = look_up(type_of(c)->tp_dict, key.get());
  if (!o || Py_TYPE(o) == &PyMemberDescr_Type || Py_TYPE(o) == &PyGetSetDescr_Type) return m;
  if (Dispatcher* d = as_dispatcher(o)) o = d->function;
  if (PyDict_GetItemString(type_of(c)->tp_dict, "__dataclass_params__") && is_generated(o)) {
    m.kind = ClassMember::Generated;
  } else if (PyFunction_Check(o)) {
    m.kind = ClassMember::Function;
    m.entity = entity_of(o, name);
  } else if (Py_TYPE(o) == &PyStaticMethod_Type || Py_TYPE(o) == &PyClassMethod_Type) {
    m.kind = Py_TYPE(o) == &PyStaticMethod_Type ? ClassMember::Static : ClassMember::ForClass;
    m.entity = entity_of(attribute_of(o, "__func__").get(), name);
  } else if (Py_TYPE(o) == &PyProperty_Type) {
    m.kind = ClassMember::Property;
    Ref get = attribute_of(o, "fget"), set = attribute_of(o, "fset");
    if (get && get.get() != Py_None) m.entity = entity_of(get.get(), name);
    if (set && set.get() != Py_None) m.setter = entity_of(set.get(), name);
  } else {
    m.kind = ClassMember::Value;
    if (PyObject_TypeCheck(o, reinterpret_cast<PyTypeObject*>(cached_property)))
      m.entity = ir::Unknown{"the cached_property `" + name + "`"};
    else
      m.entity = entity_of(o, name);
    if (std::holds_alternative<ir::Unknown>(m.entity))
      m.entity = ir::Unknown{"`" + name + "`, an attribute of the class `" + c.name + "`,"};
  }
  return m;
}

}  // namespace aic::bindings
