// An array that was made only to be updated is two arrays, of which the first needs no memory.
//
//   %t = multiply %a, %b                  %t = multiply %a, %b
//   %u = add %t, %c                  →    %u = add %t, %c
//   assign %t, %u                         (uses of %t from here on: %u)
//
// `t = a * b; t += c` and `counts[alive] += 1` are written like this. Only the update looks at the array before; nobody has a
// view of it. Cost: a look at the uses of the targets of assignments.
#include <algorithm>

#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/regions.h"

namespace aic::passes {
using namespace ir;

// Is the array looked at, before it is assigned to, by this op alone? Its extents do not count.
static bool is_seen_by_alone(const Function& f, OpId assign, ValueId target, OpId update) {
  RegionId r = f.op(assign).parent;
  for (const Use& u : f.value(target).uses) {
    if (u.op == update || (u.op == assign && u.operand == 0) || is(f, u.op, "extent"_op)) continue;
    OpId at = op_within(f, u.op, r);
    if (!at) return false;
    bool after = false;
    for (OpId op = f.op(assign).next; op && !after; op = f.op(op).next) after = op == at;
    if (!after) return false;
  }
  return true;
}

static bool try_renew(Function& f, OpId assign) {
  ValueId target = f.op(assign).operands[0], source = f.op(assign).operands[1];
  OpId birth = f.defining_op(target), update = f.defining_op(source);
  if (!birth || !update || f.type(target) != f.type(source) || f.value(source).uses.size() != 1) return false;
  RegionId r = f.op(assign).parent;
  if (f.op(birth).parent != r || f.op(update).parent != r) return false;
  const OpRecord &made = record_of(f, birth), &updates = record_of(f, update);
  bool elements = made.tier == Tier::Elementwise || is(f, birth, "compress"_op) || is(f, birth, "gather"_op);
  if (!elements || updates.tier != Tier::Elementwise) return false;
  if (f.value(target).uses.size() > 16 || !is_seen_by_alone(f, assign, target, update)) return false;
  f.erase(assign);
  std::vector<Use> uses = f.value(target).uses;
  for (const Use& u : uses)
    if (u.op != update && !is(f, u.op, "extent"_op)) f.set_operand(u.op, u.operand, source);
  return true;
}

bool renew(Function& f, PassContext&) {
  bool changed = false;
  for (OpId id : f.ops_below(f.body()))
    if (is(f, id, "assign"_op)) changed |= try_renew(f, id);
  return changed;
}

}  // namespace aic::passes
