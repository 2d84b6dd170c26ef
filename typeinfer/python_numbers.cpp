// Arithmetic and comparisons of Python's own numbers, with CPython's checks and messages. Literals are folded where the
// result is exact and raises nothing.
#include <algorithm>
#include <cmath>

#include "typeinfer/frame.h"

namespace aic::typeinfer {

// ---- folding ----
static std::optional<int64_t> folded_int(const std::string& op, int64_t x, int64_t y) {
  int64_t r;
  if (op == "+") return __builtin_add_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "-") return __builtin_sub_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "*") return __builtin_mul_overflow(x, y, &r) ? std::nullopt : std::optional(r);
  if (op == "&") return x & y;
  if (op == "|") return x | y;
  if (op == "^") return x ^ y;
  if ((op == "//" || op == "%") && y != 0 && !(x == INT64_MIN && y == -1)) {
    int64_t q = x / y, m = x % y;
    if (m != 0 && (m < 0) != (y < 0)) --q, m += y;
    return op == "//" ? q : m;
  }
  if (op == ">>" && y >= 0) return x >> std::min<int64_t>(y, 63);
  if (op == "<<" && y >= 0 && y < 63) return __builtin_mul_overflow(x, int64_t(1) << y, &r) ? std::nullopt : std::optional(r);
  if (op == "**" && y >= 0) {
    r = 1;
    if (x == 0 || x == 1) return y == 0 ? 1 : x;
    for (int64_t k = 0; k < y; ++k)
      if (__builtin_mul_overflow(r, x, &r)) return {};
    return r;
  }
  return {};
}
template <class T>
static std::optional<bool> folded_test(const std::string& op, const T& x, const T& y) {
  if (op == "==") return x == y;
  if (op == "!=") return x != y;
  if (op == "<") return x < y;
  if (op == "<=") return x <= y;
  if (op == ">") return x > y;
  if (op == ">=") return x >= y;
  return {};
}

std::optional<Value> Frame::folded(const std::string& op, const Value& x, const Value& y) {
  if (x.kind != Kind::Constant || y.kind != Kind::Constant) return {};
  if (known_text(x) && known_text(y))
    if (std::optional<bool> b = folded_test(op, *known_text(x), *known_text(y))) return boolean(*b);
  std::optional<int64_t> i = known_int(x), j = known_int(y);
  if (i && j) {
    if (std::optional<bool> b = folded_test(op, *i, *j)) return boolean(*b);
    bool bools = known_bool(x) && known_bool(y) && (op == "&" || op == "|" || op == "^");
    if (std::optional<int64_t> r = folded_int(op, *i, *j)) return bools ? boolean(*r != 0) : integer(*r);
    int64_t limit = int64_t(1) << 53;
    if (op == "/" && *j != 0 && std::abs(*i) <= limit && std::abs(*j) <= limit) return floating(double(*i) / double(*j));
    return {};
  }
  auto number = [](const Value& v) -> std::optional<double> {
    if (auto* d = std::get_if<double>(&v.literal)) return *d;
    if (auto k = known_int(v); k && std::abs(*k) < (int64_t(1) << 53)) return double(*k);
    return {};
  };
  std::optional<double> a = number(x), b = number(y);
  if (!a || !b) return {};
  if (std::optional<bool> t = folded_test(op, *a, *b)) return boolean(*t);
  if (op == "+") return floating(*a + *b);
  if (op == "-") return floating(*a - *b);
  if (op == "*") return floating(*a * *b);
  if (op == "/" && *b != 0) return floating(*a / *b);
  return {};
}

// ---- arithmetic ----
Value Frame::python_binary(const std::string& op, const Value& x, const Value& y) {
  bool bits = op == "&" || op == "|" || op == "^" || op == "<<" || op == ">>";
  if (bits && (x.type.dtype() > DType::U64 || y.type.dtype() > DType::U64)) wrong_operands(op, x, y);
  if (op == "**") return python_power(x, y);
  if (x.type.is(TypeKind::Complex) || y.type.is(TypeKind::Complex)) return python_complex(op, x, y);
  if (x.type.is(TypeKind::Float) || y.type.is(TypeKind::Float)) return python_floats(op, x, y);
  return python_integers(op, x, y);
}

// A divisor that is not zero: a literal is its own proof.
ValueId Frame::divisor(const Value& y, Type t, const char* message) {
  ValueId d = as_type(y, t);
  bool proved = y.kind == Kind::Constant && known_bool(truth(y)) == true;
  return proved ? d : make("check.zero"_op, {d}, t, {{"message", std::string(message)}});
}

