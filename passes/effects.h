// What an op does besides computing its results, its regions included. Every pass that deletes or moves asks here.
//
// Traits come from the records; what a record cannot know is added: a call's {quiet} and {pure}, an op's regions, and
// exits that leave more than the op itself (a `return` inside an `if` is an effect of the `if`).
#pragma once
#include "ir/module.h"
#include "ir/ops/table.h"

namespace aic::passes {

[[nodiscard]] inline bool is(const ir::Function& f, ir::OpId op, ir::OpCode code) { return op && f.op(op).code == code; }
[[nodiscard]] inline const ir::OpRecord& record_of(const ir::Function& f, ir::OpId op) { return ir::record(f.op(op).code); }

// Traits of one op, without its regions.
[[nodiscard]] uint32_t own_traits(const ir::Function&, ir::OpId);

// Does the op change how long its list, or table, is?
[[nodiscard]] inline bool changes_length(const ir::Function& f, ir::OpId id) {
  const ir::OpRecord& r = record_of(f, id);
  return (r.traits & ir::Writes) &&
         (r.name == "list.resize" || r.name.starts_with("table.") || r.name == "str.split" || r.name == "str.some_pieces");
}

// The array that a view looks into: views are peeled off.
[[nodiscard]] ir::ValueId root_of(const ir::Function&, ir::ValueId array);
// Of a gather: one of its index arrays, whose shape is its own.
[[nodiscard]] ir::ValueId gathered_shape(const ir::Function&, ir::OpId gather);
// A birth whose array no one else can name: never returned, stored, passed on or carried by a loop.
[[nodiscard]] bool is_private(const ir::Function&, ir::ValueId root);
// The loop whose state a `break` or `continue` gives, found by its label from inside.
[[nodiscard]] ir::OpId loop_of_exit(const ir::Function&, ir::OpId exit);
// Does region `r` stand inside `outer`, or is it the same?
[[nodiscard]] bool is_inside(const ir::Function&, ir::RegionId r, ir::RegionId outer);
// Deletes what stands after ops that nothing leaves, in the whole function: what a condition's becoming known leaves behind.
bool cut_dead_ends(ir::Function&);
// The region a value is defined in.
[[nodiscard]] ir::RegionId region_of(const ir::Function&, ir::ValueId);

}  // namespace aic::passes
