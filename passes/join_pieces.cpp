// A new array put together from two pieces of another one is that array under another index.
//
//   %r = empty %n, %m                                              %r = generate %n, %m { (%i: int, %j: int):
//   assign (view %r, %s, %k, 1 {":s"}), (view %a, 0, %k, 1)    →     %c = less %j, %s
//   assign (view %r, 0, %s, 1 {":s"}), (view %a, %k, %s, 1)          %d = select %c, %k, -%s
//                                                                    yield (load %a, %i, %j + %d) }
//
// `np.roll(a, s, axis=1)`, or `np.concatenate((a[-1:], a[:-1]))`, in grids that are periodic: the rolled array needs no
// memory, its elements are read where they are used. Along outer axes the choice is made once for a row; the innermost loop
// is cut where the pieces meet (passes/kernels/split_rounds.cpp). A roll of a roll along another axis is one, too.
// Right when the pieces are all of the new array, nobody looks at it before, and %a is not written between. Before
// expansion, after derivatives are made: those are simpler of assignments. Cost: a look at the uses of each `empty`.
#include <algorithm>
#include <map>
#include <optional>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/memory/writes.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
struct Piece {
  OpId assign, target, source;        // the views
  size_t axis = 0;
  ValueId array, start, count, from;  // array[from …] goes to start …
};
// Element j along an axis is element j + (j < cut ? below : above) of the source.
struct Shift {
  ValueId cut, below, above;
};
struct Rolled {
  ValueId array;
  std::map<size_t, Shift> shifts;  // by axis
};

class Joiner {
 public:
  explicit Joiner(Function& f) : f_(f), aliases_(f) {}
  bool run(const std::vector<OpId>& births) {
    bool changed = false;
    for (OpId id : births) changed |= join(id);
    return changed;
  }

 private:
  [[nodiscard]] Affine linear(ValueId v) const {
    if (auto k = find_integer(f_, v)) return {*k, {}};
    OpId d = f_.defining_op(v);
    bool exact = d && f_.int_attr(d, "exact");
    if (exact && is(f_, d, "add"_op)) return linear(f_.op(d).operands[0]) + linear(f_.op(d).operands[1]);
    if (exact && is(f_, d, "subtract"_op)) return linear(f_.op(d).operands[0]) + linear(f_.op(d).operands[1]) * -1;
    return Affine::of(v);
  }
  // The axis of the only slice, with step 1; all others are whole.
  [[nodiscard]] std::optional<size_t> slice_of(OpId view) const {
    if (!is(f_, view, "view"_op) || f_.op(view).operands.size() != 4 || !is_integer(f_, f_.op(view).operands[3], 1)) return {};
    const std::string& spec = f_.text_attr(view, "spec");
    size_t axis = spec.find('s');
    if (axis == spec.npos || spec.find_first_not_of(':') != axis || spec.find_first_not_of(':', axis + 1) != spec.npos)
      return {};
    return axis;
  }
  [[nodiscard]] std::optional<Piece> piece(const Use& u, RegionId r) const {
    std::optional<size_t> axis = slice_of(u.op);
    if (!axis || f_.op(u.op).parent != r) return {};
    const std::vector<Use>& uses = f_.value(f_.op(u.op).results[0]).uses;
    if (uses.size() != 1 || !is(f_, uses[0].op, "assign"_op) || uses[0].operand != 0 || f_.op(uses[0].op).parent != r)
      return {};
    OpId source = f_.defining_op(f_.op(uses[0].op).operands[1]);
    if (!source || slice_of(source) != axis || f_.op(source).parent != r) return {};
    const std::vector<ValueId>&to = f_.op(u.op).operands, &from = f_.op(source).operands;
    if (to[2] != from[2]) return {};
    return Piece{uses[0].op, u.op, source, *axis, from[0], to[1], to[2], from[1]};
  }

