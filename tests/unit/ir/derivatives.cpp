// Derivative rules against central differences. For a result f and a gradient g, a rule gives the gradient of
// L = re(conj(g) · f): ∂L/∂x, for complex x ∂L/∂re + i ∂L/∂im. The rule's IR is built, verified and interpreted; f is
// the record's own `eval`.
#include <catch2/catch.hpp>
#include <cmath>

#include "ir/builder.h"
#include "ir/interpret.h"
#include "ir/ops/table.h"
#include "ir/verify.h"

using namespace aic::ir;

namespace {

bool takes(const OpRecord& r, DType d) {
  DType in[3] = {r.has(Selects) ? DType::Bool : d, d, d}, out{};
  return r.dtype.compute(std::span(in, size_t(r.arity())), out) && out == d;
}

struct Case {
  OpCode code;
  DType dtype;   // of the operands
  DType result;
  size_t operand;  // with respect to which
};

// Gradient by the rule. An op's operands, then the incoming gradient.
Scalar by_rule(const Case& c, const std::array<Scalar, 3>& x, Scalar g) {
  const OpRecord& r = record(c.code);
  Module m;
  Function& f = m.add_function("rule", Form::Tensor);
  std::vector<ValueId> in;
  std::vector<RuntimeValue> arguments;
  for (size_t k = 0; k < size_t(r.arity()); ++k) {
    in.push_back(f.add_argument(f.body(), Type::scalar(x[k].dtype)));
    arguments.push_back(x[k]);
  }
  ValueId gradient = f.add_argument(f.body(), Type::scalar(g.dtype));
  arguments.push_back(g);
  Builder b(f);
  ValueId out = b.make(c.code, in, Type::scalar(c.result));
  auto expression = [&](size_t k) { return k < in.size() ? Expr{&b, in[k]} : Expr{}; };
  Expr e = r.derivative.rule[c.operand]({expression(0), expression(1), expression(2), {&b, out}, {&b, gradient}});
  if (!e) return convert(Scalar::integer(0), c.dtype);
  f.result_types = {f.type(e.value)};
  b.op("return"_op, {e.value}, {});
  std::vector<std::string> errors = verify(f);
  INFO(print(f));
  INFO((errors.empty() ? "" : errors[0]));
  REQUIRE(errors.empty());
  Result result = interpret(m, "rule", arguments);
  REQUIRE(result.exception.empty());
  Scalar s = std::get<Scalar>(result.values[0]);
  CHECK(s.dtype == c.dtype);
  return s;
}

double loss(const Case& c, const std::array<Scalar, 3>& x, const Scalar& g) {
  Scalar f = evaluate(c.code, x.data(), c.result);
  return g.re * f.re + g.im * f.im;
}
double difference(const Case& c, std::array<Scalar, 3> x, const Scalar& g, double Scalar::* part) {
  double& v = x[c.operand].*part;
  double at = v, h = 1e-5 * std::max(0.1, std::fabs(at));
  v = at + h;
  double up = loss(c, x, g);
  v = at - h;
  return (up - loss(c, x, g)) / (2 * h);
}

class Random {  // the same numbers everywhere
 public:
  double in(double low, double high) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return low + (high - low) * double(state_ >> 11) * 0x1p-53;
  }

 private:
  uint64_t state_ = 42;
};

void compare(const Case& c, Random& random) {
  const OpRecord& r = record(c.code);
  std::array<Scalar, 3> x;
  auto number = [&](DType d) {
    return is_complex(d) ? Scalar::complex(random.in(r.low, r.high), random.in(r.low, r.high), d)
                         : Scalar::floating(random.in(r.low, r.high), d);
  };
  for (size_t k = 0; k < 3; ++k) x[k] = number(c.dtype);
  if (r.has(Selects)) x[0] = Scalar::boolean(random.in(0, 1) < 0.5);
  if (r.name == "ldexp") x[1].re = std::trunc(x[1].re);
  Scalar g = is_complex(c.result) ? Scalar::complex(random.in(-2, 2), random.in(-2, 2), c.result)
                                  : Scalar::floating(random.in(-2, 2), c.result);
  Scalar got = by_rule(c, x, g);
  double re = difference(c, x, g, &Scalar::re), im = is_complex(c.dtype) ? difference(c, x, g, &Scalar::im) : 0;
  double scale = 1 + std::fabs(re) + std::fabs(im) + std::fabs(loss(c, x, g));
  INFO(r.name << " with respect to operand " << c.operand << " at (" << x[0].re << "+" << x[0].im << "j, " << x[1].re << "+"
              << x[1].im << "j), g = " << g.re << "+" << g.im << "j: rule " << got.re << "+" << got.im << "j, differences "
              << re << "+" << im << "j");
  CHECK(std::fabs(got.re - re) <= 2e-6 * scale);
  CHECK(std::fabs(got.im - im) <= 2e-6 * scale);
}

