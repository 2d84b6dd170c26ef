// See objects.h. Nothing here recurses from object to object: a linked list may be as long as memory allows.
#include "python/bindings/objects.h"

#include <cstring>
#include <deque>

#include "python/bindings/world.h"
#include "runtime/list.h"

namespace aic::bindings {
using ir::Record;
using ir::Type;
using ir::TypeKind;
using rt::List;
using rt::Slot;

// ---- names ----
namespace {

struct Known {
  Record record;
  RecordPlan* plan = nullptr;
};
// Kept for ever, with their classes: types are, too. Only touched with the GIL held.
std::map<std::string, Known>& known_records() {
  static auto& all = *new std::map<std::string, Known>;
  return all;
}
std::map<std::string, int>& known_groups() {
  static auto& all = *new std::map<std::string, int>;
  return all;
}
PyTypeObject* class_of(const Record& r) { return reinterpret_cast<PyTypeObject*>(static_cast<uintptr_t>(r.of.key)); }

thread_local Scan* scan_at_hand = nullptr;

}  // namespace

Type renamed(Type t, const std::map<std::string, std::string>& names) {
  if (t.is_object()) {
    auto it = names.find(std::string(t.flavour()));
    return it == names.end() ? t : Type::object(it->second);
  }
  if (t.is_tuple() && !t.flavour().empty()) {
    auto it = names.find(std::string(t.flavour()));
    std::vector<Type> parts;
    for (Type e : t.elements()) parts.push_back(renamed(e, names));
    return Type::flavoured(Type::tuple(parts), it == names.end() ? t.flavour() : std::string_view(it->second));
  }
  if (names.empty() || (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union))) return t;
  std::vector<Type> parts;
  for (Type e : t.elements()) parts.push_back(renamed(e, names));
  if (t.is(TypeKind::Union)) return Type::union_of(parts);
  return Type::flavoured(t.is_list() ? Type::list(parts[0]) : Type::tuple(parts), t.flavour());
}

std::map<std::string, std::string> remember_records(const std::vector<Record>& records) {
  std::map<std::string, std::string> names;
  if (records.empty()) return names;
  std::string text;
  for (const Record& r : records) {
    text += r.name + " " + std::to_string(r.of.key) + " " + r.layout.text();
    for (const Record::Field& f : r.fields)
      text += " " + f.name + ":" + f.type.text() + ":" + std::to_string(f.part) + ":" + std::to_string(f.flag);
    text += ";";
  }
  auto [group, fresh] = known_groups().try_emplace(text, int(known_groups().size()));
  for (const Record& r : records)
    names[r.name] = r.name.substr(0, r.name.find('.')) + ".g" + std::to_string(group->second) + r.name.substr(r.name.find('.'));
  if (!fresh) return names;
  for (const Record& r : records) {
    Known& k = known_records()[names[r.name]];
    k.record = r;
    k.record.name = names[r.name];
    Py_XINCREF(reinterpret_cast<PyObject*>(class_of(r)));
    std::vector<Type> parts;
    for (Type t : r.layout.elements()) parts.push_back(renamed(t, names));
    k.record.layout = Type::tuple(parts);
    for (Record::Field& f : k.record.fields) f.type = renamed(f.type, names);
  }
  return names;
}

const RecordPlan* plan_of_record(const std::string& name) {
  auto it = known_records().find(name);
  if (it == known_records().end()) return nullptr;
  Known& k = it->second;
  if (k.plan) return k.plan;
  auto* p = k.plan = new RecordPlan;  // known before its fields are, which may refer to it
  p->of = Ref::borrowed(reinterpret_cast<PyObject*>(class_of(k.record)));  // none: it stands for a container
  p->record = k.record;
  Plan whole = make_plan(k.record.layout, Side::Result);
  std::vector<int> at;
  for (const Plan& part : whole.parts) {
    at.push_back(p->slots);
    p->slots += part.slots;
  }
  for (const Record::Field& f : k.record.fields) {
    PyObject* text = checked(PyUnicode_InternFromString(f.name.c_str()));
    p->fields.push_back({Ref(text), whole.parts[size_t(f.part)], at[size_t(f.part)], f.flag < 0 ? -1 : at[size_t(f.flag)]});
  }
  p->element = make_element_type(whole, Container::List);
  if (p->of && is_enumeration(p->of.get())) p->members = members_of(class_of(k.record));
  return p;
}

const Record* LiveWorld::record_of_argument(const std::string& name) {
  auto it = known_records().find(name);
  return it == known_records().end() ? nullptr : &it->second.record;
}

