#include "codegen/cpu/remainders.h"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/LoopUtils.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>

namespace aic::codegen {
using namespace llvm;

namespace {
bool calls_scalar_routine(const Loop& loop) {
  for (BasicBlock* block : loop.blocks())
    for (Instruction& i : *block)
      if (auto* call = dyn_cast<CallInst>(&i))
        if (Function* f = call->getCalledFunction(); f && f->getName().ends_with(".aic")) return true;
  return false;
}

// What LoopVectorize left beside a loop in vectors.
bool is_remainder(const Loop& loop) {
  return loop.isInnermost() && getBooleanLoopAttribute(&loop, "llvm.loop.isvectorized") && calls_scalar_routine(loop);
}

// LoopVectorize's test whether there are enough rounds for one vector, which leaves for the remainder if not: short rows
// are better done there altogether (rows of 100 are equally fast both ways).
void leave_short_rows_to(const Loop& remainder) {
  constexpr uint64_t short_row = 96;
  for (BasicBlock* before : predecessors(remainder.getLoopPreheader())) {
    auto* branch = dyn_cast<BranchInst>(before->getTerminator());
    auto* test = branch && branch->isConditional() ? dyn_cast<ICmpInst>(branch->getCondition()) : nullptr;
    if (!test || !test->hasOneUse() || branch->getSuccessor(0) != remainder.getLoopPreheader()) continue;
    auto* least = dyn_cast<ConstantInt>(test->getOperand(1));
    if (least && (test->getPredicate() == CmpInst::ICMP_ULT || test->getPredicate() == CmpInst::ICMP_ULE) &&
        least->getZExtValue() < short_row)
      test->setOperand(1, ConstantInt::get(least->getType(), short_row));
  }
}

void ask_for_mask(Loop& loop) {
  LLVMContext& c = loop.getHeader()->getContext();
  auto option = [&](const char* name, Constant* x) {
    return MDNode::get(c, {MDString::get(c, name), ConstantAsMetadata::get(x)});
  };
  loop.setLoopID(
      makePostTransformationMetadata(c, loop.getLoopID(), {"llvm.loop.isvectorized"},
                                     {option("llvm.loop.vectorize.predicate.enable", ConstantInt::getTrue(c)),
                                      option("llvm.loop.interleave.count", ConstantInt::get(Type::getInt32Ty(c), 1))}));
}
}  // namespace

PreservedAnalyses MaskRemainders::run(Function& f, FunctionAnalysisManager& analyses) {
  bool found = false;
  for (Loop* loop : analyses.getResult<LoopAnalysis>(f).getLoopsInPreorder())
    if (is_remainder(*loop)) {
      ask_for_mask(*loop);
      leave_short_rows_to(*loop);
      found = true;
    }
  return found ? LoopVectorizePass().run(f, analyses) : PreservedAnalyses::all();
}

}  // namespace aic::codegen
