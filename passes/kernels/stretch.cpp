// Which axes of what a nest reads may have extent 1 where the nest has another.
#include <algorithm>
#include <unordered_set>

#include "ir/ops/table.h"
#include "passes/kernels/nest.h"

namespace aic::passes {

using namespace ir;

static void collect(Expansion& e, ValueId v, std::vector<Stretch>& out, std::unordered_set<ValueId>& seen) {
  if (!e.f.type(v).is_array() || !seen.insert(v).second) return;
  OpId d = e.f.defining_op(v);
  if (!d) return;
  const Op& op = e.f.op(d);
  if (op.code == "view.broadcast"_op) {
    size_t rank = size_t(e.f.type(op.operands[0]).rank()), added = op.operands.size() - 1 - rank;
    for (size_t k = 0; k < rank; ++k) {
      Extent from = e.extents.of(op.operands[0], int(k)), to = e.extents.of_scalar(op.operands[1 + k + added]);
      bool known = from.is(1) || from == to;
      known |= std::any_of(out.begin(), out.end(), [&](const Stretch& s) { return s.from == from && s.to == to; });
      if (!known) out.push_back({from, to});
    }
  }
  if (folds(e.f, d))
    collect(e, op.operands[0], out, seen);
  else if (e.plan.is_virtual(v))
    for (ValueId x : op.operands) collect(e, x, out, seen);
}

void collect_stretches(Expansion& e, ValueId v, std::vector<Stretch>& out) {
  std::unordered_set<ValueId> seen;
  collect(e, v, out, seen);
}

}  // namespace aic::passes
