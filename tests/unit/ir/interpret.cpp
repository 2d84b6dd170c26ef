// The interpreter on programs whose results NumPy gave, and the text form on the same corpus: parse(print(x)) == x.
#include <catch2/catch.hpp>

#include "ir/interpret.h"
#include "ir/verify.h"

using namespace aic::ir;

namespace {

struct Program {
  const char* name;
  const char* text;
  std::vector<std::pair<const char*, const char*>> runs;  // call, what CPython and NumPy give
};

const Program corpus[] = {
    {"a loop with checked indices",
     R"(form tensor
func @f(%a: f64[::1], %n: int) -> (f64) {
  %z = const {value = 0} : int
  %o = const {value = 1} : int
  %e = extent %a {axis = 0} : int
  %s0 = const {value = 0.0} : f64
  %r = for %z, %n, %o, %s0 {label = 1} {
    (%i: int, %s: f64):
    %j = check.index %i, %e {axis = 0} : int @3:4-9
    %x = load %a, %j : f64 @3:4-9
    %y = add %s, %x : f64
    continue %y {loop = 1}
  } : f64
  return %r
})",
     {{"f([1.5, 2.0, 3.0], 2)", "3.5"},
      {"f([1.5], 2)", "IndexError: index 1 is out of bounds for axis 0 with size 1"},
      {"f([], 0)", "0.0"}}},
    {"break, continue and return out of nested loops",
     R"(form tensor
func @f(%n: int) -> (int) {
  %z = const {value = 0} : int
  %o = const {value = 1} : int
  %r = for %z, %n, %o, %z {label = 1} {
    (%i: int, %s: int):
    %tj, %tu = while %z, %s {label = 2} {
      (%j: int, %u: int):
      %c = less %j, %i : bool
      condition %c, %j, %u
    } {
      (%j2: int, %u2: int):
      %k = add %j2, %o : int
      %big = greater %u2, %n : bool
      if %big {
        break %u2 {loop = 1}
      } {
        yield
      }
      %v = add %u2, %j2 : int
      continue %k, %v {loop = 2}
    } : int, int
    continue %tu {loop = 1}
  } : int
  return %r
})",
     {{"f(4)", "4"}, {"f(5)", "7"}, {"f(9)", "10"}}},
    {"a while that counts down, with a raise",
     R"(form tensor
func @f(%n: int) -> (int) {
  %z = const {value = 0} : int
  %o = const {value = 1} : int
  %bad = less %n, %z : bool
  if %bad {
    raise %n {exception = "ValueError", message = "no {0}"} @2:4-20
  } {
    yield
  }
  %r, %s = while %n, %z {label = 1} {
    (%a: int, %b: int):
    %c = greater %a, %z : bool
    condition %c, %a, %b
  } {
    (%p: int, %q: int):
    %d = subtract %p, %o : int
    %e = check.overflow %q, %p {op = "add"} : int @5:8-14
    continue %d, %e {loop = 1}
  } : int, int
  return %s
})",
     {}},
    {"slices, broadcasting, assignment through a view",
     R"(form tensor
func @f(%a: f64[:, ::1], %b: f64[::1]) -> (f64[:, ::1]) {
  %n = extent %a {axis = 0} : int
  %m = extent %a {axis = 1} : int
  %k = extent %b {axis = 0} : int
  %p, %q = check.broadcast %n, %m, %k {ranks = [2, 1]} : int, int
  %w = view.broadcast %b, %p, %q : f64[:, :]!
  %s = add %a, %w : f64[:, ::1]
  %one = const {value = 1} : int
  %row = view %s, %one {spec = "i:"} : f64[::1]
  %t = view %s, %m {spec = ":i"} : f64[:]
  %x = const {value = 9.0} : f64
  assign %row, %x
  return %s
})",
     {}},
    {"a list that grows, turns and shrinks",
     R"(form tensor
func @f(%l: list<int>, %x: int) -> (list<int>) {
  %one = const {value = 1} : int
  %zero = const {value = 0} : int
  %n = list.length %l : int
  %m = add %n, %one {exact = 1} : int
  list.resize %l, %m
  %last = assume.index %n, %m : int
  list.store %l, %x, %last {fresh = 1}
  list.rotate %l, %zero, %m, %n
  %k = check.index %one, %m {message = "list index out of range"} : int @3:4-9
  %y = list.load %l, %k : int
  list.store %l, %y, %zero
  list.resize %l, %m
  return %l
})",
     {{"f([1, 2, 3], 7)", "[1, 1, 2, 3]"}, {"f([], 7)", "IndexError: list index out of range"}}},
};

