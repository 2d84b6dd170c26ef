// Converting lists: scanning for the element type, in, and back. See lists.h.
#include "python/bindings/lists.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "python/bindings/collections.h"
#include "python/bindings/objects.h"
#include "python/bindings/places.h"
#include "python/bindings/random.h"
#include "python/bindings/tables.h"
#include "runtime/list.h"

namespace aic::bindings {
using ir::Type;
using ir::TypeKind;
using rt::List;
using rt::Slot;

// ---- element types ----
namespace {

constexpr int max_depth = 8;   // of lists in lists; one that holds itself is deeper
constexpr size_t max_arms = 4;
bool join_tuples(Type arms, Type& out);

void find_places(const Plan& p, int32_t& at, std::vector<std::pair<int32_t, int64_t>>& guards, ListElements& out) {
  bool list = p.kind == TypeKind::List, array = p.kind == TypeKind::Array, text = p.kind == TypeKind::Str,
       is_union = p.kind == TypeKind::Union;
  if (list || array || text) {
    rt::ReferencePlace place{at + array, array ? 1 : text ? 2 : 0, nullptr, {-1, -1}, {0, 0}};
    for (size_t k = 0; k < guards.size() && k < 2; ++k)
      place.guard_slot[k] = guards[k].first, place.guard_tag[k] = guards[k].second;
    if (list && p.element) out.inner.push_back(p.element), place.inner = p.element->places.empty() ? nullptr : &p.element->type;
    out.places.push_back(place);
  }
  if (p.kind != TypeKind::Tuple && !is_union) {
    at += p.slots;
    return;
  }
  int32_t tag = at;
  at += is_union;
  for (size_t k = 0; k < p.parts.size(); ++k) {
    if (is_union) guards.emplace_back(tag, int64_t(k));
    find_places(p.parts[k], at, guards, out);
    if (is_union) guards.pop_back();
  }
}

// Tuples of many lengths are one type where all that they hold is of one type.
bool join_tuples(Type arms, Type& out) {
  std::vector<Type> others;
  Type element = Type::never();
  for (Type t : arms.elements()) {
    bool plain = t.is_tuple() && t.flavour().empty();
    if (!plain && !(t.is_list() && t.flavour() == "tuple")) {
      others.push_back(t);
      continue;
    }
    for (Type e : t.elements())
      if (!join_types(element, e, element)) return false;
    if (element.is(TypeKind::Union)) return false;
  }
  others.push_back(Type::flavoured(Type::list(element), "tuple"));
  out = Type::union_of(others);
  return others.size() <= max_arms;
}

// The lists among a union's arms are one arm, and so are the dicts and sets: of `[1, [2, []], []]` the elements are an int or a
// list, whatever is in it. As they are where the types are not.
Type with_joined_containers(Type u) {
  if (!u.is(TypeKind::Union)) return u;
  std::vector<Type> arms;
  for (Type t : u.elements()) {
    const bool container = t.is_list() && t.flavour() != "tuple";
    auto like = [&](Type other) { return container && other.is_list() && other.flavour() == t.flavour(); };
    auto it = std::find_if(arms.begin(), arms.end(), like);
    if (it == arms.end())
      arms.push_back(t);
    else if (!join_types(*it, t, *it))
      return u;
  }
  return Type::union_of(arms);
}

}  // namespace

bool join_types(Type a, Type b, Type& out) {
  if (a == b || b.is(TypeKind::Never)) return out = a, true;
  if (a.is(TypeKind::Never)) return out = b, true;
  if (a.is_list() && b.is_list() && a.flavour() == b.flavour() && !a.is_object()) {
    Type e;
    return join_types(a.element(), b.element(), e) && (out = Type::flavoured(Type::list(e), a.flavour()), true);
  }
  if (a.is_array() && b.is_array() && a.dtype() == b.dtype() && a.rank() == b.rank()) {
    auto inner = [](Type t) { return t.layout() == ir::Layout::C || t.layout() == ir::Layout::Inner; };
    ir::Layout l = a.layout() == b.layout() ? a.layout() : inner(a) && inner(b) ? ir::Layout::Inner : ir::Layout::Strided;
    return out = Type::array(a.dtype(), a.rank(), l, a.readonly() || b.readonly()), true;
  }
  if (a.is_tuple() && b.is_tuple() && a.flavour() == b.flavour() && a.elements().size() == b.elements().size()) {
    std::vector<Type> parts(a.elements().size());
    for (size_t k = 0; k < parts.size(); ++k)
      if (!join_types(a.elements()[k], b.elements()[k], parts[k])) return false;
    return out = Type::flavoured(Type::tuple(parts), a.flavour()), true;
  }
  Type arms[] = {a, b};
  out = Type::union_of(arms);
  out = with_joined_containers(out);
  return !out.is(TypeKind::Union) || out.elements().size() <= max_arms || join_tuples(Type(out), out);
}

namespace {

bool find_list(PyObject* o, Type& out, int depth) {
  Py_ssize_t n = PyList_GET_SIZE(o);
  Type element = Type::never();
  PyTypeObject* last = nullptr;
  for (Py_ssize_t i = 0; i < n; ++i) {
    PyObject* x = PyList_GET_ITEM(o, i);
    bool plain = Py_TYPE(x) == &PyFloat_Type || Py_TYPE(x) == &PyLong_Type || Py_TYPE(x) == &PyBool_Type ||
                 Py_TYPE(x) == &PyUnicode_Type;
    if (plain && Py_TYPE(x) == last) continue;
    last = Py_TYPE(x);
    Type t;
    if (!find_type(x, t, depth + 1) || !join_types(element, t, element)) return false;
  }
  out = Type::list(element);
  return true;
}

Type table_type(const char* flavour, std::span<const Type> entry) {
  std::vector<Type> parts{Type::integer()};
  parts.insert(parts.end(), entry.begin(), entry.end());
  bool empty = entry[0].is(TypeKind::Never);
  return Type::flavoured(Type::list(empty ? Type::never() : Type::tuple(parts)), flavour);
}

bool is_key(Type t) {
  if (t.is_object() || (t.is_list() && t.flavour() == "frozenset")) return true;
  if (t.is_array() || typeinfer::is_packed(t) || (t.is_list() && t.flavour() != "tuple")) return false;
  if (t.is(TypeKind::Scalar))
    return t.dtype() == ir::DType::Bool || t.dtype() == ir::DType::F64 ||
           (ir::is_integer(t.dtype()) && t.dtype() != ir::DType::U64);
  if (t.is_tuple() || t.is(TypeKind::Union) || t.is_list())
    for (Type e : t.elements())
      if (!is_key(e)) return false;
  return true;
}

bool find_dict(PyObject* o, Type& out, int depth) {
  Type entry[] = {Type::never(), Type::never()}, t;
  Py_ssize_t at = 0;
  PyObject *k, *v;
  while (PyDict_Next(o, &at, &k, &v))
    if (!find_type(k, t, depth + 1) || !is_key(t) || !join_types(entry[0], t, entry[0]) || !find_type(v, t, depth + 1) ||
        !join_types(entry[1], t, entry[1]))
      return false;
  return out = table_type("dict", entry), true;
}

// The places of a set that hold something: a removed key leaves a mark with the hash -1.
bool holds_key(const setentry& e) { return e.key && e.hash != -1; }

bool find_set(PyObject* o, Type& out, int depth) {
  Type entry[] = {Type::never()}, t;
  auto* s = reinterpret_cast<PySetObject*>(o);
  for (Py_ssize_t i = 0; i <= s->mask; ++i)
    if (holds_key(s->table[i]) &&
        (!find_type(s->table[i].key, t, depth + 1) || !is_key(t) || !join_types(entry[0], t, entry[0])))
      return false;
  return out = table_type(Py_TYPE(o) == &PySet_Type ? "set" : "frozenset", entry), true;
}

}  // namespace

bool find_type_of_dict(PyObject* o, Type& out, int depth) { return find_dict(o, out, depth); }

bool find_type(PyObject* o, Type& out, int depth) {
  if (depth > max_depth) return false;
  if (Py_TYPE(o) == &PyDict_Type) return find_dict(o, out, depth);
  if (Py_TYPE(o) == &PySet_Type || Py_TYPE(o) == &PyFrozenSet_Type) return find_set(o, out, depth);
  if (Py_TYPE(o) == &PyList_Type) return find_list(o, out, depth);
  if (Py_TYPE(o) == &PyUnicode_Type) return out = Type::str(), true;
  if (Py_TYPE(o) == &PyByteArray_Type) return out = Type::flavoured(Type::list(Type::scalar(ir::DType::U8)), "bytearray"), true;
  if (Py_TYPE(o) == &PyBytes_Type) return out = Type::bytes(), true;
  if (is_collection(o)) return find_type_of_collection(o, out, depth);
  if (is_place(o)) {
    PyObject* now = bound_at(o);
    Type element = Type::never();
    return (!now || find_type(now, element, depth + 1)) && (out = Type::list(element), true);
  }
  if (Py_TYPE(o) == &PyTuple_Type) {
    std::vector<Type> parts(size_t(PyTuple_GET_SIZE(o)));
    for (size_t k = 0; k < parts.size(); ++k)
      if (!find_type(PyTuple_GET_ITEM(o, Py_ssize_t(k)), parts[k], depth + 1)) return false;
    out = Type::tuple(parts);
    bool alike = parts.size() > longest_tuple && std::all_of(parts.begin(), parts.end(), [&](Type t) { return t == parts[0]; });
    if (alike) out = Type::flavoured(Type::list(parts[0]), "tuple");
    return true;
  }
  if (is_member(o)) return out = Type::flavoured(Type::tuple(std::vector{Type::integer()}), flavour_of(Py_TYPE(o))), true;
  if (is_named_tuple(o)) {
    std::vector<Type> parts(size_t(PyTuple_GET_SIZE(o)));
    for (size_t k = 0; k < parts.size(); ++k)
      if (!find_type(PyTuple_GET_ITEM(o, Py_ssize_t(k)), parts[k], depth + 1)) return false;
    return out = Type::flavoured(Type::tuple(parts), flavour_of(Py_TYPE(o))), true;
  }
  if (is_object(o)) return find_type_of_object(o, out);
  Key k = key_of(o);
  if (has_type(k)) out = type_of_key(k);
  return has_type(k);
}

void find_key_parts(const Plan& p, std::vector<rt::KeyPart>& out) {
  size_t here = out.size();
  int32_t kind = p.kind == TypeKind::None      ? rt::key_none
                 : p.kind == TypeKind::Tuple   ? rt::key_tuple
                 : p.kind == TypeKind::Union   ? rt::key_union
                 : p.kind == TypeKind::List    ? (p.container == Container::Object      ? rt::key_object
                                                  : p.container == Container::FrozenSet ? rt::key_frozen_set
                                                                                        : rt::key_sequence)
                 : p.kind == TypeKind::Str     ? (p.is_bytes ? rt::key_bytes : rt::key_text)
                 : p.kind == TypeKind::Complex ? rt::key_complex
                 : p.dtype == ir::DType::Bool  ? rt::key_bool
                 : ir::is_float(p.dtype)       ? rt::key_float
                                               : rt::key_int;
  bool empty = p.kind == TypeKind::List && (p.container == Container::Object || p.parts[0].kind == TypeKind::Never);
  out.push_back({kind, p.slots, empty ? 0 : int32_t(p.parts.size()), 0});
  for (const Plan& part : p.parts)
    if (!empty) find_key_parts(p.container == Container::FrozenSet ? part.parts[1] : part, out);
  out[here].next = int32_t(out.size());
}

static bool holds_object(const Plan& p, bool by_identity) {
  if (p.container == Container::Object) return !by_identity || is_hashed_by_identity(p.record);
  return std::any_of(p.parts.begin(), p.parts.end(), [&](const Plan& part) { return holds_object(part, by_identity); });
}

std::shared_ptr<const ListElements> make_element_type(const Plan& element, Container container) {
  auto e = std::make_shared<ListElements>();
  std::vector<std::pair<int32_t, int64_t>> guards;
  int32_t at = 0;
  find_places(element, at, guards, *e);
  e->type.slots = element.slots;
  e->type.reference_count = int64_t(e->places.size());
  e->type.references = e->places.data();
  bool table = container == Container::Dict || container == Container::Set || container == Container::FrozenSet;
  if (table && element.kind == TypeKind::Tuple) {
    find_key_parts(element.parts[1], e->key);
    e->keyed_by_objects = holds_object(element.parts[1], false);
    e->keyed_by_identity = holds_object(element.parts[1], true);
  }
  return e;
}

bool is_container(PyObject* o) {
  PyTypeObject* t = Py_TYPE(o);
  return t == &PyList_Type || t == &PyDict_Type || t == &PySet_Type || t == &PyFrozenSet_Type || t == &PyByteArray_Type ||
         is_place(o);
}

bool find_type_of_container(PyObject* o, Type& out) {
  Scan scan;
  return find_type(o, out, 0) && scan.finish(out);
}

std::string why_container_unsupported(PyObject* o) {
  Scan scan;  // what it finds is of no interest
  std::string name = Py_TYPE(o)->tp_name;
  if (is_object(o)) return why_object_unsupported(o);
  if (is_place(o)) return bound_at(o) ? why_unsupported(bound_at(o)) : name;
  if (Py_TYPE(o) != &PyList_Type) {
    Ref all(Py_TYPE(o) == &PyDict_Type ? PyDict_Keys(o) : PySequence_List(o));
    Ref values(Py_TYPE(o) == &PyDict_Type ? PyDict_Values(o) : PyList_New(0));
    Type t;
    for (PyObject* items : {all.get(), values.get()})
      for (Py_ssize_t i = 0; items && i < PyList_GET_SIZE(items); ++i)
        if (PyObject* x = PyList_GET_ITEM(items, i); !is_object(x) && !find_type(x, t, 1))
          return "a " + name + " that holds " + (is_container(x) ? why_container_unsupported(x) : why_unsupported(x));
    return "a " + name + " of too many types";
  }
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(o); ++i) {
    Type t;
    PyObject* x = PyList_GET_ITEM(o, i);
    if (is_object(x)) {
      std::string why = why_object_unsupported(x);
      if (!why.empty()) return why;
    } else if (!find_type(x, t, 1))
      return is_container(x) ? "a list of lists that are nested too deeply or hold other objects"
                             : "a list that holds " + why_unsupported(x);
  }
  return "a list of too many types";
}

