// Checks and raising. The hot path of a check is a compare and a branch; operands of the message are stored in a block at
// the end of the function, and all such blocks share one tail that stores the site and leaves.
#include <llvm/IR/IntrinsicsX86.h>

#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;
using llvm::ArrayRef;
namespace Intrinsic = llvm::Intrinsic;

// Fields of Context.
constexpr unsigned host_field = 1, poll_field = 2, stack_field = 3, error_field_number = 5;
constexpr unsigned error_site = 0, error_length = 1, error_trace = 2, error_values = 3, error_held = 4;

Value* FunctionLowering::error_field(unsigned field, unsigned index) {
  llvm::SmallVector<Value*, 4> path{b.getInt32(0), b.getInt32(error_field_number), b.getInt32(field)};
  if (field == error_trace || field == error_values) path.push_back(b.getInt32(index));
  return b.CreateInBoundsGEP(m.abi.context, context_, path);
}

// In a cold block: stores what the message needs and leaves with the op's site.
void FunctionLowering::raise_now(OpId id, ArrayRef<ValueId> values) {
  AIC_CHECK(!quiet_, "a quiet function raises: " + print(f, id));
  store_values(values, f.int_attr(id, "args") != 0);
  unwind(owned_, Tail::Raise, b.getInt32(uint32_t(m.site(f, id))), nullptr);
}

// References among them are counted: who catches the exception may look at them when their owner has gone.
void FunctionLowering::store_values(ArrayRef<ValueId> values, bool are_arguments) {
  unsigned at = 0;
  uint64_t held = 0;
  for (ValueId v : values) {
    size_t piece = 0;
    unsigned slots = ModuleLowering::slot_count(f.type(v)), first = at;
    if (at + slots > unsigned(rt::max_error_values)) break;
    to_slots(f.type(v), get(v), piece, error_field(error_values, 0), at, true);
    if (!are_arguments && !f.type(v).is_list() && !f.type(v).is(TypeKind::Str)) continue;
    piece = 0;
    each_reference(f.type(v), get(v), piece, first, nullptr, [&](Type t, Value* reference, unsigned slot) {
      b.CreateStore(reference, error_field(error_values, slot));
      count(t, reference, true);
      held |= (t.is_list() ? 1ull : t.is_array() ? 2ull : 3ull) << (2 * slot);
    });
  }
  if (held) b.CreateStore(b.getInt64(held), error_field(error_held, 0));
}

// The references among the pieces of a value, and in which slots of an error record they are. `active`: whether these are
// pieces of the arm that a union is (null: they are); those of another arm are null.
void FunctionLowering::each_reference(Type t, const Pieces& pieces, size_t& piece, unsigned& slot, Value* active,
                                      llvm::function_ref<void(Type, Value*, unsigned)> visit) {
  auto reference = [&](Value* v) { return active ? b.CreateSelect(active, v, llvm::Constant::getNullValue(v->getType())) : v; };
  switch (t.kind()) {
    case TypeKind::Str:
    case TypeKind::List: return visit(t, reference(pieces[piece++]), slot++);
    case TypeKind::Union: {
      if (is_union_of_ints(t)) break;
      Value* tag = pieces[piece++];
      ++slot;
      for (size_t k = 0; k < t.elements().size(); ++k) {
        Value* is = b.CreateICmpEQ(tag, llvm::ConstantInt::get(tag->getType(), k));
        each_reference(t.elements()[k], pieces, piece, slot, active ? b.CreateSelect(active, is, b.getFalse()) : is, visit);
      }
      return;
    }
    case TypeKind::Tuple:
      for (Type e : t.elements()) each_reference(e, pieces, piece, slot, active, visit);
      return;
    case TypeKind::Array: visit(t, reference(pieces[piece + 1]), slot + 3); break;  // data, two without use, owner
    default: break;
  }
  piece += m.pieces_of(t).size();
  slot += ModuleLowering::slot_count(t);
}

void FunctionLowering::count(Type t, Value* reference, bool retain) {
  if (t.is(TypeKind::Str)) return count_text(reference, retain);
  count_owner(reference, t.is_list(), retain);
}

