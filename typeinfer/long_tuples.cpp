// Tuples whose length is known at run time only: `tuple(xs)`, `t + (x,)` in a loop, `*args` that were spread from a list. They
// are lists of the flavour `tuple` that nothing changes after they were made; a tuple of known length becomes one where it
// meets one. What is done with them is written in python/aic/lib/list.py.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

Value Frame::new_long_tuple(ValueId capacity, const std::string& path, const Value& element) {
  set_flavour(site_here("tuple " + path), "tuple");
  return new_list(capacity, "tuple " + path, element);
}

// A tuple of known length as one whose length is not.
Value Frame::as_long_tuple(const Value& t, const std::string& path) {
  if (is_long_tuple(t)) return t;
  Values elements;
  Value element;
  for (const Value& v : t.parts) {
    elements.push_back(real(v, path + "." + std::to_string(elements.size())));
    element = join_elements(element, elements.back());
  }
  ValueId n = ints(int64_t(elements.size()));
  Value row = new_long_tuple(n, path, element);
  if (elements.empty()) return row;
  b_.op("list.resize"_op, {row.id, n}, {});
  for (size_t k = 0; k < elements.size(); ++k) put(row, ints(int64_t(k)), elements[k], true);
  return row;
}

// As a long tuple of a type that holds all that it holds: a copy, which nobody can tell from it.
ValueId Frame::long_tuple_as(const Value& v, Type t) {
  bool known = v.kind == Kind::Tuple;
  ValueId n = known ? ints(int64_t(v.parts.size())) : list_length(v);
  Value row = runtime(t, make("list.new"_op, {n}, t));
  if (t.element().is(TypeKind::Never)) return row.id;
  b_.op("list.resize"_op, {row.id, n}, {});
  Value shape = element_of_list(row);
  auto store = [&](ValueId k, const Value& x) {
    b_.op("list.store"_op, {row.id, materialise(coerce(x, shape)), k}, {}, {{"fresh", int64_t(1)}});
  };
  if (known)
    for (size_t k = 0; k < v.parts.size(); ++k) store(ints(int64_t(k)), real(v.parts[k], "long." + std::to_string(k)));
  else if (element_of_list(v).kind != Kind::Never)
    count_loop(n, [&](ValueId k) { store(k, take(v, make("assume.index"_op, {k, n}, Type::integer()))); });
  return row.id;
}

// tuple(x)
Value Frame::tuple_from(const Value& given) {
  Value x = iterated(given);
  if (x.kind == Kind::Choice ? x.parts.size() == 2 : is_collection(x)) {
    if (std::optional<Value> each = special(x, "_list", {})) return tuple_from(*each);
    return tuple_from(plain(x));
  }
  if (x.kind == Kind::Tuple) return tuple(x.parts);  // a named one becomes a plain one
  if (is_long_tuple(x)) return x;
  if (std::optional<Values> elements = static_elements(x)) return tuple(*elements);
  if (is_union(x)) return by_arms(x, [&](const Value& arm) { return tuple_from(arm); });
  return call_list("_tuple_from", {{x}, {}});
}

// `(a, *b, c)`: of known length where all that is spread is.
Value Frame::starred_tuple(const Values& given, const std::vector<int64_t>& starred) {
  auto is_starred = [&](size_t k) { return std::find(starred.begin(), starred.end(), int64_t(k)) != starred.end(); };
  Values parts;
  bool known = true;
  for (size_t k = 0; known && k < given.size(); ++k) {
    if (!is_starred(k)) {
      parts.push_back(given[k]);
    } else if (std::optional<Values> all = static_elements(given[k])) {
      parts.insert(parts.end(), all->begin(), all->end());
    } else {
      known = false;
    }
  }
  if (known) return tuple(std::move(parts));
  return call_list("_tuple_from", {{starred_list(given, starred)}, {}});
}

std::optional<Value> Frame::long_tuple_binary(const std::string& op, const Value& x, const Value& y) {
  auto is_tuple = [](const Value& v) { return v.kind == Kind::Tuple || is_long_tuple(v); };
  auto whole = [](const Value& v) { return is_number(v) && (type_of(v).is(TypeKind::Int) || v.type.is(TypeKind::Bool)); };
  if (op == "+" && is_tuple(x) && is_tuple(y) && (is_long_tuple(x) || is_long_tuple(y)))
    return call_list("_concatenate_tuples", {{as_long_tuple(x, "left"), as_long_tuple(y, "right")}, {}});
  if (op != "*") return {};
  const Value &t = is_tuple(x) ? x : y, &n = is_tuple(x) ? y : x;
  if (!is_tuple(t) || !whole(n)) return {};
  // A count that a caller wrote as a literal is worth code of its own, as of a shape.
  if (!is_long_tuple(t) && (known_int(n) || n.parameter >= 0 || in_library())) return {};
  return call_list("_repeat_tuple", {{as_long_tuple(t, "repeated"), to_int(n)}, {}});
}

}  // namespace aic::typeinfer
