// Expressions over the Builder, and the result types of elementwise ops.
#include "ir/expr.h"

#include "ir/builder.h"
#include "ir/ops/table.h"

namespace aic::ir {

Type with_dtype(Type like, DType d) {
  if (like.is_array()) return Type::array(d, like.rank(), like.layout());
  if (like.is_python_number()) {
    if (d == DType::Bool) return Type::boolean();
    if (d == DType::I64) return Type::integer();
    if (d == DType::F64) return Type::floating();
    if (d == DType::C128) return Type::complex();
  }
  return Type::scalar(d);
}

Type elementwise_type(OpCode code, std::span<const Type> operands) {
  const OpRecord& r = record(code);
  AIC_CHECK(r.tier == Tier::Elementwise && !r.has(ResultGiven) && operands.size() == size_t(r.arity()), std::string(r.name));
  bool python = true, all_fortran = true;
  int rank = -1;
  for (Type t : operands) {
    python = python && t.is_python_number();
    if (!t.is_array()) continue;
    rank = t.rank();
    all_fortran = all_fortran && t.layout() == Layout::F;
  }
  DType d = r.dtype.result(operands.back().dtype());
  if (rank >= 0) return Type::array(d, rank, all_fortran ? Layout::F : Layout::C);
  return python ? with_dtype(Type::integer(), d) : Type::scalar(d);
}

namespace expr {

Type Expr::type() const { return builder->function().type(value); }
bool Expr::is_complex() const { return ir::is_complex(type().dtype()); }
bool Expr::is_inexact() const { return is_complex() || is_float(type().dtype()); }

Expr apply(OpCode code, std::initializer_list<Expr> operands) {
  std::vector<ValueId> values;
  std::vector<Type> types;
  Builder* b = operands.begin()->builder;
  for (const Expr& e : operands) {
    AIC_CHECK(e, "an empty Expr as operand of " + std::string(record(code).name));
    values.push_back(e.value);
    types.push_back(e.type());
  }
  return {b, b->make(code, values, elementwise_type(code, types))};
}

Expr constant(double v, Expr like) {
  Type t = like.type();
  return {like.builder, like.builder->number(v, t.is_array() ? t.element() : t)};
}

#define AIC_UNARY(name) \
  Expr name(Expr x) { return apply(#name##_op, {x}); }
#define AIC_BINARY(name) \
  Expr name(Expr x, Expr y) { return apply(#name##_op, {x, y}); }
#define AIC_OPERATOR(sign, name)                                                          \
  Expr operator sign(Expr x, Expr y) { return apply(#name##_op, {x, y}); }                \
  Expr operator sign(double x, Expr y) { return apply(#name##_op, {constant(x, y), y}); } \
  Expr operator sign(Expr x, double y) { return apply(#name##_op, {x, constant(y, x)}); }
AIC_OPERATOR(+, add)
AIC_OPERATOR(-, subtract)
AIC_OPERATOR(*, multiply)
AIC_OPERATOR(/, divide)
AIC_UNARY(square)
AIC_UNARY(sqrt)
AIC_UNARY(exp)
AIC_UNARY(exp2)
AIC_UNARY(log)
AIC_UNARY(sin)
AIC_UNARY(cos)
AIC_UNARY(sinh)
AIC_UNARY(cosh)
AIC_UNARY(sign)
AIC_UNARY(absolute)
AIC_UNARY(trunc)
AIC_UNARY(isnan)
AIC_UNARY(deg2rad)
AIC_UNARY(rad2deg)
AIC_UNARY(real)
AIC_UNARY(imag)
AIC_BINARY(power)
AIC_BINARY(hypot)
AIC_BINARY(floor_divide)
AIC_BINARY(copysign)
AIC_BINARY(ldexp)
AIC_BINARY(complex)
#undef AIC_UNARY
#undef AIC_BINARY
#undef AIC_OPERATOR

Expr operator-(Expr x) { return apply("negative"_op, {x}); }
Expr operator==(Expr x, Expr y) { return apply("equal"_op, {x, y}); }
Expr operator==(Expr x, double y) { return x == constant(y, x); }
Expr operator<(Expr x, Expr y) { return apply("less"_op, {x, y}); }
Expr operator>(Expr x, Expr y) { return apply("greater"_op, {x, y}); }
Expr operator||(Expr x, Expr y) { return apply("logical_or"_op, {x, y}); }
Expr copysign(double x, Expr y) { return copysign(constant(x, y), y); }
Expr conj(Expr x) { return x.is_complex() ? apply("conjugate"_op, {x}) : x; }
Expr select(Expr c, Expr x, Expr y) { return apply("select"_op, {c, x, y}); }
Expr select(Expr c, double x, Expr y) { return select(c, constant(x, y), y); }
Expr select(Expr c, Expr x, double y) { return select(c, x, constant(y, x)); }

Expr cast(Expr x, DType d) {
  if (x.type().dtype() == d) return x;
  return {x.builder, x.builder->make("cast"_op, {x.value}, with_dtype(x.type(), d))};
}

Expr scale(Expr factor, Expr z) { return z.is_complex() ? complex(factor * real(z), factor * imag(z)) : factor * z; }

// The denominator is replaced, not the quotient, and only where both are 0: elsewhere a further derivative sees n / d.
Expr divide_or_zero(Expr n, Expr d) { return n / select(d == 0.0, select(n == 0.0, 1.0, d), d); }

}  // namespace expr
}  // namespace aic::ir
