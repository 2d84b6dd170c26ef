// Lists: elements are read and written in place, plain numbers as they lie in arrays, others as slots, laid out like a
// result's; what may allocate or free is a call of the runtime. Appending is a compare, a store of the length and a store of
// the element while there is room.
//
// A list's data moves when it grows, so every access reads the header again; TBAA tells LLVM that storing an element or
// the length changes nothing else, which lets it keep length and data in registers through a loop that makes no room.
#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;

// Fields of Runtime and of List.
constexpr unsigned new_field = 4, grow_field = 5, truncate_field = 6, rotate_field = 8;
constexpr unsigned length_field = 1, capacity_field = 2, data_field = 3;

namespace {
struct Guard {
  int32_t slot;
  int64_t tag;
};
struct Place {
  int32_t slot;
  Type type;
  std::vector<Guard> guards;
};
void find_places(Type t, int32_t& at, std::vector<Guard>& guards, std::vector<Place>& out) {
  if (t.is_list()) out.push_back({at, t, guards});
  if (t.is_array()) out.push_back({at + 1, t, guards});
  if (t.is(TypeKind::Str)) out.push_back({at, t, guards});
  if (!t.is_tuple() && !t.is(TypeKind::Union)) {
    at += int32_t(ModuleLowering::slot_count(t, false));
    return;
  }
  int32_t tag_slot = at;
  if (t.is(TypeKind::Union)) ++at;
  for (size_t k = 0; k < t.elements().size(); ++k) {
    if (t.is(TypeKind::Union)) guards.push_back({tag_slot, int64_t(k)});
    find_places(t.elements()[k], at, guards, out);
    if (t.is(TypeKind::Union)) guards.pop_back();
  }
}
}  // namespace

// Null where an element holds no references.
llvm::Constant* ModuleLowering::element_type(Type element) {
  auto* p = llvm::PointerType::getUnqual(context);
  auto* i32 = llvm::Type::getInt32Ty(context);
  auto* i64 = llvm::Type::getInt64Ty(context);
  auto [it, fresh] = element_types_.try_emplace(element, llvm::ConstantPointerNull::get(p));
  if (!fresh) return it->second;
  std::vector<Place> places;
  std::vector<Guard> guards;
  int32_t at = 0;
  find_places(element, at, guards, places);
  if (places.empty()) return it->second;
  auto* place_type = llvm::StructType::get(context, {i32, i32, p, llvm::ArrayType::get(i32, 2), llvm::ArrayType::get(i64, 2)});
  std::vector<llvm::Constant*> rows;
  for (const Place& place : places) {
    AIC_CHECK(place.guards.size() <= 2, "unions in unions in a list: " + element.text());
    int32_t slots[2] = {-1, -1};
    int64_t tags[2] = {};
    for (size_t k = 0; k < place.guards.size(); ++k) slots[k] = place.guards[k].slot, tags[k] = place.guards[k].tag;
    auto number = [](llvm::Type* t, int64_t v) { return llvm::ConstantInt::getSigned(t, v); };
    llvm::Constant* inner = place.type.is_list() ? element_type(place.type.element()) : llvm::ConstantPointerNull::get(p);
    rows.push_back(llvm::ConstantStruct::get(
        place_type,
        {number(i32, place.slot),
         number(i32, place.type.is_list()    ? 0
                     : place.type.is_array() ? 1
                                             : 2),
         inner, llvm::ConstantArray::get(llvm::ArrayType::get(i32, 2), {number(i32, slots[0]), number(i32, slots[1])}),
         llvm::ConstantArray::get(llvm::ArrayType::get(i64, 2), {number(i64, tags[0]), number(i64, tags[1])})}));
  }
  auto global = [&](llvm::Constant* c, const char* name) {
    return new llvm::GlobalVariable(module, c->getType(), true, llvm::GlobalValue::PrivateLinkage, c, name);
  };
  auto* table = global(llvm::ConstantArray::get(llvm::ArrayType::get(place_type, rows.size()), rows), "references");
  auto* whole = llvm::ConstantStruct::getAnon(
      {llvm::ConstantInt::get(i64, uint64_t(at)), llvm::ConstantInt::get(i64, rows.size()), table});
  return element_types_[element] = global(whole, "element_type");
}