// ---- in ----
bool fits_dict(PyObject* o, const Plan& p) {
  Py_ssize_t at = 0;
  PyObject *k, *v;
  while (PyDict_Next(o, &at, &k, &v))
    if (p.parts[0].kind != TypeKind::Tuple || !fits(k, p.parts[0].parts[1]) || !fits(v, p.parts[0].parts[2])) return false;
  return true;
}
static bool fits_set(PyObject* o, const Plan& p) {
  auto* s = reinterpret_cast<PySetObject*>(o);
  for (Py_ssize_t i = 0; i <= s->mask; ++i)
    if (holds_key(s->table[i]) && (p.parts[0].kind != TypeKind::Tuple || !fits(s->table[i].key, p.parts[0].parts[1])))
      return false;
  return true;
}

bool fits(PyObject* o, const Plan& p) {
  PyTypeObject* t = Py_TYPE(o);
  switch (p.kind) {
    case TypeKind::Float: return t == &PyFloat_Type;
    case TypeKind::Int: return t == &PyLong_Type;
    case TypeKind::Bool: return t == &PyBool_Type;
    case TypeKind::Complex: return t == &PyComplex_Type;
    case TypeKind::None: return o == Py_None;
    case TypeKind::Str: return t == (p.is_bytes ? &PyBytes_Type : &PyUnicode_Type);
    case TypeKind::List: {
      if (p.container == Container::Object) return p.record && is_instance_of(o, *p.record);
      if (p.container == Container::ByteArray) return t == &PyByteArray_Type;
      if (p.container == Container::Dict) return t == &PyDict_Type && fits_dict(o, p);
      if (p.container == Container::Tuple) {
        if (t != &PyTuple_Type) return false;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); ++i)
          if (!fits(PyTuple_GET_ITEM(o, i), p.parts[0])) return false;
        return true;
      }
      if (p.container != Container::List)
        return t == (p.container == Container::Set ? &PySet_Type : &PyFrozenSet_Type) && fits_set(o, p);
      if (is_place(o)) return !bound_at(o) || fits(bound_at(o), p.parts[0]);
      if (t != &PyList_Type) return false;
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(o); ++i)
        if (!fits(PyList_GET_ITEM(o, i), p.parts[0])) return false;
      return true;
    }
    case TypeKind::Tuple:
      if (p.record && !p.record->members.empty()) return reinterpret_cast<PyObject*>(t) == p.record->of.get();
      if (Type random; p.is_random) return find_type_of_random(o, random) && random.elements().size() == p.parts.size();
      if (p.collection.kind != Collection::None) return fits_collection(o, p);
      if (p.is_slice) {
        for (size_t k = 0; k < p.parts.size(); ++k)
          if (t != &PySlice_Type || !fits(part_of_slice(o, k), p.parts[k])) return false;
        return true;
      }
      if (p.record ? reinterpret_cast<PyObject*>(t) != p.record->of.get() : t != &PyTuple_Type) return false;
      if (size_t(PyTuple_GET_SIZE(o)) != p.parts.size()) return false;
      for (size_t k = 0; k < p.parts.size(); ++k)
        if (!fits(PyTuple_GET_ITEM(o, Py_ssize_t(k)), p.parts[k])) return false;
      return true;
    case TypeKind::Union: return std::any_of(p.parts.begin(), p.parts.end(), [&](const Plan& arm) { return fits(o, arm); });
    case TypeKind::Scalar:
    case TypeKind::Array: {
      Key k = key_of(o);
      if (!k) return false;
      Type of = type_of_key(k);
      return of.kind() == p.kind && of.dtype() == p.dtype && (p.kind == TypeKind::Scalar || of.rank() == p.rank);
    }
    case TypeKind::Py:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Range:
    case TypeKind::Slice:
    case TypeKind::Cell:
    case TypeKind::Function: break;
  }
  return false;
}

