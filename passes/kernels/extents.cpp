// Extents as symbols: see extents.h.
#include "passes/kernels/extents.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "passes/assumed.h"
#include "passes/effects.h"

namespace aic::passes {

using namespace ir;

std::optional<int64_t> constant_int(const Function& f, ValueId v) {
  OpId d = f.defining_op(v);
  if (!d || f.op(d).code != "const"_op) return std::nullopt;
  const Attr* a = f.find_attr(d, "value");
  const int64_t* k = a ? std::get_if<int64_t>(a) : nullptr;
  return k ? std::optional(*k) : std::nullopt;
}

std::vector<int> kept_axes(const Function& f, OpId id) {
  std::vector<int64_t> axes = f.list_attr(id, "axes");
  if (const Attr* a = f.find_attr(id, "axis")) axes = {std::get<int64_t>(*a)};
  std::vector<int> kept;
  for (int k = 0; k < f.type(f.op(id).operands[0]).rank(); ++k)
    if (std::find(axes.begin(), axes.end(), k) == axes.end()) kept.push_back(k);
  return kept;
}

std::vector<Extent> Extents::all(ValueId array) {
  std::vector<Extent> e;
  for (int k = 0; k < f_.type(array).rank(); ++k) e.push_back(of(array, k));
  return e;
}

Extent Extents::of(ValueId array, int axis) {
  auto [it, fresh] = known_.try_emplace({array, axis});
  if (fresh) {
    Extent e = resolve(array, axis);
    known_[{array, axis}] = e;
    return e;
  }
  return it->second;
}

Extent Extents::of_scalar(ValueId v) {
  if (auto k = constant_int(f_, v); k && *k >= 0) return {{}, -1, *k};
  OpId d = f_.defining_op(v);
  if (d && f_.op(d).code == "extent"_op) return of(f_.op(d).operands[0], int(f_.int_attr(d, "axis")));
  if (d && f_.op(d).code == "check.broadcast"_op) return of_broadcast(d, f_.value(v).index);
  return {v, -1, -1};
}

// The results of check.broadcast are the operands' extents where all that are not 1 agree.
Extent Extents::of_broadcast(OpId check, uint32_t result) {
  const Op& op = f_.op(check);
  const std::vector<int64_t>& ranks = f_.list_attr(check, "ranks");
  int from_end = int(op.results.size()) - int(result);
  std::optional<Extent> common;
  size_t first = 0;
  for (int64_t rank : ranks) {
    if (from_end <= rank) {
      Extent e = of_scalar(op.operands[first + size_t(rank) - size_t(from_end)]);
      if (common && !common->is(1) && !e.is(1) && !(*common == e)) return {op.results[result], -1, -1};
      if (!common || common->is(1)) common = e;
    }
    first += size_t(rank);
  }
  return common ? *common : Extent{op.results[result], -1, -1};
}

Extent Extents::of_view(OpId id, int axis) {
  const Op& op = f_.op(id);
  size_t operand = 1;
  int result_axis = 0, base_axis = 0;
  for (char c : f_.text_attr(id, "spec")) {
    if (c != 'i' && result_axis++ == axis) {
      if (c == 'n') return {{}, -1, 1};
      return c == ':' ? of(op.operands[0], base_axis) : of_scalar(op.operands[operand + 1]);
    }
    operand += c == 'i' ? 1 : c == 's' ? 3 : 0;
    base_axis += c != 'n';
  }
  return of(op.operands[0], base_axis + axis - result_axis);  // axes beyond the spec are whole
}

Extent Extents::resolve(ValueId v, int axis) {
  OpId d = f_.defining_op(v);
  if (!d && f_.value(v).region == f_.body()) {
    auto [array, same] = assumed_extent(f_, v, axis);
    return {array, same, -1};
  }
  if (!d) return {v, axis, -1};
  const Op& op = f_.op(d);
  auto operand = [&](int k) { return of_scalar(op.operands[size_t(k)]); };
  if (record(op.code).tier == Tier::Elementwise) {
    for (ValueId x : op.operands)
      if (f_.type(x).is_array()) return of(x, axis);
    return {v, axis, -1};
  }
  if (op.code == "full"_op || op.code == "view.broadcast"_op || op.code == "view.reshape"_op) return operand(1 + axis);
  if (op.code == "generate"_op || op.code == "empty"_op) return operand(axis);
  if (op.code == "gather"_op) return of(gathered_shape(f_, d), axis);
  if (op.code == "compress"_op) return axis ? of(op.operands[0], axis + f_.type(op.operands[1]).rank() - 1) : operand(2);
  if (op.code == "copy"_op || op.code == "scan"_op || op.code == "view.real"_op) return of(op.operands[0], axis);
  if (op.code == "view.bits"_op)
    return op.operands.size() > 1 && axis + 1 == f_.type(v).rank() ? operand(1) : of(op.operands[0], axis);
  if (op.code == "view"_op) return of_view(d, axis);
  if (op.code == "view.transpose"_op) return of(op.operands[0], int(f_.list_attr(d, "axes")[size_t(axis)]));
  if (op.code == "reduce"_op || op.code == "argreduce"_op) return of(op.operands[0], kept_axes(f_, d)[size_t(axis)]);
  if (op.code == "matmul"_op) {
    bool of_a = f_.type(op.operands[0]).rank() == 2 && axis == 0;
    return of_a ? of(op.operands[0], 0) : of(op.operands[1], 1);
  }
  return {v, axis, -1};
}

}  // namespace aic::passes
