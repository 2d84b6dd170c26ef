// try. What `except` guards is a py.try: its first region is the body, its second the handlers, and the two meet as the
// arms of an `if` do. What a handler reads must be what the name held when the exception came: such names are written to
// cells, too, wherever the body binds them, and the handlers begin by reading these.
//
// `finally` is lowered twice. What it guards becomes the only round of a loop that breaks with what it was about to do: go
// on (0), return a value (1), or go to an outer loop (2…). The block follows the loop, and then that is done. Where an
// exception came, the block is in the handler, and raises it again: what it raises itself has that as its context.
//
//   %kind, %value, %exception, %names… = while {label = 1} { condition %true } { … break %one, %x, … {loop = 1} }
//   …the block…
//   if kind == 1 { return %value }
//
// `with` is the same: what follows is the call of __exit__ where no exception came. Where one did, __exit__ is called in the
// handler, and what it returns is one more value of the loop (the kind is -1: raise).
#include <algorithm>

#include "frontend/lower.h"

namespace aic::frontend {

bool Lowering::try_statement(const Node& n) {
  if (!n.list(Field::finalbody).empty()) return try_finally(n);
  return try_except(n);
}

// ---- except, else ----
bool Lowering::try_except(const Node& n) {
  std::vector<uint32_t> assigned, kept;
  liveness_.assigned_below(n.list(Field::body), assigned);
  for (uint32_t s : assigned)
    if (liveness_.raised(n).has(s)) kept.push_back(s);
  Guard guard;
  for (uint32_t s : kept) guard.cells[s] = make(n, "py.cell"_op, {present(s)}, {{"name", frame_.variables[s]->name}});
  bool has_else = !n.list(Field::orelse).empty();
  b_.span = unit_.span(n);
  OpId op = b_.op("py.try"_op, {}, {}, {}, 2);
  RegionId home = b_.region();
  ValueId completed;
  bool ends = try_arms(
      op, &liveness_.joined(n), has_else ? &completed : nullptr, n,
      [&] {
        guards_.push_back(guard);
        bool left = block(n.list(Field::body));
        guards_.pop_back();
        return left;
      },
      [&] {
        ValueId e = f_.add_argument(b_.region(), ir::Type::py());
        for (uint32_t s : kept) read_kept(s, guard.cells.at(s), n);
        handlers_.push_back({e, nullptr});
        bool left = handle(n, 0, e);
        handlers_.pop_back();
        return left;
      });
  AIC_CHECK(b_.region() == home);
  if (ends || !has_else) return ends;
  b_.span = unit_.span(n);
  return branch(completed, &liveness_.after(n), [&] { return block(n.list(Field::orelse)); }, [] { return false; });
}

// The name holds what it was last bound to when the exception came.
void Lowering::read_kept(uint32_t slot, ValueId cell, const Node& at) {
  bool bound = env_[slot].bound == Bound::Yes && !frame_.variables[slot]->is_deleted;
  std::vector<ir::NamedAttr> attrs;
  if (!bound) attrs.push_back({"maybe", int64_t(1)});
  set_local(slot, make(at, "py.cell.get"_op, {cell}, std::move(attrs)), bound ? Bound::Yes : Bound::Maybe);
}

// The clauses from the k-th on.
bool Lowering::handle(const Node& n, size_t k, ValueId exception) {
  Nodes clauses = n.list(Field::handlers);
  if (k == clauses.size()) {
    b_.span = unit_.span(n);
    terminate("py.raise"_op, {exception}, {{"again", int64_t(1)}});
    return true;
  }
  const Node& h = *clauses[k];
  auto body = [&] {
    Variable* v = h.text.empty() ? nullptr : unit_.scopes.variable(h);
    if (v) bind_variable(*v, exception);
    handlers_.back().name = v;
    bool ends = block(h.list(Field::body));
    handlers_.back().name = nullptr;
    if (v && !ends) forget(*v, h);
    return ends;
  };
  const Node* classes = h.child(Field::type);
  if (!classes) return body();
  ValueId fits = call_builtin(*classes, "isinstance", {exception, expression(*classes)});
  ValueId c = make(*classes, "py.truth"_op, {fits});
  b_.span = unit_.span(h);
  return branch(c, &liveness_.joined(n), body, [&] { return handle(n, k + 1, exception); });
}

// The name of `as` is deleted at the end of its clause.
void Lowering::forget(Variable& v, const Node& at) {
  if (v.is_cell)
    b_.op("py.cell.set"_op, {handles_.at(&v), make(at, "py.unbound"_op, {})}, {});
  else
    set_local(v.slot, {}, Bound::No);
}

// Leaving handlers by break or continue deletes their names.
void Lowering::forget_handled(size_t outside) {
  for (size_t k = outside; k < handlers_.size(); ++k)
    if (handlers_[k].name) forget(*handlers_[k].name, node_);
}

// ---- finally ----
bool Lowering::return_value(const Node& n, ValueId x) {
  if (!finals_.empty()) {
    Final& f = finals_.back();
    if (std::find(f.bound_for.begin(), f.bound_for.end(), std::pair(int64_t(0), false)) == f.bound_for.end())
      f.bound_for.emplace_back(0, false);
    auto it = std::find(f.bound_for.begin(), f.bound_for.end(), std::pair(int64_t(0), false));
    leave_final(n, 2 + (it - f.bound_for.begin()), x, {});
    return true;
  }
  b_.span = unit_.span(n);
  terminate("return"_op, {x});
  return true;
}

void Lowering::leave_final(const Node& n, int64_t kind, ValueId value, ValueId exception, ValueId swallowed) {
  Final& f = finals_.back();
  auto or_unbound = [&](ValueId v) { return v ? v : make(n, "py.unbound"_op, {}); };
  std::vector<ValueId> values{make(n, "py.const"_op, {}, {{"value", kind}, {"kind", "int"}}), or_unbound(value),
                              or_unbound(exception)};
  if (f.swallows) values.push_back(swallowed ? swallowed : boolean(n, false));
  Environment here = env_;
  forget_handled(f.handlers);
  for (ValueId v : passed(f.loop.result, false, n, false)) values.push_back(v);
  meet(f.loop, env_);
  env_ = std::move(here);
  b_.span = unit_.span(n);
  terminate("break"_op, values, {{"loop", f.loop.label}});
}

bool Lowering::try_finally(const Node& n) {
  std::vector<uint32_t> assigned;
  for (Field part : {Field::body, Field::handlers, Field::orelse}) liveness_.assigned_below(n.list(part), assigned);
  auto body = [&] { return n.list(Field::handlers).empty() ? block(n.list(Field::body)) : try_except(n); };
  auto last = [&] { return block(n.list(Field::finalbody)); };
  return guarded(n, {std::move(assigned), body, {}, [&](ValueId) { return last(); }, last});
}

bool Lowering::guarded(const Node& n, const Guarded& g) {
  const std::vector<uint32_t>& assigned = g.assigned;
  Final final{{f_.new_label(), {}, {}, false, {}}, {}, guards_.size(), handlers_.size(), loops_.size(), bool(g.swallow)};
  for (uint32_t s : assigned)
    if (liveness_.before_finally(n).has(s)) final.loop.result.push_back(s);
  Guard guard;
  for (uint32_t s : final.loop.result)
    guard.cells[s] = make(n, "py.cell"_op, {present(s)}, {{"name", frame_.variables[s]->name}});
  b_.span = unit_.span(n);
  OpId loop = b_.op("while"_op, {}, {}, {{"label", final.loop.label}}, 2);
  RegionId home = b_.region();
  Environment before = env_;
  b_.set_region(b_.region_of(loop, 0));
  ValueId endless = boolean(n, true);
  std::vector<ValueId> nothing{endless};
  size_t carried = final.loop.result.size() + (g.swallow ? 4 : 3);
  for (size_t k = 0; k < carried; ++k) nothing.push_back(make(n, "py.unbound"_op, {}));
  terminate("condition"_op, nothing);
  b_.set_region(b_.region_of(loop, 1));
  for (size_t k = 0; k < carried; ++k) f_.add_argument(b_.region(), ir::Type::py());
  std::vector<uint32_t> result = final.loop.result;
  finals_.push_back(std::move(final));
  std::vector<ValueId> manager;
  if (g.manager) manager.push_back(g.manager);
  OpId op = b_.op("py.try"_op, manager, {}, {}, 2);
  RegionId round = b_.region();
  b_.set_region(b_.region_of(op, 0));
  guards_.push_back(guard);
  bool ends = g.body();
  guards_.pop_back();
  if (!ends) leave_final(n, 0, {}, {});
  bool goes_on = !ends;
  b_.set_region(b_.region_of(op, 1));
  env_ = before;
  ValueId e = f_.add_argument(b_.region(), ir::Type::py());
  for (uint32_t s : result) read_kept(s, guard.cells.at(s), n);
  if (g.unwind) {
    final = std::move(finals_.back());  // it is left
    finals_.pop_back();
    handlers_.push_back({e, nullptr});
    if (!g.unwind()) {
      b_.span = unit_.span(n);
      terminate("py.raise"_op, {e}, {{"again", int64_t(1)}});
    }
    handlers_.pop_back();
    finals_.push_back(std::move(final));
  } else {
    ValueId swallows = g.swallow ? g.swallow(e) : ValueId();
    leave_final(n, -1, {}, e, swallows);
  }
  b_.set_region(round);
  b_.set_region(home);
  final = std::move(finals_.back());
  finals_.pop_back();
  ValueId kind = f_.add_result(loop, ir::Type::py()), value = f_.add_result(loop, ir::Type::py()),
          exception = f_.add_result(loop, ir::Type::py());
  ValueId swallowed = g.swallow ? f_.add_result(loop, ir::Type::py()) : ValueId();
  if (finish(loop, n, final.loop, std::move(before), assigned)) return true;
  if (g.then(kind)) return true;
  // Then what was to be done.
  auto is = [&](int64_t k) {
    ValueId number = make(n, "py.const"_op, {}, {{"value", k}, {"kind", "int"}});
    ValueId same = make(n, "py.compare"_op, {kind, number}, {{"op", "=="}});
    return make(n, "py.truth"_op, {same});
  };
  auto pending = [&](ValueId v) { return make(n, "py.bound"_op, {v}, {{"name", ""}}); };
  std::function<bool(size_t)> go_on = [&](size_t k) -> bool {
    if (k == final.bound_for.size()) {
      if (g.unwind) return false;
      auto raise = [&] {
        ValueId x = pending(exception);
        b_.span = unit_.span(n);
        terminate("py.raise"_op, {x}, {{"again", int64_t(1)}});
        return true;
      };
      if (!goes_on) return raise();
      return branch(is(-1), &liveness_.after(n), raise, [] { return false; });
    }
    auto [label, breaks] = final.bound_for[k];
    auto leave = [&, label = label, breaks = breaks] {
      if (label == 0) return return_value(n, pending(value));
      size_t index = 0;
      while (loops_[index].label != label) ++index;
      return leave_to(n, index, breaks);
    };
    if (g.unwind && !goes_on && k + 1 == final.bound_for.size()) return leave();
    return branch(is(2 + int64_t(k)), &liveness_.after(n), leave, [&] { return go_on(k + 1); });
  };
  if (!g.swallow) return go_on(0);
  return branch(swallowed, &liveness_.after(n), [] { return false; }, [&] { return go_on(0); });
}

// ---- with ----
bool Lowering::with(const Node& n, size_t k) {
  const Node &item = *n.list(Field::items)[k], &manager = item.at(Field::context_expr);
  ValueId m = expression(manager);
  auto method = [&](const char* name) { return make(manager, "py.attribute"_op, {m}, {{"name", name}, {"with", int64_t(1)}}); };
  ValueId enter = method("__enter__"), exit = method("__exit__");
  ValueId entered = make(manager, "py.call"_op, {enter});
  std::vector<uint32_t> assigned;
  liveness_.assigned_below(n.list(Field::items), assigned);
  liveness_.assigned_below(n.list(Field::body), assigned);
  auto body = [&] {
    if (const Node* target = item.child(Field::optional_vars)) assign(*target, entered);
    return k + 1 < n.list(Field::items).size() ? with(n, k + 1) : block(n.list(Field::body));
  };
  auto swallow = [&](ValueId e) {
    ValueId type = call_builtin(manager, "type", {e});
    return make(manager, "py.truth"_op, {make(manager, "py.call"_op, {exit, type, e, none(manager)})});
  };
  auto then = [&](ValueId kind) {
    ValueId zero = make(n, "py.const"_op, {}, {{"value", int64_t(0)}, {"kind", "int"}});
    ValueId good = make(n, "py.truth"_op, {make(n, "py.compare"_op, {kind, zero}, {{"op", ">="}})});
    b_.span = unit_.span(n);
    return branch(
        good, nullptr,
        [&] {
          ValueId nothing = none(manager);
          static_cast<void>(make(manager, "py.call"_op, {exit, nothing, nothing, nothing}));
          return false;
        },
        [] { return false; });
  };
  return guarded(n, {std::move(assigned), body, swallow, then, {}, m});
}

}  // namespace aic::frontend