// To the common end of whatever leaves so, by way of blocks that release what the frame owns there. One block releases one
// value and goes on to that of the rest, so that places which own much the same share most.
void FunctionLowering::unwind(ArrayRef<ValueId> owned, Tail tail, Value* status, Value* site) {
  if (owned.empty())
    return tail == Tail::Raise ? raise_with(status) : tail == Tail::Trace ? pass_on(status, site) : leave(status, nullptr);
  std::pair<std::vector<ValueId>, Tail> key{owned, tail};
  if (!unwindings_.contains(key)) {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    BasicBlock* block = cold_block("unwind");
    b.SetInsertPoint(block);
    Unwinding u{block, b.CreatePHI(b.getInt32Ty(), 4), site ? b.CreatePHI(b.getInt32Ty(), 4) : nullptr};
    unwindings_[key] = u;
    size_t piece = 0;
    unsigned at = 0;
    each_reference(f.type(owned.back()), get(owned.back()), piece, at, nullptr,
                   [&](Type t, Value* reference, unsigned) { count(t, reference, false); });
    unwind(owned.drop_back(), tail, u.status, u.site);
  }
  const Unwinding& to = unwindings_.at(key);
  to.status->addIncoming(status, b.GetInsertBlock());
  if (site) to.site->addIncoming(site, b.GetInsertBlock());
  b.CreateBr(to.block);
}

void FunctionLowering::raise_with(Value* site) {
  if (!raise_exit_) {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    raise_exit_ = cold_block("raise");
    b.SetInsertPoint(raise_exit_);
    raise_site_ = b.CreatePHI(b.getInt32Ty(), 4);
    b.CreateStore(raise_site_, error_field(error_site, 0));
    b.CreateStore(b.getInt32(0), error_field(error_length, 0));
    leave(raise_site_, nullptr);
  }
  raise_site_->addIncoming(site, b.GetInsertBlock());
  b.CreateBr(raise_exit_);
}

void FunctionLowering::pass_on(Value* status, Value* site) {
  if (!trace_exit_) {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    trace_exit_ = cold_block("trace");
    BasicBlock *room = cold_block("room"), *done = cold_block("full");
    b.SetInsertPoint(trace_exit_);
    trace_status_ = b.CreatePHI(b.getInt32Ty(), 4);
    trace_site_ = b.CreatePHI(b.getInt32Ty(), 4);
    Value* length = b.CreateLoad(b.getInt32Ty(), error_field(error_length, 0));
    b.CreateStore(b.CreateAdd(length, b.getInt32(1)), error_field(error_length, 0));
    b.CreateCondBr(b.CreateICmpULT(length, b.getInt32(rt::max_trace)), room, done);
    b.SetInsertPoint(room);
    b.CreateStore(trace_site_,
                  b.CreateInBoundsGEP(b.getInt32Ty(), error_field(error_trace, 0), b.CreateZExt(length, b.getInt64Ty())));
    b.CreateBr(done);
    b.SetInsertPoint(done);
    leave(trace_status_, nullptr);
  }
  trace_status_->addIncoming(status, b.GetInsertBlock());
  trace_site_->addIncoming(site, b.GetInsertBlock());
  b.CreateBr(trace_exit_);
}

void FunctionLowering::raise_unless(Value* ok, OpId id, ArrayRef<ValueId> values) {
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(ok); c && c->isOne()) return;
  BasicBlock *bad = cold_block("bad"), *good = block("ok");
  auto* br = b.CreateCondBr(ok, good, bad);
  br->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
  b.SetInsertPoint(bad);
  raise_now(id, values);
  b.SetInsertPoint(good);
}

bool FunctionLowering::check_op(OpId id) {
  const Op& o = f.op(id);
  switch (o.code) {
    case "check.index"_op: check_index(id); break;
    case "assume.index"_op: set(id, get(o.operands[0])); break;
    case "check.overflow"_op: check_overflow(id); break;
    case "check.zero"_op: {
      Value* zero = nullptr;
      for (Value* x : get(o.operands[0])) {
        Value* is = x->getType()->isFloatingPointTy() ? b.CreateFCmpOEQ(x, llvm::ConstantFP::get(x->getType(), 0))
                                                      : b.CreateICmpEQ(x, llvm::Constant::getNullValue(x->getType()));
        zero = zero ? b.CreateAnd(zero, is) : is;
      }
      raise_unless(b.CreateNot(zero), id, o.operands);
      set(id, get(o.operands[0]));
      break;
    }
    case "check.convert"_op: check_convert(id); break;
    case "check.fits"_op: check_fits(id); break;
    case "check.true"_op: raise_unless(one(o.operands[0]), id, o.operands); break;
    case "check.broadcast"_op: check_broadcast(id); break;
    case "check.assignable"_op: check_assignable(id); break;
    case "check.bound"_op:
      raise_unless(one(o.operands[0]), id, ArrayRef(o.operands).take_front());
      set(id, get(o.operands[1]));
      break;
    case "check.depth"_op: check_depth(id); break;
    case "poll"_op: poll(id); break;
    case "interpret"_op: interpret(id); break;
    default: return false;
  }
  return true;
}

