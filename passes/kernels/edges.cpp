// What an index map can be at least and at most: indices of loops are replaced by what their loops begin and end with.
// Enough to see that rows below k are not row k; what needs more is a temporary (see expand_assign.cpp).
#include "ir/ops/table.h"
#include "passes/kernels/nest.h"

namespace aic::passes {

using namespace ir;

std::optional<Affine> Nest::edge_of_index(ValueId index, bool upper) {
  if (f_.defining_op(index)) return std::nullopt;
  OpId loop = f_.region(f_.value(index).region).op;
  if (!loop) return std::nullopt;
  const Op op = f_.op(loop);
  if (op.code == "kernel"_op) return upper ? affine(op.operands[f_.value(index).index]) + Affine{-1, {}} : Affine{};
  if (op.code != "for"_op || f_.value(index).index != 0) return std::nullopt;
  auto step = constant_int(f_, op.operands[2]);
  if (!step || *step == 0) return std::nullopt;
  if (upper == (*step < 0)) return affine(op.operands[0]);
  return affine(op.operands[1]) + Affine{*step > 0 ? -1 : 1, {}};
}

int Nest::depth_of(ValueId index) const {
  int depth = 0;
  for (OpId at = f_.region(f_.value(index).region).op; at; at = f_.region(f_.op(at).parent).op) ++depth;
  return depth;
}

// Innermost first: what bounds an index are indices further out, which may cancel others.
Affine Nest::edge(Affine a, bool upper, bool all) {
  for (int round = 0; round < 8; ++round) {
    std::optional<Affine> best;
    std::pair<ValueId, int64_t> replaced;
    int deepest = 0;
    for (auto [v, c] : a.terms) {
      if (!all && level_of(v) == 0) continue;
      auto e = edge_of_index(v, upper == (c > 0));
      if (!e || depth_of(v) <= deepest) continue;
      deepest = depth_of(v);
      best = e;
      replaced = {v, c};
    }
    if (!best) break;
    a = a + Affine::of(replaced.first) * -replaced.second + *best * replaced.second;
  }
  return a;
}

}  // namespace aic::passes
