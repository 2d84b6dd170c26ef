// Every pass, one sentence each. A pass takes one function, says whether it changed anything, and stands in one row of
// pipeline.cpp. What passes share about a module stands in PassContext.
#pragma once
#include "ir/module.h"
#include "passes/pipeline.h"

namespace aic::passes {

struct PassContext {
  ir::Module& module;
  const Options& options;
};

// ---- tensor form → loop form ----
bool expand(ir::Function&, PassContext&);         // whole-array operations become kernels and loops, fused on demand
bool own(ir::Function&, PassContext&);            // puts in retain and release: each birth is freed once, after its last use

}  // namespace aic::passes
