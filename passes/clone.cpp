// See clone.h.
#include "passes/clone.h"

#include "ir/ops/table.h"

namespace aic::passes {
using namespace ir;

ValueId Cloner::value(ValueId v) const {
  auto it = values_.find(v);
  if (it != values_.end()) return it->second;
  AIC_CHECK(&from_ == &to_);
  return v;
}

OpId Cloner::clone(OpId id, Builder& b) {
  const Op& op = from_.op(id);
  std::vector<ValueId> operands;
  std::vector<Type> results;
  for (ValueId v : op.operands) operands.push_back(value(v));
  for (ValueId v : op.results) results.push_back(from_.type(v));
  std::vector<NamedAttr> attrs = op.attrs;
  for (NamedAttr& a : attrs) {
    if (a.name == "label" && (record(op.code).traits & Loop)) {
      int64_t label = to_.new_label();
      labels_[std::get<int64_t>(a.value)] = label;
      a.value = label;
    } else if (a.name == "loop" && (record(op.code).traits & Exit)) {
      if (auto it = labels_.find(std::get<int64_t>(a.value)); it != labels_.end()) a.value = it->second;
    }
  }
  OpId made = to_.new_op(op.code, operands, results, span(op.span), std::move(attrs), int(op.regions.size()));
  b.insert(made);
  ops_[id] = made;
  for (size_t k = 0; k < op.results.size(); ++k) map(op.results[k], to_.op(made).results[k]);
  for (size_t k = 0; k < op.regions.size(); ++k) {
    RegionId inner = to_.op(made).regions[k];
    for (ValueId a : from_.region(op.regions[k]).arguments) map(a, to_.add_argument(inner, from_.type(a)));
    Builder inside(to_, inner);
    clone_ops(op.regions[k], inside);
  }
  return made;
}

void Cloner::clone_ops(RegionId r, Builder& b) {
  for (OpId id = from_.region(r).first; id; id = from_.op(id).next) clone(id, b);
}

}  // namespace aic::passes
