// Removes what ranges prove: checks that cannot fail, comparisons whose answer is known, minima of ordered values.
//
// The most important pass for speed: a loop without checks is a loop that LLVM can vectorise. All questions are asked of one
// analysis of the function as it is (ranges.h) and answered before anything is changed. `assume.index` costs nothing and
// goes no further out of loops than its proof.
//
//   for %zero, %n, %one { (%i: int):                 for %zero, %n, %one { (%i: int):
//     %j = check.index %i, %n                          %j = assume.index %i, %n
//     %k = check.overflow %i, %one {op = "add"}  →     %k = add %i, %one {exact = 1}
//
// After licm and cse: equal extents are one value, which proofs rest on. Cost: some ten microseconds a check.
#include <algorithm>
#include <functional>

#include "ir/builder.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/element_ranges.h"
#include "passes/passes.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

namespace {
constexpr Wide lowest = -(Wide(1) << 63), highest = (Wide(1) << 63) - 1;

class Eliminator {
 public:
  explicit Eliminator(Function& f) : f_(f) {}
  bool run() {
    std::vector<OpId> asked;
    for (OpId id : f_.ops_below(f_.body()))
      if (is_question(id)) asked.push_back(id);
    if (asked.empty()) return false;
    Ranges ranges(f_);
    ranges_ = &ranges;
    std::vector<std::function<void()>> changes;
    for (OpId id : asked)
      if (std::function<void()> change = answer(id)) changes.push_back(std::move(change));
    for (const std::function<void()>& change : changes) change();
    if (!changes.empty()) cut_dead_ends(f_);
    return !changes.empty();
  }

 private:
  bool is_question(OpId id) const {
    const Op& op = f_.op(id);
    const OpRecord& r = record(op.code);
    if (r.traits & Check) return true;
    if (op.code == "if"_op) return is_guard(id);
    if (op.code == "reduce"_op) return f_.text_attr(id, "kind") == "logical_and" && !f_.type(op.results[0]).is_array();
    if (op.results.size() != 1 || op.operands.empty() || r.tier != Tier::Elementwise) return false;
    if (!is_int_type(f_.type(op.operands[0])) || !f_.type(op.results[0]).is_number()) return false;
    return f_.type(op.results[0]).dtype() == DType::Bool || op.code == "minimum"_op || op.code == "maximum"_op ||
           op.code == "remainder"_op;
  }
  static bool is_int_type(Type t) {
    return t.is(TypeKind::Int) || (t.is(TypeKind::Scalar) && is_integer(t.dtype()) && t.dtype() != DType::U64);
  }

  // An arm that raises, under a condition from further out.
  bool is_guard(OpId id) const {
    OpId condition = f_.defining_op(f_.op(id).operands[0]);
    if (!condition || f_.op(condition).parent == f_.op(id).parent || !f_.op(id).results.empty()) return false;
    return std::ranges::any_of(f_.op(id).regions, [&](RegionId r) { return is(f_, f_.terminator(r), "raise"_op); });
  }
  std::function<void()> answer_guard(OpId id) {
    for (bool truth : {true, false})
      if (ranges_->proves_condition(f_.op(id).operands[0], truth, at(id)))
        return [this, id, truth] {
          Builder b = Builder::before(f_, id);
          f_.set_operand(id, 0, b.integer(truth, f_.type(f_.op(id).operands[0])));
        };
    return nullptr;
  }