std::string without_line(std::string text, const std::string& line) {
  size_t at = text.find(line);
  REQUIRE(at != std::string::npos);
  size_t end = text.find('\n', at), begin = text.rfind('\n', at);
  return text.erase(begin, end - begin);
}

std::string run(const std::string& program, const std::string& call) {
  std::unique_ptr<Module> m = parse(program);
  std::vector<std::string> errors = verify(*m);
  INFO((errors.empty() ? "" : errors[0]));
  REQUIRE(errors.empty());
  CallText c = read_call(*m, call);
  return text(interpret(*m, c.function, c.arguments));
}

// `body` uses %a and %b; returns %r.
std::string run_on(const char* parameters, const char* result, const std::string& body, const std::string& call) {
  return run("form tensor\nfunc @f(" + std::string(parameters) + ") -> (" + result + ") {\n" + body + "\nreturn %r\n}", call);
}

}  // namespace

TEST_CASE("programs_give_what_python_gives") {
  for (const Program& p : corpus)
    for (auto [call, want] : p.runs) {
      INFO(p.name << ": " << call);
      CHECK(run(p.text, call) == want);
    }
}

TEST_CASE("raise_and_overflow_say_what_python_says") {
  const char* text = corpus[2].text;
  CHECK(run(text, "f(4)") == "10");
  CHECK(run(text, "f(-3)") == "ValueError: no -3");
  CHECK(run(text, "f(0)") == "0");
}

TEST_CASE("views_share_memory_and_broadcast") {
  // The column view is out of range by design (its index is the extent): without it the program is lawful.
  std::string good = without_line(corpus[3].text, "%t = view");
  CHECK(run(good, "f([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0])") == "[[11.0, 22.0], [9.0, 9.0]]");
  CHECK(run(good, "f([[1.0, 2.0], [3.0, 4.0]], [10.0])") == "[[11.0, 12.0], [9.0, 9.0]]");
  CHECK(run(good, "f([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0, 3.0])") ==
        "ValueError: operands could not be broadcast together with shapes (2,2) (3,) ");
  CHECK_THROWS_AS(run(corpus[3].text, "f([[1.0, 2.0], [3.0, 4.0]], [10.0])"), InternalError);
}

TEST_CASE("structural_ops_have_references") {
  const char* two = "%a: f64[:, ::1]";
  const char* call = "f([[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]])";
  CHECK(run_on(two, "f64[::1]", "%r = reduce %a {kind = \"add\", axes = [0]} : f64[::1]", call) == "[5.0, 8.0, 8.0]");
  CHECK(run_on(two, "f64", "%r = reduce %a {kind = \"maximum\", axes = [0, 1]} : f64", call) == "6.0");
  CHECK(run_on(two, "f64[:, ::1]", "%r = scan %a {kind = \"add\", axis = 1} : f64[:, ::1]", call) ==
        "[[1.0, 3.0, 6.0], [4.0, 10.0, 15.0]]");
  CHECK(run_on(two, "i64[::1]", "%r = argreduce %a {kind = \"maximum\", axis = 1} : i64[::1]", call) == "[2, 1]");
  CHECK(run_on(two, "i64[::1]", "%r = argreduce %a {kind = \"minimum\", axis = 1} : i64[::1]", "f([[1.0, nan, 0.0]])") ==
        "[1]");
  CHECK(run_on(two, "f64[:, ::1]", "%t = view.transpose %a {axes = [1, 0]} : f64[::1, :]\n%r = matmul %a, %t : f64[:, ::1]",
               call) == "[[14.0, 31.0], [31.0, 77.0]]");
  CHECK(run_on("%n: int", "i64[::1]",
               "%r = generate %n {\n(%i: int):\n%s = multiply %i, %i : int\n%x = cast %s : i64\nyield %x\n} : i64[::1]",
               "f(4)") == "[0, 1, 4, 9]");
}

