// One function: its frame, its control flow, its calls.
//
// Structured regions become blocks directly: each loop has one block that `continue` goes to and one that `break` goes to,
// with a phi for every piece of state; an exit is a branch wherever it stands. What only runs when something raises is
// kept in blocks that are appended after all others.
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/Support/ModRef.h>

#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;
using llvm::ArrayRef;

FunctionLowering::FunctionLowering(ModuleLowering& module, const ir::Function& function, llvm::Function* code, Leave leave)
    : b(module.context), m(module), f(function), code_(code), leave_(leave), quiet_(m.callee_is_quiet(function)) {
  values_.resize(f.value_count());
  reassociated_.resize(f.op_count());
  contracted_.resize(f.op_count());
  llvm::FastMathFlags fast;
  uint32_t flags = m.request.flags;
  fast.setAllowReassoc(flags & AIC_CG_REASSOC);
  fast.setNoNaNs(flags & AIC_CG_NNAN);
  fast.setNoInfs(flags & AIC_CG_NINF);
  fast.setNoSignedZeros(flags & AIC_CG_NSZ);
  fast.setAllowReciprocal(flags & AIC_CG_ARCP);
  fast.setAllowContract(flags & AIC_CG_CONTRACT);
  fast.setApproxFunc(flags & AIC_CG_AFN);
  b.setFastMathFlags(fast);
}

void FunctionLowering::run() {
  if (m.debug) code_->setSubprogram(m.subprogram(f, code_->getName()));
  b.SetInsertPoint(block("entry"));
  context_ = code_->getArg(0);
  parameters();
  region(f.body());
  if (!b.GetInsertBlock()->getTerminator()) b.CreateUnreachable();
  for (BasicBlock* cold : cold_) cold->moveAfter(&code_->back());
  annotate_accesses();
}

// An entry whose function is called from elsewhere too: slots in, call, slots out.
void FunctionLowering::run_wrapper(const ModuleLowering::Callee& callee) {
  b.SetInsertPoint(block("entry"));
  context_ = code_->getArg(0);
  parameters();
  llvm::SmallVector<Value*, 16> arguments{context_};
  for (ValueId p : f.parameters()) arguments.append(get(p).begin(), get(p).end());
  Pieces pieces = call_pieces(callee.code, arguments);
  if (!callee.quiet) {
    Value* status = pieces[0];
    pieces.erase(pieces.begin());
    BasicBlock *failed = cold_block("failed"), *good = block("called");
    b.CreateCondBr(b.CreateICmpEQ(status, b.getInt32(0)), good, failed);
    b.SetInsertPoint(failed);
    b.CreateRet(status);
    b.SetInsertPoint(good);
  }
  return_pieces(pieces);
}

void FunctionLowering::parameters() {
  bool disjoint = false;
  for (const NamedAttr& a : f.attrs)
    if (a.name == "noalias") disjoint = std::holds_alternative<int64_t>(a.value) && std::get<int64_t>(a.value);
  unsigned at = leave_ == Leave::Entry ? 0 : 1;
  if (leave_ == Leave::Entry) results_ = code_->getArg(2);
  int shared = -1;  // the root of all array parameters that may overlap
  for (ValueId p : f.parameters()) {
    Pieces pieces;
    if (leave_ == Leave::Entry)
      from_slots(f.type(p), code_->getArg(1), at, pieces);
    else
      for (size_t k = m.pieces_of(f.type(p)).size(); k > 0; --k) pieces.push_back(code_->getArg(at++));
    if (f.type(p).is_array()) {
      if (disjoint || shared < 0) shared = root_count_++;
      roots_[pieces[0]] = shared;
    }
    values_[p.index] = pieces;
  }
}

// ---- regions ----
void FunctionLowering::region(RegionId r) {
  for (OpId id = f.region(r).first; id; id = f.op(id).next) op(id);
}

