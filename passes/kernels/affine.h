// Index maps as data: constant + sum of coefficient * value. Two indices are equal when their maps are, whichever chain
// of views they came through; two that differ by a constant are provably different elements.
#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "ir/module.h"

namespace aic::passes {

struct Affine {
  int64_t constant = 0;
  std::vector<std::pair<ir::ValueId, int64_t>> terms;  // sorted by value, no zero coefficients
  bool operator==(const Affine&) const = default;
  static Affine of(ir::ValueId v) { return {0, {{v, 1}}}; }
  [[nodiscard]] bool is_constant() const { return terms.empty(); }
  [[nodiscard]] bool is_value() const { return !constant && terms.size() == 1 && terms[0].second == 1; }
};
using Indices = std::vector<Affine>;

[[nodiscard]] Affine operator+(const Affine&, const Affine&);
[[nodiscard]] Affine operator*(const Affine&, int64_t);
// a - b when that is a constant.
[[nodiscard]] std::optional<int64_t> difference(const Affine& a, const Affine& b);

// Of an index: sums and differences that are exact are taken apart.
[[nodiscard]] Affine affine_of(const ir::Function&, ir::ValueId);

}  // namespace aic::passes
