// inline and licm: IR text before and after.
#include "tests/unit/passes/check.h"

using namespace aic::passes;

TEST_CASE("inline makes yields of early returns") {
  CHECK_PASS({inline_calls}, R"(form tensor
func @g.0(%c: bool, %x: float) -> (float) {
  if %c {
    return %x
  } {
    yield
  }
  %y = add %x, %x : float
  %z = add %y, %x : float
  return %z
}
func @f.0(%d: bool, %p: float) -> (float) {
  %q = call %d, %p {callee = @g.0} : float
  return %q
}
)",
             R"(form tensor
func @g.0(%c: bool, %x: float) -> (float) {
  if %c {
    return %x
  } {
    yield
  }
  %y = add %x, %x : float
  %z = add %y, %x : float
  return %z
}
func @f.0(%d: bool, %p: float) -> (float) {
  %q = if %d {
    yield %p
  } {
    %y = add %p, %p : float
    %z = add %y, %p : float
    yield %z
  } : float
  return %q
}
)");
}

TEST_CASE("inline makes breaks of returns in loops") {
  CHECK_PASS({inline_calls}, R"(form tensor
func @g.0(%c: bool, %n: int) -> (int) {
  %one = const {value = 1} : int
  %s = for %one, %n, %one, %n {label = 1} {
    (%i: int, %t: int):
    if %c {
      return %i
    } {
      yield
    }
    continue %i {loop = 1}
  } : int
  return %s
}
func @f.0(%d: bool, %p: int) -> (int) {
  %q = call %d, %p {callee = @g.0} : int
  return %q
}
)",
             R"(form tensor
func @g.0(%c: bool, %n: int) -> (int) {
  %one = const {value = 1} : int
  %s = for %one, %n, %one, %n {label = 1} {
    (%i: int, %t: int):
    if %c {
      return %i
    } {
      yield
    }
    continue %i {loop = 1}
  } : int
  return %s
}
func @f.0(%d: bool, %p: int) -> (int) {
  %one = const {value = 1} : int
  %no = const {value = 0} : bool
  %yes = const {value = 1} : bool
  %u = undefined : int
  %s, %r, %v = for %one, %p, %one, %p, %no, %u {label = 1} {
    (%i: int, %t: int, %fr: bool, %fv: int):
    if %d {
      break %t, %yes, %i {loop = 1}
    } {
      yield
    }
    continue %i, %no, %u {loop = 1}
  } : int, bool, int
  %q = if %r {
    yield %v
  } {
    yield %s
  } : int
  return %q
}
)");
}

TEST_CASE("inline leaves recursion alone") {
  const char* same = R"(form tensor
func @f.0(%p: int) -> (int) {
  %q = call %p {callee = @f.0} : int
  return %q
}
)";
  CHECK_PASS({inline_calls}, same, same);
}

TEST_CASE("licm moves pure ops, and checks only where they would come first") {
  CHECK_PASS({licm}, R"(form tensor
func @f.0(%a: f64[::1], %n: int, %k: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  for %zero, %n, %one {label = 1} {
    (%i: int):
    %m = extent %a {axis = 0} : int
    %j = check.index %k, %m {axis = 0} : int
    continue {loop = 1}
  }
  for %zero, %one, %one {label = 2} {
    (%x: int):
    %m2 = extent %a {axis = 0} : int
    %j2 = check.index %k, %m2 {axis = 0} : int
    %y = load %a, %j2 : f64
    store %a, %y, %x
    %j3 = check.index %n, %m2 {axis = 0} : int
    continue {loop = 2}
  }
  return %n
}
)",
             R"(form tensor
func @f.0(%a: f64[::1], %n: int, %k: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %m = extent %a {axis = 0} : int
  for %zero, %n, %one {label = 1} {
    (%i: int):
    %j = check.index %k, %m {axis = 0} : int
    continue {loop = 1}
  }
  %m2 = extent %a {axis = 0} : int
  %j2 = check.index %k, %m2 {axis = 0} : int
  for %zero, %one, %one {label = 2} {
    (%x: int):
    %y = load %a, %j2 : f64
    store %a, %y, %x
    %j3 = check.index %n, %m2 {axis = 0} : int
    continue {loop = 2}
  }
  return %n
}
)");
}
