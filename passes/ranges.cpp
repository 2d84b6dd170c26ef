// Numbers the ops of a function and collects the facts that its conditions, checks and births state. See ranges.h.
#include "passes/ranges.h"

#include <algorithm>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"

namespace aic::passes {
using namespace ir;

constexpr size_t max_ops = 20000;  // a function beyond this gets its definitions' bounds only

Ranges::Ranges(const Function& f) : f_(f), order_(f.op_count(), {-1, -1}) {
  for (const NamedAttr& a : f.attrs)
    if (a.name == "small") small_ = a.value == Attr(int64_t(1));
  int next = 1;
  number(f.body(), next);
  std::vector<OpId> ops = f.ops_below(f.body());
  for (OpId id : ops) {
    if (is(f, id, "break"_op) || is(f, id, "continue"_op))
      if (OpId loop = loop_of_exit(f, id)) exits_[loop.index].push_back(id);
  }
  for (OpId id : ops) collect(id);
  order_facts();
  if (ops.size() <= max_ops) solve_region(f.body());
}

void Ranges::number(RegionId r, int& next) {
  for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
    order_[id.index].first = next++;
    for (RegionId inner : f_.op(id).regions) number(inner, next);
    order_[id.index].second = next - 1;
  }
}
// Where facts stated in a region end. What the test of a `while` found holds for the round that follows, and what its last
// test found after the loop.
Ranges::Place Ranges::end_of(RegionId r) const {
  OpId owner = f_.region(r).op;
  if (is(f_, owner, "while"_op) && r == f_.op(owner).regions[0]) return end_of(f_.op(owner).parent);
  return order_[f_.terminator(r).index].second + 1;
}

bool Ranges::is_int(ValueId v) const {
  Type t = f_.type(v);
  return t.is(TypeKind::Int) || (t.is(TypeKind::Scalar) && is_integer(t.dtype()) && t.dtype() != DType::U64);
}

// ---- facts ----
// What `p ≥ 0` says about each of its atoms.
std::vector<std::pair<uint32_t, Ranges::Bound>> Ranges::bounds_of_fact(const Poly& p) {
  std::vector<std::pair<uint32_t, Bound>> out;
  if (p.lost) return out;
  for (const Poly::Term& t : p.terms) {
    if (!t.product.is_single()) continue;
    // factor * atom + rest ≥ 0
    Poly rest = p;
    std::erase(rest.terms, t);
    bool upper = t.factor < 0;
    out.push_back({t.product.atoms[0], {upper, upper ? rest : Poly() - rest, upper ? -t.factor : t.factor}});
  }
  return out;
}
void Ranges::add_fact(const Poly& p, Place from, Place to) {
  if (from >= to) return;
  for (auto& [atom, bound] : bounds_of_fact(p)) {
    bound.from = from;
    bound.to = to;
    std::vector<Bound>& known = facts_[atom];
    bool told = false;  // by a number that says as much, everywhere where this one holds
    for (size_t k = known.size(), n = 0; k-- > 0 && n < 8 && !told && bound.limit.is_constant(); ++n) {
      const Bound& b = known[k];
      if (b.upper != bound.upper || b.times != bound.times || !b.limit.is_constant() || b.from > from || b.to < to) continue;
      told = bound.upper ? b.limit.constant <= bound.limit.constant : b.limit.constant >= bound.limit.constant;
    }
    if (!told) known.push_back(std::move(bound));
  }
}
// By where they begin, and linked so that a search passes over those that ended long before.
void Ranges::order_facts() {
  for (auto& [_, known] : facts_) {
    std::stable_sort(known.begin(), known.end(), [](const Bound& a, const Bound& b) { return a.from < b.from; });
    for (size_t k = 0; k < known.size(); ++k) {
      int before = int(k) - 1;
      while (before >= 0 && known[size_t(before)].to <= known[k].from) before = known[size_t(before)].before;
      known[k].before = before;
    }
  }
}
Ranges::Places Ranges::with(const Places& places, const Case& c) {
  bool known = c.place < 0 || std::find(places.at.begin(), places.at.end(), c.place) != places.at.end();
  if (known && c.given.is_constant()) return places;
  Places more = places;
  if (!known) more.at.push_back(c.place);
  if (!c.given.is_constant())
    for (auto& b : bounds_of_fact(c.given)) more.supposed.push_back(std::move(b));
  uint32_t next = uint32_t(order_.size() + numbers_.size()) + 2;  // lone places are their own numbers
  more.number = numbers_.try_emplace({places.number, known ? -1 : c.place, c.given}, next).first->second;
  return more;
}

