// Which axes of what a nest reads may have extent 1 where the nest has another.
#include <algorithm>
#include <unordered_set>

#include "ir/ops/table.h"
#include "passes/kernels/nest.h"

namespace aic::passes {

using namespace ir;

static void collect(Expansion& e, ValueId v, bool innermost_only, Stretches& out, std::unordered_set<ValueId>& seen) {
  if (!e.f.type(v).is_array() || !seen.insert(v).second) return;
  OpId d = e.f.defining_op(v);
  if (!d) return;
  const Op& op = e.f.op(d);
  if (op.code == "view.broadcast"_op) {
    size_t rank = size_t(e.f.type(op.operands[0]).rank()), added = op.operands.size() - 1 - rank;
    for (size_t k = innermost_only ? rank - 1 : 0; k < rank; ++k) {
      Stretch s{e.extents.of(op.operands[0], int(k)), e.extents.of_scalar(op.operands[1 + k + added])};
      if (!s.from.is(1) && s.from != s.to && std::find(out.begin(), out.end(), s) == out.end()) out.push_back(s);
    }
  }
  if (folds(e.f, d))
    collect(e, op.operands[0], innermost_only, out, seen);
  else if (e.plan.is_virtual(v))
    for (ValueId x : op.operands) collect(e, x, innermost_only, out, seen);
}

void collect_stretches(Expansion& e, ValueId v, bool innermost_only, Stretches& out) {
  std::unordered_set<ValueId> seen;
  collect(e, v, innermost_only, out, seen);
}

// Of a chain, where a may be 1 or b and b may be 1 or c, a == c implies a == b and b == c.
Stretches decisive(const Stretches& all) {
  auto next = [&](const Extent& e) -> const Stretch* {
    const Stretch* found = nullptr;
    for (const Stretch& s : all)
      if (s.from == e) {
        if (found) return nullptr;
        found = &s;
      }
    return found;
  };
  Stretches out;
  for (const Stretch& s : all) {
    bool implied = next(s.from) && std::any_of(all.begin(), all.end(), [&](const Stretch& x) { return x.to == s.from; });
    if (implied) continue;
    Stretch whole = s;
    size_t steps = 0;
    for (const Stretch* n = next(s.to); n && steps < all.size(); n = next(n->to), ++steps) whole.to = n->to;
    if (steps == all.size()) return all;  // extents in a circle: they are equal, but not by a chain
    if (std::find(out.begin(), out.end(), whole) == out.end()) out.push_back(whole);
  }
  return out.empty() ? all : out;
}

}  // namespace aic::passes
