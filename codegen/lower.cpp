// The module: types of the ABI, declarations of all functions, entries, helpers.
//
// An entry (`entry = 1`) that nobody calls has its body written straight into the exported function, so that nothing has
// to be inlined: its `return` stores into the result slots. One that is called too (recursion) gets an internal function
// and an entry that calls it.
#include "codegen/lower.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>

#include <cstddef>
#include <set>

#include "runtime/abi.h"

namespace aic::codegen {

using ir::DType;
using ir::Type;
using ir::TypeKind;

namespace {

AbiTypes make_abi(llvm::LLVMContext& c) {
  auto* p = llvm::PointerType::getUnqual(c);
  auto* i32 = llvm::Type::getInt32Ty(c);
  auto* i64 = llvm::Type::getInt64Ty(c);
  AbiTypes t;
  t.buffer = llvm::StructType::get(c, {i64, p, i64, p, p, p});
  t.error = llvm::StructType::get(
      c, {i32, i32, llvm::ArrayType::get(i32, rt::max_trace), llvm::ArrayType::get(i64, rt::max_error_values), i64});
  t.context = llvm::StructType::get(c, {p, p, p, p, p, t.error, p});
  t.runtime = llvm::StructType::get(c, {i32, p, p, p, p, p, p, p, p, p, p, p, p, p});
  t.list = llvm::StructType::get(c, {i64, i64, i64, p, p, i64, p, p, p, p});
  t.text = llvm::StructType::get(c, {i64, i64, p, i64, i64, p, p, p, p});
  t.host = llvm::StructType::get(c, {i32, p, p, p, p, p, p, p, p});
  return t;
}
static_assert(offsetof(rt::Runtime, latin) == 88 && offsetof(rt::Runtime, lapack) == 104 && sizeof(rt::LapackArray) == 24 &&
              sizeof(rt::Str) == 72);
static_assert(offsetof(rt::Buffer, data) == 8 && offsetof(rt::Context, poll_word) == 16);
static_assert(offsetof(rt::Context, stack_limit) == 24 && offsetof(rt::Context, error) == 40);
static_assert(offsetof(rt::ErrorRecord, trace) == 8 && offsetof(rt::ErrorRecord, values) == 8 + 4 * rt::max_trace &&
              offsetof(rt::ErrorRecord, held) == 8 + 4 * rt::max_trace + 8 * rt::max_error_values);
static_assert(offsetof(rt::Runtime, allocate) == 8 && offsetof(rt::Runtime, release) == 24);
static_assert(offsetof(rt::Runtime, list_new) == 32 && offsetof(rt::Runtime, list_rotate) == 64 &&
              offsetof(rt::Runtime, text) == 72 && offsetof(rt::Runtime, tables) == 80);
static_assert(offsetof(rt::List, data) == 24 && offsetof(rt::List, type) == 32 && offsetof(rt::List, table) == 72 &&
              offsetof(rt::Table, count) == 8);
static_assert(sizeof(rt::ReferencePlace) == 40 && offsetof(rt::ReferencePlace, guard_slot) == 16);
static_assert(offsetof(rt::Str, length) == 8 && offsetof(rt::Str, kind) == 24 && sizeof(rt::Str) == 72);
static_assert(offsetof(rt::Host, poll) == 16 && offsetof(rt::Host, interpret) == 56);

// The header may name it: libraries hold variants of one function.
std::string entry_name(const ir::Function& f) {
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == "symbol") return std::get<std::string>(a.value);
  const std::string& name = f.name();
  std::string out = "aic_entry_";
  for (char c : name) {
    if (isalnum(uint8_t(c)) || c == '_' || c == '.') {
      out += c;
    } else {
      char hex[4];
      snprintf(hex, sizeof hex, "$%02x", uint8_t(c));
      out += hex;
    }
  }
  return out;
}

bool header_flag(const ir::Function& f, std::string_view name) {
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == name) return std::holds_alternative<int64_t>(a.value) && std::get<int64_t>(a.value);
  return false;
}

}  // namespace

ModuleLowering::ModuleLowering(const ir::Module& s, llvm::Module& t, const Request& r)
    : module(t), context(t.getContext()), source(s), request(r), abi(make_abi(context)) {
  std::vector<ir::RaiseSite> sites = ir::raise_sites(source);
  for (size_t k = 1; k < sites.size(); ++k) sites_[sites[k].function][sites[k].op.index] = int(k);
}

