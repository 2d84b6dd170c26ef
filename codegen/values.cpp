// Values as pieces, and the slots that carry them over the border; constants, tuples, unions, cells.
#include "codegen/lower.h"
#include "ir/scalar.h"
#include "runtime/abi.h"

namespace aic::codegen {

using namespace ir;

Value* FunctionLowering::one(ValueId v) {
  const Pieces& p = get(v);
  AIC_CHECK(p.size() == 1, "a value of one piece: " + f.type(v).text());
  return p[0];
}

Pieces FunctionLowering::operands(OpId id, size_t from) {
  Pieces out;
  const std::vector<ValueId>& all = f.op(id).operands;
  for (size_t k = from; k < all.size(); ++k) out.append(get(all[k]).begin(), get(all[k]).end());
  return out;
}

void FunctionLowering::set(OpId id, Pieces pieces, size_t result) {
  ValueId v = f.op(id).results[result];
  AIC_CHECK(pieces.size() == m.pieces_of(f.type(v)).size(), print(f, id));
  values_[v.index] = std::move(pieces);
}

static bool holds_reference(Type t) {
  if (t.is_array() || t.is_list() || t.is(TypeKind::Str)) return true;
  if (!t.is_tuple() && !t.is(TypeKind::Union)) return false;
  for (Type e : t.elements())
    if (holds_reference(e)) return true;
  return false;
}

Pieces FunctionLowering::poison(Type t) {
  Pieces out;
  for (llvm::Type* piece : m.pieces_of(t)) out.push_back(llvm::PoisonValue::get(piece));
  return out;
}

// ---- slots ----
unsigned ModuleLowering::slot_count(Type t, bool is_argument) {
  switch (t.kind()) {
    case TypeKind::None:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Function: return 0;
    case TypeKind::Array: return is_argument ? 4 : 2 + 2 * unsigned(t.rank());
    case TypeKind::List: return 1;
    case TypeKind::Range: return 3;
    case TypeKind::Union:
    case TypeKind::Tuple:
    case TypeKind::Slice: {
      unsigned n = t.is(TypeKind::Union);
      for (Type e : t.elements()) n += slot_count(e, is_argument);
      return n;
    }
    case TypeKind::Py:
    case TypeKind::Cell:
    case TypeKind::Str:
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Float:
    case TypeKind::Complex:
    case TypeKind::Scalar: break;
  }
  return t.is_number() && t.dtype() == DType::C128 ? 2 : 1;
}

// Integers fill their slot.
Value* FunctionLowering::widen(Value* v, DType d) {
  if (!v->getType()->isIntegerTy() || v->getType()->isIntegerTy(64)) return v;
  return is_signed(d) ? b.CreateSExt(v, b.getInt64Ty()) : b.CreateZExt(v, b.getInt64Ty());
}

// What an integer's slot holds as a value of its type.
Value* FunctionLowering::narrow(Value* v, DType d) { return b.CreateTrunc(v, m.scalar(d)); }

void FunctionLowering::from_slots(Type type, Value* slots, unsigned& at, Pieces& out, bool is_argument) {
  auto take = [&](llvm::Type* t) { return b.CreateLoad(t, slot(slots, at++)); };
  switch (type.kind()) {
    case TypeKind::Str: out.push_back(take(b.getPtrTy())); return;
    case TypeKind::Range:
      for (int k = 0; k < 3; ++k) out.push_back(take(b.getInt64Ty()));
      return;
    case TypeKind::Union:
      out.push_back(b.CreateTrunc(take(b.getInt64Ty()), b.getInt32Ty()));
      if (is_union_of_ints(type)) {
        Value *tag = out.back(), *payload = nullptr;
        for (size_t k = 0; k < type.elements().size(); ++k) {
          Pieces arm;
          from_slots(type.elements()[k], slots, at, arm, is_argument);
          Value* number = widen(arm[0], type.elements()[k].dtype());
          payload = payload ? b.CreateSelect(b.CreateICmpEQ(tag, b.getInt32(uint32_t(k))), number, payload) : number;
        }
        out.push_back(payload);
        return;
      }
      [[fallthrough]];
    case TypeKind::Tuple:
    case TypeKind::Slice:
      for (Type e : type.elements()) from_slots(e, slots, at, out, is_argument);
      return;
    case TypeKind::List: out.push_back(take(b.getPtrTy())); return;
    case TypeKind::Array: return is_argument ? array_from_slots(type, slots, at, out) : array_from_result(type, slots, at, out);
    default: break;
  }
  if (!type.is_number()) return;
  DType d = type.dtype();
  if (d == DType::C64) {
    Value* pair = slot(slots, at++);
    out.push_back(b.CreateLoad(b.getFloatTy(), pair));
    out.push_back(b.CreateLoad(b.getFloatTy(), b.CreateConstInBoundsGEP1_64(b.getFloatTy(), pair, 1)));
    return;
  }
  llvm::Type* t = m.scalar(d);
  if (t->isIntegerTy(1))
    out.push_back(b.CreateTrunc(take(b.getInt8Ty()), t));
  else
    for (int k = 0; k < (is_complex(d) ? 2 : 1); ++k) out.push_back(take(t));  // little-endian: the low bytes
}

// As a result lies, or an array in a list.
void FunctionLowering::array_from_result(Type type, Value* slots, unsigned& at, Pieces& out) {
  size_t r = size_t(type.rank());
  size_t given = m.pieces_of(type).size() - 2 - r;
  auto take = [&](llvm::Type* t, size_t k) { return b.CreateLoad(t, slot(slots, at + unsigned(k))); };
  out.append({take(b.getPtrTy(), 0), take(b.getPtrTy(), 1)});
  for (size_t k = 0; k < r; ++k) out.push_back(take(b.getInt64Ty(), 2 + k));
  unsigned shift = unsigned(__builtin_ctz(unsigned(byte_size(type.dtype()))));
  for (size_t k = 0; k < given; ++k) out.push_back(b.CreateAShr(take(b.getInt64Ty(), 2 + r + k), shift, "", /*isExact=*/true));
  at += unsigned(2 + 2 * r);
}

// Shape and strides are read here, once. Arrays of a result have another layout (abi.h).
void FunctionLowering::array_from_slots(Type type, Value* slots, unsigned& at, Pieces& out) {
  llvm::MDNode* nothing = llvm::MDNode::get(m.context, {});
  auto constant = [&](llvm::LoadInst* load) {
    load->setMetadata(llvm::LLVMContext::MD_invariant_load, nothing);
    return load;
  };
  auto take = [&] { return constant(b.CreateLoad(b.getPtrTy(), slot(slots, at++))); };
  Value *data = take(), *shape = take(), *strides = take(), *owner = take();
  out.append({data, owner});
  auto entry = [&](Value* of, size_t axis) {
    return constant(b.CreateLoad(b.getInt64Ty(), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), of, axis)));
  };
  for (size_t k = 0; k < size_t(type.rank()); ++k) out.push_back(entry(shape, k));
  size_t given = m.pieces_of(type).size() - 2 - size_t(type.rank());
  unsigned shift = unsigned(__builtin_ctz(unsigned(byte_size(type.dtype()))));
  for (size_t k = 0; k < given; ++k) out.push_back(b.CreateAShr(entry(strides, k), shift, "", /*isExact=*/true));
}

