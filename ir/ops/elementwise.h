// Tier 1: ufuncs and scalar maths, one record each. Everything about an operator is here: how NumPy types it, how it
// becomes machine code, its derivative, its accuracy, samples. `aic.prim.<name>` names each in the library.
//
// Operands arrive cast to the dtype that `dtype.compute` says (`compute` of that dtype is itself); `dtype.result` gives
// the result's dtype. Where every operand is a Python scalar the result is Python's scalar of that dtype, and inference
// has made Python's checks (zero divisors, negative shifts, overflow) before. Otherwise NumPy's rules hold:
//
// Sequences, which the code generator knows by these names (both targets; d: the dtype computed in):
//   identity zero false true    the operand itself; constant 0; constant bools
//   floor_divide  ints: floored; x // 0 = 0; min // -1 = min. Floats: npy_floor_divide, that is x / y when y = 0, else
//                 m = fmod(x, y); q = (x - m) / y; if m != 0 and (y < 0) != (m < 0): q -= 1;
//                 q != 0: r = floor(q), r += 1 if q - r > 0.5; q = 0: r = copysign(0, x / y)
//   remainder     ints: x - floor(x/y)*y; x % 0 = 0. Floats: fmod(x, y) when y = 0, else m = fmod(x, y);
//                 m != 0: m += y if (y < 0) != (m < 0); m = 0: copysign(0, y)
//   fmod          ints: truncated remainder; 0 for y = 0 and for y = -1
//   int_divide    Python's int / int: the f64 nearest to the exact quotient (beyond 2**53 not fdiv of the converted)
//   power         ints: by squaring, wrapping; y < 0 (refused or checked before): 1 / x**-y truncated, 0 for x = 0
//   absolute      ints: wraps at min; unsigned and bool: x
//   sign          ints: -1 0 1; floats: the same as floats, nan → nan, -0.0 → 0.0
//   maximum minimum   x >= y (x <= y) or x is nan ? x : y        fmax fmin   x >= y (x <= y) or y is nan ? x : y
//                 complex: by less_equal's order of complex numbers; nan: either part is nan
//   logical_and … logical_not   of x != 0 (nan is true)
//   left_shift    0 when y >= bits or y < 0     right_shift   of the sign (-1 or 0) when y >= bits or y < 0
//   gcd lcm       of the absolute values, wrapping; gcd(0, 0) = 0; lcm(0, y) = 0
//   heaviside     nan → nan; x < 0: 0; x > 0: 1; x = 0: y
//   logaddexp     x = y: x + ln 2; d = x - y; d > 0: x + log1p(exp(-d)); d <= 0: y + log1p(exp(d)); else d
//   logaddexp2    x = y: x + 1; d > 0: x + log2(e)·log1p(exp2(-d)); d <= 0: y + log2(e)·log1p(exp2(d)); else d
//   ldexp         C's ldexp(x, int(y)), y clamped to ±5000
//   deg2rad rad2deg   x * (π/180), x * (180/π)         square reciprocal   x * x, 1 / x
//   isnan isinf isfinite signbit   of floats (signbit: the bit, nan included); complex: any part (isfinite: both)
//   select        condition ? x : y
//   cast          see `cast` below
//   complex_add complex_subtract      part by part
//   complex_multiply   (ac - bd, ad + bc) without contraction
//   complex_divide     type complex: CPython's _Py_c_quot (abs(c) >= abs(d): r = d/c, n = c + d·r, ((a + b·r)/n, (b - a·r)/n); else
//                 r = c/d, n = c·r + d, ((a·r + b)/n, (b·r - a)/n)); c64, c128: NumPy's, the same with s = 1/n multiplied
//                 in place of each division by n, and (a/|c|, b/|c|) when c = d = 0
//   complex_equal complex_not_equal      both parts equal; not so
//   complex_less … complex_greater_equal x < y: (xr < yr and no imaginary part is nan) or (xr = yr and xi < yi); the others alike
//   complex_square complex_reciprocal complex_absolute (hypot) complex_sign (z/|z|; 0 → 0; one infinite part: its sign; nan or
//   two infinite parts: nan + nan·i) complex_negative complex_conjugate complex_rint complex_exp2 complex_expm1 complex_log2 complex_log10
//   complex_log1p complex_power complex_real complex_imag complex_angle complex_make complex_logical_and …
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

