// Copies ops from one place to another, of the same function or another one: inlining, loop versions.
#pragma once
#include <functional>
#include <unordered_map>

#include "ir/builder.h"

namespace aic::passes {

class Cloner {
 public:
  Cloner(const ir::Function& from, ir::Function& to) : from_(from), to_(to) {}
  // What stands for a value in the copy; values that were not copied stand for themselves (within one function).
  [[nodiscard]] ir::ValueId value(ir::ValueId) const;
  [[nodiscard]] ir::OpId op(ir::OpId original) const { return ops_.at(original); }
  void map(ir::ValueId from, ir::ValueId to) { values_[from] = to; }
  std::function<ir::SpanId(ir::SpanId)> span = [](ir::SpanId s) { return s; };
  // Copies one op, with its regions, to the builder's place. Loops get labels of their own.
  ir::OpId clone(ir::OpId, ir::Builder&);
  // Copies all ops of a region.
  void clone_ops(ir::RegionId, ir::Builder&);

 private:
  const ir::Function& from_;
  ir::Function& to_;
  std::unordered_map<ir::ValueId, ir::ValueId> values_;
  std::unordered_map<ir::OpId, ir::OpId> ops_;
  std::unordered_map<int64_t, int64_t> labels_;
};

}  // namespace aic::passes
