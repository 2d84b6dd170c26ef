// Dicts, sets and caught exceptions: each op is one call through the runtime's table of their functions. Keys are handed
// over in memory, as slots of the frame, with a constant that tells the runtime what they consist of.
#include "codegen/lower.h"
#include "ir/exceptions.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;

constexpr unsigned tables_field = 10;  // of Runtime
constexpr std::string_view function_names[] = {
#define AIC_NAME(result, name, parameters) #name,
    AIC_TABLE_FUNCTIONS(AIC_NAME)
#undef AIC_NAME
};

// ---- keys ----
static rt::KeyKind kind_of_key(Type t) {
  switch (t.kind()) {
    case TypeKind::None: return rt::key_none;
    case TypeKind::Bool: return rt::key_bool;
    case TypeKind::Int: return rt::key_int;
    case TypeKind::Float: return rt::key_float;
    case TypeKind::Complex: return rt::key_complex;
    case TypeKind::Str: return t == Type::bytes() ? rt::key_bytes : rt::key_text;
    case TypeKind::Tuple: return rt::key_tuple;
    case TypeKind::Union: return rt::key_union;
    case TypeKind::List:
      return t.is_object() ? rt::key_object : t.flavour() == "frozenset" ? rt::key_frozen_set : rt::key_sequence;
    case TypeKind::Scalar: return t.dtype() == DType::Bool ? rt::key_bool : is_integer(t.dtype()) ? rt::key_int : rt::key_float;
    default: break;
  }
  AIC_CHECK(false, "a key of type " + t.text());
  return rt::key_none;
}
static void find_parts(Type t, bool hashed, std::vector<std::array<int32_t, 4>>& out) {
  size_t here = out.size();
  bool compound = t.is_tuple() || t.is(TypeKind::Union) || (t.is_list() && !t.element().is(TypeKind::Never));
  out.push_back({hashed && t.is(TypeKind::Int) ? rt::key_hash : kind_of_key(t), int32_t(ModuleLowering::slot_count(t, false)),
                 int32_t(compound ? t.elements().size() : 0), 0});
  if (compound)
    for (Type e : t.elements()) find_parts(t.is_table() ? e.elements()[1] : e, hashed, out);
  out[here][3] = int32_t(out.size());
}

llvm::Constant* ModuleLowering::key_parts(Type key, bool hashed) {
  llvm::Constant*& known = (hashed ? hashed_parts_ : key_parts_)[key];
  if (known) return known;
  std::vector<std::array<int32_t, 4>> parts;
  find_parts(key, hashed, parts);
  std::vector<uint32_t> words;
  for (const auto& p : parts) words.insert(words.end(), p.begin(), p.end());
  llvm::Constant* c = llvm::ConstantDataArray::get(context, words);
  return known = new llvm::GlobalVariable(module, c->getType(), true, llvm::GlobalValue::PrivateLinkage, c, "key_parts");
}

// The value in slots of the frame.
Value* FunctionLowering::in_slots(ValueId v) {
  BasicBlock& entry = code_->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  unsigned n = std::max(1u, ModuleLowering::slot_count(f.type(v), false));
  Value* place = first.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), n), nullptr, "key");
  unsigned at = 0;
  size_t piece = 0;
  to_slots(f.type(v), get(v), piece, place, at, /*is_argument=*/false);
  return place;
}

llvm::CallInst* FunctionLowering::table_call(std::string_view name, llvm::Type* result, llvm::ArrayRef<Value*> arguments) {
  unsigned index = 0;
  while (index < std::size(function_names) && function_names[index] != name) ++index;
  AIC_CHECK(index < std::size(function_names), std::string(name));
  auto* function =
      b.CreateLoad(b.getPtrTy(), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), runtime_function(tables_field), index));
  function->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(m.context, {}));
  Types types;
  for (Value* a : arguments) types.push_back(a->getType());
  llvm::CallInst* call = b.CreateCall(llvm::FunctionType::get(result, types, false), function, arguments);
  call->setDoesNotThrow();
  return call;
}

void FunctionLowering::lower_table_new(OpId id) {
  Type t = f.type(f.op(id).results[0]), element = t.element();
  unsigned slots = 2, key_slots = 0;
  llvm::Constant* parts = llvm::ConstantPointerNull::get(b.getPtrTy());
  if (element.is_tuple()) {  // else it never holds anything
    slots = ModuleLowering::slot_count(element, false);
    key_slots = ModuleLowering::slot_count(element.elements()[1], false);
    parts = m.key_parts(element.elements()[1]);
  }
  Value* table = table_call(
      "table_new", b.getPtrTy(),
      {context_, b.getInt64(slots), m.element_type(element), parts, b.getInt32(key_slots), b.getInt32(t.flavour() != "dict")});
  raise_unless(b.CreateIsNotNull(table), id, {});
  set(id, {table});
}

