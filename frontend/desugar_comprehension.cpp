// `[e for x in xs if c]` → a list, py.for loops and `if`s around `list.append(e)`; sets and dicts alike. The
// comprehension's names are variables of their own; only names that `:=` binds are carried around the loops.
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::comprehension(const Node& n) {
  for (Variable* v : unit_.scopes.own(n))
    if (v->is_cell) handles_[v] = make(n, "py.cell"_op, {make(n, "py.unbound"_op, {})}, {{"name", v->name}});
  ir::OpCode code = n.is(Kind::ListComp) ? "py.list"_op : n.is(Kind::SetComp) ? "py.set"_op : "py.dict"_op;
  ValueId into = make(n, code, {});
  comprehend(n, 0, into);
  return into;
}

void Lowering::comprehend(const Node& n, size_t generator, ValueId into) {
  Nodes generators = n.list(Field::generators);
  if (generator == generators.size()) return comprehend_element(n, into);
  const Node& g = *generators[generator];
  if (g.number == 1) unit_.refuse(g.at(Field::iter), "async", {"async for"});
  const Node& target = g.at(Field::target);
  std::function<void(Nodes)> tests = [&](Nodes ifs) {
    if (ifs.empty()) return comprehend(n, generator + 1, into);
    ValueId c = condition(*ifs[0]);
    b_.span = unit_.span(*ifs[0]);
    branch(c, nullptr, [&] { return tests(ifs.subspan(1)), false; }, [] { return false; });
  };
  each(n, expression(g.at(Field::iter)), liveness_.assigned(n), [&](ValueId element) {
    assign(target, element);
    tests(g.list(Field::ifs));
  });
}

void Lowering::comprehend_element(const Node& n, ValueId into) {
  if (n.is(Kind::DictComp)) {
    ValueId key = expression(n.at(Field::key));
    ValueId value = expression(n.at(Field::value));
    return effect(n, "py.setitem"_op, {into, key, value});
  }
  ValueId x = expression(n.at(Field::elt));
  ValueId add = make(n, "py.attribute"_op, {into}, {{"name", n.is(Kind::ListComp) ? "append" : "add"}});
  static_cast<void>(make(n, "py.call"_op, {add, x}));
}

}  // namespace aic::frontend
