// Objects of the user's classes: making them, their attributes, methods and properties. An object is a reference to its
// fields; a method is a function that takes it. Which method is meant is known when the class is: a value of several classes is
// a union, and goes arm by arm. docs/classes.md tells the whole; what operators mean for objects is in object_operators.cpp.
#include <algorithm>

#include "typeinfer/caught.h"
#include "typeinfer/enums.h"
#include "typeinfer/instances.h"
#include "typeinfer/local_classes.h"

namespace aic::typeinfer {
using Member = ir::ClassMember;

static Value bound_method(const Value& self, const std::string& name, Value function) {
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {self, std::move(function)};
  return m;
}

// What stands in a class, of a property the function that gets it.
Value Frame::member_value(const Classes::Found& found, const Value& of) {
  if (session_.classes.local_of(found.in)) return LocalClasses::member(*this, of, found);
  if (std::holds_alternative<ir::NamedTuple>(found.member.entity)) return of_world(found.member.entity);
  return from_entity(found.member.entity, session_.classes);
}

Class& Frame::class_of(const Value& x) {
  Class* c = session_.classes.of_type(type_of(x));
  AIC_CHECK(c, describe(x));
  return *c;
}

// ---- fields ----
// What a field holds, with the sites that its lists have in this instance.
Value Frame::field_shape(Class& c, Field& f) {
  auto site = [&](const std::string& path) {
    std::shared_ptr<ListSite>& s = instance_.sites["field " + std::string(c.type.flavour()) + "." + f.name + path];
    if (!s) s = new_site(&instance_.grown);
    return s;
  };
  if (f.type.is(TypeKind::Function)) fail("conflict", {"`" + f.name + "` of " + c.entity.name, "a field of no one type"});
  Value& shape = instance_.fields[&f];
  if (f.shape.kind != Kind::Never) {
    session_.classes.keep(f, shape = resited(f.shape, site));
    return shape;
  }
  shape = shape_of_type(f.type, site);
  session_.classes.widen(f, type_of(shape));
  return shape;
}

static std::vector<ir::NamedAttr> place_of(const Class& c, int part) { return {{"part", int64_t(part)}, {"layout", c.layout}}; }

static bool is_as_written(const Field& f, const Value& shape) {
  return type_of(shape) == f.written && (f.shape.kind == Kind::Never || key(shape) == key(f.shape_written));
}

Value Frame::load_field(const Value& x, Class& c, Field& f) {
  if (f.fixed) {
    if (f.fixed->kind == Kind::Conflict) fail("conflict", {"`" + f.name + "` of " + c.entity.name, f.fixed->text});
    if (f.fixed->kind != Kind::Choice) return *f.fixed;
    Value one = *f.fixed;
    one.parts[0].id = f.part < 0 ? make("undefined"_op, {}, Type::integer())  // this will be written again
                                 : make("list.load"_op, {x.id, ints(0)}, Type::integer(), place_of(c, f.part));
    return one;
  }
  Value shape = field_shape(c, f);
  if (shape.kind == Kind::Never) return Value{};
  if (is_none(shape)) return none();
  if (f.part < 0 || !is_as_written(f, shape)) return unpacked(undefined(shape));  // this will be written again
  ValueId id = make("list.load"_op, {x.id, ints(0)}, f.written, place_of(c, f.part));
  return taken_apart(shape, id);
}

// A type does not say which function a value is: that is kept beside the field, of several functions the number is in it.
// Where they captured something, or are in a container, the field has that, too.
void Frame::store_function(const Value& x, Class& c, Field& f, const Value& v) {
  bool is_static = is_fully_static(v);
  if (v.kind == Kind::Choice) is_static = std::all_of(v.parts.begin() + 1, v.parts.end(), is_fully_static);
  bool is_function = f.type.is(TypeKind::Never) || f.type.is(TypeKind::None) || (f.fixed && f.fixed->kind == Kind::Choice);
  const Value kept = held(v), all = f.fixed ? join(*f.fixed, v) : v;
  std::vector<Type> captured;  // of several functions: defaults, say, which are constants of one alone
  if (all.kind == Kind::Choice) leaf_types(all, captured);
  is_static &= captured.size() < 2;
  if ((!is_static || !is_function || !f.always || f.shape.kind != Kind::Never) && kept.kind != Kind::Conflict) {
    session_.classes.keep(f, kept);
    return store_value(x, c, f, v);
  }
  if (!is_static || !is_function) fail("conflict", {"`" + f.name + "` of " + c.entity.name, describe(v)});
  if (!f.fixed && f.type.is(TypeKind::None)) session_.classes.fix(f, none());
  session_.classes.fix(f, v);
  if (!f.always) fail("unsupported", {"a field that is a function in some objects only, `" + f.name + "`,"});
  if (f.fixed->kind != Kind::Choice || f.part < 0) return;
  b_.op("list.store"_op, {x.id, materialise(coerce(v, *f.fixed).parts[0]), ints(0)}, {}, place_of(c, f.part));
}

void Frame::store_field(const Value& x, Class& c, const std::string& name, const Value& given) {
  check_kept(given, "is put into an object");
  Field& f = session_.classes.field(c, name);
  if (given.kind == Kind::Exception) fail("conflict", {"`" + name + "` of " + c.entity.name, describe(given)});
  Value v = packed(real(given, "field " + name));
  Value kept = held(v);
  if (kept.kind == Kind::Never) return;
  if (kept.kind == Kind::Conflict || f.fixed || f.shape.kind != Kind::Never || holds_choice(kept))
    return store_function(x, c, f, v);
  session_.classes.widen(f, type_of(kept));
  store_value(x, c, f, v);
}

void Frame::store_value(const Value& x, Class& c, Field& f, const Value& v) {
  share_sites(v, field_shape(c, f));
  Value shape = field_shape(c, f);
  if (f.part < 0 || !is_as_written(f, shape)) return;  // this will be written again
  ValueId zero = ints(0);
  if (!is_none(shape)) b_.op("list.store"_op, {x.id, materialise(coerce(v, shape)), zero}, {}, place_of(c, f.part));
  if (f.flag >= 0) b_.op("list.store"_op, {x.id, materialise(boolean(true)), zero}, {}, place_of(c, f.flag));
}

// Whether a field is set; none: always.
std::optional<ValueId> Frame::is_set(const Value& x, Class& c, const Field& f) {
  if (f.always || f.fixed) return {};
  if (f.flag < 0) return make("undefined"_op, {}, Type::boolean());  // this will be written again
  return make("list.load"_op, {x.id, ints(0)}, Type::boolean(), place_of(c, f.flag));
}

// ---- making ----
// `made`: what stands for the class, of one that a statement of the program's made.
Value Frame::instantiate(const ir::ClassEntity& entity, Arguments a, const Value* made) {
  Classes& classes = session_.classes;
  const ir::ClassDescription& info = classes.info(entity);
  if (!info.why_not.empty()) fail("unsupported", {"`" + entity.name + "`, " + info.why_not + ","});
  if (!info.abstract.empty()) {
    ir::Entity version = session_.world.attribute(ir::ModuleEntity{"sys"}, "hexversion");
    auto* constant = std::get_if<ir::Constant>(&version);
    const int64_t* number = constant ? std::get_if<int64_t>(&constant->value) : nullptr;
    bool quotes = number && *number >= 0x030c0000;  // from 3.12 on
    std::string names;
    for (const std::string& n : info.abstract) names += (names.empty() ? "" : ", ") + (quotes ? "'" + n + "'" : n);
    raise("TypeError", "Can't instantiate abstract class " + entity.name +
                           (quotes ? " without an implementation for abstract method" : " with abstract method") +
                           (info.abstract.size() > 1 ? "s " : " ") + names);
    return Value{};
  }
  if (info.kind == ir::ClassDescription::Named) return Named::make(*this, entity, std::move(a));
  if (info.kind == ir::ClassDescription::Enumeration) {
    if (a.positional.size() != 1 || !a.keywords.empty()) fail("unsupported", {"these arguments of " + entity.name});
    return split(a.positional[0], [&](const Value& v) { return Enums::by_value(*this, entity, v); });
  }
  Class& c = classes.of(entity);
  Classes::Found init = classes.find(entity, "__init__");
  Value self = runtime(c.type, make("list.new"_op, {ints(1)}, c.type, {{"layout", c.layout}}));
  if (!made && classes.local_of(entity)) fail("unsupported", {"making an object of `" + entity.name + "`"});
  if (made) store_field(self, c, class_field, *made);
  bool exception = info.kind == ir::ClassDescription::Exception;
  if (exception && !c.sets_args) store_field(self, c, "args", tuple(a.positional));
  if (init.member.kind == Member::Generated) return set_fields(c, classes.info(init.in), self, std::move(a)) ? self : Value{};
  if (init.member.kind == Member::Absent && exception) {
    if (!a.keywords.empty()) fail("call-arguments", {entity.name + "() takes no keyword arguments"});
    return self;
  }
  if (init.member.kind == Member::Absent) {
    if (!a.positional.empty() || !a.keywords.empty()) fail("call-arguments", {entity.name + "() takes no arguments"});
    return self;
  }
  if (init.member.kind != Member::Function) fail("unsupported", {"this `__init__` of " + entity.name});
  a.positional.insert(a.positional.begin(), self);
  return call(member_value(init, self), std::move(a)).kind == Kind::Never ? Value{} : self;
}

// The __init__ that @dataclass makes. False: it does not return.
bool Frame::set_fields(Class& c, const ir::ClassDescription& info, const Value& self, Arguments a) {
  std::vector<const ir::ClassField*> positional;
  size_t required = 0;
  for (const ir::ClassField& f : info.fields)
    if (f.in_init && !f.keyword_only) {
      positional.push_back(&f);
      required += std::holds_alternative<ir::Missing>(f.otherwise) && std::holds_alternative<ir::Missing>(f.factory);
    }
  std::string name = c.entity.name + ".__init__()";
  auto has_default = [](const ir::ClassField& f) {
    return !std::holds_alternative<ir::Missing>(f.otherwise) || !std::holds_alternative<ir::Missing>(f.factory);
  };
  Signature s{name, {}, 1};
  for (const ir::ClassField* f : positional) s.positional.push_back({f->name, has_default(*f)});
  for (size_t k = a.positional.empty() ? 0 : a.positional.size() - 1; k < positional.size(); ++k)
    if (!a.positional.empty() && is_spread(a.positional.back()) && !std::holds_alternative<ir::Missing>(positional[k]->factory))
      fail("unsupported", {"spreading " + describe(a.positional.back().parts[0]) + " over `" + positional[k]->name +
                           "`, which has a default_factory,"});
  bool local = !info.lookup.empty() && session_.classes.local_of(info.lookup.front());
  auto default_of = [&](const ir::ClassField& f, bool factory) {
    const ir::Entity& e = factory ? f.factory : f.otherwise;
    if (local && std::holds_alternative<ir::Builtin>(e)) return LocalClasses::default_value(*this, self, f.name, factory);
    if (auto* u = std::get_if<ir::Unknown>(&e)) fail("unsupported", {u->why});
    return from_entity(e, session_.classes);
  };
  auto otherwise = [&](size_t k) { return default_of(*positional[k], false); };
  place_spread(s, otherwise, a);
  if (std::ranges::any_of(a.keywords, [](const auto& k) { return k.first == "**"; })) {
    std::vector<const ir::ClassField*> all = positional;
    for (const ir::ClassField& f : info.fields)
      if (f.in_init && f.keyword_only) {
        all.push_back(&f);
        s.positional.push_back({f.name, has_default(f), false, true});
      }
    auto made = [&](size_t k) {
      const bool factory = !std::holds_alternative<ir::Missing>(all[k]->factory);
      return factory ? made_by(default_of(*all[k], true), all[k]->name) : default_of(*all[k], false);
    };
    place_table(s, made, a);
  }
  if (a.positional.size() > positional.size()) {
    size_t most = positional.size() + 1, least = required + 1;
    fail("call-arguments",
         {name + " takes " + (least < most ? "from " + std::to_string(least) + " to " : "") + std::to_string(most) +
          " positional argument" + (most == 1 ? "" : "s") + " but " + std::to_string(a.positional.size() + 1) + " were given"});
  }
  std::map<std::string, Value> given;
  for (size_t k = 0; k < a.positional.size(); ++k) given[positional[k]->name] = a.positional[k];
  std::vector<std::string> known;
  for (const ir::ClassField& f : info.fields)
    if (f.in_init) known.push_back(f.name);
  for (auto& [key, v] : a.keywords) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      std::string close = ir::closest(key, known);
      fail("call-arguments", {name + " got an unexpected keyword argument '" + key + "'"},
           close.empty() ? "" : "did you mean `" + close + "`?");
    }
    if (!given.emplace(key, v).second) fail("call-arguments", {name + " got multiple values for argument '" + key + "'"});
  }
  for (const ir::ClassField& f : info.fields) {
    auto it = given.find(f.name);
    if (it != given.end()) {
      store_field(self, c, f.name, it->second);
    } else if (!std::holds_alternative<ir::Missing>(f.factory)) {
      store_field(self, c, f.name, made_by(default_of(f, true), f.name));
    } else if (!std::holds_alternative<ir::Missing>(f.otherwise)) {
      store_field(self, c, f.name, default_of(f, false));
    } else if (f.in_init) {
      fail("call-arguments", {name + " missing 1 required positional argument: '" + f.name + "'"});
    }
  }
  if (session_.classes.find(c.entity, "__post_init__").member.kind == Member::Absent) return true;
  return call(attribute(self, "__post_init__"), {}).kind != Kind::Never;
}

