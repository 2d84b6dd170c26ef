// The arithmetic of the elementwise ops, one function each: what the reference interpreter computes, what constant
// folding writes down, what the code generator's work is judged by. A function takes operands of the dtype computed in
// and says what to do per kind of number; the frames below (`floats`, `modular`, …) convert in and out:
//   modular<N>   integers and bools as uint64_t, wrapped at the end: for what is the same modulo 2**64
//   integers<N>  integers as int64_t or uint64_t by signedness
//   floats<N>    float or double: float32 arithmetic rounds at each step, as machine code does
//   complexes<N> std::complex<float> or <double>
#include <bit>
#include <cmath>
#include <complex>
#include <numeric>

#include "ir/ops/table.h"
#include "ir/scalar.h"

namespace aic::ir::eval {
namespace {

template <class T>
using Cx = std::complex<T>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double ln2 = 0.693147180559945309417, log2e = 1.442695040888963407360, log10e = 0.434294481903251827651;
constexpr double pi = 3.14159265358979323846;

bool is_float32(DType d) { return d == DType::F32 || d == DType::C64; }

// ---- results ----
template <class T>
Scalar give(DType operand, T v) {
  if constexpr (std::is_same_v<T, bool>) return Scalar::boolean(v);
  if constexpr (std::is_floating_point_v<T>) return Scalar::floating(double(v), is_float32(operand) ? DType::F32 : DType::F64);
  if constexpr (std::is_integral_v<T>) return Scalar::integer(int64_t(v), operand);
}
template <class T>
Scalar give(DType operand, const Cx<T>& v) {
  return Scalar::complex(double(v.real()), double(v.imag()), operand == DType::C64 || operand == DType::F32 ? DType::C64 : DType::C128);
}

// ---- operands ----
template <class T>
T take(const Scalar& s) {
  if constexpr (std::is_integral_v<T>) return T(s.i);
  else if constexpr (std::is_floating_point_v<T>) return T(s.re);
  else return T(typename T::value_type(s.re), typename T::value_type(s.im));
}
template <int N, class T, class F>
Scalar call(const Scalar* x, F f) {
  if constexpr (N == 1) return give(x[0].dtype, f(take<T>(x[0])));
  else return give(x[0].dtype, f(take<T>(x[0]), take<T>(x[1])));
}
template <int N, class F>
Scalar modular(const Scalar* x, F f) { return call<N, uint64_t>(x, f); }
template <int N, class F>
Scalar integers(const Scalar* x, F f) {
  return is_signed(x[0].dtype) ? call<N, int64_t>(x, f) : call<N, uint64_t>(x, f);
}
template <int N, class F>
Scalar floats(const Scalar* x, F f) { return is_float32(x[0].dtype) ? call<N, float>(x, f) : call<N, double>(x, f); }
template <int N, class F>
Scalar complexes(const Scalar* x, F f) { return x[0].dtype == DType::C64 ? call<N, Cx<float>>(x, f) : call<N, Cx<double>>(x, f); }
// The same formula for every kind.
template <int N, class F>
Scalar numbers(const Scalar* x, F f) {
  if (is_complex(x[0].dtype)) return complexes<N>(x, f);
  return is_float(x[0].dtype) ? floats<N>(x, f) : integers<N>(x, f);
}
template <int N, class F>
Scalar inexact(const Scalar* x, F f) { return is_complex(x[0].dtype) ? complexes<N>(x, f) : floats<N>(x, f); }
template <int N, class F>
Scalar ring(const Scalar* x, F f) {
  if (is_complex(x[0].dtype)) return complexes<N>(x, f);
  return is_float(x[0].dtype) ? floats<N>(x, f) : modular<N>(x, f);
}
template <int N, class F, class G>
Scalar real_or_integer(const Scalar* x, F on_floats, G on_integers) {
  return is_float(x[0].dtype) ? floats<N>(x, on_floats) : integers<N>(x, on_integers);
}

// ---- integers ----
template <class T>
constexpr bool wraps(T, T y) { return std::is_signed_v<T> && y == T(-1); }  // x / y: may overflow; x % y is 0
template <class T>
T floor_quotient(T x, T y) {
  if (y == 0) return 0;
  if (wraps(x, y)) return T(0 - uint64_t(x));
  T q = x / y;
  return x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q;
}
template <class T>
T floor_rest(T x, T y) {
  if (y == 0 || wraps(x, y)) return 0;
  T r = x % y;
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
template <class T>
T integer_power(T x, T y) {
  if (y < 0) return x == 1 ? 1 : x == T(-1) ? (y % 2 ? T(-1) : T(1)) : T(0);
  uint64_t r = 1, base = uint64_t(x);
  for (uint64_t n = uint64_t(y); n; n >>= 1, base *= base)
    if (n & 1) r *= base;
  return T(r);
}
uint64_t magnitude(int64_t x) { return x < 0 ? 0 - uint64_t(x) : uint64_t(x); }
uint64_t magnitude(uint64_t x) { return x; }
int bits(DType d) { return byte_size(d) * 8; }

// ---- floats ----
template <class T>
T float_rest(T x, T y) {
  T m = std::fmod(x, y);
  if (y == 0) return m;
  if (m == 0) return std::copysign(T(0), y);
  return (y < 0) != (m < 0) ? m + y : m;
}
template <class T>
T float_floor_quotient(T x, T y) {
  if (y == 0) return x / y;
  T m = std::fmod(x, y), q = (x - m) / y;
  if (m != 0 && (y < 0) != (m < 0)) q -= 1;
  if (q == 0) return std::copysign(T(0), x / y);
  T r = std::floor(q);
  return q - r > T(0.5) ? r + 1 : r;
}

// ---- complex ----
template <class T>
Cx<T> times(Cx<T> a, Cx<T> b) { return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()}; }
// Smith's division; CPython divides where NumPy multiplies by a reciprocal.
template <class T>
Cx<T> quotient(Cx<T> a, Cx<T> b, bool python) {
  T c = b.real(), d = b.imag();
  if (std::abs(c) >= std::abs(d)) {
    if (c == 0 && d == 0) return {a.real() / std::abs(c), a.imag() / std::abs(c)};
    T r = d / c, n = c + d * r, re = a.real() + a.imag() * r, im = a.imag() - a.real() * r;
    return python ? Cx<T>{re / n, im / n} : Cx<T>{re * (1 / n), im * (1 / n)};
  }
  if (python && !(std::abs(d) >= std::abs(c))) return {T(nan), T(nan)};  // a part of b is nan
  T r = c / d, n = c * r + d, re = a.real() * r + a.imag(), im = a.imag() * r - a.real();
  return python ? Cx<T>{re / n, im / n} : Cx<T>{re * (1 / n), im * (1 / n)};
}
template <class T>
bool has_nan(T x) { return x != x; }
template <class T>
bool has_nan(Cx<T> z) { return z.real() != z.real() || z.imag() != z.imag(); }
template <class T>
bool below(T x, T y) { return x < y; }
template <class T>
bool below(Cx<T> x, Cx<T> y) {
  if (x.real() == y.real()) return x.imag() < y.imag();
  return x.real() < y.real() && x.imag() == x.imag() && y.imag() == y.imag();
}
template <class T>
bool not_above(T x, T y) { return x <= y; }
template <class T>
bool not_above(Cx<T> x, Cx<T> y) {
  if (x.real() == y.real()) return x.imag() <= y.imag();
  return x.real() < y.real() && x.imag() == x.imag() && y.imag() == y.imag();
}
// By squaring for small whole exponents, so that (1+2j)**2 is exact; else C's cpow.
template <class T>
Cx<T> complex_power(Cx<T> a, Cx<T> b, bool python) {
  if (b == Cx<T>(0)) return 1;
  if (a == Cx<T>(0)) return b.real() > 0 && (b.imag() == 0 || !python) ? Cx<T>(0) : Cx<T>(T(nan), T(nan));
  if (!python && b.imag() == 0 && b.real() == 1) return a;
  if (!python && b.imag() == 0 && b.real() == 2) return times(a, a);
  if (!python && b.imag() == 0 && b.real() == 3) return times(a, times(a, a));
  if (b.imag() == 0 && b.real() == std::trunc(b.real()) && std::abs(b.real()) < 100) {
    Cx<T> r = 1, base = a;
    for (int n = int(std::abs(b.real())); n; n >>= 1, base = times(base, base))
      if (n & 1) r = times(r, base);
    return b.real() < 0 ? quotient(Cx<T>(1), r, python) : r;
  }
  return std::pow(a, b);
}
template <class T>
Cx<T> complex_expm1(Cx<T> z) {
  T s = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * s * s, std::exp(z.real()) * std::sin(z.imag())};
}
template <class T>
Cx<T> complex_log1p(Cx<T> z) {
  T x = z.real(), y = z.imag();
  T re = std::hypot(x, y) < T(0.5) ? T(0.5) * std::log1p(x * (2 + x) + y * y) : std::log(std::hypot(1 + x, y));
  return {re, std::atan2(y, 1 + x)};
}
template <class T>
Cx<T> direction(Cx<T> z) {
  T m = std::hypot(z.real(), z.imag());
  if (m == 0) return 0;
  if (!std::isinf(m)) return {z.real() / m, z.imag() / m};
  bool re = std::isinf(z.real()), im = std::isinf(z.imag());
  if (re == im) return {T(nan), T(nan)};
  return re ? Cx<T>(std::copysign(T(1), z.real()), 0) : Cx<T>(0, std::copysign(T(1), z.imag()));
}
}  // namespace

