// Rounds of a loop side by side, in the lanes of vectors: loops that passes/kernels/lanes.cpp marked `lanes = W`.
//
//   head:    i ──▶ W more rounds? ── yes ──▶ lanes of i … i + W - 1 ──▶ head
//                     │ no                       │ bounds of inner loops differ
//                     ▼                          ▼
//                  scalar rounds up to the end, or up to i + W ──▶ head
//
// In the vector code a value is the same in all lanes (and stays a scalar), or one more in each (its first lane is kept:
// loads and stores at such an index are consecutive), or a vector. Inner loops keep their order of rounds, so sums keep
// their order of additions. An inner loop whose bounds move with the lanes runs as long as all lanes have as many rounds
// and begin one after the other, which is tested first. Small bodies get a second width: 4 W lanes are four vectors, whose
// additions do not wait for one another.
#include "codegen/lower.h"

namespace aic::codegen {

using namespace ir;
using llvm::ArrayRef;

namespace {
constexpr size_t small_body = 64;  // ops: four vectors of each value stay in registers

llvm::Type* in_lanes(llvm::Type* t, unsigned width) { return llvm::FixedVectorType::get(t, width); }
}  // namespace

class LaneLowering {
 public:
  LaneLowering(FunctionLowering& function, OpId loop, unsigned width, Value* first, BasicBlock* otherwise)
      : g_(function), f_(function.f), b_(function.b), loop_(loop), width_(width), otherwise_(otherwise) {
    lanes_[f_.region(f_.op(loop).regions[0]).arguments[0].index] = {Kind::Next, first};
  }
  void run() { region(f_.op(loop_).regions[0], true); }

 private:
  enum class Kind : uint8_t { Same, Next, Vector };
  struct Lane {
    Kind kind;
    Value* value;  // Same: a scalar; Next: that of the first lane
  };

  Lane of(ValueId v) {
    auto it = lanes_.find(v.index);
    return it == lanes_.end() ? Lane{Kind::Same, g_.one(v)} : it->second;
  }
  Value* steps(llvm::Type* type) {
    llvm::SmallVector<llvm::Constant*, 32> all;
    for (unsigned k = 0; k < width_; ++k) all.push_back(llvm::ConstantInt::get(type, k));
    return llvm::ConstantVector::get(all);
  }
  Value* vector(const Lane& x) {
    if (x.kind == Kind::Vector) return x.value;
    Value* all = b_.CreateVectorSplat(width_, x.value);
    return x.kind == Kind::Same ? all : b_.CreateAdd(all, steps(x.value->getType()), "", false, true);
  }
  Value* vector(ValueId v) { return vector(of(v)); }
  Value* first(const Lane& x) { return x.kind == Kind::Vector ? b_.CreateExtractElement(x.value, uint64_t(0)) : x.value; }
  bool is_same(ArrayRef<ValueId> values) {
    for (ValueId v : values)
      if (lanes_.count(v.index)) return false;
    return true;
  }
  void set(OpId id, Kind kind, Value* v) { lanes_[f_.op(id).results[0].index] = {kind, v}; }

  void region(RegionId r, bool outermost = false) {
    for (OpId id = f_.region(r).first; id; id = f_.op(id).next) {
      if (outermost) test_bounds(id);
      op(id);
    }
  }
  void op(OpId id) {
    const Op& o = f_.op(id);
    switch (o.code) {
      case "continue"_op:
      case "yield"_op: return;
      case "for"_op: return counted(id, of(o.operands[0]), of(o.operands[1]), g_.one(o.operands[2]), 3);
      case "kernel"_op: return counted(id, {Kind::Same, b_.getInt64(0)}, of(o.operands[0]), b_.getInt64(1), o.operands.size());
      case "if"_op: return choice(id);
      default: break;
    }
    size_t from = o.code == "load"_op || o.code == "store"_op ? 1 : 0;  // the array
    if (o.code != "store"_op && is_same(ArrayRef(o.operands).drop_front(std::min(from, o.operands.size())))) return g_.op(id);
    if (o.code == "assume.index"_op)
      lanes_[o.results[0].index] = of(o.operands[0]);
    else if (o.code == "load"_op)
      load(id);
    else if (o.code == "store"_op)
      store(id);
    else
      elementwise(id);
  }

