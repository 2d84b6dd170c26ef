// Where the extents of an array come from: a constant, an int value, or an axis of an older array. Looks through views,
// births and elementwise ops; loops that carry arrays whose extents never change are seen through as well (`u, v = v, u`).
#pragma once
#include "ir/module.h"

namespace aic::passes {

struct Extent {
  int64_t constant = -1;  // ≥ 0: known
  ir::ValueId value;      // else this int, if there is one
  ir::ValueId array;      // else `extent array {axis}`
  int axis = 0;
  bool operator==(const Extent&) const = default;
};
[[nodiscard]] Extent extent_source(const ir::Function&, ir::ValueId array, int axis);

}  // namespace aic::passes