// Cheap and local: where it does not know, the index gets the fix for counting from the end.
bool FunctionLowering::is_non_negative(ValueId v, int depth) {
  OpId def = f.defining_op(v);
  if (depth > 6) return false;
  if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(one(v))) return !c->isNegative();
  if (!def) {
    OpId loop = f.region(f.value(v).region).op;
    if (!loop || f.value(v).index != 0) return loop && f.op(loop).code == "kernel"_op;
    if (f.op(loop).code == "kernel"_op) return true;
    if (f.op(loop).code != "for"_op) return false;
    auto* step = llvm::dyn_cast<llvm::ConstantInt>(one(f.op(loop).operands[2]));
    return step && !step->isNegative() && is_non_negative(f.op(loop).operands[0], depth + 1);
  }
  const Op& o = f.op(def);
  if (o.code == "extent"_op || o.code == "list.length"_op || o.code == "check.index"_op || o.code == "assume.index"_op)
    return true;
  bool exact = o.code == "check.overflow"_op || f.int_attr(def, "exact");
  std::string_view name = o.code == "check.overflow"_op ? std::string_view(f.text_attr(def, "op")) : record(o.code).name;
  if (name == "floor_divide" || (exact && (name == "add" || name == "multiply")))
    return is_non_negative(o.operands[0], depth + 1) && is_non_negative(o.operands[1], depth + 1);
  if (name == "remainder") return is_non_negative(o.operands[1], depth + 1);
  return false;
}

// An index that counts from the end leaves the straight way: what waits for the element does not wait for the correction.
void FunctionLowering::check_index(OpId id) {
  const Op& o = f.op(id);
  Value *i = one(o.operands[0]), *n = one(o.operands[1]);
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(i);
  if (constant || is_non_negative(o.operands[0])) {
    Value* fixed = constant && constant->isNegative() ? b.CreateAdd(i, n) : i;
    raise_unless(b.CreateICmpULT(fixed, n), id, o.operands);
    return set(id, {fixed});
  }
  BasicBlock *from_end = cold_block("from end"), *good = BasicBlock::Create(m.context, "index");
  auto* br = b.CreateCondBr(b.CreateICmpULT(i, n), good, from_end);
  br->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
  BasicBlock* straight = b.GetInsertBlock();
  b.SetInsertPoint(from_end);
  Value* fixed = b.CreateAdd(i, n);
  raise_unless(b.CreateICmpULT(fixed, n), id, o.operands);
  BasicBlock* corrected = b.GetInsertBlock();
  b.CreateBr(good);
  good->insertInto(code_);
  b.SetInsertPoint(good);
  auto* index = b.CreatePHI(b.getInt64Ty(), 2);
  index->addIncoming(i, straight);
  index->addIncoming(fixed, corrected);
  set(id, {index});
}

