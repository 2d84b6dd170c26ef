// Makes ops at an insertion point. Passes, inference and the operators' derivative and expansion rules write IR with it.
// Named ops go through `make("add"_op, …)`; what rules use most has short names of its own below.
#pragma once
#include <initializer_list>

#include "ir/module.h"

namespace aic::ir {

class Builder {
 public:
  explicit Builder(Function& f) : f_(&f), region_(f.body()) {}
  Builder(Function& f, RegionId at_end_of) : f_(&f), region_(at_end_of) {}
  static Builder before(Function& f, OpId op) {
    Builder b(f, f.op(op).parent);
    b.before_ = op;
    return b;
  }
  static Builder after(Function& f, OpId op) {
    Builder b(f, f.op(op).parent);
    b.before_ = f.op(op).next;
    return b;
  }
  [[nodiscard]] Function& function() const { return *f_; }
  [[nodiscard]] RegionId region() const { return region_; }
  void set_region(RegionId r) { region_ = r, before_ = {}; }  // append at the end of r
  SpanId span;  // given to every op made

  // Makes and inserts an op.
  OpId op(OpCode code, std::span<const ValueId> operands, std::span<const Type> results, std::vector<NamedAttr> attrs = {},
          int regions = 0) {
    OpId id = f_->new_op(code, operands, results, span, std::move(attrs), regions);
    insert(id);
    return id;
  }
  OpId op(OpCode code, std::initializer_list<ValueId> operands, std::initializer_list<Type> results,
          std::vector<NamedAttr> attrs = {}, int regions = 0) {
    return op(code, std::span(operands.begin(), operands.size()), std::span(results.begin(), results.size()), std::move(attrs),
              regions);
  }
  // The common case of one result.
  ValueId make(OpCode code, std::span<const ValueId> operands, Type type, std::vector<NamedAttr> attrs = {}) {
    return f_->op(op(code, operands, std::span(&type, 1), std::move(attrs))).results[0];
  }
  ValueId make(OpCode code, std::initializer_list<ValueId> operands, Type type, std::vector<NamedAttr> attrs = {}) {
    return make(code, std::span(operands.begin(), operands.size()), type, std::move(attrs));
  }
  void insert(OpId id) {
    if (before_)
      f_->insert_before(before_, id);
    else
      f_->append(region_, id);
  }
  [[nodiscard]] ValueId result(OpId id, int k = 0) const { return f_->op(id).results[size_t(k)]; }
  [[nodiscard]] RegionId region_of(OpId id, int k = 0) const { return f_->op(id).regions[size_t(k)]; }

  // Constants. `number` takes any numeric type (an int64 or double is converted to it).
  ValueId integer(int64_t v, Type type = Type::integer());
  ValueId number(double v, Type type);
  ValueId none();
  ValueId text(std::string);

 private:
  Function* f_;
  RegionId region_;
  OpId before_;
};

}  // namespace aic::ir
