// eliminate_checks on the loops that people write: what must be free of checks, and what must keep them.
#include "tests/unit/passes/check.h"

using namespace aic::passes;

namespace {
// How many ops that may raise are left after the usual round of passes.
int checks_left(const std::string& text) {
  std::string out = after({fold, simplify, cse, dce, licm, eliminate_checks, fold, simplify, cse, dce}, text);
  INFO(out);
  int n = 0;
  for (size_t at = out.find("check."); at != std::string::npos; at = out.find("check.", at + 1)) ++n;
  if (n) UNSCOPED_INFO(out);
  return n;
}
}  // namespace

TEST_CASE("ranges: an index that counts up to the extent needs no check, one that goes further does") {
  CHECK_PASS({eliminate_checks}, R"(form tensor
func @f.0(%a: f64[::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %n = extent %a {axis = 0} : int
  %s = for %zero, %n, %one, %zero {label = 1} {
    (%i: int, %t: int):
    %j = check.index %i, %n {axis = 0} : int
    %k = check.overflow %i, %one {op = "add"} : int
    %l = check.index %k, %n {axis = 0} : int
    %m = check.overflow %t, %k {op = "add"} : int
    continue %m {loop = 1}
  } : int
  return %s
}
)",
             R"(form tensor
func @f.0(%a: f64[::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %n = extent %a {axis = 0} : int
  %s = for %zero, %n, %one, %zero {label = 1} {
    (%i: int, %t: int):
    %j = assume.index %i, %n : int
    %k = add %i, %one {exact = 1} : int
    %l = check.index %k, %n {axis = 0} : int
    %m = check.overflow %t, %k {op = "add"} : int
    continue %m {loop = 1}
  } : int
  return %s
}
)");
}

TEST_CASE("ranges: a choice by a comparison supposes its outcome") {
  CHECK(checks_left(R"(form tensor
func @f.0(%a: f64[::1], %n: int) -> (float) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %fz = const {value = 0.0} : float
  %len = extent %a {axis = 0} : int
  %c = less %n, %len : bool
  %stop = select %c, %n, %len : int
  %s = for %zero, %stop, %one, %fz {label = 1} {
    (%i: int, %t: float):
    %j = check.index %i, %len {axis = 0} : int
    %x = load %a, %j : f64
    %y = cast %x : float
    %u = add %t, %y : float
    continue %u {loop = 1}
  } : float
  return %s
}
)") == 0);
}

TEST_CASE("ranges: fir_filter") {
  CHECK(checks_left(R"(form tensor
func @f.0(%signal: f64[::1], %taps: f64[::1]) -> (f64[::1]) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %fz = const {value = 0.0} : f64
  %len = extent %signal {axis = 0} : int
  %out = full %fz, %len : f64[::1]
  %len2 = extent %signal {axis = 0} : int
  for %zero, %len2, %one {label = 1} {
    (%n: int):
    %lt = extent %taps {axis = 0} : int
    %n1 = check.overflow %n, %one {op = "add"} : int
    %stop = minimum %lt, %n1 : int
    %s = for %zero, %stop, %one, %fz {label = 2} {
      (%k: int, %acc: f64):
      %e1 = extent %taps {axis = 0} : int
      %k1 = check.index %k, %e1 {axis = 0} : int
      %x = load %taps, %k1 : f64
      %d = check.overflow %n, %k {op = "subtract"} : int
      %e2 = extent %signal {axis = 0} : int
      %d1 = check.index %d, %e2 {axis = 0} : int
      %y = load %signal, %d1 : f64
      %p = multiply %x, %y : f64
      %q = add %acc, %p : f64
      continue %q {loop = 2}
    } : f64
    %e3 = extent %out {axis = 0} : int
    %n2 = check.index %n, %e3 {axis = 0} : int
    store %out, %s, %n2
    continue {loop = 1}
  }
  return %out
}
)") == 0);
}

TEST_CASE("ranges: a window clipped to the image, and squares of small differences") {
  CHECK(checks_left(R"(form tensor
func @f.0(%image: f64[:, ::1], %radius: int) -> (int) {small = 1} {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %n = extent %image {axis = 0} : int
  for %zero, %n, %one {label = 1} {
    (%i: int):
    %a = check.overflow %i, %radius {op = "subtract"} : int
    %lo = maximum %zero, %a : int
    %b = check.overflow %i, %radius {op = "add"} : int
    %c = check.overflow %b, %one {op = "add"} : int
    %hi = minimum %n, %c : int
    for %lo, %hi, %one {label = 2} {
      (%y: int):
      %j = check.index %y, %n {axis = 0} : int
      %d = check.overflow %y, %i {op = "subtract"} : int
      %sq = check.overflow %d, %two {op = "power"} : int
      %sum = check.overflow %sq, %sq {op = "add"} : int
      continue {loop = 2}
    }
    continue {loop = 1}
  }
  return %n
}
)") == 0);
}

TEST_CASE("ranges: a triangle of a matrix, and the best of a column") {
  CHECK(checks_left(R"(form tensor
func @f.0(%a: f64[:, ::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %n = extent %a {axis = 0} : int
  for %zero, %n, %one {label = 1} {
    (%i: int):
    %i1 = check.overflow %i, %one {op = "add"} : int
    for %zero, %i1, %one {label = 2} {
      (%j: int):
      %jj = check.index %j, %n {axis = 0} : int
      for %zero, %j, %one {label = 3} {
        (%k: int):
        %kk = check.index %k, %n {axis = 0} : int
        continue {loop = 3}
      }
      continue {loop = 2}
    }
    continue {loop = 1}
  }
  %m = check.overflow %n, %one {op = "subtract"} : int
  for %zero, %m, %one {label = 4} {
    (%k2: int):
    %k3 = check.overflow %k2, %one {op = "add"} : int
    %best = for %k3, %n, %one, %k2 {label = 5} {
      (%i2: int, %b: int):
      %u = check.index %i2, %n {axis = 0} : int
      %v = check.index %b, %n {axis = 0} : int
      %c = less %u, %v : bool
      %b2 = if %c {
        yield %i2
      } {
        yield %b
      } : int
      continue %b2 {loop = 5}
    } : int
    %w = check.index %best, %n {axis = 0} : int
    continue {loop = 4}
  }
  return %n
}
)") == 0);
}

TEST_CASE("ranges: a counter in a loop, and a loop that steps down") {
  CHECK(checks_left(R"(form tensor
func @f.0(%a: i64[::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %minus = const {value = -1} : int
  %n = extent %a {axis = 0} : int
  %twins = for %one, %n, %one, %zero {label = 1} {
    (%i: int, %t: int):
    %j = check.index %i, %n {axis = 0} : int
    %x = load %a, %j : i64
    %p = check.overflow %i, %one {op = "subtract"} : int
    %q = check.index %p, %n {axis = 0} : int
    %y = load %a, %q : i64
    %c = less %x, %y : bool
    %t2 = if %c {
      %t1 = check.overflow %t, %one {op = "add"} : int
      yield %t1
    } {
      yield %t
    } : int
    continue %t2 {loop = 1}
  } : int
  %m = check.overflow %n, %one {op = "subtract"} : int
  for %m, %minus, %minus {label = 2} {
    (%k: int):
    %l = check.index %k, %n {axis = 0} : int
    continue {loop = 2}
  }
  return %twins
}
)") == 0);
}

TEST_CASE("ranges: while p * p <= limit") {
  CHECK(checks_left(R"(form tensor
func @f.0(%limit: int) -> (int) {small = 1} {
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %t = const {value = 1} : b1
  %size = check.overflow %limit, %one {op = "add"} : int
  %prime = full %t, %size : b1[::1]
  %last = while %two {label = 1} {
    (%p: int):
    %pp = check.overflow %p, %p {op = "multiply"} : int
    %c = less_equal %pp, %limit : bool
    condition %c, %p
  } {
    (%q: int):
    %n = extent %prime {axis = 0} : int
    %j = check.index %q, %n {axis = 0} : int
    %f = load %prime, %j : b1
    %q1 = check.overflow %q, %one {op = "add"} : int
    continue %q1 {loop = 1}
  } : int
  return %last
}
)") == 0);
}

TEST_CASE("ranges: two indices that walk down under `and`") {
  CHECK(checks_left(R"(form tensor
func @f.0(%cost: f64[:, ::1], %n0: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %no = const {value = 0} : bool
  %h = extent %cost {axis = 0} : int
  %w = extent %cost {axis = 1} : int
  %n = check.overflow %h, %one {op = "subtract"} : int
  %m = check.overflow %w, %one {op = "subtract"} : int
  %ri, %rj = while %n, %m {label = 1} {
    (%i: int, %j: int):
    %c = greater %i, %zero : bool
    %both = if %c {
      %d = greater %j, %zero : bool
      yield %d
    } {
      yield %no
    } : bool
    condition %both, %i, %j
  } {
    (%k: int, %l: int):
    %k1 = check.overflow %k, %one {op = "subtract"} : int
    %l1 = check.overflow %l, %one {op = "subtract"} : int
    %x = check.index %k1, %h {axis = 0} : int
    %y = check.index %l1, %w {axis = 1} : int
    %z = check.index %k, %h {axis = 0} : int
    %e = less %x, %y : bool
    %k2, %l2 = if %e {
      yield %k1, %l
    } {
      yield %k, %l1
    } : int, int
    continue %k2, %l2 {loop = 1}
  } : int, int
  return %ri
}
)") == 0);
}

TEST_CASE("ranges: a flattened matrix") {
  CHECK(checks_left(R"(form tensor
func @f.0(%rows: int, %m: int, %x: f64) -> (f64[::1]) {small = 1} {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %size = check.overflow %rows, %m {op = "multiply"} : int
  %a = full %x, %size : f64[::1]
  for %zero, %rows, %one {label = 1} {
    (%i: int):
    for %zero, %m, %one {label = 2} {
      (%j: int):
      %im = check.overflow %i, %m {op = "multiply"} : int
      %ij = check.overflow %im, %j {op = "add"} : int
      %n = extent %a {axis = 0} : int
      %k = check.index %ij, %n {axis = 0} : int
      store %a, %x, %k
      continue {loop = 2}
    }
    continue {loop = 1}
  }
  return %a
}
)") == 0);
}

TEST_CASE("ranges: slices of one array with shifted ends have equal extents") {
  // u[1:-1], u[:-2] and u[2:] as inference writes them.
  CHECK(checks_left(R"(form tensor
func @f.0(%u: f64[::1]) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %n = extent %u {axis = 0} : int
  %s1 = minimum %one, %n : int
  %e1 = subtract %n, %one {exact = 1} : int
  %e1c = maximum %e1, %zero : int
  %d1 = subtract %e1c, %s1 {exact = 1} : int
  %c1 = maximum %d1, %zero : int
  %e2 = subtract %n, %two {exact = 1} : int
  %c2 = maximum %e2, %zero : int
  %s3 = minimum %two, %n : int
  %d3 = subtract %n, %s3 {exact = 1} : int
  %c3 = maximum %d3, %zero : int
  %r = check.broadcast %c1, %c2 {ranks = [1, 1]} : int
  %q = check.broadcast %r, %c3 {ranks = [1, 1]} : int
  return %q
}
)") == 0);
}

TEST_CASE("ranges: nothing is proved that is not so") {
  CHECK(checks_left(R"(form tensor
func @f.0(%a: f64[::1], %n: int, %k: int) -> (int) {
  %zero = const {value = 0} : int
  %one = const {value = 1} : int
  %two = const {value = 2} : int
  %e = extent %a {axis = 0} : int
  %s, %b = for %zero, %n, %one, %zero, %one {label = 1} {
    (%i: int, %x: int, %y: int):
    %j1 = check.index %i, %e {axis = 0} : int
    %j2 = check.index %x, %e {axis = 0} : int
    %x2 = check.overflow %x, %two {op = "add"} : int
    %y2 = check.overflow %y, %y {op = "add"} : int
    %j3 = check.index %y2, %e {axis = 0} : int
    continue %x2, %y2 {loop = 1}
  } : int, int
  %j4 = check.index %k, %e {axis = 0} : int
  %z = check.zero %k {message = "division by zero"} : int
  %c = less %k, %n : bool
  check.true %c {exception = "ValueError", message = "no"}
  %j5 = check.overflow %k, %one {op = "add"} : int
  return %s
}
)") == 6);  // %x2, %y2 and %j5 are right: their operands have passed for indices, or are less than %n
}

TEST_CASE("ranges know of a guard after a hundred conditions that have ended") {
  std::string text = R"(form tensor
func @f.0(%a: f64[::1], %i: int, %m: int) -> (int) {
  %zero = const {value = 0} : int
  %n = extent %a {axis = 0} : int
  %low = greater_equal %i, %zero : bool
  check.true %low {exception = "ValueError", message = "low"}
  %fits = less %i, %n : bool
  check.true %fits {exception = "ValueError", message = "high"}
)";
  for (int k = 0; k < 100; ++k) {
    std::string c = std::to_string(k);
    text += "  %k" + c + " = const {value = " + c + "} : int\n  %p" + c + " = multiply %m, %k" + c + " : int\n  %c" + c +
            " = less %i, %p" + c + " : bool\n";
    text += "  if %c" + c + " {\n    %x" + c + " = check.index %i, %p" + c +
            " {axis = 0} : int\n    yield\n  } {\n    yield\n  }\n";
  }
  text += "  %j = check.index %i, %n {axis = 0} : int\n  return %j\n}\n";
  std::string out = after({eliminate_checks}, text);
  CHECK(out.find("check.index %1, %4 ") == std::string::npos);
  CHECK(out.find("assume.index %1, %4 ") != std::string::npos);
}