void LiveWorld::define(const Record& r) {
  records_.push_back(r);
  is_cachable_ = false;  // what its name stands for is of this process
}

// ---- objects ----
// One that has its own class's layout and no builtin's: a subclass of ndarray or dict may be anything.
bool is_object(PyObject* o) {
  PyTypeObject* t = Py_TYPE(o);
  if (PyType_Check(o) || is_member(o)) return false;
  if (!is_users_class(reinterpret_cast<PyObject*>(t))) return false;
  for (PyTypeObject* base = t->tp_base; base && base != &PyBaseObject_Type; base = base->tp_base)
    if (!is_users_class(reinterpret_cast<PyObject*>(base))) return false;
  return true;
}

bool is_hashed_by_identity(const RecordPlan* r) {
  return !r || !r->of || reinterpret_cast<PyTypeObject*>(r->of.get())->tp_hash == PyBaseObject_Type.tp_hash;
}

bool is_instance_of(PyObject* o, const RecordPlan& r) { return reinterpret_cast<PyObject*>(Py_TYPE(o)) == r.of.get(); }

namespace {

bool has_dict(PyObject* o) { return Py_TYPE(o)->tp_dictoffset != 0 || (Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT); }

// Hands over the attributes of the object itself: of its dictionary, and of slots that are set.
template <class F>
bool each_attribute(PyObject* o, F&& use) {
  if (has_dict(o)) {
    Ref d(PyObject_GenericGetDict(o, nullptr));
    if (!d) return false;
    PyObject *name, *value;
    for (Py_ssize_t at = 0; PyDict_Next(d.get(), &at, &name, &value);)
      if (!use(name, value)) return false;
  }
  PyObject* mro = Py_TYPE(o)->tp_mro;
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(mro); ++k) {
    auto* t = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(mro, k));
    if (!(t->tp_flags & Py_TPFLAGS_HEAPTYPE)) continue;
    PyObject *name, *member;
    for (Py_ssize_t at = 0; PyDict_Next(t->tp_dict, &at, &name, &member);) {
      if (Py_TYPE(member) != &PyMemberDescr_Type) continue;
      Ref value(PyObject_GenericGetAttr(o, name));
      if (!value) {
        PyErr_Clear();
        continue;
      }
      if (!use(name, value.get())) return false;
    }
  }
  return true;
}

Ref get_field(PyObject* o, PyObject* name) {
  if (has_dict(o)) {
    Ref d(PyObject_GenericGetDict(o, nullptr));
    PyObject* v = d ? PyDict_GetItemWithError(d.get(), name) : nullptr;
    if (v) return Ref::borrowed(v);
  }
  Ref v(PyObject_GenericGetAttr(o, name));
  if (!v) PyErr_Clear();
  return v;
}

bool set_field(PyObject* o, PyObject* name, PyObject* value) {
  if (has_dict(o)) {
    PyObject* member = _PyType_Lookup(Py_TYPE(o), name);
    if (!member || !Py_TYPE(member)->tp_descr_set) {
      Ref d(PyObject_GenericGetDict(o, nullptr));
      return d && PyDict_SetItem(d.get(), name, value) == 0;
    }
  }
  return PyObject_GenericSetAttr(o, name, value) == 0;
}

std::string text(PyObject* s) {
  const char* p = PyUnicode_AsUTF8(s);
  if (!p) PyErr_Clear();
  return p ? p : "?";
}

}  // namespace

std::string why_object_unsupported(PyObject* o) {
  std::string why;
  (void)each_attribute(o, [&](PyObject* name, PyObject* value) {
    Type t;
    if (why.empty() && !is_object(value) && !find_type_of_container(value, t))
      why = std::string("a `") + Py_TYPE(o)->tp_name + "` whose `" + text(name) + "` is " +
            (is_container(value) ? why_container_unsupported(value) : why_unsupported(value));
    return true;
  });
  PyErr_Clear();
  return why.empty() ? std::string("a `") + Py_TYPE(o)->tp_name + "`" : why;
}

// ---- scanning ----
Scan::Scan() : outer_(scan_at_hand) { scan_at_hand = this; }
Scan::~Scan() { scan_at_hand = outer_; }