int ModuleLowering::site(const ir::Function& f, ir::OpId op) const { return sites_.at(&f).at(op.index); }

llvm::Type* ModuleLowering::scalar(DType d) {
  switch (d) {
    case DType::Bool: return llvm::Type::getInt1Ty(context);
    case DType::BF16: return llvm::Type::getInt16Ty(context);  // its bits: what is computed is a float (lower_cast)
    case DType::F16: return llvm::Type::getHalfTy(context);
    case DType::F32:
    case DType::C64: return llvm::Type::getFloatTy(context);
    case DType::F64:
    case DType::C128: return llvm::Type::getDoubleTy(context);
    case DType::I8:
    case DType::I16:
    case DType::I32:
    case DType::I64:
    case DType::U8:
    case DType::U16:
    case DType::U32:
    case DType::U64: break;
  }
  return llvm::Type::getIntNTy(context, unsigned(byte_size(d)) * 8);
}

llvm::Type* ModuleLowering::element(DType d) {
  if (d == DType::Bool) return llvm::Type::getInt8Ty(context);
  if (is_complex(d)) return llvm::ArrayType::get(scalar(d), 2);
  return scalar(d);
}

void ModuleLowering::pieces_of(Type type, Types& out) {
  auto* p = llvm::PointerType::getUnqual(context);
  auto* i64 = llvm::Type::getInt64Ty(context);
  switch (type.kind()) {
    case TypeKind::None:
    case TypeKind::Never:
    case TypeKind::Unbound:
    case TypeKind::Function: return;
    case TypeKind::Bool:
    case TypeKind::Int:
    case TypeKind::Float:
    case TypeKind::Complex:
    case TypeKind::Scalar: out.append(is_complex(type.dtype()) ? 2 : 1, scalar(type.dtype())); return;
    case TypeKind::Str: out.push_back(p); return;
    case TypeKind::Array: {
      size_t r = size_t(type.rank());
      out.append({p, p});
      size_t strides = type.layout() == ir::Layout::Strided ? r : type.layout() == ir::Layout::Inner ? r - 1 : 0;
      out.append(r + strides, i64);
      return;
    }
    case TypeKind::Union:
      out.push_back(llvm::Type::getInt32Ty(context));
      if (ir::is_union_of_ints(type)) {
        out.push_back(i64);
        return;
      }
      [[fallthrough]];
    case TypeKind::Tuple:
    case TypeKind::Slice:
      for (Type t : type.elements()) pieces_of(t, out);
      return;
    case TypeKind::Range: out.append(3, i64); return;
    case TypeKind::Cell:
    case TypeKind::List: out.push_back(p); return;
    case TypeKind::Py: break;
  }
  AIC_CHECK(!"a type of the loop form", type.text());
}

Types ModuleLowering::pieces_of(Type type) {
  Types out;
  pieces_of(type, out);
  return out;
}

llvm::FunctionCallee ModuleLowering::libm(llvm::StringRef name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> parameters) {
  llvm::FunctionCallee f = module.getOrInsertFunction(name, llvm::FunctionType::get(result, parameters, false));
  auto* code = llvm::cast<llvm::Function>(f.getCallee());
  code->setDoesNotThrow();
  code->setWillReturn();
  code->setDoesNotAccessMemory();  // errno is nobody's business here
  return f;
}

const ModuleLowering::Callee& ModuleLowering::callee(const std::string& name) {
  auto it = callees_.find(name);
  AIC_CHECK(it != callees_.end(), "call of unknown @" + name);
  return it->second;
}

void ModuleLowering::declare(const ir::Function& f) {
  Callee& c = callees_[f.name()];
  Types parameters{llvm::PointerType::getUnqual(context)}, results;
  for (ir::ValueId p : f.parameters()) pieces_of(f.type(p), parameters);
  if (!c.quiet) results.push_back(llvm::Type::getInt32Ty(context));
  for (Type t : f.result_types) pieces_of(t, results);
  llvm::Type* result = results.empty()       ? llvm::Type::getVoidTy(context)
                       : results.size() == 1 ? results[0]
                                             : llvm::StructType::get(context, results);
  c.code = llvm::Function::Create(llvm::FunctionType::get(result, parameters, false), llvm::Function::InternalLinkage, f.name(),
                                  module);
  c.code->setCallingConv(llvm::CallingConv::Fast);
  c.code->setDoesNotThrow();
  c.code->addParamAttr(0, llvm::Attribute::NoAlias);
}