// What was inlined has the line of its call.
void FunctionLowering::set_line(OpId id) {
  ir::SpanId span = f.op(id).span;
  const std::vector<ir::SpanInfo>& spans = f.module().spans;
  while (span && spans[span.index].source != f.source && spans[span.index].inlined_at) span = spans[span.index].inlined_at;
  Position p = f.module().position(span);
  unsigned line = p.line ? unsigned(m.source.sources[f.source].first_line - 1 + p.line) : 0;
  b.SetCurrentDebugLocation(llvm::DILocation::get(m.context, line, unsigned(p.column) + 1, code_->getSubprogram()));
}

void FunctionLowering::op(OpId id) {
  if (m.debug) set_line(id);
  if (f.op(id).code == "unwind"_op) {
    owned_ = f.op(id).operands;
    return;
  }
  lower_op(id);
  owned_.clear();
}

void FunctionLowering::lower_op(OpId id) {
  const OpRecord& r = record(f.op(id).code);
  if (r.tier == Tier::Elementwise) return elementwise(id);
  if (r.tier == Tier::Runtime) return runtime_call(id);
  if (control_op(id) || value_op(id) || memory_op(id) || list_op(id) || table_op(id) || check_op(id)) return;
  AIC_CHECK(!"an op of the loop form", print(f, id));
}

bool FunctionLowering::control_op(OpId id) {
  const Op& o = f.op(id);
  switch (o.code) {
    case "if"_op: lower_if(id); break;
    case "for"_op: f.int_attr(id, "lanes") ? lower_in_lanes(id) : lower_for(id); break;
    case "while"_op: lower_while(id); break;
    case "kernel"_op: f.int_attr(id, "lanes") ? lower_in_lanes(id) : lower_kernel(id); break;
    case "call"_op: lower_call(id); break;
    case "return"_op: lower_return(id); break;
    case "raise"_op: raise_now(id, o.operands); break;
    case "unreachable"_op: b.CreateUnreachable(); break;
    case "yield"_op: break;  // `if` and `kernel` read it from their region
    case "condition"_op: break;
    case "continue"_op: {
      LoopFrame& loop = loops_.at(f.int_attr(id, "loop"));
      jump(loop.next, loop.state, o.operands);
      break;
    }
    case "break"_op: {
      LoopFrame& loop = loops_.at(f.int_attr(id, "loop"));
      jump(loop.exit, loop.results, o.operands);
      break;
    }
    default: return false;
  }
  return true;
}

std::vector<Type> FunctionLowering::types_of(ArrayRef<ValueId> values) const {
  std::vector<Type> types;
  for (ValueId v : values) types.push_back(f.type(v));
  return types;
}

llvm::SmallVector<llvm::PHINode*, 8> FunctionLowering::phis(ArrayRef<Type> types, BasicBlock* at) {
  llvm::SmallVector<llvm::PHINode*, 8> out;
  for (Type t : types)
    for (llvm::Type* piece : m.pieces_of(t)) out.push_back(llvm::PHINode::Create(piece, 2, "", at));
  return out;
}

void FunctionLowering::jump(BasicBlock* to, ArrayRef<llvm::PHINode*> phis, ArrayRef<ValueId> values) {
  size_t k = 0;
  for (ValueId v : values)
    for (Value* piece : get(v)) phis[k++]->addIncoming(piece, b.GetInsertBlock());
  AIC_CHECK(k == phis.size());
  b.CreateBr(to);
}

void FunctionLowering::bind_phis(ArrayRef<ValueId> values, ArrayRef<llvm::PHINode*> phis) {
  size_t k = 0;
  for (ValueId v : values) {
    Pieces pieces;
    for (size_t n = m.pieces_of(f.type(v)).size(); n > 0; --n) pieces.push_back(phis[k++]);
    values_[v.index] = pieces;
  }
}

// Goes on in a block that branches came to; none may have (a loop that is only left by return).
void FunctionLowering::finish_block(BasicBlock* at, ArrayRef<llvm::PHINode*> phis) {
  b.SetInsertPoint(at);
  if (!at->hasNPredecessorsOrMore(1)) {
    for (llvm::PHINode* p : phis) {
      for (Pieces& pieces : values_)
        for (Value*& v : pieces)
          if (v == p) v = llvm::PoisonValue::get(p->getType());
      p->eraseFromParent();
    }
    b.CreateUnreachable();
    b.SetInsertPoint(block("never"));
  }
}

