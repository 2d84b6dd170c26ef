// Where partial derivatives are infinite.
#pragma once
#include "ir/expr.h"
#include "passes/autodiff/activity.h"

namespace aic::passes::autodiff {

// An elementwise op whose partial derivatives have no bound.
[[nodiscard]] bool is_singular(const ir::Function&, ir::OpId);
// … and are infinite at places where its result is finite.
[[nodiscard]] bool is_steep_op(const ir::Function&, ir::OpId);
// What an operand contributes: a (co)tangent of zero contributes zero, whatever the partial derivative is (the branch of a
// `where` that is not taken, an element nobody looks at); and so does a partial derivative of zero where `g` may be infinite
// (a norm at 0). Asked of the product, so that where it is a number a further derivative sees it unchanged.
// `x`, `y`: the op's operands, or nothing.
[[nodiscard]] ir::Expr guarded(const ir::Function&, const Activity&, ir::OpId, ir::Expr contribution, ir::Expr g,
                               bool infinite_g, ir::Expr x, ir::Expr y);

}  // namespace aic::passes::autodiff
