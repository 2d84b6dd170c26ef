// Forward mode: rewrites a function so that tangents go along with its values.
//
// Beside every active value stands its tangent, of the same shape: of an array an array whose views are the same views and
// whose stores happen at the same places, of a tuple a tuple, of a list a list. What loops and ifs carry, they carry in
// pairs; what exits hand on, too. So aliases, swaps, breaks, early returns and recursion need no rules of their own.
#pragma once
#include <functional>

#include "ir/module.h"

namespace aic::passes::autodiff {

// The type of tangents of values of a type; numbers of `float | f64` have one number.
[[nodiscard]] ir::Type tangent_type(ir::Type);
struct Pushforward {
  std::vector<int> wrt;  // parameters with tangents: new parameters after the old ones
  // Makes a function ready, when it is complete (passes::optimize without versions).
  std::function<void(ir::Function&)> optimize;
};
// Where the result is of inexact type every `return` gives (result, tangent). Throws Diagnosed (30xx).
void push_forward(ir::Function&, const Pushforward&);

}  // namespace aic::passes::autodiff