Value Frame::python_integers(const std::string& op, const Value& x, const Value& y) {
  Type t = Type::integer();
  static const std::unordered_map<std::string, const char*> names = {
      {"+", "add"}, {"-", "subtract"}, {"*", "multiply"}, {"<<", "left_shift"}, {"//", "floor_divide"}};
  auto checked = [&](ValueId a, ValueId b) {
    return runtime(t, make("check.overflow"_op, {a, b}, t, {{"op", std::string(names.at(op))}}));
  };
  if (op == "&" || op == "|" || op == "^") {
    bool bools = x.type.is(TypeKind::Bool) && y.type.is(TypeKind::Bool);
    Type r = bools ? Type::boolean() : t;
    OpCode code = op == "&" ? "bitwise_and"_op : op == "|" ? "bitwise_or"_op : "bitwise_xor"_op;
    return runtime(r, make(code, {as_type(x, r), as_type(y, r)}, r));
  }
  ValueId a = as_type(x, t);
  if (op == "/") {
    ValueId d = divisor(y, t, "division by zero");
    return runtime(Type::floating(), make("int_divide"_op, {a, d}, Type::floating()));
  }
  if (op == "//" || op == "%") {
    ValueId d = divisor(y, t, op == "//" ? "integer division or modulo by zero" : "integer modulo by zero");
    if (op == "%") return runtime(t, make("remainder"_op, {a, d}, t));
    if (known_int(y) && *known_int(y) != -1) return runtime(t, make("floor_divide"_op, {a, d}, t, {{"exact", int64_t(1)}}));
    return checked(a, d);
  }
  ValueId b = as_type(y, t);
  if (op == "<<" || op == ">>") {
    if (!known_int(y) || *known_int(y) < 0) check(test("greater_equal"_op, b, ints(0)), "ValueError", "negative shift count");
    if (op == ">>") return runtime(t, make("right_shift"_op, {a, b}, t));
  }
  return checked(a, b);
}

Value Frame::python_floats(const std::string& op, const Value& x, const Value& y) {
  Type t = Type::floating();
  ValueId a = as_type(x, t);
  if (op == "/") return runtime(t, make("divide"_op, {a, divisor(y, t, "float division by zero")}, t));
  if (op == "//") return runtime(t, make("floor_divide"_op, {a, divisor(y, t, "float floor division by zero")}, t));
  if (op == "%") return runtime(t, make("remainder"_op, {a, divisor(y, t, "float modulo")}, t));
  OpCode code = op == "+" ? "add"_op : op == "-" ? "subtract"_op : "multiply"_op;
  return runtime(t, make(code, {a, as_type(y, t)}, t));
}

Value Frame::python_complex(const std::string& op, const Value& x, const Value& y) {
  Type t = Type::complex();
  if (op == "//" || op == "%") wrong_operands(op, x, y);
  ValueId a = as_type(x, t);
  if (op == "/") return runtime(t, make("divide"_op, {a, divisor(y, t, "complex division by zero")}, t));
  OpCode code = op == "+" ? "add"_op : op == "-" ? "subtract"_op : "multiply"_op;
  return runtime(t, make(code, {a, as_type(y, t)}, t));
}

// ---- powers ----
Value Frame::python_power(const Value& x, const Value& y) {
  if (x.type.is(TypeKind::Complex) || y.type.is(TypeKind::Complex)) {
    Type t = Type::complex();
    auto in_range = [&](Value r) {
      check(inverse(make("isinf"_op, {r.id}, Type::boolean())), "OverflowError", "complex exponentiation");
      return r;
    };
    if (known_int(y) == 2) return in_range(python_complex("*", x, x));
    ValueId a = as_type(x, t), b = as_type(y, t), zero = number_constant(floating(0), t);
    ValueId re = make("real"_op, {b}, Type::floating()), im = make("imag"_op, {b}, Type::floating());
    ValueId bad = both(test("equal"_op, a, zero), either(test("less"_op, re, real(0)), test("not_equal"_op, im, real(0))));
    check(inverse(bad), "ZeroDivisionError", "0.0 to a negative or complex power");
    return in_range(runtime(t, make("power"_op, {a, b}, t)));
  }
  if (x.type.is(TypeKind::Float) || y.type.is(TypeKind::Float)) return float_power(x, y);
  Type t = Type::integer();
  auto natural = [&](const Value& n) {
    if (known_int(n) == 2) return python_integers("*", x, x);
    return runtime(t, make("check.overflow"_op, {as_type(x, t), as_type(n, t)}, t, {{"op", std::string("power")}}));
  };
  if (y.type.is(TypeKind::Bool)) return natural(y);
  if (std::optional<int64_t> n = known_int(y)) return *n >= 0 ? natural(y) : float_power(x, y);
  ValueId is_natural = test("greater_equal"_op, as_type(y, t), ints(0));
  return choose(is_natural, [&] { return natural(y); }, [&] { return float_power(x, y); });
}