// ---- arithmetic ----
Scalar add(const Scalar* x, DType) { return ring<2>(x, [](auto a, auto b) { return a + b; }); }
Scalar subtract(const Scalar* x, DType) { return ring<2>(x, [](auto a, auto b) { return a - b; }); }
Scalar multiply(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<2>(x, [](auto a, auto b) { return times(a, b); });
  return ring<2>(x, [](auto a, auto b) { return a * b; });
}
Scalar divide(const Scalar* x, DType) {
  bool python = x[0].python;
  if (is_complex(x[0].dtype)) return complexes<2>(x, [=](auto a, auto b) { return quotient(a, b, python); });
  return floats<2>(x, [](auto a, auto b) { return a / b; });
}
// |x| is scaled so that the integer quotient has at least 64 - 1 bits; what is cut off is put into the last bit, which
// rounding to 53 bits looks at only to know that it is there.
Scalar int_divide(const Scalar* x, DType) {
  unsigned __int128 a = magnitude(x[0].i);
  uint64_t b = magnitude(x[1].i);
  if (b == 0) return Scalar::floating(x[0].i == 0 ? nan : std::copysign(HUGE_VAL, double(x[0].i)));
  int shift = a == 0 ? 0 : std::countl_zero(uint64_t(a)) + (64 - std::countl_zero(b)) - 1;
  a <<= shift;
  uint64_t q = uint64_t(a / b) | uint64_t(a % b != 0);
  double v = std::ldexp(double(q), -shift);
  return Scalar::floating((x[0].i < 0) != (x[1].i < 0) ? -v : v);  // 0 / -5 is -0.0
}
Scalar floor_divide(const Scalar* x, DType) {
  return real_or_integer<2>(x, [](auto a, auto b) { return float_floor_quotient(a, b); }, [](auto a, auto b) { return floor_quotient(a, b); });
}
Scalar remainder(const Scalar* x, DType) {
  return real_or_integer<2>(x, [](auto a, auto b) { return float_rest(a, b); }, [](auto a, auto b) { return floor_rest(a, b); });
}
Scalar fmod(const Scalar* x, DType) {
  return real_or_integer<2>(x, [](auto a, auto b) { return std::fmod(a, b); }, [](auto a, auto b) { return b == 0 || wraps(a, b) ? decltype(a)(0) : a % b; });
}
Scalar power(const Scalar* x, DType) {
  bool python = x[0].python;
  if (is_complex(x[0].dtype)) return complexes<2>(x, [=](auto a, auto b) { return complex_power(a, b, python); });
  return real_or_integer<2>(x, [](auto a, auto b) { return std::pow(a, b); }, [](auto a, auto b) { return integer_power(a, b); });
}
Scalar negative(const Scalar* x, DType) {
  return ring<1>(x, [](auto a) { if constexpr (std::is_integral_v<decltype(a)>) return 0 - a; else return -a; });
}
Scalar positive(const Scalar* x, DType) { return x[0]; }
Scalar absolute(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return std::hypot(z.real(), z.imag()); });
  return real_or_integer<1>(x, [](auto a) { return std::fabs(a); }, [](auto a) { return magnitude(a); });
}
Scalar fabs(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::fabs(a); }); }
Scalar sign(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return direction(z); });
  return numbers<1>(x, [](auto a) {
    using T = decltype(a);
    if constexpr (std::is_arithmetic_v<T>) return a > 0 ? T(1) : a < 0 ? T(-1) : a == 0 ? T(0) : a;
    else return a;
  });
}
Scalar square(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return times(z, z); });
  return ring<1>(x, [](auto a) { return a * a; });
}
template <class T>
Cx<T> complex_reciprocal(Cx<T> z) {
  T c = z.real(), d = z.imag();
  bool wide = std::abs(d) <= std::abs(c);
  T r = wide ? d / c : c / d, n = wide ? c + d * r : c * r + d;
  return wide ? Cx<T>(1 / n, -r / n) : Cx<T>(r / n, -1 / n);
}
Scalar reciprocal(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return complex_reciprocal(z); });
  int64_t of_zero = x[0].dtype == DType::I32 ? INT32_MIN : x[0].dtype == DType::I64 ? INT64_MIN : 0;
  return real_or_integer<1>(x, [](auto a) { return 1 / a; }, [=](auto a) {
    using T = decltype(a);
    if (a == 0) return T(of_zero);
    return a == T(1) || (std::is_signed_v<T> && a == T(-1)) ? a : T(0);
  });
}