// default_factory(): each field's lists are lists of its own.
Value Frame::made_by(const Value& factory, const std::string& field) {
  const std::string* name = builtin_name(factory);
  if (name && *name == "builtins.list") return list_display({}, "field " + field);
  for (const char* table : {"dict", "set"})
    if (name && *name == std::string("builtins.") + table) return new_table(table, "field " + field, {});
  return call(factory, {});
}

// ---- attributes ----
Value Frame::of_class(const Classes::Found& found, const Value& self, const ir::ClassEntity& c, const std::string& name) {
  const Member::Kind kind = found.member.kind;
  if (kind == Member::Function) return bound_method(self, name, member_value(found, self));
  if (kind != Member::ForClass) return member_value(found, self);  // static methods and values
  Value cls = !session_.classes.local_of(c)   ? entity(c)
              : LocalClasses::of(*this, self) ? self
                                              : LocalClasses::class_of(*this, self);
  return bound_method(cls, name, member_value(found, self));
}

Value Frame::object_attribute(const Value& x, const std::string& name) {
  Class& c = class_of(x);
  if (name == "__class__") return type_value(x);
  if (is_rebound_member(c.entity, name)) {
    Field* own = c.find(name);
    bool has_own = own && (own->fixed || !own->type.is(TypeKind::Never));
    std::optional<ValueId> set = has_own ? is_set(x, c, *own) : std::nullopt;
    if (has_own && !set) return load_field(x, c, *own);
    if (!has_own) return rebound_member(c.entity, name);
    return choose(*set, [&] { return load_field(x, c, *own); }, [&] { return rebound_member(c.entity, name); });
  }
  Classes::Found found = session_.classes.find(c.entity, name);
  const Member& m = found.member;
  // What `__getattr__` gives for attributes that are not there.
  Classes::Found computed = session_.classes.find(c.entity, "__getattr__");
  bool computes = computed.member.kind == Member::Function;
  auto compute = [&] { return call(member_value(computed, x), {{x, text(name)}, {}}); };
  if (m.kind == Member::Property && computes)
    fail("unsupported", {"the property `" + name + "` of a class with `__getattr__`"});
  if (m.kind == Member::Property) return call(member_value(found, x), {{x}, {}});
  if (m.kind == Member::Generated) {
    Value generated = bound_method(x, name, Value{});
    generated.parts.pop_back();
    return generated;
  }
  if (session_.classes.local_of(c.entity) && (m.kind == Member::Absent || m.kind == Member::Value))
    if (std::optional<Value> v = LocalClasses::assigned(*this, x, c, name)) return *v;
  Field* f = c.find(name);
  if (auto* u = std::get_if<ir::Unknown>(&m.entity); u && !(f && f->always)) fail("unsupported", {u->why});
  if (f && (f->fixed || !f->type.is(TypeKind::Never))) {
    std::optional<ValueId> set = is_set(x, c, *f);
    if (!set) return load_field(x, c, *f);
    if (m.kind != Member::Absent)
      return choose(
          *set, [&] { return load_field(x, c, *f); }, [&] { return handed_over(of_class(found, x, c.entity, name)); });
    if (computes) return choose(*set, [&] { return load_field(x, c, *f); }, compute);
    check(*set, "AttributeError", "'" + c.entity.name + "' object has no attribute '" + name + "'");
    return load_field(x, c, *f);
  }
  if (m.kind != Member::Absent) return handed_over(of_class(found, x, c.entity, name));
  if (computes) return compute();
  std::vector<std::string> known;
  if (c.entity.key && !session_.classes.local_of(c.entity))
    known = session_.world.known_names("class " + std::to_string(c.entity.key));
  for (const Field& other : c.fields)
    if (!other.type.is(TypeKind::Never)) known.push_back(other.name);
  if (outside_) {  // a handler may be waiting for it
    raise("AttributeError", "'" + c.entity.name + "' object has no attribute '" + name + "'");
    return Value{};
  }
  fail("unknown-attribute", {c.entity.name, name}, meant_attribute(name, known));
}