llvm::MDNode* ModuleLowering::memory_tag(const char* kind) {
  llvm::MDBuilder md(context);
  llvm::MDNode* type = md.createTBAAScalarTypeNode(kind, md.createTBAARoot("aic"));
  return md.createTBAAStructTagNode(type, type, 0);
}

Value* FunctionLowering::list_field(Value* list, unsigned field, llvm::Type* type) {
  auto* load = b.CreateLoad(type, b.CreateStructGEP(m.abi.list, list, field));
  load->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag(field == length_field ? "length"
                                                             : field == data_field ? "data"
                                                                                   : "capacity"));
  return load;
}

// A number that takes less than a slot.
static bool is_narrow(Type element) { return element.is_number() && byte_size(element.dtype()) < 8; }
static uint64_t width_of(Type element) {
  return is_narrow(element) ? uint64_t(byte_size(element.dtype())) : 8 * uint64_t(ModuleLowering::slot_count(element, false));
}

Value* FunctionLowering::list_data(Value* list) {
  auto known = headers_.find(list);
  return known == headers_.end() ? list_field(list, data_field, b.getPtrTy()) : known->second.data;
}

Value* FunctionLowering::list_place(Value* list, Type element, Value* index) {
  Value* data = list_data(list);
  if (is_narrow(element)) return b.CreateInBoundsGEP(m.element(element.dtype()), data, index);
  uint64_t slots = ModuleLowering::slot_count(element, false);
  Value* at = slots == 1 ? index : b.CreateMul(index, b.getInt64(slots), "", false, true);
  return b.CreateInBoundsGEP(b.getInt64Ty(), data, at);
}

// Where the element is, or the part of it that the op is about.
Value* FunctionLowering::part_place(OpId id, Value* list, Type element, Value* index) {
  Value* place = list_place(list, element, index);
  if (!f.find_attr(id, "part")) return place;
  unsigned before = 0;
  for (int64_t k = 0; k < f.int_attr(id, "part"); ++k)
    before += ModuleLowering::slot_count(element.elements()[size_t(k)], false);
  return before ? b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), place, before) : place;
}

// What the list holds; of an object, its fields.
Type FunctionLowering::held_by(OpId id, ValueId list) {
  const Attr* layout = f.find_attr(id, "layout");
  return layout ? std::get<Type>(*layout) : f.type(list).element();
}

void FunctionLowering::lower_list_new(OpId id) {
  const Op& o = f.op(id);
  Type element = held_by(id, o.results[0]);
  auto* p = b.getPtrTy();
  auto* signature = llvm::FunctionType::get(p, {p, b.getInt64Ty(), p, b.getInt64Ty()}, false);
  llvm::CallInst* list = b.CreateCall(signature, runtime_function(new_field),
                                      {context_, b.getInt64(width_of(element)), m.element_type(element), one(o.operands[0])});
  list->setDoesNotThrow();
  list->addRetAttr(llvm::Attribute::NoAlias);
  raise_unless(b.CreateIsNotNull(list), id, {});
  set(id, {list});
  if (!f.type(o.results[0]).is_object()) return;
  set_length(list, b.getInt64(1));
  uint64_t bytes = 8 * uint64_t(ModuleLowering::slot_count(element, false));
  llvm::Instruction* zero = b.CreateMemSet(list_field(list, data_field, p), b.getInt8(0), bytes, llvm::Align(8));
  zero->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("elements"));
}

void FunctionLowering::set_length(Value* list, Value* n) {
  auto* store = b.CreateStore(n, b.CreateStructGEP(m.abi.list, list, length_field));
  store->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("length"));
}

// Goes on at `fits` where there is room for n elements, else makes it, which sets the length to n, and goes on at `grown`.
void FunctionLowering::make_room(OpId id, BasicBlock* fits, BasicBlock* grown) {
  Value *list = one(f.op(id).operands[0]), *n = one(f.op(id).operands[1]);
  auto* p = b.getPtrTy();
  auto* i64 = b.getInt64Ty();
  BasicBlock* grow = cold_block("grow");
  auto* br = b.CreateCondBr(b.CreateICmpSLE(n, list_field(list, capacity_field, i64)), fits, grow);
  br->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(20, 1));
  b.SetInsertPoint(grow);
  auto* growing = llvm::FunctionType::get(b.getInt32Ty(), {p, p, i64}, false);
  llvm::CallInst* good = b.CreateCall(growing, runtime_function(grow_field), {context_, list, n});
  good->setDoesNotThrow();
  BasicBlock* failed = cold_block("no memory");
  b.CreateCondBr(b.CreateICmpNE(good, b.getInt32(0)), grown, failed);
  b.SetInsertPoint(failed);
  raise_now(id, {});
}

