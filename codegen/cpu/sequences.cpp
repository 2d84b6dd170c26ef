// The named sequences of ir/ops/elementwise.h, which says what each computes. Branch-free where the cost allows it, so
// that loops of them vectorise; integer division is made safe by replacing the divisor, since x86 traps on 0 and min / -1.
#include <llvm/IR/IntrinsicInst.h>

#include <functional>
#include <numbers>

#include "codegen/lower.h"

namespace aic::codegen {

using namespace ir;
namespace Intrinsic = llvm::Intrinsic;

namespace {

using B = llvm::IRBuilder<>;
Value* zero_of(Value* x) { return llvm::Constant::getNullValue(x->getType()); }
Value* real(Value* like, double v) { return llvm::ConstantFP::get(like->getType(), v); }
Value* whole(Value* like, int64_t v) { return llvm::ConstantInt::get(like->getType(), uint64_t(v), true, true); }
bool is_floating(Value* x) { return x->getType()->isFPOrFPVectorTy(); }
unsigned bits_of(Value* x) { return x->getType()->getIntegerBitWidth(); }
Value* unary(B& b, Intrinsic::ID id, Value* x) { return b.CreateUnaryIntrinsic(id, x); }
Value* floor(B& b, Value* x) { return unary(b, Intrinsic::floor, x); }
Value* copysign(B& b, Value* x, Value* y) { return b.CreateBinaryIntrinsic(Intrinsic::copysign, x, y); }

Value* is_nan(B& b, const Pieces& x) {
  Value* any = nullptr;
  for (Value* p : x) {
    Value* is = is_floating(p) ? b.CreateFCmpUNO(p, p) : b.getFalse();
    any = any ? b.CreateOr(any, is) : is;
  }
  return any;
}
Value* truth(B& b, const Pieces& x) {  // nan is true
  Value* any = nullptr;
  for (Value* p : x) {
    Value* is = is_floating(p) ? b.CreateFCmpUNE(p, zero_of(p)) : b.CreateICmpNE(p, zero_of(p));
    any = any ? b.CreateOr(any, is) : is;
  }
  return any;
}
Pieces select(B& b, Value* c, const Pieces& x, const Pieces& y) {
  Pieces out;
  for (size_t k = 0; k < x.size(); ++k) out.push_back(b.CreateSelect(c, x[k], y[k]));
  return out;
}

// ---- integers ----
// Quotient and remainder that never trap: x // 0 gives 0 and 0; min // -1 gives min and 0.
struct Division {
  Value *quotient, *remainder, *by_zero;
};
Division safe_division(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1), *zero = zero_of(x);
  if (s.d == DType::Bool || is_unsigned(s.d)) {
    Value* by_zero = b.CreateICmpEQ(y, zero);
    Value* safe = b.CreateSelect(by_zero, whole(y, 1), y);
    return {b.CreateUDiv(x, safe), b.CreateURem(x, safe), by_zero};
  }
  // By -1: divide by 1 and negate (the quotient wraps, the remainder is 0). Python's divisor is known not to be 0.
  Value* by_zero = s.type.is_python_number() ? static_cast<Value*>(b.getFalse()) : b.CreateICmpEQ(y, zero);
  Value* by_minus = b.CreateICmpEQ(y, whole(y, -1));
  Value* safe = b.CreateSelect(b.CreateOr(by_zero, by_minus), whole(y, 1), y);
  Value* q = b.CreateSDiv(x, safe);
  return {b.CreateSelect(by_minus, b.CreateNeg(x), q), b.CreateSRem(x, safe), by_zero};
}
Value* integer_division(ScalarOp& s, std::string_view which) {
  B& b = s.b;
  Division d = safe_division(s);
  Value *y = s.x(1), *zero = zero_of(y);
  bool wants_quotient = which == "floor_divide";
  Value* v = wants_quotient ? d.quotient : d.remainder;
  if (which != "fmod" && is_signed(s.d)) {
    Value* differ = b.CreateICmpSLT(b.CreateXor(d.remainder, y), zero);
    Value* fix = b.CreateAnd(b.CreateICmpNE(d.remainder, zero), differ);
    v = wants_quotient ? b.CreateAdd(v, b.CreateSExt(fix, v->getType())) : b.CreateAdd(v, b.CreateSelect(fix, y, zero));
  }
  return b.CreateSelect(d.by_zero, zero, v);
}

Value* integer_power(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1);
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(y)) {
    int64_t n = is_signed(s.d) ? c->getSExtValue() : int64_t(c->getZExtValue());
    if (n == 0) return whole(x, 1);
    if (n >= 1 && n <= 4) {
      Value* square = n > 1 ? b.CreateMul(x, x) : nullptr;
      return n == 1 ? x : n == 2 ? square : n == 3 ? b.CreateMul(square, x) : b.CreateMul(square, square);
    }
  }
  auto wide = [&](Value* v) { return is_signed(s.d) ? b.CreateSExt(v, b.getInt64Ty()) : b.CreateZExt(v, b.getInt64Ty()); };
  Value *wx = wide(x), *wy = wide(y);
  Value* result = b.CreateTrunc(b.CreateExtractValue(b.CreateCall(s.m.power_function(), {wx, wy}), 0), x->getType());
  if (!is_signed(s.d)) return result;
  // To a negative power: 1 for 1, 1 or -1 for -1, else 0. The call above ran on garbage then, and stops after 64 rounds.
  Value* odd = b.CreateTrunc(y, b.getInt1Ty());
  Value* unit = b.CreateSelect(b.CreateICmpEQ(x, whole(x, -1)), b.CreateSelect(odd, whole(x, -1), whole(x, 1)),
                               b.CreateZExt(b.CreateICmpEQ(x, whole(x, 1)), x->getType()));
  return b.CreateSelect(b.CreateICmpSLT(y, zero_of(y)), unit, result);
}

