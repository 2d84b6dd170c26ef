// Runs the rows of a pipeline over a module: one scope around each pass that dumps, times, verifies, skips and bisects it.
//
// Functions are taken callees first, and each runs through all rows before its callers look at it: what is inlined is
// optimised already. The environment overrides empty options: AIC_DUMP, AIC_TIME_PASSES, AIC_VERIFY, AIC_SKIP,
// AIC_OPT_BISECT. Bisection counts (function, pass) pairs of rows that are not needed for correctness, and prints the last
// pair that ran.
#pragma once
#include <span>

#include "passes/passes.h"

namespace aic::passes {

struct Row {
  const char* name;
  bool (*run)(ir::Function&, PassContext&);
  uint8_t forms;        // where it may run: ir::InTensor, ir::InLoop
  bool needed = false;  // lowering: cannot be skipped
};

void run_passes(ir::Module&, std::span<const Row>, const Options&);
void run_passes(ir::Function&, std::span<const Row>, const Options&);

// The functions of a module, callees before callers as far as recursion allows.
[[nodiscard]] std::vector<ir::Function*> callees_first(ir::Module&);

// The functions that calls {caught} reach: an exception may leave them and be handled.
[[nodiscard]] std::unordered_set<const ir::Function*> called_under_guard(ir::Module&);

// Removes what the entry function does not reach; nothing where no function says {entry = 1}.
void remove_uncalled(ir::Module&);

}  // namespace aic::passes
