// `[e for x in xs if c]` → a list, py.for loops and `if`s around `list.append(e)`; sets and dicts alike. The
// comprehension's names are variables of their own; only names that `:=` binds are carried around the loops.
//
// A generator expression is met here as an argument of what reads all of it (else: lazy_generator.cpp). `any(e for …)` and
// `all(e for …)` stop at the first answer: they are loops that a `break` leaves, and `py.call {expects = "builtins.any"}` gives
// what they found. Other calls get a list that says {generator = 1}; inference takes it where the callee reads all of it at
// once.
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::comprehension(const Node& n) {
  for (Variable* v : unit_.scopes.own(n))
    if (v->is_cell) handles_[v] = make(n, "py.cell"_op, {make(n, "py.unbound"_op, {})}, {{"name", v->name}});
  bool generator = n.is(Kind::GeneratorExp);
  ir::OpCode code = generator || n.is(Kind::ListComp) ? "py.list"_op : n.is(Kind::SetComp) ? "py.set"_op : "py.dict"_op;
  std::vector<ir::NamedAttr> attrs;
  if (generator) attrs.push_back({"generator", int64_t(1)});
  ValueId into = make(n, code, {}, std::move(attrs));
  Search* outer = std::exchange(search_, nullptr);
  comprehend(n, 0, into);
  search_ = outer;
  return into;
}

// Is it a call of what is called `any` or `all` with a generator expression alone?
bool Lowering::asks_a_generator(const Node& call) const {
  const Node& callee = call.at(Field::func);
  Nodes arguments = call.list(Field::args);
  return callee.is(Kind::Name) && !unit_.scopes.variable(callee) && (callee.text == "any" || callee.text == "all") &&
         arguments.size() == 1 && arguments[0]->is(Kind::GeneratorExp) && call.list(Field::keywords).empty();
}

ValueId Lowering::asked_generator(const Node& call) {
  const Node &callee = call.at(Field::func), &n = *call.list(Field::args)[0];
  ValueId f = expression(callee);
  for (Variable* v : unit_.scopes.own(n))
    if (v->is_cell) handles_[v] = make(n, "py.cell"_op, {make(n, "py.unbound"_op, {})}, {{"name", v->name}});
  Search search{callee.text == "any", 0, {}};
  Search* outer = std::exchange(search_, &search);
  comprehend(n, 0, {});
  search_ = outer;
  return make(call, "py.call"_op, {f, search.found}, {{"expects", "builtins." + callee.text}});
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
  each(n, expression(g.at(Field::iter)), liveness_.assigned(n), search_ && generator == 0 ? search_ : nullptr,
       [&](ValueId element) {
         const bool outside = std::exchange(in_rounds_, in_rounds_ || n.is(Kind::GeneratorExp));
         assign(target, element);
         tests(g.list(Field::ifs));
         in_rounds_ = outside;
       });
}

void Lowering::comprehend_element(const Node& n, ValueId into) {
  if (n.is(Kind::DictComp)) {
    ValueId key = expression(n.at(Field::key));
    ValueId value = expression(n.at(Field::value));
    return effect(n, "py.setitem"_op, {into, key, value});
  }
  if (Search* s = std::exchange(search_, nullptr); s && !into) {
    ValueId c = condition(n.at(Field::elt));
    b_.span = unit_.span(n);
    auto leave = [&] {
      terminate("break"_op, passed(liveness_.assigned(n), true, n, s->value), {{"loop", s->label}});
      return true;
    };
    auto go_on = [] { return false; };
    if (s->value)
      branch(c, nullptr, leave, go_on);
    else
      branch(c, nullptr, go_on, leave);
    search_ = s;
    return;
  }
  ValueId x = expression(n.at(Field::elt));
  ValueId add = make(n, "py.attribute"_op, {into}, {{"name", n.is(Kind::SetComp) ? "add" : "append"}});
  static_cast<void>(make(n, "py.call"_op, {add, x}));
}

}  // namespace aic::frontend
