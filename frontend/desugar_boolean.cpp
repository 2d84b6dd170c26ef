// `a and b`, `a or b` → an `if` on the truth of a. As a value they give an operand; as a condition only its truth, so that
// operands of unlike types need not meet.
//
//   a and b   →   %t = py.truth %a; %r = if %t { …b…; yield %b } { yield %a } : py
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::boolean_operator(const Node& n) {
  Nodes values = n.list(Field::values);
  bool is_and = n.text == "and";
  std::function<ValueId(size_t)> rest = [&](size_t k) -> ValueId {
    ValueId x = expression(*values[k]);
    if (k + 1 == values.size()) return x;
    ValueId t = make(*values[k], "py.truth"_op, {x});
    Expression next = [&, k] { return rest(k + 1); }, stop = [&] { return x; };
    b_.span = unit_.span(n);
    return is_and ? choose(t, next, stop) : choose(t, stop, next);
  };
  return rest(0);
}

ValueId Lowering::boolean_condition(const Node& n) {
  Nodes values = n.list(Field::values);
  bool is_and = n.text == "and";
  std::function<ValueId(size_t)> rest = [&](size_t k) -> ValueId {
    ValueId t = condition(*values[k]);
    if (k + 1 == values.size()) return t;
    Expression next = [&, k] { return rest(k + 1); }, stop = [&] { return boolean(n, !is_and); };
    b_.span = unit_.span(n);
    return is_and ? choose(t, next, stop) : choose(t, stop, next);
  };
  return rest(0);
}

}  // namespace aic::frontend