// ---- exceptions ----
// For every raise site whether its exception is an instance of the classes: bit 0; bit 1 for `check.convert` of a nan.
// Does the op raise with arguments of these types, the first of them its operand `at`?
static bool raised_with(const Function& f, OpId id, Type types, size_t at) {
  const Op& o = f.op(id);
  if (!f.int_attr(id, "args") || o.operands.size() != at + types.elements().size()) return false;
  const bool has_more = o.code == "check.true"_op || f.int_attr(id, "thrown");  // than the arguments
  if (has_more != (at == 1)) return false;
  for (size_t k = at; k < o.operands.size(); ++k)
    if (f.type(o.operands[k]) != types.elements()[k - at]) return false;
  return true;
}

void FunctionLowering::lower_matches(OpId id) {
  std::vector<std::string> classes;
  if (const Attr* a = f.find_attr(id, "classes")) classes = std::get<std::vector<std::string>>(*a);
  const Attr* types = f.find_attr(id, "types");
  std::vector<uint8_t> bits{0};
  std::vector<RaiseSite> sites = raise_sites(m.source);
  for (size_t k = 1; k < sites.size(); ++k) {
    const Function& in = *sites[k].function;
    const bool convert = in.op(sites[k].op).code == "check.convert"_op;
    bool any = false, of_nan = false;
    if (types && !raised_with(in, sites[k].op, std::get<Type>(*types), size_t(f.int_attr(id, "at")))) {
      bits.push_back(0);
      continue;
    }
    for (const std::string& c : classes) {
      any |= raises_instance_of(in, sites[k].op, c);
      of_nan |= convert ? c == "=ValueError" || is_subclass("ValueError", c) : raises_instance_of(in, sites[k].op, c);
    }
    bits.push_back(uint8_t(any) | uint8_t(of_nan) << 1);
  }
  llvm::Constant* c = llvm::ConstantDataArray::get(m.context, bits);
  auto* table = new llvm::GlobalVariable(m.module, c->getType(), true, llvm::GlobalValue::PrivateLinkage, c, "caught");
  Value* saved = list_field(one(f.op(id).operands[0]), 3, b.getPtrTy());
  Value* site = b.CreateLoad(b.getInt32Ty(), saved);
  Value* first = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), saved, offsetof(rt::ErrorRecord, values));
  Value* number = b.CreateLoad(b.getDoubleTy(), first);
  Value* nan = b.CreateZExt(b.CreateFCmpUNO(number, number), b.getInt8Ty());
  Value* bit = b.CreateLoad(b.getInt8Ty(), b.CreateInBoundsGEP(b.getInt8Ty(), table, b.CreateSExt(site, b.getInt64Ty())));
  set(id, {b.CreateTrunc(b.CreateLShr(bit, nan), b.getInt1Ty())});
}

// The record is filled as raising would; its site has no frames, which come from where it is raised.
void FunctionLowering::lower_error_make(OpId id) {
  store_values(f.op(id).operands, true);
  b.CreateStore(b.getInt32(f.int_attr(id, "none") ? 0 : uint32_t(m.site(f, id))), error_field(0, 0));
  b.CreateStore(b.getInt32(0), error_field(1, 0));
  Value* made = table_call("error_make", b.getPtrTy(), {context_});
  raise_unless(b.CreateIsNotNull(made), id, {});
  set(id, {made});
}

void FunctionLowering::lower_error_raise(OpId id) {
  AIC_CHECK(!quiet_, "a quiet function raises: " + print(f, id));
  Value* site = table_call("error_restore", b.getInt32Ty(), {context_, one(f.op(id).operands[0])});
  bool again = f.int_attr(id, "again") != 0;  // else the traceback names this line, too
  unwind(owned_, again ? Tail::Leave : Tail::Trace, site, again ? nullptr : b.getInt32(uint32_t(m.site(f, id))));
}

// Of dicts whose keys are all texts, or ints, as the one that is asked for.
Value* FunctionLowering::find_plainly(OpId id) {
  const Op& o = f.op(id);
  Type table = f.type(o.operands[0]), key = f.type(o.operands[1]);
  if (table.flavour() != "dict" || table.element().elements()[1] != key) return nullptr;
  Value* l = one(o.operands[0]);
  if (key == Type::str()) return table_call("dict_find_text", b.getInt64Ty(), {context_, l, one(o.operands[1])});
  return key == Type::integer() ? table_call("dict_find_int", b.getInt64Ty(), {l, one(o.operands[1])}) : nullptr;
}

