// Ops of the runtime, each one call through its table, and string constants, which are immortal Str objects in the object's
// own data.
#include "codegen/lower.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;

constexpr unsigned text_field = 9, latin_field = 11;                  // of Runtime
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

template <class Fast, class Slow>
Value* FunctionLowering::likely_or(Value* likely, Fast fast, Slow slow) {
  BasicBlock *near = block("likely"), *far = cold_block("unlikely"), *after = BasicBlock::Create(m.context, "either");
  auto* branch = b.CreateCondBr(likely, near, far);
  branch->setMetadata(llvm::LLVMContext::MD_prof, llvm::MDBuilder(m.context).createBranchWeights(2000, 1));
  b.SetInsertPoint(near);
  Value* x = fast();
  near = b.GetInsertBlock();
  b.CreateBr(after);
  b.SetInsertPoint(far);
  Value* y = slow();
  far = b.GetInsertBlock();
  b.CreateBr(after);
  after->insertInto(code_);
  b.SetInsertPoint(after);
  auto* either = b.CreatePHI(x->getType(), 2);
  either->addIncoming(x, near);
  either->addIncoming(y, far);
  return either;
}

// The runtime's function of that name; where it makes a text, memory may be short.
Value* FunctionLowering::called(OpId id, llvm::ArrayRef<Value*> arguments) {
  const Op& o = f.op(id);
  std::string name(record(o.code).name);
  std::replace(name.begin(), name.end(), '.', '_');
  Types types{b.getPtrTy()};
  Pieces in{context_};
  for (Value* v : arguments) in.push_back(v), types.push_back(v->getType());
  llvm::Type* result = o.results.empty() ? b.getVoidTy() : m.pieces_of(f.type(o.results[0]))[0];
  llvm::CallInst* call = b.CreateCall(llvm::FunctionType::get(result, types, false), text_function(name), in);
  call->setDoesNotThrow();
  for (unsigned k = 0; k < types.size(); ++k)
    if (types[k]->isIntegerTy(1)) call->addParamAttr(k, llvm::Attribute::ZExt);
  if (result->isIntegerTy(1)) call->addRetAttr(llvm::Attribute::ZExt);
  if (!o.results.empty() && f.type(o.results[0]).is(TypeKind::Str)) raise_unless(b.CreateIsNotNull(call), id, {});
  if (o.code == "str.at"_op) call->setOnlyReadsMemory();
  return call;
}

// ---- characters ----
// The shared string of a code point below 256.
Value* FunctionLowering::latin_character(Value* code) {
  return b.CreateInBoundsGEP(m.abi.text, runtime_function(latin_field), code);
}

// A byte where characters are bytes; else the runtime knows.
Value* FunctionLowering::text_character(OpId id, bool code) {
  const Op& o = f.op(id);
  Value *text = one(o.operands[0]), *at = one(o.operands[1]);
  auto fast = [&] {
    auto* byte = b.CreateLoad(b.getInt8Ty(), b.CreateInBoundsGEP(b.getInt8Ty(), text_data(text), at));
    byte->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("text"));
    Value* point = b.CreateZExt(byte, b.getInt64Ty());
    return code ? point : latin_character(point);
  };
  return likely_or(b.CreateICmpEQ(text_kind(text), b.getInt64(1)), fast, [&] { return called(id, {text, at}); });
}

Value* FunctionLowering::character_of(OpId id) {
  Value* code = one(f.op(id).operands[0]);
  return likely_or(
      b.CreateICmpULT(code, b.getInt64(256)), [&] { return latin_character(code); }, [&] { return called(id, {code}); });
}

Value* FunctionLowering::character_is(OpId id) {
  Value *code = one(f.op(id).operands[0]), *what = one(f.op(id).operands[1]);
  auto fast = [&] {
    Value* all = b.CreateConstInBoundsGEP1_64(m.abi.text, runtime_function(latin_field), std::size(rt::LatinTexts().one));
    auto* bits = b.CreateLoad(b.getInt16Ty(), b.CreateInBoundsGEP(b.getInt16Ty(), all, code));
    bits->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(m.context, {}));
    Value* bit = b.CreateTrunc(b.CreateAnd(what, b.getInt64(rt::text_bytes_only - 1)), b.getInt16Ty());
    return b.CreateTrunc(b.CreateLShr(bits, bit), b.getInt1Ty());
  };
  return likely_or(b.CreateICmpULT(code, b.getInt64(128)), fast, [&] { return called(id, {code, what}); });
}

