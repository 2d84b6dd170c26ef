// What is made from an array that nobody looks at afterwards is written over it.
//
//   for …, %a0 {                                 for …, %a0 {
//     (…, %a: f64[::1]):                           (…, %a: f64[::1]):
//     %n = extent %a - 1                           …
//     %b = empty %n                                %b = view %a, 0, %n, 1
//     kernel %n {                          →       for 0, %n, 1 {
//       (%i: int):                                   (%i: int):
//       … load %a, %i + 1                            … load %a, %i + 1
//       store %b, …, %i                              store %b, …, %i
//     }                                            }
//     continue %b                                  continue %b
//
// `value = np.maximum(p * value[1:] + q * value[:-1], 0)` and `e /= …` of a new array pass over half the memory then, which
// decides where two arrays fit in a cache and four do not. The array that goes must have one owner: a birth of this region, or
// what a `for` carries from such a birth to such a birth. Each element is read in the round that writes its place, before that,
// or in a round before; where it is in one before, rounds have an order, and the kernel is a loop. A result that is shorter
// keeps all the memory, so it must not get out of the loop but by its elements. Just before ownership: nothing moves any more.
// Cost: a look at the kernels' loads and stores; a proof where extents differ.
#include <algorithm>
#include <optional>
#include <unordered_map>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/passes.h"
#include "passes/ranges.h"
#include "passes/regions.h"

namespace aic::passes {
using namespace ir;

namespace {
class Reuse {
 public:
  explicit Reuse(Function& f) : f_(f) {}
  bool run() {
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "kernel"_op)) look(id);
    return changed_;
  }

 private:
  // Kernels in one another around a store, from the region of the birth that it fills to the store.
  struct Nest {
    OpId outer, inner, store;
    std::vector<ValueId> extents, indices;
  };
  struct Choice {
    ValueId from;  // the array that goes
    bool whole, later;  // it is as long; rounds read what later ones write
  };

  // The stores that stand in this kernel itself.
  void look(OpId inner) {
    number();
    std::vector<ValueId> targets, used;
    for (OpId id : f_.ops_in(f_.op(inner).regions[0]))
      if (is(f_, id, "store"_op)) targets.push_back(f_.op(id).operands[0]);
    bool ordered = false;
    for (ValueId b : targets) {
      const std::optional<Nest> nest = nest_of(inner, b);
      if (!nest) continue;
      for (ValueId a : sources(*nest)) {
        if (std::ranges::find(used, a) != used.end()) continue;
        const std::optional<Choice> c = choose(*nest, b, a);
        if (!c) continue;
        used.push_back(a);
        write_over(nest->outer, b, *c);
        ordered |= c->later;
        break;
      }
    }
    if (ordered) in_order(inner);
  }

  // ---- places in the function ----
  void number() {
    if (!order_.empty() && !moved_) return;
    order_.clear();
    moved_ = false;
    for (OpId id : f_.ops_below(f_.body())) order_[id] = int64_t(order_.size());
  }
  [[nodiscard]] bool is_by(OpId use, OpId kernel) const {  // not behind it
    OpId at = op_within(f_, use, f_.op(kernel).parent);
    return at && order_.at(at) <= order_.at(kernel);
  }
  [[nodiscard]] bool only_looks(const Use& u) const {
    return (is(f_, u.op, "load"_op) || is(f_, u.op, "extent"_op) || is(f_, u.op, "store"_op)) && u.operand == 0;
  }

  // ---- the array that is made ----
  // The one store that fills it, of a birth whose extents are the kernels'.
  [[nodiscard]] std::optional<Nest> nest_of(OpId inner, ValueId b) const {
    OpId birth = f_.defining_op(b);
    if (!is(f_, birth, "empty"_op) || f_.int_attr(birth, "zeroed") || f_.type(b).layout() != Layout::C) return {};
    Nest n{inner, inner, {}, {}, {}};
    for (OpId at = inner;; at = f_.parent_op(at)) {
      if (!is(f_, at, "kernel"_op)) return {};
      n.outer = at;
      n.extents.insert(n.extents.begin(), f_.op(at).operands.begin(), f_.op(at).operands.end());
      const std::vector<ValueId>& own = f_.region(f_.op(at).regions[0]).arguments;
      n.indices.insert(n.indices.begin(), own.begin(), own.end());
      if (f_.op(at).parent == f_.op(birth).parent) break;
      if (f_.op(at).parent == f_.body()) return {};
    }
    if (f_.op(birth).operands != n.extents) return {};
    for (const Use& u : f_.value(b).uses) {
      if (!is_by(u.op, n.outer)) continue;
      if (n.store || !is(f_, u.op, "store"_op) || u.operand != 0 || f_.parent_op(u.op) != inner) return {};
      n.store = u.op;
    }
    if (!n.store) return {};
    for (size_t d = 0; d < n.indices.size(); ++d)
      if (affine_of(f_, f_.op(n.store).operands[2 + d]) != Affine::of(n.indices[d])) return {};
    return n;
  }

