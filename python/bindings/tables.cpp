// Converting dicts and sets (see lists.h). A dict goes in entry by entry. A set's places are copied as they lie, and so are
// they when it comes back: the order in which Python iterates a set is that of its places, which depends on all that happened
// to it. PySetObject is part of CPython's interface for extensions.
//
// After the call: a dict whose keys stand as they stood gets the values that changed, another is filled again; a set whose
// places changed gets them all.
#include "python/bindings/tables.h"

#include <cstring>

#include "runtime/list.h"
#include "runtime/table.h"

namespace aic::bindings {
using ir::TypeKind;
using rt::List;
using rt::Slot;

namespace {

using rt::removed;
using rt::used;

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

bool box_entry(const Plan& p, const Slot* entry, Ref& key, Ref* value, rt::Context& context) {
  const Slot* at = entry + 1;
  key = Ref(box(p.parts[0].parts[1], at, context));
  if (value) *value = Ref(box(p.parts[0].parts[2], at, context));
  return key && (!value || *value);
}

bool fill_dict(PyObject* d, const Plan& p, const List* l, rt::Context& context) {
  for (int64_t i = 0; i < l->length; ++i) {
    const Slot* e = l->data + i * rt::entry_slots(l);
    Ref key, value;
    if (e->i == -1) continue;
    if (!box_entry(p, e, key, &value, context) || PyDict_SetItem(d, key.get(), value.get()) < 0) return false;
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
    const Slot* e = l->data + int64_t(i) * rt::entry_slots(l);
    Ref key;
    if (t.index[i] == used && !box_entry(p, e, key, nullptr, context)) {
      for (size_t k = 0; k < i; ++k)
        if (t.index[k] == used) Py_DECREF(places[k].key);
      return false;
    }
    if (t.index[i] == used)
      places[i] = {key.release(), Py_hash_t(e->i)};
    else
      places[i] = t.index[i] == removed ? setentry{removed_mark(), -1} : setentry{nullptr, 0};
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
  const rt::Table& t = *c.list->table;
  if (t.is_set) c.index.assign(t.index, t.index + t.mask + 1);
  return true;
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
  while (PyDict_Next(o, &at, &k, &v)) {
    Slot* to = key.data();
    if (!element_in(k, p.parts[0].parts[1], to)) return nullptr;
    int64_t place = rt::table_insert(&context_, l, key.data());
    if (place < 0) return PyErr_NoMemory(), nullptr;
    Slot* value = l->data + place * rt::entry_slots(l) + 1 + p.parts[0].parts[1].slots;
    if (!element_in(v, p.parts[0].parts[2], value)) return nullptr;
  }
  return remember(lists_[here]) ? l : nullptr;
}

List* Conversion::set_in(PyObject* o, const Plan& p) {
  List* l = new_table(p);
  if (!l) return nullptr;
  l->host = o;
  size_t here = lists_.size();
  lists_.push_back({Py_NewRef(o), l, &p, 0, nullptr});
  auto* s = reinterpret_cast<PySetObject*>(o);
  if (!rt::set_places(&context_, l, s->mask + 1)) return PyErr_NoMemory(), nullptr;
  rt::Table& t = *l->table;
  for (Py_ssize_t i = 0; i <= s->mask; ++i) {
    const setentry& e = s->table[i];
    if (!e.key) continue;
    t.index[i] = e.hash == -1 ? removed : used;
    if (e.hash == -1) continue;
    Slot* to = l->data + i * rt::entry_slots(l);
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
    PyDict_Clear(c.host);
    return fill_dict(c.host, *c.plan, l, context_);
  }
  for (int64_t i = 0; i < l->length; ++i) {
    const Slot *now = l->data + i * rt::entry_slots(l), *was = c.slots.get() + i * rt::entry_slots(l);
    if (now->i == -1 || memcmp(now, was, width * sizeof(Slot)) == 0) continue;
    Ref key, value;
    if (!box_entry(*c.plan, now, key, &value, context_)) return false;
    if (PyObject* old = PyDict_GetItemWithError(c.host, key.get())) replaced_.push_back(Py_NewRef(old));
    if (PyDict_SetItem(c.host, key.get(), value.get()) < 0) return false;
  }
  return true;
}

bool Conversion::write_back_set(Converted& c) {
  const rt::Table& t = *c.list->table;
  auto* s = reinterpret_cast<PySetObject*>(c.host);
  bool same = t.mask + 1 == int64_t(c.index.size()) && t.count == s->used && t.finger == s->finger &&
              memcmp(t.index, c.index.data(), c.index.size() * sizeof(int32_t)) == 0;
  for (int64_t i = 0; same && i <= t.mask; ++i) {
    const Slot* now = c.list->data + i * rt::entry_slots(c.list);
    same = t.index[i] != used ||
           memcmp(now, c.slots.get() + i * rt::entry_slots(c.list), size_t(rt::entry_slots(c.list)) * sizeof(Slot)) == 0;
  }
  return same || fill_set(c.host, *c.plan, c.list, context_, replaced_);
}

PyObject* box_dict(const Plan& p, List* l, rt::Context& context) {
  Ref out(PyDict_New());
  if (!out) return nullptr;
  l->host = out.get();
  if (fill_dict(out.get(), p, l, context)) return out.release();
  l->host = nullptr;
  return nullptr;
}

PyObject* box_set(const Plan& p, List* l, rt::Context& context) {
  Ref out(p.container == Container::Set ? PySet_New(nullptr) : PyFrozenSet_New(nullptr));
  std::vector<PyObject*> before;
  if (!out) return nullptr;
  l->host = out.get();
  if (l->table->count == 0 && l->table->fill == 0) return out.release();
  if (fill_set(out.get(), p, l, context, before)) return out.release();
  l->host = nullptr;
  return nullptr;
}

}  // namespace aic::bindings