void FunctionLowering::lower_list_reserve(OpId id) {
  Value* list = one(f.op(id).operands[0]);
  BasicBlock *grown = cold_block("longer"), *done = block("reserved");
  Value* length = list_field(list, length_field, b.getInt64Ty());
  make_room(id, done, grown);
  b.SetInsertPoint(grown);
  set_length(list, length);
  b.CreateBr(done);
  b.SetInsertPoint(done);
}

void FunctionLowering::lower_list_resize(OpId id) {
  const Op& o = f.op(id);
  Value *list = one(o.operands[0]), *n = one(o.operands[1]);
  if (f.int_attr(id, "fits")) return set_length(list, n);
  if (f.int_attr(id, "room")) return lower_list_reserve(id);
  BasicBlock *fits = block("fits"), *done = block("resized");
  make_room(id, fits, done);
  b.SetInsertPoint(fits);
  if (!m.element_type(f.type(o.operands[0]).element())->isNullValue()) {  // what falls away is released
    BasicBlock *drop = block("drop"), *keep = block("keep");
    b.CreateCondBr(b.CreateICmpSLT(n, list_field(list, length_field, b.getInt64Ty())), drop, keep);
    b.SetInsertPoint(drop);
    auto* dropping = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getPtrTy(), b.getInt64Ty()}, false);
    b.CreateCall(dropping, runtime_function(truncate_field), {context_, list, n})->setDoesNotThrow();
    b.CreateBr(done);
    b.SetInsertPoint(keep);
  }
  set_length(list, n);
  b.CreateBr(done);
  b.SetInsertPoint(done);
}

bool FunctionLowering::list_op(OpId id) {
  const Op& o = f.op(id);
  // Marks the accesses made since `mark` as accesses to elements.
  auto tag_since = [&](llvm::Instruction* mark) {
    BasicBlock* here = b.GetInsertBlock();
    for (auto it = mark ? std::next(mark->getIterator()) : here->begin(); it != here->end(); ++it)
      if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(*it))
        it->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("elements"));
  };
  auto last = [&]() -> llvm::Instruction* { return b.GetInsertBlock()->empty() ? nullptr : &b.GetInsertBlock()->back(); };
  switch (o.code) {
    case "list.new"_op: f.type(o.results[0]).is_table() ? lower_table_new(id) : lower_list_new(id); break;
    case "list.length"_op: {
      Value* n = list_field(one(o.operands[0]), length_field, b.getInt64Ty());
      set(id, {n});
      break;
    }
    case "list.load"_op: {
      Type element = f.type(o.results[0]);
      Value* place = part_place(id, one(o.operands[0]), held_by(id, o.operands[0]), one(o.operands[1]));
      llvm::Instruction* mark = last();
      Pieces out;
      unsigned at = 0;
      from_slots(element, place, at, out, /*is_argument=*/false);
      tag_since(mark);
      set(id, std::move(out));
      break;
    }
    case "list.store"_op: {
      Type element = f.type(o.operands[1]);
      Value* place = part_place(id, one(o.operands[0]), held_by(id, o.operands[0]), one(o.operands[2]));
      llvm::Instruction* mark = last();
      unsigned at = 0;
      size_t piece = 0;
      bool part = f.find_attr(id, "part") != nullptr;
      if (!part && is_narrow(element))
        b.CreateStore(element.dtype() == DType::Bool ? b.CreateZExt(one(o.operands[1]), b.getInt8Ty()) : one(o.operands[1]),
                      place);
      else
        to_slots(element, get(o.operands[1]), piece, place, at, /*is_argument=*/false);
      tag_since(mark);
      break;
    }
    case "list.resize"_op: lower_list_resize(id); break;
    case "list.rotate"_op: {
      auto* i64 = b.getInt64Ty();
      auto* signature = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), i64, i64, i64}, false);
      b.CreateCall(signature, runtime_function(rotate_field), operands(id))->setDoesNotThrow();
      break;
    }
    default: return false;
  }
  return true;
}

}  // namespace aic::codegen