void FunctionLowering::lower_if(OpId id) {
  const Op& o = f.op(id);
  BasicBlock *yes = block("then"), *no = block("else"), *after = BasicBlock::Create(m.context, "endif");
  auto* branch = b.CreateCondBr(one(o.operands[0]), yes, no);
  if (f.int_attr(id, "rare"))
    branch->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(1, 2000));
  bool joins = false;
  llvm::SmallVector<llvm::PHINode*, 8> results = phis(types_of(o.results), after);
  for (int arm = 0; arm < 2; ++arm) {
    RegionId r = o.regions[size_t(arm)];
    b.SetInsertPoint(arm ? no : yes);
    region(r);
    OpId last = f.terminator(r);
    if (last && f.op(last).code == "yield"_op) {
      joins = true;
      jump(after, results, f.op(last).operands);
    } else if (!b.GetInsertBlock()->getTerminator()) {
      b.CreateUnreachable();  // the region ends in an op none of whose arms comes back
    }
  }
  if (!joins) {  // nothing follows
    for (llvm::PHINode* p : results) p->eraseFromParent();
    delete after;
    return;
  }
  after->insertInto(code_);
  bind_phis(o.results, results);
  b.SetInsertPoint(after);
}

// How many rounds, exactly and without overflow, for steps other than 1 and -1. 0 when none.
Value* FunctionLowering::trip_count(Value* start, Value* stop, Value* step, ValueId) {
  auto* zero = b.getInt64(0);
  Value* up = b.CreateICmpSGT(step, zero);
  Value* some = b.CreateSelect(up, b.CreateICmpSLT(start, stop), b.CreateICmpSGT(start, stop));
  Value* distance = b.CreateSelect(up, b.CreateSub(stop, start), b.CreateSub(start, stop));
  Value* size = b.CreateSelect(up, step, b.CreateNeg(step));
  Value* rounds = b.CreateAdd(b.CreateUDiv(b.CreateSub(distance, b.getInt64(1)), size), b.getInt64(1));
  return b.CreateSelect(some, rounds, zero);
}

