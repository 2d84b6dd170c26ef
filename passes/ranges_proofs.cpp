// Proofs: replace the atom defined last by a bound, until constants are left. See ranges.h.
#include <algorithm>

#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

// Measured on the kernels: deeper searches find nothing more, and cost twice as much.
constexpr int max_depth = 6, max_steps = 100, interval_depth = 4;
constexpr size_t max_facts = 48;  // of one atom
constexpr Wide far = Wide(1) << 100;

bool Ranges::proves(const Poly& p, Place place) {
  if (p.lost) return false;
  steps_ = max_steps;
  if (prove(p, place, max_depth)) return true;
  // p ≥ -1 and p ≠ -1
  for (const Unequal& u : unequal_)
    if (u.from <= place && place < u.to && (u.not_zero == p.shifted(1) || u.not_zero == Poly() - p.shifted(1)))
      return steps_ = max_steps, prove(p.shifted(1), place, max_depth);
  return false;
}
bool Ranges::proves_not_zero(const Poly& p, Place place) {
  for (const Unequal& u : unequal_)
    if (u.from <= place && place < u.to && (u.not_zero == p || u.not_zero == Poly() - p)) return true;
  return proves(p.shifted(-1), place) || proves((Poly() - p).shifted(-1), place);
}
bool Ranges::proves_between(Wide least, const Poly& p, Wide most, Place place) {
  if (p.lost) return false;
  Interval i = interval(p, place, interval_depth);
  return (i.low >= least || proves(p.shifted(-least), place)) && (i.high <= most || proves(Poly(most) - p, place));
}
bool Ranges::proves_equal(ValueId a, ValueId b, Place place) {
  if (a == b) return true;
  Poly d = poly(a) - poly(b);
  if (d.lost) return false;
  return d.is_constant() ? d.constant == 0 : proves(d, place) && proves(Poly() - d, place);
}
void Ranges::learn_equal(ValueId a, ValueId b) {
  bounds_by_definition(a.index);
  std::vector<Bound>& known = definitions_[a.index];
  known.push_back({false, poly(b)});
  known.push_back({true, poly(b)});
  forget_proofs();
}
bool Ranges::fits_product(ValueId x, ValueId y, Place place) {
  Interval a = interval(poly(x), place, interval_depth), b = interval(poly(y), place, interval_depth);
  Wide limit = (Wide(1) << 63) - 1;
  if (a.low < -limit || a.high > limit || b.low < -limit || b.high > limit) return false;
  for (Wide p : {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high})
    if (p > limit || p < -limit) return false;
  return true;
}

bool Ranges::proves_condition(ValueId c, bool truth, Place place, int depth) {
  OpId id = f_.defining_op(c);
  if (!id || depth == 0) return false;
  if (std::optional<int64_t> n = find_integer(f_, c)) return (*n != 0) == truth;
  const Op& op = f_.op(id);
  if (op.code == "logical_not"_op) return proves_condition(op.operands[0], !truth, place, depth - 1);
  if (op.operands.size() != 2) return false;
  bool conjunction = op.code == "logical_and"_op;
  if (conjunction || op.code == "logical_or"_op) {
    bool a = proves_condition(op.operands[0], truth, place, depth - 1);
    if (a != (conjunction == truth)) return a;  // one suffices and holds, or both are needed and one fails
    return proves_condition(op.operands[1], truth, place, depth - 1);
  }
  if (!is_int(op.operands[0]) || !is_int(op.operands[1])) return false;
  Poly d = poly(op.operands[1]) - poly(op.operands[0]), e = Poly() - d;
  bool less = op.code == "less"_op, less_equal = op.code == "less_equal"_op, greater = op.code == "greater"_op,
       greater_equal = op.code == "greater_equal"_op, equal = op.code == "equal"_op, not_equal = op.code == "not_equal"_op;
  if ((less && truth) || (greater_equal && !truth)) return proves(d.shifted(-1), place);
  if ((less_equal && truth) || (greater && !truth)) return proves(d, place);
  if ((greater && truth) || (less_equal && !truth)) return proves(e.shifted(-1), place);
  if ((greater_equal && truth) || (less && !truth)) return proves(e, place);
  if ((equal && truth) || (not_equal && !truth)) return proves(d, place) && proves(e, place);
  if (equal || not_equal) return proves(d.shifted(-1), place) || proves(e.shifted(-1), place);
  return false;
}

