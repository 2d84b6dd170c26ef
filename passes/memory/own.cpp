// Ownership: retain and release on structured SSA (loop form).
#include "passes/passes.h"

namespace aic::passes {

bool own(ir::Function&, PassContext&) { return false; }

}  // namespace aic::passes
