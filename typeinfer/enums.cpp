// Members of enumerations: see enums.h.
#include "typeinfer/enums.h"

#include <algorithm>

namespace aic::typeinfer {
using Member = ir::ClassMember;
using ir::ClassDescription;

Class* Enums::class_of(Frame& f, const Value& v) {
  return v.kind == Kind::Member ? f.session_.classes.of_type(type_of(v)) : nullptr;
}

bool Enums::is_class(Frame& f, const ir::ClassEntity& c) {
  return f.session_.classes.info(c).kind == ClassDescription::Enumeration;
}

Value Enums::member(Frame& f, const ir::ClassEntity& c, int64_t number) {
  return tuple_of({integer(number)}, f.session_.classes.of(c).type.flavour());
}

Values Enums::all(Frame& f, const ir::ClassEntity& c) {
  Values members;
  for (size_t k = 0; k < f.session_.classes.info(c).members.size(); ++k) members.push_back(member(f, c, int64_t(k)));
  return members;
}

Value Enums::pick(Frame& f, const Value& m, const std::function<Value(int64_t)>& of) {
  int64_t count = int64_t(class_of(f, m)->info->members.size());
  const Value& number = m.parts[0];
  if (std::optional<int64_t> k = known_int(number)) return of(*k);
  std::function<Value(int64_t)> from = [&](int64_t k) -> Value {
    if (k + 1 == count) return of(k);
    return f.choose(f.test("equal"_op, number.id, f.ints(k)), [&, k] { return of(k); }, [&, k] { return from(k + 1); });
  };
  return from(0);
}

Value Enums::value(Frame& f, const Value& m) {
  const Class& c = *class_of(f, m);
  return pick(f, m, [&](int64_t k) {
    const ir::Entity& e = c.info->members[size_t(k)].second;
    if (auto* u = std::get_if<ir::Unknown>(&e))
      f.fail("unsupported",
             {"the value of " + c.entity.name + "." + c.info->members[size_t(k)].first + ": " + u->why + ": it"});
    return from_entity(e, f.session_.classes);
  });
}

Value Enums::plain(Frame& f, const Value& v) {
  Class* c = class_of(f, v);
  return c && !c->info->builtin.empty() ? value(f, v) : v;
}

Value Enums::attribute(Frame& f, const Value& m, const std::string& name) {
  const Class& c = *class_of(f, m);
  if (name == "value" || name == "_value_") return value(f, m);
  if (name == "name" || name == "_name_")
    return pick(f, m, [&](int64_t k) { return typeinfer::text(c.info->members[size_t(k)].first); });
  if (name == "__class__") return entity(c.entity);
  if (std::optional<Value> v = Named::member_of_class(f, m, c, name)) return *v;
  Value found = pick(f, m, [&](int64_t k) {
    ir::Entity e = f.session_.world.attribute(ir::EnumMember{c.entity, k}, name);
    if (std::holds_alternative<ir::Missing>(e)) {
      if (std::optional<Value> other = named(f, c.entity, name)) return *other;
      if (Value plain = Enums::plain(f, m); key(plain) != key(m)) return f.attribute(plain, name);
      std::vector<std::string> known{"name", "value"};
      f.fail("unknown-attribute", {c.entity.name, name}, Frame::meant_attribute(name, known));
    }
    if (auto* u = std::get_if<ir::Unknown>(&e)) f.fail("unsupported", {u->why});
    return from_entity(e, f.session_.classes);
  });
  return found;
}

// Colour.RED, aliases too.
std::optional<Value> Enums::named(Frame& f, const ir::ClassEntity& c, const std::string& name) {
  const ClassDescription& info = f.session_.classes.info(c);
  for (size_t k = 0; k < info.members.size(); ++k)
    if (info.members[k].first == name) return member(f, c, int64_t(k));
  for (const ir::ClassField& alias : info.fields)
    if (alias.name == name) return member(f, c, std::get<ir::EnumMember>(alias.otherwise).index);
  return {};
}

// Colour["RED"]
Value Enums::by_name(Frame& f, const ir::ClassEntity& c, const Value& name) {
  const ClassDescription& info = f.session_.classes.info(c);
  Value missing;
  missing.kind = Kind::Exception;
  missing.text = "KeyError";
  missing.parts = {name};
  std::vector<std::string> names;
  for (const auto& [known, _] : info.members) names.push_back(known);
  for (const ir::ClassField& alias : info.fields) names.push_back(alias.name);
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    if (k == names.size()) {
      f.raise(missing);
      return Value{};
    }
    Value is = f.truth(f.compare("==", name, typeinfer::text(names[k])));
    if (std::optional<bool> known = known_bool(is)) return *known ? *named(f, c, names[k]) : from(k + 1);
    return f.choose(is.id, [&, k] { return *named(f, c, names[k]); }, [&, k] { return from(k + 1); });
  };
  return from(0);
}

