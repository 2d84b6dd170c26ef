// Computes what is known: ops on constants, `if` with a known condition, loops of no or one round, loop state that no round
// changes, extents of arrays whose making is in sight, parts of tuples and unions that are made here.
//
// First in every round of optimisation, since what it removes (dead arms above all) nobody else should have to look at.
// One walk forwards: operands are folded before their users.
//
//   %2 = full %x, %n, %m               %2 = full %x, %n, %m
//   %3 = extent %2 {axis = 1}     →    (gone; %m used)
//
// Cost: one look at each op; an `if` that falls moves its ops once.
#include <algorithm>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/shapes.h"

namespace aic::passes {
using namespace ir;

namespace {
class Folder {
 public:
  explicit Folder(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    if (changed_) cut_dead_ends(f_);
    return changed_;
  }

 private:
  // The list may change under our feet: an `if` that falls puts its ops where we go next.
  void walk(RegionId r) {
    for (OpId id = f_.region(r).first; id;) {
      OpId next = f_.op(id).next, previous = f_.op(id).previous;
      if (fold_control(id)) {
        changed_ = true;
        id = previous ? f_.op(previous).next : f_.region(r).first;
        continue;
      }
      for (RegionId inner : std::vector<RegionId>(f_.op(id).regions)) walk(inner);
      if (f_.is_erased(id)) return;
      if ((record_of(f_, id).traits & Loop) && fold_state(id)) changed_ = true;
      next = f_.op(id).next;
      if (f_.op(id).regions.empty() && fold_value(id)) changed_ = true;
      id = next;
    }
  }
  bool replace(OpId id, ValueId v) {
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
    return true;
  }

  // ---- values ----
  bool fold_value(OpId id) {
    const Op& op = f_.op(id);
    if (op.results.size() != 1) return op.code == "check.true"_op && fold_check_true(id);
    if (op.code == "tuple.get"_op) return fold_tuple_get(id);
    if (op.code == "union.get"_op || op.code == "union.tag"_op || op.code == "union.number"_op) return fold_union(id);
    if (op.code == "extent"_op) return fold_extent(id);
    if (op.code == "cast"_op) return fold_cast(id);
    if (op.code == "select"_op) return fold_where(id) || fold_numbers(id);
    if (op.code == "check.overflow"_op) return fold_overflow(id);
    if (op.code == "check.index"_op || op.code == "assume.index"_op) return fold_index(id);
    if (op.code == "check.zero"_op) return fold_check_zero(id);
    if (op.code == "check.fits"_op) return fold_check_fits(id);
    if (op.code == "check.bound"_op) return is_integer(f_, op.operands[0], 1) && replace(id, op.operands[1]);
    if (record(op.code).tier == Tier::Elementwise) return fold_numbers(id) || fold_sign(id);
    return false;
  }
  // Is a count below zero? Asked of every extent, of which library functions know nothing.
  bool fold_sign(OpId id) {
    const Op& op = f_.op(id);
    if ((op.code != "less"_op && op.code != "greater_equal"_op) || !is_integer(f_, op.operands[1], 0)) return false;
    return is_count(op.operands[0], 4) && to_integer(id, op.code == "greater_equal"_op);
  }
  // Never negative, as one sees at once.
  bool is_count(ValueId v, int depth) const {
    OpId d = f_.defining_op(v);
    if (!d || !f_.type(v).is(TypeKind::Int) || depth == 0) return false;
    const Op& op = f_.op(d);
    if (op.code == "extent"_op || op.code == "list.length"_op) return true;
    if (std::optional<int64_t> n = find_integer(f_, v)) return *n >= 0;
    auto count = [&](size_t k) { return is_count(op.operands[k], depth - 1); };
    if (op.code == "maximum"_op) return count(0) || count(1);
    if (op.code == "remainder"_op) return find_integer(f_, op.operands[1]).value_or(0) > 0;
    if (op.code == "floor_divide"_op) return find_integer(f_, op.operands[1]).value_or(0) > 0 && count(0);
    bool exact = op.code == "check.overflow"_op ? f_.text_attr(d, "op") == "multiply" || f_.text_attr(d, "op") == "add"
                                                : (op.code == "multiply"_op || op.code == "add"_op) && f_.int_attr(d, "exact");
    return exact && op.operands.size() == 2 && count(0) && count(1);
  }
  bool to_number(OpId id, const Number& n) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    return replace(id, make_number(b, f_.type(f_.op(id).results[0]), n));
  }
  bool to_integer(OpId id, int64_t v) { return to_number(id, {.dtype = f_.type(f_.op(id).results[0]).dtype(), .i = v}); }