void FunctionLowering::to_slots(Type type, const Pieces& pieces, size_t& piece, Value* slots, unsigned& at, bool is_argument) {
  auto put = [&](Value* v) { b.CreateStore(v, slot(slots, at++)); };
  switch (type.kind()) {
    case TypeKind::Str:
    case TypeKind::List: put(pieces[piece++]); return;
    case TypeKind::Range:
      for (int k = 0; k < 3; ++k) put(pieces[piece++]);
      return;
    case TypeKind::Union:
      put(b.CreateSExt(pieces[piece++], b.getInt64Ty()));
      if (is_union_of_ints(type)) {
        for (size_t k = 0; k < type.elements().size(); ++k) put(pieces[piece]);
        ++piece;
        return;
      }
      [[fallthrough]];
    case TypeKind::Tuple:
    case TypeKind::Slice:
      for (Type e : type.elements()) to_slots(e, pieces, piece, slots, at, is_argument);
      return;
    case TypeKind::Array: {
      size_t n = m.pieces_of(type).size();
      Array a = unpack_array(type, llvm::ArrayRef(pieces).slice(piece, n));
      piece += n;
      put(a.data);
      if (is_argument) {  // in an error record: no room for the shape
        put(llvm::ConstantPointerNull::get(b.getPtrTy()));
        put(llvm::ConstantPointerNull::get(b.getPtrTy()));
      }
      put(a.owner);
      if (is_argument) return;
      for (Value* e : a.extents) put(e);
      for (Value* s : a.strides) put(b.CreateMul(s, b.getInt64(uint64_t(byte_size(type.dtype()))), "", false, true));
      return;
    }
    default: break;
  }
  if (!type.is_number()) return;
  DType d = type.dtype();
  if (d == DType::C64) {
    Value* pair = slot(slots, at++);
    b.CreateStore(pieces[piece++], pair);
    b.CreateStore(pieces[piece++], b.CreateConstInBoundsGEP1_64(b.getFloatTy(), pair, 1));
    return;
  }
  for (int k = 0; k < (is_complex(d) ? 2 : 1); ++k) put(widen(pieces[piece++], d));
}

