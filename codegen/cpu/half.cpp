// float16 where the processor has no instructions for it (F16C), and its neighbours. A conversion is integer arithmetic on all
// lanes at once, written over `fpext half` and `fptrunc to half` before anything is optimised (Giesen, "float->half variants",
// 2012).
#include <llvm/IR/InstIterator.h>

#include "codegen/lower.h"

namespace aic::codegen {

namespace {

using B = llvm::IRBuilder<>;

// Moves the fraction and the exponent into place and scales by 2**112, which makes subnormal numbers normal.
Value* extended(B& b, Value* x) {
  llvm::Type *t = x->getType(), *i32 = t->getWithNewType(b.getInt32Ty()), *f32 = t->getWithNewType(b.getFloatTy());
  auto whole = [&](uint32_t n) { return llvm::ConstantInt::get(i32, n); };
  Value* bits = b.CreateZExt(b.CreateBitCast(x, t->getWithNewType(b.getInt16Ty())), i32);
  Value* size = b.CreateShl(b.CreateAnd(bits, whole(0x7fff)), whole(13));
  Value* scaled = b.CreateBitCast(b.CreateFMul(b.CreateBitCast(size, f32), llvm::ConstantFP::get(f32, 0x1p+112)), i32);
  Value* finite = b.CreateICmpULT(size, whole(0x7c00u << 13));
  Value* out = b.CreateSelect(finite, scaled, b.CreateOr(size, whole(0x7f800000)));
  return b.CreateBitCast(b.CreateOr(out, b.CreateShl(b.CreateAnd(bits, whole(0x8000)), whole(16))), f32);
}

// Halves to even: by an addition to the bits cut off, or, for what becomes subnormal, by an addition of a number whose last bit
// is theirs.
Value* truncated(B& b, Value* x) {
  llvm::Type *t = x->getType(), *i32 = t->getWithNewType(b.getInt32Ty());
  auto whole = [&](uint32_t n) { return llvm::ConstantInt::get(i32, n); };
  Value* bits = b.CreateBitCast(x, i32);
  Value *sign = b.CreateAnd(bits, whole(0x80000000)), *size = b.CreateXor(bits, sign);
  Value* odd = b.CreateAnd(b.CreateLShr(size, whole(13)), whole(1));
  Value* normal = b.CreateLShr(b.CreateAdd(b.CreateAdd(size, whole(0xc8000fff)), odd), whole(13));
  Value* shifted = b.CreateFAdd(b.CreateBitCast(size, t), llvm::ConstantFP::get(t, 0.5));
  Value* tiny = b.CreateSub(b.CreateBitCast(shifted, i32), whole(0x3f000000));
  Value* nan = b.CreateOr(whole(0x7e00), b.CreateAnd(b.CreateLShr(size, whole(13)), whole(0x3ff)));
  Value* large = b.CreateSelect(b.CreateICmpUGT(size, whole(0x7f800000)), nan, whole(0x7c00));
  Value* out = b.CreateSelect(b.CreateICmpULT(size, whole(0x38800000)), tiny, normal);
  out = b.CreateSelect(b.CreateICmpUGE(size, whole(0x47800000)), large, out);
  out = b.CreateTrunc(b.CreateOr(out, b.CreateLShr(sign, whole(16))), t->getWithNewType(b.getInt16Ty()));
  return b.CreateBitCast(out, t->getWithNewType(b.getHalfTy()));
}

}  // namespace

void convert_halves_by_integers(llvm::Module& module) {
  for (llvm::Function& f : module)
    for (llvm::Instruction& i : llvm::make_early_inc_range(llvm::instructions(f))) {
      bool extends = llvm::isa<llvm::FPExtInst>(i) && i.getOperand(0)->getType()->getScalarType()->isHalfTy();
      if (!extends && !(llvm::isa<llvm::FPTruncInst>(i) && i.getType()->getScalarType()->isHalfTy())) continue;
      B b(&i);
      i.replaceAllUsesWith(extends ? extended(b, i.getOperand(0)) : truncated(b, i.getOperand(0)));
      i.eraseFromParent();
    }
}

// One up or down among the bits, which are ordered as the numbers of one sign are.
Value* next_half(B& b, Value* x, Value* wide_x, Value* wide_y, ir::DType d) {
  llvm::Type *t = x->getType(), *i16 = t->getWithNewType(b.getInt16Ty());
  auto whole = [&](uint16_t n) { return llvm::ConstantInt::get(i16, n); };
  Value* zero = llvm::ConstantFP::get(wide_x->getType(), 0);
  Value *bits = b.CreateBitCast(x, i16), *rises = b.CreateFCmpOLT(wide_x, wide_y);
  Value* away = b.CreateICmpEQ(rises, b.CreateFCmpOGT(wide_x, zero));
  Value* next = b.CreateAdd(bits, b.CreateSelect(away, whole(1), whole(0xffff)));
  Value* least = b.CreateSelect(rises, whole(1), whole(0x8001));
  next = b.CreateSelect(b.CreateFCmpOEQ(wide_x, zero), least, next);
  Value* same = d == ir::DType::BF16 ? bfloat_of_float(b, wide_y) : bits;  // 0 and -0 are told apart as each has it
  next = b.CreateSelect(b.CreateFCmpOEQ(wide_x, wide_y), same, next);
  next = b.CreateSelect(b.CreateFCmpUNO(wide_x, wide_y), whole(d == ir::DType::BF16 ? 0x7fc0 : 0x7e00), next);
  return b.CreateBitCast(next, t);
}

// ---- bfloat16, held as its bits: LLVM's own conversions call a library where the processor has none ----
Value* float_of_bfloat(B& b, Value* x) {
  llvm::Type *t = x->getType(), *i32 = t->getWithNewType(b.getInt32Ty());
  return b.CreateBitCast(b.CreateShl(b.CreateZExt(x, i32), llvm::ConstantInt::get(i32, 16)), t->getWithNewType(b.getFloatTy()));
}

// Halves to even; a nan keeps its sign only.
Value* bfloat_of_float(B& b, Value* x) {
  llvm::Type *t = x->getType(), *i32 = t->getWithNewType(b.getInt32Ty());
  auto whole = [&](uint32_t n) { return llvm::ConstantInt::get(i32, n); };
  Value *bits = b.CreateBitCast(x, i32), *odd = b.CreateAnd(b.CreateLShr(bits, whole(16)), whole(1));
  Value* rounded = b.CreateAdd(b.CreateAdd(bits, whole(0x7fff)), odd);
  Value* nan = b.CreateOr(b.CreateAnd(bits, whole(0x80000000)), whole(0x7fc00000));
  Value* is_nan = b.CreateICmpUGT(b.CreateAnd(bits, whole(0x7fffffff)), whole(0x7f800000));
  return b.CreateTrunc(b.CreateLShr(b.CreateSelect(is_nan, nan, rounded), whole(16)), t->getWithNewType(b.getInt16Ty()));
}

}  // namespace aic::codegen
