// The vector routines against long double, in units in the last place: a kernel over an array, long enough to vectorise.
#include <cmath>
#include <cstring>
#include <random>

#include "tests/unit/codegen/program.h"

using namespace aic;
using namespace aic::tests;

namespace {

std::string pairs_text(const std::string& op, const std::string& type) {
  return "func @f(%a: " + type + "[::1], %c: " + type + "[::1], %b: " + type +
         "[::1]) -> (none) {entry = 1, noalias = 1} {\n"
         " %n = extent %a {axis = 0} : int\n"
         " kernel %n {\n (%i: int):\n %x = load %a, %i : " +
         type + "\n %z = load %c, %i : " + type + "\n %y = " + op + " %x, %z : " + type +
         "\n store %b, %y, %i\n yield\n }\n"
         " %none = const : none\n return %none\n}\n";
}
std::string kernel_text(const std::string& op, const std::string& type) {
  return "func @f(%a: " + type + "[::1], %b: " + type +
         "[::1]) -> (none) {entry = 1, noalias = 1} {\n"
         " %n = extent %a {axis = 0} : int\n"
         " kernel %n {\n (%i: int):\n %x = load %a, %i : " +
         type + "\n %y = " + op + " %x : " + type +
         "\n store %b, %y, %i\n yield\n }\n"
         " %none = const : none\n return %none\n}\n";
}

template <class T>
std::vector<T> run(Program& p, std::vector<T> x) {
  std::vector<T> y(x.size());
  ArrayArgument<T> a(x.data(), {int64_t(x.size())}), b(y.data(), {int64_t(y.size())});
  std::vector<rt::Slot> slots;
  a.push(slots);
  b.push(slots);
  REQUIRE(p.call("f", slots) == 0);
  return y;
}

template <class T>
std::vector<T> run_pairs(Program& p, std::vector<T> x, std::vector<T> z) {
  std::vector<T> y(x.size());
  ArrayArgument<T> a(x.data(), {int64_t(x.size())}), c(z.data(), {int64_t(x.size())}), b(y.data(), {int64_t(y.size())});
  std::vector<rt::Slot> slots;
  a.push(slots);
  c.push(slots);
  b.push(slots);
  REQUIRE(p.call("f", slots) == 0);
  return y;
}

template <class T>
double ulps(T got, long double want) {
  if (std::isnan(got) || std::isnan(want)) return std::isnan(got) && std::isnan(want) ? 0 : HUGE_VAL;
  T rounded = T(want);
  if (got == rounded) return std::signbit(got) == std::signbit(rounded) ? 0 : HUGE_VAL;
  if (std::isinf(got) || std::isinf(rounded)) return HUGE_VAL;
  T size = std::max(std::fabs(rounded), std::numeric_limits<T>::min());
  long double unit = (long double)(std::nextafter(size, T(HUGE_VAL)) - size);
  return double(std::fabs((long double)(got)-want) / unit);
}

struct Routine {
  const char* name;
  long double (*exact)(long double);
  double low, high;
};
const Routine routines[] = {{"exp", expl, -745, 709},         {"exp", expl, -1, 1},
                            {"log", logl, 1e-300, 1e300},     {"log", logl, 0.5, 2},
                            {"sin", sinl, -10, 10},           {"sin", sinl, -99999, 99999},
                            {"cos", cosl, -10, 10},           {"cos", cosl, -99999, 99999},
                            {"tanh", tanhl, -5, 5},           {"tanh", tanhl, -0.3, 0.3},
                            {"sin", sinl, -1e-5, 1e-5},       {"sin", sinl, -1e15, 1e15},
                            {"exp2", exp2l, -1070, 1023},     {"exp2", exp2l, -1, 1},
                            {"log2", log2l, 1e-300, 1e300},   {"log2", log2l, 0.5, 2},
                            {"log10", log10l, 1e-300, 1e300}, {"log10", log10l, 0.5, 2},
                            {"expm1", expm1l, -700, 709},     {"expm1", expm1l, -1, 1},
                            {"expm1", expm1l, -1e-5, 1e-5},   {"log1p", log1pl, -1, 1e6},
                            {"log1p", log1pl, -0.9, 1},       {"log1p", log1pl, -1e-5, 1e-5},
                            {"arctan", atanl, -10, 10},       {"arctan", atanl, -1e-3, 1e-3},
                            {"arctan", atanl, -1e10, 1e10},   {"arcsin", asinl, -1, 1},
                            {"arcsin", asinl, -1e-3, 1e-3},   {"arcsin", asinl, 0.6, 0.65}};

template <class T>
void check_routine(const Routine& r, const std::string& type) {
  Program p(kernel_text(r.name, type));
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(r.low, r.high);
  std::vector<T> x;
  for (int k = 0; k < 20000; ++k) x.push_back(T(uniform(random)));
  for (double v : {0.0,
                   -0.0,
                   double(INFINITY),
                   -double(INFINITY),
                   double(NAN),
                   1.0,
                   -1.0,
                   1e-310,
                   -1e-310,
                   1e308,
                   -1e308,
                   5e-324,
                   709.9,
                   -745.13,
                   -708.5,
                   22.0,
                   1e5,
                   1e22,
                   1.5707963267948966,
                   3.141592653589793,
                   355.0,
                   0.5,
                   2.0,
                   0.7071067811865476,
                   100000.5,
                   88.7,
                   -103.9})
    for (int k = 0; k < 16; ++k) x.push_back(T(v));
  for (int k = 0; k < 64; ++k) x.push_back(T(0.25));  // the special values above run in the vector part
  std::vector<T> y = run(p, x);
  double worst = 0;
  T at = 0, got = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    double u = ulps(y[k], r.exact((long double)(x[k])));
    if (u > worst) worst = u, at = x[k], got = y[k];
  }
  INFO(r.name << " " << type << " [" << r.low << ", " << r.high << "] worst " << worst << " at " << at << " gave " << got);
  CHECK(worst <= 2);
}

