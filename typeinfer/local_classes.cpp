// See local_classes.h.
#include "typeinfer/local_classes.h"

#include <algorithm>
#include <utility>

#include "typeinfer/caught.h"

namespace aic::typeinfer {
using Member = ir::ClassMember;

static constexpr const char* refused_members[] = {"__getattribute__",  "__setattr__",      "__delattr__", "__del__",
                                                  "__new__",           "__get__",          "__set__",     "__set_name__",
                                                  "__init_subclass__", "__class_getitem__"};
static constexpr std::string_view property_name = "builtins.property", static_name = "builtins.staticmethod",
                                  class_name = "builtins.classmethod", abstract_name = "abc.abstractmethod",
                                  setter_name = "builtins.property.setter";

static constexpr std::string_view dataclass_name = "dataclasses.dataclass", field_name = "dataclasses.field",
                                  default_of_field = "dataclasses.field.default";

// The words behind a method's name are those of its keywords.
static Frame::Arguments with_names(const Value& method) {
  Frame::Arguments a;
  size_t at = method.text.find(' ');
  for (const Value& v : method.parts) {
    size_t end = std::min(method.text.find(' ', at + 1), method.text.size());
    a.keywords.emplace_back(method.text.substr(at + 1, end - at - 1), v);
    at = end;
  }
  return a;
}

LocalClass* LocalClasses::of(Frame& f, const Value& v) {
  Class* c = is_object(v) ? f.session_.classes.of_type(v.type) : nullptr;
  return c ? c->stands_for : nullptr;
}

bool LocalClasses::is_union_of(Frame& f, const Value& v) {
  if (v.kind != Kind::Runtime || !v.type.is(TypeKind::Union)) return false;
  return std::ranges::all_of(v.type.elements(), [&](Type t) { return t.is_object() && of(f, runtime(t, {})); });
}

void LocalClasses::refuse(Frame& f, const LocalClass& l, const std::string& what) { f.fail("class", {what, l.entity.name}); }

// ---- what stands for a class ----
Value LocalClasses::load(Frame& f, const Value& made, const std::string& field) {
  Class& c = f.class_of(made);
  return f.load_field(made, c, f.session_.classes.field(c, field));
}

// What holds others by its kind alone, and is kept part by part.
static bool has_parts(const Value& v) { return v.kind == Kind::Function || v.kind == Kind::Method; }
static std::string part_of(const std::string& field, size_t k) {
  return (field.starts_with(".") ? field : "." + field) + "." + std::to_string(k);
}

// A value whose shape is known: what is not static in it comes from the fields.
Value LocalClasses::loaded(Frame& f, const Value& made, const std::string& field, const Value& shape) {
  if (is_fully_static(shape)) return shape;
  if (!has_parts(shape)) return load(f, made, field);
  Value v = shape;
  size_t k = 0;
  for (Values* inside : {&v.parts, &v.defaults})
    for (Value& p : *inside) p = loaded(f, made, part_of(field, k++), p);
  return v;
}

void LocalClasses::store(Frame& f, const Value& made, const std::string& field, const Value& given, const Value& shape) {
  if (is_fully_static(shape)) return;
  if (has_parts(shape) && given.kind == shape.kind) {
    size_t k = 0;
    for (const auto& [own, all] : {std::pair(&given.parts, &shape.parts), std::pair(&given.defaults, &shape.defaults)})
      for (size_t n = 0; n < own->size(); ++n) store(f, made, part_of(field, k++), (*own)[n], (*all)[n]);
    return;
  }
  Class& c = f.class_of(made);
  c.always.insert(field);
  f.session_.classes.field(c, field).always = true;
  f.store_field(made, c, field, given);
}

void LocalClasses::keep(Frame& f, const Value& made, const std::string& field, const Value& given, Value& shape) {
  const Value before = shape;
  shape = join(before, resited(given, [](const std::string&) { return new_site(nullptr); }));
  store(f, made, field, given, shape);
  // What was static and is not any more: code that took it for known is written again.
  if (before.kind != Kind::Never && is_fully_static(before) && !is_fully_static(shape)) f.session_.classes.grown = true;
}

// ---- the statement ----
// The order in which attributes are looked for: CPython's, of the bases' orders and the bases themselves.
static bool merged(std::vector<std::vector<ir::ClassEntity>> rows, std::vector<ir::ClassEntity>& out) {
  for (;;) {
    std::erase_if(rows, [](const auto& row) { return row.empty(); });
    if (rows.empty()) return true;
    const ir::ClassEntity* next = nullptr;
    for (const auto& row : rows) {
      bool waits = std::ranges::any_of(rows, [&](const auto& other) {
        return std::any_of(other.begin() + 1, other.end(), [&](const ir::ClassEntity& c) { return c.key == row[0].key; });
      });
      if (!waits) {
        next = &row[0];
        break;
      }
    }
    if (!next) return false;
    const ir::ClassEntity taken = *next;
    out.push_back(taken);
    for (auto& row : rows)
      if (row[0].key == taken.key) row.erase(row.begin());
  }
}

void LocalClasses::add_base(Frame& f, LocalClass& l, const Value& base) {
  const std::string* builtin = builtin_name(base);
  if (builtin && (*builtin == "builtins.object" || *builtin == "abc.ABC")) return;
  if (LocalClass* local = of(f, base)) {
    l.bases.push_back(local->entity);
    return;
  }
  auto* c = base.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(base.entity.get()) : nullptr;
  if (!c) refuse(f, l, "derive from `" + describe(base) + "`");
  const ir::ClassDescription& info = f.session_.classes.info(*c);
  if (info.kind != ir::ClassDescription::Plain || !info.why_not.empty()) refuse(f, l, "derive from `" + c->name + "`");
  if (c->name == "ABC" && info.lookup.empty()) return;
  l.bases.push_back(*c);
}

void LocalClasses::add_member(Frame& f, const Value& made, LocalClass& l, const std::string& name, const Value& given) {
  for (const char* refused : refused_members)
    if (name == refused) refuse(f, l, "have `" + name + "`");
  if (name == "__slots__" || name == "__doc__") return;
  LocalClass::Member& m = l.members[name];
  Value v = given;
  Member::Kind kind = Member::Value;
  bool wrapped = v.kind == Kind::Method && v.parts.size() <= 2;
  if (wrapped && v.text == abstract_name) {
    if (std::ranges::find(l.info.abstract, name) == l.info.abstract.end()) l.info.abstract.push_back(name);
    v = v.parts[0];
    wrapped = v.kind == Kind::Method;
  }
  if (wrapped && v.text == property_name) {
    kind = Member::Property;
    if (v.parts.size() == 2) keep(f, made, name + "=", v.parts[1], m.setter);
    v = Value(v.parts[0]);
  } else if (wrapped && (v.text == static_name || v.text == class_name)) {
    kind = v.text == static_name ? Member::Static : Member::ForClass;
    v = Value(v.parts[0]);
  } else if (v.kind == Kind::Function || (v.kind == Kind::Entity && std::holds_alternative<ir::PythonFunction>(*v.entity))) {
    kind = Member::Function;
  }
  if (m.kind != Member::Absent && m.kind != kind)
    refuse(f, l, "have `" + name + "`, which is a method in one run and none in another");
  if (kind == Member::Function && (v.kind != Kind::Function))
    refuse(f, l, "have `" + name + "`, a function made elsewhere, as a method");
  m.kind = kind;
  if (kind == Member::Value) v = f.real(v, "class " + name);
  keep(f, made, name, v, m.value);
}

Value LocalClasses::statement(Frame& f, OpId op) {
  const ir::Function& py = f.py_;
  Classes& classes = f.session_.classes;
  LocalClass& l = classes.local(py, op, py.text_attr(op, "name"));
  l.span = f.b_.span;
  l.qualified = py.text_attr(op, "qualified");
  bool once = f.instance_.entry && f.loops_.empty() && !f.consumer_ && !f.inline_ && !f.outside_;
  if (!once && !std::exchange(l.many, true)) classes.grown = true;
  size_t bases = size_t(py.int_attr(op, "bases"));
  l.bases.clear();
  Values made_bases;
  for (size_t k = 0; k < bases; ++k) {
    size_t before = l.bases.size();
    add_base(f, l, f.operand(op, int(k)));
    if (l.bases.size() > before) made_bases.push_back(f.operand(op, int(k)));
  }
  std::vector<std::vector<ir::ClassEntity>> rows;
  for (const ir::ClassEntity& base : l.bases) rows.push_back(classes.info(base).lookup);
  rows.push_back(l.bases);
  l.info.lookup = {l.entity};
  if (!merged(std::move(rows), l.info.lookup)) refuse(f, l, "derive from these classes in this order");
  Value made = runtime(l.made->type, f.make("list.new"_op, {f.ints(1)}, l.made->type, {{"layout", l.made->layout}}));
  for (size_t k = 0; k < l.bases.size(); ++k) {
    Value shape;
    if (classes.local_of(l.bases[k])) keep(f, made, ".base." + std::to_string(k), made_bases[k], shape);
  }
  for (const ir::ClassEntity& base : l.bases)  // what a dataclass below this one has of them
    for (const ir::ClassField& field : classes.info(base).fields)
      if (std::ranges::none_of(l.info.fields, [&](const ir::ClassField& own) { return own.name == field.name; }))
        l.info.fields.push_back(field);
  const auto& names = std::get<std::vector<std::string>>(*py.find_attr(op, "names"));
  for (size_t k = 0; k < names.size(); ++k) add_member(f, made, l, names[k], f.operand(op, int(bases + k)));
  if (l.members.contains("__eq__") && !l.members.contains("__hash__")) l.members["__hash__"] = {Member::Value, none(), {}};
  for (const ir::ClassEntity& base : l.bases)
    for (const std::string& name : classes.info(base).abstract)
      if (classes.find(l.entity, name).in.key != l.entity.key &&
          std::ranges::find(l.info.abstract, name) == l.info.abstract.end())
        l.info.abstract.push_back(name);
  std::ranges::sort(l.info.abstract);
  if (const ir::Attr* annotated = py.find_attr(op, "annotated")) {
    const auto& texts = std::get<std::vector<std::string>>(*py.find_attr(op, "annotations"));
    const auto& fields = std::get<std::vector<std::string>>(*annotated);
    l.annotated.clear();
    for (size_t k = 0; k < fields.size(); ++k) l.annotated.emplace_back(fields[k], texts[k]);
  }
  return made;
}

// ---- from an object to its class, and to the base that has a member ----
Value LocalClasses::class_of(Frame& f, const Value& object) {
  Class& c = f.class_of(object);
  return f.load_field(object, c, f.session_.classes.field(c, class_field));
}

Value LocalClasses::made_in(Frame& f, const Value& given, const ir::ClassEntity& in) {
  Value made = of(f, given) ? given : class_of(f, given);
  for (;;) {
    LocalClass* l = of(f, made);
    if (!l || l->entity.key == in.key) return made;
    size_t k = 0;
    while (!f.session_.classes.is_subclass(l->bases.at(k), in)) ++k;
    made = load(f, made, ".base." + std::to_string(k));
  }
}

Value LocalClasses::member(Frame& f, const Value& given, const Classes::Found& found, bool setter) {
  const LocalClass& l = *f.session_.classes.local_of(found.in);
  const LocalClass::Member& m = l.members.at(found.name);
  const Value& shape = setter ? m.setter : m.value;
  if (is_fully_static(shape)) return shape;
  const Value made = made_in(f, given, found.in);
  if (!of(f, made)) return Value{};  // this will be written again
  return loaded(f, made, setter ? found.name + "=" : found.name, shape);
}

// ---- the class's own attributes ----
static Value bound(const Value& to, const std::string& name, Value function) {
  Value m;
  m.kind = Kind::Method;
  m.text = name;
  m.parts = {to, std::move(function)};
  return m;
}

Value LocalClasses::attribute(Frame& f, const Value& cls, const std::string& name) {
  const LocalClass& l = *of(f, cls);
  if (name == "__name__") return text(l.entity.name);
  for (const ir::ClassEntity& in : l.info.lookup) {
    LocalClass* local = f.session_.classes.local_of(in);
    if (!local) break;
    Field* field = local->made->find(name);
    bool assigned = field && !field->always && !field->type.is(TypeKind::Never);
    if (!assigned) {
      if (local->members.contains(name)) break;
      continue;
    }
    // Assigned to this class, or to one below it, in some run.
    const Value made = made_in(f, cls, in);
    std::optional<ValueId> set = f.is_set(made, *local->made, *field);
    auto own = [&] { return f.load_field(made, *local->made, *field); };
    Classes::Found above = f.session_.classes.find(l.entity, name, local->members.contains(name) ? nullptr : &in);
    if (above.member.kind == Member::Absent) {
      f.check(*set, "AttributeError", "type object '" + l.entity.name + "' has no attribute '" + name + "'");
      return own();
    }
    return f.choose(*set, own, [&] { return member(f, cls, above); });
  }
  Classes::Found found = f.session_.classes.find(l.entity, name);
  switch (found.member.kind) {
    case Member::Absent: {
      std::vector<std::string> known;
      for (const auto& [own, _] : l.members) known.push_back(own);
      f.fail("unknown-attribute", {"the class " + l.entity.name, name}, Frame::meant_attribute(name, known));
    }
    case Member::ForClass: return bound(cls, name, f.member_value(found, cls));
    case Member::Function:
    case Member::Static:
    case Member::Value: return f.handed_over(f.member_value(found, cls));
    case Member::Property:
    case Member::Generated: break;
  }
  f.fail("unsupported", {"`" + l.entity.name + "." + name + "`"});
}

std::optional<Value> LocalClasses::assigned(Frame& f, const Value& object, Class& c, const std::string& name) {
  bool any = false;
  for (const ir::ClassEntity& in : c.info->lookup)
    if (LocalClass* local = f.session_.classes.local_of(in)) {
      const Field* field = local->made->find(name);
      any |= field && !field->always && !field->type.is(TypeKind::Never);
    }
  if (!any) return {};
  Field* own = c.find(name);
  bool has_own = own && (own->fixed || !own->type.is(TypeKind::Never));
  std::optional<ValueId> set = has_own ? f.is_set(object, c, *own) : std::nullopt;
  if (has_own && !set) return f.load_field(object, c, *own);
  auto of_its_class = [&] { return attribute(f, class_of(f, object), name); };
  if (!has_own) return of_its_class();
  return f.choose(*set, [&] { return f.load_field(object, c, *own); }, of_its_class);
}

void LocalClasses::set_attribute(Frame& f, const Value& cls, const std::string& name, const Value& v) {
  LocalClass& l = *of(f, cls);
  if (std::ranges::any_of(l.info.fields, [&](const ir::ClassField& own) { return own.name == name; }))
    f.fail("unsupported", {"setting `" + name + "`, a field of the dataclass " + l.entity.name + ", of the class"});
  for (const ir::ClassEntity& in : l.info.lookup) {
    Member::Kind kind = f.session_.classes.find(in, name).member.kind;
    if ((kind != Member::Absent && kind != Member::Value) || name.starts_with("__"))
      f.fail("unsupported", {"setting `" + name + "` of the class " + l.entity.name});
  }
  auto own = l.members.find(name);
  if (own == l.members.end()) return f.store_field(cls, *l.made, name, v);
  // From now on it is no constant: what the statement gave it is in the field, too.
  if (is_fully_static(own->second.value)) {
    own->second.value = runtime(type_of(own->second.value), {});
    f.session_.classes.grown = true;
  }
  f.store_field(cls, *l.made, name, v);
}

Value LocalClasses::as_entity(Frame& f, const Value& v) {
  if (v.kind == Kind::Tuple) {
    Value all = v;
    for (Value& p : all.parts) p = as_entity(f, p);
    return all;
  }
  LocalClass* l = of(f, v);
  if (!l) return v;
  if (l->many)
    f.fail("unsupported",
           {"asking for instances of `" + l->entity.name + "`, a class whose statement may run more than once,"});
  return entity(l->entity);
}

// ---- decorators ----
std::optional<Value> LocalClasses::decorated(Frame& f, const Value& callee, const Frame::Arguments& a) {
  auto wrapper = [](std::string_view name, Values parts) {
    Value m;
    m.kind = Kind::Method;
    m.text = name;
    m.parts = std::move(parts);
    return m;
  };
  bool one = a.positional.size() == 1 && a.keywords.empty();
  if (const std::string* name = builtin_name(callee)) {
    bool known = *name == property_name || *name == static_name || *name == class_name;
    if (!known) return {};
    if (!one) f.fail("unsupported", {"these arguments of " + describe(callee)});
    return wrapper(*name, a.positional);
  }
  if (callee.kind == Kind::Method && callee.text == setter_name && one)
    return wrapper(property_name, {callee.parts[0], a.positional[0]});
  bool of_class = one && of(f, a.positional[0]);
  if (callee.kind == Kind::Method && callee.text.starts_with(dataclass_name) && of_class)
    return dataclass(f, a.positional[0], with_names(callee));
  auto* p = callee.kind == Kind::Entity ? std::get_if<ir::PythonFunction>(callee.entity.get()) : nullptr;
  bool meant = p && (p->name == "abstractmethod" || p->name == "dataclass" || p->name == "field");
  if (!meant || !f.session_.world.is_foreign(*p)) return {};
  if (p->name == "abstractmethod" && one) return wrapper(abstract_name, a.positional);
  if (p->name == "dataclass" && of_class) return dataclass(f, a.positional[0], {});
  if (p->name == "abstractmethod" || !a.positional.empty()) return {};
  Value options = wrapper(p->name == "dataclass" ? dataclass_name : field_name, {});
  for (const auto& [name, v] : a.keywords) options.text += " " + name, options.parts.push_back(v);
  return options;
}

// ---- dataclasses ----
static bool is_on(const Frame::Arguments& options, const std::string& name, bool otherwise) {
  for (const auto& [option, v] : options.keywords)
    if (option == name) return known_bool(v).value_or(otherwise);
  return otherwise;
}

static ir::ClassField field_of(const std::string& name, const Frame::Arguments& options) {
  ir::ClassField field;
  field.name = name;
  for (const auto& [option, v] : options.keywords) {
    if (option == "default") field.otherwise = ir::Builtin{std::string(default_of_field)};
    if (option == "default_factory") field.factory = ir::Builtin{std::string(default_of_field)};
  }
  field.in_init = is_on(options, "init", true);
  field.in_repr = is_on(options, "repr", true);
  field.in_compare = field.in_hash = is_on(options, "compare", true);
  field.keyword_only = is_on(options, "kw_only", false);
  return field;
}

Value LocalClasses::dataclass(Frame& f, const Value& cls, const Frame::Arguments& options) {
  LocalClass& l = *of(f, cls);
  for (const auto& [option, v] : options.keywords)
    if (!known_bool(v) || (option != "frozen" && option != "eq" && option != "order" && option != "repr" && option != "init"))
      refuse(f, l, "be a dataclass with this `" + option + "`");
  for (const auto& [name, annotation] : l.annotated) {
    if (annotation.find("ClassVar") != std::string::npos) continue;
    if (annotation.find("InitVar") != std::string::npos || annotation.find("KW_ONLY") != std::string::npos)
      refuse(f, l, "have a field that is `" + annotation + "`");
    ir::ClassField field;
    auto given = l.members.find(name);
    if (given == l.members.end()) {
      field.name = name;
    } else if (const Value& v = given->second.value; v.kind == Kind::Method && v.text.starts_with(field_name)) {
      field = field_of(name, with_names(v));
    } else {
      if (is_row(v) || is_table(v)) refuse(f, l, "have `" + name + "`, a default that objects would share");
      field = field_of(name, {{}, {{"default", v}}});
    }
    auto known = std::ranges::find(l.info.fields, name, &ir::ClassField::name);
    if (known == l.info.fields.end())
      l.info.fields.push_back(std::move(field));
    else
      *known = std::move(field);
  }
  bool defaulted = false;
  for (const ir::ClassField& field : l.info.fields) {
    bool has = !std::holds_alternative<ir::Missing>(field.otherwise) || !std::holds_alternative<ir::Missing>(field.factory);
    if (defaulted && !has && field.in_init && !field.keyword_only)
      refuse(f, l, "have `" + field.name + "`, a field without default behind one that has one");
    defaulted |= has;
  }
  l.info.is_dataclass = true;
  l.info.frozen = is_on(options, "frozen", false);
  l.info.compares = is_on(options, "eq", true);
  l.info.ordered = is_on(options, "order", false);
  auto generate = [&](const char* name) {
    if (!l.members.contains(name)) l.members[name].kind = Member::Generated;
  };
  if (is_on(options, "init", true)) generate("__init__");
  if (is_on(options, "repr", true)) generate("__repr__");
  if (l.info.ordered)
    for (const char* name : {"__lt__", "__le__", "__gt__", "__ge__"}) generate(name);
  if (!l.info.compares) return cls;
  generate("__eq__");
  if (l.info.frozen)
    generate("__hash__");
  else if (!l.members.contains("__hash__"))
    l.members["__hash__"] = {Member::Value, none(), {}};
  return cls;
}

Value LocalClasses::default_value(Frame& f, const Value& object, const std::string& name, bool factory) {
  const Value v = f.member_value(f.session_.classes.find(f.class_of(object).entity, name), object);
  if (v.kind != Kind::Method || !v.text.starts_with(field_name)) return v;
  for (const auto& [option, given] : with_names(v).keywords)
    if (option == (factory ? "default_factory" : "default")) return given;
  return Value{};
}

}  // namespace aic::typeinfer
