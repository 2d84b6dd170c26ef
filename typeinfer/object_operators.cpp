// What operators, builtins and statements do with objects: they call the methods that Python calls, in its order, or what
// @dataclass would have written. A method that returns NotImplemented has passed the question on.
#include <algorithm>

#include "ir/exceptions.h"
#include "typeinfer/caught.h"
#include "typeinfer/enums.h"
#include "typeinfer/local_classes.h"

namespace aic::typeinfer {
using Member = ir::ClassMember;

static bool is_not_implemented(const Value& v) {
  const std::string* name = builtin_name(v);
  return name && *name == "builtins.NotImplemented";
}

bool Frame::has_special(const Value& x, const std::string& name) {
  if (!is_object(x) && x.kind != Kind::Member && !Named::class_of(*this, x)) return false;
  Member::Kind kind = session_.classes.find(class_of(x).entity, name).member.kind;
  return kind != Member::Absent && kind != Member::Generated;
}

// type(x).__name__(x, …); none: there is no such method.
std::optional<Value> Frame::call_special(const Value& x, const std::string& name, const Values& others) {
  if (!has_special(x, name)) return {};
  Classes::Found found = session_.classes.find(class_of(x).entity, name);
  if (auto* u = std::get_if<ir::Unknown>(&found.member.entity)) fail("unsupported", {u->why});
  Arguments a{others, {}};
  if (found.member.kind == Member::Function) a.positional.insert(a.positional.begin(), x);
  Value f = member_value(found, x);
  if (found.member.kind == Member::ForClass && session_.classes.local_of(found.in))
    fail("unsupported", {"this `" + name + "`"});
  if (is_none(f)) return {};  // __hash__ = None
  return call(f, std::move(a));
}

static constexpr std::pair<const char*, const char*> arithmetic[] = {
    {"+", "add"},    {"-", "sub"}, {"*", "mul"}, {"/", "truediv"}, {"//", "floordiv"}, {"%", "mod"},    {"**", "pow"},
    {"@", "matmul"}, {"&", "and"}, {"|", "or"},  {"^", "xor"},     {"<<", "lshift"},   {">>", "rshift"}};
static constexpr std::pair<const char*, const char*> comparisons[] = {{"<", "__lt__"},  {"<=", "__le__"}, {"==", "__eq__"},
                                                                      {"!=", "__ne__"}, {">", "__gt__"},  {">=", "__ge__"}};

static const char* mirrored(const std::string& op) {
  return op == "<"    ? "__gt__"
         : op == "<=" ? "__ge__"
         : op == ">"  ? "__lt__"
         : op == ">=" ? "__le__"
         : op == "==" ? "__eq__"
                      : "__ne__";
}

static std::string class_of_operand(const Value& v) {
  std::string s = describe(v);
  if (size_t bracket = s.find('['); bracket != std::string::npos) s.resize(bracket);
  return s == "None" ? "NoneType" : s;
}

// Does the class of a named tuple or member say what this operator does?
bool Frame::has_operator(const std::string& op, const Value& x, const Value& y) {
  for (auto [sign, name] : arithmetic)
    if (op == sign) {
      std::string end = std::string(name) + "__";
      return has_special(x, "__" + end) || has_special(y, "__r" + end);
    }
  // A named tuple compares as a tuple before the other one is asked.
  const bool asks_other = !Named::class_of(*this, x);
  for (auto [sign, name] : comparisons)
    if (op == sign && (has_special(x, name) || (asks_other && has_special(y, mirrored(op))))) return true;
  // A tuple has its own `!=`; a member asks `==`.
  return op == "!=" && (x.kind == Kind::Member || y.kind == Kind::Member) && has_operator("==", x, y);
}

Value Frame::object_binary(const std::string& op, const Value& x, const Value& y, bool in_place) {
  std::string name;
  for (auto [sign, method] : arithmetic)
    if (op == sign) name = method;
  AIC_CHECK(!name.empty(), op);
  if (in_place)
    if (std::optional<Value> v = call_special(x, "__i" + name + "__", {y}); v && !is_not_implemented(*v)) return *v;
  bool derived = is_object(x) && is_object(y) && type_of(x) != type_of(y) &&
                 session_.classes.is_subclass(class_of(y).entity, class_of(x).entity);
  bool same = is_object(x) && is_object(y) && type_of(x) == type_of(y);
  if (derived)
    if (std::optional<Value> v = call_special(y, "__r" + name + "__", {x}); v && !is_not_implemented(*v)) return *v;
  bool asked = false;
  if (std::optional<Value> v = call_special(x, "__" + name + "__", {y})) {
    if (!is_not_implemented(*v)) return *v;
    asked = true;
  }
  if (!derived && !same)
    if (std::optional<Value> v = call_special(y, "__r" + name + "__", {x})) {
      if (!is_not_implemented(*v)) return *v;
      asked = true;
    }
  if (!asked) wrong_operands(op, x, y);
  raise("TypeError", "unsupported operand type(s) for " + op + (in_place ? "=" : "") + ": '" + class_of_operand(x) + "' and '" +
                         class_of_operand(y) + "'");
  return Value{};
}

// The fields that a dataclass compares, as a tuple.
Value Frame::compared_fields(const Value& x, const ir::ClassDescription& info) {
  Values parts;
  for (const ir::ClassField& f : info.fields)
    if (f.in_compare) parts.push_back(attribute(x, f.name));
  return tuple(std::move(parts));
}

// One method of a comparison: none: there is none, or it says NotImplemented.
std::optional<Value> Frame::compared(const std::string& name, const Value& x, const Value& y) {
  if (!is_object(x) && !has_special(x, name)) return {};
  Classes::Found found = session_.classes.find(class_of(x).entity, name);
  if (found.member.kind == Member::Generated) {
    if (!is_object(y) || type_of(x) != type_of(y)) return {};
    const ir::ClassDescription& info = session_.classes.info(found.in);
    for (auto [sign, method] : comparisons)
      if (name == method && session_.classes.refers_to_itself(type_of(x)))
        return call_builtin("builtins._compare_fields", {{text(sign), x, y}, {}});
      else if (name == method)
        return compare(sign, compared_fields(x, info), compared_fields(y, info));
  }
  std::optional<Value> v = call_special(x, name, {y});
  return v && is_not_implemented(*v) ? std::nullopt : v;
}

Value Frame::object_compare(const std::string& op, const Value& x, const Value& y) {
  std::string name, other = mirrored(op);
  for (auto [sign, method] : comparisons)
    if (op == sign) name = method;
  bool derived = is_object(x) && is_object(y) && type_of(x) != type_of(y) &&
                 session_.classes.is_subclass(class_of(y).entity, class_of(x).entity);
  auto ask = [&](const Value& a, const Value& b, const std::string& method) -> std::optional<Value> {
    if (std::optional<Value> v = compared(method, a, b)) return v;
    if (method != "__ne__") return {};
    std::optional<Value> equal = compared("__eq__", a, b);
    return equal ? std::optional(negation(*equal)) : std::nullopt;
  };
  if (derived)
    if (std::optional<Value> v = ask(y, x, other)) return *v;
  if (std::optional<Value> v = ask(x, y, name)) return *v;
  if (!derived)
    if (std::optional<Value> v = ask(y, x, other)) return *v;
  if (x.kind == Kind::Tuple && y.kind == Kind::Tuple) return compare_tuples(op, x, y);
  if (x.kind == Kind::Member || y.kind == Kind::Member)
    if (std::optional<Value> v = Enums::compare(*this, op, x, y)) return *v;
  if (op == "==") return is_same(x, y);
  if (op == "!=") return negation(is_same(x, y));
  raise("TypeError",
        "'" + op + "' not supported between instances of '" + class_of_operand(x) + "' and '" + class_of_operand(y) + "'");
  return Value{};
}

Value Frame::object_unary(const std::string& op, const Value& x) {
  const char* name = op == "-" ? "__neg__" : op == "+" ? "__pos__" : "__invert__";
  if (std::optional<Value> v = call_special(x, name, {})) return *v;
  raise("TypeError", "bad operand type for unary " + op + ": '" + class_of_operand(x) + "'");
  return Value{};
}

Value Frame::object_truth(const Value& x) {
  if (std::optional<Value> v = call_special(x, "__bool__", {})) {
    if (v->kind != Kind::Never && !type_of(*v).is(TypeKind::Bool)) {
      raise("TypeError", "__bool__ should return bool, returned " + class_of_operand(*v));
      return Value{};
    }
    return *v;
  }
  if (std::optional<Value> n = call_special(x, "__len__", {})) return n->kind == Kind::Never ? *n : truth(*n);
  return boolean(true);
}

Value Frame::object_contains(const Value& x, const Value& container) {
  if (std::optional<Value> v = call_special(container, "__contains__", {x})) return v->kind == Kind::Never ? *v : truth(*v);
  return call_list("_contains_by_iterating", {{container, x}, {}});
}

// Where the objects' fields lead to their like, what @dataclass writes is a function of the library's, which calls itself.
Value Frame::generated_text(const Value& x) {
  return session_.classes.refers_to_itself(x.type) ? call_builtin("builtins._text_of_fields", {{x}, {}}) : text_of_fields(x);
}

Value Frame::generated_hash(const Value& x) {
  return session_.classes.refers_to_itself(x.type) ? call_builtin("builtins._hash_of_fields", {{x}, {}}) : hash_of_fields(x);
}

Value Frame::hash_of_fields(const Value& x) {
  Classes::Found found = session_.classes.find(class_of(x).entity, "__hash__");
  Values parts;
  for (const ir::ClassField& f : session_.classes.info(found.in).fields)
    if (f.in_hash) parts.push_back(attribute(x, f.name));
  return hash_of(tuple(std::move(parts)));
}

Value Frame::compare_of_fields(const std::string& op, const Value& x, const Value& y) {
  for (auto [sign, method] : comparisons)
    if (op == sign) {
      const ir::ClassDescription& info = session_.classes.info(session_.classes.find(class_of(x).entity, method).in);
      return compare(op, compared_fields(x, info), compared_fields(y, info));
    }
  AIC_CHECK(false, op);
}

// repr as @dataclass writes it.
Value Frame::text_of_fields(const Value& x) {
  Class& c = class_of(x);
  Classes::Found found = session_.classes.find(c.entity, "__repr__");
  Values pieces{text(session_.classes.qualified(c.entity) + "(")};
  bool first = true;
  for (const ir::ClassField& f : session_.classes.info(found.in).fields) {
    if (!f.in_repr) continue;
    pieces.push_back(text((first ? "" : ", ") + f.name + "="));
    pieces.push_back(as_text(attribute(x, f.name), true));
    first = false;
  }
  pieces.push_back(text(")"));
  return joined(pieces);
}

Value Frame::object_text(const Value& x, bool repr) {
  if (!repr)
    if (std::optional<Value> v = call_special(x, "__str__", {})) return *v;
  bool exception = Caught::is_object(*this, x);
  if (exception && !repr) return Caught::text_of_object(*this, x, false);
  Classes::Found found = session_.classes.find(class_of(x).entity, "__repr__");
  if (found.member.kind == Member::Generated) return generated_text(x);
  if (std::optional<Value> v = call_special(x, "__repr__", {})) return *v;
  if (exception) return Caught::text_of_object(*this, x, true);
  fail("unsupported", {"the text of a " + describe(x) + ", which has no `__repr__`: it would be an address,"});
}

// hash, len, abs, int, float, … of an object; none: not one of these.
std::optional<Value> Frame::object_builtin(const std::string& name, const Arguments& a) {
  if (a.positional.empty() || !a.keywords.empty()) return {};
  const Value& x = a.positional[0];
  auto class_entity = [](const Value& v) {
    return v.kind == Kind::Entity ? std::get_if<ir::ClassEntity>(v.entity.get()) : nullptr;
  };
  if (name == "issubclass" && a.positional.size() == 2) {
    if (x.kind == Kind::Iterator && x.text == "type" && is_caught(x.parts[0])) return matches(x.parts[0], a.positional[1]);
    if (Caught::is_class(*this, x) && !class_entity(x)) {
      Value made;
      made.kind = Kind::Exception;
      made.text = builtin_name(x)->substr(builtin_name(x)->rfind('.') + 1);
      return matches(made, a.positional[1]);
    }
    if (Caught::is_class(*this, x) && !class_entity(a.positional[1])) {
      const std::string* base = builtin_name(a.positional[1]);
      return boolean(base &&
                     ir::is_subclass(session_.classes.info(*class_entity(x)).builtin, base->substr(base->rfind('.') + 1)));
    }
  }
  if (name == "issubclass" && a.positional.size() == 2 &&
      (LocalClasses::of(*this, x) || LocalClasses::of(*this, a.positional[1])))
    return object_builtin(name, {{LocalClasses::as_entity(*this, x), LocalClasses::as_entity(*this, a.positional[1])}, {}});
  if (name == "issubclass" && a.positional.size() == 2 && class_entity(x) && class_entity(a.positional[1]))
    return boolean(session_.classes.is_subclass(*class_entity(x), *class_entity(a.positional[1])));
  if (name == "getattr" && a.positional.size() == 3 && known_text(a.positional[1]) && is_union(x))
    return by_arms(x, [&](const Value& arm) {
      std::optional<Value> v =
          is_object(arm) ? object_builtin(name, {{arm, a.positional[1], a.positional[2]}, {}}) : std::nullopt;
      if (!v) fail("unsupported", {"`getattr` of " + describe(arm) + " with a default"});
      return *v;
    });
  if (name == "getattr" && a.positional.size() == 3 && known_text(a.positional[1]) && is_object(x)) {
    const std::string& wanted = *known_text(a.positional[1]);
    if (session_.classes.find(class_of(x).entity, "__getattr__").member.kind != Member::Absent)
      fail("unsupported", {"`getattr` with a default of an object whose class has `__getattr__`"});
    if (session_.classes.find(class_of(x).entity, wanted).member.kind == Member::Property)  // which may raise AttributeError
      fail("unsupported", {"`getattr` of the property `" + wanted + "` with a default"});
    const Value has = *object_builtin("hasattr", {{x, a.positional[1]}, {}});
    if (std::optional<bool> known = known_bool(has)) return *known ? attribute(x, wanted) : a.positional[2];
    return choose(has.id, [&] { return attribute(x, wanted); }, [&] { return a.positional[2]; });
  }
  if (is_union(x) && a.positional.size() == 2 && known_text(a.positional[1])) {
    if (name == "getattr") return attribute(x, *known_text(a.positional[1]));
    if (name == "hasattr")
      return by_arms(x, [&](const Value& arm) {
        bool has_class = is_object(arm) || arm.kind == Kind::Member || Named::class_of(*this, arm);
        std::optional<Value> has = has_class ? object_builtin(name, {{arm, a.positional[1]}, {}}) : std::nullopt;
        return has ? *has : boolean(false);
      });
  }
  if (name == "hasattr" && a.positional.size() == 2 && known_text(a.positional[1])) {
    if (x.kind == Kind::Member) fail("unsupported", {"hasattr of a member of an enumeration"});
    if (Named::class_of(*this, x)) return boolean(Named::has_attribute(*this, x, *known_text(a.positional[1])));
  }
  if (is_object(x) && a.positional.size() == 2 && known_text(a.positional[1])) {
    if (name == "getattr") return attribute(x, *known_text(a.positional[1]));
    Class& c = class_of(x);
    const std::string& wanted = *known_text(a.positional[1]);
    Member::Kind kind = session_.classes.find(c.entity, wanted).member.kind;
    Field* f = c.find(wanted);
    bool is_field = f && (f->fixed || !f->type.is(TypeKind::Never));
    if (name == "hasattr") {
      if (session_.classes.find(c.entity, "__getattr__").member.kind != Member::Absent)
        fail("unsupported", {"`hasattr` of an object whose class has `__getattr__`"});
      if (kind != Member::Absent || !is_field) return boolean(kind != Member::Absent);
      std::optional<ValueId> set = is_set(x, c, *f);
      return set ? runtime(Type::boolean(), *set) : boolean(true);
    }
  }
  std::span<const Type> arms = is_union(x) ? x.type.elements() : std::span<const Type>();
  bool of_arms = std::any_of(arms.begin(), arms.end(), [](Type t) { return t.is_object(); });
  if (!is_object(x) && !of_arms) return {};
  static const std::pair<const char*, const char*> methods[] = {
      {"len", "__len__"},         {"abs", "__abs__"},     {"int", "__int__"},
      {"float", "__float__"},     {"round", "__round__"}, {"reversed", "__reversed__"},
      {"complex", "__complex__"}, {"next", "__next__"},   {"divmod", "__divmod__"}};
  if (name == "next" && a.positional.size() == 2 && is_object(x)) return call_list("_next_or", a);
  if (name == "hash" && a.positional.size() == 1) return hash_of(x);
  for (auto [builtin, method] : methods)
    if (name == builtin && of_arms) {
      return by_arms(x, [&](const Value& arm) {
        Arguments of_arm = a;
        of_arm.positional[0] = arm;
        return builtin_number(name, of_arm);
      });
    } else if (name == builtin) {
      Values others(a.positional.begin() + 1, a.positional.end());
      if (std::optional<Value> v = call_special(x, method, others)) return v;
      if ((name == "int" || name == "float") && has_special(x, "__index__")) return call_special(x, "__index__", {});
    }
  return {};
}

// A generator of python/aic/lib/list.py.
Value Frame::library_iterator(const std::string& name, const Value& x) {
  const ir::PyForm* form = session_.world.library("list." + name);
  AIC_CHECK(form, name);
  bool handed = std::exchange(handed_, true);
  Value g = call_function(*form, Value{}, {{x}, {}});
  handed_ = handed;
  return g;
}

// What CPython says of a None or number of Python's that is gone over; "" for other types.
static std::string not_iterable(Type t) {
  const char* name = t.is(TypeKind::None)    ? "NoneType"
                     : t.is(TypeKind::Int)   ? "int"
                     : t.is(TypeKind::Float) ? "float"
                     : t.is(TypeKind::Bool)  ? "bool"
                                             : nullptr;
  return name ? "'" + std::string(name) + "' object is not iterable" : "";
}

// The one arm of a union that can be gone over, where the others are None or numbers.
static std::optional<size_t> only_iterable(Type u) {
  std::optional<size_t> only;
  for (size_t k = 0; k < u.elements().size(); ++k) {
    if (!not_iterable(u.elements()[k]).empty()) continue;
    const Type t = u.elements()[k];
    if (only || !(t.is_object() || t.is_list() || t.is(TypeKind::Str))) return {};
    only = k;
  }
  return only;
}

// What a loop goes over in place of an object: the generator or container that its __iter__ gives.
Value Frame::iterated(const Value& given) {
  Value x = given;
  if (x.kind == Kind::Runtime && x.type.is(TypeKind::Union))
    if (std::optional<size_t> arm = only_iterable(x.type)) {  // an object or None, a list or a number
      const std::span<const Type> arms = x.type.elements();
      const ValueId tag = make("union.tag"_op, {x.id}, Type::integer());
      for (size_t k = 0; k < arms.size(); ++k)
        if (k != *arm) check(test("not_equal"_op, tag, ints(int64_t(k))), "TypeError", not_iterable(arms[k]));
      x = unboxed(exploded(arms[*arm], make("union.get"_op, {x.id}, arms[*arm], {{"arm", int64_t(*arm)}})));
    }
  if (!is_object(x)) return x;
  bool handed = std::exchange(handed_, true);
  std::optional<Value> inner = call_special(x, "__iter__", {});
  handed_ = handed;
  if (inner && is_object(*inner) && has_special(*inner, "__next__")) return library_iterator("_by_next", *inner);
  if (inner && is_object(*inner)) return iterated(*inner);
  if (!inner && has_special(x, "__getitem__")) return library_iterator("_by_index", x);
  if (!inner) fail("not-iterable", {describe(x)});
  return *inner;
}

}  // namespace aic::typeinfer