// ---- constants, tuples, unions ----
Pieces FunctionLowering::constant(OpId id) {
  Type type = f.type(f.op(id).results[0]);
  if (type.is(TypeKind::None) || type.is(TypeKind::Function) || type.is(TypeKind::Unbound)) return {};
  const Attr* value = f.find_attr(id, "value");
  AIC_CHECK(value, print(f, id));
  if (type.is(TypeKind::Str)) return {m.text_constant(std::get<std::string>(*value))};
  AIC_CHECK(type.is_number(), print(f, id));
  llvm::Type* t = m.scalar(type.dtype());
  auto real = [&](const Attr& a) {
    double v = std::holds_alternative<double>(a) ? std::get<double>(a) : double(std::get<int64_t>(a));
    return llvm::ConstantFP::get(t, v);
  };
  if (is_complex(type.dtype())) {
    const Attr* imaginary = f.find_attr(id, "imaginary");
    return {real(*value), imaginary ? real(*imaginary) : llvm::ConstantFP::get(t, 0)};
  }
  if (t->isFloatingPointTy()) return {real(*value)};
  if (type.dtype() == DType::BF16) {
    double v = std::holds_alternative<double>(*value) ? std::get<double>(*value) : double(std::get<int64_t>(*value));
    return {llvm::ConstantInt::get(t, ir::bfloat_bits(v))};
  }
  int64_t v = std::holds_alternative<double>(*value) ? int64_t(std::get<double>(*value)) : std::get<int64_t>(*value);
  if (type.dtype() == DType::Bool) v = v != 0;
  return {llvm::ConstantInt::get(t, uint64_t(v), /*IsSigned=*/true, /*ImplicitTrunc=*/true)};
}

bool FunctionLowering::value_op(OpId id) {
  const Op& o = f.op(id);
  // Pieces of element `index` of a compound; `base` skips a union's tag.
  auto element = [&](size_t index, size_t base) {
    std::vector<Type> elements;
    if (Type t = f.type(o.operands[0]); t.is(TypeKind::Range))
      elements.assign(3, Type::integer());
    else
      elements.assign(t.elements().begin(), t.elements().end());
    for (size_t k = 0; k < index; ++k) base += m.pieces_of(elements[k]).size();
    const Pieces& whole = get(o.operands[0]);
    auto first = whole.begin() + long(base);
    return Pieces(first, first + long(m.pieces_of(elements[index]).size()));
  };
  switch (o.code) {
    case "const"_op: set(id, constant(id)); break;
    case "undefined"_op: {
      Pieces pieces = poison(f.type(o.results[0]));
      // An array or string that never was has no owner: loop state that starts so is released like any other.
      if (holds_reference(f.type(o.results[0])))
        for (Value*& piece : pieces) piece = llvm::Constant::getNullValue(piece->getType());
      set(id, pieces);
      break;
    }
    case "tuple"_op: set(id, operands(id)); break;
    case "tuple.get"_op: set(id, element(size_t(f.int_attr(id, "index")), 0)); break;
    case "union.make"_op: {
      Type type = f.type(o.results[0]);
      size_t arm = size_t(f.int_attr(id, "arm"));
      Pieces out{b.getInt32(uint32_t(arm))};
      if (is_union_of_ints(type)) {
        out.push_back(widen(one(o.operands[0]), type.elements()[arm].dtype()));
        set(id, out);
        break;
      }
      for (size_t k = 0; k < type.elements().size(); ++k) {
        Pieces part = k == arm ? get(o.operands[0]) : poison(type.elements()[k]);
        out.append(part.begin(), part.end());
      }
      set(id, out);
      break;
    }
    case "union.tag"_op: set(id, {b.CreateSExt(get(o.operands[0])[0], b.getInt64Ty())}); break;
    case "union.get"_op:
      if (is_union_of_ints(f.type(o.operands[0])))
        set(id, {narrow(get(o.operands[0])[1], f.type(o.results[0]).dtype())});
      else
        set(id, element(size_t(f.int_attr(id, "arm")), 1));
      break;
    case "union.number"_op: set(id, {get(o.operands[0])[1]}); break;
    case "union.of"_op: set(id, {b.CreateTrunc(one(o.operands[0]), b.getInt32Ty()), one(o.operands[1])}); break;
    case "cell.new"_op:
    case "cell.get"_op:
    case "cell.set"_op: lower_cell(id); break;
    case "same"_op: lower_same(id); break;
    case "owns"_op: {
      Value* bytes = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), array(o.operands[0]).owner, offsetof(rt::Buffer, bytes));
      set(id, {b.CreateICmpNE(b.CreateLoad(b.getInt64Ty(), bytes), b.getInt64(0))});
      break;
    }
    case "address"_op:
      if (f.type(o.operands[0]).is_list()) {
        set(id, {b.CreatePtrToInt(one(o.operands[0]), b.getInt64Ty())});
        break;
      }
      set(id, {b.CreatePtrToInt(array(o.operands[0]).data, b.getInt64Ty())});
      break;
    case "lapack.is_there"_op:
    case "lapack"_op: lower_lapack(id); break;
    case "bits"_op: lower_bits(id); break;
    default: return false;
  }
  return true;
}

