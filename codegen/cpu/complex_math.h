// Functions of NumPy's complex numbers that are written out, so that loops over them go into vector lanes.
#pragma once
#include "codegen/lower.h"

namespace aic::codegen {

[[nodiscard]] Pieces complex_exp(ScalarOp&);

}  // namespace aic::codegen
