// See returns.h. Loops first, the innermost before those around it; then `if`s from the top: what follows an `if` with an
// arm that returns moves into the arm that does not.
//
//   for … { if %c { return %x } { yield } … }        %r, %v = for …, no, undefined { if %c { break yes, %x } … }
//   %y = …                                      →    if %r { yield %v } { %y = … ; yield %y }
//   return %y                                        return (its result)
//
// Where both arms may go on and much follows, the `if` gives the flag and the value, as loops do.
#include "passes/returns.h"

#include <algorithm>

#include "ir/builder.h"
#include "ir/verify.h"
#include "passes/clone.h"
#include "passes/effects.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t max_copied = 6;  // ops that follow an `if` both of whose arms may or may not return

class Returns {
 public:
  Returns(Function& f, bool always) : f_(f), always_(always) {}
  bool run() {
    if (f_.result_types.size() != 1) return false;
    std::vector<OpId> order = f_.ops_below(f_.body());
    for (size_t k = order.size(); k-- > 0;)
      if ((record_of(f_, order[k]).traits & Loop) && !returns_in(order[k]).empty()) leave_loop(order[k]);
    if (!nest(f_.body())) return false;
    SpanId span = f_.op(f_.terminator(f_.body())).span;
    ValueId v = take(f_.body());
    if (!v) return false;
    Builder b(f_, f_.body());
    b.span = span;
    b.op("return"_op, {v}, {});
    std::vector<OpId> all = f_.ops_below(f_.body());
    AIC_CHECK(std::count_if(all.begin(), all.end(), [&](OpId id) { return is(f_, id, "return"_op); }) == 1);
    return true;
  }

 private:
  std::vector<OpId> returns_in(OpId id) const {
    std::vector<OpId> out;
    for (RegionId r : f_.op(id).regions)
      for (OpId inner : f_.ops_below(r))
        if (is(f_, inner, "return"_op)) out.push_back(inner);
    return out;
  }

