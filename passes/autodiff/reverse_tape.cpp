// What the forward sweep keeps: values go on the tape of the region that makes them, and come off it where that region is
// reversed. When the sweep is there and all needs are known, what can be computed again from the rest goes (settle).
#include <algorithm>

#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/reverse.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

Type Reverse::kept_type(Type t) {
  return t.is_array() ? Type::array(t.dtype(), t.rank(), t.layout() == Layout::F ? Layout::F : Layout::C) : t;
}

void Reverse::enter(Scope& s, RegionId primal) {
  s.outer = scope_, s.primal = primal;
  Frame& frame = frames_[primal];
  std::vector<Type> types;
  for (ValueId v : frame.recorded) types.push_back(kept_type(type(v)));
  s.pop = b_.op("tape.pop"_op, std::span<const ValueId>{}, types);
  frame.pops.push_back(s.pop);
  s.visit = int(visits_.size());
  visits_.push_back({primal, scope_->visit, s.pop, s.pop, {}, {}});
  scope_ = &s;
  for (size_t k = 0; k < frame.recorded.size(); ++k) s.have[frame.recorded[k]] = b_.result(s.pop, int(k));
}
void Reverse::leave(Scope& s) { scope_ = s.outer; }

// Puts the value on the tape of the region that makes it.
ValueId Reverse::record(ValueId v) {
  RegionId region = home(v);
  Scope* s = scope_;
  while (s && s->primal != region) s = s->outer;
  AIC_CHECK(s && s->pop, "a value from a region that is not being reversed");
  Type t = type(v);
  if (!t.is_number() && !t.is_array())
    refuse(f_.defining_op(v) ? f_.defining_op(v) : f_.region(region).op, t.text(),
           "its value would have to be kept for the way back");
  Frame& frame = frames_[region];
  frame.recorded.push_back(v);
  for (OpId pop : frame.pops) f_.add_result(pop, kept_type(t));
  for (Scope* each = scope_; each; each = each->outer)
    if (each->primal == region) each->have[v] = f_.op(each->pop).results.back();
  return s->have[v];
}

// ---- settling ----
// For each visit, in `again`: what is at hand at its beginning. Outer regions first, so that inner ones find what stays.
void Reverse::settle_tapes() {
  settling_ = true;
  Scope top;
  top.primal = f_.body();
  std::vector<Scope> again(visits_.size());
  for (size_t k = 0; k < visits_.size(); ++k) {
    const Visit& visit = visits_[k];
    Scope& s = again[k];
    s.outer = visit.outer < 0 ? &top : &again[size_t(visit.outer)];
    s.primal = visit.region, s.pop = visit.pop;
    if (visit.counter) s.have[visit.counter] = visit.counter_back;
    const Values& recorded = frames_.at(visit.region).recorded;
    for (size_t j = 0; j < recorded.size(); ++j) s.have[recorded[j]] = f_.op(visit.pop).results[j];
  }
  for (size_t k = 0; k < visits_.size(); ++k) settle(visits_[k].region, again);
  scope_ = &top_;
  b_ = Builder(f_, f_.body());
  settling_ = false;
}

void Reverse::settle(RegionId region, std::vector<Scope>& again) {
  Frame& frame = frames_.at(region);
  if (frame.settled) return;
  frame.settled = true;
  std::vector<Scope*> visits;
  for (size_t k = 0; k < again.size(); ++k)
    if (visits_[k].region == region) visits.push_back(&again[k]);
  auto made = [&](ValueId v) {  // what the sweep added to the forward sweep comes last
    OpId def = f_.defining_op(v);
    return !def ? 0u : def.index < place_.size() ? place_[def.index] + 1 : ~0u;
  };
  Values latest = frame.recorded, kept, dropped;
  std::stable_sort(latest.begin(), latest.end(), [&](ValueId a, ValueId b) { return made(a) > made(b); });
  for (ValueId v : latest)
    if (can_drop(v, visits)) dropped.push_back(v);
  if (dropped.empty()) return;
  for (ValueId v : frame.recorded)
    if (std::find(dropped.begin(), dropped.end(), v) == dropped.end()) kept.push_back(v);
  for (size_t k = 0; k < again.size(); ++k)
    if (visits_[k].region == region) drop(visits_[k], again[k], kept, dropped);
  frame.recorded = kept;
}

// Can it be computed again from what else is at hand? If so it is no longer at hand.
bool Reverse::can_drop(ValueId v, const std::vector<Scope*>& visits) {
  if (kept_type(type(v)) != type(v)) return false;
  std::vector<ValueId> back;
  for (Scope* s : visits) {
    back.push_back(s->have.at(v));
    s->have.erase(v);
  }
  bool all = true;
  for (Scope* s : visits) {
    scope_ = s;
    all = all && can_recompute(v, max_depth);
  }
  for (size_t k = 0; !all && k < visits.size(); ++k) visits[k]->have[v] = back[k];
  return all;
}

void Reverse::drop(const Visit& visit, Scope& again, const Values& kept, const Values& dropped) {
  scope_ = &again;
  const Values recorded = frames_.at(visit.region).recorded, results = f_.op(visit.pop).results;
  std::vector<Type> types;
  for (ValueId v : kept) types.push_back(kept_type(type(v)));
  Builder at = Builder::before(f_, visit.pop);
  at.span = f_.op(visit.pop).span;
  OpId pop = at.op("tape.pop"_op, std::span<const ValueId>{}, types);
  for (size_t k = 0; k < kept.size(); ++k) again.have[kept[k]] = at.result(pop, int(k));
  b_ = Builder::after(f_, visit.begin);
  b_.span = at.span;
  for (size_t k = 0; k < recorded.size(); ++k) {
    bool gone = std::find(dropped.begin(), dropped.end(), recorded[k]) != dropped.end();
    f_.replace_uses(results[k], gone ? recompute(recorded[k]) : again.have.at(recorded[k]));
  }
  again.pop = pop;
  f_.erase(visit.pop);
}

}  // namespace aic::passes::autodiff
