// See singular.h.
#include "passes/autodiff/singular.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

bool is_steep_op(const Function& f, OpId id) {
  static constexpr OpCode steep[] = {"sqrt"_op, "cbrt"_op, "power"_op, "arcsin"_op, "arccos"_op, "arccosh"_op};
  return std::find(std::begin(steep), std::end(steep), f.op(id).code) != std::end(steep);
}
bool is_singular(const Function& f, OpId id) {
  const OpRecord& r = record_of(f, id);
  static constexpr OpCode bounded[] = {"sin"_op,     "cos"_op, "tanh"_op, "arctan"_op,
                                       "arcsinh"_op, "erf"_op, "erfc"_op, "select"_op};
  if (r.tier != Tier::Elementwise || r.has(Cheap)) return false;
  // Python's numbers have been checked: a zero divisor and what overflows have raised.
  if (f.type(f.op(id).results[0]).is(TypeKind::Float)) return is_steep_op(f, id);
  return std::find(std::begin(bounded), std::end(bounded), f.op(id).code) == std::end(bounded);
}

Expr guarded(const Function& f, const Activity& activity, OpId id, Expr e, Expr g, bool infinite_g, Expr x, Expr y) {
  static constexpr OpCode passing[] = {"add"_op,  "subtract"_op, "negative"_op, "positive"_op, "cast"_op,    "conjugate"_op,
                                       "real"_op, "imag"_op,     "complex"_op,  "select"_op,   "maximum"_op, "minimum"_op,
                                       "fmax"_op, "fmin"_op,     "deg2rad"_op,  "rad2deg"_op};
  const Op& o = f.op(id);
  if (!e || std::find(std::begin(passing), std::end(passing), o.code) != std::end(passing)) return e;
  bool wild = is_singular(f, id);
  for (ValueId v : o.operands) wild |= activity.is_wild(v);
  if (!infinite_g && !wild) return e;
  auto no_nan = [&](Expr v) { return v == v; };
  Expr lost = g == 0.0;
  if (infinite_g) {
    Expr infinite = expr::apply("isinf"_op, {g});
    for (Expr v : {x, y})
      if (v && v.is_inexact()) infinite = expr::apply("logical_and"_op, {infinite, no_nan(v)});
    lost = lost || infinite;
  }
  return expr::select(expr::apply("logical_and"_op, {expr::isnan(e), lost}), 0.0, e);
}

}  // namespace aic::passes::autodiff