  // ---- the array that goes ----
  [[nodiscard]] std::vector<ValueId> sources(const Nest& n) const {
    std::vector<ValueId> all;
    for (OpId id : f_.ops_in(f_.op(n.inner).regions[0])) {
      if (!is(f_, id, "load"_op)) continue;
      ValueId a = f_.op(id).operands[0];
      if (f_.type(a) == f_.type(f_.op(n.store).operands[0]) && std::ranges::find(all, a) == all.end()) all.push_back(a);
    }
    return all;
  }
  // A birth that is seen by what looks at elements, up to an op of its region that may carry it on.
  [[nodiscard]] bool is_plain_birth(ValueId v, OpId carrier, uint32_t operand) const {
    OpId birth = f_.defining_op(v);
    if (!is(f_, birth, "empty"_op)) return false;
    return std::ranges::all_of(f_.value(v).uses, [&](const Use& u) {
      return only_looks(u) || (u.op == carrier && u.operand == operand) ||
             (is(f_, u.op, "break"_op) && f_.op(u.op).parent != f_.op(carrier).parent);
    });
  }
  [[nodiscard]] bool dies_at(ValueId a, OpId kernel) const {
    return std::ranges::all_of(f_.value(a).uses, [&](const Use& u) { return only_looks(u) && is_by(u.op, kernel); });
  }
  // Has nobody but this region a reference to it? `b`: what takes its memory.
  [[nodiscard]] bool is_owned(ValueId a, ValueId b, OpId kernel) const {
    const RegionId home = f_.op(kernel).parent;
    if (OpId birth = f_.defining_op(a)) return is(f_, birth, "empty"_op) && f_.op(birth).parent == home;
    const OpId loop = f_.region(home).op;
    if (f_.value(a).region != home || !is(f_, loop, "for"_op)) return false;
    const std::vector<ValueId>& carried = f_.region(home).arguments;
    const auto k = uint32_t(std::ranges::find(carried, a) - carried.begin()) - 1;
    // It begins as a birth beside the loop that ends in it …
    const ValueId first = f_.op(loop).operands[3 + k];
    OpId birth = f_.defining_op(first);
    if (!is(f_, birth, "empty"_op) || f_.op(birth).parent != f_.op(loop).parent) return false;
    for (const Use& u : f_.value(first).uses) {
      OpId at = op_within(f_, u.op, f_.op(loop).parent);
      const bool before = only_looks(u) && at && order_.at(at) < order_.at(loop);
      if (!before && !(u.op == loop && u.operand == 3 + k)) return false;
    }
    // … and every round gives a birth of its own to the next one.
    for (OpId id : rounds_of(loop))
      if (!is_plain_birth(f_.op(id).operands[k], id, k)) return false;
    return is_plain_birth(b, f_.terminator(home), k);
  }
  // What goes on to the next round.
  [[nodiscard]] std::vector<OpId> rounds_of(OpId loop) const {
    std::vector<OpId> all;
    for (OpId id : f_.ops_below(f_.op(loop).regions[0]))
      if (is(f_, id, "continue"_op) && f_.int_attr(id, "loop") == f_.int_attr(loop, "label")) all.push_back(id);
    return all;
  }
  // Are the results of the loop that carries b seen by their elements alone?
  [[nodiscard]] bool stays(ValueId b, OpId kernel) const {
    return std::ranges::all_of(f_.value(b).uses, [&](const Use& u) {
      if (only_looks(u)) return true;
      const OpId loop = f_.region(f_.op(kernel).parent).op;
      const bool carried =
          is(f_, u.op, "continue"_op) && is(f_, loop, "for"_op) && f_.int_attr(u.op, "loop") == f_.int_attr(loop, "label");
      if (!carried) return false;
      auto looks = [&](const Use& r) { return only_looks(r); };
      return std::ranges::all_of(f_.value(f_.op(loop).results[u.operand]).uses, looks);
    });
  }

