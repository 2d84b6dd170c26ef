// Rows of 3, 10 or 17 elements leave rounds over that fill no vector. Where these call vector routines, a scalar round costs
// as much as a vector: LoopVectorize goes over what it left once more and puts it into one vector under a mask. Whole
// vectors stay without masks, which cost a sixth (exp of float64) to a half (of float32). A row of one or two elements alone
// is slower than by libm.
#pragma once
#include <llvm/IR/PassManager.h>

namespace aic::codegen {

struct MaskRemainders : llvm::PassInfoMixin<MaskRemainders> {
  llvm::PreservedAnalyses run(llvm::Function&, llvm::FunctionAnalysisManager&);  // right after LoopVectorize
};

}  // namespace aic::codegen
