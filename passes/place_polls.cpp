// Lets Ctrl-C reach what may run for long: `poll` looks at a word that the host sets now and then.
//
// Polled: each round of a `while`, of a `for` that holds loops or calls, each call of a recursive function. An innermost
// `for` would pay for it (LLVM does not vectorise a loop that polls): it is cut in strips (strips.h), each of which polls,
// when no loop is around it and its length has no bound that memory sets. Not polled: kernels, whose rounds an array's size
// bounds (NumPy does not stop inside of an operation either); loops of few rounds, which LLVM unrolls; the second of three
// loops over extents (1 ns of 8 in Cholesky's: two are over before anybody waits for them). Loops in lanes stay whole inside;
// a lone one is cut.
//
// After all that moves code, since a poll may raise and has effects; before `own`, which counts strips' state. Cost: one walk.
#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/strips.h"

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
      if (counted && !few_rounds && !in_loop && is_cuttable(f_, id, strip)) cut(id, strip_of_loops);
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
    if (below == Work::Short && !bounded && !in_loop && is_cuttable(f_, id, strip)) cut(id, strip);
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
    OpId strips = cut_in_strips(f_, loop, rounds);
    poll(Builder::before(f_, f_.region(f_.op(strips).regions[0]).first), f_.op(loop).span);
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool place_polls(Function& f, PassContext&) { return Placer(f).run(); }

}  // namespace aic::passes