// Tests at the top: loop-rotate turns it round. With steps 1 and -1 the index itself is tested, and the test bounds the
// addition; with others a second counter runs to the trip count, and the index may step past its range unseen.
void FunctionLowering::lower_for(OpId id) {
  const Op& o = f.op(id);
  Value *start = one(o.operands[0]), *stop = one(o.operands[1]), *step = one(o.operands[2]);
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(step);
  bool unit = constant && (constant->isOne() || constant->isMinusOne());
  if (f.int_attr(id, "reassociate")) mark_reassociated(id);
  mark_contracted(id);
  Value* rounds = unit ? nullptr : trip_count(start, stop, step, o.operands[2]);

  // The test stands at the end of each round and once before the first (LLVM's rotated form).
  auto more = [&](Value* at, Value* count) -> Value* {
    if (count) return b.CreateICmpULT(count, rounds);
    return constant->isOne() ? b.CreateICmpSLT(at, stop) : b.CreateICmpSGT(at, stop);
  };
  BasicBlock* first = block("for");
  BasicBlock *next = BasicBlock::Create(m.context, "next"), *exit = BasicBlock::Create(m.context, "endfor");
  ArrayRef<ValueId> init = ArrayRef(o.operands).drop_front(3);
  const std::vector<ValueId>& arguments = f.region(o.regions[0]).arguments;
  b.CreateCondBr(more(start, unit ? nullptr : b.getInt64(0)), first, exit);
  BasicBlock* before = b.GetInsertBlock();
  b.SetInsertPoint(first);
  BasicBlock* body = block("body");
  auto* index = llvm::PHINode::Create(b.getInt64Ty(), 2, "", body);
  auto* counter = unit ? nullptr : llvm::PHINode::Create(b.getInt64Ty(), 2, "", body);
  llvm::SmallVector<llvm::PHINode*, 8> state = phis(types_of(init), body);
  LoopFrame loop{next, exit, phis(types_of(init), next), phis(types_of(o.results), exit)};
  index->addIncoming(start, first);
  if (counter) counter->addIncoming(b.getInt64(0), first);
  size_t k = 0;
  for (ValueId v : init)
    for (Value* piece : get(v)) loop.results[k++]->addIncoming(piece, before);
  std::vector<Value*> headers = read_headers(id);
  jump(body, state, init);
  values_[arguments[0].index] = {index};
  bind_phis(ArrayRef(arguments).drop_front(), state);

  int64_t label = f.int_attr(id, "label");
  loops_[label] = loop;
  b.SetInsertPoint(body);
  region(o.regions[0]);
  if (!b.GetInsertBlock()->getTerminator()) b.CreateUnreachable();
  loops_.erase(label);
  forget_headers(headers);

  if (next->hasNPredecessorsOrMore(1)) {
    next->insertInto(code_);
    b.SetInsertPoint(next);
    Value* following = b.CreateAdd(index, step, "", false, true);
    Value* count = counter ? b.CreateAdd(counter, b.getInt64(1), "", true, false) : nullptr;
    index->addIncoming(following, next);
    if (counter) counter->addIncoming(count, next);
    for (size_t k = 0; k < state.size(); ++k) {
      state[k]->addIncoming(loop.state[k], next);
      loop.results[k]->addIncoming(loop.state[k], next);
    }
    b.CreateCondBr(more(following, count), body, exit);
    bool rare = rare_ || f.int_attr(id, "rare");
    bool chain = !f.int_attr(id, "reassociate") && is_small_chain(next, body, state);
    if (rare || chain) loop_metadata(next, nullptr, rare ? Rounds::Rare : Rounds::Chain);
  } else {
    for (llvm::PHINode* p : loop.state) p->eraseFromParent();
    delete next;
  }
  exit->insertInto(code_);
  bind_phis(o.results, loop.results);
  b.SetInsertPoint(exit);
}

// One block in which floats are computed from those of the round before: a sum in order. What follows such a loop overlaps with
// it as far as the processor looks ahead, so that the counting and jumping of every round is in the way.
bool FunctionLowering::is_small_chain(BasicBlock* next, BasicBlock* body, ArrayRef<llvm::PHINode*> state) {
  constexpr size_t small = 16;
  if (next->getSinglePredecessor() != body || body->size() > small) return false;
  return std::ranges::any_of(state, [](llvm::PHINode* p) { return p->getType()->isFloatingPointTy(); });
}

void FunctionLowering::lower_while(OpId id) {
  const Op& o = f.op(id);
  BasicBlock *head = block("while"), *exit = BasicBlock::Create(m.context, "endwhile");
  const std::vector<ValueId>& arguments = f.region(o.regions[0]).arguments;
  LoopFrame loop{head, exit, phis(types_of(o.operands), head), phis(types_of(o.results), exit)};
  std::vector<Value*> headers = read_headers(id);
  jump(head, loop.state, o.operands);
  bind_phis(arguments, loop.state);
  int64_t label = f.int_attr(id, "label");
  loops_[label] = loop;
  b.SetInsertPoint(head);
  region(o.regions[0]);
  OpId last = f.terminator(o.regions[0]);
  if (last && f.op(last).code == "condition"_op) {
    ArrayRef<ValueId> passed = ArrayRef(f.op(last).operands).drop_front();
    BasicBlock* body = block("body");
    Value* more = one(f.op(last).operands[0]);
    if (auto* always = llvm::dyn_cast<llvm::ConstantInt>(more); always && always->isOne()) {
      b.CreateBr(body);  // the results come from `break`s alone
    } else {
      size_t k = 0;
      for (ValueId v : passed)
        for (Value* piece : get(v)) loop.results[k++]->addIncoming(piece, b.GetInsertBlock());
      b.CreateCondBr(more, body, exit);
    }
    const std::vector<ValueId>& state = f.region(o.regions[1]).arguments;
    for (size_t k = 0; k < state.size(); ++k) values_[state[k].index] = get(passed[k]);
    b.SetInsertPoint(body);
    region(o.regions[1]);
  }
  if (!b.GetInsertBlock()->getTerminator()) b.CreateUnreachable();
  loops_.erase(label);
  forget_headers(headers);
  exit->insertInto(code_);
  bind_phis(o.results, loop.results);
  finish_block(exit, loop.results);
}

