// One number of any dtype, and what an elementwise op makes of it: the arithmetic of the reference interpreter, of
// constant folding and of the samples. Integers come sign- or zero-extended in `i` (u64: its bits), bools as 0 or 1,
// float32 as the double that holds it; results are rounded and wrapped to their dtype.
#pragma once
#include <cstdint>
#include <string_view>

#include "ir/ops/op_code.h"
#include "ir/types.h"

namespace aic::ir {

struct Scalar {
  DType dtype = DType::F64;
  bool python = false;  // a Python number: complex division differs from NumPy's
  int64_t i = 0;
  double re = 0, im = 0;

  static Scalar integer(int64_t, DType = DType::I64);  // wrapped to the dtype
  static Scalar boolean(bool);
  static Scalar floating(double, DType = DType::F64);  // rounded to the dtype
  static Scalar complex(double re, double im, DType = DType::C128);
  [[nodiscard]] bool truth() const;     // != 0
  [[nodiscard]] double number() const;  // as a double; of a complex number the real part
  // Same dtype and same value, bit for bit; all nans are the same.
  [[nodiscard]] bool same(const Scalar&) const;
};

// float16: the sign, five bits of exponent, ten of fraction; rounded to nearest, halves to even.
[[nodiscard]] uint16_t half_bits(double);
[[nodiscard]] double half_value(uint16_t bits);
// bfloat16: the upper half of a float32; rounded to nearest from float32, as ml_dtypes has it, and so twice from float64.
[[nodiscard]] uint16_t bfloat_bits(double);
[[nodiscard]] double bfloat_value(uint16_t bits);
// Of either of the two that have 16 bits.
[[nodiscard]] uint16_t narrow_bits(double, DType);
[[nodiscard]] double narrow_value(uint16_t bits, DType);

// NumPy's astype, C's conversion: integers wrap; floats are truncated and, where the dtype cannot hold them, become what
// x86-64 makes of them (the least int32 for up to 32 signed bits, …); complex numbers lose their imaginary part.
[[nodiscard]] Scalar convert(const Scalar&, DType);
// The bytes of a number as a number of another dtype of the same size.
[[nodiscard]] Scalar reinterpret(const Scalar&, DType);
// A number as it lies in memory, in byte_size(dtype) bytes.
[[nodiscard]] Scalar from_memory(const unsigned char*, DType);
void to_memory(const Scalar&, unsigned char*);
// Of equal float16s, which zeros of two signs are, NumPy's maxima and minima give the first; of other floats the second.
[[nodiscard]] bool gives_first_of_equal_halves(std::string_view op);
// The value of an elementwise op, operands being of the dtype computed in. `result` is asked for by `cast` only.
[[nodiscard]] Scalar evaluate(OpCode, const Scalar* operands, DType result = DType::Bool);

}  // namespace aic::ir
