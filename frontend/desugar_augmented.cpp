// `x += y`, `a.b += y`, `a[i] += y`: base and index are evaluated once, the target is read before y, written after.
#include "frontend/lower.h"

namespace aic::frontend {

void Lowering::augmented_assignment(const Node& n) {
  const Node& t = n.at(Field::target);
  auto changed = [&](ValueId old) {
    ValueId y = expression(n.at(Field::value));
    return make(n, "py.inplace"_op, {old, y}, {{"op", n.text}});
  };
  if (t.is(Kind::Name)) {
    bind(t, changed(read(t)));
  } else if (t.is(Kind::Attribute)) {
    ValueId base = expression(t.at(Field::value));
    ValueId x = changed(make(t, "py.attribute"_op, {base}, {{"name", t.text}}));
    effect(n, "py.set_attribute"_op, {base, x}, {{"name", t.text}});
  } else {
    ValueId base = expression(t.at(Field::value));
    ValueId index = expression(t.at(Field::slice));
    ValueId x = changed(make(t, "py.getitem"_op, {base, index}));
    effect(n, "py.setitem"_op, {base, index, x});
  }
}

}  // namespace aic::frontend
