// Lets Ctrl-C reach what may run for long: `poll` looks at a word that the host sets now and then.
//
//   for %0, %n, %1, %x {label = 1} {      for %0, %n, %65536, %x {label = 2} {
//     (%i: int, %s: f64):                   (%b: int, %t: f64):
//     …                              →      poll
//     continue %y {loop = 1}                %e = the smaller of %b + 65536 and %n
//   }                                       %r = for %b, %e, %1, %t {label = 1} { … as before, breaks leave label 2 }
//                                           continue %r {loop = 2}
//                                         }
//
// Polled: each round of a `while`, of a `for` that holds loops or calls, each call of a recursive function. An innermost
// `for` would pay for it (LLVM does not vectorise a loop that polls): it is cut in strips, as above, when no loop is around
// it and its length has no bound that memory sets. Not polled: kernels, whose rounds an array's size bounds (NumPy does not
// stop inside of an operation either); loops of few rounds, which LLVM unrolls; the second of three loops over extents (1 ns
// of 8 in Cholesky's: two are over before anybody waits for them). Loops in lanes stay whole inside; a lone one is cut.
//
// After all that moves code, since a poll may raise and has effects; before `own`, which counts strips' state. Cost: one walk.
#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int64_t strip = 65536, strip_of_loops = 256, few = 4096;

class Placer {
 public:
  explicit Placer(Function& f) : f_(f) {}
  bool run() {
    visit(f_.body(), false);
    return changed_;
  }

 private:
  // How long what stands in a region takes: not worth a poll, as long as an array, or longer.
  enum class Work : uint8_t { Short, Bounded, Long };
  Work visit(RegionId r, bool in_loop) {
    Work most = Work::Short;
    for (OpId id : ops_of(r)) most = std::max(most, visit_op(id, in_loop));
    return most;
  }
  Work visit_op(OpId id, bool in_loop) {
    const Op op = f_.op(id);
    if (op.code == "check.depth"_op) poll(Builder::after(f_, id), op.span);
    if (op.code == "call"_op) return Work::Long;
    if (op.code == "kernel"_op) return Work::Bounded;
    bool counted = op.code == "for"_op, few_rounds = counted && has_few_rounds(id);
    bool loop = counted || op.code == "while"_op;
    if (loop && f_.int_attr(id, "lanes")) {
      if (counted && !few_rounds && !in_loop && is_cuttable(id)) cut(id, strip_of_loops);
      return Work::Long;
    }
    Work below = Work::Short;
    for (RegionId inner : op.regions) below = std::max(below, visit(inner, in_loop || (loop && !few_rounds)));
    if (!loop || few_rounds) return below;
    bool bounded = counted && is_bounded(op.operands[1], 8);
    if (!counted || below == Work::Long || (below == Work::Bounded && !(bounded && in_loop))) {
      poll(Builder::before(f_, f_.region(op.regions.back()).first), op.span);
      return Work::Long;
    }
    if (below == Work::Short && !bounded && !in_loop && is_cuttable(id)) cut(id, strip);
    return below == Work::Short && bounded ? Work::Bounded : Work::Long;
  }
  std::vector<OpId> ops_of(RegionId r) const {
    std::vector<OpId> ops;
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) ops.push_back(id);
    return ops;
  }
  void poll(Builder b, SpanId span) {
    b.span = span;
    b.op("poll"_op, {}, {});
    changed_ = true;
  }
  bool has_few_rounds(OpId loop) const {
    const Op& op = f_.op(loop);
    std::optional<int64_t> start = find_integer(f_, op.operands[0]), stop = find_integer(f_, op.operands[1]);
    return start && stop && *start >= -few && *start <= few && *stop >= -few && *stop <= few;
  }
  // Counts up from a constant, so that start + strip cannot overflow before it passes stop.
  bool is_cuttable(OpId loop) const {
    const Op& op = f_.op(loop);
    std::optional<int64_t> start = find_integer(f_, op.operands[0]), step = find_integer(f_, op.operands[2]);
    return start && step && *start >= 0 && *step > 0 && *step < strip;
  }
  // No more than memory could hold: made from extents and small numbers.
  bool is_bounded(ValueId v, int depth) const {
    if (std::optional<int64_t> n = find_integer(f_, v)) return *n <= int64_t{1} << 24;
    if (depth == 0) return false;
    OpId id = f_.defining_op(v);
    if (!id) {  // a round's number
      OpId loop = f_.region(f_.value(v).region).op;
      return is(f_, loop, "for"_op) && f_.value(v).index == 0 && is_bounded(f_.op(loop).operands[0], depth - 1) &&
             is_bounded(f_.op(loop).operands[1], depth - 1);
    }
    const Op& op = f_.op(id);
    if (op.code == "extent"_op) return true;
    std::string_view name = op.code == "check.overflow"_op ? std::string_view(f_.text_attr(id, "op")) : record_of(f_, id).name;
    if (op.operands.empty()) return false;
    bool first = is_bounded(op.operands[0], depth - 1);
    if (name == "minimum") return first || is_bounded(op.operands[1], depth - 1);
    if (name == "floor_divide" || name == "right_shift" || name == "subtract") return first;
    if (name == "maximum" || name == "add") return first && is_bounded(op.operands[1], depth - 1);
    return false;
  }

  void cut(OpId loop, int64_t rounds) {
    const Op op = f_.op(loop);
    Builder b = Builder::before(f_, loop);
    b.span = op.span;
    int64_t label = f_.new_label(), step = *find_integer(f_, op.operands[2]);
    std::vector<ValueId> operands = op.operands;
    operands[2] = b.integer(step * rounds);
    std::vector<Type> types;
    for (ValueId r : op.results) types.push_back(f_.type(r));
    OpId strips = b.op("for"_op, operands, types, {{"label", label}}, 1);
    for (size_t k = 0; k < op.results.size(); ++k) f_.replace_uses(op.results[k], b.result(strips, int(k)));
    for (RegionId inner : op.regions) leave_from(inner, f_.int_attr(loop, "label"), label);

    RegionId body = b.region_of(strips);
    ValueId first = f_.add_argument(body, Type::integer());
    std::vector<ValueId> state;
    for (Type t : types) state.push_back(f_.add_argument(body, t));
    b.set_region(body);
    poll(b, op.span);
    // stop - first does not overflow: 0 ≤ first < stop.
    ValueId left = b.make("subtract"_op, {op.operands[1], first}, Type::integer(), {{"exact", int64_t(1)}});
    ValueId most = b.make("minimum"_op, {left, operands[2]}, Type::integer());
    ValueId end = b.make("add"_op, {first, most}, Type::integer(), {{"exact", int64_t(1)}});
    f_.detach(loop);
    b.insert(loop);
    f_.set_operand(loop, 0, first);
    f_.set_operand(loop, 1, end);
    for (size_t k = 0; k < state.size(); ++k) f_.set_operand(loop, uint32_t(3 + k), state[k]);
    b.op("continue"_op, op.results, {}, {{"loop", label}});
  }
  void leave_from(RegionId r, int64_t from, int64_t to) {
    for (OpId id : f_.ops_below(r))
      if (is(f_, id, "break"_op) && f_.int_attr(id, "loop") == from) f_.set_attr(id, "loop", to);
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool place_polls(Function& f, PassContext&) { return Placer(f).run(); }

}  // namespace aic::passes
