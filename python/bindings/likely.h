// Guesses at the shapes of later calls, from the arguments that a function is compiled for.
#pragma once
#include <span>
#include <vector>

#include "python/bindings/python.h"

namespace aic::bindings {

struct RelatedExtent {  // extents of one family are apart by their offsets
  int argument, axis;
  int64_t family, offset;
};
struct LikelyExtent {
  int argument, axis;
  int64_t extent;
};

// What is known of the shapes of the first call's arguments.
struct Guesses {
  std::vector<LikelyExtent> thin;
  std::vector<RelatedExtent> related;
};
// Null arguments are unknown.
[[nodiscard]] Guesses guesses_at(PyObject* const* arguments, size_t count);

// The short last axes of thin arrays: many points of 2, 3 or 4 coordinates.
[[nodiscard]] std::vector<LikelyExtent> likely_extents(PyObject* const* arguments, size_t count);

}  // namespace aic::bindings
