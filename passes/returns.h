// One return, at the end: what inlining needs of a callee.
#pragma once
#include "ir/module.h"

namespace aic::passes {

// Rewrites the function so that it has one `return`, its last op: returns in loops become breaks with a flag and a value,
// returns in `if`s become yields. False when it cannot be done without copying much, or when it never returns; the function
// is then in between: only copies are given to this.
[[nodiscard]] bool try_single_return(ir::Function&);
// The same without copies, by flags where need be. False when it never returns.
[[nodiscard]] bool single_return(ir::Function&);

}  // namespace aic::passes
