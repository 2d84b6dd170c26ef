// Lists of numbers, and of arrays that nobody writes to, backwards: the shadow is a list of adjoints that always has the
// length the list had. The adjoint of an array that is not looked at yet has no elements.
#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/forward.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

bool Reverse::is_followed_list(ValueId v) const {
  if (!type(v).is_list() || type(v).is_table() || !is_inexact(type(v).element())) return false;
  if (Type t = type(v).element(); t.is_array()) return t.rank() > 0 && activity_.is_constant(v);
  return tangent_type(type(v).element()).is_number();  // `list<{float | f64}>` too
}
void Reverse::check_list(OpId id, ValueId list) {
  if (is_followed_list(list)) return;
  bool written = type(list).element().is_array() && type(list).element().rank() > 0;
  refuse(id, "a " + type(list).text(),
         written ? "an array that it holds, or held, is written to in place"
                 : "lists of numbers and of arrays are followed, and nothing else in lists");
}

// Puts 0 into the places from…to-1, which are new.
void Reverse::fill_places(ValueId list, ValueId from, ValueId to) {
  int64_t label = f_.new_label();
  OpId loop = b_.op("for"_op, {from, to, b_.integer(1)}, {}, {{"label", label}}, 1);
  RegionId body = b_.region_of(loop);
  ValueId k = f_.add_argument(body, Type::integer());
  Builder in(f_, body);
  in.span = b_.span;
  Type t = type(list).element();
  in.op("list.store"_op, {list, t.is_array() ? nothing(in, t) : in.number(0, t), k}, {}, {{"fresh", int64_t(1)}});
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

void Reverse::if_not_empty(ValueId array, const std::function<void()>& then) {
  ValueId some;
  for (int k = 0; k < type(array).rank(); ++k) {
    ValueId n = b_.make("extent"_op, {array}, Type::integer(), {{"axis", int64_t(k)}});
    ValueId any = b_.make("greater"_op, {n, b_.integer(0)}, Type::boolean());
    some = some ? b_.make("logical_and"_op, {some, any}, Type::boolean()) : any;
  }
  OpId made = b_.op("if"_op, {some}, {}, {}, 2);
  Builder outside = b_;
  b_.set_region(b_.region_of(made, 0));
  then();
  b_.op("yield"_op, {}, {});
  Builder(f_, b_.region_of(made, 1)).op("yield"_op, {}, {});
  b_ = outside;
}
void Reverse::accumulate_array(ValueId target, ValueId more) {
  ValueId sum = b_.make("add"_op, {target, more}, Type::array(type(target).dtype(), type(target).rank(), Layout::C));
  b_.op("assign"_op, {target, sum}, {});
}

void Reverse::reverse_list(OpId id) {
  Values operands = f_.op(id).operands;
  if (is(f_, id, "list.new"_op) || !activity_.is_active(operands[0])) return;
  ValueId g = is(f_, id, "list.load"_op) ? incoming(id) : ValueId{};
  if (is(f_, id, "list.load"_op) && !g) return;
  ValueId s = shadow(operands[0]);
  Type t = type(s).element();
  if (is(f_, id, "list.load"_op)) {
    ValueId i = need(operands[1]), before = b_.make("list.load"_op, {s, i}, t);
    if (!t.is_array()) {
      b_.op("list.store"_op, {s, (expr(before) + expr(coerced(g, t))).value, i}, {});
      return;
    }
    b_.op("list.store"_op, {s, loosened(b_, b_.make("copy"_op, {g}, kept_type(t)), t), i}, {});
    if_not_empty(before, [&] { accumulate_array(b_.make("list.load"_op, {s, i}, t), before); });
  } else if (is(f_, id, "list.store"_op)) {
    ValueId i = need(operands[2]), back = b_.make("list.load"_op, {s, i}, t);
    b_.op("list.store"_op, {s, t.is_array() ? nothing(b_, t) : zero(t), i}, {});
    if (!t.is_array()) return accumulate(operands[1], expr(back));
    if (!activity_.is_active(operands[1]) || is(f_, f_.defining_op(operands[1]), "undefined"_op)) return;
    ValueId target = shadow(operands[1]);
    if_not_empty(back, [&] { accumulate_array(target, back); });
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