namespace {

bool is_same(const Plan& a, const Plan& b) {
  if (a.record != b.record || a.kind != b.kind || a.is_bytes != b.is_bytes || a.container != b.container ||
      a.slots != b.slots || a.dtype != b.dtype || a.parts.size() != b.parts.size())
    return false;
  for (size_t k = 0; k < a.parts.size(); ++k)
    if (!is_same(a.parts[k], b.parts[k])) return false;
  return true;
}

}  // namespace

// Writes an element's slots, laid out like a result's; the list's place holds a reference of its own.
bool Conversion::element_in(PyObject* o, const Plan& p, Slot*& to) {
  if (p.kind == TypeKind::Union) {
    Slot* end = to + p.slots;
    size_t arm = 0;
    while (arm < p.parts.size() && !fits(o, p.parts[arm])) ++arm;
    if (arm == p.parts.size()) return PyErr_SetString(PyExc_SystemError, "aic: a list changed while it was converted"), false;
    memset(to, 0, size_t(p.slots) * sizeof(Slot));
    to->i = int64_t(arm);
    ++to;
    for (size_t k = 0; k < arm; ++k) to += p.parts[k].slots;
    if (!element_in(o, p.parts[arm], to)) return false;
    to = end;
    return true;
  }
  if (p.kind == TypeKind::Tuple && p.record && !p.record->members.empty()) {
    to++->i = number_of_member(p.record->members, o);
    return true;
  }
  if (p.is_random) {
    rt::Buffer* buffers[8];
    for (size_t k = 0; k < p.parts.size(); ++k) buffers[k] = &buffers_.emplace_back();
    return random_element(o, p, to, buffers), true;
  }
  if (p.collection.kind != Collection::None) {
    Slot* at = to;
    if (!collection_in(o, p, to)) return false;
    int lists = p.collection.kind == Collection::Deque ? 2 : p.collection.kind == Collection::Dict;
    for (int k = 0; k < lists; ++k) static_cast<List*>(at[k].p)->refcount += 1;
    return true;
  }
  if (p.kind == TypeKind::Tuple) {
    for (size_t k = 0; k < p.parts.size(); ++k)
      if (!element_in(p.is_slice ? part_of_slice(o, k) : PyTuple_GET_ITEM(o, Py_ssize_t(k)), p.parts[k], to)) return false;
    return true;
  }
  if (p.kind == TypeKind::Array) {
    auto* a = reinterpret_cast<PyArrayObject*>(o);
    rt::Buffer& b = buffers_.emplace_back(rt::Buffer{2, PyArray_DATA(a), 0, o, nullptr, nullptr});
    to[0].p = b.data;
    to[1].p = &b;
    for (int k = 0; k < p.rank; ++k) to[2 + k].i = PyArray_DIM(a, k), to[2 + p.rank + k].i = PyArray_STRIDE(a, k);
    to += p.slots;
    return true;
  }
  if (p.kind == TypeKind::Str) {
    Headers header{nullptr, &texts_.emplace_back()};
    return unpack(o, p, to, header, this);
  }
  Slot* at = to;
  Headers none{};
  if (!unpack(o, p, to, none, this)) return false;
  if (p.kind == TypeKind::List) static_cast<List*>(at->p)->refcount += 1;
  return true;
}

