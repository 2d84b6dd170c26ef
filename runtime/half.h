// float16 without an instruction for it, and bfloat16: what their bits are worth. Beside ir/scalar.cpp, which the runtime
// does not see.
#pragma once
#include <stdint.h>
#include <string.h>

namespace aic::rt {

inline double half_value(uint16_t bits) {
  uint32_t size = uint32_t(bits & 0x7fff) << 13;
  if (size >= 0x7c00u << 13) size |= 0x7f800000;  // inf or nan
  float f;
  memcpy(&f, &size, 4);
  double v = size >= 0x7f800000 ? double(f) : double(f) * 0x1p112;
  return bits & 0x8000 ? -v : v;
}

inline double bfloat_value(uint16_t bits) {
  uint32_t whole = uint32_t(bits) << 16;
  float f;
  memcpy(&f, &whole, 4);
  return double(f);
}

}  // namespace aic::rt