Value* magnitude(ScalarOp& s, Value* x) {
  if (s.d == DType::Bool || is_unsigned(s.d)) return x;
  return s.b.CreateBinaryIntrinsic(Intrinsic::abs, x, s.b.getFalse());
}

Value* gcd(ScalarOp& s) {
  B& b = s.b;
  Value* x = b.CreateZExt(magnitude(s, s.x()), b.getInt64Ty());
  Value* y = b.CreateZExt(magnitude(s, s.x(1)), b.getInt64Ty());
  return b.CreateTrunc(b.CreateCall(s.m.gcd_function(), {x, y}), s.x()->getType());
}
Value* lcm(ScalarOp& s) {
  B& b = s.b;
  Value *g = gcd(s), *x = magnitude(s, s.x()), *y = magnitude(s, s.x(1)), *zero = zero_of(g);
  Value* none = b.CreateICmpEQ(g, zero);
  return b.CreateSelect(none, zero, b.CreateMul(b.CreateUDiv(x, b.CreateSelect(none, whole(g, 1), g)), y));
}

Value* shift(ScalarOp& s, bool left) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1);
  int64_t bits = bits_of(x);
  Value* inside = b.CreateICmpULT(y, whole(y, bits));  // a negative count is a large unsigned one
  Value* count = b.CreateSelect(inside, y, whole(y, left ? 0 : bits - 1));
  if (left) return b.CreateSelect(inside, b.CreateShl(x, count), zero_of(x));
  if (is_signed(s.d)) return b.CreateAShr(x, count);
  return b.CreateSelect(inside, b.CreateLShr(x, count), zero_of(x));
}

// Python's int / int. Both within 2**53: the division is exact but for its one rounding. Else bit by bit.
Value* int_divide(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1);
  auto* type = b.getDoubleTy();
  auto small = [&](Value* v) { return b.CreateICmpULE(b.CreateAdd(v, b.getInt64(1ull << 53)), b.getInt64(1ull << 54)); };
  Value* fast = b.CreateFDiv(b.CreateSIToFP(x, type), b.CreateSIToFP(y, type));
  llvm::Function* function = b.GetInsertBlock()->getParent();
  BasicBlock* from = b.GetInsertBlock();
  BasicBlock* slow = BasicBlock::Create(b.getContext(), "long_division", function);
  BasicBlock* done = BasicBlock::Create(b.getContext(), "divided", function);
  b.CreateCondBr(b.CreateAnd(small(x), small(y)), done, slow, llvm::MDBuilder(b.getContext()).createBranchWeights(2000, 1));
  b.SetInsertPoint(slow);
  Value* exact = b.CreateCall(s.m.divide_function(), {x, y});
  b.CreateBr(done);
  b.SetInsertPoint(done);
  auto* result = b.CreatePHI(type, 2);
  result->addIncoming(fast, from);
  result->addIncoming(exact, slow);
  return result;
}

// ---- floats ----
// fmod, and whether it has to be moved by y (it is not 0 and y has the other sign).
struct FloatRemainder {
  Value *mod, *is_zero, *move;
};
FloatRemainder float_remainder(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1), *zero = zero_of(x);
  Value* mod = call_libm(b, s.m, "fmod", {x, y});
  Value* is_zero = b.CreateFCmpOEQ(mod, zero);
  Value* differ = b.CreateXor(b.CreateFCmpOLT(y, zero), b.CreateFCmpOLT(mod, zero));
  return {mod, is_zero, b.CreateAnd(b.CreateNot(is_zero), differ)};
}
Value* float_floor_divide(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1), *zero = zero_of(x), *plain = b.CreateFDiv(x, y);
  FloatRemainder r = float_remainder(s);
  Value* q = b.CreateFDiv(b.CreateFSub(x, r.mod), y);
  q = b.CreateSelect(r.move, b.CreateFSub(q, real(x, 1)), q);
  Value* down = floor(b, q);
  Value* up = b.CreateFAdd(down, real(x, 1));
  down = b.CreateSelect(b.CreateFCmpOGT(b.CreateFSub(q, down), real(x, 0.5)), up, down);
  Value* result = b.CreateSelect(b.CreateFCmpOEQ(q, zero), copysign(b, zero, plain), down);
  return b.CreateSelect(b.CreateFCmpOEQ(y, zero), plain, result);
}
Value* float_modulo(ScalarOp& s) {
  B& b = s.b;
  Value *y = s.x(1), *zero = zero_of(y);
  FloatRemainder r = float_remainder(s);
  Value* moved = b.CreateSelect(r.move, b.CreateFAdd(r.mod, y), r.mod);
  Value* result = b.CreateSelect(r.is_zero, copysign(b, zero, y), moved);
  return b.CreateSelect(b.CreateFCmpOEQ(y, zero), r.mod, result);
}

