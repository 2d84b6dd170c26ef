// What only tells whether a running extreme has moved is asked of the extreme, behind the loop.
//
//   %p, %f = for …, %p0, %f0 {                 %p = for …, %p0 {
//     (%i: int, %q: i64, %g: bool):              (%i: int, %q: i64):
//     …                                          …
//     %c = greater %x, %q                →       %c = greater %x, %q
//     %r = select %c, %x, %q                     %r = select %c, %x, %q
//     %h = select %c, %k, %g                     continue %r
//     continue %r, %h                          }
//   }                                          %m = not_equal %p, %p0
//                                              %f = select %m, %k, %f0
//
// `best = 0; for x in a: best = max(best, x)` gives an int or one of NumPy's, and which of them is such a %f. Without it LLVM
// computes many rounds at once. An extreme only moves one way, so that it has moved if it is another at the end; integers only,
// as a nan is never equal to itself. Inner loops first: what they leave is asked about by the outer ones. Cost: one walk.
#include <algorithm>

#include "ir/builder.h"
#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/passes.h"

namespace aic::passes {
using namespace ir;

namespace {
enum class Way { Up, Down };

class Asker {
 public:
  explicit Asker(Function& f) : f_(f) {}
  bool run() {
    walk(f_.body());
    return changed_;
  }

 private:
  void walk(RegionId r) {
    for (OpId id : f_.ops_in(r)) {
      for (RegionId below : std::vector<RegionId>(f_.op(id).regions)) walk(below);
      if (is(f_, id, "for"_op) && is_plain(id)) ask(id);
    }
  }
  // Left at its end only, gone round there only.
  bool is_plain(OpId loop) const {
    OpId end = f_.terminator(f_.op(loop).regions[0]);
    return is(f_, end, "continue"_op) && loop_of_exit(f_, end) == loop &&
           std::ranges::none_of(f_.ops_below(f_.op(loop).regions[0]), [&](OpId id) {
             return id != end && (is(f_, id, "continue"_op) || is(f_, id, "break"_op)) && loop_of_exit(f_, id) == loop;
           });
  }
  ValueId argument(OpId loop, size_t k) const { return f_.region(f_.op(loop).regions[0]).arguments[k + 1]; }
  ValueId next(OpId loop, size_t k) const { return f_.op(f_.terminator(f_.op(loop).regions[0])).operands[k]; }
  ValueId first(OpId loop, size_t k) const { return f_.op(loop).operands[k + 3]; }

  // x against q: does the op say that x lies further that way?
  bool is_beyond(ValueId condition, ValueId x, ValueId q, Way way) const {
    OpId c = f_.defining_op(condition);
    if (is(f_, c, "cast"_op)) c = f_.defining_op(f_.op(c).operands[0]);  // from one kind of bool to the other
    if (!is(f_, c, "greater"_op) && !is(f_, c, "less"_op)) return false;
    const std::vector<ValueId>& o = f_.op(c).operands;
    bool greater = is(f_, c, "greater"_op) == (way == Way::Up);
    return greater ? o[0] == x && o[1] == q : o[0] == q && o[1] == x;
  }
  // Is v the value p, or what has moved that way from it?
  bool moves(ValueId v, ValueId p, Way way) const {
    if (v == p) return true;
    OpId def = f_.defining_op(v);
    if (is(f_, def, "select"_op)) {
      const std::vector<ValueId>& o = f_.op(def).operands;
      return is_beyond(o[0], o[1], o[2], way) && moves(o[2], p, way);
    }
    if (is(f_, def, "for"_op) && is_plain(def)) {
      size_t k = size_t(std::ranges::find(f_.op(def).results, v) - f_.op(def).results.begin());
      return moves(next(def, k), argument(def, k), way) && moves(first(def, k), p, way);
    }
    return false;
  }
  // Does the condition hold in exactly the rounds in which the state number k moves?
  bool tells_of(ValueId condition, OpId loop, size_t k) const {
    ValueId p = argument(loop, k), q = next(loop, k);
    Type t = f_.type(p);
    if (!t.is_number() || !is_integer(t.dtype())) return false;
    for (Way way : {Way::Up, Way::Down}) {
      if (!moves(q, p, way)) continue;
      OpId c = f_.defining_op(condition), chosen = f_.defining_op(q);
      if (is(f_, c, "not_equal"_op) && f_.op(c).operands == std::vector<ValueId>{q, p}) return true;
      if (is(f_, chosen, "select"_op) && f_.op(chosen).operands[0] == condition && f_.op(chosen).operands[2] == p) return true;
    }
    return false;
  }

  void ask(OpId loop) {
    for (size_t k = f_.op(loop).results.size(); k-- > 0;) {
      ValueId mark = argument(loop, k);
      OpId choice = f_.defining_op(next(loop, k));
      if (!is(f_, choice, "select"_op) || f_.op(choice).operands[2] != mark || f_.value(mark).uses.size() != 1 ||
          f_.value(f_.op(choice).results[0]).uses.size() != 1)
        continue;
      ValueId condition = f_.op(choice).operands[0], given = f_.op(choice).operands[1];
      bool here = is_inside(f_, region_of(f_, given), f_.op(loop).regions[0]);
      if (here && !is(f_, f_.defining_op(given), "const"_op)) continue;
      for (size_t j = 0; j < f_.op(loop).results.size(); ++j)
        if (j != k && tells_of(condition, loop, j)) {
          replace(loop, k, j, given);
          break;
        }
    }
  }
  void replace(OpId loop, size_t mark, size_t extreme, ValueId given) {
    Builder b = Builder::before(f_, f_.op(loop).next);
    b.span = f_.op(loop).span;
    if (is_inside(f_, region_of(f_, given), f_.op(loop).regions[0]))
      given = make_number(b, f_.type(given), *find_number(f_, given));
    ValueId moved = b.make("not_equal"_op, {f_.op(loop).results[extreme], first(loop, extreme)}, Type::boolean());
    ValueId now = b.make("select"_op, {moved, given, first(loop, mark)}, f_.type(given));
    f_.replace_uses(f_.op(loop).results[mark], now);
    OpId choice = f_.defining_op(next(loop, mark));
    drop(loop, mark + 3);
    drop(f_.terminator(f_.op(loop).regions[0]), mark);
    f_.erase(choice);
    f_.erase_argument(f_.op(loop).regions[0], uint32_t(mark + 1));
    f_.erase_result(loop, uint32_t(mark));
    changed_ = true;
  }
  void drop(OpId id, size_t operand) {
    std::vector<ValueId> operands = f_.op(id).operands;
    operands.erase(operands.begin() + ptrdiff_t(operand));
    f_.set_operands(id, operands);
  }

  Function& f_;
  bool changed_ = false;
};
}  // namespace

bool running_extremes(Function& f, PassContext&) { return Asker(f).run(); }

}  // namespace aic::passes