TEST_CASE("checks_raise_python_s_exceptions") {
  CHECK(run_on("%x: float", "int", "%r = check.convert %x : int", "f(nan)") ==
        "ValueError: cannot convert float NaN to integer");
  CHECK(run_on("%x: float", "int", "%r = check.convert %x : int", "f(-2.9)") == "-2");
  CHECK(run_on("%x: float", "int", "%r = check.convert %x : int", "f(inf)") ==
        "OverflowError: cannot convert float infinity to integer");
  CHECK(run_on("%x: int", "i8", "%r = check.fits %x : i8", "f(128)") ==
        "OverflowError: Python integer 128 out of bounds for int8");
  CHECK(run_on("%x: int", "int", "%r = check.zero %x {message = \"division by zero\"} : int", "f(0)") ==
        "ZeroDivisionError: division by zero");
  for (auto [op, x, y, want] : {std::tuple{"add", "9223372036854775807", "1", "!"},
                                {"subtract", "-9223372036854775808", "1", "!"},
                                {"multiply", "4294967296", "2147483648", "!"},
                                {"multiply", "4294967296", "2147483647", "9223372032559808512"},
                                {"power", "3", "39", "4052555153018976267"},
                                {"power", "3", "40", "!"},
                                {"power", "-1", "1000000000001", "-1"},
                                {"power", "0", "0", "1"},
                                {"power", "0", "5", "0"},
                                {"left_shift", "1", "62", "4611686018427387904"},
                                {"left_shift", "1", "63", "!"},
                                {"floor_divide", "-9223372036854775808", "-1", "!"},
                                {"floor_divide", "-7", "2", "-4"}}) {
    std::string got = run_on("%x: int, %y: int", "int", std::string("%r = check.overflow %x, %y {op = \"") + op + "\"} : int",
                             std::string("f(") + x + ", " + y + ")");
    INFO(op << " " << x << " " << y);
    CHECK((std::string(want) == "!" ? got.starts_with("OverflowError") : got == want));
  }
}

TEST_CASE("unions_tuples_and_strided_views") {
  CHECK(run_on("%u: {int | none}", "int", "%r = union.tag %u : int", "f(None)") == "1");
  CHECK(run_on("%t: (int, float)", "float", "%r = tuple.get %t {index = 1} : float", "f((1, 2.5))") == "2.5");
  std::string reversed =
      "%z = const {value = 3} : int\n%n = const {value = 2} : int\n%s = const {value = -2} : int\n"
      "%r = view %a, %z, %n, %s {spec = \"s\"} : f64[:]";
  CHECK(run_on("%a: f64[::1]", "f64[:]", reversed, "f([0.0, 1.0, 2.0, 3.0])") == "[3.0, 1.0]");
  CHECK(run_on("%a: c128[::1]", "f64[:]", "%r = view.real %a {part = 1} : f64[:]", "f([1+2j, 3-4j])") == "[2.0, -4.0]");
}

TEST_CASE("endless_programs_run_out_of_steps") {
  std::unique_ptr<Module> m = parse(R"(form tensor
func @f() -> (int) {
  %t = const {value = 1} : bool
  while {label = 1} {
    condition %t
  } {
    continue {loop = 1}
  }
})");
  CHECK(verify(*m).empty());
  CHECK_THROWS_AS(interpret(*m, "f", {}, 1000), Error);
}

TEST_CASE("parse_of_print_is_the_same_program") {
  for (const Program& p : corpus) {
    INFO(p.name);
    std::string once = print(*parse(p.text));
    CHECK(print(*parse(once)) == once);
  }
}