// Colour("r")
Value Enums::by_value(Frame& f, const ir::ClassEntity& c, const Value& v) {
  if (Class* own = class_of(f, v); own && own->entity.key == c.key) return v;
  const ClassDescription& info = f.session_.classes.info(c);
  if (f.session_.classes.find(c, "_missing_").member.kind != Member::Absent)
    f.fail("unsupported", {"`_missing_` of " + c.name});
  std::function<Value(size_t)> from = [&](size_t k) -> Value {
    if (k == info.members.size()) {
      Value wrong;
      wrong.kind = Kind::Exception;
      wrong.text = "ValueError";
      wrong.parts = {f.joined({f.as_text(v, true), typeinfer::text(" is not a valid " + c.name)})};
      f.raise(wrong);
      return Value{};
    }
    Value is = f.truth(f.compare("==", v, value(f, member(f, c, int64_t(k)))));
    if (std::optional<bool> known = known_bool(is)) return *known ? member(f, c, int64_t(k)) : from(k + 1);
    return f.choose(
        f.as_type(is, Type::boolean()), [&, k] { return member(f, c, int64_t(k)); }, [&, k] { return from(k + 1); });
  };
  return from(0);
}

std::optional<Value> Enums::compare(Frame& f, const std::string& op, const Value& x, const Value& y) {
  Class *a = class_of(f, x), *b = class_of(f, y);
  if ((!a && !b) || is_union(x) || is_union(y)) return {};
  if (op == "is" || op == "is not" || ((op == "==" || op == "!=") && a == b)) {
    Value same = a == b ? f.compare("==", x.parts[0], y.parts[0]) : boolean(false);
    return op == "is" || op == "==" ? same : f.negation(same);
  }
  Value left = plain(f, x), right = plain(f, y);
  if (key(left) != key(x) || key(right) != key(y)) return f.compare(op, left, right);
  if (op == "==" || op == "!=") return boolean(op == "!=");
  f.wrong_operands(op, x, y);
}

// ---- texts ----
bool Enums::shows_value(Frame& f, const Value& m, const char* method) {
  return f.session_.world.class_member(class_of(f, m)->entity, method).kind == Member::Value;
}

Value Enums::text(Frame& f, const Value& m, bool repr) {
  const Class& c = *class_of(f, m);
  for (const char* name : {"__str__", "__repr__"}) {
    if (repr == (name == std::string("__str__"))) continue;
    Classes::Found found = f.session_.classes.find(c.entity, name);
    if (found.member.kind == Member::Function) return f.call(*Named::member_of_class(f, m, c, name), {});
  }
  if (!repr && shows_value(f, m, "__str__")) return f.as_text(value(f, m), false);
  Value name = f.joined({typeinfer::text(c.entity.name + "."), attribute(f, m, "name")});
  return repr
             ? f.joined({typeinfer::text("<"), name, typeinfer::text(": "), f.as_text(value(f, m), true), typeinfer::text(">")})
             : name;
}

bool Enums::is_only_asked(Frame& f, OpId set, const Values& parts) {
  auto member = [](const Value& v) { return v.kind == Kind::Member; };
  const std::vector<ir::Use>& uses = f.py_.value(f.py_.op(set).results[0]).uses;
  if (parts.empty() || !std::ranges::all_of(parts, member) || uses.size() != 1 || uses[0].operand != 1) return false;
  const OpId user = uses[0].op;
  const std::string how = f.py_.op(user).code == "py.compare"_op ? f.py_.text_attr(user, "op") : std::string();
  if (how != "in" && how != "not in") return false;
  const Type asked = type_of(f.py_value(f.py_.op(user).operands[0]));
  auto fits = [](Type t) { return is_member(t) || t.is(TypeKind::None); };
  return asked.is(TypeKind::Union) ? std::ranges::all_of(asked.elements(), fits) : fits(asked);
}

bool Enums::holds_member(Type t) {
  if (is_member(t)) return true;
  if (!t.is_tuple() && !t.is(TypeKind::Union)) return false;
  return std::ranges::any_of(t.elements(), holds_member);
}

bool Enums::asks_methods(Frame& f, const Value& table, Type key) {
  return f.asks_methods(key) || (table.type.flavour() != "dict" && holds_member(key));
}

// Enum's __hash__ is that of the name; of an IntEnum or its like it is the number's or text's.
Value Enums::hash(Frame& f, const Value& m) {
  return f.hash_of(class_of(f, m)->info->builtin.empty() ? attribute(f, m, "name") : value(f, m));
}

// As keys of a dict, members are tuples of their number: what would be equal to them there, but is not in Python (or the other
// way round), must not meet them.
void Enums::check_keys(Frame& f, Type a, Type b) {
  if (!holds_member(a) && !holds_member(b)) return;
  std::function<bool(Type, Type)> confused = [&](Type x, Type y) -> bool {
    if (x == y && !x.is(TypeKind::Union)) return false;
    if (x.is(TypeKind::Union)) return std::ranges::any_of(x.elements(), [&](Type e) { return confused(e, y); });
    if (y.is(TypeKind::Union)) return confused(y, x);
    if (!is_member(x) && is_member(y)) return confused(y, x);
    if (is_member(x))
      return y.is_tuple() || (!f.session_.classes.of_type(x)->info->builtin.empty() && (y.is_number() || y.is(TypeKind::Str)));
    if (!x.is_tuple() || !y.is_tuple() || x.elements().size() != y.elements().size()) return false;
    for (size_t k = 0; k < x.elements().size(); ++k)
      if (confused(x.elements()[k], y.elements()[k])) return true;
    return false;
  };
  if (confused(a, b)) f.fail("unsupported", {"members of an enumeration among keys of other types"});
}

}  // namespace aic::typeinfer