// Rounds are independent: every access says so (access groups), every loop of the nest points at the group.
// Loops that are `rare` are not vectorised. Rounds of kernels do not wait for one another, so the processor overlaps them
// by itself: interleaving them as well gained nothing from 13 to 30,000 elements and made a third more code. Together with
// loops that are written rotated, with their test at the end, this saved 18 % of compile time. Short chains are unrolled: the
// inner loop of a Cholesky factorisation takes a quarter less time (four rounds or eight, the same).
void FunctionLowering::loop_metadata(BasicBlock* latch, llvm::MDNode* group, Rounds rounds) {
  auto text = [&](const char* s) { return llvm::MDString::get(m.context, s); };
  llvm::SmallVector<llvm::Metadata*, 3> parts{nullptr};
  if (group) parts.push_back(llvm::MDNode::get(m.context, {text("llvm.loop.parallel_accesses"), group}));
  auto option = [&](const char* name, llvm::Constant* x) {
    parts.push_back(llvm::MDNode::get(m.context, {text(name), llvm::ConstantAsMetadata::get(x)}));
  };
  switch (rounds) {
    case Rounds::Rare: option("llvm.loop.vectorize.enable", b.getFalse()); break;
    case Rounds::Independent: option("llvm.loop.interleave.count", b.getInt32(1)); break;
    case Rounds::Chain: option("llvm.loop.unroll.count", b.getInt32(4)); break;
  }
  llvm::MDNode* node = llvm::MDNode::getDistinct(m.context, parts);
  node->replaceOperandWith(0, node);
  latch->getTerminator()->setMetadata(llvm::LLVMContext::MD_loop, node);
}

// Does the index go up by one with `v`?
static bool moves_with(const ir::Function& f, ValueId index, ValueId v) {
  while (index != v) {
    OpId d = f.defining_op(index);
    if (!d) return false;
    const Op& op = f.op(d);
    if (op.code == "add"_op && op.operands[1] == v && f.int_attr(d, "exact")) return true;
    if (op.code != "assume.index"_op && op.code != "add"_op && op.code != "subtract"_op) return false;
    index = op.operands[0];
  }
  return true;
}

// LLVM makes vectors of elements that lie apart by loading and storing each, with vectors of addresses where the elements
// are small. What little is computed in between does not pay for that.
bool FunctionLowering::is_worth_vectors(OpId kernel) const {
  constexpr int work_that_pays = 8;
  ValueId index = f.region(f.op(kernel).regions[0]).arguments.back();
  int work = 0;
  bool apart = false, small_apart = false;
  for (OpId id = f.region(f.op(kernel).regions[0]).first; id; id = f.op(id).next) {
    const Op& op = f.op(id);
    work += record(op.code).tier == Tier::Elementwise && op.code != "cast"_op && !f.int_attr(id, "exact");
    bool store = op.code == "store"_op;
    if (!store && op.code != "load"_op) continue;
    Type array = f.type(op.operands[0]);
    size_t first = store ? 2 : 1, rank = size_t(array.rank());
    size_t fastest = array.layout() == Layout::F ? first : first + rank - 1;
    bool moves = false;
    for (size_t k = first; k < first + rank; ++k)
      moves |= (k != fastest || array.layout() == Layout::Strided) && moves_with(f, op.operands[k], index);
    apart |= moves && store;
    small_apart |= moves && byte_size(array.dtype()) < 4;
  }
  return !small_apart && (!apart || work >= work_that_pays);
}