List* Conversion::container_in(PyObject* o, const Plan& p) {
  size_t known = lists_.size();
  if (known <= 8) {
    while (known > 0 && lists_[known - 1].host != o) --known;
  } else {
    for (size_t k = numbers_.size(); k < lists_.size(); ++k) numbers_.emplace(lists_[k].host, k + 1);
    auto it = numbers_.find(o);
    known = it == numbers_.end() ? 0 : it->second;
  }
  if (size_t k = known - 1; known) {
    if (is_same(*lists_[k].plan, p)) return lists_[k].list;
    if (p.container == Container::Tuple) return list_in(o, p);  // it never changes: there may be two of it
    PyErr_SetString(PyExc_TypeError, "aic: one list is passed as lists of different element types");
    return nullptr;
  }
  if (p.container == Container::Object) return object_in(o, p);
  if (p.container == Container::ByteArray) return bytearray_in(o, p);
  bool sequence = p.container == Container::List || p.container == Container::Tuple;
  return sequence ? list_in(o, p) : p.container == Container::Dict ? dict_in(o, p) : set_in(o, p);
}

// A number that takes less than a slot in a list.
static bool is_narrow(const Plan& p) {
  return (p.kind == TypeKind::Bool || p.kind == TypeKind::Scalar) && ir::byte_size(p.dtype) < int(sizeof(Slot));
}
static int64_t width_of(const Plan& p) { return is_narrow(p) ? ir::byte_size(p.dtype) : p.slots * int64_t(sizeof(Slot)); }
static char* bytes_of(const List* l) { return reinterpret_cast<char*>(l->data); }
static PyObject* box_element(const Plan& p, const char* at, rt::Context& context) {
  Slot one{};
  if (is_narrow(p)) memcpy(&one, at, size_t(width_of(p)));
  const Slot* from = is_narrow(p) ? &one : reinterpret_cast<const Slot*>(at);
  return box(p, from, context);
}

