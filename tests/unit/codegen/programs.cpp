// Control flow, calls, checks, arrays: small programs, run.
#include <cmath>
#include <complex>
#include <numeric>

#include "tests/unit/codegen/program.h"

using namespace aic;
using namespace aic::tests;

namespace {

const char* const fib = R"(
func @fib.0(%n: int) -> (int) {entry = 1} {
  check.depth
  %two = const {value = 2} : int
  %one = const {value = 1} : int
  %c = less %n, %two : bool
  %r = if %c {
    yield %n
  } {
    %a = check.overflow %n, %one {op = "subtract"} : int
    %x = call %a {callee = @fib.0} : int
    %b = check.overflow %n, %two {op = "subtract"} : int
    %y = call %b {callee = @fib.0} : int
    %s = check.overflow %x, %y {op = "add"} : int
    yield %s
  } : int
  return %r
}
)";

}  // namespace

TEST_CASE("a_trivial_entry_is_five_instructions") {
  Compiled c = compile(
      "form loop\nfunc @f.0(%x: float) -> (float) {entry = 1, quiet = 1} {\n %c = const {value = 1.0} : float\n"
      " %y = add %x, %c : float\n return %y\n}\n",
      AIC_CG_EMIT_ASM);
  REQUIRE(c.status == 0);
  size_t at = c.out.find("aic_entry_f.0:"), end = c.out.find(".Lfunc_end0:");
  CHECK(std::count(c.out.begin() + long(at), c.out.begin() + long(end), '\n') <= 6);
  CHECK(c.out.find("eh_frame") == std::string::npos);
  CHECK(c.out.find("cfi") == std::string::npos);
}

TEST_CASE("a_sum_in_order_is_unrolled_and_stays_in_order") {
  const std::string text = R"(form loop
func @f.0(%x: f64[::1], %n: int) -> (float) {entry = 1, quiet = 1} {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %none = const {value = 0.0} : float
  %s = for %zero, %n, %one, %none {label = 1} {
    (%i: int, %before: float):
    %e = load %x, %i : f64
    %f = cast %e : float
    %p = multiply %f, %f : float
    %t = subtract %before, %p : float
    continue %t {loop = 1}
  } : float
  return %s
}
)";
  Compiled c = compile(text, AIC_CG_EMIT_ASM | AIC_CG_OPT_2);
  INFO(c.error);
  REQUIRE(c.status == 0);
  size_t subtractions = 0;
  for (size_t at = c.out.find("subsd"); at != std::string::npos; at = c.out.find("subsd", at + 1)) ++subtractions;
  CHECK(subtractions == 5);  // four rounds, and one for what is left
}

TEST_CASE("a_few_elements_that_stay_are_registers") {
  auto text = [](const std::string& extent, const std::string& last) {
    return R"(form loop
func @f.0(%x: float, %n: int) -> (float) {entry = 1} {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %a = empty )" +
           extent + R"( {zeroed = 1} : f64[::1]
  %y = cast %x : f64
  store %a, %y, %one
  %u = load %a, %zero : f64
  %v = load %a, %one : f64
  %s = add %u, %v : f64
  %t = cast %s : float
)" + last + "  return %t\n}\n";
  };
  auto allocates = [&](const std::string& extent, const std::string& last) {
    Compiled c = compile(text(extent, last), AIC_CG_EMIT_ASM | AIC_CG_OPT_2);
    INFO(c.error);
    REQUIRE(c.status == 0);
    return c.out.find("callq\t*") != std::string::npos;  // through the runtime's table
  };
  CHECK(!allocates("%two", "  release %a\n"));
  CHECK(allocates("%n", "  release %a\n"));
  CHECK(allocates("%two", "  retain %a\n"));  // somebody keeps it
  Program p(text("%two", "  release %a\n").substr(10));
  CHECK(p.call("f.0", {slot(2.5), slot(0)}) == 0);
  CHECK(p.results[0].f == 2.5);
}

TEST_CASE("recursion_runs") {
  Program p(fib);
  CHECK(p.call("fib.0", {slot(20)}) == 0);
  CHECK(p.results[0].i == 6765);
}

TEST_CASE("recursion_without_end_raises_with_a_trace") {
  Program p(R"(
func @down.0(%n: int) -> (int) {entry = 1} {
  check.depth
  %one = const {value = 1} : int
  %a = add %n, %one : int
  %x = call %a {callee = @down.0} : int
  %y = add %x, %one : int
  return %y
}
)");
  CHECK(p.call("down.0", {slot(1)}) == 1);
  CHECK(p.context.error.site == 1);
  CHECK(p.context.error.trace_length > rt::max_trace);
  CHECK(p.context.error.trace[0] == 2);
  CHECK(p.context.error.trace[rt::max_trace - 1] == 2);
}