namespace rule {
using Types = std::span<const DType>;
// compute: the dtype that NumPy's loop for these operands computes in; false where there is none. Operands have one
// promoted dtype.
constexpr bool any(Types t, DType& out) { return out = t[0], true; }
constexpr bool arithmetic(Types t, DType& out) { return out = t[0], t[0] != DType::Bool; }
constexpr bool byte_for_bool(Types t, DType& out) { return out = t[0] == DType::Bool ? DType::I8 : t[0], true; }
constexpr bool real_arithmetic(Types t, DType& out) { return byte_for_bool(t, out), !is_complex(t[0]); }
constexpr bool real(Types t, DType& out) { return out = t[0], !is_complex(t[0]); }
constexpr bool no_integers(Types t, DType& out) { return out = t[0], is_float(t[0]) || is_complex(t[0]); }
// Floats and complex as they are; small ints as float32 where it holds them, else float64. bool and 8-bit ints would be
// float16 in NumPy, which is not supported.
constexpr bool inexact(Types t, DType& out) {
  bool small = t[0] == DType::I16 || t[0] == DType::U16;
  out = is_float(t[0]) || is_complex(t[0]) ? t[0] : small ? DType::F32 : DType::F64;
  return t[0] != DType::Bool && t[0] != DType::I8 && t[0] != DType::U8;
}
constexpr bool floating(Types t, DType& out) { return inexact(t, out) && !is_complex(t[0]); }
constexpr bool divide(Types t, DType& out) { return out = is_float(t[0]) || is_complex(t[0]) ? t[0] : DType::F64, true; }
constexpr bool floats(Types t, DType& out) { return out = t[0], is_float(t[0]); }
constexpr bool int64(Types t, DType& out) { return out = t[0], t[0] == DType::I64; }
constexpr bool integers(Types t, DType& out) { return out = t[0], is_integer(t[0]); }
constexpr bool bits(Types t, DType& out) { return out = t[0], is_integer(t[0]) || t[0] == DType::Bool; }
constexpr bool shift(Types t, DType& out) { return byte_for_bool(t, out), !is_float(t[0]) && !is_complex(t[0]); }
constexpr bool select(Types t, DType& out) { return out = t[1], t[0] == DType::Bool; }

// result: from the dtype computed in.
constexpr DType same(DType t) { return t; }
constexpr DType boolean(DType) { return DType::Bool; }
constexpr DType byte(DType) { return DType::U8; }
constexpr DType float64(DType) { return DType::F64; }
constexpr DType part(DType t) { return t == DType::C64 ? DType::F32 : t == DType::C128 ? DType::F64 : t; }
constexpr DType complex_of(DType t) { return t == DType::F32 ? DType::C64 : DType::C128; }
}  // namespace rule