// Rule of a real op at chosen points.
double at(OpCode code, std::array<double, 2> x, size_t operand = 0, double g = 1) {
  std::array<Scalar, 3> in{Scalar::floating(x[0]), Scalar::floating(x[1]), {}};
  return by_rule({code, DType::F64, DType::F64, operand}, in, Scalar::floating(g)).re;
}

}  // namespace

TEST_CASE("derivatives_agree_with_differences") {
  Random random;
  int compared = 0;
  for (const OpRecord& r : elementwise_records) {
    if (!r.derivative.none.empty() || r.has(ResultGiven)) continue;
    OpCode code{};
    REQUIRE(find_op(r.name, code));
    for (DType d : {DType::F64, DType::C128}) {
      if (!takes(r, d)) continue;
      for (size_t k = r.has(Selects) ? 1 : 0; k < size_t(r.arity()); ++k) {
        // The second operand of ldexp is whole: it has no neighbours.
        if (r.name == "ldexp" && k == 1) continue;
        for (int n = 0; n < 12; ++n) compare({code, d, r.dtype.result(d), k}, random);
        ++compared;
      }
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("derivatives_of_casts") {
  auto cast = [](DType from, DType to, Scalar g) {
    return by_rule({"cast"_op, from, to, 0}, {convert(Scalar::floating(1.5), from), {}, {}}, g);
  };
  CHECK(cast(DType::F64, DType::F32, Scalar::floating(2, DType::F32)).re == 2);
  CHECK(cast(DType::F64, DType::C128, Scalar::complex(2, 3)).re == 2);
  CHECK(cast(DType::C128, DType::F64, Scalar::floating(2)).im == 0);
  CHECK(cast(DType::F64, DType::I64, Scalar::integer(2)).re == 0);
}

TEST_CASE("derivatives_hold_at_the_extremes") {
  CHECK(at("tanh"_op, {30, 0}) == Approx(4 * std::exp(-60.0)).epsilon(1e-12));
  CHECK(at("tanh"_op, {400, 0}) == 0);
  CHECK(at("expm1"_op, {-30, 0}) == Approx(std::exp(-30.0)).epsilon(1e-12));
  CHECK(at("arcsinh"_op, {1e200, 0}) == Approx(1e-200));
  CHECK(at("arctan2"_op, {1e200, 1e200}) == Approx(0.5e-200));
  CHECK(at("arcsin"_op, {1 - 1e-12, 0}) == Approx(1 / std::sqrt(2e-12 - 1e-24)).epsilon(1e-4));
  CHECK(at("log1p"_op, {1e-300, 0}) == 1);
  CHECK(at("hypot"_op, {0, 0}) == 0);
  CHECK(at("absolute"_op, {0, 0}) == 0);
  CHECK(at("sqrt"_op, {0, 0}, 0, 0) == 0);  // 0 · inf stays 0
  CHECK(std::isinf(at("sqrt"_op, {0, 0})));
  CHECK(at("power"_op, {0, 0}) == 0);
  CHECK(at("power"_op, {0, 2}, 1) == 0);
  CHECK(at("power"_op, {0, 1}) == 1);
  CHECK(at("logaddexp"_op, {-INFINITY, -INFINITY}) == 0.5);
  CHECK(at("logaddexp"_op, {800, 0}) == 1);
  CHECK(at("logaddexp"_op, {0, 700}) == Approx(std::exp(-700.0)).epsilon(1e-12));
  CHECK(at("maximum"_op, {2, 2}) == 0.5);
  CHECK(at("fmax"_op, {3, NAN}) == 1);
}
