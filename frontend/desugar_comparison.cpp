// `a < b < c` → `a < b and b < c` with b evaluated once.
//
//   %1 = py.compare %a, %b {op = "<"}; %2 = py.truth %1; %3 = if %2 { %4 = py.compare %b, %c …; yield %4 } { yield %1 } : py
#include "frontend/lower.h"

namespace aic::frontend {

ValueId Lowering::comparison(const Node& n, bool as_condition) {
  Nodes rights = n.list(Field::comparators);
  std::function<ValueId(size_t, ValueId)> from = [&](size_t k, ValueId left) -> ValueId {
    ValueId right = expression(*rights[k]);
    ValueId x = make(n, "py.compare"_op, {left, right}, {{"op", n.words[k]}});
    bool last = k + 1 == rights.size();
    if (last && !as_condition) return x;
    ValueId t = make(n, "py.truth"_op, {x});
    if (last) return t;
    return choose(t, [&, k] { return from(k + 1, right); }, [&] { return as_condition ? boolean(n, false) : x; });
  };
  return from(0, expression(n.at(Field::left)));
}

}  // namespace aic::frontend