List* Conversion::bytearray_in(PyObject* o, const Plan& p) {
  int64_t n = PyByteArray_GET_SIZE(o);
  List* l = rt::list_new(&context_, 1, nullptr, n);
  if (!l) return PyErr_NoMemory(), nullptr;
  l->host = o;
  lists_.push_back({Py_NewRef(o), l, &p, n, nullptr});
  if (n) memcpy(l->data, PyByteArray_AS_STRING(o), size_t(n));
  l->length = n;
  return l;
}

bool Conversion::write_back_bytearray(Converted& c) {
  auto n = Py_ssize_t(c.list->length);
  if (n != PyByteArray_GET_SIZE(c.host) && PyByteArray_Resize(c.host, n) < 0) return false;
  if (n) memcpy(PyByteArray_AS_STRING(c.host), c.list->data, size_t(n));
  return true;
}

List* Conversion::list_in(PyObject* o, const Plan& p) {
  bool empty = is_place(o) && !bound_at(o);
  Ref fast(empty         ? PyTuple_New(0)
           : is_place(o) ? PyTuple_Pack(1, bound_at(o))
                         : PySequence_Fast(o, "a sequence"));  // a list or tuple itself, of a deque a list
  if (!fast) return nullptr;
  PyObject* const* items = PySequence_Fast_ITEMS(fast.get());
  int64_t n = PySequence_Fast_GET_SIZE(fast.get()), width = width_of(p.parts[0]);
  int64_t room = empty ? 1 : n;  // a place may be looked at before its length is
  List* l = rt::list_new(&context_, width, p.element->places.empty() ? nullptr : &p.element->type, room);
  if (!l) return PyErr_NoMemory(), nullptr;
  if (empty && width) memset(l->data, 0, size_t(width));
  l->host = o;
  size_t here = lists_.size();
  lists_.push_back({Py_NewRef(o), l, &p, n, nullptr});
  const Plan& element = p.parts[0];
  bool narrow = is_narrow(element);
  Slot* to = l->data;
  for (int64_t i = 0; i < n; ++i) {
    PyObject* x = items[i];
    Slot one, *aside = &one;
    if (element.kind == TypeKind::Float)
      (to++)->f = PyFloat_AS_DOUBLE(x);
    else if (!element_in(x, element, narrow ? aside : to))
      return nullptr;
    if (narrow) memcpy(bytes_of(l) + i * width, &one, size_t(width));
  }
  l->length = n;
  if (writes_ && n * width > 0 && p.container == Container::List) {
    lists_[here].slots.reset(new (std::nothrow) Slot[(size_t(n * width) + sizeof(Slot) - 1) / sizeof(Slot)]);
    if (!lists_[here].slots) return PyErr_NoMemory(), nullptr;
    memcpy(lists_[here].slots.get(), l->data, size_t(n * width));
  }
  return l;
}

