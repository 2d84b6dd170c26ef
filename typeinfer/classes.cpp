// Classes and the types of their fields: see classes.h. What expressions do with objects is in objects.cpp.
#include "typeinfer/classes.h"

#include <algorithm>
#include <functional>

#include "ir/base/error.h"
#include "ir/ops/table.h"

namespace aic::typeinfer {
using ir::operator""_op;

// ---- types ----
static bool is_long(Type t) { return t.is_list() && t.flavour() == "tuple"; }
static bool is_plain_tuple(Type t) { return t.is_tuple() && t.flavour().empty(); }
static bool merges(Type a, Type b) {
  if (a == b || (is_long(a) && is_plain_tuple(b)) || (is_plain_tuple(a) && is_long(b))) return true;
  if (a.is_list() && b.is_list()) return a.flavour() == b.flavour() && !a.is_object();
  if (a.is_array() && b.is_array()) return a.dtype() == b.dtype() && a.rank() == b.rank();
  return a.is_tuple() && b.is_tuple() && a.flavour() == b.flavour() && a.elements().size() == b.elements().size();
}

Type join_types(Type a, Type b) {
  if (a == b || b.is(TypeKind::Never)) return a;
  if (a.is(TypeKind::Never)) return b;
  if (a.is(TypeKind::Function) || b.is(TypeKind::Function)) return Type::function();
  if (merges(a, b)) {
    if (is_long(a) != is_long(b)) {  // one of any length
      Type element = (is_long(a) ? a : b).element();
      for (Type part : (is_long(a) ? b : a).elements()) element = join_types(element, part);
      return Type::flavoured(Type::list(element), "tuple");
    }
    if (a.is_list()) return Type::flavoured(Type::list(join_types(a.element(), b.element())), a.flavour());
    if (a.is_array()) return type_of(join(runtime(a, {}), runtime(b, {})));
    std::vector<Type> parts;
    for (size_t k = 0; k < a.elements().size(); ++k) parts.push_back(join_types(a.elements()[k], b.elements()[k]));
    return Type::flavoured(Type::tuple(parts), a.flavour());
  }
  std::vector<Type> arms;
  auto add = [&](Type t) {
    auto it = std::find_if(arms.begin(), arms.end(), [&](Type arm) { return merges(arm, t); });
    if (it == arms.end())
      arms.push_back(t);
    else
      *it = join_types(*it, t);
  };
  for (Type t : {a, b})
    if (t.is(TypeKind::Union))
      for (Type arm : t.elements()) add(arm);
    else
      add(t);
  Type all = absorbed(Type::union_of(arms));
  return is_endless(all) ? folded(all) : all;
}

// ---- classes ----
Field* Class::find(const std::string& name) {
  for (Field& f : fields)
    if (f.name == name) return &f;
  return nullptr;
}

static std::string symbol_of(const std::string& name) {
  std::string s;
  for (char c : name) s += isalnum(uint8_t(c)) || c == '_' ? c : '_';
  return s;
}

LocalClass* Classes::local_of(const ir::ClassEntity& c) {
  for (auto& [statement, l] : locals_)
    if (l->entity.key == c.key) return l.get();
  return nullptr;
}

std::string Classes::qualified(const ir::ClassEntity& c) {
  if (LocalClass* l = local_of(c)) return l->qualified;
  ir::Entity e = world_.attribute(c, "__qualname__");
  auto* constant = std::get_if<ir::Constant>(&e);
  auto* text = constant ? std::get_if<std::string>(&constant->value) : nullptr;
  return text ? *text : c.name;
}

LocalClass* Classes::class_with(const ir::PyForm* method) {
  for (auto& [statement, l] : locals_)
    for (const auto& [name, m] : l->members)
      if (m.value.form == method || m.setter.form == method) return l.get();
  return nullptr;
}

LocalClass& Classes::local(const ir::Function& py, OpId statement, const std::string& name) {
  std::unique_ptr<LocalClass>& l = locals_[{&py, statement.index}];
  if (l) return *l;
  l = std::make_unique<LocalClass>();
  l->entity = {uint64_t(reinterpret_cast<uintptr_t>(l.get())) | 1, name};
  l->info.lookup = {l->entity};
  Class& c = classes_.emplace_back();
  c.entity = {0, "type"};
  c.info = &info(c.entity);
  c.type = Type::object(symbol_of(name) + ".class." + std::to_string(classes_.size()));
  c.stands_for = l.get();
  l->made = &c;
  return *l;
}

const ir::ClassDescription& Classes::info(const ir::ClassEntity& c) {
  static const ir::ClassDescription plain;
  if (c.key == 0) return plain;  // of our own: nothing can be looked for in it
  if (LocalClass* l = local_of(c)) return l->info;
  const ir::ClassDescription* d = world_.description(c);
  AIC_CHECK(d, c.name);
  return *d;
}

Class& Classes::of(const ir::ClassEntity& entity) {
  for (Class& c : classes_)
    if (c.entity.key == entity.key) return c;
  Class& c = classes_.emplace_back();
  c.entity = entity;
  c.info = &info(entity);
  const bool enumeration = c.info->kind == ir::ClassDescription::Enumeration;
  bool is_tuple = c.info->kind == ir::ClassDescription::Named || enumeration;
  std::string name = symbol_of(entity.name) + "." + std::to_string(classes_.size());
  if (enumeration) name += member_ending;
  c.type = is_tuple ? Type::flavoured(Type::tuple(std::vector{Type::integer()}), name) : Type::object(name);
  grown |= asks_exceptions_ && c.info->kind == ir::ClassDescription::Exception;
  bool escapes = false;
  c.always = always_set(entity, nullptr, 0, escapes);
  if (local_of(entity)) c.always.insert(class_field);
  c.sets_args = c.always.contains("args");
  if (c.info->kind == ir::ClassDescription::Exception) c.always.insert("args");  // else they are what it was called with
  return c;
}

Class* Classes::of_type(Type t) {
  if (t.flavour().find('.') == std::string_view::npos) return nullptr;
  for (Class& c : classes_)
    if (c.type.flavour() == t.flavour()) return &c;
  return nullptr;
}

bool Classes::refers_to_itself(Type object) {
  std::set<const Class*> met;
  std::function<bool(Type)> leads_back = [&](Type t) -> bool {
    if (t == object && !met.empty()) return true;
    if (!t.is_object() && (t.is_list() || t.is_tuple() || t.is(TypeKind::Union)))
      return std::ranges::any_of(t.elements(), leads_back);
    const Class* c = t.is_object() ? of_type(t) : nullptr;
    return c && met.insert(c).second && std::ranges::any_of(c->fields, [&](const Field& f) { return leads_back(f.type); });
  };
  return leads_back(object);
}

std::vector<Class*> Classes::exceptions() {
  asks_exceptions_ = true;
  std::vector<Class*> all;
  for (Class& c : classes_)
    if (c.info->kind == ir::ClassDescription::Exception) all.push_back(&c);
  return all;
}

void Classes::raises(Raised r) { grown |= raised_.insert(std::move(r)).second && asks_raised_; }

// `list`, whose site nobody knows, is to hold `element`, too: the fields that hold such lists do.
bool Classes::grow(Type list, Type element) {
  Type wider = Type::flavoured(Type::list(join_types(list.element(), element)), list.flavour());
  std::function<Type(Type)> changed = [&](Type t) -> Type {
    if (t == list) return wider;
    if (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union)) return t;
    std::vector<Type> parts;
    for (Type e : t.elements()) parts.push_back(changed(e));
    if (t.is(TypeKind::Union)) return Type::union_of(parts);
    return Type::flavoured(t.is_list() ? Type::list(parts[0]) : Type::tuple(parts), t.flavour());
  };
  bool any = false;
  for (Class& c : classes_)
    for (Field& f : c.fields)
      if (Type t = changed(f.type); t != f.type) f.type = t, any = grown = true;
  for (auto& [key, f] : globals_)
    if (Type t = changed(f.type); t != f.type) f.type = t, any = grown = true;
  return any;
}

