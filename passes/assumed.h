// What was taken for granted of the entry's parameters: see passes/assume_shapes.cpp.
#pragma once
#include <utility>

#include "ir/module.h"

namespace aic::passes {

// The extent of a parameter that this one was taken to be equal to; else itself.
[[nodiscard]] std::pair<ir::ValueId, int> assumed_extent(const ir::Function&, ir::ValueId parameter, int axis);

}  // namespace aic::passes
