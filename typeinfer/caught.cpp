// Exceptions as values: see caught.h.
#include "typeinfer/caught.h"

#include <algorithm>

#include "ir/exceptions.h"

namespace aic::typeinfer {

bool is_caught(const Value& v) { return v.kind == Kind::Exception && (v.text.empty() || v.text[0] == ' '); }

Value caught_shape() {
  Value e;
  e.kind = Kind::Exception;
  e.parts = {runtime(Type::list(Type::integer()), {})};
  return e;
}

bool Caught::is_object(Frame& f, const Value& v) {
  return typeinfer::is_object(v) && f.class_of(v).info->kind == ir::ClassDescription::Exception;
}

bool Caught::is_class(Frame& f, const Value& v) {
  if (const std::string* name = builtin_name(v)) return ir::is_exception_class(name->substr(name->rfind('.') + 1));
  auto* c = v.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(v.entity.get()) : nullptr;
  return c && f.session_.classes.info(*c).kind == ir::ClassDescription::Exception;
}

// ---- classes ----
std::vector<Class*> Caught::possible(Frame& f, const Value& e) {
  std::vector<Class*> all = f.session_.classes.exceptions();
  std::erase_if(all, [](Class* c) {  // of those that no object was made of
    Field* args = c->find("args");
    return !args || args->type.is(TypeKind::Never);
  });
  if (!e.text.empty())
    std::erase_if(
        all, [&](Class* c) { return (e.text + " ").find(" " + std::string(c->type.flavour()) + " ") == std::string::npos; });
  return all;
}
bool Caught::may_be_builtin(const Value& e) { return e.text.empty() || e.text.ends_with(" *"); }

static std::string exactly(const Class& c) { return "=" + std::string(c.type.flavour()); }

ValueId Caught::matches(Frame& f, const Value& e, const std::vector<std::string>& names) {
  return f.make("error.matches"_op, {e.parts[0].id}, Type::boolean(), {{"classes", names}});
}

// The object that was raised, which is of one of these classes: a union of them.
Value Caught::object(Frame& f, const Value& e, const std::vector<Class*>& classes) {
  std::function<Value(size_t)> from = [&](size_t k) {
    auto mine = [&, k] {
      Type t = classes[k]->type;
      return runtime(t, f.make("error.value"_op, {e.parts[0].id}, t, {{"slot", int64_t(0)}}));
    };
    if (k + 1 == classes.size()) return mine();
    return f.choose(matches(f, e, {exactly(*classes[k])}), mine, [&, k] { return from(k + 1); });
  };
  return from(0);
}

Value Caught::as_object(Frame& f, const Value& e) {
  std::vector<Class*> classes = possible(f, e);
  return may_be_builtin(e) || classes.empty() ? e : object(f, e, classes);
}

Value Caught::by_class(Frame& f, const Value& e, const std::function<Value(const Value&)>& of_object,
                       const std::function<Value()>& of_builtin) {
  std::vector<Class*> classes = possible(f, e);
  if (classes.empty()) return may_be_builtin(e) ? of_builtin() : Value{};
  auto of_user = [&] { return f.split(object(f, e, classes), of_object); };
  if (!may_be_builtin(e)) return of_user();
  std::vector<std::string> names;
  for (Class* c : classes) names.push_back(exactly(*c));
  return f.choose(matches(f, e, names), of_user, of_builtin);
}

// isinstance says which remain: of a class of the user's it is asked with its type, of the builtin ones with `unbound`.
void Caught::narrow(Frame& f, ValueId py, const Value& e, const std::function<bool(Type)>& remains) {
  std::string text;
  for (Class* c : possible(f, e))
    if (remains(c->type)) text += " " + std::string(c->type.flavour());
  if (may_be_builtin(e) && remains(Type::unbound())) text += " *";
  if (text.empty()) text = " !";  // nothing raises it
  if (text == e.text) return;
  Value narrowed = e;
  narrowed.text = text;
  f.undo_->push_back({py, e});
  f.set(py, std::move(narrowed));
}

// How many of the record's places a value takes: as an argument does.
static int64_t places_of(Type t) {
  if (t.is_array()) return 4;
  if (t.is(TypeKind::None)) return 0;
  if (t.is_tuple() || t.is(TypeKind::Union)) {
    int64_t n = t.is(TypeKind::Union);
    for (Type e : t.elements()) n += places_of(e);
    return n;
  }
  return t.is_number() && t.dtype() == DType::C128 ? 2 : 1;
}
constexpr int64_t most_places = 12;

// ---- made, not raised ----
static std::vector<std::string> bases_of(Classes& classes, const Class& c) {
  std::vector<std::string> bases;
  for (const ir::ClassEntity& base : c.info->lookup) bases.emplace_back(classes.of(base).type.flavour());
  bases.push_back(c.info->builtin);
  return bases;
}

// The host makes the arguments anew whenever it is asked for the exception's text: containers, which would have to stay the
// same, are refused. (Those of the user's classes are in a field.)
static bool holds_reference(Type t) {
  if (t.is_object()) return false;
  if (t.is_list() || t.is_array()) return true;
  return (t.is_tuple() || t.is(TypeKind::Union)) && std::ranges::any_of(t.elements(), holds_reference);
}

void Caught::refuse_dropped(Frame& f) {
  f.fail("unsupported",
         {"asking exceptions for their arguments beside a generator that returns a container and is asked by next()"});
}

bool Caught::can_be_argument(Type t) { return !holds_reference(t) && !is_box(t); }

void Caught::drop_arguments(Frame& f) {
  f.session_.classes.drops_raised = true;
  if (f.session_.classes.asks_raised()) refuse_dropped(f);
}

void Caught::check_argument(Frame& f, const Value& v) {
  if (!is_representable(v)) f.fail("unsupported", {"an exception with " + describe(v)});
  if (holds_reference(type_of(v))) f.fail("unsupported", {"a builtin exception with an argument of type " + describe(v)});
}

void Caught::note_raised(Frame& f, const std::vector<Type>& types, size_t at) {
  int64_t places = int64_t(at);
  for (Type t : types) places += places_of(t);
  if (places > most_places) f.fail("unsupported", {"an exception with so many arguments"});
  f.session_.classes.raises({types, at});
}

Value Caught::saved(Frame& f, const Value& e) {
  if (is_caught(e)) return e;
  Value out = caught_shape();
  Type list = out.parts[0].type;
  auto make = [&](const std::vector<ValueId>& values, std::vector<ir::NamedAttr> attrs) {
    out.parts[0].id = f.b_.make("error.make"_op, values, list, std::move(attrs));
    return out;
  };
  if (typeinfer::is_none(e)) return make({}, {{"exception", "BaseException"}, {"none", int64_t(1)}});
  if (is_object(f, e)) {
    Class& c = f.class_of(e);
    return make(
        {e.id},
        {{"exception", std::string(c.type.flavour())}, {"args", int64_t(1)}, {"bases", bases_of(f.session_.classes, c)}});
  }
  if (is_class(f, e)) return saved(f, f.call(e, {}));
  AIC_CHECK(e.kind == Kind::Exception, describe(e));
  std::vector<ValueId> ids;
  std::vector<Type> types;
  for (const Value& p : e.parts) {
    check_argument(f, p);
    ids.push_back(f.materialise(p));
    types.push_back(f.type(ids.back()));
  }
  note_raised(f, types, 0);
  return make(ids, {{"exception", e.text}, {"args", int64_t(1)}});
}

// ---- raising ----
void Caught::raise_object(Frame& f, const Value& e) {
  Class& c = f.class_of(e);
  f.b_.op("raise"_op, {e.id}, {},
          {{"exception", std::string(c.type.flavour())}, {"args", int64_t(1)}, {"bases", bases_of(f.session_.classes, c)}});
}

void Caught::raise(Frame& f, const Value& e, const Value* cause) {
  if (cause) {
    bool good = typeinfer::is_none(*cause) || cause->kind == Kind::Exception || is_object(f, *cause) || is_class(f, *cause);
    if (!good) f.fail("not-an-exception", {describe(*cause)});
    f.b_.op("error.cause"_op, {saved(f, *cause).parts[0].id}, {});
  }
  if (is_union(e)) {
    f.by_arms(e, [&](const Value& arm) {
      raise(f, arm, nullptr);
      return Value{};
    });
    return;
  }
  if (e.kind == Kind::Choice)
    return raise(f, f.by_arms(e, [&](const Value& one) { return is_class(f, one) ? f.call(one, {}) : one; }), nullptr);
  if (is_object(f, e)) return raise_object(f, e);
  if (is_class(f, e)) {
    Value made = f.call(e, {});
    return made.kind == Kind::Never ? f.end_unreachable() : raise(f, made, nullptr);
  }
  if (f.is_leaving_generator() && is_caught(e)) stop_if_matches(f, e);
  if (f.is_leaving_generator() && e.text == "StopIteration") return stop_generator(f, e);
  f.raise(e);
}

// ---- what a caught exception tells ----
ValueId Caught::is_none(Frame& f, const Value& e) { return f.inverse(matches(f, e, {"BaseException"})); }

Value Caught::link(Frame& f, const Value& e, int64_t which) {
  Value out = caught_shape();
  out.parts[0].id = f.make("error.link"_op, {e.parts[0].id}, out.parts[0].type, {{"which", which}});
  return out;
}

// What builtin exceptions of these classes were raised with, anywhere: the record's site tells which of these it is. `count`:
// of those with so many arguments; -1: any.
Value Caught::by_arguments(Frame& f, const Value& e, const std::vector<std::string>& classes, int count,
                           const std::function<Value(const Value&)>& of, const std::function<Value()>& otherwise) {
  const std::set<Classes::Raised>& all = f.session_.classes.raised();
  if (f.session_.classes.drops_raised) refuse_dropped(f);
  std::function<Value(std::set<Classes::Raised>::const_iterator)> from = [&](auto it) -> Value {
    while (it != all.end() && count >= 0 && it->types.size() != size_t(count)) ++it;
    if (it == all.end()) return otherwise();
    const Classes::Raised& r = *it;
    ValueId is = f.make("error.matches"_op, {e.parts[0].id}, Type::boolean(),
                        {{"classes", classes}, {"types", Type::tuple(r.types)}, {"at", int64_t(r.at)}});
    return f.choose(
        is,
        [&] {
          Values parts;
          int64_t slot = int64_t(r.at);
          for (Type t : r.types) {
            parts.push_back(
                t.is(TypeKind::None) ? none() : f.exploded(t, f.make("error.value"_op, {e.parts[0].id}, t, {{"slot", slot}})));
            slot += places_of(t);
          }
          return of(tuple(std::move(parts)));
        },
        [&] { return from(std::next(it)); });
  };
  return from(all.begin());
}

// Others have one text.
Value Caught::arguments(Frame& f, const Value& e) {
  if (!is_caught(e)) return tuple(e.parts);
  auto of_builtin = [&] {
    return by_arguments(
        f, e, {"BaseException"}, -1, [](const Value& args) { return args; }, [&] { return tuple({f.caught_text(e, 0)}); });
  };
  return by_class(f, e, [&](const Value& o) { return f.attribute(o, "args"); }, of_builtin);
}

Value Caught::class_name(Frame& f, const Value& e) {
  return by_class(
      f, e, [&](const Value& o) { return typeinfer::text(f.class_of(o).entity.name); }, [&] { return f.caught_text(e, 1); });
}

// The argument that an attribute of a builtin class's exceptions is.
struct NamedArgument {
  const char* name;
  std::vector<std::string> classes;
  size_t place;
  int count;
};
static const NamedArgument* find_named_argument(const std::string& name) {
  static const std::vector<std::string> unicode = {"UnicodeDecodeError", "UnicodeEncodeError"};
  static const NamedArgument all[] = {{"encoding", unicode, 0, 5},
                                      {"object", unicode, 1, 5},
                                      {"start", unicode, 2, 5},
                                      {"end", unicode, 3, 5},
                                      {"reason", unicode, 4, 5}};
  for (const NamedArgument& a : all)
    if (name == a.name) return &a;
  return nullptr;
}

Value Caught::attribute(Frame& f, const Value& e, const std::string& name) {
  if (name == "args") return arguments(f, e);
  const NamedArgument* argument = find_named_argument(name);
  auto first = [](const Value& args) { return args.parts.empty() ? none() : args.parts[0]; };
  if (!is_caught(e) && e.text == "StopIteration" && name == "value") return first(tuple(e.parts));
  if (!is_caught(e) && argument && std::ranges::count(argument->classes, e.text) && int(e.parts.size()) == argument->count)
    return e.parts[argument->place];
  if (!is_caught(e)) f.fail("unknown-attribute", {describe(e), name});
  if (name == "__cause__") return link(f, e, 0);
  if (name == "__context__") return link(f, e, 1);
  if (name == "__class__") return f.type_value(e);
  std::vector<Class*> classes = possible(f, e);
  if (classes.empty() && !may_be_builtin(e)) return Value{};
  auto missing = [&] {
    f.raise("AttributeError", "'{0}' object has no attribute '" + name + "'", {f.materialise(f.caught_text(e, 1))});
    return Value{};
  };
  if (name == "value" && may_be_builtin(e)) {
    auto otherwise = [&] {  // a text alone is raised as a message
      return f.choose(matches(f, e, {"StopIteration"}), [&] { return f.caught_text(e, 0); }, missing);
    };
    auto of_builtin = [&] { return by_arguments(f, e, {"StopIteration"}, -1, first, otherwise); };
    return classes.empty() ? of_builtin() : by_class(f, e, [&](const Value& o) { return f.attribute(o, name); }, of_builtin);
  }
  if (argument && may_be_builtin(e)) {
    auto of_builtin = [&] {
      return by_arguments(
          f, e, argument->classes, argument->count, [&](const Value& args) { return args.parts[argument->place]; }, missing);
    };
    return classes.empty() ? of_builtin() : by_class(f, e, [&](const Value& o) { return f.attribute(o, name); }, of_builtin);
  }
  if (classes.empty()) f.fail("unknown-attribute", {"the exception", name});
  return by_class(f, e, [&](const Value& o) { return f.attribute(o, name); }, missing);
}

void Caught::set_attribute(Frame& f, const Value& e, const std::string& name, const Value& value) {
  std::vector<Class*> classes = possible(f, e);
  if (may_be_builtin(e)) f.fail("unsupported", {"setting `" + name + "` of an exception that may be of a builtin class"});
  if (!classes.empty()) f.set_attribute(object(f, e, classes), name, value);
}

// type(e) is C
Value Caught::is_exactly(Frame& f, const Value& e, const Value& cls) {
  if (const std::string* name = builtin_name(cls))
    return runtime(Type::boolean(), matches(f, e, {"=" + name->substr(name->rfind('.') + 1)}));
  auto* c = cls.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(cls.entity.get()) : nullptr;
  if (!c) return boolean(false);
  return runtime(Type::boolean(), matches(f, e, {exactly(f.session_.classes.of(*c))}));
}

// BaseException's __str__ and __repr__, of an object whose class has none of its own.
Value Caught::text_of_object(Frame& f, const Value& o, bool repr) {
  const Class& c = f.class_of(o);
  return f.split(f.attribute(o, "args"), [&](const Value& args) -> Value {
    if (args.kind != Kind::Tuple) f.fail("unsupported", {"the text of an exception whose number of arguments is not known"});
    if (!repr && args.parts.empty()) return typeinfer::text("");
    bool is_key_error = ir::is_subclass(c.info->builtin, "KeyError");
    if (!repr) return args.parts.size() == 1 ? f.as_text(args.parts[0], is_key_error) : f.as_text(args, true);
    if (args.parts.size() != 1) return f.joined({typeinfer::text(c.entity.name), f.as_text(args, true)});
    return f.joined({typeinfer::text(c.entity.name + "("), f.as_text(args.parts[0], true), typeinfer::text(")")});
  });
}

Value Caught::text(Frame& f, const Value& e, bool repr) {
  if (!is_caught(e)) {  // made, not raised
    if (!repr && e.parts.empty()) return typeinfer::text("");
    if (!repr)
      return e.parts.size() == 1 ? f.as_text(e.parts[0], ir::is_subclass(e.text, "KeyError")) : f.as_text(tuple(e.parts), true);
    if (e.parts.size() != 1) return f.joined({typeinfer::text(e.text), f.as_text(tuple(e.parts), true)});
    return f.joined({typeinfer::text(e.text + "("), f.as_text(e.parts[0], true), typeinfer::text(")")});
  }
  return by_class(f, e, [&](const Value& o) { return f.as_text(o, repr); }, [&] { return f.caught_text(e, repr ? 2 : 0); });
}

}  // namespace aic::typeinfer