std::string Classes::shown(Type t) const {
  for (const Class& c : classes_)
    if (c.type.flavour() == t.flavour()) return c.entity.name;
  return t.text();
}

Field& Classes::global(const ir::ArrayGlobal& g) {
  auto [it, fresh] = globals_.try_emplace(g.key);
  Field& f = it->second;
  if (!fresh) return f;
  f.name = g.name;
  f.type = f.written = adopted(g.type);
  return f;
}

static constexpr std::string_view box_ending = ".state";

bool is_box(Type t) { return t.is_object() && t.flavour().ends_with(box_ending); }

Box& Classes::box(Type t) {
  for (auto& [function, b] : boxes_)
    if (b.of && b.of->type == t) return b;
  throw ir::InternalError("no generator's box: " + t.text());
}

Box& Classes::box(const ir::Function& generator) {
  static const ir::ClassDescription plain;
  Box& b = boxes_[&generator];
  if (b.of) return b;
  Class& c = classes_.emplace_back();
  c.entity = {uint64_t(reinterpret_cast<uintptr_t>(&generator)) | 1, "generator"};
  c.info = &plain;
  c.type = Type::object("generator." + std::to_string(classes_.size()) + std::string(box_ending));
  Field& f = c.fields.emplace_back();
  f.name = "state";
  f.always = true;
  b.of = &c;
  return b;
}