void FunctionLowering::lower_bits(OpId id) {
  const Op& o = f.op(id);
  DType from = f.type(o.operands[0]).dtype(), to = f.type(o.results[0]).dtype();
  Pieces x = get(o.operands[0]);
  if (from == DType::Bool) x[0] = b.CreateZExt(x[0], b.getInt8Ty());
  llvm::Type* whole = b.getIntNTy(unsigned(byte_size(from)) * 8);
  if (is_complex(from)) {
    llvm::Type* half = b.getIntNTy(unsigned(byte_size(from)) * 4);
    Value* high = b.CreateShl(b.CreateZExt(b.CreateBitCast(x[1], half), whole), uint64_t(byte_size(from)) * 4);
    x = {b.CreateOr(high, b.CreateZExt(b.CreateBitCast(x[0], half), whole))};
  }
  Value* bits = b.CreateBitCast(x[0], whole);
  if (to == DType::Bool) return set(id, {b.CreateICmpNE(bits, llvm::Constant::getNullValue(whole))});
  if (!is_complex(to)) return set(id, {b.CreateBitCast(bits, m.scalar(to))});
  llvm::Type* half = b.getIntNTy(unsigned(byte_size(to)) * 4);
  Value* high = b.CreateTrunc(b.CreateLShr(bits, uint64_t(byte_size(to)) * 4), half);
  set(id, {b.CreateBitCast(b.CreateTrunc(bits, half), m.scalar(to)), b.CreateBitCast(high, m.scalar(to))});
}

// A rebindable name lives in the frame of the function that made it. SROA makes it registers where nobody else has it.
void FunctionLowering::lower_cell(OpId id) {
  const Op& o = f.op(id);
  bool makes = o.code == "cell.new"_op;
  Type type = f.type(makes ? o.results[0] : o.operands[0]).elements()[0];
  Types pieces = m.pieces_of(type);
  auto* frame = llvm::StructType::get(m.context, pieces);
  Value* cell = nullptr;
  if (makes) {
    BasicBlock& entry = code_->getEntryBlock();
    llvm::IRBuilder<> first(&entry, entry.begin());
    cell = first.CreateAlloca(frame);
  } else {
    cell = one(o.operands[0]);
  }
  if (o.code == "cell.get"_op) {
    Pieces out;
    for (unsigned k = 0; k < pieces.size(); ++k) out.push_back(b.CreateLoad(pieces[k], b.CreateStructGEP(frame, cell, k)));
    return set(id, out);
  }
  const Pieces& in = get(o.operands[makes ? 0 : 1]);
  for (unsigned k = 0; k < pieces.size(); ++k) b.CreateStore(in[k], b.CreateStructGEP(frame, cell, k));
  if (makes) set(id, {cell});
}

void FunctionLowering::lower_same(OpId id) {
  const Op& o = f.op(id);
  if (f.type(o.operands[0]).is_list()) return set(id, {b.CreateICmpEQ(one(o.operands[0]), one(o.operands[1]))});
  Array x = array(o.operands[0]), y = array(o.operands[1]);
  Value* same = b.getFalse();
  if (x.extents.size() == y.extents.size()) {
    // An array of the caller's that came in two ways, in a list and as an argument, has an owner for each.
    auto* none = new llvm::GlobalVariable(m.module, m.abi.buffer, true, llvm::GlobalValue::PrivateLinkage,
                                          llvm::Constant::getNullValue(m.abi.buffer), "no owner");
    auto host_of = [&](Value* owner) {
      Value* safe = b.CreateSelect(b.CreateIsNull(owner), none, owner);
      return b.CreateLoad(b.getPtrTy(), b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), safe, offsetof(rt::Buffer, host)));
    };
    Value *first = host_of(x.owner), *second = host_of(y.owner);
    Value* one_host = b.CreateAnd(b.CreateICmpEQ(first, second), b.CreateIsNotNull(first));
    same = b.CreateAnd(b.CreateICmpEQ(x.data, y.data), b.CreateOr(b.CreateICmpEQ(x.owner, y.owner), one_host));
    for (size_t k = 0; k < x.extents.size(); ++k) {
      same = b.CreateAnd(same, b.CreateICmpEQ(x.extents[k], y.extents[k]));
      same = b.CreateAnd(same, b.CreateICmpEQ(x.strides[k], y.strides[k]));
    }
  }
  set(id, {same});
}

}  // namespace aic::codegen
