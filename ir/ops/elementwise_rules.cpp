// Derivatives that do not fit on a line of elementwise.h.
#include "ir/ops/table.h"

namespace aic::ir::rule {

// d (z / |z|): what of g is orthogonal to z / |z|, over |z|. A real sign is constant; at 0 the derivative is 0.
Expr sign_rule(At r) {
  if (!r.x.is_complex()) return {};
  Expr u = r.out;
  Expr across = imag(conj(u) * r.g);  // u̅·g = (along, across)
  return scale(divide_or_zero(across, absolute(r.x)), complex(-imag(u), real(u)));
}

// 1 / sqrt(1 + x²), by hypot where x² may overflow.
Expr arcsinh_rule(At r) {
  if (r.x.is_complex()) return r.g / sqrt(1.0 + square(conj(r.x)));
  return r.g / hypot(constant(1.0, r.x), r.x);
}

// 1 / cosh², of a real x as 4e / (1 + e)² with e = exp(-2|x|): right to the last bits far out, where tanh is 1.
Expr tanh_rule(At r) {
  if (r.x.is_complex()) {
    Expr c = cosh(conj(r.x));
    return r.g / c / c;
  }
  Expr e = exp(-2.0 * absolute(r.x));
  return r.g * (4.0 * e / square(1.0 + e));
}

// The angle grows across the ray from 0, by 1 / |z|.
Expr angle_rule(At r) {
  if (!r.x.is_complex()) return {};
  Expr u = sign(r.x);
  return scale(divide_or_zero(r.g, absolute(r.x)), complex(-imag(u), real(u)));
}

// The derivative of the logarithm of gamma: ten steps of its recurrence up to where the asymptotic series (Abramowitz and Stegun
// 6.3.18) is right to the last bits; below a half by reflection.
Expr digamma(Expr x) {
  constexpr double pi = 3.14159265358979323846;
  constexpr double series[] = {1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12};
  Expr left = x < constant(0.5, x), z = select(left, 1.0 - x, x), below = 1.0 / z;
  for (int k = 1; k < 10; ++k) below = below + 1.0 / (z + double(k));
  Expr y = z + 10.0, s = 1.0 / square(y), tail = constant(series[6], x);
  for (int k = 6; k-- > 0;) tail = series[k] + s * tail;
  Expr right = log(y) - 0.5 / y - s * tail - below;
  return select(left, right - pi / expr::apply("tan"_op, {pi * (x - expr::apply("rint"_op, {x}))}), right);
}

Expr share(At r, Expr wins) { return select(r.x == r.y, 0.5 * r.g, select(wins, r.g, 0.0)); }

}  // namespace aic::ir::rule
