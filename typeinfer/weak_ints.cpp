// `s = 0; for …: s += x[i]`: one name that is an int (or float) constant until the first round and a stronger number after
// it. It is carried as a Pair: the value in the strong type, where the weak one is exact (fits_pair in lattice.cpp), and a
// bool "still weak", read only where the type shows. The rules here say which operations cannot tell the two apart and so
// work on the payload alone; every other one is done for both arms under a test of the bool.
#include <algorithm>

#include "typeinfer/frame.h"
#include "typeinfer/promotion.h"

namespace aic::typeinfer {

static Type weak_arm(const Value& pair) {
  std::span<const Type> arms = pair.type.elements();
  return arms[0] == pair.parts[0].type ? arms[1] : arms[0];
}

std::optional<Value> Frame::pair_binary(const std::string& op, const Value& x, const Value& y) {
  bool first = x.kind == Kind::Pair;
  if (first == (y.kind == Kind::Pair)) return {};
  const Value &pair = first ? x : y, &other = first ? y : x;
  if (!is_number(other) && !is_array(other)) return {};
  static const std::vector<std::string> arithmetic = {"+", "-", "*"}, comparisons = {"==", "!=", "<", "<=", ">", ">="};
  auto among = [&](const std::vector<std::string>& ops) { return std::find(ops.begin(), ops.end(), op) != ops.end(); };
  bool compares = among(comparisons);
  if (!compares && !among(arithmetic) && op != "/") return {};
  Type strong = pair.parts[0].type, weak = weak_arm(pair), beside = other.type;
  auto on = [&](const Value& payload) {
    const Value &a = first ? payload : other, &b = first ? other : payload;
    return compares ? compare(op, a, b) : binary(op, a, b);
  };
  bool other_strong = !beside.is_python_number();
  if (other_strong) {  // both arms compute in one dtype: no telling
    if (promoted({weak, beside}) != promoted({strong, beside})) return {};
    if (strong.dtype() == DType::Bool) return {};
    return on(pair.parts[0]);
  }
  if (strong.is(TypeKind::Float)) {  // int constant | float
    if (beside.is(TypeKind::Float) && op != "/") return on(pair.parts[0]);
    return {};
  }
  bool real = strong == Type::scalar(DType::F64) && !beside.is(TypeKind::Complex);
  if (!real) return {};
  Value as_python = runtime(Type::floating(), {});
  if (compares) {
    bool exact = beside.is(TypeKind::Float) || other.kind == Kind::Constant;
    if (!exact) return {};
    as_python.id = make("cast"_op, {pair.parts[0].id}, Type::floating());
    Value r = on(as_python);
    Value out = pair_shape(Type::boolean(), Type::scalar(DType::Bool));
    out.parts[0].id = as_type(r, Type::scalar(DType::Bool));
    out.parts[1].id = pair.parts[1].id;
    return out;
  }
  if (op == "/" || !(weak.is(TypeKind::Float) || beside.is(TypeKind::Float))) return {};
  Value out = pair_shape(Type::floating(), strong);
  out.parts[0].id = on(pair.parts[0]).id;
  out.parts[1].id = pair.parts[1].id;
  return out;
}

}  // namespace aic::typeinfer
