// See likely.h; what becomes of the guesses stands in passes/version_extents.cpp.
#include "python/bindings/likely.h"

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

}  // namespace aic::bindings
