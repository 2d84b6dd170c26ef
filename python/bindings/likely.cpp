// See likely.h; what becomes of the guesses stands in passes/version_extents.cpp and passes/assume_shapes.cpp.
#include "python/bindings/likely.h"

#include <cstdlib>

namespace aic::bindings {

std::vector<LikelyExtent> likely_extents(PyObject* const* arguments, size_t count) {
  constexpr int64_t longest = 4, thinness = 4;  // extents taken for short, and how many times as long the rest must be
  std::vector<LikelyExtent> out;
  for (size_t i = 0; arguments && i < count; ++i) {
    if (!arguments[i] || !PyArray_CheckExact(arguments[i])) continue;
    auto* a = reinterpret_cast<PyArrayObject*>(arguments[i]);
    int rank = PyArray_NDIM(a);
    if (rank < 2) continue;
    int64_t last = PyArray_DIM(a, rank - 1);
    if (last < 2 || last > longest || PyArray_SIZE(a) < thinness * last * last) continue;
    out.push_back({int(i), rank - 1, last});
  }
  return out;
}

// Extents of 1 may be stretched: they are like nothing.
static std::vector<RelatedExtent> related_extents(PyObject* const* arguments, size_t count) {
  constexpr int64_t apart = 2;
  constexpr size_t most = 64;
  std::vector<RelatedExtent> out;
  std::vector<int64_t> families;
  for (size_t i = 0; arguments && i < count; ++i) {
    if (!arguments[i] || !PyArray_CheckExact(arguments[i])) continue;
    auto* a = reinterpret_cast<PyArrayObject*>(arguments[i]);
    for (int axis = 0; axis < PyArray_NDIM(a) && out.size() < most; ++axis) {
      int64_t n = PyArray_DIM(a, axis);
      if (n < 2) continue;
      size_t k = 0;
      while (k < families.size() && std::abs(n - families[k]) > apart) ++k;
      if (k == families.size()) families.push_back(n);
      out.push_back({int(i), axis, int64_t(k), n - families[k]});
    }
  }
  return out;
}

Guesses guesses_at(PyObject* const* arguments, size_t count) {
  return {likely_extents(arguments, count), related_extents(arguments, count)};
}

}  // namespace aic::bindings
