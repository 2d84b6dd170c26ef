// Numbers: constants, checks, elementwise ops of every record, and what keeps machines from differing: see generate.h.
#include <cmath>
#include <limits>

#include "ir/scalar.h"
#include "tests/fuzz/ir/generate.h"

namespace aic::fuzz {

using namespace ir;

ValueId Generator::constant(Type t) {
  if (t.is(TypeKind::None)) return b().none();
  DType d = t.dtype();
  if (d == DType::Bool) return b().integer(random_.below(2), t);
  if (is_integer(d)) {
    int64_t v = random_.chance(85) ? random_.between(is_signed(d) ? -3 : 0, 9) : int64_t(random_.bits() >> random_.below(60));
    Scalar s = Scalar::integer(v, d);
    return b().integer(s.i, t);
  }
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  auto real = [&] {
    return random_.chance(90) ? random_.one_of({0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0, -2.25})
                              : random_.one_of({inf, -inf, nan, 1e30, 1e-30});
  };
  if (is_complex(d)) return b().make("const"_op, std::span<const ValueId>{}, t, {{"value", real()}, {"imaginary", real()}});
  return b().make("const"_op, std::span<const ValueId>{}, t, {{"value", real()}});
}

// Recent values rather than old ones, so that chains of ops arise.
const Item* Generator::some_item(bool (*wanted)(const Item&)) {
  for (int tries = 0; tries < 12 && !pool_.empty(); ++tries) {
    size_t n = pool_.size();
    const Item& i =
        random_.chance(60) ? pool_[n - 1 - size_t(random_.below(int(std::min<size_t>(n, 8))))] : random_.one_of(pool_);
    if (wanted(i)) return &i;
  }
  return nullptr;
}

ValueId Generator::number(Type t) {
  if (random_.chance(15)) return constant(t);
  std::vector<ValueId> of_type;
  for (const Item& i : pool_)
    if (i.t == t) of_type.push_back(i.v);
  if (!of_type.empty() && random_.chance(85)) {
    size_t n = of_type.size();
    return random_.chance(60) ? of_type[n - 1 - size_t(random_.below(int(std::min<size_t>(n, 4))))] : random_.one_of(of_type);
  }
  const Item* other = some_item([](const Item& i) { return i.t.is_number(); });
  if (!other || random_.chance(25)) return constant(t);
  return cast(other->v, t);
}

ValueId Generator::small_int() {
  if (random_.chance(40)) return b().integer(random_.between(-1, 6));
  const Item* i = some_item([](const Item& x) { return x.t == Type::integer(); });
  if (!i) return b().integer(random_.between(0, 4));
  if (random_.chance(60)) return make("remainder"_op, {i->v, b().integer(random_.between(2, 7))}, Type::integer());
  ValueId least = make("maximum"_op, {i->v, b().integer(-1)}, Type::integer());
  return make("minimum"_op, {least, b().integer(random_.between(1, 7))}, Type::integer());
}

ValueId Generator::condition() {
  const Item* known = some_item([](const Item& i) { return i.t.is(TypeKind::Bool) || i.t == Type::scalar(DType::Bool); });
  if (known && random_.chance(20)) return known->v;
  OpCode code = random_.one_of({"less"_op, "less_equal"_op, "greater"_op, "greater_equal"_op, "equal"_op, "not_equal"_op});
  if (random_.chance(70)) {
    ValueId x = number(Type::integer()), y = random_.chance(50) ? b().integer(random_.between(-1, 5)) : number(Type::integer());
    return make(code, {x, y}, Type::boolean());
  }
  Type t = number_type();
  ValueId c = elementwise_op(code, {number(t), number(t)});
  if (random_.chance(20)) c = elementwise_op("logical_not"_op, {c});
  return c;
}

// ---- what keeps decisions the same on every machine ----
ValueId Generator::without_nan(ValueId v) {
  Type t = type(v);
  if (!is_float(t.dtype())) return v;
  ValueId one = b().number(1, t.is_array() ? t.element() : t);
  ValueId is_nan = elementwise_op("isnan"_op, {v});
  if (t.is_array()) return elementwise_op("select"_op, {is_nan, one, v});
  return make("select"_op, {is_nan, one, v}, t);
}

ValueId Generator::tame(ValueId v) {
  Type t = type(v);
  DType d = t.dtype();
  if (is_complex(d)) {
    ValueId re = tame(elementwise_op("real"_op, {v})), im = tame(elementwise_op("imag"_op, {v}));
    return elementwise_op("complex"_op, {re, im});
  }
  if (!is_float(d)) return v;
  Type scalar = t.is_array() ? t.element() : t;
  v = without_nan(v);
  v = elementwise_op("minimum"_op, {v, b().number(9, scalar)});
  v = elementwise_op("maximum"_op, {v, b().number(-9, scalar)});
  v = elementwise_op("rint"_op, {v});
  return elementwise_op("add"_op, {v, b().number(0, scalar)});  // no -0
}

// Veltkamp's splitting.
ValueId Generator::rounded(ValueId v) {
  Type t = type(v);
  DType d = t.dtype();
  if (is_complex(d)) {
    ValueId re = rounded(elementwise_op("real"_op, {v})), im = rounded(elementwise_op("imag"_op, {v}));
    return elementwise_op("complex"_op, {re, im});
  }
  if (!is_float(d)) return v;
  ValueId factor = b().number(d == DType::BF16  ? 17
                              : d == DType::F16 ? 65
                              : d == DType::F32 ? 4097
                                                : 134217729,
                              t.is_array() ? t.element() : t);
  ValueId large = elementwise_op("multiply"_op, {v, factor});
  return elementwise_op("subtract"_op, {large, elementwise_op("subtract"_op, {large, v})});
}

ValueId Generator::cast(ValueId v, Type to) {
  Type from = type(v);
  if (from == to) return v;
  bool narrows = (is_float(from.dtype()) || is_complex(from.dtype())) && is_integer(to.dtype());
  if (narrows) {
    if (is_complex(from.dtype())) v = elementwise_op("real"_op, {v});
    v = tame(v);
    if (is_unsigned(to.dtype())) v = elementwise_op("absolute"_op, {v});
  }
  return make("cast"_op, {v}, to);
}

// ---- elementwise ops ----
ValueId Generator::elementwise_op(OpCode code, std::vector<ValueId> operands) {
  std::vector<Type> types;
  for (ValueId v : operands) types.push_back(type(v));
  return b().make(code, operands, elementwise_type(code, types));
}

// `d` is what the op computes in, asked for itself.
bool Generator::operands_allowed(const OpRecord& r, DType d) {
  std::array<DType, 3> in{r.has(Selects) ? DType::Bool : d, d, d};
  DType out{};
  return r.dtype.compute(std::span(in.data(), size_t(r.arity())), out) && out == d && !(r.name == "cast");
}

// The op of a record on operands of one dtype, with what its contract asks for.
ValueId Generator::prepared(OpCode code, std::vector<ValueId> x) {
  const OpRecord& r = record(code);
  Type last = type(x.back());
  DType d = last.dtype();
  bool python = true;
  for (ValueId v : x) python = python && type(v).is_python_number();
  bool divides =
      r.name == "divide" || r.name == "int_divide" || r.name == "floor_divide" || r.name == "remainder" || r.name == "fmod";
  if (divides && python) {
    // Mostly a divisor that is not zero, so that programs get on.
    if (random_.chance(85))
      x[1] = make("select"_op, {elementwise_op("equal"_op, {x[1], b().number(0, last)}), b().number(3, last), x[1]}, last);
    x[1] = make("check.zero"_op, {x[1]}, last, {{"message", std::string("division by zero")}});
  }
  bool shifts = r.name == "left_shift" || r.name == "right_shift" || (r.name == "power" && is_integer(d));
  if (shifts && (python || r.name == "power"))
    x[1] = elementwise_op("bitwise_and"_op, {x[1], b().integer(7, last.is_array() ? last.element() : last)});
  if (r.name == "signbit" || r.name == "copysign") x.back() = without_nan(x.back());
  ValueId v = elementwise_op(code, x);
  bool sequence_of_floats = is_complex(d) && (r.name == "sqrt" || r.name == "power" || r.name == "absolute" ||
                                              r.name == "sign" || r.name == "divide" || r.name == "reciprocal");
  return r.ulp > 0 || sequence_of_floats ? rounded(v) : v;
}

// Drawn from the elementwise ops alone, so that a seed's program stays what it is when other ops come.
OpCode Generator::elementwise_code() {
  static const std::vector<OpCode> all = [] {
    std::vector<OpCode> codes;
    for (size_t k = 0; k < record_count; ++k)
      if (record(OpCode(k)).tier == Tier::Elementwise && record(OpCode(k)).name != "cast") codes.push_back(OpCode(k));
    return codes;
  }();
  if (random_.chance(62))
    return random_.one_of({"add"_op, "subtract"_op, "multiply"_op, "add"_op, "negative"_op, "maximum"_op, "minimum"_op,
                           "less"_op, "select"_op, "remainder"_op, "floor_divide"_op});
  return all[size_t(random_.below(int(all.size())))];
}

void Generator::scalar_elementwise() {
  OpCode code = elementwise_code();
  const OpRecord& r = record(code);
  Type t = number_type();
  for (int tries = 0; tries < 20 && !operands_allowed(r, t.dtype()); ++tries)
    t = random_.chance(50) ? python_type() : Type::scalar(dtype());
  if (!operands_allowed(r, t.dtype())) return checks();
  std::vector<ValueId> operands;
  for (int k = 0; k < r.arity(); ++k) operands.push_back(k == 0 && r.has(Selects) ? condition() : number(t));
  if (r.has(Selects)) return add(make(code, {operands[0], operands[1], operands[2]}, t));
  add(prepared(code, operands));
}

void Generator::exact_arithmetic() {
  const Item* x = some_item([](const Item& i) { return i.t == Type::integer() && i.bits <= 30; });
  const Item* y = some_item([](const Item& i) { return i.t == Type::integer() && i.bits <= 30; });
  if (!x || !y) return add(small_int(), 4);
  std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
  int bits = std::max(x->bits, y->bits) + 1;
  ValueId a = x->v, c = y->v;
  switch (random_.below(5)) {
    case 0: return add(make("add"_op, {a, c}, Type::integer(), exact), bits);
    case 1: return add(make("subtract"_op, {a, c}, Type::integer(), exact), bits);
    case 2: return add(make("multiply"_op, {a, c}, Type::integer(), exact), std::min(64, x->bits + y->bits));
    case 3: return add(make("negative"_op, {a}, Type::integer(), exact), bits);
    default: return add(make("absolute"_op, {a}, Type::integer(), exact), bits);
  }
}

// ---- checks ----
void Generator::check_overflow() {
  std::string op = random_.one_of<const char*>(
      {"add", "add", "subtract", "multiply", "negative", "absolute", "left_shift", "power", "floor_divide"});
  ValueId x = random_.chance(70) ? small_int() : number(Type::integer()),
          y = random_.chance(70) ? small_int() : number(Type::integer());
  if (op == "left_shift" || op == "power")
    y = make("bitwise_and"_op, {y, b().integer(random_.one_of({3, 7}))}, Type::integer());
  if (op == "floor_divide") y = make("check.zero"_op, {y}, Type::integer(), {{"message", std::string("division by zero")}});
  std::vector<NamedAttr> attrs{{"op", op}};
  if (op == "negative" || op == "absolute") return add(make("check.overflow"_op, {x}, Type::integer(), attrs));
  add(make("check.overflow"_op, {x, y}, Type::integer(), attrs));
}

void Generator::checks() {
  int k = random_.below(100);
  if (k < 65) return check_overflow();
  if (k < 75) {
    ValueId v = number(Type::floating());
    if (random_.chance(85)) v = tame(v);
    return add(make("check.convert"_op, {v}, Type::integer()));
  }
  if (k < 85) {
    ValueId v = random_.chance(80) ? small_int() : number(Type::integer());
    Type t = Type::scalar(random_.one_of({DType::I8, DType::U8, DType::I32, DType::U16, DType::U64, DType::I64}));
    return add(make("check.fits"_op, {v}, t));
  }
  if (k < 93) {
    Type t = random_.chance(60) ? Type::integer() : Type::floating();
    return add(make("check.zero"_op, {number(t)}, t, {{"message", std::string("division by zero")}}));
  }
  ValueId c = condition();
  if (random_.chance(70)) c = elementwise_op("logical_or"_op, {cast(c, Type::boolean()), cast(condition(), Type::boolean())});
  b().op("check.true"_op, {c}, {}, {{"exception", std::string("ValueError")}, {"message", std::string("not true")}});
}

}  // namespace aic::fuzz