void Classes::widen(Box& b, const Value& shape) {
  auto site = [&](const std::string&) { return new_site(nullptr); };
  Value joined = join(resited(b.shape, site), resited(shape, site));  // joining changes what lists hold
  if (key(joined) == key(b.shape)) return;
  b.shape = joined;
  grown = true;
}

void Classes::begin() {
  grown = false;
  for (auto& [function, b] : boxes_) {
    std::vector<Type> types;
    leaf_types(b.shape, types);
    b.written = b.shape;
    b.of->fields.front().type = b.shape.kind == Kind::Never ? Type::never() : Type::tuple(types);
  }
  for (auto& [key, f] : globals_) f.written = f.type;
  for (Class& c : classes_) {
    std::vector<Type> parts;
    for (Field& f : c.fields) {
      f.part = f.flag = -1;
      f.written = f.type;
      f.shape_written = resited(f.shape, [](const std::string&) { return new_site(nullptr); });
      if (f.type.is(TypeKind::Never)) continue;
      f.part = int(parts.size());
      parts.push_back(f.type);
      if (f.always) continue;
      f.flag = int(parts.size());
      parts.push_back(Type::boolean());
    }
    c.layout = Type::tuple(parts);
  }
}

Field& Classes::field(Class& c, const std::string& name) {
  if (Field* f = c.find(name)) return *f;
  Field& f = c.fields.emplace_back();
  f.name = name;
  f.always = c.always.contains(name);
  grown = true;
  return f;
}

void Classes::keep(Field& f, const Value& v) {
  auto site = [&](const std::string&) { return new_site(nullptr); };
  Value before = resited(f.shape, site);  // joining changes what lists hold
  if (before.kind == Kind::Never && f.fixed) before = held(*f.fixed);
  if (before.kind == Kind::Never && !f.type.is(TypeKind::Never)) before = shape_of_type(f.type, site);
  Value joined = join_elements(before, resited(held(v), site));
  if (f.shape.kind != Kind::Never && key(joined) == key(f.shape)) return;
  f.shape = joined;
  f.fixed.reset();
  f.type = joined.kind == Kind::Conflict ? Type::function() : type_of(joined);
  grown = true;
}

void Classes::widen(Field& f, Type t) {
  if (f.shape.kind != Kind::Never) return keep(f, shape_of_type(t, [](const std::string&) { return new_site(nullptr); }));
  Type joined = join_types(f.type, t);
  if (joined == f.type) return;
  f.type = joined;
  grown = true;
}

void Classes::fix(Field& f, const Value& v) {
  if (f.fixed && (f.fixed->kind == Kind::Conflict || key(*f.fixed) == key(v))) return;
  Value all = f.fixed ? join(*f.fixed, v) : shape_of(v);
  if (f.fixed && all.kind != Kind::Choice)
    all = conflict(describe(*f.fixed) + " in one object and " + describe(v) + " in another");
  if (f.fixed && key(all) == key(*f.fixed)) return;
  f.fixed = all;
  if (all.kind == Kind::Choice) f.type = Type::integer();
  grown = true;
}

