// What is taken apart: `a, *b = x`, and calls f(*x) where only the run tells how many there are. Such arguments come as one
// last value, "spread" of a list of all from the first star on. A function of Python's binds it as CPython does: parameters
// take their elements, checked against the number; `*args` is a tuple of the rest.
#include <algorithm>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

// ---- unpacking ----
// The values of `a, b = v`. `is_arm`: v is one of several, so that a wrong count is an error of the run.
Values Frame::unpack(const Value& given, size_t n, int64_t star, bool is_arm) {
  const Value v = is_object(given) ? list_from(given) : given;
  if (is_union(v) && v.kind != Kind::Pair) {
    Value parts = by_arms(v, [&](const Value& arm) {
      Values all = unpack(arm, n, star, true);
      return all.empty() && n > 0 ? Value{} : tuple(std::move(all));
    });
    if (parts.kind == Kind::Tuple) return parts.parts;
    if (parts.kind == Kind::Never) return Values(n);
    fail("unsupported", {"unpacking " + describe(v)});
  }
  std::optional<Values> elements = static_elements(v);
  if (is_stateful(v) || holds_generator(v)) return star < 0 ? unpack_iterator(v, n) : unpack_list(list_from(v), n, star);
  if (v.text == "columns" && v.kind == Kind::Iterator && star < 0) {
    ValueId length = materialise(length_of(v)), wanted = ints(int64_t(n));
    std::string expected = " values to unpack (expected " + std::to_string(n);
    check(test("less_equal"_op, wanted, length), "ValueError", "not enough" + expected + ", got {0})", {length});
    check(test("less_equal"_op, length, wanted), "ValueError", "too many" + expected + ")");
    Values out;
    for (size_t k = 0; k < n; ++k) out.push_back(call_list("_column", {{v.parts[0], integer(int64_t(k))}, {}}));
    return out;
  }
  if (is_row(v)) return unpack_list(v, n, star);
  bool texts = is_text(v) || is_bytes(v) || is_bytearray(v),
       listed =
           is_table(v) || is_table_view(v) || is_collection(v) || (v.kind == Kind::Iterator && !elements && !is_generator(v));
  bool sequence = texts || v.kind == Kind::Range || (is_array(v) && v.type.rank() > 0 && !elements);
  if (listed || (sequence && star >= 0)) return unpack_list(list_from(v), n, star);
  if (!elements && sequence) {
    ValueId length = materialise(length_of(v)), wanted = ints(int64_t(n));
    std::string expected = " values to unpack (expected " + std::to_string(n);
    check(test("less_equal"_op, wanted, length), "ValueError", "not enough" + expected + ", got {0})", {length});
    check(test("less_equal"_op, length, wanted), "ValueError", "too many" + expected + ")");
    Values out;
    for (size_t k = 0; k < n; ++k) out.push_back(element_of(v, ints(int64_t(k))));
    return out;
  }
  if (is_arm && (is_none(v) || is_number(v))) {
    raise("TypeError", "cannot unpack non-iterable " + (is_none(v) ? "NoneType" : describe(v)) + " object");
    return {};
  }
  if (is_none(v) || is_number(v)) fail("not-iterable", {describe(v)});
  if (!elements) fail("unsupported", {"unpacking " + describe(v) + (star >= 0 ? " with a star" : "")});
  size_t count = elements->size(), least = star < 0 ? n : n - 1;
  if (is_arm && (count < least || (star < 0 && count > n))) {
    std::string expected = " values to unpack (expected " + std::string(star < 0 ? "" : "at least ") + std::to_string(least);
    raise("ValueError",
          count < least ? "not enough" + expected + ", got " + std::to_string(count) + ")" : "too many" + expected + ")");
    return {};
  }
  if (star >= 0 && count >= least) {
    size_t rest = count - least, at = size_t(star);
    Values middle(elements->begin() + star, elements->begin() + star + long(rest)), out;
    for (size_t k = 0; k < n; ++k)
      out.push_back(k == at ? list_display(middle, "rest") : (*elements)[k < at ? k : k + rest - 1]);
    return out;
  }
  if (count != n) fail("unpack-count", {std::to_string(n), std::to_string(count)});
  return *elements;
}

// ---- calls ----
// All arguments from the first that is spread at run time, as one list.
Value Frame::spread_of(OpId call, size_t first) {
  const ir::Op& o = py_.op(call);
  const ir::Attr* names = py_.find_attr(call, "keywords");
  size_t keywords = names ? std::get<std::vector<std::string>>(*names).size() : 0;
  Values parts;
  std::vector<int64_t> starred;
  for (int64_t k : py_.list_attr(call, "starred"))
    if (k >= int64_t(first)) starred.push_back(k - int64_t(first));
  for (size_t k = first + 1; k < o.operands.size() - keywords; ++k) parts.push_back(operand(call, k));
  for (int64_t k : starred)
    if (is_none(parts[size_t(k)]) || is_number(parts[size_t(k)])) fail("not-iterable", {describe(parts[size_t(k)])});
  Value s;
  s.kind = Kind::Iterator;
  s.text = "spread";
  // One alone is read where it stands: nothing else runs before the call does.
  s.parts = {parts.size() == 1 && is_row(parts[0]) ? parts[0] : starred_list(parts, starred)};
  return s;
}

// The argument at an index of what was spread, or else its default.
Value Frame::bound_from(const Value& rest, size_t index, const std::optional<Value>& otherwise) {
  ValueId n = list_length(rest), k = ints(int64_t(index));
  auto one = [&] { return take(rest, make("assume.index"_op, {k, n}, Type::integer())); };
  if (!otherwise) return one();
  return choose(test("greater"_op, n, k), one, [&] { return real(*otherwise, "default " + std::to_string(index)); });
}

