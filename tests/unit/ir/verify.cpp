// Each law of ir/verify.h, broken once: the text beside a number must give exactly that law's violation.
#include <catch2/catch.hpp>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "ir/verify.h"

using namespace aic::ir;

namespace {

struct Broken {
  int law;
  const char* what;
  const char* text;
};

const Broken programs[] = {
    {1, "a value of another region", R"(form tensor
func @f(%c: bool) -> (int) {
  if %c {
    %x = const {value = 1} : int
    yield
  } {
    yield
  }
  return %x
})"},
    {2, "a region without terminator", R"(form tensor
func @f(%x: int) -> (int) {
  %y = add %x, %x : int
})"},
    {2, "an op after the terminator", R"(form tensor
func @f(%x: int) -> (int) {
  return %x
  return %x
})"},
    {2, "an op after an if that no arm leaves", R"(form tensor
func @f(%c: bool, %x: int) -> (int) {
  if %c {
    return %x
  } {
    return %x
  }
  return %x
})"},
    {3, "a break that names no loop", R"(form tensor
func @f(%x: int) -> (int) {
  break {loop = 7}
})"},
    {3, "a condition outside a while", R"(form tensor
func @f(%c: bool) -> (int) {
  condition %c
})"},
    {4, "an arm that yields another type", R"(form tensor
func @f(%c: bool, %x: int, %y: float) -> (int) {
  %r = if %c {
    yield %x
  } {
    yield %y
  } : int
  return %r
})"},
    {5, "one operand of two", R"(form tensor
func @f(%x: int) -> (int) {
  %y = add %x : int
  return %y
})"},
    {6, "a kernel in tensor form", R"(form tensor
func @f(%n: int) -> (int) {
  kernel %n {
    (%i: int):
    yield
  }
  return %n
})"},
    {7, "two dtypes", R"(form tensor
func @f(%x: int, %y: float) -> (float) {
  %r = add %x, %y : float
  return %r
})"},
    {7, "a dtype that the op does not compute in", R"(form tensor
func @f(%x: i64) -> (f64) {
  %r = sin %x : f64
  return %r
})"},
    {7, "a result of the wrong dtype", R"(form tensor
func @f(%x: f64) -> (f64) {
  %r = less %x, %x : f64
  return %r
})"},
    {7, "an array in loop form", R"(form loop
func @f(%x: f64[::1]) -> (f64[::1]) {
  %r = sin %x : f64[::1]
  return %r
})"},
    {8, "a continue without state", R"(form tensor
func @f(%n: int) -> (int) {
  %r = for %n, %n, %n, %n {label = 1} {
    (%i: int, %s: int):
    continue {loop = 1}
  } : int
  return %r
})"},
    {8, "a state that changes its type", R"(form tensor
func @f(%n: int, %x: float) -> (int) {
  %r = for %n, %n, %n, %n {label = 1} {
    (%i: int, %s: int):
    continue %x {loop = 1}
  } : int
  return %r
})"},
    {9, "a number as condition", R"(form tensor
func @f(%x: int) -> (int) {
  if %x {
    yield
  } {
    yield
  }
  return %x
})"},
    {10, "an index nobody checked", R"(form tensor
func @f(%a: f64[::1], %i: int) -> (f64) {
  %x = load %a, %i : f64
  return %x
})"},
    {10, "one index of two", R"(form tensor
func @f(%a: f64[:, ::1]) -> (f64) {
  %i = const {value = 0} : int
  %x = load %a, %i : f64
  return %x
})"},
    {12, "py in a typed form", R"(form tensor
func @f(%x: py) -> (int) {
  %r = const {value = 0} : int
  return %r
})"},
    {13, "two loops of one label", R"(form tensor
func @f(%n: int) -> (int) {
  for %n, %n, %n {label = 1} {
    (%i: int):
    continue {loop = 1}
  }
  for %n, %n, %n {label = 1} {
    (%j: int):
    continue {loop = 1}
  }
  return %n
})"},
    {14, "a callee that is not there", R"(form tensor
func @f(%n: int) -> (int) {
  %r = call %n {callee = @g} : int
  return %r
})"},
    {14, "an argument of another type", R"(form tensor
func @g(%n: int) -> (int) {
  return %n
}
func @f(%x: float) -> (int) {
  %r = call %x {callee = @g} : int
  return %r
})"},
    {15, "a return of another type", R"(form tensor
func @f(%x: float) -> (int) {
  return %x
})"},
    {16, "a constant without value", R"(form tensor
func @f() -> (int) {
  %x = const : int
  return %x
})"},
    {17, "a kernel without its index", R"(form loop
func @f(%n: int) -> (int) {
  kernel %n {
    yield
  }
  return %n
})"},
    {18, "an element of another type", R"(form tensor
func @f(%l: list<int>, %x: float, %i: int) -> (int) {
  list.store %l, %x, %i
  return %i
})"},
    {18, "the length of what is no list", R"(form tensor
func @f(%a: f64[::1]) -> (int) {
  %n = list.length %a : int
  return %n
})"},
    {19, "what is owned before an op that does not raise", R"(form loop
func @f(%l: list<int>) -> (int) {
  unwind %l
  %n = list.length %l : int
  return %n
})"},
};

}  // namespace

TEST_CASE("each_law_finds_its_violation") {
  for (const Broken& b : programs) {
    INFO("V" << b.law << ": " << b.what);
    std::vector<std::string> errors = verify(*parse(b.text));
    REQUIRE(errors.size() == 1);
    INFO(errors[0]);
    CHECK(errors[0].starts_with("V" + std::to_string(b.law) + ": "));
  }
}

TEST_CASE("every_law_that_text_can_break_is_broken_above") {
  // V11 is about lists that only the mutators touch: see the next test.
  for (int law = 1; law <= 19; ++law) {
    bool found = law == 11;
    for (const Broken& b : programs) found = found || b.law == law;
    INFO("V" << law);
    CHECK(found);
  }
}

TEST_CASE("mutators_keep_the_use_lists") {
  Module m;
  Function& f = m.add_function("f", Form::Tensor);
  ValueId x = f.add_argument(f.body(), Type::floating());
  f.result_types = {Type::floating()};
  Builder b(f);
  ValueId two = b.number(2.0, Type::floating());
  ValueId y = b.make("multiply"_op, {x, two}, Type::floating());
  ValueId z = b.make("add"_op, {y, y}, Type::floating());
  b.op("return"_op, {z}, {});
  CHECK(verify(m).empty());
  f.replace_uses(y, x);
  CHECK(verify(m).empty());
  f.erase(f.defining_op(y));
  f.set_operand(f.defining_op(z), 1, two);
  CHECK(verify(m).empty());
  // A detached op is out of the function, though its operands still list it.
  f.detach(f.defining_op(z));
  CHECK(!verify(m).empty());
}

TEST_CASE("verify_or_throw_names_the_pass") {
  std::unique_ptr<Module> m = parse(programs[1].text);
  CHECK_THROWS_WITH(verify_or_throw(*m->functions[0], "cse"), Catch::Contains("after cse") && Catch::Contains("V2"));
}