void ModuleLowering::define_entry(const ir::Function& f) {
  auto* p = llvm::PointerType::getUnqual(context);
  auto* type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), {p, p, p}, false);
  auto* code = llvm::Function::Create(type, llvm::Function::ExternalLinkage, entry_name(f), module);
  code->setDoesNotThrow();
  for (unsigned k = 0; k < 3; ++k) {
    code->addParamAttr(k, llvm::Attribute::NoAlias);
    code->addParamAttr(k, llvm::Attribute::NonNull);
  }
  const Callee& callee = callees_[f.name()];
  FunctionLowering lowering(*this, f, code, Leave::Entry);
  callee.code ? lowering.run_wrapper(callee) : lowering.run();
}

void ModuleLowering::run() {
  std::set<std::string> called;
  for (const auto& f : source.functions) {
    AIC_CHECK(f->form() == ir::Form::Loop, "codegen takes the loop form: @" + f->name());
    callees_[f->name()] = {f.get(), nullptr, header_flag(*f, "quiet")};
    for (ir::OpId id : f->ops_below(f->body())) {
      const ir::OpRecord& r = ir::record(f->op(id).code);
      if (r.has(ir::Loop) || r.name == "kernel") has_loops = true;
      if (r.name == "call") called.insert(f->text_attr(id, "callee")), has_calls = true;
    }
  }
  if (request.has(AIC_CG_DEBUG_INFO)) start_debug_info();
  for (const auto& f : source.functions)
    if (called.count(f->name()) || !header_flag(*f, "entry")) declare(*f);
  for (const auto& f : source.functions) {
    if (header_flag(*f, "entry")) define_entry(*f), define_library_function(*f);
    if (llvm::Function* code = callees_[f->name()].code) FunctionLowering(*this, *f, code, Leave::Internal).run();
  }
  if (debug) debug->finalize();
}

// ---- debug info: line tables only ----
void ModuleLowering::start_debug_info() {
  debug = std::make_unique<llvm::DIBuilder>(module);
  const ir::Source& s = source.sources.size() > 1 ? source.sources[1] : source.sources[0];
  std::string file = s.file.empty() ? "<aic>" : s.file;
  size_t slash = file.rfind('/');
  llvm::DIFile* di = slash == std::string::npos ? debug->createFile(file, "")
                                                : debug->createFile(file.substr(slash + 1), file.substr(0, slash));
  unit = debug->createCompileUnit(llvm::DISourceLanguageName(llvm::dwarf::DW_LANG_Python), di, "aic", true, "", 0, "",
                                  llvm::DICompileUnit::LineTablesOnly);
  module.addModuleFlag(llvm::Module::Warning, "Debug Info Version", llvm::DEBUG_METADATA_VERSION);
  module.addModuleFlag(llvm::Module::Warning, "Dwarf Version", 4);
}

llvm::DISubprogram* ModuleLowering::subprogram(const ir::Function& f, llvm::StringRef link_name) {
  const ir::Source& s = source.sources[f.source];
  std::string file = s.file.empty() ? "<aic>" : s.file;
  llvm::DIFile* di = debug->createFile(file, "");
  unsigned line = unsigned(std::max(1, s.first_line));
  auto* type = debug->createSubroutineType(debug->getOrCreateTypeArray({}));
  return debug->createFunction(di, s.function.empty() ? f.name() : s.function, link_name, di, line, type, line,
                               llvm::DINode::FlagZero, llvm::DISubprogram::SPFlagDefinition);
}

void compile(const Request& request, const std::function<void(std::string_view)>& out) {
  std::unique_ptr<ir::Module> source = ir::parse(request.text);
  llvm::LLVMContext context;
  llvm::Module module("aic", context);
  set_target(module, request);
  ModuleLowering lowering(*source, module, request);
  lowering.run();
  optimise_and_emit(module, request, lowering.has_loops, lowering.has_calls, out);
}

}  // namespace aic::codegen
