// Deletes what nobody looks at: pure ops, births and the stores into them, `if` results, loop state, empty loops.
//
// Live is what raises, has effects or leaves, and what that needs; everything starts dead, so that loop state which only
// feeds itself goes too. Stores into a private array count only if the array is looked at. A `while` is always live: it
// may not end. After every pass that leaves rubbish; cheap enough to run often.
//
//   %s = for %lo, %hi, %one, %x {label = 1} { (%i: int, %a: int): … continue %b {loop = 1} } : int     %s unused:
//   gone, when the body has no effects; else without its state.
//
// Cost: two walks over the function; each op and value is marked once.
#include <unordered_map>

#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Marker {
 public:
  explicit Marker(Function& f) : f_(f), ops_(f.op_count()), values_(f.value_count()) {}
  bool run() {
    order_ = f_.ops_below(f_.body());
    // All exits first: marking an op inside a loop marks the loop, and with it the exits that decide how often it runs.
    for (OpId id : order_)
      if (own_traits(f_, id) & Exit) exits_[loop_of_exit(f_, id).index].push_back(id);
    for (OpId id : order_) find_roots(id);
    while (!work_.empty()) {
      ValueId v = work_.back();
      work_.pop_back();
      follow(v);
    }
    return sweep();
  }

 private:
  bool is_loop(OpId id) const { return record_of(f_, id).traits & Loop; }
  bool is_counted(OpId id) const { return is(f_, id, "for"_op); }

  void find_roots(OpId id) {
    uint32_t traits = own_traits(f_, id);
    if ((traits & Writes) && !(traits & (Effect | MayRaise))) {
      ValueId root = root_of(f_, f_.op(id).operands[0]);
      if (is_private_cached(root)) {
        writers_[root.index].push_back(id);
        return;
      }
    }
    bool raises = (traits & MayRaise) && !(traits & Birth);
    bool leaves = (traits & Exit) && !is(f_, id, "continue"_op) && !is(f_, id, "break"_op);
    if (raises || leaves || (traits & (Writes | Effect)) || is(f_, id, "while"_op)) mark_op(id);
  }
  bool is_private_cached(ValueId root) {
    auto [it, fresh] = private_.try_emplace(root.index, false);
    if (fresh) it->second = is_private(f_, root);
    return it->second;
  }

  void mark(ValueId v) {
    if (values_[v.index]) return;
    values_[v.index] = true;
    work_.push_back(v);
  }
  void mark_op(OpId id) {
    if (ops_[id.index]) return;
    ops_[id.index] = true;
    const Op& op = f_.op(id);
    if (OpId parent = f_.parent_op(id)) mark_op(parent);
    if (op.code == "if"_op) {
      mark(op.operands[0]);
    } else if (is_loop(id)) {
      mark_loop(id);
    } else if (op.code == "condition"_op) {
      mark(op.operands[0]);
    } else if (!state_terminator(id)) {
      for (ValueId v : op.operands) mark(v);
    }
    // Bodies of other ops (kernel, generate) give their values to the op itself.
    if (!op.regions.empty() && op.code != "if"_op && !is_loop(id))
      for (RegionId r : op.regions)
        for (ValueId v : f_.op(f_.terminator(r)).operands) mark(v);
  }
  // A terminator whose operands are marked one by one, as the results they become are.
  bool state_terminator(OpId id) const {
    OpCode c = f_.op(id).code;
    if (c == "continue"_op || c == "break"_op) return true;
    return c == "yield"_op && is(f_, f_.parent_op(id), "if"_op);
  }
  void mark_loop(OpId id) {
    const Op& op = f_.op(id);
    for (uint32_t k = 0; k < (is_counted(id) ? 3u : 0u); ++k) mark(op.operands[k]);
    if (op.code == "while"_op) mark_op(f_.terminator(op.regions[0]));
    // Exits that name the loop decide how often it runs, and so do the conditions they stand under.
    auto it = exits_.find(id.index);
    if (it != exits_.end())
      for (OpId e : it->second) mark_op(e);
  }

  void follow(ValueId v) {
    const Value& value = f_.value(v);
    OpId id = value.def;
    if (!id) return follow_argument(v);
    mark_op(id);
    auto w = writers_.find(v.index);
    if (w != writers_.end())
      for (OpId store : w->second) mark_op(store);
    const Op& op = f_.op(id);
    if (op.code == "if"_op) {
      for (RegionId r : op.regions)
        if (is(f_, f_.terminator(r), "yield"_op)) mark(f_.op(f_.terminator(r)).operands[value.index]);
    } else if (op.code == "for"_op) {
      mark_for_state(id, value.index);
    } else if (op.code == "while"_op) {
      mark_while_passed(id, value.index);
    }
  }
  void follow_argument(ValueId v) {
    const Value& value = f_.value(v);
    OpId id = f_.region(value.region).op;
    if (!id) return;
    mark_op(id);
    if (is(f_, id, "for"_op)) {
      if (value.index > 0) mark_for_state(id, value.index - 1);
    } else if (is(f_, id, "while"_op)) {
      if (value.region == f_.op(id).regions[0])
        mark_while_state(id, value.index);
      else
        mark_while_passed(id, value.index);
    }
  }
  template <class Do>
  void for_exits(OpId loop, OpCode code, Do do_) {
    auto it = exits_.find(loop.index);
    if (it == exits_.end()) return;
    for (OpId e : it->second)
      if (f_.op(e).code == code) do_(f_.op(e));
  }
  void mark_for_state(OpId id, uint32_t k) {
    const Op& op = f_.op(id);
    mark(op.results[k]);
    mark(op.operands[3 + k]);
    mark(f_.region(op.regions[0]).arguments[1 + k]);
    for_exits(id, "continue"_op, [&](const Op& e) { mark(e.operands[k]); });
    for_exits(id, "break"_op, [&](const Op& e) { mark(e.operands[k]); });
  }
  void mark_while_state(OpId id, uint32_t k) {
    const Op& op = f_.op(id);
    mark(op.operands[k]);
    mark(f_.region(op.regions[0]).arguments[k]);
    for_exits(id, "continue"_op, [&](const Op& e) { mark(e.operands[k]); });
  }
  void mark_while_passed(OpId id, uint32_t k) {
    const Op& op = f_.op(id);
    mark(op.results[k]);
    mark(f_.region(op.regions[1]).arguments[k]);
    OpId c = f_.terminator(op.regions[0]);
    if (is(f_, c, "condition"_op)) mark(f_.op(c).operands[1 + k]);
    for_exits(id, "break"_op, [&](const Op& e) { mark(e.operands[k]); });
  }

  // ---- deleting: operands at dead positions, then dead ops backwards, then the positions themselves ----
  bool dead(ValueId v) const { return !values_[v.index]; }
  bool sweep() {
    bool changed = false;
    for (OpId id : order_)
      if (ops_[id.index]) drop_operands(id);
    for (size_t k = order_.size(); k-- > 0;) {
      OpId id = order_[k], parent = f_.parent_op(id);
      bool ends_live_region = (record_of(f_, id).traits & Terminator) && (!parent || ops_[parent.index]);
      if (ops_[id.index] || ends_live_region) continue;
      f_.erase(id);
      changed = true;
    }
    for (auto [id, k] : results_) f_.erase_result(id, k);
    for (auto [r, k] : arguments_) f_.erase_argument(r, k);
    return changed || !results_.empty() || !arguments_.empty();
  }
  void drop_operand(OpId id, uint32_t k) {
    std::vector<ValueId> operands = f_.op(id).operands;
    operands.erase(operands.begin() + k);
    f_.set_operands(id, operands);
  }
  void drop_from_exits(OpId loop, OpCode code, uint32_t k) {
    auto it = exits_.find(loop.index);
    if (it == exits_.end()) return;
    for (OpId e : it->second)
      if (f_.op(e).code == code) drop_operand(e, k);
  }
  void drop_operands(OpId id) {
    const Op& op = f_.op(id);
    bool counted = op.code == "for"_op, loop = op.code == "while"_op;
    if (op.code != "if"_op && !counted && !loop) return;
    for (uint32_t k = uint32_t(op.results.size()); k-- > 0;) {
      if (!dead(op.results[k])) continue;
      results_.push_back({id, k});
      if (counted) {
        drop_operand(id, 3 + k);
        drop_from_exits(id, "continue"_op, k);
        arguments_.push_back({op.regions[0], 1 + k});
      } else if (loop) {
        if (is(f_, f_.terminator(op.regions[0]), "condition"_op)) drop_operand(f_.terminator(op.regions[0]), 1 + k);
        arguments_.push_back({op.regions[1], k});
      } else {
        for (RegionId r : op.regions)
          if (is(f_, f_.terminator(r), "yield"_op)) drop_operand(f_.terminator(r), k);
      }
      if (counted || loop) drop_from_exits(id, "break"_op, k);
    }
    if (loop) drop_while_state(id);
  }
  void drop_while_state(OpId id) {
    RegionId test = f_.op(id).regions[0];
    for (uint32_t k = uint32_t(f_.region(test).arguments.size()); k-- > 0;) {
      if (!dead(f_.region(test).arguments[k])) continue;
      drop_operand(id, k);
      drop_from_exits(id, "continue"_op, k);
      arguments_.push_back({test, k});
    }
  }

  Function& f_;
  std::vector<bool> ops_, values_;
  std::vector<OpId> order_;
  std::vector<ValueId> work_;
  std::unordered_map<uint32_t, std::vector<OpId>> exits_, writers_;
  std::unordered_map<uint32_t, bool> private_;
  std::vector<std::pair<OpId, uint32_t>> results_;
  std::vector<std::pair<RegionId, uint32_t>> arguments_;
};
}  // namespace

bool dce(Function& f, PassContext&) { return Marker(f).run(); }

}  // namespace aic::passes