Value Frame::float_power(const Value& x, const Value& y) {
  Type t = Type::floating();
  ValueId a = as_type(x, t), b = as_type(y, t);
  std::optional<double> n;
  if (known_int(y)) n = double(*known_int(y));
  if (y.kind == Kind::Constant && std::holds_alternative<double>(y.literal)) n = std::get<double>(y.literal);
  bool whole = (n && *n == std::floor(*n)) || y.type.is(TypeKind::Int) || y.type.is(TypeKind::Bool);
  auto finite = [&](ValueId v) { return make("isfinite"_op, {v}, Type::boolean()); };
  if (!n || (*n < 0 && std::isfinite(*n))) {  // 0.0 ** -inf is inf
    ValueId bad = test("equal"_op, a, real(0));
    if (!n) bad = both(bad, both(test("less"_op, b, real(0)), finite(b)));
    check(inverse(bad), "ZeroDivisionError", "0.0 cannot be raised to a negative power");
  }
  if (!whole) {
    ValueId bad = both(test("less"_op, a, real(0)), finite(a));
    if (!n) bad = both(both(bad, finite(b)), test("not_equal"_op, b, make("floor"_op, {b}, t)));
    check(inverse(bad), "ValueError", "a negative number to a fractional power is complex: write complex(x) ** y");
  }
  ValueId r = n == 2.0 ? make("multiply"_op, {a, a}, t) : make("power"_op, {a, b}, t);
  if (n == 0.0 || n == 1.0 || (n && *n > 0 && *n < 1)) return runtime(t, r);  // cannot overflow
  ValueId over = both(make("isinf"_op, {r}, Type::boolean()), finite(a));
  if (!n) over = both(over, finite(b));
  check(inverse(over), "OverflowError", "(34, 'Numerical result out of range')");
  return runtime(t, r);
}

// ---- comparisons ----
Value Frame::python_compare(const std::string& op, const Value& x, const Value& y) {
  OpCode code;
  AIC_CHECK(ir::find_op_by_python_name(op, code), op);
  Type b = Type::boolean();
  if (x.type.is(TypeKind::Complex) || y.type.is(TypeKind::Complex)) {
    if (op != "==" && op != "!=") wrong_operands(op, x, y);
    return runtime(b, make(code, {as_type(x, Type::complex()), as_type(y, Type::complex())}, b));
  }
  bool fx = x.type.is(TypeKind::Float), fy = y.type.is(TypeKind::Float);
  if (!fx && !fy) {
    Type t = x.type.is(TypeKind::Bool) && y.type.is(TypeKind::Bool) && (op == "==" || op == "!=") ? b : Type::integer();
    return runtime(b, make(code, {as_type(x, t), as_type(y, t)}, b));
  }
  // int → float is monotone and exact below 2**53: enough when one side is a literal below that.
  auto small = [](const Value& v) {
    if (v.type.is(TypeKind::Bool)) return true;
    if (auto i = known_int(v)) return std::abs(*i) < (int64_t(1) << 53);
    auto* d = v.kind == Kind::Constant ? std::get_if<double>(&v.literal) : nullptr;
    return d && std::abs(*d) < 0x1p53;
  };
  Type f = Type::floating();
  if ((fx && fy) || small(x) || small(y)) return runtime(b, make(code, {as_type(x, f), as_type(y, f)}, b));
  if (!fx) return compare_exactly(code, as_type(x, Type::integer()), as_type(y, f));
  static const std::unordered_map<std::string, const char*> mirrored = {{"<", ">"},   {"<=", ">="}, {">", "<"},
                                                                        {">=", "<="}, {"==", "=="}, {"!=", "!="}};
  AIC_CHECK(ir::find_op_by_python_name(mirrored.at(op), code));
  return compare_exactly(code, as_type(y, Type::integer()), as_type(x, f));
}

// i against y: their floats decide unless they are equal; then y is whole, and if it is below 2**63 ints decide.
Value Frame::compare_exactly(OpCode code, ValueId i, ValueId y) {
  Type b = Type::boolean(), t = Type::integer(), f = Type::floating();
  ValueId as_float = make("cast"_op, {i}, f);
  ValueId equal = test("equal"_op, as_float, y);
  ValueId fits = test("less"_op, y, real(0x1p63));
  ValueId safe = make("select"_op, {both(equal, fits), y, real(0)}, f);
  ValueId whole = make("cast"_op, {safe}, t);
  ValueId by_ints = test(code, i, whole);
  ValueId beyond = number_constant(boolean(code == "less"_op || code == "less_equal"_op || code == "not_equal"_op), b);
  ValueId decided = make("select"_op, {fits, by_ints, beyond}, b);
  return runtime(b, make("select"_op, {equal, decided, test(code, as_float, y)}, b));
}

}  // namespace aic::typeinfer