  // ---- arithmetic ----
  void elementwise(OpId id) {
    const Op& o = f_.op(id);
    if (f_.int_attr(id, "exact") && f_.type(o.results[0]).is(TypeKind::Int) &&
        (o.code == "add"_op || o.code == "subtract"_op)) {
      Lane x = of(o.operands[0]), y = of(o.operands[1]);
      bool next =
          x.kind == Kind::Next ? y.kind == Kind::Same : x.kind == Kind::Same && y.kind == Kind::Next && o.code == "add"_op;
      if (next)
        return set(id, Kind::Next,
                   o.code == "add"_op ? b_.CreateAdd(x.value, y.value, "", false, true)
                                      : b_.CreateSub(x.value, y.value, "", false, true));
    }
    size_t main = record(o.code).has(Selects) ? 1 : 0;
    Type type = f_.type(o.operands[main]);
    ScalarOp s{b_, g_.m, record(o.code), type.dtype(), type, f_.type(o.results[0]), {}, f_.int_attr(id, "exact") != 0};
    for (ValueId v : o.operands) s.in.push_back({vector(v)});
    llvm::IRBuilderBase::FastMathFlagGuard guard(b_);
    b_.setFastMathFlags(g_.math_flags(id));
    set(id, Kind::Vector, lower_scalar(s)[0]);
  }
  // Both arms are arithmetic alone.
  void choice(OpId id) {
    const Op o = f_.op(id);
    for (RegionId r : o.regions) region(r);
    Lane c = of(o.operands[0]);
    Value* when = c.kind == Kind::Same ? c.value : vector(c);
    const std::vector<ValueId>&yes = f_.op(f_.terminator(o.regions[0])).operands,
          &no = f_.op(f_.terminator(o.regions[1])).operands;
    for (size_t k = 0; k < o.results.size(); ++k)
      lanes_[o.results[k].index] = {Kind::Vector, b_.CreateSelect(when, vector(yes[k]), vector(no[k]))};
  }

  // ---- memory: consecutive elements, or loads of any ----
  bool is_consecutive(const FunctionLowering::Array& a, ArrayRef<ValueId> indices) {
    for (size_t k = 0; k < indices.size(); ++k) {
      Kind kind = of(indices[k]).kind;
      bool dense = k + 1 == indices.size() && (a.type.layout() == Layout::C || a.type.layout() == Layout::Inner);
      if (kind == Kind::Vector || (kind == Kind::Next && !dense)) return false;
    }
    return true;
  }
  Value* gathered(const FunctionLowering::Array& a, llvm::Type* t, ArrayRef<ValueId> indices) {
    Value* sum = llvm::Constant::getNullValue(in_lanes(b_.getInt64Ty(), width_));
    for (size_t k = 0; k < indices.size(); ++k)
      sum = b_.CreateAdd(sum, b_.CreateMul(vector(indices[k]), b_.CreateVectorSplat(width_, a.strides[k])));
    Value* places = b_.CreateInBoundsGEP(t, a.data, sum);
    return b_.CreateMaskedGather(in_lanes(t, width_), places, llvm::Align(uint64_t(byte_size(a.type.dtype()))));
  }
  Value* address(const FunctionLowering::Array& a, ArrayRef<ValueId> indices) {
    SmallVector<Value*, 4> at;
    for (ValueId v : indices) {
      Lane x = of(v);
      AIC_CHECK(x.kind != Kind::Vector, print(f_, loop_));
      at.push_back(x.value);
    }
    return g_.address(a, at);
  }
  void load(OpId id) {
    const Op& o = f_.op(id);
    FunctionLowering::Array a = g_.array(o.operands[0]);
    DType d = a.type.dtype();
    ArrayRef<ValueId> indices = ArrayRef(o.operands).drop_front();
    Value* x;
    if (is_consecutive(a, indices)) {
      auto* read =
          b_.CreateAlignedLoad(in_lanes(g_.m.element(d), width_), address(a, indices), llvm::Align(uint64_t(byte_size(d))));
      g_.note_access(read, a.data);
      x = read;
    } else {
      x = gathered(a, g_.m.element(d), indices);
    }
    set(id, Kind::Vector, d == DType::Bool ? b_.CreateICmpNE(x, llvm::Constant::getNullValue(x->getType())) : x);
  }
  void store(OpId id) {
    const Op& o = f_.op(id);
    FunctionLowering::Array a = g_.array(o.operands[0]);
    DType d = a.type.dtype();
    Value *at = address(a, ArrayRef(o.operands).drop_front(2)), *x = vector(o.operands[1]);
    if (d == DType::Bool) x = b_.CreateZExt(x, in_lanes(b_.getInt8Ty(), width_));
    g_.note_access(b_.CreateAlignedStore(x, at, llvm::Align(uint64_t(byte_size(d)))), a.data);
  }

