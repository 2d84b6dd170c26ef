// Where the extents of an array come from: a constant, an int value, or an axis of an older array. Looks through views,
// births and elementwise ops; loops that carry arrays whose extents never change are seen through as well (`u, v = v, u`),
// and of two that change alike the later one has the extents of the earlier one.
#pragma once
#include <map>

#include "ir/builder.h"

namespace aic::passes {

struct ExtentSource {
  int64_t constant = -1;  // ≥ 0: known
  ir::ValueId value;      // else this int, if there is one
  ir::ValueId array;      // else `extent array {axis}`
  int axis = 0;
  bool operator==(const ExtentSource&) const = default;
};
[[nodiscard]] ExtentSource extent_source(const ir::Function&, ir::ValueId array, int axis);
// Takes elements or a part of its arrays, and does not hand them on as the objects that they are.
[[nodiscard]] bool looks_into(const ir::Function&, ir::OpId);
// What a `copy`, or a `generate` that loads at its own indices, copies; none: the op is no copy.
[[nodiscard]] ir::ValueId copied_array(const ir::Function&, ir::OpId);

// Extents of parameters, asked for on entry, where the builder stands: all that follows, in whichever arm, speaks of them by
// the same values. (Ranges take equal extents for one value; a value from another arm is no help to a condition.)
class ParameterExtents {
 public:
  ParameterExtents(ir::Function& f, ir::Builder& entry) : f_(f), entry_(entry) {}
  ir::ValueId of(ir::ValueId parameter, int64_t axis);
  bool hoist(size_t asked);  // those that are asked for in so many places; the ops left behind are dead

 private:
  ir::Function& f_;
  ir::Builder& entry_;
  std::map<std::pair<ir::ValueId, int64_t>, ir::ValueId> made_;
};

}  // namespace aic::passes