void Frame::set_object_attribute(const Value& x, const std::string& name, const Value& v) {
  Class& c = class_of(x);
  Classes::Found found = session_.classes.find(c.entity, name);
  auto wrong = [&](const char* exception, const std::string& message) {  // what follows is still written
    check(materialise(boolean(false)), exception, message);
  };
  if (found.member.kind == Member::Property) {
    if (std::holds_alternative<ir::Missing>(found.member.setter))
      return wrong("AttributeError", "property '" + name + "' of '" + c.entity.name + "' object has no setter");
    bool local = session_.classes.local_of(found.in);
    call(local ? LocalClasses::member(*this, x, found, true) : entity(found.member.setter), {{x, v}, {}});
    return;
  }
  if (c.info->frozen && outside_) return wrong("FrozenInstanceError", "cannot assign to field '" + name + "'");
  if (c.info->frozen) fail("unsupported", {"assigning to `" + name + "` of `" + c.entity.name + "`, which is frozen,"});
  store_field(x, c, name, v);
}

void Frame::set_class_attribute(const ir::ClassEntity& c, const std::string& name, const Value& v) {
  const ir::ClassDescription& info = session_.classes.info(c);
  bool value = info.why_not.empty() && info.kind == ir::ClassDescription::Plain;
  for (const ir::ClassEntity& in : info.lookup) {
    Member::Kind kind = session_.world.class_member(in, name).kind;
    value &= kind == Member::Absent || kind == Member::Value;
  }
  if (!value || name.starts_with("__")) fail("unsupported", {"setting `" + name + "` of the class " + c.name});
  rebind(session_.world.attribute(c, "!" + name), c, name, v);
}

