// Every pass, one sentence each. A pass takes one function, says whether it changed anything, and stands in one row of
// pipeline.cpp. What passes share about a module stands in PassContext.
#pragma once
#include <optional>
#include <unordered_set>

#include "ir/module.h"
#include "passes/pipeline.h"

namespace aic::passes {

struct PassContext {
  ir::Module& module;
  const Options& options;
  // Functions that an exception may leave on its way to a handler in compiled code; asked for by `own` alone.
  std::optional<std::unordered_set<const ir::Function*>> unwound = {};
};

// ---- scalars and structure: tensor form and loop form alike ----
bool fold(ir::Function&, PassContext&);      // computes what is known: constants, known conditions, extents, parts of tuples
bool fold_shapes(ir::Function&, PassContext&);  // drops checks of shapes that are equal, and views that stretch nothing
bool simplify(ir::Function&, PassContext&);  // algebra by one-line rules
bool characters(ir::Function&, PassContext&);  // characters that are only compared are compared as numbers
bool objects_as_values(ir::Function&, PassContext&);  // objects that nobody changes once they are made are tuples
bool cse(ir::Function&, PassContext&);       // computes nothing twice, checks and unchanged loads included
bool dce(ir::Function&, PassContext&);       // deletes what nobody looks at, loop state and private arrays included
bool inline_calls(ir::Function&, PassContext&);  // puts small functions, and those called once, in the place of their calls
bool licm(ir::Function&, PassContext&);          // moves out of loops what is the same in every round
bool assume_shapes(ir::Function&, PassContext&);  // takes extents for equal that were so in the first call and are compared
bool version_extents(ir::Function&, PassContext&);  // writes a function twice: for likely short axes, and for any
bool count_loops(ir::Function&, PassContext&);  // makes counted loops of whiles that count
bool eliminate_checks(ir::Function&, PassContext&);  // removes checks that cannot fail and decides comparisons, by ranges
bool renew(ir::Function&, PassContext&);  // an update of an array made for it alone is a new array, which fuses
bool join_masks(ir::Function&, PassContext&);  // what is computed from elements that a mask chooses is computed under the mask
bool narrow_views(ir::Function&, PassContext&);  // of an array that is looked at through one view that part is computed
bool trim_fills(ir::Function&, PassContext&);  // of a new array whose middle is written at once only the rim is filled
bool reshape_elements(ir::Function&, PassContext&);  // a reshape that may be a view or a copy fuses where nobody can tell
bool join_pieces(ir::Function&, PassContext&);  // an array put together from pieces of another is that one under another index
bool reserve_lists(ir::Function&, PassContext&);  // what a loop appends in every round gets its room before it
bool step_remainders(ir::Function&, PassContext&);  // remainders of multiples of a counter go round by additions
bool version_loops(ir::Function&, PassContext&);  // tests once before a loop what its checks ask in every round

// ---- tensor form → loop form ----
bool expand(ir::Function&, PassContext&);  // whole-array operations become kernels and loops, fused on demand
bool unroll_arrays(ir::Function&, PassContext&);  // writes out loops of few rounds over whole arrays
bool unroll(ir::Function&, PassContext&);  // writes out loops of few rounds inside others
bool join_arms(ir::Function&, PassContext&);  // what both arms of a choice do is done once
bool split_unions(ir::Function&, PassContext&);  // unions of ints go through choices and loops as tag and number
bool running_extremes(ir::Function&, PassContext&);  // whether a running maximum has moved is asked behind its loop
bool join_choices(ir::Function&, PassContext&);  // choices that follow one another and ask the same are one
bool read_copies(ir::Function&, PassContext&);  // what has been copied aside is read from the copy, not from the array
bool fuse_rows(ir::Function&, PassContext&);  // neighbouring kernels over the same arrays pass over them row by row
bool split_rounds(ir::Function&, PassContext&);  // kernels that ask on which side of a place they are run once for each side
bool rows_outside(ir::Function&, PassContext&);  // loops that pass over an array again and again do so row by row
bool choose_lanes(ir::Function&, PassContext&);  // marks loops whose rounds run side by side in the lanes of vectors
bool carry_loads(ir::Function&, PassContext&);  // what a round stores and the next ones read goes round as loop state
bool place_polls(ir::Function&, PassContext&);  // lets Ctrl-C reach what may run for long
bool store_columns(ir::Function&, PassContext&);  // columns that a nest goes through again and again lie side by side in it
bool reuse_memory(ir::Function&, PassContext&);  // what is made from an array that dies is written over it
bool own(ir::Function&, PassContext&);  // puts in retain and release: each birth is freed once, after its last use

}  // namespace aic::passes
