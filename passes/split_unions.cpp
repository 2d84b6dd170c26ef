// A union of ints that choices and loops hand on goes on as two numbers, its tag and what it holds.
//
//   %u = for …, %u0 {                          %t, %n = for …, %t0, %n0 {
//     (%i: int, %v: {i32 | int}):                (%i: int, %s: int, %m: int):
//     %m = union.number %v               →       %c = greater %x, %m
//     %c = greater %x, %m                        …
//     …                                        }
//   }                                          %u = union.of %t, %n
//
// `best = max(best, x)` is the int it began with or one of NumPy's numbers. Apart, the numbers are a running maximum like any
// other, and the tag is mostly asked about behind the loop (running_extremes). What stays of the unions goes with dce. Cost:
// one walk.
#include <array>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Splitter {
 public:
  explicit Splitter(Function& f) : f_(f) {}
  bool run() {
    for (OpId id : f_.ops_below(f_.body())) {
      if (is(f_, id, "if"_op)) split_choice(id);
      if (is(f_, id, "for"_op)) split_for(id);
      if (is(f_, id, "while"_op)) split_while(id);
    }
    return changed_;
  }

 private:
  using Parts = std::array<ValueId, 2>;
  // Tag and number, computed before the op.
  Parts parts_before(OpId id, ValueId u) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    return {b.make("union.tag"_op, {u}, Type::integer()), b.make("union.number"_op, {u}, Type::integer())};
  }
  // The op gets both parts of its operand.
  void hand_on(OpId id, size_t operand) {
    std::vector<ValueId> operands = f_.op(id).operands;
    for (ValueId part : parts_before(id, operands[operand])) operands.push_back(part);
    f_.set_operands(id, operands);
  }
  // All that looks at `old` looks at a union made of the parts instead.
  void join(ValueId old, Parts parts, Builder b) {
    if (f_.value(old).uses.empty()) return;
    f_.replace_uses(old, b.make("union.of"_op, {parts[0], parts[1]}, f_.type(old)));
  }
  void join_argument(RegionId r, size_t k) {
    ValueId old = f_.region(r).arguments[k];
    Parts parts{f_.add_argument(r, Type::integer()), f_.add_argument(r, Type::integer())};
    join(old, parts, Builder::before(f_, f_.region(r).first));
  }
  void join_result(OpId id, size_t k) {
    ValueId old = f_.op(id).results[k];
    Parts parts{f_.add_result(id, Type::integer()), f_.add_result(id, Type::integer())};
    Builder b = Builder::before(f_, f_.op(id).next);
    b.span = f_.op(id).span;
    join(old, parts, b);
    changed_ = true;
  }
  bool is_union(ValueId v) const { return is_union_of_ints(f_.type(v)); }

  void split_choice(OpId id) {
    for (size_t k = 0, n = f_.op(id).results.size(); k < n; ++k) {
      if (!is_union(f_.op(id).results[k])) continue;
      for (RegionId arm : std::vector<RegionId>(f_.op(id).regions))
        if (OpId end = f_.terminator(arm); is(f_, end, "yield"_op)) hand_on(end, k);
      join_result(id, k);
    }
  }
  std::vector<OpId> exits(OpId loop, OpCode code) const {
    std::vector<OpId> out;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r))
        if (is(f_, id, code) && loop_of_exit(f_, id) == loop) out.push_back(id);
    return out;
  }
  void split_for(OpId id) {
    for (size_t k = 0, n = f_.op(id).results.size(); k < n; ++k) {
      if (!is_union(f_.op(id).results[k])) continue;
      hand_on(id, k + 3);
      for (OpCode code : {"continue"_op, "break"_op})
        for (OpId exit : exits(id, code)) hand_on(exit, k);
      join_argument(f_.op(id).regions[0], k + 1);
      join_result(id, k);
    }
  }
  // What goes round, and what the condition lets through.
  void split_while(OpId id) {
    RegionId head = f_.op(id).regions[0], body = f_.op(id).regions[1];
    OpId condition = f_.terminator(head);
    if (!is(f_, condition, "condition"_op)) return;
    for (size_t k = 0, n = f_.region(head).arguments.size(); k < n; ++k) {
      if (!is_union(f_.region(head).arguments[k])) continue;
      hand_on(id, k);
      for (OpId exit : exits(id, "continue"_op)) hand_on(exit, k);
      join_argument(head, k);
    }
    for (size_t k = 0, n = f_.op(id).results.size(); k < n; ++k) {
      if (!is_union(f_.op(id).results[k])) continue;
      hand_on(condition, k + 1);
      for (OpId exit : exits(id, "break"_op)) hand_on(exit, k);
      join_argument(body, k);
      join_result(id, k);
    }
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool split_unions(Function& f, PassContext&) { return Splitter(f).run(); }

}  // namespace aic::passes
