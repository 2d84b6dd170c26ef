// The element of a virtual value at given indices, written into a nest.
#include "ir/ops/table.h"
#include "passes/kernels/clone.h"
#include "passes/kernels/nest.h"

namespace aic::passes {

using namespace ir;

ValueId Nest::element(ValueId v, const Indices& indices) {
  if (!f_.type(v).is_array()) return v;
  auto [base, at] = place(v, indices);
  return e_.plan.is_virtual(base) ? compute(f_.defining_op(base), at) : leaf(base, at);
}

ValueId Nest::leaf(ValueId array, const Indices& indices) {
  std::vector<ValueId> operands{array};
  std::vector<uint32_t> key{5, array.index};
  int level = level_of(array);
  for (ValueId v : checked(array, indices)) {
    operands.push_back(v);
    key.push_back(v.index);
    level = std::max(level, level_of(v));
  }
  reads.push_back({array, indices});
  return remembered(std::move(key), level, [&](Builder& b) { return b.make("load"_op, operands, f_.type(array).element()); });
}

ValueId Nest::compute(OpId id, const Indices& indices) {
  const Op& op = f_.op(id);
  if (op.code == "full"_op) return scalar(op.operands[0], f_.type(op.results[0]).element());
  if (op.code == "copy"_op) return element(op.operands[0], indices);
  if (op.code == "generate"_op) return generated(id, indices);
  if (op.code == "gather"_op) return gathered(id, indices);
  if (op.code == "reduce"_op) {
    std::vector<uint32_t> key{6, id.index};
    for (const Affine& a : indices) key.push_back(emit(a).index);
    int level = level_of(indices);
    auto [it, fresh] = levels_[size_t(level)].made.try_emplace(key);
    if (!fresh) return it->second;
    ValueId v = outside(indices, [&] { return reduced_element(*this, id, indices); });
    return levels_[size_t(level)].made[key] = v;
  }
  return elementwise(id, indices);
}

// Scalar operands join as they are but for their type: `float` and `f64` are one dtype.
ValueId Nest::elementwise(OpId id, const Indices& indices) {
  const Op op = f_.op(id);
  std::vector<ValueId> operands;
  std::vector<uint32_t> key{7, id.index};
  int level = 0;
  for (ValueId x : op.operands) {
    ValueId s = element(x, indices);
    if (f_.type(s).is_number()) s = scalar(s, Type::scalar(f_.type(s).dtype()));
    operands.push_back(s);
    key.push_back(s.index);
    level = std::max(level, level_of(s));
  }
  Type type = f_.type(op.results[0]).element();
  return remembered(std::move(key), level, [&](Builder& b) {
    b.span = op.span;
    return b.make(op.code, operands, type, op.attrs);
  });
}

ValueId Nest::generated(OpId id, const Indices& indices) {
  std::vector<uint32_t> key{8, id.index};
  std::vector<ValueId> values;
  int level = 0;
  for (const Affine& a : indices) {
    values.push_back(emit(a));
    key.push_back(values.back().index);
    level = std::max(level, level_of(values.back()));
  }
  RegionId body = f_.op(id).regions[0];
  for (OpId inner : f_.ops_below(body))
    if (f_.op(inner).code == "load"_op) reads.push_back({e_.aliases.root(f_.op(inner).operands[0]), {}});  // some element
  Type type = f_.type(f_.op(id).results[0]).element();
  ValueId x = remembered(std::move(key), level, [&](Builder& b) { return clone_body(f_, body, values, b); });
  return scalar(x, type);
}

// Negative indices count from the end.
ValueId Nest::gathered(OpId id, const Indices& indices) {
  const Op op = f_.op(id);
  Type whole = Type::integer(), truth = Type::boolean();
  Indices from;
  for (size_t k = 1; k < op.operands.size(); ++k) {
    ValueId i = scalar(element(op.operands[k], indices), whole), n = emit(e_.extents.of(op.operands[0], int(k) - 1));
    ValueId wrapped = make("add"_op, {i, n}, whole, {{"exact", int64_t(1)}});
    from.push_back(Affine::of(make("select"_op, {make("less"_op, {i, integer(0)}, truth), wrapped, i}, whole)));
  }
  auto [base, at] = place(op.operands[0], from);
  return leaf(base, at);
}

}  // namespace aic::passes