// ---- rounding ----
Scalar rint(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return decltype(z)(std::rint(z.real()), std::rint(z.imag())); });
  return floats<1>(x, [](auto a) { return std::rint(a); });
}
Scalar floor(const Scalar* x, DType) { return is_float(x[0].dtype) ? floats<1>(x, [](auto a) { return std::floor(a); }) : x[0]; }
Scalar ceil(const Scalar* x, DType) { return is_float(x[0].dtype) ? floats<1>(x, [](auto a) { return std::ceil(a); }) : x[0]; }
Scalar trunc(const Scalar* x, DType) { return is_float(x[0].dtype) ? floats<1>(x, [](auto a) { return std::trunc(a); }) : x[0]; }

// ---- exponentials, trigonometry: C's ----
Scalar sqrt(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::sqrt(a); }); }
Scalar cbrt(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::cbrt(a); }); }
Scalar exp(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::exp(a); }); }
Scalar exp2(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return std::exp(z * typename decltype(z)::value_type(ln2)); });
  return floats<1>(x, [](auto a) { return std::exp2(a); });
}
Scalar expm1(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return complex_expm1(z); });
  return floats<1>(x, [](auto a) { return std::expm1(a); });
}
Scalar log(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::log(a); }); }
Scalar log2(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return std::log(z) * typename decltype(z)::value_type(log2e); });
  return floats<1>(x, [](auto a) { return std::log2(a); });
}
Scalar log10(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return std::log(z) * typename decltype(z)::value_type(log10e); });
  return floats<1>(x, [](auto a) { return std::log10(a); });
}
Scalar log1p(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return complex_log1p(z); });
  return floats<1>(x, [](auto a) { return std::log1p(a); });
}
Scalar sin(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::sin(a); }); }
Scalar cos(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::cos(a); }); }
Scalar tan(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::tan(a); }); }
Scalar arcsin(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::asin(a); }); }
Scalar arccos(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::acos(a); }); }
Scalar arctan(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::atan(a); }); }
Scalar arctan2(const Scalar* x, DType) { return floats<2>(x, [](auto a, auto b) { return std::atan2(a, b); }); }
Scalar sinh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::sinh(a); }); }
Scalar cosh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::cosh(a); }); }
Scalar tanh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::tanh(a); }); }
Scalar arcsinh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::asinh(a); }); }
Scalar arccosh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::acosh(a); }); }
Scalar arctanh(const Scalar* x, DType) { return inexact<1>(x, [](auto a) { return std::atanh(a); }); }
Scalar erf(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::erf(a); }); }
Scalar erfc(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::erfc(a); }); }
Scalar gamma(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::tgamma(a); }); }
Scalar lgamma(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return std::lgamma(a); }); }
Scalar hypot(const Scalar* x, DType) { return floats<2>(x, [](auto a, auto b) { return std::hypot(a, b); }); }
Scalar logaddexp(const Scalar* x, DType) {
  return floats<2>(x, [](auto a, auto b) {
    using T = decltype(a);
    T d = a - b;
    if (a == b) return a + T(ln2);
    return d > 0 ? a + std::log1p(std::exp(-d)) : d <= 0 ? b + std::log1p(std::exp(d)) : d;
  });
}
Scalar logaddexp2(const Scalar* x, DType) {
  return floats<2>(x, [](auto a, auto b) {
    using T = decltype(a);
    T d = a - b;
    if (a == b) return a + 1;
    return d > 0 ? a + T(log2e) * std::log1p(std::exp2(-d)) : d <= 0 ? b + T(log2e) * std::log1p(std::exp2(d)) : d;
  });
}

