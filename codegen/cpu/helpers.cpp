// Functions with loops in them that scalar operators call, written into a module on first use.
#include "codegen/lower.h"

namespace aic::codegen {

namespace Intrinsic = llvm::Intrinsic;

namespace {

llvm::Function* start(ModuleLowering& m, const char* name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> parameters) {
  auto* f = llvm::Function::Create(llvm::FunctionType::get(result, parameters, false), llvm::Function::InternalLinkage, name,
                                   m.module);
  f->setDoesNotThrow();
  f->setWillReturn();
  f->setDoesNotAccessMemory();
  return f;
}
BasicBlock* block(llvm::Function* f, const char* name) { return BasicBlock::Create(f->getContext(), name, f); }

}  // namespace

// int ** int with the overflow told: square and multiply. An overflow of the last squaring, which nothing uses, is none.
llvm::Function* ModuleLowering::power_function() {
  if (power_) return power_;
  llvm::IRBuilder<> b(context);
  llvm::Type *i64 = b.getInt64Ty(), *result = llvm::StructType::get(context, {i64, b.getInt1Ty()});
  power_ = start(*this, "aic.power", result, {i64, i64});
  BasicBlock *entry = block(power_, "entry"), *head = block(power_, "head"), *round = block(power_, "round"),
             *done = block(power_, "done");
  b.SetInsertPoint(entry);
  b.CreateBr(head);
  b.SetInsertPoint(head);
  auto *x = b.CreatePHI(i64, 2), *n = b.CreatePHI(i64, 2), *y = b.CreatePHI(i64, 2), *over = b.CreatePHI(b.getInt1Ty(), 2);
  b.CreateCondBr(b.CreateICmpEQ(n, b.getInt64(0)), done, round);
  b.SetInsertPoint(round);
  Value* odd = b.CreateTrunc(n, b.getInt1Ty());
  Value* product = b.CreateBinaryIntrinsic(Intrinsic::smul_with_overflow, y, x);
  Value* square = b.CreateBinaryIntrinsic(Intrinsic::smul_with_overflow, x, x);
  Value* rest = b.CreateLShr(n, 1);
  Value* bad = b.CreateOr(over, b.CreateAnd(odd, b.CreateExtractValue(product, 1)));
  bad = b.CreateOr(bad, b.CreateAnd(b.CreateICmpNE(rest, b.getInt64(0)), b.CreateExtractValue(square, 1)));
  Value *next_y = b.CreateSelect(odd, b.CreateExtractValue(product, 0), y), *next_x = b.CreateExtractValue(square, 0);
  b.CreateBr(head);
  x->addIncoming(power_->getArg(0), entry), x->addIncoming(next_x, round);
  n->addIncoming(power_->getArg(1), entry), n->addIncoming(rest, round);
  y->addIncoming(b.getInt64(1), entry), y->addIncoming(next_y, round);
  over->addIncoming(b.getFalse(), entry), over->addIncoming(bad, round);
  b.SetInsertPoint(done);
  b.CreateRet(b.CreateInsertValue(b.CreateInsertValue(llvm::PoisonValue::get(result), y, 0), over, 1));
  return power_;
}

// Euclid, of unsigned numbers.
llvm::Function* ModuleLowering::gcd_function() {
  if (gcd_) return gcd_;
  llvm::IRBuilder<> b(context);
  auto* i64 = b.getInt64Ty();
  gcd_ = start(*this, "aic.gcd", i64, {i64, i64});
  BasicBlock *entry = block(gcd_, "entry"), *head = block(gcd_, "head"), *round = block(gcd_, "round"),
             *done = block(gcd_, "done");
  b.SetInsertPoint(entry);
  b.CreateBr(head);
  b.SetInsertPoint(head);
  auto *x = b.CreatePHI(i64, 2), *y = b.CreatePHI(i64, 2);
  b.CreateCondBr(b.CreateICmpEQ(y, b.getInt64(0)), done, round);
  b.SetInsertPoint(round);
  Value* rest = b.CreateURem(x, y);
  b.CreateBr(head);
  x->addIncoming(gcd_->getArg(0), entry), x->addIncoming(y, round);
  y->addIncoming(gcd_->getArg(1), entry), y->addIncoming(rest, round);
  b.SetInsertPoint(done);
  b.CreateRet(x);
  return gcd_;
}

// The double nearest to x / y (y ≠ 0) for ints beyond 2**53: both scaled to have their top bit set, 57 bits of quotient by
// shift and subtract, one sticky bit for the rest, one rounding in the conversion, and an exact scaling back.
llvm::Function* ModuleLowering::divide_function() {
  if (divide_) return divide_;
  llvm::IRBuilder<> b(context);
  llvm::Type *i64 = b.getInt64Ty(), *f64 = b.getDoubleTy();
  divide_ = start(*this, "aic.int_divide", f64, {i64, i64});
  BasicBlock *entry = block(divide_, "entry"), *begin = block(divide_, "begin"), *round = block(divide_, "round");
  BasicBlock *done = block(divide_, "done"), *nothing = block(divide_, "nothing");
  Value *x = divide_->getArg(0), *y = divide_->getArg(1), *zero = b.getInt64(0), *one = b.getInt64(1);
  b.SetInsertPoint(entry);
  Value* negative = b.CreateICmpSLT(b.CreateXor(x, y), zero);
  Value* ax = b.CreateBinaryIntrinsic(Intrinsic::abs, x, b.getFalse());
  Value* ay = b.CreateBinaryIntrinsic(Intrinsic::abs, y, b.getFalse());
  b.CreateCondBr(b.CreateICmpEQ(x, zero), nothing, begin);
  b.SetInsertPoint(nothing);
  b.CreateRet(b.CreateSelect(b.CreateICmpSLT(y, zero), llvm::ConstantFP::get(f64, -0.0), llvm::ConstantFP::get(f64, 0.0)));
  b.SetInsertPoint(begin);
  Value* zx = b.CreateBinaryIntrinsic(Intrinsic::ctlz, ax, b.getTrue());
  Value* zy = b.CreateBinaryIntrinsic(Intrinsic::ctlz, ay, b.getTrue());
  Value *nx = b.CreateShl(ax, zx), *ny = b.CreateShl(ay, zy);
  Value* first = b.CreateICmpUGE(nx, ny);
  Value* rest0 = b.CreateSub(nx, b.CreateSelect(first, ny, zero));
  Value* q0 = b.CreateZExt(first, i64);
  b.CreateBr(round);
  b.SetInsertPoint(round);
  auto *q = b.CreatePHI(i64, 2), *rest = b.CreatePHI(i64, 2), *k = b.CreatePHI(i64, 2);
  Value* carry = b.CreateICmpSLT(rest, zero);
  Value* twice = b.CreateShl(rest, 1);
  Value* take = b.CreateOr(carry, b.CreateICmpUGE(twice, ny));
  Value* rest2 = b.CreateSub(twice, b.CreateSelect(take, ny, zero));
  Value* q2 = b.CreateOr(b.CreateShl(q, 1), b.CreateZExt(take, i64));
  Value* k2 = b.CreateAdd(k, one);
  b.CreateCondBr(b.CreateICmpEQ(k2, b.getInt64(57)), done, round);
  q->addIncoming(q0, begin), q->addIncoming(q2, round);
  rest->addIncoming(rest0, begin), rest->addIncoming(rest2, round);
  k->addIncoming(zero, begin), k->addIncoming(k2, round);
  b.SetInsertPoint(done);
  Value* sticky = b.CreateOr(q2, b.CreateZExt(b.CreateICmpNE(rest2, zero), i64));
  Value* exponent = b.CreateAdd(b.CreateSub(zy, zx), b.getInt64(1023 - 57));
  Value* scale = b.CreateBitCast(b.CreateShl(exponent, 52), f64);
  Value* v = b.CreateFMul(b.CreateUIToFP(sticky, f64), scale);
  b.CreateRet(b.CreateSelect(negative, b.CreateFNeg(v), v));
  return divide_;
}

// z ** w. w = 0: 1. w whole, |w| ≤ 100: by squaring, then 1 / that for negative w. Else C's cpow. NumPy's: 0 ** w is 0 where
// w's real part is positive, else nan; z, z·z and z·(z·z) for 1, 2 and 3, which keeps infinities; by squaring for |w| < 100.
llvm::Function* ModuleLowering::complex_power_function(llvm::Type* real, bool python) {
  llvm::Function*& f = complex_power_[python ? 0 : real->isFloatTy() ? 1 : 2];
  if (f) return f;
  llvm::IRBuilder<> b(context);
  auto* pair = llvm::StructType::get(context, {real, real});
  f = start(*this,
            python              ? "aic.complex_power"
            : real->isFloatTy() ? "aic.c64_power"
                                : "aic.c128_power",
            pair, {real, real, real, real});
  BasicBlock *entry = block(f, "entry"), *begin = block(f, "begin"), *head = block(f, "head"), *round = block(f, "round");
  BasicBlock *done = block(f, "done"), *general = block(f, "general");
  Value *re = f->getArg(2), *im = f->getArg(3), *zero = llvm::ConstantFP::get(real, 0), *one = llvm::ConstantFP::get(real, 1);
  auto give = [&](const Pieces& p) {
    b.CreateRet(b.CreateInsertValue(b.CreateInsertValue(llvm::PoisonValue::get(pair), p[0], 0), p[1], 1));
  };
  b.SetInsertPoint(entry);
  Value* size = b.CreateUnaryIntrinsic(Intrinsic::fabs, re);
  Value* is_whole = b.CreateFCmpOEQ(b.CreateUnaryIntrinsic(Intrinsic::trunc, re), re);
  Value* small =
      b.CreateFCmp(python ? llvm::CmpInst::FCMP_OLE : llvm::CmpInst::FCMP_OLT, size, llvm::ConstantFP::get(real, 100));
  Value* whole = b.CreateAnd(b.CreateFCmpOEQ(im, zero), b.CreateAnd(is_whole, small));
  if (!python) {
    Pieces z{f->getArg(0), f->getArg(1)}, square = complex_multiply(b, z, z), cube = complex_multiply(b, z, square);
    auto is = [&](Value* v, double k) { return b.CreateFCmpOEQ(v, llvm::ConstantFP::get(real, k)); };
    BasicBlock *of_zero = block(f, "of_zero"), *other = block(f, "other"), *few = block(f, "few"), *more = block(f, "more");
    Value* no_power = b.CreateAnd(is(re, 0), is(im, 0));
    b.CreateCondBr(b.CreateAnd(b.CreateAnd(is(z[0], 0), is(z[1], 0)), b.CreateNot(no_power)), of_zero, other);
    b.SetInsertPoint(of_zero);
    Value* v = b.CreateSelect(b.CreateFCmpOGT(re, zero), zero, llvm::ConstantFP::getNaN(real));
    give({v, v});
    b.SetInsertPoint(other);
    Value *one_two = b.CreateOr(is(re, 1), is(re, 2)), *to_three = b.CreateOr(one_two, is(re, 3));
    b.CreateCondBr(b.CreateAnd(whole, to_three), few, more);
    b.SetInsertPoint(few);
    Pieces r;
    for (int part : {0, 1})
      r.push_back(b.CreateSelect(is(re, 1), z[part], b.CreateSelect(is(re, 2), square[part], cube[part])));
    give(r);
    b.SetInsertPoint(more);
  }
  b.CreateCondBr(whole, begin, general);
  b.SetInsertPoint(begin);
  Value* count = b.CreateFPToSI(size, b.getInt64Ty());
  b.CreateBr(head);
  b.SetInsertPoint(head);
  auto phi = [&](llvm::Type* t) { return b.CreatePHI(t, 2); };
  auto *n = phi(b.getInt64Ty()), *xr = phi(real), *xi = phi(real), *yr = phi(real), *yi = phi(real);
  b.CreateCondBr(b.CreateICmpEQ(n, b.getInt64(0)), done, round);
  b.SetInsertPoint(round);
  Value* odd = b.CreateTrunc(n, b.getInt1Ty());
  Pieces times = complex_multiply(b, {yr, yi}, {xr, xi}), square = complex_multiply(b, {xr, xi}, {xr, xi});
  Value *y2r = b.CreateSelect(odd, times[0], yr), *y2i = b.CreateSelect(odd, times[1], yi), *n2 = b.CreateLShr(n, 1);
  b.CreateBr(head);
  auto flow = [&](llvm::PHINode* p, Value* before, Value* after) {
    p->addIncoming(before, begin), p->addIncoming(after, round);
  };
  flow(n, count, n2), flow(xr, f->getArg(0), square[0]), flow(xi, f->getArg(1), square[1]), flow(yr, one, y2r),
      flow(yi, zero, y2i);
  b.SetInsertPoint(done);
  Pieces inverse = complex_divide(b, {one, zero}, {yr, yi}, python);
  Value* negative = b.CreateFCmpOLT(re, zero);
  give({b.CreateSelect(negative, inverse[0], yr), b.CreateSelect(negative, inverse[1], yi)});
  b.SetInsertPoint(general);
  give(call_complex(b, *this, "cpow", {{f->getArg(0), f->getArg(1)}, {re, im}}));
  return f;
}

}  // namespace aic::codegen
