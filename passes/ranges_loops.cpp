// Invariants of loop state: guess bounds, drop what a round does not keep, repeat; what is left proves itself. See ranges.h.
//
// Loops are solved from the outside in; while an outer loop's guesses are on trial, the loops inside are solved anew for
// each trial, since what holds there may rest on those guesses. Most loops carry no ints and cost nothing. Of loops around
// loops only so many are tried in a function, for in a nest their trials multiply; the others guess nothing.
#include "ir/ops/table.h"
#include "passes/constants.h"
#include "passes/effects.h"
#include "passes/ranges.h"

namespace aic::passes {
using namespace ir;

constexpr int max_rounds = 8, proof_steps = 40, proof_depth = 5;
constexpr size_t max_guesses = 12;  // for one value
constexpr int tries_of_each = 3;  // of a loop around loops, and Ranges::tries_left_ for all

std::vector<OpId> Ranges::exits_of(OpId loop, OpCode code) const {
  std::vector<OpId> out;
  if (auto it = exits_.find(loop.index); it != exits_.end())
    for (OpId e : it->second)
      if (f_.op(e).code == code) out.push_back(e);
  return out;
}

void Ranges::solve_region(RegionId r) {
  for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
    if (record_of(f_, id).traits & Loop)
      solve(id);
    else
      for (RegionId inner : f_.op(id).regions) solve_region(inner);
  }
}
void Ranges::forget() {
  definitions_.clear();
  forget_proofs();
}
void Ranges::forget_proofs() {
  measured_.clear();
  failed_.clear();
}

std::vector<Ranges::State> Ranges::states_of(OpId loop) {
  const Op& op = f_.op(loop);
  bool counted = op.code == "for"_op;
  const std::vector<ValueId>& arguments = f_.region(op.regions[0]).arguments;
  std::vector<State> out;
  for (size_t k = counted ? 1 : 0; k < arguments.size(); ++k) {
    if (!is_int(arguments[k])) continue;
    size_t n = k - (counted ? 1 : 0);
    State s{arguments[k], poly(op.operands[n + (counted ? 3 : 0)]), {}};
    for (OpId e : exits_of(loop, "continue"_op)) s.rounds.push_back({poly(f_.op(e).operands[n]), place_of(e)});
    out.push_back(std::move(s));
  }
  return out;
}

bool Ranges::is_around_loops(OpId loop) {
  auto [it, fresh] = around_loops_.try_emplace(loop.index, false);
  if (!fresh) return it->second;
  for (RegionId r : f_.op(loop).regions)
    for (OpId id : f_.ops_below(r)) it->second |= (record_of(f_, id).traits & Loop) != 0;
  if (it->second) tries_left_ += tries_of_each;
  return it->second;
}

void Ranges::solve(OpId loop) {
  std::vector<State> states = states_of(loop);
  for (const State& s : states) invariants_.erase(s.argument.index);
  if (states.empty() || (is_around_loops(loop) && --tries_left_ < 0)) {
    if (!states.empty()) forget();
    for (RegionId r : f_.op(loop).regions) solve_region(r);
    return;
  }
  forget();
  for (RegionId r : f_.op(loop).regions) solve_region(r);
  for (const State& s : states) guess(loop, s);
  for (int round = 0;; ++round) {
    forget();
    for (RegionId r : f_.op(loop).regions) solve_region(r);
    bool fell = false;
    std::vector<std::vector<Bound>> kept;
    for (const State& s : states) {
      kept.emplace_back();
      for (const Bound& b : invariants_[s.argument.index]) {
        bool stands = round < max_rounds && keeps(loop, s, b);
        fell |= !stands;
        if (stands) kept.back().push_back(b);
      }
    }
    // All are tried under all; they fall together.
    for (size_t k = 0; k < states.size(); ++k) invariants_[states[k].argument.index] = std::move(kept[k]);
    if (!fell) break;
  }
  // The loops inside were solved under what stands now.
}

