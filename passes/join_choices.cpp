// Choices that follow one another and ask the same are one.
//
//   if %c { kernel … } { … }        if %c { kernel … }
//   %n = add …                 →    %n = add …          before both
//   if %c { kernel … } { … }        if %c { kernel …; kernel … } { … }
//
// Two halves of an array are computed under the same test of extents (`np.hstack((a + b, a - b))`): in one arm their loops are
// neighbours, and fuse_rows passes over `a` and `b` once. Of choices without results. Cost: one walk.
#include <algorithm>

#include "ir/ops/table.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Joiner {
 public:
  explicit Joiner(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    return changed_;
  }

 private:
  void walk(RegionId r) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
      while (is_choice(id) && join_next(id)) changed_ = true;
      for (RegionId inner : f_.op(id).regions) walk(inner);
    }
  }
  // Both arms go on behind it.
  [[nodiscard]] bool is_choice(OpId id) const {
    if (!is(f_, id, "if"_op) || !f_.op(id).results.empty()) return false;
    return std::ranges::all_of(f_.op(id).regions, [&](RegionId r) { return is(f_, f_.terminator(r), "yield"_op); });
  }
  // What stands between them is computed before both.
  bool join_next(OpId id) {
    std::vector<OpId> between;
    OpId next = f_.op(id).next;
    for (; next && !is(f_, next, "if"_op); next = f_.op(next).next) {
      if (own_traits(f_, next) & (MayRaise | Reads | Writes | Effect | Exit | Control | Terminator)) return false;
      between.push_back(next);
    }
    if (!next || !is_choice(next) || f_.op(next).operands[0] != f_.op(id).operands[0]) return false;
    for (OpId pure : between) move(pure, id);
    for (size_t arm = 0; arm < 2; ++arm) {
      OpId end = f_.terminator(f_.op(id).regions[arm]);
      RegionId other = f_.op(next).regions[arm];
      f_.erase(f_.terminator(other));
      for (OpId inner : f_.ops_in(other)) move(inner, end);
    }
    f_.erase(next);
    return true;
  }
  void move(OpId id, OpId before) {
    f_.detach(id);
    f_.insert_before(before, id);
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool join_choices(Function& f, PassContext&) { return Joiner(f).run(); }

}  // namespace aic::passes
