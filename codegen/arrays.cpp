// Arrays: loads, stores, births, views, reference counts, and what LLVM is told about overlap.
//
// Offsets are counted in elements (the dispatcher guarantees that strides are multiples of the element size), and all
// arithmetic on them is nsw: an element in range has an address that exists.
// Overlap: every array parameter of a `noalias` entry and every birth is a root. When a function is written, the data
// pointer of each access is followed to the roots it may come from (through views and loop state); the access then is in
// the alias scopes of these roots and noalias with all others. Without `noalias` the parameters share one root.
#include <llvm/IR/Operator.h>

#include "codegen/lower.h"

namespace aic::codegen {

using namespace ir;
using llvm::ArrayRef;

// Fields of Runtime.
constexpr unsigned allocate_field = 1, allocate_zeroed_field = 2, release_field = 3, list_release_field = 7;

FunctionLowering::Array FunctionLowering::unpack_array(Type type, ArrayRef<Value*> p) {
  Array a{type, p[0], p[1], {}, {}};
  size_t r = size_t(type.rank());
  a.extents.append(p.begin() + 2, p.begin() + 2 + long(r));
  ArrayRef<Value*> given = p.drop_front(2 + r);
  a.strides.resize(r);
  if (r == 0) return a;
  Value* one = b.getInt64(1);
  switch (type.layout()) {
    case Layout::C:
      a.strides[r - 1] = one;
      for (size_t k = r - 1; k-- > 0;) a.strides[k] = mul(a.strides[k + 1], a.extents[k + 1]);
      break;
    case Layout::F:
      a.strides[0] = one;
      for (size_t k = 1; k < r; ++k) a.strides[k] = mul(a.strides[k - 1], a.extents[k - 1]);
      break;
    case Layout::Inner: a.strides[r - 1] = one; [[fallthrough]];
    case Layout::Strided:
      for (size_t k = 0; k < given.size(); ++k) a.strides[k] = given[k];
      break;
  }
  return a;
}

// Products of extents are made where the array is first looked at, and again elsewhere: CSE and LICM merge them.
FunctionLowering::Array FunctionLowering::array(ValueId v) { return unpack_array(f.type(v), get(v)); }

Pieces FunctionLowering::pack_array(const Array& a, Type type) {
  Pieces out{a.data, a.owner};
  out.append(a.extents.begin(), a.extents.end());
  size_t given = m.pieces_of(type).size() - out.size();
  out.append(a.strides.begin(), a.strides.begin() + long(given));
  return out;
}

void FunctionLowering::lower_load(OpId id) {
  const Array a = array(f.op(id).operands[0]);
  set(id, load(a, address(id, a, 1)));
}
Pieces FunctionLowering::load(const Array& a, Value* at) {
  DType d = a.type.dtype();
  llvm::Align align(uint64_t(byte_size(d)) / (is_complex(d) ? 2 : 1));
  auto read = [&](llvm::Type* t, Value* p) {
    auto* x = b.CreateAlignedLoad(t, p, align);
    note_access(x, a.data);
    x->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("elements"));
    return x;
  };
  if (d == DType::Bool) return {b.CreateICmpNE(read(b.getInt8Ty(), at), b.getInt8(0))};
  llvm::Type* t = m.scalar(d);
  Pieces out{read(t, at)};
  if (is_complex(d)) out.push_back(read(t, b.CreateConstInBoundsGEP1_64(t, at, 1)));
  return out;
}

void FunctionLowering::lower_store(OpId id) {
  const Op& o = f.op(id);
  Array a = array(o.operands[0]);
  DType d = a.type.dtype();
  Value* at = address(id, a, 2);
  const Pieces& x = get(o.operands[1]);
  llvm::Align align(uint64_t(byte_size(d)) / (is_complex(d) ? 2 : 1));
  Value* low = d == DType::Bool ? b.CreateZExt(x[0], b.getInt8Ty()) : x[0];
  auto write = [&](Value* part, Value* to) {
    auto* w = b.CreateAlignedStore(part, to, align);
    note_access(w, a.data);
    w->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("elements"));
  };
  write(low, at);
  if (is_complex(d)) write(x[1], b.CreateConstInBoundsGEP1_64(x[1]->getType(), at, 1));
}

// ---- births and references ----
Value* FunctionLowering::runtime_function(unsigned field) {
  llvm::MDNode* nothing = llvm::MDNode::get(m.context, {});
  auto* table = b.CreateLoad(b.getPtrTy(), context_);
  table->setMetadata(llvm::LLVMContext::MD_invariant_load, nothing);
  auto* function = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.runtime, table, field));
  function->setMetadata(llvm::LLVMContext::MD_invariant_load, nothing);
  return function;
}

