// What a derivative concerns: values that depend on the inputs (varied) and that the outputs depend on (useful).
//
// Numbers are followed one by one; arrays by alias class (views, what loops and ifs carry, what tuples hold), so that a
// store through one name is seen through all. Where nothing is known an answer is "yes".
#pragma once
#include <vector>

#include "ir/module.h"

namespace aic::passes::autodiff {

class Activity {
 public:
  Activity(const ir::Function&, const std::vector<ir::ValueId>& inputs, const std::vector<ir::ValueId>& outputs);
  [[nodiscard]] bool is_active(ir::ValueId v) const { return is_varied(v) && is_useful(v); }
  // Values made later than the analysis are of no concern.
  [[nodiscard]] bool is_varied(ir::ValueId v) const { return v.index < flags_.size() && flags_[key(v)] & Varied; }
  [[nodiscard]] bool is_useful(ir::ValueId v) const { return v.index < flags_.size() && flags_[key(v)] & Useful; }
  // Nobody ever stores to what this array shows: its contents are those of its birth, or of the call.
  [[nodiscard]] bool is_constant(ir::ValueId array) const {
    return array.index >= flags_.size() || !(flags_[key(array)] & Written);
  }
  // May be infinite or nan though the inputs are finite: it comes from a quotient, a logarithm, ….
  [[nodiscard]] bool is_wild(ir::ValueId v) const { return v.index < flags_.size() && flags_[key(v)] & Wild; }
  // Its adjoint may be infinite though the value is finite: it goes into a square root, an arcsine, ….
  [[nodiscard]] bool is_steep(ir::ValueId v) const { return v.index < flags_.size() && flags_[key(v)] & Steep; }

 private:
  enum Flag : uint8_t { Varied = 1, Useful = 2, Written = 4, Wild = 8, Steep = 16 };
  [[nodiscard]] uint32_t key(ir::ValueId v) const;
  void unite(ir::ValueId, ir::ValueId);
  void unite_arrays();
  void flow(ir::ValueId from, ir::ValueId to);
  void flow_control(ir::OpId);
  void visit(ir::OpId);
  bool set(ir::ValueId, Flag);

  const ir::Function& f_;
  std::vector<ir::OpId> order_;
  std::vector<uint8_t> flags_;
  mutable std::vector<uint32_t> classes_;
  bool changed_ = false;
};

// A call with a derivative of its own (aic.custom_vjp, aic.stop_gradient).
[[nodiscard]] bool is_custom(const ir::Function&, ir::OpId);
struct CustomLeaves {  // operands: arguments, result, what the backward rule holds, what the forward rule holds, residual
  size_t arguments = 0, result = 0, backward = 0, push = 0;
};
[[nodiscard]] CustomLeaves custom_leaves(const ir::Function&, ir::OpId);
// Numbers, arrays and what holds them, of float or complex dtype.
[[nodiscard]] bool is_inexact(ir::Type);
[[nodiscard]] bool holds_object(ir::Type);  // of a class of the user's
// Where a refusal is told: of aic's own library the call of it.
[[nodiscard]] ir::SpanId users_place(const ir::Module&, ir::SpanId);
// For each value that a control op hands on: from where (an operand, a terminator's) to which (an argument, a result).
struct Flow {
  ir::ValueId from, to;
};
[[nodiscard]] std::vector<Flow> flows_of(const ir::Function&, ir::OpId control);

}  // namespace aic::passes::autodiff
