// Of an array that is looked at through one view only, that part is computed.
//
//   %t = arctan2 %y, %x                       %u = view %y, %i {spec = "i"}
//   %v = view %t, %i {spec = "i"}       →     %w = view %x, %i {spec = "i"}
//                                             %v = arctan2 %u, %w
//
// Elementwise operations on arrays neither raise nor see one another's elements, so what nobody looks at need not be
// computed. Where the operands are such arrays themselves the view goes on. Not past a write to what is read, and not out of
// a region: a loop would compute its part in each round. Cost: a look at each view.
#include <algorithm>
#include <map>

#include "ir/builder.h"
#include "passes/effects.h"
#include "passes/memory/writes.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Narrower {
 public:
  explicit Narrower(Function& f) : f_(f), aliases_(f) {}

  bool run(std::vector<OpId> views) {
    bool changed = false;
    while (!views.empty()) {
      OpId view = views.back();
      views.pop_back();
      changed |= narrow(view, views);
    }
    return changed;
  }

 private:
  RegionWrites& writes(RegionId r) {
    auto it = writes_.find(r.index);
    return it != writes_.end() ? it->second : writes_.try_emplace(r.index, f_, aliases_, r).first->second;
  }
  bool is_looked_at_through(OpId view, ValueId array) const {
    const std::vector<Use>& uses = f_.value(array).uses;
    return uses.size() <= 16 &&
           std::all_of(uses.begin(), uses.end(), [&](const Use& u) { return u.op == view || is(f_, u.op, "extent"_op); });
  }
  bool narrow(OpId view, std::vector<OpId>& more) {
    ValueId whole = f_.op(view).operands[0], part = f_.op(view).results[0];
    OpId maker = f_.defining_op(whole);
    if (!maker || record_of(f_, maker).tier != Tier::Elementwise || f_.op(maker).parent != f_.op(view).parent) return false;
    Type t = f_.type(part);
    Layout layout = t.rank() < 2 ? Layout::C : t.layout();
    const std::string spec = f_.text_attr(view, "spec");
    if (spec.find_first_not_of(':') == std::string::npos) return false;  // all of it
    if (layout == Layout::Strided || t.rank() == 0 || t.layout() != layout || t.readonly()) return false;
    if (!is_looked_at_through(view, whole)) return false;
    std::vector<ValueId> read;
    for (ValueId x : f_.op(maker).operands)
      if (f_.type(x).is_array()) read.push_back(x);
    OpId last = position_of(view), first = position_of(maker);
    if (!last || !first || writes(f_.op(view).parent).disturbed(first, last, read)) return false;
    Builder b = Builder::before(f_, view);
    b.span = f_.op(view).span;
    std::vector<ValueId> operands;
    for (ValueId x : std::vector<ValueId>(f_.op(maker).operands)) {
      if (!f_.type(x).is_array()) {
        operands.push_back(x);
        continue;
      }
      std::vector<ValueId> parts = f_.op(view).operands;
      parts[0] = x;
      Type seen = Type::array(f_.type(x).dtype(), t.rank(),
                              f_.type(x).layout() == f_.type(whole).layout() ? layout : Layout::Strided, f_.type(x).readonly());
      operands.push_back(b.make("view"_op, parts, seen, f_.op(view).attrs));
      OpId made = f_.defining_op(operands.back());
      stands_for_[made] = last;
      more.push_back(made);
    }
    b.span = f_.op(maker).span;
    Layout made = layout == Layout::F ? Layout::F : Layout::C;  // it is new
    ValueId fresh = b.make(f_.op(maker).code, operands, Type::array(t.dtype(), t.rank(), made), f_.op(maker).attrs);
    put_in_place(part, fresh, b);
    f_.erase(view);
    for (const Use& u : std::vector<Use>(f_.value(whole).uses)) {  // extents are those of an operand
      auto array =
          std::find_if(read.begin(), read.end(), [&](ValueId x) { return f_.type(x).rank() == f_.type(whole).rank(); });
      f_.set_operand(u.op, u.operand, *array);
    }
    f_.erase(maker);
    return true;
  }
  // Whole-array operations take any layout; others see the array as the view showed it.
  void put_in_place(ValueId part, ValueId fresh, Builder& b) {
    Type t = f_.type(part);
    if (f_.type(fresh) != t)
      for (const Use& u : std::vector<Use>(f_.value(part).uses))
        if (record_of(f_, u.op).tier == Tier::Elementwise || is(f_, u.op, "reduce"_op) || is(f_, u.op, "extent"_op) ||
            (is(f_, u.op, "assign"_op) && u.operand == 1))
          f_.set_operand(u.op, u.operand, fresh);
    if (f_.value(part).uses.empty() || f_.type(fresh) == t) return f_.replace_uses(part, fresh);
    f_.replace_uses(part, b.make("view"_op, {fresh}, t, {{"spec", std::string(size_t(t.rank()), ':')}}));
  }
  // New views stand where the first one stood.
  OpId position_of(OpId id) const {
    auto it = stands_for_.find(id);
    return it != stands_for_.end() ? it->second : id;
  }

  Function& f_;
  Aliases aliases_;
  std::map<uint32_t, RegionWrites> writes_;  // of regions
  std::map<OpId, OpId> stands_for_;
};
}  // namespace

bool narrow_views(Function& f, PassContext&) {
  std::vector<OpId> views;
  for (OpId id : f.ops_below(f.body()))
    if (is(f, id, "view"_op)) {
      OpId maker = f.defining_op(f.op(id).operands[0]);
      if (maker && record_of(f, maker).tier == Tier::Elementwise) views.push_back(id);
    }
  return !views.empty() && Narrower(f).run(views);
}

}  // namespace aic::passes