bool Ranges::try_prove(const Poly& p, Place place) {
  steps_ = proof_steps;
  return prove(p, place, proof_depth);
}
bool Ranges::begins(OpId loop, const State& s, const Bound& b) {
  Poly limit = b.limit;
  if (is(f_, loop, "for"_op)) {
    ValueId index = f_.region(f_.op(loop).regions[0]).arguments[0];
    limit = limit.replaced(index.index, poly(f_.op(loop).operands[0]));
  }
  Poly p = b.upper ? limit - s.begin : s.begin - limit;
  return try_prove(p, place_of(loop));
}
bool Ranges::keeps(OpId loop, const State& s, const Bound& b) {
  Poly limit = b.limit;
  if (is(f_, loop, "for"_op)) {
    ValueId index = f_.region(f_.op(loop).regions[0]).arguments[0];
    if (limit.mentions(index.index)) limit = limit.replaced(index.index, Poly::of(index) + poly(f_.op(loop).operands[2]));
  }
  for (const Case& round : s.rounds)
    if (!try_prove(b.upper ? limit - round.value : round.value - limit, round.place)) return false;
  return true;
}

bool Ranges::is_outside(const Poly& p, OpId loop) const {
  for (uint32_t a : p.atoms()) {
    RegionId r = region_of(f_, ValueId(size_t(a)));
    for (RegionId inner : f_.op(loop).regions)
      if (is_inside(f_, r, inner)) return false;
  }
  return true;
}

// ---- guesses ----
void Ranges::guess(OpId loop, const State& s) {
  std::vector<Bound> all{{false, s.begin}, {true, s.begin}};
  guess_growth(loop, s, all);
  for (const Case& round : s.rounds)
    for (bool upper : {false, true}) guess_limits(loop, round.value, round.place, upper, 3, all);
  for (Wide c : {Wide(1), Wide(0), -(Wide(1) << 31), -(Wide(1) << 48), -(Wide(1) << 62)}) all.push_back({false, Poly(c)});
  for (Wide c : {Wide(1) << 31, Wide(1) << 48, Wide(1) << 62}) all.push_back({true, Poly(c)});
  std::vector<Bound>& out = invariants_[s.argument.index];
  std::vector<Bound> chosen;
  for (Bound& b : all) {
    bool known = false;
    for (const Bound& c : chosen) known |= c.upper == b.upper && c.limit == b.limit;
    if (!known && chosen.size() < max_guesses && !b.limit.lost && begins(loop, s, b)) chosen.push_back(std::move(b));
  }
  out = std::move(chosen);
  forget();
}

// A counter that each round of a `for` raises by at most c is at most its first value + c * rounds done.
void Ranges::guess_growth(OpId loop, const State& s, std::vector<Bound>& all) {
  if (!is(f_, loop, "for"_op)) return;
  std::optional<int> sign = step_sign(loop);
  Wide most = 0, least = 0;
  if (!sign) return;
  for (const Case& round : s.rounds)
    if (!find_growth(round.value, s.argument, most, least, 4)) return;
  Poly rounds = Poly::of(f_.region(f_.op(loop).regions[0]).arguments[0]) - poly(f_.op(loop).operands[0]);
  if (*sign < 0) rounds = Poly() - rounds;
  if (most > 0) all.push_back({true, s.begin + rounds * Poly(most)});
  if (least < 0) all.push_back({false, s.begin + rounds * Poly(least)});
}
bool Ranges::find_growth(const Poly& value, ValueId from, Wide& most, Wide& least, int depth) {
  Poly d = value - Poly::of(from);
  if (d.is_constant()) {
    most = std::max(most, d.constant);
    least = std::min(least, d.constant);
    return !d.lost;
  }
  if (depth == 0) return false;
  for (uint32_t a : value.atoms()) {
    std::vector<Case> ways = cases(a);
    if (ways.empty() || a == from.index) continue;
    for (const Case& c : ways)
      if (c.value.mentions(a) || !find_growth(value.replaced(a, c.value), from, most, least, depth - 1)) return false;
    return true;
  }
  return false;
}

// Bounds of what comes round that stand outside of the loop.
void Ranges::guess_limits(OpId loop, const Poly& value, const Places& places, bool upper, int depth, std::vector<Bound>& all) {
  if (value.lost || all.size() > 24) return;
  if (is_outside(value, loop)) return all.push_back({upper, value});
  if (depth == 0) return;
  for (uint32_t a : value.atoms()) {
    Poly quotient, rest;
    value.split(a, quotient, rest);
    if (is_outside(Poly::of(ValueId(size_t(a))), loop) || !quotient.is_constant()) continue;
    bool want = upper == (quotient.constant > 0);
    for (const Bound* b : bounds(a, places))
      if (b->upper == want && b->times == 1) {
        Poly next = b->limit * quotient + rest;
        guess_limits(loop, next, places, upper, depth - 1, all);
      }
    for (const Case& c : cases(a))
      if (!c.value.mentions(a)) guess_limits(loop, value.replaced(a, c.value), with(places, c), upper, depth - 1, all);
    return;
  }
}

