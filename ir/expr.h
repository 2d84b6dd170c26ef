// Arithmetic over the Builder, so that derivative rules and expansions read as formulas:
//
//   [](R r) { return r.g / (2.0 * r.out); }          // d sqrt(x)
//
// An Expr is a value and the Builder that extends it. Operators make elementwise ops, whose result type follows from the
// operands (`elementwise_type`); a C++ number beside an Expr is a constant of that Expr's dtype. The functions are found
// through their Expr arguments. An empty Expr means "zero": what a rule returns where its operand has no influence.
#pragma once
#include "ir/base/ids.h"
#include "ir/ops/op_code.h"
#include "ir/types.h"

namespace aic::ir {

class Builder;
class Function;

// The type of an elementwise op's result: Python's scalar where every operand is one, a new array where one is an array
// (F order where every array is F, else C), else NumPy's scalar. `cast` has no such type: its result type is given.
[[nodiscard]] Type elementwise_type(OpCode, std::span<const Type> operands);
// The type `like` with another dtype: an array keeps its rank, Python's scalars stay Python's where they can.
[[nodiscard]] Type with_dtype(Type like, DType);

namespace expr {

struct Expr {
  Builder* builder = nullptr;
  ValueId value;
  [[nodiscard]] explicit operator bool() const { return bool(value); }
  [[nodiscard]] Type type() const;
  [[nodiscard]] bool is_complex() const;  // of complex dtype
  [[nodiscard]] bool is_inexact() const;  // of float or complex dtype: it can have a derivative
};

// Makes any elementwise op but `cast`.
Expr apply(OpCode, std::initializer_list<Expr>);
Expr constant(double, Expr like);

Expr operator+(Expr, Expr);
Expr operator-(Expr, Expr);
Expr operator*(Expr, Expr);
Expr operator/(Expr, Expr);
Expr operator-(Expr);
Expr operator+(double, Expr);
Expr operator-(double, Expr);
Expr operator*(double, Expr);
Expr operator/(double, Expr);
Expr operator+(Expr, double);
Expr operator-(Expr, double);
Expr operator*(Expr, double);
Expr operator/(Expr, double);
Expr operator==(Expr, Expr);
Expr operator==(Expr, double);
Expr operator<(Expr, Expr);
Expr operator>(Expr, Expr);
Expr operator||(Expr, Expr);

Expr square(Expr), sqrt(Expr), exp(Expr), exp2(Expr), log(Expr), sin(Expr), cos(Expr), sinh(Expr), cosh(Expr);
Expr sign(Expr), absolute(Expr), trunc(Expr), isnan(Expr), deg2rad(Expr), rad2deg(Expr);
Expr power(Expr, Expr), hypot(Expr, Expr), floor_divide(Expr, Expr), copysign(Expr, Expr), ldexp(Expr, Expr);
Expr copysign(double, Expr);
Expr real(Expr), imag(Expr), complex(Expr, Expr);
Expr conj(Expr);  // a real one is returned as it is
Expr select(Expr condition, Expr x, Expr y);
Expr select(Expr condition, double x, Expr y);
Expr select(Expr condition, Expr x, double y);
Expr cast(Expr, DType);
// factor * z for a real factor: keeps infinities and zeros of the parts apart.
Expr scale(Expr factor, Expr z);
// n / d, and 0 where both are 0.
Expr divide_or_zero(Expr n, Expr d);

}  // namespace expr
using expr::Expr;

namespace rule {
// What a derivative rule sees: the operands, the result, and the gradient of the result. Rules are linear in g and give
// the conjugated derivative times g (so that g of a complex value is ∂/∂re + i ∂/∂im).
struct Arguments {
  Expr x, y, z, out, g;
};
}  // namespace rule

}  // namespace aic::ir
