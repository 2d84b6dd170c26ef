// See strips.h.
#include "passes/strips.h"

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"

namespace aic::passes {
using namespace ir;

bool is_cuttable(const Function& f, OpId loop, int64_t rounds) {
  const Op& op = f.op(loop);
  std::optional<int64_t> start = find_integer(f, op.operands[0]), step = find_integer(f, op.operands[2]);
  return start && step && *start >= 0 && *step > 0 && *step < rounds;
}

OpId cut_in_strips(Function& f, OpId loop, int64_t rounds) {
  const Op op = f.op(loop);
  Builder b = Builder::before(f, loop);
  b.span = op.span;
  int64_t label = f.new_label(), from = f.int_attr(loop, "label"), step = *find_integer(f, op.operands[2]);
  std::vector<ValueId> operands = op.operands;
  operands[2] = b.integer(step * rounds);
  std::vector<Type> types;
  for (ValueId r : op.results) types.push_back(f.type(r));
  OpId strips = b.op("for"_op, operands, types, {{"label", label}}, 1);
  for (size_t k = 0; k < op.results.size(); ++k) f.replace_uses(op.results[k], b.result(strips, int(k)));
  for (RegionId inner : op.regions)
    for (OpId id : f.ops_below(inner))
      if (is(f, id, "break"_op) && f.int_attr(id, "loop") == from) f.set_attr(id, "loop", label);

  RegionId body = b.region_of(strips);
  ValueId first = f.add_argument(body, Type::integer());
  std::vector<ValueId> state;
  for (Type t : types) state.push_back(f.add_argument(body, t));
  b.set_region(body);
  // stop - first does not overflow: 0 ≤ first < stop.
  ValueId left = b.make("subtract"_op, {op.operands[1], first}, Type::integer(), {{"exact", int64_t(1)}});
  ValueId most = b.make("minimum"_op, {left, operands[2]}, Type::integer());
  ValueId end = b.make("add"_op, {first, most}, Type::integer(), {{"exact", int64_t(1)}});
  f.detach(loop);
  b.insert(loop);
  f.set_operand(loop, 0, first);
  f.set_operand(loop, 1, end);
  for (size_t k = 0; k < state.size(); ++k) f.set_operand(loop, uint32_t(3 + k), state[k]);
  b.op("continue"_op, op.results, {}, {{"loop", label}});
  return strips;
}

}  // namespace aic::passes
