// fold, simplify, cse and dce: IR text before and after.
#include "tests/unit/passes/check.h"

using namespace aic::passes;

TEST_CASE("fold takes the extents of a birth from its operands") {
  CHECK_PASS({fold}, R"(form tensor
func @f.0(%n: int, %x: f64) -> (int) {
  %a = full %x, %n : f64[::1]
  %b = view %a, %n, %n, %n {spec = "s"} : f64[:]
  %e = extent %b {axis = 0} : int
  %g = view %a {spec = "n:"} : f64[:, :]
  %h = extent %g {axis = 1} : int
  %s = add %e, %h {exact = 1} : int
  return %s
}
)",
             R"(form tensor
func @f.0(%n: int, %x: f64) -> (int) {
  %a = full %x, %n : f64[::1]
  %b = view %a, %n, %n, %n {spec = "s"} : f64[:]
  %g = view %a {spec = "n:"} : f64[:, :]
  %s = add %n, %n {exact = 1} : int
  return %s
}
)");
}

TEST_CASE("fold sees that swapped arrays keep their extents") {
  CHECK_PASS({fold}, R"(form tensor
func @f.0(%u: f64[::1], %n: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %v = copy %u : f64[::1]
  %p, %q = for %zero, %n, %one, %u, %v {label = 1} {
    (%i: int, %x: f64[::1], %y: f64[::1]):
    %ey = extent %y {axis = 0} : int
    %j = check.index %i, %ey {axis = 0} : int
    continue %y, %x {loop = 1}
  } : f64[::1], f64[::1]
  %e = extent %p {axis = 0} : int
  return %e
}
)",
             R"(form tensor
func @f.0(%u: f64[::1], %n: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %v = copy %u : f64[::1]
  %p, %q = for %zero, %n, %one, %u, %v {label = 1} {
    (%i: int, %x: f64[::1], %y: f64[::1]):
    %ey = extent %u {axis = 0} : int
    %j = check.index %i, %ey {axis = 0} : int
    continue %y, %x {loop = 1}
  } : f64[::1], f64[::1]
  %e = extent %u {axis = 0} : int
  return %e
}
)");
}

TEST_CASE("fold takes the arm that is known, also when it leaves") {
  CHECK_PASS({fold}, R"(form tensor
func @f.0(%x: float) -> (float) {
  %t = const {value = 1} : bool
  %r = if %t {
    yield %x
  } {
    %y = add %x, %x : float
    yield %y
  } : float
  if %t {
    return %r
  } {
    yield
  }
  %z = add %r, %r : float
  return %z
}
)",
             R"(form tensor
func @f.0(%x: float) -> (float) {
  %t = const {value = 1} : bool
  return %x
}
)");
}

TEST_CASE("fold drops a loop of no round and opens one of one round") {
  CHECK_PASS({fold}, R"(form tensor
func @f.0(%x: float) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %a = for %one, %one, %one, %x {label = 1} {
    (%i: int, %s: float):
    %b = add %s, %s : float
    continue %b {loop = 1}
  } : float
  %c = for %zero, %one, %one, %a {label = 2} {
    (%k: int, %t: float):
    %d = add %t, %x : float
    continue %d {loop = 2}
  } : float
  return %c
}
)",
             R"(form tensor
func @f.0(%x: float) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %b = add %x, %x : float
  return %b
}
)");
}

TEST_CASE("cse merges pure ops, checks, and loads until a store") {
  CHECK_PASS({cse}, R"(form tensor
func @f.0(%a: f64[::1], %b: f64[::1], %i: int) -> (f64) {
  %n = extent %a {axis = 0} : int
  %m = extent %a {axis = 0} : int
  %j = check.index %i, %n {axis = 0} : int
  %k = check.index %i, %m {axis = 0} : int
  %x = load %a, %j : f64
  %y = load %a, %k : f64
  store %b, %y, %k
  %z = load %a, %k : f64
  %w = load %b, %k : f64
  %s = add %x, %z : f64
  %t = add %s, %w : f64
  %u = add %z, %x : f64
  %v = add %t, %u : f64
  return %v
}
)",
             R"(form tensor
func @f.0(%a: f64[::1], %b: f64[::1], %i: int) -> (f64) {
  %n = extent %a {axis = 0} : int
  %j = check.index %i, %n {axis = 0} : int
  %x = load %a, %j : f64
  store %b, %x, %j
  %z = load %a, %j : f64
  %s = add %x, %z : f64
  %t = add %s, %x : f64
  %v = add %t, %s : f64
  return %v
}
)");
}

TEST_CASE("cse does not merge a load with one in the loop that stores") {
  const char* same = R"(form tensor
func @f.0(%a: f64[::1], %i: int, %n: int) -> (f64) {
  %one = const {value = 1} : int
  %m = extent %a {axis = 0} : int
  %j = check.index %i, %m {axis = 0} : int
  %x = load %a, %j : f64
  %s = for %i, %n, %one, %x {label = 1} {
    (%k: int, %t: f64):
    %y = load %a, %j : f64
    %z = add %y, %t : f64
    store %a, %z, %j
    continue %z {loop = 1}
  } : f64
  return %s
}
)";
  CHECK_PASS({cse}, same, same);
}

TEST_CASE("dce deletes dead loop state, dead arms' results and arrays that are only written") {
  CHECK_PASS({dce}, R"(form tensor
func @f.0(%x: float, %n: int, %c: bool) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %dead = empty %n : f64[::1]
  %a, %b = for %zero, %n, %one, %x, %x {label = 1} {
    (%i: int, %s: float, %t: float):
    %s2 = add %s, %x : float
    %t2 = add %t, %s : float
    store %dead, %t2, %i
    continue %s2, %t2 {loop = 1}
  } : float, float
  %p, %q = if %c {
    yield %a, %x
  } {
    %y = add %x, %x : float
    yield %x, %y
  } : float, float
  for %zero, %n, %one {label = 2} {
    (%k: int):
    %z = add %x, %x : float
    continue {loop = 2}
  }
  return %p
}
)",
             R"(form tensor
func @f.0(%x: float, %n: int, %c: bool) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %a = for %zero, %n, %one, %x {label = 1} {
    (%i: int, %s: float):
    %s2 = add %s, %x : float
    continue %s2 {loop = 1}
  } : float
  %p = if %c {
    yield %a
  } {
    yield %x
  } : float
  return %p
}
)");
}

TEST_CASE("dce keeps loops that may not end, and whatever may raise") {
  const char* same = R"(form tensor
func @f.0(%a: f64[::1], %c: bool, %i: int) -> (int) {
  while {label = 1} {
    condition %c
  } {
    continue {loop = 1}
  }
  %n = extent %a {axis = 0} : int
  %j = check.index %i, %n {axis = 0} : int
  return %i
}
)";
  CHECK_PASS({dce}, same, same);
}
