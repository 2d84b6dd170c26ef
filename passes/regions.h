// Where ops stand in nested regions.
#pragma once
#include "ir/module.h"

namespace aic::passes {

// The op of the region that is `at` or has it inside; none: it is elsewhere.
[[nodiscard]] inline ir::OpId op_within(const ir::Function& f, ir::OpId at, ir::RegionId r) {
  while (at && f.op(at).parent != r) at = f.parent_op(at);
  return at;
}

}  // namespace aic::passes