// ---- back ----
static thread_local std::vector<List*>* made_for_a_while = nullptr;

ForAWhile::ForAWhile() : outer_(std::exchange(made_for_a_while, &made_)) {}
ForAWhile::~ForAWhile() {
  made_for_a_while = outer_;
  for (List* l : made_) l->host = nullptr;
}

PyObject* stands_for(List* l, PyObject* made) {
  l->host = made;
  if (made && made_for_a_while) made_for_a_while->push_back(l);
  return made;
}

PyObject* box_element_of(const Plan& list, const List* l, int64_t i, rt::Context& context) {
  return box_element(list.parts[0], bytes_of(l) + i * width_of(list.parts[0]), context);
}

static bool fill_row(PyObject* out, const Plan& p, List* l, rt::Context& context) {
  for (int64_t i = 0; i < l->length; ++i) {
    PyObject* x = box_element(p.parts[0], bytes_of(l) + i * width_of(p.parts[0]), context);
    if (!x) return false;
    if (p.container == Container::Tuple)
      PyTuple_SET_ITEM(out, Py_ssize_t(i), x);
    else
      PyList_SET_ITEM(out, Py_ssize_t(i), x);
  }
  return true;
}

PyObject* box_container(const Plan& p, List* l, rt::Context& context) {
  if (l->host) return Py_NewRef(static_cast<PyObject*>(l->host));
  if (made_for_a_while) made_for_a_while->push_back(l);
  if (p.container == Container::Object) return box_object(p, l, context);
  if (p.container == Container::ByteArray) {
    PyObject* bytes = PyByteArray_FromStringAndSize(bytes_of(l), Py_ssize_t(l->length));
    return l->host = bytes, bytes;
  }
  if (p.container == Container::Dict) return box_dict(p, l, context);
  if (p.container != Container::List && p.container != Container::Tuple) return box_set(p, l, context);
  bool tuple = p.container == Container::Tuple;
  Ref out(tuple ? PyTuple_New(Py_ssize_t(l->length)) : PyList_New(Py_ssize_t(l->length)));
  if (!out) return nullptr;
  l->host = out.get();
  return fill_row(out.get(), p, l, context) ? out.release() : (l->host = nullptr, nullptr);
}

