// Guesses at the shapes of later calls, from the arguments that a function is compiled for.
#pragma once
#include <span>
#include <vector>

#include "python/bindings/python.h"

namespace aic::bindings {

struct LikelyExtent {
  int argument, axis;
  int64_t extent;
};

// The short last axes of thin arrays: many points of 2, 3 or 4 coordinates. Null arguments are unknown.
[[nodiscard]] std::vector<LikelyExtent> likely_extents(PyObject* const* arguments, size_t count);

}  // namespace aic::bindings