void FunctionLowering::lower_kernel(OpId id) {
  const Op& o = f.op(id);
  const std::vector<ValueId>& arguments = f.region(o.regions[0]).arguments;
  llvm::MDNode* group = llvm::MDNode::getDistinct(m.context, {});
  groups_.push_back(group);
  struct Level {
    llvm::PHINode* index;
    Value* extent;
    BasicBlock *body, *exit;
  };
  std::vector<Level> nest;
  for (size_t k = 0; k < o.operands.size(); ++k) {
    BasicBlock *before = b.GetInsertBlock(), *first = block("kernel"), *exit = BasicBlock::Create(m.context, "endkernel");
    Value* extent = one(o.operands[k]);
    b.SetInsertPoint(before);
    b.CreateCondBr(b.CreateICmpSGT(extent, b.getInt64(0)), first, exit);
    b.SetInsertPoint(first);
    BasicBlock* body = block("body");
    b.CreateBr(body);
    b.SetInsertPoint(body);
    auto* index = b.CreatePHI(b.getInt64Ty(), 2);
    index->addIncoming(b.getInt64(0), first);
    values_[arguments[k].index] = {index};
    nest.push_back({index, extent, body, exit});
  }
  region(o.regions[0]);
  groups_.pop_back();
  for (size_t k = nest.size(); k-- > 0;) {
    if (!b.GetInsertBlock()->getTerminator()) {
      Value* following = b.CreateAdd(nest[k].index, b.getInt64(1), "", true, true);
      nest[k].index->addIncoming(following, b.GetInsertBlock());
      b.CreateCondBr(b.CreateICmpSLT(following, nest[k].extent), nest[k].body, nest[k].exit);
      loop_metadata(b.GetInsertBlock(), group,
                    rare_ || f.int_attr(id, "rare") || !is_worth_vectors(id) ? Rounds::Rare : Rounds::Independent);
    }
    nest[k].exit->insertInto(code_);
    b.SetInsertPoint(nest[k].exit);
  }
}

// Additions of products that array products may round once.
void FunctionLowering::mark_contracted(OpId loop) {
  if (!f.int_attr(loop, "contract")) return;
  for (OpId id = f.region(f.op(loop).regions[0]).first; id; id = f.op(id).next) contracted_[id.index] = true;
}

llvm::FastMathFlags FunctionLowering::math_flags(OpId id) const {
  llvm::FastMathFlags flags = b.getFastMathFlags();
  if (reassociated_[id.index] || f.int_attr(id, "reassociate")) flags.setAllowReassoc();
  if (contracted_[id.index]) flags.setAllowContract();
  return flags;
}

// ---- re-association: which additions, multiplications and extremes carry a loop's state ----
bool FunctionLowering::leads_to(ValueId v, ValueId argument, int depth) {
  if (v == argument) return true;
  OpId def = f.defining_op(v);
  if (!def || depth > 32) return false;
  OpCode code = f.op(def).code;
  bool extreme = code == "maximum"_op || code == "minimum"_op;
  if (code != "add"_op && code != "multiply"_op && code != "subtract"_op && !extreme) return false;
  for (ValueId x : f.op(def).operands)
    if (leads_to(x, argument, depth + 1)) return reassociated_[def.index] = true;
  return false;
}

void FunctionLowering::mark_reassociated(OpId loop) {
  RegionId body = f.op(loop).regions[0];
  OpId last = f.terminator(body);
  if (!last || f.op(last).code != "continue"_op) return;
  const std::vector<ValueId>& arguments = f.region(body).arguments;
  const std::vector<ValueId>& next = f.op(last).operands;
  for (size_t k = 0; k < next.size(); ++k) leads_to(next[k], arguments[k + 1], 0);
}

// ---- calls ----
// What the call returns, piece by piece; the status is the first where there is one.
Pieces FunctionLowering::call_pieces(llvm::Function* code, ArrayRef<Value*> arguments) {
  llvm::CallInst* call = b.CreateCall(code, arguments);
  call->setCallingConv(code->getCallingConv());
  Pieces pieces;
  if (auto* s = llvm::dyn_cast<llvm::StructType>(call->getType()))
    for (unsigned k = 0; k < s->getNumElements(); ++k) pieces.push_back(b.CreateExtractValue(call, k));
  else if (!call->getType()->isVoidTy())
    pieces.push_back(call);
  return pieces;
}

