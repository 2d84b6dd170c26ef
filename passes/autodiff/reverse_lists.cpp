// Lists of numbers, backwards: the shadow is a list of adjoints that always has the length the list had.
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/forward.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

bool Reverse::is_list_of_numbers(ValueId v) const {
  if (!type(v).is_list() || !is_inexact(type(v).element())) return false;
  return tangent_type(type(v).element()).is_number();  // `list<{float | f64}>` too
}

// Puts 0 into the places from…to-1, which are new.
void Reverse::fill_places(ValueId list, ValueId from, ValueId to) {
  int64_t label = f_.new_label();
  OpId loop = b_.op("for"_op, {from, to, b_.integer(1)}, {}, {{"label", label}}, 1);
  RegionId body = b_.region_of(loop);
  ValueId k = f_.add_argument(body, Type::integer());
  Builder in(f_, body);
  in.span = b_.span;
  in.op("list.store"_op, {list, in.number(0, type(list).element()), k}, {}, {{"fresh", int64_t(1)}});
  in.op("continue"_op, {}, {}, {{"loop", label}});
}

// As long as the list is at the end of the region that made it.
ValueId Reverse::zero_list(ValueId like) {
  ValueId n;
  if (home(like) == f_.body()) {
    n = b_.make("list.length"_op, {like}, Type::integer());
  } else {
    Builder at = Builder::before(f_, f_.terminator(home(like)));
    at.span = b_.span;
    n = need(at.make("list.length"_op, {like}, Type::integer()));
  }
  ValueId out = b_.make("list.new"_op, {n}, tangent_type(type(like)));
  b_.op("list.resize"_op, {out, n}, {});
  fill_places(out, b_.integer(0), n);
  return out;
}

void Reverse::reverse_list(OpId id) {
  Values operands = f_.op(id).operands;
  if (is(f_, id, "list.new"_op) || !activity_.is_active(operands[0])) return;
  if (!is_list_of_numbers(operands[0]))
    refuse(id, "a " + type(operands[0]).text(), "lists of numbers are followed, and nothing else in lists");
  ValueId g = is(f_, id, "list.load"_op) ? incoming(id) : ValueId{};
  if (is(f_, id, "list.load"_op) && !g) return;
  ValueId s = shadow(operands[0]);
  Type t = type(s).element();
  if (is(f_, id, "list.load"_op)) {
    ValueId i = need(operands[1]), before = b_.make("list.load"_op, {s, i}, t);
    b_.op("list.store"_op, {s, (expr(before) + expr(coerced(g, t))).value, i}, {});
  } else if (is(f_, id, "list.store"_op)) {
    ValueId i = need(operands[2]), back = b_.make("list.load"_op, {s, i}, t);
    b_.op("list.store"_op, {s, zero(t), i}, {});
    accumulate(operands[1], expr(back));
  } else if (is(f_, id, "list.resize"_op)) {
    Builder at = Builder::before(f_, id);
    at.span = b_.span;
    ValueId before = need(at.make("list.length"_op, {operands[0]}, Type::integer())), after = need(operands[1]);
    b_.op("list.resize"_op, {s, before}, {});
    fill_places(s, after, before);
  } else {
    ValueId from = need(operands[1]), to = need(operands[2]), by = need(operands[3]);
    auto minus = [&](ValueId x, ValueId y) { return b_.make("subtract"_op, {x, y}, Type::integer(), {{"exact", int64_t(1)}}); };
    b_.op("list.rotate"_op, {s, from, to, minus(minus(to, from), by)}, {});
  }
}

}  // namespace aic::passes::autodiff