// ---- conditions before a loop ----
bool Ranges::find_conditions(OpId loop, const Poly& p, Place place, std::vector<Poly>& out) {
  std::vector<Poly> found;
  steps_ = proof_steps;
  if (p.lost || !reduce_to_conditions(loop, p, place, 6, found)) return false;
  for (Poly& c : found) {
    if (proves(Poly() - c.shifted(1), place_of(loop))) return false;  // can never be met
    if (!proves(c, place_of(loop))) out.push_back(std::move(c));
  }
  return true;
}
// A bound that is reached: conditions made from others might never be met.
bool Ranges::is_sharp(uint32_t atom, const Bound& b) {
  if (b.limit.is_constant() && (b.limit.constant > (Wide(1) << 30) || b.limit.constant < -(Wide(1) << 30))) return false;
  ValueId v{size_t(atom)};
  OpId owner = f_.defining_op(v) ? OpId{} : f_.region(f_.value(v).region).op;
  if (!is(f_, owner, "for"_op) || f_.value(v).index > 0) return true;
  Poly step = poly(f_.op(owner).operands[2]);
  if (step.is_constant() && (step.constant == 1 || step.constant == -1)) return true;
  return b.limit == poly(f_.op(owner).operands[0]);
}
bool Ranges::reduce_to_conditions(OpId loop, const Poly& p, const Places& places, int depth, std::vector<Poly>& out) {
  if (p.lost || --steps_ < 0) return false;
  if (is_outside(p, loop)) return out.push_back(p), true;
  if (depth == 0) return false;
  uint32_t latest = Monomial::none;
  for (uint32_t a : p.atoms())
    if (!is_outside(Poly::of(ValueId(size_t(a))), loop) && (latest == Monomial::none || defined_at(a) >= defined_at(latest)))
      latest = a;
  Poly quotient, rest;
  p.split(latest, quotient, rest);
  Interval sign = interval(quotient, places, 3);
  if (sign.low < 0 && sign.high > 0) return false;
  size_t found = out.size();
  std::vector<const Bound*> known = bounds(latest, places);
  for (size_t k = known.size(); k-- > 0;) {  // definitions come last, and are sharp
    if (known[k]->upper != (sign.low < 0) || !is_sharp(latest, *known[k])) continue;
    Poly next = known[k]->limit * quotient;
    next.add(rest, known[k]->times);
    if (reduce_to_conditions(loop, next, places, depth - 1, out)) return true;
    out.resize(found);
  }
  std::vector<Case> ways = cases(latest);
  for (const Case& c : ways)
    if (c.value.mentions(latest) || !reduce_to_conditions(loop, p.replaced(latest, c.value), with(places, c), depth - 1, out))
      return out.resize(found), false;
  return !ways.empty();
}
bool Ranges::fits_sum(const Poly& p, Place place) {
  Wide most = p.constant < 0 ? -p.constant : p.constant;
  for (const Poly::Term& t : p.terms) {
    Poly one;
    one.terms.push_back(t);
    Interval i = interval(one, place, 4);
    most += std::max(i.high, -i.low);
  }
  return !p.lost && most < (Wide(1) << 62);
}

// What the final state of a `for` has of its invariants: the index is `stop` then, if the steps are of one.
std::vector<Ranges::Bound> Ranges::bounds_of_result(OpId loop, uint32_t k) {
  const Op& op = f_.op(loop);
  ValueId index = f_.region(op.regions[0]).arguments[0], argument = f_.region(op.regions[0]).arguments[1 + k];
  std::vector<Bound> out;
  auto it = invariants_.find(argument.index);
  if (it == invariants_.end()) return out;
  Poly start = poly(op.operands[0]), stop = poly(op.operands[1]), step = poly(op.operands[2]);
  for (Bound b : std::vector<Bound>(it->second)) {
    if (b.limit.mentions(index.index)) {
      bool unit = step.is_constant() && (step.constant == 1 || step.constant == -1);
      if (!unit || !prove((stop - start) * step, place_of(loop), 3)) continue;
      b.limit = b.limit.replaced(index.index, stop);
    }
    bool holds = !b.limit.lost;
    for (OpId e : exits_of(loop, "break"_op)) {
      Poly v = poly(f_.op(e).operands[k]);
      holds = holds && prove(b.upper ? b.limit - v : v - b.limit, place_of(e), 4);
    }
    if (holds) out.push_back(std::move(b));
  }
  return out;
}

}  // namespace aic::passes