Type Classes::adopted(Type t) {
  if (t.is_object()) {
    const ir::Record* r = world_.record_of_argument(std::string(t.flavour()));
    if (!r) return t;
    Class& c = of(r->of);
    Type type = c.type;
    if (!argument_.insert(t).second) return type;
    // What __init__ always sets may be missing in objects that the caller made otherwise.
    std::erase_if(c.always, [&](const std::string& name) {
      return std::none_of(r->fields.begin(), r->fields.end(), [&](auto& f) { return f.name == name && f.flag < 0; });
    });
    for (Field& f : c.fields) f.always = c.always.contains(f.name);
    for (const ir::Record::Field& f : r->fields) {
      Field& mine = field(c, f.name);
      widen(mine, adopted(f.type));
    }
    return type;
  }
  if (!t.is_list() && !t.is_tuple() && !t.is(TypeKind::Union)) return t;
  std::vector<Type> parts;
  for (Type e : t.elements()) parts.push_back(adopted(e));
  if (t.is(TypeKind::Union)) return Type::union_of(parts);
  if (t.is_list()) return Type::flavoured(Type::list(parts[0]), t.flavour());
  const ir::Record* r = t.flavour().empty() ? nullptr : world_.record_of_argument(std::string(t.flavour()));
  return Type::flavoured(Type::tuple(parts), r ? of(r->of).type.flavour() : t.flavour());
}

std::string Classes::why_not() const {
  for (const Class& c : classes_)
    if (!c.info->why_not.empty()) return "`" + c.entity.name + "`, " + c.info->why_not + ",";
  return "";
}

void Classes::define(Type t, std::set<std::string>& known) {
  if (is_box(t)) return;
  if (Class* c = of_type(t)) {
    if (!known.insert(std::string(t.flavour())).second) return;
    ir::Record r{std::string(t.flavour()), c->entity, c->layout, {}};
    for (const Field& f : c->fields)
      if (f.part >= 0) r.fields.push_back({f.name, f.written, f.part, f.flag});
    world_.define(r);
    for (const Field& f : c->fields) define(f.type, known);
    if (!t.is_tuple()) return;
  }
  if (t.is_list() || t.is_tuple() || t.is(TypeKind::Union))
    for (Type e : t.elements()) define(e, known);
}

Classes::Found Classes::find(const ir::ClassEntity& c, const std::string& name, const ir::ClassEntity* after) {
  bool passed = !after;
  for (const ir::ClassEntity& in : info(c).lookup) {
    if (LocalClass* l = passed ? local_of(in) : nullptr) {
      auto it = l->members.find(name);
      if (it != l->members.end()) {
        bool sets = it->second.setter.kind != Kind::Never;
        return {in, {it->second.kind, ir::Missing{}, sets ? ir::Entity(ir::Builtin{name}) : ir::Missing{}}, name};
      }
    } else if (passed) {
      if (ir::ClassMember m = world_.class_member(in, name); m.kind != ir::ClassMember::Absent) return {in, std::move(m), name};
    }
    passed |= after && in.key == after->key;
  }
  return {};
}

bool Classes::is_subclass(const ir::ClassEntity& c, const ir::ClassEntity& of) {
  const auto& all = info(c).lookup;
  return std::any_of(all.begin(), all.end(), [&](const ir::ClassEntity& x) { return x.key == of.key; });
}

// ---- which fields are set before anybody can look ----
namespace {

class Constructor {
 public:
  using Base = std::function<std::set<std::string>(OpId call, bool& escapes)>;
  using Constant = std::function<bool(const std::string&)>;
  Constructor(const ir::Function& f, ValueId self, Constant constant) : f_(f), self_(self), constant_(std::move(constant)) {}
  std::set<std::string> always, missed;
  bool escapes = false;

