// Tier-1 operators as machine code: what the records say, read as data. Named sequences are in sequences.cpp.
#include "codegen/cpu/complex_math.h"
#include "codegen/cpu/vector_math.h"
#include "codegen/lower.h"
#include "ir/scalar.h"

namespace aic::codegen {

using namespace ir;
namespace Intrinsic = llvm::Intrinsic;
using Instruction = llvm::Instruction;

namespace {

struct Rule {
  std::string_view name;
  unsigned integer, floating;  // opcodes; 0: none
};
constexpr Rule arithmetic[] = {
    {"add", Instruction::Add, Instruction::FAdd},
    {"subtract", Instruction::Sub, Instruction::FSub},
    {"multiply", Instruction::Mul, Instruction::FMul},
    {"divide", 0, Instruction::FDiv},
    {"and", Instruction::And, 0},
    {"or", Instruction::Or, 0},
    {"xor", Instruction::Xor, 0},
};
using Predicate = llvm::CmpInst::Predicate;
struct Comparison {
  std::string_view name;
  Predicate is_signed, is_unsigned, floating;
};
constexpr Comparison comparisons[] = {
    {"equal", llvm::CmpInst::ICMP_EQ, llvm::CmpInst::ICMP_EQ, llvm::CmpInst::FCMP_OEQ},
    {"not_equal", llvm::CmpInst::ICMP_NE, llvm::CmpInst::ICMP_NE, llvm::CmpInst::FCMP_UNE},
    {"less", llvm::CmpInst::ICMP_SLT, llvm::CmpInst::ICMP_ULT, llvm::CmpInst::FCMP_OLT},
    {"less_equal", llvm::CmpInst::ICMP_SLE, llvm::CmpInst::ICMP_ULE, llvm::CmpInst::FCMP_OLE},
    {"greater", llvm::CmpInst::ICMP_SGT, llvm::CmpInst::ICMP_UGT, llvm::CmpInst::FCMP_OGT},
    {"greater_equal", llvm::CmpInst::ICMP_SGE, llvm::CmpInst::ICMP_UGE, llvm::CmpInst::FCMP_OGE},
};

Value* instruction(ScalarOp& s, std::string_view name) {
  auto& b = s.b;
  Value* x = s.x();
  bool floating = x->getType()->isFPOrFPVectorTy();
  if (name == "not") return b.CreateNot(x);
  if (name == "negative") return floating ? b.CreateFNeg(x) : b.CreateNeg(x, "", s.exact);
  for (const Comparison& c : comparisons)
    if (c.name == name) return b.CreateCmp(floating ? c.floating : is_signed(s.d) ? c.is_signed : c.is_unsigned, x, s.x(1));
  for (const Rule& r : arithmetic) {
    if (r.name != name) continue;
    unsigned opcode = floating ? r.floating : r.integer;
    if (s.d == DType::Bool && opcode == Instruction::Add) opcode = Instruction::Or;  // bools: or, and
    if (s.d == DType::Bool && opcode == Instruction::Mul) opcode = Instruction::And;
    AIC_CHECK(opcode, std::string(name));
    Value* v = b.CreateBinOp(Instruction::BinaryOps(opcode), x, s.x(1));
    if (auto* i = llvm::dyn_cast<llvm::OverflowingBinaryOperator>(v);
        i && s.exact && is_signed(s.d) && llvm::isa<Instruction>(v))
      llvm::cast<Instruction>(v)->setHasNoSignedWrap();
    return v;
  }
  AIC_CHECK(!"an instruction of elementwise.cpp", std::string(name));
  return nullptr;
}

Value* intrinsic(ScalarOp& s, std::string_view name) {
  Intrinsic::ID id = Intrinsic::lookupIntrinsicID(llvm::StringRef(name.data(), name.size()));
  AIC_CHECK(id != Intrinsic::not_intrinsic, std::string(name));
  llvm::SmallVector<Value*, 3> arguments;
  for (const Pieces& p : s.in) arguments.push_back(p[0]);
  return s.b.CreateIntrinsic(id, {s.x()->getType()}, arguments);
}

}  // namespace

Value* call_libm(llvm::IRBuilder<>& b, ModuleLowering& m, std::string_view name, llvm::ArrayRef<Value*> x) {
  std::string symbol(name);
  if (x[0]->getType()->isFloatTy()) symbol += 'f';
  llvm::SmallVector<llvm::Type*, 3> types;
  for (Value* v : x) types.push_back(v->getType());
  llvm::CallInst* call = b.CreateCall(m.libm(symbol, types[0], types), x);
  call->setDoesNotThrow();
  // LLVM 22 takes fmod(x, y) for a number where x is not infinite and y not 0, though x may be nan (`frem nnan`).
  if (name == "fmod") call->addFnAttr(llvm::Attribute::NoBuiltin);
  return call;
}

Value* call_routine(ScalarOp& s, std::string_view name, llvm::ArrayRef<Value*> x) {
  if (s.type.is_python_number() || !has_vector_routine(name)) return call_libm(s.b, s.m, name, x);
  llvm::Type* t = x[0]->getType();
  std::string symbol = std::string(name) + (t->isFloatTy() ? "f" : "") + ".aic";
  llvm::SmallVector<llvm::Type*, 2> types(x.size(), t);
  return s.b.CreateCall(s.m.libm(symbol, t, types), x);
}

// double complex travels as two doubles, float complex as two floats in one register (x86-64 System V).
Pieces call_complex(llvm::IRBuilder<>& b, ModuleLowering& m, std::string_view name, llvm::ArrayRef<Pieces> in) {
  bool single = in[0][0]->getType()->isFloatTy();
  llvm::SmallVector<Value*, 4> arguments;
  llvm::SmallVector<llvm::Type*, 4> types;
  llvm::Type* pair = llvm::FixedVectorType::get(b.getFloatTy(), 2);
  for (const Pieces& z : in) {
    if (single)
      arguments.push_back(
          b.CreateInsertElement(b.CreateInsertElement(llvm::PoisonValue::get(pair), z[0], uint64_t(0)), z[1], uint64_t(1)));
    else
      arguments.append({z[0], z[1]});
  }
  for (Value* v : arguments) types.push_back(v->getType());
  llvm::Type* result = single ? pair : llvm::StructType::get(b.getContext(), {b.getDoubleTy(), b.getDoubleTy()});
  Value* call = b.CreateCall(m.libm(std::string(name) + (single ? "f" : ""), result, types), arguments);
  if (single) return {b.CreateExtractElement(call, uint64_t(0)), b.CreateExtractElement(call, uint64_t(1))};
  return {b.CreateExtractValue(call, 0), b.CreateExtractValue(call, 1)};
}

// float16 and bfloat16 are computed in float32 and rounded after each op, as NumPy and ml_dtypes do.
static Pieces lower_half(ScalarOp& s) {
  auto wide_of = [&](const Pieces& p) { return lower_cast(s.b, s.m, p, s.d, DType::F32); };
  if (s.record.name == "nextafter") return {next_half(s.b, s.x(), wide_of(s.in[0])[0], wide_of(s.in[1])[0], s.d)};
  bool rounds = s.result.dtype() == s.d;
  ScalarOp wide{s.b, s.m,  s.record, DType::F32, Type::scalar(DType::F32), rounds ? Type::scalar(DType::F32) : s.result,
                {},  false};
  for (const Pieces& p : s.in) wide.in.push_back(wide_of(p));
  if (s.d == DType::F16 && gives_first_of_equal_halves(s.record.name)) std::swap(wide.in[0], wide.in[1]);
  Pieces out = lower_scalar(wide);
  if (s.d == DType::BF16 && s.record.name == "sign")  // ml_dtypes': of -0 it is -0
    out = {s.b.CreateSelect(s.b.CreateFCmpOEQ(wide.in[0][0], llvm::Constant::getNullValue(out[0]->getType())), wide.in[0][0],
                            out[0])};
  return rounds ? lower_cast(s.b, s.m, out, DType::F32, s.d) : out;
}

// libm's cube root, which may be 4 ulp off, and one step of Newton's with the residual to twice the bits, where that fits.
static Value* cube_root(ScalarOp& s) {
  auto& b = s.b;
  Value *x = s.x(), *r = call_libm(b, s.m, "cbrt", {x});
  auto fma = [&](Value* p, Value* q, Value* add) { return b.CreateIntrinsic(Intrinsic::fma, {x->getType()}, {p, q, add}); };
  Value *square = b.CreateFMul(r, r), *square_rest = fma(r, r, b.CreateFNeg(square));
  Value *cube = b.CreateFMul(square, r), *cube_rest = fma(square, r, b.CreateFNeg(cube));
  Value* rest = b.CreateFSub(b.CreateFSub(b.CreateFSub(x, cube), cube_rest), b.CreateFMul(square_rest, r));
  Value* better = b.CreateFAdd(r, b.CreateFDiv(rest, b.CreateFMul(square, llvm::ConstantFP::get(x->getType(), 3))));
  Value* size = b.CreateUnaryIntrinsic(Intrinsic::fabs, x);
  Value* fits = b.CreateAnd(b.CreateFCmpOGT(size, llvm::ConstantFP::get(x->getType(), 1e-200)),
                            b.CreateFCmpOLT(size, llvm::ConstantFP::get(x->getType(), 1e300)));
  return b.CreateSelect(fits, better, r);
}

Pieces lower_scalar(ScalarOp& s) {
  const OpRecord& r = s.record;
  if (is_narrow_float(s.d) && !r.has(Selects) && !r.has(ResultGiven)) return lower_half(s);
  bool integer = s.d == DType::Bool || is_integer(s.d);
  const Lowering* how = &r.cpu;
  if (integer && r.integer.how != How::None) how = &r.integer;
  if (is_complex(s.d)) how = &r.complex;
  switch (how->how) {
    case How::Instruction: return {instruction(s, how->name)};
    case How::Intrinsic: return {intrinsic(s, how->name)};
    case How::Libm: {
      if (how->name == "cexp" && !s.type.is_python_number()) return complex_exp(s);
      if (is_complex(s.d)) return call_complex(s.b, s.m, how->name, s.in);
      if (how->name == "pow")
        if (Pieces p = constant_power(s); !p.empty()) return p;
      llvm::SmallVector<Value*, 3> x;
      for (const Pieces& p : s.in) x.push_back(p[0]);
      if (how->name == "cbrt" && s.d == DType::F64 && !s.type.is_python_number()) return {cube_root(s)};
      return {call_routine(s, how->name, x)};
    }
    case How::Sequence: return lower_sequence(s, how->name);
    case How::None:
    case How::Libdevice: break;
  }
  throw ir::Error("no machine code for " + std::string(r.name) + " of " + std::string(name(s.d)));
}

void FunctionLowering::elementwise(OpId id) {
  const Op& o = f.op(id);
  size_t main = record(o.code).has(Selects) ? 1 : 0;  // select's first operand is its condition
  Type type = f.type(o.operands[main]);
  ScalarOp s{b, m, record(o.code), type.dtype(), type, f.type(o.results[0]), {}, f.int_attr(id, "exact") != 0};
  for (ValueId v : o.operands) s.in.push_back(get(v));
  AIC_CHECK(type.is_number(), "scalars in the loop form: " + print(f, id));
  llvm::IRBuilderBase::FastMathFlagGuard guard(b);
  b.setFastMathFlags(math_flags(id));
  set(id, lower_scalar(s));
}

}  // namespace aic::codegen