// ---- search ----
// The latest ones that hold at a place: of a thousand checks of one extent all but a few say nothing new.
void Ranges::find_facts(uint32_t atom, Place place, std::vector<const Bound*>& out) const {
  auto it = facts_.find(atom);
  if (it == facts_.end()) return;
  const std::vector<Bound>& known = it->second;
  auto end = std::upper_bound(known.begin(), known.end(), place, [](Place p, const Bound& b) { return p < b.from; });
  size_t most = out.size() + max_facts;
  for (int k = int(end - known.begin()) - 1; k >= 0 && out.size() < most; k = known[size_t(k)].before)
    if (place < known[size_t(k)].to) out.push_back(&known[size_t(k)]);
}

std::vector<const Ranges::Bound*> Ranges::bounds(uint32_t atom, const Places& places) {
  std::vector<const Bound*> out;
  for (Place p : places.at) find_facts(atom, p, out);
  if (places.at.size() > 1) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  } else {
    std::reverse(out.begin(), out.end());
  }
  if (auto it = invariants_.find(atom); it != invariants_.end())
    for (const Bound& b : it->second) out.push_back(&b);
  for (const Bound& b : bounds_by_definition(atom)) out.push_back(&b);
  for (const auto& [of, b] : places.supposed)
    if (of == atom) out.push_back(&b);
  return out;
}

int Ranges::defined_at(uint32_t atom) const {
  const Value& v = f_.value(ValueId(size_t(atom)));
  if (v.def) return order_[v.def.index].first;
  OpId owner = f_.region(v.region).op;
  return owner ? order_[owner.index].first : 0;
}

// A collision only means that a proof is not found.
static uint64_t hash_of(const Poly& p, uint32_t places) {
  uint64_t h = places;
  auto mix = [&](uint64_t x) { h = (h ^ x) * 0x9e3779b97f4a7c15ull, h ^= h >> 29; };
  mix(uint64_t(p.constant));
  for (const Poly::Term& t : p.terms) {
    mix(uint64_t(t.factor));
    for (uint32_t a : t.product.atoms) mix(a);
  }
  return h;
}

bool Ranges::prove(const Poly& p, const Places& places, int depth) {
  if (p.lost) return false;
  if (p.is_constant()) return p.constant >= 0;
  uint64_t goal = hash_of(p, places.number);
  auto known = failed_.find(goal);
  if (known != failed_.end() && known->second >= depth) return false;
  if (--steps_ < 0) return false;
  if (search(p, places, depth)) return true;
  // What failed for want of steps, or while bounds are being made, may be proved another time.
  if (steps_ >= 0 && making_.empty()) failed_[goal] = depth;
  return false;
}
bool Ranges::search(const Poly& p, const Places& places, int depth) {
  if (interval(p, places, std::min(depth, interval_depth)).low >= 0) return true;
  if (depth <= 0) return false;
  std::vector<uint32_t> atoms = p.atoms();
  std::sort(atoms.begin(), atoms.end(), [&](uint32_t x, uint32_t y) { return defined_at(x) > defined_at(y); });
  if (atoms.size() > 3) atoms.resize(3);
  for (uint32_t a : atoms)
    if (prove_by_atom(p, a, places, depth)) return true;
  return false;
}

bool Ranges::prove_by_atom(const Poly& p, uint32_t atom, const Places& places, int depth) {
  Poly quotient, rest;
  p.split(atom, quotient, rest);
  int sign = 0;
  if (quotient.is_constant())
    sign = quotient.constant > 0 ? 1 : -1;
  else if (Interval i = interval(quotient, places, 3); i.low >= 0)
    sign = 1;
  else if (i.high <= 0)
    sign = -1;
  else if (prove(quotient, places, std::min(depth - 1, 3)))
    sign = 1;
  else if (prove(Poly() - quotient, places, std::min(depth - 1, 3)))
    sign = -1;
  if (sign != 0)
    for (const Bound* b : bounds(atom, places)) {
      if (b->upper != (sign < 0)) continue;
      Poly next = b->limit * quotient;
      next.add(rest, b->times);
      if (prove(next, places, depth - 1)) return true;
    }
  std::vector<Case> ways = cases(atom);
  for (const Case& c : ways) {
    if (c.value.mentions(atom)) return false;
    if (prove(p.replaced(atom, c.value), with(places, c), depth - 1)) continue;
    // Or it cannot be so.
    if (c.given.is_constant() || !prove((Poly() - c.given).shifted(-1), places, depth - 2)) return false;
  }
  return !ways.empty();
}

