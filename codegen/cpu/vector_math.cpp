// Vector maths: branch-free polynomial kernels, written as LLVM IR at the width the vectoriser chose.
//
// How it meets the vectoriser: the ufunc exp of a NumPy float is a call of `exp.aic`, which the target library says has
// vector variants `aic.exp.8.f64` and, for some of the lanes, `aic.exp.8.f64.masked`. LoopVectorize calls those; afterwards the
// ones it used are defined here as internal functions, and what is left of `exp.aic` is libm's `exp`. Python's own floats
// (math.exp) call `exp` from the start and keep libm's bits.
//
// Accuracy, measured against long double in tests/unit/codegen/vector_math.cpp: all at most 2 ulp. exp, log and tanh of single
// precision are computed in it, the others in double, with short polynomials, and rounded once. sin and cos reduce by three
// parts of pi/2 up to 1e5 and give lanes beyond to libm; so do the others where x is out of the ordinary: pow where it is not a
// normal positive number or the result is none, hypot where squares overflow. They need fused multiply-add; without it nothing
// is registered. atan and asin are Cephes's rational functions.
#include "codegen/cpu/vector_math.h"

#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>

#include <cmath>
#include <deque>
#include <string>

#include "ir/base/error.h"

namespace aic::codegen {

namespace {

using namespace llvm;
constexpr std::string_view routines[] = {"exp",   "log",   "sin",   "cos",  "tanh", "pow",   "exp2", "log2",
                                         "log10", "expm1", "log1p", "atan", "asin", "atan2", "hypot"};
unsigned parameters_of(std::string_view routine) {
  return routine == "pow" || routine == "atan2" || routine == "hypot" ? 2 : 1;
}

// Expressions on <n x double>; a few routines take <n x float> as well.
struct V {
  IRBuilder<>& b;
  FixedVectorType *reals, *ints;
  bool coarse = false;  // results are rounded to float: shorter polynomials do