  // ---- loops ----
  void append_operands(OpId id, std::initializer_list<ValueId> more) {
    std::vector<ValueId> operands = f_.op(id).operands;
    operands.insert(operands.end(), more);
    f_.set_operands(id, operands);
  }
  void leave_loop(OpId loop) {
    bool goes_on = falls_through(f_, loop);
    Type type = f_.result_types[0];
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    ValueId no = b.integer(0, Type::boolean()), yes = b.integer(1, Type::boolean());
    ValueId nothing = b.make("undefined"_op, {}, type);
    std::vector<OpId> exits;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r))
        if (((record_of(f_, id).traits & Exit) && loop_of_exit(f_, id) == loop)) exits.push_back(id);
    bool counted = is(f_, loop, "for"_op);
    // The state that a break gives: what the body may pass on as it came in. Nobody looks at it after a return.
    RegionId body = f_.op(loop).regions.back();
    std::vector<ValueId> state = f_.region(body).arguments;
    if (counted) state.erase(state.begin());
    for (OpId id : returns_in(loop)) to_break(id, loop, state, yes);
    for (OpId id : exits) append_operands(id, {no, nothing});
    append_operands(loop, {no, nothing});
    OpId test = f_.terminator(f_.op(loop).regions[0]);
    if (!counted && is(f_, test, "condition"_op)) append_operands(test, {no, nothing});
    for (RegionId r : f_.op(loop).regions) f_.add_argument(r, Type::boolean()), f_.add_argument(r, type);
    ValueId returned = f_.add_result(loop, Type::boolean()), value = f_.add_result(loop, type);
    Builder after = Builder::after(f_, loop);
    after.span = b.span;
    OpId leave = after.op("if"_op, {returned}, {}, {}, 2);
    Builder arm(f_, f_.op(leave).regions[0]), other(f_, f_.op(leave).regions[1]);
    arm.op("return"_op, {value}, {});
    other.op(goes_on ? "yield"_op : "unreachable"_op, {}, {});
  }
  void to_break(OpId id, OpId loop, std::vector<ValueId> state, ValueId yes) {
    state.push_back(yes);
    state.push_back(f_.op(id).operands[0]);
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    b.op("break"_op, state, {}, {{"loop", f_.int_attr(loop, "label")}});
    f_.erase(id);
  }

  // ---- ifs: afterwards every `if` with a return inside is last in its region, and has no arm that yields ----
  bool nest(RegionId r) {
    for (OpId id : f_.ops_in(r)) {
      if (f_.is_erased(id) || !is(f_, id, "if"_op) || returns_in(id).empty()) continue;
      if (f_.op(id).next && !move_rest_in(id)) return false;
      for (RegionId arm : f_.op(id).regions)
        if (!nest(arm)) return false;
      return true;
    }
    return true;
  }
  bool move_rest_in(OpId id) {
    std::vector<RegionId> falling;
    for (RegionId arm : f_.op(id).regions)
      if (is(f_, f_.terminator(arm), "yield"_op)) falling.push_back(arm);
    std::vector<OpId> rest;
    for (OpId at = f_.op(id).next; at; at = f_.op(at).next) rest.push_back(at);
    if (falling.empty()) return false;
    if (falling.size() > 1 && rest.size() > max_copied) return always_ && leave_if(id);
    for (size_t k = 0; k + 1 < falling.size(); ++k) copy_rest(id, rest, falling[k]);
    RegionId arm = falling.back();
    OpId end = f_.terminator(arm);
    std::vector<ValueId> values = f_.op(end).operands, results = f_.op(id).results;
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], values[k]);
    f_.erase(end);
    for (OpId at : rest) f_.detach(at), f_.append(arm, at);
    while (!f_.op(id).results.empty()) f_.erase_result(id, uint32_t(f_.op(id).results.size() - 1));
    return true;
  }
  bool leave_if(OpId id) {
    std::vector<Type> types;
    for (ValueId v : f_.op(id).results) types.push_back(f_.type(v));
    types.push_back(Type::boolean()), types.push_back(f_.result_types[0]);
    for (RegionId arm : f_.op(id).regions) {
      if (!nest(arm)) return false;
      (void)give(arm, types);
    }
    ValueId returned = f_.add_result(id, Type::boolean()), value = f_.add_result(id, f_.result_types[0]);
    Builder after = Builder::after(f_, id);
    after.span = f_.op(id).span;
    OpId leave = after.op("if"_op, {returned}, {}, {}, 2);
    Builder(f_, f_.op(leave).regions[0]).op("return"_op, {value}, {});
    Builder(f_, f_.op(leave).regions[1]).op("yield"_op, {}, {});
    return move_rest_in(leave) && nest(f_.op(leave).regions[1]);
  }
  // Where a nested region yields or returns, it yields these: what it yielded, the flag, the value. False where it never ends.
  bool give(RegionId r, const std::vector<Type>& types) {
    OpId end = f_.terminator(r);
    bool returns = is(f_, end, "return"_op);
    if (returns || is(f_, end, "yield"_op)) {
      Builder b(f_, r);
      b.span = f_.op(end).span;
      std::vector<ValueId> values = f_.op(end).operands, given;
      for (size_t k = 0; k + 2 < types.size(); ++k) given.push_back(returns ? b.make("undefined"_op, {}, types[k]) : values[k]);
      given.push_back(b.integer(returns, Type::boolean()));
      given.push_back(returns ? values[0] : b.make("undefined"_op, {}, types.back()));
      f_.erase(end);
      b.op("yield"_op, given, {});
      return true;
    }
    if (!is(f_, end, "if"_op)) return false;
    bool ends = false;
    for (RegionId arm : f_.op(end).regions) ends |= give(arm, types);
    if (!ends) return false;
    std::vector<ValueId> results;
    for (Type t : types) results.push_back(f_.add_result(end, t));
    Builder(f_, r).op("yield"_op, results, {});
    return true;
  }
  void copy_rest(OpId id, const std::vector<OpId>& rest, RegionId arm) {
    OpId end = f_.terminator(arm);
    Cloner copy(f_, f_);
    for (size_t k = 0; k < f_.op(id).results.size(); ++k) copy.map(f_.op(id).results[k], f_.op(end).operands[k]);
    f_.erase(end);
    Builder b(f_, arm);
    for (OpId at : rest) copy.clone(at, b);
  }

  // Takes the return off the end of a region; the value that it gave, or none where the region raises.
  ValueId take(RegionId r) {
    OpId end = f_.terminator(r);
    if (is(f_, end, "return"_op)) {
      ValueId v = f_.op(end).operands[0];
      f_.erase(end);
      return v;
    }
    if (!is(f_, end, "if"_op)) return {};
    bool yields = false;
    for (RegionId arm : f_.op(end).regions) {
      SpanId span = f_.op(f_.terminator(arm)).span;
      ValueId v = take(arm);
      if (!v) continue;
      Builder b(f_, arm);
      b.span = span;
      b.op("yield"_op, {v}, {});
      yields = true;
    }
    return yields ? f_.add_result(end, f_.result_types[0]) : ValueId{};
  }

  Function& f_;
  bool always_;
};
}  // namespace

bool try_single_return(Function& f) { return Returns(f, false).run(); }
bool single_return(Function& f) { return Returns(f, true).run(); }

}  // namespace aic::passes
