// exp of NumPy's complex numbers without a call of cexp, so that loops over them go into vector lanes.
//
//   exp(x + iy) = exp(x) cos y + i exp(x) sin y
//
// by the routines of vector_math.cpp (libm's, where a loop stays scalar). Where exp(x) alone could overflow or lose bits though
// the product does not, it is taken as exp(x/2) twice. C99's special values: exp(x ± 0i) keeps the zero; an infinite x with
// a y that is none gives 0 or infinity. Python's own complex numbers keep cexp's bits.
#include "codegen/cpu/complex_math.h"

namespace aic::codegen {

namespace Intrinsic = llvm::Intrinsic;

Pieces complex_exp(ScalarOp& s) {
  llvm::IRBuilder<>& b = s.b;
  Value *x = s.in[0][0], *y = s.in[0][1];
  llvm::Type* type = x->getType();
  auto number = [&](double v) { return llvm::ConstantFP::get(type, v); };
  auto routine = [&](std::string name, Value* of) {
    name += type->isFloatTy() ? "f.aic" : ".aic";
    return b.CreateCall(s.m.libm(name, type, {type}), {of});
  };
  Value *size = b.CreateUnaryIntrinsic(Intrinsic::fabs, x), *height = b.CreateUnaryIntrinsic(Intrinsic::fabs, y);
  Value *inf = llvm::ConstantFP::getInfinity(type), *large = b.CreateFCmpOGT(size, number(type->isFloatTy() ? 80 : 700));
  Value* e = routine("exp", b.CreateSelect(large, b.CreateFMul(x, number(0.5)), x));
  Value* again = b.CreateSelect(large, e, number(1));
  Value* re = b.CreateFMul(b.CreateFMul(e, routine("cos", y)), again);
  Value* im = b.CreateFMul(b.CreateFMul(e, routine("sin", y)), again);
  im = b.CreateSelect(b.CreateFCmpOEQ(y, number(0)), y, im);
  Value* lost = b.CreateAnd(b.CreateFCmpOEQ(size, inf), b.CreateFCmpUEQ(height, inf));  // y infinite or nan
  Value* zero = b.CreateBinaryIntrinsic(Intrinsic::copysign, number(0), y);
  Value* rest = b.CreateSelect(b.CreateFCmpOLT(x, number(0)), zero, llvm::ConstantFP::getNaN(type));
  return {b.CreateSelect(lost, b.CreateFMul(e, again), re), b.CreateSelect(lost, rest, im)};
}

}  // namespace aic::codegen
