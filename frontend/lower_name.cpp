// Reading and binding names: SSA values, cells, captured values, globals.
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::read(const Node& n) {
  if (Variable* v = unit_.scopes.variable(n)) return read_variable(*v, n);
  if (unit_.scopes.is_free(n.text)) return make(n, "py.free"_op, {}, {{"name", n.text}});
  return make(n, "py.global"_op, {}, {{"name", n.text}});
}

ValueId Lowering::read_variable(Variable& v, const Node& at) {
  if (v.fixed) return function_value(*v.fixed, at);
  if (v.is_cell) {
    ValueId x = make(at, "py.cell.get"_op, {handles_.at(&v)});
    bool always_bound = v.is_parameter && !v.is_deleted;
    if (always_bound) return x;
    std::vector<ir::NamedAttr> attrs{{"name", v.name}};
    if (v.frame != &frame_) attrs.push_back({"free", int64_t(1)});  // NameError, not UnboundLocalError
    return make(at, "py.bound"_op, {x}, std::move(attrs));
  }
  if (v.frame != &frame_ && v.may_be_unbound)
    return make(at, "py.bound"_op, {handles_.at(&v)}, {{"name", v.name}, {"free", int64_t(1)}});
  if (v.frame != &frame_) return handles_.at(&v);
  Local& l = env_[v.slot];
  AIC_CHECK(l.bound != Bound::Dead, "a dead name is read: " + v.name);
  if (l.bound == Bound::Yes) return l.value;
  if (v.in_class)  // there it would be a global's name, or none
    unit_.refuse(at, "unsupported", {"reading `" + v.name + "` in a class's body where the body may not have bound it yet"});
  l.value = make(at, "py.bound"_op, {present(v.slot)}, {{"name", v.name}});
  l.bound = Bound::Yes;  // the same version: it was not rebound
  return l.value;
}

void Lowering::bind(const Node& n, ValueId x) {
  if (Variable* v = unit_.scopes.variable(n)) return bind_variable(*v, x);
  // `global n`: the place of that name in the module is asked for by a name that no variable has. `nonlocal n`, of a function
  // that Python ran: likewise that of its cell.
  ValueId place = make(n, unit_.scopes.is_free(n.text) ? "py.free"_op : "py.global"_op, {}, {{"name", "=" + n.text}});
  effect(n, "py.set_attribute"_op, {place, x}, {{"name", "=" + n.text}});
}

void Lowering::bind_variable(Variable& v, ValueId x) {
  if (v.fixed) return;
  if (v.is_cell) {
    b_.op("py.cell.set"_op, {handles_.at(&v), x}, {});
    return;
  }
  set_local(v.slot, x, Bound::Yes);
  for (Guard& g : guards_)
    if (auto it = g.cells.find(v.slot); it != g.cells.end()) b_.op("py.cell.set"_op, {it->second, x}, {});
}

void Lowering::set_local(uint32_t slot, ValueId x, Bound bound) { env_[slot] = {x, ++last_version_, bound}; }

void Lowering::unbind(const Node& n) {
  Variable* v = unit_.scopes.variable(n);
  if (!v) return bind(n, make(n, "py.unbound"_op, {}));
  static_cast<void>(read(n));  // an unbound name cannot be deleted
  if (v->is_cell) {
    b_.op("py.cell.set"_op, {handles_.at(v), make(n, "py.unbound"_op, {})}, {});
    return;
  }
  set_local(v->slot, {}, Bound::No);
  for (Guard& g : guards_)
    if (auto it = g.cells.find(v->slot); it != g.cells.end())
      b_.op("py.cell.set"_op, {it->second, make(n, "py.unbound"_op, {})}, {});
}

ValueId Lowering::present(uint32_t slot) {
  Local& l = env_[slot];
  if (l.bound == Bound::Yes || l.bound == Bound::Maybe) return l.value;
  ir::SpanId span = b_.span;
  ValueId x = make(node_, "py.unbound"_op, {});
  b_.span = span;
  return x;
}

// What a nested function is given for a variable it captures: the cell, or the value, which must be there.
ValueId Lowering::captured_operand(Variable& v, const Node& at) {
  if (v.is_cell || v.frame != &frame_) return handles_.at(&v);
  if (env_[v.slot].bound == Bound::Yes) return env_[v.slot].value;
  static_cast<void>(at);
  v.may_be_unbound = true;
  return present(v.slot);
}

}  // namespace aic::frontend