  std::function<void()> answer(OpId id) {
    const Op& op = f_.op(id);
    if (op.code == "if"_op) return answer_guard(id);
    if (op.code == "check.index"_op) return answer_index(id);
    if (op.code == "check.overflow"_op) return answer_overflow(id);
    if (op.code == "check.zero"_op) return answer_zero(id);
    if (op.code == "check.fits"_op) return answer_fits(id);
    if (op.code == "check.true"_op) return ranges_->proves_condition(op.operands[0], true, at(id)) ? erasing(id) : nullptr;
    if (op.code == "check.broadcast"_op) return answer_broadcast(id);
    if (op.code == "check.assignable"_op) return answer_assignable(id);
    if (op.code == "minimum"_op || op.code == "maximum"_op) return answer_order(id);
    if (op.code == "reduce"_op) return is_true_everywhere(f_, *ranges_, op.operands[0], at(id)) ? becoming(id, true) : nullptr;
    if (op.code == "remainder"_op) return answer_remainder(id);
    if (record(op.code).tier == Tier::Elementwise) return answer_comparison(id);
    return nullptr;
  }
  Ranges::Place at(OpId id) const { return ranges_->place_of(id); }
  std::function<void()> erasing(OpId id) {
    return [this, id] { f_.erase(id); };
  }
  // By its place among the operands: the operand itself may have been replaced when the change is made.
  std::function<void()> replacing(OpId id, size_t operand) {
    return [this, id, operand] {
      f_.replace_uses(f_.op(id).results[0], f_.op(id).operands[operand]);
      f_.erase(id);
    };
  }
  std::function<void()> becoming(OpId id, bool truth) {
    return [this, id, truth] {
      Builder b = Builder::before(f_, id);
      b.span = f_.op(id).span;
      ValueId known = b.integer(truth, f_.type(f_.op(id).results[0]));
      f_.replace_uses(f_.op(id).results[0], known);
      f_.erase(id);
    };
  }
  // Another op with the same operands in its place.
  void become(OpId id, OpCode code, std::vector<NamedAttr> attrs) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId v = b.make(code, f_.op(id).operands, f_.type(f_.op(id).results[0]), std::move(attrs));
    f_.replace_uses(f_.op(id).results[0], v);
    f_.erase(id);
  }

  std::function<void()> answer_index(OpId id) {
    Poly i = ranges_->poly(f_.op(id).operands[0]), n = ranges_->poly(f_.op(id).operands[1]);
    if (ranges_->proves(i, at(id)) && ranges_->proves((n - i).shifted(-1), at(id))) {
      OpId loop = proved_before(id, i, n);
      return [this, id, loop] {
        if (loop) move_before(loop, id);
        become(id, "assume.index"_op, {});
      };
    }
    if (ranges_->proves((Poly() - i).shifted(-1), at(id)) && ranges_->proves(n + i, at(id)))
      return [this, id] {  // counts from the end
        Builder b = Builder::before(f_, id);
        b.span = f_.op(id).span;
        ValueId index = f_.op(id).operands[0], extent = f_.op(id).operands[1];
        f_.set_operand(id, 0, b.make("add"_op, {index, extent}, f_.type(index), {{"exact", int64_t(1)}}));
        become(id, "assume.index"_op, {});
      };
    return nullptr;
  }

  // The outermost loop around the check that its operands stand before, or may, and where the proof holds as well: loads by
  // this index may leave the loop.
  OpId proved_before(OpId id, const Poly& i, const Poly& n) {
    OpId found;
    for (OpId at = f_.parent_op(id); at; at = f_.parent_op(at)) {
      if (!(record_of(f_, at).traits & Loop)) continue;
      for (ValueId v : f_.op(id).operands)
        if (!may_stand_before(at, v)) return found;
      if (!ranges_->proves(i, ranges_->place_of(at)) || !ranges_->proves((n - i).shifted(-1), ranges_->place_of(at)))
        return found;
      found = at;
    }
    return found;
  }
  // It does, or is arithmetic on such that will be exact there.
  bool may_stand_before(OpId loop, ValueId v, int depth = 3) {
    if (is_inside(f_, f_.op(loop).parent, region_of(f_, v))) return true;
    OpId def = f_.defining_op(v);
    if (!def || depth == 0) return false;
    const Op& op = f_.op(def);
    if (op.code == "check.overflow"_op ? !fits(def, f_.text_attr(def, "op"), ranges_->place_of(loop))
                                       : op.code != "const"_op && op.code != "extent"_op && !f_.int_attr(def, "exact"))
      return false;
    return std::ranges::all_of(op.operands, [&](ValueId x) { return may_stand_before(loop, x, depth - 1); });
  }
  void move_before(OpId loop, OpId id) {
    if (f_.op(id).parent == f_.op(loop).parent || !is_inside(f_, f_.op(id).parent, f_.op(loop).parent)) return;
    for (ValueId v : f_.op(id).operands)
      if (OpId def = f_.defining_op(v)) move_before(loop, def);
    f_.detach(id);
    f_.insert_before(loop, id);
  }