// Colour.RED, Vector.zero, Account.limit
Value Frame::class_attribute(const ir::ClassEntity& c, const std::string& name) {
  if (name == "__name__" || name == "__qualname__") return text(c.name);
  const ir::ClassDescription& info = session_.classes.info(c);
  if (!info.why_not.empty()) fail("unsupported", {"`" + c.name + "`, " + info.why_not + ","});
  if (info.kind == ir::ClassDescription::Enumeration)
    if (std::optional<Value> v = Enums::named(*this, c, name)) return *v;
  if (info.kind == ir::ClassDescription::Named)
    if (std::optional<Value> v = Named::class_attribute(*this, c, name)) return *v;
  if (is_rebound_member(c, name)) return rebound_member(c, name);
  Classes::Found found = session_.classes.find(c, name);
  const Member& m = found.member;
  if (auto* u = std::get_if<ir::Unknown>(&m.entity)) fail("unsupported", {u->why});
  switch (m.kind) {
    case Member::ForClass: return bound_method(entity(c), name, entity(m.entity));
    case Member::Function:
    case Member::Static:
    case Member::Value: return of_world(m.entity);
    case Member::Absent: {
      std::vector<std::string> known;
      for (const auto& [member, _] : info.members) known.push_back(member);
      fail("unknown-attribute", {"the class " + c.name, name}, meant_attribute(name, known));
    }
    case Member::Property:
    case Member::Generated: break;
  }
  fail("unsupported", {"`" + c.name + "." + name + "`"});
}

