// See constants.h. What is refused here is as important as what is computed: a division by zero, a shift by 64, an
// overflow stay in the program, where they raise or warn as the user expects.
#include "passes/constants.h"

#include <array>
#include <cmath>
#include <limits>

#include "ir/scalar.h"

namespace aic::passes {
using namespace ir;

std::optional<Number> find_number(const Function& f, ValueId v) {
  OpId def = f.defining_op(v);
  if (!def || f.op(def).code != "const"_op || !f.type(v).is_number()) return {};
  Number n{.dtype = f.type(v).dtype()};
  const Attr* a = f.find_attr(def, "value");
  if (!a) return {};
  const int64_t* i = std::get_if<int64_t>(a);
  const double* d = std::get_if<double>(a);
  if (!i && !d) return {};
  if (n.is_integral()) {
    if (!i) return {};
    n.i = wrap(*i, n.dtype);
    return n;
  }
  n.re = d ? *d : double(*i);
  if (const Attr* im = f.find_attr(def, "imaginary")) {
    const double* x = std::get_if<double>(im);
    n.im = x ? *x : double(std::get<int64_t>(*im));
  }
  // The text of a float32 may be that of a nearby double.
  const Scalar held = is_complex(n.dtype) ? Scalar::complex(n.re, n.im, n.dtype) : Scalar::floating(n.re, n.dtype);
  n.re = held.re, n.im = held.im;
  return n;
}
std::optional<int64_t> find_integer(const Function& f, ValueId v) {
  std::optional<Number> n = find_number(f, v);
  return n && n->is_integral() ? std::optional(n->i) : std::nullopt;
}
bool is_integer(const Function& f, ValueId v, int64_t want) {
  std::optional<int64_t> n = find_integer(f, v);
  return n && *n == want;
}

ValueId make_number(Builder& b, Type type, const Number& n) {
  if (n.is_integral()) return b.integer(n.i, type);
  if (is_complex(n.dtype)) return b.make("const"_op, {}, type, {{"value", n.re}, {"imaginary", n.im}});
  return b.make("const"_op, {}, type, {{"value", n.re}});
}

int64_t wrap(int64_t x, DType d) {
  switch (d) {
    case DType::Bool: return x != 0;
    case DType::I8: return int8_t(x);
    case DType::I16: return int16_t(x);
    case DType::I32: return int32_t(x);
    case DType::U8: return uint8_t(x);
    case DType::U16: return uint16_t(x);
    case DType::U32: return uint32_t(x);
    case DType::I64:
    case DType::U64:
    case DType::BF16:
    case DType::F16:
    case DType::F32:
    case DType::F64:
    case DType::C64:
    case DType::C128: return x;
  }
  return x;
}

// Operands on which machine code would trap, warn or raise: not for us.
static bool is_tame(OpCode code, std::span<const Number> x) {
  if (x.size() < 2 || !x[0].is_integral()) {
    // Python's float `//`, `%` and `**` have raised already; NumPy's warn at run time only. Values are the same.
    return true;
  }
  int64_t b = x[1].i;
  std::string_view name = record(code).name;
  if (name == "floor_divide" || name == "remainder" || name == "fmod" || name == "divide") return b > 0;
  if (name == "power") return b >= 0 && b < 64;
  if (name == "left_shift" || name == "right_shift") return b >= 0 && b < 8 * byte_size(x[0].dtype);
  return true;
}

static Number rounded(DType d, double re, double im = 0) {
  if (is_narrow_float(d)) return {.dtype = d, .re = ir::narrow_value(ir::narrow_bits(re, d), d)};
  if (d == DType::F32 || d == DType::C64) return {.dtype = d, .re = float(re), .im = float(im)};
  return {.dtype = d, .re = re, .im = im};
}

static ir::Scalar scalar(const Number& n) { return {.dtype = n.dtype, .i = n.i, .re = n.re, .im = n.im}; }

std::optional<Number> try_evaluate(OpCode code, std::span<const Number> x, DType result) {
  const OpRecord& r = record(code);
  if (r.tier != Tier::Elementwise || r.has(ResultGiven) || r.has(Selects) || x.empty() || x.size() > 3 || !is_tame(code, x))
    return {};
  std::array<DType, 3> types{};
  std::array<ir::Scalar, 3> in{};
  for (size_t k = 0; k < x.size(); ++k) types[k] = x[k].dtype, in[k] = scalar(x[k]);
  DType compute{};
  if (!r.dtype.compute(std::span(types.data(), x.size()), compute)) return {};
  for (size_t k = 0; k < x.size(); ++k)
    if (types[k] != compute) return {};
  // Python's complex division and power round otherwise than NumPy's, and a Number does not know whose it is.
  if (is_complex(compute) && (r.name == "divide" || r.name == "power")) return {};
  ir::Scalar out = ir::evaluate(code, in.data());
  if (out.dtype != result) return {};
  return Number{.dtype = out.dtype, .i = out.i, .re = out.re, .im = out.im};
}

std::optional<Number> try_cast(const Number& n, DType to) {
  if (to <= DType::U64) {
    if (to == DType::Bool) return Number{.dtype = to, .i = n.is_truthy()};
    if (n.is_integral()) return Number{.dtype = to, .i = wrap(n.i, to)};
    if (is_complex(n.dtype) || !(std::fabs(n.re) < 9e15)) return {};
    int64_t i = int64_t(n.re);
    return wrap(i, to) == i && to != DType::U64 ? std::optional(Number{.dtype = to, .i = i}) : std::nullopt;
  }
  if (is_complex(n.dtype) && !is_complex(to)) return {};
  if (!n.is_integral()) return rounded(to, n.re, n.im);
  if (to == DType::F32 || to == DType::C64 || to == DType::BF16)  // straight to float: no double rounding
    return rounded(to, n.dtype == DType::U64 ? float(uint64_t(n.i)) : float(n.i));
  return rounded(to, n.dtype == DType::U64 ? double(uint64_t(n.i)) : double(n.i));
}

static std::optional<int64_t> exact_power(int64_t x, int64_t n) {
  int64_t result = 1;
  if (n < 0) return {};
  if (x >= -1 && x <= 1) return x == 1 || n == 0 ? 1 : x == 0 ? 0 : n % 2 ? -1 : 1;
  for (; n > 0; --n)
    if (__builtin_mul_overflow(result, x, &result)) return {};
  return result;
}
std::optional<int64_t> try_exact(std::string_view op, std::span<const int64_t> x) {
  constexpr int64_t low = std::numeric_limits<int64_t>::min();
  int64_t out = 0;
  if (op == "add") return __builtin_add_overflow(x[0], x[1], &out) ? std::nullopt : std::optional(out);
  if (op == "subtract") return __builtin_sub_overflow(x[0], x[1], &out) ? std::nullopt : std::optional(out);
  if (op == "multiply") return __builtin_mul_overflow(x[0], x[1], &out) ? std::nullopt : std::optional(out);
  if (op == "negative") return x[0] == low ? std::nullopt : std::optional(-x[0]);
  if (op == "absolute") return x[0] == low ? std::nullopt : std::optional(std::abs(x[0]));
  if (op == "power") return exact_power(x[0], x[1]);
  if (op == "left_shift") {
    if (x[1] < 0 || x[1] > 62) return x[0] == 0 && x[1] >= 0 ? std::optional<int64_t>(0) : std::nullopt;
    return __builtin_mul_overflow(x[0], int64_t(1) << x[1], &out) ? std::nullopt : std::optional(out);
  }
  if (op == "floor_divide") {
    if (x[1] == 0 || (x[0] == low && x[1] == -1)) return {};
    int64_t q = x[0] / x[1];
    return q - (x[0] % x[1] != 0 && (x[0] < 0) != (x[1] < 0));
  }
  return {};
}

// ---- identities ----
static int64_t least(DType d) {
  if (!is_signed(d)) return 0;
  return d == DType::I64 ? std::numeric_limits<int64_t>::min() : -(int64_t(1) << (8 * byte_size(d) - 1));
}
static int64_t greatest(DType d) {
  if (d == DType::Bool) return 1;
  if (is_signed(d)) return -(least(d) + 1);
  return d == DType::U64 ? -1 : (int64_t(1) << (8 * byte_size(d))) - 1;
}

Number identity_number(std::string_view kind, DType d) {
  auto number = [&](int x) { return d <= DType::U64 ? Number{.dtype = d, .i = x} : Number{.dtype = d, .re = double(x)}; };
  if (kind == "add" || kind == "logical_or" || kind == "bitwise_or" || kind == "bitwise_xor" || kind == "logical_xor")
    return number(0);
  if (kind == "multiply" || kind == "logical_and") return number(1);
  if (kind == "bitwise_and") return {.dtype = d, .i = is_signed(d) ? -1 : greatest(d)};
  bool max = kind == "maximum" || kind == "fmax", skips_nan = kind == "fmax" || kind == "fmin";
  AIC_CHECK(max || skips_nan || kind == "minimum", std::string(kind));
  constexpr double inf = std::numeric_limits<double>::infinity();
  double edge = skips_nan ? std::numeric_limits<double>::quiet_NaN() : max ? -inf : inf;
  if (is_float(d)) return {.dtype = d, .re = edge};
  if (is_complex(d)) return {.dtype = d, .re = edge, .im = edge};
  return {.dtype = d, .i = max ? least(d) : greatest(d)};
}

}  // namespace aic::passes