  static V of(IRBuilder<>& b, unsigned width, bool single = false, bool coarse = false) {
    return {b, FixedVectorType::get(single ? b.getFloatTy() : b.getDoubleTy(), width),
            FixedVectorType::get(single ? b.getInt32Ty() : b.getInt64Ty(), width), single || coarse};
  }
  [[nodiscard]] bool single() const { return reals->getElementType()->isFloatTy(); }
  [[nodiscard]] int64_t fraction() const { return single() ? 23 : 52; }  // bits of it
  Value* c(double v) const { return ConstantFP::get(reals, v); }
  Value* i(int64_t v) const { return ConstantInt::get(ints, uint64_t(v), /*IsSigned=*/true); }
  Value* fma(Value* x, Value* y, Value* z) const { return b.CreateIntrinsic(Intrinsic::fma, {reals}, {x, y, z}); }
  Value* rint(Value* x) const { return b.CreateUnaryIntrinsic(Intrinsic::rint, x); }
  Value* abs(Value* x) const { return b.CreateUnaryIntrinsic(Intrinsic::fabs, x); }
  Value* to_long(Value* x) const { return b.CreateFreeze(b.CreateFPToSI(x, ints)); }
  Value* bits(Value* x) const { return b.CreateBitCast(x, ints); }
  Value* from_bits(Value* x) const { return b.CreateBitCast(x, reals); }
  // 2**k, a normal number
  Value* power_of_two(Value* k) const {
    return from_bits(b.CreateShl(b.CreateAdd(k, i(single() ? 127 : 1023)), i(fraction())));
  }
  Value* is_nan(Value* x) const { return b.CreateFCmpUNO(x, x); }
  Value* pick(Value* when, Value* x, Value* y) const { return b.CreateSelect(when, x, y); }
  // c[0] + z c[1] + z² c[2] + …
  Value* polynomial(Value* z, std::initializer_list<double> coefficients) const {
    auto k = std::rbegin(coefficients);
    Value* v = c(*k);
    for (++k; k != std::rend(coefficients); ++k) v = fma(v, z, c(*k));
    return v;
  }
};

struct Reduced {
  Value *r, *k;  // x = k ln 2 + r
};
// ln 2 in two parts, the first with zeros at its end.
Value* less_ln2(const V& v, Value* x, Value* kd) {
  Value* r = v.fma(kd, v.c(v.single() ? -0.693359375 : -6.93147180369123816490e-01), x);
  return v.fma(kd, v.c(v.single() ? 2.12194440054690583e-4 : -1.90821492927058770002e-10), r);
}
Reduced reduce_exp(const V& v, Value* x, Value* kd) { return {less_ln2(v, x, kd), v.to_long(kd)}; }
// exp(r) - 1 on |r| ≤ 0.347: minimax polynomials of (exp(r) - 1 - r) / r²
Value* small_expm1(const V& v, Value* r) {
  Value* p = v.coarse
                 ? v.polynomial(r, {0.5, 0.1666666716337204, 0.041666463017463684, 0.00833331048488617, 0.0013933731243014336,
                                    0.000198910798644647})
                 : v.polynomial(r, {0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326136, 0.0013888888888883748,
                                    0.00019841269874820627, 2.4801587325547743e-05, 2.7557255400206422e-06,
                                    2.75572736431103e-07, 2.5105217004720745e-08, 2.0914686968086876e-09});
  return v.fma(v.b.CreateFMul(r, r), p, r);
}

Value* exp(const V& v, Value* x) {
  IRBuilder<>& b = v.b;
  Value* kd = v.rint(b.CreateFMul(x, v.c(1.4426950408889634)));
  kd = v.pick(b.CreateFCmpOGT(kd, v.c(2000)), v.c(2000), v.pick(b.CreateFCmpOLT(kd, v.c(-2000)), v.c(-2000), kd));
  auto [r, k] = reduce_exp(v, x, kd);
  // 2**k in two factors: results may be subnormal.
  Value *half = b.CreateAShr(k, v.i(1)), *rest = b.CreateSub(k, half);
  Value* scale = v.power_of_two(half);
  Value* y = b.CreateFMul(v.fma(small_expm1(v, r), scale, scale), v.power_of_two(rest));
  y = v.pick(b.CreateFCmpOGT(x, v.c(709.79)), v.c(INFINITY), v.pick(b.CreateFCmpOLT(x, v.c(-745.2)), v.c(0), y));
  return v.pick(v.is_nan(x), x, y);
}

// Where the result is a normal number: `fits`. What is rounded to k keeps it in its last bits.
Value* ordinary_exp(const V& v, Value* x, Value*& fits) {
  IRBuilder<>& b = v.b;
  fits = b.CreateFCmpOLT(v.abs(x), v.c(v.single() ? 87 : 708));
  Value* rounding = v.c(v.single() ? 0x1.8p23 : 0x1.8p52);
  Value *shifted = v.fma(x, v.c(1.4426950408889634), rounding), *kd = b.CreateFSub(shifted, rounding);
  Value* y = b.CreateFAdd(v.c(1), small_expm1(v, less_ln2(v, x, kd)));
  return v.from_bits(b.CreateAdd(v.bits(y), b.CreateShl(v.bits(shifted), v.i(v.fraction()))));
}

// fdlibm's scheme.
Value* log(const V& v, Value* x) {
  IRBuilder<>& b = v.b;
  const bool single = v.single();
  Value* tiny = b.CreateFCmpOLT(x, v.c(single ? 0x1p-126 : 0x1p-1022));
  Value* bits = v.bits(v.pick(tiny, b.CreateFMul(x, v.c(0x1p54)), x));
  Value* k = b.CreateAShr(b.CreateSub(bits, v.i(single ? 0x3f3504f3 : 0x3fe6a09e667f3bcdLL)), v.i(v.fraction()));
  Value* m = v.from_bits(b.CreateSub(bits, b.CreateShl(k, v.i(v.fraction()))));
  Value* kd = b.CreateFAdd(b.CreateSIToFP(k, v.reals), v.pick(tiny, v.c(-54), v.c(0)));
  Value* f = b.CreateFSub(m, v.c(1));
  Value *s = b.CreateFDiv(f, b.CreateFAdd(v.c(2), f)), *z = b.CreateFMul(s, s), *w = b.CreateFMul(z, z);
  Value* r = v.coarse ? b.CreateFMul(z, v.polynomial(z, {0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841}))
                      : b.CreateFAdd(b.CreateFMul(w, v.polynomial(w, {3.999999999940941908e-01, 2.222219843214978396e-01,
                                                                      1.531383769920937332e-01})),
                                     b.CreateFMul(z, v.polynomial(w, {6.666666666666735130e-01, 2.857142874366239149e-01,
                                                                      1.818357216161805012e-01, 1.479819860511658591e-01})));
  Value* h = b.CreateFMul(b.CreateFMul(v.c(0.5), f), f);
  Value* low = v.fma(s, b.CreateFAdd(h, r), b.CreateFMul(kd, v.c(single ? 9.0580006145e-06 : 1.90821492927058770002e-10)));
  Value* y = v.fma(kd, v.c(single ? 6.9313812256e-01 : 6.93147180369123816490e-01),
                   b.CreateFNeg(b.CreateFSub(b.CreateFSub(h, low), f)));
  y = v.pick(b.CreateFCmpOEQ(x, v.c(INFINITY)), x, y);
  y = v.pick(b.CreateFCmpOEQ(x, v.c(0)), v.c(-INFINITY), y);
  return v.pick(b.CreateFCmpULT(x, v.c(0)), v.c(NAN), y);
}

// ---- pow: the logarithm to some 64 bits as a sum of two, times y, then exp ----
struct Two {
  Value *high, *low;
};
Two sum(const V& v, Value* x, Value* y) {  // |x| ≥ |y|
  Value* s = v.b.CreateFAdd(x, y);
  return {s, v.b.CreateFSub(y, v.b.CreateFSub(s, x))};
}
Two product(const V& v, Value* x, Value* y) {
  Value* p = v.b.CreateFMul(x, y);
  return {p, v.fma(x, y, v.b.CreateFNeg(p))};
}
// Of normal x > 0: x = 2**k m, s = (m - 1) / (m + 1), log m = 2 s (1 + s²/3 + s⁴/5 + …).
Two precise_log(const V& v, Value* x) {
  IRBuilder<>& b = v.b;
  Value* bits = v.bits(x);
  Value* k = b.CreateAShr(b.CreateSub(bits, v.i(0x3fe6a09e667f3bcdLL)), v.i(52));
  Value* m = v.from_bits(b.CreateSub(bits, b.CreateShl(k, v.i(52))));
  Value *kd = b.CreateSIToFP(k, v.reals), *f = b.CreateFSub(m, v.c(1));
  Two d = sum(v, v.c(2), f);
  Value *inverse = b.CreateFDiv(v.c(1), d.high), *s = b.CreateFMul(f, inverse);
  Value* rest = v.fma(b.CreateFNeg(s), d.low, v.fma(b.CreateFNeg(s), d.high, f));
  Value* s_low = b.CreateFMul(rest, inverse);
  Two z = product(v, s, s);
  Value* z_low = v.fma(b.CreateFMul(v.c(2), s), s_low, z.low);
  Value* q = b.CreateFMul(
      z.high, v.polynomial(z.high, {1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21}));
  Two c = sum(v, v.c(1.0 / 3), q);
  c.low = b.CreateFAdd(c.low, v.c(1.8503717077085943e-17));  // 1/3 less its nearest double
  Two t = product(v, z.high, c.high);
  Value* t_low = b.CreateFAdd(t.low, v.fma(z.high, c.low, b.CreateFMul(z_low, c.high)));
  Value* twice = b.CreateFMul(v.c(2), s);
  Two u = product(v, twice, t.high);
  Value* u_low = b.CreateFAdd(u.low, b.CreateFMul(twice, t_low));
  Two l = sum(v, twice, u.high);
  Value* l_low = b.CreateFAdd(l.low, v.fma(v.c(2), s_low, v.fma(b.CreateFMul(v.c(2), s_low), t.high, u_low)));
  // k ln 2: its upper part has 33 bits, so that the product is exact. It is the larger one, or 0.
  Two whole = sum(v, b.CreateFMul(kd, v.c(6.93147180369123816490e-01)), l.high);
  Value* zero = b.CreateFCmpOEQ(kd, v.c(0));
  Value* low = b.CreateFAdd(v.pick(zero, v.c(0), whole.low), v.fma(kd, v.c(1.90821492927058770002e-10), l_low));
  Value* high = v.pick(zero, l.high, whole.high);
  return sum(v, high, low);
}
// Where x is normal and positive and the result is; `fits` says where. Elsewhere anything.
Value* pow(const V& v, Value* x, Value* y, bool single, Value*& fits) {
  IRBuilder<>& b = v.b;
  Value* inside = b.CreateAnd(b.CreateFCmpOGE(x, v.c(2.2250738585072014e-308)), b.CreateFCmpOLT(x, v.c(INFINITY)));
  Value *p = nullptr, *low = nullptr;
  if (single) {
    p = b.CreateFMul(y, log(v, x));
  } else {
    Two l = precise_log(v, x), by = product(v, y, l.high);
    p = by.high;
    low = v.fma(y, l.low, by.low);
  }
  fits = b.CreateAnd(inside, b.CreateFCmpOLT(v.abs(p), v.c(700)));
  if (single) {
    Value* ordinary = nullptr;  // where it fits
    return ordinary_exp(v, p, ordinary);
  }
  Value* kd = v.rint(b.CreateFMul(p, v.c(1.4426950408889634)));
  Value* scale = v.power_of_two(v.to_long(kd));
  Two r = sum(v, v.fma(kd, v.c(-6.93147180369123816490e-01), p), v.fma(kd, v.c(-1.90821492927058770002e-10), low));
  return v.fma(b.CreateFAdd(small_expm1(v, r.high), r.low), scale, scale);
}

// fdlibm's polynomials, of r + low on |r| ≤ pi/4.
struct Waves {
  Value *sin, *cos;
};
Waves waves(const V& v, Value* r, Value* low) {
  IRBuilder<>& b = v.b;
  Value *z = b.CreateFMul(r, r), *hz = b.CreateFMul(v.c(0.5), z), *one = v.c(1), *near = b.CreateFSub(one, hz);
  Value* ps = v.polynomial(z, {-1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04,
                               2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10});
  Value* sin = b.CreateFAdd(r, v.fma(b.CreateFMul(z, r), ps, b.CreateFMul(low, near)));
  Value* pc = v.polynomial(z, {4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05,
                               -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11});
  Value* rest = b.CreateFSub(b.CreateFSub(one, near), hz);
  return {sin, b.CreateFAdd(near, v.fma(b.CreateFMul(z, z), pc, v.fma(b.CreateFNeg(r), low, rest)))};
}
Waves coarse_waves(const V& v, Value* r) {
  Value* z = v.b.CreateFMul(r, r);
  Value* ps = v.polynomial(z, {-0.16666666641626524, 0.008333329385889463, -0.00019839334836096632, 2.718311493989822e-06});
  Value* pc = v.polynomial(
      z, {-0.499999997251031053120, 0.0416666233237390631894, -0.00138867637746099294692, 0.0000243904487962774090654});
  return {v.fma(v.b.CreateFMul(z, r), ps, r), v.fma(z, pc, v.c(1))};
}
// sin, or cos one quadrant on; |x| ≤ 1e5.
Value* sine(const V& v, Value* x, int quadrant) {
  IRBuilder<>& b = v.b;
  Value* n = v.rint(b.CreateFMul(x, v.c(0.63661977236758134)));
  Value* q = b.CreateAdd(v.to_long(n), v.i(quadrant));
  // pi / 2 in three parts.
  Value* whole = v.fma(n, v.c(-1.57079632679489655800e+00), x);  // exact: both are multiples of 2**-52
  Value *less = v.c(-6.12323399573676603587e-17), *r = v.fma(n, less, whole);
  Value* low = v.fma(n, v.c(1.4973849048591833e-33), v.fma(n, less, b.CreateFSub(whole, r)));
  const Waves w = v.coarse ? coarse_waves(v, r) : waves(v, r, low);
  Value* odd = b.CreateICmpNE(b.CreateAnd(q, v.i(1)), v.i(0));
  Value* y = v.pick(odd, w.cos, w.sin);
  if (quadrant == 0) y = v.pick(b.CreateFCmpOEQ(x, v.c(0)), x, y);  // -0
  return v.from_bits(b.CreateXor(v.bits(y), b.CreateShl(b.CreateAnd(q, v.i(2)), v.i(62))));
}

// e / (e + 2) with e = expm1(2|x|); what the sum and the quotient lose is put back.
Value* tanh(const V& v, Value* x) {
  IRBuilder<>& b = v.b;
  Value* a = v.abs(x);
  Value* y = b.CreateFMul(v.c(2), v.pick(b.CreateFCmpOGT(a, v.c(v.single() ? 10 : 22)), v.c(v.single() ? 10 : 22), a));
  auto [r, k] = reduce_exp(v, y, v.rint(b.CreateFMul(y, v.c(1.4426950408889634))));
  Value* scale = v.power_of_two(k);
  Value* e = v.fma(small_expm1(v, r), scale, b.CreateFSub(scale, v.c(1)));
  Value* sum = b.CreateFAdd(e, v.c(2));
  Value* lost = b.CreateFSub(e, b.CreateFSub(sum, v.c(2)));
  Value *inverse = b.CreateFDiv(v.c(1), sum), *t = b.CreateFMul(e, inverse);
  Value* residue = b.CreateFSub(v.fma(b.CreateFNeg(t), sum, e), b.CreateFMul(t, lost));
  t = v.fma(residue, inverse, t);
  t = b.CreateBinaryIntrinsic(Intrinsic::copysign, t, x);
  return v.pick(v.is_nan(x), x, t);
}

// ---- other bases, and near 1 ----
// log x times 1 / log base, a sum of two.
Value* log_in_base(const V& v, Value* x, double high, double low, bool single, Value*& fits) {
  IRBuilder<>& b = v.b;
  fits = v.b.CreateNot(b.CreateFCmpUNO(x, x));
  if (single) return b.CreateFMul(log(v, x), v.c(high));
  fits = b.CreateAnd(b.CreateFCmpOGE(x, v.c(2.2250738585072014e-308)), b.CreateFCmpOLT(x, v.c(INFINITY)));
  Two l = precise_log(v, x), y = product(v, l.high, v.c(high));
  return b.CreateFAdd(y.high, v.fma(l.high, v.c(low), v.fma(l.low, v.c(high), y.low)));
}
Value* exp2(const V& v, Value* x, Value*& fits) {
  IRBuilder<>& b = v.b;
  fits = b.CreateFCmpOLT(v.abs(x), v.c(1020));
  Value* kd = v.rint(x);
  Value *r = b.CreateFSub(x, kd), *scale = v.power_of_two(v.to_long(kd));
  Two p = product(v, r, v.c(0.6931471805599453));
  Value* low = v.fma(r, v.c(2.3190468138462996e-17), p.low);
  return v.fma(b.CreateFAdd(small_expm1(v, p.high), low), scale, scale);
}
Value* expm1(const V& v, Value* x, Value*& fits) {
  IRBuilder<>& b = v.b;
  fits = b.CreateFCmpOLT(v.abs(x), v.c(700));
  auto [r, k] = reduce_exp(v, x, v.rint(b.CreateFMul(x, v.c(1.4426950408889634))));
  Value* scale = v.power_of_two(k);
  Value* y = v.fma(small_expm1(v, r), scale, b.CreateFSub(scale, v.c(1)));
  return v.pick(b.CreateFCmpOEQ(x, v.c(0)), x, y);
}
// log(1 + x), and what the sum lost.
Value* log1p(const V& v, Value* x, Value*& fits) {
  IRBuilder<>& b = v.b;
  fits = b.CreateAnd(b.CreateFCmpOGT(x, v.c(-0.999)), b.CreateFCmpOLT(x, v.c(1e300)));
  Value* u = b.CreateFAdd(x, v.c(1));
  Value* part = b.CreateFSub(u, v.c(1));
  Value* lost = b.CreateFAdd(b.CreateFSub(x, part), b.CreateFSub(v.c(1), b.CreateFSub(u, part)));
  Value* y = b.CreateFAdd(log(v, u), b.CreateFDiv(lost, u));
  return v.pick(b.CreateFCmpOEQ(x, v.c(0)), x, y);
}

// ---- inverse functions ----
constexpr double quarter = 0.7853981633974483, more_bits = 6.123233995736765886130e-17;  // of pi / 2

// Of a ≥ 0.
Value* arctangent(const V& v, Value* a) {
  IRBuilder<>& b = v.b;
  Value *large = b.CreateFCmpOGT(a, v.c(2.414213562373095)), *middle = b.CreateFCmpOGT(a, v.c(0.66));
  auto choose = [&](Value* x, Value* y, Value* z) { return v.pick(large, x, v.pick(middle, y, z)); };
  Value* t = b.CreateFDiv(choose(v.c(-1), b.CreateFSub(a, v.c(1)), a), choose(a, b.CreateFAdd(a, v.c(1)), v.c(1)));
  Value* z = b.CreateFMul(t, t);
  Value* p = v.polynomial(z, {-6.485021904942025371773e1, -1.228866684490136173410e2, -7.500855792314704667340e1,
                              -1.615753718733365076637e1, -8.750608600031904122785e-1});
  Value* q = v.polynomial(z, {1.945506571482613964425e2, 4.853903996359136964868e2, 4.328810604912902668951e2,
                              1.650270098316988542046e2, 2.485846490142306297962e1, 1});
  Value* y = v.fma(t, b.CreateFDiv(b.CreateFMul(z, p), q), t);
  y = b.CreateFAdd(y, choose(v.c(more_bits), v.c(0.5 * more_bits), v.c(0)));
  return b.CreateFAdd(choose(v.c(2 * quarter), v.c(quarter), v.c(0)), y);
}
Value* atan(const V& v, Value* x) { return v.b.CreateBinaryIntrinsic(Intrinsic::copysign, arctangent(v, v.abs(x)), x); }
Value* atan2(const V& v, Value* y, Value* x, Value*& fits) {
  IRBuilder<>& b = v.b;
  Value *up = v.abs(y), *along = v.abs(x), *steep = b.CreateFCmpOGT(up, along);
  Value *less = v.pick(steep, along, up), *more = v.pick(steep, up, along), *q = b.CreateFDiv(less, more);
  fits = b.CreateAnd(b.CreateAnd(b.CreateFCmpOGT(less, v.c(1e-290)), b.CreateFCmpOLT(more, v.c(1e290))),
                     b.CreateFCmpOGT(q, v.c(1e-290)));
  Value* t = arctangent(v, q);
  auto from = [&](double whole) {  // a multiple of pi / 2, less t
    return b.CreateFAdd(b.CreateFSub(v.c(whole * quarter), t), v.c(whole / 2 * more_bits));
  };
  t = v.pick(steep, from(2), t);
  t = v.pick(b.CreateFCmpOLT(x, v.c(0)), from(4), t);
  return b.CreateBinaryIntrinsic(Intrinsic::copysign, t, y);
}
// The root of the sum of squares, less what rounding has added to its square (C. F. Borges, "An improved algorithm for
// hypot(a,b)", 2019): squares that neither overflow nor vanish beside each other.
Value* hypot(const V& v, Value* x, Value* y, bool single, Value*& fits) {
  IRBuilder<>& b = v.b;
  Value *p = v.abs(x), *q = v.abs(y), *sum = b.CreateFAdd(p, q), *none = b.CreateFCmpOEQ(sum, v.c(0));
  Value* steep = b.CreateFCmpOGT(q, p);
  Value *more = v.pick(steep, q, p), *less = v.pick(steep, p, q);
  fits = b.CreateAnd(b.CreateFCmpOLT(sum, v.c(1e150)), b.CreateOr(b.CreateFCmpOGT(sum, v.c(1e-130)), none));
  Value* h = b.CreateUnaryIntrinsic(Intrinsic::sqrt, v.fma(more, more, b.CreateFMul(less, less)));
  if (single) return h;
  Value *hh = b.CreateFMul(h, h), *mm = b.CreateFMul(more, more);
  Value* over = v.fma(b.CreateFNeg(less), less, b.CreateFSub(hh, mm));
  over = b.CreateFSub(b.CreateFAdd(over, v.fma(h, h, b.CreateFNeg(hh))), v.fma(more, more, b.CreateFNeg(mm)));
  return v.pick(none, v.c(0), b.CreateFSub(h, b.CreateFDiv(over, b.CreateFAdd(h, h))));
}
Value* asin(const V& v, Value* x) {
  IRBuilder<>& b = v.b;
  Value *a = v.abs(x), *z = b.CreateFSub(v.c(1), a), *w = b.CreateFMul(a, a);
  Value* r = v.polynomial(z, {2.853665548261061424989e1, -2.556901049652824852289e1, 6.968710824104713396794,
                              -5.634242780008963776856e-1, 2.967721961301243206100e-3});
  Value* s = v.polynomial(
      z, {3.424398657913078477438e2, -3.838770957603691357202e2, 1.470656354026814941758e2, -2.194779531642920639778e1, 1});
  Value* root = b.CreateUnaryIntrinsic(Intrinsic::sqrt, b.CreateFAdd(z, z));
  Value* part = v.fma(root, b.CreateFDiv(b.CreateFMul(z, r), s), v.c(-more_bits));
  Value* large = b.CreateFAdd(b.CreateFSub(b.CreateFSub(v.c(quarter), root), part), v.c(quarter));
  Value* p = v.polynomial(w, {-8.198089802484824371615, 1.956261983317594739197e1, -1.626247967210700244449e1,
                              5.444622390564711410273, -6.019598008014123785661e-1, 4.253011369004428248960e-3});
  Value* q = v.polynomial(w, {-4.918853881490881290097e1, 1.395105614657485689735e2, -1.471791292232726029859e2,
                              7.049610280856842141659e1, -1.474091372988853791896e1, 1});
  Value* small = v.fma(a, b.CreateFDiv(b.CreateFMul(w, p), q), a);
  Value* y = v.pick(b.CreateFCmpOGT(a, v.c(0.625)), large, small);
  return b.CreateBinaryIntrinsic(Intrinsic::copysign, v.pick(b.CreateFCmpOGT(a, v.c(1)), v.c(NAN), y), x);
}

struct Descriptor {
  std::string scalar, vector, prefix;
  unsigned width;
  bool masked;  // a last parameter says which lanes are wanted
};
// Names live as long as the library: TargetLibraryInfo keeps references.
const std::deque<Descriptor>& descriptors() {
  static const auto* all = [] {
    auto* d = new std::deque<Descriptor>;
    for (std::string_view name : routines)
      for (const char* type : {"f64", "f32"})
        for (unsigned lanes : {2u, 4u, 8u}) {  // registers of 128, 256, 512 bits
          bool single = type[1] == '3';
          unsigned width = single ? 2 * lanes : lanes;
          std::string n(name), w = std::to_string(width);
          for (bool masked : {false, true})
            d->push_back({n + (single ? "f" : "") + ".aic", "aic." + n + "." + w + "." + type + (masked ? ".masked" : ""),
                          (masked ? "_ZGV_LLVM_M" : "_ZGV_LLVM_N") + w + std::string(parameters_of(name), 'v'), width, masked});
        }
    return d;
  }();
  return *all;
}

// `fast` where all lanes fit, else what `all` makes of them.
Value* unless_all_fit(const V& v, llvm::Function* f, Value* fits, Value* fast, function_ref<Value*()> all) {
  IRBuilder<>& b = v.b;
  BasicBlock* quick = b.GetInsertBlock();
  BasicBlock *rare = BasicBlock::Create(f->getContext(), "rare", f), *done = BasicBlock::Create(f->getContext(), "done", f);
  b.CreateCondBr(b.CreateAndReduce(fits), done, rare, MDBuilder(f->getContext()).createBranchWeights(2000, 1));
  b.SetInsertPoint(rare);
  Value* slow = all();
  rare = b.GetInsertBlock();
  b.CreateBr(done);
  b.SetInsertPoint(done);
  auto* y = b.CreatePHI(v.reals, 2);
  y->addIncoming(fast, quick);
  y->addIncoming(slow, rare);
  return y;
}
// Lanes that the fast way is not for, if there are any, one by one through libm.
Value* with_other_lanes(const V& v, llvm::Function* f, StringRef name, ArrayRef<Value*> x, Value* fits, Value* fast) {
  IRBuilder<>& b = v.b;
  return unless_all_fit(v, f, fits, fast, [&]() -> Value* {
    SmallVector<Type*, 2> types(x.size(), b.getDoubleTy());
    FunctionCallee libm = f->getParent()->getOrInsertFunction(name, FunctionType::get(b.getDoubleTy(), types, false));
    Value* exact = PoisonValue::get(v.reals);
    for (unsigned k = 0; k < v.reals->getNumElements(); ++k) {
      SmallVector<Value*, 2> one;
      for (Value* all : x) one.push_back(b.CreateExtractElement(all, uint64_t(k)));
      exact = b.CreateInsertElement(exact, b.CreateCall(libm, one), uint64_t(k));
    }
    return b.CreateSelect(fits, fast, exact);
  });
}
Value* exp_of_all(const V& v, llvm::Function* f, Value* x) {
  Value* fits = nullptr;
  Value* fast = ordinary_exp(v, x, fits);
  return unless_all_fit(v, f, fits, fast, [&]() -> Value* {
    if (!v.single()) return exp(v, x);
    V wide = V::of(v.b, v.reals->getNumElements(), /*single=*/false, /*coarse=*/true);
    return v.b.CreateFPTrunc(exp(wide, v.b.CreateFPExt(x, wide.reals)), v.reals);
  });
}
// Those that are right in some lanes only: where `fits` is.
Value* bounded_routine(const V& v, StringRef name, ArrayRef<Value*> x, bool single, Value*& fits) {
  if (name == "pow") return pow(v, x[0], x[1], single, fits);
  if (name == "exp2") return exp2(v, x[0], fits);
  if (name == "log2") return log_in_base(v, x[0], 1.4426950408889634, 2.0355273740931033e-17, single, fits);
  if (name == "log10") return log_in_base(v, x[0], 0.4342944819032518, 1.098319650216765e-17, single, fits);
  if (name == "expm1") return expm1(v, x[0], fits);
  if (name == "log1p") return log1p(v, x[0], fits);
  if (name == "hypot") return hypot(v, x[0], x[1], single, fits);
  AIC_CHECK(name == "atan2", name.str());
  return atan2(v, x[0], x[1], fits);
}
Value* routine(const V& v, llvm::Function* f, StringRef name, ArrayRef<Value*> x, bool single) {
  if (name == "exp") return exp_of_all(v, f, x[0]);
  if (name == "log") return log(v, x[0]);
  if (name == "tanh") return tanh(v, x[0]);
  if (name == "atan") return atan(v, x[0]);
  if (name == "asin") return asin(v, x[0]);
  if (name != "sin" && name != "cos") {
    Value* fits = nullptr;
    Value* fast = bounded_routine(v, name, x, single, fits);
    return with_other_lanes(v, f, name, x, fits, fast);
  }
  Value* fast = sine(v, x[0], name == "cos");
  return with_other_lanes(v, f, name, x, v.b.CreateFCmpULE(v.abs(x[0]), v.c(1e5)), fast);
}

void define(llvm::Function& f) {
  StringRef name = f.getName().drop_front(4);
  name = name.take_front(name.find('.'));
  IRBuilder<> b(BasicBlock::Create(f.getContext(), "entry", &f));
  auto* given = cast<FixedVectorType>(f.getReturnType());
  const unsigned width = given->getNumElements();
  const bool single = given->getElementType()->isFloatTy(), as_given = name == "exp" || name == "log" || name == "tanh";
  V v = V::of(b, width, single && as_given, single);
  SmallVector<Value*, 2> x;
  const bool masked = f.getName().ends_with(".masked");
  for (Argument& a : make_range(f.arg_begin(), f.arg_end() - masked)) {
    Value* lanes = masked ? b.CreateSelect(f.getArg(f.arg_size() - 1), &a, ConstantFP::get(given, 1)) : &a;
    x.push_back(single && !as_given ? b.CreateFPExt(lanes, v.reals) : lanes);
  }
  Value* y = routine(v, &f, name, x, single);
  if (single && !as_given) y = b.CreateFPTrunc(y, given);
  b.CreateRet(y);
  f.setLinkage(GlobalValue::InternalLinkage);
}

}  // namespace

bool has_vector_routine(std::string_view name) {
  for (std::string_view r : routines)
    if (r == name) return true;
  return false;
}

void add_vector_routines(TargetLibraryInfoImpl& library) {
  static const auto* all = [] {
    auto* out = new std::vector<VecDesc>;
    for (const Descriptor& d : descriptors())
      out->push_back({d.scalar, d.vector, ElementCount::getFixed(d.width), d.masked, d.prefix, std::nullopt});
    return out;
  }();
  library.addVectorizableFunctions(*all);
}

void define_vector_functions(llvm::Module& module) {
  removeFromUsedLists(module, [](Constant* c) { return c->getName().starts_with("aic."); });
  std::vector<llvm::Function*> work;
  for (llvm::Function& f : module)
    if (f.isDeclaration()) work.push_back(&f);
  for (llvm::Function* f : work) {
    if (f->getName().ends_with(".aic")) {  // the scalar calls that are left
      FunctionCallee libm = module.getOrInsertFunction(f->getName().drop_back(4), f->getFunctionType());
      f->replaceAllUsesWith(libm.getCallee());
      f->eraseFromParent();
    } else if (f->getName().starts_with("aic.")) {
      f->removeDeadConstantUsers();  // the list it was taken out of
      if (!f->use_empty()) define(*f);
      // In a loop that calls it once the constants stay in registers.
      if (f->hasOneUse())
        if (auto* call = dyn_cast<CallInst>(f->user_back())) {
          InlineFunctionInfo how;
          AIC_CHECK(InlineFunction(*call, how).isSuccess(), f->getName().str());
        }
      if (f->use_empty()) f->eraseFromParent();
    }
  }
}

}  // namespace aic::codegen