// ---- intervals ----
static Wide clamp(Wide x) { return std::min(std::max(x, -far), far); }
static Wide times(Wide a, Wide b) {
  Wide out;
  if (__builtin_mul_overflow(a, b, &out)) return (a < 0) != (b < 0) ? -far : far;
  return clamp(out);
}

Ranges::Interval Ranges::interval(const Poly& p, const Places& places, int depth) {
  Interval sum{p.constant, p.constant};
  if (p.lost) return {-far, far};
  for (const Poly::Term& t : p.terms) {
    Interval product{1, 1};
    for (size_t k = 0; k < 4 && t.product.atoms[k] != Monomial::none; ++k) {
      Interval x = interval(t.product.atoms[k], places, depth);
      Wide ends[] = {times(product.low, x.low), times(product.low, x.high), times(product.high, x.low),
                     times(product.high, x.high)};
      product = {*std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)};
      if (k == 1 && t.product.atoms[0] == t.product.atoms[1]) product.low = std::max(product.low, Wide(0));
    }
    Wide a = times(product.low, t.factor), b = times(product.high, t.factor);
    sum = {clamp(sum.low + std::min(a, b)), clamp(sum.high + std::max(a, b))};
  }
  return sum;
}

static Wide floor_of(Wide a, Wide b) { return a / b - (a % b != 0 && a < 0); }
static Wide ceiling_of(Wide a, Wide b) { return a / b + (a % b != 0 && a > 0); }

Ranges::Interval Ranges::interval(uint32_t atom, const Places& places, int depth) {
  ValueId v{size_t(atom)};
  Interval out = type_interval(v);
  if (depth <= 0) return out;
  // What was measured to a lesser depth, or cut short by a cycle, is true as well, only wider.
  uint64_t key = uint64_t(places.number) << 32 | atom;
  auto known = measured_.find(key);
  if (known != measured_.end() && known->second.depth >= depth) return known->second.interval;
  if (!measuring_.insert(atom).second) return out;
  auto narrow = [&](Interval i) { out = {std::max(out.low, i.low), std::min(out.high, i.high)}; };
  for (const Bound* b : bounds(atom, places)) {
    Interval i = interval(b->limit, places, b->limit.is_constant() ? 0 : depth - 1);
    if (b->upper)
      out.high = std::min(out.high, floor_of(i.high, b->times));
    else
      out.low = std::max(out.low, ceiling_of(i.low, b->times));
  }
  std::vector<Case> ways = cases(atom);
  if (!ways.empty()) {
    Interval all{far, -far};
    for (const Case& c : ways) {
      Interval i = interval(c.value, with(places, c), depth - 1);
      all = {std::min(all.low, i.low), std::max(all.high, i.high)};
    }
    narrow(all);
  }
  if (OpId def = f_.defining_op(v); def && f_.op(def).operands.size() == 2 && is_product(def)) {
    const std::vector<ValueId>& x = f_.op(def).operands;
    bool square = x[0] == x[1] || !is(f_, def, "multiply"_op);
    if (f_.op(def).code == "check.overflow"_op && f_.text_attr(def, "op") == "multiply") square = x[0] == x[1];
    Interval a = interval(poly(x[0]), places, depth - 1), b = square ? a : interval(poly(x[1]), places, depth - 1);
    Wide ends[] = {times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)};
    narrow({square ? Wide(0) : *std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)});
  }
  measuring_.erase(atom);
  measured_[key] = {out, depth};
  return out;
}

// An exact product, or an exact square written as a power.
bool Ranges::is_product(OpId id) {
  const Op& op = f_.op(id);
  bool checked = op.code == "check.overflow"_op;
  if (!checked && !f_.int_attr(id, "exact")) return false;
  std::string_view name = checked ? std::string_view(f_.text_attr(id, "op")) : record(op.code).name;
  return is_int(op.operands[0]) && (name == "multiply" || (name == "power" && is_integer(f_, op.operands[1], 2)));
}

}  // namespace aic::passes
