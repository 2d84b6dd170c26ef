// What is true of every element of an array of comparisons: `(np.clip(i, 0, n - 2) < n).all()` asks nothing at run time.
#pragma once
#include "passes/ranges.h"

namespace aic::passes {

[[nodiscard]] bool is_true_everywhere(const ir::Function&, Ranges&, ir::ValueId comparisons, Ranges::Place);

}  // namespace aic::passes
