// Makes counted loops of `while`s that count: `while i < n: …; i += 1`.
//
// A `for` says how often it runs, so ranges know its index, checks can be proved or versioned, and kernels and LLVM see a
// trip count. A `while` counts when its test compares an int of its state with a value from before the loop and does nothing
// else, and every `continue` adds the same constant to that int, in the direction of the test. The sum stays where it is: if it
// may overflow, its check raises in the round in which it did. `<=` wants a limit that has a successor.
//
//   %r = while %zero {                                   for %zero, %n, %one {
//     (%i: int): %c = less %i, %n; condition %c, %i        (%i: int, %s: int):
//   } {                                             →      …
//     (%i: int): … %j = add %i, %one; continue %j          %j = add %i, %one; continue %j
//   }                                                    }          %r: maximum %zero, %n, where nothing breaks
//
// After licm, which puts the limit before the loop; before eliminate_checks. Cost: a look at each `while`.
#include <limits>
#include <optional>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

namespace {

struct Count {
  uint32_t state = 0;  // which of the loop's state counts
  OpCode compare{};  // less, less_equal, greater or greater_equal: state ? limit
  ValueId limit;
  int64_t step = 0;
  [[nodiscard]] bool is_inclusive() const { return compare == "less_equal"_op || compare == "greater_equal"_op; }
};

class Counter {
 public:
  explicit Counter(Function& f) : f_(f) {}
  bool run() {
    bool changed = false;
    for (OpId id : f_.ops_below(f_.body()))
      if (is(f_, id, "while"_op))
        if (std::optional<Count> c = find_count(id)) changed |= replace(id, *c);
    return changed;
  }

 private:
  // ---- recognising ----
  std::optional<Count> find_count(OpId loop) {
    RegionId test = f_.op(loop).regions[0];
    OpId compare = f_.region(test).first, end = f_.terminator(test);
    if (!is(f_, end, "condition"_op) || f_.op(compare).next != end || f_.op(end).operands[0] != f_.op(compare).results.at(0))
      return std::nullopt;
    const std::vector<ValueId>& state = f_.region(test).arguments;
    const std::vector<ValueId>& passed = f_.op(end).operands;
    if (passed.size() != state.size() + 1 || !std::equal(state.begin(), state.end(), passed.begin() + 1)) return std::nullopt;
    std::optional<Count> c = read_test(compare, test);
    if (!c) return std::nullopt;
    std::optional<int64_t> step = find_step(loop, c->state);
    bool up = c->compare == "less"_op || c->compare == "less_equal"_op;
    if (!step || (up ? *step <= 0 : *step >= 0)) return std::nullopt;
    c->step = *step;
    return c;
  }
  static OpCode turned(OpCode c) {
    return c == "less"_op         ? "greater"_op
           : c == "less_equal"_op ? "greater_equal"_op
           : c == "greater"_op    ? "less"_op
                                  : "less_equal"_op;
  }
  std::optional<Count> read_test(OpId compare, RegionId test) const {
    OpCode code = f_.op(compare).code;
    if (code != "less"_op && code != "less_equal"_op && code != "greater"_op && code != "greater_equal"_op) return std::nullopt;
    ValueId x = f_.op(compare).operands[0], y = f_.op(compare).operands[1];
    if (!f_.type(x).is(TypeKind::Int)) return std::nullopt;
    if (region_of(f_, x) != test) std::swap(x, y), code = turned(code);
    if (region_of(f_, x) != test || region_of(f_, y) == test) return std::nullopt;
    return Count{f_.value(x).index, code, y, 0};
  }
  // What every `continue` adds to the state.
  std::optional<int64_t> find_step(OpId loop, uint32_t k) const {
    RegionId body = f_.op(loop).regions[1];
    ValueId i = f_.region(body).arguments[k];
    std::optional<int64_t> step;
    for (OpId id : f_.ops_below(body)) {
      if (!is(f_, id, "continue"_op) || loop_of_exit(f_, id) != loop) continue;
      std::optional<int64_t> s = difference(f_.op(id).operands[k], i);
      if (!s || (step && *step != *s)) return std::nullopt;
      step = s;
    }
    return step;
  }
  // x - i, where x is i + constant and would raise rather than wrap.
  std::optional<int64_t> difference(ValueId x, ValueId i) const {
    OpId def = f_.defining_op(x);
    if (!def || f_.op(def).operands.size() != 2) return std::nullopt;
    const Op& op = f_.op(def);
    bool checked = op.code == "check.overflow"_op;
    bool adds = checked ? f_.text_attr(def, "op") == "add" : op.code == "add"_op;
    bool subtracts = checked ? f_.text_attr(def, "op") == "subtract" : op.code == "subtract"_op;
    if ((!adds && !subtracts) || (!checked && !f_.int_attr(def, "exact"))) return std::nullopt;
    ValueId a = op.operands[0], b = op.operands[1];
    if (adds && b == i) std::swap(a, b);
    std::optional<int64_t> c = find_integer(f_, b);
    if (a != i || !c || *c == std::numeric_limits<int64_t>::min()) return std::nullopt;
    return adds ? *c : -*c;
  }

