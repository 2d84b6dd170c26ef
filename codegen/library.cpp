// A function of a built library: its C function and the constant that describes it (runtime/library.h).
//
// The entry of the last variant has it in its header:
//   library = "f"               the C name          library_name = "f"      the name in Python
//   library_words = "iaaaaj13"  its parameters      library_names           their names, terminated
//   library_counts = [slots of arguments, of results, arrays]
//   library_variants = ["aic_entry_f.0", …]         library_sites = [text, …]
//   library_tests = [tests, weight, nesting, …]     of the variants, one after another
//   library_hidden = [data, …]  arrays of the world, with library_shapes = [rank, extents, strides, …] for each
//   library_needs               features of the processor; library_text = 1 where strings are used
#include <llvm/IR/Constants.h>

#include "codegen/lower.h"
#include "runtime/library.h"

namespace aic::codegen {

using llvm::Constant;

template <class T>
static const T& header(const ir::Function& f, std::string_view name) {
  static const T none{};
  for (const ir::NamedAttr& a : f.attrs)
    if (a.name == name)
      if (auto* value = std::get_if<T>(&a.value)) return *value;
  return none;
}

namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;

class LibraryFunctionWriter {
 public:
  LibraryFunctionWriter(ModuleLowering& m, const ir::Function& f) : m_(m), f_(f), c_(m.context) {}
  void write() {
    description_ = describe();
    write_function();
  }

 private:
  llvm::PointerType* pointer() { return llvm::PointerType::getUnqual(c_); }
  llvm::Type* i64() { return llvm::Type::getInt64Ty(c_); }
  Constant* number(int64_t v, unsigned bits = 32) { return llvm::ConstantInt::getSigned(llvm::Type::getIntNTy(c_, bits), v); }
  Constant* global(Constant* value, unsigned align = 0) {
    auto* g = new llvm::GlobalVariable(m_.module, value->getType(), true, llvm::GlobalValue::PrivateLinkage, value, "aic");
    if (align) g->setAlignment(llvm::Align(align));
    return g;
  }
  Constant* text(const std::string& s) { return global(llvm::ConstantDataArray::getString(c_, s)); }
  Constant* entry(const std::string& symbol) {
    auto* type = llvm::FunctionType::get(llvm::Type::getInt32Ty(c_), {pointer(), pointer(), pointer()}, false);
    return llvm::cast<Constant>(m_.module.getOrInsertFunction(symbol, type).getCallee());
  }

  Constant* variants() {
    const Texts &entries = header<Texts>(f_, "library_variants"), &sites = header<Texts>(f_, "library_sites");
    const Numbers& tests = header<Numbers>(f_, "library_tests");
    AIC_CHECK(sites.size() == entries.size() && tests.size() == 3 * entries.size(), f_.name());
    std::vector<Constant*> rows;
    for (size_t k = 0; k < entries.size(); ++k)
      rows.push_back(llvm::ConstantStruct::getAnon(c_, {entry(entries[k]), text(sites[k]), number(tests[3 * k]),
                                                        number(tests[3 * k + 1]), number(tests[3 * k + 2]), number(0)}));
    static_assert(sizeof(rt::LibraryVariant) == 32 && offsetof(rt::LibraryVariant, tests) == 16);
    return global(llvm::ConstantArray::get(llvm::ArrayType::get(rows[0]->getType(), rows.size()), rows));
  }

  Constant* hidden() {
    const Texts& data = header<Texts>(f_, "library_hidden");
    const Numbers& shapes = header<Numbers>(f_, "library_shapes");
    std::vector<Constant*> rows;
    size_t at = 0;
    for (const std::string& bytes : data) {
      auto rank = size_t(shapes.at(at++));
      AIC_CHECK(at + 2 * rank <= shapes.size(), f_.name());
      auto axes = [&](size_t from) {
        return global(llvm::ConstantDataArray::get(c_, llvm::ArrayRef<int64_t>(shapes).slice(from, rank)), 8);
      };
      rows.push_back(llvm::ConstantStruct::getAnon(
          c_, {global(llvm::ConstantDataArray::getString(c_, bytes), 64), axes(at), axes(at + rank)}));
      at += 2 * rank;
    }
    if (rows.empty()) return llvm::ConstantPointerNull::get(pointer());
    return global(llvm::ConstantArray::get(llvm::ArrayType::get(rows[0]->getType(), rows.size()), rows));
  }

  Constant* describe() {
    const Numbers& counts = header<Numbers>(f_, "library_counts");
    AIC_CHECK(counts.size() == 3, f_.name());
    auto table = m_.module.getOrInsertFunction(header<int64_t>(f_, "library_text") ? "aic_runtime" : "aic_runtime_without_text",
                                               llvm::FunctionType::get(pointer(), false));
    Constant* value = llvm::ConstantStruct::getAnon(
        c_, {number(rt::abi_version), number(int64_t(header<Texts>(f_, "library_variants").size())), variants(),
             llvm::cast<Constant>(table.getCallee()), text(header<std::string>(f_, "library_words")),
             text(header<std::string>(f_, "library_names")), text(header<std::string>(f_, "library_name")),
             text(header<std::string>(f_, "library_needs")), number(counts[0]), number(counts[1]), number(counts[2]),
             number(int64_t(header<Texts>(f_, "library_hidden").size())), hidden()});
    static_assert(offsetof(rt::LibraryFunction, variants) == 8 && offsetof(rt::LibraryFunction, needs) == 48 &&
                  offsetof(rt::LibraryFunction, hidden) == 72);
    return new llvm::GlobalVariable(m_.module, value->getType(), true, llvm::GlobalValue::ExternalLinkage, value,
                                    "aic_function_" + header<std::string>(f_, "library"));
  }

