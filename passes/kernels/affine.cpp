// Arithmetic of index maps.
#include "passes/kernels/affine.h"

#include "ir/ops/table.h"
#include "passes/kernels/extents.h"

namespace aic::passes {
using namespace ir;

Affine operator+(const Affine& a, const Affine& b) {
  Affine sum{a.constant + b.constant, {}};
  auto x = a.terms.begin(), y = b.terms.begin();
  while (x != a.terms.end() || y != b.terms.end()) {
    if (y == b.terms.end() || (x != a.terms.end() && x->first < y->first))
      sum.terms.push_back(*x++);
    else if (x == a.terms.end() || y->first < x->first)
      sum.terms.push_back(*y++);
    else {
      if (int64_t c = x->second + y->second) sum.terms.push_back({x->first, c});
      ++x, ++y;
    }
  }
  return sum;
}

Affine operator*(const Affine& a, int64_t k) {
  Affine product{a.constant * k, {}};
  if (k)
    for (auto [v, c] : a.terms) product.terms.push_back({v, c * k});
  return product;
}

std::optional<int64_t> difference(const Affine& a, const Affine& b) {
  if (a.terms != b.terms) return std::nullopt;
  return a.constant - b.constant;
}

Affine affine_of(const Function& f, ValueId v) {
  if (std::optional<int64_t> k = constant_int(f, v)) return {*k, {}};
  OpId d = f.defining_op(v);
  if (!d) return Affine::of(v);
  const Op& op = f.op(d);
  if (op.code == "assume.index"_op) return affine_of(f, op.operands[0]);
  bool exact = f.int_attr(d, "exact");
  if (exact && op.code == "add"_op) return affine_of(f, op.operands[0]) + affine_of(f, op.operands[1]);
  if (exact && op.code == "subtract"_op) return affine_of(f, op.operands[0]) + affine_of(f, op.operands[1]) * -1;
  return Affine::of(v);
}

}  // namespace aic::passes