  // False: no way leads on.
  bool region(ir::RegionId r, const Base& base) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
      const ir::Op& op = f_.op(id);
      if (op.code == "return"_op) return returned(), false;
      if (op.code == "py.raise"_op || op.code == "break"_op || op.code == "continue"_op) return false;
      if (!op.regions.empty()) {
        if (!inner(id, base)) return false;
        continue;
      }
      if (op.code == "py.set_attribute"_op && op.operands[0] == self_ && op.operands[1] != self_) {
        if (!escapes) now_.insert(f_.text_attr(id, "name"));
        continue;
      }
      if (op.code == "py.attribute"_op && op.operands[0] == self_) {
        const std::string& name = f_.text_attr(id, "name");
        if (now_.contains(name)) continue;
        missed.insert(name);  // read before it is set; or a method or property, which may look at anything
        escapes |= !constant_(name);
        continue;
      }
      bool mentions = std::find(op.operands.begin(), op.operands.end(), self_) != op.operands.end();
      if (op.code == "py.call"_op && is_base_call(id)) {
        for (const std::string& name : base(id, escapes)) now_.insert(name);
        continue;
      }
      escapes |= mentions && op.code != "py.compare"_op;
    }
    return true;
  }
  void returned() {
    if (!any_return_) always = now_;
    std::erase_if(always, [&](const std::string& n) { return !now_.contains(n); });
    any_return_ = true;
  }
  void finish() {
    for (const std::string& n : missed) always.erase(n);
  }

 private:
  // super().__init__(…), Base.__init__(self, …)
  bool is_base_call(OpId id) const {
    OpId callee = f_.defining_op(f_.op(id).operands[0]);
    if (!callee || f_.op(callee).code != "py.attribute"_op || f_.text_attr(callee, "name") != "__init__") return false;
    OpId of = f_.defining_op(f_.op(callee).operands[0]);
    if (!of) return false;
    if (f_.op(of).code == "py.global"_op || f_.op(of).code == "py.free"_op)
      return f_.op(id).operands.size() > 1 && f_.op(id).operands[1] == self_;
    OpId super = f_.op(of).code == "py.call"_op ? f_.defining_op(f_.op(of).operands[0]) : OpId{};
    return super && f_.op(super).code == "py.global"_op && f_.text_attr(super, "name") == "super";
  }
  bool inner(OpId id, const Base& base) {
    std::set<std::string> before = now_, after;
    bool first = true;
    if (f_.op(id).code != "if"_op) {  // a loop or try: its body may run any number of times, or by halves
      for (ir::RegionId r : f_.op(id).regions) {
        now_ = before;
        (void)region(r, base);
      }
      now_ = before;
      return true;
    }
    for (ir::RegionId r : f_.op(id).regions) {
      now_ = before;
      if (!region(r, base)) continue;
      if (first) after = now_;
      std::erase_if(after, [&](const std::string& n) { return !now_.contains(n); });
      first = false;
    }
    now_ = after;
    return !first;
  }

  const ir::Function& f_;
  ValueId self_;
  std::set<std::string> now_;
  Constant constant_;
  bool any_return_ = false;
};

}  // namespace

std::set<std::string> Classes::always_set(const ir::ClassEntity& c, const ir::ClassEntity* after, int depth, bool& escapes) {
  Found init = find(c, "__init__", after);
  if (init.member.kind == ir::ClassMember::Generated) {
    std::set<std::string> names;
    for (const ir::ClassField& f : info(init.in).fields) names.insert(f.name);
    return names;
  }
  bool builtin = init.member.kind == ir::ClassMember::Absent && info(c).kind == ir::ClassDescription::Exception;
  if (builtin && depth > 0) return {"args"};
  auto* function = std::get_if<ir::PythonFunction>(&init.member.entity);
  LocalClass* local = init.member.kind == ir::ClassMember::Function ? local_of(init.in) : nullptr;
  if (init.member.kind != ir::ClassMember::Function || !(function || local) || depth > 8) return {};
  const ir::PyForm& form = local ? *local->members["__init__"].value.form : world_.py_form(*function);
  const ir::Function& f = *form.function;
  size_t captured = f.parameters().size() - std::min(form.parameters.size(), f.parameters().size());
  if (captured >= f.parameters().size()) return {};
  auto constant = [&](const std::string& name) { return find(c, name).member.kind == ir::ClassMember::Value; };
  Constructor scan(f, f.parameters()[captured], constant);
  auto base = [&](OpId call, bool& base_escapes) -> std::set<std::string> {
    OpId of = f.defining_op(f.op(f.defining_op(f.op(call).operands[0])).operands[0]);
    if (f.op(of).code == "py.call"_op) return always_set(c, &init.in, depth + 1, base_escapes);
    ir::Entity e =
        f.op(of).code == "py.global"_op ? world_.global(f, f.text_attr(of, "name")) : world_.free(f, f.text_attr(of, "name"));
    if (auto* b = std::get_if<ir::Builtin>(&e); b && info(c).kind == ir::ClassDescription::Exception) return {"args"};
    if (auto* b = std::get_if<ir::ClassEntity>(&e)) return always_set(*b, nullptr, depth + 1, base_escapes);
    base_escapes = true;
    return {};
  };
  if (scan.region(f.body(), base)) scan.returned();
  scan.finish();
  escapes |= scan.escapes;
  return scan.always;
}

}  // namespace aic::typeinfer