TEST_CASE("overflow_raises_with_its_operands") {
  for (auto [op, x, y, want, site] :
       std::vector<std::tuple<std::string, int64_t, int64_t, int64_t, int>>{{"add", INT64_MAX, 1, 0, 1},
                                                                            {"add", INT64_MAX, 0, INT64_MAX, 0},
                                                                            {"subtract", INT64_MIN, 1, 0, 1},
                                                                            {"multiply", 3037000500, 3037000500, 0, 1},
                                                                            {"multiply", -4, 5, -20, 0},
                                                                            {"power", 2, 62, 1ll << 62, 0},
                                                                            {"power", 2, 63, 0, 1},
                                                                            {"power", -2, 63, INT64_MIN, 0},
                                                                            {"power", 0, 0, 1, 0},
                                                                            {"power", 3037000500, 2, 0, 1},
                                                                            {"left_shift", 1, 62, 1ll << 62, 0},
                                                                            {"left_shift", 1, 63, 0, 1},
                                                                            {"left_shift", 0, 1000, 0, 0},
                                                                            {"left_shift", -1, 63, INT64_MIN, 0},
                                                                            {"left_shift", 1, 64, 0, 1},
                                                                            {"floor_divide", INT64_MIN, -1, 0, 1},
                                                                            {"floor_divide", -7, 2, -4, 0}}) {
    Program p("func @f(%x: int, %y: int) -> (int) {entry = 1} {\n %r = check.overflow %x, %y {op = \"" + op +
              "\"} : int\n return %r\n}\n");
    INFO(op << " " << x << " " << y);
    CHECK(p.call("f", {slot(x), slot(y)}) == site);
    if (site == 0) {
      CHECK(p.results[0].i == want);
    } else {
      CHECK(p.context.error.values[0].i == x);
      CHECK(p.context.error.values[1].i == y);
    }
  }
}

TEST_CASE("for_counts_as_range_does") {
  Program p(R"(
func @f(%a: int, %b: int, %s: int) -> ((int, int)) {entry = 1, quiet = 1} {
  %z = const {value = 0} : int
  %one = const {value = 1} : int
  %n, %last = for %a, %b, %s, %z, %z {label = 1} {
    (%i: int, %k: int, %l: int):
      %k2 = add %k, %one : int
      continue %k2, %i {loop = 1}
  } : int, int
  %t = tuple %n, %last : (int, int)
  return %t
}
)");
  struct Case {
    int64_t start, stop, step, rounds, last;
  };
  for (Case c : {Case{0, 10, 1, 10, 9},
                 {0, 10, 3, 4, 9},
                 {10, 0, -3, 4, 1},
                 {5, 5, 1, 0, 0},
                 {0, 5, -1, 0, 0},
                 {5, 0, 1, 0, 0},
                 {INT64_MIN, INT64_MAX, INT64_MAX, 3, INT64_MAX - 1},
                 {INT64_MAX - 2, INT64_MAX, 2, 1, INT64_MAX - 2},
                 {INT64_MAX, INT64_MIN, INT64_MIN, 2, -1}}) {
    INFO(c.start << " " << c.stop << " " << c.step);
    CHECK(p.call("f", {slot(c.start), slot(c.stop), slot(c.step)}) == 0);
    CHECK(p.results[0].i == c.rounds);
    CHECK(p.results[1].i == c.last);
  }
}

TEST_CASE("while_with_break_and_continue") {
  // Collatz steps until 1; more than 1000 breaks with -1; even numbers continue at once.
  Program p(R"(
func @f(%n: int) -> (int) {entry = 1, quiet = 1} {
  %z = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %three = const {value = 3} : int
  %limit = const {value = 1000} : int
  %minus = const {value = -1} : int
  %yes = const {value = 1} : bool
  %k = while %n, %z {label = 3} {
    (%a: int, %b: int):
      condition %yes, %a, %b
  } {
    (%x: int, %count: int):
      %done = less_equal %x, %one : bool
      if %done {
        break %count {loop = 3}
      } {
        yield
      }
      %far = greater %count, %limit : bool
      if %far {
        break %minus {loop = 3}
      } {
        yield
      }
      %c2 = add %count, %one : int
      %r = remainder %x, %two : int
      %even = equal %r, %z : bool
      if %even {
        %h = floor_divide %x, %two : int
        continue %h, %c2 {loop = 3}
      } {
        yield
      }
      %t = multiply %x, %three : int
      %t1 = add %t, %one : int
      continue %t1, %c2 {loop = 3}
  } : int
  return %k
}
)");
  CHECK(p.call("f", {slot(27)}) == 0);
  CHECK(p.results[0].i == 111);
  CHECK(p.call("f", {slot(1)}) == 0);
  CHECK(p.results[0].i == 0);
}

