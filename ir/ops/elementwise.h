// Tier 1: ufuncs and scalar maths, one record each.
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

namespace rule {
// The dtype rules of NumPy's loops; operands arrive promoted to one dtype.
constexpr bool any(std::span<const DType> t, DType& out) { return out = t[0], true; }
constexpr bool arithmetic(std::span<const DType> t, DType& out) { return out = t[0], t[0] != DType::Bool; }
constexpr DType same(DType t) { return t; }
constexpr DType boolean(DType) { return DType::Bool; }
}  // namespace rule

inline constexpr OpRecord elementwise_records[] = {
  {.name = "add", .operands = "x, y", .doc = "Sum.", .tier = Tier::Elementwise, .traits = Commutative | Cheap, .python = "numpy.add +",
   .dtype = {rule::any, rule::same}, .cpu = instruction("add"), .gpu = instruction("add")},
};

}  // namespace aic::ir
