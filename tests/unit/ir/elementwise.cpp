// The elementwise table: every record's samples (NumPy's values), its dtype rule, and its derivative against central
// differences of what the interpreter computes.
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "ir/scalar.h"

using namespace aic::ir;

namespace {

bool takes(const OpRecord& r, DType d) {
  DType in[3] = {r.has(Selects) ? DType::Bool : d, d, d}, out{};
  return r.dtype.compute(std::span(in, size_t(r.arity())), out) && out == d;
}

std::array<Scalar, 3> operands(const OpRecord& r, const std::array<double, 3>& in, DType d) {
  std::array<Scalar, 3> x;
  for (size_t k = 0; k < 3; ++k) x[k] = convert(Scalar::floating(in[k]), d);
  if (r.has(Selects)) x[0] = Scalar::boolean(in[0] != 0);
  return x;
}

// Equal, or apart by at most `ulps` units in the last place of want; zeros with their signs, nan as nan.
bool close(double got, double want, double ulps) {
  if (std::isnan(want) || std::isnan(got)) return std::isnan(want) && std::isnan(got);
  if (want == 0 || got == want) return got == want && std::signbit(got) == std::signbit(want);
  if (got == want) return true;  // before the unit of the largest float, which is inf
  double unit = std::nextafter(std::fabs(want), HUGE_VAL) - std::fabs(want);
  return std::fabs(got - want) <= ulps * unit;
}

}  // namespace

TEST_CASE("samples_hold") {
  for (const OpRecord& r : elementwise_records) {
    OpCode code{};
    REQUIRE(find_op(r.name, code));
    DType d = takes(r, DType::F64) ? DType::F64 : DType::I64;
    for (int k = 0; k < r.samples.count; ++k) {
      const Sample& s = r.samples.at[size_t(k)];
      std::array<Scalar, 3> x = operands(r, s.in, d);
      Scalar got = evaluate(code, x.data(), d);
      INFO(r.name << "(" << s.in[0] << ", " << s.in[1] << ", " << s.in[2] << ") = " << got.number() << ", wanted " << s.want);
      CHECK(close(got.number(), s.want, r.ulp));
      CHECK(got.dtype == r.dtype.result(d));
    }
  }
}

TEST_CASE("every_dtype_evaluates_to_its_result_dtype") {
  for (const OpRecord& r : elementwise_records)
    for (int d = 0; d <= int(DType::C128); ++d) {
      if (!takes(r, DType(d))) continue;
      OpCode code{};
      REQUIRE(find_op(r.name, code));
      std::array<Scalar, 3> x = operands(r, {1, 1, 1}, DType(d));
      INFO(r.name << " on " << name(DType(d)));
      CHECK(evaluate(code, x.data(), DType(d)).dtype == r.dtype.result(DType(d)));
    }
}

TEST_CASE("compute_of_compute_is_compute") {
  for (const OpRecord& r : elementwise_records)
    for (int d = 0; d <= int(DType::C128); ++d) {
      DType in[3] = {r.has(Selects) ? DType::Bool : DType(d), DType(d), DType(d)}, out{}, again{};
      if (!r.dtype.compute(std::span(in, size_t(r.arity())), out)) continue;
      for (DType& t : in) t = out;
      if (r.has(Selects)) in[0] = DType::Bool;
      INFO(r.name << " on " << name(DType(d)));
      CHECK(r.dtype.compute(std::span(in, size_t(r.arity())), again));
      CHECK(again == out);
    }
}

TEST_CASE("int_divide_rounds_once") {
  auto divide = [](int64_t a, int64_t b) {
    Scalar x[2] = {Scalar::integer(a), Scalar::integer(b)};
    return evaluate("int_divide"_op, x).re;
  };
  // CPython's values; the quotient of the converted operands differs in each of the first three.
  CHECK(divide(9007199254740993, 9007199254740995) == 0.9999999999999998);
  CHECK(divide(INT64_MAX, 3) == 3.0744573456182584e+18);
  CHECK(divide(9223372036854775295, 511) == 1.8049651735527935e+16);
  CHECK(divide(INT64_MIN, -1) == 9.223372036854775808e18);
  CHECK(divide(INT64_MIN, INT64_MAX) == -1.0);
  CHECK(std::signbit(divide(0, -5)));
}

TEST_CASE("integers_behave_as_numpy_s_at_the_edges") {
  auto on = [](std::string_view op, int64_t a, int64_t b, DType d) {
    OpCode code{};
    REQUIRE(find_op(op, code));
    Scalar x[2] = {Scalar::integer(a, d), Scalar::integer(b, d)};
    return evaluate(code, x).i;
  };
  CHECK(on("floor_divide", -128, -1, DType::I8) == -128);
  CHECK(on("floor_divide", 7, 0, DType::I64) == 0);
  CHECK(on("floor_divide", INT64_MIN, -1, DType::I64) == INT64_MIN);
  CHECK(on("floor_divide", -7, 2, DType::I32) == -4);
  CHECK(on("remainder", INT64_MIN, -1, DType::I64) == 0);
  CHECK(on("remainder", -7, 3, DType::I64) == 2);
  CHECK(on("fmod", -7, 3, DType::I64) == -1);
  CHECK(on("add", 127, 1, DType::I8) == -128);
  CHECK(on("multiply", 200, 2, DType::U8) == 144);
  CHECK(on("power", 3, 40, DType::I64) == int64_t(12157665459056928801ull));
  CHECK(on("left_shift", 1, 8, DType::U8) == 0);
  CHECK(on("right_shift", -1, -1, DType::I8) == -1);
  CHECK(on("gcd", INT64_MIN, 0, DType::I64) == INT64_MIN);
  CHECK(on("maximum", -1, 1, DType::U64) == -1);  // 2**64 - 1
  CHECK(on("absolute", -128, 0, DType::I8) == -128);
  CHECK(on("add", 1, 1, DType::Bool) == 1);
}

TEST_CASE("conversions_are_numpy_s") {
  auto to = [](double v, DType d) { return convert(Scalar::floating(v), d).i; };
  CHECK(to(300, DType::I8) == 44);
  CHECK(to(-129, DType::I8) == 127);
  CHECK(to(3e9, DType::I32) == INT32_MIN);
  CHECK(to(-2147483648.5, DType::I32) == INT32_MIN);
  CHECK(to(3e9, DType::U32) == 3000000000);
  CHECK(to(-1, DType::U64) == -1);
  CHECK(to(1.8e19, DType::U64) == int64_t(18000000000000000000ull));
  CHECK(to(NAN, DType::I64) == INT64_MIN);
  CHECK(to(NAN, DType::Bool) == 1);
  CHECK(convert(Scalar::integer(16777217), DType::F32).re == 16777216.0);
  CHECK(convert(Scalar::integer(-1, DType::U64), DType::F64).re == 18446744073709551616.0);
  CHECK(convert(Scalar::complex(1.5, 2), DType::F64).re == 1.5);
}

TEST_CASE("python_and_numpy_divide_complex_numbers_differently") {
  Scalar x[2] = {Scalar::complex(1, 1), Scalar::complex(3, 1)};
  Scalar numpy = evaluate("divide"_op, x);
  x[0].python = true;
  Scalar python = evaluate("divide"_op, x);
  CHECK(python.re == 0.39999999999999997);  // what CPython 3.11 prints for (1+1j) / (3+1j)
  CHECK(close(numpy.re, 0.4, 2));
}