// Does the array, or a view of it, get anywhere but into loads and stores?
static bool stays_here(const ir::Function& f, ValueId array) {
  return std::ranges::all_of(f.value(array).uses, [&](const ir::Use& u) {
    ir::OpCode c = f.op(u.op).code;
    if (c == "load"_op || c == "store"_op || c == "release"_op || c == "extent"_op) return u.operand == 0;
    bool view = c == "view"_op || c == "view.transpose"_op || c == "view.reshape"_op;
    return view && u.operand == 0 && stays_here(f, f.op(u.op).results[0]);
  });
}

// A few elements that nobody else sees need no memory of their own: LLVM makes registers of those whose indices it knows.
Value* FunctionLowering::on_stack(OpId id) {
  constexpr int64_t most = 256, most_in_all = 4096;  // bytes
  const Op& o = f.op(id);
  int64_t bytes = byte_size(f.type(o.results[0]).dtype());
  for (ValueId v : o.operands) {
    auto* extent = llvm::dyn_cast<llvm::ConstantInt>(one(v));
    if (!extent || extent->isNegative() || extent->getValue().ugt(most)) return nullptr;
    bytes *= extent->getSExtValue();
    if (bytes > most) return nullptr;
  }
  if (stack_bytes_ + bytes > most_in_all || !stays_here(f, o.results[0])) return nullptr;
  stack_bytes_ += bytes;
  BasicBlock& entry = code_->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  llvm::AllocaInst* room = first.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), uint64_t(bytes)), nullptr, "few");
  room->setAlignment(llvm::Align(16));
  if (f.int_attr(id, "zeroed")) b.CreateMemSet(room, b.getInt8(0), uint64_t(bytes), llvm::Align(16));
  return room;
}

void FunctionLowering::lower_empty(OpId id) {
  const Op& o = f.op(id);
  Type type = f.type(o.results[0]);
  if (Value* room = on_stack(id)) {
    roots_[room] = root_count_++;
    Pieces out{room, llvm::ConstantPointerNull::get(b.getPtrTy())};
    for (ValueId v : o.operands) out.push_back(one(v));
    return set(id, out);
  }
  Value *bytes = b.getInt64(uint64_t(byte_size(type.dtype()))), *over = b.getFalse();
  Array a{type, nullptr, nullptr, {}, {}};
  for (ValueId v : o.operands) {
    a.extents.push_back(one(v));
    Value* pair = b.CreateBinaryIntrinsic(llvm::Intrinsic::umul_with_overflow, bytes, one(v));
    bytes = b.CreateExtractValue(pair, 0);
    over = b.CreateOr(over, b.CreateExtractValue(pair, 1));
  }
  bytes = b.CreateSelect(over, b.getInt64(-1ull), bytes);
  Value* allocate = runtime_function(f.int_attr(id, "zeroed") ? allocate_zeroed_field : allocate_field);
  auto* signature = llvm::FunctionType::get(b.getPtrTy(), {b.getPtrTy(), b.getInt64Ty()}, false);
  llvm::CallInst* buffer = b.CreateCall(signature, allocate, {context_, bytes});
  buffer->setDoesNotThrow();
  raise_unless(b.CreateIsNotNull(buffer), id, o.operands);
  auto* data = b.CreateLoad(b.getPtrTy(), b.CreateStructGEP(m.abi.buffer, buffer, 1));
  auto number = [&](uint64_t n) { return llvm::MDNode::get(m.context, llvm::ConstantAsMetadata::get(b.getInt64(n))); };
  data->setMetadata(llvm::LLVMContext::MD_nonnull, llvm::MDNode::get(m.context, {}));
  data->setMetadata(llvm::LLVMContext::MD_align, number(64));
  roots_[data] = root_count_++;
  Pieces out{data, buffer};
  out.append(a.extents.begin(), a.extents.end());
  AIC_CHECK(type.layout() == Layout::C || type.layout() == Layout::F, "a birth is C or F: " + print(f, id));
  set(id, out);
}

bool FunctionLowering::is_in_loop(OpId id) const {
  for (OpId at = f.parent_op(id); at; at = f.parent_op(at))
    if (ir::record(f.op(at).code).has(ir::Loop)) return true;
  return false;
}

void FunctionLowering::count_reference(ValueId v, bool retain, bool in_loop) {
  if (f.type(v).is(TypeKind::Str)) return in_loop ? count_text_in_place(one(v), retain) : count_text(one(v), retain);
  bool list = f.type(v).is_list();
  count_owner(get(v)[list ? 0 : 1], list, retain);
}

