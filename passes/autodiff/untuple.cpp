// Tuples that ifs and loops hand on become their elements, so that only numbers and arrays are carried:
//
//   %t = if %c { yield %p } { yield %q } : (float, f64[:])   →   %a, %b = if %c { yield %p0, %p1 } … ; %t = tuple %a, %b
#include "ir/builder.h"
#include "passes/autodiff/prepare.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

namespace {
using Values = std::vector<ValueId>;

class Untupling {
 public:
  explicit Untupling(Function& f) : f_(f) {}
  void run() {
    for (bool changed = true; changed;) {
      changed = false;
      for (OpId id : f_.ops_below(f_.body())) {
        if (f_.is_erased(id)) continue;
        if (is(f_, id, "if"_op)) changed |= split_if(id);
        if (is(f_, id, "for"_op)) changed |= split_for(id);
        if (is(f_, id, "while"_op)) changed |= split_while(id);
      }
    }
  }

 private:
  [[nodiscard]] bool is_wanted(Type t) const { return t.is_tuple() && is_inexact(t); }
  // Operand k gives way to its elements, at the end.
  void split_operand(OpId id, size_t k, Type t) {
    Values operands = f_.op(id).operands;
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId whole = operands[k];
    operands.erase(operands.begin() + long(k));
    for (size_t j = 0; j < t.elements().size(); ++j)
      operands.push_back(b.make("tuple.get"_op, {whole}, t.elements()[j], {{"index", int64_t(j)}}));
    f_.set_operands(id, operands);
  }
  void split_argument(RegionId r, size_t k) {
    ValueId old = f_.region(r).arguments[k];
    Type t = f_.type(old);
    Values parts;
    for (Type e : t.elements()) parts.push_back(f_.add_argument(r, e));
    Builder b = Builder::before(f_, f_.region(r).first);
    f_.replace_uses(old, b.make("tuple"_op, parts, t));
    f_.erase_argument(r, uint32_t(k));
  }
  void split_result(OpId id, size_t k) {
    ValueId old = f_.op(id).results[k];
    Type t = f_.type(old);
    Values parts;
    for (Type e : t.elements()) parts.push_back(f_.add_result(id, e));
    Builder b = Builder::after(f_, id);
    b.span = f_.op(id).span;
    f_.replace_uses(old, b.make("tuple"_op, parts, t));
    f_.erase_result(id, uint32_t(k));
  }
  bool split_if(OpId id) {
    for (size_t k = 0; k < f_.op(id).results.size(); ++k) {
      Type t = f_.type(f_.op(id).results[k]);
      if (!is_wanted(t)) continue;
      for (RegionId r : f_.op(id).regions)
        if (is(f_, f_.terminator(r), "yield"_op)) split_operand(f_.terminator(r), k, t);
      split_result(id, k);
      return true;
    }
    return false;
  }
  std::vector<OpId> exits_of(OpId loop, OpCode code) const {
    std::vector<OpId> out;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r))
        if (is(f_, id, code) && loop_of_exit(f_, id) == loop) out.push_back(id);
    return out;
  }
  bool split_for(OpId id) {
    for (size_t k = 0; k < f_.op(id).results.size(); ++k) {
      Type t = f_.type(f_.op(id).results[k]);
      if (!is_wanted(t)) continue;
      split_operand(id, k + 3, t);
      for (OpCode code : {"continue"_op, "break"_op})
        for (OpId exit : exits_of(id, code)) split_operand(exit, k, t);
      split_argument(f_.op(id).regions[0], k + 1);
      split_result(id, k);
      return true;
    }
    return false;
  }
  bool split_while(OpId id) {
    RegionId test = f_.op(id).regions[0], body = f_.op(id).regions[1];
    for (size_t k = 0; k < f_.region(test).arguments.size(); ++k) {
      Type t = f_.type(f_.region(test).arguments[k]);
      if (!is_wanted(t)) continue;
      split_operand(id, k, t);
      for (OpId exit : exits_of(id, "continue"_op)) split_operand(exit, k, t);
      split_argument(test, k);
      return true;
    }
    for (size_t k = 0; k < f_.op(id).results.size(); ++k) {
      Type t = f_.type(f_.op(id).results[k]);
      if (!is_wanted(t)) continue;
      split_operand(f_.terminator(test), k + 1, t);
      for (OpId exit : exits_of(id, "break"_op)) split_operand(exit, k, t);
      split_argument(body, k);
      split_result(id, k);
      return true;
    }
    return false;
  }
  Function& f_;
};
}  // namespace

void take_tuples_apart(Function& f) { Untupling(f).run(); }

}  // namespace aic::passes::autodiff
