// Ops of the runtime, each one call through its table, and string constants, which are immortal Str objects in the object's
// own data.
#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;

constexpr unsigned text_field = 9;                                   // of Runtime
constexpr unsigned length_field = 1, data_field = 2, kind_field = 3;  // of Str
constexpr std::string_view function_names[] = {
#define AIC_NAME(result, name, parameters) #name,
    AIC_TEXT_FUNCTIONS(AIC_NAME)
#undef AIC_NAME
};

// Where the runtime's table has an op's function; `str.length`, a field, has none.
static consteval bool all_have_functions() {
  for (const OpRecord& r : text_records) {
    if (r.name == "str.length") continue;
    bool found = false;
    for (std::string_view n : function_names) found |= n.substr(0, 4) == "str_" && n.substr(4) == r.name.substr(4);
    if (!found) return false;
  }
  return true;
}
static_assert(all_have_functions(), "an op of ir/ops/text.h without a function in runtime/abi.h");

static std::vector<uint32_t> code_points(const std::string& utf8) {
  std::vector<uint32_t> out;
  for (size_t k = 0; k < utf8.size();) {
    auto byte = [&](size_t at) { return at < utf8.size() ? uint8_t(utf8[at]) : uint8_t(0); };
    uint32_t c = byte(k);
    int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (more) c &= 0x3fu >> more;
    for (int n = 1; n <= more; ++n) c = c << 6 | (byte(k + size_t(n)) & 0x3f);
    out.push_back(c);
    k += size_t(more) + 1;
  }
  return out;
}

llvm::Constant* ModuleLowering::text_constant(const std::string& utf8) {
  llvm::Constant*& known = texts_[utf8];
  if (known) return known;
  std::vector<uint32_t> characters = code_points(utf8);
  uint32_t most = 0;
  for (uint32_t c : characters) most = std::max(most, c);
  auto data = [&]() -> llvm::Constant* {
    std::vector<uint8_t> small(characters.begin(), characters.end());
    std::vector<uint16_t> middle(characters.begin(), characters.end());
    if (most < 256) return llvm::ConstantDataArray::get(context, small);
    if (most < 65536) return llvm::ConstantDataArray::get(context, middle);
    return llvm::ConstantDataArray::get(context, characters);
  };
  auto global = [&](llvm::Constant* c, const char* name) {
    return new llvm::GlobalVariable(module, c->getType(), true, llvm::GlobalValue::PrivateLinkage, c, name);
  };
  auto number = [&](int64_t v) { return llvm::ConstantInt::getSigned(llvm::Type::getInt64Ty(context), v); };
  auto* null = llvm::ConstantPointerNull::get(llvm::PointerType::getUnqual(context));
  int64_t kind = most < 256 ? 1 : most < 65536 ? 2 : 4;
  auto* object =
      llvm::ConstantStruct::get(abi.text, {number(-1), number(int64_t(characters.size())), global(data(), "characters"),
                                           number(kind), number(-1), null, null, null, null});
  // Written once at run time, with its hash: not among what is mapped read-only.
  auto* text = global(object, "text");
  text->setConstant(false);
  return known = text;
}

Value* FunctionLowering::text_function(std::string_view name) {
  unsigned index = 0;
  while (index < std::size(function_names) && function_names[index] != name) ++index;
  AIC_CHECK(index < std::size(function_names), std::string(name));
  auto* f = b.CreateLoad(b.getPtrTy(), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), runtime_function(text_field), index));
  f->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(m.context, {}));
  return f;
}

// In loops without a call, but for the last reference: constants and arguments are not counted, and have negative counts.
void FunctionLowering::count_text_in_place(Value* text, bool retain) {
  auto* i64 = b.getInt64Ty();
  BasicBlock *owned = block("owned"), *counted = block("counted"), *change = block("change"), *after = block("after");
  b.CreateCondBr(b.CreateIsNotNull(text), owned, after);
  b.SetInsertPoint(owned);
  Value* count = b.CreateLoad(i64, text);  // refcount is the first field
  b.CreateCondBr(b.CreateICmpSLT(count, b.getInt64(0)), after, counted);
  b.SetInsertPoint(counted);
  if (retain) {
    b.CreateBr(change);
  } else {
    BasicBlock* last = block("last");
    b.CreateCondBr(b.CreateICmpSGT(count, b.getInt64(1)), change, last);
    b.SetInsertPoint(last);
    count_text(text, false);
    b.CreateBr(after);
  }
  b.SetInsertPoint(change);
  b.CreateStore(b.CreateAdd(count, b.getInt64(retain ? 1 : -1ull), "", false, true), text);
  b.CreateBr(after);
  b.SetInsertPoint(after);
}