  // ---- loops ----
  // Of all inner loops below: have all lanes as many rounds, beginning one after the other or together?
  void test_bounds(OpId id) {
    std::vector<OpId> loops;
    if (f_.op(id).code == "for"_op) loops.push_back(id);
    for (RegionId r : f_.op(id).regions)
      for (OpId inner : f_.ops_below(r))
        if (f_.op(inner).code == "for"_op) loops.push_back(inner);
    Value* all = nullptr;
    for (OpId loop : loops) {
      const std::vector<ValueId>& x = f_.op(loop).operands;
      if (is_same({x[0], x[1]})) continue;
      bool together = is_same({x[0]});
      for (size_t k = together ? 1 : 0; k < 2; ++k) {
        Lane bound = of(x[k]);
        if (bound.kind == Kind::Next && !together) continue;
        Value* wanted = vector({together ? Kind::Same : Kind::Next, first(bound)});
        Value* fits = b_.CreateAndReduce(b_.CreateICmpEQ(vector(bound), wanted));
        all = all ? b_.CreateAnd(all, fits) : fits;
      }
    }
    if (!all) return;
    BasicBlock* fine = g_.block("lanes");
    b_.CreateCondBr(all, fine, otherwise_);
    b_.SetInsertPoint(fine);
  }
  void counted(OpId id, Lane start, Lane stop, Value* step, size_t init) {
    const Op o = f_.op(id);
    g_.mark_contracted(id);
    const std::vector<ValueId> arguments = f_.region(o.regions[0]).arguments;
    Value *from = first(start), *to = first(stop);
    bool up = !llvm::cast<llvm::ConstantInt>(step)->isNegative();
    BasicBlock* before = b_.GetInsertBlock();
    SmallVector<Value*, 8> begin;
    for (size_t k = init; k < o.operands.size(); ++k) begin.push_back(vector(o.operands[k]));
    BasicBlock *head = g_.block("lanes.for"), *body = g_.block("lanes.body"), *exit = g_.block("lanes.end");
    b_.CreateBr(head);
    b_.SetInsertPoint(head);
    auto* index = b_.CreatePHI(b_.getInt64Ty(), 2);
    index->addIncoming(from, before);
    SmallVector<llvm::PHINode*, 8> state;
    for (size_t k = 0; k < begin.size(); ++k) {
      state.push_back(b_.CreatePHI(begin[k]->getType(), 2));
      state[k]->addIncoming(begin[k], before);
      lanes_[arguments[k + 1].index] = {Kind::Vector, state[k]};
    }
    if (start.kind == Kind::Same)
      g_.values_[arguments[0].index] = {index};
    else
      lanes_[arguments[0].index] = {Kind::Next, index};
    b_.CreateCondBr(up ? b_.CreateICmpSLT(index, to) : b_.CreateICmpSGT(index, to), body, exit);
    b_.SetInsertPoint(body);
    region(o.regions[0]);
    const std::vector<ValueId> last = f_.op(f_.terminator(o.regions[0])).operands;
    SmallVector<Value*, 8> next;
    for (size_t k = 0; k < state.size(); ++k) next.push_back(vector(last[k]));
    index->addIncoming(b_.CreateAdd(index, step, "", false, true), b_.GetInsertBlock());
    for (size_t k = 0; k < state.size(); ++k) state[k]->addIncoming(next[k], b_.GetInsertBlock());
    b_.CreateBr(head);
    exit->moveAfter(b_.GetInsertBlock());
    b_.SetInsertPoint(exit);
    for (size_t k = 0; k < o.results.size(); ++k) lanes_[o.results[k].index] = {Kind::Vector, state[k]};
  }