TEST_CASE("indices_are_checked_and_count_from_the_end") {
  Program p(R"(
func @f(%a: f64[:], %i: int) -> (f64) {entry = 1} {
  %n = extent %a {axis = 0} : int
  %j = check.index %i, %n {axis = 0} : int
  %v = load %a, %j : f64
  return %v
}
)");
  double data[10];
  std::iota(data, data + 10, 0.0);
  ArrayArgument<double> a(data + 9, {5});
  a.strides[0] = -16;  // every second one, backwards: 9 7 5 3 1
  auto at = [&](int64_t i) {
    std::vector<rt::Slot> slots;
    a.push(slots);
    slots.push_back(slot(i));
    return p.call("f", slots);
  };
  CHECK(at(0) == 0);
  CHECK(p.results[0].f == 9);
  CHECK(at(-1) == 0);
  CHECK(p.results[0].f == 1);
  CHECK(at(5) == 1);
  CHECK(p.context.error.values[0].i == 5);
  CHECK(p.context.error.values[1].i == 5);
  CHECK(at(-6) == 1);
  CHECK(at(INT64_MIN) == 1);
}

TEST_CASE("a_kernel_fills_a_new_array") {
  Program p(R"(
func @f(%a: f64[:, ::1], %b: f64[:, :]) -> (f64[:, ::1]) {entry = 1, noalias = 1} {
  %n = extent %a {axis = 0} : int
  %m = extent %a {axis = 1} : int
  %out = empty %n, %m : f64[:, ::1]
  kernel %n, %m {
    (%i: int, %j: int):
      %x = load %a, %i, %j : f64
      %y = load %b, %i, %j : f64
      %z = add %x, %y : f64
      store %out, %z, %i, %j
      yield
  }
  return %out
}
)");
  std::vector<double> x(7 * 33), y(7 * 33);
  std::iota(x.begin(), x.end(), 0.0);
  std::iota(y.begin(), y.end(), 1000.0);
  ArrayArgument<double> a(x.data(), {7, 33}), b(y.data(), {7, 33});
  b.strides = {8, 56};  // Fortran order
  std::vector<rt::Slot> slots;
  a.push(slots);
  b.push(slots);
  REQUIRE(p.call("f", slots) == 0);
  auto* out = static_cast<double*>(p.results[0].p);
  CHECK(p.results[2].i == 7);
  CHECK(p.results[3].i == 33);
  CHECK(p.results[4].i == 33 * 8);
  CHECK(p.results[5].i == 8);
  CHECK(static_cast<rt::Buffer*>(p.results[1].p)->refcount == 1);
  CHECK(reinterpret_cast<uintptr_t>(out) % 64 == 0);
  int wrong = 0;
  for (int i = 0; i < 7; ++i)
    for (int j = 0; j < 33; ++j) wrong += out[i * 33 + j] != x[size_t(i * 33 + j)] + y[size_t(j * 7 + i)];
  CHECK(wrong == 0);
}

TEST_CASE("births_raise_when_memory_is_short_and_references_are_counted") {
  Program p(R"(
func @f(%n: int, %m: int) -> (int) {entry = 1} {
  %a = empty %n, %m : f64[:, ::1]
  retain %a
  release %a
  release %a
  return %n
}
)");
  CHECK(p.call("f", {slot(3), slot(4)}) == 0);
  CHECK(p.context.live == nullptr);
  CHECK(p.call("f", {slot(int64_t(1) << 40), slot(int64_t(1) << 40)}) == 1);
  CHECK(p.call("f", {slot(0), slot(5)}) == 0);
}

