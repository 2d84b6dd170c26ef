// Ifs and loops, backwards. Numbers from outside that are used within are imported into the region's scope: an arm gives
// their adjoints as results, a loop carries them as state.
#include <algorithm>

#include "ir/diagnostics.h"
#include "ir/ops/table.h"
#include "passes/autodiff/reverse.h"
#include "passes/autodiff/structure.h"
#include "passes/effects.h"

namespace aic::passes::autodiff {
using namespace ir;

// Something comes back to its operands: it hands on an active value, or writes one.
bool Reverse::matters(OpId id) const {
  const Op& o = f_.op(id);
  if (!o.regions.empty() || o.results.empty() || is(f_, id, "call"_op)) return true;
  return std::any_of(o.results.begin(), o.results.end(), [&](ValueId v) { return activity_.is_active(v); });
}

Reverse::Values Reverse::free_scalars(OpId op) const {
  std::vector<bool> seen(f_.value_count());
  Values out;
  for (RegionId r : f_.op(op).regions)
    for (OpId id : f_.ops_below(r)) {
      if (!matters(id)) continue;
      for (ValueId v : f_.op(id).operands) {
        if (seen[v.index] || !is_scalar(v) || !activity_.is_active(v)) continue;
        seen[v.index] = true;
        bool within = false;
        for (RegionId inner : f_.op(op).regions) within |= is_inside(f_, home(v), inner);
        if (!within) out.push_back(v);
      }
    }
  return out;
}

void Reverse::reverse_if(OpId op) {
  Values results = f_.op(op).results, free = free_scalars(op), given;
  bool concerned = !free.empty();
  for (ValueId v : results) {
    concerned |= activity_.is_active(v);
    given.push_back(is_scalar(v) && activity_.is_active(v) ? adjoint(v) : ValueId{});
    if (activity_.is_active(v) && !is_scalar(v) && !type(v).is_array() && !is_tracked(v))
      refuse(op, "a choice between " + type(v).text(), "only numbers and arrays are followed");
  }
  for (RegionId r : f_.op(op).regions)
    for (OpId id : f_.ops_below(r)) concerned |= record_of(f_, id).has(Writes) && activity_.is_active(f_.op(id).operands[0]);
  if (!concerned) return;
  std::vector<Type> types;
  Values start;
  for (ValueId v : free) types.push_back(slot(v)), start.push_back(or_zero(adjoint(v), v));
  std::vector<RegionId> arms, all = f_.op(op).regions;
  for (RegionId arm : all)
    if (is(f_, f_.terminator(arm), "yield"_op)) arms.push_back(arm);
  if (arms.size() == 1) {  // the arm that has no end was not taken
    Values out = reverse_arm(op, arms[0], free, start, given);
    for (size_t j = 0; j < free.size(); ++j) scope_->adjoint[free[j]] = out[j];
    return;
  }
  ValueId condition = need(f_.op(op).operands[0]);
  OpId made = b_.op("if"_op, {&condition, 1}, types, {}, 2);
  Builder outside = b_;
  for (int k = 0; k < 2; ++k) {
    b_.set_region(b_.region_of(made, k));
    if (arms.empty())
      b_.op("unreachable"_op, {}, {});
    else
      b_.op("yield"_op, reverse_arm(op, arms[size_t(k)], free, start, given), {});
  }
  b_ = outside;
  for (size_t j = 0; j < free.size(); ++j) scope_->adjoint[free[j]] = b_.result(made, int(j));
}

// From the adjoints of the free numbers before it and those given to the results to the adjoints of the free numbers.
Reverse::Values Reverse::reverse_arm(OpId op, RegionId arm, const Values& free, const Values& start, const Values& given) {
  Values results = f_.op(op).results, yields = f_.op(f_.terminator(arm)).operands, out;
  Scope s;
  enter(s, arm);
  for (size_t j = 0; j < free.size(); ++j) s.adjoint[free[j]] = start[j];
  std::vector<Handed> handed;
  for (size_t j = 0; j < results.size(); ++j)
    if (type(results[j]).is_array() && activity_.is_active(results[j]) && !is_tracked(results[j]))
      handed.push_back({yields[j], shadow(results[j])});
  begin_shadows(arm, {}, handed);
  for (size_t j = 0; j < results.size(); ++j)
    if (given[j]) accumulate(yields[j], expr(given[j]));
  reverse_region(arm);
  for (ValueId v : free) out.push_back(or_zero(adjoint(v), v));
  leave(s);
  return out;
}

// What a loop's reversal carries: adjoints of active state, then of free numbers; then the shadows of arrays that are
// carried by value.
struct Carried {
  std::vector<size_t> numbers, arrays;  // positions in the primal state
};

void Reverse::refuse_other(OpId op, ValueId carried) {
  if (!is_scalar(carried) && !type(carried).is_array() && !is_tracked(carried))
    refuse(op, "a loop that carries " + type(carried).text(), "only numbers and arrays are followed");
}

void Reverse::reverse_for(OpId op) {
  RegionId body = f_.op(op).regions[0];
  OpId end = f_.terminator(body);
  if (!is(f_, end, "continue"_op)) return;  // every round raises
  Values results = f_.op(op).results, operands = f_.op(op).operands, arguments = f_.region(body).arguments,
         next = f_.op(end).operands;
  Values free = free_scalars(op), state;
  Carried carried;
  for (size_t k = 0; k < results.size(); ++k) {
    ValueId argument = arguments[k + 1];
    bool active = activity_.is_active(results[k]) || activity_.is_active(argument);
    if (!active) continue;
    refuse_other(op, argument);
    if (is_scalar(argument))
      carried.numbers.push_back(k);
    else if (!is_tracked(argument))
      carried.arrays.push_back(k);
  }
  bool writes = false;
  for (OpId id : f_.ops_below(body)) writes |= record_of(f_, id).has(Writes) && activity_.is_active(f_.op(id).operands[0]);
  if (carried.numbers.empty() && carried.arrays.empty() && !writes && free.empty()) return;
  for (size_t k : carried.numbers) state.push_back(or_zero(adjoint(results[k]), results[k]));
  for (ValueId v : free) state.push_back(or_zero(adjoint(v), v));
  for (size_t k : carried.arrays) state.push_back(shadow(results[k]));

  ValueId start = need(operands[0]), step = need(operands[2]);
  ValueId n = trip_count(b_, start, need(operands[1]), step);
  ValueId last = b_.make("subtract"_op, {n, b_.integer(1)}, Type::integer(), {{"exact", int64_t(1)}});
  Builder outside = b_;
  auto [made, label, t, in] = open_backwards(last, state);
  Scope s;
  enter(s, body);
  ValueId scaled = b_.make("multiply"_op, {t, step}, Type::integer(), {{"exact", int64_t(1)}});
  ValueId counter = b_.make("add"_op, {start, scaled}, Type::integer(), {{"exact", int64_t(1)}});
  s.have[arguments[0]] = counter;
  Visit& visit = visits_[size_t(s.visit)];
  visit.begin = f_.defining_op(counter), visit.counter = arguments[0], visit.counter_back = counter;
  size_t numbers = carried.numbers.size(), at_arrays = numbers + free.size();
  for (size_t j = 0; j < free.size(); ++j) s.adjoint[free[j]] = in[numbers + j];
  Values own;
  std::vector<Handed> handed;
  for (size_t j = 0; j < carried.arrays.size(); ++j) {
    own.push_back(arguments[carried.arrays[j] + 1]);
    handed.push_back({next[carried.arrays[j]], in[at_arrays + j]});
  }
  begin_shadows(body, own, handed);
  for (size_t j = 0; j < numbers; ++j) accumulate(next[carried.numbers[j]], expr(in[j]));
  reverse_region(body);
  Values out;
  for (size_t k : carried.numbers) out.push_back(or_zero(adjoint(arguments[k + 1]), arguments[k + 1]));
  for (ValueId v : free) out.push_back(or_zero(adjoint(v), v));
  for (size_t k : carried.arrays) out.push_back(s.shadow[arguments[k + 1]]);
  b_.op("continue"_op, out, {}, {{"loop", label}});
  leave(s);
  b_ = outside;
  for (size_t j = 0; j < free.size(); ++j) scope_->adjoint[free[j]] = b_.result(made, int(numbers + j));
  for (size_t j = 0; j < numbers; ++j) accumulate(operands[carried.numbers[j] + 3], expr(b_.result(made, int(j))));
  for (size_t j = 0; j < carried.arrays.size(); ++j)
    accumulate(operands[carried.arrays[j] + 3], expr(b_.result(made, int(at_arrays + j))));
}

// The forward sweep counts the rounds. The test ran once more than the body: its last run is reversed first.
void Reverse::reverse_while(OpId op) {
  RegionId test = f_.op(op).regions[0], body = f_.op(op).regions[1];
  OpId condition = f_.terminator(test), end = f_.terminator(body);
  if (!is(f_, end, "continue"_op)) return;
  Values results = f_.op(op).results, operands = f_.op(op).operands, tested = f_.region(test).arguments,
         passed = f_.region(body).arguments;
  Values tests = f_.op(condition).operands, next = f_.op(end).operands, free = free_scalars(op);
  tests.erase(tests.begin());
  auto choose = [&](const Values& values, const Values& beside) {
    Carried c;
    for (size_t k = 0; k < values.size(); ++k) {
      bool active = activity_.is_active(values[k]) || (k < beside.size() && activity_.is_active(beside[k]));
      if (!active) continue;
      refuse_other(op, values[k]);
      if (is_scalar(values[k]))
        c.numbers.push_back(k);
      else if (!is_tracked(values[k]))
        c.arrays.push_back(k);
    }
    return c;
  };
  Carried first = choose(tested, {}), second = choose(passed, results);
  bool writes = false;
  for (RegionId r : f_.op(op).regions)
    for (OpId id : f_.ops_below(r)) writes |= record_of(f_, id).has(Writes) && activity_.is_active(f_.op(id).operands[0]);
  if (first.numbers.empty() && first.arrays.empty() && second.numbers.empty() && second.arrays.empty() && !writes &&
      free.empty())
    return;
  ValueId rounds = count_rounds(op);

  auto begin = [&](RegionId r, const std::vector<size_t>& to, const Values& arguments, const std::vector<size_t>& from,
                   const Values& carried, const Values& shadows) {
    Values own;
    std::vector<Handed> handed;
    for (size_t k : to) own.push_back(arguments[k]);
    for (size_t j = 0; j < from.size(); ++j) handed.push_back({carried[from[j]], shadows[j]});
    begin_shadows(r, own, handed);
  };
  // One run of the test, backwards: from adjoints of what it passed to those of its state and the free numbers.
  auto reverse_test = [&](const Values& numbers, const Values& arrays, const Values& frees) {
    Scope s;
    enter(s, test);
    for (size_t j = 0; j < free.size(); ++j) s.adjoint[free[j]] = frees[j];
    begin(test, first.arrays, tested, second.arrays, tests, arrays);
    for (size_t j = 0; j < second.numbers.size(); ++j)
      if (numbers[j]) accumulate(tests[second.numbers[j]], expr(numbers[j]));
    reverse_region(test);
    Values out;
    for (size_t k : first.numbers) out.push_back(or_zero(adjoint(tested[k]), tested[k]));
    for (ValueId v : free) out.push_back(or_zero(adjoint(v), v));
    for (size_t k : first.arrays) out.push_back(s.shadow[tested[k]]);
    leave(s);
    return out;
  };
  Values numbers, arrays, frees;
  for (size_t k : second.numbers) numbers.push_back(adjoint(results[k]));
  for (size_t k : second.arrays) arrays.push_back(activity_.is_active(results[k]) ? shadow(results[k]) : zeros(results[k]));
  for (ValueId v : free) frees.push_back(or_zero(adjoint(v), v));
  Values state = reverse_test(numbers, arrays, frees);

  ValueId n = need(rounds);
  ValueId last = b_.make("subtract"_op, {n, b_.integer(1)}, Type::integer(), {{"exact", int64_t(1)}});
  Builder outside = b_;
  auto [made, label, round, in] = open_backwards(last, state);
  Scope s;
  enter(s, body);
  size_t count = first.numbers.size(), at_arrays = count + free.size();
  for (size_t j = 0; j < free.size(); ++j) s.adjoint[free[j]] = in[count + j];
  begin(body, second.arrays, passed, first.arrays, next, Values(in.begin() + long(at_arrays), in.end()));
  for (size_t j = 0; j < count; ++j) accumulate(next[first.numbers[j]], expr(in[j]));
  reverse_region(body);
  numbers.clear(), arrays.clear(), frees.clear();
  for (size_t k : second.numbers) numbers.push_back(adjoint(passed[k]));
  for (size_t k : second.arrays) arrays.push_back(s.shadow[passed[k]]);
  for (ValueId v : free) frees.push_back(or_zero(adjoint(v), v));
  leave(s);
  Values out = reverse_test(numbers, arrays, frees);
  b_.op("continue"_op, out, {}, {{"loop", label}});
  b_ = outside;
  for (size_t j = 0; j < free.size(); ++j) scope_->adjoint[free[j]] = b_.result(made, int(count + j));
  for (size_t j = 0; j < count; ++j) accumulate(operands[first.numbers[j]], expr(b_.result(made, int(j))));
  for (size_t j = 0; j < first.arrays.size(); ++j)
    accumulate(operands[first.arrays[j]], expr(b_.result(made, int(at_arrays + j))));
}

// A loop over the rounds from the last to the first, whose region the builder goes into.
Reverse::Backwards Reverse::open_backwards(ValueId last, const Values& state) {
  Values init{last, b_.integer(-1), b_.integer(-1)};
  std::vector<Type> types;
  for (ValueId v : state) init.push_back(v), types.push_back(type(v));
  Backwards loop;
  loop.label = f_.new_label();
  loop.op = b_.op("for"_op, init, types, {{"label", loop.label}}, 1);
  RegionId region = b_.region_of(loop.op);
  loop.round = f_.add_argument(region, Type::integer());
  for (Type each : types) loop.state.push_back(f_.add_argument(region, each));
  b_.set_region(region);
  return loop;
}

// Adds a counter to a while's state; gives the number of rounds, a result of it.
ValueId Reverse::count_rounds(OpId op) {
  RegionId test = f_.op(op).regions[0], body = f_.op(op).regions[1];
  OpId condition = f_.terminator(test), end = f_.terminator(body);
  append(op, Builder::before(f_, op).integer(0));
  append(condition, f_.add_argument(test, Type::integer()));
  ValueId k = f_.add_argument(body, Type::integer());
  Builder at = Builder::before(f_, end);
  append(end, at.make("add"_op, {k, at.integer(1)}, Type::integer(), {{"exact", int64_t(1)}}));
  return f_.add_result(op, Type::integer());
}

}  // namespace aic::passes::autodiff
