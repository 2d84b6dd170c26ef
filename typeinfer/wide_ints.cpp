// Python ints from 2**63 to 2**64 - 1 that the program names: constants of hashes and masks. Run-time code has none (an int is
// 64 signed bits): beside uint64 such a constant is one, beside floats and complex numbers it is a float, and with anything
// else it is refused.
#include "typeinfer/frame.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

std::optional<uint64_t> wide_int(const Value& v) {
  const ir::WideInt* w = v.kind == Kind::Entity ? std::get_if<ir::WideInt>(v.entity.get()) : nullptr;
  return w ? std::optional(w->value) : std::nullopt;
}

// The constant in this dtype; its bits are those of the int64 that stands for it.
Value Frame::wide_as(const Value& v, Type t) {
  uint64_t w = *wide_int(v);
  if (t.is(TypeKind::Float) || t.is(TypeKind::Complex) || (t.is(TypeKind::Scalar) && !ir::is_integer(t.dtype())))
    return runtime(t, as_type(floating(double(w)), t));
  if (t != Type::scalar(DType::U64)) fail("unsupported", {"an int beyond 64 bits as " + t.text()});
  return runtime(t, number_constant(integer(int64_t(w)), t));
}

// As an operand beside the others of an operation.
Value Frame::wide_beside(const Value& wide, const Values& others, bool compares) {
  std::vector<Type> types;
  for (const Value& v : others)
    if (!wide_int(v)) types.push_back(type_of(zero_rank_loaded(v)));
  if (types.empty()) fail("unsupported", {"an operation of ints beyond 64 bits"});
  for (Type t : types)
    if (!t.is_number() && !t.is_array()) fail("unsupported", {"an int beyond 64 bits beside " + t.text()});
  DType d = promoted(types);
  if (ir::is_float(d) || ir::is_complex(d)) return floating(double(*wide_int(wide)));
  if (d != DType::U64 && !(compares && ir::is_integer(d)))
    fail("unsupported", {"an int beyond 64 bits beside " + describe(others[0])});
  return wide_as(wide, Type::scalar(DType::U64));
}

// Operators whose other operand is a Python number: `x & MASK`, `0.5 * WIDE`.
std::optional<Value> Frame::wide_binary(const std::string& op, const Value& x, const Value& y) {
  bool first = wide_int(x).has_value();
  const Value &wide = first ? x : y, &other = first ? y : x;
  if (!is_number(other) || !other.type.is_python_number()) return {};
  if (other.type.is(TypeKind::Float) || other.type.is(TypeKind::Complex)) {
    Value w = floating(double(*wide_int(wide)));
    return first ? binary(op, w, other) : binary(op, other, w);
  }
  if (op != "&") fail("unsupported", {"`" + op + "` of an int beyond 64 bits and " + describe(other)});
  Value r = binary(op, other, integer(int64_t(*wide_int(wide))));  // of a negative int the result has 64 bits
  check(test("greater_equal"_op, materialise(r), ints(0)), "OverflowError", "result of bitwise_and does not fit in 64 bits");
  return r;
}

std::optional<Value> Frame::wide_compare(const std::string& op, const Value& x, const Value& y) {
  if (wide_int(x) && wide_int(y)) {
    uint64_t a = *wide_int(x), b = *wide_int(y);
    return boolean(op == "=="   ? a == b
                   : op == "!=" ? a != b
                   : op == "<"  ? a < b
                   : op == "<=" ? a <= b
                   : op == ">"  ? a > b
                                : a >= b);
  }
  bool first = wide_int(x).has_value();
  const Value& other = first ? y : x;
  if (!is_number(other) || !other.type.is_python_number()) return {};
  if (other.type.is(TypeKind::Float) || other.type.is(TypeKind::Complex))
    fail("unsupported", {"a comparison of an int beyond 64 bits with " + describe(other)});
  return boolean(op == "!=" || (op[0] == '<') == !first);  // every int is less: never equal
}

}  // namespace aic::typeinfer
