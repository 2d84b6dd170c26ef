// LAPACK: calls of the runtime, which knows where it is (runtime/lapack.h).
#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {
using namespace ir;

constexpr unsigned is_there_field = 12, lapack_field = 13;  // of Runtime
constexpr std::string_view routines[] = {
#define AIC_NAME(name) #name,
    AIC_LAPACK_ROUTINES(AIC_NAME)
#undef AIC_NAME
};

void FunctionLowering::lower_lapack(OpId id) {
  const Op& o = f.op(id);
  llvm::Type *i64 = b.getInt64Ty(), *p = b.getPtrTy();
  if (o.code == "lapack.is_there"_op) {
    llvm::CallInst* there = b.CreateCall(llvm::FunctionType::get(b.getInt8Ty(), false), runtime_function(is_there_field), {});
    there->setDoesNotThrow();
    return set(id, {b.CreateTrunc(there, b.getInt1Ty())});
  }
  llvm::BasicBlock& entry = code_->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  constexpr uint64_t words = sizeof(rt::LapackArray) / 8;
  const uint64_t count = o.operands.size();
  llvm::Value* arrays = first.CreateAlloca(llvm::ArrayType::get(i64, words * (count + 1)), nullptr, "matrices");
  auto word = [&](uint64_t at) { return b.CreateConstInBoundsGEP1_64(i64, arrays, at); };
  for (uint64_t k = 0; k < count; ++k) {
    const Array a = array(o.operands[k]);
    b.CreateStore(a.data, word(words * k));
    for (uint64_t axis = 0; axis < 2; ++axis)
      b.CreateStore(axis < a.extents.size() ? a.extents[axis] : b.getInt64(1), word(words * k + 1 + axis));
  }
  b.CreateStore(llvm::ConstantPointerNull::get(b.getPtrTy()), word(words * count));
  const auto* routine = std::ranges::find(routines, f.text_attr(id, "routine"));
  AIC_CHECK(routine != std::end(routines), print(f, id));
  llvm::CallInst* info = b.CreateCall(
      llvm::FunctionType::get(i64, {i64, b.getInt1Ty(), p}, false), runtime_function(lapack_field),
      {b.getInt64(uint64_t(routine - std::begin(routines))), b.getInt1(is_complex(f.type(o.operands[0]).dtype())), arrays});
  info->setDoesNotThrow();
  info->addParamAttr(1, llvm::Attribute::ZExt);
  set(id, {info});
}

}  // namespace aic::codegen
