// Loops without exits: what reversing needs of a function.
#pragma once
#include "ir/builder.h"

namespace aic::passes::autodiff {

// Rewrites every loop so that its body is left at its end only: `break` and `continue` inside `if`s become values, and what
// follows such an `if` moves into an arm of its own. A `for` with a `break` becomes a `while` that counts. Returns must be
// gone from loops before (try_single_return). False when an exit leaves more than one loop at once.
//
//   for %i … %s { if %c { break %s } { yield }; …; continue %t }
//     →  while %k, %s, %broke { condition %k < %n and not %broke } { %b, %u = if %c { yield yes, %s } { …; yield no, %t };
//     continue %k + 1, %u, %b }
[[nodiscard]] bool remove_exits(ir::Function&);

// The number of rounds of a `for`, as code before the builder's place; start, stop and step need not be constant.
[[nodiscard]] ir::ValueId trip_count(ir::Builder&, ir::ValueId start, ir::ValueId stop, ir::ValueId step);

}  // namespace aic::passes::autodiff