  [[nodiscard]] std::optional<Choice> choose(const Nest& n, ValueId b, ValueId a) {
    if (!dies_at(a, n.outer) || !is_owned(a, b, n.outer)) return {};
    Choice c{a, false, false};
    for (const Use& u : f_.value(a).uses) {
      if (op_within(f_, u.op, f_.op(n.outer).parent) != n.outer || is(f_, u.op, "extent"_op)) continue;
      if (!is(f_, u.op, "load"_op) || f_.parent_op(u.op) != n.inner || order_.at(u.op) > order_.at(n.store)) return {};
      for (size_t d = 0; d < n.indices.size(); ++d) {
        const std::optional<int64_t> ahead = difference(affine_of(f_, f_.op(u.op).operands[1 + d]), Affine::of(n.indices[d]));
        if (!ahead || *ahead < 0 || (*ahead > 0 && n.indices.size() > 1)) return {};
        c.later |= *ahead > 0;
      }
    }
    if (c.later && f_.int_attr(n.inner, "lanes")) return {};
    if (!fits(n, a, b, c.whole)) return {};
    return c;
  }
  // Does the loop carry arrays of these extents alone?
  [[nodiscard]] bool always_has(const std::vector<ValueId>& extents, ValueId a, OpId kernel) const {
    const RegionId home = f_.op(kernel).parent;
    const OpId loop = f_.region(home).op;
    const std::vector<ValueId>& carried = f_.region(home).arguments;
    const auto k = size_t(std::ranges::find(carried, a) - carried.begin()) - 1;
    auto has = [&](ValueId v) { return f_.op(f_.defining_op(v)).operands == extents; };  // a birth: is_owned
    return has(f_.op(loop).operands[3 + k]) &&
           std::ranges::all_of(rounds_of(loop), [&](OpId id) { return has(f_.op(id).operands[k]); });
  }
  // Is there room for b? `whole`: it is as long.
  bool fits(const Nest& n, ValueId a, ValueId b, bool& whole) {
    const std::vector<ValueId>& wanted = n.extents;
    const OpId kernel = n.outer;
    std::vector<ValueId> has(wanted.size());
    if (OpId birth = f_.defining_op(a))
      has = f_.op(birth).operands;
    else if (always_has(wanted, a, kernel))
      has = wanted;
    else
      for (const Use& u : f_.value(a).uses)
        if (is(f_, u.op, "extent"_op) && f_.op(u.op).parent == f_.op(kernel).parent)
          has[size_t(f_.int_attr(u.op, "axis"))] = f_.op(u.op).results[0];
    if (std::ranges::any_of(has, [](ValueId v) { return !v; })) return false;
    whole = has == wanted;
    if (whole) return true;
    if (wanted.size() != 1 || !stays(b, kernel)) return false;
    Ranges ranges(f_);
    return ranges.proves(ranges.poly(has[0]) - ranges.poly(wanted[0]), ranges.place_of(kernel));
  }

  // ---- writing ----
  void write_over(OpId kernel, ValueId b, const Choice& c) {
    const OpId birth = f_.defining_op(b);
    ValueId place = c.from;
    if (!c.whole) {
      Builder w = Builder::before(f_, kernel);
      w.span = f_.op(kernel).span;
      place = w.make("view"_op, {c.from, w.integer(0), f_.op(kernel).operands[0], w.integer(1)}, f_.type(b),
                     {{"spec", std::string("s")}});
    }
    f_.replace_uses(b, place);
    f_.erase(birth);
    changed_ = moved_ = true;
  }
  void in_order(OpId kernel) {
    Builder w = Builder::before(f_, kernel);
    w.span = f_.op(kernel).span;
    const int64_t label = f_.new_label();
    OpId loop = w.op("for"_op, {w.integer(0), f_.op(kernel).operands[0], w.integer(1)}, {}, {{"label", label}}, 1);
    const RegionId body = f_.op(loop).regions[0], old = f_.op(kernel).regions[0];
    ValueId i = f_.add_argument(body, Type::integer());
    f_.replace_uses(f_.region(old).arguments[0], i);
    f_.erase(f_.terminator(old));
    Builder end(f_, body);
    end.span = w.span;
    OpId next = end.op("continue"_op, {}, {}, {{"loop", label}});
    f_.move_ops(old, next);
    f_.erase(kernel);
    moved_ = true;
  }

  Function& f_;
  std::unordered_map<OpId, int64_t> order_;
  bool changed_ = false, moved_ = false;
};
}  // namespace

bool reuse_memory(Function& f, PassContext&) { return Reuse(f).run(); }

}  // namespace aic::passes
