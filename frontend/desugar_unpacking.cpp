// `a, (b, *c) = x` → py.unpack, target by target from the left. `a, b = b, a` needs no tuple: all values first, then all
// targets, which is what CPython's tuple does.
#include <algorithm>

#include "frontend/lower.h"

namespace aic::frontend {

void Lowering::unpack(const Node& target, ValueId x) {
  Nodes targets = target.list(Field::elts);
  int64_t star = -1;
  for (size_t k = 0; k < targets.size(); ++k)
    if (targets[k]->is(Kind::Starred)) star = int64_t(k);
  b_.span = unit_.span(target);
  std::vector<ir::Type> types(targets.size(), ir::Type::py());
  OpId op = b_.op("py.unpack"_op, std::vector<ValueId>{x}, types, {{"star", star}});
  for (size_t k = 0; k < targets.size(); ++k) {
    const Node& t = *targets[k];
    assign(t.is(Kind::Starred) ? t.at(Field::value) : t, b_.result(op, int(k)));
  }
}

bool Lowering::unpack_display(const Node& target, const Node& value) {
  auto is_plain = [](const Node& n) {
    Nodes elements = n.list(Field::elts);
    return (n.is(Kind::Tuple) || n.is(Kind::List)) &&
           std::none_of(elements.begin(), elements.end(), [](const Node* e) { return e->is(Kind::Starred); });
  };
  Nodes targets = target.list(Field::elts), values = value.list(Field::elts);
  if (!is_plain(target) || !is_plain(value) || targets.size() != values.size()) return false;
  std::vector<ValueId> xs;
  for (const Node* v : values) xs.push_back(expression(*v));
  for (size_t k = 0; k < targets.size(); ++k) assign(*targets[k], xs[k]);
  return true;
}

}  // namespace aic::frontend