  // ---- replacing ----
  // The first value that the test refuses; none where it may not exist.
  std::optional<ValueId> stop_of(OpId loop, const Count& c) {
    if (!c.is_inclusive()) return c.limit;
    int64_t by = c.step > 0 ? 1 : -1;
    Ranges ranges(f_);
    Poly room = c.step > 0 ? Poly(std::numeric_limits<int64_t>::max() - 1) - ranges.poly(c.limit)
                           : ranges.poly(c.limit) - Poly(std::numeric_limits<int64_t>::min() + 1);
    if (!ranges.is_int(c.limit) || !ranges.proves(room, ranges.place_of(loop))) return std::nullopt;
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    return b.make("add"_op, {c.limit, b.integer(by)}, Type::integer(), {{"exact", int64_t(1)}});
  }
  bool has_breaks(OpId loop) const {
    for (OpId id : f_.ops_below(f_.op(loop).regions[1]))
      if (is(f_, id, "break"_op) && loop_of_exit(f_, id) == loop) return true;
    return false;
  }
  bool replace(OpId loop, const Count& c) {
    std::optional<ValueId> stop = stop_of(loop, c);
    if (!stop) return false;
    bool breaks = has_breaks(loop);
    Builder b = Builder::before(f_, loop);
    b.span = f_.op(loop).span;
    ValueId start = f_.op(loop).operands[c.state];
    std::vector<ValueId> operands{start, *stop, b.integer(c.step)};
    std::vector<Type> types;
    for (ValueId v : f_.op(loop).operands) operands.push_back(v), types.push_back(f_.type(v));
    OpId counted = b.op("for"_op, operands, types, {{"label", f_.int_attr(loop, "label")}}, 1);
    RegionId from = f_.op(loop).regions[1], to = f_.op(counted).regions[0];
    ValueId index = f_.add_argument(to, Type::integer());
    for (size_t k = 0; k < types.size(); ++k) {
      ValueId argument = f_.add_argument(to, types[k]);
      f_.replace_uses(f_.region(from).arguments[k], k == c.state ? index : argument);
    }
    OpId end = Builder(f_, to).op("unreachable"_op, {}, {});
    f_.move_ops(from, end);
    f_.erase(end);
    for (size_t k = 0; k < types.size(); ++k) {
      ValueId result = f_.op(loop).results[k], now = f_.op(counted).results[k];
      bool known = k == c.state && !breaks && (c.step == 1 || c.step == -1) && !f_.value(result).uses.empty();
      if (known)
        now = Builder::after(f_, counted).make(c.step > 0 ? "maximum"_op : "minimum"_op, {start, *stop}, Type::integer());
      f_.replace_uses(result, now);
    }
    f_.erase(loop);
    return true;
  }

  Function& f_;
};
}  // namespace

bool count_loops(Function& f, PassContext&) { return Counter(f).run(); }

}  // namespace aic::passes