// ---- the ops ----
bool FunctionLowering::table_op(OpId id) {
  const Op& o = f.op(id);
  auto* i64 = b.getInt64Ty();
  auto operand = [&](size_t k) { return one(o.operands[k]); };
  auto works = [&](std::string_view name) {
    Value* good = table_call(name, b.getInt32Ty(), {context_, operand(0), operand(1)});
    raise_unless(b.CreateICmpNE(good, b.getInt32(0)), id, {});
  };
  switch (o.code) {
    case "table.find"_op:
      if (!f.type(o.operands[0]).element().is_tuple())
        set(id, {b.getInt64(-1ull)});
      else if (Value* place = find_plainly(id))
        set(id, {place});
      else
        set(id, {table_call("table_find", i64,
                            {context_, operand(0), in_slots(o.operands[1]), m.key_parts(f.type(o.operands[1]))})});
      break;
    case "table.insert"_op: {
      Value* place = table_call("table_insert", i64, {context_, operand(0), in_slots(o.operands[1])});
      raise_unless(b.CreateICmpSGE(place, b.getInt64(0)), id, {});
      set(id, {place});
      break;
    }
    case "table.probe"_op: set(id, {table_call("table_probe", i64, {operand(0), operand(1), operand(2)})}); break;
    case "table.insert_hashed"_op: {
      Value* place = table_call("table_insert_hashed", i64, {context_, operand(0), in_slots(o.operands[1]), operand(2)});
      raise_unless(b.CreateICmpSGE(place, b.getInt64(0)), id, {});
      set(id, {place});
      break;
    }
    case "table.remove"_op: table_call("table_remove", b.getVoidTy(), {context_, operand(0), operand(1)}); break;
    case "table.clear"_op: table_call("table_clear", b.getVoidTy(), {context_, operand(0)}); break;
    case "table.count"_op: {
      Value* table = list_field(operand(0), 9, b.getPtrTy());
      set(id, {b.CreateLoad(i64, b.CreateConstInBoundsGEP1_64(i64, table, 1))});
      break;
    }
    case "table.next"_op: set(id, {table_call("table_next", i64, {operand(0), operand(1)})}); break;
    case "table.previous"_op: set(id, {table_call("table_previous", i64, {operand(0), operand(1)})}); break;
    case "table.first_to_go"_op: set(id, {table_call("table_first_to_go", i64, {operand(0)})}); break;
    case "table.reserve"_op: works("table_reserve"); break;
    case "table.merge"_op: works("table_merge"); break;
    case "table.select"_op: {
      Value* held = b.getInt32(uint32_t(f.int_attr(id, "held")));
      Value* done = table_call("table_select", b.getInt32Ty(), {context_, operand(0), operand(1), operand(2), held});
      raise_unless(b.CreateIsNotNull(done), id, {});
      break;
    }
    case "table.swap"_op: table_call("table_swap", b.getVoidTy(), {operand(0), operand(1)}); break;
    case "hash"_op:
      set(id, {table_call("hash_key", i64,
                          {context_, in_slots(o.operands[0]), m.key_parts(f.type(o.operands[0]), f.int_attr(id, "hashed"))})});
      break;
    case "error.save"_op: {
      Value* saved = table_call("error_save", b.getPtrTy(), {context_});
      raise_unless(b.CreateIsNotNull(saved), id, {});
      set(id, {saved});
      break;
    }
    case "error.make"_op: lower_error_make(id); break;
    case "error.value"_op: {
      Value* saved = list_field(operand(0), 3, b.getPtrTy());
      Value* values = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), saved, offsetof(rt::ErrorRecord, values));
      unsigned at = unsigned(f.int_attr(id, "slot"));
      Pieces pieces;
      from_slots(f.type(o.results[0]), values, at, pieces);
      set(id, pieces);
      break;
    }
    case "error.cause"_op: table_call("error_cause", b.getVoidTy(), {context_, operand(0)}); break;
    case "error.done"_op: table_call("error_done", b.getVoidTy(), {context_, operand(0)}); break;
    case "error.link"_op: {
      Value* link =
          table_call("error_link", b.getPtrTy(), {context_, operand(0), b.getInt64(uint64_t(f.int_attr(id, "which")))});
      raise_unless(b.CreateIsNotNull(link), id, {});
      set(id, {link});
      break;
    }
    case "error.matches"_op: lower_matches(id); break;
    case "error.raise"_op: lower_error_raise(id); break;
    case "error.text"_op: {
      Value* text =
          table_call("error_text", b.getPtrTy(), {context_, operand(0), b.getInt64(uint64_t(f.int_attr(id, "what")))});
      raise_unless(b.CreateIsNotNull(text), id, {});
      set(id, {text});
      break;
    }
    default: return false;
  }
  return true;
}

}  // namespace aic::codegen