void FunctionLowering::check_overflow(OpId id) {
  const Op& o = f.op(id);
  const std::string& name = f.text_attr(id, "op");
  Value *x = one(o.operands[0]), *y = o.operands.size() > 1 ? one(o.operands[1]) : nullptr;
  auto *zero = b.getInt64(0), *least = b.getInt64(uint64_t(INT64_MIN));
  auto checked = [&](Intrinsic::ID intrinsic, Value* a, Value* c) {
    Value* pair = b.CreateBinaryIntrinsic(intrinsic, a, c);
    Value* result = b.CreateExtractValue(pair, 0);
    raise_unless(b.CreateNot(b.CreateExtractValue(pair, 1)), id, o.operands);
    set(id, {result});
  };
  if (name == "add") return checked(Intrinsic::sadd_with_overflow, x, y);
  if (name == "subtract") return checked(Intrinsic::ssub_with_overflow, x, y);
  if (name == "multiply") return checked(Intrinsic::smul_with_overflow, x, y);
  if (name == "negative") return checked(Intrinsic::ssub_with_overflow, zero, x);
  if (name == "absolute") {
    raise_unless(b.CreateICmpNE(x, least), id, o.operands);
    return set(id, {b.CreateBinaryIntrinsic(Intrinsic::abs, x, b.getTrue())});
  }
  if (name == "left_shift") {  // the count is not negative (checked before)
    Value* count = b.CreateBinaryIntrinsic(Intrinsic::umin, y, b.getInt64(63));
    Value* shifted = b.CreateShl(x, count);
    Value* same = b.CreateAnd(b.CreateICmpEQ(b.CreateAShr(shifted, count), x), b.CreateICmpULT(y, b.getInt64(64)));
    raise_unless(b.CreateOr(same, b.CreateICmpEQ(x, zero)), id, o.operands);
    return set(id, {shifted});
  }
  if (name == "power") {  // the exponent is not negative
    if (auto* c = llvm::dyn_cast<llvm::ConstantInt>(y); c && c->getZExtValue() == 2)
      return checked(Intrinsic::smul_with_overflow, x, x);
    Value* pair = b.CreateCall(m.power_function(), {x, y});
    raise_unless(b.CreateNot(b.CreateExtractValue(pair, 1)), id, o.operands);
    return set(id, {b.CreateExtractValue(pair, 0)});
  }
  if (name == "floor_divide") {
    raise_unless(b.CreateNot(b.CreateAnd(b.CreateICmpEQ(x, least), b.CreateICmpEQ(y, b.getInt64(-1ull)))), id, o.operands);
    ScalarOp s{b, m, record("floor_divide"_op), DType::I64, f.type(o.operands[0]), f.type(o.results[0]), {{x}, {y}}, true};
    return set(id, lower_scalar(s));
  }
  AIC_CHECK(!"an op that check.overflow knows", print(f, id));
}

void FunctionLowering::check_convert(OpId id) {
  const Op& o = f.op(id);
  Value* x = one(o.operands[0]);
  auto bound = [&](double v) { return llvm::ConstantFP::get(x->getType(), v); };
  Value* ok = b.CreateAnd(b.CreateFCmpOGE(x, bound(-9223372036854775808.0)), b.CreateFCmpOLT(x, bound(9223372036854775808.0)));
  raise_unless(ok, id, o.operands);
  set(id, {b.CreateFPToSI(x, b.getInt64Ty())});
}

void FunctionLowering::check_fits(OpId id) {
  const Op& o = f.op(id);
  DType to = f.type(o.results[0]).dtype();
  Value* x = one(o.operands[0]);
  unsigned bits = unsigned(byte_size(to)) * 8;
  Value* narrow = bits == 64 ? x : b.CreateTrunc(x, b.getIntNTy(bits));
  Value* ok = is_unsigned(to)
                  ? (bits == 64 ? b.CreateICmpSGE(x, b.getInt64(0)) : b.CreateICmpEQ(b.CreateZExt(narrow, b.getInt64Ty()), x))
              : bits == 64 ? b.getTrue()
                           : b.CreateICmpEQ(b.CreateSExt(narrow, b.getInt64Ty()), x);
  raise_unless(ok, id, o.operands);
  set(id, {narrow});
}

void FunctionLowering::check_broadcast(OpId id) {
  const Op& o = f.op(id);
  const std::vector<int64_t>& ranks = f.list_attr(id, "ranks");
  size_t rank = o.results.size();
  std::vector<Value*> extents(rank);
  Value* ok = b.getTrue();
  size_t first = 0;
  for (int64_t r : ranks) {
    for (size_t k = 0; k < size_t(r); ++k) {
      Value* e = one(o.operands[first + k]);
      Value*& have = extents[rank - size_t(r) + k];
      if (!have || have == e) {
        have = e;
        continue;
      }
      Value *one_e = b.CreateICmpEQ(e, b.getInt64(1)), *one_have = b.CreateICmpEQ(have, b.getInt64(1));
      ok = b.CreateAnd(ok, b.CreateOr(b.CreateICmpEQ(e, have), b.CreateOr(one_e, one_have)));
      have = b.CreateSelect(one_have, e, have);
    }
    first += size_t(r);
  }
  raise_unless(ok, id, o.operands);
  for (size_t k = 0; k < rank; ++k) set(id, {extents[k]}, k);
}