PyObject* empty_container(const Plan& p, List* l) {
  if (made_for_a_while) made_for_a_while->push_back(l);
  PyObject* out = p.container == Container::Dict ? PyDict_New() : PyList_New(Py_ssize_t(l->length));
  return l->host = out, out;
}

bool fill_container(PyObject* out, const Plan& p, List* l, rt::Context& context) {
  if (p.container == Container::List) return fill_row(out, p, l, context);
  return bool(Ref(filled_dict(Ref::borrowed(out), p, l, context)));
}

// A name that was rebound has another value, one where it had none, or none any more.
bool Conversion::write_back_place(Converted& c) {
  auto width = size_t(c.list->width);
  bool same = c.list->length == c.length && (c.length == 0 || memcmp(c.list->data, c.slots.get(), width) == 0);
  if (same) return true;
  if (PyObject* before = bound_at(c.host)) replaced_.push_back(Py_NewRef(before));  // texts in slots may point into it
  if (c.list->length == 0) return !bound_at(c.host) || bind_at(c.host, nullptr);
  Ref now(box_element_of(*c.plan, c.list, 0, context_));
  return now && bind_at(c.host, now.get());
}

bool Conversion::write_back(Converted& c) {
  if (c.first) return write_back_deque(c);
  if (is_place(c.host)) return write_back_place(c);
  if (c.plan->container == Container::Object) return write_back_object(c);
  if (c.plan->container == Container::ByteArray) return write_back_bytearray(c);
  if (c.plan->container == Container::Dict) return write_back_dict(c);
  if (c.plan->container == Container::Tuple || c.plan->container == Container::FrozenSet) return true;
  if (c.plan->container == Container::Set) return write_back_set(c);
  int64_t width = width_of(c.plan->parts[0]), n = c.list->length;
  auto* before = reinterpret_cast<const char*>(c.slots.get());
  for (int64_t i = 0; i < std::min(n, c.length); ++i) {
    const char* now = bytes_of(c.list) + i * width;
    if (memcmp(now, before + i * width, size_t(width)) == 0) continue;
    PyObject* x = box_element(c.plan->parts[0], now, context_);
    if (!x) return false;
    if (i >= PyList_GET_SIZE(c.host)) {  // another thread shortened it
      Py_DECREF(x);
      continue;
    }
    replaced_.push_back(PyList_GET_ITEM(c.host, i));
    PyList_SET_ITEM(c.host, Py_ssize_t(i), x);
  }
  if (n < c.length) {
    for (Py_ssize_t i = Py_ssize_t(n); i < PyList_GET_SIZE(c.host); ++i)
      replaced_.push_back(Py_NewRef(PyList_GET_ITEM(c.host, i)));
    if (PyList_SetSlice(c.host, Py_ssize_t(n), Py_ssize_t(c.length), nullptr) < 0) return false;
  }
  for (int64_t i = c.length; i < n; ++i) {
    Ref x(box_element(c.plan->parts[0], bytes_of(c.list) + i * width, context_));
    if (!x || PyList_Append(c.host, x.get()) < 0) return false;
  }
  return true;
}

bool Conversion::write_back() {
  bool good = true;
  auto by_objects = [](const Converted& c) { return c.plan->element && c.plan->element->keyed_by_objects; };
  for (bool tables : {false, true})  // objects that are keys have their attributes first: they may be hashed by these
    for (Converted& c : lists_)
      if (writes_ && by_objects(c) == tables) good = write_back(c) && good;
  return good;
}

void Conversion::keep(std::vector<Ref>& hosts) const {
  for (const rt::Buffer& b : buffers_)
    if (b.host) hosts.push_back(Ref::borrowed(static_cast<PyObject*>(b.host)));
  for (const rt::Str& s : texts_)
    if (s.host) hosts.push_back(Ref::borrowed(static_cast<PyObject*>(s.host)));
}

Conversion::~Conversion() {
  if (context_.live || context_.lists || context_.texts) rt::aic_release_live(&context_);
  for (PyObject* o : replaced_) Py_XDECREF(o);
  for (Converted& c : lists_) Py_DECREF(c.host);
}

}  // namespace aic::bindings
