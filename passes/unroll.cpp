// Writes out loops of few rounds that stand in other loops: points of three coordinates, stencils, small matrices.
//
//   for %0, %n, %1 {                       for %0, %n, %1 {
//     (%i: int):                             (%i: int):
//     %s = for %0, %3, %1, %z {              %a = load %x, %i, %0
//       (%k: int, %t: f64):            →     %b = add %z, %a
//       %a = load %x, %i, %k                 %c = load %x, %i, %1
//       %b = add %t, %a                      …
//       continue %b
//     }
//
// The loop around is innermost then: LLVM can put its rounds into lanes, where the short loop's own rounds fill none, and
// its constant strides are known. Inside out, so that a 3 x 3 stencil unfolds whole. A loop that may run once only stays.
// Right after expansion: folding, merging and the elimination of checks see what is left. Cost: at most `most_ops` ops a loop.
//
// In tensor form (`unroll_arrays`) loops of few rounds whose state is arrays are written out wherever they stand: the rounds of
// `for _ in range(10): x = x * x + c` fuse into one pass over x. Their bodies are elementwise. Loops that assign to arrays
// instead stay: they gain nothing here (rows_outside runs their rounds row by row) and compiled for three times as long.
#include "ir/builder.h"
#include "passes/clone.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int64_t most_rounds = 9;
constexpr size_t most_ops = 160;  // of all rounds together
constexpr int64_t most_rounds_of_arrays = 16;
constexpr size_t most_ops_of_arrays = 1000, most_arrays = 160;  // of all rounds together

class Unroller {
 public:
  Unroller(Function& f, bool arrays) : f_(f), arrays_(arrays) {}
  bool run() {
    walk(f_.body(), false);
    return changed_;
  }

 private:
  struct Range {
    int64_t start, step, rounds;
  };

  void walk(RegionId r, bool in_loop) {
    for (OpId id = f_.region(r).first; id;) {
      OpId next = f_.op(id).next;
      bool loop = record_of(f_, id).traits & Loop;
      if (!(loop && f_.int_attr(id, "rare")))
        for (RegionId inner : std::vector<RegionId>(f_.op(id).regions)) walk(inner, in_loop || loop);
      if (arrays_ || in_loop)
        if (std::optional<Range> range = arrays_ ? range_over_arrays(id) : short_range(id)) unroll(id, *range);
      id = next;
    }
  }

  std::optional<Range> short_range(OpId id) const {
    const Op& op = f_.op(id);
    std::optional<Range> range = op.code == "kernel"_op ? of_kernel(op) : op.code == "for"_op ? of_for(op) : std::nullopt;
    if (!range || range->rounds < 1 || range->rounds > most_rounds || f_.int_attr(id, "rare")) return std::nullopt;
    size_t size = 0;
    for (OpId inner : f_.ops_below(op.regions[0])) {
      const OpRecord& r = record_of(f_, inner);
      if ((r.traits & Loop) || r.has(Birth) || (r.has(Exit) && !ends_round(id, inner))) return std::nullopt;
      size += !is(f_, inner, "const"_op) && !is(f_, inner, "assume.index"_op);
    }
    return size * size_t(range->rounds) <= most_ops ? range : std::nullopt;
  }
  // ---- whole arrays ----
  std::optional<Range> range_over_arrays(OpId id) const {
    if (!is(f_, id, "for"_op)) return std::nullopt;
    std::optional<Range> range = of_for(f_.op(id));
    if (!range || range->rounds < 2 || range->rounds > most_rounds_of_arrays) return std::nullopt;
    RegionId body = f_.op(id).regions[0];
    size_t size = 0, arrays = 0;
    for (OpId inner : f_.ops_below(body)) {
      const OpRecord& r = record_of(f_, inner);
      bool assign = is(f_, inner, "assign"_op),
           array = !f_.op(inner).results.empty() && f_.type(f_.op(inner).results[0]).is_array();
      bool structural = r.tier == Tier::Structural && !assign && !is(f_, inner, "copy"_op) && !is(f_, inner, "full"_op);
      if ((r.traits & Loop) || structural || is(f_, inner, "call"_op)) return std::nullopt;
      if (r.has(Exit) && !ends_round(id, inner) && !is(f_, inner, "raise"_op)) return std::nullopt;
      arrays += assign || (array && !r.has(View));
      size += !is(f_, inner, "const"_op);
    }
    size_t rounds = size_t(range->rounds);
    return carries_elements(body) && arrays * rounds <= most_arrays && size * rounds <= most_ops_of_arrays ? range
                                                                                                           : std::nullopt;
  }
  // Is an array carried to the next round that was computed in this one?
  bool carries_elements(RegionId body) const {
    const std::vector<ValueId>& next = f_.op(f_.terminator(body)).operands;
    return std::any_of(next.begin(), next.end(), [&](ValueId v) {
      OpId d = f_.type(v).is_array() ? f_.defining_op(v) : OpId{};
      return d && f_.op(d).parent == body && record_of(f_, d).tier == Tier::Elementwise;
    });
  }

