// A class statement: its body runs where it stands, on names of its own, and what these are bound to at its end becomes the
// class. Its methods are functions of the frame around the class, values like any other until then.
#include "frontend/lower.h"

namespace aic::frontend {

bool Lowering::class_statement(const Node& n) {
  if (!n.list(Field::keywords).empty()) unit_.refuse(n, "metaclass", {n.text});
  std::vector<ValueId> around, operands;
  for (const Node* d : n.list(Field::decorator_list)) around.push_back(expression(*d));
  for (const Node* base : n.list(Field::bases)) operands.push_back(expression(*base));
  const int64_t bases = int64_t(operands.size());
  const std::vector<Variable*>& own = unit_.scopes.own(n);
  for (const Variable* v : own) set_local(v->slot, {}, Bound::No);
  const std::string outer = classes_;
  classes_ += n.text + ".";
  bool ends = block(n.list(Field::body));
  classes_ = outer;
  if (ends) return true;
  std::vector<std::string> names, annotated, annotations;
  for (const Variable* v : own) {
    const Local& l = env_[v->slot];
    if (l.bound == Bound::No) continue;
    if (l.bound != Bound::Yes) unit_.refuse(n, "class", {"have `" + v->name + "`, which is bound on some paths only,", n.text});
    names.push_back(v->name);
    operands.push_back(l.value);
  }
  for (const Node* s : n.list(Field::body))
    if (s->is(Kind::AnnAssign) && s->at(Field::target).is(Kind::Name)) {
      annotated.push_back(s->at(Field::target).text);
      annotations.push_back(unit_.written_as(s->at(Field::annotation)));
    }
  std::vector<ir::NamedAttr> attrs{{"name", n.text},
                                   {"qualified", qualified_name(f_) + ".<locals>." + classes_ + n.text},
                                   {"bases", bases},
                                   {"names", names}};
  if (!annotated.empty()) attrs.push_back({"annotated", annotated}), attrs.push_back({"annotations", annotations});
  ValueId x = make(n, "py.class"_op, operands, std::move(attrs));
  for (size_t k = around.size(); k-- > 0;) x = make(*n.list(Field::decorator_list)[k], "py.call"_op, {around[k], x});
  bind_variable(*unit_.scopes.variable(n), x);
  return false;
}

}  // namespace aic::frontend
