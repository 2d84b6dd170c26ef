// Where elements stand in memory: what is the same in all rounds of the innermost loop is added to the array's address first,
// so that LICM takes it out of the loop, and the machine adds the rest as it loads. LLVM would do this by its loop strength
// reduction, which takes half of the time that it takes to write machine code.
#include "codegen/lower.h"
#include "ir/ops/table.h"

namespace aic::codegen {
using namespace ir;
using llvm::ArrayRef;
using llvm::Value;

Value* FunctionLowering::mul(Value* x, Value* y) {
  auto is_one = [](Value* v) {
    auto* c = llvm::dyn_cast<llvm::ConstantInt>(v);
    return c && c->isOne();
  };
  if (is_one(x)) return y;
  if (is_one(y)) return x;
  return b.CreateMul(x, y, "", false, true);
}
Value* FunctionLowering::plus(Value* x, Value* y) {
  auto is_zero = [](Value* v) {
    auto* c = llvm::dyn_cast_or_null<llvm::ConstantInt>(v);
    return !v || (c && c->isZero());
  };
  if (is_zero(x)) return y;
  return is_zero(y) ? x : b.CreateAdd(x, y, "", false, true);
}

Value* FunctionLowering::offset(Value* data, DType d, Value* elements) {
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(elements); c && c->isZero()) return data;
  return b.CreateInBoundsGEP(m.element(d), data, elements);
}

Value* FunctionLowering::address(const Array& a, ArrayRef<Value*> indices) {
  Value* sum = nullptr;
  for (size_t k = 0; k < indices.size(); ++k) sum = plus(sum, mul(indices[k], a.strides[k]));
  return sum ? offset(a.data, a.type.dtype(), sum) : a.data;
}

// The loop right around an op, as its region; none: the function's body.
RegionId FunctionLowering::innermost_loop(OpId id) const {
  RegionId r = f.op(id).parent;
  for (OpId at = f.region(r).op; at; r = f.op(at).parent, at = f.region(r).op)
    if (record(f.op(at).code).has(Loop) || f.op(at).code == "kernel"_op) return r;
  return {};
}
bool FunctionLowering::is_fixed(ValueId v, RegionId loop) const {
  OpId d = f.defining_op(v);
  for (RegionId r = d ? f.op(d).parent : f.value(v).region;;) {
    if (r == loop) return false;
    OpId at = f.region(r).op;
    if (!at) return true;
    r = f.op(at).parent;
  }
}

FunctionLowering::Index FunctionLowering::split(ValueId v, RegionId loop) {
  if (is_fixed(v, loop)) return {one(v), nullptr};
  OpId d = f.defining_op(v);
  if (!d) return {nullptr, one(v)};
  const Op& op = f.op(d);
  if (op.code == "assume.index"_op) return split(op.operands[0], loop);
  const bool minus = op.code == "subtract"_op;
  if ((op.code != "add"_op && !minus) || !f.int_attr(d, "exact")) return {nullptr, one(v)};
  Index x = split(op.operands[0], loop), y = split(op.operands[1], loop);
  auto is_constant = [](const Index& i) { return !i.moving && llvm::isa<llvm::ConstantInt>(i.fixed); };
  if (is_constant(x) || is_constant(y) || (!x.fixed && !y.fixed)) return {nullptr, one(v)};
  auto sum = [&](Value* p, Value* q) {
    return q && minus ? b.CreateSub(p ? p : b.getInt64(0), q, "", false, true) : plus(p, q);
  };
  return {sum(x.fixed, y.fixed), sum(x.moving, y.moving)};
}

Value* FunctionLowering::address(OpId id, const Array& a, size_t first) {
  const RegionId loop = innermost_loop(id);
  const std::vector<ValueId>& indices = f.op(id).operands;
  Value *fixed = nullptr, *moving = nullptr;
  for (size_t k = first; k < indices.size(); ++k) {
    Index i = loop ? split(indices[k], loop) : Index{one(indices[k]), nullptr};
    if (i.fixed) fixed = plus(fixed, mul(i.fixed, a.strides[k - first]));
    if (i.moving) moving = plus(moving, mul(i.moving, a.strides[k - first]));
  }
  llvm::Type* element = m.element(a.type.dtype());
  if (!fixed || !moving) return fixed || moving ? b.CreateInBoundsGEP(element, a.data, fixed ? fixed : moving) : a.data;
  const auto in_range = llvm::GEPNoWrapFlags::noUnsignedSignedWrap();
  return b.CreateGEP(element, b.CreateGEP(element, a.data, fixed, "", in_range), moving, "", in_range);
}

}  // namespace aic::codegen