// ---- super ----
// super(): the class whose method this is, and the method's first argument.
Value Frame::super_of(const Arguments& a) {
  Value s;
  s.kind = Kind::Iterator;
  s.text = "super";
  if (a.positional.size() == 2) {
    s.parts = {a.positional[1], a.positional[0]};
  } else {
    LocalClass* local = session_.classes.class_with(instance_.form);
    ir::Entity in = local ? ir::Entity(local->entity) : session_.world.free(py_, "__class__");
    size_t captured = py_.parameters().size() - std::min(py_.parameters().size(), instance_.form->parameters.size());
    if (!std::holds_alternative<ir::ClassEntity>(in) || captured >= py_.parameters().size() || inline_)
      fail("unsupported", {"`super()` outside of a method"});
    s.parts = {py_value(py_.parameters()[captured]), entity(in)};
  }
  if (a.positional.size() == 2)
    if (LocalClass* local = LocalClasses::of(*this, s.parts[1])) s.parts[1] = entity(local->entity);
  bool is_class = s.parts[1].kind == Kind::Entity && std::holds_alternative<ir::ClassEntity>(*s.parts[1].entity);
  if (!is_class || !(is_object(s.parts[0]) || s.parts[0].kind == Kind::Entity)) fail("unsupported", {"this `super()`"});
  return s;
}