void FunctionLowering::lower_call(OpId id) {
  const Op& o = f.op(id);
  const ModuleLowering::Callee& callee = m.callee(f.text_attr(id, "callee"));
  llvm::SmallVector<Value*, 16> arguments{context_};
  for (ValueId v : o.operands) arguments.append(get(v).begin(), get(v).end());
  AIC_CHECK(arguments.size() == callee.code->arg_size(), print(f, id));
  bool caught = f.int_attr(id, "caught") != 0;
  auto context_field = [&](size_t offset) { return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), context_, offset); };
  Value *handled = nullptr, *handlers = nullptr;
  if (caught) {
    handled = b.CreateLoad(b.getPtrTy(), context_field(offsetof(rt::Context, handled)));
    handlers = b.CreateLoad(b.getPtrTy(), context_field(offsetof(rt::Context, handlers)));
  }
  Pieces pieces = call_pieces(callee.code, arguments);
  if (caught) {
    b.CreateStore(handled, context_field(offsetof(rt::Context, handled_outside)));
    b.CreateStore(handlers, context_field(offsetof(rt::Context, handlers_outside)));
    catch_status(id, callee.quiet, pieces);
  } else if (!callee.quiet) {
    Value* status = pieces[0];
    pieces.erase(pieces.begin());
    BasicBlock *failed = cold_block("failed"), *good = block("called");
    auto* br = b.CreateCondBr(b.CreateICmpEQ(status, b.getInt32(0)), good, failed);
    br->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
    b.SetInsertPoint(failed);
    unwind(owned_, Tail::Trace, status, b.getInt32(uint32_t(m.site(f, id))));
    b.SetInsertPoint(good);
  }
  size_t k = 0;
  for (size_t r = caught; r < o.results.size(); ++r) {
    Pieces mine;
    for (size_t n = m.pieces_of(f.type(o.results[r])).size(); n > 0; --n) mine.push_back(pieces[k++]);
    set(id, mine, r);
  }
}

// The status of a call whose exceptions end here is its first result. What it returns is nothing then: null, so that
// references in it are none.
void FunctionLowering::catch_status(OpId id, bool quiet, Pieces& pieces) {
  if (quiet) return set(id, {b.getInt64(0)});
  Value* status = pieces[0];
  pieces.erase(pieces.begin());
  set(id, {b.CreateSExt(status, b.getInt64Ty())});
  Value* good = b.CreateICmpEQ(status, b.getInt32(0));
  for (Value*& piece : pieces) piece = b.CreateSelect(good, piece, llvm::Constant::getNullValue(piece->getType()));
}

void FunctionLowering::lower_return(OpId id) { return_pieces(operands(id)); }

void FunctionLowering::return_pieces(const Pieces& pieces) {
  if (leave_ == Leave::Entry) {
    unsigned at = 0;
    size_t piece = 0;
    for (Type t : f.result_types) to_slots(t, pieces, piece, results_, at, false);
  }
  leave(b.getInt32(0), &pieces);
}

// Returns with a status; without results when something raised.
void FunctionLowering::leave(Value* status, const Pieces* results) {
  if (leave_ == Leave::Entry) {
    b.CreateRet(status);
    return;
  }
  llvm::Type* type = code_->getReturnType();
  llvm::SmallVector<Value*, 8> all;
  if (!quiet_) all.push_back(status);
  if (results) all.append(results->begin(), results->end());
  if (type->isVoidTy()) {
    b.CreateRetVoid();
  } else if (!type->isStructTy()) {
    b.CreateRet(all[0]);
  } else {
    Value* whole = llvm::PoisonValue::get(type);
    for (unsigned k = 0; k < all.size(); ++k) whole = b.CreateInsertValue(whole, all[k], k);
    b.CreateRet(whole);
  }
}

BasicBlock* FunctionLowering::cold_block(const char* name) { return cold_.emplace_back(block(name)); }

}  // namespace aic::codegen
