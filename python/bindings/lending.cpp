// See lending.h.
#include "python/bindings/lending.h"

#include <algorithm>
#include <map>
#include <set>

#include "python/bindings/call.h"
#include "python/bindings/objects.h"
#include "runtime/list.h"

namespace aic::bindings {
using ir::TypeKind;
using rt::Buffer;
using rt::List;
using rt::Slot;

namespace {

// ---- what is in lists ----
bool is_there(const rt::ReferencePlace& r, const Slot* element) {
  for (int k = 0; k < 2; ++k)
    if (r.guard_slot[k] >= 0 && element[r.guard_slot[k]].i != r.guard_tag[k]) return false;
  return true;
}

bool is_mutable(const Plan& p) { return p.container != Container::Tuple && p.container != Container::FrozenSet; }
bool holds_mutable(const Plan& p) {
  if (p.kind == TypeKind::List && is_mutable(p)) return true;
  return std::ranges::any_of(p.parts, holds_mutable);
}

// Hands over the texts, arrays and containers in a value, and those in the containers that `use` says yes to.
template <class F>
void each_reference(const Plan& plan, Slot* slots, F&& use) {
  std::vector<std::pair<const Plan*, Slot*>> work{{&plan, slots}};
  while (!work.empty()) {
    auto [p, at] = work.back();
    work.pop_back();
    if (p->kind == TypeKind::Str || p->kind == TypeKind::Array) {
      use(*p, at);
    } else if (p->kind == TypeKind::Tuple || p->kind == TypeKind::Slice) {
      if (p->record && !p->record->members.empty()) continue;
      for (const Plan& part : p->parts) work.emplace_back(&part, at), at += part.slots;
    } else if (p->kind == TypeKind::Union) {
      auto tag = size_t(at->i);
      ++at;
      for (size_t k = 0; k < tag && k < p->parts.size(); ++k) at += p->parts[k].slots;
      if (tag < p->parts.size()) work.emplace_back(&p->parts[tag], at);
    } else if (p->kind == TypeKind::List && use(*p, at)) {
      auto* l = static_cast<List*>(at->p);
      if (p->container == Container::Object) {
        for (const RecordPlan::Field& f : p->record->fields)
          if (f.flag < 0 || l->data[f.flag].i) work.emplace_back(&f.plan, l->data + f.slot);
      } else if (p->element && !p->element->places.empty()) {
        for (int64_t i = 0; i < l->length; ++i) {
          Slot* element = l->data + i * (l->width / int64_t(sizeof(Slot)));
          if (!l->table || element->i != -1) work.emplace_back(&p->parts[0], element);
        }
      }
    }
  }
}

// Is there a container in the value that others hold, too?
bool is_shared(const Plan& plan, Slot* slots) {
  std::map<List*, std::pair<const Plan*, int64_t>> met;
  each_reference(plan, slots, [&](const Plan& p, Slot* at) {
    if (p.kind != TypeKind::List) return false;
    auto [it, fresh] = met.try_emplace(static_cast<List*>(at->p), &p, 0);
    it->second.second += 1;
    return fresh;
  });
  return std::ranges::any_of(met, [](const auto& one) {
    const auto& [list, known] = one;
    return list->refcount > known.second && holds_mutable(*known.first);
  });
}

// box() takes the references in containers, and arrays that others hold, too; here both stay, with what it takes besides.
bool lend(const Plan& plan, Slot* slots, std::set<List*>& seen) {
  bool good = true;
  each_reference(plan, slots, [&](const Plan& p, Slot* at) {
    if (p.kind == TypeKind::List) return seen.insert(static_cast<List*>(at->p)).second;
    const bool inside = at < slots || at >= slots + plan.slots;
    if (auto* s = static_cast<rt::Str*>(at->p); p.kind == TypeKind::Str && inside && s->refcount >= 0) s->refcount += 1;
    if (p.kind == TypeKind::Array) {
      auto* owner = static_cast<Buffer*>(at[1].p);
      if (!owner->host && (inside || owner->refcount > 1)) good = own_by_object(p, at) && good;
    }
    return false;
  });
  return good;
}

// What box() did not take of a value: containers, and arrays that are objects' by now.
void release(const Plan& p, Slot* slots, const std::vector<Buffer*>& owned, rt::Context& context) {
  for (Buffer* b : owned)
    if (--b->refcount == 0) context.runtime->release(&context, b);
  each_reference(p, slots, [&](const Plan& part, Slot* at) {
    auto* l = static_cast<List*>(at->p);
    if (part.kind == TypeKind::List && --l->refcount == 0) rt::list_release(&context, l);
    return false;
  });
}

// Neither arrays nor containers are in it.
bool is_plain(const Plan& p) {
  if (p.kind == TypeKind::Array || p.kind == TypeKind::List) return false;
  return std::ranges::all_of(p.parts, is_plain);
}

}  // namespace

bool leads_to_callers(List* state) {
  std::set<List*> seen;
  std::vector<List*> work{state};
  while (!work.empty()) {
    List* l = work.back();
    work.pop_back();
    if (!l || !seen.insert(l).second) continue;
    auto* host = static_cast<PyObject*>(l->host);
    if (host && Py_TYPE(host) != &PyTuple_Type && Py_TYPE(host) != &PyFrozenSet_Type) return true;
    for (int64_t i = 0; l->type && i < l->length; ++i) {
      const Slot* element = l->data + i * (l->width / int64_t(sizeof(Slot)));
      if (l->table && element->i == -1) continue;
      for (int64_t k = 0; k < l->type->reference_count; ++k) {
        const rt::ReferencePlace& r = l->type->references[k];
        if (r.kind == 0 && is_there(r, element)) work.push_back(static_cast<List*>(element[r.slot].p));
      }
    }
  }
  return false;
}

PyObject* given(const Plan& p, Slot* slots, Home& home) {
  if (const Slot* from = slots; is_plain(p)) return box(p, from, home.context);
  if (is_shared(p, slots)) {
    try {
      refuse(home.function.get(), "escaping-generator", {"a list, dict, set or object that it yielded"});
    } catch (...) {
      translate_exception();
    }
    return nullptr;
  }
  std::set<List*> seen;
  if (!lend(p, slots, seen)) return nullptr;
  std::vector<Buffer*> owned;
  each_reference(p, slots, [&](const Plan& part, Slot* at) {
    if (part.kind == TypeKind::Array && static_cast<Buffer*>(at[1].p)->host) owned.push_back(static_cast<Buffer*>(at[1].p));
    return false;
  });
  PyObject* o = nullptr;
  {
    ForAWhile made;
    const Slot* from = slots;
    o = box(p, from, home.context);
  }
  release(p, slots, owned, home.context);
  return o;
}

}  // namespace aic::bindings