Value Frame::super_attribute(const Value& s, const std::string& name) {
  const Value& self = s.parts[0];
  const auto& after = std::get<ir::ClassEntity>(*s.parts[1].entity);
  LocalClass* own = LocalClasses::of(*this, self);
  const ir::ClassEntity c = own               ? own->entity
                            : is_object(self) ? class_of(self).entity
                                              : std::get<ir::ClassEntity>(*self.entity);
  Classes::Found found = session_.classes.find(c, name, &after);
  if (auto* u = std::get_if<ir::Unknown>(&found.member.entity)) fail("unsupported", {u->why});
  if (found.member.kind == Member::Property) return call(member_value(found, self), {{self}, {}});
  bool of_builtin =
      name == "__init__" || (is_object(self) && Caught::is_object(*this, self) && (name == "__str__" || name == "__repr__"));
  if (found.member.kind == Member::Generated || (found.member.kind == Member::Absent && of_builtin)) {
    Value m;
    m.kind = Kind::Method;
    m.text = name;
    m.parts = {s};
    if (found.member.kind == Member::Generated) m.parts.push_back(entity(found.in));
    return m;
  }
  if (found.member.kind == Member::Absent) fail("unknown-attribute", {"super()", name});
  return handed_over(of_class(found, self, c, name));
}