void FunctionLowering::count_text(Value* text, bool retain) {
  auto* signature = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getPtrTy()}, false);
  b.CreateCall(signature, text_function(retain ? "str_retain" : "str_release"), {context_, text})->setDoesNotThrow();
}

// A field of a Str, which never changes. To LLVM only that of a parameter is said to be so: it may move such a read below
// the release of any other.
Value* FunctionLowering::text_part(Value* text, unsigned field) {
  auto* part = b.CreateLoad(field == data_field ? b.getPtrTy() : static_cast<llvm::Type*>(b.getInt64Ty()),
                            b.CreateStructGEP(m.abi.text, text, field));
  part->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("text"));
  if (llvm::isa<llvm::Argument>(text) || llvm::isa<llvm::Constant>(text))
    part->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(m.context, {}));
  return part;
}

Value* FunctionLowering::text_data(Value* text) {
  auto known = headers_.find(text);
  return known == headers_.end() ? text_part(text, data_field) : known->second.data;
}

Value* FunctionLowering::text_kind(Value* text) {
  auto known = headers_.find(text);
  return known == headers_.end() ? text_part(text, kind_field) : known->second.kind;
}

// A byte where characters are bytes; else the runtime knows.
void FunctionLowering::text_character(OpId id) {
  const Op& o = f.op(id);
  Value *text = one(o.operands[0]), *at = one(o.operands[1]);
  BasicBlock *narrow = block("byte"), *wide = cold_block("wide"), *after = BasicBlock::Create(m.context, "character");
  auto* branch = b.CreateCondBr(b.CreateICmpEQ(text_kind(text), b.getInt64(1)), narrow, wide);
  branch->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
  b.SetInsertPoint(narrow);
  auto* byte = b.CreateLoad(b.getInt8Ty(), b.CreateInBoundsGEP(b.getInt8Ty(), text_data(text), at));
  byte->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("text"));
  Value* fast = b.CreateZExt(byte, b.getInt64Ty());
  b.CreateBr(after);
  b.SetInsertPoint(wide);
  auto* signature = llvm::FunctionType::get(b.getInt64Ty(), {b.getPtrTy(), b.getPtrTy(), b.getInt64Ty()}, false);
  llvm::CallInst* slow = b.CreateCall(signature, text_function("str_at"), {context_, text, at});
  slow->setDoesNotThrow();
  slow->setOnlyReadsMemory();
  b.CreateBr(after);
  after->insertInto(code_);
  b.SetInsertPoint(after);
  auto* point = b.CreatePHI(b.getInt64Ty(), 2);
  point->addIncoming(fast, narrow);
  point->addIncoming(slow, wide);
  set(id, {point});
}

void FunctionLowering::runtime_call(OpId id) {
  const Op& o = f.op(id);
  const OpRecord& r = record(o.code);
  if (o.code == "str.length"_op) return set(id, {text_part(one(o.operands[0]), length_field)});
  if (o.code == "str.at"_op) return text_character(id);
  std::string name(r.name);
  std::replace(name.begin(), name.end(), '.', '_');
  Types types{b.getPtrTy()};
  Pieces in{context_};
  for (ValueId v : o.operands) in.push_back(one(v)), types.push_back(one(v)->getType());
  llvm::Type* result = o.results.empty() ? b.getVoidTy() : m.pieces_of(f.type(o.results[0]))[0];
  llvm::CallInst* call = b.CreateCall(llvm::FunctionType::get(result, types, false), text_function(name), in);
  call->setDoesNotThrow();
  for (unsigned k = 0; k < types.size(); ++k)
    if (types[k]->isIntegerTy(1)) call->addParamAttr(k, llvm::Attribute::ZExt);
  if (result->isIntegerTy(1)) call->addRetAttr(llvm::Attribute::ZExt);
  if (o.results.empty()) return;
  if (f.type(o.results[0]).is(TypeKind::Str)) raise_unless(b.CreateIsNotNull(call), id, {});
  set(id, {call});
}

}  // namespace aic::codegen