void FunctionLowering::count_owner(Value* owner, bool list, bool retain) {
  if (llvm::isa<llvm::ConstantPointerNull>(owner)) return;
  // What may have started as `undefined` has no owner; births and parameters do, and LLVM knows.
  BasicBlock *owned = block("owned"), *after = block("counted");
  b.CreateCondBr(b.CreateIsNotNull(owner), owned, after);
  b.SetInsertPoint(owned);
  Value* count = b.CreateLoad(b.getInt64Ty(), owner);  // refcount is the first field
  Value* changed = b.CreateAdd(count, b.getInt64(retain ? 1 : -1ull), "", false, true);
  b.CreateStore(changed, owner);
  if (retain) {
    b.CreateBr(after);
    b.SetInsertPoint(after);
    return;
  }
  BasicBlock* last = block("last");
  b.CreateCondBr(b.CreateICmpEQ(changed, b.getInt64(0)), last, after);
  b.SetInsertPoint(last);
  auto* signature = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getPtrTy()}, false);
  b.CreateCall(signature, runtime_function(list ? list_release_field : release_field), {context_, owner})->setDoesNotThrow();
  b.CreateBr(after);
  b.SetInsertPoint(after);
}

// ---- views ----
void FunctionLowering::lower_view(OpId id) {
  const Op& o = f.op(id);
  Array a = array(o.operands[0]);
  Type type = f.type(o.results[0]);
  Array v{type, a.data, a.owner, {}, {}};
  Value* start = b.getInt64(0);
  auto move = [&](Value* by) {
    auto* c = llvm::dyn_cast<llvm::ConstantInt>(start);
    start = c && c->isZero() ? by : b.CreateAdd(start, by, "", false, true);
  };
  size_t axis = 0, next = 1;
  for (char letter : f.text_attr(id, "spec")) {
    if (letter == 'n') {
      v.extents.push_back(b.getInt64(1));
      v.strides.push_back(b.getInt64(0));
      continue;
    }
    AIC_CHECK(axis < a.extents.size(), print(f, id));
    if (letter == ':') {
      v.extents.push_back(a.extents[axis]);
      v.strides.push_back(a.strides[axis]);
    } else if (letter == 'i') {
      move(mul(one(o.operands[next++]), a.strides[axis]));
    } else {
      AIC_CHECK(letter == 's', print(f, id));
      Value *first = one(o.operands[next]), *count = one(o.operands[next + 1]), *step = one(o.operands[next + 2]);
      next += 3;
      move(mul(first, a.strides[axis]));
      v.extents.push_back(count);
      v.strides.push_back(mul(step, a.strides[axis]));
    }
    ++axis;
  }
  // Of an empty slice the start may lie one past the end: the address is made without a promise.
  v.data = b.CreateGEP(m.element(type.dtype()), a.data, start);
  set(id, pack_array(v, type));
}

void FunctionLowering::lower_other_view(OpId id) {
  const Op& o = f.op(id);
  Array a = array(o.operands[0]);
  Type type = f.type(o.results[0]);
  Array v{type, a.data, a.owner, {}, {}};
  if (o.code == "view.transpose"_op) {
    for (int64_t axis : f.list_attr(id, "axes")) {
      v.extents.push_back(a.extents[size_t(axis)]);
      v.strides.push_back(a.strides[size_t(axis)]);
    }
  } else if (o.code == "view.broadcast"_op) {
    size_t rank = o.operands.size() - 1, missing = rank - a.extents.size();
    for (size_t k = 0; k < rank; ++k) {
      Value* extent = one(o.operands[k + 1]);
      v.extents.push_back(extent);
      if (k < missing) {
        v.strides.push_back(b.getInt64(0));
        continue;
      }
      Value *have = a.extents[k - missing], *stride = a.strides[k - missing];
      v.strides.push_back(have == extent ? stride : b.CreateSelect(b.CreateICmpEQ(have, b.getInt64(1)), b.getInt64(0), stride));
    }
  } else if (o.code == "view.reshape"_op) {
    bool strided = f.int_attr(id, "strided");
    size_t rank = (o.operands.size() - 1) >> int(strided);
    for (size_t k = 1; k <= rank; ++k) v.extents.push_back(one(o.operands[k]));
    for (size_t k = 1; strided && k <= rank; ++k) {
      Value* size = b.getInt64(uint64_t(byte_size(type.dtype())));
      v.strides.push_back(b.CreateSDiv(one(o.operands[rank + k]), size, "", true));
    }
    AIC_CHECK(strided ? type.layout() == Layout::Strided : type.layout() == Layout::C, print(f, id));
  } else if (o.code == "view.bits"_op) {
    int from = byte_size(f.type(o.operands[0]).dtype()), to = byte_size(type.dtype());
    v.extents = a.extents;
    if (o.operands.size() > 1) v.extents.back() = one(o.operands[1]);
    for (Value* s : a.strides) {  // counted in elements; that of the last axis is 1 where sizes differ
      Value* bytes = from == to ? s : b.CreateMul(s, b.getInt64(uint64_t(from)));
      v.strides.push_back(from == to ? s : b.CreateSDiv(bytes, b.getInt64(uint64_t(to)), "", true));
    }
    if (from != to) v.strides.back() = b.getInt64(1);
  } else {  // view.real: in units of the part, complex elements are two apart
    v.data = offset(a.data, type.dtype(), b.getInt64(uint64_t(f.int_attr(id, "part"))));
    v.extents = a.extents;
    for (Value* s : a.strides) v.strides.push_back(mul(s, b.getInt64(2)));
  }
  set(id, pack_array(v, type));
}

