// The user's classes, as the world sees them: what stands in a class's dictionary, and why a class cannot be compiled. Every
// look-up is a guard, as for globals: a method that is replaced makes the next call use the new one.
#include "python/bindings/dispatcher.h"
#include "python/bindings/objects.h"
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

bool is_exception(PyTypeObject* t) { return PyType_IsSubtype(t, reinterpret_cast<PyTypeObject*>(PyExc_BaseException)); }

// A builtin exception that holds its arguments, and nothing else that compiled code would have to keep.
bool is_plain_exception(PyTypeObject* t) {
  if ((t->tp_flags & Py_TPFLAGS_HEAPTYPE) || !is_exception(t)) return false;
  auto* base = reinterpret_cast<PyTypeObject*>(PyExc_BaseException);
  for (PyObject* with_names : {PyExc_AttributeError, PyExc_NameError})  // of the object and name that were looked for: none
    if (reinterpret_cast<PyTypeObject*>(with_names) == t) return true;
  return t->tp_new == base->tp_new && t->tp_init == base->tp_init;
}

constexpr const char* refused_names[] = {"__getattribute__", "__setattr__", "__delattr__", "__del__",
                                         "__new__",          "__get__",     "__set__"};

}  // namespace

// A class written in Python (CPython gives all of them one destructor), of no kind that means something else to the compiler.
bool is_users_class(PyObject* o) {
  static auto* const plain = reinterpret_cast<PyTypeObject*>(imported_once("abc", "ABC"));
  if (!PyType_Check(o)) return false;
  auto* t = reinterpret_cast<PyTypeObject*>(o);
  return (t->tp_flags & Py_TPFLAGS_HEAPTYPE) && t->tp_dealloc == plain->tp_dealloc && t->tp_dict;
}

ClassEntity LiveWorld::class_entity(PyObject* o) {
  return {uint64_t(reinterpret_cast<uintptr_t>(o)), text(attribute_of(o, "__name__").get())};
}

// Enum, IntEnum and what else stands above an enumeration.
static bool is_of_enum(PyTypeObject* t) {
  return text(attribute_of(reinterpret_cast<PyObject*>(t), "__module__").get()) == "enum";
}
static bool is_value_class(PyTypeObject* t) { return t == &PyLong_Type || t == &PyUnicode_Type || t == &PyFloat_Type; }

// Names and values of the members; aliases stand among the fields.
void LiveWorld::describe_enumeration(PyTypeObject* t, ClassDescription& d) {
  d.kind = ClassDescription::Enumeration;
  std::vector<Ref> members = members_of(t);
  for (const Ref& m : members) {
    Ref value = attribute_of(m.get(), "_value_");
    d.members.emplace_back(text(attribute_of(m.get(), "_name_").get()), entity_of(value.get(), "value"));
  }
  Ref all = attribute_of(reinterpret_cast<PyObject*>(t), "_member_map_");
  PyObject *name, *member;
  for (Py_ssize_t at = 0; all && PyDict_Check(all.get()) && PyDict_Next(all.get(), &at, &name, &member);) {
    int64_t number = number_of_member(members, member);
    if (number < 0 || d.members[size_t(number)].first == text(name)) continue;
    ir::ClassField alias;
    alias.name = text(name);
    alias.otherwise = ir::EnumMember{class_entity(reinterpret_cast<PyObject*>(t)), number};
    d.fields.push_back(std::move(alias));
  }
}

void LiveWorld::describe_named_tuple(PyTypeObject* t, ClassDescription& d) {
  d.kind = ClassDescription::Named;
  auto* o = reinterpret_cast<PyObject*>(t);
  Ref fields = attribute_of(o, "_fields"), defaults = attribute_of(o, "_field_defaults");
  for (Py_ssize_t k = 0; fields && k < PyTuple_GET_SIZE(fields.get()); ++k) {
    ir::ClassField f;
    f.name = text(PyTuple_GET_ITEM(fields.get(), k));
    PyObject* value =
        defaults && PyDict_Check(defaults.get()) ? PyDict_GetItem(defaults.get(), PyTuple_GET_ITEM(fields.get(), k)) : nullptr;
    f.otherwise = value ? entity_of(value, f.name) : Entity(ir::Missing{});
    d.fields.push_back(std::move(f));
  }
}

