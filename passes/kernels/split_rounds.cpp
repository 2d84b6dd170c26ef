// An innermost kernel that asks in each round on which side of a place it stands is run once for each side.
//
//   kernel %m { (%j: int):                               for %0, %2, %1, %0 { (%k: int, %lo: int):
//     %c = less %j, %s                                     %hi = the first of %s, %m that lies behind %lo
//     %d = select %c, %a, %b                        →      %c = less %lo, %s
//     … load %x, %j + %d …                                 %d = select %c, %a, %b
//   }                                                      kernel %hi - %lo { (%t: int): %j = add %lo, %t; … }
//                                                          continue %hi
//
// Between two such places the answers are the same in all rounds: what was a choice of indices is a constant distance, loads
// are of consecutive elements, and the loop is vectorised. This is how rolled arrays are read (passes/join_pieces.cpp).
// Nothing is written twice. Only where a choice between ints hangs on it, and there are few places.
// After fuse_rows, which wants kernels side by side. Cost: a walk over kernels without loops in them.
#include <algorithm>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr size_t most_cuts = 6;
constexpr int64_t shortest = 16;  // rounds, where their number is known

class Splitter {
 public:
  explicit Splitter(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "kernel"_op)) changed |= split(id);
    return changed;
  }

 private:
  struct Cut {
    OpId test;
    ValueId limit;   // the test is: index + offset < limit
    int64_t offset;
  };
  [[nodiscard]] bool chooses_ints(ValueId test) const {
    const std::vector<Use>& uses = f_.value(test).uses;
    return !uses.empty() && std::all_of(uses.begin(), uses.end(), [&](const Use& u) {
      return is(f_, u.op, "select"_op) && u.operand == 0 && f_.type(f_.op(u.op).results[0]).is(TypeKind::Int);
    });
  }
  // index + k; without overflow.
  [[nodiscard]] std::optional<int64_t> offset_of(ValueId v, ValueId index) const {
    int64_t sum = 0;
    while (v != index) {
      OpId d = f_.defining_op(v);
      if (is(f_, d, "assume.index"_op)) {
        v = f_.op(d).operands[0];
        continue;
      }
      bool adds = is(f_, d, "add"_op);
      if ((!adds && !is(f_, d, "subtract"_op)) || !f_.int_attr(d, "exact")) return {};
      auto k = find_integer(f_, f_.op(d).operands[1]);
      if (!k) return {};
      sum += adds ? *k : -*k;
      v = f_.op(d).operands[0];
    }
    return sum;
  }
  bool split(OpId kernel) {
    const Op op = f_.op(kernel);
    if (op.operands.size() != 1 || f_.int_attr(kernel, "rare")) return false;
    if (auto n = find_integer(f_, op.operands[0]); n && *n < shortest) return false;
    RegionId body = op.regions[0];
    ValueId index = f_.region(body).arguments[0];
    std::vector<Cut> cuts;
    for (OpId id : f_.ops_in(body)) {
      if (!f_.op(id).regions.empty()) return false;
      if (!is(f_, id, "less"_op) || !f_.type(f_.op(id).operands[0]).is(TypeKind::Int)) continue;
      ValueId limit = f_.op(id).operands[1];
      auto offset = offset_of(f_.op(id).operands[0], index);
      if (!offset || is_inside(f_, region_of(f_, limit), body) || !chooses_ints(f_.op(id).results[0])) continue;
      cuts.push_back({id, limit, *offset});
    }
    if (cuts.empty() || cuts.size() > most_cuts) return false;
    write(kernel, cuts);
    return true;
  }

  void write(OpId kernel, const std::vector<Cut>& cuts) {
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    const Type t = Type::integer(), truth = Type::boolean();
    Builder b = Builder::before(f_, kernel);
    b.span = f_.op(kernel).span;
    ValueId n = f_.op(kernel).operands[0], zero = b.integer(0), one = b.integer(1);
    std::vector<ValueId> places;  // of each cut
    std::vector<ValueId> limits;
    for (const Cut& c : cuts) {
      auto same = std::find_if(cuts.begin(), cuts.begin() + long(places.size()),
                               [&](const Cut& x) { return x.limit == c.limit && x.offset == c.offset; });
      if (size_t k = size_t(same - cuts.begin()); k < places.size()) {
        places.push_back(places[k]);
        continue;
      }
      places.push_back(c.offset ? b.make("subtract"_op, {c.limit, b.integer(c.offset)}, t, exact) : c.limit);
      limits.push_back(places.back());
    }
    int64_t label = f_.new_label();
    const Type state[] = {t};
    const ValueId begin[] = {zero, b.integer(int64_t(limits.size()) + 1), one, zero};
    OpId sides = b.op("for"_op, begin, state, {{"label", label}}, 1);
    RegionId side = b.region_of(sides);
    f_.add_argument(side, t);
    ValueId low = f_.add_argument(side, t);
    Builder in(f_, side);
    in.span = b.span;
    ValueId high = n;
    for (ValueId limit : limits) {
      ValueId behind = in.make("greater"_op, {limit, low}, truth);
      high = in.make("minimum"_op, {high, in.make("select"_op, {behind, limit, n}, t)}, t);
    }
    for (size_t k = 0; k < cuts.size(); ++k) {
      ValueId answer = in.make("less"_op, {low, places[k]}, truth);
      f_.replace_uses(f_.op(cuts[k].test).results[0], answer);
      for (const Use& u : std::vector<Use>(f_.value(answer).uses)) lift(u.op, side, in);
      f_.erase(cuts[k].test);
    }
    ValueId rounds = in.make("subtract"_op, {high, low}, t, exact);
    f_.detach(kernel);
    f_.append(side, kernel);
    f_.set_operand(kernel, 0, rounds);
    RegionId body = f_.op(kernel).regions[0];
    ValueId index = f_.region(body).arguments[0];
    Builder first = Builder::before(f_, f_.region(body).first);
    first.span = b.span;
    ValueId moved = first.make("add"_op, {low, index}, t, exact);
    for (const Use& u : std::vector<Use>(f_.value(index).uses))
      if (u.op != f_.defining_op(moved)) f_.set_operand(u.op, u.operand, moved);
    Builder end(f_, side);
    end.span = b.span;
    end.op("continue"_op, {high}, {}, {{"loop", label}});
  }
  // A choice between what is known before the kernel is made before it.
  void lift(OpId id, RegionId side, Builder& in) {
    RegionId body = f_.op(id).parent;
    if (body == side) return;
    for (ValueId v : f_.op(id).operands)
      if (region_of(f_, v) == body) return;
    const Op op = f_.op(id);
    ValueId v = in.make(op.code, op.operands, f_.type(op.results[0]), op.attrs);
    f_.replace_uses(op.results[0], v);
    f_.erase(id);
  }

  Function& f_;
};
}  // namespace

bool split_rounds(Function& f, PassContext&) { return Splitter(f).run(); }

}  // namespace aic::passes