// The operands that are missing, of an elementwise operation: `np.subtract(*np.percentile(x, [75, 25]))`.
Values Frame::spread_over_ufunc(const Value& rest, OpCode code, size_t before) {
  const ir::OpRecord& r = ir::record(code);
  int64_t missing = int64_t(r.arity()) - int64_t(before);
  ValueId n = list_length(rest);
  std::string takes = std::string(r.name) + "() takes from " + std::to_string(r.arity()) + " to " +
                      std::to_string(r.arity() + 1) + " positional arguments but {0} ";
  auto given = [&] { return make("add"_op, {n, ints(int64_t(before))}, Type::integer()); };
  check(test("greater_equal"_op, n, ints(missing)), "TypeError", takes + (r.arity() == 2 ? "was given" : "were given"),
        {given()});
  check(test("less_equal"_op, n, ints(missing + 1)), "TypeError", takes + "were given", {given()});
  if (is_array(element_of_list(rest)))
    check(test("equal"_op, n, ints(missing)), "NotImplementedError",
          "an array to write into that is spread over the arguments");
  else
    check(test("equal"_op, n, ints(missing)), "TypeError", "return arrays must be of ArrayType");
  Values out;
  for (int64_t k = 0; k < missing; ++k) out.push_back(bound_from(rest, size_t(k), std::nullopt));
  return out;
}

// Builtins that take any number.
Value Frame::call_builtin_spread(const std::string& qualified, const Arguments& a) {
  Value rest = a.positional.back().parts[0];
  size_t before = a.positional.size() - 1;
  Values firsts(a.positional.begin(), a.positional.end() - 1);
  auto all = [&] {
    if (before == 0) return rest;
    Values parts = firsts;
    parts.push_back(rest);
    return starred_list(parts, {int64_t(before)});
  };
  if (qualified == "builtins.print") {
    Value separator = text(" ");
    Arguments shown;
    for (auto& [name, v] : a.keywords)
      if (name == "sep" && !is_none(v))
        separator = v;
      else
        shown.keywords.emplace_back(name, v);
    Values texts;
    for (size_t k = 0; k < before; ++k) texts.push_back(as_text(a.positional[k], false));
    const ir::PyForm& form = *session_.world.library("str._joined");
    Value tail = call_function(form, Value{}, {{rest, separator}, {}});
    if (before > 0) {
      texts.push_back(tail);
      Value some = list_display(texts, "texts"), none_left = list_display({texts.begin(), texts.end() - 1}, "texts");
      Value pieces = choose(test("not_equal"_op, list_length(rest), ints(0)), [&] { return some; }, [&] { return none_left; });
      tail = call_function(form, Value{}, {{pieces, separator}, {}});
    }
    shown.positional = {tail};
    return print(shown);
  }
  if (qualified == "builtins.zip" && a.keywords.empty()) {
    if (is_text(element_of_list(rest))) {  // rows of characters
      rest = call_list("_letters", {{rest}, {}});
      for (Value& v : firsts)
        if (is_text(v)) v = list_from(v);
    }
    const Value element = element_of_list(rest);
    if (element.kind == Kind::Never && before > 0) return call_builtin(qualified, {firsts, {}});  // nothing is spread
    const bool rows = is_row(element) || element.kind == Kind::Tuple || element.kind == Kind::Never;
    // What stands before the star is a row as the others are.
    auto fits = [&](Value& v) {
      if (!is_row(element)) return v.kind == Kind::Tuple && v.parts.size() == element.parts.size();
      if (v.kind == Kind::Tuple || v.kind == Kind::Range || is_list_display(v)) v = list_from(v);
      return is_row(v) && v.type.flavour() == element.type.flavour();
    };
    if (rows && std::all_of(firsts.begin(), firsts.end(), fits)) {
      Value columns;
      columns.kind = Kind::Iterator;
      columns.text = "columns";
      columns.parts = {all()};
      return columns;
    }
  }
  if (qualified == "builtins.max" || qualified == "builtins.min") {
    std::string name = qualified.substr(9);
    Value values = all();
    for (auto& [key, v] : a.keywords)
      if (key == "default") fail("unsupported", {"the keyword `default` of " + name + " of several values"});
    Value element = element_of_list(values);
    ValueId n = list_length(values);
    check(test("greater_equal"_op, n, ints(1)), "TypeError", name + " expected at least 1 argument, got 0");
    if (is_number(element) || is_none(element))
      check(test("greater_equal"_op, n, ints(2)), "TypeError", "'" + describe(element) + "' object is not iterable");
    else if (element.kind != Kind::Never && before == 0)
      fail("unsupported", {name + " of one spread list, which may hold one iterable"});
    return call_list("_" + name + (a.keywords.empty() ? "" : "_by"), {{values}, a.keywords});
  }
  const bool is_class = qualified.starts_with("builtins.") && qualified != "builtins.print";
  if (!is_class && session_.world.library(qualified)) return call_function(*session_.world.library(qualified), Value{}, a);
  OpCode code;
  if (ir::find_op_by_python_name(qualified, code) && int64_t(before) < ir::record(code).arity() &&
      element_of_list(rest).kind != Kind::Never) {
    Arguments b{{a.positional.begin(), a.positional.end() - 1}, a.keywords};
    for (Value& v : spread_over_ufunc(rest, code, before)) b.positional.push_back(std::move(v));
    return call_record(code, qualified, std::move(b));
  }
  fail("unsupported", {"spreading " + describe(rest) + " over the arguments of " + qualified.substr(qualified.rfind('.') + 1)});
}

}  // namespace aic::typeinfer