// ---- floating-point parts ----
Scalar copysign(const Scalar* x, DType) { return floats<2>(x, [](auto a, auto b) { return std::copysign(a, b); }); }
Scalar nextafter(const Scalar* x, DType) { return floats<2>(x, [](auto a, auto b) { return std::nextafter(a, b); }); }
Scalar ldexp(const Scalar* x, DType) {
  return floats<2>(x, [](auto a, auto b) { return std::ldexp(a, b > 5000 ? 5000 : b > -5000 ? int(b) : -5000); });
}
Scalar heaviside(const Scalar* x, DType) {
  return floats<2>(x, [](auto a, auto b) { return a < 0 ? decltype(a)(0) : a > 0 ? decltype(a)(1) : a == 0 ? b : a; });
}
Scalar deg2rad(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return a * decltype(a)(pi / 180); }); }
Scalar rad2deg(const Scalar* x, DType) { return floats<1>(x, [](auto a) { return a * decltype(a)(180 / pi); }); }

// ---- order ----
Scalar maximum(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(b, a) || has_nan(a) ? a : b; }); }
Scalar minimum(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(a, b) || has_nan(a) ? a : b; }); }
Scalar fmax(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(b, a) || has_nan(b) ? a : b; }); }
Scalar fmin(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(a, b) || has_nan(b) ? a : b; }); }
Scalar equal(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return a == b; }); }
Scalar not_equal(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return a != b; }); }
Scalar less(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(a, b); }); }
Scalar less_equal(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return not_above(a, b); }); }
Scalar greater(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return below(b, a); }); }
Scalar greater_equal(const Scalar* x, DType) { return numbers<2>(x, [](auto a, auto b) { return not_above(b, a); }); }