void Ranges::collect(OpId id) {
  const Op& op = f_.op(id);
  Place from = order_[id.index].second + 1, to = end_of(op.parent);
  auto not_negative = [&](ValueId v) {
    Poly p = poly(v);
    add_fact(p, from, to);
    add_fact(Poly(Wide(1) << 47) - p, from, to);
  };
  if (op.code == "if"_op) {
    Place after = from;
    std::vector<int> falling;
    for (int k = 0; k < 2; ++k) {
      RegionId arm = op.regions[size_t(k)];
      collect_condition(op.operands[0], k == 0, order_[f_.region(arm).first.index].first, end_of(arm));
      if (is(f_, f_.terminator(arm), "yield"_op)) falling.push_back(k);
    }
    if (falling.size() == 1) collect_condition(op.operands[0], falling[0] == 0, after, to);  // a guard
  } else if (op.code == "for"_op) {
    // In a round there is a round.
    Poly step = poly(op.operands[2]), rounds = poly(op.operands[1]) - poly(op.operands[0]);
    Place first = order_[f_.region(op.regions[0]).first.index].first;
    if (step.is_constant()) add_fact((step.constant > 0 ? rounds : Poly() - rounds).shifted(-1), first, end_of(op.regions[0]));
  } else if (op.code == "while"_op) {
    OpId test = f_.terminator(op.regions[0]);
    if (!is(f_, test, "condition"_op)) return;
    collect_condition(f_.op(test).operands[0], true, order_[f_.region(op.regions[1]).first.index].first, end_of(op.regions[1]));
    if (exits_of(id, "break"_op).empty()) collect_condition(f_.op(test).operands[0], false, from, to);
  } else if (op.code == "check.true"_op) {
    collect_condition(op.operands[0], true, from, to);
  } else if (op.code == "check.index"_op) {
    Poly i = poly(op.operands[0]), n = poly(op.operands[1]);
    add_fact((n - i).shifted(-1), from, to);
    add_fact(n + i, from, to);
    add_fact(n.shifted(-1), from, to);
  } else if (op.code == "check.zero"_op && is_int(op.operands[0])) {
    unequal_.push_back({poly(op.operands[0]), from, to});
  } else if (op.code == "empty"_op || op.code == "generate"_op) {
    for (ValueId v : op.operands) not_negative(v);
  } else if (op.code == "full"_op || op.code == "view.broadcast"_op || op.code == "view.reshape"_op) {
    for (size_t k = 1; k < op.operands.size(); ++k) not_negative(op.operands[k]);
  } else if (op.code == "view"_op) {
    size_t part = 1;
    for (char c : f_.text_attr(id, "spec")) {
      if (c == 's') not_negative(op.operands[part + 1]);
      part += c == 'i' ? 1 : c == 's' ? 3 : 0;
    }
  } else if (op.operands.size() == 2 && op.operands[0] == op.operands[1] && op.results.size() == 1 && is_int(op.results[0]) &&
             (op.code == "multiply"_op || f_.text_attr(id, "op") == "multiply")) {
    // x * x ≥ x and ≥ -x: what `while p * p <= limit` says about p.
    if (op.code == "multiply"_op && !f_.int_attr(id, "exact")) return;
    Poly x = poly(op.operands[0]), square = poly(op.results[0]);
    add_fact(square - x, from, to);
    add_fact(square + x, from, to);
  }
}

// What follows from a condition's truth. `and` of Python is an `if` with a constant arm.
void Ranges::collect_condition(ValueId c, bool truth, Place from, Place to, int depth) {
  OpId id = f_.defining_op(c);
  if (!id || depth == 0) return;
  const Op& op = f_.op(id);
  auto both = [&](size_t a, size_t b) {
    collect_condition(op.operands[a], truth, from, to, depth - 1);
    collect_condition(op.operands[b], truth, from, to, depth - 1);
  };
  // Of two ways to get the value, one gives a constant of the other truth: it was the other way.
  auto one_way = [&](ValueId first, ValueId second) {
    std::optional<int64_t> a = find_integer(f_, first), b = find_integer(f_, second);
    if (!a == !b) return;
    if ((a ? *a != 0 : *b != 0) == truth) return;
    collect_condition(op.operands[0], !a, from, to, depth - 1);
    collect_condition(a ? second : first, truth, from, to, depth - 1);
  };
  if (op.code == "logical_not"_op) return collect_condition(op.operands[0], !truth, from, to, depth - 1);
  if (op.code == "logical_and"_op || (op.code == "bitwise_and"_op && f_.type(c).dtype() == DType::Bool))
    return truth ? both(0, 1) : void();
  if (op.code == "logical_or"_op || (op.code == "bitwise_or"_op && f_.type(c).dtype() == DType::Bool))
    return truth ? void() : both(0, 1);
  if (op.code == "cast"_op && f_.type(op.operands[0]).is_number() && f_.type(op.operands[0]).dtype() == DType::Bool)
    return collect_condition(op.operands[0], truth, from, to, depth - 1);
  if (op.code == "select"_op) return one_way(op.operands[1], op.operands[2]);
  if (op.code == "if"_op) {
    uint32_t k = f_.value(c).index;
    OpId first = f_.terminator(op.regions[0]), second = f_.terminator(op.regions[1]);
    if (is(f_, first, "yield"_op) && is(f_, second, "yield"_op)) one_way(f_.op(first).operands[k], f_.op(second).operands[k]);
    return;
  }
  if (op.operands.size() == 2 && is_int(op.operands[0]) && is_int(op.operands[1])) collect_comparison(id, truth, from, to);
}

void Ranges::collect_comparison(OpId id, bool truth, Place from, Place to) {
  const Op& op = f_.op(id);
  Poly x = poly(op.operands[0]), y = poly(op.operands[1]);
  auto less = [&](const Poly& a, const Poly& b) { add_fact((b - a).shifted(-1), from, to); };
  auto not_more = [&](const Poly& a, const Poly& b) { add_fact(b - a, from, to); };
  if (op.code == "less"_op) return truth ? less(x, y) : not_more(y, x);
  if (op.code == "less_equal"_op) return truth ? not_more(x, y) : less(y, x);
  if (op.code == "greater"_op) return truth ? less(y, x) : not_more(x, y);
  if (op.code == "greater_equal"_op) return truth ? not_more(y, x) : less(x, y);
  if (op.code != "equal"_op && op.code != "not_equal"_op) return;
  if (truth == (op.code == "equal"_op)) {
    not_more(x, y);
    not_more(y, x);
  } else if (!(x - y).lost) {
    unequal_.push_back({x - y, from, to});
  }
}

}  // namespace aic::passes
