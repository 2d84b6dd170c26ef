// Loops. State are the names that the loop binds and that a later round or what follows may read (liveness); with `else`
// there is one more, the flag: true until a `break` passes false, then asked by an `if` after the loop.
//
//   %r = py.for %iterable, %init {label = 1} { (%element: py, %state: py): …; continue %next {loop = 1} } : py
//
// A `while` passes on names that its test binds (`while (x := …)`) from its first region to the second.
#include <algorithm>

#include "frontend/lower.h"

namespace aic::frontend {

Lowering::Loop Lowering::plan_loop(const Node& n, const std::vector<uint32_t>& assigned) {
  const SlotSet &header = liveness_.header(n), &after = liveness_.after(n);
  Loop loop{f_.new_label(), {}, {}, !n.list(Field::orelse).empty(), {}};
  loop.finals = finals_.size(), loop.handlers = handlers_.size(), loop.guards = guards_.size();
  for (uint32_t s : assigned) {
    if (!header.has(s) && !after.has(s)) continue;
    loop.result.push_back(s);
    if (header.has(s) || n.is(Kind::For)) loop.round.push_back(s);
  }
  return loop;
}

std::vector<ValueId> Lowering::passed(const std::vector<uint32_t>& slots, bool has_flag, const Node& at, bool flag) {
  std::vector<ValueId> values;
  for (uint32_t s : slots) values.push_back(present(s));
  if (has_flag) values.push_back(boolean(at, flag));
  return values;
}

// Begins a region whose last arguments are these slots (and the flag): they hold what the arguments say.
void Lowering::enter(RegionId r, const std::vector<uint32_t>& slots, bool has_flag) {
  b_.set_region(r);
  for (uint32_t s : slots) {
    bool bound = env_[s].bound == Bound::Yes && !frame_.variables[s]->is_deleted;
    set_local(s, f_.add_argument(r, ir::Type::py()), bound ? Bound::Yes : Bound::Maybe);
  }
  if (has_flag) f_.add_argument(r, ir::Type::py());
}

// One more way out of the loop, with the names bound as they are now.
void Lowering::meet(Loop& loop, const Environment& env) {
  if (!loop.is_left) loop.exits.assign(loop.result.size(), Bound::Yes);
  loop.is_left = true;
  for (size_t k = 0; k < loop.result.size(); ++k)
    if (env[loop.result[k]].bound != Bound::Yes) loop.exits[k] = Bound::Maybe;
}

// The body and the end of a round.
bool Lowering::round(const Node& n) {
  bool ends = block(n.list(Field::body));
  if (ends) return true;
  const Loop& loop = loops_.back();
  b_.span = unit_.span(n);
  std::vector<ValueId> values = passed(loop.round, loop.has_flag, n, true);
  terminate("continue"_op, values, {{"loop", loop.label}});
  return false;
}

bool Lowering::leave_loop(const Node& n) { return leave_to(n, loops_.size() - 1, n.is(Kind::Break)); }

bool Lowering::leave_to(const Node& n, size_t index, bool breaks) {
  if (finals_.size() > loops_[index].finals) {
    Final& f = finals_.back();
    std::pair<int64_t, bool> to{loops_[index].label, breaks};
    auto it = std::find(f.bound_for.begin(), f.bound_for.end(), to);
    int64_t kind = 2 + (it - f.bound_for.begin());
    if (it == f.bound_for.end()) f.bound_for.push_back(to);
    leave_final(n, kind, {}, {});
    return true;
  }
  Loop& loop = loops_[index];
  forget_handled(loop.handlers);
  std::vector<ValueId> values = passed(breaks ? loop.result : loop.round, loop.has_flag, n, !breaks);
  if (breaks) meet(loop, env_), loop.has_break = true;
  b_.span = unit_.span(n);
  terminate(breaks ? "break"_op : "continue"_op, values, {{"loop", loop.label}});
  return true;
}

// After the loop: results, then `else`.
bool Lowering::finish(OpId op, const Node& n, Loop loop, Environment before, const std::vector<uint32_t>& assigned) {
  env_ = std::move(before);
  for (uint32_t s : assigned) set_local(s, {}, Bound::Dead);
  for (uint32_t s : loop.result) set_local(s, f_.add_result(op, ir::Type::py()), Bound::Maybe);
  for (size_t k = 0; k < loop.exits.size(); ++k) env_[loop.result[k]].bound = loop.exits[k];
  ValueId fell_through = loop.has_flag ? f_.add_result(op, ir::Type::py()) : ValueId();
  if (!loop.is_left) return true;
  if (!loop.has_flag) return false;
  if (!loop.has_break) return block(n.list(Field::orelse));
  b_.span = unit_.span(n);
  return branch(fell_through, &liveness_.after(n), [&] { return block(n.list(Field::orelse)); }, [] { return false; });
}

bool Lowering::for_loop(const Node& n) {
  ValueId iterable = expression(n.at(Field::iter));
  std::vector<uint32_t> assigned = liveness_.assigned(n.at(Field::target));
  liveness_.assigned_below(n.list(Field::body), assigned);
  Loop loop = plan_loop(n, assigned);
  b_.span = unit_.span(n);
  std::vector<ValueId> operands = passed(loop.round, loop.has_flag, n, true);
  operands.insert(operands.begin(), iterable);
  OpId op = b_.op("py.for"_op, operands, {}, {{"label", loop.label}}, 1);
  RegionId home = b_.region(), body = b_.region_of(op);
  Environment before = env_;
  ValueId element = f_.add_argument(body, ir::Type::py());
  enter(body, loop.round, loop.has_flag);
  meet(loop, env_);
  loops_.push_back(std::move(loop));
  b_.span = unit_.span(n.at(Field::target));
  assign(n.at(Field::target), element);
  round(n);
  loop = std::move(loops_.back());
  loops_.pop_back();
  b_.set_region(home);
  return finish(op, n, std::move(loop), std::move(before), assigned);
}

bool Lowering::while_loop(const Node& n) {
  const Node& test = n.at(Field::test);
  std::vector<uint32_t> in_test = liveness_.assigned(test), assigned = in_test;
  liveness_.assigned_below(n.list(Field::body), assigned);
  Loop loop = plan_loop(n, assigned);
  for (uint32_t s : in_test)
    if (std::find(loop.result.begin(), loop.result.end(), s) == loop.result.end()) loop.result.push_back(s);
  bool endless = is_endless(n);
  b_.span = unit_.span(n);
  std::vector<ValueId> operands = passed(loop.round, loop.has_flag, n, true);
  OpId op = b_.op("while"_op, operands, {}, {{"label", loop.label}}, 2);
  RegionId home = b_.region();
  Environment before = env_;
  enter(b_.region_of(op, 0), loop.round, loop.has_flag);
  ValueId c = condition(test);
  if (!endless) meet(loop, env_);
  operands = passed(loop.result, loop.has_flag, n, true);
  operands.insert(operands.begin(), c);
  b_.span = unit_.span(test);
  terminate("condition"_op, operands);
  enter(b_.region_of(op, 1), loop.result, loop.has_flag);
  loops_.push_back(std::move(loop));
  round(n);
  loop = std::move(loops_.back());
  loops_.pop_back();
  b_.set_region(home);
  return finish(op, n, std::move(loop), std::move(before), assigned);
}

void Lowering::each(const Node& at, ValueId iterable, const std::vector<uint32_t>& carried, Search* search,
                    const std::function<void(ValueId)>& body) {
  int64_t label = f_.new_label();
  if (search) search->label = label;
  bool not_found = search && !search->value;
  std::vector<ValueId> operands = passed(carried, search, at, not_found);
  operands.insert(operands.begin(), iterable);
  b_.span = unit_.span(at);
  OpId op = b_.op("py.for"_op, operands, {}, {{"label", label}}, 1);
  RegionId home = b_.region(), inside = b_.region_of(op);
  Environment before = env_;
  ValueId element = f_.add_argument(inside, ir::Type::py());
  enter(inside, carried, search);
  body(element);
  terminate("continue"_op, passed(carried, search, at, not_found), {{"loop", label}});
  b_.set_region(home);
  env_ = std::move(before);
  for (uint32_t s : carried) {
    bool bound = env_[s].bound == Bound::Yes && !frame_.variables[s]->is_deleted;
    set_local(s, f_.add_result(op, ir::Type::py()), bound ? Bound::Yes : Bound::Maybe);
  }
  if (search) search->found = f_.add_result(op, ir::Type::py());
}

}  // namespace aic::frontend
