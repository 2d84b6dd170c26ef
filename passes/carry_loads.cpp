// Elements that a round stores and the next rounds read go from round to round as loop state.
//
//   for %one, %n, %one {                       %g = if <0 in range> { load %a, 0 } { 0 }
//     (%i: int):                               for %one, %n, %one, %g {
//     %j = subtract %i, %one                     (%i: int, %p: f64):
//     %x = load %a, %j                  →        …
//     …                                          store %a, %y, %i
//     store %a, %y, %i                           continue %y
//
// What goes through memory costs the processor the latency of a store and of the load that waits for it, and that is the
// length of a round of most recurrences: dynamic programming, filters, solvers of banded systems, scans. Up to three rounds
// are reached back. Nothing else in the loop may write to the array, and every round stores. What the first rounds read is
// loaded before the loop where it is an element at all; where it is none, they do not read it.
// Innermost loops, after lanes are chosen (which look for loads and stores). Cost: one walk; the aliases of arrays where a
// loop stores what it loads.
#include <algorithm>
#include <optional>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/kernels/affine.h"
#include "passes/memory/alias.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int64_t farthest = 3;

class Carrier {
 public:
  explicit Carrier(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    return changed_;
  }

 private:
  struct Access {
    OpId op;
    ValueId array;
    std::vector<Affine> at;
  };
  struct Reach {
    OpId load;
    int64_t rounds;
  };

  // Is there a loop in it?
  bool walk(RegionId r) {
    bool any = false;
    for (OpId id : f_.ops_in(r)) {
      bool loop = record_of(f_, id).has(Loop) || is(f_, id, "kernel"_op), inner = false;
      if (f_.int_attr(id, "lanes") || f_.int_attr(id, "rare")) {
        any = true;
        continue;
      }
      for (RegionId below : std::vector<RegionId>(f_.op(id).regions)) inner |= walk(below);
      if (is(f_, id, "for"_op) && !inner) carry(id);
      any |= loop || inner;
    }
    return any;
  }

  // ---- what a loop does to memory ----
  bool is_list(OpId id) const { return is(f_, id, "list.load"_op) || is(f_, id, "list.store"_op); }
  std::optional<Access> access(OpId id) const {
    bool load = is(f_, id, "load"_op) || is(f_, id, "list.load"_op);
    if (!load && !is(f_, id, "store"_op) && !is(f_, id, "list.store"_op)) return std::nullopt;
    if (is_list(id) && (f_.find_attr(id, "part") || f_.find_attr(id, "layout"))) return std::nullopt;
    const std::vector<ValueId>& x = f_.op(id).operands;
    Access a{id, x[0], {}};
    Type element = f_.type(x[0]).element();
    if (!(element.is_number() || element.is(TypeKind::Scalar)) || f_.type(load ? f_.op(id).results[0] : x[1]) != element)
      return std::nullopt;
    for (size_t k = load ? 1 : 2; k < x.size(); ++k) a.at.push_back(affine_of(f_, x[k]));
    return a;
  }
  bool is_outside(ValueId v) const { return !is_inside(f_, region_of(f_, v), body_); }
  bool is_fixed(const Affine& a) const {
    return std::all_of(a.terms.begin(), a.terms.end(), [&](const auto& t) { return is_outside(t.first); });
  }

  void carry(OpId loop) {
    std::optional<int64_t> step = find_integer(f_, f_.op(loop).operands[2]);
    if (!step || (*step != 1 && *step != -1)) return;
    loop_ = loop, step_ = *step, body_ = f_.op(loop).regions[0];
    OpId end = f_.terminator(body_);
    if (!is(f_, end, "continue"_op) || loop_of_exit(f_, end) != loop) return;
    std::vector<Access> stores, loads;
    std::vector<OpId> writers;
    breaks_.clear();
    for (OpId id : f_.ops_below(body_)) {
      if (id != end && is(f_, id, "continue"_op) && loop_of_exit(f_, id) == loop) return;
      if (is(f_, id, "break"_op) && loop_of_exit(f_, id) == loop) breaks_.push_back(id);
      uint32_t traits = own_traits(f_, id);
      if ((traits & Effect) && !is(f_, id, "poll"_op)) return;
      if ((traits & Writes) && !is(f_, id, "list.resize"_op)) writers.push_back(id);
      std::optional<Access> a = access(id);
      if (!a || !is_outside(a->array)) continue;
      bool writes = (traits & Writes) != 0;
      if (!writes) loads.push_back(std::move(*a));
      if (writes && f_.op(id).parent == body_) stores.push_back(std::move(*a));
    }
    for (const Access& s : stores) {
      std::vector<Reach> reached;
      for (const Access& l : loads)
        if (std::optional<int64_t> rounds = rounds_between(l, s)) reached.push_back({l.op, *rounds});
      if (!reached.empty() && is_only_writer(s, writers)) rewrite(s, reached);
    }
  }
  // How many rounds before its own the load's element was stored.
  std::optional<int64_t> rounds_between(const Access& l, const Access& s) const {
    if (l.array != s.array) return std::nullopt;
    ValueId counter = f_.region(body_).arguments[0];
    std::optional<int64_t> rounds;
    for (size_t k = 0; k < s.at.size(); ++k) {
      std::optional<int64_t> gap = difference(s.at[k], l.at[k]);
      if (!gap) return std::nullopt;
      bool moves = is_moving(s.at[k], counter);
      if (!moves && (*gap || !is_fixed(s.at[k]))) return std::nullopt;
      if (moves && rounds) return std::nullopt;
      if (moves) rounds = *gap * step_;
    }
    return rounds && *rounds >= 1 && *rounds <= farthest ? rounds : std::nullopt;
  }
  // The counter, and what is the same in all rounds.
  bool is_moving(const Affine& a, ValueId counter) const {
    Affine rest = a + Affine::of(counter) * -1;
    return is_fixed(rest) &&
           std::all_of(rest.terms.begin(), rest.terms.end(), [](const auto& t) { return t.second == 1 || t.second == -1; });
  }
  bool is_only_writer(const Access& s, const std::vector<OpId>& writers) {
    if (!aliases_) aliases_.emplace(f_);
    return std::all_of(writers.begin(), writers.end(),
                       [&](OpId w) { return w == s.op || aliases_->distinct(f_.op(w).operands[0], s.array); });
  }

