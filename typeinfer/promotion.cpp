// See promotion.h; the rules are those of numpy.promote_types and numpy.result_type, tried against them in the tests.
#include "typeinfer/promotion.h"

#include <algorithm>

namespace aic::typeinfer {

using ir::byte_size, ir::is_complex, ir::is_float, ir::is_integer, ir::is_signed, ir::is_unsigned;

static DType signed_of_size(int bytes) {
  return bytes == 1 ? DType::I8 : bytes == 2 ? DType::I16 : bytes == 4 ? DType::I32 : DType::I64;
}
// The float that holds all values of a dtype, as NumPy counts.
static DType float_for(DType d) {
  if (d == DType::F16 || byte_size(d) == 1) return DType::F16;
  if (d == DType::BF16) return DType::F32;
  if (d == DType::F32 || d == DType::C64 || byte_size(d) == 2) return DType::F32;
  return DType::F64;
}

DType promoted(DType a, DType b) {
  if (a == b || b == DType::Bool) return a;
  if (a == DType::Bool) return b;
  if (a == DType::BF16 && byte_size(b) == 1) return a;  // as ml_dtypes has it; of all others neither holds the other
  if (b == DType::BF16 && byte_size(a) == 1) return b;
  if (is_complex(a) || is_complex(b)) return std::max(float_for(a), float_for(b)) == DType::F64 ? DType::C128 : DType::C64;
  if (is_float(a) || is_float(b)) return std::max(float_for(a), float_for(b));
  if (is_signed(a) == is_signed(b)) return byte_size(a) >= byte_size(b) ? a : b;
  DType s = is_signed(a) ? a : b, u = is_signed(a) ? b : a;
  if (byte_size(s) > byte_size(u)) return s;
  return u == DType::U64 ? DType::F64 : signed_of_size(2 * byte_size(u));
}

DType promoted(const std::vector<Type>& types) {
  std::optional<DType> d;
  bool weak_int = false, weak_float = false, weak_complex = false;
  for (Type t : types) {
    switch (t.kind()) {
      case TypeKind::Int: weak_int = true; break;
      case TypeKind::Float: weak_float = true; break;
      case TypeKind::Complex: weak_complex = true; break;
      default: d = d ? promoted(*d, t.dtype()) : t.dtype();
    }
  }
  bool whole = !d || *d == DType::Bool || is_integer(*d);
  if (weak_complex) return whole ? DType::C128 : float_for(*d) == DType::F64 ? DType::C128 : DType::C64;
  if (weak_float && whole) return DType::F64;
  if (weak_float && *d == DType::BF16) return DType::F32;  // a float of Python promotes as a float16
  if (weak_int && (!d || *d == DType::Bool)) return DType::I64;
  return *d;
}

bool can_cast_same_kind(DType from, DType to) {
  auto order = [](DType d) { return d == DType::Bool ? 0 : is_unsigned(d) ? 1 : is_signed(d) ? 2 : is_float(d) ? 3 : 4; };
  return order(from) <= order(to);
}

bool fits(int64_t v, DType d) {
  if (d == DType::I64) return true;
  if (d == DType::U64) return v >= 0;
  int bits = 8 * byte_size(d) - is_signed(d);
  return v < (int64_t(1) << bits) && v >= (is_signed(d) ? -(int64_t(1) << bits) : 0);
}

}  // namespace aic::typeinfer