bool find_type_of_object(PyObject* o, Type& out) {
  Scan& s = *scan_at_hand;
  auto [it, fresh] = s.seen_.try_emplace(o, 0);
  if (fresh) {
    size_t k = 0;
    while (k < s.classes_.size() && s.classes_[k].of != Py_TYPE(o)) ++k;
    if (k == s.classes_.size()) s.classes_.push_back({Py_TYPE(o), 0, {}});
    it->second = k;
    s.objects_.push_back(o);
  }
  std::string name;
  for (const char* c = strrchr(Py_TYPE(o)->tp_name, '.') ? strrchr(Py_TYPE(o)->tp_name, '.') + 1 : Py_TYPE(o)->tp_name; *c; ++c)
    name += isalnum(uint8_t(*c)) || *c == '_' ? *c : '_';
  return out = Type::object(name + "." + std::to_string(it->second)), true;
}

bool Scan::look_into(PyObject* o) {
  size_t which = seen_.at(o), at = 0;
  classes_[which].objects += 1;
  return each_attribute(o, [&](PyObject* name, PyObject* value) {
    if (!PyUnicode_Check(name)) return false;
    Type t;
    if (!find_type(value, t, 0)) return false;
    std::vector<Field>& fields = classes_[which].fields;  // others may have been met meanwhile
    size_t k = at;  // most objects of a class have the same attributes in the same order
    if (k >= fields.size() || fields[k].name.get() != name)
      for (k = 0; k < fields.size() && PyUnicode_Compare(fields[k].name.get(), name) != 0;) ++k;
    if (k == fields.size()) fields.push_back({Ref::borrowed(name)});
    at = k + 1;
    fields[k].count += 1;
    return fields[k].type == t || join_types(fields[k].type, t, fields[k].type);
  });
}

bool Scan::finish(Type& out) {
  for (size_t k = 0; k < objects_.size(); ++k)
    if (!look_into(objects_[k])) return PyErr_Clear(), false;
  if (classes_.empty()) return true;
  std::vector<Record> records;
  for (size_t n = 0; n < classes_.size(); ++n) {
    const Class& c = classes_[n];
    Type self;
    PyObject* any = nullptr;
    for (PyObject* o : objects_)
      if (!any && seen_.at(o) == n) any = o;
    (void)find_type_of_object(any, self);
    Record r{std::string(self.flavour()), LiveWorld::class_entity(reinterpret_cast<PyObject*>(c.of)), Type::tuple({}), {}};
    std::vector<Type> parts;
    for (const Field& f : c.fields) {
      r.fields.push_back({text(f.name.get()), f.type, int(parts.size()), -1});
      parts.push_back(f.type);
      if (f.count == c.objects) continue;
      r.fields.back().flag = int(parts.size());
      parts.push_back(Type::boolean());
    }
    r.layout = Type::tuple(parts);
    records.push_back(std::move(r));
  }
  out = renamed(out, remember_records(records));
  return true;
}

// ---- in ----
List* Conversion::object_in(PyObject* o, const Plan& p) {
  const RecordPlan& r = *p.record;
  List* l = rt::list_new(&context_, r.slots * int64_t(sizeof(Slot)), r.element->places.empty() ? nullptr : &r.element->type, 1);
  if (!l) return PyErr_NoMemory(), nullptr;
  l->host = o;
  l->length = 1;
  if (r.slots) memset(l->data, 0, size_t(r.slots) * sizeof(Slot));
  unfilled_.push_back(lists_.size());
  lists_.push_back({Py_NewRef(o), l, &p, 1, nullptr});
  return filling_ || fill_objects() ? l : nullptr;
}

bool Conversion::fill_objects() {
  filling_ = true;
  bool good = true;
  while (good && !unfilled_.empty()) {
    size_t k = unfilled_.back();
    unfilled_.pop_back();
    good = fill(k);
  }
  filling_ = false;
  return good;
}

bool Conversion::fill(size_t k) {
  PyObject* o = lists_[k].host;
  List* l = lists_[k].list;
  const RecordPlan& r = *lists_[k].plan->record;
  for (const RecordPlan::Field& f : r.fields) {
    Ref value = get_field(o, f.name.get());
    if (!value || !fits(value.get(), f.plan)) {
      if (!value && f.flag >= 0) continue;
      PyErr_SetString(PyExc_SystemError, "aic: an object changed while it was converted");
      return false;
    }
    Slot* to = l->data + f.slot;
    if (!element_in(value.get(), f.plan, to)) return false;
    if (f.flag >= 0) l->data[f.flag].i = 1;
  }
  if (!writes_) return true;
  Converted& c = lists_[k];
  c.slots.reset(new (std::nothrow) Slot[size_t(r.slots) + 1]);
  if (!c.slots) return PyErr_NoMemory(), false;
  if (r.slots) memcpy(c.slots.get(), l->data, size_t(r.slots) * sizeof(Slot));
  return true;
}