// ---- truth and bits ----
Scalar logical_and(const Scalar* x, DType) { return Scalar::boolean(x[0].truth() && x[1].truth()); }
Scalar logical_or(const Scalar* x, DType) { return Scalar::boolean(x[0].truth() || x[1].truth()); }
Scalar logical_xor(const Scalar* x, DType) { return Scalar::boolean(x[0].truth() != x[1].truth()); }
Scalar logical_not(const Scalar* x, DType) { return Scalar::boolean(!x[0].truth()); }
Scalar bitwise_and(const Scalar* x, DType) { return modular<2>(x, [](uint64_t a, uint64_t b) { return a & b; }); }
Scalar bitwise_or(const Scalar* x, DType) { return modular<2>(x, [](uint64_t a, uint64_t b) { return a | b; }); }
Scalar bitwise_xor(const Scalar* x, DType) { return modular<2>(x, [](uint64_t a, uint64_t b) { return a ^ b; }); }
Scalar invert(const Scalar* x, DType) {
  if (x[0].dtype == DType::Bool) return Scalar::boolean(x[0].i == 0);
  return modular<1>(x, [](uint64_t a) { return ~a; });
}
Scalar left_shift(const Scalar* x, DType) {
  return modular<2>(x, [n = uint64_t(bits(x[0].dtype))](uint64_t a, uint64_t b) { return b < n ? a << b : 0; });
}
Scalar right_shift(const Scalar* x, DType) {
  return integers<2>(x, [n = uint64_t(bits(x[0].dtype))](auto a, auto b) { return uint64_t(b) < n ? a >> b : decltype(a)(a < 0 ? -1 : 0); });
}
Scalar bit_count(const Scalar* x, DType) {
  uint64_t m = is_signed(x[0].dtype) ? magnitude(x[0].i) : uint64_t(x[0].i);
  return Scalar::integer(std::popcount(m), DType::U8);
}
Scalar gcd(const Scalar* x, DType) {
  return integers<2>(x, [](auto a, auto b) { return std::gcd(magnitude(a), magnitude(b)); });
}
Scalar lcm(const Scalar* x, DType) {
  return integers<2>(x, [](auto a, auto b) {
    uint64_t g = std::gcd(magnitude(a), magnitude(b));
    return g == 0 ? 0 : magnitude(a) / g * magnitude(b);
  });
}
Scalar isnan(const Scalar* x, DType) { return numbers<1>(x, [](auto a) { return has_nan(a); }); }
Scalar isinf(const Scalar* x, DType) { return Scalar::boolean(std::isinf(x[0].re) || std::isinf(x[0].im)); }
Scalar isfinite(const Scalar* x, DType) { return Scalar::boolean(std::isfinite(x[0].re) && std::isfinite(x[0].im)); }
Scalar signbit(const Scalar* x, DType) { return Scalar::boolean(std::signbit(x[0].re)); }

