// One of several functions. What has no run-time type, since it is known by its kind and its parts alone, may still be one
// thing on one path and another on the next: a function, a bound method, a class, None. Then its number is told at run
// time, and beside it stand the captured values of each of them, of which only those of the one are defined. A call tests
// the number and calls the one directly, so that all functions are compiled for their arguments as any other.
#include <algorithm>

#include "typeinfer/contexts.h"

namespace aic::typeinfer {

bool is_choosable(const Value& v) {
  if (v.kind == Kind::Entity)
    return std::holds_alternative<ir::PythonFunction>(*v.entity) || std::holds_alternative<ir::Builtin>(*v.entity) ||
           std::holds_alternative<ir::DTypeEntity>(*v.entity) || std::holds_alternative<ir::ClassEntity>(*v.entity);
  if (v.kind == Kind::Iterator) return is_stateful(v) || is_collection(v) || Contexts::is_known(v);
  return v.kind == Kind::Function || v.kind == Kind::Method || (v.kind == Kind::Constant && v.type.is(TypeKind::None));
}

bool holds_choice(const Value& v) {
  if (v.kind == Kind::Choice) return true;
  if (v.kind == Kind::Runtime && v.site) return holds_choice(element_of_list(v));
  for (const std::vector<Value>* inside : {&v.parts, &v.defaults})
    for (const Value& p : *inside)
      if (holds_choice(p)) return true;
  return false;
}

bool is_same_choice(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.parts.size() != b.parts.size() || a.defaults.size() != b.defaults.size()) return false;
  if (a.kind == Kind::Function) return a.form == b.form;
  if (a.kind == Kind::Iterator) {
    bool same = a.text == b.text;
    for (size_t k = 0; same && k < a.parts.size(); ++k) {
      const Value &x = a.parts[k], &y = b.parts[k];
      bool kinds = x.kind == y.kind || is_number(x) == is_number(y);
      if (x.kind == Kind::Tuple) {
        same = y.kind == Kind::Tuple && x.parts.size() == y.parts.size();
        continue;
      }
      same = kinds && (x.kind == Kind::Iterator || is_choosable(x) ? is_same_choice(x, y)
                                                                   : type_of(x).flavour() == type_of(y).flavour());
    }
    return same;
  }
  if (a.kind != Kind::Method) return key(a) == key(b);
  if (a.text != b.text) return false;
  const Value &x = a.parts[0], &y = b.parts[0];
  for (const auto& [choice, other] : {std::pair(&x, &y), std::pair(&y, &x)})  // a function that is held: a choice of one
    if (choice->kind == Kind::Choice)
      return std::any_of(choice->parts.begin() + 1, choice->parts.end(), [&](const Value& one) {
        return other->kind == Kind::Choice ? is_same_choice(one, other->parts[1])
                                           : is_choosable(*other) && is_same_choice(one, *other);
      });
  if (is_choosable(x)) return is_same_choice(x, y);
  return x.kind == y.kind && type_of(x).kind() == type_of(y).kind() && type_of(x).flavour() == type_of(y).flavour();
}

Value choice_of(const Value& v) {
  Value c;
  c.kind = Kind::Choice;
  c.parts = {runtime(Type::integer(), {}), shape_of(v)};
  return c;
}

// A value in the shape of a choice that has it among its own.
Value Frame::chosen(const Value& v, const Value& shape) {
  Value c = shape;
  auto place = [&](const Value& one) {
    size_t k = 1;
    while (k < shape.parts.size() && !is_same_choice(shape.parts[k], one)) ++k;
    AIC_CHECK(k < shape.parts.size(), describe(one) + " as " + describe(shape));
    return k;
  };
  std::vector<size_t> places;
  if (v.kind == Kind::Choice) {
    for (size_t k = 1; k < v.parts.size(); ++k) places.push_back(place(v.parts[k]));
    ValueId number = v.parts[0].id;
    for (size_t k = 0; k < places.size(); ++k)
      if (places[k] != k + 1)
        number = make("select"_op, {test("equal"_op, v.parts[0].id, ints(int64_t(k))), ints(int64_t(places[k]) - 1), number},
                      Type::integer());
    c.parts[0].id = number;
  } else {
    places.push_back(place(v));
    c.parts[0].id = ints(int64_t(places[0]) - 1);
  }
  for (size_t k = 1; k < shape.parts.size(); ++k) {
    auto at = std::find(places.begin(), places.end(), k);
    const Value* given = v.kind == Kind::Choice ? at == places.end() ? nullptr : &v.parts[size_t(at - places.begin()) + 1]
                         : at == places.end()   ? nullptr
                                                : &v;
    c.parts[k] = given ? coerce(*given, shape.parts[k]) : absent(shape.parts[k]);
  }
  return c;
}

// Of a function that was not chosen. What is asked of it may be asked before it is known that it was not (loop invariants),
// so its containers and texts are empty ones, and its numbers zeros.
Value Frame::absent(const Value& shape) {
  std::vector<Type> types;
  leaf_types(shape, types);
  std::vector<ValueId> ids;
  for (Type t : types) {
    bool empty = t.is_list() && !t.is_object() && (t.flavour().empty() || t.flavour() == "tuple");
    ids.push_back(empty                  ? make("list.new"_op, {ints(0)}, t)
                  : t.is_python_number() ? as_type(integer(0), t)
                  : t.is(TypeKind::Str)  ? materialise(t == Type::bytes() ? bytes_literal("") : text(""))
                                         : make("undefined"_op, {}, t));
  }
  const ValueId* next = ids.data();
  return rebuild(shape, next);
}

// Whether two functions are one: known where they captured nothing.
Value Frame::is_same_function(const Value& x, const Value& y) {
  const Value& several = x.kind == Kind::Choice ? x : y;
  const Value& other = x.kind == Kind::Choice ? y : x;
  return by_arms(several, [&](const Value& one) {
    if (other.kind == Kind::Choice) return is_same_function(other, one);
    if (!is_same_choice(one, other)) return boolean(false);
    std::vector<Type> captured;
    leaf_types(one, captured);
    if (!captured.empty()) fail("unsupported-operands", {"is", describe(one), describe(other)});
    return boolean(true);
  });
}

}  // namespace aic::typeinfer