  // ---- writing ----
  ValueId emit(Builder& b, const Affine& a, ValueId counter, ValueId start) {
    ValueId sum = b.integer(a.constant);
    for (auto [v, factor] : a.terms)
      sum = b.make(factor == 1 ? "add"_op : "subtract"_op, {sum, v == counter ? start : v}, Type::integer());
    return sum;
  }
  // What stands `rounds` before the place of the first round's store, if that is an element.
  ValueId element_before(const Access& s, int64_t rounds) {
    Builder b = Builder::before(f_, loop_);
    b.span = f_.op(s.op).span;
    ValueId counter = f_.region(body_).arguments[0], start = f_.op(loop_).operands[0], all;
    std::vector<ValueId> at{s.array}, ends;
    for (size_t k = 0; k < s.at.size(); ++k) {
      Affine index = s.at[k];
      if (is_moving(index, counter)) index.constant -= rounds * step_;
      ValueId i = emit(b, index, counter, start);
      ValueId n = is_list(s.op) ? b.make("list.length"_op, {s.array}, Type::integer())
                                : b.make("extent"_op, {s.array}, Type::integer(), {{"axis", int64_t(k)}});
      for (ValueId fits :
           {b.make("less_equal"_op, {b.integer(0), i}, Type::boolean()), b.make("less"_op, {i, n}, Type::boolean())})
        all = all == ValueId{} ? fits : b.make("logical_and"_op, {all, fits}, Type::boolean());
      at.push_back(i), ends.push_back(n);
    }
    Type element = f_.type(s.array).element();
    OpId choice = b.op("if"_op, {all}, {element}, {}, 2);
    Builder yes(f_, f_.op(choice).regions[0]), no(f_, f_.op(choice).regions[1]);
    yes.span = no.span = b.span;
    for (size_t k = 1; k < at.size(); ++k) at[k] = yes.make("assume.index"_op, {at[k], ends[k - 1]}, Type::integer());
    yes.op("yield"_op, {yes.make(is_list(s.op) ? "list.load"_op : "load"_op, at, element)}, {});
    no.op("yield"_op, {make_number(no, element, Number{element.dtype()})}, {});
    return f_.op(choice).results[0];
  }
  void rewrite(const Access& s, const std::vector<Reach>& reached) {
    int64_t rounds = 0;
    for (const Reach& r : reached) rounds = std::max(rounds, r.rounds);
    OpId end = f_.terminator(body_);
    ValueId next = f_.op(s.op).operands[1];
    for (int64_t k = 1; k <= rounds; ++k) {
      ValueId start = element_before(s, k);
      ValueId now = f_.add_argument(body_, f_.type(next));
      extend(loop_, start);
      extend(end, next);
      for (OpId b : breaks_) extend(b, now);
      f_.add_result(loop_, f_.type(next));
      for (const Reach& r : reached)
        if (r.rounds == k) {
          f_.replace_uses(f_.op(r.load).results[0], now);
          f_.erase(r.load);
        }
      // What was stored may have been one of these loads.
      next = now;
    }
    changed_ = true;
  }
  void extend(OpId id, ValueId v) {
    std::vector<ValueId> operands = f_.op(id).operands;
    operands.push_back(v);
    f_.set_operands(id, operands);
  }

  Function& f_;
  OpId loop_;
  RegionId body_;
  int64_t step_ = 1;
  std::vector<OpId> breaks_;
  std::optional<Aliases> aliases_;
  bool changed_ = false;
};
}  // namespace

bool carry_loads(Function& f, PassContext&) { return Carrier(f).run(); }

}  // namespace aic::passes