void FunctionLowering::check_assignable(OpId id) {
  const Op& o = f.op(id);
  const std::vector<int64_t>& ranks = f.list_attr(id, "ranks");
  int64_t from = ranks[0], into = ranks[1];
  Value* ok = b.getTrue();
  for (int64_t k = 0; k < from; ++k) {
    Value* e = one(o.operands[size_t(k)]);
    Value* fits = b.CreateICmpEQ(e, b.getInt64(1));
    if (int64_t axis = into - from + k; axis >= 0)
      fits = b.CreateOr(fits, b.CreateICmpEQ(e, one(o.operands[size_t(from + axis)])));
    ok = b.CreateAnd(ok, fits);
  }
  raise_unless(ok, id, o.operands);
}

// The address of the return address is the stack pointer of the caller, without asking for a frame pointer.
void FunctionLowering::check_depth(OpId id) {
  Value* here = b.CreateIntrinsic(Intrinsic::addressofreturnaddress, {b.getPtrTy()}, {});
  Value* limit = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.context, context_, stack_field));
  raise_unless(b.CreateICmpUGE(here, limit), id, {});
}

void FunctionLowering::poll(OpId id) {
  auto* word = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.context, context_, poll_field));
  word->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(m.context, {}));
  auto* asked = b.CreateLoad(b.getInt32Ty(), word, /*isVolatile=*/true);
  BasicBlock *slow = cold_block("poll"), *raised = cold_block("interrupted"), *good = block("polled");
  auto* br = b.CreateCondBr(b.CreateICmpEQ(asked, b.getInt32(0)), good, slow);
  br->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
  b.SetInsertPoint(slow);
  Value* host = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.context, context_, host_field));
  Value* function = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.host, host, 2));
  Value* pending = b.CreateCall(llvm::FunctionType::get(b.getInt32Ty(), {b.getPtrTy()}, false), function, {context_});
  b.CreateCondBr(b.CreateICmpEQ(pending, b.getInt32(0)), good, raised);
  b.SetInsertPoint(raised);
  AIC_CHECK(!quiet_, "a quiet function polls: " + print(f, id));
  unwind(owned_, Tail::Raise, b.getInt32(uint32_t(m.site(f, id))), nullptr);
  b.SetInsertPoint(good);
}

// The host runs a block of Python; values and results go through slots of the frame.
void FunctionLowering::interpret(OpId id) {
  constexpr unsigned interpret_field = 7;  // of Host
  const Op& o = f.op(id);
  unsigned given = 0, wanted = 0;
  for (ValueId v : o.operands) given += ModuleLowering::slot_count(f.type(v), false);
  for (ValueId v : o.results) wanted += ModuleLowering::slot_count(f.type(v), false);
  BasicBlock& entry = code_->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  auto room = [&](unsigned n, const char* name) {
    return first.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), std::max(1u, n)), nullptr, name);
  };
  Value *in = room(given, "values"), *out = room(wanted, "results");
  unsigned at = 0;
  for (ValueId v : o.operands) {
    size_t piece = 0;
    to_slots(f.type(v), get(v), piece, in, at, /*is_argument=*/false);
  }
  Value* host = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.context, context_, host_field));
  Value* function = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.host, host, interpret_field));
  auto* signature = llvm::FunctionType::get(b.getInt32Ty(), {b.getPtrTy(), b.getInt64Ty(), b.getPtrTy(), b.getPtrTy()}, false);
  llvm::CallInst* status =
      b.CreateCall(signature, function, {context_, b.getInt64(uint64_t(f.int_attr(id, "block"))), in, out});
  status->setDoesNotThrow();
  raise_unless(b.CreateICmpEQ(status, b.getInt32(0)), id, {});
  at = 0;
  for (size_t k = 0; k < o.results.size(); ++k) {
    Pieces pieces;
    from_slots(f.type(o.results[k]), out, at, pieces, /*is_argument=*/false);
    set(id, pieces, k);
  }
}

}  // namespace aic::codegen