bool FunctionLowering::memory_op(OpId id) {
  const Op& o = f.op(id);
  size_t axis = size_t(f.int_attr(id, "axis"));
  switch (o.code) {
    case "extent"_op: set(id, {get(o.operands[0])[2 + axis]}); break;
    case "stride"_op: {
      Array a = array(o.operands[0]);
      set(id, {b.CreateMul(a.strides[axis], b.getInt64(uint64_t(byte_size(a.type.dtype()))), "", false, true)});
      break;
    }
    case "load"_op: lower_load(id); break;
    case "store"_op: lower_store(id); break;
    case "empty"_op: lower_empty(id); break;
    case "retain"_op: count_reference(o.operands[0], true, is_in_loop(id)); break;
    case "release"_op:
      if (id != released_) count_reference(o.operands[0], false, is_in_loop(id));
      break;
    case "view"_op: lower_view(id); break;
    case "view.transpose"_op:
    case "view.broadcast"_op:
    case "view.reshape"_op:
    case "view.bits"_op:
    case "view.real"_op: lower_other_view(id); break;
    default: return false;
  }
  return true;
}

// ---- overlap and independence ----
void FunctionLowering::note_access(llvm::Instruction* i, Value* data) {
  accesses_.push_back({i, data});
  if (groups_.empty()) return;
  llvm::Metadata* all = groups_[0];
  if (groups_.size() > 1) {
    llvm::SmallVector<llvm::Metadata*, 4> list(groups_.begin(), groups_.end());
    all = llvm::MDNode::get(m.context, list);
  }
  i->setMetadata(llvm::LLVMContext::MD_access_group, llvm::cast<llvm::MDNode>(all));
}

// Adds to `out` the roots that a data pointer may come from; false when that is not known. Loop state may lead back to
// itself: `seen` stops there.
bool FunctionLowering::find_roots(Value* v, llvm::BitVector& out, llvm::SmallPtrSetImpl<Value*>& seen) {
  while (auto* gep = llvm::dyn_cast<llvm::GEPOperator>(v)) {
    if (roots_.count(v)) break;
    v = gep->getPointerOperand();
  }
  if (auto it = roots_.find(v); it != roots_.end()) {
    out.set(unsigned(it->second));
    return true;
  }
  if (!seen.insert(v).second) return true;
  if (seen.size() > 32) return false;
  if (llvm::isa<llvm::PoisonValue, llvm::ConstantPointerNull>(v)) return true;
  auto* phi = llvm::dyn_cast<llvm::PHINode>(v);
  if (!phi) return false;
  for (Value* x : phi->incoming_values())
    if (!find_roots(x, out, seen)) return false;
  return true;
}

void FunctionLowering::annotate_accesses() {
  if (root_count_ < 2 || root_count_ > 64) return;
  llvm::MDBuilder md(m.context);
  llvm::MDNode* domain = md.createAnonymousAliasScopeDomain(code_->getName());
  llvm::SmallVector<llvm::Metadata*, 16> scopes;
  for (int k = 0; k < root_count_; ++k) scopes.push_back(md.createAnonymousAliasScope(domain));
  llvm::DenseMap<Value*, std::pair<llvm::MDNode*, llvm::MDNode*>> known;
  for (const Access& access : accesses_) {
    auto [it, added] = known.try_emplace(access.data);
    if (added) {
      llvm::BitVector roots{unsigned(root_count_)};
      llvm::SmallPtrSet<Value*, 16> seen;
      if (find_roots(access.data, roots, seen) && roots.any()) {
        llvm::SmallVector<llvm::Metadata*, 16> mine, others;
        for (unsigned k = 0; k < roots.size(); ++k) (roots[k] ? mine : others).push_back(scopes[k]);
        it->second = {llvm::MDNode::get(m.context, mine), others.empty() ? nullptr : llvm::MDNode::get(m.context, others)};
      }
    }
    if (!it->second.first) continue;
    access.instruction->setMetadata(llvm::LLVMContext::MD_alias_scope, it->second.first);
    if (it->second.second) access.instruction->setMetadata(llvm::LLVMContext::MD_noalias, it->second.second);
  }
}

}  // namespace aic::codegen
