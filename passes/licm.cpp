// Moves out of loops what is the same in every round.
//
// Pure ops go out whenever their operands stand outside. A check may go only where it would have come first anyway: the
// loop is known to run (its test for that is not this pass's: constants, or an enclosing version), nothing before it in the
// body raises or has effects, and it stands directly in the body; otherwise hoisting is versioning (version.cpp). Loads go
// out if nothing in the loop writes to their array and no store could be to the same memory. `assume.index` stays in its
// region, so that nothing rises above its proof; loads by such from outside the loop may go. A loop in the body that only
// adds up what it reads (are all of these indices inside?) goes out whole, where its indices are its own counters. Loops are
// taken from the inside out, so that an op may leave several.
//
//   for … { %n = extent %a {axis = 0} … }      →      %n = extent %a {axis = 0} ; for … { … }
//
// After cse (one copy moves instead of many). Cost: each op is looked at once for each loop around it.
#include <algorithm>
#include <optional>
#include <unordered_set>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Hoister {
 public:
  explicit Hoister(Function& f) : f_(f) {}
  bool run() {
    std::vector<OpId> order = f_.ops_below(f_.body());
    for (size_t k = order.size(); k-- > 0;)
      if (is_loop(order[k])) hoist_from(order[k]);
    return changed_;
  }

 private:
  bool is_loop(OpId id) const {
    return (record_of(f_, id).traits & Loop) || is(f_, id, "kernel"_op) || is(f_, id, "generate"_op);
  }

  void hoist_from(OpId loop) {
    loop_ = loop;
    writes_.clear();
    resizes_.clear();
    writes_all_ = false;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r)) note_writes(id);
    bool first = is_known_to_run();
    for (RegionId r : f_.op(loop).regions) {
      bool quiet = first;  // nothing so far in this round has raised or done anything
      for (OpId id : f_.ops_below(r)) {
        if (f_.is_erased(id) || !is_inside(f_, f_.op(id).parent, r)) continue;
        bool direct = f_.op(id).parent == r;
        if (can_move(id, quiet && direct, direct) || (direct && is_fold(id))) {
          f_.detach(id);
          f_.insert_before(loop, id);
          changed_ = true;
          continue;
        }
        if (f_.form() == Form::Loop && is(f_, id, "check.broadcast"_op)) choose_extents_before(id);
        uint32_t traits = own_traits(f_, id);
        quiet &= !(traits & (MayRaise | Writes | Effect | Exit)) && f_.op(id).regions.empty();
      }
      first = false;
    }
  }
  // The extents that operands broadcast to, if they do.
  void choose_extents_before(OpId check) {
    const Op op = f_.op(check);
    for (ValueId v : op.operands)
      if (!is_outside(v)) return;
    if (std::all_of(op.results.begin(), op.results.end(), [&](ValueId v) { return f_.value(v).uses.empty(); })) return;
    Builder b = Builder::before(f_, loop_);
    b.span = op.span;
    ValueId one = b.integer(1);
    size_t rank = op.results.size(), from = 0;
    std::vector<ValueId> chosen(rank);
    for (int64_t own : f_.list_attr(check, "ranks")) {
      for (size_t k = 0; k < size_t(own); ++k) {
        ValueId &extent = chosen[rank - size_t(own) + k], next = op.operands[from + k];
        if (!extent)
          extent = next;
        else if (extent != next)
          extent = b.make("select"_op, {b.make("equal"_op, {extent, one}, Type::boolean()), next, extent}, Type::integer());
      }
      from += size_t(own);
    }
    for (size_t k = 0; k < rank; ++k) f_.replace_uses(op.results[k], chosen[k]);
    changed_ = true;
  }
  void note_writes(OpId id) {
    uint32_t traits = own_traits(f_, id);
    if ((traits & Effect) && !is(f_, id, "kernel"_op)) writes_all_ = true;  // what a kernel writes stands in it
    if (changes_length(f_, id)) resizes_.insert(root_of(f_, f_.op(id).operands[0]).index);
    if ((traits & Writes) && !f_.op(id).operands.empty()) writes_.insert(root_of(f_, f_.op(id).operands[0]).index);
  }
  bool is_known_to_run() const {
    const Op& op = f_.op(loop_);
    if (op.code == "while"_op) return true;  // its test does
    if (op.code != "for"_op) return false;
    std::optional<int64_t> start = find_integer(f_, op.operands[0]), stop = find_integer(f_, op.operands[1]),
                           step = find_integer(f_, op.operands[2]);
    return start && stop && step && (*step > 0 ? *start < *stop : *start > *stop);
  }
  bool is_outside(ValueId v) const {
    RegionId r = region_of(f_, v);
    for (RegionId inner : f_.op(loop_).regions)
      if (is_inside(f_, r, inner)) return false;
    return true;
  }
  bool can_move(OpId id, bool comes_first, bool direct) {
    const Op& op = f_.op(id);
    const OpRecord& r = record(op.code);
    uint32_t traits = own_traits(f_, id);
    if ((r.traits & (Terminator | Writes | Effect | Control)) || (traits & (Birth | Effect)) || !op.regions.empty())
      return false;
    if (op.code == "assume.index"_op || op.code == "cell.get"_op) return false;
    for (ValueId v : op.operands)
      if (!is_outside(v)) return false;
    if (traits & MayRaise) return (r.traits & Check) && comes_first;
    // A load's indices and a divisor may have been proved by a condition inside the loop, and that there is an object at all.
    bool asks = op.code == "list.length"_op || op.code == "str.length"_op;
    if (asks && !comes_first && !is_there(op.operands[0], 8)) return false;
    if (op.code == "list.length"_op) return is_untouched(op.operands[0], resizes_);  // stores leave lengths alone
    if ((traits & Reads) && !is_untouched(op.operands[0], writes_)) return false;
    if ((op.code == "load"_op || op.code == "list.load"_op) && has_assumed_indices(id)) return true;
    if ((traits & Reads) || may_trap(id)) return comes_first;
    return (r.traits & Cheap) || direct;
  }
  // A loop in the body that reads and computes and has no other way out than its end.
  bool is_fold(OpId loop) {
    if (!is(f_, loop, "for"_op) || f_.op(loop).results.empty()) return false;
    for (ValueId v : f_.op(loop).operands)
      if (!is_outside(v)) return false;
    for (OpId id : f_.ops_below(f_.op(loop).regions[0])) {
      const Op& op = f_.op(id);
      uint32_t traits = own_traits(f_, id);
      bool goes_on = is(f_, id, "continue"_op) || is(f_, id, "yield"_op);
      bool plain = record(op.code).tier == Tier::Elementwise || is(f_, id, "const"_op) || is(f_, id, "assume.index"_op) ||
                   is(f_, id, "if"_op) || is(f_, id, "for"_op) || is(f_, id, "load"_op);
      if (!(goes_on || plain) || (traits & (MayRaise | Writes | Effect | Birth)) || may_trap(id)) return false;
      if (is(f_, id, "load"_op) && !(counts_itself(id) && is_untouched(op.operands[0], writes_))) return false;
      for (ValueId v : op.operands)
        if (!is_outside(v) && !is_inside(f_, region_of(f_, v), f_.op(loop).regions[0])) return false;
    }
    return true;
  }
  // Are a load's indices counters from 0 to the extents that they are proved against?
  bool counts_itself(OpId load) const {
    const std::vector<ValueId>& x = f_.op(load).operands;
    return std::all_of(x.begin() + 1, x.end(), [&](ValueId v) {
      OpId proof = f_.defining_op(v);
      if (!is(f_, proof, "assume.index"_op)) return false;
      ValueId i = f_.op(proof).operands[0];
      OpId counter = f_.defining_op(i) ? OpId{} : f_.region(region_of(f_, i)).op;
      if (!is(f_, counter, "for"_op) || f_.region(f_.op(counter).regions[0]).arguments[0] != i) return false;
      const std::vector<ValueId>& range = f_.op(counter).operands;
      return find_integer(f_, range[0]) == 0 && find_integer(f_, range[2]) == 1 && range[1] == f_.op(proof).operands[1];
    });
  }
  // Whose proofs hold before the loop: they stand there.
  bool has_assumed_indices(OpId load) const {
    const std::vector<ValueId>& x = f_.op(load).operands;
    return std::all_of(x.begin() + 1, x.end(), [&](ValueId v) { return is(f_, f_.defining_op(v), "assume.index"_op); });
  }
  // Is there an object behind a list or text on every path? Not where it was left undefined, or is one arm of a union.
  bool is_there(ValueId v, int depth) const {
    OpId d = f_.defining_op(v);
    if (!d) return true;  // a parameter, or what a loop goes on with
    const Op& op = f_.op(d);
    if (op.code == "undefined"_op || op.code == "union.get"_op || depth == 0) return false;
    if (op.code == "select"_op) return is_there(op.operands[1], depth - 1) && is_there(op.operands[2], depth - 1);
    if (op.code != "if"_op) return true;
    size_t k = size_t(std::find(op.results.begin(), op.results.end(), v) - op.results.begin());
    for (RegionId r : op.regions) {
      const Op& last = f_.op(f_.region(r).last);
      if (last.code == "yield"_op && !is_there(last.operands[k], depth - 1)) return false;
    }
    return true;
  }
  bool may_trap(OpId id) const {
    const Op& op = f_.op(id);
    if (op.code != "floor_divide"_op && op.code != "remainder"_op && op.code != "fmod"_op) return false;
    std::optional<Number> divisor = find_number(f_, op.operands[1]);
    return is_integer(f_.type(op.operands[0]).dtype()) && !(divisor && divisor->i > 0);
  }
  bool is_untouched(ValueId array, const std::unordered_set<uint32_t>& touched) {
    if (writes_all_) return false;
    ValueId root = root_of(f_, array);
    if (touched.empty()) return true;
    if (touched.contains(root.index)) return false;
    if (is_private(f_, root)) return true;
    return std::all_of(touched.begin(), touched.end(), [&](uint32_t w) {
      ValueId other{size_t(w)};
      if (f_.type(root).is_list() != f_.type(other).is_list()) return true;
      if (f_.type(root).is_list() && f_.type(root) != f_.type(other)) return true;  // the type belongs to the list
      if (is_private(f_, other)) return true;
      if (!aliases_) aliases_.emplace(f_);
      return aliases_->distinct(root, other);
    });
  }

  Function& f_;
  OpId loop_;
  bool changed_ = false, writes_all_ = false;
  std::unordered_set<uint32_t> writes_, resizes_;  // roots
  std::optional<Aliases> aliases_;
};
}  // namespace

bool licm(Function& f, PassContext&) { return Hoister(f).run(); }

}  // namespace aic::passes
