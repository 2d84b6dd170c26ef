// tape.push and tape.pop become stores to and loads from ordinary arrays, one growing stack per dtype, so that code
// generation and a further derivative see nothing new.
//
// A frame lies as: the contents of its arrays, then its numbers (the arrays' extents among those of dtype int64). Where a
// `for` pushes (or pops) one frame of numbers in each round and nothing else, room is made once before the loop and places
// follow from the round's number; else stack and top are carried as state.
#pragma once
#include "ir/module.h"

namespace aic::passes::autodiff {
void lower_tapes(ir::Function&);
}  // namespace aic::passes::autodiff
