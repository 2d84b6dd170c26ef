// float16 without an instruction for it: what its bits are worth, and the nearest one (halves to even). Beside ir/scalar.cpp,
// which the runtime does not see.
#pragma once
#include <math.h>
#include <stdint.h>

namespace aic::rt {

inline double half_value(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  double size = exponent == 31 ? (fraction ? NAN : HUGE_VAL) : exponent == 0 ? fraction * 0x1p-24 : ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

// What is not a nan, rounded to a number that a float16 holds.
inline double rounded_to_half(double v) {
  double size = fabs(v);
  if (size >= 65520) return v < 0 ? -HUGE_VAL : HUGE_VAL;
  double last = size < 0x1p-14 ? 0x1p-24 : ldexp(1, ilogb(size) - 10);
  return nearbyint(v / last) * last;
}

}  // namespace aic::rt
