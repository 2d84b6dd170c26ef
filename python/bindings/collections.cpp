// See collections.h.
#include "python/bindings/collections.h"

#include <cstring>

#include "python/bindings/objects.h"
#include "python/bindings/tables.h"
#include "python/bindings/world.h"
#include "runtime/list.h"

namespace aic::bindings {
using ir::Type;
using ir::TypeKind;
using rt::List;
using rt::Slot;
using typeinfer::range_flavour;

namespace {

constexpr std::string_view deque_flavour = "collections._deque", default_flavour = "collections._defaultdict",
                           made_by = ".of.builtins.";

PyTypeObject* class_named(const char* name) {
  return reinterpret_cast<PyTypeObject*>(imported("collections", name).release());  // kept for ever
}
PyTypeObject* deque_type() {
  static PyTypeObject* const t = class_named("deque");
  return t;
}
struct DictClass {
  PyTypeObject* type;
  const char* flavour;
};
const DictClass* dict_classes() {
  static const DictClass all[] = {{class_named("Counter"), "collections._Counter"},
                                  {class_named("defaultdict"), "collections._defaultdict"},
                                  {&PyODict_Type, "collections._OrderedDict"},
                                  {nullptr, nullptr}};
  return all;
}
const DictClass* dict_class_of(PyObject* o) {
  for (const DictClass* c = dict_classes(); c->type; ++c)
    if (Py_TYPE(o) == c->type) return c;
  return nullptr;
}

// What makes the values of a defaultdict: one of Python's own classes, or None.
bool find_factory(PyObject* o, std::string& flavour, std::vector<Type>& parts) {
  Ref factory(PyObject_GetAttrString(o, "default_factory"));
  if (!factory) return PyErr_Clear(), false;
  if (factory.get() == Py_None) return parts.push_back(Type::none()), true;
  if (!PyType_Check(factory.get())) return false;
  auto* t = reinterpret_cast<PyTypeObject*>(factory.get());
  PyTypeObject* const known[] = {&PyList_Type, &PyDict_Type,  &PySet_Type,     &PyLong_Type,  &PyFloat_Type,    &PyUnicode_Type,
                                 &PyBool_Type, &PyTuple_Type, &PyComplex_Type, &PyBytes_Type, &PyFrozenSet_Type};
  for (PyTypeObject* k : known)
    if (k == t) return flavour += std::string(made_by) + t->tp_name, true;
  return false;
}
PyObject* factory_of(std::string_view flavour) {  // borrowed
  size_t at = flavour.find(made_by);
  if (at == std::string_view::npos) return Py_None;
  return PyDict_GetItemString(PyEval_GetBuiltins(), std::string(flavour.substr(at + made_by.size())).c_str());
}

}  // namespace

bool is_ordered_dict(PyObject* o) { return Py_TYPE(o) == &PyODict_Type; }

bool is_collection(PyObject* o) {
  PyTypeObject* t = Py_TYPE(o);
  return t == &PyRange_Type || t == deque_type() || dict_class_of(o);
}

Ref items_in_order(PyObject* ordered) {
  Ref items(PyObject_CallMethod(ordered, "items", nullptr));
  return Ref(items ? PySequence_List(items.get()) : nullptr);
}

bool find_type_of_collection(PyObject* o, Type& out, int depth) {
  if (Py_TYPE(o) == &PyRange_Type) {
    Type parts[] = {Type::integer(), Type::integer(), Type::integer()};
    return out = Type::flavoured(Type::tuple(parts), range_flavour), true;
  }
  if (const DictClass* c = dict_class_of(o)) {
    std::vector<Type> parts(1);
    std::string flavour = c->flavour;
    if (!find_type_of_dict(o, parts[0], depth) || (flavour == default_flavour && !find_factory(o, flavour, parts)))
      return false;
    return out = Type::flavoured(Type::tuple(parts), flavour), true;
  }
  Ref items(PySequence_List(o)), most(PyObject_GetAttrString(o, "maxlen"));
  if (!items || !most) return PyErr_Clear(), false;
  Type parts[] = {{}, Type::list(Type::integer()), most.get() == Py_None ? Type::none() : Type::integer()};
  return find_type(items.get(), parts[0], depth) && (out = Type::flavoured(Type::tuple(parts), deque_flavour), true);
}

std::string why_collection_unsupported(PyObject* o) {
  std::string name = Py_TYPE(o)->tp_name, flavour;
  std::vector<Type> parts;
  if (Py_TYPE(o) == deque_type()) {
    Ref items(PySequence_List(o));
    return items ? "a `" + name + "`, like " + why_container_unsupported(items.get()) : (PyErr_Clear(), "a `" + name + "`");
  }
  const DictClass* c = dict_class_of(o);
  if (c && c->flavour == default_flavour && !find_factory(o, flavour, parts))
    return "a `" + name + "` whose values are made by a function";
  return "a `" + name + "` that holds " + why_container_unsupported(o);
}

CollectionPlan plan_of_collection(std::string_view flavour) {
  if (flavour == range_flavour) return {Collection::Range, nullptr, nullptr};
  if (flavour == deque_flavour) return {Collection::Deque, reinterpret_cast<PyObject*>(deque_type()), nullptr};
  for (const DictClass* c = dict_classes(); c->type; ++c)
    if (flavour.substr(0, flavour.find(".of.")) == c->flavour)
      return {Collection::Dict, reinterpret_cast<PyObject*>(c->type),
              c->flavour == default_flavour ? factory_of(flavour) : nullptr};
  return {};
}

bool fits_collection(PyObject* o, const Plan& p) {
  if (p.collection.kind == Collection::Range) return Py_TYPE(o) == &PyRange_Type;
  if (reinterpret_cast<PyObject*>(Py_TYPE(o)) != p.collection.of) return false;
  if (p.collection.kind == Collection::Dict) {
    if (p.collection.factory) {
      Ref factory(PyObject_GetAttrString(o, "default_factory"));
      if (factory.get() != p.collection.factory) return PyErr_Clear(), false;
    }
    return fits_dict(o, p.parts[0]);
  }
  Ref items(PySequence_List(o)), most(PyObject_GetAttrString(o, "maxlen"));
  if (!items || !most) return PyErr_Clear(), false;
  return fits(items.get(), p.parts[0]) && fits(most.get(), p.parts[2]);
}

bool unpack_range(PyObject* o, Slot*& to) {
  for (const char* name : {"start", "stop", "step"}) {
    Ref part(PyObject_GetAttrString(o, name));
    int overflow = 0;
    if (!part) return false;
    (to++)->i = PyLong_AsLongLongAndOverflow(part.get(), &overflow);
    if (overflow) return PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to 64 bits"), false;
  }
  return true;
}

// ---- in ----
bool Conversion::collection_in(PyObject* o, const Plan& p, Slot*& to) {
  if (p.collection.kind == Collection::Range) return unpack_range(o, to);
  List* held = container_in(o, p.parts[0]);
  if (!held) return false;
  (to++)->p = held;
  if (p.collection.kind == Collection::Dict) return true;
  auto c = std::find_if(lists_.begin(), lists_.end(), [&](const Converted& known) { return known.list == held; });
  if (!c->first) {
    c->first = rt::list_new(&context_, sizeof(Slot), nullptr, 1);
    if (!c->first) return PyErr_NoMemory(), false;
    c->first->data[0].i = 0;
    c->first->length = 1;
  }
  (to++)->p = c->first;
  Ref most(PyObject_GetAttrString(o, "maxlen"));
  return most && element_in(most.get(), p.parts[2], to);
}

// ---- back ----
namespace {

Ref items_of_deque(const Plan& list, const List* l, const List* first, rt::Context& context) {
  Ref items(PyList_New(0));
  for (int64_t i = first->data[0].i; items && i < l->length; ++i) {
    Ref x(box_element_of(list, l, i, context));
    if (!x || PyList_Append(items.get(), x.get()) < 0) return {};
  }
  return items;
}

}  // namespace

bool Conversion::write_back_deque(Converted& c) {
  const List* l = c.list;
  auto bytes = size_t(c.length * l->width);
  bool same = c.first->data[0].i == 0 && l->length == c.length && (bytes == 0 || memcmp(l->data, c.slots.get(), bytes) == 0);
  if (same) return true;
  Ref items = items_of_deque(*c.plan, l, c.first, context_), before(items ? PySequence_List(c.host) : nullptr);
  if (!before) return false;
  replaced_.push_back(before.release());  // texts in slots still point into these
  Ref cleared(PyObject_CallMethod(c.host, "clear", nullptr));
  Ref filled(cleared ? PyObject_CallMethod(c.host, "extend", "O", items.get()) : nullptr);
  return bool(filled);
}

PyObject* box_collection(const Plan& p, const Slot*& from, rt::Context& context) {
  const Slot* at = from;
  from += p.slots;
  if (p.collection.kind == Collection::Range)
    return PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyRange_Type), "LLL", static_cast<long long>(at[0].i),
                                 static_cast<long long>(at[1].i), static_cast<long long>(at[2].i));
  auto* l = static_cast<List*>(at[0].p);
  if (l->host) return Py_NewRef(static_cast<PyObject*>(l->host));
  if (p.collection.kind == Collection::Deque) {
    auto* first = static_cast<const List*>(at[1].p);
    at += 2;
    Ref items = items_of_deque(p.parts[0], l, first, context), most(items ? box(p.parts[2], at, context) : nullptr);
    PyObject* out = most ? PyObject_CallFunctionObjArgs(p.collection.of, items.get(), most.get(), nullptr) : nullptr;
    return stands_for(l, out);
  }
  PyObject* out = PyObject_CallFunctionObjArgs(p.collection.of, p.collection.factory, nullptr);
  return out ? filled_dict(Ref(stands_for(l, out)), p.parts[0], l, context) : nullptr;
}

}  // namespace aic::bindings
