// What is done to a function before its reversal, so that few ops need rules.
#pragma once
#include "passes/autodiff/activity.h"

namespace aic::passes::autodiff {
// `generate`, products and running products that a derivative concerns become loops that store.
void expand_generated(ir::Function&, const Activity&);
// Shadows and tangents are contiguous. A view that is told by strides (a flattened row, a diagonal) of an array whose layout is
// known at run time only would show other elements of them than of the array: it looks at a contiguous copy, of which it can
// be one where nobody writes to the array. Refused where somebody does.
void settle_layouts(ir::Function&, const Activity&);
// Both, and stretched views become one for each look.
void expand_for_reversal(ir::Function&, const Activity&);
// What ifs and loops carry as a tuple they carry as its elements (untuple.cpp).
void take_tuples_apart(ir::Function&);
// Elements of tuple parameters are taken out once, at the beginning; gives the elements of inexact type, in order.
std::vector<ir::ValueId> take_leaves(ir::Function&, ir::ValueId parameter);
// A copy of a function that recurs, to be differentiated: a new function of this name. `inexact` becomes the numbers of the
// parameters that have derivatives.
ir::Function& copy_to_derive(ir::Module&, const std::string& callee, const std::string& name, std::vector<int>& inexact);
}  // namespace aic::passes::autodiff
