// `assert c, m` → `if not c: raise AssertionError(m)`, with the builtin whatever the module calls so.
#include "frontend/lower.h"

namespace aic::frontend {

bool Lowering::assertion(const Node& n) {
  ValueId c = condition(n.at(Field::test));
  b_.span = unit_.span(n);
  return branch(
      c, nullptr, [] { return false; },
      [&] {
        ValueId error = make(n, "py.global"_op, {}, {{"name", "AssertionError"}, {"builtin", int64_t(1)}});
        if (const Node* m = n.child(Field::msg)) error = make(n, "py.call"_op, {error, expression(*m)});
        b_.span = unit_.span(n);
        terminate("py.raise"_op, {error});
        return true;
      });
}

}  // namespace aic::frontend