Value* log_add(ScalarOp& s, bool base_two) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1), *zero = zero_of(x);
  Value* d = b.CreateFSub(x, y);
  // The smaller power over the greater one; d <= 0 and d > 0 differ in which operand comes out.
  Value* power = call_libm(b, s.m, base_two ? "exp2" : "exp", {b.CreateFNeg(unary(b, Intrinsic::fabs, d))});
  Value* more = call_libm(b, s.m, "log1p", {power});
  if (base_two) more = b.CreateFMul(real(x, std::numbers::log2e), more);
  Value* greater = b.CreateSelect(b.CreateFCmpOGT(d, zero), x, y);
  Value* result = b.CreateSelect(is_nan(b, {d}), d, b.CreateFAdd(greater, more));
  Value* same = b.CreateFAdd(x, real(x, base_two ? 1.0 : std::numbers::ln2));
  return b.CreateSelect(b.CreateFCmpOEQ(x, y), same, result);
}

Value* ldexp(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *y = s.x(1);
  Value* high = b.CreateSelect(b.CreateFCmpOGT(y, real(y, -5000)), y, real(y, -5000));  // nan too
  Value* clamped = b.CreateSelect(b.CreateFCmpOGT(high, real(y, 5000)), real(y, 5000), high);
  std::string name = x->getType()->isFloatTy() ? "ldexpf" : "ldexp";
  return b.CreateCall(s.m.libm(name, x->getType(), {x->getType(), b.getInt32Ty()}),
                      {x, b.CreateFPToSI(clamped, b.getInt32Ty())});
}

Value* sign(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *zero = zero_of(x);
  if (is_floating(x)) {
    Value* below = b.CreateSelect(b.CreateFCmpOLT(x, zero), real(x, -1), zero);
    Value* v = b.CreateSelect(b.CreateFCmpOGT(x, zero), real(x, 1), below);
    return b.CreateSelect(is_nan(b, {x}), x, v);
  }
  Value* positive = b.CreateZExt(b.CreateICmpNE(x, zero), x->getType());
  return is_signed(s.d) ? b.CreateSelect(b.CreateICmpSLT(x, zero), whole(x, -1), positive) : positive;
}

Value* signbit(B& b, Value* x) {
  auto* bits = b.getIntNTy(unsigned(x->getType()->getPrimitiveSizeInBits()));
  Value* raw = b.CreateBitCast(x, bits);
  return b.CreateICmpSLT(raw, zero_of(raw));
}

// ---- complex ----
}  // namespace

Pieces complex_multiply(B& b, const Pieces& x, const Pieces& y) {
  return {b.CreateFSub(b.CreateFMul(x[0], y[0]), b.CreateFMul(x[1], y[1])),
          b.CreateFAdd(b.CreateFMul(x[0], y[1]), b.CreateFMul(x[1], y[0]))};
}

// Smith's division; NumPy multiplies by 1/n where CPython divides by n.
Pieces complex_divide(B& b, const Pieces& x, const Pieces& y, bool python) {
  Value *absolute_c = unary(b, Intrinsic::fabs, y[0]), *absolute_d = unary(b, Intrinsic::fabs, y[1]);
  Value* wide = b.CreateFCmpOGE(absolute_c, absolute_d);
  Value *big = b.CreateSelect(wide, y[0], y[1]), *small = b.CreateSelect(wide, y[1], y[0]);
  Value *p = b.CreateSelect(wide, x[0], x[1]), *q = b.CreateSelect(wide, x[1], x[0]);
  Value* ratio = b.CreateFDiv(small, big);
  Value* n = b.CreateFAdd(big, b.CreateFMul(small, ratio));
  // wide: (a + b·r, b - a·r); else (a·r + b, b·r - a): with p, q the real parts are alike, the imaginary parts opposite.
  Value* top = b.CreateFAdd(p, b.CreateFMul(q, ratio));
  Value* side = b.CreateSelect(wide, b.CreateFSub(q, b.CreateFMul(p, ratio)), b.CreateFSub(b.CreateFMul(p, ratio), q));
  // Not wide: p is b and q is a, so p·r - q is b·r - a.
  if (python) {
    Value* nan = is_nan(b, y);  // neither is greater
    Pieces out{b.CreateFDiv(top, n), b.CreateFDiv(side, n)};
    Value* bad = llvm::ConstantFP::getNaN(n->getType());
    return select(b, nan, {bad, bad}, out);
  }
  Value* scale = b.CreateFDiv(real(n, 1), n);
  Pieces out{b.CreateFMul(top, scale), b.CreateFMul(side, scale)};
  Value* none = b.CreateAnd(b.CreateFCmpOEQ(absolute_c, zero_of(n)), b.CreateFCmpOEQ(absolute_d, zero_of(n)));
  return select(b, none, {b.CreateFDiv(x[0], absolute_c), b.CreateFDiv(x[1], absolute_c)}, out);
}

