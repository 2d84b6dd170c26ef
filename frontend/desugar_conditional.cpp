// `a if c else b` → an `if` that yields; `(x := a)` → binds x, is a.
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::conditional_expression(const Node& n) {
  ValueId c = condition(n.at(Field::test));
  b_.span = unit_.span(n);
  return choose(c, [&] { return expression(n.at(Field::body)); }, [&] { return expression(n.at(Field::orelse)); });
}

ValueId Lowering::walrus(const Node& n) {
  ValueId x = expression(n.at(Field::value));
  b_.span = unit_.span(n);
  bind(n.at(Field::target), x);
  return x;
}

}  // namespace aic::frontend