TEST_CASE("views_and_unions_and_complex") {
  Program p(R"(
func @f(%a: c128[:, ::1], %k: int) -> ({c128 | none}) {entry = 1} {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %v = view %a, %k, %one, %two, %two {spec = "is"} : c128[:]
  %t = view.real %v {part = 1} : f64[:]
  %j = assume.index %one, %two : int
  %im = load %t, %j : f64
  %z = load %v, %j : c128
  %c = greater %im, %im : b1
  %u = if %c {
    %n = const : none
    %u1 = union.make %n {arm = 1} : {c128 | none}
    yield %u1
  } {
    %w = multiply %z, %z : c128
    %u2 = union.make %w {arm = 0} : {c128 | none}
    yield %u2
  } : {c128 | none}
  return %u
}
)");
  std::complex<double> data[12];
  for (int k = 0; k < 12; ++k) data[k] = {double(k), double(k) + 1};
  ArrayArgument<std::complex<double>> a(data, {2, 6});
  std::vector<rt::Slot> slots;
  a.push(slots);
  slots.push_back(slot(1));
  REQUIRE(p.call("f", slots) == 0);
  std::complex<double> want = data[9] * data[9];  // row 1, column 1 + 2
  CHECK(p.results[0].i == 0);
  CHECK(p.results[1].f == want.real());
  CHECK(p.results[2].f == want.imag());
}

TEST_CASE("checks_of_shapes_and_conversions") {
  Program p(R"(
func @b(%x: int, %y: int, %z: int) -> ((int, int)) {entry = 1} {
  %p, %q = check.broadcast %x, %y, %z {ranks = [2, 1]} : int, int
  %t = tuple %p, %q : (int, int)
  return %t
}
func @c(%x: float) -> (int) {entry = 1} {
  %i = check.convert %x : int
  return %i
}
func @u(%x: int) -> (u8) {entry = 1} {
  %i = check.fits %x : u8
  return %i
}
func @s(%x: int) -> (i8) {entry = 1} {
  %i = check.fits %x : i8
  return %i
}
)");
  CHECK(p.call("b", {slot(3), slot(1), slot(4)}) == 0);
  CHECK(p.results[0].i == 3);
  CHECK(p.results[1].i == 4);
  CHECK(p.call("b", {slot(3), slot(4), slot(1)}) == 0);
  CHECK(p.results[1].i == 4);
  CHECK(p.call("b", {slot(3), slot(4), slot(5)}) == 1);
  CHECK(p.call("c", {slot(-3.99)}) == 0);
  CHECK(p.results[0].i == -3);
  CHECK(p.call("c", {slot(9223372036854775808.0)}) == 2);
  CHECK(p.call("c", {slot(double(NAN))}) == 2);
  CHECK(p.call("u", {slot(255)}) == 0);
  CHECK(p.results[0].i == 255);
  CHECK(p.call("u", {slot(256)}) == 3);
  CHECK(p.call("u", {slot(-1)}) == 3);
  CHECK(p.call("s", {slot(-128)}) == 0);
  CHECK(p.results[0].i == -128);
  CHECK(p.call("s", {slot(128)}) == 4);
}

TEST_CASE("poll_asks_the_host_only_when_the_word_is_set") {
  Program p("func @f(%x: int) -> (int) {entry = 1} {\n poll\n return %x\n}\n");
  CHECK(p.call("f", {slot(1)}) == 0);
  p.poll_word = 1;  // the host answers word - 1
  CHECK(p.call("f", {slot(1)}) == 0);
  p.poll_word = 2;
  CHECK(p.call("f", {slot(1)}) == 1);
}

TEST_CASE("bad_text_is_an_error_and_not_a_crash") {
  Compiled c = compile("form loop\nfunc @f(", AIC_CG_EMIT_OBJECT);
  CHECK(c.status == 1);
  CHECK(c.error.find("line 2") != std::string::npos);
  CHECK(c.out.empty());
  c = compile("form loop\nfunc @f(%x: int) -> (int) {entry = 1, quiet = 1} {\n %y = check.zero %x : int\n return %y\n}\n",
              AIC_CG_EMIT_OBJECT);
  CHECK(c.status == 2);
  CHECK(c.error.find("quiet") != std::string::npos);
}

TEST_CASE("debug_info_names_the_lines") {
  Compiled c =
      compile("form loop\nfunc @f(%x: int) -> (int) {entry = 1} {\n %y = check.zero %x : int @7:4-9\n return %y @8:4-12\n}\n",
              AIC_CG_EMIT_ASM | AIC_CG_DEBUG_INFO);
  REQUIRE(c.status == 0);
  CHECK(c.out.find(".debug_line") != std::string::npos);
  CHECK(c.out.find("7 5") != std::string::npos);
}