// ---- comparing ----
// A short constant is a number, as the characters of the other are where there are as many; otherwise texts of different
// lengths are told apart here.
Value* FunctionLowering::texts_equal(OpId id) {
  constexpr size_t few = 16;
  const Op& o = f.op(id);
  Value *x = one(o.operands[0]), *y = one(o.operands[1]);
  auto constant_of = [&](ValueId v) -> std::optional<std::string> {
    OpId def = f.defining_op(v);
    return def && f.op(def).code == "const"_op ? std::optional(f.text_attr(def, "value")) : std::nullopt;
  };
  std::optional<std::string> constant = constant_of(o.operands[1]);
  if (!constant && (constant = constant_of(o.operands[0]))) std::swap(x, y);
  const bool plain = constant && constant->size() <= few && f.type(o.operands[0]) == Type::str() &&
                     std::ranges::all_of(*constant, [](char c) { return uint8_t(c) < 128; });
  BasicBlock *same_length = block("same length"), *after = BasicBlock::Create(m.context, "compared"), *before = nullptr;
  Value* n = text_part(x, length_field);
  Value* length = plain ? b.getInt64(constant->size()) : text_part(y, length_field);
  before = b.GetInsertBlock();
  b.CreateCondBr(b.CreateICmpEQ(n, length), same_length, after);
  b.SetInsertPoint(same_length);
  Value* equal = b.getTrue();
  if (!plain) {
    equal = called(id, {x, y});
  } else if (!constant->empty()) {
    auto* word = b.getIntNTy(unsigned(8 * constant->size()));
    llvm::APInt wanted(word->getBitWidth(), 0);
    for (size_t k = 0; k < constant->size(); ++k) wanted.insertBits(uint64_t(uint8_t((*constant)[k])), unsigned(8 * k), 8);
    // Of wider characters there is as much to read.
    auto* characters = b.CreateAlignedLoad(word, text_part(x, data_field), llvm::Align(1));
    characters->setMetadata(llvm::LLVMContext::MD_tbaa, m.memory_tag("text"));
    Value* narrow = b.CreateICmpEQ(text_part(x, kind_field), b.getInt64(1));
    equal = b.CreateAnd(narrow, b.CreateICmpEQ(characters, llvm::ConstantInt::get(word, wanted)));
  }
  same_length = b.GetInsertBlock();
  b.CreateBr(after);
  after->insertInto(code_);
  b.SetInsertPoint(after);
  auto* result = b.CreatePHI(b.getInt1Ty(), 2);
  result->addIncoming(b.getFalse(), before);
  result->addIncoming(equal, same_length);
  return result;
}

// ---- putting together ----
// Where the first string is released next, its reference is the runtime's to take: it may write behind it.
Value* FunctionLowering::joined(OpId id) {
  const Op& o = f.op(id);
  Value *x = one(o.operands[0]), *y = one(o.operands[1]);
  OpId next = f.op(id).next;
  while (next && f.op(next).code == "release"_op && f.op(next).operands[0] != o.operands[0]) next = f.op(next).next;
  if (!next || f.op(next).code != "release"_op) return called(id, {x, y});
  released_ = next;
  auto* p = b.getPtrTy();
  llvm::CallInst* whole =
      b.CreateCall(llvm::FunctionType::get(p, {p, p, p}, false), text_function("str_append"), {context_, x, y});
  whole->setDoesNotThrow();
  raise_unless(b.CreateIsNotNull(whole), id, {});
  return whole;
}

void FunctionLowering::runtime_call(OpId id) {
  const Op& o = f.op(id);
  switch (o.code) {
    case "str.length"_op: return set(id, {text_part(one(o.operands[0]), length_field)});
    case "str.at"_op: return set(id, {text_character(id, true)});
    case "str.char"_op: return set(id, {text_character(id, false)});
    case "str.of_code"_op: return set(id, {character_of(id)});
    case "str.code_is"_op: return set(id, {character_is(id)});
    case "str.equal"_op: return set(id, {texts_equal(id)});
    case "str.concat"_op: return set(id, {joined(id)});
    default: break;
  }
  Pieces in;
  for (ValueId v : o.operands) in.push_back(one(v));
  Value* result = called(id, in);
  if (!o.results.empty()) set(id, {result});
}

}  // namespace aic::codegen