// ---- complex parts, choice, conversion ----
Scalar conjugate(const Scalar* x, DType) {
  return is_complex(x[0].dtype) ? Scalar::complex(x[0].re, -x[0].im, x[0].dtype) : x[0];
}
Scalar real(const Scalar* x, DType) {
  return is_complex(x[0].dtype) ? Scalar::floating(x[0].re, rule::part(x[0].dtype)) : x[0];
}
Scalar imag(const Scalar* x, DType) {
  return is_complex(x[0].dtype) ? Scalar::floating(x[0].im, rule::part(x[0].dtype)) : convert(Scalar::integer(0), x[0].dtype);
}
Scalar angle(const Scalar* x, DType) {
  if (is_complex(x[0].dtype)) return complexes<1>(x, [](auto z) { return std::atan2(z.imag(), z.real()); });
  return floats<1>(x, [](auto a) { return std::atan2(decltype(a)(0), a); });
}
Scalar complex(const Scalar* x, DType) { return Scalar::complex(x[0].re, x[1].re, rule::complex_of(x[0].dtype)); }
Scalar select(const Scalar* x, DType) { return x[0].truth() ? x[1] : x[2]; }
Scalar cast(const Scalar* x, DType to) { return convert(x[0], to); }

}  // namespace aic::ir::eval

namespace aic::ir {

// Bits of one sign are ordered as the numbers are.
static Scalar next_half(const Scalar& x, const Scalar& y) {
  DType d = x.dtype;
  if (x.re != x.re || y.re != y.re) return Scalar::floating(eval::nan, d);
  if (x.re == y.re) return d == DType::BF16 ? y : x;
  uint16_t bits = narrow_bits(x.re, d);
  if (x.re == 0) return Scalar::floating(narrow_value(y.re < 0 ? 0x8001 : 1, d), d);
  return Scalar::floating(narrow_value(uint16_t((x.re < y.re) == (x.re > 0) ? bits + 1 : bits - 1), d), d);
}

bool gives_first_of_equal_halves(std::string_view op) {
  return op == "maximum" || op == "minimum" || op == "fmax" || op == "fmin";
}

// float16 and bfloat16 are computed in float32 and rounded after each op, as NumPy, ml_dtypes and machine code do.
Scalar evaluate(OpCode code, const Scalar* operands, DType result) {
  const OpRecord& r = record(code);
  if (r.has(Selects) || r.has(ResultGiven) || !is_narrow_float(operands[0].dtype)) return r.eval(operands, result);
  if (code == "nextafter"_op) return next_half(operands[0], operands[1]);
  std::array<Scalar, 3> wide;
  for (int k = 0; k < r.arity(); ++k) wide[size_t(k)] = convert(operands[k], DType::F32);
  if (operands[0].dtype == DType::F16 && gives_first_of_equal_halves(r.name)) std::swap(wide[0], wide[1]);
  Scalar out = r.eval(wide.data(), result);
  if (operands[0].dtype == DType::BF16 && code == "sign"_op && wide[0].re == 0) out = wide[0];  // ml_dtypes': of -0 it is -0
  return out.dtype == DType::F32 ? convert(out, operands[0].dtype) : out;
}

}  // namespace aic::ir
