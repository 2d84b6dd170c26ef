// NumPy's promotion of dtypes (NEP 50): Python's bool counts as NumPy's, its int, float and complex are weak.
#pragma once
#include "typeinfer/abstract.h"

namespace aic::typeinfer {

[[nodiscard]] DType promoted(DType, DType);
// The dtype of operands of these types together; weak ones decide only kinds.
[[nodiscard]] DType promoted(const std::vector<Type>&);
[[nodiscard]] bool can_cast_same_kind(DType from, DType to);
[[nodiscard]] bool fits(int64_t, DType integer);

}  // namespace aic::typeinfer
