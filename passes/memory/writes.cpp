// See writes.h.
#include "passes/memory/writes.h"

#include <algorithm>

#include "ir/ops/table.h"

namespace aic::passes {

using namespace ir;

RegionWrites::RegionWrites(const Function& f, Aliases& aliases, RegionId r) : f_(f), aliases_(aliases) {
  for (OpId id : f.ops_in(r)) {
    Writer w{uint32_t(order_.size()), {}, false};
    order_[id] = w.order;
    collect(id, w);
    for (RegionId inner : f.op(id).regions)
      for (OpId below : f.ops_below(inner)) collect(below, w);
    if (w.unknown || !w.roots.empty()) writers_.push_back(std::move(w));
  }
}

void RegionWrites::collect(OpId id, Writer& w) const {
  const Op& op = f_.op(id);
  bool call = op.code == "call"_op;
  if (call ? f_.int_attr(id, "pure") != 0 : !record(op.code).has(Writes)) return;
  for (size_t n = 0; n < (call || op.code == "lapack"_op ? op.operands.size() : 1); ++n) {
    Type t = f_.type(op.operands[n]);
    if (t.is_array()) w.roots.push_back(aliases_.root(op.operands[n]));
    w.unknown |= call && !t.is_array() && holds_array(t);
  }
}

bool RegionWrites::disturbed(OpId from, OpId last, const std::vector<ValueId>& arrays) {
  if (arrays.empty()) return false;
  uint32_t begin = order_.at(from), end = order_.at(last);
  auto w = std::upper_bound(writers_.begin(), writers_.end(), begin, [](uint32_t k, const Writer& x) { return k < x.order; });
  for (; w != writers_.end() && w->order < end; ++w) {
    if (w->unknown) return true;
    for (ValueId written : w->roots)
      for (ValueId read : arrays)
        if (!aliases_.distinct(written, read)) return true;
  }
  return false;
}

}  // namespace aic::passes
