// Numbers of any dtype, and conversions between them.
#include "ir/scalar.h"

#include <bit>
#include <cmath>

namespace aic::ir {

Scalar Scalar::integer(int64_t v, DType d) {
  Scalar s{.dtype = d};
  switch (d) {
    case DType::Bool: s.i = v != 0; break;
    case DType::I8: s.i = int8_t(v); break;
    case DType::I16: s.i = int16_t(v); break;
    case DType::I32: s.i = int32_t(v); break;
    case DType::U8: s.i = uint8_t(v); break;
    case DType::U16: s.i = uint16_t(v); break;
    case DType::U32: s.i = uint32_t(v); break;
    case DType::I64:
    case DType::U64: s.i = v; break;
    case DType::F32:
    case DType::F64:
    case DType::C64:
    case DType::C128: return convert(integer(v), d);
  }
  return s;
}
Scalar Scalar::boolean(bool v) { return {.dtype = DType::Bool, .i = v}; }
Scalar Scalar::floating(double v, DType d) { return {.dtype = d, .re = d == DType::F32 ? double(float(v)) : v}; }
// g++ 12 makes a pair of double → float → double conversions one vector operation, and that one nothing: hence `volatile`.
static double rounded_to_single(double v) {
  volatile float single = float(v);
  return double(single);
}
Scalar Scalar::complex(double re, double im, DType d) {
  if (d == DType::C64) re = rounded_to_single(re), im = rounded_to_single(im);
  return {.dtype = d, .re = re, .im = im};
}

bool Scalar::truth() const { return i != 0 || re != 0 || im != 0; }

double Scalar::number() const {
  if (dtype == DType::U64) return double(uint64_t(i));
  return is_float(dtype) || is_complex(dtype) ? re : double(i);
}

bool Scalar::same(const Scalar& s) const {
  auto equal = [](double a, double b) {
    return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) || (a != a && b != b);
  };
  return dtype == s.dtype && i == s.i && equal(re, s.re) && equal(im, s.im);
}

// cvttsd2si: the least integer for what does not fit, nan included.
static int64_t truncated(double v, double limit) { return v >= -limit && v < limit ? int64_t(v) : int64_t(-limit); }

static Scalar float_to_integer(double v, DType d) {
  constexpr double two31 = 2147483648.0, two63 = 9223372036854775808.0;
  if (d == DType::Bool) return Scalar::boolean(v != 0);
  if (d == DType::U64 && v >= two63) return Scalar::integer(truncated(v - two63, two63) ^ INT64_MIN, d);
  bool wide = d == DType::I64 || d == DType::U64 || d == DType::U32;
  // The lower limit of 32 bits is exclusive of fractions: -2147483648.5 truncates to a number that fits.
  if (!wide && v < -two31 && v > -two31 - 1) return Scalar::integer(INT32_MIN, d);
  return Scalar::integer(truncated(v, wide ? two63 : two31), d);
}

Scalar convert(const Scalar& s, DType d) {
  bool from_integer = is_integer(s.dtype) || s.dtype == DType::Bool;
  if (is_complex(d)) return Scalar::complex(from_integer ? s.number() : s.re, s.im, d);
  if (is_float(d)) {
    // An integer goes to float32 in one rounding.
    if (from_integer && d == DType::F32) return Scalar::floating(s.dtype == DType::U64 ? float(uint64_t(s.i)) : float(s.i), d);
    return Scalar::floating(s.number(), d);
  }
  if (from_integer) return Scalar::integer(s.i, d);
  if (d == DType::Bool) return Scalar::boolean(s.truth());
  return float_to_integer(s.re, d);
}

}  // namespace aic::ir
