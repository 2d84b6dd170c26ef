// version_loops: IR text before and after.
#include "tests/unit/passes/check.h"

using namespace aic::passes;

TEST_CASE("version_loops tests once that the stop fits the extent, and the divisor") {
  CHECK_PASS({version_loops}, R"(form tensor
func @f.0(%a: f64[::1], %n: int, %h: float, %x: float) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %e = extent %a {axis = 0} : int
  %r = for %zero, %n, %one, %x {label = 1} {
    (%i: int, %s: float):
    %j = check.index %i, %e {axis = 0} : int
    %y = load %a, %j : f64
    %d = check.zero %h {message = "float division by zero"} : float
    %q = divide %s, %d : float
    continue %q {loop = 1}
  } : float
  return %r
}
)",
             R"(form tensor
func @f.0(%a: f64[::1], %n: int, %h: float, %x: float) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %e = extent %a {axis = 0} : int
  %fits = less_equal %n, %e : bool
  %fz = const {value = 0.0} : float
  %nz = not_equal %h, %fz : bool
  %ok = logical_and %fits, %nz : bool
  %r = if %ok {
    %r1 = for %zero, %n, %one, %x {label = 2} {
      (%i1: int, %s1: float):
      %j1 = assume.index %i1, %e : int
      %y1 = load %a, %j1 : f64
      %q1 = divide %s1, %h : float
      continue %q1 {loop = 2}
    } : float
    yield %r1
  } {
    %r2 = for %zero, %n, %one, %x {label = 1, rare = 1} {
      (%i: int, %s: float):
      %j = check.index %i, %e {axis = 0} : int
      %y = load %a, %j : f64
      %d = check.zero %h {message = "float division by zero"} : float
      %q = divide %s, %d : float
      continue %q {loop = 1}
    } : float
    yield %r2
  } : float
  return %r
}
)");
}

TEST_CASE("version_loops leaves indices alone that come from memory") {
  const char* same = R"(form tensor
func @f.0(%a: f64[::1], %p: i64[::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %e = extent %a {axis = 0} : int
  %n = extent %p {axis = 0} : int
  for %zero, %n, %one {label = 1} {
    (%i: int):
    %j = assume.index %i, %n : int
    %k = load %p, %j : i64
    %l = cast %k : int
    %m = check.index %l, %e {axis = 0} : int
    continue {loop = 1}
  }
  return %n
}
)";
  CHECK_PASS({version_loops}, same, same);
}

TEST_CASE("version_loops makes no version for arrays without elements") {
  const char* same = R"(form tensor
func @f.0(%p: i64[::1], %first: int) -> (int) {
  %n = extent %p {axis = 0} : int
  %r = while %first {label = 1} {
    (%i: int):
    %j = check.index %i, %n : int
    %k = load %p, %j : i64
    %l = cast %k : int
    %other = not_equal %l, %i : bool
    condition %other, %i
  } {
    (%s: int):
    %t = check.index %s, %n : int
    %u = load %p, %t : i64
    %v = cast %u : int
    continue %v {loop = 1}
  } : int
  return %r
}
)";
  CHECK_PASS({version_loops}, same, same);
}

TEST_CASE("version_loops yields nothing after loops that only a return leaves") {
  CHECK_PASS({version_loops}, R"(form tensor
func @f.0(%a: f64[::1], %n: int, %c: bool) -> (int) {
  %e = extent %a {axis = 0} : int
  %r = while %n {label = 1} {
    (%s: int):
    %yes = const {value = 1} : bool
    condition %yes, %s
  } {
    (%t: int):
    check.true %c {exception = "ValueError", message = "no"}
    continue %t {loop = 1}
  } : int
}
)",
             R"(form tensor
func @f.0(%a: f64[::1], %n: int, %c: bool) -> (int) {
  %e = extent %a {axis = 0} : int
  if %c {
    %r1 = while %n {label = 2} {
      (%s1: int):
      %yes1 = const {value = 1} : bool
      condition %yes1, %s1
    } {
      (%t1: int):
      continue %t1 {loop = 2}
    } : int
  } {
    %r2 = while %n {label = 1, rare = 1} {
      (%s: int):
      %yes = const {value = 1} : bool
      condition %yes, %s
    } {
      (%t: int):
      check.true %c {exception = "ValueError", message = "no"}
      continue %t {loop = 1}
    } : int
  }
}
)");
}
