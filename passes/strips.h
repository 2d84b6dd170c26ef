// Loops in strips: a counted loop becomes two, the inner one of a bounded number of rounds.
#pragma once
#include "ir/module.h"

namespace aic::passes {

// Counts up from a constant, so that start + strip cannot overflow before it passes stop.
[[nodiscard]] bool is_cuttable(const ir::Function&, ir::OpId loop, int64_t rounds);
// The loop goes into the body of a new one, which is returned, and runs over so many of its rounds at a time:
//
//   for %0, %n, %1, %x {label = 1} {      for %0, %n, %65536, %x {label = 2} {
//     (%i: int, %s: f64):                   (%b: int, %t: f64):
//     …                              →      %e = the smaller of %b + 65536 and %n
//     continue %y {loop = 1}                %r = for %b, %e, %1, %t {label = 1} { … as before, breaks leave label 2 }
//   }                                       continue %r {loop = 2}
//                                         }
ir::OpId cut_in_strips(ir::Function&, ir::OpId loop, int64_t rounds);

}  // namespace aic::passes