  std::optional<Range> of_kernel(const Op& op) const {
    std::optional<int64_t> extent = op.operands.size() == 1 ? find_integer(f_, op.operands[0]) : std::nullopt;
    return extent ? std::optional<Range>({0, 1, *extent}) : std::nullopt;
  }
  std::optional<Range> of_for(const Op& op) const {
    std::optional<int64_t> start = find_integer(f_, op.operands[0]), stop = find_integer(f_, op.operands[1]),
                           step = find_integer(f_, op.operands[2]);
    constexpr int64_t far = int64_t(1) << 40;
    if (!start || !stop || !step || *step == 0 || std::max({std::abs(*start), std::abs(*stop), std::abs(*step)}) > far)
      return std::nullopt;
    int64_t distance = *step > 0 ? *stop - *start : *start - *stop, size = std::abs(*step);
    return Range{*start, *step, distance <= 0 ? 0 : (distance + size - 1) / size};
  }
  // The end of the loop's body or of an arm in it, not a way out of it.
  bool ends_round(OpId loop, OpId exit) const {
    if (is(f_, exit, "yield"_op)) return true;
    return is(f_, exit, "continue"_op) && exit == f_.terminator(f_.op(loop).regions[0]);
  }

  void unroll(OpId id, Range range) {
    const Op op = f_.op(id);
    RegionId body = op.regions[0];
    size_t init = op.code == "for"_op ? 3 : op.operands.size();
    std::vector<ValueId> arguments = f_.region(body).arguments, state(op.operands.begin() + long(init), op.operands.end());
    OpId end = f_.terminator(body);
    for (int64_t k = 0; k < range.rounds; ++k) {
      Builder b = Builder::before(f_, id);
      b.span = op.span;
      Cloner copy(f_, f_);
      copy.map(arguments[0], b.integer(range.start + k * range.step));
      for (size_t s = 0; s < state.size(); ++s) copy.map(arguments[s + 1], state[s]);
      for (OpId inner = f_.region(body).first; inner != end; inner = f_.op(inner).next) copy.clone(inner, b);
      for (size_t s = 0; s < state.size(); ++s) state[s] = copy.value(f_.op(end).operands[s]);
    }
    for (size_t s = 0; s < state.size(); ++s) f_.replace_uses(op.results[s], state[s]);
    f_.erase(id);
    changed_ = true;
  }

  Function& f_;
  bool arrays_, changed_ = false;
};
}  // namespace

bool unroll(Function& f, PassContext&) { return Unroller(f, false).run(); }
bool unroll_arrays(Function& f, PassContext& context) {
  if (!Unroller(f, true).run()) return false;
  fold(f, context);
  simplify(f, context);
  cse(f, context);
  return true;
}

}  // namespace aic::passes