inline constexpr OpRecord elementwise_records[] = {
  {.name = "add", .operands = "x, y", .doc = "Sum; of bools, logical or.", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.add +",
   .dtype = {rule::any, rule::same}, .cpu = instruction("add"), .gpu = instruction("add"), .complex = sequence("complex_add")},
  {.name = "subtract", .operands = "x, y", .doc = "Difference.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.subtract -",
   .dtype = {rule::arithmetic, rule::same}, .cpu = instruction("subtract"), .gpu = instruction("subtract"), .complex = sequence("complex_subtract")},
  {.name = "multiply", .operands = "x, y", .doc = "Product; of bools, logical and.", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.multiply *",
   .dtype = {rule::any, rule::same}, .cpu = instruction("multiply"), .gpu = instruction("multiply"), .complex = sequence("complex_multiply")},
  {.name = "divide", .operands = "x, y", .doc = "True division; ints as float64.", .tier = Tier::Elementwise, .python = "numpy.divide numpy.true_divide /",
   .dtype = {rule::divide, rule::same}, .cpu = instruction("divide"), .gpu = instruction("divide"), .complex = sequence("complex_divide")},
  {.name = "int_divide", .operands = "x, y", .doc = "Python's int / int: the float nearest to the exact quotient.", .tier = Tier::Elementwise,
   .dtype = {rule::int64, rule::float64}, .cpu = sequence("int_divide"), .gpu = sequence("int_divide")},
  {.name = "floor_divide", .operands = "x, y", .doc = "The largest whole number not above x / y; integers by zero give 0.", .tier = Tier::Elementwise, .python = "numpy.floor_divide //",
   .dtype = {rule::real_arithmetic, rule::same}, .cpu = sequence("floor_divide"), .gpu = sequence("floor_divide")},
  {.name = "remainder", .operands = "x, y", .doc = "What floor_divide leaves, with y's sign; integers by zero give 0.", .tier = Tier::Elementwise, .python = "numpy.remainder numpy.mod %",
   .dtype = {rule::real_arithmetic, rule::same}, .cpu = sequence("remainder"), .gpu = sequence("remainder")},
  {.name = "fmod", .operands = "x, y", .doc = "What truncated division leaves, with x's sign; integers by zero give 0.", .tier = Tier::Elementwise, .python = "numpy.fmod",
   .dtype = {rule::real_arithmetic, rule::same}, .cpu = libm("fmod"), .gpu = libdevice("fmod"), .integer = sequence("fmod")},
  {.name = "power", .operands = "x, y", .doc = "x to the power of y; integers to negative powers are refused or checked before.", .tier = Tier::Elementwise, .python = "numpy.power numpy.pow **",
   .dtype = {rule::byte_for_bool, rule::same}, .cpu = libm("pow"), .gpu = libdevice("pow"), .integer = sequence("power"), .complex = sequence("complex_power")},
  {.name = "negative", .operands = "x", .doc = "Minus x; unsigned integers wrap.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.negative unary-",
   .dtype = {rule::arithmetic, rule::same}, .cpu = instruction("negative"), .gpu = instruction("negative"), .complex = sequence("complex_negative")},
  {.name = "positive", .operands = "x", .doc = "x itself.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.positive unary+",
   .dtype = {rule::arithmetic, rule::same}, .cpu = sequence("identity"), .gpu = sequence("identity"), .complex = sequence("identity")},
  {.name = "absolute", .operands = "x", .doc = "Absolute value; of a complex number its modulus, a real; the least integer wraps to itself.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.absolute numpy.abs",
   .dtype = {rule::any, rule::part}, .cpu = intrinsic("llvm.fabs"), .gpu = intrinsic("llvm.fabs"), .integer = sequence("absolute"), .complex = sequence("complex_absolute")},
  {.name = "fabs", .operands = "x", .doc = "Absolute value as a float.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.fabs",
   .dtype = {rule::floating, rule::same}, .cpu = intrinsic("llvm.fabs"), .gpu = intrinsic("llvm.fabs")},
  {.name = "sign", .operands = "x", .doc = "-1, 0 or 1; of a complex number x / abs(x).", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.sign",
   .dtype = {rule::arithmetic, rule::same}, .cpu = sequence("sign"), .gpu = sequence("sign"), .complex = sequence("complex_sign")},
  {.name = "rint", .operands = "x", .doc = "The nearest whole number, halves to even.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.rint",
   .dtype = {rule::inexact, rule::same}, .cpu = intrinsic("llvm.rint"), .gpu = intrinsic("llvm.rint"), .complex = sequence("complex_rint")},
  {.name = "floor", .operands = "x", .doc = "The largest whole number not above x.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.floor",
   .dtype = {rule::real, rule::same}, .cpu = intrinsic("llvm.floor"), .gpu = intrinsic("llvm.floor"), .integer = sequence("identity")},
  {.name = "ceil", .operands = "x", .doc = "The smallest whole number not below x.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.ceil",
   .dtype = {rule::real, rule::same}, .cpu = intrinsic("llvm.ceil"), .gpu = intrinsic("llvm.ceil"), .integer = sequence("identity")},
  {.name = "trunc", .operands = "x", .doc = "The whole number nearest to x on the side of zero.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.trunc",
   .dtype = {rule::real, rule::same}, .cpu = intrinsic("llvm.trunc"), .gpu = intrinsic("llvm.trunc"), .integer = sequence("identity")},
  {.name = "sqrt", .operands = "x", .doc = "Square root.", .tier = Tier::Elementwise, .python = "numpy.sqrt",
   .dtype = {rule::inexact, rule::same}, .cpu = intrinsic("llvm.sqrt"), .gpu = intrinsic("llvm.sqrt"), .complex = libm("csqrt")},
  {.name = "cbrt", .operands = "x", .doc = "Cube root, negative for negative x.", .tier = Tier::Elementwise, .python = "numpy.cbrt",
   .dtype = {rule::floating, rule::same}, .cpu = libm("cbrt"), .gpu = libdevice("cbrt")},
  {.name = "square", .operands = "x", .doc = "x times x.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.square",
   .dtype = {rule::byte_for_bool, rule::same}, .cpu = sequence("square"), .gpu = sequence("square"), .complex = sequence("complex_square")},
  {.name = "reciprocal", .operands = "x", .doc = "1 / x.", .tier = Tier::Elementwise, .python = "numpy.reciprocal",
   .dtype = {rule::no_integers, rule::same}, .cpu = sequence("reciprocal"), .gpu = sequence("reciprocal"), .complex = sequence("complex_reciprocal")},
  {.name = "exp", .operands = "x", .doc = "e to the power of x.", .tier = Tier::Elementwise, .python = "numpy.exp",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("exp"), .gpu = libdevice("exp"), .complex = libm("cexp")},
  {.name = "exp2", .operands = "x", .doc = "2 to the power of x.", .tier = Tier::Elementwise, .python = "numpy.exp2",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("exp2"), .gpu = libdevice("exp2"), .complex = sequence("complex_exp2")},
  {.name = "expm1", .operands = "x", .doc = "exp(x) - 1 without cancellation near 0.", .tier = Tier::Elementwise, .python = "numpy.expm1",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("expm1"), .gpu = libdevice("expm1"), .complex = sequence("complex_expm1")},
  {.name = "log", .operands = "x", .doc = "Natural logarithm.", .tier = Tier::Elementwise, .python = "numpy.log",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("log"), .gpu = libdevice("log"), .complex = libm("clog")},
  {.name = "log2", .operands = "x", .doc = "Logarithm to base 2.", .tier = Tier::Elementwise, .python = "numpy.log2",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("log2"), .gpu = libdevice("log2"), .complex = sequence("complex_log2")},
  {.name = "log10", .operands = "x", .doc = "Logarithm to base 10.", .tier = Tier::Elementwise, .python = "numpy.log10",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("log10"), .gpu = libdevice("log10"), .complex = sequence("complex_log10")},
  {.name = "log1p", .operands = "x", .doc = "log(1 + x) without cancellation near 0.", .tier = Tier::Elementwise, .python = "numpy.log1p",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("log1p"), .gpu = libdevice("log1p"), .complex = sequence("complex_log1p")},
  {.name = "sin", .operands = "x", .doc = "Sine.", .tier = Tier::Elementwise, .python = "numpy.sin",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("sin"), .gpu = libdevice("sin"), .complex = libm("csin")},
  {.name = "cos", .operands = "x", .doc = "Cosine.", .tier = Tier::Elementwise, .python = "numpy.cos",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("cos"), .gpu = libdevice("cos"), .complex = libm("ccos")},
  {.name = "tan", .operands = "x", .doc = "Tangent.", .tier = Tier::Elementwise, .python = "numpy.tan",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("tan"), .gpu = libdevice("tan"), .complex = libm("ctan")},
  {.name = "arcsin", .operands = "x", .doc = "Inverse sine, in [-pi/2, pi/2].", .tier = Tier::Elementwise, .python = "numpy.arcsin numpy.asin",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("asin"), .gpu = libdevice("asin"), .complex = libm("casin")},
  {.name = "arccos", .operands = "x", .doc = "Inverse cosine, in [0, pi].", .tier = Tier::Elementwise, .python = "numpy.arccos numpy.acos",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("acos"), .gpu = libdevice("acos"), .complex = libm("cacos")},
  {.name = "arctan", .operands = "x", .doc = "Inverse tangent, in [-pi/2, pi/2].", .tier = Tier::Elementwise, .python = "numpy.arctan numpy.atan",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("atan"), .gpu = libdevice("atan"), .complex = libm("catan")},
  {.name = "arctan2", .operands = "y, x", .doc = "The angle of the point (x, y), in [-pi, pi].", .tier = Tier::Elementwise, .python = "numpy.arctan2 numpy.atan2",
   .dtype = {rule::floating, rule::same}, .cpu = libm("atan2"), .gpu = libdevice("atan2")},
  {.name = "sinh", .operands = "x", .doc = "Hyperbolic sine.", .tier = Tier::Elementwise, .python = "numpy.sinh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("sinh"), .gpu = libdevice("sinh"), .complex = libm("csinh")},
  {.name = "cosh", .operands = "x", .doc = "Hyperbolic cosine.", .tier = Tier::Elementwise, .python = "numpy.cosh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("cosh"), .gpu = libdevice("cosh"), .complex = libm("ccosh")},
  {.name = "tanh", .operands = "x", .doc = "Hyperbolic tangent.", .tier = Tier::Elementwise, .python = "numpy.tanh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("tanh"), .gpu = libdevice("tanh"), .complex = libm("ctanh")},
  {.name = "arcsinh", .operands = "x", .doc = "Inverse hyperbolic sine.", .tier = Tier::Elementwise, .python = "numpy.arcsinh numpy.asinh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("asinh"), .gpu = libdevice("asinh"), .complex = libm("casinh")},
  {.name = "arccosh", .operands = "x", .doc = "Inverse hyperbolic cosine.", .tier = Tier::Elementwise, .python = "numpy.arccosh numpy.acosh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("acosh"), .gpu = libdevice("acosh"), .complex = libm("cacosh")},
  {.name = "arctanh", .operands = "x", .doc = "Inverse hyperbolic tangent.", .tier = Tier::Elementwise, .python = "numpy.arctanh numpy.atanh",
   .dtype = {rule::inexact, rule::same}, .cpu = libm("atanh"), .gpu = libdevice("atanh"), .complex = libm("catanh")},
  {.name = "hypot", .operands = "x, y", .doc = "The square root of x*x + y*y, without overflow on the way.", .tier = Tier::Elementwise, .traits = Commutative, .python = "numpy.hypot",
   .dtype = {rule::floating, rule::same}, .cpu = libm("hypot"), .gpu = libdevice("hypot")},
  {.name = "logaddexp", .operands = "x, y", .doc = "log(exp(x) + exp(y)) without overflow on the way.", .tier = Tier::Elementwise, .traits = Commutative, .python = "numpy.logaddexp",
   .dtype = {rule::floating, rule::same}, .cpu = sequence("logaddexp"), .gpu = sequence("logaddexp")},
  {.name = "logaddexp2", .operands = "x, y", .doc = "log2(2**x + 2**y) without overflow on the way.", .tier = Tier::Elementwise, .traits = Commutative, .python = "numpy.logaddexp2",
   .dtype = {rule::floating, rule::same}, .cpu = sequence("logaddexp2"), .gpu = sequence("logaddexp2")},
  {.name = "copysign", .operands = "x, y", .doc = "x with the sign bit of y.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.copysign",
   .dtype = {rule::floating, rule::same}, .cpu = intrinsic("llvm.copysign"), .gpu = intrinsic("llvm.copysign")},
  {.name = "nextafter", .operands = "x, y", .doc = "The next float after x towards y.", .tier = Tier::Elementwise, .python = "numpy.nextafter",
   .dtype = {rule::floating, rule::same}, .cpu = libm("nextafter"), .gpu = libdevice("nextafter")},
  {.name = "ldexp", .operands = "x, y", .doc = "x times 2 to the power of y, a whole number held as a float.", .tier = Tier::Elementwise,
   .dtype = {rule::floating, rule::same}, .cpu = sequence("ldexp"), .gpu = sequence("ldexp")},
  {.name = "heaviside", .operands = "x, y", .doc = "0 for negative x, 1 for positive x, y for x = 0.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.heaviside",
   .dtype = {rule::floating, rule::same}, .cpu = sequence("heaviside"), .gpu = sequence("heaviside")},
  {.name = "deg2rad", .operands = "x", .doc = "Degrees as radians.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.deg2rad numpy.radians",
   .dtype = {rule::floating, rule::same}, .cpu = sequence("deg2rad"), .gpu = sequence("deg2rad")},
  {.name = "rad2deg", .operands = "x", .doc = "Radians as degrees.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.rad2deg numpy.degrees",
   .dtype = {rule::floating, rule::same}, .cpu = sequence("rad2deg"), .gpu = sequence("rad2deg")},
  {.name = "maximum", .operands = "x, y", .doc = "The greater; nan if one is nan.", .tier = Tier::Elementwise, .traits = Associative | Cheap, .python = "numpy.maximum",
   .dtype = {rule::any, rule::same}, .cpu = sequence("maximum"), .gpu = sequence("maximum"), .complex = sequence("complex_maximum")},
  {.name = "minimum", .operands = "x, y", .doc = "The lesser; nan if one is nan.", .tier = Tier::Elementwise, .traits = Associative | Cheap, .python = "numpy.minimum",
   .dtype = {rule::any, rule::same}, .cpu = sequence("minimum"), .gpu = sequence("minimum"), .complex = sequence("complex_minimum")},
  {.name = "fmax", .operands = "x, y", .doc = "The greater; the other one if one is nan.", .tier = Tier::Elementwise, .traits = Associative | Cheap, .python = "numpy.fmax",
   .dtype = {rule::any, rule::same}, .cpu = sequence("fmax"), .gpu = sequence("fmax"), .complex = sequence("complex_fmax")},
  {.name = "fmin", .operands = "x, y", .doc = "The lesser; the other one if one is nan.", .tier = Tier::Elementwise, .traits = Associative | Cheap, .python = "numpy.fmin",
   .dtype = {rule::any, rule::same}, .cpu = sequence("fmin"), .gpu = sequence("fmin"), .complex = sequence("complex_fmin")},
  {.name = "equal", .operands = "x, y", .doc = "Whether x and y are equal.", .tier = Tier::Elementwise, .traits = Commutative | Cheap, .python = "numpy.equal ==",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("equal"), .gpu = instruction("equal"), .complex = sequence("complex_equal")},
  {.name = "not_equal", .operands = "x, y", .doc = "Whether x and y differ; nan differs from itself.", .tier = Tier::Elementwise, .traits = Commutative | Cheap, .python = "numpy.not_equal !=",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("not_equal"), .gpu = instruction("not_equal"), .complex = sequence("complex_not_equal")},
  {.name = "less", .operands = "x, y", .doc = "Whether x is below y; complex numbers by real, then imaginary part.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.less <",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("less"), .gpu = instruction("less"), .complex = sequence("complex_less")},
  {.name = "less_equal", .operands = "x, y", .doc = "Whether x is below or equal to y.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.less_equal <=",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("less_equal"), .gpu = instruction("less_equal"), .complex = sequence("complex_less_equal")},
  {.name = "greater", .operands = "x, y", .doc = "Whether x is above y.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.greater >",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("greater"), .gpu = instruction("greater"), .complex = sequence("complex_greater")},
  {.name = "greater_equal", .operands = "x, y", .doc = "Whether x is above or equal to y.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.greater_equal >=",
   .dtype = {rule::any, rule::boolean}, .cpu = instruction("greater_equal"), .gpu = instruction("greater_equal"), .complex = sequence("complex_greater_equal")},
  {.name = "logical_and", .operands = "x, y", .doc = "Whether both are true (not 0).", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.logical_and",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("logical_and"), .gpu = sequence("logical_and"), .complex = sequence("complex_logical_and")},
  {.name = "logical_or", .operands = "x, y", .doc = "Whether one is true (not 0).", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.logical_or",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("logical_or"), .gpu = sequence("logical_or"), .complex = sequence("complex_logical_or")},
  {.name = "logical_xor", .operands = "x, y", .doc = "Whether just one is true (not 0).", .tier = Tier::Elementwise, .traits = Commutative | Cheap, .python = "numpy.logical_xor",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("logical_xor"), .gpu = sequence("logical_xor"), .complex = sequence("complex_logical_xor")},
  {.name = "logical_not", .operands = "x", .doc = "Whether x is false (0).", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.logical_not",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("logical_not"), .gpu = sequence("logical_not"), .complex = sequence("complex_logical_not")},
  {.name = "bitwise_and", .operands = "x, y", .doc = "The bits set in both.", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.bitwise_and &",
   .dtype = {rule::bits, rule::same}, .cpu = instruction("and"), .gpu = instruction("and")},
  {.name = "bitwise_or", .operands = "x, y", .doc = "The bits set in one or both.", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.bitwise_or |",
   .dtype = {rule::bits, rule::same}, .cpu = instruction("or"), .gpu = instruction("or")},
  {.name = "bitwise_xor", .operands = "x, y", .doc = "The bits set in just one.", .tier = Tier::Elementwise, .traits = Commutative | Associative | Cheap, .python = "numpy.bitwise_xor ^",
   .dtype = {rule::bits, rule::same}, .cpu = instruction("xor"), .gpu = instruction("xor")},
  {.name = "invert", .operands = "x", .doc = "The other bits; of a bool, not.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.invert numpy.bitwise_not numpy.bitwise_invert unary~",
   .dtype = {rule::bits, rule::same}, .cpu = instruction("not"), .gpu = instruction("not")},
  {.name = "left_shift", .operands = "x, y", .doc = "The bits of x moved up by y; 0 when y is not in 0...bits-1.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.left_shift numpy.bitwise_left_shift <<",
   .dtype = {rule::shift, rule::same}, .cpu = sequence("left_shift"), .gpu = sequence("left_shift")},
  {.name = "right_shift", .operands = "x, y", .doc = "The bits of x moved down by y, its sign repeated; all sign when y is not in 0...bits-1.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.right_shift numpy.bitwise_right_shift >>",
   .dtype = {rule::shift, rule::same}, .cpu = sequence("right_shift"), .gpu = sequence("right_shift")},
  {.name = "bit_count", .operands = "x", .doc = "The number of bits set in abs(x), as uint8.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.bitwise_count",
   .dtype = {rule::shift, rule::byte}, .cpu = sequence("bit_count"), .gpu = sequence("bit_count")},
  {.name = "gcd", .operands = "x, y", .doc = "The greatest common divisor of the absolute values.", .tier = Tier::Elementwise, .traits = Commutative, .python = "numpy.gcd",
   .dtype = {rule::integers, rule::same}, .cpu = sequence("gcd"), .gpu = sequence("gcd")},
  {.name = "lcm", .operands = "x, y", .doc = "The least common multiple of the absolute values.", .tier = Tier::Elementwise, .traits = Commutative, .python = "numpy.lcm",
   .dtype = {rule::integers, rule::same}, .cpu = sequence("lcm"), .gpu = sequence("lcm")},
  {.name = "isnan", .operands = "x", .doc = "Whether x is nan.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.isnan",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("isnan"), .gpu = sequence("isnan"), .integer = sequence("false"), .complex = sequence("complex_isnan")},
  {.name = "isinf", .operands = "x", .doc = "Whether x is infinite.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.isinf",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("isinf"), .gpu = sequence("isinf"), .integer = sequence("false"), .complex = sequence("complex_isinf")},
  {.name = "isfinite", .operands = "x", .doc = "Whether x is neither infinite nor nan.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.isfinite",
   .dtype = {rule::any, rule::boolean}, .cpu = sequence("isfinite"), .gpu = sequence("isfinite"), .integer = sequence("true"), .complex = sequence("complex_isfinite")},
  {.name = "signbit", .operands = "x", .doc = "Whether the sign bit is set, that of -0.0 and nan too.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.signbit",
   .dtype = {rule::floating, rule::boolean}, .cpu = sequence("signbit"), .gpu = sequence("signbit")},
  {.name = "conjugate", .operands = "x", .doc = "The complex conjugate; a real number itself.", .tier = Tier::Elementwise, .traits = Cheap, .python = "numpy.conjugate numpy.conj",
   .dtype = {rule::byte_for_bool, rule::same}, .cpu = sequence("identity"), .gpu = sequence("identity"), .complex = sequence("complex_conjugate")},
  {.name = "real", .operands = "x", .doc = "The real part.", .tier = Tier::Elementwise, .traits = Cheap,
   .dtype = {rule::any, rule::part}, .cpu = sequence("identity"), .gpu = sequence("identity"), .complex = sequence("complex_real")},
  {.name = "imag", .operands = "x", .doc = "The imaginary part; of a real number 0.", .tier = Tier::Elementwise, .traits = Cheap,
   .dtype = {rule::any, rule::part}, .cpu = sequence("zero"), .gpu = sequence("zero"), .complex = sequence("complex_imag")},
  {.name = "angle", .operands = "x", .doc = "The angle of a complex number in [-pi, pi]; of a real number 0 or pi.", .tier = Tier::Elementwise,
   .dtype = {rule::no_integers, rule::part}, .cpu = sequence("angle"), .gpu = sequence("angle"), .complex = sequence("complex_angle")},
  {.name = "complex", .operands = "x, y", .doc = "The complex number x + y*1j.", .tier = Tier::Elementwise, .traits = Cheap,
   .dtype = {rule::floats, rule::complex_of}, .cpu = sequence("complex_make"), .gpu = sequence("complex_make")},
  {.name = "select", .operands = "condition, x, y", .doc = "x where the condition holds, else y.", .tier = Tier::Elementwise, .traits = Cheap | Selects,
   .dtype = {rule::select, rule::same}, .cpu = sequence("select"), .gpu = sequence("select"), .complex = sequence("select")},
  {.name = "cast", .operands = "x", .doc = "x as the dtype of the result type.", .tier = Tier::Elementwise, .traits = Cheap | ResultGiven,
   .dtype = {rule::any, rule::same}, .cpu = sequence("cast"), .gpu = sequence("cast"), .complex = sequence("cast")},
  {.name = "erf", .operands = "x", .doc = "The error function.", .tier = Tier::Elementwise,
   .dtype = {rule::floating, rule::same}, .cpu = libm("erf"), .gpu = libdevice("erf")},
  {.name = "erfc", .operands = "x", .doc = "1 - erf(x) without cancellation.", .tier = Tier::Elementwise,
   .dtype = {rule::floating, rule::same}, .cpu = libm("erfc"), .gpu = libdevice("erfc")},
  {.name = "gamma", .operands = "x", .doc = "The gamma function.", .tier = Tier::Elementwise,
   .dtype = {rule::floating, rule::same}, .cpu = libm("tgamma"), .gpu = libdevice("tgamma")},
  {.name = "lgamma", .operands = "x", .doc = "The natural logarithm of abs(gamma(x)).", .tier = Tier::Elementwise,
   .dtype = {rule::floating, rule::same}, .cpu = libm("lgamma"), .gpu = libdevice("lgamma")},
};

}  // namespace aic::ir
