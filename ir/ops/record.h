// What one operator is: one constexpr record, complete or it does not compile (see table.h).
//
// Tiers: Core (control, scalars, memory, checks: what the forms are made of), Py (the untyped form), Elementwise
// (ufuncs and scalar maths; everything about them is data), Structural (whole-array operations, each with the one
// function that expands it to loop form), Runtime (one call of the runtime each). Passes ask records for traits and rules, never for names.
//
// Elementwise ops take scalars or arrays. All operands have the same dtype (inference inserts `cast`), arrays the same
// shape (inference inserts `check.broadcast` and `view.broadcast`); scalars mix freely with arrays.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "ir/base/ids.h"
#include "ir/expr.h"
#include "ir/types.h"

namespace aic::ir {
using std::string_view;
class Builder;
class Function;
struct Scalar;

enum class Tier : uint8_t { Core, Py, Elementwise, Structural, Runtime };

enum Forms : uint8_t { InPy = 1, InTensor = 2, InLoop = 4, InTyped = 6, InAll = 7 };

enum Trait : uint32_t {
  Terminator = 1 << 0,   // last in its region
  Exit = 1 << 1,         // a terminator that leaves more than its region: break, continue, return, raise
  Loop = 1 << 2,         // carries `label`; break and continue name it
  MayRaise = 1 << 3,     // may leave with an exception; keeps its order with all that raises or has effects
  Reads = 1 << 4,        // looks at the contents of its array operands
  Writes = 1 << 5,       // writes through operand 0
  Effect = 1 << 6,       // any other effect: never removed, keeps its order
  Birth = 1 << 7,        // makes a new array: may be deleted or sunk; merged or hoisted only if its array is a value
  View = 1 << 8,         // result is a view of operand 0
  Commutative = 1 << 9,
  Check = 1 << 10,       // returns what it checked, or raises `exception` with `message`
  Associative = 1 << 11, // on integers; on floats where re-association is allowed
  Cheap = 1 << 12,       // worth computing again rather than storing
  Control = 1 << 13,     // has regions that are executed
  Selects = 1 << 14,     // elementwise: operand 0 is a bool or b1 condition, not of the dtype computed in
  ResultGiven = 1 << 15, // elementwise: the result type says the result's dtype (`cast`), not the rule
};

// ---- elementwise data ----
struct DTypeRule {
  // The dtype to compute in, from the operands' dtypes (already promoted where they differ in NumPy's sense);
  // returns false when NumPy has no loop for them.
  bool (*compute)(std::span<const DType> operands, DType& out) = nullptr;
  DType (*result)(DType compute) = nullptr;
};

// Derivative rules build IR: the gradient with respect to one operand, from operands, result and incoming gradient
// (ir/expr.h). An empty Expr says that the derivative is 0 wherever there is one.
using Vjp = Expr (*)(const rule::Arguments&);
struct Derivative {
  std::array<Vjp, 3> rule{};
  string_view none{};  // why there is none
};
consteval Derivative vjp(Vjp a, Vjp b = nullptr, Vjp c = nullptr) { return {{a, b, c}, {}}; }
consteval Derivative not_differentiable(string_view why) { return {{}, why}; }

// How a scalar of a kind becomes machine code, as data. `how` is one of
//   instruction  an LLVM instruction, chosen by dtype: "add" is add/fadd
//   intrinsic    an LLVM intrinsic overloaded on the dtype: "llvm.fabs"
//   libm         a C function, with f suffix for f32: "tanh"
//   libdevice    "tanh" is __nv_tanh / __nv_tanhf
//   sequence     named code of the code generator, for what is none of these: "floor_divide"
enum class How : uint8_t { None, Instruction, Intrinsic, Libm, Libdevice, Sequence };
struct Lowering {
  How how = How::None;
  string_view name{};
  string_view vector{};  // name of the vector routine (codegen/cpu/vector_math), if there is one
};
consteval Lowering instruction(string_view n) { return {How::Instruction, n, {}}; }
consteval Lowering intrinsic(string_view n) { return {How::Intrinsic, n, {}}; }
consteval Lowering libm(string_view n, string_view vector = {}) { return {How::Libm, n, vector}; }
consteval Lowering libdevice(string_view n) { return {How::Libdevice, n, {}}; }
consteval Lowering sequence(string_view n) { return {How::Sequence, n, {}}; }
consteval Lowering unsupported(string_view why) { return {How::None, why, {}}; }

// What the op computes, on operands of the dtype computed in (ir/scalar.h): the reference interpreter's arithmetic.
// `result` matters to `cast` only.
using Evaluate = Scalar(const Scalar* operands, DType result);
// f(in) = want, in float64 where the dtype rule takes it, else in int64; of a complex result `want` is the real part.
struct Sample {
  std::array<double, 3> in{};
  double want = 0;
};
struct Samples {
  std::array<Sample, 6> at{};
  int count = 0;
};
template <size_t N>
consteval Samples samples(const Sample (&s)[N]) {
  Samples all{.at = {}, .count = int(N)};
  for (size_t k = 0; k < N; ++k) all.at[k] = s[k];
  return all;
}

// ---- structural data ----
// Replaces the op (tensor form) by loop form at the builder's place. See passes/kernels.
// `element`: the value of one element at the given indices, for ops that need no memory of their own.
using ElementRule = ValueId (*)(Builder&, const Function&, OpId, std::span<const ValueId> indices);

struct OpRecord {
  string_view name;      // the mnemonic; NumPy's name where there is one
  string_view operands;  // "x, y"; a last "…..." stands for any number: "a, index..."
  string_view doc;       // one sentence
  Tier tier = Tier::Core;
  uint8_t forms = InTyped;
  uint32_t traits = 0;
  int8_t results = 1;    // -1: any number
  int8_t regions = 0;    // -1: any number
  string_view python{};  // qualified names and operator signs that mean this op: "numpy.add +"

  // checks
  string_view exception{};  // "IndexError"
  string_view message{};    // "{0}" is operand 0, "{axis}" an attribute

  string_view signature{};  // of Tier::Runtime: "ssi>s", see text.h

  // elementwise
  DTypeRule dtype{};
  Derivative derivative{};
  Lowering cpu{}, gpu{};               // of floats; of bools and integers too where `integer` is empty
  Lowering integer{}, complex{};       // where bools and integers, or complex numbers, need something else (both targets)
  Evaluate* eval = nullptr;
  double ulp = 0, low = -10, high = 10;  // accuracy promised, and the range where tests draw arguments
  Samples samples{};

  [[nodiscard]] constexpr bool has(Trait t) const { return traits & t; }
  [[nodiscard]] constexpr bool variadic() const { return operands.ends_with("..."); }
  [[nodiscard]] constexpr int arity() const {  // fixed operands
    if (operands.empty()) return 0;
    int k = 1;
    for (char c : operands) k += c == ',';
    return variadic() ? k - 1 : k;
  }
};

}  // namespace aic::ir