  bool fold_numbers(OpId id) {
    const Op& op = f_.op(id);
    Type type = f_.type(op.results[0]);
    if (!type.is_number() || op.operands.empty() || op.operands.size() > 3) return false;
    std::vector<Number> in;
    for (ValueId v : op.operands) {
      std::optional<Number> n = find_number(f_, v);
      if (!n) return false;
      in.push_back(*n);
    }
    std::optional<Number> out = try_evaluate(op.code, in, type.dtype());
    return out && to_number(id, *out);
  }
  bool fold_cast(OpId id) {
    const Op& op = f_.op(id);
    Type to = f_.type(op.results[0]);
    if (f_.type(op.operands[0]) == to && to.is_number()) return replace(id, op.operands[0]);
    std::optional<Number> n = find_number(f_, op.operands[0]);
    if (!n || !to.is_number()) return false;
    std::optional<Number> out = try_cast(*n, to.dtype());
    return out && to_number(id, *out);
  }
  bool fold_where(OpId id) {
    const Op& op = f_.op(id);
    if (op.operands.size() != 3 || f_.type(op.results[0]).is_array()) return false;
    if (op.operands[1] == op.operands[2]) return replace(id, op.operands[1]);
    std::optional<Number> c = find_number(f_, op.operands[0]);
    return c && replace(id, op.operands[c->is_truthy() ? 1 : 2]);
  }
  bool fold_tuple_get(OpId id) {
    OpId made = f_.defining_op(f_.op(id).operands[0]);
    if (!is(f_, made, "tuple"_op)) return false;
    size_t k = size_t(f_.int_attr(id, "index"));
    return k < f_.op(made).operands.size() && replace(id, f_.op(made).operands[k]);
  }
  bool fold_union(OpId id) {
    OpId made = f_.defining_op(f_.op(id).operands[0]);
    if (is(f_, made, "union.of"_op)) {
      ValueId held = f_.op(made).operands[is(f_, id, "union.tag"_op) ? 0 : 1];
      Type type = f_.type(f_.op(id).results[0]);
      if (f_.type(held) == type) return replace(id, held);
      Builder b = Builder::before(f_, id);
      b.span = f_.op(id).span;
      return replace(id, b.make("cast"_op, {held}, type));
    }
    if (!is(f_, made, "union.make"_op)) return false;
    if (is(f_, id, "union.number"_op)) {
      ValueId held = f_.op(made).operands[0];
      if (f_.type(held) == Type::integer()) return replace(id, held);
      Builder b = Builder::before(f_, id);
      b.span = f_.op(id).span;
      return replace(id, b.make("cast"_op, {held}, Type::integer()));
    }
    int64_t arm = f_.int_attr(made, "arm");
    if (is(f_, id, "union.tag"_op)) return to_integer(id, arm);
    return f_.int_attr(id, "arm") == arm && replace(id, f_.op(made).operands[0]);
  }
  bool fold_extent(OpId id) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId array = f_.op(id).operands[0];
    int64_t axis = f_.int_attr(id, "axis");
    ExtentSource e = extent_source(f_, array, int(axis));
    if (e.constant >= 0) return to_integer(id, e.constant);
    if (e.value) return replace(id, e.value);
    if (e.array == array && e.axis == axis) return false;
    return replace(id, b.make("extent"_op, {e.array}, Type::integer(), {{"axis", int64_t(e.axis)}}));
  }
  bool fold_overflow(OpId id) {
    const Op& op = f_.op(id);
    std::vector<int64_t> in;
    for (ValueId v : op.operands) {
      std::optional<int64_t> n = find_integer(f_, v);
      if (!n) return false;
      in.push_back(*n);
    }
    std::optional<int64_t> out = try_exact(f_.text_attr(id, "op"), in);
    return out && to_integer(id, *out);
  }
  bool fold_index(OpId id) {
    const Op& op = f_.op(id);
    std::optional<int64_t> i = find_integer(f_, op.operands[0]), n = find_integer(f_, op.operands[1]);
    if (!i || !n || *i >= *n || *i < -*n) return false;
    return to_integer(id, *i < 0 ? *i + *n : *i);
  }
  bool fold_check_zero(OpId id) {
    std::optional<Number> n = find_number(f_, f_.op(id).operands[0]);
    return n && n->is_truthy() && replace(id, f_.op(id).operands[0]);
  }
  bool fold_check_fits(OpId id) {
    std::optional<int64_t> n = find_integer(f_, f_.op(id).operands[0]);
    Type to = f_.type(f_.op(id).results[0]);
    if (!n || to.dtype() == DType::U64 ? !n || *n < 0 : wrap(*n, to.dtype()) != *n) return false;
    return to_integer(id, *n);
  }
  bool fold_check_true(OpId id) {
    if (!is_integer(f_, f_.op(id).operands[0], 1)) return false;
    f_.erase(id);
    return true;
  }