// What @dataclass wrote, called by name: x.__eq__(y), super().__init__(…).
Value Frame::call_generated(const Value& m, Arguments a) {
  bool is_super = m.parts[0].text == "super";
  const Value& self = is_super ? m.parts[0].parts[0] : m.parts[0];
  if (is_super && m.parts.size() == 1 && Caught::is_object(*this, self)) {
    if (m.text != "__init__") return Caught::text_of_object(*this, self, m.text == "__repr__");
    if (!a.keywords.empty()) fail("call-arguments", {class_of(self).entity.name + "() takes no keyword arguments"});
    store_field(self, class_of(self), "args", tuple(a.positional));
    return none();
  }
  if (m.text == "__init__" && is_super && m.parts.size() == 1) {
    if (!a.positional.empty() || !a.keywords.empty()) fail("call-arguments", {"object.__init__() takes exactly one argument"});
    return none();
  }
  if (m.text == "__init__") {
    Class& c = class_of(self);
    const ir::ClassDescription& info =
        is_super ? session_.classes.info(std::get<ir::ClassEntity>(*m.parts[1].entity)) : *c.info;
    return set_fields(c, info, self, std::move(a)) ? none() : Value{};
  }
  if (m.text == "__repr__" && a.positional.empty()) return generated_text(self);
  static const std::pair<const char*, const char*> comparisons[] = {
      {"__eq__", "=="}, {"__lt__", "<"}, {"__le__", "<="}, {"__gt__", ">"}, {"__ge__", ">="}};
  for (auto [name, op] : comparisons)
    if (m.text == name && a.positional.size() == 1) return compare(op, self, a.positional[0]);
  fail("unsupported", {"calling `" + m.text + "`"});
}

// ---- methods of unions ----
// x.area() where x is one of several classes: the method is found arm by arm when it is called. None among them is asked about
// here.
std::optional<Value> Frame::union_method(const Value& x, const std::string& name) {
  if (x.kind != Kind::Runtime) return {};
  bool methods = false;
  for (Type t : x.type.elements()) {
    Class* c = session_.classes.of_type(t);
    if (!c) continue;
    Member::Kind kind = session_.classes.find(c->entity, name).member.kind;
    methods |= kind == Member::Function || kind == Member::Static || kind == Member::ForClass;
  }
  if (!methods) return {};
  if (int arm = ir::arm_index(x.type, Type::none()); arm >= 0) {
    ValueId tag = make("union.tag"_op, {x.id}, Type::integer());
    check(test("not_equal"_op, tag, ints(arm)), "AttributeError", "'NoneType' object has no attribute '" + name + "'");
  }
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {x};
  return m;
}

// What is wrong inside of a method is an error of the program, not one of the arm.
Value Frame::call_union_method(const Value& m, const Arguments& a) {
  std::optional<ir::Diagnosed> inside;
  auto one = [&](const Value& arm) {
    if (is_none(arm)) {  // it was asked about before the arguments were evaluated
      raise("AttributeError", "'NoneType' object has no attribute '" + m.text + "'");
      return Value{};
    }
    Value method = attribute(arm, m.text);
    try {
      return call(method, a);
    } catch (const ir::Diagnosed& d) {
      inside = d;
      throw;
    }
  };
  try {
    Value v = by_arms(m.parts[0], one);
    if (!inside) return v;
  } catch (const ir::Diagnosed&) {
    if (!inside) throw;
  }
  throw *inside;
}

}  // namespace aic::typeinfer
