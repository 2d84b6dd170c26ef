// Numbers of any dtype, and conversions between them.
#include "ir/scalar.h"

#include <bit>
#include <cmath>
#include <cstring>

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
    case DType::BF16:
    case DType::F16:
    case DType::F32:
    case DType::F64:
    case DType::C64:
    case DType::C128: return convert(integer(v), d);
  }
  return s;
}
Scalar Scalar::boolean(bool v) { return {.dtype = DType::Bool, .i = v}; }
Scalar Scalar::floating(double v, DType d) {
  return {.dtype = d, .re = d == DType::F32 ? double(float(v)) : is_narrow_float(d) ? narrow_value(narrow_bits(v, d), d) : v};
}

// What is not a nan is scaled so that the last bit of the result is a whole number, and rounded to that.
uint16_t half_bits(double v) {
  uint16_t sign = std::signbit(v) ? 0x8000 : 0;
  double size = std::fabs(v);
  if (v != v) return sign | 0x7e00 | uint16_t(std::bit_cast<uint64_t>(v) >> 42 & 0x3ff);
  if (size >= 65520) return sign | 0x7c00;
  if (size < 0x1p-14) return sign | uint16_t(std::nearbyint(size * 0x1p+24));
  int exponent = std::ilogb(size);
  return sign | uint16_t(((exponent + 14) << 10) + int(std::nearbyint(std::ldexp(size, 10 - exponent))));
}
double half_value(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  double size = exponent == 31  ? (fraction ? std::bit_cast<double>(0x7ff0000000000000 | uint64_t(fraction) << 42) : HUGE_VAL)
                : exponent == 0 ? fraction * 0x1p-24
                                : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

// g++ 12 makes a pair of double → float → double conversions one vector operation, and that one nothing: hence `volatile`.
static double rounded_to_single(double v) {
  volatile float single = float(v);
  return double(single);
}

uint16_t bfloat_bits(double v) {
  uint32_t bits = std::bit_cast<uint32_t>(float(rounded_to_single(v)));
  if (v != v) return bits >> 31 ? 0xffc0 : 0x7fc0;
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
double bfloat_value(uint16_t bits) { return double(std::bit_cast<float>(uint32_t(bits) << 16)); }
uint16_t narrow_bits(double v, DType d) { return d == DType::BF16 ? bfloat_bits(v) : half_bits(v); }
double narrow_value(uint16_t bits, DType d) { return d == DType::BF16 ? bfloat_value(bits) : half_value(bits); }

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
    if (from_integer && (d == DType::F32 || d == DType::BF16))
      return Scalar::floating(s.dtype == DType::U64 ? float(uint64_t(s.i)) : float(s.i), d);
    return Scalar::floating(s.number(), d);
  }
  if (from_integer) return Scalar::integer(s.i, d);
  if (d == DType::Bool) return Scalar::boolean(s.truth());
  return float_to_integer(s.re, d);
}

// ---- bytes: little-endian ----
Scalar from_memory(const unsigned char* p, DType d) {
  size_t size = size_t(byte_size(d));
  float single[2] = {};
  double wide[2] = {};
  int64_t whole = 0;
  if (d == DType::F32 || d == DType::C64) {
    std::memcpy(single, p, size);
    return d == DType::F32 ? Scalar::floating(double(single[0]), d) : Scalar::complex(double(single[0]), double(single[1]), d);
  }
  if (d == DType::F64 || d == DType::C128) {
    std::memcpy(wide, p, size);
    return d == DType::F64 ? Scalar::floating(wide[0]) : Scalar::complex(wide[0], wide[1]);
  }
  std::memcpy(&whole, p, size);
  return is_narrow_float(d) ? Scalar::floating(narrow_value(uint16_t(whole), d), d) : Scalar::integer(whole, d);
}
void to_memory(const Scalar& s, unsigned char* p) {
  float single[2] = {float(s.re), float(s.im)};
  double wide[2] = {s.re, s.im};
  uint16_t half = is_narrow_float(s.dtype) ? narrow_bits(s.re, s.dtype) : 0;
  const void* from = is_narrow_float(s.dtype)                         ? static_cast<const void*>(&half)
                     : s.dtype == DType::F32 || s.dtype == DType::C64 ? static_cast<const void*>(single)
                     : is_float(s.dtype) || is_complex(s.dtype)       ? static_cast<const void*>(wide)
                                                                      : static_cast<const void*>(&s.i);
  std::memcpy(p, from, size_t(byte_size(s.dtype)));
}
Scalar reinterpret(const Scalar& s, DType d) {
  unsigned char bytes[16] = {};
  to_memory(s, bytes);
  return from_memory(bytes, d);
}

}  // namespace aic::ir
