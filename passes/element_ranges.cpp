// See element_ranges.h. Elements are bounded through minimum, maximum, sums with numbers and what does not change them, down
// to ints of the program; whether one of these bounds reaches the limit is asked of Ranges. Where there is an element no
// extent of the array is 0, and the proof may use that.
#include "passes/element_ranges.h"

#include <functional>

#include "ir/ops/table.h"
#include "passes/effects.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr int most_steps = 64;
using Goal = std::function<bool(const Poly& element)>;

class Elements {
 public:
  Elements(const Function& f, Ranges& ranges, Ranges::Place place) : f_(f), ranges_(ranges), place_(place) {}

  bool is_true(ValueId v) {
    OpId d = f_.defining_op(v);
    if (!d || !f_.type(v).is_array() || !keeps(v) || ++steps_ > most_steps) return false;
    const Op& op = f_.op(d);
    if (op.code == "view.broadcast"_op) return is_true(op.operands[0]);
    if (op.operands.size() != 2) return false;
    ValueId x = op.operands[0], y = op.operands[1];
    if (op.code == "logical_and"_op) return is_true(x) && is_true(y);
    if (op.code == "logical_or"_op) return is_true(x) || is_true(y);
    if (op.code == "greater"_op || op.code == "greater_equal"_op) std::swap(x, y);
    bool strict = op.code == "less"_op || op.code == "greater"_op;
    bool ordered = strict || op.code == "less_equal"_op || op.code == "greater_equal"_op;
    // One side is a number.
    if (!ordered || (f_.type(x).is_array() && f_.type(y).is_array())) return false;
    shape_ = v;
    bool above = f_.type(y).is_array();  // number ≤ element
    ValueId number = above ? x : y;
    if (!ranges_.is_int(number)) return false;
    Poly limit = ranges_.poly(number);
    return holds(above ? y : x, above, Poly(0), [&](const Poly& element) {
      Poly gap = above ? element - limit : limit - element;
      return proves(strict ? gap.shifted(-1) : gap);
    });
  }

 private:
  // Nobody writes to the array: what its operands say of it is true as long as it is there.
  bool keeps(ValueId v) const {
    for (const Use& u : f_.value(v).uses) {
      const Op& op = f_.op(u.op);
      const OpRecord& r = record(op.code);
      if (r.has(View) && u.operand == 0) {
        if (!keeps(op.results[0])) return false;
        continue;
      }
      bool looks = r.tier == Tier::Elementwise || (r.tier == Tier::Structural && !(r.has(ir::Writes) && u.operand == 0)) ||
                   op.code == "load"_op || op.code == "extent"_op || op.code == "return"_op || r.has(View);
      if (!looks) return false;
    }
    return true;
  }
  // Does each element of v, plus `more`, meet the goal? It does when something that is at most the element does (at_least),
  // or something that is at least the element.
  bool holds(ValueId v, bool at_least, const Poly& more, const Goal& goal) {
    if (++steps_ > most_steps) return false;
    if (!f_.type(v).is_array()) return ranges_.is_int(v) && goal(ranges_.poly(v) + more);
    OpId d = f_.defining_op(v);
    if (!d || !is_integer(f_.type(v).dtype()) || f_.type(v).dtype() == DType::U64 || !keeps(v)) return false;
    const Op& op = f_.op(d);
    if (op.code == "view.broadcast"_op || op.code == "copy"_op || op.code == "full"_op || widens(op))
      return holds(op.operands[0], at_least, more, goal);
    if (op.operands.size() != 2) return false;
    ValueId x = op.operands[0], y = op.operands[1];
    if (op.code == "minimum"_op || op.code == "maximum"_op) {
      bool either = (op.code == "maximum"_op) == at_least;
      bool first = holds(x, at_least, more, goal);
      return first == either ? first : holds(y, at_least, more, goal);
    }
    if (op.code == "add"_op && !f_.type(x).is_array()) std::swap(x, y);
    bool minus = op.code == "subtract"_op;
    if ((op.code != "add"_op && !minus) || f_.type(y).is_array() || !ranges_.is_int(y)) return false;
    Poly step = minus ? Poly(0) - ranges_.poly(y) : ranges_.poly(y);
    return fits(x, step, f_.type(v).dtype()) && holds(x, at_least, more + step, goal);
  }
  bool widens(const Op& op) const {
    if (op.code != "cast"_op || !f_.type(op.operands[0]).is_array()) return false;
    DType from = f_.type(op.operands[0]).dtype(), to = f_.type(op.results[0]).dtype();
    return is_integer(from) && from != DType::U64 && byte_size(from) < byte_size(to) && is_signed(to);
  }
  // The sum does not wrap.
  bool fits(ValueId x, const Poly& step, DType d) {
    int bits = 8 * byte_size(d);
    Wide low = is_signed(d) ? -(Wide(1) << (bits - 1)) : 0, high = (Wide(1) << (is_signed(d) ? bits - 1 : bits)) - 1;
    return holds(x, true, step, [&](const Poly& p) { return ranges_.proves(p.shifted(-low), place_); }) &&
           holds(x, false, step, [&](const Poly& p) { return ranges_.proves(Poly(high) - p, place_); });
  }
  // `gap` ≥ 0, or gap ≥ times * (extent - 1), which is not negative where there is an element.
  bool proves(const Poly& gap) {
    if (ranges_.proves(gap, place_)) return true;
    OpId d = f_.defining_op(shape_);
    for (ValueId x : f_.op(d).operands) {
      for (OpId v = f_.defining_op(x); v && f_.type(x).is_array(); v = f_.defining_op(x)) {
        if (f_.op(v).code == "view.broadcast"_op || f_.op(v).code == "generate"_op)
          for (ValueId n : f_.op(v).operands)
            for (Wide times : {1, 2})
              if (ranges_.is_int(n) && ranges_.proves(gap - (ranges_.poly(n) * Poly(times)).shifted(-times), place_))
                return true;
        if (record(f_.op(v).code).tier != Tier::Elementwise) break;
        x = f_.op(v).operands[0];
      }
    }
    return false;
  }

  const Function& f_;
  Ranges& ranges_;
  Ranges::Place place_;
  ValueId shape_;  // of the comparison: where it has no elements, nothing is asked
  int steps_ = 0;
};
}  // namespace

bool is_true_everywhere(const Function& f, Ranges& ranges, ValueId comparisons, Ranges::Place place) {
  return Elements(f, ranges, place).is_true(comparisons);
}

}  // namespace aic::passes