// ---- back ----
bool Conversion::write_back_object(Converted& c) {
  const RecordPlan& r = *c.plan->record;
  for (const RecordPlan::Field& f : r.fields) {
    const Slot *now = c.list->data + f.slot, *before = c.slots.get() + f.slot;
    if (f.flag >= 0 && c.list->data[f.flag].i == 0) continue;
    bool is_new = f.flag >= 0 && c.slots[f.flag].i == 0;
    if (!is_new && memcmp(now, before, size_t(f.plan.slots) * sizeof(Slot)) == 0) continue;
    Ref x(box(f.plan, now, context_));
    if (!x) return false;
    replaced_.push_back(get_field(c.host, f.name.get()).release());
    if (!set_field(c.host, f.name.get(), x.get())) return false;
  }
  return true;
}

// Objects are made first and filled later, so that they may refer to one another; tables whose keys are objects come last.
namespace {
struct Made {
  const RecordPlan* record;
  List* list;
  Ref object;
};
struct Unfilled {
  std::deque<Made> objects;
  std::vector<std::function<bool(bool)>> tables;
};
thread_local Unfilled* unfilled = nullptr;

bool fill_all(Unfilled& u, rt::Context* context) {
  bool good = true;
  for (size_t k = 0; good && k < u.objects.size(); ++k) {
    if (!u.objects[k].record->of) {
      good = fill_container(u.objects[k].object.get(), u.objects[k].record->fields[0].plan, u.objects[k].list, *context);
      continue;
    }
    for (const RecordPlan::Field& f : u.objects[k].record->fields) {
      const List* from = u.objects[k].list;
      if (f.flag >= 0 && from->data[f.flag].i == 0) continue;
      const Slot* at = from->data + f.slot;
      Ref value(box(f.plan, at, *context));
      good = value && set_field(u.objects[k].object.get(), f.name.get(), value.get());
      if (!good) break;
    }
  }
  return good;
}
}  // namespace

bool fill_later(rt::Context& context, std::function<bool(bool)> fill) {
  if (unfilled) return unfilled->tables.push_back(fill), fill(false);
  Unfilled mine;
  unfilled = &mine;
  mine.tables.push_back(fill);
  bool good = fill(false) && fill_all(mine, &context);
  unfilled = nullptr;
  for (size_t k = mine.tables.size(); good && k-- > 0;) good = mine.tables[k](true);  // inner ones first: they may be keys
  return good;
}

// At once, or when the outermost value is done.
static bool filled_later(Made made, rt::Context& context) {
  if (unfilled) return unfilled->objects.push_back(std::move(made)), true;
  Unfilled mine;
  unfilled = &mine;
  mine.objects.push_back(std::move(made));
  bool good = fill_all(mine, &context);
  unfilled = nullptr;
  for (size_t k = mine.tables.size(); good && k-- > 0;) good = mine.tables[k](true);
  return good;
}

PyObject* box_object(const Plan& p, List* l, rt::Context& context) {
  if (!p.record) {
    PyErr_SetString(PyExc_SystemError, "aic: an object of an unknown class");
    return nullptr;
  }
  if (!p.record->of) {  // the container in its one field, which may hold its like to any depth
    const RecordPlan::Field& it = p.record->fields[0];
    auto* container = static_cast<List*>(l->data[it.slot].p);
    if (container->host) return Py_NewRef(static_cast<PyObject*>(container->host));
    Ref out(empty_container(it.plan, container));
    if (!out) return nullptr;
    return filled_later({p.record, container, Ref::borrowed(out.get())}, context) ? out.release() : nullptr;
  }
  auto* type = reinterpret_cast<PyTypeObject*>(p.record->of.get());
  auto* exceptions = reinterpret_cast<PyTypeObject*>(PyExc_BaseException);
  Ref out;
  if (PyType_IsSubtype(type, exceptions)) {  // its arguments are a field
    Ref nothing(PyTuple_New(0));
    if (nothing) out = Ref(exceptions->tp_new(type, nothing.get(), nullptr));
  } else {
    out = Ref(type->tp_alloc(type, 0));
  }
  if (!out) return nullptr;
  l->host = out.get();
  return filled_later({p.record, l, Ref::borrowed(out.get())}, context) ? out.release() : nullptr;
}

}  // namespace aic::bindings
