// Remainders of a multiple of the loop's counter go round by additions: k * t % n.
//
//   for %0, %m, %1 {                          %s = remainder %k, maximum(%n, 1)
//     (%t: int):                              for %0, %m, %1, %0 {
//     %x = multiply %k, %t {exact = 1}          (%t: int, %r: int):
//     %y = remainder %x, %n              →      … %r for %y …
//     …                                         %a = add %r, %s; next %a, or %a - %n where that is not less than %n
//
// A division takes ten cycles and more, the addition and the choice three. Tables of roots of unity, ring buffers and
// interleaved samples are walked so. The divisor must be known to be positive and below 2**62.
// After eliminate_checks, which decides whether the product is exact. Cost: one analysis of ranges where there are candidates.
#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

namespace {
class Stepper {
 public:
  explicit Stepper(Function& f) : f_(f) {}
  bool run() {
    std::vector<Candidate> all;
    for (OpId id : f_.ops_below(f_.body()))
      if (std::optional<Candidate> c = candidate(id)) all.push_back(*c);
    if (all.empty()) return false;
    {
      Ranges ranges(f_);
      std::erase_if(all, [&](const Candidate& c) {
        return !ranges.proves_between(1, ranges.poly(c.divisor), Wide(1) << 62, ranges.place_of(c.remainder));
      });
    }
    for (const Candidate& c : all) step(c);
    return !all.empty();
  }

 private:
  struct Candidate {
    OpId remainder, loop;
    ValueId factor, divisor;
  };
  std::optional<Candidate> candidate(OpId id) const {
    const Op& op = f_.op(id);
    if (op.code != "remainder"_op || !f_.type(op.results[0]).is(TypeKind::Int)) return std::nullopt;
    OpId product = f_.defining_op(op.operands[0]);
    if (!is(f_, product, "multiply"_op) || !f_.int_attr(product, "exact")) return std::nullopt;
    for (size_t k = 0; k < 2; ++k) {
      OpId loop = loop_of_counter(f_.op(product).operands[k]);
      if (!loop || !is_simple(loop)) continue;
      Candidate c{id, loop, f_.op(product).operands[1 - k], op.operands[1]};
      if (stands_before(c.factor, loop) && stands_before(c.divisor, loop)) return c;
    }
    return std::nullopt;
  }
  OpId loop_of_counter(ValueId v) const {
    if (f_.defining_op(v) || f_.value(v).index != 0) return {};
    OpId loop = f_.region(f_.value(v).region).op;
    return is(f_, loop, "for"_op) ? loop : OpId{};
  }
  // Counts up by one from zero, and nothing but its end goes round or out.
  bool is_simple(OpId loop) const {
    const Op& op = f_.op(loop);
    if (!is_integer(f_, op.operands[0], 0) || !is_integer(f_, op.operands[2], 1) || f_.int_attr(loop, "rare")) return false;
    OpId end = f_.terminator(op.regions[0]);
    if (!is(f_, end, "continue"_op) || loop_of_exit(f_, end) != loop) return false;
    for (OpId id : f_.ops_below(op.regions[0]))
      if (id != end && (is(f_, id, "break"_op) || is(f_, id, "continue"_op)) && loop_of_exit(f_, id) == loop) return false;
    return true;
  }
  bool stands_before(ValueId v, OpId loop) const { return !is_inside(f_, region_of(f_, v), f_.op(loop).regions[0]); }

  void step(const Candidate& c) {
    RegionId body = f_.op(c.loop).regions[0];
    Builder before = Builder::before(f_, c.loop), last = Builder::before(f_, f_.terminator(body));
    before.span = last.span = f_.op(c.remainder).span;
    // Where there is no round the divisor may be anything.
    ValueId positive = before.make("maximum"_op, {c.divisor, before.integer(1)}, Type::integer());
    ValueId start = before.integer(0), by = before.make("remainder"_op, {c.factor, positive}, Type::integer());
    ValueId now = f_.add_argument(body, Type::integer());
    const std::vector<NamedAttr> exact{{"exact", int64_t(1)}};
    ValueId sum = last.make("add"_op, {now, by}, Type::integer(), exact);
    ValueId less = last.make("subtract"_op, {sum, c.divisor}, Type::integer(), exact);
    ValueId wraps = last.make("greater_equal"_op, {sum, c.divisor}, Type::boolean());
    ValueId next = last.make("select"_op, {wraps, less, sum}, Type::integer());
    extend(c.loop, start);
    extend(f_.terminator(body), next);
    f_.add_result(c.loop, Type::integer());
    f_.replace_uses(f_.op(c.remainder).results[0], now);
    f_.erase(c.remainder);
  }
  void extend(OpId id, ValueId v) {
    std::vector<ValueId> operands = f_.op(id).operands;
    operands.push_back(v);
    f_.set_operands(id, operands);
  }

  Function& f_;
};
}  // namespace

bool step_remainders(Function& f, PassContext&) { return Stepper(f).run(); }

}  // namespace aic::passes
