// What both arms of a choice do is done once, before it or behind it.
//
//   if %c { %x = load %a, %i                 %x = load %a, %i
//           store %b, %x, %k }               %v = if %c { yield %x }
//         { %y = load %a, %i            →          { %z = add %x, %one
//           %z = add %y, %one                        yield %z }
//           store %b, %z, %k }               store %b, %v, %k
//
// A store that every round makes can go from round to round in a register (carry_loads), and a choice that does nothing but
// choose is a select: LLVM knows the greatest element of an array by it. Innermost loops. Up: numbers that both arms compute of
// the same operands; loads while neither arm has written; checks while neither has checked. Down: stores and resizes that end
// both arms. Cost: one walk, the product of the arms' sizes for each choice.
#include <algorithm>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t longest = 40;  // ops in an arm: all are compared with all of the other's

class Joiner {
 public:
  explicit Joiner(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body(), false);
    return changed_;
  }

 private:
  // Is there a loop in it?
  bool walk(RegionId r, bool in_loop) {
    bool any = false;
    std::vector<OpId> choices;
    for (OpId id : f_.ops_in(r)) {
      bool loop = record_of(f_, id).has(Loop) || is(f_, id, "kernel"_op), inner = false;
      for (RegionId below : std::vector<RegionId>(f_.op(id).regions)) inner |= walk(below, in_loop || loop);
      if (is(f_, id, "if"_op) && in_loop && !inner) choices.push_back(id);
      any |= loop || inner;
    }
    for (OpId id : choices) join(id);
    return any;
  }
  void join(OpId choice) {
    for (RegionId arm : f_.op(choice).regions)
      if (!is(f_, f_.terminator(arm), "yield"_op) || f_.ops_in(arm).size() > longest) return;
    while (hoist(choice)) changed_ = true;
    while (sink(choice)) changed_ = true;
    if (only_chooses(choice)) select(choice);
  }

  // ---- in its place ----
  static constexpr size_t a_little = 3;  // ops that are computed for nothing rather than jumped over
  bool only_chooses(OpId choice) const {
    const Op& o = f_.op(choice);
    return !o.results.empty() && std::ranges::all_of(o.results, [&](ValueId v) { return is_number(v); }) &&
           std::ranges::all_of(o.regions, [&](RegionId arm) {
             std::vector<OpId> ops = f_.ops_in(arm);
             return ops.size() <= a_little + 1 && std::all_of(ops.begin(), ops.end() - 1, [&](OpId id) {
                      return is(f_, id, "const"_op) || is(f_, id, "cast"_op);
                    });
           });
  }
  void select(OpId choice) {
    for (RegionId arm : f_.op(choice).regions)
      for (OpId id : f_.ops_in(arm))
        if (!is(f_, id, "yield"_op)) move(id, choice);
    Builder b = Builder::before(f_, choice);
    b.span = f_.op(choice).span;
    const std::vector<ValueId> yes = f_.op(f_.terminator(f_.op(choice).regions[0])).operands;
    const std::vector<ValueId> no = f_.op(f_.terminator(f_.op(choice).regions[1])).operands;
    const std::vector<ValueId> results = f_.op(choice).results;
    for (size_t k = 0; k < yes.size(); ++k) {
      ValueId chosen =
          yes[k] == no[k] ? yes[k] : b.make("select"_op, {f_.op(choice).operands[0], yes[k], no[k]}, f_.type(results[k]));
      f_.replace_uses(results[k], chosen);
    }
    f_.erase(choice);
    changed_ = true;
  }

  // ---- before the choice ----
  static constexpr uint32_t stays = Writes | Effect | Exit | Control | Terminator;
  // May it stand before what `seen` has been done? Loads not behind writes; checks, and what is assumed behind them, not behind
  // checks.
  bool may_rise(OpId id, uint32_t seen) const {
    uint32_t traits = own_traits(f_, id);
    if (traits & stays || f_.op(id).results.size() != 1 || !f_.op(id).regions.empty()) return false;
    if (!is_number(f_.op(id).results[0])) return false;
    if (((traits & MayRaise) || is(f_, id, "assume.index"_op)) && seen & (MayRaise | Writes | Effect | Exit)) return false;
    return !(traits & Reads) || !(seen & (Writes | Effect));
  }
  bool is_number(ValueId v) const { return f_.type(v).is_number() || f_.type(v).is(TypeKind::Scalar); }
  uint32_t done_by(OpId id) const {
    uint32_t traits = own_traits(f_, id);
    for (RegionId inner : f_.op(id).regions)
      for (OpId below : f_.ops_below(inner)) traits |= own_traits(f_, below);
    return traits;
  }
  bool is_same(OpId a, OpId b) const {
    const Op &x = f_.op(a), &y = f_.op(b);
    auto type_of = [&](ValueId v) { return f_.type(v); };
    return x.code == y.code && x.operands == y.operands && x.attrs == y.attrs && x.results.size() == y.results.size() &&
           std::ranges::equal(x.results, y.results, {}, type_of, type_of);
  }
  bool is_of_outside(OpId id, OpId choice) const {
    return std::ranges::none_of(f_.op(id).operands, [&](ValueId v) { return is_within(v, choice); });
  }
  bool hoist(OpId choice) {
    RegionId yes = f_.op(choice).regions[0], no = f_.op(choice).regions[1];
    uint32_t before = 0;
    for (OpId a : f_.ops_in(yes)) {
      if (may_rise(a, before) && is_of_outside(a, choice)) {
        uint32_t there = 0;
        for (OpId b : f_.ops_in(no)) {
          if (is_same(a, b) && may_rise(b, there)) {
            f_.replace_uses(f_.op(b).results[0], f_.op(a).results[0]);
            f_.erase(b);
            move(a, choice);
            return true;
          }
          there |= done_by(b);
        }
      }
      before |= done_by(a);
    }
    return false;
  }

  // ---- behind it ----
  // The arm's last op that does more than compute.
  OpId last_deed(RegionId arm) const {
    std::vector<OpId> ops = f_.ops_in(arm);
    for (size_t k = ops.size() - 1; k-- > 0;)
      if (own_traits(f_, ops[k]) & (MayRaise | Reads | Writes | Effect | Exit | Control) || !f_.op(ops[k]).regions.empty())
        return ops[k];
    return {};
  }
  bool sink(OpId choice) {
    OpId a = last_deed(f_.op(choice).regions[0]), b = last_deed(f_.op(choice).regions[1]);
    if (!a || !b || f_.op(a).code != f_.op(b).code || f_.op(a).attrs != f_.op(b).attrs) return false;
    bool stores = is(f_, a, "store"_op) || is(f_, a, "list.store"_op);
    if (!stores && !is(f_, a, "list.resize"_op)) return false;
    std::vector<ValueId> x = f_.op(a).operands, y = f_.op(b).operands;
    if (x.size() != y.size()) return false;
    for (size_t k = 0; k < x.size(); ++k)
      if (stores && k == 1) {
        if (f_.type(x[1]) != f_.type(y[1]) || !is_number(x[1])) return false;
      } else if (!is_same_place(x[k], y[k], choice)) {
        return false;
      }
    if (stores && (x[1] != y[1] || is_within(x[1], choice))) {
      for (size_t arm = 0; arm < 2; ++arm) {
        OpId end = f_.terminator(f_.op(choice).regions[arm]);
        std::vector<ValueId> given = f_.op(end).operands;
        given.push_back(arm ? y[1] : x[1]);
        f_.set_operands(end, given);
      }
      ValueId value = f_.add_result(choice, f_.type(x[1]));
      f_.set_operand(a, 1, value);
    }
    f_.erase(b);
    OpId behind = f_.op(choice).next;
    for (ValueId v : f_.op(a).operands)
      if (is_within(v, choice)) move(f_.defining_op(v), behind);
    move(a, behind);
    return true;
  }
  void move(OpId id, OpId before) {
    f_.detach(id);
    f_.insert_before(before, id);
  }
  // One value of before the choice, or both proved to be the same index.
  bool is_same_place(ValueId x, ValueId y, OpId choice) const {
    if (x == y) return !is_within(x, choice);
    OpId a = f_.defining_op(x), b = f_.defining_op(y);
    return is(f_, a, "assume.index"_op) && is(f_, b, "assume.index"_op) && is_same(a, b) && is_of_outside(a, choice) &&
           f_.value(x).uses.size() == 1;
  }
  bool is_within(ValueId v, OpId choice) const {
    return std::ranges::any_of(f_.op(choice).regions, [&](RegionId arm) { return is_inside(f_, region_of(f_, v), arm); });
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool join_arms(Function& f, PassContext&) { return Joiner(f).run(); }

}  // namespace aic::passes
