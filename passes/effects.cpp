// See effects.h. Nothing is cached: a function's control ops are few, and an analysis that is not kept cannot be stale.
#include "passes/effects.h"

#include <algorithm>

#include "ir/verify.h"

namespace aic::passes {
using namespace ir;

uint32_t own_traits(const Function& f, OpId id) {
  const OpRecord& r = record_of(f, id);
  uint32_t traits = r.traits;
  if (is(f, id, "call"_op)) {
    if (f.int_attr(id, "quiet")) traits &= ~MayRaise;
    if (f.int_attr(id, "pure")) traits &= ~(Effect | Reads);
  }
  // An elementwise op over arrays makes a new one, and looks at contents when it is made.
  if (r.tier == Tier::Elementwise)
    for (ValueId v : f.op(id).operands)
      if (f.type(v).is_array()) traits |= Birth | Reads | MayRaise;
  return traits;
}

OpId loop_of_exit(const Function& f, OpId exit) {
  int64_t label = f.int_attr(exit, "loop");
  for (OpId at = f.parent_op(exit); at; at = f.parent_op(at))
    if ((record_of(f, at).traits & Loop) && f.int_attr(at, "label") == label) return at;
  return {};
}

ValueId root_of(const Function& f, ValueId v) {
  while (OpId def = f.defining_op(v)) {
    if (!(record_of(f, def).traits & View)) break;
    v = f.op(def).operands[0];
  }
  return v;
}

ValueId gathered_shape(const Function& f, OpId gather) {
  const std::vector<ValueId>& operands = f.op(gather).operands;
  return *std::find_if(operands.begin() + 1, operands.end(), [&](ValueId v) { return f.type(v).is_array(); });
}

static bool stays_private(const Function& f, ValueId v) {
  for (const Use& u : f.value(v).uses) {
    const Op& op = f.op(u.op);
    const OpRecord& r = record(op.code);
    if (r.traits & View) {
      if (u.operand == 0 && !stays_private(f, op.results[0])) return false;
      continue;
    }
    bool looks = r.tier == Tier::Elementwise || r.tier == Tier::Structural || op.code == "load"_op || op.code == "extent"_op ||
                 op.code == "stride"_op || (op.code == "store"_op && u.operand != 1) || op.code == "list.length"_op ||
                 op.code == "list.load"_op || op.code == "list.resize"_op || op.code == "list.rotate"_op ||
                 (op.code == "list.store"_op && u.operand == 0);
    if (!looks) return false;
  }
  return true;
}
bool is_private(const Function& f, ValueId root) {
  OpId def = f.defining_op(root);
  return def && (own_traits(f, def) & Birth) && stays_private(f, root);
}

bool is_inside(const Function& f, RegionId r, RegionId outer) {
  while (r != outer) {
    OpId op = f.region(r).op;
    if (!op) return false;
    r = f.op(op).parent;
  }
  return true;
}
static bool cut(Function& f, RegionId r) {
  bool changed = false;
  for (OpId id = f.region(r).first; id; id = f.op(id).next) {
    for (RegionId inner : f.op(id).regions) changed |= cut(f, inner);
    bool ends = (record_of(f, id).traits & Terminator) || (!f.op(id).regions.empty() && !falls_through(f, id));
    if (!ends) continue;
    changed |= bool(f.op(id).next);
    while (f.region(r).last != id) f.erase(f.region(r).last);
    if (is(f, id, "if"_op))
      while (!f.op(id).results.empty()) f.erase_result(id, uint32_t(f.op(id).results.size() - 1));
  }
  return changed;
}
bool cut_dead_ends(Function& f) { return cut(f, f.body()); }

RegionId region_of(const Function& f, ValueId v) {
  OpId def = f.defining_op(v);
  return def ? f.op(def).parent : f.value(v).region;
}

}  // namespace aic::passes