  FunctionLowering& g_;
  const Function& f_;
  llvm::IRBuilder<>& b_;
  OpId loop_;
  unsigned width_;
  BasicBlock* otherwise_;
  llvm::DenseMap<uint32_t, Lane> lanes_;
};

void FunctionLowering::lower_in_lanes(OpId id) {
  const Op o = f.op(id);
  bool counted = o.code == "for"_op;
  Value *start = counted ? one(o.operands[0]) : b.getInt64(0), *stop = one(o.operands[counted ? 1 : 0]);
  unsigned lanes = unsigned(f.int_attr(id, "lanes"));
  SmallVector<unsigned, 2> widths{lanes};
  if (f.ops_below(o.regions[0]).size() <= small_body) widths.insert(widths.begin(), 4 * lanes);

  BasicBlock *before = b.GetInsertBlock(), *head = block("rounds"), *scalar = BasicBlock::Create(m.context, "scalar");
  BasicBlock* exit = BasicBlock::Create(m.context, "endrounds");
  b.CreateBr(head);
  b.SetInsertPoint(head);
  auto* i = b.CreatePHI(b.getInt64Ty(), 4);
  i->addIncoming(start, before);
  auto* limit = llvm::PHINode::Create(b.getInt64Ty(), 3, "", scalar);
  for (unsigned width : widths) {
    BasicBlock *vector = block("lanes"), *otherwise = block("differ"), *narrower = block("narrower");
    Value* end = b.CreateAdd(i, b.getInt64(width), "", false, true);
    b.CreateCondBr(b.CreateICmpSLE(end, stop), vector, narrower);
    b.SetInsertPoint(otherwise);
    limit->addIncoming(end, otherwise);
    b.CreateBr(scalar);
    b.SetInsertPoint(vector);
    LaneLowering(*this, id, width, i, otherwise).run();
    i->addIncoming(end, b.GetInsertBlock());
    b.CreateBr(head);
    if (otherwise->hasNPredecessors(0)) {
      limit->removeIncomingValue(otherwise, /*DeletePHIIfEmpty=*/false);
      otherwise->eraseFromParent();
    }
    b.SetInsertPoint(narrower);
  }
  limit->addIncoming(stop, b.GetInsertBlock());
  b.CreateCondBr(b.CreateICmpSLT(i, stop), scalar, exit);
  scalar->insertInto(code_);
  lower_scalar_rounds(id, scalar, i, limit, head);
  exit->insertInto(code_);
  b.SetInsertPoint(exit);
}

// The rounds from the value of `first` up to `limit`, at least one, as they are written; then back to `head`.
void FunctionLowering::lower_scalar_rounds(OpId id, BasicBlock* entry, llvm::PHINode* first, Value* limit, BasicBlock* head) {
  const Op o = f.op(id);
  bool counted = o.code == "for"_op;
  b.SetInsertPoint(entry);
  BasicBlock *round = block("round"), *next = BasicBlock::Create(m.context, "next");
  b.CreateBr(round);
  b.SetInsertPoint(round);
  auto* j = b.CreatePHI(b.getInt64Ty(), 2);
  j->addIncoming(first, entry);
  values_[f.region(o.regions[0]).arguments[0].index] = {j};
  int64_t label = f.int_attr(id, "label");
  if (counted) loops_[label] = LoopFrame{next, nullptr, {}, {}};
  ++rare_;
  region(o.regions[0]);
  --rare_;
  if (counted)
    loops_.erase(label);
  else
    b.CreateBr(next);
  next->insertInto(code_);
  b.SetInsertPoint(next);
  Value* after = b.CreateAdd(j, b.getInt64(1), "", false, true);
  j->addIncoming(after, next);
  first->addIncoming(limit, next);
  b.CreateCondBr(b.CreateICmpSLT(after, limit), round, head);
}

}  // namespace aic::codegen
