// Named tuples: see enums.h. All that tuples do, they do as tuples; here is what their class adds.
#include <algorithm>
#include <set>

#include "typeinfer/enums.h"

namespace aic::typeinfer {
using Member = ir::ClassMember;

Class* Named::class_of(Frame& f, const Value& v) {
  if (v.kind != Kind::Tuple || v.text.empty()) return nullptr;
  Class* c = f.session_.classes.of_type(type_of(v));
  return c && c->info->kind == ir::ClassDescription::Named ? c : nullptr;
}

Value Named::make(Frame& f, const ir::ClassEntity& entity, Frame::Arguments a) {
  const Class& c = f.session_.classes.of(entity);
  const std::vector<ir::ClassField>& fields = c.info->fields;
  std::string name = entity.name + ".__new__()";
  Frame::Signature s{name, {}, 1};
  for (const ir::ClassField& field : fields)
    s.positional.push_back({field.name, !std::holds_alternative<ir::Missing>(field.otherwise)});
  auto otherwise = [&](size_t k) { return from_entity(fields[k].otherwise, f.session_.classes); };
  f.place_spread(s, otherwise, a);
  f.place_table(s, otherwise, a);
  if (a.positional.size() > fields.size())
    f.fail("call-arguments", {name + " takes " + std::to_string(fields.size() + 1) + " positional arguments but " +
                              std::to_string(a.positional.size() + 1) + " were given"});
  std::vector<std::optional<Value>> given(a.positional.begin(), a.positional.end());
  given.resize(fields.size());
  for (auto& [key, v] : a.keywords) {
    auto it = std::ranges::find(fields, key, &ir::ClassField::name);
    if (it == fields.end()) {
      std::vector<std::string> known;
      for (const ir::ClassField& field : fields) known.push_back(field.name);
      std::string close = ir::closest(key, known);
      f.fail("call-arguments", {name + " got an unexpected keyword argument '" + key + "'"},
             close.empty() ? "" : "did you mean `" + close + "`?");
    }
    std::optional<Value>& place = given[size_t(it - fields.begin())];
    if (place) f.fail("call-arguments", {name + " got multiple values for argument '" + key + "'"});
    place = v;
  }
  Values parts;
  for (size_t k = 0; k < fields.size(); ++k) {
    if (!given[k] && std::holds_alternative<ir::Missing>(fields[k].otherwise))
      f.fail("call-arguments", {name + " missing 1 required positional argument: '" + fields[k].name + "'"});
    if (auto* u = given[k] ? nullptr : std::get_if<ir::Unknown>(&fields[k].otherwise)) f.fail("unsupported", {u->why});
    parts.push_back(given[k] ? f.real(*given[k], "field " + fields[k].name)
                             : from_entity(fields[k].otherwise, f.session_.classes));
  }
  return tuple_of(std::move(parts), c.type.flavour());
}

static Value method(const Value& receiver, const std::string& name) {
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {receiver};
  return m;
}

std::optional<Value> Named::member_of_class(Frame& f, const Value& self, const Class& c, const std::string& name) {
  Classes::Found found = f.session_.classes.find(c.entity, name);
  const Member& m = found.member;
  if (m.kind == Member::Absent || m.kind == Member::Generated) return {};
  if (auto* u = std::get_if<ir::Unknown>(&m.entity)) f.fail("unsupported", {u->why});
  if (m.kind == Member::Property) return f.call(entity(m.entity), {{self}, {}});
  if (m.kind == Member::Static || m.kind == Member::Value) return from_entity(m.entity, f.session_.classes);
  Value bound = method(m.kind == Member::ForClass ? entity(c.entity) : self, name);
  bound.parts.push_back(entity(m.entity));
  return bound;
}

std::optional<Value> Named::attribute(Frame& f, const Value& x, const std::string& name) {
  const Class& c = *class_of(f, x);
  for (size_t k = 0; k < c.info->fields.size(); ++k)
    if (c.info->fields[k].name == name) return x.parts[k];
  if (name == "__class__") return entity(c.entity);
  if (name == "_replace" || name == "_asdict") return method(x, name);
  if (std::optional<Value> v = member_of_class(f, x, c, name)) return v;
  if (name == "index" || name == "count") return {};
  if (std::optional<Value> v = class_attribute(f, c.entity, name)) return v;
  std::vector<std::string> known;
  for (const ir::ClassField& field : c.info->fields) known.push_back(field.name);
  f.fail("unknown-attribute", {c.entity.name, name}, Frame::meant_attribute(name, known));
}

bool Named::has_attribute(Frame& f, const Value& x, const std::string& name) {
  const Class& c = *class_of(f, x);
  static const std::set<std::string> of_all{"_fields", "_field_defaults", "_replace", "_asdict", "_make", "index", "count"};
  if (of_all.contains(name) || std::ranges::find(c.info->fields, name, &ir::ClassField::name) != c.info->fields.end())
    return true;
  if (name.starts_with("__")) f.fail("unsupported", {"hasattr of `" + name + "`"});
  return f.session_.classes.find(c.entity, name).member.kind != Member::Absent;
}

std::optional<Value> Named::class_attribute(Frame& f, const ir::ClassEntity& c, const std::string& name) {
  if (name == "_fields" || name == "__match_args__") {
    Values names;
    for (const ir::ClassField& field : f.session_.classes.info(c).fields) names.push_back(typeinfer::text(field.name));
    return tuple(std::move(names));
  }
  if (name == "_make") return method(entity(c), name);
  return {};
}

std::optional<Value> Named::call(Frame& f, const Value& x, const std::string& name, const Frame::Arguments& a) {
  if (name == "_make" && x.kind == Kind::Entity && std::holds_alternative<ir::ClassEntity>(*x.entity) &&
      a.positional.size() == 1) {
    const auto& c = std::get<ir::ClassEntity>(*x.entity);
    if (a.positional[0].kind != Kind::Tuple) f.fail("unsupported", {"`_make` of " + describe(a.positional[0])});
    return make(f, c, {a.positional[0].parts, {}});
  }
  Class* c = class_of(f, x);
  if (!c) return {};
  const std::vector<ir::ClassField>& fields = c->info->fields;
  if (name == "_replace") {
    if (!a.positional.empty()) f.fail("call-arguments", {c->entity.name + "._replace() takes 1 positional argument"});
    Value made = x;
    for (const auto& [key, v] : a.keywords) {
      auto it = std::ranges::find(fields, key, &ir::ClassField::name);
      if (it == fields.end()) f.fail("call-arguments", {"Got unexpected field names: ['" + key + "']"});
      made.parts[size_t(it - fields.begin())] = f.real(v, "field " + key);
    }
    return made;
  }
  if (name == "_asdict") {
    Value d = f.new_table("dict", "asdict", {});
    for (size_t k = 0; k < fields.size(); ++k) f.set_dict_item(d, typeinfer::text(fields[k].name), x.parts[k]);
    return d;
  }
  return {};
}

// dataclasses.replace(x, name=value)
Value Named::replaced(Frame& f, const Value& x, Frame::Arguments a) {
  const ir::ClassDescription& info = *f.class_of(x).info;
  for (const ir::ClassField& field : info.fields) {
    bool given = std::ranges::any_of(a.keywords, [&](const auto& k) { return k.first == field.name; });
    if (field.in_init && !given) a.keywords.emplace_back(field.name, f.attribute(x, field.name));
  }
  return f.instantiate(f.class_of(x).entity, {{}, std::move(a.keywords)});
}

// dataclasses.asdict(x) and astuple(x)
Value Named::unmade(Frame& f, const Value& x, bool as_dict) {
  if (f.session_.classes.refers_to_itself(type_of(x)))
    f.fail("unsupported", {std::string(as_dict ? "asdict" : "astuple") + " of an object that leads to its like"});
  Value d = as_dict ? f.new_table("dict", "asdict " + describe(x), {}) : Value{};
  Values parts;
  for (const ir::ClassField& field : f.class_of(x).info->fields) {
    Value v = f.real(without_dataclasses(f, f.attribute(x, field.name), as_dict), "field " + field.name);
    if (as_dict) f.set_dict_item(d, typeinfer::text(field.name), v);
    parts.push_back(std::move(v));
  }
  return as_dict ? d : tuple(std::move(parts));
}

// What stands for a value in there: the same for objects in containers, and copies of what may change.
Value Named::without_dataclasses(Frame& f, const Value& v, bool as_dict) {
  if (is_union(v)) return f.by_arms(v, [&](const Value& arm) { return without_dataclasses(f, arm, as_dict); });
  if (is_object(v) && f.class_of(v).info->is_dataclass) return unmade(f, v, as_dict);
  if (v.kind == Kind::Tuple) {
    Value t = v;
    for (Value& p : t.parts) p = without_dataclasses(f, p, as_dict);
    return t;
  }
  const char* each = is_list(v) ? "_listed" : is_table(v) && v.type.flavour() == "dict" ? "_tabled" : nullptr;
  if (each) return f.call_builtin(std::string("dataclasses.") + each, {{v, boolean(as_dict)}, {}});
  return is_number(v) || is_none(v) || v.kind == Kind::Member ? v : f.call_builtin("copy.deepcopy", {{v}, {}});
}

Value Named::text(Frame& f, const Value& x) {
  const Class& c = *class_of(f, x);
  Values pieces{typeinfer::text(c.entity.name + "(")};
  for (size_t k = 0; k < x.parts.size(); ++k) {
    pieces.push_back(typeinfer::text((k ? ", " : "") + c.info->fields[k].name + "="));
    pieces.push_back(f.as_text(x.parts[k], true));
  }
  pieces.push_back(typeinfer::text(")"));
  return f.joined(pieces);
}

}  // namespace aic::typeinfer