  std::function<void()> answer_overflow(OpId id) {
    std::string name = f_.text_attr(id, "op");
    OpCode code;
    if (!find_op(name, code) || !fits(id, name, at(id))) return nullptr;
    return [this, id, code] { become(id, code, {{"exact", int64_t(1)}}); };
  }
  bool fits(OpId id, const std::string& name, Ranges::Place where) {
    const std::vector<ValueId>& x = f_.op(id).operands;
    if (name == "multiply" && ranges_->fits_product(x[0], x[1], where)) return true;
    if (name == "power") return is_integer(f_, x[1], 2) && ranges_->fits_product(x[0], x[0], where);
    if (name == "absolute") return ranges_->proves_between(lowest + 1, ranges_->poly(x[0]), highest, where);
    if (name == "floor_divide")
      return ranges_->proves(ranges_->poly(x[1]), where) || ranges_->proves(ranges_->poly(x[0]), where);
    std::optional<Poly> exact = ranges_->exact(name, x);
    return exact && ranges_->proves_between(lowest, *exact, highest, where);
  }
  std::function<void()> answer_zero(OpId id) {
    ValueId d = f_.op(id).operands[0];
    if (!ranges_->is_int(d)) return nullptr;
    Poly p = ranges_->poly(d);
    bool proved = ranges_->proves_not_zero(p, at(id));
    return proved ? replacing(id, 0) : nullptr;
  }
  std::function<void()> answer_fits(OpId id) {
    ValueId x = f_.op(id).operands[0];
    DType to = f_.type(f_.op(id).results[0]).dtype();
    if (!ranges_->is_int(x) || to == DType::Bool || !is_integer(to)) return nullptr;
    int bits = 8 * byte_size(to);
    Wide low = is_signed(to) ? -(Wide(1) << (bits - 1)) : 0;
    Wide high = is_signed(to) ? (Wide(1) << (bits - 1)) - 1 : (Wide(1) << bits) - 1;
    if (!ranges_->proves_between(low, ranges_->poly(x), high, at(id))) return nullptr;
    return [this, id] { become(id, "cast"_op, {}); };
  }

  // ---- shapes: `ranks` says how many of the extents belong to each operand; they are aligned at their ends ----
  static constexpr size_t none = ~size_t(0);
  size_t extent_of(OpId id, size_t operand, int64_t axis_from_end) const {
    const std::vector<int64_t>& ranks = f_.list_attr(id, "ranks");
    int64_t first = 0;
    for (size_t k = 0; k < operand; ++k) first += ranks[k];
    return axis_from_end < ranks[operand] ? size_t(first + ranks[operand] - 1 - axis_from_end) : none;
  }
  bool is_one(OpId id, size_t operand) const { return is_integer(f_, f_.op(id).operands[operand], 1); }
  bool are_equal(OpId id, size_t a, size_t b) {
    return ranges_->proves_equal(f_.op(id).operands[a], f_.op(id).operands[b], at(id));
  }
  std::function<void()> answer_broadcast(OpId id) {
    size_t results = f_.op(id).results.size(), operands = f_.list_attr(id, "ranks").size();
    std::vector<size_t> extents(results, none);
    for (size_t r = 0; r < results; ++r) {
      size_t& common = extents[results - 1 - r];
      for (size_t k = 0; k < operands; ++k) {
        size_t e = extent_of(id, k, int64_t(r));
        if (e == none || (common != none && is_one(id, e))) continue;
        if (common == none || is_one(id, common))
          common = e;
        else if (!are_equal(id, common, e))
          return nullptr;
      }
      if (common == none) return nullptr;
    }
    for (size_t k = 0; k < results; ++k) ranges_->learn_equal(f_.op(id).results[k], f_.op(id).operands[extents[k]]);
    return [this, id, extents] {
      for (size_t k = 0; k < extents.size(); ++k) f_.replace_uses(f_.op(id).results[k], f_.op(id).operands[extents[k]]);
      f_.erase(id);
    };
  }
  std::function<void()> answer_assignable(OpId id) {
    const std::vector<int64_t>& ranks = f_.list_attr(id, "ranks");
    if (ranks.size() != 2 || ranks[0] > ranks[1]) return nullptr;
    for (int64_t r = 0; r < ranks[0]; ++r) {
      size_t source = extent_of(id, 0, r);
      if (!is_one(id, source) && !are_equal(id, source, extent_of(id, 1, r))) return nullptr;
    }
    return erasing(id);
  }

