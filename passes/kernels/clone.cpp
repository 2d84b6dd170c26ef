// Copies the ops of a region; labels of loops inside get new numbers, since labels are unique in a function.
#include "passes/kernels/clone.h"

#include "ir/ops/table.h"

namespace aic::passes {

using namespace ir;

namespace {
struct Cloner {
  Function& f;
  std::unordered_map<ValueId, ValueId> values;
  std::unordered_map<int64_t, int64_t> labels;

  ValueId map(ValueId v) const {
    auto it = values.find(v);
    return it == values.end() ? v : it->second;
  }
  void copy(OpId id, Builder& b) {
    const Op op = f.op(id);
    std::vector<ValueId> operands;
    for (ValueId v : op.operands) operands.push_back(map(v));
    std::vector<Type> types;
    for (ValueId v : op.results) types.push_back(f.type(v));
    std::vector<NamedAttr> attrs = op.attrs;
    for (NamedAttr& a : attrs) {
      if (a.name == "label") a.value = labels[std::get<int64_t>(a.value)] = f.new_label();
      if (a.name == "loop" && labels.contains(std::get<int64_t>(a.value))) a.value = labels[std::get<int64_t>(a.value)];
    }
    b.span = op.span;
    OpId fresh = b.op(op.code, operands, types, std::move(attrs), int(op.regions.size()));
    for (size_t k = 0; k < op.results.size(); ++k) values[op.results[k]] = f.op(fresh).results[k];
    for (size_t k = 0; k < op.regions.size(); ++k) {
      RegionId inner = f.op(fresh).regions[k];
      for (ValueId v : f.region(op.regions[k]).arguments) values[v] = f.add_argument(inner, f.type(v));
      Builder at_end(f, inner);
      for (OpId child : f.ops_in(op.regions[k])) copy(child, at_end);
    }
  }
};
}  // namespace

ValueId clone_body(Function& f, RegionId r, const std::vector<ValueId>& arguments, Builder& b) {
  Cloner cloner{f, {}, {}};
  for (size_t k = 0; k < arguments.size(); ++k) cloner.values[f.region(r).arguments[k]] = arguments[k];
  SpanId span = b.span;
  for (OpId id : f.ops_in(r)) {
    if (f.op(id).code == "yield"_op) {
      b.span = span;
      return cloner.map(f.op(id).operands[0]);
    }
    cloner.copy(id, b);
  }
  internal_error("a body without yield", __FILE__, __LINE__);
}

}  // namespace aic::passes