// Numbers of all sizes, and pairs of all special ones.
template <class T>
void check_hypot(const std::string& type, double tolerance) {
  Program p(pairs_text("hypot", type));
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> mantissa(-1, 1), near(-4, 4),
      far(sizeof(T) == 4 ? -40 : -320, sizeof(T) == 4 ? 38 : 308);
  std::vector<T> x, z;
  for (int k = 0; k < 40000; ++k) {
    double size = std::pow(10.0, k % 2 ? far(random) : 0), ratio = std::pow(10.0, near(random));
    x.push_back(T(size * mantissa(random)));
    z.push_back(T(size * ratio * mantissa(random)));
  }
  const double special[] = {
      0.0,        -0.0, 3.0, -4.0, 5e-324, 1e-45, 1e-310, 1e-150, 1e150, 1e308, 3e38, double(INFINITY), -double(INFINITY),
      double(NAN)};
  for (double u : special)
    for (double v : special)
      for (int k = 0; k < 16; ++k) {
        x.push_back(T(u));
        z.push_back(T(v));
      }
  for (int k = 0; k < 64; ++k) {
    x.push_back(T(0.25));
    z.push_back(T(1));
  }
  std::vector<T> y = run_pairs(p, x, z);
  for (size_t k = 0; k < x.size(); ++k) {
    const double u = ulps(y[k], hypotl((long double)(x[k]), (long double)(z[k])));
    INFO(type << " " << x[k] << " " << z[k] << " gave " << y[k] << ", off by " << u);
    if (u > tolerance) CHECK(u <= tolerance);
  }
}

}  // namespace

TEST_CASE("hypot_is_rounded_as_libm_rounds_it") {
  check_hypot<double>("f64", 1);
  check_hypot<float>("f32", 0);
}

TEST_CASE("vector_routines_are_within_two_ulp") {
  for (const Routine& r : routines) {
    check_routine<double>(r, "f64");
    if (std::fabs(r.high) < 1e30) check_routine<float>(r, "f32");
  }
}

TEST_CASE("vectorised_loops_call_the_routines") {
  for (const char* op : {"exp", "log", "sin", "cos", "tanh", "exp2", "log2", "log10", "expm1", "log1p"}) {
    Compiled c = compile("form loop\n" + kernel_text(op, "f64"), AIC_CG_OPT_2 | AIC_CG_EMIT_LLVM);
    REQUIRE(c.status == 0);
    CHECK(c.out.find("@llvm.fma.v") != std::string::npos);  // in the loop itself: it calls the routine once
    CHECK(c.out.find("@" + std::string(op) + ".aic") == std::string::npos);
    CHECK(c.out.find("llvm.compiler.used") == std::string::npos);
  }
}