  // The types that the C compiler gives a parameter (System V, x86-64). A complex number of 16 bytes stands in two vector
  // registers, or in memory where there are not two left.
  struct Parameter {
    llvm::SmallVector<llvm::Type*, 2> types;
    bool in_memory = false;
  };
  Parameter parameter(char kind, char code) {
    auto* real = llvm::Type::getDoubleTy(c_);
    if (kind == 'z') {
      if (vector_registers_ < 2) return {{pointer()}, true};
      vector_registers_ -= 2;
      return {{real, real}};
    }
    if (kind != 'i' && kind != 's') return {{pointer()}};
    auto d = ir::DType(code - 'a');
    if (d == ir::DType::F16) return {{llvm::Type::getInt16Ty(c_)}};  // as its bits
    if (d == ir::DType::F32 || d == ir::DType::F64 || d == ir::DType::C64) {
      if (vector_registers_) --vector_registers_;
      if (d == ir::DType::C64) return {{llvm::FixedVectorType::get(llvm::Type::getFloatTy(c_), 2)}};
      return {{m_.scalar(d)}};
    }
    return {{m_.element(d)}};
  }

  void write_function() {
    const std::string& words = header<std::string>(f_, "library_words");
    std::vector<Parameter> parameters;
    std::string codes;
    Types types;
    for (size_t k = 0; k < words.size(); k += 4) {
      if (words[k] == 'v') continue;  // a type that a union has: no parameter
      codes.push_back(words[k + 1]);
      parameters.push_back(parameter(words[k], words[k + 1]));
      types.append(parameters.back().types);
    }
    types.push_back(pointer());  // aic_error*
    auto* code = llvm::Function::Create(llvm::FunctionType::get(llvm::Type::getInt32Ty(c_), types, false),
                                        llvm::Function::ExternalLinkage, header<std::string>(f_, "library"), m_.module);
    code->setDoesNotThrow();
    llvm::IRBuilder<> b(BasicBlock::Create(c_, "entry", code));
    Value* row = b.CreateAlloca(i64(), b.getInt64(types.size() + words.size() / 4));
    unsigned at = 0, argument = 0;
    auto put = [&](Value* v) { b.CreateStore(v, b.CreateConstInBoundsGEP1_64(i64(), row, at++)); };
    for (size_t k = 0; k < parameters.size(); ++k) {
      const Parameter& p = parameters[k];
      if (p.in_memory) {
        auto* pair = llvm::StructType::get(b.getDoubleTy(), b.getDoubleTy());
        code->addParamAttr(argument, llvm::Attribute::getWithByValType(c_, pair));
        code->addParamAttr(argument, llvm::Attribute::getWithAlignment(c_, llvm::Align(8)));
        Value* v = code->getArg(argument++);
        put(b.CreateLoad(b.getDoubleTy(), v));
        put(b.CreateLoad(b.getDoubleTy(), b.CreateConstInBoundsGEP1_64(b.getDoubleTy(), v, 1)));
        continue;
      }
      for (size_t n = 0; n < p.types.size(); ++n) put(as_word(b, code->getArg(argument++), codes[k]));
    }
    auto call = m_.module.getOrInsertFunction("aic_library_call", llvm::Type::getInt32Ty(c_), pointer(), pointer(), pointer());
    b.CreateRet(b.CreateCall(call, {description_, row, code->getArg(argument)}));
  }

  Value* as_word(llvm::IRBuilder<>& b, Value* v, char code) {
    llvm::Type* t = v->getType();
    if (t->isVectorTy() || t->isPointerTy() || t->isDoubleTy()) return v;
    if (t->isFloatTy()) return b.CreateZExt(b.CreateBitCast(v, b.getInt32Ty()), i64());
    auto d = ir::DType(code - 'a');
    if (d == ir::DType::Bool) v = b.CreateZExt(b.CreateICmpNE(v, llvm::Constant::getNullValue(t)), b.getInt8Ty());
    bool is_signed = d >= ir::DType::I8 && d <= ir::DType::I64;
    return is_signed ? b.CreateSExt(v, i64()) : b.CreateZExt(v, i64());
  }

  ModuleLowering& m_;
  const ir::Function& f_;
  llvm::LLVMContext& c_;
  Constant* description_ = nullptr;
  unsigned vector_registers_ = 8;
};

}  // namespace

void ModuleLowering::define_library_function(const ir::Function& f) {
  if (!header<std::string>(f, "library").empty()) LibraryFunctionWriter(*this, f).write();
}

}  // namespace aic::codegen