namespace {

// NumPy's order: by real, then imaginary part; nans are handled as its CLT macros do.
Value* compare(B& b, std::string_view which, const Pieces& x, const Pieces& y) {
  if (which == "equal") return b.CreateAnd(b.CreateFCmpOEQ(x[0], y[0]), b.CreateFCmpOEQ(x[1], y[1]));
  if (which == "not_equal") return b.CreateOr(b.CreateFCmpUNE(x[0], y[0]), b.CreateFCmpUNE(x[1], y[1]));
  bool less = which.starts_with("less"), or_equal = which.ends_with("equal");
  using P = llvm::CmpInst;
  P::Predicate strict = less ? P::FCMP_OLT : P::FCMP_OGT, loose = less ? P::FCMP_OLE : P::FCMP_OGE;
  Value* first = b.CreateAnd(b.CreateFCmp(strict, x[0], y[0]), b.CreateFCmpORD(x[1], y[1]));
  Value* second = b.CreateAnd(b.CreateFCmpOEQ(x[0], y[0]), b.CreateFCmp(or_equal ? loose : strict, x[1], y[1]));
  return b.CreateOr(first, second);
}

Pieces complex_sign(ScalarOp& s) {
  B& b = s.b;
  const Pieces& z = s.in[0];
  Value *zero = zero_of(z[0]), *inf = llvm::ConstantFP::getInfinity(z[0]->getType()),
        *nan = llvm::ConstantFP::getNaN(z[0]->getType());
  Value* modulus = call_libm(b, s.m, "hypot", {z[0], z[1]});
  Pieces plain{b.CreateFDiv(z[0], modulus), b.CreateFDiv(z[1], modulus)};
  Value* real_inf = b.CreateFCmpOEQ(unary(b, Intrinsic::fabs, z[0]), inf);
  Value* imag_inf = b.CreateFCmpOEQ(unary(b, Intrinsic::fabs, z[1]), inf);
  Value* unit = real(zero, 1);
  plain = select(b, real_inf, {copysign(b, unit, z[0]), zero}, plain);
  plain = select(b, imag_inf, {zero, copysign(b, unit, z[1])}, plain);
  plain = select(b, b.CreateOr(is_nan(b, {modulus}), b.CreateAnd(real_inf, imag_inf)), {nan, nan}, plain);
  return select(b, b.CreateNot(truth(b, z)), {zero, zero}, plain);
}

// 1 / (c + di) as NumPy has it: r = d/c, n = c + d·r, (1/n, -r/n) where |d| <= |c|; else r = c/d, n = c·r + d, (r/n, -1/n).
Pieces complex_reciprocal(ScalarOp& s) {
  B& b = s.b;
  Value *c = s.in[0][0], *d = s.in[0][1], *one = real(c, 1);
  Value* wide = b.CreateFCmpOLE(unary(b, Intrinsic::fabs, d), unary(b, Intrinsic::fabs, c));
  Value *big = b.CreateSelect(wide, c, d), *small = b.CreateSelect(wide, d, c);
  Value* r = b.CreateFDiv(small, big);
  Value* n = b.CreateFAdd(big, b.CreateFMul(small, r));
  return {b.CreateFDiv(b.CreateSelect(wide, one, r), n), b.CreateFDiv(b.CreateFNeg(b.CreateSelect(wide, r, one)), n)};
}

// 1 / x truncated: 0 beyond ±1; of 0 what the conversion of an infinity gives.
Value* integer_reciprocal(ScalarOp& s) {
  B& b = s.b;
  Value *x = s.x(), *zero = zero_of(x);
  bool least = is_signed(s.d) && byte_size(s.d) >= 4;
  auto is = [&](int64_t k) { return b.CreateICmpEQ(x, whole(x, k)); };
  Value* kept = is_signed(s.d) ? b.CreateOr(is(1), is(-1)) : is(1);
  Value* v = b.CreateSelect(kept, x, zero);
  return least ? b.CreateSelect(is(0), b.CreateShl(whole(x, 1), uint64_t(byte_size(s.d) * 8 - 1)), v) : v;
}

// Small whole powers by squaring, as CPython and NumPy do; else cpow.
Pieces complex_power(ScalarOp& s) {
  B& b = s.b;
  const Pieces &x = s.in[0], &y = s.in[1];
  auto *re = llvm::dyn_cast<llvm::ConstantFP>(y[0]), *im = llvm::dyn_cast<llvm::ConstantFP>(y[1]);
  if (re && im && im->isZero() && re->isExactlyValue(2.0)) return complex_multiply(b, x, x);
  if (re && im && im->isZero() && re->isExactlyValue(1.0)) return x;
  Value* call = b.CreateCall(s.m.complex_power_function(x[0]->getType(), s.type.is_python_number()), {x[0], x[1], y[0], y[1]});
  return {b.CreateExtractValue(call, 0), b.CreateExtractValue(call, 1)};
}

// exp, log and friends of complex numbers that C has no name for, by NumPy's formulas.
Pieces complex_function(ScalarOp& s, std::string_view which) {
  B& b = s.b;
  const Pieces& z = s.in[0];
  auto scaled = [&](const Pieces& w, double k) {
    return Pieces{b.CreateFMul(w[0], real(w[0], k)), b.CreateFMul(w[1], real(w[1], k))};
  };
  if (which == "exp2") return call_complex(b, s.m, "cexp", {scaled(z, std::numbers::ln2)});
  if (which == "log2") return scaled(call_complex(b, s.m, "clog", {z}), std::numbers::log2e);
  if (which == "log10") return scaled(call_complex(b, s.m, "clog", {z}), std::numbers::log10e);
  if (which == "log1p") {
    Value* re = b.CreateFAdd(z[0], real(z[0], 1));
    // Near 0 by half the log1p of |1 + z|**2 - 1, which does not cancel.
    Value* square = b.CreateFAdd(b.CreateFMul(z[0], b.CreateFAdd(real(re, 2), z[0])), b.CreateFMul(z[1], z[1]));
    Value* near = b.CreateFMul(real(re, 0.5), call_libm(b, s.m, "log1p", {square}));
    Value* far = call_libm(b, s.m, "log", {call_libm(b, s.m, "hypot", {re, z[1]})});
    Value* is_near = b.CreateFCmpOLT(call_libm(b, s.m, "hypot", {z[0], z[1]}), real(re, 0.5));
    return {b.CreateSelect(is_near, near, far), call_libm(b, s.m, "atan2", {z[1], re})};
  }
  AIC_CHECK(which == "expm1", std::string(which));
  Value* half = call_libm(b, s.m, "sin", {b.CreateFDiv(z[1], real(z[1], 2))});
  Value* re = b.CreateFMul(call_libm(b, s.m, "expm1", {z[0]}), call_libm(b, s.m, "cos", {z[1]}));
  re = b.CreateFSub(re, b.CreateFMul(b.CreateFMul(real(half, 2), half), half));
  return {re, b.CreateFMul(call_libm(b, s.m, "exp", {z[0]}), call_libm(b, s.m, "sin", {z[1]}))};
}

// Of a choice between an infinity and something else, in a reduction: LLVM would make `maximum(total, c ? -inf : v)` the
// choice `c ? total : maximum(total, v)`, of whose reductions it makes no vectors. So it must not see which infinity it is.
void hide_infinity(B& b, Value* v) {
  auto* choice = llvm::dyn_cast<llvm::SelectInst>(v);
  for (unsigned k = 1; choice && k < 3; ++k) {
    auto* c = llvm::dyn_cast<llvm::ConstantFP>(choice->getOperand(k));
    if (!c || !c->isInfinity()) continue;
    B::InsertPointGuard guard(b);
    llvm::BasicBlock& entry = b.GetInsertBlock()->getParent()->getEntryBlock();
    b.SetInsertPoint(&entry, entry.getFirstInsertionPt());
    choice->setOperand(k, b.CreateIntrinsic(Intrinsic::arithmetic_fence, {c->getType()}, {c}));
  }
}

// x > y or x is nan ? x : y, with the other order for minima and the other operand for fmax, fmin. Equal operands, which
// zeros of two signs are, give y as in NumPy and maxpd; complex ones x, as in NumPy.
Pieces extreme(ScalarOp& s, std::string_view which) {
  B& b = s.b;
  bool greater = which.ends_with("max") || which == "maximum", ignores_nan = which[0] == 'f';
  const Pieces &x = s.in[0], &y = s.in[1];
  // In any order: LLVM makes vectors of reductions by this intrinsic, not of the choice below.
  if (llvm::FastMathFlags any = b.getFastMathFlags();
      any.allowReassoc() && is_floating(x[0]) && x.size() == 1 && !ignores_nan) {
    // The flag reaches into what the operands are made of: `x + 0.0` would be x.
    auto is_plain = [](Value* v) {
      auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(v);
      return llvm::isa<llvm::LoadInst>(v) || llvm::isa<llvm::PHINode>(v) || (call && call->getIntrinsicID() == Intrinsic::fabs);
    };
    hide_infinity(b, x[0]), hide_infinity(b, y[0]);
    if (is_plain(x[0]) && is_plain(y[0])) any.setNoSignedZeros();
    llvm::IRBuilderBase::FastMathFlagGuard guard(b);
    b.setFastMathFlags(any);
    return {b.CreateBinaryIntrinsic(greater ? Intrinsic::maximum : Intrinsic::minimum, x[0], y[0])};
  }
  if (is_complex(s.d)) {
    Value* first = compare(b, greater ? "greater_equal" : "less_equal", x, y);
    return select(b, b.CreateOr(first, is_nan(b, ignores_nan ? y : x)), x, y);
  }
  if (!is_floating(x[0])) {
    unsigned most = is_signed(s.d) ? Intrinsic::smax : Intrinsic::umax,
             least = is_signed(s.d) ? Intrinsic::smin : Intrinsic::umin;
    return {b.CreateBinaryIntrinsic(greater ? most : least, x[0], y[0])};
  }
  // `x > other ? x : other` is one instruction, which gives `other` where either is nan: there that is x.
  Value* other = b.CreateSelect(is_nan(b, ignores_nan ? y : x), x[0], y[0]);
  Value* first = greater ? b.CreateFCmpOGT(x[0], other) : b.CreateFCmpOLT(x[0], other);
  return {b.CreateSelect(first, x[0], other)};
}

struct Sequence {
  std::string_view name;
  Pieces (*make)(ScalarOp&);
};
// ---- the table: one row a name ----
constexpr Sequence sequences[] = {
    {"identity", [](ScalarOp& s) { return s.in[0]; }},
    {"zero", [](ScalarOp& s) { return Pieces{zero_of(s.x())}; }},
    {"false", [](ScalarOp& s) { return Pieces{s.b.getFalse()}; }},
    {"true", [](ScalarOp& s) { return Pieces{s.b.getTrue()}; }},
    {"cast", [](ScalarOp& s) { return lower_cast(s.b, s.m, s.in[0], s.d, s.result.dtype()); }},
    {"select", [](ScalarOp& s) { return select(s.b, s.x(), s.in[1], s.in[2]); }},
    {"floor_divide",
     [](ScalarOp& s) { return Pieces{is_floating(s.x()) ? float_floor_divide(s) : integer_division(s, "floor_divide")}; }},
    {"remainder", [](ScalarOp& s) { return Pieces{is_floating(s.x()) ? float_modulo(s) : integer_division(s, "remainder")}; }},
    {"fmod", [](ScalarOp& s) { return Pieces{integer_division(s, "fmod")}; }},
    {"int_divide", [](ScalarOp& s) { return Pieces{int_divide(s)}; }},
    {"power", [](ScalarOp& s) { return Pieces{integer_power(s)}; }},
    {"absolute", [](ScalarOp& s) { return Pieces{magnitude(s, s.x())}; }},
    {"sign", [](ScalarOp& s) { return Pieces{sign(s)}; }},
    {"maximum", [](ScalarOp& s) { return extreme(s, "maximum"); }},
    {"minimum", [](ScalarOp& s) { return extreme(s, "minimum"); }},
    {"fmax", [](ScalarOp& s) { return extreme(s, "fmax"); }},
    {"fmin", [](ScalarOp& s) { return extreme(s, "fmin"); }},
    {"complex_maximum", [](ScalarOp& s) { return extreme(s, "maximum"); }},
    {"complex_minimum", [](ScalarOp& s) { return extreme(s, "minimum"); }},
    {"complex_fmax", [](ScalarOp& s) { return extreme(s, "fmax"); }},
    {"complex_fmin", [](ScalarOp& s) { return extreme(s, "fmin"); }},
    {"logical_and", [](ScalarOp& s) { return Pieces{s.b.CreateAnd(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"logical_or", [](ScalarOp& s) { return Pieces{s.b.CreateOr(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"logical_xor", [](ScalarOp& s) { return Pieces{s.b.CreateXor(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"logical_not", [](ScalarOp& s) { return Pieces{s.b.CreateNot(truth(s.b, s.in[0]))}; }},
    {"left_shift", [](ScalarOp& s) { return Pieces{shift(s, true)}; }},
    {"right_shift", [](ScalarOp& s) { return Pieces{shift(s, false)}; }},
    {"bit_count",
     [](ScalarOp& s) {
       return Pieces{s.b.CreateZExtOrTrunc(unary(s.b, Intrinsic::ctpop, magnitude(s, s.x())), s.b.getInt8Ty())};
     }},
    {"gcd", [](ScalarOp& s) { return Pieces{gcd(s)}; }},
    {"lcm", [](ScalarOp& s) { return Pieces{lcm(s)}; }},
    {"square",
     [](ScalarOp& s) { return Pieces{is_floating(s.x()) ? s.b.CreateFMul(s.x(), s.x()) : s.b.CreateMul(s.x(), s.x())}; }},
    {"reciprocal", [](ScalarOp& s) { return Pieces{s.b.CreateFDiv(real(s.x(), 1), s.x())}; }},
    {"integer_reciprocal", [](ScalarOp& s) { return Pieces{integer_reciprocal(s)}; }},
    {"deg2rad", [](ScalarOp& s) { return Pieces{s.b.CreateFMul(s.x(), real(s.x(), std::numbers::pi / 180))}; }},
    {"rad2deg", [](ScalarOp& s) { return Pieces{s.b.CreateFMul(s.x(), real(s.x(), 180 / std::numbers::pi))}; }},
    {"heaviside",
     [](ScalarOp& s) {
       Value* v = s.b.CreateSelect(s.b.CreateFCmpOEQ(s.x(), zero_of(s.x())), s.x(1), real(s.x(), 1));
       v = s.b.CreateSelect(s.b.CreateFCmpOLT(s.x(), zero_of(s.x())), zero_of(s.x()), v);
       return Pieces{s.b.CreateSelect(is_nan(s.b, s.in[0]), s.x(), v)};
     }},
    {"logaddexp", [](ScalarOp& s) { return Pieces{log_add(s, false)}; }},
    {"logaddexp2", [](ScalarOp& s) { return Pieces{log_add(s, true)}; }},
    {"ldexp", [](ScalarOp& s) { return Pieces{ldexp(s)}; }},
    {"isnan", [](ScalarOp& s) { return Pieces{is_nan(s.b, s.in[0])}; }},
    {"complex_isnan", [](ScalarOp& s) { return Pieces{is_nan(s.b, s.in[0])}; }},
    {"isinf",
     [](ScalarOp& s) {
       return Pieces{s.b.CreateFCmpOEQ(unary(s.b, Intrinsic::fabs, s.x()), llvm::ConstantFP::getInfinity(s.x()->getType()))};
     }},
    {"isfinite",
     [](ScalarOp& s) {
       return Pieces{s.b.CreateFCmpONE(unary(s.b, Intrinsic::fabs, s.x()), llvm::ConstantFP::getInfinity(s.x()->getType()))};
     }},
    {"signbit", [](ScalarOp& s) { return Pieces{signbit(s.b, s.x())}; }},
    {"angle",
     [](ScalarOp& s) {
       Value* v = s.b.CreateSelect(signbit(s.b, s.x()), real(s.x(), std::numbers::pi), zero_of(s.x()));
       return Pieces{s.b.CreateSelect(is_nan(s.b, s.in[0]), s.x(), v)};
     }},
    {"complex_isinf",
     [](ScalarOp& s) {
       auto inf = [&](Value* x) {
         return s.b.CreateFCmpOEQ(unary(s.b, Intrinsic::fabs, x), llvm::ConstantFP::getInfinity(x->getType()));
       };
       return Pieces{s.b.CreateOr(inf(s.in[0][0]), inf(s.in[0][1]))};
     }},
    {"complex_isfinite",
     [](ScalarOp& s) {
       auto finite = [&](Value* x) {
         return s.b.CreateFCmpONE(unary(s.b, Intrinsic::fabs, x), llvm::ConstantFP::getInfinity(x->getType()));
       };
       return Pieces{s.b.CreateAnd(finite(s.in[0][0]), finite(s.in[0][1]))};
     }},
    {"complex_add",
     [](ScalarOp& s) { return Pieces{s.b.CreateFAdd(s.in[0][0], s.in[1][0]), s.b.CreateFAdd(s.in[0][1], s.in[1][1])}; }},
    {"complex_subtract",
     [](ScalarOp& s) { return Pieces{s.b.CreateFSub(s.in[0][0], s.in[1][0]), s.b.CreateFSub(s.in[0][1], s.in[1][1])}; }},
    {"complex_multiply", [](ScalarOp& s) { return complex_multiply(s.b, s.in[0], s.in[1]); }},
    {"complex_divide", [](ScalarOp& s) { return complex_divide(s.b, s.in[0], s.in[1], s.type.is_python_number()); }},
    {"complex_square", [](ScalarOp& s) { return complex_multiply(s.b, s.in[0], s.in[0]); }},
    {"complex_reciprocal", complex_reciprocal},
    {"complex_absolute", [](ScalarOp& s) { return Pieces{call_routine(s, "hypot", {s.in[0][0], s.in[0][1]})}; }},
    {"complex_sign", complex_sign},
    {"complex_negative", [](ScalarOp& s) { return Pieces{s.b.CreateFNeg(s.in[0][0]), s.b.CreateFNeg(s.in[0][1])}; }},
    {"complex_conjugate", [](ScalarOp& s) { return Pieces{s.in[0][0], s.b.CreateFNeg(s.in[0][1])}; }},
    {"complex_rint",
     [](ScalarOp& s) { return Pieces{unary(s.b, Intrinsic::rint, s.in[0][0]), unary(s.b, Intrinsic::rint, s.in[0][1])}; }},
    {"complex_exp2", [](ScalarOp& s) { return complex_function(s, "exp2"); }},
    {"complex_expm1", [](ScalarOp& s) { return complex_function(s, "expm1"); }},
    {"complex_log2", [](ScalarOp& s) { return complex_function(s, "log2"); }},
    {"complex_log10", [](ScalarOp& s) { return complex_function(s, "log10"); }},
    {"complex_log1p", [](ScalarOp& s) { return complex_function(s, "log1p"); }},
    {"complex_power", complex_power},
    {"complex_real", [](ScalarOp& s) { return Pieces{s.in[0][0]}; }},
    {"complex_imag", [](ScalarOp& s) { return Pieces{s.in[0][1]}; }},
    {"complex_angle", [](ScalarOp& s) { return Pieces{call_libm(s.b, s.m, "atan2", {s.in[0][1], s.in[0][0]})}; }},
    {"complex_make", [](ScalarOp& s) { return Pieces{s.x(), s.x(1)}; }},
    {"complex_equal", [](ScalarOp& s) { return Pieces{compare(s.b, "equal", s.in[0], s.in[1])}; }},
    {"complex_not_equal", [](ScalarOp& s) { return Pieces{compare(s.b, "not_equal", s.in[0], s.in[1])}; }},
    {"complex_less", [](ScalarOp& s) { return Pieces{compare(s.b, "less", s.in[0], s.in[1])}; }},
    {"complex_less_equal", [](ScalarOp& s) { return Pieces{compare(s.b, "less_equal", s.in[0], s.in[1])}; }},
    {"complex_greater", [](ScalarOp& s) { return Pieces{compare(s.b, "greater", s.in[0], s.in[1])}; }},
    {"complex_greater_equal", [](ScalarOp& s) { return Pieces{compare(s.b, "greater_equal", s.in[0], s.in[1])}; }},
    {"complex_logical_and", [](ScalarOp& s) { return Pieces{s.b.CreateAnd(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"complex_logical_or", [](ScalarOp& s) { return Pieces{s.b.CreateOr(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"complex_logical_xor", [](ScalarOp& s) { return Pieces{s.b.CreateXor(truth(s.b, s.in[0]), truth(s.b, s.in[1]))}; }},
    {"complex_logical_not", [](ScalarOp& s) { return Pieces{s.b.CreateNot(truth(s.b, s.in[0]))}; }},
};

}  // namespace

Pieces lower_sequence(ScalarOp& s, std::string_view name) {
  for (const Sequence& q : sequences)
    if (q.name == name) return q.make(s);
  throw ir::Error("codegen/cpu/sequences.cpp has no sequence " + std::string(name));
}

// x ** 2 and others whose power is a constant: as multiplications, no less exact than the call. Empty: call pow.
Pieces constant_power(ScalarOp& s) {
  B& b = s.b;
  auto* c = llvm::dyn_cast<llvm::ConstantFP>(s.x(1));
  Value* x = s.x();
  if (!c) return {};
  if (c->isExactlyValue(1.0)) return {x};
  if (c->isExactlyValue(2.0)) return {b.CreateFMul(x, x)};
  if (c->isExactlyValue(3.0)) return {b.CreateFMul(b.CreateFMul(x, x), x)};
  if (c->isExactlyValue(-1.0)) return {b.CreateFDiv(real(x, 1), x)};
  if (c->isExactlyValue(-1.5)) {
    // 1 / x / √x, what the reciprocal and the root lost put back: within 1 ulp. Not finite: the quotient as it is.
    auto fma = [&](Value* u, Value* v, Value* w) { return b.CreateIntrinsic(Intrinsic::fma, {x->getType()}, {u, v, w}); };
    Value *one = real(x, 1), *root = unary(b, Intrinsic::sqrt, x), *inverse = b.CreateFDiv(one, x),
          *y = b.CreateFDiv(inverse, root);
    Value* lost = fma(b.CreateFNeg(inverse), x, one);
    Value* lost_root = b.CreateFMul(b.CreateFMul(fma(root, root, b.CreateFNeg(x)), inverse), real(x, 0.5));
    Value* better = fma(y, b.CreateFAdd(lost, lost_root), y);
    y = b.CreateSelect(b.CreateFCmpUNO(better, better), y, better);
    Value* inf = llvm::ConstantFP::getInfinity(x->getType());
    return {b.CreateSelect(b.CreateFCmpOEQ(x, b.CreateFNeg(inf)), real(x, 0), y)};
  }
  if (c->isExactlyValue(0.5)) {  // pow(-0, .5) is 0 and pow(-inf, .5) inf
    Value* root = unary(b, Intrinsic::sqrt, b.CreateFAdd(x, real(x, 0.0)));
    Value* inf = llvm::ConstantFP::getInfinity(x->getType());
    return {b.CreateSelect(b.CreateFCmpOEQ(x, b.CreateFNeg(inf)), inf, root)};
  }
  return {};
}

// A double as a float with what is cut off put into the last bit, so that rounding it again to float16 rounds once.
static Value* round_to_odd(llvm::IRBuilder<>& b, Value* x) {
  llvm::Type* t = x->getType()->getWithNewType(b.getInt64Ty());
  Value *bits = b.CreateBitCast(x, t), *cut = llvm::ConstantInt::get(t, 0x1fffffff), *none = llvm::Constant::getNullValue(t);
  Value* lost = b.CreateICmpNE(b.CreateAnd(bits, cut), none);
  Value* kept = b.CreateAnd(bits, b.CreateNot(cut));
  Value* odd = b.CreateOr(kept, b.CreateSelect(lost, llvm::ConstantInt::get(t, 0x20000000), none));
  return b.CreateFPTrunc(b.CreateBitCast(odd, x->getType()), x->getType()->getWithNewType(b.getFloatTy()));
}

// C's conversions with NumPy's wrap. Floats out of an integer's range: through int64, as x86 compilers do for NumPy, so
// that (300.0 → u8) wraps; `freeze` keeps what LLVM leaves undefined from spreading.
Pieces lower_cast(llvm::IRBuilder<>& b, ModuleLowering& m, const Pieces& x, DType from, DType to) {
  if (from == to) return x;
  if (is_narrow_float(from) && to != DType::F32) return lower_cast(b, m, lower_cast(b, m, x, from, DType::F32), DType::F32, to);
  if (to == DType::BF16 && from != DType::F32) return lower_cast(b, m, lower_cast(b, m, x, from, DType::F32), DType::F32, to);
  if (from == DType::BF16) return {float_of_bfloat(b, x[0])};
  if (to == DType::BF16) return {bfloat_of_float(b, x[0])};
  if (to == DType::F16 && from != DType::F32) {
    Value* v =
        x[0]->getType()->isFPOrFPVectorTy() && x[0]->getType()->getScalarType()->isDoubleTy() ? round_to_odd(b, x[0]) : nullptr;
    return lower_cast(b, m, v ? Pieces{v} : lower_cast(b, m, x, from, DType::F32), DType::F32, DType::F16);
  }
  llvm::IRBuilderBase::FastMathFlagGuard guard(b);
  if (from == DType::F16 || to == DType::F16) b.clearFastMathFlags();  // a conversion that may contract is left out
  auto* lanes = llvm::dyn_cast<llvm::FixedVectorType>(x[0]->getType());
  auto as_wide = [&](llvm::Type* t) { return lanes ? llvm::FixedVectorType::get(t, lanes->getNumElements()) : t; };
  llvm::Type* t = as_wide(m.scalar(to));
  if (to == DType::Bool) return {truth(b, x)};
  Value* v = x[0];
  if (is_complex(from) && is_complex(to)) return {b.CreateFPCast(x[0], t), b.CreateFPCast(x[1], t)};
  bool source_floats = is_float(from) || is_complex(from);
  Value* out;
  if (is_float(to) || is_complex(to)) {
    out = source_floats ? b.CreateFPCast(v, t) : is_signed(from) ? b.CreateSIToFP(v, t) : b.CreateUIToFP(v, t);
  } else if (!source_floats) {
    out = is_signed(from) ? b.CreateSExtOrTrunc(v, t) : b.CreateZExtOrTrunc(v, t);
  } else if (to == DType::U64) {
    Value* half = real(v, 9223372036854775808.0);
    Value* low = b.CreateFreeze(b.CreateFPToSI(v, t));
    Value* high = b.CreateXor(b.CreateFreeze(b.CreateFPToSI(b.CreateFSub(v, half), t)), whole(low, INT64_MIN));
    out = b.CreateSelect(b.CreateFCmpOGE(v, half), high, low);
  } else {
    llvm::Type* middle = byte_size(to) < 4 ? as_wide(b.getInt32Ty()) : to == DType::U32 ? as_wide(b.getInt64Ty()) : t;
    out = b.CreateTrunc(b.CreateFreeze(b.CreateFPToSI(v, middle)), t);
  }
  if (is_complex(to)) return {out, zero_of(out)};
  return {out};
}

}  // namespace aic::codegen
