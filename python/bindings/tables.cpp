// Converting dicts and sets (see lists.h). A dict goes in entry by entry. A set's places are copied as they lie, and so are
// they when it comes back: the order in which Python iterates a set is that of its places, which depends on all that happened
// to it. PySetObject is part of CPython's interface for extensions.
//
// After the call: a dict whose keys stand as they stood gets the values that changed, another is filled again; a set whose
// places changed gets them all.
#include "python/bindings/tables.h"

#include <cstring>

#include "python/bindings/collections.h"
#include "python/bindings/objects.h"
#include "runtime/list.h"
#include "runtime/table.h"

namespace aic::bindings {
using ir::TypeKind;
using rt::List;
using rt::Slot;

namespace {

// CPython's mark of a place that a key was removed from.
PyObject* removed_mark() {
  static PyObject* const mark = [] {
    Ref s(PySet_New(nullptr)), key(PyLong_FromLong(0));
    PyObject* found = nullptr;
    if (!s || !key || PySet_Add(s.get(), key.get()) < 0 || PySet_Discard(s.get(), key.get()) < 0) return found;
    auto* o = reinterpret_cast<PySetObject*>(s.get());
    for (Py_ssize_t i = 0; i <= o->mask; ++i)
      if (o->table[i].hash == -1) found = o->table[i].key;
    return found;
  }();
  return mark;
}

int set_item(PyObject* d, PyObject* key, PyObject* value) {
  return is_ordered_dict(d) ? PyODict_SetItem(d, key, value) : PyDict_SetItem(d, key, value);
}

// An OrderedDict has its order beside the dict that it is.
bool clear(PyObject* d) {
  if (!is_ordered_dict(d)) return PyDict_Clear(d), true;
  Ref cleared(PyObject_CallMethod(d, "clear", nullptr));
  return bool(cleared);
}

bool box_entry(const Plan& p, const Slot* entry, Ref& key, Ref* value, rt::Context& context) {
  const Slot* at = entry + 1;
  key = Ref(box(p.parts[0].parts[1], at, context));
  if (value) *value = Ref(box(p.parts[0].parts[2], at, context));
  return key && (!value || *value);
}

// Moves what one set holds into an empty one, which may be frozen.
void take_places(PyObject* empty, PyObject* filled) {
  auto *to = reinterpret_cast<PySetObject*>(empty), *from = reinterpret_cast<PySetObject*>(filled);
  std::swap(to->smalltable, from->smalltable);
  std::swap(to->mask, from->mask);
  std::swap(to->fill, from->fill);
  std::swap(to->used, from->used);
  std::swap(to->finger, from->finger);
  bool small = to->table == to->smalltable, of_small = from->table == from->smalltable;
  std::swap(to->table, from->table);
  if (of_small) to->table = to->smalltable;
  if (small) from->table = from->smalltable;
}

// Of objects as keys Python asks for the hash, and tests for equality, when their attributes are set.
bool fill_by_objects(PyObject* table, const Plan& p, const List* l, rt::Context& context) {
  auto entries = std::make_shared<std::vector<std::pair<Ref, Ref>>>();
  Ref owner = Ref::borrowed(table);
  return fill_later(context, [=, &p, &context](bool put) {
    bool dict = p.container == Container::Dict;
    if (put && dict) {
      for (auto& [key, value] : *entries)
        if (set_item(owner.get(), key.get(), value.get()) < 0) return false;
      return true;
    }
    if (put) {
      Ref filled(PySet_New(nullptr));
      for (auto& [key, value] : *entries)
        if (!filled || PySet_Add(filled.get(), key.get()) < 0) return false;
      return take_places(owner.get(), filled.get()), true;
    }
    for (int64_t i = 0; i < l->length; ++i) {
      const Slot* e = rt::entry(l, i);
      if (!rt::is_entry(e)) continue;
      Ref key, value;
      if (!box_entry(p, e, key, dict ? &value : nullptr, context)) return false;
      entries->emplace_back(std::move(key), std::move(value));
    }
    return true;
  });
}

bool fill_dict(PyObject* d, const Plan& p, const List* l, rt::Context& context) {
  if (p.element->keyed_by_objects) return fill_by_objects(d, p, l, context);
  for (int64_t i = 0; i < l->length; ++i) {
    const Slot* e = rt::entry(l, i);
    Ref key, value;
    if (!rt::is_entry(e)) continue;
    if (!box_entry(p, e, key, &value, context) || set_item(d, key.get(), value.get()) < 0) return false;
  }
  return true;
}

// Gives the set the places of ours; the keys that it had are handed over in `before`.
bool fill_set(PyObject* o, const Plan& p, const List* l, rt::Context& context, std::vector<PyObject*>& before) {
  auto* s = reinterpret_cast<PySetObject*>(o);
  const rt::Table& t = *l->table;
  auto size = size_t(t.mask + 1);
  std::vector<setentry> places(size);
  for (size_t i = 0; i < size; ++i) {
    const Slot* e = rt::entry(l, int64_t(i));
    Ref key;
    if (rt::is_entry(e) && !box_entry(p, e, key, nullptr, context)) {
      for (size_t k = 0; k < i; ++k)
        if (rt::is_entry(rt::entry(l, int64_t(k)))) Py_DECREF(places[k].key);
      return false;
    }
    if (rt::is_entry(e))
      places[i] = {key.release(), Py_hash_t(e->i)};
    else
      places[i] = rt::was_removed(l, e) ? setentry{removed_mark(), -1} : setentry{nullptr, 0};
  }
  setentry* table = size <= PySet_MINSIZE ? s->smalltable : static_cast<setentry*>(PyMem_Malloc(size * sizeof(setentry)));
  if (!table) return PyErr_NoMemory(), false;
  for (Py_ssize_t i = 0; i <= s->mask; ++i)
    if (s->table[i].key && s->table[i].hash != -1) before.push_back(s->table[i].key);
  if (s->table != s->smalltable) PyMem_Free(s->table);
  memcpy(table, places.data(), size * sizeof(setentry));
  s->table = table;
  s->mask = Py_ssize_t(t.mask);
  s->fill = Py_ssize_t(t.fill);
  s->used = Py_ssize_t(t.count);
  s->finger = Py_ssize_t(t.finger);
  return true;
}

}  // namespace

// ---- in ----
List* Conversion::new_table(const Plan& p) {
  const Plan& entry = p.parts[0];
  bool holds = entry.kind == TypeKind::Tuple;
  List* l = rt::table_new(&context_, holds ? entry.slots : 2, p.element->places.empty() ? nullptr : &p.element->type,
                          p.element->key.data(), holds ? entry.parts[1].slots : 0, p.container != Container::Dict);
  if (!l) PyErr_NoMemory();
  return l;
}

// Keeps what the call may change.
bool Conversion::remember(Converted& c) {
  c.length = c.list->length;
  if (!writes_) return true;
  auto n = size_t(c.length * rt::entry_slots(c.list));
  c.slots.reset(new (std::nothrow) Slot[n + 1]);
  if (!c.slots) return PyErr_NoMemory(), false;
  if (n) memcpy(c.slots.get(), c.list->data, n * sizeof(Slot));
  return true;
}

// The hash that compiled code has for a key. An object's own is its identity, which is another one here.
bool Conversion::hash_in(PyObject* o, const Plan& p, const Slot*& at, Slot& out) {
  if (p.kind == TypeKind::Union) {
    auto arm = size_t(at->i);
    const Slot* inside = at + 1;
    for (size_t k = 0; k < arm; ++k) inside += p.parts[k].slots;
    at += p.slots;
    return hash_in(o, p.parts[arm], inside, out);
  }
  const Slot* here = at;
  if (p.kind == TypeKind::Tuple && !(p.record && !p.record->members.empty())) {
    auto n = int32_t(p.parts.size());
    std::vector<Slot> hashes(p.parts.size() + 1);
    std::vector<rt::KeyPart> parts{{rt::key_tuple, n, n, n + 1}};
    for (int32_t k = 0; k < n; ++k) {
      parts.push_back({rt::key_hash, 1, 0, k + 2});
      if (!hash_in(PyTuple_GET_ITEM(o, k), p.parts[size_t(k)], at, hashes[size_t(k)])) return false;
    }
    out.i = rt::hash_key(&context_, hashes.data(), parts.data());
    return true;
  }
  at += p.slots;
  bool own = p.container == Container::Object && !is_hashed_by_identity(p.record);
  if (own) return out.i = PyObject_Hash(o), out.i != -1;
  std::vector<rt::KeyPart> key;
  find_key_parts(p, key);
  out.i = rt::hash_key(&context_, here, key.data());
  return true;
}

// `key`: room for one.
bool Conversion::entry_in(List* l, PyObject* k, PyObject* v, Py_hash_t known, const Plan& p, Slot* key) {
  Slot* to = key;
  if (!element_in(k, p.parts[0].parts[1], to)) return false;
  Slot hash{.i = known};
  const Slot* from = key;
  bool by_objects = p.element->keyed_by_objects;
  if (p.element->keyed_by_identity && !hash_in(k, p.parts[0].parts[1], from, hash)) return false;
  int64_t place = by_objects ? rt::table_insert_hashed(&context_, l, key, hash.i) : rt::table_insert(&context_, l, key);
  if (place < 0) return PyErr_NoMemory(), false;
  Slot* value = l->data + place * rt::entry_slots(l) + 1 + p.parts[0].parts[1].slots;
  return element_in(v, p.parts[0].parts[2], value);
}

List* Conversion::dict_in(PyObject* o, const Plan& p) {
  List* l = new_table(p);
  if (!l) return nullptr;
  l->host = o;
  size_t here = lists_.size();
  lists_.push_back({Py_NewRef(o), l, &p, 0, nullptr});
  std::vector<Slot> key(size_t(p.parts[0].slots) + 1);
  Py_ssize_t at = 0;
  PyObject *k, *v;
  Py_hash_t known = 0;
  if (is_ordered_dict(o)) {
    Ref items = items_in_order(o);
    if (!items) return nullptr;
    for (; at < PyList_GET_SIZE(items.get()); ++at) {
      PyObject* pair = PyList_GET_ITEM(items.get(), at);
      k = PyTuple_GET_ITEM(pair, 0);
      if (known = PyObject_Hash(k); known == -1) return nullptr;
      if (!entry_in(l, k, PyTuple_GET_ITEM(pair, 1), known, p, key.data())) return nullptr;
    }
    return remember(lists_[here]) ? l : nullptr;
  }
  while (_PyDict_Next(o, &at, &k, &v, &known))
    if (!entry_in(l, k, v, known, p, key.data())) return nullptr;
  return remember(lists_[here]) ? l : nullptr;
}

List* Conversion::set_in(PyObject* o, const Plan& p) {
  List* l = new_table(p);
  if (!l) return nullptr;
  l->host = o;
  size_t here = lists_.size();
  lists_.push_back({Py_NewRef(o), l, &p, 0, nullptr});
  auto* s = reinterpret_cast<PySetObject*>(o);
  if (p.element->keyed_by_identity) {
    std::vector<Slot> key(size_t(p.parts[0].slots) + 1);
    for (Py_ssize_t i = 0; i <= s->mask; ++i) {
      const setentry& e = s->table[i];
      if (!e.key || e.hash == -1) continue;
      Slot *to = key.data(), hash;
      const Slot* from = key.data();
      if (!element_in(e.key, p.parts[0].parts[1], to) || !hash_in(e.key, p.parts[0].parts[1], from, hash)) return nullptr;
      if (rt::table_insert_hashed(&context_, l, key.data(), hash.i) < 0) return PyErr_NoMemory(), nullptr;
    }
    return remember(lists_[here]) ? l : nullptr;
  }
  if (!rt::set_places(&context_, l, s->mask + 1)) return PyErr_NoMemory(), nullptr;
  rt::Table& t = *l->table;
  for (Py_ssize_t i = 0; i <= s->mask; ++i) {
    const setentry& e = s->table[i];
    if (!e.key) continue;
    Slot* to = rt::entry(l, i);
    if (e.hash == -1) rt::mark_removed(l, to);
    if (e.hash == -1) continue;
    (to++)->i = e.hash;
    if (!element_in(e.key, p.parts[0].parts[1], to)) return nullptr;
  }
  t.count = s->used;
  t.fill = s->fill;
  t.finger = s->finger;
  return remember(lists_[here]) ? l : nullptr;
}

// ---- back ----
bool Conversion::write_back_dict(Converted& c) {
  const List* l = c.list;
  const Plan& entry = c.plan->parts[0];
  if (entry.kind != TypeKind::Tuple) return true;
  auto width = size_t(rt::entry_slots(l)), keys = size_t(1 + entry.parts[1].slots);
  bool same_keys = l->length == c.length;
  for (int64_t i = 0; same_keys && i < l->length; ++i)
    same_keys = memcmp(l->data + i * rt::entry_slots(l), c.slots.get() + i * rt::entry_slots(l), keys * sizeof(Slot)) == 0;
  if (!same_keys) {
    Ref before(PyDict_Copy(c.host));  // texts in slots still point into these
    if (!before) return false;
    replaced_.push_back(before.release());
    return clear(c.host) && fill_dict(c.host, *c.plan, l, context_);
  }
  for (int64_t i = 0; i < l->length; ++i) {
    const Slot *now = l->data + i * rt::entry_slots(l), *was = c.slots.get() + i * rt::entry_slots(l);
    if (now->i == -1 || memcmp(now, was, width * sizeof(Slot)) == 0) continue;
    Ref key, value;
    if (!box_entry(*c.plan, now, key, &value, context_)) return false;
    PyObject* old = PyDict_GetItemWithError(c.host, key.get());
    if (!old && PyErr_Occurred()) return false;
    if (old) replaced_.push_back(Py_NewRef(old));
    if (set_item(c.host, key.get(), value.get()) < 0) return false;
  }
  return true;
}

bool Conversion::write_back_set(Converted& c) {
  if (c.plan->element->keyed_by_identity) return write_back_objects(c);
  const rt::Table& t = *c.list->table;
  auto* s = reinterpret_cast<PySetObject*>(c.host);
  bool same = c.list->length == c.length && t.count == s->used && t.finger == s->finger;
  for (int64_t i = 0; same && i <= t.mask; ++i) {
    const Slot *now = rt::entry(c.list, i), *was = c.slots.get() + i * rt::entry_slots(c.list);
    same = rt::is_entry(now) ? memcmp(now, was, size_t(c.list->width)) == 0
                             : !rt::is_entry(was) && rt::was_removed(c.list, now) == rt::was_removed(c.list, was);
  }
  return same || fill_set(c.host, *c.plan, c.list, context_, replaced_);
}

// A set of objects: those that are there no longer go, new ones are added. Where all stayed, nothing is asked of them.
bool Conversion::write_back_objects(Converted& c) {
  const List* l = c.list;
  auto width = size_t(rt::entry_slots(l)) * sizeof(Slot);
  bool same = l->length == c.length && memcmp(l->data, c.slots.get(), size_t(l->length) * width) == 0;
  if (same) return true;
  auto* s = reinterpret_cast<PySetObject*>(c.host);  // texts in slots still point into what it held
  for (Py_ssize_t i = 0; i <= s->mask; ++i)
    if (s->table[i].key && s->table[i].hash != -1) replaced_.push_back(Py_NewRef(s->table[i].key));
  PySet_Clear(c.host);
  return fill_by_objects(c.host, *c.plan, l, context_);
}

PyObject* filled_dict(Ref out, const Plan& p, List* l, rt::Context& context) {
  if (fill_dict(out.get(), p, l, context)) return out.release();
  l->host = nullptr;
  return nullptr;
}

PyObject* box_dict(const Plan& p, List* l, rt::Context& context) {
  Ref out(PyDict_New());
  if (!out) return nullptr;
  l->host = out.get();
  return filled_dict(std::move(out), p, l, context);
}

PyObject* box_set(const Plan& p, List* l, rt::Context& context) {
  Ref out(p.container == Container::Set ? PySet_New(nullptr) : PyFrozenSet_New(nullptr));
  std::vector<PyObject*> before;
  if (!out) return nullptr;
  l->host = out.get();
  if (l->table->count == 0 && l->table->fill == 0) return out.release();
  if (p.element->keyed_by_identity) {
    if (fill_by_objects(out.get(), p, l, context)) return out.release();
    return l->host = nullptr, nullptr;
  }
  if (fill_set(out.get(), p, l, context, before)) return out.release();
  l->host = nullptr;
  return nullptr;
}

}  // namespace aic::bindings