  bool join(OpId birth) {
    ValueId array = f_.op(birth).results[0];
    Type type = f_.type(array);
    RegionId r = f_.op(birth).parent;
    if (type.rank() < 1 || type.layout() != Layout::C || f_.value(array).uses.size() > 32) return false;
    std::vector<Piece> pieces;
    std::vector<OpId> others;
    for (const Use& u : f_.value(array).uses) {
      if (std::optional<Piece> p = piece(u, r))
        pieces.push_back(*p);
      else if (!is(f_, u.op, "extent"_op))
        others.push_back(u.op);
    }
    if (pieces.size() != 2 || pieces[0].axis != pieces[1].axis || pieces[0].array != pieces[1].array) return false;
    if (!find_integer(f_, pieces[0].start) || *find_integer(f_, pieces[0].start) != 0) std::swap(pieces[0], pieces[1]);
    const Piece &low = pieces[0], &high = pieces[1];
    size_t axis = low.axis;
    ValueId source = low.array, whole = f_.op(birth).operands[axis];
    if (f_.type(source).dtype() != type.dtype() || !is_integer(f_, low.start, 0)) return false;
    if (!(linear(low.count) == linear(high.start)) || !(linear(high.start) + linear(high.count) == linear(whole))) return false;
    RegionWrites writes(f_, aliases_, r);
    OpId first = writes.order(low.assign) < writes.order(high.assign) ? low.assign : high.assign;
    OpId last = first == low.assign ? high.assign : low.assign;
    if (writes.disturbed(first, last, {source}) || !aliases_.distinct(source, array)) return false;
    for (OpId id : others) {
      while (id && f_.op(id).parent != r) id = f_.parent_op(id);
      if (!id || writes.order(id) <= writes.order(last)) return false;
    }
    replace(birth, last, pieces);
    return true;
  }

  void replace(OpId birth, OpId last, const std::vector<Piece>& pieces) {
    const Piece &low = pieces[0], &high = pieces[1];
    ValueId array = f_.op(birth).results[0];
    std::vector<ValueId> extents = f_.op(birth).operands;
    Builder b = Builder::before(f_, last);
    b.span = f_.op(last).span;
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    Rolled rolled{low.array, {}};
    // Of what is rolled along another axis already, with nothing written since.
    if (auto inner = made_.find(low.array); inner != made_.end() && !inner->second.shifts.contains(low.axis)) {
      RegionId r = f_.op(last).parent;
      OpId maker = f_.defining_op(low.array);
      RegionWrites writes(f_, aliases_, r);
      if (f_.op(maker).parent == r && !writes.disturbed(maker, last, {inner->second.array})) rolled = inner->second;
    }
    ValueId above = b.make("subtract"_op, {high.from, high.start}, Type::integer(), exact);
    rolled.shifts[low.axis] = {high.start, low.from, above};
    Type type = f_.type(array);
    OpId g = b.op("generate"_op, extents, std::span(&type, 1), {}, 1);
    RegionId body = b.region_of(g, 0);
    std::vector<ValueId> at{rolled.array};
    for (size_t k = 0; k < extents.size(); ++k) at.push_back(f_.add_argument(body, Type::integer()));
    Builder in(f_, body);
    in.span = b.span;
    for (size_t k = 0; k < extents.size(); ++k) {
      ValueId& i = at[k + 1];
      if (auto s = rolled.shifts.find(k); s != rolled.shifts.end()) {
        ValueId before = in.make("less"_op, {i, s->second.cut}, Type::boolean());
        ValueId by = in.make("select"_op, {before, s->second.below, s->second.above}, Type::integer());
        i = in.make("add"_op, {i, by}, Type::integer(), exact);
      }
      ValueId n = in.make("extent"_op, {rolled.array}, Type::integer(), {{"axis", int64_t(k)}});
      i = in.make("assume.index"_op, {i, n}, Type::integer());
    }
    in.op("yield"_op, {in.make("load"_op, at, type.element())}, {});
    ValueId fresh = b.result(g);
    for (const Piece& p : pieces) {
      f_.erase(p.assign);
      f_.erase(p.target);
      if (f_.value(f_.op(p.source).results[0]).uses.empty()) f_.erase(p.source);
    }
    for (const Use& u : std::vector<Use>(f_.value(array).uses))
      if (is(f_, u.op, "extent"_op)) {
        f_.replace_uses(f_.op(u.op).results[0], extents[size_t(f_.int_attr(u.op, "axis"))]);
        f_.erase(u.op);
      }
    f_.replace_uses(array, fresh);
    f_.erase(birth);
    aliases_.adopt(fresh, array);
    made_[fresh] = rolled;
    if (OpId inner = f_.defining_op(low.array); made_.contains(low.array) && f_.value(low.array).uses.empty()) f_.erase(inner);
  }

  Function& f_;
  Aliases aliases_;
  std::map<ValueId, Rolled> made_;
};
}  // namespace

bool join_pieces(Function& f, PassContext&) {
  std::vector<OpId> births;
  for (OpId id : f.ops_below(f.body()))
    if (is(f, id, "empty"_op)) {
      size_t views = 0;
      for (const Use& u : f.value(f.op(id).results[0]).uses) views += is(f, u.op, "view"_op);
      if (views >= 2) births.push_back(id);
    }
  return !births.empty() && Joiner(f).run(births);
}

}  // namespace aic::passes