  // ---- comparisons and order ----
  std::function<void()> answer_comparison(OpId id) {
    ValueId c = f_.op(id).results[0];
    for (bool truth : {true, false})
      if (ranges_->proves_condition(c, truth, at(id))) return becoming(id, truth);
    return nullptr;
  }
  std::function<void()> answer_order(OpId id) {
    ValueId x = f_.op(id).operands[0], y = f_.op(id).operands[1];
    if (!ranges_->is_int(x)) return nullptr;
    Poly d = ranges_->poly(y) - ranges_->poly(x);
    bool minimum = is(f_, id, "minimum"_op);
    if (ranges_->proves(d, at(id))) return replacing(id, minimum ? 0 : 1);
    if (ranges_->proves(Poly() - d, at(id))) return replacing(id, minimum ? 1 : 0);
    return nullptr;
  }

  // Of what is at most one divisor away from the range, as in (i + 1) % n: a choice instead of a division.
  std::function<void()> answer_remainder(OpId id) {
    if (!ranges_->is_int(f_.op(id).operands[0]) || !ranges_->is_int(f_.op(id).operands[1])) return nullptr;
    Poly x = ranges_->poly(f_.op(id).operands[0]), n = ranges_->poly(f_.op(id).operands[1]);
    if (!ranges_->proves(n.shifted(-1), at(id))) return nullptr;
    bool positive = ranges_->proves(x, at(id)), below = ranges_->proves((n - x).shifted(-1), at(id));
    if (positive && below) return replacing(id, 0);
    if (positive && ranges_->proves((n + n - x).shifted(-1), at(id))) return [this, id] { wrap_once(id, false); };
    if (below && ranges_->proves(x + n, at(id))) return [this, id] { wrap_once(id, true); };
    return nullptr;
  }
  void wrap_once(OpId id, bool up) {
    Builder b = Builder::before(f_, id);
    b.span = f_.op(id).span;
    ValueId x = f_.op(id).operands[0], n = f_.op(id).operands[1], r = f_.op(id).results[0];
    Type type = f_.type(r), truth = type.is_python_number() ? Type::boolean() : Type::scalar(DType::Bool);
    std::vector<NamedAttr> attrs;
    if (!up) attrs.push_back({"exact", int64_t(1)});
    ValueId moved = b.make(up ? "add"_op : "subtract"_op, {x, n}, type, attrs);
    ValueId outside = up ? b.make("less"_op, {x, b.integer(0, type)}, truth) : b.make("greater_equal"_op, {x, n}, truth);
    f_.replace_uses(r, b.make("select"_op, {outside, moved, x}, type));
    f_.erase(id);
  }

  Function& f_;
  Ranges* ranges_ = nullptr;
};
}  // namespace

bool eliminate_checks(Function& f, PassContext&) { return Eliminator(f).run(); }

}  // namespace aic::passes
