// Shapes that agree because their extents are the same values: checks of them pass, and stretching to them changes nothing.
//
//   %e, %g = check.broadcast %n, %m, %n, %m {ranks = [2, 2]}       (gone; %n, %m used)
//   %y = view.broadcast %x, %n, %m            (x of n by m)    →   (gone; %x used)
//   %r = view.reshape %x, %n, 1               (x of n)          →   view %x {spec = ":n"}
//   check.assignable %n, %m, %n, %m {ranks = [2, 2]}               (gone)
//   if … { extent %p {axis = 0} … } { extent %p {axis = 0} … }     (once, on entry)
//   %m = maximum %n, 0; check.true (%n >= 0)         (behind it %n is %m: np.zeros(n) and np.arange(n) are as long)
//
// After each cse, which makes equal extents one value: the first time to spare ranges the questions, the last time because
// fusion takes two ways to look at one value for two elements. Needs no proofs. Cost: one look at each such op.
#include <algorithm>

#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

namespace {
class ShapeFolder {
 public:
  explicit ShapeFolder(Function& f) : f_(f) {}
  bool run() {
    Builder entry = Builder::before(f_, f_.region(f_.body()).first);
    entry.span = f_.op(f_.region(f_.body()).first).span;
    bool changed = ParameterExtents(f_, entry).hoist(2);  // in the arms of an `if`: the others cse has merged
    for (OpId id : f_.ops_below(f_.body())) {
      OpCode c = f_.op(id).code;
      if (c == "maximum"_op && is_integer(f_, f_.op(id).operands[1], 0)) counts_.push_back(id);
      if (c == "check.true"_op) changed |= fold_count(id);
      if (c == "check.broadcast"_op) changed |= fold_broadcast(id);
      if (c == "check.assignable"_op) changed |= fold_assignable(id);
      if (c == "view.broadcast"_op) changed |= fold_view(id);
      if (c == "view.reshape"_op) changed |= fold_reshape(id);
    }
    return changed;
  }

 private:
  // A number that is not negative from here on, of which a count was made before.
  bool fold_count(OpId check) {
    OpId test = f_.defining_op(f_.op(check).operands[0]);
    if (!is(f_, test, "greater_equal"_op) || !is_integer(f_, f_.op(test).operands[1], 0)) return false;
    ValueId n = f_.op(test).operands[0];
    RegionId here = f_.op(check).parent;
    auto known = std::find_if(counts_.begin(), counts_.end(),
                              [&](OpId m) { return f_.op(m).operands[0] == n && is_inside(f_, here, f_.op(m).parent); });
    if (known == counts_.end()) return false;
    std::vector<char> behind(f_.op_count());
    bool seen = false, changed = false;
    for (OpId id : f_.ops_below(here)) behind[id.index] = seen, seen |= id == check;
    for (const Use& u : std::vector<Use>(f_.value(n).uses))
      if (behind[u.op.index]) f_.set_operand(u.op, u.operand, f_.op(*known).results[0]), changed = true;
    return changed;
  }
  // Extents are aligned at their ends; those that are the literal 1 say nothing.
  bool fold_broadcast(OpId id) {
    const Op& op = f_.op(id);
    std::vector<ValueId> common(op.results.size());
    size_t first = 0;
    for (int64_t rank : f_.list_attr(id, "ranks")) {
      for (size_t k = 0; k < size_t(rank); ++k) {
        ValueId e = op.operands[first + k];
        ValueId& have = common[common.size() - size_t(rank) + k];
        if (!have || is_integer(f_, have, 1))
          have = e;
        else if (have != e && !is_integer(f_, e, 1))
          return false;
      }
      first += size_t(rank);
    }
    for (size_t k = 0; k < common.size(); ++k) f_.replace_uses(f_.op(id).results[k], common[k]);
    f_.erase(id);
    return true;
  }
  bool fold_assignable(OpId id) {
    const Op& op = f_.op(id);
    const std::vector<int64_t>& ranks = f_.list_attr(id, "ranks");
    if (ranks.size() != 2 || ranks[0] > ranks[1]) return false;
    for (int64_t k = 0; k < ranks[0]; ++k) {
      ValueId from = op.operands[size_t(k)], to = op.operands[size_t(ranks[1] + k)];
      if (from != to && !is_integer(f_, from, 1)) return false;
    }
    f_.erase(id);
    return true;
  }

  // Users that look at elements and do not care how they lie. Of F arrays elementwise ops make F arrays: left alone.
  bool fold_view(OpId id) {
    ValueId source = f_.op(id).operands[0], v = f_.op(id).results[0];
    Type from = f_.type(source), to = f_.type(v);
    if (from.rank() != to.rank() || (from.layout() == Layout::F && from.rank() > 1)) return false;
    for (const Use& u : f_.value(v).uses)
      if (!takes_elements(u)) return false;
    for (int k = 0; k < to.rank(); ++k)
      if (!is_extent(f_.op(id).operands[size_t(k) + 1], source, k)) return false;
    f_.replace_uses(v, source);
    f_.erase(id);
    return true;
  }
  // Where a reshape only adds axes of 1, or takes such away, it is a view that index maps can express.
  bool fold_reshape(OpId id) {
    const std::vector<ValueId> operands = f_.op(id).operands;
    ValueId source = operands[0];
    int from = f_.type(source).rank(), to = int(operands.size()) - 1;
    if (f_.int_attr(id, "strided") || from == to || !f_.type(source).is_array()) return false;
    auto is_one = [&](int k) { return extent_source(f_, source, k).constant == 1; };
    // Of one axis that is not 1 the sizes tell that it is the same.
    bool alone =
        from == 1 && std::count_if(operands.begin() + 1, operands.end(), [&](ValueId v) { return !is_integer(f_, v, 1); }) == 1;
    std::string spec;
    std::vector<ValueId> parts{source};
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    auto drop = [&] { spec += 'i', parts.push_back(b.integer(0)); };
    int axis = 0;
    for (int k = 0; k < to; ++k) {
      ValueId v = operands[size_t(k) + 1];
      bool one = is_integer(f_, v, 1);
      while (!one && axis < from && !alone && !is_extent(v, source, axis) && is_one(axis)) drop(), ++axis;
      if (axis < from && ((alone && !one) || is_extent(v, source, axis)))
        spec += ':', ++axis;
      else if (one)
        spec += 'n';
      else
        return false;
    }
    for (; axis < from; ++axis) {
      if (!is_one(axis)) return false;
      drop();
    }
    ValueId seen = b.make("view"_op, parts, f_.type(f_.op(id).results[0]), {{"spec", spec}});
    f_.replace_uses(f_.op(id).results[0], seen);
    f_.erase(id);
    return true;
  }
  bool takes_elements(const Use& u) const {
    OpCode c = f_.op(u.op).code;
    if (c == "assign"_op) return u.operand == 1;
    return record(c).tier == Tier::Elementwise || c == "reduce"_op || c == "view.broadcast"_op || c == "extent"_op;
  }
  bool is_extent(ValueId v, ValueId array, int axis) const {
    ExtentSource e = extent_source(f_, array, axis);
    if (e.constant >= 0) return is_integer(f_, v, e.constant);
    if (e.value) return e.value == v;
    OpId def = f_.defining_op(v);
    return is(f_, def, "extent"_op) && f_.op(def).operands[0] == e.array && f_.int_attr(def, "axis") == e.axis;
  }

  Function& f_;
  std::vector<OpId> counts_;  // numbers that are not negative
};
}  // namespace

bool fold_shapes(Function& f, PassContext&) { return ShapeFolder(f).run(); }

}  // namespace aic::passes