  // ---- control ----
  bool fold_control(OpId id) {
    if (is(f_, id, "if"_op)) return fold_if(id);
    if (is(f_, id, "for"_op)) return fold_for(id);
    return false;
  }
  bool fold_if(OpId id) {
    std::optional<Number> c = find_number(f_, f_.op(id).operands[0]);
    if (!c) return false;
    RegionId taken = f_.op(id).regions[c->is_truthy() ? 0 : 1];
    OpId end = f_.terminator(taken);
    if (!is(f_, end, "yield"_op)) return leave_here(id, taken);
    std::vector<ValueId> values = f_.op(end).operands, results = f_.op(id).results;
    f_.erase(end);
    f_.move_ops(taken, id);
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], values[k]);
    f_.erase(id);
    return true;
  }
  // The arm that is always taken leaves: all after the `if` is dead, and where that makes an enclosing `if` one that never
  // yields, what follows it too.
  bool leave_here(OpId id, RegionId taken) {
    if (!may_end_with_an_exit(f_.op(id).parent)) return false;
    f_.move_ops(taken, id);
    erase_from(id);
    return true;
  }
  // The body of a function or a loop may; the arm of an `if` too, if the `if` still yields or may itself be last.
  bool may_end_with_an_exit(RegionId r) const {
    OpId owner = f_.region(r).op;
    if (!owner) return true;
    if (is(f_, owner, "for"_op)) return true;
    if (is(f_, owner, "while"_op)) return r == f_.op(owner).regions[1];
    if (!is(f_, owner, "if"_op)) return false;
    if (arms_that_yield(owner) > 1 || !is(f_, f_.terminator(r), "yield"_op)) return true;
    return may_end_with_an_exit(f_.op(owner).parent);
  }
  int arms_that_yield(OpId id) const {
    int n = 0;
    for (RegionId r : f_.op(id).regions) n += is(f_, f_.terminator(r), "yield"_op);
    return n;
  }
  void erase_from(OpId first) {
    RegionId r = f_.op(first).parent;
    std::vector<OpId> gone;
    for (OpId id = first; id; id = f_.op(id).next) gone.push_back(id);
    for (size_t k = gone.size(); k-- > 0;) f_.erase(gone[k]);
    OpId owner = f_.region(r).op;
    if (!is(f_, owner, "if"_op) || arms_that_yield(owner) > 0) return;
    if (f_.op(owner).next) erase_from(f_.op(owner).next);
    while (!f_.op(owner).results.empty()) f_.erase_result(owner, uint32_t(f_.op(owner).results.size() - 1));
  }

  bool fold_for(OpId id) {
    const Op& op = f_.op(id);
    std::optional<int64_t> start = find_integer(f_, op.operands[0]), stop = find_integer(f_, op.operands[1]),
                           step = find_integer(f_, op.operands[2]);
    if (step && op.operands[0] == op.operands[1]) return drop_loop(id);
    if (!start || !stop || !step || *step == 0) return false;
    if (*step > 0 ? *start >= *stop : *start <= *stop) return drop_loop(id);
    bool one_round = *step > 0 ? __int128(*start) + *step >= *stop : __int128(*start) + *step <= *stop;
    return one_round && peel(id);
  }
  bool drop_loop(OpId id) {
    std::vector<ValueId> results = f_.op(id).results, operands = f_.op(id).operands;
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], operands[3 + k]);
    f_.erase(id);
    return true;
  }
  // A loop of one round is its body, if nothing but its end names the loop.
  bool peel(OpId id) {
    RegionId body = f_.op(id).regions[0];
    OpId end = f_.terminator(body);
    if (!is(f_, end, "continue"_op) || loop_of_exit(f_, end) != id) return false;
    for (OpId inner : f_.ops_below(body))
      if (inner != end && (is(f_, inner, "break"_op) || is(f_, inner, "continue"_op)) && loop_of_exit(f_, inner) == id)
        return false;
    std::vector<ValueId> results = f_.op(id).results, last = f_.op(end).operands, operands = f_.op(id).operands,
                         arguments = f_.region(body).arguments;
    f_.replace_uses(arguments[0], operands[0]);
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(arguments[1 + k], operands[3 + k]);
    last = f_.op(end).operands;
    f_.erase(end);
    f_.move_ops(body, id);
    for (size_t k = 0; k < results.size(); ++k) f_.replace_uses(results[k], last[k]);
    f_.erase(id);
    return true;
  }

  // ---- loop state that no round changes is what it began with (inner loops come first); dce drops it ----
  bool fold_state(OpId loop) {
    bool changed = false, counted = is(f_, loop, "for"_op);
    std::vector<OpId> exits;
    for (RegionId r : f_.op(loop).regions)
      for (OpId id : f_.ops_below(r))
        if ((is(f_, id, "continue"_op) || is(f_, id, "break"_op)) && loop_of_exit(f_, id) == loop) exits.push_back(id);
    OpId test = counted ? OpId{} : f_.terminator(f_.op(loop).regions[0]);
    if (!counted && (!is(f_, test, "condition"_op) || f_.op(test).operands.size() != f_.op(loop).operands.size() + 1))
      return false;
    size_t fixed = counted ? 3 : 0;
    for (size_t k = 0; k + fixed < f_.op(loop).operands.size(); ++k) {
      ValueId init = f_.op(loop).operands[fixed + k];
      std::vector<ValueId> same{init};
      for (RegionId r : f_.op(loop).regions) same.push_back(f_.region(r).arguments[counted ? k + 1 : k]);
      auto is_same = [&](ValueId v) { return std::find(same.begin(), same.end(), v) != same.end(); };
      bool rounds = counted || is_same(f_.op(test).operands[1 + k]), breaks = true;
      for (OpId e : exits) (is(f_, e, "break"_op) ? breaks : rounds) &= is_same(f_.op(e).operands[k]);
      if (!rounds) continue;
      if (breaks) same.push_back(f_.op(loop).results[k]);
      for (size_t n = 1; n < same.size(); ++n) {
        changed |= !f_.value(same[n]).uses.empty() && same[n] != init;
        if (same[n] != init) f_.replace_uses(same[n], init);
      }
    }
    return changed;
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool fold(Function& f, PassContext&) { return Folder(f).run(); }

}  // namespace aic::passes