static std::string why_not(PyTypeObject* t, const ClassDescription& d) {
  if (d.kind == ClassDescription::Enumeration || d.kind == ClassDescription::Named) {
    for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
      auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(t->tp_mro, k));
      bool own = d.kind == ClassDescription::Enumeration ? !is_of_enum(base) : base->tp_base != &PyTuple_Type;
      if (!own || base == &PyBaseObject_Type || base == &PyTuple_Type || is_value_class(base) || is_transparent(base)) continue;
      if (!(base->tp_flags & Py_TPFLAGS_HEAPTYPE) || !base->tp_dict)
        return std::string("a subclass of `") + base->tp_name + "`";
      for (const char* name : refused_names)
        if (PyDict_GetItemString(base->tp_dict, name) &&
            !(d.kind == ClassDescription::Enumeration && name == std::string("__new__")))
          return std::string("a class with `") + name + "`";
      if (!d.builtin.empty() && PyDict_GetItemString(base->tp_dict, "__new_member__")) return "an enumeration with `__new__`";
      if (d.kind == ClassDescription::Enumeration && PyDict_GetItemString(base->tp_dict, "__hash__") &&
          !is_generated(PyDict_GetItemString(base->tp_dict, "__hash__")))
        return "an enumeration with `__hash__`";
    }
    return "";
  }
  PyTypeObject* builtin = nullptr;  // the first is the one that says what it is caught as
  for (Py_ssize_t k = 0; d.kind == ClassDescription::Exception && k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
    auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(t->tp_mro, k));
    if ((base->tp_flags & Py_TPFLAGS_HEAPTYPE) || !is_exception(base)) continue;
    if (!builtin) builtin = base;
    if (!PyType_IsSubtype(builtin, base))
      return std::string("a subclass of both `") + builtin->tp_name + "` and `" + base->tp_name + "`";
  }
  if (!is_plain_metaclass(Py_TYPE(t))) return std::string("a class with the metaclass `") + Py_TYPE(t)->tp_name + "`";
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
    auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(t->tp_mro, k));
    if (is_transparent(base) || is_plain_exception(base)) continue;
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
    Ref hash = attribute_of(field, "hash");
    f.in_hash = hash && hash.get() != Py_None ? is_true(field, "hash") : f.in_compare;
    f.keyword_only = is_true(field, "kw_only");
    d.fields.push_back(std::move(f));
  }
}

const ClassDescription* LiveWorld::description(const ClassEntity& c) {
  auto it = classes_.find(c.key);
  if (it != classes_.end()) return &it->second;
  PyTypeObject* t = type_of(c);
  if (!text(attribute_of(object_of(c), "__module__").get()).starts_with("numpy.")) is_cachable_ = false;
  guards_.push_back({Guard::Kind::Lookup, Ref::borrowed(object_of(c)), {}, Ref::borrowed(t->tp_mro)});
  ClassDescription& d = classes_[c.key];
  describe_dataclass(t, d);
  if (is_enumeration(object_of(c))) describe_enumeration(t, d);
  if (is_named_tuple_class(object_of(c))) describe_named_tuple(t, d);
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(t->tp_mro); ++k) {
    PyObject* base = PyTuple_GET_ITEM(t->tp_mro, k);
    auto* type = reinterpret_cast<PyTypeObject*>(base);
    if (d.kind == ClassDescription::Enumeration || d.kind == ClassDescription::Named) {
      if (is_value_class(type) && d.builtin.empty() && d.kind == ClassDescription::Enumeration) d.builtin = type->tp_name;
      if (!is_of_enum(type) && (type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !is_transparent(type))
        d.lookup.push_back(class_entity(base));
    } else if (is_exception(type) && !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
      if (d.builtin.empty()) d.builtin = type->tp_name;
      d.kind = ClassDescription::Exception;
    } else if (!is_transparent(type)) {
      d.lookup.push_back(class_entity(base));
    }
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
  auto description = classes_.find(c.key);
  const bool enumeration = description != classes_.end() && description->second.kind == ClassDescription::Enumeration;
  const bool named = description != classes_.end() && description->second.kind == ClassDescription::Named;
  if (enumeration && (name == "__str__" || name == "__format__")) {  // Enum's own tells the name, int's and str's the value
    Ref shown = attribute_of(object_of(c), name.c_str());
    bool by_value = shown && !PyFunction_Check(shown.get());
    if (by_value) m.kind = ClassMember::Value;
    if (by_value || !shown || text(attribute_of(shown.get(), "__module__").get()) == "enum") return m;
  }
  if (named && (name[0] == '_' || name == "index" || name == "count")) {  // what collections.namedtuple wrote
    PyObject* own = PyDict_GetItemString(type_of(c)->tp_dict, name.c_str());
    if (own && PyFunction_Check(own) && text(attribute_of(own, "__module__").get()) == "collections") return m;
    for (const char* written :
         {"__new__", "__match_args__", "_fields", "_field_defaults", "_make", "__getnewargs__", "__slots__"})
      if (name == written) return m;
  }
  Ref key(checked(PyUnicode_FromStringAndSize(name.data(), Py_ssize_t(name.size()))));
  PyObject* o = look_up(type_of(c)->tp_dict, key.get());
  if (named && o && std::string(Py_TYPE(o)->tp_name) == "_collections._tuplegetter") return m;
  if (enumeration && o && PyFunction_Check(o) && text(attribute_of(o, "__module__").get()) == "enum") return m;
  if (enumeration && o &&
      (is_member(o) || text(attribute_of(reinterpret_cast<PyObject*>(Py_TYPE(o)), "__module__").get()) == "enum"))
    return m;
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
